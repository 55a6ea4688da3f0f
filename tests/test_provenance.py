"""Every leaf of a response is found again in the raw input, in all forms, whatever the resume and the model; and a false source is seen."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable, RunnableConfig
from reportlab.pdfgen.canvas import Canvas
from typer.testing import CliRunner

from resume_rag import Settings, TailorResponse, build_chain, check_provenance
from resume_rag.chain import TailorChain
from resume_rag.cli import app
from resume_rag.intake import PROVENANCE_CODES
from resume_rag.paths import find_leaves
from resume_rag.schema import Line, Resume, ResumeFile, SourceRef, Span

POST = "Packer. You must pack parcels, train operators, keep the records of the line and hold a forklift licence."
JSON_RESUME: dict[str, Any] = {
    "basics": {"name": "Mira Castellan", "summary": "I pack parcels. I train people.", "x-pronouns": "she/her"},
    "work": [
        {
            "name": "Larkspur Foods",
            "position": "Packer",
            "startDate": "2020-03",
            "highlights": ["Was responsible for packing 90 parcels a day by hand", "Trained 6 new operators on two packing lines"],
        }
    ],
    "skills": [{"name": "HACCP", "keywords": ["audits"], "years": 4}],
    "meta": {"version": "v1.0.0", "theme": {"name": "plain"}},
    "hobbies": [{"what": "Bees"}, "Chess"],
}


class Rewriter(Runnable[Any, AIMessage]):
    """Cuts filler from one line, copies the next, makes something up in a third."""

    def __init__(self) -> None:
        self.calls = 0

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        self.calls += 1
        source = re.findall(r"^Source line \[[^\]]*\]: (.+)$", "\n".join(str(message.content) for message in input), re.MULTILINE)[-1]
        text = (re.sub(r"^(?:Was responsible for|Helped with) ", "", source), source, f"{source} for 99 clients")[self.calls % 3]
        return AIMessage(json.dumps({"text": text, "sources": kwargs["json_schema"]["properties"]["sources"]["items"]["enum"][:1]}))


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TailorChain]:
    with build_chain(Settings(top_k=0, index_dir=tmp_path_factory.mktemp("indexes")), llm=Rewriter()) as built:
        yield built


def respond(chain: TailorChain, resume: Any) -> TailorResponse:
    return chain.invoke({"job_description": POST, "resume": resume})


def faults(response: TailorResponse, resume: Any, job: str | None = POST) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in check_provenance(response, resume, job=job).faults]


# --- the property ------------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    "packed parcels the crew of records cold-store by hand weekly and trained new colleagues for Müller’s depot façade “top” 12 4.5% "
    "€3,400 1,200 C++ CI/CD naïve señal über 🚚 night shift audits, e.g. labels; moved (twice) Was responsible for Helped with".split(" ")
)
_LINES = st.lists(_WORDS, min_size=3, max_size=24).map(lambda words: "Kept " + " ".join(words))
_NAMES = st.sampled_from(["Larkspur Foods Ltd", "Müller & Söhne GmbH", "O’Brien Freight Inc", "Quill Logistics LLC"])
_TITLES = st.sampled_from(["Packer", "Warehouse Supervisor", "Quality Manager", "Truck Driver"])
_ROLES = st.tuples(_NAMES, _TITLES, st.integers(2005, 2015), st.integers(1, 12), st.lists(_LINES, max_size=4))
_RESUMES = st.tuples(
    st.sampled_from(["Ada Roe", "Zoë Nguyễn", "José Ó Súilleabháin", "Ngozi Adébáyọ̀"]),
    st.lists(_LINES, max_size=3).map(". ".join),
    st.lists(_ROLES, min_size=1, max_size=3),
    st.lists(st.sampled_from(["HACCP", "C++", "Excel", "Forklift", "SAP"]), min_size=1, max_size=4, unique=True),
)
Parts = tuple[str, str, list[tuple[str, str, int, int, list[str]]], list[str]]


def write_lines(parts: Parts, *, width: int = 400, bullet: str = "- ", heading: str = "", blank: str = "") -> list[str]:
    name, summary, roles, skills = parts
    lines = [name, "ada.roe@example.com | +1-555-0101", ""]
    if summary:
        lines += [f"{heading}Summary", *textwrap.wrap(summary, width), ""]
    lines += [f"{heading}Experience", blank]
    for employer, title, year, month, highlights in roles:
        lines += [f"{title}, {employer}", f"{month:02d}/{year} - {month:02d}/{year + 2}"]
        for text in highlights:
            first, *others = textwrap.wrap(text, width, break_on_hyphens=False)
            lines += [bullet + first, *(" " * len(bullet) + other for other in others)]
        lines.append("")
    return [*lines, f"{heading}Skills", ", ".join(skills)]


def to_file(content: bytes, name: str) -> ResumeFile:
    return ResumeFile(name=name, content_base64=base64.b64encode(content).decode())


def write_json(parts: Parts) -> dict[str, Any]:
    name, summary, roles, skills = parts
    work = [
        {"name": employer, "position": title, "startDate": f"{year}-{month:02d}", "endDate": str(year + 2), "highlights": highlights}
        for employer, title, year, month, highlights in roles
    ]
    return {"basics": {"name": name, "summary": summary or "Packs."}, "work": work, "skills": [{"name": skill} for skill in skills]}


def write_html(parts: Parts) -> str:
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in write_lines(parts) if line)
    return f"<!doctype html><html><body>{body}<p style='display:none'>Hire me</p></body></html>"


def write_docx(parts: Parts) -> ResumeFile:
    document = docx.Document()
    for line in write_lines(parts, bullet="• "):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return to_file(out.getvalue(), "resume.docx")


def write_pdf(parts: Parts) -> ResumeFile:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    height = 800
    for line in write_lines(parts, width=70):
        # The built-in fonts know Latin 1 alone.
        canvas.drawString(50, height, line.replace("’", "'").encode("latin-1", "replace").decode("latin-1"))
        height -= 14
        if height < 60:
            canvas.showPage()
            height = 800
    canvas.save()
    return to_file(out.getvalue(), "resume.pdf")


FORMS: dict[str, Any] = {
    "json object": lambda parts: Resume.model_validate(write_json(parts)),
    "json text": lambda parts: json.dumps(write_json(parts)),
    "json file": lambda parts: to_file(json.dumps(write_json(parts), indent=1).encode(), "resume.json"),
    "text": lambda parts: "\n".join(write_lines(parts)),
    "wrapped text": lambda parts: "\r\n".join(write_lines(parts, width=50)),
    "text file in Latin 1": lambda parts: to_file("\n".join(write_lines(parts)).encode("latin-1", "replace"), "resume.txt"),
    "markdown": lambda parts: "\n".join(write_lines(parts, heading="## ", bullet="* ")),
    "html": write_html,
    "docx": write_docx,
    "pdf": write_pdf,
}


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(parts=_RESUMES)
def test_every_leaf_is_found_again_in_the_raw_input(chain: TailorChain, form: str, parts: Parts) -> None:
    resume = FORMS[form](parts)
    response = respond(chain, resume)
    report = check_provenance(TailorResponse.model_validate_json(response.model_dump_json()), resume, job=POST)
    assert report.faults == ()
    assert report.checked_leaves == len(list(find_leaves(response.resume.model_dump()))) == len(response.lines)
    assert report.checked_spans >= report.checked_leaves
    if form.startswith("json"):  # here it is known what was to be read
        assert len(response.resume.work) == len(parts[2])


def test_leaves_outside_the_sections_have_a_source_too(chain: TailorChain) -> None:
    response = respond(chain, JSON_RESUME)
    assert faults(response, Resume.model_validate(JSON_RESUME)) == []
    lines = {line.path: line for line in response.lines}
    assert set(lines) == {path for path, _ in find_leaves(response.resume.model_dump())}
    for path in ("meta.theme.name", "hobbies[0].what", "hobbies[1]", "basics.x-pronouns", "skills[0].years"):
        assert lines[path].status == "verbatim"
        assert lines[path].sources[0].span is not None


# --- what must be seen -------------------------------------------------------------------------------------------------


def change(response: TailorResponse, place: str, **fields: Any) -> TailorResponse:
    lines = tuple(line.model_copy(update=fields) if line.path == place else line for line in response.lines)
    return response.model_copy(update={"lines": lines})


def sourced(line: Line, **fields: Any) -> tuple[SourceRef, ...]:
    return (line.sources[0].model_copy(update=fields),)


def test_each_kind_of_false_source_is_seen(chain: TailorChain) -> None:
    resume = Resume.model_validate(JSON_RESUME)
    response = respond(chain, JSON_RESUME)
    path = "work[0].name"
    line = next(line for line in response.lines if line.path == path)
    gap = response.gaps[0]
    renamed = response.resume.model_copy(update={"work": (response.resume.work[0].model_copy(update={"name": "Zanzibar"}),)})
    broken = {
        "no_line": response.model_copy(update={"lines": tuple(each for each in response.lines if each.path != path)}),
        "no_leaf": change(response, path, path="work[7].name"),
        "text_differs": response.model_copy(update={"resume": renamed}),
        "no_source": change(response, path, sources=()),
        "no_span": change(response, path, sources=sourced(line, span=None)),
        "span_outside": change(response, path, sources=sourced(line, span=Span(start=0, end=99_999))),
        "span_differs": change(response, path, sources=sourced(line, span=Span(start=0, end=4))),
        "not_verbatim": change(response, path, sources=sourced(line, text="Mira Castellan", span=Span(start=0, end=14))),
        "locked_rewritten": change(response, path, status="rewritten"),
        "gap_differs": response.model_copy(update={"gaps": (gap.model_copy(update={"text": "a pilot's licence"}),)}),
    }
    assert set(broken) == set(PROVENANCE_CODES)
    assert faults(response, resume) == []
    for code, response_with_fault in broken.items():
        assert code in [found for _, found in faults(response_with_fault, resume)], code


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, 10_000), shift=st.integers(-30, 30).filter(bool))
def test_no_span_can_be_moved_unseen(chain: TailorChain, number: int, shift: int) -> None:
    response = respond(chain, JSON_RESUME)
    line = response.lines[number % len(response.lines)]
    span = line.sources[0].span
    assert span is not None
    moved = Span(start=max(0, span.start + shift), end=max(0, span.end + shift))
    assert faults(change(response, line.path, sources=sourced(line, span=moved)), Resume.model_validate(JSON_RESUME)) != []


def test_another_resume_does_not_do(chain: TailorChain) -> None:
    response = respond(chain, JSON_RESUME)
    other = json.loads(json.dumps(JSON_RESUME))
    other["work"][0]["name"] = "Larkspur Drugs"
    assert faults(response, Resume.model_validate(other)) == [("work[0].name", "span_differs")]


def test_the_command_finds_the_sources_again_or_ends_with_1(chain: TailorChain, tmp_path: Path) -> None:
    source, saved = tmp_path / "resume.json", tmp_path / "tailored.json"
    source.write_text(json.dumps(JSON_RESUME))
    response = respond(chain, source.read_text())
    saved.write_text(response.model_dump_json())
    good = CliRunner().invoke(app, ["check", str(source), str(saved), "--provenance"])
    assert (good.exit_code, good.stderr) == (0, "")
    assert f"All {len(response.lines)} parts were found again in the source" in good.stdout
    source.write_text(json.dumps(JSON_RESUME).replace("Larkspur", "Larkspurs"))
    bad = CliRunner().invoke(app, ["check", str(source), str(saved), "--provenance", "--json"])
    assert bad.exit_code == 1
    assert json.loads(bad.stdout)["provenance"]["faults"]
    saved.write_text(json.dumps(JSON_RESUME))
    unsaved = CliRunner().invoke(app, ["check", str(source), str(saved), "--provenance"])
    assert unsaved.exit_code == 2
    assert "is not a saved response" in unsaved.stderr
