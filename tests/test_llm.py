"""The language model: what goes over the wire, and what each fault of a server becomes. Servers are real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import random
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from email.utils import format_datetime, localtime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate
from pydantic import SecretStr

from resume_rag.errors import LLMError, LLMRequestError, LLMTimeoutError, LLMUnavailableError, OutputParseError, OverloadedError
from resume_rag.llm import LLM, build_llm
from resume_rag.llm.watched import MAX_ANSWER_CHARS
from resume_rag.parsing import LineParser, parse_json
from resume_rag.prompt import build_wire_schema
from tests.live_server import LiveServer, open_live_server

SECRET = "Zebulon the candidate"
SCHEMA = {
    "title": "line",
    "type": "object",
    "properties": {"text": {"type": "string", "maxLength": 120}, "sources": {"type": "array", "items": {"enum": ["f1"]}, "maxItems": 1}},
    "required": ["text", "sources"],
    "additionalProperties": False,
}
ANSWER = {
    "id": "1",
    "object": "chat.completion",
    "created": 1,
    "model": "first",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": '{"text":"a"}'}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13, "prompt_tokens_details": {"cached_tokens": 5}},
}


def piece(content: str | None, finish_reason: str | None = None) -> bytes:
    delta = {} if content is None else {"role": "assistant", "content": content}
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "first", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


class Handler(BaseHTTPRequestHandler):
    """One request; what it answers is a function that the test gives to the server."""

    server: ScriptedServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, None))
        self.server.models(self)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.server.chat(self)

    def answer(self, status: int = 200, content: Any = None, headers: dict[str, str] | None = None, kind: str = "application/json") -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_stream(self, *pieces: bytes, reset: bool = False) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in pieces:
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            self.wfile.flush()
        if reset:
            self.reset()
        else:
            self.wfile.write(b"0\r\n\r\n")

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()  # it holds the socket open
        self.connection.close()

    def handle(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().handle()

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def log_message(self, *args: object) -> None:
        pass


class ScriptedServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.models: Callable[[Handler], None] = lambda handler: handler.answer(content={"data": [{"id": "first"}, {"id": "second"}]})
        self.chat: Callable[[Handler], None] = lambda handler: handler.answer(content=ANSWER)
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def hang(self, handler: Handler) -> None:
        self.released.wait(60)
        handler.close_connection = True


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        threading.Thread(target=scripted.serve_forever, args=(0.02,), daemon=True).start()
        yield scripted
        scripted.released.set()
        scripted.shutdown()


def make_llm(url: str, **changes: Any) -> LLM:
    options: dict[str, Any] = {
        "name": None, "api_key": None, "timeout_s": 20.0, "temperature": 0.0, "seed": 3, "max_output_tokens": 64,
    }  # fmt: skip
    return build_llm(base_url=url, **{**options, **changes})


Ask = Callable[..., AIMessage]


async def _gather(pieces: AsyncIterator[AIMessage]) -> AIMessage:
    whole: Any = None
    async for part in pieces:
        whole = part if whole is None else whole + part
    return whole


def _sum(pieces: Iterator[AIMessage]) -> AIMessage:
    whole: Any = None
    for part in pieces:
        whole = part if whole is None else whole + part
    return whole


WAYS: dict[str, Ask] = {
    "invoke": lambda llm, *args, **kwargs: llm.invoke(*args, **kwargs),
    "ainvoke": lambda llm, *args, **kwargs: asyncio.run(llm.ainvoke(*args, **kwargs)),
    "stream": lambda llm, *args, **kwargs: _sum(llm.stream(*args, **kwargs)),
    "astream": lambda llm, *args, **kwargs: asyncio.run(_gather(llm.astream(*args, **kwargs))),
}


@pytest.fixture(params=WAYS)
def ask(request: pytest.FixtureRequest) -> Ask:
    """Each of the four ways to ask."""
    return WAYS[request.param]


@pytest.fixture(params=["invoke", "ainvoke"])
def ask_whole(request: pytest.FixtureRequest) -> Ask:
    return WAYS[request.param]


@pytest.fixture(params=["stream", "astream"])
def ask_stream(request: pytest.FixtureRequest) -> Ask:
    return WAYS[request.param]


class TestRequest:
    def test_body(self, server: ScriptedServer, ask_whole: Ask) -> None:
        ask_whole(make_llm(server.url, name="mine"), [SystemMessage("be brief"), HumanMessage("hi")], json_schema=SCHEMA)
        path, headers, body = server.asked[-1]
        assert path == "/v1/chat/completions"
        assert headers["authorization"] == "Bearer none"
        assert body == {
            "model": "mine",
            "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hi"}],
            "temperature": 0.0,
            "seed": 3,
            "max_completion_tokens": 64,
            "stream": True,  # whole answers are watched for loops too
            "stream_options": {"include_usage": True},
            "response_format": {"type": "json_schema", "json_schema": {"name": "line", "schema": SCHEMA, "strict": True}},
        }

    def test_stream_body_asks_for_usage(self, server: ScriptedServer, ask_stream: Ask) -> None:
        server.chat = lambda handler: handler.answer_stream(piece("{}", "stop"), b"data: [DONE]\n\n")
        ask_stream(make_llm(server.url, name="mine"), "hi", json_schema=SCHEMA)
        body = server.asked[-1][2]
        assert body["stream"] is True
        assert body["stream_options"] == {"include_usage": True}
        assert body["response_format"]["json_schema"]["schema"] == SCHEMA

    def test_keywords_of_one_call(self, server: ScriptedServer, ask_whole: Ask) -> None:
        llm = make_llm(server.url, name="mine", api_key=SecretStr("k"))
        ask_whole(llm, "hi", max_tokens=7, temperature=0.5, seed=11, timeout=9.0, extra_headers={"X-Session-ID": "s"})
        ask_whole(llm, "hi", max_tokens=None, temperature=None, seed=None, json_schema=None)
        (_, first_headers, first), (_, _, second) = server.asked
        assert (first["max_completion_tokens"], first["temperature"], first["seed"]) == (7, 0.5, 11)
        assert (first_headers["x-session-id"], first_headers["authorization"]) == ("s", "Bearer k")
        assert (second["max_completion_tokens"], second["temperature"], second["seed"]) == (64, 0.0, 3)
        assert "timeout" not in first
        assert "response_format" not in second

    def test_environment_of_another_account_is_left_alone(
        self, server: ScriptedServer, ask_whole: Ask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
            monkeypatch.setenv(name, "of-another-account")
        for name in ("HTTP_PROXY", "http_proxy", "OPENAI_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        ask_whole(make_llm(server.url), "hi")
        assert "of-another-account" not in repr(server.asked)

    def test_name_is_the_first_listed_and_asked_for_once(self, server: ScriptedServer, ask_whole: Ask) -> None:
        llm = make_llm(server.url)
        assert not server.asked
        assert llm.get_name() == "LLM"
        assert not server.asked
        ask_whole(llm, "hi")
        ask_whole(llm, "hi")
        assert [path for path, _, _ in server.asked] == ["/v1/models", "/v1/chat/completions", "/v1/chat/completions"]
        assert server.asked[-1][2]["model"] == llm.name == "first"

    def test_given_name_asks_nothing(self, server: ScriptedServer) -> None:
        assert make_llm(server.url, name="mine").name == "mine"
        assert not server.asked

    def test_check_lists(self, server: ScriptedServer) -> None:
        assert make_llm(server.url).check() == ("first", "second")
        assert asyncio.run(make_llm(server.url).acheck()) == ("first", "second")

    def test_is_a_runnable_with_callbacks(self, server: ScriptedServer, ask_whole: Ask) -> None:
        class Seen(BaseCallbackHandler):
            def __init__(self) -> None:
                self.tags: list[str] = []

            def on_chat_model_start(self, *args: Any, tags: list[str] | None = None, **kwargs: Any) -> None:
                self.tags += tags or []

        seen = Seen()
        chain = ChatPromptTemplate.from_messages([("system", "s"), ("human", "{q}")]) | make_llm(server.url).bind(max_tokens=5)
        ask_whole(chain, {"q": "hi"}, {"callbacks": [seen], "tags": ["mine"]})
        assert "mine" in seen.tags
        assert server.asked[-1][2]["max_completion_tokens"] == 5

    def test_many_event_loops_one_after_the_other(self, server: ScriptedServer) -> None:
        llm = make_llm(server.url)
        for _ in range(4):
            assert asyncio.run(llm.ainvoke("hi")).content == '{"text":"a"}'
        assert len(llm._async_chats) <= 2

    async def test_aclose_and_use_again(self, server: ScriptedServer) -> None:
        llm = make_llm(server.url, name="mine")
        await llm.ainvoke("hi")
        await llm.aclose()
        assert (await llm.ainvoke("hi")).content


class TestAnswer:
    def test_reason_and_usage(self, server: ScriptedServer, ask_whole: Ask) -> None:
        answer = ask_whole(make_llm(server.url), "hi")
        assert answer.response_metadata["finish_reason"] == "stop"
        usage = answer.usage_metadata
        assert usage
        assert (usage["input_tokens"], usage["output_tokens"], usage["input_token_details"]["cache_read"]) == (9, 4, 5)

    def test_stream_adds_up(self, server: ScriptedServer, ask_stream: Ask) -> None:
        usage = {"choices": [], "usage": ANSWER["usage"]}
        last = b"data: " + json.dumps(usage).encode() + b"\n\n"
        server.chat = lambda handler: handler.answer_stream(piece("a"), piece("b"), piece(None, "stop"), last, b"data: [DONE]\n\n")
        answer = ask_stream(make_llm(server.url), "hi", json_schema=SCHEMA)
        assert (answer.content, answer.response_metadata["finish_reason"]) == ("ab", "stop")
        assert answer.usage_metadata
        assert answer.usage_metadata["input_token_details"]["cache_read"] == 5

    def test_counts_in_every_piece_are_not_added_up(self, server: ScriptedServer, ask: Ask) -> None:
        def counted(content: str, finish_reason: str | None, tokens: int) -> bytes:
            chunk = json.loads(piece(content, finish_reason)[6:])
            chunk["usage"] = {"prompt_tokens": 9, "completion_tokens": tokens, "total_tokens": 9 + tokens}
            return b"data: " + json.dumps(chunk).encode() + b"\n\n"

        server.chat = lambda handler: handler.answer_stream(
            counted("a", None, 1), counted("b", None, 2), counted("c", "stop", 3), b"data: [DONE]\n\n"
        )
        answer = ask(make_llm(server.url), "hi", json_schema=SCHEMA)
        assert answer.content == "abc"
        assert answer.usage_metadata
        assert (answer.usage_metadata["input_tokens"], answer.usage_metadata["output_tokens"]) == (9, 3)

    def test_cut_off_answer_is_an_answer(self, server: ScriptedServer, ask: Ask) -> None:
        cut = {**ANSWER, "choices": [{"index": 0, "message": {"role": "assistant", "content": '{"te'}, "finish_reason": "length"}]}

        def chat(handler: Handler) -> None:
            if server.asked[-1][2]["stream"]:
                handler.answer_stream(piece('{"te', "length"), b"data: [DONE]\n\n")
            else:
                handler.answer(content=cut)

        server.chat = chat
        answer = ask(make_llm(server.url), "hi", json_schema=SCHEMA)
        assert (answer.content, answer.response_metadata["finish_reason"]) == ('{"te', "length")

    def test_wrong_input_is_the_callers_fault(self, server: ScriptedServer) -> None:
        with pytest.raises(TypeError):
            make_llm(server.url).invoke(3)  # type: ignore[arg-type]


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "BadRequestError", "code": 400}}


STATUSES: list[tuple[int, str, type[Exception], dict[str, Any]]] = [
    (400, f"Invalid JSON schema: {SECRET}", LLMRequestError, {"status": 400, "about_schema": True, "about_length": False}),
    (400, f"maximum context length is 4096 tokens. {SECRET}", LLMRequestError, {"about_schema": False, "about_length": True}),
    (400, f"messages: {SECRET}", LLMRequestError, {"about_schema": False, "about_length": False}),
    (401, "no", LLMRequestError, {"about_schema": False}),
    (403, "no", LLMRequestError, {}),
    (404, "The model does not exist", LLMRequestError, {}),
    (413, "large", LLMRequestError, {"about_length": True}),
    (422, "response_format", LLMRequestError, {"about_schema": True}),
    (429, "slow down", OverloadedError, {"retry_after_s": 7.0}),
    (503, "queue is full", OverloadedError, {"retry_after_s": 7.0}),
    (500, SECRET, LLMUnavailableError, {}),
    (502, SECRET, LLMUnavailableError, {}),
    (504, SECRET, LLMTimeoutError, {}),
    (307, "", LLMUnavailableError, {}),
]


def raised_by(ask: Ask, llm: LLM, **kwargs: Any) -> Any:
    """The error of ours that asking gives; never with the prompt in it, nor in what a log of it would show."""
    with pytest.raises((LLMError, OverloadedError)) as caught:
        ask(llm, [HumanMessage(SECRET)], **kwargs)
    shown = str(caught.value) + caught.value.hint + repr(caught.value.__cause__)
    assert SECRET not in shown
    assert caught.value.hint
    return caught.value


class TestFaults:
    @pytest.mark.parametrize(("status", "text", "kind", "attributes"), STATUSES)
    def test_status(
        self, status: int, text: str, kind: type[Exception], attributes: dict[str, Any], server: ScriptedServer, ask: Ask
    ) -> None:
        headers = {"Retry-After": "7", "Location": "http://127.0.0.1:1/v1/chat/completions"}
        server.chat = lambda handler: handler.answer(status, _error(text), headers)
        error = raised_by(ask, make_llm(server.url), json_schema=SCHEMA)
        assert type(error) is kind
        assert {name: getattr(error, name) for name in attributes} == attributes
        bodies = [body for path, _, body in server.asked if path.endswith("completions")]
        asked_in_words = attributes.get("about_schema") is True and bodies[0].get("stream") and len(bodies) == 2
        assert len(bodies) == 1 or asked_in_words  # retries have one owner, not here
        assert all("response_format" not in body for body in bodies[1:])

    @pytest.mark.parametrize(
        ("header", "low", "high"), [(None, 1, 1), ("soon", 1, 1), ("-5", 0, 0), ("date", 20, 31), ("1e99", 3600, 3600)]
    )
    def test_retry_after(self, header: str | None, low: float, high: float, server: ScriptedServer) -> None:
        if header == "date":
            header = format_datetime(localtime().fromtimestamp(time.time() + 30, localtime().tzinfo))
        server.chat = lambda handler: handler.answer(503, {}, {"Retry-After": header} if header else None)
        assert low <= raised_by(WAYS["invoke"], make_llm(server.url)).retry_after_s <= high

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"<html>welcome</html>", "text/html"),
            (b'{"choices": [{"mess', "application/json"),
            (b"\xff\xfe\x00garbage", "application/json"),
            (b"[1, 2]", "application/json"),
            (b'{"choices": null}', "application/json"),
            (b'{"choices": []}', "application/json"),
            (b'{"choices": [{"message": null}]}', "application/json"),
            (b'{"error": {"message": "no GPU"}}', "application/json"),
            (b"", "application/json"),
        ],
    )
    def test_body_that_is_no_answer(self, content: bytes, kind: str, server: ScriptedServer, ask: Ask) -> None:
        server.chat = lambda handler: handler.answer(content=content, kind=kind)
        assert type(raised_by(ask, make_llm(server.url), json_schema=SCHEMA)) is LLMUnavailableError

    @pytest.mark.parametrize("content", [b"<html>", b"{}", b'{"data": []}', b'{"data": [{}]}', b'{"data": 3}'])
    def test_list_of_models_that_is_none(self, content: bytes, server: ScriptedServer) -> None:
        server.models = lambda handler: handler.answer(content=content)
        for way in (lambda llm, _: llm.check(), lambda llm, _: asyncio.run(llm.acheck())):
            assert type(raised_by(way, make_llm(server.url))) is LLMUnavailableError

    def test_nobody_there(self, ask: Ask) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        error = raised_by(ask, make_llm(f"http://me:hunter2@127.0.0.1:{port}/v1"))
        assert type(error) is LLMUnavailableError
        assert f"127.0.0.1:{port} cannot be reached" in error.message
        assert "hunter2" not in error.message

    def test_host_without_address(self, ask: Ask) -> None:
        assert type(raised_by(ask, make_llm("http://no-such-host.invalid:8000/v1"))) is LLMUnavailableError

    def test_no_answer_in_time(self, server: ScriptedServer, ask: Ask) -> None:
        server.chat = server.hang
        assert type(raised_by(ask, make_llm(server.url, timeout_s=0.3))) is LLMTimeoutError
        assert type(raised_by(ask, make_llm(server.url), timeout=0.3)) is LLMTimeoutError

    def test_check_does_not_wait_long(self, server: ScriptedServer) -> None:
        server.models = server.hang
        llm = make_llm(server.url)
        for way in (lambda llm, _: llm.check(timeout_s=0.2), lambda llm, _: asyncio.run(llm.acheck(timeout_s=0.2))):
            assert type(raised_by(way, llm)) is LLMTimeoutError

    def test_reset_before_the_answer(self, server: ScriptedServer, ask: Ask) -> None:
        server.chat = Handler.reset
        error = raised_by(ask, make_llm(server.url))
        assert type(error) is LLMUnavailableError
        assert "broke off" in error.message

    def test_reset_in_the_middle_of_a_stream(self, server: ScriptedServer, ask_stream: Ask) -> None:
        server.chat = lambda handler: handler.answer_stream(piece("a"), piece("b"), reset=True)
        assert type(raised_by(ask_stream, make_llm(server.url))) is LLMUnavailableError

    def test_stream_that_stops_without_a_reason(self, server: ScriptedServer, ask_stream: Ask) -> None:
        server.chat = lambda handler: handler.answer_stream(piece("a"), piece("b"))
        assert type(raised_by(ask_stream, make_llm(server.url))) is LLMUnavailableError

    def test_stream_of_garbage(self, server: ScriptedServer, ask_stream: Ask) -> None:
        server.chat = lambda handler: handler.answer_stream(piece("a"), b"data: {not json\n\n")
        assert type(raised_by(ask_stream, make_llm(server.url))) is LLMUnavailableError

    @pytest.mark.parametrize(("code", "kind"), [(503, OverloadedError), (400, LLMRequestError), (500, LLMUnavailableError)])
    def test_error_in_a_stream_under_200(self, code: int, kind: type[Exception], server: ScriptedServer, ask_stream: Ask) -> None:
        event = b"data: " + json.dumps({"error": {"message": SECRET, "type": "x", "code": code}}).encode() + b"\n\n"
        server.chat = lambda handler: handler.answer_stream(event, b"data: [DONE]\n\n")
        assert type(raised_by(ask_stream, make_llm(server.url))) is kind

    async def test_cancelled_call_is_cancelled(self, server: ScriptedServer) -> None:
        arrived = threading.Event()

        def chat(handler: Handler) -> None:
            arrived.set()
            server.hang(handler)

        server.chat = chat
        task = asyncio.create_task(make_llm(server.url, name="mine").ainvoke("hi"))
        assert await asyncio.to_thread(arrived.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


class TestRefusedSchema:
    """A server that takes no JSON schema is asked in words, and remembered for it."""

    @pytest.fixture
    def wordy(self, server: ScriptedServer) -> ScriptedServer:
        def chat(handler: Handler) -> None:
            if "response_format" in server.asked[-1][2]:
                handler.answer(400, _error("response_format json_schema is not supported"))
            else:
                handler.answer(content=ANSWER)

        server.chat = chat
        return server

    def bodies(self, server: ScriptedServer) -> list[dict[str, Any]]:
        return [body for path, _, body in server.asked if path.endswith("completions")]

    def test_the_same_request_is_asked_in_words_and_those_after_it(self, wordy: ScriptedServer, ask_whole: Ask) -> None:
        llm = make_llm(wordy.url)
        for _ in range(2):
            assert ask_whole(llm, [SystemMessage("rules"), HumanMessage("hi")], json_schema=SCHEMA).content == '{"text":"a"}'
        refused, asked_again, later = self.bodies(wordy)
        assert "response_format" in refused
        assert refused["messages"][1]["content"] == "hi"
        assert asked_again["messages"] == later["messages"]
        assert asked_again["messages"][0] == {"role": "system", "content": "rules"}
        assert asked_again["messages"][1]["content"].startswith("hi\n\nAnswer with one JSON object of this shape")
        assert not llm.takes_schemas()

    def test_it_is_remembered_for_that_server_only(self, wordy: ScriptedServer, ask_whole: Ask) -> None:
        first, second = make_llm(wordy.url), make_llm(wordy.url)
        ask_whole(first, "hi", json_schema=SCHEMA)
        assert (first.takes_schemas(), second.takes_schemas()) == (False, True)

    def test_a_schema_is_tried_again_when_the_memory_is_old(self, wordy: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
        llm = make_llm(wordy.url)
        llm.invoke("hi", json_schema=SCHEMA)
        now_s = time.monotonic()
        monkeypatch.setattr("resume_rag.llm.time.monotonic", lambda: now_s + 700)
        assert llm.takes_schemas()

    def test_a_request_without_a_schema_is_not_changed(self, wordy: ScriptedServer, ask_whole: Ask) -> None:
        llm = make_llm(wordy.url)
        ask_whole(llm, "hi", json_schema=SCHEMA)
        ask_whole(llm, "hi")
        assert self.bodies(wordy)[-1]["messages"] == [{"role": "user", "content": "hi"}]

    def test_streams_go_by_what_is_remembered(self, wordy: ScriptedServer, ask_stream: Ask) -> None:
        llm = make_llm(wordy.url)
        assert raised_by(ask_stream, llm, json_schema=SCHEMA).about_schema
        llm.invoke("hi", json_schema=SCHEMA)
        wordy.chat = lambda handler: handler.answer_stream(piece("a", "stop"), b"data: [DONE]\n\n")
        ask_stream(llm, "hi", json_schema=SCHEMA)
        assert "response_format" not in self.bodies(wordy)[-1]

    def test_other_refusals_are_told_and_not_remembered(self, server: ScriptedServer, ask_whole: Ask) -> None:
        server.chat = lambda handler: handler.answer(400, _error("temperature must be below 2"))
        llm = make_llm(server.url)
        assert not raised_by(ask_whole, llm, json_schema=SCHEMA).about_schema
        assert llm.takes_schemas()
        assert len(self.bodies(server)) == 1

    def test_warming_finds_it_out(self, wordy: ScriptedServer) -> None:
        llm = make_llm(wordy.url)
        llm.warm(SCHEMA)
        assert not llm.takes_schemas()
        assert self.bodies(wordy)[-1]["max_completion_tokens"] == 1


class TestWatch:
    """A whole answer is read as a stream, and a model in a loop is hung up on."""

    LOOPS = (("whitespace_loop", '{"text":', " \n"), ("repetition_loop", '{"text": "', "Led the team and "))

    @pytest.mark.parametrize(("loop", "start", "unit"), LOOPS)
    def test_a_loop_is_ended_and_named(self, loop: str, start: str, unit: str, server: ScriptedServer, ask: Ask) -> None:
        left = threading.Event()

        def chat(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/event-stream")
            handler.end_headers()
            try:
                handler.wfile.write(piece(start))
                while True:  # a model that never stops
                    handler.wfile.write(piece(unit))
                    handler.wfile.flush()
                    time.sleep(0.0005)
            except OSError:
                left.set()

        server.chat = chat
        answer = ask(make_llm(server.url), "hi")
        assert answer.response_metadata["finish_reason"] == loop
        assert len(str(answer.content)) < 2000
        assert left.wait(20)
        with pytest.raises(OutputParseError) as caught:
            LineParser(allowed_ids=("f1",)).invoke(answer)
        assert caught.value.cause == loop

    def test_an_answer_without_end_is_cut_off_here(self, server: ScriptedServer, ask_whole: Ask) -> None:
        draw = random.Random(0)
        pieces = [piece("".join(draw.choices("abcdefgh ", k=5000))) for _ in range(60)]
        server.chat = lambda handler: handler.answer_stream(*pieces, piece(None, "stop"), b"data: [DONE]\n\n")
        answer = ask_whole(make_llm(server.url), "hi")
        assert answer.response_metadata["finish_reason"] == "length"
        assert len(str(answer.content)) <= MAX_ANSWER_CHARS + 5000

    def test_events_may_come_in_any_pieces_and_with_comments(self, server: ScriptedServer, ask_whole: Ask) -> None:
        whole = b": hello\r\n\r\n" + piece("Größe ") + b"event: ping\ndata:" + piece("東京")[6:] + piece(None, "stop") + b"data: [DONE]\n\n"
        server.chat = lambda handler: handler.answer_stream(*[whole[at : at + 1] for at in range(len(whole))])
        assert ask_whole(make_llm(server.url), "hi").content == "Größe 東京"

    @pytest.mark.parametrize("broken", [b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n', b"data: {\n\n", b"data: 3\n\n"])
    def test_what_is_no_event_is_an_error(self, broken: bytes, server: ScriptedServer, ask_whole: Ask) -> None:
        server.chat = lambda handler: handler.answer_stream(piece("a"), broken, piece(None, "stop"), b"data: [DONE]\n\n")
        assert type(raised_by(ask_whole, make_llm(server.url))) is LLMUnavailableError

    def test_an_end_without_a_reason_is_an_error(self, server: ScriptedServer, ask_whole: Ask) -> None:
        server.chat = lambda handler: handler.answer_stream(piece('{"text": "a"}'), b"data: [DONE]\n\n")
        assert "broke off" in raised_by(ask_whole, make_llm(server.url)).message

    def test_the_refusal_field_is_kept(self, server: ScriptedServer, ask_whole: Ask) -> None:
        refusal = b'data: {"choices": [{"index": 0, "delta": {"refusal": "No."}, "finish_reason": "stop"}]}\n\n'
        server.chat = lambda handler: handler.answer_stream(refusal, b"data: [DONE]\n\n")
        assert ask_whole(make_llm(server.url), "hi").additional_kwargs["refusal"] == "No."

    def test_several_answers_to_one_request(self, server: ScriptedServer) -> None:
        def part(index: int, content: str, reason: str | None = None) -> bytes:
            choice = {"index": index, "delta": {"content": content}, "finish_reason": reason}
            return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"

        pieces = [part(0, "a"), part(1, "x"), part(1, "y", "stop"), part(0, "b", "length"), b"data: [DONE]\n\n"]
        server.chat = lambda handler: handler.answer_stream(*pieces)
        result = make_llm(server.url, name="mine")._sync_chat.generate([[HumanMessage("hi")]], n=2)
        seen = [(one.text, (one.generation_info or {})["finish_reason"]) for one in result.generations[0]]
        assert [text for text, _ in seen] == ["ab", "xy"]

    def test_connections_are_used_again(self, server: ScriptedServer) -> None:
        ports: list[int] = []

        def chat(handler: Handler) -> None:
            ports.append(handler.client_address[1])
            handler.answer_stream(piece("a", "stop"), b"data: [DONE]\n\n")

        server.chat = chat
        llm = make_llm(server.url, name="mine")
        for _ in range(4):
            llm.invoke("hi")
        assert len(set(ports)) == 1

    def test_a_slow_drip_ends_at_the_timeout_of_the_whole(self, server: ScriptedServer, ask: Ask) -> None:
        def chat(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/event-stream")
            handler.end_headers()
            while True:
                handler.wfile.write(piece("a"))
                handler.wfile.flush()
                time.sleep(0.05)

        server.chat = chat
        assert type(raised_by(ask, make_llm(server.url), timeout=0.4)) is LLMTimeoutError


# --- the same against the embedded model ----------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def open_long_lived(url: str, **changes: Any) -> AsyncIterator[LLM]:
    llm = make_llm(url, long_lived=True, **changes)
    try:
        yield llm
    finally:
        await llm.aclose()


class TestLongLived:
    """As a server uses it: over aiohttp, closed at the end."""

    async def test_says_and_reads_the_same(self, server: ScriptedServer) -> None:
        server.chat = lambda handler: handler.answer_stream(piece('{"text":'), piece('"a"}'), piece(None, "stop"))
        plain = make_llm(server.url, name="mine")
        expected = await plain.ainvoke("hi", json_schema=SCHEMA)
        async with open_long_lived(server.url, name="mine") as llm:
            answer = await llm.ainvoke("hi", json_schema=SCHEMA)
        assert (answer.content, answer.response_metadata["finish_reason"]) == (expected.content, "stop")
        (path, headers, body), (other_path, other_headers, other_body) = server.asked[-2:]
        assert (path, body) == (other_path, other_body)
        assert {headers[name] == other_headers[name] for name in ("authorization", "content-type", "accept")} == {True}

    @pytest.mark.parametrize(
        ("status", "error"), [(400, LLMRequestError), (429, OverloadedError), (500, LLMUnavailableError), (504, LLMTimeoutError)]
    )
    async def test_statuses(self, server: ScriptedServer, status: int, error: type[LLMError]) -> None:
        server.chat = lambda handler: handler.answer(status, {"error": {"message": SECRET}}, {"Retry-After": "7"})
        async with open_long_lived(server.url) as llm:
            with pytest.raises(error) as caught:
                await llm.ainvoke(SECRET)
        assert SECRET not in str(caught.value)
        assert getattr(caught.value, "retry_after_s", 7.0) == 7.0

    async def test_broken_off_late_and_gone(self, server: ScriptedServer) -> None:
        async with open_long_lived(server.url, name="mine") as llm:
            server.chat = lambda handler: handler.answer_stream(piece("a"), reset=True)
            with pytest.raises(LLMUnavailableError):
                await llm.ainvoke("hi")
            server.chat = Handler.reset
            with pytest.raises(LLMUnavailableError):
                await llm.ainvoke("hi")
            server.chat = server.hang
            with pytest.raises(LLMTimeoutError):
                await llm.ainvoke("hi", timeout=0.2)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        async with open_long_lived(f"http://127.0.0.1:{port}/v1", name="mine") as llm:
            with pytest.raises(LLMUnavailableError):
                await llm.ainvoke("hi")

    @pytest.mark.parametrize("ends", ["loop", "cancel"])
    async def test_hangs_up(self, server: ScriptedServer, ends: str) -> None:
        left = threading.Event()

        def ramble(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/event-stream")
            handler.send_header("Connection", "close")
            handler.end_headers()
            part = piece(" " if ends == "loop" else "word ")
            try:
                while not server.released.wait(0.01):
                    handler.wfile.write(part)
                    part = piece(" " if ends == "loop" else f"word{time.monotonic()} ")
            except OSError:
                left.set()
                raise

        server.chat = ramble
        async with open_long_lived(server.url, name="mine") as llm:
            task = asyncio.create_task(llm.ainvoke("hi"))
            if ends == "cancel":
                await asyncio.sleep(0.3)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            else:
                assert "loop" in (await task).response_metadata["finish_reason"]
            assert await asyncio.to_thread(left.wait, 5)

    def test_leaves_nothing_to_complain_about(self, server: ScriptedServer, caplog: pytest.LogCaptureFixture) -> None:
        async def run() -> None:
            async with open_long_lived(server.url) as llm:
                await llm.ainvoke("hi")

        asyncio.run(run())
        gc.collect()
        assert not caplog.records


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with open_live_server(tmp_path_factory.mktemp("run")) as server:
        yield server


@pytest.fixture
def live(live_server: LiveServer) -> LLM:
    embedded = live_server.embedded is not None
    return make_llm(live_server.base_url, api_key=live_server.api_key, timeout_s=120.0, keep_connections=not embedded)


@pytest.mark.live
class TestLive:
    PROMPT = "Rewrite as one resume line, sources f1: Built a billing service in Go used by 600 drivers"

    def test_answers_to_the_schema(self, live: LLM, ask: Ask) -> None:
        answer = ask(live, self.PROMPT, json_schema=SCHEMA)
        parsed = json.loads(str(answer.content))
        assert set(parsed) == {"text", "sources"}
        assert parsed["text"]
        assert answer.response_metadata["finish_reason"] == "stop"
        usage = answer.usage_metadata
        assert usage
        assert usage["input_tokens"] > 20
        assert 5 < usage["output_tokens"] <= 64

    def test_second_time_comes_from_the_prompt_cache(self, live: LLM) -> None:
        prompt = [SystemMessage("Keep every number as it is. " * 40), HumanMessage("Say yes.")]
        live.invoke(prompt, max_tokens=2)
        usage = live.invoke(prompt, max_tokens=2).usage_metadata
        assert usage
        assert usage["input_token_details"]["cache_read"] > 200

    def test_one_request_after_the_other_finds_the_server(self, live: LLM) -> None:
        assert all(live.invoke("Say yes.", max_tokens=1).content for _ in range(30))

    def test_cut_off(self, live: LLM, ask: Ask) -> None:
        answer = ask(live, self.PROMPT, json_schema=SCHEMA, max_tokens=6)
        assert answer.response_metadata["finish_reason"] == "length"
        assert answer.usage_metadata
        assert answer.usage_metadata["output_tokens"] == 6

    def test_temperature_nought_repeats_itself(self, live: LLM) -> None:
        first, second = (live.invoke(self.PROMPT, json_schema=SCHEMA).content for _ in range(2))
        assert first == second

    def test_schema_that_it_does_not_know(self, live: LLM, ask_whole: Ask, ask_stream: Ask) -> None:
        nonsense = {"type": "nonsense"}
        assert raised_by(ask_stream, live, json_schema=nonsense).about_schema
        assert ask_whole(live, "Say yes.", json_schema=nonsense).content
        assert not live.takes_schemas()

    def test_prompt_that_is_too_long(self, live: LLM) -> None:
        error = raised_by(lambda llm, _: llm.invoke(f"{SECRET} " * 4000), live)
        assert type(error) is LLMRequestError
        assert error.about_length

    def test_wrong_key(self, live_server: LiveServer) -> None:
        if live_server.api_key is None:
            pytest.skip("this server asks for no key: set RESUME_RAG_LIVE_API_KEY")
        error = raised_by(WAYS["invoke"], make_llm(live_server.base_url, name="x", api_key=SecretStr("wrong")))
        assert type(error) is LLMRequestError
        assert "API_KEY" in error.hint

    async def test_stream_that_is_left_stops_the_server(self, live: LLM, live_server: LiveServer) -> None:
        pieces = live.astream("Count from one to ten thousand, in words.", max_tokens=3500)
        await anext(pieces)
        await pieces.aclose()  # type: ignore[attr-defined]
        await self.check_idle(live_server)

    async def test_a_whole_answer_that_is_cancelled_stops_the_server(self, live: LLM, live_server: LiveServer) -> None:
        long_prompt = "Keep every number as it is. " * 40 + "Count from one to ten thousand, in words."
        with pytest.raises(LLMTimeoutError):  # reading the prompt alone takes longer
            await live.ainvoke(long_prompt, max_tokens=3000, timeout=0.3)
        await self.check_idle(live_server)

    async def check_idle(self, live_server: LiveServer) -> None:
        # Left alone, 3,500 tokens take minutes.
        assert await asyncio.to_thread(live_server.wait_until_idle), "the server goes on writing for a client that has left"

    def test_the_wire_schema_holds_the_answer(self, live: LLM, ask_whole: Ask) -> None:
        schema = build_wire_schema(["w0h0", "w0h1"])
        live.warm(schema)
        answer = ask_whole(live, 'Copy this line, with its quotes: Led "Alpha" with 5 people.', json_schema=schema, max_tokens=200)
        assert live.takes_schemas()
        line = LineParser(allowed_ids=("w0h0", "w0h1"), max_chars=2000).invoke(answer)
        assert set(line.sources) <= {"w0h0", "w0h1"}
        assert parse_json(str(answer.content)).repairs == ()

    async def test_more_at_once_than_slots(self, live: LLM) -> None:
        answers = await asyncio.gather(*[live.ainvoke(f"Say the number {n}.", max_tokens=6) for n in range(6)])
        assert all(answer.content for answer in answers)
