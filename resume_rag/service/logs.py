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
from resume_rag.service.problems import render_internal_error, respond, respond_to_error
from resume_rag.service.records import NOT_READY, RequestRecord, open_record

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
    """Pure ASGI. Gives each request an id and a record, logs it, and turns unforeseen exceptions into a bare 500."""

    def __init__(self, app: ASGIApp, logger: structlog.typing.FilteringBoundLogger) -> None:
        self.app = app
        self.logger = logger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        record = open_record(scope["method"], Headers(scope=scope).get("x-request-id"))
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
            self._log(record, scope, (time.perf_counter() - started_s) * 1000, exception)

    def _log(self, record: RequestRecord, scope: Scope, duration_ms: float, exception: dict[str, Any] | None) -> None:
        if record.code == "ok" and record.status >= 400:
            record.code = "error"
        fields = {
            "request_id": record.request_id,
            "method": record.method,
            # The template, not the path: a path is the client's text.
            "route": getattr(scope.get("route"), "path", None) or getattr(scope.get("endpoint"), "__name__", "unmatched"),
            "status": record.status,
            "code": record.code,
            "duration_ms": round(duration_ms, 1),
            **record.log_fields(),
        }
        if exception:
            fields["exception"] = exception
        failed = exception or (record.status >= 500 and record.code != NOT_READY)
        log = self.logger.error if failed else self.logger.info
        log("request", **fields)
