"""PDF to words with their places and looks; what nobody can see is left out and reported. `pdf_layout` makes lines of them."""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

from resume_rag.errors import InputTooLargeError, UnreadableDocumentError
from resume_rag.intake.lines import RawLine
from resume_rag.intake.pdf_layout import Box, PageWords, lay_out
from resume_rag.schema import HiddenText

MAX_PAGES = 30
_MIN_SIZE_PT = 3.0
_NEAR_WHITE = 0.94
_NO_TEXT = "It is a scan or a picture: run text recognition (OCR) on it, or give the resume as DOCX or text."
_INVISIBLE_MODES = (3, 7)
_TEXT_OBJECT = 1

Char = dict[str, Any]


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
    seen: list[PageWords] = []
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
        seen.append(_see_page(visible))
    lines = lay_out(seen)
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


def _see_page(page: Any) -> PageWords:
    words = page.extract_words(extra_attrs=["fontname", "size"], keep_blank_chars=False, use_text_flow=False, x_tolerance_ratio=0.18)
    marks = [
        (float(thing["x0"]), float(thing["top"]), float(thing["x1"]), float(thing["bottom"]))
        for thing in (*page.curves, *page.rects)
        if thing.get("fill") and _is_bullet_shape(thing["x1"] - thing["x0"], thing["bottom"] - thing["top"])
    ]
    return PageWords(words, marks, float(page.width), float(page.height))


def _is_bullet_shape(width: float, height: float) -> bool:
    return 1.0 < width < 8.0 and 0.7 < width / max(height, 0.1) < 1.4
