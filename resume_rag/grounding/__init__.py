"""Judges whether a line or a resume says only what the candidate's own resume says; edits nothing, needs no model.

`check_line` takes one line and the facts it cites; `check_resume` any two JSON Resume documents. Each rule has a room of its
own: `numbers` (with `attached`, what they count, and `derived`, what follows by arithmetic), `words` (with `acts`, the same act in
another verb), `company` (what stands with what, read by `links`), `agents` (who did it), `reach` (how much of it, how often), `modality`, `negation`,
`objects`, `voice`, `order`, `titles`, `years`, `locked`, `skills`, `leaks`. `CODES` lists what
they report.
"""

from resume_rag.grounding.codes import CODES
from resume_rag.grounding.line import check_line
from resume_rag.grounding.report import check_resume

__all__ = ["CODES", "check_line", "check_resume"]
