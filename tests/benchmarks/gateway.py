"""What the service costs over the model's server: ``make bench-gateway``.

In one run, against a fake that answers at once: (a) the fake itself, (b) FastAPI and httpx alone, (c) the naive chain through
LangServe, (d) this service with retrieval, parsing, grounding and metrics, for one line so that each makes one call; then the
CPU time of a token where (c) and (d) stream. Ratios count, not milliseconds: they hold on another machine.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from typing import Any

import httpx

from tests.benchmarks.comparisons import NAIVE_LINES
from tests.benchmarks.parts import LINES, Process, make_request, quantile, run_app, run_fake, run_service

_WARM_UP = 20
_EVENTS = {"Accept": "text/event-stream"}


async def time_requests(url: str, body: Any, *, clients: int, requests: int, headers: dict[str, str] | None = None) -> list[float]:
    """Milliseconds of each request; each client sends its next when it has its answer."""
    times_ms: list[float] = []
    async with httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=clients)) as client:

        async def run(count: int) -> None:
            for _ in range(count):
                began_s = time.perf_counter()
                answer = await client.post(url, json=body, headers=headers)
                answer.raise_for_status()
                times_ms.append(1000 * (time.perf_counter() - began_s))

        await asyncio.gather(*(run(requests // clients) for _ in range(clients)))
    return times_ms


def measure(name: str, process: Process, path: str, body: Any, *, clients: int, requests: int) -> str:
    """One row of the table."""
    asyncio.run(time_requests(process.url + path, body, clients=clients, requests=max(_WARM_UP, clients)))
    cpu_s = process.cpu_s()
    times_ms = asyncio.run(time_requests(process.url + path, body, clients=clients, requests=requests))
    cpu_ms = 1000 * (process.cpu_s() - cpu_s) / len(times_ms)
    p50, p95 = quantile(times_ms, 0.5), quantile(times_ms, 0.95)
    return f"{name:<42}{clients:>8}{len(times_ms):>6}{p50:>9.1f}{p95:>9.1f}{cpu_ms:>9.1f}\n"


def measure_stream(name: str, process: Process, path: str, body: Any, tokens: int, *, requests: int) -> str:
    """CPU time of the server for each token that it streams."""
    asyncio.run(time_requests(process.url + path, body, clients=1, requests=3, headers=_EVENTS))
    cpu_s = process.cpu_s()
    asyncio.run(time_requests(process.url + path, body, clients=1, requests=requests, headers=_EVENTS))
    cpu_us = 1e6 * (process.cpu_s() - cpu_s) / (requests * tokens)
    return f"{name:<42}{requests:>6} requests of {tokens} tokens{cpu_us:>9.0f} us CPU a token\n"


def main() -> None:
    """Runs all and writes the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=320)
    requests: int = parser.parse_args().requests
    call = {"model": "fake-model", "messages": [{"role": "user", "content": "Tailor this resume to the post. " * 20}]}
    naive = {"input": {"job": make_request(1)["job_description"], "resume": LINES[0]}}
    one, many = make_request(1), make_request(len(LINES))
    write = sys.stdout.write
    with run_fake() as fake:
        environment = {"FAKE_URL": fake.url}
        with (
            run_app("tests.benchmarks.comparisons:create_proxy", ready="/health", factory=True, **environment) as proxy,
            run_app("tests.benchmarks.comparisons:create_naive", ready="/health", factory=True, **environment) as chain,
            run_service(fake) as service,
        ):
            write(f"{'':<42}{'clients':>8}{'n':>6}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}\n")
            for clients in (1, 16):
                write(measure("(a) the fake, called directly", fake, "/v1/chat/completions", call, clients=clients, requests=requests))
                write(measure("(b) FastAPI and httpx", proxy, "/call", call, clients=clients, requests=requests))
                write(measure("(c) naive chain through LangServe", chain, "/naive/invoke", naive, clients=clients, requests=requests))
                write(measure("(d) this service, /generate_resume", service, "/generate_resume", one, clients=clients, requests=requests))
                write(
                    measure(
                        "(d) this service, /resume/invoke", service, "/resume/invoke", {"input": one}, clients=clients, requests=requests
                    )
                )
            tokens = asyncio.run(_count_tokens(service, many))
            naive_tokens = 10 * NAIVE_LINES
            write(measure_stream("(c) naive chain, /stream", chain, "/naive/stream", naive, naive_tokens, requests=requests // 8))
            write(measure_stream("(d) this service, events", service, "/generate_resume", many, tokens, requests=requests // 8))


async def _count_tokens(service: Process, body: Any) -> int:
    async with httpx.AsyncClient(timeout=120) as client:
        usage = (await client.post(f"{service.url}/generate_resume", json=body)).json()["usage"]
    return int(usage["completion_tokens"])


if __name__ == "__main__":
    main()
