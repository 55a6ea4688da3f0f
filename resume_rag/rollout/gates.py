"""Is a canary worse than the stable version? Intervals, not points, so that few samples decide nothing. Pure.

For shares (lines not valid at the first try, not delivered, failed by the server) the interval is Newcombe's for a difference
of two proportions (1998, his method 10), made of two Wilson intervals over the effective number of lines (`tallies`). For the
first token it is the Wilson interval of the canary's share of calls that came later than a limit: the allowed multiple of the
stable version's p95, at the upper end of what that may be. At equal p95 that share is at most 5 %.

A gate *fails* where the whole interval is above what the policy allows, *passes* where all of it is below, and else waits for
more samples. Gates are looked at again and again, and each look is a chance to be wrong: to roll back, the interval is a wider
one. How often either verdict is wrong all the same is measured by `resume_rag.evaluation.rollouts`.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from resume_rag.rollout.deployments import Policy
from resume_rag.rollout.tallies import FAULTS, Fault, Tally

Verdict = Literal["pass", "fail", "wait"]

_LATE_SHARE: Final = 0.05
_LATE_SLACK: Final = 0.05
_SLACK_MS: Final = 20.0
"""So much later is never too late: two fast versions differ by the machine's own noise."""


class Reading(BaseModel):
    """What one gate saw: both versions' figures, by how much the canary's is worse, the interval of that, what is allowed."""

    model_config = ConfigDict(frozen=True)

    gate: str
    canary: float | None
    stable: float | None
    low: float | None = None
    high: float | None = None
    allowed: float
    verdict: Verdict


class GateReport(BaseModel):
    """All gates of one look."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict
    requests_canary: int
    requests_stable: int
    readings: tuple[Reading, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the gates that fail."""
        return tuple(reading.gate for reading in self.readings if reading.verdict == "fail")


def check_gates(canary: Tally, stable: Tally, policy: Policy) -> GateReport:
    """Compare two versions; ``wait`` until both have the policy's number of requests."""
    z = _Levels(*(NormalDist().inv_cdf(0.5 + level / 2) for level in (policy.confidence, policy.rollback_confidence)))
    allowed: dict[Fault, float] = {fault: float(getattr(policy.gates, fault)) for fault in FAULTS}
    readings = [*(_read_share(fault, canary, stable, allowed[fault], z) for fault in FAULTS)]
    readings.append(_read_first_token(canary, stable, policy.gates.first_token_p95, z))
    verdicts = {reading.verdict for reading in readings}
    verdict: Verdict = "fail" if "fail" in verdicts else "wait" if "wait" in verdicts else "pass"
    if min(canary.requests, stable.requests) < policy.min_requests:
        verdict = "wait"
    return GateReport(verdict=verdict, requests_canary=canary.requests, requests_stable=stable.requests, readings=tuple(readings))


def compute_wilson(share: float, number: float, z: float) -> tuple[float, float]:
    """Wilson's interval of a proportion (1927).

    >>> [round(end, 3) for end in compute_wilson(0.0, 20, 1.96)]
    [0.0, 0.161]
    """
    spread = z * math.sqrt(share * (1 - share) / number + z * z / (4 * number * number))
    middle = share + z * z / (2 * number)
    scale = 1 + z * z / number
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def compute_difference(first: tuple[float, float], second: tuple[float, float], z: float) -> tuple[float, float]:
    """Newcombe's interval of the first proportion less the second, each given as share and number.

    >>> [round(end, 4) for end in compute_difference((56 / 70, 70), (48 / 80, 80), 1.96)]  # the example of his paper
    [0.0524, 0.3339]
    """
    difference = first[0] - second[0]
    (low_1, high_1), (low_2, high_2) = compute_wilson(*first, z), compute_wilson(*second, z)
    low = difference - math.hypot(first[0] - low_1, high_2 - second[0])
    return low, difference + math.hypot(high_1 - first[0], second[0] - low_2)


class _Levels(NamedTuple):
    """The normal distribution's quantiles for letting pass and for rolling back."""

    to_pass: float
    to_fail: float


def _read_share(fault: Fault, canary: Tally, stable: Tally, allowed: float, z: _Levels) -> Reading:
    ours, theirs = canary.share(fault), stable.share(fault)
    if ours is None or theirs is None:
        return Reading(gate=fault, canary=ours, stable=theirs, allowed=allowed, verdict="wait")
    both = ((ours, canary.effective_lines(fault)), (theirs, stable.effective_lines(fault)))
    low, high = compute_difference(*both, z.to_fail)[0], compute_difference(*both, z.to_pass)[1]
    verdict: Verdict = "fail" if low > allowed else "pass" if high < allowed else "wait"
    return Reading(gate=fault, canary=ours, stable=theirs, low=low, high=high, allowed=allowed, verdict=verdict)


def _read_first_token(canary: Tally, stable: Tally, times: float, z: _Levels) -> Reading:
    ours, theirs = canary.first_token_ms(0.95), stable.first_token_ms(0.95)
    allowed = _LATE_SHARE + _LATE_SLACK
    if ours is None or theirs is None:
        return Reading(gate="first_token_p95", canary=ours, stable=theirs, allowed=allowed, verdict="wait")
    surely = stable.first_token_ms(compute_wilson(0.95, stable.calls, z.to_pass)[1]) or theirs
    late = canary.calls_later_than(max(surely * times, surely + _SLACK_MS)) / canary.calls
    low, high = compute_wilson(late, canary.calls, z.to_fail)[0], compute_wilson(late, canary.calls, z.to_pass)[1]
    verdict: Verdict = "fail" if low > _LATE_SHARE else "pass" if high < allowed else "wait"
    return Reading(gate="first_token_p95", canary=ours, stable=theirs, low=low, high=high, allowed=allowed, verdict=verdict)
