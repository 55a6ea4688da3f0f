"""`vllm serve`: start vLLM with one of the profiles, or print the command.

Replaces this process by vLLM, so that signals and the exit code are its own. Knows nothing of the flags.
"""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resume_rag.cli.exits import UseError
from resume_rag.errors import LLMUnavailableError

if TYPE_CHECKING:
    from resume_rag.vllm_profiles import Profile

vllm_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="vLLM, the engine for a GPU: start it with a profile.")


@vllm_app.callback()
def _group() -> None:
    """vLLM, the engine for a GPU: start it with a profile."""


@vllm_app.command("serve", short_help="Start vLLM with a profile.")
def vllm_serve(
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="awq, gptq, fp16 (8B on 24 GB), or a YAML file of your own.")],
    model: Annotated[str, typer.Option(metavar="PATH", help="Folder of the checkpoint, or a hub name.")],
    further: Annotated[list[str] | None, typer.Argument(metavar="[-- FLAGS]", help="Flags of vLLM's own; they win.")] = None,
    served_name: Annotated[str | None, typer.Option(help="The model's name in requests; without it, the folder's.")] = None,
    print_only: Annotated[bool, typer.Option("--print", help="Print the command with the reason for each flag; start nothing.")] = False,
) -> None:
    """Start vLLM with the flags of a profile.

    \b
    Examples:
      resume-rag vllm serve awq --model /models/llama-3.1-8b-awq
      resume-rag vllm serve awq --model /models/llama-3.1-8b-awq --print
      resume-rag vllm serve fp16 --model /models/llama-3.1-8b -- --max-num-seqs 16
    """
    from resume_rag.vllm_profiles import build_command, check_checkpoint, read_profile

    chosen = read_profile(profile)
    if Path(model).is_dir():
        check_checkpoint(chosen, Path(model))
    elif not print_only and (model.startswith((".", "/", "~")) or model.count("/") != 1):
        raise UseError(f"There is no folder {model}.", hint="Give the folder of a checkpoint, or a hub name such as owner/name.")
    command = build_command(chosen, model, served_name=served_name, further=further or ())
    if print_only:
        typer.echo(_render_command(chosen, command))
        return
    found = shutil.which(command[0])
    if found is None:
        raise LLMUnavailableError(
            "vLLM is not installed here.",
            hint="Install it in an environment of its own (python -m venv vllm-env && vllm-env/bin/pip install vllm) "
            "and put that on the PATH, or run elsewhere what --print shows.",
        )
    port = next((further[at + 1] for at, word in enumerate(further or ()) if word == "--port" and at + 1 < len(further or ())), None)  # type: ignore[index]
    address = f"http://127.0.0.1:{port or chosen.value_of('--port') or 8000}/v1"
    typer.echo(f"starting vLLM; then: RESUME_RAG_LLM_BASE_URL={address} resume-rag serve", err=True)
    os.execv(found, command)  # noqa: S606  (no shell; the words are the user's own)


def _render_command(profile: Profile, command: list[str]) -> str:
    """The reasons as comments, then the command, a flag a line, ready to paste."""
    reasons = [f"# {flag.name}: {flag.reason}" for flag in profile.flags]
    lines: list[str] = []
    for word in command[3:]:
        if word.startswith("--"):
            lines.append(word)
        else:
            lines[-1] += f" {shlex.quote(word)}"
    start = " ".join(shlex.quote(word) for word in command[:3])
    return "\n".join([*reasons, " \\\n  ".join([start, *lines])])
