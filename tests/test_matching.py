"""The post's targets, their support, coverage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.resources import files

import pytest

from resume_rag.embedding import OnnxEmbeddings
from resume_rag.facts import find_facts
from resume_rag.matching import estimate_coverage, find_targets, match_targets, years_of_work
from resume_rag.schema import Certificate, Education, Resume, Skill, Span, Target, Work
from resume_rag.text import squeeze

TODAY = date(2026, 11, 23)
POST = """About us
We are a friendly bakery and we like our people.

Responsibilities
- Lead a team of 20 bakers.
- Bake rye bread and sourdough.

Requirements
- Forklift license
- 3+ years of experience in a bakery
- Excel, SAP and HACCP

Nice to have
- Master baker certificate
- Kubernetes

We offer
- Free bread and a salary of $20 per hour
"""


@pytest.fixture(scope="module")
def embeddings() -> OnnxEmbeddings:
    return OnnxEmbeddings()


def match(embeddings: OnnxEmbeddings, post: str, resume: Resume) -> dict[str, tuple[str, ...]]:
    targets = find_targets(post)
    facts = find_facts(resume)
    vectors = embeddings.embed_texts([squeeze(target.text) for target in targets]) @ embeddings.embed_texts([f.text for f in facts]).T
    matched = match_targets(targets, facts, vectors.tolist(), today=TODAY, resume=resume)
    return {squeeze(target.text): target.fact_ids for target in matched}


def test_targets_are_spans_of_the_post_and_leave_out_what_asks_for_nothing() -> None:
    targets = find_targets(POST)
    assert all(POST[target.span.start : target.span.end] == target.text for target in targets)
    texts = [target.text for target in targets]
    assert "Excel" in texts
    assert "SAP" in texts
    assert not any("friendly" in text or "Free bread" in text or "salary" in text for text in texts)
    assert {target.text: target.importance for target in targets}["Kubernetes"] == "preferred"
    assert {target.text: target.importance for target in targets}["Forklift license"] == "required"
    assert len({target.id for target in targets}) == len(targets)


def test_a_post_without_headings_is_read_by_its_asking_sentences() -> None:
    targets = find_targets("We bake bread. You must have a food hygiene certificate. Our oven is red.")
    assert [target.text for target in targets] == ["food hygiene certificate"]


def test_what_the_resume_does_not_hold_is_a_gap(embeddings: OnnxEmbeddings) -> None:
    resume = Resume(
        work=(
            Work(
                name="Oven & Co",
                position="Baker",
                startDate="2019-01",
                highlights=("Baked sourdough and rye bread for 4 shops", "Led a team of 4 in the bakery"),
            ),
        ),
        certificates=(Certificate(name="Forklift operator"),),
        skills=(Skill(name="Tools", keywords=("Excel",)),),
    )
    matched = match(embeddings, POST, resume)
    assert matched["Bake rye bread and sourdough"] == ("w0h0",)
    assert matched["Excel"] == ("s0k0",)
    assert matched["Forklift license"] == ("c0n",)
    assert matched["3+ years of experience in a bakery"]
    for gap in ("Lead a team of 20 bakers", "SAP", "HACCP", "Master baker certificate", "Kubernetes"):
        assert matched[gap] == (), gap


@pytest.mark.parametrize(
    ("asked", "resume"),
    [
        ("Knowledge of the National Electrical Code", Resume(skills=(Skill(name="NEC", keywords=("NEC",)),))),
        ("Required: BSN", Resume(education=(Education(institution="State", studyType="Bachelor of Science in Nursing"),))),
        ("RN license in Ohio or a compact state", Resume(certificates=(Certificate(name="Registered Nurse license, Ohio"),))),
    ],
)
def test_acronyms_meet_their_long_forms(embeddings: OnnxEmbeddings, asked: str, resume: Resume) -> None:
    matched = match(embeddings, f"Requirements\n- {asked}\n", resume)
    assert any(matched.values()), matched


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("Distributed tracing with OpenTelemetry", "Set up two pipelines, deployments went from every two weeks to daily"),
        ("CCRN certification", "Basic Life Support certification"),
        ("mechanical ventilation and arterial lines", "Central line care"),
        ("Experience with Java", "Wrote JavaScript for the shop"),
        ("Lead a team of six engineers", "Looked after two junior engineers"),
    ],
)
def test_near_misses_are_gaps(embeddings: OnnxEmbeddings, asked: str, held: str) -> None:
    resume = Resume(work=(Work(name="Acme", startDate="2010", highlights=(held,)),))
    assert not any(match(embeddings, f"Requirements\n- {asked}\n", resume).values())


def test_years_count_overlapping_roles_once() -> None:
    resume = Resume(work=(Work(startDate="2020-01", endDate="2021-12"), Work(startDate="2021-01", endDate="2022-12")))
    assert years_of_work(resume, TODAY) == 3.0


def test_a_post_that_asks_for_more_years_than_there_are_is_a_gap(embeddings: OnnxEmbeddings) -> None:
    resume = Resume(work=(Work(name="Oven", position="Baker", startDate="2024-01", highlights=("Worked in a bakery at night",)),))
    assert match(embeddings, "Requirements\n- 3+ years of experience in a bakery\n", resume) == {"3+ years of experience in a bakery": ()}
    assert match(embeddings, "Requirements\n- 2+ years of experience in a bakery\n", resume) != {"2+ years of experience in a bakery": ()}


def targets_of(*rows: tuple[str, Sequence[str]]) -> tuple[Target, ...]:
    return tuple(Target(id=f"t{i}", text=text, span=Span(start=0, end=1), fact_ids=tuple(ids)) for i, (text, ids) in enumerate(rows))


def test_coverage_rises_with_lines_that_show_a_target_and_never_counts_a_gap() -> None:
    targets = targets_of(("rye bread", ["w0h0"]), ("sourdough starter", ["w0h1"]), ("kubernetes", []), ("forklift", []))
    coverage = estimate_coverage(targets, ["Baked rye bread"], ["Baked rye bread", "Kept the sourdough starter", "kubernetes"])
    assert (coverage.before, coverage.after, coverage.ceiling, coverage.targets) == (0.25, 0.5, 0.5, 4)


def test_the_same_input_gives_the_same_targets() -> None:
    post = files("resume_rag").joinpath("data", "demo", "nurse_post.txt").read_text(encoding="utf-8")
    assert find_targets(post) == find_targets(post)
    assert len(find_targets(post)) >= 15
