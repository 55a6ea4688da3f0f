"""How the shell ends: one table from errors to exit codes, and how an error looks.

0 done, 1 findings, 2 bad input or use, 3 model or index unavailable, 70 a defect of this library, 130 interrupted,
141 the reader of a pipe went away. Knows nothing of what the commands do.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from resume_rag.errors import InputError, ResumeRagError

OK, FINDINGS, BAD_INPUT, UNAVAILABLE, DEFECT, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 3, 70, 130, 141


class UseError(InputError):
    """A command was called in a way that cannot be meant."""

    code = "bad_use"
    default_hint = "See `resume-rag --help`."


def exit_code_of(error: type[ResumeRagError]) -> int:
    """The exit code for an error: 2 for what the caller gave, 3 for what this machine or the model server lacks.

    >>> exit_code_of(InputError), exit_code_of(ResumeRagError)
    (2, 3)
    """
    return BAD_INPUT if issubclass(error, InputError) else UNAVAILABLE


def print_error(message: str, hint: str) -> None:
    """One sentence and a hint, on stderr."""
    typer.echo(f"resume-rag: {message}", err=True)
    if hint:
        typer.echo(f"hint: {hint}", err=True)


class Shell(TyperGroup):
    """The commands, behind the boundary that turns errors into exit codes."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except ResumeRagError as error:
            print_error(error.message, error.hint)
            raise typer.Exit(exit_code_of(type(error))) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # What is still in the buffers would raise again when the interpreter flushes them at its end.
            with open(os.devnull, "w", encoding="utf-8") as nowhere:
                for stream in (sys.stdout, sys.stderr):
                    os.dup2(nowhere.fileno(), stream.fileno())
            raise typer.Exit(BROKEN_PIPE) from None
