"""What a card can do with a model: memory plan, requests at once, and the most tokens a second that physics allows.

Decoding reads every weight, and the keys and values of every stream, once for each step; so a step takes at least those
bytes divided by the memory's bandwidth, and at least its arithmetic divided by the card's operations a second (the
"roofline": Williams, Waterman, Patterson 2009). Both bounds are ceilings: real engines stay below, by how much is told by
one assumption, ``efficiency``. Nothing here is measured.

Pure functions. Knows nothing of vLLM beyond how it divides memory, and nothing of what a request is about.
"""

from __future__ import annotations

import math
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from resume_rag.capacity.hardware import (
    GIB,
    GPUS,
    MODELS,
    PRECISIONS,
    Gpu,
    ModelShape,
    count_kv_bytes_per_token,
    count_read_bytes,
    count_weight_bytes,
)

MEMORY_SHARE = 0.92
"""vLLM's own default of ``--gpu-memory-utilization`` (0.33: ``vllm/config/cache.py``)."""
RUNTIME_BYTES = GIB
"""Assumption: CUDA context, CUDA graphs and the allocator's waste."""
MAX_SEQS = 32
MAX_BATCHED_TOKENS = 4096
EFFICIENCY = 0.75
"""Assumption: the share of both ceilings that a good engine reaches; 0.6 to 0.8 are usual."""
LINE_TOKENS = 40
"""Tokens of one line with its JSON, where an answer is asked for line by line."""

Verdict = Literal["fits", "one stream", "one stream, at the limit", "only in total", "not at all"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MemoryPlan(_Frozen):
    """Where the card's memory goes, in bytes. ``kv_cache`` is what is left; below 0 the model does not fit."""

    total: float
    weights: float
    activations: float
    runtime: float
    kv_cache: float
    kept_free: float


class Ceiling(_Frozen):
    """The most that one number of streams can do."""

    streams: int
    tokens_per_s: float = Field(description="Of all streams together")
    bound_by: Literal["memory", "arithmetic"]


class Expectation(_Frozen):
    """A figure that people expect, and what physics says to it."""

    claim: str
    verdict: Verdict
    why: str


class CapacityPlan(_Frozen):
    """The answer of `plan_capacity`. Times and rates are ceilings unless the name says ``expected``."""

    gpu: str
    model: str
    precision: str
    prompt_tokens: int
    output_tokens: int
    efficiency: float
    parameters: int
    memory: MemoryPlan
    kv_bytes_per_token: int
    kv_tokens: int
    concurrent_requests: int = Field(description="Whole requests (prompt and output) that the cache holds, at most 32")
    concurrent_by_memory: int = Field(description="The same without the limit of --max-num-seqs")
    prefill_s: float
    single: Ceiling
    batched: Ceiling
    single_request_s: float = Field(description="One request alone, its output in one stream")
    fanned_out_request_s: float = Field(description="One request alone, its output as lines of 40 tokens side by side")
    fanned_out_lines: int
    expected_single_tokens_per_s: float
    expected_batched_tokens_per_s: float
    expected_single_request_s: float
    expected_fanned_out_request_s: float
    sources: dict[str, str]
    expectations: tuple[Expectation, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether at least one request fits beside the weights."""
        return self.concurrent_by_memory > 0


def plan_capacity(
    gpu: str, model: str, precision: str, *, prompt_tokens: int, output_tokens: int, efficiency: float = EFFICIENCY
) -> CapacityPlan:
    """Memory, concurrency and ceilings of one model on one card.

    Args:
        gpu: a key of `GPUS`.
        model: a key of `MODELS`.
        precision: a key of `PRECISIONS`.
        prompt_tokens: prompt of a request, 1 or more.
        output_tokens: answer of a request, 1 or more.
        efficiency: share of the ceilings for the figures named ``expected``, above 0 to 1.

    Raises:
        KeyError: the name is not known.

    >>> plan = plan_capacity("rtx3090", "llama-8b", "fp16", prompt_tokens=2000, output_tokens=500)
    >>> round(plan.single.tokens_per_s), plan.concurrent_requests
    (61, 18)
    """
    plan = _plan(gpu, model, precision, prompt_tokens, output_tokens, efficiency)
    return plan.model_copy(update={"expectations": tuple(_judge_expectations(plan))})


def _plan(gpu: str, model: str, precision: str, prompt_tokens: int, output_tokens: int, efficiency: float) -> CapacityPlan:
    card, shape = GPUS[gpu], MODELS[model]
    memory = plan_memory(card, shape, precision)
    kv_bytes = count_kv_bytes_per_token(shape)
    kv_tokens = max(0, math.floor(memory.kv_cache / kv_bytes))
    by_memory = kv_tokens // (prompt_tokens + output_tokens)
    # On average half of the output stands in the cache.
    context = prompt_tokens + output_tokens / 2
    single = find_ceiling(card, shape, precision, streams=1, context_tokens=context)
    batched = find_ceiling(card, shape, precision, streams=max(1, min(by_memory, MAX_SEQS)), context_tokens=context)
    prefill_s = prefill_seconds(card, shape, prompt_tokens)
    lines = max(1, min(MAX_SEQS, math.ceil(output_tokens / LINE_TOKENS)))
    per_line = output_tokens / lines
    fanned = find_ceiling(card, shape, precision, streams=lines, context_tokens=prompt_tokens + per_line / 2)
    single_s = prefill_s + output_tokens / single.tokens_per_s
    fanned_s = prefill_s + output_tokens / fanned.tokens_per_s
    return CapacityPlan(
        gpu=gpu,
        model=model,
        precision=precision,
        prompt_tokens=prompt_tokens,
        output_tokens=output_tokens,
        efficiency=efficiency,
        parameters=shape.parameters,
        memory=memory,
        kv_bytes_per_token=kv_bytes,
        kv_tokens=kv_tokens,
        concurrent_requests=min(by_memory, MAX_SEQS),
        concurrent_by_memory=by_memory,
        prefill_s=prefill_s,
        single=single,
        batched=batched,
        single_request_s=single_s,
        fanned_out_request_s=fanned_s,
        fanned_out_lines=lines,
        expected_single_tokens_per_s=efficiency * single.tokens_per_s,
        expected_batched_tokens_per_s=efficiency * batched.tokens_per_s,
        expected_single_request_s=single_s / efficiency,
        expected_fanned_out_request_s=fanned_s / efficiency,
        sources={"gpu": card.source, "model": shape.source, "precision": PRECISIONS[precision].source},
    )


def plan_memory(card: Gpu, shape: ModelShape, precision: str) -> MemoryPlan:
    """How vLLM divides a card: its share of the memory, less weights, less what a step needs; the rest is the cache.

    Activations: the widest point of a layer at a full step, gate and up projection plus hidden states and residuals.
    """
    total = card.vram_gib * GIB
    weights = count_weight_bytes(shape, PRECISIONS[precision])
    activations = 2.0 * MAX_BATCHED_TOKENS * (2 * shape.feed_forward + 4 * shape.hidden)
    kv_cache = MEMORY_SHARE * total - weights - activations - RUNTIME_BYTES
    return MemoryPlan(
        total=total,
        weights=weights,
        activations=activations,
        runtime=RUNTIME_BYTES,
        kv_cache=kv_cache,
        kept_free=(1 - MEMORY_SHARE) * total,
    )


def find_ceiling(card: Gpu, shape: ModelShape, precision: str, *, streams: int, context_tokens: float) -> Ceiling:
    """The most tokens a second of ``streams`` decoding side by side, each with ``context_tokens`` in the cache.

    >>> find_ceiling(GPUS["rtx3090"], MODELS["llama-8b"], "fp16", streams=1, context_tokens=0).bound_by
    'memory'
    """
    read_bytes = count_read_bytes(shape, PRECISIONS[precision]) + streams * context_tokens * count_kv_bytes_per_token(shape)
    memory_s = read_bytes / (card.bandwidth_gb_s * 1e9)
    arithmetic_s = streams * _operations_per_token(shape) / (card.fp16_tflops * 1e12)
    return Ceiling(
        streams=streams,
        tokens_per_s=streams / max(memory_s, arithmetic_s),
        bound_by="memory" if memory_s >= arithmetic_s else "arithmetic",
    )


def prefill_seconds(card: Gpu, shape: ModelShape, prompt_tokens: int) -> float:
    """Least time to read a prompt: two operations for each weight and token (attention's own, a few per cent, left out)."""
    return prompt_tokens * _operations_per_token(shape) / (card.fp16_tflops * 1e12)


def _operations_per_token(shape: ModelShape) -> float:
    unused = 0 if shape.tied_embeddings else shape.embedding_weights
    return 2.0 * (shape.parameters - unused)


# --- what people expect ---


def _judge_expectations(plan: CapacityPlan) -> list[Expectation]:
    judged = []
    for precision, low, high in (("fp16", 90, 120), ("awq", 150, 200)):
        same = precision == plan.precision
        asked = plan if same else _plan(plan.gpu, plan.model, precision, plan.prompt_tokens, plan.output_tokens, plan.efficiency)
        judged.append(judge_rate(asked, low, high))
    return [*judged, judge_latency(plan, 3.0, 4.0), judge_concurrency(plan, 4, 8)]


def judge_rate(plan: CapacityPlan, low: int, high: int) -> Expectation:
    """Whether a range of tokens a second can be one stream's or only the sum of several."""
    claim = f"{low} to {high} tokens/s in {plan.precision.upper()}"
    one, expected = plan.single.tokens_per_s, plan.expected_single_tokens_per_s
    if not plan.fits:
        return Expectation(claim=claim, verdict="not at all", why="The model does not fit on the card.")
    at_most = f"one stream: at most {one:.0f} by memory bandwidth, about {expected:.0f} at {plan.efficiency:.0%} of it"
    if expected >= low:
        beyond = "" if one >= high else f"; {high} is out of reach of one stream"
        return Expectation(claim=claim, verdict="one stream", why=f"{at_most}{beyond}.")
    needed = [_streams_for(plan, goal) for goal in (low, high)]
    if one >= low:
        beyond = "" if one >= high else f", {high} from {needed[1]} streams together" if needed[1] else f", {high} never"
        return Expectation(claim=claim, verdict="one stream, at the limit", why=f"{at_most}{beyond}.")
    if needed[0] is None:
        return Expectation(claim=claim, verdict="not at all", why=f"{at_most}; {low} is out of reach of all streams together too.")
    top = f", {high} from {needed[1]}" if needed[1] else f", {high} never"
    return Expectation(claim=claim, verdict="only in total", why=f"{at_most}; {low} needs {needed[0]} streams together{top}.")


def _streams_for(plan: CapacityPlan, goal: float) -> int | None:
    """The fewest streams whose expected sum reaches ``goal``."""
    card, shape = GPUS[plan.gpu], MODELS[plan.model]
    context = plan.prompt_tokens + plan.output_tokens / 2
    for streams in range(1, plan.concurrent_requests + 1):
        ceiling = find_ceiling(card, shape, plan.precision, streams=streams, context_tokens=context)
        if plan.efficiency * ceiling.tokens_per_s >= goal:
            return streams
    return None


def judge_latency(plan: CapacityPlan, low_s: float, high_s: float) -> Expectation:
    """Whether a median time for a whole request can be one stream's, or only that of lines written side by side."""
    claim = f"p50 of {low_s:.0f} to {high_s:.0f} s for {plan.output_tokens} tokens in {plan.precision.upper()}"
    one = f"in one stream at least {plan.single_request_s:.1f} s, about {plan.expected_single_request_s:.1f} s in practice"
    fanned = (
        f"as {plan.fanned_out_lines} lines side by side at least {plan.fanned_out_request_s:.1f} s, "
        f"about {plan.expected_fanned_out_request_s:.1f} s in practice"
    )
    verdict: Verdict = "not at all"
    if not plan.fits:
        return Expectation(claim=claim, verdict=verdict, why="The model does not fit on the card.")
    if plan.expected_single_request_s <= high_s:
        verdict = "one stream"
    elif plan.single_request_s <= high_s:
        verdict = "one stream, at the limit"
    elif plan.fanned_out_request_s <= high_s:
        verdict = "only in total"
    return Expectation(claim=claim, verdict=verdict, why=f"On an idle card: {one}; {fanned}.")


def judge_concurrency(plan: CapacityPlan, low: int, high: int) -> Expectation:
    """Whether the cache holds that many requests, and what each of them gets."""
    claim = f"{low} to {high} requests at once in {plan.precision.upper()}"
    if plan.concurrent_requests < low:
        return Expectation(claim=claim, verdict="not at all", why=f"The cache holds {plan.concurrent_by_memory}.")
    card, shape = GPUS[plan.gpu], MODELS[plan.model]
    count = min(high, plan.concurrent_requests)
    each = find_ceiling(card, shape, plan.precision, streams=count, context_tokens=plan.prompt_tokens + plan.output_tokens / 2)
    side_by_side = min(MAX_SEQS, count * plan.fanned_out_lines)
    whole = find_ceiling(card, shape, plan.precision, streams=side_by_side, context_tokens=plan.prompt_tokens + LINE_TOKENS / 2)
    last_s = count * (plan.prefill_s + plan.output_tokens / whole.tokens_per_s)
    why = (
        f"The cache holds {plan.concurrent_by_memory}; {count} streams share at most {each.tokens_per_s:.0f} tokens/s, "
        f"{each.tokens_per_s / count:.0f} for each. {count} requests that arrive together, written as lines, "
        f"are done after at least {last_s:.1f} s, {count * plan.prefill_s:.1f} s of it reading prompts that share nothing."
    )
    return Expectation(claim=claim, verdict="fits", why=why)
