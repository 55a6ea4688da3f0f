"""Time: damaged answers of 128 KB by kind of damage, and a streamed answer by the token. CPU time of this process, no network."""

from __future__ import annotations

import gc
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpx2
import json_repair
from langchain_core.messages import AIMessage

from resume_rag.evaluation.parsing.damage import outcome_of, read_by
from resume_rag.llm import LLM, build_llm
from resume_rag.parsing import LoopWatch

SIZE_CHARS = 128 * 1024
_WORDS = "Led cut 1,200,000 12.5% it's team of five, migrated to Go and C++ for billing R&D".split()


class Timed(NamedTuple):
    """CPU milliseconds of one kind of damage; ``doubled``: the median at twice the size by the median."""

    kind: str
    median_ms: float
    p95_ms: float
    doubled: float
    json_repair_ms: float


def damaged_answers(chars: int) -> Iterator[tuple[str, str]]:
    """(kind, text) of about so many characters, each damaged in many places or in one that is hard to find."""
    draw = random.Random(0)  # noqa: S311 - the same answers each time
    lines: list[dict[str, Any]] = []
    while sum(len(line["text"]) + 50 for line in lines) < chars:
        lines.append({"text": " ".join(draw.choices(_WORDS, k=14)), "sources": [f"w{len(lines)}h0"], "n": len(lines)})
    plain, indented = json.dumps(lines), json.dumps({"lines": lines}, indent=1)
    yield "one quote not escaped, near the start", plain.replace('"text": "', '"text": "Led "Alpha" and ', 1)
    yield "quotes not escaped, everywhere", plain.replace('"text": "', '"text": "Led "Alpha" and ')
    yield "trailing commas", plain.replace('"]', '",]')
    yield "single quotes, words of Python", repr({"lines": lines, "ok": True, "more": None})
    yield "keys without quotes", plain.replace('"text":', "text:").replace('"sources":', "sources:")
    yield "commas missing", plain.replace('], "n"', '] "n"')
    yield "line breaks in strings", plain.replace(" and ", "\nand ")
    yield "comments", indented.replace('"n"', '/* x */ "n"')
    yield "prose and fence", f"Sure:\n```json\n{indented.replace(chr(10) + ' ]', chr(10) + ' ],')}\n```\nBye."
    yield "typographic quotes", plain.replace('"text": "', "“text”: “").replace('", "sources"', "”, “sources”")
    yield "quotes of keys missing", plain.replace('"text":', '"text:')
    yield "escapes that JSON lacks", plain.replace(" and ", " \\$ ")
    yield "one string of quotes", '{"text": "' + 'said "so" ' * (chars // 10) + '", "sources": ["f1"]}'
    yield "quotes without end", '{"a": "' + '" ' * (chars // 2)
    yield "cut off at the last character", plain[:-1]
    yield "cut off in the middle", plain[: chars // 2]


def _cpu_ms(act: Callable[[], object], runs: int) -> list[float]:
    times = []
    for _ in range(runs):
        start = time.process_time()
        act()
        times.append(1000 * (time.process_time() - start))
    return sorted(times)


def time_damage(size_chars: int = SIZE_CHARS, runs: int = 40) -> list[Timed]:
    """Each kind at a size and at twice that size."""
    gc.collect()
    gc.freeze()  # else a collection of all that is imported falls on whichever parser runs then
    doubled = dict(damaged_answers(2 * size_chars))
    table = []
    for kind, text in damaged_answers(size_chars):
        times = _cpu_ms(lambda text=text: outcome_of(text), runs)  # type: ignore[misc]
        twice = _cpu_ms(lambda text=doubled[kind]: outcome_of(text), max(3, runs // 4))  # type: ignore[misc]
        other = _cpu_ms(lambda text=text: json_repair.loads(text), 3)  # type: ignore[misc]
        median = statistics.median(times)
        p95 = times[min(len(times) - 1, int(0.95 * len(times)))]
        table.append(Timed(kind, median, p95, statistics.median(twice) / median, statistics.median(other)))
    gc.unfreeze()
    return table


def time_langchain(chars: int = 7_500) -> tuple[float, float]:
    """CPU milliseconds of LangChain's parser and of ours for one quote near the start of a small answer."""
    _, text = next(damaged_answers(chars))
    return _cpu_ms(lambda: read_by("LangChain", text), 1)[0], _cpu_ms(lambda: outcome_of(text), 5)[2]


class Streamed(NamedTuple):
    """CPU microseconds for each token of an answer of so many tokens."""

    tokens: int
    watch_us: float
    watched_us: float
    langchain_us: float


def time_streaming(sizes: tuple[int, ...] = (500, 2_000, 8_000)) -> list[Streamed]:
    """Our watched reading of a whole answer, beside LangChain's stream of the same events."""
    return [_time_stream(tokens) for tokens in sizes]


def _time_stream(tokens: int) -> Streamed:
    draw = random.Random(tokens)  # noqa: S311 - the same answers each time
    pieces = [f" {draw.choice(_WORDS)}" for _ in range(tokens)]

    def watch() -> None:
        watching = LoopWatch()
        for piece in pieces:
            watching.feed(piece)

    llm = _llm_that_streams(pieces)
    whole = _cpu_ms(lambda: llm.invoke("hi"), 5)[2]
    streamed = _cpu_ms(lambda: list(llm.stream("hi")), 3)[1]
    return Streamed(tokens, *(1000 * cost / tokens for cost in (_cpu_ms(watch, 5)[2], whole, streamed)))


def _llm_that_streams(pieces: list[str]) -> LLM:
    def event(delta: dict[str, str], reason: str | None = None) -> bytes:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return b"data: " + json.dumps({**chunk, "choices": [choice]}).encode() + b"\n\n"

    events = [*(event({"content": piece}) for piece in pieces), event({}, "stop"), b"data: [DONE]\n\n"]

    def respond(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, stream=_Events(events))

    llm = build_llm(
        base_url="http://127.0.0.1:1/v1",
        name="m",
        api_key=None,
        timeout_s=60,
        temperature=0,
        seed=0,
        max_output_tokens=len(pieces),
        http_client=httpx2.Client(transport=httpx2.MockTransport(respond)),
    )
    answer: AIMessage = llm.invoke("hi")
    if answer.content != "".join(pieces):
        raise ValueError("the stream was not read as it was sent")
    return llm


class _Events(httpx2.SyncByteStream):
    def __init__(self, events: list[bytes]) -> None:
        self._events = events

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._events)
