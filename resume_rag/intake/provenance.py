"""Whether each leaf of a response can be found again in the raw resume that it was made from.

The raw input (bytes of a PDF or DOCX, HTML, text, JSON) is read to text anew; nothing of the run that made the response is trusted, only
compared: each leaf has a line, each line a source, each source a span, and the span of the text says what the source claims.
Words that the model wrote are not judged here: that is `check_resume`'s, which needs no response but two resumes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from resume_rag.paths import find_leaves, split_path
from resume_rag.schema import Gap, Line, ProvenanceFault, ProvenanceReport, SourceRef, Span, TailorResponse
from resume_rag.text import find_words

Says = Callable[[str, str], bool]
WRITABLE_FIELDS = frozenset(("summary", "description", "highlights"))

PROVENANCE_CODES = {
    "no_line": "No line of the response says where this leaf comes from.",
    "no_leaf": "The line names a place that the resume does not have.",
    "text_differs": "The line and the resume say different things at this place.",
    "no_source": "The line names no source.",
    "no_span": "The source has no place in the raw resume.",
    "span_outside": "The span reaches beyond the text of the raw resume.",
    "span_differs": "The span of the raw resume does not say what the source is said to be.",
    "not_verbatim": "The line is called the candidate's own and differs from its source.",
    "locked_rewritten": "A part that only code may copy is called rewritten.",
    "gap_differs": "The span of the job post does not say what the gap is said to be.",
}
"""Code to plain sentence. A code is never renamed."""


def find_faults(response: TailorResponse, text: str, job: str | None, says: Says) -> ProvenanceReport:
    """The report over a response.

    Args:
        response: with all its lines.
        text: of the raw resume, as intake reads it.
        job: the post; the spans of the gaps are checked where it is given.
        says: whether a piece of the text says a value.
    """
    leaves = dict(find_leaves(response.resume.model_dump()))
    by_path: dict[str, Line] = {line.path: line for line in response.lines}
    found: list[tuple[str, str]] = [(path, "no_line") for path in leaves if path not in by_path]
    for line in response.lines:
        found += ((line.path, code) for code in _find_line_faults(line, leaves, text, says))
    if job is not None:
        found += ((f"gaps[{number}]", "gap_differs") for number, gap in enumerate(response.gaps) if not _is_quoted(gap, job))
    return ProvenanceReport(
        faults=tuple(ProvenanceFault(path=path, code=code, message=PROVENANCE_CODES[code]) for path, code in found),
        checked_leaves=len(leaves),
        checked_spans=sum(len(line.sources) for line in response.lines),
    )


def _find_line_faults(line: Line, leaves: Mapping[str, str], text: str, says: Says) -> Iterator[str]:
    if line.path not in leaves:
        yield "no_leaf"
    elif leaves[line.path] != line.text:
        yield "text_differs"
    if not line.sources:
        yield "no_source"
    for source in line.sources:
        fault = _find_source_fault(source, text, says)
        if fault:
            yield fault
    if line.status == "rewritten":
        fields = [step for step in split_path(line.path) if isinstance(step, str)]
        if fields[-1] not in WRITABLE_FIELDS:
            yield "locked_rewritten"
    elif line.sources and line.text not in [source.text for source in line.sources]:
        yield "not_verbatim"


def _find_source_fault(source: SourceRef, text: str, says: Says) -> str | None:
    if source.span is None:
        return "no_span"
    if not 0 <= source.span.start < source.span.end <= len(text):
        return "span_outside"
    return None if says(_cut(text, source.span), source.text) else "span_differs"


def _is_quoted(gap: Gap, job: str) -> bool:
    """Whether the gap's words stand in the span in their order; a post's markup between them is not part of a gap."""
    rest = iter(word.text for word in find_words(_cut(job, gap.span)))
    return all(word.text in rest for word in find_words(gap.text))


def _cut(text: str, span: Span) -> str:
    return text[span.start : span.end]
