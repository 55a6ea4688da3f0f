"""The golden set, and the commands that need it: a version takes traffic only when it has passed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from resume_rag import Settings, build_chain
from resume_rag.cli import app
from resume_rag.evaluation import golden
from resume_rag.evaluation.golden import Figures, compute_golden_digest, judge_figures, read_golden, run_golden
from resume_rag.intake import read_resume
from resume_rag.rollout import RolloutStore
from tests.fake_vllm import FakeVLLM, Received, shortened_reply

GOOD = Figures(
    cases=9,
    failed_cases=0,
    lost_coverage_cases=0,
    lines=50,
    errors=0,
    first_try=0.9,
    delivered=0.95,
    rewritten=0.7,
    truth_findings=0.1,
    coverage_before=0.5,
    coverage_after=0.5,
    coverage_ceiling=0.6,
    tokens_per_s=50,
    seconds=60,
)


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@pytest.fixture
def small_set(monkeypatch: pytest.MonkeyPatch) -> tuple[golden.GoldenCase, ...]:
    cases = tuple(case for case in read_golden() if case.name in ("baker", "warehouse-lead"))
    monkeypatch.setattr(golden, "read_golden", lambda: cases)
    return cases


def lie(request: Received) -> dict[str, Any]:
    return {"text": "Led 900 surgeons across 12 hospitals in Peru", "sources": request.allowed_ids[:1]}


def test_every_case_is_a_resume_that_is_read_whole_and_a_post() -> None:
    cases = read_golden()
    assert len({case.name for case in cases}) == len(cases) == 9
    for case in cases:
        document = read_resume(case.request.resume)
        assert not document.unplaced, case.name
        assert sum(len(entry.highlights) for entry in document.resume.work or ()) >= 5
        assert len(case.request.job_description.split()) > 30


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"failed_cases": 1}, "failed_cases"),
        ({"lost_coverage_cases": 1}, "lost_coverage_cases"),
        ({"errors": 0.05}, "errors"),
        ({"first_try": 0.4}, "first_try"),
        ({"delivered": 0.5}, "delivered"),
        ({"rewritten": 0.1}, "rewritten"),
        ({"truth_findings": 0.5}, "truth_findings"),
    ],
)
def test_each_bound_holds_by_itself(change: dict[str, float], named: str) -> None:
    assert judge_figures(GOOD) == ()
    (fault,) = judge_figures(GOOD.model_copy(update=change))
    assert fault.startswith(named)


@pytest.mark.parametrize(
    ("behaviour", "faults"),
    [
        ({}, set()),
        ({"reply": lie}, {"first_try", "delivered", "rewritten", "truth_findings"}),
        ({"script": lambda _: "refusal"}, {"first_try", "delivered", "rewritten"}),
        ({"script": lambda _: "server_error"}, {"failed_cases", "first_try", "delivered", "rewritten"}),
    ],
)
def test_a_model_is_judged_by_what_it_does(
    index_dir: Path, small_set: tuple[golden.GoldenCase, ...], behaviour: dict[str, Any], faults: set[str]
) -> None:
    with FakeVLLM(**({"reply": shortened_reply} | behaviour)) as server:
        settings = Settings(_env_file=None, llm_base_url=server.base_url, index_dir=index_dir, max_rewrites=6)
        told: list[str] = []
        with build_chain(settings) as chain:
            figures = run_golden(chain, small_set, lambda name, _: told.append(name))
    assert told == ["baker", "warehouse-lead"]
    assert {fault.split()[0] for fault in judge_figures(figures)} == faults
    if not faults:
        assert figures.lines == 12
        assert figures.rewritten > 0.5
        assert figures.tokens_per_s
        assert figures.coverage_before <= figures.coverage_after <= figures.coverage_ceiling


class Shell:
    """The commands, with a file of a primary and a canary, both over one fake server each."""

    def __init__(self, tmp_path: Path, index_dir: Path, stable: FakeVLLM, canary: FakeVLLM) -> None:
        self.stable, self.canary = stable, canary
        entries = [
            {"name": "awq", "url": stable.base_url, "model": "m", "precision": "awq", "version": "1"},
            {"name": "awq-2", "url": canary.base_url, "model": "m", "precision": "awq", "version": "2", "role": "canary"},
        ]
        (tmp_path / "deployments.yaml").write_text(json.dumps({"deployments": entries}))
        self.store = RolloutStore(tmp_path / "rollout")
        self.environment = {
            "RESUME_RAG_DEPLOYMENTS_FILE": str(tmp_path / "deployments.yaml"),
            "RESUME_RAG_ROLLOUT_DIR": str(self.store.folder),
            "RESUME_RAG_INDEX_DIR": str(index_dir),
        }

    def run(self, command: str) -> Result:
        return CliRunner().invoke(app, command.split(), env=self.environment)


@pytest.fixture
def shell(tmp_path: Path, index_dir: Path, small_set: Any) -> Iterator[Shell]:
    with FakeVLLM(reply=shortened_reply) as stable, FakeVLLM(reply=shortened_reply) as canary:
        yield Shell(tmp_path, index_dir, stable, canary)


def test_a_canarys_life_at_the_shell(shell: Shell) -> None:
    refused = shell.run("rollout start awq-2")
    assert refused.exit_code == 2
    assert "eval --golden --deployment awq-2" in refused.stderr
    compared = shell.run("eval --golden")
    assert compared.exit_code == 0, compared.output
    assert "awq-2" in compared.stdout
    assert compared.stdout.count("passed") == 2
    assert shell.run("rollout start awq-2").stdout.startswith("awq-2 (version 2): running at 1 %")
    status = shell.run("rollout status --json")
    said = json.loads(status.stdout)
    assert (said["phase"], said["share"], said["traffic"]) == ("running", 1, {"awq": 99, "awq-2": 1})
    assert said["gates"]["verdict"] == "wait"
    assert "golden set passed" in shell.run("rollout status").stdout
    assert "at 5 %" in shell.run("rollout promote").stdout
    assert json.loads(shell.run("rollout promote --all --json").stdout)["phase"] == "promoted"
    assert "aborted" in shell.run("rollout abort --reason trouble").stdout
    history = [json.loads(line) for line in shell.run("rollout history --json").stdout.splitlines()]
    assert [line["event"] for line in history] == ["started", "step", "promoted", "aborted"]
    assert shell.run("rollout history").stdout.count("\n") == 4
    assert shell.run("rollout promote").exit_code == 2


def test_a_version_that_lies_does_not_pass_and_may_not_begin(shell: Shell) -> None:
    shell.canary.reply = lie
    tried = shell.run("eval --golden --deployment awq-2 --json")
    assert tried.exit_code == 1
    said = json.loads(tried.stdout)["awq-2"]
    assert not said["passed"]
    assert said["truth_findings"] == 1
    assert shell.stable.received == 0
    refused = shell.run("rollout start awq-2")
    assert (refused.exit_code, "failed" in refused.stderr) == (2, True)


def test_a_look_at_fewer_lines_is_no_record(shell: Shell) -> None:
    assert shell.run("eval --golden --deployment awq-2 --max-lines 2").exit_code == 0
    assert shell.run("rollout start awq-2").exit_code == 2
    assert not (shell.store.folder / "golden").exists()


def test_commands_without_a_file_or_a_name_say_what_to_do(tmp_path: Path) -> None:
    environment = {"RESUME_RAG_ROLLOUT_DIR": str(tmp_path), "RESUME_RAG_DEPLOYMENTS_FILE": ""}
    for command, hint in (
        ("rollout start a", "RESUME_RAG_DEPLOYMENTS_FILE"),
        ("rollout status", "RESUME_RAG_DEPLOYMENTS_FILE"),
        ("eval", "eval --golden"),
        ("eval --golden --deployment none", "default"),
    ):
        result = CliRunner().invoke(app, command.split(), env=environment)
        assert result.exit_code == 2, command
        assert hint in result.stderr, command


def test_the_digest_is_of_the_set_and_the_prompt(small_set: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = compute_golden_digest()
    assert before == compute_golden_digest()
    monkeypatch.setattr(golden, "PROMPT_VERSION", "another")
    assert compute_golden_digest() != before
