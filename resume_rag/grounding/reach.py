"""How far a statement reaches: some of them, less of it, now and then may not become all, none left, always.

Lie caught: *wrote two posts a week that reached the first page* for *two posts a week, 31 of them reached the first page*. Honest
line passed: *31 of the posts reached the first page*.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.grounds import Grounds
from resume_rag.grounding.lexicon.quantities import RATES
from resume_rag.grounding.links import find_phrases
from resume_rag.grounding.negation import find_denials, find_turned, says_only_with
from resume_rag.grounding.reading import Reading, Token
from resume_rag.grounding.relations import is_share

_ENDING = keys.keys_of(frozenset({"eliminate", "eradicate", "abolish"}))
_ENDED = _ENDING | keys.keys_of(
    frozenset(
        "remove delete clear end stop replace scrap phase-out withdraw vanish disappear gone prevent avoid cancel close take-out".split()
    )
)
_HOUSES = keys.keys_of(
    frozenset("company school institute hospital firm organization university college site plant factory department".split())
)
_PRONOUNS = frozenset("them whom which these those us".split())
_PARTS = frozenset("some most majority half many few several part".split())
_MOSTLY = frozenset("mostly mainly chiefly largely predominantly primarily".split())
_PARTS_OF_DAY = frozenset("morning evening night afternoon shift".split())
_OFTEN = frozenset("regularly frequently often routinely repeatedly constantly continually always usually typically generally".split())
_AS_A_RULE = frozenset("normally mostly mainly commonly".split())
_DEFINITE = frozenset("the our its their my this".split())
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday weekday weekend".split())


def check_reach(check: LineCheck) -> None:
    """Reports a part told as the whole, less told as none, an occasion told as a habit.

    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Wrote to 80 heirs, 17 of them replied", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_reach(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Wrote to 80 heirs, who replied"), find("17 of 80 heirs replied")
    (['scope_added'], [])
    """
    _check_parts(check)
    _check_shares(check)
    _check_endings(check)
    _check_habits(check)
    _check_often(check)
    _check_house(check)


def _check_house(check: LineCheck) -> None:
    """*the school's pass rate* for *the pass rate in my two groups*: a whole house that no fact speaks of."""
    said = frozenset().union(*(r.keys for r in check.grounds.readings))
    tokens = check.line.tokens
    for i, token in enumerate(tokens):
        if token.key not in _HOUSES or token.key in said or i < 1 or tokens[i - 1].folded not in {"the", "our", "entire", "whole"}:
            continue
        owning = token.text.endswith(("'s", "’s")) or check.line.text[token.end : token.end + 2] in {"'s", "’s"}
        whole = i > 1 and tokens[i - 2].folded in {"of", "throughout", "across"}
        if owning or whole:
            check.report(
                "scope_added", f"{check.quote(token.start, token.end)}: the source does not speak of all of it.", token.start, token.end
            )


def _check_parts(check: LineCheck) -> None:
    free = {t.key for r in check.grounds.readings for t in r.content if t.verb and all(t is not verb for _, verb in _find_partial(r))}
    said = {t.quantity.value for t in check.line.quantities if t.quantity is not None}
    vague = any(t.folded in _PARTS | _MOSTLY for t in check.line.tokens)
    vague = vague or any(t.quantity is not None and t.quantity.unit == "%" or is_share(check.line, t) for t in check.line.quantities)
    for number, reading in enumerate(check.grounds.readings):
        for part, verb in _find_partial(reading):
            kept = vague or part.quantity is not None and part.quantity.value in said
            for token in check.line.tokens:
                if token.verb and not kept and verb.key not in free and keys.are_akin(token.key, verb.key):
                    check.report("scope_added", "the source says this of some of them only.", token.start, token.end, number)


def _check_shares(check: LineCheck) -> None:
    """*half of the weekly run* is not the weekly run."""
    told = [t for r in check.grounds.readings for t in r.content]
    kept = any(t.folded in _PARTS for t in check.line.tokens) or any(
        t.quantity is not None and t.quantity.unit == "%" for t in check.line.tokens
    )
    kept = kept or any(is_share(check.line, t) for t in check.line.quantities)
    for number, reading in enumerate(check.grounds.readings):
        for head in _find_shared_heads(reading) if not kept else ():
            if any(t is not head and not t.verb and keys.are_akin(t.key, head.key) for t in told):
                continue
            for token in check.line.content:
                if token.key == head.key and not token.verb:
                    check.report("scope_added", "the source says this of a part of it only.", token.start, token.end, number)


@lru_cache(maxsize=4096)
def _find_shared_heads(reading: Reading) -> tuple[Token, ...]:
    """The heads of phrases after *half of the*, *most of the*, *two thirds of our*."""
    found = []
    for phrase in find_phrases(reading):
        at = reading.tokens.index(phrase.words[0])
        before = reading.tokens[max(0, at - 3) : at]
        if len(before) == 3 and before[1].folded == "of" and before[2].folded in _DEFINITE and phrase.words[-1].kind == "word":
            quantity = before[0].quantity
            if before[0].folded in _PARTS or quantity is not None and quantity.unit == "%":
                found.append(phrase.words[-1])
    return tuple(found)


@lru_cache(maxsize=4096)
def _find_partial(reading: Reading) -> tuple[tuple[Token, Token], ...]:
    """The part and the verb of *31 of them*, *some of which*, *half of them*."""
    found = []
    for i, token in enumerate(reading.tokens[:-3]):
        if token.kind != "number" and token.folded not in _PARTS:
            continue
        after = reading.tokens[i + 1 : i + 8]
        counted = token.kind == "number" and token.quantity is not None and not token.quantity.unit
        counted = counted and len(after) > 3 and after[1].folded in _DEFINITE and after[2].kind == "number"  # "two of the five wards took"
        if after[0].folded != "of" or after[1].folded not in _PRONOUNS and not counted:
            continue
        verb = next((t for t in (after[3:6] if counted else after[2:5]) if t.verb and t.content), None)
        if verb is not None:
            found.append((token, verb))
    return (*found, *_find_taken(reading))


def _find_taken(reading: Reading) -> list[tuple[Token, Token]]:
    """The part and the verb of *has taken over about half of the terms*."""
    found = []
    for i, token in enumerate(reading.tokens[:-3]):
        share = token.folded in {"half", "most", "some"} or token.quantity is not None and token.quantity.unit == "%"
        if share and reading.tokens[i + 1].folded == "of" and reading.tokens[i + 2].folded in _DEFINITE:
            before = [t for t in reading.tokens[max(0, i - 4) : i] if t.kind != "mark"]
            verb = next((t for t in reversed(before) if t.verb and t.content and t.clause == token.clause), None)
            subject = verb is not None and any(b.folded in {"has", "have", "had"} for b in before)
            if verb is not None and subject:
                found.append((token, verb))
    return found


def _check_endings(check: LineCheck) -> None:
    said = frozenset().union(*(r.keys for r in check.grounds.readings))
    if said & _ENDED or any(find_denials(r) for r in check.grounds.readings):
        return
    if any(t.quantity is not None and t.quantity.value == 0 and not t.quantity.vague for r in check.grounds.readings for t in r.quantities):
        return
    for token in check.line.tokens:
        if token.key in _ENDING and token.content:
            check.report("scope_added", f"{check.quote(token.start, token.end)}: the source leaves some.", token.start, token.end)


def _check_habits(check: LineCheck) -> None:
    for a, b in zip(check.line.tokens, check.line.tokens[1:], strict=False):
        period = RATES.get(b.folded)
        if a.folded in {"every", "each"} and period is not None and not _has_period(check.grounds, period):
            check.report("scope_added", f"{check.quote(a.start, b.end)}: the source does not say how often.", a.start, b.end)


def _check_often(check: LineCheck) -> None:
    said = frozenset().union(*({t.folded for t in r.tokens} for r in check.grounds.readings))
    if said & (_OFTEN | _AS_A_RULE | RATES.keys() | {"every", "each"}) or find_turned(check) or says_only_with(check):
        return
    for token in check.line.tokens:
        if token.folded in _OFTEN:
            check.report(
                "scope_added", f"{check.quote(token.start, token.end)}: the source does not say how often.", token.start, token.end
            )


def _has_period(grounds: Grounds, period: str) -> bool:
    if grounds.implies(keys.find_key(period)):
        return True
    for reading in grounds.readings:
        for i, token in enumerate(reading.tokens):
            named = RATES.get(token.folded) == period or period in {"day", "week"} and token.folded.removesuffix("s") in _DAYS
            if named or token.quantity is not None and period in token.quantity.text:
                return True
            if i and period == "day" and token.folded in _PARTS_OF_DAY and reading.tokens[i - 1].folded in {"a", "each", "every", "per"}:
                return True
    return False
