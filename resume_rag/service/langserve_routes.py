"""The door to LangServe: its routes under ``/resume``, behind one function. The other routes work without it.

What LangServe 0.3.3 does, and what is done about it here:

- It hands validated models on as dicts without their unknown keys: the chain gets the JSON as it came, once checked.
- It validates a batch outside its own error translation and without a cap: a dependency validates first.
- ``/stream``, ``/stream_log`` and ``/stream_events`` turn every exception into a fixed 500 event under HTTP 200, past all
  exception handlers (langserve #352). That cannot be mended from outside: typed errors in a stream are on
  ``POST /generate_resume``. The log line has the right code all the same.
- A ``config`` that is null ends as a 500: it is refused before.
- Clients can set configurable fields through the body or a hash in the path: no keys are accepted, no hashes served.
- The playground draws no usable form for a union of object, file and text: it gets two texts; the routes take all forms.
  It also prints all snapshots of a stream one after another, so its ``/stream_log`` has the last one only.
- ``/stream_log`` and ``/stream_events`` send what each step inside the chain got and gave, so the prompts and the whole texts of
  retrieved resumes, which are other people's: these routes see the chain as one step.
- sse-starlette 1.8 patches uvicorn to cut every open stream at SIGTERM: the patch is taken back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from langchain_core.callbacks import AsyncCallbackManager
from langchain_core.runnables import Runnable, RunnableBinding, RunnableConfig
from langchain_core.runnables.config import get_config_list, patch_config
from langserve import add_routes
from langserve.server import EndpointName
from pydantic import BaseModel, GetJsonSchemaHandler, RootModel, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from sse_starlette.sse import unpatch_uvicorn_signal_handler

from resume_rag.errors import InputTooLargeError
from resume_rag.schema import TailorRequest, TailorResponse
from resume_rag.service.body import read_json
from resume_rag.service.records import current_record
from resume_rag.service.runs import Runs

PATH = "/resume"

_ENDPOINTS_WITH_STEPS = ("stream_log", "stream_events")


def build_langserve_router(runs: Runs, *, max_batch: int, playground: bool) -> APIRouter:
    """LangServe's routes.

    Args:
        runs: from the JSON of a `TailorRequest` to a `TailorResponse`; its stream yields growing snapshots.
        max_batch: requests in one batch. One bad input fails all of them, and nothing comes back before the last is done.
        playground: serve the page, and the ``stream_log`` route that it needs.
    """
    unpatch_uvicorn_signal_handler()  # type: ignore[no-untyped-call]

    async def check_body(request: Request) -> None:
        await _check_body(request, max_batch)

    # On a router and not on the app: there LangServe also registers a banner for the start.
    router = APIRouter()
    page: list[EndpointName] = ["playground", "stream_log"] if playground else []
    add_routes(
        router,
        _OneStep(runs),
        path=PATH,
        config_keys=(),
        per_req_config_modifier=_add_request_id,
        enabled_endpoints=["invoke", "batch", "stream", "stream_events", "input_schema", "output_schema", "config_schema", *page],
        enable_feedback_endpoint=False,
        enable_public_trace_link_endpoint=False,
        dependencies=[Depends(check_body)],
    )
    return router


def _add_request_id(config: dict[str, Any], _: Request) -> dict[str, Any]:
    return {**config, "metadata": {**config.get("metadata", {}), "request_id": current_record().request_id}}


async def _check_body(request: Request, max_batch: int) -> None:
    if request.method != "POST":
        return
    body = await read_json(request)
    if isinstance(body, dict) and not isinstance(body.get("config", {}), dict | list):
        raise RequestValidationError([{"type": "dict_type", "loc": ("config",), "msg": "Input should be an object"}])
    if not request.url.path.endswith("/batch"):
        return
    inputs = body.get("inputs") if isinstance(body, dict) else None
    if not isinstance(inputs, list):
        raise RequestValidationError([{"type": "list_type", "loc": ("inputs",), "msg": "Input should be a valid list"}])
    if len(inputs) > max_batch:
        raise InputTooLargeError(f"A batch holds at most {max_batch} requests; this one holds {len(inputs)}.", hint="Split the batch.")
    for number, one in enumerate(inputs):
        try:
            TailorRequest.model_validate(one)
        except ValidationError as error:
            raise RequestValidationError([{**detail, "loc": ("inputs", number, *detail["loc"])} for detail in error.errors()]) from None


def _keep_json(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    validate(value)
    return value


class _TailorForm(RootModel[Annotated[TailorRequest, WrapValidator(_keep_json)]]):
    """Accepts every `TailorRequest` and keeps its JSON; draws a form of two texts."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """What the playground makes its form of."""
        texts = {
            "job_description": {"type": "string", "title": "Job post", "description": "The text of the post"},
            "resume": {"type": "string", "title": "Resume", "description": "As text, Markdown, HTML or JSON Resume"},
        }
        return {"title": "TailorRequest", "type": "object", "properties": texts, "required": list(texts)}


class _OneStep(Runnable[Any, TailorResponse]):
    """The chain as LangServe gets it: traced as one run."""

    def __init__(self, runs: Runs, input_schema: type[BaseModel] = TailorRequest) -> None:
        self.runs = runs
        self.name = "resume"
        self._input_schema = input_schema

    def get_input_schema(self, config: RunnableConfig | None = None) -> type[BaseModel]:
        """The type shown in the documentation, or drawn as a form."""
        return self._input_schema

    def get_output_schema(self, config: RunnableConfig | None = None) -> type[BaseModel]:
        """The type of the response."""
        return TailorResponse

    def with_config(self, config: RunnableConfig | None = None, **kwargs: Any) -> Runnable[Any, TailorResponse]:
        """Bound to a config: LangServe takes the playground's form and the validation of inputs from this one only."""
        return RunnableBinding(bound=_OneStep(self.runs, _TailorForm), config=config or {}, kwargs=kwargs)

    def invoke(self, input: Any, config: RunnableConfig | None = None, **_: Any) -> TailorResponse:
        """Not used by any route, and required of every Runnable."""
        raise NotImplementedError

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **_: Any) -> TailorResponse:
        """One request."""
        return await self._acall_with_config(self._run, input, config)

    async def _run(self, body: Any, run_manager: Any, config: RunnableConfig) -> TailorResponse:
        return await self.runs.ainvoke(body, config)

    async def abatch(
        self,
        inputs: list[Any],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **_: Any,
    ) -> list[TailorResponse]:
        """All, or the first error; the others are then cancelled, which LangChain's own does not do."""
        configs = get_config_list(config, len(inputs))
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self.ainvoke(one, of_one)) for one, of_one in zip(inputs, configs, strict=True)]
        except* Exception as failed:  # noqa: BLE001 - a task group wraps what it raises; this takes it out again
            raise failed.exceptions[0] from None
        return [task.result() for task in tasks]

    async def astream(self, input: Any, config: RunnableConfig | None = None, **_: Any) -> AsyncIterator[TailorResponse]:
        """Growing snapshots."""

        async def one() -> AsyncIterator[Any]:
            yield input

        async for snapshot in self._atransform_stream_with_config(one(), self._stream, config):
            yield snapshot

    async def _stream(self, inputs: AsyncIterator[Any], run_manager: Any, config: RunnableConfig) -> AsyncIterator[TailorResponse]:
        last: TailorResponse | None = None
        endpoint = config.get("metadata", {}).get("__langserve_endpoint")
        only_last = endpoint == "stream_log"
        if endpoint in _ENDPOINTS_WITH_STEPS:
            config = patch_config(config, callbacks=AsyncCallbackManager([]))
        async for one in inputs:
            async for last in self.runs.astream(one, config):
                if not only_last:
                    yield last
        if last is not None and only_last:
            yield last
