"""A real vLLM on this machine's processor, as ``deploy/vllm_cpu/setup.sh`` makes it: started, and ended with all its processes."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / ".vllm_cpu"
WRITING = "qwen2.5-coder-0.5b"
TINY = "tiny"
_START_S = 300
_STOP_S = 40


@dataclass(frozen=True)
class RunningVllm:
    """A server that answers."""

    url: str
    model: str
    pid: int

    @property
    def base_url(self) -> str:
        """Its OpenAI routes."""
        return f"{self.url}/v1"

    def read_metric(self, name: str) -> float:
        """The sum of a metric over its labels; 0 where vLLM does not have it (yet)."""
        text = httpx.get(f"{self.url}/metrics", timeout=30).text
        return sum(float(value) for value in re.findall(rf"^{re.escape(name)}(?:\{{[^}}]*\}})? (\S+)$", text, re.MULTILINE))


@contextlib.contextmanager
def run_vllm(model: str, *flags: str, folder: Path = FOLDER) -> Iterator[RunningVllm]:
    """Serves a model on a free port until the block ends.

    Raises:
        RuntimeError: it did not come up; the end of its log is in the message.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.NamedTemporaryFile(prefix="vllm-", suffix=".log", delete=False) as log:
        process = subprocess.Popen(
            [ROOT / "deploy" / "vllm_cpu" / "serve.sh", folder, model, str(port), *flags],
            stdout=log,
            stderr=subprocess.STDOUT,
            # The API server has engine processes, which a signal to it alone may leave behind.
            start_new_session=True,
        )
    # Ended from outside, Python would leave without ending the server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    running = RunningVllm(f"http://127.0.0.1:{port}", model, process.pid)
    try:
        _await_ready(running, process, Path(log.name))
        yield running
    finally:
        _end(process)


def _await_ready(running: RunningVllm, process: subprocess.Popen[bytes], log: Path) -> None:
    end_s = time.monotonic() + _START_S
    while time.monotonic() < end_s and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{running.url}/health", timeout=5).status_code == 200:
                return
        time.sleep(0.5)
    raise RuntimeError(f"vLLM did not come up:\n{log.read_text(errors='replace')[-3000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for asked in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, asked)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_S)
            break
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
