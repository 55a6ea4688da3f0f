"""Words that have changed places: each word of a line keeps the company it has in the source.

Lie caught: *reported to the head of audit on the board* for *reported to the board on the head of audit*. Honest line passed: the same
phrases in another order. Two words are told to have changed places where each stands with what the other stands with in the source,
and better so than with its own; a paraphrase may break links, and does not tie them crosswise.
"""

from __future__ import annotations

from itertools import combinations
from math import fsum

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.links import BY, DOES, HAS, KIND, NEAR, OF, VERB, WITH, Link, find_links, find_peers, key_of
from resume_rag.grounding.measured import find_measured
from resume_rag.grounding.reading import Token
from resume_rag.grounding.thesaurus import find_meanings

_PHRASE = {WITH, OF, HAS, BY}
_WEIGHTS = {WITH: 2.0, OF: 1.5, HAS: 1.5, BY: 0.9, VERB: 1.0, DOES: 1.0, KIND: 0.5, NEAR: 0.8}
_LOOSE = 0.8
_ADDING = frozenset({"half", "total", "day", "week", "month", "year"})
"""*per week*, *in total*, *by half* stand anywhere beside their number."""
_LEAST_GAIN, _LEAST_GAIN_BOTH = 2.2, 1.75


def check_company(check: LineCheck) -> None:
    """Reports pairs of words, of verbs or of numbers that have changed places.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Sold honey to bakers and wax to chandlers", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_company(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Sold wax to bakers and honey to chandlers"), find("Sold wax to chandlers and honey to bakers")
    (['object_changed', 'object_changed'], [])
    """
    theirs: dict[str, list[tuple[Token, frozenset[Link]]]] = {}
    for reading in check.grounds.readings:
        for token, links in find_links(reading).items():
            theirs.setdefault(key_of(token), []).append((token, links))
    names = _name_words(check, theirs)
    mine = [(token, names[token], _rename(links, check, names)) for token, links in find_links(check.line).items() if token in names]
    most = {token: _overlap(links, links, "") for token, _, links in mine}
    moved = {m.token for m in find_measured(check.line) if m.relation}  # `numbers.py` judges *from* and *to*
    peers = frozenset().union(*(find_peers(r) for r in check.grounds.readings))
    # Whose links all stand at one of its own places in the source fits no other place better: most words of an honest line.
    settled = {token for token, key, links in mine if any(links <= uses for _, uses in theirs[key])}
    for (a, key_a, links_a), (b, key_b, links_b) in combinations(mine, 2):
        if key_a == key_b or not _are_alike(a, b) or frozenset((key_a, key_b)) in peers or {a, b} <= moved or {a, b} <= settled:
            continue
        own_a, own_b = _rate(links_a, theirs[key_a], key_b), _rate(links_b, theirs[key_b], key_a)
        if most[a] + most[b] - own_a - own_b < _LEAST_GAIN_BOTH:
            continue  # the other's place could not fit so much better
        cross_a, cross_b = _rate(links_a, theirs[key_b], key_b), _rate(links_b, theirs[key_a], key_a)
        gain_a, gain_b = cross_a - own_a, cross_b - own_b
        kinds = [{key for how, key in links if how == KIND} for links in (links_a, links_b)]
        both = min(gain_a, gain_b) >= 0.85 and bool(kinds[0] & kinds[1])  # two objects, or two phrases behind one preposition
        if min(gain_a, gain_b) >= 0 and gain_a + gain_b >= (_LEAST_GAIN_BOTH if both else _LEAST_GAIN):
            code = "number_object_changed" if a.kind == "number" else "object_changed"
            check.report(code, f"{check.quote(a.start, a.end)} and {check.quote(b.start, b.end)} have changed places.", b.start, b.end)


def check_doubles(check: LineCheck) -> None:
    """*safes and vaults* for *safes*: two things of the line that rest on one of the source."""
    peers = find_peers(check.line)
    told = [t for r in check.grounds.readings for t in r.content]
    for token in check.line.content:
        if token.verb or find_meanings(token.key, "a") or any(t.key == token.key for t in told):
            continue
        homes = {t.key for t in told if keys.are_akin(t.key, token.key)}
        if homes and any(frozenset((token.key, home)) in peers for home in homes) and len(homes) == 1:
            check.report(
                "scope_added", f"{check.quote(token.start, token.end)}: the source names one of the two only.", token.start, token.end
            )


def _are_alike(a: Token, b: Token) -> bool:
    """Whether two words could change places: both nouns, both verbs, or two numbers that are no dates."""
    if {a.folded, b.folded} <= _ADDING or "half" in (a.folded, b.folded):
        return False
    if a.quantity is not None and b.quantity is not None:
        return a.quantity.unit == b.quantity.unit
    return a.kind == b.kind and a.verb == b.verb and not any(t.folded.endswith("ly") for t in (a, b))


def _name_words(check: LineCheck, theirs: dict[str, list[tuple[Token, frozenset[Link]]]]) -> dict[Token, str]:
    """The words of the line that stand for a word of the source, with its key: the same, or one of its kind."""
    named = {}
    for token in check.line.tokens:
        if not token.content and token.kind != "number":
            continue
        key = key_of(token)
        alike = (
            other
            for other, uses in theirs.items()
            if token.kind == "word"
            and any(t.kind == "word" and t.verb == token.verb for t, _ in uses)
            and (keys.are_akin(key, other) or keys.is_wider(key, other))
        )
        found = key if key in theirs else next(alike, None)
        if found is not None and any(t.verb == token.verb for t, _ in theirs[found]):
            named[token] = found
    return named


def _rename(links: frozenset[Link], check: LineCheck, names: dict[Token, str]) -> frozenset[Link]:
    """The links of a word of the line in the words of the source."""
    table = {key_of(token): key for token, key in names.items()}
    return frozenset((how, key if how == KIND else table[key]) for how, key in links if how == KIND or key in table)


def _rate(links: frozenset[Link], uses: list[tuple[Token, frozenset[Link]]], but: str) -> float:
    """How well a word of the line stands as one of the source does, at its best place there."""
    return max((_overlap(links, theirs, but) for _, theirs in uses), default=0.0)


def _overlap(links: frozenset[Link], theirs: frozenset[Link], but: str) -> float:
    rated: dict[str, float] = {}
    for link in links:
        how, key = link
        if key == but:
            continue
        if link in theirs:  # the best of several, and a sum without rounding: sets have no order, and the verdict must not depend on one
            name = f"{how in _PHRASE}{key}"
            rated[name] = max(rated.get(name, 0.0), _WEIGHTS[how])
        elif how in _PHRASE and any((other, key) in theirs for other in _PHRASE):
            rated.setdefault(f"True{key}", _LOOSE)
    return fsum(rated.values())
