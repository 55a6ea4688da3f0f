"""A resume in any form -> a `Document`: JSON Resume, the place of every value in the source, and what was left over.

`read_resume` tells the form by the first bytes, reads its lines, and finds sections and fields by rules; a caller's `LabelLines`
(which may ask a language model) only chooses between employer and title where the rules cannot. Every value is a span of the
source; every line of it is in a value, is a heading, or is listed as unplaced. Hidden text is no fact and is reported.
"""

from __future__ import annotations

from resume_rag.errors import EmptyResumeError, InputTooLargeError, UnreadableDocumentError
from resume_rag.intake.assembling import build_document
from resume_rag.intake.dates import read_dates
from resume_rag.intake.docx import read_docx_lines
from resume_rag.intake.headers import LabelLines, LabelQuestion
from resume_rag.intake.json_resume import parse_json_text, read_json_resume
from resume_rag.intake.lines import RawLine, build_source, is_reading
from resume_rag.intake.pdf import read_pdf_lines
from resume_rag.intake.plain import clean_text, decode_text, drop_tags, find_form, is_yaml, read_html_lines, read_markdown_lines
from resume_rag.intake.provenance import PROVENANCE_CODES, find_faults
from resume_rag.paths import find_leaves
from resume_rag.schema import Document, HiddenText, ProvenanceReport, Resume, ResumeFile, SourceForm, TailorResponse

__all__ = ["PROVENANCE_CODES", "LabelLines", "LabelQuestion", "check_placements", "check_provenance", "read_resume"]

_OTHER_FORMATS = (
    (b"\xd0\xcf\x11\xe0", "an old Word document (.doc)", "Save it as DOCX or PDF."),
    (b"{\\rtf", "an RTF document", "Save it as DOCX or PDF."),
    (b"\x89PNG", "a picture", "Run text recognition (OCR) on it, or give the resume as text."),
    (b"\xff\xd8\xff", "a picture", "Run text recognition (OCR) on it, or give the resume as text."),
    (b"GIF8", "a picture", "Run text recognition (OCR) on it, or give the resume as text."),
)
_NO_ENTRY_HINT = "Give it a section such as Experience or Education, with an entry under it."


def read_resume(
    resume: Resume | ResumeFile | str, *, max_chars: int = 100_000, max_file_bytes: int = 10_000_000, label: LabelLines | None = None
) -> Document:
    """A resume as read.

    Args:
        resume: a JSON Resume object, a file, or text (plain, Markdown, HTML, JSON).
        max_chars: longest text.
        max_file_bytes: largest file.
        label: chooses between employer and title where a heading line leaves it open.

    Raises:
        UnreadableDocumentError: not what it says it is, locked, damaged, or without text.
        EmptyResumeError: no resume in it, or none of work, projects, volunteering and education.
        InputTooLargeError: over the limits.
    """
    document = _read_any(resume, max_chars, max_file_bytes, label)
    found = document.resume
    if not (found.work or found.projects or found.volunteer or found.education):
        raise EmptyResumeError(
            "The resume has no work, project, volunteer or education entry: there is nothing to tailor.", hint=_NO_ENTRY_HINT
        )
    return document


def _read_any(resume: Resume | ResumeFile | str, max_chars: int, max_file_bytes: int, label: LabelLines | None) -> Document:
    if isinstance(resume, Resume):
        return read_json_resume(resume.to_json_resume())
    if isinstance(resume, str):
        return _read_text(clean_text(resume), max_chars, label)
    content = resume.content
    if not content.strip():
        raise EmptyResumeError("The file is empty.")
    if len(content) > max_file_bytes:
        raise InputTooLargeError(f"The file has {len(content):,} bytes; at most {max_file_bytes:,} are read.")
    if b"%PDF-" in content[:1024]:
        return _build(SourceForm.PDF, *read_pdf_lines(content), max_chars=max_chars, label=label)
    if content.startswith(b"PK\x03\x04"):
        return _build(SourceForm.DOCX, *read_docx_lines(content), max_chars=max_chars, label=label)
    for start, what, hint in _OTHER_FORMATS:
        if content.startswith(start):
            raise UnreadableDocumentError(f"The file is {what}, which is not read.", hint=hint)
    ending = resume.name.casefold().rsplit(".", 1)[-1]
    if ending in ("pdf", "docx"):
        raise UnreadableDocumentError(f"The file is named .{ending} and is none.", hint="Export the resume again, or give it as text.")
    return _read_text(decode_text(content), max_chars, label, named=ending)


def check_provenance(
    response: TailorResponse,
    resume: Resume | ResumeFile | str,
    *,
    job: str | None = None,
    max_chars: int = 100_000,
    max_file_bytes: int = 10_000_000,
) -> ProvenanceReport:
    """Whether each leaf of a response can be found again in the raw resume: ids, lines and spans, checked from the input alone.

    Args:
        response: as the chain gave it, with its lines.
        resume: the very input of that request.
        job: the job post; with it, the spans of the gaps are checked too.
        max_chars: as for `read_resume`.
        max_file_bytes: as for `read_resume`.

    Raises:
        InputError: the resume cannot be read; see `read_resume`.
    """
    # The text of a source does not depend on which fields its lines went to, so no model is asked to label them.
    text = read_resume(resume, max_chars=max_chars, max_file_bytes=max_file_bytes).source.text
    return find_faults(response, text, job, lambda said, value: _says(said, value) or value in read_dates(said))


def check_placements(document: Document) -> tuple[str, ...]:
    """Paths of the values that are not what their span of the source says; none: every value can be found again."""
    leaves = dict(find_leaves(document.resume.model_dump()))
    placed = {placement.path: placement for placement in document.placements}
    wrong = [path for path in leaves if path not in placed]
    for path, placement in placed.items():
        said = document.source.text[placement.span.start : placement.span.end]
        value = leaves.get(path)
        if value is None or not (value in read_dates(said) if placement.kind == "date" else _says(said, value)):
            wrong.append(path)
    return tuple(wrong)


def _says(said: str, value: str) -> bool:
    return value == said or is_reading(value, said)


def _read_text(text: str, max_chars: int, label: LabelLines | None, *, named: str = "") -> Document:
    if not text.strip():
        raise EmptyResumeError("The resume is empty.")
    _check_length(text, max_chars)
    if text.lstrip()[0] in "{[" or named == "json":
        return read_json_resume(parse_json_text(text))
    if named in ("yml", "yaml") or is_yaml(text):
        raise UnreadableDocumentError(
            "The resume is YAML, which is not read.", hint="Convert it to JSON Resume, or give the printed resume."
        )
    form = {"md": SourceForm.MARKDOWN, "markdown": SourceForm.MARKDOWN, "html": SourceForm.HTML, "htm": SourceForm.HTML}.get(
        named, find_form(text)
    )
    if form is SourceForm.HTML:
        return _build(form, *read_html_lines(text), max_chars=max_chars, label=label)
    if form is SourceForm.MARKDOWN:
        return _build(form, *read_markdown_lines(text), max_chars=max_chars, label=label)
    return _build(form, [RawLine(line) for line in text.split("\n")], [], max_chars=max_chars, label=label)


def _build(form: SourceForm, raw: list[RawLine], hidden: list[HiddenText], *, max_chars: int, label: LabelLines | None) -> Document:
    seen = []
    for line in raw:
        text, found = drop_tags(line.text)
        hidden = [*hidden, *found]
        seen.append(line._replace(text=text))
    source, lines = build_source(seen)
    _check_length(source, max_chars)
    return build_document(form, source, lines, label=label, hidden=hidden)


def _check_length(text: str, max_chars: int) -> None:
    if len(text) > max_chars:
        raise InputTooLargeError(
            f"The resume has {len(text):,} characters; at most {max_chars:,} are read.",
            hint="Shorten it, or raise RESUME_RAG_MAX_RESUME_CHARS.",
        )
