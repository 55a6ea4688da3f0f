"""Facts that a line ties together by a preposition: *45 declarations a week for 15 importers*, where two facts say the two halves.

Lie caught: *ran a clinic for 36 pupils* for *ran a clinic. Entered 36 pupils for a contest*. Honest line passed: *ran a clinic and
entered 36 pupils for a contest*. A preposition claims that the second belongs to the first; *and*, *while*, a comma do not.
"""

from __future__ import annotations

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.reading import Token

_TYING = frozenset("by for with over through across during using of in on at from to among via within under".split())
_MEANS = frozenset("by through via using".split())
"""Also behind a comma they say what did it."""
_LOOSE = frozenset(
    "and while whilst plus also then but or alongside besides including well when where which that who whom whose after before".split()
)
_MOST_FACTS = 3


def check_joints(check: LineCheck) -> None:
    """Reports a preposition that ties what only one fact says to what only another says.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> texts = "Ran a lunchtime clinic on Tuesdays", "Entered 36 pupils for a contest"
    >>> facts = [Fact(id=f"f{i}", path=f"f{i}", text=text, section="work", locked=False) for i, text in enumerate(texts)]
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds(facts))
    ...     check_joints(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Ran a lunchtime clinic for 36 pupils"), find("Ran a lunchtime clinic and entered 36 pupils for a contest")
    (['object_changed'], [])
    """
    if not 1 < len(check.grounds.readings) <= _MOST_FACTS or any(fact.locked for fact in check.grounds.facts):
        return  # a summary may join what it likes
    tokens = check.line.tokens
    for i, token in enumerate(tokens):
        if token.folded not in _TYING or not i:
            continue
        before, after = tokens[i - 1], tokens[i + 1 : i + 2]
        if before.folded in _LOOSE or before.kind == "mark" and token.folded not in _MEANS:
            continue
        if token.folded == "with" and not (after and after[0].quantity is not None and after[0].quantity.value):
            continue  # "serviced 1,100 units with a fix rate of 91 %" joins as *and* does
        left = _walk(tokens[: i - (before.kind == "mark")][::-1])
        right = _walk(tokens[i + 1 :])
        homes_left, homes_right = _find_homes(check, left), _find_homes(check, right)
        if len(homes_left) == 1 and len(homes_right) == 1 and homes_left != homes_right and not check.taken(token.start, right[-1].end):
            number = next(iter(homes_right))
            check.report(
                "object_changed",
                f"{check.quote(token.start, right[-1].end)}: the source says this of something else, in another place.",
                token.start,
                right[-1].end,
                number,
            )


def _walk(tokens: tuple[Token, ...]) -> list[Token]:
    """The words and numbers up to the next joint that claims nothing."""
    stop = next((n for n, t in enumerate(tokens) if t.kind == "mark" and t.text not in "-/&" or t.folded in _LOOSE), len(tokens))
    return [t for t in tokens[:stop] if t.content or t.kind == "number"]


def _find_homes(check: LineCheck, tokens: list[Token]) -> set[int]:
    """The facts that alone have one of these words or numbers."""
    found: set[int] = set()
    for token in tokens:
        if token.key in keys.STYLE:
            continue
        homes = [n for n, reading in enumerate(check.grounds.readings) if _has(reading.tokens, token)]
        if len(homes) == 1:
            found |= set(homes)
    return found


def _has(tokens: tuple[Token, ...], token: Token) -> bool:
    if token.quantity is not None:
        return any(t.quantity is not None and t.quantity.value == token.quantity.value for t in tokens)
    return any(t.kind == "word" and keys.are_akin(t.key, token.key) for t in tokens)
