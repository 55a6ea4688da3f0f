"""What judges a case: the gate, the gate without citations, all of the chain, and two baselines anybody could write in an afternoon.

A judge says of each case whether it is refused. The first baseline refuses a claim with a content word whose stem occurs nowhere
in the source resume; the second refuses one whose sentence embedding is too far from the nearest fact, at the threshold that is best
(balanced accuracy) on the cases it may see. Knows nothing of tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from resume_rag.drafting.departure import MAX_EMBEDDED_DEPARTURE
from resume_rag.drafting.losses import find_losses
from resume_rag.embedding import OnnxEmbeddings
from resume_rag.evaluation.cases import Case
from resume_rag.grounding import check_line, check_resume
from resume_rag.paths import find_leaves
from resume_rag.schema import Slot
from resume_rag.text import content_stems

Judge = Callable[[Case], bool]
_OTHER_ROLE = {
    "name": "Other Firm",
    "position": "Clerk",
    "highlights": ["Sorted post for three departments.", "Kept the visitors' book."],
}


def refuses_by_gate(case: Case) -> bool:
    """`check_line` as the chain uses it: a line against the facts it cites; a whole document by `check_resume`."""
    if case.form == "document":
        return refuses_without_citations(case)
    found = check_line(case.texts[0], path="p", facts=case.cited, context=case.context, job=case.job, examples=case.examples)
    return bool(found)


def refuses_as_chain(case: Case) -> bool:
    """All that the chain asks of a line of the embedded model: the gate, what is lost (no post asks for a word), and the distance."""
    if case.form == "document":
        return refuses_by_gate(case)
    (fact, *others), text = case.cited, case.texts[0]
    slot = Slot(path=fact.path, original=" ".join((fact.text, *(other.text for other in others))), fact_ids=(fact.id,))
    return refuses_by_gate(case) or any(find_losses(slot, text, (), max_departure=MAX_EMBEDDED_DEPARTURE))


def refuses_without_citations(case: Case) -> bool:
    """`check_resume` on two documents; single lines get a second role beside theirs, so that there is something to mistake."""
    source, tailored = dict(case.source), dict(case.tailored)
    if case.form != "document":
        source, tailored = _with_other_role(source), _with_other_role(tailored)
    return not check_resume(source, tailored, job=case.job, examples=case.examples, today=case.today).ok


def refuses_unknown_words(case: Case) -> bool:
    """Baseline: some content word of a claim occurs nowhere in the source."""
    known = {stem for _, text in find_leaves(case.source) for stem in content_stems(text)}
    return any(stem not in known for text in case.texts for stem in content_stems(text))


def measure_similarity(cases: Sequence[Case], embeddings: OnnxEmbeddings) -> dict[int, float]:
    """Cosine of the claim that is farthest from every fact it may rest on, by the case's place in the list; 1 without claims."""
    scores = {}
    for number, case in enumerate(cases):
        facts = embeddings.embed_texts(fact.text for fact in case.cited)
        claims = embeddings.embed_texts(case.texts)
        scores[number] = float((claims @ facts.T).max(axis=1).min()) if len(claims) and len(facts) else 1.0
    return scores


def find_best_threshold(scores: Sequence[float], are_lies: Sequence[bool]) -> float:
    """The cosine below which to refuse so that the mean of lies caught and honest lines passed is largest.

    >>> find_best_threshold([0.2, 0.4, 0.9, 0.95], [True, True, False, False])
    0.9
    """
    values, lies = np.array(scores), np.array(are_lies)
    best = max(sorted(set(scores)), key=lambda bound: float((values[lies] < bound).mean() + (values[~lies] >= bound).mean()))
    return float(best)


def _with_other_role(resume: dict[str, Any]) -> dict[str, Any]:
    first = {"name": "Firm", **resume["work"][0]}
    return {**resume, "work": [first, _OTHER_ROLE]}
