"""`doctor`: is the model server of these settings fit for what will be asked of it? For a person, or as JSON.

Knows nothing of how a check is made; opens the embedded model's server where the settings name no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from resume_rag.cli.exits import UNAVAILABLE
from resume_rag.cli.inputs import read_settings

if TYPE_CHECKING:
    from rich.console import Console

    from resume_rag.doctor import Diagnosis, Target
    from resume_rag.settings import Settings

_STYLES = {"pass": "green", "warn": "yellow", "fail": "bold red", "skip": "dim"}
_NAME_CHARS = 17
_SEEN_INDENT = 6 + _NAME_CHARS


def doctor(
    llm_url: Annotated[str | None, typer.Option(help="OpenAI-compatible server; without it that of the settings.")] = None,
    llm_name: Annotated[str | None, typer.Option(help="Name of the model on that server.")] = None,
    brief: Annotated[bool, typer.Option("--brief", help="Only what the server is; generates nothing.")] = False,
    timeout: Annotated[float | None, typer.Option(help="Longest wait for one answer, in seconds.", min=0.1, max=3600)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
) -> None:
    """Ask the model server what it is, and prove it: schema, counts, cache, speed, and whether it stops when a client leaves.

    \b
    Examples:
      resume-rag doctor                                     the server of the settings, or the embedded model
      resume-rag doctor --llm-url http://127.0.0.1:8001/v1
      resume-rag doctor --json | jq '.checks[] | select(.status != "pass")'

    Exit codes: 0 nothing failed (warnings may stand), 3 a check failed.
    """
    from resume_rag.cli.terminal import open_console
    from resume_rag.doctor import diagnose

    settings = read_settings(llm_base_url=llm_url, llm_name=llm_name, llm_timeout_s=timeout)
    progress = open_console("stderr")
    with _open_target(settings) as target, progress.status("asking the model server") as status:
        found = asyncio.run(diagnose(target, brief=brief, on_check=lambda name: status.update(f"checking {_in_words(name)}")))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        print_diagnosis(open_console("stdout"), found)
    if not found.fit:
        raise typer.Exit(UNAVAILABLE)


@contextmanager
def _open_target(settings: Settings) -> Iterator[Target]:
    from pydantic import SecretStr

    from resume_rag.doctor import build_target

    if settings.llm_base_url is not None:
        yield build_target(settings)
        return
    from resume_rag.cli.progress import ProgressView
    from resume_rag.cli.terminal import open_console
    from resume_rag.embedded import open_server
    from resume_rag.model_files import get_model

    with ProgressView(open_console("stderr")) as progress:
        path = get_model(settings.embedded_model, settings.cache_dir, progress=progress.report)
    with open_server(path, run_dir=settings.cache_dir / "run", slots=settings.embedded_slots) as server:
        yield build_target(settings, base_url=server.base_url, name=server.model_name, api_key=SecretStr(server.api_key))


def print_diagnosis(console: Console, found: Diagnosis) -> None:
    """The checks as a person wants to read them: one a line, what to do about it beneath."""
    from resume_rag.cli.terminal import print_heading, print_wrapped

    print_heading(console, f"The model server at {found.server}")
    for check in found.checks:
        mark = f"{check.status:<6}{_in_words(check.name)}"
        print_wrapped(console, check.seen, indent=_SEEN_INDENT, mark=mark, mark_style=_STYLES[check.status])
        if check.hint:
            print_wrapped(console, check.hint, indent=_SEEN_INDENT, style="dim")
    counts = {status: sum(check.status == status for check in found.checks) for status in _STYLES}
    console.print()
    counted = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    print_wrapped(console, f"{'Fit' if found.fit else 'Not fit'} for resume-rag: {counted}.", style="bold")


def _in_words(name: str) -> str:
    return name.replace("_", " ")
