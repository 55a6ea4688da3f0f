"""Reach: *all*, *every*, *each*, *both*, *only*, *most*, *own* need as much in the source.

Lie caught: *served every client* for *served clients*. Honest line passed: *both passed* for *the two passed*.
"""

from __future__ import annotations

from collections.abc import Sequence

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon import marks
from resume_rag.grounding.lexicon.quantities import RATES
from resume_rag.grounding.negation import find_denials, find_turned, says_only_with
from resume_rag.grounding.reading import Token

_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday weekend weekday morning evening night".split())
_ALWAYS = frozenset("all every each always consistently".split())
_PREVENTING = frozenset("avoid avoided avoiding prevent prevented preventing eliminate eliminated eliminating".split())
_BESIDE = 3
_UNIVERSAL = keys.keys_of(marks.UNIVERSAL)


def judge_reach(check: LineCheck, words: Sequence[Token], at: int) -> str | None:
    """The code of a word of reach that no source supports; nothing ("") where one does; None for any other word."""
    token, said = words[at], check.grounds.folded
    if token.folded in {"every", "each"} and [w.folded for w in words[at + 1 : at + 2]] == ["time"] and "always" in said:
        return ""
    if token.folded in {"all", "every", "each", "always"} and _stays_within(check):
        return ""  # "all within the limit" for "none over the limit"
    if says_only_with(check) and (token.folded == "always" or token.folded in {"all", "every", "each"} and _is_any(check, words, at)):
        return ""  # "every invoice with a signature" for "no invoice without a signature"
    if token.folded in {"every", "each"} and _is_interval(check, token):
        return ""  # "every two weeks": how often is for `intervals.py`
    if token.folded == "any" and {w.folded for w in words[max(0, at - 3) : at]} & _PREVENTING and _is_denied_here(check, words, at):
        return ""  # "avoiding any rework" for "no rework"
    if token.folded in {"all", "every", "each"} and _is_whole(check, words, at):
        return ""
    if token.folded in _ALWAYS and find_turned(check):
        return ""  # "always on time" for "never late"
    before = [t.folded for t in words[max(0, at - 2) : at]]
    if token.folded == "full" and {"complete", "completely", "entire", "whole"} & said:
        return ""
    if token.folded in marks.UNIVERSAL or token.key in _UNIVERSAL and not token.folded.startswith(("continue", "continuing")):
        return "" if _is_idiom(check, words, at) or _is_universal_here(check, words, at) else "scope_added"
    if token.folded == "both" and _is_pronoun(check, token):
        return "" if _says_all(check) else "scope_added"
    if token.folded == "own" and before == ["on", "my"]:
        return "" if marks.ALONE & said else "credit_added"
    if token.folded == "own" and token.first and "own" not in said:
        return "credit_added"
    if token.folded in {"only", "most", "many"}:
        mostly = token.folded == "most" and {"mostly", "mainly", "majority"} & said
        return "" if token.folded in said or mostly or not _claims_only(words, at) else "scope_added"
    return None


def _stays_within(check: LineCheck) -> bool:
    """*none over the limit* in a source, *within the limit* in the line."""
    if not {"within", "below", "under", "inside"} & check.line.folded:
        return False
    for reading in check.grounds.readings:
        for denial in find_denials(reading):
            after = {t.folded for t in reading.tokens if denial.end <= t.start < denial.end + 40}
            if {"over", "above", "beyond", "outside"} & after:
                return True
    return False


def _is_denied_here(check: LineCheck, words: Sequence[Token], at: int) -> bool:
    heads = [t.key for t in words[at + 1 : at + 4] if t.content]
    denied = {key for r in check.grounds.readings for d in find_denials(r) for key in d.words + d.nouns + d.reach}
    return any(keys.are_akin(a, b) for a in heads for b in denied)


def _is_any(check: LineCheck, words: Sequence[Token], at: int) -> bool:
    """*every guest* for *no guest*, *never a guest*, before *without*; not *every crane* for *never drove the crane without*."""
    heads = {t.key for t in words[at + 1 : at + 3] if t.content}
    for reading in check.grounds.readings:
        stop = next((i for i, t in enumerate(reading.tokens) if t.folded == "without"), 0)
        for i, token in enumerate(reading.tokens[:stop]):
            if token.folded in {"no", "a", "an", "any"} and heads & {t.key for t in reading.tokens[i + 1 : min(stop, i + 3)] if t.content}:
                return True
    return False


def _is_whole(check: LineCheck, words: Sequence[Token], at: int) -> bool:
    """*all files* for *100% of the files*; not *all flyers* for *100% recycled paper*."""
    heads = {t.key for t in words[at + 1 : at + 5] if t.content}
    for reading in check.grounds.readings:
        for token in reading.quantities:
            i = reading.tokens.index(token)
            after = reading.tokens[i + 1 : i + 7]
            if token.text.replace(" ", "") not in {"100%", "100percent"} or not after or after[0].folded != "of":
                continue
            pronoun = after[1:2] and after[1].folded in {"them", "these", "those", "which", "whom"}
            named = reading.tokens[max(0, i - 6) : i] if pronoun else after[1:]
            if heads & {t.key for t in named if t.content}:
                return True
    return False


def _is_interval(check: LineCheck, token: Token) -> bool:
    after = next((t for t in check.line.tokens if t.start >= token.end), None)
    known = {"every", "each", "per", "a", "fortnight", "fortnightly", "biweekly", "weekly", "monthly"} & check.grounds.folded
    return after is not None and after.quantity is not None and after.quantity.unit in {"day", "month", "second"} and bool(known)


def _is_pronoun(check: LineCheck, token: Token) -> bool:
    """*both of whom*, *both passed*; not *both A and B*."""
    after = [t for t in check.line.tokens if t.start >= token.end][:5]
    return not any(t.folded == "and" for t in after)


def _claims_only(words: Sequence[Token], at: int) -> bool:
    before = words[at - 1].folded if at else ""
    after = words[at + 1].folded if at + 1 < len(words) else ""
    if words[at].folded == "only":
        return before in {"the", "as"}
    if words[at].folded == "most":
        return before not in {"the", "at"} and not after.endswith("ly")
    return after not in {"as"}


def _says_all(check: LineCheck) -> bool:
    """*both*, *each*, *all* in a source; *in all* is a sum."""
    for reading in check.grounds.readings:
        for i, token in enumerate(reading.tokens):
            two = reading.tokens[i + 1 : i + 2]
            one = any(t.quantity is not None and t.quantity.value == 1 for t in reading.quantities)
            if token.quantity is not None and token.quantity.value == 2 and not token.quantity.unit and not one:
                return True  # "2 minor findings": "two findings, both minor"
            if token.folded == "the" and two and two[0].quantity is not None and two[0].quantity.value == 2:
                return True
            if token.folded in {"both", "each", "every"} or token.folded == "all" and not (i and reading.tokens[i - 1].folded == "in"):
                return True
    return False


def _is_numbered(check: LineCheck, plural: str) -> bool:
    """*three evenings*: some of them, and not each."""
    pairs = (pair for r in check.grounds.readings for pair in zip(r.tokens, r.tokens[1:], strict=False))
    return any(a.kind == "number" and b.folded == plural for a, b in pairs)


def _is_narrowed(check: LineCheck, plural: str) -> bool:
    """*weekday mornings*, *market Saturdays*: which of them, where the line does not say so."""
    pairs = [pair for r in check.grounds.readings for pair in zip((None, *r.tokens), r.tokens, strict=False) if pair[1].folded == plural]
    return bool(pairs) and all(
        a is not None and a.content and not a.verb and not any(keys.are_akin(a.key, key) for key in check.line.keys) for a, _ in pairs
    )


def _is_period(check: LineCheck, noun: Token) -> bool:
    """*each season* for *a season*, *per season*."""
    return any(
        a.folded in {"a", "an", "per", "every", "each"} and b.key == noun.key
        for r in check.grounds.readings
        for a, b in zip(r.tokens, r.tokens[1:], strict=False)
    )


def _has_each(check: LineCheck) -> bool:
    """Whether the source counts for one at a time (*each*, *a head*), not in all."""
    said = check.grounds.folded
    return not {"total", "altogether", "together", "combined", "overall", "aggregate", "joint"} & said and not any(
        (a.folded, b.folded) in {("in", "all"), ("between", "them")}
        for r in check.grounds.readings
        for a, b in zip(r.tokens, r.tokens[1:], strict=False)
    )


def _is_universal_here(check: LineCheck, words: Sequence[Token], at: int) -> bool:
    """Whether the source says *all* or *every* of the same thing, or gives the period that *every* names."""
    after = [t for t in words[at + 1 : at + 6] if t.content][:3]
    if words[at].folded in {"each", "every"} and any(
        t.folded + "s" in check.grounds.folded
        and t.folded in _WEEKDAYS
        and not _is_numbered(check, t.folded + "s")
        and not _is_narrowed(check, t.folded + "s")
        for t in after[:2]
    ):
        return True  # "each Saturday" for "Saturdays"
    if words[at].folded in {"each", "every"} and after[:1] and _is_period(check, after[0]):
        return True
    if words[at].folded == "each" and at + 1 < len(words) and words[at + 1].folded == "of":
        named = check.grounds.universals  # "140 hives at each of six sites" is more than 140 hives at six sites
        return any(keys.are_akin(t.key, other) for t in after for other in named) or "each" in check.grounds.folded
    if words[at].folded in {"each", "both"} and _says_all(check):
        return True
    if words[at].folded in {"each", "every"} and after[:1] and after[0].folded in RATES and check.grounds.has_period(after[0].key):
        return True
    named = check.grounds.universals
    if not named or words[at].folded in {"always", "constantly", "continuously", "throughout"}:
        lasting = any(
            t.quantity is not None and t.start > words[at].start and t.start - words[at].end < _BESIDE for t in check.line.quantities
        )
        if words[at].folded == "throughout" and lasting and named:
            return True  # "throughout 2020"
        spread = words[at].folded == "throughout" and any(keys.are_akin(t.key, other) for t in after for other in named)
        return words[at].key in check.grounds.keys or spread
    return not after or any(keys.are_akin(t.key, other) for t in after for other in named)


def _is_idiom(check: LineCheck, words: Sequence[Token], at: int) -> bool:
    """*in all*, *each with*, *any* after a negation: no claim of reach."""
    before = words[at - 1].folded if at else ""
    after = words[at + 1].folded if at + 1 < len(words) else ""
    if words[at].folded == "throughout":
        return "across" in check.grounds.folded
    if words[at].folded == "any":
        return after in {"that", "which"} or any(w.folded in marks.NEGATIONS for w in words[max(0, at - 4) : at])
    if words[at].folded == "each" and after == "of" and at + 2 < len(words) and words[at + 2].folded in {"whom", "which", "them", "whose"}:
        return _has_each(check)
    if words[at].folded == "each":
        return after in {"with", "for", "a", "per", "at", "in"} or (_ends_phrase(check, words[at]) and _has_each(check))
    return before == "in" and _ends_phrase(check, words[at])


def _ends_phrase(check: LineCheck, token: Token) -> bool:
    """Whether a mark or the end follows: *28 pupils each, ...*."""
    after = next((t for t in check.line.tokens if t.start >= token.end), None)
    return after is None or after.kind == "mark" or after.folded == "and"
