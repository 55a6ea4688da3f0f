"""The public names, and that importing them stays cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

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


def test_no_module_gives_a_name_twice() -> None:
    """A second constant of the same name changes every rule that reads the first, and no linter says so."""
    doubled = []
    for file in sorted(Path(resume_rag.__file__).parent.rglob("*.py")):
        targets = [target for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.Assign) for target in node.targets]
        names = Counter(target.id for target in targets if isinstance(target, ast.Name))
        doubled += [f"{file.name}: {name}" for name, count in names.items() if count > 1]
    assert doubled == []
