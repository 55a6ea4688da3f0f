"""From the text of an answer to a JSON value: `parse_json` and its stages.

The order: why the server stopped, strict JSON, then thinking and prose around the value are left aside and the value
is read by the tolerant `reader`; what it mended is checked again by code that does not share its logic. Knows nothing
of the schema that was asked for; `lines` does.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from operator import itemgetter
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from resume_rag.errors import GenerationError, OutputParseError, OutputTruncatedError
from resume_rag.parsing.reader import MAX_DEPTH, read_strict, read_value
from resume_rag.parsing.tokens import Damage, Repair
from resume_rag.parsing.unchanged import check_nothing_changed

MAX_CHARS: Final = 1_000_000
"""Longest answer that is looked at."""

_MAX_STRICT_CANDIDATES = 16  # a failure of the strict reader costs up to the whole text
_MAX_KEPT = 8  # values of one answer that are looked at: the last ones
_MAX_FAILED_STARTS = 8  # places in prose that look like JSON and are none: bounds the time
_LOOP_CHARS = 64  # blanks at the end of an answer that was never finished

_FINISHED = frozenset({"stop", "tool_calls", "function_call", "eos", "stop_sequence", ""})
_LOOPS: Final = {"whitespace_loop": "white space", "repetition_loop": "repetition"}
_START = re.compile(
    r"""\{(?=\s*+(?:["'“‘}{\w$/#\\]|\Z))|\[(?=\s*+(?:["'“‘\[\]{(.-]|[\d.]+\s*+[,\]]|true\b|false\b|null\b|None\b|True\b|False\b|\Z))"""
)
_THINKING = re.compile(r"\s*<(think|thinking|thought|reasoning)>", re.IGNORECASE)
_THINKING_END = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_FENCE = re.compile(r"```+[ \t]*\w*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ALONE = re.compile(r"[ \t]*+(?:\n|\Z)")
_LOOK_BACK = 200
_MEMBER_BEFORE = re.compile(r"""["'”]\s*+:\s*+\Z""")
_ON_BEHIND = re.compile(r"\s*+[,}\]]")
_CLOSER_BEHIND = re.compile(r"""["'”][\s,]*+[}\]]""")
_FENCED_TUPLE = re.compile(r"```+[ \t]*\w*\s*+(?=\()")
_GOES_ON = re.compile(r"\s*+,\s*+[\"'“]")
_EXTENT = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|[{\[]|[}\]]')
_DOUBLE_ESCAPED = re.compile(r"""\s*[\[{]\s*(?:\{\s*)?\\"\w""")
_REFUSAL = re.compile(
    r"""[\s"'*_>]*(?:
        (?:i['’]?m|i\ am)\ (?:very\ |so\ |really\ )?(?:sorry|afraid|unable|not\ able)
      | (?:sorry|apologies)\b
      | i\ apologi[sz]e
      | (?:unfortunately,?\ )?i\ (?:can(?:no|['’])t|can\ not|won['’]t|will\ not|must\ decline|do\ not\ feel\ comfortable)
      | as\ an?\ (?:ai|artificial|language\ model|large\ language)
      | (?:es\ tut\ mir\ leid|leider\ kann\ ich|je\ suis\ désolée?|désolée?|lo\ siento|mi\ dispiace|抱歉|很抱歉|对不起|我无法|申し訳)
    )""",
    re.IGNORECASE | re.VERBOSE,
)


class ParsedJson(NamedTuple):
    """A value, and what had to be mended to read it (nothing, for strict JSON)."""

    value: Any
    repairs: tuple[Repair, ...] = ()


class AnswerError(OutputParseError):
    """An answer that is no use, with short reasons (``errors``) that may be shown to the model again."""

    default_hint = "Ask again and show the model its errors, or use a larger model or constrained decoding."


def parse_json(text: str, *, finish_reason: str | None = "stop") -> ParsedJson:
    """The JSON value of a complete answer; repairs are recorded and never change a value.

    Where an answer holds several values, the last complete one that is no echo of a schema; objects before others, values
    in fences before values in prose.

    Args:
        text: the model's answer.
        finish_reason: why the server says it stopped; None where it does not say.

    Raises:
        OutputTruncatedError: the server cut it off, or a string or bracket is not closed.
        OutputParseError: ``cause`` is whitespace_loop, repetition_loop, refusal, schema_echo or syntax.

    >>> parse_json('Sure: ```json\\n{"text": "Led 5 teams",}\\n```').value
    {'text': 'Led 5 teams'}
    >>> parse_json('{"text": "Saved $1,20')
    Traceback (most recent call last):
    ...
    resume_rag.errors.OutputTruncatedError: The answer ends before its JSON is closed.
    """
    for parsed in reversed(find_values(text, finish_reason=finish_reason)):
        if not is_schema_echo(parsed.value):
            return ParsedJson(parsed.value, parsed.repairs)
    raise AnswerError("The answer repeats the schema.", raw_text=text, cause="schema_echo")


def find_values(text: str, *, finish_reason: str | None = "stop") -> list[ParsedJson]:
    """Every complete value of an answer that may be meant, the likeliest last. Never empty.

    Raises:
        OutputTruncatedError: as `parse_json`.
        OutputParseError: as `parse_json`, except for schema_echo.
    """
    check_finished(finish_reason, text)
    if len(text) > MAX_CHARS:
        raise AnswerError(f"The answer is longer than {MAX_CHARS} characters.", raw_text=text[:MAX_CHARS])
    try:
        return _read_answer(text, finish_reason)
    except Damage as damage:
        raise _error_for(text, damage) from damage
    except RecursionError as error:
        raise AnswerError("The answer is nested too deep.", raw_text=text) from error
    except MemoryError as error:
        raise AnswerError("The answer needs too much memory.") from error


def check_finished(finish_reason: str | None, text: str = "") -> None:
    """Raises where the server says that it did not finish the answer.

    Raises:
        OutputTruncatedError: the token limit, or an abort.
        OutputParseError: the server's content filter (cause refusal), or a `LoopWatch` that ended it.

    >>> check_finished("stop")
    """
    if finish_reason is None or finish_reason in _FINISHED:
        return
    if finish_reason == "content_filter":
        raise AnswerError("The server's content filter stopped the answer.", raw_text=text, cause="refusal")
    if finish_reason in _LOOPS:
        raise AnswerError(f"The answer ran into endless {_LOOPS[finish_reason]}.", raw_text=text, cause=finish_reason)
    if finish_reason in ("length", "max_tokens"):
        raise OutputTruncatedError("The answer was cut off by the token limit.")
    raise OutputTruncatedError("The server stopped before the answer was finished.", hint="Send the request again.")


def is_refusal(text: str) -> bool:
    """Whether a text begins like a model that declines.

    >>> is_refusal("I'm sorry, but I can't help with that."), is_refusal("Led 5 teams")
    (True, False)
    """
    return _REFUSAL.match(text) is not None


def is_schema_echo(value: Any) -> bool:
    """Whether a value is a JSON Schema rather than an answer to one.

    >>> is_schema_echo({"type": "object", "properties": {"text": {"type": "string"}}}), is_schema_echo({"text": "a"})
    (True, False)
    """
    if not isinstance(value, dict):
        return False
    if "$schema" in value or "$defs" in value:
        return True
    return isinstance(value.get("properties"), dict) and (value.get("type") == "object" or "required" in value)


def _error_for(text: str, damage: Damage) -> GenerationError:
    blanks = len(text) - len(text.rstrip())
    if blanks >= _LOOP_CHARS and (damage.truncated or blanks == len(text)):
        return AnswerError("The answer ran into endless white space.", raw_text=text, cause="whitespace_loop")
    if damage.truncated or _is_beginning(text):
        return OutputTruncatedError("The answer ends before its JSON is closed.")
    if is_refusal(text):
        return AnswerError("The model declined.", raw_text=text, cause="refusal")
    return AnswerError(f"The answer is not JSON: {damage.reason}.", raw_text=text)


def _is_beginning(text: str) -> bool:
    """Whether all that is wrong with a text is that strict JSON in it is not finished.

    >>> _is_beginning('{"text": "Led", "sources"'), _is_beginning('{"text": , "sources"')
    (True, False)
    """
    start = _START.search(text)
    if start is None or _SURROGATE.search(text):
        return False
    try:
        from_json(text[start.start() :], allow_partial=True)
    except ValueError:
        return False
    return text.rstrip()[-1:] not in ("}", "]")


# --- stages --------------------------------------------------------------------------------------------------------


def _read_answer(text: str, finish_reason: str | None) -> list[ParsedJson]:
    strict = _read_whole(text, finish_reason)
    if strict is not None:
        return [strict]
    if _DOUBLE_ESCAPED.match(text):
        inner = re.sub(r'\\(["\\])', r"\1", text)
        return [ParsedJson(one.value, (Repair("escaped_json", 0), *one.repairs)) for one in _read_answer(inner, finish_reason)]
    start, thought = _behind_thinking(text)
    whole_at = start + len(text[start:]) - len(text[start:].lstrip())
    fenced = _FENCED_TUPLE.search(text, start)
    if (fenced is not None and "{" not in text) or (text.startswith("(", whole_at) and text.rstrip().endswith(")")):
        whole_at = fenced.end() if fenced is not None else whole_at
        parsed, _ = _mended(text, whole_at)
        return [ParsedJson(parsed.value, thought + parsed.repairs)]
    return _ranked(text, list(deque(_candidates(text, start), maxlen=_MAX_KEPT)), thought)


def _read_whole(text: str, finish_reason: str | None) -> ParsedJson | None:
    """The answer as strict JSON and nothing else; None where it is not."""
    if not text.strip():
        raise Damage("it is empty", 0)
    if (surrogate := _SURROGATE.search(text)) is not None:
        raise Damage("it holds half a character", surrogate.start())
    _check_depth(text)
    bom = text.startswith("\ufeff")
    body = text[1:] if bom else text
    start = len(body) - len(body.lstrip(" \t\r\n"))
    try:
        value, end = read_strict(body, start)
    except ValueError:
        return None
    if body[end:].strip(" \t\r\n"):
        return None
    repairs = (Repair("byte_order_mark", 0),) if bom else ()
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        return _read_string(value, (*repairs, Repair("json_in_string", start)))
    if isinstance(value, int | float) and not isinstance(value, bool) and finish_reason is None:
        # Any beginning of a number is a number: without the server's word nothing shows that this one is whole.
        raise Damage("a number alone", end, truncated=True)
    return ParsedJson(value, repairs)


def _read_string(value: str, repairs: tuple[Repair, ...]) -> ParsedJson:
    """JSON that was written as one JSON string; the string itself where it holds something else."""
    try:
        inner, end = read_strict(value, len(value) - len(value.lstrip()))
    except ValueError:
        return ParsedJson(value, repairs[:-1])
    return ParsedJson(value, repairs[:-1]) if value[end:].strip() else ParsedJson(inner, repairs)


def _check_depth(text: str) -> None:
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return
    depth = 0
    for token in _EXTENT.finditer(text):
        if token.group() in "{[":
            depth += 1
            if depth > MAX_DEPTH:
                raise Damage(f"nested deeper than {MAX_DEPTH} levels", token.start())
        elif token.group() in "}]":
            depth = max(0, depth - 1)


def _behind_thinking(text: str) -> tuple[int, tuple[Repair, ...]]:
    """Where the answer begins behind a block of thinking, whose beginning may be part of the server's template."""
    opened = _THINKING.match(text)
    if opened is None and text.lstrip()[:1] in ("{", "[", "`"):
        return 0, ()
    if opened is not None:
        first = _THINKING_END.search(text)  # a later tag may stand inside the answer
        if first is None:
            raise Damage("it ends while the model thinks", len(text), truncated=True)
        return first.end(), (Repair("thinking", 0),)
    value = _START.search(text)
    end = 0
    for tag in _THINKING_END.finditer(text):
        # Behind the beginning of a value the tag may stand inside a string, where there are no line breaks.
        if value is None or tag.end() <= value.start() or _ALONE.match(text, tag.end()):
            end = tag.end()
    return end, (Repair("thinking", 0),) if end else ()


class _Candidate(NamedTuple):
    parsed: ParsedJson
    start: int
    end: int


def _candidates(text: str, pos: int) -> Iterator[_Candidate]:
    """The complete values of a text in order. One that is cut off ends everything: what is in it is no answer."""
    failures: list[Damage] = []
    found = 0
    while (start := _START.search(text, pos)) is not None:
        try:
            parsed, pos = _mended(text, start.start(), strict_first=found < _MAX_STRICT_CANDIDATES)
        except Damage as damage:
            failures.append(damage)
            if damage.truncated or len(failures) > _MAX_FAILED_STARTS:
                raise
            pos = max(_extent(text, start.start()), start.end())
            continue
        found += 1
        yield _Candidate(parsed, start.start(), pos)
    if not found:
        raise failures[-1] if failures else Damage("it holds no object or array", pos)


def _mended(text: str, start: int, *, strict_first: bool = True) -> tuple[ParsedJson, int]:
    if strict_first:
        try:
            value, end = read_strict(text, start)
        except (ValueError, RecursionError):
            pass
        else:
            if not _GOES_ON.match(text, end):
                return ParsedJson(value), end
    read = read_value(text, start)
    check_nothing_changed(text[start : read.end], read.value, start)
    return ParsedJson(read.value, read.repairs), read.end


def _extent(text: str, start: int) -> int:
    """About where a damaged value ends, by its brackets: what is inside it is not an answer of its own."""
    depth = 0
    for token in _EXTENT.finditer(text, start):
        if token.group() in "{[":
            depth += 1
        elif token.group() in "}]":
            depth -= 1
            if depth == 0:
                return token.end()
    return len(text)


def _ranked(text: str, candidates: list[_Candidate], thought: tuple[Repair, ...]) -> list[ParsedJson]:
    fences = [match.span() for match in _FENCE.finditer(text)]
    _check_no_leftover(text, candidates)

    def rank(candidate: _Candidate) -> tuple[bool, bool, bool]:
        fenced = sum(1 for fence in fences if fence[1] <= candidate.start) % 2 == 1
        certain = not any(repair.kind in ("unquoted", "set") for repair in candidate.parsed.repairs)
        return (certain, fenced, isinstance(candidate.parsed.value, dict) and bool(candidate.parsed.value))

    ranked = []
    for one in sorted(candidates, key=rank):  # stable: of equals, the last stays last
        around = _around(text, one, candidates, len(fences))
        repairs = sorted((*thought, *around, *one.parsed.repairs), key=itemgetter(1))
        ranked.append(ParsedJson(one.parsed.value, tuple(repairs)))
    return ranked


def _around(text: str, one: _Candidate, candidates: list[_Candidate], fences: int) -> Iterator[Repair]:
    """What stands around the chosen value and is left aside."""
    if fences:
        yield Repair("fence", text.find("```"))
    for before, kind, offset in ((text[: one.start], "prose_before", 0), (text[one.end :], "prose_after", one.end)):
        if _FENCE.sub("", before[:20_000]).strip():
            yield Repair(kind, offset)
    if len(candidates) > 1:
        yield Repair("several_values", candidates[0].start)


def _check_no_leftover(text: str, candidates: list[_Candidate]) -> None:
    """Refuses a value that stands inside something damaged, or whose string may have gone on behind its end."""
    for index, one in enumerate(candidates):
        before = text[candidates[index - 1].end if index else 0 : one.start]
        last = index == len(candidates) - 1
        rest = text[one.end : len(text) if last else candidates[index + 1].start]
        if _MEMBER_BEFORE.search(before[-_LOOK_BACK:]):
            raise Damage("a bracket is missing before it", one.start)
        if last and _ON_BEHIND.match(rest) and not (isinstance(one.parsed.value, dict) and not rest.strip(" \r\n\t}]`")):
            raise Damage("it goes on behind its end", one.end)
        if one.parsed.repairs and _CLOSER_BEHIND.search(rest):
            raise Damage("it may go on behind its end", one.end)
