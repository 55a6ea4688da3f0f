"""The words of damaged JSON: strings, numbers, bare words and keys, read where they stand, and what ends them.

Every look ahead is bounded, so the time is linear in the text. Knows nothing of objects and arrays but which brackets
are open; ``reader`` does.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final, NamedTuple, NoReturn

_AHEAD: Final = 80  # longest key, in characters, that is looked for behind a comma: bounds the time for one quote
_MAX_LITERAL_QUOTES: Final = 2000  # more in one string is no quoting of words: bounds the time for one string

_BLANK = re.compile(r"[ \t\r\n\f\v\u00a0\u200b\ufeff]*+")
_BLANKS: Final = frozenset(" \t\r\n\f\v\u00a0\u200b\ufeff")
_BLANKS_AND_COMMENTS: Final = _BLANKS | {"/", "#"}
_STRICT_STRING = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"')
_COMMENT = re.compile(r"//[^\n]*+|#[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_LOOSE_NUMBER = re.compile(r"[-+]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+)(?:[eE][-+]?\d+)?")
QUOTED_KEY = re.compile(rf"""["“'‘]{{1,2}}(?:[^"“”'\n]{{0,{_AHEAD}}})["”'’]{{1,2}}\s{{0,{_AHEAD}}}:""")
_BARE_KEY = re.compile(rf"[\w$][\w$-]{{0,{_AHEAD}}}\s{{0,{_AHEAD}}}:(?!//)")
_KEY_NAME = re.compile(rf"[\w$][\w$. -]{{0,{_AHEAD}}}?(?=\s{{0,{_AHEAD}}}:)")
KEY_WITHOUT_COLON = re.compile(r'"\w{1,80}"\s{1,8}"')
_OPEN_KEY_NAME = re.compile(rf"""["'“]([\w$-]{{1,{_AHEAD}}})\s*(?=:\s*(?:["'“\[{{]|-?\d|true\b|false\b|null\b))""")
_STRAY_WORDS = re.compile(rf"""[A-Za-z_][\w -]{{0,{_AHEAD}}}\s(?=["'“])""")
_BARE_STOP = re.compile(r"""[,}\]\n"{\[()]|//|/\*""")
_LITERAL_AHEAD = re.compile(r"(?:true|false|null|none)\b", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.)|$)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SWALLOWED = re.compile(rf"""["'”]\s*:|["'”]\s*,[^"'“”]{{0,{_AHEAD}}}:\s*["'“]|"[\s,;]*+["“]""")  # what looks like a member inside a string
_NOT_IN_KEYS = re.compile(r"[:,;\n{}\[\]]")
_NOT_FIRST: Final = ",:=;|'”’[{(`\\"
_NOT_LAST: Final = "',:;[]{}\\`\""
_BARE_ITEM = re.compile(r"[\w+-][\w .+#/&%$€'-]*")
_SHORT_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
CLOSERS: Final = {'"': '"', "'": "'", "“": '”"', "”": '”"', "‘": "’'"}
_QUOTE_OR_ESCAPE: Final = {quote: re.compile(rf"\\.|[{closers}]", re.DOTALL) for quote, closers in CLOSERS.items()}
_LITERALS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_WORD_LITERALS: Final[dict[str, Any]] = {**_LITERALS, "none": None}
_NOT_NUMBERS: Final = frozenset({"nan", "infinity", "inf"})


class Repair(NamedTuple):
    """What was mended, and where: ``offset`` counts characters of the text that was given."""

    kind: str
    offset: int


class Damage(Exception):  # noqa: N818 - an outcome inside this package; it never leaves it
    """The text at ``offset`` cannot be read without guessing; ``truncated`` where the text ends too early."""

    def __init__(self, reason: str, offset: int, *, truncated: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.offset, self.truncated = reason, offset, truncated


def finite(lexeme: str) -> float:
    """A float, and a ValueError where it would be infinite."""
    number = float(lexeme)
    if not math.isfinite(number):
        raise ValueError("a number beyond the range of a float")
    return number


class TokenReader:
    """One pass over one text: ``pos`` is where it stands, ``open`` the brackets it stands in."""

    def __init__(self, text: str, start: int) -> None:
        self.text, self.pos = text, start
        self.repairs: list[Repair] = []
        self.open: list[str] = []

    # --- steps -------------------------------------------------------------------------------------------------

    def peek(self) -> str:
        """The character here; empty at the end."""
        return self.text[self.pos : self.pos + 1]

    def mend(self, kind: str, offset: int) -> None:
        """Records a repair."""
        self.repairs.append(Repair(kind, offset))

    def fail(self, reason: str, offset: int | None = None) -> NoReturn:
        """Gives up: the place cannot be read without guessing."""
        raise Damage(reason, self.pos if offset is None else offset)

    def cut_off(self) -> NoReturn:
        """Gives up: the text ends too early."""
        raise Damage("it ends before it is closed", len(self.text), truncated=True)

    def blank_end(self, offset: int) -> int:
        """Where the blanks that begin at ``offset`` end."""
        if self.text[offset : offset + 1] not in _BLANKS:
            return offset
        return _BLANK.match(self.text, offset).end()  # type: ignore[union-attr]  # it always matches

    def skip(self) -> str:
        """Over blanks and comments; the character that follows, or the empty string at the end."""
        while True:
            char = self.text[self.pos : self.pos + 1]
            if char not in _BLANKS_AND_COMMENTS:
                return char
            self.pos = self.blank_end(self.pos)
            char = self.peek()
            if char not in ("/", "#"):
                return char
            comment = _COMMENT.match(self.text, self.pos)
            if comment is None:
                if self.text.startswith("/*", self.pos):
                    self.cut_off()
                return char
            self.mend("comment", self.pos)
            self.pos = comment.end()

    # --- keys, words, numbers ------------------------------------------------------------------------------------

    def key(self) -> str:
        """The key of a member, with or without quotes."""
        char = self.peek()
        if char in CLOSERS:
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
        if words is not None and QUOTED_KEY.match(self.text, self.blank_end(words.end())):
            self.mend("stray_words", self.pos)
            self.pos = self.blank_end(words.end())
            return self.string("key")
        self.fail("no key where one must be")

    def bare(self, where: str) -> Any:
        """A value without an opening quote: a literal, a number, or words."""
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
        if token[0] in _NOT_FIRST or token[-1] == ";" or '"' in token or (where == "item" and not _BARE_ITEM.fullmatch(token)):
            self.fail("a value that begins twice", start)
        self.mend("missing_quote" if quote else "unquoted", start)
        return token

    def number(self, lexeme: str, start: int) -> int | float:
        """The number that the characters say."""
        try:
            return int(lexeme) if re.fullmatch(r"[-+]?\d+", lexeme) else finite(lexeme)
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
                if at > self.pos and QUOTED_KEY.match(self.text, at) and self.text[at - 1] in " \t\n":
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
        return QUOTED_KEY.match(self.text, offset) is not None or (bare and _BARE_KEY.match(self.text, offset) is not None)

    # --- strings -------------------------------------------------------------------------------------------------

    def string(self, where: str) -> str:
        """A string, ``where``: as a ``key``, a ``value`` of a member, an ``item`` of an array, or at the ``top``."""
        start = self.pos
        strict = _STRICT_STRING.match(self.text, start)
        if strict is not None:
            end = strict.end()
            if (where == "key" and self.text.startswith(":", end)) or self._quote_closes(end - 1, where, literal=0):
                self.pos = end
                return self.unescape(start + 1, end - 1)
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
            if len(literal) > _MAX_LITERAL_QUOTES:
                self.fail("quotes that fit no reading", literal[0])
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
        return self.text[before] == "," and before > self.pos and QUOTED_KEY.match(self.text, quote) is not None

    def _unclosed_string(self, start: int, next_key: int) -> str:
        end = self.text.rindex(",", start, next_key)
        self.mend("missing_quote", end)
        self.pos = end
        content_end = end
        if self.text[end - 1] in _NOT_LAST:  # a wrong mark in place of the quote, or part of the text
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
            return char == ":" or (not literal and (char in ",}" or (char in CLOSERS and at > quote + 1)))
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
            return not literal and words is not None and QUOTED_KEY.match(text, words.end()) is not None
        return char in CLOSERS and QUOTED_KEY.match(text, at) is not None

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
            if follows in CLOSERS and literal % 2:
                self.fail("quotes that fit two readings", quote)
            if follows in ("", "{", "[", "]", "}", "(", ")", "-", ".", "…", "/", "#") or follows in CLOSERS or follows.isdigit():
                return True
            return _LITERAL_AHEAD.match(text, behind) is not None
        if char in CLOSERS and at > quote + 1:
            return not literal and text[at + 1 : at + 2] not in (",", "]", "}", " ", "")
        return False

    def unescape(self, start: int, end: int) -> str:
        """The characters between two offsets, escapes resolved."""
        raw = self.text[start:end]
        if raw.isascii() and raw.isprintable() and "\\" not in raw:
            return raw
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
