"""Lines that keep the words of their source and change what hangs on what: trades that no other case uses, one lie beside one honest line."""

from __future__ import annotations

import pytest

from resume_rag.grounding import check_line
from resume_rag.schema import Fact

CASES = [  # fact, honest line, lie
    ("Tuned pianos for the opera and organs for two chapels.", "Tuned organs for two chapels and pianos for the opera", "Tuned organs for the opera and pianos for two chapels"),
    ("Hived 30 swarms in 12 villages.", "In 12 villages, hived thirty swarms", "Hived 12 swarms in 30 villages"),
    ("Read water meters; the inspector replaced the faulty ones.", "Read water meters, with faulty ones replaced by the inspector", "Read water meters and replaced the faulty ones"),
    ("Carved the altar rail; my master gilded it.", "Carved the altar rail, which my master gilded", "Carved and gilded the altar rail"),
    ("Walked dogs for nine owners and kept cats for six.", "Walked dogs for 9 owners and kept cats for 6", "Walked dogs for six owners and kept cats for nine"),
    ("Charted the reef with another diver.", "Together with another diver, charted the reef", "Charted the reef"),
    ("Under the senior diver, cleaned hulls.", "Cleaned hulls under the senior diver", "Cleaned hulls"),
    ("Wrote to 80 heirs, 17 of them replied.", "Wrote to 80 heirs, 17 of whom replied", "Wrote to 80 heirs, who replied"),
    ("Moved the archive from boxes to shelves.", "Moved the archive to shelves from boxes", "Moved the archive from shelves to boxes"),
    ("Ferry delays fell from 14 minutes to 6.", "Cut ferry delays from 14 minutes to 6", "Cut ferry delays by 14 minutes to 6"),
    ("Egg losses £90 lower a week since the new crates.", "Egg losses down £90 a week since the new crates", "Egg losses £90 a week since the new crates"),
    ("Licence for the small crane passed, for the large one not.", "Passed the licence for the small crane", "Passed the licence for the large crane"),
    ("Hardly any sheep lost in five winters.", "Five winters with hardly any sheep lost", "No sheep lost in five winters"),
    ("The committee was persuaded by us to keep the old mill.", "Persuaded the committee to keep the old mill", "Was persuaded by the committee to keep the old mill"),
    ("Attended puppet-making courses in Prague.", "Took puppet-making courses in Prague", "Taught puppet-making courses in Prague"),
    ("Painted half of the theatre's sets.", "Painted 50 % of the theatre's sets", "Painted the theatre's sets"),
    ("Sold about 300 wreaths each December.", "Sold around 300 wreaths every December", "Sold up to 300 wreaths each December"),
    ("A gang of four laid the cobbles, I cut them.", "Cut the cobbles that a gang of four laid", "Laid the cobbles with a gang of four"),
    ("Rang the bells at a 40-grave cemetery.", "Rang the bells at a cemetery of 40 graves", "Rang the bells at 40 cemeteries"),
    ("Share of broken tiles from 9 % to 4 %.", "Reduced the share of broken tiles from 9% to 4%", "Reduced the share of tiles with glaze from 9% to 4%"),
    ("Replaced coal by pellets in the greenhouse.", "Replaced coal with pellets in the greenhouse", "Replaced pellets with coal in the greenhouse"),
    ("Wants to sit the harbour pilot exam.", "Wants to take the harbour pilot exam", "Sat the harbour pilot exam"),
    ("Opened the lock gates when the keeper was ill.", "Opened the lock gates in the keeper's absence", "Opened the lock gates every day"),
    ("Persuaded the parish to mend the clock.", "Got the parish to mend the clock", "Mended the parish clock"),
    ("Shot 40 weddings as second photographer.", "Second photographer at 40 weddings", "Shot 40 weddings"),
    ("Mapped caves as one of five cavers.", "One of five cavers who mapped caves", "Mapped caves"),
    ("Took £600 in the best week at the fair.", "Took £600 at the fair in the best week", "Took £600 a week at the fair"),
    ("Net repairs cut to two days with my brother's knots.", "Cut net repairs to two days with my brother's knots", "Cut net repairs to two days with my own knots"),
]  # fmt: skip


def _check(fact: str, line: str) -> list[str]:
    cited = Fact(id="f", path="work[0].highlights[0]", text=fact, section="work", role="work[0]")
    return [finding.code for finding in check_line(line, path="p", facts=[cited])]


@pytest.mark.parametrize(("fact", "honest", "lie"), CASES)
def test_links_are_kept(fact: str, honest: str, lie: str) -> None:
    assert _check(fact, lie), lie
    assert _check(fact, honest) == [], honest
