"""What a statement is limited to: *nearly all*, *two of the five*, *except Fridays*, *if the florist was away*, *three days a week*.

Lie caught: *cleaned all offices* for *cleaned nearly all offices*. Honest line passed: *cleaned almost every office*. A limit may be said
in other words, but a line that takes the statement takes the limit with it.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon import marks
from resume_rag.grounding.negation import find_denials
from resume_rag.grounding.reading import Reading, Token

_HEDGES = frozenset("nearly almost virtually practically".split())
_ALL = frozenset("all every each entire whole any always daily everyone everybody everything".split())
_DETERMINERS = frozenset("the a an of my our its their his her these those".split())
_EXCEPTIONS = frozenset("except excepting excepted excluding excl barring bar unless save besides minus exception exceptions".split())
_EXCEPTION_PAIRS = frozenset(
    {
        ("apart", "from"),
        ("aside", "from"),
        ("other", "than"),
        ("but", "one"),
        ("but", "two"),
        ("but", "for"),
        ("not", "counting"),
        ("all", "but"),
    }
)
_BARE = frozenset("apart aside only just single once".split())
_CHECKING = frozenset("see check checked checking ask asked asking tell told know decide decided test tested find".split())
_AWAY = frozenset("off away absent ill sick holiday holidays leave vacation out abroad".split())
_STANDING_IN = frozenset(
    """absence absences cover covered covering stand stood standing sickness illness holiday holidays leave needed required necessary whenever if unless
    occasionally sometimes occasion need request demand requested case where when""".split()
)
_PARTS_OF_WEEK = frozenset("day days morning mornings afternoon afternoons evening evenings night nights weekday weekdays".split())
_PERIODS = frozenset("day week month year time morning evening night afternoon".split())
_LEAST = 2
_FORMER = frozenset(
    "before previously previous formerly former earlier prior past once then first initially started originally from moved experience background".split()
)
_NEAR_BAR = 4


def check_limits(check: LineCheck) -> None:
    """Reports a line that takes a statement and leaves its limit out.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> def find(fact, text):
    ...     check = LineCheck("p", read(text), Grounds([Fact(id="f", path="f", text=fact, section="work")]))
    ...     check_limits(check)
    ...     return [finding.code for finding in check.findings]
    >>> fact = "Cleaned nearly all offices on two floors"
    >>> find(fact, "Cleaned all offices on two floors"), find(fact, "Cleaned almost all the offices on two floors")
    (['scope_added'], [])
    >>> (
    ...     find("Ordered flowers if the florist was ill", "Ordered flowers"),
    ...     find("Ordered flowers if Jo was ill", "Ordered flowers for Jo when ill"),
    ... )
    (['modality_dropped'], [])
    """
    _check_hedged(check)
    _check_counted(check)
    _check_exceptions(check)
    _check_conditions(check)
    _check_days(check)
    _check_purely(check)
    _check_trainees(check)
    _check_alone(check)
    _check_seasons(check)
    _check_restricted(check)
    _check_easily(check)
    _check_only(check)
    _check_former(check)


def _check_former(check: LineCheck) -> None:
    """*farmer and shepherd* for *farmer, and a shepherd before that*: what is over reads as if it went on."""
    if check.line.folded & _FORMER:
        return
    for number, reading in enumerate(check.grounds.readings):
        tokens = reading.tokens
        for i, token in enumerate(tokens[:-1]):
            if token.folded != "before" or tokens[i + 1].folded not in {"that", "this", "then"}:
                continue
            first = i == 0 or tokens[i - 1].kind == "mark"
            run = tokens[i + 2 : i + 8] if first else tuple(reversed(tokens[max(0, i - 6) : i]))
            stop = next((n for n, t in enumerate(run) if t.kind == "mark" or t.folded in {"and", "but"}), len(run))
            former = {t.key for t in run[:stop] if t.content}
            others = {t.key for t in reading.content} - former
            here = [t for t in check.line.content if t.key in former]
            if len(here) > 1 and any(t.key in others for t in check.line.content):
                why = f"{check.quote(here[0].start, here[-1].end)}: the source says “before {tokens[i + 1].text}” of this."
                check.report("modality_dropped", why, here[0].start, here[-1].end, number)


def _check_hedged(check: LineCheck) -> None:
    """*all offices* for *nearly all offices*."""
    for number, reading in enumerate(check.grounds.readings):
        hedged, plain = _find_hedged(reading)
        if not hedged:
            continue
        tokens = check.line.tokens
        for i, token in enumerate(tokens):
            if token.folded not in _ALL or _is_hedged(tokens, i) or tokens[i + 1 : i + 2] and tokens[i + 1].folded == "but":
                continue
            heads = {t.key for t in tokens[i + 1 : i + 6] if t.content}
            if heads & hedged - plain or token.folded == "always" and not plain:
                check.report(
                    "scope_added", f"{check.quote(token.start, token.end)}: the source says nearly all.", token.start, token.end, number
                )


@lru_cache(maxsize=4096)
def _find_hedged(reading: Reading) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of what a text says *nearly all* of, and of what it says *all* of."""
    if not _HEDGES & reading.folded:
        return frozenset(), frozenset()
    hedged: set[str] = set()
    plain: set[str] = set()
    for i, token in enumerate(reading.tokens):
        if token.folded in _ALL:
            near = {t.key for t in _phrase(reading.tokens, i + 1)}
            (hedged if _is_hedged(reading.tokens, i) else plain).update(near)
    return frozenset(hedged), frozenset(plain)


def _phrase(tokens: tuple[Token, ...], start: int) -> list[Token]:
    """The words of the phrase at a place."""
    found: list[Token] = []
    for token in tokens[start : start + 5]:
        if token.folded in _DETERMINERS and not found:
            continue
        if not token.content or token.verb:
            break
        found.append(token)
    return found


def _is_hedged(tokens: tuple[Token, ...], i: int) -> bool:
    before = [t.folded for t in tokens[max(0, i - 2) : i]]
    return bool(_HEDGES & set(before[-1:])) or before == ["close", "to"]


def _check_counted(check: LineCheck) -> None:
    """*the five shops took it up* for *two of the five shops took it up*."""
    mine = {t.quantity.value for t in check.line.quantities if t.quantity is not None}
    for number, reading in enumerate(check.grounds.readings):
        for part, whole, heads in _find_counted(reading):
            if (
                part in mine
                or whole - part in mine
                or any(t.quantity is not None and t.quantity.unit == "%" for t in check.line.quantities)
            ):
                continue
            for token, after in zip(check.line.quantities, (_phrase_at(check.line, t) for t in check.line.quantities), strict=True):
                if token.quantity is not None and token.quantity.value == whole and heads & {t.key for t in after}:
                    check.report(
                        "scope_added",
                        f"{check.quote(token.start, token.end)}: the source says this of some of them.",
                        token.start,
                        token.end,
                        number,
                    )


def _phrase_at(reading: Reading, token: Token) -> list[Token]:
    return _phrase(reading.tokens, reading.tokens.index(token) + 1)


@lru_cache(maxsize=4096)
def _find_counted(reading: Reading) -> tuple[tuple[float, float, frozenset[str]], ...]:
    """Part, whole and what is counted, of *two of its eleven crossings*, *three of 12 sites*."""
    found = []
    tokens = reading.tokens
    for token in reading.quantities:
        i = tokens.index(token)
        after = tokens[i + 1 : i + 4]
        if token.quantity is None or token.quantity.unit or not after or after[0].folded != "of":
            continue
        whole = next((t for t in after[1:] if t.kind == "number"), None)
        if whole is None or whole.quantity is None or whole.quantity.unit or whole.quantity.value <= token.quantity.value:
            continue
        if all(t.folded in _DETERMINERS for t in after[1:] if t.start < whole.start):
            found.append((token.quantity.value, whole.quantity.value, frozenset(t.key for t in _phrase_at(reading, whole))))
    return tuple(found)


_LEFT_OUT = frozenset("excluded exclude excludes omitted missing remaining rest other others".split())


def _check_exceptions(check: LineCheck) -> None:
    """*never missed a deadline* for *never missed a deadline, except once*."""
    if makes_exception(check.line):
        return
    if not _LEFT_OUT & check.line.folded and not find_denials(check.line):
        _check_taken_in(check)
    claims = _find_claims(check.line)
    if not claims:
        return
    for number, reading in enumerate(check.grounds.readings):
        for heads, excepted in _find_exceptions(reading):
            for token, reach in claims:
                if any(_is_same(a, b) for a in reach for b in heads - excepted):
                    check.report(
                        "scope_added",
                        f"{check.quote(token.start, token.end)}: the source makes an exception.",
                        token.start,
                        token.end,
                        number,
                    )


def _check_taken_in(check: LineCheck) -> None:
    """*cut the greens, the 7th floods* for *cut the greens, except the 7th which floods*: what was excepted, and no word of it."""
    for number, reading in enumerate(check.grounds.readings):
        for i, word in enumerate(reading.tokens):
            if word.folded not in {"except", "excepting", "excluding"}:
                continue
            excepted = next((t for t in reading.tokens[i + 1 : i + 5] if t.content or t.kind == "number"), None)
            said = {t.key for t in reading.tokens[:i] if t.content}
            token = next((t for t in check.line.tokens if excepted is not None and t.key == excepted.key), None)
            if token is not None and token.key not in said and any(t.key in said for t in check.line.content):
                message = f"{check.quote(token.start, token.end)}: the source makes an exception of this."
                check.report("negation_dropped", message, token.start, token.end, number)


def _is_same(a: str, b: str) -> bool:
    return a == b or keys.are_akin(a, b)


@lru_cache(maxsize=4096)
def _find_claims(reading: Reading) -> tuple[tuple[Token, frozenset[str]], ...]:
    """Words that leave nothing out (*every*, *daily*, *never*, *no*), with what they reach."""
    found = []
    for i, token in enumerate(reading.tokens):
        if token.folded in _ALL or token.folded in {"zero", "consistently", "throughout"}:
            after = [t for t in reading.tokens[i + 1 : i + 7] if t.content]
            if (
                token.folded in {"always", "daily", "consistently"}
                or token.folded in {"each", "every"}
                and after[:1]
                and after[0].folded in _PERIODS
            ):
                after = [t for t in reading.content if t.clause == token.clause]
            found.append((token, frozenset(t.key for t in after)))
    for denial in find_denials(reading):
        token = next(t for t in reading.tokens if t.start == denial.start)
        found.append((token, frozenset(denial.words + denial.reach)))
    return tuple(found)


def makes_exception(reading: Reading) -> bool:
    """Whether a text leaves something out: *except Fridays*, *every day but Friday*, *only once*."""
    words = [t.folded for t in reading.tokens]
    pairs = set(zip(words, words[1:], strict=False))
    excepted = _EXCEPTIONS & reading.folded - {"bar"} or any(_is_bar(reading, i) for i in range(len(words)))
    return bool(excepted or _EXCEPTION_PAIRS & pairs) or any(_is_bare(reading, i) for i in range(len(words))) or _says_but(reading)


def _is_bar(reading: Reading, at: int) -> bool:
    """*on time, bar two days*, *every year bar one*; not *ran the bar*, *all bar staff*."""
    tokens = reading.tokens
    if tokens[at].folded != "bar" or not at:
        return False
    counted = at + 1 < len(tokens) and tokens[at + 1].kind == "number"
    return tokens[at - 1].kind == "mark" or counted and any(t.folded in _ALL for t in tokens[max(0, at - _NEAR_BAR) : at])


def _is_bare(reading: Reading, at: int) -> bool:
    """*missed only one*, *missed a deadline once*; not *in just two hours*, *only at night*, *once a day*, *never once*, *set apart*."""
    word = reading.tokens[at].folded
    if word not in _BARE:
        return False
    before = {t.folded for t in reading.tokens[max(0, at - 3) : at]}
    after = reading.tokens[at + 1 : at + 2]
    if word in {"apart", "aside"}:
        return bool(after) and after[0].folded == "from"
    if before & _NEVER or word == "single" and before & _BY_WAY:
        return False
    if word == "once":
        return not before & {"at"} and not (after and after[0].folded in {"a", "an", "per", "each", "every", "i", "we", "the"})
    if word == "single":
        return True
    counted = after and (after[0].kind == "number" or after[0].folded in {"once", "twice", "one", "a", "single"})
    return bool(counted) and not {t.folded for t in reading.tokens[max(0, at - 1) : at]} & _BY_WAY


_NEVER = frozenset("never not no without nor".split())
_BY_WAY = frozenset("in on with using by for at within over during".split())


def _says_but(reading: Reading) -> bool:
    """*every day but Friday*; not *every day, but slowly*."""
    run = zip(reading.tokens, reading.tokens[1:], reading.tokens[2:], strict=False)
    return any(b.folded == "but" and a.kind != "mark" and (c.content and not c.verb or c.kind == "number") for a, b, c in run)


@lru_cache(maxsize=4096)
def _find_exceptions(reading: Reading) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """What a text says with an exception (the words of the statement before it), and what it excepts."""
    tokens = reading.tokens
    words = [t.folded for t in tokens]
    found = []
    for i, word in enumerate(words):
        pair = (word, words[i + 1] if i + 1 < len(words) else "")
        if word not in _EXCEPTIONS - {"unless", "besides", "save"} and pair not in _EXCEPTION_PAIRS:
            continue
        if word == "bar" and not _is_bar(reading, i):
            continue
        start = next((j + 1 for j in range(i - 1, -1, -1) if tokens[j].kind == "mark" and tokens[j].text in ".;!?"), 0)
        stop = next((j for j in range(i + 1, len(tokens)) if tokens[j].kind == "mark" and tokens[j].text in ".;!?,"), len(tokens))
        heads = frozenset(t.key for t in tokens[start:i] if t.content)
        if heads:
            found.append((heads, frozenset(t.key for t in tokens[i:stop] if t.content)))
    return tuple(found)


def _is_reversed(line: Reading, condition: frozenset[str]) -> bool:
    """*when the foreman was there* for *unless the foreman was there*."""
    if find_denials(line) or makes_exception(line) or _ABSENT & line.folded:
        return False
    return any(
        t.folded in {"when", "whenever", "if", "while", "with"}
        and any(_is_same(a.key, b) for a in line.tokens[i + 1 : i + 6] for b in condition)
        for i, t in enumerate(line.tokens)
    )


_ABSENT = frozenset("away absent absence off missing ill out elsewhere".split())


def _stands_in(line: Reading) -> bool:
    """*as needed*, *during holidays*, *covered for her*; not *covered books*, *took leave*, *on demand*."""
    for before, token, after in zip((None, *line.tokens), line.tokens, (*line.tokens[1:], None), strict=False):
        lead, follows = before.folded if before else "", after.folded if after else ""
        if token.folded in _COVERING and follows in {"for", "in", "by", "as", "during", "when"}:
            return True
        if token.folded in _AWAY_TIMES and (lead in {"during", "for"} or before is not None and before.text.endswith(("'s", "’s"))):
            return True
        if token.folded in {"case", "where", "when"} and follows in {"of", "needed", "required", "necessary"}:
            return True
        if token.folded in _STANDING_IN - _COVERING - _AWAY_TIMES - {"case", "where", "when", "demand", "requested", "request"}:
            return True
    return False


_COVERING = frozenset("cover covered covering stand stood standing".split())
_AWAY_TIMES = frozenset("holiday holidays leave".split())


def _check_conditions(check: LineCheck) -> None:
    """*ordered flowers* for *ordered flowers if the florist was ill*."""
    for number, reading in enumerate(check.grounds.readings):
        for main, condition, acts, word in _find_conditions(reading):
            if word.casefold().startswith("unless") and _is_reversed(check.line, condition - main):
                check.report(
                    "negation_dropped", f"the source says “{word}”.", check.line.tokens[0].start, check.line.tokens[-1].end, number
                )
                continue
            if _stands_in(check.line) or any(t.quantity is not None and t.quantity.unit == "%" for t in check.line.quantities):
                continue
            said = [t for t in check.line.content if t.key not in keys.STYLE]
            kept = {key for key in condition - main if any(_is_same(t.key, key) for t in said)}
            if kept & acts or not acts and len(kept) >= min(_LEAST, len(condition - main)):
                continue
            hits = [t for t in said if any(_is_same(t.key, key) for key in main)]
            covered = [t for t in said if t in hits or any(_is_same(t.key, key) for key in condition)]  # "I remade it"
            if len(hits) >= min(_LEAST, len(main)) and 2 * len(covered) >= len(said):
                message = f"the source says “{word}” of this, and the line leaves it out."
                check.report("modality_dropped", message, hits[0].start, hits[0].end, number)


_IFS = frozenset({"if", "unless"})
_OPENING = _IFS | {"when", "while", "whenever"}


@lru_cache(maxsize=4096)
def _find_conditions(reading: Reading) -> tuple[tuple[frozenset[str], frozenset[str], frozenset[str], str], ...]:
    """Statements with a condition: *ordered flowers if the florist was ill*, *shift leader when the supervisor was off*."""
    tokens = reading.tokens
    found = []
    for i, token in enumerate(tokens):
        word = token.folded
        if word not in _OPENING:
            continue
        before = tokens[i - 1].folded if i else ""
        stop = next((j for j in range(i + 1, len(tokens)) if tokens[j].kind == "mark" and tokens[j].text in ",.;!?:)"), len(tokens))
        inside = tokens[i + 1 : stop]
        away = word not in _IFS and _AWAY & {t.folded for t in inside} and not {"i", "we"} & {t.folded for t in inside[:1]}
        if not (word in _IFS and before not in _CHECKING or away):
            continue
        start = next((j + 1 for j in range(i - 1, -1, -1) if tokens[j].kind == "mark" and tokens[j].text in ".;!?,:"), 0)
        main = [t for t in tokens[start:i] if t.content]
        if not main:  # "If a formula failed I remade it"
            main = [t for t in inside if t.content and any(o.folded in {"i", "we"} and o.end <= t.start for o in inside)]
            cut = next((n for n, t in enumerate(inside) if t.folded in {"i", "we"}), len(inside))
            after = next((j for j in range(stop + 1, len(tokens)) if tokens[j].kind == "mark" and tokens[j].text in ".;!?"), len(tokens))
            main, inside = main or [t for t in tokens[stop + 1 : after] if t.content], inside[:cut]
        condition = frozenset(t.key for t in inside if t.content) - keys.STYLE  # what `said` leaves out cannot be asked of a line
        kept = frozenset(t.key for t in main) - keys.STYLE
        if kept and condition:
            acts = frozenset(t.key for t in inside if t.content and t.verb)
            found.append((kept, condition, acts, reading.text[token.start : inside[-1].end if inside else token.end]))
    return tuple(found)


def _check_days(check: LineCheck) -> None:
    """*did the till daily* for *did the till two days a week*, *every evening* for *three evenings*."""
    for number, reading in enumerate(check.grounds.readings):
        few = _find_few_days(reading)
        if not few or any(_says_daily(r) for r in check.grounds.readings):
            continue
        tokens = check.line.tokens
        for i, token in enumerate(tokens):
            after = tokens[i + 1 : i + 2]
            every = token.folded in {"every", "each", "all"} and after and after[0].folded.rstrip("s") in few
            every = every and not (i and (tokens[i - 1].folded in _PARTS_OF_WEEK or tokens[i - 1].kind == "number"))  # "two days each week"
            if token.folded == "daily" and "day" in few or token.folded == "nightly" and "night" in few or every:
                check.report(
                    "scope_added", f"{check.quote(token.start, token.end)}: the source says some days only.", token.start, token.end, number
                )


@lru_cache(maxsize=4096)
def _find_few_days(reading: Reading) -> frozenset[str]:
    """Parts of the week that a text counts: *two days a week*, *three evenings*."""
    found = set()
    for token in reading.quantities:
        quantity = token.quantity
        after = reading.tokens[reading.tokens.index(token) + 1 :][:2]
        words = [t.folded for t in after]
        if (
            quantity is not None
            and quantity.unit == "day"
            and 1 <= quantity.value < 5
            and words in (["a", "week"], ["per", "week"], ["each", "week"])
        ):
            found |= {"day", "week"}
        if quantity is not None and not quantity.unit and words and words[0] in _PARTS_OF_WEEK - {"day"} and quantity.value < 5:
            found.add(words[0].rstrip("s"))
            found.add("day")
    return frozenset(found)


def _says_daily(reading: Reading) -> bool:
    words = [t.folded for t in reading.tokens]
    pairs = set(zip(words, words[1:], strict=False))
    return "daily" in words or bool(pairs & {("a", "day"), ("per", "day"), ("every", "day"), ("each", "day")})


def _check_purely(check: LineCheck) -> None:
    """*wedding cakes only* for *mostly wedding cakes*."""
    for token in check.line.tokens:
        if token.folded not in {"only", "exclusively", "solely", "purely", "entirely", "always"} or token.folded in check.grounds.folded:
            continue
        for number, reading in enumerate(check.grounds.readings):
            mostly = {"mostly", "mainly", "largely", "primarily", "usually", "normally", "generally", "typically"} & reading.folded
            if mostly and not {"only", "exclusively", "solely", "always", "just", "never"} & reading.folded:
                check.report(
                    "scope_added", f"{check.quote(token.start, token.end)}: the source says mostly.", token.start, token.end, number
                )


def _check_trainees(check: LineCheck) -> None:
    """*was an evaluator* for *was a trainee evaluator*: the word that makes a person's part smaller goes with the person."""
    small = [
        (n, a, b) for n, r in enumerate(check.grounds.readings) for a, b in zip(r.tokens, r.tokens[1:], strict=False) if _is_small(a, b)
    ]
    if not small or _LEARNING & check.line.folded:
        return
    for number, small_word, noun in small:
        plain = any(
            b.key == noun.key and (a is None or a.folded != small_word.folded)
            for r in check.grounds.all_readings
            for a, b in zip((None, *r.tokens), r.tokens, strict=False)
        )
        for before, token in zip((None, *check.line.tokens), check.line.tokens, strict=False):
            lost = before is None or before.folded not in marks.DIMINISHERS and before.folded not in _LEARNING
            if lost and not plain and token.key == noun.key and not token.verb:
                check.report(
                    "seniority_changed",
                    f"{check.quote(token.start, token.end)}: the source says “{small_word.text}”.",
                    token.start,
                    token.end,
                    number,
                )


_LEARNING = frozenset(
    "trainee trainees training apprentice apprenticeship learning junior student intern probationary traineeship deputy deputised deputized".split()
)
_SMALL = frozenset("trainee junior apprentice student probationary deputy acting aspiring".split())


def _is_small(small: Token, noun: Token) -> bool:
    return (
        small.folded in _SMALL
        and noun.content
        and not noun.verb
        and noun.folded.rstrip("s").endswith(("er", "or", "ist", "ian", "ant", "nurse"))
    )


def _check_alone(check: LineCheck) -> None:
    """*arranged funerals on my own* for *on my own from the second year*: from when, or on which of them, limits it."""
    mine = [t for t in check.line.tokens if t.folded in marks.ALONE and t.folded != "own" or _is_on_my_own(check.line, t)]
    if not mine:
        return
    said = {t.key for t in check.line.content} | {key for t in check.line.quantities for key in t.folded.split()}
    for number, reading in enumerate(check.grounds.readings):
        limits = [_find_alone_limit(reading, t) for t in reading.tokens if t.folded in marks.ALONE]
        if limits and all(limit and not any(_is_same(a, b) for a in limit for b in said) for limit in limits):
            check.report(
                "credit_added", f"{check.quote(mine[0].start, mine[0].end)}: the source limits this.", mine[0].start, mine[0].end, number
            )


def _is_on_my_own(reading: Reading, token: Token) -> bool:
    at = reading.tokens.index(token) if token.folded == "own" else 0
    return at > 1 and [t.folded for t in reading.tokens[at - 2 : at]] == ["on", "my"]


def _find_alone_limit(reading: Reading, token: Token) -> frozenset[str]:
    after = reading.tokens[reading.tokens.index(token) + 1 :][:6]
    if not after or after[0].folded not in {"from", "after", "since", "at", "when", "during", "on", "only"}:
        return frozenset()
    stop = next((n for n, t in enumerate(after) if t.kind == "mark"), len(after))
    found = frozenset(t.key for t in after[:stop] if t.content) | frozenset(
        key for t in after[:stop] if t.kind == "number" for key in t.folded.split()
    )
    return found - {"year", "month", "week", "day"} or found


_SEASONS = frozenset("spring summer autumn fall winter term season holidays holiday vacation semester harvest lent".split())
_OFTEN = frozenset(
    """every each daily weekly always mondays tuesdays wednesdays thursdays fridays saturdays sundays weekends weekdays mornings afternoons evenings
    nights year-round throughout""".split()
)


def _check_seasons(check: LineCheck) -> None:
    """*talks every weekend* for *talks on weekends in summer*."""
    often = next((t for t in check.line.tokens if t.folded in _OFTEN), None)
    if often is None:
        return
    for number, reading in enumerate(check.grounds.readings):
        run = zip(reading.tokens, reading.tokens[1:], strict=False)
        seasons = {b.key for a, b in run if a.folded in {"in", "during"} and b.folded in _SEASONS}
        shared = {t.key for t in check.line.content} & {
            t.key for t in reading.content if t.folded in _OFTEN or t.folded.rstrip("s") in _PARTS_OF_WEEK
        }
        if seasons and not seasons & check.line.keys and (shared or often.folded.rstrip("s") + "s" in reading.folded):
            check.report(
                "scope_added", f"{check.quote(often.start, often.end)}: the source says when in the year.", often.start, often.end, number
            )


def _check_restricted(check: LineCheck) -> None:
    """*closed 90% of the tickets* for *90% of the tickets from the north desk*."""
    said = frozenset(t.key for t in check.line.content)
    for number, reading in enumerate(check.grounds.readings):
        for value, heads, limit in _find_restricted(reading):
            for token in check.line.quantities:
                same = token.quantity is not None and token.quantity.unit == "%" and token.quantity.value == value
                near = {t.key for t in check.line.tokens if t.content and token.end <= t.start < token.end + 40}
                if same and heads & near and not any(_is_same(a, b) for a in limit for b in said):
                    check.report(
                        "scope_added", f"{check.quote(token.start, token.end)}: the source says of which.", token.start, token.end, number
                    )


@lru_cache(maxsize=4096)
def _find_restricted(reading: Reading) -> tuple[tuple[float, frozenset[str], frozenset[str]], ...]:
    """Share, what it is a share of, and of which of these: *90% of the tickets from the north desk*."""
    found = []
    tokens = reading.tokens
    for token in reading.quantities:
        i = tokens.index(token)
        if token.quantity is None or token.quantity.unit != "%" or [t.folded for t in tokens[i + 1 : i + 2]] != ["of"]:
            continue
        head = _phrase(tokens, i + 2)
        end = tokens.index(head[-1]) + 1 if head else len(tokens)
        if [t.folded for t in tokens[end : end + 1]] in (["from"], ["of"]):
            limit = _phrase(tokens, end + 1)
            if limit:
                found.append((token.quantity.value, frozenset(t.key for t in head), frozenset(t.key for t in limit)))
    return tuple(found)


_BOUNDS = frozenset("within below under above over ahead before beyond inside".split())


def _check_easily(check: LineCheck) -> None:
    """*well within the time* for *within the time*."""
    for a, b in zip(check.line.tokens, check.line.tokens[1:], strict=False):
        if a.folded in {"well", "far", "comfortably", "easily"} and b.folded in _BOUNDS and a.folded not in check.grounds.folded:
            check.report("scope_added", f"{check.quote(a.start, b.end)}: the source does not say by how much.", a.start, b.end)


def _check_only(check: LineCheck) -> None:
    """*checked the invoices* for *only checked the invoices under 500 euros*."""
    mine = {t.quantity.value for t in check.line.quantities if t.quantity is not None}
    for number, reading in enumerate(check.grounds.readings):
        for heads, values in _find_only(reading):
            hits = [t for t in check.line.content if t.key in heads]
            if not values & mine and {t.key for t in hits} == heads:
                check.report("scope_added", "the source says this only within a bound.", hits[0].start, hits[-1].end, number)


@lru_cache(maxsize=4096)
def _find_only(reading: Reading) -> tuple[tuple[frozenset[str], frozenset[float]], ...]:
    """What a text says *only* of, and the numbers that bound it."""
    found = []
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        if token.folded != "only":
            continue
        after = tokens[i + 1 : i + 10]
        stop = next((n for n, t in enumerate(after) if t.kind == "mark" or t.folded in {"and", "but", "while"}), len(after))
        place = next((n for n, t in enumerate(after[:stop]) if t.folded in {"under", "over", "below", "above", "within"}), None)
        heads = frozenset(t.key for t in after[: place or 0] if t.content)
        values = frozenset(t.quantity.value for t in after[place or 0 : stop] if t.quantity is not None)
        if len(heads) >= _LEAST and values:
            found.append((heads, values))
    return tuple(found)
