"""The circuit breaker: when it opens, who is let through, what closes it. Its clock is set, not waited for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable

from resume_rag.errors import CircuitOpenError, LLMRequestError, LLMTimeoutError, LLMUnavailableError, OverloadedError
from resume_rag.llm.guarded import LONGEST_PAUSE_S, MAX_FAILURES, Breaker, GuardedLLM


class Scripted(Runnable[Any, AIMessage]):
    """Fails with what it is given, else answers; counts its calls."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.calls = 0

    def invoke(self, input: Any, config: Any = None, **_: Any) -> AIMessage:
        self.calls += 1
        if self.error:
            raise self.error
        return AIMessage("ok")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("resume_rag.llm.guarded.time.monotonic", lambda: now[0])
    return now


def fail(guarded: GuardedLLM, times: int, error: type[Exception]) -> None:
    for _ in range(times):
        with pytest.raises(error):
            guarded.invoke("")


def test_it_opens_after_several_failures_lets_one_through_and_closes_when_that_is_answered(clock: list[float]) -> None:
    llm = Scripted()
    guarded = GuardedLLM(llm, Breaker(timeout_s=10, first_pause_s=5))
    llm.error = LLMUnavailableError("Down.")
    fail(guarded, MAX_FAILURES, LLMUnavailableError)
    fail(guarded, 10, CircuitOpenError)
    assert llm.calls == MAX_FAILURES
    clock[0] += 5
    llm.error = None
    assert guarded.invoke("").content == "ok"
    assert not guarded.breaker.is_open
    assert guarded.invoke("").content == "ok"


def test_each_trial_that_fails_doubles_the_pause_to_a_longest(clock: list[float]) -> None:
    llm = Scripted()
    guarded = GuardedLLM(llm, Breaker(timeout_s=10, first_pause_s=5))
    llm.error = LLMUnavailableError("Down.")
    fail(guarded, MAX_FAILURES, LLMUnavailableError)
    for pause_s in (5, 10, 20, 40, LONGEST_PAUSE_S, LONGEST_PAUSE_S):
        clock[0] += pause_s - 0.1
        fail(guarded, 1, CircuitOpenError)
        clock[0] += 0.1
        before = llm.calls
        fail(guarded, 1, LLMUnavailableError)
        assert llm.calls == before + 1


def test_calls_that_were_under_way_when_it_opened_do_not_lengthen_the_pause(clock: list[float]) -> None:
    breaker = Breaker(timeout_s=10, first_pause_s=5)
    trials = [breaker.enter() for _ in range(3 * MAX_FAILURES)]
    for trial in trials:
        breaker.leave(LLMUnavailableError("Down."), 0.1, was_trial=trial)
    clock[0] += 5
    assert breaker.enter()
    with pytest.raises(CircuitOpenError):
        breaker.enter()  # one trial at a time
    breaker.leave(None, 0.1, was_trial=True)
    assert not breaker.is_open


@pytest.mark.parametrize("error", [LLMRequestError("No."), OverloadedError("Later.")])
def test_a_server_that_says_no_is_alive(clock: list[float], error: Exception) -> None:
    llm = Scripted()
    guarded = GuardedLLM(llm, Breaker(timeout_s=10))
    llm.error = error
    fail(guarded, 3 * MAX_FAILURES, type(error))
    assert not guarded.breaker.is_open


def test_a_client_with_little_time_opens_it_for_nobody(clock: list[float]) -> None:
    breaker = Breaker(timeout_s=60)
    for _ in range(3 * MAX_FAILURES):
        breaker.leave(LLMTimeoutError("Late."), 0.5, was_trial=breaker.enter())
    assert not breaker.is_open
    for _ in range(MAX_FAILURES):
        breaker.leave(LLMTimeoutError("Late."), 5.0, was_trial=breaker.enter())
    assert breaker.is_open


async def test_a_trial_that_is_cancelled_makes_room_for_another(clock: list[float]) -> None:
    llm = Scripted()
    guarded = GuardedLLM(llm, Breaker(timeout_s=10, first_pause_s=5))
    llm.error = LLMUnavailableError("Down.")
    for _ in range(MAX_FAILURES):
        with pytest.raises(LLMUnavailableError):
            await guarded.ainvoke("")
    clock[0] += 5
    llm.error = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await guarded.ainvoke("")
    llm.error = None
    assert (await guarded.ainvoke("")).content == "ok"
