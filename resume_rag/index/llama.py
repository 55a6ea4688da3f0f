"""The LlamaIndex side of the index: filling a Chroma collection, and reading it as LlamaIndex reads.

Imported only where needed, because LlamaIndex takes about three seconds to import. Its defaults that download something
(tokenizer, sentence splitter) or call a service (embedding) are all replaced.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.embeddings import Embeddings
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import Document
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

from resume_rag.index.examples import ExampleDocument, split_sections
from resume_rag.text import split_sentences

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

CHUNK_WORDS = 180
OVERLAP_WORDS = 30


class LangChainEmbedding(BaseEmbedding):
    """LangChain embeddings as LlamaIndex takes them."""

    _embeddings: Embeddings = PrivateAttr()

    def __init__(self, embeddings: Embeddings) -> None:
        super().__init__(model_name=str(getattr(embeddings, "name", type(embeddings).__name__)))
        self._embeddings = embeddings

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._embeddings.embed_documents([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._embeddings.embed_documents(texts)

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embeddings.embed_query(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await self._embeddings.aembed_query(query)


class Ingestion:
    """Puts examples into a Chroma collection, a chunk of about 180 words each.

    Args:
        collection: an empty collection, cosine distance.
        embeddings: what to embed the chunks with.
    """

    def __init__(self, collection: Collection, embeddings: Embeddings) -> None:
        splitter = SentenceSplitter(
            chunk_size=CHUNK_WORDS,
            chunk_overlap=OVERLAP_WORDS,
            tokenizer=str.split,
            chunking_tokenizer_fn=_split_text,
            include_prev_next_rel=False,
            id_func=lambda place, document: f"{document.id_}#{place}",
        )
        self._pipeline = IngestionPipeline(
            transformations=[splitter, LangChainEmbedding(embeddings)],
            vector_store=ChromaVectorStore(chroma_collection=collection),
            disable_cache=True,
        )

    def add(self, examples: Sequence[ExampleDocument]) -> int:
        """Adds examples; returns the number of chunks."""
        return len(self._pipeline.run(documents=[document for example in examples for document in _build_documents(example)]))


def build_llama_retriever(collection: Collection, embeddings: Embeddings, *, k: int) -> BaseRetriever:
    """A LlamaIndex retriever over a collection that `Ingestion` filled."""
    index = VectorStoreIndex.from_vector_store(ChromaVectorStore(chroma_collection=collection), embed_model=LangChainEmbedding(embeddings))
    return index.as_retriever(similarity_top_k=k)


def _build_documents(example: ExampleDocument) -> list[Document]:
    documents = []
    for section in split_sections(example):
        if not section.text:
            continue
        metadata: dict[str, Any] = {
            "example_id": example.id,
            "section": section.path,
            "occupation": example.occupation,
            "soc_major_group": example.soc_major_group,
            "language": example.language,
            "lines": json.dumps(section.lines, ensure_ascii=False),
            "original": section.original,
        }
        # Neither the vector nor a LlamaIndex user's model sees the metadata, least of all the original.
        documents.append(
            Document(
                id_=f"{example.id}/{section.path}",
                text=section.text,
                metadata=metadata,
                excluded_embed_metadata_keys=list(metadata),
                excluded_llm_metadata_keys=list(metadata),
            )
        )
    return documents


def _split_text(text: str) -> list[str]:
    return [text[start:end] + " " for start, end in split_sentences(text)]
