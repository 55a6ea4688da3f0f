"""The clean resume: everything in it, in order, nothing of how it was made, and safe from its own characters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from resume_rag.export import build_outline, render_markdown
from resume_rag.export.markdown import escape_markdown
from resume_rag.export.outline import format_dates
from resume_rag.paths import find_leaves
from resume_rag.schema import Line, Resume, TailorResponse

FULL = {
    "basics": {
        "name": "Mara Vellin",
        "label": "Platform engineer",
        "email": "mara@example.net",
        "phone": "+1-555-0100",
        "url": "https://mara.example.net",
        "summary": "First paragraph.\n\nSecond paragraph.",
        "location": {"address": "1 Quay St", "postalCode": "99001", "city": "Porthaven", "region": "WA", "countryCode": "US"},
        "profiles": [{"network": "CodeHub", "username": "mara"}, {"url": "https://social.example/mara"}],
    },
    "work": [
        {
            "name": "Tallow Systems",
            "position": "Engineer",
            "location": "Remote",
            "description": "Makes scales",
            "startDate": "2020-04",
            "summary": "Owned the mill.",
            "highlights": ["Cut *costs* by 12%", "Moved 3 teams"],
            "url": "https://tallow.example",
        },
        {"name": "Only Employer", "startDate": "2015", "endDate": "2016-02-03"},
    ],
    "volunteer": [{"organization": "Food Bank", "position": "Driver", "startDate": "2019", "highlights": ["Drove 40 nights"]}],
    "education": [
        {
            "institution": "Lake College",
            "area": "Mathematics",
            "studyType": "BSc",
            "startDate": "2010",
            "endDate": "2014",
            "score": "3.8",
            "courses": ["Topology", "Statistics"],
        }
    ],
    "awards": [{"title": "Best Paper", "awarder": "Mill Society", "date": "2018-05", "summary": "For the mill paper."}],
    "certificates": [{"name": "First Aid", "issuer": "Red Kite", "date": "2021-09"}, {"name": "Forklift"}],
    "publications": [{"name": "On Mills", "publisher": "Mill Press", "releaseDate": "2017", "summary": "A survey."}],
    "skills": [{"name": "Languages", "level": "Expert", "keywords": ["Go", "C#"]}, {"name": "Kafka"}, {"name": "SQL"}],
    "languages": [{"language": "English", "fluency": "Native"}, {"language": "Finnish"}],
    "interests": [{"name": "Sailing", "keywords": ["Dinghies"]}, {"name": "Chess"}],
    "references": [{"name": "Ann Ott", "reference": "She built it."}],
    "projects": [
        {
            "name": "Millbot",
            "description": "A bot",
            "highlights": ["Grinds 5 t a day"],
            "keywords": ["Rust"],
            "roles": ["Lead"],
            "entity": "Millers",
            "type": "tool",
            "startDate": "2022-01",
            "endDate": "2022-03",
        }
    ],
}


def _shown(markdown: str) -> str:
    """The words a reader of the rendered Markdown sees."""
    pieces = []
    for token in MarkdownIt("commonmark").parse(markdown):
        for child in token.children or []:
            pieces.append(child.content if child.type in ("text", "text_special", "code_inline", "html_inline") else "")
        pieces.append(" ")
    return re.sub(r"\s+", " ", "".join(pieces))


def test_every_value_of_every_section_is_shown() -> None:
    shown = _shown(render_markdown(Resume.model_validate(FULL)))
    dates = re.compile(r"\d{4}(-\d\d){0,2}")
    missing = [path for path, text in find_leaves(FULL) for part in text.split("\n\n") if part not in shown and not dates.fullmatch(text)]
    # A profile's network stands before its user's name, and everything else is there word for word.
    assert missing == []
    for date in ("Apr 2020 – Present", "2015 – Feb 2016", "2010 – 2014", "Sep 2021", "May 2018", "Jan 2022 – Mar 2022"):
        assert date in shown


def test_sections_stand_in_the_usual_order() -> None:
    titles = re.findall(r"^## (.+)$", render_markdown(Resume.model_validate(FULL)), re.MULTILINE)
    assert titles == [
        "Summary",
        "Experience",
        "Projects",
        "Volunteering",
        "Education",
        "Certificates",
        "Skills",
        "Languages",
        "Awards",
        "Publications",
        "Interests",
        "References",
    ]


def test_outline_paths_lead_back_to_the_line() -> None:
    leaves = dict(find_leaves(FULL))
    lines = [line for section in build_outline(Resume.model_validate(FULL)).sections for entry in section.entries for line in entry.lines]
    bullets = [line for line in lines if line.is_bullet]
    assert [leaves[line.path] for line in bullets] == [line.text for line in bullets]
    assert len(bullets) == 4
    assert [line.text for line in lines if line.path == "basics.summary"] == ["First paragraph.", "Second paragraph."]


def test_a_volunteer_role_without_an_end_is_not_said_to_go_on() -> None:
    markdown = render_markdown(Resume.model_validate({"volunteer": FULL["volunteer"]}))
    assert "2019" in markdown
    assert "Present" not in markdown


def test_the_response_leaves_no_trace_of_provenance() -> None:
    resume = Resume.model_validate(FULL)
    response = TailorResponse(resume=resume, lines=(Line(path="work[0].highlights[0]", text="x", status="rewritten", sources=()),))
    assert render_markdown(response) == render_markdown(resume)
    assert "rewritten" not in render_markdown(response)


def test_an_empty_resume_is_an_empty_page() -> None:
    assert render_markdown(Resume()).strip() == ""


def test_skills_without_groups_share_a_line() -> None:
    assert render_markdown(Resume.model_validate({"skills": [{"name": "Go"}, {"name": "SQL"}]})) == "## Skills\n\nGo, SQL\n"


def test_only_web_addresses_become_links() -> None:
    markdown = render_markdown(
        Resume.model_validate({"basics": {"url": "javascript:alert(1)", "profiles": [{"url": "https://a.example/x"}]}})
    )
    links = [child.attrs["href"] for token in MarkdownIt().parse(markdown) for child in token.children or [] if child.type == "link_open"]
    assert links == ["https://a.example/x"]


@pytest.mark.parametrize(
    ("start", "end", "is_open", "expected"),
    [
        ("2020-04", None, True, "Apr 2020 – Present"),
        ("2020-04", None, False, "Apr 2020"),
        (None, "2013-06-01", False, "Jun 2013"),
        ("2012", "2012", False, "2012"),
        ("2012-13", None, False, "2012"),
        (None, None, True, ""),
    ],
)
def test_dates(start: str | None, end: str | None, is_open: bool, expected: str) -> None:
    assert format_dates(start, end, is_open=is_open) == expected


@given(
    st.text(alphabet=st.sampled_from("ab1 #*_-+=>~`[]()!<&;.:\\|\"'/"), min_size=1, max_size=24).map(lambda text: " ".join(text.split()))
)
def test_markdown_shows_the_text_as_it_is(text: str) -> None:
    for markdown in (
        escape_markdown(text),
        f"- {escape_markdown(text)}",
        f"### {escape_markdown(text)}",
        f"**{escape_markdown('x')}:** {escape_markdown(text)}",
    ):
        shown = _shown(markdown).strip().removeprefix("x: ").strip()
        assert shown == text or (shown == "x:" and not text), markdown
