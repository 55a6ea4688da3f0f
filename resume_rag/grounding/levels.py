"""Levels that a summary gives to a language or a skill: each must be the level that the source gives to that very one.

Lie caught: *native speaker of English and Yoruba* where only one of the two is native, *advanced SAP* where SAP is intermediate. Honest
summary passed: *native Yoruba speaker, fluent in English*. The words are all in the source, so only what they stand with tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from resume_rag.grounding.codes import CODES
from resume_rag.grounding.names import is_same_level, normalise_name
from resume_rag.grounding.reading import Reading, Token, read
from resume_rag.schema import Finding, Resume, Span
from resume_rag.text import fold

_LEVELS = frozenset(
    """native bilingual trilingual fluent fluently professional conversational intermediate basic advanced proficient elementary beginner limited
    expert novice competent excellent a1 a2 b1 b2 c1 c2 good""".split()
)
_SKILL_LEVELS = frozenset("beginner basic intermediate advanced expert proficient competent novice".split())
_BETWEEN = frozenset("speaker speakers user users command knowledge level proficiency skills written spoken working".split())
_HIGHEST = frozenset({"native", "bilingual", "mother", "c2"})
_LINKS = frozenset({"in", "of", "with"})
_LIST = frozenset({",", "and", "or", "&", "both", "/", "-"})
_NEAR = 4


def check_levels(source: Resume, tailored: Resume) -> Iterator[Finding]:
    """Findings on levels in the summary.

    >>> from resume_rag.grounding.sources import read_resume
    >>> spoken = [{"language": "English", "fluency": "Fluent"}, {"language": "Yoruba", "fluency": "Native"}]
    >>> before = read_resume({"basics": {"summary": "Midwife."}, "languages": spoken}, "source")
    >>> def find(summary):
    ...     return [f.code for f in check_levels(before, read_resume({"basics": {"summary": summary}}, "tailored"))]
    >>> find("Native speaker of English and Yoruba."), find("Native Yoruba speaker, fluent in English.")
    (['language_level_changed'], [])
    """
    text = tailored.basics.summary if tailored.basics is not None else None
    told = source.basics.summary if source.basics is not None else None
    if not text or told and fold(text) == fold(told):
        return
    line = read(text)
    if not any(t.folded in _LEVELS for t in line.tokens):
        return
    for language in source.languages:
        for at, level in _find_levels(line, language.language or ""):
            if level.folded not in {"bilingual", "trilingual", "good"} and not _is_level(level.folded, language.fluency or ""):
                yield _finding("language_level_changed", line, level, at)
    prose = [read(t) for t in _list_prose(source)]
    for skill in source.skills:
        for name in (*skill.keywords, *([skill.name] if skill.name else ())):
            for at, level in _find_levels(line, name):
                known = any(level.folded in r.folded and normalise_name(name) in normalise_name(r.text) for r in prose)
                if level.folded in _SKILL_LEVELS and not known and not _is_level(level.folded, skill.level or ""):
                    yield _finding("skill_level_changed", line, level, at)


def _list_prose(source: Resume) -> Iterator[str]:
    if source.basics is not None and source.basics.summary:
        yield source.basics.summary
    for work in source.work:
        yield from work.highlights


def _finding(code: str, line: Reading, level: Token, at: int) -> Finding:
    start, end = sorted((level.start, line.tokens[at].start))
    span = Span(start=start, end=max(level.end, line.tokens[at].end) if end else level.end)
    return Finding(path="basics.summary", code=code, message=CODES[code], span=span)


def _is_level(word: str, level: str) -> bool:
    word = {"fluently": "fluent"}.get(word, word)
    if word == "fluent" and _HIGHEST & set(normalise_name(level).split()):
        return True  # a native speaker is fluent
    return word in normalise_name(level).split() or is_same_level(word, level)


def _find_levels(line: Reading, name: str) -> Iterator[tuple[int, Token]]:
    """The place of a name in a line and the word of level that stands with it."""
    wanted = [t.folded for t in read(name).tokens]
    if not wanted:
        return
    tokens = line.tokens
    for i in range(len(tokens) - len(wanted) + 1):
        if [t.folded for t in tokens[i : i + len(wanted)]] != wanted:
            continue
        level = _find_behind(tokens, i + len(wanted)) or _find_before(tokens, i)
        if level is not None:
            yield i, level


def _find_behind(tokens: tuple[Token, ...], at: int) -> Token | None:
    """*English (C1)*, *English C1*."""
    after = tokens[at : at + 2]
    if after and after[0].folded in _LEVELS and not (len(after) > 1 and after[1].content):
        return after[0]
    return after[1] if len(after) > 1 and after[0].text == "(" and after[1].folded in _LEVELS else None


def _find_before(tokens: tuple[Token, ...], at: int) -> Token | None:
    """*conversational Spanish*, *fluent in English, Navajo and Spanish*, *native speaker of English and Yoruba*."""
    linked = False
    steps = 0
    for token in reversed(tokens[:at]):
        if token.folded in _LEVELS:
            return token
        if token.folded in _LINKS and not linked:
            linked = True
        elif token.folded in _LIST and not linked or token.folded in _BETWEEN and linked:
            continue
        elif not linked and (token.capitalised or token.joined) and steps < 2 * _NEAR:
            steps += 1
        else:
            return None
    return None
