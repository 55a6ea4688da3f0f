"""The schemas that are sent to the model's server, compiled by the engines that hold answers to them (a live call is in `test_llm.py`)."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import llguidance
import pytest

from resume_rag.parsing import parse_json
from resume_rag.prompt import build_label_schema, build_wire_schema

XGRAMMAR_PYTHON = os.environ.get("RESUME_RAG_XGRAMMAR_PYTHON")
"""A Python that has xgrammar: that of a vLLM installation, or the one that `make check-grammars` sets up."""

IDS = ("w0h0", "w0h1")
SCHEMA = build_wire_schema(IDS)
LINES = ["Led 5 teams", 'Led "Alpha" at C:\\dir', "Größe 東京", "cut cost by 12 %, to $1,200,000", "a\tb\nc", "x" * 700]
HONEST = [json.dumps({"text": text, "sources": ["w0h1"]}, ensure_ascii=False) for text in LINES]  # llguidance wants letters as they are
HONEST += ['{"text":"Led 😀","sources":["w0h0","w0h1"]}']
WRONG = [
    '{"text": "Led", "sources": []}',
    '{"text": "Led", "sources": ["w0h9"]}',
    '{"text": "Led", "sources": ["w0h0", "w0h1", "w0h0"]}',
    '{"text": "Led"}',
    '{"sources": ["w0h0"]}',
    '{"text": 5, "sources": ["w0h0"]}',
    '{"text": {"en": "Led"}, "sources": ["w0h0"]}',
    '{"text": "Led", "sources": ["w0h0"], "note": 1}',
    '{"text": "Led", "sources": ["w0h0"]',
    '{"text": "Led',
    '```json\n{"text": "Led", "sources": ["w0h0"]}\n```',
    "Led 5 teams",
]


def accepted_by_llguidance(schema: dict[str, Any], texts: list[str]) -> list[bool]:
    """llguidance holds the answers of llama.cpp builds that have it, of SGLang, and of vLLM's `guidance` backend."""
    tokenizer = llguidance.LLTokenizer("byte")
    grammar = llguidance.LLMatcher.grammar_from_json_schema(schema)
    refused, problems = llguidance.LLMatcher.validate_grammar_with_warnings(grammar, tokenizer)
    assert not refused
    assert not problems

    def accepts(text: str) -> bool:
        matcher = llguidance.LLMatcher(tokenizer, grammar, log_level=0)
        return bool(matcher.consume_tokens(tokenizer.tokenize_str(text))) and bool(matcher.is_accepting())

    return [accepts(text) for text in texts]


def accepted_by_xgrammar(schema: dict[str, Any], texts: list[str]) -> list[bool]:
    """xgrammar is vLLM's own choice."""
    if XGRAMMAR_PYTHON is None:
        pytest.skip("no xgrammar here: run `make check-grammars`")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    program = str(Path(__file__).with_name("xgrammar_accepts.py"))
    asked = json.dumps({"schema": schema, "texts": texts})
    ran = subprocess.run([XGRAMMAR_PYTHON, program], input=asked, capture_output=True, text=True, env=environment, timeout=300)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return list(json.loads(ran.stdout.splitlines()[-1]))


ENGINES = {"llguidance": accepted_by_llguidance, "xgrammar": accepted_by_xgrammar}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_honest_line_can_be_written_and_no_other_answer(engine: str) -> None:
    accepts = ENGINES[engine]
    assert accepts(SCHEMA, HONEST) == [True] * len(HONEST)
    assert accepts(SCHEMA, WRONG) == [False] * len(WRONG)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_may_be_written_the_parser_reads(engine: str) -> None:
    written = [text for text, fine in zip(HONEST, ENGINES[engine](SCHEMA, HONEST), strict=True) if fine]
    for text in written:
        assert parse_json(text) == (json.loads(text), ())


@pytest.mark.parametrize("engine", ENGINES)
def test_the_label_schema_allows_its_labels_only(engine: str) -> None:
    schema = build_label_schema(["name", "position"])
    assert ENGINES[engine](schema, ['{"label": "name"}', '{"label": "city"}', "{}"]) == [True, False, False]


def test_a_length_of_the_text_would_forbid_escapes_in_xgrammar() -> None:
    """Why the wire schema has none: with one, a line that holds a quotation mark cannot be written at all."""
    schema = build_wire_schema(IDS)
    schema["properties"]["text"] |= {"minLength": 1, "maxLength": 300}
    answers = [json.dumps({"text": text, "sources": ["w0h0"]}) for text in ("Led Alpha", 'Led "Alpha"')]
    assert accepted_by_xgrammar(schema, answers) == [True, False]


def test_only_keywords_that_the_engines_share_are_used() -> None:
    used = set()

    def walk(schema: Any) -> None:
        if isinstance(schema, dict):
            used.update(schema)
            for key, member in schema.items():
                walk(list(member.values()) if key == "properties" else member)
        elif isinstance(schema, list):
            for member in schema:
                walk(member)

    walk(SCHEMA)
    assert used == {"type", "properties", "required", "additionalProperties", "items", "enum", "minItems", "maxItems"}
