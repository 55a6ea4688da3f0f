"""The post's targets, their support, coverage."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resume_rag.embedding import OnnxEmbeddings
from resume_rag.facts import find_facts
from resume_rag.matching import estimate_coverage, find_targets, match_targets, years_of_work
from resume_rag.matching.targets import MAX_TARGETS
from resume_rag.schema import Certificate, Education, LanguageSkill, Resume, Skill, Span, Target, Work
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


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("Helped set up GitLab CI pipelines and Docker images", "continuous delivery and containers"),
        ("Part of the on-call rotation, one week in six", "Take part in incident response"),
        ("Make the weekly rota for 14 people", "Schedule shifts"),
        ("Took X-rays of teeth and jaws, 20 a day", "take radiographs"),
        ("Looked after two junior engineers", "Mentoring of colleagues"),
        ("Charted in Epic on every shift", "electronic health records"),
    ],
)
def test_a_case_of_what_is_asked_for_supports_it(embeddings: OnnxEmbeddings, held: str, asked: str) -> None:
    resume = Resume(work=(Work(name="Acme", startDate="2010", highlights=(held,)),))
    assert list(match(embeddings, f"Requirements\n- {asked}\n", resume).values()) == [("w0h0",)]


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("Sent the rest of the parcels by rail", "API design"),
        ("Send 40 letters a day to clients", "special education"),
        ("Kept the excel of the team up to date by hand", "Microsoft Office"),
        ("Wrote Docker images for the build servers", "container gardening"),
        ("Was on call for the ward, one week in five", "incident reporting"),
    ],
)
def test_a_word_that_looks_like_a_case_is_none(embeddings: OnnxEmbeddings, held: str, asked: str) -> None:
    resume = Resume(work=(Work(name="Acme", startDate="2010", highlights=(held,)),))
    assert list(match(embeddings, f"Requirements\n- {asked}\n", resume).values()) == [()]


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


def test_coverage_counts_a_target_by_the_share_that_one_line_shows() -> None:
    targets = targets_of(("rye bread", ["w0h0"]))
    coverage = estimate_coverage(targets, ["Baked rye rolls", "Sliced the bread"], ["Baked rye bread"])
    assert (coverage.before, coverage.after, coverage.ceiling) == (0.5, 1.0, 1.0)


def test_the_same_input_gives_the_same_targets() -> None:
    post = files("resume_rag").joinpath("data", "demo", "nurse_post.txt").read_text(encoding="utf-8")
    assert find_targets(post) == find_targets(post)
    assert len(find_targets(post)) >= 15


@pytest.mark.parametrize(
    ("bullet", "pieces"),
    [
        (
            "Carry out and improve the preventive and predictive maintenance program",
            ["Carry out and improve the preventive and predictive maintenance program"],
        ),
        (
            "Repair faults on packaging lines, conveyors and refrigeration equipment",
            ["Repair faults on packaging lines, conveyors and refrigeration equipment"],
        ),
        ("Partner with product, data science and research teams", ["Partner with product, data science and research teams"]),
        (
            "Draft pleadings, manage e-discovery and file motions with the court",
            ["Draft pleadings", "manage e-discovery", "file motions with the court"],
        ),
        (
            "Lead a team of six: set direction and write performance reviews",
            ["Lead a team of six", "set direction", "write performance reviews"],
        ),
        ("Experience with Kafka and knowledge of stream processing", ["Kafka", "stream processing"]),
        ("Strong Linux, Docker and Kubernetes", ["Linux", "Docker", "Kubernetes"]),
        ("Tableau or Power BI", ["Tableau or Power BI"]),
        ("Workday is a plus", ["Workday"]),
        ("email in English required (spoken English is a plus)", ["email in English"]),
        ("Fluent in French", ["Fluent in French"]),
    ],
)
def test_pieces_are_whole_phrases(bullet: str, pieces: list[str]) -> None:
    assert [target.text for target in find_targets(f"Requirements\n- {bullet}\n")] == pieces


def test_a_post_of_one_paragraph_gives_its_duties_and_not_what_it_offers() -> None:
    post = (
        "Baker wanted at Rye & Daughters, loved since 1998. You will bake sourdough, clean the ovens and order flour from mills. "
        "You must have a food hygiene certificate. We are looking for someone who speaks Polish. Experience with rye is a plus. "
        "We offer a salary of $40,000 and free bread. Apply by email with a sample loaf."
    )
    found = {target.text: target.importance for target in find_targets(post)}
    assert list(found) == [
        "bake sourdough",
        "clean the ovens",
        "order flour from mills",
        "food hygiene certificate",
        "speaks Polish",
        "rye",
    ]
    assert found["rye"] == "preferred"


def test_lines_without_bullets_are_told_from_wrapped_lines() -> None:
    loose = "Main duties\nTreat patients after surgery\nLead exercise classes\n\nWe are a clinic with nine sites in the north of the country and two in the south.\n"
    assert [target.text for target in find_targets(loose)] == ["Treat patients after surgery", "Lead exercise classes"]
    wrapped = "Requirements\n- Sound knowledge of arc flash rules and of the\n  National Electrical Code.\n"
    assert [squeeze(target.text) for target in find_targets(wrapped)] == ["arc flash rules and of the National Electrical Code"]


def test_a_deeper_heading_belongs_to_the_part_above_it() -> None:
    post = "## Responsibilities\n\n### Agents\n- Design agent frameworks\n\n## Industry\n- Fintech\n\n## Qualifications (one of these)\n- Rust\n"
    assert [(target.text, target.importance) for target in find_targets(post)] == [
        ("Design agent frameworks", "duty"),
        ("Rust", "required"),
    ]


def test_html_is_read_as_a_person_sees_it_and_spans_point_into_the_source() -> None:
    post = (
        "<script>Requirements: spying</script><p><strong>What you&#39;ll do</strong></p><ul><li>Build tools in <b>React</b> &amp; Vue for R&amp;D</li></ul>"
        "<h3>Benefits</h3><ul><li>Must love fruit</li></ul>"
    )
    (target,) = find_targets(post)
    assert target.text == "Build tools in React & Vue for R&D"
    assert post[target.span.start : target.span.end] == "Build tools in <b>React</b> &amp; Vue for R&amp;D"


def test_german_and_spanish_posts_are_read_by_their_headings() -> None:
    german = "Über uns\n- Seit 1952\n\nIhre Aufgaben\n- Erstellen von Rechnungen\n\nIhr Profil\n- Kenntnisse in DATEV\n\nWir bieten\n- 30 Tage Urlaub\n"
    assert [target.text for target in find_targets(german)] == ["Erstellen von Rechnungen", "Kenntnisse in DATEV"]
    spanish = "Quiénes somos\nUna empresa.\n\nRequisitos\n- Dominio de Excel\n\nOfrecemos\n- Seguro médico\n"
    assert [target.text for target in find_targets(spanish)] == ["Dominio de Excel"]


@pytest.mark.parametrize(
    "filler",
    [
        "Requirements:\n- Kafka number one; ",
        "<p><script>",
        "((",
        "**",
        "[",
        "a, ",
        "A",
        "A.",
        "a and ",
        "the a will ",
        "You must have experience with Kafka. ",
    ],
)
def test_a_very_long_post_gives_a_bounded_number_of_targets(filler: str) -> None:
    post = (filler * 200_000)[:200_000]
    assert len(find_targets(post)) <= MAX_TARGETS
    many = "Requirements\n" + "".join(f"- Tool number{i}x\n" for i in range(1000))
    assert len(find_targets(many)) == MAX_TARGETS


@given(st.text(alphabet="ab S.,;:-*#<>/&()[]\n•pliRequirements", max_size=300))
def test_spans_lie_in_any_post(text: str) -> None:
    for target in find_targets(text):
        assert 0 <= target.span.start < target.span.end <= len(text)
        if not {"<", "*", "&", "["} & set(text):
            assert text[target.span.start : target.span.end] == target.text


EXPERIENCED = Resume(
    work=(
        Work(name="Alder", position="Nurse", startDate="2018-01", highlights=("Looked after patients on a ward of 28 beds",)),
        Work(name="Birch", position="Barista", startDate="2014-01", endDate="2017-12", highlights=("Made coffee",)),
    ),
    education=(Education(institution="State", studyType="Associate degree", area="Nursing", endDate="2017"),),
    certificates=(
        Certificate(name="OSHA 30"),
        Certificate(name="CPA candidate, two sections passed"),
        Certificate(name="Tanker endorsement"),
    ),
    languages=(LanguageSkill(language="Spanish", fluency="intermediate"), LanguageSkill(language="German", fluency="native")),
    skills=(Skill(name="Epic"), Skill(name="Excel")),
)


@pytest.mark.parametrize(
    ("asked", "fact_id"),
    [
        ("Documentation in an electronic health record, preferably Epic", "s0n"),
        ("Charting in a system such as Epic or Cerner", "s0n"),
        ("Epic or Cerner", "s0n"),
        ("At least 8 years of nursing", "w0p"),
        ("8-12 years of nursing", "w0p"),
        ("Associate degree in nursing or a related field", "e0t"),
        ("High school diploma", "e0t"),
        ("OSHA 30 certification", "c0n"),
        ("Conversational Spanish", "l0l"),
        ("Fluent German or French", "l1l"),
        ("Advanced Excel skills", "s1n"),
    ],
)
def test_formal_requirements_are_met_by_what_meets_them(embeddings: OnnxEmbeddings, asked: str, fact_id: str) -> None:
    matched = match(embeddings, f"Requirements\n- {asked}\n", EXPERIENCED)
    assert [fact_id in ids for ids in matched.values()] == [True], matched


@pytest.mark.parametrize(
    "asked",
    [
        "Documentation in an electronic health record, preferably Cerner",
        "At least 10 years of nursing",
        "3 years of software development",
        "Bachelor's degree in nursing",
        "Associate degree in accounting",
        "OSHA 10 card",
        "CPA license",
        "Hazmat endorsement",
        "Fluent Spanish",
        "Fluent German and Spanish",
        "French",
        "Supervise nurses",
        "Lead a team of 10 nurses",
    ],
)
def test_formal_requirements_are_not_met_by_something_near(embeddings: OnnxEmbeddings, asked: str) -> None:
    assert not any(match(embeddings, f"Requirements\n- {asked}\n", EXPERIENCED).values())


def test_a_degree_that_is_not_finished_is_none(embeddings: OnnxEmbeddings) -> None:
    resume = Resume(education=(Education(institution="State", studyType="BSc", area="Physics", startDate="2025", endDate="2028"),))
    assert not any(match(embeddings, "Requirements\n- Bachelor's degree in physics\n", resume).values())


def test_a_job_title_does_not_show_a_deed(embeddings: OnnxEmbeddings) -> None:
    resume = Resume(work=(Work(name="Iron", position="Staff Accountant", startDate="2019", highlights=("Closed the books each month",)),))
    assert not any(match(embeddings, "Duties\n- Supervise two staff accountants\n", resume).values())


@pytest.mark.corpora
def test_real_posts_give_whole_and_different_targets() -> None:
    folder = os.environ.get("RESUME_RAG_CORPORA")
    if not folder or not Path(folder, "jobs").is_dir():
        pytest.skip("RESUME_RAG_CORPORA is not set")
    posts = sorted(Path(folder, "jobs").rglob("jd_*.md"))
    assert posts
    for path in posts:
        targets = find_targets(path.read_text(encoding="utf-8"))
        texts = [squeeze(target.text) for target in targets]
        assert len(texts) >= 8, path.name
        assert len(set(texts)) == len(texts), path.name
        assert not [
            text for text in texts if text.lower().startswith(("and ", "or ", "#")) or text.lower().endswith((" and", " or", " the", ","))
        ], path.name
