"""Any Runnable from `TailorRequest` to `TailorResponse`, as a FastAPI app.

Puts the layers around the routes (log, connection) and starts what the chain needs in the background, so that the port
opens at once and ``/readyz`` says when requests can be served. Knows nothing of the chain's stages.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TextIO

import structlog
from fastapi import FastAPI
from langchain_core.runnables import Runnable
from opentelemetry.trace import TracerProvider

from resume_rag import __version__
from resume_rag.errors import ResumeRagError
from resume_rag.rollout import Change, Router
from resume_rag.schema import TailorResponse
from resume_rag.service.admission import RateLimiter, RunQueue
from resume_rag.service.checking import build_check_router
from resume_rag.service.coalescing import Coalescer
from resume_rag.service.connection import ConnectionMiddleware
from resume_rag.service.docs import build_pages_router
from resume_rag.service.draining import Drain
from resume_rag.service.gate import GateMiddleware
from resume_rag.service.keys import ApiKeys
from resume_rag.service.langserve_routes import PATH, build_langserve_router
from resume_rag.service.logs import RequestLogMiddleware, build_logger, describe_exception
from resume_rag.service.metrics import Metrics
from resume_rag.service.openapi import add_definitions
from resume_rag.service.problems import add_problem_handlers
from resume_rag.service.routes import Readiness, build_health_router, build_metrics_router, build_tailor_router
from resume_rag.service.runs import Runs
from resume_rag.service.tracing import Tracing, build_tracer_provider
from resume_rag.settings import Settings

_START_PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)
_BODY_SLACK_BYTES = 64 * 1024

Hook = Callable[[], Awaitable[None]]


def build_app(
    chain: Runnable[Any, TailorResponse],
    settings: Settings,
    *,
    readiness: Readiness | None = None,
    router: Router | None = None,
    on_start: Hook | None = None,
    on_stop: Hook | None = None,
    log_file: TextIO | None = None,
    tracer_provider: TracerProvider | None = None,
) -> FastAPI:
    """The app over a chain.

    Args:
        chain: takes a `TailorRequest` or its JSON, and raises our errors.
        settings: limits, keys, whether the playground and ``/docs`` are served, the level of the log.
        readiness: component -> ``ok`` or an error's code; quick.
        router: of the chain's deployments, whose rollouts are logged and counted; None: there is one model server.
        on_start: opens what the chain needs; runs in the background, and again while it fails with one of our errors.
        on_stop: closes it again.
        log_file: where the JSON lines go; standard error where not given.
        tracer_provider: makes spans; from the settings where not given.

    Raises:
        ResumeRagError: the file of API keys, or the packages for traces, that the settings name cannot be used.
    """
    logger = build_logger(settings.log_level, log_file)
    tracing = Tracing(tracer_provider or (build_tracer_provider() if settings.tracing else None))
    drain = Drain(settings.drain_notice_s, settings.drain_s, logger)
    queue = RunQueue(settings.max_running, settings.max_queued)
    metrics = Metrics(queue)
    coalescer = Coalescer(_build_versions(settings, router)) if settings.coalesce else None
    if router:
        router.on_change = _build_teller(logger, metrics)
        metrics.show_shares(router.shares)
    runs = Runs(chain, queue, drain, deadline_s=settings.deadline_s, coalescer=coalescer, build_tracer=tracing.build_steps)
    life = _Life(on_start, on_stop, logger, drain)

    async def check_ready() -> dict[str, str]:
        return {**life.components(), **(await readiness() if readiness else {})}

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            async with life.run():
                yield
        finally:
            metrics.close()
            tracing.shutdown()

    app = _build_bare_app(settings, lifespan)
    app.include_router(build_tailor_router(runs, max_batch=settings.max_batch))
    app.include_router(build_check_router(max(settings.max_resume_chars, settings.max_job_chars)))
    app.include_router(build_langserve_router(runs, max_batch=settings.max_batch, playground=settings.playground))
    app.include_router(build_health_router(check_ready))
    app.include_router(build_metrics_router(metrics))
    app.include_router(build_pages_router(_links(settings), app.openapi if settings.playground else None))
    # The last one added is the outermost.
    app.add_middleware(ConnectionMiddleware, max_body_bytes=compute_body_limit_bytes(settings))
    keys = ApiKeys(settings.api_keys_file) if settings.api_keys_file else None
    app.add_middleware(GateMiddleware, keys=keys, rate=RateLimiter(settings.rate_limit), queue=queue, drain=drain)
    app.add_middleware(RequestLogMiddleware, logger=logger, metrics=metrics, tracing=tracing)
    return app


def _build_versions(settings: Settings, router: Router | None) -> Callable[[], str]:
    fixed = f"{__version__} {settings.model_dump_json()}"
    return lambda: f"{fixed} {router.versions() if router else ''}"


def _build_teller(logger: structlog.typing.FilteringBoundLogger, metrics: Metrics) -> Callable[[Change], None]:
    def tell(change: Change) -> None:
        state = change.state
        fields: dict[str, Any] = {
            "change": change.event,
            "deployment": state.canary,
            "version": state.version,
            "share": state.share,
            "reason": state.reason,
        }
        if change.report:
            fields["gates"] = {reading.gate: reading.verdict for reading in change.report.readings}
        log = logger.warning if change.event == "rolled_back" else logger.info
        log("rollout", **fields)
        metrics.observe_rollout(change.event)

    return tell


def _build_bare_app(settings: Settings, lifespan: Any) -> FastAPI:
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
    add_definitions(app, foreign_prefix=f"{PATH}/")
    return app


def compute_body_limit_bytes(settings: Settings) -> int:
    r"""The largest body that can hold a request within the limits: a file in base64, a post of ``\u`` escapes."""
    return settings.max_file_bytes * 4 // 3 + settings.max_job_chars * 6 + _BODY_SLACK_BYTES


def _links(settings: Settings) -> dict[str, str]:
    pages = {"/docs": "the routes, with examples", f"{PATH}/playground/": "try it in the browser"} if settings.playground else {}
    return {**pages, "/readyz": "whether requests can be served", "/healthz": "whether the process is alive"}


class _Life:
    """From start to stop: the start in the background, tried again until the fault is mended; SIGTERM; state for ``/readyz``."""

    def __init__(self, on_start: Hook | None, on_stop: Hook | None, logger: structlog.typing.FilteringBoundLogger, drain: Drain) -> None:
        self._on_start = on_start
        self._on_stop = on_stop
        self._logger = logger
        self._drain = drain
        self._state = "ok" if on_start is None else "starting"

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """While entered, the app lives."""
        task = asyncio.create_task(self._start(self._on_start)) if self._on_start else None
        try:
            with self._drain.on_sigterm():
                yield
        finally:
            if task:
                task.cancel()
                await asyncio.wait([task])
            if self._on_stop:
                await self._on_stop()

    def components(self) -> dict[str, str]:
        """What stands in the way of serving, from the life of the process."""
        states = {} if self._state == "ok" else {"start": self._state}
        return states | ({"server": "draining"} if self._drain.draining else {})

    async def _start(self, on_start: Hook) -> None:
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
                # What was opened stays open: no need to look at it at every collection.
                gc.freeze()
                self._state = "ok"
                self._logger.info("started")
                return
            await asyncio.sleep(pause_s)
