"""Streams for a while against the paced fake: ``make load``. Errors, memory, and the service's own share of the time.

locust runs ``deploy/locustfile.py`` from an environment of its own; this starts the servers, watches the service's memory, and
reads its ``/metrics`` at the end.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx

from tests.benchmarks.parts import ROOT, Process, run_fake, run_service

_WARM_UP_SHARE = 0.2


def read_quantile(metrics: str, name: str, share: float) -> str:
    """A bound of the bucket in which a quantile of a histogram lies, in milliseconds."""
    buckets = [(float(le), float(count)) for le, count in re.findall(rf'^{name}_bucket\{{le="([^"]+)"\}} (\S+)', metrics, re.MULTILINE)]
    total = buckets[-1][1]
    number = next(number for number, (_, count) in enumerate(buckets) if count >= share * total)
    if number == len(buckets) - 1:
        return f"over {1000 * buckets[number - 1][0]:g} ms"
    return f"at most {1000 * buckets[number][0]:g} ms"


def watch(service: Process, locust: subprocess.Popen[bytes]) -> list[float]:
    """The service's memory once a second until locust ends."""
    memory_mb = []
    while locust.poll() is None:
        memory_mb.append(service.rss_mb())
        time.sleep(1)
    return memory_mb


def count_codes(service: Process) -> Counter[str]:
    """How the service itself saw its requests end."""
    codes: Counter[str] = Counter()
    for line in service.log.read_text().splitlines():
        if '"event": "request"' in line and '"/generate_resume"' in line:
            codes[str(json.loads(line)["code"])] += 1
    return codes


def main() -> None:
    """Runs the load and writes what was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--locust", default=str(ROOT / ".bench" / "bin" / "locust"))
    parser.add_argument("--streams", type=int, default=32)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    with run_fake(first_token_s=0.2, tokens_a_s=60) as fake, run_service(fake) as service, tempfile.TemporaryDirectory() as folder:
        command = [options.locust, "-f", str(ROOT / "deploy" / "locustfile.py"), "--host", service.url, "--headless", "--only-summary"]
        command += [
            "-u",
            str(options.streams),
            "-r",
            str(options.streams),
            "-t",
            f"{int(60 * options.minutes)}s",
            "--csv",
            f"{folder}/load",
        ]
        cpu_s, began_s = service.cpu_s(), time.monotonic()
        locust = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        memory_mb = watch(service, locust)
        took_s = time.monotonic() - began_s
        metrics = httpx.get(f"{service.url}/metrics").text
        busy = (service.cpu_s() - cpu_s) / took_s
        rows = {row["Name"]: row for row in csv.DictReader(Path(f"{folder}/load_stats.csv").open())}
        failures = list(csv.DictReader(Path(f"{folder}/load_failures.csv").open()))
        codes = count_codes(service)
    settled = memory_mb[int(_WARM_UP_SHARE * len(memory_mb)) :]
    tenth = max(1, len(settled) // 10)
    first, last = sum(settled[:tenth]) / tenth, sum(settled[-tenth:]) / tenth
    sent = rows["/generate_resume"]
    write = sys.stdout.write
    write(f"{options.streams} streams, {took_s:.0f} s: {sent['Request Count']} requests, {sent['Failure Count']} failed\n")
    write(f"the service's log: {', '.join(f'{code} {count}' for code, count in codes.most_common())}\n")
    for failure in failures:
        write(f"failed {failure['Occurrences']} times: {failure['Name']}: {failure['Error']}\n")
    for name in ("first line", "whole stream"):
        write(f"{name}: p50 {rows[name]['50%']} ms, p95 {rows[name]['95%']} ms, p99 {rows[name]['99%']} ms\n")
    write(f"own overhead: p50 {read_quantile(metrics, 'resume_rag_overhead_seconds', 0.5)}, ")
    write(f"p99 {read_quantile(metrics, 'resume_rag_overhead_seconds', 0.99)}\n")
    write(f"memory after the first fifth: {first:.0f} MB, at the end {last:.0f} MB ({100 * (last / first - 1):+.1f} %); ")
    write(f"processor: {busy:.2f} cores\n")


if __name__ == "__main__":
    main()
