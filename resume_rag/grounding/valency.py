"""What a verb needs: an object where the source's verb has one, a verb in a clause of *who*, a change around *from 7 % to 2 %*, a clause of its own.

Lie caught: *oiled before league night* for *oiled lanes before league night*. Honest line passed: *oiled and checked lanes before
league night*. A participle (*lanes oiled with a machine*) needs nothing; only a verb that opens the line, or follows *and* in a list
of such verbs, is the candidate's for sure.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon.quantities import ORDINALS, RATES
from resume_rag.grounding.links import OBJECT, PREPOSITIONS, Phrase, find_phrases
from resume_rag.grounding.measured import find_pairs
from resume_rag.grounding.people import is_actor, is_people
from resume_rag.grounding.phrases import CHANGE_NOUNS, COMPARATIVES
from resume_rag.grounding.reading import Reading, Token
from resume_rag.grounding.thesaurus import find_trend

_DETERMINERS = frozenset(
    "a an the this these those its our his her my your their each every all any some both no another one half most".split()
)
_PRONOUNS = frozenset("it them him us me themselves itself ones".split())
_JOINERS = frozenset("and or , & /".split())
_BETWEEN = frozenset("then also up out down off".split())
_PARTICLES = frozenset("up out down off away back as more less nearly almost".split())
_ABOUT = frozenset("above beyond about around over under approximately roughly circa between".split())
_SERVING = keys.keys_of(frozenset({"work", "serve", "act"}))
_SUBJECTS = frozenset({"i", "we"})
_OPENING = frozenset("after once when while and because before where since".split())
_NOT_ACTIVE = frozenset("which that who whom whose was were is are be been being had have has got with".split())
_AFTER_VERB = frozenset("after for with at to on".split())
_LATER = frozenset("and when while".split())
_ABSOLUTE = keys.keys_of(
    frozenset(
        "help assist support work teach train serve volunteer manage lead cook drive write report present speak read sign pay".split()
    )
)
"""Verbs that may stand without an object: *taught on Tuesdays*."""
_AUXILIARIES = frozenset(
    "is are was were be been being am has have had do does did can could may might must will would shall should".split()
)
_MOVING = (
    keys.CHANGING
    | CHANGE_NOUNS
    | keys.keys_of(
        frozenset(
            """go come move take bring get change drive halve double triple improve shift swing push pull range vary shorten extend lengthen speed
            narrow widen see be scale convert migrate switch turn develop raise rear relocate transfer""".split()
        )
    )
)
_RELATED = frozenset("% second day month".split()) | {""}
_LINKING = keys.keys_of(
    frozenset(
        """be become remain stay go come rise fall drop include cover take last involve require need run work save help show allow enable lead make
        keep bring cost win pass meet reach get receive see contain hold carry serve support reflect average total exceed use""".split()
    )
)
"""What a thing may do by itself."""
_NO_PARTICIPLE = frozenset(
    """drove wrote took gave spoke chose broke grew knew threw flew drew rode saw sang swam began did ate wore tore bore froze stole woke shook
    forgot hid bit oversaw undertook rewrote redrew""".split()
)
_FINITE = (_NO_PARTICIPLE - {"saw", "drew"}) | frozenset("went came was were became".split())
_OPENS_CLAUSE = frozenset(
    """and or but nor that which who what when while where because so after before as if until since than how whose whom whatever once though although
    unless whenever i we he she they it you there this those these""".split()
)
_TELLING = keys.keys_of(
    frozenset(
        """ensure make see notice find show prove report say know confirm check hope tell note record explain learn hear feel think believe agree decide
        realise mean guarantee discover demonstrate state suggest watch wish help verify establish determine understand read""".split()
    )
)
"""Verbs that take a clause without *that*: *made sure orders went out*."""
_PERSONS = frozenset("i we he she they you".split())
_ADVERBS = frozenset("always never also only then still often just even sometimes".split())
_ARTICLES = frozenset("a an the this these those its our his her my your their no some any".split())


def check_valency(check: LineCheck) -> None:
    """Reports verbs that lost what they need, and things that do what the candidate did.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Oiled lanes before league night; faults came down from 7% to 2%", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_valency(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Oiled before league night"), find("Before league night, oiled the lanes"), find("Lanes oiled before league night")
    (['garbled'], [], [])
    >>> find("Oiled lanes from 7% to 2%"), find("Oiled lanes and cut faults from 7% to 2%")
    (['garbled'], [])
    >>> find("Oiled the lanes came down from 7% to 2%"), find("Oiled the lanes until faults came down from 7% to 2%")
    (['garbled'], [])
    """
    _check_lost(check)
    _check_second(check)
    _check_described(check)
    _check_posts(check)
    _check_participles(check)
    _check_clauses(check)
    _check_subjects(check)
    _check_pairs(check)
    _check_doers(check)


def _check_lost(check: LineCheck) -> None:
    """*oiled before league night* for *oiled lanes before league night*."""
    tokens = check.line.tokens
    for i, token in enumerate(tokens):
        if not (token.verb and token.content) or token.key in _ABSOLUTE or not _is_past(token) or not _opens(tokens, i):
            continue
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        if after is not None and not _ends_there(after) or _has_object(tokens, i):
            continue
        if after is not None and any(_stand_so(r, token.key, after.folded) for r in check.grounds.readings):
            continue
        uses = [use for r in check.grounds.readings for use in _find_uses(r).get(token.key, ())]
        heads = {
            p.words[-1].key
            for r in check.grounds.readings
            for p in find_phrases(r)
            if p.kind == OBJECT and p.verb is not None and p.verb.key == token.key
        }
        later = {t.key for t in tokens[i + 1 :] if t.clause == token.clause and t.content}
        if uses and all(uses) and not heads & later:  # "negotiated with 35 suppliers on terms"
            check.report("garbled", f"{check.quote(token.start, token.end)}: what it was done to is gone.", token.start, token.end)


def _check_second(check: LineCheck) -> None:
    """*threw away bread went from 12% to 7%*: two verbs in one clause; not *saw waste that went*, *typed letters the partners wrote*."""
    tokens = check.line.tokens
    for i, token in enumerate(tokens):
        if token.folded not in _NO_PARTICIPLE and not _takes_object(tokens, i) or token.key in _TELLING or not _opens(tokens, i):
            continue
        for j in range(i + 2, len(tokens)):
            other = tokens[j]
            if other.kind == "mark" or other.folded in _OPENS_CLAUSE:
                break
            if other.folded in _FINITE and not _is_contact_clause(tokens, i, j):
                check.report("garbled", f"{check.quote(token.start, other.end)}: two verbs stand in one clause.", token.start, other.end)
                break


def _takes_object(tokens: tuple[Token, ...], at: int) -> bool:
    """*oiled the lanes*: no participle, as *oiled lanes* may be."""
    token, after = tokens[at], tokens[at + 1 : at + 2]
    return token.verb and token.content and _is_past(token) and bool(after) and after[0].folded in _ARTICLES


def _is_contact_clause(tokens: tuple[Token, ...], opens: int, verb: int) -> bool:
    """*letters the partners wrote*: a noun, and a clause about it whose subject has an article."""
    at = verb - 1
    while at > opens and tokens[at].content:
        at -= 1
    return at > opens + 1 and tokens[at].folded in _DETERMINERS and tokens[at - 1].content


def _check_described(check: LineCheck) -> None:
    """*laminated doughs* as a deed for *was shown laminated doughs*: the source only says what doughs they are."""
    tokens = check.line.tokens
    for i, (token, after) in enumerate(zip(tokens, tokens[1:], strict=False)):
        if not token.folded.endswith("ed") or not (token.verb and token.content) or not after.content or not (i == 0 or _opens(tokens, i)):
            continue
        uses = [(r.tokens, n) for r in check.grounds.readings for n, t in enumerate(r.tokens) if t.key == token.key]
        if uses and all(_describes(theirs, n, after.key) for theirs, n in uses):
            check.report("duty_added", f"{check.quote(token.start, after.end)}: the source only names them so.", token.start, token.end)


def _check_posts(check: LineCheck) -> None:
    """*worked as a mobile job* for *mobile jobs, 6 a day*: only somebody works as something."""
    tokens = check.line.tokens
    for i, token in enumerate(tokens[:-2]):
        if token.key not in _SERVING or tokens[i + 1].folded != "as" or "as" in check.grounds.folded:
            continue
        run = tokens[i + 2 : i + 7]
        stop = next((n for n, t in enumerate(run) if not t.content and t.folded not in _ARTICLES), len(run))
        head = run[stop - 1] if stop else None
        if head is None or is_actor(head):
            continue
        if head.folded not in check.grounds.folded and f"{head.folded}s" in check.grounds.folded:
            check.report("garbled", f"{check.quote(token.start, head.end)}: that is nobody.", token.start, head.end)


def _check_participles(check: LineCheck) -> None:
    """*picked accuracy* for *pick accuracy*."""
    for token, after in zip(check.line.tokens, check.line.tokens[1:], strict=False):
        bent = token.folded.endswith("ed") and token.verb and token.folded not in check.grounds.folded
        if bent and after.content and not after.verb and _is_compound(check, token, after):
            check.report("garbled", f"{check.quote(token.start, after.end)}: the source has no such form.", token.start, token.end)


def _is_compound(check: LineCheck, token: Token, head: Token) -> bool:
    """*pick accuracy* opens its statement in the source: what is picked is not the accuracy."""
    for reading in check.grounds.readings:
        tokens = reading.tokens
        for i, (a, b, after) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
            opens = not i or tokens[i - 1].kind == "mark"
            if opens and (a.key, b.key) == (token.key, head.key) and (not a.verb or after.verb and after.content):
                return True
    return False


def _describes(tokens: tuple[Token, ...], at: int, noun: str) -> bool:
    """Whether an *-ed* word stands between a verb, a preposition or an article and the noun."""
    if not at or at + 1 >= len(tokens) or tokens[at + 1].key != noun or not tokens[at].folded.endswith("ed"):
        return False
    before = tokens[at - 1]
    return before.verb and before.content or before.folded in _DETERMINERS | PREPOSITIONS or before.kind == "number"


def _is_past(token: Token) -> bool:
    return token.folded.endswith("ed") or keys.is_irregular(token.folded) or token.folded in {"cut", "set", "put"}


def _ends_there(after: Token) -> bool:
    return after.kind == "mark" or after.folded in PREPOSITIONS - {"by", "as"} | _LATER


def _stand_so(reading: Reading, key: str, after: str) -> bool:
    return any(a.key == key and b.folded == after for a, b in zip(reading.tokens, reading.tokens[1:], strict=False))


def _opens(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether the verb there is the candidate's: it opens the line or a sentence, follows *I*, or *and* in a list of such verbs."""
    if at == 0:
        return True
    before = tokens[at - 1]
    if before.folded in _SUBJECTS:
        return at < 2 or tokens[at - 2].kind == "mark" or tokens[at - 2].folded in _OPENING
    if before.kind == "mark" and before.text in ";.":
        return True
    if before.folded != "and" or at < 2 or tokens[at - 2].verb:
        return False
    first = tokens[0]
    begin = max((n for n, t in enumerate(tokens[:at]) if t.text in ";."), default=-1) + 1
    return first.verb and first.content and not first.folded.endswith("ing") and not any(t.folded in _NOT_ACTIVE for t in tokens[begin:at])


@lru_cache(maxsize=4096)
def _find_uses(reading: Reading) -> dict[str, list[bool]]:
    """Each verb of a text, and each noun that looks like one, with whether it has an object."""
    found: dict[str, list[bool]] = {}
    for i, token in enumerate(reading.tokens):
        if token.verb or token.content and keys.is_verb_key(token.key):
            found.setdefault(token.key, []).append(token.verb and _has_object(reading.tokens, i))
    return found


def _has_object(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a noun stands behind a verb, or behind the last of the verbs that *and* joins it to."""
    i = at + 1
    while i < len(tokens):
        token = tokens[i]
        if token.folded in _JOINERS or token.text == "-":
            return _shares_object(tokens, i + 1)
        if token.kind == "number" or token.folded in _DETERMINERS | _PRONOUNS:
            return True
        if token.folded in _ABOUT and i + 1 < len(tokens) and tokens[i + 1].kind == "number":
            return True
        if token.folded == "in" and i + 1 < len(tokens) and tokens[i + 1].folded == "excess":
            return True  # "in excess of 30 drivers"
        if token.folded not in _PARTICLES and not token.folded.endswith("ly"):
            return token.content
        i += 1
    return False


def _shares_object(tokens: tuple[Token, ...], at: int) -> bool:
    """*fitted and ground supports*, *tuned and looked after pianos*."""
    while at < len(tokens) and (tokens[at].folded in _JOINERS | _BETWEEN or tokens[at].folded.endswith("ly")):
        at += 1
    if at + 1 >= len(tokens) or not tokens[at].content or not (tokens[at].verb or keys.is_verb_key(tokens[at].key)):
        return False
    return tokens[at + 1].folded in _AFTER_VERB and not _is_past(tokens[at]) or _has_object(tokens, at) or _hangs(tokens, at)


def _hangs(tokens: tuple[Token, ...], at: int) -> bool:
    """*looked after pianos*, *cared for horses*: a verb whose object stands behind its preposition."""
    return tokens[at + 1].folded in {"after", "for"} and tokens[at].key in keys.keys_of(frozenset({"look", "care", "account", "provide"}))


def _check_clauses(check: LineCheck) -> None:
    """*nine of whom exclusively for the museum*: a clause of *who* or *which* without a verb."""
    tokens = check.line.tokens
    for i, token in enumerate(tokens):
        if token.folded not in {"who", "which", "whom"}:
            continue
        rest = tokens[i + 1 :]
        stop = next((n for n, t in enumerate(rest) if t.kind == "mark" and t.text in ";."), len(rest))
        if (
            rest
            and rest[0].folded not in _PERSONS
            and any((a.folded, b.folded) == (token.folded, rest[0].folded) for r in check.grounds.readings for a, b in pairwise(r.tokens))
        ):
            continue  # as the source has it
        if not any(_may_be_verb(t) for t in rest[:stop]):
            check.report("garbled", f"{check.quote(token.start, token.end)}: no verb follows.", token.start, token.end)


def _check_subjects(check: LineCheck) -> None:
    """*because I always the skin test*: a subject whose verb is gone."""
    tokens = check.line.tokens
    for i, token in enumerate(tokens):
        if token.folded not in _PERSONS:
            continue
        at = i + 1
        while at < len(tokens) and (
            tokens[at].folded in _ADVERBS or tokens[at].folded.endswith("ly") and not keys.is_verb_form(tokens[at].folded)
        ):
            at += 1
        if at < len(tokens) and tokens[at].folded in _ARTICLES and not _stands_in_source(check, tokens[i], tokens[at]):
            check.report("garbled", f"{check.quote(token.start, tokens[at].end)}: a verb is missing.", token.start, tokens[at].end)


def _stands_in_source(check: LineCheck, first: Token, last: Token) -> bool:
    return check.line.text[first.start : last.end].casefold() in " ".join(r.text for r in check.grounds.readings).casefold()


def _may_be_verb(token: Token) -> bool:
    word = token.folded
    return (
        token.verb
        or word in _AUXILIARIES
        or "'" in token.text
        or "’" in token.text
        or word.endswith(("ed", "en"))
        or keys.is_verb_form(word)
        or keys.is_irregular(word)
    )


def _check_pairs(check: LineCheck) -> None:
    """*kept a map from 11 % to 4 %*: two ends of a change, and nothing that changes."""
    pairs = find_pairs(check.line)
    if not pairs:
        return
    changes = {
        (a.quantity.value, b.quantity.value)
        for r in check.grounds.readings
        for a, b in find_pairs(r)
        if any(_is_change(t) for t in r.tokens if t.clause == a.token.clause)
    }
    for a, b in pairs:
        at = check.line.tokens.index(a.token)
        if (a.quantity.value, b.quantity.value) not in changes or a.quantity.unit not in _RELATED:
            continue
        if not at or check.line.tokens[at - 1].folded != "from":
            continue
        begin = max((n for n, t in enumerate(check.line.tokens[:at]) if t.kind == "mark" and t.text in ";."), default=-1) + 1
        end = check.line.tokens.index(b.token)
        # "from 62% to 74% in the year we got an assistant": another clause's verb moves nothing here.
        stop = next((n for n, t in enumerate(check.line.tokens) if n > end and t.folded in _PERSONS), len(check.line.tokens))
        near = [t for n, t in enumerate(check.line.tokens) if t.clause == a.token.clause and n < stop or begin <= n <= end]
        if any(t.verb and t.content for t in near) and not any(_is_change(t) for t in near):
            message = f"{check.quote(a.token.start, b.token.end)}: nothing here changes so."
            check.report("garbled", message, a.token.start, b.token.end)


def _is_change(token: Token) -> bool:
    return token.key in _MOVING or token.folded in COMPARATIVES | {"up", "down"} or token.kind == "word" and bool(find_trend(token.key))


def _check_doers(check: LineCheck) -> None:
    """*spar making learned an old boy*, *lines drove in three shifts*: a thing does what the candidate did."""
    tokens = check.line.tokens
    for phrase in find_phrases(check.line):
        head = phrase.words[-1]
        if head.kind != "word" or not _opens_sentence(tokens, tokens.index(phrase.words[0])) or _may_act(phrase):
            continue
        at = _skip_phrases(tokens, tokens.index(head) + 1)
        verb = tokens[at] if at < len(tokens) else None
        if verb is None or not _acts(tokens, at) or verb.key == head.key or not _is_own_act(check, verb):
            continue
        uses = [p for r in check.grounds.readings for p in find_phrases(r) if any(t.key == head.key for t in p.words)]
        if uses and not any(p.kind in {"by", "through", "via", "with"} for p in uses):
            check.report("garbled", f"{check.quote(head.start, verb.end)}: in the source the candidate did this.", head.start, verb.end)


def _opens_sentence(tokens: tuple[Token, ...], at: int) -> bool:
    if at and tokens[at - 1].folded in _ARTICLES:
        at -= 1
    return at == 0 or tokens[at - 1].kind == "mark" and tokens[at - 1].text in ";." or tokens[at - 1].folded == "so"


def _may_act(phrase: Phrase) -> bool:
    return is_actor(phrase.words[-1]) or any(is_people(t.key) or t.joined or t.folded in ORDINALS for t in phrase.words)


def _skip_phrases(tokens: tuple[Token, ...], at: int) -> int:
    """The place behind the prepositional phrases that begin there."""
    while at < len(tokens) and tokens[at].folded in PREPOSITIONS:
        at += 1
        while at < len(tokens) and (
            tokens[at].folded in _ARTICLES or tokens[at].kind == "number" or tokens[at].content and not tokens[at].verb
        ):
            at += 1
    return at


def _acts(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether an active verb stands there: a past that is no participle, or a verb with an object behind it."""
    verb, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    if not verb.content or not (verb.verb or verb.folded in _NO_PARTICIPLE) or verb.folded.endswith("ing"):
        return False
    if verb.key in keys.CHANGING | _LINKING:
        return False
    if verb.folded in _NO_PARTICIPLE or after is None:
        return after is not None
    noun = (
        after.content
        and after.kind == "word"
        and not after.verb
        and not after.folded.endswith("ly")
        and after.folded not in RATES
        and after.folded != "together"
    )
    return after.folded in _ARTICLES or noun


def _is_own_act(check: LineCheck, verb: Token) -> bool:
    """Whether each use of the verb in the sources is the candidate's: it opens a clause, or follows *I* or *and*."""
    uses = [(r, i) for r in check.grounds.readings for i, t in enumerate(r.tokens) if t.key == verb.key and t.verb]
    return bool(uses) and all(
        i == 0 or r.tokens[i - 1].kind == "mark" or r.tokens[i - 1].folded in _SUBJECTS | {"and", "then"} for r, i in uses
    )
