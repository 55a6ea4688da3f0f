"""SIGTERM under load: ``make drain``. Streams run, the signal comes; who got a whole answer, who a typed error, who nothing?"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from collections import Counter

import httpx

from tests.benchmarks.parts import LINES, Process, make_request, run_fake, run_service

_EVENTS = {"Accept": "text/event-stream"}


async def run_load(service: Process, streams: int, outcomes: Counter[str], stop: asyncio.Event) -> None:
    """Keeps so many streams running; notes how each ended."""
    async with httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=streams)) as client:

        async def run() -> None:
            while not stop.is_set():
                try:
                    answer = await client.post(f"{service.url}/generate_resume", json=make_request(len(LINES)), headers=_EVENTS)
                except httpx.ConnectError:
                    outcomes["refused, the port is closed"] += 1
                    return
                except httpx.TransportError as error:
                    outcomes[f"cut ({type(error).__name__})"] += 1
                    return
                text = answer.text
                ended = "done" if "event: done" in text else "typed error" if "event: error" in text else f"{answer.status_code}"
                outcomes[f"{ended}{' after the signal' if stop.is_set() else ''}"] += 1

        await asyncio.gather(*(run() for _ in range(streams)))


async def drain(service: Process, streams: int) -> tuple[Counter[str], int, float]:
    """Outcomes, exit status, seconds from the signal to the end."""
    outcomes: Counter[str] = Counter()
    stop = asyncio.Event()
    load = asyncio.create_task(run_load(service, streams, outcomes, stop))
    await asyncio.sleep(6)
    service.popen.send_signal(signal.SIGTERM)
    began_s = time.monotonic()
    stop.set()
    status = await asyncio.to_thread(service.popen.wait, 90)
    took_s = time.monotonic() - began_s
    await load
    return outcomes, status, took_s


def main() -> None:
    """Drains twice: with time enough, and with too little."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--streams", type=int, default=32)
    streams: int = parser.parse_args().streams
    # So slow that no stream is near its end when the signal comes: all run in step.
    with run_fake(first_token_s=0.2, tokens_a_s=2) as fake:
        for limit_s in ("30", "1"):
            with run_service(fake, DRAIN_S=limit_s) as service:
                outcomes, status, took_s = asyncio.run(drain(service, streams))
            endings = ", ".join(f"{name}: {count}" for name, count in sorted(outcomes.items()))
            sys.stdout.write(f"{streams} streams, at most {limit_s} s: exit {status} after {took_s:.1f} s; {endings}\n")


if __name__ == "__main__":
    main()
