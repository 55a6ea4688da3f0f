"""Word order that English does not have: a line that breaks off, an article before a preposition, *who* before an *-ing*.

Lie caught: *refunded 41 bottles, credited the by supplier 38 of*. Honest line passed: *refunded 41 bottles, 38 of which the supplier
credited*. Only pairs of neighbours are read, and none that a source has too.
"""

from __future__ import annotations

from resume_rag.grounding.findings import LineCheck

_ARTICLES = frozenset({"the", "a", "an"})
_NEVER_LAST = frozenset("the a an of and or but was were is are who which whose my our their its".split())
_NO_NOUN = frozenset("by of to at from with and or was were is are for who which that the a an into than".split())


def check_syntax(check: LineCheck) -> None:
    """Reports neighbours that cannot stand so.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Refunded 41 bottles, the supplier credited 38.", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_syntax(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Refunded 41 bottles, credited the by supplier 38 of"), find("Refunded 41 bottles, 38 of which the supplier credited")
    (['garbled', 'garbled'], [])
    """
    tokens = check.line.tokens
    known = {(a.folded, b.folded) for r in check.grounds.readings for a, b in zip(r.tokens, r.tokens[1:], strict=False)}
    for a, b in zip(tokens, tokens[1:], strict=False):
        if (a.folded, b.folded) in known or a.joined or b.joined:
            continue
        torn = a.folded in _ARTICLES and b.folded in _NO_NOUN and not b.capitalised
        hanging = a.folded == "who" and b.folded.endswith("ing") and len(b.folded) > 5
        if torn or hanging:
            check.report("garbled", f"{check.quote(a.start, b.end)}: these words cannot stand so.", a.start, b.end)
    last = next((t for t in reversed(tokens) if t.kind != "mark"), None)
    if last is not None and last.kind == "word" and last.folded in _NEVER_LAST and not last.capitalised:
        check.report("garbled", "the line breaks off.", last.start, last.end)
