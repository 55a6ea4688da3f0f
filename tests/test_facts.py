"""Facts: ids, locks, spans."""

from __future__ import annotations

from resume_rag.facts import find_document_facts, find_facts
from resume_rag.paths import find_leaves
from resume_rag.schema import Basics, Document, Meta, Placement, Resume, Skill, Source, SourceForm, Span, Work

RESUME = Resume(
    basics=Basics(name="Ada Roe", summary="Packs parcels."),
    work=(Work(name="Acme", position="Packer", startDate="2020-01", highlights=("Packed 9 parcels", "Swept the hall")), Work(name="Bmce")),
    skills=(Skill(name="Packing", keywords=("tape", "box")),),
    meta=Meta(version="v1"),
)


def test_every_leaf_but_meta_is_a_fact_with_an_id_of_its_own() -> None:
    facts = find_facts(RESUME)
    assert [fact.path for fact in facts] == [path for path, _ in find_leaves(RESUME.model_dump(exclude={"meta"}))]
    assert len({fact.id for fact in facts}) == len(facts)
    assert {fact.path: fact.id for fact in facts}["work[0].highlights[1]"] == "w0h1"


def test_only_prose_may_be_written() -> None:
    assert {fact.path for fact in find_facts(RESUME) if not fact.locked} == {
        "basics.summary",
        "work[0].highlights[0]",
        "work[0].highlights[1]",
    }


def test_a_fact_belongs_to_its_entry() -> None:
    roles = {fact.path: fact.role for fact in find_facts(RESUME)}
    assert roles["work[1].name"] == "work[1]"
    assert roles["basics.name"] is None


def test_ids_do_not_depend_on_names() -> None:
    swapped = RESUME.model_copy(update={"basics": Basics(name="Bo Li", summary="Packs parcels.")})
    assert [fact.id for fact in find_facts(RESUME)] == [fact.id for fact in find_facts(swapped)]


def test_spans_come_from_the_placements() -> None:
    document = Document(
        source=Source(form=SourceForm.TEXT, text="Acme"),
        resume=Resume(work=(Work(name="Acme"),)),
        placements=(Placement(path="work[0].name", span=Span(start=0, end=4)),),
    )
    (fact,) = find_document_facts(document)
    assert fact.span == Span(start=0, end=4)


def test_unknown_keys_of_a_resume_are_facts_too() -> None:
    resume = Resume.model_validate({"work": [{"name": "Acme", "shift": "night", "grade": 7}]})
    facts = {fact.path: fact for fact in find_facts(resume)}
    assert facts["work[0].shift"].locked
    assert facts["work[0].grade"].text == "7"
