"""The index of example resumes: a Chroma collection, and what is read from it.

A chunk is a piece of one section of one example. Its text (names taken out) is what was embedded; its metadata carries the
section's redacted lines, and the section as it was (``original``, and once more in LlamaIndex's ``_node_content``), for the leak
check alone. Knows nothing of how a collection is filled (`building`) or how hits become examples for a prompt (`retrieval`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from resume_rag.index.places import Manifest, chroma_errors, close_client

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection
    from langchain_core.retrievers import BaseRetriever
    from llama_index.core.retrievers import BaseRetriever as LlamaRetriever

_PAGE = 1000
_REMEMBERED_VECTORS = 10_000
"""Examples whose vectors are kept once read (1.6 kB each); those of a larger index beyond it are read anew each time."""


class Chunk(NamedTuple):
    """A piece of an example's section; ``text`` holds no name of a person, employer or school."""

    id: str
    example_id: str
    section: str
    text: str


class Hit(NamedTuple):
    """A chunk that was found; ``score`` is the cosine similarity, -1 to 1."""

    chunk_id: str
    example_id: str
    score: float


class IndexedExample(NamedTuple):
    """An example as the index holds it.

    ``lines`` are redacted and may be shown to a model. ``text`` is the example without the person's name, mail and telephone,
    but with employers, numbers and skills: it exists to find a leak of them, and is to be shown to nobody.
    """

    id: str
    occupation: str
    soc_major_group: str
    language: str
    lines: tuple[str, ...]
    text: str


class ExampleIndex:
    """An open index. Read only; safe to share among threads. Close it, or use it as a context manager.

    Args:
        client: the Chroma client, closed with the index.
        collection: the collection, as large as the manifest says.
        embeddings: what the collection was embedded with.
        manifest: what the index was built from.
    """

    def __init__(self, client: Client, collection: Collection, embeddings: Embeddings, manifest: Manifest) -> None:
        self._client = client
        self._collection = collection
        self.embeddings = embeddings
        self.manifest = manifest
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def search(self, query_vectors: Sequence[Sequence[float]], k: int, where: Mapping[str, Any] | None = None) -> list[list[Hit]]:
        """The ``k`` nearest chunks of each vector, best first, ties by id.

        Args:
            query_vectors: vectors of the index's own embedding.
            k: how many chunks a vector.
            where: Chroma's filter on ``example_id``, ``section``, ``occupation``, ``soc_major_group`` or ``language``; one operator at
                the top.
        """
        k = min(k, self.manifest.chunks)
        if not len(query_vectors) or k < 1:
            return [[] for _ in query_vectors]
        with chroma_errors():
            found = self._collection.query(
                query_embeddings=np.asarray(query_vectors, dtype=np.float32),
                n_results=k,
                where=dict(where) if where else None,
                # Without the metadata, which is known already: reading it took nine tenths of a search's time.
                include=["distances"],
            )
        owners = self._owners
        hits = [
            [
                Hit(chunk_id, owners[chunk_id], 1.0 - distance)
                for chunk_id, distance in zip(ids, distances, strict=True)
                # A chunk that came after this index was opened is none of it.
                if chunk_id in owners
            ]
            for ids, distances in zip(found["ids"], found["distances"] or [], strict=True)
        ]
        return [sorted(each, key=lambda hit: (-hit.score, hit.chunk_id)) for each in hits]

    def search_texts(self, texts: Sequence[str], k: int, where: Mapping[str, Any] | None = None) -> list[list[Hit]]:
        """The ``k`` nearest chunks of each text, as `search`."""
        return self.search(self.embeddings.embed_documents(list(texts)), k, where)

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """All chunks, by id; read once."""
        return tuple(
            Chunk(chunk_id, str(metadata["example_id"]), str(metadata["section"]), text) for chunk_id, text, metadata in self._entries
        )

    @cached_property
    def examples(self) -> Mapping[str, IndexedExample]:
        """All examples by id; read once."""
        by_example: dict[str, dict[str, Mapping[str, Any]]] = {}
        for _, _, metadata in self._entries:
            # A section cut into several chunks carries its lines in each.
            by_example.setdefault(str(metadata["example_id"]), {}).setdefault(str(metadata["section"]), metadata)
        return {example_id: _read_example(example_id, sections.values()) for example_id, sections in sorted(by_example.items())}

    def vectors(self, example_ids: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """For each example the unit vector in the middle of its chunks."""
        wanted = sorted(set(example_ids))
        vectors = {key: vector for key in wanted if (vector := self._vectors.get(key)) is not None}
        missing = [key for key in wanted if key not in vectors]
        if missing:
            vectors |= self._read_vectors(missing)
            if len(self._vectors) < _REMEMBERED_VECTORS:
                self._vectors.update(vectors)
        return vectors

    def _read_vectors(self, wanted: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        where: dict[str, Any] = {"example_id": {"$in": list(wanted)}}
        with chroma_errors():
            found = self._collection.get(where=where, include=["embeddings", "metadatas"])
        sums = {example_id: np.zeros(self.manifest.dimensions, dtype=np.float64) for example_id in wanted}
        rows = zip(found["ids"], found["metadatas"] or [], np.asarray(found["embeddings"]), strict=True)
        for _, metadata, vector in sorted(rows, key=lambda row: row[0]):
            sums[str(metadata["example_id"])] += vector
        return {key: (total / (np.linalg.norm(total) or 1.0)).astype(np.float32) for key, total in sums.items()}

    def as_langchain_retriever(self, *, k: int = 4, where: Mapping[str, Any] | None = None) -> BaseRetriever:
        """A LangChain retriever: query text to documents, a chunk each, with its text as it was embedded, its labels and its score."""
        from resume_rag.index.langchain import build_langchain_retriever

        return build_langchain_retriever(self, k=k, where=where)

    def as_llama_index_retriever(self, *, k: int = 4) -> LlamaRetriever:
        """A LlamaIndex retriever over the same collection; its nodes are chunks, and their metadata holds the original too."""
        from resume_rag.index.llama import build_llama_retriever

        return build_llama_retriever(self._collection, self.embeddings, k=k)

    def close(self) -> None:
        """Lets go of the files or the connection; the index cannot be used afterwards."""
        close_client(self._client)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @cached_property
    def _owners(self) -> dict[str, str]:
        """The example that each chunk is of."""
        return {chunk.id: chunk.example_id for chunk in self.chunks}

    @cached_property
    def _entries(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        entries: list[tuple[str, str, Mapping[str, Any]]] = []
        for offset in range(0, self.manifest.chunks, _PAGE):
            with chroma_errors():
                page = self._collection.get(limit=_PAGE, offset=offset, include=["documents", "metadatas"])
            entries += zip(page["ids"], page["documents"] or [], page["metadatas"] or [], strict=True)
        return sorted(entries, key=lambda entry: entry[0])


def _read_example(example_id: str, sections: Iterable[Mapping[str, Any]]) -> IndexedExample:
    sections = list(sections)
    first = sections[0]
    return IndexedExample(
        id=example_id,
        occupation=str(first["occupation"]),
        soc_major_group=str(first["soc_major_group"]),
        language=str(first["language"]),
        lines=tuple(line for section in sections for line in json.loads(str(section["lines"]))),
        text="\n".join(str(section["original"]) for section in sections),
    )
