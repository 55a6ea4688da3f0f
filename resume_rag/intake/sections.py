"""The lines of a resume to its sections: which lines are headings, and what stands under each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from resume_rag.intake.headings import SectionKind, find_section
from resume_rag.intake.lines import Line


@dataclass(slots=True)
class Section:
    """A heading (None: what stands before the first) and the lines under it."""

    kind: SectionKind | None
    heading: Line | None = None
    lines: list[Line] = field(default_factory=list)


def split_sections(lines: Sequence[Line]) -> list[Section]:
    """Sections in document order; the first has no heading and holds name and contact."""
    sections = [Section(None)]
    inline = True
    levels = {line.level for line in lines if line.level and find_section(line.text)}
    for line in lines:
        kind = find_section(line.text) if _stands_as_heading(line) else None
        if kind is None and line.level and line.level in levels and len(sections) > 1:
            kind = "other"
        if kind is not None:
            inline = False
            sections.append(Section(kind, line))
        elif inline and (parts := _split_inline(line)) is not None:
            sections.append(Section(find_section(parts[0].text), parts[0], [parts[1]]))
        else:
            sections[-1].lines.append(line)
    return sections


def _stands_as_heading(line: Line) -> bool:
    if line.bullet or line.link:
        return False
    marked = line.level or line.strong or line.ruled or line.text.isupper() or line.text.endswith((":", "："))
    return bool(marked) or line.blank_before or len(line.text.split()) <= 3


def _split_inline(line: Line) -> tuple[Line, Line] | None:
    """``Skills: Python, SQL``: a heading and its content on one line, in a resume that has had no other headings so far."""
    head, colon, rest = line.text.partition(":")
    if not colon or not rest.strip() or line.bullet or find_section(head) in (None, "contact", "other"):
        return None
    start = line.start + len(head) + 1 + len(rest) - len(rest.lstrip())
    return (
        line._replace(text=head, end=line.start + len(head)),
        line._replace(text=rest.strip(), start=start, full_start=start, end=start + len(rest.strip()), level=0, strong=False),
    )
