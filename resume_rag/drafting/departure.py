"""How far a rewritten line stands from the wording of the candidate's own: the farther, the less sure that it says the same.

The checks know many ways to say something else; what they do not know gets past them. Lines of small models, labelled by hand, show
that those lies keep the source's words and join them anew (*Identified 27 interactions with the prescriber* for *interactions that
the prescriber then changed*). No rule of language tells them from honest lines; their distance from the source does in most cases
(docs/truth.md has the counts). So a line that goes too far is not used, whether or not it is true.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from resume_rag.text import content_stems, find_words, stem

MAX_EMBEDDED_DEPARTURE = 0.2
"""For the embedded models, where no other is set: their lines were labelled. A better writer's it would mostly refuse, true or not."""


def measure_departure(text: str, original: str) -> float:
    """A number from 0 (the candidate's words in their order, some left out) to 1 (nothing of them in place).

    It is the mean of two shares: of the words that do not stand in runs of the original, in its order; and of the neighbours (among
    words that carry meaning) that are both in the original and are no neighbours there.

    >>> own = "Found 27 interactions in 2020 that the prescriber then changed."
    >>> round(measure_departure("Found 27 interactions in 2020, changed by the prescriber", own), 2)
    0.21
    >>> measure_departure("Found 27 interactions in 2020 that the prescriber changed", own)
    0.0
    """
    return (_share_out_of_order(text, original) + _share_joined_anew(content_stems(text), content_stems(original))) / 2


def _share_out_of_order(text: str, original: str) -> float:
    written, own = ([stem(word.text) for word in find_words(each)] for each in (text, original))
    runs = SequenceMatcher(None, own, written, autojunk=False).get_matching_blocks()
    return 1 - sum(run.size for run in runs) / len(written) if written else 0.0


def _share_joined_anew(written: Sequence[str], own: Sequence[str]) -> float:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(own):
        places.setdefault(word, []).append(place)
    # One word between two is no parting: "weekly stock counts" may become "stock counts, weekly".
    parted = [
        left in places and right in places and min(abs(a - b) for a in places[left] for b in places[right]) > 1
        for left, right in pairwise(written)
    ]
    return sum(parted) / len(parted) if parted else 0.0
