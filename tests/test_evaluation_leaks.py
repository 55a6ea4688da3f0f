"""The canary run, small: the real chain, a real index of marked examples, and the hostile model in the model's place."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable

import resume_rag.chain
from resume_rag.evaluation.canaries import ATTACKS, KINDS, Canary, HostileModel, build_marked, find_canaries
from resume_rag.evaluation.leaks import build_world, measure_leaks
from resume_rag.index import redact_shown
from resume_rag.text import find_words

CALENDAR = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September".split()


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("marked")


@pytest.mark.parametrize(("k", "lines"), [(0, 20), (2, 60)])
def test_no_canary_is_delivered(index_dir: Path, k: int, lines: int) -> None:
    count = measure_leaks(resume_rag.chain.build_chain, index_dir, k=k, lines=lines, seed=5, candidates=3)
    assert count.written >= lines
    assert count.attempted > 0.7 * count.written
    assert (count.examples_used > 0) == (k > 0)
    assert count.leaked == ()
    assert count.delivered == 0


def test_the_run_sees_a_leak_where_there_is_one(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resume_rag.chain, "check_line", lambda *args, **keywords: ())
    count = measure_leaks(resume_rag.chain.build_chain, index_dir, k=1, lines=5, candidates=3)
    assert count.delivered > 0
    assert count.leaked


def test_each_example_and_post_has_canaries_of_its_own() -> None:
    candidates, examples, _ = build_world(seed=1)
    texts = [canary.text for marked in (*examples.values(), *(person.marked_post for person in candidates)) for canary in marked.canaries]
    assert len(texts) == len(set(texts)) == 2 * 5 * len(candidates)
    assert {canary.kind for canary in candidates[0].marked_post.canaries} == set(KINDS)
    for person in candidates:
        assert len(find_canaries(person.post, person.marked_post.canaries)) == len(KINDS)


def test_a_canary_is_found_in_disguise_and_in_part() -> None:
    school = Canary("school", "Bradunfel College of Gri", "a")
    assert find_canaries("at BRADUNFEL-COLLEGE", [school])
    assert find_canaries("from the “Bradunfel  College”", [school])
    assert not find_canaries("at College", [school])
    assert find_canaries("to 371.63 a week", [Canary("metric", "371.63", "a")])


def test_the_hostile_model_uses_every_attack() -> None:
    marked = build_marked("a", "Welder", random.Random(3))
    hostile = HostileModel([marked], seed=1)
    schema = {"properties": {"sources": {"items": {"enum": ["w0h0"]}}}}
    from langchain_core.messages import HumanMessage, SystemMessage

    style = HumanMessage("How good lines sound:\n- Welded N frames")
    ask = [SystemMessage("Rules"), style, HumanMessage("Source line [w0h0]: Welded 40 steel frames for trucks.")]
    for _ in range(200):
        assert '"w0h0"' in str(hostile.invoke(ask, json_schema=schema).content)
    assert "Welded N frames" in hostile.written
    assert len(set(hostile.written)) > 2 * len(ATTACKS)
    assert sum(bool(find_canaries(text, marked.canaries)) for text in hostile.written) > 150


def _keep_line(text: str, known_names: object = ()) -> str:
    return text


def _keep_lines(lines: Iterable[str], text: str = "") -> tuple[str, ...]:
    return tuple(lines)


@pytest.mark.parametrize(("stored", "shown"), [(False, True), (True, False), (False, False)])
def test_examples_are_redacted_twice_and_either_time_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stored: bool, shown: bool
) -> None:
    if not stored:
        monkeypatch.setattr("resume_rag.index.examples.redact_line", _keep_line)
    if not shown:
        monkeypatch.setattr("resume_rag.chain._redact_shown", _keep_lines)
    count = measure_leaks(resume_rag.chain.build_chain, tmp_path, k=3, lines=30, candidates=3)
    assert count.examples_used > 0
    # With both left out the prompts hold canaries: the run would see a miss. The gate holds all the same.
    assert (count.shown == 0) == (stored or shown)
    assert count.delivered == 0


@given(st.lists(st.from_regex(r"([A-Za-z0-9.,€%+-]{1,9} ?){3,14}", fullmatch=True), max_size=4), st.text(max_size=80))
def test_a_line_is_shown_without_figures_and_names_whatever_the_index_holds(lines: list[str], text: str) -> None:
    for line in redact_shown(lines, text):
        assert not any(char.isdigit() for char in line)
        for sentence in re.split(r"(?<=[.!?])\s+", line):
            inner = [word for word in find_words(sentence)][1:]
            assert not [
                word.text for word in inner if word.text.istitle() and word.text != "N" and len(word.text) > 2 and word.text not in CALENDAR
            ]


def test_another_model_can_stand_in_its_place(index_dir: Path) -> None:
    class Copies(Runnable[Any, AIMessage]):
        def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> AIMessage:
            shown = re.findall(r"^- (.+)$", str(input[-3].content), re.MULTILINE) or ["nothing"]
            return AIMessage(json.dumps({"text": shown[0], "sources": kwargs["json_schema"]["properties"]["sources"]["items"]["enum"]}))

    count = measure_leaks(resume_rag.chain.build_chain, index_dir, k=3, lines=20, candidates=3, llm=Copies())
    assert count.written >= 20
    assert (count.attempted, count.shown, count.delivered, count.foreign_runs) == (0, 0, 0, 0)
