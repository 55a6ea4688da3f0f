"""What the model server's share of a request is: a LangChain callback that sees each call of a model begin and end.

It also sees the chain's named stages, for spans (`tracing`). It keeps counts and times, and of messages their length alone.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult

STAGES = ("intake", "match", "retrieve")
"""The steps of the chain that are told apart by name."""


class StepTracer(Protocol):
    """Takes note of steps as they begin and end; see `tracing`."""

    def begin_stage(self, key: UUID, name: str) -> None:
        """A stage of the chain begins."""

    def begin_call(self, key: UUID, model: str) -> None:
        """A call of the model begins."""

    def end(self, key: UUID, usage: Mapping[str, int] | None = None, error: str = "") -> None:
        """What began under this key ends, or fails with an error of this type."""


class UpstreamRecorder(BaseCallbackHandler):
    """Calls of one request: how many, how long each, and how long at least one was under way."""

    # On the event loop or thread that calls, not on a thread of its own: it only counts.
    run_inline = True
    raise_error = False

    def __init__(self, tracer: StepTracer | None = None) -> None:
        self.prompt_chars = 0
        self.call_s: list[float] = []
        self.first_token_s: list[float] = []
        self._first_call_s = math.inf
        self._first_token_at_s = math.inf
        self._tracer = tracer
        self._busy_s = 0.0
        self._busy_since_s = 0.0
        self._began_s: dict[UUID, float] = {}
        self._lock = threading.Lock()

    @property
    def upstream_ms(self) -> float:
        """Milliseconds in which at least one call was under way, calls that have not ended included."""
        with self._lock:
            running_s = time.perf_counter() - self._busy_since_s if self._began_s else 0.0
            return 1000 * (self._busy_s + running_s)

    @property
    def until_first_token_ms(self) -> float | None:
        """Milliseconds from the beginning of the first call to the first token of any; None where no server said one."""
        return 1000 * (self._first_token_at_s - self._first_call_s) if self._first_token_at_s < math.inf else None

    def on_chat_model_start(self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **kwargs: Any) -> None:
        """A call begins."""
        with self._lock:
            now_s = time.perf_counter()
            if not self._began_s:
                self._busy_since_s = now_s
            self._began_s[run_id] = now_s
            self._first_call_s = min(self._first_call_s, now_s)
            self.prompt_chars += sum(len(message.content) for message in messages[0] if isinstance(message.content, str))
        if self._tracer:
            options = kwargs.get("invocation_params") or {}
            self._tracer.begin_call(run_id, str(options.get("model") or options.get("model_name") or ""))

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """A call has an answer."""
        self._note_first_token(run_id, _read_first_token_s(response.generations))
        self._end_call(run_id)
        if self._tracer:
            self._tracer.end(run_id, _read_usage(response.generations))

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """A call failed or was cancelled."""
        self._end_call(run_id)
        if self._tracer:
            self._tracer.end(run_id, error=type(error).__name__)

    def on_chain_start(self, serialized: dict[str, Any], inputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """A step of the chain begins."""
        if self._tracer and kwargs.get("name") in STAGES:
            self._tracer.begin_stage(run_id, str(kwargs["name"]))

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """A step of the chain ends."""
        if self._tracer:
            self._tracer.end(run_id)

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """A step of the chain fails."""
        if self._tracer:
            self._tracer.end(run_id, error=type(error).__name__)

    def _note_first_token(self, run_id: UUID, after_s: float | None) -> None:
        with self._lock:
            if after_s is not None and run_id in self._began_s:
                self.first_token_s.append(after_s)
                self._first_token_at_s = min(self._first_token_at_s, self._began_s[run_id] + after_s)

    def _end_call(self, run_id: UUID) -> None:
        with self._lock:
            began_s = self._began_s.pop(run_id, None)
            if began_s is None:
                return
            now_s = time.perf_counter()
            self.call_s.append(now_s - began_s)
            if not self._began_s:
                self._busy_s += now_s - self._busy_since_s


def _read_first_token_s(generations: Sequence[Sequence[Any]]) -> float | None:
    first = generations[0][0] if generations and generations[0] else None
    after_ms = first.message.response_metadata.get("first_token_ms") if isinstance(first, ChatGeneration) else None
    return None if after_ms is None else after_ms / 1000


def _read_usage(generations: Sequence[Sequence[Any]]) -> Mapping[str, int]:
    first = generations[0][0] if generations and generations[0] else None
    usage = getattr(first.message, "usage_metadata", None) if isinstance(first, ChatGeneration) else None
    return {name: usage[name] for name in ("input_tokens", "output_tokens")} if usage else {}
