"""Many requests at once through a Runnable whose server misbehaves: what each ends in, how late, and what is left behind.

Takes the Runnable, the requests and a check of a response; knows nothing of what the chain does or how the server fails.
``tests/run_chaos.py`` (`make chaos`) brings them together.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from langchain_core.runnables import Runnable

from resume_rag.errors import ResumeRagError

_FD_DIR = Path("/proc/self/fd")
_STATM = Path("/proc/self/statm")


class Held(NamedTuple):
    """What this process holds at a moment; counts are None where the system does not tell."""

    resident_mib: float | None
    sockets: int | None
    threads: int
    tasks: int


@dataclass
class ChaosReport:
    """What a run of many requests ended in.

    Attributes:
        outcomes: ``response``, the code of a typed error, or ``DEFECT ...`` for anything else.
        details: finer counts of the responses, as the check names them.
        times_s: wall time of each request.
        late: requests that took longer than their deadline and the grace.
    """

    deadline_s: float
    grace_s: float
    outcomes: Counter[str] = field(default_factory=Counter)
    details: Counter[str] = field(default_factory=Counter)
    times_s: list[float] = field(default_factory=list)
    late: int = 0

    @property
    def defects(self) -> int:
        """Requests that ended in neither a valid response nor a typed error."""
        return sum(count for name, count in self.outcomes.items() if name.startswith("DEFECT"))

    def add(self, other: ChaosReport) -> None:
        """Takes the counts of another run into this one."""
        self.outcomes += other.outcomes
        self.details += other.details
        self.times_s += other.times_s
        self.late += other.late

    def quantile_s(self, share: float) -> float:
        """The time that this share of the requests stayed under."""
        ordered = sorted(self.times_s)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def __str__(self) -> str:
        """The table."""
        total = sum(self.outcomes.values())
        rows = [f"{total:,} requests"]
        rows += [f"  {name:<36}{count:>8,}  {100 * count / total:5.1f} %" for name, count in self.outcomes.most_common()]
        rows += ["of the responses:"] + [f"  {name:<36}{count:>8,}" for name, count in self.details.most_common()]
        times = ", ".join(f"p{100 * share:g} {self.quantile_s(share):.2f} s" for share in (0.5, 0.95, 0.99, 0.999))
        rows += [f"time: {times}, longest {max(self.times_s, default=0):.2f} s; deadline {self.deadline_s:g} s"]
        rows += [f"neither a valid response nor a typed error: {self.defects}"]
        rows += [f"later than the deadline and {self.grace_s:g} s: {self.late}"]
        return "\n".join(rows)


async def run_chaos(
    chain: Runnable[Any, Any],
    requests: Iterable[Any],
    *,
    check: Callable[[Any, Any], list[str]],
    at_once: int,
    deadline_s: float,
    grace_s: float = 1.0,
) -> ChaosReport:
    """Sends every request, so many at once, and waits for the end of each.

    Args:
        chain: what is tried; its requests are expected to end within ``deadline_s``.
        requests: what it is asked.
        check: (request, response) -> names to count; raises AssertionError for a response that is not valid.
        at_once: requests in flight.
        deadline_s: what the chain was told.
        grace_s: time beside the deadline for the work that is no waiting.
    """
    report = ChaosReport(deadline_s, grace_s)
    waiting = iter(requests)

    async def send_some() -> None:
        for request in waiting:
            start_s = time.perf_counter()
            outcome, details = await _outcome(chain, request, check, 10 * deadline_s)
            took_s = time.perf_counter() - start_s
            report.outcomes[outcome] += 1
            report.details.update(details)
            report.times_s.append(took_s)
            report.late += took_s > deadline_s + grace_s

    await asyncio.gather(*(send_some() for _ in range(at_once)))
    return report


async def _outcome(chain: Runnable[Any, Any], request: Any, check: Callable[[Any, Any], list[str]], hang_s: float) -> tuple[str, list[str]]:
    try:
        response = await asyncio.wait_for(chain.ainvoke(request), hang_s)
        return "response", check(request, response)
    except ResumeRagError as error:
        return error.code, []
    except TimeoutError:
        return "DEFECT hangs", []
    # The boundary of the measurement: whatever else comes out is what it looks for.
    except Exception as error:  # noqa: BLE001
        return f"DEFECT {type(error).__name__}", []


def measure_held() -> Held:
    """What the process holds now, after a full garbage collection."""
    gc.collect()
    resident_mib, sockets = None, None
    if _STATM.exists():
        resident_mib = int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    if _FD_DIR.exists():
        sockets = sum(_is_socket(entry) for entry in list(_FD_DIR.iterdir()))
    try:
        tasks = len(asyncio.all_tasks())
    except RuntimeError:
        tasks = 0
    return Held(resident_mib, sockets, threading.active_count(), tasks)


def _is_socket(entry: Path) -> bool:
    try:
        return str(entry.readlink()).startswith("socket:")
    except OSError:
        return False
