"""From whom, to whom, under whom: the person in one place of an act is the one that the source has there.

Lie caught: *received handover from the captain* for *received handover from the purser, in presence of the captain*. Honest line
passed: *took over from the purser*. What people did by themselves is judged by `agents.py`.
"""

from __future__ import annotations

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.links import Phrase, find_phrases
from resume_rag.grounding.people import is_actor
from resume_rag.grounding.reading import Token

_SLOTS = frozenset("from to by under".split())


def check_counterparts(check: LineCheck) -> None:
    """Reports a person of the source who has come into the place of another person of the source.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Received handover from the purser in presence of the captain", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_counterparts(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Received handover from the captain"), find("Received a handover from the purser, the captain being present")
    (['object_changed'], [])
    """
    mine = [p for p in find_phrases(check.line) if p.kind in _SLOTS and p.verb is not None and _person(p) is not None]
    if not mine:
        return
    theirs = [(n, p) for n, r in enumerate(check.grounds.readings) for p in find_phrases(r)]
    for phrase in mine:
        person = _person(phrase)
        if person is None or phrase.verb is None or check.taken(person.start, person.end):
            continue
        filled = [
            (n, p)
            for n, p in theirs
            if p.kind == phrase.kind and p.verb is not None and keys.are_akin(p.verb.key, phrase.verb.key) and _person(p) is not None
        ]
        homes = [p for _, p in theirs if any(_is_like(t, person) for t in p.words)]
        if not filled or not homes or any(_is_like(t, w) for _, p in filled for t in p.words for w in phrase.words if is_actor(t)):
            continue
        if any(p.kind == phrase.kind or p.joined for p in homes):
            continue
        number = filled[0][0]
        why = f"{check.quote(person.start, person.end)}: the source has somebody else in this place."
        check.report("object_changed", why, person.start, person.end, number)


def _person(phrase: Phrase) -> Token | None:
    return next((t for t in (phrase.words[-1], phrase.words[0]) if is_actor(t)), None)


def _is_like(a: Token, b: Token) -> bool:
    return a.kind == b.kind == "word" and keys.are_akin(a.key, b.key)
