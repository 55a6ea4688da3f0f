"""Many requests through the real chain against a server in its own process that misbehaves in every way it knows.

``python tests/run_chaos.py --requests 10000`` (`make chaos`) prints what each request ended in and what is left behind;
its exit status is 1 where one ended in neither a valid response nor a typed error, or past its deadline.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from resume_rag import Settings, TailorResponse, build_chain
from resume_rag.benchmark.chaos import ChaosReport, Held, measure_held, run_chaos
from resume_rag.text import find_words, fold

ROOT = Path(__file__).parents[1]
DEADLINE_S = 8.0
LLM_TIMEOUT_S = 1.5
AT_ONCE = 32

FAULTS = {
    **dict.fromkeys(
        """truncated truncated_silently whitespace_loop repetition_loop drifted_enum drifted_key objects_for_strings schema_echo
        prose_around two_fences think wrong_language refusal refusal_field empty trailing_comma rate_limited server_error unavailable
        unavailable_retry_after slow_first_byte stall reset wrong_content_type invalid_utf8""".split(),
        0.015,
    ),
    "huge": 0.003,
    "schema_refused": 0.0001,
}
"""Every fault of the fake server, about 4 calls in 10; a refused schema is rare, as it changes all that follows."""

_LINES = (
    "In this role I packed {n} parcels a day in hall {m} with a team of 5 people",
    "In this role I counted the inventory of {n} items each week",
    "Helped to train {m} new colleagues on the forklift",
    "In this role I planned the loading of {m} trucks, on time in 98 % of {n} trips",
    "In this role I answered {n} cases a month at the returns desk",
)
JOB = "Warehouse lead wanted: packing of parcels, inventory accuracy, forklift, loading of trucks, training of new colleagues."


def requests_of(count: int, seed: int) -> Iterator[dict[str, Any]]:
    draw = random.Random(seed)
    for _ in range(count):
        lines = [line.format(n=draw.randint(20, 900), m=draw.randint(2, 9)) for line in draw.sample(_LINES, 2)]
        work = {"name": "Acme Goods", "position": "Packer", "startDate": f"20{draw.randint(10, 20)}-01", "highlights": lines}
        yield {"job_description": JOB, "resume": {"basics": {"name": "Alex Bo"}, "work": [work]}}


def check_response(request: dict[str, Any], response: Any) -> list[str]:
    """The status of each line; AssertionError where the response is not what it must be whatever the server did."""
    assert isinstance(response, TailorResponse)
    assert TailorResponse.model_validate(json.loads(response.model_dump_json())) == response
    asked, got = request["resume"]["work"][0], response.resume.to_json_resume()["work"][0]
    assert {key: got[key] for key in ("name", "position", "startDate")} == {key: asked[key] for key in ("name", "position", "startDate")}
    assert len(got["highlights"]) == len(asked["highlights"])
    facts = {line.path: line for line in response.lines}
    for path, text in ((f"work[0].highlights[{index}]", text) for index, text in enumerate(got["highlights"])):
        line = facts[path]
        assert line.text == text
        assert line.sources
        said = {fold(word.text) for source in line.sources for word in find_words(source.text)}
        assert {fold(word.text) for word in find_words(text)} <= said, "a word that is not the candidate's"
    return [f"line {line.status}" + (f", {line.error_code}" if line.error_code else "") for line in response.lines]


@contextmanager
def fake_server(faults: dict[str, float], seed: int) -> Iterator[str]:
    command = [sys.executable, str(ROOT / "tests" / "fake_vllm.py"), "--faults", json.dumps(faults), "--seed", str(seed)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(timeout=20)


async def run_rounds(base_url: str, index_dir: Path, *, requests: int, rounds: int, seed: int) -> tuple[ChaosReport, list[Held]]:
    """So many requests in all through one chain; what the process held before it was opened, and after each round."""
    report = ChaosReport(DEADLINE_S, 1.0)
    held = [measure_held()]
    settings = Settings(llm_base_url=base_url, index_dir=index_dir, llm_timeout_s=LLM_TIMEOUT_S, deadline_s=DEADLINE_S, _env_file=None)
    chain = build_chain(settings)
    try:
        await chain.astart()
        for number in range(rounds):
            part = requests_of(requests // rounds, seed + number)
            report.add(await run_chaos(chain, part, check=check_response, at_once=AT_ONCE, deadline_s=DEADLINE_S))
            held.append(measure_held())
            print(f"round {number + 1} of {rounds}: {held[-1]}", file=sys.stderr, flush=True)
    finally:
        await chain.aclose()
    held.append(measure_held())
    return report, held


def run(requests: int, rounds: int, seed: int = 0) -> tuple[ChaosReport, list[Held], dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, fake_server(FAULTS, seed) as base_url:
        report, held = asyncio.run(run_rounds(base_url, Path(folder), requests=requests, rounds=rounds, seed=seed))
        seen = httpx.get(f"{base_url.removesuffix('/v1')}/fake/record", timeout=20).json()
    return report, held, seen


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--requests", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=0)
    told = arguments.parse_args()
    report, held, seen = run(told.requests, told.rounds, told.seed)
    print(report)
    print(f"the server: {seen['received']:,} calls, of which faults:")
    for name, count in sorted(seen["sent"].items(), key=lambda pair: -pair[1]):
        print(f"  {name:<36}{count:>8,}")
    print(f"  {'clients that left before the end':<36}{seen['clients_left']:>8,}; still served at the end: {seen['in_flight']}")
    print("held by the process (MiB, sockets, threads, tasks):")
    for number, moment in enumerate(held):
        if number in (0, 1, len(held) // 2, len(held) - 2, len(held) - 1):
            name = {0: "before", len(held) - 1: "after closing"}.get(number, f"after round {number}")
            mib = "?" if moment.resident_mib is None else f"{moment.resident_mib:.0f}"
            print(f"  {name:<36}{mib:>8}{moment.sockets if moment.sockets is not None else '?':>6}{moment.threads:>6}{moment.tasks:>6}")
    return int(report.defects > 0 or report.late > 0)


if __name__ == "__main__":
    sys.exit(main())
