"""What the benchmarks of the service share: processes with a URL, their CPU and memory, quantiles. Asserts nothing.

Reads /proc, so Linux alone. Every server is a process of its own, so that its CPU time is its own.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent.parent
_TICKS_S = os.sysconf("SC_CLK_TCK")
JOB = """Warehouse Team Lead
- Lead a team of pickers and packers
- Plan shifts and keep safety records
- Forklift experience required
- SAP EWM is a plus"""
LINES = (
    "Kept the safety log of the night shift",
    "Trained 6 new colleagues on forklift and picking routes",
    "Planned the shifts of 14 pickers for two years",
    "Counted stock of 3 aisles each week and reported losses",
    "Loaded 20 trucks a night with a reach truck",
    "Checked incoming goods against delivery notes",
    "Repaired pallet wrappers with the maintenance crew",
    "Wrote the handover notes for the morning shift",
)
REWRITES = {
    LINES[0]: "Kept the night shift's safety log",
    LINES[1]: "Trained 6 new colleagues on picking routes and forklift",
    LINES[2]: "Planned 14 pickers' shifts for two years",
    LINES[3]: "Counted the stock of 3 aisles each week and reported losses",
    LINES[4]: "Loaded 20 trucks a night using a reach truck",
    LINES[5]: "Checked incoming goods against the delivery notes",
    LINES[6]: "Repaired pallet wrappers together with the maintenance crew",
    LINES[7]: "Wrote the morning shift's handover notes",
}
"""What the fake makes of each line; honest, so that each is written once and passes."""


@dataclass
class Process:
    """A server that runs."""

    url: str
    popen: subprocess.Popen[bytes]
    log: Path

    def cpu_s(self) -> float:
        """Processor time so far."""
        fields = Path(f"/proc/{self.popen.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_S

    def rss_mb(self) -> float:
        """Memory that is resident now."""
        return int(Path(f"/proc/{self.popen.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def make_request(lines: int) -> dict[str, Any]:
    """A request whose resume has so many lines that the model may write."""
    work = {"name": "Harbour Lane Logistics", "position": "Warehouse Operative", "startDate": "2019-03", "highlights": list(LINES[:lines])}
    return {"job_description": JOB, "resume": {"basics": {"name": "Mara Quist"}, "work": [work]}}


@contextlib.contextmanager
def run_app(app: str, *, ready: str, factory: bool = False, workers: int = 1, **environment: str) -> Iterator[Process]:
    """``uvicorn APP`` on a free port until the block ends; ends it with SIGTERM."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--log-level", "warning", "--no-access-log"]
    command += ["--workers", str(workers)] if workers > 1 else []
    with tempfile.NamedTemporaryFile(suffix=".log", delete=False) as log:
        popen = subprocess.Popen(
            command + (["--factory"] if factory else []), cwd=ROOT, env=os.environ | environment, stdout=log, stderr=subprocess.STDOUT
        )
    process = Process(f"http://127.0.0.1:{port}", popen, Path(log.name))
    try:
        wait_until_ready(process, ready)
        yield process
    finally:
        if popen.poll() is None:
            popen.send_signal(signal.SIGTERM)
        popen.wait(60)


@contextlib.contextmanager
def run_service(fake: Process, **settings: str) -> Iterator[Process]:
    """The service over a fake model server."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = {"LLM_BASE_URL": f"{fake.url}/v1", "CACHE_DIR": f"{folder}/cache", "DRAIN_NOTICE_S": "0", "LOG_LEVEL": "info"} | settings
        environment = {f"RESUME_RAG_{name}": value for name, value in wanted.items()}
        with run_app("server:app", ready="/readyz", **environment) as process:
            yield process


def run_fake(*, first_token_s: float = 0.0, tokens_a_s: float = 0.0) -> contextlib.AbstractContextManager[Process]:
    """The fake model server, paced or as quick as it can be."""
    pace = {"FAKE_FIRST_TOKEN_S": str(first_token_s), "FAKE_TOKEN_S": str(1 / tokens_a_s if tokens_a_s else 0)}
    return run_app("tests.benchmarks.comparisons:create_fake", ready="/health", factory=True, **pace)


def wait_until_ready(process: Process, path: str) -> None:
    """Returns once the path answers 200.

    Raises:
        RuntimeError: the process ended, or two minutes went by.
    """
    end_s = time.monotonic() + 120
    while time.monotonic() < end_s:
        if process.popen.poll() is not None:
            break
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(process.url + path, timeout=5).status_code == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{path} was never ready:\n{process.log.read_text()[-2000:]}")


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of them lies.

    >>> quantile([1, 2, 3, 4], 0.5)
    3
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
