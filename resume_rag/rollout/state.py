"""A rollout as a state machine: idle, running a step, promoted, rolled back, aborted. Pure; times are handed in.

::

    idle, promoted, rolled_back, aborted --start--> running(step 0) --advance--> running(step n) --advance--> promoted
    running --roll_back--> rolled_back      (by itself)
    running, promoted --abort--> aborted    (by a person)

While it runs, the canary has the step's share of the traffic. Once promoted it is the stable version, whatever role the file
gives it, until the file makes it the primary or a person aborts.
"""

from __future__ import annotations

import secrets
from typing import Literal

from pydantic import BaseModel, ConfigDict

from resume_rag.errors import RolloutRefusedError
from resume_rag.rollout.deployments import FULL_SHARE, Deployment, Policy
from resume_rag.rollout.tallies import Tally, sum_tallies

Phase = Literal["idle", "running", "promoted", "rolled_back", "aborted"]


class RolloutState(BaseModel):
    """Where a rollout stands.

    Attributes:
        generation: grows with every change.
        id: of the rollout that runs or ran last.
        canary, fingerprint, version: the deployment that it is about.
        step: number of the step; with ``steps`` fixed at the start, so that an edited policy does not move a running one.
        since_s, started_s: seconds since the epoch of the step's and the rollout's beginning.
        baseline: the stable version's tally of all steps before, for the last step, at which it has no traffic.
        promoted: name and fingerprint of the deployment that a finished rollout has made the stable one.
        reason: of the last change, in words.
    """

    model_config = ConfigDict(frozen=True)

    generation: int = 0
    phase: Phase = "idle"
    id: str = ""
    canary: str = ""
    fingerprint: str = ""
    version: str = ""
    step: int = 0
    steps: tuple[float, ...] = ()
    since_s: float = 0.0
    started_s: float = 0.0
    baseline: Tally | None = None
    promoted: tuple[str, str] | None = None
    reason: str = ""

    @property
    def share(self) -> float:
        """The share of the traffic that this version has, in per cent."""
        if self.phase == "promoted":
            return FULL_SHARE
        return self.steps[self.step] if self.phase == "running" else 0.0

    @property
    def is_last_step(self) -> bool:
        """Whether the canary has all of the traffic, and the next step is to be promoted."""
        return self.phase == "running" and self.step == len(self.steps) - 1


def start(state: RolloutState, canary: Deployment, policy: Policy, now_s: float) -> RolloutState:
    """The first step of a new rollout.

    Raises:
        RolloutRefusedError: one runs already, or this version is the stable one.
    """
    if state.phase == "running":
        raise RolloutRefusedError(
            f"The rollout of {state.canary} (version {state.version}) is at {state.share:g} %.",
            hint="Wait for its end, or `resume-rag rollout abort`.",
        )
    if state.promoted == (canary.name, canary.fingerprint):
        raise RolloutRefusedError(f"{canary.name} (version {canary.version}) has been promoted already.")
    return state.model_copy(
        update={
            "generation": state.generation + 1,
            "phase": "running",
            "id": secrets.token_hex(6),
            "canary": canary.name,
            "fingerprint": canary.fingerprint,
            "version": canary.version,
            "step": 0,
            "steps": policy.steps,
            "since_s": now_s,
            "started_s": now_s,
            "baseline": None,
            "reason": "started",
        }
    )


def advance(state: RolloutState, stable: Tally, now_s: float, reason: str) -> RolloutState:
    """The next step; after the last one, promoted.

    Args:
        state: a running one.
        stable: the stable version's tally of this step.
        now_s: seconds since the epoch.
        reason: in words.

    Raises:
        RolloutRefusedError: none runs.
    """
    _check_running(state)
    changes: dict[str, object] = {"generation": state.generation + 1, "since_s": now_s, "reason": reason}
    if state.is_last_step:
        changes |= {"phase": "promoted", "promoted": (state.canary, state.fingerprint), "baseline": None}
    else:
        changes |= {"step": state.step + 1, "baseline": sum_tallies([state.baseline or Tally(), stable])}
    return state.model_copy(update=changes)


def roll_back(state: RolloutState, now_s: float, reason: str) -> RolloutState:
    """The stable version has all the traffic again.

    Raises:
        RolloutRefusedError: none runs.
    """
    _check_running(state)
    return _end(state, "rolled_back", now_s, reason)


def abort(state: RolloutState, now_s: float, reason: str) -> RolloutState:
    """As `roll_back`, by a person; also takes a promoted version back.

    Raises:
        RolloutRefusedError: nothing runs or has been promoted.
    """
    if state.phase == "promoted":
        return _end(state, "aborted", now_s, reason).model_copy(update={"promoted": None})
    _check_running(state)
    return _end(state, "aborted", now_s, reason)


def _end(state: RolloutState, phase: Phase, now_s: float, reason: str) -> RolloutState:
    return state.model_copy(
        update={"generation": state.generation + 1, "phase": phase, "since_s": now_s, "reason": reason, "baseline": None}
    )


def _check_running(state: RolloutState) -> None:
    if state.phase != "running":
        raise RolloutRefusedError("No rollout is running.", hint="`resume-rag rollout start NAME` begins one.")
