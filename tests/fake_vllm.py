"""A scripted OpenAI-compatible server that causes faults on demand: a stand-in for vLLM in tests, not a demo.

    with FakeVLLM(script=[Truncate(at=20), Answer()]) as server:
        ...  # ask server.base_url

A script is a list of replies (used up in order, then the default), a callable of the request, or probabilities by the
name of a fault (seeded). The default reply is honest JSON for the schema in ``response_format``: `sources` from its
enum, `text` from ``reply``. It runs uvicorn in a thread on a free port of 127.0.0.1, records the requests it received and
the clients that left, and paces its tokens.

``python tests/fake_vllm.py --faults '{"stall": 0.1}'`` runs it in a process of its own: it prints its address, answers
``GET /fake/record`` with what it has seen, and stops with its standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

MODEL = "fake-model"
VERSION = "0.32.0"
CONTEXT_TOKENS = 8192
STALL_S = 3600.0


@dataclass(frozen=True)
class Received:
    """One request as it came: body, headers, and the moment on the monotonic clock."""

    body: dict[str, Any]
    headers: dict[str, str]
    at_s: float
    number: int

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.body.get("messages", []))

    @property
    def last_human(self) -> str:
        for message in reversed(self.messages):
            if message.get("role") == "user":
                return str(message.get("content", ""))
        return ""

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of ``response_format`` or of vLLM's ``structured_outputs``; empty where there is none."""
        wanted = self.body.get("response_format") or {}
        if wanted.get("type") == "json_schema":
            return dict(wanted["json_schema"].get("schema", {}))
        return dict((self.body.get("structured_outputs") or {}).get("json", {}))

    @property
    def allowed_ids(self) -> list[str]:
        """The enum of ``sources`` in the schema, through a ``$ref`` where there is one, or as the prompt says it in words."""
        schema = self.schema
        items = schema.get("properties", {}).get("sources", {}).get("items", {})
        if "$ref" in items:
            items = schema.get("$defs", {}).get(items["$ref"].rsplit("/", 1)[-1], {})
        named = list(items.get("enum", [items["const"]] if "const" in items else []))
        if not named and (in_words := re.search(r"<one of: ([^>]*)>", self.last_human)):
            named = in_words[1].split(", ")
        return named


Reply = Callable[[Received], dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    """A reply. The fields change one thing each; the named faults below set them.

    Attributes:
        text: the answer, instead of the default JSON.
        change: what to do to the default answer's text.
        finish_reason: what the server says of it.
        status: HTTP status; not 200 sends ``error`` (or ``raw_body``, as a router does) instead of an answer.
        first_byte_s: wait before the headers (not streaming) or the first token.
        stall_at, reset_at: characters of the answer after which a stream hangs or the connection breaks.
        raw_body: bytes sent as they are, with ``content_type``.
        needs_schema: only requests with a schema are answered so; others get an honest answer.
        ignores_limit: the answer is not cut at ``max_tokens``.
    """

    text: str | None = None
    change: Callable[[str, Received], str] | None = None
    finish_reason: str = "stop"
    status: int = 200
    error: str = ""
    error_type: str = "BadRequestError"
    retry_after: str | None = None
    first_byte_s: float = 0.0
    token_s: float | None = None
    stall_at: int | None = None
    reset_at: int | None = None
    raw_body: bytes | None = None
    content_type: str = "application/json"
    refusal: str | None = None
    needs_schema: bool = False
    ignores_limit: bool = False
    name: str = "answer"


def _wrong_language(text: str, request: Received) -> str:
    return _with_text(text, "Leitete ein Team und verbesserte die Abläufe im Betrieb.")


def _with_text(text: str, line: Any) -> str:
    try:
        return json.dumps({**json.loads(text), "text": line}, ensure_ascii=False)
    except (ValueError, TypeError):
        return json.dumps({"text": line})


def _rename_key(text: str, request: Received) -> str:
    return text.replace('"text"', '"Text"', 1)


def _drift_enum(text: str, request: Received) -> str:
    return json.dumps({**json.loads(text), "sources": ["fact-one-thousand"]})


def _objects_for_strings(text: str, request: Received) -> str:
    value = json.loads(text)
    return json.dumps({"text": {"value": value.get("text")}, "sources": [{"id": one} for one in value.get("sources", [])]})


def _echo(text: str, request: Received) -> str:
    return json.dumps(request.schema or {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]})


def _loop(text: str, request: Received) -> str:
    return '{"text": "' + "Led the team and " * 400


def truncate(at: int, *, finish_reason: str = "length") -> Answer:
    """The answer cut behind ``at`` bytes of its UTF-8; with ``finish_reason="stop"``, silently."""
    return Answer(change=lambda text, _: text.encode()[:at].decode(errors="ignore"), finish_reason=finish_reason, name="truncated")


FAULTS: Mapping[str, Answer] = {
    "truncated": truncate(18),
    "truncated_silently": truncate(18, finish_reason="stop"),
    "whitespace_loop": Answer(text='{"text":' + " \n\t" * 1200, finish_reason="length"),
    "repetition_loop": Answer(change=_loop, finish_reason="length"),
    "drifted_enum": Answer(change=_drift_enum),
    "drifted_key": Answer(change=_rename_key),
    "objects_for_strings": Answer(change=_objects_for_strings),
    "schema_echo": Answer(change=_echo),
    "prose_around": Answer(change=lambda text, _: f"Sure! Here is the line you asked for:\n\n{text}\n\nLet me know if you need more."),
    "two_fences": Answer(change=lambda text, _: f"A draft:\n```json\n{_with_text(text, '')}\n```\nBetter:\n```json\n{text}\n```"),
    "think": Answer(change=lambda text, _: f'<think>The fact says {{"much"}}, so I write.</think>\n{text}'),
    "wrong_language": Answer(change=_wrong_language),
    "refusal": Answer(text="I'm sorry, but I can't help with that."),
    "refusal_field": Answer(text="", refusal="I can't help with that."),
    "empty": Answer(text=""),
    "trailing_comma": Answer(change=lambda text, _: text.rstrip()[:-1] + ",}"),
    "schema_refused": Answer(status=400, error="The provided JSON schema contains features not supported by xgrammar.", needs_schema=True),
    "rate_limited": Answer(status=429, error="Too many requests", error_type="RateLimitError", retry_after="0"),
    "server_error": Answer(status=500, error="EngineDeadError", error_type="InternalServerError"),
    "unavailable": Answer(status=503, error="Service Unavailable", error_type="ServiceUnavailable"),
    "unavailable_retry_after": Answer(status=503, error="Service Unavailable", error_type="ServiceUnavailable", retry_after="1"),
    "slow_first_byte": Answer(first_byte_s=0.5),
    "stall": Answer(stall_at=12),
    "reset": Answer(reset_at=12),
    "wrong_content_type": Answer(raw_body=b"<html><body>502 Bad Gateway</body></html>", content_type="text/html"),
    "invalid_utf8": Answer(raw_body=b'{"id": "x", "choices": [{"message": {"content": "\xff\xfe\xc3"}}]}'),
    "huge": Answer(text='{"text": "' + "Led teams of five. " * 60_000 + '"}', ignores_limit=True),
}
"""Every fault by its name. Change one with ``dataclasses.replace``."""
FAULTS = {name: replace(answer, name=name) for name, answer in FAULTS.items()}

Script = Sequence[Answer | str] | Callable[[Received], Answer | str | None] | Mapping[str, float]


def default_reply(request: Received) -> dict[str, Any]:
    """An answer that fits the schema: the first allowed id, and a plain line."""
    return {"text": "Led the work.", "sources": request.allowed_ids[:1]}


_FILLER = ("In this role I ", "Was responsible for ", "Responsible for ", "Worked on ")


def shortened_reply(request: Received) -> dict[str, Any]:
    """An honest rewrite of the last source line that the prompt shows: filler at its beginning goes."""
    shown = [line for message in request.messages for line in str(message["content"]).splitlines() if line.startswith("Source line [")]
    text = shown[-1].split("]: ", 1)[1] if shown else "Led the work."
    for filler in _FILLER:
        text = text.removeprefix(filler)
    return {"text": text[:1].upper() + text[1:].rstrip("."), "sources": request.allowed_ids[:1]}


@dataclass
class FakeVLLM:
    """The server. A context manager; ``base_url`` ends in ``/v1``.

    Attributes:
        script: replies or names of `FAULTS` in order (then the default), a callable (None: the default), or probabilities
            by name of fault.
        reply: the default answer's JSON for a request; a test may set it at any time.
        token_s: seconds between two tokens of a stream.
        keep: most requests that are recorded; all where None.
        listen_port: for a server that comes back; a free one where 0.
        lacks: what this server does not do, of ``version``, ``usage``, ``metrics``, ``cached_tokens``, ``token_ids``, ``max_tokens``
            and ``disconnect`` (it writes on for a client that has left).
        requests, disconnects: what came; and the numbers of the requests whose client left before the end.
        sent: the name of each answer, as it began.
    """

    script: Script = ()
    reply: Reply = default_reply
    token_s: float = 0.0
    seed: int = 0
    keep: int | None = None
    listen_port: int = 0
    lacks: frozenset[str] = frozenset()
    requests: list[Received] = field(default_factory=list)
    disconnects: list[int] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._queue = list(self.script) if isinstance(self.script, Sequence) else []
        self._random = random.Random(self.seed)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.received = 0
        self.in_flight = 0
        self.max_in_flight = 0

    # --- life ----------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        config = uvicorn.Config(
            self._app(), host="127.0.0.1", port=self.listen_port, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="fake-vllm", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the fake server did not start")
            time.sleep(0.005)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(timeout=10)
        if self._thread.is_alive():
            raise RuntimeError("the fake server did not stop")

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def wait_for_disconnects(self, count: int, timeout_s: float = 10.0) -> list[int]:
        """The clients that left, once there are ``count`` of them or the time is over."""
        deadline = time.monotonic() + timeout_s
        while len(self.disconnects) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return list(self.disconnects)

    # --- routes --------------------------------------------------------------------------------------------------

    def _app(self) -> Callable[..., Any]:
        inner = Starlette(
            routes=[
                Route("/v1/models", self._models),
                Route("/models", self._models),
                Route("/health", self._health),
                Route("/version", self._version),
                Route("/metrics", self._metrics),
                Route("/fake/record", self._record),
            ]
        )

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http" and scope["path"] == "/v1/chat/completions" and scope["method"] == "POST":
                await self._chat(scope, receive, send)
            else:
                await inner(scope, receive, send)

        return app

    async def _models(self, request: Request) -> Response:
        return JSONResponse(
            {
                "object": "list",
                "data": [{"id": MODEL, "object": "model", "owned_by": "vllm", "root": "/models/fake", "max_model_len": CONTEXT_TOKENS}],
            }
        )

    async def _version(self, request: Request) -> Response:
        return Response(status_code=404) if "version" in self.lacks else JSONResponse({"version": VERSION})

    async def _health(self, request: Request) -> Response:
        return Response(status_code=200)

    async def _metrics(self, request: Request) -> Response:
        running = f'vllm:num_requests_running{{model_name="{MODEL}"}} {self.in_flight}'
        total = f'vllm:request_success_total{{model_name="{MODEL}"}} {self.received - self.in_flight}'
        return PlainTextResponse(f"# TYPE vllm:num_requests_running gauge\n{running}\n# TYPE vllm:request_success_total counter\n{total}\n")

    async def _record(self, request: Request) -> Response:
        return JSONResponse(
            {
                "received": self.received,
                "sent": Counter(self.sent),
                "clients_left": len(self.disconnects),
                "in_flight": self.in_flight,
                "max_in_flight": self.max_in_flight,
            }
        )

    async def _chat(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        try:
            body = json.loads(await request.body())
        except ValueError:
            await JSONResponse(_error(400, "the body is not JSON", "BadRequestError"), 400)(scope, receive, send)
            return
        with self._lock:
            received = Received(body, dict(request.headers), time.monotonic(), self.received)
            self.received += 1
            if self.keep is None or len(self.requests) < self.keep:
                self.requests.append(received)
            self.in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self.in_flight)
        try:
            await self._serve(received, scope, receive, send)
        finally:
            with self._lock:
                self.in_flight -= 1

    async def _serve(self, received: Received, scope: Any, receive: Any, send: Any) -> None:
        """Sends the answer, and stops at once when the client leaves."""
        sending = asyncio.create_task(self._send(received, scope, send))
        leaving = asyncio.create_task(_left(receive))
        await asyncio.wait({sending} if "disconnect" in self.lacks else {sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not sending.done():
            with self._lock:
                self.disconnects.append(received.number)
        for task in (sending, leaving):
            if not task.done():
                task.cancel()
        outcome = (await asyncio.gather(sending, leaving, return_exceptions=True))[0]
        if isinstance(outcome, Exception):
            raise outcome

    async def _send(self, received: Received, scope: Any, send: Any) -> None:
        answer, text = self._choose(received)
        with self._lock:
            self.sent.append(answer.name)
        await asyncio.sleep(answer.first_byte_s)
        headers = {} if answer.retry_after is None else {"retry-after": answer.retry_after}
        if answer.raw_body is not None:
            await Response(answer.raw_body, answer.status, headers, media_type=answer.content_type)(scope, _never, send)
        elif answer.status != 200:
            error = JSONResponse(_error(answer.status, answer.error, answer.error_type), answer.status, headers)
            await error(scope, _never, send)
        elif received.body.get("stream"):
            await self._stream(received, answer, text, send)
        else:
            await self._whole(received, answer, text, send)

    # --- answers -------------------------------------------------------------------------------------------------

    def _choose(self, received: Received) -> tuple[Answer, str]:
        with self._lock:
            chosen = self._scripted(received)
        answer = FAULTS[chosen] if isinstance(chosen, str) else chosen or Answer()
        if answer.needs_schema and not received.schema:
            answer = Answer()
        text = answer.text if answer.text is not None else json.dumps(self.reply(received), ensure_ascii=False)
        if answer.change is not None:
            text = answer.change(text, received)
        limit = received.body.get("max_completion_tokens") or received.body.get("max_tokens")
        if limit is None or answer.ignores_limit or "max_tokens" in self.lacks:
            return answer, text
        if received.body.get("ignore_eos"):
            text = (text + " ") * limit
        tokens = [match.group() for match in islice(_TOKEN.finditer(text), limit + 1)]
        return (replace(answer, finish_reason="length"), "".join(tokens[:limit])) if len(tokens) > limit else (answer, text)

    def _scripted(self, received: Received) -> Answer | str | None:
        if callable(self.script):
            return self.script(received)
        if isinstance(self.script, Mapping):
            draw = self._random.random()
            for name, probability in self.script.items():
                draw -= probability
                if draw < 0:
                    return name
            return None
        return self._queue.pop(0) if self._queue else None

    async def _whole(self, received: Received, answer: Answer, text: str, send: Any) -> None:
        await asyncio.sleep((answer.token_s if answer.token_s is not None else self.token_s) * len(_tokens(text)))
        message = {"role": "assistant", "content": text, "refusal": answer.refusal}
        choices = [
            {"index": index, "message": message, "finish_reason": answer.finish_reason, **self._token_ids(received)}
            for index in range(received.body.get("n") or 1)
        ]
        body = json.dumps({**_head(received, "chat.completion"), "choices": choices, **self._counts(received, text)}).encode()
        await _start(send, "application/json", len(body))
        if answer.stall_at is not None or answer.reset_at is not None:
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            await asyncio.sleep(0.01)
            if answer.stall_at is not None:
                await asyncio.sleep(STALL_S)
            raise ConnectionResetError("the fake server breaks the connection")
        await send({"type": "http.response.body", "body": body})

    async def _stream(self, received: Received, answer: Answer, text: str, send: Any) -> None:
        await _start(send, "text/event-stream")
        async for event in self._events(received, answer, text):
            await send({"type": "http.response.body", "body": b"data: " + json.dumps(event).encode() + b"\n\n", "more_body": True})
        await send({"type": "http.response.body", "body": b"data: [DONE]\n\n"})

    async def _events(self, received: Received, answer: Answer, text: str) -> AsyncIterator[dict[str, Any]]:
        head = _head(received, "chat.completion.chunk")
        pace_s = answer.token_s if answer.token_s is not None else self.token_s
        first = {"role": "assistant", "content": "", **({"refusal": answer.refusal} if answer.refusal else {})}
        yield {**head, "choices": [{"index": 0, "delta": first, "finish_reason": None}]}
        sent = 0
        for token in _tokens(text):
            if answer.stall_at is not None and sent >= answer.stall_at:
                await asyncio.sleep(STALL_S)
            if answer.reset_at is not None and sent >= answer.reset_at:
                await asyncio.sleep(0.01)
                raise ConnectionResetError("the fake server breaks the connection")
            await asyncio.sleep(pace_s)
            yield {**head, "choices": [{"index": 0, "delta": {"content": token}, "finish_reason": None}]}
            sent += len(token)
        yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": answer.finish_reason}]}
        if (received.body.get("stream_options") or {}).get("include_usage"):
            yield {**head, "choices": [], **self._counts(received, text)}

    def _token_ids(self, received: Received) -> dict[str, Any]:
        return {"token_ids": [1]} if received.body.get("return_token_ids") and "token_ids" not in self.lacks else {}

    def _counts(self, received: Received, text: str) -> dict[str, Any]:
        usage = _usage(received, text)
        if "cached_tokens" in self.lacks:
            del usage["prompt_tokens_details"]
        metrics = {"time_to_first_token_ms": 1.0, "queue_time_ms": 0.0, "tokens_per_second": 1000.0}
        return {name: value for name, value in (("usage", usage), ("metrics", metrics)) if name not in self.lacks}


async def _left(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _never() -> Any:
    await asyncio.Event().wait()


async def _start(send: Any, content_type: str, length: int | None = None) -> None:
    headers = [(b"content-type", content_type.encode())]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})


_TOKEN = re.compile(r"\s{1,4}\S{0,4}|\S{1,4}")


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text) if len(text) < 50_000 else [text[at : at + 4096] for at in range(0, len(text), 4096)]


def _head(received: Received, kind: str) -> dict[str, Any]:
    model = received.body.get("model", MODEL)
    return {"id": f"chatcmpl-{received.number}", "object": kind, "created": 1_700_000_000, "model": model}


def _usage(received: Received, text: str) -> dict[str, Any]:
    prompt = sum(len(_tokens(str(message.get("content", "")))) for message in received.messages)
    completion = len(_tokens(text))
    details = {"cached_tokens": prompt // 2}
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": details,
    }


def _error(status: int, message: str, kind: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": status}}


def main() -> None:
    arguments = argparse.ArgumentParser(description="A server that misbehaves as it is told.")
    arguments.add_argument("--faults", type=json.loads, default={}, help="probability by the name of a fault, as JSON")
    arguments.add_argument("--token-s", type=float, default=0.0)
    arguments.add_argument("--seed", type=int, default=0)
    told = arguments.parse_args()
    server = FakeVLLM(script=told.faults, reply=shortened_reply, token_s=told.token_s, seed=told.seed, keep=0)
    with server as running, contextlib.suppress(KeyboardInterrupt):
        print(running.base_url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
