"""Taking out of an example what another person's resume must not lend: names, numbers, products.

`redact_line` makes a model of style: verbs and structure stay, ``N`` stands for a number and ``…`` for a name. `strip_names`
makes the text that is embedded: only who and where goes, the words of the trade stay, so that swapping a name cannot
move an example in the ranking. `redact_shown` goes over lines that come from an index, as they are about to be shown: an index may be
older than a rule, or filled by something else.

Works on rules for English: a word with a capital inside a sentence is a name, a word in capitals an abbreviation. A name
that opens a sentence is found only if it is among the known names; technologies written in lower case likewise. German, which
writes every noun with a capital, loses most of its words; `is_readable` tells such a line from a useful one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from resume_rag.text import Word, find_words, fold, split_sentences, squeeze, stem

NAME_MARK = "…"
"""Stands for a name of a person, employer, school, place, product or technology."""

NUMBER_MARK = "N"
"""Stands for a number; ``N %`` for a percentage."""

_CONTACT = re.compile(
    r"""
    [\w.+-]+@[\w-]+(?:\.[\w-]+)+                                     # mail
  | (?:https?://|www\.)[^\s,;)]+                                     # web
  | (?<!\w)@\w+                                                      # handle
  | \b(?:[\w-]+\.)+(?:com|org|net|io|dev|app|edu|gov|co\.uk)\b(?:/[^\s,;)]*)?
  | (?<!\w)(?:\+|\(?0)[\d(][\d\s().-]{6,}\d                          # telephone
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CURRENCY_CODE = re.compile(r"\b[A-Z]{3}\s?(?=\d)|(?<=\d)\s?(?:USD|EUR|GBP|CHF|AUD|CAD)\b")
_NUMBER = re.compile(r"(?<![^\W_])(?:[~±]?[$€£¥₹]\s?)?\d+(?:[.,’']\d+)*(?:\s?(?:bn|[kKMmB])(?![^\W_]))?(?P<percent>\s?%)?(?![^\W_])")
_NUMBER_WITH_SUFFIX = re.compile(r"\d+(?:[.,]\d+)*(?P<suffix>[^\W\d_]+)")
_UNITS = frozenset(
    """GB TB MB KB PB kB V kV W kW MW kWh MWh A mA kVA MVA Hz kHz MHz GHz BTU PSI RPM F C
    ms s min h x mm cm m km kg g mg ml""".split()
)
_NUMBER_WORDS = frozenset(
    """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions
    billion billions dozen dozens""".split()
)
_PLAIN_CAPITALS = frozenset(
    """I Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December""".split()
)
_CALENDAR = frozenset(fold(word) for word in _PLAIN_CAPITALS if len(word) > 1)
_JOINTS = re.compile(r"([-/&.'’])")


def redact_line(text: str, known_names: Iterable[str] = ()) -> str:
    """A line as a model of style: no name, number, product or address is left, verbs and structure are.

    Args:
        text: one line (a highlight, a sentence of a summary).
        known_names: names of this resume that rules cannot find (lower case, or opening a sentence).

    >>> redact_line("Cut the cloud bill by £19,000 a month by moving 3,100 accounts to PostgreSQL and Kafka.")
    'Cut the cloud bill by N a month by moving N accounts to ….'
    >>> redact_line("Raised coverage to 90 % for two teams in a 24-bed ICU (CQC rated) at Mercy General.", ["Mercy General"])
    'Raised coverage to N % for N teams in a N-bed … (… rated) at ….'
    >>> redact_line("pgshrink, written in C++17 for AWS-based shops, won twenty-five users a week.", ["pgshrink"])
    '…, written in … for …-based shops, won N users a week.'
    """
    marked = strip_names(_CONTACT.sub(NAME_MARK, text), known_names, mark=NAME_MARK)
    marked = _NUMBER.sub(lambda found: f"{NUMBER_MARK} %" if found["percent"] else NUMBER_MARK, _CURRENCY_CODE.sub("", marked))
    pieces, end = [], 0
    for start, stop in split_sentences(marked):
        pieces += [marked[end:start], _redact_sentence(marked[start:stop])]
        end = stop
    return _join_marks("".join([*pieces, marked[end:]]))


def redact_shown(lines: Iterable[str], text: str = "") -> tuple[str, ...]:
    """Lines of an indexed example as a model may see them: redacted once more, now with the names that its whole text gives away.

    A line that holds a number or a name even then, or that has become unreadable, is left out.

    Args:
        lines: as the index holds them.
        text: the example's whole text; a word that has a capital inside a sentence of it is a name also where it opens one.

    >>> redact_shown(["Velvet sold 40 drinks every night for the Rope."], "Worked the bar of Velvet Rope.")
    ('… sold N drinks every night for the ….',)
    """
    names = _find_names(text)
    redacted = (redact_line(line, names) for line in lines)
    return tuple(line for line in redacted if is_readable(line) and not _lends(line))


def _find_names(text: str) -> set[str]:
    """Words with a capital inside a sentence, less those that the text also writes small: they are words of a title."""
    words = list(find_words(text))
    small = {stem(word.text) for word in words if word.text.islower()}
    capitals = {word.text for word in _inner_words(text) if word.text[0].isupper() and len(word.text) > 1}
    return {name for name in capitals - _PLAIN_CAPITALS - _UNITS if stem(name) not in small}


def _lends(line: str) -> bool:
    """Whether a digit, an address, or a capital inside a sentence is left."""
    plain = re.sub(rf"\b{NUMBER_MARK}\b", "", line)
    if _CONTACT.search(plain) or any(char.isdigit() for char in plain):
        return True
    return any(any(map(str.isupper, word.text)) for word in _inner_words(plain) if word.text not in _PLAIN_CAPITALS | _UNITS)


def _inner_words(text: str) -> Iterator[Word]:
    for start, end in split_sentences(text):
        yield from list(find_words(text[start:end]))[1:]


def strip_names(text: str, names: Iterable[str], *, mark: str = "") -> str:
    """A text without the given names: several words in any case, single words as they are written.

    >>> strip_names("At Velvet Rope, Ada led the Go guild.", ["velvet rope", "Ada"])
    'At , led the Go guild.'
    """
    known = sorted({squeeze(name) for name in names if squeeze(name)}, key=lambda name: (-len(name), name))
    if not known:
        return squeeze(text)
    alternatives = "|".join(f"(?i:{_as_pattern(name)})" if " " in name else _as_pattern(name) for name in known)
    return squeeze(re.sub(rf"(?<![^\W_])(?:{alternatives})(?![^\W_])", mark, text))


def strip_contacts(text: str) -> str:
    """A text without mail addresses, web addresses and telephone numbers.

    >>> strip_contacts("Write to ada@example.org or +44 7700 900114.")
    'Write to or .'
    """
    return squeeze(_CONTACT.sub("", text))


def is_readable(line: str) -> bool:
    """Whether a redacted line still shows how to write one: five words left, and marks for less than a third of it.

    >>> is_readable("Cut the cloud bill by N a month by moving accounts to …."), is_readable("… … für … und …")
    (True, False)
    """
    words = [word.text for word in find_words(line) if word.text != NUMBER_MARK]
    marks = line.count(NAME_MARK) + len(re.findall(rf"\b{NUMBER_MARK}\b", line))
    return len(words) >= 5 and marks * 3 <= len(words) + marks


def _as_pattern(name: str) -> str:
    return r"\s+".join(re.escape(part) for part in name.split(" "))


def _redact_sentence(sentence: str) -> str:
    pieces: list[str] = []
    end, before = 0, ""
    for word in find_words(sentence):
        # A known name that opened the sentence is a mark by now, so the next word no longer opens it.
        opens = not pieces and NAME_MARK not in sentence[: word.start]
        before = _redact_word(word.text, opens_sentence=opens, after_number=before.endswith(NUMBER_MARK))
        pieces += [sentence[end : word.start], before]
        end = word.end
    return "".join([*pieces, sentence[end:]])


def _redact_word(word: str, *, opens_sentence: bool, after_number: bool) -> str:
    if word in (NUMBER_MARK, f"{NUMBER_MARK} %"):
        return word
    if after_number and word in _UNITS:
        return word
    parts = _JOINTS.split(word)
    if len(parts) == 1:
        return _redact_part(word, opens_sentence=opens_sentence)
    if parts[-2:] in (["'", "s"], ["’", "s"]):
        return _redact_word("".join(parts[:-2]), opens_sentence=opens_sentence, after_number=False) + "".join(parts[-2:])
    if "." in parts and any(char.isalpha() for char in word):
        # Node.js, v1.2, U.S; of such words only e.g. and i.e. are plain.
        return word if word in ("e.g", "i.e", "a.m", "p.m") else NAME_MARK
    redacted = "".join(
        part if place % 2 else _redact_part(part, opens_sentence=opens_sentence and place == 0) for place, part in enumerate(parts)
    )
    return re.sub(rf"{NAME_MARK}(?:[-/&'’]{NAME_MARK})+", NAME_MARK, redacted)


def _redact_part(part: str, *, opens_sentence: bool) -> str:
    if part == NUMBER_MARK or part in _PLAIN_CAPITALS or not part:
        return part
    if part.isdigit() or fold(part) in _NUMBER_WORDS:
        return NUMBER_MARK
    with_suffix = _NUMBER_WITH_SUFFIX.fullmatch(part)
    if with_suffix:
        suffix = with_suffix["suffix"]
        if suffix in ("st", "nd", "rd", "th", "s", "k", "M"):
            return NUMBER_MARK
        return f"{NUMBER_MARK} {suffix}" if suffix in _UNITS else NAME_MARK
    if any(char.isdigit() or char in "+#" for char in part):
        return NAME_MARK
    if any(char.isupper() for char in part[1:]):
        return NAME_MARK
    if part[0].isupper() and not opens_sentence:
        return NAME_MARK
    return part


def _join_marks(line: str) -> str:
    """Runs of marks become one, and a bracket that held only a mark goes."""
    line = re.sub(rf"\s*[(\[]\s*(?:{NAME_MARK}|{NUMBER_MARK})\s*[)\]]", "", line)
    line = re.sub(rf"{NAME_MARK}{NUMBER_MARK}\b", NAME_MARK, line)
    line = re.sub(rf"\b{NUMBER_MARK}-(?:one|first|second|third)\b", NUMBER_MARK, line)
    line = re.sub(rf"{NUMBER_MARK}\b(?:(?:\s?[-–/]\s?|[.,]|\s)\b{NUMBER_MARK}\b)+", NUMBER_MARK, line)
    line = re.sub(rf"{NAME_MARK}(?:(?:\s*[,/&–-]\s*|\s+|,?\s+(?:and|or|of|the)\s+)+{NAME_MARK})+", NAME_MARK, line)
    return squeeze(line)
