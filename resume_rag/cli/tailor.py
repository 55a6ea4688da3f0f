"""`tailor` and `demo`: one resume and one job post through the chain, shown as it comes, written where asked.

The result goes to standard output only where nobody could mistake it: the person's view on a terminal, JSON or
another form into a pipe. Everything else is on standard error. Knows nothing of what the chain does.
"""

from __future__ import annotations

import base64
from collections import Counter
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resume_rag.cli.exits import UseError
from resume_rag.cli.inputs import STDIN, check_output, read_job, read_resume_file, read_settings, write_bytes

if TYPE_CHECKING:
    from rich.console import Console

    from resume_rag.schema import TailorRequest, TailorResponse
    from resume_rag.settings import Settings

DEFAULT_SERVER = "http://127.0.0.1:8000"
_DEMO_FORMS = {"engineer": "pdf", "nurse": "docx", "electrician": "txt"}


class Format(StrEnum):
    """What a result is written as."""

    JSON = "json"
    MD = "md"
    TXT = "txt"
    DOCX = "docx"
    HTML = "html"


class DemoCandidate(StrEnum):
    """The packaged, made-up candidates."""

    ENGINEER = "engineer"
    NURSE = "nurse"
    ELECTRICIAN = "electrician"


def tailor(
    resume: Annotated[str, typer.Argument(metavar="RESUME", help="PDF, DOCX, HTML, Markdown, text or JSON Resume file; - reads stdin.")],
    job: Annotated[str, typer.Argument(metavar="JOB", help="The job post as a text file; - reads stdin.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the result here; .json, .md, .txt, .docx or .html decides the form.")
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="Form of the result: json holds everything, md, txt and docx the clean resume, html the resume with its sources. "
            "Without it and -o, a terminal gets a view to read.",
        ),
    ] = None,
    llm_url: Annotated[str | None, typer.Option(help="OpenAI-compatible server; without it the embedded model runs.")] = None,
    llm_name: Annotated[str | None, typer.Option(help="Name of the model on that server.")] = None,
    top_k: Annotated[int | None, typer.Option(help="Example resumes to show the model; 0: none.", min=0, max=10)] = None,
    max_lines_per_role: Annotated[
        int | None, typer.Option(help="Most lines kept in one role; the least relevant are left out.", min=1, max=50)
    ] = None,
    show: Annotated[bool | None, typer.Option("--show/--no-show", help="Show the view to read, on stderr where stdout is taken.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no view; errors only.")] = False,
) -> None:
    """Tailor a resume to a job post; every line keeps a pointer to where it comes from.

    \b
    Examples:
      resume-rag tailor resume.pdf post.txt
      resume-rag tailor resume.docx post.txt -o tailored.docx
      resume-rag tailor resume.pdf post.txt -o tailored.html
      resume-rag tailor resume.json post.txt | jq .coverage
      pbpaste | resume-rag tailor resume.pdf - --format md > tailored.md
    """
    if resume == STDIN and job == STDIN:
        raise UseError("Standard input can be the resume or the job post, not both.", hint="Give a file name for one of them.")
    form = _output_form(output, form)
    _check_readable(output, form)
    check_output(output, (resume, job))
    settings = read_settings(llm_base_url=llm_url, llm_name=llm_name)
    request = _build_request(resume, job, top_k, max_lines_per_role)
    response = run_chain(settings, request, quiet=quiet)
    _deliver(response, output, form, show=show if show is not None else None, quiet=quiet)


def demo(
    candidate: Annotated[DemoCandidate, typer.Option(help="Whose resume.")] = DemoCandidate.ENGINEER,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for tailored.json, tailored.md and tailored.html.")] = Path(),
) -> None:
    """Tailor a packaged, made-up resume to a made-up post, and show what comes out."""
    from resume_rag.cli.terminal import open_console, print_wrapped
    from resume_rag.cli.view import print_response
    from resume_rag.schema import ResumeFile, TailorRequest

    if not out.is_dir():
        raise UseError(f"There is no folder {out}.", hint="Make it first, or give another --out.")
    folder = files("resume_rag") / "data" / "demo"
    resume_name = f"{candidate}_resume.{_DEMO_FORMS[candidate]}"
    content = (folder / resume_name).read_bytes()
    request = TailorRequest(
        resume=ResumeFile(name=resume_name, content_base64=base64.b64encode(content).decode("ascii")),
        job_description=(folder / f"{candidate}_post.txt").read_text("utf-8"),
    )
    response = run_chain(read_settings(), request)
    console = open_console("stdout")
    print_response(console, response)
    for form in (Format.JSON, Format.MD, Format.HTML):
        write_bytes(out / f"tailored.{form}", _render(response, form))
    console.print()
    print_wrapped(
        console,
        f"Written: {out / 'tailored.json'} (everything above, for programs), {out / 'tailored.md'} (the clean resume) and "
        f"{out / 'tailored.html'} (with the source beside each line, for a browser).",
    )
    print_wrapped(console, "Next: resume-rag tailor RESUME JOB with a resume of your own, or start the server:")
    print_wrapped(console, "make serve    (or: resume-rag serve)", indent=4)
    print_wrapped(console, f"playground  {DEFAULT_SERVER}/resume/playground/", indent=4)
    print_wrapped(console, f"API docs    {DEFAULT_SERVER}/docs", indent=4)


def run_chain(settings: Settings, request: TailorRequest, *, quiet: bool = False) -> TailorResponse:
    """Run one request, with progress on stderr.

    Raises:
        ResumeRagError: whatever the chain raises.
    """
    from resume_rag.cli.progress import ProgressView
    from resume_rag.cli.terminal import open_console

    with ProgressView(open_console("stderr"), quiet=quiet) as progress:
        progress.report("getting ready", 0, 0)
        from resume_rag.chain import build_chain

        response: TailorResponse | None = None
        with build_chain(settings, on_progress=progress.report) as chain:
            progress.report("reading and matching", 0, 0)
            locked_lines = open_lines = 0
            for response in chain.stream(request):
                if not open_lines:
                    locked_lines, open_lines = len(response.lines), _count_open_lines(response, settings.max_rewrites)
                progress.report("writing lines", min(open_lines, len(response.lines) - locked_lines), open_lines)
    if response is None:
        raise UseError("The chain gave no answer.", hint="Report this as a defect.")
    return response


def _count_open_lines(first: TailorResponse, max_rewrites: int) -> int:
    """How many lines the model will write, from the first snapshot: it lists the locked lines and no others."""
    from resume_rag.drafting import DEFAULT_SECTIONS, MIN_LINE_WORDS
    from resume_rag.export import build_outline

    locked = {line.path for line in first.lines}
    sections = [section for section in build_outline(first.resume).sections if section.name in DEFAULT_SECTIONS]
    prose = {
        line.path for section in sections for entry in section.entries for line in entry.lines if len(line.text.split()) >= MIN_LINE_WORDS
    }
    return min(max_rewrites, len(prose - locked))


def _output_form(output: Path | None, form: Format | None) -> Format | None:
    if output is None or form:
        return form
    endings = {f".{one}": one for one in Format} | {".markdown": Format.MD, ".htm": Format.HTML}
    if output.suffix.lower() not in endings:
        hint = "Use .json, .md, .txt, .docx or .html, or give --format."
        raise UseError(f"The ending of {output.name} does not say in which form to write.", hint=hint)
    return endings[output.suffix.lower()]


def _check_readable(output: Path | None, form: Format | None) -> None:
    from resume_rag.cli.terminal import is_terminal

    if form is Format.DOCX and output is None and is_terminal("stdout"):
        raise UseError("A DOCX document is no text for a terminal.", hint="Give -o FILE.docx.")


def _build_request(resume: str, job: str, top_k: int | None, max_lines_per_role: int | None) -> TailorRequest:
    from resume_rag.schema import TailorRequest

    return TailorRequest(resume=read_resume_file(resume), job_description=read_job(job), top_k=top_k, max_lines_per_role=max_lines_per_role)


def _deliver(response: TailorResponse, output: Path | None, form: Format | None, *, show: bool | None, quiet: bool) -> None:
    """Write the result, and show the view where there is room for it."""
    from resume_rag.cli.terminal import is_terminal, open_console

    person_at_stdout = is_terminal("stdout")
    takes_stdout = output is None and (form is not None or not person_at_stdout)
    if output:
        write_bytes(output, _render(response, form or Format.JSON))
    elif takes_stdout:
        # Bytes, because all forms of text are UTF-8 whatever the terminal's encoding is.
        stdout = typer.get_binary_stream("stdout")
        stdout.write(_render(response, form or Format.JSON))
        stdout.flush()
    wanted = show if show is not None else bool(output) or not takes_stdout
    if not (wanted or quiet):
        _tell_failures(response)
    if wanted and not quiet:
        _show(open_console("stdout" if person_at_stdout and not takes_stdout else "stderr"), response, output)


def _show(console: Console, response: TailorResponse, output: Path | None) -> None:
    from resume_rag.cli.terminal import print_wrapped
    from resume_rag.cli.view import print_response

    print_response(console, response)
    if output:
        console.print()
        print_wrapped(console, f"Written: {output}")


def _tell_failures(response: TailorResponse) -> None:
    """Say on stderr, where no view does, that the model gave no usable answer for some lines: the result alone looks untouched."""
    from resume_rag.cli.terminal import open_console, print_wrapped
    from resume_rag.export.words import describe_error, render_count

    failed = Counter(line.error_code for line in response.lines if line.error_code)
    if not failed:
        return
    causes = "; ".join(f"{describe_error(code)}: {count}" for code, count in failed.most_common())
    kept = f"{render_count(failed.total(), 'line')} kept in your own words, because the model gave no usable answer ({causes})."
    print_wrapped(open_console("stderr"), f"{kept} resume-rag doctor examines the model server.")


def _render(response: TailorResponse, form: Format) -> bytes:
    if form is Format.JSON:
        return (response.model_dump_json(indent=2) + "\n").encode()
    from resume_rag.export import render_docx, render_markdown, render_page, render_text

    if form is Format.DOCX:
        return render_docx(response.resume)
    if form is Format.HTML:
        return render_page(response).encode()
    return (render_text(response.resume) if form is Format.TXT else render_markdown(response)).encode()
