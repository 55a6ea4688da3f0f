"""The process of the embedded model: llama.cpp's own HTTP server, living as long as somebody holds a lease on it.

Run as a script by `resume_rag.embedded`, with its orders as JSON on standard input (so that the key is in no list of
processes). It imports nothing of ours: it must start from wherever the package lies.

A *lease* is a file that its owner has locked with ``lockf``. The kernel drops such a lock when its owner ends, however it
ends, and a fork does not inherit it. The *registry file* (address and key) is locked by this process in the same way, so
who finds it can tell a living server from a leftover. Knows nothing of prompts; its log holds none.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import socket
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout

EXIT_NO_LIBRARY = 3
EXIT_NO_MODEL = 4
POLL_S = 0.4
_HTTP_THREADS = 128
_MEMORY_DIR = Path("/dev/shm")  # noqa: S108  (a folder of our own in it, closed to others)


class Orders(NamedTuple):
    """What to serve and where its files are."""

    model_path: str
    model_name: str
    slots: int
    context_tokens_per_slot: int
    threads: int
    port: int
    api_key: str
    registry_file: str
    lock_file: str
    leases_dir: str


def hold_lease(leases_dir: Path) -> tuple[int, Path]:
    """Makes and locks a lease; returns the open descriptor (close it to let go) and the file."""
    leases_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    return _write_locked(leases_dir / name, b""), leases_dir / name


def is_held(path: Path) -> bool:
    """Whether another process holds the lock on this file. Never ask about a file of the asking process: that drops its lock."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _write_locked(path: Path, content: bytes) -> int:
    # Under another name until it is locked: nobody may see it unlocked and take it for a leftover.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(descriptor, content)
        os.replace(draft, path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _is_leased(leases_dir: Path) -> bool:
    found = False
    for lease in leases_dir.glob("[!.]*"):
        if is_held(lease):
            found = True
        else:
            lease.unlink(missing_ok=True)
    return found


def _free_port(wanted: int) -> int:
    """The wanted port if it is free (clients of a server that crashed then find the new one), else 0 for any."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", wanted))
    except OSError:
        return 0
    return wanted


def _slots_dir(orders: Orders) -> Path:
    """An empty folder for the caches of slots, which hold prompts: in memory where there is such a place.

    Always the same one for a registry file, so that a server that was killed leaves no more than one behind.
    """
    beside = Path(orders.registry_file).with_suffix(".slots")
    in_memory = _MEMORY_DIR / f"resume-rag-{hashlib.sha256(orders.registry_file.encode()).hexdigest()[:16]}"
    for folder in (in_memory, beside):
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)  # fails where another user has put something in its place
        except OSError:
            continue
        return folder
    return beside


def _start_llama(orders: Orders, slots_dir: Path) -> Any:
    # Read by the OpenMP runtime when it is loaded: waiting threads must not spin on a machine that others use too.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import xllamacpp
    except ImportError as error:
        print(error, file=sys.stderr)  # noqa: T201  (the log)
        raise SystemExit(EXIT_NO_LIBRARY) from error
    params = xllamacpp.CommonParams()
    params.model.path = orders.model_path
    params.model_alias = {orders.model_name}
    params.n_parallel = orders.slots
    params.n_ctx = orders.slots * orders.context_tokens_per_slot
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = orders.threads
    params.port = _free_port(orders.port)
    params.api_keys = [orders.api_key]
    params.n_threads_http = _HTTP_THREADS
    params.offline = True
    params.ui = params.fit_params = False
    params.endpoint_slots, params.slot_save_path = True, f"{slots_dir}/"
    params.cors_origins = ""
    params.verbosity = 1
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, MemoryError) as error:
        print(error, file=sys.stderr)  # noqa: T201  (the log)
        raise SystemExit(EXIT_NO_MODEL) from error


def _serve_while_leased(orders: Orders) -> None:
    leases_dir, quiet = Path(orders.leases_dir), 0
    while True:
        time.sleep(POLL_S)
        quiet = 0 if _is_leased(leases_dir) else quiet + 1
        if quiet < 2:
            continue
        try:
            # Whoever is just finding this server holds the lock, and will have a lease when it lets go.
            with FileLock(orders.lock_file, timeout=0):
                if not _is_leased(leases_dir):
                    Path(orders.registry_file).unlink(missing_ok=True)
                    return
        except Timeout:
            continue
        except OSError:  # the folder itself is gone
            return


def main() -> None:
    """Reads the orders, serves, and ends with the last lease."""
    orders = Orders(**json.load(sys.stdin))
    slots_dir = _slots_dir(orders)
    try:
        server = _start_llama(orders, slots_dir)
        entry = {
            "base_url": f"{server.listening_address}/v1",
            "api_key": orders.api_key,
            "pid": os.getpid(),
            "slots_dir": str(slots_dir),
        }
        registry = _write_locked(Path(orders.registry_file), json.dumps(entry).encode())
        _serve_while_leased(orders)
        os.close(registry)
    finally:
        shutil.rmtree(slots_dir, ignore_errors=True)
    # Not by way of the interpreter's end: the server's threads may be busy with an answer that nobody waits for.
    os._exit(0)


if __name__ == "__main__":
    main()
