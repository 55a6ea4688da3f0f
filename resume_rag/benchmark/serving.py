"""What a model server makes of the chain's own requests: tokens from the cache, tokens a second, and answers that can be used.

Takes the Runnable and the requests; the counts are the server's own, as the responses tell them. Lines are counted by what their
*first* answer was worth only where the chain makes a single attempt at each.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.runnables import Runnable

from resume_rag.schema import TailorResponse


@dataclass
class ServingReport:
    """Sums over many requests.

    Attributes:
        draft_s: time in which lines were asked for, added up over the requests.
        wall_s: from the first request to the last answer.
        outcomes: lines that the model was asked for: ``usable``, ``refused`` by a check, or the code of the error.
        texts: the lines as they stand in the responses, by request; for comparing two runs.
    """

    requests: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    uncounted: int = 0
    draft_s: float = 0.0
    wall_s: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    texts: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def cached_share(self) -> float:
        """Of all prompt tokens, those that came from the cache; 0 to 1."""
        return self.cached_tokens / self.prompt_tokens if self.prompt_tokens else 0.0

    @property
    def tokens_per_s(self) -> float:
        """Written tokens by the time in which lines were asked for; that of one stream where one line is asked for at a time."""
        return self.completion_tokens / self.draft_s if self.draft_s else 0.0

    @property
    def usable_share(self) -> float:
        """Of the lines asked for, those whose answer could be read and passed the checks; 0 to 1."""
        asked = sum(self.outcomes.values())
        return self.outcomes["usable"] / asked if asked else 0.0

    def add(self, response: TailorResponse) -> None:
        """Takes one response's counts into this one."""
        usage = response.usage
        self.requests += 1
        self.texts.append(tuple(line.text for line in response.lines))
        if usage is None:
            return
        self.calls += usage.calls
        self.uncounted += usage.cached_tokens is None and usage.calls > 0
        self.prompt_tokens += usage.prompt_tokens or 0
        self.cached_tokens += usage.cached_tokens or 0
        self.completion_tokens += usage.completion_tokens or 0
        self.draft_s += usage.timings_ms.get("draft", 0.0) / 1000
        lost = [line.error_code or "refused" for line in response.lines if line.status == "fallback"]
        self.outcomes.update(lost)
        self.outcomes["usable"] += max(0, len(usage.attempts_by_line) - len(lost))


def measure_serving(chain: Runnable[Any, TailorResponse], requests: Sequence[Any], *, at_once: int = 1) -> ServingReport:
    """Sends every request and adds up what the responses tell.

    Args:
        chain: what is measured.
        requests: what it is asked, in this order.
        at_once: requests in flight.

    Raises:
        ResumeRagError: a request failed as a whole.
    """
    report = ServingReport()
    start_s = time.perf_counter()
    for response in chain.batch(list(requests), config={"max_concurrency": at_once}):
        report.add(response)
    report.wall_s = time.perf_counter() - start_s
    return report
