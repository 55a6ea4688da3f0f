"""A resume tailored to a job post by your own language model, every line traceable to the candidate's own resume.

Names are loaded at first use (PEP 562), so that importing the package stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resume_rag.chain import build_chain as build_chain
    from resume_rag.errors import ResumeRagError as ResumeRagError
    from resume_rag.grounding import check_resume as check_resume
    from resume_rag.index import build_index as build_index
    from resume_rag.index import open_index as open_index
    from resume_rag.intake import check_provenance as check_provenance
    from resume_rag.schema import Example as Example
    from resume_rag.schema import GroundingReport as GroundingReport
    from resume_rag.schema import ProvenanceReport as ProvenanceReport
    from resume_rag.schema import Resume as Resume
    from resume_rag.schema import TailorRequest as TailorRequest
    from resume_rag.schema import TailorResponse as TailorResponse
    from resume_rag.settings import Settings as Settings

__version__ = "0.1.0"

_HOME = {
    "Settings": "settings",
    "build_chain": "chain",
    "TailorRequest": "schema",
    "TailorResponse": "schema",
    "Resume": "schema",
    "Example": "schema",
    "build_index": "index",
    "open_index": "index",
    "check_resume": "grounding",
    "check_provenance": "intake",
    "GroundingReport": "schema",
    "ProvenanceReport": "schema",
    "ResumeRagError": "errors",
}
__all__ = [*_HOME, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
