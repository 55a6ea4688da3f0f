"""Writing for people: to a terminal of any kind, or a log that it is piped into.

Works without colour, without Unicode and at any width. Text of documents is data: rich's own markup is off, and
control characters in it never reach the terminal. Knows nothing of resumes.
"""

from __future__ import annotations

import re
import sys
from typing import Literal, NamedTuple

from rich.console import Console
from rich.text import Text

MAX_WIDTH = 110
"""Longer lines than this are hard to read, however wide the terminal is."""

# Controls, and the overrides of writing direction that can make a line read as what it does not say.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")


class Marks(NamedTuple):
    """Characters that carry meaning, for terminals with and without Unicode."""

    rewritten: str
    bullet: str
    fallback: str
    full: str
    empty: str
    rule: str
    dot: str
    open_quote: str
    close_quote: str


_UNICODE = Marks("»", "•", "!", "█", "░", "─", " · ", "“", "”")
_ASCII = Marks(">", "-", "!", "#", ".", "-", ", ", '"', '"')


class PersonConsole(Console):
    """A console whose broken pipe is an error for the boundary of the shell, not an exit of its own."""

    def on_broken_pipe(self) -> None:
        """Hand the error on; `resume_rag.cli` ends quietly."""
        raise BrokenPipeError


def open_console(stream: Literal["stdout", "stderr"]) -> Console:
    """A console on one of the standard streams."""
    return PersonConsole(stderr=stream == "stderr", highlight=False, markup=False, emoji=False)


def is_terminal(stream: Literal["stdin", "stdout", "stderr"]) -> bool:
    """Whether a person is at the other end of a standard stream."""
    handle = getattr(sys, stream)
    return bool(handle and handle.isatty())


def marks_of(console: Console) -> Marks:
    """The marks that this console can show."""
    return _ASCII if console.options.ascii_only else _UNICODE


def safe(text: str) -> str:
    """Text without anything that a terminal would obey.

    >>> safe("Ran \\x1b[2J the\\tshop")
    'Ran  [2J the\\tshop'
    """
    return _UNSAFE.sub(" ", text)


def print_heading(console: Console, title: str) -> None:
    """A title with a line through to the edge."""
    width = min(console.width, MAX_WIDTH)
    rule = marks_of(console).rule
    console.print()
    console.print(Text.assemble((f"{rule * 2} {title} ", "bold"), (rule * max(2, width - len(title) - 4), "dim")), no_wrap=True, crop=False)
    console.print()


def print_wrapped(console: Console, text: str | Text, *, indent: int = 0, mark: str = "", mark_style: str = "", style: str = "") -> None:
    """Wrap a text with all its lines indented, and ``mark`` in front of the first: a sign two columns left, a word at the edge."""
    body = text if isinstance(text, Text) else Text(safe(text), style=style)
    if not body.plain.strip():
        return
    width = max(20, min(console.width, MAX_WIDTH) - indent)
    for number, line in enumerate(body.wrap(console, width)):
        line.rstrip()
        place = mark.rjust(indent - 1) if len(mark) == 1 else mark
        lead = (place if number == 0 else "").ljust(indent)
        console.print(Text.assemble((lead, mark_style), line), no_wrap=True, crop=False, overflow="ignore")
