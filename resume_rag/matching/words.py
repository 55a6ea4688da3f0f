"""Words of targets and facts in forms that can be compared: stems, acronyms and their long forms, words of one family.

Pure functions over strings; English, with the small words of German, French and Spanish. Knows no thresholds.
"""

from __future__ import annotations

import re
from functools import lru_cache

from resume_rag.text import STOPWORDS, content_stems, find_words, fold, remember_short, stem

_GENERIC_FORMS = frozenset(
    """experience experienced strong solid good sound proven knowledge understanding ability able skill skills
    working work year years least minimum plus preferred required preferably hands-on proficiency proficient familiarity familiar background
    comfortable take part help support related relevant similar equivalent level current active valid including various high quality field
    environment role position candidate team people day daily new colleague colleagues own advanced basic practical professional
    prior previous demonstrated deep extensive general successfully effectively ideally desirable based well-known use using
    erfahrung berufserfahrung kenntnisse gute sehr sicherer umgang mindestens jahre experiencia años conocimientos dominio menos expérience
    connaissances ans works worked supporting supports taking takes helping helps abilities including include experiences fields environments roles
    teams levels proven know post-qualification full-time paid familiarly backgrounds""".split()
)
FOREIGN_STOPWORDS = frozenset(
    """und oder der die das den dem des ein eine einer im in am an auf mit von vom für zu zum zur bei als sie ihr ihre unser unsere unserer wir
    ist sind sowie el la los las un una de del en con y o para por al su se que nos le les des du et ou avec dans pour une sur""".split()
)
_SAYING_LITTLE = STOPWORDS | FOREIGN_STOPWORDS | _GENERIC_FORMS
_GERMAN = frozenset("und oder der mit von für zum zur bei ein eine einer den dem unsere ihre im".split())
MAKERS = frozenset(stem(word) for word in ("apache", "microsoft", "google", "amazon", "adobe", "oracle", "ms"))

YEARS = re.compile(
    r"\b(?:(?P<low>\d{1,2})\s*(?:-|–|to|bis)\s*)?(?P<n>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|"
    r"ein|zwei|drei|vier|fünf|sechs|sieben|acht|zehn|un|dos|tres|cuatro|cinco|seis|siete|ocho|diez|deux|trois|quatre|cinq)"
    r"(?:\s*\+|\s+or more)?\s+(?:years?|yrs\.?|jahren?|jährige|años?|ans)\b(?:\s+of)?",
    re.I,
)
NUMBERS = {
    word: number
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split())
} | {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "zehn": 10, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "diez": 10, "deux": 2, "trois": 3,
    "quatre": 4, "cinq": 5,
}  # fmt: skip

_FAMILY_ENDINGS = re.compile(r"(?:ist|ian|ant|ori|ori?|er|ri|ry|i|y|ment|ation|or|al)$")


@remember_short
def asked_stems(text: str) -> tuple[str, ...]:
    """Stems of the words that tell one thing asked for from another, in order.

    >>> asked_stems("3+ years of experience with sourdough")
    ('sourdough',)
    """
    words = (word.text for word in find_words(YEARS.sub(" ", text)))
    # By form, not by stem: "Relativity" and "related" share one.
    stems = (stem(word) for word in words if fold(word) not in _SAYING_LITTLE)
    return tuple(dict.fromkeys(part for part in stems if not part[0].isdigit()))


@lru_cache(maxsize=65536)
def find_family(part: str) -> str:
    """What a stem shares with the stems of its family: ``weld`` for "welder", ``account`` for "accountant".

    >>> find_family("welder"), find_family("java"), find_family("supervisori")
    ('weld', 'java', 'supervis')
    """
    short = _FAMILY_ENDINGS.sub("", part)
    return short if len(short) >= 4 else part


@remember_short
def find_distinctive(text: str) -> frozenset[str]:
    """Stems of words that name something and have no synonym: acronyms, CamelCase, words with digits or signs, capitals inside a clause.

    >>> sorted(find_distinctive("Run Apache Kafka on C++ and AWS"))
    ['aw', 'c++', 'kafka']
    """
    found = set()
    words = list(find_words(text))
    # German writes every noun with a capital.
    capitals_name = not any(word.text in _GERMAN for word in words)
    for number, word in enumerate(words):
        shape = word.text
        if shape[0].isdigit() or shape[0] in "$€£¥":
            continue
        inner_capital = any(char.isupper() for char in re.sub(r"[-/]\w", "", shape[1:]))
        symbol = any(char in "+#." for char in shape)
        capital = shape[0].isupper() and capitals_name and (number > 0 or len(words) == 1)
        if inner_capital or symbol or capital:
            found.add(stem(shape))
    return frozenset(found - MAKERS)


@remember_short
def find_acronyms(text: str) -> frozenset[str]:
    """Stems of the words written in capitals: "CMMS work orders" gives ``cmms``."""
    return frozenset(stem(word.text) for word in find_words(text) if word.text.isupper() and 2 <= len(word.text) <= 6)


@remember_short
def find_initials(text: str) -> frozenset[str]:
    """Stems of the acronyms that runs of capitalised words could be written as: "Registered Nurse license" gives ``rn``."""
    words = [word.text for word in find_words(text) if fold(word.text) not in STOPWORDS]
    runs = (words[i : i + n] for n in range(2, 6) for i in range(len(words) - n + 1))
    return frozenset(stem("".join(word[0] for word in run)) for run in runs if all(word[0].isupper() for word in run))


def find_spelt_out(text: str, acronyms: frozenset[str]) -> frozenset[str]:
    """Stems of the words in runs of a text whose initials are one of the acronyms.

    >>> sorted(find_spelt_out("the National Electrical Code", frozenset({"nec"})))
    ['code', 'electr', 'nation']
    """
    if not acronyms:
        return frozenset()
    found: set[str] = set()
    folded = [fold(word.text) for word in find_words(text)]
    for words in (folded, [word for word in folded if word not in STOPWORDS]):
        for length in range(2, 7):
            for begin in range(len(words) - length + 1):
                run = words[begin : begin + length]
                if stem("".join(word[0] for word in run)) in acronyms:
                    found.update(stem(word) for word in run)
    return frozenset(found)


def read_number(word: str) -> float | None:
    """The number that a word is, the lower end of a range; None for other words.

    >>> read_number("20-25"), read_number("15+"), read_number("Twelve"), read_number("B2")
    (20.0, 15.0, 12.0, None)
    """
    plain = fold(word).replace(",", "").rstrip("+")
    if plain in NUMBERS:
        return float(NUMBERS[plain])
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:-\d+(?:\.\d+)?)?", plain)
    return float(match[1]) if match else None


def find_numbers(text: str) -> list[float]:
    """The numbers of a text, in order."""
    return [number for word in find_words(text) if (number := read_number(word.text)) is not None]


def find_stems(text: str) -> frozenset[str]:
    """All content stems of a text."""
    return frozenset(content_stems(text))
