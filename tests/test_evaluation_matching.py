"""The labelled pairs of matching are sound, its scores count what they say, and matching keeps its level on them."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from resume_rag.embedding import OnnxEmbeddings
from resume_rag.evaluation.matching import Half, judge_pair, parse_pair, read_pairs, score_pairs
from resume_rag.evaluation.matching import __main__ as command
from resume_rag.evaluation.matching.__main__ import main, match_pair
from resume_rag.facts import find_facts
from resume_rag.schema import Span, Target


@pytest.fixture(scope="module")
def embeddings() -> OnnxEmbeddings:
    return OnnxEmbeddings()


HALVES: tuple[Half, ...] = ("tuned", "held_out")


@pytest.mark.parametrize("half", HALVES)
def test_every_label_names_facts_of_its_resume(half: Half) -> None:
    for pair in read_pairs(half):
        ids = {fact.id for fact in find_facts(pair.resume)}
        assert "[[" not in pair.post, pair.name
        assert len(pair.requirements) >= 8, pair.name
        assert {bool(one.fact_ids) for one in pair.requirements} == {True, False}, pair.name
        assert all(one.fact_ids <= ids for one in pair.requirements), pair.name


def test_a_third_is_held_out() -> None:
    assert len(read_pairs("held_out")) * 2 >= len(read_pairs("tuned")) >= 12


def target(pair_post: str, text: str, *ids: str) -> Target:
    start = pair_post.index(text)
    return Target(id=text, text=text, span=Span(start=start, end=start + len(text)), fact_ids=ids)


def test_scores_count_what_they_say() -> None:
    pair = parse_pair(
        "x", "tuned", "skill: SQL\nskill: Tact\n--- post\nWe are nice. [[SQL|s0n]], [[tact|s1n]], [[deep knowledge of Rust|]], [[a boat|]]."
    )
    said = [
        target(pair.post, "We are nice"),
        target(pair.post, "SQL", "s1n", "s0n"),
        target(pair.post, "tact"),
        target(pair.post, "Rust", "s0n"),
    ]
    score = score_pairs([pair], lambda _: said)
    assert (score.requirements, score.found, score.strays, score.supported, score.said_supported, score.rightly_supported) == (
        4,
        3,
        1,
        2,
        2,
        1,
    )
    assert (score.gaps, score.said_gap, score.rightly_gap, score.first_id_right, score.ids, score.ids_right) == (2, 1, 0, 0, 2, 1)
    judged, strays = judge_pair(pair, said)
    assert [one.is_found for one in judged] == [True, True, True, False]
    assert [stray.text for stray in strays] == ["We are nice"]


@pytest.mark.parametrize("half", HALVES)
def test_matching_keeps_its_level(half: Half, embeddings: OnnxEmbeddings) -> None:
    shares = {
        name: part / whole
        for name, (part, whole) in score_pairs(read_pairs(half), lambda pair: match_pair(pair, embeddings)).shares().items()
    }
    assert shares["supported: precision"] >= 0.9
    assert shares["supported: recall"] >= 0.75
    assert shares["requirements found"] >= 0.9
    assert shares["targets that are no requirement"] <= 0.05


def test_the_command_prints_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "read_pairs", lambda half: read_pairs(half)[:1])
    app = typer.Typer()
    app.command()(main)
    result = CliRunner().invoke(app, ["--errors"])
    assert result.exit_code == 0
    assert "| requirements found |" in result.output
    assert "01-welder" in result.output
