"""The lines of a resume to its sections: which lines are headings, and what stands under each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from resume_rag.intake.dates import find_range
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
    style = _find_style(lines)
    for line in lines:
        kind = find_section(line.text) if _stands_as_heading(line, style) else None
        if kind is None and len(sections) > 1 and style.is_like(line):
            kind = "other"
        if kind is not None:
            inline = False
            sections.append(Section(kind, line))
        elif inline and (parts := _split_inline(line)) is not None:
            sections.append(Section(find_section(parts[0].text), parts[0], [parts[1]]))
        elif line.apart and sections[-1].kind is not None:
            # A column that begins without a heading belongs to none of the sections before it.
            sections.append(Section(None, lines=[line]))
        else:
            sections[-1].lines.append(line)
    return sections


class _Style(NamedTuple):
    """How the headings of a document look: their level, or the smallest size that they have."""

    level: int = 0
    size: float = 0.0
    sure: bool = False
    usual_size: float = 0.0  # of at least three headings

    def is_like(self, line: Line) -> bool:
        """Whether a line of unknown words looks as the headings do, and so begins a section of another kind."""
        if line.bullet or line.link or not any(char.isalpha() for char in line.text) or len(line.text.split()) > 6:
            return False
        if self.usual_size:
            return line.strong and abs(line.size - self.usual_size) < 0.02 * self.usual_size and find_range(line.text) is None
        return bool(line.level) and line.level == self.level


def _find_style(lines: Sequence[Line]) -> _Style:
    """What the headings have in common, so that a word such as "Web" in a list is not taken for one.

    Two headings of one level are enough to know it; sizes need three headings that are larger than the text.
    """
    named = [line for line in lines if not line.bullet and not line.link and find_section(line.text)]
    levels = Counter(line.level for line in named if line.level)
    if levels and max(levels.values()) >= 2:
        most = max(levels.values())
        return _Style(level=min(level for level, count in levels.items() if count == most), sure=most >= 3)
    sizes = [line.size for line in lines if line.size]
    body = median(sizes) if sizes else 0.0
    large = [line for line in named if line.size >= 1.2 * body]
    if not body or len(large) < 3:
        return _Style(level=max(levels, default=0))
    size, count = Counter(round(line.size, 1) for line in large).most_common(1)[0]
    return _Style(size=1.12 * body, usual_size=size if count >= 3 else 0.0)


def _stands_as_heading(line: Line, style: _Style) -> bool:
    if line.link or line.size < style.size or (line.bullet and not (line.level and line.level == style.level)):
        return False
    if style.level:
        return 0 < line.level <= style.level or (not style.sure and not line.level and (line.strong or line.text.isupper()))
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
