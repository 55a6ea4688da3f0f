"""A resume in the order in which people read one, whatever it is then written as.

Each line keeps its path in the resume (``work[0].highlights[1]``), so that a reader of provenance can find it again.
Empty sections and fields leave no trace. Keys that JSON Resume does not have are not shown: they stay in the JSON.
Section titles and months are English; the text itself is never touched beyond squeezing white space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from resume_rag.schema import Basics, Resume, SectionName
from resume_rag.text import squeeze

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LISTED_SECTIONS: tuple[SectionName, ...] = ("skills", "languages", "interests", "certificates")
"""Sections whose entries are short lines, without a heading each."""
_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A sentence, paragraph or bullet, and its path in the resume."""

    path: str
    text: str
    is_bullet: bool = False
    label: str = ""
    """What stands before the text in bold, such as the name of a group of skills."""

    def said(self) -> str:
        """Label and text as one string without markup."""
        return f"{self.label}: {self.text}" if self.label else self.text


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A job, a school, a project: what it is (``title``), where and when, and its lines."""

    path: str
    title: str = ""
    place: str = ""
    dates: str = ""
    url: str = ""
    lines: tuple[OutlineLine, ...] = ()

    def where(self) -> tuple[str, ...]:
        """Place, dates and address, those that there are."""
        return tuple(part for part in (self.place, self.dates, self.url) if part)

    def inline(self) -> str:
        """The whole entry on one line without markup, for sections of short entries."""
        head = ", ".join(part for part in (self.title, *self.where()) if part)
        return " ".join(part for part in (head, *(line.said() for line in self.lines)) if part)


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """A section under its English title."""

    name: SectionName
    title: str
    entries: tuple[OutlineEntry, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """Name, one line of what the person is, how to reach them, then the sections."""

    name: str
    label: str
    contact: tuple[str, ...]
    sections: tuple[OutlineSection, ...]


def build_outline(resume: Resume) -> Outline:
    """Put a resume in reading order.

    >>> resume = Resume.model_validate({"basics": {"name": "Ada Poe"}, "work": [{"name": "Acme", "highlights": ["Built it"]}]})
    >>> outline = build_outline(resume)
    >>> outline.name, outline.sections[0].title, outline.sections[0].entries[0].lines[0].path
    ('Ada Poe', 'Experience', 'work[0].highlights[0]')
    """
    basics = resume.basics or Basics()
    sections = []
    for name, title, entries_of in _SECTIONS:
        entries = tuple(entry for entry in entries_of(resume) if entry.title or entry.place or entry.dates or entry.lines)
        if entries:
            sections.append(OutlineSection(name, title, entries))
    return Outline(squeeze(basics.name or ""), squeeze(basics.label or ""), tuple(_contact(basics)), tuple(sections))


def format_dates(start: str | None, end: str | None, *, is_open: bool = False) -> str:
    """A range of ISO dates as people write it; ``is_open``: without an end it still goes on.

    >>> format_dates("2020-04", None, is_open=True), format_dates("2012", "2013-06-01"), format_dates("2012", None)
    ('Apr 2020 – Present', '2012 – Jun 2013', '2012')
    """
    first, last = _format_date(start), _format_date(end)
    if first and not last and is_open:
        last = "Present"
    return " – ".join(dict.fromkeys(part for part in (first, last) if part))


def _format_date(date: str | None) -> str:
    if not date:
        return ""
    year, _, rest = date.partition("-")
    month = rest[:2]
    return f"{_MONTHS[int(month) - 1]} {year}" if month.isdigit() and 1 <= int(month) <= 12 else year


def _joined(*parts: str | None, by: str = ", ") -> str:
    return by.join(dict.fromkeys(squeezed for part in parts if part and (squeezed := squeeze(part))))


def _contact(basics: Basics) -> Iterator[str]:
    where = basics.location
    if where:
        town = _joined(where.city, where.region)
        address = _joined(where.address, _joined(where.postalCode, town, by=" ") if where.address else town, where.countryCode)
        if address:
            yield address
    profiles = [profile.url or _joined(profile.network, profile.username, by=": ") for profile in basics.profiles]
    yield from dict.fromkeys(squeezed for part in (basics.email, basics.phone, basics.url, *profiles) if (squeezed := squeeze(part or "")))


def _paragraphs(path: str, text: str | None) -> Iterator[OutlineLine]:
    for paragraph in _PARAGRAPH_BREAK.split(text or ""):
        if squeezed := squeeze(paragraph):
            yield OutlineLine(path, squeezed)


def _bullets(path: str, texts: tuple[str, ...]) -> Iterator[OutlineLine]:
    for number, text in enumerate(texts):
        if squeezed := squeeze(text):
            yield OutlineLine(f"{path}[{number}]", squeezed, is_bullet=True)


def _listed(path: str, words: tuple[str, ...], label: str = "") -> tuple[OutlineLine, ...]:
    text = _joined(*words)
    return (OutlineLine(path, text, label=label),) if text else ()


def _summary(resume: Resume) -> Iterator[OutlineEntry]:
    if resume.basics:
        yield OutlineEntry("basics", lines=tuple(_paragraphs("basics.summary", resume.basics.summary)))


def _work(resume: Resume) -> Iterator[OutlineEntry]:
    for number, job in enumerate(resume.work):
        path = f"work[{number}]"
        yield OutlineEntry(
            path,
            title=squeeze(job.position or job.name or ""),
            place=_joined(job.name if job.position else None, job.location),
            dates=format_dates(job.startDate, job.endDate, is_open=True),
            url=squeeze(job.url or ""),
            lines=(
                *_paragraphs(f"{path}.description", job.description),
                *_paragraphs(f"{path}.summary", job.summary),
                *_bullets(f"{path}.highlights", job.highlights),
            ),
        )


def _volunteer(resume: Resume) -> Iterator[OutlineEntry]:
    for number, role in enumerate(resume.volunteer):
        path = f"volunteer[{number}]"
        yield OutlineEntry(
            path,
            title=squeeze(role.position or role.organization or ""),
            place=_joined(role.organization if role.position else None),
            dates=format_dates(role.startDate, role.endDate),
            url=squeeze(role.url or ""),
            lines=(*_paragraphs(f"{path}.summary", role.summary), *_bullets(f"{path}.highlights", role.highlights)),
        )


def _projects(resume: Resume) -> Iterator[OutlineEntry]:
    for number, project in enumerate(resume.projects):
        path = f"projects[{number}]"
        yield OutlineEntry(
            path,
            title=squeeze(project.name or ""),
            place=_joined(*project.roles, project.entity, project.type),
            dates=format_dates(project.startDate, project.endDate),
            url=squeeze(project.url or ""),
            lines=(
                *_paragraphs(f"{path}.description", project.description),
                *_bullets(f"{path}.highlights", project.highlights),
                *_listed(f"{path}.keywords", project.keywords, "Keywords"),
            ),
        )


def _education(resume: Resume) -> Iterator[OutlineEntry]:
    for number, study in enumerate(resume.education):
        path = f"education[{number}]"
        degree = _joined(study.studyType, study.area)
        yield OutlineEntry(
            path,
            title=degree or squeeze(study.institution or ""),
            place=_joined(study.institution if degree else None),
            dates=format_dates(study.startDate, study.endDate),
            url=squeeze(study.url or ""),
            lines=(
                *_listed(f"{path}.score", (study.score or "",), "Grade" if (study.score or "")[:1].isdigit() else ""),
                *_listed(f"{path}.courses", study.courses, "Courses"),
            ),
        )


def _certificates(resume: Resume) -> Iterator[OutlineEntry]:
    for number, certificate in enumerate(resume.certificates):
        yield OutlineEntry(
            f"certificates[{number}]",
            title=squeeze(certificate.name or ""),
            place=squeeze(certificate.issuer or ""),
            dates=_format_date(certificate.date),
            url=squeeze(certificate.url or ""),
        )


def _awards(resume: Resume) -> Iterator[OutlineEntry]:
    for number, award in enumerate(resume.awards):
        path = f"awards[{number}]"
        yield OutlineEntry(
            path,
            title=squeeze(award.title or ""),
            place=squeeze(award.awarder or ""),
            dates=_format_date(award.date),
            lines=tuple(_paragraphs(f"{path}.summary", award.summary)),
        )


def _publications(resume: Resume) -> Iterator[OutlineEntry]:
    for number, publication in enumerate(resume.publications):
        path = f"publications[{number}]"
        yield OutlineEntry(
            path,
            title=squeeze(publication.name or ""),
            place=squeeze(publication.publisher or ""),
            dates=_format_date(publication.releaseDate),
            url=squeeze(publication.url or ""),
            lines=tuple(_paragraphs(f"{path}.summary", publication.summary)),
        )


def _skills(resume: Resume) -> Iterator[OutlineEntry]:
    named = [(_joined(skill.name, f"({squeeze(skill.level)})" if skill.level else None, by=" "), skill.keywords) for skill in resume.skills]
    yield from _named_lists("skills", named)


def _interests(resume: Resume) -> Iterator[OutlineEntry]:
    yield from _named_lists("interests", [(squeeze(interest.name or ""), interest.keywords) for interest in resume.interests])


def _named_lists(path: str, named: list[tuple[str, tuple[str, ...]]]) -> Iterator[OutlineEntry]:
    """One line for each group that has words under it; those that are only a name share a line."""
    alone = [name for name, words in named if not _joined(*words)]
    for number, (name, words) in enumerate(named):
        yield OutlineEntry(f"{path}[{number}]", lines=_listed(f"{path}[{number}].keywords", words, name))
    yield OutlineEntry(path, lines=_listed(path, tuple(alone)))


def _languages(resume: Resume) -> Iterator[OutlineEntry]:
    spoken = [_joined(known.language, f"({squeeze(known.fluency)})" if known.fluency else None, by=" ") for known in resume.languages]
    yield OutlineEntry("languages", lines=_listed("languages", tuple(spoken)))


def _references(resume: Resume) -> Iterator[OutlineEntry]:
    for number, reference in enumerate(resume.references):
        path = f"references[{number}]"
        lines = tuple(_paragraphs(f"{path}.reference", reference.reference))
        yield OutlineEntry(path, title=squeeze(reference.name or ""), lines=lines)


_SECTIONS: tuple[tuple[SectionName, str, Callable[[Resume], Iterator[OutlineEntry]]], ...] = (
    ("basics", "Summary", _summary),
    ("work", "Experience", _work),
    ("projects", "Projects", _projects),
    ("volunteer", "Volunteering", _volunteer),
    ("education", "Education", _education),
    ("certificates", "Certificates", _certificates),
    ("skills", "Skills", _skills),
    ("languages", "Languages", _languages),
    ("awards", "Awards", _awards),
    ("publications", "Publications", _publications),
    ("interests", "Interests", _interests),
    ("references", "References", _references),
)
