"""Titles inside a line: *assistant manager* is no *manager*, *as manager* needs a manager.

Lie caught: *stood in for the head chef* turned into *served as head chef*. Honest line passed: the title the role has.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.acts import is_agent
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.lexicon import marks, nouns
from resume_rag.grounding.people import is_people, is_person
from resume_rag.grounding.reading import Reading, Token

_STOP = frozenset("for to with by in on at from of into across through and while during over under".split())
_RISING = frozenset("promoted appointed elected advanced rose upgraded promotion".split())
_MEMBERS = keys.keys_of(nouns.COLLECTIVES | frozenset({"volunteer", "candidate", "contact", "user", "helper"}))
_TITLES = keys.keys_of(
    frozenset(w for w, rank in marks.RANKS.items() if rank >= 3)
    | frozenset("engineer nurse teacher manager cook chef welder editor".split())
)


def check_titles(check: LineCheck) -> None:
    """*assistant manager* is no *manager*; *student nurse* is no *nurse*; *lead engineer* needs a lead."""
    _check_as(check)
    _check_plural(check)
    small = {pair for r in check.grounds.all_readings for pair in _small_titles(r)}
    if not small:
        return
    plain = {
        t.key for r in check.grounds.all_readings for i, t in enumerate(r.tokens) if not _is_diminished(r, i) and not _is_anothers(r, i)
    }
    for i, token in enumerate(check.line.tokens):
        for modifier, title in small:
            if token.key != title or title in plain or _is_anothers(check.line, i) and not _opens_title(check.line, i):
                continue
            if not token.folded.endswith("s") and not _is_diminished(check.line, i):
                check.report("seniority_changed", f"the source says “{modifier} {token.folded}”.", token.start, token.end)


def _check_plural(check: LineCheck) -> None:
    """*accompanied six drivers as mentors* for *as mentor*: now they are the mentors."""
    single = {b.folded for r in check.grounds.readings for a, b in _roles_after_as(r) if not b.folded.endswith("s")}
    for _, token in _roles_after_as(check.line):
        if token.folded.endswith("s") and token.folded[:-1] in single and token.folded not in check.grounds.folded:
            check.report(
                "credit_added", f"{check.quote(token.start, token.end)}: in the source this is one, the candidate.", token.start, token.end
            )


def _roles_after_as(reading: Reading) -> list[tuple[Token, Token]]:
    tokens = [t for t in reading.tokens if t.folded not in {"a", "an", "the"}]
    return [(a, b) for a, b in zip(tokens, tokens[1:], strict=False) if a.folded == "as" and b.content and b.kind == "word"]


def _is_diminished(reading: Reading, at: int) -> bool:
    for token in reversed(reading.tokens[max(0, at - 3) : at]):
        if token.folded in marks.DIMINISHERS:
            return True
        if not token.content or token.verb:
            return False
    return False


def _is_anothers(reading: Reading, at: int) -> bool:
    """*foreman assigned me*, *from the outgoing purser*, *reporting to the chief*: a title of somebody that the text speaks of.

    >>> from resume_rag.grounding.reading import read
    >>> [_is_anothers(r, len(r.tokens) - 1) for r in map(read, ["handed over to the new purser", "worked as the purser", "Purser"])]
    [True, False, False]
    """
    after = reading.tokens[at + 1 : at + 2]
    if reading.tokens[at].text.endswith(("'s", "’s")):
        return False  # "given the operator's role"
    if after and after[0].verb and not after[0].folded.endswith("ing") and reading.tokens[at].kind == "word":
        return True
    i = at - 1
    while i >= 0 and reading.tokens[i].content and not reading.tokens[i].verb:
        i -= 1
    if i < 0 or reading.tokens[i].folded not in {"the", "our", "my", "his", "her", "their"}:
        return False
    lead = reading.tokens[i - 1].folded if i else ""
    return lead not in {"as", "was", "am", "became", "been", "being"}


def _opens_title(reading: Reading, at: int) -> bool:
    """*The stage manager on three tours*, *Stage manager directed two tours*: what opens a line, and does nothing to *me*, is the candidate's."""
    i = at - 1
    while i >= 0 and reading.tokens[i].content and not reading.tokens[i].verb:
        i -= 1
    if i >= 0 and reading.tokens[i].folded == "the":
        i -= 1
    opens = i < 0 or reading.tokens[i].kind == "mark"
    return opens and not any(t.folded in {"me", "us"} for t in reading.tokens[at + 1 : at + 6])


def _check_as(check: LineCheck) -> None:
    """*As manager, ...*: a title that the line takes must be one the source or the role gives to the candidate."""
    opening = _opening_title(check.line)
    given = {t.key for r in check.grounds.context for t in r.content} | {t.key for r in check.grounds.readings for t in _taken_titles(r)}
    others = {t.key for r in check.grounds.readings for t in _titles_of_others(r)}
    for token in _taken_titles(check.line):
        if is_agent(token, check.grounds) and not _is_definite(check, token):
            continue
        if marks.RANKS.get(token.folded, 9) < 2 and check.grounds.supports_key(token.key):
            continue
        if token.key in others and token.key not in {t.key for r in check.grounds.readings for t in _taken_titles(r)}:
            check.report(
                "seniority_changed", f"{check.quote(token.start, token.end)}: in the source this is somebody else.", token.start, token.end
            )
        if (
            token.key not in others
            and token.folded not in marks.RANKS
            and any(t.key == token.key and not _is_anothers(r, i) for r in check.grounds.readings for i, t in enumerate(r.tokens))
        ):
            continue
        if any(token is t for t in opening):  # `words.py` judges a title without *as*, unless it is only of somebody else
            uses = [_is_anothers(r, i) for r in check.grounds.readings for i, t in enumerate(r.tokens) if t.key == token.key]
            if uses and all(uses) and token.key not in given and token.folded != "together":
                why = f"{check.quote(token.start, token.end)}: in the source this is somebody else."
                check.report("seniority_changed", why, token.start, token.end)
            continue
        if not any(token.key == key or keys.is_abbreviation(token.key, key) for key in given) and not (
            is_agent(token, check.grounds) and not _is_definite(check, token)
        ):
            check.report(
                "seniority_changed", f"{check.quote(token.start, token.end)}: the source does not give this title.", token.start, token.end
            )


def _titles_of_others(reading: Reading) -> list[Token]:
    """*under the quality engineer*, *with a conservation officer*, *for the head chef*."""
    found = []
    for i, token in enumerate(reading.tokens):
        if (
            token.folded in {"under", "with", "for", "by", "to", "when"}
            and reading.tokens[i + 1 : i + 2]
            and reading.tokens[i + 1].folded in {"a", "an", "the", "my"}
        ):
            after = reading.tokens[i + 2 : i + 6]
            stop = next((j for j, t in enumerate(after) if t.kind != "word" or t.verb or not t.content), len(after))
            found += [t for t in after[max(0, stop - 1) : stop] if is_person(t)]
    return found


def _is_definite(check: LineCheck, token: Token) -> bool:
    at = check.line.tokens.index(token)
    return any(t.folded == "the" for t in check.line.tokens[max(0, at - 3) : at])


def _taken_titles(reading: Reading) -> list[Token]:
    found = _opening_title(reading)
    for i, token in enumerate(reading.tokens):
        if (
            token.folded == "to"
            and i
            and reading.tokens[i - 1].folded in _RISING
            or token.folded in {"was", "am", "became", "been"}
            and (token.first or reading.tokens[i - 1].folded in {"i", "have", "had"})
            or token.folded == "as"
            and (
                token.first
                or reading.tokens[i - 1].folded in {"served", "worked", "acted", "acting", "serving", "working", "joined", "promoted"}
                or _names_a_post(reading, i)
            )
        ):
            after = reading.tokens[i + 1 : i + 6]
            stop = next((j for j, t in enumerate(after) if t.kind == "mark" or t.folded in _STOP), len(after))
            found += [
                t
                for t in after[:stop]
                if t.key in _TITLES or t.folded in marks.RANKS or (_names_a_post(reading, i) and is_person(t) and t.key not in _MEMBERS)
            ]
    return found


def _opening_title(reading: Reading) -> list[Token]:
    """*Purser on short-haul*, *Registered gas engineer until 2016*: a line may open with a post and no verb."""
    run: list[Token] = []
    for token in reading.tokens[:6]:
        if token.kind != "word" or not token.content or token.verb:
            if token.verb and not token.folded.endswith("ing"):
                return []  # "Foreman assigned me the line"
            break
        run.append(token)
    return [t for t in run[-1:] if is_person(t) and not t.folded.endswith("s") and t.key not in _MEMBERS]


def _names_a_post(reading: Reading, at: int) -> bool:
    """*visits as the staff interpreter*, *chapels as conservation officer*: a person's noun closes the phrase after *as*."""
    after = reading.tokens[at + 1 : at + 5]
    stop = next((j for j, t in enumerate(after) if t.kind != "word" or t.verb or t.folded in _STOP), len(after))
    done = stop < len(after) and after[stop].verb  # "as the chief engineer suggested"
    return stop > 0 and not done and is_person(after[stop - 1]) and not after[stop - 1].folded.endswith("s")


@lru_cache(maxsize=4096)
def _small_titles(reading: Reading) -> frozenset[tuple[str, str]]:
    """Pairs of a word that makes a title smaller and the title; up to two words may stand between (*deputy safeguarding lead*)."""
    found = set()
    for i, a in enumerate(reading.tokens):
        if a.folded not in marks.DIMINISHERS:
            continue
        owner = reading.tokens[i - 1] if i else None
        if owner is not None and is_person(owner) and owner.text.endswith(("'s", "’s", "s'", "s’")):
            found.add((a.folded, owner.key))  # "the foreman's deputy"
        for b in reading.tokens[i + 1 : i + 4]:
            if not b.content or b.folded in marks.DIMINISHERS:
                break
            if b.key in _TITLES or is_people(b.key) or b.folded in marks.RANKS:
                found.add((a.folded, b.key))
                break
    return frozenset(found)
