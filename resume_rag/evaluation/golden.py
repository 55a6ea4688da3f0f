"""The golden set: made-up candidates and posts that a version of a model must do well on before it takes traffic.

Six of its cases are in ``resume_rag/data/golden``, three are the demonstration's. Each is tailored by a chain that is handed in;
what is measured comes from its responses: lines valid at the first try, delivered, truly rewritten, refused by the gate for saying
what their source does not, targets covered, tokens a second. `judge_figures` holds them against `BOUNDS`.
Knows nothing of deployments.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any, Final, NamedTuple

from langchain_core.runnables import Runnable
from pydantic import BaseModel, ConfigDict, Field

from resume_rag.drafting import LOSS_CODES
from resume_rag.errors import LLMError, OverloadedError
from resume_rag.prompt import PROMPT_VERSION
from resume_rag.schema import Line, ResumeFile, TailorRequest, TailorResponse

_DEMO: Final = {"engineer": "engineer_resume.pdf", "nurse": "nurse_resume.docx", "electrician": "electrician_resume.txt"}


class Bound(NamedTuple):
    """A figure, the least or the most it may be, and why."""

    figure: str
    at_least: float | None
    at_most: float | None
    reason: str


BOUNDS: Final = (
    Bound("failed_cases", None, 0, "a case that ends in an error has no resume"),
    Bound("errors", None, 0.02, "a server that fails lines is not well"),
    Bound("first_try", 0.5, None, "each second try costs its time again"),
    Bound("delivered", 0.6, None, "a line that is not delivered stays as the candidate wrote it"),
    Bound("rewritten", 0.25, None, "a model that copies does nothing"),
    Bound("truth_findings", None, 0.4, "a model that often says more than its source will get some of it past the gate"),
    Bound("lost_coverage_cases", None, 0, "no resume may show less of what the post asks for than it did before"),
)


class GoldenCase(NamedTuple):
    """One candidate and one post."""

    name: str
    request: TailorRequest


class Figures(BaseModel):
    """What a model did on the set. Shares are of the lines that it was asked for, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    cases: int
    failed_cases: int = Field(description="Cases that ended in an error")
    lost_coverage_cases: int = Field(description="Cases in which the tailored resume covers less than the one that came")
    lines: int
    errors: float = Field(description="Lines that the server failed")
    first_try: float = Field(description="Lines valid at the first try")
    delivered: float = Field(description="Lines whose words are the model's, or that it left as they were")
    rewritten: float = Field(description="Lines whose words are the model's own")
    truth_findings: float = Field(description="Lines of which an attempt said what its source does not, by the gate")
    coverage_before: float = Field(description="Mean share of the posts' targets shown, as the resumes came")
    coverage_after: float = Field(description="The same, tailored")
    coverage_ceiling: float = Field(description="The same, of all that the facts support")
    tokens_per_s: float | None = Field(description="Completion tokens by time of drafting; None where the server counts none")
    seconds: float = Field(description="Whole time of the set")


def read_golden() -> tuple[GoldenCase, ...]:
    """The cases, in the order of their names.

    >>> len(read_golden())
    9
    """
    data = files("resume_rag").joinpath("data")
    cases = []
    for file in data.joinpath("golden").iterdir():
        if file.name.endswith(".json"):
            case = json.loads(file.read_text(encoding="utf-8"))
            cases.append(GoldenCase(file.name.removesuffix(".json"), TailorRequest(job_description=case["post"], resume=case["resume"])))
    for name, resume in _DEMO.items():
        post = data.joinpath("demo", f"{name}_post.txt").read_text(encoding="utf-8")
        content = base64.b64encode(data.joinpath("demo", resume).read_bytes()).decode()
        cases.append(GoldenCase(name, TailorRequest(job_description=post, resume=ResumeFile(name=resume, content_base64=content))))
    return tuple(sorted(cases))


def compute_golden_digest() -> str:
    """Of the cases, the bounds and the prompt: a record made with others says nothing about this library."""
    said: list[Any] = [
        PROMPT_VERSION,
        [bound[:3] for bound in BOUNDS],
        [(case.name, case.request.model_dump_json()) for case in read_golden()],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def run_golden(
    chain: Runnable[TailorRequest, TailorResponse],
    cases: Sequence[GoldenCase],
    on_case: Callable[[str, TailorResponse | None], object] = lambda name, response: None,
) -> Figures:
    """Tailor each case, one after the other.

    Args:
        chain: over one model.
        cases: of `read_golden`.
        on_case: told of each case as it is done; None for its response where it failed.

    Raises:
        ResumeRagError: one that is not the model server's.
    """
    began_s = time.perf_counter()
    responses: list[TailorResponse] = []
    for case in cases:
        response: TailorResponse | None = None
        try:
            response = chain.invoke(case.request)
            responses.append(response)
        except (LLMError, OverloadedError):
            pass
        on_case(case.name, response)
    return _measure(responses, len(cases), time.perf_counter() - began_s)


def judge_figures(figures: Figures) -> tuple[str, ...]:
    """What is out of bounds, in words; nothing: the set is passed."""
    faults = []
    for bound in BOUNDS:
        value = getattr(figures, bound.figure)
        if bound.at_least is not None and value < bound.at_least:
            faults.append(f"{bound.figure} is {value:.2f}, and must be at least {bound.at_least:g}: {bound.reason}")
        if bound.at_most is not None and value > bound.at_most:
            faults.append(f"{bound.figure} is {value:.2f}, and may be at most {bound.at_most:g}: {bound.reason}")
    return tuple(faults)


def _measure(responses: Sequence[TailorResponse], cases: int, seconds: float) -> Figures:
    asked = [line for response in responses for line in response.lines if line.attempts or line.error_code]
    covers = [response.coverage for response in responses if response.coverage]
    usages = [response.usage for response in responses if response.usage]
    tokens = [usage.completion_tokens for usage in usages if usage.completion_tokens is not None]
    drafting_s = sum(usage.timings_ms.get("draft", 0.0) for usage in usages) / 1000

    def share(holds: Callable[[Line], bool]) -> float:
        return sum(map(holds, asked)) / len(asked) if asked else 0.0

    def mean(values: Sequence[float]) -> float:
        return sum(values) / len(values) if values else 0.0

    return Figures(
        cases=cases,
        failed_cases=cases - len(responses),
        lost_coverage_cases=sum(cover.after < cover.before for cover in covers),
        lines=len(asked),
        errors=share(lambda line: line.error_code is not None and not line.error_code.startswith("output_")),
        first_try=share(lambda line: line.status != "fallback" and line.attempts == 1),
        delivered=share(lambda line: line.status != "fallback"),
        rewritten=share(lambda line: line.status == "rewritten"),
        truth_findings=share(lambda line: any(found.code not in LOSS_CODES for found in line.reasons)),
        coverage_before=mean([cover.before for cover in covers]),
        coverage_after=mean([cover.after for cover in covers]),
        coverage_ceiling=mean([cover.ceiling for cover in covers]),
        tokens_per_s=sum(tokens) / drafting_s if tokens and drafting_s else None,
        seconds=seconds,
    )
