"""A tolerant reader of JSON: one value from a place in a text, every repair recorded, the value itself never changed.

It goes through the text once, left to right, looks ahead a bounded distance, and refuses rather than guess: a value
that is not closed is *cut off* (``Damage.truncated``), a place with two sensible readings is *damaged*. It knows the
drifts of language models (trailing commas, comments, other quotes, quotes and newlines that are not escaped, words for
literals, wrong closers). It knows nothing of fences, prose or schemas; ``answer`` does.

No library does this: json_repair and its like fill in what is missing, drop words they cannot place, and record no
offsets (compared in ``tests/test_parsing.py``).
"""

from __future__ import annotations

import json
from operator import itemgetter
from typing import Any, Final, NamedTuple, NoReturn

from resume_rag.parsing.tokens import CLOSERS, KEY_WITHOUT_COLON, QUOTED_KEY, Repair, TokenReader, finite

MAX_DEPTH: Final = 64
"""Deepest nesting that is read; an answer of ours has two levels."""

_STRICT_TRY_CHARS: Final = 64
_LINE_COUNT_CHARS: Final = 16
"""A failed try of the strict reader costs the time of some characters, and counts the lines before it, this many at a time."""

_MATCHING: Final = {"{": "}", "[": "]", "(": ")"}


class ReadValue(NamedTuple):
    """One value, the offset behind it, and the repairs it took."""

    value: Any
    end: int
    repairs: tuple[Repair, ...]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_float=finite, parse_constant=_no_constant)


def read_strict(text: str, start: int = 0) -> tuple[Any, int]:
    """The JSON value that begins at ``start``, and the offset behind it.

    Duplicate keys, NaN, infinities and single surrogates are refused.

    Raises:
        ValueError: it is not strict JSON.
        RecursionError: nested deeper than the interpreter allows.

    >>> read_strict('{"a": [1]} ...')
    ({'a': [1]}, 10)
    """
    value, end = _STRICT.raw_decode(text, start)
    if text.find("\\u", start, end) >= 0 and "\\ud" in text[start:end].lower():
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError("a single surrogate") from error
    return value, end


def read_value(text: str, start: int) -> ReadValue:
    """The value that begins at ``start``: strict JSON where it is, else mended.

    Raises:
        Damage: cut off, too deep, or not to be mended without guessing.

    >>> read_value("{'a': True, /* why */ }", 0)
    ReadValue(value={'a': True}, end=23, repairs=(Repair(kind='quotes', offset=1), Repair(kind='literal', offset=6), Repair(kind='comma', offset=10), Repair(kind='comment', offset=12)))
    """  # noqa: E501
    reader = _Reader(text, start)
    value = reader.root()
    return ReadValue(value, reader.pos, tuple(sorted(reader.repairs, key=itemgetter(1))))


class _Reader(TokenReader):
    """One pass over one text, container by container."""

    def __init__(self, text: str, start: int) -> None:
        super().__init__(text, start)
        self.strict_chars = len(text) - start  # what failed tries of the strict reader may cost in all: keeps the time linear

    def root(self) -> Any:
        value = self.value("top")
        while isinstance(value, dict) and self._object_goes_on():
            self.mend("stray_closer", self.pos - 1)
            self.pos = self.text.index(",", self.pos) + 1
            self.open.append("{")
            value = self.members(value)
        return value

    def _object_goes_on(self) -> bool:
        comma = self.blank_end(self.pos)
        key = QUOTED_KEY.match(self.text, self.blank_end(comma + 1)) or KEY_WITHOUT_COLON.match(self.text, self.blank_end(comma + 1))
        return self.text.startswith(",", comma) and key is not None

    def value(self, where: str) -> Any:
        char = self.skip()
        if not char:
            self.cut_off()
        if char in _MATCHING:
            return self.container(char)
        if char in CLOSERS:
            return self.string(where)
        return self.bare(where)

    def container(self, opener: str) -> Any:
        if len(self.open) >= MAX_DEPTH:
            self.fail(f"nested deeper than {MAX_DEPTH} levels")
        if self.open and self.strict_chars > 0 and opener != "(":  # undamaged parts at the speed of the C reader
            try:
                value, self.pos = read_strict(self.text, self.pos)
            except (ValueError, RecursionError) as error:
                read_to = getattr(error, "pos", len(self.text))
                self.strict_chars -= max(0, read_to - self.pos) + _STRICT_TRY_CHARS + read_to // _LINE_COUNT_CHARS
            else:
                return value
        start = self.pos
        self.open.append(opener)
        self.pos += 1
        if opener == "{":
            return self.members({})
        values = self.items(_MATCHING[opener])
        if opener == "(":
            self.mend("tuple", start)
            if len(values) == 1 and not self.text[start : self.pos - 1].rstrip().endswith(","):
                return values[0]
        return values

    def members(self, found: dict[str, Any]) -> Any:
        """The members of an object, up to and with its end. A set of strings, as Python writes it, comes as a list."""
        while True:
            char = self.skip()
            if not char:
                self.cut_off()
            if char == ",":
                self.mend("comma", self.pos)
                self.pos += 1
                continue
            if char in "}])":
                if self.closes("}"):
                    return found
                continue
            key_at = self.pos
            key = self.key()
            char = self.skip()
            if not found and char and char in ",}" and self.text[key_at] in CLOSERS:
                self.mend("set", key_at)
                self.open[-1] = "set"
                return self.only_scalars(self.items("}", [key]), key_at)
            self.colon(char)
            value = self.value("value")
            if key in found:
                if found[key] != value:
                    self.fail("one key with two values", key_at)
                self.mend("duplicate_key", key_at)
            found[key] = value
            self.separator()

    def only_scalars(self, values: list[Any], start: int) -> list[Any]:
        if any(isinstance(value, dict | list) for value in values):
            self.fail("a member without a value", start)
        return values

    def colon(self, char: str) -> None:
        if char == ":":
            self.pos += 1
        elif char and char in CLOSERS:
            self.mend("missing_colon", self.pos)
        elif not char:
            self.cut_off()
        else:
            self.fail("a key without a value")

    def items(self, closer: str, found: list[Any] | None = None) -> list[Any]:
        """The items of an array, up to and with its end."""
        found = [] if found is None else found
        if found:
            self.separator()
        while True:
            char = self.skip()
            if not char:
                self.cut_off()
            if char == ",":
                self.mend("comma", self.pos)
                self.pos += 1
                continue
            if char in "}])":
                if self.closes(closer):
                    return found
                continue
            if self.text.startswith("...", self.pos) or char == "…":
                self.mend("ellipsis", self.pos)
                self.pos += 3 if char == "." else 1
            else:
                found.append(self.item(first=not found))
            self.separator()

    def item(self, *, first: bool) -> Any:
        start = self.pos
        quoted = self.peek() in CLOSERS
        value = self.value("item")
        if not quoted or self.skip() != ":":
            return value
        if not first:
            self.fail("a member outside an object", start)
        self.mend("missing_opener", start)  # ["key": "value"]: an object without its opening brace
        self.pos += 1
        self.open.append("{")
        members = {value: self.value("value")}
        self.separator()
        while QUOTED_KEY.match(self.text, self.pos):
            key = self.key()
            self.colon(self.skip())
            if key in members:
                self.fail("one key twice")
            members[key] = self.value("value")
            self.separator()
        self.open.pop()
        if self.peek() == "}" and "{" not in self.open:
            self.pos += 1
        return members

    def separator(self) -> None:
        """Over the comma behind a member or an item; its absence, and one too many, are recorded."""
        before = self.pos
        char = self.skip()
        if char == ",":
            comma = self.pos
            self.pos += 1
            if self.skip() in ("}", "]", ")"):
                self.mend("comma", comma)
        elif char and (char in CLOSERS or char in "{[" or char.isalnum() or char == "-"):
            self.mend("missing_comma", before)
        elif char == "`":
            self.cut_off()
        elif char and char not in "}])":
            self.fail("text between two values")

    def closes(self, closer: str) -> bool:
        """Whether the bracket here ends the container read now. One that ends another is mended where only one reading makes sense."""
        char = self.peek()
        if char == closer:
            self.pos += 1
            self.open.pop()
            return True
        outer = {"}": "{", "]": "[", ")": "("}[char]
        if outer not in self.open[:-1]:
            if len(self.open) == 1 and char == ")":
                self.fail("a bracket that closes nothing")
            self.mend("stray_closer", self.pos)
            self.pos += 1
            return False
        if char == "}":
            comma = self.blank_end(self.pos + 1)
            goes_on = self.text.startswith(",", comma) and QUOTED_KEY.match(self.text, self.blank_end(comma + 1)) is not None
            if goes_on and self.open[-2:-1] == ["{"] and len(self.open) == 2:
                self.mend("wrong_closer", self.pos)
                self.pos += 1
                self.open.pop()
                return True
            if goes_on and self.open[-3:-2] == ["{"]:
                self.fail("a closer that fits two places")
        self.mend("missing_closer", self.pos)
        self.open.pop()
        return True
