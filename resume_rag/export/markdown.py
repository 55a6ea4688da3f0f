"""A resume as Markdown (CommonMark), ready to send or to convert.

Text of the resume is data: characters that Markdown would take for markup are escaped, and only http and https
addresses become links. Knows nothing of how the resume was tailored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from resume_rag.export.outline import LISTED_SECTIONS, OutlineEntry, OutlineLine, OutlineSection, build_outline
from resume_rag.schema import Resume, TailorResponse

_MARKUP = re.compile(r"""[\\`*\[\]<~] | (?<![^\W_])_|_(?![^\W_]) | &(?=\#?\w+;) | !(?=\[)""", re.VERBOSE)
_LINE_START = re.compile(r"^(?:(>|(?:\#{1,6}|[-+])(?=\s|$)|-(?=-)) | (\d{1,9})([.)])(?=\s|$))", re.VERBOSE)
_CLOSING_HASHES = re.compile(r"(?<=\s)(?=\#+$)")
_LINK = re.compile(r"https?://[^\s<>]+")


def render_markdown(resume: TailorResponse | Resume) -> str:
    """The resume as Markdown: name, contact, then each section; nothing on where its lines came from.

    >>> print(render_markdown(Resume.model_validate({"basics": {"name": "Ada Poe"}, "skills": [{"name": "Go"}]})), end="")
    # Ada Poe
    <BLANKLINE>
    ## Skills
    <BLANKLINE>
    Go
    """
    outline = build_outline(resume.resume if isinstance(resume, TailorResponse) else resume)
    blocks = [f"# {escape_markdown(outline.name)}"] if outline.name else []
    if outline.label:
        blocks.append(f"**{escape_markdown(outline.label)}**")
    if outline.contact:
        blocks.append(" · ".join(_linked(part) for part in outline.contact))
    for section in outline.sections:
        blocks.append(f"## {section.title}")
        blocks.extend(_section_blocks(section))
    return "\n\n".join(blocks) + "\n"


def escape_markdown(text: str) -> str:
    r"""Text that Markdown shows as it is.

    >>> print(escape_markdown("C++ & R&D, *5* stars, snake_case, __init__"))
    C++ & R&D, \*5\* stars, snake_case, \_\_init\_\_
    >>> print(escape_markdown("2019. A year"), escape_markdown("# of users"))
    2019\. A year \# of users
    """
    escaped = _MARKUP.sub(lambda match: "\\" + match.group(), text)
    escaped = _CLOSING_HASHES.sub(r"\\", escaped)
    return _LINE_START.sub(lambda match: f"{match[2]}\\{match[3]}" if match[2] else "\\" + match.group(), escaped)


def _linked(text: str) -> str:
    return f"<{text}>" if _LINK.fullmatch(text) else escape_markdown(text)


def _section_blocks(section: OutlineSection) -> Iterator[str]:
    if section.name in LISTED_SECTIONS:
        mark = "- " if len(section.entries) > 1 else ""
        yield "\n".join(mark + _inline(entry) for entry in section.entries)
        return
    for entry in section.entries:
        if heading := _heading(entry):
            yield heading
        yield from _line_blocks(entry.lines)


def _heading(entry: OutlineEntry) -> str:
    title = f"### {escape_markdown(entry.title)}" if entry.title else ""
    where = " · ".join(part for part in (escape_markdown(entry.place), entry.dates, _linked(entry.url)) if part)
    return "\n\n".join(part for part in (title, where) if part)


def _inline(entry: OutlineEntry) -> str:
    head = ", ".join(part for part in (escape_markdown(entry.title), escape_markdown(entry.place), entry.dates, _linked(entry.url)) if part)
    return " ".join(part for part in (head, *(_line(line) for line in entry.lines)) if part)


def _line(line: OutlineLine) -> str:
    return f"**{escape_markdown(line.label)}:** {escape_markdown(line.text)}" if line.label else escape_markdown(line.text)


def _line_blocks(lines: tuple[OutlineLine, ...]) -> Iterator[str]:
    bullets: list[str] = []
    for line in lines:
        if line.is_bullet:
            bullets.append(f"- {_line(line)}")
            continue
        if bullets:
            yield "\n".join(bullets)
            bullets = []
        yield _line(line)
    if bullets:
        yield "\n".join(bullets)
