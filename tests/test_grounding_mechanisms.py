"""Rules that read how a sentence is built, each by a lie that it alone should see and an honest line beside it.

The truth cases count hundreds of lines, so that one lost rule would hardly show there.
"""

from __future__ import annotations

import pytest

from resume_rag.grounding import check_line
from resume_rag.schema import Fact

CASES = [
    ("Clerked 4 jury trials and 37 bench trials.", "Clerked 41 jury trials", "Clerked 41 trials, 4 jury trials and 37 bench trials"),
    ("Opened safes in 4 banks and 3 houses", "Opened safes in 7 banks", "Opened safes in 7 banks and houses"),
    ("Reared 60 queens, sold 35 of them to clubs and kept the rest.", "Sold 25 of 60 queens", "Sold the remaining 25 queens"),
    ("Held a drill every fortnight", "Held two weeks of drills", "Held drills every two weeks"),
    ("Grew subscriptions from 8 accounts to 21.", "Grew subscriptions to 8 accounts from 21", "Grew subscriptions to 21 accounts from 8"),
    ("Was trained by the owner to grade Cheddar.", "Trained the owner to grade Cheddar", "Learned to grade Cheddar from the owner"),
    ("Ran the farm shop and trained 5 nurses.", "Was trained by 5 nurses and ran the farm shop", "Trained 5 nurses and ran the farm shop"),
    ("My sister and I ran the farm shop.", "Ran the farm shop", "Ran the farm shop with my sister"),
    (
        "Led six buyers; two were promoted to senior buyer.",
        "Promoted to senior buyer",
        "Led six buyers, two of whom were promoted to senior buyer",
    ),
    (
        "Put up three tunnels with a neighbour's help.",
        "Helped a neighbour put up three tunnels",
        "With help from a neighbour, put up three tunnels",
    ),
    ("Designed labels; the photographs were taken by the office manager.", "Designed labels and took the photographs", "Designed labels"),
    ("Rerouted traffic in the flood; four lines never stopped.", "Rerouted traffic; no line ever stopped", "Rerouted traffic in the flood"),
]


@pytest.mark.parametrize(("source", "lie", "honest"), CASES)
def test_the_lie_is_seen_and_the_honest_line_passes(source: str, lie: str, honest: str) -> None:
    fact = Fact(id="w0h0", path="work[0].highlights[0]", text=source, section="work", role="work[0]")
    assert check_line(lie, path="p", facts=[fact])
    assert check_line(honest, path="p", facts=[fact]) == ()
