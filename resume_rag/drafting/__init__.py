"""Context -> draft: which lines the model may write, and the loop that asks, parses, checks and re-asks for each.

`slots` chooses the lines, `asking` holds the steps of one line, `running` drives many of them, `losses` says what makes a true line
worse than the candidate's own, `outcomes` what came of a line. What a line may say is decided by the `check` that is handed in, how an
answer is read by the `parse`; this package knows neither, nor any server.
"""

from resume_rag.drafting.asking import MAX_RETRIES, Ask, Check, Limits, Parse, draft_line, draft_line_anywhere
from resume_rag.drafting.departure import MAX_EMBEDDED_DEPARTURE
from resume_rag.drafting.losses import LOSS_CODES
from resume_rag.drafting.outcomes import Outcome, Try, sum_usage
from resume_rag.drafting.running import LLMRunnable, arun_lines, run_lines
from resume_rag.drafting.slots import DEFAULT_SECTIONS, MIN_LINE_WORDS, select_slots

__all__ = [
    "DEFAULT_SECTIONS",
    "LOSS_CODES",
    "MAX_EMBEDDED_DEPARTURE",
    "MAX_RETRIES",
    "MIN_LINE_WORDS",
    "Ask",
    "Check",
    "LLMRunnable",
    "Limits",
    "Outcome",
    "Parse",
    "Try",
    "arun_lines",
    "draft_line",
    "draft_line_anywhere",
    "run_lines",
    "select_slots",
    "sum_usage",
]
