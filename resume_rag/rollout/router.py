"""Which deployments serve a request, and what became of it: the part of a rollout that lives in every process.

`Router.assign` costs a look at a file's date at most twice a second. A thread writes this process's tallies every second while
a rollout runs, and asks `deciding.decide` as often as the policy says. Where the folder cannot be used the last known state
goes on, or, without one, the primaries of the file. Knows nothing of models, lines or HTTP.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from resume_rag.errors import ResumeRagError
from resume_rag.rollout.deciding import Change, decide
from resume_rag.rollout.deployments import FULL_SHARE, Deployment, Deployments
from resume_rag.rollout.split import find_place, select_weighted
from resume_rag.rollout.state import RolloutState
from resume_rag.rollout.store import Arm, ProcessSamples, RolloutStore
from resume_rag.rollout.tallies import Sample, Tally, sum_samples, sum_tallies

_LOOK_EVERY_S = 0.5
_WRITE_EVERY_S = 1.0
_log = logging.getLogger("resume_rag.rollout")


class Assignment(NamedTuple):
    """Who serves a request: names in the order in which they are asked; and which sample it will be."""

    route: tuple[str, ...]
    arm: Arm = "stable"
    rollout_id: str = ""
    step: int = 0


class Router:
    """See the module.

    Args:
        deployments: of the file.
        store: the folder; None: there is no rollout, only primaries and fallbacks.

    Attributes:
        on_change: called with a change that this process decided.
    """

    def __init__(self, deployments: Deployments, store: RolloutStore | None) -> None:
        self._deployments = deployments
        self._store = store
        self._lock = threading.Lock()
        self._state = RolloutState()
        self._stamp: tuple[int, int, int] | None = None
        self._look_at_s = 0.0
        self._tallies: dict[tuple[str, int], dict[Arm, Tally]] = {}
        self._dirty = False
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.on_change: Callable[[Change], object] = lambda change: None

    # --- routing ---

    def assign(self, *, tenant: str, candidate: str) -> Assignment:
        """Who serves this request.

        Args:
            tenant: whose request it is; empty where that is not known, and then the candidate decides.
            candidate: a digest that is the same for each request of a candidate.
        """
        state = self._look()
        key = tenant if tenant and self._deployments.rollout.sticky_by == "tenant" else candidate
        stable = select_weighted(key, [(one.name, one.weight) for one in self._stable(state)])
        canary = self._find_canary(state)
        if canary is not None and find_place(key, canary.fingerprint) < state.share:
            return Assignment((canary.name, *self._second(key, stable, other_than=canary.name)), "canary", state.id, state.step)
        running = state.phase == "running"
        return Assignment(
            (stable, *self._second(key, None, other_than=stable)), "stable", state.id if running else "", state.step if running else 0
        )

    def shares(self) -> Mapping[str, float]:
        """Each deployment's share of the traffic, in per cent."""
        state = self._look()
        canary = self._find_canary(state)
        canary_share = state.share if canary else 0.0
        stable = self._stable(state)
        whole = sum(one.weight for one in stable)
        shares = {one.name: 0.0 for one in self._deployments.deployments}
        shares |= {one.name: (FULL_SHARE - canary_share) * one.weight / whole for one in stable}
        return shares | ({canary.name: canary_share} if canary else {})

    def versions(self) -> str:
        """Changes when the file's contents or the state of the rollout do: answers before and after are not the same."""
        return f"{self._deployments.digest} {self._look().generation}"

    def _stable(self, state: RolloutState) -> tuple[Deployment, ...]:
        promoted = self._deployments.find(state.promoted[0]) if state.promoted else None
        if promoted is None or state.promoted != (promoted.name, promoted.fingerprint) or promoted.role == "primary":
            return self._deployments.of_role("primary")
        return (promoted,)

    def _find_canary(self, state: RolloutState) -> Deployment | None:
        found = self._deployments.find(state.canary) if state.phase == "running" else None
        return found if found is not None and found.fingerprint == state.fingerprint else None

    def _second(self, key: str, stable: str | None, *, other_than: str) -> tuple[str, ...]:
        """Who is asked when the first fails: a fallback, else the stable version, else another primary, else nobody."""
        fallbacks = [(one.name, one.weight) for one in self._deployments.of_role("fallback")]
        if not fallbacks and stable is not None:
            return (stable,)
        others = fallbacks or [(one.name, one.weight) for one in self._deployments.of_role("primary") if one.name != other_than]
        return (select_weighted(key, others),) if others else ()

    def _look(self) -> RolloutState:
        if self._store is None:
            return self._state
        now_s = time.monotonic()
        with self._lock:
            if now_s >= self._look_at_s:
                self._look_at_s = now_s + _LOOK_EVERY_S
                stamp = self._store.find_stamp()
                if stamp is not None and stamp != self._stamp:
                    found = self._store.find_state()
                    if found is not None:
                        self._state, self._stamp = found, stamp
            return self._state

    # --- what has been seen ---

    def note(self, assignment: Assignment, sample: Sample) -> None:
        """Count one request; nothing where no rollout ran when it was assigned."""
        if not assignment.rollout_id or not sample.lines:
            return
        with self._lock:
            tallies = self._tallies.setdefault((assignment.rollout_id, assignment.step), {})
            known = tallies.get(assignment.arm, Tally())
            tallies[assignment.arm] = sum_tallies([known, sum_samples([sample])])
            self._dirty = True

    def write(self) -> None:
        """Hand this process's tallies to the others.

        Raises:
            RolloutFolderError: the folder cannot be written.
        """
        state = self._look()
        with self._lock:
            if self._store is None or not self._dirty:
                return
            self._dirty = False
            self._tallies = {key: tallies for key, tallies in self._tallies.items() if key[0] == state.id}
            samples = ProcessSamples(rollout_id=state.id, steps={step: dict(tallies) for (_, step), tallies in self._tallies.items()})
        self._store.write_samples(samples)

    # --- life ---

    def start(self) -> None:
        """Begin to write and decide in a thread; nothing where the file has no canary, or it runs already."""
        if self._store is None or self._thread is not None or not self._deployments.of_role("canary"):
            return
        self._thread = threading.Thread(target=self._live, args=(self._store,), name="resume-rag-rollout", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; what has been seen is written."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self._write_quietly()

    def _live(self, store: RolloutStore) -> None:
        decide_at_s = 0.0
        while not self._ended.wait(min(_WRITE_EVERY_S, self._deployments.rollout.check_every_s)):
            self._write_quietly()
            if time.monotonic() >= decide_at_s:
                decide_at_s = time.monotonic() + self._deployments.rollout.check_every_s
                self._decide_quietly(store)

    def _write_quietly(self) -> None:
        try:
            self.write()
        except ResumeRagError as error:
            _log.warning("samples_not_written", extra={"code": error.code})

    def _decide_quietly(self, store: RolloutStore) -> None:
        try:
            change = decide(store, self._deployments, time.time())
        except ResumeRagError as error:
            _log.warning("rollout_not_decided", extra={"code": error.code})
            return
        if change is not None:
            self._look_at_s = 0.0
            self.on_change(change)
