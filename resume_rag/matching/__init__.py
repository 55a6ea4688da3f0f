"""(job post, facts) -> what the post asks for, split into what the candidate's facts support and gaps.

Plain code, same input, same output: `find_targets` reads the post, `match_targets` holds its targets against the facts
with the similarities that the caller hands in, `estimate_coverage` counts what lines show.

``post`` leaves out marks, ``headings`` and ``clauses`` find the asking parts, ``pieces`` cuts them, ``targets`` collects;
``words``, ``kinds`` and ``evidence`` make both sides comparable, ``languages``, ``rules`` and ``years`` decide what similarity must not,
``support`` decides the rest.
"""

from resume_rag.matching.coverage import estimate_coverage
from resume_rag.matching.support import match_targets
from resume_rag.matching.targets import find_targets
from resume_rag.matching.years import years_of_work

__all__ = ["estimate_coverage", "find_targets", "match_targets", "years_of_work"]
