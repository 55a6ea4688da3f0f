"""Words that the source says in another way: amounts, changes, moves, denials, and small words such as *single* for *one*.

Lie caught: *raised waits* where they fell. Honest line passed: *shortened waits* where they went from nine days to five.
Whether the numbers fit is for the rules of numbers.
"""

from __future__ import annotations

import re

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon import marks
from resume_rag.grounding.measured import Measured, find_measured, find_pairs
from resume_rag.grounding.negation import find_denials
from resume_rag.grounding.order import MOVING, moves_alike
from resume_rag.grounding.phrases import CHANGE_NOUNS
from resume_rag.grounding.reading import Token
from resume_rag.grounding.thesaurus import find_trend

_SHARES = keys.keys_of(frozenset("share rate proportion percentage ratio".split()))
_UP, _DOWN = keys.keys_of(marks.UP), keys.keys_of(marks.DOWN)
_OF_AMOUNTS = keys.keys_of(frozenset("save add gain lose".split()))
_GOING = keys.keys_of(frozenset("go come move".split()))
_TAKING = keys.keys_of(frozenset("bring take get".split()))
_SIDES = {"below": -1, "under": -1, "down": -1, "above": 1, "over": 1, "up": 1}
_BEATING = keys.keys_of(frozenset("exceed beat surpass outperform top".split()))
_MORE = frozenset("longer more another added later further extra additional".split())
_OTHERWISE = (
    (marks.ALONE, marks.ALONE),
    (frozenset({"single"}), frozenset({"one", "sole", "only"})),
    (_MORE, _MORE),
    (frozenset("exceed exceeded exceeding exceeds surpassed surpassing".split()), frozenset({"over", "above", "beyond"})),
    (frozenset({"semi", "biannual", "biannually"}), frozenset({"twice"})),
    (frozenset({"minimum"}), frozenset({"least"})),
    (frozenset({"maximum"}), frozenset({"up", "most", "more", "max", "below", "under"})),
    (frozenset({"continuing", "continues", "continue", "continued"}), frozenset({"still"})),
    (frozenset({"colleague", "colleagues"}), frozenset({"others"})),
    (frozenset({"ranging", "varying"}), frozenset({"from", "between"})),
    (frozenset({"majority"}), frozenset({"mostly", "mainly", "most", "largely", "chiefly", "predominantly"})),
    (frozenset({"coming", "stemming", "originating"}), frozenset({"from"})),
    (frozenset({"fellow"}), frozenset({"other", "another"})),
    (frozenset({"rest", "remainder", "remaining"}), frozenset({"rest", "remainder", "remaining", "others"})),
    (frozenset({"largest", "biggest"}), frozenset({"largest", "biggest", "greatest"})),
    (frozenset({"first"}), frozenset({"q1"})),
    (frozenset({"second"}), frozenset({"q2"})),
    (frozenset({"third"}), frozenset({"q3"})),
    (frozenset({"fourth"}), frozenset({"q4"})),
    (frozenset({"quarter"}), frozenset({"q1", "q2", "q3", "q4"})),
    (frozenset({"inter"}), frozenset({"between"})),
    (frozenset({"mid"}), frozenset({"during"})),
    (frozenset({"limited", "restricted", "confined"}), frozenset({"only"})),
    (frozenset({"fortnight", "fortnightly", "biweekly"}), frozenset({"two weeks", "2 weeks", "14 days"})),
    (
        frozenset({"consecutive", "running", "straight", "successive"}),
        frozenset({"row", "succession", "running", "consecutive", "straight"}),
    ),
    (frozenset({"early"}), frozenset({"ahead"})),
    (frozenset({"quickly", "rapidly", "quicker"}), frozenset({"faster", "quicker", "quickly", "sooner", "fast"})),
    (frozenset({"cause", "caused"}), frozenset({"why", "because", "reason", "due"})),
    (frozenset({"beforehand", "advance"}), frozenset({"before", "ahead", "beforehand"})),
    (frozenset({"manual", "manually"}), frozenset({"hand"})),
    (frozenset({"hand"}), frozenset({"manual", "manually"})),
    (frozenset({"fewest", "least", "lowest"}), frozenset({"fewest", "least", "lowest"})),
    (frozenset({"away", "absent", "off"}), frozenset({"off", "leave", "absence", "away", "absent", "holiday", "vacation", "sick"})),
    (frozenset({"input", "feedback"}), frozenset({"comment", "comments", "commented", "feedback", "suggestions"})),
    (frozenset({"period"}), frozenset({"over", "during", "between", "from", "for", "in"})),
    (frozenset({"pair"}), frozenset({"two", "2", "both"})),
    (frozenset({"duo"}), frozenset({"two", "2", "both"})),
    (frozenset({"online"}), frozenset({"internet", "web", "website"})),
)
"""Small words, and those of which one in the source says as much."""
_DENYING = re.compile("(?:un|in|im|non|dis)(?=[a-z]{4})")


def is_said_otherwise(check: LineCheck, token: Token) -> bool:
    """Whether the source says as much in other words."""
    return (
        _says_share(check, token)
        or _says_change(check, token)
        or _is_going(check, token)
        or _is_move(check, token)
        or _is_beating(check, token)
        or _is_small_word(check, token)
    )


def _is_beating(check: LineCheck, token: Token) -> bool:
    """*beat the average of 88 %* where a source sets a larger number against it."""
    if token.key not in _BEATING:
        return False
    for reading in check.grounds.readings:
        found = [m for m in find_measured(reading) if m.quantity.unit != "calendar"]
        for a, b in zip(found, found[1:], strict=False):
            if b.opposed and a.quantity.unit == b.quantity.unit and a.quantity.value > b.quantity.value:
                return True
    return False


def _says_share(check: LineCheck, token: Token) -> bool:
    """*rate*, *points*, *representing* beside a percentage of the source."""
    next_to = any(t.start == token.end + 1 for t in check.line.quantities)
    if token.folded in {"point", "points"}:
        return any(t.end + 1 == token.start for t in check.line.quantities) and _has_percent(check)
    if token.folded == "representing" and next_to or token.folded == "rate" and any(m.rate for m in find_measured(check.line)):
        return True
    percent = any(t.quantity is not None and t.quantity.unit == "%" for t in check.line.quantities)
    return token.key in _SHARES and percent and _has_percent(check)


def _has_percent(check: LineCheck) -> bool:
    if check.grounds.universals or any(m.share_of for r in check.grounds.readings for m in find_measured(r)):
        return True
    return any(t.quantity is not None and t.quantity.unit in {"%", "points"} for r in check.grounds.readings for t in r.quantities)


def _says_change(check: LineCheck, token: Token) -> bool:
    """A word of change in the direction in which the numbers of the source go; *reduced £300* is not *reduced by £300*."""
    if not token.verb and token.key not in CHANGE_NOUNS:
        return False
    next_to = any(t.start == token.end + 1 for t in check.line.quantities)
    trend = (token.key in _UP) - (token.key in _DOWN) or find_trend(token.key)
    return trend in check.grounds.trends and (token.key in _OF_AMOUNTS or not next_to)


def _is_going(check: LineCheck, token: Token) -> bool:
    """*went from 12 % to 7 %*, *came down to 7 %*: a verb that only carries the numbers of a change of the source."""
    if token.verb and token.key in _TAKING:
        return _is_taken(check, token)
    if token.key not in _GOING or not token.verb:
        return False
    if _is_undisturbed(check, token):
        return True
    after = [t for t in check.line.tokens if t.start >= token.end][:3]
    trends = check.grounds.trends
    if any(m.share_of for m in find_measured(check.line)):
        return False  # "from one in twenty to one in eight": which is more is not told by either number
    if not after or after[0].folded not in {"from", "to", "down", "up"} or not any(t.kind == "number" for t in after):
        return False
    way = {"down": -1, "up": 1}.get(after[0].folded) or next((_sign(b, a) for a, b in find_pairs(check.line)), 0)
    return way in trends


def _is_taken(check: LineCheck, token: Token) -> bool:
    """*brought losses below 3 %*, *took it from six pages to two*: the numbers of a change of the source, carried by a verb of moving."""
    rest = [t for t in check.line.tokens if t.start >= token.end and t.clause == token.clause][:12]
    ways = {_SIDES[a.folded] for a, b in zip(rest, rest[1:], strict=False) if a.folded in _SIDES and b.kind == "number"}
    ways |= {_sign(b, a) for a, b in find_pairs(check.line) if a.quantity.start > token.start}
    return bool(ways) and ways - {0} <= check.grounds.trends and not any(t.verb for t in rest)


def _is_undisturbed(check: LineCheck, token: Token) -> bool:
    """*went four years without missing a shift*, *went through 7 inspections with no remark*: it only carries the denial of the source."""
    after = [t for t in check.line.tokens if t.start >= token.end][:2]
    through = bool(after) and (after[0].kind == "number" or after[0].folded == "through" and after[1:2] and after[1].kind == "number")
    return bool(through) and bool(find_denials(check.line)) and any(find_denials(r) for r in check.grounds.readings)


def _sign(a: Measured, b: Measured) -> int:
    """1 where the first number is more than the second, -1 where it is less."""
    return (a.quantity.value > b.quantity.value) - (a.quantity.value < b.quantity.value)


def _is_move(check: LineCheck, token: Token) -> bool:
    """*replaced paper with a system* for *moved from paper to a system*: the same two things change places, however it is said."""
    return token.key in MOVING and moves_alike(check)


def _is_small_word(check: LineCheck, token: Token) -> bool:
    """Small words that the source says in another way: *single* for *one*, *extra* for *more*, *myself* for *on my own*."""
    word = token.folded
    said = check.grounds.folded | {t.folded.casefold() for r in check.grounds.readings for t in r.quantities}
    hand = next((t.folded for t in check.line.tokens if token.joined and t.start == token.end + 1), "")
    if word == "single" and hand in marks.ALONE and marks.ALONE & said:
        return True
    if word in marks.SELDOM or any(word in group and theirs & said for group, theirs in _OTHERWISE):
        return True
    return _is_denied_otherwise(check, token) or _is_again(check, token) or _is_past_target(check, token)


def _is_again(check: LineCheck, token: Token) -> bool:
    """*rechecked* for *checked again*."""
    again = "again" in check.grounds.folded and token.folded.startswith("re") and len(token.folded) > 6
    return again and check.grounds.supports_key(keys.find_key(token.folded.removeprefix("re").lstrip("-")))


def _is_past_target(check: LineCheck, token: Token) -> bool:
    """*exceeded the target of 90 %* for *94 % against a target of 90 %*."""
    if not token.folded.startswith(("exceed", "surpass")):
        return False
    undated = [[m for m in find_measured(r) if m.quantity.unit != "calendar"] for r in check.grounds.readings]
    pairs = ((a, b) for found in undated for a, b in zip(found, found[1:], strict=False))
    return any(b.opposed and a.quantity.unit == b.quantity.unit and a.quantity.value > b.quantity.value for a, b in pairs)


def _is_denied_otherwise(check: LineCheck, token: Token) -> bool:
    """*uninterrupted* for *without interruption*, and the other way round; whether both deny is for `negation.py`."""
    bare = _DENYING.sub("", token.folded, count=1) if _DENYING.match(token.folded) else ""
    if bare:
        return check.grounds.supports_key(keys.find_key(bare)) and any(find_denials(r) for r in check.grounds.readings)
    said = {keys.find_key(_DENYING.sub("", t, count=1)) for t in check.grounds.folded if _DENYING.match(t)}
    return any(keys.is_derived(token.key, key) for key in said) and bool(find_denials(check.line))
