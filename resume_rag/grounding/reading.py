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
from resume_rag.grounding.lexicon import marks, nouns
from resume_rag.grounding.lexicon.names import FIRST_NAMES
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
  | →|->|=>
  | [;:,.()!?/–—|•&+-]
    """,
    re.VERBOSE,
)
_BREAKS = frozenset(";:,.()!?–—|•")
_JOINERS = frozenset("and while whilst whereas but so plus then & +".split())
_HANGING = frozenset("from to for by of in over within at on into".split())
_OPENERS = frozenset("by through via with after before once when since because so where which that who".split())
_ACT_ENDINGS = ("tion", "sion", "ment", "ance", "ing")
_ARROWS = frozenset({"→", "->", "=>"})
_PREFIXES = frozenset("co re pre over under out self up down de dis mis fore".split())
_BESIDE = frozenset("with by for under from alongside and to".split())
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
    part: int = 0  # finer than a clause: *by adding*, *after*, *once* open one
    verb: bool = False
    quantity: Quantity | None = None
    arrow: bool = False
    joined: bool = False  # whether a hyphen ties it to the next
    named: bool = False  # the name of a person: *Rudy*, *my colleague Dot*

    @property
    def capitalised(self) -> bool:
        """Whether it is written as a name: a capital that no sentence start explains."""
        return self.kind == "word" and self.text[:1].isupper() and not (self.first and not self.text[1:2].isupper())

    @property
    def content(self) -> bool:
        """Whether it carries meaning by itself."""
        return self.kind == "word" and (self.folded not in marks.FUNCTION or self.text in {"IT", "US"})


@dataclass(frozen=True, eq=False)
class Reading:
    """A text with its tokens. Offsets count code points of `text`."""

    text: str
    tokens: tuple[Token, ...]
    clauses: int
    phrases: tuple[tuple[tuple[int, ...], str], ...] = field(default=())  # places of its words, key

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys of all words, and of multi-word verbs."""
        return frozenset(t.key for t in self.tokens if t.kind == "word" or t.folded in MULTIPLES) | {key for _, key in self.phrases}

    @cached_property
    def unit_keys(self) -> frozenset[str]:
        """Keys of the units that stand in numbers: *year* in *five years*."""
        words = (w for t in self.quantities for w in t.folded.replace("-", " ").casefold().split() if w in MEASURES)
        points = any(t.quantity is not None and t.quantity.unit == "points" for t in self.quantities)
        return frozenset(map(keys.find_key, [*words, "points"] if points else words))

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
    def folded(self) -> frozenset[str]:
        """Words, numbers and marks in small letters."""
        return frozenset(t.folded for t in self.tokens)

    @cached_property
    def exact(self) -> frozenset[str]:
        """Words as written, for names that are also words."""
        return frozenset(t.text for t in self.tokens if t.kind == "word")

    def clause_tokens(self, clause: int) -> tuple[Token, ...]:
        """Tokens of one clause."""
        return tuple(t for t in self.tokens if t.clause == clause)

    def part_tokens(self, part: int) -> tuple[Token, ...]:
        """Tokens of one part of a clause."""
        return tuple(t for t in self.tokens if t.part == part)

    @cached_property
    def part_keys(self) -> tuple[frozenset[str], ...]:
        """Content keys of each part."""
        found: list[set[str]] = [set() for _ in range(max((t.part for t in self.tokens), default=0) + 1)]
        for token in self.content:
            found[token.part].add(token.key)
        for places, key in self.phrases:
            found[self.tokens[places[0]].part].add(key)
        return tuple(frozenset(keys) for keys in found)

    @cached_property
    def clause_keys(self) -> tuple[frozenset[str], ...]:
        """Content keys of each clause."""
        found: list[set[str]] = [set() for _ in range(self.clauses)]
        for token in self.content:
            found[token.clause].add(token.key)
        for places, key in self.phrases:
            found[self.tokens[places[0]].clause].add(key)
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
    _mark_people(tokens)
    clauses = _mark_clauses(tokens)
    _mark_parts(tokens)
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
        token.joined = plain[token.end : token.end + 1] == "-"
        yield token


def _word_or_mark(text: str, match: re.Match[str]) -> Token:
    raw = text[match.start() : match.end()]
    word = raw.rstrip(".") if raw.count(".") == 1 and len(raw) > 2 else raw
    folded = word.casefold() if word.isascii() else _fold(word)
    if word in _ARROWS:
        return Token(raw, "to", "to", match.start(), match.end(), "word", arrow=True)
    if not any(c.isalnum() for c in word):
        return Token(raw, folded, folded, match.start(), match.end(), "mark")
    folded = folded.removesuffix("'s").removesuffix("'")
    return Token(word, folded, keys.find_key(folded), match.start(), match.start() + len(word), "word")


def _fold(word: str) -> str:
    """Small letters without accents: *café*, *cafe*."""
    folded = unicodedata.normalize("NFKC", word).translate(_DASH).casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))


def _mark_verbs(tokens: list[Token]) -> None:
    base_before = past_before = False
    for i, token in enumerate(tokens):
        if token.kind == "mark" and token.text in ".!?;":
            base_before = past_before = False
        if token.kind != "word":
            continue
        before = [t.folded for t in tokens[max(0, i - 2) : i]]
        after = tokens[i + 1].folded if i + 1 < len(tokens) and tokens[i + 1].kind != "mark" else ""
        opens = i == 0 or tokens[i - 1].kind == "mark"
        described = after and tokens[i + 1].content
        if described and not opens and tokens[i - 1].joined and tokens[i - 1].kind == "word" and tokens[i - 1].folded not in _PREFIXES:
            continue  # "a Python-based tool"; not "second-chaired two trials"
        if (
            token.joined
            and after.endswith(("ed", "ing", "cut"))
            and token.folded not in _PREFIXES
            and not token.folded.endswith(("ed", "ing"))
        ):
            continue  # "hand-sorted", "patch-tested"
        token.verb = is_verb_use(token.folded, token.key, before=before, after=after, opens=opens, base_before=base_before)
        base = token.verb and not token.folded.endswith(("ed", "ing", "s")) and not keys.is_irregular(token.folded)
        listed = i + 1 == len(tokens) or tokens[i + 1].text == "," or tokens[i + 1].folded in {"and", "or"}
        if (
            base
            and token.folded not in UNCHANGED
            and listed
            and past_before
            and not base_before
            and i > 1
            and tokens[i - 1].text == ","
            and not tokens[i - 2].verb
        ):
            token.verb = base = False  # "Discussed hymns, transport and flowers": after a verb in the past
        base_before = base_before or base and token.folded not in UNCHANGED
        past_before = past_before or token.verb and (token.folded.endswith("ed") or keys.is_irregular(token.folded))


def _mark_people(tokens: list[Token]) -> None:
    """Names of people: first names with what follows them, names beside a word for a person (*my colleague Dot*, *Marek, our baker*)."""
    for i, token in enumerate(tokens):
        if token.kind != "word" or not token.text[:1].isupper() or token.text[1:2].isupper() or not token.content:
            continue
        before, last = (tokens[i - 1], tokens[i - 2] if i > 1 else None) if i else (None, None)
        if token.folded in FIRST_NAMES:
            token.named, token.verb = True, False
            continue
        who = [t.folded for t in tokens[i + 1 : i + 3]]
        if before is not None and before.folded in _BESIDE and (who[:1] == ["who"] or who == [",", "who"]):
            token.named = True  # "with Kemal, who drew the figures"
            continue
        if token.first or before is None:
            after = tokens[i + 1 : i + 6]
            stop = next((n for n, t in enumerate(after[2:], 2) if t.kind == "mark" or t.verb), len(after))
            ours = len(after) > 2 and after[0].text == "," and after[1].folded in {"my", "our"}
            token.named = ours and any(t.key in _people_keys() for t in after[2:stop])
            continue
        apart = before.text == "," and last is not None
        noun = last if apart else before
        follows = noun is not None and noun.key in _people_keys() and not noun.capitalised and not (apart and noun.folded.endswith("s"))
        token.named = follows and noun is not None and not noun.folded.endswith("s") or before.named and before.end + 1 == token.start


@lru_cache(maxsize=1)
def _people_keys() -> frozenset[str]:
    return keys.keys_of(
        nouns.PEOPLE | frozenset({"boss", "head", "director", "partner", "tutor", "owner", "brother", "sister", "wife", "husband"})
    )


def _mark_clauses(tokens: list[Token]) -> int:
    """Numbers the clauses: a break starts one where both sides hold a verb or a number."""
    pieces: list[list[Token]] = [[]]
    for i, token in enumerate(tokens):
        if token.text in {"(", ")"} and _holds_year(tokens[max(0, i - 2) : i + 3]):
            pieces[-1].append(token)
            continue  # "from 64 % (2017) to 73 %"
        if (token.kind == "mark" and token.text in _BREAKS) or token.folded in _JOINERS and not (i and tokens[i - 1].joined):
            pieces.append([])
        pieces[-1].append(token)
    clause, full = 0, False
    for number, piece in enumerate(pieces):
        hangs = len(piece) > 1 and piece[0].text == "," and piece[1].folded in _HANGING
        heavy = not hangs and any(t.verb or t.quantity is not None and t.quantity.unit != "calendar" for t in piece)
        sentence = bool(piece) and piece[0].kind == "mark" and piece[0].text in ".!?;•|"
        if number and ((heavy and full) or sentence):
            clause, full = clause + 1, False
        full = full or heavy
        for token in piece:
            token.clause = clause
    return clause + 1


def _holds_year(near: list[Token]) -> bool:
    """Whether brackets hold a year and nothing else."""
    return any(
        a.text == "(" and b.quantity is not None and b.quantity.unit == "calendar" and c.text == ")"
        for a, b, c in zip(near, near[1:], near[2:], strict=False)
    )


def _mark_parts(tokens: list[Token]) -> None:
    """Numbers the parts: a clause, cut where *by*, *after*, *once* open a statement of their own."""
    part, full = 0, False
    for i, token in enumerate(tokens):
        if (
            i
            and token.clause != tokens[i - 1].clause
            or full
            and token.folded in _OPENERS
            and tokens[i - 1].folded not in _HANGING
            and _opens_statement(tokens, i)
        ):
            part, full = part + 1, False
        full = full or token.verb or token.kind == "number"
        token.part = part


def _opens_statement(tokens: list[Token], i: int) -> bool:
    rest = [t for t in tokens[i + 1 : i + 7] if t.clause == tokens[i].clause]
    if tokens[i].folded in {"by", "through", "via", "with"}:
        run = rest[: next((n for n, t in enumerate(rest) if not t.content), len(rest))] if tokens[i].folded != "with" else rest[:1]
        return bool(rest) and (rest[0].verb or any(t.folded.endswith(_ACT_ENDINGS) for t in run[:1] + run[-1:]))
    return any(t.verb for t in rest)


def _find_phrases(tokens: list[Token]) -> Iterator[tuple[tuple[int, ...], str]]:
    table = keys.phrase_table()
    for i, token in enumerate(tokens):
        for pattern, key in table.get(token.key, ()) if token.kind == "word" else ():
            places = _match(tokens, i, pattern)
            if places:
                yield places, key
                yield from ((places, other) for same, other in table[token.key] if same == pattern and other != key)
                break


def _match(tokens: list[Token], at: int, pattern: tuple[str, ...]) -> tuple[int, ...]:
    """Places of a multi-word verb; a few words may stand before its particle (*set the stall up*)."""
    i, places = at + 1, [at]
    for part in pattern[1:]:
        limit = i + (_GAP_WORDS if len(pattern) == 2 else 0)
        while i < len(tokens) and tokens[i].key != part and i < limit and tokens[i].kind != "mark" and not tokens[i].verb:
            i += 1
        if i >= len(tokens) or tokens[i].key != part:
            return ()
        places.append(i)
        i += 1
    return tuple(places)
