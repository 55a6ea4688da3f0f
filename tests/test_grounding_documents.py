"""Forms of one and the same thing in two documents: dates, places, addresses, labels, levels, groups of skills; and what is no form of it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from resume_rag.grounding import check_resume
from resume_rag.paths import split_path

WELDER: dict[str, Any] = {
    "basics": {
        "name": "Maria J. Okafor-Lind", "label": "Site Welder", "email": "Maria.Okafor@example.org", "phone": "+44 (0)20 7946 0958",
        "url": "https://www.mariaweld.example/", "location": {"city": "Leeds", "region": "West Yorkshire", "countryCode": "GB"},
        "profiles": [{"network": "LinkedIn", "username": "mokafor", "url": "https://www.linkedin.com/in/mokafor/"}],
        "summary": "Welder with a liking for pipework.",
    },
    "work": [
        {"name": "Harrow & Pike Ltd.", "position": "Site Welder", "location": "Leeds, UK", "startDate": "2019-03-01", "endDate": "2022-11-30",
         "url": "http://harrowpike.example", "highlights": ["Welded 40 m of gas main a day.", "Kept the permit book."]},
        {"name": "Quay Fabrication", "position": "Senior Welder", "startDate": "2016-02", "endDate": "2019-02", "highlights": ["Fitted handrails on three ferries."]},
        {"name": "Quay Fabrication", "position": "Welder", "startDate": "2013-09", "endDate": "2016-01", "highlights": ["Ground and cut plate."]},
    ],
    "education": [{"institution": "Leeds City College", "area": "Fabrication and Welding", "studyType": "Level 3 Diploma", "endDate": "2013-07"}],
    "certificates": [{"name": "CSWIP 3.1", "issuer": "TWI", "date": "2020-05"}],
    "languages": [{"language": "English", "fluency": "Native speaker"}, {"language": "Igbo", "fluency": "B2"}],
    "skills": [{"name": "Welding", "keywords": ["MIG", "TIG", "MMA"]}, {"name": "Tools", "keywords": ["Plasma cutter", "Lathe"]}],
    "interests": [{"name": "Climbing"}],
}  # fmt: skip
MERGED = {
    "name": "Quay Fabrication",
    "startDate": "2013",
    "endDate": "2019",
    "highlights": ["Fitted handrails on three ferries.", "Ground and cut plate."],
}
HONEST = [
    ("work[0].startDate", "2019-03"), ("work[0].startDate", "March 2019"), ("work[0].startDate", "03/2019"), ("work[0].startDate", "2019"),
    ("work[1].startDate", "2016-02-01"), ("certificates[0].date", "2020"), ("basics.url", "mariaweld.example"), ("work[0].url", "https://harrowpike.example/"),
    ("basics.phone", "020 7946 0958"), ("basics.phone", "+44-20-7946-0958"), ("basics.email", "maria.okafor@example.org"),
    ("basics.name", "Maria Okafor-Lind"), ("basics.name", "MARIA J. OKAFOR-LIND"), ("basics.location", {"city": "Leeds", "countryCode": "UK"}),
    ("basics.location", {"city": "Leeds, West Yorkshire"}), ("work[0].location", "Leeds"), ("work[0].location", "Leeds, United Kingdom"),
    ("basics.label", "Welder"), ("basics.label", "Site Welder / Senior Welder"), ("basics.label", "Site Welder | MIG, TIG, MMA"),
    ("basics.profiles", [{"network": "LinkedIn", "url": "linkedin.com/in/mokafor"}]), ("work[0].name", "Harrow and Pike Limited"),
    ("work[0].highlights", ["Kept the permit book and welded 40 m of gas main a day."]), ("work[0].summary", "Kept the permit book."),
    ("work", [MERGED | {"position": "Welder / Senior Welder"}]), ("work", [MERGED | {"position": "Welder, then Senior Welder"}]),
    ("skills", [{"name": "MIG"}, {"name": "Lathe"}, {"name": "TIG"}]), ("skills", [{"name": "Technical skills", "keywords": ["Lathe", "MMA"]}]),
    ("skills[0].name", "Welding processes"), ("skills[0].keywords", ["MIG welding", "TIG welding"]), ("skills[1].keywords", ["Lathe", "Handrails"]),
    ("languages[0].fluency", "Mother tongue"), ("languages[1].fluency", "B2 level"), ("education[0].studyType", "Diploma, Level 3"),
    ("education[0].area", "Fabrication & Welding"), ("interests", [{"name": "Hobbies", "keywords": ["Climbing"]}]), ("education", []),
    ("basics.summary", "Site welder with nine years at Harrow & Pike and Quay Fabrication, Level 3 Diploma and CSWIP 3.1. Speaks English and Igbo."),
]  # fmt: skip
LIES = [
    ("work[0].startDate", "2018-03"), ("work[0].startDate", "April 2019"), ("work[0].startDate", "2019-03-15"), ("work[1].endDate", None),
    ("basics.url", "mariawelding.example"), ("basics.phone", "020 7946 0959"), ("basics.email", "maria@okafor.example"),
    ("basics.name", "Maria Lind"), ("basics.name", "Maria K. Okafor-Lind"), ("basics.location", {"city": "York"}),
    ("basics.location", {"city": "Leeds", "countryCode": "US"}), ("work[0].location", "Leeds, USA"), ("basics.label", "Lead Welder"),
    ("basics.label", "Site Welder | Orbital"), ("basics.label", "Site Welder and Manager"), ("work[0].name", "Harrow & Pike GmbH"),
    ("work", [MERGED | {"position": "Senior Welder"}]), ("skills[0].keywords", ["MIG", "Orbital welding"]), ("skills[0].name", "Expert welding"),
    ("languages[1].fluency", "C1"), ("education[0].studyType", "Level 4 Diploma"), ("certificates[0].name", "CSWIP 3.2"),
    ("basics.summary", "Site welder with twelve years of welding."), ("basics.summary", "Site welder who leads crews at Harrow & Pike."),
]  # fmt: skip


def _edit(path: str, value: Any) -> dict[str, Any]:
    edited = copy.deepcopy(WELDER)
    *way, last = split_path(path)
    place: Any = edited
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return edited


@pytest.mark.parametrize(("path", "value"), HONEST)
def test_another_form_of_the_same_is_no_finding(path: str, value: Any) -> None:
    assert check_resume(WELDER, _edit(path, value), today="2023-01").findings == ()


@pytest.mark.parametrize(("path", "value"), LIES)
def test_a_changed_field_is_a_finding(path: str, value: Any) -> None:
    assert check_resume(WELDER, _edit(path, value), today="2023-01").findings
