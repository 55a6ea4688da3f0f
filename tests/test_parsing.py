"""Parsing: complete answers are read and never changed, everything else is refused by name."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, Generation
from langchain_core.runnables import RunnableLambda

from resume_rag.errors import GenerationError, OutputParseError, OutputTruncatedError
from resume_rag.evaluation.parsing.corpora import AMBIGUOUS, CUT_OFF, judge_case, read_json_repair_cases
from resume_rag.evaluation.parsing.damage import DAMAGE, GOOD, LINE, OTHERS, REFUSED, Damaged, judge_damage, outcome_of
from resume_rag.evaluation.parsing.truncation import valid_answers
from resume_rag.parsing import AnswerError, LineParser, LoopWatch, Repair, WrittenLine, parse_json

CORPORA = Path(os.environ.get("RESUME_RAG_CORPORA", Path(__file__).parents[2] / "shared" / "corpora")) / "json"
needs_corpora = pytest.mark.skipif(not CORPORA.is_dir(), reason="no outside corpora: set RESUME_RAG_CORPORA")

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


@pytest.mark.corpora
@needs_corpora
def test_json_repair_cases_are_recovered_refused_or_different_for_a_named_reason() -> None:
    counts: Counter[str] = Counter()
    for number, text, expected in read_json_repair_cases(CORPORA):
        value, cause = outcome_of(text)
        kind = judge_case(number, value, expected)
        assert not kind.startswith("UNEXPECTED"), (number, kind, cause)
        counts[kind] += 1
    assert sum(counts.values()) == 219
    assert counts["cut off, refused"] == len(CUT_OFF)
    assert counts["exact"] / (counts["exact"] + len(AMBIGUOUS)) >= 0.95


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


def test_the_table_is_right_on_every_row_of_ours_and_has_at_least_24() -> None:
    table = judge_damage()
    assert len(table) >= 24
    assert {row[1] for row in table} == {"read", "refused"}
    assert all(len(row) == 2 + len(OTHERS) for row in table)
    assert any("WRONG" in row for row in table)  # it can tell
