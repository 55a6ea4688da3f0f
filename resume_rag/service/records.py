"""What is noted about one request while it runs: the source of its log line, and never a word of its content.

Knows nothing of HTTP frameworks or of how the line is written.
"""

from __future__ import annotations

import re
import time
import uuid
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from resume_rag.schema import TailorResponse, Versions

NOT_READY = "not_ready"
"""Code of a readiness probe that says no: an answer, and no failure of the service."""

_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass
class RequestRecord:
    """Facts about one request that may be logged. Mutable: each layer adds what it knows.

    Attributes:
        code: ``ok``, the code of the error, or ``client_disconnected``.
        status: HTTP status that was sent; 0 where none was.
        deployment: the model server that was chosen; empty where none was.
        tenant: a digest of the API key's name; empty where there are no keys.
        ends_at_s: monotonic time by which the client wants its answer.
        queue_ms: waiting for places.
        upstream_ms: while at least one call of the model was under way.
        until_first_token_ms: from the first call of the model to its first token; the rest of `upstream_ms` is decoding.
        first_token_s: the same for each call.
        first_line_ms: from the request's coming to its first finished line.
        coalesced: runs that were another request's.
        deployment_lines: lines by model server, and whether it was ``asked`` for or ``wrote`` them.
    """

    request_id: str
    method: str = ""
    code: str = "ok"
    status: int = 0
    finished: bool = False
    responses: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    timings_ms: dict[str, float] = field(default_factory=dict)
    versions: Versions | None = None
    deployment: str = ""
    tenant: str = ""
    trace_id: str = ""
    began_s: float = field(default_factory=time.monotonic)
    ends_at_s: float | None = None
    queue_ms: float = 0.0
    upstream_ms: float = 0.0
    until_first_token_ms: float | None = None
    first_token_s: list[float] = field(default_factory=list)
    first_line_ms: float | None = None
    prompt_chars: int = 0
    call_s: list[float] = field(default_factory=list)
    coalesced: int = 0
    attempts: Counter[str] = field(default_factory=Counter)
    leaks_blocked: int = 0
    deployment_lines: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note_first_line(self) -> None:
        """The first line of the first run is there."""
        if self.first_line_ms is None:
            self.first_line_ms = 1000 * (time.monotonic() - self.began_s)

    def note_response(self, response: TailorResponse, *, spent: bool = True) -> None:
        """Counts and times of one response. With several (a batch), counts add up and the times are the last one's.

        Args:
            response: a finished one.
            spent: whether its tokens were spent for this request, and not for another that it shared a run with.
        """
        self.responses += 1
        self.lines.update(line.status for line in response.lines)
        self.versions = response.versions or self.versions
        self.deployment = response.versions.deployment if response.versions else self.deployment
        self.leaks_blocked += sum(any(found.code.startswith("leak_") for found in line.reasons) for line in response.lines)
        asked = response.usage.lines_by_deployment if response.usage else {}
        self.deployment_lines.update({(name, "asked"): count for name, count in asked.items()})
        self.deployment_lines.update((line.deployment, "wrote") for line in response.lines if line.deployment)
        # Not by usage's paths: those are the candidate's own, before the lines were put in order.
        self.attempts.update(
            "first_try" if line.attempts == 1 else "repaired" for line in response.lines if line.attempts and line.status != "fallback"
        )
        if usage := response.usage:
            self.timings_ms = {stage: round(ms, 1) for stage, ms in usage.timings_ms.items()}
            counts = {
                "calls": usage.calls,
                "prompt_tokens": usage.prompt_tokens,
                "cached_tokens": usage.cached_tokens,
                "completion_tokens": usage.completion_tokens,
            }
            if spent:
                self.tokens.update({name: count for name, count in counts.items() if count is not None})

    def log_fields(self) -> dict[str, Any]:
        """The part of the log line that comes from responses; empty for a request that made none.

        >>> RequestRecord("a").log_fields()
        {}
        """
        fields: dict[str, Any] = dict(self.tokens)
        if self.responses:
            fields |= {"responses": self.responses, "lines": dict(self.lines), "timings_ms": self.timings_ms, **self.attempts}
        known = {
            "deployment": self.deployment,
            "tenant": self.tenant,
            "trace_id": self.trace_id,
            "prompt_chars": self.prompt_chars,
            "coalesced": self.coalesced,
            "leaks_blocked": self.leaks_blocked,
        }
        fields |= {name: value for name, value in known.items() if value}
        if len({name for name, _ in self.deployment_lines}) > 1:
            fields["lines_written_by"] = {name: count for (name, outcome), count in self.deployment_lines.items() if outcome == "wrote"}
        times = {"queue_ms": self.queue_ms, "upstream_ms": self.upstream_ms, "first_line_ms": self.first_line_ms}
        if self.until_first_token_ms is not None:
            times |= {"first_token_ms": self.until_first_token_ms, "decode_ms": max(0.0, self.upstream_ms - self.until_first_token_ms)}
        fields |= {name: round(value, 1) for name, value in times.items() if value and round(value, 1)}
        if self.versions:
            fields["versions"] = self.versions.model_dump()
        return fields


_CURRENT: ContextVar[RequestRecord] = ContextVar("resume_rag_request_record")


def open_record(method: str, offered_id: str | None) -> RequestRecord:
    """A record for a new request, which becomes the current one.

    Args:
        method: HTTP method.
        offered_id: the client's ``X-Request-ID``; used if it is short and plain, else one is made.

    >>> open_record("GET", "trace-17").request_id
    'trace-17'
    >>> open_record("GET", "two words").request_id == "two words"
    False
    """
    sane = offered_id is not None and _SANE_ID.fullmatch(offered_id)
    record = RequestRecord(request_id=offered_id if sane and offered_id else uuid.uuid4().hex, method=method)
    _CURRENT.set(record)
    return record


def current_record() -> RequestRecord:
    """The record of the request this code runs for; a loose one outside of any."""
    return _CURRENT.get(None) or RequestRecord(request_id="")
