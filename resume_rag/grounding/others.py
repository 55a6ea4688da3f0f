"""What others had in hand: a thing that the source gives only to somebody else, which a line takes among the candidate's own.

Lie caught: *taught pad stitching, buttonholes and cutting* for *showed him pad stitching and buttonholes, Mr Thrale did the cutting*.
Honest line passed: *taught pad stitching, with cutting taught by Mr Thrale*. `agents.py` judges the acts, this the things.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.agents import counts_own, find_acts
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.people import is_actor
from resume_rag.grounding.reading import Reading, Token

_TAKING = keys.keys_of(
    frozenset(
        """use adopt approve accept ask praise rate award give tell choose select pick keep pay order buy request invite appoint want need read see
        receive get learn attend pass score win show""".split()
    )
)
"""What others do with the candidate's work, or to the candidate."""
_OWN = frozenset("me my our us i we".split())
_ENDS = frozenset("and while but i we after before because when so for to in at with by from through during into until since".split())
_PRONOUNS = frozenset("he she they".split())
_THEIRS = frozenset("him her his hers them their theirs who whom".split())
_JOINERS = frozenset({"and", "while", "but"})
_BE = frozenset("is are was were be been being".split())


def check_others(check: LineCheck) -> None:
    """Reports things that only somebody else had in hand, where the line does not name who.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="I noted all vascular plants, mosses were noted by a specialist", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_others(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Noted vascular plants and mosses"), find("Noted vascular plants, with mosses noted by a specialist")
    (['credit_added'], [])
    """
    own = _find_own(check)
    for number, reading in enumerate(check.grounds.readings):
        for agent, things in _find_handed(reading):
            named = _find_named(check.line, agent)
            for token in check.line.content:
                near = {token.part} if _is_left_over(check.line, token) else {token.part - 1, token.part, token.part + 1}
                if (
                    not near & named
                    and _is_among(token, things - own)
                    and not _is_passive_here(check.line, token)
                    and not counts_own(check, check.line.tokens.index(token))
                ):
                    said = reading.text[agent.start : agent.end]
                    check.report(
                        "credit_added",
                        f"{check.quote(token.start, token.end)}: in the source this was done by “{said}”.",
                        token.start,
                        token.end,
                        number,
                    )


def _is_left_over(line: Reading, token: Token) -> bool:
    """*beside an interpreter; technical talks* for *beside an interpreter, who took the technical talks*: nobody does them any more."""
    part = line.part_tokens(token.part)
    return part[0].text == ";" and not any(t.verb for t in part)


def _find_named(line: Reading, agent: Token) -> set[int]:
    """The parts of a line that name somebody: the one who did it, or anybody where the source has only *he*, *she* or a name."""
    loose = agent.folded in _PRONOUNS | _THEIRS or agent.named
    return {
        t.part
        for t in line.tokens
        if t.content and keys.are_akin(t.key, agent.key) or t.folded in _PRONOUNS or loose and (t.folded in _THEIRS or is_actor(t))
    }


def _is_among(token: Token, things: frozenset[str]) -> bool:
    """Whether a word is one of the things, or the verb that one is made of: *approved*, *approval*."""
    return token.key in things or token.verb and any(keys.is_derived(token.key, key) for key in things)


def _find_own(check: LineCheck) -> frozenset[str]:
    """Keys of all words that stand outside of others' acts."""
    found: set[str] = set()
    for reading in check.grounds.readings:
        taken = frozenset().union(*(span for _, span in find_others_spans(reading)))
        found |= {t.key for t in reading.content if t not in taken}
    return frozenset(found)


@lru_cache(maxsize=4096)
def _find_handed(reading: Reading) -> tuple[tuple[Token, frozenset[str]], ...]:
    """Who, and the keys of what that person did or did it to."""
    return tuple(
        (agent, frozenset(t.key for t in span if t.content and (not t.verb or t.folded.endswith("ing")) and t is not agent) - keys.STYLE)
        for agent, span in find_others_spans(reading)
    )


@lru_cache(maxsize=4096)
def find_others_spans(reading: Reading) -> tuple[tuple[Token, frozenset[Token]], ...]:
    """Each act of somebody else, with the words of its own clause."""
    return (*_find_kept(reading), *_find_alongside(reading), *_find_done(reading))


def _find_kept(reading: Reading) -> Iterator[tuple[Token, frozenset[Token]]]:
    """*approval was with the line managers*."""
    tokens = reading.tokens
    for i, (token, after) in enumerate(zip(tokens, tokens[1:], strict=False)):
        if token.folded in _BE and after.folded in {"with", "by"}:
            who = next((t for t in tokens[i + 2 : i + 6] if is_actor(t)), None)
            span = tokens[_find_start(tokens, i, _ENDS) : i]
            if who is not None and span and not any(t.verb and t.content or t.folded in _OWN for t in span):
                yield who, frozenset(span)


def _find_alongside(reading: Reading) -> Iterator[tuple[Token, frozenset[Token]]]:
    """*with one apprentice shaping*."""
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        before = tokens[max(0, i - 4) : i]
        if token.folded.endswith("ing") and before and is_actor(before[-1]) and any(t.folded == "with" for t in before):
            yield before[-1], frozenset({token})


def _find_done(reading: Reading) -> Iterator[tuple[Token, frozenset[Token]]]:
    """*the foreman did any reprogramming*, *mosses were noted by a specialist*: the act and what it was done to."""
    tokens = reading.tokens
    for act in find_acts(reading):
        agent = act.agents[0] if act.agents and not act.ours and act.verb.key not in _TAKING else None
        if agent is None or agent.key in keys.CLIENTELE:
            continue
        if agent.folded == "they" and not any(is_actor(t) and t.key not in keys.CLIENTELE for t in tokens[: tokens.index(agent)]):
            continue
        at = tokens.index(act.verb)
        if act.passive:
            start = _find_start(tokens, at, _JOINERS)
            head = next((i for i in range(start, at) if tokens[i].folded in _ENDS), at)
            span = (*tokens[start:head], act.verb)
        else:
            start = min(at, tokens.index(min(act.agents, key=lambda t: t.start)))
            rest = tokens[at + 1 :]
            stop = next((n for n, t in enumerate(rest) if t.kind == "mark" and t.text in ",.;:()–—" or t.folded in _ENDS), len(rest))
            span = tokens[start : at + 1 + stop]
        if not any(t.folded in _OWN for t in span):
            yield agent, frozenset(span)


def _find_start(tokens: tuple[Token, ...], at: int, stops: frozenset[str]) -> int:
    while at and tokens[at - 1].kind != "mark" and tokens[at - 1].folded not in stops:
        at -= 1
    return at


def _is_passive_here(line: Reading, token: Token) -> bool:
    """*with the glazing subcontracted*, *after two nurses were hired*: the line does not say that the candidate did it."""
    at = line.tokens.index(token)
    if token.verb:
        return at > 0 and line.tokens[at - 1].folded in _BE
    for other in line.tokens[at + 1 : at + 5]:
        if other.kind == "mark" or other.folded in {"and", "by"}:
            return False
        if other.folded in _BE or other.folded.endswith("ed") or keys.is_irregular(other.folded) and keys.is_verb_key(other.key):
            return True
    return False
