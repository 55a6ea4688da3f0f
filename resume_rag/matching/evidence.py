"""The candidate's facts as evidence: what each one says, in forms that a target's words can be held against.

A certificate speaks with its issuer's name: it may hold the state or body that a post asks for. Knows nothing of targets or thresholds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from resume_rag.matching.kinds import find_kinds
from resume_rag.matching.words import find_acronyms, find_family, find_initials, find_spelt_out, find_stems
from resume_rag.schema import Fact

Kind = Literal["line", "name", "title", "credential", "language"]

_SUPPORTING = re.compile(
    r"\.(?:highlights|summary|description|keywords|courses|roles)\b|^(?:skills|certificates|languages|education|awards|publications|projects)\b|"
    r"\.(?:position|label)$"
)
_SAYS_NOTHING = re.compile(r"(?:url|startDate|endDate|date|releaseDate|email|phone|username|score|institution|issuer|publisher)$")
UNFINISHED = re.compile(
    r"\b(?:candidate|in progress|pursuing|expected|sections? passed|studying|enrolled|eligible|ongoing|planned|begun|started|not completed|expired)\b",
    re.I,
)
_ALSO_CALLED = (
    (re.compile(r"\bservsafe\b", re.I), "food safety handler"),
    (re.compile(r"\bfood (?:safety|hygiene|handler)", re.I), "food safety hygiene handler"),
    (re.compile(r"\bcdl\b", re.I), "commercial driver license"),
    (re.compile(r"\bdriver'?s? licen|driving licen|führerschein", re.I), "driver driving license führerschein"),
    (re.compile(r"\bb\.?l\.?s\b", re.I), "basic life support"),
    (re.compile(r"\bc\.?p\.?r\b", re.I), "cardiopulmonary resuscitation"),
)


class Evidence(NamedTuple):
    """One fact: its kind, the families of its stems, its acronyms, the initials of its runs of words, what it is a case of."""

    fact: Fact
    column: int
    kind: Kind
    families: frozenset[str]
    acronyms: frozenset[str]
    initials: frozenset[str]
    kinds: tuple[frozenset[str], ...] = ()

    def shares(self, asked: str, words: frozenset[str]) -> frozenset[str]:
        """Which of the words it holds: as they are, in another form of the family, as an acronym, or spelt out."""
        spelt = find_spelt_out(asked, self.acronyms)
        short = find_acronyms(asked) & self.initials
        return frozenset(word for word in words if find_family(word) in self.families or word in spelt or word in short)

    def shows(self, asked: str, words: frozenset[str]) -> frozenset[str]:
        """Which of the words it holds, or is a case of: Docker shows "containers"."""
        families = {find_family(word): word for word in words}
        implied = (families[part] for kind in self.kinds if kind <= families.keys() for part in kind)
        return self.shares(asked, words).union(implied)


def read_evidence(facts: Sequence[Fact]) -> tuple[Evidence, ...]:
    """The facts that can support something, in their order."""
    issuers = {fact.role: fact.text for fact in facts if fact.section == "certificates" and fact.path.endswith("issuer")}
    return tuple(_read_fact(fact, column, issuers.get(fact.role, "")) for column, fact in enumerate(facts) if can_support(fact))


def can_support(fact: Fact) -> bool:
    """Whether a fact says what the candidate did, can or holds: dates, addresses, employers and schools do not."""
    return bool(_SUPPORTING.search(fact.path)) and not _SAYS_NOTHING.search(fact.path)


def _read_fact(fact: Fact, column: int, issuer: str) -> Evidence:
    text = f"{fact.text} {issuer}"
    if fact.section in ("certificates", "education"):
        text = " ".join([text, *(more for pattern, more in _ALSO_CALLED if pattern.search(text))])
    return Evidence(
        fact=fact,
        column=column,
        kind=_find_kind(fact),
        families=frozenset(find_family(part) for part in find_stems(text)),
        acronyms=find_acronyms(fact.text),
        initials=find_initials(fact.text),
        kinds=find_kinds(fact.text),
    )


def _find_kind(fact: Fact) -> Kind:
    if fact.section in ("certificates", "education"):
        return "credential"
    if fact.section == "languages":
        return "language"
    if fact.path.endswith((".position", ".label", ".roles")):
        return "title"
    return "name" if fact.section == "skills" else "line"
