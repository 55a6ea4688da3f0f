"""What every JSON body must be before anything else looks at it: declared as JSON, and JSON that can be written again.

The standard library's parser lets through lone surrogates, NaN and any depth, and each fails later, as a 500. Knows
nothing of what the body means.
"""

from __future__ import annotations

import email.message
from typing import Any

import pydantic_core
from fastapi import Request
from starlette.exceptions import HTTPException

from resume_rag.errors import InputError


class MalformedJsonError(InputError):
    """The body is not JSON, or holds what JSON in UTF-8 cannot."""

    code = "malformed_json"
    default_hint = "Send one JSON object in UTF-8, without a byte order mark, NaN or unpaired surrogates."


async def read_json(request: Request) -> Any:
    """The body as JSON; usable as a FastAPI dependency.

    Raises:
        HTTPException: 415, where the body is not declared as JSON. A browser sends other types across origins unasked.
        MalformedJsonError: it is not JSON.
    """
    message = email.message.Message()
    message["content-type"] = request.headers.get("content-type", "")
    subtype = message.get_content_subtype()
    if message.get_content_maintype() != "application" or not (subtype == "json" or subtype.endswith("+json")):
        raise HTTPException(415, "Send the body as application/json.")
    try:
        return pydantic_core.from_json(await request.body(), allow_inf_nan=False)
    except ValueError:
        raise MalformedJsonError("The body is not valid JSON.") from None
