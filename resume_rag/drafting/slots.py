"""Which lines of a resume the model may write, those that serve the post best first."""

from __future__ import annotations

from resume_rag.schema import Context, SectionName, Slot

DEFAULT_SECTIONS: tuple[SectionName, ...] = ("basics", "work", "volunteer", "projects")
MIN_LINE_WORDS = 4
"""Shorter lines stay as they are: there is nothing to reword."""


def select_slots(context: Context, *, max_rewrites: int, kept: frozenset[str]) -> tuple[Slot, ...]:
    """The lines that the model may write, those that serve the post best first.

    Args:
        context: facts and targets.
        max_rewrites: most lines.
        kept: paths of the lines that stay in the tailored resume; others are not worth a call.
    """
    request = context.targets.candidate.request
    sections = request.sections if request.sections is not None else DEFAULT_SECTIONS
    weights: dict[str, list[tuple[float, str]]] = {}
    writable = {fact.id for fact in context.targets.candidate.facts if not fact.locked}
    for target in context.targets.supported:
        # One line aims at a target, the one that supports it best: aims of others only tempt the model to claim them.
        best = next((fact_id for fact_id in target.fact_ids if fact_id in writable), None)
        if best is not None:
            weights.setdefault(best, []).append((-target.weight, target.id))
    slots = []
    for fact in context.targets.candidate.facts:
        is_line = ".highlights[" not in fact.path or fact.path in kept
        if fact.locked or fact.section not in sections or not is_line or len(fact.text.split()) < MIN_LINE_WORDS:
            continue
        aims = sorted(weights.get(fact.id, []))
        slots.append(
            (
                sum(weight for weight, _ in aims),
                Slot(path=fact.path, original=fact.text, fact_ids=(fact.id,), target_ids=tuple(i for _, i in aims)),
            )
        )
    slots.sort(key=lambda scored: scored[0])
    return tuple(slot for _, slot in slots[:max_rewrites])
