"""`capacity`: what a card can do with a model, for a person or as JSON.

Knows nothing of how it is computed; everything shown is in the plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resume_rag.cli.exits import UseError

if TYPE_CHECKING:
    from rich.console import Console

    from resume_rag.capacity import CapacityPlan, MemoryPlan

_BAR_CHARS = 40
_VERDICT_STYLES = {"fits": "green", "one stream": "green", "one stream, at the limit": "yellow", "only in total": "yellow"}


def capacity(
    gpu: Annotated[str, typer.Option(help="The card: rtx3090, rtx4090, a10, l4, a100-80gb, h100-80gb.")] = "rtx3090",
    model: Annotated[str, typer.Option(help="The model: llama-8b, llama-3b, mistral-7b, qwen-7b.")] = "llama-8b",
    precision: Annotated[str, typer.Option(help="awq, gptq or fp16.")] = "awq",
    prompt: Annotated[int, typer.Option(help="Tokens of a request's prompt.", min=1, max=131072)] = 2000,
    output: Annotated[int, typer.Option(help="Tokens of its answer.", min=1, max=131072)] = 500,
    efficiency: Annotated[float, typer.Option(help="Share of the ceilings that an engine reaches (assumed).", min=0.05, max=1)] = 0.75,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON.")] = False,
) -> None:
    """Compute what a card can do: memory plan, requests at once, ceilings, and what to make of the usual claims.

    \b
    Examples:
      resume-rag capacity --gpu rtx3090 --model llama-8b --precision awq
      resume-rag capacity --precision fp16 --prompt 2000 --output 500 --json
    """
    from resume_rag.capacity import plan_capacity
    from resume_rag.capacity.hardware import GPUS, MODELS, PRECISIONS

    known_by_option = {"--gpu": (gpu, list(GPUS)), "--model": (model, list(MODELS)), "--precision": (precision, list(PRECISIONS))}
    for option, (given, known) in known_by_option.items():
        if given not in known:
            raise UseError(f"{option} {given} is not known.", hint=f"One of: {', '.join(known)}.")
    if prompt + output > MODELS[model].context_tokens:
        raise UseError(f"{model} takes {MODELS[model].context_tokens} tokens of prompt and answer.", hint="Lower --prompt or --output.")
    plan = plan_capacity(gpu, model, precision, prompt_tokens=prompt, output_tokens=output, efficiency=efficiency)
    if as_json:
        typer.echo(plan.model_dump_json(indent=2))
        return
    from resume_rag.cli.terminal import open_console

    print_plan(open_console("stdout"), plan)


def print_plan(console: Console, plan: CapacityPlan) -> None:
    """The plan as a person wants to read it."""
    from rich.text import Text

    from resume_rag.cli.terminal import print_heading, print_wrapped

    print_heading(console, f"{plan.model} in {plan.precision.upper()} on {plan.gpu}")
    _print_memory(console, plan.memory)
    console.print()
    for name, value in _figures(plan):
        print_wrapped(console, value, indent=20, mark=name, mark_style="bold")
    print_heading(console, "What people expect, and what physics allows")
    for expectation in plan.expectations:
        style = _VERDICT_STYLES.get(expectation.verdict, "red")
        print_wrapped(console, Text.assemble((expectation.claim, "bold"), ": ", (expectation.verdict, style)))
        print_wrapped(console, expectation.why, indent=4)
    console.print()
    sources = "; ".join(dict.fromkeys(plan.sources.values()))
    print_wrapped(console, f"Computed, not measured. Sources: {sources}.", style="dim")


def _print_memory(console: Console, memory: MemoryPlan) -> None:
    from rich.text import Text

    from resume_rag.cli.terminal import marks_of, print_wrapped

    marks = marks_of(console)
    rows = (
        ("weights", memory.weights, "cyan"),
        ("one step", memory.activations, "magenta"),
        ("CUDA, graphs", memory.runtime, "magenta"),
        ("KV cache", max(0.0, memory.kv_cache), "green"),
        ("kept free", memory.kept_free, "dim"),
    )
    done = 0.0
    for name, size, style in rows:
        start, end = (min(_BAR_CHARS, round(_BAR_CHARS * at / memory.total)) for at in (done, done + size))
        done += size
        bar = Text.assemble((marks.empty * start, "dim"), (marks.full * (end - start), style), (marks.empty * (_BAR_CHARS - end), "dim"))
        print_wrapped(console, Text.assemble(f"{name:<14}", bar, f" {_gib(size):>9}"))
    if memory.kv_cache <= 0:
        print_wrapped(console, f"Does not fit: {_gib(-memory.kv_cache)} too much.", style="bold red")


def _figures(plan: CapacityPlan) -> list[tuple[str, str]]:
    kv = f"{plan.kv_bytes_per_token / 1024:.0f} KiB a token; {plan.kv_tokens:,} tokens fit"
    requests = f"{plan.concurrent_requests} of {plan.prompt_tokens} + {plan.output_tokens} tokens"
    if plan.concurrent_by_memory > plan.concurrent_requests:
        requests += f" (the memory holds {plan.concurrent_by_memory}, --max-num-seqs is {plan.concurrent_requests})"
    figures = [
        ("Weights", f"{plan.parameters:,} parameters, {plan.memory.weights / 1e9:.2f} GB"),
        ("KV cache", kv),
        ("Requests at once", requests),
    ]
    if not plan.fits:
        return figures
    share = f"{plan.efficiency:.0%}"
    return [
        *figures,
        ("Reading a prompt", f"at least {plan.prefill_s:.2f} s"),
        (
            "One stream",
            f"at most {plan.single.tokens_per_s:.0f} tokens/s (bound by {plan.single.bound_by}); "
            f"at {share} of it {plan.expected_single_tokens_per_s:.0f}",
        ),
        (
            f"{plan.batched.streams} streams",
            f"at most {plan.batched.tokens_per_s:.0f} tokens/s together (bound by {plan.batched.bound_by}); "
            f"at {share} of it {plan.expected_batched_tokens_per_s:.0f}",
        ),
        (
            "One request alone",
            f"in one stream at least {plan.single_request_s:.1f} s, at {share} {plan.expected_single_request_s:.1f} s; as "
            f"{plan.fanned_out_lines} lines side by side at least {plan.fanned_out_request_s:.1f} s, at {share} "
            f"{plan.expected_fanned_out_request_s:.1f} s",
        ),
    ]


def _gib(size: float) -> str:
    return f"{size / 2**30:.1f} GiB"
