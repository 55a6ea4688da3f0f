"""Coverage: how much of what a post asks for the lines of a resume show. An estimate by words, and called one."""

from __future__ import annotations

from collections.abc import Sequence

from resume_rag.matching.words import asked_stems, find_family
from resume_rag.schema import Coverage, Target
from resume_rag.text import content_stems


def estimate_coverage(targets: Sequence[Target], before: Sequence[str], after: Sequence[str]) -> Coverage:
    """Weighted share of the targets that lines show, before and after, and of those that the facts support at all.

    A supported target counts by the share of its content words that the best line for it holds; what is not supported
    counts nothing. So ``before`` and ``after`` stay below ``ceiling``.
    """
    total = sum(target.weight for target in targets) or 1.0
    supported = [target for target in targets if not target.is_gap]
    held_before, held_after = _read_lines(before), _read_lines(after)
    return Coverage(
        before=round(sum(target.weight * _find_shown_share(target.text, held_before) for target in supported) / total, 3),
        after=round(sum(target.weight * _find_shown_share(target.text, held_after) for target in supported) / total, 3),
        ceiling=round(sum(target.weight for target in supported) / total, 3),
        targets=len(targets),
    )


def _read_lines(lines: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset(find_family(part) for part in content_stems(line)) for line in lines]


def _find_shown_share(asked: str, lines: Sequence[frozenset[str]]) -> float:
    words = {find_family(part) for part in asked_stems(asked)}
    return max((len(words & line) / len(words) for line in lines), default=0.0) if words else 1.0
