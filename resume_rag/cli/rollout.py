"""`rollout`: begin, watch, hasten or end a canary, over the folder that all gateways share.

The commands change a file; every gateway sees it within a second. Knows nothing of how a rollout is decided.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resume_rag.cli.exits import UseError
from resume_rag.cli.inputs import read_settings

if TYPE_CHECKING:
    from resume_rag.rollout import Change, Deployments, GateReport, RolloutState, RolloutStore

rollout_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="A canary: begin, watch, hasten or end its rollout.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def read_deployments_setting() -> Deployments:
    """The deployments of the settings' file.

    Raises:
        UseError: the settings name none.
        DeploymentsFileError: it does not fit.
    """
    from resume_rag.rollout import read_deployments

    path = read_settings().deployments_file
    if path is None:
        raise UseError("There is no file of deployments.", hint="Set RESUME_RAG_DEPLOYMENTS_FILE; docs/rollout.md has an example.")
    return read_deployments(path)


def open_store() -> RolloutStore:
    """The folder of the settings."""
    from resume_rag.rollout import RolloutStore

    return RolloutStore(read_settings().rollout_dir)


@rollout_app.command("start", short_help="Give a canary its first share.")
def rollout_start(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A deployment with the role canary.")],
    as_json: Json = False,
) -> None:
    """Give a canary its first share of the traffic. It must have passed `resume-rag eval --golden --deployment NAME`."""
    from resume_rag.evaluation.golden import compute_golden_digest
    from resume_rag.rollout import start

    _print_change(start(open_store(), read_deployments_setting(), name, compute_golden_digest(), time.time()), as_json)


@rollout_app.command("status", short_help="Where it stands, and what the gates see.")
def rollout_status(as_json: Json = False) -> None:
    """Where the rollout stands, what each deployment is given, and what the gates see."""
    from resume_rag.rollout import Router, look_at_gates

    deployments, store = read_deployments_setting(), open_store()
    state = store.read_state()
    shares = Router(deployments, store).shares()
    report = look_at_gates(store, state, deployments.rollout) if state.phase == "running" else None
    if as_json:
        typer.echo(json.dumps({**_describe(state), "traffic": dict(shares), "gates": report.model_dump() if report else None}))
        return
    typer.echo(_render_state(state))
    for one in deployments.deployments:
        golden = store.find_golden(one)
        passed = "golden set not run" if golden is None else "golden set passed" if golden.passed else "golden set failed"
        typer.echo(f"  {one.name:<20} {one.role:<9} {one.precision or '-':<6} version {one.version:<12} {shares[one.name]:>5g} %  {passed}")
    if report:
        typer.echo(render_report(report))


@rollout_app.command("promote", short_help="Take the next step now.")
def rollout_promote(
    whole: Annotated[bool, typer.Option("--all", help="All steps: make it the stable version.")] = False,
    as_json: Json = False,
) -> None:
    """Take the next step now, whatever the gates say."""
    from resume_rag.rollout import promote

    _print_change(promote(open_store(), time.time(), whole=whole), as_json)


@rollout_app.command("abort", short_help="Give all traffic back.")
def rollout_abort(
    reason: Annotated[str, typer.Option(help="For the history.")] = "by hand",
    as_json: Json = False,
) -> None:
    """Give all traffic back to the stable version; also takes back what has been promoted."""
    from resume_rag.rollout import abort

    _print_change(abort(open_store(), time.time(), reason), as_json)


@rollout_app.command("history", short_help="All changes, oldest first.")
def rollout_history(as_json: Json = False) -> None:
    """All changes, oldest first; with --json a line of JSON each, with what the gates saw."""
    for line in open_store().read_history():
        typer.echo(json.dumps(line) if as_json else render_history_line(line))


def render_history_line(line: dict[str, Any]) -> str:
    """One change as a line of text."""
    who = f"{line['deployment']} (version {line['version']})"
    return f"{line['at']}  {line['event']:<12} {who:<28} {line['share']:>5g} %  {line['by']}: {line['reason']}"


def render_report(report: GateReport) -> str:
    """What the gates saw, a line each."""
    lines = [f"  gates: {report.verdict}; requests: canary {report.requests_canary}, stable {report.requests_stable}"]
    for reading in report.readings:
        unit = " ms" if reading.gate == "first_token_p95" else ""
        ours, theirs = ("-" if value is None else f"{value:.3g}{unit}" for value in (reading.canary, reading.stable))
        span = "" if reading.low is None else f"  interval {reading.low:+.3f} to {reading.high:+.3f}, allowed {reading.allowed:g}"
        lines.append(f"    {reading.gate:<16} {reading.verdict:<5} canary {ours:>8}  stable {theirs:>8}{span}")
    return "\n".join(lines)


def _print_change(change: Change, as_json: bool) -> None:
    typer.echo(json.dumps({"change": change.event, **_describe(change.state)}) if as_json else _render_state(change.state))


def _describe(state: RolloutState) -> dict[str, Any]:
    return {
        "phase": state.phase,
        "deployment": state.canary,
        "version": state.version,
        "share": state.share,
        "steps": list(state.steps),
        "since_s": state.since_s,
        "reason": state.reason,
        "promoted": state.promoted[0] if state.promoted else None,
    }


def _render_state(state: RolloutState) -> str:
    from resume_rag.rollout import render_time

    if state.phase == "idle":
        return "No rollout yet."
    at = f" at {state.share:g} %" if state.phase == "running" else ""
    return (
        f"{state.canary} (version {state.version}): {state.phase.replace('_', ' ')}{at} since {render_time(state.since_s)}, {state.reason}"
    )
