"""Which example resumes fit a job post: dense and lexical search fused, one vote a document, diverse, budgeted, abstaining.

The post is cut into windows. Dense leg: each window scores an example by the example's best chunk, and the example's place is by the
mean over the windows, so one paragraph about benefits decides little. Lexical leg: BM25 over whole examples, each word of the post
once. The two rankings are fused by reciprocal rank (Cormack, Clarke, Büttcher 2009), then taken one by one with a small penalty for
resembling what was already taken (maximal marginal relevance, Carbonell and Goldstein 1998). An example whose best chunk is less
similar than `min_score` is not used: an example of another trade does harm.

The candidate's resume is never part of the query, so a name cannot move the ranking; it serves to leave the candidate's own
resume out of the examples. Knows of an index only what `SearchableIndex` says, and nothing of languages: the embedding is English.

The constants were chosen on the 35 packaged examples. Right means: of the post's SOC major group, which has one to four examples here;
20 posts for software engineers, 145 occupation profiles. First example right, one of three right, by leg:

=======================  ===========  ===========
dense, best window       .95, 1.00    .48, .72
dense, mean of windows   1.00, 1.00   .50, .77
lexical                  .90, .95     .38, .67
fused, weight 0.5        1.00, 1.00   .50, .77
fused, weight 1          .95, 1.00    .48, .77
=======================  ===========  ===========

With 116 occupation profiles against 144 resumes, one for each occupation and right only if of that occupation, the first example is
right in .95 (dense), .88 (lexical), .94 (fused, weight 0.5) and .95 (fused, weight 1) of the cases: at this size the lexical leg
neither helps nor harms beyond chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import bm25s
import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from resume_rag.schema import Example
from resume_rag.text import content_stems, find_words, fold, split_sentences

WINDOW_WORDS = 120
"""Longest window of the post; fits the embedding's 256 tokens."""

MAX_WINDOWS = 12
"""Most windows of a post; what comes after about 1,400 words is not searched for by vector."""

POOL_CHUNKS = 200
"""Chunks that one window asks of the index."""

RRF_K = 10
LEXICAL_WEIGHT = 0.5
"""Weight of the lexical leg; the dense leg's is 1."""

DIVERSITY = 0.15
"""Share of likeness in what decides on the next example; from 0.3 on, examples of other trades come in."""

DUPLICATE_SHARE = 0.5
"""An example of whose five-word sequences this share stands in the candidate's resume is the candidate's own."""

_SEQUENCE_WORDS = 5
_REMEMBERED_EXAMPLES = 1024
"""Examples whose sequences are kept (some 30 kB each)."""


class SearchHit(Protocol):
    """A chunk found by its vector."""

    @property
    def example_id(self) -> str:
        """The example it is of."""

    @property
    def score(self) -> float:
        """Cosine similarity."""


class SearchChunk(Protocol):
    """A piece of an example, as it was embedded."""

    @property
    def example_id(self) -> str:
        """The example it is of."""

    @property
    def text(self) -> str:
        """What was embedded."""


class SearchExample(Protocol):
    """An example as the index holds it."""

    @property
    def occupation(self) -> str:
        """What it is an example of."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Redacted lines, which a model may see."""

    @property
    def text(self) -> str:
        """The whole example, for comparing only."""


class SearchableIndex(Protocol):
    """What retrieval needs of an index."""

    @property
    def chunks(self) -> Sequence[SearchChunk]:
        """All chunks."""

    @property
    def examples(self) -> Mapping[str, SearchExample]:
        """All examples by id."""

    def search(self, query_vectors: Sequence[Sequence[float]], k: int) -> Sequence[Sequence[SearchHit]]:
        """The ``k`` nearest chunks of each vector."""

    def vectors(self, example_ids: Iterable[str]) -> Mapping[str, NDArray[np.float32]]:
        """Unit vectors of examples."""


class Ranked(NamedTuple):
    """An example's place: ``cosine`` is its best chunk's with any window, ``fused`` the sum of weighted reciprocal ranks."""

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
        self._sequences_of = lru_cache(maxsize=_REMEMBERED_EXAMPLES)(lambda example_id: _sequences(index.examples[example_id].text))

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
        fitting = [each for each in self.rank(job_text, windows) if each.cosine >= min_score]
        pool = self._leave_out(fitting, [resume_text, *exclude_texts], most=max(4 * top_k, 10))
        if not pool:
            return (), True
        chosen = self._diversify(pool, top_k)
        return tuple(self._show(each, windows, lines) for each, lines in zip(chosen, _shares(max_lines, len(chosen)), strict=True)), False

    def rank(self, job_text: str, windows: Sequence[Sequence[float]]) -> list[Ranked]:
        """All examples that the dense leg found, best first, ties by id.

        Args:
            job_text: the post.
            windows: the vectors of its windows.
        """
        best, mean = self._search_dense(windows)
        dense_places = _places(mean)
        lexical_places = _places({key: score for key, score in self._lexical.score(job_text).items() if score > 0})
        ranked = []
        for example_id, place in dense_places.items():
            fused = 1.0 / (RRF_K + place)
            if example_id in lexical_places:
                fused += LEXICAL_WEIGHT / (RRF_K + lexical_places[example_id])
            ranked.append(Ranked(example_id, best[example_id], fused))
        return sorted(ranked, key=lambda each: (-each.fused, each.example_id))

    def _search_dense(self, windows: Sequence[Sequence[float]]) -> tuple[dict[str, float], dict[str, float]]:
        """For each example found, the similarity of its best chunk: over all windows the highest, and the mean."""
        by_window: list[dict[str, float]] = []
        for hits in self._index.search(windows, POOL_CHUNKS):
            scores: dict[str, float] = {}
            for hit in hits:
                scores[hit.example_id] = max(hit.score, scores.get(hit.example_id, -1.0))
            by_window.append(scores)
        found = sorted({example_id for scores in by_window for example_id in scores})
        # An example outside a window's pool is at most as similar as the pool's last.
        last = [min(scores.values(), default=0.0) for scores in by_window]
        table = {key: [scores.get(key, floor) for scores, floor in zip(by_window, last, strict=True)] for key in found}
        return {key: max(row) for key, row in table.items()}, {key: sum(row) / len(row) for key, row in table.items()}

    def _leave_out(self, ranked: Iterable[Ranked], texts: Iterable[str], *, most: int) -> list[Ranked]:
        """The first of the ranked that are none of the texts."""
        own = [sequences for sequences in map(_sequences, texts) if sequences]
        kept: list[Ranked] = []
        for each in ranked:
            if len(kept) == most:
                break
            example = self._sequences_of(each.example_id)
            if not any(len(example & other) >= DUPLICATE_SHARE * max(len(example), 1) for other in own):
                kept.append(each)
        return kept

    def _diversify(self, ranked: Sequence[Ranked], top_k: int) -> list[Ranked]:
        """Takes examples one by one, each for its rank less its likeness to those taken."""
        pool = list(ranked)
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


def _places(scores: Mapping[str, float]) -> dict[str, int]:
    """Places from 1; equal scores (to six digits) by id."""
    order = sorted(scores, key=lambda key: (-round(scores[key], 6), key))
    return {key: place for place, key in enumerate(order, start=1)}


def _sequences(text: str) -> frozenset[str]:
    words = [fold(word.text) for word in find_words(text)]
    return frozenset(" ".join(words[place : place + _SEQUENCE_WORDS]) for place in range(len(words) - _SEQUENCE_WORDS + 1))


def _shares(total: int, parts: int) -> list[int]:
    """Lines for each example, the first ones getting what is over.

    >>> _shares(9, 2)
    [5, 4]
    """
    return [total // parts + (place < total % parts) for place in range(parts)]
