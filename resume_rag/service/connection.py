"""The client's side of a request: its body up to a limit, and its going away, which ends the work.

One pure ASGI layer for both, because whoever listens for the disconnect must own ``receive``. It serves all routes, so
LangServe's ``/invoke`` and ``/batch``, which never look, stop as well. Knows nothing of what the body means.
"""

from __future__ import annotations

import asyncio

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resume_rag.errors import InputTooLargeError
from resume_rag.service.problems import respond_to_error
from resume_rag.service.records import current_record

CLIENT_DISCONNECTED = "client_disconnected"
STATUS_CLIENT_DISCONNECTED = 499
"""Nobody receives it; it is for the log, where nginx made it usual."""


class _DisconnectedError(Exception):
    pass


class ConnectionMiddleware:
    """Reads the whole body first (413 above ``max_body_bytes``), then runs the app until it ends or the client leaves."""

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            body = await self._read_body(scope, receive)
        except InputTooLargeError as error:
            await respond_to_error(error)(scope, receive, send)
        except _DisconnectedError:
            _note_disconnect()
        else:
            await self._run(scope, body, receive, send)

    async def _read_body(self, scope: Scope, receive: Receive) -> bytes:
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self.max_body_bytes:
            raise self._too_large()
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _DisconnectedError
            body += message.get("body", b"")
            if len(body) > self.max_body_bytes:
                raise self._too_large()
            if not message.get("more_body", False):
                return bytes(body)

    def _too_large(self) -> InputTooLargeError:
        return InputTooLargeError(f"The body is larger than {self.max_body_bytes} bytes.")

    async def _run(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        gone = asyncio.Event()

        async def replay() -> Message:
            if pending:
                return pending.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def watch(work: anyio.CancelScope) -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            if not current_record().finished:
                _note_disconnect()
            gone.set()
            work.cancel()

        with anyio.CancelScope() as work:
            watcher = asyncio.create_task(watch(work))
            try:
                await self.app(scope, replay, send)
            finally:
                watcher.cancel()


def _note_disconnect() -> None:
    record = current_record()
    record.code, record.status = CLIENT_DISCONNECTED, STATUS_CLIENT_DISCONNECTED
