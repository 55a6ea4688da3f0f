"""One line against the facts it cites: runs the rules in order, the most telling first."""

from __future__ import annotations

from collections.abc import Sequence

from resume_rag.grounding.agents import check_acts, check_undergone
from resume_rag.grounding.apiece import check_apiece
from resume_rag.grounding.claims import check_carried, check_doubled_verbs
from resume_rag.grounding.company import check_company, check_doubles
from resume_rag.grounding.connectives import check_connectives
from resume_rag.grounding.contrasts import check_contrasts
from resume_rag.grounding.counterparts import check_counterparts
from resume_rag.grounding.findings import LineCheck
from resume_rag.grounding.grounds import Grounds
from resume_rag.grounding.intervals import check_intervals
from resume_rag.grounding.joints import check_joints
from resume_rag.grounding.language import is_english
from resume_rag.grounding.leaks import check_runs, is_copy, name_leaks
from resume_rag.grounding.limits import check_limits
from resume_rag.grounding.modality import check_modality, check_verbs
from resume_rag.grounding.negation import check_negation
from resume_rag.grounding.nominal import check_nominal
from resume_rag.grounding.numbers import check_numbers
from resume_rag.grounding.objects import check_objects, check_promoted, check_rank
from resume_rag.grounding.order import check_cause, check_exchange, check_means, check_order, check_roles
from resume_rag.grounding.others import check_others
from resume_rag.grounding.owners import check_owners
from resume_rag.grounding.reach import check_reach
from resume_rag.grounding.reading import read
from resume_rag.grounding.repeats import check_repeats
from resume_rag.grounding.shares import check_shares
from resume_rag.grounding.swaps import check_swaps
from resume_rag.grounding.syntax import check_syntax
from resume_rag.grounding.titles import check_titles
from resume_rag.grounding.valency import check_valency
from resume_rag.grounding.voice import (
    check_clauses,
    check_helping,
    check_honours,
    check_own,
    check_receiving,
    check_since,
    check_training,
    check_voice,
)
from resume_rag.grounding.words import check_words
from resume_rag.grounding.years import check_years
from resume_rag.schema import Example, Fact, Finding, Span

_LEAST_WORDS = 2


def check_line(
    text: str,
    *,
    path: str,
    facts: Sequence[Fact],
    context: Sequence[Fact] = (),
    job: str | None = None,
    examples: Sequence[Example] = (),
    dated: Sequence[Fact] = (),
    today: str | None = None,
) -> tuple[Finding, ...]:
    """Whether a rewritten line says only what its facts say.

    Args:
        text: the line.
        path: its place in the tailored resume, for the findings.
        facts: the facts it cites.
        context: locked facts of the same role (employer, title, dates, place); the line may name them.
        job: the job post; only names the kind of a finding.
        examples: the retrieved examples; only name the kind and the origin of a finding.
        dated: facts whose dates years of experience may be counted from; facts and context where not given.
        today: ISO date that open roles run to.

    Returns:
        Findings in the order of the line; none where the line is honest.

    >>> fact = Fact(id="w0h0", path="work[0].highlights[0]", text="Cut latency by 35 % for six teams.", section="work", role="work[0]")
    >>> [f.code for f in check_line("Reduced latency 35% for 6 teams", path="p", facts=[fact])]
    []
    >>> len(check_line("Cut cloud cost by 35 %", path="p", facts=[fact])) > 0
    True
    """
    if not text.strip() or is_copy(text, [fact.text for fact in facts]):
        return ()
    check = LineCheck(path, read(text), Grounds(facts, context))
    if not is_english(text) or not all(is_english(fact.text) for fact in facts):
        span = Span(start=0, end=len(text))
        check_numbers(check)
        check.findings.append(
            Finding(
                path=path,
                code="language_unchecked",
                message="the line is changed and not in English: only its numbers were checked.",
                span=span,
            )
        )
        return tuple(check.findings)
    if (
        len(check.line.content) + len(check.line.quantities) < _LEAST_WORDS
        and len(check.grounds.readings[:1])
        and len(check.grounds.readings[0].content) > 2 * _LEAST_WORDS
    ):
        check.report("garbled", "this is a fragment.", 0, len(text))
    check_syntax(check)
    check_intervals(check)
    check_years(check, dated or (*facts, *context), today)
    check_negation(check)
    check_shares(check)
    check_apiece(check)
    check_numbers(check)
    check_modality(check)
    check_rank(check)
    check_objects(check)
    check_promoted(check)
    check_nominal(check)
    check_voice(check)
    check_undergone(check)
    check_acts(check)
    check_others(check)
    check_owners(check)
    check_helping(check)
    check_honours(check)
    check_clauses(check)
    check_training(check)
    check_receiving(check)
    check_own(check)
    check_since(check)
    check_order(check)
    check_roles(check)
    check_counterparts(check)
    check_contrasts(check)
    check_repeats(check)
    check_exchange(check)
    check_company(check)
    check_swaps(check)
    check_valency(check)
    check_doubles(check)
    check_doubled_verbs(check)
    check_carried(check)
    check_means(check)
    check_joints(check)
    check_titles(check)
    check_cause(check)
    check_connectives(check)
    check_limits(check)
    check_reach(check)
    check_words(check)
    check_verbs(check)
    check_runs(check, examples)
    found = name_leaks(check, job, examples)
    return tuple(sorted(found, key=lambda f: (f.span.start if f.span else 0, f.code)))
