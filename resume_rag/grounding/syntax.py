"""Word order that English does not have: a line that breaks off, two prepositions in a row, *who* before an *-ing*, words said twice.

Lie caught: *refunded 41 bottles, credited the by supplier 38 of*. Honest line passed: *refunded 41 bottles, 38 of which the supplier
credited*. Only neighbours are read, and none that a source has too.
"""

from __future__ import annotations

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon.quantities import RATES
from resume_rag.grounding.reading import Token

_ARTICLES = frozenset({"the", "a", "an"})
_NEVER_LAST = frozenset("the a an of and or but was were is are who which whose my our their its every per than very into".split())
_NO_NOUN = frozenset("by of to at from with and or was were is are for who which that the a an into than".split())
_PREPOSITIONS = frozenset("for from to with of at into between against among without during via since until toward towards upon".split())
"""Prepositions that are no particles as well, so that a noun must follow."""
_NO_OBJECT = frozenset(
    "for from to with of at into by during per against among via than and or when while because whose was were is are".split()
)
"""What a preposition of these cannot have behind it."""
_LEAST = frozenset("least most best worst first last present all once times".split())
_RELATIVE = frozenset("who whom which that what where whose i we they he she you someone somebody people".split())
_CUT = frozenset(
    "on in over under before after now then still also until without where when while through across behind about around".split()
)
"""What a source goes on after, where it stands behind a noun: *training to new joiners on*."""
_TIMES = frozenset("after before until".split())
_TWICE = frozenset("had that very".split())
_LONGEST = 4
_ECHO, _LEAST_ECHO = 4, 2
_BE = frozenset("is are was were be been am".split())
_OPEN_TIMES = frozenset("first same next last previous following minimum maximum total single".split())
_TWO_OBJECTS = keys.keys_of(
    frozenset(
        "teach train give show tell offer provide send pay sell serve ask grant award make bring save lend write hand earn win cost name get allow".split()
    )
)


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
    >>> find("Refunded for with 41 bottles"), find("Refunded 41 41 bottles"), find("Bottles credited by the supplier in 2019 in 2019")
    (['garbled'], ['garbled'], ['garbled'])
    """
    tokens = check.line.tokens
    known = {(a.folded, b.folded) for r in check.grounds.readings for a, b in zip(r.tokens, r.tokens[1:], strict=False)}
    for i, (a, b) in enumerate(zip(tokens, tokens[1:], strict=False)):
        if (a.folded, b.folded) in known or a.joined or b.joined:
            continue
        torn = a.folded in _ARTICLES and b.folded in _NO_NOUN and not b.capitalised
        hanging = a.folded == "who" and b.folded.endswith("ing") and len(b.folded) > 5
        if torn or hanging or _is_stranded(tokens, i) or _is_finite(tokens, i) or _is_unlinked(tokens, i):
            check.report("garbled", f"{check.quote(a.start, b.end)}: these words cannot stand so.", a.start, b.end)
    _check_end(check)
    _check_twice(check)
    _check_echo(check)


def _is_stranded(tokens: tuple[Token, ...], at: int) -> bool:
    """*interpreted for at two hospitals*: a preposition with nothing behind it; not *38 of which*, *was asked for by two*."""
    a, b = tokens[at], tokens[at + 1]
    if a.folded not in _PREPOSITIONS or a.capitalised and at or b.capitalised:
        return False
    if at and (tokens[at - 1].folded == "up" or tokens[at - 1].joined):
        return False
    if at and tokens[at - 1].verb and (b.folded in {"by", "and", "or", "was", "were"} or b.kind == "mark"):
        return False  # "was asked for by two of them", "cared for, fed"
    if any(t.folded in _RELATIVE for t in tokens[max(0, at - 12) : at]):
        return False  # "the school I worked with for two years"
    after = tokens[at + 2].folded if at + 2 < len(tokens) else ""
    if b.kind == "mark":
        return b.text in ",;.)" and a.folded not in {"since"}
    if b.folded == "at" and after in _LEAST or b.folded == "of" and after == "course" or b.folded == "to" and after == "date":
        return False
    if b.folded in {"and", "or"}:
        return a.folded != "of" and not any(
            t.folded in _PREPOSITIONS or t.folded == "out" for t in tokens[at + 2 : at + 4]
        )  # "into and out of"
    if b.folded in {"when", "while", "than", "because"}:
        return a.folded not in {"since", "until", "of"}
    return b.folded in _NO_OBJECT or b.folded in _TIMES and a.folded in {"to", "with", "of", "at", "into", "by"}


def _is_finite(tokens: tuple[Token, ...], at: int) -> bool:
    """*for delivered the galleries*: a preposition cannot stand before a verb in the past with its object."""
    a, b, c = tokens[at], tokens[at + 1], tokens[at + 2].folded if at + 2 < len(tokens) else ""
    past = b.folded.endswith("ed") and len(b.folded) > _LONGEST and keys.is_verb_key(b.key)
    return (
        past
        and a.folded in {"for", "of", "by", "with", "from", "at", "in", "on"}
        and c in _ARTICLES | {"my", "our", "its", "their", "them"}
    )


def _is_unlinked(tokens: tuple[Token, ...], at: int) -> bool:
    """*the diagrams a junior colleague*: two nouns that nothing joins; not *items a flat*, *the tunnel the farmer wanted*."""
    a, b = tokens[at], tokens[at + 1]
    if b.folded not in _ARTICLES or not a.content or a.verb or keys.is_verb_form(a.folded) or a.folded.endswith(("ly", "ing", "ed")):
        return False
    c, after = tokens[at + 2 : at + 3], tokens[at + 3 : at + 4]
    if not c or not c[0].content or c[0].folded in _OPEN_TIMES or c[0].folded in RATES or keys.is_irregular(a.folded):
        return False
    if b.folded != "the" and not (after and after[0].content):
        return False
    verb = next((t for t in reversed(tokens[:at]) if t.verb and t.content), None)
    if verb is None or verb.key in _TWO_OBJECTS:
        return False
    return not any(t.verb or t.folded in _BE or keys.is_verb_form(t.folded) for t in tokens[at + 2 : at + 7])


def _check_end(check: LineCheck) -> None:
    tokens = check.line.tokens
    last = next((t for t in reversed(tokens) if t.kind != "mark"), None)
    if last is None or last.kind != "word" or last.capitalised or any(_ends_with(r.tokens, last.folded) for r in check.grounds.readings):
        return
    at = tokens.index(last)
    if check.line.text[last.start - 1 : last.start] in "-‐‑" and last.start:
        return  # "a walk-in"
    hangs = last.folded in _PREPOSITIONS - {"since", "without"} and not any(t.folded in _RELATIVE for t in tokens[:at])
    cut = last.folded in _CUT and at and not tokens[at - 1].verb and _goes_on(check, tokens[at - 1].folded, last.folded)
    if cut or last.folded in _NEVER_LAST or hangs and (last.folded in {"to", "from"} or not (at and tokens[at - 1].verb)):
        check.report("garbled", "the line breaks off.", last.start, last.end)


def _ends_with(tokens: tuple[Token, ...], folded: str) -> bool:
    return any(t.folded == folded and (i + 1 == len(tokens) or tokens[i + 1].kind == "mark") for i, t in enumerate(tokens))


def _goes_on(check: LineCheck, before: str, last: str) -> bool:
    """Whether each source that has these two words has a word behind them."""
    after = [
        c.kind != "mark" and c.folded not in {"and", "or"}
        for r in check.grounds.readings
        for a, b, c in zip(r.tokens, r.tokens[1:], r.tokens[2:], strict=False)
        if (a.folded, b.folded) == (before, last)
    ]
    return bool(after) and all(after)


def _check_twice(check: LineCheck) -> None:
    """*in Excel in Excel*, *lot lot records*: the same run of words twice in a row."""
    tokens = check.line.tokens
    folded = [t.folded for t in tokens]
    for size in range(1, _LONGEST + 1):
        for i in range(len(tokens) - 2 * size + 1):
            run = folded[i : i + size]
            if run != folded[i + size : i + 2 * size] or tokens[i].kind == "mark" or run[0] in _TWICE:
                continue
            if size == 1 and not (tokens[i].kind == "number" or tokens[i].content or run[0] in _PREPOSITIONS | _NO_NOUN):
                continue
            if tokens[i].joined or size == 1 and tokens[i].capitalised or any(_holds(r.tokens, run * 2) for r in check.grounds.readings):
                continue
            check.report("garbled", "the same words stand here twice.", tokens[i].start, tokens[i + 2 * size - 1].end)


def _check_echo(check: LineCheck) -> None:
    """*by hand from cane we gouged by hand from cane*: four words in a row that come again further on."""
    tokens = check.line.tokens
    folded = [t.folded for t in tokens]
    seen: dict[tuple[str, ...], int] = {}
    for i in range(len(tokens) - _ECHO + 1):
        run = tokens[i : i + _ECHO]
        if (
            run[0].kind == "mark"
            or run[-1].kind == "mark"
            or sum(t.content for t in run) < _LEAST_ECHO
            or any(t.kind == "number" for t in run)
        ):
            continue
        words = tuple(folded[i : i + _ECHO])
        first = seen.setdefault(words, i)
        if first != i and not any(_count(r.tokens, words) > 1 for r in check.grounds.readings):
            check.report("garbled", "the same words stand here twice.", tokens[i].start, run[-1].end)


def _count(tokens: tuple[Token, ...], run: tuple[str, ...]) -> int:
    folded = [t.folded for t in tokens]
    return sum(tuple(folded[i : i + len(run)]) == run for i in range(len(folded) - len(run) + 1))


def _holds(tokens: tuple[Token, ...], run: list[str]) -> bool:
    folded = [t.folded for t in tokens]
    return any(folded[i : i + len(run)] == run for i in range(len(folded) - len(run) + 1))
