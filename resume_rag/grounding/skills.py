"""Skills and interests: each must stand in the source, as a skill or in its text, whole and under the same name.

*Java* is not *JavaScript*, *C* is not *C++*. A heading that names no skill (Tools, Languages) needs no source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resume_rag.grounding.codes import CODES
from resume_rag.grounding.lexicon import marks
from resume_rag.grounding.names import is_same_name, normalise_name
from resume_rag.grounding.reading import Reading, Token, read
from resume_rag.schema import Fact, Finding, Resume
from resume_rag.text import fold

_GROUPS = frozenset("processes process techniques techniques procedures group".split())
_INTERESTS = frozenset({"interests", "hobbies", "hobbies and interests", "interests and hobbies", "other interests", "personal interests"})


def check_skills(source: Resume, tailored: Resume, facts: Sequence[Fact]) -> Iterator[Finding]:
    """Findings on skills, their levels, and interests."""
    readings = [read(fact.text) for fact in facts if not fact.path.startswith("interests")]
    levels = {normalise_name(s.name): s.level for s in source.skills if s.name}
    for i, skill in enumerate(tailored.skills):
        path = f"skills[{i}]"
        if skill.name and not (skill.keywords and _is_heading(skill.name, readings)) and not is_known(skill.name, readings):
            yield Finding(path=f"{path}.name", code="skill_added", message=f"“{skill.name}” is not in the source.")
        for j, keyword in enumerate(skill.keywords):
            if not is_known(keyword, readings) and not _is_known_kind(keyword, source, readings):
                yield Finding(path=f"{path}.keywords[{j}]", code="skill_added", message=f"“{keyword}” is not in the source.")
        if skill.level and not is_same_name(skill.level, levels.get(normalise_name(skill.name or "")) or ""):
            yield Finding(path=f"{path}.level", code="skill_level_changed", message=CODES["skill_level_changed"])
    known = [read(fact.text) for fact in facts]
    for i, interest in enumerate(tailored.interests):
        for path, name in [
            (f"interests[{i}].name", interest.name),
            *((f"interests[{i}].keywords[{j}]", k) for j, k in enumerate(interest.keywords)),
        ]:
            if name and not is_known(name, known) and not (name is interest.name and interest.keywords and fold(name) in _INTERESTS):
                yield Finding(path=path, code="interest_added", message=f"“{name}” is not in the source.")


def _is_heading(name: str, readings: Sequence[Reading]) -> bool:
    """*Tools*, *Technical skills*, *Welding processes*: words that name no skill, beside known ones."""
    words = [t for t in read(name).tokens if t.content and t.folded not in marks.HEADINGS | _GROUPS]
    return all(is_known(t.text, readings) for t in words)


def _is_known_kind(keyword: str, source: Resume, readings: Sequence[Reading]) -> bool:
    """*MIG welding* for *MIG* in the group *Welding*."""
    for group in source.skills:
        kinds = {t.key for t in read(group.name or "").content}
        rest = [t.text for t in read(keyword).tokens if t.key not in kinds]
        if kinds and rest and len(rest) < len(read(keyword).tokens) and any(is_same_name(" ".join(rest), name) for name in group.keywords):
            return True
    return False


def is_known(term: str, readings: Sequence[Reading]) -> bool:
    """Whether a term stands in one of the texts as a run of words.

    >>> (
    ...     is_known("Java", [read("Wrote JavaScript")]),
    ...     is_known("Stock counting", [read("Ran stock counts")]),
    ...     is_known("Go", [read("Plans the go-live")]),
    ... )
    (False, True, False)
    """
    wanted = [t for t in read(term).tokens if t.kind != "mark"]
    if not wanted:
        return True
    first = wanted[0]
    return any(
        is_same_name(term, reading.text) or (first.folded in reading.folded or first.key in reading.keys) and _stands_in(wanted, reading)
        for reading in readings
    )


def _stands_in(wanted: list[Token], reading: Reading) -> bool:
    tokens = [t for t in reading.tokens if t.kind != "mark"]
    size = len(wanted)
    return any(
        all(_is_same_word(a, b, alone=size == 1) for a, b in zip(wanted, tokens[i : i + size], strict=True))
        for i in range(len(tokens) - size + 1)
    )


def _is_same_word(a: Token, b: Token, *, alone: bool) -> bool:
    if alone and a.folded in marks.HOMOGRAPHS:
        return a.text == b.text and (
            b.capitalised
            or len(b.text) == 1
            or b.first
            and a.folded == b.folded
            and a.folded not in {"go", "swift", "spark", "make", "express"}
            or not a.text[:1].isupper()
        )
    if a.folded == b.folded:
        return True
    return a.key == b.key and a.kind == b.kind == "word" and len(a.folded) > 3
