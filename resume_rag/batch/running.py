"""Rows through a chain on one event loop, a bounded number at a time; a fault of one row is that row's result."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any, NamedTuple

from langchain_core.runnables import Runnable

from resume_rag.batch.files import Row
from resume_rag.errors import ResumeRagError
from resume_rag.schema import TailorResponse


class Result(NamedTuple):
    """What became of a row: ``response`` or ``error``, as JSON."""

    id: str
    key: str
    response: dict[str, Any] | None = None
    error: dict[str, Any] | None = None

    @property
    def outcome(self) -> dict[str, Any]:
        """The one that there is, under its name."""
        return {"error": self.error} if self.response is None else {"response": self.response}


async def arun_rows(chain: Runnable[Any, TailorResponse], rows: Iterable[Row], *, at_once: int) -> AsyncIterator[Result]:
    """Results as they come, in any order; rows are taken from the iterable only as places become free.

    Args:
        chain: takes the JSON of a request.
        rows: what to do.
        at_once: rows in work at the same time.
    """
    waiting = iter(rows)
    running: set[asyncio.Task[Result]] = set()
    try:
        while True:
            while len(running) < at_once and (row := next(waiting, None)) is not None:
                running.add(asyncio.create_task(arun_row(chain, row)))
            if not running:
                return
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def arun_row(chain: Runnable[Any, TailorResponse], row: Row) -> Result:
    """One row; raises nothing."""
    try:
        response = await chain.ainvoke(row.request)
    except ResumeRagError as error:
        said = {"code": error.code, "message": error.message, "hint": error.hint, "retryable": error.retryable}
        return Result(row.id, row.key, error=said)
    except Exception as error:  # noqa: BLE001 - the boundary: one row's fault is not the others'
        # Its text may quote a resume.
        said = {"code": "internal_error", "message": f"A defect ended this row ({type(error).__name__}).", "hint": "", "retryable": False}
        return Result(row.id, row.key, error=said)
    return Result(row.id, row.key, response=response.model_dump(mode="json", exclude_none=True))
