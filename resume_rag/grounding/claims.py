"""What one verb claims and its neighbours in meaning do not: verbs that may not stand for one another, though they share a trade.

Lie caught: *wrote articles* for *edited articles*, *repaired boilers* for *serviced boilers*. Honest line passed: *serviced boilers* for
*maintained boilers*. The families of `verbs.py` and the kinds of `acts.py` say what is near; here stands, one way, what near is not enough.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.acts import find_kinds, find_name, names_act
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.grounds import Grounds
from resume_rag.grounding.links import OBJECT, find_phrases
from resume_rag.grounding.reading import Reading, Token

_NOT_LENT = """
write author draft compose pen script: edit proofread type type-up print post file record log translate issue publish enter
publish release: write author draft compose present give make create prepare co-author write-up
manufacture: assemble pack sell
develop: assemble pack edit type clean
design devise invent architect: draw build make construct set-up render sketch cut model assemble print paint
repair fix mend rectify: service maintain check inspect clean diagnose troubleshoot look-after find report polish test
overhaul refurbish recondition rebuild restore conserve: service patch clean wash check maintain inspect
maintain: clean wash check inspect use operate log read count enter file track chart
supervise oversee: guard observe monitor patrol see take host accept receive welcome help support
mentor: take host accept receive welcome show help support assist
deliver transport ship drive haul: pack load store stack unload receive lift collect
test analyze assay: take sample collect gather store prepare enter record log
calibrate: set-up set adjust place use
prescribe: give administer dispense hand
nurse: look-after care tend treat
train coach: walk feed help assist support fit accompany
cook: serve plate
negotiate: discuss speak get buy order source obtain chat
sell: pitch market promote present quote show advertise
win secure obtain gain land: bid tender apply pitch quote request ask
resolve solve: take process log record enter file
pay: process check file enter
audit: count read look
film: photograph
photograph: film
interpret: translate
translate: interpret
email: phone call telephone ring text write fax post ring-up
phone telephone ring: email write text message post fax mail
text: phone call telephone ring email write post
grill: fry roast bake boil steam cook prepare serve prep plate make
fry: grill roast bake boil steam cook prepare serve prep plate make
roast: grill fry bake boil steam cook prepare serve prep plate make
bake: grill fry roast boil steam serve plate
steam: grill fry roast bake boil cook prepare serve
check inspect: look-after care mind
log: label tag mark
improve enhance: sharpen clean polish wash
distribute: write author draft
"""
"""Before the colon verbs of a line; after it verbs of a source that are no ground for them, whatever else they share."""
_AROUND = keys.keys_of(
    frozenset(
        """attend join watch observe visit schedule book post print file sign sign-for collect receive check review read approve order request answer
        cancel propose suggest support arrange plan follow hear see sit-in buy sell lend rent pay pack load unload store stack count
        sort sit go come listen type proofread""".split()
    )
)
"""Verbs done around an act of somebody: who *attended* a meeting did not hold it."""
_TAKE = keys.find_key("take")
_SITTING = keys.keys_of(frozenset("attend sit".split()))
"""Who attended a course or sat an exam took it."""
_BOOKED = keys.keys_of(frozenset("appointment booking reservation".split()))
"""Who booked them made them."""
_CARRYING = keys.keys_of(
    frozenset("make take give hold conduct perform carry-out deliver do lead teach present complete execute produce undertake".split())
)
_HANDLING = keys.keys_of(frozenset("handle process run manage administer facilitate provide".split()))
_WATCHING = keys.keys_of(frozenset("attend join watch observe visit follow hear see sit-in sit listen come shadow".split()))
"""Who only watched did not even handle it; who answered or bought did."""
_NOMINAL = ("tion", "sion", "ment", "ance", "ing", "ery", "eries", "erie")
_NOUNS_OF_ACTS = frozenset("repair overhaul audit design sale analysis test".split())
_BRINGING = keys.keys_of(frozenset("introduce implement launch institute establish create found".split()))
_STARTING = keys.keys_of(frozenset("start begin".split()))
_ENTERING = frozenset("at in on as for with there here from".split())


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _NOT_LENT.strip().splitlines():
        claimed, _, others = line.partition(":")
        for verb in claimed.split():
            key = keys.member_key(verb)
            found[key] = found.get(key, frozenset()) | frozenset(map(keys.member_key, others.split()))
    return found


def is_overclaimed(line: Reading, token: Token, grounds: Grounds) -> bool:
    """Whether a verb rests only on verbs that claim less than it.

    >>> from resume_rag.schema import Fact
    >>> from resume_rag.grounding.reading import read
    >>> grounds = Grounds([Fact(id="f", path="f", text="Edited articles and serviced boilers", section="work")])
    >>> [is_overclaimed(line, line.tokens[0], grounds) for line in map(read, ["Wrote articles", "Revised articles", "Maintained boilers"])]
    [True, False, False]
    """
    if token.key in grounds.keys:
        return False
    if not token.verb:
        return any(_rests_on_less(verb, verb, denied, grounds) for verb, denied in _find_verbs_of(token))
    name = find_name(line, token)
    if token.key in _BRINGING and _is_only_entered(token.key, grounds):
        return True
    denied = _table().get(name) or _table().get(token.key)
    return bool(denied) and not names_act(line, token, grounds) and _rests_on_less(name, token.key, denied or frozenset(), grounds)


def _is_only_entered(key: str, grounds: Grounds) -> bool:
    """*introduced tests* for *when I started at the school*: nothing was started but the candidate."""
    found = []
    for reading in grounds.readings:
        for token, after in zip(reading.tokens, (*reading.tokens[1:], None), strict=False):
            if token.content and (token.key == key or keys.are_akin(key, token.key) or keys.is_wider(key, token.key)):
                alone = after is None or after.kind == "mark" or after.folded in _ENTERING
                found.append(token.key in _STARTING and alone)
    return bool(found) and all(found)


def _rests_on_less(name: str, key: str, denied: frozenset[str], grounds: Grounds) -> bool:
    grounding = _find_grounds(name, key, grounds)
    return bool(grounding) and all(bool(names & denied) for names in grounding)


def _find_verbs_of(noun: Token) -> list[tuple[str, frozenset[str]]]:
    """The verbs of the table that a noun of an act is made of: *repairs*, *article writing*."""
    if not noun.folded.removesuffix("s").endswith(_NOMINAL) and noun.folded.removesuffix("s") not in _NOUNS_OF_ACTS:
        return []
    return [(verb, denied) for verb, denied in _table().items() if verb == noun.key or keys.is_derived(noun.key, verb)]


def _find_grounds(name: str, key: str, grounds: Grounds) -> list[frozenset[str]]:
    """The words of the sources that a verb may rest on, each by its own key and that of the verb with its particle."""
    found: list[frozenset[str]] = []
    kinds = find_kinds(key) | find_kinds(name)
    for reading in grounds.readings:
        for other in reading.content:
            names = frozenset((other.key, find_name(reading, other)))
            if key in names or name in names or keys.is_derived(key, other.key):
                return []
            near = any(keys.are_akin(key, o) or keys.is_wider(key, o) or keys.are_akin(name, o) or keys.is_wider(name, o) for o in names)
            if near or other.verb and kinds & frozenset().union(*map(find_kinds, names)):
                found.append(names)
    return found


def check_doubled_verbs(check: LineCheck) -> None:
    """*prepared and cleaned tanks* for *cleaned tanks*: two verbs on one object that rest on one of the source.

    >>> from resume_rag.schema import Fact
    >>> from resume_rag.grounding.reading import read
    >>> fact = Fact(id="f", path="f", text="Cleaned tanks and drove buses", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_doubled_verbs(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Prepared and cleaned tanks"), find("Prepared tanks and drove buses")
    (['duty_added'], [])
    """
    tokens = check.line.tokens
    for i, token in enumerate(tokens):
        if not (token.verb and token.content) or token.key in keys.STYLE or token.key in keys.PLAIN:
            continue
        beside = [t for t in _find_coordinate(tokens, i) if t.key in check.grounds.keys]
        if not beside or token.key in check.grounds.keys or check.taken(token.start, token.end):
            continue
        name = find_name(check.line, token)
        own = {t.key for t in beside}
        if any(
            keys.are_akin(a, b) or keys.is_wider(a, b) for a in (name, token.key) for b in own | {find_name(check.line, t) for t in beside}
        ):
            continue  # "organised and ran", "welcomed and checked in": two words for one act
        grounding = _find_grounds(name, token.key, check.grounds)
        if grounding and all(names & own for names in grounding):
            why = f"{check.quote(token.start, token.end)}: the source states one of the two acts only."
            check.report("duty_added", why, token.start, token.end)


def _find_coordinate(tokens: tuple[Token, ...], i: int) -> list[Token]:
    """The verbs that *and*, *or* or a comma tie to a verb, with nothing else between."""
    found = []
    for step in (1, -1):
        j = i + step
        joined = False
        while 0 <= j < len(tokens) and (tokens[j].text in {",", "&", "/"} or tokens[j].folded in {"and", "or", "then", "also"}):
            j, joined = j + step, True
        if joined and 0 <= j < len(tokens) and tokens[j].verb and tokens[j].content:
            found.append(tokens[j])
    return found


def check_carried(check: LineCheck) -> None:
    """*made deliveries* for *signed for deliveries*: the noun of an act that the source's verb leaves to others.

    >>> from resume_rag.schema import Fact
    >>> from resume_rag.grounding.reading import read
    >>> fact = Fact(id="f", path="f", text="Scheduled interviews for managers and made site visits", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_carried(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Conducted interviews for managers"), find("Conducted site visits"), find("Scheduled interviews, made visits")
    (['duty_added'], [], [])
    """
    mine = [p for p in find_phrases(check.line) if p.kind == OBJECT and p.verb is not None and _carries(check.line, p.verb)]
    if not mine:
        return
    theirs = [(r, p) for r in check.grounds.readings for p in find_phrases(r)]
    said = {t.key for t in check.line.content}
    for phrase in mine:
        head, verb = phrase.words[-1], phrase.verb
        if head.kind != "word" or verb is None or check.taken(verb.start, verb.end) or verb.key in check.grounds.keys:
            continue
        uses = [(r, p) for r, p in theirs if any(t.kind == "word" and t.key == head.key for t in p.words[-1:])]
        beside = _WATCHING if {verb.key, find_name(check.line, verb)} & _HANDLING else _AROUND
        if uses and all(
            p.verb is not None and (p.kind == OBJECT or p.kind in {"for", "at", "to", "in", "on"} and _is_beside(r, p.verb, p.words[0])) and
            p.verb.key in beside and p.verb.key not in said and not (verb.key == _TAKE and p.verb.key in _SITTING) and head.key not in _BOOKED
            for r, p in uses
        ):  # fmt: skip
            why = f"{check.quote(verb.start, verb.end)}: the source does not say that the candidate did it."
            check.report("duty_added", why, verb.start, verb.end)


def _carries(line: Reading, verb: Token) -> bool:
    return bool({verb.key, find_name(line, verb)} & (_CARRYING | _HANDLING))


def _is_beside(reading: Reading, verb: Token, word: Token) -> bool:
    """*signed for deliveries*, *sat in on the committee*: only small words between."""
    between = reading.tokens[reading.tokens.index(verb) + 1 : reading.tokens.index(word)]
    return len(between) <= 3 and all(t.kind == "word" and not t.content for t in between)
