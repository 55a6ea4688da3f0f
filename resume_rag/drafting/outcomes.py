"""A finished line and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from langchain_core.messages import AIMessage

from resume_rag.errors import ResumeRagError
from resume_rag.schema import DraftLine, Finding, LineStatus, Slot, Usage


class Try(NamedTuple):
    """What one model made of a line: how it ended there, after how many answers, and how soon each began."""

    status: LineStatus
    attempts: int
    error: ResumeRagError | None
    first_token_ms: tuple[float, ...]


class Outcome(NamedTuple):
    """A finished line and what it cost.

    Attributes:
        error: where a server failed it and no other model wrote it.
        tries: one for each model that was asked, in their order; the last one wrote the line, if any did.
    """

    line: DraftLine
    usage: Usage
    error: ResumeRagError | None = None
    tries: tuple[Try, ...] = ()


def sum_usage(parts: Sequence[Usage]) -> Usage:
    """The sum of several; a count that no part has stays None."""

    def add(values: Sequence[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    return Usage(
        calls=sum(part.calls for part in parts),
        attempts_by_line={path: count for part in parts for path, count in part.attempts_by_line.items()},
        prompt_tokens=add([part.prompt_tokens for part in parts]),
        cached_tokens=add([part.cached_tokens for part in parts]),
        completion_tokens=add([part.completion_tokens for part in parts]),
    )


def keep_original(
    slot: Slot, findings: tuple[Finding, ...], error: ResumeRagError | None, spent: Sequence[AIMessage], *, server_failed: bool = False
) -> Outcome:
    """The candidate's own line, with the reasons why nothing else was taken."""
    line = DraftLine(
        slot=slot,
        text=slot.original,
        fact_ids=slot.fact_ids[:1],
        status="fallback",
        reasons=_drop_spans(findings),
        error_code=error.code if error else None,
        attempts=len(spent),
    )
    failed = error if server_failed else None
    return Outcome(line, _count(slot, spent), failed, (Try("fallback", len(spent), failed, _first_tokens(spent)),))


def finish_line(
    slot: Slot, text: str, fact_ids: tuple[str, ...], status: LineStatus, findings: tuple[Finding, ...], spent: Sequence[AIMessage]
) -> Outcome:
    """A line that a model has written, or copied."""
    line = DraftLine(slot=slot, text=text, fact_ids=fact_ids, status=status, reasons=_drop_spans(findings), attempts=len(spent))
    return Outcome(line, _count(slot, spent), None, (Try(status, len(spent), None, _first_tokens(spent)),))


def _first_tokens(spent: Sequence[AIMessage]) -> tuple[float, ...]:
    known = (answer.response_metadata.get("first_token_ms") for answer in spent)
    return tuple(float(first_ms) for first_ms in known if first_ms is not None)


def merge_outcomes(outcomes: Sequence[Outcome]) -> Outcome:
    """One outcome of a line that several models were asked for: the last one's line, with all reasons and all that was spent."""
    last = outcomes[-1]
    reasons = tuple(dict.fromkeys(found for outcome in outcomes for found in outcome.line.reasons))
    attempts = sum(outcome.line.attempts for outcome in outcomes)
    usage = sum_usage([outcome.usage for outcome in outcomes])
    usage = usage.model_copy(update={"attempts_by_line": {last.line.slot.path: attempts}})
    # Where one model's answers were refused, the request has not been failed by its servers.
    all_failed = all(outcome.error is not None for outcome in outcomes)
    line = last.line.model_copy(update={"reasons": reasons, "attempts": attempts})
    return Outcome(line, usage, last.error if all_failed else None, tuple(tried for outcome in outcomes for tried in outcome.tries))


def _drop_spans(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Each reason once, without its place in a text that nobody gets to see."""
    return tuple(dict.fromkeys(found.model_copy(update={"span": None}) for found in findings))


def _count(slot: Slot, spent: Sequence[AIMessage]) -> Usage:
    counted = [answer.usage_metadata for answer in spent if answer.usage_metadata]
    if not counted:
        return Usage(calls=len(spent), attempts_by_line={slot.path: len(spent)})
    return Usage(
        calls=len(spent),
        attempts_by_line={slot.path: len(spent)},
        prompt_tokens=sum(usage["input_tokens"] for usage in counted),
        cached_tokens=sum(usage.get("input_token_details", {}).get("cache_read", 0) or 0 for usage in counted),
        completion_tokens=sum(usage["output_tokens"] for usage in counted),
    )
