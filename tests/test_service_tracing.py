"""Spans and traces: what an OpenTelemetry backend gets, and what goes on to the model's server."""

from typing import Any

import pytest
from langchain_core.runnables import RunnableLambda
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from resume_rag.errors import LLMTimeoutError
from resume_rag.llm import build_llm
from resume_rag.schema import TailorResponse
from tests.fake_vllm import FakeVLLM
from tests.service_app import PLANTED, REQUEST, RESPONSE, ScriptedChain, make_service

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}


class CallingChain(ScriptedChain):
    """Runs a stage and asks a model."""

    llm: Any = None

    async def ainvoke(self, input: Any, config: Any = None, **_: Any) -> TailorResponse:
        await RunnableLambda(lambda value: value, name="intake").ainvoke(PLANTED, config)
        if self.error:
            raise self.error
        await self.llm.ainvoke(f"Write {PLANTED}", config)
        return RESPONSE


@pytest.fixture
def model() -> Any:
    with FakeVLLM() as running:
        yield running


@pytest.fixture
def chain(model: Any) -> CallingChain:
    chain = CallingChain()
    chain.llm = build_llm(base_url=model.base_url, name="m", api_key=None, timeout_s=10, temperature=0, seed=0, max_output_tokens=20)
    return chain


def collect_spans() -> tuple[TracerProvider, InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider, exporter


async def test_a_request_is_a_span_with_its_stages_and_calls_under_it(chain: CallingChain, model: Any) -> None:
    provider, exporter = collect_spans()
    service = make_service(chain=chain, hooks={"tracer_provider": provider})
    await service.post("/generate_resume", REQUEST, headers=TRACEPARENT)
    spans: dict[str, ReadableSpan] = {span.name: span for span in exporter.get_finished_spans()}
    assert set(spans) == {"POST /generate_resume", "intake", "chat m"}
    root = spans["POST /generate_resume"]
    assert root.attributes
    assert (root.attributes["http.response.status_code"], root.attributes["resume_rag.code"]) == (200, "ok")
    assert root.parent
    assert root.parent.is_remote
    for name in ("intake", "chat m"):
        parent = spans[name].parent
        assert parent
        assert parent.span_id == root.context.span_id
    call = spans["chat m"].attributes
    assert call
    assert (call["gen_ai.operation.name"], call["gen_ai.request.model"]) == ("chat", "m")
    assert call["gen_ai.usage.output_tokens"] > 0  # type: ignore[operator]
    assert {f"{span.context.trace_id:032x}" for span in spans.values()} == {TRACE}
    assert not any(PLANTED in str(span.to_json()) for span in spans.values())
    assert service.lines()[-1]["trace_id"] == TRACE
    sent = model.requests[-1].headers["traceparent"]
    assert sent.split("-")[1:3] == [TRACE, f"{root.context.span_id:016x}"]


async def test_a_failed_request_is_a_failed_span(chain: CallingChain) -> None:
    provider, exporter = collect_spans()
    chain.error = LLMTimeoutError("Slow.")
    await make_service(chain=chain, hooks={"tracer_provider": provider}).post("/generate_resume", REQUEST)
    root = exporter.get_finished_spans()[-1]
    assert root.attributes
    assert (root.attributes["error.type"], root.status.is_ok) == ("llm_timeout", False)


async def test_without_an_sdk_the_clients_trace_still_goes_on(chain: CallingChain, model: Any) -> None:
    service = make_service(chain=chain)
    await service.post("/generate_resume", REQUEST, headers=TRACEPARENT)
    assert model.requests[-1].headers["traceparent"] == TRACEPARENT["traceparent"]
    assert service.lines()[-1]["trace_id"] == TRACE
    await service.post("/generate_resume", REQUEST)
    assert "traceparent" not in model.requests[-1].headers
    assert "trace_id" not in service.lines()[-1]


async def test_the_models_share_of_a_request_is_measured(chain: CallingChain, model: Any) -> None:
    service = make_service(chain=chain)
    await service.post("/generate_resume", REQUEST)
    line = service.lines()[-1]
    assert line["prompt_chars"] == len(f"Write {PLANTED}")
    assert line["upstream_ms"] > 0
    assert line["first_token_ms"] + line["decode_ms"] == pytest.approx(line["upstream_ms"], abs=0.2)
    assert line["overhead_ms"] == pytest.approx(line["duration_ms"] - line["upstream_ms"], abs=0.3)
    metrics = (await service.get("/metrics")).text
    assert "resume_rag_call_seconds_count 1.0" in metrics
    assert "resume_rag_first_token_seconds_count 1.0" in metrics
    assert "resume_rag_upstream_seconds_count 1.0" in metrics
