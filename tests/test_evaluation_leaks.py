"""The canary run, small: the real chain, a real index of marked examples, and the hostile model in the model's place."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import resume_rag.chain
from resume_rag.evaluation.canaries import ATTACKS, KINDS, Canary, HostileModel, build_marked, find_canaries
from resume_rag.evaluation.leaks import build_world, measure_leaks


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

    ask = [SystemMessage("Style:\n- Welded N frames"), HumanMessage("Source line [w0h0]: Welded 40 steel frames for trucks.")]
    for _ in range(200):
        assert '"w0h0"' in str(hostile.invoke(ask, json_schema=schema).content)
    assert "Welded N frames" in hostile.written
    assert len(set(hostile.written)) > 2 * len(ATTACKS)
    assert sum(bool(find_canaries(text, marked.canaries)) for text in hostile.written) > 150
