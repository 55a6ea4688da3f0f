"""What was done to the candidate, or said of somebody else, the candidate did not do. Agents of acts are `agents.py`'s.

Lie caught: *was trained by the maker* turned into *trained the maker*. Honest line passed: *received training from the maker*.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.links import OBJECT, find_phrases
from resume_rag.grounding.people import is_collective, is_person
from resume_rag.grounding.reading import Reading, Token

_PASSIVE = frozenset({"was", "were", "been", "being", "got"})
_HONOURED = keys.keys_of(frozenset("promote award certify license elect appoint select nominate commend hire shortlist invite".split()))
_HONOURING = _HONOURED - keys.keys_of(frozenset({"hire", "invite"})) | keys.keys_of(
    frozenset("choose pick assign recognize entrust task praise delegate second honor".split())
)
_DONE_TO = _HONOURING | keys.keys_of(frozenset("name send ask rank rate tutor mentor train invite show".split()))
"""What is done to a person, where no noun follows: *assigned to the line*, *recognised with an award*, *picked as captain*."""
_PARTICIPLES = frozenset("shown chosen sent made taught told brought".split())
_ONLY_PARTICIPLES = frozenset({"shown", "chosen"})
"""Past participles that are no past tense: without a *have* before they are passive. *Given training to freshers* is Indian for *gave*."""
_AFTER_HONOUR = frozenset("for from in into with on at".split())
_HELPING = keys.keys_of(frozenset("help assist support aid".split()))
_LEARNT = keys.keys_of(frozenset({"train", "qualify", "certify", "mentor", "coach"}))
_BEFORE_PASSIVE = frozenset("and then twice once also first".split())
_PLACES_OF_TIME = frozenset("there twice once again first later".split())


def check_voice(check: LineCheck) -> None:
    """What was done to the candidate is not what the candidate did."""
    for number, reading in enumerate(check.grounds.readings):
        for verb in _suffered(reading):
            for token in check.line.tokens:
                if (
                    token.verb
                    and keys.are_akin(token.key, verb.key)
                    and not is_suffered(check.line, token)
                    and not _hangs(check.line, token)
                ):
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


def _hangs(line: Reading, token: Token) -> bool:
    """*chose the programme, paid at £450 a night*: a participle that hangs on the candidate by a comma."""
    at = line.tokens.index(token)
    before, after = line.tokens[max(0, at - 1) : at], line.tokens[at + 1 : at + 2]
    if before and before[0].content and not before[0].verb:
        return True  # "which the district approved"
    return at > 0 and line.tokens[at - 1].text == "," and bool(after) and after[0].folded in {"at", "by", "to", "in", "as", "for", "under"}


@lru_cache(maxsize=4096)
def _suffered(reading: Reading) -> tuple[Token, ...]:
    return tuple(t for t in reading.tokens if t.verb and t.folded not in {"was", "were", "been"} and is_suffered(reading, t))


def is_suffered(reading: Reading, token: Token) -> bool:
    """*Was trained in*, *mentored by*: a participle whose subject is the candidate."""
    tokens = [t for t in reading.tokens if t.kind != "mark"]
    at = next(i for i, t in enumerate(tokens) if t is token)
    clause_start = next(i for i, t in enumerate(tokens) if t.clause == token.clause)
    before = tokens[clause_start:at]
    going = token.folded.endswith("ing")  # "was helping"
    passive = bool(before) and before[-1].folded in _PASSIVE and not going
    past = token.folded.endswith(("ed", "t")) or token.folded in _PARTICIPLES
    if before and before[-1].folded in {"while", "when", "once", "if", "being"} and past:
        return True  # "while seconded to", "after being taught", "after being shown"
    if at + 1 < len(tokens) and tokens[at + 1].folded in {"me", "us"}:
        return True  # "the head designer taught me"
    if passive and any(t.folded in {"which", "that", "who"} for t in before):
        return False
    if passive and not any(t.content or t.kind == "number" for t in before if t.folded not in {"was", "were", "i"}):
        return True
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if token.first and token.key in _HONOURED and following is not None and following.folded in {"to", "as", "for", "from", "in", "into"}:
        return True  # "Promoted to shift lead"
    if token.first and following is not None and following.kind == "number" and token.folded.endswith("ed"):
        later = next((i for i in range(at + 2, min(at + 9, len(tokens))) if tokens[i].folded == "by" or tokens[i].verb), 0)
        if later and tokens[later].folded == "by" and any(is_person(t) for t in tokens[later + 1 : later + 4]):
            return True  # "Rated 4.7 out of 5 by customers"
    if opens_passive(reading, token):
        return True
    taught = token.key in _LEARNT and not (going and token.folded != "training")  # "coaching with each agent"
    many = [t.folded for t in tokens[at + 1 : at + 3]] == ["as", "many"]  # "trained as many as eight"
    if following is not None and taught and following.folded in {"as", "in", "under", "at", "with", "on"} and not many:
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


def opens_passive(reading: Reading, token: Token) -> bool:
    """*Chosen as delegate*, *Twice sent to the course*, *and trained there by the station*: a participle of what others do to a person.

    It opens the line or a statement of the candidate's, and no noun follows that it was done to.

    >>> from resume_rag.grounding.reading import read
    >>> [opens_passive(line, line.tokens[0]) for line in map(read, ["Selected for the pilot", "Selected three vendors for the pilot"])]
    [True, False]
    """
    named = token.folded in _PARTICIPLES or token.folded.endswith("ed")
    if not named or token.key not in _DONE_TO:
        return False
    at = reading.tokens.index(token)
    lead = reading.tokens[at - 1] if at else None
    hangs = lead is not None and lead.text == "," and token.key in _HONOURING  # "reports, sent by 11 pm" hangs on what was done
    apart = lead is None or token.first or hangs or lead.folded in _BEFORE_PASSIVE
    after = [t for t in reading.tokens[at + 1 : at + 8] if t.kind != "mark" and t.folded.casefold() not in _PLACES_OF_TIME]
    if not apart or not after or [t.folded for t in after[:2]] == ["as", "many"]:
        return False
    if token.folded in _ONLY_PARTICIPLES:
        return True
    agent = after[0].folded == "by" and len(after) > 1 and (after[1].kind == "word" or any(is_person(t) for t in after[2:4]))
    if agent or after[0].folded in {"to", "as"} or token.key in _HONOURING and after[0].folded in _AFTER_HONOUR:
        return True
    by = next((n for n, t in enumerate(after[:-1]) if t.folded == "by" and after[n + 1].kind == "word"), 0)
    return by > 0 and not any(t.content for t in after[:by])


def check_helping(check: LineCheck) -> None:
    """*helped a neighbour put up a tunnel* for *put up a tunnel with a neighbour's help*, and the other way round."""
    helped = {t.key for r in check.grounds.readings for t in _find_helped(r)}
    helpers = {t.key for r in check.grounds.readings for t in _find_helpers(r)}
    for mine, own, other in ((_find_helped(check.line), helped, helpers), (_find_helpers(check.line), helpers, helped)):
        for token in mine:
            if token.key in other - own:
                check.report("object_changed", "in the source the help went the other way.", token.start, token.end)


@lru_cache(maxsize=4096)
def _find_helped(reading: Reading) -> tuple[Token, ...]:
    """Whom the candidate helped: *helped the foreman price the job*."""
    found: list[Token] = []
    for i, token in enumerate(reading.tokens):
        if token.verb and token.key in _HELPING and not (i and is_person(reading.tokens[i - 1])):
            after = reading.tokens[i + 1 : i + 6]
            stop = next((j for j, t in enumerate(after) if t.kind == "mark" or t.verb or t.folded in {"with", "in", "by"}), len(after))
            found += [t for t in after[:stop] if is_person(t) and not t.text.endswith(("'s", "’s"))]
    return tuple(found)


@lru_cache(maxsize=4096)
def _find_helpers(reading: Reading) -> tuple[Token, ...]:
    """Who helped the candidate: *with a neighbour's help*, *with help from the foreman*, *helped by a colleague*."""
    found: list[Token] = []
    for i, token in enumerate(reading.tokens):
        if token.folded not in {"help", "assistance", "support", "helped", "assisted", "supported", "helping"}:
            continue
        before, after = reading.tokens[max(0, i - 2) : i], reading.tokens[i + 1 : i + 6]
        found += [t for t in before if is_person(t) and t.text.endswith(("'s", "’s"))]
        backing = bool(before) and before[-1].folded == "in"  # "in support of the team"
        if after and after[0].folded in {"from", "of", "by"} and not backing:
            found += [t for t in after[1:5] if is_person(t)][:1]
        if token.folded == "helping":
            found += [t for t in before if is_person(t)]
    return tuple(found)


def check_honours(check: LineCheck) -> None:
    """*Promoted to senior buyer* for *two buyers were promoted*: what was done to others was not done to the candidate."""
    others = {t.key for r in check.grounds.readings for t in r.tokens if t.key in _HONOURED and _has_other_subject(r, t)}
    own = {t.key for r in check.grounds.readings for t in r.tokens if t.key in _HONOURED and not _has_other_subject(r, t)}
    for i, token in enumerate(check.line.tokens):
        opens = token.first or token.folded != "was" and check.line.tokens[i - 1].folded == "was"
        if opens and token.key in others - own and not _has_other_subject(check.line, token) and not _takes_object(check.line, i):
            check.report("credit_added", "in the source this was done to somebody else.", token.start, token.end)


def _has_other_subject(reading: Reading, token: Token) -> bool:
    """*two were promoted*, *staff I trained were hired*: words before the passive that are not the candidate."""
    at = reading.tokens.index(token)
    if not at or reading.tokens[at - 1].folded not in _PASSIVE:
        return False
    if at > 1 and reading.tokens[at - 1].folded == "being" and reading.tokens[at - 2].folded in {"after", "since", "before", "on", "upon"}:
        return False  # "recognised with an award after being nominated"
    before = [t for t in reading.tokens[:at] if t.clause == token.clause and t.folded not in _PASSIVE | {"has", "have"}]
    return any(t.content or t.kind == "number" for t in before) or any(
        t.folded in {"who", "which", "whom", "both", "all", "some"} for t in before
    )


def _takes_object(reading: Reading, at: int) -> bool:
    """*promoted two buyers*: an act of the candidate."""
    after = reading.tokens[at + 1 : at + 2]
    return bool(after) and (
        after[0].kind == "number" or after[0].content or after[0].folded in {"the", "a", "an", "my", "our", "both", "all"}
    )


def check_clauses(check: LineCheck) -> None:
    """What a clause says of *my co-worker* the line may not take without naming that person."""
    for number, reading in enumerate(check.grounds.readings):
        for person, tokens in _others_clauses(reading):
            if any(keys.are_akin(t.key, person.key) for t in check.line.content):
                continue
            own = {t.key for r in check.grounds.readings for t in r.content if all(t is not o for o in tokens)}
            for token in check.line.content:
                if token.key not in own and any(token.key == t.key for t in tokens) and token.capitalised:
                    said = reading.text[person.start : tokens[-1].end]
                    check.report("credit_added", f"the source says this of somebody else: “{said}”.", token.start, token.end, number)


@lru_cache(maxsize=4096)
def _others_clauses(reading: Reading) -> tuple[tuple[Token, tuple[Token, ...]], ...]:
    """Clauses whose subject is *my* or *our* and a noun for a person, with that noun."""
    found = []
    for clause in range(reading.clauses):
        words = [t for t in reading.clause_tokens(clause) if t.kind == "word"]
        if len(words) > 3 and words[0].folded in {"my", "our"}:
            verb = next((i for i, t in enumerate(words[:5]) if t.verb), 0)
            if verb > 1 and is_person(words[verb - 1]):
                found.append((words[verb - 1], tuple(words[verb:])))
    return tuple(found)


_GIVING = keys.keys_of(frozenset("deliver give provide conduct run teach lead hold present facilitate organize".split()))
_RECEIVING = keys.keys_of(frozenset({"attend", "undergo", "watch", "join"}))
_TEACHING = keys.keys_of(frozenset("teach train instruct coach mentor organize develop design".split()))
_FOLLOWING = _RECEIVING | keys.keys_of(frozenset("send go receive pass enroll".split()))
_MAKING = keys.keys_of(frozenset("introduce develop design create build invent launch devise".split()))
_SINCE = frozenset("now since still today later".split())
_COURSES = frozenset("training course courses workshop workshops certification induction seminar seminars".split())


def _has_verb_before(reading: Reading, course: Token) -> bool:
    return any(t.verb and t.content for t in reading.tokens if t.start < course.start)


def check_since(check: LineCheck) -> None:
    """*a chart, now taped inside every room*: what others made of it since is not what the candidate did."""
    for number, reading in enumerate(check.grounds.readings):
        own = {t.key for i, t in enumerate(reading.tokens) if t.verb and not (i and reading.tokens[i - 1].folded in _SINCE)}
        for i, verb in enumerate(reading.tokens):
            if not (verb.verb and verb.folded.endswith("ed") and i and reading.tokens[i - 1].folded in _SINCE) or verb.key in own:
                continue
            for j, token in enumerate(check.line.tokens):
                after = check.line.tokens[j + 1 : j + 2]
                active = bool(after) and (after[0].folded in {"it", "them", "the", "a", "an"} or after[0].content and not after[0].verb)
                before = check.line.tokens[j - 1].folded if j else ""
                if token.verb and token.key == verb.key and active and before not in _SINCE | {"was", "were", "is", "are", "been"}:
                    check.report("duty_added", "the source does not say that the candidate did this.", token.start, token.end, number)


def check_own(check: LineCheck) -> None:
    """*my own recipe* for a recipe that the source calls nobody's: *own* needs *own* or *my* before the same word."""
    owned = {t.key for r in check.grounds.readings for t in _find_owned(r)}
    said = frozenset().union(*(r.keys for r in check.grounds.readings))
    for token in _find_owned(check.line, strict=True):
        if token.key in said and token.key not in owned:
            check.report(
                "credit_added",
                f"{check.quote(token.start, token.end)}: the source does not call it the candidate's own.",
                token.start,
                token.end,
            )

    staffed = any(
        t.folded in {"my", "our"} or t.folded in {"led", "managed", "supervised"} for r in check.grounds.readings for t in r.tokens
    )
    for a, b in zip(check.line.tokens, check.line.tokens[1:], strict=False):
        if a.folded == "my" and is_collective(b.key) and not staffed:
            check.report("credit_added", f"{check.quote(a.start, b.end)}: the source gives the candidate none.", a.start, b.end)
    foreign = {t.key for r in check.grounds.readings for t in _find_foreign(r)} - owned
    made = {t.key for r in check.grounds.readings for t in r.tokens if t.verb and t.key in _MAKING}
    for phrase in find_phrases(check.line) if foreign and not made and not any(t.named for t in check.line.tokens) else ():
        verb, head = phrase.verb, phrase.words[-1]
        owners = {t.key for r in check.grounds.readings for t in r.tokens if t.text.endswith(("'s", "’s")) and is_person(t)}
        told = any(t.key in owners for t in check.line.tokens)
        if phrase.kind == OBJECT and verb is not None and verb.key in _MAKING and head.key in foreign and not told:
            why = f"{check.quote(verb.start, head.end)}: in the source it is somebody else's."
            check.report("credit_added", why, verb.start, head.end)
    for token in _find_owned(check.line):
        if token.key in foreign and not check.taken(token.start, token.end):
            why = f"{check.quote(token.start, token.end)}: in the source it is somebody else's."
            check.report("credit_added", why, token.start, token.end)


@lru_cache(maxsize=4096)
def _find_foreign(reading: Reading) -> tuple[Token, ...]:
    """*the engineer's idea*, *an idea of the engineer's*: what the text calls somebody's."""
    found: list[Token] = []
    for i, token in enumerate(reading.tokens):
        if not is_person(token) or not token.text.endswith(("'s", "’s")):
            continue
        after = reading.tokens[i + 1 : i + 2]
        if after and after[0].content and not after[0].verb:
            found.append(after[0])
            rest = reading.tokens[i + 2 : i + 5]
            stop = next((j for j, t in enumerate(rest) if not t.content or t.verb), len(rest))
            found += rest[max(0, stop - 1) : stop] if token.named else ()
        else:
            at = next((j for j in range(i - 1, max(0, i - 5), -1) if reading.tokens[j].folded == "of"), 0)
            found += [t for t in reading.tokens[at - 1 : at] if t.content]
    return tuple(found)


@lru_cache(maxsize=4096)
def _find_owned(reading: Reading, *, strict: bool = False) -> tuple[Token, ...]:
    """The nouns after *my*, *my own*, *own*; where strict, only after *own*."""
    found: list[Token] = []
    for i, token in enumerate(reading.tokens):
        if token.folded == "own" and not token.verb or token.folded == "my" and not strict:
            after = reading.tokens[i + 1 : i + 5]
            stop = next((j for j, t in enumerate(after) if not t.content and t.folded != "own" or t.verb), len(after))
            others = [j for j, t in enumerate(after[:stop]) if t.text.endswith(("'s", "’s"))]
            stop = min([stop, *others])  # "my brother's knots"
            found += [t for t in after[:stop] if t.content]
    return tuple(found)


def check_receiving(check: LineCheck) -> None:
    """*toolbox talks attended* are no talks given."""
    for number, reading in enumerate(check.grounds.readings):
        for noun in _find_received(reading):
            given = any(t.verb and t.key in _GIVING for t in reading.tokens)
            for i, token in enumerate(check.line.tokens):
                after = check.line.tokens[i + 1 : i + 5]
                if not given and token.verb and token.key in _GIVING and any(t.key == noun.key for t in after):
                    check.report("credit_added", "in the source this was attended, not given.", token.start, token.end, number)


@lru_cache(maxsize=4096)
def _find_received(reading: Reading) -> tuple[Token, ...]:
    """What was attended, watched or undergone, before or behind the verb."""
    found: list[Token] = []
    for token in reading.tokens:
        if token.key in _RECEIVING and token.verb:
            found += [t for t in reading.tokens if t.content and not t.verb and t.clause == token.clause]
    return tuple(found)


def _is_followed(reading: Reading, course: Token) -> bool:
    """*sent to a course*, *attended the workshop*: the last verb before it is what one does who is taught there."""
    before = [t for t in reading.tokens if t.verb and t.content and t.start < course.start]
    giving = any(t.verb and t.key in _GIVING | _TEACHING for t in reading.tokens)
    return bool(before) and not giving and (before[-1].key in _FOLLOWING or is_suffered(reading, before[-1]))


def check_training(check: LineCheck) -> None:
    """*Fall-arrest training each January*, without a verb, does not say that the candidate gave it."""
    given = any(_has_verb_before(r, t) and not _is_followed(r, t) for r in check.grounds.readings for t in r.tokens if t.folded in _COURSES)
    if given or not any(t.folded in _COURSES for r in check.grounds.readings for t in r.tokens):
        return
    for i, token in enumerate(check.line.tokens):
        if token.verb and token.key in _GIVING and any(t.folded in _COURSES for t in check.line.tokens[i + 1 : i + 5]):
            check.report("credit_added", "the source does not say who gave this.", token.start, token.end)
