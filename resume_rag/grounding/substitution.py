"""Whether a word of a line without a source of its own stands in the place of a word of the source that the line no longer uses.

Lie caught: *invoices* for *receipts*, two kinds of one thing. Honest line passed: *fastened their chairs* for *secured their
chairs*. The word must mean the same or be more general, be the same part of speech or made from it, and keep the company that the
other kept. A word that replaces nothing is an addition, whatever it means.
"""

from __future__ import annotations

from collections.abc import Iterator

from resume_rag.grounding import keys
from resume_rag.grounding.acts import find_name, find_objects
from resume_rag.grounding.grounds import Grounds
from resume_rag.grounding.reading import Reading, Token
from resume_rag.grounding.thesaurus import find_made, is_more_general, means_same

_INVENTING = keys.keys_of(
    frozenset(
        "design devise develop invent engineer create plan found establish initiate originate conceive run win decide approve".split()
    )
)
"""Verbs that claim the idea, the decision or the prize: near in meaning to much that claims less."""
_TURNING = keys.keys_of(frozenset("refuse fail decline deny reject forget cease avoid prevent choose select pick".split()))
"""Verbs that turn a statement round, or claim a choice: they never only join."""
_OF_NOUNS = ("al", "ic", "ine", "ary", "ous", "ar")
"""Endings of adjectives that say no more than *of*: *contractual*, *marine*. A verb made from a noun claims an act (*designer*, *designed*)."""
_LEFT_OUT = 1  # words of the source that a line with such a verb may leave out
_NEAR_WORDS = 3
_SHORT_WORDS = 4


def find_replaced(line: Reading, token: Token, grounds: Grounds) -> Token | None:
    """The word of a source that a word of the line stands for, or None.

    >>> from resume_rag.schema import Fact
    >>> from resume_rag.grounding.reading import read
    >>> grounds = Grounds([Fact(id="f", path="f", text="Helped wheelchair users board and secured their chairs", section="work")])
    >>> [find_replaced(line, line.tokens[0], grounds) is not None for line in map(read, ["Fastened chairs", "Repaired chairs"])]
    [True, False]
    """
    if token.verb and token.key in _INVENTING:
        return None
    for reading in grounds.readings:
        for other in find_left(line, token, reading):
            if stands_for(token, other, find_name(line, token), find_name(reading, other)) and _keeps_company(line, token, reading, other):
                return other
    return None


def is_link(line: Reading, token: Token, grounds: Grounds) -> bool:
    """Whether a verb inside a sentence displaces no verb of the source and joins only what is said there: *, funding 18 tapestries*.

    >>> from resume_rag.schema import Fact
    >>> from resume_rag.grounding.reading import read
    >>> grounds = Grounds([Fact(id="f", path="f", text="Raised 55,000 euros for 18 tapestries", section="work")])
    >>> lines = [read(f"Raised 55,000 euros, {said} 18 tapestries") for said in ("funding", "cleaning and funding")]
    >>> [is_link(line, line.tokens[3], grounds) for line in lines]
    [True, False]
    """
    at = line.tokens.index(token)
    before, after = line.tokens[max(0, at - 1)], line.tokens[min(at + 1, len(line.tokens) - 1)]
    opens = token.first or before.folded in {"and", "or", "then", "to"} or before.text == ";"
    opens = opens or (before.verb and not token.folded.endswith("ing"))  # *reduced speed*: a noun, whatever it is elsewhere
    listed = after is token or after.kind == "mark" or after.folded in {"and", "or"}
    if not token.verb or opens or listed or token.key in _INVENTING | _TURNING or not (token.folded.endswith("ing") or not after.content):
        return False
    left = [t for reading in grounds.readings for t in find_left(line, token, reading)]
    return not any(t.verb for t in left) and len(left) <= (0 if after.kind == "number" else _LEFT_OUT)


def find_left(line: Reading, token: Token, reading: Reading) -> Iterator[Token]:
    """The words of a source that no other word of the line carries."""
    carried = [t.key for t in line.content if t is not token]
    return (t for t in reading.content if not any(keys.are_akin(t.key, key) for key in carried))


def stands_for(token: Token, other: Token, key: str, other_key: str) -> bool:
    """Whether a word means the same as another, or is more general; or is made from such a word."""
    for part in _parts(token):
        for their_part in _parts(other):
            if part == their_part and (means_same(key, other_key, part) or (part in "nv" and is_more_general(key, other_key, part))):
                return True
            if part in "na" and their_part == "v" and any(base == other_key or means_same(base, other_key, "v") for base in find_made(key)):
                return True
    return (
        other_key in find_made(key)
        and not token.verb
        and not token.folded.endswith("ly")
        and (token.folded.endswith(_OF_NOUNS) or other.folded.endswith(_OF_NOUNS))
    )


def _parts(token: Token) -> str:
    if token.verb:
        return "v"
    return "nvar" if token.folded.endswith(("ed", "ing")) else "nar"


def _keeps_company(line: Reading, token: Token, reading: Reading, other: Token) -> bool:
    """Whether some word beside the one also stands beside the other, or the two acts are done to the same thing."""
    if len(reading.content) <= _SHORT_WORDS:
        return True
    if token.verb and other.verb:
        mine, theirs = find_objects(line, token), find_objects(reading, other)
    else:
        mine, theirs = _find_neighbours(line, token), _find_neighbours(reading, other)
    return any(keys.are_akin(a, b) for a in mine for b in theirs)


def _find_neighbours(reading: Reading, token: Token) -> frozenset[str]:
    words = [t for t in reading.tokens if t.content or t.kind == "number"]
    at = words.index(token)
    return frozenset(t.key for t in words[max(0, at - _NEAR_WORDS) : at + _NEAR_WORDS + 1] if t is not token)
