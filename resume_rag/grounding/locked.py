"""Locked fields: names, titles, employers, dates, degrees, certificates, levels. Code copies them; any change is a finding.

Entries are matched by what names them, in any order; one source entry may be split into several and several merged where
nothing is claimed but what they say. What the tailored resume leaves out is an omission, no fault: except an end date,
because without it a past role is a present one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from resume_rag.grounding.align import score_entries
from resume_rag.grounding.codes import CODES
from resume_rag.grounding.names import (
    is_same_date,
    is_same_degree,
    is_same_level,
    is_same_name,
    is_same_parts,
    is_same_person,
    is_same_phone,
    is_same_place,
    is_same_url,
    is_same_words,
    normalise_name,
)
from resume_rag.grounding.sources import PROSE
from resume_rag.schema import Finding, Resume


@dataclass(frozen=True)
class Shape:
    """How entries of a section are told apart, and the code for a change in each field."""

    weights: dict[str, float]
    codes: dict[str, str]
    added: str
    least: float  # agreement below which an entry has no counterpart


SHAPES: dict[str, Shape] = {
    "work": Shape({"name": 3, "position": 2, "startDate": 1.5, "endDate": 1}, {"name": "employer_changed", "position": "title_changed", "location": "location_changed"}, "entry_added", 2.4),
    "volunteer": Shape({"organization": 3, "position": 2, "startDate": 1.5, "endDate": 1}, {"organization": "employer_changed", "position": "title_changed"}, "entry_added", 2.4),
    "education": Shape({"institution": 3, "studyType": 1.5, "area": 1.5, "startDate": 0.7, "endDate": 1}, {"institution": "school_changed", "studyType": "degree_changed", "area": "degree_changed", "score": "degree_changed"}, "degree_added", 2.0),
    "projects": Shape({"name": 3, "entity": 1, "startDate": 1, "endDate": 1}, {"name": "entry_added", "entity": "employer_changed", "type": "field_changed"}, "entry_added", 1.5),
    "awards": Shape({"title": 3, "awarder": 1, "date": 1}, {"title": "award_changed", "awarder": "award_changed", "date": "award_changed"}, "award_added", 1.5),
    "certificates": Shape({"name": 3, "issuer": 1, "date": 1}, {"name": "certificate_changed", "issuer": "certificate_changed", "date": "certificate_changed"}, "certificate_added", 1.5),
    "publications": Shape({"name": 3, "publisher": 1, "releaseDate": 1}, {"name": "publication_changed", "publisher": "publication_changed", "releaseDate": "publication_changed"}, "publication_added", 1.5),
    "languages": Shape({"language": 3}, {"language": "language_added", "fluency": "language_level_changed"}, "language_added", 3.0),
    "references": Shape({"name": 3}, {"name": "field_changed", "reference": "field_changed"}, "entry_added", 2.0),
}  # fmt: skip


def fields_of(entry: BaseModel) -> dict[str, str]:
    """The plain string fields of an entry."""
    return {key: value for key, value in entry.model_dump(mode="json").items() if isinstance(value, str) and value.strip()}


def match_entries(section: str, source: Resume, tailored: Resume) -> list[int | None]:
    """For each entry of the tailored section the source entry it is, or None."""
    shape = SHAPES[section]
    theirs = [fields_of(entry) for entry in getattr(source, section)]
    found: list[int | None] = []
    used: set[int] = set()
    for entry in getattr(tailored, section):
        mine = fields_of(entry)
        scores = [score_entries(mine, other, shape.weights) - (0.01 if i in used else 0) for i, other in enumerate(theirs)]
        best = max(range(len(scores)), key=lambda i: scores[i], default=None)
        if best is not None and scores[best] >= min(shape.least, 0.99 * sum(w for f, w in shape.weights.items() if f in mine)):
            found.append(best)
            used.add(best)
        else:
            found.append(None)
    return found


def check_locked(source: Resume, tailored: Resume, matches: Mapping[str, Sequence[int | None]]) -> Iterator[Finding]:
    """Findings on all locked fields of sections with entries."""
    for section, shape in SHAPES.items():
        theirs = getattr(source, section)
        for i, entry in enumerate(getattr(tailored, section)):
            path, at = f"{section}[{i}]", matches[section][i]
            if at is None:
                yield _finding(path, shape.added, None)
            elif not _is_merged(section, entry, theirs):
                yield from _compare(section, path, entry, theirs[at], f"{section}[{at}]")


def _finding(path: str, code: str, source_path: str | None) -> Finding:
    return Finding(path=path, code=code, message=CODES[code], source_path=source_path)


def _compare(section: str, path: str, mine: BaseModel, theirs: BaseModel, source_path: str) -> Iterator[Finding]:
    before, after = theirs.model_dump(mode="json"), mine.model_dump(mode="json")
    for field, value in after.items():
        if field in PROSE.get(section, ()) or not value:
            continue
        code = SHAPES[section].codes.get(field, "date_changed" if field.endswith("Date") else "field_changed")
        if isinstance(value, str):
            if not _is_same(field, value, before.get(field)):
                yield _finding(f"{path}.{field}", code, f"{source_path}.{field}" if before.get(field) else None)
        else:
            yield from _compare_list(section, f"{path}.{field}", value, before.get(field), f"{source_path}.{field}")
    if before.get("endDate") and not after.get("endDate") and "startDate" in after:
        yield _finding(f"{path}.endDate", "date_changed", f"{source_path}.endDate")


_COMPARED: dict[str, Callable[[str, str], bool]] = {
    "startDate": is_same_date,
    "endDate": is_same_date,
    "date": is_same_date,
    "releaseDate": is_same_date,
    "url": is_same_url,
    "location": is_same_place,
    "fluency": is_same_level,
    "studyType": is_same_degree,
    "area": is_same_words,
}
"""How a field is compared, where not as a name."""


_PARTED = frozenset({"name", "title", "institution", "organization", "issuer", "awarder", "publisher"})
"""Fields whose initials may stand before the name, behind it, or not at all."""


def _is_same(field: str, value: str, before: Any) -> bool:
    return isinstance(before, str) and (
        _COMPARED.get(field, is_same_name)(value, before) or field in _PARTED and is_same_parts(value, before)
    )


def _compare_list(section: str, path: str, value: Any, before: Any, source_path: str) -> Iterator[Finding]:
    """Lists (courses, roles, keywords) may be shorter and in another order; other objects are the same or changed."""
    if isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value):
        known = {normalise_name(v) for v in before or () if isinstance(v, str)}
        code = {"education": "degree_changed", "projects": "skill_added"}.get(section, "field_changed")
        for i, part in enumerate(value):
            if normalise_name(part) not in known:
                yield _finding(f"{path}[{i}]", code, None)
    elif value != before:
        yield _finding(path, "field_changed", source_path if before else None)


def _is_merged(section: str, entry: BaseModel, theirs: Sequence[BaseModel]) -> bool:
    """Several roles at one employer told as one: every title named, the whole time and no more."""
    if section not in {"work", "volunteer"}:
        return False
    mine = fields_of(entry)
    employer = "name" if section == "work" else "organization"
    same = [f for f in map(fields_of, theirs) if employer in f and employer in mine and is_same_name(f[employer], mine[employer])]
    if len(same) < 2 or any(
        field in mine and field not in {employer, "position", "startDate", "endDate", "location", "url", *PROSE[section]} for field in mine
    ):
        return False
    rest, named = f" {normalise_name(mine.get('position', ''))} ", []
    for fields in sorted(same, key=lambda f: -len(f.get("position", ""))):
        title = f" {normalise_name(fields.get('position', '?'))} "
        if title in rest:
            rest = rest.replace(title, "  ", 1)
            named.append(fields)
    starts, ends = [f.get("startDate", "9") for f in named], [f.get("endDate", "9") for f in named]
    return (
        len(named) > 1
        and not set(rest.split()) - {"and", "then", "to", "later", "promoted"}
        and is_same_date(mine.get("startDate", ""), min(starts))
        and is_same_date(mine.get("endDate", "9"), max(ends))
    )


def merged_sources(section: str, entry: BaseModel, theirs: Sequence[BaseModel]) -> list[int]:
    """Source entries that a merged entry may take its lines from; empty where it is no merger."""
    if not _is_merged(section, entry, theirs):
        return []
    employer = "name" if section == "work" else "organization"
    mine = fields_of(entry)
    return [i for i, other in enumerate(theirs) if is_same_name(fields_of(other).get(employer, ""), mine[employer])]


_CONTACT = {"email", "phone", "url", "image", "location", "profiles"}


def check_basics(source: Resume, tailored: Resume) -> Iterator[Finding]:
    """Findings on the person: name, label, contact."""
    if tailored.basics is None:
        return
    before = source.basics.model_dump(mode="json") if source.basics else {}
    for field, value in tailored.basics.model_dump(mode="json").items():
        path = f"basics.{field}"
        if field == "summary" or not value:
            continue
        if field == "label":
            if not _is_label(value, source):
                yield _finding(path, "title_changed", path if before.get("label") else None)
        elif field == "name":
            if not is_same_person(value, before.get("name") or ""):
                yield _finding(path, "name_changed", path)
        elif field in _CONTACT:
            yield from _check_contact(path, value, before.get(field))
        elif value != before.get(field):
            yield _finding(path, "field_changed", None)


def _is_label(value: str, source: Resume) -> bool:
    """Whether a label is made of the candidate's titles, and of their skills behind a bar or comma."""
    titles = [title for title in ((source.basics.label if source.basics else None), *(w.position for w in source.work)) if title]
    skills = [name for skill in source.skills for name in (skill.name, *skill.keywords) if name]
    skills += [c.name for c in source.certificates if c.name]
    if any(is_same_name(value, title) for title in titles):
        return True
    parts = [part for part in re.split(r"\s*[|/•·,;]\s*|\s(?:and|&|[-–—])\s", value) if part]
    known = [[*titles, *skills] if number else titles for number in range(len(parts))]
    return all(any(is_same_name(part, name) for name in names) for part, names in zip(parts, known, strict=True))


def _check_contact(path: str, value: Any, before: Any) -> Iterator[Finding]:
    if path == "basics.location" and isinstance(value, Mapping) and isinstance(before, Mapping):
        yield from _check_place(path, value, before)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _check_contact(f"{path}.{key}", inner, before.get(key) if isinstance(before, Mapping) else None)
    elif isinstance(value, (list, tuple)):
        for i, inner in enumerate(value):
            known = [
                other
                for other in before or ()
                if all(is_same_url(str(v), str(other.get(k))) if k == "url" else other.get(k) == v for k, v in inner.items())
            ]
            if not known:
                yield _finding(f"{path}[{i}]", "contact_changed", None)
    elif not _is_same_contact(path, value, before):
        yield _finding(path, "contact_changed", path if before else None)


def _check_place(path: str, value: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Finding]:
    """Each part of the place must be the source's, in whatever field: *Leeds, West Yorkshire* may stand in one."""
    whole = ", ".join(str(part) for part in before.values() if part)
    for key, inner in value.items():
        same = inner == before.get(key) or is_same_place(str(inner), whole)
        if inner and not same:
            yield _finding(f"{path}.{key}", "contact_changed", f"{path}.{key}" if before.get(key) else None)


def _is_same_contact(path: str, value: Any, before: Any) -> bool:
    if path.endswith("phone") and isinstance(value, str) and isinstance(before, str):
        return is_same_phone(value, before)
    if path.endswith(("url", "image")) and isinstance(value, str) and isinstance(before, str):
        return is_same_url(value, before)
    return _plain(value) == _plain(before)


def _plain(value: Any) -> str:
    return "".join(c for c in str(value or "").casefold() if c.isalnum() or c in "@.+/")
