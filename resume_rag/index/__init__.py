"""The index of example resumes: documents to a Chroma collection on disk or on a server, and open it again.

`build_index` reads, redacts, cuts, embeds and stores; `open_index` opens what was built, or says why it does not fit.
The index knows nothing of job posts, candidates or prompts, and not which embedding it is given.
"""

from resume_rag.index.building import build_index, describe_embedding, open_index
from resume_rag.index.examples import ExampleDocument, build_example, digest_examples, read_examples, read_packaged_examples
from resume_rag.index.places import LAYOUT_VERSION, Manifest
from resume_rag.index.redaction import NAME_MARK, NUMBER_MARK, redact_line, redact_shown
from resume_rag.index.store import Chunk, ExampleIndex, Hit, IndexedExample

__all__ = [
    "LAYOUT_VERSION",
    "NAME_MARK",
    "NUMBER_MARK",
    "Chunk",
    "ExampleDocument",
    "ExampleIndex",
    "Hit",
    "IndexedExample",
    "Manifest",
    "build_example",
    "build_index",
    "describe_embedding",
    "digest_examples",
    "open_index",
    "read_examples",
    "read_packaged_examples",
    "redact_line",
    "redact_shown",
]
