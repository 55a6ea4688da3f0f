"""How often: *every other week*, *alternate weeks*, *one week in two*, *every two weeks* are one interval.

Lie caught: *every third week* turned into *every week*. Honest line passed: *on alternate weeks* for *every other week*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon.quantities import CARDINALS, MONTHS, ORDINALS
from resume_rag.grounding.reading import Reading

_TIMES = """minute hour day night morning afternoon evening shift week weekend fortnight month quarter season summer winter year
    monday tuesday wednesday thursday friday saturday sunday""".split()
_TIME = rf"(?P<time>{'|'.join([*_TIMES, *MONTHS])})s?"
_NUMBER = rf"(?P<number>\d+|{'|'.join(CARDINALS)})"
_NTH = rf"(?P<nth>other|{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th))"
_FORMS = tuple(
    re.compile(rf"\b(?:{form})\b", re.IGNORECASE)
    for form in (
        rf"(?:every|each) {_NTH} {_TIME}",
        rf"(?P<alternate>alternate|alternating) {_TIME}",
        rf"(?:one|1) {_TIME} (?:in|out of|of)(?: every)? {_NUMBER}",
        rf"(?:one|1)[ -](?:in|out of)[ -](?:every )?{_NUMBER}[ -]{_TIME}",
        rf"(?:once )?every {_NUMBER} {_TIME}",
    )
)


_RATE_WORDS = 2
_PERIODIC = frozenset({"every", "each", "per", "a"})


class Interval(NamedTuple):
    """One time in so many, and where it is said."""

    start: int
    end: int
    time: str
    every: int


def _says_period(check: LineCheck, key: str) -> bool:
    """*1 week in 5; 2 pages per week*: a source has the period without its number too."""
    pairs = (pair for r in check.grounds.readings for pair in zip(r.tokens, r.tokens[1:], strict=False))
    return any(a.folded in _PERIODIC and b.key == key for a, b in pairs)


def check_intervals(check: LineCheck) -> None:
    """Settles an interval that a source gives in another form; reports one that is said without its number."""
    theirs = {(i.time, i.every) for r in check.grounds.readings for i in find_intervals(r)}
    check.settled += [(i.start, i.end) for i in find_intervals(check.line) if (i.time, i.every) in theirs]
    spaced = {keys.find_key(time) for time, _ in theirs}
    tokens = check.line.tokens
    for i, (a, b) in enumerate(zip(tokens, tokens[1:], strict=False)):
        counted = any(t.kind == "number" for t in tokens[max(0, i - _RATE_WORDS) : i])  # "2 pages per week", not "on call every week"
        if b.key in spaced and a.folded in _PERIODIC and not (counted and _says_period(check, b.key)):
            check.report("unit_changed", f"{check.quote(a.start, b.end)}: the source says it less often.", a.start, b.end)


@lru_cache(maxsize=8192)
def find_intervals(reading: Reading) -> tuple[Interval, ...]:
    """The intervals of a text.

    >>> from resume_rag.grounding.reading import read
    >>> [(i.time, i.every) for i in find_intervals(read("Every other week, one night in six"))]
    [('week', 2), ('night', 6)]
    """
    return tuple(_find(reading.text))


def _find(text: str) -> Iterator[Interval]:
    for form in _FORMS:
        for match in form.finditer(text):
            said = match.groupdict()
            word = (said.get("number") or said.get("nth") or "other").lower()
            digits = re.match(r"\d+", word)
            every = int(digits.group()) if digits else 2 if word == "other" else CARDINALS.get(word) or ORDINALS[word]
            yield Interval(match.start(), match.end(), match["time"].lower(), every)
