"""Many lines at once: a bounded number in flight, under one deadline, in threads or on an event loop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable, RunnableConfig

from resume_rag.drafting.asking import Ask, Check, Limits, Parse, draft_line_anywhere
from resume_rag.drafting.outcomes import Outcome, keep_original
from resume_rag.errors import DeadlineExceededError, ResumeRagError
from resume_rag.schema import Context, Slot

LLMRunnable = Runnable[Any, AIMessage]
ShareCache = Callable[[], object]
OnOutcome = Callable[[Outcome], object]

_LATE_S = 0.25


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
                    late = keep_original(slot, (), over, (), server_failed=True)
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


def _call_keywords(ask: Ask, limits: Limits, end: float, places: int) -> dict[str, Any]:
    left_s = end - time.monotonic()
    if left_s <= 0:
        raise DeadlineExceededError("The time for the whole request was used up before this line was written.")
    if ask.place < places - 1:
        left_s /= 2  # a model that hangs must leave time to ask the next one
    return {"json_schema": ask.json_schema, "max_tokens": ask.max_tokens, "timeout": min(limits.llm_timeout_s, left_s)}


def _outcome(stop: StopIteration, on_outcome: OnOutcome | None) -> Outcome:
    outcome: Outcome = stop.value
    if on_outcome:
        on_outcome(outcome)
    return outcome
