"""Bonds between words that a rewriting keeps: whose slot a word has taken, and which of two stands first.

Lie caught: *dropped slots of the price* for *dropped the price of slots*, *wrote a derailment* for *after a derailment wrote the
report*. Honest line passed: *the price of slots was dropped*. A rewriting changes prepositions and order; it does not put one word
where another stood and that other where the one stood.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon.quantities import RATES
from resume_rag.grounding.links import OBJECT, SUBJECT, Phrase, find_phrases
from resume_rag.grounding.objects import TWO_OBJECTS
from resume_rag.grounding.reading import Reading, Token
from resume_rag.grounding.thesaurus import find_made, find_meanings

_EVEN = keys.keys_of(
    frozenset("combine merge pair mix match compare link integrate align connect join share swap exchange reconcile balance".split())
)
"""Verbs whose two things may change places."""
_NO_BOND = (
    keys.STYLE
    | keys.CHANGING
    | TWO_OBJECTS
    | keys.keys_of(
        frozenset(
            """maintain keep hold reach hit achieve ensure do make take give have get run lead manage handle cover fit load fill feed treat assist
            support radio phone email call text guide credit charge bill quote invoice issue lend""".split()
        )
    )
)
"""Verbs whose object may be another one in other words, or one of two."""
_LOOSE_KINDS = frozenset({"", SUBJECT, "about", "over", "around", "per", "under"})
_BE = frozenset("is are was were be been being got".split())
_PER = frozenset({"a", "per", "each", "every"})
_BEHIND_RATES = frozenset("together alone round long ahead later earlier worth off unaided personally".split())
_PEOPLE_OF_A_KIND = frozenset("deaf blind disabled elderly".split())
"""Adjectives that the thesaurus has as nouns too, with *the*."""
_SINGLES = frozenset({"second", "third", "first"})
_JOINED_BY = frozenset("and or one ones to than".split())


def check_swaps(check: LineCheck) -> None:
    """Reports words that stand where another stood.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> text = "After a derailment wrote the report for the authority and dropped the price of weekday slots and bound 40 atlases a week"
    >>> fact = Fact(id="f", path="f", text=text, section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_swaps(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Dropped weekday slots of the price"), find("Dropped the weekday slots' price")
    (['garbled'], [])
    >>> find("Wrote a derailment for the authority"), find("Wrote the authority's report after a derailment")
    (['garbled'], [])
    >>> find("Bound 40 atlases a week"), find("Bound 40 a week atlases")
    ([], ['garbled'])
    """
    _check_swapped(check)
    _check_turned(check)
    _check_rates(check)
    _check_heads(check)
    _check_new_objects(check)
    _check_undergone(check)


@lru_cache(maxsize=4096)
def _find_slots(reading: Reading) -> dict[str, list[Phrase]]:
    """The phrases of a text by the keys of their heads."""
    found: dict[str, list[Phrase]] = {}
    for phrase in find_phrases(reading):
        if phrase.words[-1].kind == "word":
            found.setdefault(phrase.words[-1].key, []).append(phrase)
    return found


def _check_swapped(check: LineCheck) -> None:
    """*worked with tribunals at an interpreter* for *worked with an interpreter at tribunals*."""
    mine = _find_slots(check.line)
    phrases = find_phrases(check.line)
    for reading in check.grounds.readings:
        theirs = _find_slots(reading)
        once = [key for key, found in mine.items() if len(found) == 1 == len(theirs.get(key, ())) and found[0].kind and theirs[key][0].kind]
        for one, other in combinations(once, 2):
            a, b, c, d = mine[one][0], mine[other][0], theirs[one][0], theirs[other][0]
            if a.kind == b.kind or (a.kind, b.kind) != (d.kind, c.kind) or SUBJECT in (a.kind, b.kind):
                continue
            if any(p.verb is not None and p.verb.key in _EVEN for p in (a, b)):
                continue
            if {a.words[-1].folded.rstrip("s"), b.words[-1].folded.rstrip("s")} & {
                "morning",
                "evening",
                "afternoon",
                "night",
                "day",
                "week",
            }:
                continue  # times may stand anywhere
            if any(p.words[-1].folded.endswith("ing") for p in (a, b)):
                continue  # "taught reading to adults" for "taught adults to read"
            tied = a.owner >= 0 and phrases[a.owner] is b or b.owner >= 0 and phrases[b.owner] is a
            if tied or a.verb is not None and a.verb is b.verb and c.verb is d.verb:
                _report_pair(check, a.words[-1], b.words[-1], "have changed places.")


def _report_pair(check: LineCheck, a: Token, b: Token, why: str) -> None:
    first, last = sorted((a, b), key=lambda t: t.start)
    check.report("garbled", f"{check.quote(first.start, first.end)} and {check.quote(last.start, last.end)} {why}", first.start, last.end)


def _check_turned(check: LineCheck) -> None:
    """*slots of the price* for *price of slots*, *hot treatment water* for *hot water treatment*."""
    owned = {pair for r in check.grounds.readings for pair in _find_owned(r)}
    phrases = find_phrases(check.line)
    for phrase in phrases:
        if phrase.owner < 0 or phrase.words[-1].kind != "word":
            continue
        owner, head = phrases[phrase.owner].words[-1], phrase.words[-1]
        turned = (phrase.kind, head.key, owner.key) in owned and (phrase.kind, owner.key, head.key) not in owned
        if (
            turned
            and not {t.folded[-3:] for t in (owner, head)} & {"ing"}
            and owner.key != head.key
            and not (phrase.verb is not None and phrase.verb.key in _EVEN)
        ):
            _report_pair(check, owner, head, "stand the other way round in the source.")
    beside = {pair for r in check.grounds.readings for pair in _find_beside(r)}
    for a, b in zip(check.line.tokens, check.line.tokens[1:], strict=False):
        pair = (a.folded, b.folded)
        if pair[::-1] in beside and pair not in beside and pair[0] != pair[1] and _may_turn(a) and _may_turn(b):
            _report_pair(check, a, b, "stand the other way round in the source.")


@lru_cache(maxsize=4096)
def _find_owned(reading: Reading) -> frozenset[tuple[str, str, str]]:
    """Preposition, head before it and head behind it."""
    phrases = find_phrases(reading)
    return frozenset((p.kind, phrases[p.owner].words[-1].key, p.words[-1].key) for p in phrases if p.owner >= 0)


@lru_cache(maxsize=4096)
def _find_beside(reading: Reading) -> frozenset[tuple[str, str]]:
    """Two words that carry meaning and stand side by side."""
    pairs = zip(reading.tokens, reading.tokens[1:], strict=False)
    return frozenset((a.folded, b.folded) for a, b in pairs if a.content and b.content and not a.verb and not b.verb)


def _may_turn(token: Token) -> bool:
    """Nouns may not change places; adverbs, names and participles may."""
    plain = token.content and not token.verb and not token.capitalised and token.folded not in RATES
    return plain and not token.folded.endswith(("ly", "ed", "ing")) and not keys.is_irregular(token.folded) and token.folded != "burst"


def _check_rates(check: LineCheck) -> None:
    """*40 oboe a week reeds*: a noun behind the rate that it stands before."""
    tokens = check.line.tokens
    known = {(a.folded, b.folded) for r in check.grounds.readings for a, b in zip(r.tokens, r.tokens[1:], strict=False)}
    for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if a.folded not in _PER or b.folded not in RATES or b.joined or b.folded.endswith("ly") or (b.folded, c.folded) in known:
            continue
        if not _may_turn(c) or c.folded in _BEHIND_RATES | _SINGLES or keys.is_verb_form(c.folded):
            continue
        if any(t.key == c.key for r in check.grounds.readings for t in r.content):
            check.report("garbled", f"{check.quote(a.start, c.end)}: these words cannot stand so.", a.start, c.end)


def _check_heads(check: LineCheck) -> None:
    """*interpreted for deaf at two hospitals*: a word that only described, and what it described is gone."""
    tokens = check.line.tokens
    for i, token in enumerate(tokens):
        ordinal = token.folded in _SINGLES
        if not (token.content or ordinal) or token.verb or token.joined or token.capitalised or token.folded.endswith(("ly", "ing")):
            continue
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        if after is not None and (after.content or after.kind == "number" or after.folded in _JOINED_BY or after.text in "-/&("):
            continue
        if not (i and tokens[i - 1].folded == "the" if ordinal else _stands_bare(tokens, i) and _only_describes(token)):
            continue
        uses = [(r, j) for r in check.grounds.all_readings for j, t in enumerate(r.tokens) if t.folded == token.folded]
        heads = [_find_head(r, j) for r, j in uses]
        named = [head for head in heads if head is not None]
        if not heads or len(named) < len(heads):
            continue
        if not any(keys.are_akin(t.key, h.key) or h.key in find_made(t.key) for h in named for t in check.line.content):
            check.report("garbled", f"{check.quote(token.start, token.end)}: what it describes is gone.", token.start, token.end)


def _stands_bare(tokens: tuple[Token, ...], at: int) -> bool:
    before = tokens[at - 1] if at else None
    return before is None or (before.verb or not before.content) and before.kind != "number" and before.folded not in {"a", "an", "the"}


def _only_describes(token: Token) -> bool:
    """An adjective by most of its meanings, or a participle."""
    nouns, adjectives = len(find_meanings(token.key, "n")), len(find_meanings(token.key, "a"))
    plain = token.kind == "word" and token.folded not in RATES and not token.folded.endswith(("s", "ment", "ion"))
    return plain and adjectives > 0 and (nouns < adjectives or token.folded.endswith("ed") or token.folded in _PEOPLE_OF_A_KIND)


def _find_head(reading: Reading, at: int) -> Token | None:
    """The noun right behind a word."""
    token, after = reading.tokens[at], reading.tokens[at + 1] if at + 1 < len(reading.tokens) else None
    if after is None or not after.content or after.verb or token.verb or token.joined or not find_meanings(after.key, "n"):
        return None
    return after


def _check_new_objects(check: LineCheck) -> None:
    """*wrote a derailment* for *after a derailment wrote the report*: the object of a verb is another's, or stood behind a preposition."""
    theirs = [p for r in check.grounds.readings for p in find_phrases(r)]
    for phrase in find_phrases(check.line):
        head, verb = phrase.words[-1], phrase.verb
        if phrase.kind != OBJECT or verb is None or verb.key in _NO_BOND or not _names_thing(phrase):
            continue
        place, at = check.line.tokens.index(verb), check.line.tokens.index(phrase.words[0])
        numbered = place > 0 and check.line.tokens[place - 1].kind == "number"  # "14 fishing boats"
        if at - place > 3 or numbered or any(t.content for t in check.line.tokens[place + 1 : at]):
            continue
        own = [p for p in theirs if p.kind == OBJECT and p.verb is not None and p.verb.key == verb.key]
        verbs = [t for r in check.grounds.readings for t in r.tokens if t.key == verb.key]
        if not own or not all(_names_thing(p) for p in own) or any(all(p.verb is not t for p in own) for t in verbs):
            continue
        uses = [p for p in theirs if any(t.key == head.key for t in p.words)]
        if not uses or any(p.kind in _LOOSE_KINDS or p.kind == "of" for p in uses):
            continue
        if not any(keys.are_akin(t.key, head.key) for p in own for t in p.words):
            check.report(
                "garbled", f"{check.quote(verb.start, head.end)}: in the source this is done to something else.", verb.start, head.end
            )


def _names_thing(phrase: Phrase) -> bool:
    """Whether a phrase was read to its noun: not *monthly*, *40*, nor *visits requiring anaesthesia*."""
    head = phrase.words[-1]
    if head.kind != "word" or head.folded.endswith("ly") or head.folded in RATES or head.folded in {"average", "together"}:
        return False
    if any(t.folded.endswith("ly") or t.folded.endswith("ing") and keys.is_verb_key(t.key) for t in phrase.words[:-1]):
        return False
    return bool(find_meanings(head.key, "n"))


def _check_undergone(check: LineCheck) -> None:
    """*dropout was called once a month* for *parents were called*: what it was done to is another's subject."""
    theirs = [p for r in check.grounds.readings for p in find_phrases(r)]
    own: dict[str, list[Phrase]] | None = None
    for phrase in find_phrases(check.line):
        head = phrase.words[-1]
        verb = _find_passive(check.line, phrase) if head.kind == "word" and phrase.kind in {SUBJECT, ""} else None
        if verb is None:
            continue
        if own is None:
            own = _find_undergoers(check)
        mine = own.get(verb.key, [])
        verbs = [t for r in check.grounds.readings for t in r.content if t.key == verb.key]
        if len(verbs) != 1 or not mine or any(p.words[-1].kind != "word" for p in mine):
            continue
        uses = [p for p in theirs if any(t.key == head.key for t in p.words)]
        if not uses or any(p.kind in {"", "of"} for p in uses) or any(keys.are_akin(t.key, head.key) for p in mine for t in p.words):
            continue
        check.report("garbled", f"{check.quote(head.start, verb.end)}: in the source this is done to something else.", head.start, verb.end)


def _find_undergoers(check: LineCheck) -> dict[str, list[Phrase]]:
    """What each verb of the sources is done to: its objects, and its subjects where it is passive."""
    found: dict[str, list[Phrase]] = {}
    for reading in check.grounds.readings:
        for phrase in find_phrases(reading):
            verb = phrase.verb if phrase.kind == OBJECT else _find_passive(reading, phrase)
            if verb is not None:
                found.setdefault(verb.key, []).append(phrase)
    return found


def _find_passive(reading: Reading, phrase: Phrase) -> Token | None:
    """The participle after *was* behind a phrase."""
    at = reading.tokens.index(phrase.words[-1]) + 1
    if at >= len(reading.tokens) or reading.tokens[at].folded not in _BE:
        return None
    for token in reading.tokens[at + 1 : at + 4]:
        if token.folded in _BE or token.folded.endswith("ly") or not token.content:
            continue
        return token if token.folded.endswith(("ed", "en")) or keys.is_irregular(token.folded) else None
    return None
