"""Example resumes: reading them, and cutting one into the sections that are indexed.

An example is a JSON Resume document; `meta.occupation`, `meta.socMajorGroup` (SOC 2018, such as ``15-0000``) and
`meta.language` say what it is an example of. Each section has three forms: what is embedded (no names of persons, employers or
schools), what the leak check needs (no name and address of the person, all else kept), and the lines that the model may see
(redacted). Knows nothing of embeddings or stores.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resume_rag.errors import UnreadableDocumentError
from resume_rag.index.redaction import is_readable, redact_line, strip_contacts, strip_names
from resume_rag.schema import Resume
from resume_rag.text import squeeze

_HINT = "Give a .json file with one JSON Resume document, a .jsonl file with one a line, or a folder of such files."


class ExampleDocument(BaseModel):
    """A resume that may serve as an example."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$")
    resume: Resume
    occupation: str = ""
    soc_major_group: str = ""
    language: str = "en"


class Section(NamedTuple):
    """One entry of a resume (a job, a project, the profile) in its three forms."""

    path: str
    text: str
    original: str
    lines: tuple[str, ...]


def read_packaged_examples() -> tuple[ExampleDocument, ...]:
    """The examples that come with this package, by id."""
    folder = files("resume_rag").joinpath("data", "examples")
    return tuple(_read_json(file) for file in sorted(folder.iterdir(), key=lambda file: file.name) if file.name.endswith(".json"))


def read_examples(path: Path) -> tuple[ExampleDocument, ...]:
    """Examples from a ``.json`` or ``.jsonl`` file, or from all of them in a folder, by id.

    Other documents (PDF, DOCX) are read by intake first; its resumes go into `ExampleDocument`.

    Raises:
        UnreadableDocumentError: a file is missing, is no JSON Resume, or two examples have one id.
    """
    if not path.exists():
        raise UnreadableDocumentError(f"There is no {path.name}.", hint=_HINT)
    names = sorted(file for file in path.iterdir() if file.suffix in (".json", ".jsonl")) if path.is_dir() else [path]
    examples = sorted((example for file in names for example in _read_file(file)), key=lambda example: example.id)
    for before, after in pairwise(examples):
        if before.id == after.id:
            raise UnreadableDocumentError(f"Two examples have the id {after.id}.", hint="Rename one of the files.")
    return tuple(examples)


def build_example(example_id: str, resume: Resume) -> ExampleDocument:
    """An example from a resume, labelled by its `meta` where that says what it is.

    >>> build_example("a", Resume.model_validate({"basics": {"label": "Nurse"}, "meta": {"socMajorGroup": "29-0000"}})).soc_major_group
    '29-0000'
    """
    labels: dict[str, Any] = (resume.meta.model_extra or {}) if resume.meta else {}
    label = resume.basics.label if resume.basics else None
    position = next((work.position for work in resume.work if work.position), None)
    return ExampleDocument(
        id=example_id,
        resume=resume,
        occupation=squeeze(str(labels.get("occupation") or label or position or "")),
        soc_major_group=str(labels.get("socMajorGroup") or ""),
        language=str(labels.get("language") or "en"),
    )


def digest_examples(examples: Iterable[ExampleDocument]) -> str:
    """A digest of the examples' content, whatever their order."""
    each = sorted(json.dumps(example.model_dump(mode="json"), sort_keys=True, ensure_ascii=False) for example in examples)
    return hashlib.sha256("\n".join(each).encode()).hexdigest()[:16]


def split_sections(example: ExampleDocument) -> tuple[Section, ...]:
    """The sections of an example, without those that hold no text.

    >>> job = {"name": "Acme", "position": "Welder", "highlights": ["Welded 40 frames for trucks at Acme every week."]}
    >>> section = split_sections(build_example("a", Resume.model_validate({"work": [job]})))[0]
    >>> section.path, section.text
    ('work[0]', 'Welder. Welded 40 frames for trucks at every week.')
    >>> section.original
    'Acme. Welder. Welded 40 frames for trucks at Acme every week.'
    >>> section.lines
    ('Welded N frames for trucks at … every week.',)
    """
    person, places, marks = _person_names(example.resume), _place_names(example.resume), _product_names(example.resume)
    sections = []
    for path, head, body, lines in _entries(example.resume):
        original = strip_names(strip_contacts(_sentences([*head, *body, *lines])), person)
        text = strip_names(strip_contacts(_sentences([*body, *lines])), [*person, *places, *head])
        redacted = (redact_line(line, [*person, *places, *marks]) for line in lines)
        if original:
            sections.append(Section(path, text, original, tuple(line for line in redacted if is_readable(line))))
    return tuple(sections)


def _entries(resume: Resume) -> Iterator[tuple[str, list[str], list[str], list[str]]]:
    """Path, names (stripped before embedding), texts to embed, and lines worth showing, of each entry."""
    basics = resume.basics
    # School and skills go with the profile: alone, "BSN Nursing" would be nearer to any short query than a whole job.
    profile = _texts(
        [
            basics.label if basics else None,
            basics.summary if basics else None,
            *(_join([skill.name, ", ".join(skill.keywords)], ": ") for skill in resume.skills),
            *(certificate.name for certificate in resume.certificates),
            *(_join([study.studyType, study.area, ", ".join(study.courses)], " ") for study in resume.education),
        ]
    )
    issuers = [certificate.issuer for certificate in resume.certificates]
    yield "basics", _texts([*issuers, *(study.institution for study in resume.education)]), profile, []
    for place, work in enumerate(resume.work):
        yield f"work[{place}]", _texts([work.name]), _texts([work.position, work.description, work.summary]), list(work.highlights)
    for place, volunteer in enumerate(resume.volunteer):
        body = _texts([volunteer.position, volunteer.summary])
        yield f"volunteer[{place}]", _texts([volunteer.organization]), body, list(volunteer.highlights)
    for place, project in enumerate(resume.projects):
        body = _texts([*project.roles, project.description, ", ".join(project.keywords)])
        yield f"projects[{place}]", _texts([project.name, project.entity]), body, list(project.highlights)


def _person_names(resume: Resume) -> list[str]:
    name = squeeze(resume.basics.name or "") if resume.basics else ""
    return _texts([name, *(part for part in name.replace("-", " ").split() if len(part) > 2)])


def _place_names(resume: Resume) -> list[str]:
    cities = [resume.basics.location.city] if resume.basics and resume.basics.location else []
    return _texts(
        [
            *cities,
            *(work.name for work in resume.work),
            *((work.location or "").split(",")[0] for work in resume.work),
            *(volunteer.organization for volunteer in resume.volunteer),
            *(study.institution for study in resume.education),
            *(project.entity for project in resume.projects),
            *(award.awarder for award in resume.awards),
            *(certificate.issuer for certificate in resume.certificates),
            *(publication.publisher for publication in resume.publications),
            *(reference.name for reference in resume.references),
        ]
    )


def _product_names(resume: Resume) -> list[str]:
    """What only the model's view must lose: projects and publications, and skills that are written like a name."""
    keywords = (keyword for skill in resume.skills for keyword in (skill.name or "", *skill.keywords))
    named = (word for word in keywords if any(char.isupper() for char in word[1:]) or any(char.isdigit() for char in word))
    return _texts([*(project.name for project in resume.projects), *(paper.name for paper in resume.publications), *named])


def _texts(values: Iterable[str | None]) -> list[str]:
    return [squeeze(value) for value in values if value and squeeze(value)]


def _join(parts: Iterable[str | None], mark: str) -> str:
    return mark.join(_texts(parts))


def _sentences(parts: Iterable[str | None]) -> str:
    return " ".join(part if part[-1] in ".!?" else f"{part}." for part in _texts(parts))


def _read_file(file: Path) -> Iterator[ExampleDocument]:
    if file.suffix == ".jsonl":
        for number, line in enumerate(_read_text(file).splitlines(), start=1):
            if line.strip():
                yield _parse_example(line, f"{file.stem}-{number}", f"{file.name}, line {number},")
    elif file.suffix == ".json":
        yield _read_json(file)
    else:
        raise UnreadableDocumentError(f"{file.name} is neither .json nor .jsonl.", hint=_HINT)


def _read_json(file: Traversable) -> ExampleDocument:
    return _parse_example(_read_text(file), file.name.removesuffix(".json"), file.name)


def _read_text(file: Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableDocumentError(f"{file.name} cannot be read as UTF-8 text.", hint=_HINT) from error


def _parse_example(content: str, example_id: str, where: str) -> ExampleDocument:
    try:
        return build_example(example_id.replace(" ", "-"), Resume.model_validate_json(content))
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"]) or "the document"
        raise UnreadableDocumentError(f"{where} is not a JSON Resume document: {field} is wrong.", hint=_HINT) from error
