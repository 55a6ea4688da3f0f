"""Which of several deployments serves a key: sticky, weighted, and the same in every process. Pure.

A key is a candidate or a tenant. Its place on the line from 0 to 100 is a hash, salted by the canary's version: as the share
grows, who has the canary keeps it, and another version begins with other people. Among deployments of one role the choice is
weighted rendezvous hashing (Schindelhauer and Schomaker 2005): one that goes moves only its own keys.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence


def find_place(key: str, salt: str) -> float:
    """A key's place, at least 0 and below 100.

    >>> find_place("a", "v2") == find_place("a", "v2")
    True
    >>> find_place("a", "v2") == find_place("a", "v3")
    False
    """
    digest = hashlib.blake2b(f"{salt}\0{key}".encode(), digest_size=8).digest()
    # 53 bits: what a float holds, so that the place stays below 100.
    return 100 * (int.from_bytes(digest) >> 11) / 2**53


def select_weighted(key: str, choices: Sequence[tuple[str, float]]) -> str:
    """One of the names, each with the probability of its weight over all keys; a key always has the same.

    Args:
        key: who asks.
        choices: names and weights above 0; at least one.

    >>> select_weighted("a", [("only", 2.0)])
    'only'
    """

    def score(choice: tuple[str, float]) -> float:
        name, weight = choice
        # Above 0, for the logarithm.
        return -weight / math.log((find_place(key, name) + 1e-12) / (100 + 1e-9))

    return max(choices, key=score)[0]
