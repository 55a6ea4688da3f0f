"""Every run of the chain, whichever route asked: its place in the queue, its deadline, its end at shutdown, its record.

Knows the chain as a Runnable and nothing of HTTP. Where requests may share a run, see `coalescing`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from functools import partial
from typing import Any

import anyio
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import merge_configs

from resume_rag.errors import DeadlineExceededError, ResumeRagError
from resume_rag.schema import TailorRequest, TailorResponse
from resume_rag.service.admission import RunQueue
from resume_rag.service.coalescing import Coalescer
from resume_rag.service.draining import Drain
from resume_rag.service.records import RequestRecord, current_record
from resume_rag.service.upstream import StepTracer, UpstreamRecorder

_FINISHING_SHARE = 0.1
_MAX_FINISHING_S = 1.0


class Runs:
    """Runs the chain for routes.

    Args:
        chain: from a `TailorRequest`, or its JSON, to a `TailorResponse`; its stream yields growing snapshots.
        queue: places.
        drain: cancels what runs when the time after SIGTERM is over.
        deadline_s: longest time of a request whose record names none.
        coalescer: shares runs of identical requests; None: each has its own.
        build_tracer: for the spans of one request's steps; None: no spans.
    """

    def __init__(
        self,
        chain: Runnable[Any, TailorResponse],
        queue: RunQueue,
        drain: Drain,
        *,
        deadline_s: float,
        coalescer: Coalescer | None = None,
        build_tracer: Callable[[], StepTracer | None] = lambda: None,
    ) -> None:
        self._chain = chain
        self._queue = queue
        self._drain = drain
        self._deadline_s = deadline_s
        self._coalescer = coalescer
        self._build_tracer = build_tracer

    async def ainvoke(self, value: Any, config: RunnableConfig | None = None) -> TailorResponse:
        """The finished response.

        Raises:
            ResumeRagError: the chain's, or `OverloadedError`, `DeadlineExceededError`, `ShuttingDownError`.
        """
        if self._coalescer:
            last: TailorResponse | None = None
            async with aclosing(self.astream(value, config)) as snapshots:
                async for snapshot in snapshots:
                    last = snapshot
            if last is None:
                raise RuntimeError("the chain's stream was empty")
            return last
        record = current_record()
        ends_at_s = self._find_end(record)
        with self._limited(ends_at_s):
            async with self._queue.place():
                with self._recording(record, config, ends_at_s) as recording:
                    response = await self._chain.ainvoke(value, recording)
        record.note_response(response)
        return response

    async def astream(self, value: Any, config: RunnableConfig | None = None) -> AsyncGenerator[TailorResponse, None]:
        """Growing snapshots; closing the iterator ends the work.

        Raises:
            ResumeRagError: see `ainvoke`.
        """
        record = current_record()
        ends_at_s = self._find_end(record)
        last: TailorResponse | None = None
        async with aclosing(self._open_stream(value, config, record, ends_at_s)) as snapshots:
            while True:
                # A scope around each step and not around the loop: one may not be left open where a generator yields.
                with self._limited(ends_at_s):
                    snapshot = await anext(snapshots, None)
                if snapshot is None:
                    break
                last = snapshot
                if last.lines:
                    record.note_first_line()
                yield last
        if last is not None:
            record.note_response(last, spent=not record.coalesced)

    async def _open_stream(
        self, value: Any, config: RunnableConfig | None, record: RequestRecord, ends_at_s: float
    ) -> AsyncGenerator[TailorResponse, None]:
        own = partial(self._stream, value, config, record, ends_at_s)
        # A client with a deadline of its own would force it on the others.
        if self._coalescer is None or record.ends_at_s is not None:
            stream = own()
        else:
            request = value if isinstance(value, TailorRequest) else TailorRequest.model_validate(value)
            shared = self._coalescer.join(record.tenant, request, own)
            record.coalesced += not shared.is_leader
            stream = shared.snapshots()
        async with aclosing(stream) as snapshots:
            async for snapshot in snapshots:
                yield snapshot

    async def _stream(
        self, value: Any, config: RunnableConfig | None, record: RequestRecord, ends_at_s: float
    ) -> AsyncGenerator[TailorResponse, None]:
        async with self._queue.place():
            with self._recording(record, config, ends_at_s) as recording:
                async with aclosing(self._chain.astream(value, recording)) as snapshots:  # type: ignore[type-var]
                    async for snapshot in snapshots:
                        yield snapshot

    def _find_end(self, record: RequestRecord) -> float:
        own_s = record.began_s + self._deadline_s
        return own_s if record.ends_at_s is None else min(own_s, record.ends_at_s)

    @contextmanager
    def _limited(self, ends_at_s: float) -> Iterator[None]:
        left_s = ends_at_s - time.monotonic()
        with anyio.CancelScope(deadline=anyio.current_time() + left_s) as scope, self._drain.cancelling(scope):
            yield
        if scope.cancelled_caught:
            self._drain.check()
            raise DeadlineExceededError("The time for this request was over before it was done.")

    @contextmanager
    def _recording(self, record: RequestRecord, config: RunnableConfig | None, ends_at_s: float) -> Iterator[RunnableConfig]:
        recorder = UpstreamRecorder(self._build_tracer())
        # The chain ends a little before, with the lines it has: a resume in time is worth more than none.
        left_s = ends_at_s - time.monotonic()
        left_s -= min(_MAX_FINISHING_S, _FINISHING_SHARE * left_s)
        try:
            yield merge_configs(config, {"callbacks": [recorder], "metadata": {"deadline_s": max(0.0, left_s), "tenant": record.tenant}})
        except ResumeRagError as error:
            record.deployment = error.deployment
            raise
        finally:
            record.upstream_ms += recorder.upstream_ms
            record.prompt_chars += recorder.prompt_chars
            record.call_s += recorder.call_s
            record.first_token_s += recorder.first_token_s
            if recorder.until_first_token_ms is not None:
                record.until_first_token_ms = (record.until_first_token_ms or 0.0) + recorder.until_first_token_ms
