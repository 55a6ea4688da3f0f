"""The truth cases: files of lines labelled by hand -> one type, `Case`, whatever the form of the file.

Three forms, told apart by their keys. *Lines*: facts of one role, lies and honest rewrites, each with the facts it cites.
*Documents*: a whole resume and edits of it (``{path: value}``; a path ending in ``[+]`` appends, ``null`` removes).
*Real*: a fact and what a language model made of it. Files whose name begins with ``held_out`` are the half that is never read
while rules are written. Knows nothing of what judges a case.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from resume_rag.errors import InputError
from resume_rag.facts import find_facts
from resume_rag.paths import find_leaves, split_path
from resume_rag.schema import Example, Fact, Resume

Form = Literal["line", "document", "real"]
HONEST = "honest"
_DATE = re.compile(r"[12]\d{3}(-\d\d){0,2}")
_APPEND = "[+]"
_HINT = "See the README next to the truth cases for the three forms."


class Case(NamedTuple):
    """One line or one edited resume, and whether it is honest.

    Attributes:
        file: stem of its file.
        kind: class of the lie, or ``honest``.
        style: ``free`` (an honest line that departs far from its source), ``close``, or ``model`` (written by one).
        texts: what is claimed: the line, or the leaves that an edit changed or added.
        cited: facts that the claims rest on: those cited, or all of the document.
        context: locked facts of the same role.
        source: the resume as it was.
        tailored: the resume with the claims in it.
    """

    file: str
    form: Form
    trade: str
    kind: str
    style: str
    texts: tuple[str, ...]
    cited: tuple[Fact, ...]
    context: tuple[Fact, ...]
    source: Mapping[str, Any]
    tailored: Mapping[str, Any]
    job: str | None = None
    examples: tuple[Example, ...] = ()
    today: str | None = None

    @property
    def is_lie(self) -> bool:
        """Whether it claims what its source does not say."""
        return self.kind != HONEST

    @property
    def is_held_out(self) -> bool:
        """Whether it belongs to the half that rules were not made with."""
        return self.file.startswith("held_out")


def read_cases(folder: Path) -> tuple[Case, ...]:
    """All cases of a folder of JSON files, in the order of their names.

    Raises:
        InputError: the folder holds none, or a file is not of a known form.
    """
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    if not files:
        raise InputError(f"There are no truth cases in {folder.name}.", hint="Give the folder tests/truth_cases of a checkout.")
    return tuple(case for file in files for case in _read_file(file))


def _read_file(file: Path) -> Iterator[Case]:
    try:
        groups = json.loads(file.read_text("utf-8"))
        for group in groups:
            if "resume" in group:
                yield from _document_cases(file.stem, group)
            elif "facts" in group:
                yield from _line_cases(file.stem, group)
            else:
                yield _real_case(file.stem, group)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise InputError(f"{file.name} is not a file of truth cases ({type(error).__name__}).", hint=_HINT) from error


def _line_cases(stem: str, group: Mapping[str, Any]) -> Iterator[Case]:
    source = {"work": [{**read_role(group.get("context", ())), "highlights": list(group["facts"])}]}
    bold = set(group.get("bold", ()))
    lines = [(HONEST, "free" if number in bold else "close", cites, text) for number, (cites, text) in enumerate(group["honest"])]
    lines += [(kind, "close", cites, text) for cites, kind, text in group["lies"]]
    for kind, style, cites, text in lines:
        yield _case(stem, "line", group, kind, style, text, source, cites)


def _real_case(stem: str, row: Mapping[str, Any]) -> Case:
    source = {"work": [{"highlights": [row["fact"]]}]}
    kind = HONEST if row["honest"] else row.get("kind", "unsorted")
    group = {"trade": re.sub(r"^\d+-", "", row["from"])}
    return _case(stem, "real", group, kind, "model", row["line"], source, [0])


def _case(
    stem: str, form: Form, group: Mapping[str, Any], kind: str, style: str, text: str, source: dict[str, Any], cites: Sequence[int]
) -> Case:
    facts = find_facts(Resume.model_validate(source))
    highlights = [fact for fact in facts if ".highlights[" in fact.path]
    role = source["work"][0]
    kept = [line for number, line in enumerate(role["highlights"]) if number not in cites]
    return Case(
        file=stem,
        form=form,
        trade=group["trade"],
        kind=kind,
        style=style,
        texts=(text,),
        cited=tuple(highlights[number] for number in cites),
        context=tuple(fact for fact in facts if fact.locked and fact.role == "work[0]"),
        source=source,
        tailored={"work": [{**role, "highlights": [text, *kept]}]},
        job=group.get("job"),
        examples=_examples(group),
    )


def _document_cases(stem: str, group: Mapping[str, Any]) -> Iterator[Case]:
    source = group["resume"]
    facts = find_facts(Resume.model_validate(source))
    edits = [(HONEST, edit) for edit in group["honest"]] + [(kind, edit) for kind, edit in group["lies"]]
    before = dict(find_leaves(source))
    for kind, edit in edits:
        tailored = apply_edit(source, edit)
        yield Case(
            file=stem,
            form="document",
            trade=group["trade"],
            kind=kind,
            style="free",
            texts=tuple(text for path, text in find_leaves(tailored) if before.get(path) != text),
            cited=facts,
            context=(),
            source=source,
            tailored=tailored,
            job=group.get("job"),
            examples=_examples(group),
            today=group.get("today"),
        )


def read_role(context: Sequence[str]) -> dict[str, str]:
    """The locked fields of a role from a list of position, employer, dates and place.

    >>> read_role(["Staff Nurse", "Marrow Valley Hospital", "2018-04", "2022-09", "Leeds"])["location"]
    'Leeds'
    """
    dates = [text for text in context if _DATE.fullmatch(text)]
    names = [text for text in context if not _DATE.fullmatch(text)]
    return dict(zip(("position", "name", "location"), names, strict=False)) | dict(zip(("startDate", "endDate"), dates, strict=False))


def apply_edit(source: Mapping[str, Any], edit: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a document with some values changed.

    >>> apply_edit({"work": [{"name": "A"}]}, {"work[0].name": "B", "skills[+]": {"name": "C"}})
    {'work': [{'name': 'B'}], 'skills': [{'name': 'C'}]}
    """
    edited = copy.deepcopy(dict(source))
    for path, value in edit.items():
        *way, last = split_path(path.removesuffix(_APPEND))
        place: Any = edited
        for number, step in enumerate(way):
            if isinstance(place, dict) and step not in place:
                place[step] = [] if isinstance([*way, last][number + 1], int) else {}
            place = place[step]
        if path.endswith(_APPEND):
            place.setdefault(last, []).append(value)
        elif value is None:
            del place[last]
        else:
            place[last] = value
    return edited


def _examples(group: Mapping[str, Any]) -> tuple[Example, ...]:
    return tuple(
        Example(id=f"example-{number}", score=0.5, text=text, lines=(text,)) for number, text in enumerate(group.get("examples", ()))
    )
