"""PDF to lines, in reading order, by the places and looks of its characters; what nobody can see is left out and reported."""

from __future__ import annotations

import io
import itertools
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Any

from resume_rag.errors import InputTooLargeError, UnreadableDocumentError
from resume_rag.intake.lines import RawLine
from resume_rag.schema import HiddenText

MAX_PAGES = 30
_MIN_SIZE_PT = 3.0
_NEAR_WHITE = 0.94
_NO_TEXT = "It is a scan or a picture: run text recognition (OCR) on it, or give the resume as DOCX or text."
_INVISIBLE_MODES = (3, 7)
_TEXT_OBJECT = 1

Char = dict[str, Any]
Box = tuple[float, float, float, float]


def read_pdf_lines(content: bytes) -> tuple[list[RawLine], list[HiddenText]]:
    """The lines of a PDF.

    Raises:
        UnreadableDocumentError: locked, damaged, or without text.
        InputTooLargeError: more than `MAX_PAGES` pages.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    # It warns of every odd font, on standard error.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise InputTooLargeError(f"The PDF has {len(pdf.pages)} pages; at most {MAX_PAGES} are read.")
            return _read_pages(pdf.pages, _find_invisible(content))
    except PdfminerException as error:
        cause = error.args[0] if error.args else None
        if isinstance(cause, (PDFPasswordIncorrect, PDFEncryptionError)):
            raise UnreadableDocumentError("The PDF is locked with a password.", hint="Save a copy without a password.") from error
        raise UnreadableDocumentError("The PDF is damaged.", hint="Print it to a new PDF and give that one.") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError) as error:
        # The PDF library's own faults on broken files come as these.
        raise UnreadableDocumentError("The PDF is damaged.", hint="Print it to a new PDF and give that one.") from error


def _read_pages(pages: Sequence[Any], invisible: Sequence[Sequence[Box]]) -> tuple[list[RawLine], list[HiddenText]]:
    lines: list[RawLine] = []
    hidden: list[HiddenText] = []
    for number, page in enumerate(pages):
        reasons: Counter[str] = Counter()
        shown: set[int] = set()
        for char in page.chars:
            reason = _hidden_reason(char, page, invisible[number] if number < len(invisible) else ())
            if reason is None:
                shown.add(id(char))
            elif char["text"].strip():
                reasons[reason] += 1
        hidden.extend(
            HiddenText.model_validate({"reason": reason, "page": number + 1, "chars": count}) for reason, count in sorted(reasons.items())
        )
        visible = page.filter(lambda thing, shown=shown: thing["object_type"] != "char" or id(thing) in shown)
        lines.extend(_read_page(visible))
        lines.append(RawLine(""))
    if not any(line.text.strip() for line in lines):
        raise UnreadableDocumentError("There is no text to be seen in the PDF.", hint=_NO_TEXT)
    return lines, hidden


def _hidden_reason(char: Char, page: Any, invisible: Sequence[Box]) -> str | None:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    if char["size"] < _MIN_SIZE_PT and char["bottom"] - char["top"] < _MIN_SIZE_PT:
        return "tiny"
    if not (0 <= x <= page.width and 0 <= y <= page.height):
        return "off_page"
    if any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in invisible):
        return "invisible"
    if _lightness(char.get("non_stroking_color")) > _NEAR_WHITE and not _on_dark(x, y, page):
        return "white"
    return None


def _on_dark(x: float, y: float, page: Any) -> bool:
    """Whether something filled and not white lies under a point; a picture counts, as its colours are not known."""
    for thing in (*page.rects, *page.curves):
        inside = thing["x0"] <= x <= thing["x1"] and thing["top"] <= y <= thing["bottom"]
        if inside and thing.get("fill") and _lightness(thing.get("non_stroking_color")) <= _NEAR_WHITE:
            return True
    return any(image["x0"] <= x <= image["x1"] and image["top"] <= y <= image["bottom"] for image in page.images)


def _lightness(colour: Any) -> float:
    """0 black to 1 white, of grey, RGB or CMYK; what cannot be told is dark.

    >>> _lightness((1, 1, 1)), _lightness(0), _lightness((0, 0, 0, 0)), _lightness(None)
    (1.0, 0.0, 1.0, 0.0)
    """
    values = list(colour) if isinstance(colour, (tuple, list)) else [colour]
    if not values or not all(isinstance(value, (int, float)) for value in values):
        return 0.0
    if len(values) == 4:
        return 1.0 - min(1.0, float(max(values[:3])) + float(values[3]))
    return min(float(value) for value in values)


def _find_invisible(content: bytes) -> list[list[Box]]:
    """Boxes of the text that is set to be drawn with no ink, for each page: pdfminer does not tell, PDFium does."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return []
    boxes: list[list[Box]] = []
    try:
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            height = page.get_height()
            found: list[Box] = []
            for thing in page.get_objects(filter=[_TEXT_OBJECT]):
                if raw.FPDFTextObj_GetTextRenderMode(thing.raw) in _INVISIBLE_MODES:
                    left, bottom, right, top = thing.get_bounds() if hasattr(thing, "get_bounds") else thing.get_pos()
                    found.append((left - 1, height - top - 1, right + 1, height - bottom + 1))
            boxes.append(found)
    except pypdfium2.PdfiumError:
        return boxes
    finally:
        document.close()
    return boxes


def _read_page(page: Any) -> Iterator[RawLine]:
    words = page.extract_words(extra_attrs=["fontname", "size"], keep_blank_chars=False, use_text_flow=False, x_tolerance_ratio=0.18)
    if not words:
        return
    body = median(word["size"] for word in words)
    gutter = _find_gutter(words, page.width)
    for column in _split_columns(words, gutter) if gutter else [words]:
        yield from _read_column(column, body)


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
    if min(len(rows_left), len(rows_right)) < 10 or len(right) < 2.5 * len(rows_right) or len(left) < 1.5 * len(rows_left):
        return None
    tops = {round(row[0]["bottom"]) for row in rows_left}
    level = sum(1 for row in rows_right if round(row[0]["bottom"]) in tops)
    return best[1] if level < 0.7 * len(rows_right) else None


def _split_columns(words: Sequence[Char], gutter: float) -> list[list[Char]]:
    """What stands above the columns first, then left, then right."""
    crossing = [word for word in words if word["x0"] < gutter - 5 and word["x1"] > gutter + 5]
    head_end = max((word["bottom"] for word in crossing if word["top"] < 200), default=0.0)
    head = [word for word in words if word["bottom"] <= head_end + 1]
    rest = [word for word in words if word["bottom"] > head_end + 1]
    return [head, [word for word in rest if word["x0"] < gutter], [word for word in rest if word["x0"] >= gutter]]


def _rows(words: Iterable[Char]) -> list[list[Char]]:
    rows: list[list[Char]] = []
    for word in sorted(words, key=lambda word: (word["bottom"], word["x0"])):
        if rows and abs(rows[-1][-1]["bottom"] - word["bottom"]) < 0.35 * max(word["size"], 4):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word["x0"]) for row in rows]


def _read_column(words: Sequence[Char], body: float) -> Iterator[RawLine]:
    rows = _rows(words)
    steps = [later[0]["bottom"] - row[0]["bottom"] for row, later in itertools.pairwise(rows)]
    step = median(steps) if steps else 0.0
    for number, row in enumerate(rows):
        if number and steps[number - 1] > 1.25 * step:
            yield RawLine("")
        text = row[0]["text"]
        for before, word in itertools.pairwise(row):
            wide = word["x0"] - before["x1"] > 1.8 * before["size"]
            text += ("\t" if wide else " ") + word["text"]
        size = median(word["size"] for word in row)
        bold = all("bold" in word["fontname"].casefold() for word in row if any(char.isalnum() for char in word["text"]))
        glyph = len(row) > 1 and not any(char.isalnum() for char in re.sub(r"\(cid:\d+\)", "", row[0]["text"]))
        yield RawLine(
            text,
            strong=bold or size > 1.12 * body,
            indent=row[0]["x0"] / 5,
            text_indent=row[1]["x0"] / 5 if glyph else None,
            size=float(size),
        )
