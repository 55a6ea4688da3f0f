"""The header of an entry to its fields: employer, title, location, dates, whatever their order and separators.

Evidence comes from word lists (`lexicon`, `places`) and position. What they leave open, employer or title, becomes a
`LabelQuestion`; its answer only chooses a label, the words are the source's. Without an answer the order of the section's
other entries decides, then title first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from resume_rag.intake.blocks import DURATION
from resume_rag.intake.dates import FoundRange, find_range
from resume_rag.intake.lexicon import organization_evidence, title_evidence
from resume_rag.intake.lines import Line, Piece
from resume_rag.intake.places import split_commas, split_place


class LabelQuestion(NamedTuple):
    """A piece of a header line that could be one of several fields."""

    text: str
    labels: tuple[str, ...]


LabelLines = Callable[[Sequence[LabelQuestion]], Sequence[str | None]]
"""Chooses one of each question's labels, or None where it cannot tell. It never writes text."""

EMPLOYER, TITLE = "employer", "title"
_STRONG = re.compile(r"\t+|\s{3,}|\s*[|│•·●∙‧¦]\s*|\s+[–—-]{1,2}\s+|\s+[@＠]\s*|\s*[；;]\s+|\s*(?:—|–)\s*(?=[A-Z])(?<=[a-z.)][—–])")
_AT = re.compile(r"\s+(?:at|bei|chez|en|presso)\s+(?=[A-Z0-9(])")
_URL = re.compile(r"\(?\b(?:https?://|www\.)[^\s)>\]]+\)?|\(?\b(?:github|gitlab)\.com/[^\s)>\]]+\)?")
_LABELLED = re.compile(
    r"^(?:(?P<employer>company|employer|organi[sz]ation|client|firma|arbeitgeber|empresa)|(?P<title>(?:job )?title|position|role|designation)|"
    r"(?P<location>location|place|ort)|(?P<dates>dates?|duration|period|when|zeitraum)|(?P<project>project(?: (?:name|title))?|name))\s*[:：]\s*",
    re.IGNORECASE,
)
_TRIM = ",،，;:|–—-·•*()[]"


@dataclass(slots=True)
class Chunk:
    """A stretch of a header between strong separators."""

    piece: Piece
    line: int
    label: str | None = None
    follows_dates: bool = False  # a detail after dates that have a line of their own

    @property
    def evidence(self) -> int:
        """Above 0: a title; below 0: an organisation."""
        if self.label in (TITLE, EMPLOYER):
            return 9 if self.label == TITLE else -9
        return title_evidence(self.piece.text) - organization_evidence(self.piece.text)


@dataclass(slots=True)
class Header:
    """What the lines of a header say, before employer and title are told apart."""

    chunks: list[Chunk] = field(default_factory=list)
    location: Piece | None = None
    url: Piece | None = None
    dates: tuple[Piece, FoundRange] | None = None
    leftovers: list[Piece] = field(default_factory=list)


def cut_dates(piece: Piece) -> tuple[tuple[Piece, FoundRange] | None, list[Piece]]:
    """The range of dates in a line, and what stands before and after it."""
    found = find_range(piece.text)
    if found is None:
        return None, [piece]
    before = piece.part(0, found.start).strip(_TRIM.replace(")", "").replace("]", ""))
    after = piece.part(found.end, len(piece.text)).strip(_TRIM.replace("(", "").replace("[", ""))
    return (piece, found), [part for part in (before, after) if part.text]


def read_header(lines: Sequence[Line]) -> Header:
    """Divides the lines of a header into dates, location, address of a site, and chunks."""
    header = Header()
    for number, line in enumerate(lines):
        if line.link:
            _keep(header, "url", line.piece)
            continue
        dates, rests = cut_dates(line.piece)
        if dates is not None:
            if header.dates is None or (dates[1].is_range and not header.dates[1].is_range):
                header.dates = dates
            else:
                rests = [line.piece]
        before = len(header.chunks)
        for rest in rests:
            _read_chunks(header, rest, number)
        if number and dates is not None and rests and rests[0].start > dates[0].start + dates[1].start and before:
            for chunk in header.chunks[before:]:
                chunk.follows_dates = True
    return header


def _keep(header: Header, name: str, piece: Piece) -> None:
    if getattr(header, name) is None:
        setattr(header, name, piece)
    else:
        header.leftovers.append(piece)


def _read_chunks(header: Header, piece: Piece, number: int) -> None:
    if url := _URL.search(piece.text):
        _keep(header, "url", piece.part(url.start(), url.end()).strip("()<>[]"))
        for part in (piece.part(0, url.start()), piece.part(url.end(), len(piece.text))):
            if part.strip(_TRIM).text:
                _read_chunks(header, part.strip(_TRIM.replace("(", "").replace(")", "")), number)
        return
    for strong in piece.split(_STRONG):
        for part in strong.split(_AT) if title_evidence(_AT.split(strong.text)[0]) else [strong]:
            _read_chunk(header, _balance(part.strip(",،，;:|–—-·•*")), number)


def _balance(piece: Piece) -> Piece:
    """Without a bracket whose partner went with the dates."""
    if piece.text.count("(") != piece.text.count(")"):
        return piece.strip("()")
    whole = re.fullmatch(r"[(\[]([^()\[\]]*)[)\]]", piece.text)
    return piece.part(whole.start(1), whole.end(1)) if whole else piece


def _read_chunk(header: Header, part: Piece, number: int) -> None:
    if not any(char.isalnum() for char in part.text):
        return
    label = None
    if match := _LABELLED.match(part.text):
        label = match.lastgroup
        part = part.part(match.end(), len(part.text))
        if not part.text:
            return
    if label == "location":
        _keep(header, "location", part)
        return
    if DURATION.fullmatch(part.text):
        header.leftovers.append(part)
        return
    split = split_place(part) if label is None else None
    if split is not None and split.place is not None and header.location is None:
        header.location = split.place
        if split.rest is None:
            return
        part = split.rest.strip(_TRIM.replace("(", "").replace(")", ""))
    header.chunks.append(Chunk(part, number, label if label in (TITLE, EMPLOYER) else None))


class Names(NamedTuple):
    """A header's two names and what is left over; a question where position alone decided."""

    employer: Piece | None
    title: Piece | None
    rest: tuple[Piece, ...]
    question: LabelQuestion | None = None
    title_first: bool | None = None


def name_chunks(header: Header, *, title_first: bool | None = None, title_only: bool = False, answer: str | None = None) -> Names:
    """Tells employer from title.

    Args:
        header: as read.
        title_first: the order of the section's clear entries, where known.
        title_only: an employer stands above several roles, so a lone name is a title.
        answer: the label chosen for the first name, ``employer`` or ``title``.
    """
    chunks = header.chunks
    if not chunks:
        return Names(None, None, ())
    if len(chunks) == 1:
        return _name_one(chunks[0], title_first=title_first, title_only=title_only, answer=answer)
    if len(chunks) == 2 and chunks[1].follows_dates and chunks[1].evidence >= 0:
        # "Cook, Harbour Inn" over "2019 - 2021 | grill, sauces": the first line holds both names.
        first = name_chunks(replace(header, chunks=chunks[:1]), title_first=title_first, title_only=title_only, answer=answer)
        if first.employer is not None and first.title is not None:
            return first._replace(rest=(chunks[1].piece,))
    title, employer = _pick(chunks)
    if title is None or employer is None:
        first_is_title = answer == TITLE if answer in (TITLE, EMPLOYER) else title_first is not False
        one, two = chunks[0], chunks[1]
        title, employer = (one, two) if first_is_title else (two, one)
        rest = tuple(chunk.piece for chunk in chunks[2:])
        question = LabelQuestion(one.piece.text, (EMPLOYER, TITLE))
        return Names(employer.piece, title.piece, rest, question, None)
    rest_chunks = [chunk for chunk in chunks if chunk is not title and chunk is not employer]
    employer_piece, title_piece = employer.piece, title.piece
    if (
        employer.evidence >= 0
        and len(pair := _split_two(title.piece)) == 2
        and organization_evidence(pair[1].text)
        and not title_evidence(pair[1].text)
    ):
        # "Engineer, Acme Inc." over "Payments": the employer stands beside the title and the other line says more about it.
        title_piece, rest_chunks, employer_piece = pair[0], [employer, *rest_chunks], pair[1]
    return Names(
        employer_piece, title_piece, tuple(chunk.piece for chunk in rest_chunks), None, chunks.index(title) < chunks.index(employer)
    )


def _pick(chunks: list[Chunk]) -> tuple[Chunk | None, Chunk | None]:
    """The chunk that is most a title and the one of the others that is most an employer; None, None where nothing tells."""
    best = max(chunks, key=lambda chunk: chunk.evidence)
    least = min(chunks, key=lambda chunk: chunk.evidence)
    if best.evidence == least.evidence:
        return None, None
    if best.evidence <= 0:
        # Only the employer is certain: the first other name is the title.
        return next(chunk for chunk in chunks if chunk is not least), least
    others = [chunk for chunk in chunks if chunk is not best]
    return best, min(others, key=lambda chunk: chunk.evidence)


def _split_two(piece: Piece) -> list[Piece]:
    """A piece at the comma where evidence differs most between the sides; one piece where there is no comma."""
    parts = split_commas(piece)
    if len(parts) < 2:
        return [piece]
    options = []
    for cut in range(1, len(parts)):
        left = piece.part(0, parts[cut - 1].end - piece.start)
        right = piece.part(parts[cut].start - piece.start, len(piece.text))
        difference = abs(Chunk(left, 0).evidence - Chunk(right, 0).evidence)
        options.append((-difference, cut, [left, right]))
    return min(options, key=lambda option: option[:2])[2]


def _name_one(chunk: Chunk, *, title_first: bool | None, title_only: bool, answer: str | None) -> Names:
    pair = _split_two(chunk.piece)
    if len(pair) == 2 and chunk.label is None and not (title_only and organization_evidence(pair[1].text) == 0):
        left, right = (Chunk(part, 0) for part in pair)
        if left.evidence != right.evidence:
            first = left.evidence > right.evidence
            title, employer = (left, right) if first else (right, left)
            return Names(employer.piece, title.piece, (), None, first)
        first = answer == TITLE if answer in (TITLE, EMPLOYER) else title_first is not False
        title, employer = (left, right) if first else (right, left)
        return Names(employer.piece, title.piece, (), LabelQuestion(pair[0].text, (EMPLOYER, TITLE)), None)
    evidence = chunk.evidence
    if evidence == 0:
        is_title = answer == TITLE if answer in (TITLE, EMPLOYER) else title_only
        question = None if title_only else LabelQuestion(chunk.piece.text, (EMPLOYER, TITLE))
        return Names(None, chunk.piece, (), question) if is_title else Names(chunk.piece, None, (), question)
    return Names(None, chunk.piece, ()) if evidence > 0 else Names(chunk.piece, None, ())
