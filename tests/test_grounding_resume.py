"""check_resume on whole documents: the shipped example resumes, changed one thing at a time."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resume_rag.errors import InputError
from resume_rag.grounding import CODES, check_resume
from resume_rag.schema import Example, Resume

Document = dict[str, Any]
RESUMES: list[Document] = [
    json.loads(path.read_text("utf-8"))
    for path in sorted(files("resume_rag").joinpath("data/examples").iterdir(), key=lambda path: path.name)
    if path.name.endswith(".json")
]
NURSE: Document = {
    "basics": {
        "name": "Mara Lindqvist",
        "label": "Registered Nurse",
        "email": "mara@example.org",
        "location": {"city": "Leeds", "countryCode": "GB"},
        "summary": "Registered nurse from telemetry. Calm on nights.",
    },
    "work": [
        {
            "name": "Marrow Valley Hospital",
            "position": "Staff Nurse",
            "startDate": "2018-04",
            "endDate": "2022-09",
            "highlights": ["Cared for up to six patients per shift on a telemetry unit.", "Cut falls from nine to two a year by hourly rounds."],
        },
        {
            "name": "Elm Clinic Ltd",
            "position": "Nursing Assistant",
            "startDate": "2016-01",
            "endDate": "2018-03",
            "highlights": ["Took blood from about 40 patients a day.", "Restocked the treatment rooms."],
        },
    ],
    "education": [{"institution": "Aire College", "studyType": "BSc", "area": "Nursing", "startDate": "2012", "endDate": "2015"}],
    "certificates": [{"name": "ALS", "issuer": "Resuscitation Council", "date": "2019-05"}],
    "awards": [{"title": "Nurse of the Month", "awarder": "Marrow Valley Hospital", "date": "2020-03"}],
    "languages": [{"language": "Swedish", "fluency": "Native"}, {"language": "English", "fluency": "C1"}],
    "skills": [{"name": "Clinical", "keywords": ["Phlebotomy", "ECG"]}, {"name": "Tools", "keywords": ["Java", "C"]}],
    "references": [{"name": "Dr Hale", "reference": "Mara is steady."}],
    "projects": [{"name": "Ward leaflet", "highlights": ["Wrote a leaflet on heart failure."]}],
}  # fmt: skip


def codes(source: Document, tailored: Document) -> set[str]:
    return {finding.code for finding in check_resume(source, tailored).findings}


@pytest.mark.parametrize("resume", RESUMES, ids=lambda r: r["meta"]["occupation"])
def test_the_unchanged_resume_has_no_finding_and_no_omission(resume: Document) -> None:
    report = check_resume(resume, copy.deepcopy(resume))
    assert report.ok
    assert report.omissions == ()
    assert report.checked_lines > 5


def _set(path: str, value: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        *way, last = [int(p) if p.isdigit() else p for p in re.findall(r"\w+", path)]
        part: Any = document
        for step in way:
            part = part[step]
        if value is None:
            del part[last]
        elif isinstance(part, list) and last == len(part):
            part.append(value)
        else:
            part[last] = value

    return change


LIES: list[tuple[str, Any, str, str]] = [
    ("basics.name", "Mara Lindquist-Hale", "name_changed", "basics.name"),
    ("basics.label", "Charge Nurse", "title_changed", "basics.label"),
    ("basics.email", "maria@example.org", "contact_changed", "basics.email"),
    ("basics.phone", "+44 20 7946 0000", "contact_changed", "basics.phone"),
    ("basics.location.city", "London", "contact_changed", "basics.location.city"),
    ("work.0.position", "Senior Staff Nurse", "title_changed", "work[0].position"),
    ("work.1.position", "Nurse", "title_changed", "work[1].position"),
    ("work.1.name", "Elm Clinic GmbH", "employer_changed", "work[1].name"),
    ("work.1.name", "Elm Clinic", "employer_changed", "work[1].name"),
    ("work.0.startDate", "2017-04", "date_changed", "work[0].startDate"),
    ("work.0.endDate", "2023-09", "date_changed", "work[0].endDate"),
    ("work.0.endDate", None, "date_changed", "work[0].endDate"),
    ("work.0.location", "Leeds", "location_changed", "work[0].location"),
    ("work.2", {"name": "Royal Free", "position": "Matron", "startDate": "2022-10"}, "entry_added", "work[2]"),
    ("education.0.studyType", "MSc", "degree_changed", "education[0].studyType"),
    ("education.0.area", "Nursing and Management", "degree_changed", "education[0].area"),
    ("education.0.institution", "University of Leeds", "school_changed", "education[0].institution"),
    ("education.0.score", "First class", "degree_changed", "education[0].score"),
    ("education.0.endDate", "2014", "date_changed", "education[0].endDate"),
    ("education.1", {"institution": "Aire Business School", "studyType": "MBA"}, "degree_added", "education[1]"),
    ("certificates.0.name", "ALS Instructor", "certificate_changed", "certificates[0].name"),
    ("certificates.0.date", "2021-05", "certificate_changed", "certificates[0].date"),
    ("certificates.1", {"name": "CCRN"}, "certificate_added", "certificates[1]"),
    ("awards.0.title", "Nurse of the Year", "award_changed", "awards[0].title"),
    ("awards.1", {"title": "Queen's Award"}, "award_added", "awards[1]"),
    ("languages.1.fluency", "C2", "language_level_changed", "languages[1].fluency"),
    ("languages.2", {"language": "Spanish", "fluency": "B1"}, "language_added", "languages[2]"),
    ("skills.0.keywords.2", "Ventilation", "skill_added", "skills[0].keywords[2]"),
    ("skills.1.keywords.0", "JavaScript", "skill_added", "skills[1].keywords[0]"),
    ("skills.1.keywords.1", "C++", "skill_added", "skills[1].keywords[1]"),
    ("skills.0.level", "Expert", "skill_level_changed", "skills[0].level"),
    ("references.0.reference", "Mara is brilliant.", "field_changed", "references[0].reference"),
    ("projects.1", {"name": "ICU redesign"}, "entry_added", "projects[1]"),
    ("publications", [{"name": "Falls on wards", "publisher": "BMJ"}], "publication_added", "publications[0]"),
    ("interests", [{"name": "Sailing"}], "interest_added", "interests[0].name"),
    ("work.0.highlights.0", "Cared for up to eight patients per shift on a telemetry unit.", "number_changed", "work[0].highlights[0]"),
    ("work.0.highlights.0", "Cared for up to six patients per shift in the ICU.", "setting_swapped", "work[0].highlights[0]"),
    ("work.0.highlights.1", "Cut infections from nine to two a year by hourly rounds.", "term_added", "work[0].highlights[1]"),
    ("work.0.highlights.1", "Took blood from about 40 patients a day.", "role_mixed", "work[0].highlights[1]"),
    ("work.0.highlights.2", "Restocked all of the treatment rooms.", "role_mixed", "work[0].highlights[2]"),
    ("basics.summary", "Registered nurse with CCRN from telemetry.", "entity_added", "basics.summary"),
    ("basics.summary", "Registered nurse with 12 years of experience.", "years_overstated", "basics.summary"),
    ("projects.0.highlights.0", "Led a team that wrote a leaflet on heart failure.", "credit_added", "projects[0].highlights[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "code", "found_at"), LIES, ids=lambda v: str(v)[:40])
def test_each_change_of_one_field_is_found_where_it_is(path: str, value: Any, code: str, found_at: str) -> None:
    tailored = copy.deepcopy(NURSE)
    _set(path, value)(tailored)
    report = check_resume(NURSE, tailored)
    assert (found_at, code) in {(f.path, f.code) for f in report.findings}
    assert {f.path for f in report.findings} == {found_at}


HONEST: list[tuple[str, Any]] = [
    ("work", [NURSE["work"][1], NURSE["work"][0]]),
    ("work", NURSE["work"][:1]),
    ("certificates", None),
    ("work.0.highlights", NURSE["work"][0]["highlights"][::-1]),
    ("work.0.highlights", NURSE["work"][0]["highlights"][:1]),
    ("work.0.highlights", ["On a telemetry unit, looked after up to 6 patients a shift, and cut falls from 9 to 2 a year with hourly rounds"]),
    ("work.1.position", "Nursing assistant"),
    ("work.0.startDate", "2018"),
    ("basics.label", "Staff Nurse"),
    ("basics.summary", "Registered nurse with over six years of experience, most recently on a telemetry unit."),
    ("education.0.studyType", "B.Sc."),
    ("skills.0.keywords", ["ECG", "Phlebotomy", "Telemetry"]),
    ("skills", [{"name": "Skills", "keywords": ["ECG", "Java"]}]),
    ("languages", [NURSE["languages"][1], NURSE["languages"][0]]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), HONEST, ids=lambda v: str(v)[:40])
def test_honest_changes_pass(path: str, value: Any) -> None:
    tailored = copy.deepcopy(NURSE)
    _set(path, value)(tailored)
    assert check_resume(NURSE, tailored).findings == ()


def test_what_is_left_out_is_an_omission_and_no_fault() -> None:
    tailored = copy.deepcopy(NURSE)
    del tailored["work"][1], tailored["certificates"]
    tailored["work"][0]["highlights"].pop()
    report = check_resume(NURSE, tailored)
    assert report.ok
    assert {"work[1]", "certificates[0]", "work[0].highlights[1]"} <= set(report.omissions)


def test_a_role_may_be_split_and_two_roles_at_one_employer_merged() -> None:
    source = {
        "work": [
            {"name": "Kite", "position": "Welder", "startDate": "2015-01", "endDate": "2017-12", "highlights": ["Welded frames."]},
            {
                "name": "Kite",
                "position": "Lead Welder",
                "startDate": "2018-01",
                "endDate": "2020-06",
                "highlights": ["Ran a crew of four."],
            },
        ]
    }
    merged = {
        "work": [
            {
                "name": "Kite",
                "position": "Welder, then Lead Welder",
                "startDate": "2015-01",
                "endDate": "2020-06",
                "highlights": ["Welded frames.", "Ran a crew of four."],
            }
        ]
    }
    assert check_resume(source, merged).findings == ()
    merged["work"][0]["position"] = "Lead Welder"
    assert "date_changed" in codes(source, merged)
    split = {"work": [{**source["work"][0], "highlights": ["Welded frames."]}, {**source["work"][0], "highlights": []}]}
    assert check_resume(source, split).findings == ()


def _numbers_bent(rng: random.Random, resume: Document) -> Iterator[tuple[str, Document]]:
    for i, role in enumerate(resume["work"]):
        for j, line in enumerate(role["highlights"]):
            digits = list(re.finditer(r"(?<![\w.,:-])\d{2,3}(?![\w.,:-])", line))
            if digits:
                match = rng.choice(digits)
                bent = copy.deepcopy(resume)
                value = int(match.group()) + rng.choice([1, 7, 10])
                bent["work"][i]["highlights"][j] = f"{line[: match.start()]}{value}{line[match.end() :]}"
                yield f"work[{i}].highlights[{j}]", bent


def test_every_bent_number_of_the_examples_is_found_at_its_line() -> None:
    rng = random.Random(4)
    planted = [(resume, path, bent) for resume in RESUMES for path, bent in _numbers_bent(rng, resume)]
    missed = [path for resume, path, bent in planted if path not in {f.path for f in check_resume(resume, bent).findings}]
    assert len(planted) > 90
    assert missed == []


def test_every_line_moved_to_another_role_is_found() -> None:
    missed, planted = [], 0
    for resume in RESUMES:
        if len(resume["work"]) < 2:
            continue
        for j, line in enumerate(resume["work"][0]["highlights"]):
            moved = copy.deepcopy(resume)
            moved["work"][1]["highlights"].append(line)
            path = f"work[1].highlights[{len(moved['work'][1]['highlights']) - 1}]"
            planted += 1
            if path not in {f.path for f in check_resume(resume, moved).findings}:
                missed.append((resume["meta"]["occupation"], j))
    assert planted > 80
    assert missed == []


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_order_and_any_part_of_a_resume_passes(data: st.DataObject) -> None:
    resume = data.draw(st.sampled_from(RESUMES))
    tailored = copy.deepcopy(resume)
    for section, entries in tailored.items():
        if isinstance(entries, list) and entries:
            kept = data.draw(st.lists(st.sampled_from(range(len(entries))), unique=True, max_size=len(entries)))
            tailored[section] = [entries[i] for i in kept]
    for role in tailored["work"]:
        role["highlights"] = data.draw(st.permutations(role["highlights"]))
    assert check_resume(resume, tailored).findings == ()


def test_a_leak_is_named_with_its_example_and_with_the_post() -> None:
    tailored = copy.deepcopy(NURSE)
    tailored["work"][0]["highlights"] = ["Cared for up to six patients per shift on a telemetry unit with Zephyrion pumps and Impella."]
    example = Example(id="ex-7", score=0.8, text="Ran Zephyrion pumps at Quorvex.")
    report = check_resume(NURSE, tailored, examples=[example], job="Impella competence wanted.")
    assert {f.code for f in report.findings} == {"leak_example", "leak_job"}
    assert any("ex-7" in f.message for f in report.findings)


def test_another_language_is_told_and_its_numbers_are_still_checked() -> None:
    source = {"work": [{"name": "Werk", "highlights": ["Leitung eines Teams von 12 Pflegekräften auf der Station und im Dienst."]}]}
    assert check_resume(source, copy.deepcopy(source)).ok
    assert "work[0].highlights[0]" in check_resume(source, source).notes[0]
    changed = {"work": [{"name": "Werk", "highlights": ["Führung eines Teams von 20 Pflegekräften auf der Station und im Dienst."]}]}
    found = codes(source, changed)
    assert "language_unchecked" in found
    assert found & {"number_changed", "number_added"}


@pytest.mark.parametrize("bad", [[], "text", {}, {"hello": 1}, {"work": [{"startDate": "last spring"}]}, {"work": "a job"}])
def test_what_is_no_json_resume_is_refused_without_its_content(bad: Any) -> None:
    with pytest.raises(InputError) as caught:
        check_resume(bad, {"work": []})
    assert "last spring" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.hint


def test_nulls_and_open_ends_of_other_tools_are_read() -> None:
    source = {"work": [{"name": "Quay", "startDate": "2020", "endDate": "Present", "summary": None}], "education": None}
    assert check_resume(source, {"work": [{"name": "Quay", "startDate": "2020", "endDate": ""}]}).ok


def test_a_resume_object_is_taken_as_well_and_every_code_is_documented() -> None:
    tailored = copy.deepcopy(NURSE)
    for path, value, _, _ in LIES[:20]:
        if value is not None:
            _set(path, value)(tailored)
    report = check_resume(Resume.model_validate(NURSE), tailored)
    assert {f.code for f in report.findings} <= set(CODES)
    assert len(report.findings) >= 12
