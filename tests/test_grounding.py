"""The gate on labelled lines, and `check_resume` on whole documents. The lines are this project's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from resume_rag import check_resume
from resume_rag.errors import InputError
from resume_rag.grounding import CODES, check_line
from resume_rag.schema import Fact

FILES = sorted((Path(__file__).parent / "truth_cases").glob("*.json"))
GROUPS = [group for path in FILES for group in json.loads(path.read_text(encoding="utf-8"))]
# Reached on 2026-11-24 and rounded down; raised with the rules, never lowered to meet them.
MIN_CAUGHT = 0.95
MIN_PASSED = 0.80


def findings_of(group: dict[str, Any], cited: list[int], text: str) -> tuple[Any, ...]:
    facts = [
        Fact(id=f"w0h{i}", path=f"work[0].highlights[{i}]", text=group["facts"][i], section="work", role="work[0]", locked=False)
        for i in cited
    ]
    return check_line(text, path="work[0].highlights[0]", facts=facts)


def test_planted_lies_are_caught_and_honest_rewrites_pass() -> None:
    lies = [bool(findings_of(group, case[0], case[-1])) for group in GROUPS for case in group["lies"]]
    honest = [not findings_of(group, case[0], case[-1]) for group in GROUPS for case in group["honest"]]
    print(f"caught {sum(lies)} of {len(lies)}, passed {sum(honest)} of {len(honest)}")
    assert len(lies) >= 100
    assert len(honest) >= 80
    assert sum(lies) >= MIN_CAUGHT * len(lies)
    assert sum(honest) >= MIN_PASSED * len(honest)


def test_every_code_is_documented() -> None:
    found = {finding.code for group in GROUPS for case in group["lies"] for finding in findings_of(group, case[0], case[-1])}
    assert found <= set(CODES)
    assert len(found) >= 8


SOURCE = {
    "basics": {"name": "Ada Roe", "email": "ada@example.com"},
    "work": [
        {
            "name": "Acme",
            "position": "Packer",
            "startDate": "2020-01",
            "endDate": "2022-05",
            "highlights": ["Packed 90 parcels a day by hand", "Helped train 4 new packers"],
        }
    ],
    "skills": [{"name": "Tools", "keywords": ["tape gun"]}],
}


def changed(**entry: Any) -> dict[str, Any]:
    return {**SOURCE, "work": [{**SOURCE["work"][0], **entry}]}  # type: ignore[dict-item]


def test_the_unchanged_resume_has_no_finding() -> None:
    assert check_resume(SOURCE, SOURCE).ok


def test_reordered_and_left_out_lines_are_no_fault() -> None:
    report = check_resume(SOURCE, changed(highlights=["Helped train 4 new packers"]))
    assert report.ok
    assert report.omissions


@pytest.mark.parametrize(
    "tampered",
    [
        changed(highlights=["Packed 900 parcels a day by hand"]),
        changed(highlights=["Trained 4 new packers"]),
        changed(highlights=["Packed 90 parcels a day by hand with SAP"]),
        changed(position="Head of Packing"),
        changed(name="Acme Global"),
        changed(startDate="2018-01"),
        {**SOURCE, "skills": [{"name": "Tools", "keywords": ["tape gun", "Kubernetes"]}]},
        {**SOURCE, "certificates": [{"name": "Forklift license"}]},
        {**SOURCE, "basics": {"name": "Ada Roe", "email": "ada@example.com", "summary": "Packer with 12 years of experience."}},
    ],
)
def test_what_was_made_up_is_found(tampered: dict[str, Any]) -> None:
    report = check_resume(SOURCE, tampered)
    assert not report.ok
    assert all(finding.path and finding.message and finding.code in CODES for finding in report.findings)


def test_what_is_no_json_resume_is_bad_input() -> None:
    with pytest.raises(InputError):
        check_resume({"work": "none"}, SOURCE)
