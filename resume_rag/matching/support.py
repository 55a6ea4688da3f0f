"""(targets, facts, similarities) -> the targets with the facts that support them.

Rules decide what they are for (languages, degrees, certificates, years, leading people). For the rest a fact supports a
target by the words that it shares with it and by the similarity that the caller hands in (any embedding; this file
knows none); the names in a target must be held whatever the similarity. A false "supported" tempts a model to claim
what is not so, and a false gap only annoys: the thresholds are set for the first to be rare.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from resume_rag.matching.evidence import Evidence, read_evidence
from resume_rag.matching.languages import find_language_support, find_languages
from resume_rag.matching.pieces import begins_with_verb
from resume_rag.matching.rules import (
    asks_for_credential,
    asks_only_to_lead,
    asks_to_lead,
    find_credential_support,
    find_degree_level,
    find_degree_support,
    shows_leading,
)
from resume_rag.matching.words import asked_stems, find_distinctive
from resume_rag.matching.years import find_asked_years, find_years_support
from resume_rag.schema import Fact, Resume, Target

MAX_SUPPORTING_FACTS = 4
WORDS_WEIGHT = 0.5
"""A shared word counts as much as this share of similarity: score = similarity + weight * share of words."""
MIN_SCORE = 0.62
MIN_RELATED_SCORE = 0.45
"""Score from which a fact is named beside the one that decides."""
MIN_TEXT_SHARE = 0.6
"""Share of the words that is enough by itself."""
MIN_SIMILARITY_ALONE = 0.62
HEARSAY_PENALTY = 0.15
"""What the score of a certificate or the summary loses for a target that asks for a deed: they say little of what was done."""

_ALTERNATIVE = re.compile(r",?\s+or\s+(?!more\b)", re.I)
_ANY_OF = re.compile(r"\bor\b|\boder\b|such as|preferably|ideally|\be\.g\b|\blike\b|similar|/|\band/or\b", re.I)
_OR = re.compile(r"\bor\b|/", re.I)
_EXAMPLE = re.compile(r",?\s*\(?(?:preferably|ideally|such as|e\.g\.,?|for example|like)\s+(?P<names>[^()]+)\)?", re.I)
_PARENTHESES = re.compile(r"\s*\([^()]*\)")


class _Resume:
    """The candidate as matching needs it; one for a call."""

    def __init__(self, facts: Sequence[Fact], resume: Resume, today: date) -> None:
        self.facts = facts
        self.evidence = read_evidence(facts)
        self.resume = resume
        self.today = today


def match_targets(
    targets: Sequence[Target],
    facts: Sequence[Fact],
    similarity: Sequence[Sequence[float]],
    *,
    today: date,
    resume: Resume,
) -> tuple[Target, ...]:
    """The targets with the ids of the facts that support them, best first; no ids: a gap.

    Args:
        targets: from `find_targets`.
        facts: the candidate's.
        similarity: cosine by target (rows, as `targets`) and fact (columns, as `facts`).
        today: the end of a role that has none.
        resume: for years of work, counted over the union of its dates.
    """
    candidate = _Resume(facts, resume, today)
    matched = []
    for row, target in enumerate(targets):
        ids = _find_support(" ".join(target.text.split()), candidate, similarity[row])
        matched.append(target.model_copy(update={"fact_ids": tuple(dict.fromkeys(ids))[:MAX_SUPPORTING_FACTS]}))
    return tuple(matched)


def _find_support(asked: str, candidate: _Resume, row: Sequence[float]) -> list[str]:
    near = [row[one.column] for one in candidate.evidence]
    is_duty = begins_with_verb(asked)
    years = find_asked_years(asked)
    is_formal = not is_duty and (asks_for_credential(asked) or find_degree_level(asked) is not None)
    languages = find_languages(asked)
    if languages and not (is_duty or is_formal or years):
        return find_language_support(asked, languages, candidate.facts)
    if years is not None:
        return find_years_support(asked, years, candidate.evidence, near, candidate.resume, candidate.today)
    if is_formal:
        return _find_formal_support(asked, candidate, row)
    return _find_general_support(asked, candidate.evidence, near, is_duty=is_duty)


def _find_formal_support(asked: str, candidate: _Resume, row: Sequence[float]) -> list[str]:
    """Degrees and certificates; any one of the alternatives is enough."""
    ids: list[str] = []
    if not asks_for_credential(asked):
        return find_degree_support(asked, find_degree_level(asked) or 0, candidate.facts, row, candidate.today.year)
    for part in dict.fromkeys([asked, *_ALTERNATIVE.split(asked)]):
        level = find_degree_level(part)
        if level is not None and not asks_for_credential(part):
            ids += find_degree_support(part, level, candidate.facts, row, candidate.today.year)
        else:
            ids += find_credential_support(part, candidate.evidence)
    return ids


def _find_general_support(asked: str, evidence: Sequence[Evidence], near: Sequence[float], *, is_duty: bool) -> list[str]:
    words = frozenset(asked_stems(asked))
    if not words:
        return []
    example = _EXAMPLE.search(asked)
    named = find_distinctive(f"as {example['names']}") if example else frozenset()
    if named:
        ids = [one.fact.id for one in evidence if one.shares(asked, named)]
        if ids:
            return ids
    plain = _PARENTHESES.sub("", asked)
    if plain != asked and asked_stems(plain):
        # What stands in brackets explains: the words outside are enough, but all similarity was for the whole.
        ids = _score(plain, evidence, [0.0] * len(near), is_duty=is_duty)
        if ids:
            return ids
    parts = [part for part in re.split(r"\s*(?:,\s*(?:or\s+)?|\s+or\s+|/)\s*", asked) if part]
    if not is_duty and len(parts) > 1 and _OR.search(asked) and all(len(part.split()) <= 4 for part in parts):
        # The similarity is for the whole list; a part counts by its words.
        ids = [fact_id for part in parts if asked_stems(part) for fact_id in _score(part, evidence, [0.0] * len(near), is_duty=False)]
        if ids:
            return ids
    return _score(asked, evidence, near, is_duty=is_duty)


def _score(asked: str, evidence: Sequence[Evidence], near: Sequence[float], *, is_duty: bool) -> list[str]:
    words = frozenset(asked_stems(asked))
    names = find_distinctive(asked) & words
    leads = asks_to_lead(asked)
    if leads and asks_only_to_lead(asked):
        return [one.fact.id for one in evidence if one.kind == "line" and shows_leading(asked, one.fact.text)]
    shared = [one.shows(asked, words) for one in evidence]
    usable = [
        i
        for i, one in enumerate(evidence)
        if not (one.kind == "language" or (is_duty and _names_only(one)) or (leads and not shows_leading(asked, one.fact.text)))
    ]
    held = frozenset().union(*(shared[i] for i in usable)) & names if usable else frozenset()
    if _ANY_OF.search(asked):
        if names and not held:
            return []
        words -= names - held
    elif not names <= held:
        return []
    scores = {}
    for i in usable:
        share = len(shared[i] & words) / len(words)
        is_deed = evidence[i].kind in ("line", "name") and evidence[i].fact.section != "basics"
        penalty = HEARSAY_PENALTY if is_duty and not is_deed else 0.0
        score = near[i] + WORDS_WEIGHT * share - penalty
        alone = (share >= MIN_TEXT_SHARE or near[i] >= MIN_SIMILARITY_ALONE) and not penalty
        scores[i] = (score + (1.0 if alone or score >= MIN_SCORE else 0.0), i)
    best = max(scores.values(), default=(0.0, 0))[0]
    if best < 1.0:
        return []
    ranked = sorted(scores.values(), key=lambda one: (-one[0], one[1]))
    return [evidence[i].fact.id for score, i in ranked if score >= MIN_RELATED_SCORE]


def _names_only(one: Evidence) -> bool:
    """Whether a fact is a job title or a field of study: neither says that a thing was done."""
    return one.kind == "title" or one.fact.section == "education"
