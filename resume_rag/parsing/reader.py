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
import math
import re
from typing import Any, Final, NamedTuple, NoReturn

MAX_DEPTH: Final = 64
"""Deepest nesting that is read; an answer of ours has two levels."""

_STRICT_TRIES: Final = 4
_AHEAD: Final = 80  # longest key, in characters, that is looked for behind a comma: bounds the time for one quote

_BLANK = re.compile(r"[ \t\r\n\f\v\u00a0\u200b\ufeff]*+")
_STRICT_STRING = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"')
_COMMENT = re.compile(r"//[^\n]*+|#[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_LOOSE_NUMBER = re.compile(r"[-+]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+)(?:[eE][-+]?\d+)?")
_QUOTED_KEY = re.compile(rf"""["“'‘]{{1,2}}(?:[^"“”'\n]{{0,{_AHEAD}}})["”'’]{{1,2}}\s{{0,{_AHEAD}}}:""")
_BARE_KEY = re.compile(rf"[\w$][\w$-]{{0,{_AHEAD}}}\s{{0,{_AHEAD}}}:(?!//)")
_KEY_NAME = re.compile(rf"[\w$][\w$. -]{{0,{_AHEAD}}}?(?=\s{{0,{_AHEAD}}}:)")
_KEY_WITHOUT_COLON = re.compile(r'"\w{1,80}"\s{1,8}"')
_OPEN_KEY_NAME = re.compile(rf"""["'“]([\w$-]{{1,{_AHEAD}}})\s*(?=:\s*(?:["'“\[{{]|-?\d|true\b|false\b|null\b))""")
_STRAY_WORDS = re.compile(rf"""[A-Za-z_][\w -]{{0,{_AHEAD}}}\s(?=["'“])""")
_BARE_STOP = re.compile(r"""[,}\]\n"{\[()]|//|/\*""")
_LITERAL_AHEAD = re.compile(r"(?:true|false|null|none)\b", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.)|$)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SWALLOWED = re.compile(rf"""["'”]\s*:|["'”]\s*,[^"'“”]{{0,{_AHEAD}}}:\s*["'“]|"[\s,;]*+["“]""")  # what looks like a member inside a string
_NOT_IN_KEYS = re.compile(r"[:,;\n{}\[\]]")
_BARE_ITEM = re.compile(r"[\w+-][\w .+#/&%$€'-]*")
_SHORT_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CLOSERS: Final = {'"': '"', "'": "'", "“": '”"', "”": '”"', "‘": "’'"}
_QUOTE_OR_ESCAPE: Final = {quote: re.compile(rf"\\.|[{closers}]", re.DOTALL) for quote, closers in _CLOSERS.items()}
_LITERALS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_WORD_LITERALS: Final[dict[str, Any]] = {**_LITERALS, "none": None}
_NOT_NUMBERS: Final = frozenset({"nan", "infinity", "inf"})
_MATCHING: Final = {"{": "}", "[": "]", "(": ")"}


class Repair(NamedTuple):
    """What was mended, and where: ``offset`` counts characters of the text that was given."""

    kind: str
    offset: int


class Damage(Exception):  # noqa: N818 - an outcome inside this package; it never leaves it
    """The text at ``offset`` cannot be read without guessing; ``truncated`` where the text ends too early."""

    def __init__(self, reason: str, offset: int, *, truncated: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.offset, self.truncated = reason, offset, truncated


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


def _finite(lexeme: str) -> float:
    number = float(lexeme)
    if not math.isfinite(number):
        raise ValueError("a number beyond the range of a float")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_no_constant)


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
    return ReadValue(value, reader.pos, tuple(sorted(reader.repairs, key=lambda repair: repair.offset)))


class _Reader:
    """One pass over one text: ``pos`` is where it stands, ``open`` the brackets it stands in."""

    def __init__(self, text: str, start: int) -> None:
        self.text, self.pos = text, start
        self.repairs: list[Repair] = []
        self.open: list[str] = []
        self.strict_tries = _STRICT_TRIES

    # --- steps -------------------------------------------------------------------------------------------------

    def peek(self) -> str:
        return self.text[self.pos : self.pos + 1]

    def mend(self, kind: str, offset: int) -> None:
        self.repairs.append(Repair(kind, offset))

    def fail(self, reason: str, offset: int | None = None) -> NoReturn:
        raise Damage(reason, self.pos if offset is None else offset)

    def cut_off(self) -> NoReturn:
        raise Damage("it ends before it is closed", len(self.text), truncated=True)

    def blank_end(self, offset: int) -> int:
        return _BLANK.match(self.text, offset).end()  # type: ignore[union-attr]  # it always matches

    def skip(self) -> str:
        """Over blanks and comments; the character that follows, or the empty string at the end."""
        while True:
            self.pos = self.blank_end(self.pos)
            char = self.peek()
            if char not in ("/", "#") or not char:
                return char
            comment = _COMMENT.match(self.text, self.pos)
            if comment is None:
                if self.text.startswith("/*", self.pos):
                    self.cut_off()
                return char
            self.mend("comment", self.pos)
            self.pos = comment.end()

    # --- containers --------------------------------------------------------------------------------------------

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
        key = _QUOTED_KEY.match(self.text, self.blank_end(comma + 1)) or _KEY_WITHOUT_COLON.match(self.text, self.blank_end(comma + 1))
        return self.text.startswith(",", comma) and key is not None

    def value(self, where: str) -> Any:
        char = self.skip()
        if not char:
            self.cut_off()
        if char in _MATCHING:
            return self.container(char)
        if char in _CLOSERS:
            return self.string(where)
        return self.bare(where)

    def container(self, opener: str) -> Any:
        if len(self.open) >= MAX_DEPTH:
            self.fail(f"nested deeper than {MAX_DEPTH} levels")
        if self.open and self.strict_tries and opener != "(":  # undamaged parts at the speed of the C reader
            try:
                value, self.pos = read_strict(self.text, self.pos)
            except (ValueError, RecursionError):
                self.strict_tries -= 1  # each failure costs up to the whole text
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
            if not found and char and char in ",}" and self.text[key_at] in _CLOSERS:
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
        elif char and char in _CLOSERS:
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
        quoted = self.peek() in _CLOSERS
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
        while _QUOTED_KEY.match(self.text, self.pos):
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
        elif char and (char in _CLOSERS or char in "{[" or char.isalnum() or char == "-"):
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
            goes_on = self.text.startswith(",", comma) and _QUOTED_KEY.match(self.text, self.blank_end(comma + 1)) is not None
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

    # --- keys, words, numbers ------------------------------------------------------------------------------------

    def key(self) -> str:
        char = self.peek()
        if char in _CLOSERS:
            open_name = _OPEN_KEY_NAME.match(self.text, self.pos)
            if open_name is not None:
                self.mend("missing_quote", open_name.end())
                self.pos = open_name.end()
                return open_name[1]
            return self.string("key").strip("\r\n")
        name = _KEY_NAME.match(self.text, self.pos)
        if name is not None:
            self.mend("unquoted_key", self.pos)
            self.pos = name.end()
            return name[0]
        words = _STRAY_WORDS.match(self.text, self.pos)
        if words is not None and _QUOTED_KEY.match(self.text, self.blank_end(words.end())):
            self.mend("stray_words", self.pos)
            self.pos = self.blank_end(words.end())
            return self.string("key")
        self.fail("no key where one must be")

    def bare(self, where: str) -> Any:
        start = self.pos
        plain = _PLAIN_NUMBER.match(self.text, start)
        end, quote = self._bare_end(where)
        token = self.text[start:end].rstrip()
        if not token:
            self.fail("no value where one must be")
        self.pos = end + len(quote)
        if not quote and token in _LITERALS:
            return _LITERALS[token]
        if plain is not None and plain[0] == token:
            if quote:
                self.mend("stray_quote", end)
            return self.number(token, start)
        if not quote and token.lower() in _WORD_LITERALS:
            self.mend("literal", start)
            return _WORD_LITERALS[token.lower()]
        return self._bare_word(token, start, quote, where)

    def _bare_word(self, token: str, start: int, quote: str, where: str) -> Any:
        if token.lower().lstrip("+-") in _NOT_NUMBERS or re.fullmatch(r"[-+]?0\d+", token):
            self.fail("a number that JSON does not have", start)
        if not quote and _LOOSE_NUMBER.fullmatch(token):
            self.mend("number", start)
            return self.number(token.replace("_", ""), start)
        if not quote and re.fullmatch(r"[-+]?[\d.]+[eE]?[-+]?", token) and token.count(".") < 2 and not re.search(r"\d-\d", token):
            self.fail("half a number", start)
        if _SURROGATE.search(token):
            self.fail("a single surrogate", start)
        if token[0] in ":=;" or token[-1] == ";" or '"' in token or (where == "item" and not _BARE_ITEM.fullmatch(token)):
            self.fail("a value that begins twice", start)
        self.mend("missing_quote" if quote else "unquoted", start)
        return token

    def number(self, lexeme: str, start: int) -> int | float:
        try:
            return int(lexeme) if re.fullmatch(r"[-+]?\d+", lexeme) else _finite(lexeme)
        except ValueError:
            self.fail("a number out of range", start)

    def _bare_end(self, where: str) -> tuple[int, str]:
        """Where a value without an opening quote ends, and the closing quote behind it, if it has one."""
        depth, commas = 0, 0
        for stop in _BARE_STOP.finditer(self.text, self.pos):
            at, char = stop.start(), stop.group()
            if char in "{[(":
                depth += 1
            elif char in "}])" and depth:
                depth -= 1
            elif char in "}]" or (char == ")" and "(" in self.open):
                return at, ""
            elif char == "," and not depth:
                behind = self.blank_end(at + 1)
                follows = self.text[behind : behind + 1]
                commas += 1
                token = self.text[self.pos : at].rstrip() if commas == 1 else ""  # at the first comma only, else the time is quadratic
                whole = token.lower() in _WORD_LITERALS or _PLAIN_NUMBER.fullmatch(token)
                if whole or where != "value" or follows in ("", "}", "]", "/", "#") or self._key_at(behind, bare=True):
                    return at, ""
            elif char == '"':
                if at > self.pos and _QUOTED_KEY.match(self.text, at) and self.text[at - 1] in " \t\n":
                    return at, ""
                if self._quote_closes(at, where, literal=0):
                    return at, char
                if where == "item":
                    self.fail("a quote in a value without quotes", at)
            elif char in ("\n", "//", "/*") and not depth and (char != "//" or self.text[at - 1] in " \t"):
                return at, ""
        if where == "top":
            return len(self.text), ""
        self.cut_off()

    def _key_at(self, offset: int, *, bare: bool) -> bool:
        return _QUOTED_KEY.match(self.text, offset) is not None or (bare and _BARE_KEY.match(self.text, offset) is not None)

    # --- strings -------------------------------------------------------------------------------------------------

    def string(self, where: str) -> str:
        start = self.pos
        strict = _STRICT_STRING.match(self.text, start)
        if strict is not None and self._quote_closes(strict.end() - 1, where, literal=0):
            self.pos = strict.end()
            return self.unescape(start + 1, strict.end() - 1)
        return self._damaged_string(where)

    def _damaged_string(self, where: str) -> str:
        start = self.pos
        quote = self.text[start]
        if quote != '"':
            self.mend("quotes", start)
        literal: list[int] = []
        for match in _QUOTE_OR_ESCAPE[quote].finditer(self.text, start + 1):
            at = match.start()
            if match.group()[0] == "\\":
                continue
            if where == "value" and self._next_key_begins(at):
                if literal:
                    self.fail("quotes that fit two readings", at)
                return self._unclosed_string(start, at)
            if self._quote_closes(at, where, literal=len(literal)):
                if where == "item" and len(literal) % 2:
                    self.fail("quotes that fit two readings", at)
                self.pos = at + 1
                if where == "key" and literal and _NOT_IN_KEYS.search(self.text, start, at):
                    self.fail("quotes that fit two readings", start)
                return self._with_literal_quotes(start + 1, at, literal)
            literal.append(at)
        if literal and self.text.rstrip("`\n ").endswith(("}", "]")):
            self.fail("quotes that fit no reading", literal[0])
        self.cut_off()

    def _with_literal_quotes(self, start: int, end: int, literal: list[int]) -> str:
        """The characters between two quotes; a second pair of quotes around them is taken for part of the first."""
        if literal and literal[0] == start:
            if len(literal) == 2 and literal[1] == end - 1:
                self.mend("doubled_quotes", start)
                return self.unescape(start + 1, end - 1)
            if len(literal) == 1:
                self.mend("doubled_quotes", start)
                return self.unescape(start + 1, end)
        if len(literal) == 1 and literal[0] == end - 1:
            if self.text[end - 2].isdigit():  # 5"": inches, or a quote too many
                self.fail("quotes that fit two readings", literal[0])
            self.mend("doubled_quotes", literal[0])
            return self.unescape(start, end - 1)
        if len(literal) > 2 and literal[0] == start and literal[1] == start + 1:
            self.fail("quotes that fit two readings", start)
        if literal and _SWALLOWED.search(self.text, literal[0], end):
            self.fail("quotes that fit two readings", literal[0])
        for at in literal:
            self.mend("unescaped_quote", at)
        return self.unescape(start, end)

    def _next_key_begins(self, quote: int) -> bool:
        """Whether the quote opens the next key, so that the string read now has lost its closing quote."""
        before = quote - 1
        while before > self.pos and self.text[before] in " \t\r\n":
            before -= 1
        return self.text[before] == "," and before > self.pos and _QUOTED_KEY.match(self.text, quote) is not None

    def _unclosed_string(self, start: int, next_key: int) -> str:
        end = self.text.rindex(",", start, next_key)
        self.mend("missing_quote", end)
        self.pos = end
        content_end = end
        if self.text[end - 1] == "'":
            self.fail("a quote that fits two readings", end - 1)
        if self.text[end - 1] in "”’" and not re.search("[“‘]", self.text[start:end]):
            content_end -= 1
        return self.unescape(start + 1, content_end)

    def _quote_closes(self, quote: int, where: str, *, literal: int) -> bool:
        """Whether a quote ends its string, by what follows. ``literal``: quotes inside this string so far."""
        text = self.text
        at = self.blank_end(quote + 1)
        char = text[at : at + 1]
        if char in ("", "`") or text.startswith(("//", "/*"), at) or (char == "#" and at > quote + 1):
            return True
        if where == "key":
            return char == ":" or (not literal and (char in ",}" or (char in _CLOSERS and at > quote + 1)))
        if char in "}])":
            if len(self.open) > 1 and where == "value" and char == "}":
                return self._closer_fits(at)
            return {"}": "{", "]": "[", ")": "("}[char] in self.open or "set" in self.open
        if where == "item":
            return self._item_ends(quote, at, char, literal)
        if char == ",":
            behind = self.blank_end(at + 1)
            follows = text[behind : behind + 1]
            if follows in ("", "}", "]", "/", "#") or self._key_at(behind, bare=not literal):
                return True
            words = _STRAY_WORDS.match(text, behind)
            return not literal and words is not None and _QUOTED_KEY.match(text, words.end()) is not None
        return char in _CLOSERS and _QUOTED_KEY.match(text, at) is not None

    def _closer_fits(self, closer: int) -> bool:
        behind = self.blank_end(closer + 1)
        follows = self.text[behind : behind + 1]
        return follows in ("", ",", "}", "]", ")", "/", "#", "`", "{", "[")

    def _item_ends(self, quote: int, at: int, char: str, literal: int) -> bool:
        text = self.text
        if char == ":":
            return not literal
        if char == ",":
            behind = self.blank_end(at + 1)
            follows = text[behind : behind + 1]
            if follows in _CLOSERS and literal % 2:
                self.fail("quotes that fit two readings", quote)
            if follows in ("", "{", "[", "]", "}", "(", ")", "-", ".", "…", "/", "#") or follows in _CLOSERS or follows.isdigit():
                return True
            return _LITERAL_AHEAD.match(text, behind) is not None
        if char in _CLOSERS and at > quote + 1:
            return not literal and text[at + 1 : at + 2] not in (",", "]", "}", " ", "")
        return False

    def unescape(self, start: int, end: int) -> str:
        raw = self.text[start:end]
        control = _CONTROL.search(raw)
        if control is not None:
            self.mend("control_character", start + control.start())
        if "\\" in raw:
            raw = _ESCAPE.sub(lambda match: self._escape(match, start), raw)
            if _SURROGATE.search(raw):
                raw = raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
                if "\ufffd" in raw:
                    self.fail("a single surrogate", start)
        if _SURROGATE.search(raw):
            self.fail("a single surrogate", start)
        return raw

    def _escape(self, match: re.Match[str], start: int) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        char = match[2] or ""
        if char in _SHORT_ESCAPES:
            return _SHORT_ESCAPES[char]
        self.mend("escape", start + match.start())
        return char if char == "'" else match[0]
