"""Words that set the parts of a source against each other, *weekly* and *monthly*, *first* and *last*: what stood with one stays with it.

Lie caught: *ran the weekly payroll for 65 office staff* for *ran the weekly payroll for 480 factory staff and the monthly one for 65
office staff*. Honest line passed: *ran weekly payroll for 480 factory staff and monthly payroll for 65 office staff*.
"""

from __future__ import annotations

from functools import lru_cache

from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.reading import Reading, Token

_FAMILIES = """
hourly=hourly daily=daily,nightly weekly=weekly fortnightly=fortnightly,biweekly monthly=monthly quarterly=quarterly annual=annual,annually,yearly
first=first second=second third=third fourth=fourth last=last
morning=morning,mornings afternoon=afternoon,afternoons evening=evening,evenings night=night,nights
monday=monday,mondays tuesday=tuesday,tuesdays wednesday=wednesday,wednesdays thursday=thursday,thursdays friday=friday,fridays saturday=saturday,saturdays sunday=sunday,sundays
spring=spring summer=summer autumn=autumn,fall winter=winter
internal=internal,internally external=external,externally
import=import,imports,imported export=export,exports,exported
inpatient=inpatient,inpatients outpatient=outpatient,outpatients
indoor=indoor,indoors outdoor=outdoor,outdoors
junior=junior senior=senior
upper=upper lower=lower
left=left right=right
primary=primary secondary=secondary
"""
_PERIODS = 0
_MEMBERS = {
    word: (number, name)
    for number, line in enumerate(_FAMILIES.strip().splitlines())
    for name, _, words in (part.partition("=") for part in line.split())
    for word in words.split(",")
}


def check_contrasts(check: LineCheck) -> None:
    """Reports numbers that stand with the other of two words.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Ran the weekly payroll for 480 staff and the monthly one for 65 managers", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_contrasts(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Ran the weekly payroll for 65 managers"), find("Ran the weekly payroll for 480 staff")
    (['number_object_changed'], [])
    >>> find("Ran the weekly payroll for 480 staff and 65 managers"), find("Ran payroll for 480 staff and 65 managers")
    (['number_object_changed'], [])
    """
    said = {family for t in check.line.tokens if (family := _family_of(t)) is not None}
    for family in said:
        mine = _assign(check.line, family)
        theirs = [found for r in check.grounds.readings if len(set((found := _assign(r, family)).values())) > 1]
        for found in theirs:
            counts = [token.quantity.value for token in found if token.quantity is not None]
            names = {t.quantity.value: name for t, name in found.items() if t.quantity is not None and counts.count(t.quantity.value) == 1}
            for token, name in mine.items():
                own = names.get(token.quantity.value) if token.quantity is not None else None
                if own is not None and own != name and not check.taken(token.start, token.end):
                    why = f"{check.quote(token.start, token.end)}: in the source this goes with “{own}”."
                    check.report("number_object_changed", why, token.start, token.end)


def _family_of(token: Token) -> int | None:
    found = _MEMBERS.get(token.folded)
    return None if found is None else found[0]


@lru_cache(maxsize=8192)
def _assign(reading: Reading, family: int) -> dict[Token, str]:
    """The numbers of a text, each with the word of a family that it stands with; empty where the text has none or no number.

    Where a number comes first, each has the word behind it (*£84k in the first year, £212k in the last*); else the one before.
    """
    tokens = reading.tokens
    members = [i for i, t in enumerate(tokens) if _family_of(t) == family and not _counts(tokens, i)]
    numbers = [i for i, t in enumerate(tokens) if t.quantity is not None and t.quantity.unit != "calendar" and _family_of(t) is None]
    if not members or not numbers:
        return {}
    found: dict[Token, str] = {}
    behind = numbers[0] < members[0]
    if behind and family == _PERIODS:
        return {}  # "12 boilers checked daily, 40 pumps": a period behind may be said of what came before as well
    for place, i in enumerate(numbers):
        if behind:
            following = numbers[place + 1] if place + 1 < len(numbers) else len(tokens)
            at = next((m for m in members if i < m < following), None)
        else:
            at = next((m for m in reversed(members) if m < i), None)
        if at is not None:
            found[tokens[i]] = _MEMBERS[tokens[at].folded][1]
    return found


def _counts(tokens: tuple[Token, ...], at: int) -> bool:
    """*the first three years*."""
    return at + 1 < len(tokens) and tokens[at + 1].kind == "number" and tokens[at + 1].folded != "one"
