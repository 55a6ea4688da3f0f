"""OpenTelemetry: a span for each request, stage and call of the model, with the GenAI names; the trace goes on upstream.

The API alone is needed: without an SDK all of it does nothing but hand on a client's ``traceparent``. Spans hold ids, counts,
names of models and codes, never text.

Source of the names: OpenTelemetry semantic conventions for HTTP and for generative AI.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from opentelemetry import context, propagate, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, TracerProvider, format_trace_id
from starlette.datastructures import Headers

from resume_rag import __version__
from resume_rag.errors import ResumeRagError
from resume_rag.service.records import RequestRecord


class TracingUnavailableError(ResumeRagError):
    """Traces are wanted, and the packages that send them are not installed."""

    code = "tracing_unavailable"
    default_hint = "Install the extra: `pip install resume-rag[otel]`, or unset RESUME_RAG_TRACING."


def build_tracer_provider() -> TracerProvider:
    """A provider that sends traces to where the SDK's own ``OTEL_`` variables say.

    Raises:
        TracingUnavailableError: the extra ``otel`` is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
        from opentelemetry.sdk.trace import TracerProvider as SdkTracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise TracingUnavailableError("OpenTelemetry's SDK or its OTLP exporter is not installed.") from None
    # The variables win: they are the operator's.
    provider = SdkTracerProvider(resource=Resource({SERVICE_NAME: "resume-rag", SERVICE_VERSION: __version__}).merge(Resource.create()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


class Tracing:
    """Spans of requests.

    Args:
        provider: makes the spans; None: none are made.
    """

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self._provider = provider
        self._tracer = (provider or trace.NoOpTracerProvider()).get_tracer("resume_rag", __version__)

    @contextmanager
    def request(self, scope: Mapping[str, Any], record: RequestRecord) -> Iterator[None]:
        """While entered, all that begins belongs to this request's span, or to the client's trace where no spans are made."""
        parent = propagate.extract(Headers(raw=scope["headers"]))
        attached = context.attach(parent)
        method = str(scope["method"])
        span = self._tracer.start_span(method, parent, SpanKind.SERVER, {"http.request.method": method})
        inner = context.attach(trace.set_span_in_context(span)) if span.is_recording() else None
        trace_id = trace.get_current_span().get_span_context().trace_id
        record.trace_id = format_trace_id(trace_id) if trace_id else ""
        try:
            yield
        finally:
            _finish_request(span, scope, record)
            if inner is not None:
                context.detach(inner)
            context.detach(attached)

    def build_steps(self) -> Steps | None:
        """For the spans of one run of the chain; None where no spans are made."""
        return Steps(self._tracer) if self._provider else None

    def shutdown(self) -> None:
        """Sends what has not been sent."""
        shutdown = getattr(self._provider, "shutdown", None)
        if shutdown:
            shutdown()


class Steps:
    """Spans of the stages and model calls of one run."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer
        # Stages run on other threads, where the request's context need not be current.
        self._parent = context.get_current()
        self._open: dict[UUID, tuple[Span, float]] = {}

    def begin_stage(self, key: UUID, name: str) -> None:
        """A stage of the chain begins."""
        self._begin(key, name, SpanKind.INTERNAL, {})

    def begin_call(self, key: UUID, model: str) -> None:
        """A call of the model begins."""
        attributes = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": model}
        self._begin(key, f"chat {model}", SpanKind.CLIENT, attributes)

    def end(self, key: UUID, usage: Mapping[str, int] | None = None, error: str = "") -> None:
        """What began under this key ends."""
        span, began_s = self._open.pop(key, (None, 0.0))
        if span is None:
            return
        for name, count in (usage or {}).items():
            span.set_attribute(f"gen_ai.usage.{name}", count)
        if usage is not None:
            span.set_attribute("gen_ai.client.operation.duration", time.perf_counter() - began_s)
        if error:
            span.set_attribute("error.type", error)
            span.set_status(Status(StatusCode.ERROR))
        span.end()

    def _begin(self, key: UUID, name: str, kind: SpanKind, attributes: Mapping[str, str]) -> None:
        self._open[key] = (self._tracer.start_span(name, self._parent, kind, attributes), time.perf_counter())


def _finish_request(span: Span, scope: Mapping[str, Any], record: RequestRecord) -> None:
    if span.is_recording():
        route = str(getattr(scope.get("route"), "path", "") or "unmatched")
        span.update_name(f"{record.method} {route}")
        span.set_attributes(
            {
                "http.route": route,
                "http.response.status_code": record.status,
                "resume_rag.code": record.code,
                "resume_rag.request_id": record.request_id,
                "resume_rag.coalesced": record.coalesced,
                **{f"resume_rag.lines.{status}": count for status, count in record.lines.items()},
            }
        )
        if record.status >= 500:
            span.set_status(Status(StatusCode.ERROR))
            span.set_attribute("error.type", record.code)
    span.end()
