"""The fake server causes what it says it causes: each fault is seen through a real client."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from resume_rag.errors import OutputParseError, OutputTruncatedError
from resume_rag.parsing import LineParser, LoopWatch, parse_json

_SPEC = importlib.util.spec_from_file_location("fake_vllm", Path(__file__).with_name("fake_vllm.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
fake_vllm: Any = sys.modules.setdefault("fake_vllm", importlib.util.module_from_spec(_SPEC))
if not hasattr(fake_vllm, "FakeVLLM"):
    _SPEC.loader.exec_module(fake_vllm)
FakeVLLM, FAULTS, Answer = fake_vllm.FakeVLLM, fake_vllm.FAULTS, fake_vllm.Answer

SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "sources": {"type": "array", "items": {"enum": ["f1", "f2"]}}},
    "required": ["text", "sources"],
    "additionalProperties": False,
}
FORMAT = {"type": "json_schema", "json_schema": {"name": "line", "schema": SCHEMA, "strict": True}}
PARSER = LineParser(allowed_ids=("f1", "f2"), max_chars=400)


def ask(server: Any, *, stream: bool = False, timeout_s: float = 10.0, **extra: Any) -> httpx.Response:
    body = {"model": "m", "messages": [{"role": "user", "content": "Line 1"}], "response_format": FORMAT, "stream": stream, **extra}
    return httpx.post(f"{server.base_url}/chat/completions", json=body, timeout=timeout_s)


def chat(server: Any, **extra: Any) -> ChatOpenAI:
    return ChatOpenAI(base_url=server.base_url, api_key=SecretStr("none"), model="m", max_retries=0, timeout=5, **extra)


def events(response: httpx.Response) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in response.text.splitlines() if line]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def test_default_answer_fits_the_schema_and_names_an_allowed_id() -> None:
    with FakeVLLM(reply=lambda request: {"text": request.last_human, "sources": request.allowed_ids}) as server:
        answer = ask(server).json()
    assert json.loads(answer["choices"][0]["message"]["content"]) == {"text": "Line 1", "sources": ["f1", "f2"]}
    assert answer["usage"]["completion_tokens"] > 0
    assert server.requests[0].body["response_format"] == FORMAT
    assert server.disconnects == []


def test_stream_carries_the_same_text_and_usage_when_asked() -> None:
    with FakeVLLM() as server:
        chunks = events(ask(server, stream=True, stream_options={"include_usage": True}))
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks if chunk["choices"])
    assert json.loads(text) == {"text": "Led the work.", "sources": ["f1"]}
    assert chunks[-2]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["usage"]["total_tokens"] > 0


def test_models_health_and_metrics_answer() -> None:
    with FakeVLLM() as server:
        root = server.base_url.removesuffix("/v1")
        assert httpx.get(f"{server.base_url}/models").json()["data"][0]["id"] == "fake-model"
        assert httpx.get(f"{root}/health").status_code == 200
        assert "vllm:num_requests_running" in httpx.get(f"{root}/metrics").text


def test_script_is_a_list_then_the_default_a_callable_or_seeded_probabilities() -> None:
    with FakeVLLM(script=["server_error", Answer(text="{}")]) as server:
        assert [ask(server).status_code for _ in range(3)] == [500, 200, 200]
    with FakeVLLM(script=lambda request: "server_error" if request.number == 1 else None) as server:
        assert [ask(server).status_code for _ in range(3)] == [200, 500, 200]
    runs = []
    for _ in range(2):
        with FakeVLLM(script={"server_error": 0.5, "schema_refused": 0.2}, seed=7) as server:
            runs.append([ask(server).status_code for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 400, 500}


@pytest.mark.parametrize(
    ("fault", "status", "retry_after"),
    [
        ("schema_refused", 400, None),
        ("rate_limited", 429, "0"),
        ("server_error", 500, None),
        ("unavailable", 503, None),
        ("unavailable_retry_after", 503, "1"),
    ],
)
def test_http_faults(fault: str, status: int, retry_after: str | None) -> None:
    with FakeVLLM(script=[fault]) as server:
        response = ask(server)
    assert (response.status_code, response.headers.get("retry-after")) == (status, retry_after)
    assert response.json()["error"]["message"]


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("truncated", "truncated"),
        ("truncated_silently", "truncated"),
        ("whitespace_loop", "truncated"),
        ("repetition_loop", "truncated"),
        ("drifted_enum", "schema"),
        ("drifted_key", "schema"),
        ("objects_for_strings", "schema"),
        ("schema_echo", "schema_echo"),
        ("prose_around", "line"),
        ("two_fences", "line"),
        ("think", "line"),
        ("trailing_comma", "line"),
        ("wrong_language", "line"),
        ("refusal", "refusal"),
        ("empty", "syntax"),
        ("huge", "syntax"),
    ],
)
def test_faults_of_the_answer_reach_the_parser(fault: str, outcome: str, streaming: bool) -> None:
    with FakeVLLM(script=[fault]) as server:
        # In `extra_body`, as the openai client raises errors of its own for `response_format`.
        chain = chat(server, streaming=streaming, extra_body={"response_format": FORMAT}) | PARSER
        try:
            line = chain.invoke("Line 1")
            seen = "line"
            assert line.text
        except OutputTruncatedError:
            seen = "truncated"
        except OutputParseError as error:
            seen = error.cause
    assert seen == outcome


def test_refusal_field_reaches_the_parser() -> None:
    with FakeVLLM(script=["refusal_field"]) as server, pytest.raises(OutputParseError) as caught:
        (chat(server) | PARSER).invoke("Line 1")
    assert caught.value.cause == "refusal"


def test_truncation_at_any_byte_is_refused() -> None:
    reply = {"text": "Größe 1,200,000 €", "sources": ["f1"]}
    whole = json.dumps(reply, ensure_ascii=False).encode()
    script = [fake_vllm.truncate(at, finish_reason="stop") for at in range(1, len(whole))]
    with FakeVLLM(script=script, reply=lambda _: reply) as server, httpx.Client() as client:
        for _ in script:
            body = {"messages": [], "response_format": FORMAT}
            content = client.post(f"{server.base_url}/chat/completions", json=body).json()["choices"][0]["message"]["content"]
            assert whole.startswith(content.encode())
            with pytest.raises(OutputTruncatedError):
                parse_json(content)


def test_max_tokens_cuts_and_says_so() -> None:
    with FakeVLLM() as server:
        choice = ask(server, max_tokens=3).json()["choices"][0]
    assert choice["finish_reason"] == "length"
    assert len(choice["message"]["content"]) <= 24


def test_slow_first_byte_and_stall_run_into_the_clients_timeout_and_are_seen_to_leave() -> None:
    with FakeVLLM(script=["slow_first_byte", "stall", "stall"]) as server:
        for streaming in (False, True, False):
            with pytest.raises(httpx.ReadTimeout):
                ask(server, stream=streaming, timeout_s=0.2)
        assert server.wait_for_disconnects(3) == [0, 1, 2]


@pytest.mark.parametrize("streaming", [False, True])
def test_reset_breaks_the_connection(streaming: bool) -> None:
    with FakeVLLM(script=["reset"]) as server:
        with pytest.raises(httpx.RemoteProtocolError):
            ask(server, stream=streaming)
        assert ask(server).status_code == 200


def test_wrong_content_type_and_invalid_utf8() -> None:
    with FakeVLLM(script=["wrong_content_type", "invalid_utf8"]) as server:
        assert ask(server).headers["content-type"].startswith("text/html")
        with pytest.raises(UnicodeDecodeError):
            ask(server).content.decode()


@pytest.mark.parametrize("fault", ["whitespace_loop", "repetition_loop"])
def test_the_watchdog_ends_a_loop_early_and_the_server_sees_the_client_leave(fault: str) -> None:
    with FakeVLLM(script=[fault], token_s=0.001) as server:
        watch, seen = LoopWatch(), 0
        found = None
        stream = chat(server).stream("Line 1")
        for chunk in stream:
            seen += len(chunk.text)
            if found := watch.feed(chunk.text):
                break
        stream.close()
        assert found == fault
        assert seen < 1000
        assert server.wait_for_disconnects(1) == [0]


def test_many_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with FakeVLLM(token_s=0.005) as server, ThreadPoolExecutor(8) as pool:
        assert {one.status_code for one in pool.map(lambda _: ask(server), range(24))} == {200}
        assert server.max_in_flight > 1
    assert server.in_flight == 0
    assert len(server.requests) == 24
    assert set(FAULTS) >= {"stall", "reset", "huge"}
