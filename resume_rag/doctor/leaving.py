"""Whether the engine stops when the client leaves: a long answer is begun and left, streamed and whole.

Seen from outside: vLLM's ``num_requests_running`` and ``_waiting`` at /metrics, llama.cpp's slots. The answer must have been under
way, and would have gone on for much longer; other people's requests on the same server make it impossible to tell.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from resume_rag.doctor.findings import Check
from resume_rag.doctor.server import ModelServer
from resume_rag.errors import ResumeRagError

NAMES = ("disconnect",)
_LONG_TOKENS = 2000
_POLL_S = 0.02
_PATIENCE_S = 10.0
_SETTLE_S = 1.0
_MESSAGES = [{"role": "user", "content": "Count from one to ten thousand, in words, and leave nothing out."}]


async def examine_leaving(server: ModelServer) -> tuple[Check, ...]:
    """Begins a long answer and leaves it, in both ways."""
    before = await server.count_running()
    if before is None:
        hint = "Ask the engine itself and not a router: vLLM shows it at /metrics."
        return (Check(name="disconnect", status="warn", seen="the server does not show what it is busy with", hint=hint),)
    # The doctor's own last answer may still be counted for a moment.
    if before > 0 and await _await_idle(server, _SETTLE_S) is None:
        hint = "Run it again when nobody else uses the server."
        return (Check(name="disconnect", status="skip", seen="requests of others are running", hint=hint),)
    figures: dict[str, float] = {}
    for name, leave in (("streamed", _leave_stream), ("whole", _leave_whole)):
        if not await leave(server):
            return (Check(name="disconnect", status="skip", seen=f"the {name} answer was over before it could be left"),)
        stopped_s = await _await_idle(server, _PATIENCE_S)
        if stopped_s is None:
            hint = "Something between here and the engine keeps the connection open; each client that leaves costs a whole answer."
            seen = f"{_PATIENCE_S:g} s after the client left, the {name} answer is still being written"
            return (Check(name="disconnect", status="fail", seen=seen, hint=hint),)
        figures[f"{name}_stopped_after_s"] = round(stopped_s, 3)
    seen = " and ".join(f"a {name.split('_')[0]} answer stopped within {value:.2f} s" for name, value in figures.items())
    return (Check(name="disconnect", status="pass", seen=f"{seen} of the client's leaving", figures=figures),)


def _long(server: ModelServer) -> dict[str, Any]:
    # An extension of both engines: without it a model may be done too soon.
    further = {} if server.engine == "unknown" else {"ignore_eos": True}
    most = server.context_tokens // 2 if server.context_tokens else _LONG_TOKENS
    return {"max_completion_tokens": min(_LONG_TOKENS, most), **further}


async def _leave_stream(server: ModelServer) -> bool:
    """Reads two pieces and leaves; whether the answer was under way."""
    async with server.open_stream(_MESSAGES, **_long(server)) as events:
        spoken = 0
        async for event in events:
            choice = (event.get("choices") or [{}])[0]
            spoken += bool((choice.get("delta") or {}).get("content"))
            if choice.get("finish_reason"):
                return False
            if spoken >= 2:
                return True
    return False


async def _leave_whole(server: ModelServer) -> bool:
    """Waits until the engine is busy with it, and cancels; whether the answer was under way."""
    asking = asyncio.create_task(server.ask(_MESSAGES, **_long(server)))
    try:
        while not asking.done():
            if await server.count_running():
                return not asking.done()
            await asyncio.sleep(_POLL_S)
        return False
    finally:
        asking.cancel()
        # Its error, if it had one, is no news here: the answer was not under way.
        await asyncio.gather(asking, return_exceptions=True)


async def _await_idle(server: ModelServer, patience_s: float) -> float | None:
    """Seconds until the engine has nothing to do; None where it goes on for longer than it is waited for."""
    start_s = time.monotonic()
    while time.monotonic() - start_s < patience_s:
        try:
            if await server.count_running() == 0:
                return time.monotonic() - start_s
        except ResumeRagError:  # a busy engine may be late with its metrics
            pass
        await asyncio.sleep(_POLL_S)
    return None
