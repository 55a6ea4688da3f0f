"""The embedded model's server: shared, restarted, and gone with its last owner. Processes are real, and so is the model."""

from __future__ import annotations

import http.client
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from resume_rag import embedded
from resume_rag.embedded import open_server
from resume_rag.errors import LLMUnavailableError
from resume_rag.model_files import get_model

PATIENCE_S = 30.0
"""How long a test waits for what must happen; no test measures how fast it does."""


@pytest.fixture(scope="session")
def model_path() -> Path:
    return get_model("qwen2.5-coder-0.5b", Path(os.environ.get("RESUME_RAG_CACHE_DIR", platformdirs.user_cache_dir("resume_rag"))))


def until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def thread_states(pid: int) -> set[str]:
    """The states (proc(5): R, S, T...) in which the threads of a process are."""
    return {(task / "stat").read_text("utf-8").rpartition(")")[2].split()[0] for task in Path(f"/proc/{pid}/task").iterdir()}


def server_pid(run_dir: Path) -> int:
    (registry,) = run_dir.glob("*.json")
    return int(json.loads(registry.read_text())["pid"])


def chat(base_url: str, api_key: str, messages: list[dict[str, str]]) -> dict[str, Any]:
    connection = http.client.HTTPConnection(base_url.removeprefix("http://").removesuffix("/v1"), timeout=120)
    try:
        body = json.dumps({"messages": messages, "max_tokens": 2})
        connection.request("POST", "/v1/chat/completions", body, {"Authorization": f"Bearer {api_key}"})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        return answer
    finally:
        connection.close()


def answers(base_url: str, api_key: str) -> bool:
    return bool(chat(base_url, api_key, [{"role": "user", "content": "Say yes."}])["choices"][0]["message"]["content"])


class Owner:
    """Another process that opens the server, tells its address and then does what its script says."""

    def __init__(self, model_path: Path, run_dir: Path, then: str = "sys.stdin.read()") -> None:
        script = "import os, sys\nfrom pathlib import Path\nfrom resume_rag.embedded import open_server\n"
        script += f"server = open_server(Path({str(model_path)!r}), run_dir=Path({str(run_dir)!r}))\nprint(server.base_url, flush=True)\n"
        self.process = subprocess.Popen(
            [sys.executable, "-c", script + textwrap.dedent(then)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tells(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def start_owner(model_path: Path, tmp_path: Path) -> Iterator[Callable[..., Owner]]:
    owners: list[Owner] = []

    def start(then: str = "sys.stdin.read()") -> Owner:
        owners.append(Owner(model_path, tmp_path, then))
        return owners[-1]

    yield start
    for owner in owners:
        owner.kill()


@pytest.mark.live
class TestSharing:
    def test_answers_and_ends_when_closed(self, model_path: Path, tmp_path: Path) -> None:
        with open_server(model_path, run_dir=tmp_path) as server:
            pid = server_pid(tmp_path)
            assert server.base_url.startswith("http://127.0.0.1:")
            assert server.base_url.endswith("/v1")
            assert server.model_name == model_path.stem
            assert answers(server.base_url, server.api_key)
        until(lambda: not is_alive(pid), "the server outlives its only owner")
        assert not list(tmp_path.glob("*.json"))
        assert not list(tmp_path.glob("*.leases/*"))
        server.close()

    def test_only_the_key_opens_it_and_only_the_owner_reads_the_key(self, model_path: Path, tmp_path: Path) -> None:
        with open_server(model_path, run_dir=tmp_path) as server:
            (registry,) = tmp_path.glob("*.json")
            assert stat.S_IMODE(registry.stat().st_mode) == 0o600
            assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
            command_line = Path(f"/proc/{server_pid(tmp_path)}/cmdline").read_bytes()
            environment = Path(f"/proc/{server_pid(tmp_path)}/environ").read_bytes()
            assert server.api_key.encode() not in command_line + environment
            for path in ("/v1/models", "/v1/chat/completions", "/slots", "/props"):
                status, _ = embedded._request("GET", server.base_url.removesuffix("/v1") + path, "wrong")
                assert status == 401 or path == "/v1/models", path

    def test_same_process_twice(self, model_path: Path, tmp_path: Path) -> None:
        with open_server(model_path, run_dir=tmp_path) as first:
            with open_server(model_path, run_dir=tmp_path) as second:
                assert (second.base_url, second.api_key) == (first.base_url, first.api_key)
            time.sleep(3)  # longer than the server would take to end
            assert answers(first.base_url, first.api_key)

    def test_threads_at_once_start_one(self, model_path: Path, tmp_path: Path) -> None:
        servers: list[embedded.EmbeddedServer] = []
        threads = [threading.Thread(target=lambda: servers.append(open_server(model_path, run_dir=tmp_path))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(servers) == 4
        assert len({server.base_url for server in servers}) == 1
        for server in servers:
            server.close()

    def test_processes_at_once_start_one(self, start_owner: Callable[..., Owner]) -> None:
        owners = [start_owner() for _ in range(3)]
        assert len({owner.tells() for owner in owners}) == 1

    def test_other_slots_are_another_server(self, model_path: Path, tmp_path: Path) -> None:
        with open_server(model_path, run_dir=tmp_path, slots=1) as one, open_server(model_path, run_dir=tmp_path, slots=2) as two:
            assert one.base_url != two.base_url
            assert one.spread_cache() == 0

    def test_no_prompt_in_the_log(self, model_path: Path, tmp_path: Path) -> None:
        with open_server(model_path, run_dir=tmp_path) as server:
            word = "Zebulon"
            for extra in (
                {},
                {"max_tokens": "many"},
                {"response_format": {"type": "json_schema", "json_schema": {"schema": {"type": word}}}},
            ):
                body = {"messages": [{"role": "user", "content": word * 20}], "max_tokens": 3, **extra}
                connection = http.client.HTTPConnection(server.base_url[7:-3], timeout=60)
                connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Authorization": f"Bearer {server.api_key}"})
                connection.getresponse().read()
                connection.close()
            (log,) = tmp_path.glob("*.log")
            assert word * 2 not in log.read_text()


@pytest.mark.live
class TestOwnersEnd:
    def test_killed_owner(self, start_owner: Callable[..., Owner], tmp_path: Path) -> None:
        owner = start_owner()
        owner.tells()
        pid = server_pid(tmp_path)
        owner.kill()
        until(lambda: not is_alive(pid), "the server outlives an owner that was killed")
        assert not list(tmp_path.glob("*.json"))

    def test_starter_is_killed_and_another_owner_lives(self, start_owner: Callable[..., Owner], model_path: Path, tmp_path: Path) -> None:
        starter = start_owner()
        url = starter.tells()
        with open_server(model_path, run_dir=tmp_path) as server:
            assert server.base_url == url
            os.killpg(os.getpgid(starter.process.pid), 0)  # same group as ours: only the one process may be killed
            starter.kill()
            time.sleep(3)  # longer than the server would take to end
            assert answers(server.base_url, server.api_key)
            pid = server_pid(tmp_path)
        until(lambda: not is_alive(pid), "the server outlives its last owner")

    def test_owner_is_killed_while_it_starts_the_server(self, model_path: Path, tmp_path: Path) -> None:
        owner = Owner(model_path, tmp_path)
        until(lambda: list(tmp_path.glob("*.log")), "no start")
        until(lambda: _children_of(owner.process.pid), "no server process")
        (pid,) = _children_of(owner.process.pid)
        owner.kill()
        until(lambda: not is_alive(pid), "the server outlives an owner that did not wait for it")

    def test_forked_child_keeps_nothing_alive(self, start_owner: Callable[..., Owner], tmp_path: Path) -> None:
        owner = start_owner("""
            import time
            child = os.fork()
            if child == 0:
                os.close(0); time.sleep(60); os._exit(0)
            print(child, flush=True)
            sys.stdin.read()
        """)
        owner.tells()
        child = int(owner.tells())
        pid = server_pid(tmp_path)
        owner.process.kill()
        until(lambda: not is_alive(pid), "a fork of a dead owner keeps the server")
        assert is_alive(child)
        os.kill(child, signal.SIGKILL)

    def test_forked_child_that_closes_takes_nothing_away(self, start_owner: Callable[..., Owner], tmp_path: Path) -> None:
        owner = start_owner("""
            child = os.fork()
            if child == 0:
                server.close(); os._exit(0)
            os.waitpid(child, 0)
            print("closed", flush=True)
            sys.stdin.read()
        """)
        owner.tells()
        assert owner.tells() == "closed"
        time.sleep(3)  # longer than the server would take to end
        assert is_alive(server_pid(tmp_path))

    def test_forked_child_can_take_a_lease_of_its_own(self, start_owner: Callable[..., Owner], tmp_path: Path) -> None:
        owner = start_owner("""
            import time
            child = os.fork()
            if child == 0:
                os.close(0); server.ensure_running(); print(os.getpid(), flush=True); time.sleep(60); os._exit(0)
            sys.stdin.read()
        """)
        owner.tells()
        child = int(owner.tells())
        owner.process.kill()
        owner.process.wait()
        time.sleep(3)  # longer than the server would take to end
        pid = server_pid(tmp_path)
        assert is_alive(pid)
        os.kill(child, signal.SIGKILL)
        until(lambda: not is_alive(pid), "the server outlives its last owner")


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.live
class TestRecovery:
    def test_crashed_server_comes_back_at_its_address(self, model_path: Path, tmp_path: Path) -> None:
        with open_server(model_path, run_dir=tmp_path) as server:
            before = (server.base_url, server.api_key)
            pid = server_pid(tmp_path)
            server.ensure_running()
            assert server_pid(tmp_path) == pid
            os.kill(pid, signal.SIGKILL)
            # Gone, not only a zombie: other threads of a zombie may still be ending, and the registry's lock is held until then.
            until(lambda: not Path(f"/proc/{pid}").exists(), "it does not die")
            server.ensure_running()
            assert server_pid(tmp_path) != pid
            assert (server.base_url, server.api_key) == before
            assert answers(server.base_url, server.api_key)
        assert pid not in _children_of(os.getpid())  # no zombie

    def test_leftover_of_a_crash_is_no_obstacle(self, start_owner: Callable[..., Owner], model_path: Path, tmp_path: Path) -> None:
        owner = start_owner()
        owner.tells()
        os.kill(server_pid(tmp_path), signal.SIGKILL)
        owner.kill()
        assert list(tmp_path.glob("*.json"))
        assert list(tmp_path.glob("*.leases/*"))
        with open_server(model_path, run_dir=tmp_path) as server:
            assert answers(server.base_url, server.api_key)
            until(lambda: len(list(tmp_path.glob("*.leases/*"))) == 1, "a dead owner's lease stays")

    def test_damaged_registry_is_no_obstacle(self, model_path: Path, tmp_path: Path) -> None:
        open_server(model_path, run_dir=tmp_path).close()
        (lock,) = tmp_path.glob("*.lock")
        until(lambda: not list(tmp_path.glob("*.json")), "it does not end")
        lock.with_suffix(".json").write_text("{")
        with open_server(model_path, run_dir=tmp_path) as server:
            assert answers(server.base_url, server.api_key)

    def test_frozen_server_is_replaced(self, model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(embedded, "_HEALTH_TIMEOUT_S", 2.0)
        with open_server(model_path, run_dir=tmp_path):
            frozen = server_pid(tmp_path)
            os.kill(frozen, signal.SIGSTOP)
            # A signal is only queued when kill() returns: on a busy machine a thread of the server still answers for a while.
            until(lambda: thread_states(frozen) == {"T"}, "it does not stop")
            with open_server(model_path, run_dir=tmp_path) as server:
                assert server_pid(tmp_path) != frozen
                assert answers(server.base_url, server.api_key)
            until(lambda: not is_alive(frozen), "the frozen server stays")

    def test_cache_of_one_slot_goes_to_the_others(self, model_path: Path, tmp_path: Path) -> None:
        with open_server(model_path, run_dir=tmp_path, slots=3) as server:
            assert server.spread_cache() == 0
            shared = [{"role": "system", "content": "Keep every number as it is. " * 30}]

            def ask(question: str, cached: list[int]) -> None:
                answer = chat(server.base_url, server.api_key, [*shared, {"role": "user", "content": question}])
                cached.append(answer["usage"]["prompt_tokens_details"]["cached_tokens"])

            first: list[int] = []
            ask("One?", first)
            assert first == [0]
            assert server.spread_cache() == 2
            cached: list[int] = []
            threads = [threading.Thread(target=ask, args=(f"Number {n}?", cached)) for n in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert min(cached) > 150
            assert not list(server._slots_dir.iterdir())


class TestFailures:
    """No model needed: it never comes to running one."""

    def test_damaged_model(self, tmp_path: Path) -> None:
        file = tmp_path / "damaged.gguf"
        file.write_bytes(b"GGUF" + b"\3\0\0\0" + os.urandom(5000))
        with pytest.raises(LLMUnavailableError, match=r"damaged\.gguf cannot be loaded") as caught:
            open_server(file, run_dir=tmp_path / "run")
        assert "model get" in caught.value.hint
        assert not list((tmp_path / "run").glob("*.leases/*"))
        assert not list((tmp_path / "run").glob("*.json"))

    def test_model_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(LLMUnavailableError, match="no model file"):
            open_server(tmp_path / "none.gguf", run_dir=tmp_path)

    @pytest.mark.parametrize(
        ("stand_in", "message", "hint"),
        [
            ("raise ImportError('libgomp.so.1: cannot open shared object file')", "libgomp", "apt-get install libgomp1"),
            ("raise ImportError('no xllamacpp here')", "xllamacpp cannot be loaded", "pip install xllamacpp"),
            ("import os; os.kill(os.getpid(), 9)", "too little memory", "0.5b"),
            ("import os; os._exit(9)", "status 9", "See"),
            ("import time; time.sleep(60)", "not ready after 2 s", "smaller model"),
        ],
    )
    def test_runtime_that_does_not_start(
        self, stand_in: str, message: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "xllamacpp.py").write_text(stand_in)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        file = tmp_path / "model.gguf"
        file.write_bytes(b"GGUF")
        with pytest.raises(LLMUnavailableError, match=message) as caught:
            open_server(file, run_dir=tmp_path / "run", start_timeout_s=2 if "sleep" in stand_in else 30)
        assert hint in caught.value.hint
        until(lambda: not _children_of(os.getpid()), "a child process stays behind")

    def test_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        file = tmp_path / "model.gguf"
        file.write_bytes(b"GGUF")
        with pytest.raises(LLMUnavailableError, match="cannot be used"):
            open_server(file, run_dir=file / "run")

    def test_container_share_of_processors_counts(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        quota = tmp_path / "cpu.max"
        monkeypatch.setattr(embedded, "_CPU_QUOTA_FILE", quota)
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
        assert embedded._usable_cpus() == 16
        quota.write_text("250000 100000\n")
        assert embedded._usable_cpus() == 2
        quota.write_text("50000 100000\n")
        assert embedded._usable_cpus() == 1
        quota.write_text("max 100000\n")
        assert embedded._usable_cpus() == 16
