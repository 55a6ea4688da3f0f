"""Dates and ranges of dates as resumes write them, to ISO 8601 with the precision that is written.

Knows months in English, German, French and Spanish, seasons (only the year is kept), numeric and ISO forms, Chinese and
Japanese year marks, and words for "until now". Two-digit days and months that could be either (03/04/2021) give the year only.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_MONTH_NAMES = {
    1: "january januar janvier enero jan ene janv jän jänner gennaio janeiro",
    2: "february februar février fevrier febrero feb févr fév",
    3: "march märz maerz mars marzo mar mär mrz",
    4: "april avril abril apr avr abr",
    5: "may mai mayo",
    6: "june juni juin junio jun",
    7: "july juli juillet julio jul juil",
    8: "august août aout agosto aug ago",
    9: "september septembre septiembre sept sep",
    10: "october oktober octobre octubre oct okt",
    11: "november novembre noviembre nov",
    12: "december dezember décembre decembre diciembre dec dez déc dic",
}
_MONTHS = {name: number for number, names in _MONTH_NAMES.items() for name in names.split()}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?:19|20)\d\d"
_END = r"(?![\w%])(?![.,]\d)"
_DATE = rf"""
    (?:(?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])){_END}
     | (?P<dmy>[0-3]?\d[./-][0-3]?\d[./-]{_YEAR}){_END}
     | (?P<dMy>(?:[0-3]?\d(?:st|nd|rd|th|\.)?[ ](?:de[ ])?{_MONTH},?[ ](?:de[ ])?|{_MONTH}[ ][0-3]?\d(?:st|nd|rd|th)?,?[ ]){_YEAR}){_END}
     | (?P<My>{_MONTH}[ ,/-]{{0,3}}(?:de[ ]|of[ ])?(?:{_YEAR}|['’]\d\d)){_END}
     | (?P<Myy>{_MONTH}-\d\d){_END}
     | (?P<yM>{_YEAR}[ ]{_MONTH}){_END}
     | (?P<cjk>{_YEAR}[ ]?[年년](?:[ ]?\d{{1,2}}[ ]?[月월])?)
     | (?P<ym>{_YEAR}[-/.](?:0?[1-9]|1[0-2])){_END}
     | (?P<my>(?:0?[1-9]|1[0-2])[/.-]{_YEAR}){_END}
     | (?P<season>(?:spring|summer|fall|autumn|winter|q[1-4])[ ,/-]{{0,2}}{_YEAR}){_END}
     | (?P<y>{_YEAR}){_END}
    )"""
_NAMED = re.compile(r"\(\?P<\w+>")
_ANY = _NAMED.sub("(?:", _DATE)
_NOW = (
    r"(?:present|current(?:ly)?|now|today|to[ ]date|ongoing|date|heute|jetzt|laufend|présent|present[ ]day|aujourd['’]hui|"
    r"actualidad|actualmente|actual|presente|hoy|atual|oggi|至今|迄今|现在|今|現在|현재|\?{2,3}|\.{3}|…)(?![^\W\d_])"
)
_SEP = (
    r"(?:[ \t]*[-–—−‐‑~～至到]{1,3}[ \t]*(?:年)?|[ \t]+(?:to|until|till|through|thru|bis|à|a|au|hasta|al|/)[ \t]+|[ \t]*/[ \t]*(?=[A-Z]))"
)
_START = r"(?<![\w$€£#.,/-])(?<!\d[ ])"
_RANGE = re.compile(
    rf"""{_START}(?:(?:from|von|de|du|desde)[ ]+)?
    (?:(?P<first>{_ANY}|\?{{3}}){_SEP}(?P<last>{_ANY}|{_NOW})
      |(?P<month>{_MONTH}){_SEP}(?P<same>{_MONTH}[ ]{_YEAR}){_END}
      |(?P<from_year>{_YEAR})[ ]?(?P<dash>[-–—/])[ ]?(?P<to_yy>\d\d){_END}
      |(?:since|seit|depuis|desde|from|ab)[ ]+(?P<since>{_ANY})
    )""",
    re.VERBOSE | re.IGNORECASE,
)
# A bare year counts only where nothing that it could number follows ("2000 users").
_SINGLE = re.compile(rf"{_START}(?:{_ANY})(?:(?<!\D{_YEAR})|(?=[\t ]*(?:$|[,;|)\]·•\t–—-])))", re.VERBOSE | re.IGNORECASE)
_ONE = re.compile(_DATE, re.VERBOSE | re.IGNORECASE)


class FoundDate(NamedTuple):
    """A date in ISO form and where it stands, relative to the text it was found in."""

    iso: str
    start: int
    end: int


class FoundRange(NamedTuple):
    """A range, or one date in ``last`` (``since``: in ``first``), and the whole stretch it takes."""

    first: FoundDate | None
    last: FoundDate | None
    ongoing: bool
    start: int
    end: int

    @property
    def is_range(self) -> bool:
        """Whether two ends were written, or one with a word such as "since"."""
        return self.first is not None


def parse_date(text: str) -> str | None:
    """The ISO form of one date, or None where the text is not a date.

    >>> parse_date("Mar 2021"), parse_date("06/2023"), parse_date("Summer 2019"), parse_date("2020-3"), parse_date("soon")
    ('2021-03', '2023-06', '2019', '2020-03', None)
    """
    match = _ONE.fullmatch(text.strip())
    if match is None:
        return None
    kind, value = str(match.lastgroup), match.group()
    years = re.findall(_YEAR, value)
    numbers = [int(number) for number in re.findall(r"\d+", value)]
    if kind == "iso":
        return str(value)
    if kind == "dmy":
        return _numeric_date(numbers)
    if kind in ("dMy", "My", "Myy", "yM"):
        month = _find_month(value)
        year = years[-1] if years else _full_year(numbers[-1])
        day = numbers[0] if kind == "dMy" else 0
        return f"{year}-{month:02}" + (f"-{day:02}" if 0 < day <= 31 else "")
    if kind == "ym" or (kind == "cjk" and len(numbers) > 1):
        return f"{years[0]}-{numbers[1]:02}" if 1 <= numbers[1] <= 12 else years[0]
    if kind == "my":
        return f"{years[0]}-{numbers[0]:02}"
    return str(years[-1])


def _find_month(value: str) -> int:
    return next(_MONTHS[word] for word in re.findall(r"[^\W\d_]+", value.casefold()) if word in _MONTHS)


def _full_year(two_digits: int) -> int:
    return two_digits + (2000 if two_digits < 70 else 1900)


def _numeric_date(numbers: list[int]) -> str | None:
    first, second, year = numbers
    if first <= 12 < second <= 31:
        return f"{year}-{first:02}-{second:02}"
    if second <= 12 < first <= 31:
        return f"{year}-{second:02}-{first:02}"
    if first == second and 1 <= first <= 12:
        return f"{year}-{first:02}-{first:02}"
    return str(year)


def find_range(text: str) -> FoundRange | None:
    """The range of dates in a line, or its last single date; None where there is none.

    >>> found = find_range("Acme | Mar 2021 - Present")
    >>> found.first.iso, found.ongoing, "Acme | Mar 2021 - Present"[found.start : found.end]
    ('2021-03', True, 'Mar 2021 - Present')
    """
    ranges = list(_RANGE.finditer(text))
    if ranges:
        return _read_range(ranges[-1])
    singles = list(_SINGLE.finditer(text))
    if not singles or (iso := parse_date(singles[-1].group())) is None:
        return None
    start, end = singles[-1].span()
    return FoundRange(None, FoundDate(iso, start, end), False, start, end)


def _read_range(match: re.Match[str]) -> FoundRange:
    start, end = match.span()
    if match["since"]:
        return FoundRange(_found(match, "since"), None, True, start, end)
    if match["to_yy"]:
        first = _found(match, "from_year")
        month = int(match["to_yy"])
        if match["dash"] == "-" and 1 <= month <= 12 and first is not None:
            return FoundRange(None, FoundDate(f"{first.iso}-{month:02}", start, end), False, start, end)
        # The end's own two digits are no date by themselves, so its place is the whole range.
        century = str(match["from_year"])[:2]
        return FoundRange(first, FoundDate(f"{century}{match['to_yy']}", match.start("from_year"), end), False, start, end)
    if match["same"]:
        last = _found(match, "same")
        year = last.iso[:4] if last else ""
        first_iso = f"{year}-{_find_month(match['month']):02}"
        return FoundRange(FoundDate(first_iso, match.start("month"), end), last, False, start, end)
    last = _found(match, "last")
    return FoundRange(_found(match, "first"), last, last is None, start, end)


def _found(match: re.Match[str], group: str) -> FoundDate | None:
    iso = parse_date(match[group])
    return None if iso is None else FoundDate(iso, match.start(group), match.end(group))


def read_dates(text: str) -> frozenset[str]:
    """Every ISO date that a span of the kind ``date`` may stand for.

    >>> sorted(read_dates("Jan - Mar 2020"))
    ['2020-01', '2020-03']
    """
    single = parse_date(text)
    if single is not None:
        return frozenset({single})
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        return frozenset()
    found = _read_range(match)
    return frozenset(date.iso for date in (found.first, found.last) if date is not None)
