"""A JSON Resume document -> facts, and any input -> `Resume` or `InputError`. Knows nothing of what is true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from resume_rag.errors import InputError
from resume_rag.grounding.names import normalise_date
from resume_rag.schema import Fact, Resume, SectionName

SECTIONS: tuple[SectionName, ...] = get_args(SectionName)
PROSE = {
    "basics": ("summary",),
    "work": ("summary", "description", "highlights"),
    "volunteer": ("summary", "highlights"),
    "projects": ("description", "highlights"),
    "awards": ("summary",),
    "publications": ("summary",),
}
"""Fields that hold sentences, by section: checked as lines. All other fields are locked."""

_DATES = frozenset({"startDate", "endDate", "date", "releaseDate"})
_OPEN_ENDS = frozenset({"", "present", "current", "now", "today", "ongoing"})


def read_resume(document: Resume | Mapping[str, Any], name: str) -> Resume:
    """The document as a `Resume`.

    Args:
        document: a `Resume`, or an object in JSON Resume's shape; nulls, and open ends written out, are left out; months may be written out.
        name: what to call it in an error.

    Raises:
        InputError: it is no JSON Resume document; the message names fields, never their content.
    """
    if isinstance(document, Resume):
        return document
    if not isinstance(document, Mapping):
        raise InputError(f"The {name} resume is no JSON object.", hint="Give a JSON Resume object (see jsonresume.org/schema).")
    cleaned = _drop_nulls(document)
    if not any(section in cleaned for section in SECTIONS):
        raise InputError(f"The {name} resume has no section of JSON Resume.", hint="Give a JSON Resume object (see jsonresume.org/schema).")
    try:
        return Resume.model_validate(cleaned)
    except ValidationError as error:
        fields = sorted(
            {".".join(str(part) for part in problem["loc"] if isinstance(part, int) or part in _FIELDS) for problem in error.errors()}
        )
        hint = "Correct these fields: " + ", ".join(fields[:5]) + "."
        raise InputError(f"The {name} resume is not valid JSON Resume.", hint=hint) from None


def _field_names() -> frozenset[str]:
    found = set(Resume.model_fields)
    for section in SECTIONS:
        for part in _models_in(Resume.model_fields[section].annotation):
            found |= set(part.model_fields)
            for field in part.model_fields.values():
                for inner in _models_in(field.annotation):
                    found |= set(inner.model_fields)
    return frozenset(found)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


_FIELDS = _field_names()


def _drop_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: normalise_date(inner) if key in _DATES and isinstance(inner, str) else _drop_nulls(inner)
            for key, inner in value.items()
            if inner is not None and not (key in _DATES and isinstance(inner, str) and inner.strip().casefold() in _OPEN_ENDS)
        }
    if isinstance(value, (list, tuple)):
        return [_drop_nulls(inner) for inner in value if inner is not None]
    return value


def list_facts(resume: Resume) -> tuple[Fact, ...]:
    """Every string of the sections as a fact whose id is its path; `role` is the entry it belongs to.

    >>> [f.path for f in list_facts(Resume.model_validate({"work": [{"name": "Quay Ltd", "highlights": ["Sold fish"]}]}))]
    ['work[0].name', 'work[0].highlights[0]']
    """
    found: list[Fact] = []
    for section in SECTIONS:
        value = getattr(resume, section)
        entries = [(section, value)] if isinstance(value, BaseModel) else [(f"{section}[{i}]", e) for i, e in enumerate(value or ())]
        for role, entry in entries:
            for path, text in _leaves(role, entry.model_dump(mode="json")):
                locked = path.removeprefix(role + ".").split("[")[0] not in PROSE.get(section, ())
                found.append(Fact(id=path, path=path, text=text, section=section, role=role, locked=locked))
    return tuple(found)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if value.strip():
            yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner)
    elif isinstance(value, (list, tuple)):
        for i, inner in enumerate(value):
            yield from _leaves(f"{path}[{i}]", inner)
