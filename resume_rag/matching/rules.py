"""Requirements that similarity must not decide: degrees, licences and certificates, and leading people.

Each rule says whether it is for a target, and then gives the facts that meet it, or none: a level that is lower than
the one asked for, a certificate that is not finished, or a crew that is smaller meets nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from resume_rag.matching.evidence import UNFINISHED, Evidence
from resume_rag.matching.words import asked_stems, find_family, find_numbers, find_stems
from resume_rag.schema import Fact
from resume_rag.text import find_words, stem

# --- degrees -------------------------------------------------------------------------------------------------------------

_DEGREES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (5, re.compile(r"\bph\.?\s?d\b|doctora|doctor of|doktor", re.I)),
    (
        4,
        re.compile(
            r"\b[Mm]aster(?:['’]?s)?(?= degree| of| in\b|,| or|/|$)|\bM\.?Sc\b|\bM\.?S\.?\b(?! (?i:office|excel|word|project|teams|sql|windows|dynamics))(?=[ ,/.]|$)|"
            r"\bMA\b|\bMBA\b|\bMSW\b|\bMEng\b|\bM\.Tech|\bM\.E\.|\bMEd\b|(?:post)?graduate degree|advanced degree|máster"
        ),
    ),
    (
        3,
        re.compile(
            r"[Bb]achelor|\bB\.?Sc\b|\bB\.?S\.?\b|\bB\.?A\.?\b|\bBEng\b|\bBSN\b|\bB\.Tech|\bB\.E\.|\b[Uu]ndergraduate degree|(?:[Uu]niversity|[Cc]ollege)(?:-level)? degree|"
            r"[Ll]icenciatura|\b[Gg]rado\b|\b[Ll]icence en|[Ss]tudium|[Hh]ochschul"
        ),
    ),
    (2, re.compile(r"\bassociate(?:['’]?s)?(?= degree| of| in\b|$)|\bAAS?\b|foundation degree", re.I)),
    (1, re.compile(r"high school|\bGED\b|secondary school|\bdiploma\b|ausbildung|bachillerato|a-levels", re.I)),
)  # fmt: skip
_PLAIN_DEGREE = re.compile(r"\b(?:degree|graduate of)\b", re.I)
_PLAIN_DEGREE_LEVEL = 2
_DEGREE_WORDS = frozenset(
    stem(word)
    for word in """degree bachelor bachelor's master master's phd ph.d doctorate doctoral doctor associate associate's diploma high school ged bs ba bsc msc ms ma
    beng meng aas aa university college university-level complete completed accredited equivalent field discipline subject area minimum higher education
    qualification science arts undergraduate graduate postgraduate completion recognized recognised certificate b.e b.tech m.e m.tech abgeschlossene
    abgeschlossenes ausbildung studium grado licenciatura secondary""".split()
)
_FIELD_OF = {"bsn": find_family("nurs"), "msw": find_family("social"), "mba": find_family("busi")}
_WIDE_FIELDS = frozenset(find_family(stem(word)) for word in "technical quantitative scientific stem".split())
_FIELDS_OF_NUMBERS = frozenset(
    find_family(stem(word))
    for word in "computer computational mathematics statistics physics engineering science informatics technology economics".split()
)
_RELATED = re.compile(r"\b(?:related|relevant|similar|equivalent|comparable|another)\b", re.I)
MIN_FIELD_SIMILARITY = 0.5


def find_degree_level(text: str) -> int | None:
    """The lowest level of schooling that a text names: 1 school or trade diploma to 5 doctorate; None where it names none.

    >>> find_degree_level("BS or MS in Physics"), find_degree_level("Master electrician license"), find_degree_level("A culinary degree")
    (3, None, 2)
    """
    levels = [level for level, pattern in _DEGREES if pattern.search(text)]
    return min(levels) if levels else (_PLAIN_DEGREE_LEVEL if _PLAIN_DEGREE.search(text) else None)


def find_degree_support(asked: str, level: int, facts: Sequence[Fact], near: Sequence[float], year: int) -> list[str]:
    """Ids of the study type and field of a finished degree that is high enough and in one of the fields asked for."""
    fields = {find_family(part) for part in asked_stems(asked) if part not in _DEGREE_WORDS}
    fields = {_FIELD_OF.get(field, field) for field in fields}
    ids: list[str] = []
    for role in dict.fromkeys(fact.role for fact in facts if fact.section == "education"):
        entry = [(column, fact) for column, fact in enumerate(facts) if fact.role == role]
        by_field = {fact.path.rsplit(".", 1)[-1]: fact for _, fact in entry}
        said = [(column, fact) for column, fact in entry if fact.path.endswith((".studyType", ".area"))]
        whole = " ".join(fact.text for _, fact in said)
        end = by_field.get("endDate")
        if UNFINISHED.search(whole) or (end and int(end.text[:4]) > year):
            continue
        school = by_field["institution"].text if "institution" in by_field else ""
        if (_highest_level(f"{whole} {school}" if level == 1 else whole) or 0) < level:
            continue
        held = {find_family(part) for part in find_stems(whole)} | {_FIELD_OF.get(part, part) for part in find_stems(whole)}
        if fields & _WIDE_FIELDS:
            held |= fields & _WIDE_FIELDS if held & _FIELDS_OF_NUMBERS else set()
        if not fields or fields & held or (_RELATED.search(asked) and max(near[column] for column, _ in said) >= MIN_FIELD_SIMILARITY):
            ids += [fact.id for _, fact in said]
    return ids


def _highest_level(text: str) -> int | None:
    return next((level for level, pattern in _DEGREES if pattern.search(text)), _PLAIN_DEGREE_LEVEL if _PLAIN_DEGREE.search(text) else None)


# --- licences and certificates -----------------------------------------------------------------------------------------

_CREDENTIAL = re.compile(
    r"\b(?:licen[sc]e[ds]?|licensure|certif\w+|credentials?|registration|registered|endorsement|permit|accredited|accreditation|clearance|"
    r"driver'?s? licen[sc]e|zertifi\w+|führerschein\w*|carné|permis|RN|LPN|CDL|CPA)\b|\bcard$",
    re.I,
)
_CREDENTIAL_WORDS = frozenset(
    stem(word)
    for word in """license licence licensed licensure certificate certification certifications certified certificates credential credentials diploma
    registration registered card endorsement permit accredited state hold holder possess full unrestricted clean training trained course passed national
    professional zertifikat""".split()
)


def asks_for_credential(text: str) -> bool:
    """Whether a target asks for a licence, certificate or the like."""
    return bool(_CREDENTIAL.search(text)) and len(text.split()) <= 16


def find_credential_support(asked: str, evidence: Sequence[Evidence]) -> list[str]:
    """Ids of what names the very licence or certificate asked for, numbers included, and is finished."""
    named = frozenset(part for part in asked_stems(asked) if part not in _CREDENTIAL_WORDS)
    numbers = set(find_numbers(asked))
    if not named and "registered" not in asked.casefold():
        return []
    ids = []
    for one in evidence:
        text = one.fact.text
        if UNFINISHED.search(text) or not (one.kind in ("credential", "name") or _CREDENTIAL.search(text)):
            continue
        if named and named <= one.shares(asked, named) and numbers <= set(find_numbers(text)):
            ids.append((one.kind != "credential", one.column, one.fact.id))
    return [fact_id for *_, fact_id in sorted(ids)]


# --- leading people ------------------------------------------------------------------------------------------------------

_LEADS = frozenset(
    stem(word) for word in "lead led leading manage supervise supervisory head charge direct foreman manager supervisor leadership".split()
)
_LEADS_PEOPLE = frozenset(stem(word) for word in "run ran coach oversee guide".split())
_PEOPLE = frozenset(
    stem(word)
    for word in """team crew staff engineer people person nurse shift employee report reports group department worker technician associate agent cook chef
    brigade picker packer receptionist baker teacher carpenter electrician welder developer analyst accountant volunteer driver clerk operator guard
    aide assistant caseworker reps representative salespeople colleague apprentice leadership supervisory""".split()
)


def asks_to_lead(asked: str) -> bool:
    """Whether a target asks for leading people: "Lead a crew of 20", not "Lead time planning"."""
    stems = find_stems(asked)
    return bool(_LEADS & stems and _PEOPLE & stems)


def asks_only_to_lead(asked: str) -> bool:
    """Whether a target names nobody but people of a trade: "Supervise 20 pickers"."""
    return not frozenset(asked_stems(asked)) - _LEADS - _LEADS_PEOPLE - _PEOPLE


def shows_leading(asked: str, held: str) -> bool:
    """Whether a fact says so, for at least as many as asked for."""
    stems = find_stems(held)
    if not (_LEADS & stems or (_LEADS_PEOPLE & stems and _PEOPLE & stems)):
        return False
    wanted, stated = _find_heads(asked), find_numbers(held)
    return not wanted or (bool(stated) and max(stated) >= max(wanted))


def _find_heads(asked: str) -> list[float]:
    """Numbers of people asked for; "across three shifts" counts shifts."""
    return find_numbers(
        " ".join(
            word.text for word in find_words(re.sub(r"\b(?:across|over|in|on) \w+ (?:shifts|sites|floors|stores|stations)\b", " ", asked))
        )
    )
