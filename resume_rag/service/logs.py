"""One JSON line a request, and the outermost layer of the app: nothing passes it unlogged, nothing unforeseen leaves it.

The line holds ids, codes, counts and times. It never holds text of a resume, a job post or a prompt, so of an unforeseen
exception it holds the type and the places in the code, not the message.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
import warnings
from typing import Any, TextIO

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resume_rag.errors import ResumeRagError
from resume_rag.service.metrics import Metrics
from resume_rag.service.problems import render_internal_error, respond, respond_to_error
from resume_rag.service.records import NOT_READY, RequestRecord, open_record
from resume_rag.service.tracing import Tracing

_LAST_FRAMES = 6


def build_logger(level: str, file: TextIO | None = None) -> structlog.typing.FilteringBoundLogger:
    """A logger of JSON lines to ``file`` (standard error where not given). Leaves structlog's global settings alone."""
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(file or sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
    )
    return logger


def quiet_foreign_logs() -> None:
    """Turns off what others log of a client's text (paths with their queries, chunks of streams), and a notice of no use.

    For whoever owns the process, such as ``server.py``: it changes the logging of the whole of it.
    """
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("sse_starlette.sse").setLevel(logging.WARNING)
    # LangServe's playground rests on it, and nobody here can change that.
    warnings.filterwarnings("ignore", message="astream_log is deprecated")


def describe_exception(error: BaseException) -> dict[str, Any]:
    """Type and places of an exception, without its message.

    >>> describe_exception(KeyError("a line of somebody's resume"))
    {'type': 'KeyError', 'at': []}
    """
    frames = traceback.extract_tb(error.__traceback__)[-_LAST_FRAMES:]
    return {"type": type(error).__name__, "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]}


def _unwrap(error: Exception) -> Exception:
    """The first cause in a task group's exception, as deep as they go."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


class RequestLogMiddleware:
    """Pure ASGI. Gives each request an id, a record and a span, logs and counts it, and makes a bare 500 of what nobody foresaw."""

    def __init__(self, app: ASGIApp, logger: structlog.typing.FilteringBoundLogger, metrics: Metrics, tracing: Tracing) -> None:
        self.app = app
        self.logger = logger
        self.metrics = metrics
        self.tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        record = open_record(scope["method"], Headers(scope=scope).get("x-request-id"))
        with self.tracing.request(scope, record):
            await self._serve(scope, receive, send, record)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, record: RequestRecord) -> None:
        started_s = time.perf_counter()
        exception: dict[str, Any] | None = None

        async def send_noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = record.request_id
            # Set before sending: once the last byte is out, the server reports a disconnect that is none.
            record.finished = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever it is, the client gets a problem and the log its place
            cause = _unwrap(error)
            if not isinstance(cause, ResumeRagError):
                exception = describe_exception(cause)
            response = respond_to_error(cause) if isinstance(cause, ResumeRagError) else respond(render_internal_error())
            if not record.status:
                await response(scope, receive, send_noting)
            elif not record.finished:
                # A stream that has said what is wrong in an event; without its end the server would log a fault of its own.
                await send_noting({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            duration_s = time.perf_counter() - started_s
            if record.code == "ok" and record.status >= 400:
                record.code = "error"
            # The template, not the path: a path is the client's text.
            route: str = getattr(scope.get("route"), "path", "") or getattr(scope.get("endpoint"), "__name__", "unmatched")
            self.metrics.observe_request(record, route, duration_s)
            self._log(record, route, 1000 * duration_s, exception)

    def _log(self, record: RequestRecord, route: str, duration_ms: float, exception: dict[str, Any] | None) -> None:
        fields = {
            "request_id": record.request_id,
            "method": record.method,
            "route": route,
            "status": record.status,
            "code": record.code,
            "duration_ms": round(duration_ms, 1),
            **record.log_fields(),
        }
        if record.responses == 1:
            fields["overhead_ms"] = round(max(0.0, duration_ms - record.upstream_ms - record.queue_ms), 1)
        if exception:
            fields["exception"] = exception
        failed = exception or (record.status >= 500 and record.code != NOT_READY)
        log = self.logger.error if failed else self.logger.info
        log("request", **fields)
