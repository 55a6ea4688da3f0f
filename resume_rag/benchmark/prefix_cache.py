"""What a prefix cache without end would hold of a row of prompts, for sizes of block that the machine at hand does not have.

As vLLM does it: a prompt is cut into whole blocks from its beginning, a block counts as cached where it and all before it
have been seen, and the last token is always read anew. Takes tokens; knows nothing of what they say.
"""

from __future__ import annotations

from collections.abc import Sequence


def count_cached_tokens(prompts: Sequence[Sequence[int]], block_tokens: int) -> int:
    """Tokens of all prompts that would come from the cache, if they are read one after the other.

    >>> count_cached_tokens([[1, 2, 3, 4, 5], [1, 2, 3, 4, 6], [1, 2, 9, 4, 5], [1, 2]], 2)
    6
    """
    seen: set[tuple[int, ...]] = set()
    cached = 0
    for prompt in prompts:
        beginnings = [tuple(prompt[:end]) for end in range(block_tokens, len(prompt) + 1, block_tokens)]
        known = sum(beginning in seen for beginning in beginnings if len(beginning) < len(prompt))
        cached += known * block_tokens
        seen.update(beginnings)
    return cached
