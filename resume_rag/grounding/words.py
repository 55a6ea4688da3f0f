"""Words: every word that carries meaning needs a source; one that has none is named by what it claims.

Lie caught: *Kubernetes* where no fact names it. Honest line passed: *employees* for *staff*. This is the closed world
that the other rules rest on: a line may only say what the facts have words for, and what `marks.STYLE` lists.
"""

from __future__ import annotations

from collections.abc import Sequence

from resume_rag.grounding import keys
from resume_rag.grounding.acts import (
    adds_nothing,
    find_idioms,
    is_agent,
    is_brought_in,
    is_lent,
    is_noun_of_act,
    is_purpose,
    is_same_act,
    is_verb_of_noun,
    joins_measure,
    joins_nouns,
    names_act,
)
from resume_rag.grounding.claims import is_overclaimed
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.grounds import Grounds
from resume_rag.grounding.lexicon import marks, nouns
from resume_rag.grounding.lexicon.quantities import ORDINALS
from resume_rag.grounding.modality import find_weaknesses, weakening_keys
from resume_rag.grounding.negation import find_denials, find_turned
from resume_rag.grounding.otherwise import is_said_otherwise
from resume_rag.grounding.people import is_actor
from resume_rag.grounding.reading import Token
from resume_rag.grounding.substitution import find_replaced, is_link
from resume_rag.grounding.universals import judge_reach

_SETTINGS = keys.keys_of(nouns.SETTINGS)
_ACTS_OF_THEIR_OWN = keys.keys_of(frozenset("order project experience number".split()))
_GUARDED = marks.SCOPE | marks.CREDIT | marks.QUALITY | marks.RANKS.keys() | marks.HOMOGRAPHS
_EXCLUSIONS = frozenset("excluding except excl barring excluded exclude yet awaiting pending apart unless".split())
_EXCLUSION_KEYS = keys.keys_of(_EXCLUSIONS | frozenset({"but", "only"}))
_PREFIXES = {"pre": frozenset({"before", "prior", "ahead"}), "post": frozenset({"after", "following"})}
_SHORT_NAME = 4
_DEALING = keys.keys_of(frozenset({"handle", "respond"}))
_PLACED = frozenset("first second third fourth fifth sixth".split())
_PASSING = keys.keys_of(
    frozenset("leave send pass refer hand hand-over forward assign delegate entrust go do handle cover perform undertake complete".split())
)
_COLLECTIVES = keys.keys_of(
    nouns.COLLECTIVES | frozenset({"gang", "committee", "panel", "department", "office", "unit", "section", "branch"})
)
_ORDINALS = frozenset("second third fourth fifth sixth joint".split())
_RANKED = keys.keys_of(frozenset(ORDINALS))
_REWARDS = frozenset("promotion promotions bonus bonuses".split())
"""What no other word stands for: *raised* is near to *promotion* in any table of words."""
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
    _check_joined(check)


def _check_joined(check: LineCheck) -> None:
    """*cut draughts and time*: one more noun at the end of a clause is one more thing, however little it says elsewhere.

    One that replaces a noun of the source is none: *pupils and teachers* for *pupils and staff*.
    """
    tokens, grounds = check.line.tokens, check.grounds
    for joint, token, after in zip(tokens, tokens[1:], (*tokens[2:], None), strict=False):
        if joint.folded != "and" or not token.content or token.kind != "word" or token.verb or token.joined:
            continue
        if after is not None and after.kind != "mark" or check.taken(token.start, token.end):
            continue
        replaced = any(
            keys.are_akin(key, token.key) or keys.is_derived(key, token.key) or keys.is_derived(token.key, key)
            for key in grounds.keys - (check.line.keys - {token.key})
        )
        if not (replaced or grounds.supports_form(token) or any(keys.is_abbreviation(key, token.key) for key in grounds.keys)):
            check.report("term_added", f"{check.quote(joint.start, token.end)}: {_WHY['term_added']}", token.start, token.end)


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
    """Whether the source has a verb with a particle; *deal with* needs an act like it, though *handle* is mere style."""
    return key in keys.STYLE and key not in _DEALING or check.grounds.supports_key(key)


def _expanded(check: LineCheck, words: list[Token]) -> set[int]:
    """Words that spell out an acronym of the source: *intensive care unit* for *ICU*."""
    found: set[int] = set()
    for at in range(len(words)):
        size = check.grounds.expands_acronym(words, at)
        found |= {id(t) for t in words[at : at + size]}
    return found


def _judge(check: LineCheck, words: Sequence[Token], at: int) -> str | None:
    token, grounds = words[at], check.grounds
    if (reach := judge_reach(check, words, at)) is not None:
        return reach or None
    if not token.content or _is_for_others(check, words, at):
        return None
    if _is_rank_noun(token, words, at) and token.key not in grounds.keys:
        short = any(keys.is_abbreviation(token.key, key) for key in grounds.keys)
        if not short:
            return None if is_agent(token, grounds) else "seniority_changed"
    if token.folded in _REWARDS and not any(token.key == key or keys.is_derived(token.key, key) for key in grounds.keys):
        return name_word(token)
    if is_overclaimed(check.line, token, grounds):
        return "duty_added"
    if grounds.supports(token, words[at - 1] if at else None) or _joins(check, words, at):
        if _is_foreign_name(token, grounds):
            return "entity_added"
        return "duty_added" if is_lent(check.line, token, grounds) else None
    if token.folded == "place" and at and words[at - 1].folded in _PLACED and grounds.supports(words[at - 1]):
        return None  # "took second place" for "came second"
    if token.folded == "majority" and is_said_otherwise(check, token):
        return None
    if token.folded in marks.RANKS and token.folded not in {"certified", "licensed", "registered", "mentor", "lead", "head"}:
        return "seniority_changed"
    if (
        token.key in find_turned(check)
        or _is_passed_on(check, token)
        or _is_weakening(check, token)
        or _adds_no_claim(check, words, at)
        or is_said_otherwise(check, token)
        or _is_replacement(check, token)
    ):
        return None
    return name_word(token)


def _is_foreign_name(token: Token, grounds: Grounds) -> bool:
    """*The Guardian* for *keeping*: a name needs a name (*Norwegian*, *Norway*), not a word that means the same."""
    if not token.capitalised or token.text.rstrip("s").isupper() or len(token.folded) < _SHORT_NAME or token.key in grounds.keys:
        return False
    if token.folded in marks.TOOLS_AFTER_IN and grounds.supports(token):
        return False
    if (
        any(keys.is_derived(token.key, key) or keys.is_abbreviation(token.key, key) for key in grounds.keys)
        or grounds.supports_form(token)
        or grounds.supports_compound(token)
    ):
        return False
    return not any(
        t.text[:1].isupper() and not t.verb and keys.are_akin(t.key, token.key)
        for r in grounds.all_readings
        for t in r.tokens
        if t.kind == "word"
    )


def _is_for_others(check: LineCheck, words: Sequence[Token], at: int) -> bool:
    """Denials and causes have rules of their own: *no*, *free* of, *avoiding*, *leading to*."""
    word = words[at].folded
    if word in {"avoiding", "avoided", "preventing", "prevented", "eliminating", "eliminated"}:
        return any(find_denials(r) for r in check.grounds.readings)  # "without stockouts"
    if word in {"single", "ever", "anyone", "anybody", "anything", "nobody", "nothing"}:
        return bool(find_denials(check.line))
    if words[at].joined and word in _PREFIXES:
        return bool(_PREFIXES[word] & check.grounds.folded)  # "pre-trip checks" for "checks before each trip"
    if words[at - 1 : at] and word in {"charge", "cost"} and words[at - 1].folded in {"of", "no"}:
        return "free" in check.grounds.folded  # "free of charge", "at no cost" for "for free"
    if word in {"person", "people", "man", "strong", "member"} and _follows_number(check, words[at]):
        return bool(check.grounds.keys & _COLLECTIVES)  # "a four-person gang" for "a gang of 4"
    if word == "year" and at and words[at - 1].folded in {"following", "next", "same", "previous", "that", "later"}:
        return any(t.quantity is not None and t.quantity.unit == "calendar" for r in check.grounds.readings for t in r.quantities)
    if word in _EXCLUSIONS:
        return any(find_denials(r) or r.keys & _EXCLUSION_KEYS for r in check.grounds.readings)
    if word == "free" and word not in check.grounds.folded:
        return any(d.start == words[at].start for d in find_denials(check.line))
    return (
        word in marks.NEGATIONS
        or word.endswith("n't")
        or word in {"leading", "led"}
        and at + 1 < len(words)
        and words[at + 1].folded == "to"
    )


def _follows_number(check: LineCheck, token: Token) -> bool:
    at = check.line.tokens.index(token)
    return at > 0 and check.line.tokens[at - 1].kind == "number" and check.line.tokens[at - 1].joined


def _adds_no_claim(check: LineCheck, words: Sequence[Token], at: int) -> bool:
    """Plain verbs, generic nouns, idioms and acts of a kind that the source reports of the same thing."""
    token, line, grounds = words[at], check.line, check.grounds
    if token.capitalised and at and words[at - 1].text == "The" and not words[at - 1].first:
        return False  # "The Guardian" names something
    if (
        is_verb_of_noun(line, token, grounds)
        or is_purpose(line, token, grounds)
        or is_brought_in(line, token, grounds)
        or names_act(line, token, grounds)
        or joins_measure(line, token)
        or joins_nouns(line, token)
        or is_noun_of_act(token, grounds)
    ):
        return True
    if token.start in find_idioms(line.text) or adds_nothing(words, at, grounds):
        return True
    weighty = token.folded in marks.QUALITY | marks.SCOPE
    if not token.capitalised and not weighty and is_same_act(line, token, grounds):
        return True
    own_act = token.verb and token.key in _ACTS_OF_THEIR_OWN
    name = token.folded in marks.HOMOGRAPHS and token.capitalised
    return token.key in keys.STYLE and not own_act and not weighty and token.folded not in marks.CREDIT and not name


def _is_weakening(check: LineCheck, token: Token) -> bool:
    """*under the mentorship of* for *mentored by*: a word of a phrase that makes the statement smaller, as the source does."""
    if token.capitalised or token.key not in weakening_keys():
        return False
    mine = [w for w in find_weaknesses(check.line) if token.text in w.words.split()]
    groups = {w.group for r in check.grounds.readings for w in find_weaknesses(r)} if mine else set()
    return any(w.group in groups for w in mine)


def _is_passed_on(check: LineCheck, token: Token) -> bool:
    """*leaving the gearboxes to the dealer* for *gearboxes went to the dealer*: what others took on the candidate does not claim."""
    if token.key not in _PASSING or not (token.verb or token.folded.endswith(("ed", "t", "ne"))):
        return False
    at = check.line.tokens.index(token)
    after = check.line.tokens[at + 1 : at + 9]
    stop = next((n for n, t in enumerate(after) if t.kind == "mark" or t.folded in {"and", "while"}), len(after))
    pairs = zip(after[:stop], after[1:stop], strict=False)
    return any(
        a.folded in {"to", "by", "with", "for"} and any(is_actor(t) and t.key in check.grounds.keys for t in (b, *after[n + 2 : n + 5]))
        for n, (a, b) in enumerate(pairs)
    )


def _is_replacement(check: LineCheck, token: Token) -> bool:
    """Whether the word stands in the place of one of the source that it may stand for; what claims a name, level, reach or praise may not."""
    guarded = token.capitalised or token.folded in _GUARDED or token.key in _SETTINGS | _RANKED
    if guarded:
        return False
    return find_replaced(check.line, token, check.grounds) is not None or is_link(check.line, token, check.grounds)


def _is_rank_noun(token: Token, words: Sequence[Token], at: int) -> bool:
    """*Head of*, *Manager*: a level said by a noun needs that noun, not the verb (*led*)."""
    after = words[at + 1].folded if at + 1 < len(words) else ""
    noun = not token.verb or (after == "of" and token.first)
    return noun and token.folded in _RANK_NOUNS


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
