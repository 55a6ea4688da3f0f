"""Titles inside a line: *assistant manager* is no *manager*, *as manager* needs a manager.

Lie caught: *stood in for the head chef* turned into *served as head chef*. Honest line passed: the title the role has.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
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
    plain = {
        t.key for r in check.grounds.all_readings for i, t in enumerate(r.tokens) if not (i and r.tokens[i - 1].folded in marks.DIMINISHERS)
    }
    for i, token in enumerate(check.line.tokens):
        before = check.line.tokens[i - 1].folded if i else ""
        for modifier, title in small:
            if token.key == title and before != modifier and title not in plain and before not in marks.DIMINISHERS:
                check.report("seniority_changed", f"the source says “{modifier} {token.folded}”.", token.start, token.end)


def _check_as(check: LineCheck) -> None:
    """*As manager, ...*: a title that the line takes must be one the source or the role gives to the candidate."""
    given = {t.key for r in check.grounds.context for t in r.content} | {t.key for r in check.grounds.readings for t in _taken_titles(r)}
    for token in _taken_titles(check.line):
        if token.key not in given:
            check.report(
                "seniority_changed", f"{check.quote(token.start, token.end)}: the source does not give this title.", token.start, token.end
            )


def _taken_titles(reading: Reading) -> list[Token]:
    found = []
    for i, token in enumerate(reading.tokens):
        if token.folded == "as" and (
            token.first
            or reading.tokens[i - 1].folded in {"served", "worked", "acted", "acting", "serving", "working", "joined", "promoted"}
        ):
            after = reading.tokens[i + 1 : i + 6]
            stop = next((j for j, t in enumerate(after) if t.kind == "mark" or t.folded in _STOP), len(after))
            found += [t for t in after[:stop] if t.key in _TITLES or t.folded in marks.RANKS]
    return found


@lru_cache(maxsize=4096)
def _small_titles(reading: Reading) -> frozenset[tuple[str, str]]:
    tokens = reading.tokens
    return frozenset(
        (a.folded, b.key)
        for a, b in zip(tokens, tokens[1:], strict=False)
        if a.folded in marks.DIMINISHERS and b.content and (b.key in _TITLES or is_people(b.key) or b.folded in marks.RANKS)
    )
