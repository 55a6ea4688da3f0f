"""``POST /check``: whether a tailored resume, whoever made it, says only what its source says. No model, no index.

Knows `resume_rag.grounding` by its one function.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import anyio
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from resume_rag.errors import InputTooLargeError
from resume_rag.grounding import check_resume
from resume_rag.paths import find_leaves
from resume_rag.schema import Finding
from resume_rag.service.body import read_model
from resume_rag.service.openapi import ANY_STATUS, document_body, document_problems

_AT_ONCE = 2
_EXAMPLE: dict[str, Any] = {
    "source": {"work": [{"name": "Quay Ltd", "position": "Fishmonger", "highlights": ["Sold fish to 12 hotels."]}]},
    "tailored": {"work": [{"name": "Quay Ltd", "position": "Head Fishmonger", "highlights": ["Sold fish to twelve hotels."]}]},
}


class CheckRequest(BaseModel):
    """Two JSON Resume documents, and the job post that the second was made for."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    source: dict[str, Any] = Field(description="The candidate's own resume, a JSON Resume object")
    tailored: dict[str, Any] = Field(description="What somebody made of it, a JSON Resume object")
    job_description: str | None = Field(default=None, description="The job post; only names the origin of a finding")


class CheckAnswer(BaseModel):
    """What was found."""

    model_config = ConfigDict(frozen=True)

    ok: bool = Field(description="Whether there is no finding")
    findings: tuple[Finding, ...]
    omissions: tuple[str, ...] = Field(description="Paths of the source that the tailored resume leaves out; no fault")
    checked_lines: int
    notes: tuple[str, ...] = Field(description="What was not checked, such as a language")


def build_check_router(max_chars: int) -> APIRouter:
    """The route.

    Args:
        max_chars: most characters in one of the three, keys not counted.
    """
    router = APIRouter(tags=["check"])
    limiter = anyio.CapacityLimiter(_AT_ONCE)

    @router.post(
        "/check",
        openapi_extra=document_body(CheckRequest, {"title": {"summary": "A title that was raised", "value": _EXAMPLE}}),
        responses={200: {"model": CheckAnswer, "description": "The findings"}, **document_problems(*ANY_STATUS)},
        response_class=Response,
    )
    async def check(request: Request) -> Response:
        """Check a tailored resume against its source, line by line."""
        wanted = await read_model(request, CheckRequest)
        _check_lengths(wanted, max_chars)
        work = partial(check_resume, wanted.source, wanted.tailored, job=wanted.job_description)
        report = await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=limiter)
        return Response(CheckAnswer(ok=report.ok, **dict(report)).model_dump_json(), media_type="application/json")

    return router


def _check_lengths(wanted: CheckRequest, max_chars: int) -> None:
    for name, value in (("source", wanted.source), ("tailored", wanted.tailored), ("job_description", wanted.job_description)):
        chars = sum(len(text) for _, text in find_leaves({name: value}))
        if chars > max_chars:
            raise InputTooLargeError(f"`{name}` has {chars:,} characters; at most {max_chars:,} are read.")
