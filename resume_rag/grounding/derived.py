"""Figures that follow by arithmetic from those of one fact: differences, shares, multiples, sums, looser bounds.

Lie caught: *cut waits by 60 %* where they went from 24 days to 16. Honest line passed: *by a third*. Only numbers of one source
are combined, and only such as it sets against each other (from and to, of, against) or lists without a noun of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from resume_rag.grounding.measured import Measured
from resume_rag.grounding.quantities import Quantity

_NEAR_SHARE = 0.05
_LOOSE = 1.5


@dataclass(frozen=True)
class _Figure:
    value: float
    unit: str  # "", a unit, %, x, points


def is_derived_figure(line: Measured, sources: list[tuple[int, Measured]], universal: bool) -> bool:
    """Whether a number of a line follows from the numbers of one source.

    Args:
        line: the number.
        sources: the numbers of the facts with the number of their fact.
        universal: whether the source says *all* of something, which is 100 %.
    """
    if line.quantity.vague:
        return False
    if line.quantity.unit == "%" and line.quantity.value == 100 and universal:
        return True
    if line.relation in {"to", "from"}:
        shares = [figure for relation, figure in _find_shares(sources) if relation == line.relation]
        return any(_fits(line.quantity, figure) for figure in shares) or any(_is_looser(line, source) for _, source in sources)
    return any(_fits(line.quantity, figure) for figure in _find_figures(sources)) or any(_is_looser(line, source) for _, source in sources)


def _find_figures(sources: list[tuple[int, Measured]]) -> Iterator[_Figure]:
    shares = [figure for relation, figure in _find_shares(sources) if relation]
    for first, second in zip(shares, shares[1:], strict=False):
        yield from _changes(first.value, second.value, "%")
    plain = [(i, m) for i, m in sources if m.quantity.unit != "calendar"]
    for (i, a), (j, b) in zip(plain, plain[1:], strict=False):
        if i != j or a.quantity.vague or b.quantity.vague:
            continue
        low, high, unit = a.quantity.value, b.quantity.value, a.quantity.unit
        if a.relation == "to" and b.relation == "from":
            low, high = high, low
        paired = {a.relation, b.relation} == {"from", "to"}
        if a.quantity.unit == b.quantity.unit and (paired or b.opposed):
            yield from _changes(low, high, unit)
        if a.share_of and not a.quantity.unit and not b.quantity.unit and high:
            yield _Figure(100 * low / high, "%")
            yield _Figure(100 * (high - low) / high, "%")
        if a.follows and b.elliptic and not a.quantity.unit and not b.quantity.unit and b.quantity.value < a.quantity.value:
            yield _Figure(100 * b.quantity.value / a.quantity.value, "%")  # "5 trainees, 4 of whom passed"
        if not a.quantity.unit and not b.quantity.unit and (b.adds or a.governor and b.governor and b.elliptic and a.part != b.part):
            yield _Figure(low + high, "")


def _find_shares(sources: list[tuple[int, Measured]]) -> Iterator[tuple[str, _Figure]]:
    """*from one in five to two in five*: 20 % and 40 %, with *from* and *to*."""
    for (i, a), (j, b) in zip(sources, sources[1:], strict=False):
        if i == j and a.share_of and b.whole and not a.quantity.unit and b.quantity.value:
            yield a.relation, _Figure(100 * a.quantity.value / b.quantity.value, "%")


def _changes(first: float, second: float, unit: str) -> Iterator[_Figure]:
    yield _Figure(abs(first - second), "points" if unit == "%" else unit)
    if first and unit != "%":
        yield _Figure(100 * abs(second - first) / first, "%")
    if first:
        yield _Figure(second / first, "x")


def _fits(line: Quantity, figure: _Figure) -> bool:
    if line.unit != figure.unit and not (line.unit == "" and figure.unit in {"points", "day", "second"}):
        return False
    value, real = line.value, figure.value
    exact = abs(value - real) <= (0.51 if figure.unit == "%" else 0.006 * real + 1e-6)
    if line.bound == "min":
        return value < real <= _LOOSE * value
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
