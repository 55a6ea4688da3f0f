"""Locked parts are copied, lines land in their places, the diff is computed."""

from __future__ import annotations

from typing import Any

from resume_rag.assembly import assemble_response
from resume_rag.facts import find_facts
from resume_rag.paths import find_leaves
from resume_rag.schema import (
    Basics,
    Candidate,
    Context,
    Coverage,
    Document,
    DraftLine,
    Resume,
    Slot,
    Source,
    SourceForm,
    Span,
    TailorRequest,
    TailorResponse,
    Target,
    Targets,
    Usage,
    Versions,
    Work,
)

RESUME = Resume(
    basics=Basics(name="Ada Roe"),
    work=(Work(name="Acme", position="Packer", startDate="2020", highlights=("Swept the hall", "Packed 9 parcels", "Drove the van")),),
)


def context_of(**request: Any) -> Context:
    candidate = Candidate(
        request=TailorRequest(job_description="Pack parcels", resume=RESUME, **request),
        document=Document(source=Source(form=SourceForm.JSON_RESUME, text=""), resume=RESUME),
        facts=find_facts(RESUME),
    )
    served = Target(id="t0", text="Pack", span=Span(start=0, end=4), fact_ids=("w0h1",))
    gap = Target(id="t1", text="parcels", span=Span(start=5, end=12), importance="required")
    return Context(targets=Targets(candidate=candidate, supported=(served,), gaps=(gap,)))


def respond(context: Context, *lines: DraftLine, complete: bool = True) -> TailorResponse:
    return assemble_response(
        context,
        lines,
        coverage=Coverage(before=0, after=0, ceiling=0, targets=2),
        usage=Usage(),
        versions=Versions(library="0"),
        complete=complete,
    )


def written(number: int, text: str) -> DraftLine:
    slot = Slot(
        path=f"work[0].highlights[{number}]", original=RESUME.work[0].highlights[number], fact_ids=(f"w0h{number}",), target_ids=("t0",)
    )
    return DraftLine(slot=slot, text=text, fact_ids=slot.fact_ids, status="rewritten", attempts=1)


def test_the_line_that_serves_the_post_comes_first_and_keeps_its_source() -> None:
    response = respond(context_of(), written(1, "Packed nine parcels"))
    assert response.resume.work[0].highlights == ("Packed nine parcels", "Swept the hall", "Drove the van")
    line = next(line for line in response.lines if line.path == "work[0].highlights[0]")
    assert (line.status, line.sources[0].path, line.sources[0].text) == ("rewritten", "work[0].highlights[1]", "Packed 9 parcels")
    assert line.serves == ("Pack",)


def test_every_leaf_has_a_line_and_locked_ones_are_copies() -> None:
    response = respond(context_of(), written(0, "Kept the hall clean"))
    leaves = dict(find_leaves(response.resume.model_dump()))
    assert {line.path: line.text for line in response.lines} == leaves
    assert all(line.sources for line in response.lines)
    for path, text in find_leaves(RESUME.model_dump()):
        if "highlights" not in path:
            assert leaves[path] == text


def test_the_diff_says_what_was_rewritten_moved_and_left_out() -> None:
    response = respond(context_of(max_lines_per_role=2), written(1, "Packed nine parcels"))
    assert [(change.kind, change.path) for change in response.diff] == [
        ("rewritten", "work[0].highlights[0]"),
        ("moved", "work[0].highlights[1]"),
        ("omitted", "work[0].highlights[2]"),
    ]
    assert len(response.resume.work[0].highlights) == 2


def test_sections_that_may_not_change_keep_their_order() -> None:
    assert respond(context_of(sections=("basics",))).resume == RESUME


def test_a_snapshot_lists_only_finished_lines() -> None:
    response = respond(context_of(), written(1, "Packed nine parcels"), complete=False)
    assert [line.path for line in response.lines if ".highlights[" in line.path] == ["work[0].highlights[0]"]


def test_only_wanted_parts_are_sent() -> None:
    response = respond(context_of(include=("gaps",)))
    assert response.gaps[0].text == "parcels"
    assert response.lines == ()
    assert response.usage is None
