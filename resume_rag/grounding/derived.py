"""Figures that follow by arithmetic from those of one fact: differences, shares, multiples, sums, looser bounds.

Lie caught: *cut waits by 60 %* where they went from 24 days to 16. Honest line passed: *by a third*. Only numbers of one source
are combined, and only such as it sets against each other (from and to, of, against) or lists without a noun of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from resume_rag.grounding import keys
from resume_rag.grounding.attached import meets
from resume_rag.grounding.measured import Measured
from resume_rag.grounding.people import is_collective, is_people
from resume_rag.grounding.quantities import Quantity

_REST = keys.keys_of(frozenset("rest remaining remainder other others".split()))
_NEAR_SHARE = 0.05
_LOOSE = 1.5


@dataclass(frozen=True)
class Figure:
    """A number that follows from others."""

    value: float
    unit: str  # "", a unit, %, x, points
    way: int = 0  # 1 up, -1 down, 0 not told


def is_derived_figure(line: Measured, sources: list[tuple[int, Measured]], universal: bool, said: frozenset[float]) -> bool:
    """Whether a number of a line follows from the numbers of one source.

    Args:
        line: the number.
        sources: the numbers of the facts with the number of their fact.
        universal: whether the source says *all* of something, which is 100 %.
        said: the values of all numbers of the line.
    """
    if line.quantity.vague:
        return False
    if line.quantity.unit == "%" and line.quantity.value == 100 and universal:
        return True
    if line.relation in {"to", "from"}:
        shares = [figure for relation, figure in _find_shares(sources) if relation == line.relation]
        shares += [figure for relation, figure in _find_ends(sources) if relation == line.relation]
        return any(fits(line.quantity, figure) for figure in shares) or any(_is_looser(line, source) for _, source in sources)
    figures = [*_find_figures(sources, line.governor), *_find_sums(line, sources, said), *_find_rests(line, sources)]
    apart = [figure for figure in figures if not (line.direction and figure.way and line.direction != figure.way)]
    return any(fits(line.quantity, figure) for figure in apart) or any(_is_looser(line, source) for _, source in sources)


def _find_sums(line: Measured, sources: list[tuple[int, Measured]], said: frozenset[float]) -> Iterator[Figure]:
    """*41 trials* for *4 jury trials and 37 bench trials*, *55 drivers and clerks* for *46 drivers and 9 clerks*."""
    run: list[Measured] = []
    for at, (i, measured) in enumerate(sources):
        run.append(measured)
        if measured.listed and at + 1 < len(sources) and sources[at + 1][0] == i:
            continue
        repeated = {m.quantity.value for m in run} <= said
        about = any(m.quantity.bound == "about" for m in run) and line.quantity.bound == "about"
        exact = all(not m.quantity.bound or about and m.quantity.bound == "about" for m in run)
        plain = exact and all(not m.quantity.vague and m.rate in {"", line.rate} and not m.relation for m in run)
        if len(run) > 1 and plain and (_counts_all(line, run) or repeated and meets(line.objects, run[0].objects)):
            yield Figure(sum(m.quantity.value for m in run), run[0].quantity.unit)
        run = []


def _counts_all(line: Measured, parts: list[Measured]) -> bool:
    """Whether a number of the line counts what each of the parts counts: by the noun that they share, or by naming each."""
    named = line.phrase | line.objects
    shared = frozenset.intersection(*(m.phrase for m in parts)) | parts[-1].objects
    own = [m.phrase - shared for m in parts]
    if any(words & line.phrase for words in own) and not all(words & line.phrase for words in own if words):
        return False  # "41 jury trials" are not all of them
    if all(m.objects and meets(line.objects, m.objects) or m.objects and meets(m.objects, named) for m in parts):
        return any(meets(line.objects, m.objects) for m in parts)
    people = all(any(is_people(key) for key in m.objects) for m in parts)
    return people and any(is_collective(key) for key in line.objects)


def _find_rests(line: Measured, sources: list[tuple[int, Measured]]) -> Iterator[Figure]:
    """*the remaining 25* for *reared 60, sold 35 of them, kept the rest*."""
    if line.besides and not line.quantity.unit:
        for (i, a), (j, b) in zip(sources, sources[1:], strict=False):
            if i == j and a.share_of and b.whole and not a.quantity.unit and not b.quantity.unit:
                yield Figure(b.quantity.value - a.quantity.value, "")  # "the other 18" for "12 of the 30", "two others" for "one of three"
    if not line.near & _REST:
        return
    counts = [(i, m) for i, m in sources if m.quantity.unit != "calendar"]
    for (i, a), (j, b) in zip(counts, counts[1:], strict=False):
        like = i == j and a.quantity.unit == b.quantity.unit
        if like and b.elliptic and a.later & _REST:
            yield Figure(a.quantity.value - b.quantity.value, a.quantity.unit)
        elif like and a.share_of and b.later & _REST:
            yield Figure(b.quantity.value - a.quantity.value, a.quantity.unit)  # "38 of 50, a colleague did the rest"


def _find_figures(sources: list[tuple[int, Measured]], governor: str) -> Iterator[Figure]:
    shares = [figure for relation, figure in _find_shares(sources) if relation]
    for first, second in zip(shares, shares[1:], strict=False):
        yield from find_changes(first.value, second.value, "%")
    plain = [(i, m) for i, m in sources if m.quantity.unit != "calendar" and not m.label]
    for (i, a), (j, b) in zip(plain, plain[1:], strict=False):
        if i != j or a.quantity.vague or b.quantity.vague:
            continue
        low, high, unit = a.quantity.value, b.quantity.value, a.quantity.unit
        if a.relation == "to" and b.relation == "from":
            low, high = high, low
        paired = {a.relation, b.relation} == {"from", "to"} or (a.relation, b.relation) == ("", "to") and b.direction != 0
        if a.quantity.unit == b.quantity.unit and paired:
            if b.quantity.bound == "max" and low > high and not a.quantity.bound:
                yield Figure(1.001 * (low - high), "points" if unit == "%" else unit, -1)  # "by over two hours, from seven to under five"
            yield from find_changes(low, high, unit)
        elif a.quantity.unit == b.quantity.unit and b.opposed:
            yield from (
                replace(figure, way=0) for figure in find_changes(high, low, unit)
            )  # "half the average": of what it is held against
        counted = re.match(r"\d+", b.quantity.text)
        if a.share_of and not a.quantity.unit and b.quantity.unit in {"day", "month"} and counted and float(counted.group()):
            yield Figure(100 * low / float(counted.group()), "%")  # "19 of 20 days"
        if a.share_of and not a.quantity.unit and not b.quantity.unit and high:
            yield Figure(100 * low / high, "%")
            yield Figure(100 * (high - low) / high, "%")
        if a.follows and b.elliptic and not a.quantity.unit and not b.quantity.unit and b.quantity.value < a.quantity.value:
            yield Figure(100 * b.quantity.value / a.quantity.value, "%")  # "5 trainees, 4 of whom passed"
        if (
            not a.quantity.unit
            and not b.quantity.unit
            and (b.adds or _are_deeds(a, b, governor) and b.elliptic and a.part != b.part and not b.stands_for)
        ):
            yield Figure(low + high, "")


def _are_deeds(a: Measured, b: Measured, governor: str) -> bool:
    """Two deeds may be added up, but not under the verb of one: not *sold 52 pots* for *sold 40 pots, glazed 12*."""
    return bool(a.governor and b.governor) and (a.governor == b.governor or governor not in {a.governor, b.governor})


def _find_shares(sources: list[tuple[int, Measured]]) -> Iterator[tuple[str, Figure]]:
    """*from one in five to two in five*: 20 % and 40 %, with *from* and *to*."""
    for (i, a), (j, b) in zip(sources, sources[1:], strict=False):
        if i == j and a.share_of and b.whole and not a.quantity.unit and b.quantity.value:
            yield a.relation, Figure(100 * a.quantity.value / b.quantity.value, "%")


def _find_ends(sources: list[tuple[int, Measured]]) -> Iterator[tuple[str, Figure]]:
    """*to 35 minutes* for *down by 15 minutes, from 50*; *from 256 KB* for *lowered by 18 KB, to 238 KB*."""
    for (i, a), (j, b) in zip(sources, sources[1:], strict=False):
        by, end = (a, b) if a.relation == "by" or a.change else (b, a)
        told = i == j and by.direction and a.quantity.unit == b.quantity.unit and (by.relation == "by" or by.change)
        if told and end.relation == "from":
            yield "to", Figure(end.quantity.value + by.direction * by.quantity.value, end.quantity.unit)
        elif told and end.relation == "to":
            yield "from", Figure(end.quantity.value - by.direction * by.quantity.value, end.quantity.unit)


def find_changes(first: float, second: float, unit: str) -> Iterator[Figure]:
    """Difference, percentage and ratio of two ends."""
    way = (second > first) - (second < first)
    yield Figure(abs(first - second), "points" if unit == "%" else unit, way)
    if first and unit != "%":
        yield Figure(100 * abs(second - first) / first, "%", way)
    if first:
        yield Figure(second / first, "x")


def fits(line: Quantity, figure: Figure) -> bool:
    """Whether a number is that figure, rounded or with its bound."""
    if line.unit != figure.unit and not (line.unit == "" and figure.unit in {"points", "day", "second"}):
        return False
    value, real = line.value, figure.value
    exact = abs(value - real) <= (0.51 if figure.unit == "%" else 0.006 * real + 1e-6)
    if line.bound == "min" and figure.unit == "x" and value < 1:
        return value / 1.5 <= real < value  # "more than halved"
    if line.bound == "min":
        return value < real <= _LOOSE * value
    if line.bound == "max" and figure.unit == "x" and value < 1:
        return value < real <= value / 0.8  # "nearly halved" for 0.55 times
    if line.bound == "max":
        return value / _LOOSE <= real < value
    return exact or (line.bound == "about" and abs(value - real) <= _NEAR_SHARE * real)


def _is_looser(line: Measured, source: Measured) -> bool:
    """*under a year* for *eleven months*, *over 30* for *34*: a bound that the exact number keeps."""
    a, b = line.quantity, source.quantity
    if a.unit != b.unit or b.bound or b.vague or line.relation != source.relation or a.unit == "calendar":
        return False
    if line.objects and source.objects and not line.objects & (source.near | source.phrase):
        return False
    if a.bound == "max":
        return b.value < a.value <= 1.2 * b.value
    return a.bound == "min" and b.value / 1.2 <= a.value < b.value
