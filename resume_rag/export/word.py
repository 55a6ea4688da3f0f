"""A resume as a Word document: one column, real headings and bullets, as applicant tracking systems read best.

Only the template's own styles are used, so that its reader can restyle it in one place. Knows nothing of how the resume
was tailored.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from resume_rag.export.outline import LISTED_SECTIONS, OutlineEntry, OutlineLine, OutlineSection, build_outline
from resume_rag.schema import Resume

if TYPE_CHECKING:
    from docx.document import Document

# What XML cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
_MARGIN_CM = 2.0
_TEXT_PT = 10.5
_SIZES_PT = {"Title": 20, "Heading 1": 13, "Heading 2": 11}


def render_docx(resume: Resume) -> bytes:
    """The resume as the bytes of a .docx file."""
    import docx

    outline = build_outline(resume)
    document = docx.Document()
    _set_style(document, outline.name)
    if outline.name:
        _add(document, outline.name, "Title")
    if outline.label:
        _add(document, outline.label, bold=True)
    if outline.contact:
        _add(document, " | ".join(outline.contact))
    for section in outline.sections:
        _add(document, section.title, "Heading 1")
        _add_section(document, section)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _add_section(document: Document, section: OutlineSection) -> None:
    for entry in section.entries:
        if section.name in LISTED_SECTIONS:
            _add_listed(document, entry)
            continue
        if entry.title:
            _add(document, entry.title, "Heading 2")
        if where := " | ".join(entry.where()):
            _add(document, where)
        for line in entry.lines:
            _add_line(document, line)


def _add_listed(document: Document, entry: OutlineEntry) -> None:
    if not entry.title and len(entry.lines) == 1:
        _add_line(document, entry.lines[0])
    else:
        _add(document, entry.inline())


def _add_line(document: Document, line: OutlineLine) -> None:
    paragraph = _add(document, "", "List Bullet" if line.is_bullet else "Normal")
    if line.label:
        paragraph.add_run(_xml_safe(f"{line.label}: ")).bold = True
    paragraph.add_run(_xml_safe(line.text))


def _add(document: Document, text: str, style: str = "Normal", *, bold: bool = False) -> Any:
    paragraph = document.add_paragraph(style=style)
    if text:
        paragraph.add_run(_xml_safe(text)).bold = True if bold else None
    return paragraph


def _set_style(document: Document, name: str) -> None:
    """Black on white in one size of text, narrow margins, and the person's name instead of the library's in the properties."""
    from docx.shared import Cm, Pt, RGBColor

    for page in document.sections:
        page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(_MARGIN_CM)
    normal = document.styles["Normal"]
    normal.font.size = Pt(_TEXT_PT)
    normal.paragraph_format.space_after = Pt(3)
    for title, size_pt in _SIZES_PT.items():
        style = document.styles[title]
        style.font.size, style.font.color.rgb = Pt(size_pt), RGBColor(0, 0, 0)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = _xml_safe(name), _xml_safe(name), ""


def _xml_safe(text: str) -> str:
    return _NOT_XML.sub(" ", text)
