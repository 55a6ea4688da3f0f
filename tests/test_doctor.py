"""What the doctor finds at a healthy server, and at one that lacks something or fails."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from resume_rag.cli import app
from resume_rag.doctor import Check, Diagnosis, Target, build_target, diagnose
from resume_rag.settings import Settings
from tests.fake_vllm import FAULTS, Answer, FakeVLLM, Received

ALL = [
    "model",
    "version",
    "context",
    "json_schema",
    "whitespace",
    "stream_usage",
    "request_metrics",
    "cached_tokens",
    "first_token",
    "speed",
    "fields",
    "disconnect",
]


def examine(server: FakeVLLM, **target: Any) -> dict[str, Check]:
    found = asyncio.run(diagnose(Target(server.base_url, **{"timeout_s": 5.0, **target})))
    assert [check.name for check in found.checks] == ALL
    assert all(check.hint or check.status in ("pass", "skip") for check in found.checks)
    return {check.name: check for check in found.checks}


def statuses(found: dict[str, Check]) -> dict[str, str]:
    return {name: check.status for name, check in found.items() if check.status != "pass"}


def test_a_healthy_server_passes_everything() -> None:
    with FakeVLLM(token_s=0.002) as server:
        found = examine(server)
        assert statuses(found) == {}
        assert len(server.wait_for_disconnects(2)) == 2  # the streamed answer and the whole one
        bodies = [request.body for request in server.requests]
    assert "vLLM 0.32.0" in found["version"].seen
    assert "/models/fake" in found["model"].seen
    assert found["context"].figures == {"context_tokens": 8192, "needed_tokens": 4060}
    assert found["speed"].figures["tokens_per_s"] > 1
    assert {body["model"] for body in bodies} == {"fake-model"}


@pytest.mark.parametrize(
    ("lacks", "expected"),
    [
        ("version", {"version": "warn"}),
        ("usage", {"stream_usage": "warn", "cached_tokens": "warn"}),
        ("metrics", {"request_metrics": "warn"}),
        ("cached_tokens", {"cached_tokens": "warn"}),
        ("token_ids", {"fields": "warn"}),
    ],
)
def test_what_a_server_does_not_tell_is_a_warning_with_the_flag_to_set(lacks: str, expected: dict[str, str]) -> None:
    with FakeVLLM(token_s=0.002, lacks=frozenset({lacks})) as server:
        assert statuses(examine(server)) == expected


def test_a_server_that_ignores_the_schema_is_not_fit() -> None:
    with FakeVLLM(script=lambda request: Answer(text="Paris.") if request.schema else None, token_s=0.002) as server:
        found = examine(server)
    assert found["json_schema"].status == "fail"
    assert found["whitespace"].status == "skip"
    assert found["disconnect"].status == "pass"


@pytest.mark.parametrize("fault", ["prose_around", "trailing_comma", "drifted_enum", "drifted_key", "schema_refused"])
def test_nearly_the_schema_is_not_the_schema(fault: str) -> None:
    with FakeVLLM(script=lambda request: fault if request.schema else None, token_s=0.002) as server:
        assert examine(server)["json_schema"].status == "fail"


def test_an_answer_that_is_cut_off_within_the_schema_was_held_to_it() -> None:
    chatter = Answer(text='{"text": "' + "Paris is a town. " * 300)
    with FakeVLLM(script=lambda request: chatter if request.schema else None, token_s=0.0005) as server:
        assert examine(server)["json_schema"].status == "pass"


def test_loose_white_space_is_a_warning_with_the_flag() -> None:
    def loosen(text: str, _: Received) -> str:
        return json.dumps(json.loads(text), indent=8)

    with FakeVLLM(script=lambda request: Answer(change=loosen) if request.schema else None, token_s=0.002) as server:
        found = examine(server)
    assert found["json_schema"].status == "pass"
    assert found["whitespace"].status == "warn"
    assert "disable_any_whitespace" in found["whitespace"].hint


def test_a_router_that_drops_the_limit_is_not_fit() -> None:
    with FakeVLLM(token_s=0.0005, lacks=frozenset({"max_tokens"})) as server:
        assert examine(server)["fields"].status == "fail"


def test_a_server_that_writes_on_for_a_client_that_left_is_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resume_rag.doctor.leaving._PATIENCE_S", 0.3)
    with FakeVLLM(token_s=0.002, lacks=frozenset({"disconnect"})) as server:
        found = examine(server)
    assert found["disconnect"].status == "fail"
    assert "being written" in found["disconnect"].seen


def test_requests_of_others_make_the_disconnect_untold() -> None:
    def other(server: FakeVLLM) -> Any:
        return httpx2.stream("POST", f"{server.base_url}/chat/completions", json={"messages": [], "stream": True, "stop": "others"})

    def stall(request: Received) -> Answer | None:
        return FAULTS["stall"] if request.body.get("stop") == "others" else None

    with FakeVLLM(script=stall, token_s=0.002) as server, other(server):
        assert examine(server)["disconnect"].status == "skip"


def test_a_server_that_hangs_is_asked_once_and_left() -> None:
    with FakeVLLM(script=lambda request: replace(FAULTS["stall"], first_byte_s=60)) as server:
        found = examine(server, timeout_s=0.3)
        assert len(server.requests) == 1
    assert found["json_schema"].status == "fail"
    assert {check.status for name, check in found.items() if ALL.index(name) > 3} == {"skip"}


@pytest.mark.parametrize(("fault", "fields"), [("stall", "skip"), ("reset", "pass")])
def test_a_stream_that_stops_half_way_fails(fault: str, fields: str) -> None:
    with FakeVLLM(script=lambda request: fault if request.body.get("stream") else None) as server:
        found = examine(server, timeout_s=0.5)
    assert found["json_schema"].status == "pass"
    assert found["stream_usage"].status == "fail"
    assert found["fields"].status == fields  # who has hung once is asked no more


@pytest.mark.parametrize("fault", ["server_error", "rate_limited", "unavailable", "invalid_utf8", "wrong_content_type", "empty"])
def test_faults_of_answers_are_findings_and_never_exceptions(fault: str) -> None:
    with FakeVLLM(script=lambda request: fault) as server:
        assert "fail" in statuses(examine(server)).values()


def test_nobody_there() -> None:
    with FakeVLLM() as server:
        target = Target(server.base_url, timeout_s=1.0)
    found = asyncio.run(diagnose(target))
    assert [check.status for check in found.checks] == ["fail"] + ["skip"] * 11
    assert not found.fit


def test_the_short_form_generates_nothing() -> None:
    with FakeVLLM() as server:
        found = asyncio.run(diagnose(Target(server.base_url), brief=True))
        assert server.received == 0
    assert [(check.name, check.status) for check in found.checks] == [("model", "pass"), ("version", "pass"), ("context", "pass")]


def test_a_model_that_is_not_there_ends_the_examination() -> None:
    with FakeVLLM() as server:
        found = asyncio.run(diagnose(Target(server.base_url, name="llama-9b")))
        assert server.received == 0
    model = found.find("model")
    assert model
    assert model.status == "fail"
    assert "fake-model" in model.seen
    assert {check.status for check in found.checks[3:]} == {"skip"}


def test_a_context_shorter_than_the_answer_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeVLLM(token_s=0.002) as server:
        monkeypatch.setattr("tests.fake_vllm.CONTEXT_TOKENS", 512)
        found = examine(server)
        assert max(request.body["max_completion_tokens"] for request in server.requests) == 256
    assert statuses(found) == {"context": "warn"}


def test_a_context_too_short_for_the_settings() -> None:
    with FakeVLLM() as server:
        found = asyncio.run(diagnose(Target(server.base_url, prompt_tokens=9000), brief=True))
    assert [check.status for check in found.checks] == ["pass", "pass", "warn"]


def test_target_of_settings() -> None:
    settings = Settings(llm_base_url="http://models.internal:8001/v1", llm_name="mine", llm_api_key=SecretStr("k"), max_prompt_tokens=2000)  # type: ignore[arg-type]
    target = build_target(settings, timeout_s=4)
    assert (target.base_url, target.name, target.timeout_s, target.prompt_tokens) == ("http://models.internal:8001/v1", "mine", 4, 2600)
    own = build_target(settings, base_url="http://127.0.0.1:1/v1", name="embedded")
    assert (own.name, own.api_key) == ("embedded", None)


def test_warnings_alone_leave_it_fit() -> None:
    warned = Diagnosis(server="a", checks=(Check(name="version", status="warn", seen="x"),))
    assert warned.fit
    assert warned.find("speed") is None


class TestShell:
    ENVIRONMENT = {"COLUMNS": "90", "TERM": "dumb"}

    def run(self, *arguments: str) -> Any:
        return CliRunner().invoke(app, ["doctor", *arguments], env=self.ENVIRONMENT)

    def test_a_table_for_a_person(self) -> None:
        with FakeVLLM(token_s=0.002, lacks=frozenset({"metrics"})) as server:
            done = self.run("--llm-url", server.base_url)
        assert done.exit_code == 0
        assert "pass  json schema" in done.stdout
        assert "warn  request metrics" in done.stdout
        assert "--enable-per-request-metrics" in done.stdout
        assert "Fit for resume-rag: 11 pass, 1 warn." in done.stdout

    def test_json_and_the_exit_code_of_a_server_that_is_not_fit(self) -> None:
        with FakeVLLM(script=lambda request: Answer(text="Paris.") if request.schema else None, token_s=0.002) as server:
            done = self.run("--llm-url", server.base_url, "--json")
        assert done.exit_code == 3
        checks = json.loads(done.stdout)["checks"]
        assert [check["name"] for check in checks] == ALL
        assert {check["name"] for check in checks if check["status"] == "fail"} == {"json_schema"}

    def test_nobody_there(self) -> None:
        with FakeVLLM() as server:
            address = server.base_url
        done = self.run("--llm-url", address, "--brief")
        assert done.exit_code == 3
        assert "cannot be reached" in done.stdout
