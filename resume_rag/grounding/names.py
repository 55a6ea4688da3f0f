"""When two written forms of a name, title, degree or date are the same. Strict: a suffix (Ltd, GmbH) is part of a name."""

from __future__ import annotations

import re
from functools import lru_cache

from resume_rag.text import fold

_ABBREVIATIONS = {
    "sr": "senior", "jr": "junior", "mgr": "manager", "asst": "assistant", "assoc": "associate", "vp": "vice president", "eng": "engineer", "dept": "department",
    "bsc": "bachelor of science", "bs": "bachelor of science", "ba": "bachelor of arts", "msc": "master of science", "ms": "master of science", "ma": "master of arts",
    "beng": "bachelor of engineering", "meng": "master of engineering", "mba": "master of business administration", "phd": "doctor of philosophy",
    "bachelors": "bachelor", "masters": "master", "incorporated": "inc", "limited": "ltd", "corporation": "corp", "st": "saint", "univ": "university",
}  # fmt: skip


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


def is_same_date(tailored: str, source: str) -> bool:
    """Whether a date is the source's; a coarser one is.

    >>> is_same_date("2019", "2019-03"), is_same_date("2019-03", "2019")
    (True, False)
    """
    return source == tailored or source.startswith(tailored + "-")
