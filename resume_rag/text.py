"""Plain text: normal forms, words with their places, token estimates.

Pure functions over strings. Knows nothing of resumes. All offsets are half-open ``[start, end)`` and count
Unicode code points of the string they were taken from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from threading import Lock
from typing import NamedTuple, TypeVar

import snowballstemmer

_WORD = re.compile(
    r"""
    \d+(?:[.,]\d+)*\s?%            # 35 %, 12.5%
  | [$€£¥]\s?\d+(?:[.,]\d+)*\w?    # $1.2M
  | [^\W_]+(?:[+#]+|(?:[.'’/&-][^\W_]+)*[+#]*)   # C++, C#, Node.js, CI/CD, on-call, O'Brien
  | \.[^\W\d_]+                    # .NET
    """,
    re.VERBOSE,
)
_STEMMING = Lock()
_SHORT_CHARS = 300
_REMEMBERED_TEXTS = 8192
T = TypeVar("T")
_SPACE = re.compile(r"\s+")
_DASHES = str.maketrans({"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"'})

STOPWORDS = frozenset(
    """a about above across after all also an and any are as at be been before being below between both but by can
    could did do does doing during each etc even ever every few for from further had has have having he her here hers
    him his how i if in including into is it its itself just like made make many may me might more most much must my
    new no nor not of off on one only onto or other our out over own per s same shall she should so some such than that
    the their them then there these they this those through to too under until up upon us use used using via was we
    well were what when where which while who will with within without would you your""".split()
)


class Word(NamedTuple):
    """A word and where it stands."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """One form for comparing: NFKC, plain dashes and quotes, single spaces, no case.

    >>> fold("Led  the “Go–Live”")
    'led the "go-live"'
    """
    if text.isascii():  # most words are, and for them this is the same at a fifth of the time
        return " ".join(text.split()).lower()
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).translate(_DASHES)).strip().casefold()


def squeeze(text: str) -> str:
    """Single spaces, nothing at the ends; letters stay as they are.

    >>> squeeze("  moved to\\n   Go ")
    'moved to Go'
    """
    return _SPACE.sub(" ", text).strip()


def find_words(text: str) -> Iterator[Word]:
    """The words of a text, in order; numbers keep their sign of currency or per cent, ``C++`` and ``Node.js`` stay whole.

    >>> [w.text for w in find_words("Cut CI/CD time 35 % in C++, on-call.")]
    ['Cut', 'CI/CD', 'time', '35 %', 'in', 'C++', 'on-call']
    """
    for match in _WORD.finditer(text):
        yield Word(match.group(), match.start(), match.end())


def remember_short(read: Callable[[str], T]) -> Callable[[str], T]:
    """Remembers what a pure function reads in short texts, such as lines and requirements, which come again and again.

    A long one hardly comes twice, and would take the memory of hundreds of others.
    """
    remembered = lru_cache(maxsize=_REMEMBERED_TEXTS)(read)

    @wraps(read)
    def read_remembered(text: str) -> T:
        return remembered(text) if len(text) <= _SHORT_CHARS else read(text)

    return read_remembered


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball stem (English) of one word, folded.

    >>> stem("Migrated"), stem("migrating")
    ('migrat', 'migrat')
    """
    # The stemmer keeps the word it works on: two threads would read each other's.
    with _STEMMING:
        return str(_stemmer().stemWord(fold(word)))


@lru_cache(maxsize=1)
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


@remember_short
def content_stems(text: str) -> tuple[str, ...]:
    """Stems of the words that carry meaning, in order, with repeats.

    >>> content_stems("Managed the migration of services")
    ('manag', 'migrat', 'servic')
    """
    return tuple(stem(word) for word in _WORD.findall(text) if fold(word) not in STOPWORDS)


def estimate_tokens(text: str) -> int:
    """About how many tokens a LLaMA or Qwen tokenizer makes of a text; errs on the high side.

    English prose runs at 4 to 4.5 characters a token, other scripts at 1 to 2.

    >>> estimate_tokens("Managed the migration of services")
    10
    """
    ascii_chars = len(text.encode("ascii", "ignore"))
    return round(ascii_chars / 3.5 + (len(text) - ascii_chars) / 1.2) + 1 if text else 0


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a paragraph. Abbreviations and decimals do not end one.

    >>> [("Led 3.5 teams, e.g. ops. Cut cost."[a:b]) for a, b in split_sentences("Led 3.5 teams, e.g. ops. Cut cost.")]
    ['Led 3.5 teams, e.g. ops.', 'Cut cost.']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in re.finditer(r"(?<!\be\.g)(?<!\bi\.e)(?<!\b[A-Z])(?<!\bMr)(?<!\bDr)[.!?]+[\"')\]]*(?=\s+[^\sa-z]|\s*$)|\n\s*\n", text):
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    trimmed = []
    for a, b in spans:
        piece = text[a:b]
        a, b = a + len(piece) - len(piece.lstrip()), b - (len(piece) - len(piece.rstrip()))
        if a < b:
            trimmed.append((a, b))
    return trimmed


def end_like(text: str, model: str) -> str:
    """A line with or without a full stop at its end, as another line has it; nothing else is touched.

    >>> end_like("Led it", "Was leading it."), end_like("Led it.", "Was leading it"), end_like("Led Acme Inc.", "At Acme Inc. led it")
    ('Led it.', 'Led it', 'Led Acme Inc.')
    """
    if model.endswith(".") and text and text[-1] not in ".!?…:;":
        return f"{text}."
    if text.endswith(".") and not text.endswith("..") and not model.endswith((".", "!", "?")) and text.split()[-1] not in model.split():
        return text[:-1]
    return text
