"""Locked parts + checked lines -> the response: the resume, a line for every leaf of it, and the computed diff.

Copies everything that the model may not write straight from the candidate's resume. Judges nothing and calls nothing;
coverage, usage and versions are handed in. `assemble_paragraph` puts a refused paragraph together from what may stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from resume_rag.paths import find_leaves, split_path
from resume_rag.schema import (
    Change,
    Context,
    Coverage,
    DraftLine,
    ExampleRef,
    Examples,
    Fact,
    Gap,
    IntakeReport,
    Line,
    Resume,
    SourceRef,
    TailorRequest,
    TailorResponse,
    Usage,
    Versions,
)
from resume_rag.text import content_stems, split_sentences

REORDERED_SECTIONS = ("work", "volunteer", "projects")


def rank_facts(context: Context) -> dict[str, float]:
    """How much each fact serves the post: the summed weight of the targets it supports, by fact id."""
    ranks: dict[str, float] = {}
    for target in context.targets.supported:
        for place, fact_id in enumerate(target.fact_ids):
            ranks[fact_id] = ranks.get(fact_id, 0.0) + target.weight / (place + 1)
    return ranks


def arrange_highlights(context: Context) -> dict[str, tuple[int, ...]]:
    """For each entry (``work[0]``) the numbers of its highlights in the order they shall stand; what is not named is left out.

    The line that serves the post best comes first; lines of equal worth keep their order.
    """
    request = context.targets.candidate.request
    ranks = rank_facts(context)
    entries: dict[str, list[tuple[float, int]]] = {}
    for fact in context.targets.candidate.facts:
        steps = split_path(fact.path)
        if len(steps) == 4 and steps[2] == "highlights" and fact.section in REORDERED_SECTIONS and fact.role:
            entries.setdefault(fact.role, []).append((-ranks.get(fact.id, 0.0), int(steps[3])))
    allowed = request.sections
    order = {}
    for role, scored in entries.items():
        movable = allowed is None or role.split("[", 1)[0] in allowed
        numbers = [number for _, number in (sorted(scored) if movable else scored)]
        order[role] = tuple(numbers[: request.max_lines_per_role] if movable else numbers)
    return order


def assemble_response(
    context: Context,
    lines: Sequence[DraftLine],
    *,
    coverage: Coverage,
    usage: Usage,
    versions: Versions,
    complete: bool = True,
    assembled: tuple[Resume, dict[str, str]] | None = None,
) -> TailorResponse:
    """The response from what is there so far.

    Args:
        context: the request with its facts, targets and examples.
        lines: the finished lines, in any order; a line that is not among them stays as the candidate wrote it.
        coverage: computed by the caller over the assembled lines (`assemble_resume` gives them).
        usage: tokens and timings so far.
        versions: of library, model, prompt, index.
        complete: False for a snapshot: ``lines`` then lists only what is finished.
        assembled: what `assemble_resume` gives for these lines, where the caller has it already.
    """
    candidate = context.targets.candidate
    resume, origin = assembled or assemble_resume(context, lines)
    drafted = {line.slot.path: line for line in lines}
    facts = {fact.path: fact for fact in candidate.facts}
    by_id = {fact.id: fact for fact in candidate.facts}
    targets = {target.id: target.text for target in context.targets.supported}
    out = []
    spans = {placement.path: placement.span for placement in candidate.document.placements}
    for path, text in find_leaves(resume.model_dump()):
        source_path = origin.get(path, path)
        draft = drafted.get(source_path)
        fact = facts.get(source_path)
        if draft is not None:
            out.append(_written_line(path, draft, by_id, targets))
        elif complete or fact is None or fact.locked:
            # Outside JSON Resume's sections there are no facts: such a leaf is its own source, under its path.
            source = _source(fact) if fact else SourceRef(fact_id=path, path=path, text=text, span=spans.get(path))
            out.append(Line(path=path, text=text, status="verbatim", sources=(source,)))
    response = TailorResponse(
        resume=resume,
        lines=tuple(out),
        gaps=tuple(Gap(text=gap.text, span=gap.span, importance=gap.importance) for gap in context.targets.gaps),
        coverage=coverage,
        diff=find_changes(context, out, origin),
        examples=Examples(
            used=tuple(
                ExampleRef(id=example.id, score=round(example.score, 4), occupation=example.occupation) for example in context.examples
            ),
            abstained=context.abstained,
        ),
        intake=IntakeReport(
            form=candidate.document.source.form,
            unplaced=candidate.document.unplaced,
            hidden=candidate.document.hidden,
            notes=candidate.document.notes,
        ),
        usage=usage,
        versions=versions,
    )
    return _keep_wanted(response, candidate.request)


def assemble_resume(context: Context, lines: Sequence[DraftLine]) -> tuple[Resume, dict[str, str]]:
    """The tailored resume, and for each of its highlights the path it had in the candidate's own."""
    document: dict[str, Any] = context.targets.candidate.document.resume.to_json_resume()
    for line in lines:
        _set(document, line.slot.path, line.text)
    origin: dict[str, str] = {}
    for role, order in arrange_highlights(context).items():
        section, number = split_path(role)
        entry = document[str(section)][int(number)]
        written = entry["highlights"]
        entry["highlights"] = [written[old] for old in order]
        for new, old in enumerate(order):
            origin[f"{role}.highlights[{new}]"] = f"{role}.highlights[{old}]"
    return Resume.model_validate(document), origin


def assemble_paragraph(original: str, written: str, passes: Callable[[str], bool]) -> str | None:
    """A refused paragraph, sentence by sentence: what passes stays, for what fails the candidate's own sentence stands.

    Args:
        original: the candidate's paragraph.
        written: the model's, refused as a whole.
        passes: whether one sentence may stand.

    Returns:
        None where it comes to the candidate's own paragraph, or nothing is to be told apart.

    >>> own = "I ran the night shift of 9. I like cats."
    >>> assemble_paragraph(own, "Ran the night shift of 9. Loves all cats deeply.", lambda sentence: "deeply" not in sentence)
    'Ran the night shift of 9. I like cats.'
    """
    own = [original[start:end] for start, end in split_sentences(original)]
    if len(own) < 2:
        return None
    stems = [set(content_stems(sentence)) for sentence in own]
    judged = []
    for start, end in split_sentences(written):
        sentence = written[start:end]
        shared = [len(each & set(content_stems(sentence))) for each in stems]
        judged.append((sentence, passes(sentence), shared.index(max(shared)) if any(shared) else None))
    told = {nearest for _, is_good, nearest in judged if is_good}
    kept: list[str] = []
    for sentence, is_good, nearest in judged:
        if is_good:
            kept.append(sentence)
        elif nearest is not None and nearest not in told:
            kept.append(own[nearest])
            told.add(nearest)
    return " ".join(kept) if any(sentence not in own for sentence in kept) else None


def find_changes(context: Context, lines: Sequence[Line], origin: Mapping[str, str]) -> tuple[Change, ...]:
    """What differs between the resume that came and the one that goes: rewritten, moved, omitted."""
    before = {fact.path: fact.text for fact in context.targets.candidate.facts}
    changes: list[Change] = []
    for line in lines:
        source_path = origin.get(line.path, line.path)
        kind: Literal["rewritten", "moved"] | None = None
        if line.status == "rewritten":
            kind = "rewritten"
        elif source_path != line.path:
            kind = "moved"
        if kind:
            changes.append(Change(kind=kind, path=line.path, before=before.get(source_path, ""), after=line.text))
    kept = set(origin.values())
    for fact in context.targets.candidate.facts:
        steps = split_path(fact.path)
        if len(steps) == 4 and steps[2] == "highlights" and fact.section in REORDERED_SECTIONS and fact.path not in kept:
            changes.append(Change(kind="omitted", path=fact.path, before=fact.text))
    return tuple(changes)


def _written_line(path: str, draft: DraftLine, facts: Mapping[str, Fact], targets: Mapping[str, str]) -> Line:
    return Line(
        path=path,
        text=draft.text,
        status=draft.status,
        sources=tuple(_source(facts[fact_id]) for fact_id in draft.fact_ids if fact_id in facts),
        reasons=draft.reasons,
        error_code=draft.error_code,
        serves=tuple(targets[target_id] for target_id in draft.slot.target_ids if target_id in targets),
        attempts=draft.attempts,
        deployment=draft.deployment,
    )


def _source(fact: Fact) -> SourceRef:
    return SourceRef(fact_id=fact.id, path=fact.path, text=fact.text, span=fact.span)


def _set(document: Any, path: str, text: str) -> None:
    *parents, last = split_path(path)
    place = document
    for step in parents:
        place = place[step]
    place[last] = text


def _keep_wanted(response: TailorResponse, request: TailorRequest) -> TailorResponse:
    if request.include is None:
        return response
    empty: dict[str, Any] = {name: field.default for name, field in TailorResponse.model_fields.items() if name != "resume"}
    return response.model_copy(update={name: value for name, value in empty.items() if name not in request.include})
