"""What a streamed answer tells and how fast it comes: one line, asked for twice, from our own prompt."""

from __future__ import annotations

import secrets
from typing import Any

from resume_rag.doctor.findings import Check, Status
from resume_rag.doctor.server import ModelServer, Reply
from resume_rag.prompt import build_response_format, build_wire_schema, render_line_messages
from resume_rag.schema import Fact, Slot

NAMES = ("stream_usage", "request_metrics", "cached_tokens", "first_token", "speed")
_ROLES = {"system": "system", "human": "user", "ai": "assistant"}
_SLOW_FIRST_TOKEN_S = 10.0
_MIN_TOKENS = 8
_LINE = "Was responsible for packing and labelling around 90 parcels a day by hand, and for the returns of three customers"


async def examine_streams(server: ModelServer) -> tuple[Check, ...]:
    """Streams a line from a prompt that no cache can hold, then the same again."""
    messages = _fresh_messages()
    response_format = build_response_format(build_wire_schema(["w0h0"]))
    asked: dict[str, Any] = {"response_format": response_format, "max_completion_tokens": server.target.output_tokens}
    fresh = await server.ask_stream(messages, **asked)
    again = await server.ask_stream(messages, **asked)
    return (
        _check_usage(fresh),
        _check_metrics(fresh),
        _check_cache(again),
        _check_first_token(fresh, again),
        _check_speed(fresh, server.target.output_tokens, server.target.timeout_s),
    )


def _fresh_messages() -> list[dict[str, str]]:
    fact = Fact(id="w0h0", path="work[0].highlights[0]", text=_LINE, section="work", locked=False)
    slot = Slot(path=fact.path, original=fact.text, fact_ids=(fact.id,), target_ids=())
    rendered = [{"role": _ROLES[message.type], "content": str(message.content)} for message in render_line_messages(slot, fact, [], [])]
    # In front of everything: no block of a prefix cache has seen it.
    rendered[0]["content"] = f"Session {secrets.token_hex(8)}.\n{rendered[0]['content']}"
    return rendered


def _check_usage(reply: Reply) -> Check:
    tokens = reply.usage.get("completion_tokens")
    if not tokens:
        hint = "The server or a router before it ignores stream_options; tokens of streamed answers stay uncounted."
        return Check(name="stream_usage", status="warn", seen="no token counts at the end of a stream", hint=hint)
    seen = f"{reply.usage.get('prompt_tokens')} + {tokens} tokens, at the end of the stream"
    if reply.counted_pieces > 1:
        hint = (
            "resume-rag counts them once; clients that add the pieces up count too many: start vLLM without --enable-force-include-usage."
        )
        return Check(name="stream_usage", status="pass", seen=f"{seen}, and so far in every piece", hint=hint)
    return Check(name="stream_usage", status="pass", seen=seen)


def _check_metrics(reply: Reply) -> Check:
    told = reply.fields.get("metrics") or reply.fields.get("timings")
    if not isinstance(told, dict):
        hint = "Start vLLM with --enable-per-request-metrics: it tells the engine's time from the network's."
        return Check(name="request_metrics", status="warn", seen="the answer does not say what the engine spent on it", hint=hint)
    names = {"time_to_first_token_ms": "first_token_ms", "prompt_ms": "first_token_ms", "queue_time_ms": "queue_ms"}
    figures = {ours: round(float(told[theirs]), 1) for theirs, ours in names.items() if isinstance(told.get(theirs), int | float)}
    seen = ", ".join(f"{name.removesuffix('_ms').replace('_', ' ')} {value:,.0f} ms" for name, value in figures.items())
    return Check(name="request_metrics", status="pass", seen=f"the engine's own: {seen or 'times of another kind'}", figures=figures)


def _check_cache(again: Reply) -> Check:
    prompt, cached = int(again.usage.get("prompt_tokens") or 0), again.cached_tokens
    if cached is None:
        hint = "Start vLLM with --enable-prompt-tokens-details to see whether the prefix cache works."
        return Check(name="cached_tokens", status="warn", seen="the usage does not say what came from the cache", hint=hint)
    if not cached:
        hint = "Start vLLM with --enable-prefix-caching: every line of a resume is read from its beginning without it."
        return Check(name="cached_tokens", status="warn", seen="the same prompt again, and nothing came from the cache", hint=hint)
    seen = f"the same prompt again: {cached:,} of {prompt:,} tokens from the cache"
    return Check(name="cached_tokens", status="pass", seen=seen, figures={"cached_tokens": cached, "prompt_tokens": prompt})


def _check_first_token(fresh: Reply, again: Reply) -> Check:
    if not fresh.moments_s or not again.moments_s:
        return Check(name="first_token", status="fail", seen="the stream ended without a word", hint="See the server's log.")
    first_s, again_s = fresh.moments_s[0], again.moments_s[0]
    slow = first_s > _SLOW_FIRST_TOKEN_S
    return Check(
        name="first_token",
        status="warn" if slow else "pass",
        seen=f"{first_s:.2f} s with a prompt it has not read before, {again_s:.2f} s with the same again",
        hint="The machine is slow or busy: lower RESUME_RAG_MAX_IN_FLIGHT, or raise RESUME_RAG_DEADLINE_S." if slow else "",
        figures={"first_token_fresh_s": round(first_s, 3), "first_token_cached_s": round(again_s, 3)},
    )


def _check_speed(reply: Reply, output_tokens: int, timeout_s: float) -> Check:
    tokens = reply.usage.get("completion_tokens") or len(reply.moments_s)
    spent_s = reply.moments_s[-1] - reply.moments_s[0] if reply.moments_s else 0.0
    if tokens < _MIN_TOKENS or spent_s <= 0:
        return Check(name="speed", status="skip", seen=f"an answer of {tokens} tokens is too short to tell")
    speed = (tokens - 1) / spent_s
    longest_s = output_tokens / speed
    status: Status = "pass" if longest_s < timeout_s else "warn"
    hint = "" if status == "pass" else "The longest answer takes longer than one may: raise RESUME_RAG_LLM_TIMEOUT_S."
    seen = f"{speed:.1f} tokens/s in one stream ({tokens} tokens)"
    return Check(name="speed", status=status, seen=seen, hint=hint, figures={"tokens_per_s": round(speed, 2)})
