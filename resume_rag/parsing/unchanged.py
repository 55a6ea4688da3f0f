"""The check that reading changed nothing: it shares no logic with the reader that it checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from resume_rag.parsing.tokens import Damage

_ESCAPES = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt\']))')
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d+)(?:[eE][-+]?\d+)?")


def check_nothing_changed(text: str, value: Any, offset: int) -> None:
    """Every string and number of the value must stand in the text, in this order. Linear: each is looked for behind the one before."""
    plain = _ESCAPES.sub(_plain, text) if "\\" in text else text
    if "\\u" in text:
        plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    cursor = 0
    for leaf in _leaves(value):
        if isinstance(leaf, str):
            at = plain.find(leaf, cursor)
            end = at + len(leaf)
        else:
            match = next((m for m in _NUMBER.finditer(plain, cursor) if _same_number(m.group(), leaf)), None)
            at, end = (match.start(), match.end()) if match else (-1, -1)
        if at < 0:
            raise Damage("a repair would change a value", offset)
        cursor = end


def _plain(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _SHORT.get(match[2], match[2])


def _same_number(lexeme: str, number: int | float) -> bool:
    plain = lexeme.replace("_", "").removeprefix("+")
    return plain == str(number) if isinstance(number, int) else float(plain) == number


def _leaves(value: Any) -> Iterator[str | int | float]:
    """Strings, keys and numbers in the order of the text; the reader bounds the depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield key
            if isinstance(member, str):
                yield member
            elif member is not None:
                yield from _leaves(member)
    elif isinstance(value, list):
        for member in value:
            if isinstance(member, str):
                yield member
            elif member is not None:
                yield from _leaves(member)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value
