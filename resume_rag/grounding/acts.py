"""Whether a word without a source of its own says only what the sources say: an act of the same kind on the same thing.

Lie caught: *ordered stock* for *restocked shelves*, because nothing there was ordered. Honest line passed: *entered 400
invoices* for *posted 400 invoices*, and *ran the grill station* for *grill station*, which has no verb at all. The object
decides: a kind of act alone lends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.grounds import Grounds
from resume_rag.grounding.lexicon import acts, forms, marks
from resume_rag.grounding.reading import Reading, Token, read

_STYLE = keys.keys_of(marks.STYLE)
_PLAIN = keys.keys_of(acts.PLAIN)
_GENERIC = keys.keys_of(acts.GENERIC)
_MODIFIERS = keys.keys_of(acts.MODIFIERS)
_AGENTS = keys.keys_of(acts.AGENTS)
_NEAR_WORDS = 12


@lru_cache(maxsize=1)
def _kinds() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(acts.KINDS.splitlines()):
        for word in line.split():
            found.setdefault(keys.member_key(word), set()).add(number)
    return {key: frozenset(numbers) for key, numbers in found.items()}


@lru_cache(maxsize=1)
def _related_kinds() -> dict[str, frozenset[int]]:
    """Kinds of words whose stems had to be kept apart: *administration* by *administer*."""
    table: dict[str, frozenset[int]] = {}
    for line in forms.RELATED.splitlines():
        members = [keys.find_key(word) for word in line.split()]
        kinds = frozenset().union(*(_kinds().get(key, frozenset()) for key in members))
        table |= {key: table.get(key, frozenset()) | kinds for key in members}
    return table


@lru_cache(maxsize=16384)
def find_kinds(key: str) -> frozenset[int]:
    """Numbers of the kinds of act that a verb, or a noun made of one, belongs to.

    >>> bool(find_kinds(keys.find_key("posted")) & find_kinds(keys.find_key("entered")))
    True
    """
    found = _kinds().get(key)
    if found is not None:
        return found
    if key[:1] == "=":
        return _related_kinds().get(key, frozenset())
    return frozenset().union(*(numbers for verb, numbers in _kinds().items() if keys.is_derived(key, verb)))


def is_same_act(line: Reading, token: Token, grounds: Grounds) -> bool:
    """Whether a verb of the line, or a noun made of one, stands for an act that a source reports of the same thing."""
    kinds = find_kinds(token.key)
    objects = find_objects(line, token)
    if not objects or (not kinds and token.key not in _PLAIN):
        return False
    return any(_is_done(reading, token.key, kinds, objects) for reading in grounds.readings)


def _is_done(reading: Reading, key: str, kinds: frozenset[int], objects: frozenset[str]) -> bool:
    for other in reading.content:
        if kinds and find_kinds(other.key) & kinds and _share(objects, find_objects(reading, other)):
            return True
    if key not in _PLAIN:
        return False
    bare = [t.key for part in range(len(reading.part_keys)) for t in _bare_nouns(reading, part)]
    return _share(objects, frozenset(bare))


def _bare_nouns(reading: Reading, part: int) -> list[Token]:
    """The nouns of a part that has no verb."""
    tokens = reading.part_tokens(part)
    return [] if any(t.verb for t in tokens) else [t for t in tokens if t.content]


def find_objects(reading: Reading, token: Token) -> frozenset[str]:
    """Keys of the nouns an act is done to: those after it up to the next verb; in a passive, those before it."""
    at = next(i for i, t in enumerate(reading.tokens) if t is token)
    after: list[str] = []
    for other in reading.tokens[at + 1 : at + 1 + _NEAR_WORDS]:
        if other.kind == "mark" and other.text in ";.!?:" or (other.verb and after and not other.folded.endswith("ed")):
            break
        if other.content and other.key not in _STYLE:
            after.append(other.key)
    before = [t.key for t in reading.tokens[max(0, at - _NEAR_WORDS) : at] if t.content and not t.verb and t.clause == token.clause]
    return frozenset(after) or frozenset(before) if token.verb else frozenset(after[:4]) | frozenset(before[-3:])


def _share(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(keys.are_akin(a, b) for a in mine for b in theirs)


def adds_nothing(words: Sequence[Token], at: int, grounds: Grounds) -> bool:
    """Whether a noun only rounds off one of the source that stands next to it: *job runtime*, *Sage software*."""
    token = words[at]
    if token.verb:
        return False
    if token.key in _GENERIC and at and _is_noun_here(words[at - 1], grounds) and words[at - 1].end + 2 > token.start:
        return True
    beside = words[at + 1] if at + 1 < len(words) else None
    if token.key in _MODIFIERS and beside is not None and _is_noun_here(beside, grounds):
        return True
    return is_agent(token, grounds)


def _is_noun_here(token: Token, grounds: Grounds) -> bool:
    return token.content and not token.verb and (grounds.supports_key(token.key) or token.key in _GENERIC)


def is_agent(token: Token, grounds: Grounds) -> bool:
    """*mentor*, *author*: the source has the verb as the candidate's act."""
    if token.key not in _AGENTS:
        return False
    verbs = {t.key for r in grounds.readings for t in r.content if t.verb}
    bare = token.folded.removesuffix("er").removesuffix("or")
    return any(
        key in verbs or keys.is_derived(key, verb) for verb in verbs for key in (token.key, keys.find_key(bare), keys.find_key(bare + "e"))
    )


@lru_cache(maxsize=1)
def _idioms() -> dict[str, list[tuple[str, ...]]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in acts.IDIOMS:
        words = tuple(phrase.split())
        table.setdefault(words[0], []).append(words)
    return table


@lru_cache(maxsize=4096)
def find_idioms(text: str) -> frozenset[int]:
    """Starts of the words of a text that stand inside a phrase without a claim of its own.

    >>> sorted(find_idioms("Fed cats in line with the plan"))
    [9, 12, 17]
    """
    tokens = [t for t in read(text).tokens if t.kind != "mark"]
    found: set[int] = set()
    for i, token in enumerate(tokens):
        for pattern in _idioms().get(token.folded, ()):
            if tuple(t.folded for t in tokens[i : i + len(pattern)]) == pattern:
                found |= {t.start for t in tokens[i : i + len(pattern)]}
    return frozenset(found)
