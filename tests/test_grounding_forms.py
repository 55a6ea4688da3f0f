"""Ways to say the same: units, bounds, shares, changes, help, denials and nominal style in other words than the candidate's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from resume_rag.grounding import check_line
from resume_rag.schema import Fact

SMALL = 2  # "a 2nd visit", "2 of them": one more may be another way to count
ROWS = [
    line.split(" | ") for line in (Path(__file__).parent / "grounding_forms.txt").read_text("utf8").splitlines() if not line.startswith("#")
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:50] for row in ROWS])
def test_every_form_of_one_statement_passes(row: list[str]) -> None:
    source, *forms = row
    assert forms
    fact = Fact(id="w0h0", path="work[0].highlights[0]", text=source, section="work", role="work[0]")
    refused = {form: [f.code for f in found] for form in forms if (found := check_line(form, path="p", facts=[fact]))}
    assert refused == {}


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:50] for row in ROWS])
def test_no_form_passes_with_another_number(row: list[str]) -> None:
    source, *forms = row
    fact = Fact(id="w0h0", path="work[0].highlights[0]", text=source, section="work", role="work[0]")
    passed = []
    for form in forms:
        for match in re.finditer(r"(?<![\w.,:/])\d+(?![\w.,:/]*\d)", form):
            value = int(match.group())
            changed = f"{form[: match.start()]}{value + max(1, value // 5)}{form[match.end() :]}"
            if value > SMALL and not check_line(changed, path="p", facts=[fact]):
                passed.append(changed)
    assert passed == []
