"""The shell: what it shows, where it writes, how it ends."""

from __future__ import annotations

import io
from typing import Any

import pytest

from resume_rag.cli.terminal import PersonConsole
from resume_rag.cli.view import print_response
from resume_rag.schema import (
    Change,
    Coverage,
    ExampleRef,
    Examples,
    Finding,
    Gap,
    HiddenText,
    IntakeReport,
    Line,
    Resume,
    SourceForm,
    SourceRef,
    Span,
    TailorResponse,
    UnplacedLine,
    Usage,
    Versions,
)

RESUME = {
    "basics": {
        "name": "Tomas Herrera Lind",
        "label": "Backend engineer",
        "email": "tomas.lind@example.com",
        "phone": "+1-555-0142",
        "summary": "Backend engineer with 12 years of experience in payments, logistics and utility billing, mostly with Go, Kafka and PostgreSQL.",
        "location": {"city": "Portland", "region": "OR"},
    },
    "work": [
        {
            "name": "Fernhollow Payments",
            "position": "Senior Backend Engineer",
            "startDate": "2021-03",
            "highlights": [
                "Migrated the payment ledger from a Ruby monolith to Go services on PostgreSQL 14, handling about 3,200 transactions per minute at peak.",
                "Worked on the Kafka setup that passes settlement events between 11 services.",
                "Part of the on-call rotation (one week in six), wrote 14 runbooks for incidents that kept coming back.",
            ],
        },
        {
            "name": "Quill Logistics",
            "position": "Engineer",
            "startDate": "2016",
            "endDate": "2021-02",
            "highlights": ["Built the route planner."],
        },
    ],
    "education": [{"institution": "Lake College", "area": "Mathematics", "studyType": "BSc", "endDate": "2014"}],
    "skills": [{"name": "Go"}, {"name": "Kafka"}],
}


def _source(fact_id: str, path: str, text: str) -> SourceRef:
    return SourceRef(fact_id=fact_id, path=path, text=text)


@pytest.fixture
def response() -> TailorResponse:
    work = RESUME["work"][0]["highlights"]  # type: ignore[index]
    ledger = "Was responsible for moving the payment ledger from a Ruby monolith to Go services with PostgreSQL 14."
    return TailorResponse(
        resume=Resume.model_validate(RESUME),
        lines=(
            Line(path="basics.name", text="Tomas Herrera Lind", status="verbatim", sources=()),
            Line(
                path="basics.summary",
                text=RESUME["basics"]["summary"],  # type: ignore[index]
                status="rewritten",
                sources=tuple(_source(f"w{n}h0", f"work[{n}].highlights[0]", f"Fact number {n}.") for n in range(5)),
            ),
            Line(
                path="work[0].highlights[0]",
                text=work[0],
                status="rewritten",
                sources=(_source("w0h0", "work[0].highlights[0]", ledger),),
                reasons=(
                    Finding(
                        path="work[0].highlights[0]",
                        code="number_added",
                        message="A number stands in the line that its source does not give.",
                    ),
                ),
            ),
            Line(
                path="work[0].highlights[1]",
                text=work[1],
                status="fallback",
                sources=(_source("w0h1", "work[0].highlights[1]", work[1]),),
                reasons=(
                    Finding(
                        path="work[0].highlights[1]", code="credit_added", message="More of the credit is claimed than the source gives."
                    ),
                    Finding(
                        path="work[0].highlights[1]", code="credit_added", message="More of the credit is claimed than the source gives."
                    ),
                ),
            ),
            Line(
                path="work[0].highlights[2]", text=work[2], status="verbatim", sources=(_source("w0h2", "work[0].highlights[2]", work[2]),)
            ),
            Line(path="work[1].highlights[0]", text="Built the route planner.", status="fallback", sources=(), error_code="llm_timeout"),
        ),
        gaps=(
            Gap(text="Lead a team of six engineers", span=Span(start=0, end=10), importance="duty"),
            Gap(
                text="Two or more years of operating workloads on Kubernetes in production",
                span=Span(start=0, end=10),
                importance="required",
            ),
            Gap(text="Stream processing with Apache Flink", span=Span(start=0, end=10), importance="preferred"),
        ),
        coverage=Coverage(before=0.48, after=0.57, ceiling=0.63, targets=21),
        diff=(
            Change(kind="rewritten", path="work[0].highlights[0]", before=ledger, after=work[0]),
            Change(kind="moved", path="work[0].highlights[2]", before=work[2], after=work[2]),
            Change(kind="omitted", path="work[1].highlights[3]", before="Sorted the cables."),
        ),
        examples=Examples(used=(ExampleRef(id="15-backend-engineer", score=0.71, occupation="Backend engineer"),)),
        intake=IntakeReport(
            form=SourceForm.PDF,
            unplaced=(UnplacedLine(span=Span(start=0, end=5), text="Page 1 of 2"),),
            hidden=(HiddenText(reason="white", page=2, chars=120),),
        ),
        usage=Usage(
            calls=14,
            attempts_by_line={"work[0].highlights[0]": 2},
            prompt_tokens=8412,
            cached_tokens=6900,
            completion_tokens=512,
            timings_ms={"intake": 210.0, "match": 1100.0, "draft": 58000.0, "total": 61234.0},
        ),
        versions=Versions(library="0.1.0", model="qwen2.5-coder-1.5b", prompt="3", index="abc123"),
    )


def render(response: TailorResponse, *, width: int = 80, **console: Any) -> str:
    file = io.StringIO()
    print_response(PersonConsole(file=file, width=width, highlight=False, markup=False, emoji=False, **console), response)
    return file.getvalue()
