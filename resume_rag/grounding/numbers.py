"""Numbers: each one in a line needs the same value, unit, bound and object in its sources.

Lie caught: *35 % less latency* turned into *35 % less cloud cost*. Honest line passed: *six* turned into *6*.
Figures that follow by arithmetic (from 10 to 5: by 50 %, halved) pass. Years of experience are `years.py`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from resume_rag.grounding.attached import find_fault, meets
from resume_rag.grounding.derived import is_derived_figure
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.grounds import Grounds
from resume_rag.grounding.keys import keys_of
from resume_rag.grounding.lexicon.quantities import MEASURES, RATES
from resume_rag.grounding.measured import DIMENSIONS, Measured, find_measured, find_pairs
from resume_rag.grounding.negation import find_denials
from resume_rag.grounding.quantities import Quantity, find_factor
from resume_rag.grounding.reading import Reading
from resume_rag.grounding.reckoned import is_course, is_reckoned
from resume_rag.grounding.relations import find_standard, find_standard_after
from resume_rag.grounding.stages import find_year

_OCCASIONS = keys_of(frozenset({"occasion", "time", "instance"}))
_TEAMS = keys_of(frozenset({"team", "crew", "group", "squad"}))
_SUMMED = frozenset({"", "usd", "eur", "gbp", "inr", "cad", "aud"})
_SHARED_OUT_WORDS = 6
_CLOSE = 1e-9
_POINT = 0.6  # of a per cent: "33 %" for "one in three"
_PAIR = 2
_UNCARRIED = frozenset({"calendar", "clock", "x", "points", "%"})
_SIDES = dict.fromkeys("below under short behind missed missing fewer less".split(), -1) | dict.fromkeys(
    "above over exceeded exceeding beat beating ahead more surpassed surpassing topped".split(), 1
)
_HELD_AGAINST = frozenset("target goal plan quota average norm budget quote limit".split())
_POUNDS = "pound"
"""*pounds* of money or of weight: only the source's sign can tell."""


def check_numbers(check: LineCheck) -> None:
    """Reports numbers that the sources do not give, or give of something else."""
    sources = find_sources(check.grounds)
    _check_apiece(check)
    _check_course(check)
    _check_pairs(check, sources)
    _check_dated(check, sources)
    _check_standards(check, sources)
    _check_sides(check, sources)
    _check_course_amount(check)
    _check_listed_twice(check)
    for line in find_measured(check.line):
        if check.taken(line.quantity.start, line.quantity.end) or _is_idle(line, check, sources):
            continue
        found = _judge(line, sources, check)
        if found:
            code, why, source = found
            start, end = line.quantity.start, line.quantity.end
            check.report(code, f"{check.quote(start, end)}: {why}", start, end, source)


def _check_listed_twice(check: LineCheck) -> None:
    """*lines 9 and 9* for *lines 4 and 9*."""
    tokens = check.line.tokens
    for a, joint, b in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if a.quantity is None or b.quantity is None or joint.folded not in {"and", "or", ",", "&"}:
            continue
        after = tokens[tokens.index(b) + 1 : tokens.index(b) + 2]
        alike = (a.quantity.value, a.quantity.unit) == (b.quantity.value, b.quantity.unit) and not (after and after[0].content)
        if alike and not any(r.text.count(b.text) > 1 for r in check.grounds.readings):
            check.report("number_changed", f"{check.quote(a.start, b.end)}: one of them is another number in the source.", a.start, b.end)


def _check_course(check: LineCheck) -> None:
    """*raised setup from 50 to 35 minutes*, *cut it to 50 to 35*: a change that cannot be."""
    for a, b in find_pairs(check.line):
        rise = b.quantity.value - a.quantity.value
        if a.quantity.unit == b.quantity.unit != "clock" and a.direction == b.direction != 0 and rise * a.direction < 0:
            check.report("direction_changed", "the numbers go the other way.", a.quantity.start, b.quantity.end)
    tokens = check.line.tokens
    for i, token in enumerate(tokens[:-3]):
        first = tokens[i + 1].quantity
        if token.folded != "to" or first is None or first.unit == "calendar":
            continue
        second = next((j for j in range(i + 2, min(i + 5, len(tokens) - 1)) if tokens[j].folded == "to"), None)
        last = tokens[second + 1].quantity if second is not None else None
        if (
            last is not None
            and last.value < first.value
            and last.unit == first.unit
            and not any(t.folded == "from" for t in tokens[i - 1 : i])
        ):
            check.report("direction_changed", "“to” stands where a change starts.", token.start, tokens[i + 1].end)


def _check_pairs(check: LineCheck, sources: list[tuple[int, Measured]]) -> None:
    """*from 12 to 40* for *from 14 to 40, 12 of them under 18*: one end of a change is the source's, the other another number of it."""
    pairs = [pair for r in check.grounds.readings for pair in find_pairs(r)]
    for a, b in find_pairs(check.line):
        ends = [(is_equal(a.quantity, c.quantity), is_equal(b.quantity, d.quantity)) for c, d in pairs]
        if (True, True) in ends or not any(any(pair) for pair in ends):
            continue
        for mine, here in ((a, (False, True)), (b, (True, False))):
            role = [s for _, s in sources if is_equal(mine.quantity, s.quantity)]
            if here in ends and role and not any(s.relation == mine.relation for s in role):
                start, end = mine.quantity.start, mine.quantity.end
                check.report("number_object_changed", f"{check.quote(start, end)}: no end of this change in the source.", start, end)


def _check_course_amount(check: LineCheck) -> None:
    """*by 12, from 14 to 40* for *from 14 to 40, 12 of them under 18*: what it changed by is what lies between the ends."""
    found = find_measured(check.line)
    for a, b in find_pairs(check.line):
        gap = abs(a.quantity.value - b.quantity.value)
        for mine in found:
            amount = mine.relation == "by" and mine.quantity.unit == a.quantity.unit == b.quantity.unit and not mine.quantity.bound
            if (
                not amount
                or a.quantity.unit in {"%", "x", "points"}
                or mine.token.clause != a.token.clause
                or abs(mine.quantity.value - gap) <= gap / 20
            ):
                continue
            start, end = mine.quantity.start, mine.quantity.end
            check.report("number_object_changed", f"{check.quote(start, end)}: the ends do not lie so far apart.", start, end)


def _has_swapped(check: LineCheck, mine: Measured, kind: str, sources: list[tuple[int, Measured]]) -> bool:
    """*sold 12 against a target of 18* for *target 12, sold 18*: the source's target stands in the line as something else."""
    aims = [s for i, s in sources if find_standard(check.grounds.all_readings[i], s.token) == kind]
    others = [m for m in find_measured(check.line) if m is not mine and not find_standard(check.line, m.token)]
    return any(is_equal(m.quantity, s.quantity) for m in others for s in aims)


def _is_called(line: Reading, mine: Measured) -> bool:
    """*the target of 94*, *a 94 target*: the number is the target itself, as in no *beat the target with 94*."""
    at = line.tokens.index(mine.token)
    beside = [t.folded for t in line.tokens[max(0, at - 2) : at]]
    return beside[-1:] == ["of"] and bool(find_standard(line, mine.token)) or find_standard_after(line, mine.token) != ""


def _has_other(check: LineCheck, mine: Measured, kind: str, sources: list[tuple[int, Measured]]) -> bool:
    """*exceeded the target of 94* for *94 against a target of 90*: the source has another number for the target."""
    aims = [s for i, s in sources if find_standard(check.grounds.all_readings[i], s.token) == kind]
    return any(not is_equal(mine.quantity, s.quantity) and s.quantity.unit == mine.quantity.unit for s in aims)


def _check_sides(check: LineCheck, sources: list[tuple[int, Measured]]) -> None:
    """*six below the target of 12* for *18 against a target of 12*."""
    pairs = [
        (i, a.quantity.value - b.quantity.value)
        for (i, a), (j, b) in zip(sources, sources[1:], strict=False)
        if i == j and (b.opposed or find_standard(check.grounds.all_readings[i], b.token)) and a.quantity.unit == b.quantity.unit
        and not find_standard(check.grounds.all_readings[i], a.token)
    ]  # fmt: skip
    if len(pairs) != 1 or not pairs[0][1] or find_denials(check.line):
        return
    number, gap = pairs[0]
    said = {t.folded for r in check.grounds.readings for t in r.tokens}
    tokens = check.line.tokens
    for i, token in enumerate(tokens):
        side = _SIDES.get(token.folded, 0)
        ahead = [t.folded for t in tokens[i + 1 : i + 5]]
        if side * gap < 0 and token.folded not in said and any(word in _HELD_AGAINST for word in ahead):
            check.report(
                "direction_changed", f"{check.quote(token.start, token.end)}: it is on the other side.", token.start, token.end, number
            )


def _check_standards(check: LineCheck, sources: list[tuple[int, Measured]]) -> None:
    """*against an office average of 12* for *office target was 12*: what a number is held against is another thing."""
    for mine in find_measured(check.line):
        kind = find_standard(check.line, mine.token)
        theirs = [find_standard(check.grounds.all_readings[i], s.token) for i, s in sources if kind and is_equal(mine.quantity, s.quantity)]
        swapped = kind in {"aim", "limit"} and theirs and not any(theirs) and _has_swapped(check, mine, kind, sources)
        swapped = swapped or bool(theirs) and not any(theirs) and _is_called(check.line, mine) and _has_other(check, mine, kind, sources)
        if theirs and all(theirs) and kind not in theirs or swapped:
            start, end = mine.quantity.start, mine.quantity.end
            check.report("number_object_changed", f"{check.quote(start, end)}: the source calls it otherwise.", start, end)


def _check_dated(check: LineCheck, sources: list[tuple[int, Measured]]) -> None:
    """*£310k in 2018* for *£310k in 2016, £265k in 2018*: two numbers of the source, each with its year, and the other's year here."""
    dated = [(m, find_year(r, m.token)) for r in check.grounds.readings for m in find_measured(r) if m.quantity.unit != "calendar"]
    if sum(year is not None for _, year in dated) < _PAIR:
        return
    for mine in find_measured(check.line):
        year = find_year(check.line, mine.token) if mine.quantity.unit != "calendar" else None
        theirs = {y for m, y in dated if is_equal(mine.quantity, m.quantity)}
        if year is None or not theirs or year in theirs or None in theirs or year not in {y for _, y in dated}:
            continue
        start, end = mine.quantity.start, mine.quantity.end
        check.report("number_object_changed", f"{check.quote(start, end)}: the source has another year for it.", start, end)


def _check_apiece(check: LineCheck) -> None:
    """*refunds of $212,000 each for 9 clients* for *$212,000 for 9 clients*."""
    tokens = check.line.tokens
    shared = any(_is_shared_out(r) for r in check.grounds.readings)
    for i, token in enumerate(tokens):
        if token.folded not in {"each", "apiece"} or shared:
            continue
        after = tokens[i + 1 : i + 2]
        counted = [t.quantity for t in tokens[max(0, i - 3) : i] if t.quantity is not None]
        if after and (after[0].content or after[0].kind == "number") or not counted or counted[-1].unit not in _SUMMED:
            continue
        check.report(
            "number_object_changed",
            f"{check.quote(token.start, token.end)}: the source gives this for all of them.",
            token.start,
            token.end,
        )


def _is_shared_out(reading: Reading) -> bool:
    """*each*, *per*, *a day*, *five classes of 28 pupils*."""
    if any(t.folded in {"each", "apiece", "every", "per", "both"} for t in reading.tokens):
        return True
    pairs = zip(reading.tokens, reading.tokens[1:], strict=False)
    if any(a.folded in {"a", "an"} and (b.folded in RATES or b.folded in {"head", "piece", "person", "time"}) for a, b in pairs):
        return True
    places = [i for i, t in enumerate(reading.tokens) if t.kind == "number"]
    return any(
        any(t.folded == "of" for t in reading.tokens[a:b]) and b - a < _SHARED_OUT_WORDS for a, b in zip(places, places[1:], strict=False)
    )


def find_sources(grounds: Grounds) -> list[tuple[int, Measured]]:
    """The numbers of the facts and of their context, with the number of their reading."""
    return [(i, m) for i, reading in enumerate(grounds.all_readings) for m in find_measured(reading)]


def _is_idle(line: Measured, check: LineCheck, sources: list[tuple[int, Measured]]) -> bool:
    """*one* as a pronoun, *one apprentice* for *an apprentice*, and *zero*, which `negation.py` judges."""
    quantity, grounds = line.quantity, check.grounds
    if quantity.value == 0 and not quantity.unit and not quantity.vague and any(find_denials(r) for r in grounds.readings):
        return True
    if (
        not line.lasting
        and quantity.unit != "%"  # "a quarter of 60" for "60 a quarter"
        and quantity.text.casefold().startswith(("a ", "an "))
        and any(s.rate and s.rate in quantity.text.casefold() for _, s in sources)
    ):
        return True
    if quantity.value == 1 and line.rate and not quantity.unit and any(_says_rate(r, line.rate) for r in grounds.readings):
        return True  # "one evening a week" for "weekly evening"
    if (
        quantity.unit == "day"
        and quantity.value == 14
        and _opens_rate(check.line, line)
        and any(_says_rate(r, "fortnight") for r in grounds.readings)
    ):
        return True  # "every two weeks" for "every fortnight"
    if (
        quantity.value == 1
        and not quantity.unit
        and line.of_it
        and line.objects & _TEAMS
        and any(s.objects & _TEAMS or s.near & _TEAMS for _, s in sources)
    ):
        return True  # "one of a team of five"
    if quantity.value == 1 and line.share_of and not quantity.unit and _is_one_of_group(line, check):
        return True  # "as one of four umpires"
    if quantity.value != 1 or quantity.unit or line.relation or line.rate or quantity.bound:
        return False
    if any(meets(line.objects, source.phrase) for _, source in sources):
        return False
    return not line.objects or all(grounds.supports_key(key) for key in line.objects)


def _is_one_of_group(line: Measured, check: LineCheck) -> bool:
    whole = next((m for m in find_measured(check.line) if m.quantity.start > line.quantity.start), None)
    return whole is not None and whole.whole and is_reckoned(whole, check)


def _opens_rate(reading: Reading, measured: Measured) -> bool:
    """*every two weeks*."""
    at = reading.tokens.index(measured.token)
    return at > 0 and reading.tokens[at - 1].folded in {"every", "each", "per"}


def _says_rate(reading: Reading, rate: str) -> bool:
    return any(RATES.get(t.folded) == rate and (t.folded.endswith("ly") or rate == "fortnight") for t in reading.tokens)


def _judge(line: Measured, sources: list[tuple[int, Measured]], check: LineCheck) -> tuple[str, str, int | None] | None:
    """Code, reason and source of what is wrong with a number; None where one source carries it."""
    quantity, grounds = line.quantity, check.grounds
    equal = [(i, s) for i, s in sources if is_equal(quantity, s.quantity) or _is_often(line, s)]
    if not equal and (lent := _lend_unit(line, sources, check)) is not None:
        line, quantity = lent, lent.quantity
        equal = [(i, s) for i, s in sources if is_equal(quantity, s.quantity)]
    if not equal:
        equal = [(i, s) for i, s in _carry_units(sources) if is_equal(quantity, s.quantity)]
    if not equal:
        if _is_fraction_of(line, sources, check):
            return None
        if _is_share_of_part(line, check, sources):
            return "number_object_changed", "this is no share of that in the source.", None
        said = frozenset(t.quantity.value for t in check.line.quantities if t.quantity is not None)
        if is_derived_figure(line, sources, bool(grounds.universals), said) or _is_bare_pair(line, sources):
            return None
        if is_reckoned(line, check) or is_course(line, check):
            return None
        same_value = [i for i, s in sources if _same_value(quantity, s.quantity)]
        if same_value:
            return "unit_changed", "the source gives this number with another unit.", same_value[0]
        if sources and any(s.near & line.near for i, s in sources):
            return "number_changed", "the source gives another number here.", next(i for i, s in sources if s.near & line.near)
        return "number_added", "no cited source gives this number.", None
    if line.share_of and _is_fraction_of(line, sources, check):
        return None
    if not line.whole and all(s.whole and not _keeps_part(check, s, sources) for _, s in equal):
        return "number_object_changed", "in the source this is the whole of a share.", equal[0][0]
    if line.share_of and not any(_is_same_share(line, check, s, sources) for _, s in equal):
        return "number_changed", "the source gives another share.", equal[0][0]
    if quantity.unit == "calendar" and _is_redated(line, equal, sources, grounds):
        return "number_changed", "the source gives another year here.", None
    whole = any(s.whole and s.follows for _, s in equal)
    if _is_whole(line, check) and not (whole and line.follows) and any(s.share_of or s.elliptic for _, s in sources):
        return None
    line = _drop_unsupported(line, grounds)
    faults = [(i, find_fault(line, s, i, check.line.keys, grounds, sources)) for i, s in equal]
    if any(fault is None for _, fault in faults):
        return None
    source, fault = faults[0]
    assert fault is not None  # noqa: S101
    return fault[0], fault[1], source


def _is_share_of_part(line: Measured, check: LineCheck, sources: list[tuple[int, Measured]]) -> bool:
    """*40 % of 12 accounts* for *12 of 30 accounts*: the share is of the whole."""
    if line.quantity.unit != "%" or not line.share_of:
        return False
    after = next((m for m in find_measured(check.line) if m.quantity.start > line.quantity.start), None)
    if after is None or after.prep != "of":
        return False
    same = [s for _, s in sources if is_equal(after.quantity, s.quantity)]
    return bool(same) and all(s.share_of or s.elliptic for s in same)


def _lend_unit(line: Measured, sources: list[tuple[int, Measured]], check: LineCheck) -> Measured | None:
    """*opening hours of 22 a week* for *open 22 hours a week*: the unit stands elsewhere in the line."""
    quantity = line.quantity
    if quantity.unit or quantity.vague or line.follows or line.label:
        return None
    units = {
        MEASURES[t.folded][0]
        for t in check.line.tokens
        if t.kind == "word" and t.end <= quantity.start and len(t.folded) > 2 and t.folded.endswith("s") and t.folded in MEASURES
    }
    for _, source in sources:
        other = source.quantity
        if other.unit in units and other.value == quantity.value * find_factor(other):
            return replace(line, quantity=replace(quantity, unit=other.unit, value=other.value))
    return None


def _carry_units(sources: list[tuple[int, Measured]]) -> Iterator[tuple[int, Measured]]:
    """*3.5 mm in summer and 5 in winter*, *from 4 days up to 9*: a number that takes its unit from the one before it."""
    last: tuple[int, Quantity] | None = None
    for i, source in sources:
        own = source.quantity
        if own.unit or source.follows or source.label or own.vague or not source.elliptic:
            last = (i, own) if own.unit and own.unit not in _UNCARRIED else last
        elif last is not None and last[0] == i:
            yield i, replace(source, quantity=replace(own, unit=last[1].unit, value=own.value * find_factor(last[1])), elliptic=False)


def _is_fraction_of(line: Measured, sources: list[tuple[int, Measured]], check: LineCheck) -> bool:
    """*one in three calls* for *a third of calls*: both numbers of the share, where the source has its percentage of a like thing."""
    parts = find_measured(check.line)
    at = next(i for i, m in enumerate(parts) if m.token is line.token)
    pair = parts[at : at + 2] if line.share_of else parts[at - 1 : at + 1] if line.whole and at else ()
    if len(pair) < 2 or not pair[0].share_of or pair[0].quantity.unit or pair[1].quantity.unit or not pair[1].quantity.value:
        return False
    share, near = 100 * pair[0].quantity.value / pair[1].quantity.value, pair[0].near | pair[1].near
    given = [(100 * a.quantity.value / b.quantity.value, a.near | b.near, a.relation) for (i, a), (j, b) in zip(sources, sources[1:], strict=False)
             if i == j and a.share_of and b.whole and not a.quantity.unit and b.quantity.value]  # fmt: skip
    given += [(s.quantity.value, s.near, s.relation) for _, s in sources if s.quantity.unit == "%"]
    return any(abs(value - share) < _POINT and meets(near, theirs) and relation == pair[0].relation for value, theirs, relation in given)


def _is_same_share(line: Measured, check: LineCheck, source: Measured, sources: list[tuple[int, Measured]]) -> bool:
    """*9 of 22* needs both numbers of the source in this order, unless the source never says *of*."""
    places = [m for _, m in sources]
    at = next(i for i, m in enumerate(places) if m is source)
    if not any(m.share_of for m in places):
        return True
    whole = next((m for m in find_measured(check.line) if m.quantity.start > line.quantity.start), None)
    return source.share_of and at + 1 < len(places) and whole is not None and whole.quantity.value == places[at + 1].quantity.value


def _keeps_part(check: LineCheck, source: Measured, sources: list[tuple[int, Measured]]) -> bool:
    """*48 pupils, of whom 31 passed* for *31 of 48 pupils passed*."""
    places = [m for _, m in sources]
    part = places[next(i for i, m in enumerate(places) if m is source) - 1]
    return any(m.quantity.value == part.quantity.value or m.quantity.unit == "%" for m in find_measured(check.line))


def _is_whole(line: Measured, check: LineCheck) -> bool:
    """The 22 of *9 of 22*."""
    before = [m for m in find_measured(check.line) if m.quantity.start < line.quantity.start]
    return bool(before) and before[-1].share_of


def _is_redated(line: Measured, equal: list[tuple[int, Measured]], sources: list[tuple[int, Measured]], grounds: Grounds) -> bool:
    """Whether the facts date this otherwise, and only a date of the role lends the year."""
    own = [s for i, s in sources if i < len(grounds.readings) and s.quantity.unit == "calendar"]
    return bool(own) and all(i >= len(grounds.readings) for i, _ in equal) and any(s.near & line.near for s in own)


def _drop_unsupported(line: Measured, grounds: Grounds) -> Measured:
    """The number with what it measures as far as the sources have words for that; the others are `words.py`'s to report."""
    known = frozenset(key for key in line.phrase if key in DIMENSIONS or grounds.supports_key(key))
    return replace(line, objects=(line.objects & known) or known or line.objects, phrase=known or line.phrase)


def is_equal(a: Quantity, b: Quantity) -> bool:
    """Whether two numbers are the same in value and unit."""
    if a.vague or b.vague:
        return a.vague and b.vague and a.text.casefold() == b.text.casefold()
    if _POUNDS in (a.unit, b.unit) and {a.unit, b.unit} <= {_POUNDS, "lb", "gbp"}:
        return abs(a.value - b.value) <= _CLOSE * max(1.0, abs(a.value))
    if {a.unit, b.unit} == {"", "month"} and (a if a.unit else b).text.isdigit():
        return (a.value if a.unit else b.value) == 12 * (b.value if a.unit else a.value)  # "aged 17 to 70", "between 17 and 70"
    if (special := _match_units(a, b)) is not None:
        return special
    if {a.unit, b.unit} == {"", "points"}:
        return a.value == b.value  # "4.6 of 5 points" for "4.6 of 5"
    if "°" in (a.unit, b.unit) and (a.unit + b.unit).strip("°") in {"c", "f"}:
        return a.value == b.value  # "25 degrees" for "25 °C"
    if {a.unit, b.unit} == {"", "clock"}:
        return a.value % 12 == b.value % 12  # "before 8" where the source says a.m.
    if a.unit != b.unit and not ({a.unit, b.unit} == {"", "calendar"}) and not _same_span(a, b):
        return _halves(a, b)
    return abs(a.value - b.value) <= _CLOSE * max(1.0, abs(a.value)) or _same_span(a, b) or _is_rounded(a, b)


def _match_units(a: Quantity, b: Quantity) -> bool | None:
    """Ways to write a number that one alone does not tell: *12 grand*, *50p*, *2.500 items*, *100m*; None for all others."""
    units, small = {a.unit, b.unit}, (a if a.unit in {"p", "cents"} else b)
    if "grand" in units and units <= {"grand", "", "gbp", "usd", "eur"} or "kr" in units and units <= {"kr", "sek", "nok", "dkk"}:
        return abs(a.value - b.value) <= _CLOSE * max(1.0, abs(a.value))
    if units in ({"p", "gbp"}, {"cents", "usd"}):
        return abs(small.value - 100 * (b if small is a else a).value) <= _CLOSE * small.value
    for mine, other in ((a, b), (b, a)):
        if re.fullmatch(r"\d{1,3}\.\d{3}", mine.text) and mine.unit == other.unit and other.value == 1000 * mine.value:
            return True
        if re.fullmatch(r"\d+m", mine.text) and other.unit == "m" and mine.value == other.value * 1e6:
            return True
    return None


def _is_often(a: Measured, b: Measured) -> bool:
    """*twice a week* for *two mornings a week*."""
    if a.quantity.value != b.quantity.value or {a.quantity.unit, b.quantity.unit} != {"", "x"}:
        return False
    if a.rate and a.rate == b.rate:
        return True  # "twice-monthly tastings" for "2 tastings a month"
    if a.direction or b.direction:
        return False
    counted = a if not a.quantity.unit else b
    if a.rate or b.rate:
        return a.rate == b.rate
    return bool(counted.objects & _OCCASIONS) or bool(counted.objects & (a.near & b.near))


def _is_rounded(a: Quantity, b: Quantity) -> bool:
    """Fractions written as words round: two thirds, 67 %."""
    return (
        a.unit == b.unit == "%"
        and abs(a.value - b.value) < 0.5
        and (a.value % 1 != 0) != (b.value % 1 != 0)
        and max(a.value % 1, b.value % 1) > 0.3
    )


def _halves(a: Quantity, b: Quantity) -> bool:
    """*halved* is *by 50 %*, *doubled* is *by 100 %* or *2x*."""
    pair = {(a.unit, round(a.value, 3)), (b.unit, round(b.value, 3))}
    return pair in ({("x", 0.5), ("%", 50.0)}, {("x", 2.0), ("%", 100.0)}, {("x", 3.0), ("%", 200.0)})


_DAYS = {"second": 1 / 86400, "day": 1.0}


def _same_span(a: Quantity, b: Quantity) -> bool:
    """Durations in other units: 90 minutes, 1.5 hours; 14 days, two weeks; 12 months, one year."""
    if {a.unit, b.unit} <= set(_DAYS) and a.unit != b.unit:
        return abs(a.value * _DAYS[a.unit] - b.value * _DAYS[b.unit]) < _CLOSE
    return False


def _same_value(a: Quantity, b: Quantity) -> bool:
    bare = {_leading(a), _leading(b)}
    return len(bare) == 1 and None not in bare


def _leading(quantity: Quantity) -> str | None:
    digits = "".join(c for c in quantity.text if c.isdigit() or c == ".").strip(".")
    return digits or quantity.text.split("-")[0].split(" ")[0].casefold() or None


def _is_bare_pair(line: Measured, sources: list[tuple[int, Measured]]) -> bool:
    """*(95 to 40)* for *from 95 min to 40 min*: both ends stand without the unit."""
    if line.quantity.unit or line.beside is None:
        return False
    mine = {_leading(line.quantity), _leading(line.beside)}
    pairs = zip(sources, sources[1:], strict=False)
    return any(
        (not line.objects or meets(line.objects, a.near | b.near))
        and i == j
        and a.relation == "from"
        and b.relation == "to"
        and {_leading(a.quantity), _leading(b.quantity)} == mine
        for (i, a), (j, b) in pairs
    )
