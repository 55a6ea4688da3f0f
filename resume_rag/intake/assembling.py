"""Lines of a text to a `Document`: sections, fields, placements, and what was left over."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from resume_rag.errors import EmptyResumeError
from resume_rag.intake.contact import read_basics
from resume_rag.intake.dates import find_range
from resume_rag.intake.entries import Fields, Role, list_questions, name_roles, plan_roles, read_education, read_projects, read_roles
from resume_rag.intake.headers import LabelLines
from resume_rag.intake.lexicon import organization_evidence, title_evidence
from resume_rag.intake.lines import Line, Piece, read_span
from resume_rag.intake.listings import (
    read_awards,
    read_certificates,
    read_interests,
    read_languages,
    read_publications,
    read_references,
    read_skills,
)
from resume_rag.intake.sections import Section, split_sections
from resume_rag.intake.values import Tree, Value, list_placements, text_value, to_plain
from resume_rag.schema import Document, HiddenText, Placement, Resume, Source, SourceForm, Span, UnplacedLine
from resume_rag.text import find_words

MIN_WORDS = 5
_READERS: dict[str, Callable[[Sequence[Line], str], list[Fields]]] = {
    "education": read_education,
    "projects": read_projects,
    "certificates": read_certificates,
    "awards": read_awards,
    "publications": read_publications,
    "skills": read_skills,
    "languages": read_languages,
    "interests": read_interests,
    "references": read_references,
}
_ORDER = (
    "basics", "work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages", "interests",
    "references", "projects",
)  # fmt: skip
_HEADINGS_HINT = "Give it headings such as Experience, Education and Skills, each on a line of its own."
_NON_LATIN_NOTE = (
    "Much of this resume is not in Latin letters: section headings may not be recognised, and lines are not checked in that language."
)


def build_document(
    form: SourceForm,
    source: str,
    lines: Sequence[Line],
    *,
    label: LabelLines | None = None,
    hidden: Sequence[HiddenText] = (),
    notes: Sequence[str] = (),
) -> Document:
    """The structured resume of a text, with the place of every value.

    Raises:
        EmptyResumeError: there is no resume in it.
    """
    if sum(1 for _ in find_words(source)) < MIN_WORDS and len(source.strip()) < 20:
        raise EmptyResumeError("The document holds too few words to be a resume.")
    read = [line for line in lines if not line.furniture]
    sections = split_sections(read)
    if len(sections) == 1 and any(line.bullet or find_range(line.text) for line in read):
        sections = _guess_sections(sections[0])
        if not any(_is_role(role) for role in plan_roles(sections[1].lines)):
            raise EmptyResumeError("No section of a resume was recognised in the document.", hint=_HEADINGS_HINT)
    tree = _read_sections(sections, source, label)
    resume = Resume.model_validate(to_plain(tree))
    if not set(tree) - {"basics"} and not any(section.kind == "summary" for section in sections):
        raise EmptyResumeError(
            "No section of a resume was recognised in the document.",
            hint=_HEADINGS_HINT,
        )
    placements = tuple(list_placements(tree))
    headings = [section.heading for section in sections if section.heading is not None and section.kind != "other"]
    said = [*notes]
    if not resume.work:
        said.append("No work entry was found.")
    if _is_mostly_non_latin(source):
        said.append(_NON_LATIN_NOTE)
    return Document(
        source=Source(form=form, text=source),
        resume=resume,
        placements=placements,
        unplaced=find_unplaced(lines, placements, headings),
        hidden=tuple(hidden),
        notes=tuple(said),
    )


def find_unplaced(lines: Sequence[Line], placements: Sequence[Placement], headings: Sequence[Line]) -> tuple[UnplacedLine, ...]:
    """The lines that no value touches and that are no headings."""
    known = {heading.start for heading in headings}
    spans = sorted((placement.span.start, placement.span.end) for placement in placements)
    return tuple(
        UnplacedLine(span=Span(start=line.start, end=line.end), text=line.text)
        for line in lines
        if line.start not in known and not any(start < line.end and line.start < end for start, end in spans)
    )


def _guess_sections(only: Section) -> list[Section]:
    """A resume without headings: name and contact are the first lines, the rest is work."""
    cut = next((number for number, line in enumerate(only.lines) if number and line.blank_before), min(2, len(only.lines)))
    return [Section(None, lines=only.lines[:cut]), Section("work", lines=only.lines[cut:])]


def _is_role(role: Role) -> bool:
    """Whether an entry under no heading shows that it is one: a title or an employer, and dates or bullets."""
    chunks = role.header.chunks
    named = any(title_evidence(chunk.piece.text) == 2 or organization_evidence(chunk.piece.text) == 2 for chunk in chunks)
    return named and (role.header.dates is not None or any(block.bullet for block in role.entry.body))


def _read_sections(sections: Sequence[Section], source: str, label: LabelLines | None) -> dict[str, Tree]:
    tree: dict[str, Tree] = {}
    contact = [line for section in sections if section.kind in (None, "contact") for line in section.lines]
    basics, prose = read_basics(contact)
    summary = next((section.lines for section in sections if section.kind == "summary" and section.lines), prose)
    if summary:
        basics["summary"] = _read_summary(summary, source)
    if basics:
        tree["basics"] = basics
    planned = [(section, plan_roles(section.lines)) for section in sections if section.kind in ("work", "volunteer")]
    _name_all([roles for _, roles in planned], label)
    for section, roles in planned:
        key = "work" if section.kind == "work" else "volunteer"
        _extend(tree, key, read_roles(roles, source, employer_key="name" if key == "work" else "organization"))
    for section in sections:
        if section.kind in _READERS:
            _extend(tree, section.kind, _READERS[section.kind](section.lines, source))
    return {key: tree[key] for key in _ORDER if key in tree}


def _read_summary(lines: Sequence[Line], source: str) -> Value:
    start, end = lines[0].start, lines[-1].end
    return text_value(Piece(source[start:end], start, end))


def _name_all(planned: Sequence[Sequence[Role]], label: LabelLines | None) -> None:
    """Names the roles of all sections; open questions are asked together."""
    questions = [question for roles in planned for question in list_questions(roles)]
    answers = list(label(questions)) if label is not None and questions else [None] * len(questions)
    begin = 0
    for roles in planned:
        count = len(list_questions(roles))
        name_roles(roles, answers[begin : begin + count])
        begin += count


def _extend(tree: dict[str, Tree], key: str, entries: Sequence[Fields]) -> None:
    kept = [entry for entry in entries if _has_value(entry)]
    if kept:
        known = tree.get(key, [])
        tree[key] = [*(known if isinstance(known, list) else []), *kept]


def _has_value(tree: Tree) -> bool:
    if isinstance(tree, Value):
        return bool(read_span(tree.text))
    return any(_has_value(inner) for inner in (tree.values() if hasattr(tree, "values") else tree))


def _is_mostly_non_latin(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return bool(letters) and sum(1 for char in letters if ord(char) > 0x24F) > 0.3 * len(letters)
