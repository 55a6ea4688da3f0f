"""Where foreign words come from: a finding whose words stand in an example or the job post is named a leak.

Lie caught: a figure of an example resume in the candidate's line. Honest line passed: one whose words the facts carry,
whatever the post says. Also runs of words copied from an example; an example has no right to lend even its phrasing whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.quantities import find_quantities
from resume_rag.grounding.reading import Reading, read
from resume_rag.schema import Example, Finding
from resume_rag.text import fold

_RENAMED = frozenset(
    "number_added number_changed entity_added term_added setting_swapped duty_added quality_added scope_added credit_added seniority_changed".split()
)
_RUN_WORDS = 6
_RUN_CONTENT = 3


def name_leaks(check: LineCheck, job: str | None, examples: Sequence[Example]) -> list[Finding]:
    """The findings, with those that come from an example or the post renamed."""
    if not examples and not job:
        return check.findings
    return [_rename(finding, check.line.text, job, examples) for finding in check.findings]


def _rename(finding: Finding, text: str, job: str | None, examples: Sequence[Example]) -> Finding:
    if finding.code not in _RENAMED or finding.span is None:
        return finding
    words = text[finding.span.start : finding.span.end]
    for example in examples:
        if _occurs(words, "\n".join((example.text, *example.lines))):
            message = f"“{words}” is not in the source, and stands in example {example.id}."
            return finding.model_copy(update={"code": "leak_example", "message": message, "example_id": example.id})
    if job is not None and _occurs(words, job):
        return finding.model_copy(update={"code": "leak_job", "message": f"“{words}” is in the job post, not in the source."})
    return finding


def _occurs(words: str, text: str) -> bool:
    numbers = find_quantities(words)
    if numbers:
        return any((q.value, q.unit) in _numbers_of(text) for q in numbers)
    return any(t.key in _keys_of(text) for t in read(words).content)


@lru_cache(maxsize=64)
def _keys_of(text: str) -> frozenset[str]:
    return frozenset(t.key for t in read(text).content)


@lru_cache(maxsize=64)
def _numbers_of(text: str) -> frozenset[tuple[float, str]]:
    return frozenset((q.value, q.unit) for q in find_quantities(text))


def check_runs(check: LineCheck, examples: Sequence[Example]) -> None:
    """Reports runs of words that an example has and the sources have not."""
    tokens = [t for t in check.line.tokens if t.kind != "mark"]
    sources = frozenset().union(*(_runs_of(r.text) for r in check.grounds.all_readings))
    for example in examples:
        theirs = _runs_of("\n".join((example.text, *example.lines)))
        for i in range(len(tokens) - _RUN_WORDS + 1):
            run = tokens[i : i + _RUN_WORDS]
            words = tuple(t.folded for t in run)
            if words in theirs and words not in sources and sum(t.content for t in run) >= _RUN_CONTENT:
                message = f"these words are those of example {example.id}."
                check.report("leak_example", message, run[0].start, run[-1].end, example_id=example.id)
                break


@lru_cache(maxsize=256)
def _runs_of(text: str) -> frozenset[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for line in text.splitlines():
        words = [t.folded for t in _words(read(line))]
        found.update(tuple(words[i : i + _RUN_WORDS]) for i in range(len(words) - _RUN_WORDS + 1))
    return frozenset(found)


def _words(reading: Reading) -> list:  # type: ignore[type-arg]
    return [t for t in reading.tokens if t.kind != "mark"]


def is_copy(text: str, others: Sequence[str]) -> bool:
    """Whether the line is one of the texts, up to case, space and a full stop."""
    folded = fold(text).rstrip(".")
    return any(folded == fold(other).rstrip(".") for other in others)
