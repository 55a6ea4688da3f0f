"""A resume -> its facts: every leaf with a short stable id, its path, its place in the source.

The same resume gives the same ids. ``w0h1`` reads: ``work`` entry 0, ``highlights`` 1. Knows the shape of JSON Resume
and nothing of how it was read or what it is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast, get_args

from resume_rag.paths import find_leaves, split_path
from resume_rag.schema import Document, Fact, Resume, SectionName, Span

_SECTION_LETTER = {
    "basics": "b", "work": "w", "volunteer": "v", "education": "e", "awards": "a", "certificates": "c", "publications": "u",
    "skills": "s", "languages": "l", "interests": "i", "references": "r", "projects": "p",
}  # fmt: skip
_FIELD_CODE = {
    "highlights": "h", "summary": "s", "description": "d", "name": "n", "position": "p", "location": "o", "url": "u",
    "startDate": "a", "endDate": "z", "keywords": "k", "level": "v", "courses": "c", "organization": "g", "institution": "i",
    "area": "r", "studyType": "t", "score": "e", "title": "t", "date": "a", "awarder": "w", "issuer": "q", "publisher": "q",
    "releaseDate": "a", "language": "l", "fluency": "f", "reference": "r", "roles": "m", "entity": "g", "type": "y",
    "label": "l", "email": "e", "phone": "f", "image": "i", "profiles": "j",
}  # fmt: skip
_WRITABLE = {
    "basics": {"summary"},
    "work": {"highlights", "summary"},
    "volunteer": {"highlights", "summary"},
    "projects": {"highlights", "description"},
}


def find_facts(resume: Resume, spans: Mapping[str, Span] | None = None) -> tuple[Fact, ...]:
    """The facts of a resume in document order; ``meta`` is about the file and holds none.

    Args:
        resume: the candidate's resume.
        spans: place in the source by path, where known.

    >>> from resume_rag.schema import Work
    >>> [(f.id, f.locked) for f in find_facts(Resume(work=(Work(name="Acme", highlights=("Did it",)),)))]
    [('w0n', True), ('w0h0', False)]
    """
    facts: list[Fact] = []
    taken: set[str] = set()
    for path, text in find_leaves(resume.model_dump()):
        steps = split_path(path)
        section = steps[0]
        if section not in get_args(SectionName):
            continue
        fact_id = _unused(_fact_id(steps), taken)
        taken.add(fact_id)
        role = f"{section}[{steps[1]}]" if len(steps) > 1 and isinstance(steps[1], int) else None
        field = next((step for step in steps[1:] if isinstance(step, str)), "")
        facts.append(
            Fact(
                id=fact_id,
                path=path,
                text=text,
                section=cast(SectionName, section),
                role=role,
                locked=field not in _WRITABLE.get(str(section), ()),
                span=(spans or {}).get(path),
            )
        )
    return tuple(facts)


def find_document_facts(document: Document) -> tuple[Fact, ...]:
    """The facts of a resume as read, each with its span in ``document.source.text``."""
    return find_facts(document.resume, {placement.path: placement.span for placement in document.placements})


def _fact_id(steps: tuple[str | int, ...]) -> str:
    section = str(steps[0])
    rest = "".join(_FIELD_CODE.get(step, step[:3].lower()) if isinstance(step, str) else str(step) for step in steps[1:])
    return _SECTION_LETTER[section] + rest


def _unused(fact_id: str, taken: set[str]) -> str:
    if fact_id not in taken:
        return fact_id
    number = 2
    while f"{fact_id}_{number}" in taken:
        number += 1
    return f"{fact_id}_{number}"
