"""What a response says about a line, a gap or an error, in words for a person. Knows nothing of terminals or pages."""

from __future__ import annotations

from resume_rag.schema import Finding, Line
from resume_rag.text import squeeze

IMPORTANCE_WORDS = {"required": "Required", "duty": "Duties", "preferred": "Nice to have"}
"""In the order of their weight."""
_REASONS_SHOWN = 3
_ERROR_WORDS = {
    "output_truncated": "the model's answer was cut off",
    "output_unparsable": "the model's answer could not be read",
    "llm_timeout": "the model did not answer in time",
    "llm_unavailable": "the model's server was not there",
    "llm_request": "the model's server refused the request",
    "overloaded": "the model's server was too busy",
    "deadline_exceeded": "the time for the request was up",
}


def describe_reasons(line: Line) -> str:
    """Why a rewrite of a line was refused."""
    words = list(dict.fromkeys(describe_finding(finding) for finding in line.reasons))
    if len(words) > _REASONS_SHOWN:
        words[_REASONS_SHOWN:] = [f"and {len(words) - _REASONS_SHOWN} more"]
    if line.error_code:
        words.append(describe_error(line.error_code))
    return "; ".join(words) or "the rewrite was refused"


def describe_error(code: str) -> str:
    """What ended a line without a usable answer, in a few words."""
    return _ERROR_WORDS.get(code, code.replace("_", " "))


def describe_finding(finding: Finding) -> str:
    """A finding's sentence, or the words of its code where it has none."""
    return squeeze(finding.message).rstrip(".") or finding.code.replace("_", " ")


def render_count(number: int, noun: str) -> str:
    """A number and its noun.

    >>> render_count(1, "line"), render_count(1200, "line")
    ('1 line', '1,200 lines')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
