"""For one or for all: *20 days each*, *5,500 on each machine*, *22 hours a week* against *in total*, *combined*, *at night*.

Lie caught: *instructed 7 drivers over 20 days in total* for *7 drivers, each for 20 days*. Honest line passed: *7 drivers, 20 days
apiece*. A period belongs to the number it stands by: *£75, four tunings a day* is not *£75 a day*, and *90 loaves a night* is not *90
loaves at night*.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon.quantities import RATES
from resume_rag.grounding.measured import Measured, find_measured
from resume_rag.grounding.reading import Reading

_EACH = frozenset("each apiece".split())
_WITHIN = frozenset("at in during over on by for".split())
_NO_PERIOD = frozenset("end start".split())
_AVERAGED = frozenset("average averaged averaging averages avg".split())
_AVERAGES = ("averag", "avg", "mean", "typical", "usual", "normal", "about", "around", "approx", "rough", "generally", "regular")
"""Words by which a line still says that it is no fixed number."""
_REACH, _FAR = 6, 9


def check_apiece(check: LineCheck) -> None:
    """Reports a number for each told as a sum, and a period that moved from one number to another or became a time of day.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Instructed 7 drivers, each for 20 days, 90 trips a night", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_apiece(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Instructed 7 drivers over 20 days in total"), find("Instructed 7 drivers for 20 days apiece")
    (['number_object_changed'], [])
    >>> find("Made 90 trips at night"), find("Made 90 trips nightly")
    (['unit_changed'], [])
    """
    line = find_measured(check.line)
    sources = [(i, m) for i, r in enumerate(check.grounds.readings) for m in find_measured(r)]
    told_typical = any(t.folded.startswith(_AVERAGES) for t in check.line.tokens)
    for measured in line:
        equal = [(i, m) for i, m in sources if _is_same(measured, m)]
        if not equal:
            continue
        number = equal[0][0]
        if not told_typical and measured.quantity.unit != "calendar" and all(is_average(check.grounds.readings[i], m) for i, m in equal):
            at, to = measured.quantity.start, measured.quantity.end
            check.report("number_changed", f"{check.quote(at, to)}: the source gives it as an average.", at, to, number)
        start, end = measured.quantity.start, measured.quantity.end
        if is_total(check.line, measured) and all(is_each(check.grounds.readings[i], m) for i, m in equal):
            check.report("number_object_changed", f"{check.quote(start, end)}: the source gives this for each.", start, end, number)
        if measured.rate and _is_moved_rate(measured, equal, line, sources):
            check.report("unit_changed", f"{check.quote(start, end)}: in the source another number has this period.", start, end, number)
        if not measured.rate and _is_placed_period(check, measured, equal):
            check.report("unit_changed", f"{check.quote(start, end)}: the source gives it for a period.", start, end, number)


def is_total(reading: Reading, measured: Measured) -> bool:
    """*20 days in total*, *a total of 20 days*, *a combined 20 days*, *20 days in all*."""
    at = reading.tokens.index(measured.token)
    before = [t.folded for t in reading.tokens[max(0, at - 3) : at]]
    if (
        before[-2:] == ["total", "of"]
        or before[-1:] in (["totalling"], ["totaling"], ["combined"])
        or "combined" in before
        and "of" in before
    ):
        return True
    if len(before) == 3 and before[0] == "total" and before[2] == "of":
        return True  # "a total output of 5,500"
    after = []
    for token in reading.tokens[at + 1 : at + 1 + _FAR]:
        if token.kind == "number" or token.kind == "mark" and token.text in ";,." or token.folded in _EACH:
            break
        after.append(token.folded)
    ends = [a for a in zip(after, after[1:], strict=False) if a in {("in", "total"), ("in", "all"), ("between", "them")}]
    return bool(ends) or bool({"altogether", "combined"} & set(after))


@lru_cache(maxsize=4096)
def is_average(reading: Reading, measured: Measured) -> bool:
    """*on average 140 km*, *at an average of £212,000*, *40 calls a day on average*."""
    at = reading.tokens.index(measured.token)
    before = reading.tokens[max(0, at - 4) : at]
    for i in range(len(before) - 1, -1, -1):
        if before[i].folded in _AVERAGED:
            return True  # "averaged 30 calls a day" too
        if before[i].kind == "number" or before[i].kind == "mark" and before[i].text in ",;.:" or before[i].verb and before[i].content:
            break
    for i, token in enumerate(reading.tokens[at + 1 : at + 6]):
        if token.kind == "number" or token.kind == "mark" and token.text in ";.:":
            break
        if token.folded == "on" and reading.tokens[at + 2 + i : at + 3 + i] and reading.tokens[at + 2 + i].folded == "average":
            return True
    return False


@lru_cache(maxsize=4096)
def is_each(reading: Reading, measured: Measured) -> bool:
    """*each for 20 days*, *5,500 on each*, *20 pages apiece*."""
    at = reading.tokens.index(measured.token)
    around = reading.tokens[max(0, at - 3) : at + _REACH]
    here = [t for t in around if t.clause == measured.token.clause or t.start > measured.quantity.end]
    for i, token in enumerate(here):
        if token.kind == "mark" and token.text in ";." and token.start > measured.quantity.end:
            break
        follows = here[i + 1 : i + 2]
        if token.folded in _EACH and not (follows and follows[0].folded in RATES):
            other = [t for t in here[:i] if t.kind == "number" and t is not measured.token and t.start > measured.quantity.end]
            return not other
    return False


def _is_moved_rate(
    measured: Measured, equal: list[tuple[int, Measured]], line: tuple[Measured, ...], sources: list[tuple[int, Measured]]
) -> bool:
    """*£75 a day for four tunings* for *four tunings a day at £75*."""
    if any(m.rate for _, m in equal) or measured.quantity.unit in {"second", "day", "month"}:
        return False
    for number, owner in sources:
        if owner.rate != measured.rate or number != equal[0][0]:
            continue
        apart = [m for _, m in equal if owner.token.clause == m.token.clause or owner.token.start > m.token.start and owner.part == m.part]
        if not apart and not owner.rate.endswith("ly") and {owner.quantity.unit, measured.quantity.unit} & {"%"}:
            return True  # "up 18 %, complaints down to 4 a month"
        told = [m for m in line if _is_same(m, owner)]
        shared = any(owner.part == m.part and owner.token.start > m.token.start for _, m in equal)  # "£300 and 64 miles a day"
        if told and not shared and not any(m.rate for m in told) and all(m is not measured for m in told):
            return owner.quantity.unit != measured.quantity.unit
    return False


def _is_placed_period(check: LineCheck, measured: Measured, equal: list[tuple[int, Measured]]) -> bool:
    """*90 loaves at night* for *90 loaves a night*."""
    periods = {m.rate for _, m in equal}
    if "" in periods or len(periods) != 1:
        return False
    period = keys.find_key(periods.pop())
    tokens = check.line.tokens
    for i, token in enumerate(tokens[:-1]):
        after = tokens[i + 2 if tokens[i + 1].folded == "the" and i + 2 < len(tokens) else i + 1]
        if token.folded not in _WITHIN or after.key != period or not token.start > measured.quantity.start:
            continue
        said = [
            a.folded
            for r in check.grounds.readings
            for a, b in zip(r.tokens, r.tokens[1:], strict=False)
            if b.key == period and a.folded in _WITHIN | {"the"} - _NO_PERIOD
        ]
        if not said and not any(t.folded in {"each", "every", "per"} for t in tokens):
            return True
    return False


def _is_same(a: Measured, b: Measured) -> bool:
    return a.quantity.unit == b.quantity.unit and a.quantity.value == b.quantity.value and a.quantity.unit != "calendar"
