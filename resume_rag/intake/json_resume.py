"""JSON Resume as it came to a `Document`: dates put into ISO form where they are plain, nothing lost, errors with paths."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

from pydantic import ValidationError

from resume_rag.errors import EmptyResumeError, UnreadableDocumentError
from resume_rag.intake.dates import parse_date
from resume_rag.intake.plain import drop_tags
from resume_rag.paths import find_leaves
from resume_rag.schema import Document, HiddenText, Placement, Resume, SectionName, Source, SourceForm, Span, UnplacedLine

_DATE_KEYS = frozenset(("startDate", "endDate", "date", "releaseDate"))
_ISO = re.compile(r"[1-2]\d{3}(-[0-1]\d(-[0-3]\d)?)?")
_ONGOING = re.compile(r"present|current|now|today|ongoing|heute|actual", re.I)
_FOREIGN_WORK = frozenset(
    ("workExperience", "work_experience", "experience", "experiences", "employment", "jobs", "positions", "workHistory")
)
_OLD_KEYS = {
    "basics": {"website": "url", "picture": "image"},
    "work": {"company": "name", "website": "url"},
    "volunteer": {"website": "url"},
    "education": {"gpa": "score"},
    "publications": {"website": "url"},
}
_EXPECTED = "An object with sections such as basics, work, education and skills: see jsonresume.org."


def parse_json_text(text: str) -> Any:
    """JSON text to plain types; refuses NaN and a key given twice.

    Raises:
        UnreadableDocumentError: with line and column.
    """

    def refuse(name: str) -> Any:
        raise UnreadableDocumentError(f"The JSON holds {name}, which is no JSON number.")

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise UnreadableDocumentError("The JSON has the same key twice in one object.", hint="Remove one of the two.")
        return dict(pairs)

    try:
        return json.loads(text, parse_constant=refuse, object_pairs_hook=build)
    except json.JSONDecodeError as error:
        raise UnreadableDocumentError(
            f"The JSON is not valid at line {error.lineno}, column {error.colno}.", hint="Correct it there, or give the resume as text."
        ) from None
    except (RecursionError, ValueError):
        raise UnreadableDocumentError("The JSON is nested too deeply or holds a number that is too long.") from None


def read_json_resume(value: Any) -> Document:
    """A JSON Resume object as a document.

    Raises:
        UnreadableDocumentError: another schema, or a value of the wrong type (with its path).
        EmptyResumeError: no section has an entry.
    """
    if not isinstance(value, dict):
        raise UnreadableDocumentError("The JSON is not an object.", hint=_EXPECTED)
    known = set(get_args(SectionName))
    if not known & set(value):
        raise UnreadableDocumentError("The JSON is of another schema: it has none of JSON Resume's sections.", hint=_EXPECTED)
    if "work" not in value and _FOREIGN_WORK & set(value):
        raise UnreadableDocumentError("The JSON is of another schema: its roles are under another name than `work`.", hint=_EXPECTED)
    hidden: list[HiddenText] = []
    raw = _rename_old_keys(_drop_empty(value, hidden))
    plain, dated, refused = _put_dates(raw)
    try:
        resume = Resume.model_validate(plain)
    except ValidationError as error:
        raise _name_problems(error) from None
    if not set(raw) & (known - {"basics"}) and not (resume.basics and resume.basics.summary):
        raise EmptyResumeError("The resume has no entry in any section.")
    text, placements, unplaced = "", [], []
    for path, leaf in find_leaves(raw):
        span = Span(start=len(text), end=len(text) + len(leaf))
        text += leaf + "\n"
        if path in refused:
            unplaced.append(UnplacedLine(span=span, text=leaf))
        else:
            placements.append(Placement(path=path, span=span, kind="date" if path in dated else "text"))
    notes = ["A date that is not in ISO form was left out of its field and listed as unplaced."] if refused else []
    if not resume.work:
        notes.append("No work entry was found.")
    return Document(
        source=Source(form=SourceForm.JSON_RESUME, text=text),
        resume=resume,
        placements=tuple(placements),
        unplaced=tuple(unplaced),
        hidden=tuple(hidden),
        notes=tuple(notes),
    )


def _rename_old_keys(value: dict[str, Any]) -> dict[str, Any]:
    """Keys of JSON Resume before 1.0 (``work[].company``) to those of 1.0, where the new one is absent."""

    def rename(entry: Any, names: dict[str, str]) -> Any:
        if not isinstance(entry, dict):
            return entry
        return {names[key] if key in names and names[key] not in entry else key: inner for key, inner in entry.items()}

    renamed = dict(value)
    for section, names in _OLD_KEYS.items():
        known = value.get(section)
        if isinstance(known, list):
            renamed[section] = [rename(entry, names) for entry in known]
        elif known is not None:
            renamed[section] = rename(known, names)
    return renamed


def _drop_empty(value: Any, hidden: list[HiddenText], depth: int = 0) -> Any:
    """Without nulls and blank strings, which many tools write for what is not there, and without letters that nobody sees."""
    if depth > 40:
        raise UnreadableDocumentError("The JSON is nested too deeply.")
    if isinstance(value, dict):
        cleaned = {key: _drop_empty(inner, hidden, depth + 1) for key, inner in value.items()}
        return {key: inner for key, inner in cleaned.items() if inner is not None and inner != "" and inner != {} and inner != []}
    if isinstance(value, list):
        kept = [_drop_empty(each, hidden, depth + 1) for each in value]
        return [inner for inner in kept if inner is not None and inner != "" and inner != {}]
    if not isinstance(value, str):
        return value
    value, found = drop_tags(value)
    hidden += found
    return value if value.strip() else None


def _put_dates(value: dict[str, Any]) -> tuple[dict[str, Any], set[str], set[str]]:
    """A copy with dates in ISO form; the paths that were changed, and those whose date cannot be told."""
    dated: set[str] = set()
    refused: set[str] = set()

    def visit(inner: Any, path: str) -> Any:
        if isinstance(inner, dict):
            result = {}
            for key, child in inner.items():
                where = f"{path}.{key}" if path else key
                if key in _DATE_KEYS and isinstance(child, (str, int)) and not isinstance(child, bool):
                    text = str(child)
                    if _ISO.fullmatch(text):
                        result[key] = text
                    elif (iso := parse_date(text)) is not None:
                        dated.add(where)
                        result[key] = iso
                    else:
                        refused.add(where)
                else:
                    result[key] = visit(child, where)
            return result
        if isinstance(inner, list):
            return [visit(child, f"{path}[{number}]") for number, child in enumerate(inner)]
        return inner

    return visit(value, ""), dated, refused


def _name_problems(error: ValidationError) -> UnreadableDocumentError:
    problems = []
    for found in error.errors(include_url=False, include_input=False, include_context=False)[:5]:
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in found["loc"]).lstrip(".")
        problems.append(f"{path}: {found['msg'].lower().replace('tuple', 'list')}")
    return UnreadableDocumentError(
        "The JSON Resume does not fit its schema: " + "; ".join(problems) + ".", hint="Correct the named fields."
    )
