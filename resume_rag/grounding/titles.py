"""Titles inside a line: *assistant manager* is no *manager*, *as manager* needs a manager.

Lie caught: *stood in for the head chef* turned into *served as head chef*. Honest line passed: the title the role has.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.acts import is_agent
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon import marks
from resume_rag.grounding.measured import is_people
from resume_rag.grounding.reading import Reading, Token

_STOP = frozenset("for to with by in on at from of into across through and while during over under".split())
_TITLES = keys.keys_of(
    frozenset(w for w, rank in marks.RANKS.items() if rank >= 3)
    | frozenset("engineer nurse teacher manager cook chef welder editor".split())
)


def check_titles(check: LineCheck) -> None:
    """*assistant manager* is no *manager*; *student nurse* is no *nurse*; *lead engineer* needs a lead."""
    _check_as(check)
    small = {pair for r in check.grounds.all_readings for pair in _small_titles(r)}
    if not small:
        return
    plain = {t.key for r in check.grounds.all_readings for i, t in enumerate(r.tokens) if not _is_diminished(r, i)}
    for i, token in enumerate(check.line.tokens):
        for modifier, title in small:
            if token.key == title and title not in plain and not _is_diminished(check.line, i):
                check.report("seniority_changed", f"the source says “{modifier} {token.folded}”.", token.start, token.end)


def _is_diminished(reading: Reading, at: int) -> bool:
    for token in reversed(reading.tokens[max(0, at - 3) : at]):
        if token.folded in marks.DIMINISHERS:
            return True
        if not token.content or token.verb:
            return False
    return False


def _check_as(check: LineCheck) -> None:
    """*As manager, ...*: a title that the line takes must be one the source or the role gives to the candidate."""
    given = {t.key for r in check.grounds.context for t in r.content} | {t.key for r in check.grounds.readings for t in _taken_titles(r)}
    for token in _taken_titles(check.line):
        if token.key not in given and not is_agent(token, check.grounds):
            check.report(
                "seniority_changed", f"{check.quote(token.start, token.end)}: the source does not give this title.", token.start, token.end
            )


def _taken_titles(reading: Reading) -> list[Token]:
    found = []
    for i, token in enumerate(reading.tokens):
        if (
            token.folded in {"was", "am", "became", "been"}
            and (token.first or reading.tokens[i - 1].folded in {"i", "have", "had"})
            or token.folded == "as"
            and (
                token.first
                or reading.tokens[i - 1].folded in {"served", "worked", "acted", "acting", "serving", "working", "joined", "promoted"}
            )
        ):
            after = reading.tokens[i + 1 : i + 6]
            stop = next((j for j, t in enumerate(after) if t.kind == "mark" or t.folded in _STOP), len(after))
            found += [t for t in after[:stop] if t.key in _TITLES or t.folded in marks.RANKS]
    return found


@lru_cache(maxsize=4096)
def _small_titles(reading: Reading) -> frozenset[tuple[str, str]]:
    """Pairs of a word that makes a title smaller and the title; up to two words may stand between (*deputy safeguarding lead*)."""
    found = set()
    for i, a in enumerate(reading.tokens):
        if a.folded not in marks.DIMINISHERS:
            continue
        for b in reading.tokens[i + 1 : i + 4]:
            if not b.content or b.folded in marks.DIMINISHERS:
                break
            if b.key in _TITLES or is_people(b.key) or b.folded in marks.RANKS:
                found.add((a.folded, b.key))
                break
    return frozenset(found)
