"""Whether a word without a source of its own says only what the sources say: an act of the same kind on the same thing.

Lie caught: *ordered stock* for *restocked shelves*, because nothing there was ordered. Honest line passed: *entered 400
invoices* for *posted 400 invoices*, and *ran the grill station* for *grill station*, which has no verb at all. The object
decides: a kind of act alone lends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.grounds import Grounds
from resume_rag.grounding.lexicon import acts, forms, marks
from resume_rag.grounding.lexicon.quantities import CURRENCIES, ORDINALS
from resume_rag.grounding.reading import Reading, Token, read
from resume_rag.grounding.thesaurus import find_made, is_more_general, may_be

_SUPPORTING = keys.keys_of(acts.SUPPORTING)
_RANKING = keys.keys_of(acts.RANKING)
_MEASURING = keys.keys_of(acts.MEASURING)
_GENERIC = keys.keys_of(acts.GENERIC)
_THINGS = keys.keys_of(
    frozenset(
        """software application tool technology platform system equipment machinery machine product material order request campaign documentation
        document paperwork team section cost data figure project station standard""".split()
    )
)
"""Generic nouns for things that one may have, buy or make: behind a word that does not name them they claim one more."""
_COST = keys.find_key("cost")
_MONEY = frozenset(CURRENCIES.values())
_INTRODUCING = keys.keys_of(frozenset("introduce implement institute".split()))
_BEGINNING = keys.keys_of(frozenset("begin start".split()))
_MAKING = keys.keys_of(frozenset("make get have".split()))
_GETTING = keys.keys_of(frozenset("obtain get secure gain receive".split()))  # "for inspections" is not "to ensure inspections"
_PERSON = keys.find_key("person")
_MODIFIERS = keys.keys_of(acts.MODIFIERS)
_AGENTS = keys.keys_of(acts.AGENTS)
_NOMINAL = ("tion", "sion", "ment", "ance", "ence", "ing", "al", "phy", "sis", "tenance")
_ATTAINED = keys.keys_of(frozenset("log record achieve complete accumulate total reach clock attain".split()))
_GOVERNING = frozenset("for of from by with under through during on at".split())
_MADE = keys.keys_of(frozenset("write build develop make create implement code".split()))
_PRIZES = keys.keys_of(frozenset("prize award medal place scholarship".split()))
_PREPARED = keys.keys_of(frozenset("prepare write draft make produce set-up put-together".split()))
_HELPERS = frozenset("help helped helping assist assisted assisting support supported supporting".split())
_WRITE = keys.find_key("author")
_LEARNING = keys.keys_of(frozenset({"learn"}))
_TEACHING = keys.keys_of(frozenset("teach train show instruct coach".split()))
_WRAPPERS = frozenset(
    "fleet set series range variety group batch collection portfolio mix selection array list suite stock run flow stream body".split()
)
_HAD = frozenset("had have did do does".split())
_WAS = frozenset("was were is are".split())
_CHARGES = frozenset(
    "patch round beat caseload district territory area remit list section load responsibility portfolio fleet ward run".split()
)
"""*my patch was 340 flats* says what was in hand; *my competitors were 4 agencies* does not."""
_KINDS_OF_NAMES = keys.keys_of(
    frozenset("season month day holiday language cloth fabric metal instrument vehicle disease illness sport cheese wine".split())
)
"""Kinds that add nothing to a name; *apple trees* and *silk trousers* do."""
_CARING = frozenset({"look-after", "handle", "respond"})
"""*looked after*, *dealt with*: as verbs with a particle they say only that it was done."""
_NEAR_WORDS = 12


@lru_cache(maxsize=1)
def _kinds() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(acts.KINDS.splitlines()):
        for word in line.split():
            found.setdefault(keys.member_key(word), set()).add(number)
    return {key: frozenset(numbers) for key, numbers in found.items()}


@lru_cache(maxsize=1)
def _related_kinds() -> dict[str, frozenset[int]]:
    """Kinds of words whose stems had to be kept apart: *administration* by *administer*."""
    table: dict[str, frozenset[int]] = {}
    for line in forms.RELATED.splitlines():
        members = [keys.find_key(word) for word in line.split()]
        kinds = frozenset().union(*(_kinds().get(key, frozenset()) for key in members))
        table |= {key: table.get(key, frozenset()) | kinds for key in members}
    return table


@lru_cache(maxsize=16384)
def find_kinds(key: str) -> frozenset[int]:
    """Numbers of the kinds of act that a verb, or a noun made of one, belongs to.

    >>> bool(find_kinds(keys.find_key("posted")) & find_kinds(keys.find_key("entered")))
    True
    """
    found = _kinds().get(key)
    if found is not None:
        return found
    if key[:1] == "=":
        return _related_kinds().get(key, frozenset())
    return frozenset().union(*(numbers for verb, numbers in _kinds().items() if keys.is_derived(key, verb)))


def find_name(reading: Reading, token: Token) -> str:
    """The key of a word, or of the verb with a particle that it begins: *put up*."""
    return next((key for places, key in reading.phrases if reading.tokens[places[0]] is token), token.key)


def find_names(reading: Reading, token: Token) -> frozenset[str]:
    """All names of a verb with the particle that follows it: *deal with* is to handle or to respond."""
    return frozenset(key for places, key in reading.phrases if reading.tokens[places[0]] is token)


def is_same_act(line: Reading, token: Token, grounds: Grounds) -> bool:
    """Whether a verb of the line, or a noun made of one, stands for an act that a source reports of the same thing."""
    caring = bool(find_names(line, token) & _CARING)
    if not token.verb and not caring and not token.folded.removesuffix("s").endswith(_NOMINAL):
        return False
    kinds = find_kinds(token.key) | find_kinds(find_name(line, token))
    objects = find_objects(line, token)
    if token.key in _LEARNING and any(t.key in _TEACHING for r in grounds.readings for t in r.tokens if t.verb and is_passive(r, t)):
        return True  # "learned grading from the owner" for "was trained by the owner to grade"
    if token.folded in {"won", "winning", "took", "taking"} and objects & _PRIZES:
        return any(objects & _PRIZES & {t.key for t in _bare_nouns(r, part)} for r in grounds.readings for part in range(len(r.part_keys)))
    if token.key in _ATTAINED and _counts_next(line, token, grounds):
        return True
    if token.key in keys.PLAIN | _PREPARED and _is_helping(line, token):
        return any(_share(objects, frozenset(t.key for t in r.content if not t.verb)) for r in grounds.readings)
    if not objects or (not kinds and token.key not in keys.PLAIN and not caring):
        return False
    after = next((t.folded for t in line.tokens if t.start > token.end - 1), "")
    made_in = token.key in _MADE and after in {"in", "with", "using"}
    return any(
        _is_done(reading, kinds, objects, plain=made_in or caring or token.key in keys.PLAIN, caring=caring) for reading in grounds.readings
    )


def is_passive(reading: Reading, token: Token) -> bool:
    """*was trained*."""
    at = next(i for i, t in enumerate(reading.tokens) if t is token)
    return at > 0 and reading.tokens[at - 1].folded in {"was", "were", "been", "got"}


def is_lent(line: Reading, token: Token, grounds: Grounds) -> bool:
    """Whether a verb rests only on a like verb of another fact, done to something else: *repaired books* by *restored glass*."""
    if len(grounds.readings) < 2 or not token.verb or token.key in grounds.keys or token.key in keys.STYLE or token.key in keys.PLAIN:
        return False
    objects = find_objects(line, token)
    nouns = [frozenset(t.key for t in r.content if not t.verb) for r in grounds.readings]
    rest = frozenset(t.key for t in line.content if t is not token)
    homes = [r for r, theirs in zip(grounds.readings, nouns, strict=True) if _share(objects, theirs)]
    homes = homes or [r for r in grounds.readings if _share(rest, frozenset(t.key for t in r.content))]
    akin = [r for r in grounds.readings if any(t.verb and keys.are_akin(t.key, token.key) for t in r.content)]
    return bool(objects and homes and akin) and not any(r is home for r in akin for home in homes)


def _counts_next(line: Reading, token: Token, grounds: Grounds) -> bool:
    """*logged 2,200 hours*, *completed 38 pours*: the number itself is the source's."""
    at = next(i for i, t in enumerate(line.tokens) if t is token)
    number = next((t for t in line.tokens[at + 1 : at + 4] if t.kind == "number"), None)
    if number is None or number.quantity is None:
        return False
    value = number.quantity.value
    return any(t.quantity is not None and t.quantity.value == value for r in grounds.readings for t in r.quantities)


def _is_helping(line: Reading, token: Token) -> bool:
    at = next(i for i, t in enumerate(line.tokens) if t is token)
    return any(t.folded in _HELPERS for t in line.tokens[max(0, at - 3) : at])


def _is_done(reading: Reading, kinds: frozenset[int], objects: frozenset[str], *, plain: bool, caring: bool) -> bool:
    for other in reading.content:
        if (
            kinds
            and (find_kinds(other.key) | find_kinds(find_name(reading, other))) & kinds
            and _is_act(reading, other)
            and _share(objects, find_objects(reading, other))
        ):
            return True
    if kinds & find_kinds(_WRITE) and any(_share(objects, frozenset(owned)) for owned in _find_owned(reading)):
        return True
    if not plain:
        return False
    bare = [t.key for part in range(len(reading.part_keys)) if not caring or not _is_had(reading, part) for t in _bare_nouns(reading, part)]
    return _share(objects, frozenset(bare))


def _is_had(reading: Reading, part: int) -> bool:
    """Whether a part says *had 40 patients*, or *with 30 pupils* behind a verb: who had them did not look after them."""
    tokens = reading.part_tokens(part)
    return part > 0 and tokens[0].folded in {"with", "by", "after", "before"} or any(t.verb and t.folded in {"had", "have"} for t in tokens)


def _is_act(reading: Reading, token: Token) -> bool:
    """Whether a word reports an act of the candidate: a verb, or a noun without a verb before it or as a plain verb's object."""
    if token.verb:
        return True
    before = [t for t in reading.clause_tokens(token.clause) if t.start < token.start]
    verbs = [t for t in before if t.verb and t.content]
    if not verbs:
        at = reading.tokens.index(token)
        inside = at > 0 and reading.tokens[at - 1].joined  # "a dual-control car"
        last = max((n for n, t in enumerate(before) if t.kind == "mark"), default=-1)
        return not inside and not any(t.folded in _GOVERNING or t.folded == "in" for t in before[last + 1 :])
    between = [t for t in before if t.start > verbs[-1].start]
    return verbs[-1].key in keys.PLAIN and not any(t.folded in _GOVERNING for t in between)


def _find_owned(reading: Reading) -> list[list[str]]:
    """The nouns after *my*: *my series was picked up* is to have made it."""
    found = []
    for i, token in enumerate(reading.tokens):
        if token.folded == "my":
            after = reading.tokens[i + 1 : i + 4]
            stop = next((j for j, t in enumerate(after) if not t.content or t.verb), len(after))
            found.append([t.key for t in after[:stop]])
    return found


def _bare_nouns(reading: Reading, part: int) -> list[Token]:
    """The nouns of a part that has no verb but *had* or *did*."""
    tokens = reading.part_tokens(part)
    charge = any(a.folded == "my" and b.folded in _CHARGES for a, b in zip(tokens, tokens[1:], strict=False))
    idle = _HAD | _WAS if charge else _HAD  # "my patch was 340 flats"
    return [] if any(t.verb and (t.content or t.folded not in idle) for t in tokens) else [t for t in tokens if t.content]


def find_objects(reading: Reading, token: Token) -> frozenset[str]:
    """Keys of the nouns an act is done to: those after it up to the next verb; in a passive, those before it."""
    at = next(i for i, t in enumerate(reading.tokens) if t is token)
    after: list[str] = []
    for other in reading.tokens[at + 1 : at + 1 + _NEAR_WORDS]:
        if other.kind == "mark" and other.text in ";.!?:" or (other.verb and after and not (token.verb and other.folded.endswith("ed"))):
            break
        if other.content and other.key not in keys.STYLE:
            after.append(other.key)
    before = [t.key for t in reading.tokens[max(0, at - _NEAR_WORDS) : at] if t.content and not t.verb and t.clause == token.clause]
    return frozenset(after) or frozenset(before) if token.verb else frozenset(after[:4]) | frozenset(before[-3:])


def _share(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(keys.are_akin(a, b) for a in mine for b in theirs)


def names_act(line: Reading, token: Token, grounds: Grounds) -> bool:
    """Whether a plain verb only carries a noun made of a source's verb: *received a nomination* for *nominated*.

    >>> from resume_rag.schema import Fact
    >>> grounds = Grounds([Fact(id="f", path="f", text="Piloted a tool with one tutor group", section="work")])
    >>> [names_act(line, line.tokens[0], grounds) for line in map(read, ["Ran a pilot of a tool", "Ran a tutor group"])]
    [True, False]
    """
    caring = token.key not in _SUPPORTING
    if not token.verb or caring and not find_names(line, token) & _CARING:
        return False
    at = next(i for i, t in enumerate(line.tokens) if t is token)
    verbs = [t.key for r in grounds.readings for t in r.content if t.verb]
    things = {folded for r in grounds.readings for folded in _find_things(r)}
    for other in line.tokens[at + 1 : at + 1 + _NEAR_WORDS // 2]:
        if other.kind == "mark" and other.text not in "-/" or (other.verb and not other.folded.endswith("ing")):
            break
        named = (
            other.content and other.folded not in things and not (other.folded.endswith("ed") and len(other.folded) > 4)
        )  # "timed races"
        named = named and (not caring or other.folded.endswith(_NOMINAL))  # "looked after the tuning", not "the orders"
        if named and any(_is_made(other.key, verb) for verb in verbs):
            return True
    return False


@lru_cache(maxsize=4096)
def _find_things(reading: Reading) -> frozenset[str]:
    """Words that name no act of the candidate though they look made of a verb: *packed parcels*, *bid for roofing jobs*."""
    found = set()
    for i, token in enumerate(reading.tokens):
        before = reading.tokens[i - 1] if i else None
        if before is None or not token.content:
            continue
        if not token.verb and before.verb and _is_made(token.key, before.key):
            found.add(token.folded)
        if token.folded.endswith("ing") and before.folded == "for":
            found.add(token.folded)
    return frozenset(found)


def _is_made(noun: str, verb: str) -> bool:
    return keys.is_derived(noun, verb) or noun in find_made(verb) or verb in find_made(noun)


def is_brought_in(line: Reading, token: Token, grounds: Grounds) -> bool:
    """*introduced mock tests* for *when I began mock tests*, *introduced photographs* for *made us photograph*: what the candidate set going.

    >>> from resume_rag.schema import Fact
    >>> grounds = Grounds(
    ...     [Fact(id="f", path="f", text="Claims fell once I made us photograph pianos, the boss wrote a rota", section="work")]
    ... )
    >>> lines = [read(text) for text in ("Introduced photographs of pianos", "Introduced a rota")]
    >>> [is_brought_in(line, line.tokens[0], grounds) for line in lines]
    [True, False]
    """
    if not token.verb or token.key not in _INTRODUCING:
        return False
    after = [t for t in line.tokens if t.start > token.end]
    start = next((n for n, t in enumerate(after) if t.content), len(after))
    end = next((n for n, t in enumerate(after[start:], start) if not t.content), len(after))
    if start > 1 or start == end:
        return False
    head = after[end - 1].key
    return any(_is_made(head, t.key) or keys.are_akin(head, t.key) for r in grounds.readings for t in _find_set_going(r))


@lru_cache(maxsize=4096)
def _find_set_going(reading: Reading) -> tuple[Token, ...]:
    """What the candidate says they began, or made others do: after *began*, *started*, *made us*; who *moved to* nights brought in none."""
    found: list[Token] = []
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        after = tokens[i + 1 : i + 2]
        begun = token.verb and token.key in _BEGINNING
        made = token.key in _MAKING and after and after[0].folded in {"us", "everyone", "everybody"}
        mine = not i or tokens[i - 1].kind == "mark" or tokens[i - 1].folded in {"i", "and", "by", "i'd", "had"}
        if not mine or not (begun or made):
            continue
        rest = tokens[i + 1 : i + 7]
        stop = next(
            (n for n, t in enumerate(rest) if t.kind == "mark" or t.folded in _GOVERNING | {"before", "after", "in", "to", "as"}), len(rest)
        )
        found += [t for t in rest[:stop] if t.content]
    return tuple(found)


def is_purpose(line: Reading, token: Token, grounds: Grounds) -> bool:
    """*to obtain approvals* for *for approvals*: a verb of getting that only stands before what the source is after.

    >>> from resume_rag.schema import Fact
    >>> grounds = Grounds([Fact(id="f", path="f", text="Wrote to printers for approvals", section="work")])
    >>> lines = [read(text) for text in ("Wrote to obtain approvals", "Wrote to obtain printers", "Obtained approvals")]
    >>> [is_purpose(line, next(t for t in line.tokens if t.key == "obtain"), grounds) for line in lines]
    [True, False, False]
    """
    if token.key not in _GETTING:
        return False
    at = next(i for i, t in enumerate(line.tokens) if t is token)
    if not at or line.tokens[at - 1].folded != "to":
        return False
    head = next((t for t in line.tokens[at + 1 : at + 4] if t.content), None)
    return head is not None and any(
        a.folded == "for" and b.key == head.key for r in grounds.readings for a, b in zip(r.tokens, r.tokens[1:], strict=False)
    )


def is_noun_of_act(token: Token, grounds: Grounds) -> bool:
    """*partnership* for *partnered*: a noun that is made of a verb of the source."""
    return not token.verb and any(t.verb and t.key in find_made(token.key) for r in grounds.readings for t in r.content)


def is_verb_of_noun(line: Reading, token: Token, grounds: Grounds) -> bool:
    """*closing* for *closure*: whether it was done is for `modality.py`."""
    gerund = token.verb and token.folded.endswith("ing") and not token.first
    if _is_behind_noun(line, token) and any(t.key in find_made(token.key) for r in grounds.readings for t in r.content if not t.verb):
        return True  # "objects bequeathed by Fenwick" for "the Fenwick bequest"
    nouns = (t for r in grounds.readings for t in r.content if not t.verb and t.folded.endswith((*_NOMINAL, "ure")))
    return gerund and any(t.key in find_made(token.key) for t in nouns)


def _is_behind_noun(line: Reading, token: Token) -> bool:
    """Whether a participle hangs on the noun before it: *objects bequeathed by Fenwick*."""
    if token.first or not (token.folded.endswith("ed") or keys.is_irregular(token.folded)):
        return False
    at = next(i for i, t in enumerate(line.tokens) if t is token)
    before, after = line.tokens[at - 1], line.tokens[at + 1 : at + 2]
    return before.content and not before.verb and bool(after) and after[0].folded in {"by", "from", "to", "for", "in"}


def joins_measure(line: Reading, token: Token) -> bool:
    """*lasting four weeks*, *weighing as much as 12 tonnes*: the verb says only that the number is a measure."""
    after = [t for t in line.tokens if t.start >= token.end][:4]
    if token.key in _RANKING and after:
        return after[0].kind == "number" or after[0].folded in ORDINALS
    if token.key not in _MEASURING or token.first:
        return False
    number = next((t for t in after if t.kind == "number"), None)
    return number is not None and not any(t.content for t in after[: after.index(number)])


def joins_nouns(line: Reading, token: Token) -> bool:
    """*measurements supplied by the foreman*: a participle behind a noun that says no more than its preposition."""
    at = next(i for i, t in enumerate(line.tokens) if t is token)
    before, after = line.tokens[max(0, at - 1) : at], line.tokens[at + 1 : at + 2]
    return (
        token.folded in acts.JOINING
        and any(t.content and not t.verb for t in before)
        and any(t.kind == "word" and (not t.content or t.capitalised) or t.kind == "number" for t in after)
    )


def adds_nothing(words: Sequence[Token], at: int, grounds: Grounds) -> bool:
    """Whether a noun only rounds off one of the source that stands next to it: *job runtime*, *Sage software*."""
    token = words[at]
    if token.verb:
        return False
    beyond = next((t for t in words[at + 2 : at + 5] if t.content), None)
    if (
        token.folded in _WRAPPERS
        and [t.folded for t in words[at + 1 : at + 2]] == ["of"]
        and beyond is not None
        and grounds.supports(beyond)
    ):
        return True  # "a fleet of 42 trucks" for "42 trucks"
    if (
        token.key in _GENERIC
        and at
        and (_is_noun_here(words[at - 1], grounds) or words[at - 1].folded == "free")
        and words[at - 1].end + 2 > token.start
        and not _is_thing_of_its_own(words, at, grounds)
    ):
        return True
    if at and _names_kind(words, at, grounds):
        return True
    beside = words[at + 1] if at + 1 < len(words) else None
    if token.key in _MODIFIERS and beside is not None and _is_noun_here(beside, grounds):
        return True
    return is_agent(token, grounds)


def _names_kind(words: Sequence[Token], at: int, grounds: Grounds) -> bool:
    """*the summer season*, *diabetic patients*: the kind of what stands before it, which the source has as a noun by itself.

    >>> from resume_rag.schema import Fact
    >>> grounds = Grounds([Fact(id="f", path="f", text="Shod diabetics all summer, baked bread", section="work")])
    >>> lines = [read(text).tokens for text in ("Summer season", "Summer camp", "Diabetic patients", "Bread customers")]
    >>> [_names_kind(words, 1, grounds) for words in lines]
    [True, False, True, False]
    """
    token, before = words[at], words[at - 1]
    if before.end + 1 != token.start or before.verb or not before.content or token.capitalised or token.folded in marks.RANKS:
        return False
    heads = [t for r in grounds.readings for t in _find_heads(r) if t.key == before.key]
    if token.key in keys.CLIENTELE:
        ill = before.folded.endswith(("ic", "ee"))  # "asthmatic", "amputee"; "junior clients" and "adult pupils" say who they were to whom
        return ill and any(t.folded == before.folded + "s" and may_be(t.key, _PERSON) for t in heads)
    return bool(heads) and token.key in _KINDS_OF_NAMES and is_more_general(token.key, before.key, "n")


@lru_cache(maxsize=4096)
def _find_heads(reading: Reading) -> tuple[Token, ...]:
    """The nouns that no further noun follows."""
    ends = zip(reading.tokens, (*reading.tokens[1:], None), strict=False)
    return tuple(t for t, after in ends if t.content and not t.verb and not (after is not None and after.content and not after.verb))


def _is_thing_of_its_own(words: Sequence[Token], at: int, grounds: Grounds) -> bool:
    """*route planning software*, *window orders*: more than the word before it says, unless that is its name or kind (*Sage software*).

    >>> from resume_rag.schema import Fact
    >>> grounds = Grounds([Fact(id="f", path="f", text="Planned routes in Sage for $40 a day", section="work")])
    >>> lines = [read(text).tokens for text in ("Route software", "In Sage software", "Route costs")]
    >>> [_is_thing_of_its_own(words, len(words) - 1, grounds) for words in lines]
    [True, False, False]
    """
    token, before = words[at], words[at - 1]
    if token.key not in _THINGS or before.capitalised or before.key in _GENERIC and token.key != _COST:
        return False
    if token.key == _COST and any(t.quantity is not None and t.quantity.unit in _MONEY for r in grounds.readings for t in r.quantities):
        return False
    listed = [t.folded for t in words[at + 1 : at + 3]]
    if listed[:1] == ["including"] or listed == ["such", "as"]:
        return False  # "farm equipment including the baler"
    return not is_more_general(token.key, before.key, "n")


def _is_noun_here(token: Token, grounds: Grounds) -> bool:
    return token.content and not token.verb and (grounds.supports_key(token.key) or token.key in _GENERIC)


def is_agent(token: Token, grounds: Grounds) -> bool:
    """*mentor*, *author*: the source has the verb as the candidate's act."""
    if token.key not in _AGENTS:
        return False
    verbs = {t.key for r in grounds.readings for t in r.content if t.verb}
    bare = token.folded.removesuffix("er").removesuffix("or")
    return any(
        key in verbs or keys.are_akin(key, verb) for verb in verbs for key in (token.key, keys.find_key(bare), keys.find_key(bare + "e"))
    )


@lru_cache(maxsize=1)
def _idioms() -> dict[str, list[tuple[str, ...]]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in acts.IDIOMS:
        words = tuple(phrase.split())
        table.setdefault(words[0], []).append(words)
    return table


@lru_cache(maxsize=4096)
def find_idioms(text: str) -> frozenset[int]:
    """Starts of the words of a text that stand inside a phrase without a claim of its own.

    >>> sorted(find_idioms("Fed cats in line with the plan"))
    [9, 12, 17]
    """
    tokens = [t for t in read(text).tokens if t.kind != "mark"]
    found: set[int] = set()
    for i, token in enumerate(tokens):
        for pattern in _idioms().get(token.folded, ()):
            if tuple(t.folded for t in tokens[i : i + len(pattern)]) == pattern:
                found |= {t.start for t in tokens[i : i + len(pattern)]}
    return frozenset(found)
