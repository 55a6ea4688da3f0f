"""The types that travel: JSON Resume 1.x, the request, what each stage adds, the response.

All are frozen. Each stage's value holds the one before it (`TailorRequest` in `Candidate` in `Targets` in `Context` in
`Draft`), so nothing runs back. Offsets (`Span`) are half-open and count Unicode code points of the named text.

Source of the resume types: the JSON Resume schema 1.0 (jsonresume.org). Its objects allow further keys; they are kept.
"""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

SCHEMA_VERSION = "1"
"""Version of the response's shape; part of ``TailorResponse.versions``."""

Iso8601 = Annotated[str, Field(pattern=r"^([1-2][0-9]{3}-[0-1][0-9]-[0-3][0-9]|[1-2][0-9]{3}-[0-1][0-9]|[1-2][0-9]{3})$")]
"""A date as JSON Resume has it: ``2014-06-29``, ``2014-06`` or ``2014``."""

SectionName = Literal[
    "basics", "work", "volunteer", "education", "awards", "certificates", "publications",
    "skills", "languages", "interests", "references", "projects",
]  # fmt: skip


def _absent() -> Any:
    """A field that is left out of the JSON where it is not set: JSON Resume has no nulls."""
    return Field(default=None, exclude_if=lambda value: value is None)


def _no_entries() -> Any:
    return Field(default=(), exclude_if=lambda value: not value)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _ResumePart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)


# --- JSON Resume ---------------------------------------------------------------------------------------------------


class Location(_ResumePart):
    address: str | None = _absent()
    postalCode: str | None = _absent()
    city: str | None = _absent()
    countryCode: str | None = _absent()
    region: str | None = _absent()


class Profile(_ResumePart):
    network: str | None = _absent()
    username: str | None = _absent()
    url: str | None = _absent()


class Basics(_ResumePart):
    name: str | None = _absent()
    label: str | None = _absent()
    image: str | None = _absent()
    email: str | None = _absent()
    phone: str | None = _absent()
    url: str | None = _absent()
    summary: str | None = _absent()
    location: Location | None = _absent()
    profiles: tuple[Profile, ...] = _no_entries()


class Work(_ResumePart):
    name: str | None = _absent()
    location: str | None = _absent()
    description: str | None = _absent()
    position: str | None = _absent()
    url: str | None = _absent()
    startDate: Iso8601 | None = _absent()
    endDate: Iso8601 | None = _absent()
    summary: str | None = _absent()
    highlights: tuple[str, ...] = _no_entries()


class Volunteer(_ResumePart):
    organization: str | None = _absent()
    position: str | None = _absent()
    url: str | None = _absent()
    startDate: Iso8601 | None = _absent()
    endDate: Iso8601 | None = _absent()
    summary: str | None = _absent()
    highlights: tuple[str, ...] = _no_entries()


class Education(_ResumePart):
    institution: str | None = _absent()
    url: str | None = _absent()
    area: str | None = _absent()
    studyType: str | None = _absent()
    startDate: Iso8601 | None = _absent()
    endDate: Iso8601 | None = _absent()
    score: str | None = _absent()
    courses: tuple[str, ...] = _no_entries()


class Award(_ResumePart):
    title: str | None = _absent()
    date: Iso8601 | None = _absent()
    awarder: str | None = _absent()
    summary: str | None = _absent()


class Certificate(_ResumePart):
    name: str | None = _absent()
    date: Iso8601 | None = _absent()
    url: str | None = _absent()
    issuer: str | None = _absent()


class Publication(_ResumePart):
    name: str | None = _absent()
    publisher: str | None = _absent()
    releaseDate: Iso8601 | None = _absent()
    url: str | None = _absent()
    summary: str | None = _absent()


class Skill(_ResumePart):
    name: str | None = _absent()
    level: str | None = _absent()
    keywords: tuple[str, ...] = _no_entries()


class LanguageSkill(_ResumePart):
    language: str | None = _absent()
    fluency: str | None = _absent()


class Interest(_ResumePart):
    name: str | None = _absent()
    keywords: tuple[str, ...] = _no_entries()


class Reference(_ResumePart):
    name: str | None = _absent()
    reference: str | None = _absent()


class Project(_ResumePart):
    name: str | None = _absent()
    description: str | None = _absent()
    highlights: tuple[str, ...] = _no_entries()
    keywords: tuple[str, ...] = _no_entries()
    startDate: Iso8601 | None = _absent()
    endDate: Iso8601 | None = _absent()
    url: str | None = _absent()
    roles: tuple[str, ...] = _no_entries()
    entity: str | None = _absent()
    type: str | None = _absent()


class Meta(_ResumePart):
    canonical: str | None = _absent()
    version: str | None = _absent()
    lastModified: str | None = _absent()


class Resume(_ResumePart):
    """A resume in JSON Resume 1.x; unknown keys are kept, as its schema allows."""

    basics: Basics | None = _absent()
    work: tuple[Work, ...] = _no_entries()
    volunteer: tuple[Volunteer, ...] = _no_entries()
    education: tuple[Education, ...] = _no_entries()
    awards: tuple[Award, ...] = _no_entries()
    certificates: tuple[Certificate, ...] = _no_entries()
    publications: tuple[Publication, ...] = _no_entries()
    skills: tuple[Skill, ...] = _no_entries()
    languages: tuple[LanguageSkill, ...] = _no_entries()
    interests: tuple[Interest, ...] = _no_entries()
    references: tuple[Reference, ...] = _no_entries()
    projects: tuple[Project, ...] = _no_entries()
    meta: Meta | None = _absent()

    def to_json_resume(self) -> dict[str, Any]:
        """The document as plain JSON types, without nulls or empty sections."""
        return self.model_dump(mode="json")


# --- the request ---------------------------------------------------------------------------------------------------


class ResumeFile(_Frozen):
    """A resume as the bytes of a file."""

    name: str = Field(description="File name; its ending is a hint, the first bytes decide", examples=["resume.pdf"])
    content_base64: str = Field(description="The file's bytes in base64", repr=False)

    @field_validator("content_base64")
    @classmethod
    def _is_base64(cls, value: str) -> str:
        try:
            base64.b64decode(value, validate=True)
        except binascii.Error:
            raise ValueError("not base64") from None
        return value

    @property
    def content(self) -> bytes:
        """The file's bytes."""
        return base64.b64decode(self.content_base64)


ResponsePart = Literal["resume", "lines", "gaps", "coverage", "diff", "examples", "intake", "usage", "versions"]


class TailorRequest(_Frozen):
    """One resume, one job post."""

    job_description: str = Field(description="The job post as text")
    resume: Resume | ResumeFile | str = Field(
        description="A JSON Resume object, a file, or the resume's text (plain, Markdown, HTML or JSON)",
        union_mode="left_to_right",
    )
    top_k: int | None = Field(default=None, ge=0, le=10, description="Example resumes to show the model; 0: none")
    sections: tuple[SectionName, ...] | None = Field(
        default=None, description="Sections whose lines may be rewritten; the others are copied. Unset: basics, work, volunteer, projects"
    )
    max_lines_per_role: int | None = Field(
        default=None, ge=1, le=50, description="Most lines kept in one role; the least relevant are left out and named in the diff"
    )
    language: str | None = Field(
        default=None, pattern=r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$", description="BCP 47 tag to write in. Unset: the resume's"
    )
    seed: int | None = Field(default=None, ge=0, description="Seed for sampling")
    include: tuple[ResponsePart, ...] | None = Field(
        default=None, description="Parts of the response that are wanted besides `resume`; unset: all"
    )

    @field_validator("resume", mode="before")
    @classmethod
    def _pick_form(cls, value: Any) -> Any:
        # A file is told from a JSON Resume by its key: Resume keeps unknown keys and would swallow it.
        if isinstance(value, dict) and "content_base64" in value:
            return ResumeFile.model_validate(value)
        return value


# --- intake --------------------------------------------------------------------------------------------------------


class Span(_Frozen):
    """Half-open ``[start, end)`` in code points of the text named where it is used."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class SourceForm(StrEnum):
    JSON_RESUME = "json_resume"
    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


class Source(_Frozen):
    """The resume's text as it was read; every `Span` of a resume counts in ``text``.

    For a JSON Resume object ``text`` is its string leaves in document order, one after another, a line each.
    """

    form: SourceForm
    text: str


class Placement(_Frozen):
    """Where a value of the resume stands in the source.

    ``text``: the value is the span with white space squeezed. ``date``: the value is the span's date in ISO form.
    """

    path: str = Field(examples=["work[0].highlights[1]"])
    span: Span
    kind: Literal["text", "date"] = "text"


class UnplacedLine(_Frozen):
    """A line of the source that went into no field. It is listed, never dropped in silence."""

    span: Span
    text: str


class HiddenText(_Frozen):
    """Text that a reader of the document cannot see. It is no fact."""

    reason: Literal["invisible", "white", "tiny", "off_page", "hidden_style"]
    page: int | None = None
    chars: int


class Document(_Frozen):
    """A resume as read: the structured form, and where each value came from."""

    source: Source
    resume: Resume
    placements: tuple[Placement, ...] = ()
    unplaced: tuple[UnplacedLine, ...] = ()
    hidden: tuple[HiddenText, ...] = ()
    notes: tuple[str, ...] = Field(default=(), description="What the reader could not do, in words, without the document's text")


class Fact(_Frozen):
    """Something the candidate's own resume says, with its place there.

    ``id`` is short because the model repeats it: section letters, entry, field and number, such as ``w0h1`` for
    ``work[0].highlights[1]``. ``role`` is the entry it belongs to (``work[0]``), which is also its fence: a line of
    one role may not use facts of another. ``locked`` facts are copied by code and never written by the model.
    """

    id: str
    path: str
    text: str
    section: SectionName
    role: str | None = None
    locked: bool = True
    span: Span | None = None


class Candidate(_Frozen):
    request: TailorRequest
    document: Document
    facts: tuple[Fact, ...]


# --- matching ------------------------------------------------------------------------------------------------------


class Target(_Frozen):
    """One thing the job post asks for: a span of the post, and the facts that support it (none: a gap)."""

    id: str
    text: str
    span: Span
    importance: Literal["required", "preferred", "duty"] = "duty"
    fact_ids: tuple[str, ...] = ()
    weight: float = Field(default=1.0, gt=0)

    @property
    def is_gap(self) -> bool:
        """Whether nothing in the resume supports it."""
        return not self.fact_ids


class Targets(_Frozen):
    candidate: Candidate
    supported: tuple[Target, ...] = ()
    gaps: tuple[Target, ...] = ()


# --- retrieval -----------------------------------------------------------------------------------------------------


class Example(_Frozen):
    """A retrieved example resume: redacted lines that show style and lend no fact."""

    id: str
    score: float = Field(description="Cosine similarity of the best chunk, 0 to 1")
    occupation: str = ""
    lines: tuple[str, ...] = Field(default=(), description="Redacted highlights that fit the post best")
    text: str = Field(default="", repr=False, description="Whole text of the example, for the leak check; never shown to the model")


class Context(_Frozen):
    targets: Targets
    examples: tuple[Example, ...] = ()
    abstained: bool = False


# --- drafting ------------------------------------------------------------------------------------------------------


class Slot(_Frozen):
    """A line that the model may write: where it goes, the facts it may rest on, the targets it may serve."""

    path: str
    original: str
    fact_ids: tuple[str, ...]
    target_ids: tuple[str, ...] = ()


LineStatus = Literal["verbatim", "rewritten", "fallback"]


class Finding(_Frozen):
    """Something a line says that its sources do not."""

    path: str
    code: str
    message: str
    source_path: str | None = None
    span: Span | None = Field(default=None, description="The offending part of the line at `path`")
    example_id: str | None = Field(default=None, description="The example that has the words (code leak_example)")


class DraftLine(_Frozen):
    """What became of one slot."""

    slot: Slot
    text: str
    fact_ids: tuple[str, ...]
    status: LineStatus
    reasons: tuple[Finding, ...] = Field(default=(), description="Why an attempt was refused (status fallback, or a re-ask that worked)")
    error_code: str | None = Field(default=None, description="Code of the error that ended it, where the model gave no usable answer")
    attempts: int = 0
    deployment: str = Field(default="", description="Name of the model server that wrote it; empty where none did")


class Usage(_Frozen):
    """Tokens and time. Token counts are the server's own; None where it gave none."""

    calls: int = 0
    attempts_by_line: dict[str, int] = Field(default_factory=dict)
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    lines_by_deployment: dict[str, int] = Field(
        default_factory=dict,
        description="Lines for which each model server was asked; a line that one did not deliver counts at the next too",
    )
    timings_ms: dict[str, float] = Field(default_factory=dict, description="Milliseconds by stage, and `total`")


class Draft(_Frozen):
    context: Context
    lines: tuple[DraftLine, ...] = ()
    usage: Usage = Usage()


# --- the response --------------------------------------------------------------------------------------------------


class SourceRef(_Frozen):
    """A fact a line rests on: its id, its path in the candidate's resume, its place in the source text."""

    fact_id: str
    path: str
    text: str
    span: Span | None = None


class Line(_Frozen):
    path: str = Field(description="Place in `resume`, such as work[0].highlights[1]")
    text: str
    status: LineStatus
    sources: tuple[SourceRef, ...]
    reasons: tuple[Finding, ...] = ()
    error_code: str | None = None
    serves: tuple[str, ...] = Field(default=(), description="Texts of the targets this line serves")
    attempts: int = Field(default=0, description="Answers that were had for this line; 0 where no model was asked or none answered")
    deployment: str = Field(
        default="",
        description="The model server that delivered this line, in its words or as it was: another than `versions.deployment` where that "
        "one did not. Empty where none was asked, or none did",
    )


class Gap(_Frozen):
    text: str
    span: Span = Field(description="Place in the job post")
    importance: Literal["required", "preferred", "duty"]


class Coverage(_Frozen):
    """An estimate by code: weighted share of the post's targets that the resume shows. 0 to 1.

    ``before``: the candidate's resume as it came; ``after``: tailored; ``ceiling``: all that its facts support.
    """

    before: float
    after: float
    ceiling: float
    targets: int


class Change(_Frozen):
    """One difference between the resume that came and the one that goes, computed by code."""

    kind: Literal["rewritten", "moved", "omitted"]
    path: str = Field(description="Place in the tailored resume; for `omitted`, in the original")
    before: str
    after: str = ""


class ExampleRef(_Frozen):
    id: str
    score: float
    occupation: str = ""


class Examples(_Frozen):
    used: tuple[ExampleRef, ...] = ()
    abstained: bool = Field(default=False, description="Nothing similar enough was found, so none was shown")


class IntakeReport(_Frozen):
    """What reading the resume left over."""

    form: SourceForm
    unplaced: tuple[UnplacedLine, ...] = ()
    hidden: tuple[HiddenText, ...] = ()
    notes: tuple[str, ...] = ()


class Versions(_Frozen):
    library: str
    deployment: str = Field(default="", description="The model server that was chosen for this request; empty where none was needed")
    model: str = ""
    prompt: str = ""
    index: str = ""
    schema_: str = Field(default=SCHEMA_VERSION, alias="schema")

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class TailorResponse(_Frozen):
    """The tailored resume, and for every line of it where it comes from and what happened to it."""

    resume: Resume
    lines: tuple[Line, ...] = ()
    gaps: tuple[Gap, ...] = ()
    coverage: Coverage | None = None
    diff: tuple[Change, ...] = ()
    examples: Examples | None = None
    intake: IntakeReport | None = None
    usage: Usage | None = None
    versions: Versions | None = None


# --- check_resume --------------------------------------------------------------------------------------------------


class GroundingReport(_Frozen):
    """What `check_resume` found. No findings: every line of the tailored resume rests on the source."""

    findings: tuple[Finding, ...] = ()
    omissions: tuple[str, ...] = Field(default=(), description="Paths of the source that the tailored resume leaves out; no fault")
    checked_lines: int = 0
    notes: tuple[str, ...] = Field(default=(), description="What was not checked, such as a language")

    @property
    def ok(self) -> bool:
        """Whether there is no finding."""
        return not self.findings


# --- check_provenance ----------------------------------------------------------------------------------------------


class ProvenanceFault(_Frozen):
    """A leaf of the response that cannot be found again in the raw resume as its line says."""

    path: str
    code: str
    message: str


class ProvenanceReport(_Frozen):
    """What `check_provenance` found. No faults: every leaf has a line, and every source's span says what it is said to say."""

    faults: tuple[ProvenanceFault, ...] = ()
    checked_leaves: int = 0
    checked_spans: int = 0

    @property
    def ok(self) -> bool:
        """Whether there is no fault."""
        return not self.faults
