"""What came first and what came of what, inside one sentence: *before*, *after*, *then*, *while*, *because*, *so*.

Lie caught: *sales rose so the timetable changed* for *sales rose because the timetable changed*. Honest line passed: *the timetable
change raised sales*. Each word of time or cause has two sides; a line may tell them in any order, but not change their parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.reading import Reading, Token

_EARLIER = frozenset("before until till".split())
_LATER = frozenset("after following once".split())
_THEN = frozenset("then later afterwards subsequently thereafter next".split())
_SAME = frozenset("while whilst during simultaneously".split())
_CAUSED = frozenset("because".split())
_CAUSED_BY = frozenset(
    {("due", "to"), ("owing", "to"), ("thanks", "to"), ("result", "of"), ("account", "of"), ("because", "of"), ("consequence", "of")}
)
_CAUSING = frozenset("so therefore thus hence".split())
_PRIOR = frozenset({("prior", "to"), ("ahead", "of"), ("advance", "of")})
_WORDS = (
    _EARLIER
    | _LATER
    | _THEN
    | _SAME
    | _CAUSED
    | _CAUSING
    | {"which", "due", "owing", "thanks", "result", "account", "prior", "ahead", "advance"}
)
_PRONOUNS = frozenset("which that this".split())
_NO_TIE = frozenset({("so", "far"), ("so", "did"), ("so", "much"), ("so", "many"), ("so", "as"), ("so", "called"), ("next", "to")})
_LINKING = frozenset(
    """because as since so due owing thanks after once when whenever following result resulting why led caused helped meant allowed made thus
    therefore hence given until through via reason""".split()
)
"""Words by which a source may join cause and effect, and nothing else in it does."""
_CONTRASTING = frozenset("despite unlike".split())
_CONTRASTS = frozenset(
    "but although though despite while whilst whereas however still yet even not unlike without never no spite only".split()
)
_ALIKE = frozenset("so as same also too likewise".split())


@dataclass(frozen=True)
class Tie:
    """Two sides in order of time (*order*), at one time (*same*) or of cause and effect (*cause*): the first is the earlier or the cause."""

    kind: str
    first: frozenset[str]
    second: frozenset[str]
    start: int
    end: int
    word: str = ""


@lru_cache(maxsize=4096)
def find_ties(reading: Reading) -> tuple[Tie, ...]:
    """The words of time and cause of a text, each with its two sides.

    >>> from resume_rag.grounding.reading import read
    >>> [(t.kind, sorted(t.first), sorted(t.second)) for t in find_ties(read("Checked sheets before payroll"))]
    [('order', ['check', 'sheet'], ['payrol'])]
    """
    return tuple(_find_ties(reading)) if _WORDS & reading.folded else ()


def _find_ties(reading: Reading) -> Iterator[Tie]:
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        word, follows = token.folded, tokens[i + 1].folded if i + 1 < len(tokens) else ""
        if word not in _WORDS or (word, follows) in _NO_TIE or token.joined or _is_other_word(tokens, i):
            continue
        pair = (word, follows)
        size = 2 if pair in _CAUSED_BY or pair in _PRIOR else 1
        if word == "which":
            size = 3 if [t.folded for t in tokens[i : i + 3]] == ["which", "is", "why"] else 0
        elif size == 1 and word not in _EARLIER | _LATER | _THEN | _SAME | _CAUSED | _CAUSING:
            size = 0
        if not size:
            continue
        left, right = _sides(tokens, i, i + size, adverb=word in _THEN)
        if not left or not right:
            continue
        place = (token.start, tokens[i + size - 1].end, word)
        if word in _EARLIER or pair in _PRIOR:
            yield Tie("order", left, right, *place)
        elif word in _LATER:
            yield Tie("order", left, right, *place) if follows in _PRONOUNS else Tie("order", right, left, *place)
        elif word in _THEN:
            yield Tie("order", left, right, *place)
        elif word in _SAME:
            yield Tie("same", left, right, *place)
        elif word == "which" or word in _CAUSING:
            yield Tie("cause", left, right, *place)
        else:
            yield Tie("cause", right, left, *place)


def _is_other_word(tokens: tuple[Token, ...], i: int) -> bool:
    """*looked after hives*, *over the following year*, *then six men*: neither time nor order."""
    word, before = tokens[i].folded, tokens[i - 1].folded if i else ""
    if word == "after" and before in {"look", "looked", "looking", "looks", "named"}:
        return True
    if word in {"following", "next", "later"} and before in {"the", "a", "that", "its", "our"}:
        return True
    if word == "once" and tokens[i + 1 : i + 2] and tokens[i + 1].folded in {"a", "per", "each", "every", "in", "during", "only"}:
        return True
    return word in _THEN | {"so", "once"} and not any(t.verb for t in tokens[i + 1 : i + 6])


def _sides(tokens: tuple[Token, ...], start: int, end: int, *, adverb: bool) -> tuple[frozenset[str], frozenset[str]]:
    """The words on both sides; where the tie opens its sentence, what it governs ends with the comma."""
    right_end = next((j for j in range(end, len(tokens)) if _ends(tokens, j, adverb=adverb)), len(tokens))
    left_start = next((j + 1 for j in range(start - 1, -1, -1) if tokens[j].kind == "mark" and tokens[j].text in ".;!?"), 0)
    right = _keys(tokens[end:right_end])
    left = _keys(tokens[_last_tie(tokens, left_start, start) : start])
    if not left and not adverb and right_end < len(tokens) and tokens[right_end].text == ",":
        stop = next((j for j in range(right_end + 1, len(tokens)) if _ends(tokens, j, adverb=False)), len(tokens))
        left = _keys(tokens[right_end + 1 : stop])
    shared = left & right
    return left - shared, right - shared


def _last_tie(tokens: tuple[Token, ...], start: int, end: int) -> int:
    """Where the left side begins: behind *and*, *but* or a *then* that opens a statement of its own."""
    for j in range(end - 2, start, -1):
        if (
            tokens[j].folded in {"and", "but", "then"}
            and any(t.verb for t in tokens[j + 1 : end])
            and any(t.content for t in tokens[j + 1 : end])
        ):
            return j + 1
    return start


def _ends(tokens: tuple[Token, ...], j: int, *, adverb: bool) -> bool:
    token = tokens[j]
    if token.kind == "mark" and token.text in ".;!?,:":
        return True
    if token.folded in {"and", "but"} and any(t.verb for t in tokens[j + 1 : j + 3]):
        return True
    return token.folded == "by" or token.folded in _EARLIER | _LATER | _THEN | _SAME | _CAUSED


def _keys(tokens: tuple[Token, ...]) -> frozenset[str]:
    return frozenset(t.key for t in tokens if t.content)


def check_connectives(check: LineCheck) -> None:
    """Reports sides that have changed their parts, and causes that the source does not name.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Sales rose because the timetable changed", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_connectives(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Sales rose, so the timetable changed"), find("As the timetable changed, sales rose")
    (['cause_added'], [])
    """
    _check_contrast(check)
    mine = find_ties(check.line)
    if not mine:
        return
    _check_reasons(check, mine)
    theirs = [(n, tie) for n, reading in enumerate(check.grounds.readings) for tie in find_ties(reading)]
    for tie in mine:
        for number, other in theirs:
            straight = _fits(tie.first, other.first) and _fits(tie.second, other.second)
            turned = not straight and _holds(tie.first, other.second) and _holds(tie.second, other.first)
            if turned == straight and not (straight and {tie.kind, other.kind} == {"order", "same"}):
                continue
            if {tie.kind, other.kind} == {"order", "same"}:
                check.report(
                    "direction_changed",
                    f"{check.quote(tie.start, tie.end)}: the source tells another order in time.",
                    tie.start,
                    tie.end,
                    number,
                )
            elif turned and "same" not in {tie.kind, other.kind}:
                code = "cause_added" if tie.kind == "cause" else "direction_changed"
                check.report(code, f"{check.quote(tie.start, tie.end)}: its two sides have changed places.", tie.start, tie.end, number)


def _holds(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Stricter than `_fits`: the same word."""
    return any(a == b or keys.is_derived(a, b) for a in mine for b in theirs)


def _fits(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(a == b or keys.are_akin(a, b) for a in mine for b in theirs)


def _check_reasons(check: LineCheck, mine: tuple[Tie, ...]) -> None:
    """*because*, *so that*, *which is why* where no source gives a reason for anything."""
    for tie in mine:
        at = next(i for i, t in enumerate(check.line.tokens) if t.start == tie.start)
        aim = tie.word == "so" and [t.folded for t in check.line.tokens[at + 1 : at + 2]] == ["that"]
        told = check.line.text[tie.start : tie.end].casefold() == "because" or tie.word == "which" or aim
        if tie.kind != "cause" or not told or any(_gives_reason(r) for r in check.grounds.readings):
            continue
        check.report("cause_added", f"{check.quote(tie.start, tie.end)}: the source gives no reason.", tie.start, tie.end)


@lru_cache(maxsize=4096)
def _gives_reason(reading: Reading) -> bool:
    pairs = zip(reading.tokens, reading.tokens[1:], strict=False)
    return bool(_LINKING & reading.folded) or any(a.folded in {"to", "by"} and b.verb for a, b in pairs)


def _check_contrast(check: LineCheck) -> None:
    """*unlike the whole station* for *but so did the whole station*; *despite* where nothing is set against anything."""
    for token in check.line.tokens:
        if token.folded not in _CONTRASTING:
            continue
        known = any(token.folded in r.folded for r in check.grounds.readings)
        set_apart = any(_CONTRASTS & r.folded and not (token.folded == "unlike" and _says_alike(r)) for r in check.grounds.readings)
        if not known and not set_apart:
            check.report(
                "cause_added", f"{check.quote(token.start, token.end)}: the source sets nothing against it.", token.start, token.end
            )


def _says_alike(reading: Reading) -> bool:
    """*but so did the others*, *as did the others*."""
    return any(
        a.folded in _ALIKE and b.folded in {"did", "do", "was", "were", "had"}
        for a, b in zip(reading.tokens, reading.tokens[1:], strict=False)
    )
