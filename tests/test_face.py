"""The public names, and that importing them stays cheap."""

from __future__ import annotations

import subprocess
import sys

import resume_rag

FACE = {
    "Settings",
    "build_chain",
    "TailorRequest",
    "TailorResponse",
    "Resume",
    "Example",
    "build_index",
    "open_index",
    "check_resume",
    "GroundingReport",
    "check_provenance",
    "ProvenanceReport",
    "ResumeRagError",
    "__version__",
}


def test_the_face_is_this_list_and_every_name_loads() -> None:
    assert set(resume_rag.__all__) == FACE
    assert set(dir(resume_rag)) == FACE
    assert all(getattr(resume_rag, name) is not None for name in FACE)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(resume_rag, "tailor_everything")


def test_importing_loads_none_of_the_heavy_packages() -> None:
    heavy = "chromadb langchain langchain_core langserve llama_index openai onnxruntime pydantic fastapi numpy xllamacpp"
    code = f"import sys, resume_rag; print([name for name in {heavy.split()!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
