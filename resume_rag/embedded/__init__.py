"""The embedded model: a local llama.cpp server, shared between processes and outliving none of them.

The first process starts it (`resume_rag.embedded.server`), later ones with the same model and slots find it through a
registry file and attach. Each holds a lease that the kernel drops when the process ends, by SIGKILL too; the server ends
within about two seconds of the last one. It listens on 127.0.0.1 only, on a random port, behind a random key.

Knows nothing of prompts, chat messages or where the model file comes from. POSIX systems only (``lockf``).
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import importlib.metadata
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from filelock import FileLock, Timeout

from resume_rag.embedded import server as _server
from resume_rag.embedded.server import EXIT_NO_LIBRARY, EXIT_NO_MODEL, Orders, hold_lease, is_held
from resume_rag.errors import LLMUnavailableError

_HEALTH_TIMEOUT_S = 5.0
_MAX_THREADS = 16
_REGISTRY_LAYOUT = 1
_CPU_QUOTA_FILE = Path("/sys/fs/cgroup/cpu.max")


def open_server(
    model_path: Path, *, run_dir: Path, slots: int = 2, context_tokens_per_slot: int = 4096, start_timeout_s: float = 60
) -> EmbeddedServer:
    """Starts the server of a model file, or attaches to the one that runs.

    Blocks until it answers (1 to 3 s for a small model): call it in a thread from async code.

    Args:
        model_path: a GGUF file.
        run_dir: folder for the registry, the locks and the log; made where it does not exist, closed to other users.
        slots: requests decoded at once; more wait in the server's queue.
        context_tokens_per_slot: longest prompt and answer together.
        start_timeout_s: longest wait for the server to answer, or for another process that is starting it.

    Raises:
        LLMUnavailableError: the model cannot be loaded, a library is missing, or the server does not come up in time.
    """
    return EmbeddedServer(model_path, run_dir, slots, context_tokens_per_slot, start_timeout_s)


class _Entry(NamedTuple):
    """What the registry file tells of a server."""

    base_url: str
    api_key: str
    pid: int
    slots_dir: str


class EmbeddedServer:
    """A lease on a running server. Use as a context manager, or `close` it."""

    base_url: str
    """OpenAI routes, such as ``http://127.0.0.1:41234/v1``."""
    api_key: str
    model_name: str

    def __init__(self, model_path: Path, run_dir: Path, slots: int, context_tokens_per_slot: int, start_timeout_s: float) -> None:
        self.model_name = model_path.stem
        self._model_path = model_path.resolve()
        self._slots = slots
        self._context_tokens_per_slot = context_tokens_per_slot
        self._start_timeout_s = start_timeout_s
        self._lease: tuple[int, int, Path] | None = None
        self._guard = threading.Lock()
        _own_dir(run_dir)
        stem = run_dir.resolve() / _key(self._model_path, slots, context_tokens_per_slot)
        self._registry_file, self._lock_file, self._log_file, self._leases_dir = (
            stem.with_suffix(suffix) for suffix in (".json", ".lock", ".log", ".leases")
        )
        self.ensure_running()

    def ensure_running(self) -> None:
        """Takes the lease if this process has none (after a fork), and starts the server again if it is gone.

        A server that crashed comes back under the same address and key where the port is still free, so clients built
        on ``base_url`` go on working. Cheap when all is well: no request is made.

        Raises:
            LLMUnavailableError: as `open_server`.
        """
        with self._guard:
            if self._lease and self._lease[0] == os.getpid() and is_held(self._registry_file):
                return
            try:
                with FileLock(self._lock_file, timeout=self._start_timeout_s):
                    self._take_lease()
                    entry = self._find_running() or self._start()
            except Timeout as error:
                raise LLMUnavailableError(
                    "Another process has been starting the embedded model for too long.", hint="Try again in a minute."
                ) from error
            except BaseException:
                self._drop_lease()
                raise
            self.base_url, self.api_key, self._slots_dir = entry.base_url, entry.api_key, Path(entry.slots_dir)

    def spread_cache(self) -> int:
        """Copies the prompt cache of the slot that was used last to the idle ones; returns how many got it.

        llama.cpp keeps a cache for each slot, and each computes a prompt's shared beginning for itself: about ten seconds
        for 700 tokens of a 1.5B model on two cores. A copy takes about 20 ms. So: one request alone (the first line), then
        this, then the rest at once. Of no effect on answers, and a failure is no more than a slower start.
        """
        if self._slots < 2:
            return 0
        name = secrets.token_hex(8)
        try:
            idle = [slot for slot in json.loads(self._ask("GET", "/slots")) if not slot["is_processing"]]
            last = max(idle, key=lambda slot: int(slot.get("id_task", -1)))
            if "id_task" not in last:
                return 0
            self._ask("POST", f"/slots/{last['id']}?action=save", {"filename": name})
            others = [slot for slot in idle if slot is not last]
            for slot in others:
                self._ask("POST", f"/slots/{slot['id']}?action=restore", {"filename": name})
        except (OSError, http.client.HTTPException, ValueError, LookupError):
            return 0
        finally:
            (self._slots_dir / name).unlink(missing_ok=True)
        return len(others)

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> bytes:
        status, answer = _request(method, self.base_url.removesuffix("/v1") + path, self.api_key, body)
        if status != http.HTTPStatus.OK:
            raise http.client.HTTPException(f"HTTP {status}")
        return answer

    def close(self) -> None:
        """Lets go of the server, which ends soon after if nobody else holds it. May be called twice."""
        with self._guard:
            self._drop_lease()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _take_lease(self) -> None:
        if self._lease and self._lease[0] == os.getpid():
            return
        self._drop_lease()
        self._lease = (os.getpid(), *hold_lease(self._leases_dir))

    def _drop_lease(self) -> None:
        if self._lease is None:
            return
        pid, descriptor, file = self._lease
        self._lease = None
        # A forked child shares the descriptor and not the lease: it must leave its parent's file alone.
        if pid == os.getpid():
            file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.close(descriptor)

    def _find_running(self) -> _Entry | None:
        """The server that runs; one that holds its lock and does not answer is ended."""
        if not is_held(self._registry_file):
            return None
        entry = self._read_entry()
        for _ in range(2):
            if _answers(entry):
                return entry
        with contextlib.suppress(ProcessLookupError):
            os.kill(entry.pid, signal.SIGKILL)
        return None

    def _read_entry(self) -> _Entry:
        return _Entry(**json.loads(self._registry_file.read_bytes()))

    def _start(self) -> _Entry:
        orders = self._orders()
        self._registry_file.unlink(missing_ok=True)
        with os.fdopen(os.open(self._log_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", str(Path(_server.__file__).resolve())],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                # A session of its own: the Ctrl-C or SIGKILL that ends this process is no reason to fail the others.
                start_new_session=True,
                cwd=self._log_file.parent,
            )
        # Collects the exit status whenever it comes, so that no zombie stays behind.
        threading.Thread(target=process.wait, name="embedded-server-wait", daemon=True).start()
        if process.stdin:
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(json.dumps(orders._asdict()).encode())
        try:
            return self._await_ready(process)
        except BaseException:
            process.kill()
            raise

    def _orders(self) -> Orders:
        port, api_key = 0, secrets.token_urlsafe(32)
        with contextlib.suppress(OSError, ValueError, TypeError):
            left_behind = self._read_entry()
            port, api_key = urllib.parse.urlsplit(left_behind.base_url).port or 0, left_behind.api_key
        return Orders(
            model_path=str(self._model_path),
            model_name=self.model_name,
            slots=self._slots,
            context_tokens_per_slot=self._context_tokens_per_slot,
            threads=_usable_cpus(),
            port=port,
            api_key=api_key,
            registry_file=str(self._registry_file),
            lock_file=str(self._lock_file),
            leases_dir=str(self._leases_dir),
        )

    def _await_ready(self, process: subprocess.Popen[bytes]) -> _Entry:
        deadline = time.monotonic() + self._start_timeout_s
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise self._start_failure(process.returncode)
            if is_held(self._registry_file):
                entry = self._read_entry()
                if _answers(entry):
                    return entry
            time.sleep(0.05)
        raise LLMUnavailableError(
            f"The embedded model was not ready after {self._start_timeout_s:g} s.",
            hint=f"See {self._log_file}, or use a smaller model (RESUME_RAG_EMBEDDED_MODEL).",
        )

    def _start_failure(self, exit_status: int) -> LLMUnavailableError:
        log = self._log_file.read_text("utf-8", "replace")
        if exit_status == EXIT_NO_LIBRARY:
            if "libgomp" in log:
                return LLMUnavailableError(
                    "The embedded model needs the system library libgomp.so.1.", hint="Install it: `apt-get install libgomp1`."
                )
            return LLMUnavailableError(
                "The package xllamacpp cannot be loaded.", hint=f"Install it again: `pip install xllamacpp`. See {self._log_file}."
            )
        if exit_status == -signal.SIGKILL or "failed to allocate" in log or "bad_alloc" in log:
            return LLMUnavailableError(
                "There is too little memory for the embedded model.",
                hint="Set RESUME_RAG_EMBEDDED_MODEL=qwen2.5-coder-0.5b (0.7 GB), or RESUME_RAG_EMBEDDED_SLOTS=1.",
            )
        if exit_status == EXIT_NO_MODEL:
            return LLMUnavailableError(
                f"The model file {self._model_path.name} cannot be loaded: it is damaged, or of a kind that this llama.cpp does not know.",
                hint=f"Delete it and run `resume-rag model get`, or choose another file. See {self._log_file}.",
            )
        return LLMUnavailableError(f"The embedded model's server ended (status {exit_status}).", hint=f"See {self._log_file}.")


def _own_dir(run_dir: Path) -> None:
    try:
        run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if run_dir.stat().st_uid == os.getuid():
            run_dir.chmod(0o700)
            return
    except OSError as error:
        raise LLMUnavailableError(
            f"The folder {run_dir} cannot be used ({error.strerror}).", hint="Set RESUME_RAG_CACHE_DIR to a folder you can write to."
        ) from error
    raise LLMUnavailableError(f"The folder {run_dir} belongs to another user.", hint="Set RESUME_RAG_CACHE_DIR to a folder of your own.")


def _key(model_path: Path, slots: int, context_tokens_per_slot: int) -> str:
    """What must be equal for two processes to share a server; the host's name, because home folders travel over networks."""
    try:
        stat = model_path.stat()
    except OSError as error:
        raise LLMUnavailableError(f"There is no model file {model_path}.", hint="Run `resume-rag model get`.") from error
    version = importlib.metadata.version("xllamacpp")
    parts = (_REGISTRY_LAYOUT, model_path, stat.st_size, stat.st_mtime_ns, slots, context_tokens_per_slot, version, socket.gethostname())
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


def _usable_cpus() -> int:
    """Processors that this process may use: its affinity, and the share that a container allows."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):
        quota, period = _CPU_QUOTA_FILE.read_text("ascii").split()
        cpus = min(cpus, round(int(quota) / int(period)))
    return max(1, min(cpus, _MAX_THREADS))


def _answers(entry: _Entry) -> bool:
    """Whether the server of this registry entry, and no other that got its port, answers."""
    try:
        return _request("GET", f"{entry.base_url}/models", entry.api_key)[0] == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def _request(method: str, url: str, api_key: str, body: dict[str, str] | None = None) -> tuple[int, bytes]:
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=_HEALTH_TIMEOUT_S)
    headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json", "Connection": "close"}
    try:
        connection.request(method, f"{address.path}?{address.query}", json.dumps(body) if body else None, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
