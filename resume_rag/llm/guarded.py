"""A circuit breaker around a model server that has another to stand in for it: a dead one does not cost a timeout per line.

After several failures in a row the server is not asked for a while: calls fail at once with `CircuitOpenError`. Then one call
is let through; if it is answered all are, else the pause doubles. State is this process's own: each worker finds out for itself.
"""

from __future__ import annotations

import time
from threading import Lock
from typing import Any, Final

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable, RunnableConfig

from resume_rag.errors import CircuitOpenError, LLMTimeoutError, LLMUnavailableError, ResumeRagError

MAX_FAILURES: Final = 5
"""In a row."""

FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 60.0
_FAIR_WAIT_S: Final = 5.0
"""A caller with less time than this, and than the server's own timeout, says nothing about the server by giving up."""


class Breaker:
    """Whether a server may be asked.

    Args:
        timeout_s: the server's own, see `_FAIR_WAIT_S`.
        first_pause_s: how long it is not asked at first.
    """

    def __init__(self, timeout_s: float, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self._fair_s = min(timeout_s, _FAIR_WAIT_S)
        self._first_pause_s = first_pause_s
        self._pause_s = first_pause_s
        self._failures = 0
        self._closed_until_s = 0.0
        self._trying = False
        self._lock = Lock()

    @property
    def is_open(self) -> bool:
        """Whether calls are refused, one trial at most excepted."""
        return self._failures >= MAX_FAILURES

    def enter(self) -> bool:
        """A call wants to begin; True where it is the one trial.

        Raises:
            CircuitOpenError: it may not.
        """
        with self._lock:
            if not self.is_open:
                return False
            if self._trying or time.monotonic() < self._closed_until_s:
                raise CircuitOpenError("The language model's server has failed several times and is not asked for a while.")
            self._trying = True
            return True

    def leave(self, failure: BaseException | None, waited_s: float, *, was_trial: bool) -> None:
        """A call has ended.

        Args:
            failure: None: it was answered.
            waited_s: how long it took.
            was_trial: what `enter` said.
        """
        is_late = isinstance(failure, LLMTimeoutError)
        with self._lock:
            self._trying = self._trying and not was_trial
            if isinstance(failure, LLMUnavailableError) or (is_late and waited_s >= 0.9 * self._fair_s):
                self._failures += 1
                # Calls that were under way when it opened say nothing new.
                if self._failures == MAX_FAILURES or was_trial:
                    self._closed_until_s = time.monotonic() + self._pause_s
                    self._pause_s = min(LONGEST_PAUSE_S, 2 * self._pause_s)
            elif failure is None or (isinstance(failure, ResumeRagError) and not is_late):
                # Whatever it says, it is alive.
                self._failures, self._pause_s = 0, self._first_pause_s


class GuardedLLM(Runnable[LanguageModelInput, AIMessage]):
    """A language model behind a breaker.

    Args:
        llm: takes messages and keywords as `LLM` does.
        breaker: its own.
    """

    def __init__(self, llm: Runnable[Any, AIMessage], breaker: Breaker) -> None:
        self._llm = llm
        self.breaker = breaker

    def get_name(self, suffix: str | None = None, *, name: str | None = None) -> str:
        """The name of this step in traces."""
        return self._llm.get_name(suffix, name=name)

    def invoke(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        """As the model's own, or `CircuitOpenError`."""
        is_trial = self.breaker.enter()
        began_s = time.monotonic()
        failure: BaseException | None = None
        try:
            return self._llm.invoke(input, config, **kwargs)
        except BaseException as error:
            failure = error
            raise
        finally:
            self.breaker.leave(failure, time.monotonic() - began_s, was_trial=is_trial)

    async def ainvoke(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        """As `invoke`."""
        is_trial = self.breaker.enter()
        began_s = time.monotonic()
        failure: BaseException | None = None
        try:
            return await self._llm.ainvoke(input, config, **kwargs)
        except BaseException as error:
            failure = error
            raise
        finally:
            self.breaker.leave(failure, time.monotonic() - began_s, was_trial=is_trial)
