"""Who did what to whom: verbs and their objects, active and passive, from and to, cause, rank over people, titles.

Every word of the line may have a source and the line still lie: *ran training for 12 nurses* is not *managed 12 nurses*,
*trained by welders* is not *trained welders*, *from Perl to Go* is not *from Go to Perl*.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon import marks, verbs
from resume_rag.grounding.measured import is_people
from resume_rag.grounding.reading import Reading, Token

_LEADING = keys.keys_of(verbs.LEADING)
_LIGHT = keys.keys_of(marks.STYLE | frozenset({"maintain", "keep", "hold", "reach", "hit", "achieve", "ensure"}))
_TWO_OBJECTS = keys.keys_of(
    frozenset(
        "teach train give show tell offer provide send pay sell serve help advise supply report inform brief ask grant award instruct educate coach make take".split()
    )
)
_INSIDE = frozenset("a an the this that these its our their his her my your of and each every all any some both own other more new".split())
_LEARNT = keys.keys_of(frozenset({"train", "qualify", "certify", "mentor", "coach"}))
_STOP = frozenset("for to with by in on at from of into across through and while during over under".split())
_TITLES = keys.keys_of(
    frozenset(w for w, rank in marks.RANKS.items() if rank >= 3)
    | frozenset("engineer nurse teacher manager cook chef welder editor".split())
)
_CAUSE_WORDS = frozenset("resulting leading causing driving enabling yielding thereby thus therefore generating".split())


def check_bindings(check: LineCheck) -> None:
    """Runs the rules of this room in turn."""
    check_rank(check)
    check_objects(check)
    check_voice(check)
    check_actors(check)
    check_order(check)
    check_means(check)
    check_titles(check)
    check_cause(check)


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


def _is_collective_pair(key: str, led: set[str]) -> bool:
    return is_people(key) and any(is_people(other) for other in led)


@lru_cache(maxsize=4096)
def _led_people(reading: Reading) -> frozenset[str]:
    return frozenset(t.key for _, _, t in _find_led(reading)) | _team_words(reading)


def _team_words(reading: Reading) -> frozenset[str]:
    """*line manager of 12 nurses*, *supervision of 4 technicians*: rank said by a noun."""
    found = set()
    for i, token in enumerate(reading.tokens):
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
            if after and after[0].folded in {"of", "for", "over"}:
                found |= {t.key for t in after if is_people(t.key)}
    return frozenset(found)


def _find_led(reading: Reading) -> list[tuple[int, Token, Token]]:
    found = []
    for i, token in enumerate(reading.tokens):
        if token.verb and (token.key in _LEADING):
            people = _people_object(reading, i)
            if people is not None:
                found.append((token.clause, token, people))
    return found


def _people_object(reading: Reading, i: int) -> Token | None:
    """The people that are the direct object of the verb at `i`: the head of the first noun phrase after it."""
    last: Token | None = None
    for token in reading.tokens[i + 1 : i + 9]:
        if (
            token.kind == "mark"
            and token.text not in "-&"
            or (token.folded in _STOP and not (token.folded == "of" and last is not None and is_people(last.key)))
        ):
            break
        if token.content and not token.verb:
            last = token
        elif token.verb:
            break
    return last if last is not None and is_people(last.key) else None


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
    for verb, nouns, head in _find_objects(check.line):
        if check.taken(verb.start, verb.end) or verb.key in _LIGHT or check.taken(head.start, head.end):
            continue
        same = [(n, v, heads) for n, v, heads in theirs if keys.are_akin(verb.key, v.key) or keys.is_wider(verb.key, v.key)]
        if not same or any(v.key in _TWO_OBJECTS for _, v, _ in same) or any(_share_object(nouns, heads) for _, _, heads in same):
            continue
        if any(t.verb and t.key == verb.key and all(t is not v for _, v, _ in same) for r in check.grounds.readings for t in r.tokens):
            continue  # the same verb also stands where no object of it was found
        if is_people(head.key) or not _stands_elsewhere(check, head):
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


def _ends_object(reading: Reading, at: int, nouns: list[Token]) -> bool:
    token = reading.tokens[at]
    if token.verb or (token.kind == "mark" and token.text in ".;:()") or (token.folded == "of" and not nouns):
        return True
    if token.folded in marks.FUNCTION and (token.folded not in _INSIDE or (nouns and token.folded in {"each", "every"})):
        return True
    return bool(nouns) and token.folded.endswith("ing") and keys.is_verb_key(token.key) and reading.tokens[at - 1].folded.endswith("s")


def check_voice(check: LineCheck) -> None:
    """What was done to the candidate is not what the candidate did."""
    for number, reading in enumerate(check.grounds.readings):
        for verb in _suffered(reading):
            for token in check.line.tokens:
                if token.verb and keys.are_akin(token.key, verb.key) and not _is_suffered(check.line, token):
                    others = [
                        t for r in check.grounds.readings for t in r.content if t.verb and t is not verb and keys.are_akin(t.key, token.key)
                    ]
                    if not others:
                        said = reading.text[verb.start : verb.end]
                        check.report(
                            "credit_added",
                            f"in the source the candidate was “{said}”, not the one who did it.",
                            token.start,
                            token.end,
                            number,
                        )


@lru_cache(maxsize=4096)
def _suffered(reading: Reading) -> tuple[Token, ...]:
    return tuple(t for t in reading.tokens if t.verb and t.folded not in {"was", "were", "been"} and _is_suffered(reading, t))


def _is_suffered(reading: Reading, token: Token) -> bool:
    """*Was trained in*, *mentored by*: a participle whose subject is the candidate."""
    tokens = [t for t in reading.tokens if t.kind != "mark"]
    at = next(i for i, t in enumerate(tokens) if t is token)
    clause_start = next(i for i, t in enumerate(tokens) if t.clause == token.clause)
    before = tokens[clause_start:at]
    passive = bool(before) and before[-1].folded in {"was", "were", "been", "being", "got"}
    if passive and not any(t.content or t.kind == "number" for t in before if t.folded not in {"was", "were", "i"}):
        return True
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is not None and token.key in _LEARNT and following.folded in {"as", "in", "under", "at", "with", "on"}:
        return True
    return (
        following is not None
        and following.folded == "by"
        and token.first
        and (
            at + 2 >= len(tokens)
            or not tokens[at + 2].verb
            and not tokens[at + 2].folded.endswith("ing")
            and tokens[at + 2].kind != "number"
        )
    )


def check_actors(check: LineCheck) -> None:
    """What another person does in the source (*which the manager then signed*) the line may not take over."""
    for number, reading in enumerate(check.grounds.readings):
        for verb in _others_acts(reading):
            own = [t for r in check.grounds.readings for t in r.tokens if t.verb and t is not verb and keys.are_akin(t.key, verb.key)]
            own = [t for t in own if all(t is not o for r in check.grounds.readings for o in _others_acts(r))]
            for token in check.line.tokens:
                if (
                    token.verb
                    and token.key == verb.key
                    and not own
                    and all(token is not t for t in _others_acts(check.line))
                    and not _is_passive(check.line, token)
                ):
                    said = reading.text[reading.tokens[max(0, reading.tokens.index(verb) - 2)].start : verb.end]
                    check.report("credit_added", f"in the source “{said}”, not the candidate.", token.start, token.end, number)


def _is_passive(reading: Reading, token: Token) -> bool:
    at = reading.tokens.index(token)
    after = reading.tokens[at + 1 : at + 2]
    return bool(after and after[0].folded in {"by", "for"}) or (
        at > 0 and not token.first and reading.tokens[at - 1].content and not reading.tokens[at - 1].verb
    )


@lru_cache(maxsize=4096)
def _others_acts(reading: Reading) -> tuple[Token, ...]:
    """Verbs whose subject is a noun for people inside a clause of its own (*which ..., that ..., when ...*)."""
    found = []
    for i, token in enumerate(reading.tokens):
        if not token.verb or not token.content or token.first:
            continue
        j = i - 1
        while j >= 0 and (
            reading.tokens[j].folded in {"then", "also", "still", "now", "later", "was", "were"} or reading.tokens[j].folded.endswith("ly")
        ):
            j -= 1
        if j < 1 or not is_people(reading.tokens[j].key):
            continue
        opened = [t for t in reading.tokens[max(0, j - 4) : j] if t.folded in {"which", "that", "whom", "whose"}]
        if opened:
            found.append(token)
    return tuple(found)


def check_order(check: LineCheck) -> None:
    """*from A to B* may not turn round; nor may *A instead of B*."""
    mine = _find_moves(check.line)
    theirs = [(n, move) for n, r in enumerate(check.grounds.readings) for move in _find_moves(r)]
    for origin, goal, place in mine:
        for number, (first, second, _) in theirs:
            if origin & second - first and goal & first - second and not (origin & first - second):
                check.report("direction_changed", "from and to have changed places.", *place, number)


@lru_cache(maxsize=4096)
def _find_moves(reading: Reading) -> tuple[tuple[frozenset[str], frozenset[str], tuple[int, int]], ...]:
    """Origin, goal and place of each *from ... to ...*, *replaced ... with ...*, *... instead of ...*."""
    found = []
    for first, second, swapped in (
        ("from", "to", False),
        ("replac", "with", False),
        ("replac", "by", False),
        ("from", "into", False),
        ("instead", "of", True),
        ("rather", "than", True),
    ):
        for i, token in enumerate(reading.tokens):
            if token.folded != first and token.key != first:
                continue
            later = [j for j in range(i + 1, min(i + 9, len(reading.tokens))) if reading.tokens[j].folded == second]
            if not later:
                continue
            if swapped and later[0] != i + 1:
                continue
            origin = _keys_between(reading, i + 2, i + 6) if swapped else _keys_between(reading, i + 1, later[0])
            goal = _keys_before(reading, i) if swapped else _keys_between(reading, later[0] + 1, later[0] + 5)
            if origin and goal:
                found.append((origin, goal, (token.start, reading.tokens[later[0]].end)))
    return tuple(found)


def _keys_between(reading: Reading, start: int, end: int) -> frozenset[str]:
    found = set()
    for token in reading.tokens[start:end]:
        if token.kind == "mark" and token.text in ";,." or token.folded in _STOP - {"of", "for"}:
            break
        if token.content or token.kind == "number":
            found.add(_key_of(token))
    return frozenset(found)


def _keys_before(reading: Reading, at: int) -> frozenset[str]:
    found = set()
    for token in reversed(reading.tokens[max(0, at - 5) : at]):
        if token.kind == "mark" or token.folded in _STOP - {"of", "for"} or token.verb:
            break
        if token.content or token.kind == "number":
            found.add(_key_of(token))
    return frozenset(found)


def _key_of(token: Token) -> str:
    return f"{token.quantity.value:g}" if token.quantity is not None else token.key


def check_means(check: LineCheck) -> None:
    """What was done *by* something else is not that by which the other was done."""
    mine = _find_means(check.line)
    theirs = [(n, pair) for n, r in enumerate(check.grounds.readings) for pair in _find_means(r)]
    for end, means in mine:
        for number, (their_end, their_means) in theirs:
            if _is_like(end, their_means) and _is_like(means, their_end) and not _is_like(end, their_end):
                check.report("cause_added", "the means and the result have changed places.", means.start, means.end, number)


def _is_like(a: Token, b: Token) -> bool:
    return keys.are_akin(a.key, b.key) or keys.is_wider(a.key, b.key)


@lru_cache(maxsize=4096)
def _find_means(reading: Reading) -> tuple[tuple[Token, Token], ...]:
    """Pairs of a verb and the verb after *by* that it was done with."""
    found = []
    for i, token in enumerate(reading.tokens[:-1]):
        after = reading.tokens[i + 1]
        verbs_before = [t for t in reading.tokens[:i] if t.verb and t.clause == token.clause]
        if token.folded in {"by", "through"} and after.verb and after.folded.endswith("ing") and verbs_before:
            found.append((verbs_before[0], after))
    return tuple(found)


def check_titles(check: LineCheck) -> None:
    """*assistant manager* is no *manager*; *student nurse* is no *nurse*; *lead engineer* needs a lead."""
    _check_as(check)
    small = {pair for r in check.grounds.all_readings for pair in _small_titles(r)}
    if not small:
        return
    plain = {
        t.key for r in check.grounds.all_readings for i, t in enumerate(r.tokens) if not (i and r.tokens[i - 1].folded in marks.DIMINISHERS)
    }
    for i, token in enumerate(check.line.tokens):
        before = check.line.tokens[i - 1].folded if i else ""
        for modifier, title in small:
            if token.key == title and before != modifier and title not in plain and before not in marks.DIMINISHERS:
                check.report("seniority_changed", f"the source says “{modifier} {token.folded}”.", token.start, token.end)


def _check_as(check: LineCheck) -> None:
    """*As manager, ...*: a title that the line takes must be one the source or the role gives to the candidate."""
    given = {t.key for r in check.grounds.context for t in r.content} | {t.key for r in check.grounds.readings for t in _taken_titles(r)}
    for token in _taken_titles(check.line):
        if token.key not in given:
            check.report(
                "seniority_changed", f"{check.quote(token.start, token.end)}: the source does not give this title.", token.start, token.end
            )


def _taken_titles(reading: Reading) -> list[Token]:
    found = []
    for i, token in enumerate(reading.tokens):
        if token.folded == "as" and (
            token.first
            or reading.tokens[i - 1].folded in {"served", "worked", "acted", "acting", "serving", "working", "joined", "promoted"}
        ):
            after = reading.tokens[i + 1 : i + 6]
            stop = next((j for j, t in enumerate(after) if t.kind == "mark" or t.folded in _STOP), len(after))
            found += [t for t in after[:stop] if t.key in _TITLES or t.folded in marks.RANKS]
    return found


@lru_cache(maxsize=4096)
def _small_titles(reading: Reading) -> frozenset[tuple[str, str]]:
    tokens = reading.tokens
    return frozenset(
        (a.folded, b.key)
        for a, b in zip(tokens, tokens[1:], strict=False)
        if a.folded in marks.DIMINISHERS and b.content and (b.key in _TITLES or is_people(b.key) or b.folded in marks.RANKS)
    )


def check_cause(check: LineCheck) -> None:
    """A word of cause may join only what one fact tells."""
    if len(check.grounds.readings) < 2:
        return
    for i, token in enumerate(check.line.tokens):
        if token.folded not in _CAUSE_WORDS or any(token.folded in {t.folded for t in r.tokens} for r in check.grounds.readings):
            continue
        before = frozenset(t.key for t in check.line.tokens[:i] if t.content)
        after = frozenset(t.key for t in check.line.tokens[i + 1 :] if t.content or t.kind == "number")
        homes_before = _home(check, before)
        homes_after = _home(check, after)
        if homes_before is not None and homes_after is not None and homes_before != homes_after:
            check.report(
                "cause_added",
                f"{check.quote(token.start, token.end)}: these stand in two places of the source, which joins them by no cause.",
                token.start,
                token.end,
                homes_after,
            )


def _home(check: LineCheck, wanted: frozenset[str]) -> int | None:
    scores = [len(wanted & (r.keys | {t.key for t in r.quantities})) for r in check.grounds.readings]
    best = max(scores, default=0)
    return scores.index(best) if best and scores.count(best) == 1 else None
