"""How soon the model's server is left when the client leaves: ``make leaving``. Every route, streamed or not, against the fake.

The fake answers nothing until its client goes; the time runs from the close of the client's socket to the last of the calls
that the fake sees closed. Exits 1 where one took longer than the aim.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import time

from tests.benchmarks.parts import Process, make_request, quantile, run_service
from tests.fake_vllm import Answer, FakeVLLM

AIM_MS = 250.0
_LINES = 4


def leave(service: Process, fake: FakeVLLM, path: str, body: object, accept: str) -> float:
    """Milliseconds until the last call was closed."""
    calls, left = len(fake.requests), len(fake.disconnects)
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", int(service.url.rsplit(":", 1)[1]))) as client:
        client.sendall(head.encode() + content)
        end_s = time.monotonic() + 30
        while len(fake.requests) < calls + _LINES:
            if time.monotonic() > end_s:
                raise RuntimeError(f"{path} made no calls")
            time.sleep(0.001)
        time.sleep(0.05)
    began_s = time.monotonic()
    while len(fake.disconnects) < left + _LINES:
        if time.monotonic() > began_s + 10:
            raise RuntimeError(f"{path}: {len(fake.disconnects) - left} of {_LINES} calls were closed")
        time.sleep(0.001)
    return 1000 * (time.monotonic() - began_s)


def main() -> None:
    """Leaves each route many times and writes the times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=20)
    times: int = parser.parse_args().times
    one = make_request(_LINES)
    routes = [
        ("/generate_resume", one, "application/json"),
        ("/generate_resume", one, "text/event-stream"),
        ("/generate_resume/batch", {"inputs": [one]}, "*/*"),
        ("/resume/invoke", {"input": one}, "*/*"),
        ("/resume/batch", {"inputs": [one]}, "*/*"),
        *((f"/resume/{name}", {"input": one}, "*/*") for name in ("stream", "stream_events", "stream_log")),
    ]
    worst_ms = 0.0
    with FakeVLLM() as fake, run_service(fake.base_url.removesuffix("/v1")) as service:
        fake.script = lambda _: Answer(first_byte_s=60)
        for path, body, accept in routes:
            took_ms = [leave(service, fake, path, body, accept) for _ in range(times)]
            worst_ms = max(worst_ms, *took_ms)
            sys.stdout.write(f"{path:<24}{accept:<20}n {times}  p50 {quantile(took_ms, 0.5):6.1f} ms  worst {max(took_ms):6.1f} ms\n")
    sys.exit(worst_ms > AIM_MS)


if __name__ == "__main__":
    main()
