"""Verbs and their objects: rank over people, and what an action is done to.

Lie caught: *ran training for 12 nurses* turned into *managed 12 nurses*; *drew details for a block* into *designed a block*.
Honest line passed: *led 12 nurses* turned into *supervised a team of 12 nurses*.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.acts import find_name
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon import marks, verbs
from resume_rag.grounding.lexicon.quantities import MONTHS
from resume_rag.grounding.links import OBJECT, Phrase, find_phrases
from resume_rag.grounding.order import MOVING, moves_alike
from resume_rag.grounding.people import is_collective, is_people
from resume_rag.grounding.reading import Reading, Token
from resume_rag.grounding.thesaurus import find_made

_HANDLING = keys.keys_of(frozenset({"handle", "look-after"}))
"""With people as their object the same as leading, where a source says so: *handled a team of 14*."""
_LEADING = keys.keys_of(verbs.LEADING)
_LIGHT = keys.keys_of(marks.STYLE | frozenset({"maintain", "keep", "hold", "reach", "hit", "achieve", "ensure"}))
TWO_OBJECTS = keys.keys_of(
    frozenset(
        "teach train give show tell offer provide send pay sell serve help advise supply report inform brief ask grant award instruct educate coach make take".split()
    )
)
_BRINGING = frozenset({"bring-down", "bring-up", "drive-down", "drive-up", "push-up", "push-down", "take-down"})
_LOOSE_HEADS = keys.keys_of(
    frozenset(
        """number amount range series set variety lot part piece group team total volume list use sort kind type share batch stock array portfolio caseload charge
        flock herd fleet collection pack stack pool roster suite cohort class crop gang party stretch run sequence cycle""".split()
    )
)
_ATTRIBUTES = keys.keys_of(
    frozenset("material kind type make format brand style medium method size colour color fuel finish lining filling fabric".split())
)
"""What only tells what a thing is of: to change the material of wedges is to change the wedges; not so the lid of a pot."""
_TIMES = frozenset(MONTHS) | frozenset(
    """day week month quarter year season spring summer autumn fall winter morning afternoon evening night shift weekend monday tuesday wednesday thursday
    friday saturday sunday""".split()
)
_INSIDE = frozenset("a an the this that these its our their his her my your of and each every all any some both own other more new".split())
_STOP = frozenset("for to with by in on at from of into across through and while during over under".split())


def check_rank(check: LineCheck) -> None:
    """A verb of leading with people as its object needs such a verb with people in the source."""
    led = {key for r in check.grounds.readings for key in _led_people(r)}
    any_led = bool(led)
    for clause, verb, people in _find_led(check.line):
        if check.taken(verb.start, verb.end) or any(keys.are_akin(people.key, key) for key in led):
            continue
        if any_led and _is_collective_pair(people.key, led):
            continue
        if any(_led_by_title(r, people) for r in check.grounds.readings):
            continue
        check.report(
            "credit_added", f"{check.quote(verb.start, people.end)}: the source does not say so of these people.", verb.start, verb.end
        )
    _check_rank_of_nouns(check, led)


def _check_rank_of_nouns(check: LineCheck, led: set[str]) -> None:
    """*was in charge of 5 nurses* for *trained 5 nurses*."""
    for token in _find_team_words(check.line):
        known = any(keys.are_akin(token.key, key) for key in led) or bool(led) and _is_collective_pair(token.key, led)
        if not known and not any(_led_by_title(r, token) for r in check.grounds.readings) and not check.taken(token.start, token.end):
            why = f"{check.quote(token.start, token.end)}: the source does not put the candidate over these people."
            check.report("credit_added", why, token.start, token.end)


def _is_collective_pair(key: str, led: set[str]) -> bool:
    return is_people(key) and any(is_people(other) for other in led)


@lru_cache(maxsize=4096)
def _led_people(reading: Reading) -> frozenset[str]:
    return frozenset(t.key for _, _, t in _find_led(reading, source=True)) | frozenset(t.key for t in _find_team_words(reading))


def _find_team_words(reading: Reading) -> tuple[Token, ...]:
    """*line manager of 12 nurses*, *supervision of 4 technicians*, *a crew of 7 under me*: rank said without a verb."""
    found: list[Token] = []
    for i, token in enumerate(reading.tokens):
        if token.folded == "me" and i and reading.tokens[i - 1].folded in {"under", "to"}:
            verb = reading.tokens[i - 2].folded if i > 1 else ""
            if reading.tokens[i - 1].folded == "under" or verb in {"reported", "reporting", "answered", "answering"}:
                found += [t for t in reading.tokens[:i] if t.clause == token.clause and is_people(t.key)]
        if token.folded == "reports" and i and reading.tokens[i - 1].folded == "direct":
            found.append(token)
        if token.folded in {
            "manager",
            "head",
            "leader",
            "lead",
            "supervisor",
            "supervision",
            "management",
            "leadership",
            "foreman",
            "charge",
        }:
            after = [t for t in reading.tokens[i + 1 : i + 7] if t.clause == token.clause]
            if "under" in {t.folded for t in reading.tokens[max(0, i - 3) : i]}:
                continue  # "under the supervision of an engineer"
            if after and after[0].folded in {"of", "for", "over"}:
                found += [t for t in after if is_people(t.key)]
        if token.folded == "responsible" and [t.folded for t in reading.tokens[i + 1 : i + 2]] == ["for"]:
            found += _find_charge(reading, i + 2)
    return tuple(found)


def _moves_attribute(check: LineCheck) -> bool:
    """*switched wedges from cork to EVA* for *changed the material of wedges from cork to EVA*."""
    return moves_alike(check) and any(t.key in _ATTRIBUTES for r in check.grounds.readings for t in r.tokens)


def _find_charge(reading: Reading, at: int) -> list[Token]:
    """The staff that closes the noun phrase at a place: *responsible for a team of seven*, not *for a team rota*, *for training nurses*."""
    end = at
    while end < len(reading.tokens) and (
        reading.tokens[end].folded in _INSIDE - {"and"} or reading.tokens[end].kind == "number" or reading.tokens[end].content
    ):
        if reading.tokens[end].folded.endswith("ing"):
            return []
        end += 1
    heads = [t for i, t in enumerate(reading.tokens[at:end], at) if i + 1 == end or not _goes_on(reading.tokens[i + 1])]
    return [t for t in heads if is_collective(t.key) and t.key not in keys.CLIENTELE and not t.text.endswith(("'s", "’s", "s'", "s’"))][:1]


def _goes_on(token: Token) -> bool:
    """The rota of *a team rota*, the possessive of *the team's laptops*."""
    return token.content or token.text.startswith(("'", "’"))


def _find_led(reading: Reading, *, source: bool = False) -> list[tuple[int, Token, Token]]:
    found = []
    for i, token in enumerate(reading.tokens):
        if token.verb and (token.key in _LEADING or source and token.key in _HANDLING):
            people = _people_object(reading, i)
            if people is not None:
                found.append((token.clause, token, people))
    return found


def _people_object(reading: Reading, i: int) -> Token | None:
    """The people that are the direct object of the verb at `i`: the head of the first noun phrase after it."""
    last: Token | None = None
    for at, token in enumerate(reading.tokens[i + 1 : i + 9], i + 1):
        if token.folded in {"over", "under", "above"} and any(t.kind == "number" for t in reading.tokens[at + 1 : at + 2]):
            continue  # "supervised over 30 drivers"
        if (
            token.kind == "mark"
            and token.text not in "-&"
            or last is not None
            and (token.kind == "number" or token.folded in {"each", "every", "per"})
            or (token.folded in _STOP and not (token.folded == "of" and last is not None and is_people(last.key)))
        ):
            break
        if token.content and not token.verb:
            last = token
        elif token.verb:
            break
    if last is None:
        return None
    others = last.named or last.folded.endswith(("workers", "women", "men", "mates", "hosts", "host"))  # "managed Rudy", "led a co-host"
    return last if is_people(last.key) or others else None


def _led_by_title(reading: Reading, people: Token) -> bool:
    """Whether the source has these people right after any verb of the leading kind, also in passive."""
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        if token.key == people.key and any(t.key in _LEADING and t.verb for t in tokens[i + 1 : i + 5]):
            return True
    return False


def check_objects(check: LineCheck) -> None:
    """A verb of the source keeps its object: who *drew details for a block* has not *designed a block*."""
    theirs = [(n, verb, heads) for n, r in enumerate(check.grounds.readings) for verb, heads, _ in _find_objects(r)]
    for verb, mine, head in _find_objects(check.line):
        if check.taken(verb.start, verb.end) or verb.key in _LIGHT or check.taken(head.start, head.end):
            continue
        same = [(n, v, heads) for n, v, heads in theirs if keys.are_akin(verb.key, v.key) or keys.is_wider(verb.key, v.key)]
        if not same or any(v.key in TWO_OBJECTS for _, v, _ in same) or any(_share_object(mine, heads) for _, _, heads in same):
            continue
        if any(t.verb and t.key == verb.key and all(t is not v for _, v, _ in same) for r in check.grounds.readings for t in r.tokens):
            continue  # the same verb also stands where no object of it was found
        if verb.key in MOVING and _moves_attribute(check):
            continue  # "switched wedges from cork to EVA" for "changed the material of wedges from cork to EVA"
        if is_people(head.key) or not _stands_elsewhere(check, head) or _is_second_object(check, verb, head):
            continue
        number, source, _ = same[0]
        said = check.grounds.readings[number].text[source.start : source.end]
        check.report(
            "object_changed",
            f"{check.quote(verb.start, head.end)}: in the source “{said}” is done to something else.",
            verb.start,
            verb.end,
            number,
        )


def _is_second_object(check: LineCheck, verb: Token, head: Token) -> bool:
    """*organs* of *tuned pianos for the opera and organs for two chapels*."""
    return any(
        p.kind == OBJECT and p.verb is not None and keys.are_akin(p.verb.key, verb.key) and any(t.key == head.key for t in p.words)
        for r in check.grounds.readings
        for p in find_phrases(r)
    )


def check_promoted(check: LineCheck) -> None:
    """*ensured graduation* for *ensured completion of graduation plans*; *wrote speeches* for *wrote notes that informed speeches*."""
    theirs = [(n, p, phrases) for n, r in enumerate(check.grounds.readings) for phrases in (find_phrases(r),) for p in phrases]
    for phrase in find_phrases(check.line):
        head = phrase.words[-1]
        if phrase.kind != OBJECT or phrase.verb is None or head.kind != "word" or check.taken(head.start, head.end):
            continue
        if (
            phrase.verb.key in keys.CHANGING
            or find_name(check.line, phrase.verb) in _BRINGING
            or check.grounds.supports_change(phrase.verb.key)
            or (phrase.verb.key in MOVING and _moves_attribute(check))
        ):
            continue  # "which brought bills down": a result is the candidate's doing
        uses = [(n, p, phrases) for n, p, phrases in theirs if any(t.kind == "word" and t.key == head.key for t in p.words)]
        if uses and all(_hangs_on_missing(check, p, phrases) or _is_other_act(check, n, p, phrase.verb) for n, p, phrases in uses):
            check.report(
                "object_changed", f"{check.quote(head.start, head.end)}: in the source this is no object of it.", head.start, head.end
            )


def _hangs_on_missing(check: LineCheck, phrase: Phrase, phrases: tuple[Phrase, ...]) -> bool:
    """Whether a phrase hangs by *of* on a word that the line leaves out, and that is more than *a team of*, *a number of*."""
    if phrase.kind != "of" or phrase.owner < 0:
        return False
    owner = phrases[phrase.owner].words[-1]
    if owner.kind != "word" or owner.key in _LOOSE_HEADS or is_people(owner.key):
        return False
    joined = len(owner.folded) > 5 and any(t.folded.endswith(owner.folded) for t in check.line.content)  # "preassembling", "pre-assembling"
    return not joined and not any(
        keys.are_akin(t.key, owner.key) or owner.key in find_made(t.key)
        for t in check.line.content  # "closing" for "the closure of"
    )


def _is_other_act(check: LineCheck, number: int, phrase: Phrase, verb: Token) -> bool:
    """Whether a phrase is the object of a verb in a clause of *that* or *which*, and the line has it under another verb."""
    if phrase.kind != OBJECT or phrase.verb is None or keys.are_akin(phrase.verb.key, verb.key) or keys.is_wider(verb.key, phrase.verb.key):
        return False
    tokens = check.grounds.readings[number].tokens
    at = tokens.index(phrase.verb)
    return at > 0 and tokens[at - 1].folded in {"that", "which"} and not any(t.key == phrase.verb.key for t in check.line.content)


def _stands_elsewhere(check: LineCheck, head: Token) -> bool:
    """Whether the sources have this noun only behind a preposition or under another verb."""
    found = [(r, t) for r in check.grounds.readings for t in r.content if keys.are_akin(t.key, head.key)]
    return bool(found) and all(_is_governed(r, t) for r, t in found)


def _is_governed(reading: Reading, noun: Token) -> bool:
    at = next(i for i, t in enumerate(reading.tokens) if t is noun)
    for token in reversed(reading.tokens[:at]):
        if token.kind == "mark" and token.text not in "-/&":
            return False
        if token.verb or token.folded in _STOP:
            return True
    return False


def _share_object(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(keys.are_akin(a, b) for a in mine for b in theirs)


@lru_cache(maxsize=4096)
def _find_objects(reading: Reading) -> tuple[tuple[Token, frozenset[str], Token], ...]:
    """Each verb with the nouns of its direct object, and the head of the first of them."""
    found = []
    for i, token in enumerate(reading.tokens):
        if not token.verb or not token.content:
            continue
        nouns: list[Token] = []
        head: Token | None = None
        for at in range(i + 1, min(i + 14, len(reading.tokens))):
            other = reading.tokens[at]
            if _ends_object(reading, at, nouns):
                break
            if other.folded == "of" or other.kind in {"mark", "number"} or other.folded == "and":
                head = head or (nouns[-1] if nouns else None)
            elif other.content and not other.folded.endswith("ly"):
                nouns.append(other)
        if nouns:
            found.append((token, frozenset(t.key for t in nouns), head or nouns[-1]))
    return tuple(found)


def _is_time(reading: Reading, at: int) -> bool:
    after = reading.tokens[at : at + 2]
    return any(
        t.folded in _TIMES or t.folded.removesuffix("s") in _TIMES or t.quantity is not None and t.quantity.unit == "day" for t in after
    )


def _ends_object(reading: Reading, at: int, nouns: list[Token]) -> bool:
    token = reading.tokens[at]
    if token.folded in {"every", "each", "once", "twice"} and not nouns and _is_time(reading, at + 1):
        return True  # "line painting every August"
    if token.verb or (token.kind == "mark" and token.text in ".;:()") or (token.folded == "of" and not nouns):
        return True
    if token.folded in marks.FUNCTION and (token.folded not in _INSIDE or (nouns and token.folded in {"each", "every"})):
        return True
    return bool(nouns) and token.folded.endswith("ing") and keys.is_verb_key(token.key) and reading.tokens[at - 1].folded.endswith("s")
