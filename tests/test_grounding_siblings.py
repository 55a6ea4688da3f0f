"""One thing is not another of its kind: every word of a list in the place of every other word of it is refused."""

from __future__ import annotations

from itertools import permutations

import pytest

from resume_rag.grounding import check_line
from resume_rag.schema import Fact

SIBLINGS = {
    "Helped train 12 newly hired {} in the new procedure.": (
        "nurses doctors teachers midwives pharmacists paramedics dentists engineers electricians plumbers drivers pilots cooks waiters"
        " cashiers buyers suppliers donors landlords lawyers accountants auditors librarians farmers soldiers translators"
    ),
    "Prepared 40 {} a month for the finance team.": "invoices receipts contracts letters budgets forecasts payslips manuals recipes licences newsletters",
    "Serviced 40 {} a month for the maintenance team.": "pumps valves boilers turbines bearings pipes sensors printers routers tractors buses cranes lathes ovens",
    "Cleaned the {} every evening with two colleagues.": "ward school nursery office warehouse factory restaurant hotel kitchen garage museum court station theatre pool",
    "Prepared {} for 60 guests each evening.": "bread soups salads fish lamb chicken eggs cheese coffee wine vegetables fruit rice",
    "Reduced {} by 20 % in two years.": "cost waste accidents complaints injuries delays turnover profit margin speed quality attendance output latency energy noise",
    "{} 40 wooden boxes a week.": "Repaired Cleaned Designed Sold Bought Rejected Translated Supervised Billed Counted Painted Drilled Measured",
}


@pytest.mark.parametrize("sentence", SIBLINGS)
def test_no_sibling_passes_for_another(sentence: str) -> None:
    passed = []
    for source, other in permutations(SIBLINGS[sentence].split(), 2):
        fact = Fact(id="f", path="work[0].highlights[0]", text=sentence.format(source), section="work", role="work[0]")
        if not check_line(sentence.format(other), path="p", facts=[fact]):
            passed.append(f"{source} -> {other}")
    assert passed == []
