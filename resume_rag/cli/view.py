"""A response as a person wants to read it: the resume with the source of each rewritten line, then what it lacks.

Everything shown is in the response; nothing is computed here beyond counting. Knows nothing of files or of the chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from resume_rag.cli.terminal import MAX_WIDTH, Marks, marks_of, print_heading, print_wrapped, safe
from resume_rag.export import OutlineEntry, OutlineLine, OutlineSection, build_outline
from resume_rag.export.words import IMPORTANCE_WORDS, describe_reasons, render_count
from resume_rag.schema import Coverage, Examples, IntakeReport, Line, TailorResponse, Usage, Versions
from resume_rag.text import squeeze

_BAR_CHARS = 30
_SOURCES_SHOWN = 3
_SHOWN_FROM_MS = 50
_UNPLACED_SHOWN = 8
_INDENT = 4
_FORM_WORDS = {"json_resume": "JSON Resume", "markdown": "Markdown", "pdf": "PDF", "docx": "DOCX", "html": "HTML"}
_HIDDEN_WORDS = {"off_page": "off the page", "hidden_style": "hidden by its style"}


def print_response(console: Console, response: TailorResponse) -> None:
    """Show the whole response: resume, fit with the post, how it was made."""
    print_resume(console, response)
    print_fit(console, response)
    print_making(console, response)


def print_resume(console: Console, response: TailorResponse) -> None:
    """The tailored resume, each line with what happened to it and, where it was rewritten, with its source."""
    outline, marks = build_outline(response.resume), marks_of(console)
    print_heading(console, "Tailored resume")
    _print_legend(console, response, marks)
    print_wrapped(console, outline.name, style="bold")
    print_wrapped(console, outline.label)
    print_wrapped(console, marks.dot.join(outline.contact), style="dim")
    lines = {line.path: line for line in response.lines}
    for section in outline.sections:
        console.print()
        print_wrapped(console, section.title.upper(), style="bold cyan")
        _print_section(console, section, lines)


def _print_section(console: Console, section: OutlineSection, lines: dict[str, Line]) -> None:
    for number, entry in enumerate(section.entries):
        if number and section.entries[number - 1].lines and entry.title:
            console.print()
        _print_entry_head(console, entry)
        for place, line in enumerate(entry.lines):
            is_last_of_path = place + 1 == len(entry.lines) or entry.lines[place + 1].path != line.path
            _print_line(console, line, lines.get(line.path), is_last_of_path=is_last_of_path)


def _print_entry_head(console: Console, entry: OutlineEntry) -> None:
    dot = marks_of(console).dot
    head = Text(dot).join(Text(safe(part), style=style) for part, style in ((entry.title, "bold"), (entry.place, "")) if part)
    tail = Text(safe(dot.join(part for part in (entry.dates, entry.url) if part)))
    both = Text(dot).join(part for part in (head, tail) if part)
    is_short = both.cell_len <= min(console.width, MAX_WIDTH) - 2
    for text in (both,) if is_short else (head, tail):
        print_wrapped(console, text, indent=2)


def _print_line(console: Console, shown: OutlineLine, line: Line | None, *, is_last_of_path: bool) -> None:
    marks = marks_of(console)
    body = Text.assemble((f"{safe(shown.label)}: ", "bold") if shown.label else "", safe(shown.text))
    status = line.status if line else "verbatim"
    if status == "rewritten":
        print_wrapped(console, body, indent=_INDENT, mark=marks.rewritten, mark_style="bold green")
    elif status == "fallback":
        print_wrapped(console, body, indent=_INDENT, mark=marks.fallback, mark_style="bold yellow")
    else:
        print_wrapped(
            console, body, indent=_INDENT if shown.is_bullet else 2, mark=marks.bullet if shown.is_bullet else "", mark_style="dim"
        )
    if line and is_last_of_path:
        for note, style in _notes(line, marks):
            print_wrapped(console, note, indent=_INDENT + 2, style=style)


def _notes(line: Line, marks: Marks) -> Iterator[tuple[str, str]]:
    if line.status == "rewritten":
        for source in line.sources[:_SOURCES_SHOWN]:
            yield f"from {source.fact_id}: {marks.open_quote}{squeeze(source.text)}{marks.close_quote}", "dim"
        if more := line.sources[_SOURCES_SHOWN:]:
            yield "and from " + ", ".join(source.fact_id for source in more), "dim"
        if line.reasons:
            yield f"second try; the first was refused: {describe_reasons(line)}", "dim"
    elif line.status == "fallback":
        yield f"kept as it was: {describe_reasons(line)}", "yellow"


def _print_legend(console: Console, response: TailorResponse, marks: Marks) -> None:
    prose = {line.path for section in build_outline(response.resume).sections for entry in section.entries for line in entry.lines}
    counts = dict.fromkeys(("rewritten", "verbatim", "fallback"), 0)
    for line in response.lines:
        if line.path in prose:
            counts[line.status] += 1
    legend = (
        ("rewritten", marks.rewritten, "bold green", "rewritten (source below)"),
        ("fallback", marks.fallback, "bold yellow", "kept after a failed rewrite (reason below)"),
        ("verbatim", marks.bullet, "dim", "unchanged"),
    )
    for status, mark, style, meaning in legend:
        if counts[status]:
            print_wrapped(console, f"{render_count(counts[status], 'line')} {meaning}", indent=2, mark=mark, mark_style=style)
    if response.lines:
        console.print()


def print_fit(console: Console, response: TailorResponse) -> None:
    """How far the resume covers the post, what is missing, what was left out or moved."""
    if response.coverage or response.gaps:
        print_heading(console, "Fit with the post")
    if response.coverage:
        _print_coverage(console, response.coverage)
    if response.gaps:
        console.print()
        print_wrapped(console, "Gaps: what the post asks for and nothing in the resume supports", style="bold")
        _print_gaps(console, response)
    omitted = [change for change in response.diff if change.kind == "omitted"]
    moved = sum(change.kind == "moved" for change in response.diff)
    if omitted:
        console.print()
        print_wrapped(console, "Left out", style="bold")
        for change in omitted:
            print_wrapped(console, f"{change.before} ({change.path})", indent=_INDENT, mark=marks_of(console).bullet)
    if moved:
        console.print()
        print_wrapped(console, f"Order: {render_count(moved, 'unchanged line')} moved within the role, the most relevant first.")


def _print_coverage(console: Console, coverage: Coverage) -> None:
    marks = marks_of(console)
    print_wrapped(
        console, Text.assemble(("Coverage", "bold"), f" of {render_count(coverage.targets, 'target')} in the post (an estimate by code)")
    )
    rows = (
        ("before", coverage.before, "the resume as it came"),
        ("after", coverage.after, "tailored"),
        ("ceiling", coverage.ceiling, "all that its facts support"),
    )
    for name, share, meaning in rows:
        full = round(max(0.0, min(1.0, share)) * _BAR_CHARS)
        bar = Text.assemble((marks.full * full, "green"), (marks.empty * (_BAR_CHARS - full), "dim"))
        print_wrapped(console, Text.assemble(f"{name:<8}", bar, f" {share:4.0%}  ", (meaning, "dim")), indent=2)


def _print_gaps(console: Console, response: TailorResponse) -> None:
    for importance, title in IMPORTANCE_WORDS.items():
        texts = [squeeze(gap.text) for gap in response.gaps if gap.importance == importance]
        if texts:
            print_wrapped(console, title, indent=2, style="bold red" if importance == "required" else "bold")
        for text in texts:
            print_wrapped(console, text, indent=_INDENT + 2, mark=marks_of(console).bullet, mark_style="dim")


def print_making(console: Console, response: TailorResponse) -> None:
    """What was retrieved, what reading left over, time, tokens, versions."""
    paragraphs = [
        *(_example_words(response.examples) if response.examples else ()),
        *(_intake_words(response.intake) if response.intake else ()),
        *(_usage_words(response.usage) if response.usage else ()),
        *(_version_words(response.versions) if response.versions else ()),
    ]
    if paragraphs:
        print_heading(console, "How it was made")
    for title, texts in paragraphs:
        for number, text in enumerate(texts):
            print_wrapped(console, text, indent=10, mark="" if number else title, mark_style="bold")


_Paragraphs = Iterable[tuple[str, list[str]]]


def _example_words(examples: Examples) -> _Paragraphs:
    if examples.abstained:
        yield "Examples", ["none: nothing in the index is similar enough, so none was shown to the model"]
    elif not examples.used:
        yield "Examples", ["none were asked for"]
    else:
        names = [f"{example.occupation or 'resume'} ({example.id}, {example.score:.2f})" for example in examples.used]
        yield "Examples", [f"{', '.join(names)}; shown to the model for style, none of their facts"]


def _intake_words(intake: IntakeReport) -> _Paragraphs:
    form = _FORM_WORDS.get(intake.form, intake.form.value)
    words = [f"{form}; every line of it found its place"]
    if intake.unplaced:
        words = [f"{form}; {render_count(len(intake.unplaced), 'line')} found no place in the resume:"]
        words += [f"- {squeeze(line.text)}" for line in intake.unplaced[:_UNPLACED_SHOWN]]
        if more := len(intake.unplaced) - _UNPLACED_SHOWN:
            words += [f"- and {more} more (in the JSON)"] if more > 0 else []
    for hidden in intake.hidden:
        reason = _HIDDEN_WORDS.get(hidden.reason, hidden.reason)
        page = f" on page {hidden.page}" if hidden.page else ""
        words.append(f"hidden text{page} was ignored: {render_count(hidden.chars, 'character')}, {reason}")
    yield "Read", [*words, *intake.notes]


def _usage_words(usage: Usage) -> _Paragraphs:
    if usage.timings_ms:
        total = _seconds(usage.timings_ms.get("total", sum(usage.timings_ms.values())))
        stages = [f"{name} {_seconds(ms)}" for name, ms in usage.timings_ms.items() if name != "total" and ms >= _SHOWN_FROM_MS]
        yield "Time", [f"{total} ({', '.join(stages)})" if stages else total]
    counts = [
        f"{usage.prompt_tokens:,} tokens read" if usage.prompt_tokens is not None else "",
        f"{usage.cached_tokens:,} of them cached" if usage.cached_tokens is not None else "",
        f"{usage.completion_tokens:,} written" if usage.completion_tokens is not None else "",
    ]
    yield "Model", [", ".join([render_count(usage.calls, "call"), *(part for part in counts if part)])]


def _version_words(versions: Versions) -> _Paragraphs:
    named = {
        "resume_rag": versions.library,
        "model": versions.model,
        "prompt": versions.prompt,
        "index": versions.index,
        "schema": versions.schema_,
    }
    yield "Versions", [", ".join(f"{name} {version}" for name, version in named.items() if version)]


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.1f}s"
