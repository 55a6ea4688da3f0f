"""`settings` and `errors`: the README's tables, printed from the classes themselves.

Knows nothing of what a setting does or when an error is raised.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from resume_rag.cli.exits import exit_code_of
from resume_rag.errors import ResumeRagError

if TYPE_CHECKING:
    from rich.console import Console

_BOUNDS = {"ge": "{:g}", "gt": "above {:g}", "le": "{:g}", "lt": "below {:g}"}


class SettingRow(NamedTuple):
    """One row of the table of settings."""

    variable: str
    default: str
    allowed: str
    description: str


class ErrorRow(NamedTuple):
    """One row of the table of errors."""

    depth: int
    name: str
    code: str
    meaning: str
    retryable: bool
    exit_code: int
    hint: str


def settings(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the README's table.")] = False,
) -> None:
    """Show every setting: variable, default, range, meaning."""
    rows = list(list_settings())
    if markdown:
        table = [(f"`{row.variable}`", row.default, row.allowed, row.description) for row in rows]
        typer.echo(_render_table(("Setting", "Default", "Range", "What it is"), table))
        return
    from resume_rag.cli.terminal import open_console

    _print_settings(open_console("stdout"), rows)


def errors(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the README's table.")] = False,
) -> None:
    """Show every error: code, exit code, what to do about it."""
    rows = list(list_errors())
    if markdown:
        table = [
            (f"`{row.name}`", f"`{row.code}`", row.meaning, "yes" if row.retryable else "", str(row.exit_code), row.hint) for row in rows
        ]
        typer.echo(_render_table(("Error", "Code", "Meaning", "Retry", "Exit", "Hint"), table))
        return
    from resume_rag.cli.terminal import open_console, print_wrapped

    console = open_console("stdout")
    for row in rows:
        again = ", trying again may help" if row.retryable else ""
        print_wrapped(console, f"{row.name} ({row.code}, exit {row.exit_code}{again})", indent=2 * row.depth, style="bold")
        for text in (row.meaning, row.hint):
            if text:
                print_wrapped(console, text, indent=2 * row.depth + 4)


def list_settings() -> Iterator[SettingRow]:
    """The settings in the order of the class; a default that depends on the machine is told in words."""
    from pydantic_core import PydanticUndefined

    from resume_rag.settings import Settings

    prefix = Settings.model_config.get("env_prefix", "")
    for name, field in Settings.model_fields.items():
        default = "depends on the machine" if field.default is PydanticUndefined else _plain(field.default)
        yield SettingRow(f"{prefix}{name}".upper(), default, _allowed(field.annotation, field.metadata), field.description or "")


def list_errors() -> Iterator[ErrorRow]:
    """The tree of errors, parents first."""
    pending: list[tuple[int, type[ResumeRagError]]] = [(0, ResumeRagError)]
    while pending:
        depth, error = pending.pop()
        meaning = (error.__doc__ or "").strip().split("\n")[0]
        yield ErrorRow(depth, error.__name__, error.code, meaning, error.retryable, exit_code_of(error), error.default_hint)
        children = [child for child in error.__subclasses__() if child.__module__ == ResumeRagError.__module__]
        pending.extend((depth + 1, child) for child in reversed(children))


def _plain(value: Any) -> str:
    if value is None:
        return "unset"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _allowed(annotation: Any, metadata: list[Any]) -> str:
    from typing import Literal, get_args, get_origin

    if get_origin(annotation) is Literal:
        return ", ".join(str(choice) for choice in get_args(annotation))
    if annotation is bool:
        return "true, false"
    bounds = {key: words.format(getattr(bound, key)) for bound in metadata for key, words in _BOUNDS.items() if hasattr(bound, key)}
    low, high = bounds.get("ge") or bounds.get("gt"), bounds.get("le") or bounds.get("lt")
    return f"{low} to {high}" if low and high else f"{low or high} or {'more' if low else 'less'}" if low or high else ""


def _print_settings(console: Console, rows: list[SettingRow]) -> None:
    from rich.text import Text

    from resume_rag.cli.inputs import read_settings
    from resume_rag.cli.terminal import print_wrapped

    current = read_settings()
    for row, name in zip(rows, type(current).model_fields, strict=True):
        print_wrapped(console, row.variable, style="bold cyan" if name in current.model_fields_set else "bold")
        print_wrapped(console, row.description + ".", indent=4)
        value = getattr(current, name)
        parts = [f"default {row.default}", row.allowed, f"now {_plain(value)}" if _plain(value) != row.default else ""]
        print_wrapped(console, Text("; ".join(part for part in parts if part), style="dim"), indent=4)


def _render_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    cells = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells)
