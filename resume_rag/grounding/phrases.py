"""The noun phrases around a number: after it (*12 registered nurses*), before it (*latency by 35 %*), or what it labels (*Year 4*).

A shallow reading by neighbours. Knows nothing of what a number claims.
"""

from __future__ import annotations

from resume_rag.grounding import keys
from resume_rag.grounding.lexicon import quantities
from resume_rag.grounding.reading import Reading, Token

CHANGE_NOUNS = keys.keys_of(
    frozenset("reduction increase improvement drop growth cut saving decrease rise boost decline gain uplift jump fall".split())
)


COMPARATIVES = frozenset("less more fewer lower higher faster slower shorter longer larger smaller greater better quicker cheaper".split())


_PREPOSITIONS = frozenset("at in on of for from with by per across during under over to".split())


_KINDS = frozenset(
    "case cases instance instances set sets piece pieces type types kind kinds series lot lots batch batches group groups".split()
)


_ADVERBS = frozenset(
    "nos pcs together alongside worth valued total totaling totalling later afterwards early late ahead back down up out off forward free anyone anybody nobody abroad overseas today now".split()
)


_LABELS = frozenset(
    """year grade level class phase tier type band ward room section part chapter line unit stage route zone category step no number version
    area gate bay floor block module form schedule article stand key""".split()
)
"""*Year 4*, *Grade 3*, *Ward 5*: the number is a name."""


_TIMES = frozenset("nights mornings evenings afternoons days weeks months years hours shifts times".split())
_SIZES = frozenset("long wide high deep tall thick".split())
SKIP = frozenset("consecutive total full up about over under nearly almost than more least around approximately roughly as many".split())


def find_local(tokens: tuple[Token, ...], at: int, phrase: list[Token]) -> frozenset[str]:
    """The noun phrase that stands closest to a number."""
    run = list(phrase)
    i = at - 1
    while not run and i >= 0:
        if is_nominal(tokens[i]):
            while i >= 0 and is_nominal(tokens[i]):
                run.append(tokens[i])
                i -= 1
        i -= 1
    return phrase_keys(run)


def find_apposed(reading: Reading, token: Token) -> list[Token]:
    """The noun phrase before the comma: *posted invoices, around 400 a month*."""
    before = [t for t in reading.tokens if t.start < token.start]
    while before and before[-1].kind == "word" and before[-1].folded in SKIP | {"some", "circa", "of", "all"}:
        before.pop()
    if not before or before.pop().text not in {",", "(", "–", "—", ":"}:
        return []
    run: list[Token] = []
    while before and is_nominal(before[-1]):
        run.insert(0, before.pop())
    return run


def find_label(reading: Reading, token: Token) -> Token | None:
    """The word a number is the name of something with: *Year 4*, *lines 4 and 9*, *phases 1 to 5*, *Engine 7*."""
    at = reading.tokens.index(token)
    plain = token.quantity is not None and not token.quantity.unit and not token.quantity.bound
    if not plain or not token.text[:1].isdigit() or not at:
        return None
    before = reading.tokens[at - 1]
    if any(t.folded in _TIMES for t in reading.tokens[at + 1 : at + 2]) and before.text[:1].islower():
        return None  # "ran the hot line 5 nights a week"
    if before.kind == "number" and before.joined and at > 1:
        word = reading.tokens[at - 2]
        return word if word.folded.removesuffix("s") in _LABELS else None
    if before.folded in {"and", "to", "or"} and at > 2 and reading.tokens[at - 2].kind == "number":
        word = reading.tokens[at - 3]
        return word if word.folded.removesuffix("s") in _LABELS and word.folded.endswith("s") else None
    beside = reading.text[before.end : token.start] == " "
    return before if beside and (before.folded in _LABELS or before.folded.removesuffix("s") in _LABELS or _is_named(before)) else None


def _is_named(token: Token) -> bool:
    """*Engine 7*, *Route 66*; not *Led 7* and not *In May 2021*."""
    opens = token.first and not token.text[1:2].isupper()  # "Restrung 22": a capital that tells nothing
    named = token.kind == "word" and token.text[:1].isupper() and token.content and not token.verb
    return named and not opens and token.folded not in quantities.MONTHS


def is_nominal(token: Token) -> bool:
    """Whether a word can be part of a noun phrase."""
    return token.content and not token.verb and token.folded not in COMPARATIVES | _ADVERBS and not _is_adverb(token.folded)


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") and word not in {"supply", "assembly", "family", "reply", "anomaly", "fly", "ally"}


def find_after(tokens: tuple[Token, ...], at: int) -> list[Token]:
    """The noun phrase after the number: *600 drivers*, *35 % of claims*, *12-person team*."""
    i = at + 1
    if i + 2 < len(tokens) and tokens[i].folded == "per" and tokens[i + 1].content:
        i += 2  # "£30,000 per event budget"
    if [t.folded for t in tokens[i : i + 2]] == ["or", "so"]:
        i += 2  # "eight or so classes"
    if i + 1 < len(tokens) and tokens[at].joined and tokens[i].folded in {"plus", "odd"}:
        i += 1  # "200-plus defects"
    while i < len(tokens) and (
        tokens[i].folded
        in COMPARATIVES
        | {"-", "of", "the", "a", "our", "its", "their", "new", "old", "more", "other", "different", "further", "additional"}
        or tokens[i].text == "-"
    ):
        i += 1
    if i < len(tokens) and tokens[i].folded in _SIZES and not (i + 1 < len(tokens) and is_nominal(tokens[i + 1])):
        return []  # "60 feet long"
    run: list[Token] = []
    if i + 2 < len(tokens) and tokens[i].folded in _LABELS and tokens[i + 1].kind == "number":
        i += 2  # "31 Year 4 pupils"
    if i + 1 < len(tokens) and _modifies(tokens[i], tokens[i + 1]):
        i += 1  # "2,300 catalogued trees", "36 breeding birds", "25 free lessons"
    while i < len(tokens) and (is_nominal(tokens[i]) or tokens[i].joined):
        if is_nominal(tokens[i]):
            run.append(tokens[i])
        i += 1
    if run and run[-1].folded in _KINDS and i + 1 < len(tokens) and tokens[i].folded == "of" and is_nominal(tokens[i + 1]):
        return find_after(tokens, i)  # "two cases of fraud"
    if run and i + 1 < len(tokens) and tokens[i].folded in {"and", "or"} and is_nominal(tokens[i + 1]):
        run += find_after(tokens, i)  # "24 remote and in-person tests"
    if (
        len(run) == 1
        and not run[0].folded.endswith("s")
        and i + 3 < len(tokens)
        and tokens[i].text == ","
        and tokens[i + 2].folded in {"and", "or"}
    ):
        run += find_after(tokens, i + 2)  # "twelve cat, dog and rabbit operations"
    if run and at + 2 < len(tokens) and tokens[at + 1].text == "-" and run[0].folded in {"person", "people", "member", "strong", "man"}:
        return run[:1]
    if run and run[0].folded in quantities.RATES and tokens[tokens.index(run[0]) - 1].folded in {"a", "per"}:
        return []
    beside = [t.folded for t in tokens[tokens.index(run[0]) + 1 : tokens.index(run[0]) + 2]] if len(run) == 1 else []
    if run and run[0].folded in quantities.RATES and beside in (["over"], ["on"], ["before"], ["earlier"]):
        return []  # "12 % year over year"
    if len(run) > 1 and run[-1].folded in quantities.RATES:
        run = run[:-1]
    return run


def _modifies(token: Token, after: Token) -> bool:
    """Whether a word right after a number only describes the noun behind it."""
    return is_nominal(after) and (
        token.verb
        and token.folded.endswith(("ed", "ing"))
        or token.folded in _ADVERBS
        and token.folded in {"free", "overseas", "early", "late"}
    )


def find_after_range(tokens: tuple[Token, ...], at: int) -> list[Token]:
    """The noun phrase after the other end of a range: *80 to 120 guests*."""
    rest = [t for t in tokens[at + 1 : at + 3] if t.text != "-"]
    if rest and rest[0].kind == "number":
        return find_after(tokens, tokens.index(rest[0]))
    if len(rest) == 2 and rest[0].folded in {"to", "or"} and rest[1].kind == "number":
        return find_after(tokens, tokens.index(rest[1]))
    return []


def find_of_change(tokens: tuple[Token, ...], at: int) -> list[Token]:
    """The object of a noun of change: *reduction in latency*."""
    if at + 1 < len(tokens) and tokens[at + 1].folded in {"in", "of", "to", "on"}:
        return find_after(tokens, at + 1)
    return []


def find_before(tokens: tuple[Token, ...], at: int) -> list[Token]:
    """The noun phrase the number hangs on: the first after the verb, or the subject."""
    verb = next((i for i in range(at - 1, -1, -1) if tokens[i].verb), -1)
    between = _find_runs(tokens, verb + 1, at)
    if between:
        return between[0]
    subjects = _find_runs(tokens, 0, max(verb, 0))
    free = [run for run in subjects if not _follows_preposition(tokens, run[0])]
    return free[-1] if free else subjects[-1] if subjects else []


def _follows_preposition(tokens: tuple[Token, ...], token: Token) -> bool:
    """*sales at my chair*: the chair is not what went up."""
    at = tokens.index(token)
    before = [t.folded for t in tokens[max(0, at - 4) : at] if t.kind != "number"][-2:]
    return bool(set(before) & _PREPOSITIONS)


def _find_runs(tokens: tuple[Token, ...], start: int, end: int) -> list[list[Token]]:
    runs: list[list[Token]] = [[]]
    for token in tokens[start:end]:
        if is_nominal(token):
            runs[-1].append(token)
        elif token.text not in {"-", "/"} and runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def join_hyphens(reading: Reading, phrase: list[Token]) -> frozenset[str]:
    """Keys of hyphenated compounds written as one word: *start-ups*, *startups*."""
    pairs = zip(phrase, phrase[1:], strict=False)
    return frozenset(keys.find_key(a.folded + b.folded) for a, b in pairs if b.start == a.end + 1 and reading.text[a.end] in "-‐‑")


def phrase_keys(phrase: list[Token]) -> frozenset[str]:
    """Keys of a run of tokens."""
    return frozenset(t.key for t in phrase)
