"""Statements of a summary that two entries of the source were welded into.

Lie caught: *baked 200 loaves a day for the casino* where the loaves were baked at a hotel and the casino is another post. Honest summary
passed: *baked 200 loaves a day and served 14 tables a night*. A summary may rest on many facts, but one statement of it only on one entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resume_rag.grounding import keys
from resume_rag.grounding.reading import Token, read
from resume_rag.schema import Fact, Finding, Span

_SPLITS = frozenset("and who that which while or plus also including whose where as after before then".split())
_LEAST_SHARED = 1
_NAMED_WHOLE = frozenset("education certificates awards publications references languages".split())
"""Sections whose entries a summary names beside what was done; `entries.py` reads these."""


def check_welds(text: str, facts: Sequence[Fact], path: str) -> Iterator[Finding]:
    """Findings on words that a statement takes from another entry than the one that it is made of.

    >>> told = [("Baked 200 loaves a day", "work[0]"), ("Served 14 tables at the casino", "work[1]")]
    >>> facts = [Fact(id=t, path=f"{r}.highlights[0]", text=t, section="work", role=r, locked=False) for t, r in told]
    >>> [f.code for f in check_welds("Baked 200 loaves a day for the casino", facts, "basics.summary")]
    ['role_mixed']
    >>> list(check_welds("Baked 200 loaves a day and served 14 tables", facts, "basics.summary"))
    []
    """
    prose = [fact for fact in facts if not fact.locked and fact.role and fact.section not in _NAMED_WHOLE | {"basics"}]
    general = frozenset().union(*(read(fact.text).keys for fact in facts if fact.section in _NAMED_WHOLE | {"basics"}))
    roles: dict[str, frozenset[str]] = {}
    for fact in facts:
        if fact.section not in _NAMED_WHOLE | {"basics"}:
            home = fact.role or fact.path
            roles[home] = roles.get(home, frozenset()) | read(fact.text).keys
    for statement in _split(read(text).tokens):
        homes = _find_homes(statement, prose)
        known = general.union(*(roles.get(home, frozenset()) for home in homes))
        for token in statement if homes else ():
            if _is_foreign(token, known) and any(token.key in words for words in roles.values()):
                message = f"“{token.text}”: the source says this of another entry."
                yield Finding(path=path, code="role_mixed", message=message, span=Span(start=token.start, end=token.end))


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    """Statements: cut at marks, joining words and verbs."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        cut = token.kind == "mark" and token.text not in "-/'’" or token.folded in _SPLITS
        if cut or token.verb and token.content and any(t.verb and t.content for t in found[-1]):
            found.append([])
        if not cut:
            found[-1].append(token)
    return found


def _find_homes(statement: list[Token], prose: Sequence[Fact]) -> set[str]:
    """Entries whose one fact carries most of a statement: at least a verb or a number of it."""
    scored = [(_count_shared(statement, fact), str(fact.role)) for fact in prose]
    most = max((shared for shared, _ in scored), default=0)
    return {role for shared, role in scored if shared == most} if most >= _LEAST_SHARED else set()


def _count_shared(statement: list[Token], fact: Fact) -> int:
    theirs = read(fact.text)
    values = {t.quantity.value for t in theirs.quantities if t.quantity is not None}
    numbers = sum(
        t.quantity is not None and t.quantity.unit != "calendar" and t.quantity.value in values and not (before and before.capitalised)
        for before, t in zip((None, *statement), statement, strict=False)
        if t.kind == "number"
    )  # not the number of "Part 2"
    words = [t for t in statement if t.kind == "word" and t.content and t.key not in keys.STYLE]
    carried = [t for t in words if t.key in theirs.keys or t.verb and keys.find_families(t.key) & theirs.families]
    named = any(a.verb and a.capitalised and b.capitalised for a, b in zip(statement, statement[1:], strict=False))
    anchored = numbers or not named and any(t.verb for t in carried)  # "Registered Piano Technician" tells no act
    return numbers + len(carried) if anchored else 0


def _is_foreign(token: Token, known: frozenset[str]) -> bool:
    if token.kind != "word" or not token.content or token.verb or token.key in keys.STYLE or token.key in known:
        return False
    return not any(keys.are_akin(token.key, key) or keys.is_wider(token.key, key) or keys.is_derived(token.key, key) for key in known)
