"""A part with its own words: *320 pianos, two thirds in private homes*, *1,500 samples, 10 % from hospitals*, *700 hearings, nearly all
Crown Court*, *200 defects, all but three fixed the same day*.

Lie caught: *1,500 samples from hospitals* for *1,500 samples, 10 % from hospitals*. Honest line passed: *1,500 samples, 150 of them from
hospitals*. What is said of a part may not be said of the number of the whole, and a share may not be taken of what its part is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from resume_rag.grounding import keys
from resume_rag.grounding.attached import meets
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon.quantities import RATES
from resume_rag.grounding.measured import Measured, find_measured
from resume_rag.grounding.reading import Reading, Token

_PRONOUNS = frozenset("them whom which these those it".split())
_PLACING = frozenset("in with from at on under by via through using as for".split())
_NEARLY = frozenset("nearly almost mostly mainly chiefly predominantly largely partly primarily principally".split())
_SOME = _NEARLY | frozenset(
    """some most majority many several few half part others other include including included among amongst both where particular
    particularly especially especial focus occasionally sometimes often usually typically either""".split()
)
"""Words by which a line still speaks of a part."""
_ENDS = frozenset("and but while whereas".split())
_NUMBERED = frozenset("under over aged above below".split())
_EXCEPT = frozenset("but except bar excluding save".split())
_LEFT_OUT = frozenset(
    "but except bar excluding exception exceptions apart save only not never no none without remaining other others rest late left outstanding".split()
)
_BOTH_CAUSED = re.compile(r"\b(?:both|each)\s(?:had|played|took|have)\sa\s(?:part|role)\b|\bboth\s(?:contributed|helped)\b", re.IGNORECASE)
_SHARING = frozenset("help helped helping contribute contributed contributing part role along alongside together jointly both".split())
_DENYING = ("un", "in", "non")
_WORDS = 5


class Part(NamedTuple):
    """What a source says of a part of a counted whole."""

    whole: Measured
    share: Measured | None  # its number; None for *nearly all*
    said: frozenset[str]  # keys of what is said of it


def check_shares(check: LineCheck) -> None:
    """Reports what is told of the whole though the source has it of a part, a share of the wrong thing, an exception told as the rule.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Tested 1,500 samples monthly, 10 % from hospitals", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_shares(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Tested 1,500 samples from hospitals"), find("Tested 1,500 samples, 150 of which came from hospitals")
    (['number_object_changed'], [])
    """
    for number, reading in enumerate(check.grounds.readings):
        _check_shared_cause(check, number, reading)
        for part in find_parts(reading):
            _check_part(check, number, part)
        _check_exceptions(check, number, reading)
        _check_proportions(check, number, reading)


@lru_cache(maxsize=4096)
def find_parts(reading: Reading) -> tuple[Part, ...]:
    """The parts of a text, each with its whole.

    >>> from resume_rag.grounding.reading import read
    >>> [sorted(p.said) for p in find_parts(read("Tuned 320 pianos, two thirds in private homes and the rest in 41 schools"))]
    [['=home', 'privat']]
    """
    if len(reading.quantities) == 0:
        return ()
    found = []
    numbers = [m for m in find_measured(reading) if m.quantity.unit != "calendar" and not m.label]
    for at, whole in enumerate(numbers):
        if whole.quantity.unit in {"%", "x", "points"} or whole.quantity.vague:
            continue
        after = numbers[at + 1] if at + 1 < len(numbers) else None
        if after is not None and _is_part(reading, whole, after):
            said = _find_said(reading, reading.tokens.index(after.token) + 1)
            said -= whole.phrase
            if said:
                found.append(Part(whole, after, said))
        end = after.quantity.start if after is not None else len(reading.text)
        for i, token in enumerate(reading.tokens):
            if whole.quantity.end <= token.start < end and token.folded in _NEARLY and reading.tokens[i - 1].text in {",", ";", "(", "–"}:
                all_of = reading.tokens[i + 1 : i + 2]
                if token.folded.endswith("ly") and token.folded not in {"nearly"} or all_of and all_of[0].folded == "all":
                    said = _find_said(reading, i + 1 + bool(all_of and all_of[0].folded == "all")) - whole.phrase
                    if said:
                        found.append(Part(whole, None, said))
    return tuple(found)


def _is_part(reading: Reading, whole: Measured, part: Measured) -> bool:
    """*320 pianos, two thirds in homes*, *9,400 hrs, 6,100 in turbines*, *22 residents, 6 with dementia*."""
    between = [t for t in reading.tokens if whole.quantity.end <= t.start < part.quantity.start]
    if any(t.text in {".", ";"} for t in between) or not any(t.text in {",", "(", "–", "—", ":"} for t in between):
        return False
    at = reading.tokens.index(part.token)
    if at and reading.tokens[at - 1].folded in _EXCEPT and not part.quantity.unit:
        return not whole.quantity.unit and part.quantity.value < whole.quantity.value
    after = [t.folded for t in reading.tokens[at + 1 : at + 3]]
    of_them = after[:1] == ["of"] and after[1:2] and after[1] in _PRONOUNS
    if part.relation or part.change or part.opposed or part.direction and not of_them:
        return False
    if part.quantity.unit == "%":
        return bool(of_them or after[:1] and (after[0] in _PLACING or reading.tokens[at + 1].content)) and part.quantity.value < 100
    like = part.quantity.unit == whole.quantity.unit or part.quantity.unit == "" and part.elliptic
    smaller = part.quantity.value < whole.quantity.value
    return like and smaller and bool(of_them or part.elliptic and after[:1] and after[0] in {"in", "with", "from", "on", "under"})


def _find_said(reading: Reading, at: int) -> frozenset[str]:
    """The words of content up to the next mark, number or *and*."""
    said: set[str] = set()
    for token in reading.tokens[at : at + 9]:
        if token.kind == "mark" and token.text not in "-/" or token.folded in _ENDS and said:
            break
        if token.kind == "number":
            if reading.tokens[reading.tokens.index(token) - 1].folded in _NUMBERED:
                said.add(token.folded)  # "12 of them under 18"
                break
            if said or token.quantity is None or token.quantity.unit:
                break
            continue  # "in 41 schools"
        if token.content and token.folded not in RATES and token.folded not in _PRONOUNS:
            said.add(token.key)
    return frozenset(said)


def _check_part(check: LineCheck, number: int, part: Part) -> None:
    line = find_measured(check.line)
    _check_share_of(check, number, part, line)
    for mine in find_parts(check.line):
        told_of = (
            part.share is not None and mine.share is not None and _is_same(mine.share, part.share) and _is_same(mine.whole, part.whole)
        )
        if told_of and mine.share is not None and not meets(mine.said, part.said) and mine.said & check.grounds.readings[number].keys:
            start, end = mine.share.quantity.start, mine.share.quantity.end
            check.report("number_object_changed", f"{check.quote(start, end)}: in the source this part is another.", start, end, number)
    told = [m for m in line if _is_same(m, part.whole)]
    _check_companion(check, number, part, line)
    if told and (inside := _find_inside(check, told[0], part.said - _find_elsewhere(check, number, part))):
        start, end = told[0].quantity.start, told[0].quantity.end
        why = f"{check.quote(start, end)}: the source says “{inside.text}” of a part of them only."
        check.report("number_object_changed", why, start, end, number)
        return
    if not told or any(t.folded in _SOME or t.folded in _NEARLY for t in check.line.tokens):
        return
    if any(m.quantity.unit == "%" or m.share_of or part.share is not None and _is_same(m, part.share) for m in line):
        return
    if any(
        m is not told[0]
        and m.token.folded not in part.said
        and m.quantity.unit in {"", part.whole.quantity.unit}
        and m.quantity.value < told[0].quantity.value
        and (m.elliptic or m.stands_for)
        for m in line
    ):
        return  # "150 of which": another form of the share
    elsewhere = _find_elsewhere(check, number, part)
    own = part.said - elsewhere
    place = next(
        (t for t in check.line.tokens if t.kind != "mark" and (t.key in own or any(keys.are_akin(t.key, key) for key in own))), None
    )
    if place is None or not own:
        return
    start, end = told[0].quantity.start, told[0].quantity.end
    check.report(
        "number_object_changed", f"{check.quote(start, end)}: the source says “{place.text}” of a part of them only.", start, end, number
    )


def _find_inside(check: LineCheck, whole: Measured, own: frozenset[str]) -> Token | None:
    """The French of *half of 70 French calls* for *70 calls, half in French*; not of *70 mostly French calls*."""
    at = check.line.tokens.index(whole.token)
    for token in check.line.tokens[at + 1 : at + 4]:
        if token.kind != "word" or token.folded in _SOME or not token.content:
            return None
        if token.key in own and token.key not in whole.objects:
            return token
    return None


def _check_companion(check: LineCheck, number: int, part: Part, line: tuple[Measured, ...]) -> None:
    """*9 clinics for 230 patients* for *14 clinics, 9 in villages, for 230 patients*: what goes with the whole goes with no part."""
    if part.share is None or any(_is_same(m, part.whole) for m in line):
        return
    share = part.share
    beside = [m for m in find_measured(check.grounds.readings[number]) if m.set_off and m.prep and m.quantity.start > share.quantity.end]
    mine = next((m for m in line if _is_same(m, share)), None)
    for other in beside[:1]:
        if mine is not None and any(_is_same(m, other) and m.token.part == mine.token.part for m in line):
            start, end = mine.quantity.start, mine.quantity.end
            why = f"{check.quote(start, end)}: the source does not say this of a part of them."
            check.report("number_object_changed", why, start, end, number)


def _find_elsewhere(check: LineCheck, number: int, part: Part) -> frozenset[str]:
    """Keys that the sources have outside of the part too."""
    found: set[str] = set()
    for i, reading in enumerate(check.grounds.all_readings):
        inside: set[int] = set()
        if i == number:
            after = part.share.quantity.start if part.share is not None else part.whole.quantity.end
            inside = {id(t) for t in [t for t in reading.tokens if t.start > after][:10]}
        found |= {t.key for t in reading.content if id(t) not in inside}
    return frozenset(found)


def _check_share_of(check: LineCheck, number: int, part: Part, line: tuple[Measured, ...]) -> None:
    """*10 % of the hospitals* for *10 % of them from hospitals*."""
    if part.share is None or part.share.quantity.unit != "%":
        return
    for measured in line:
        if measured.of_it and _is_same(measured, part.share) and measured.objects:
            whole = part.whole.phrase | part.whole.objects
            if meets(measured.objects, part.said) and not meets(measured.phrase, whole):
                start, end = measured.quantity.start, measured.quantity.end
                check.report(
                    "number_object_changed",
                    f"{check.quote(start, end)}: the source takes this share of something else.",
                    start,
                    end,
                    number,
                )


def _check_shared_cause(check: LineCheck, number: int, reading: Reading) -> None:
    """*lowered errors with my table* for *a new model and my table both had a part*."""
    if not _BOTH_CAUSED.search(reading.text) or any(t.folded in _SHARING for t in check.line.tokens):
        return
    for measured in find_measured(check.line):
        if measured.relation in {"from", "to", "by"} and measured.direction:
            start, end = measured.quantity.start, measured.quantity.end
            check.report("credit_added", "the source says that something else had a part in it.", start, end, number)


def _check_proportions(check: LineCheck, number: int, reading: Reading) -> None:
    """*answered one call in Welsh* for *one in four calls in Welsh*: the part of a proportion counts nothing by itself."""
    theirs = find_measured(reading)
    for part, whole in zip(theirs, theirs[1:], strict=False):
        between = [t.folded for t in reading.tokens if part.quantity.end <= t.start < whole.quantity.start]
        if not part.share_of or not whole.whole or between != ["in"] or part.quantity.unit:
            continue
        if sum(m.quantity.value == part.quantity.value for m in theirs) > 1:
            continue
        mine = find_measured(check.line)
        if any(m.share_of or m.whole or m.quantity.unit == "%" for m in mine):
            continue
        for m in mine:
            if m.quantity.value == part.quantity.value and not m.quantity.unit and meets(m.objects, whole.phrase):
                start, end = m.quantity.start, m.quantity.end
                check.report(
                    "number_object_changed", f"{check.quote(start, end)}: in the source this is a part of so many.", start, end, number
                )


def _check_exceptions(check: LineCheck, number: int, reading: Reading) -> None:
    """*three of them fixed the same day* for *all but three fixed the same day*."""
    for i, token in enumerate(reading.tokens):
        if token.quantity is None or not is_excepted(reading.tokens, i):
            continue
        same = [q for q in reading.quantities if q.quantity is not None and q.quantity.value == token.quantity.value]
        if len(same) > 1:
            continue
        for measured in find_measured(check.line):
            at = check.line.tokens.index(measured.token)
            around = check.line.tokens[max(0, at - _WORDS) : at + _WORDS + 1]
            denied = any(t.folded in _LEFT_OUT or t.folded.startswith(_DENYING) and len(t.folded) > 6 for t in around)
            if measured.quantity.value == token.quantity.value and measured.quantity.unit == token.quantity.unit and not denied:
                start, end = measured.quantity.start, measured.quantity.end
                check.report(
                    "number_object_changed", f"{check.quote(start, end)}: in the source these are the exception.", start, end, number
                )


def is_excepted(tokens: tuple[Token, ...], at: int) -> bool:
    """*all but three*, *all except for two*."""
    before = [t.folded for t in tokens[max(0, at - 4) : at]]
    if before[-1:] == ["for"]:
        before = before[:-1]
    return before[-1:] != [] and before[-1] in _EXCEPT and any(w in {"all", "every", "everything", "none", "no"} for w in before[:-1])


def _is_same(a: Measured, b: Measured) -> bool:
    return a.quantity.unit == b.quantity.unit and abs(a.quantity.value - b.quantity.value) < 0.5 * (a.quantity.unit == "%") + 1e-6
