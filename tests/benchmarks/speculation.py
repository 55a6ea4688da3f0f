"""n-gram speculation on a real vLLM: tokens a second and answers that can be used, with it and without: ``make bench-speculation``.

A rewrite copies much of its line, so an engine that guesses the next tokens from the prompt may be right often enough to pay. The
requests of the demo and some of the labelled pairs go through the chain, one line at a time and then as many as it likes, one
attempt each, to a server with and to one without. An acceptance of the guesses is the engine's own count.
"""

from __future__ import annotations

import argparse
import json

from pydantic import AnyHttpUrl

from resume_rag import Settings, build_chain
from resume_rag.benchmark.serving import ServingReport, measure_serving
from tests.benchmarks.mixed_requests import build_demo_requests, build_mixed_requests
from tests.benchmarks.vllm_cpu import WRITING, RunningVllm, run_vllm

NGRAM = {"method": "ngram", "num_speculative_tokens": 4, "prompt_lookup_min": 8, "prompt_lookup_max": 12}


def measure(server: RunningVllm, in_flight: int, further: int) -> ServingReport:
    """The demo's three requests and so many further ones; the first request is asked twice, as the first reads the prompts."""
    settings = Settings(
        llm_base_url=AnyHttpUrl(server.base_url), max_in_flight=in_flight, max_attempts=1, llm_timeout_s=300, deadline_s=3000
    )
    requests = [*build_demo_requests(), *build_mixed_requests(further)]
    with build_chain(settings) as chain:
        chain.invoke(requests[0])
        return measure_serving(chain, requests)


def print_guesses(server: RunningVllm) -> None:
    """How many of the guessed tokens the engine took."""
    guessed, taken = (server.read_metric(f"vllm:spec_decode_num_{name}_tokens_total") for name in ("draft", "accepted"))
    if guessed:
        print(f"  guessed tokens {guessed:,.0f}, taken {taken:,.0f} ({taken / guessed:.0%})", flush=True)


def main() -> None:
    told = argparse.ArgumentParser(description="n-gram speculation, with and without.")
    told.add_argument("--model", default=WRITING)
    told.add_argument("--further", type=int, default=5, help="requests beside the three of the demo")
    told.add_argument("--in-flight", type=int, nargs="+", default=[1, 16], help="lines of a request at once")
    told.add_argument("--lookup", type=int, nargs=2, default=[NGRAM["prompt_lookup_min"], NGRAM["prompt_lookup_max"]])
    asked = told.parse_args()
    ngram = NGRAM | dict(zip(("prompt_lookup_min", "prompt_lookup_max"), asked.lookup, strict=True))
    print(f"{'':<12}{'at once':>8}{'calls':>7}{'written':>9}{'tokens/s':>10}{'usable':>9}  other outcomes")
    texts: dict[tuple[str, int], list[tuple[str, ...]]] = {}
    for name, flags in (("without", ()), ("n-gram", ("--speculative-config", json.dumps(ngram)))):
        with run_vllm(asked.model, *flags) as server:
            for in_flight in asked.in_flight:
                found = measure(server, in_flight, asked.further)
                texts[name, in_flight] = found.texts
                others = {outcome: count for outcome, count in found.outcomes.items() if outcome != "usable"}
                counts = f"{in_flight:>8}{found.calls:>7}{found.completion_tokens:>9,}{found.tokens_per_s:>10.1f}{found.usable_share:>9.1%}"
                print(f"{name:<12}{counts}  {others or ''}", flush=True)
            print_guesses(server)
    for in_flight in asked.in_flight:
        pairs = [
            (one, other)
            for without, with_it in zip(texts["without", in_flight], texts["n-gram", in_flight], strict=True)
            for one, other in zip(without, with_it, strict=True)
        ]
        print(f"{in_flight} at once: {sum(one == other for one, other in pairs)} of {len(pairs)} lines are the same in both")


if __name__ == "__main__":
    main()
