"""Plain text, Word and the page with sources: nothing lost on the way, nothing of a resume taken for markup."""

from __future__ import annotations

import base64
import io
import json
import re
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resume_rag.export import render_docx, render_page, render_text
from resume_rag.intake import read_resume
from resume_rag.paths import find_leaves
from resume_rag.schema import Coverage, Finding, Gap, Line, Resume, ResumeFile, SourceRef, Span, TailorResponse
from resume_rag.text import squeeze

EXAMPLES = sorted(Path(str(files("resume_rag") / "data" / "examples")).rglob("*.json"))
EVIL = '<script>alert(1)</script> & "quoted" \x0b\x00 \u202e */ </style> <b>bold</b>'


class Page(HTMLParser):
    """The text, tags and classes of a page as a browser has them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.classes: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.classes += (found.get("class") or "").split()
        if tag == "a":
            self.links.append(str(found.get("href")))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return squeeze(" ".join(self.words))


def example(path: Path) -> Resume:
    return Resume.model_validate(json.loads(path.read_text("utf-8")))


def read_back(content: bytes, name: str) -> Resume:
    return read_resume(ResumeFile(name=name, content_base64=base64.b64encode(content).decode())).resume


def words_of_docx(content: bytes) -> str:
    return squeeze(" ".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_written_is_read_back_line_by_line(path: Path) -> None:
    resume = example(path)
    for back in (read_back(render_text(resume).encode(), "resume.txt"), read_back(render_docx(resume), "resume.docx")):
        assert [role.highlights for role in back.work] == [role.highlights for role in resume.work]
        assert [(role.position, role.startDate, role.endDate) for role in back.work] == [
            (role.position, role.startDate, role.endDate) for role in resume.work
        ]
        assert back.basics
        assert resume.basics
        assert back.basics.name == resume.basics.name


@pytest.mark.parametrize("path", EXAMPLES[::5], ids=lambda path: path.stem)
def test_every_sentence_is_in_every_form(path: Path) -> None:
    resume = example(path)
    forms = [squeeze(render_text(resume)), words_of_docx(render_docx(resume)), Page(render_page(TailorResponse(resume=resume))).text]
    sentences = [squeeze(str(value)) for place, value in find_leaves(resume.model_dump()) if ".highlights[" in place or "summary" in place]
    assert len(sentences) > 3
    for sentence in sentences:
        assert all(sentence in form for form in forms), sentence


def test_a_document_of_word_has_headings_bullets_and_no_name_of_a_library() -> None:
    document = docx.Document(
        io.BytesIO(
            render_docx(Resume.model_validate({"basics": {"name": "Ada Poe"}, "work": [{"name": "Acme", "highlights": ["Built it"]}]}))
        )
    )
    assert [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs] == [
        ("Title", "Ada Poe"),
        ("Heading 1", "Experience"),
        ("Heading 2", "Acme"),
        ("List Bullet", "Built it"),
    ]
    assert (document.core_properties.author, document.core_properties.comments) == ("Ada Poe", "")


def test_an_empty_resume_is_an_empty_document() -> None:
    assert render_text(Resume()).strip() == ""
    assert words_of_docx(render_docx(Resume())) == ""
    assert Page(render_page(TailorResponse(resume=Resume()))).text == "Resume Resume"  # the title and the heading


def response_with(text: str) -> TailorResponse:
    resume = Resume.model_validate(
        {"basics": {"name": text, "url": text}, "work": [{"name": text, "highlights": [text, "Kept as it was", "Untouched"]}]}
    )
    source = SourceRef(fact_id="w0h0", path="work[0].highlights[0]", text=f"Source of {text}", span=Span(start=0, end=1))
    finding = Finding(path="work[0].highlights[1]", code="number_changed", message=f"the source has no {text}.")
    return TailorResponse(
        resume=resume,
        lines=(
            Line(path="work[0].highlights[0]", text=text, status="rewritten", sources=(source,), serves=(f"Target {text}",)),
            Line(path="work[0].highlights[1]", text="Kept as it was", status="fallback", sources=(source,), reasons=(finding,)),
            Line(path="work[0].highlights[2]", text="Untouched", status="verbatim", sources=(source,)),
        ),
        gaps=(Gap(text=f"Kubernetes {text}", span=Span(start=0, end=1), importance="required"),),
        coverage=Coverage(before=0.25, after=0.5, ceiling=0.75, targets=4),
    )


def test_the_page_shows_each_line_with_its_source_and_what_is_missing() -> None:
    page = Page(render_page(response_with("Built it")))
    assert "from w0h0: “Source of Built it” serves: Target Built it" in page.text
    assert "kept as it was: the source has no Built it" in page.text
    assert page.text.count("Source of Built it") == 1
    assert "25% before" in page.text
    assert "75% ceiling" in page.text
    assert "Kubernetes Built it" in page.text
    assert [name for name in page.classes if name in ("rewritten", "fallback", "verbatim")] == ["rewritten", "fallback", "verbatim"] * 2


def test_text_of_a_resume_is_no_markup_and_no_page_fetches_anything() -> None:
    plain, evil = Page(render_page(response_with("Built it"))), render_page(response_with(EVIL))
    assert Page(evil).tags == plain.tags
    assert "script" not in plain.tags
    assert Page(evil).links == []
    assert "default-src 'none'" in evil
    assert not re.search(r"(?:src|href|url\()=?\s*[\"'(]?(?:https?:)?//", evil)


def test_only_web_addresses_become_links() -> None:
    for address, links in (("javascript:alert(1)", []), ("https://a.example/x?y=1&z=2", ["https://a.example/x?y=1&z=2"])):
        page = Page(render_page(TailorResponse(resume=Resume.model_validate({"basics": {"url": address}}))))
        assert page.links == links
        assert address in page.text


@settings(deadline=None, max_examples=30)
@given(st.text(min_size=1, max_size=30))
def test_any_text_can_be_written(text: str) -> None:
    resume = Resume.model_validate({"work": [{"name": "Acme", "highlights": [text]}]})
    render_text(resume).encode(errors="surrogatepass")
    docx.Document(io.BytesIO(render_docx(resume)))
