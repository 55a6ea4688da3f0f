"""Paths into JSON documents, written as ``work[0].highlights[1]``.

Knows nothing of resumes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@lru_cache(maxsize=8192)
def split_path(path: str) -> tuple[str | int, ...]:
    """The steps of a path.

    >>> split_path("work[0].highlights[1]")
    ('work', 0, 'highlights', 1)
    """
    return tuple(name if name else int(number) for name, number in _STEP.findall(path))


def find_leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string or number of a JSON value in document order, with its path.

    >>> list(find_leaves({"work": [{"name": "Acme", "highlights": ["Did it"]}]}))
    [('work[0].name', 'Acme'), ('work[0].highlights[0]', 'Did it')]
    """
    if isinstance(value, str):  # first, as most values are, and as asking for a Mapping takes longer
        if value.strip():
            yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from find_leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, Sequence):
        for number, inner in enumerate(value):
            yield from find_leaves(inner, f"{path}[{number}]")
    elif value is not None and not isinstance(value, bool):
        yield path, str(value)
