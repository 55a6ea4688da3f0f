"""Words, stems, sentences."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from resume_rag.text import content_stems, find_words, split_sentences, stem


def test_stems_are_the_same_in_many_threads() -> None:
    words = [
        f"{root}{end}{number}" for root in ("migrat", "generaliz", "nation") for end in ("ing", "ational", "ed") for number in "abcdefghij"
    ]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(stem, words * 20))
    stem.cache_clear()
    assert found == [stem(word) for word in words] * 20


def test_words_keep_their_signs() -> None:
    assert [word.text for word in find_words("C++, Node.js and .NET cut $1.2M by 35 %")] == [
        "C++",
        "Node.js",
        "and",
        ".NET",
        "cut",
        "$1.2M",
        "by",
        "35 %",
    ]
    assert content_stems("the of and") == ()


def test_sentences_are_spans() -> None:
    text = "Led 3.5 teams, e.g. ops.  Cut cost by 4%. "
    assert [text[a:b] for a, b in split_sentences(text)] == ["Led 3.5 teams, e.g. ops.", "Cut cost by 4%."]
