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

import httpx
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import AnyHttpUrl

from resume_rag import Settings, build_chain
from resume_rag.benchmark.prefix_cache import count_cached_tokens
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
        self.asked: list[list[BaseMessage]] = []

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        self.asked.append(reorder(input, self._order))
        return self._llm.invoke(self.asked[-1], config, **kwargs, extra_body={"cache_salt": self._order})


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


def measure(server: RunningVllm, order: str, count: int, at_once: int) -> tuple[ServingReport, Ordered]:
    """One run, which begins with an empty cache; what was asked comes with it."""
    llm = build_llm(base_url=server.base_url, name=server.model, api_key=None, timeout_s=300, temperature=0, seed=0, max_output_tokens=32)
    ordered = Ordered(llm, order)
    with build_chain(Settings(llm_base_url=AnyHttpUrl(server.base_url), **_SETTINGS), llm=ordered) as chain:
        return measure_serving(chain, build_mixed_requests(count), at_once=at_once), ordered


def tokenize(server: RunningVllm, prompts: Sequence[Sequence[BaseMessage]]) -> list[list[int]]:
    """The prompts as the engine reads them."""
    with httpx.Client(timeout=60) as client:
        bodies = [{"model": server.model, "messages": [_as_chat(message) for message in prompt]} for prompt in prompts]
        return [client.post(f"{server.url}/tokenize", json=body).raise_for_status().json()["tokens"] for body in bodies]


def _as_chat(message: BaseMessage) -> dict[str, str]:
    return {"role": {"system": "system", "human": "user", "ai": "assistant"}[message.type], "content": str(message.content)}


def main() -> None:
    told = argparse.ArgumentParser(description="Prompt tokens from the prefix cache of a real vLLM.")
    told.add_argument("--requests", type=int, default=50)
    told.add_argument("--at-once", type=int, default=4)
    told.add_argument("--blocks", type=int, nargs="+", default=[128], help="tokens of a block of the cache; on CPU multiples of 32")
    told.add_argument("--compute", type=int, nargs="*", default=[16], help="blocks to compute from the prompts: 16 is that of a GPU")
    asked = told.parse_args()
    print(f"{'order':<16}{'block':>6}{'requests':>10}{'calls':>7}{'prompt tokens':>15}{'cached':>9}{'share':>8}")
    for block in asked.blocks:
        with run_vllm(TINY, "--block-size", str(block)) as server:
            for order in ORDERS:
                found, ordered = measure(server, order, asked.requests, asked.at_once)
                counts = f"{found.requests:>10}{found.calls:>7}{found.prompt_tokens:>15,}"
                print(f"{order:<16}{block:>6}{counts}{found.cached_tokens:>9,}{found.cached_share:>8.1%}", flush=True)
                for computed in asked.compute if block == asked.blocks[0] else []:
                    prompts = tokenize(server, ordered.asked)
                    cached, total = count_cached_tokens(prompts, computed), sum(map(len, prompts))
                    print(f"{order:<16}{computed:>6}{counts}{cached:>9,}{cached / total:>8.1%}  computed", flush=True)


if __name__ == "__main__":
    main()
