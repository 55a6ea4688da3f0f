"""A resume as a person sends it: clean text, without a word on where each line came from.

`outline` puts a resume in the usual order; `markdown` writes that order as Markdown. The provenance stays in the
response's JSON. Knows nothing of the chain, the terminal or the disk.
"""

from resume_rag.export.markdown import render_markdown
from resume_rag.export.outline import Outline, OutlineEntry, OutlineLine, OutlineSection, build_outline

__all__ = ["Outline", "OutlineEntry", "OutlineLine", "OutlineSection", "build_outline", "render_markdown"]
