"""One shape for every error that leaves over HTTP (RFC 9457, ``application/problem+json``), one table of statuses.

Knows nothing of routes. What it writes never repeats a value that came in: validation errors carry the place and the
rule, not the input.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from resume_rag.errors import (
    DeadlineExceededError,
    GenerationError,
    InputError,
    InputTooLargeError,
    LLMError,
    LLMTimeoutError,
    LLMUnavailableError,
    OverloadedError,
    ResumeRagError,
    RetrievalError,
)
from resume_rag.service.admission import RateLimitedError
from resume_rag.service.records import current_record

MEDIA_TYPE = "application/problem+json"

STATUS_BY_ERROR: Mapping[type[ResumeRagError], int] = {
    InputError: 400,
    InputTooLargeError: 413,
    RetrievalError: 503,
    LLMError: 502,
    LLMUnavailableError: 503,
    LLMTimeoutError: 504,
    GenerationError: 502,
    OverloadedError: 503,
    RateLimitedError: 429,
    DeadlineExceededError: 504,
    ResumeRagError: 500,
}
"""Status of each class of error; a class that is not here has that of its nearest ancestor."""

_FIELD_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,39}")
_RESUME_FORMS = ("Resume", "ResumeFile", "str")


class FieldProblem(BaseModel):
    """One field that does not fit the request's schema; the rule it breaks, never its value."""

    model_config = ConfigDict(frozen=True)

    path: str = Field(description="Place in the body", examples=["resume.work[0].startDate"])
    code: str = Field(examples=["string_pattern_mismatch"])
    message: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it, with what a person and a program need to go on."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(examples=["urn:problem:resume_rag:llm_unavailable"])
    title: str = Field(examples=["LLM unavailable"])
    status: int = Field(examples=[503])
    detail: str = Field(examples=["No server answers at the configured address."])
    code: str = Field(examples=["llm_unavailable"])
    hint: str = Field(default="", examples=["Check RESUME_RAG_LLM_BASE_URL."])
    retryable: bool = Field(default=False, description="Sending the same request again may help")
    request_id: str = Field(default="", examples=["5f0c3f1e7d2b4a6c8e9f0a1b2c3d4e5f"])
    errors: tuple[FieldProblem, ...] | None = Field(
        default=None, description="The fields at fault, where the request does not fit its schema", exclude_if=lambda value: value is None
    )


def find_status(error: type[ResumeRagError]) -> int:
    """The HTTP status of a class of error.

    >>> from resume_rag.errors import EmptyResumeError, IndexMismatchError
    >>> find_status(EmptyResumeError), find_status(IndexMismatchError)
    (400, 503)
    """
    return next(STATUS_BY_ERROR[ancestor] for ancestor in error.__mro__ if ancestor in STATUS_BY_ERROR)


def build_problem(code: str, status: int, detail: str, **more: Any) -> Problem:
    """A problem for the current request.

    >>> build_problem("llm_timeout", 504, "The server did not answer in 120 s.").title
    'LLM timeout'
    """
    title = code.replace("_", " ").capitalize().replace("Llm", "LLM")
    request_id = current_record().request_id
    return Problem(
        type=f"urn:problem:resume_rag:{code}", title=title, status=status, detail=detail, code=code, request_id=request_id, **more
    )


def render_error(error: ResumeRagError) -> Problem:
    """One of our errors as a problem."""
    return build_problem(error.code, find_status(type(error)), error.message, hint=error.hint, retryable=error.retryable)


def render_internal_error() -> Problem:
    """What the client learns of an error that nobody foresaw: nothing but the id to ask about."""
    hint = "Look for the request_id in the server's log."
    return build_problem("internal_error", 500, "The server failed on this request.", hint=hint)


def render_validation_error(error: ValidationError, *place: str | int) -> Problem:
    """What does not fit the schema, without the values; ``place`` is where in the body the validated part stands."""
    return _render_validation([{**detail, "loc": (*place, *detail["loc"])} for detail in error.errors(include_url=False)])


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The HTTP response for a problem; also notes its code for the log."""
    current_record().code = problem.code
    return Response(problem.model_dump_json(), problem.status, dict(headers or {}), MEDIA_TYPE)


def respond_to_error(error: ResumeRagError) -> Response:
    """The HTTP response for one of our errors, with ``Retry-After`` where it says when."""
    retry_after = {"Retry-After": str(math.ceil(error.retry_after_s))} if isinstance(error, OverloadedError) else {}
    return respond(render_error(error), retry_after)


def add_problem_handlers(app: FastAPI) -> None:
    """Every error that a route raises leaves as a problem; unforeseen ones are caught further out, by the log's layer."""

    @app.exception_handler(ResumeRagError)
    async def on_library_error(_: Request, error: ResumeRagError) -> Response:
        return respond_to_error(error)

    @app.exception_handler(RequestValidationError)
    async def on_validation_error(_: Request, error: RequestValidationError) -> Response:
        return respond(_render_validation(error.errors()))

    @app.exception_handler(HTTPException)
    async def on_http_error(_: Request, error: HTTPException) -> Response:
        code = HTTPStatus(error.status_code).name.lower()
        return respond(build_problem(code, error.status_code, str(error.detail)), error.headers)


def _render_validation(errors: Iterable[Any]) -> Problem:
    errors = [error for error in errors if isinstance(error, Mapping)]
    if any(error["type"] == "json_invalid" for error in errors):
        return build_problem("malformed_json", 400, "The body is not valid JSON.", hint="Send one JSON object in UTF-8.")
    fields = tuple(
        FieldProblem(path=_render_path(tuple(error["loc"])), code=error["type"], message=error["msg"]) for error in _select_form(errors)
    )
    detail = f"The request does not fit its schema in {len(fields)} {'place' if len(fields) == 1 else 'places'}."
    hint = "Correct the fields in `errors`; the schema is at /openapi.json."
    return build_problem("invalid_request", 422, detail, hint=hint, errors=fields)


def _select_form(errors: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of the three forms a resume can have, only the errors of the one that was meant: a JSON Resume object.

    A file is told apart before, so its branch, and that of plain text, say nothing of use here.
    """

    return [
        error
        for error in errors
        if not any(part == "resume" and after in _RESUME_FORMS[1:] for part, after in itertools.pairwise(error["loc"]))
    ]


def _render_path(loc: tuple[str | int, ...]) -> str:
    """``("body", "resume", "Resume", "work", 0, "url")`` as ``resume.work[0].url``. Keys that are no names are not repeated."""
    path = ""
    for before, part in zip(("", *loc), loc, strict=False):
        if part == "body" or (before == "resume" and part in _RESUME_FORMS):
            continue
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += ("." if path else "") + (part if _FIELD_NAME.fullmatch(part) else "(key)")
    return path
