"""Words on pages to lines in reading order: columns, rows, notes in the margin, drawn bullets, page headers and footers.

Works by places and sizes only, and by what a date looks like in a margin; knows nothing of resumes or of the PDF format.
Lengths are points; ``y`` runs down.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, NamedTuple

from resume_rag.intake.lines import GLYPHS, RawLine

Char = dict[str, Any]
Box = tuple[float, float, float, float]
_ICON_FONT = re.compile(r"awesome|icon|material|entypo|feather|typicon", re.IGNORECASE)
_GLYPH = re.compile(rf"(?:\(cid:\d+\)|[{GLYPHS}\uf0b7\uf0a7\uf0d8*+–—-])+")
_OPEN_RANGE = re.compile(r"(?:19|20)\d\d\s*(?:[-–—]|to|bis)$")
_PAGE_NUMBER = re.compile(r"\W*(?:page|seite|página|p\.?)?\s*\d{1,2}(?:\s*(?:/|of|von|de|sur)\s*\d{1,2})?\W*", re.IGNORECASE)
_WIDE = 1.5  # of the letters' size: a gap that divides a row
_LARGER = 1.12  # of the median size: letters that stand out
_MAX_NOTE_CHARS = 28


class PageWords(NamedTuple):
    """What can be seen on one page: words, and small filled shapes, which may be bullets."""

    words: list[Char]
    marks: list[Box]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a row without a wide gap."""

    text: str
    x0: float
    x1: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """The parts that stand on one line; ``bullet`` is the left edge of a drawn bullet."""

    parts: tuple[_Part, ...]
    words: tuple[Char, ...]
    top: float
    bottom: float
    bullet: float | None = None

    @property
    def text(self) -> str:
        return "\t".join(part.text for part in self.parts)

    @property
    def has_glyph(self) -> bool:
        first = self.parts[0].text.split(" ", 1)
        return self.bullet is not None or (_GLYPH.fullmatch(first[0]) is not None and (len(first) > 1 or len(self.parts) > 1))


def lay_out(pages: Sequence[PageWords]) -> list[RawLine]:
    """The lines of all pages; columns go on over pages, and headers, footers and page numbers come last."""
    sizes = [word["size"] for page in pages for word in page.words]
    body = median(sizes) if sizes else 0.0
    furniture = _find_furniture(pages)
    kept = [page._replace(words=[word for word in page.words if id(word) not in furniture[number]]) for number, page in enumerate(pages)]
    lines: list[RawLine] = []
    for columns in _stream_columns(kept):
        for number, column in enumerate(columns):
            read = list(_read_column(column, body))
            if number and lines and read:
                lines.append(RawLine(""))
                first = next(place for place, line in enumerate(read) if line.text)
                read[first] = read[first]._replace(apart=True)
            lines.extend(read)
    ends = [line for page, known in zip(pages, furniture, strict=True) for line in _furniture_lines(page, known)]
    return lines + ([RawLine(""), *ends] if ends else [])


def _furniture_lines(page: PageWords, known: set[int]) -> Iterator[RawLine]:
    for row in _rows([word for word in page.words if id(word) in known]):
        yield RawLine(" ".join(word["text"] for word in row), furniture=True)


def _find_furniture(pages: Sequence[PageWords]) -> list[set[int]]:
    """The words of each page that are its header, footer or number: repeated at the edge of pages, or only a number there."""
    edges: list[list[tuple[str, bool, list[Char]]]] = []
    for page in pages:
        rows = _rows(page.words)
        top = [(row, True) for row in rows[:2] if row[0]["top"] < 0.12 * page.height]
        low = [(row, False) for row in rows[-2:] if row[0]["bottom"] > 0.88 * page.height]
        edges.append([(re.sub(r"\d+", "#", " ".join(word["text"] for word in row)), is_top, row) for row, is_top in top + low])
    counts = Counter(key for edge in edges for key in {(text, is_top) for text, is_top, _ in edge})
    found: list[set[int]] = []
    for number, edge in enumerate(edges):
        words: set[int] = set()
        for text, is_top, row in edge:
            # The first page's header is the head of the resume, such as the name that later pages repeat.
            repeated = counts[text, is_top] >= 2 and not (is_top and number == 0)
            if repeated or _PAGE_NUMBER.fullmatch(" ".join(word["text"] for word in row)):
                words.update(id(word) for word in row)
        found.append(words)
    return found


# --- columns -------------------------------------------------------------------------------------------------------


def _stream_columns(pages: Sequence[PageWords]) -> Iterator[list[list[PageWords]]]:
    """Runs of pages with the same columns: what stands above them and the left column of all pages, then the right one."""
    left: list[PageWords] = []
    right: list[PageWords] = []
    known: float | None = None
    for page in pages:
        gutter = _find_gutter(page.words, page.width)
        if gutter is None and known is not None and _fits(page.words, known):
            gutter = known
        if gutter is None or (known is not None and abs(gutter - known) > 20):
            if left or right:
                yield [left, right]
            left, right, known = [], [], None
        if gutter is None:
            yield [[page]]
            continue
        known = gutter
        head, one, two = _split_columns(page.words, gutter)
        left += [page._replace(words=head), page._replace(words=one)]
        right.append(page._replace(words=two))
    if left or right:
        yield [left, right]


def _fits(words: Sequence[Char], gutter: float) -> bool:
    """Whether a page without a gutter of its own keeps to one column of the page before."""
    sides = Counter("left" if word["x1"] <= gutter + 5 else "right" if word["x0"] >= gutter - 5 else "across" for word in words)
    return not sides["across"] and bool(words) and min(sides["left"], sides["right"]) <= 0.4 * len(words)


def _find_gutter(words: Sequence[Char], width: float) -> float | None:
    """The x between two columns of text; None for one column (dates set flush right are no column)."""
    best: tuple[int, float] | None = None
    for x in range(int(width * 0.25), int(width * 0.75), 4):
        crossing = sum(1 for word in words if word["x0"] < x + 5 and word["x1"] > x - 5)
        if best is None or crossing < best[0]:
            best = crossing, float(x)
    if best is None or best[0] > 0.04 * len(words):
        return None
    left = [word for word in words if word["x1"] <= best[1] + 5]
    right = [word for word in words if word["x0"] >= best[1] - 5]
    rows_left, rows_right = _rows(left), _rows(right)
    if min(len(rows_left), len(rows_right)) < 7 or len(right) < 2.5 * len(rows_right) or len(left) < 1.5 * len(rows_left):
        return _find_sidebar(rows_left, rows_right, best[1])
    tops = {round(row[0]["bottom"]) for row in rows_left}
    level = sum(1 for row in rows_right if round(row[0]["bottom"]) in tops)
    return best[1] if level < 0.7 * len(rows_right) else None


def _find_sidebar(rows_left: Sequence[Sequence[Char]], rows_right: Sequence[Sequence[Char]], gutter: float) -> float | None:
    """A left column of short lines, such as a list of skills, beside the text: its lines rarely stand level with the text's."""
    if min(len(rows_left), len(rows_right)) < 7 or sum(map(len, rows_right)) < 4 * len(rows_right):
        return None
    tops = {round(row[0]["bottom"]) for row in rows_right}
    return gutter if sum(1 for row in rows_left if round(row[0]["bottom"]) in tops) < 0.4 * len(rows_left) else None


def _split_columns(words: Sequence[Char], gutter: float) -> list[list[Char]]:
    """What stands above the columns first, then left, then right."""
    crossing = [word for word in words if word["x0"] < gutter - 5 and word["x1"] > gutter + 5]
    head_end = max((word["bottom"] for word in crossing if word["top"] < 200), default=0.0)
    head = [word for word in words if word["bottom"] <= head_end + 1]
    rest = [word for word in words if word["bottom"] > head_end + 1]
    return [head, [word for word in rest if word["x0"] < gutter], [word for word in rest if word["x0"] >= gutter]]


# --- rows ----------------------------------------------------------------------------------------------------------


def _rows(words: Iterable[Char]) -> list[list[Char]]:
    rows: list[list[Char]] = []
    for word in sorted(words, key=lambda word: (word["bottom"], word["x0"])):
        if rows and abs(rows[-1][-1]["bottom"] - word["bottom"]) < 0.35 * max(word["size"], 4):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word["x0"]) for row in rows]


def _read_column(pages: Sequence[PageWords], body: float) -> Iterator[RawLine]:
    """The lines of one column over its pages."""
    for number, page in enumerate(pages):
        rows = [row for words in _rows(page.words) if (row := _build_row(words, page.marks)) is not None]
        if not rows:
            continue
        if number and not rows[0].text[:1].islower():
            yield RawLine("")
        yield from _read_rows(rows, body, page.width)


def _build_row(words: Sequence[Char], marks: Sequence[Box]) -> _Row | None:
    texts = [word for word in words if not _ICON_FONT.search(word["fontname"])]
    if not texts:
        return None
    parts: list[_Part] = []
    bullet = next((x0 for x0, top, x1, bottom in marks if _is_beside(x0, top, x1, bottom, texts[0])), None)
    if _is_letter_spaced(texts):
        parts = [_join_letters(texts)]
    else:
        group = [texts[0]]
        iconed = {id(word) for before, word in itertools.pairwise(words) if _ICON_FONT.search(before["fontname"])}
        for before, word in itertools.pairwise(texts):
            if id(word) in iconed or word["x0"] - before["x1"] > _WIDE * before["size"]:
                parts.append(_join(group))
                group = []
            group.append(word)
        parts.append(_join(group))
    return _Row(tuple(parts), tuple(texts), min(word["top"] for word in texts), max(word["bottom"] for word in texts), bullet)


def _is_beside(x0: float, top: float, x1: float, bottom: float, word: Char) -> bool:
    middle = (top + bottom) / 2
    return bool(word["top"] <= middle <= word["bottom"] and x1 <= word["x0"] + 1 and word["x0"] - x1 < 2 * word["size"])


def _join(words: Sequence[Char]) -> _Part:
    text = str(words[0]["text"])
    for before, word in itertools.pairwise(words):
        # A comma in another font than the word before it is a word of its own, without a space.
        close = word["x0"] - before["x1"] < 0.1 * before["size"] and re.match(r"[,.;:)\]!?]", word["text"])
        text += ("" if close else " ") + word["text"]
    lettered = [word for word in words if any(char.isalnum() for char in word["text"])]
    bold = bool(lettered) and all(re.search(r"bold|black|heavy|semib", word["fontname"].casefold()) for word in lettered)
    return _Part(text, words[0]["x0"], words[-1]["x1"], float(median(word["size"] for word in words)), bold)


def _is_letter_spaced(words: Sequence[Char]) -> bool:
    single = sum(1 for word in words if len(word["text"]) == 1)
    return len(words) >= 5 and single >= 0.8 * len(words)


def _join_letters(words: Sequence[Char]) -> _Part:
    """``E X P E R I E N C E``: letters set apart; the wider gaps are between words."""
    gaps = [word["x0"] - before["x1"] for before, word in itertools.pairwise(words)]
    usual = median(gaps)
    text = str(words[0]["text"])
    for gap, word in zip(gaps, words[1:], strict=True):
        text += (" " if gap > 1.6 * usual else "") + word["text"]
    return replace(_join(words), text=text)


def _read_rows(rows: Sequence[_Row], body: float, width: float) -> Iterator[RawLine]:
    steps = [later.bottom - row.bottom for row, later in itertools.pairwise(rows)]
    step = median(steps) if steps else 0.0
    spaced = {number + 1 for number, found in enumerate(steps) if found > 1.25 * step}
    noted = _move_left_notes(rows)
    moved, shortened = _move_right_notes(noted, width)
    for number, row in enumerate(shortened):
        if number in spaced:
            yield RawLine("")
        for note in moved.get(number, ()):
            yield RawLine(note.text, indent=rows[0].parts[0].x0 / 5, size=note.size)
        for parts in _split_sizes(row.parts):
            yield _to_line(replace(row, parts=parts), body)


def _split_sizes(parts: tuple[_Part, ...]) -> Iterator[tuple[_Part, ...]]:
    """A row whose parts are of very different sizes is two lines that happen to stand side by side: a name and an address."""
    start = 0
    for number in range(1, len(parts)):
        sizes = parts[number - 1].size, parts[number].size
        if max(sizes) > 1.3 * min(sizes):
            yield parts[start:number]
            start = number
    yield parts[start:]


def _to_line(row: _Row, body: float) -> RawLine:
    text = row.text
    size = float(median(part.size for part in row.parts))
    # A name in bold with its dates beside it in the text's own font stands out as a whole.
    bold = next((part.bold for part in row.parts if any(char.isalnum() for char in part.text)), False)
    strong = bold or (size > _LARGER * body and len(text) < 70)
    x0 = row.parts[0].x0
    if row.bullet is not None and not strong:
        return RawLine(text, bullet=True, indent=row.bullet / 5, text_indent=x0 / 5, size=size)
    after = None
    if row.has_glyph and row.bullet is None:
        after = row.parts[1].x0 if " " not in row.parts[0].text else None
    glyph = _GLYPH.match(text) if row.has_glyph and row.bullet is None else None
    text_indent = after if after is not None else x0 + 0.55 * size * (glyph.end() + 1) if glyph else None
    return RawLine(text, strong=strong, indent=x0 / 5, text_indent=None if text_indent is None else text_indent / 5, size=size)


# --- notes in the margin -------------------------------------------------------------------------------------------


def _move_left_notes(rows: Sequence[_Row]) -> list[_Row]:
    """Dates in the left margin, put together where they were wrapped: "2017 –" over "Present"."""
    edge = Counter(round(row.words[0]["x0"]) for row in rows).most_common(1)[0][0] if rows else 0
    result = list(rows)
    for number in range(len(rows) - 1):
        note, rest = _cut_note(rows[number], edge)
        below, after = _cut_note(rows[number + 1], edge)
        if note and below and _OPEN_RANGE.search(" ".join(word["text"] for word in note)):
            both = _join([*note, *below])
            if len(both.text) <= _MAX_NOTE_CHARS:
                result[number] = replace(rows[number], parts=(both, _join(rest)))
                result[number + 1] = replace(rows[number + 1], parts=(_join(after),))
    return result


def _cut_note(row: _Row, edge: float) -> tuple[tuple[Char, ...], tuple[Char, ...]]:
    """The words left of the text's edge, and those from it on; no note where the row does not begin again at the edge."""
    for number, word in enumerate(row.words):
        if number and abs(word["x0"] - edge) <= 2:
            return row.words[:number], row.words[number:]
    return (), row.words


def _move_right_notes(rows: Sequence[_Row], width: float) -> tuple[dict[int, list[_Part]], list[_Row]]:
    """Dates and places in the right margin that stand level with a bullet belong to the lines above it."""
    moved: dict[int, list[_Part]] = {}
    result: list[_Row] = []
    start: int | None = None
    for number, row in enumerate(rows):
        tail = row.parts[-1]
        apart = len(row.parts) > 1 and tail.x0 > 0.55 * width and len(tail.text) <= _MAX_NOTE_CHARS
        glyph_only = len(row.parts) == 2 and _GLYPH.fullmatch(row.parts[0].text) is not None
        goes_on = start is not None and row.parts[0].x0 > rows[start].parts[0].x0
        if apart and not glyph_only and (row.has_glyph or goes_on):
            start = number if start is None else start
            moved.setdefault(start, []).append(tail)
            result.append(replace(row, parts=row.parts[:-1]))
        else:
            start = None
            result.append(row)
    return moved, result
