"""Any Runnable from `TailorRequest` to `TailorResponse`, as a FastAPI app.

Puts the layers around the routes (log, connection) and starts what the chain needs in the background, so that the port
opens at once and ``/readyz`` says when requests can be served. Knows nothing of the chain's stages.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TextIO

import structlog
from fastapi import FastAPI
from langchain_core.runnables import Runnable

from resume_rag import __version__
from resume_rag.errors import ResumeRagError
from resume_rag.schema import TailorResponse
from resume_rag.service.connection import ConnectionMiddleware
from resume_rag.service.docs import build_pages_router
from resume_rag.service.langserve_routes import PATH, build_langserve_router
from resume_rag.service.logs import RequestLogMiddleware, build_logger, describe_exception
from resume_rag.service.problems import add_problem_handlers
from resume_rag.service.routes import Readiness, build_health_router, build_tailor_router
from resume_rag.settings import Settings

_START_PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)
_BODY_SLACK_BYTES = 64 * 1024

Hook = Callable[[], Awaitable[None]]


def build_app(
    chain: Runnable[Any, TailorResponse],
    settings: Settings,
    *,
    readiness: Readiness | None = None,
    on_start: Hook | None = None,
    on_stop: Hook | None = None,
    log_file: TextIO | None = None,
) -> FastAPI:
    """The app over a chain.

    Args:
        chain: takes a `TailorRequest` or its JSON, and raises our errors.
        settings: limits, whether the playground and ``/docs`` are served, the level of the log.
        readiness: component -> ``ok`` or an error's code; quick.
        on_start: opens what the chain needs; runs in the background, and again while it fails with one of our errors.
        on_stop: closes it again.
        log_file: where the JSON lines go; standard error where not given.
    """
    logger = build_logger(settings.log_level, log_file)
    starting = _Starting(on_start, logger)

    async def check_ready() -> dict[str, str]:
        return {**starting.components(), **(await readiness() if readiness else {})}

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        starting.begin()
        try:
            yield
        finally:
            await starting.stop()
            if on_stop:
                await on_stop()

    app = FastAPI(
        title="resume_rag",
        version=__version__,
        summary="A resume tailored to a job post, every line traceable to the candidate's own resume.",
        openapi_url="/openapi.json" if settings.playground else None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    add_problem_handlers(app)
    app.include_router(build_tailor_router(chain))
    app.include_router(build_langserve_router(chain, playground=settings.playground))
    app.include_router(build_health_router(check_ready))
    app.include_router(build_pages_router(_links(settings), app.openapi if settings.playground else None))
    # The last one added is the outermost.
    app.add_middleware(ConnectionMiddleware, max_body_bytes=compute_body_limit_bytes(settings))
    app.add_middleware(RequestLogMiddleware, logger=logger)
    return app


def compute_body_limit_bytes(settings: Settings) -> int:
    r"""The largest body that can hold a request within the limits: a file in base64, a post of ``\u`` escapes."""
    return settings.max_file_bytes * 4 // 3 + settings.max_job_chars * 6 + _BODY_SLACK_BYTES


def _links(settings: Settings) -> dict[str, str]:
    pages = {"/docs": "the routes, with examples", f"{PATH}/playground/": "try it in the browser"} if settings.playground else {}
    return {**pages, "/readyz": "whether requests can be served", "/healthz": "whether the process is alive"}


class _Starting:
    """The start in the background, tried again until the fault is mended, and its state for ``/readyz``."""

    def __init__(self, on_start: Hook | None, logger: structlog.typing.FilteringBoundLogger) -> None:
        self._on_start = on_start
        self._logger = logger
        self._task: asyncio.Task[None] | None = None
        self._state = "ok" if on_start is None else "starting"

    def begin(self) -> None:
        if self._on_start:
            self._task = asyncio.create_task(self._run(self._on_start))

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    def components(self) -> dict[str, str]:
        return {} if self._state == "ok" else {"start": self._state}

    async def _run(self, on_start: Hook) -> None:
        for pause_s in itertools.chain(_START_PAUSES_S, itertools.repeat(_START_PAUSES_S[-1])):
            try:
                await on_start()
            except ResumeRagError as error:
                # Said once: it is tried again for as long as the fault lasts.
                if self._state != error.code:
                    self._logger.error("start_failed", code=error.code, detail=error.message, hint=error.hint)
                self._state = error.code
            except Exception as error:  # noqa: BLE001 - the boundary: a background task has nobody to raise to
                self._state = "internal_error"
                self._logger.error("start_failed", code=self._state, exception=describe_exception(error))
                return
            else:
                self._state = "ok"
                self._logger.info("started")
                return
            await asyncio.sleep(pause_s)
