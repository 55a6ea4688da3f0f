"""The two files of a batch job, both JSON lines: rows that ask, and results, which a later run takes up.

A row is ``{"id": ..., "job_description": ...}`` with any further field of a request; one without ``resume`` gets the resume
of the job. A result is ``{"id", "key", "response"}`` or ``{"id", "key", "error"}``. The key is a digest of the whole request: a
row whose post, resume or options changed is done again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TextIO

from resume_rag.errors import InputError


class Row(NamedTuple):
    """One thing to do: the request as JSON, not yet looked at."""

    id: str
    key: str
    request: dict[str, Any]


def read_rows(path: Path, resume: Any = None) -> Iterator[Row]:
    """The rows of a file, one by one.

    Args:
        path: JSON lines; empty lines are passed over.
        resume: for rows that hold none, as JSON.

    Raises:
        InputError: a line is not an object, or an id comes twice; names the line's number and never what it holds.
    """
    seen: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _parse_row(line, number, path.name, resume, seen)
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.", hint="Give a file of JSON lines.") from None
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path} cannot be read as UTF-8 text.", hint="Give a file of JSON lines.") from None


def _parse_row(line: str, number: int, name: str, resume: Any, seen: dict[str, int]) -> Row:
    try:
        values = json.loads(line)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise InputError(f"Line {number} of {name} is not a JSON object.", hint='One a line: {"id": "1", "job_description": "..."}')
    given = values.pop("id", None)
    request = values if resume is None else {"resume": resume, **values}
    key = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()[:32]
    row_id = key if given is None else str(given)
    if row_id in seen:
        raise InputError(f"Lines {seen[row_id]} and {number} of {name} have the same id.", hint="Give each row an id of its own.")
    seen[row_id] = number
    return Row(row_id, key, request)


class OutputFile:
    """The results so far, and those to come; a context manager.

    A crash costs at most the line that was being written. A result that is done again (an error, or one of a request that has
    changed) stays until its successor is there; where there was one, closing the file keeps only the last of each id.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done: dict[str, str] = {}
        self._ids: set[str] = set()
        self._superseded = False
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        ends_whole = True
        for line in self._read_lines():
            ends_whole = line.endswith("\n")
            result = _parse_result(line)
            if result is None:
                self._superseded = True
                continue
            self._ids.add(result["id"])
            if "response" in result:
                self._done[result["id"]] = result["key"]
            else:
                self._done.pop(result["id"], None)
        self._file = self._path.open("a", encoding="utf-8")
        if not ends_whole:
            self._file.write("\n")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()
        if self._superseded:
            self._keep_last()

    def is_done(self, row: Row) -> bool:
        """Whether the file has a response for this very request."""
        return self._done.get(row.id) == row.key

    def write(self, row_id: str, key: str, **outcome: Any) -> None:
        """Adds a result (``response`` or ``error``), and sees to it that it is in the file."""
        if self._file is None:
            raise ValueError("the file is not open")
        self._superseded = self._superseded or row_id in self._ids
        self._ids.add(row_id)
        self._file.write(json.dumps({"id": row_id, "key": key, **outcome}, ensure_ascii=False) + "\n")
        self._file.flush()

    def _read_lines(self) -> Iterator[str]:
        if self._path.exists():
            with self._path.open(encoding="utf-8", errors="replace") as file:
                yield from file

    def _keep_last(self) -> None:
        last: dict[str, int] = {}
        for number, line in enumerate(self._read_lines()):
            result = _parse_result(line)
            if result is not None:
                last[result["id"]] = number
        kept = set(last.values())
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with draft.open("w", encoding="utf-8") as file:
            file.writelines(line for number, line in enumerate(self._read_lines()) if number in kept)
        os.replace(draft, self._path)


def _parse_result(line: str) -> dict[str, Any] | None:
    """A line of results; None for one that was cut off or is none of ours."""
    try:
        result = json.loads(line)
    except ValueError:
        return None
    known = isinstance(result, dict) and isinstance(result.get("id"), str) and isinstance(result.get("key"), str)
    return result if known else None
