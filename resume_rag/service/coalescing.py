"""Identical requests that run at the same time share one run.

Who comes late gets the snapshots from the first on. The run ends when the last who waits for it leaves. Nothing is kept
after its end, so a failure is shared by those who waited and by nobody later. Keys hold the tenant: what one client sent
is never seen by another.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from resume_rag.schema import TailorRequest, TailorResponse

Run = Callable[[], AsyncGenerator[TailorResponse, None]]


class Coalescer:
    """The runs under way, by what was asked.

    Args:
        versions: of all that an answer depends on besides the request (library, settings, deployments, rollout), as one text of now.
    """

    def __init__(self, versions: Callable[[], str]) -> None:
        self._versions = versions
        self._running: dict[str, _Leader] = {}

    def join(self, tenant: str, request: TailorRequest, run: Run) -> SharedRun:
        """A share in the run for this request, which begins with the first share.

        Args:
            tenant: whose request it is.
            request: what is asked.
            run: begins the work; closing its iterator ends it.
        """
        key = hashlib.sha256("\0".join((self._versions(), tenant, request.model_dump_json())).encode()).hexdigest()
        leader = self._running.get(key)
        is_leader = leader is None
        if leader is None:
            leader = self._running[key] = _Leader(run, lambda ended: self._forget(key, ended))
        return SharedRun(leader, is_leader=is_leader)

    def _forget(self, key: str, ended: _Leader) -> None:
        # Another may have begun under this key while the ended one was being cancelled.
        if self._running.get(key) is ended:
            del self._running[key]


class SharedRun:
    """One waiter's view of a run."""

    def __init__(self, leader: _Leader, *, is_leader: bool) -> None:
        self.is_leader = is_leader
        self._leader = leader
        leader.waiters += 1

    async def snapshots(self) -> AsyncGenerator[TailorResponse, None]:
        """All snapshots from the first; ends, or raises, as the run does."""
        number = 0
        try:
            while True:
                await self._leader.wait_for(number)
                if number == len(self._leader.snapshots):
                    break
                yield self._leader.snapshots[number]
                number += 1
        finally:
            await self._leader.leave()
        if self._leader.failure:
            raise self._leader.failure


class _Leader:
    def __init__(self, run: Run, forget: Callable[[_Leader], None]) -> None:
        self.snapshots: list[TailorResponse] = []
        self.failure: Exception | None = None
        self.waiters = 0
        self._forget = forget
        self._grown = asyncio.Event()
        self._task = asyncio.create_task(self._follow(run))

    async def wait_for(self, number: int) -> None:
        while number >= len(self.snapshots) and not self._task.done():
            await self._grown.wait()

    async def leave(self) -> None:
        self.waiters -= 1
        if not self.waiters and not self._task.done():
            self._forget(self)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([self._task])

    async def _follow(self, run: Run) -> None:
        try:
            async with aclosing(run()) as snapshots:
                async for snapshot in snapshots:
                    self.snapshots.append(snapshot)
                    self._tell()
        except Exception as error:  # noqa: BLE001 - the boundary: it is raised again where it is waited for
            self.failure = error
        finally:
            self._forget(self)
            asyncio.get_running_loop().call_soon(self._tell)

    def _tell(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()
