"""SIGTERM: not ready, then no new connections, then what still runs ends with an error of ours, then exit 0.

uvicorn stops on the signal as well, but gives itself the signal again at the end, so it exits with -15, and waits for
open streams without end. Here its handler is replaced, for as long as the app lives, by one that asks it to stop. Under
another server nothing is replaced. Knows nothing of what runs: whoever does registers how to cancel it.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import anyio
import structlog
import uvicorn

from resume_rag.errors import OverloadedError

_LAST_RESORT_S = 4.0


class ShuttingDownError(OverloadedError):
    """The server is being stopped, and this request was not done in time."""

    code = "shutting_down"
    default_hint = "Send the request again; another instance, or the next one, will take it."


class Drain:
    """The end of a process, step by step.

    Args:
        notice_s: between the signal and closing the port; `draining` is true by then.
        limit_s: from the signal until what still runs is cancelled.
    """

    def __init__(self, notice_s: float, limit_s: float, logger: structlog.typing.FilteringBoundLogger) -> None:
        self.draining = False
        self.expired = False
        self._notice_s = min(notice_s, limit_s)
        self._limit_s = limit_s
        self._logger = logger
        self._scopes: set[anyio.CancelScope] = set()
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def cancelling(self, scope: anyio.CancelScope) -> Iterator[None]:
        """Cancels this scope when the time is over.

        Raises:
            ShuttingDownError: it was over before this began.
        """
        self.check()
        self._scopes.add(scope)
        try:
            yield
        finally:
            self._scopes.discard(scope)

    def check(self) -> None:
        """Raises `ShuttingDownError` once the time is over."""
        if self.expired:
            raise ShuttingDownError("The server is being stopped.", retry_after_s=5)

    @contextmanager
    def on_sigterm(self) -> Iterator[None]:
        """While entered, on the event loop of a uvicorn server in the main thread, SIGTERM begins the drain."""
        theirs = signal.getsignal(signal.SIGTERM)
        server = getattr(theirs, "__self__", None)
        if threading.current_thread() is not threading.main_thread() or not isinstance(server, uvicorn.Server):
            yield
            return
        loop = asyncio.get_running_loop()

        def begin(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._begin, server)

        signal.signal(signal.SIGTERM, begin)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, theirs)
            if self._task:
                self._task.cancel()

    def _begin(self, server: uvicorn.Server) -> None:
        if not self.draining:
            self.draining = True
            self._task = asyncio.create_task(self.run(server))

    async def run(self, server: uvicorn.Server) -> None:
        """The steps after the signal."""
        self.draining = True
        self._logger.info("draining", limit_s=self._limit_s, runs=len(self._scopes))
        await asyncio.sleep(self._notice_s)
        server.should_exit = True
        await asyncio.sleep(self._limit_s - self._notice_s)
        self.expired = True
        self._logger.warning("drain_expired", runs=len(self._scopes))
        for scope in tuple(self._scopes):
            scope.cancel()
        await asyncio.sleep(_LAST_RESORT_S)
        # Something that is no run of the chain holds a connection open, such as a body that never ends.
        server.force_exit = True
