"""Locked fields that a summary names together: a degree with its school, a post with its employer, each with its own year.

Lie caught: *a BA in Piano Technology* where the BA is in Music and the certificate in Piano Technology, *RPT since 2022* where the
award is of 2022 and the certificate of 2020. Honest summary passed: *a BA in Music, RPT since 2020*. All words of the lie are in the
source, so only which entry they come from tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from resume_rag.grounding import keys
from resume_rag.grounding.links import find_phrases
from resume_rag.grounding.locked import fields_of
from resume_rag.grounding.names import normalise_name
from resume_rag.grounding.reading import Reading, Token, read
from resume_rag.schema import Finding, Resume, Span
from resume_rag.text import fold, split_sentences

_FIELDS = {
    "work": ("name", "position", "location"),
    "volunteer": ("organization", "position"),
    "education": ("institution", "studyType", "area", "score"),
    "certificates": ("name", "issuer"),
    "awards": ("title", "awarder"),
    "publications": ("name", "publisher"),
}
_CODES = {
    "work": "employer_changed",
    "volunteer": "employer_changed",
    "education": "degree_changed",
    "certificates": "certificate_changed",
    "awards": "award_changed",
    "publications": "publication_changed",
}
_OWNERS = frozenset({"name", "organization", "institution", "issuer", "awarder", "publisher"})
_DATES = ("startDate", "endDate", "date", "releaseDate")
_GIVEN = frozenset({"awards", "certificates", "publications"})
_PRIZES = frozenset("first second third runner-up finalist shortlisted".split()) | {"prize", ",", ")"}
_TIES = frozenset("at from by in of for with the a an ( certificate certificates certification diploma degree level".split())
_YEAR_TIES = frozenset("( , in since of from the - until awards award certificate certified".split())
_AT = frozenset({"at", "for"})
_SMALLER = frozenset(
    "finalist shortlisted shortlist runner nominee nominated second third silver bronze commended progress pending expected".split()
)
_SMALL_WORDS = {
    "finalist": {"finalist", "shortlisted", "final", "finals"},
    "shortlisted": {"shortlisted", "shortlist", "finalist", "nominated"},
    "runner": {"runner", "second"},
    "nominee": {"nominee", "nominated", "nomination"},
    "nominated": {"nominee", "nominated", "nomination"},
    "progress": {"progress", "studying", "working", "towards", "toward", "pursuing", "candidate"},
}
_LEGAL = keys.keys_of(frozenset("gmbh ltd limited inc ag co corp llc plc pvt stores kg sarl bv".split()))
_PART = 2
_NEAR, _FAR = 5, 8


@dataclass(frozen=True, eq=False)
class _Mention:
    """A locked value in a line: from which token to which, and the entries that have it."""

    start: int
    end: int
    section: str
    field: str
    entries: frozenset[int]


def check_entries(source: Resume, tailored: Resume) -> Iterator[Finding]:
    """Findings on the summary: what it ties together must stand in one entry of the source.

    >>> from resume_rag.grounding.sources import read_resume
    >>> schools = [
    ...     {"institution": "Oak College", "studyType": "BA", "area": "Music", "endDate": "2014"},
    ...     {"institution": "Elm School", "studyType": "Certificate", "area": "Piano Technology", "endDate": "2017"},
    ... ]
    >>> before = read_resume({"basics": {"summary": "Tuner."}, "education": schools}, "source")
    >>> def find(summary):
    ...     return [f.code for f in check_entries(before, read_resume({"basics": {"summary": summary}}, "tailored"))]
    >>> find("Tuner with a BA in Piano Technology."), find("Tuner with a BA in Music from Oak College (2014).")
    (['degree_changed'], [])
    """
    text = tailored.basics.summary if tailored.basics is not None else None
    told = source.basics.summary if source.basics is not None else None
    if not text or told and fold(text) == fold(told):
        return
    values = list(_list_values(source))
    for start, end in split_sentences(text):
        line = read(text[start:end])
        mentions = _find_mentions(line, values)
        for place, code in (
            *_find_mixed(line, mentions, source),
            *_find_misdated(line, mentions, source),
            *_find_raised(line, mentions, source),
            *_find_moved(line, mentions, source),
            *_find_blended(line, source),
        ):
            first, last = line.tokens[place[0]], line.tokens[place[1] - 1]
            span = Span(start=first.start + start, end=last.end + start)
            message = f"“{line.text[first.start : last.end]}”: the source says this of another entry."
            yield Finding(path="basics.summary", code=code, message=message, span=span)


def _list_values(source: Resume) -> Iterator[tuple[str, str, int, tuple[str, ...]]]:
    """Section, field, entry and the words of each form of each locked value."""
    label = source.basics.label if source.basics is not None else None
    for section, wanted in _FIELDS.items():
        for i, entry in enumerate(getattr(source, section)):
            mine = fields_of(entry)
            for field in wanted:
                for form in _list_forms("certificate" if (section, field) == ("certificates", "name") else field, mine.get(field, "")):
                    yield section, field, i, form
            if section == "work" and label and set(_words(label)) <= set(_words(mine.get("position", ""))):
                yield section, "position", i, _words(label)


def _list_forms(field: str, value: str) -> set[tuple[str, ...]]:
    """A value whole, its first part, initials in brackets, and a degree spelled out."""
    if not value.strip():
        return set()
    parts = [part for part in re.split(r"[,;()]|\s[-–—]\s", value) if part.strip()]
    forms = {_words(value), _words(parts[0])}
    forms |= {_words(part) for part in parts[1:] if part.strip().isupper() and len(part.strip()) > 1}
    first = _words(parts[0])
    if field in {"name", "organization"}:
        bare = [word for word in first if word not in _LEGAL]
        forms.add(tuple(bare) if bare else first)
    if field == "position" and len(parts) > 1:
        forms.add((*_words(parts[1]), *first))  # "Midwife, Labour Ward", a labour ward midwife
    if field == "certificate":
        forms |= {first[-_PART:], first[:_PART]} if len(first) > _PART else set()
        forms |= {_words(word) for word in parts[0].split() if word.isupper() and len(word) > _PART}
    if field == "studyType":
        forms |= {_words(normalise_name(parts[0])), _words(normalise_name(value))}
    return {form for form in forms if form}


def _words(text: str) -> tuple[str, ...]:
    return tuple(t.key for t in read(text).tokens if t.kind == "number" or t.content)


def _find_mentions(line: Reading, values: list[tuple[str, str, int, tuple[str, ...]]]) -> list[_Mention]:
    """The longest value at each place."""
    places = [i for i, t in enumerate(line.tokens) if t.kind == "number" or t.content]
    words = tuple(line.tokens[i].key for i in places)
    found: dict[tuple[int, int, str, str], set[int]] = {}
    for section, field, entry, form in values:
        for at in range(len(words) - len(form) + 1):
            if words[at : at + len(form)] == form and places[at + len(form) - 1] - places[at] < 2 * len(form) + 1:
                span = (places[at], places[at + len(form) - 1] + 1, section, field)
                found.setdefault(span, set()).add(entry)
    mentions = [_Mention(*span, frozenset(entries)) for span, entries in found.items()]
    return [
        m for m in mentions if not any(o.start <= m.start and m.end <= o.end and (o.end - o.start) > (m.end - m.start) for o in mentions)
    ]


def _has_owner(source: Resume, section: str, i: int) -> bool:
    return bool({"issuer", "awarder", "publisher"} & fields_of(getattr(source, section)[i]).keys())


def _find_mixed(line: Reading, mentions: list[_Mention], source: Resume) -> Iterator[tuple[tuple[int, int], str]]:
    """*a BA in Piano Technology*: two values that a preposition ties, of no common entry."""
    for a in mentions:
        for b in mentions:
            given = a.section in _GIVEN and b.field in _OWNERS and a.field in {"title", "name"}
            if (
                not given
                and a.section != b.section
                or (a.section, a.field) == (b.section, b.field)
                or not 0 <= b.start - a.end <= (_FAR if given else _NEAR)
            ):
                continue
            between = [t.folded for t in line.tokens[a.end : b.start] if not (given and (t.kind == "number" or t.folded in _PRIZES))]
            if not between or any(word not in _TIES for word in between) or between == ["with"]:
                continue
            readings_of_a = [m for m in mentions if (m.start, m.end, m.section) == (a.start, a.end, a.section)]
            readings_of_b = [m for m in mentions if (m.start, m.end, m.section) == (b.start, b.end, b.section)]
            if given and any(m.section in {"work", "volunteer"} and (m.start, m.end) == (a.start, a.end) for m in mentions):
                continue  # "Piano technician", which stands in "Registered Piano Technician" too
            owned = any(_has_owner(source, a.section, i) for i in a.entries)
            if a.section != b.section and (
                not owned or any(m.section == a.section for m in mentions if (m.start, m.end) == (b.start, b.end))
            ):
                continue
            if a.section == b.section and any(x.entries & y.entries for x in readings_of_a for y in readings_of_b if x.field != y.field):
                continue
            if not any(t in {"in", "from", "at", "by", "of", "for", "("} for t in between):
                continue
            yield (a.start, b.end), _CODES[a.section]


def _find_misdated(line: Reading, mentions: list[_Mention], source: Resume) -> Iterator[tuple[tuple[int, int], str]]:
    """*RPT since 2022*: the year is another entry's."""
    told = {t.text for text in _list_prose(source) for t in read(text).quantities if _is_year(t)}
    for i, token in enumerate(line.tokens):
        if not _is_year(token) or token.text in told:
            continue
        bound = _find_dated(line, mentions, i)
        since = any(t.folded in {"since", "from"} for t in line.tokens[max(0, i - 2) : i])
        if bound and not any(_is_dated(source, m, int(token.text[:4]), since=since) for m in bound):
            yield (
                (min(bound[0].start, i), max(bound[0].end, i + 1)),
                _CODES[bound[0].section] if bound[0].section != "work" else "date_changed",
            )


def _is_year(token: Token) -> bool:
    return token.kind == "number" and re.fullmatch(r"(?:19|20)\d\d", token.text) is not None


def _find_dated(line: Reading, mentions: list[_Mention], at: int) -> list[_Mention]:
    """What a year stands with: the value right before it, else the one right behind it."""
    before = [m for m in mentions if m.end <= at and at - m.end <= _NEAR and all(t.folded in _YEAR_TIES for t in line.tokens[m.end : at])]
    if before:
        last = max(m.end for m in before)
        return [m for m in before if m.end == last]
    behind = [m for m in mentions if m.start == at + 1 and m.section in {"awards", "certificates", "publications"}]
    loose = at and line.tokens[at - 1].folded in {"in", "since", "from", "until"}
    return [] if loose else behind


def _is_dated(source: Resume, mention: _Mention, year: int, *, since: bool) -> bool:
    for i in mention.entries:
        mine = fields_of(getattr(source, mention.section)[i])
        years = [int(mine[field][:4]) for field in _DATES if mine.get(field, "")[:4].isdigit()]
        if not years or mention.field == "location":
            return True
        spans = mention.section in {"work", "volunteer", "education"}
        if spans and (
            year == years[0]
            if since and mention.section != "education"
            else min(years) <= year <= max([*years, year if "endDate" not in mine else 0])
        ):
            return True
        if not spans and year in years:
            return True
    return False


def _list_prose(source: Resume) -> Iterator[str]:
    if source.basics is not None and source.basics.summary:
        yield source.basics.summary
    for entry in (*source.work, *source.volunteer, *source.projects):
        yield from getattr(entry, "highlights", ()) or ()


def _find_raised(line: Reading, mentions: list[_Mention], source: Resume) -> Iterator[tuple[tuple[int, int], str]]:
    """*Student Midwife of the Year* for *Student Midwife of the Year, shortlisted*; a certificate in progress told as held."""
    said = {t.folded for t in line.tokens}
    for mention in mentions:
        if mention.section not in {"awards", "certificates"} or mention.field not in {"title", "name"}:
            continue
        small = [
            {t.folded for t in read(fields_of(getattr(source, mention.section)[i]).get(mention.field, "")).tokens} & _SMALLER
            for i in mention.entries
        ]
        own = {t.folded for t in line.tokens[mention.start : mention.end]}
        if all(small) and not any(_SMALL_WORDS.get(word, {word}) & said or word in own for words in small for word in words):
            yield (mention.start, mention.end), _CODES[mention.section]


def _find_moved(line: Reading, mentions: list[_Mention], source: Resume) -> Iterator[tuple[tuple[int, int], str]]:
    """*night auditor at the Casino Hotel*, *tuned pianos at Heidelberg Music*: work that another entry reports."""
    roles = [(section, i, _keys_of(entry)) for section in ("work", "volunteer") for i, entry in enumerate(getattr(source, section))]
    for mention in mentions:
        if mention.field not in {"name", "organization"} or mention.section not in {"work", "volunteer"}:
            continue
        at = mention.start - 1
        while at >= 0 and line.tokens[at].folded in {"the", "a", "an"}:
            at -= 1
        if at < 1 or line.tokens[at].folded not in _AT:
            continue
        begin = at
        while begin > 0 and line.tokens[begin - 1].kind != "mark" and line.tokens[begin - 1].folded not in {"and", "who", "with", "then"}:
            begin -= 1
        said = {t.key for t in line.tokens[begin:at] if t.content and not t.kind == "number"}
        home = frozenset().union(*(words for section, i, words in roles if section == mention.section and i in mention.entries))
        away = frozenset().union(*(words for section, i, words in roles if not (section == mention.section and i in mention.entries)))
        strange = [key for key in said if not any(keys.are_akin(key, other) for other in home)]
        if strange and all(key in away for key in strange):
            yield (begin, mention.end), "role_mixed"


def _find_blended(line: Reading, source: Resume) -> Iterator[tuple[tuple[int, int], str]]:
    """*a 140-room casino hotel* for *a 140-room airport hotel*: a counted thing takes a word that only the name of another entry has."""
    numbered = [phrase for phrase in find_phrases(line) if phrase.words[0].kind == "number" and not _is_year(phrase.words[0])]
    if not numbered:
        return
    prose = [read(text) for text in _list_prose(source)]
    told = frozenset().union(*(r.keys for r in prose))
    for phrase in numbered:
        values = {t.quantity.value for t in phrase.words if t.quantity is not None}
        homes = [r for r in prose if values & {t.quantity.value for t in r.quantities if t.quantity is not None}]
        words = [t for t in phrase.words if t.kind == "word"]
        if not homes or not any(t.key in r.keys for r in homes for t in words):
            continue
        for token in words:
            if token.key not in told and not any(keys.are_akin(token.key, key) for key in told):
                at = line.tokens.index(token)
                yield (at, at + 1), "setting_swapped"


def _keys_of(entry: object) -> frozenset[str]:
    data = entry.model_dump(mode="json")  # type: ignore[attr-defined]
    texts = [value for value in data.values() if isinstance(value, str)] + [t for t in data.get("highlights") or () if isinstance(t, str)]
    return frozenset(t.key for text in texts for t in read(text).content)
