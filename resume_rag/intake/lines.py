"""Lines of a source text with their places, and the rule by which a span becomes a value.

The readers of the forms (PDF, DOCX, ...) give `RawLine`s; `build_source` puts them into one text and turns each into a
`Line` whose offsets count in that text. Nothing here knows what a resume is.

The rule of values (`read_span`): a span's lines are trimmed, bullet glyphs at the start of a line are dropped, and a line
break becomes one space. A hyphen at the end of a line joins the two parts, with the hyphen dropped (``deploy-`` ``ment``)
or kept (``cloud-`` ``native``); which of the two is a guess by word lists, so `is_reading` accepts both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from resume_rag.text import squeeze

GLYPHS = "•●○◦▪▫■□◆◇►▸▶➤➢➔→✓✔✦★‣⁃∙·"
_BULLET = re.compile(
    rf"""(?:\(cid:\d+\)|[{GLYPHS}\uf0b7\uf0a7\uf0d8])[ \t\u00a0]*(?=\S)      # a glyph needs no space after it
       | (?:[-*+–—]|o)[ \t\u00a0]+(?=\S)                                   # a sign that is also a letter or a dash does
    """,
    re.VERBOSE,
)
_NUMBERED = re.compile(r"(?:\(?\d{1,2}[.)])[ \t]+(?=\S)")
_RULE = re.compile(r"[\W_]+")

# A word before a line-end hyphen that is a first part of compounds: the hyphen belongs to the word.
_FIRST_PARTS = frozenset(
    """after all anti back best break client cloud co community cost cross customer data day decision double e early end
    entry event ex fast first five follow four front full go government half hands hard high in industry job know large
    large-scale lead left life long low machine market mid multi near new night non off on one open out part peer performance
    point post pre problem process quality real right risk role second self semi server service set seven short side single
    six small so software state step sub team ten test third three time tool top two up user vice web well week work world
    year zero""".split()
)
_SECOND_PARTS = frozenset(
    """aided aware based baked bound built centered centric care call class controlled cost depth down driven edge efficient
    end ended facing first focused free friendly functional generation grade growing hand home house in intensive led level
    line loop made making market native of off on oriented out owned party performance performing phase platform profile
    proof quality related ready saving scale scaled sensitive series service side sized solving source specific stack
    standing state style term the tier time to tolerant up user value wide winning year yourself""".split()
)


class Piece(NamedTuple):
    """A part of the source with its place; ``text`` is the source's own characters."""

    text: str
    start: int
    end: int

    def part(self, start: int, end: int) -> Piece:
        """A part of this piece by offsets within it, trimmed of white space."""
        text = self.text[start:end]
        lead = len(text) - len(text.lstrip())
        kept = text.strip()
        return Piece(kept, self.start + start + lead, self.start + start + lead + len(kept))

    def strip(self, chars: str) -> Piece:
        """Without the given characters and white space at both ends."""
        chars += " \t\u00a0\u200b"
        lead = len(self.text) - len(self.text.lstrip(chars))
        return self.part(lead, lead + len(self.text.strip(chars)))

    def split(self, pattern: re.Pattern[str]) -> list[Piece]:
        """The parts between matches of a pattern; empty ones are left out."""
        parts, at = [], 0
        for match in pattern.finditer(self.text):
            parts.append(self.part(at, match.start()))
            at = match.end()
        parts.append(self.part(at, len(self.text)))
        return [part for part in parts if part.text]


class RawLine(NamedTuple):
    """A line as a reader of a form gives it; what the form tells about it besides the characters."""

    text: str
    level: int = 0  # of a heading, 1 to 6; 0: the form does not call it a heading
    bullet: bool = False
    strong: bool = False  # the whole line stands out: bold, or larger than the body
    indent: float | None = None  # of the line; None: count its leading spaces
    text_indent: float | None = None  # of the text after the bullet
    size: float = 0.0  # of the letters; 0: not known
    link: bool = False  # the target of a link of the line before, which a reader does not see
    apart: bool = False  # the first line of a column
    furniture: bool = False  # a page's header, footer or number


class Line(NamedTuple):
    """A line of the source that holds something; ``start`` is after the bullet."""

    text: str
    start: int
    end: int
    full_start: int
    bullet: bool = False
    numbered: bool = False
    level: int = 0
    strong: bool = False
    indent: float = 0.0
    text_indent: float = 0.0
    size: float = 0.0
    link: bool = False
    blank_before: bool = False
    ruled: bool = False  # a rule of dashes stands under it or after it
    apart: bool = False
    furniture: bool = False

    @property
    def piece(self) -> Piece:
        """The line's text as a piece."""
        return Piece(self.text, self.start, self.end)


def build_source(raw_lines: Iterable[RawLine]) -> tuple[str, list[Line]]:
    """One text of all lines, and the lines that hold something with their places in it."""
    raw = list(raw_lines)
    text = "\n".join(line.text for line in raw)
    return text, locate_lines(text, raw)


def locate_lines(text: str, raw_lines: Sequence[RawLine] | None = None) -> list[Line]:
    """The lines of a text that hold something; hints of the form are taken from ``raw_lines`` where given.

    >>> [(line.text, line.bullet, line.start) for line in locate_lines("Jo Doe\\n\\n- Led a team\\n----")]
    [('Jo Doe', False, 0), ('Led a team', True, 10)]
    """
    lines: list[Line] = []
    offset, blank = 0, True
    for number, content in enumerate(text.split("\n")):
        raw = raw_lines[number] if raw_lines is not None else RawLine(content)
        if is_rule(content):
            if content.strip() and lines and not blank and not lines[-1].bullet:
                lines[-1] = lines[-1]._replace(ruled=True)
            blank = True
        else:
            lines.append(_locate(raw, content, offset, blank))
            blank = False
        offset += len(content) + 1
    return lines


def is_rule(text: str) -> bool:
    """Whether a line holds no letter or digit: blank, a rule of dashes, a lone glyph.

    >>> is_rule("-----"), is_rule(" • "), is_rule("C")
    (True, True, False)
    """
    return not any(char.isalnum() for char in re.sub(r"\(cid:\d+\)", "", text))


def _locate(raw: RawLine, content: str, offset: int, blank_before: bool) -> Line:
    stripped = content.strip("\u200b\u00ad \t\r\f\v\u00a0\ufeff")
    lead = content.find(stripped)
    bullet, numbered, skip = raw.bullet, False, 0
    if not raw.link and (match := _BULLET.match(stripped)):
        bullet, skip = True, match.end()
    elif not raw.link and (match := _NUMBERED.match(stripped)):
        bullet, numbered, skip = True, True, match.end()
    body = stripped[skip:]
    indent = raw.indent if raw.indent is not None else float(len(content[:lead].expandtabs(4)))
    text_indent = raw.text_indent if raw.text_indent is not None else indent + skip
    start = offset + lead + skip
    return Line(
        body, start, start + len(body), offset + lead, bullet, numbered, raw.level, raw.strong, indent, text_indent, raw.size, raw.link,
        blank_before, False, raw.apart, raw.furniture,
    )  # fmt: skip


def read_span(text: str) -> str:
    """The value that a span's text stands for; see the module's docstring for the rule.

    >>> read_span("moved the ledger to a cloud-\\n   native deploy-\\nment")
    'moved the ledger to a cloud-native deployment'
    """
    value = ""
    for content in text.split("\n"):
        line = squeeze(_strip_bullet(content))
        if not line:
            continue
        if not value:
            value = line
        elif (head := re.search(r"([^\W\d_]+)-$", value)) and line[0].islower():
            value = (value if _keeps_hyphen(head.group(1), line) else value[:-1]) + line
        elif re.search(r"\w[-/]$", value) and line[0].isalnum() and "://" not in value.rsplit(" ", 1)[-1]:
            value += line
        else:
            value += " " + line
    return value


def is_reading(value: str, text: str) -> bool:
    """Whether a value is what a span's text says, by the rule of `read_span` with either choice at line-end hyphens.

    >>> is_reading("cloud native", "cloud-\\nnative"), is_reading("cloudnative", "cloud-\\nnative")
    (False, True)
    """
    value = squeeze(value)
    if value == squeeze(text) or value == read_span(text):
        return True
    lines = [line for content in text.split("\n") if (line := squeeze(_strip_bullet(content)))]
    pattern = ""
    for number, line in enumerate(lines):
        last = number + 1 == len(lines)
        if re.search(r"\w-$", line) and not last:
            pattern += re.escape(line[:-1]) + "-?"
        else:
            pattern += re.escape(line) + ("" if last else "(?: |(?<=/))")
    return bool(lines) and re.fullmatch(pattern, value) is not None


def _strip_bullet(content: str) -> str:
    content = content.strip()
    match = _BULLET.match(content)
    return content[match.end() :] if match else content


def _keeps_hyphen(head: str, line: str) -> bool:
    tail = re.match(r"[^\W\d_]+", line)
    return head.casefold() in _FIRST_PARTS or (tail is not None and tail.group().casefold() in _SECOND_PARTS)
