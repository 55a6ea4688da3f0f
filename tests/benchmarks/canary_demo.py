"""A good version is promoted by itself, bad ones are rolled back by themselves: ``make canary-demo``.

Real parts: a gateway of two workers over a file of deployments, traffic from many candidates, the commands `resume-rag eval` and
`resume-rag rollout start`. The model servers are fakes, so that they can be bad on demand: they do well on the golden set and turn
bad in production. Prints what happens as it happens; exits 1 if it happened otherwise, or if a client saw anything of it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from resume_rag.rollout import RolloutStore
from tests.benchmarks.parts import Process, run_app
from tests.fake_vllm import MODEL, Answer, FakeVLLM, Received, shortened_reply

LIE = "Managed 800 surgeons in Peru"
LINES = (
    "Was responsible for the safety log of the night shift",
    "Was responsible for training 6 new colleagues on picking routes",
    "Responsible for planning the shifts of 14 pickers for two years",
    "Worked on counting the stock of 3 aisles each week",
    "In this role I loaded 20 trucks a night with a reach truck",
    "Responsible for checking incoming goods against delivery notes",
)
POST = "Warehouse Team Lead. Lead a team of pickers and packers. Plan shifts and keep safety records. Forklift experience required."
PACE = Answer(first_byte_s=0.02)


class Act(NamedTuple):
    """A version, how it turns out in production, and how its rollout must end."""

    name: str
    story: str
    script: Callable[[Received], Any]
    reply: Callable[[Received], dict[str, Any]]
    ends: str
    gate: str = ""


def _lie(request: Received) -> dict[str, Any]:
    return {"text": LIE, "sources": request.allowed_ids[:1]}


ACTS = (
    Act("v2-good", "as good as the stable version", lambda _: PACE, shortened_reply, "promoted"),
    Act(
        "v3-json",
        "every second answer is no valid JSON",
        lambda r: "drifted_key" if r.number % 2 else PACE,
        shortened_reply,
        "rolled_back",
        "first_try",
    ),
    Act("v4-lies", "says what the candidate never did", lambda _: PACE, _lie, "rolled_back", "fallback_lines"),
    Act(
        "v5-slow",
        "its first token comes three seconds late",
        lambda _: Answer(first_byte_s=3.0),
        shortened_reply,
        "rolled_back",
        "first_token_p95",
    ),
    Act("v6-dead", "its server answers 500", lambda _: "server_error", shortened_reply, "rolled_back", "errors"),
)


@dataclass
class Traffic:
    """Clients that ask without a pause; what they got."""

    url: str
    clients: int
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seen: dict[int, str] = field(default_factory=dict)
    number: int = 0

    async def run(self) -> None:
        """Until it is cancelled."""
        async with httpx.AsyncClient(timeout=60) as client, asyncio.TaskGroup() as group:
            for _ in range(self.clients):
                group.create_task(self._ask_on(client))

    async def _ask_on(self, client: httpx.AsyncClient) -> None:
        while True:
            self.number += 1
            who = self.number
            answer = await client.post(f"{self.url}/generate_resume", json=make_request(who))
            if answer.status_code != 200:
                self.faults.append(f"HTTP {answer.status_code}")
                continue
            body = answer.json()
            self.answers[body["versions"]["deployment"]] += 1
            if LIE in json.dumps(body["resume"]):
                self.faults.append("a lie was delivered")
            if any(line["status"] == "fallback" for line in body["lines"]):
                self.faults.append("a line was not delivered")


def make_request(who: int) -> dict[str, Any]:
    """A request of a candidate of a number."""
    work = {"name": "Harbour Lane Logistics", "position": "Warehouse Operative", "startDate": "2019-03", "highlights": list(LINES)}
    resume = {"basics": {"name": f"Candidate {who}", "email": f"candidate{who}@example.com"}, "work": [work]}
    return {"job_description": POST, "resume": resume, "top_k": 0}


class Stage:
    """The fakes, the file of deployments, the folder of rollouts, and a clock for the timeline."""

    def __init__(self, folder: Path, fakes: dict[str, FakeVLLM], steps: list[float]) -> None:
        self.folder = folder
        self.fakes = fakes
        self.store = RolloutStore(folder / "rollout")
        self.began_s = time.monotonic()
        self.told = 0
        entries = [
            {"name": name, "url": fake.base_url, "model": MODEL, "version": name, "role": "canary" if name != "v1" else "primary"}
            for name, fake in fakes.items()
        ]
        policy = {
            "steps": steps,
            "min_step_s": 2,
            "min_requests": 12,
            "check_every_s": 0.5,
            "max_step_s": 240,
            "gates": {"errors": 0.05, "first_token_p95": 2.5},
        }
        (folder / "deployments.yaml").write_text(json.dumps({"deployments": entries, "rollout": policy}))
        (folder / "metrics").mkdir()
        self.environment = {
            "RESUME_RAG_DEPLOYMENTS_FILE": str(folder / "deployments.yaml"),
            "RESUME_RAG_ROLLOUT_DIR": str(self.store.folder),
            "RESUME_RAG_CACHE_DIR": str(folder / "cache"),
            "RESUME_RAG_DRAIN_NOTICE_S": "0",
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        }

    def say(self, text: str) -> None:
        print(f"{time.monotonic() - self.began_s:7.1f} s  {text}", flush=True)

    async def call(self, *words: str) -> tuple[int, str]:
        """A command of the shell: its exit code and what it printed, on stderr only where it failed."""
        command = [sys.executable, "-m", "resume_rag.cli", *words]
        environment = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"} | self.environment
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        printed, said = await process.communicate()
        return process.returncode or 0, (printed + (said if process.returncode else b"")).decode().strip()

    def tell_history(self) -> None:
        """Prints what has been added to the history."""
        lines = self.store.read_history()
        for line in lines[self.told :]:
            gates = line.get("gates")
            counts = f" ({gates['requests_canary']} requests of it, {gates['requests_stable']} of the stable one)" if gates else ""
            self.say(f"  {line['event']:<12} {line['deployment']} at {line['share']:g} %: {line['reason']}{counts}")
        self.told = len(lines)


async def rehearse(stage: Stage, acts: tuple[Act, ...]) -> str | None:
    """The golden set for all versions, which are well as yet; what went otherwise, or None."""
    code, printed = await stage.call("rollout", "start", acts[0].name)
    if code != 2 or "golden set" not in printed:
        return "a rollout might begin without having passed the golden set"
    stage.say(f"{acts[0].name} is refused: it has not passed the golden set")
    named = [word for act in acts for word in ("--deployment", act.name)]
    code, printed = await stage.call("eval", "--golden", *named)
    print(printed)
    return None if code == 0 else "a version did not pass the golden set"


async def play(stage: Stage, act: Act, limit_s: float) -> str | None:
    """One rollout to its end; what went otherwise, or None."""
    stage.say(f"{act.name}: {act.story}")
    fake = stage.fakes[act.name]
    fake.script, fake.reply = act.script, act.reply
    code, printed = await stage.call("rollout", "start", act.name)
    if code != 0:
        return f"it could not begin: {printed[-400:]}"
    end_s = time.monotonic() + limit_s
    while time.monotonic() < end_s:
        stage.tell_history()
        state = stage.store.read_state()
        if state.phase != "running":
            stage.tell_history()
            if state.phase != act.ends:
                return f"it ended as {state.phase}, not as {act.ends}"
            return None if act.gate in state.reason else f"the reason was not {act.gate}"
        await asyncio.sleep(0.3)
    return f"it did not end within {limit_s:g} s"


async def perform(stage: Stage, gateway: Process, acts: tuple[Act, ...], limit_s: float) -> list[str]:
    """All rollouts under traffic; what went otherwise."""
    fault = await rehearse(stage, acts)
    if fault:
        return [fault]
    failures = []
    traffic = Traffic(gateway.url, clients=8)
    running = asyncio.create_task(traffic.run())
    try:
        for act in acts:
            fault = await play(stage, act, limit_s)
            if fault:
                failures.append(f"{act.name}: {fault}")
                stage.say(f"  NOT AS IT SHOULD BE: {fault}")
                await stage.call("rollout", "abort")
            if running.done():
                break
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError, BaseExceptionGroup):
            await running
    stage.say(f"traffic: {sum(traffic.answers.values())} answers, by the deployment chosen: {dict(sorted(traffic.answers.items()))}")
    failures += [f"clients saw: {fault} ({count})" for fault, count in Counter(traffic.faults).items()]
    writers = {path.name.rsplit("-", 2)[1] for path in (stage.store.folder / "samples").glob("*.json")}
    stage.say(f"workers whose samples counted in the last rollout: {len(writers)}")
    if len(writers) < 2:
        failures.append("only one worker handed in samples")
    decided = [line for line in read_log(gateway.log) if line.get("event") == "rollout"]
    stage.say(
        f"changes logged: {len(decided)}, of {sum(line['by'] == 'automatic' for line in stage.store.read_history())} automatic ones in the history"
    )
    if len(decided) != sum(line["by"] == "automatic" for line in stage.store.read_history()):
        failures.append("a change was not logged, or twice")
    return failures


def read_log(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON lines of a log."""
    for line in path.read_text(errors="replace").splitlines():
        with contextlib.suppress(ValueError):
            yield json.loads(line)


def main() -> None:
    """Play all acts."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--steps", type=lambda text: [float(step) for step in text.split(",")], default=[5, 25, 50, 100])
    arguments.add_argument("--only", action="append", choices=[act.name for act in ACTS])
    arguments.add_argument("--limit-s", type=float, default=300.0, help="longest time of one rollout")
    told = arguments.parse_args()
    acts = tuple(act for act in ACTS if not told.only or act.name in told.only)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        fakes = {
            name: stack.enter_context(FakeVLLM(script=lambda _: PACE, reply=shortened_reply, keep=0))
            for name in ("v1", *(act.name for act in acts))
        }
        stage = Stage(Path(folder), fakes, told.steps)
        with run_app("server:app", ready="/readyz", workers=2, **stage.environment) as gateway:
            stage.say(f"a gateway with two workers serves v1; a canary's steps are {', '.join(f'{step:g}' for step in told.steps)} %")
            failures = asyncio.run(perform(stage, gateway, acts, told.limit_s))
    for failure in failures:
        print(f"not as it should be: {failure}")
    print("canary-demo: as it should be" if not failures else f"canary-demo: {len(failures)} faults")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
