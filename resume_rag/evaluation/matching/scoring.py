"""Targets of a post against the requirements that a person marked in it.

A target belongs to the requirement that it overlaps most, and to one only; a requirement is found where its targets
cover at least half of it, framing words ("experience with") apart. It counts as supported where any of its targets is.
Knows no thresholds of matching.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from resume_rag.evaluation.matching.pairs import Pair, Requirement
from resume_rag.schema import Target

MIN_COVERED = 0.5

_FRAMING = re.compile(
    r"\b(?:experience|knowledge|understanding|proficiency|skills?|current|strong|advanced|ability to|"
    r"an?|the|in|of|with|to|for|and|is|preferred|required|"
    r"willingness|fluency|fluent)\b|\W",
    re.I,
)
"""What says that something is asked, not what: a target without it is whole."""

Match = Callable[[Pair], Sequence[Target]]


class Judged(NamedTuple):
    """A requirement and the targets that belong to it."""

    requirement: Requirement
    targets: tuple[Target, ...]
    is_found: bool

    @property
    def fact_ids(self) -> tuple[str, ...]:
        """Ids given by its targets, in their order."""
        return tuple(fact_id for target in self.targets for fact_id in target.fact_ids)

    @property
    def is_supported(self) -> bool:
        """Whether it was said to be supported."""
        return self.is_found and bool(self.fact_ids)


class Score(NamedTuple):
    """Counts over pairs; the shares are properties, and 1.0 where there was nothing to count."""

    pairs: int
    requirements: int
    found: int
    fragments: int
    targets: int
    strays: int
    supported: int
    said_supported: int
    rightly_supported: int
    gaps: int
    said_gap: int
    rightly_gap: int
    first_id_right: int
    ids: int
    ids_right: int

    def shares(self) -> dict[str, tuple[int, int]]:
        """Every share as (part, whole)."""
        return {
            "requirements found": (self.found, self.requirements),
            "of them in more than one piece": (self.fragments, self.found),
            "targets that are no requirement": (self.strays, self.targets),
            "supported: precision": (self.rightly_supported, self.said_supported),
            "supported: recall": (self.rightly_supported, self.supported),
            "gap: precision": (self.rightly_gap, self.said_gap),
            "gap: recall": (self.rightly_gap, self.gaps),
            "first fact id right": (self.first_id_right, self.rightly_supported),
            "all fact ids right": (self.ids_right, self.ids),
        }


def judge_pair(pair: Pair, targets: Sequence[Target]) -> tuple[list[Judged], list[Target]]:
    """Each requirement with its targets, and the targets that belong to none."""
    owned: list[list[Target]] = [[] for _ in pair.requirements]
    strays: list[Target] = []
    for target in targets:
        overlaps = [_overlap(target, requirement) for requirement in pair.requirements]
        best = max(range(len(overlaps)), key=lambda i: (overlaps[i], -i), default=0)
        if overlaps and overlaps[best]:
            owned[best].append(target)
        else:
            strays.append(target)
    judged = []
    for requirement, mine in zip(pair.requirements, owned, strict=True):
        said = len(_FRAMING.sub("", pair.post[requirement.start : requirement.end]))
        covered = sum(_covered(pair.post, target, requirement) for target in mine)
        judged.append(Judged(requirement, tuple(mine), covered >= MIN_COVERED * said))
    return judged, strays


def score_pairs(pairs: Iterable[Pair], match: Match) -> Score:
    """Counts over the pairs for one way of matching."""
    judged: list[Judged] = []
    count = targets = strays = 0
    for pair in pairs:
        found = match(pair)
        mine, none = judge_pair(pair, found)
        judged += mine
        count, targets, strays = count + 1, targets + len(found), strays + len(none)
    said = [one for one in judged if one.is_supported]
    right = [one for one in said if one.requirement.fact_ids]
    gaps = [one for one in judged if not one.requirement.fact_ids]
    said_gap = [one for one in judged if one.is_found and not one.is_supported]
    return Score(
        pairs=count,
        requirements=len(judged),
        found=sum(one.is_found for one in judged),
        fragments=sum(one.is_found and len(one.targets) > 1 for one in judged),
        targets=targets,
        strays=strays,
        supported=len(judged) - len(gaps),
        said_supported=len(said),
        rightly_supported=len(right),
        gaps=len(gaps),
        said_gap=len(said_gap),
        rightly_gap=sum(not one.requirement.fact_ids for one in said_gap),
        first_id_right=sum(one.fact_ids[0] in one.requirement.fact_ids for one in right),
        ids=sum(len(set(one.fact_ids)) for one in right),
        ids_right=sum(len(set(one.fact_ids) & one.requirement.fact_ids) for one in right),
    )


def _covered(post: str, target: Target, requirement: Requirement) -> int:
    start, end = max(target.span.start, requirement.start), min(target.span.end, requirement.end)
    return len(_FRAMING.sub("", post[start:end]))


def _overlap(target: Target, requirement: Requirement) -> int:
    return max(0, min(target.span.end, requirement.end) - max(target.span.start, requirement.start))
