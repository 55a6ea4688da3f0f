"""Numbers: each one in a line needs the same value, unit, bound and object in its sources.

Lie caught: *35 % less latency* turned into *35 % less cloud cost*. Honest line passed: *six* turned into *6*.
Figures that follow by arithmetic (from 10 to 5: by 50 %, halved) pass. Years of experience are `years.py`'s.
"""

from __future__ import annotations

from dataclasses import replace

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.grounds import Grounds
from resume_rag.grounding.lexicon import marks
from resume_rag.grounding.measured import Measured, find_measured, is_collective, is_people
from resume_rag.grounding.negation import find_denials
from resume_rag.grounding.quantities import Quantity

_CLOSE = 1e-6
_GENERIC = keys.keys_of(
    frozenset("time year month week day hour number rate total figure amount level unit item percent share basis".split())
)
_SHARES = keys.keys_of(frozenset("share rate proportion percentage ratio level".split()))
_TIME = keys.keys_of(frozenset("time duration".split()))
_STYLE = keys.keys_of(marks.STYLE)


def check_numbers(check: LineCheck) -> None:
    """Reports numbers that the sources do not give, or give of something else."""
    sources = find_sources(check.grounds)
    for line in find_measured(check.line):
        if check.taken(line.quantity.start, line.quantity.end) or _is_idle(line, check.grounds, sources):
            continue
        found = _judge(line, sources, check)
        if found:
            code, why, source = found
            start, end = line.quantity.start, line.quantity.end
            check.report(code, f"{check.quote(start, end)}: {why}", start, end, source)


def find_sources(grounds: Grounds) -> list[tuple[int, Measured]]:
    """The numbers of the facts and of their context, with the number of their reading."""
    return [(i, m) for i, reading in enumerate(grounds.all_readings) for m in find_measured(reading)]


def _is_idle(line: Measured, grounds: Grounds, sources: list[tuple[int, Measured]]) -> bool:
    """*one* as a pronoun, *one apprentice* for *an apprentice*, and *zero*, which `negation.py` judges."""
    quantity = line.quantity
    if quantity.value == 0 and not quantity.unit and not quantity.vague and any(find_denials(r) for r in grounds.readings):
        return True
    if quantity.value != 1 or quantity.unit or line.relation or line.rate or quantity.bound:
        return False
    if any(_meets(line.objects, source.phrase) for _, source in sources):
        return False
    return not line.objects or all(grounds.supports_key(key) for key in line.objects)


def _judge(line: Measured, sources: list[tuple[int, Measured]], check: LineCheck) -> tuple[str, str, int | None] | None:
    """Code, reason and source of what is wrong with a number; None where one source carries it."""
    quantity, grounds = line.quantity, check.grounds
    equal = [(i, s) for i, s in sources if is_equal(quantity, s.quantity) or _is_often(line, s)]
    if not equal:
        if is_derivable(line, sources):
            return None
        same_value = [i for i, s in sources if _same_value(quantity, s.quantity)]
        if same_value:
            return "unit_changed", "the source gives this number with another unit.", same_value[0]
        if sources and any(s.near & line.near for i, s in sources):
            return "number_changed", "the source gives another number here.", next(i for i, s in sources if s.near & line.near)
        return "number_added", "no cited source gives this number.", None
    if quantity.unit == "calendar" and _is_redated(line, equal, sources, grounds):
        return "number_changed", "the source gives another year here.", None
    line = _drop_unsupported(line, grounds)
    faults = [(i, _compare(line, s, i, check.line.keys, grounds)) for i, s in equal]
    if any(fault is None for _, fault in faults):
        return None
    source, fault = faults[0]
    assert fault is not None  # noqa: S101
    return fault[0], fault[1], source


def _is_redated(line: Measured, equal: list[tuple[int, Measured]], sources: list[tuple[int, Measured]], grounds: Grounds) -> bool:
    """Whether the facts date this otherwise, and only a date of the role lends the year."""
    own = [s for i, s in sources if i < len(grounds.readings) and s.quantity.unit == "calendar"]
    return bool(own) and all(i >= len(grounds.readings) for i, _ in equal) and any(s.near & line.near for s in own)


def _drop_unsupported(line: Measured, grounds: Grounds) -> Measured:
    """The number with what it measures as far as the sources have words for that; the others are `words.py`'s to report."""
    known = frozenset(key for key in line.phrase if grounds.supports_key(key))
    return replace(line, objects=(line.objects & known) or known or line.objects, phrase=known or line.phrase)


def is_equal(a: Quantity, b: Quantity) -> bool:
    """Whether two numbers are the same in value and unit."""
    if a.vague or b.vague:
        return a.vague and b.vague and a.text.casefold() == b.text.casefold()
    if a.unit != b.unit and not ({a.unit, b.unit} == {"", "calendar"}) and not _same_span(a, b):
        return _halves(a, b)
    return abs(a.value - b.value) <= _CLOSE * max(1.0, abs(a.value)) or _same_span(a, b) or _is_rounded(a, b)


def _is_often(a: Measured, b: Measured) -> bool:
    """*twice a week* for *two mornings a week*."""
    plain = a.quantity.text.casefold() in {"twice", "thrice"} and not b.quantity.unit
    return plain and a.quantity.value == b.quantity.value and bool(a.rate) and a.rate == b.rate


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


def is_derivable(line: Measured, sources: list[tuple[int, Measured]]) -> bool:
    """Whether the number follows by arithmetic from a *from a to b* of one clause of one source."""
    value, unit = line.quantity.value, line.quantity.unit
    if unit not in {"%", "x", ""} or line.quantity.vague:
        return False
    for i, a in sources:
        for j, b in sources:
            if i != j or a.part != b.part or a.relation != "from" or b.relation != "to" or a.quantity.value == 0:
                continue
            if unit == "%" and abs(round(100 * abs(b.quantity.value - a.quantity.value) / a.quantity.value) - value) < _CLOSE:
                return True
            if unit == "x" and abs(b.quantity.value / a.quantity.value - value) < 0.005 * value:
                return True
            if (
                unit == ""
                and line.relation == "by"
                and a.quantity.unit == ""
                and abs(abs(b.quantity.value - a.quantity.value) - value) < _CLOSE
            ):
                return True
    return False


def _compare(line: Measured, source: Measured, number: int, line_keys: frozenset[str], grounds: Grounds) -> tuple[str, str] | None:
    if line.label and source.label:
        return (
            None if _meets(line.objects, source.objects) else ("number_object_changed", "in the source this number names something else.")
        )
    if _bound_grew(line.quantity, source.quantity):
        return "number_changed", "the source's bound (about, over, up to) is another."
    if line.rate and source.rate and line.rate != source.rate:
        return "unit_changed", "the source gives it for another period."
    if line.rate and not source.rate and not _has_rate(line.rate, source, grounds, number):
        return "unit_changed", "the source gives no such period."
    if line.relation and source.relation and line.relation != source.relation:
        return "direction_changed", "from, to and by are not what they are in the source."
    if not line.relation and source.relation in {"from"} and line.direction:
        return "direction_changed", "the source starts from this number."
    if line.relation == "to" and line.direction and not source.relation and not source.direction and not line.paired:
        return "direction_changed", "the source does not say that anything came to it."
    if line.direction and source.direction and line.direction != source.direction:
        return "direction_changed", "it goes the other way in the source."
    if line.relation == "by" and not source.relation and not source.direction and line.direction:
        return "number_object_changed", "the source does not say that anything changed by it."
    if line.governed and line.direction and not source.direction and not source.relation:
        return "number_object_changed", "the source does not say that it changed by this number."
    if line.lasting and source.lasting:
        return None
    if not _same_object(line, source, line_keys, grounds):
        return "number_object_changed", "in the source this number is of something else."
    if _is_moved(line, source, number, grounds):
        return "number_object_changed", "in the source this number belongs to another part."
    return None


def _bound_grew(line: Quantity, source: Quantity) -> bool:
    """A bound that claims more: *over 40* for 40, or 40 for *up to 40*."""
    if line.bound == source.bound:
        return False
    return line.bound == "min" or source.bound == "max"


def _has_rate(rate: str, source: Measured, grounds: Grounds, number: int) -> bool:
    return keys.find_key(rate) in grounds.all_readings[number].keys


def _same_object(line: Measured, source: Measured, line_keys: frozenset[str], grounds: Grounds) -> bool:
    """Whether both numbers are of the same thing: what the line's measures stands by the source's, and the other way."""
    if line.quantity.unit == "calendar" or _is_group(line, source):
        return True
    counts = line.quantity.unit == source.quantity.unit == "" and not line.quantity.vague
    if line.quantity.text.casefold() in {"twice", "thrice"}:
        return _meets(line.near, source.near)
    if line.objects and all(key in grounds.acronym_keys for key in line.objects):
        return True
    if counts and line.follows and source.follows:
        return _meets(line.objects, source.phrase) or _meets(source.objects, line.phrase)
    timed = line.quantity.unit in {"second", "day", "month"} and bool(line.objects & _TIME)
    shared = line.quantity.unit in {"%", "points"} and bool(line.objects & _SHARES)
    if shared and _meets(line.phrase - _SHARES, source.near):
        return True
    if line.objects and not timed and not shared and not _meets(line.objects, source.near | source.phrase):
        return False
    if source.objects and not _meets(source.objects, line.near | line.phrase):
        return timed or (bool(line.objects) and _meets(source.objects, line_keys)) or not line.objects or bool(source.objects & _GENERIC)
    return True


def _is_group(line: Measured, source: Measured) -> bool:
    """*12 technicians* and *a team of 12* name the same people."""
    people = any(is_people(key) for key in line.objects), any(is_people(key) for key in source.objects)
    return all(people) and any(is_collective(key) for key in line.objects | source.objects)


def _meets(objects: frozenset[str], others: frozenset[str]) -> bool:
    return any(a == b or keys.are_akin(a, b) or keys.is_wider(a, b) or keys.is_wider(b, a) for a in objects for b in others)


def _is_moved(line: Measured, source: Measured, number: int, grounds: Grounds) -> bool:
    """Whether the number's clause in the line is made of other clauses of the sources than its own."""
    if line.quantity.unit == "calendar":
        return False
    if line.attaches and source.follows and line.follows and line.left in source.later and source.left and source.left != line.left:
        return True
    own = line.nouns - line.objects - _STYLE
    home = source.near - line.objects
    foreign: set[str] = set()
    for i, reading in enumerate(grounds.readings):
        for part, part_keys in enumerate(reading.part_keys):
            if (i, part) != (number, source.part):
                foreign |= part_keys
    foreign -= home
    kept = [key for key in line.near - line.objects - _STYLE if _meets(frozenset({key}), home)]
    if not kept and not (line.follows and source.follows):
        return bool(own & foreign) and bool(home - _STYLE)
    return line.left in foreign and bool(source.left) and not _meets(frozenset({source.left}), line.near) and len(own & foreign) > len(kept)
