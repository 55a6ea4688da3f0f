"""`check`: what a tailored resume says that its source does not, whoever wrote it; and whether a saved response's sources are true.

Shows each finding with the line of the source beside it. Knows nothing of how findings are found.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from resume_rag.cli.exits import FINDINGS, UseError
from resume_rag.cli.inputs import STDIN, read_bytes, read_job, read_resume_file

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from resume_rag.schema import Finding, GroundingReport, ProvenanceReport, Resume, Span

_SIDE_BY_SIDE_FROM = 100
"""Columns from which source and tailored line stand beside each other; below, one above the other."""
_OMISSIONS_SHOWN = 6
_FAULTS_SHOWN = 20


def check(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The candidate's own resume, in any form; - reads stdin.")],
    tailored: Annotated[str, typer.Argument(metavar="TAILORED", help="A saved tailored.json, or a resume in any form.")],
    job: Annotated[str | None, typer.Option(metavar="FILE", help="The job post, to find words that come from it alone.")] = None,
    provenance: Annotated[
        bool, typer.Option("--provenance", help="Also find every source of a saved response again in SOURCE, character by character.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check a tailored resume against its source; exit 1 where it says what the source does not.

    \b
    Examples:
      resume-rag check resume.pdf tailored.json
      resume-rag check resume.json from_another_tool.json --job post.txt --json
      resume-rag check resume.pdf tailored.json --provenance
    """
    if [source, tailored, job].count(STDIN) > 1:
        raise UseError("Standard input can be one of the documents only.", hint="Give file names for the others.")
    source_resume, tailored_resume = read_document(source), read_document(tailored)
    post = read_job(job) if job else None
    from resume_rag.grounding import check_resume

    traced = _trace(source, tailored, post) if provenance else None
    report = check_resume(source_resume, tailored_resume, job=post)
    if as_json:
        document = report.model_dump() if traced is None else {"grounding": report.model_dump(), "provenance": traced.model_dump()}
        typer.get_binary_stream("stdout").write((json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode())
    else:
        from resume_rag.cli.terminal import open_console

        console = open_console("stdout")
        print_report(console, report, source_resume, tailored_resume)
        if traced is not None:
            print_provenance(console, traced)
    if not report.ok or (traced is not None and not traced.ok):
        raise typer.Exit(FINDINGS)


def _trace(source: str, tailored: str, post: str | None) -> ProvenanceReport:
    from pydantic import ValidationError

    from resume_rag.cli.inputs import read_settings
    from resume_rag.intake import check_provenance
    from resume_rag.schema import TailorResponse

    if STDIN in (source, tailored):
        raise UseError("--provenance reads its files twice, which standard input cannot be.", hint="Give file names.")
    try:
        response = TailorResponse.model_validate_json(read_bytes(tailored))
    except ValidationError:
        raise UseError(f"{tailored} is not a saved response.", hint="Save one with `resume-rag tailor ... -o tailored.json`.") from None
    settings = read_settings()
    limits = {"max_chars": settings.max_resume_chars, "max_file_bytes": settings.max_file_bytes}
    return check_provenance(response, read_resume_file(source), job=post, **limits)


def print_provenance(console: Console, report: ProvenanceReport) -> None:
    """Each leaf that cannot be found again, then one line that sums up."""
    from resume_rag.cli.terminal import print_wrapped

    for fault in report.faults[:_FAULTS_SHOWN]:
        print_wrapped(console, f"{fault.path}: {fault.message} ({fault.code})", indent=4, mark="!", mark_style="bold red")
    found = len(report.faults)
    if report.ok:
        verdict = f"All {report.checked_leaves} parts were found again in the source, at {report.checked_spans} places."
    else:
        verdict = f"{found} fault{'' if found == 1 else 's'} in the sources of {report.checked_leaves} parts."
    print_wrapped(console, verdict, style="bold green" if report.ok else "bold red")


def read_document(place: str) -> Resume:
    """A resume in any form, or the resume in a saved response."""
    from resume_rag.schema import Resume

    content = read_bytes(place) if place != STDIN else None
    if content is not None and content.lstrip().startswith(b"{"):
        try:
            document = json.loads(content)
        except ValueError:
            document = None
        if isinstance(document, dict) and isinstance(document.get("resume"), dict):
            try:
                return Resume.model_validate(document["resume"])
            except ValueError:
                raise UseError(f"The resume in {place} is not a JSON Resume.", hint="Give a saved response or a JSON Resume.") from None
    from resume_rag.cli.inputs import read_settings
    from resume_rag.intake import read_resume

    return read_resume(read_resume_file(place), max_file_bytes=read_settings().max_file_bytes).resume


def print_report(console: Console, report: GroundingReport, source: Resume, tailored: Resume) -> None:
    """All findings, those of one line together, then one line that sums up."""
    from resume_rag.cli.terminal import print_wrapped
    from resume_rag.paths import find_leaves

    sources, lines = dict(find_leaves(source.to_json_resume())), dict(find_leaves(tailored.to_json_resume()))
    by_path: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_path.setdefault(finding.path, []).append(finding)
    for path, findings in by_path.items():
        source_path = next((finding.source_path for finding in findings if finding.source_path), "")
        _print_findings(console, findings, source_path, sources.get(source_path, ""), lines.get(path, ""))
    for note in report.notes:
        print_wrapped(console, f"Note: {note}", style="dim")
    found, checked = len(report.findings), report.checked_lines
    verdict = (
        f"{found} finding{'' if found == 1 else 's'} in {checked} lines"
        if found
        else f"No findings in {checked} lines: each rests on the source"
    )
    print_wrapped(console, verdict + ".", style="bold red" if found else "bold green")
    if report.omissions:
        shown = ", ".join(report.omissions[:_OMISSIONS_SHOWN]) + (", ..." if len(report.omissions) > _OMISSIONS_SHOWN else "")
        print_wrapped(console, f"Left out, which is no fault: {len(report.omissions)} ({shown}).", style="dim")


def _print_findings(console: Console, findings: list[Finding], source_path: str, source: str, line: str) -> None:
    """One line of the tailored resume: its source beside it, and below what is wrong with it."""
    from rich.text import Text

    from resume_rag.cli.terminal import MAX_WIDTH, print_wrapped, safe
    from resume_rag.text import squeeze

    print_wrapped(console, findings[0].path, style="bold")
    marked = _mark(console, line, [finding.span for finding in findings if finding.span])
    original = Text(safe(squeeze(source)) if source else "(nothing like it)")
    if min(console.width, MAX_WIDTH) >= _SIDE_BY_SIDE_FROM:
        _print_beside(console, source_path, original, marked)
    else:
        print_wrapped(console, original, indent=12, mark="  source", mark_style="dim")
        print_wrapped(console, marked, indent=12, mark="  tailored", mark_style="dim")
    for finding in findings:
        message = Text.assemble(safe(finding.message), (f" ({finding.code})", "dim"))
        print_wrapped(console, message, indent=4, mark="!", mark_style="bold red")
    console.print()


def _print_beside(console: Console, source_path: str, original: Text, marked: Text) -> None:
    from rich.table import Table

    from resume_rag.cli.terminal import MAX_WIDTH

    table = Table(width=min(console.width, MAX_WIDTH), box=None, padding=(0, 2), header_style="dim")
    table.add_column(f"source {source_path}".rstrip(), ratio=1)
    table.add_column("tailored", ratio=1)
    table.add_row(original, marked)
    console.print(table)


def _mark(console: Console, line: str, spans: list[Span]) -> Text:
    """The tailored line with the offending words in colour, or between signs where there is none."""
    from rich.text import Text

    from resume_rag.cli.terminal import safe

    signs = ("", "") if console.color_system and not console.no_color else (">>", "<<")
    marked, done = Text(), 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start < done:
            continue
        marked.append(safe(line[done : span.start]))
        marked.append(f"{signs[0]}{safe(line[span.start : span.end])}{signs[1]}", style="bold red reverse")
        done = span.end
    return marked.append(safe(line[done:]))
