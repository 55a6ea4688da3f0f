"""The server that live tests ask: the embedded model, or the one at RESUME_RAG_LIVE_URL. The same tests for both."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import platformdirs
from pydantic import SecretStr

from resume_rag.embedded import EmbeddedServer, open_server
from resume_rag.model_files import get_model


class LiveServer(NamedTuple):
    """A real model server."""

    base_url: str
    api_key: SecretStr | None
    embedded: EmbeddedServer | None

    def is_busy(self) -> bool:
        """Whether it is working on an answer."""
        if self.embedded is not None:
            return any(slot["is_processing"] for slot in json.loads(self.embedded._ask("GET", "/slots")))
        metrics = httpx.get(f"{self.base_url.removesuffix('/v1')}/metrics", timeout=20).text
        running = [line for line in metrics.splitlines() if line.startswith("vllm:num_requests_running")]
        return any(float(line.rsplit(" ", 1)[1]) > 0 for line in running)

    def wait_until_idle(self, limit_s: float = 150.0) -> bool:
        """Whether it has come to rest in that time; llama.cpp first reads a prompt to its end."""
        end_s = time.monotonic() + limit_s
        while time.monotonic() < end_s:
            if not self.is_busy():
                return True
            time.sleep(0.1)
        return False


@contextlib.contextmanager
def open_live_server(run_dir: Path) -> Iterator[LiveServer]:
    """The server of the environment, or an embedded one with its files in ``run_dir``."""
    url = os.environ.get("RESUME_RAG_LIVE_URL")
    if url is not None:
        key = os.environ.get("RESUME_RAG_LIVE_API_KEY")
        yield LiveServer(url, SecretStr(key) if key else None, None)
        return
    path = get_model("qwen2.5-coder-0.5b", Path(os.environ.get("RESUME_RAG_CACHE_DIR", platformdirs.user_cache_dir("resume_rag"))))
    with open_server(path, run_dir=run_dir) as running:
        yield LiveServer(running.base_url, SecretStr(running.api_key), running)
