"""Entries to the fields of JSON Resume: work, volunteer, education, projects.

Two steps, because labels are asked for once for a whole document: `plan_roles` reads the headers and collects the
questions, `name_roles` fills in employer and title with the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from resume_rag.intake.blocks import Block, Entry, group_entries, is_prose
from resume_rag.intake.headers import Header, LabelQuestion, Names, name_chunks, read_header
from resume_rag.intake.lexicon import find_degree, is_school, title_evidence
from resume_rag.intake.lines import Line, Piece
from resume_rag.intake.places import split_commas
from resume_rag.intake.values import Tree, date_values, text_value

Fields = dict[str, Tree]
_LABEL = re.compile(
    r"^(?:key\s+)?(?:responsibilities|duties|achievements|accomplishments|highlights|description|tasks|summary|role description)\s*[:：]\s*",
    re.I,
)
_TOOLS = re.compile(
    r"^(?:technologies(?: used)?|tech(?:nology)?(?: stack)?|stack|tools(?: used)?|environment|keywords|built with|skills(?: used)?|technologien)\s*[:：]\s*",
    re.I,
)
_SCORE = re.compile(
    r"(?:\b(?:overall\s+|cumulative\s+|major\s+)?(?:C?GPA|grade(?: point average)?|score|note|percentage|marks)\s*(?::|of|\s)\s*)(?P<score>\d[\d.,]*\s?%?(?:\s?/\s?\d[\d.,]*)?|[A-F][+-]?(?![\w])|first[- ]class[^,;|]*|2:[12])",
    re.I,
)
_HONORS = re.compile(
    r"\b(?P<score>(?:summa |magna )?cum laude|(?:with |first[- ]class )(?:high(?:est)? )?(?:honou?rs|distinction))\b", re.I
)
_COURSES = re.compile(
    r"^(?:relevant\s+|selected\s+|key\s+)?(?:course\s?work|courses|modules|kurse|cursos)\s*(?:included?|taken)?\s*[:：]\s*", re.I
)
_LIST = re.compile(r"\s*[,;•·|]\s*(?![^()]*\))")


@dataclass(slots=True)
class Role:
    """An entry of work or volunteering before its two names are told apart."""

    entry: Entry
    header: Header
    names: Names


def plan_roles(lines: Sequence[Line]) -> list[Role]:
    """Reads the headers of a section of roles."""
    roles = []
    for entry in group_entries(lines):
        header = read_header(entry.header)
        roles.append(Role(entry, header, name_chunks(header)))
    return roles


def list_questions(roles: Iterable[Role]) -> list[LabelQuestion]:
    """What the word lists leave open, in document order."""
    return [role.names.question for role in roles if role.names.question is not None]


def name_roles(roles: Sequence[Role], answers: Sequence[str | None]) -> None:
    """Names again what was open: by the label chosen, else by the order that the section's clear entries have."""
    clear = [role.names.title_first for role in roles if role.names.title_first is not None]
    title_first = sum(clear) * 2 >= len(clear) if clear else None
    remaining = iter(answers)
    for role in roles:
        if role.names.question is not None:
            role.names = name_chunks(role.header, title_first=title_first, answer=next(remaining, None))


def read_roles(roles: Sequence[Role], source: str, *, employer_key: Literal["name", "organization"]) -> list[Fields]:
    """The entries of ``work`` or ``volunteer``."""
    read: list[Fields] = []
    group: Names | None = None
    group_place: Piece | None = None
    for number, role in enumerate(roles):
        names, header = role.names, role.header
        only_employer = names.employer is not None and names.title is None and not role.entry.body
        follower = roles[number + 1].names if number + 1 < len(roles) else None
        if only_employer and follower is not None and follower.title is not None and follower.employer is None:
            group, group_place = names, header.location
            continue
        employer = names.employer
        if employer is None and names.title is not None and group is not None:
            employer = group.employer
            header.location = header.location or group_place
        elif employer is not None:
            # A later role without an employer of its own stands under this one.
            group, group_place = names, header.location
        read.append(_read_role(role, source, employer, employer_key))
    return [fields for fields in read if fields]


def _read_role(role: Role, source: str, employer: Piece | None, employer_key: str) -> Fields:
    names, header = role.names, role.header
    fields: Fields = {}
    for key, piece in ((employer_key, employer), ("position", names.title), ("location", header.location), ("url", header.url)):
        if piece is not None and piece.text:
            fields[key] = text_value(piece)
    if header.dates is not None:
        fields.update(date_values(*header.dates))
    if names.rest and employer_key == "name":
        fields["description"] = text_value(names.rest[0])
    fields.update(_read_body(role.entry.body, source))
    return fields


def _cut_label(piece: Piece, label: re.Pattern[str]) -> Piece:
    match = label.match(piece.text)
    return piece.part(match.end(), len(piece.text)) if match else piece


def _read_body(blocks: Sequence[Block], source: str) -> Fields:
    """Paragraphs before the bullets are the summary; bullets and what follows them are highlights."""
    fields: Fields = {}
    blocks = [block for block in blocks if _cut_label(block.piece(source), _LABEL).text]
    first_bullet = next((number for number, block in enumerate(blocks) if block.bullet), len(blocks))
    prose, listed = blocks[:first_bullet], blocks[first_bullet:]
    if not listed and (sentences := _split_list_of_lines(prose)):
        prose, listed = [], sentences
    if prose:
        start, end = prose[0].lines[0].start, prose[-1].lines[-1].end
        fields["summary"] = text_value(_cut_label(Piece(source[start:end], start, end), _LABEL))
    highlights = [text_value(block.piece(source)) for block in listed]
    if highlights:
        fields["highlights"] = highlights
    return fields


def _split_list_of_lines(prose: Sequence[Block]) -> list[Block]:
    """Lines that each are a sentence of their own, a list that lost its bullets; none where they are a paragraph."""
    lines = [line for block in prose for line in block.lines]
    whole = all(line.text[:1].isupper() and line.text.endswith((".", ";")) for line in lines)
    return [Block([line], bullet=True) for line in lines] if whole and len(lines) >= 3 else []


def read_projects(lines: Sequence[Line], source: str) -> list[Fields]:
    """The entries of ``projects``."""
    read = []
    for entry in group_entries(lines, needs_names=1):
        header = read_header(entry.header)
        fields: Fields = {}
        chunks = [chunk.piece for chunk in header.chunks]
        if len(chunks) == 1 and (found := re.search(r"[:：]\s+", chunks[0].text)) and found.start() < 60:
            whole = chunks[0]
            chunks = [whole.part(0, found.start()), whole.part(found.end(), len(whole.text))]
        elif (
            chunks
            and len(parts := split_commas(chunks[0])) == 2
            and 2 in (scores := [title_evidence(part.text) for part in parts])
            and 0 in scores
        ):
            chunks = [*sorted(parts, key=lambda part: title_evidence(part.text)), *chunks[1:]]
        if chunks:
            fields["name"] = text_value(chunks[0])
        _add_project_rest(fields, chunks[1:])
        if header.url is not None:
            fields["url"] = text_value(header.url)
        if header.dates is not None:
            fields.update(date_values(*header.dates))
        _add_project_body(fields, entry, source)
        if fields:
            read.append(fields)
    return read


def _add_project_rest(fields: Fields, rest: Sequence[Piece]) -> None:
    for piece in rest:
        if title_evidence(piece.text) == 2 and not is_prose(piece.text) and "roles" not in fields:
            fields["roles"] = [text_value(piece)]
        elif len(_LIST.split(piece.text)) > 2 and "keywords" not in fields and not is_prose(piece.text):
            fields["keywords"] = [text_value(part) for part in piece.split(_LIST)]
        elif "description" not in fields:
            fields["description"] = text_value(piece)


def _add_project_body(fields: Fields, entry: Entry, source: str) -> None:
    blocks = []
    for block in entry.body:
        piece = block.piece(source)
        if (match := _TOOLS.match(piece.text)) and "keywords" not in fields:
            fields["keywords"] = [text_value(part) for part in piece.part(match.end(), len(piece.text)).strip(".").split(_LIST)]
        else:
            blocks.append(block)
    body = _read_body(blocks, source)
    if "summary" in body and "description" not in fields:
        fields["description"] = body["summary"]
    elif "summary" in body:
        highlights = body.get("highlights", [])
        body["highlights"] = [body["summary"], *(highlights if isinstance(highlights, list) else [])]
    if "highlights" in body:
        fields["highlights"] = body["highlights"]


def read_education(lines: Sequence[Line], source: str) -> list[Fields]:
    """The entries of ``education``. A school's place is kept under ``location``, which JSON Resume's schema allows."""
    read = []
    for entry in group_entries(lines, studies=True):
        fields: Fields = {}
        kept, scored = [], None
        for line in entry.header:
            score = None if scored else _SCORE.search(line.text) or _HONORS.search(line.text)
            if score is None:
                kept.append(line)
                continue
            scored = text_value(line.piece.part(*score.span("score")).strip(",;"))
            before, after = line.piece.part(0, score.start()), line.piece.part(score.end(), len(line.text))
            for part in (before.strip("(|,;"), after.strip(")|,;")):
                if any(char.isalnum() for char in part.text):
                    kept.append(line._replace(text=part.text, start=part.start, end=part.end))
        header = read_header(kept)
        _add_study(fields, [chunk.piece for chunk in header.chunks])
        for key, piece in (("location", header.location), ("url", header.url)):
            if piece is not None:
                fields[key] = text_value(piece)
        if header.dates is not None:
            fields.update(date_values(*header.dates))
        if scored is not None:
            fields["score"] = scored
        _add_study_body(fields, entry, source)
        if fields:
            read.append(_in_order(fields))
    return read


def _in_order(fields: Fields) -> Fields:
    order = ("institution", "url", "area", "studyType", "startDate", "endDate", "score", "location", "courses")
    return {key: fields[key] for key in order if key in fields}


def _add_study(fields: Fields, chunks: Sequence[Piece]) -> None:
    """Degree, field and school from the chunks of a header."""
    for chunk in chunks:
        for part in _split_study(chunk):
            degree = find_degree(part.text)
            if is_school(part.text) and "institution" not in fields and not (degree and degree.start() == 0 and "studyType" not in fields):
                fields["institution"] = text_value(part)
            elif degree is not None and "studyType" not in fields:
                _add_degree(fields, part, degree)
            elif "institution" not in fields and ("studyType" in fields or len(chunks) == 1 or is_school(part.text)):
                fields["institution"] = text_value(part)
            elif "area" not in fields and not is_prose(part.text):
                fields["area"] = text_value(part)
            elif "institution" not in fields:
                fields["institution"] = text_value(part)


def _split_study(chunk: Piece) -> list[Piece]:
    """A chunk at the commas before and after its school; other commas stay (a field of study may have one)."""
    parts = split_commas(chunk)
    schools = [
        number for number, part in enumerate(parts) if is_school(part.text) and not ((d := find_degree(part.text)) and d.start() == 0)
    ]
    if len(parts) < 2 or not schools:
        if len(parts) == 2 and find_degree(parts[0].text) is None and find_degree(parts[1].text) is not None:
            return parts
        joint = re.search(r"\s+(?:from|at|de la|an der)\s+(?=[A-Z])", chunk.text)
        return [chunk.part(0, joint.start()), chunk.part(joint.end(), len(chunk.text))] if joint and find_degree(chunk.text) else [chunk]
    first = last = schools[0]
    while (
        last + 1 < len(parts)
        and find_degree(parts[last + 1].text) is None
        and re.match(r"(?:University|College|[A-Z]\w+$)", parts[last + 1].text)
        and parts[last].text.startswith("University")
    ):
        last += 1
    cuts = [(0, first), (first, last + 1), (last + 1, len(parts))]
    return [chunk.part(parts[a].start - chunk.start, parts[b - 1].end - chunk.start) for a, b in cuts if a < b]


def _add_degree(fields: Fields, part: Piece, degree: re.Match[str]) -> None:
    before = part.part(0, degree.start()).strip(",;:-–")
    after = part.part(degree.end(), len(part.text))
    joint = re.match(
        r"(?:\s*[,:;]\s*|\s*[-–—]\s+|\s+)?(?:(?:degree\s+)?(?:in|of|en|major(?:ing)? in|specialty|specialization in)\s+)?",
        after.text,
        re.IGNORECASE,
    )
    area = after.part(joint.end() if joint else 0, len(after.text)).strip(",;:")
    fields["studyType"] = text_value(part.part(degree.start(), degree.end()))
    if before.text and not area.text:
        area = before
    elif before.text:
        # "Executive MBA, Finance": what stands before the degree belongs to it.
        fields["studyType"] = text_value(part.part(0, degree.end()))
    if (
        (school := re.match(r"(?P<school>[^,]*)(?:,\s*(?P<area>.+))?$", area.text, re.S))
        and is_school(school["school"])
        and "institution" not in fields
    ):
        fields["institution"] = text_value(area.part(*school.span("school")))
        area = area.part(*school.span("area")) if school["area"] else area.part(0, 0)
    if whole := re.fullmatch(r"\(([^()]+)\)", area.text):
        area = area.part(whole.start(1), whole.end(1))
    if area.text and "area" not in fields:
        fields["area"] = text_value(area)


def _add_study_body(fields: Fields, entry: Entry, source: str) -> None:
    for block in entry.body:
        piece = block.piece(source)
        if (match := _COURSES.match(piece.text)) and "courses" not in fields:
            fields["courses"] = [text_value(part) for part in piece.part(match.end(), len(piece.text)).strip(".").split(_LIST)]
        elif (score := _SCORE.search(piece.text) or _HONORS.search(piece.text)) and "score" not in fields:
            fields["score"] = text_value(piece.part(*score.span("score")).strip(",;"))


__all__ = ["Role", "list_questions", "name_roles", "plan_roles", "read_education", "read_projects", "read_roles"]
