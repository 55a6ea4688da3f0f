"""How soon the service lets go of the model server when its client leaves, seen by a proxy between the two.

Every route, streamed and not. `leave_once` is also what the live test calls; ``python -m tests.benchmarks.leaving`` prints the times
against the embedded model, or a real vLLM at RESUME_RAG_LIVE_URL.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.benchmarks.parts import LINES, Process, make_request, quantile, run_app
from tests.live_server import LiveServer, open_live_server
from tests.watched_proxy import WatchedProxy

ROUTES = {
    "/generate_resume": "application/json",
    "/generate_resume (events)": "text/event-stream",
    "/generate_resume/batch": "application/x-ndjson",
    "/resume/invoke": "application/json",
    "/resume/stream": "text/event-stream",
}
_LIMIT_S = 60.0
_LINES = 4


class Left(NamedTuple):
    """What was seen after the client left: seconds until the service had closed every connection, and until the model was idle."""

    upstream_closed_s: float | None
    calls: int
    cut_short: int
    model_idle: bool


@contextlib.contextmanager
def run_watched(live: LiveServer) -> Iterator[tuple[Process, WatchedProxy]]:
    """The service, with a proxy between it and the model server."""
    with WatchedProxy(live.base_url) as proxy, tempfile.TemporaryDirectory() as folder:
        settings = {
            "RESUME_RAG_LLM_BASE_URL": proxy.base_url,
            "RESUME_RAG_LLM_API_KEY": live.api_key.get_secret_value() if live.api_key else "",
            "RESUME_RAG_CACHE_DIR": folder,
            "RESUME_RAG_DRAIN_NOTICE_S": "0",
        }
        with run_app("server:app", ready="/readyz", **settings) as service:
            yield service, proxy


def leave_once(service: Process, proxy: WatchedProxy, live: LiveServer, route: str) -> Left:
    """Sends a request, leaves as soon as the model is asked, and watches.

    Raises:
        RuntimeError: the model was never asked.
    """
    live.wait_until_idle()
    before = len(proxy.passings)
    client = _send(service, route)
    _await(lambda: bool(proxy.in_flight()), "the model was never asked")
    time.sleep(0.2)  # well into reading the prompt, or writing
    asked = proxy.in_flight()
    left_s = time.monotonic()
    client.close()
    for passing in asked:
        passing.done.wait(_LIMIT_S)
    closed = [passing.closed_s for passing in asked]
    # Those that began between the look and the leaving end as well.
    _await(lambda: not proxy.in_flight(), "a connection to the model was kept")
    slowest = max((moment for moment in closed if moment is not None), default=None) if None not in closed else None
    cut_short = sum(passing.asked and not passing.answered for passing in proxy.passings[before:])
    return Left(None if slowest is None else max(0.0, slowest - left_s), len(asked), cut_short, live.wait_until_idle())


def _send(service: Process, route: str) -> socket.socket:
    path = route.split(" ")[0]
    request: Any = make_request(_LINES)
    # New words for each request, so that the model has something to read.
    request["resume"]["work"][0]["highlights"] = [f"{line} at site {uuid.uuid4()}" for line in LINES[:_LINES]]
    body = json.dumps({"inputs": [request]} if path.endswith("batch") else {"input": request} if path.startswith("/resume") else request)
    address = urlsplit(service.url)
    client = socket.create_connection((address.hostname, address.port))
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: {ROUTES[route]}\r\n"
    client.sendall(f"{head}Content-Length: {len(body.encode())}\r\n\r\n{body}".encode())
    return client


def _await(happened: Any, otherwise: str) -> None:
    end_s = time.monotonic() + _LIMIT_S
    while not happened():
        if time.monotonic() > end_s:
            raise RuntimeError(otherwise)
        time.sleep(0.005)


def main() -> None:
    told = argparse.ArgumentParser(description="Times from a client's leaving to the closing of the model's connections.")
    told.add_argument("--times", type=int, default=5, help="for each route")
    asked = told.parse_args()
    with tempfile.TemporaryDirectory() as run_dir, open_live_server(Path(run_dir)) as live, run_watched(live) as (service, proxy):
        for route in ROUTES:
            seen = [leave_once(service, proxy, live, route) for _ in range(asked.times)]
            closed_ms = [1000 * one.upstream_closed_s for one in seen if one.upstream_closed_s is not None]
            times = f"median {quantile(closed_ms, 0.5):.0f} ms, longest {max(closed_ms):.0f} ms" if closed_ms else "never closed"
            calls = f"{sum(one.cut_short for one in seen)} calls cut short"
            print(
                f"{route:<28}{len(closed_ms)} of {len(seen)} closed: {times}; {calls}; model idle after {sum(s.model_idle for s in seen)}"
            )


if __name__ == "__main__":
    main()
