"""What a number in a line measures: its object, its neighbours, its direction, its rate.

*12 registered nurses*: nurses. *cut latency by 35 %*, *35 % less latency*, *a 35 % reduction in latency*: latency, down.
A shallow reading by clause and neighbours, in place of a parser.
"""

from __future__ import annotations

from dataclasses import dataclass
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
_FROM_TO = frozenset({"from", "to", "by"})
_RELATIVES = frozenset("that which who whose where".split())
_TIES = frozenset("by for to".split())
_LOCAL = frozenset("on in at during over across within".split())
_LASTING = frozenset("in over for during after within under".split())
_CLOSING = frozenset("in across for on at within over from during".split())
_RATE_ENDS = frozenset("with and for in at to by from while on".split())
_ADVERBS = frozenset(
    "together alongside worth valued total totaling totalling later afterwards early late ahead back down up out off forward free anyone anybody nobody".split()
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


@lru_cache(maxsize=8192)
def find_measured(reading: Reading) -> tuple[Measured, ...]:
    """The numbers of a text with what they measure."""
    found = []
    inherited = 0
    for token in reading.quantities:
        direction = _find_direction(reading, token) or inherited
        inherited = direction
        found.append(_measure(reading, token, direction))
    return tuple(found)


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
    aside = [] if phrase else _find_apposed(reading, token)
    phrase, head = phrase or aside, head or aside[-1:]
    joined = _join_hyphens(reading, phrase)
    near = _near(reading, token, tokens, at) | phrase_keys(phrase) | joined
    if aside:
        near |= reading.part_keys[aside[-1].part]
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
    )


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
    at = reading.tokens.index(token)
    before = reading.tokens[at - 1] if at else None
    plain = token.quantity is not None and not token.quantity.unit and not token.quantity.bound
    named = before is not None and before.folded in _LABELS and reading.text[before.end : token.start] == " "
    return before if plain and named and token.text[:1].isdigit() else None


def _is_governed(tokens: tuple[Token, ...], at: int) -> bool:
    i = at - 1
    while i >= 0 and tokens[i].folded in _SKIP:
        i -= 1
    return i >= 0 and tokens[i].verb and tokens[i].key in _UP | _DOWN


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
    between = _first_run(tokens, verb + 1, at)
    if between:
        return between
    return _first_run(tokens, 0, verb, last=True) if verb > 0 else []


def _first_run(tokens: tuple[Token, ...], start: int, end: int, *, last: bool = False) -> list[Token]:
    runs: list[list[Token]] = [[]]
    for token in tokens[start:end]:
        if _is_nominal(token):
            runs[-1].append(token)
        elif token.text not in {"-", "/"} and runs[-1]:
            runs.append([])
    runs = [run for run in runs if run]
    return (runs[-1] if last else runs[0]) if runs else []


def _join_hyphens(reading: Reading, phrase: list[Token]) -> frozenset[str]:
    """Keys of hyphenated compounds written as one word: *start-ups*, *startups*."""
    pairs = zip(phrase, phrase[1:], strict=False)
    return frozenset(keys.find_key(a.folded + b.folded) for a, b in pairs if b.start == a.end + 1 and reading.text[a.end] in "-‐‑")


def phrase_keys(phrase: list[Token]) -> frozenset[str]:
    """Keys of a run of tokens."""
    return frozenset(t.key for t in phrase)


def _find_relation(tokens: tuple[Token, ...], at: int) -> str:
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
        if other.part != token.part:
            continue
        known = other.content or other.folded in _DIRECTION_WORDS or other.folded in quantities.MULTIPLES
        for key in ((other.key,) if known else ()) + ((phrases[i],) if i in phrases else ()):
            if (key in _UP) != (key in _DOWN):
                strong = (
                    other.verb or i in phrases or other.folded in _COMPARATIVES or other.folded in _DIRECTION_WORDS and not other.content
                )
                words.append((not strong, abs(i - at), 1 if key in _UP else -1))
    return min(words)[2] if words else 0


def is_people(key: str) -> bool:
    """Whether a key is a noun for people."""
    return key in keys.keys_of(nouns.PEOPLE)


def is_collective(key: str) -> bool:
    """Whether a key is a noun for a group."""
    return key in keys.keys_of(nouns.COLLECTIVES)
