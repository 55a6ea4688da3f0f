"""What the model is shown, and what it is never shown."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import BaseMessage

from resume_rag.grounding import check_line
from resume_rag.prompt import (
    MAX_RETRY_GROWTH,
    build_wire_schema,
    count_prompt_tokens,
    find_asked_words,
    render_line_messages,
    render_problem,
    render_retry_messages,
    render_schema_words,
)
from resume_rag.schema import Example, Fact, Finding, Slot, Span, Target

FACT = Fact(id="w0h0", path="work[0].highlights[0]", text="Packed  9\nparcels", section="work", role="work[0]", locked=False)
SLOT = Slot(path=FACT.path, original=FACT.text, fact_ids=(FACT.id,), target_ids=("t0",))
TARGET = Target(id="t0", text="packing of\n  parcels", span=Span(start=0, end=4), fact_ids=("w0h0",))
EXAMPLE = Example(id="e", score=0.5, lines=("Cut waste by N% with the tool",), text="SECRET EMPLOYER 77")


def content(messages: list[BaseMessage]) -> str:
    return "\n".join(str(message.content) for message in messages)


def test_what_never_changes_stands_first_and_the_line_last() -> None:
    other = FACT.model_copy(update={"id": "w0h1", "text": "Swept the yard"})
    first = render_line_messages(SLOT, FACT, [TARGET], [EXAMPLE])
    second = render_line_messages(SLOT.model_copy(update={"fact_ids": ("w0h1",)}), other, [], [EXAMPLE])
    without_examples = render_line_messages(SLOT, FACT, [], [])
    assert first[:-1] == second[:-1]
    assert first[: len(without_examples) - 1] == without_examples[:-1]
    assert first[-1].content == "Source line [w0h0]: Packed 9 parcels\nThe job looks for: Packed; parcels"
    assert second[-1].content == "Source line [w0h1]: Swept the yard"


def test_nothing_of_the_post_is_shown_but_words_that_the_line_has_too() -> None:
    target = TARGET.model_copy(update={"text": "Design packing lines for parcels with strict guarantees"})
    shown = content(render_line_messages(SLOT, FACT, [target], []))
    for word in ("Design", "strict", "guarantees", "packing"):
        assert word not in shown.rsplit("Source line", 1)[1]


def test_a_summary_is_asked_for_in_sentences() -> None:
    slot = Slot(path="basics.summary", original="I pack. I like it.", fact_ids=("bs",))
    fact = FACT.model_copy(update={"id": "bs", "path": slot.path, "text": slot.original})
    assert "short sentences" in str(render_line_messages(slot, fact, [], [])[-1].content)
    assert "short sentences" not in content(render_line_messages(SLOT, FACT, [TARGET], [EXAMPLE]))


@pytest.mark.parametrize(
    ("source", "target", "asked"),
    [
        ("Moved the ledger to Go services", "build backend services in Go", ["Go services"]),
        ("Moved the ledger", "Kafka", []),
        ("Worked on a new report", "years of work experience with new reports", ["report"]),
        ("Packed parcels, labelled parcels", "parcels", ["parcels"]),
    ],
)
def test_asked_words_are_the_lines_own(source: str, target: str, asked: list[str]) -> None:
    assert find_asked_words(source, [TARGET.model_copy(update={"text": target})]) == asked


def test_every_worked_pair_passes_the_gate_and_says_less() -> None:
    messages = render_line_messages(SLOT, FACT, [], [])[1:-1]
    pairs = list(zip(messages[::2], messages[1::2], strict=True))
    assert len(pairs) >= 3
    for asked, answered in pairs:
        source = str(asked.content).split("]: ", 1)[1].split("\n")[0]
        answer = json.loads(str(answered.content))
        fact = Fact(id=answer["sources"][0], path="work[0].highlights[0]", text=source, section="work", role="work[0]", locked=False)
        assert check_line(answer["text"], path=fact.path, facts=[fact]) == ()
        assert len(answer["text"]) < len(source)


def test_examples_lend_their_redacted_lines_and_nothing_else() -> None:
    shown = content(render_line_messages(SLOT, FACT, [], [EXAMPLE]))
    assert "Cut waste by N% with the tool" in shown
    assert "SECRET" not in shown


def test_a_retry_holds_one_answer_and_the_reasons_and_grows_little() -> None:
    first = render_line_messages(SLOT, FACT, [TARGET], [EXAMPLE])
    again = render_retry_messages(first, "Packed 12 parcels", ["It has a number."])
    assert again[:-2] == first
    assert "- It has a number." in str(again[-1].content)
    assert count_prompt_tokens(again) < 1.3 * count_prompt_tokens(first)


@given(st.text(max_size=3000), st.lists(st.text(max_size=600), max_size=8), st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_a_retry_never_grows_beyond_its_bound(answer: str, problems: list[str], line: str) -> None:
    first = render_line_messages(SLOT, FACT.model_copy(update={"text": line}), [], [])
    again = render_retry_messages(first, answer, problems)
    assert again[: len(first)] == first
    assert [message.type for message in again[len(first) :]] == ["ai", "human"]
    assert all(message.content for message in again[len(first) :])
    assert count_prompt_tokens(again) <= MAX_RETRY_GROWTH * count_prompt_tokens(first)


def test_a_retry_of_a_retry_holds_the_last_answer_only() -> None:
    first = render_line_messages(SLOT, FACT, [TARGET], [EXAMPLE])
    render_retry_messages(first, "First answer", ["One."])
    again = render_retry_messages(first, "Second answer", ["Two."])
    assert "First answer" not in content(again)
    assert len(again) == len(first) + 2


def test_a_schema_in_words_names_keys_and_choices() -> None:
    words = render_schema_words({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"enum": ["x", "y"]}}})
    assert words.endswith('{"a": "<integer>", "b": "<one of: x, y>"}')


def test_a_reason_is_in_codes_words_with_the_refused_words_only() -> None:
    finding = Finding(path=SLOT.path, code="number_added", message="free text of a checker", span=Span(start=7, end=9))
    problem = render_problem(finding, "Packed 12 parcels")
    assert problem.startswith('"12" has a number')
    assert "free text" not in problem


def test_the_wire_schema_allows_only_these_ids() -> None:
    schema = build_wire_schema(["w0h0", "w0h1"])
    assert schema["properties"]["sources"]["items"]["enum"] == ["w0h0", "w0h1"]
    assert schema["additionalProperties"] is False
