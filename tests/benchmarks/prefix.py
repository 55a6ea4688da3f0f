"""How much of the prompts a real vLLM takes from its prefix cache: ``make bench-prefix``.

50 requests of mixed candidates and posts go through the chain, four at a time, to a server that was just started. The tokenizer is
that of the embedded model, the weights are random and tiny: what is cached depends on the tokens and on the engine, not on what
is written. ``context first`` is the same with the examples in front of the rules, as retrieval prompts are often built;
``examples sorted`` is the present order with the lines of the examples in that of the alphabet, so that more requests share them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import AnyHttpUrl

from resume_rag import Settings, build_chain
from resume_rag.benchmark.serving import ServingReport, measure_serving
from resume_rag.llm import build_llm
from tests.benchmarks.mixed_requests import build_mixed_requests
from tests.benchmarks.vllm_cpu import TINY, RunningVllm, run_vllm

# A server with random weights writes to the limit, and a second attempt would show what the first already did.
_SETTINGS: dict[str, Any] = {"max_output_tokens": 32, "max_attempts": 1}
ORDERS = ("as it is", "examples sorted", "context first")


class Ordered(Runnable[Any, AIMessage]):
    """The same messages in one of the orders, with a part of the server's cache to itself."""

    def __init__(self, llm: Runnable[Any, AIMessage], order: str) -> None:
        self._llm = llm
        self._order = order

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        return self._llm.invoke(reorder(input, self._order), config, **kwargs, extra_body={"cache_salt": self._order})


def reorder(messages: Sequence[BaseMessage], order: str) -> list[BaseMessage]:
    """The style examples in the order of the alphabet, or in front of the rules."""
    at = next((n for n, message in enumerate(messages) if str(message.content).startswith("How good lines of other people")), None)
    if at is None or order == ORDERS[0]:
        return list(messages)
    if order == ORDERS[1]:
        head, *lines = str(messages[at].content).splitlines()
        return [*messages[:at], HumanMessage("\n".join([head, *sorted(lines)])), *messages[at + 1 :]]
    rules = SystemMessage(f"{messages[at].content}\n\n{messages[0].content}")
    return [rules, *messages[1:at], *messages[at + 2 :]]


def measure(server: RunningVllm, order: str, count: int, at_once: int) -> ServingReport:
    """One run, which begins with an empty cache."""
    llm = build_llm(base_url=server.base_url, name=server.model, api_key=None, timeout_s=300, temperature=0, seed=0, max_output_tokens=32)
    settings = Settings(llm_base_url=AnyHttpUrl(server.base_url), **_SETTINGS)
    with build_chain(settings, llm=Ordered(llm, order)) as chain:
        return measure_serving(chain, build_mixed_requests(count), at_once=at_once)


def main() -> None:
    told = argparse.ArgumentParser(description="Prompt tokens from the prefix cache of a real vLLM.")
    told.add_argument("--requests", type=int, default=50)
    told.add_argument("--at-once", type=int, default=4)
    told.add_argument("--blocks", type=int, nargs="+", default=[128, 32], help="tokens of a block of the cache; on CPU multiples of 32")
    asked = told.parse_args()
    print(f"{'order':<16}{'block':>6}{'requests':>10}{'calls':>7}{'prompt tokens':>15}{'cached':>9}{'share':>8}")
    for block in asked.blocks:
        with run_vllm(TINY, "--block-size", str(block)) as server:
            for order in ORDERS:
                found = measure(server, order, asked.requests, asked.at_once)
                counts = f"{found.requests:>10}{found.calls:>7}{found.prompt_tokens:>15,}{found.cached_tokens:>9,}"
                print(f"{order:<16}{block:>6}{counts}{found.cached_share:>8.1%}", flush=True)


if __name__ == "__main__":
    main()
