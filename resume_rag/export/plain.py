"""A resume as plain text, for the text box of an application form: no markup, no line is broken.

Titles and marks are those that readers of resumes know, `intake` among them. Knows nothing of how the resume was tailored.
"""

from __future__ import annotations

from collections.abc import Iterator

from resume_rag.export.outline import LISTED_SECTIONS, OutlineEntry, OutlineLine, OutlineSection, build_outline
from resume_rag.schema import Resume


def render_text(resume: Resume) -> str:
    """The resume as plain text: name, contact, then each section.

    >>> print(
    ...     render_text(Resume.model_validate({"basics": {"name": "Ada Poe"}, "work": [{"name": "Acme", "highlights": ["Built it"]}]})),
    ...     end="",
    ... )
    Ada Poe
    <BLANKLINE>
    EXPERIENCE
    <BLANKLINE>
    Acme
    - Built it
    """
    outline = build_outline(resume)
    head = [outline.name, outline.label, " | ".join(outline.contact)]
    blocks = ["\n".join(part for part in head if part)]
    for section in outline.sections:
        blocks += [section.title.upper(), *_section_blocks(section)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section_blocks(section: OutlineSection) -> Iterator[str]:
    if section.name in LISTED_SECTIONS:
        yield "\n".join(entry.inline() for entry in section.entries)
        return
    for entry in section.entries:
        yield "\n".join([*_head(entry), *map(_line, entry.lines)])


def _head(entry: OutlineEntry) -> Iterator[str]:
    if entry.title:
        yield entry.title
    if where := " | ".join(entry.where()):
        yield where


def _line(line: OutlineLine) -> str:
    return f"- {line.said()}" if line.is_bullet else line.said()
