"""The app over a scripted chain: each route, each error, what is logged, what happens when a client leaves."""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
import sse_starlette.sse
import uvicorn
from fastapi import FastAPI
from langserve import RemoteRunnable

import resume_rag.errors
import resume_rag.service.routes
from resume_rag.errors import (
    DeadlineExceededError,
    EmptyResumeError,
    IndexMismatchError,
    IndexNotFoundError,
    InputError,
    InputTooLargeError,
    LLMRequestError,
    LLMTimeoutError,
    LLMUnavailableError,
    OutputParseError,
    OverloadedError,
    ResumeRagError,
    UnreadableDocumentError,
)
from resume_rag.schema import TailorRequest, TailorResponse
from resume_rag.service.app import compute_body_limit_bytes
from resume_rag.service.events import TailorEvents
from resume_rag.service.examples import REQUEST_EXAMPLES, RESPONSE_EXAMPLE
from resume_rag.service.logs import describe_exception
from resume_rag.service.problems import find_status
from tests.service_app import (
    PLANTED,
    REQUEST,
    RESPONSE,
    STREAM_ROUTES,
    TAILOR_ROUTES,
    ScriptedChain,
    Service,
    make_service,
    make_settings,
    parse_events,
    serve,
    wrap,
)

MAX_BATCH = make_settings().max_batch


@pytest.fixture(autouse=True)
def _one_loop_a_test() -> None:
    # sse-starlette keeps an event of the first loop it ran in.
    sse_starlette.sse.AppStatus.should_exit_event = None


# --- answers ---


async def test_generate_resume_returns_the_chains_response() -> None:
    service = make_service()
    answer = await service.post("/generate_resume", REQUEST)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert TailorResponse.model_validate(answer.json()) == RESPONSE
    assert isinstance(service.chain.calls[0], TailorRequest)
    assert service.chain.calls[0].resume.basics.model_extra == {f"x{PLANTED}Key": "kept"}


@pytest.mark.parametrize("resume", [example["value"]["resume"] for example in REQUEST_EXAMPLES.values()], ids=list(REQUEST_EXAMPLES))
@pytest.mark.parametrize("path", TAILOR_ROUTES)
async def test_every_form_of_a_resume_reaches_the_chain_unchanged(path: str, resume: Any) -> None:
    service = make_service()
    request = {"job_description": "Lead a team", "resume": resume}
    answer = await service.post(path, wrap(path, request))
    assert answer.status_code == 200, answer.text
    assert TailorRequest.model_validate(service.chain.calls[0]) == TailorRequest.model_validate(request)


async def test_langserve_keeps_unknown_keys_of_the_resume() -> None:
    service = make_service()
    answer = await service.post("/resume/invoke", {"input": REQUEST})
    assert service.chain.calls == [REQUEST]
    assert TailorResponse.model_validate(answer.json()["output"]) == RESPONSE


async def test_langserve_batch_and_stream() -> None:
    service = make_service()
    batch = await service.post("/resume/batch", {"inputs": [REQUEST, REQUEST]})
    assert [TailorResponse.model_validate(one) for one in batch.json()["output"]] == [RESPONSE, RESPONSE]
    assert service.lines()[-1]["responses"] == 2
    events = parse_events((await service.post("/resume/stream", {"input": REQUEST})).text)
    assert [name for name, _ in events] == ["metadata", "data", "data", "end"]
    assert TailorResponse.model_validate(events[2][1]) == RESPONSE


async def test_playground_stream_holds_the_finished_response_only() -> None:
    events = parse_events((await make_service().post("/resume/stream_log", {"input": REQUEST})).text)
    operations = [one for _, payload in events if payload for one in payload["ops"]]
    shown = [one["value"] for one in operations if one["path"] == "/streamed_output/-"]
    assert [TailorResponse.model_validate(one) for one in shown] == [RESPONSE]
    assert operations[0]["op"] == "replace"  # the page's state begins with the run


@pytest.mark.parametrize("path", STREAM_ROUTES)
async def test_steps_inside_the_chain_stay_inside(path: str) -> None:
    service = make_service(retrieved="another person's resume")
    answer = await service.post(path, {"input": REQUEST})
    assert "Harbour Lane" in answer.text
    assert "another person" not in answer.text


# --- events ---


async def test_events_name_each_line_once_and_end_with_the_whole() -> None:
    first = RESPONSE.lines[0]
    second = first.model_copy(update={"path": "work[0].highlights[0]", "text": "two\nlines"})
    mended = first.model_copy(update={"status": "fallback"})
    grown = [(first,), (first, second), (mended, second)]
    service = make_service(snapshots=tuple(RESPONSE.model_copy(update={"lines": lines}) for lines in grown))
    answer = await service.post("/generate_resume", REQUEST, headers={"Accept": "text/event-stream"})
    events = parse_events(answer.text)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in events] == ["retrieved", "line", "line", "line", "done"]
    assert events[0][1] == {name: RESPONSE_EXAMPLE[name] for name in ("examples", "gaps", "coverage")}
    assert [(one["path"], one["status"]) for _, one in events[1:4]] == [
        (first.path, "rewritten"),
        (second.path, "rewritten"),
        (first.path, "fallback"),
    ]
    assert events[2][1]["text"] == "two\nlines"
    assert TailorResponse.model_validate(events[4][1]).lines == (mended, second)


async def test_events_end_with_a_typed_error() -> None:
    service = make_service(error=LLMTimeoutError("The model did not answer in 120 s."))
    answer = await service.post("/generate_resume", REQUEST, headers={"Accept": "text/event-stream"})
    name, problem = parse_events(answer.text)[-1]
    assert (name, problem["status"], problem["code"], problem["retryable"]) == ("error", 504, "llm_timeout", True)
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert service.lines()[-1]["code"] == "llm_timeout"


@pytest.mark.parametrize("path", ["/generate_resume", *STREAM_ROUTES])
async def test_unforeseen_error_in_a_stream_tells_nothing(path: str) -> None:
    service = make_service(error=KeyError(f"{PLANTED} secret"))
    answer = await service.post(path, wrap(path, REQUEST), headers={"Accept": "text/event-stream"})
    assert parse_events(answer.text)[-1][0] == "error"
    assert "secret" not in answer.text
    [line] = service.lines()
    assert (line["code"], line["exception"]["type"], line["level"]) == ("internal_error", "KeyError", "error")
    assert "secret" not in service.log.getvalue()


async def test_langserve_streams_log_the_code_that_they_cannot_send() -> None:
    service = make_service(error=LLMUnavailableError("No server."))
    events = parse_events((await service.post("/resume/stream", {"input": REQUEST})).text)
    assert events[-1] == ("error", {"status_code": 500, "message": "Internal Server Error"})
    assert service.lines()[-1]["code"] == "llm_unavailable"
    assert "exception" not in service.lines()[-1]


async def test_a_request_that_does_not_fit_is_refused_before_the_stream() -> None:
    answer = await make_service().post("/generate_resume", {"resume": "x"}, headers={"Accept": "text/event-stream"})
    assert answer.status_code == 422


async def test_quiet_streams_are_kept_open() -> None:
    chain = ScriptedChain(hangs=True)
    events = TailorEvents(chain, TailorRequest.model_validate(REQUEST), ping_interval_s=0.001)
    sent: list[bytes] = []
    pinged = asyncio.Event()

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))
        if sent.count(b": ping\n\n") == 3:
            pinged.set()

    task = asyncio.create_task(events({"type": "http"}, None, send))  # type: ignore[arg-type]
    await asyncio.wait_for(pinged.wait(), 10)
    task.cancel()
    await asyncio.wait([task])
    assert chain.cancelled == 1


# --- errors ---

ERRORS: list[tuple[ResumeRagError, int]] = [
    (InputError("Bad."), 400),
    (UnreadableDocumentError("Bad."), 400),
    (EmptyResumeError("Bad."), 400),
    (InputTooLargeError("Bad."), 413),
    (IndexNotFoundError("Bad."), 503),
    (IndexMismatchError("Bad."), 503),
    (LLMUnavailableError("Bad."), 503),
    (LLMTimeoutError("Bad."), 504),
    (LLMRequestError("Bad."), 502),
    (OutputParseError("Bad.", raw_text=PLANTED), 502),
    (OverloadedError("Bad."), 503),
    (DeadlineExceededError("Bad."), 504),
]


@pytest.mark.parametrize(("error", "status"), ERRORS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("path", [*TAILOR_ROUTES, "/resume/batch"])
async def test_each_error_is_a_problem_with_its_status(path: str, error: ResumeRagError, status: int) -> None:
    service = make_service(error=error)
    answer = await service.post(path, wrap(path, REQUEST))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.pop("request_id") == answer.headers["x-request-id"]
    assert problem.pop("type") == f"urn:problem:resume_rag:{error.code}"
    assert problem.pop("title")
    assert problem == {"status": status, "detail": "Bad.", "code": error.code, "hint": error.hint, "retryable": error.retryable}
    assert service.lines()[-1]["code"] == error.code


def test_every_error_class_has_a_status_and_a_hint_where_it_can_be_raised_alone() -> None:
    classes = [one for one in vars(resume_rag.errors).values() if isinstance(one, type) and issubclass(one, ResumeRagError)]
    assert len(classes) > 10
    assert all(400 <= find_status(one) < 600 for one in classes)
    assert all(find_status(one) < 500 for one in classes if issubclass(one, InputError))
    assert all(find_status(one) in (503, 504) for one in classes if one.retryable)


async def test_overload_says_when_to_come_back() -> None:
    answer = await make_service(error=OverloadedError("Full.", retry_after_s=2.1)).post("/generate_resume", REQUEST)
    assert answer.headers["retry-after"] == "3"


@pytest.mark.parametrize("path", TAILOR_ROUTES)
async def test_unforeseen_error_is_a_bare_500_and_the_log_has_its_place(path: str) -> None:
    service = make_service(error=ValueError(f"{PLANTED} secret"))
    answer = await service.post(path, wrap(path, REQUEST))
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "secret" not in answer.text
    [line] = service.lines()
    assert line["exception"]["type"] == "ValueError"
    assert any("service_app.py" in place and place.endswith("_begin") for place in line["exception"]["at"])
    assert "secret" not in service.log.getvalue()


def test_described_exceptions_hold_no_message() -> None:
    with pytest.raises(ValueError, match=PLANTED) as caught:
        int(PLANTED)
    described = describe_exception(caught.value)
    assert described["type"] == "ValueError"
    assert PLANTED not in json.dumps(described)


@pytest.mark.parametrize("path", [*TAILOR_ROUTES, "/resume/batch", "/resume/stream"])
@pytest.mark.parametrize(
    ("request_body", "place"),
    [
        ({"resume": f"{PLANTED}"}, "job_description"),
        ({"job_description": "x"}, "resume"),
        ({"job_description": "x", "resume": 17}, "resume"),
        ({"job_description": "x", "resume": {"work": [{"startDate": f"{PLANTED}"}]}}, "resume.work[0].startDate"),
        ({"job_description": "x", "resume": {"name": "a.pdf", "content_base64": f"{PLANTED}!"}}, "resume.content_base64"),
        ({"job_description": "x", "resume": "y", f"{PLANTED} and more": 1}, "(key)"),
        ({"job_description": "x", "resume": "y", "top_k": 99}, "top_k"),
        ({"job_description": "x", "resume": "y", "language": f"{PLANTED} x"}, "language"),
    ],
)
async def test_a_request_that_does_not_fit_names_the_place_and_not_the_value(path: str, request_body: Any, place: str) -> None:
    service = make_service()
    answer = await service.post(path, wrap(path, request_body))
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["code"] == "invalid_request"
    assert [error["path"].removeprefix("inputs[0].").removeprefix("input.") for error in problem["errors"]] == [place]
    assert PLANTED not in answer.text
    assert PLANTED not in service.log.getvalue()
    assert service.chain.calls == []


@pytest.mark.parametrize("path", [*TAILOR_ROUTES, "/resume/batch", "/resume/stream"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"input": NaN}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"job_description": "x", "resume": {"basics": {"extra": "\\ud800"}}}',
    ],
    ids=["empty", "cut", "nan", "deep", "bytes", "surrogate"],
)
async def test_malformed_json_is_a_400(path: str, body: bytes) -> None:
    service = make_service()
    async with service.client() as client:
        answer = await client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert service.chain.calls == []


@pytest.mark.parametrize("path", [*TAILOR_ROUTES, "/resume/batch", "/resume/stream_log"])
@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b'{"input": 1}', b'{"inputs": 1}', b'{"inputs": [1]}'])
async def test_json_of_another_shape_is_a_422(path: str, body: bytes) -> None:
    service = make_service()
    async with service.client() as client:
        answer = await client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "invalid_request"


@pytest.mark.parametrize("path", [*TAILOR_ROUTES, "/resume/batch", *STREAM_ROUTES])
async def test_a_body_that_is_not_declared_as_json_is_refused(path: str) -> None:
    service = make_service()
    async with service.client() as client:
        answer = await client.post(path, content=json.dumps(wrap(path, REQUEST)), headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert service.chain.calls == []


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/generate_resume", 405)])
async def test_routing_errors_have_the_same_shape(method: str, path: str, status: int) -> None:
    async with make_service().client() as client:
        answer = await client.request(method, path)
    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"


# --- limits ---


@pytest.mark.parametrize("path", ["/generate_resume", "/resume/invoke"])
@pytest.mark.parametrize("declared", [True, False])
async def test_large_bodies_are_refused_whether_declared_or_not(path: str, declared: bool) -> None:
    service = make_service(settings=make_settings(max_file_bytes=1000, max_job_chars=1000))
    body = b" " * (compute_body_limit_bytes(make_settings(max_file_bytes=1000, max_job_chars=1000)) + 1)

    async def chunks() -> AsyncIterator[bytes]:
        yield body[:50_000]
        yield body[50_000:]

    async with service.client() as client:
        answer = await client.post(path, content=body if declared else chunks(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "input_too_large")
    assert service.lines()[-1]["status"] == 413


async def test_the_largest_file_allowed_gets_through() -> None:
    settings = make_settings(max_file_bytes=30_000, max_job_chars=1000)
    service = make_service(settings=settings)
    request = {"job_description": "\u20ac" * 1000, "resume": {"name": "a.pdf", "content_base64": "AAAA" * 10_000}}
    assert (await service.post("/generate_resume", request)).status_code == 200


async def test_batches_are_capped() -> None:
    service = make_service()
    answer = await service.post("/resume/batch", {"inputs": [REQUEST] * (MAX_BATCH + 1)})
    assert (answer.status_code, answer.json()["code"]) == (413, "input_too_large")
    assert service.chain.calls == []
    assert (await service.post("/resume/batch", {"inputs": []})).status_code == 200


async def test_one_bad_input_of_a_batch_cancels_the_others() -> None:
    service = make_service(hangs=True, fails_on="refuse")
    answer = await service.post("/resume/batch", {"inputs": [REQUEST, {**REQUEST, "job_description": "refuse"}, REQUEST]})
    assert (answer.status_code, answer.json()["detail"]) == (400, "refused")
    assert service.chain.cancelled == 2


async def test_clients_cannot_configure_the_chain() -> None:
    service = make_service()
    for path in ["/resume/invoke", "/resume/stream"]:
        config = {"configurable": {"temperature": 2}, "metadata": {"x": 1}, "tags": ["x"], "max_concurrency": 1}
        await service.post(path, {"input": REQUEST, "config": config})
    assert [one.get("configurable") for one in service.chain.configs] == [{}, {}]
    assert not any("x" in one["tags"] or "x" in one["metadata"] or one.get("max_concurrency") for one in service.chain.configs)
    assert all(one["metadata"]["request_id"] for one in service.chain.configs)
    assert (await service.post("/resume/c/N4XyA/invoke", {"input": REQUEST})).status_code == 404


# --- a client that leaves ---


async def leave(service: Service, path: str, body: Any, headers: dict[str, str]) -> None:
    """Posts, waits until the chain works on it, goes away, and waits until the app is done."""
    pending = [{"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}]

    async def receive() -> Any:
        if pending:
            return pending.pop()
        await service.chain.started.wait()
        return {"type": "http.disconnect"}

    async def send(_: Any) -> None:
        return None

    raw = [(name.lower().encode(), value.encode()) for name, value in {"Content-Type": "application/json", **headers}.items()]
    scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST", "path": path}
    scope |= {"raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http", "headers": raw, "server": ("test", 80)}
    await asyncio.wait_for(service.app(scope, receive, send), 10)


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/generate_resume", "application/json"),
        ("/generate_resume", "text/event-stream"),
        *((path, "*/*") for path in ["/resume/invoke", "/resume/batch", *STREAM_ROUTES]),
    ],
)
async def test_a_client_that_leaves_ends_the_work(path: str, accept: str) -> None:
    service = make_service(hangs=True)
    await leave(service, path, wrap(path, REQUEST), {"Accept": accept})
    for _ in range(100):  # LangServe's stream_log runs the chain in a task of its own, which ends a moment later
        if service.chain.cancelled:
            break
        await asyncio.sleep(0.01)
    assert service.chain.cancelled == 1
    [line] = service.lines()
    assert (line["status"], line["code"], line["level"]) == (499, "client_disconnected", "info")


async def test_a_client_that_leaves_while_sending_is_no_error() -> None:
    service = make_service()
    messages = [{"type": "http.disconnect"}, {"type": "http.request", "body": b"{", "more_body": True}]

    async def receive() -> Any:
        return messages.pop()

    scope = {"type": "http", "method": "POST", "path": "/generate_resume", "headers": [], "query_string": b""}
    await service.app(scope, receive, None)  # type: ignore[arg-type]
    assert service.lines()[-1]["code"] == "client_disconnected"


# --- the log ---


async def test_one_line_a_request_with_counts_times_and_versions() -> None:
    service = make_service()
    answer = await service.post("/generate_resume?page=1", REQUEST, headers={"X-Request-ID": "trace-17"})
    assert answer.headers["x-request-id"] == "trace-17"
    [line] = service.lines()
    assert line.pop("duration_ms") >= 0
    assert line.pop("timestamp")
    assert line.pop("overhead_ms") >= 0
    assert RESPONSE.usage
    assert line == {
        "event": "request",
        "level": "info",
        "request_id": "trace-17",
        "method": "POST",
        "route": "/generate_resume",
        "status": 200,
        "code": "ok",
        "responses": 1,
        "lines": {"rewritten": 1},
        "first_try": 1,
        "timings_ms": RESPONSE.usage.timings_ms,
        "calls": 2,
        "prompt_tokens": 812,
        "cached_tokens": 640,
        "completion_tokens": 31,
        "deployment": "default",
        "versions": RESPONSE_EXAMPLE["versions"],
    }


@pytest.mark.parametrize("path", ["/resume/invoke", "/resume/batch", *STREAM_ROUTES])
async def test_langserve_requests_are_logged_alike(path: str) -> None:
    service = make_service()
    await service.post(path, wrap(path, REQUEST))
    [line] = service.lines()
    assert (line["route"], line["code"], line["lines"], line["prompt_tokens"]) == (path, "ok", {"rewritten": 1}, 812)


@pytest.mark.parametrize("offered", ["", "two words", "x" * 65, 'quote"', "\u20ac".encode(), "-x"])
async def test_request_ids_that_are_not_plain_are_replaced(offered: str | bytes) -> None:
    service = make_service()
    async with service.client() as client:
        answer = await client.get("/healthz", headers=[(b"X-Request-ID", offered if isinstance(offered, bytes) else offered.encode())])
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])
    assert service.lines()[-1]["request_id"] == answer.headers["x-request-id"]


async def test_the_level_of_the_log_is_a_setting() -> None:
    service = make_service(settings=make_settings(log_level="error"), error=LLMUnavailableError("No server."))
    await service.get("/healthz")
    assert service.lines() == []
    await service.post("/generate_resume", REQUEST)
    assert service.lines()[-1]["status"] == 503


SCRIPTS: list[dict[str, Any]] = [
    {},
    {"error": ValueError(PLANTED)},
    {"error": OutputParseError("The answer is not JSON.", raw_text=PLANTED)},
    {"error": ExceptionGroup(PLANTED, [KeyError(PLANTED)])},
]


@pytest.mark.parametrize("script", SCRIPTS, ids=["works", "fails", "unparsable", "group"])
@pytest.mark.parametrize(
    "path",
    [
        *TAILOR_ROUTES,
        "/generate_resume/batch",
        "/check",
        "/resume/batch",
        *STREAM_ROUTES,
        "/resume/input_schema",
        *("/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/", f"/{PLANTED}", f"/resume/playground/{PLANTED}"),
    ],
)
async def test_nothing_of_a_request_is_ever_logged(
    path: str, script: dict[str, Any], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("INFO")
    service = make_service(**script)
    resume = REQUEST["resume"]
    bodies = [
        wrap(path, REQUEST),
        {"inputs": [REQUEST]},
        {"source": resume, "tailored": resume},
        {**REQUEST, PLANTED: PLANTED},
        {"input": PLANTED},
        {"inputs": [PLANTED]},
        PLANTED,
    ]
    headers = {"User-Agent": PLANTED, "X-Request-ID": f"{PLANTED} x", "Accept": f"text/event-stream, {PLANTED}/x"}
    async with service.client() as client:
        for body in bodies:
            await client.post(f"{path}?q={PLANTED}", json=body, headers=headers)
            await client.get(f"{path}?q={PLANTED}", headers=headers)
        for form in ({"resume": (f"{PLANTED}.txt", PLANTED)}, {PLANTED: (PLANTED, PLANTED)}):
            await client.post(path, data={"job_description": PLANTED}, files=form)
    assert len(service.lines()) == 2 * len(bodies) + 2
    out, err = capfd.readouterr()
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert PLANTED not in service.log.getvalue() + out + err + ours


# --- health ---


async def test_alive_is_not_ready() -> None:
    async def broken() -> dict[str, str]:
        return {"index": "ok", "llm": "llm_unavailable"}

    service = make_service(hooks={"readiness": broken})
    assert (await service.get("/healthz")).json() == {"status": "ok"}
    answer = await service.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "components": {"index": "ok", "llm": "llm_unavailable"}}
    assert (service.lines()[-1]["code"], service.lines()[-1]["level"]) == ("not_ready", "info")


async def test_ready_without_parts_to_check() -> None:
    assert (await make_service().get("/readyz")).json() == {"ready": True, "components": {}}


@pytest.mark.parametrize("fault", ["raises", "hangs"])
async def test_a_check_that_fails_or_hangs_means_not_ready(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resume_rag.service.routes, "READINESS_TIMEOUT_S", 0.01)

    async def check() -> dict[str, str]:
        if fault == "raises":
            raise IndexNotFoundError("None.")
        await asyncio.sleep(3600)
        return {}

    answer = await make_service(hooks={"readiness": check}).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["components"] == {"readiness": "index_not_found" if fault == "raises" else "timeout"}


@contextlib.asynccontextmanager
async def run_lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with app.router.lifespan_context(app):
        yield


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await check():  # noqa: ASYNC110 - it looks from outside, as an operator does
            await asyncio.sleep(0.005)


async def test_the_port_opens_before_the_parts_do(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, stopped = asyncio.Event(), asyncio.Event()

    async def stop() -> None:
        stopped.set()

    async def start() -> None:
        await opened.wait()

    service = make_service(hooks={"on_start": start, "on_stop": stop})
    async with run_lifespan(service.app):
        assert (await service.get("/readyz")).json()["components"] == {"start": "starting"}
        assert (await service.get("/healthz")).status_code == 200
        opened.set()
        await until(lambda: is_ready(service))
        assert not stopped.is_set()
    assert stopped.is_set()


async def is_ready(service: Service) -> bool:
    return (await service.get("/readyz")).status_code == 200


async def test_a_start_that_fails_is_tried_again_and_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resume_rag.service.app._START_PAUSES_S", (0.001,))
    outcomes: list[Exception | None] = [LLMUnavailableError("No server."), LLMUnavailableError("No server."), None]
    states = []

    async def start() -> None:
        states.append((await service.get("/readyz")).json()["components"]["start"])
        if error := outcomes.pop(0):
            raise error

    service = make_service(hooks={"on_start": start})
    async with run_lifespan(service.app):
        await until(lambda: is_ready(service))
    assert states == ["starting", "llm_unavailable", "llm_unavailable"]
    assert [line["event"] for line in service.lines() if line["event"] != "request"] == ["start_failed", "started"]


async def test_an_unforeseen_failure_to_start_is_logged_without_its_message() -> None:
    async def start() -> None:
        raise RuntimeError(PLANTED)

    async def failed() -> bool:
        return any(line["event"] == "start_failed" for line in service.lines())

    service = make_service(hooks={"on_start": start})
    async with run_lifespan(service.app):
        await until(failed)
        assert (await service.get("/readyz")).json()["components"] == {"start": "internal_error"}
    assert PLANTED not in service.log.getvalue()


async def test_stopping_while_starting_does_not_wait_for_it() -> None:
    service = make_service(hooks={"on_start": asyncio.Event().wait})
    async with asyncio.timeout(10), run_lifespan(service.app):
        await service.get("/healthz")


# --- pages and documents ---


async def test_the_playground_draws_a_form_of_two_texts() -> None:
    page = (await make_service().get("/resume/playground/")).text
    found = re.search(r"window\.INPUT_SCHEMA = (.*);", page)
    assert found
    schema = json.loads(found.group(1))
    assert {name: one["type"] for name, one in schema["properties"].items()} == {"job_description": "string", "resume": "string"}
    assert schema["required"] == ["job_description", "resume"]


async def test_the_schemas_name_every_form_of_a_request() -> None:
    service = make_service()
    assert (await service.get("/resume/input_schema")).json() == TailorRequest.model_json_schema()
    assert (await service.get("/resume/output_schema")).json() == TailorResponse.model_json_schema()


async def test_openapi_holds_routes_problems_and_examples() -> None:
    document = (await make_service().get("/openapi.json")).json()
    operation = document["paths"]["/generate_resume"]["post"]
    assert set(operation["requestBody"]["content"]["application/json"]["examples"]) == set(REQUEST_EXAMPLES)
    assert TailorResponse.model_validate(operation["responses"]["200"]["content"]["application/json"]["example"]) == RESPONSE
    assert "line" in operation["responses"]["200"]["content"]["text/event-stream"]["example"]
    assert all("application/problem+json" in operation["responses"][str(status)]["content"] for status in (400, 413, 422, 502, 503, 504))
    assert {"/resume/invoke", "/resume/batch", "/resume/stream", "/healthz", "/readyz"} <= set(document["paths"])


def test_the_examples_fit_the_types_and_their_spans_their_texts() -> None:
    for example in REQUEST_EXAMPLES.values():
        TailorRequest.model_validate(example["value"])
    request = TailorRequest.model_validate(REQUEST_EXAMPLES["text"]["value"])
    assert isinstance(request.resume, str)
    [source] = RESPONSE.lines[0].sources
    assert source.span
    assert request.resume[source.span.start : source.span.end] == source.text
    [gap] = RESPONSE.gaps
    assert request.job_description[gap.span.start : gap.span.end] == gap.text
    assert RESPONSE.model_dump(mode="json", exclude_unset=True) == RESPONSE_EXAMPLE


async def test_pages_for_people() -> None:
    service = make_service()
    index = (await service.get("/")).text
    links = re.findall(r'href="([^"]+)"', index)
    assert links == ["/docs", "/resume/playground/", "/readyz", "/healthz"]
    assert [(await service.get(link)).status_code for link in links] == [200] * 4
    docs = (await service.get("/docs")).text
    assert "Harbour Lane Logistics" in docs  # the examples are in the page itself
    assert "POST /generate_resume" in docs
    assert "SwaggerUIBundle" in docs


async def test_playground_and_docs_can_be_turned_off() -> None:
    service = make_service(settings=make_settings(playground=False))
    for path in ["/resume/playground/", "/docs", "/openapi.json", "/redoc"]:
        assert (await service.get(path)).status_code == 404
    assert (await service.post("/resume/stream_log", {"input": REQUEST})).status_code == 404
    assert (await service.post("/resume/invoke", {"input": REQUEST})).status_code == 200
    assert "playground" not in (await service.get("/")).text


def test_building_leaves_uvicorn_as_it_was() -> None:
    make_service()
    assert uvicorn.Server.handle_exit.__module__ == "uvicorn.server"


# --- over a real socket ---


def test_a_real_server_and_its_clients(capfd: pytest.CaptureFixture[str]) -> None:
    service = make_service()
    with serve(service.app) as url:
        remote = RemoteRunnable(f"{url}/resume/")
        assert TailorResponse.model_validate(remote.invoke(REQUEST)) == RESPONSE
        assert TailorResponse.model_validate(remote.invoke(TailorRequest.model_validate(REQUEST))) == RESPONSE
        assert [TailorResponse.model_validate(one) for one in remote.batch([REQUEST, REQUEST])] == [RESPONSE, RESPONSE]
        snapshots = [TailorResponse.model_validate(one) for one in remote.stream(REQUEST)]
        assert snapshots == list(service.chain.snapshots)
        with httpx.stream("POST", f"{url}/generate_resume", json=REQUEST, headers={"Accept": "text/event-stream"}) as answer:
            assert [name for name, _ in parse_events(answer.read().decode())] == ["retrieved", "line", "done"]
        assert httpx.post(f"{url}/generate_resume", json={"resume": PLANTED}).status_code == 422
        service.chain.error = ValueError(PLANTED)
        assert httpx.post(f"{url}/generate_resume", json=REQUEST).status_code == 500
        assert httpx.post(f"{url}/resume/stream", json={"input": REQUEST}).text.endswith("}\r\n\r\n")
    out, err = capfd.readouterr()
    assert "Application shutdown complete" in err  # the server's own log was seen
    assert PLANTED not in service.log.getvalue() + out + err
    assert "without completing response" not in err


def test_a_body_too_large_is_refused_over_a_socket() -> None:
    service = make_service(settings=make_settings(max_file_bytes=1000))
    with serve(service.app) as url:
        answer = httpx.post(f"{url}/generate_resume", content=b" " * 3_000_000, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "input_too_large")
        assert httpx.get(f"{url}/healthz").status_code == 200


@pytest.mark.parametrize(
    ("path", "accept"), [("/generate_resume", "*/*"), ("/generate_resume", "text/event-stream"), ("/resume/invoke", "*/*")]
)
def test_leaving_a_real_server_ends_the_work(path: str, accept: str) -> None:
    service = make_service(hangs=True)
    with serve(service.app) as url:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{url}{path}", json=wrap(path, REQUEST), headers={"Accept": accept}, timeout=httpx.Timeout(5, read=0.3))
        deadline_s = time.monotonic() + 10
        while not service.log.getvalue() and time.monotonic() < deadline_s:
            time.sleep(0.01)
    assert service.chain.cancelled == 1
    assert service.lines()[-1]["code"] == "client_disconnected"
