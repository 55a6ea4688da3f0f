"""Context -> draft: which lines the model may write, and the loop that asks, parses, checks and re-asks for each.

The loop is written once, as a generator that yields what to ask and receives the model's answer; a sync and an async driver
run many of them at once, a bounded number in flight, under one deadline. What a line may say is decided by the `check` that is
handed in, how an answer is read by the `parse`; this file knows neither, nor any server.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, NamedTuple

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig

from resume_rag.assembly import assemble_paragraph
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
from resume_rag.matching.words import find_distinctive
from resume_rag.prompt import (
    build_wire_schema,
    count_prompt_tokens,
    find_asked_words,
    render_line_messages,
    render_problem,
    render_retry_messages,
)
from resume_rag.schema import Context, DraftLine, Fact, Finding, LineStatus, SectionName, Slot, Usage
from resume_rag.text import content_stems, end_like, find_words, fold, split_sentences, squeeze, stem

DEFAULT_SECTIONS: tuple[SectionName, ...] = ("basics", "work", "volunteer", "projects")
MIN_LINE_WORDS = 4
"""Shorter lines stay as they are: there is nothing to reword."""

LOSS_CODES = {
    "figure_lost": "The rewrite leaves out a number of the candidate's line.",
    "name_lost": "The rewrite leaves out a name of the candidate's line.",
    "asked_word_lost": "The rewrite leaves out a word of the candidate's line that the post asks for.",
    "content_lost": "The rewrite leaves out too much of the candidate's line.",
    "mark_added": "The rewrite has a loose sign or figure that the candidate's line has not.",
}
"""Why a line that says nothing false is refused all the same; the codes of false ones are in `grounding`."""

_NUMBER_WORDS = {
    word: str(value) for value, word in enumerate("zero one two three four five six seven eight nine ten".split()) if value > 1
}
_NUMBER = re.compile(rf"\d[\d.,]*|\b(?:{'|'.join(_NUMBER_WORDS)})\b")

_SIGN = re.compile(r"(?<!\d)(?<!\d )%|[*\\=<>{}|^_]|(?<!\S)--|\$(?![\s\d])|(?<![\w.,/])[-+]{0,2}[01](?:[.,]0+)?(?:/\d)?(?![\w%]|[.,/]\d)")
_SMALL_NUMBERS = {"0": re.compile(r"\b(?:zero|no|none|not|without)\b"), "1": re.compile(r"\b(?:one|once|single|first)\b")}

MIN_KEPT_SHARE = 0.6
"""Of the words of a line that carry meaning: two halves of a line are often two achievements, and one of them must not go."""

Check = Callable[[Slot, str, tuple[str, ...]], tuple[Finding, ...]]
Parse = Callable[[AIMessage, Slot], tuple[str, tuple[str, ...]]]
LLMRunnable = Runnable[Any, AIMessage]
ShareCache = Callable[[], object]
OnOutcome = Callable[["Outcome"], object]


MAX_RETRIES = 2
"""Transport retries of one line: the same request again, where the server was overloaded or broke off. Nothing else retries."""

MAX_RETRY_WAIT_S = 5.0
"""A server that wants a longer pause is not waited for; the line keeps the candidate's words."""

_BROKEN_OFF_WAIT_S = 0.25
_LATE_S = 0.25


class Ask(NamedTuple):
    """One call: the messages, the schema of the answer, its longest length, the pause before it, and which of the models is asked."""

    messages: list[BaseMessage]
    json_schema: dict[str, Any]
    max_tokens: int
    wait_s: float = 0.0
    place: int = 0


class Limits(NamedTuple):
    """Bounds of a draft; see `Settings` for their meaning."""

    max_attempts: int
    max_output_tokens: int
    max_prompt_tokens: int
    max_rewrites: int
    max_in_flight: int
    llm_timeout_s: float


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


def select_slots(context: Context, *, max_rewrites: int, kept: frozenset[str]) -> tuple[Slot, ...]:
    """The lines that the model may write, those that serve the post best first.

    Args:
        context: facts and targets.
        max_rewrites: most lines.
        kept: paths of the lines that stay in the tailored resume; others are not worth a call.
    """
    request = context.targets.candidate.request
    sections = request.sections if request.sections is not None else DEFAULT_SECTIONS
    weights: dict[str, list[tuple[float, str]]] = {}
    writable = {fact.id for fact in context.targets.candidate.facts if not fact.locked}
    for target in context.targets.supported:
        # One line aims at a target, the one that supports it best: aims of others only tempt the model to claim them.
        best = next((fact_id for fact_id in target.fact_ids if fact_id in writable), None)
        if best is not None:
            weights.setdefault(best, []).append((-target.weight, target.id))
    slots = []
    for fact in context.targets.candidate.facts:
        is_line = ".highlights[" not in fact.path or fact.path in kept
        if fact.locked or fact.section not in sections or not is_line or len(fact.text.split()) < MIN_LINE_WORDS:
            continue
        aims = sorted(weights.get(fact.id, []))
        slots.append(
            (
                sum(weight for weight, _ in aims),
                Slot(path=fact.path, original=fact.text, fact_ids=(fact.id,), target_ids=tuple(i for _, i in aims)),
            )
        )
    slots.sort(key=lambda scored: scored[0])
    return tuple(slot for _, slot in slots[:max_rewrites])


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
                return _keep_original(slot, findings, failed, spent, server_failed=True)
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
        if _gains_nothing(text, slot.original):
            return _finish(slot, slot.original, slot.fact_ids, "verbatim", findings, spent)
        refused = check(slot, text, fact_ids) or tuple(_find_losses(slot, text, context))
        if not refused:
            return _finish(slot, text, fact_ids, "rewritten", findings, spent)
        findings = refused
        last = (text, fact_ids)
        messages = render_retry_messages(first, str(answer.content), list(dict.fromkeys(render_problem(found, text) for found in refused)))
    if last is not None and (mended := _mend(slot, *last, context, check)) is not None:
        return _finish(slot, mended, last[1], "rewritten", findings, spent)
    return _keep_original(slot, findings, error, spent)


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
        steps = draft_line(slot, context, check, parse, limits)
        outcomes.append((yield from _ask_at(steps, place)))
        last = outcomes[-1]
        if last.line.status != "fallback" or isinstance(last.error, DeadlineExceededError):
            break
    return outcomes[0] if len(outcomes) == 1 else _merge(outcomes)


def run_lines(
    slots: Sequence[Slot],
    context: Context,
    llm: LLMRunnable,
    check: Check,
    parse: Parse,
    limits: Limits,
    *,
    deadline_s: float,
    config: RunnableConfig,
    share_cache: ShareCache | None = None,
    others: Sequence[LLMRunnable] = (),
    on_outcome: OnOutcome | None = None,
    **sampling: Any,
) -> Iterator[Outcome]:
    """Write all lines, in threads; each comes as soon as it is finished.

    Args:
        slots: the lines, most important first.
        context: the request so far.
        llm: takes messages and, as keywords, ``json_schema``, ``max_tokens``, ``timeout``.
        check: see `Check`.
        parse: see `Parse`.
        limits: bounds.
        deadline_s: seconds from now; lines not done by then keep the candidate's words.
        config: callbacks and tags for the model's calls.
        share_cache: called between the first answer and the other lines, which wait for it: for an engine whose slots each
            compute the shared beginning of the prompts for themselves. None: all lines are sent at once.
        others: models that are asked, in this order, for a line that the one before did not deliver.
        on_outcome: told of each line as it is finished, also where the request then fails.
        sampling: further keywords for each call (``temperature``, ``seed``).

    Raises:
        LLMError: the server failed every line.
    """
    end = time.monotonic() + deadline_s
    models = (llm, *others)
    shared, abandoned = threading.Event(), threading.Event()

    def run_line(slot: Slot) -> Outcome:
        steps = draft_line_anywhere(slot, context, check, parse, limits, len(models))
        ask = next(steps)
        if share_cache and slot is not slots[0]:
            shared.wait(deadline_s)
        while True:
            failure: ResumeRagError | None = None
            try:
                if ask.wait_s:
                    abandoned.wait(min(ask.wait_s, max(0.0, end - time.monotonic())))
                if abandoned.is_set():
                    raise DeadlineExceededError("Nobody waits for this line any more.")
                answer = models[ask.place].invoke(ask.messages, config, **_call_keywords(ask, limits, end, len(models)), **sampling)
                if share_cache and not shared.is_set():
                    share_cache()
            except ResumeRagError as failed:
                failure = failed
            finally:
                shared.set()
            try:
                ask = steps.throw(failure) if failure else steps.send(answer)
            except StopIteration as stop:
                return _outcome(stop, on_outcome)

    gate = _FailureGate()
    pool = ThreadPoolExecutor(max_workers=limits.max_in_flight, thread_name_prefix="resume-rag-line")
    try:
        pending: dict[Future[Outcome], Slot] = {pool.submit(run_line, slot): slot for slot in slots}
        while pending:
            done, _ = wait(pending, timeout=max(0.0, end + _LATE_S - time.monotonic()), return_when=FIRST_COMPLETED)
            for future in done:
                del pending[future]
                yield from gate.admit(future.result())
            if not done:  # a server that stalls in the middle of an answer can hold a thread longer than its timeout
                over = DeadlineExceededError("The time for the whole request was used up before this line was written.")
                for slot in pending.values():
                    late = _keep_original(slot, (), over, (), server_failed=True)
                    if on_outcome:
                        on_outcome(late)
                    yield from gate.admit(late)
                break
        yield from gate.close()
    finally:
        abandoned.set()
        shared.set()
        pool.shutdown(wait=False, cancel_futures=True)


async def arun_lines(
    slots: Sequence[Slot],
    context: Context,
    llm: LLMRunnable,
    check: Check,
    parse: Parse,
    limits: Limits,
    *,
    deadline_s: float,
    config: RunnableConfig,
    share_cache: ShareCache | None = None,
    others: Sequence[LLMRunnable] = (),
    on_outcome: OnOutcome | None = None,
    **sampling: Any,
) -> AsyncIterator[Outcome]:
    """`run_lines` on the event loop; closing the iterator cancels what is in flight."""
    end = time.monotonic() + deadline_s
    models = (llm, *others)
    places = asyncio.Semaphore(limits.max_in_flight)
    shared = asyncio.Event()

    async def run_line(slot: Slot) -> Outcome:
        steps = draft_line_anywhere(slot, context, check, parse, limits, len(models))
        ask = next(steps)
        if share_cache and slot is not slots[0]:
            await shared.wait()
        while True:
            failure: ResumeRagError | None = None
            try:
                if ask.wait_s:
                    await asyncio.sleep(min(ask.wait_s, max(0.0, end - time.monotonic())))
                async with places:
                    keywords = _call_keywords(ask, limits, end, len(models))
                    answer = await models[ask.place].ainvoke(ask.messages, config, **keywords, **sampling)
                if share_cache and not shared.is_set():
                    await asyncio.to_thread(share_cache)
            except ResumeRagError as failed:
                failure = failed
            finally:
                shared.set()
            try:
                ask = steps.throw(failure) if failure else steps.send(answer)
            except StopIteration as stop:
                return _outcome(stop, on_outcome)

    gate = _FailureGate()
    tasks = [asyncio.create_task(run_line(slot)) for slot in slots]
    try:
        for next_done in asyncio.as_completed(tasks):
            for outcome in gate.admit(await next_done):
                yield outcome
        for outcome in gate.close():
            yield outcome
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _FailureGate:
    """Holds back lines that the server failed until one has worked: if none does, the request fails, not its lines."""

    def __init__(self) -> None:
        self._held: list[Outcome] = []
        self._worked = False

    def admit(self, outcome: Outcome) -> Iterator[Outcome]:
        if outcome.error is not None and not self._worked:
            self._held.append(outcome)
            return
        self._worked = True
        yield outcome
        yield from self._held
        self._held = []

    def close(self) -> Iterator[Outcome]:
        for outcome in self._held:
            if outcome.error is not None and not isinstance(outcome.error, DeadlineExceededError):
                raise outcome.error
        yield from self._held


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


def _mend(slot: Slot, text: str, fact_ids: tuple[str, ...], context: Context, check: Check) -> str | None:
    """A refused paragraph without its failing sentences, where that passes as a whole."""
    mended = assemble_paragraph(slot.original, text, lambda sentence: not check(slot, sentence, fact_ids))
    if mended is None or check(slot, mended, fact_ids) or any(_find_losses(slot, mended, context)):
        return None
    return mended


def _find_losses(slot: Slot, text: str, context: Context) -> Iterator[Finding]:
    """What makes a true line worse than the candidate's own: a number gone, a name, or a word that the post asks for."""
    held = {_plain_number(found) for found in _NUMBER.findall(fold(text))}
    if any(_plain_number(found) not in held for found in _NUMBER.findall(fold(slot.original))):
        yield Finding(path=slot.path, code="figure_lost", message=LOSS_CODES["figure_lost"])
    aims = [target for target in context.targets.supported if target.id in slot.target_ids]
    asked = {found for words in find_asked_words(slot.original, aims) for found in _content(words)}
    kept, original = _content(text), _content(slot.original)
    if not _find_names(slot.original) <= {stem(word.text) for word in find_words(text)}:
        yield Finding(path=slot.path, code="name_lost", message=LOSS_CODES["name_lost"])
    if not asked <= kept:
        yield Finding(path=slot.path, code="asked_word_lost", message=LOSS_CODES["asked_word_lost"])
    if len(kept & original) < MIN_KEPT_SHARE * len(original):
        yield Finding(path=slot.path, code="content_lost", message=LOSS_CODES["content_lost"])
    if _has_loose_mark(text, slot.original):
        yield Finding(path=slot.path, code="mark_added", message=LOSS_CODES["mark_added"])


def _find_names(text: str) -> set[str]:
    """Stems of what a line names: tools, places, makers. A capital that begins a sentence names nothing."""
    return {found for start, end in split_sentences(text) for found in find_distinctive(text[start:end])} - {stem("I")}


def _has_loose_mark(text: str, original: str) -> bool:
    """Whether a sign of code, or a bare 0 or 1, is new: too small a thing for the rules on numbers and names."""
    said = fold(original)
    for found in _SIGN.findall(text):
        in_words = _SMALL_NUMBERS.get(found.lstrip("+-")[:1])
        if found not in original and not (in_words and in_words.search(said)):
            return True
    return False


def _content(text: str) -> set[str]:
    return {found for found in content_stems(text) if not _NUMBER.match(found)}


def _plain_number(found: str) -> str:
    return _NUMBER_WORDS.get(found, found.replace(",", "").rstrip("."))


def _gains_nothing(text: str, original: str) -> bool:
    """Whether a line is a copy, or says the same in the same order without being shorter: "teams" for "team" is a risk and no gain."""
    written, own = _words(text), _words(original)
    return written == own or (len(written) >= len(own) and content_stems(text) == content_stems(original))


def _words(text: str) -> list[str]:
    return [fold(word.text) for word in find_words(text)]


def _first_messages(slot: Slot, context: Context, limits: Limits) -> list[BaseMessage]:
    facts = {fact.id: fact for fact in context.targets.candidate.facts}
    targets = {target.id: target for target in context.targets.supported}
    cited: list[Fact] = [facts[fact_id] for fact_id in slot.fact_ids]
    aims = [targets[target_id] for target_id in slot.target_ids if target_id in targets]
    messages = render_line_messages(slot, cited, aims, context.examples)
    if count_prompt_tokens(messages) > limits.max_prompt_tokens:
        messages = render_line_messages(slot, cited, aims, ())
    return messages


def _retry_wait_s(failed: ResumeRagError) -> float | None:
    """The pause before the same request is sent again; None where it is not: a timeout has used its time, a refusal stays one."""
    if isinstance(failed, CircuitOpenError):
        return None
    if isinstance(failed, OverloadedError):
        return failed.retry_after_s if failed.retry_after_s <= MAX_RETRY_WAIT_S else None
    return _BROKEN_OFF_WAIT_S if isinstance(failed, LLMUnavailableError) else None


def _call_keywords(ask: Ask, limits: Limits, end: float, places: int) -> dict[str, Any]:
    left_s = end - time.monotonic()
    if left_s <= 0:
        raise DeadlineExceededError("The time for the whole request was used up before this line was written.")
    if ask.place < places - 1:
        left_s /= 2  # a model that hangs must leave time to ask the next one
    return {"json_schema": ask.json_schema, "max_tokens": ask.max_tokens, "timeout": min(limits.llm_timeout_s, left_s)}


def _keep_original(
    slot: Slot, findings: tuple[Finding, ...], error: ResumeRagError | None, spent: Sequence[AIMessage], *, server_failed: bool = False
) -> Outcome:
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


def _finish(
    slot: Slot, text: str, fact_ids: tuple[str, ...], status: Any, findings: tuple[Finding, ...], spent: Sequence[AIMessage]
) -> Outcome:
    line = DraftLine(slot=slot, text=text, fact_ids=fact_ids, status=status, reasons=_drop_spans(findings), attempts=len(spent))
    return Outcome(line, _count(slot, spent), None, (Try(status, len(spent), None, _first_tokens(spent)),))


def _first_tokens(spent: Sequence[AIMessage]) -> tuple[float, ...]:
    known = (answer.response_metadata.get("first_token_ms") for answer in spent)
    return tuple(float(first_ms) for first_ms in known if first_ms is not None)


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


def _merge(outcomes: Sequence[Outcome]) -> Outcome:
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


def _outcome(stop: StopIteration, on_outcome: OnOutcome | None) -> Outcome:
    outcome: Outcome = stop.value
    if on_outcome:
        on_outcome(outcome)
    return outcome
