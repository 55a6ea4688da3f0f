"""check_line rule by rule: for each a lie that it catches and an honest line that it lets pass."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resume_rag.grounding import CODES, check_line
from resume_rag.grounding.quantities import find_quantities
from resume_rag.schema import Example, Fact, Finding

INCIDENTS = "Cut production incidents from nine to one per quarter by adding canary releases."
APP = "Built a dispatch app in Go used by 600 drivers, and a billing tool."
MOVE = "Moved 40 services from Heroku to Kubernetes without planned downtime."
PAYROLL = "Helped migrate payroll to SAP and train 40 staff under supervision."
WARD = "Ran training for 12 nurses on the telemetry unit."


def facts_of(*texts: str, locked: bool = False) -> list[Fact]:
    return [
        Fact(id=f"w0h{i}", path=f"work[0].highlights[{i}]", text=text, section="work", role="work[0]", locked=locked)
        for i, text in enumerate(texts)
    ]


def check(line: str, *sources: str, context: Sequence[str] = ()) -> tuple[Finding, ...]:
    return check_line(line, path="work[0].highlights[0]", facts=facts_of(*sources), context=facts_of(*context, locked=True))


def spans(line: str, *sources: str) -> set[tuple[str, str]]:
    return {(f.code, line[f.span.start : f.span.end]) for f in check(line, *sources) if f.span is not None}


LIES: list[tuple[str, str, str, str]] = [
    # what the 1.5B model really did
    (INCIDENTS, "Reduced production incidents by one per quarter", "direction_changed", "one"),
    ("Led a team of six through ISO 27001 certification.", "Certified a team of six in ISO 27001", "credit_added", "Certified"),
    (MOVE, "Migrated 40 services from Heroku to Kubernetes with minimal downtime", "quality_added", "minimal"),
    (APP, "Built a dispatch app and a billing tool used by 600 drivers", "number_object_changed", "600"),
    # one line for each kind
    (INCIDENTS, "Cut production incidents from nine to two per quarter by adding canary releases", "number_changed", "two"),
    (INCIDENTS, "Cut production incidents from nine to one per month by adding canary releases", "unit_changed", "one"),
    (INCIDENTS, "Halved production incidents by adding canary releases", "number_changed", "Halved"),
    ("Cut latency 35 %, cloud cost 20 %.", "Cut cloud cost 35 %", "number_object_changed", "35 %"),
    ("Served 40 guests.", "Served over 40 guests", "number_changed", "40"),
    ("Served up to 40 guests.", "Served 40 guests", "number_changed", "40"),
    (APP, "Built a dispatch app in Rust used by 600 drivers", "entity_added", "Rust"),
    ("Prepared the go-live of the billing tool.", "Prepared the billing tool in Go", "entity_added", "Go"),
    ("Wrote JavaScript for the web shop.", "Wrote Java for the web shop", "entity_added", "Java"),
    (WARD, "Trained 12 nurses in the ICU", "setting_swapped", "ICU"),
    (WARD, "Managed 12 nurses on the telemetry unit", "credit_added", "Managed"),
    (PAYROLL, "Migrated payroll to SAP and trained 40 staff", "modality_dropped", "Migrated"),
    (MOVE, "Moved 40 services from Heroku to Kubernetes with downtime", "negation_dropped", "downtime"),
    (MOVE, "Moved 40 services from Heroku to Kubernetes without downtime", "scope_added", "downtime"),
    (MOVE, "Moved 40 services from Kubernetes to Heroku without planned downtime", "direction_changed", "from Kubernetes to"),
    ("Kept the shop tidy.", "Kept the shop tidy without complaints", "negation_added", "without"),
    ("Was trained by the maker on pumps.", "Trained colleagues on pumps", "credit_added", "Trained"),
    ("Drew details for a housing block.", "Designed a housing block", "duty_added", "Designed"),
    ("Built shelves for a town library.", "Constructed a town library", "object_changed", "Constructed"),
    ("Drafted contracts, which the manager then signed.", "Drafted and signed contracts", "credit_added", "signed"),
    ("Stood in for the head chef on Sundays.", "Served as head chef", "seniority_changed", "chef"),
    ("Answered complaints in English.", "Answered complaints in fluent English", "quality_added", "fluent"),
    ("Answered complaints.", "Answered all complaints", "scope_added", "all"),
    ("Answered complaints.", "Answered complaints worldwide", "scope_added", "worldwide"),
    ("Answered complaints.", "Answered complaints and audited stores", "duty_added", "audited"),
    ("Brought the close forward by reconciling accounts weekly.", "Reconciled accounts by moving the close", "cause_added", "moving"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "line", "code", "words"), LIES, ids=[lie[1][:60] for lie in LIES])
def test_a_lie_is_found_at_its_words(source: str, line: str, code: str, words: str) -> None:
    assert (code, words) in spans(line, source)


HONEST: list[tuple[str, str]] = [
    (INCIDENTS, "Added canary releases, reducing production incidents from 9 to 1 per quarter"),
    (INCIDENTS, "Production incidents were cut from nine to one a quarter by adding canary releases"),
    (APP, "Developed a Go dispatch app used by 600 drivers"),
    (MOVE, "Migrated forty services to Kubernetes from Heroku with no planned downtime"),
    (PAYROLL, "Assisted with migrating payroll to SAP and training 40 employees under supervision"),
    (WARD, "Delivered training to twelve nurses on the telemetry unit"),
    ("Earned €2.1 million over 1,200 sq ft with 6 clerks.", "Earned €2,100,000 with six clerks over 1.2k square feet"),
    ("Cut waits by 35 percent within 90 minutes.", "Within 1.5 hours, reduced waits by 35%"),
    ("Treated patients in the intensive care unit.", "Treated ICU patients"),
    ("Halved claims from 40 to 20.", "Cut claims by 50 %, from 40 to 20"),
    ("Organised a catalogue of colour samples at the centre.", "Arranged a catalog of color samples at the center"),
    ("Led 12 technicians.", "Led a team of 12 technicians"),
    ("Set up the start-up's web site.", "Established the startup's website"),
    ("Wrote guides. Managed budgets.", "Successfully wrote guides and managed budgets"),
]


@pytest.mark.parametrize(("source", "line"), HONEST, ids=[pair[1][:60] for pair in HONEST])
def test_an_honest_line_passes(source: str, line: str) -> None:
    assert check(line, source) == ()


def test_locked_facts_of_the_role_may_be_named_and_others_not() -> None:
    assert (
        check("At Marrow Valley, cared for six patients since March 2018", "Cared for six patients.", context=["Marrow Valley", "2018-03"])
        == ()
    )
    assert check("At Marrow Valley, cared for six patients", "Cared for six patients.") != ()


def test_two_facts_may_be_merged_but_not_joined_by_a_cause() -> None:
    sources = ("Started a reading club.", "Loans rose by 12 %.")
    assert check("Started a reading club; loans rose by 12 %", *sources) == ()
    assert "cause_added" in {f.code for f in check("Started a reading club, resulting in loans rising by 12 %", *sources)}


def test_years_of_experience_are_added_up_from_the_dates() -> None:
    dated = [
        Fact(id=f"w{role}{field}", path=f"work[{role}].{field}", text=text, section="work", role=f"work[{role}]")
        for role, field, text in [
            (0, "startDate", "2014-01"),
            (0, "endDate", "2018-12"),
            (1, "startDate", "2017-01"),
            (1, "endDate", "2019-12"),
        ]
    ]

    def found(line: str) -> set[str]:
        return {f.code for f in check_line(line, path="basics.summary", facts=facts_of("Welder."), dated=dated)}

    assert found("Welder with six years of experience") == set()
    assert found("Welder with over 8 years of experience") == {"years_overstated"}


def test_a_leak_names_where_it_comes_from() -> None:
    line = "Sold fish to hotels with Zephyrion and Impella"
    example = Example(id="ex-3", score=0.9, lines=("Ran Zephyrion daily",))
    found = check_line(line, path="p", facts=facts_of("Sold fish to hotels."), job="Impella needed", examples=[example])
    assert {f.code for f in found} == {"leak_example", "leak_job"}
    run = "Greeted guests, sorted post and kept the visitors' book in order"
    copied = Example(id="ex-4", score=0.9, text="Greeted guests, sorted post and kept the visitors' book in order.")
    source = "Kept the book of visitors in order, sorted post, greeted guests."
    assert check(run, source) == ()
    assert {f.code for f in check_line(run, path="p", facts=facts_of(source), examples=[copied])} == {"leak_example"}


def test_a_line_in_another_language_never_passes_silently() -> None:
    source = "Leitung eines Teams von 12 Pflegekräften auf der Station und im Dienst"
    assert check(source + ".", source) == ()
    assert "language_unchecked" in {f.code for f in check("Führung eines Teams von 12 Pflegekräften auf der Station und im Dienst", source)}


def test_a_finding_points_to_its_place_and_its_source() -> None:
    (finding,) = check("Served forty-one guests", "Served 40 guests.")
    assert finding.path == "work[0].highlights[0]"
    assert finding.source_path == "work[0].highlights[0]"
    assert finding.span is not None
    assert "Served forty-one guests"[finding.span.start : finding.span.end] == "forty-one"
    assert finding.code in CODES


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("twenty-five", 25, ""), ("1.2k", 1200, ""), ("1,200", 1200, ""), ("€3.4M", 3_400_000, "eur"), ("EUR 3.4 million", 3_400_000, "eur"),
        ("35 %", 35, "%"), ("35 percent", 35, "%"), ("one hundred and twenty", 120, ""), ("two thirds", 200 / 3, "%"), ("90 minutes", 5400, "second"),
        ("1.5 hours", 5400, "second"), ("two weeks", 14, "day"), ("10x", 10, "x"), ("doubled", 2, "x"), ("26,000 sq. ft.", 26000, "sqft"),
        ("11 percentage points", 11, "points"), ("a dozen", 12, ""), ("2019", 2019, "calendar"),
    ],
)  # fmt: skip
def test_numbers_come_out_the_same_however_they_are_written(text: str, value: float, unit: str) -> None:
    (found,) = find_quantities(text)
    assert found.value == pytest.approx(value)
    assert found.unit == unit


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0, max_value=10**7), st.integers(min_value=0, max_value=10**7))
def test_any_two_numbers_are_told_apart(a: int, b: int) -> None:
    found = check(f"Served {b:,} guests", f"Served {a} guests in the hall.")
    assert bool(found) == (a != b)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120), st.text(max_size=120))
def test_no_text_breaks_it_and_spans_stay_inside(line: str, source: str) -> None:
    for finding in check(line, source):
        assert finding.span is not None
        assert 0 <= finding.span.start <= finding.span.end <= len(line)
        assert finding.code in CODES


def test_real_lines_of_the_small_model_read_and_labelled() -> None:
    """What the 1.5B wrote of the shipped examples' lines; ambiguous ones were left out. The floors are what was reached."""
    rows = json.loads((Path(__file__).parent / "truth_cases" / "real_qwen_1_5b.json").read_text("utf-8"))
    missed = [row["line"] for row in rows if not row["honest"] and not check(row["line"], row["fact"])]
    blocked = [row["line"] for row in rows if row["honest"] and check(row["line"], row["fact"])]
    assert len(rows) >= 95
    assert len(missed) <= 6, missed
    assert len(blocked) <= 2, blocked
