"""Our own routes: tailoring as JSON, as events or in a batch; whether the process lives and is ready; metrics.

Knows the chain only through `Runs`, and readiness only as a function that names components.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from resume_rag.errors import InputTooLargeError, ResumeRagError
from resume_rag.schema import TailorRequest, TailorResponse
from resume_rag.service.batch import MEDIA_TYPE as NDJSON
from resume_rag.service.batch import BatchLine, BatchLines, BatchRequest
from resume_rag.service.body import read_model, read_tailor_request
from resume_rag.service.events import TailorEvents
from resume_rag.service.examples import BATCH_EXAMPLE, EVENTS_EXAMPLE, FORM_SCHEMA, REQUEST_EXAMPLES, RESPONSE_EXAMPLE
from resume_rag.service.gate import DEADLINE_HEADER
from resume_rag.service.metrics import CONTENT_TYPE, Metrics
from resume_rag.service.openapi import ANY_STATUS, document_body, document_problems, document_schema
from resume_rag.service.records import NOT_READY, current_record
from resume_rag.service.runs import Runs

Readiness = Callable[[], Awaitable[dict[str, str]]]
"""Component -> ``ok`` or the code of an error."""

READINESS_TIMEOUT_S = 5.0
_PROBLEMS = document_problems(*ANY_STATUS)


class ReadyReport(BaseModel):
    """Whether requests can be served, and which component stands in the way."""

    model_config = ConfigDict(frozen=True)

    ready: bool
    components: dict[str, str] = Field(description="`ok`, or the code of an error", examples=[{"index": "ok", "llm": "ok"}])


_TAILOR_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": TailorResponse,
        "description": "The tailored resume; with `Accept: text/event-stream` its lines as they are done, then the whole",
        "content": {"application/json": {"example": RESPONSE_EXAMPLE}, "text/event-stream": {"example": EVENTS_EXAMPLE}},
    },
    **_PROBLEMS,
}
_BATCH_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A line for each input, in the order in which they are done",
        "content": {NDJSON: {"schema": document_schema(BatchLine)}},
    },
    **_PROBLEMS,
}


def wants_events(accept: str) -> bool:
    """Whether an ``Accept`` header asks for server-sent events by name.

    >>> wants_events("text/event-stream"), wants_events("application/json, text/event-stream;q=0"), wants_events("*/*")
    (True, False, False)
    """
    for choice in accept.lower().split(","):
        media_type, *parameters = (part.strip() for part in choice.split(";"))
        if media_type == "text/event-stream":
            return not any(parameter in {"q=0", "q=0.0"} for parameter in parameters)
    return False


def build_tailor_router(runs: Runs, *, max_batch: int) -> APIRouter:
    """``POST /generate_resume`` and ``POST /generate_resume/batch``."""
    router = APIRouter(tags=["tailor"])

    @router.post(
        "/generate_resume",
        openapi_extra=document_body(TailorRequest, REQUEST_EXAMPLES, FORM_SCHEMA),
        responses=_TAILOR_RESPONSES,
        response_class=Response,
    )
    async def generate_resume(
        request: Request,
        accept: Annotated[str, Header(include_in_schema=False)] = "",
        _: Annotated[float | None, Header(alias=DEADLINE_HEADER, gt=0, description="Seconds in which the answer is wanted")] = None,
    ) -> Response:
        """Tailor one resume to one job post.

        Send `Accept: text/event-stream` for events: `retrieved` (what the post asks for that the resume lacks, and which examples
        were found), `line` (one line that has passed its checks), then `done` (the whole response) or `error` (a problem, as the
        other statuses have it). `X-Deadline-S` sets the time in which the answer is wanted; lines not done by then stay as they
        are. Leaving ends the work.
        """
        wanted = await read_tailor_request(request)
        if wants_events(accept):
            return TailorEvents(runs, wanted)
        response = await runs.ainvoke(wanted)
        return Response(response.model_dump_json(), media_type="application/json")

    @router.post(
        "/generate_resume/batch",
        openapi_extra=document_body(BatchRequest, {"two": {"summary": "The second is faulty", "value": BATCH_EXAMPLE}}, answer=BatchLine),
        responses=_BATCH_RESPONSES,
        response_class=Response,
    )
    async def generate_resume_batch(request: Request) -> Response:
        """Tailor several resumes; each answer is a line of JSON, sent when it is done, with a response or a problem."""
        wanted = await read_model(request, BatchRequest)
        if len(wanted.inputs) > max_batch:
            raise InputTooLargeError(
                f"A batch holds at most {max_batch} requests; this one holds {len(wanted.inputs)}.", hint="Split the batch."
            )
        return BatchLines(runs, wanted.inputs, at_once=max(1, max_batch // 4))

    return router


def build_health_router(readiness: Readiness) -> APIRouter:
    """``GET /healthz`` and ``GET /readyz``."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok"}

    @router.get("/readyz", response_model=ReadyReport, responses={503: {"model": ReadyReport, "description": "Not ready"}})
    async def readyz() -> Response:
        """Requests can be served: 200, else 503 and the component that stands in the way."""
        components = await _check(readiness)
        report = ReadyReport(ready=all(state == "ok" for state in components.values()), components=components)
        current_record().code = "ok" if report.ready else NOT_READY
        return JSONResponse(report.model_dump(), 200 if report.ready else 503)

    return router


def build_metrics_router(metrics: Metrics) -> APIRouter:
    """``GET /metrics``."""
    router = APIRouter(tags=["health"])

    @router.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **document_problems(401, 500)},
    )
    async def show_metrics() -> Response:
        """Metrics in Prometheus' text format."""
        return Response(await anyio.to_thread.run_sync(metrics.render), headers={"Content-Type": CONTENT_TYPE})

    return router


async def _check(readiness: Readiness) -> Mapping[str, str]:
    try:
        with anyio.fail_after(READINESS_TIMEOUT_S):
            return await readiness()
    except TimeoutError:
        return {"readiness": "timeout"}
    except ResumeRagError as error:
        return {"readiness": error.code}
