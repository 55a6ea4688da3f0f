"""Selecting examples: the right trade, nobody's own resume, nothing where nothing fits, the same each time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from resume_rag.embedding import OnnxEmbeddings
from resume_rag.index import ExampleIndex, build_example, build_index, read_packaged_examples
from resume_rag.retrieval import MAX_WINDOWS, WINDOW_WORDS, ExampleSelector, select_examples, split_windows
from resume_rag.schema import Example, Resume

DEMO = Path(__file__).parents[1] / "resume_rag" / "data" / "demo"
POSTS = {post.stem: post.read_text(encoding="utf-8") for post in DEMO.glob("*_post.txt")}
NONSENSE = [
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua.",
    "The moon climbs over the quiet hills and the river carries silver to the sea.",
    "Tomorrow will be cloudy with showers in the north, and winds of up to forty kilometres an hour along the coast.",
    "asdf qwer zxcv uiop hjkl",
]
MIN_SCORE = 0.4


@pytest.fixture(scope="module")
def embeddings() -> OnnxEmbeddings:
    return OnnxEmbeddings()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embeddings: OnnxEmbeddings) -> Iterator[ExampleIndex]:
    with build_index(tmp_path_factory.mktemp("indexes"), embeddings) as built:
        yield built


@pytest.fixture(scope="module")
def selector(index: ExampleIndex, embeddings: OnnxEmbeddings) -> ExampleSelector:
    return ExampleSelector(index, embeddings)


def select(selector: ExampleSelector, post: str, *, resume: str = "", top_k: int = 3, max_lines: int = 9) -> tuple[Example, ...]:
    return selector.select(job_text=post, resume_text=resume, top_k=top_k, min_score=MIN_SCORE, max_lines=max_lines)[0]


# --- what is found -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("post", "expected"),
    [("nurse_post", "29-registered-nurse"), ("engineer_post", "15-backend-engineer"), ("electrician_post", "47-electrician")],
)
def test_the_post_of_a_trade_finds_its_example(selector: ExampleSelector, post: str, expected: str) -> None:
    found = select(selector, POSTS[post])
    assert found[0].id == expected
    assert 1 <= len(found) <= 3
    assert len({example.id for example in found}) == len(found)
    assert all(MIN_SCORE <= example.score <= 1 for example in found)


@pytest.mark.parametrize("text", NONSENSE)
def test_where_nothing_fits_nothing_is_given(selector: ExampleSelector, text: str) -> None:
    assert selector.select(job_text=text, resume_text="", top_k=3, min_score=MIN_SCORE) == ((), True)
    found, abstained = selector.select(job_text=text, resume_text="", top_k=3, min_score=0.0)
    assert found
    assert not abstained


def test_asking_for_none_is_not_abstaining(selector: ExampleSelector) -> None:
    assert selector.select(job_text=POSTS["nurse_post"], resume_text="", top_k=0, min_score=0.4) == ((), False)


def test_the_lines_are_the_example_s_nearest_ones_within_the_budget(
    selector: ExampleSelector, index: ExampleIndex, embeddings: OnnxEmbeddings
) -> None:
    post = POSTS["nurse_post"]
    found = select(selector, post, max_lines=5)
    assert sum(len(example.lines) for example in found) == 5
    assert len(found[0].lines) >= len(found[-1].lines)
    stored = index.examples[found[0].id].lines
    assert [line for line in stored if line in found[0].lines] == list(found[0].lines)
    windows = embeddings.embed_texts(split_windows(post))
    nearness = {line: float((embeddings.embed_texts([line]) @ windows.T).max()) for line in stored}
    left_out = [nearness[line] for line in stored if line not in found[0].lines]
    assert min(nearness[line] for line in found[0].lines) >= max(left_out) - 1e-6
    assert found[0].text == index.examples[found[0].id].text


def test_the_same_question_has_the_same_answer(index: ExampleIndex, embeddings: OnnxEmbeddings, selector: ExampleSelector) -> None:
    for post in POSTS.values():
        fresh, _ = select_examples(
            index, OnnxEmbeddings(cache_size=0), job_text=post, resume_text="", top_k=3, min_score=MIN_SCORE, max_lines=9
        )
        assert fresh == select(selector, post)


# --- the candidate -------------------------------------------------------------------------------------------------


def test_the_candidate_s_own_resume_is_no_example(selector: ExampleSelector) -> None:
    post = POSTS["nurse_post"]
    own = next(example.resume for example in read_packaged_examples() if example.id == "29-registered-nurse")
    # As intake would have it: another layout, other order, two lines changed.
    lines = [line for work in reversed(own.work) for line in (work.position or "", *work.highlights)]
    text = "\n".join([*lines[2:], "Shift lead", own.basics.summary or "" if own.basics else ""])
    found = select(selector, post, resume=text)
    assert "29-registered-nurse" not in {example.id for example in found}
    assert found[0].id == select(selector, post)[1].id
    left, _ = selector.select(job_text=post, resume_text="", top_k=3, min_score=MIN_SCORE, exclude_texts=[text])
    assert left == found


def test_another_name_moves_nothing(tmp_path: Path, embeddings: OnnxEmbeddings, selector: ExampleSelector) -> None:
    names = ["Lakisha Washington", "Emily Walsh", "Mohammed Al-Farsi", "Nguyễn Thị Hoa"]
    resume = "{name}\nRegistered nurse, eight years of intensive care. {name} has trained new starters on the ward."
    found = [select(selector, POSTS["nurse_post"], resume=resume.format(name=name)) for name in names]
    assert all(each == found[0] for each in found)


def test_another_name_in_an_example_moves_nothing(tmp_path: Path, embeddings: OnnxEmbeddings) -> None:
    answers = []
    for name in ("Lakisha Washington", "Greg Baker"):
        swapped = []
        for example in read_packaged_examples():
            if example.id[:2] in ("29", "31"):
                document = example.resume.to_json_resume()
                own = json.dumps(document["basics"]["name"])[1:-1]
                swapped.append(build_example(example.id, Resume.model_validate_json(json.dumps(document).replace(own, name))))
        with build_index(tmp_path / name, embeddings, swapped) as index:
            answers.append(select(ExampleSelector(index, embeddings), POSTS["nurse_post"], top_k=10))
    assert len(answers[0]) >= 2
    assert answers[0] == answers[1]


# --- votes, ties, pieces -------------------------------------------------------------------------------------------


class StubChunk(NamedTuple):
    example_id: str
    text: str
    score: float


class StubExample(NamedTuple):
    occupation: str
    lines: tuple[str, ...]
    text: str


class StubIndex:
    """Chunks with given scores, the same for any query."""

    def __init__(self, *chunks: StubChunk) -> None:
        self.chunks = chunks
        self.examples = {chunk.example_id: StubExample("", ("Line.",), f"text of {chunk.example_id}") for chunk in chunks}

    def search(self, query_vectors: Sequence[Sequence[float]], k: int) -> list[list[StubChunk]]:
        return [sorted(self.chunks, key=lambda chunk: -chunk.score)[:k] for _ in query_vectors]

    def vectors(self, example_ids: Iterable[str]) -> Mapping[str, NDArray[np.float32]]:
        return dict.fromkeys(example_ids, np.array([1.0, 0.0], dtype=np.float32))


class NoEmbeddings(Embeddings):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[1.0, 0.0] for _ in texts]

    def embed_query(self, text: str) -> list[float]:
        return [1.0, 0.0]


def order(index: StubIndex, post: str = "no word in common") -> list[str]:
    found, _ = select_examples(index, NoEmbeddings(), job_text=post, resume_text="", top_k=10, min_score=0.1)
    return [example.id for example in found]


def test_many_chunks_are_one_vote() -> None:
    many = [StubChunk("many", "alpha", 0.6 - place / 1000) for place in range(30)]
    assert order(StubIndex(*many, StubChunk("one", "alpha", 0.7))) == ["one", "many"]


def test_equals_stand_by_id() -> None:
    chunks = [StubChunk(name, "alpha", 0.5) for name in ("c", "a", "b")]
    assert order(StubIndex(*chunks)) == order(StubIndex(*reversed(chunks))) == ["a", "b", "c"]


def test_words_in_common_decide_between_near_equals_and_not_against_the_vectors() -> None:
    first, second, third = StubChunk("a", "alpha", 0.5), StubChunk("b", "beta", 0.49), StubChunk("c", "weld frames", 0.48)
    assert order(StubIndex(first, second, third)) == ["a", "b", "c"]
    assert order(StubIndex(first, second, third), "weld frames") == ["c", "a", "b"]
    others = [StubChunk(f"x{place:02}", "gamma", 0.6) for place in range(20)]
    assert order(StubIndex(*others, third), "weld frames")[0] == "x00"


class TwinsIndex(StubIndex):
    """The first two examples are alike, the third is not."""

    def vectors(self, example_ids: Iterable[str]) -> Mapping[str, NDArray[np.float32]]:
        return {each: np.array([0.0, 1.0] if each == "c" else [1.0, 0.0], dtype=np.float32) for each in example_ids}


def test_a_different_example_comes_before_the_twin_of_one_taken() -> None:
    chunks = [StubChunk(name, "alpha", score) for name, score in (("a", 0.52), ("b", 0.51), ("c", 0.5))]
    assert order(StubIndex(*chunks)) == ["a", "b", "c"]
    assert order(TwinsIndex(*chunks)) == ["a", "c", "b"]


def test_an_example_below_the_score_is_not_used_however_many_words_agree() -> None:
    assert order(StubIndex(StubChunk("a", "weld frames", 0.05), StubChunk("b", "beta", 0.2)), "weld frames") == ["b"]


def test_an_empty_index_gives_nothing() -> None:
    assert order(StubIndex()) == []


@given(st.lists(st.text(alphabet="ab. \n", min_size=1, max_size=300), min_size=1, max_size=30))
def test_windows_hold_the_whole_post_in_order(parts: list[str]) -> None:
    post = "\n\n".join(parts)
    windows = split_windows(post)
    assert all(1 <= len(window.split()) <= WINDOW_WORDS for window in windows)
    assert len(windows) <= MAX_WINDOWS
    words = [word for window in windows for word in window.split()]
    assert words == post.split()[: len(words)]
    assert len(words) == len(post.split()) or len(windows) == MAX_WINDOWS


@pytest.mark.corpora
def test_posts_for_engineers_find_engineers(selector: ExampleSelector) -> None:
    folder = Path(os.environ.get("RESUME_RAG_CORPORA", Path(__file__).parents[2] / "shared" / "corpora")) / "jobs"
    posts = [*folder.glob("recinq_anonymised_jds/*.md"), *folder.glob("resume_matcher_jds/*-eng.txt")]
    if not posts:
        pytest.skip("no outside corpora (set RESUME_RAG_CORPORA)")
    found = [select(selector, post.read_text(encoding="utf-8")) for post in posts]
    right = [bool(examples) and examples[0].id.startswith("15-") for examples in found]
    assert sum(right) >= 0.9 * len(posts)
