"""What the service costs over the model's server: ``make bench-gateway``.

In one run, against a fake that answers at once: (a) the fake itself, (b) FastAPI and httpx alone, (c) the naive chain through
LangServe, (d) this service with retrieval, parsing, grounding and metrics, for one line so that each makes one call; then the
CPU time of a token where (c) and (d) stream. Ratios count, not milliseconds: they hold on another machine.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx

from tests.benchmarks.comparisons import NAIVE_ANSWER
from tests.benchmarks.parts import JOB, LINES, Process, make_request, quantile, run_app, run_fake, run_service
from tests.fake_vllm import _tokens

_WARM_UP = 20
_EVENTS = {"Accept": "text/event-stream"}


async def time_requests(
    url: str, make_body: Callable[[int], Any], *, clients: int, requests: int, headers: dict[str, str] | None = None
) -> list[float]:
    """Milliseconds of each request; each client sends its next when it has its answer."""
    times_ms: list[float] = []
    numbers = itertools.count()
    async with httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=clients)) as client:

        async def run(count: int) -> None:
            for _ in range(count):
                body = make_body(next(numbers))
                began_s = time.perf_counter()
                answer = await client.post(url, json=body, headers=headers)
                answer.raise_for_status()
                times_ms.append(1000 * (time.perf_counter() - began_s))

        await asyncio.gather(*(run(requests // clients) for _ in range(clients)))
    return times_ms


class Row(NamedTuple):
    """One way to ask."""

    name: str
    process: Process
    path: str
    make_body: Callable[[int], Any]


def measure(row: Row, *, clients: int, requests: int) -> str:
    """One row of the table."""
    url = row.process.url + row.path
    asyncio.run(time_requests(url, row.make_body, clients=clients, requests=max(_WARM_UP, clients)))
    cpu_s = row.process.cpu_s()
    times_ms = asyncio.run(time_requests(url, row.make_body, clients=clients, requests=requests))
    cpu_ms = 1000 * (row.process.cpu_s() - cpu_s) / len(times_ms)
    p50, p95 = quantile(times_ms, 0.5), quantile(times_ms, 0.95)
    return f"{row.name:<42}{clients:>8}{len(times_ms):>6}{p50:>9.1f}{p95:>9.1f}{cpu_ms:>9.1f}\n"


def measure_stream(row: Row, tokens: int, *, requests: int) -> str:
    """CPU time of the server for each token that it streams."""
    url = row.process.url + row.path
    asyncio.run(time_requests(url, row.make_body, clients=1, requests=3, headers=_EVENTS))
    cpu_s = row.process.cpu_s()
    asyncio.run(time_requests(url, row.make_body, clients=1, requests=requests, headers=_EVENTS))
    cpu_us = 1e6 * (row.process.cpu_s() - cpu_s) / (requests * tokens)
    return f"{row.name:<42}{requests:>6} requests of {tokens} tokens{cpu_us:>9.0f} us CPU a token\n"


def make_new_request(number: int) -> dict[str, Any]:
    """A post and a resume that nobody has sent before."""
    words = ("fish", "glass", "paper", "fruit", "steel", "bread", "cloth", "paint", "seed", "tool")
    goods = " and ".join(words[int(digit)] for digit in f"{number + time.time_ns() % 10**9:010d}")
    work = {"name": f"Harbour {number}", "position": "Operative", "highlights": [f"Packed boxes of {goods} on the night shift"]}
    return {"job_description": f"{JOB}\n- Pack {goods}", "resume": {"basics": {"name": "Mara Quist"}, "work": [work]}}


def main() -> None:
    """Runs all and writes the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=320)
    requests: int = parser.parse_args().requests
    call = {"model": "fake-model", "messages": [{"role": "user", "content": "Tailor this resume to the post. " * 20}]}
    naive = {"input": {"job": JOB, "resume": LINES[0]}}
    one, many = make_request(1), make_request(len(LINES))
    write = sys.stdout.write
    with run_fake() as fake:
        environment = {"FAKE_URL": fake.url}
        with (
            run_app("tests.benchmarks.comparisons:create_proxy", ready="/health", factory=True, **environment) as proxy,
            run_app("tests.benchmarks.comparisons:create_naive", ready="/health", factory=True, **environment) as chain,
            run_service(fake) as service,
        ):
            rows = (
                Row("(a) the fake, called directly", fake, "/v1/chat/completions", lambda _: call),
                Row("(b) FastAPI and httpx", proxy, "/call", lambda _: call),
                Row("(c) naive chain through LangServe", chain, "/naive/invoke", lambda _: naive),
                Row("(d) this service, /generate_resume", service, "/generate_resume", lambda _: one),
                Row("(d) this service, /resume/invoke", service, "/resume/invoke", lambda _: {"input": one}),
            )
            write(f"{'':<42}{'clients':>8}{'n':>6}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}\n")
            for clients in (1, 16):
                for row in rows:
                    write(measure(row, clients=clients, requests=requests))
            write(
                measure(
                    Row("(d) the same, nothing cached", service, "/generate_resume", make_new_request), clients=1, requests=requests // 4
                )
            )
            usage, statuses = asyncio.run(_look_at(service, many))
            naive_tokens = len(_tokens(json.dumps(NAIVE_ANSWER)))
            write(
                measure_stream(
                    Row("(c) naive chain, /stream", chain, "/naive/stream", lambda _: naive), naive_tokens, requests=requests // 8
                )
            )
            write(
                measure_stream(Row("(d) this service, events", service, "/generate_resume", lambda _: many), usage, requests=requests // 8)
            )
            write(f"lines of each streamed resume: {statuses}\n")


async def _look_at(service: Process, body: Any) -> tuple[int, str]:
    """Tokens of one response, and what became of its lines."""
    async with httpx.AsyncClient(timeout=120) as client:
        response = (await client.post(f"{service.url}/generate_resume", json=body)).json()
    asked = set(response["usage"]["attempts_by_line"])
    statuses = Counter(line["status"] for line in response["lines"] if line["path"] in asked)
    return int(response["usage"]["completion_tokens"]), ", ".join(f"{count} {status}" for status, count in statuses.items())


if __name__ == "__main__":
    main()
