"""Words: every word that carries meaning needs a source; one that has none is named by what it claims.

Lie caught: *Kubernetes* where no fact names it. Honest line passed: *employees* for *staff*. This is the closed world
that the other rules rest on: a line may only say what the facts have words for, and what `marks.STYLE` lists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from resume_rag.grounding import keys
from resume_rag.grounding.acts import (
    adds_nothing,
    find_idioms,
    is_agent,
    is_lent,
    is_noun_of_act,
    is_same_act,
    joins_measure,
    joins_nouns,
    names_act,
)
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon import marks, nouns
from resume_rag.grounding.lexicon.quantities import ORDINALS, RATES
from resume_rag.grounding.measured import find_measured
from resume_rag.grounding.negation import find_denials
from resume_rag.grounding.order import find_moves
from resume_rag.grounding.phrases import CHANGE_NOUNS
from resume_rag.grounding.reading import Token
from resume_rag.grounding.substitution import find_replaced, is_link
from resume_rag.grounding.thesaurus import find_trend

_STYLE = keys.keys_of(marks.STYLE)
_UNIVERSAL = keys.keys_of(marks.UNIVERSAL)
_SETTINGS = keys.keys_of(nouns.SETTINGS)
_SHARES = keys.keys_of(frozenset("share rate proportion percentage ratio".split()))
_ACTS_OF_THEIR_OWN = keys.keys_of(frozenset("order project experience number".split()))
_GUARDED = marks.SCOPE | marks.CREDIT | marks.QUALITY | marks.RANKS.keys() | marks.HOMOGRAPHS
_UP, _DOWN = keys.keys_of(marks.UP), keys.keys_of(marks.DOWN)
_ORDINALS = frozenset("second third fourth fifth sixth joint".split())
_MOVING = keys.keys_of(frozenset("replace substitute swap switch convert migrate move transition change transfer".split()))
_RANKED = keys.keys_of(frozenset(ORDINALS))
_RANK_NOUNS = frozenset("head manager director supervisor lead leader chief foreman superintendent".split())

_WHY = {
    "entity_added": "this name is not in the cited source.",
    "term_added": "this is not in the cited source.",
    "setting_swapped": "the source does not place the work there.",
    "duty_added": "the source states no such action.",
    "quality_added": "the source makes no such judgement.",
    "scope_added": "the source does not reach so far.",
    "credit_added": "the source does not give this credit.",
    "seniority_changed": "this level is not in the source.",
}


def check_words(check: LineCheck) -> None:
    """Reports the words that no source supports."""
    _check_superlatives(check)
    _check_recent(check)
    words = [t for t in check.line.tokens if t.kind == "word"]
    phrases = {i for places, key in check.line.phrases if _phrase_supported(check, key) for i in places}
    covered = {id(check.line.tokens[i]) for i in phrases}
    covered |= _expanded(check, words)
    for at, token in enumerate(words):
        if id(token) in covered or check.taken(token.start, token.end):
            continue
        code = _judge(check, words, at)
        if code:
            check.report(code, f"{check.quote(token.start, token.end)}: {_WHY[code]}", token.start, token.end)


def _check_recent(check: LineCheck) -> None:
    """*for the past five years* runs to today; *five years* does not."""
    for a, b in zip(check.line.tokens, check.line.tokens[1:], strict=False):
        lasting = b.quantity is not None and b.quantity.unit in {"day", "month"}
        if a.folded in {"past", "last"} and lasting and not {"past", "last", "since", "recent"} & check.grounds.folded:
            check.report("number_changed", f"{check.quote(a.start, b.end)}: the source does not say that it lasts.", a.start, b.end)


def _check_superlatives(check: LineCheck) -> None:
    """*second highest* may not become *highest*."""
    ranked = {
        b.key
        for r in check.grounds.readings
        for a, b in zip(r.tokens, r.tokens[1:], strict=False)
        if a.folded in _ORDINALS and _is_superlative(b)
    }
    plain = {
        b.key
        for r in check.grounds.readings
        for a, b in zip(r.tokens, r.tokens[1:], strict=False)
        if a.folded not in _ORDINALS and _is_superlative(b)
    }
    for i, token in enumerate(check.line.tokens):
        before = check.line.tokens[i - 1].folded if i else ""
        if _is_superlative(token) and token.key in ranked - plain and before not in _ORDINALS:
            check.report("scope_added", f"{check.quote(token.start, token.end)}: the source does not put it first.", token.start, token.end)


def _is_superlative(token: Token) -> bool:
    return token.kind == "word" and (token.folded.endswith("est") and len(token.folded) > 4 or token.folded in {"best", "most"})


def _phrase_supported(check: LineCheck, key: str) -> bool:
    return key in _STYLE or check.grounds.supports_key(key)


def _expanded(check: LineCheck, words: list[Token]) -> set[int]:
    """Words that spell out an acronym of the source: *intensive care unit* for *ICU*."""
    found: set[int] = set()
    for at in range(len(words)):
        size = check.grounds.expands_acronym(words, at)
        found |= {id(t) for t in words[at : at + size]}
    return found


def _judge(check: LineCheck, words: Sequence[Token], at: int) -> str | None:
    token = words[at]
    before = words[at - 1] if at else None
    grounds = check.grounds
    if token.folded == "full" and {"complete", "completely", "entire", "whole"} & grounds.folded:
        return None
    if token.folded in marks.UNIVERSAL or token.key in _UNIVERSAL:
        return None if _is_idiom(check, words, at) or _is_universal_here(check, words, at) else "scope_added"
    if token.folded == "leading" and at + 1 < len(words) and words[at + 1].folded == "to":
        return None  # `order.py` judges causes
    if token.folded == "both" and _is_pronoun(check, token):
        return None if _says_all(check) else "scope_added"
    if token.folded == "own" and before is not None and before.folded == "my" and at > 1 and words[at - 2].folded == "on":
        return None if "own" in grounds.folded else "credit_added"
    if token.folded in {"avoiding", "avoided", "preventing", "prevented"} and any(find_denials(r) for r in grounds.readings):
        return None  # "without stockouts"
    if token.folded in marks.NEGATIONS:
        return None  # `negation.py` judges these
    if token.folded == "own" and token.first and token.folded not in grounds.folded:
        return "credit_added"
    if token.folded in {"only", "most", "many"}:
        return (
            None
            if token.folded in grounds.folded
            or token.folded == "most"
            and {"mostly", "mainly", "majority"} & grounds.folded
            or not _claims_only(words, at)
            else "scope_added"
        )
    if not token.content:
        return None
    if (
        _is_rank_noun(token, words, at)
        and token.key not in grounds.keys
        and not any(keys.is_abbreviation(token.key, k) for k in grounds.keys)
    ):
        return None if is_agent(token, grounds) else "seniority_changed"
    if grounds.supports(token, before) or _joins(check, words, at):
        return "duty_added" if is_lent(check.line, token, grounds) else None
    if token.folded == "free" and any(d.start == token.start for d in find_denials(check.line)):
        return None
    if token.folded in marks.RANKS and token.folded not in {"certified", "licensed", "registered", "mentor", "lead", "head"}:
        return "seniority_changed"
    if token.folded in {"point", "points"} and any(t.end + 1 == token.start for t in check.line.quantities) and _has_percent(check):
        return None
    if token.folded == "rate" and any(m.rate for m in find_measured(check.line)):
        return None
    if (
        token.key in _SHARES
        and any(t.quantity is not None and t.quantity.unit == "%" for t in check.line.quantities)
        and _has_percent(check)
    ):
        return None
    if token.folded == "representing" and any(t.start == token.end + 1 for t in check.line.quantities):
        return None
    if (
        names_act(check.line, token, grounds)
        or joins_measure(check.line, token)
        or joins_nouns(check.line, token)
        or is_noun_of_act(token, grounds)
        or _is_move(check, token)
        or _is_said_otherwise(check, words, at)
    ):
        return None
    if (token.verb or token.key in CHANGE_NOUNS) and _find_trend(token.key) in grounds.trends and not _is_before_money(check, token):
        return None  # whether it goes with the right thing, the numbers tell
    if token.start in find_idioms(check.line.text) or adds_nothing(words, at, grounds):
        return None
    if not token.capitalised and token.folded not in marks.QUALITY | marks.SCOPE and is_same_act(check.line, token, grounds):
        return None
    if (
        token.key in _STYLE
        and not (token.verb and token.key in _ACTS_OF_THEIR_OWN)
        and token.folded not in marks.QUALITY | marks.CREDIT | marks.SCOPE
        and not (token.folded in marks.HOMOGRAPHS and token.capitalised)
    ):
        return None
    return None if _is_replacement(check, token) else name_word(token)


def _is_replacement(check: LineCheck, token: Token) -> bool:
    """Whether the word stands in the place of one of the source that it may stand for; what claims a name, level, reach or praise may not."""
    guarded = token.capitalised or token.folded in _GUARDED or token.key in _SETTINGS | _RANKED
    if guarded:
        return False
    return find_replaced(check.line, token, check.grounds) is not None or is_link(check.line, token, check.grounds)


_OF_AMOUNTS = keys.keys_of(frozenset("save add gain lose".split()))


def _is_before_money(check: LineCheck, token: Token) -> bool:
    """*Reduced £300* is not *reduced by £300*; *saved £300* is right."""
    return token.key not in _OF_AMOUNTS and any(t.start == token.end + 1 for t in check.line.quantities)


def _find_trend(key: str) -> int:
    return (key in _UP) - (key in _DOWN) or find_trend(key)


def _is_move(check: LineCheck, token: Token) -> bool:
    """*replaced paper with a system* for *moved from paper to a system*: the same two things change places, however it is said."""
    theirs = [move for r in check.grounds.readings for move in find_moves(r)]
    return token.key in _MOVING and any(a & c and b & d for a, b, _ in find_moves(check.line) for c, d, _ in theirs)


def _is_pronoun(check: LineCheck, token: Token) -> bool:
    """*both of whom*, *both passed*; not *both A and B*."""
    after = [t for t in check.line.tokens if t.start >= token.end][:5]
    return not any(t.folded == "and" for t in after)


def _is_rank_noun(token: Token, words: Sequence[Token], at: int) -> bool:
    """*Head of*, *Manager*: a level said by a noun needs that noun, not the verb (*led*)."""
    after = words[at + 1].folded if at + 1 < len(words) else ""
    noun = not token.verb or (after == "of" and token.first)
    return noun and token.folded in _RANK_NOUNS


def _has_percent(check: LineCheck) -> bool:
    if check.grounds.universals or any(m.share_of for r in check.grounds.readings for m in find_measured(r)):
        return True
    return any(t.quantity is not None and t.quantity.unit in {"%", "points"} for r in check.grounds.readings for t in r.quantities)


_MORE = frozenset("longer more another added later further extra additional".split())
_OTHERWISE = (
    (marks.ALONE, marks.ALONE),
    (frozenset({"single"}), frozenset({"one", "sole", "only"})),
    (_MORE, _MORE),
    (frozenset("exceed exceeded exceeding exceeds surpassed surpassing".split()), frozenset({"over", "above", "beyond"})),
    (frozenset({"semi", "biannual", "biannually"}), frozenset({"twice"})),
    (frozenset({"inter"}), frozenset({"between"})),
    (frozenset({"mid"}), frozenset({"during"})),
    (frozenset({"limited", "restricted", "confined"}), frozenset({"only"})),
)
"""Small words, and those of which one in the source says as much."""
_DENYING = re.compile("(?:un|in|im|non|dis)(?=[a-z]{4})")


def _is_said_otherwise(check: LineCheck, words: Sequence[Token], at: int) -> bool:
    """Small words that the source says in another way: *single* for *one*, *extra* for *more*, *myself* for *on my own*."""
    word = words[at].folded
    said = check.grounds.folded | {t.folded.casefold() for r in check.grounds.readings for t in r.quantities}
    if word in marks.SELDOM or any(word in group and theirs & said for group, theirs in _OTHERWISE):
        return True
    return _is_denied_otherwise(check, words[at])


def _is_denied_otherwise(check: LineCheck, token: Token) -> bool:
    """*uninterrupted* for *without interruption*, and the other way round; whether both deny is for `negation.py`."""
    bare = _DENYING.sub("", token.folded, count=1) if _DENYING.match(token.folded) else ""
    if bare:
        return check.grounds.supports_key(keys.find_key(bare)) and any(find_denials(r) for r in check.grounds.readings)
    said = {keys.find_key(_DENYING.sub("", t, count=1)) for t in check.grounds.folded if _DENYING.match(t)}
    return any(keys.is_derived(token.key, key) for key in said) and bool(find_denials(check.line))


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
            if token.folded == "the" and two and two[0].quantity is not None and two[0].quantity.value == 2:
                return True
            if token.folded in {"both", "each", "every"} or token.folded == "all" and not (i and reading.tokens[i - 1].folded == "in"):
                return True
    return False


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
    return not {"total", "altogether", "together"} & said and not any(
        a.folded == "in" and b.folded == "all" for r in check.grounds.readings for a, b in zip(r.tokens, r.tokens[1:], strict=False)
    )


def _is_universal_here(check: LineCheck, words: Sequence[Token], at: int) -> bool:
    """Whether the source says *all* or *every* of the same thing, or gives the period that *every* names."""
    after = [t for t in words[at + 1 : at + 6] if t.content][:3]
    if words[at].folded in {"each", "every"} and after[:1] and _is_period(check, after[0]):
        return True
    if words[at].folded in {"each", "both"} and _says_all(check):
        return True
    if words[at].folded in {"each", "every"} and after[:1] and after[0].folded in RATES and check.grounds.has_period(after[0].key):
        return True
    named = check.grounds.universals
    if not named or words[at].folded in {"always", "constantly", "continuously", "throughout"}:
        return words[at].key in check.grounds.keys or bool(named and words[at].folded == "throughout")
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
        return True
    if words[at].folded == "each":
        return after in {"with", "for", "a", "per", "at", "in"} or (_ends_phrase(check, words[at]) and _has_each(check))
    return before == "in" and _ends_phrase(check, words[at])


def _ends_phrase(check: LineCheck, token: Token) -> bool:
    """Whether a mark or the end follows: *28 pupils each, ...*."""
    after = next((t for t in check.line.tokens if t.start >= token.end), None)
    return after is None or after.kind == "mark"


def _joins(check: LineCheck, words: Sequence[Token], at: int) -> bool:
    """Whether the word with its neighbour is one word of the source (*set up*, *setup*)."""
    for a, b in ((at - 1, at), (at, at + 1)):
        if a >= 0 and b < len(words) and keys.find_key(words[a].folded + words[b].folded) in check.grounds.keys:
            return True
    return False


def name_word(token: Token) -> str:
    """The code of an unsupported word, by what it claims.

    >>> from resume_rag.grounding.reading import read
    >>> [name_word(t) for t in read("Deployed Kubernetes globally").tokens]
    ['duty_added', 'entity_added', 'scope_added']
    """
    if token.folded in marks.SCOPE:
        return "scope_added"
    if token.folded in marks.CREDIT:
        return "credit_added"
    if token.folded in marks.RANKS:
        return "seniority_changed"
    if token.folded in marks.QUALITY:
        return "quality_added"
    if token.key in _SETTINGS:
        return "setting_swapped"
    if token.capitalised:
        return "entity_added"
    return "duty_added" if token.verb else "term_added"
