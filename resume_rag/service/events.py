"""Server-sent events of one tailoring: ``retrieved``, ``line`` as each line passes its checks, then ``done`` or ``error``.

A response of its own, not a generator: all of it runs in one task, which the client's disconnect cancels. After HTTP 200
has gone out, an error can only be an event; it holds the same problem that the status would have carried.
"""

from __future__ import annotations

from contextlib import aclosing

import anyio
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from resume_rag.errors import ResumeRagError
from resume_rag.schema import Coverage, Examples, Gap, Line, TailorRequest, TailorResponse
from resume_rag.service.problems import render_error, render_internal_error
from resume_rag.service.records import current_record
from resume_rag.service.runs import Runs

PING_INTERVAL_S = 15.0


class Retrieved(BaseModel):
    """What is known before the first line is written."""

    model_config = ConfigDict(frozen=True)

    examples: Examples | None
    gaps: tuple[Gap, ...]
    coverage: Coverage | None


class TailorEvents(Response):
    """Streams one tailoring. Comments keep quiet connections open, because proxies close those."""

    media_type = "text/event-stream"

    def __init__(self, runs: Runs, request: TailorRequest, *, ping_interval_s: float = PING_INTERVAL_S) -> None:
        super().__init__(headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self.runs = runs
        self.request = request
        self.ping_interval_s = ping_interval_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the events."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        # An unforeseen error is raised on after its event, so that the log gets its place; a task group would wrap it.
        failure: Exception | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(self._ping, send)
            try:
                await self._stream(send)
            except ResumeRagError as error:
                problem = render_error(error)
                current_record().code = problem.code
                await _send_event(send, "error", problem)
            except Exception as error:  # noqa: BLE001 - the boundary: the stream must end with a typed event
                failure = error
                await _send_event(send, "error", render_internal_error())
            group.cancel_scope.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        if failure:
            raise failure

    async def _stream(self, send: Send) -> None:
        sent: dict[str, Line] = {}
        last: TailorResponse | None = None
        async with aclosing(self.runs.astream(self.request)) as snapshots:
            async for snapshot in snapshots:
                if last is None:
                    await _send_event(send, "retrieved", Retrieved.model_validate(snapshot, from_attributes=True))
                last = snapshot
                for line in last.lines:
                    if sent.get(line.path) != line:
                        sent[line.path] = line
                        await _send_event(send, "line", line)
        if last is None:
            raise RuntimeError("the chain's stream was empty")
        await _send_event(send, "done", last)

    async def _ping(self, send: Send) -> None:
        while True:
            await anyio.sleep(self.ping_interval_s)
            await send({"type": "http.response.body", "body": KEEPALIVE_COMMENT, "more_body": True})


async def _send_event(send: Send, name: str, payload: BaseModel) -> None:
    event = format_sse_event(event=name, data_str=payload.model_dump_json())
    await send({"type": "http.response.body", "body": event, "more_body": True})
