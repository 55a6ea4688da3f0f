"""Values with their places, gathered to a JSON Resume document and its placements.

Every value is made from a piece of the source (`text_value`) or a date in it (`date_value`); there is no other way in, so
nothing that the source does not say can get into the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from resume_rag.intake.dates import FoundRange
from resume_rag.intake.lines import Piece, read_span
from resume_rag.schema import Placement, Span


class Value(NamedTuple):
    """A leaf of the document and the span it was read from."""

    text: str
    start: int
    end: int
    is_date: bool = False


Tree: TypeAlias = Value | Mapping[str, "Tree"] | Sequence["Tree"]
Plain: TypeAlias = str | dict[str, "Plain"] | list["Plain"]


def text_value(piece: Piece) -> Value:
    """A piece as a value: white space squeezed, line breaks joined."""
    return Value(read_span(piece.text), piece.start, piece.end)


def date_values(piece: Piece, found: FoundRange) -> dict[str, Value]:
    """``startDate`` and ``endDate`` of a range found in a piece; a lone date is the end."""
    values = {}
    for key, date in (("startDate", found.first), ("endDate", found.last)):
        if date is not None:
            values[key] = Value(date.iso, piece.start + date.start, piece.start + date.end, is_date=True)
    return values


def to_plain(tree: Tree) -> Plain:
    """The document as plain JSON types."""
    if isinstance(tree, Value):
        return tree.text
    if isinstance(tree, Mapping):
        return {key: to_plain(value) for key, value in tree.items()}
    return [to_plain(value) for value in tree]


def list_placements(tree: Tree, path: str = "") -> Iterator[Placement]:
    """Where each leaf stands in the source, in document order."""
    if isinstance(tree, Value):
        yield Placement(path=path, span=Span(start=tree.start, end=tree.end), kind="date" if tree.is_date else "text")
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from list_placements(value, f"{path}.{key}" if path else key)
    else:
        for number, value in enumerate(tree):
            yield from list_placements(value, f"{path}[{number}]")
