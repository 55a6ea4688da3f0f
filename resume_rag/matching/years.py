"""Years of work: over a whole resume, and in the roles that are about what a target asks for.

A target that asks for years is decided by dates and by what the resume itself says of years, never by similarity alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from resume_rag.matching.evidence import Evidence
from resume_rag.matching.rules import asks_to_lead, shows_leading
from resume_rag.matching.words import NUMBERS, YEARS, asked_stems, find_family
from resume_rag.schema import Resume, Work

MIN_ROLE_SIMILARITY = 0.45
"""Cosine of the target and a role's title or line from which the role counts as being about it."""
MIN_TITLE_SIMILARITY = 0.38
MIN_LEADING_SIMILARITY = 0.3
"""The same for a fact that shows the leading of people that is asked for."""


def find_asked_years(text: str) -> float | None:
    """The most years that a target asks for; the lower end of a range; None where it asks for none.

    >>> find_asked_years("8-12 years of C++"), find_asked_years("three years of nursing, two with hearts"), find_asked_years("C++")
    (8.0, 3.0, None)
    """
    found = [_read_years(match["low"] or match["n"]) for match in YEARS.finditer(text)]
    return max(found) if found else None


def years_of_work(resume: Resume, today: date) -> float:
    """Years covered by the work entries' dates, overlaps counted once.

    >>> round(years_of_work(Resume(work=(Work(startDate="2019-01", endDate="2020-12"), Work(startDate="2020-06"))), date(2022, 1, 1)), 1)
    3.0
    """
    return _count_years(resume.work, today)


def find_years_support(
    asked: str, needed: float, evidence: Sequence[Evidence], near: Sequence[float], resume: Resume, today: date
) -> list[str]:
    """Ids of the roles that together last long enough and are about what is asked, or of a line that says the years."""
    words = frozenset(asked_stems(asked))
    leads = asks_to_lead(asked)
    about: dict[str, list[tuple[float, str]]] = {}
    stated: list[str] = []
    for one, value in zip(evidence, near, strict=True):
        shared = one.shares(asked, words)
        if leads and not shows_leading(_without_years(asked), one.fact.text):
            continue
        is_about = (
            not words
            or value >= (MIN_LEADING_SIMILARITY if leads else MIN_TITLE_SIMILARITY if one.kind == "title" else MIN_ROLE_SIMILARITY)
            or len(shared) >= max(1, round(0.6 * len(words)))
        )
        if not is_about:
            continue
        if one.fact.section == "work" and one.fact.role:
            about.setdefault(one.fact.role, []).append((-value, one.fact.id))
        elif (
            one.fact.section == "basics"
            and (said := find_asked_years(one.fact.text))
            and said >= needed
            and shared >= _distinct(words, evidence)
        ):
            stated.append(one.fact.id)
    roles = [work for index, work in enumerate(resume.work) if f"work[{index}]" in about or not words]
    if _count_years(roles, today) + 1 / 24 < needed:
        return stated if words else []
    titles = [
        one.fact.id for one in evidence if one.kind == "title" and (one.fact.role in about or (not words and one.fact.section == "work"))
    ]
    return list(dict.fromkeys([*titles, *stated, *(fact_id for role in about for _, fact_id in sorted(about[role])[:1])]))


def _distinct(words: frozenset[str], evidence: Sequence[Evidence]) -> frozenset[str]:
    """Words asked for that any role's title holds: a line that states years must name them too."""
    titles = [one for one in evidence if one.kind == "title"]
    return frozenset(word for word in words if any(find_family(word) in one.families for one in titles))


def _without_years(asked: str) -> str:
    return YEARS.sub(" ", asked)


def _read_years(word: str) -> float:
    plain = word.casefold()
    return float(NUMBERS[plain]) if plain in NUMBERS else float(plain)


def _count_years(roles: Sequence[Work], today: date) -> float:
    ranges = sorted(
        (_months(work.startDate, first=True), _months(work.endDate, first=False) if work.endDate else today.year * 12 + today.month - 1)
        for work in roles
        if work.startDate
    )
    months = 0
    reached = 0
    for start, end in ranges:
        months += max(0, end - max(start, reached))
        reached = max(reached, end)
    return months / 12


def _months(iso: str, *, first: bool) -> int:
    parts = [int(part) for part in re.split("-", iso)]
    month = parts[1] if len(parts) > 1 else (1 if first else 12)
    return parts[0] * 12 + month - (1 if first else 0)
