"""When two written forms of a name, title, degree, date, place, level or contact detail are the same.

Strict: a suffix (Ltd, GmbH) is part of a name. What only says less is the same: a year for a month, a city without its country.
"""

from __future__ import annotations

import re
from functools import lru_cache

from resume_rag.grounding.lexicon.quantities import MONTHS
from resume_rag.text import fold

_ABBREVIATIONS = {
    "sr": "senior", "jr": "junior", "mgr": "manager", "asst": "assistant", "assoc": "associate", "vp": "vice president", "eng": "engineer", "dept": "department",
    "bsc": "bachelor of science", "bs": "bachelor of science", "ba": "bachelor of arts", "msc": "master of science", "ms": "master of science", "ma": "master of arts",
    "beng": "bachelor of engineering", "meng": "master of engineering", "mba": "master of business administration", "phd": "doctor of philosophy",
    "bcom": "bachelor of commerce", "mcom": "master of commerce", "btech": "bachelor of technology", "mtech": "master of technology", "bed": "bachelor of education",
    "med": "master of education", "bfa": "bachelor of fine arts", "mfa": "master of fine arts", "bba": "bachelor of business administration", "llb": "bachelor of laws",
    "llm": "master of laws", "msw": "master of social work", "bsw": "bachelor of social work", "mphil": "master of philosophy", "dphil": "doctor of philosophy",
    "aas": "associate of applied science", "hnd": "higher national diploma", "hnc": "higher national certificate", "pgce": "postgraduate certificate in education",
    "hons": "honors", "honours": "honors", "honor": "honors", "bachelors": "bachelor", "masters": "master", "incorporated": "inc", "limited": "ltd", "corporation": "corp", "st": "saint", "univ": "university",
}  # fmt: skip

_STATES = {
    pair.partition(":")[0]: pair.partition(":")[2]
    for pair in """al:alabama|ak:alaska|az:arizona|ar:arkansas|co:colorado|ct:connecticut|fl:florida|ga:georgia|hi:hawaii|id:idaho|il:illinois|ia:iowa|ks:kansas|ky:kentucky|
    la:louisiana|me:maine|md:maryland|ma:massachusetts|mi:michigan|mn:minnesota|ms:mississippi|mo:missouri|mt:montana|nh:new hampshire|nj:new jersey|nm:new mexico|ny:new york|
    nc:north carolina|nd:north dakota|oh:ohio|ok:oklahoma|or:oregon|pa:pennsylvania|ri:rhode island|sc:south carolina|sd:south dakota|tn:tennessee|tx:texas|ut:utah|vt:vermont|
    va:virginia|wa:washington|wv:west virginia|wi:wisconsin|wy:wyoming|on:ontario|bc:british columbia|qc:quebec|ab:alberta|mb:manitoba|ns:nova scotia|nb:new brunswick|
    sk:saskatchewan|nsw:new south wales|vic:victoria|qld:queensland|tas:tasmania""".replace("\n    ", "").split("|")
}  # fmt: skip
"""States and provinces by their letters; those that are a country's as well (de, in, ca) stay with the country."""
_COUNTRIES = {
    name: names[0]
    for names in (
        ("gb", "uk", "united kingdom", "great britain"), ("us", "usa", "united states", "united states of america"), ("de", "germany", "deutschland"),
        ("fr", "france"), ("nl", "netherlands", "the netherlands"), ("es", "spain"), ("it", "italy"), ("ie", "ireland"), ("ca", "canada"),
        ("au", "australia"), ("nz", "new zealand"), ("in", "india"), ("ch", "switzerland"), ("at", "austria"), ("pl", "poland"), ("se", "sweden"),
        ("no", "norway"), ("dk", "denmark"), ("pt", "portugal"), ("ae", "uae", "united arab emirates"), ("sg", "singapore"), ("za", "south africa"),
    )
    for name in names
}  # fmt: skip
_LOCAL_DIGITS, _COUNTRY_DIGITS = 7, 3


@lru_cache(maxsize=8192)
def normalise_name(text: str) -> str:
    """One form for names and titles: no case, no punctuation, usual abbreviations written out.

    >>> normalise_name("Sr. Nurse, ICU") == normalise_name("Senior Nurse ICU"), normalise_name("Quay Ltd") == normalise_name("Quay GmbH")
    (True, False)
    """
    folded = fold(text).replace("&", " and ").replace("'", "")
    folded = re.sub(r"(?<=\b\w)\.(?=\w\b)|\.(?=\s|$)|(?<=[a-z])\.(?=[a-z]{1,3}\.?(?:\s|$))", "", folded)
    words = re.sub(r"[^\w+#]+", " ", folded).split()
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


def is_same_name(a: str, b: str) -> bool:
    """Whether two names are one."""
    return normalise_name(a) == normalise_name(b)


def is_same_words(a: str, b: str) -> bool:
    """Whether two names hold the same words in any order: *Diploma, Level 3*, *Level 3 Diploma*."""
    return sorted(_words(a)) == sorted(_words(b))


def _words(text: str) -> list[str]:
    return [word for word in normalise_name(text).split() if word not in {"in", "of"}]


def is_same_parts(a: str, b: str) -> bool:
    """Whether two names hold the same parts, whatever stands in brackets, and but for initials of one of them.

    >>> is_same_parts("RPT (Registered Piano Technician)", "Registered Piano Technician (RPT)")
    True
    >>> (
    ...     is_same_parts("Certified Auditor (CA), in progress", "Certified Auditor (in progress)"),
    ...     is_same_parts("Certified Auditor (CA)", "Certified Auditor (in progress)"),
    ... )
    (True, False)
    """
    return _name_parts(a) == _name_parts(b)


@lru_cache(maxsize=4096)
def _name_parts(text: str) -> tuple[str, ...]:
    parts = [part.strip() for part in re.split(r"[,;()\[\]]|\s[-–—]\s", text) if part.strip()]
    initials = {_initials(part, every=every) for part in parts for every in (True, False)} - {""}
    return tuple(sorted(normalise_name(part) for part in parts if part.casefold().rstrip("s") not in initials))


def _initials(text: str, *, every: bool) -> str:
    words = [word for word in re.split(r"[\s/-]+", text) if every or word.casefold() not in {"of", "in", "and", "the", "for", "&"}]
    return "".join(word[0] for word in words if word[:1].isalpha()).casefold() if len(words) > 1 else ""


def is_same_degree(a: str, b: str) -> bool:
    """Whether two degrees are one: the words in any order, spelled out or not.

    >>> is_same_degree("Bachelor of Science (Honours)", "BSc (Hons)"), is_same_degree("Bachelor of Science", "BSc (Hons)")
    (True, True)
    >>> is_same_degree("BSc (Hons)", "BSc"), is_same_degree("Master of Science", "BSc"), is_same_degree("MSW", "Master of Social Work")
    (False, False, True)
    """
    return is_same_words(a, b) or is_same_parts(a, b) or sorted([*_words(a), "honors"]) == sorted(_words(b))


def is_same_person(tailored: str, source: str) -> bool:
    """Whether a name is the source's, with or without its initials.

    >>> is_same_person("Ana Lund", "Ana M. Lund"), is_same_person("Ana Lund", "Ana Berg-Lund")
    (True, False)
    """
    mine, theirs = normalise_name(tailored).split(), normalise_name(source).split()
    return mine == theirs or len(mine) > 1 and mine == [word for word in theirs if len(word) > 1]


def normalise_date(text: str) -> str:
    """ISO form of a month written otherwise; any other text as it is.

    >>> [normalise_date(text) for text in ("March 2019", "03/2019", "2019/3", "Sept. 2019", "2019-03", "12/03/2019")]
    ['2019-03', '2019-03', '2019-03', '2019-09', '2019-03', '12/03/2019']
    """
    text = text.strip()
    for pattern in (r"(?P<m>\d{1,2})[/.](?P<y>\d{4})", r"(?P<y>\d{4})[/.](?P<m>\d{1,2})", r"(?P<m>[A-Za-z]{3,9})\.?,?\s(?P<y>\d{4})"):
        found = re.fullmatch(pattern, text)
        if found:
            month = found["m"] if found["m"].isdigit() else next((n for name, n in MONTHS.items() if _is_month(found["m"], name)), 0)
            if 1 <= int(month) <= 12:
                return f"{found['y']}-{int(month):02}"
    return text


def _is_month(text: str, name: str) -> bool:
    return text.casefold() == name or text.casefold() in {name[:3], name[:4]}


def is_same_date(tailored: str, source: str) -> bool:
    """Whether a date is the source's; a coarser one is, and the first of its month.

    >>> is_same_date("2019", "2019-03"), is_same_date("2019-03", "2019"), is_same_date("2019-03-01", "2019-03")
    (True, False, True)
    """
    return source == tailored or source.startswith(tailored + "-") or len(source) == 7 and tailored == source + "-01"


def is_same_url(a: str, b: str) -> bool:
    """Whether two addresses lead to one page.

    >>> is_same_url("https://www.quay.example/", "quay.example"), is_same_url("quay.example/a", "quay.example/b")
    (True, False)
    """
    return _bare_url(a) == _bare_url(b)


def _bare_url(text: str) -> str:
    host, slash, path = re.sub(r"^(?:https?://)?(?:www\.)?", "", text.strip(), flags=re.IGNORECASE).partition("/")
    return (host.casefold() + slash + path).rstrip("/")


def is_same_phone(a: str, b: str) -> bool:
    """Whether two numbers are one line, with or without the country's code.

    >>> is_same_phone("+44 (0)20 7946 0958", "020 7946 0958"), is_same_phone("020 7946 0958", "020 7946 0959")
    (True, False)
    """
    one, other = (re.sub(r"\D", "", text.replace("(0)", "")).lstrip("0") for text in (a, b))
    short, long = sorted((one, other), key=len)
    return one == other or len(short) > _LOCAL_DIGITS and long.endswith(short) and len(long) - len(short) <= _COUNTRY_DIGITS


def is_same_place(tailored: str, source: str) -> bool:
    """Whether a place is the source's; one with less of its surroundings is.

    >>> is_same_place("Leeds, United Kingdom", "Leeds, UK"), is_same_place("Leeds", "Leeds, UK"), is_same_place("Leeds, USA", "Leeds")
    (True, True, False)
    """
    mine, theirs = _place_parts(tailored), _place_parts(source)
    return bool(mine) and mine[0] in theirs and set(mine) <= set(theirs)


def _place_parts(text: str) -> list[str]:
    parts = [part for part in re.split(r"[,;(/]|\s[-–]\s", text) if part.strip(" )")]
    names = [_STATES.get(part.strip(" ).").casefold(), normalise_name(part)) if i else normalise_name(part) for i, part in enumerate(parts)]
    return [_COUNTRIES.get(part, part) for part in names if part]


def is_same_level(a: str, b: str) -> bool:
    """Whether two levels of a language are one.

    >>> is_same_level("Native speaker", "Mother tongue"), is_same_level("B2 level", "B2"), is_same_level("C1", "B2")
    (True, True, False)
    """
    return _bare_level(a) == _bare_level(b)


def _bare_level(text: str) -> str:
    text = re.sub(r"\b(?:mother tongue|first language|native language)\b", "native", normalise_name(text))
    return " ".join(word for word in text.split() if word not in {"level", "speaker", "cefr", "proficiency", "proficient"})
