"""A response as one HTML page: the tailored resume with the source of each line beside it, and what the post asks for in vain.

The page stands alone: no script, nothing fetched, and its policy forbids both. Printed, it is the resume without sources. Text of the
resume is data and is escaped; only http and https addresses become links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape

from resume_rag.export.outline import LISTED_SECTIONS, OutlineEntry, OutlineLine, OutlineSection, build_outline
from resume_rag.export.words import IMPORTANCE_WORDS, describe_reasons, render_count
from resume_rag.schema import Line, LineStatus, TailorResponse
from resume_rag.text import squeeze

_LINK = re.compile(r"https?://[^\s<>\"']+")
_STATUS_WORDS: dict[LineStatus, str] = {"rewritten": "rewritten", "fallback": "kept after a failed rewrite", "verbatim": "unchanged"}
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:72rem;margin:2rem auto;padding:0 1.5rem}
h1{margin:0}h2{font-size:1.05rem;text-transform:uppercase;letter-spacing:.05em;border-bottom:1px solid #ccc;margin:1.8rem 0 .6rem}
h3{font-size:1rem;margin:1rem 0 0}p{margin:.2rem 0}.where,.contact{color:#555}
.line{display:grid;grid-template-columns:3fr 2fr;gap:1.5rem;padding:.3rem 0 .3rem .8rem;
border-left-style:solid;border-left-width:4px;margin:.3rem 0}
.verbatim{border-left-color:#ccc}.rewritten{border-left-color:#1a7f37}.fallback{border-left-color:#bf8700}.source{font-size:.85rem;color:#555}
.key span{border-left-style:solid;border-left-width:4px;padding:0 1rem 0 .5rem}meter{width:14rem;vertical-align:middle}ul{margin:.2rem 0}
@media(max-width:50rem){.line{grid-template-columns:1fr;gap:.2rem}}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}.where,.contact,.source{color:#aaa}a{color:#8ab4f8}}
@media print{.source,.about{display:none}.line{display:block;border:0;padding:0}.bullet>:first-child::before{content:"• "}
body{margin:0;max-width:none;color:#000;background:#fff}}
"""


def render_page(response: TailorResponse) -> str:
    """The response as an HTML document."""
    outline = build_outline(response.resume)
    lines = {line.path: line for line in response.lines}
    title = escape(outline.name or "Resume")
    body = [
        f"<h1>{title}</h1>",
        f"<p><strong>{escape(outline.label)}</strong></p>" if outline.label else "",
        f'<p class="contact">{" · ".join(_linked(part) for part in outline.contact)}</p>' if outline.contact else "",
        _key(response, {line.path for section in outline.sections for entry in section.entries for line in entry.lines}),
        *(part for section in outline.sections for part in _section(section, lines)),
        *_fit(response),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_STYLE}</style></head><body>\n" + "\n".join(part for part in body if part) + "\n</body></html>\n"
    )


def _key(response: TailorResponse, shown: set[str]) -> str:
    """How many lines of each kind, with the colour that stands for it."""
    counts = {status: sum(line.status == status and line.path in shown for line in response.lines) for status in _STATUS_WORDS}
    parts = [
        f'<span class="{status}">{render_count(counts[status], "line")} {words}</span>'
        for status, words in _STATUS_WORDS.items()
        if counts[status]
    ]
    return f'<p class="key about">{"".join(parts)}</p>' if parts else ""


def _section(section: OutlineSection, lines: Mapping[str, Line]) -> Iterator[str]:
    yield f"<h2>{escape(section.title)}</h2>"
    for entry in section.entries:
        if section.name in LISTED_SECTIONS:
            yield f"<p>{_linked_within(entry.inline())}</p>"
            continue
        yield from _head(entry)
        for number, line in enumerate(entry.lines):
            is_last = number + 1 == len(entry.lines) or entry.lines[number + 1].path != line.path
            yield _line(line, lines.get(line.path), is_last=is_last)


def _head(entry: OutlineEntry) -> Iterator[str]:
    if entry.title:
        yield f"<h3>{escape(entry.title)}</h3>"
    if where := " · ".join(_linked(part) for part in entry.where()):
        yield f'<p class="where">{where}</p>'


def _line(shown: OutlineLine, line: Line | None, *, is_last: bool) -> str:
    """A line; its source stands beside the last paragraph of it."""
    status = line.status if line else "verbatim"
    said = f"<strong>{escape(shown.label)}:</strong> {escape(shown.text)}" if shown.label else escape(shown.text)
    notes = "".join(f"<p>{note}</p>" for note in _notes(line)) if line and is_last else ""
    classes = f"line {status}{' bullet' if shown.is_bullet else ''}"
    return f'<div class="{classes}" id="{escape(shown.path)}"><div>{said}</div><div class="source">{notes}</div></div>'


def _notes(line: Line) -> Iterator[str]:
    if line.status == "verbatim":
        return
    if line.status == "fallback":
        yield f"kept as it was: {escape(describe_reasons(line))}"
        return
    for source in line.sources:
        yield f"from {escape(source.fact_id)}: “{escape(squeeze(source.text))}”"
    if line.serves:
        yield f"serves: {escape('; '.join(squeeze(text) for text in line.serves))}"
    if line.reasons:
        yield f"second try; the first was refused: {escape(describe_reasons(line))}"


def _fit(response: TailorResponse) -> Iterator[str]:
    """Coverage and gaps, which are about the resume and no part of it."""
    if response.coverage:
        shares = (("before", response.coverage.before), ("after", response.coverage.after), ("ceiling", response.coverage.ceiling))
        rows = "".join(f'<p><meter value="{share:.3f}"></meter> {share:.0%} {name}</p>' for name, share in shares)
        asked = render_count(response.coverage.targets, "target")
        yield f'<section class="about"><h2>Fit with the post</h2><p>Coverage of {asked}, an estimate by code</p>{rows}</section>'
    for importance, title in IMPORTANCE_WORDS.items():
        gaps = "".join(f"<li>{escape(squeeze(gap.text))}</li>" for gap in response.gaps if gap.importance == importance)
        if gaps:
            heading = f"Asked for, and nothing in the resume supports it: {title.lower()}"
            yield f'<section class="about"><h3>{heading}</h3><ul>{gaps}</ul></section>'


def _linked(text: str) -> str:
    return f'<a href="{escape(text)}" rel="noreferrer">{escape(text)}</a>' if _LINK.fullmatch(text) else escape(text)


def _linked_within(text: str) -> str:
    return " ".join(_linked(word) for word in text.split(" "))
