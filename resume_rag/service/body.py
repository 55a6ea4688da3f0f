"""A request's body -> what it means: JSON, or a form with a file, checked before anything else looks at it.

The standard library's JSON parser lets through lone surrogates, NaN and any depth, and each fails later, as a 500. Bodies
are validated here and not as FastAPI's parameters, which also validates from attributes: a `ResumeFile` that had been told
apart turned into an empty JSON Resume by it. The layer around has bounded the body's size.
"""

from __future__ import annotations

import base64
import email.message
from typing import Any, TypeVar

import pydantic_core
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from resume_rag.errors import InputError
from resume_rag.schema import TailorRequest

Model = TypeVar("Model", bound=BaseModel)

MAX_FORM_PARTS = 20
_LISTS = ("sections", "include")


class MalformedJsonError(InputError):
    """The body is not JSON, or holds what JSON in UTF-8 cannot."""

    code = "malformed_json"
    default_hint = "Send one JSON object in UTF-8, without a byte order mark, NaN or unpaired surrogates."


class MalformedFormError(InputError):
    """The body is not the form that its header says, or has too many parts."""

    code = "malformed_form"
    default_hint = "Send a form with `job_description` and `resume` (a file or text), and each other field once."


async def read_json(request: Request) -> Any:
    """The body as JSON; usable as a FastAPI dependency.

    Raises:
        HTTPException: 415, where the body is not declared as JSON. A browser sends other types across origins unasked.
        MalformedJsonError: it is not JSON.
    """
    main_type, subtype = _read_content_type(request)
    if main_type != "application" or not (subtype == "json" or subtype.endswith("+json")):
        raise HTTPException(415, "Send the body as application/json.")
    try:
        return pydantic_core.from_json(await request.body(), allow_inf_nan=False)
    except ValueError:
        raise MalformedJsonError("The body is not valid JSON.") from None


async def read_model(request: Request, model: type[Model]) -> Model:
    """The body as a type of ours.

    Raises:
        HTTPException, MalformedJsonError: see `read_json`.
        RequestValidationError: it does not fit.
    """
    return _validate(model, await read_json(request))


async def read_tailor_request(request: Request) -> TailorRequest:
    """A `TailorRequest` from JSON, or from a form with the resume as a file.

    Raises:
        HTTPException, MalformedJsonError, RequestValidationError: see `read_model`.
        MalformedFormError: the form cannot be read.
    """
    if _read_content_type(request) != ("multipart", "form-data"):
        return await read_model(request, TailorRequest)
    try:
        # The size of all parts together is bounded by the layer that has read the body.
        async with request.form(max_files=2, max_fields=MAX_FORM_PARTS, max_part_size=2**31) as form:
            parts = [(name, await _read_part(name, part)) for name, part in form.multi_items()]
    except (MultiPartException, HTTPException, UnicodeDecodeError, ValueError):
        raise MalformedFormError("The body is not a form that can be read.") from None
    fields = dict(parts)
    if len(fields) != len(parts):
        raise MalformedFormError("A field of the form comes twice.")
    return _validate(TailorRequest, fields)


async def _read_part(name: str, part: UploadFile | str) -> Any:
    if isinstance(part, UploadFile):
        content = await part.read()
        if name == "resume":
            return {"name": part.filename or "resume", "content_base64": base64.b64encode(content).decode()}
        part = content.decode("utf-8")
    return [word.strip() for word in part.split(",") if word.strip()] if name in _LISTS else part


def _validate(model: type[Model], value: Any) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from None


def _read_content_type(request: Request) -> tuple[str, str]:
    message = email.message.Message()
    message["content-type"] = request.headers.get("content-type", "")
    return message.get_content_maintype(), message.get_content_subtype()
