"""Negations: not, no, without, zero, never. What the source denies a line must deny, and no more than that.

Lie caught: *without planned downtime* turned into *with downtime*, or into *without downtime*.
Honest line passed: *with no planned downtime*.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon import marks
from resume_rag.grounding.lexicon.quantities import EXCEEDING, MONTHS
from resume_rag.grounding.links import PREPOSITIONS, Phrase, find_phrases
from resume_rag.grounding.reading import Reading, Token

_SCOPE_WORDS = 4
_LIST_CHARS = 60
_STEM_CHARS = 4  # *rollbacks* of *rolled back*
_WORDS = frozenset("no not without never none neither nor zero cannot free nothing nobody".split())
_LIMITS = frozenset("during on while outside inside attributed caused traced because due through against".split())
_PLACES = frozenset("in over for during since within on at".split())
_EMPTY = frozenset("single additional further ever anyone anybody anything myself himself herself ourselves far date present".split())
_IDLE = keys.keys_of(frozenset("require need occur happen raise see find make have get be perform do yet send go come".split()))
"""What there was not, nobody saw, and what nobody needed, there was not."""
_CARRIERS = frozenset("of ever was were is are has have had".split())
_EXCLUDING = frozenset(
    {("rather", "than"), ("instead", "of"), ("apart", "from"), ("other", "than"), ("yet", "to"), ("aside", "from"), ("as", "opposed")}
)
_EXCLUSIONS = frozenset("excluding except excl barring minus outside awaiting pending excluded".split())
_COMPLEMENTS = {
    "missed": frozenset("meet met hit keep kept make".split()),
    "late": frozenset({"on-time", "punctual", "punctually", "prompt"}),
    "fail": frozenset({"pass", "succeed"}),
    "exceed": frozenset({"within", "keep-to", "stay", "below", "under"}),
    "lost": frozenset({"retain", "keep"}),
}
"""What is denied, and what then is the case."""
_PERMITTED = keys.keys_of(frozenset("allow permit able ask require suppose expect qualify authorize license entitle".split()))
"""*not allowed to prescribe* is not to have prescribed."""
_HARDLY = frozenset("hardly barely scarcely few".split())
_HEDGES = frozenset("almost nearly hardly practically virtually scarcely".split())
_AUXILIARIES = frozenset("is are was were has have had did does do will would could can".split())
_YET = frozenset("yet awaiting pending undecided outstanding".split())
_ARTICLES = frozenset("the a an any my our".split())
_DOING = frozenset("do does did done make made".split())
_DENYING = frozenset("avoid prevent eliminate".split())


@dataclass(frozen=True)
class Denial:
    """A negation and the words it denies; the last of them is the head."""

    start: int
    end: int
    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    limited: bool = False  # *never more than two*
    reach: tuple[str, ...] = ()  # all that stands behind it in its clause
    nouns: tuple[str, ...] = ()  # what *none* may stand for


@lru_cache(maxsize=4096)
def find_denials(reading: Reading) -> tuple[Denial, ...]:
    """The negations of a text.

    >>> from resume_rag.grounding.reading import read
    >>> [d.words for d in find_denials(read("Moved 40 services without planned downtime"))]
    [('plan', 'downtim')]
    """
    found = []
    for i, token in enumerate(reading.tokens):
        denies = (
            token.folded in _WORDS
            or token.folded.endswith("n't")
            or (
                token.kind == "number"
                and token.quantity is not None
                and token.quantity.value == 0
                and token.quantity.unit == ""
                and not token.quantity.vague
            )
        )
        if token.folded == "zero" and i and reading.tokens[i - 1].folded == "to":
            continue
        if not denies or (token.joined and token.folded in {"no", "non", "not"}) or _is_idiom(reading, i):
            continue
        scope = _scope_before(reading, i) if token.folded == "free" else _scope_after(reading, i)
        if scope or token.folded != "free":
            ahead = reading.tokens[i + 1 : i + 6]
            stop = next((j for j, t in enumerate(ahead) if t.folded in _PLACES | {"but"} or t.text in ";,.:"), len(ahead))
            limited = any(t.quantity is not None and t.quantity.value != 1 and not _is_all_of(ahead, j) for j, t in enumerate(ahead[:stop]))
            found.append(
                Denial(
                    token.start,
                    token.end,
                    tuple(t.key for t in scope),
                    tuple((t.start, t.end) for t in scope),
                    limited,
                    _find_reach(reading, i),
                    _find_counted(reading, i),
                )
            )
    return tuple(found)


def _is_all_of(ahead: tuple[Token, ...], j: int) -> bool:
    """*neither of my two apprentices*: the number is all there were."""
    return j > 1 and ahead[j - 2].folded == "of" and ahead[j - 1].folded in {"my", "our", "the", "these", "those", "its", "their"}


def _is_idiom(reading: Reading, i: int) -> bool:
    """*not only ... but*, *no. 3*, *free of charge*, *no later than*: no denial."""
    after = [t.folded for t in reading.tokens[i + 1 : i + 3]]
    if reading.tokens[i].folded == "free":
        return (
            not (i and reading.text[reading.tokens[i - 1].end : reading.tokens[i].start].strip() in {"-", "‑"})
            and after[:1] != ["of"]
            or after[:2] == ["of", "charge"]
        )
    ahead = [t for t in reading.tokens[i + 1 : i + 6] if not t.content]
    if any(a.folded == "more" and b.folded == "than" for a, b in zip(ahead, ahead[1:], strict=False)) and not any(
        t.verb and t.content for t in reading.tokens[i + 1 : i + 4]
    ):
        return True  # "never off by more than four"
    if after == ["more", "than"] or after[:1] and after[0] in EXCEEDING:
        return any(t.kind == "number" for t in reading.tokens[i + 2 : i + 4])  # a bound
    return after[:1] in (["only"], ["just"], ["later"], ["less"], ["fewer"])


def _scope_after(reading: Reading, i: int) -> list[Token]:
    scope: list[Token] = []
    after = reading.tokens[i + 1 : i + 2]
    if reading.tokens[i].folded == "none" and not (
        after and (after[0].folded in _CARRIERS or after[0].verb or after[0].folded.endswith(("ing", "ed")))
    ):
        return [t for t in reading.tokens[:i] if t.content and not t.verb][:1]  # "one rework in 2019, none in 2020"
    for at, token in enumerate(reading.tokens[i + 1 :], i + 1):
        obliged = reading.tokens[at - 1].folded in {"have", "had", "has"}  # "no hearing had to be repeated"
        obliged = obliged or at == i + 2 and reading.tokens[at - 1].folded in {"need", "needed"} and reading.tokens[i].folded != "no"
        if (
            token.folded == "to"
            and scope
            and (scope[-1].key in _PERMITTED or obliged)
            and any(t.verb for t in reading.tokens[at + 1 : at + 2])
        ):
            continue
        if (
            token.kind == "mark"
            and token.text not in "-–"
            or len(scope) == _SCOPE_WORDS
            or (
                scope
                and token.folded
                in {
                    "and",
                    "but",
                    "in",
                    "of",
                    "for",
                    "while",
                    "at",
                    "on",
                    "over",
                    "during",
                    "across",
                    "by",
                    "to",
                    "from",
                    "with",
                    "since",
                    "through",
                }
            )
        ):
            break
        if token.content and (token.folded not in _EMPTY or token.verb):
            scope.append(token)
    alone = [t for t in scope if t.folded in marks.ALONE]
    return alone if alone and scope[0].key in _PERMITTED else scope  # "not allowed to drive alone"


def _find_reach(reading: Reading, i: int) -> tuple[str, ...]:
    """The words behind a denial up to the end of its clause."""
    after = reading.tokens[i + 1 : i + 9]
    stop = next((n for n, t in enumerate(after) if t.kind == "mark" or t.folded in {"and", "or", "but"}), len(after))
    return tuple(t.key for t in after[:stop] if t.content and t.clause == reading.tokens[i].clause)


def _find_counted(reading: Reading, i: int) -> tuple[str, ...]:
    """The nouns before *none*, of which it may deny any: *checked the fridges, and none went above 5 °C*."""
    token = reading.tokens[i]
    if token.folded in {"never", "not"} or token.folded.endswith("n't"):
        return tuple(t.key for t in reading.tokens[:i] if t.content and not t.verb and t.clause == token.clause)
    return tuple(t.key for t in reading.tokens[:i] if t.content and not t.verb) if token.folded == "none" else ()


def _scope_before(reading: Reading, i: int) -> list[Token]:
    after = reading.tokens[i + 1 : i + 2]
    if after and after[0].folded == "of":
        return _scope_after(reading, i + 1)
    return [t for t in reading.tokens[max(0, i - 1) : i] if t.content]


def check_negation(check: LineCheck) -> None:
    """Reports denials of the source that are lost, and denials of the line that no source makes."""
    _check_hedged(check)
    _check_prefixed(check)
    _check_alone(check)
    _check_only(check)
    _check_subjects(check)
    _check_ended(check)
    _check_doubled(check)
    mine = find_denials(check.line)
    theirs = [(n, d) for n, r in enumerate(check.grounds.readings) for d in find_denials(r)]
    for number, denial in theirs:
        if not _is_rare(check, number, denial) and not _is_only_with(check, number, denial):
            _check_objects(check, denial, number)
        _check_lost(check, mine, number, denial)
    for denial in mine:
        if not denial.words:
            continue
        _check_counted(check, denial)
        _check_unaided(check, denial, theirs)
        _check_other(check, denial, theirs)
        _check_affirmed(check, denial, theirs)
        sources = [
            d
            for _, d in theirs
            if any(
                a == b or keys.are_akin(a, b) or len(b) >= _STEM_CHARS and a.startswith(b)
                for a in denial.words + denial.nouns + denial.reach
                for b in d.words + d.nouns + d.reach
            )
        ]
        if not sources and not _denied_by_verb(check, denial) and not _denied_in_context(check, denial):
            if not (_is_hedged(check.line, denial) and _is_hardly(check, denial)):
                check.report(
                    "negation_added", f"{check.quote(denial.start, denial.end)}: the source does not deny this.", denial.start, denial.end
                )
        elif any(_denies_affirmed(check, denial, number) for number in range(len(check.grounds.readings))):
            check.report("negation_added", "the source denies this of another year only.", denial.start, denial.end)
        elif sources and any(_loses_limit(check, denial, number, source) for number, source in theirs if source in sources):
            check.report("scope_added", "the source denies this only within a limit, which the line leaves out.", denial.start, denial.end)
        elif sources and all(
            _widens(denial, source, (*(t.key for t in check.line.content), *(key for _, key in check.line.phrases))) for source in sources
        ):
            check.report("scope_added", "the source denies less than this: a word that narrows it is gone.", *denial.places[-1])


def _check_counted(check: LineCheck, denial: Denial) -> None:
    """*no line ever stopped* for *four lines never stopped*."""
    if check.line.text[denial.start : denial.end].casefold() not in {"no", "none"}:
        return
    said = {t.quantity.value for t in check.line.quantities if t.quantity is not None}
    for number, reading in enumerate(check.grounds.readings):
        for source in find_denials(reading):
            before = [t for t in reading.tokens if t.end <= source.start][-3:]
            for a, b in zip(before, before[1:], strict=False):
                few = a.quantity is not None and not a.quantity.unit and a.quantity.value > 1 and a.quantity.value not in said
                if few and b.content and any(keys.are_akin(b.key, key) for key in denial.words[:1]):
                    check.report("scope_added", "the source denies this of some only.", denial.start, denial.end, number)


def _check_unaided(check: LineCheck, denial: Denial, theirs: list[tuple[int, Denial]]) -> None:
    """*not allowed to drive the crane* for *not allowed to drive the crane alone*."""
    if (marks.ALONE | _AIDED) & check.line.folded:
        return
    for number, source in theirs:
        if source.words and all(key in _ALONE for key in source.words) and set(denial.words) & set(source.reach):
            why = "the source denies only that it was done alone."
            check.report("scope_added", why, denial.start, denial.end, number)


_ALONE = keys.keys_of(marks.ALONE)
_AIDED = frozenset("without with unaccompanied unsupervised supervision supervised own only unless".split())


def _check_other(check: LineCheck, denial: Denial, theirs: list[tuple[int, Denial]]) -> None:
    """*not one near miss on my crossing* for *not one child hurt on my crossing; one near miss*: only what stands beside is denied there."""
    denied = {key for _, d in theirs for key in d.words + d.nouns + d.reach}
    after = [t for t in check.line.tokens if t.start >= denial.end][:8]
    owned = {b.key for a, b in zip(after, after[1:], strict=False) if a.folded == "of" and b.content}
    owned |= {c.key for a, _, c in zip(after, after[1:], after[2:], strict=False) if a.folded == "of" and c.content}
    if not denied or not denial.words or any(keys.are_akin(a, b) for a in {*denial.words, *owned} for b in denied):
        return
    told = {t.key for r in check.grounds.readings for t in r.content}
    if all(key in told for key in denial.words):
        check.report(
            "negation_added", f"{check.quote(denial.start, denial.end)}: the source denies something else.", denial.start, denial.end
        )


def _check_affirmed(check: LineCheck, denial: Denial, theirs: list[tuple[int, Denial]]) -> None:
    """*never lost a booking or cancelled a tour* for *never lost a booking and only cancelled 2 tours*."""
    denied = {key for _, d in theirs for key in d.words}
    done = {t.key for r in check.grounds.readings for t in r.content} - denied
    for before, token in zip(check.line.tokens, check.line.tokens[1:], strict=False):
        joined = before.folded in {"or", "nor", "and"} and (token.start, token.end) in denial.places[1:]
        if joined and token.verb and token.key in done:
            check.report("negation_added", "the source does not deny this.", token.start, token.end)
    at = next(i for i, t in enumerate(check.line.tokens) if t.start == denial.start)
    listed = _find_coordinated(check.line.tokens, at) if check.line.tokens[at].folded in {"without", "free", "no"} else set()
    spared = (
        denied | {key for _, d in theirs for key in d.reach + d.nouns} | frozenset().union(*map(_find_excluded, check.grounds.readings))
    )
    for token in check.line.content if theirs else ():
        between = [t for t in check.line.tokens if denial.end <= t.start < token.start]
        near = denial.end <= token.start < denial.end + _LIST_CHARS
        near = near and not any(t.kind == "number" or t.folded in _WORDS | {"only", "just"} for t in (*between, token))
        if near and token.key in listed and not token.verb and token.key in done and not any(keys.are_akin(token.key, k) for k in spared):
            why = f"{check.quote(token.start, token.end)}: the source does not deny this."
            check.report("negation_added", why, token.start, token.end)  # "no stops or scrap" where there was scrap


def find_turned(check: LineCheck) -> frozenset[str]:
    """Keys of the line that say the other way round what a source denies: *met every deadline* for *never missed a deadline*."""
    denied = [d for r in check.grounds.readings for d in find_denials(r)]
    return frozenset().union(*(_turn(check, denial) for denial in denied))


def _turn(check: LineCheck, denial: Denial) -> frozenset[str]:
    """The complements that the line has in place of the denied word; none that the source says anyway, of something else."""
    said = frozenset().union(*(r.keys for r in check.grounds.readings))
    denied = [key for key in denial.words if key not in check.line.keys]
    return frozenset().union(*(_complements().get(key, frozenset()) for key in denied)) & check.line.keys - said


@lru_cache(maxsize=1)
def _complements() -> dict[str, frozenset[str]]:
    return {keys.find_key(word): keys.keys_of(others) for word, others in _COMPLEMENTS.items()}


def _check_lost(check: LineCheck, mine: tuple[Denial, ...], number: int, denial: Denial) -> None:
    if _turn(check, denial):
        return
    if not denial.words or denial.limited or check.line.keys & keys.keys_of(_DENYING):
        return
    head = denial.words[-1]
    denied = {key for d in mine for key in d.words + d.reach} | _find_excluded(check.line)
    denied |= {
        key for d in mine if any(keys.are_akin(a, b) for a in d.words for b in denial.words + denial.reach) for key in d.nouns
    }  # "the paperwork was never finished"
    denied |= {t.key for d in mine for t in _find_clause(check.line, d) if set(d.words) & set(denial.words)}
    if any(keys.are_akin(head, key) for key in denied) or _is_only_with(check, number, denial) or _is_rare(check, number, denial):
        return
    free = {t.key for r in check.grounds.readings for t in r.content if not any(t.start == a for d in find_denials(r) for a, _ in d.places)}
    for token in check.line.content:
        joined = any(token.key.startswith(key) and len(key) >= _STEM_CHARS and token.key != key for key in denial.words[:-1])
        if token.key != head and (token.key in free or token.key in keys.STYLE):
            continue  # a word of its own in the source, or one that claims nothing
        if (joined or keys.are_akin(token.key, head)) and token.key not in denied and head not in free:
            check.report(
                "negation_dropped",
                f"the source denies “{check.line.text[token.start : token.end]}”, the line does not.",
                token.start,
                token.end,
                number,
            )
            return


def _find_clause(reading: Reading, denial: Denial) -> list[Token]:
    """The words behind a denial in its clause: *no model signed off by me had to be restated*."""
    at = next(i for i, t in enumerate(reading.tokens) if t.start == denial.start)
    after = reading.tokens[at + 1 : at + 15]
    stop = next((n for n, t in enumerate(after) if t.kind == "mark" or t.folded in {"and", "or", "but"}), len(after))
    return [t for t in after[:stop] if t.content and t.clause == reading.tokens[at].clause]


def _is_only_with(check: LineCheck, number: int, denial: Denial) -> bool:
    """*handled animals only with a keeper* for *never handled animals without a keeper*: two denials make one *only*."""
    denials = find_denials(check.grounds.readings[number])
    tokens = check.grounds.readings[number].tokens
    said = check.line.folded
    if not {"only", "always", "exclusively", "solely", "unless", "every", "each", "all"} & said:
        return False
    for first, second in zip(denials, denials[1:], strict=False):
        between = [t for t in tokens if first.end <= t.start < second.start]
        if denial not in (first, second) or any(t.text in ".;" for t in between) or second.words[-1:] == ():
            continue
        word = next(t.folded for t in tokens if t.start == second.start)
        kept = any(keys.are_akin(second.words[-1], t.key) for t in check.line.content) and _goes_with(check.line, second.words[-1])
        with_it = not any(second.words[-1] in d.words for d in find_denials(check.line))
        if word == "without" and kept and with_it and not any(_is_opposed(check, t) for t in check.line.tokens if t.folded in _ONLY):
            return True
    return False


def _goes_with(line: Reading, key: str) -> bool:
    """*only with a keeper*, *a keeper was always there*; not *always for the keeper*, *the animals of the keeper*."""
    for i, token in enumerate(line.tokens):
        if not keys.are_akin(key, token.key) or not token.content:
            continue
        before = next((t for t in reversed(line.tokens[:i]) if t.folded in PREPOSITIONS or t.verb), None)
        if token.verb or before is None or before.verb or before.folded not in _ASTRAY:
            return True
    return False


_ASTRAY = frozenset("for of to from as at against".split())


def says_only_with(check: LineCheck) -> bool:
    """Whether the line says *always with* or *only with* for a source's *never without*."""
    return any(_is_only_with(check, n, d) for n, r in enumerate(check.grounds.readings) for d in find_denials(r) if _find_doubled(r))


@lru_cache(maxsize=4096)
def _find_doubled(reading: Reading) -> tuple[tuple[Denial, Denial], ...]:
    """*never served without checking*, *no invoice left without a signature*: two denials of one statement."""
    denials = find_denials(reading)
    found = []
    for first, second in zip(denials, denials[1:], strict=False):
        between = [t for t in reading.tokens if first.end <= t.start < second.start]
        if reading.text[second.start : second.end].casefold() == "without" and all(t.kind != "mark" for t in between) and second.words:
            found.append((first, second))
    return tuple(found)


def _check_doubled(check: LineCheck) -> None:
    """*never served alcohol* and *served alcohol without checking* for *never served alcohol without checking*: both halves, or neither."""
    mine = find_denials(check.line)
    for number, reading in enumerate(check.grounds.readings):
        for first, second in _find_doubled(reading):
            lacking = [d for d in mine if check.line.text[d.start : d.end].casefold() == "without" and _share(d.words, second.words)]
            plain = [d for d in mine if d not in lacking]
            denied = [d for d in plain if _share(d.words + d.reach, first.words)]
            named = any(_share((t.key,), second.words) for t in check.line.content)
            turned = any(_share(d.words[:1], second.words) and not _share(d.words[:1], first.words) for d in plain)
            if turned:
                check.report("negation_added", "the source denies only that this was missing.", plain[0].start, plain[0].end, number)
            elif denied and not named:
                check.report("scope_added", "the source denies this of one case only.", denied[0].start, denied[0].end, number)
            elif denied and not lacking and not _UNLESS & check.line.folded:
                check.report("negation_added", "the source denies this without it, not with it.", denied[0].start, denied[0].end, number)
            elif lacking and not denied:
                check.report("negation_dropped", "the source says that this was not.", lacking[0].start, lacking[0].end, number)


_UNLESS = frozenset("unless before until except but prior ahead first till only".split())


def _share(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return any(keys.are_akin(a, b) for a in mine for b in theirs)


_ONLY = frozenset("only always exclusively solely".split())


def _is_opposed(check: LineCheck, token: Token) -> bool:
    """*only when there was no keeper*, *not only with a keeper*."""
    at = check.line.tokens.index(token)
    near = {t.folded for t in check.line.tokens[max(0, at - 1) : at + 4]}
    return bool(near & (_WORDS | {"when", "if"}))


def _is_rare(check: LineCheck, number: int, denial: Denial) -> bool:
    """*missed a deadline only once* for *never missed a deadline, except once*."""
    tokens = check.grounds.readings[number].tokens
    after = [t for t in tokens if t.start >= denial.end][:16]
    place = next((n for n, t in enumerate(after) if t.folded in {"except", "bar", "barring", "save"} or t.folded == "apart"), None)
    if place is None or any(t.text in ".;" for t in after[:place]):
        return False
    counts = {"once": 1.0, "one": 1.0, "twice": 2.0}
    found = {_count(t, counts) for t in after[place : place + 5]} - {None}
    pairs = zip(check.line.tokens, check.line.tokens[1:], strict=False)
    return any(
        a.folded in {"only", "just", "than"} and _count(b, counts) in found or a.folded == "single" and 1.0 in found for a, b in pairs
    )


def _count(token: Token, counts: dict[str, float]) -> float | None:
    return token.quantity.value if token.quantity is not None else counts.get(token.folded)


def _check_objects(check: LineCheck, denial: Denial, number: int) -> None:
    """*did payroll* for *didn't do payroll, but checked the sheets before they went to payroll*: the verb and its object, once denied."""
    tokens = check.grounds.readings[number].tokens
    after = [t for t in tokens if t.start >= denial.end and t.folded not in _ARTICLES][:2]
    if len(after) < 2 or not after[0].verb and after[0].folded not in _DOING or not after[1].content or after[1].verb:
        return
    verb, noun = after
    mine = [t for t in check.line.tokens if t.folded not in _ARTICLES]
    denied = {place for d in find_denials(check.line) for place, _ in d.places} | {d.start for d in find_denials(check.line)}
    for before, a, b in zip((None, *mine), mine, mine[1:], strict=False):
        plain = before is None or before.start not in denied and not before.folded.endswith("n't")
        if plain and a.key == verb.key and b.key == noun.key and a.start not in denied and b.start not in denied:
            check.report("negation_dropped", f"{check.quote(a.start, b.end)}: the source denies this.", a.start, b.end, number)


def _check_ended(check: LineCheck) -> None:
    """*stopped using paper bags* for *stopped using plastic trays; paper bags are in use*, and *used trays* for *stopped using trays*."""
    mine = _find_ended(check.line)
    for number, reading in enumerate(check.grounds.readings):
        theirs = _find_ended(reading)
        if not theirs:
            continue
        going_on = {t.key for r in check.grounds.readings for t in r.content} - theirs
        for token in check.line.content:
            if token.key in mine and token.key in going_on - keys.STYLE:
                check.report("negation_added", "the source does not say that this ended.", token.start, token.end, number)
        verbs = {t.key for t in reading.tokens if t.key in theirs and t.folded.endswith("ing")}
        for token in check.line.tokens:
            if (
                token.verb
                and token.key in verbs - mine - going_on
                and not _ENDING_WORDS & check.line.folded
                and not find_denials(check.line)
            ):
                check.report("negation_dropped", "the source says that this was stopped.", token.start, token.end, number)


_ENDING_WORDS = frozenset(
    """stopped stopping stop ceased ceasing discontinued discontinuing ended ending quit abandoned abandoning phased gave giving dropped scrapped
    until longer away""".split()
)
_ENDERS = frozenset("stopped stopping ceased ceasing discontinued discontinuing quit abandoned abandoning".split())


@lru_cache(maxsize=4096)
def _find_ended(reading: Reading) -> frozenset[str]:
    """What a text says was stopped: the words behind *stopped using*, *discontinued the use of*."""
    found: set[str] = set()
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        if token.folded not in _ENDERS or not token.verb:
            continue
        after = tokens[i + 1 : i + 9]
        stop = next(
            (n for n, t in enumerate(after) if t.kind == "mark" or t.folded in {"but", "while", "in", "from", "because", "when", "after"}),
            len(after),
        )
        gerund = after[:1] and after[0].folded.endswith("ing")
        if gerund or token.folded.startswith(("discont", "abandon")):
            found |= {t.key for t in after[:stop] if t.content}
    return frozenset(found)


def _check_alone(check: LineCheck) -> None:
    """*None.* as a sentence of its own, which denies nothing that can be told."""
    known = {t.folded for r in check.grounds.readings for t in _find_alone(r)}
    for token in _find_alone(check.line):
        if token.folded not in known:
            check.report("garbled", f"{check.quote(token.start, token.end)}: this denies nothing.", token.start, token.end)


def _find_alone(reading: Reading) -> list[Token]:
    tokens = reading.tokens
    return [
        t
        for i, t in enumerate(tokens)
        if t.folded.casefold() in _WORDS
        and (not i or tokens[i - 1].text in {".", ";", "!", "?", ":"})
        and all(o.kind == "mark" for o in tokens[i + 1 : i + 2])
    ]


def _check_prefixed(check: LineCheck) -> None:
    """*one verbal pupil* for *one non-verbal pupil*."""
    denied = {b.key for r in check.grounds.readings for a, b in zip(r.tokens, r.tokens[1:], strict=False) if a.folded == "non" and a.joined}
    plain = {
        b.key for r in check.grounds.readings for a, b in zip((None, *r.tokens), r.tokens, strict=False) if a is None or a.folded != "non"
    }
    for a, b in zip((None, *check.line.tokens), check.line.tokens, strict=False):
        if b.key in denied - plain and b.content and (a is None or a.folded not in _WORDS | {"non"}):
            check.report("negation_dropped", f"the source says “non-{b.text}”.", b.start, b.end)


@lru_cache(maxsize=4096)
def _find_excluded(reading: Reading) -> frozenset[str]:
    """What a text denies without a *no*: *rather than monthly*, *excluding menus*, *yet to decide*, *lost no object*, *fined none*."""
    found: set[str] = set()
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        pair = (token.folded, tokens[i + 1].folded if i + 1 < len(tokens) else "")
        start = i + 2 if pair in _EXCLUDING else i + 1 if token.folded in _EXCLUSIONS else 0
        if start:
            after = tokens[start : start + 6]
            stop = next((n for n, t in enumerate(after) if t.kind == "mark" or t.folded in {"but", "while"}), len(after))
            found |= {t.key for t in after[:stop] if t.content}
        if token.folded == "not" and pair[1] in {"included", "covered", "counted", "part"}:
            found |= {t.key for t in tokens[max(0, i - 4) : i] if t.content}  # "with bar staff not included"
        if token.folded == "unless" or token.folded == "non" and token.joined:
            found |= {t.key for t in tokens[i + 1 : i + (6 if token.folded == "unless" else 2)] if t.content}  # "62 non-working hydrants"
        if token.folded in {"without", "free"}:
            found |= _find_coordinated(tokens, i)
        if token.folded in {"no", "none", "nobody", "nothing"} and i and tokens[i - 1].content:
            found.add(tokens[i - 1].key)  # "lost no object", "penalising none"
    return frozenset(found)


def _find_coordinated(tokens: tuple[Token, ...], i: int) -> set[str]:
    """*free of escapes and mix-ups*, *without delay or rework*: one denial for all of the list."""
    after = tokens[i + 1 : i + 10]
    stop = next(
        (n for n, t in enumerate(after) if t.verb or t.text in ".;,:" or t.folded in {"but", "while", "with", "in", "for"}), len(after)
    )
    listed = any(t.folded in {"and", "or"} for t in after[:stop])
    return (
        {t.key for t in after[:stop] if t.content}
        if listed and (tokens[i].folded != "free" or after[:1] and after[0].folded == "of")
        else set()
    )


def _check_hedged(check: LineCheck) -> None:
    """*almost nothing dropped* for *nothing dropped*, and the other way round."""
    hedged = any(_is_hedged(r, d) for r in check.grounds.readings for d in find_denials(r))
    for denial in find_denials(check.line):
        if _is_hedged(check.line, denial) != hedged and any(find_denials(r) for r in check.grounds.readings):
            check.report("scope_added", "almost none is not none.", denial.start, denial.end)


def _check_only(check: LineCheck) -> None:
    """*not only as a substitute* for *only as a substitute*."""
    pairs = list(zip(check.line.tokens, check.line.tokens[1:], strict=False))
    for reading in check.grounds.readings:
        plain = any(t.folded == "only" and not (i and reading.tokens[i - 1].folded == "not") for i, t in enumerate(reading.tokens))
        for a, b in pairs:
            if plain and a.folded == "not" and b.folded == "only":
                check.report("scope_added", "the source says only this.", a.start, b.end)


def _is_hardly(check: LineCheck, denial: Denial) -> bool:
    """*almost no returns* for *hardly any returns*, *few returns*."""
    for reading in check.grounds.readings:
        for i, token in enumerate(reading.tokens):
            near = [t.key for t in reading.tokens[i + 1 : i + 5] if t.content]
            if token.folded in _HARDLY and any(keys.are_akin(a, b) for a in denial.words for b in near):
                return True
    return False


def _is_hedged(reading: Reading, denial: Denial) -> bool:
    return any(t.end <= denial.start and denial.start - t.end < 2 and t.folded in _HEDGES for t in reading.tokens)


def _check_subjects(check: LineCheck) -> None:
    """*CCNA passed, CCNP not*: what a *not* follows is denied, and the line may not claim it."""
    for number, reading in enumerate(check.grounds.readings):
        denied = _find_denied(reading)
        mine = _find_denied(check.line) | _find_excluded(check.line)
        affirmed = {t.key for r in check.grounds.readings for t in r.content if t.key not in _find_denied(r)}
        affirmed -= {key for r in check.grounds.readings for d in find_denials(r) for key in d.words}
        if denied and _YET & check.line.folded:
            continue  # "has yet to decide", "awaiting a decision"
        for token in check.line.content:
            if (
                token.key in denied - affirmed
                and token.key not in mine
                and not any(d for d in find_denials(check.line) if token.start < d.end)
            ):
                check.report("negation_dropped", "the source says that this was not.", token.start, token.end, number)
        for token in check.line.content:
            if token.key in mine and token.key in affirmed - denied and denied:
                check.report("negation_added", "the source denies this of something else.", token.start, token.end, number)


@lru_cache(maxsize=4096)
def _find_denied(reading: Reading) -> frozenset[str]:
    """Words of the phrases right before *not*, *is not*, *didn't*."""
    found: set[str] = set()
    phrases = find_phrases(reading)
    for denial in find_denials(reading):
        place = next(i for i, t in enumerate(reading.tokens) if t.start == denial.start)
        if reading.tokens[place].folded not in {"not", "never"} and not reading.tokens[place].folded.endswith("n't"):
            continue
        j = place - 1
        while j >= 0 and reading.tokens[j].folded in _AUXILIARIES:
            j -= 1
        own = next((p for p in phrases if j >= 0 and p.words[-1] is reading.tokens[j]), None)
        if own is not None and (own.joined or own.kind not in PREPOSITIONS or _opens_clause(reading, own)):
            found |= {t.key for t in own.words if t.kind == "word"}
    return frozenset(found)


def _opens_clause(reading: Reading, phrase: Phrase) -> bool:
    """*passed for the small one, for the large one not*: a comma stands before its preposition."""
    before = [t for t in reading.tokens if t.start < phrase.words[0].start and not (t.kind == "word" and not t.content)]
    return bool(before) and before[-1].kind == "mark"


def _denied_by_verb(check: LineCheck, denial: Denial) -> bool:
    """*avoided downtime* may become *no downtime*; *from nine to zero* is a number."""
    keyset = check.grounds.keys
    return bool(keyset & keys.keys_of(_DENYING)) and denial.words[-1] in keyset


def _denied_in_context(check: LineCheck, denial: Denial) -> bool:
    """A word of the source that holds its own negation: *uninterrupted*, *non-profit*, *paperless*."""
    folded = check.grounds.folded
    if "free" in folded and set(denial.words) & {"charg", "cost", "fee", "charge"}:
        return True
    prefixed = ((word, prefix) for word in folded for prefix in ("un", "non", "in", "dis") if word.startswith(prefix))
    return any(keys.find_key(word.removeprefix(prefix)) in denial.words for word, prefix in prefixed) or any(
        word.endswith("less") and keys.find_key(word.removesuffix("less")) in denial.words for word in folded
    )


def _denies_affirmed(check: LineCheck, denial: Denial, number: int) -> bool:
    """*no rework in 2019 or 2020* for *one in 2019, none in 2020*."""
    reading = check.grounds.readings[number]
    starts = [d.start for d in find_denials(reading)]
    years = _years_after(check.line, denial.start)
    if not starts or not years:
        return False
    denied = frozenset().union(*(_years_after(reading, start) for start in starts))
    said = {t.quantity.value for t in reading.quantities if t.quantity is not None and t.quantity.unit == "calendar"}
    return bool(years & said - denied)


def _years_after(reading: Reading, start: int) -> frozenset[float]:
    """Years behind a denial, up to what may turn it round."""
    found = set()
    for token in reading.tokens:
        after = next((t for t in reading.tokens if t.start > token.start), token)
        dated = after.folded in MONTHS or after.quantity is not None and after.quantity.unit == "calendar"  # "April 2017 and March 2018"
        if token.start > start and (token.folded in {"and", "but", "only", "with"} and not dated or token.text in ".;"):
            break
        if token.start > start and token.quantity is not None and token.quantity.unit == "calendar":
            found.add(token.quantity.value)
    return frozenset(found)


def _loses_limit(check: LineCheck, denial: Denial, number: int, source: Denial) -> bool:
    """*never stopped during a shift* without *during a shift*."""
    limit = _find_limit(check.grounds.readings[number], source)
    said = {t.key for t in check.line.tokens if t.start > denial.end or t.end < denial.start}
    if _loses_count(check, number, source):
        return True
    return bool(limit) and not any(keys.are_akin(key, other) for key in limit for other in said)


def _loses_count(check: LineCheck, number: int, source: Denial) -> bool:
    """*no delay* for *no delay on 14 of 15 sites*."""
    end = max((b for _, b in source.places), default=source.end)
    after = [t for t in check.grounds.readings[number].tokens if t.start >= end][:4]
    part = after[1].quantity if len(after) > 3 and after[0].folded in _PLACES and after[2].folded == "of" else None
    if part is None or part.unit or after[3].kind != "number":
        return False
    mine = [t.quantity for t in check.line.quantities if t.quantity is not None]
    return not any(q.value == part.value or q.unit == "%" for q in mine) and not _SOME & check.line.folded


_SOME = frozenset("some most many several few nearly almost but except all".split()) - {"all"}


def _find_limit(reading: Reading, denial: Denial) -> frozenset[str]:
    """What a denial is limited to: *during a shift*, *because of my interpreting*, *in front of the public*."""
    end = max((b for _, b in denial.places), default=denial.end)
    after = [t for t in reading.tokens if t.start >= end]
    if not after or after[0].folded not in _LIMITS and not _is_own_place(after):
        return frozenset()
    found: set[str] = set()
    for token in after[1:]:
        if (
            token.kind != "word"
            or token.folded in _LIMITS
            or token.folded in {"and", "or", "by", "with", "in", "over", "at", "for", "since", "from", "to", "without"}
            or token.folded == "of"
            and found - {"front"}
        ):
            break
        if token.content:
            found.add(token.key)
    return frozenset(found)


def _is_own_place(after: list[Token]) -> bool:
    """*in front of*, *in my ward*, *at our site*: a place that is not everywhere."""
    words = [t.folded for t in after[:2]]
    return len(words) == 2 and words[0] in {"in", "at", "from"} and words[1] in {"front", "my", "our"}


def _widens(line: Denial, source: Denial, beside: tuple[str, ...]) -> bool:
    """A denial with a word less denies more: *no downtime* for *no planned downtime*."""
    if source.limited and not line.limited:
        return True
    missing = [
        key for key in source.words if key not in _IDLE and not any(keys.are_akin(key, other) for other in line.words + line.nouns + beside)
    ]
    return bool(missing) and any(keys.are_akin(key, other) for key in source.words for other in line.words)
