"""A job post -> its targets: what it asks for, each a span of the post, said once.

Marries the readers of this package; knows nothing of resumes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from resume_rag.matching.clauses import find_clauses
from resume_rag.matching.headings import Importance
from resume_rag.matching.pieces import split_clause
from resume_rag.matching.post import read_post
from resume_rag.matching.words import asked_stems
from resume_rag.schema import Target
from resume_rag.text import content_stems

WEIGHTS: dict[Importance, float] = {"required": 1.0, "duty": 0.7, "preferred": 0.4}
MAX_TARGETS = 150
"""A post that asks for more is no post of one job; the heaviest are kept, in the post's order."""

_PREFERRED = re.compile(
    r"\b(?:nice to have|nice|preferred|an? (?:\w+ )?plus|bonus|(?:is|as|of) an? (?:\w+ )?advantage|advantageous|desirable|ideally|helpful|an asset|von vorteil|"
    r"wünschenswert|deseable|se valora)\b",
    re.I,
)


@lru_cache(maxsize=128)
def find_targets(job_text: str) -> tuple[Target, ...]:
    """What a job post asks for, in its order; remembered, as many candidates come with the same post.

    Each target's ``text`` is ``job_text[span.start:span.end]``, line breaks included; where the post is HTML or Markdown,
    the same without its marks.

    >>> [(t.text, t.importance) for t in find_targets("Must have:\\n- Strong SQL and Kafka\\nWe offer:\\n- Fruit")]
    [('SQL', 'required'), ('Kafka', 'required')]
    """
    post = read_post(job_text)
    found: list[tuple[int, int, Importance]] = []
    seen: set[frozenset[str]] = set()
    for clause in find_clauses(post.text):
        is_preferred = bool(_PREFERRED.search(post.text[clause.start : clause.end]))
        for start, end in split_clause(post.text, clause.start, clause.end):
            piece = post.text[start:end]
            key = frozenset(asked_stems(piece) or content_stems(piece)) | {word for word in content_stems(piece) if word[0].isdigit()}
            if key and key not in seen:
                seen.add(key)
                found.append((start, end, "preferred" if is_preferred else clause.importance))
    kept = sorted(sorted(found, key=lambda one: -WEIGHTS[one[2]])[:MAX_TARGETS])
    return tuple(
        Target(
            id=f"t{number}",
            text=post.text[start:end],
            span=post.find_span(start, end),
            importance=importance,
            weight=WEIGHTS[importance],
        )
        for number, (start, end, importance) in enumerate(kept)
    )
