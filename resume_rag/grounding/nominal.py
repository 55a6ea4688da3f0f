"""Acts told by a noun, and what they are done to: *ordering of leather*, *line painting*.

Lie caught: *purchase of machines* for *maintenance of machines, ordering of leather*. Honest line passed: *painting of lines* for *painted
lines*. Verbs and their objects are `objects.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.links import OBJECT, Phrase, find_phrases
from resume_rag.grounding.reading import Reading, Token
from resume_rag.grounding.thesaurus import find_made

_NOMINAL = ("tion", "sion", "ment", "ance", "ence", "ing", "ings")
_OTHERS = frozenset("purchase repair delivery sale design upkeep check analysis".split())
Pair = tuple[Token, frozenset[str], Token]


def check_nominal(check: LineCheck) -> None:
    """Reports nouns of acts whose object is another act's in the source.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Edged boards, painted lines; maintenance of machines, ordering of leather", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_nominal(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Purchase of machines"), find("Board painting"), find("Line painting and purchase of leather")
    (['object_changed'], ['object_changed'], [])
    """
    mine = list(_find_nominal(check.line))
    if not mine:
        return
    theirs = [pair for r in check.grounds.readings for pair in _find_all(r)]
    for act, objects, head in mine:
        same = [their for verb, their, _ in theirs if _is_like(act, verb)]
        if not same or check.taken(act.start, head.end) or any(_meet(objects, their) for their in same):
            continue
        if any(_meet(frozenset({head.key}), frozenset({other.key})) for verb, _, other in theirs if not _is_like(act, verb)):
            why = f"{check.quote(head.start, head.end)}: in the source “{act.text}” is of something else."
            check.report("object_changed", why, head.start, head.end)


def _is_like(act: Token, verb: Token) -> bool:
    return keys.are_akin(act.key, verb.key) or verb.key in find_made(act.key)


def _meet(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(keys.are_akin(a, b) or keys.is_wider(a, b) for a in mine for b in theirs)


def _is_act(token: Token) -> bool:
    return token.kind == "word" and (token.folded.endswith(_NOMINAL) or token.folded.removesuffix("s") in _OTHERS) and len(token.folded) > 5


def _find_nominal(reading: Reading) -> Iterator[Pair]:
    """Nouns of acts with what hangs on them by *of*, or stands before them as in *line painting*."""
    phrases = find_phrases(reading)
    for phrase in phrases:
        words = [t for t in phrase.words if t.kind == "word"]
        if not words:
            continue
        keys_here = frozenset(t.key for t in words)
        if phrase.kind == "of" and phrase.owner >= 0 and _is_act(phrases[phrase.owner].words[-1]):
            yield phrases[phrase.owner].words[-1], keys_here, words[-1]
        elif phrase.kind == "of" and (gerund := _find_gerund(reading, words[0])) is not None:
            yield gerund, keys_here, words[-1]
        elif len(words) > 1 and _is_act(words[-1]) and words[-1].folded.endswith(("ing", "tion")) and not words[-2].folded.endswith("ly"):
            yield words[-1], keys_here - {words[-1].key}, words[-2]


def _find_gerund(reading: Reading, word: Token) -> Token | None:
    """*ordering* of *ordering of leather*, *purchase* at the start of a line, which read like verbs."""
    at = reading.tokens.index(word)
    before = [t for t in reading.tokens[max(0, at - 3) : at] if t.content or t.folded == "of"]
    return before[-2] if len(before) > 1 and before[-1].folded == "of" and _is_act(before[-2]) else None


@lru_cache(maxsize=4096)
def _find_all(reading: Reading) -> tuple[Pair, ...]:
    """Verbs and nouns of acts with their objects."""
    found = list(_find_nominal(reading))
    for phrase in find_phrases(reading):
        words = [t for t in phrase.words if t.kind == "word"]
        if phrase.kind == OBJECT and phrase.verb is not None and words:
            found.append((phrase.verb, _with_hanging(reading, phrase), words[-1]))
    return tuple(found)


def _with_hanging(reading: Reading, phrase: Phrase) -> frozenset[str]:
    """An object with all that stands behind it up to the next verb: *the state of the machines*."""
    start = reading.tokens.index(phrase.words[0])
    words = []
    for token in reading.tokens[start:]:
        if token.verb and not token.folded.endswith("ing") or token.kind == "mark" and token.text in ".;":
            break
        if token.content:
            words.append(token.key)
    return frozenset(words)
