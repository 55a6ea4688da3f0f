"""Years of experience: a claim of N years stands where the sources say so or the dates add up to it.

Dates are the union of the roles' intervals, overlaps counted once. This file has no clock: an open role runs to `today`
where the caller gives it, else to `KNOWN_TODAY`, the month in which this was written, which is never later than today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.keys import are_akin
from resume_rag.grounding.lexicon.marks import STYLE
from resume_rag.grounding.measured import find_measured
from resume_rag.grounding.names import is_same_name
from resume_rag.grounding.reading import Token, read
from resume_rag.schema import Fact

KNOWN_TODAY = "2026-11"
_EXPERIENCE = re.compile(
    r"\b(experience|experienced|career|background|in the (?:industry|field|trade|profession)|history|veteran|practice|in|as|of|at)\b",
    re.IGNORECASE,
)
_ENDS = frozenset("who which that whose with at including and plus".split())
_SLACK_MONTHS = 1
_TOPIC_STOP = frozenset(
    "year years experience professional work working career industry field trade background hands practical proven seasoned relevant combined solid total practice".split()
)


def check_years(check: LineCheck, dated: Sequence[Fact], today: str | None = None) -> None:
    """Reports claims of more years than the sources state or the dates give; settles those that hold."""
    stated = {q.quantity.value for r in check.grounds.readings for q in find_measured(r) if q.quantity.unit == "month"}
    for measured in find_measured(check.line):
        quantity = measured.quantity
        bare = not re.search(r"month|quarter", quantity.text, re.IGNORECASE)  # "five years in the kitchen and three in the bakery"
        if quantity.unit != "month" or not bare:
            continue
        if quantity.value in stated or not _EXPERIENCE.search(check.line.text[quantity.end : quantity.end + 40]):
            continue
        topic = _find_topic(check, quantity.end)
        months = count_months(dated, today, topic)
        if months is None:
            continue
        if months + _SLACK_MONTHS < quantity.value:
            check.report(
                "years_overstated",
                f"{check.quote(quantity.start, quantity.end)}: the dates add up to {months // 12} years.",
                quantity.start,
                quantity.end,
            )
        else:
            check.settled.append((quantity.start, quantity.end))


def _find_topic(check: LineCheck, end: int) -> frozenset[str]:
    """Words of what the years are in: *eight years of welding experience*."""
    following = [t for t in check.line.tokens if t.start >= end]
    stop = next((i for i, t in enumerate(following) if _ends_topic(following, i)), len(following))
    return frozenset(t.key for t in following[:stop] if t.content and t.folded not in _TOPIC_STOP | STYLE)


def _ends_topic(tokens: list[Token], i: int) -> bool:
    """A mark, a verb, another number, *experience* after its kind, or an *and* that goes on to something else."""
    token = tokens[i]
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    goes_on = after is not None and after.content and not after.verb
    return (
        token.kind == "number"
        or token.kind == "mark"
        and token.text in ",;.:"
        or i > 0
        and token.folded in _ENDS
        and not (token.folded == "and" and goes_on)
        or token.verb
        or token.folded == "experience"
        and i > 1
    )


def count_months(facts: Iterable[Fact], today: str | None = None, topic: frozenset[str] = frozenset()) -> int | None:
    """Months covered by the roles that a topic fits; None where there are no dates.

    >>> facts = [
    ...     Fact(id="a", path="work[0].startDate", text="2015-01", section="work", role="work[0]"),
    ...     Fact(id="b", path="work[0].endDate", text="2019-12", section="work", role="work[0]"),
    ... ]
    >>> count_months(facts)
    60
    """
    roles: dict[str, list[Fact]] = {}
    facts = tuple(facts)
    for fact in facts:
        if fact.role and fact.role.startswith(("work", "volunteer")):
            roles.setdefault(fact.role, []).append(fact)
    spans = []
    dated = False
    for members in roles.values():
        span = _find_span(members, today or KNOWN_TODAY)
        dated = dated or span is not None
        if span is not None and _fits(members, topic):
            spans.append(span)
    if topic and (own := _find_own_post(facts, roles, topic)):
        ours = [span for members in own if (span := _find_span(members, today or KNOWN_TODAY)) is not None]
        return max(_union(spans), _union(ours)) if dated else None
    if dated and not spans and topic and not _stands_apart(facts, topic):
        spans = [span for members in roles.values() if (span := _find_span(members, today or KNOWN_TODAY)) is not None]
    return _union(spans) if dated else None


def _find_own_post(facts: tuple[Fact, ...], roles: dict[str, list[Fact]], topic: frozenset[str]) -> list[list[Fact]]:
    """The roles under the candidate's own title, where the summary has the whole topic and no role does: *in small animal practice*."""
    about = frozenset().union(*(read(f.text).keys for f in facts if f.path in {"basics.summary", "basics.label"}))
    label = next((f.text for f in facts if f.path == "basics.label"), None)
    if label is None or not topic <= about:
        return []
    if any(topic <= frozenset().union(*(read(f.text).keys for f in members)) for members in roles.values()):
        return []
    return [members for members in roles.values() if any(f.path.endswith(".position") and is_same_name(f.text, label) for f in members)]


def _stands_apart(facts: tuple[Fact, ...], topic: frozenset[str]) -> bool:
    """Whether a topic stands in the source, but only in degrees, certificates and the like: *hospitality*, studied."""
    homes = {f.section for f in facts if read(f.text).keys & topic}
    return bool(homes) and not homes & {"basics", "work", "volunteer"}


def _fits(members: list[Fact], topic: frozenset[str]) -> bool:
    if not topic:
        return True
    present = frozenset().union(*(read(fact.text).keys for fact in members))
    return any(any(are_akin(key, other) for other in present) for key in topic)


def _find_span(members: list[Fact], today: str) -> tuple[int, int] | None:
    start = next((f.text for f in members if f.path.endswith(".startDate")), None)
    end = next((f.text for f in members if f.path.endswith(".endDate")), None)
    if start is None:
        return None
    return _month(start, 1), _month(end if end is not None else today, 12) + 1


def _month(date: str, default: int) -> int:
    found = re.match(r"(\d{4})(?:-(\d\d))?", date)
    if not found:
        return 0
    return int(found.group(1)) * 12 + (int(found.group(2)) if found.group(2) else default) - 1


def _union(spans: list[tuple[int, int]]) -> int:
    total, reached = 0, -1
    for start, end in sorted(spans):
        start = max(start, reached)
        if end > start:
            total += end - start
            reached = end
    return total
