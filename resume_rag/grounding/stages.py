"""When a number held: *£84k in the first full year, £212k in the last*, *0 days in 2022; 9 days in 2021*, *85,000 in 2020; 62,000 the year
before*, *it was a quarter when I came*. Two numbers of one thing at two times are a change from the earlier to the later one.

Lie caught: *three in five in 2015 and one in five last year* for the reverse. Honest line passed: *rose from one in five to three in five*.
"""

from __future__ import annotations

from resume_rag.grounding.lexicon.quantities import MONTHS, ORDINALS
from resume_rag.grounding.reading import Reading, Token

_TIMES = frozenset("year season month quarter week term season round visit attempt".split())
_FIRST, _LAST, _START, _END, _NOW = 0.001, 0.9, -9000.0, 9000.0, 9100.0
_EARLIER, _LATER = -8000.0, 8000.0
_BEFORE = frozenset("before earlier previously formerly".split())
_PRESENT = frozenset("now today currently".split())
_ENTERING = frozenset("started joined came arrived began took inherited".split())
_LEAVING = frozenset("left finished retired resigned".split())
_PLACING = frozenset("in at for with".split())
_OTHER_TIMES = _PRESENT | _BEFORE | frozenset("last final latest recent previous preceding spring summer autumn winter fall".split())
_JOINING = frozenset("and to from but while".split())
_DATING = frozenset({"in", "(", "by"})
_MARKS = frozenset(",;.()–—:")


def find_stage(tokens: list[Token]) -> float | None:
    """A place on the line of time that words beside a number give; None where they give none.

    >>> from resume_rag.grounding.reading import read
    >>> [
    ...     find_stage(list(read(text).tokens))
    ...     for text in ("in 2016", "in the first full year", "the year before", "when I started", "a day")
    ... ]
    [2016.0, 0.001, -8000.0, -9000.0, None]
    """
    words = [t.folded for t in tokens]
    years = [t.quantity.value for t in tokens if t.quantity is not None and t.quantity.unit == "calendar"]
    if len(years) == 1:
        return years[0]
    for i, word in enumerate(words):
        after = words[i + 1 : i + 5]
        if word == "when" and after[:1] in (["i"], ["we"]) and set(after[1:3]) & (_ENTERING | _LEAVING):
            return _START if set(after[1:3]) & _ENTERING else _END
        if word in ORDINALS and i and words[i - 1] in {"the", "my", "our"} and (not after or set(after[:2]) & _TIMES):
            return ORDINALS[word] * _FIRST
        if word in {"last", "final"} and i and words[i - 1] in {"the", "my", "our"} and (not after or set(after[:2]) & _TIMES):
            return _LAST
        if word == "last" and after[:1] and after[0] in _TIMES and (not i or words[i - 1] not in {"the", "my", "our"}):
            return _NOW - 1
        if word in {"previous", "preceding"} and after[:1] and after[0] in _TIMES:
            return _EARLIER
        if word in _TIMES and after[:1] == ["before"] and len(after) == 1 and i and words[i - 1] == "the":
            return _EARLIER
        if word == "before" and after[:1] in (["it"], ["that"], ["this"]):
            return _EARLIER
        if word == "last" and after[:1] in (["one"], ["audit"]):
            return _LAST
        if word in {"latest", "recent"} and i and words[i - 1] in {"the", "most", "my"}:
            return _LAST
        if word in _BEFORE and (len(words) == 1 or word == "previously"):
            return _EARLIER
        if word in {"start", "beginning", "outset"} and words[max(0, i - 2) : i] == ["at", "the"]:
            return _START
        if word == "initially":
            return _START
        if word == "end" and words[max(0, i - 2) : i] in (["at", "the"], ["by", "the"]):
            return _END
        if word in _PRESENT or word == "this" and after[:1] and after[0] in _TIMES:
            return _NOW
    return None


def _opens_dated(reading: Reading, comma: int) -> bool:
    """*In 2018, £310k*: the year opens the sentence."""
    before = reading.tokens[max(0, comma - 2) : comma]
    dated = len(before) > 1 and before[1].quantity is not None and before[1].quantity.unit == "calendar"
    return dated and before[0].first


def find_year(reading: Reading, token: Token) -> float | None:
    """The one year a number stands with in its clause: the 2018 of *£310k in 2018*, *in 2018, £310k*."""
    at = reading.tokens.index(token)
    behind: list[Token] = []
    for other in reading.tokens[at + 1 : at + 9]:
        counted = other.quantity is not None and other.quantity.unit != "calendar"
        if other.text in _MARKS - {"(", ")"} or other.folded in _JOINING or counted:
            break
        behind.append(other)
    ahead: list[Token] = []
    for other in reversed(reading.tokens[max(0, at - 8) : at]):
        counted = other.quantity is not None and other.quantity.unit != "calendar"
        opens = other.text == "," and not ahead and _opens_dated(reading, reading.tokens.index(other))
        if other.text in _MARKS and not opens or other.folded in _JOINING or counted:
            break
        ahead.append(other)
    words = [t.folded for t in behind]
    if "year" in words and words[words.index("year") + 1 :][:1] == ["before"] or "previous" in words and "year" in words:
        all_years = [t.quantity.value for t in reading.quantities if t.quantity is not None and t.quantity.unit == "calendar"]
        return all_years[0] - 1 if len(all_years) == 1 else None  # "62,000 the year before"
    for tokens in (behind, ahead):
        years = [t for t in tokens if t.quantity is not None and t.quantity.unit == "calendar"]
        if years:
            single = len(years) == 1 and reading.tokens[reading.tokens.index(years[0]) - 1].folded in _DATING
            return years[0].quantity.value if single and years[0].quantity is not None else None
    return None


def _says_more(ahead: list[Token], between: list[Token], behind: list[Token]) -> bool:
    """*40 beds in Bath in 2018, 25 in York in 2019*: the second number is of another place."""
    said = {t.key for t in (*ahead, *between)}
    for before, token in zip(behind, behind[1:], strict=False):
        timed = (
            token.folded.removesuffix("s") in _TIMES or token.folded in _OTHER_TIMES or token.folded in MONTHS or token.folded in ORDINALS
        )
        if token.content and not timed and token.key not in said and before.folded in _PLACING:
            return True
    return False


def find_stages(reading: Reading, a: Token, b: Token, end: int) -> tuple[float, float] | None:
    """When the first of two numbers held and when the second; None where one is not told. `end` is where the words of the second end.

    >>> from resume_rag.grounding.reading import read
    >>> r = read("Earned £84k in the first full year, £212k in the last")
    >>> find_stages(r, r.quantities[0], r.quantities[1], len(r.text))
    (0.001, 0.9)
    """
    between = [t for t in reading.tokens if a.end <= t.start < b.start]
    if any(t.text == "." for t in between):
        return None
    places = [i for i, t in enumerate(between) if t.text in _MARKS or t.folded == "and"]
    cut = places[-1] if places else len(between)
    behind = [t for t in reading.tokens if b.end <= t.start < end]
    stop = next((i for i, t in enumerate(behind) if t.text in _MARKS or t.folded == "and"), len(behind))
    ahead = [t for t in reading.tokens if t.end <= a.start]
    start = next((i for i in range(len(ahead) - 1, -1, -1) if ahead[i].text in _MARKS), -1)
    first = find_stage(between[:cut])
    if first is None:
        first = find_stage(ahead[start + 1 :])
    if _says_more(ahead, between, behind[:stop]):
        return None
    second = find_stage(behind[:stop])
    if second is None:
        second = find_stage(between[cut:])
    return None if first is None or second is None or first == second else (first, second)
