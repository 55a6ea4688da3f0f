"""One line: ask, read, check, ask again with the reasons, then another model, then the candidate's own words.

Written as generators that yield what to ask and receive the model's answer, so that threads and an event loop drive the same steps
(`running.py`). Knows no server, no clock, and neither how an answer is read nor what a line may say.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NamedTuple

from langchain_core.messages import AIMessage, BaseMessage

from resume_rag.assembly import assemble_paragraph
from resume_rag.drafting.losses import find_losses, gains_nothing
from resume_rag.drafting.outcomes import Outcome, finish_line, keep_original, merge_outcomes
from resume_rag.errors import (
    CircuitOpenError,
    DeadlineExceededError,
    LLMError,
    LLMUnavailableError,
    OutputParseError,
    OutputTruncatedError,
    OverloadedError,
    ResumeRagError,
)
from resume_rag.prompt import build_wire_schema, count_prompt_tokens, render_line_messages, render_problem, render_retry_messages
from resume_rag.schema import Context, Finding, Slot
from resume_rag.text import end_like, squeeze

Check = Callable[[Slot, str, tuple[str, ...]], tuple[Finding, ...]]
Parse = Callable[[AIMessage, Slot], tuple[str, tuple[str, ...]]]

MAX_RETRIES = 2
"""Transport retries of one line: the same request again, where the server was overloaded or broke off. Nothing else retries."""

MAX_RETRY_WAIT_S = 5.0
"""A server that wants a longer pause is not waited for; the line keeps the candidate's words."""

_BROKEN_OFF_WAIT_S = 0.25


class Ask(NamedTuple):
    """One call: the messages, the schema of the answer, its longest length, the pause before it, and which of the models is asked."""

    messages: list[BaseMessage]
    json_schema: dict[str, Any]
    max_tokens: int
    wait_s: float = 0.0
    place: int = 0


class Limits(NamedTuple):
    """Bounds of a draft; see `Settings` for their meaning.

    Attributes:
        max_departures: how far a line may go from the candidate's wording, for each model in the order in which they are asked.
    """

    max_attempts: int
    max_output_tokens: int
    max_prompt_tokens: int
    max_rewrites: int
    max_in_flight: int
    llm_timeout_s: float
    max_departures: tuple[float, ...]


def draft_line(slot: Slot, context: Context, check: Check, parse: Parse, limits: Limits) -> Generator[Ask, AIMessage, Outcome]:
    """Ask, read, check, and ask again with the reasons; after the last attempt the candidate's own line stands.

    Of a paragraph, such as the summary, only the sentences that fail give way to the candidate's own.

    Yields:
        What to ask; send the model's answer back in, or throw the server's error.
    """
    first = _first_messages(slot, context, limits)
    schema = build_wire_schema(slot.fact_ids)
    messages, max_tokens = first, limits.max_output_tokens
    findings: tuple[Finding, ...] = ()
    last: tuple[str, tuple[str, ...]] | None = None
    error: ResumeRagError | None = None
    spent: list[AIMessage] = []
    retries, wait_s = 0, 0.0
    while len(spent) < limits.max_attempts:
        try:
            answer = yield Ask(messages, schema, max_tokens, wait_s)
        except (LLMError, OverloadedError, DeadlineExceededError) as failed:
            again_in_s = _retry_wait_s(failed)
            if again_in_s is None or retries == MAX_RETRIES:
                return keep_original(slot, findings, failed, spent, server_failed=True)
            retries, wait_s = retries + 1, again_in_s
            continue
        wait_s = 0.0
        spent.append(answer)
        try:
            text, fact_ids = parse(answer, slot)
        except OutputTruncatedError as failed:
            # Half a line is no line to show the model: the same question again, with room for a longer answer.
            error, messages, max_tokens = failed, first, 2 * max_tokens
            continue
        except OutputParseError as failed:
            error, messages = failed, render_retry_messages(first, str(answer.content), failed.errors)
            continue
        error = None
        text = end_like(squeeze(text), slot.original)
        if gains_nothing(text, slot.original):
            return finish_line(slot, slot.original, slot.fact_ids, "verbatim", findings, spent)
        refused = check(slot, text, fact_ids) or tuple(
            find_losses(slot, text, context.targets.supported, max_departure=limits.max_departures[0])
        )
        if not refused:
            return finish_line(slot, text, fact_ids, "rewritten", findings, spent)
        findings = refused
        last = (text, fact_ids)
        messages = render_retry_messages(first, str(answer.content), list(dict.fromkeys(render_problem(found, text) for found in refused)))
    if last is not None and (mended := _mend(slot, *last, context, check, limits)) is not None:
        return finish_line(slot, mended, last[1], "rewritten", findings, spent)
    return keep_original(slot, findings, error, spent)


def draft_line_anywhere(
    slot: Slot, context: Context, check: Check, parse: Parse, limits: Limits, places: int
) -> Generator[Ask, AIMessage, Outcome]:
    """`draft_line` with one model after the other, until one has delivered the line or the time is over.

    Args:
        slot: the line.
        context: the request so far.
        check: see `Check`.
        parse: see `Parse`.
        limits: bounds, for each model.
        places: how many models there are.
    """
    outcomes: list[Outcome] = []
    for place in range(places):
        own = limits._replace(max_departures=limits.max_departures[place:])
        steps = draft_line(slot, context, check, parse, own)
        outcomes.append((yield from _ask_at(steps, place)))
        last = outcomes[-1]
        if last.line.status != "fallback" or isinstance(last.error, DeadlineExceededError):
            break
    return outcomes[0] if len(outcomes) == 1 else merge_outcomes(outcomes)


def _mend(slot: Slot, text: str, fact_ids: tuple[str, ...], context: Context, check: Check, limits: Limits) -> str | None:
    """A refused paragraph without its failing sentences, where that passes as a whole."""
    mended = assemble_paragraph(slot.original, text, lambda sentence: not check(slot, sentence, fact_ids))
    if (
        mended is None
        or check(slot, mended, fact_ids)
        or any(find_losses(slot, mended, context.targets.supported, max_departure=limits.max_departures[0]))
    ):
        return None
    return mended


def _first_messages(slot: Slot, context: Context, limits: Limits) -> list[BaseMessage]:
    fact = next(fact for fact in context.targets.candidate.facts if fact.id == slot.fact_ids[0])
    targets = {target.id: target for target in context.targets.supported}
    aims = [targets[target_id] for target_id in slot.target_ids if target_id in targets]
    messages = render_line_messages(slot, fact, aims, context.examples)
    if count_prompt_tokens(messages) > limits.max_prompt_tokens:
        messages = render_line_messages(slot, fact, aims, ())
    return messages


def _retry_wait_s(failed: ResumeRagError) -> float | None:
    """The pause before the same request is sent again; None where it is not: a timeout has used its time, a refusal stays one."""
    if isinstance(failed, CircuitOpenError):
        return None
    if isinstance(failed, OverloadedError):
        return failed.retry_after_s if failed.retry_after_s <= MAX_RETRY_WAIT_S else None
    return _BROKEN_OFF_WAIT_S if isinstance(failed, LLMUnavailableError) else None


def _ask_at(steps: Generator[Ask, AIMessage, Outcome], place: int) -> Generator[Ask, AIMessage, Outcome]:
    """The same steps, every question of them for one model."""
    try:
        ask = next(steps)
        while True:
            try:
                answer = yield ask._replace(place=place)
            except ResumeRagError as failed:
                ask = steps.throw(failed)
            else:
                ask = steps.send(answer)
    except StopIteration as stop:
        outcome: Outcome = stop.value
        return outcome
