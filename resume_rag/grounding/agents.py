"""Who did it: the agent of each act of a text, and acts of others that a line gives to the candidate, or to somebody else.

Lie caught: *presented the scheme* for *case officer for the scheme; the manager presented it*. Honest line passed: *with a sample
checked by a botanist* for *a botanist checked a sample*. A thing that changed (*sales rose*) has no agent here: a result may become
the candidate's doing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.links import PREPOSITIONS
from resume_rag.grounding.people import is_actor, is_collective, is_doer, is_person, may_act
from resume_rag.grounding.reading import Reading, Token
from resume_rag.grounding.voice import is_suffered, opens_passive

_BE = frozenset("is are was were be been being got".split())
_BETWEEN = frozenset("then also still now later since already never always had has have can could would will did do does to".split())
_OPENERS = frozenset(
    """and but or so while whilst when where that which whom because after before until once if since as the a an my our their his her its
    this these two three four five both all every each one another other""".split()
)
_ARTICLES = frozenset(
    "the a an my our their his her its this these two three four five six seven both all every each one another other some".split()
)
_DEFINITE = frozenset("the a an my our their his her its".split())
_PLAIN = frozenset("small little whole entire own".split())
_PRONOUNS = frozenset("they he she".split())
_BY_PRONOUNS = frozenset("him her them".split())
_HONORIFICS = frozenset("mr mrs ms miss dr prof sir".split())
_CAUSING = keys.keys_of(
    frozenset("lead cause help allow enable let persuade ask get prompt require encourage convince leave instruct advise let".split())
)
_NOT_TURNED = keys.keys_of(frozenset("ask involve engage base concern learn get be have pay".split()))
"""*asked to* for *was asked to*, *was engaged in*: both ways round they say the same of the candidate."""
_EXCEPTING = keys.keys_of(frozenset({"exclude", "include"}))
_LIGHT = keys.keys_of(frozenset("make do perform carry-out conduct handle take give provide run".split()))
_HEADS = frozenset("head director chief leader chair secretary".split())
_PANELS = frozenset("committee board panel council jury commission".split())
_NEAR_WORDS = 6
_BY_WORDS = 8


@dataclass(frozen=True, eq=False)
class Act:
    """A verb, who did it, and the words of what it was done to; no agent: the candidate, or nobody said."""

    verb: Token
    agents: tuple[Token, ...]
    objects: frozenset[str]
    passive: bool = False
    ours: bool = False  # *we stayed*


@lru_cache(maxsize=4096)
def find_acts(reading: Reading) -> tuple[Act, ...]:
    """The acts of a text with their agents.

    >>> from resume_rag.grounding.reading import read
    >>> acts = find_acts(read("Wrote the plan; the manager presented it and a board was told by staff"))
    >>> [(act.verb.text, [a.text for a in act.agents]) for act in acts]
    [('Wrote', []), ('presented', ['manager']), ('told', ['staff'])]
    """
    found: list[Act] = []
    for i, token in enumerate(reading.tokens):
        if token.key in _EXCEPTING or token.folded == "used" and [t.folded for t in reading.tokens[i + 1 : i + 2]] == ["to"]:
            continue  # "a midwife used to home births"
        if not (token.verb and token.content) and not _is_main_do(reading, i) and not _is_caused(reading, i):
            continue
        by = _find_by(reading, i)
        agents = by or _find_subject(reading, i) or _inherit(reading, i, found)
        passive = bool(by) or i > 0 and reading.tokens[i - 1].folded in _BE
        after = reading.tokens[i + 1 : i + 2 + _BY_WORDS]
        stop = next((n for n, t in enumerate(after) if t.kind == "mark" or t.verb), len(after))
        pairs = list(zip(after[:stop], after[1:stop], strict=False))
        if any(t.folded == "by" and o.folded in {"me", "us", "myself"} for t, o in pairs):
            agents, passive = (), False
        if any(t.folded == "with" and o.folded in {"me", "us"} for t, o in pairs):
            agents = ()  # "the pianist planned them with me"
        ours = i > 0 and reading.tokens[i - 1].folded == "we"
        if agents and not by and is_collective(agents[-1].key) | is_collective(agents[0].key) and _is_ours(reading, agents):
            agents, ours = (), True  # "our team of six maintained 40 lifts"
        objects = _find_objects(reading, i)
        if passive and token.key in _LIGHT:
            objects |= _find_undergone(reading, i)
        found.append(Act(token, agents, objects, passive, ours))
    return tuple(found)


def _is_ours(reading: Reading, agents: tuple[Token, ...]) -> bool:
    first = reading.tokens.index(min(agents, key=lambda t: t.start))
    # "our platform team" is a team that the candidate need not be in.
    plain = is_collective(reading.tokens[first].key) or reading.tokens[first].folded in _PLAIN
    return plain and first > 0 and reading.tokens[first - 1].folded == "our"


def _is_main_do(reading: Reading, i: int) -> bool:
    """*did the croissants*: a verb of its own."""
    after = reading.tokens[i + 1 : i + 2]
    return reading.tokens[i].folded in {"did", "does", "do"} and bool(after) and after[0].folded in _ARTICLES | {"most", "any"}


def _is_caused(reading: Reading, i: int) -> bool:
    """*led the council to reroute a path*: a verb, also where it reads like a noun."""
    before = reading.tokens[max(0, i - 5) : i]
    causing = any(t.verb and t.key in _CAUSING for t in before)
    return causing and reading.tokens[i].content and before[-1].folded == "to" and len(before) > 1 and before[-2].content


def _find_by(reading: Reading, i: int) -> tuple[Token, ...]:
    """*checked by QA*, *reviewed by a partner*."""
    tokens = reading.tokens
    if not (tokens[i].folded.endswith("ed") or keys.is_irregular(tokens[i].folded)):
        return ()
    passive = i > 0 and tokens[i - 1].folded in _BE
    # ", entered into the tablet by the driver"
    hangs = not tokens[i].first and i + 1 < len(tokens) and tokens[i + 1].folded in {"into", "to"}
    reach = _BY_WORDS if passive or hangs else 3
    place = next((j for j in range(i + 1, min(i + 1 + reach, len(tokens))) if tokens[j].folded == "by"), None)
    if place is None or any(t.kind == "mark" or t.kind == "number" and not passive or t.content and t.verb for t in tokens[i + 1 : place]):
        return ()
    if place + 1 < len(tokens) and tokens[place + 1].folded in _BY_PRONOUNS:
        return (tokens[place + 1],)  # "assigned by him"
    found = _actors(tokens, place + 1, by=True)
    undergone = passive or i > 1 and tokens[i - 1].folded in _BETWEEN and tokens[i - 2].folded in _BE
    if not found and undergone and tokens[place + 1 : place + 2] and not tokens[place + 1].folded.endswith("ing"):
        before = [t for t in tokens[max(0, i - 4) : i] if t.folded not in _BE | _BETWEEN]
        last = next((t for t in tokens[place + 1 : place + 4] if t.content and not t.verb and t.folded.endswith("s")), None)
        if last is not None and any(t.folded in {"whom", "who"} or is_actor(t) for t in before[-2:]):
            return (last,)  # "three of whom were hired by other stations"
    return found


def _actors(tokens: tuple[Token, ...], start: int, *, by: bool = False) -> tuple[Token, ...]:
    """The people or bodies of the noun phrase at a place, the head first."""
    end = start
    while end < len(tokens) and (
        tokens[end].folded in _ARTICLES or tokens[end].kind == "number" or tokens[end].content and not tokens[end].verb
    ):
        end += 1
    words = [t for t in tokens[start:end] if t.content and not t.folded.endswith(("self", "selves"))]
    if not words:
        return ()
    ends = (words[0], words[-1])
    ranked = words[0].folded in _HEADS and end < len(tokens) and tokens[end].folded == "of"  # "by my head of department"
    if by and tokens[start].folded in {"my", "our"} and not any(is_actor(t) for t in ends) and not ranked:
        return ()  # "caused by my desk"
    bare = words[0] is tokens[start] and not words[-1].folded.endswith(
        "s"
    )  # "picked by scanner": one of many is no person without an article
    named = ranked or any(is_doer(t) or not bare and may_act(t) for t in ends) if by else is_actor(words[-1])
    named = (
        named or by and words[0].capitalised and words[-1].capitalised and not words[-1].folded.endswith("ing")
    )  # "led by Medical Physics"
    if ranked:
        end = next((j for j in range(end + 1, min(end + 4, len(tokens))) if tokens[j].text == ","), end)
    if named and end + 1 < len(tokens) and tokens[end].text == "," and tokens[end + 1].named:
        words.insert(0, tokens[end + 1])  # "by my head of department, Oona"
    if by and not named and end < len(tokens) and tokens[end].folded in {"or", "and"}:
        return _actors(tokens, end + 1, by=True)  # "called in by aircraft or the public"
    return tuple(reversed(words)) if named else ()


def _find_subject(reading: Reading, i: int) -> tuple[Token, ...]:
    """The people or bodies right before a verb that open its clause, or that another verb makes do it (*led the council to reroute*)."""
    tokens = reading.tokens
    going = tokens[i].folded.endswith("ing") and not (i and tokens[i - 1].folded in _BE)
    j = i - 1
    while j >= 0 and (tokens[j].folded in _BETWEEN or tokens[j].folded.endswith("ly") and tokens[j].content):
        j -= 1
    if j >= 0 and tokens[j].folded in {"who", "that", "which"}:
        relative = tokens[j].folded
        j -= 1
        while j >= 0 and tokens[j].text == ",":
            j -= 1
        among = "one" in {t.folded.casefold() for t in tokens[max(0, j - 4) : j]}  # "one of four geologists who mapped"
        if relative == "who" and _is_opening_title(tokens, j):
            return ()  # "Night auditor who found the charges"
        if j > 0 and relative == "who" and tokens[j].capitalised and is_actor(tokens[j - 1]):
            return (tokens[j - 1], tokens[j])  # "my colleague Dot, who did the rest"
        who = j >= 0 and (relative == "who" or tokens[j].folded in _PANELS)
        is_one = j >= 0 and (is_actor(tokens[j]) or relative == "who" and tokens[j].content and not tokens[j].verb)
        return tuple(tokens[j : j + 1]) if who and is_one and not among else ()
    if j >= 0 and tokens[j].folded in _PRONOUNS and not going:
        return (tokens[j],)
    if j > 1 and tokens[j].kind == "number" and tokens[j - 1].folded == "of":
        j -= 2  # "a gang of four laid the cobbles"
    caused = any(t.folded == "to" for t in tokens[j + 1 : i])
    titled = j > 0 and tokens[j - 1].folded in _HONORIFICS  # "Mr Thrale"
    if j < 0 or not tokens[j].content or tokens[j].verb or not (caused or titled or is_actor(tokens[j])):
        return ()
    k, reduced = j, False
    while k >= 0 and (tokens[k].content and not tokens[k].verb or tokens[k].folded in _ARTICLES | {"old"} or tokens[k].kind == "number"):
        k -= 1
        if tokens[k + 1].folded in _DEFINITE:
            reduced = k >= 0 and tokens[k].content and not tokens[k].verb  # "leaks the contractor had missed"
            break
    if k >= 0 and tokens[k].folded == "of":
        return ()
    named = tuple(reversed([t for t in tokens[k + 1 : j + 1] if t.content]))
    if going:
        return named if k >= 0 and tokens[k].folded == "with" else ()
    if caused:
        return named if k >= 0 and tokens[k].key in _CAUSING else ()
    opened = reduced or k < 0 or tokens[k].kind == "mark" or tokens[k].folded in _OPENERS
    return named if opened else ()


def _is_opening_title(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether the noun there closes a phrase without an article that opens the text: the candidate's own post."""
    head = next((n - 1 for n, t in enumerate(tokens) if n and not (t.content and not t.verb or t.folded == "-")), -1)
    if not 0 <= head <= at or tokens[head].folded.endswith("s") or not is_person(tokens[head]) or not tokens[0].content:
        return False
    rest = tokens[head + 1 : at + 1]  # "community midwife in Hull who"
    return not any(t.verb or t.kind == "mark" or is_person(t) for t in rest) and (not rest or rest[0].folded in {"in", "at", "from", "of"})


def _inherit(reading: Reading, i: int, found: list[Act]) -> tuple[Token, ...]:
    """*the manager read and signed it*: one agent for both."""
    before = reading.tokens[i - 1] if i else None
    if not found or before is None or before.folded != "and":
        return ()
    last = found[-1]
    between = reading.tokens[reading.tokens.index(last.verb) + 1 : i - 1]
    return last.agents if not last.passive and not any(t.kind == "mark" for t in between) and len(between) < _NEAR_WORDS else ()


def _find_objects(reading: Reading, i: int) -> frozenset[str]:
    words: list[str] = []
    for token in reading.tokens[i + 1 : i + 1 + 2 * _NEAR_WORDS]:
        if token.kind == "mark" and token.text in ";.!?:," or token.verb and words or token.folded == "by":
            break
        if token.content and not token.verb:
            words.append(token.key)
    return frozenset(words)


def _find_undergone(reading: Reading, i: int) -> frozenset[str]:
    """The nouns of *deliveries were made*, *the test was done*."""
    j = i - 1
    while j >= 0 and (reading.tokens[j].folded in _BE | _BETWEEN or reading.tokens[j].folded.endswith("ly")):
        j -= 1
    words: list[str] = []
    while j >= 0 and reading.tokens[j].content and (not reading.tokens[j].verb or reading.tokens[j].folded.endswith("ing")):
        words.append(reading.tokens[j].key)
        j -= 1
    return frozenset(words[:1])


@lru_cache(maxsize=4096)
def find_own_counts(reading: Reading) -> frozenset[float]:
    """Numbers that a text calls the candidate's own beside those of others: *the crew hauled 220, my own count was 50*, *I sold 25*."""
    found: set[float] = set()
    statement: list[Token] = []
    for token in (*reading.tokens, None):
        if token is not None and not (token.kind == "mark" and token.text in ",;.:") and token.folded not in {"and", "while", "but"}:
            statement.append(token)
            continue
        own = any(
            a.folded == "my" and b.folded in {"own", "count", "share", "part", "total"}
            for a, b in zip(statement, statement[1:], strict=False)
        )
        if own or any(t.folded in {"i", "mine", "myself"} for t in statement):
            found |= {t.quantity.value for t in statement if t.quantity is not None and t.quantity.unit != "calendar"}
        statement = []
    return frozenset(found)


def counts_own(check: LineCheck, at: int) -> bool:
    """Whether the line counts what stands here by a number of the candidate's own: *hauled 50 cages a day*."""
    tokens = check.line.tokens
    verb = tokens[at].verb
    near = _find_counting(tokens, at)
    for reading in check.grounds.readings:
        own = find_own_counts(reading)
        others = [i for i, t in enumerate(reading.tokens) if t.quantity is not None and t.quantity.value not in own]
        if not others or not any(t.quantity is not None and t.quantity.value in own for t in near):
            continue  # only where the others have a number of theirs
        told = _find_own_verbs(reading)
        counted = any(keys.are_akin(t.key, tokens[at].key) for i in others for t in reading.tokens[i + 1 : i + 4])
        if not told or any(keys.are_akin(tokens[at].key, key) for key in told) if verb else counted:
            return True  # "dug 90 ponds" is no count of trees, and "built 30" none of what was painted
    return False


def _find_counting(tokens: tuple[Token, ...], at: int) -> list[Token]:
    """The numbers that stand with a verb (*hauled 50 cages*, *50 were hauled*) or before a noun (*50 big cages*), with nothing between."""
    found: list[Token] = []
    after = tokens[at + 1 : at + 5] if tokens[at].verb else ()
    for run in (after, tokens[max(0, at - 4) : at][::-1]):
        for token in run:
            if token.kind == "mark" and token.text != "-" or token.folded in {"and", "or"} or token.verb and token.content:
                break
            if token.quantity is not None:
                found.append(token)
    return found


@lru_cache(maxsize=4096)
def _find_own_verbs(reading: Reading) -> frozenset[str]:
    """What the candidate did by a count of their own: *I painted 30 m2*; nothing in *my own count was 50*, *I did 120*."""
    found: set[str] = set()
    for i, token in enumerate(reading.tokens):
        verb = next((t for t in reading.tokens[i + 1 : i + 3] if t.verb and t.content), None) if token.folded == "i" else None
        if verb is not None and verb.key not in _LIGHT:
            found.add(verb.key)
    return frozenset(found)


def check_acts(check: LineCheck) -> None:
    """Reports acts whose agent is not the source's."""
    theirs = [(n, act) for n, reading in enumerate(check.grounds.readings) for act in find_acts(reading)]
    if not any(act.agents for _, act in theirs) and not any(act.agents for act in find_acts(check.line)):
        return
    for act in find_acts(check.line):
        if is_suffered(check.line, act.verb) and not act.agents:
            continue  # "trained in echo for 4 months by a technician"
        if act.passive and act.agents and is_suffered(check.line, act.verb) and _did_it_to(check, act):
            check.report("object_changed", "who did it here is whom it was done to in the source.", act.verb.start, act.verb.end)
            continue
        same = [(n, other) for n, other in theirs if _is_same(act, other)]
        same = [
            (n, other) for n, other in same if act.objects & other.objects or act.agents and other.agents
        ] or same  # "ran a crew; the electrician ran lights"
        if not act.agents and any(not o.agents and not o.passive and keys.are_akin(o.verb.key, act.verb.key) for _, o in theirs):
            same = [(n, o) for n, o in same if o.verb.folded not in {"did", "does", "do"}]  # "showed volunteers" beside "volunteers did it"
        if not act.agents:  # "wrote the rest" for "the chef wrote the rest": the very verb goes before its kin
            same = [(n, other) for n, other in same if other.verb.key == act.verb.key] or same
        turned = next(((n, o) for n, o in same if o.verb.key == act.verb.key and _is_turned(act, o)), None)
        if turned and not any(o.verb.key == act.verb.key and not o.agents for _, o in same):
            message = "who did it in the source is what it is done to here."
            check.report("object_changed", message, act.verb.start, act.verb.end, turned[0])
            continue
        if not same or any(_agrees(act, other) or _stands_before(check, n, act, other) for n, other in same):
            continue
        if not act.agents and (check.grounds.supports_change(act.verb.key) or counts_own(check, check.line.tokens.index(act.verb))):
            continue  # a result is the candidate's doing; and so is their own count
        number, other = same[0]
        if act.agents:
            check.report("credit_added", "the source does not say that these people did it.", act.verb.start, act.verb.end, number)
        elif _is_claimed(check.line, act):
            said = check.grounds.readings[number].text[other.agents[0].start : other.agents[0].end]
            check.report("credit_added", f"in the source “{said}” did it, not the candidate.", act.verb.start, act.verb.end, number)


def check_undergone(check: LineCheck) -> None:
    """*Was shown sieving by volunteers* for *showed volunteers how to sieve*: what the candidate did was not done to them.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Selected three vendors for the pilot", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_undergone(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Selected for the pilot"), find("Three vendors were selected for the pilot")
    (['object_changed'], [])
    """
    for token in check.line.tokens:
        if not token.verb or not token.content or token.key in _NOT_TURNED or not _is_undergone(check.line, token):
            continue
        uses = [
            (number, reading, act)
            for number, reading in enumerate(check.grounds.readings)
            for act in find_acts(reading)
            if keys.are_akin(act.verb.key, token.key)
        ]
        if uses and all(not act.agents and not act.passive and not _may_be_undergone(r, act.verb) for _, r, act in uses):
            check.report("object_changed", "in the source the candidate did this.", token.start, token.end, uses[0][0])


def _is_undergone(line: Reading, token: Token) -> bool:
    """*Was trained*, *I was sent*, *Selected for*: the candidate is what it is done to."""
    if opens_passive(line, token):
        return True
    at = line.tokens.index(token)
    past = token.folded.endswith("ed") or keys.is_irregular(token.folded)
    if not past or not at or line.tokens[at - 1].folded not in {"was", "got"}:
        return False
    lead = line.tokens[at - 2] if at > 1 else None
    return lead is None or lead.folded in {"i", "and", "then", "while", "when"} or lead.kind == "mark" and lead.text in ";."


def _may_be_undergone(reading: Reading, token: Token) -> bool:
    """Whether the candidate may be what it was done to here: *the foreman asked me to*, *trained in echo by a colleague*."""
    at = reading.tokens.index(token)
    after = reading.tokens[at + 1 : at + 8]
    return (
        is_suffered(reading, token)
        or at > 0
        and reading.tokens[at - 1].folded in _BE
        or any(t.folded in {"me", "us", "by", "from"} for t in after)
        or bool(after)
        and after[0].folded in PREPOSITIONS
    )


def _did_it_to(check: LineCheck, act: Act) -> bool:
    """*was trained by five nurses* for *the training of five nurses*, *trained five nurses*."""
    for reading in check.grounds.readings:
        for i, token in enumerate(reading.tokens):
            if not token.content or not (token.key == act.verb.key or keys.is_derived(token.key, act.verb.key)):
                continue
            after = reading.tokens[i + 1 : i + 6]
            stop = next((j for j, t in enumerate(after) if t.folded in {"by", "from", "with", "in", "on"} or t.kind == "mark"), len(after))
            passive = i > 0 and reading.tokens[i - 1].folded in _BE
            if not passive and any(t.key == act.agents[0].key for t in after[:stop]):
                return True
    return False


def _is_turned(act: Act, other: Act) -> bool:
    """*trained the owner* for *was trained by the owner*."""
    return other.passive and not act.agents and not act.passive and bool(act.objects & {agent.key for agent in other.agents[:1]})


def _is_same(act: Act, other: Act) -> bool:
    if other.passive and other.verb.key in _LIGHT and other.objects:
        same = act.verb.key == other.verb.key and bool(act.objects & other.objects)  # "the photographs were taken by the manager"
        return same or any(keys.is_derived(act.verb.key, key) for key in other.objects)
    if other.verb.folded in {"did", "does", "do"}:
        return bool(act.objects & other.objects) or any(keys.are_akin(act.verb.key, key) for key in other.objects)
    return keys.are_akin(act.verb.key, other.verb.key)


def _agrees(act: Act, other: Act) -> bool:
    if other.ours and any(is_collective(agent.key) for agent in act.agents):
        return True
    if act.agents and other.agents and any(agent.folded in _PRONOUNS | _BY_PRONOUNS for agent in act.agents + other.agents):
        return True  # "she signed it off": who she is stands elsewhere
    if not act.agents or not other.agents:
        return bool(act.agents) == bool(other.agents) or bool(act.agents) and other.passive
    return any(keys.are_akin(a.key, b.key) or keys.is_wider(a.key, b.key) for a in act.agents for b in other.agents)


def _stands_before(check: LineCheck, number: int, act: Act, other: Act) -> bool:
    """*persuaded the committee to keep it* for *the committee was persuaded by us to keep it*; *used by the city* for *the city uses*."""
    before = [t for t in check.grounds.readings[number].tokens if t.end <= other.verb.start]
    subject = [t for t in before[-3:] if t.content and not t.verb][-1:]
    if act.passive and not other.passive and any(agent.key == t.key for agent in act.agents[:1] for t in subject):
        return True
    at = check.line.tokens.index(act.verb)
    caused = at > 0 and check.line.tokens[at - 1].folded == "to"
    return caused and not other.agents and any(keys.are_akin(agent.key, t.key) for agent in act.agents for t in before)


def _is_claimed(line: Reading, act: Act) -> bool:
    """Whether the line gives the act to the candidate: it opens the line or a clause of it, or follows *and*, *by*, *then*."""
    at = line.tokens.index(act.verb)
    if act.passive or at + 1 < len(line.tokens) and line.tokens[at + 1].folded == "by":
        return False
    before = line.tokens[at - 1] if at else None
    return (
        act.verb.first
        or before is None
        or before.kind == "mark"
        or before.folded in {"and", "by", "then", "i", "we", "also", "after", "while"}
    )
