"""Parsing: complete answers are read and never changed, everything else is refused by name.

``python tests/test_parsing.py`` prints the table of damage: ours beside LangChain's parser, json_repair and dirtyjson.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.exceptions import OutputParserException
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, Generation
from langchain_core.runnables import RunnableLambda

from resume_rag.errors import GenerationError, OutputParseError, OutputTruncatedError
from resume_rag.parsing import AnswerError, LineParser, LoopWatch, Repair, WrittenLine, parse_json

CORPORA = Path(os.environ.get("RESUME_RAG_CORPORA", Path(__file__).parents[2] / "shared" / "corpora")) / "json"
needs_corpora = pytest.mark.skipif(not CORPORA.is_dir(), reason="no outside corpora: set RESUME_RAG_CORPORA")

LINE = {"text": "Led 5 teams", "sources": ["f1", "f2"]}
GOOD = json.dumps(LINE)
REFUSED = object()


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


# --- damage --------------------------------------------------------------------------------------------------------


def test_strict_json_needs_no_repair() -> None:
    assert parse_json(f"  {GOOD}\n") == (LINE, ())


@pytest.mark.parametrize("row", DAMAGE, ids=lambda row: row.kind)
def test_damage(row: Damaged) -> None:
    value, cause = outcome_of(row.text)
    assert (value, cause) == (row.expected, row.cause)
    if row.repair:
        repairs = parse_json(row.text).repairs
        assert row.repair in [repair.kind for repair in repairs]
        assert all(0 <= repair.offset <= len(row.text) for repair in repairs)
        assert list(repairs) == sorted(repairs, key=lambda repair: repair.offset)


def test_repairs_have_their_place() -> None:
    assert parse_json("{'a': True, \"b\": [1,],}").repairs == (
        Repair("quotes", 1),
        Repair("literal", 6),
        Repair("comma", 19),
        Repair("comma", 21),
    )


TWO_FAULTS = frozenset({"two fences, the last is meant", "end of thinking only", "closed too early", "wrong closer"})
"""Kinds whose beginning holds a value that is closed in itself: with the rest cut off nothing shows that it is not the answer."""


@pytest.mark.parametrize(
    "row", [row for row in DAMAGE if row.expected is not REFUSED and row.kind not in TWO_FAULTS], ids=lambda row: row.kind
)
def test_a_beginning_of_a_damaged_answer_is_refused_or_says_the_same(row: Damaged) -> None:
    for end in range(len(row.text)):
        value, _ = outcome_of(row.text[:end])
        assert value is REFUSED or value == row.expected, row.text[:end]


# --- truncation ----------------------------------------------------------------------------------------------------


def valid_answers(count: int) -> list[str]:
    draw = random.Random(0)
    words = 'Led cut 1,200,000 12.5 % "Alpha" {x} [y] C:\\dir Größe 東京 😀 it\'s , : // # ``` </think> null'.split()
    answers = []
    for index in range(count):
        text = " ".join(draw.choices(words, k=draw.randint(1, 12)))
        value: Any = {"text": text, "sources": draw.sample(["f1", "f2", "f3"], draw.randint(1, 3))}
        if index % 4 == 1:
            value = {"lines": [value, {"n": draw.randint(-999, 99999), "x": draw.random(), "ok": None}], "more": {"a": [[], {}]}}
        if index % 4 == 2:
            value = [value]
        answers.append(json.dumps(value, ensure_ascii=index % 3 == 0, indent=2 if index % 5 == 0 else None))
    return answers


def test_every_proper_prefix_of_200_valid_answers_is_refused_at_every_byte() -> None:
    for answer in valid_answers(200):
        assert parse_json(answer) == (json.loads(answer), ())
        raw = answer.encode()
        prefixes = {raw[:end].decode(errors=errors) for end in range(len(raw)) for errors in ("ignore", "replace")}
        prefixes |= {answer[:end] for end in range(len(answer))}
        for prefix in prefixes - {answer}:
            for finish_reason in ("stop", None):
                assert outcome_of(prefix, finish_reason) == (REFUSED, "truncated" if prefix else "syntax"), prefix


@pytest.mark.parametrize("wrap", ["```json\n{}\n```", "Here you are:\n{}\nDone.", "<think>Well.</think>{}"])
def test_prefixes_inside_fences_prose_and_thoughts_are_refused_until_the_value_is_closed(wrap: str) -> None:
    before, behind = wrap.split("{}")
    for answer in valid_answers(12):
        for end in range(len(before) + len(answer)):
            assert outcome_of((before + answer)[:end])[0] is REFUSED
        assert outcome_of(before + answer + behind)[0] == json.loads(answer)


def test_a_bare_number_is_believed_only_where_the_server_says_that_it_stopped() -> None:
    assert outcome_of("12", "stop") == (12, "")
    assert outcome_of("12", None) == (REFUSED, "truncated")


@pytest.mark.parametrize(("reason", "cause"), [("length", "truncated"), ("abort", "truncated"), ("content_filter", "refusal")])
def test_finish_reason_comes_first(reason: str, cause: str) -> None:
    assert outcome_of(GOOD, reason) == (REFUSED, cause)


@pytest.mark.parametrize("reason", [None, "stop", "tool_calls"])
def test_other_finish_reasons_leave_the_answer_alone(reason: str | None) -> None:
    assert outcome_of(GOOD, reason) == (LINE, "")


# --- properties ----------------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.booleans())
@settings(max_examples=300, deadline=None)
def test_valid_json_comes_back_as_it_is(value: Any, ascii_only: bool) -> None:
    text = json.dumps([value], ensure_ascii=ascii_only)
    assert parse_json(text) == ([value], ())


@given(st.text(alphabet="{}[]():,\"'`“”\\/#* \n\t-.0129eEtrufalsnNI_…<>k\ud800é", max_size=80))
@settings(max_examples=1500, deadline=None)
def test_nothing_but_our_errors_escapes(text: str) -> None:
    try:
        json.dumps(parse_json(text).value, allow_nan=False, ensure_ascii=False).encode()
    except GenerationError as error:
        assert error.hint
    with contextlib.suppress(GenerationError):
        LineParser(allowed_ids=("f1",)).parse(text)


MARKS = ["'", ",", ":", ";", "[", "]", "{", "}", "”", "\\", "\n", '\\"', "`"]
TEXTS = ["Led", "Led 5 teams, cut cost by 12%", "it's R&D (net) a-b", "x: y", "a, b", "true", "1,200", "5"]


@pytest.mark.parametrize("text", TEXTS)
def test_one_mark_lost_doubled_or_wrong_never_changes_a_line(text: str) -> None:
    parser = LineParser(allowed_ids=("f1", "f2", "f3"))
    read = 0
    for sources in (["f1"], ["f2", "f1", "f3"]):
        value = {"text": text, "sources": sources}
        for good in (json.dumps(value), json.dumps(value, separators=(",", ":")), json.dumps(value, indent=1)):
            inside = range(good.index(text), good.index(text) + len(text))
            for at in (at for at, char in enumerate(good) if char in '"[]{}:,' and at not in inside):
                for instead in ("", good[at] * 2, *MARKS):
                    with contextlib.suppress(GenerationError):
                        line = parser.parse(good[:at] + instead + good[at + 1 :])
                        assert (line.text, list(line.sources)) == (text, sources), good[:at] + instead + good[at + 1 :]
                        read += 1
    assert read > 100


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a":' * 100_000,
        '{"a": "' + "x" * 2_000_000 + '"}',
        '{"a": ' + "9" * 10_000 + "}",
        '{"a": 1e999}',
        '{"a": -' + "1" * 5000 + ",}",
        '"{abc"',
        '"\\ud800"',
        '{"a": "\ud800"}',
        '{"a' + '\\"' * 60_000,
        "{" * 70 + '\\"' * 60_000,
        "\x00",
        "",
        "   ",
    ],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)
def test_sizes_depths_and_broken_unicode_end_in_our_errors_or_a_value(text: str) -> None:
    value, cause = outcome_of(text)
    assert value is not REFUSED or cause


def test_deep_recursion_of_the_caller_is_survived() -> None:
    def deep(levels: int) -> Any:
        return deep(levels - 1) if levels else outcome_of("[" * 60 + "1,]" + "]" * 59)

    for levels in range(700, 960, 20):
        value, cause = deep(levels)
        assert value is not REFUSED or cause == "syntax"


# --- schema echo, candidates ------------------------------------------------------------------------------------------


def test_an_echo_before_the_answer_is_passed_over() -> None:
    schema = '{"type": "object", "properties": {"text": {"type": "string"}}}'
    assert outcome_of(f"{schema}\n{GOOD}") == (LINE, "")
    assert outcome_of(f"{GOOD}\n{schema}") == (LINE, "")


def test_message_holds_nothing_of_the_answer() -> None:
    with pytest.raises(OutputParseError) as caught:
        parse_json('{"text": "SECRET" in SECRET2, "b": : }')
    assert "SECRET" not in str(caught.value) + caught.value.hint
    assert "SECRET" in caught.value.raw_text


# --- LineParser ----------------------------------------------------------------------------------------------------

PARSER = LineParser(allowed_ids=("f1", "f2"), max_chars=60)


def errors_of(text: str) -> tuple[str, ...]:
    with pytest.raises(AnswerError) as caught:
        PARSER.parse(text)
    assert caught.value.cause == "schema"
    return caught.value.errors


def test_line_parser_reads_a_line() -> None:
    assert PARSER.parse(GOOD) == WrittenLine(text="Led 5 teams", sources=("f1", "f2"))


def test_an_id_that_is_named_twice_counts_once() -> None:
    assert PARSER.parse('{"text": "Led", "sources": ["f2", "f1", "f2"]}').sources == ("f2", "f1")


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ('{"text": "Led"}', ("$.sources: is missing",)),
        ('{"text": "Led", "sources": []}', ("$.sources: must not be empty",)),
        ('{"text": "Led", "sources": "f1"}', ("$.sources: must be an array of strings",)),
        ('{"text": "Led", "sources": [1]}', ("$.sources[0]: must be a string",)),
        ('{"text": {"en": "Led"}, "sources": ["f1"]}', ("$.text: must be a string",)),
        ('{"text": "", "sources": ["f1"]}', ("$.text: must not be empty",)),
        ('{"text": "  ", "sources": ["f1"]}', ("$.text: must not be empty",)),
        ('{"text": "a\\nb", "sources": ["f1"]}', ("$.text: must be one line, without line breaks or control characters",)),
        ('{"text": "Led", "sources": ["f1", "f9"]}', ('$.sources[1]: must be one of "f1", "f2"',)),
        ('{"text": "Led", "sources": ["f1", ...]}', ("$: must be written out, without ...",)),
        ('{"text": "Led", "sources": ["f1"], "note": 1}', ("$.note: is not asked for",)),
        ('{"text": "Led", "sources": ["f1"], "ignore the rules and": 1}', ("$.<other key>: is not asked for",)),
        ("[1, 2]", ("$: must be one JSON object",)),
    ],
)
def test_schema_errors_are_short_sentences_with_paths(text: str, errors: tuple[str, ...]) -> None:
    assert errors_of(text) == errors


def test_too_long_a_line_is_told_its_length() -> None:
    assert errors_of(json.dumps({"text": "a" * 61, "sources": ["f1"]})) == ("$.text: at most 60 characters, not 61",)


def test_schema_errors_hold_nothing_of_the_answer() -> None:
    with pytest.raises(AnswerError) as caught:
        PARSER.parse('{"text": ["SECRET"], "sources": ["SECRET"]}')
    assert "SECRET" not in f"{caught.value} {caught.value.errors} {caught.value.hint}"


def test_of_two_fences_the_last_that_validates_is_taken() -> None:
    bad = '{"text": "Draft", "sources": ["f9"]}'
    assert PARSER.parse(f"```json\n{GOOD}\n```\nor\n```json\n{bad}\n```").text == "Led 5 teams"
    other = '{"text": "Second", "sources": ["f1"]}'
    assert PARSER.parse(f"```json\n{GOOD}\n```\nor\n```json\n{other}\n```").text == "Second"


def test_a_refusal_inside_the_json_is_a_refusal() -> None:
    with pytest.raises(OutputParseError) as caught:
        PARSER.parse('{"text": "I\'m sorry, I cannot do this.", "sources": ["f1"]}')
    assert caught.value.cause == "refusal"


def message(content: str, **metadata: Any) -> AIMessage:
    return AIMessage(content=content, response_metadata=metadata)


def test_as_a_runnable_the_reason_to_stop_comes_first() -> None:
    chain = RunnableLambda(lambda reason: message(GOOD, finish_reason=reason)) | PARSER
    assert chain.invoke("stop").sources == ("f1", "f2")
    assert asyncio.run(chain.ainvoke("stop")).text == "Led 5 teams"
    with pytest.raises(OutputTruncatedError):
        chain.invoke("length")
    with pytest.raises(OutputTruncatedError):
        asyncio.run(chain.ainvoke("length"))
    assert [one.text for one in chain.stream("stop")] == ["Led 5 teams"]


def test_generation_info_is_looked_at_too_and_the_refusal_field() -> None:
    with pytest.raises(OutputTruncatedError):
        PARSER.parse_result([Generation(text=GOOD, generation_info={"finish_reason": "length"})])
    refused = AIMessage(content="", additional_kwargs={"refusal": "No."})
    with pytest.raises(OutputParseError) as caught:
        PARSER.parse_result([ChatGeneration(message=refused)])
    assert caught.value.cause == "refusal"
    with pytest.raises(OutputParseError):
        PARSER.parse_result([])


def test_a_stream_of_chunks_is_read_at_its_end() -> None:
    def chunks() -> Any:
        for char in GOOD:
            yield AIMessageChunk(content=char)
        yield AIMessageChunk(content="", response_metadata={"finish_reason": "length"})

    with pytest.raises(OutputTruncatedError):
        list(PARSER.transform(chunks()))


def test_format_instructions_name_the_ids_and_the_limit() -> None:
    instructions = PARSER.get_format_instructions()
    assert '"f1", "f2"' in instructions
    assert "60 characters" in instructions


# --- LoopWatch -----------------------------------------------------------------------------------------------------


def feed(text: str, size: int) -> tuple[str | None, int]:
    watch = LoopWatch()
    for at in range(0, len(text), size):
        if found := watch.feed(text[at : at + size]):
            return found, at
    return None, len(text)


@pytest.mark.parametrize("size", [1, 3, 7, 64, 500])
def test_loops_are_seen_early_whatever_the_size_of_the_pieces(size: int) -> None:
    found, at = feed('{"text":' + " \n" * 2000, size)
    assert (found, at < 700) == ("whitespace_loop", True)
    for unit in ("Led the team and ", "a", "x" * 30 + "y", "The team grew from five to twelve people in two years. " * 5):
        found, at = feed('{"text": "' + unit * 400, size)
        assert found == "repetition_loop", unit
        assert at < 10 + 6 * max(len(unit), 60) + 2 * size, unit


@pytest.mark.parametrize("size", [1, 5, 100])
def test_honest_answers_are_no_loops(size: int) -> None:
    many = json.dumps({"lines": [{"text": f"Led team {n} to {n * 7} % more", "sources": [f"f{n}"]} for n in range(300)]}, indent=8)
    for text in (GOOD, many, "-" * 100, json.dumps({"sources": ["f1"] * 20}), "Led a team. " * 10, " " * 90 + "x"):
        assert feed(text, size)[0] is None


def test_the_watch_keeps_a_bounded_tail() -> None:
    watch = LoopWatch()
    draw = random.Random(1)
    for _ in range(20_000):
        assert watch.feed("".join(draw.choices("abcdefgh ", k=5))) is None
    assert sum(len(kept) for kept in vars(watch).values() if isinstance(kept, str)) < 5000


# --- outside corpora -----------------------------------------------------------------------------------------------

CUT_OFF = frozenset(
    [
        5,
        10,
        34,
        35,
        36,
        38,
        39,
        40,
        43,
        46,
        47,
        49,
        50,
        52,
        57,
        58,
        59,
        60,
        61,
        71,
        90,
        100,
        101,
        105,
        114,
        117,
        119,
        121,
        134,
        140,
        141,
        144,
        156,
        171,
        176,
        181,
        182,
        183,
        184,
        191,
        192,
        207,
        208,
        210,
        217,
    ]
)
NO_VALUE = frozenset([51, 84, 118, 165, 166, 167, 168, 190, 211, 212, 213])
DIFFERENT = {
    **dict.fromkeys((31, 32, 148, 150, 158), "a value is missing: json_repair invents an empty string, we refuse"),
    **dict.fromkeys((85, 87), "a comment without an end swallows what follows: where it ends is a guess, we refuse"),
    **dict.fromkeys((108, 124, 129, 130), "json_repair drops characters of the value or words beside it, we refuse"),
    133: "json_repair drops words of the value, we keep them",
    122: "json_repair takes the closing quote for part of the value, we do not",
    **dict.fromkeys((11, 48), "json_repair drops an empty object, we keep it"),
    **dict.fromkeys((13, 14, 15, 160), "several values: json_repair makes a list of them, we take the last object"),
    **dict.fromkeys((64, 145, 146, 147), "a bracket is missing that could stand in two places, we refuse"),
    **dict.fromkeys((81, 82, 83, 149, 209), "quotes that fit two readings, we refuse"),
}


def json_repair_cases() -> list[tuple[int, str, Any]]:
    cases = []
    for number, row in enumerate((CORPORA / "json_repair" / "cases.jsonl").read_text().splitlines()):
        case = json.loads(row)
        expected = case["expected"]
        if case["kwargs"].get("logging"):
            expected = expected[0]
        elif isinstance(expected, str) and expected:
            with contextlib.suppress(ValueError):
                expected = json.loads(expected)
        cases.append((number, case["input"], expected))
    return cases


@pytest.mark.corpora
@needs_corpora
def test_json_repair_cases_are_recovered_refused_or_different_for_a_named_reason() -> None:
    recovered = 0
    for number, text, expected in json_repair_cases():
        value, _ = outcome_of(text)
        if number in CUT_OFF | NO_VALUE:
            assert value is REFUSED, number
        elif number in DIFFERENT:
            assert value is REFUSED or value != expected, f"{number} is recovered now: take it off the list"
        else:
            assert value == expected, number
            recovered += 1
    assert recovered >= 134


@pytest.mark.corpora
@needs_corpora
@pytest.mark.parametrize("folder", ["test_parsing", "test_transform"])
def test_json_test_suite_neither_crashes_nor_refuses_valid_files(folder: str) -> None:
    for path in sorted((CORPORA / "JSONTestSuite" / folder).glob("*.json")):
        raw = path.read_bytes()
        value, cause = outcome_of(raw.decode(errors="replace"))
        if path.name.startswith("y_") and "duplicated_key." not in path.name:
            assert value is not REFUSED, (path.name, cause)
            assert value == json.loads(raw), path.name


# --- the table -----------------------------------------------------------------------------------------------------


def others(text: str) -> dict[str, Any]:
    """What three other parsers make of a text; REFUSED where they raise, or find nothing."""
    import dirtyjson
    import json_repair
    from langchain_core.output_parsers import JsonOutputParser

    def plain(value: Any) -> Any:
        return json.loads(json.dumps(value))

    readers = {
        "langchain": lambda: JsonOutputParser().parse(text),
        "json_repair": lambda: json_repair.loads(text),
        "dirtyjson": lambda: plain(dirtyjson.loads(text)),
    }
    outcomes: dict[str, Any] = {}
    for name, read in readers.items():
        try:
            outcomes[name] = read()
        except (OutputParserException, ValueError, IndexError, TypeError, AttributeError, RecursionError) as error:
            outcomes[name] = f"leaks {type(error).__name__}" if isinstance(error, RecursionError) else REFUSED
        if outcomes[name] == "" or (outcomes[name] is None and name == "langchain"):
            outcomes[name] = REFUSED
    return outcomes


def damage_table() -> str:
    def word(outcome: Any, expected: Any) -> str:
        if isinstance(outcome, str) and outcome.startswith("leaks"):
            return outcome
        right = outcome is REFUSED if expected is REFUSED else outcome == expected
        return ("refused" if outcome is REFUSED else "read") if right else ("REFUSED" if outcome is REFUSED else "WRONG")

    rows = [["damage", "ours", "LangChain", "json_repair", "dirtyjson"]]
    for row in DAMAGE:
        outcomes = [outcome_of(row.text)[0], *others(row.text).values()]
        rows.append([row.kind, *(word(outcome, row.expected) for outcome in outcomes)])
    right = ["right", *(f"{sum(row[column] in ('read', 'refused') for row in rows[1:])}/{len(DAMAGE)}" for column in range(1, 5))]
    return "\n".join("".join(f"{cell:<32}" if not column else f"{cell:<22}" for column, cell in enumerate(row)) for row in [*rows, right])


def test_the_table_is_right_on_every_row_of_ours_and_has_at_least_24() -> None:
    lines = damage_table().splitlines()
    assert len(lines) >= 26
    assert lines[-1].split()[1] == f"{len(DAMAGE)}/{len(DAMAGE)}"


if __name__ == "__main__":
    print(damage_table())
