"""A resume as a person sends it: clean text, without a word on where each line came from; and one page that shows just that.

`outline` puts a resume in the usual order; `markdown`, `plain` and `word` write that order, `page` adds each line's source. The
whole provenance stays in the response's JSON. Knows nothing of the chain, the terminal or the disk.
"""

from resume_rag.export.markdown import render_markdown
from resume_rag.export.outline import Outline, OutlineEntry, OutlineLine, OutlineSection, build_outline
from resume_rag.export.page import render_page
from resume_rag.export.plain import render_text
from resume_rag.export.word import render_docx

__all__ = [
    "Outline",
    "OutlineEntry",
    "OutlineLine",
    "OutlineSection",
    "build_outline",
    "render_docx",
    "render_markdown",
    "render_page",
    "render_text",
]
