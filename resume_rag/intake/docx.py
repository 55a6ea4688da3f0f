"""DOCX to lines: paragraphs and tables in order, heading styles, list bullets; hidden runs are left out and reported."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from resume_rag.errors import EmptyResumeError, UnreadableDocumentError
from resume_rag.intake.lines import RawLine
from resume_rag.schema import HiddenText

_MAX_UNPACKED_BYTES = 100_000_000
_DAMAGED = "Open it in a word processor, save it again as DOCX, and try that file."
_MIN_SIZE_PT = 3.0


def read_docx_lines(content: bytes) -> tuple[list[RawLine], list[HiddenText]]:
    """The lines of a DOCX file.

    Raises:
        UnreadableDocumentError: no DOCX, damaged, or one that unpacks to too much.
        EmptyResumeError: no text in it.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    _check_package(content)
    hidden: list[HiddenText] = []
    try:
        document = docx.Document(io.BytesIO(content))
        lines = [line for part in _parts(document) for line in _read_blocks(part, hidden)]
    except (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise UnreadableDocumentError("The DOCX document is damaged.", hint=_DAMAGED) from error
    if not any(line.text.strip() for line in lines):
        raise EmptyResumeError("There is no text in the DOCX document.")
    return lines, hidden


def _check_package(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()
            unpacked = sum(info.file_size for info in package.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableDocumentError("The DOCX document is damaged.", hint=_DAMAGED) from error
    if "word/document.xml" not in names:
        raise UnreadableDocumentError("The file is a ZIP archive, not a DOCX document.")
    if unpacked > _MAX_UNPACKED_BYTES:
        raise UnreadableDocumentError("The DOCX document unpacks to too much data.", hint="Remove its pictures and save it again.")


def _parts(document: Any) -> Iterator[Any]:
    """Page headers first, where contact details often stand, then the body, then page footers."""
    first = document.sections[0] if len(document.sections) else None
    if first is not None and not first.header.is_linked_to_previous:
        yield first.header
    yield document
    if first is not None and not first.footer.is_linked_to_previous:
        yield first.footer


def _read_blocks(container: Any, hidden: list[HiddenText]) -> Iterator[RawLine]:
    for block in container.iter_inner_content():
        if hasattr(block, "rows"):
            seen: set[int] = set()
            for row in block.rows:
                read: list[list[RawLine]] = []
                for cell in row.cells:
                    # A merged cell is listed once for each column that it covers.
                    if id(cell._tc) not in seen:
                        seen.add(id(cell._tc))
                        read.append([line for line in _read_blocks(cell, hidden) if line.text.strip()])
                yield from _join_cells(read)
        else:
            yield from _read_paragraph(block, hidden)


def _join_cells(cells: list[list[RawLine]]) -> Iterator[RawLine]:
    """Cells of one line each are one line, such as dates beside a title; others come one after another."""
    filled = [cell for cell in cells if cell]
    if len(filled) > 1 and all(len(cell) == 1 and not cell[0].bullet for cell in filled):
        yield filled[0][0]._replace(text="\t".join(cell[0].text for cell in filled), strong=any(cell[0].strong for cell in filled))
        return
    for cell in filled:
        yield RawLine("")
        yield from cell


def _read_paragraph(paragraph: Any, hidden: list[HiddenText]) -> Iterator[RawLine]:
    style = str(paragraph.style.name or "") if paragraph.style is not None else ""
    heading = re.match(r"(?:Heading|Überschrift|Titre|Título)\s*(\d)", style)
    level = int(heading.group(1)) if heading else 1 if style == "Title" else 0
    numbered = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    bullet = not level and (style.startswith("List") or numbered)
    shown, bold = "", []
    for part in paragraph.iter_inner_content():
        for run in getattr(part, "runs", None) or [part]:
            reason = _hidden_reason(run)
            if reason and run.text.strip():
                hidden.append(HiddenText.model_validate({"reason": reason, "chars": len(run.text.strip())}))
            elif not reason:
                shown += run.text
                if run.text.strip():
                    bold.append(bool(run.bold))
    if not shown.strip():
        yield RawLine("")
        return
    if level:
        yield RawLine("")
    for number, text in enumerate(shown.split("\n")):
        yield RawLine(
            text.rstrip(), level=level, bullet=bullet and number == 0, strong=bool(bold) and all(bold), indent=1.0 if bullet else 0.0
        )


def _hidden_reason(run: Any) -> str | None:
    font = run.font
    if font.hidden:
        return "invisible"
    if font.size is not None and font.size.pt < _MIN_SIZE_PT:
        return "tiny"
    try:
        colour = font.color.rgb if font.color is not None else None
    except ValueError:
        colour = None
    shaded = run._r.rPr is not None and run._r.rPr.find("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}shd") is not None
    if colour is not None and min(colour) > 245 and not shaded and font.highlight_color is None:
        return "white"
    return None
