"""The lines of one section to entries: which lines are an entry's header, which its bullets and paragraphs.

Wrapped lines are put back to their bullet or paragraph here. Works by indent, blank lines, length, dates and word evidence;
knows nothing of the fields that an entry has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from resume_rag.intake.dates import find_range
from resume_rag.intake.lexicon import find_degree, is_school, organization_evidence, title_evidence
from resume_rag.intake.lines import Line, Piece
from resume_rag.intake.places import is_location, split_commas

_ABBREVIATED = re.compile(
    r"(?:\b(?:inc|ltd|co|corp|llc|st|jr|sr|ph\.?d|b\.?sc|m\.?sc|b\.?a|m\.?a|b\.?s|m\.?s|u\.s\.a?|e\.v|s\.a|etc)\.|\.\.\.)$", re.IGNORECASE
)
DURATION = re.compile(r"\(?\b\d+\+?\s*(?:yrs?|years?|mos?|months?|weeks?)(?:[ ,]+(?:and\s+)?\d+\s*(?:mos?|months?))?\b\)?", re.IGNORECASE)
_FULL_SHARE = 0.78  # of the widest line: a line this long may have been wrapped


@dataclass(slots=True)
class Block:
    """A bullet or a paragraph, with the lines it was wrapped to."""

    lines: list[Line]
    bullet: bool

    def piece(self, source: str) -> Piece:
        """From the first line's first letter to the last line's last."""
        start, end = self.lines[0].start, self.lines[-1].end
        return Piece(source[start:end], start, end)


@dataclass(slots=True)
class Entry:
    """One entry of a section: its header lines, then bullets and paragraphs."""

    header: list[Line] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    links: list[Line] = field(default_factory=list)


def is_prose(text: str) -> bool:
    """Whether a line reads as a sentence or a part of one, and not as a header.

    >>> is_prose("Led the migration of 40 services to Go."), is_prose("Acme Inc."), is_prose("Staff Nurse, Tucson, AZ")
    (True, False, False)
    """
    words = text.split()
    found = find_range(text)
    if found is not None and len(words) <= 18:
        outside = len((text[: found.start] + " " + text[found.end :]).split())
        return text.endswith(".") and not _ABBREVIATED.search(text) and outside > 4
    if len(words) >= 3 and text[-1] in ".!;:" and not _ABBREVIATED.search(text) and organization_evidence(text) < 2:
        return True
    if len(words) > 16 or (len(words) > 9 and "," not in text and "|" not in text and "\t" not in text):
        return True
    return text[:1].islower() and len(words) > 2


def continues(block: Block, line: Line, width: int) -> bool:
    """Whether a line goes on with the bullet or paragraph before it.

    Args:
        block: what stands before.
        line: the line in question, without a bullet of its own.
        width: length of the section's longest line, in characters.
    """
    first, last = block.lines[0], block.lines[-1]
    if line.bullet or line.level or line.link or (line.strong and not last.strong):
        return False
    lower = line.text[:1].islower() or line.text[:1] in "(&,"
    dangling = last.text.endswith((",", "-", "–", "/", "&", "(")) or re.search(
        r"\b(?:and|or|the|of|to|with|for|in|a|an|by|und|y|et)$", last.text
    )
    if line.blank_before:
        return lower and bool(dangling)
    if not block.bullet:
        return True
    hangs = line.indent > first.indent + 0.6
    aligned = abs(line.indent - first.text_indent) <= max(1.0, first.size * 0.35)
    found = find_range(line.text)
    if hangs and aligned and not (found is not None and found.is_range and not dangling and not lower and not is_prose(line.text)):
        return True
    if found is not None and found.is_range and not lower:
        return False
    if lower or dangling:
        return True
    full = len(last.text) + (last.start - last.full_start) >= _FULL_SHARE * width
    if hangs:
        return full or not last.text.endswith((".", "!"))
    return full and not last.text.endswith((".", ";", ":", "!")) and not _is_headerlike(line)


def _is_headerlike(line: Line) -> bool:
    return not is_prose(line.text) and (title_evidence(line.text) == 2 or organization_evidence(line.text) == 2)


def fold_blocks(lines: Sequence[Line], *, paragraphs: bool = False) -> list[Block]:
    """Bullets with their wrapped lines; other lines each a block, or joined to paragraphs where asked."""
    blocks: list[Block] = []
    width = max((line.end - line.full_start for line in lines), default=0)
    for line in lines:
        joinable = bool(blocks) and (blocks[-1].bullet or paragraphs)
        if joinable and continues(blocks[-1], line, width):
            blocks[-1].lines.append(line)
        else:
            blocks.append(Block([line], line.bullet))
    return blocks


class _Grouper:
    """Walks the blocks of a section once and opens an entry where one starts."""

    def __init__(self, blocks: Sequence[Block], is_header_bullet: Callable[[Block], bool], *, studies: bool, needs_names: int) -> None:
        self.blocks = blocks
        self.is_header_bullet = is_header_bullet
        self.studies = studies
        self.needs_names = needs_names
        self.entries: list[Entry] = []

    def group(self) -> list[Entry]:
        for number, block in enumerate(self.blocks):
            line = block.lines[0]
            if line.link:
                self._add_link(line)
            elif block.bullet and not self.is_header_bullet(block):
                self._current().body.append(block)
            elif not self.entries or block.bullet:
                self.entries.append(Entry(list(block.lines)))
            else:
                self._add_plain(number, line)
        return self.entries

    def _current(self) -> Entry:
        if not self.entries:
            self.entries.append(Entry())
        return self.entries[-1]

    def _add_link(self, line: Line) -> None:
        entry = self._current()
        (entry.links if entry.body else entry.header).append(line)

    def _add_plain(self, number: int, line: Line) -> None:
        entry = self.entries[-1]
        if not entry.body and self._accepts(entry, line):
            entry.header.append(line)
        elif self._starts(number, line, entry):
            self.entries.append(Entry([line]))
        elif entry.body and not entry.body[-1].bullet and not line.blank_before:
            entry.body[-1].lines.append(line)
        else:
            entry.body.append(Block([line], bullet=False))

    def _accepts(self, entry: Entry, line: Line) -> bool:
        """Whether a line still belongs to the header that is being read."""
        header = [known for known in entry.header if not known.link]
        if not header:
            return not is_prose(line.text)
        if line.level and line.level <= header[0].level:
            return False
        if line.level and not header[0].level and len(header) > 1:
            return False
        if is_location(line.text) or DURATION.fullmatch(line.text):
            return True
        dated = [known for known in header if find_range(known.text)]
        line_dated = find_range(line.text)
        if dated and line_dated and (line_dated.is_range or not find_range(dated[0].text).is_range):  # type: ignore[union-attr]
            return False
        if is_prose(line.text) or len(header) >= 4 or len(line.text) > 120:
            return False
        if self.studies:
            return not self._repeats_study(header, line)
        names = _count_names(header)
        if line.blank_before and header[0].blank_before and dated and names >= 1:
            return False
        if self.needs_names == 1 and names >= 1 and not line_dated:
            # Under a project's name its owner's part in it: "Maintainer".
            return names == 1 and not line.blank_before and title_evidence(line.text) == 2 > title_evidence(header[0].text)
        return not (dated and names >= self.needs_names)

    def _is_plainer(self, line: Line) -> bool:
        """Whether the section's names are set off (bold, a heading) and this line is not."""
        first = self.entries[0].header[0]
        return bool(first.strong or first.level) and not (line.strong or line.level) and not line.blank_before

    def _repeats_study(self, header: Sequence[Line], line: Line) -> bool:
        text = " ; ".join(known.text for known in header)
        has_degree, has_school = find_degree(text) is not None, is_school(text)
        degree, school = find_degree(line.text) is not None, is_school(line.text)
        if (
            (degree and has_degree and not school)
            or (school and has_school and not degree)
            or (degree and school and (has_degree or has_school))
        ):
            return True
        return line.blank_before and has_degree and has_school

    def _starts(self, number: int, line: Line, entry: Entry) -> bool:
        """Whether a line opens an entry."""
        if line.level:
            return True
        if is_prose(line.text) or _goes_on(line, entry):
            return False
        if self.entries[0].header[:1] and self.needs_names == 1 and self._is_plainer(line):
            return False
        if find_range(line.text) is not None or (line.strong and line.text[:1].isupper()):
            return True
        if self.studies and (find_degree(line.text) or is_school(line.text)):
            return True
        for later in self.blocks[number + 1 : number + 4]:
            head = later.lines[0]
            if later.bullet:
                break
            if is_prose(head.text) or head.level:
                break
            found = find_range(head.text)
            if found is not None and (found.is_range or self.needs_names == 1):
                return True
        if not line.blank_before:
            return False
        evidence = title_evidence(line.text) + organization_evidence(line.text)
        follower = self.blocks[number + 1] if number + 1 < len(self.blocks) else None
        followed = follower is not None and (follower.bullet or is_prose(follower.lines[0].text)) and bool(entry.body)
        return evidence >= 2 or followed


def _goes_on(line: Line, entry: Entry) -> bool:
    """Whether a line in lower case goes on with an unfinished paragraph ("eBay" begins like a name)."""
    word = line.text.split(" ", 1)[0]
    if not word.islower() or line.strong or not entry.body:
        return False
    return not entry.body[-1].bullet and not entry.body[-1].lines[-1].text.endswith((".", "!", ":"))


def _count_names(header: Sequence[Line]) -> int:
    """How many names a header holds so far: a line is one, and two where a comma or bar divides it."""
    count = 0
    for line in header:
        found = find_range(line.text)
        piece = line.piece
        rest = piece if found is None else Piece(piece.text[: found.start] + " " + piece.text[found.end :], 0, 0)
        text = rest.text.strip(" ,|–—-()[]\t·•")
        if not text or is_location(text):
            continue
        parts = [part for part in re.split(r"\t|\s[|•·–—-]\s|\s{3,}", text) if part.strip(" ,|()") and not is_location(part.strip(" ,|()"))]
        if len(parts) == 1:
            commas = split_commas(Piece(parts[0], 0, len(parts[0])))
            sides = {(title_evidence(part.text) > 0, organization_evidence(part.text) > 0) for part in commas}
            count += 2 if len(commas) > 1 and len(sides) > 1 else 1
        else:
            count += max(1, len(parts))
    return count


def group_entries(lines: Sequence[Line], *, studies: bool = False, needs_names: int = 2) -> list[Entry]:
    """The entries of a section.

    Args:
        lines: the section's lines, without its heading.
        studies: degrees and schools mark the entries.
        needs_names: names in a complete header: 2 for employer and title, 1 for a project.
    """
    lines = [_without_number(line) for line in lines]
    blocks = fold_blocks(lines)
    first = next((block for block in blocks if not block.lines[0].link), None)
    indent = first.lines[0].indent if first is not None and first.bullet else None

    def is_header_bullet(block: Block) -> bool:
        if indent is None or abs(block.lines[0].indent - indent) > 0.6:
            return False
        return needs_names == 1 or studies or _is_dated_header(block)

    return _Grouper(blocks, is_header_bullet, studies=studies, needs_names=needs_names).group()


def _is_dated_header(block: Block) -> bool:
    text = " ".join(line.text for line in block.lines)
    found = find_range(text)
    return found is not None and found.is_range and not is_prose(text)


def _without_number(line: Line) -> Line:
    """``1. Backend Developer, Acme (2018 - 2020)`` is a header with a number and no bullet."""
    if not line.numbered:
        return line
    found = find_range(line.text)
    is_header = (found is not None and found.is_range) or (title_evidence(line.text) > 0 and not is_prose(line.text.rstrip(":")))
    return line._replace(bullet=False, level=line.level or 6) if is_header else line
