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
    (
        "I noted all vascular plants, mosses were noted by a specialist.",
        "Noted vascular plants and mosses",
        "Noted vascular plants, with mosses noted by a specialist",
    ),
    (
        "The head chef wrote the summer menu; I developed 12 dishes.",
        "Wrote the summer menu",
        "Developed 12 dishes, with the summer menu written by the head chef",
    ),
    ("46 switches, 11 buildings. Me and one contractor.", "Administered 46 switches", "Administered 46 switches with one contractor"),
    ("Won refunds of $212,000 for 9 clients.", "Won refunds of $212,000 each for 9 clients", "Won $212,000 in refunds for 9 clients"),
    ("Helped the owner hire 4 line cooks.", "Helped the owner hire cooks for 4 lines", "Assisted the owner in hiring four line cooks"),
    ("Used Makaton with one non-verbal pupil.", "Used Makaton with one verbal pupil", "Used Makaton with a non-verbal pupil"),
    ("Swapped Perl for Go in 2019.", "Migrated from Go to Perl in 2019", "Moved from Perl to Go in 2019"),
    ("Parts spend down about £400 a month.", "Cut parts spend to about £400 a month", "Cut parts spend by about £400 a month"),
    (
        "Two outworkers and I sewed 22 waistcoats.",
        "Managed two outworkers who sewed 22 waistcoats",
        "Sewed 22 waistcoats together with two outworkers",
    ),
    ("Handling time came down from 7:40 to 6:05.", "Cut handling time by 6:05", "Cut handling time from 7:40 to 6:05"),
    ("On time every year but one.", "On time every year", "On time every year apart from one"),
    ("Pass rate in my two groups rose to 73%.", "Raised the school's pass rate to 73%", "Raised the pass rate in my two groups to 73%"),
    ("Worked 40 hours a week.", "Worked over 40 hours a week", "Worked forty hours weekly"),
    ("Setup took 50 minutes, it takes 35 now.", "Raised setup from 50 to 35 minutes", "Cut setup from 50 to 35 minutes"),
    ("Wrote reports after each inspection.", "Wrote reports with no inspection", "Wrote reports after every inspection"),
    (
        "Helped with the tests, never signed the forms myself.",
        "Helped with the tests and signed the forms",
        "Assisted with tests, never signing the forms",
    ),
    ("Ran the bar without waste.", "Ran the bar without waste. None.", "Ran the bar with no waste"),
    ("Moved the cut-off from 14:00 to 16:30.", "Moved the cut-off from 16:30 to 14:00", "Moved cut-off from 14:00 to 16:30"),
    ("Never missed a deadline and kept the books.", "Missed deadlines and kept the books", "Met every deadline and kept the books"),
    ("Never late with a payroll, kept the ledger.", "Late with a payroll, kept the ledger", "Never late with payroll and kept the ledger"),
    (
        "Never exceeded the budget, stayed two years.",
        "Exceeded the budget, stayed two years",
        "Never exceeded the budget and stayed two years",
    ),
    (
        "On-call 1 week in 5; average of 2 pages per week.",
        "On call every week; average of 2 pages per week",
        "On call one week in five, with 2 pages a week on average",
    ),
    ("Took 50 minutes, now 35.", "Took 35 minutes, now 50", "Took 50 minutes, now 35 minutes"),
    ("Never missed a deadline.", "Missed a deadline", "Met every deadline"),
    ("Approval was with the line managers, I keyed in 150 lines.", "Approved and keyed in 150 lines", "Keyed in 150 lines"),
    ("Baked 60 loaves with one apprentice shaping.", "Baked and shaped 60 loaves", "Baked 60 loaves, with one apprentice shaping"),
    ("Served 999,999 guests.", "Served 1,000,000 guests", "Served 999999 guests"),
    ("Rerouted traffic in the flood; four lines never stopped.", "Rerouted traffic; no line ever stopped", "Rerouted traffic in the flood"),
    ("Oiled lanes before league night.", "Oiled before league night", "Before league night, the lanes were oiled"),
    ("Spoke for deaf patients at two clinics.", "Spoke for deaf at two clinics", "Spoke at two clinics for deaf patients"),
    ("Kept lot records in Excel.", "Kept lot lot records in Excel", "Kept the lot records in Excel"),
    ("Interpreted for patients at two clinics.", "Interpreted for at two clinics", "Interpreted at two clinics for patients"),
    ("Dropped the price of weekday slots.", "Dropped weekday slots of the price", "Dropped the weekday slots' price"),
    (
        "After a derailment wrote the report for the council.",
        "Wrote a derailment for the council",
        "Wrote the council's report after a derailment",
    ),
    (
        "Rejections came down from 7% to 2% after we weighed trays.",
        "Rejected trays from 7% to 2%",
        "Rejections fell from 7% to 2% after we weighed trays",
    ),
    ("Bound 40 atlases a week.", "Bound 40 a week atlases", "Bound 40 atlases every week"),
]


@pytest.mark.parametrize(("source", "lie", "honest"), CASES)
def test_the_lie_is_seen_and_the_honest_line_passes(source: str, lie: str, honest: str) -> None:
    fact = Fact(id="w0h0", path="work[0].highlights[0]", text=source, section="work", role="work[0]")
    assert check_line(lie, path="p", facts=[fact])
    assert check_line(honest, path="p", facts=[fact]) == ()


@pytest.mark.parametrize(
    ("lie", "honest"),
    [
        ("Ran a lunchtime clinic for 36 pupils", "Ran a lunchtime clinic and entered 36 pupils for a contest"),
        ("Entered 36 pupils by running a lunchtime clinic", "Entered 36 pupils for a contest; ran a lunchtime clinic"),
    ],
)
def test_two_facts_are_joined_but_not_tied(lie: str, honest: str) -> None:
    facts = [
        Fact(id=f"w0h{i}", path=f"work[0].highlights[{i}]", text=text, section="work", role="work[0]", locked=False)
        for i, text in enumerate(["Ran a lunchtime clinic on Tuesdays", "Entered 36 pupils for a contest"])
    ]
    assert check_line(lie, path="p", facts=facts)
    assert check_line(honest, path="p", facts=facts) == ()
