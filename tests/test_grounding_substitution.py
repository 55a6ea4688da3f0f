"""Words of a line that stand for words of the source: the thesaurus they rest on, the place they need, and what never passes."""

from __future__ import annotations

from importlib.resources import files

import pytest

from resume_rag.grounding import check_line, keys, thesaurus
from resume_rag.schema import Fact

COMMON = "assess client convince fasten fund glass invoice journey label nurse persuade policy repair salary secure staff teach tram vehicle weld".split()


def _codes(line: str, *facts: str) -> list[str]:
    cited = [Fact(id=f"f{n}", path=f"work[0].highlights[{n}]", text=text, section="work", role="work[0]") for n, text in enumerate(facts)]
    return [finding.code for finding in check_line(line, path="p", facts=cited)]


@pytest.mark.parametrize("word", COMMON)
def test_the_table_knows_common_words_by_the_keys_of_today(word: str) -> None:
    """It is built with `find_key`: where that changes, `tests/build_thesaurus.py` must run again."""
    key = keys.find_key(word)
    assert any(thesaurus.find_meanings(key, part) for part in "nva")


def test_the_table_comes_with_its_licence() -> None:
    notice = (files("resume_rag") / "data" / "thesaurus" / "NOTICE").read_text("utf-8")
    assert "Princeton" in notice


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("Fastened chairs and helped users board", "Secured chairs and helped users board"),
        ("Convinced two retailers to stock the range", "Persuaded two retailers to stock the range"),
        ("Inspected trams and other vehicles each night", "Inspected trams and other vehicles each night."),
        ("Dispatched vehicles from the Leeds depot", "Dispatched trams from the Leeds depot"),
        ("Received a nomination for the press award", "Was nominated for the press award"),
        ("Erected signs at two beaches", "Put up signs at two beaches"),
        ("Ran a pilot of the new scanner on one ward", "Piloted the new scanner on one ward"),
        ("Took night calls on alternate weeks", "Took night calls every other week"),
        ("Shortened month-end close from nine days to five", "Month-end close went from nine days to five"),
        ("Ranked second of 14 negotiators in sales", "Second of 14 negotiators in sales"),
        ("Wrote a course lasting six weeks", "Wrote a six-week course"),
        ("Raised 55,000 euros, funding 18 tapestries", "Raised 55,000 euros for 18 tapestries"),
    ],
)
def test_a_word_in_the_place_of_its_like_passes(line: str, fact: str) -> None:
    assert _codes(line, fact) == []


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("Dispatched trams from the Leeds depot", "Dispatched vehicles from the Leeds depot"),  # more special
        ("Inspected 40 invoices a day", "Inspected 40 receipts a day"),  # another of the kind
        ("Treated hip injuries", "Treated knee injuries"),
        ("Raised waiting times at two sites", "Lowered waiting times at two sites"),  # the opposite
        ("Designed the ward's rota", "Drew the ward's rota"),  # claims the idea
        ("Taught and examined two apprentices", "Taught two apprentices"),  # replaces nothing
        ("Secured funds and chairs", "Secured chairs"),
        ("Took night calls every week", "Took night calls every other week"),
        ("Ran a tutor group", "Piloted a tool with one tutor group"),
        ("Raised 55,000 euros, cleaning and funding 18 tapestries", "Raised 55,000 euros for 18 tapestries"),
    ],
)
def test_a_word_that_says_more_or_else_does_not(line: str, fact: str) -> None:
    assert _codes(line, fact) != []
