"""Our own routes: tailoring as JSON or as events, whether the process lives and is ready.

Knows the chain only as a Runnable, and readiness only as a function that names components.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Body, Depends, Header
from langchain_core.runnables import Runnable
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from resume_rag.errors import ResumeRagError
from resume_rag.schema import TailorRequest, TailorResponse
from resume_rag.service.body import read_json
from resume_rag.service.events import TailorEvents
from resume_rag.service.examples import EVENTS_EXAMPLE, REQUEST_EXAMPLES, RESPONSE_EXAMPLE
from resume_rag.service.problems import MEDIA_TYPE, Problem
from resume_rag.service.records import NOT_READY, current_record

Readiness = Callable[[], Awaitable[dict[str, str]]]
"""Component -> ``ok`` or the code of an error."""

READINESS_TIMEOUT_S = 5.0


class ReadyReport(BaseModel):
    """Whether requests can be served, and which component stands in the way."""

    model_config = ConfigDict(frozen=True)

    ready: bool
    components: dict[str, str] = Field(description="`ok`, or the code of an error", examples=[{"index": "ok", "llm": "ok"}])


# FastAPI validates from attributes as well, and a file that was told apart would turn into an empty JSON Resume by its attributes.
_Request = Annotated[TailorRequest, BeforeValidator(TailorRequest.model_validate)]


def _document_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    schema = Problem.model_json_schema()
    return {status: {"description": "A problem", "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses}


_TAILOR_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": TailorResponse,
        "description": "The tailored resume; with `Accept: text/event-stream` its lines as they are done, then the whole",
        "content": {"application/json": {"example": RESPONSE_EXAMPLE}, "text/event-stream": {"example": EVENTS_EXAMPLE}},
    },
    **_document_problems(400, 413, 415, 422, 500, 502, 503, 504),
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


def build_tailor_router(chain: Runnable[Any, TailorResponse]) -> APIRouter:
    """``POST /generate_resume``."""
    router = APIRouter(tags=["tailor"])

    @router.post("/generate_resume", dependencies=[Depends(read_json)], responses=_TAILOR_RESPONSES, response_class=Response)
    async def generate_resume(
        request: Annotated[_Request, Body(openapi_examples=REQUEST_EXAMPLES)],
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """Tailor one resume to one job post.

        Send `Accept: text/event-stream` for events: `line` (one line that has passed its checks), then `done` (the whole
        response) or `error` (a problem, as the other statuses have it). Leaving ends the work.
        """
        if wants_events(accept):
            return TailorEvents(chain, request)
        response = await chain.ainvoke(request)
        current_record().note_response(response)
        return Response(response.model_dump_json(), media_type="application/json")

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


async def _check(readiness: Readiness) -> Mapping[str, str]:
    try:
        with anyio.fail_after(READINESS_TIMEOUT_S):
            return await readiness()
    except TimeoutError:
        return {"readiness": "timeout"}
    except ResumeRagError as error:
        return {"readiness": error.code}
