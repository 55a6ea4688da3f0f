"""Who may come in, and when: a bounded queue for runs of the chain, and a rate for each client.

Both refuse with an error that says when to come back. Knows nothing of routes, bodies or keys. Counts are those of this
process: with several workers each has its own queue and its own rates.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from resume_rag.errors import OverloadedError
from resume_rag.service.records import current_record

_FIRST_GUESS_S = 5.0
_WEIGHT_OF_LAST = 0.2
_MAX_RETRY_AFTER_S = 120.0


class RateLimitedError(OverloadedError):
    """This client has sent more requests than its rate allows."""

    code = "rate_limited"
    default_hint = "Wait as long as Retry-After says, or ask the operator for a higher rate."


class RateLimiter:
    """Requests of each client in a moving window.

    Args:
        rate: such as ``60/minute``; None: no limit.
    """

    def __init__(self, rate: str | None) -> None:
        self._rate = parse(rate) if rate else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def admit(self, client: str) -> None:
        """Counts one request.

        Raises:
            RateLimitedError: there were as many as allowed; not counted then.
        """
        if self._rate is None or self._limiter.hit(self._rate, client):
            return
        wait_s = self._limiter.get_window_stats(self._rate, client).reset_time - time.time()
        raise RateLimitedError(f"More than {self._rate.amount} requests came in the time that is allowed.", retry_after_s=max(1.0, wait_s))


class RunQueue:
    """Places for runs: a number at once, a number that wait in order, and a refusal for the rest.

    Args:
        max_running: runs at once.
        max_queued: runs that wait for a place.

    Attributes:
        on_change: called when `running` or `queued` has changed.
    """

    def __init__(self, max_running: int, max_queued: int) -> None:
        self.running = 0
        self.queued = 0
        self._max_running = max_running
        self._max_queued = max_queued
        self._places = asyncio.Semaphore(max_running)
        self._mean_run_s = _FIRST_GUESS_S
        self.on_change: Callable[[], object] = lambda: None

    def check_room(self) -> None:
        """Whether one more run could get a place or wait for one.

        Raises:
            OverloadedError: with the time by which a place should be free, from how long runs have taken.
        """
        if self.running + self.queued < self._max_running + self._max_queued:
            return
        wait_s = self._mean_run_s * (self.queued + 1) / self._max_running
        raise OverloadedError(
            f"{self.running} requests are being worked on and {self.queued} wait; there is no room for more.",
            retry_after_s=min(max(1.0, wait_s), _MAX_RETRY_AFTER_S),
        )

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Holds a place, waiting for it where it must.

        Raises:
            OverloadedError: see `check_room`.
        """
        self.check_room()
        asked_s = time.monotonic()
        self._count(queued=1)
        try:
            await self._places.acquire()
        finally:
            self._count(queued=-1)
        self._count(running=1)
        began_s = time.monotonic()
        current_record().queue_ms += 1000 * (began_s - asked_s)
        try:
            yield
        finally:
            self._count(running=-1)
            self._places.release()
            self._mean_run_s += _WEIGHT_OF_LAST * (time.monotonic() - began_s - self._mean_run_s)

    def _count(self, *, running: int = 0, queued: int = 0) -> None:
        self.running += running
        self.queued += queued
        self.on_change()
