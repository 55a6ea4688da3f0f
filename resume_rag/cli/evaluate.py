"""`eval`: the golden set, against one deployment or several side by side.

What a version did is kept in the folder of rollouts; without a record that passed, `rollout start` refuses it. Knows nothing of
what is measured.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated

import typer

from resume_rag.cli.exits import FINDINGS, UseError
from resume_rag.cli.inputs import read_settings
from resume_rag.cli.rollout import open_store

if TYPE_CHECKING:
    from resume_rag.evaluation.golden import Figures
    from resume_rag.rollout import Deployment
    from resume_rag.settings import Settings

RECORDED_LINES = 6
"""A run over fewer lines of a case is a look, and no record that lets a version take traffic."""

_ROWS = {
    "lines": "lines asked for",
    "first_try": "valid at the first try",
    "delivered": "delivered",
    "rewritten": "in the model's words",
    "truth_findings": "refused for truth at some try",
    "errors": "failed by the server",
    "coverage_before": "targets covered before",
    "coverage_after": "targets covered after",
    "tokens_per_s": "tokens/s",
    "seconds": "seconds",
}


def evaluate(
    golden: Annotated[bool, typer.Option("--golden", help="Run the golden set.")] = False,
    deployment: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A deployment of the file, again for more of them; without it, all.")
    ] = None,
    max_lines: Annotated[
        int, typer.Option(min=1, max=200, help="Lines of each case to ask for; a run with fewer is not kept.")
    ] = RECORDED_LINES,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Run the golden set and compare deployments. Exit code 1: one of them did not pass.

    \b
    Examples:
      resume-rag eval --golden                                       every deployment, side by side
      resume-rag eval --golden --deployment awq-2 --deployment fp16
    """
    if not golden:
        raise UseError("There is one evaluation, and it was not named.", hint="resume-rag eval --golden")
    settings = read_settings(max_rewrites=max_lines)
    from resume_rag.backends import build_deployments
    from resume_rag.evaluation.golden import judge_figures

    known = build_deployments(settings)
    names = deployment or [one.name for one in known.deployments]
    chosen = [(name, known.find(name)) for name in names]
    for name, found in chosen:
        if found is None:
            raise UseError(f"There is no deployment {name}.", hint="In the file: " + ", ".join(one.name for one in known.deployments) + ".")
    figures = {one.name: _run(settings, one) for _, one in chosen if one is not None}
    faults = {name: judge_figures(found) for name, found in figures.items()}
    for one in known.deployments:
        if settings.deployments_file is not None and one.name in figures and max_lines >= RECORDED_LINES:
            _keep(one, figures[one.name], passed=not faults[one.name])
    if as_json:
        said = {name: {"passed": not faults[name], "faults": faults[name], **found.model_dump()} for name, found in figures.items()}
        typer.echo(json.dumps(said))
    else:
        typer.echo(_render_table(figures, faults))
    if any(faults.values()):
        raise typer.Exit(FINDINGS)


def _run(settings: Settings, one: Deployment) -> Figures:
    from resume_rag.chain import build_chain
    from resume_rag.cli.progress import ProgressView
    from resume_rag.cli.terminal import open_console
    from resume_rag.evaluation.golden import read_golden, run_golden

    cases = read_golden()
    name = one.name if settings.deployments_file is not None else None
    with ProgressView(open_console("stderr")) as progress:
        progress.report(f"golden set: {one.name}", 0, len(cases))
        done: list[str] = []

        def report(case: str, _: object) -> None:
            done.append(case)
            progress.report(f"golden set: {one.name}", len(done), len(cases))

        with build_chain(settings, on_progress=progress.report, deployment=name) as chain:
            return run_golden(chain, cases, report)


def _keep(one: Deployment, figures: Figures, *, passed: bool) -> None:
    from resume_rag.evaluation.golden import compute_golden_digest
    from resume_rag.rollout import GoldenRecord, render_time

    record = GoldenRecord(
        deployment=one.name,
        version=one.version,
        fingerprint=one.fingerprint,
        golden=compute_golden_digest(),
        passed=passed,
        at=render_time(time.time()),
        figures=figures.model_dump(),
    )
    open_store().write_golden(record)


def _render_table(figures: dict[str, Figures], faults: dict[str, tuple[str, ...]]) -> str:
    width = max(14, *(len(name) + 2 for name in figures))
    lines = [f"{'golden set':<32}" + "".join(f"{name:>{width}}" for name in figures)]
    for row, text in _ROWS.items():
        cells = [getattr(found, row) for found in figures.values()]
        shown = ["-" if cell is None else f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
        lines.append(f"{text:<32}" + "".join(f"{cell:>{width}}" for cell in shown))
    lines.append(f"{'verdict':<32}" + "".join(f"{'failed' if faults[name] else 'passed':>{width}}" for name in figures))
    lines += [f"{name}: {fault}" for name, found in faults.items() for fault in found]
    return "\n".join(lines)
