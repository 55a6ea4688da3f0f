"""Many requests in one: each gets its own line of the answer, a response or a problem, as soon as it is done.

A response of its own, for the reason that `events` has. Knows the chain only through `Runs`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from resume_rag.errors import ResumeRagError
from resume_rag.schema import TailorRequest, TailorResponse
from resume_rag.service.problems import Problem, render_error, render_internal_error, render_validation_error
from resume_rag.service.records import current_record
from resume_rag.service.runs import Runs

MEDIA_TYPE = "application/x-ndjson"


class BatchRequest(BaseModel):
    """Requests that have nothing to do with each other."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    inputs: tuple[dict[str, Any], ...] = Field(min_length=1, description="Each as the body of POST /generate_resume")


class BatchLine(BaseModel):
    """One line of the answer: `response` or `error`."""

    model_config = ConfigDict(frozen=True)

    index: int = Field(ge=0, description="Place in `inputs`")
    response: TailorResponse | None = Field(default=None, exclude_if=lambda value: value is None)
    error: Problem | None = Field(default=None, exclude_if=lambda value: value is None)


class BatchLines(Response):
    """Streams the lines of one batch.

    Args:
        runs: does the work.
        inputs: the JSON of requests.
        at_once: how many run at the same time; so one batch cannot fill the queue alone.
    """

    media_type = MEDIA_TYPE

    def __init__(self, runs: Runs, inputs: Sequence[Any], *, at_once: int) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self.runs = runs
        self.inputs = inputs
        self.at_once = at_once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the lines."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        places = asyncio.Semaphore(self.at_once)
        failures: list[Exception] = []

        async def run(index: int, value: Any) -> None:
            async with places:
                line, failure = await self._run(index, value)
            if failure:
                failures.append(failure)
            await send({"type": "http.response.body", "body": line.model_dump_json().encode() + b"\n", "more_body": True})

        async with asyncio.TaskGroup() as group:
            for index, value in enumerate(self.inputs):
                group.create_task(run(index, value))
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        if failures:
            # The line has said that it failed; this is for the log.
            raise failures[0]

    async def _run(self, index: int, value: Any) -> tuple[BatchLine, Exception | None]:
        try:
            return BatchLine(index=index, response=await self.runs.ainvoke(TailorRequest.model_validate(value))), None
        except ValidationError as error:
            problem, failure = render_validation_error(error), None
        except ResumeRagError as error:
            problem, failure = render_error(error), None
        except Exception as error:  # noqa: BLE001 - the boundary: one input's fault is not the others'
            problem, failure = render_internal_error(), error
        current_record().code = problem.code
        return BatchLine(index=index, error=problem), failure
