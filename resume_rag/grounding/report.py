"""Two JSON Resume documents -> a report: locked fields compared, every line checked against facts of its own entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resume_rag.grounding.align import measure_cover, select_facts
from resume_rag.grounding.codes import CODES
from resume_rag.grounding.entries import check_entries
from resume_rag.grounding.language import is_english
from resume_rag.grounding.leaks import is_copy
from resume_rag.grounding.levels import check_levels
from resume_rag.grounding.line import check_line
from resume_rag.grounding.locked import SHAPES, check_basics, check_locked, match_entries, merged_sources
from resume_rag.grounding.names import normalise_name
from resume_rag.grounding.skills import check_skills
from resume_rag.grounding.sources import list_facts, read_resume
from resume_rag.grounding.welds import check_welds
from resume_rag.schema import Example, Fact, Finding, GroundingReport, Resume, Span
from resume_rag.text import fold, split_sentences

_FOREIGN_COVER = 0.6
_FOREIGN_MARGIN = 0.25


def check_resume(
    source: Resume | Mapping[str, Any],
    tailored: Resume | Mapping[str, Any],
    *,
    examples: Sequence[Example] = (),
    job: str | None = None,
    today: str | None = None,
) -> GroundingReport:
    """Whether a tailored resume says only what the source says; needs no citations and no model.

    Args:
        source: the candidate's own resume.
        tailored: what somebody made of it.
        examples: retrieved examples; only name the origin of a finding.
        job: the job post; only names the origin of a finding.
        today: ISO date that open roles run to, for years of experience; see `years`.

    Returns:
        The report. Omissions are listed apart and are no findings.

    Raises:
        InputError: one of them is no JSON Resume document.

    >>> before = {"work": [{"name": "Quay Ltd", "position": "Fishmonger", "highlights": ["Sold fish to 12 hotels."]}]}
    >>> after = {"work": [{"name": "Quay Ltd", "position": "Head Fishmonger", "highlights": ["Sold fish to twelve hotels."]}]}
    >>> [(f.path, f.code) for f in check_resume(before, after).findings]
    [('work[0].position', 'title_changed')]
    """
    return _Comparison(read_resume(source, "source"), read_resume(tailored, "tailored"), examples, job, today).run()


class _Comparison:
    def __init__(self, source: Resume, tailored: Resume, examples: Sequence[Example], job: str | None, today: str | None) -> None:
        self.source, self.tailored = source, tailored
        self.examples, self.job, self.today = examples, job, today
        self.facts = list_facts(source)
        self.lines = [fact for fact in list_facts(tailored) if not fact.locked]
        self.matches = {section: match_entries(section, source, tailored) for section in SHAPES}
        self._homes = {
            line.path: homes for line in self.lines if line.section != "basics" and (homes := self._find_homes(line)) is not None
        }

    def run(self) -> GroundingReport:
        findings = [
            *check_basics(self.source, self.tailored),
            *check_locked(self.source, self.tailored, self.matches),
            *check_skills(self.source, self.tailored, self.facts),
            *check_levels(self.source, self.tailored),
            *check_entries(self.source, self.tailored),
        ]
        for line in self.lines:
            findings += self._check(line)
        return GroundingReport(
            findings=tuple(findings), omissions=self._find_omissions(), checked_lines=len(self.lines), notes=self._find_notes()
        )

    def _check(self, line: Fact) -> list[Finding]:
        if line.section == "basics":
            return self._check_summary(line)
        homes = self._homes.get(line.path)
        if homes is None:
            return []  # the whole entry is a finding already
        own = [fact for fact in self.facts if fact.role in homes]
        prose = [fact for fact in own if not fact.locked]
        if is_copy(line.text, [fact.text for fact in prose]):
            return []
        elsewhere = self._find_elsewhere(line, prose, homes)
        if elsewhere is not None:
            message = f"{CODES['role_mixed']} It rests on {elsewhere.path}."
            return [Finding(path=line.path, code="role_mixed", message=message, source_path=elsewhere.path)]
        chosen = select_facts(line.text, prose)
        context = [fact for fact in own if fact.locked]
        findings = check_line(
            line.text,
            path=line.path,
            facts=chosen or prose[:1],
            context=context,
            job=self.job,
            examples=self.examples,
            dated=self.facts,
            today=self.today,
        )
        nearest = next(iter((*chosen, *prose)), None)
        return [self._point(finding, line, own, nearest) for finding in findings]

    def _find_homes(self, line: Fact) -> frozenset[str] | None:
        """Entries of the source that a line's entry stands for."""
        index = int(str(line.role).split("[")[1].rstrip("]"))
        entry, theirs = getattr(self.tailored, line.section)[index], getattr(self.source, line.section)
        merged = merged_sources(line.section, entry, theirs) if line.section in {"work", "volunteer"} else []
        if merged:
            return frozenset(f"{line.section}[{i}]" for i in merged)
        at = self.matches[line.section][index]
        return None if at is None else frozenset({f"{line.section}[{at}]"})

    def _find_elsewhere(self, line: Fact, own: Sequence[Fact], homes: frozenset[str]) -> Fact | None:
        """The fact of another entry that the line is plainly made of, where its own entry carries it badly."""
        cover = measure_cover(line.text, own)
        if cover > 1 - _FOREIGN_MARGIN:
            return None
        others = [fact for fact in self.facts if not fact.locked and fact.role not in homes and fact.section != "basics"]
        scored = [(measure_cover(line.text, [fact]), fact) for fact in others]
        best = max(scored, key=lambda row: row[0], default=None)
        return best[1] if best and best[0] >= _FOREIGN_COVER and best[0] >= cover + _FOREIGN_MARGIN else None

    def _check_summary(self, line: Fact) -> list[Finding]:
        """Each sentence of the summary against the facts of the whole resume that carry it."""
        found: list[Finding] = []
        own = next((fact for fact in self.facts if fact.path == "basics.summary"), None)
        if own is not None and is_copy(line.text, [own.text]):
            return []
        carriers = self._summary_facts()
        for start, end in split_sentences(line.text):
            sentence = line.text[start:end]
            chosen = select_facts(sentence, carriers, summary=True)
            here: Sequence[Finding] = check_line(
                sentence, path=line.path, facts=chosen, job=self.job, examples=self.examples, dated=self.facts, today=self.today
            )
            if not here and is_english(sentence):
                here = tuple(check_welds(sentence, self.facts, line.path))
            for finding in here:
                span = finding.span and Span(start=finding.span.start + start, end=finding.span.end + start)
                found.append(finding.model_copy(update={"span": span}))
        return found

    def _summary_facts(self) -> list[Fact]:
        """Sentences of the source's summary one by one, and every other fact but contact and references."""
        found = []
        for fact in self.facts:
            if fact.path == "basics.summary":
                found += [fact.model_copy(update={"text": fact.text[a:b]}) for a, b in split_sentences(fact.text)]
            elif fact.path.endswith(".studyType"):
                found.append(fact.model_copy(update={"text": _spell_degree(fact.text)}))
            elif fact.section not in {"basics", "references"} or fact.path == "basics.label" or fact.path.startswith("basics.location"):
                found.append(fact)
        return found

    def _point(self, finding: Finding, line: Fact, own: Sequence[Fact], nearest: Fact | None) -> Finding:
        """Says where in the source an unsupported word stands; else the line that the finding's line comes closest to."""
        if finding.source_path is not None or finding.span is None:
            return finding
        words = fold(line.text[finding.span.start : finding.span.end])
        place = next((fact for fact in (*own, *self.facts) if words in fold(fact.text)), nearest)
        return finding if place is None else finding.model_copy(update={"source_path": place.path})

    def _find_omissions(self) -> tuple[str, ...]:
        """Entries and lines of the source that nothing in the tailored resume takes up."""
        mine = list_facts(self.tailored)
        texts = {fold(fact.text).rstrip(".") for fact in mine}
        lost = [fact for fact in self.facts if fold(fact.text).rstrip(".") not in texts]
        gone = [
            f"{section}[{i}]"
            for section, found in self.matches.items()
            for i in range(len(getattr(self.source, section)))
            if i not in found
        ]
        rest = [fact.path for fact in lost if fact.role not in gone and (fact.locked or not self._is_taken_up(fact))]
        return (*gone, *rest)

    def _is_taken_up(self, fact: Fact) -> bool:
        lines = [
            line
            for line in self.lines
            if line.section == fact.section and (fact.section == "basics" or fact.role in self._homes.get(line.path, ()))
        ]
        return bool(lines) and measure_cover(fact.text, lines) >= _FOREIGN_COVER

    def _find_notes(self) -> tuple[str, ...]:
        foreign = [line.path for line in self.lines if not is_english(line.text)]
        if not foreign:
            return ()
        return (f"Not in English, so only numbers, locked fields and unchanged lines were checked: {', '.join(foreign)}.",)


def _spell_degree(text: str) -> str:
    """*MSc (Master of Science)*: a degree with its words, where it was written short."""
    words = " ".join(word if word in {"of", "in"} else word.capitalize() for word in normalise_name(text).split())
    return text if fold(words) == fold(text) else f"{text} ({words})"
