"""Who acted: what was done to the candidate, or by somebody else, the candidate did not do.

Lie caught: *was trained by the maker* turned into *trained the maker*. Honest line passed: *received training from the maker*.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.measured import is_people
from resume_rag.grounding.reading import Reading, Token

_LEARNT = keys.keys_of(frozenset({"train", "qualify", "certify", "mentor", "coach"}))


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
    if passive and any(t.folded in {"which", "that", "who"} for t in before):
        return False
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
