"""Order: from and to, instead of, means and result, cause.

Lie caught: *from Perl to Go* turned into *from Go to Perl*. Honest line passed: *to Go from Perl*.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.links import OBJECT, SUBJECT, Phrase, find_phrases
from resume_rag.grounding.people import is_actor
from resume_rag.grounding.reading import Reading, Token

_STOP = frozenset("for to with by in on at from of into across through and while during over under".split())
_TURNED = frozenset(
    {("from", "to"), ("to", "from"), ("into", "from"), ("from", "into"), ("before", "after"), ("after", "before"), ("since", "until"),
     ("until", "since"), ("above", "below"), ("below", "above"), ("over", "under"), ("under", "over")}
)  # fmt: skip
_PLACED = {"in", "at"}
_PLACES = frozenset("room hall office yard plant lab station building warehouse workshop depot kitchen garage studio".split())
_TURNED_PEOPLE = frozenset({("by", "for"), ("by", "with"), ("by", "to"), ("for", "from"), ("from", "for"), (OBJECT, "from")})
_EXCHANGING = keys.keys_of(frozenset({"replace"}))
_CAUSE_WORDS = frozenset("resulting leading causing driving enabling yielding thereby thus therefore generating".split())
MOVING = keys.keys_of(frozenset("replace substitute swap switch convert migrate move transition change transfer".split()))
"""Verbs of one thing in the place of another."""


def check_order(check: LineCheck) -> None:
    """*from A to B* may not turn round; nor may *A instead of B*."""
    mine = find_moves(check.line)
    theirs = [(n, move) for n, r in enumerate(check.grounds.readings) for move in find_moves(r)]
    for origin, goal, place in mine:
        for number, (first, second, _) in theirs:
            if origin & second - first and goal & first - second and not (origin & first - second):
                check.report("direction_changed", "from and to have changed places.", *place, number)


@lru_cache(maxsize=4096)
def find_moves(reading: Reading) -> tuple[tuple[frozenset[str], frozenset[str], tuple[int, int]], ...]:
    """Origin, goal and place of each *from ... to ...*, *replaced ... with ...*, *... instead of ...*."""
    found = []
    for first, second, swapped in (
        ("from", "to", False),
        ("replac", "with", False),
        ("replac", "by", False),
        ("replac", "for", False),
        ("swap", "for", False),
        ("exchang", "for", False),
        ("trade", "for", False),
        ("from", "into", False),
        ("instead", "of", True),
        ("place", "of", True),
        ("rather", "than", True),
    ):
        for i, token in enumerate(reading.tokens):
            if token.folded != first and token.key != first:
                continue
            later = [j for j in range(i + 1, min(i + 9, len(reading.tokens))) if reading.tokens[j].folded == second]
            if not later:
                continue
            if swapped and later[0] != i + 1 or first == "place" and (not i or reading.tokens[i - 1].folded != "in"):
                continue
            origin = _keys_between(reading, i + 2, i + 6) if swapped else _keys_between(reading, i + 1, later[0])
            goal = _keys_before(reading, i - (first == "place")) if swapped else _keys_between(reading, later[0] + 1, later[0] + 5)
            if origin and goal:
                found.append((origin, goal, (token.start, reading.tokens[later[0]].end)))
    return tuple(found)


def moves_alike(check: LineCheck) -> bool:
    """Whether the same two things change places in the line and in a source, however it is said: *from cork to EVA*."""
    theirs = [move for r in check.grounds.readings for move in find_moves(r)]
    return any(a & c and b & d for a, b, _ in find_moves(check.line) for c, d, _ in theirs)


def _keys_between(reading: Reading, start: int, end: int) -> frozenset[str]:
    found = set()
    for token in reading.tokens[start:end]:
        if token.kind == "mark" and token.text in ";,." or token.folded in _STOP - {"of", "for"}:
            break
        if token.content or token.kind == "number":
            found.add(_key_of(token))
    return frozenset(found)


def _keys_before(reading: Reading, at: int) -> frozenset[str]:
    found = set()
    for token in reversed(reading.tokens[max(0, at - 5) : at]):
        if token.kind == "mark" or token.folded in _STOP - {"of", "for"} or token.verb:
            break
        if token.content or token.kind == "number":
            found.add(_key_of(token))
    return frozenset(found)


def _key_of(token: Token) -> str:
    return f"{token.quantity.value:g}" if token.quantity is not None else token.key


def check_roles(check: LineCheck) -> None:
    """What something came *from* it did not go *to*; what people did (*by*) was not done *for* or *with* them."""
    for phrase in find_phrases(check.line):
        head = phrase.words[-1]
        if not phrase.kind or any(t.kind == "number" for t in phrase.words):
            continue
        uses = [
            (number, theirs)
            for number, reading in enumerate(check.grounds.readings)
            for theirs in find_phrases(reading)
            if any(
                t.kind == "word" and keys.are_akin(t.key, head.key) for t in (theirs.words[-1:] if theirs.kind == OBJECT else theirs.words)
            )
        ]
        if phrase.kind == "by" and phrase.verb is not None and uses and all(_is_undergone(check, n, p, phrase.verb) for n, p in uses):
            check.report("object_changed", "in the source this was done to it, not by it.", head.start, head.end, uses[0][0])
        after = check.line.tokens[check.line.tokens.index(head) + 1 :][:1]
        who = bool(after) and (after[0].folded in {"who", "which", "that"} or after[0].text == ",")
        acting = phrase.kind == "with" and bool(after) and after[0].folded.endswith("ing")  # "with the driver making the deliveries"
        if phrase.kind in {"from", "to", "for", "with"} and _moves_likewise(check, head):
            continue  # "from ASA to Palo Alto" for "swapped ASA for Palo Alto"
        turned = _TURNED | _TURNED_PEOPLE if is_actor(head) and not acting and not (who and phrase.kind == "to") else _TURNED
        if uses and all(
            (p.kind, phrase.kind) in turned
            and not (phrase.kind == "to" and _hangs_on_noun(check, n, p))
            and all(t.kind != "number" for t in p.words)
            for n, p in uses
        ):
            number, theirs = uses[0]
            message = f"{check.quote(head.start, head.end)} stands behind “{theirs.kind}” in the source."
            check.report("direction_changed", message, head.start, head.end, number)
        elif phrase.kind in _PLACED and head.folded in _PLACES and uses and all(p.kind in {"to", "from"} for _, p in uses):
            why = f"{check.quote(head.start, head.end)}: the source does not place the work there."
            check.report("setting_swapped", why, head.start, head.end, uses[0][0])


def _moves_likewise(check: LineCheck, head: Token) -> bool:
    """Whether a word is on the same side of a move of the line and of one of a source."""
    mine = find_moves(check.line)
    theirs = [move for r in check.grounds.readings for move in find_moves(r)]
    return any(head.key in move[side] and any(head.key in other[side] for other in theirs) for side in (0, 1) for move in mine)


def _hangs_on_noun(check: LineCheck, number: int, phrase: Phrase) -> bool:
    """*for approval by the director*: what somebody is to do may also go to them."""
    tokens = check.grounds.readings[number].tokens
    at = tokens.index(phrase.words[0])
    place = next((i for i in range(at - 1, max(-1, at - 4), -1) if tokens[i].folded == "by"), 0)
    return phrase.kind == "by" and place > 0 and tokens[place - 1].content and not tokens[place - 1].verb


def _is_undergone(check: LineCheck, number: int, phrase: Phrase, verb: Token) -> bool:
    """Whether a phrase of a source is what the same verb was done to: *the next five requests were argued*."""
    if phrase.kind != SUBJECT or phrase.verb is None or not keys.are_akin(phrase.verb.key, verb.key):
        return False
    tokens = check.grounds.readings[number].tokens
    between = tokens[tokens.index(phrase.words[-1]) + 1 : tokens.index(phrase.verb)]
    return any(t.folded in {"is", "are", "was", "were", "been", "be"} for t in between)


def check_exchange(check: LineCheck) -> None:
    """*replacing it with Stata* for *replacing Stata*: what was given up is not what came instead."""
    old = {key for r in check.grounds.readings for key, kind in _find_exchanged(r) if kind == OBJECT}
    new = {key for r in check.grounds.readings for key, kind in _find_exchanged(r) if kind != OBJECT}
    for phrase in find_phrases(check.line):
        if phrase.verb is None or phrase.verb.key not in _EXCHANGING or phrase.kind not in {OBJECT, "with", "by"}:
            continue
        head = phrase.words[-1]
        mine, other = (old, new) if phrase.kind == OBJECT else (new, old)
        if head.key in other - mine:
            check.report("direction_changed", "the old and the new have changed places.", head.start, head.end)


@lru_cache(maxsize=4096)
def _find_exchanged(reading: Reading) -> frozenset[tuple[str, str]]:
    """Heads of what was replaced (object) and of what replaced it (*with*, *by*)."""
    return frozenset(
        (p.words[-1].key, p.kind)
        for p in find_phrases(reading)
        if p.verb is not None and p.verb.key in _EXCHANGING and p.kind in {OBJECT, "with", "by"}
    )


def check_means(check: LineCheck) -> None:
    """What was done *by* something else is not that by which the other was done."""
    mine = _find_means(check.line)
    theirs = [(n, pair) for n, r in enumerate(check.grounds.readings) for pair in _find_means(r)]
    for end, means in mine:
        for number, (their_end, their_means) in theirs:
            if _is_like(end, their_means) and not _is_like(end, their_end) and not _is_like(means, their_means):
                check.report("cause_added", "the means and the result have changed places.", means.start, means.end, number)


def _is_like(a: Token, b: Token) -> bool:
    return keys.are_akin(a.key, b.key) or keys.is_wider(a.key, b.key)


@lru_cache(maxsize=4096)
def _find_means(reading: Reading) -> tuple[tuple[Token, Token], ...]:
    """Pairs of a verb and the verb after *by* that it was done with."""
    found = []
    for i, token in enumerate(reading.tokens[:-1]):
        after = reading.tokens[i + 1]
        verbs_before = [t for t in reading.tokens[:i] if t.verb]
        if token.folded in {"by", "through"} and after.verb and after.folded.endswith("ing") and verbs_before:
            found.append((verbs_before[0], after))
    return tuple(found)


def check_cause(check: LineCheck) -> None:
    """A word of cause may join only what one fact tells."""
    if len(check.grounds.readings) < 2:
        return
    for i, token in enumerate(check.line.tokens):
        caused = token.folded in {"led", "thanks"} and [t.folded for t in check.line.tokens[i + 1 : i + 2]] == ["to"]
        if (
            not caused
            and token.folded not in _CAUSE_WORDS
            or any(token.folded in {t.folded for t in r.tokens} for r in check.grounds.readings)
        ):
            continue
        before = frozenset(t.key for t in check.line.tokens[:i] if t.content)
        after = frozenset(t.key for t in check.line.tokens[i + 1 :] if t.content or t.kind == "number")
        homes_before = _home(check, before)
        homes_after = _home(check, after)
        if homes_before is not None and homes_after is not None and homes_before != homes_after:
            check.report(
                "cause_added",
                f"{check.quote(token.start, token.end)}: these stand in two places of the source, which joins them by no cause.",
                token.start,
                token.end,
                homes_after,
            )


def _home(check: LineCheck, wanted: frozenset[str]) -> int | None:
    scores = [len(wanted & (r.keys | {t.key for t in r.quantities})) for r in check.grounds.readings]
    best = max(scores, default=0)
    return scores.index(best) if best and scores.count(best) == 1 else None
