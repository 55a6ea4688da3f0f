"""How a number stands in its sentence: from, to, by; up or down; a rate; a share of another; set against another.

A shallow reading by neighbours. Knows nothing of what the number measures.
"""

from __future__ import annotations

from collections.abc import Sequence

from resume_rag.grounding import keys
from resume_rag.grounding.lexicon import marks, quantities
from resume_rag.grounding.phrases import CHANGE_NOUNS, COMPARATIVES, SKIP
from resume_rag.grounding.quantities import Quantity
from resume_rag.grounding.reading import Reading, Token

_DIRECTION_WORDS = (marks.UP | marks.DOWN) - {"up", "above", "below"}


_SAVING = keys.keys_of(frozenset({"save"}))
_UP, _DOWN = keys.keys_of(marks.UP), keys.keys_of(marks.DOWN | frozenset({"halved"}))


_STEPS = frozenset("working business day week month level grade band version rank place position number".split())
"""Words between *from* and its number: *from working day twelve to day five*."""
_FROM_TO = frozenset({"from", "to", "by"})


_REPLACED = frozenset({("instead", "of"), ("rather", "than"), ("down", "from"), ("up", "from")})


AGAINST = frozenset("against versus vs".split())


_MOVING = keys.keys_of(frozenset("go come be move".split()))


_PRONOUNS = frozenset("them whom which these those us whose".split())


_ABOVE, _BELOW = frozenset("above over ahead beyond".split()), frozenset("below under behind short".split())


_MAKING = keys.keys_of(frozenset({"make", "set", "take", "pick"}))


_DOWN_WITH = frozenset(
    """pull pulled pulling break broken breaking strip stripped stripping tear tore torn track tracked write wrote written set put shut close
    closed lay laid hand handed knock knocked hose hosed wipe wiped""".split()
)
_STANDARDS = {
    word: kind
    for kind, words in (
        ("aim", "target goal plan quota budget objective targets goals"),
        ("average", "average mean norm"),
        ("limit", "limit maximum cap ceiling allowed permitted allowance"),
    )
    for word in words.split()
}
_OWNING = frozenset("the a all my our its his her their".split())
_GIVEN = frozenset("it them us the a an my our their his her me".split())


_RATE_ENDS = frozenset("with and for in at to by from while on".split())


def find_following(reading: Reading, token: Token, size: int) -> list[Token]:
    """The tokens right after a number, across parts."""
    at = reading.tokens.index(token)
    return list(reading.tokens[at + 1 : at + 1 + size])


def is_anaphoric(reading: Reading, token: Token) -> bool:
    """*38 of them*, *five more*: the noun stands elsewhere."""
    after = [t.folded for t in find_following(reading, token, 2)]
    return bool(after) and (after[0] in {"more", "others"} or len(after) == 2 and after[0] == "of" and after[1] in _PRONOUNS)


def is_share(reading: Reading, token: Token) -> bool:
    """*9 of 22*, *six in ten*, *4 out of 5*: the next number is what it is a part of."""
    after = [t for t in find_following(reading, token, 5) if t.folded not in _OWNING and not _is_owner(reading, t)][:4]
    if len(after) > 3 and after[0].content and after[0].folded.endswith("s") and [t.folded for t in after[1:3]] == ["out", "of"]:
        return after[3].kind == "number"  # "8 cases out of 10"
    joined = [t.folded for t in after[:2]]
    if joined[:1] == ["in"] and token.quantity is not None and token.quantity.unit == "%":
        return False  # "85 % in nine months"
    if joined[:2] == ["out", "of"]:
        return len(after) > 2 and after[2].kind == "number"
    return joined[:1] in (["of"], ["in"], ["/"]) and len(after) > 1 and after[1].kind == "number" and not after[1].quantity.unit  # type: ignore[union-attr]


def _is_owner(reading: Reading, token: Token) -> bool:
    """The team of *12 of the team's 30 accounts*."""
    return token.kind == "word" and reading.text[token.end : token.end + 2] in {"'s", "’s", "s'", "s’"} or token.text.endswith(("'s", "’s"))


def is_whole(reading: Reading, token: Token) -> bool:
    """The 22 of *9 of 22*, the six of *one night in six*."""
    at = reading.tokens.index(token)
    before = [t for t in reading.tokens[max(0, at - 5) : at] if t.folded not in _OWNING and not _is_owner(reading, t)][-3:]
    if [t.folded for t in before[-2:]] == ["out", "of"] and len(before) > 2 and before[0].kind == "number":
        return is_share(reading, before[0])  # "nine out of ten"
    if len(before) < 2 or before[-1].folded not in {"of", "in"}:
        return False
    if before[-2].quantity is not None:
        return not before[-2].quantity.unit and is_share(reading, before[-2])
    if at > 3 and [t.folded for t in reading.tokens[at - 2 : at]] == ["out", "of"] and reading.tokens[at - 4].quantity is not None:
        return True  # "8 cases out of 10"
    counted = len(before) == 3 and before[0].kind == "number" and before[0].quantity is not None and before[0].quantity.value == 1
    return counted and before[-1].folded == "in" and before[1].content and token.quantity is not None and not token.quantity.unit


def find_behind(tokens: tuple[Token, ...], at: int) -> str:
    """*from*, *to*, *by* or *of* right before a number, or nothing."""
    i = at - 1
    while i >= 0 and (tokens[i].folded in SKIP - {"up"} or tokens[i].folded in {"the", "a", "some"}):
        i -= 1
    after = tokens[at + 1 : at + 2]
    amount = bool(after) and after[0].key in CHANGE_NOUNS  # "contributed to a 5 % reduction"
    return tokens[i].folded if i >= 0 and tokens[i].folded in _FROM_TO | {"of"} and not amount else ""


def is_change(reading: Reading, token: Token) -> bool:
    """Whether a number is how much something changed, not what it came to: *£300 lower*, *down £4,100*, *by 5 %*."""
    at = reading.tokens.index(token)
    if at > 1 and reading.tokens[at - 1].folded in {"about", "around", "roughly", "nearly", "almost", "some", "approximately"}:
        at -= 1  # "down about £400"
    before = [t.folded for t in reading.tokens[max(0, at - 2) : at]]
    after = reading.tokens[reading.tokens.index(token) + 1 :][:1]
    if before[-1:] in (["up"], ["down"]):
        verb = reading.tokens[at - 2] if at > 1 else None
        if verb is not None and verb.joined:
            return False  # "a clean-up twice a year"
        if verb is not None and verb.verb and verb.content and verb.key not in _UP | _DOWN | _MOVING:
            return False  # "built up 130 bikes"
        return before[:1] not in (["make"], ["makes"], ["made"], ["set"])
    measure = token.quantity is not None and bool(token.quantity.unit)
    if measure and _is_behind_changed(reading.tokens, at, after):
        return True
    return measure and before[-1:] == ["by"] or bool(after) and after[0].folded in COMPARATIVES - {"more", "greater", "better", "larger"}


def _is_behind_changed(tokens: tuple[Token, ...], at: int, after: Sequence[Token]) -> bool:
    """*cut flour cost $70*: right behind what was changed; *cut set-up 50 minutes to 35* starts there."""
    if after and after[0].folded in {"to", "-", "from"}:
        return False
    head = at - 1
    while head >= 0 and tokens[head].content and tokens[head].kind == "word" and not tokens[head].verb:
        head -= 1
    while head > 0 and tokens[head].folded in {"the", "a", "an", "our", "my", "its", "their"}:
        head -= 1
    return 0 <= head < at - 1 and tokens[head].verb and tokens[head].key in (_UP | _DOWN) - _SAVING


def find_standard(reading: Reading, token: Token) -> str:
    """What a number is as a measure of others: an *aim*, an *average*, a *limit*, or nothing."""
    at = reading.tokens.index(token)
    for other in reversed(reading.tokens[max(0, at - 4) : at]):
        if other.kind != "word" or other.part != token.part:
            break
        if other.folded in _STANDARDS:
            return _STANDARDS[other.folded] if not reading.tokens[reading.tokens.index(other) + 1].folded == "in" else ""
    return find_standard_after(reading, token)


def find_standard_after(reading: Reading, token: Token) -> str:
    """The budget of *the €45k lighting budget*."""
    at = reading.tokens.index(token)
    for other in reading.tokens[at + 1 : at + 3]:
        if not other.content or other.part != token.part:
            break
        if other.folded in _STANDARDS:
            return _STANDARDS[other.folded]  # "the €45k lighting budget"
    return ""


def is_opposed(reading: Reading, token: Token) -> bool:
    """*against a plan of 20,000*, *target 120*: what another number is held against."""
    at = reading.tokens.index(token)
    return any(
        t.folded in {"against", "versus", "vs", "target", "plan", "average", "goal"}
        for t in reading.tokens[max(0, at - 5) : at]
        if t.part == token.part
    )


def find_beside(reading: Reading, token: Token) -> Quantity | None:
    """The other number of *95 to 40*."""
    at = reading.tokens.index(token)
    for link, other in ((at + 1, at + 2), (at - 1, at - 2)):
        if 0 <= other < len(reading.tokens) and reading.tokens[link].folded in {"to", "from"} and reading.tokens[other].kind == "number":
            return reading.tokens[other].quantity
    return None


def find_governor(tokens: tuple[Token, ...], at: int) -> str:
    """Key of the verb right before a number, or nothing."""
    if at > 1 and tokens[at - 1].kind == "number" and tokens[at - 1].joined:
        at -= 1  # "bid 6-8 jobs"
    elif at > 2 and tokens[at - 1].folded in {"to", "or"} and tokens[at - 2].kind == "number":
        at -= 2
    i = at - 1
    while i >= 0 and (tokens[i].folded in SKIP or i and tokens[i].folded == "to" and tokens[i - 1].folded == "up"):
        i -= 1
    return tokens[i].key if i >= 0 and tokens[i].verb and tokens[i].content else ""


def find_since(tokens: tuple[Token, ...], at: int) -> int:
    """1 for *since 2016*, -1 for *until 2016*, 0 for neither."""
    before = tokens[at - 1].folded if at else ""
    return 1 if before in {"since", "from", "after"} else -1 if before in {"until", "till", "before"} else 0


def find_aside(reading: Reading, token: Token) -> int:
    """1 for *40 % above the claim*, -1 for *below the claim*, 0 for neither."""
    after = find_following(reading, token, 3)
    if len(after) < 2 or after[0].folded not in _ABOVE | _BELOW or after[1].kind != "word":
        return 0
    return 1 if after[0].folded in _ABOVE else -1


def is_governed(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a number is the object of a verb of change: *gained 18,000 readers*."""
    i = at - 1
    while i >= 0 and tokens[i].folded in SKIP:
        i -= 1
    if i >= 0 and tokens[i].folded in {"it", "them", "us"}:
        i -= 1  # "saving it £2,900"
    elif i > 1 and tokens[i - 1].folded in _GIVEN and tokens[i - 2].folded.startswith("sav") and tokens[at].quantity is not None:
        i -= 2  # "saving the school £2,900"
    return i >= 0 and (tokens[i].verb or tokens[i].folded.endswith("ed")) and tokens[i].key in _UP | _DOWN


def find_relation(tokens: tuple[Token, ...], at: int) -> str:
    """How a number takes part in a change: *from*, *to*, *by*, or nothing."""
    rest = tokens[at + 1 : at + 4]
    while rest and (rest[0].folded in quantities.RATES or rest[0].folded in {"a", "per"}):
        rest = rest[1:]  # "120/mo -> 45/mo"
    if rest and rest[0].arrow:
        return "from"
    if at and tokens[at - 1].arrow:
        return "to"
    bare = _find_bare_change(tokens, at)
    if bare:
        return bare
    before = [t.folded for t in tokens[max(0, at - 4) : at] if t.folded not in SKIP]
    if tuple(before[-2:]) in _REPLACED and any(t.kind == "number" for t in tokens[:at]):
        return "from"
    after = [t.folded for t in tokens[at + 1 : at + 3]]
    if after[:1] == ["in"] and len(tokens) > at + 2 and tokens[at + 2].quantity is not None:
        after = [t.folded for t in tokens[at + 3 : at + 5]]  # "5 days in 2018 instead of 13"
    if tuple(after) in _REPLACED and any(t.kind == "number" for t in tokens[at + 2 : at + 6]):
        return "to"
    if _goes_on(tokens, at):
        return "from"  # "7.5 % down to 5 %", "312 pages down to 120"
    i = at - 1
    while i >= 0 and (tokens[i].folded in SKIP or tokens[i].kind == "mark"):
        i -= 1
    while i > 0 and tokens[i].folded in _STEPS:
        i -= 1
    word = tokens[i].folded if i >= 0 else ""
    if word not in _FROM_TO:
        return ""
    verb = next((j for j in range(at - 1, -1, -1) if tokens[j].verb), 0)
    scope = tokens[verb:]
    changes = any(t.key in _UP | _DOWN for t in tokens[0 if word == "by" else verb : at])
    paired = any(t.folded == "from" for t in scope) and any(t.folded == "to" for t in scope) and _is_pair(tokens, at)
    return word if changes or paired else ""


def _goes_on(tokens: tuple[Token, ...], at: int) -> bool:
    i = at + 1
    while i < len(tokens) and i < at + 3 and tokens[i].content and not tokens[i].verb and tokens[i].folded not in {"down", "up"}:
        i += 1
    return [t.folded for t in tokens[i : i + 2]] in (["down", "to"], ["up", "to"]) and any(
        t.kind == "number" for t in tokens[i + 2 : i + 4]
    )


def _find_bare_change(tokens: tuple[Token, ...], at: int) -> str:
    """*absence 6.2 % to 4.8 %* (a range would climb), *six steps became three*."""
    here = tokens[at].quantity
    for step in (1, -1):
        run = tokens[at + step : at + 4 * step : step]
        other = next((t for t in run if t.kind == "number"), None)
        if other is None or other.quantity is None or here is None:
            continue
        between = run[: run.index(other)]
        first, second = (here, other.quantity) if step == 1 else (other.quantity, here)
        falls = [t.folded for t in between] == ["to"] and first.value > second.value and first.unit == second.unit
        opened = tokens[(at if step == 1 else tokens.index(other)) - 1].folded if at else ""
        if (falls and opened not in {"from", "between", "by"}) or any(t.folded in {"became", "becoming"} for t in between):
            return "from" if step == 1 else "to"
    return ""


def _is_pair(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether *from* or *to* with another number stands on the other side."""
    return any(
        t.folded in {"from", "to"} and i + 1 < len(tokens) and any(o.kind == "number" for o in tokens[i + 1 : i + 4]) and i + 1 != at
        for i, t in enumerate(tokens)
    )


def find_rate(reading: Reading, token: Token) -> str:
    """The period a number is given for: *day*, *week*, or nothing."""
    at = reading.tokens.index(token)
    tokens = reading.tokens[at + 1 : at + 7]
    if len(tokens) > 1 and tokens[0].folded in {"to", "or"} and tokens[1].kind == "number" and reading.tokens[at - 1].folded != "from":
        tokens = tokens[1:]  # "110 to 130 transactions a day"
    for i, other in enumerate(tokens):
        if other.clause != token.clause or (other.kind == "number" and i) or other.folded in _RATE_ENDS or other.verb:
            break
        before = tokens[i - 1].folded if i else ""
        if other.folded in quantities.RATES and (
            before in {"per", "a", "an", "each", "every", "/", "one"}
            or other.folded in {"p.a.", "p.m.", "p.w."}
            or other.folded.endswith("ly")
            or (i and tokens[i - 1].text == "/")
        ):
            return quantities.RATES[other.folded]
    last = reading.tokens[at - 1].folded if at else ""
    return quantities.RATES[last] if last.endswith("ly") and last in quantities.RATES else ""


def find_direction(reading: Reading, token: Token) -> int:
    """The way of the nearest word of change in its part; a verb goes before a noun (*cut growth by 5 %*)."""
    words: list[tuple[bool, int, int]] = []
    at = reading.tokens.index(token)
    phrases = {places[0]: key for places, key in reading.phrases}
    for i, other in enumerate(reading.tokens):
        if (
            other.part != token.part
            or _is_apart(reading, at, i)
            or (i and reading.tokens[i - 1].folded in {"or", "and"} and other.folded in COMPARATIVES)
            or (other.folded in COMPARATIVES and _is_bounding(reading, i))
        ):
            continue
        known = other.content or other.folded in _DIRECTION_WORDS or other.folded in quantities.MULTIPLES or _is_upward(reading, i)
        for key in ((other.key,) if known else ()) + ((phrases[i],) if i in phrases else ()):
            if other.folded == "down" and key == other.key and i and reading.tokens[i - 1].folded in _DOWN_WITH:
                continue  # "built up and pulled down 30 times"
            if (key in _UP) != (key in _DOWN):
                strong = (
                    other.verb or i in phrases or other.folded in COMPARATIVES or other.folded in _DIRECTION_WORDS and not other.content
                )
                words.append((not strong, abs(i - at), 1 if key in _UP else -1))
    return min(words)[2] if words else 0


def _is_bounding(reading: Reading, at: int) -> bool:
    """*more than halved*, *less than 5 hours*; not *18 % less than its predecessor*."""
    after = reading.tokens[at + 1 : at + 3]
    return len(after) == 2 and after[0].folded == "than" and after[1].kind == "number"


def _is_apart(reading: Reading, at: int, i: int) -> bool:
    """*cut losses by 3 % without raising prices*: what was not done is no change of the number before it."""
    return i > at and any(t.folded == "without" for t in reading.tokens[at:i])


def _is_upward(reading: Reading, at: int) -> bool:
    """*up by two thirds*, *up 8 %*; not *set up*, *up to*."""
    after = reading.tokens[at + 1] if at + 1 < len(reading.tokens) else None
    made = at > 0 and reading.tokens[at - 1].key in _MAKING
    return (
        reading.tokens[at].folded == "up" and not made and after is not None and (after.folded in {"by", "from"} or after.kind == "number")
    )
