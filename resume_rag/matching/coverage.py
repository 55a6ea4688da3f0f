"""Coverage: how much of what a post asks for the lines of a resume show. An estimate by words, and called one."""

from __future__ import annotations

from collections.abc import Sequence

from resume_rag.matching.words import asked_stems, find_family
from resume_rag.schema import Coverage, Target
from resume_rag.text import content_stems

MIN_SHOWN_SHARE = 0.8


def estimate_coverage(targets: Sequence[Target], before: Sequence[str], after: Sequence[str]) -> Coverage:
    """Weighted share of the targets that lines show, before and after, and of those that the facts support at all.

    A supported target is shown when one line holds at least 80 % of its content words; what is not supported is never
    shown. So ``before`` and ``after`` stay below ``ceiling``.
    """
    total = sum(target.weight for target in targets) or 1.0
    supported = [target for target in targets if not target.is_gap]
    held_before, held_after = _read_lines(before), _read_lines(after)
    return Coverage(
        before=round(sum(target.weight for target in supported if _is_shown(target.text, held_before)) / total, 3),
        after=round(sum(target.weight for target in supported if _is_shown(target.text, held_after)) / total, 3),
        ceiling=round(sum(target.weight for target in supported) / total, 3),
        targets=len(targets),
    )


def _read_lines(lines: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset(find_family(part) for part in content_stems(line)) for line in lines]


def _is_shown(asked: str, lines: Sequence[frozenset[str]]) -> bool:
    words = {find_family(part) for part in asked_stems(asked)}
    return not words or any(len(words & line) >= MIN_SHOWN_SHARE * len(words) for line in lines)
