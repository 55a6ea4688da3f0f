"""Building an index of examples, and opening one again.

A build takes a lock on the index folder (builds on a server from other machines are not held back by it). Opening checks that
the index fits this version and its embedding, and never builds; whether to build when there is none is the caller's decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from langchain_core.embeddings import Embeddings

from resume_rag.errors import IndexMismatchError, IndexNotFoundError, RetrievalError
from resume_rag.index.examples import ExampleDocument, digest_examples, read_packaged_examples
from resume_rag.index.places import LAYOUT_VERSION, Manifest, build_store, chroma_errors, close_client
from resume_rag.index.store import ExampleIndex

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

_BATCH = 8
_LOCK_WAIT_S = 600.0

Progress = Callable[[int, int], None]
"""Called with the number of examples done and in all."""


def build_index(
    index_dir: Path,
    embeddings: Embeddings,
    examples: Iterable[ExampleDocument] | None = None,
    *,
    force: bool = False,
    progress: Progress | None = None,
    index_url: str | None = None,
) -> ExampleIndex:
    """Builds the index and opens it; one that is already there, of the same examples and embedding, is only opened.

    Args:
        index_dir: folder of the indexes; the index takes the subfolder ``examples``.
        embeddings: what to embed with; `name` and `digest` attributes, where it has them, go into the manifest.
        examples: what to index; unset, the examples that come with this package.
        force: replace an index of other examples or another embedding.
        progress: told how many examples are done.
        index_url: a Chroma server to build on instead; `index_dir` then holds only the lock.

    Raises:
        IndexMismatchError: another index is there and `force` is not set.
        RetrievalError: no examples, no access to the folder or server, or another build holds the lock.
    """
    documents = tuple(read_packaged_examples() if examples is None else examples)
    if not documents:
        raise RetrievalError("There are no examples to index.", hint="Give at least one example resume.")
    store = build_store(index_dir, index_url)
    with _locked(index_dir):
        present = None if force else store.read_manifest()
        if present is None:
            store.fill(partial(_fill_collection, documents, embeddings, progress))
        elif present.source_digest != digest_examples(documents):
            raise IndexMismatchError("The index there holds other examples.")
    return open_index(index_dir, embeddings, index_url=index_url)


def open_index(index_dir: Path, embeddings: Embeddings, *, index_url: str | None = None) -> ExampleIndex:
    """Opens an index that was built before; never builds.

    Raises:
        IndexNotFoundError: there is none.
        IndexMismatchError: it is of another layout or embedding, or not complete; the message says what differs.
        RetrievalError: no access to the folder or server.
    """
    store = build_store(index_dir, index_url)
    manifest = store.read_manifest()
    if manifest is None:
        raise IndexNotFoundError("There is no index of example resumes.")
    name, digest = describe_embedding(embeddings)
    differences = [
        f"{what} is {there!r} and should be {here!r}"
        for what, there, here in (
            ("its layout", manifest.layout_version, LAYOUT_VERSION),
            ("its embedding", manifest.embedding_name, name),
            ("the digest of its embedding", manifest.embedding_digest, digest),
        )
        if there != here
    ]
    if differences:
        raise IndexMismatchError(f"The index does not fit: {', '.join(differences)}.")
    client, collection = store.open_collection(manifest)
    with chroma_errors():
        chunks = collection.count()
    if chunks != manifest.chunks:
        close_client(client)
        raise IndexMismatchError(f"The index is not complete: it has {chunks} chunks and should have {manifest.chunks}.")
    return ExampleIndex(client, collection, embeddings, manifest)


def describe_embedding(embeddings: Embeddings) -> tuple[str, str]:
    """Name and digest of an embedding, by which an index knows its own; of other classes their model's name, without digest."""
    name = getattr(embeddings, "name", None) or getattr(embeddings, "model", None) or getattr(embeddings, "model_name", None)
    return str(name or type(embeddings).__name__), str(getattr(embeddings, "digest", ""))


def _fill_collection(
    documents: Sequence[ExampleDocument], embeddings: Embeddings, progress: Progress | None, collection: Collection, folder: str
) -> Manifest:
    from resume_rag.index.llama import Ingestion

    ingestion, chunks = Ingestion(collection, embeddings), 0
    for start in range(0, len(documents), _BATCH):
        with chroma_errors():
            chunks += ingestion.add(documents[start : start + _BATCH])
        if progress:
            progress(min(start + _BATCH, len(documents)), len(documents))
    if not chunks:
        raise RetrievalError("The examples hold no text.", hint="Give examples with work, project or skill entries.")
    name, digest = describe_embedding(embeddings)
    return Manifest(
        embedding_name=name,
        embedding_digest=digest,
        dimensions=len(embeddings.embed_query("")),
        documents=len(documents),
        chunks=chunks,
        source_digest=digest_examples(documents),
        library_version=_library_version(),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        folder=folder,
    )


def _library_version() -> str:
    try:
        return version("resume-rag")
    except PackageNotFoundError:
        return "unknown"


@contextmanager
def _locked(index_dir: Path) -> Iterator[None]:
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(index_dir / ".examples.lock", timeout=_LOCK_WAIT_S):
            yield
    except Timeout as error:
        raise RetrievalError("Another build of the index does not end.", hint="Wait for it or stop it, then try again.") from error
    except OSError as error:
        raise RetrievalError("The index folder cannot be written.", hint="Set RESUME_RAG_INDEX_DIR to a folder you may write.") from error
