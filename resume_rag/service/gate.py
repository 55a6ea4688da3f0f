"""What is looked at before a body is read: the key, the rate, the deadline, whether there is room; and headers that go out.

One pure ASGI layer. Knows routes only by whether they do work (`WORK`), are always open (`OPEN`), or are pages.
"""

from __future__ import annotations

import math
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resume_rag.errors import InputError, ResumeRagError
from resume_rag.service.admission import RateLimiter, RunQueue
from resume_rag.service.draining import Drain
from resume_rag.service.keys import ApiKeys
from resume_rag.service.problems import build_problem, respond, respond_to_error
from resume_rag.service.records import current_record

DEADLINE_HEADER = "X-Deadline-S"
OPEN = frozenset({"/healthz", "/readyz"})
"""Answered without a key: probes have none."""

_WORK_PREFIXES = ("/generate_resume", "/resume/", "/check")
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'{scripts}; style-src 'self' 'unsafe-inline' "
    "https://cdn.jsdelivr.net; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# The playground compiles its form's schema to a function; the documentation loads Swagger UI from its CDN.
_PAGE_SCRIPTS = {"/resume/playground/": " 'unsafe-eval'", "/docs": " https://cdn.jsdelivr.net"}
_OTHER_POLICY = "default-src 'none'; frame-ancestors 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class DeadlineHeaderError(InputError):
    """The deadline in the header is no number of seconds."""

    code = "invalid_deadline"
    default_hint = f"Send {DEADLINE_HEADER} as seconds above 0, such as 30."


class GateMiddleware:
    """Lets a request in, or answers 401, 429 or 503 before its body has been read.

    Args:
        app: what comes behind.
        keys: None: no key is asked for.
        rate: counts requests of each client.
        queue: asked whether there is room.
        drain: no work is taken once its time is over.
    """

    def __init__(self, app: ASGIApp, *, keys: ApiKeys | None, rate: RateLimiter, queue: RunQueue, drain: Drain) -> None:
        self.app = app
        self._keys = keys
        self._rate = rate
        self._queue = queue
        self._drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), scope)
            await send(message)

        headers = Headers(scope=scope)
        if self._keys and scope["path"] not in OPEN and not self._find_tenant(self._keys, headers):
            hint = "Send `Authorization: Bearer KEY`, or `X-API-Key: KEY`."
            problem = build_problem("unauthorized", 401, "No valid API key came with the request.", hint=hint)
            await respond(problem, {"WWW-Authenticate": "Bearer"})(scope, receive, send_safely)
            return
        try:
            if scope["method"] == "POST" and scope["path"].startswith(_WORK_PREFIXES):
                self._admit(scope, headers)
        except ResumeRagError as error:
            await respond_to_error(error)(scope, receive, send_safely)
            return
        await self.app(scope, receive, send_safely)

    def _find_tenant(self, keys: ApiKeys, headers: Headers) -> bool:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        offered = key.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")
        try:
            tenant = keys.find_tenant(offered) if offered else None
        except ResumeRagError:
            # The file was taken away or damaged while the server runs: nobody comes in until it is mended.
            tenant = None
        current_record().tenant = tenant or ""
        return tenant is not None

    def _admit(self, scope: Scope, headers: Headers) -> None:
        record = current_record()
        offered = headers.get(DEADLINE_HEADER)
        if offered is not None:
            record.ends_at_s = time.monotonic() + _parse_deadline_s(offered)
        client = scope.get("client") or ("", 0)
        self._rate.admit(record.tenant or str(client[0]))
        self._drain.check()
        self._queue.check_room()


def _parse_deadline_s(text: str) -> float:
    """Seconds of a header.

    >>> _parse_deadline_s("2.5")
    2.5
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value <= 0:
        raise DeadlineHeaderError(f"{DEADLINE_HEADER} is not a number of seconds above 0.")
    return value


def _add_headers(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    is_page = headers.get("content-type", "").startswith("text/html")
    policy = _PAGE_POLICY.format(scripts=_PAGE_SCRIPTS.get(scope["path"], "")) if is_page else _OTHER_POLICY
    headers.setdefault("Content-Security-Policy", policy)
    if scope["method"] == "POST":
        # Answers hold a person's resume.
        headers.setdefault("Cache-Control", "no-store")
