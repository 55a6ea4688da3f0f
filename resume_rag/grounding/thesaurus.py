"""What a word may mean, after WordNet: words of one meaning, more general words, words made from others.

Reads a table that `tests/build_thesaurus.py` makes of WordNet 3.0, by the keys of `keys.py`; only meanings that are common count.
Knows nothing of lines: whether a word may stand where another stood is for `substitution.py` to judge.
"""

from __future__ import annotations

import gzip
from bisect import bisect_left
from functools import lru_cache
from importlib.resources import files

_PARTS = ("n", "v", "a", "r", "+")


@lru_cache(maxsize=1)
def _table() -> tuple[list[str], list[str]]:
    """Lines of words, and the more general meanings of each meaning; about 20 ms."""
    packed = (files("resume_rag") / "data" / "thesaurus" / "thesaurus.txt.gz").read_bytes()
    words, _, parents = gzip.decompress(packed).decode("ascii").partition("\n\n")
    return words.split("\n"), parents.split("\n")


@lru_cache(maxsize=16384)
def _find_entry(key: str) -> dict[str, frozenset[str]]:
    words, _ = _table()
    at = bisect_left(words, key + "\t")
    if at == len(words) or not words[at].startswith(key + "\t"):
        return {}
    return {part: frozenset(field.split()) for part, field in zip(_PARTS, words[at].split("\t")[1:], strict=False)}


def list_particle_verbs() -> tuple[str, ...]:
    """The verbs with a particle: *put-up*, *look-into*."""
    return tuple(line.partition("\t")[0] for line in _table()[0] if "-" in line.partition("\t")[0])


def find_meanings(key: str, part: str) -> frozenset[str]:
    """Numbers of the common meanings of a key as a noun (`n`), verb (`v`), adjective (`a`) or adverb (`r`)."""
    return _find_entry(key).get(part, frozenset())


@lru_cache(maxsize=65536)
def _find_wider(meaning: str) -> frozenset[str]:
    """All meanings that are more general than one."""
    nearest = _table()[1][int(meaning)].split()
    return frozenset(nearest).union(*(_find_wider(other) for other in nearest))


@lru_cache(maxsize=16384)
def _find_acts_and_things(key: str) -> frozenset[str]:
    return find_meanings(key, "n") | find_meanings(key, "v")


def shares_meaning(key: str, other: str) -> bool:
    """Whether two keys share a common meaning as nouns or as verbs.

    >>> shares_meaning("fasten", "secur"), shares_meaning("secur", "lower")
    (True, False)
    """
    return not _find_acts_and_things(key).isdisjoint(_find_acts_and_things(other))


@lru_cache(maxsize=65536)
def means_same(key: str, other: str, part: str) -> bool:
    """Whether two keys share a common meaning as one part of speech.

    >>> means_same("fasten", "secur", "v"), means_same("kafka", "rabbitmq", "n"), means_same("rais", "lower", "v")
    (True, False, False)
    """
    return bool(find_meanings(key, part) & find_meanings(other, part))


@lru_cache(maxsize=65536)
def is_more_general(key: str, other: str, part: str) -> bool:
    """Whether a noun names a kind that the other belongs to in most of its meanings, or a verb says less by one step.

    >>> is_more_general("vehicl", "tram", "n"), is_more_general("tram", "vehicl", "n"), is_more_general("determin", "identifi", "v")
    (True, False, True)
    """
    meanings, others = find_meanings(key, part), find_meanings(other, part)
    if part == "v":
        return any(meanings & set(_table()[1][int(meaning)].split()) for meaning in others)
    return 2 * sum(bool(meanings & _find_wider(meaning)) for meaning in others) >= max(len(others), 1)


@lru_cache(maxsize=16384)
def may_be(key: str, kind: str) -> bool:
    """Whether some common meaning of a noun is of a kind: *oiler*, a tanker or a man.

    >>> may_be("oiler", "=person"), may_be("hammer", "=person")
    (True, False)
    """
    kinds = find_meanings(kind, "n")
    return any(kinds & _find_wider(meaning) for meaning in find_meanings(key, "n"))


def find_made(key: str) -> frozenset[str]:
    """Keys made from a key, or that it is made from, in another part of speech, where the stem does not tell.

    >>> "select" in find_made("choic")
    True
    """
    return _find_entry(key).get("+", frozenset())


@lru_cache(maxsize=16384)
def find_trend(key: str) -> int:
    """1 for a verb of getting more (*lengthen*), -1 for one of getting less (*shorten*), 0 for others and those that may be both.

    >>> find_trend("shorten"), find_trend("lengthen"), find_trend("paint")
    (-1, 1, 0)
    """
    wider = frozenset().union(*({meaning} | _find_wider(meaning) for meaning in find_meanings(key, "v")))
    up, down = (bool(wider & find_meanings(root, "v")) for root in ("increas", "decreas"))
    return up - down
