"""``uvicorn server:app`` as a process, with the real chain and index, and a scripted model server behind it."""

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from langserve import RemoteRunnable

from resume_rag.schema import TailorResponse

ROOT = Path(__file__).parent.parent
PLANTED = "Zibeline"
JOB = f"""Warehouse Team Lead at {PLANTED}Stores

- Lead a team of pickers and packers
- Plan shifts and keep safety records
- Forklift experience required
- SAP EWM is a plus"""
RESUME = {
    "basics": {"name": f"{PLANTED} Quist", "email": "quist@example.com"},
    "work": [
        {
            "name": "Harbour Lane Logistics",
            "position": "Warehouse Operative",
            "startDate": "2019-03",
            "endDate": "2024-08",
            "highlights": ["Trained 6 new colleagues on forklift and picking routes", "Kept the safety log of the night shift"],
        }
    ],
}
REQUEST = {"job_description": JOB, "resume": RESUME}

_SPEC = importlib.util.spec_from_file_location("fake_vllm", Path(__file__).with_name("fake_vllm.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
fake_vllm: Any = sys.modules.setdefault("fake_vllm", importlib.util.module_from_spec(_SPEC))
if not hasattr(fake_vllm, "FakeVLLM"):
    _SPEC.loader.exec_module(fake_vllm)


@dataclass
class RunningServer:
    url: str
    process: subprocess.Popen[bytes]
    log_path: Path

    def log(self) -> str:
        return self.log_path.read_text()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]

    def wait_for_line(self, **wanted: Any) -> dict[str, Any]:
        """The log line with these values; it is written a moment after the response has gone."""
        deadline_s = time.monotonic() + 60
        while time.monotonic() < deadline_s:
            for line in self.lines():
                if all(line.get(name) == value for name, value in wanted.items()):
                    return line
            time.sleep(0.05)
        pytest.fail(f"no line with {wanted}\n{self.log()}")


def start(folder: Path, llm_base_url: str, **more: Any) -> RunningServer:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"LLM_BASE_URL": llm_base_url, "INDEX_DIR": str(folder / "indexes"), "CACHE_DIR": str(folder / "cache")} | more
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("RESUME_RAG_")}
    environment = inherited | {f"RESUME_RAG_{name}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "uvicorn", "server:app", "--app-dir", str(ROOT), "--host", "127.0.0.1", "--port", str(port)]
    log_path = folder / "server.log"
    with log_path.open("wb") as log:
        # In a folder of its own, so that nobody's .env is read.
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    server = RunningServer(f"http://127.0.0.1:{port}", process, log_path)
    wait_for(server, "/healthz")
    return server


def wait_for(server: RunningServer, path: str, limit_s: float = 120) -> None:
    deadline_s = time.monotonic() + limit_s
    while time.monotonic() < deadline_s:
        assert server.process.poll() is None, server.log()
        try:
            if httpx.get(server.url + path).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"{path} was never 200\n{server.log()}")


def stop(server: RunningServer) -> int:
    if server.process.poll() is None:
        server.process.send_signal(signal.SIGTERM)
    return server.process.wait(60)


@pytest.fixture(scope="module")
def model() -> Iterator[Any]:
    with fake_vllm.FakeVLLM() as running:
        yield running


@pytest.fixture(scope="module")
def server(model: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = start(tmp_path_factory.mktemp("server"), model.base_url)
    try:
        wait_for(running, "/readyz")
        yield running
    finally:
        stop(running)


def test_ready_names_its_parts(server: RunningServer) -> None:
    components = httpx.get(f"{server.url}/readyz").json()["components"]
    assert components == {"index": "ok", "llm": "ok"}


def test_tailoring_over_http(server: RunningServer, model: Any) -> None:
    before = len(model.requests)
    answer = httpx.post(f"{server.url}/generate_resume", json=REQUEST, timeout=60)
    assert answer.status_code == 200, answer.text
    response = TailorResponse.model_validate(answer.json())
    assert response.resume.basics
    assert response.resume.basics.name == f"{PLANTED} Quist"
    assert response.lines
    assert any("SAP EWM" in gap.text for gap in response.gaps)
    assert len(model.requests) > before
    line = server.wait_for_line(request_id=answer.headers["x-request-id"])
    assert line["route"] == "/generate_resume"
    assert line["timings_ms"]["total"] > 0
    assert line["versions"]["index"]
    assert sum(line["lines"].values()) == len(response.lines)


def test_the_log_line_tells_whose_time_it_was(server: RunningServer) -> None:
    headers = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    answer = httpx.post(f"{server.url}/generate_resume", json=REQUEST, headers=headers, timeout=60)
    line = server.wait_for_line(request_id=answer.headers["x-request-id"])
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert (line["code"], line["status"], line["deployment"]) == ("ok", 200, "default")
    assert set(line["versions"]) >= {"library", "model", "prompt", "index", "schema"}
    assert set(line["timings_ms"]) == {"read_request", "intake", "match", "retrieve", "draft", "parse", "ground", "assemble", "total"}
    assert line.keys() >= {"prompt_chars", "prompt_tokens", "cached_tokens", "completion_tokens", "calls", "lines"}
    assert line.keys() >= {"duration_ms", "upstream_ms", "first_token_ms", "decode_ms", "overhead_ms"}
    assert line["duration_ms"] >= line["upstream_ms"] >= line["first_token_ms"]


def test_events_and_langserve_agree_with_the_plain_answer(server: RunningServer) -> None:
    plain = TailorResponse.model_validate(httpx.post(f"{server.url}/generate_resume", json=REQUEST, timeout=60).json())
    answer = httpx.post(f"{server.url}/generate_resume", json=REQUEST, headers={"Accept": "text/event-stream"}, timeout=60)
    events = [(name, json.loads(payload)) for name, payload in re.findall(r"event: (\w+)\ndata: (.*)\n\n", answer.text)]
    assert [name for name, _ in events[-1:]] == ["done"]
    assert {one["path"] for name, one in events if name == "line"} == {line.path for line in plain.lines}
    remote = RemoteRunnable(f"{server.url}/resume/")
    answers = [events[-1][1], remote.invoke(REQUEST), *remote.batch([REQUEST]), list(remote.stream(REQUEST))[-1]]
    for other in answers:
        response = TailorResponse.model_validate(other)
        assert (response.resume, response.gaps, response.diff) == (plain.resume, plain.gaps, plain.diff)


@pytest.mark.parametrize("resume", ["", "word", {"name": "scan.pdf", "content_base64": "JVBERi0xLjQKZ2FyYmFnZQ=="}, {"basics": {}}])
def test_bad_resumes_are_problems_with_hints(server: RunningServer, resume: Any) -> None:
    for path, body in [("/generate_resume", REQUEST | {"resume": resume}), ("/resume/invoke", {"input": REQUEST | {"resume": resume}})]:
        answer = httpx.post(server.url + path, json=body, timeout=60)
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["hint"]
        assert not answer.json()["retryable"]


def test_pages(server: RunningServer) -> None:
    for path in ["/", "/docs", "/openapi.json", "/resume/playground/", "/resume/input_schema"]:
        assert httpx.get(server.url + path).status_code == 200


def test_nothing_of_a_request_is_in_the_servers_output(server: RunningServer) -> None:
    for path, body in [("/generate_resume", REQUEST), ("/resume/stream", {"input": REQUEST}), ("/generate_resume", {"resume": PLANTED})]:
        httpx.post(f"{server.url}{path}?q={PLANTED}", json=body, timeout=60)
    last = httpx.get(f"{server.url}/{PLANTED}")
    server.wait_for_line(request_id=last.headers["x-request-id"], route="unmatched")
    assert len(server.lines()) > 4
    assert PLANTED not in server.log()


def test_without_a_model_the_port_opens_and_says_what_is_missing(tmp_path: Path) -> None:
    server = start(tmp_path, "http://127.0.0.1:9/v1")
    try:
        server.wait_for_line(event="start_failed", code="llm_unavailable")
        ready = httpx.get(f"{server.url}/readyz")
        assert ready.status_code == 503
        assert "llm_unavailable" in ready.json()["components"].values()
        assert httpx.get(f"{server.url}/healthz").status_code == 200
    finally:
        code = stop(server)
    assert code == 0
    assert "Application shutdown complete" in server.log()


def test_a_model_that_goes_and_comes_back_needs_no_restart(tmp_path: Path) -> None:
    with fake_vllm.FakeVLLM() as first:
        port = int(first.base_url.rsplit(":", 1)[1].split("/")[0])
        server = start(tmp_path, first.base_url, TOP_K=0)
        try:
            wait_for(server, "/readyz")
        except BaseException:
            stop(server)
            raise
    try:
        ready = httpx.get(f"{server.url}/readyz")
        assert (ready.status_code, ready.json()["components"]["llm"]) == (503, "llm_unavailable")
        failed = httpx.post(f"{server.url}/generate_resume", json=REQUEST, timeout=60)
        assert (failed.status_code, failed.json()["code"], failed.json()["retryable"]) == (503, "llm_unavailable", True)
        with fake_vllm.FakeVLLM(listen_port=port):
            wait_for(server, "/readyz")
            assert httpx.post(f"{server.url}/generate_resume", json=REQUEST, timeout=60).status_code == 200
    finally:
        assert stop(server) == 0


@dataclass
class Asked:
    """A request in a thread of its own, and what came of it."""

    url: str
    accept: str
    status: int = 0
    text: str = ""

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._ask, daemon=True)
        self.thread.start()

    def _ask(self) -> None:
        answer = httpx.post(f"{self.url}/generate_resume", json=REQUEST, headers={"Accept": self.accept}, timeout=60)
        self.status, self.text = answer.status_code, answer.text

    def wait(self) -> "Asked":
        self.thread.join(60)
        assert not self.thread.is_alive()
        return self

    @property
    def last_event(self) -> tuple[str, Any]:
        name, payload = re.findall(r"event: (\w+)\ndata: (.*)\n\n", self.text)[-1]
        return name, json.loads(payload)


def wait_for_calls(model: Any, count: int) -> None:
    deadline_s = time.monotonic() + 60
    while len(model.requests) < count:
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


@pytest.mark.parametrize("in_time", [True, False], ids=["done in time", "not done in time"])
def test_sigterm_drains_and_exits_with_0(tmp_path: Path, in_time: bool) -> None:
    slow = threading.Event()  # not yet at the start, which asks the model once
    with fake_vllm.FakeVLLM(script=lambda _: fake_vllm.Answer(first_byte_s=2 if in_time else 60) if slow.is_set() else None) as model:
        server = start(tmp_path, model.base_url, DRAIN_S=30 if in_time else 2, DRAIN_NOTICE_S=1, TOP_K=0, EMBEDDED_SLOTS=1)
        try:
            wait_for(server, "/readyz")
            slow.set()
            before = len(model.requests)
            asked = [Asked(server.url, accept) for accept in ("application/json", "text/event-stream", "text/event-stream")]
            wait_for_calls(model, before + 3)
            server.process.send_signal(signal.SIGTERM)
            server.wait_for_line(event="draining")
            ready = httpx.get(f"{server.url}/readyz")
            assert (ready.status_code, ready.json()["components"].get("server")) == (503, "draining")
            plain, *streams = [one.wait() for one in asked]
            assert server.process.wait(60) == 0
        finally:
            slow.clear()
            stop(server)
    if in_time:
        assert plain.status == 200
        assert [stream.last_event[0] for stream in streams] == ["done", "done"]
    else:
        assert (plain.status, json.loads(plain.text)["code"], json.loads(plain.text)["retryable"]) == (503, "shutting_down", True)
        assert [(stream.last_event[0], stream.last_event[1]["code"]) for stream in streams] == [("error", "shutting_down")] * 2
        assert len(model.wait_for_disconnects(3)) >= 3


@pytest.mark.parametrize(
    ("path", "body", "accept"),
    [
        ("/generate_resume", REQUEST, "*/*"),
        ("/generate_resume", REQUEST, "text/event-stream"),
        ("/generate_resume/batch", {"inputs": [REQUEST]}, "*/*"),
        ("/resume/invoke", {"input": REQUEST}, "*/*"),
        ("/resume/batch", {"inputs": [REQUEST]}, "*/*"),
        ("/resume/stream", {"input": REQUEST}, "*/*"),
        ("/resume/stream_events", {"input": REQUEST}, "*/*"),
        ("/resume/stream_log", {"input": REQUEST}, "*/*"),
    ],
)
def test_a_client_that_leaves_closes_every_call_of_the_model(server: RunningServer, model: Any, path: str, body: Any, accept: str) -> None:
    calls, left = len(model.requests), len(model.disconnects)
    model.script = lambda _: fake_vllm.Answer(first_byte_s=60)
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    try:
        with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1]))) as client:
            client.sendall(head.encode() + content)
            wait_for_calls(model, calls + 1)
        assert len(model.wait_for_disconnects(left + 1)) > left
        server.wait_for_line(route=path, code="client_disconnected", status=499)
        assert len(model.wait_for_disconnects(left + len(model.requests) - calls)) == left + len(model.requests) - calls
    finally:
        model.script = lambda _: None
