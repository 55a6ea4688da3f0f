"""Whether two equal numbers are the same figure: bound, rate, direction, and above all what they count or measure.

Lie caught: *35 % less latency* turned into *35 % less cloud cost*. Honest line passed: the same figure in another sentence. What a
number measures is read shallowly, so a difference counts only where the words beside it belong to something else in the source.
"""

from __future__ import annotations

from dataclasses import replace

from resume_rag.grounding import keys
from resume_rag.grounding.grounds import Grounds
from resume_rag.grounding.lexicon.quantities import RATES
from resume_rag.grounding.links import BY, HAS, find_links
from resume_rag.grounding.measured import DIMENSIONS, Measured
from resume_rag.grounding.people import is_collective, is_people
from resume_rag.grounding.phrases import CHANGE_NOUNS
from resume_rag.grounding.quantities import Quantity
from resume_rag.grounding.reading import Reading, Token

_GENERIC = keys.keys_of(
    frozenset("time year month week day hour number rate total figure amount level unit item percent share basis period".split())
)
_GROUPS = keys.keys_of(frozenset({"team", "group", "squad"}))
_WAYS = frozenset({"from", "to", "by"})
_STAFF = keys.keys_of(frozenset("staff crew workforce personnel total".split()))
_SERVED = keys.CLIENTELE - keys.keys_of(frozenset({"person", "people"}))
_COLLEAGUES = keys.keys_of(frozenset("staff crew workforce personnel member employee colleague worker operative".split()))
_SHARES = keys.keys_of(frozenset("share rate proportion percentage ratio level".split()))
_BEATING = keys.keys_of(frozenset("exceed beat surpass outperform".split()))
_TWO = 2
_SHORT_RATES = frozenset("p.a. p.m. p.w. hr wk mo yr h min".split())
_HOLLOW = (
    keys.keys_of(
        frozenset(
            "unit call request item piece place position post set type case session instance member set-up role job system project site course".split()
        )
    )
    | _GENERIC
)
"""Heads that say little: *12 pilot projects* are 12 pilots."""
_COUNTERS = keys.keys_of(frozenset("piece unit item number".split()))
_JOINING = frozenset("and or of for from with in on at to by into per & nor".split())
_DEEDS = ("als", "ations", "ctions", "sions")
"""Endings of nouns that name a deed: *referrals*; not *auditors*, *references*, *services*."""
_PERSONS = keys.keys_of(frozenset({"person", "people"}))
_TIME = keys.keys_of(frozenset("time duration".split()))
_ONE_OF_THEM = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday best last first second third past same this that previous final next one record peak".split()
)
"""*in the best year* is no *a year*."""
_TELLING = keys.keys_of(frozenset("teach train instruct coach brief show explain introduce".split()))


def find_fault(
    line: Measured, source: Measured, number: int, line_keys: frozenset[str], grounds: Grounds, sources: list[tuple[int, Measured]]
) -> tuple[str, str] | None:
    """Code and reason why a number of the line is not this equal number of the source; None where it is."""
    if line.label != source.label:
        return "number_object_changed", "a number that names something is no number that counts."
    if line.label and source.label:
        return None if meets(line.objects, source.objects) else ("number_object_changed", "in the source this number names something else.")
    topped = source.topped and line.quantity.bound == "max" and not source.quantity.bound  # "up to 1,400 pages"
    if _bound_grew(line.quantity, source.quantity) and not topped and not _is_within(line, source, sources):
        return "number_changed", "the source's bound (about, over, up to) is another."
    if line.quantity.unit == "calendar" and {line.since, source.since} == {1, -1}:
        return "direction_changed", "since and until have changed places."
    if line.rate and source.rate and line.rate != source.rate:
        return "unit_changed", "the source gives it for another period."
    if line.rate and not source.rate and not _has_rate(line.rate, source, grounds, number):
        return "unit_changed", "the source gives no such period."
    if line.relation != source.relation and _is_turned(line, source):
        return "direction_changed", "from and to have changed places."
    if line.relation and source.relation and line.relation != source.relation:
        return "direction_changed", "from, to and by are not what they are in the source."
    if not line.relation and source.relation in {"from"} and line.direction and line.beside is None and not line.opposed:
        return "direction_changed", "the source starts from this number."
    if not line.relation and source.relation == "to" and line.governed and line.direction and line.beside is None:
        return "direction_changed", "the source came to this number."
    if line.relation == "to" and line.direction and not source.relation and not source.direction and not line.paired:
        return "direction_changed", "the source does not say that anything came to it."
    if line.relation in {"to", "from"} and not source.relation and not source.behind and source.beside is None and _is_amount(source):
        return "direction_changed", "in the source it changed by this."  # "reduced 15 per cent" is not "to 15 per cent"
    if {line.behind, source.behind} <= _WAYS and line.behind != source.behind or line.behind == "to" and source.change:
        return "direction_changed", "from, to and by are not what they are in the source."
    if source.change and not line.change and not line.direction and not line.relation:
        return "number_object_changed", "in the source this is how much something changed."
    sized = not source.quantity.unit and not source.follows and source.behind == "of"
    if sized and line.follows and not line.tied and source.left in line.objects - _STAFF:
        return "number_object_changed", "the source gives the size of one."  # "a gang of three" is not three gangs
    if line.objects & _COLLEAGUES and source.objects & _SERVED and not source.objects & _COLLEAGUES:
        return "number_object_changed", "in the source these people are no staff."
    if line.direction and source.direction and line.direction != source.direction:
        return "direction_changed", "it goes the other way in the source."
    if line.behind == "by" and source.behind != "by" and not source.change and not source.aside and line.near & _BEATING:
        return "number_object_changed", "the source does not say that it was beaten by this."
    if line.relation == "by" and not source.relation and not source.direction and line.direction and line.quantity.unit != "calendar":
        return "number_object_changed", "the source does not say that anything changed by it."
    if (
        line.governed
        and line.governor not in grounds.all_readings[number].keys
        and not (source.governor and keys.are_akin(line.governor, source.governor))
        and line.direction
        and not source.direction
        and not source.relation
    ):
        return "number_object_changed", "the source does not say that it changed by this number."
    if line.opposed != source.opposed and line.contrasted and source.contrasted:
        return "direction_changed", "what was reached and what it is held against have changed places."
    if line.aside and source.aside and line.aside != source.aside:
        return "direction_changed", "above and below have changed places."
    if _is_rebound(line, source, sources):
        return "number_object_changed", "in the source another verb has this number."
    fraction = line.quantity.unit == "%" and line.quantity.text[-1:].isalpha() and not line.quantity.text.endswith("cent")
    if fraction and line.follows and not line.of_it and not source.follows and not line.objects & CHANGE_NOUNS:
        return "number_object_changed", "the source takes no such part of this."
    if line.lasting and source.lasting:
        return None
    if _is_described(line, source, grounds.all_readings[number]):
        return "number_object_changed", "in the source this only describes what is counted."
    if _is_of_modifier(line, source, grounds.all_readings[number], line_keys):
        return "number_object_changed", "in the source this number is of what that belongs to."
    if _is_promoted(line, source, grounds.all_readings[number], line_keys):
        return "number_object_changed", "in the source this number is of what that belongs to."
    if _is_hollow(line, source, grounds.all_readings[number], sources) or _is_nominal(line, source, grounds.all_readings[number]):
        return None
    if not _same_object(line, source, line_keys, grounds, sources):
        return "number_object_changed", "in the source this number is of something else."
    if _is_moved(line, source, number, grounds):
        return "number_object_changed", "in the source this number belongs to another part."
    return None


def _is_amount(source: Measured) -> bool:
    """*reduced 15 per cent*, *cut paint use 12 %*, *takings rose £4,000*: how much, not to where."""
    return source.governed or source.quantity.unit == "%" and bool(source.direction) and not source.follows


def _is_turned(line: Measured, source: Measured) -> bool:
    """*4.8 % to 6.2 %* for *6.2 % to 4.8 %*."""
    if line.beside is None or source.beside is None or line.beside.value != source.beside.value:
        return False
    return (line.quantity.start < line.beside.start) != (source.quantity.start < source.beside.start)


def _is_rebound(line: Measured, source: Measured, sources: list[tuple[int, Measured]]) -> bool:
    """*won 4, lost 1* turned into *lost 4, won 1*: the verb before the number is another number's."""
    if not line.governor or not source.governor or keys.are_akin(line.governor, source.governor):
        return False
    return any(other is not source and other.governor == line.governor for _, other in sources)


def _bound_grew(line: Quantity, source: Quantity) -> bool:
    """A bound that claims more, or another: *over 40* for 40, 40 or *up to 40* for *about 40*; *40* says less than *over 40*."""
    if line.bound == source.bound or {line.bound, source.bound} in ({"odd", "about"}, {"odd", "min"}):
        return False  # "60-odd" is about 60 and more than 60
    if source.bound == "odd":
        return True
    return source.bound != "min" if not line.bound else line.bound != "about" or source.bound == "max"


def _is_within(line: Measured, source: Measured, sources: list[tuple[int, Measured]]) -> bool:
    """*in under 90 minutes* for *within 90 minutes*; *under €48 million* for *6 % under the budget of €48 million*."""
    open_end = not source.quantity.bound and line.quantity.bound == "max"
    return open_end and (source.lasting or any(other.aside < 0 for _, other in sources))


def _has_rate(rate: str, source: Measured, grounds: Grounds, number: int) -> bool:
    key = keys.find_key(rate)
    tokens = grounds.all_readings[number].tokens
    given = any(
        (
            t.key == key
            or t.folded in _SHORT_RATES
            and RATES.get(t.folded) == rate
            or RATES.get(t.folded) == rate
            and t.folded.endswith("ly")
            and not (i and (tokens[i - 1].kind == "number" or tokens[i - 1].folded in {"once", "twice"}))
        )
        and (t.folded.endswith("ly") or not i or tokens[i - 1].folded not in _ONE_OF_THEM)
        and not (i and tokens[i - 1].kind == "number" and t.folded.endswith("s"))  # "over six seasons" is not "a season"
        for i, t in enumerate(tokens)
    )
    return given or grounds.implies(key)


def _same_object(
    line: Measured, source: Measured, line_keys: frozenset[str], grounds: Grounds, sources: list[tuple[int, Measured]]
) -> bool:
    """Whether both numbers are of the same thing: what the line's measures stands by the source's, and by no other number's."""
    paired = line.relation and line.relation == source.relation  # "to 21 accounts from 8" for "from 8 accounts to 21"
    if source.elliptic and not line.elliptic and not paired and _is_swapped(line, grounds, sources):
        return False
    if source.elliptic and line.follows and line.bears and not line.quantity.unit and not line.elliptic:
        own = source.phrase | source.objects | source.stands_for
        rivals = [m for _, m in sources if m.follows and m.set_off and m.token.start > source.token.start]
        if own and not meets(line.objects, own) and any(line.objects & m.objects for m in rivals):
            return False  # "for 9 patients" for "14 clinics, 9 in villages, for 230 patients"
    dated = line.quantity.unit == "calendar"
    if not dated and any(other is not source and other.stands_for & (line.phrase - line.objects - source.phrase) for _, other in sources):
        return False  # "14 lead roles" for "14 roles, four of them leads"
    if source.stands_for and line.follows and line.bears and not meets(line.objects, source.stands_for):
        return _is_group(line, replace(source, objects=source.stands_for)) or not line.objects - _GENERIC - keys.STYLE
    if line.quantity.unit == "calendar" or _is_group(line, source) or source.elliptic and line.elliptic:
        return True
    if line.quantity.text.casefold() in {"twice", "thrice"}:
        return meets(line.near, source.near)
    if line.aside and line.aside == source.aside and line.quantity.unit in {"second", "day", "month"}:
        return True  # "two weeks ahead of plan" says that of the whole
    if line.objects and all(grounds.spells_acronym(key) for key in line.objects) or _spells(line.phrase, source.phrase):
        return True
    sized = line.left in _GROUPS and not line.follows  # "groups of 15" for "15 persons"
    if source.objects & _PERSONS and (sized or line.follows and any(is_people(key) for key in line.objects)):
        return True
    counts = line.quantity.unit == source.quantity.unit == "" and not line.quantity.vague
    shares = line.quantity.unit == source.quantity.unit == "%" and line.of_it and source.of_it  # "80 % of the enclosure"
    if (counts or shares) and line.follows and source.follows and not source.elliptic and not line.elliptic:
        whole = source.tied or source.objects & _GROUPS  # "340-home scheme", "60 volunteer groups"
        return meets(line.objects, source.objects if whole else source.phrase) or meets(source.objects, line.phrase)
    return not _is_of_another(line, source, sources) and _keeps_head(line, source, line_keys)


def _is_plural_of(head: str, described: str) -> bool:
    """*oysters* of *oyster*, *mice* of *mouse*, *tiers* of *tiered*."""
    return head != described and keys.find_key(head) == keys.find_key(described)


def _is_hollow(line: Measured, source: Measured, reading: Reading, sources: list[tuple[int, Measured]]) -> bool:
    """*9,000 bricks* for *old bricks, about 9,000 pieces*: the source counts by a word that says little, and named the thing before."""
    if not source.follows or not source.objects <= _COUNTERS or not line.follows or not line.head.endswith("s") or line.quantity.unit:
        return False
    named = [t for t in reading.tokens if t.end <= source.quantity.start and t.folded.endswith("s") and t.key in line.objects]
    return (
        len(named) == 1
        and _is_only_named(reading, named[0])
        and not any(other is not source and meets(line.objects, other.phrase) for _, other in sources)
    )


def _is_only_named(reading: Reading, token: Token) -> bool:
    """The bricks of *cleaned old bricks*; not the shops of *cleaned windows of shops*, nor one of *shirts and ties*."""
    at = reading.tokens.index(token)
    after = reading.tokens[at + 1 : at + 2]
    if after and (after[0].folded in {"and", "or", "&"} or after[0].content):
        return False
    for other in reversed(reading.tokens[:at]):
        if other.verb and other.content:
            return True
        if other.kind == "mark" or other.folded in _JOINING:
            return False
    return True


def _names_deed(head: str, reading: Reading) -> bool:
    """*referrals*, *bids* for *bid*, *visits* for *visited*."""
    stem = head.removesuffix("s")
    return head.endswith(_DEEDS) or any(t.verb and t.folded in {stem, stem + "ed", stem + "d", stem + "ing"} for t in reading.tokens)


def _is_nominal(line: Measured, source: Measured, reading: Reading) -> bool:
    """*64 referrals* for *referred 64 customers*: the act is counted by what it was done to."""
    acts = source.governor and line.follows and not line.quantity.unit and source.follows and line.head.endswith("s")
    if not acts or not _names_deed(line.head, reading) or any(is_people(key) for key in line.objects) or line.rate != source.rate:
        return False
    return bool(line.objects) and all(keys.are_akin(key, source.governor) for key in line.objects)


def _is_described(line: Measured, source: Measured, reading: Reading) -> bool:
    """*1,200 oysters* for *1,200 oyster bags*: it counts what only described the thing."""
    if source.tied or line.tied or not source.follows or not line.follows or line.quantity.value <= 1 or line.quantity.unit:
        return False
    if meets(line.objects, source.objects) or meets(source.objects, line.phrase) or source.objects <= _HOLLOW:
        return False
    at = reading.tokens.index(source.token)
    described = [t for t in reading.tokens[at + 1 : at + 5] if t.key in line.objects][:1]
    if not described or described[0].key in source.objects or not _is_plural_of(line.head, described[0].folded):
        return False
    after = reading.tokens[reading.tokens.index(described[0]) + 1 :][:1]
    if not after or after[0].key not in source.objects or not after[0].folded.endswith("s"):
        return False
    return not (any(is_people(key) for key in line.objects) and any(is_people(key) for key in source.objects))


def _spells(phrase: frozenset[str], other: frozenset[str]) -> bool:
    """*310 access points* for *310 APs*: two words whose initials the source counts."""
    initials = {a[:1] + b[:1] for a in phrase for b in phrase if a != b}
    return len(phrase) == _TWO and any(key.removesuffix("s") in initials for key in other)


def _is_swapped(line: Measured, grounds: Grounds, sources: list[tuple[int, Measured]]) -> bool:
    """*trained two; three passed* for *trained three; two passed*: the noun's own number stands where it has no noun."""
    rivals = [m for _, m in sources if m.follows and not m.elliptic and meets(line.objects, m.phrase)]
    return any(m.quantity.value == other.value for m in rivals for other in line.bare)


def _is_of_another(line: Measured, source: Measured, sources: list[tuple[int, Measured]]) -> bool:
    """Whether the words beside the line's number stand by another number of the sources, or nowhere near this one."""
    home = source.near | source.phrase
    if line.quantity.unit and not home - keys.STYLE - _GENERIC - _SHARES:
        return False  # "9,400 hrs total": nothing beside it to compare with
    if meets((line.phrase or line.local) - _SHARES, home):
        return False
    words = (line.nouns | line.phrase) - keys.STYLE - _GENERIC - _SHARES
    if words and not meets(words, home):
        return not line.elliptic
    local = line.local - keys.STYLE - _GENERIC - _SHARES
    if not local or meets(local, home):
        return False
    return any(other is not source and other.quantity.unit == source.quantity.unit and meets(local, other.near) for _, other in sources)


def _keeps_head(line: Measured, source: Measured, line_keys: frozenset[str]) -> bool:
    """Whether what the source measures is named in the line at all: *waste of flour* is not *flour*."""
    heads = source.objects - _GENERIC - _SHARES
    if not heads or source.elliptic or meets(heads, line.near | line.phrase):
        return True
    timed = line.quantity.unit in {"second", "day", "month"}
    if line.objects & DIMENSIONS - source.near - (_TIME if timed else frozenset()):
        return False
    return timed or meets(heads, line_keys) or not line.objects - keys.STYLE - _SHARES or bool(meets(source.phrase - heads, line.near))


def _is_of_modifier(line: Measured, source: Measured, reading: Reading, line_keys: frozenset[str]) -> bool:
    """*cooks for 4 lines* for *4 line cooks*: it counts what only described the thing, which stands elsewhere in the line."""
    plain = line.bears and line.attaches and source.follows and not line.quantity.unit and not source.tied
    if not plain or line.quantity.value < _TWO or meets(line.objects, source.objects) or line.left in line.objects:
        return False
    after = reading.tokens[reading.tokens.index(source.token) + 1 :][:2]
    compound = len(after) == 2 and after[0].key in line.objects and after[1].key in source.objects and after[1].folded.endswith("s")
    return compound and not after[0].folded.endswith("s") and bool(source.objects & (line_keys - line.phrase))


def _is_promoted(line: Measured, source: Measured, reading: Reading, line_keys: frozenset[str]) -> bool:
    """*the forecast was 1.9 m/s* for *the error of the forecast was 1.9 m/s*: the head is gone, and what hung on it took its place."""
    heads = source.objects - _SHARES
    if (
        not heads
        or line.behind == source.behind == "of"
        and line.left == source.left != ""  # "managed a team of seven" for "responsible for a team of seven"
        or line.quantity.vague
        or line.quantity.unit == "calendar"
        or meets(heads, line_keys)
        or meets(line.objects, source.objects)
    ):
        return False
    owned = {key for token, links in find_links(reading).items() if token.key in heads for how, key in links if how in {HAS, BY}}
    return bool(line.objects & owned)


def _is_group(line: Measured, source: Measured) -> bool:
    """*12 technicians* and *a team of 12* name the same people."""
    if source.follows and not source.tied and source.quantity.value != 1 and source.objects & _GROUPS:
        return False  # "60 volunteer groups" are not 60 volunteers
    people = any(is_people(key) for key in line.objects), any(is_people(key) for key in source.objects)
    return all(people) and any(is_collective(key) for key in line.objects | source.objects)


def meets(objects: frozenset[str], others: frozenset[str]) -> bool:
    """Whether one of the keys may stand for one of the others."""
    return any(a == b or keys.are_akin(a, b) or keys.is_wider(a, b) or keys.is_wider(b, a) for a in objects for b in others)


def _is_moved(line: Measured, source: Measured, number: int, grounds: Grounds) -> bool:
    """Whether the number's clause in the line is made of other clauses of the sources than its own."""
    if line.quantity.unit == "calendar" or line.placed and source.placed and line.follows and meets(line.objects, source.objects):
        return False
    # "taught safety to 5" for "instruction of 5 in safety"
    told = line.behind != "by" and line.near & _TELLING and any(is_people(key) for key in line.objects)
    ahead = line.left in source.later and source.left and source.left != line.left
    if line.head and line.head == source.head and line.prep == source.prep != "" and source.set_off:
        return False  # "14 clinics for 230 patients" for "14 clinics, 9 in villages, for 230 patients"
    if line.governor and line.governor in source.near and line.head == source.head != "":
        return False  # "with two staff supervised 90 children" for "supervised 90 children with two staff"
    if line.left in _GROUPS and line.behind == "of" and any(is_people(key) for key in source.objects):
        return False  # "for groups of 15" for "15 persons each"
    if ahead and not told and line.attaches and source.follows and line.follows:
        return True
    own = line.nouns - line.objects - keys.STYLE
    home = source.near - line.objects
    foreign: set[str] = set()
    for i, reading in enumerate(grounds.readings):
        for part, part_keys in enumerate(reading.part_keys):
            if (i, part) != (number, source.part):
                foreign |= part_keys
    foreign -= home
    kept = [key for key in line.near - line.objects - keys.STYLE if meets(frozenset({key}), home)]
    if not kept and not (line.follows and source.follows):
        return bool(own & foreign) and bool(home - keys.STYLE)
    return line.left in foreign and bool(source.left) and not meets(frozenset({source.left}), line.near) and len(own & foreign) > len(kept)
