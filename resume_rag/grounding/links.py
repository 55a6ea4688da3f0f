"""What each word of a text stands with: its phrase, the verb or preposition before that, the phrase the preposition hangs on.

A shallow reading in place of a parser: a phrase is a run of nouns, modifiers and numbers, and what stands before it says what it is
there for. Knows nothing of facts and lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from resume_rag.grounding.reading import Reading, Token

PREPOSITIONS = frozenset(
    """at by for from in into of off on onto out over per to toward towards under upon via with within through throughout during
    between among against about above across after along alongside around before behind below beneath beside besides beyond inside
    near outside past since than until versus vs as""".split()
)
_DETERMINERS = frozenset(
    "a an the this that these those its our their his her my your each every all any some both other another more own same nearly almost roughly".split()
)
_INSIDE = frozenset("other more further own same".split())
_BE = frozenset("is are was were be been being am".split())
_JOINERS = frozenset({"and", "or", "&", ",", "plus"})
SUBJECT, OBJECT = "subject", "object"
WITH, OF, HAS, BY, VERB, DOES, KIND, NEAR = "with", "of", "has", "by", "verb", "does", "kind", "near"
"""How a word stands with another: in its phrase; in the phrase it hangs on; in one that hangs on it; in one that another
preposition may tie to it; under a verb; a verb over it.
`KIND` names what its phrase is there for; `NEAR` what follows a number."""

Link = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A run of nouns, modifiers and numbers; the last word is the head.

    Attributes:
        words: its tokens.
        kind: what it is there for: *object*, *subject*, a preposition, or nothing.
        verb: the verb it hangs on.
        owner: number of the phrase that its preposition hangs on, or -1.
        joined: whether *and*, *or* or a comma ties it to the phrase before.
    """

    words: tuple[Token, ...]
    kind: str
    verb: Token | None
    owner: int
    joined: bool = False


@lru_cache(maxsize=4096)
def find_phrases(reading: Reading) -> tuple[Phrase, ...]:
    """The phrases of a text in their order.

    >>> from resume_rag.grounding.reading import read
    >>> [(" ".join(t.text for t in p.words), p.kind) for p in find_phrases(read("Sold fish to 12 hotels"))]
    [('fish', 'object'), ('12 hotels', 'to')]
    """
    found: list[Phrase] = []
    tokens = reading.tokens
    start = None
    for i, token in enumerate((*tokens, None)):
        goes_on = token is not None and token.folded in _INSIDE and i + 1 < len(tokens) and _is_part(tokens[i + 1])
        inside = token is not None and (_is_part(token) or start is not None and goes_on)
        if inside and start is None:
            start = i
        elif not inside and start is not None:
            found.append(_place(tokens, start, i, found))
            start = None
    return tuple(found)


def _is_part(token: Token) -> bool:
    return token.kind == "number" or token.content and not token.verb


def _place(tokens: tuple[Token, ...], start: int, end: int, found: list[Phrase]) -> Phrase:
    words = tuple(t for t in tokens[start:end] if _is_part(t))
    i = start - 1
    while i >= 0 and tokens[i].folded in _DETERMINERS:
        i -= 1
    before = tokens[i] if i >= 0 else None
    verb = next((t for t in reversed(tokens[:start]) if t.verb and t.content and t.part == words[0].part), None)
    after = tokens[end] if end < len(tokens) else None
    subject = after is not None and (after.verb and not after.folded.endswith("ing") or after.folded in _BE)
    if before is not None and before.folded in PREPOSITIONS:
        hangs = bool(found) and i > 0 and found[-1].words[-1] is tokens[i - 1]
        return Phrase(words, before.folded, verb, len(found) - 1 if hangs else -1)
    if before is not None and (before.verb or before.folded in _BE):
        return Phrase(words, OBJECT, before if before.verb and before.content else verb, -1)
    if before is not None and before.folded in _JOINERS and found and not subject:
        last = found[-1]
        if last.owner >= 0 and after is not None and after.folded == last.kind:
            last = found[last.owner]  # "pianos for the opera and organs for two chapels"
        return Phrase(words, last.kind, last.verb, last.owner, joined=found[-1].words[-1] is tokens[i - 1])
    if subject:
        return Phrase(words, SUBJECT, next((t for t in tokens[end : end + 4] if t.verb and t.content), None), -1)
    return Phrase(words, "", verb, -1)


@lru_cache(maxsize=4096)
def find_links(reading: Reading) -> dict[Token, frozenset[Link]]:
    """Each word that carries meaning, and each number, with what it stands with.

    >>> from resume_rag.grounding.reading import read
    >>> sorted(next(links for token, links in find_links(read("Sold fish to 12 hotels")).items() if token.text == "fish"))
    [('by', '12'), ('by', 'hotel'), ('kind', 'object'), ('verb', 'sell')]
    """
    links: dict[Token, set[Link]] = {t: set() for t in reading.tokens if t.content or t.kind == "number"}
    phrases = find_phrases(reading)
    for phrase in phrases:
        for word in phrase.words:
            links[word] |= {(WITH, key_of(other)) for other in phrase.words if other is not word}
            if phrase.kind:
                links[word].add((KIND, phrase.kind))
            if phrase.verb is not None:
                links[word].add((VERB, phrase.verb.key))
                links[phrase.verb].add((DOES, key_of(word)))
            for other in phrases[phrase.owner].words if phrase.owner >= 0 else ():
                strong = phrase.kind == "of"
                links[word].add((OF if strong else BY, key_of(other)))
                links[other].add((HAS if strong else BY, key_of(word)))
    for phrase, earlier in _find_bare(phrases):
        links[phrase.words[0]] |= {(WITH, key_of(other)) for other in earlier.words if other.kind == "word"}
    for token in reading.quantities:
        links[token] |= {(NEAR, key) for key in _find_near(reading, token)}
    return {token: frozenset(found) for token, found in links.items()}


def _find_bare(phrases: tuple[Phrase, ...]) -> Iterator[tuple[Phrase, Phrase]]:
    """Numbers without a noun, with the phrase that has it: *dogs for nine owners and cats for six*."""
    for i, phrase in enumerate(phrases):
        first = phrase.words[0]
        if len(phrase.words) == 1 and first.quantity is not None and not first.quantity.unit:
            like = [p for p in phrases[:i] if p.kind == phrase.kind and len(p.words) > 1 and p.words[0].kind == "number"]
            if like:
                yield phrase, like[-1]


def _find_near(reading: Reading, token: Token) -> Iterator[str]:
    """What follows a number up to the next one: *12 when I came, 47 when I left*; a year counts as a word."""
    for other in reading.tokens[reading.tokens.index(token) + 1 :]:
        dated = other.quantity is not None and other.quantity.unit == "calendar"
        if other.kind == "number" and not dated or other.kind == "mark" and other.text in ".;!?":
            return
        if dated or other.content:
            yield key_of(other)


@lru_cache(maxsize=4096)
def find_peers(reading: Reading) -> frozenset[frozenset[str]]:
    """Pairs of words that a list puts on one level, so that they may change places: *MIG and TIG*, *tested and repaired*."""
    return frozenset(frozenset((a, b)) for group in _find_lists(reading) for a in group for b in group if a != b)


def _find_lists(reading: Reading) -> Iterator[list[str]]:
    group: list[str] = []
    for phrase in find_phrases(reading):
        if not phrase.joined:
            yield group
            group = []
        group.append(phrase.words[0].key if phrase.words[0].kind == "word" else "")
        if len(phrase.words) > 1:
            yield group
            group = []
    yield group
    verbs: list[str] = []
    for token in reading.tokens:
        if token.verb and token.content:
            verbs.append(token.key)
        elif token.folded not in _JOINERS and token.folded != "then":
            yield verbs
            verbs = []
    yield verbs


def key_of(token: Token) -> str:
    """The key under which a word or number is compared."""
    return f"{token.quantity.value:g}{token.quantity.unit}" if token.quantity is not None else token.key
