"""The truth cases themselves, and the command that measures with them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from resume_rag.errors import InputError
from resume_rag.evaluation.cases import Case, apply_edit, read_cases
from resume_rag.evaluation.judges import find_best_threshold, refuses_by_gate, refuses_unknown_words
from resume_rag.evaluation.truth import GATE, Rate, Verdict, main, rate_caught, rate_passed
from resume_rag.grounding import check_resume
from resume_rag.text import find_words, fold

CASES = Path(__file__).parent / "truth_cases"


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return read_cases(CASES)


def _words(text: str) -> str:
    return " ".join(fold(word.text).replace(" ", "") for word in find_words(text))


def test_the_sets_are_as_large_and_as_wide_as_they_claim(cases: tuple[Case, ...]) -> None:
    planted = [case for case in cases if case.form != "real"]
    lies = [case for case in planted if case.is_lie]
    honest = [case for case in planted if not case.is_lie]
    assert len(lies) >= 2500
    assert len(honest) >= 1900
    assert len({case.kind for case in lies}) >= 40
    assert len({case.trade for case in planted}) >= 120
    assert 0.3 <= sum(case.is_held_out for case in lies) / len(lies) <= 0.45
    assert 0.3 <= sum(case.is_held_out for case in honest) / len(honest) <= 0.45
    # The lines that the gate was mended with, round by round (dev_gate*), do not say which depart far; others were to stay close or clumsy.
    told = [case for case in honest if not case.file.startswith(("dev_gate", "dev_close", "dev_area", "held_out8", "held_out9"))]
    assert sum(case.style == "free" for case in told) >= 0.49 * len(told)
    real = [case for case in cases if case.form == "real"]
    assert len(real) >= 400
    assert sum(case.is_held_out for case in real) >= 0.33 * len(real)
    assert sum(case.is_lie for case in real) >= 120


def test_every_class_has_cases_and_none_stands_alone(cases: tuple[Case, ...]) -> None:
    kinds = Counter(case.kind for case in cases if case.is_lie)
    assert "unsorted" not in kinds
    for kind in ("number_changed", "number_object", "unit", "direction", "from_to", "scope", "credit", "negation", "modality", "seniority"):
        assert kinds[kind] >= 20, kind
    for kind in ("setting", "employer", "title", "degree", "certificate", "language", "date", "place", "tool", "other_role", "derived"):
        assert kinds[kind] >= 8, kind
    for kind in ("other_section", "younger_tool", "industry", "cause", "superlative", "example_leak", "job_leak", "entity", "term", "duty"):
        assert kinds[kind] >= 5, kind


def test_the_held_out_half_has_every_class_that_a_line_can_be_of(cases: tuple[Case, ...]) -> None:
    kinds = Counter(case.kind for case in cases if case.is_lie and case.is_held_out and case.form == "line")
    fields = {"employer", "title", "degree", "language", "skill_level", "award", "publication", "reference", "date"}
    elsewhere = {"other_role", "other_section"}
    known = {case.kind for case in cases if case.is_lie and case.form != "real" and not case.file.startswith("dev_gate")}
    assert {kind: kinds[kind] for kind in known - fields - elsewhere if kinds[kind] < 12} == {}
    documents = Counter(case.kind for case in cases if case.is_lie and case.is_held_out and case.form == "document")
    assert {kind: documents[kind] for kind in fields | elsewhere if documents[kind] < 3} == {}


def test_no_line_stands_twice_and_none_is_in_both_halves(cases: tuple[Case, ...]) -> None:
    lines = Counter((_words(" ".join(fact.text for fact in case.cited)), _words(" ".join(case.texts)), case.form) for case in cases)
    assert [key[1] for key, count in lines.items() if count > 1] == []
    dev = {_words(fact.text) for case in cases if not case.is_held_out and case.form == "line" for fact in case.cited}
    held_out = {_words(fact.text) for case in cases if case.is_held_out and case.form == "line" for fact in case.cited}
    assert not dev & held_out


def test_no_lie_is_a_copy_of_what_it_cites(cases: tuple[Case, ...]) -> None:
    for case in cases:
        if case.is_lie and case.form != "document":
            assert _words(case.texts[0]) not in {_words(fact.text) for fact in case.cited}, case.texts


def test_every_edit_changes_its_document_and_the_document_itself_has_no_finding(cases: tuple[Case, ...]) -> None:
    documents = [case for case in cases if case.form == "document"]
    assert documents
    for case in documents:
        assert case.tailored != case.source
    for source in {json.dumps(case.source, sort_keys=True): case for case in documents}.values():
        assert check_resume(dict(source.source), dict(source.source), job=source.job, today=source.today).findings == ()


def test_an_edit_sets_appends_and_removes_without_touching_the_source() -> None:
    source = {"work": [{"name": "A", "highlights": ["x"], "endDate": "2020"}]}
    edited = apply_edit(source, {"work[0].highlights[+]": "y", "work[0].endDate": None, "awards[+]": {"title": "T"}})
    assert edited == {"work": [{"name": "A", "highlights": ["x", "y"]}], "awards": [{"title": "T"}]}
    assert source == {"work": [{"name": "A", "highlights": ["x"], "endDate": "2020"}]}


def test_the_baselines_know_copies_from_strangers(cases: tuple[Case, ...]) -> None:
    lies = [case for case in cases if case.kind == "entity"]
    assert sum(refuses_unknown_words(case) for case in lies) > 0.5 * len(lies)
    copy = next(case for case in cases if case.form == "line")
    assert not refuses_unknown_words(copy._replace(texts=(copy.cited[0].text,)))
    assert find_best_threshold([0.1, 0.3, 0.2, 0.9], [True, True, False, False]) in (0.2, 0.9)


_HARD = ("real_qwen_3", "real_qwen_4", "held_out_real_qwen_2", "held_out_real_qwen_3")
"""Lines of small models on bullets written to be hard: counted apart, so that they hide nothing of the others."""
_LATER = ("dev_close", "dev_area", *(f"held_out{n}" for n in range(8, 16)))


def _group(case: Case) -> str:
    return "hard" if case.file.startswith(_HARD) else "later" if case.file.startswith(_LATER) else "first"


@pytest.mark.parametrize(
    ("held_out", "group", "caught", "passed"),
    [
        (False, "first", 0.979, 0.863),
        (False, "later", 0.936, 0.795),
        (False, "hard", 0.660, 0.846),
        (True, "first", 0.942, 0.623),
        (True, "later", 0.905, 0.645),
        (True, "hard", 0.377, 0.776),
    ],
)
def test_the_gate_does_no_worse_than_it_did(cases: tuple[Case, ...], held_out: bool, group: str, caught: float, passed: float) -> None:
    """Floors are figures that were reached, rounded down; raise them with the rules, set them anew where a batch joins the cases.

    Held-out lines are counted, never printed.
    """
    chosen = [case for case in cases if case.is_held_out == held_out and _group(case) == group]
    verdicts = [Verdict(case, {GATE: refuses_by_gate(case)}) for case in chosen]
    assert (rate_caught(verdicts).share or 0) >= caught
    assert (rate_passed(verdicts).share or 0) >= passed


def _write(folder: Path) -> None:
    group = {
        "trade": "baker",
        "context": ["Baker", "Mill Lane"],
        "facts": ["Baked 90 loaves a night."],
        "honest": [[[0], "Baked ninety loaves nightly"]],
        "lies": [[[0], "number_changed", "Baked 900 loaves a night"]],
    }
    folder.joinpath("dev.json").write_text(json.dumps([group]), "utf-8")
    group = {
        **group,
        "facts": ["Sold 12 cakes a day."],
        "honest": [[[0], "Sold 12 cakes daily"]],
        "lies": [[[0], "unit", "Sold 12 cakes an hour"]],
    }
    folder.joinpath("held_out.json").write_text(json.dumps([group]), "utf-8")


def _run(*arguments: str) -> str:
    app = Typer()
    app.command()(main)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_prints_both_halves_and_keeps_held_out_lines_to_itself(tmp_path: Path) -> None:
    _write(tmp_path)
    figures = json.loads(_run("--cases", str(tmp_path), "--json"))
    assert figures["sets"]["all"]["dev"]["lies"] == 1
    assert figures["sets"]["all"]["held out"]["gate"] == {"caught": 1.0, "passed": 1.0}
    assert figures["classes"]["unit"]["held out"]["lies"] == 1
    printed = _run("--cases", str(tmp_path))
    assert "number_changed" in printed
    assert "baker" in printed
    assert "cakes" not in printed


def test_rates_say_of_how_many(cases: tuple[Case, ...]) -> None:
    assert str(Rate(1, 8)) == "12.5 %"
    assert Rate(0, 0).share is None
    assert rate_caught([]).total == rate_passed([]).total == 0


def test_a_folder_without_cases_or_with_others_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_cases(tmp_path)
    tmp_path.joinpath("dev.json").write_text('[{"line": "x"}]', "utf-8")
    with pytest.raises(InputError) as caught:
        read_cases(tmp_path)
    assert "README" in caught.value.hint
