"""A line as the rules see it: tokens with places and keys, numbers with what they measure, clauses.

Pure and cached: a fact is read once however many lines cite it. Knows nothing of facts, sources or findings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.lexicon import marks
from resume_rag.grounding.lexicon.forms import IRREGULAR
from resume_rag.grounding.lexicon.quantities import MEASURES, MULTIPLES
from resume_rag.grounding.quantities import Quantity, find_quantities
from resume_rag.grounding.verbhood import UNCHANGED, is_verb_use

_TOKEN = re.compile(
    r"""
    [A-Z]{1,3}&[A-Z]+\b                             # R&D, P&L
  | 24/7
  | [^\W\d_]+(?:\.[^\W\d_]+)*\.?(?<=[a-zA-Z]\.[a-zA-Z]\.)   # e.g., U.S.
  | (?:\.[A-Z]{2,}\w*)                          # .NET
  | [^\W_]*[^\W\d_][^\W_]*(?:\.(?:js|io|net|py|ai|com|org))\b  # Node.js
  | [^\W_]*[^\W\d_][^\W_]*(?:['’][^\W\d_]+)*(?:\+\+|\#)?   # words, S3, 3D, C++, C#
  | \d+(?:[.:]\d+)*
  | [;:,.()!?/–—|•&+-]
    """,
    re.VERBOSE,
)
_BREAKS = frozenset(";:,.()!?–—|•")
_JOINERS = frozenset("and while whilst whereas but so plus then & +".split())
_HANGING = frozenset("from to for by of in over within at on into".split())
_GAP_WORDS = 7
_DASH = str.maketrans({"‐": "-", "‑": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"'})


@dataclass(slots=True, eq=False)
class Token:
    """A word, number or mark of a line."""

    text: str
    folded: str
    key: str
    start: int
    end: int
    kind: str  # word, number, mark
    first: bool = False  # opens the line or a sentence
    clause: int = 0
    verb: bool = False
    quantity: Quantity | None = None

    @property
    def capitalised(self) -> bool:
        """Whether it is written as a name: a capital that no sentence start explains."""
        return self.kind == "word" and self.text[:1].isupper() and not (self.first and not self.text[1:2].isupper())

    @property
    def content(self) -> bool:
        """Whether it carries meaning by itself."""
        return self.kind == "word" and self.folded not in marks.FUNCTION


@dataclass(frozen=True, eq=False)
class Reading:
    """A text with its tokens. Offsets count code points of `text`."""

    text: str
    tokens: tuple[Token, ...]
    clauses: int
    phrases: tuple[tuple[int, int, str], ...] = field(default=())  # first token, past the last, key

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys of all words, and of multi-word verbs."""
        return frozenset(t.key for t in self.tokens if t.kind == "word" or t.folded in MULTIPLES) | {key for _, _, key in self.phrases}

    @cached_property
    def unit_keys(self) -> frozenset[str]:
        """Keys of the units that stand in numbers: *year* in *five years*."""
        return frozenset(keys.find_key(w) for t in self.quantities for w in t.folded.replace("-", " ").casefold().split() if w in MEASURES)

    @cached_property
    def content(self) -> tuple[Token, ...]:
        """The words that carry meaning."""
        return tuple(t for t in self.tokens if t.content)

    @cached_property
    def families(self) -> frozenset[int]:
        """All families of its keys."""
        found: set[int] = set()
        for key in self.keys:
            found |= keys.find_families(key)
        return frozenset(found)

    @cached_property
    def quantities(self) -> tuple[Token, ...]:
        """The tokens that are numbers."""
        return tuple(t for t in self.tokens if t.kind == "number")

    @cached_property
    def exact(self) -> frozenset[str]:
        """Words as written, for names that are also words."""
        return frozenset(t.text for t in self.tokens if t.kind == "word")

    def clause_tokens(self, clause: int) -> tuple[Token, ...]:
        """Tokens of one clause."""
        return tuple(t for t in self.tokens if t.clause == clause)

    @cached_property
    def clause_keys(self) -> tuple[frozenset[str], ...]:
        """Content keys of each clause."""
        found: list[set[str]] = [set() for _ in range(self.clauses)]
        for token in self.content:
            found[token.clause].add(token.key)
        for start, _, key in self.phrases:
            found[self.tokens[start].clause].add(key)
        return tuple(frozenset(keys) for keys in found)


@lru_cache(maxsize=8192)
def read(text: str) -> Reading:
    """Tokens, clauses and numbers of a text.

    >>> [t.text for t in read("Led a 48-bed ward, cut waits 35 %").tokens]
    ['Led', 'a', '48', 'bed', 'ward', ',', 'cut', 'waits', '35 %']
    >>> read("Cut latency 35 % and cloud cost 20 %").clauses
    2
    """
    tokens = list(_find_tokens(text))
    _mark_verbs(tokens)
    clauses = _mark_clauses(tokens)
    return Reading(text, tuple(tokens), clauses, tuple(_find_phrases(tokens)))


def _find_tokens(text: str) -> Iterator[Token]:
    plain = text.translate(_DASH)
    found: list[Token] = [
        Token(text[q.start : q.end], q.text, keys.find_key(q.text) if q.text in MULTIPLES else q.text, q.start, q.end, "number", quantity=q)
        for q in find_quantities(plain)
    ]
    taken = sorted((t.start, t.end) for t in found)
    at = 0
    for start, end in [*taken, (len(plain), len(plain))]:
        for match in _TOKEN.finditer(plain, at, start):
            found.append(_word_or_mark(text, match))
        at = end
    found.sort(key=lambda t: t.start)
    opening = True
    for token in found:
        if token.kind == "mark" and token.text in "-/":
            continue
        token.first = opening
        opening = token.kind == "mark" and token.text in ".!?:;•|–—"
        yield token


def _word_or_mark(text: str, match: re.Match[str]) -> Token:
    raw = text[match.start() : match.end()]
    word = raw.rstrip(".") if raw.count(".") == 1 and len(raw) > 2 else raw
    folded = unicodedata.normalize("NFKC", word).translate(_DASH).casefold()
    if not any(c.isalnum() for c in word):
        return Token(raw, folded, folded, match.start(), match.end(), "mark")
    folded = folded.removesuffix("'s").removesuffix("'")
    return Token(word, folded, keys.find_key(folded), match.start(), match.start() + len(word), "word")


def _mark_verbs(tokens: list[Token]) -> None:
    base_before = False
    for i, token in enumerate(tokens):
        if token.kind == "mark" and token.text in ".!?;":
            base_before = False
        if token.kind != "word":
            continue
        before = [t.folded for t in tokens[max(0, i - 2) : i]]
        after = tokens[i + 1].folded if i + 1 < len(tokens) and tokens[i + 1].kind != "mark" else ""
        opens = i == 0 or tokens[i - 1].kind == "mark"
        token.verb = is_verb_use(token.folded, token.key, before=before, after=after, opens=opens, base_before=base_before)
        base_before = base_before or (
            token.verb and not token.folded.endswith(("ed", "ing", "s")) and token.folded not in IRREGULAR and token.folded not in UNCHANGED
        )


def _mark_clauses(tokens: list[Token]) -> int:
    """Numbers the clauses: a break starts one where both sides hold a verb or a number."""
    pieces: list[list[Token]] = [[]]
    for token in tokens:
        if (token.kind == "mark" and token.text in _BREAKS) or token.folded in _JOINERS:
            pieces.append([])
        pieces[-1].append(token)
    clause, full = 0, False
    for number, piece in enumerate(pieces):
        hangs = len(piece) > 1 and piece[0].text == "," and piece[1].folded in _HANGING
        heavy = not hangs and any(t.verb or t.kind == "number" for t in piece)
        sentence = bool(piece) and piece[0].kind == "mark" and piece[0].text in ".!?;•|"
        if number and ((heavy and full) or sentence):
            clause, full = clause + 1, False
        full = full or heavy
        for token in piece:
            token.clause = clause
    return clause + 1


def _find_phrases(tokens: list[Token]) -> Iterator[tuple[int, int, str]]:
    table = keys.phrase_table()
    for i, token in enumerate(tokens):
        for pattern, key in table.get(token.key, ()) if token.kind == "word" else ():
            end = _match(tokens, i, pattern)
            if end:
                yield i, end, key
                break


def _match(tokens: list[Token], at: int, pattern: tuple[str, ...]) -> int:
    """End of a multi-word verb; a few words may stand before its particle (*set the stall up*)."""
    i = at + 1
    for part in pattern[1:]:
        limit = i + (_GAP_WORDS if len(pattern) == 2 else 0)
        while i < len(tokens) and tokens[i].key != part and i < limit and tokens[i].kind != "mark" and not tokens[i].verb:
            i += 1
        if i >= len(tokens) or tokens[i].key != part:
            return 0
        i += 1
    return i


def find_sequence(tokens: tuple[Token, ...] | list[Token], pattern: tuple[str, ...]) -> Iterator[int]:
    """Places where the keys of a pattern follow one another."""
    size = len(pattern)
    for i in range(len(tokens) - size + 1):
        if all(tokens[i + j].key == pattern[j] for j in range(size)):
            yield i
