"""Which example resumes fit a job post: dense and lexical search fused, one vote a document, diverse, budgeted, abstaining.

The post is cut into windows. Dense leg: a document scores what its best chunk scores with any window. Lexical leg: BM25 over
whole documents. The two rankings are fused by reciprocal rank (Cormack, Clarke, Büttcher 2009), then taken one by one with a
penalty for resembling what was already taken (maximal marginal relevance, Carbonell and Goldstein 1998). Where the best document
is less similar than `min_score`, nothing is returned: an example of another trade does harm.

The candidate's resume is never part of the query, so a name cannot move the ranking; it serves to leave the candidate's own
resume out of the examples. Knows of an index only what `SearchableIndex` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import bm25s
import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from resume_rag.schema import Example
from resume_rag.text import content_stems, find_words, fold, split_sentences

WINDOW_WORDS = 120
"""Length of one window of the post; fits the embedding's 256 tokens."""

MAX_WINDOWS = 12
POOL_CHUNKS = 200
RRF_K = 10
LEXICAL_WEIGHT = 0.5
DIVERSITY = 0.3
DUPLICATE_SHARE = 0.5
"""An example of whose five-word sequences this share stands in the candidate's resume is the candidate's own."""


class SearchHit(Protocol):
    """A chunk found by its vector."""

    @property
    def chunk_id(self) -> str: ...
    @property
    def example_id(self) -> str: ...
    @property
    def score(self) -> float: ...


class SearchChunk(Protocol):
    """A piece of an example, as it was embedded."""

    @property
    def example_id(self) -> str: ...
    @property
    def text(self) -> str: ...


class SearchExample(Protocol):
    """An example as the index holds it."""

    @property
    def occupation(self) -> str: ...
    @property
    def lines(self) -> tuple[str, ...]: ...
    @property
    def text(self) -> str: ...


class SearchableIndex(Protocol):
    """What retrieval needs of an index."""

    @property
    def chunks(self) -> Sequence[SearchChunk]: ...
    @property
    def examples(self) -> Mapping[str, SearchExample]: ...
    def search(self, query_vectors: Sequence[Sequence[float]], k: int) -> Sequence[Sequence[SearchHit]]: ...
    def vectors(self, example_ids: Iterable[str]) -> Mapping[str, NDArray[np.float32]]: ...


class Ranked(NamedTuple):
    """An example's place in both legs. ``cosine`` is its best chunk's, ``fused`` the reciprocal ranks, weighted and added."""

    example_id: str
    cosine: float
    fused: float


class ExampleSelector:
    """Selects examples from one index; holds that index's lexical leg, so build it once and keep it.

    Args:
        index: an open index.
        embeddings: the embedding the index was built with.
    """

    def __init__(self, index: SearchableIndex, embeddings: Embeddings) -> None:
        self._index = index
        self._embeddings = embeddings
        self._lexical = LexicalLeg(index.chunks)

    def select(
        self,
        *,
        job_text: str,
        resume_text: str,
        top_k: int,
        min_score: float,
        max_lines: int = 9,
        exclude_texts: Iterable[str] = (),
    ) -> tuple[tuple[Example, ...], bool]:
        """The examples for a post, best first, and whether none was similar enough (abstained).

        Args:
            job_text: the job post.
            resume_text: the candidate's resume; an example that is this resume is left out.
            top_k: most examples.
            min_score: least cosine similarity of an example's best chunk, 0 to 1.
            max_lines: most lines of all examples together.
            exclude_texts: other texts whose examples are left out.
        """
        if top_k < 1 or not job_text.strip() or not self._index.chunks:
            return (), False
        windows = self._embeddings.embed_documents(split_windows(job_text))
        own = [_sequences(text) for text in (resume_text, *exclude_texts)]
        ranked = [each for each in self.rank(job_text, windows) if not self._is_one_of(each.example_id, own)]
        fitting = [each for each in ranked if each.cosine >= min_score]
        if not fitting:
            return (), True
        chosen = self._diversify(fitting, top_k)
        return tuple(self._show(each, windows, share) for each, share in zip(chosen, _shares(max_lines, len(chosen)), strict=True)), False

    def rank(self, job_text: str, windows: Sequence[Sequence[float]]) -> list[Ranked]:
        """Examples by fused rank, best first, ties by id; only those that the dense leg found."""
        cosines = self._search_dense(windows)
        lexical = self._lexical.score(job_text)
        dense_rank = _ranks({key: score for key, score in cosines.items()})
        lexical_rank = _ranks({key: score for key, score in lexical.items() if score > 0})
        ranked = []
        for example_id, cosine in cosines.items():
            fused = 1.0 / (RRF_K + dense_rank[example_id])
            if example_id in lexical_rank:
                fused += LEXICAL_WEIGHT / (RRF_K + lexical_rank[example_id])
            ranked.append(Ranked(example_id, cosine, fused))
        return sorted(ranked, key=lambda each: (-each.fused, each.example_id))

    def _search_dense(self, windows: Sequence[Sequence[float]]) -> dict[str, float]:
        best: dict[str, float] = {}
        for hits in self._index.search(windows, POOL_CHUNKS):
            for hit in hits:
                best[hit.example_id] = max(hit.score, best.get(hit.example_id, -1.0))
        return best

    def _is_one_of(self, example_id: str, sequences: Sequence[frozenset[str]]) -> bool:
        example = _sequences(self._index.examples[example_id].text)
        return bool(example) and any(len(example & other) >= DUPLICATE_SHARE * len(example) for other in sequences)

    def _diversify(self, ranked: Sequence[Ranked], top_k: int) -> list[Ranked]:
        """Takes examples one by one, each for its rank less its likeness to those taken."""
        pool = list(ranked[: max(4 * top_k, 10)])
        vectors = self._index.vectors(each.example_id for each in pool)
        best = max(each.fused for each in pool)
        chosen: list[Ranked] = []
        while pool and len(chosen) < top_k:

            def gain(each: Ranked) -> float:
                likeness = max((float(vectors[each.example_id] @ vectors[other.example_id]) for other in chosen), default=0.0)
                return (1 - DIVERSITY) * each.fused / best - DIVERSITY * likeness

            taken = max(pool, key=gain)  # the first of equals, and the pool is in order of rank and id
            pool.remove(taken)
            chosen.append(taken)
        return chosen

    def _show(self, ranked: Ranked, windows: Sequence[Sequence[float]], lines: int) -> Example:
        example = self._index.examples[ranked.example_id]
        return Example(
            id=ranked.example_id,
            score=round(min(max(ranked.cosine, 0.0), 1.0), 4),
            occupation=example.occupation,
            lines=self._choose_lines(example.lines, windows, lines),
            text=example.text,
        )

    def _choose_lines(self, lines: Sequence[str], windows: Sequence[Sequence[float]], most: int) -> tuple[str, ...]:
        """The lines nearest to the post, in the order of the example."""
        if len(lines) <= most:
            return tuple(lines)
        nearness = (np.asarray(self._embeddings.embed_documents(list(lines))) @ np.asarray(windows).T).max(axis=1)
        best = sorted(range(len(lines)), key=lambda place: (-round(float(nearness[place]), 6), place))[:most]
        return tuple(lines[place] for place in sorted(best))


class LexicalLeg:
    """BM25 over whole examples.

    Args:
        chunks: the pieces of all examples.
    """

    def __init__(self, chunks: Iterable[SearchChunk]) -> None:
        stems: dict[str, list[str]] = {}
        for chunk in chunks:
            stems.setdefault(chunk.example_id, []).extend(content_stems(chunk.text))
        self._ids = sorted(stems)
        self._known = frozenset(stem for each in stems.values() for stem in each)
        self._bm25 = bm25s.BM25()
        if self._known:
            self._bm25.index([stems[example_id] for example_id in self._ids], show_progress=False)

    def score(self, query: str) -> dict[str, float]:
        """The BM25 score of each example; a word of the query counts once, however often it stands there."""
        words = sorted(set(content_stems(query)) & self._known)
        if not words:
            return {}
        return dict(zip(self._ids, self._bm25.get_scores(words).tolist(), strict=True))


def select_examples(
    index: SearchableIndex,
    embeddings: Embeddings,
    *,
    job_text: str,
    resume_text: str,
    top_k: int,
    min_score: float,
    max_lines: int = 9,
    exclude_texts: Iterable[str] = (),
) -> tuple[tuple[Example, ...], bool]:
    """`ExampleSelector.select` for a single use; a service keeps the selector."""
    return ExampleSelector(index, embeddings).select(
        job_text=job_text, resume_text=resume_text, top_k=top_k, min_score=min_score, max_lines=max_lines, exclude_texts=exclude_texts
    )


def split_windows(text: str) -> list[str]:
    """A post as pieces of whole sentences, about 120 words each; a longer sentence is cut.

    >>> split_windows("Weld frames. Read drawings.")
    ['Weld frames. Read drawings.']
    >>> [len(window.split()) for window in split_windows("Weld all of the frames today. " * 50)]
    [120, 120, 60]
    """
    windows: list[list[str]] = []
    for start, end in split_sentences(text):
        words = text[start:end].split()
        if not windows or len(windows[-1]) + len(words) > WINDOW_WORDS:
            windows.append([])
        windows[-1] += words
    pieces = (window[start : start + WINDOW_WORDS] for window in windows for start in range(0, len(window), WINDOW_WORDS))
    return [" ".join(piece) for piece in pieces][:MAX_WINDOWS]


def _ranks(scores: Mapping[str, float]) -> dict[str, int]:
    """Places from 1; equal scores (to six digits) by id."""
    order = sorted(scores, key=lambda key: (-round(scores[key], 6), key))
    return {key: place for place, key in enumerate(order, start=1)}


def _sequences(text: str) -> frozenset[str]:
    words = [fold(word.text) for word in find_words(text)]
    return frozenset(" ".join(words[place : place + 5]) for place in range(len(words) - 4))


def _shares(total: int, parts: int) -> list[int]:
    """Lines for each example, the first ones getting what is over.

    >>> _shares(9, 2)
    [5, 4]
    """
    return [total // parts + (place < total % parts) for place in range(parts)]
