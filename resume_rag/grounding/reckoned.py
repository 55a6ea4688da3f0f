"""Figures that follow from a whole sentence: a part of a whole, so many of so much each, a group with the candidate in it, a sum over years.

Lie caught: *tested 150 samples* for *1,500 samples, 10 % from hospitals*. Honest line passed: *1,500 samples, 150 of them from hospitals*.
`derived.py` combines two neighbours; this file needs the words between them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from resume_rag.grounding import keys
from resume_rag.grounding.apiece import is_each, is_total
from resume_rag.grounding.attached import meets
from resume_rag.grounding.derived import Figure, find_changes, fits
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.measured import Measured, find_measured
from resume_rag.grounding.people import is_collective, is_people
from resume_rag.grounding.quantities import find_factor
from resume_rag.grounding.reading import Reading, Token
from resume_rag.grounding.shares import find_parts, is_excepted
from resume_rag.grounding.stages import find_year

_BESIDE = frozenset("with alongside other fellow".split())
_MATES = keys.keys_of(frozenset("colleague other others coworker co-worker mate peer".split()))
_PERSONS = keys.keys_of(frozenset("person people man woman member".split()))
_PLACING = frozenset("in as for to with by under from part within at led managed ran leading managing running".split())
_FOR_OTHERS = _PLACING - frozenset("in as part within".split())
_RIVALS = keys.keys_of(frozenset("candidate applicant competitor rival finalist nominee".split()))
_GROUPS = keys.keys_of(frozenset("team crew group squad gang bench shift".split()))
_MEMBERS = frozenset("person people man woman member strong".split())
_SPANS = frozenset("between over across total combined together altogether both".split())
_STANDARDS = keys.keys_of(frozenset("average target plan limit norm benchmark maximum threshold permitted allowed".split()))
_GAPS = frozenset("saving saved savings difference gap less lower below under above more higher cheaper better worse by of".split())
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_DATING = frozenset({"in", "(", ",", "across", "over", "between", "during", "and"})
_APART = frozenset(".;")
_NO_DAYS = frozenset("closed off except never not no or".split())
_DAY_LINKS = frozenset({"and", "&", ",", "on", "every"})
_TIMES = keys.keys_of(frozenset("day morning afternoon evening night time".split()))
_TWO = 2
_YEAR_BEFORE = re.compile(r"\b(?:the year before|the previous year|a year earlier|the prior year)\b", re.IGNORECASE)
_SECONDS = {"second": 1.0, "day": 86400.0, "month": 30.4 * 86400.0}


def is_reckoned(line: Measured, check: LineCheck) -> bool:
    """Whether a number of a line follows from a whole sentence of a fact.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Tested 1,500 samples monthly, 10 % from hospitals", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     return [is_reckoned(m, check) for m in find_measured(check.line)]
    >>> find("Tested 1,500 samples, 150 of them from hospitals"), find("Tested 150 samples")
    ([False, True], [False])
    """
    quantity = line.quantity
    if quantity.unit == "calendar":
        at = check.line.tokens.index(line.token)
        dated = at > 0 and check.line.tokens[at - 1].folded in _DATING  # not "since 2019"
        return dated and any(_is_year_before(quantity.value, reading) for reading in check.grounds.readings)
    if quantity.vague or line.label or quantity.value == 0:
        return False
    for reading in check.grounds.readings:
        if any(fits(quantity, figure) for figure in _find_figures(line, check, reading)):
            return True
    return False


def _is_year_before(year: float, reading: Reading) -> bool:
    """*in 2019* for *85,000 in 2020; 62,000 the year before*."""
    years = [t.quantity.value for t in reading.quantities if t.quantity is not None and t.quantity.unit == "calendar"]
    return years == [year + 1] and bool(_YEAR_BEFORE.search(reading.text))


def _find_figures(line: Measured, check: LineCheck, reading: Reading) -> Iterator[Figure]:
    if not reading.quantities and not any(t.folded.removesuffix("s") in _WEEKDAYS for t in reading.tokens):
        return
    numbers = [m for m in find_measured(reading) if m.quantity.unit != "calendar" and not m.label and not m.quantity.vague]
    yield from _find_parts(line, check, reading)
    yield from _find_products(line, check, reading, numbers)
    yield from _find_groups(line, check, reading, numbers)
    yield from _find_gaps(line, check, numbers)
    yield from _find_course(line, check, reading, numbers)
    yield from _find_weekdays(line, reading)


def _find_parts(line: Measured, check: LineCheck, reading: Reading) -> Iterator[Figure]:
    """*150 of them from hospitals*, *a quarter of which*, *nine of them on schools* for *11, all but two on schools*."""
    words = {t.key for t in check.line.content} | {t.folded for t in check.line.quantities}
    for part in find_parts(reading):
        if part.share is None or not meets(part.said, frozenset(words)):
            continue
        whole, share = part.whole.quantity, part.share.quantity
        if "about" in {whole.bound, share.bound} and line.quantity.bound != "about":
            continue
        told = [m.quantity for m in find_measured(check.line) if m is not line]
        if any(q.unit == share.unit == "%" and q.value == share.value for q in told) and all(q.value != whole.value for q in told):
            continue  # "16 tests, 8 % failed" for "200 tests, 8 % failed"
        at = reading.tokens.index(part.share.token)
        counts = line.quantity.unit == whole.unit and not line.relation and not line.rate
        of_whole = line.elliptic or bool(line.stands_for) or meets(line.phrase, part.whole.phrase | part.said)
        if is_excepted(reading.tokens, at):
            if counts and of_whole and share.value < whole.value:
                yield Figure(whole.value - share.value, whole.unit)
        elif share.unit == "%" and counts and of_whole and whole.value * share.value % 100 == 0:
            yield Figure(whole.value * share.value / 100, whole.unit)
        elif share.unit in {whole.unit, ""} and line.quantity.unit == "%" and whole.value and not line.relation:
            factor = 1.0 if share.unit else find_factor(whole)
            yield Figure(100 * share.value * factor / whole.value, "%")


def _find_products(line: Measured, check: LineCheck, reading: Reading, numbers: list[Measured]) -> Iterator[Figure]:
    """*140 days in all* for *7 drivers, each for 20 days*, *100 pupils* for *four classes of 25 pupils each*."""
    for a, b in zip(numbers, numbers[1:], strict=False):
        loose = b.quantity.bound and not b.quantity.bound == line.quantity.bound == "about"
        if a.quantity.unit or a.quantity.bound or loose or not a.follows or b.quantity.unit in {"%", "x", "points"}:
            continue
        if is_each(check.line, line) or b.rate != line.rate or line.quantity.unit != b.quantity.unit or not is_each(reading, b):
            continue
        if b.quantity.unit and is_total(check.line, line) or not b.quantity.unit and line.follows and meets(line.objects, b.objects):
            yield Figure(a.quantity.value * b.quantity.value, b.quantity.unit)


def _find_groups(line: Measured, check: LineCheck, reading: Reading, numbers: list[Measured]) -> Iterator[Figure]:
    """*one of eight* for *with seven colleagues*, *a team of eight: six helpers and two boys*."""
    if line.quantity.unit:
        return
    tokens = check.line.tokens
    at = tokens.index(line.token)
    before = [t.folded for t in tokens[max(0, at - 2) : at]]
    sized = (
        before == ["one", "of"]
        or line.left in _GROUPS
        and before[-1:] == ["of"]
        or line.tied
        and any(t.folded in _MEMBERS or t.key in _GROUPS for t in tokens[at + 1 : at + 2])
    )
    mates = [m for m in numbers if not m.quantity.unit and not m.quantity.bound and _is_beside(reading, m)]
    if sized and len(mates) == 1 and not line.quantity.bound and _is_among(line, mates[0], tokens, at):
        yield Figure(mates[0].quantity.value + 1, "")
    counted = [m for m in numbers if not m.quantity.unit and m.follows]
    said = {t.quantity.value for t in check.line.quantities if t.quantity is not None}
    for a, b in zip(counted, counted[1:], strict=False):
        if not a.listed or a.quantity.bound or b.quantity.bound or not {a.quantity.value, b.quantity.value} <= said:
            continue
        if not meets(line.objects, a.objects | b.objects | reading.keys) and (
            line.elliptic or _are_all_people(a, b) and any(is_people(k) or is_collective(k) for k in line.objects)
        ):
            yield Figure(a.quantity.value + b.quantity.value, "")  # both are named beside their sum
    if line.objects & reading.keys:
        return  # "three murals in four schools" for "three murals and a shopfront in schools"
    for m in counted:
        place = reading.tokens.index(m.token)
        after = [t.folded for t in reading.tokens[place + 1 : place + 6]]
        one = [i for i, w in enumerate(after[:-1]) if w == "and" and after[i + 1] in {"a", "an"}]
        if one and m.quantity.value in said and line.objects and not meets(line.objects, m.objects) and not m.quantity.bound:
            yield Figure(m.quantity.value + 1, "")  # "four vehicles, three vans and a lorry"


def _are_all_people(a: Measured, b: Measured) -> bool:
    """*four clerks and two drivers*; two classes and nine adults are no eleven people."""
    return all(any(is_people(key) and not is_collective(key) for key in m.objects) for m in (a, b))


def _is_among(line: Measured, mates: Measured, tokens: tuple[Token, ...], at: int) -> bool:
    """*in a team of eight*, *as one of eight engineers*; not *for a team of eight*, nor *a team of seven seniors* for *six colleagues, three seniors*."""
    if line.follows and not meets(line.objects, mates.phrase | mates.objects | _GROUPS | _PERSONS | _MATES):
        return False
    words = [t.folded for t in tokens[max(0, at - 6) : at]]
    placed = next((w for w in reversed(words) if w in _PLACING), "")
    return placed not in _FOR_OTHERS


def _is_beside(reading: Reading, m: Measured) -> bool:
    """People with whom the candidate was one more: *with seven colleagues*, *me and two others*."""
    at = reading.tokens.index(m.token)
    before = [t.folded for t in reading.tokens[max(0, at - 2) : at]]
    mates = (bool(m.phrase & _MATES) or m.besides) and not m.phrase & _RIVALS
    return mates and (bool(set(before) & _BESIDE) or before[-2:] == ["me", "and"] or before[-2:] == ["i", "and"])


def _find_gaps(line: Measured, check: LineCheck, numbers: list[Measured]) -> Iterator[Figure]:
    """*saving £1,600 on a quote of £4,500*, *half the average of six*: what lies between two numbers of which the line names one."""
    at = check.line.tokens.index(line.token)
    before = [t.folded for t in check.line.tokens[max(0, at - 4) : at]]
    after = [t.folded for t in check.line.tokens[at + 1 : at + 3]]
    told = [m.quantity for m in find_measured(check.line) if m is not line]
    for i, b in enumerate(numbers):
        like = [a for a in numbers[:i] if a.quantity.unit == b.quantity.unit and not a.quantity.bound and a.rate in {b.rate, ""}]
        named = any(q.unit == b.quantity.unit and q.value == b.quantity.value for q in told) or any(
            t.key in _STANDARDS for t in check.line.tokens
        )
        if b.opposed and like and named and not b.quantity.bound and line.relation != "to" and line.relation != "from":
            yield from (replace(f, way=0) for f in find_changes(b.quantity.value, like[-1].quantity.value, b.quantity.unit))
    for i, a in enumerate(numbers):
        for b in numbers[i + 1 : i + 3]:
            if a.quantity.unit != b.quantity.unit or a.quantity.bound or b.quantity.bound or a.rate != b.rate:
                continue
            both = sum(any(q.unit == m.quantity.unit and q.value == m.quantity.value for q in told) for m in (a, b)) == _TWO
            if a.quantity.unit in {"usd", "eur", "gbp", "inr", "%"} and both and (set(before) | set(after)) & _GAPS:
                unit = "points" if a.quantity.unit == "%" else a.quantity.unit
                yield Figure(abs(a.quantity.value - b.quantity.value), unit)
            if b.opposed and line.quantity.unit == "%" and line.phrase & _STANDARDS and b.quantity.value:
                yield Figure(100 * a.quantity.value / b.quantity.value, "%")


def _find_course(line: Measured, check: LineCheck, reading: Reading, numbers: list[Measured]) -> Iterator[Figure]:
    """*62 gigs between 2018 and 2020* for *22 in 2018, 31 in 2019 and 9 in 2020*."""
    if not line.follows and not line.quantity.unit or line.relation or line.direction or line.rate:
        return
    run = [m for m in numbers if find_year(reading, m.token) is not None or m.relation in {"from", "to"}]
    if len(run) < _TWO or not any(t.folded in _SPANS for t in check.line.tokens):
        return
    if any(m.quantity.bound or m.rate or m.quantity.unit != run[0].quantity.unit or m.quantity.unit in {"%", "points"} for m in run):
        return
    years = {year for m in run if (year := find_year(reading, m.token)) is not None}
    said = {t.quantity.value for t in check.line.quantities if t.quantity is not None and t.quantity.unit == "calendar"}
    if said and (not years or not {min(years), max(years)} <= said):
        return  # "62 in total in 2020"
    if any(t.folded in {"from", "to"} for t in reading.tokens) or not all(m.elliptic or not m.follows for m in run[1:]):
        return
    if (
        run[0].quantity.unit == line.quantity.unit
        and meets(line.objects, run[0].phrase | run[0].objects)
        or run[0].quantity.unit
        and not line.objects
    ):
        yield Figure(sum(m.quantity.value for m in run), run[0].quantity.unit)


def _find_weekdays(line: Measured, reading: Reading) -> Iterator[Figure]:
    """*two days a week*, *twice a week* for *Tuesdays and Thursdays*."""
    if line.rate != "week":
        return
    places = [i for i, t in enumerate(reading.tokens) if t.folded.removesuffix("s") in _WEEKDAYS]
    named = {reading.tokens[i].folded.removesuffix("s") for i in places}
    if len(named) < _TWO or any(t.text in _APART or t.folded in _NO_DAYS for t in reading.tokens[:-1]):
        return  # "Closed Tuesdays and Thursdays; I baked"
    between = reading.tokens[places[0] : places[-1] + 1]
    if all(t.folded.removesuffix("s") in _WEEKDAYS or t.folded in _DAY_LINKS for t in between) and (
        line.quantity.unit in {"day", "x"} or line.objects & _TIMES
    ):
        yield Figure(len(named), line.quantity.unit)  # not "the till on Saturdays, stocktakes on Sundays"


def is_course(line: Measured, check: LineCheck) -> bool:
    """*by two hours, from seven to five*: a number that follows from the two ends that the line itself names."""
    found = [m for m in find_measured(check.line) if m.relation in {"from", "to"}]
    for a, b in zip(found, found[1:], strict=False):
        if {a.relation, b.relation} == {"from", "to"} and line not in (a, b):
            first, last = (a.quantity, b.quantity) if a.relation == "from" else (b.quantity, a.quantity)
            quantity = line.quantity
            if first.unit != last.unit and {first.unit, last.unit, quantity.unit} <= _SECONDS.keys() | {"%", "x"}:
                first, last = (replace(q, unit="second", value=q.value * _SECONDS.get(q.unit, 0)) for q in (first, last))
                quantity = (
                    replace(quantity, unit="second", value=quantity.value * _SECONDS[quantity.unit])
                    if quantity.unit in _SECONDS
                    else quantity
                )
            if first.unit != last.unit:
                continue
            figures = list(find_changes(first.value, last.value, first.unit))
            if first.unit == "%" and quantity.text[-1:].isalpha() and not quantity.text.endswith("cent") and first.value:
                figures.append(
                    Figure(100 * abs(last.value - first.value) / first.value, "%", (last.value > first.value) - (last.value < first.value))
                )
            if last.bound == "max" and quantity.bound == "min":
                figures += [replace(f, value=1.001 * f.value) for f in figures]
            if line.direction and any(fits(quantity, f) and f.way in {0, line.direction} for f in figures):
                return True
    return False
