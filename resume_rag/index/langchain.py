"""The index as a LangChain retriever. Imported only where needed: LangChain's retrievers take about a second to import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from resume_rag.index.store import ExampleIndex


class ExampleRetriever(BaseRetriever):
    """Query text to the nearest chunks, one document each: the text that was embedded, its labels, its score."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: ExampleIndex
    k: int = Field(ge=1)
    where: dict[str, Any] | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        chunks = {chunk.id: chunk for chunk in self.index.chunks}
        documents = []
        for hit in self.index.search_texts([query], self.k, self.where)[0]:
            chunk, example = chunks[hit.chunk_id], self.index.examples[hit.example_id]
            metadata = {
                "example_id": example.id,
                "section": chunk.section,
                "occupation": example.occupation,
                "soc_major_group": example.soc_major_group,
                "language": example.language,
                "score": hit.score,
            }
            documents.append(Document(id=hit.chunk_id, page_content=chunk.text, metadata=metadata))
        return documents


def build_langchain_retriever(index: ExampleIndex, *, k: int, where: Mapping[str, Any] | None) -> BaseRetriever:
    """A retriever over an open index."""
    return ExampleRetriever(index=index, k=k, where=dict(where) if where else None)
