"""What a number in a line measures: its object, its neighbours, its direction, its rate.

*12 registered nurses*: nurses. *cut latency by 35 %*, *35 % less latency*, *a 35 % reduction in latency*: latency, down.
A shallow reading by clause and neighbours, in place of a parser.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.lexicon import marks, nouns, quantities
from resume_rag.grounding.quantities import Quantity
from resume_rag.grounding.reading import Reading, Token

_DIRECTION_WORDS = (marks.UP | marks.DOWN) - {"up", "above", "below"}
_CHANGE_NOUNS = keys.keys_of(
    frozenset("reduction increase improvement drop growth cut saving decrease rise boost decline gain uplift jump fall".split())
)
_COMPARATIVES = frozenset("less more fewer lower higher faster slower shorter longer larger smaller greater better quicker cheaper".split())
_UP, _DOWN = keys.keys_of(marks.UP), keys.keys_of(marks.DOWN | frozenset({"halved"}))
DIMENSIONS = keys.keys_of(frozenset("time cost number amount volume value price speed size length weight".split()))
"""What may be measured of one thing: *picking time* is not *picking errors*."""
_FROM_TO = frozenset({"from", "to", "by"})
_REPLACED = frozenset({("instead", "of"), ("rather", "than"), ("down", "from"), ("up", "from")})
_PREPOSITIONS = frozenset("at in on of for from with by per across during under over to".split())
_KINDS = frozenset(
    "case cases instance instances set sets piece pieces type types kind kinds series lot lots batch batches group groups".split()
)
_THEN, _NOW = frozenset("used previously formerly once originally before".split()), frozenset("now today currently".split())
_AGAINST = frozenset("against versus vs".split())
_PRONOUNS = frozenset("them whom which these those us whose".split())
_ABOVE, _BELOW = frozenset("above over ahead beyond".split()), frozenset("below under behind short".split())
_RELATIVES = frozenset("that which who whose where".split())
_TIES = frozenset("by for to".split())
_LOCAL = frozenset("on in at during over across within".split())
_LASTING = frozenset("in over for during after within under".split())
_CLOSING = frozenset("in across for on at within over from during".split())
_RATE_ENDS = frozenset("with and for in at to by from while on".split())
_ADVERBS = frozenset(
    "together alongside worth valued total totaling totalling later afterwards early late ahead back down up out off forward free anyone anybody nobody abroad overseas today now".split()
)
_LINKS = frozenset("of in on for to by from at with across over into per a an the its their our from".split())
_LABELS = frozenset(
    """year grade level class phase tier type band ward room section part chapter line unit stage route zone category step no number version
    area gate bay floor block module form schedule article stand key""".split()
)
"""*Year 4*, *Grade 3*, *Ward 5*: the number is a name."""
_SKIP = frozenset("consecutive total full up about over under nearly almost than more least around approximately roughly as many".split())


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


@lru_cache(maxsize=8192)
def find_measured(reading: Reading) -> tuple[Measured, ...]:
    """The numbers of a text with what they measure."""
    found = []
    inherited = 0
    for token in reading.quantities:
        own = _find_direction(reading, token)
        listed = not any(t.verb for t in reading.part_tokens(token.part))
        direction = own or (inherited if listed else 0)
        inherited = direction
        found.append(_measure(reading, token, direction))
    found = _relate(reading, found)
    bare = tuple(m.quantity for m in found if m.elliptic)
    return tuple(replace(m, bare=bare) for m in found) if bare else tuple(found)


def _relate(reading: Reading, found: list[Measured]) -> list[Measured]:
    """Marks pairs that time sets apart: *€1.1m in 2015, €1.6m in 2017*, *used to take a day and now takes 40 minutes*."""
    dated = {i: found[i + 1].quantity.value for i in range(len(found) - 1) if _is_dated(reading, found, i)}
    for (i, first), (j, second) in zip(list(dated.items()), list(dated.items())[1:], strict=False):
        a, b = found[i], found[j]
        if a.quantity.unit == b.quantity.unit and first != second and not a.relation and not b.relation:
            names = ("from", "to") if first < second else ("to", "from")
            found[i], found[j] = replace(a, relation=names[0]), replace(b, relation=names[1])
    for i, (a, b) in enumerate(zip(found, found[1:], strict=False)):
        before = {t.folded for t in reading.tokens if t.end <= a.quantity.start}
        between = {t.folded for t in reading.tokens if a.quantity.end <= t.start < b.quantity.start}
        times = {a.quantity.unit, b.quantity.unit} <= {"second", "day", "month"}
        if before & _THEN and between & _NOW and (times or a.quantity.unit == b.quantity.unit) and not a.relation and not b.relation:
            found[i], found[i + 1] = replace(a, relation="from"), replace(b, relation="to")
    return found


def _is_dated(reading: Reading, found: list[Measured], i: int) -> bool:
    a, b = found[i].quantity, found[i + 1].quantity
    return a.unit != "calendar" and b.unit == "calendar" and reading.text[a.end : b.start].strip() in {"in", "(", "for", "at the end of"}


def _measure(reading: Reading, token: Token, direction: int) -> Measured:
    tokens = reading.part_tokens(token.part)
    at = tokens.index(token)
    quantity = token.quantity
    assert quantity is not None  # noqa: S101
    label = _find_label(reading, token)
    phrase = [label] if label is not None else _after(tokens, at) or _after_range(tokens, at)
    head, follows = phrase[-1:], bool(phrase) and label is None
    if phrase and phrase[-1].key in _CHANGE_NOUNS and quantity.unit in {"%", "x", "points"}:
        phrase = _of_change(tokens, tokens.index(phrase[-1])) or phrase[:-1]
        head = phrase[-1:]
    if not head:
        phrase = _before(tokens, at)
        if phrase and phrase[-1].key in _CHANGE_NOUNS:
            phrase = _of_change(tokens, tokens.index(phrase[-1])) or phrase
        head = phrase[-1:]
    named = at > 0 and _is_nominal(tokens[at - 1]) and not tokens[at - 1].verb
    elliptic = not follows and not quantity.unit and label is None and not named or _is_anaphoric(reading, token)
    aside = [] if phrase else _find_apposed(reading, token)
    phrase, head = phrase or aside, head or aside[-1:]
    joined = _join_hyphens(reading, phrase)
    near = _near(reading, token, tokens, at) | phrase_keys(phrase) | joined
    if aside:
        near |= reading.part_keys[aside[-1].part]
    if elliptic or not any(_is_nominal(t) for t in tokens):
        near |= frozenset().union(*reading.part_keys[: token.part + 1])
    return Measured(
        token,
        quantity,
        token.part,
        frozenset(t.key for t in head) | joined,
        follows,
        phrase_keys(phrase) | joined,
        near,
        frozenset(t.key for t in tokens if _is_nominal(t)),
        _find_relation(tokens, at),
        any(t.folded == "by" and i + 1 < len(tokens) and tokens[i + 1].kind == "number" for i, t in enumerate(tokens)),
        _find_rate(reading, token),
        direction,
        quantity.unit in {"second", "day", "month"} and at > 0 and tokens[at - 1].folded in _LASTING,
        _attaches(tokens, at),
        _later(reading, token, phrase),
        _is_governed(tokens, at),
        label is not None,
        next((t.key for t in reversed(tokens[:at]) if _is_nominal(t)), ""),
        _find_local(tokens, at, phrase if follows else []),
        elliptic,
        (),
        _find_since(tokens, at),
        any(t.folded == "more" for t in _following(reading, token, 1)),
        _is_share(reading, token),
        any(t.folded in _AGAINST for t in tokens) and sum(t.kind == "number" for t in tokens) == 2,
        _is_opposed(reading, token),
        _find_beside(reading, token),
        _find_governor(tokens, at),
        _find_aside(reading, token),
    )


def _following(reading: Reading, token: Token, size: int) -> list[Token]:
    at = reading.tokens.index(token)
    return list(reading.tokens[at + 1 : at + 1 + size])


def _is_anaphoric(reading: Reading, token: Token) -> bool:
    after = [t.folded for t in _following(reading, token, 2)]
    return bool(after) and (after[0] in {"more", "others"} or len(after) == 2 and after[0] == "of" and after[1] in _PRONOUNS)


def _is_share(reading: Reading, token: Token) -> bool:
    after = [t for t in _following(reading, token, 4) if t.folded not in {"the", "a", "all"}]
    joined = [t.folded for t in after[:2]]
    if joined[:2] == ["out", "of"]:
        return len(after) > 2 and after[2].kind == "number"
    return joined[:1] in (["of"], ["in"], ["/"]) and len(after) > 1 and after[1].kind == "number" and not after[1].quantity.unit  # type: ignore[union-attr]


def _is_opposed(reading: Reading, token: Token) -> bool:
    at = reading.tokens.index(token)
    return any(
        t.folded in {"against", "versus", "vs", "target", "plan"} for t in reading.tokens[max(0, at - 5) : at] if t.part == token.part
    )


def _find_beside(reading: Reading, token: Token) -> Quantity | None:
    at = reading.tokens.index(token)
    for link, other in ((at + 1, at + 2), (at - 1, at - 2)):
        if 0 <= other < len(reading.tokens) and reading.tokens[link].folded in {"to", "from"} and reading.tokens[other].kind == "number":
            return reading.tokens[other].quantity
    return None


def _find_governor(tokens: tuple[Token, ...], at: int) -> str:
    i = at - 1
    while i >= 0 and tokens[i].folded in _SKIP:
        i -= 1
    return tokens[i].key if i >= 0 and tokens[i].verb and tokens[i].content else ""


def _find_since(tokens: tuple[Token, ...], at: int) -> int:
    before = tokens[at - 1].folded if at else ""
    return 1 if before in {"since", "from", "after"} else -1 if before in {"until", "till", "before"} else 0


def _find_aside(reading: Reading, token: Token) -> int:
    after = _following(reading, token, 3)
    if len(after) < 2 or after[0].folded not in _ABOVE | _BELOW or after[1].kind != "word":
        return 0
    return 1 if after[0].folded in _ABOVE else -1


def _find_local(tokens: tuple[Token, ...], at: int, phrase: list[Token]) -> frozenset[str]:
    run = list(phrase)
    i = at - 1
    while not run and i >= 0:
        if _is_nominal(tokens[i]):
            while i >= 0 and _is_nominal(tokens[i]):
                run.append(tokens[i])
                i -= 1
        i -= 1
    return phrase_keys(run)


def _find_apposed(reading: Reading, token: Token) -> list[Token]:
    """The noun phrase before the comma: *posted invoices, around 400 a month*."""
    before = [t for t in reading.tokens if t.start < token.start]
    while before and before[-1].kind == "word" and before[-1].folded in _SKIP | {"some", "circa", "of", "all"}:
        before.pop()
    if not before or before.pop().text not in {",", "(", "–", "—", ":"}:
        return []
    run: list[Token] = []
    while before and _is_nominal(before[-1]):
        run.insert(0, before.pop())
    return run


def _find_label(reading: Reading, token: Token) -> Token | None:
    """The word a number is the name of something with: *Year 4*, *lines 4 and 9*, *phases 1 to 5*, *Engine 7*."""
    at = reading.tokens.index(token)
    plain = token.quantity is not None and not token.quantity.unit and not token.quantity.bound
    if not plain or not token.text[:1].isdigit() or not at:
        return None
    before = reading.tokens[at - 1]
    if before.kind == "number" and before.joined and at > 1:
        word = reading.tokens[at - 2]
        return word if word.folded.removesuffix("s") in _LABELS else None
    if before.folded in {"and", "to", "or"} and at > 2 and reading.tokens[at - 2].kind == "number":
        word = reading.tokens[at - 3]
        return word if word.folded.removesuffix("s") in _LABELS and word.folded.endswith("s") else None
    beside = reading.text[before.end : token.start] == " "
    return before if beside and (before.folded in _LABELS or before.folded.removesuffix("s") in _LABELS or _is_named(before)) else None


def _is_governed(tokens: tuple[Token, ...], at: int) -> bool:
    i = at - 1
    while i >= 0 and tokens[i].folded in _SKIP:
        i -= 1
    return i >= 0 and tokens[i].verb and tokens[i].key in _UP | _DOWN


def _is_named(token: Token) -> bool:
    """*Engine 7*, *Route 66*; not *Led 7* and not *In May 2021*."""
    return token.kind == "word" and token.text[:1].isupper() and token.content and not token.verb and token.folded not in quantities.MONTHS


def _attaches(tokens: tuple[Token, ...], at: int) -> bool:
    left = next((i for i in range(at - 1, -1, -1) if _is_nominal(tokens[i])), -1)
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


def _later(reading: Reading, token: Token, phrase: list[Token]) -> frozenset[str]:
    after = {t.key for t in reading.tokens if t.start > token.start and _is_nominal(t)}
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
    bare = not any(_is_nominal(t) and t.folded not in quantities.RATES or t.verb for t in tokens)
    closing = at > 0 and tokens[at - 1].folded in _CLOSING
    part = token.part
    while part > 0 and (bare or (closing and tokens[0].folded == "and")):
        part -= 1
        tokens = reading.part_tokens(part)
        if any(t.kind == "number" for t in tokens) and not bare:
            break
        near, bare = near | reading.part_keys[part], False
    return near


def _is_nominal(token: Token) -> bool:
    return token.content and not token.verb and token.folded not in _COMPARATIVES | _ADVERBS and not _is_adverb(token.folded)


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") and word not in {"supply", "assembly", "family", "reply", "anomaly", "fly", "ally"}


def _after(tokens: tuple[Token, ...], at: int) -> list[Token]:
    """The noun phrase after the number: *600 drivers*, *35 % of claims*, *12-person team*."""
    i = at + 1
    if i + 2 < len(tokens) and tokens[i].folded == "per" and tokens[i + 1].content:
        i += 2  # "£30,000 per event budget"
    while i < len(tokens) and (
        tokens[i].folded
        in _COMPARATIVES | {"-", "of", "the", "a", "our", "its", "their", "new", "more", "other", "different", "further", "additional"}
        or tokens[i].text == "-"
    ):
        i += 1
    run: list[Token] = []
    if i + 2 < len(tokens) and tokens[i].folded in _LABELS and tokens[i + 1].kind == "number":
        i += 2  # "31 Year 4 pupils"
    if i + 1 < len(tokens) and tokens[i].verb and tokens[i].folded.endswith("ed") and _is_nominal(tokens[i + 1]):
        i += 1  # "2,300 catalogued trees"
    while i < len(tokens) and (_is_nominal(tokens[i]) or tokens[i].joined):
        if _is_nominal(tokens[i]):
            run.append(tokens[i])
        i += 1
    if run and run[-1].folded in _KINDS and i + 1 < len(tokens) and tokens[i].folded == "of" and _is_nominal(tokens[i + 1]):
        return _after(tokens, i)  # "two cases of fraud"
    if run and i + 1 < len(tokens) and tokens[i].folded in {"and", "or"} and _is_nominal(tokens[i + 1]):
        run += _after(tokens, i)  # "24 remote and in-person tests"
    if run and at + 2 < len(tokens) and tokens[at + 1].text == "-" and run[0].folded in {"person", "people", "member", "strong", "man"}:
        return run[:1]
    if run and run[0].folded in quantities.RATES and tokens[tokens.index(run[0]) - 1].folded in {"a", "per"}:
        return []
    if len(run) > 1 and run[-1].folded in quantities.RATES:
        run = run[:-1]
    return run


def _after_range(tokens: tuple[Token, ...], at: int) -> list[Token]:
    """The noun phrase after the other end of a range: *80 to 120 guests*."""
    rest = [t for t in tokens[at + 1 : at + 3] if t.text != "-"]
    if rest and rest[0].kind == "number":
        return _after(tokens, tokens.index(rest[0]))
    if len(rest) == 2 and rest[0].folded in {"to", "or"} and rest[1].kind == "number":
        return _after(tokens, tokens.index(rest[1]))
    return []


def _of_change(tokens: tuple[Token, ...], at: int) -> list[Token]:
    """The object of a noun of change: *reduction in latency*."""
    if at + 1 < len(tokens) and tokens[at + 1].folded in {"in", "of", "to", "on"}:
        return _after(tokens, at + 1)
    return []


def _before(tokens: tuple[Token, ...], at: int) -> list[Token]:
    """The noun phrase the number hangs on: the first after the verb, or the subject."""
    verb = next((i for i in range(at - 1, -1, -1) if tokens[i].verb), -1)
    between = _find_runs(tokens, verb + 1, at)
    if between:
        return between[0]
    subjects = _find_runs(tokens, 0, max(verb, 0))
    free = [run for run in subjects if not _follows_preposition(tokens, run[0])]
    return free[-1] if free else subjects[-1] if subjects else []


def _follows_preposition(tokens: tuple[Token, ...], token: Token) -> bool:
    """*sales at my chair*: the chair is not what went up."""
    at = tokens.index(token)
    before = [t.folded for t in tokens[max(0, at - 2) : at]]
    return bool(set(before) & _PREPOSITIONS)


def _find_runs(tokens: tuple[Token, ...], start: int, end: int) -> list[list[Token]]:
    runs: list[list[Token]] = [[]]
    for token in tokens[start:end]:
        if _is_nominal(token):
            runs[-1].append(token)
        elif token.text not in {"-", "/"} and runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _join_hyphens(reading: Reading, phrase: list[Token]) -> frozenset[str]:
    """Keys of hyphenated compounds written as one word: *start-ups*, *startups*."""
    pairs = zip(phrase, phrase[1:], strict=False)
    return frozenset(keys.find_key(a.folded + b.folded) for a, b in pairs if b.start == a.end + 1 and reading.text[a.end] in "-‐‑")


def phrase_keys(phrase: list[Token]) -> frozenset[str]:
    """Keys of a run of tokens."""
    return frozenset(t.key for t in phrase)


def _find_relation(tokens: tuple[Token, ...], at: int) -> str:
    if at + 1 < len(tokens) and tokens[at + 1].arrow:
        return "from"
    if at and tokens[at - 1].arrow:
        return "to"
    bare = _find_bare_change(tokens, at)
    if bare:
        return bare
    before = [t.folded for t in tokens[max(0, at - 4) : at] if t.folded not in _SKIP]
    if tuple(before[-2:]) in _REPLACED and any(t.kind == "number" for t in tokens[:at]):
        return "from"
    after = [t.folded for t in tokens[at + 1 : at + 3]]
    if tuple(after) in _REPLACED and any(t.kind == "number" for t in tokens[at + 2 : at + 6]):
        return "to"
    i = at - 1
    while i >= 0 and (tokens[i].folded in _SKIP or tokens[i].kind == "mark"):
        i -= 1
    word = tokens[i].folded if i >= 0 else ""
    if word not in _FROM_TO:
        return ""
    verb = next((j for j in range(at - 1, -1, -1) if tokens[j].verb), 0)
    scope = tokens[verb:]
    changes = any(t.key in _UP | _DOWN for t in tokens[0 if word == "by" else verb : at])
    paired = any(t.folded == "from" for t in scope) and any(t.folded == "to" for t in scope) and _is_pair(tokens, at)
    return word if changes or paired else ""


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
        if (falls and opened not in {"from", "between"}) or any(t.folded in {"became", "becoming"} for t in between):
            return "from" if step == 1 else "to"
    return ""


def find_pairs(reading: Reading) -> list[tuple[Measured, Measured]]:
    """Numbers that went from the one to the other: *from 9 to 5*, *18 minutes instead of 4 hours*, *€1m in 2015, €2m in 2017*."""
    found = [m for m in find_measured(reading) if m.quantity.unit != "calendar"]
    pairs = []
    for a, b in zip(found, found[1:], strict=False):
        if {a.relation, b.relation} == {"from", "to"}:
            pairs.append((a, b) if a.relation == "from" else (b, a))
    return pairs


def _is_pair(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether *from* or *to* with another number stands on the other side."""
    return any(
        t.folded in {"from", "to"} and i + 1 < len(tokens) and any(o.kind == "number" for o in tokens[i + 1 : i + 4]) and i + 1 != at
        for i, t in enumerate(tokens)
    )


def _find_rate(reading: Reading, token: Token) -> str:
    at = reading.tokens.index(token)
    tokens = reading.tokens[at + 1 : at + 7]
    for i, other in enumerate(tokens):
        if other.clause != token.clause or (other.kind == "number" and i) or other.folded in _RATE_ENDS or other.verb:
            break
        before = tokens[i - 1].folded if i else ""
        if other.folded in quantities.RATES and (
            before in {"per", "a", "an", "each", "every", "/", "one"} or other.folded.endswith("ly") or (i and tokens[i - 1].text == "/")
        ):
            return quantities.RATES[other.folded]
    last = reading.tokens[at - 1].folded if at else ""
    return quantities.RATES[last] if last.endswith("ly") and last in quantities.RATES else ""


def _find_direction(reading: Reading, token: Token) -> int:
    """The way of the nearest word of change in its part; a verb goes before a noun (*cut growth by 5 %*)."""
    words: list[tuple[bool, int, int]] = []
    at = reading.tokens.index(token)
    phrases = {places[0]: key for places, key in reading.phrases}
    for i, other in enumerate(reading.tokens):
        if other.part != token.part or (i and reading.tokens[i - 1].folded in {"or", "and"} and other.folded in _COMPARATIVES):
            continue
        known = other.content or other.folded in _DIRECTION_WORDS or other.folded in quantities.MULTIPLES or _is_upward(reading, i)
        for key in ((other.key,) if known else ()) + ((phrases[i],) if i in phrases else ()):
            if (key in _UP) != (key in _DOWN):
                strong = (
                    other.verb or i in phrases or other.folded in _COMPARATIVES or other.folded in _DIRECTION_WORDS and not other.content
                )
                words.append((not strong, abs(i - at), 1 if key in _UP else -1))
    return min(words)[2] if words else 0


def _is_upward(reading: Reading, at: int) -> bool:
    """*up by two thirds*, *up 8 %*; not *set up*, *up to*."""
    after = reading.tokens[at + 1] if at + 1 < len(reading.tokens) else None
    return reading.tokens[at].folded == "up" and after is not None and (after.folded in {"by", "from"} or after.kind == "number")


def is_people(key: str) -> bool:
    """Whether a key is a noun for people."""
    return key in keys.keys_of(nouns.PEOPLE)


_RANKED = frozenset(marks.RANKS) - {
    "lead",
    "head",
    "chair",
    "master",
    "acting",
    "senior",
    "junior",
    "executive",
    "management-level",
    "licensed",
    "registered",
    "certified",
    "chartered",
    "associate",
    "vice",
    "principal",
    "leadership",
}
_NO_PERSON = frozenset(
    """computer printer server number paper order river water timer monitor sensor counter power letter matter center meter manner chapter quarter
    trailer boiler freezer fever summer winter weather corner border cluster folder container controller router buffer driver-less newsletter error
    motor factor sector reactor monitor mirror floor door color flavor error behavior assistant-less plant grant restaurant list twist checklist
    boost cost post test interest request forest breast west east guest-less layer cover user-less poster banner tower shower power paper fiber
    tender gender reminder remainder cylinder ladder feeder binder folder starter-less filter register roster semester poster cluster""".split()
)


def is_person(token: Token) -> bool:
    """Whether a word names a person by its lexicon or its ending: *prescriber*, *therapist*, *officer*."""
    if is_people(token.key) or token.folded in _RANKED:
        return True
    singular = token.folded.removesuffix("s")
    return token.content and singular.endswith(("er", "or", "ist", "ian")) and len(singular) > 5 and singular not in _NO_PERSON


def is_collective(key: str) -> bool:
    """Whether a key is a noun for a group."""
    return key in keys.keys_of(nouns.COLLECTIVES)
