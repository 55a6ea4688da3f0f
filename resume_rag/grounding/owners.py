"""Whose a number is: the candidate's, somebody else's, or the whole that the candidate has a part of.

Lie caught: *worked 12 hours* for *I worked 9 hours, the team worked 12*; *tuned 34 organs alone* for *tuned 34 organs, nine of them on my
own*. Honest line passed: *raised $2,900 of the $18,400 that the fundraiser brought in*. `others.py` judges the things that others had in hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.others import find_others_spans
from resume_rag.grounding.people import is_actor, is_collective
from resume_rag.grounding.reading import Reading, Token

_RECEIVING = keys.keys_of(frozenset("win get receive have come become take earn gain".split()))
_HONOURS = keys.keys_of(
    frozenset("prize award medal second third first runner-up finalist best trophy cup title certificate commendation".split())
)
_OURS = frozenset(
    """practice firm company hotel school shop club store restaurant kitchen bakery ward clinic hospital branch department depot yard site library museum
    theatre farm studio agency office factory plant crew team squad group unit""".split()
)
_OF_THEM = frozenset("them which these those whom it".split())
_MINE = frozenset("mine myself personally alone solo single-handedly singlehandedly unaided".split())
_SOME = frozenset(
    "some several part most many including incl among share portion few contributed contributing toward towards helped".split()
)
_WITH = frozenset("with alongside together team crew jointly we our us shared sharing share between".split())


@dataclass(frozen=True, eq=False)
class Portion:
    """*34 organs, nine of them on my own*: a whole, its part, the words said of the part only, and whether that part alone is the candidate's."""

    whole: Token
    part: Token
    words: frozenset[str]
    mine: bool


def check_owners(check: LineCheck) -> None:
    """Reports numbers of others that the line takes, and wholes told of what the source says of a part.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Tuned 34 organs a year, nine of them on my own", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_owners(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Tuned 34 organs a year on my own"), find("Tuned nine of 34 organs a year on my own")
    (['credit_added'], [])
    """
    _check_honours(check)
    _check_possessions(check)
    if not check.line.quantities:
        return
    _check_taken(check)
    for number, reading in enumerate(check.grounds.readings):
        for portion in find_portions(reading):
            _check_portion(check, number, portion)


def _check_possessions(check: LineCheck) -> None:
    """*my mould* for *the mould is the owner's*: what belongs to somebody else."""
    mine = list(_find_owned(check.line, _POSSESSIVES, _PREDICATES))
    if not mine:
        return
    others = {t.key for r in check.grounds.readings for t in _find_owned(r, frozenset(), frozenset())}
    own = {t.key for r in check.grounds.readings for t in _find_owned(r, _POSSESSIVES, _PREDICATES)}
    for token in mine:
        if token.key in others - own:
            check.report(
                "credit_added", f"{check.quote(token.start, token.end)}: in the source it is someone else's.", token.start, token.end
            )


_POSSESSIVES = frozenset("my our own".split())
_PREDICATES = frozenset("mine ours".split())


def _find_owned(reading: Reading, before: frozenset[str], behind: frozenset[str]) -> Iterator[Token]:
    """What stands behind *my* or before *is mine*; without such words, what stands behind *the owner's* or before *is the owner's*."""
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        if not token.content or token.verb:
            continue
        ahead = tokens[i + 1 : i + 4]
        is_of = bool(ahead) and ahead[0].folded in {"is", "was", "are", "were"}
        if before:
            found = i and tokens[i - 1].folded in before or is_of and any(t.folded in behind for t in ahead[1:2])
        else:
            found = i and _is_persons(tokens[i - 1]) or is_of and any(_is_persons(t) for t in ahead[1:])
        if found:
            yield token


def _is_persons(token: Token) -> bool:
    return token.text.endswith(("'s", "’s")) and (token.named or is_actor(token))


def _check_honours(check: LineCheck) -> None:
    """*won second prize* for *our practice came second*, *the hotel became best team*: what was given to all is not the candidate's alone."""
    if check.line.folded & (_WITH | _OURS):
        return
    for number, reading in enumerate(check.grounds.readings):
        tokens = reading.tokens
        for i, token in enumerate(tokens):
            if not (token.verb or token.folded == "get") or token.key not in _RECEIVING or not i:
                continue
            subject = next((n for n in range(i - 1, max(-1, i - 5), -1) if tokens[n].folded in {"we", "our", "the", "my"}), None)
            if subject is None or any(t.kind == "mark" or t.verb and t.content for t in tokens[subject:i]):
                continue
            house = tokens[subject].folded == "we" or i - subject > 1 and tokens[i - 1].folded in _OURS
            honour = {t.key for t in tokens[i + 1 : i + 8]} & _HONOURS
            here = next((t for t in check.line.tokens if t.key in honour), None)
            if house and here is not None:
                check.report(
                    "credit_added", f"{check.quote(here.start, here.end)}: in the source it was given to all.", here.start, here.end, number
                )


def _check_taken(check: LineCheck) -> None:
    theirs = {_value(t): (n, agent) for n, r in enumerate(check.grounds.readings) for agent, t in find_owned_by_others(r)}
    if not theirs:
        return
    foreign = {id(t) for r in check.grounds.readings for _, t in find_owned_by_others(r)}
    own = {_value(t) for r in check.grounds.readings for t in r.quantities if id(t) not in foreign}
    given = {id(t): agent for agent, t in find_owned_by_others(check.line)}
    for token in check.line.quantities:
        value = _value(token)
        number, agent = theirs.get(value, (0, None))
        if agent is not None and value not in own and (_is_mine(check.line, token) or not _names(check.line, token, agent)):
            said = check.grounds.readings[number].text[agent.start : agent.end]
            why = f"{check.quote(token.start, token.end)}: in the source this number is of “{said}”."
            check.report("number_object_changed", why, token.start, token.end, number)
        elif agent is None and value not in own and any(value == n + o for n in theirs for o in own) and not _names_any(check, theirs):
            why = f"{check.quote(token.start, token.end)}: this counts what somebody else did."
            check.report("credit_added", why, token.start, token.end)
        elif id(token) in given and value in own and value not in theirs:
            why = f"{check.quote(token.start, token.end)}: in the source this number is not theirs."
            check.report("number_object_changed", why, token.start, token.end)


def _names_any(check: LineCheck, theirs: dict[float, tuple[int, Token]]) -> bool:
    return any(is_actor(t) or t.folded in _WITH or keys.are_akin(t.key, a.key) for t in check.line.tokens for _, a in theirs.values())


@lru_cache(maxsize=4096)
def find_owned_by_others(reading: Reading) -> tuple[tuple[Token, Token], ...]:
    """Who, and a number of what they did or had: *the team worked 12*, *the other mechanic's 11*, *the front desk staff 12*."""
    found = [(agent, t) for agent, span in find_others_spans(reading) for t in span if _counts(t) and t.start > agent.end]
    for i, token in enumerate(reading.tokens):
        if not _counts(token) or not i:
            continue
        before, after = reading.tokens[i - 1], reading.tokens[i + 1 : i + 2]
        if not is_actor(before) or before.key in keys.CLIENTELE or before.verb:
            continue
        bare = not after or after[0].kind == "mark" or not after[0].content
        if before.text.endswith(("'s", "’s", "s'", "s’")) or bare and _opens(reading, i - 1):
            found.append((before, token))
    return tuple(found)


def _opens(reading: Reading, at: int) -> bool:
    """Whether the noun phrase that ends here opens its statement: *..., the front desk staff 12*."""
    while at and (
        reading.tokens[at - 1].content and not reading.tokens[at - 1].verb or reading.tokens[at - 1].folded in {"the", "other", "a"}
    ):
        at -= 1
    return at > 0 and (reading.tokens[at - 1].text in {",", ";", ":"} or reading.tokens[at - 1].folded in {"and", "while", "but"})


def _counts(token: Token) -> bool:
    article = token.folded.casefold().startswith(("a ", "an "))  # "within a day"
    return token.quantity is not None and token.quantity.unit != "calendar" and not token.quantity.vague and not article


def _value(token: Token) -> float:
    return token.quantity.value if token.quantity is not None else -1.0


def _is_mine(line: Reading, token: Token) -> bool:
    at = line.tokens.index(token)
    beside = [t.folded for t in (*line.tokens[max(0, at - 1) : at], *line.tokens[at + 1 : at + 2])]
    return bool({"mine", "myself", "personally"} & set(beside))


def _names(line: Reading, token: Token, agent: Token) -> bool:
    """Whether the line names the one whose number it is, or somebody like them, beside the number."""
    if any(t.content and keys.are_akin(t.key, agent.key) for t in line.tokens if t.start < token.start):
        return True  # "a committee chaired by the director and meeting four times a year"
    near = [t for t in line.tokens if abs(t.part - token.part) <= 1]
    after = line.tokens[line.tokens.index(token) + 1 :][:3]
    if any(t.folded in {"was", "were", "been", "being"} for t in after):
        return True  # "of 60, 48 were fixed"
    loose = agent.named or is_collective(agent.key) or agent.folded in {"they", "he", "she"} or agent.text.isupper()
    return any(
        t.content
        and (keys.are_akin(t.key, agent.key) or is_actor(t) and loose)
        or t.folded in {"he", "she", "they", "we", "our", "their", "who", "which"}
        for t in near
    )


@lru_cache(maxsize=4096)
def find_portions(reading: Reading) -> tuple[Portion, ...]:
    """The wholes of a text with the part that something is said of.

    >>> from resume_rag.grounding.reading import read
    >>> [(p.whole.text, p.part.text, p.mine) for p in find_portions(read("Made 40 fixes, 14 of them on my own, in 2019"))]
    [('40', '14', True)]
    """
    return tuple(_find_portions(reading))


def _find_portions(reading: Reading) -> Iterator[Portion]:
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        if token.folded != "of" or i + 1 >= len(tokens) or tokens[i + 1].folded not in _OF_THEM:
            continue
        before = tokens[i - 1] if i else None
        if before is not None and _counts(before):
            part, start = before, i + 2
        else:
            part = next((t for t in tokens[i + 2 : i + 9] if _counts(t)), None)  # type: ignore[assignment]
            start = i + 2
        wholes = [t for t in tokens[:i] if _counts(t) and t is not part and t.quantity is not None and t.quantity.value]
        if part is None or not wholes:
            continue
        whole = next((t for t in reversed(wholes) if _value(t) > _value(part) and t.quantity and part.quantity and t.quantity.unit == part.quantity.unit), None)  # fmt: skip
        if whole is None:
            continue
        stop = next((j for j in range(start, len(tokens)) if tokens[j].text in ";.,:)" and tokens[j].kind == "mark"), len(tokens))
        stop = next((j for j in range(start, stop) if tokens[j].folded in {"and", "while", "but"}), stop)
        said = [t for t in tokens[start:stop] if t is not part]
        elsewhere = {t.key for t in tokens if t not in said}
        own = any(a.folded == "own" or a.folded in _MINE for a in said) or any(
            (a.folded, b.folded) == ("by", "me") for a, b in zip(said, said[1:], strict=False)
        )
        words = (
            frozenset(t.key for t in said if (t.content or t.folded in _MINE | {"own", "first"}) and t.key not in elsewhere) - keys.STYLE
        )
        yield Portion(whole, part, words, own)


def _check_portion(check: LineCheck, number: int, portion: Portion) -> None:
    value = _value(portion.whole)
    if any(_value(t) == value for r in check.grounds.readings for t in r.quantities if t is not portion.whole):
        return
    share = portion.part.quantity is not None and portion.part.quantity.unit != "%"  # "80 % of my five" for "5, 4 of whom"
    has_part = any(_value(t) == _value(portion.part) or share and t.quantity and t.quantity.unit == "%" for t in check.line.quantities)
    tokens = check.line.tokens
    for at, token in enumerate(tokens):
        if not _counts(token) or _value(token) != value or check.taken(token.start, token.end):
            continue
        if at and tokens[at - 1].folded in {"of", "the"} and any(_counts(t) or t.folded in _SOME for t in tokens[max(0, at - 5) : at]):
            continue  # "nine of the 34", "most of the 34"
        if any(t.folded in _SOME for t in tokens[max(0, at - 4) : at]):
            continue
        beside = [t for t in tokens if abs(t.part - token.part) < 1]
        told = [t for t in beside if t.key in portion.words and (t.content or t.folded in _MINE | {"own", "first"})]
        verb = next((t for t in reversed(tokens[:at]) if t.verb and t.content), None)
        between = tokens[tokens.index(verb) + 1 : at] if verb is not None else ()
        governed = verb is not None and verb.key in portion.words and not any(t.kind != "word" or t.content for t in between)
        if told and not has_part and not any(t.folded in _SOME for t in beside) or governed:
            why = f"{check.quote(token.start, token.end)}: the source says this of {portion.part.text} of them."
            check.report("credit_added" if portion.mine else "number_object_changed", why, token.start, token.end, number)
        elif (
            portion.mine
            and not has_part
            and verb is not None
            and not {t.folded for t in tokens} & (_WITH | _SOME)
            and not any(is_actor(t) and t.key not in keys.CLIENTELE for t in tokens)
        ):
            why = f"{check.quote(token.start, token.end)}: in the source {portion.part.text} of them are the candidate's own."
            check.report("credit_added", why, token.start, token.end, number)
