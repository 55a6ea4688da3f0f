"""Answers cut off at every place: how many of the beginnings does a parser take for the whole?"""

from __future__ import annotations

import json
import random
from typing import Any

from resume_rag.evaluation.parsing.damage import OTHERS, REFUSED, outcome_of, read_by

_WORDS = 'Led cut 1,200,000 12.5 % "Alpha" {x} [y] C:\\dir Größe 東京 😀 it\'s , : // # ``` </think> null'.split()


def valid_answers(count: int) -> list[str]:
    """Strict JSON as models write it, the same each time: words, numbers, quotes, letters of several bytes, three shapes."""
    draw = random.Random(0)  # noqa: S311 - the same answers each time
    answers = []
    for index in range(count):
        text = " ".join(draw.choices(_WORDS, k=draw.randint(1, 12)))
        value: Any = {"text": text, "sources": draw.sample(["f1", "f2", "f3"], draw.randint(1, 3))}
        if index % 4 == 1:
            value = {"lines": [value, {"n": draw.randint(-999, 99999), "x": draw.random(), "ok": None}], "more": {"a": [[], {}]}}
        if index % 4 == 2:
            value = [value]
        answers.append(json.dumps(value, ensure_ascii=index % 3 == 0, indent=2 if index % 5 == 0 else None))
    return answers


def count_taken_for_whole(answers: list[str]) -> tuple[int, dict[str, int]]:
    """The number of proper beginnings of the answers, cut at every byte, and how many each parser takes without a word.

    A cut inside a character leaves what a reader of UTF-8 makes of its first bytes: a replacement character.
    """
    encoded = [answer.encode() for answer in answers]
    beginnings = [raw[:end].decode(errors="replace") for raw in encoded for end in range(1, len(raw))]
    taken = {"ours": sum(outcome_of(text)[0] is not REFUSED for text in beginnings)}
    for parser in OTHERS:
        taken[parser] = sum(read_by(parser, text) is not REFUSED for text in beginnings)
    return len(beginnings), taken
