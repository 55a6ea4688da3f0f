"""What goes wrong between here and a model server -> one of our errors.

Messages hold the server's host and the status, nothing of the request or the answer.
"""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime

import httpx2
import openai

from resume_rag.errors import LLMRequestError, LLMTimeoutError, LLMUnavailableError, OverloadedError, ResumeRagError

_MAX_RETRY_AFTER_S = 3600.0
_ABOUT_SCHEMA = re.compile(r"response_format|json.?schema|grammar|guided|structured.?output|xgrammar|outlines", re.IGNORECASE)
_ABOUT_LENGTH = re.compile(
    r"context.{0,20}(length|size|window)|maximum.{0,20}tokens|too long|too many tokens|exceed_context", re.IGNORECASE
)

_NO_SERVER_LEFT = re.compile(
    r"\bno (available|healthy) \w|\bno (workers|backends|servers|instances|endpoints) .{0,20}available", re.IGNORECASE
)
"""What a router answers with 503 where nothing is behind it: not a queue that is full, and not over in a second."""


def to_ours(error: Exception, server: str) -> ResumeRagError:
    """The error of ours that says what went wrong with a request to ``server`` (its host and port)."""
    if isinstance(error, openai.APIStatusError):
        # The SDK quotes a body of JSON in the error's text, but not one of plain text, which a router sends.
        return _from_status(error.status_code, f"{error} {error.body}", server, error.response.headers.get("retry-after"))
    if isinstance(error, openai.APITimeoutError | TimeoutError | httpx2.TimeoutException):
        if _cause_is(error, httpx2.ConnectTimeout):
            return LLMUnavailableError(f"The language model's server at {server} cannot be reached.")
        return LLMTimeoutError(f"The language model at {server} did not answer in time.")
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError | EOFError):
        met = "cannot be reached" if _cause_is(error, httpx2.ConnectError) else "broke off the connection"
        return LLMUnavailableError(f"The language model's server at {server} {met}.")
    if type(error) is openai.APIError and isinstance(error.body, dict):
        # An error in the middle of a stream, under HTTP 200: the status is in the event, if anywhere.
        code = str(error.body.get("code") or error.body.get("status_code") or "")
        return _from_status(int(code) if re.fullmatch(r"[45]\d\d", code) else 500, str(error), server, None)
    return LLMUnavailableError(
        f"What answers at {server} does not answer as an OpenAI-compatible server does ({type(error).__name__}).",
        hint="Check RESUME_RAG_LLM_BASE_URL: it usually ends in /v1.",
    )


def _cause_is(error: BaseException | None, kind: type[Exception]) -> bool:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__
    return error is not None


def _from_status(status: int, text: str, server: str, retry_after: str | None) -> ResumeRagError:
    if status == 503 and _NO_SERVER_LEFT.search(text):
        return LLMUnavailableError(f"Behind the router at {server} no language model's server is left (HTTP 503).")
    if status in (429, 503):
        return OverloadedError(
            f"The language model's server at {server} takes no more requests (HTTP {status}).", retry_after_s=_seconds(retry_after)
        )
    if status in (408, 504):
        return LLMTimeoutError(f"The language model at {server} did not answer in time (HTTP {status}).")
    if 400 <= status < 500:
        return _request_error(status, text, server)
    hint = "Check RESUME_RAG_LLM_BASE_URL: the server sends requests elsewhere." if status < 400 else "See the server's log."
    return LLMUnavailableError(f"The language model's server at {server} failed (HTTP {status}).", hint=hint)


def _request_error(status: int, text: str, server: str) -> LLMRequestError:
    about_schema = status in (400, 422) and bool(_ABOUT_SCHEMA.search(text))
    about_length = status in (400, 413, 422) and not about_schema and (status == 413 or bool(_ABOUT_LENGTH.search(text)))
    hints = {
        401: "Check RESUME_RAG_LLM_API_KEY.",
        403: "Check RESUME_RAG_LLM_API_KEY: it may not use this model.",
        404: "Check RESUME_RAG_LLM_NAME, and that RESUME_RAG_LLM_BASE_URL ends in /v1.",
    }
    hint = hints.get(status)
    if about_schema:
        hint = "The server does not accept the JSON schema; one of vLLM 0.12 or later, or the embedded model, does."
    elif about_length:
        hint = "The prompt is longer than the server's context: lower RESUME_RAG_MAX_PROMPT_TOKENS or RESUME_RAG_TOP_K."
    error = LLMRequestError(f"The language model's server at {server} refused the request (HTTP {status}).", hint=hint)
    error.status, error.about_schema, error.about_length = status, about_schema, about_length
    return error


def _seconds(retry_after: str | None) -> float:
    """Seconds of a Retry-After header, in either of its forms; 1 where there is none.

    >>> _seconds("7"), _seconds(None), _seconds("soon")
    (7.0, 1.0, 1.0)
    """
    if retry_after is None:
        return 1.0
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(retry_after).timestamp() - time.time()
        except ValueError:
            return 1.0
    return min(max(seconds, 0.0), _MAX_RETRY_AFTER_S) if seconds == seconds else 1.0
