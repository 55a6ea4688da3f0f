"""The gate against sentences labelled by hand: planted lies it must catch, honest rewrites it must let pass.

`truth_cases/dev*.json` were used while the rules were written; `held_out*.json` were written before their first run and have been
run, never read for tuning. Each group: trade, context (locked facts of the role), facts, honest ``[cites, line]``, lies
``[cites, class, line]``. The floors are figures that were reached; raise them with the rules, never lower them to pass.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from resume_rag.grounding import CODES, check_line, check_resume
from resume_rag.schema import Fact, Finding

CASES = Path(__file__).parent / "truth_cases"
DEV = ("dev", "dev2", "dev3", "dev4", "dev_gate1", "dev_gate2", "dev_gate3", "dev_gate4", "dev_gate5")
HELD_OUT = ("held_out4", "held_out5", "held_out6", "held_out7", "held_out8", "held_out9")


def _groups(*names: str) -> list[dict[str, Any]]:
    return [group for name in names for group in json.loads((CASES / f"{name}.json").read_text("utf-8"))]


def _facts(texts: list[str], field: str, *, locked: bool) -> list[Fact]:
    return [
        Fact(id=f"{field}{i}", path=f"work[0].{field}[{i}]", text=text, section="work", role="work[0]", locked=locked)
        for i, text in enumerate(texts)
    ]


def _check(group: dict[str, Any], cites: list[int], text: str) -> tuple[Finding, ...]:
    facts = _facts(group["facts"], "highlights", locked=False)
    return check_line(text, path="p", facts=[facts[i] for i in cites], context=_facts(group["context"], "locked", locked=True))


def _rates(*names: str) -> tuple[float, float, list[str], list[str]]:
    groups = _groups(*names)
    lies = [(group, cites, text) for group in groups for cites, _, text in group["lies"]]
    honest = [(group, cites, text) for group in groups for cites, text in group["honest"]]
    missed = [text for group, cites, text in lies if not _check(group, cites, text)]
    blocked = [text for group, cites, text in honest if _check(group, cites, text)]
    return 1 - len(missed) / len(lies), len(blocked) / len(honest), missed, blocked


def test_the_sets_are_as_large_and_as_wide_as_they_claim() -> None:
    groups = _groups(*DEV, "dev7")
    assert sum(len(group["lies"]) for group in groups) >= 430
    assert sum(len(group["honest"]) for group in groups) >= 340
    assert len({group["trade"] for group in groups}) >= 40
    assert len({kind for group in groups for _, kind, _ in group["lies"]}) >= 20


def test_lies_are_caught_and_honest_lines_pass_on_the_set_it_was_made_with() -> None:
    caught, blocked, missed, wrongly = _rates(*DEV)
    assert caught >= 0.99, missed
    assert blocked <= 0.05, wrongly


_DIGEST = """
import hashlib, pathlib, sys
from resume_rag.evaluation.cases import read_cases
from resume_rag.grounding import check_line
found = [check_line(c.texts[0], path="p", facts=c.cited, context=c.context) for c in read_cases(pathlib.Path(sys.argv[1])) if c.file == "held_out8"]
print(hashlib.sha256(repr(found).encode()).hexdigest())
"""


def test_the_same_lines_get_the_same_verdicts_whatever_the_order_of_sets() -> None:
    """Python's sets come in another order in each process; once a verdict hung on it."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST, CASES], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(digests) == 1


def test_lies_are_caught_and_honest_lines_pass_on_the_held_out_set() -> None:
    caught, blocked, missed, wrongly = _rates(*HELD_OUT)
    assert caught >= 0.92, len(missed)
    assert blocked <= 0.40, len(wrongly)


@pytest.mark.parametrize("kind", ["number_changed", "number_added", "number_moved", "number_word", "unit", "bound", "entity", "homograph"])
def test_no_lie_about_numbers_or_names_passes(kind: str) -> None:
    lies = [(g, c, t) for g in _groups(*DEV, "dev7") for c, k, t in g["lies"] if k == kind]
    assert lies
    assert [text for group, cites, text in lies if not _check(group, cites, text)] == []


def test_check_resume_does_as_well_without_citations() -> None:
    missed, blocked, lies, honest = [], [], 0, 0
    for group in _groups(*DEV):
        role = {"name": "Firm", "position": group["context"][0], "highlights": group["facts"]}
        other = {
            "name": "Other Firm",
            "position": "Clerk",
            "highlights": ["Sorted post for three departments.", "Kept the visitors' book."],
        }
        source = {"work": [role, other]}
        for line in (*group["honest"], *group["lies"]):
            tailored = {"work": [{**role, "highlights": [line[-1]]}, other]}
            found = check_resume(source, tailored).findings
            if len(line) == 2:
                honest += 1
                blocked += [line[-1]] if found else []
            else:
                lies += 1
                missed += [] if found else [line[-1]]
    assert len(missed) / lies <= 0.01, missed
    assert len(blocked) / honest <= 0.06, blocked


def test_every_fact_passes_as_its_own_line_and_every_code_is_documented() -> None:
    found: Counter[str] = Counter()
    for group in _groups(*DEV, "dev7"):
        for i, fact in enumerate(group["facts"]):
            assert _check(group, [i], fact) == ()
            assert _check(group, [i], fact.rstrip(".").upper().capitalize() if fact.islower() else fact.rstrip(".")) == ()
        for cites, _, text in group["lies"]:
            for finding in _check(group, cites, text):
                found[finding.code] += 1
                assert finding.span is not None
                assert 0 <= finding.span.start < finding.span.end <= len(text)
    assert set(found) <= set(CODES)
    assert len(found) >= 18


def test_a_fact_without_its_full_stop_reads_the_same_under_every_rule() -> None:
    """Rules must find nothing in a fact that is checked against itself, even when it is not recognised as a copy."""
    for group in _groups(*DEV, "dev7"):
        for i, fact in enumerate(group["facts"]):
            assert [f.code for f in _check(group, [i], f"{fact.rstrip('.')} !")] == [], fact
