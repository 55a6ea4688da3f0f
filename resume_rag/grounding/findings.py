"""How a rule reports: a code, words for a person, the place in the line, the place in the source."""

from __future__ import annotations

from dataclasses import dataclass, field

from resume_rag.grounding.grounds import Grounds
from resume_rag.grounding.reading import Reading
from resume_rag.schema import Finding, Span


@dataclass
class LineCheck:
    """One line under check, and what was found so far. A place is reported once: the first rule to speak keeps it."""

    path: str
    line: Reading
    grounds: Grounds
    findings: list[Finding] = field(default_factory=list)
    settled: list[tuple[int, int]] = field(default_factory=list)  # places a rule has found true

    def report(self, code: str, message: str, start: int, end: int, source: int | None = None, *, example_id: str | None = None) -> None:
        """Adds a finding on ``[start, end)`` of the line, unless that place has one already."""
        if self.taken(start, end):
            return
        facts = self.grounds.facts
        source_path = facts[source].path if source is not None and source < len(facts) else facts[0].path if len(facts) == 1 else None
        span = Span(start=start, end=end)
        self.findings.append(Finding(path=self.path, code=code, message=message, source_path=source_path, span=span, example_id=example_id))

    def taken(self, start: int, end: int) -> bool:
        """Whether a rule has spoken on that place already."""
        if any(a < end and start < b for a, b in self.settled):
            return True
        return any(f.span is not None and f.span.start < end and start < f.span.end for f in self.findings)

    def quote(self, start: int, end: int) -> str:
        """The words of the line, for a message."""
        return f"“{self.line.text[start:end]}”"
