"""Rows through chains on a Ray cluster (extra ``batch``): each worker builds one chain and works on a few rows at once.

Rows and results travel as JSON, so no worker needs more of this than the package and the way to the model server. The one
door for Ray.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable

from resume_rag.batch.files import Row
from resume_rag.batch.running import Result, arun_rows
from resume_rag.errors import InputError, LLMUnavailableError

if TYPE_CHECKING:
    from resume_rag.schema import TailorResponse

BuildChain = Callable[[], "Runnable[Any, TailorResponse]"]

_BLOCKS_A_WORKER = 4
"""Rows come back a block at a time: small blocks lose little at a crash, and keep the workers evenly busy."""


class RowWorker:
    """What runs in each of Ray's workers.

    Args:
        build_chain: called once; must survive pickling.
        at_once: rows in work at the same time.
    """

    def __init__(self, build_chain: BuildChain, at_once: int) -> None:
        self._chain = build_chain()
        self._at_once = at_once

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[str]]:
        """A column of rows in JSON to a column of results in JSON."""
        rows = [Row(**json.loads(text)) for text in batch["row"]]
        return {"result": [json.dumps(result._asdict()) for result in asyncio.run(self._run(rows))]}

    async def _run(self, rows: list[Row]) -> list[Result]:
        return [result async for result in arun_rows(self._chain, rows, at_once=self._at_once)]


def run_on_ray(build_chain: BuildChain, rows: Iterable[Row], *, workers: int, at_once: int, address: str | None = None) -> Iterator[Result]:
    """Results as their blocks are done, in any order.

    Args:
        build_chain: makes the chain of a worker; must survive pickling.
        rows: what to do; all are read before the work begins.
        workers: chains in the cluster.
        at_once: rows that each works on at the same time.
        address: of a cluster that runs (``auto``: the one on this machine); None: one of this process's own.

    Raises:
        InputError: Ray is not installed.
        LLMUnavailableError: there is no cluster at the address.
    """
    try:
        import ray
        import ray.data
    except ImportError:
        raise InputError("Ray is not installed.", hint='pip install "resume-rag[batch]", or leave out --ray-workers.') from None
    texts = [{"row": json.dumps(row._asdict())} for row in rows]
    if not texts:
        return
    _start(ray, address, workers)
    try:
        # Whoever calls shows progress; its own log would stand between.
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        ray.data.DataContext.get_current().enable_progress_bars = False
        blocks = min(len(texts), max(workers * _BLOCKS_A_WORKER, len(texts) // at_once))
        results = ray.data.from_items(texts, override_num_blocks=blocks).map_batches(
            RowWorker,
            batch_size=None,
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=1,
            fn_constructor_kwargs={"build_chain": build_chain, "at_once": at_once},
        )
        for found in results.iter_rows():
            yield Result(**json.loads(found["result"]))
    finally:
        ray.shutdown()


def _start(ray: Any, address: str | None, workers: int) -> None:
    own = {} if address else {"num_cpus": workers, "include_dashboard": False}
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, ignore_reinit_error=True, **own)
    except (ConnectionError, ValueError) as error:
        raise LLMUnavailableError(
            f"There is no Ray cluster at {address} ({type(error).__name__}).",
            hint="Start one with `ray start --head`, or leave --ray-address out.",
        ) from None
