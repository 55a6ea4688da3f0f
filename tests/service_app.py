"""The app over a scripted chain, for the tests of the service: what it answers, whether it fails, whether it hangs."""

import asyncio
import contextlib
import io
import json
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from langchain_core.runnables import Runnable, RunnableLambda

from resume_rag.errors import InputError
from resume_rag.schema import TailorRequest, TailorResponse
from resume_rag.service import build_app
from resume_rag.service.examples import RESPONSE_EXAMPLE
from resume_rag.settings import Settings

RESPONSE = TailorResponse.model_validate(RESPONSE_EXAMPLE)
PLANTED = "Zibeline"
REQUEST = {
    "job_description": f"Lead {PLANTED}Post the night shift",
    "resume": {
        "basics": {"name": f"{PLANTED}Name", f"x{PLANTED}Key": "kept"},
        "work": [{"name": f"{PLANTED}Employer", "highlights": ["Led 6"]}],
    },
}
TAILOR_ROUTES = ["/generate_resume", "/resume/invoke"]
STREAM_ROUTES = ["/resume/stream", "/resume/stream_log", "/resume/stream_events"]


@dataclass
class ScriptedChain(Runnable[Any, TailorResponse]):
    """Answers as told. `calls` holds what it got; a hanging call sets `started`, and `cancelled` when it is cancelled."""

    error: Exception | None = None
    hangs: bool = False
    snapshots: tuple[TailorResponse, ...] = (RESPONSE.model_copy(update={"lines": ()}), RESPONSE)
    fails_on: str | None = None
    retrieved: str = ""
    calls: list[Any] = field(default_factory=list)
    configs: list[Any] = field(default_factory=list)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: int = 0

    def invoke(self, input: Any, config: Any = None, **_: Any) -> TailorResponse:
        raise AssertionError("the service calls the async side only")

    async def ainvoke(self, input: Any, config: Any = None, **_: Any) -> TailorResponse:
        await self._begin(input, config)
        return self.snapshots[-1]

    async def astream(self, input: Any, config: Any = None, **_: Any) -> AsyncIterator[TailorResponse]:
        for number, snapshot in enumerate(self.snapshots):
            if number == len(self.snapshots) - 1:
                await self._begin(input, config)
            yield snapshot

    async def _begin(self, input: Any, config: Any) -> None:
        request = TailorRequest.model_validate(input)
        self.calls.append(input)
        self.configs.append(config)
        if self.fails_on and self.fails_on in request.job_description:
            raise InputError("refused")
        if self.retrieved:
            await RunnableLambda(lambda _: self.retrieved, name="retrieve").ainvoke(0, config)
        if self.error:
            raise self.error
        if self.hangs:
            self.started.set()
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                self.cancelled += 1
                raise


@dataclass
class Service:
    """An app with its log, and a client without a network."""

    chain: ScriptedChain
    app: FastAPI
    log: io.StringIO

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://test")

    async def post(self, path: str, body: Any, **more: Any) -> httpx.Response:
        async with self.client() as client:
            return await client.post(path, json=body, **more)

    async def get(self, path: str) -> httpx.Response:
        async with self.client() as client:
            return await client.get(path)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


def make_settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def make_service(
    *, settings: Settings | None = None, hooks: dict[str, Any] | None = None, chain: ScriptedChain | None = None, **script: Any
) -> Service:
    chain, log = chain or ScriptedChain(**script), io.StringIO()
    return Service(chain, build_app(chain, settings or make_settings(), log_file=log, **(hooks or {})), log)


def wrap(path: str, request: Any) -> Any:
    """The request as the body that a route wants."""
    if path == "/resume/batch":
        return {"inputs": [request]}
    return request if path == "/generate_resume" else {"input": request}


def parse_events(text: str) -> list[tuple[str, Any]]:
    events = re.findall(r"event: (\w+)\r?\n(?:data: (.*?)\r?\n)?\r?\n", text)
    return [(name, json.loads(payload) if payload else None) for name, payload in events]


@contextlib.contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="debug"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()
