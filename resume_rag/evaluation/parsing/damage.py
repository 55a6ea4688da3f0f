"""Kinds of damage in answers of language models, what each says, and what this parser and three others make of it.

A row's text is an answer as models give them; ``expected`` is what it says to a careful reader, or `REFUSED` where it says nothing
that could be relied on. Knows nothing of how the parsers work.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import dirtyjson
import json_repair
from langchain_core.exceptions import OutputParserException
from langchain_core.output_parsers import JsonOutputParser

from resume_rag.errors import OutputParseError, OutputTruncatedError
from resume_rag.parsing import parse_json

OTHERS = ("LangChain", "json_repair", "dirtyjson")

LINE = {"text": "Led 5 teams", "sources": ["f1", "f2"]}
GOOD = json.dumps(LINE)
REFUSED = object()
"""No value: the parser raised."""


class Damaged(NamedTuple):
    """A kind of damage, an answer that has it, and what it says: a value, or REFUSED by the named error."""

    kind: str
    text: str
    expected: Any
    repair: str = ""
    cause: str = ""


def _of_text(text: str) -> dict[str, Any]:
    return {"text": text, "sources": ["f1"]}


DAMAGE = [
    Damaged("fence", f"```json\n{GOOD}\n```", LINE, "fence"),
    Damaged("fence without an end", f"```json\n{GOOD}", LINE, "fence"),
    Damaged("prose around", f"Sure, here it is:\n{GOOD}\nAnything else?", LINE, "prose_before"),
    Damaged("braces in prose", f"I fill {{name}} in: {GOOD}", LINE, "prose_before"),
    Damaged("footnote behind", f"{GOOD}\nSee [1].", LINE, "prose_after"),
    Damaged("two fences, the last is meant", f'```json\n{{"text": ""}}\n```\nBetter:\n```json\n{GOOD}\n```', LINE, "several_values"),
    Damaged("thinking before", f'<think>Maybe {{"text": 1}}?</think>\n{GOOD}', LINE, "thinking"),
    Damaged("end of thinking only", f'I weigh {{"text": 1}}.\n</think>\n\n{GOOD}', LINE, "thinking"),
    Damaged("byte order mark", f"\ufeff{GOOD}", LINE, "byte_order_mark"),
    Damaged("trailing commas", '{"text": "Led 5 teams", "sources": ["f1", "f2",],}', LINE, "comma"),
    Damaged("missing comma", '{"text": "Led 5 teams" "sources": ["f1" "f2"]}', LINE, "missing_comma"),
    Damaged("single quotes", "{'text': 'Led 5 teams', 'sources': ['f1', 'f2']}", LINE, "quotes"),
    Damaged("apostrophe in single quotes", "{'text': 'Won't fail', 'sources': ['f1']}", _of_text("Won't fail"), "unescaped_quote"),
    Damaged("typographic quotes", "{“text”: “Led 5 teams”, “sources”: [“f1”, “f2”]}", LINE, "quotes"),
    Damaged(
        "quotes not escaped", '{"text": "Led "Alpha" to 5 teams", "sources": ["f1"]}', _of_text('Led "Alpha" to 5 teams'), "unescaped_quote"
    ),
    Damaged("inch mark", '{"text": "Fitted 5" pipes", "sources": ["f1"]}', _of_text('Fitted 5" pipes'), "unescaped_quote"),
    Damaged("doubled quotes", '{""text"": ""Led 5 teams"", ""sources"": [""f1"", ""f2""]}', LINE, "doubled_quotes"),
    Damaged("quote of a value missing", '{"text": "Led 5 teams, "sources": ["f1", "f2"]}', LINE, "missing_quote"),
    Damaged("quote of a key missing", '{"text: "Led 5 teams", "sources": ["f1", "f2"]}', LINE, "missing_quote"),
    Damaged("keys without quotes", '{text: "Led 5 teams", sources: ["f1", "f2"]}', LINE, "unquoted_key"),
    Damaged("value without quotes", '{"text": Led 5 teams, "sources": ["f1", "f2"]}', LINE, "unquoted"),
    Damaged("line break in a string", '{"text": "Led\n5 teams", "sources": ["f1"]}', _of_text("Led\n5 teams"), "control_character"),
    Damaged(
        "escape that JSON lacks", '{"text": "Saved \\$5, won\\\'t fail", "sources": ["f1"]}', _of_text("Saved \\$5, won't fail"), "escape"
    ),
    Damaged("comments", '{"text": "Led 5 teams", // the line\n "sources": /* ids */ ["f1", "f2"] # end\n}', LINE, "comment"),
    Damaged("web address is no comment", '{"text": "See http://a.b/c", "sources": ["f1"],}', _of_text("See http://a.b/c"), "comma"),
    Damaged("words of Python", '{"a": True, "b": None, "c": FALSE}', {"a": True, "b": None, "c": False}, "literal"),
    Damaged("tuple of Python", '{"text": "Led 5 teams", "sources": ("f1", "f2")}', LINE, "tuple"),
    Damaged("number with separators", '{"saved": 1_200_000}', {"saved": 1200000}, "number"),
    Damaged("number that is a word", '{"a": 1/3, "b": 10-20, "c": 1.2.3}', {"a": "1/3", "b": "10-20", "c": "1.2.3"}, "unquoted"),
    Damaged("closer missing", '{"a": [{"text": "Led", "tags": ["x"}]}', {"a": [{"text": "Led", "tags": ["x"]}]}, "missing_closer"),
    Damaged("wrong closer", '{"sources": ["f1", "f2"}, "text": "Led 5 teams"}', LINE, "wrong_closer"),
    Damaged("closer too many", '[{"a": 1}}, {"a": 2}]', [{"a": 1}, {"a": 2}], "stray_closer"),
    Damaged("closed too early", '{"text": "Led 5 teams"}, "sources": ["f1", "f2"]}', LINE, "stray_closer"),
    Damaged("JSON in a string", json.dumps(GOOD), LINE, "json_in_string"),
    Damaged("escaped as a whole", GOOD.replace('"', '\\"'), LINE, "escaped_json"),
    Damaged("same key, same value", '{"text": "Led 5 teams", "text": "Led 5 teams", "sources": ["f1", "f2"]}', LINE, "duplicate_key"),
    Damaged("ellipsis in a list", '["f1", "f2", ...]', ["f1", "f2"], "ellipsis"),
    Damaged("cut in a number", '{"text": "Saved $1,20', REFUSED, cause="truncated"),
    Damaged("cut in a bare number", '{"year": 201', REFUSED, cause="truncated"),
    Damaged("cut before the last bracket", GOOD[:-1], REFUSED, cause="truncated"),
    Damaged("cut, then fenced", f"```json\n{GOOD[:-6]}\n```", REFUSED, cause="truncated"),
    Damaged("cut in the second fence", f"```json\n{GOOD}\n```\n```json\n{GOOD[:20]}", REFUSED, cause="truncated"),
    Damaged("cut inside a list of values", '{"a": {"b": 1}, "c": "tru', REFUSED, cause="truncated"),
    Damaged("cut while thinking", "<think>The fact says", REFUSED, cause="truncated"),
    Damaged("same key, two values", '{"text": "Led 5 teams", "text": "Led 6 teams"}', REFUSED, cause="syntax"),
    Damaged("value missing", '{"text": , "sources": ["f1"]}', REFUSED, cause="syntax"),
    Damaged("not a number", '{"a": NaN}', REFUSED, cause="syntax"),
    Damaged("half a number", '{"a": 1e}', REFUSED, cause="syntax"),
    Damaged("thousands in a bare number", '{"a": 1,200,000}', REFUSED, cause="syntax"),
    Damaged("words behind a string", '{"text": "Led 5 teams" in Berlin, "sources": ["f1"]}', REFUSED, cause="syntax"),
    Damaged("half a character", '{"text": "a \\ud83d b"}', REFUSED, cause="syntax"),
    Damaged("nested too deep", "[" * 5000 + "]" * 5000, REFUSED, cause="syntax"),
    Damaged("no JSON at all", "Led 5 teams", REFUSED, cause="syntax"),
    Damaged("endless blanks", '{"text":' + "\n" * 500, REFUSED, cause="whitespace_loop"),
    Damaged("refusal", "I'm sorry, but I can't help with that.", REFUSED, cause="refusal"),
    Damaged("schema echo", '{"type": "object", "properties": {"text": {"type": "string"}}}', REFUSED, cause="schema_echo"),
]


def outcome_of(text: str, finish_reason: str | None = "stop") -> tuple[Any, str]:
    """The value, or REFUSED with its cause. Any other error is a defect and passes through."""
    try:
        return parse_json(text, finish_reason=finish_reason).value, ""
    except OutputTruncatedError:
        return REFUSED, "truncated"
    except OutputParseError as error:
        return REFUSED, error.cause


def read_by(parser: str, text: str) -> Any:
    """What another parser makes of a text; `REFUSED` where it raises what it says it raises, or finds nothing.

    Args:
        parser: one of `OTHERS`.
        text: the answer.
    """
    try:
        if parser == "LangChain":
            found = JsonOutputParser().parse(text)
            return REFUSED if found is None else found
        if parser == "json_repair":
            found = json_repair.loads(text)
            return REFUSED if found == "" else found
        return json.loads(json.dumps(dirtyjson.loads(text)))
    except RecursionError:
        return "leaks RecursionError"
    except (OutputParserException, ValueError, IndexError, TypeError, AttributeError):
        return REFUSED


def _word(outcome: Any, expected: Any) -> str:
    if isinstance(outcome, str) and outcome.startswith("leaks"):
        return outcome
    right = outcome is REFUSED if expected is REFUSED else outcome == expected
    return ("refused" if outcome is REFUSED else "read") if right else ("REFUSED" if outcome is REFUSED else "WRONG")


def judge_damage() -> list[list[str]]:
    """A row for each kind: its name, and for each parser ``read`` or ``refused`` where right, ``REFUSED`` or ``WRONG`` where not."""
    table = []
    for row in DAMAGE:
        outcomes = [outcome_of(row.text)[0], *(read_by(parser, row.text) for parser in OTHERS)]
        table.append([row.kind, *(_word(outcome, row.expected) for outcome in outcomes)])
    return table
