"""Several real vLLM servers for a CPU behind a real vllm-router, as processes that can be killed and started again.

Knows nothing of the service in front of them. A folder such as ``deploy/vllm_cpu/setup.sh`` makes has vLLM in ``venv``.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROUTER_FLAGS = {
    # Calls with one X-Session-ID go to one instance, whose cache holds the beginning of their prompts.
    "--policy": "consistent_hash",
    # Twice in vain, and an instance is left out, for so long. Without it a key stays with its dead instance until the next
    # health check, and every retry goes there too (the default waits for five failures, and 30 s).
    "--cb-failure-threshold": "2",
    "--cb-timeout-duration-secs": "5",
    # One more than those two failures, so that the third try goes elsewhere. Nothing is sent again once an answer has begun.
    "--retry-max-retries": "3",
    # The default looks once a minute, and takes two good answers before an instance gets work again.
    "--health-check-interval-secs": "2",
    "--health-failure-threshold": "2",
    "--health-success-threshold": "1",
    # Above RESUME_RAG_LLM_TIMEOUT_S, which ends a call first; the default is half an hour.
    "--request-timeout-secs": "180",
    "--log-level": "warning",
}
_START_S = 600
_FLAGS = "--enforce-eager --max-model-len 4096 --kv-cache-memory-bytes 256M --enable-prompt-tokens-details --shutdown-timeout 5".split()


def find_free_port() -> int:
    """A port of the loopback interface that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Part:
    """A server in a process group of its own."""

    name: str
    command: list[str]
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    ready: str = "/health"
    popen: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it writes."""
        return Path(tempfile.gettempdir()) / f"router-demo-{os.getpid()}-{self.name}.log"

    def start(self) -> None:
        """Starts it; see `wait`."""
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.command, env=os.environ | self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def is_ready(self) -> bool:
        """Whether it says that it can work."""
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(self.url + self.ready, timeout=2).status_code == 200
        return False

    def wait(self) -> float:
        """Seconds until it was ready.

        Raises:
            RuntimeError: it ended, or took too long; with the end of what it wrote.
        """
        began_s = time.monotonic()
        while time.monotonic() - began_s < _START_S:
            if self.popen is None or self.popen.poll() is not None:
                break
            if self.is_ready():
                return time.monotonic() - began_s
            time.sleep(0.2)
        raise RuntimeError(f"{self.name} was never ready:\n{self.log.read_text(errors='replace')[-2000:]}")

    def kill(self, sent: signal.Signals = signal.SIGKILL) -> None:
        """Ends its whole group: a server that is killed alone leaves its engine's processes behind."""
        if self.popen is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, sent)
        try:
            self.popen.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        self.popen = None

    def count_answers(self) -> int:
        """Requests that this instance has finished, as its metrics say; 0 while it is down."""
        return self._add_up("request_success_total")

    def count_running(self) -> int:
        """Requests that it answers now; 0 while it is down."""
        return self._add_up("num_requests_running")

    def _add_up(self, metric: str) -> int:
        with contextlib.suppress(httpx.TransportError):
            text = httpx.get(f"{self.url}/metrics", timeout=5).text
            return int(sum(map(float, re.findall(rf"^vllm:{metric}\{{[^}}]*\}} (\S+)", text, re.MULTILINE))))
        return 0


def make_vllm(folder: Path, model: Path, core: int) -> Part:
    """A vLLM server for the CPU on one core."""
    bin_dir, port = folder / "venv" / "bin", find_free_port()
    command = [
        str(bin_dir / "vllm"),
        "serve",
        str(model),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--served-model-name",
        "demo",
        *_FLAGS,
    ]
    environment = {
        "PATH": f"{bin_dir}:{os.environ['PATH']}",
        "LD_PRELOAD": str(folder / "venv" / "lib" / "libiomp5.so"),
        # Two servers bind themselves to the same cores otherwise, and then each waits for the other.
        "VLLM_CPU_OMP_THREADS_BIND": str(core),
        "HF_HUB_OFFLINE": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
    }
    weights = [] if list(model.glob("*.safetensors")) else ["--load-format", "dummy"]
    return Part(f"vllm-{core}", [*command, *weights], port, environment)


def make_router(command: str, workers: list[Part]) -> Part:
    """The router in front of them."""
    port = find_free_port()
    flags = [word for flag in ROUTER_FLAGS.items() for word in flag]
    urls = ["--worker-urls", *(worker.url for worker in workers)]
    places = ["--host", "127.0.0.1", "--port", str(port), "--prometheus-port", str(find_free_port())]
    # /health is 503 as soon as one instance is down.
    return Part("router", [command, *urls, *places, *flags], port, ready="/readiness")
