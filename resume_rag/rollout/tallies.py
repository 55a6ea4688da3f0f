"""Counts of what a version did, which add up over requests, processes and machines. Pure.

Besides each count its squares are kept, because lines of one resume fail together: from them follows how much less than
independent lines they tell (`Tally.effective_lines`). Times are kept by buckets that grow by 10 %, so that quantiles of a sum
are right to 10 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

GROWTH: Final = 1.1
"""From one bucket's upper edge to the next."""

Fault = Literal["first_try", "fallback_lines", "errors"]
FAULTS: Final[tuple[Fault, ...]] = ("first_try", "fallback_lines", "errors")


class Sample(BaseModel):
    """One request's lines at the deployment that was asked first.

    Attributes:
        lines: lines that it was to write.
        first_try: of them, not valid at the first try.
        fallback_lines: not delivered, whatever the reason.
        errors: not delivered as its server failed, was late or was known to be down.
        first_token_ms: of each call that began to answer.
    """

    model_config = ConfigDict(frozen=True)

    lines: int
    first_try: int = 0
    fallback_lines: int = 0
    errors: int = 0
    first_token_ms: tuple[float, ...] = ()


class Tally(BaseModel):
    """A sum of samples."""

    model_config = ConfigDict(frozen=True)

    requests: int = 0
    lines: int = 0
    lines_squared: int = 0
    faults: dict[Fault, int] = Field(default_factory=lambda: dict.fromkeys(FAULTS, 0))
    faults_squared: dict[Fault, int] = Field(default_factory=lambda: dict.fromkeys(FAULTS, 0))
    faults_by_lines: dict[Fault, int] = Field(default_factory=lambda: dict.fromkeys(FAULTS, 0))
    first_tokens: dict[int, int] = Field(default_factory=dict, description="Calls by bucket")

    def share(self, fault: Fault) -> float | None:
        """Faulty lines of all lines; None where there were none."""
        return self.faults[fault] / self.lines if self.lines else None

    def effective_lines(self, fault: Fault) -> float:
        """How many independent lines would tell as much: the lines over the design effect (Kish 1965), which is at least 1.

        The effect is the variance of the share as a ratio of sums over requests, by that of as many independent lines. Where
        no line or every line is faulty it cannot be estimated, and is taken for 1.
        """
        share = self.share(fault)
        if share is None or not 0 < share < 1 or self.requests < 2:
            return float(self.lines)
        spread = self.faults_squared[fault] - 2 * share * self.faults_by_lines[fault] + share**2 * self.lines_squared
        clustered = spread * self.requests / (self.requests - 1) / self.lines**2
        effect = max(1.0, clustered / (share * (1 - share) / self.lines))
        return self.lines / effect

    @property
    def calls(self) -> int:
        """Calls whose first token was timed."""
        return sum(self.first_tokens.values())

    def first_token_ms(self, level: float) -> float | None:
        """Upper edge of the bucket in which a quantile of the first token's time lies; None without calls.

        >>> sum_samples([Sample(lines=4, first_token_ms=(100, 100, 100, 900))]).first_token_ms(0.5) < 111
        True
        """
        left = level * self.calls
        for bucket, count in sorted(self.first_tokens.items()):
            left -= count
            if left <= 0:
                return GROWTH**bucket
        return None

    def calls_later_than(self, limit_ms: float) -> int:
        """Calls whose first token surely came later."""
        return sum(count for bucket, count in self.first_tokens.items() if GROWTH ** (bucket - 1) >= limit_ms)


def find_bucket(time_ms: float) -> int:
    """The number of the bucket of a time: its upper edge is ``GROWTH ** number`` milliseconds.

    >>> find_bucket(1.0), find_bucket(0.2), find_bucket(1.05)
    (0, 0, 1)
    """
    return max(0, math.ceil(math.log(max(time_ms, 1.0), GROWTH)))


def sum_samples(samples: Iterable[Sample]) -> Tally:
    """The tally of some requests."""
    return sum_tallies([_tally_of(sample) for sample in samples])


def sum_tallies(tallies: Sequence[Tally]) -> Tally:
    """The sum of several tallies.

    >>> sum_tallies([sum_samples([Sample(lines=3, errors=1)])] * 2).share("errors")
    0.3333333333333333
    """
    first_tokens: dict[int, int] = {}
    for tally in tallies:
        for bucket, count in tally.first_tokens.items():
            first_tokens[bucket] = first_tokens.get(bucket, 0) + count
    return Tally(
        requests=sum(one.requests for one in tallies),
        lines=sum(one.lines for one in tallies),
        lines_squared=sum(one.lines_squared for one in tallies),
        faults={fault: sum(one.faults[fault] for one in tallies) for fault in FAULTS},
        faults_squared={fault: sum(one.faults_squared[fault] for one in tallies) for fault in FAULTS},
        faults_by_lines={fault: sum(one.faults_by_lines[fault] for one in tallies) for fault in FAULTS},
        first_tokens=first_tokens,
    )


def _tally_of(sample: Sample) -> Tally:
    counts: dict[Fault, int] = {"first_try": sample.first_try, "fallback_lines": sample.fallback_lines, "errors": sample.errors}
    first_tokens: dict[int, int] = {}
    for time_ms in sample.first_token_ms:
        bucket = find_bucket(time_ms)
        first_tokens[bucket] = first_tokens.get(bucket, 0) + 1
    return Tally(
        requests=1,
        lines=sample.lines,
        lines_squared=sample.lines**2,
        faults=counts,
        faults_squared={fault: count**2 for fault, count in counts.items()},
        faults_by_lines={fault: count * sample.lines for fault, count in counts.items()},
        first_tokens=first_tokens,
    )
