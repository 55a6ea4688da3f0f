"""Languages that a post asks for and a resume lists, with their levels (1 to 6, as A1 to C2 and native).

A level that is lower than the one asked for meets nothing. Knows language names in several languages, not their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from resume_rag.matching.words import asked_stems
from resume_rag.schema import Fact
from resume_rag.text import find_words

_LANGUAGES = {
    "english": "english|englisch|inglés|anglais|inglese|inglês", "german": "german|deutsch|alemán|allemand|tedesco",
    "french": "french|französisch|francés|français|francese", "spanish": "spanish|spanisch|español|espagnol|spagnolo|castellano",
    "italian": "italian|italienisch|italiano|italien", "portuguese": "portuguese|portugiesisch|portugués|português",
    "dutch": "dutch|niederländisch|nederlands", "polish": "polish|polnisch|polski", "russian": "russian|russisch", "arabic": "arabic|arabisch",
    "chinese": "chinese|mandarin|cantonese|chinesisch", "japanese": "japanese|japanisch", "korean": "korean", "hindi": "hindi", "punjabi": "punjabi",
    "urdu": "urdu", "bengali": "bengali", "vietnamese": "vietnamese", "tagalog": "tagalog|filipino", "turkish": "turkish|türkisch",
    "swedish": "swedish|schwedisch|svenska", "norwegian": "norwegian", "danish": "danish", "finnish": "finnish", "greek": "greek", "czech": "czech",
    "hungarian": "hungarian", "romanian": "romanian", "ukrainian": "ukrainian", "hebrew": "hebrew", "farsi": "farsi|persian", "somali": "somali",
    "swahili": "swahili", "haitian": "haitian|creole", "catalan": "catalan|catalán", "welsh": "welsh", "sign": "sign language|gebärdensprache",
}  # fmt: skip
_LANGUAGE_PATTERNS = {name: re.compile(rf"\b(?:{forms})", re.I) for name, forms in _LANGUAGES.items()}
_LANGUAGE_CUES = re.compile(
    r"fluen|fließend|bilingual|trilingual|speak|spoken|written|verbal|native|mother tongue|proficien|languages?\b|command|conversational|\b[ABC][12]\b|"
    r"kenntnisse|sprache|verhandlungssicher|idioma|nivel|langue|courant",
    re.I,
)
_LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (6, re.compile(r"native|mother tongue|\bC2\b|mutterspra|nativ|materna|maternelle|madrelingua|moedertaal", re.I)),
    (5, re.compile(r"fluen|bilingual|\bC1\b|excellent|verhandlungssicher|fließend|sehr gut|business|full professional|courant|fluido|alto|advanced|near-native", re.I)),
    (3, re.compile(r"\bB1\b|conversational|intermediate|working knowledge|medio|intermédiaire|mittel", re.I)),
    (2, re.compile(r"\bA[12]\b|basic|beginner|elementary|grundkenntnisse|básico|notions|learning|school", re.I)),
    (4, re.compile(r"\bB2\b|good|proficien|professional|strong|upper|written|gute?\b|spoken|speak", re.I)),
)  # fmt: skip
UNSTATED_LEVEL = 4
"""A language listed without a level: enough for "good", not for "fluent"."""
LEAST_LEVEL = 3
"""What a language asked for without a level needs."""
MAX_OTHER_WORDS = 2
"""Words besides the languages and their levels, as in "written communication in German"."""


def find_languages(text: str) -> list[str]:
    """The languages that a target asks for; empty where it asks for something else ("teach French cuisine").

    >>> find_languages("Fluent Spanish"), find_languages("Bake French pastry"), find_languages("German")
    (['spanish'], [], ['german'])
    """
    names = [name for name, pattern in _LANGUAGE_PATTERNS.items() if pattern.search(text)]
    if not names:
        return []
    words = [word.text for word in find_words(text) if asked_stems(word.text) and not _is_language(word.text)]
    others = [word for word in words if not _LANGUAGE_CUES.search(word)]
    # "BSN and fluent Spanish" asks for more than a language.
    if any(word[1:] != word[1:].lower() for word in others):
        return []
    return names if len(others) <= (MAX_OTHER_WORDS if len(words) > len(others) else 0) else []


def _is_language(word: str) -> bool:
    return any(pattern.match(word) for pattern in _LANGUAGE_PATTERNS.values())


def find_language_support(asked: str, names: Sequence[str], facts: Sequence[Fact]) -> list[str]:
    """Ids of the languages held at the level asked for; empty where one is missing (any one is enough after "or")."""
    wanted = _find_level(asked) or LEAST_LEVEL
    met: list[str] = []
    missing = 0
    for name in names:
        ids = [
            fact.id
            for fact in facts
            if fact.section == "languages"
            and _LANGUAGE_PATTERNS[name].search(fact.text)
            and (_find_level(_entry_text(fact, facts)) or UNSTATED_LEVEL) >= wanted
        ]
        met += ids
        missing += not ids
    return met if met and (not missing or re.search(r"\b(?:or|oder|o|ou)\b", asked)) else []


def _find_level(text: str) -> int | None:
    return next((level for level, pattern in _LEVELS if pattern.search(text)), None)


def _entry_text(fact: Fact, facts: Iterable[Fact]) -> str:
    return " ".join(other.text for other in facts if other.role == fact.role and other.section == fact.section)
