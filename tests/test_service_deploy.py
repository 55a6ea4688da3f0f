"""The dashboard and the alerts ask for metrics that there are."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from resume_rag.rollout import Change, Deployment, Deployments, RolloutState, Router
from tests.service_app import REQUEST, make_service

DEPLOY = Path(__file__).parent.parent / "deploy"
GPU = {"resume_rag_gpu_utilisation_ratio", "resume_rag_gpu_memory_used_bytes", "resume_rag_gpu_memory_total_bytes"}


def read_dashboard() -> Any:
    return json.loads((DEPLOY / "grafana" / "resume_rag.json").read_text())


def find_names(text: str) -> set[str]:
    return set(re.findall(r"\bresume_rag_[a-z_]+", text)) - {"resume_rag_key"}


async def read_exposed_names() -> set[str]:
    router = Router(Deployments(deployments=(Deployment(name="default", url="embedded"),)), None)
    service = make_service(hooks={"router": router})
    router.on_change(Change("step", RolloutState()))
    await service.post("/generate_resume", REQUEST, headers={"Accept": "text/event-stream"})
    text = (await service.get("/metrics")).text
    return set(re.findall(r"^(resume_rag_[a-z_]+)", text, re.MULTILINE))


async def test_every_metric_that_is_asked_for_is_there() -> None:
    exposed = await read_exposed_names() | GPU
    dashboard = {name for panel in read_dashboard()["panels"] for target in panel.get("targets", []) for name in find_names(target["expr"])}
    alerts = find_names((DEPLOY / "alerts.yml").read_text())
    assert dashboard
    assert alerts
    families = {re.sub(r"_(bucket|sum|count|total)$", "", name) for name in exposed}
    assert dashboard | alerts <= exposed | families  # the texts of alerts name families


async def test_every_metric_is_shown() -> None:
    names = {re.sub(r"_(bucket|sum|count|created|total)$", "", name) for name in await read_exposed_names()}
    shown = {re.sub(r"_(bucket|total)$", "", name) for name in find_names(json.dumps(read_dashboard()))}
    assert names - shown == set()


def test_panels_lie_side_by_side_and_have_ids_of_their_own() -> None:
    panels = read_dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert max(x for x, _ in cells) < 24
        assert not taken & cells
        taken |= cells


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (of the package prometheus) is not installed")
@pytest.mark.parametrize(
    "command", [["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"], ["check", "config", "prometheus.yml"]]
)
def test_prometheus_takes_the_rules(command: list[str]) -> None:
    done = subprocess.run(["promtool", *command], cwd=DEPLOY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
