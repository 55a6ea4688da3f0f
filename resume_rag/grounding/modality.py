"""What makes a statement smaller must stay: helped, under supervision, shared with others, planned, up to.

Lie caught: *helped migrate payroll* turned into *migrated payroll*. Honest line passed: *assisted in migrating payroll*.
Also the verb made out of a noun: who *led a team through certification* has not *certified* anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.agents import find_acts
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon import acts, marks, nouns, verbs
from resume_rag.grounding.links import find_phrases
from resume_rag.grounding.negation import find_denials
from resume_rag.grounding.people import is_collective, is_person
from resume_rag.grounding.reading import Reading, Token
from resume_rag.grounding.voice import is_suffered

_TRAILING = frozenset({"supervised", "shared", "sometimes"})
_HELPING = keys.keys_of(frozenset("support assist help aid contribute participate contributor participant helper".split()))
_TRY = keys.find_key("try")
_FILL = keys.find_key("fill")
_MOST_PARTNERS = 12
_AIDING = ("help", "assist", "support", "aid", "lend", "back")
_PERFORM = keys.keys_of(verbs.PERFORM)
_PREPOSITIONS = frozenset("through by for with in on from via due".split())
_RECEIVING = keys.keys_of(frozenset("receive complete attend undertake undergo follow take finish".split()))
_LEARNT = frozenset("training course courses instruction workshop".split())
_PARTNER_STARTS = frozenset("a an the my our one two three another other".split())
_DETERMINERS = frozenset("a an the our my this that his her their its one".split())
_HEADS = frozenset("head director chief manager leader deputy chair captain".split())
_DUTIES = frozenset("tasked responsible charge assigned entrusted duties duty responsibilities responsibility".split())
_KEEPING = {
    "unfinished": """unsuccessful | unsuccessfully | to follow | still to | outstanding | yet to | in preparation | under consideration | prospective
        | nomination""",
    "helped": "lend * hand | helper | serve on | sit on | aide | contribution | participation | involvement",
    "sometimes": "at times | now and then | in most case | upon request | by request | on demand",
    "acting": "absence | whenever | while * away | when * away",
}
"""What keeps a weakness in a line without being one wherever it stands in a source."""
_LEADING = {
    "unfinished": """put forward | put * forward | idea | request | ask for | ask | intention | intend | due to | envisage | plan for | plan | aim | hope
        | wish | suggestion | recommendation | proposal | attempt""",
    "learning": "pick up",
}
"""What keeps it only in front of what is weakened: *a plan for a greenhouse*; not *a greenhouse, built to plan*."""
_SETTLED = frozenset("as to on upon by at per in with".split())
"""*as planned*, *to plan*, *on request*, *at the request of*: it was done."""
_SOME = frozenset("several few certain number part some".split())
_USUALLY = frozenset("usually normally typically generally mostly".split())
_DOING = frozenset({"unfinished", "helped", "learning"})
_PARTS = frozenset({"third", "quarter", "half", "fifth", "tenth", "fraction", "percent"})
_FOLLOWERS = frozenset("of a an the this that our its their in new full".split())


@dataclass(frozen=True)
class Weakness:
    """A phrase that makes a statement smaller, and the content it reaches."""

    group: str
    words: str
    reach: frozenset[str]
    clause: int
    companions: frozenset[str] = frozenset()  # the people it names


@lru_cache(maxsize=1)
def _markers() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Markers by the key of their first word."""
    table: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for group, text in marks.WEAK.items():
        for phrase in text.split("|"):
            pattern = tuple(keys.find_key(word) for word in phrase.split())
            table.setdefault(pattern[0], []).append((group, pattern))
    return {first: sorted(rows, key=lambda row: -len(row[1])) for first, rows in table.items()}


@lru_cache(maxsize=1)
def weakening_keys() -> frozenset[str]:
    """Keys of all words of the weakening phrases."""
    return frozenset(key for rows in _markers().values() for _, pattern in rows for key in pattern)


def _find_markers(reading: Reading) -> Iterator[tuple[int, int, str]]:
    """(first token, past the last, group) of the weakening phrases; the longest at each place."""
    table = _markers()
    end = 0
    for i, token in enumerate(reading.tokens):
        if i < end or token.kind == "mark":
            continue
        for group, pattern in table.get(_key(token), ()):
            size = _match(reading, i, pattern)
            if size and _is_marker(reading, i, size, group):
                end = i + size
                yield i, end, group
                break


def _key(token: Token) -> str:
    """The key of a word, also of a number in words: *one of four*."""
    return keys.find_key(token.folded.casefold()) if token.kind == "number" else token.key


def _match(reading: Reading, i: int, pattern: tuple[str, ...]) -> int:
    """Tokens that a pattern takes at `i`; ``*`` stands for up to five."""
    if "*" not in pattern:
        return len(pattern) if tuple(_key(t) for t in reading.tokens[i : i + len(pattern)]) == pattern else 0
    last = pattern[-1]
    given = [t for t in reading.tokens[i + 1 : i + 2]]
    if pattern[1] == keys.find_key("a") and given and not (given[0].kind == "number" or given[0].folded in _DETERMINERS):
        return 0  # "in presence of the staff" is no "in a small staff"
    place = next((j for j in range(2, 7) if i + j < len(reading.tokens) and keys.are_akin(reading.tokens[i + j].key, last)), 0)
    beyond = reading.tokens[i + place + 1 : i + place + 2] if place else ()
    if (
        beyond
        and beyond[0].content
        and not beyond[0].verb
        and beyond[0].start == reading.tokens[i + place].end + 1
        and not is_person(beyond[0])
    ):
        return 0  # "with a staff award"
    return place + 1 if place else 0


_NOUNS_OF_THEIR_OWN = frozenset(
    """pitch pitches study studies draft drafts trial trials pilot share shares suggestion suggestions support supports help assistance recommendation recommendations observation
    observations attempt attempts exploration aid aids relief""".split()
)
_LED_BY_HAND = frozenset("draft trial pilot study observe recommend suggest propose share".split())


def _is_marker(reading: Reading, i: int, size: int, group: str) -> bool:
    """Tells a marker from its homograph: *started the clinic* is no attempt, *a study of dust* no learning."""
    token = reading.tokens[i]
    if token.key == _TRY and not token.verb and size == 1:
        return False  # "at the second try"
    if token.key == _TRY and any(t.folded == "out" for t in reading.tokens[i + 1 : i + 2]):
        return False  # "tried out four suppliers"
    if token.folded == "asked" and any(
        (a.folded, b.folded) == ("did", "so") for a, b in zip(reading.tokens, reading.tokens[1:], strict=False)
    ):
        return False
    if group == "unfinished" and i and reading.tokens[i - 1].folded == "as" and token.folded.endswith("ed"):
        return False  # "delivered as proposed"
    after = reading.tokens[i + size] if i + size < len(reading.tokens) else None
    if token.key in keys.keys_of(frozenset({"start", "begin"})):
        if (
            i > 1
            and reading.tokens[i - 1].folded in {"i", "we", "i'd", "we'd", "i've", "we've"}
            and reading.tokens[i - 2].folded in {"after", "once", "when", "since", "because", "as"}
            or i
            and token.folded in {"starting", "beginning"}
            and reading.tokens[i - 1].folded in {"after", "by", "since", "through"}
        ):
            return False  # "after I started showing", "by starting to show" is to have shown
        return after is not None and (after.folded == "to" or (after.folded.endswith("ing") and keys.is_verb_key(after.key)))
    if size == 1 and token.folded in {"large", "main", "occasion"}:
        return False  # "largely", "mainly" have their stems
    if token.folded == "one" and size == 2:
        return after is not None and after.folded not in {"whom", "which", "them", "these", "those"}
    if token.folded in {
        "some",
        "once",
        "only",
        "candidate",
        "student",
        "as",
        "under",
        "one",
        "co",
        "mainly",
        "mostly",
        "two",
        "towards",
        "toward",
    }:
        return _is_small_word(reading, i, size, after)
    if (
        token.key == _FILL
        and size == 2
        and (after is None or after.folded not in {"for", "as", "at", "when", "while", "on", "during", "whenever"})
    ):
        return False  # "a log which I filled in daily"
    if group == "acting" and after is not None and keys.find_key("act") == token.key and _plays_agent(reading, i + size):
        return False  # "acted as instructor" is to have instructed
    if size == 1 and token.folded in _NOUNS_OF_THEIR_OWN and not token.verb:
        return False
    return not (size == 1 and token.verb and _is_own_act(token, after))


def _plays_agent(reading: Reading, at: int) -> bool:
    return any(t.folded in acts.AGENTS for t in reading.tokens[at : at + 2])


def _is_small_word(reading: Reading, i: int, size: int, after: Token | None) -> bool:
    word = reading.tokens[i].folded
    follows = after.folded if after is not None else ""
    if word in {"as", "under", "one", "two"} and size == 1:
        return False
    if word == "some":
        return follows in {"of", "the"}
    if word == "co":
        return reading.tokens[i].end < len(reading.text) and reading.text[reading.tokens[i].end] in "-‑"
    if word in {"candidate", "student"}:
        return reading.tokens[i].first
    return word not in {"once", "only"} or follows in {"as", ""}


def _is_own_act(token: Token, after: Token | None) -> bool:
    """Observing, studying, proposing, drafting are acts of their own; so is sharing something."""
    return token.key in keys.keys_of(_LED_BY_HAND) and not (
        token.folded.startswith(("observ", "propos", "suggest", "recommend")) and after is not None
    )


@lru_cache(maxsize=4096)
def find_weaknesses(reading: Reading) -> tuple[Weakness, ...]:
    """The weakening phrases of a text with what they reach, and the people that it was done with.

    >>> from resume_rag.grounding.reading import read
    >>> [(w.group, w.words) for w in find_weaknesses(read("Helped migrate payroll"))]
    [('helped', 'Helped')]
    """
    found = []
    for start, end, group in _find_markers(reading):
        own = {t.key for t in reading.tokens[start:end]}
        first, last = reading.tokens[start], reading.tokens[end - 1]
        reach = {t.key for t in _reached(reading, start, end, group) if t.content} - own
        near = reading.tokens[start : end + 5]
        people = frozenset(t.key for t in near if is_person(t)) if group in {"shared", "supervised"} else frozenset()
        if group == "shared" and last.folded == "with" and not people:
            people = frozenset(t.key for t in reading.tokens[end : end + 3] if t.content)
        found.append(Weakness(group, reading.text[first.start : last.end], frozenset(reach), first.clause, people))
    return (*found, *_find_partners(reading), *_find_fellows(reading), *_find_seconds(reading))


def _find_partners(reading: Reading) -> Iterator[Weakness]:
    """*wrote the menu with the head chef*, *Under the second engineer, overhauled ...*: a share; customers and patients have none."""
    for phrase in find_phrases(reading):
        if phrase.kind not in {"with", "under"}:
            continue
        first, head = phrase.words[0], phrase.words[-1]
        at, after = reading.tokens.index(first), reading.tokens[reading.tokens.index(head) + 1 :][:1]
        led = head.folded in {"lead", "head"} and len(phrase.words) > 1  # "with the maintenance lead"
        ranked = led or head.folded in _HEADS and bool(after) and after[0].folded == "of"
        many = first.quantity is not None and first.quantity.value > _MOST_PARTNERS  # "a school with 38 teachers"
        counted = not many and first.kind == "number" or first.named or reading.tokens[at - 1].folded in _PARTNER_STARTS
        titled = first.capitalised and is_person(first) and head.capitalised and first is not head  # "with Professor Hale"
        counted = counted or titled
        if after and after[0].verb and not after[0].folded.endswith(("ed", "ing", "s")) and not keys.is_irregular(after[0].folded):
            continue  # "with a staff award"
        behind = reading.tokens[reading.tokens.index(head) + 1 :][:4]
        if first.named and any(t.folded.endswith("ing") for t in behind):
            continue  # "with Marek from the shop doing the till"
        if not counted or not (ranked or titled or is_person(head) and head.key not in keys.CLIENTELE):
            continue
        place = next(i for i in range(at - 1, -1, -1) if reading.tokens[i].folded == phrase.kind)
        reach = _find_shared(reading, place)
        if reach:
            group = "shared" if phrase.kind == "with" else "supervised"
            people = frozenset(t.key for t in phrase.words if t.content)
            yield Weakness(group, reading.text[reading.tokens[place].start : head.end], reach, reading.tokens[place].clause, people)


def _closes_statement(tokens: Sequence[Token]) -> bool:
    """*the recipe is the owner's and I ...*, *the recipe of the owner and I ...*: whoever stands there does nothing with me."""
    possessive = tokens[-1].text.endswith(("'s", "’s"))
    return possessive or any(t.folded == "of" for t in tokens[-3:-1])


def _find_fellows(reading: Reading) -> Iterator[Weakness]:
    """*made by me and one colleague*, *made by both of us*, *my colleague and I made it*: a share."""
    for i, token in enumerate(reading.tokens):
        before, after = reading.tokens[max(0, i - 5) : i], reading.tokens[i + 1 : i + 6]
        beside, behind = [t.folded for t in after[:2]], [t.folded for t in before[-2:]]
        named: list[Token] = []
        if token.folded in {"me", "i", "myself"} and beside[:1] == ["and"] and beside != ["and", "i"]:
            stop = next((n for n, t in enumerate(after) if t.verb or t.kind == "mark"), len(after))
            named = [token, *(t for t in after[:stop] if is_person(t) or t.folded in _HEADS | {"lead"})]
        elif token.folded in {"me", "us"} and behind[-1:] == ["with"]:
            named = [*(t for t in before if is_person(t)), token]  # "the pianist planned them with me"
        elif (
            token.folded in {"i", "myself"}
            and behind[-1:] == ["and"]
            and len(before) > 1
            and (is_person(before[-2]) or before[-2].capitalised)
            and not _closes_statement(before[:-1])
        ):
            named = [*(t for t in before if is_person(t)), token]
        both = token.folded == "both" and beside == ["of", "us"] and behind[-1:] == ["by"]
        if len(named) > 1 or both:
            people = frozenset(t.key for t in named if is_person(t))
            reach = frozenset(t.key for t in reading.clause_tokens(token.clause) if t.content) - people
            if not reach or any(t.folded in {"split", "divided"} for t in before):  # "46 switches. Me and one contractor."
                reach = frozenset(t.key for t in reading.tokens if t.content and t.clause <= token.clause) - people
            words = "both of us" if both else reading.text[named[0].start : named[-1].end]
            yield Weakness("shared", words, reach, token.clause, people)


def _find_seconds(reading: Reading) -> Iterator[Weakness]:
    """*second shooter*, *second midwife*: not the one who did it first."""
    for a, b in zip(reading.tokens, reading.tokens[1:], strict=False):
        before = next((t.folded for t in reversed(reading.tokens) if t.end <= a.start), "as")
        if a.folded == "second" and before in {"as", "was", ".", ";", ","} and is_person(b) and not b.folded.endswith("s"):
            told = reading.clause_tokens(a.clause) if any(t.verb for t in reading.clause_tokens(a.clause)) else reading.tokens
            reach = frozenset(t.key for t in told if t.content and t is not b and t is not a)
            yield Weakness("shared", reading.text[a.start : b.end], reach, a.clause)


def _find_shared(reading: Reading, place: int) -> frozenset[str]:
    """What was done with somebody: the words before, back to the verb; at the start of a text those after."""
    if reading.tokens[place].first:
        return frozenset(t.key for t in reading.tokens[place + 1 :] if t.content)
    clause = reading.tokens[place].clause
    while clause and not any(t.verb and t.clause == clause and t.start < reading.tokens[place].start for t in reading.tokens):
        clause -= 1
    before = [t for t in reading.tokens[:place] if clause <= t.clause]
    own = [t for t in before if t.part == reading.tokens[place].part]
    if own and own[0].folded in {"once", "after", "since", "by"} and any(t.verb and t.content for t in own):
        before = own  # "late deliveries fell once I held calls with five suppliers"
    if reading.tokens[place].folded == "with" and not any(t.verb for t in before):
        return frozenset()
    return frozenset(t.key for t in before if t.content)


def _reached(reading: Reading, start: int, end: int, group: str) -> list[Token]:
    clause = reading.tokens[start].clause
    inside = [t for t in reading.tokens if t.clause == clause]
    if group == "sometimes" and start and reading.tokens[start - 1].kind == "mark":
        return [t for t in inside if t.start > reading.tokens[start].start]  # "sang 14 roles, mostly Mozart"
    if group == "sometimes" and end < len(reading.tokens) and reading.tokens[end].folded in _PREPOSITIONS:
        return [t for t in inside if t.start > reading.tokens[end].start]
    opens = not any((t.content or t.kind == "number") and t.clause == clause for t in reading.tokens[:start])
    passive = (
        group == "supervised" and start > 1 and reading.tokens[start - 1].folded in {"was", "were"} and reading.tokens[start - 2].content
    )
    if passive and reading.tokens[end - 1].folded == "by":
        return inside  # "their portfolios were guided by the head": not what else was done
    if group in _TRAILING and not opens:
        part = reading.tokens[end - 1].part
        beyond = [t for t in reading.tokens[end:] if t.part > part and t.clause == clause]  # "with two others after I had measured it"
        return [t for t in reading.tokens if t.clause <= clause and t not in beyond and not _sentence_between(reading, t, clause)]
    if (
        opens
        and group in {"shared", "supervised"}
        and not any(t.verb and t.content and t.start >= reading.tokens[end - 1].end for t in inside)
    ):
        inside += reading.clause_tokens(clause + 1)  # "Together with two others, labelled 18,000 images"
    reached = [t for t in inside if t.start >= reading.tokens[end - 1].end] if opens else inside
    if group in {"helped", "unfinished"}:
        reached += _carried(reading, clause)
    return reached


def _carried(reading: Reading, clause: int) -> list[Token]:
    """Later clauses that hang on the same helper: *helped plan shifts and train staff*."""
    carried: list[Token] = []
    for number in range(clause + 1, reading.clauses):
        tokens = [t for t in reading.clause_tokens(number) if t.kind == "word"]
        lead = [t for t in tokens if t.folded not in {"and", "then"}][:1]
        if (
            not tokens
            or tokens[0].folded != "and"
            or not lead
            or not lead[0].verb
            or lead[0].folded.endswith(("ed", "ing"))
            or lead[0].folded != keys.spell(lead[0].folded)
        ):
            break
        if keys.is_irregular(lead[0].folded):
            break
        carried += tokens
    return carried


def _sentence_between(reading: Reading, token: Token, clause: int) -> bool:
    return any(t.text in {".", ";", "!", "?"} and t.start > token.start and t.clause <= clause for t in reading.tokens if t.kind == "mark")


def check_modality(check: LineCheck) -> None:
    """Reports clauses that take what the source weakens and leave the weakening out."""
    mine = find_weaknesses(check.line)
    groups = {w.group for w in mine} | ({"helped"} if check.line.keys & _HELPING else set())
    if check.line.keys & _RECEIVING and any(t.folded in _LEARNT for t in check.line.tokens):
        groups.add("learning")
    if _is_in_team(check.line):
        groups |= {"shared"}
    for number, reading in enumerate(check.grounds.readings):
        for weak in find_weaknesses(reading):
            brief = weak.words.casefold().startswith("tempora") and bool(
                {"stand", "stood", "standing"} & {t.folded for t in check.line.tokens}
            )
            asserted = _find_asserted(check, weak, mine, _free_keys(check, number, weak)) if weak.group in _DOING else None
            if asserted is not None:
                message = f"the source says “{weak.words}” of this, and the line says that it was done."
                check.report("modality_dropped", message, asserted.start, asserted.end, number)
                continue
            if weak.group in groups or brief or _alike(weak.group, weak.words, groups) or _keeps_word(check, weak):
                continue
            free = _free_keys(check, number, weak)
            if weak.companions and _names_companions(check, weak):
                continue
            hits = [t for t in check.line.content if _meets(t.key, weak.reach - free) and t.key not in keys.STYLE]
            if weak.group in _DOING and hits and _only_names(check, hits, free):
                continue
            if hits and _covers(check, hits, weak, free):
                token = next((t for t in hits if t.verb), hits[0])
                message = f"the source says “{weak.words}” of this, and the line leaves it out."
                check.report("modality_dropped", message, token.start, token.end, number)


def _is_in_team(line: Reading) -> bool:
    """*within a seven-person shift team*, *formed part of the crew*, *as part of a seven-strong team*: a share of a body's work."""
    for i, token in enumerate(line.tokens):
        if token.folded == "within" or token.folded == "of" and i and line.tokens[i - 1].folded == "part":
            after = line.tokens[i + 1 : i + 8]
            stop = next((n for n, t in enumerate(after) if t.kind == "mark" and t.text not in "-" or t.verb), len(after))
            heads = [t for t in after[:stop] if is_collective(t.key) and t.folded not in {"person", "strong", "member", "staff"}]
            if heads and not heads[-1].text.endswith(("'s", "’s")):  # "within the team's budget"
                return True
    return False


def _only_names(check: LineCheck, hits: list[Token], free: frozenset[str]) -> bool:
    """*pulled mail logs for the security team's drills* for *helped the team with drills, I pulled mail logs*: what was done is free, the rest says
    what for."""
    verbs = [t for t in check.line.content if t.verb and t.key not in keys.STYLE]
    if not verbs or any(t.verb for t in hits) or not all(any(keys.are_akin(v.key, key) for key in free) for v in verbs):
        return False
    placed = {id(t) for p in find_phrases(check.line) if p.kind in _AIMS and not p.joined for t in p.words}
    return all(id(t) in placed for t in hits)


_AIMS = frozenset("for during as of".split())


_TOGETHER = frozenset("with alongside beside by under".split())


def _names_companions(check: LineCheck, weak: Weakness) -> bool:
    """*with two other volunteers* for *together with two other volunteers*."""
    tokens = check.line.tokens
    for i, token in enumerate(tokens):
        after = tokens[i + 1 : i + 7] if token.folded in {"while", "whilst", "as"} else ()
        if any(_meets(a.key, weak.companions) and b.verb for a, b in zip(after, after[1:], strict=False)):
            return True  # "while the duty nurse listened in"
        if (
            token.text[:1].isupper()
            and token.key in weak.companions
            and any(t.verb or keys.is_irregular(t.folded) for t in tokens[i + 1 : i + 2])
        ):
            return True  # "; Bea won it" for "my colleague Bea won it"
        if token.folded in {"he", "she", "they"} and any(t.verb for t in tokens[i + 1 : i + 3]):
            return True  # "; he did the controllers"
    return any(
        any(
            _meets(t.key, weak.companions)
            and (
                token.folded in _TOGETHER or weak.group not in {"shared", "supervised"} or is_collective(t.key)
            )  # "for a crew of up to 20"
            for t in tokens[i + 1 : i + 7]
        )
        for i, token in enumerate(tokens)
        if token.folded in _TOGETHER | {"for", "to"}
    )


def _keeps_word(check: LineCheck, weak: Weakness) -> bool:
    """*observed* for *as observer*: the weakening word is there in another form."""
    if weak.group == "acting" and {"acting", "interim", "cover", "covered", "covering"} & {t.folded for t in check.line.tokens}:
        return True
    if _says_otherwise(check, weak):
        return True
    if weak.group not in {"learning", "acting"}:
        return False
    words = [keys.find_key(word) for word in weak.words.casefold().split() if word.casefold() not in marks.FUNCTION]
    return any(keys.is_derived(t.key, word) or t.key == word for word in words for t in check.line.content)


def _says_otherwise(check: LineCheck, weak: Weakness) -> bool:
    """*put forward a glossary* for *proposed a glossary*: near what it weakens, and nothing says that it was done."""
    quantities = [t.quantity for t in check.line.quantities if t.quantity is not None]
    if weak.words.casefold().startswith("tempora"):
        ranked = any(t.folded in _HEADS or marks.RANKS.get(t.folded, 0) > 2 for t in check.line.tokens)
        return any(q.unit in {"day", "month"} for q in quantities) and not ranked  # "deputised for six weeks", not "head for three months"
    if (
        weak.group == "sometimes"
        and weak.words.casefold().split()[0] == "some"
        and (_PARTS & check.line.folded or any(q.unit == "%" for q in quantities))
    ):
        return True  # "about a third of the drivers"
    opening = weak.words.casefold().split()[0]
    spoken = " ".join(t.folded.casefold() for t in check.line.tokens)
    if opening in _USUALLY and any(phrase in spoken for phrase in ("as a rule", "on average")):
        return True
    if opening in {"most", "majority"} and _has_some(check.line, weak, frozenset({"most", "majority"})):
        return True
    if opening == "some" and _has_some(check.line, weak):
        return True
    if weak.group == "learning" and _names_course(check.line, weak):
        return True
    if weak.group == "unfinished" and opening.startswith(_TRYING) and _leads(check.line, ("work", "on"), weak):
        return True
    if weak.group == "unfinished" and _is_counsel(check):
        return True
    if any(_leads(check.line, pattern, weak) for pattern in _keeping(weak.group, leading=True)):
        return True
    return any(_has_pattern(check.line, pattern) for pattern in _keeping(weak.group))


def _is_counsel(check: LineCheck) -> bool:
    """*adopted by the manager on my recommendation*, *at the vet's suggestion* where the vet suggested it; not *on my recommendation, closed it*."""
    for a, b in zip(check.line.tokens, check.line.tokens[1:], strict=False):
        owner = a.text.endswith(("'s", "’s")) and a.key in check.grounds.keys
        if b.folded in _COUNSEL and (owner or a.folded == "my" and "by" in check.line.folded):
            return True
    return False


_COUNSEL = frozenset("suggestion recommendation proposal".split())
_TRYING = ("try", "tri", "attempt", "beg", "start")


def _leads(reading: Reading, pattern: tuple[str, ...], weak: Weakness) -> bool:
    """Whether the phrase stands in front of all that the line takes of what is weakened, and is no *as planned* or *on request*."""
    at = next((i for i, t in enumerate(reading.tokens) if t.key == pattern[0] and _match(reading, i, pattern)), None)
    if at is None:
        return False
    before = [t.folded for t in reading.tokens[max(0, at - 2) : at]]
    settled = before[-1:] and before[-1] in _SETTLED or len(before) > 1 and before[-1] in _DETERMINERS and before[-2] in _SETTLED
    return not settled and not any(t.content and t.key not in keys.STYLE and _meets(t.key, weak.reach) for t in reading.tokens[:at])


def _names_course(reading: Reading, weak: Weakness) -> bool:
    """*passed the first part of a rescue course* for *learning to do rescue, passed the first part*."""
    tokens = reading.tokens
    at = [i for i, t in enumerate(tokens) if t.folded in _LEARNT]
    near = [
        t
        for i in at
        for t in (
            *tokens[max(0, i - 3) : i],
            *(tokens[i + 2 : i + 5] if tokens[i + 1 : i + 2] and tokens[i + 1].folded in {"in", "on", "for"} else ()),
        )
    ]
    hits = [t for t in reading.content if t.key in weak.reach and t.key not in keys.STYLE]
    return (
        bool(at)
        and any(t in near for t in hits)
        and not any(t.verb and t.key in weak.reach and t.key not in keys.STYLE for t in hits if t not in near)
    )


def _has_some(reading: Reading, weak: Weakness, words: frozenset[str] = _SOME) -> bool:
    """*several MPs*, *some county MPs* for *some of the county's MPs*."""
    return any(
        token.folded in words and any(_meets(t.key, weak.reach) for t in reading.tokens[i + 1 : i + 5] if t.content)
        for i, token in enumerate(reading.tokens)
    )


def _find_asserted(check: LineCheck, weak: Weakness, mine: tuple[Weakness, ...], free: frozenset[str]) -> Token | None:
    """The verb by which a line says plainly that the weakened was done: *fixed* for *tried to fix*, whatever else is planned or helped in it."""
    if weak.words.casefold() in {"student", "candidate"}:
        return None
    kept = frozenset().union(*(w.reach for w in mine if w.group == weak.group))
    tokens = check.line.tokens
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else None
        opens = before is None or before.kind == "mark" or before.folded in {"and", "then", "i", "successfully"}
        past = token.folded.endswith("ed") or keys.is_irregular(token.folded)
        if not (opens and token.verb and past and token.content) or token.key in kept | free | keys.STYLE | weakening_keys():
            continue
        if any(token.key == key or keys.is_derived(token.key, key) for key in weak.reach - free) and not _is_done_by_others(
            check.line, token
        ):
            return token
    return None


@lru_cache(maxsize=16)
def _keeping(group: str, *, leading: bool = False) -> tuple[tuple[str, ...], ...]:
    texts = (_LEADING if leading else _KEEPING).get(group, "").split("|")
    return tuple(tuple("*" if word == "*" else keys.find_key(word) for word in text.split()) for text in texts if text.strip())


def _has_pattern(reading: Reading, pattern: tuple[str, ...]) -> bool:
    if pattern[0] not in reading.keys:
        return False
    return any(t.key == pattern[0] and _match(reading, i, pattern) for i, t in enumerate(reading.tokens))


def _alike(group: str, words: str, groups: set[str]) -> bool:
    """Helped, shared and supervised stand for one another only from the weaker side."""
    return (
        (group == "shared" and bool(groups & {"helped", "supervised"}))
        or (group == "supervised" and bool(groups & {"learning"}))
        or (group == "helped" and "shared" in groups and not words.casefold().startswith(_AIDING))
    )


def _meets(key: str, reach: frozenset[str]) -> bool:
    return key in reach or any(keys.are_akin(key, other) or keys.is_wider(key, other) for other in reach)


def _free_keys(check: LineCheck, number: int, weak: Weakness) -> frozenset[str]:
    """Keys that a source also states without this weakness."""
    free: set[str] = set()
    for other, reading in enumerate(check.grounds.readings):
        weakened = frozenset().union(*(w.reach for w in find_weaknesses(reading)))
        for clause_keys in reading.clause_keys:
            free |= clause_keys - weakened
    return frozenset(free)


def _covers(check: LineCheck, hits: list[Token], weak: Weakness, free: frozenset[str]) -> bool:
    """Whether the line takes the weakened statement, not one stray word of it."""
    said = [t for t in check.line.content if t.key not in keys.STYLE]
    return len({t.key for t in hits}) >= min(2, len(weak.reach - free - keys.STYLE)) or 2 * len(hits) >= len(said)


def check_verbs(check: LineCheck) -> None:
    """Reports verbs that the source has only as a noun under another verb, or as a participle of something else."""
    denied = {start for d in find_denials(check.line) for start, _ in d.places}
    for token in check.line.tokens:
        if (
            not token.verb
            or not token.content
            or token.start in denied
            or not keys.is_verb_key(token.key)
            or token.key in keys.STYLE
            or token.capitalised
            or check.taken(token.start, token.end)
        ):
            continue
        if (
            _is_done_by_others(check.line, token)
            or _has_agent(check.line, token)
            or is_suffered(check.line, token)
            or check.grounds.supports_change(token.key)
        ):
            continue
        if any(t.key in _HELPING and t.clause == token.clause and t.start < token.start for t in check.line.tokens):
            continue
        uses = [(n, r, t) for n, r in enumerate(check.grounds.readings) for t in r.content if _names(t, token)]
        if token.folded in nouns.SETTINGS:
            continue  # "to school classes"
        if token.folded.endswith("ing") and not token.first and any(_is_same_gerund(check.line, token, t) for _, _, t in uses):
            continue
        if _is_still_adjective(check, token):
            continue
        if not uses or _supported_as_verb(check, token) or any(not _find_governors(r, t) for _, r, t in uses):
            continue
        if any(_is_means(r, t) or _has_same_governor(check.line, token, r, t) for _, r, t in uses):
            continue
        if any(_is_by_me(r, t) for _, r, t in uses):
            continue  # "thickness control by me"
        if any(i and r.tokens[i - 1].folded in {"my", "our"} for _, r, t in uses for i in [r.tokens.index(t)]):
            continue  # "my introduction of a log"
        number, reading, noun = uses[0]
        if all(_is_participle(t) for _, _, t in uses):
            check.report(
                "duty_added",
                f"{check.quote(token.start, token.end)}: the source does not say that this was done.",
                token.start,
                token.end,
                number,
            )
        elif not any(_is_performed(r, governor, t) for _, r, t in uses for governor in _find_governors(r, t)):
            said = reading.text[_find_governors(reading, noun)[-1].start : noun.end]
            check.report("credit_added", f"the source says “{said}”, which is not to have done it.", token.start, token.end, number)


def _is_by_me(reading: Reading, noun: Token) -> bool:
    after = reading.tokens[reading.tokens.index(noun) + 1 :][:2]
    return len(after) == 2 and after[0].folded == "by" and after[1].folded in {"me", "us", "myself"}


def _has_same_governor(line: Reading, token: Token, reading: Reading, noun: Token) -> bool:
    """*recommended closing the site* for *recommended the closure of the site*, *taught them to sow* for *taught them sowing*."""
    before = [t for t in line.tokens if t.end <= token.start]
    ruling = [t for t in before if t.verb and t.clause == token.clause][-1:]
    governors = _find_governors(reading, noun)
    after = line.tokens[line.tokens.index(token) + 1 :][:1]
    infinitive = bool(before) and before[-1].folded == "to" and not (after and after[0].folded == "of")  # "to staff of"
    bound = infinitive or bool(before) and before[-1].verb and token.folded.endswith("ing")
    if bound and ruling and governors and keys.are_akin(ruling[0].key, governors[-1].key):
        return True
    at = reading.tokens.index(noun)
    # "scripts to collect logs" for "scripts for log collection"
    aimed = any(t.folded == "for" for t in reading.tokens[max(0, at - 3) : at])
    return infinitive and aimed


def _is_means(reading: Reading, noun: Token) -> bool:
    """*by pre-assembling the rails*, *by lazy loading of images*: what the candidate did it with."""
    at = next(i for i, t in enumerate(reading.tokens) if t is noun)
    before = reading.tokens[max(0, at - 3) : at]
    by = next((n for n in range(len(before) - 1, -1, -1) if before[n].folded in {"by", "through"}), None)
    timed = len(before) > 1 and before[-1].folded == "of" and before[-2].kind == "number"  # "within 14 months of introducing"
    means = by is not None and all(t.content and not t.verb for t in before[by + 1 :])
    return noun.folded.endswith("ing") and (timed or means)


def _is_same_gerund(line: Reading, token: Token, use: Token) -> bool:
    """*without missing a cue* for *without a missed cue*, *part in redesigning* for *part in the redesign*."""
    if token.folded == use.folded:
        return True
    opened = line.tokens[line.tokens.index(token) - 1].kind == "word"
    return token.key == use.key and (opened or _is_participle(use))


def _is_still_adjective(check: LineCheck, token: Token) -> bool:
    """*Cut missed appointments*: behind another word, and before the noun that follows it in a source too."""
    at = check.line.tokens.index(token)
    beside = check.line.tokens[at + 1].key if at + 1 < len(check.line.tokens) else ""
    if not at or check.line.tokens[at - 1].kind == "mark" or check.line.tokens[at - 1].folded in {"and", "then", "i"}:
        return False
    pairs = (pair for r in check.grounds.readings for pair in zip(r.tokens, r.tokens[1:], strict=False))
    return any(a.folded == token.folded and b.key == beside for a, b in pairs)


def _is_done_by_others(line: Reading, token: Token) -> bool:
    """*supervised by a solicitor*: the candidate did not do it, and the line does not say so."""
    at = next(i for i, t in enumerate(line.tokens) if t is token)
    after = line.tokens[at + 1 : at + 3]
    if after and after[0].folded in {"up", "out", "down", "in", "off"}:
        after = line.tokens[at + 2 : at + 4]  # "set up by her"
    return len(after) == 2 and after[0].folded == "by" and not after[1].folded.endswith("ing") and _is_participle(token)


def _has_agent(line: Reading, token: Token) -> bool:
    """*incidents the service desk escalated*: somebody else did it, and the line says so."""
    return any(act.agents for act in find_acts(line) if act.verb is token)


def _names(noun: Token, verb: Token) -> bool:
    return (
        not noun.verb
        and not noun.folded.endswith("ly")
        and (
            noun.key == verb.key or keys.is_derived(noun.key, verb.key) or bool(keys.find_families(noun.key) & keys.find_families(verb.key))
        )
    )


def _is_participle(token: Token) -> bool:
    return token.folded.endswith("ed") or keys.is_irregular(token.folded)


def _supported_as_verb(check: LineCheck, token: Token) -> bool:
    found = {t.key for r in check.grounds.readings for t in r.content if t.verb} | {k for r in check.grounds.readings for _, k in r.phrases}
    return any(keys.are_akin(key, token.key) or keys.is_wider(token.key, key) for key in found)


def _find_governors(reading: Reading, noun: Token) -> list[Token]:
    before = [t for t in reading.tokens if t.verb and t.start < noun.start]
    own = [t for t in before if t.clause == noun.clause]
    if own and own[0].clause:  # "installed and tested wiring": both verbs have the noun
        last = [t for t in reading.clause_tokens(own[0].clause - 1) if t.content]
        own = [t for t in last if t.verb and len(last) == 1] + own
    return own or before[-1:]


def _is_performed(reading: Reading, governor: Token, noun: Token) -> bool:
    """*ran an audit*, *was tasked with auditing*: the noun is the direct object of a verb that does it."""
    lead = {t.folded for t in reading.tokens if noun.start - 24 < t.start < noun.start}
    if noun.folded.endswith("ing") and lead & _DUTIES:
        return True
    between = [t for t in reading.tokens if governor.end <= t.start < noun.start]
    at = next(i for i, t in enumerate(reading.tokens) if t is noun)
    beside = reading.tokens[at + 1] if at + 1 < len(reading.tokens) else None
    if (
        beside is not None
        and beside.content
        and not beside.verb
        and beside.start == noun.end + 1
        and governor.folded in {"did", "made", "took"}
    ):
        return False  # "did the discharge calls" is not to have discharged
    direct = all(
        t.folded == "to" or t.content or t.kind == "number" or t.folded in _FOLLOWERS or t.kind == "mark" or t.folded == "and"
        for t in between
    )
    people = any(t.folded in {"team", "crew", "staff"} for t in between)
    return direct and not people and bool({governor.key} & _PERFORM or keys.find_families(governor.key) & _perform_families())


@lru_cache(maxsize=1)
def _perform_families() -> frozenset[int]:
    return keys.find_families(keys.find_key("perform"))
