"""What makes a true line worse than the candidate's own, so that it is refused: something of it is gone, a stray sign has come, or it
goes so far from the candidate's wording that nobody can be sure of it.

Whether a line is true is for the `check` that drafting is handed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from resume_rag.drafting.departure import measure_departure
from resume_rag.matching.words import find_distinctive
from resume_rag.prompt import find_asked_words
from resume_rag.schema import Finding, Slot, Target
from resume_rag.text import content_stems, find_words, fold, split_sentences, stem

LOSS_CODES = {
    "figure_lost": "The rewrite leaves out a number of the candidate's line.",
    "name_lost": "The rewrite leaves out a name of the candidate's line.",
    "asked_word_lost": "The rewrite leaves out a word of the candidate's line that the post asks for.",
    "content_lost": "The rewrite leaves out too much of the candidate's line.",
    "mark_added": "The rewrite has a loose sign or figure that the candidate's line has not.",
    "too_far": "The rewrite stands too far from the wording of the candidate's line to be sure that it says the same.",
}
"""Why a line that says nothing false is refused all the same; the codes of false ones are in `grounding`."""

_NUMBER_WORDS = {
    word: str(value) for value, word in enumerate("zero one two three four five six seven eight nine ten".split()) if value > 1
}
_NUMBER = re.compile(rf"\d[\d.,]*|\b(?:{'|'.join(_NUMBER_WORDS)})\b")

_SIGN = re.compile(r"(?<!\d)(?<!\d )%|[*\\=<>{}|^_]|(?<!\S)--|\$(?![\s\d])|(?<![\w.,/])[-+]{0,2}[01](?:[.,]0+)?(?:/\d)?(?![\w%]|[.,/]\d)")
_LABEL = re.compile(r"^\S+:(?=\s)")
_LONE_FIGURE = re.compile(r"(?<=[.!?] )[-+\d.,]+$|(?<![\w.,])0\d+(?![\w,.]\d)")
_SMALL_NUMBERS = {"0": re.compile(r"\b(?:zero|no|none|not|without)\b"), "1": re.compile(r"\b(?:one|once|single|first)\b")}

MIN_KEPT_SHARE = 0.6
"""Of the words of a line that carry meaning: two halves of a line are often two achievements, and one of them must not go."""


def find_losses(slot: Slot, text: str, targets: Sequence[Target], *, max_departure: float) -> Iterator[Finding]:
    """What makes a true line worse than the candidate's own: a number gone, a name, or a word that the post asks for.

    Args:
        slot: the line as the candidate has it.
        text: the line as written.
        targets: what the resume supports of the post; those that the slot aims at count.
        max_departure: the farthest from the candidate's wording, as `measure_departure` measures it; 1 allows all.
    """
    held = {_plain_number(found) for found in _NUMBER.findall(fold(text))}
    if any(_plain_number(found) not in held for found in _NUMBER.findall(fold(slot.original))):
        yield Finding(path=slot.path, code="figure_lost", message=LOSS_CODES["figure_lost"])
    aims = [target for target in targets if target.id in slot.target_ids]
    asked = {found for words in find_asked_words(slot.original, aims) for found in _content(words)}
    kept, original = _content(text), _content(slot.original)
    if not _find_names(slot.original) <= {stem(word.text) for word in find_words(text)}:
        yield Finding(path=slot.path, code="name_lost", message=LOSS_CODES["name_lost"])
    if not asked <= kept:
        yield Finding(path=slot.path, code="asked_word_lost", message=LOSS_CODES["asked_word_lost"])
    if len(kept & original) < MIN_KEPT_SHARE * len(original):
        yield Finding(path=slot.path, code="content_lost", message=LOSS_CODES["content_lost"])
    if _has_loose_mark(text, slot.original):
        yield Finding(path=slot.path, code="mark_added", message=LOSS_CODES["mark_added"])
    if max_departure < 1 and measure_departure(text, slot.original) > max_departure:
        yield Finding(path=slot.path, code="too_far", message=LOSS_CODES["too_far"])


def _find_names(text: str) -> set[str]:
    """Stems of what a line names: tools, places, makers. A capital that begins a sentence names nothing."""
    return {found for start, end in split_sentences(text) for found in find_distinctive(text[start:end])} - {stem("I")}


def _has_loose_mark(text: str, original: str) -> bool:
    """Whether a sign of code, a bare 0 or 1, a label or a lone figure is new: too small a thing for the rules on numbers and names.

    >>> [_has_loose_mark(text, "Cut waste to zero.") for text in ("FALSE: Cut waste to zero", "Cut waste to zero. -0.0.", "Cut waste to 0")]
    [True, True, False]
    """
    said = fold(original)
    for found in _SIGN.findall(text):
        in_words = _SMALL_NUMBERS.get(found)
        if found not in original and not (in_words and in_words.search(said)):
            return True
    return any(found.group() not in original for pattern in (_LABEL, _LONE_FIGURE) for found in pattern.finditer(text))


def _content(text: str) -> set[str]:
    return {found for found in content_stems(text) if not _NUMBER.match(found)}


def _plain_number(found: str) -> str:
    return _NUMBER_WORDS.get(found, found.replace(",", "").rstrip("."))


_JOINING = frozenset("and which that who but so also where while".split())


def gains_nothing(text: str, original: str) -> bool:
    """Whether a line is a copy, or says the same in the same order without being shorter by a word that counts.

    "Teams" for "team" is a risk and no gain, and so is a semicolon for "and".

    >>> own = "I packed 90 parcels a day, and drove the van which the firm rented"
    >>> (
    ...     gains_nothing("I packed 90 parcels a day; drove the van the firm rented", own),
    ...     gains_nothing("Packed 90 parcels a day and drove the van", own),
    ... )
    (True, False)
    """
    written, own = _words(text), _words(original)
    if written == own:
        return True
    gone = Counter(own) - Counter(written)
    return content_stems(text) == content_stems(original) and (len(written) >= len(own) or gone.keys() <= _JOINING)


def _words(text: str) -> list[str]:
    return [fold(word.text) for word in find_words(text)]
