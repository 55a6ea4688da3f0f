"""What a number in a line measures: its object, its neighbours, its direction, its rate.

*12 registered nurses*: nurses. *cut latency by 35 %*, *35 % less latency*, *a 35 % reduction in latency*: latency, down.
A shallow reading by clause and neighbours, in place of a parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.lexicon import quantities
from resume_rag.grounding.phrases import (
    CHANGE_NOUNS,
    find_after,
    find_after_range,
    find_apposed,
    find_before,
    find_label,
    find_local,
    find_of_change,
    is_nominal,
    join_hyphens,
    phrase_keys,
)
from resume_rag.grounding.quantities import Quantity
from resume_rag.grounding.reading import Reading, Token
from resume_rag.grounding.relations import (
    AGAINST,
    find_aside,
    find_behind,
    find_beside,
    find_direction,
    find_following,
    find_governor,
    find_rate,
    find_relation,
    find_since,
    is_anaphoric,
    is_change,
    is_governed,
    is_opposed,
    is_share,
    is_whole,
)
from resume_rag.grounding.stages import find_stages

DIMENSIONS = keys.keys_of(frozenset("time cost number amount volume value price speed size length weight".split()))
"""What may be measured of one thing: *picking time* is not *picking errors*."""


_DATING = re.compile(r"\s?\(|\s(?:(?:[a-z-]+\s){0,4}in|for|at the end of)\s")
_THEN, _NOW = frozenset("used previously formerly once originally before was were".split()), frozenset("now today currently".split())


_STARTING = frozenset("started came joined arrived began took inherited".split())


_PAST = frozenset("previously before earlier formerly originally".split())


_SOON = 4
_RELATIVES = frozenset("that which who whose where".split())


_TIES = frozenset("by for to".split())


_LOCAL = frozenset("on in at during over across within".split())


_LASTING = frozenset("in over for during after within inside under".split())


_TIED_ODD = frozenset("odd strong plus".split())


_PLACED = frozenset("across in at throughout within over between".split())


_PREPOSITIONS = frozenset("in on at for with by across of within over from during under among through".split())
_BOUNDING = frozenset("about around roughly approximately some nearly almost more less fewer than up to as many the all a".split())


_CLOSING = frozenset("in across for on at within over from during".split())


@dataclass(frozen=True, eq=False)
class Measured:
    """A number and what stands around it in its clause."""

    token: Token
    quantity: Quantity
    part: int
    objects: frozenset[str]  # keys of the head it measures; empty where none was found
    follows: bool  # whether that head stands right after the number
    phrase: frozenset[str]  # the head with its modifiers
    near: frozenset[str]  # content keys of its clause
    nouns: frozenset[str]  # those of them that are no verbs
    relation: str  # by, to, from or nothing
    paired: bool  # whether another number of the clause is the one it changed by
    rate: str  # day, week ... or nothing
    direction: int  # 1 up, -1 down, 0 unknown
    lasting: bool  # a duration after *in*, *over*, *for* ...: it belongs to the whole statement
    attaches: bool  # whether *by*, *for*, *to*, *of* or *with* ties it to that noun
    later: frozenset[str]  # nouns that stand only after the number in its text
    governed: bool  # whether it is the object of a verb of change: *gained 18,000 readers*
    label: bool  # whether it is the name of something: *Year 4*
    left: str  # key of the nearest noun before it in its clause, or nothing
    local: frozenset[str]  # keys of the noun phrase that stands closest
    elliptic: bool  # *38 of them*, *five more*, *lost 1*: its noun stands elsewhere
    bare: tuple[Quantity, ...]  # the other numbers of its text that have no noun
    since: int  # 1 *since 2016*, -1 *until 2016*, 0 neither
    adds: bool  # *five more*
    share_of: bool  # *9 of 22*, *six in ten*: the next number is what it is a part of
    contrasted: bool  # whether its part sets two numbers against each other
    opposed: bool  # *against a plan of 20,000*: set against the number before
    beside: Quantity | None  # the other number of *95 to 40*
    governor: str  # key of the verb that stands right before it, or nothing
    aside: int  # 1 *above the claim*, -1 *below the plan*, 0 neither
    whole: bool  # the 22 of *9 of 22*
    behind: str  # *from*, *to* or *by* right before it, or nothing
    change: bool  # how much something changed, not what it came to
    of_it: bool  # *80 % of the enclosure*
    stands_for: frozenset[str]  # what a number without a noun counts: the pages of *312 pages down to 120*
    tied: bool  # *340-home scheme*: a hyphen ties it to what it counts
    bears: bool = False  # its noun stands right behind it, without a participle between: *35 local clubs*, not *11 traced to a layer*
    topped: bool = False  # *the biggest was 1,400 pages*
    placed: bool = False  # *across two sites*: it says where
    besides: bool = False  # *the other 18*, *two others*
    prep: str = ""  # the preposition right before it
    set_off: bool = False  # whether a mark stands before that preposition
    head: str = ""  # the word that it counts, as written in small letters
    listed: bool = False  # *4 jury trials and 37 bench trials*: a list joins it to the next number


@lru_cache(maxsize=8192)
def find_measured(reading: Reading) -> tuple[Measured, ...]:
    """The numbers of a text with what they measure."""
    found = []
    inherited = 0
    for token in reading.quantities:
        own = find_direction(reading, token)
        listed = not any(t.verb for t in reading.part_tokens(token.part))
        direction = own or (inherited if listed else 0)
        inherited = direction
        found.append(_measure(reading, token, direction))
    found = _relate(reading, found)
    for i, (a, b) in enumerate(zip(found, found[1:], strict=False)):
        if a.share_of and b.whole and a.relation:
            found[i + 1] = replace(b, relation=a.relation)
    for i, (a, b) in enumerate(zip(found, found[1:], strict=False)):
        if (
            b.elliptic
            and not b.label
            and a.quantity.unit == b.quantity.unit == ""
            and (a.follows or a.stands_for)
            and _is_next(reading, a, b)
        ):
            found[i + 1] = replace(b, stands_for=a.stands_for or a.objects)
    for i, b in enumerate(found):
        if b.elliptic and not b.label and not b.stands_for and not b.quantity.unit and _is_of_them(reading, b):
            counted = [m for m in found[:i] if m.follows and not m.quantity.unit]
            apposed = frozenset(t.key for t in find_following(reading, b.token, 3)[2:] if is_nominal(t))  # "four of them leads"
            found[i] = replace(b, stands_for=counted[-1].objects | apposed if counted else b.stands_for)
    for i, (a, b) in enumerate(zip(found, found[1:], strict=False)):
        if b.follows and _is_listed(reading, a, b):
            found[i] = replace(found[i], listed=True)
    bare = tuple(m.quantity for m in found if m.elliptic)
    return tuple(replace(m, bare=bare) for m in found) if bare else tuple(found)


def _is_next(reading: Reading, a: Measured, b: Measured) -> bool:
    """Whether only the noun of the first and small words stand between two numbers."""
    between = [t for t in reading.tokens if a.quantity.end <= t.start < b.quantity.start]
    return all(t.kind != "mark" and (t.key in a.phrase or not t.content) for t in between)


def _is_of_them(reading: Reading, measured: Measured) -> bool:
    """*35 of them*, *two of whom*."""
    after = [t.folded for t in find_following(reading, measured.token, 2)]
    return after[:1] == ["of"] and after[1:] in (["them"], ["whom"], ["which"], ["these"], ["those"])


def _is_listed(reading: Reading, a: Measured, b: Measured) -> bool:
    """Whether two counts stand in one list: nothing between them but what the first counts, and a comma or *and*."""
    between = [t for t in reading.tokens if a.quantity.end <= t.start < b.quantity.start]
    joined = bool(between) and (between[-1].folded in {"and", "&", "plus"} or between[-1].text == ",")
    nouns = [t for t in between[:-1] if t.folded != "of" and t.text not in {",", "-"}]
    return joined and a.quantity.unit == b.quantity.unit and bool(nouns) and all(is_nominal(t) for t in nouns)


def _relate(reading: Reading, found: list[Measured]) -> list[Measured]:
    """Marks pairs that time sets apart: *€1.1m in 2015, €1.6m in 2017*, *used to take a day and now takes 40 minutes*."""
    dated = {i: found[i + 1].quantity.value for i in range(len(found) - 1) if _is_dated(reading, found, i)}
    for (i, first), (j, second) in zip(list(dated.items()), list(dated.items())[1:], strict=False):
        a, b = found[i], found[j]
        names = ("from", "to") if first < second else ("to", "from")
        if a.quantity.unit == b.quantity.unit and first != second and not a.relation and b.relation in {"", names[1]}:
            found[i], found[j] = replace(a, relation=names[0]), replace(b, relation=names[1])
    for i, (a, b) in enumerate(zip(found, found[1:], strict=False)):
        if _is_start(reading, a) and a.quantity.unit == b.quantity.unit and not a.relation and b.relation in {"", "to"}:
            found[i], found[i + 1] = replace(a, relation="from"), replace(b, relation="to")  # "12 when I came, 47 when I left"
    _stage(reading, found)
    for i, (a, b) in enumerate(zip(found, found[1:], strict=False)):
        told = _tell_apart(reading, a, b)
        if told is not None:
            found[i], found[i + 1] = replace(a, relation=told[0]), replace(b, relation=told[1])
    for i, (a, b) in enumerate(zip(found, found[1:], strict=False)):
        past = [t.folded for t in find_following(reading, b.token, 2)]
        set_against = any(t.folded in AGAINST | {"compared"} for t in reading.tokens if a.quantity.end <= t.start < b.quantity.start)
        if set_against and _PAST & set(past[:1]) and a.quantity.unit == b.quantity.unit and not a.relation and not b.relation:
            found[i], found[i + 1] = replace(a, relation="to"), replace(b, relation="from")  # "9 weeks, against 16 previously"
    for i, (a, b) in enumerate(zip(found, found[1:], strict=False)):
        before = {t.folded for t in reading.tokens if t.end <= a.quantity.start}
        between = {t.folded for t in reading.tokens if a.quantity.end <= t.start < b.quantity.start}
        times = {a.quantity.unit, b.quantity.unit} <= {"second", "day", "month"}
        if before & _THEN and between & _NOW and (times or a.quantity.unit == b.quantity.unit) and not a.relation and not b.relation:
            found[i], found[i + 1] = replace(a, relation="from"), replace(b, relation="to")
    return found


def _stage(reading: Reading, found: list[Measured]) -> None:
    """Marks two numbers of one thing that held at two times: *£84k in the first year, £212k in the last*."""
    places = [i for i, m in enumerate(found) if m.quantity.unit != "calendar" and not m.whole and not m.quantity.vague and not m.label]
    for at, (i, j) in enumerate(zip(places, places[1:], strict=False)):
        a, b = found[i], found[j]
        if a.relation or b.relation or a.quantity.unit != b.quantity.unit or a.share_of != b.share_of or a.change or b.change:
            continue
        if _is_of_them(reading, b) or b.besides or b.opposed:
            continue
        like = b.elliptic or not b.follows or bool(a.objects & b.objects) or b.share_of
        end = found[places[at + 2]].quantity.start if at + 2 < len(places) else len(reading.text)
        whole = j + 1 < len(found) and found[j + 1].whole
        second = found[j + 1].token if whole and b.share_of else b.token
        stages = find_stages(reading, found[i + 1].token if a.share_of else a.token, second, end) if like else None
        if stages is not None and b.share_of:
            stages = find_stages(reading, found[i + 1].token, b.token, end) or stages
        if stages is not None:
            first, last = ("from", "to") if stages[0] < stages[1] else ("to", "from")
            found[i], found[j] = replace(a, relation=first), replace(b, relation=last)


def _tell_apart(reading: Reading, a: Measured, b: Measured) -> tuple[str, str] | None:
    """*8 before, 3 after*, *5 days, earlier it was 8*: which of two numbers was the start."""
    times = {a.quantity.unit, b.quantity.unit} <= {"second", "day", "month"}
    if a.relation or b.relation or not (times or a.quantity.unit == b.quantity.unit) or a.quantity.unit == "calendar":
        return None
    between = [t.folded for t in reading.tokens if a.quantity.end <= t.start < b.quantity.start]
    behind = [t.folded for t in find_following(reading, b.token, 3)]
    if b.behind == "to" and _THEN & {t.folded for t in reading.tokens if t.end <= a.quantity.start}:
        return "from", "to"  # "used to take 10 days, I got it to 4"
    if _NOW & set(between[-2:]) and a.quantity.unit:
        return "from", "to"  # "took 50 minutes, now 35"
    if "before" in between[:_SOON] and {"after", "since", "now"} & set(behind) or _NOW & set(behind[:2]) and a.quantity.unit:
        return "from", "to"
    return ("to", "from") if _PAST - {"before"} & set(between) and not _NOW & set(between) else None


def _is_start(reading: Reading, measured: Measured) -> bool:
    """*£92k when I started*."""
    after = [t.folded for t in find_following(reading, measured.token, 5)]
    at = after.index("when") if "when" in after[:3] else -1
    return at >= 0 and after[at + 1 : at + 2] in (["i"], ["we"]) and bool(_STARTING & set(after[at + 2 : at + 4]))


def _is_dated(reading: Reading, found: list[Measured], i: int) -> bool:
    a, b = found[i].quantity, found[i + 1].quantity
    return a.unit != "calendar" and b.unit == "calendar" and _DATING.fullmatch(reading.text[a.end : b.start]) is not None


def _measure(reading: Reading, token: Token, direction: int) -> Measured:
    tokens = reading.part_tokens(token.part)
    at = tokens.index(token)
    quantity = token.quantity
    assert quantity is not None  # noqa: S101
    label = find_label(reading, token)
    phrase = [label] if label is not None else find_after(tokens, at) or find_after_range(tokens, at)
    tied = (
        token.joined
        and not quantity.unit
        and at + 1 < len(tokens)
        and tokens[at + 1] in phrase[:1]
        and tokens[at + 1].folded not in _TIED_ODD
    )
    head, follows = phrase[:1] if tied else phrase[-1:], bool(phrase) and label is None
    if phrase and phrase[-1].key in CHANGE_NOUNS and quantity.unit in {"%", "x", "points"}:
        phrase = find_of_change(tokens, tokens.index(phrase[-1])) or phrase[:-1]
        head = phrase[-1:]
    if not head:
        phrase = find_before(tokens, at)
        if phrase and phrase[-1].key in CHANGE_NOUNS:
            phrase = find_of_change(tokens, tokens.index(phrase[-1])) or phrase
        head = phrase[-1:]
    named = at > 0 and is_nominal(tokens[at - 1]) and not tokens[at - 1].verb
    elliptic = not follows and not quantity.unit and label is None and not named or is_anaphoric(reading, token)
    aside = [] if phrase else find_apposed(reading, token)
    phrase, head = phrase or aside, head or aside[-1:]
    joined = join_hyphens(reading, phrase)
    near = _near(reading, token, tokens, at) | phrase_keys(phrase) | joined
    if aside:
        near |= reading.part_keys[aside[-1].part]
    if elliptic or not any(is_nominal(t) and t.folded not in quantities.RATES for t in tokens):
        near |= frozenset().union(*reading.part_keys[: token.part + 1])
    return Measured(
        token,
        quantity,
        token.part,
        frozenset(t.key for t in head) | joined,
        follows,
        phrase_keys(phrase) | joined,
        near,
        frozenset(t.key for t in tokens if is_nominal(t)),
        find_relation(tokens, at),
        any(t.folded == "by" and i + 1 < len(tokens) and tokens[i + 1].kind == "number" for i, t in enumerate(tokens)),
        find_rate(reading, token),
        direction,
        quantity.unit in {"second", "day", "month"} and at > 0 and tokens[at - 1].folded in _LASTING,
        _attaches(tokens, at),
        _later(reading, token, phrase),
        is_governed(tokens, at),
        label is not None,
        _find_left(tokens, at),
        find_local(tokens, at, phrase if follows else []),
        elliptic,
        (),
        find_since(tokens, at),
        any(t.folded == "more" for t in find_following(reading, token, 1)),
        is_share(reading, token),
        any(t.folded in AGAINST for t in tokens) and sum(t.quantity.unit == quantity.unit for t in tokens if t.quantity is not None) == 2,
        is_opposed(reading, token),
        find_beside(reading, token),
        find_governor(tokens, at),
        find_aside(reading, token),
        is_whole(reading, token),
        find_behind(tokens, at),
        is_change(reading, token),
        follows and [t.folded for t in find_following(reading, token, 1)] == ["of"],
        frozenset(),
        tied,
        follows and not quantity.unit and not tied and not _is_participle(tokens, at + 1),
        topped=any(t.folded.endswith("est") and len(t.folded) > 5 or t.folded == "most" for t in tokens[max(0, at - 4) : at]),
        besides=_is_besides(reading, token),
        prep=_find_preposition(tokens, at)[0],
        set_off=_find_preposition(tokens, at)[1],
        head=phrase[-1].folded if phrase and follows else "",
        placed=at > 0 and tokens[at - 1].folded in _PLACED,
    )


def _find_preposition(tokens: tuple[Token, ...], at: int) -> tuple[str, bool]:
    """The preposition right before a number, and whether a mark stands before that."""
    i = at - 1
    while i >= 0 and (tokens[i].folded in _BOUNDING or tokens[i].kind == "mark" and tokens[i].text == "-"):
        i -= 1
    found = i >= 0 and tokens[i].folded in _PREPOSITIONS
    return (tokens[i].folded, i > 0 and tokens[i - 1].kind == "mark") if found else ("", False)


def _is_besides(reading: Reading, token: Token) -> bool:
    at = reading.tokens.index(token)
    beside = {t.folded for t in (*reading.tokens[max(0, at - 1) : at], *reading.tokens[at + 1 : at + 2])}
    return bool({"other", "others", "remaining", "rest", "fellow"} & beside)


def _is_participle(tokens: tuple[Token, ...], at: int) -> bool:
    """*11 traced to*, *38 put back*: a word that says what became of them."""
    return at < len(tokens) and (tokens[at].verb or tokens[at].folded.endswith("ed"))


def _attaches(tokens: tuple[Token, ...], at: int) -> bool:
    left = next((i for i in range(at - 1, -1, -1) if is_nominal(tokens[i])), -1)
    between = tokens[left + 1 : at]
    return (
        left >= 0
        and bool(between)
        and not tokens[at].joined
        and all(t.kind == "word" for t in between)
        and sum(t.verb for t in between) <= 1
        and not between[-1].verb
        and (any(t.verb for t in between) or any(t.folded in _TIES for t in between))
        and tokens[left].folded not in quantities.RATES
        and not (left and tokens[left - 1].folded in _LOCAL)
    )


def _find_left(tokens: tuple[Token, ...], at: int) -> str:
    """Key of the nearest noun before a number, past who did it: *a tender led by the manager for a three-year contract*."""
    i = at - 1
    while i >= 0:
        if is_nominal(tokens[i]):
            first = i
            while first > 0 and (is_nominal(tokens[first - 1]) or tokens[first - 1].folded in {"the", "a", "an", "my", "our"}):
                first -= 1
            agent = first > 1 and tokens[first - 1].folded == "by" and (tokens[first - 2].verb or tokens[first - 2].folded.endswith("ed"))
            if not agent:
                return tokens[i].key
            i = first - 2
        i -= 1
    return ""


def _later(reading: Reading, token: Token, phrase: list[Token]) -> frozenset[str]:
    after = {t.key for t in reading.tokens if t.start > token.start and is_nominal(t)}
    before = {t.key for t in reading.tokens if t.start < token.start}
    return frozenset(after - before - phrase_keys(phrase))


def _near(reading: Reading, token: Token, tokens: tuple[Token, ...], at: int) -> frozenset[str]:
    """Content keys of the number's clause; of earlier ones too where it only closes what they say."""
    place = reading.tokens.index(token)
    if reading.tokens[place + 1 : place + 2] and reading.tokens[place + 1].folded in {"that", "who", "which"}:
        return reading.keys  # "twelve that were urgent": the noun stands anywhere before
    near = reading.part_keys[token.part]
    if token.part and tokens and tokens[0].folded in _RELATIVES:
        near |= reading.part_keys[token.part - 1]
    bare = not any(is_nominal(t) and t.folded not in quantities.RATES or t.verb for t in tokens)
    closing = at > 0 and tokens[at - 1].folded in _CLOSING
    part = token.part
    while part > 0 and (bare or (closing and tokens[0].folded == "and")):
        part -= 1
        tokens = reading.part_tokens(part)
        if any(t.kind == "number" for t in tokens) and not bare:
            break
        near, bare = near | reading.part_keys[part], False
    return near


def find_pairs(reading: Reading) -> list[tuple[Measured, Measured]]:
    """Numbers that went from the one to the other: *from 9 to 5*, *18 minutes instead of 4 hours*, *€1m in 2015, €2m in 2017*."""
    found = [m for m in find_measured(reading) if m.quantity.unit != "calendar" and not m.whole]
    pairs = []
    for a, b in zip(found, found[1:], strict=False):
        if {a.relation, b.relation} == {"from", "to"}:
            pairs.append((a, b) if a.relation == "from" else (b, a))
    return pairs
