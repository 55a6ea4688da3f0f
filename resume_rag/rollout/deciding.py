"""What happens next to a rollout: by the gates, or by a person. Each function holds the store's lock for its change.

Any number of processes may call `decide` at any time: who gets the lock decides, from the state and the samples in the folder
and from nothing of its own memory; the others go on. Knows nothing of how requests are served.
"""

from __future__ import annotations

from typing import NamedTuple

from resume_rag.errors import RolloutRefusedError
from resume_rag.rollout import state as states
from resume_rag.rollout.deployments import Deployment, Deployments, Policy
from resume_rag.rollout.gates import GateReport, check_gates
from resume_rag.rollout.state import RolloutState
from resume_rag.rollout.store import RolloutStore

AUTOMATIC, OPERATOR = "automatic", "operator"


class Change(NamedTuple):
    """A change of a rollout: its name in the history, the state after it, and the gates' report, where they were asked."""

    event: str
    state: RolloutState
    report: GateReport | None = None


def look_at_gates(store: RolloutStore, state: RolloutState, policy: Policy) -> GateReport:
    """The gates of a running rollout's step, over what all processes have seen."""
    seen = store.sum_step(state)
    stable = state.baseline if state.is_last_step and state.baseline else seen["stable"]
    return check_gates(seen["canary"], stable, policy)


def decide(store: RolloutStore, deployments: Deployments, now_s: float) -> Change | None:
    """Promote, roll back, or nothing. None also where another process is deciding, or this one's file lacks the canary.

    Raises:
        RolloutFolderError: the folder cannot be used.
    """
    if store.read_state().phase != "running":
        return None
    with store.locked(wait=False) as held:
        state = store.read_state()
        canary = deployments.find(state.canary)
        if not held or state.phase != "running" or canary is None or canary.fingerprint != state.fingerprint:
            return None
        policy = deployments.rollout
        report = look_at_gates(store, state, policy)
        at_step_s = now_s - state.since_s
        if report.verdict == "fail":
            reason = f"worse than the stable version: {', '.join(report.failed)}"
            change = Change("rolled_back", states.roll_back(state, now_s, reason), report)
        elif report.verdict == "pass" and at_step_s >= policy.min_step_s:
            after = states.advance(state, store.sum_step(state)["stable"], now_s, "all gates passed")
            change = Change("promoted" if after.phase == "promoted" else "step", after, report)
        elif at_step_s > policy.max_step_s:
            reason = f"undecided after {policy.max_step_s:g} s at {state.share:g} %"
            change = Change("rolled_back", states.roll_back(state, now_s, reason), report)
        else:
            return None
        store.write_state(change.state, change.event, AUTOMATIC, now_s, gates=report.model_dump())
    return change


def start(store: RolloutStore, deployments: Deployments, name: str, golden: str, now_s: float) -> Change:
    """Begin a rollout.

    Args:
        store: the folder.
        deployments: of the file.
        name: of a deployment with the role canary.
        golden: digest of the golden set that it must have passed.
        now_s: seconds since the epoch.

    Raises:
        RolloutRefusedError: no such canary, no passing record of the golden set, or another rollout runs.
        RolloutFolderError: the folder cannot be used.
    """
    canary = _find_canary(deployments, name)
    record = store.find_golden(canary)
    if record is None or record.golden != golden or not record.passed:
        found = "has no record" if record is None else "was tried on another golden set" if record.golden != golden else "failed"
        raise RolloutRefusedError(
            f"{name} (version {canary.version}) must pass the golden set before it takes traffic; it {found}.",
            hint=f"Run `resume-rag eval --golden --deployment {name}`.",
        )
    with store.locked(wait=True):
        after = states.start(store.read_state(), canary, deployments.rollout, now_s)
        store.clear_samples()
        store.write_state(after, "started", OPERATOR, now_s)
    return Change("started", after)


def promote(store: RolloutStore, now_s: float, *, whole: bool = False) -> Change:
    """The next step now, whatever the gates say; with ``whole``, all steps.

    Raises:
        RolloutRefusedError: none runs.
        RolloutFolderError: the folder cannot be used.
    """
    with store.locked(wait=True):
        state = store.read_state()
        after = states.advance(state, store.sum_step(state)["stable"], now_s, "by hand")
        while whole and after.phase == "running":
            after = states.advance(after, store.sum_step(after)["stable"], now_s, "by hand")
        event = "promoted" if after.phase == "promoted" else "step"
        store.write_state(after, event, OPERATOR, now_s)
    return Change(event, after)


def abort(store: RolloutStore, now_s: float, reason: str) -> Change:
    """The stable version takes all traffic again.

    Raises:
        RolloutRefusedError: nothing runs or has been promoted.
        RolloutFolderError: the folder cannot be used.
    """
    with store.locked(wait=True):
        after = states.abort(store.read_state(), now_s, reason)
        store.write_state(after, "aborted", OPERATOR, now_s)
    return Change("aborted", after)


def _find_canary(deployments: Deployments, name: str) -> Deployment:
    canary = deployments.find(name)
    if canary is None or canary.role != "canary":
        known = ", ".join(one.name for one in deployments.of_role("canary")) or "none"
        raise RolloutRefusedError(f"{name} is no deployment with the role canary.", hint=f"Canaries in the file: {known}.")
    return canary
