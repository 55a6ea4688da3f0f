"""The shell: `resume-rag`. Puts the commands together; each lives in a file of its own.

Only typer is imported here, so that help comes at once; the commands import what they need when they run. Exit codes
are in `exits`. Knows nothing of the stages: it calls the chain, the checks and the index as anyone would.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from resume_rag import __version__
from resume_rag.cli import batch, capacity, check, doctor, evaluate, reference, resources, rollout, tailor, vllm
from resume_rag.cli.exits import DEFECT, INTERRUPTED, Shell, print_error
from resume_rag.cli.inputs import read_settings

app = typer.Typer(
    name="resume-rag",
    cls=Shell,
    no_args_is_help=True,
    add_completion=False,
    # Plain help: quick, and readable in a log. And no tracebacks that show a resume's text among the local variables.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("tailor", short_help="Tailor a resume to a job post.")(tailor.tailor)
app.command("check", short_help="Check a tailored resume against its source.")(check.check)
app.command("demo", short_help="Tailor a packaged, made-up resume.")(tailor.demo)
app.command("batch", short_help="Tailor a resume to each post of a file.")(batch.batch)
app.command("serve", short_help="Start the HTTP server and its playground.")(resources.serve)
app.add_typer(resources.index_app, name="index", short_help="Build, search, look at the example index.")
app.add_typer(resources.model_app, name="model", short_help="Fetch or find the embedded model's file.")
app.command("doctor", short_help="Prove that the model server is fit.")(doctor.doctor)
app.add_typer(vllm.vllm_app, name="vllm", short_help="Start vLLM with a profile for a GPU.")
app.add_typer(rollout.rollout_app, name="rollout", short_help="Begin, watch, end a canary.")
app.command("eval", short_help="Run the golden set against deployments.")(evaluate.evaluate)
app.command("capacity", short_help="Compute what a GPU can do with a model.")(capacity.capacity)
app.command("settings", short_help="List every setting.")(reference.settings)
app.command("errors", short_help="List every error and what to do.")(reference.errors)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"resume-rag {__version__}")
        raise typer.Exit


@app.callback(
    epilog="Exit codes: 0 done, 1 check found something, 2 bad input or use, 3 model or index unavailable.",
)
def _start(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    """A resume tailored to a job post by your own language model, every line traceable to its source.

    \b
    Start here:
      resume-rag demo                          a made-up candidate, end to end
      resume-rag tailor resume.pdf post.txt    your own
      resume-rag check resume.pdf other.json   what another tool made up

    Settings come from RESUME_RAG_... variables or .env: see `resume-rag settings`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that the terminal cannot spell is no reason to fail.
            stream.reconfigure(errors="replace")


def main() -> None:
    """Run the command line of this process."""
    try:
        app()
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            # Calls to the model that are in flight would hold the interpreter until they answer. All is closed by now.
            os._exit(INTERRUPTED)
        raise
    except Exception as error:
        # The boundary: a defect of ours ends in a sentence, because a traceback's text may hold a resume's.
        if read_settings().log_level == "debug":
            raise
        print_error(
            f"A defect in resume-rag ({type(error).__name__}) ended this command.",
            "Set RESUME_RAG_LOG_LEVEL=debug to see where, and report it.",
        )
        sys.exit(DEFECT)
