"""Prometheus metrics: requests, times, tokens, lines, places, GPUs.

Latencies are histograms, from which p50, p95 and p99 follow (``histogram_quantile``), and rates follow from counters. With
several workers, set ``PROMETHEUS_MULTIPROC_DIR`` to an empty folder: any worker then answers for all. What a label holds is a
route's template, a code or a name from a fixed list: never anything of a client's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from resume_rag import __version__
from resume_rag.service.admission import RunQueue
from resume_rag.service.records import RequestRecord

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FAST_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SLOW_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300)


class Metrics:
    """The metrics of one app.

    Args:
        queue: whose places are shown.
    """

    def __init__(self, queue: RunQueue) -> None:
        self._registry = registry = CollectorRegistry()

        def histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(f"resume_rag_{name}_seconds", text, labels, buckets=buckets, registry=registry)

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"resume_rag_{name}", text, labels, registry=registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"resume_rag_{name}", text, labels, registry=registry, multiprocess_mode="livesum")

        self._requests = counter("requests", "Requests answered", "route", "status", "code", "deployment")
        self._request_s = histogram("request", "From a request's coming to its answer's end", _SLOW_S, "route", "deployment")
        self._first_line_s = histogram("first_line", "From a request's coming to its first finished line", _SLOW_S, "route", "deployment")
        self._upstream_s = histogram("upstream", "Time of a request in which a call of the model was under way", _SLOW_S)
        self._call_s = histogram("call", "One call of the model", _SLOW_S)
        self._first_token_s = histogram("first_token", "From a call of the model to its first token", _SLOW_S)
        self._queue_s = histogram("queue", "Waiting for a place", _SLOW_S)
        self._overhead_s = histogram("overhead", "Time of a request that was neither the model's nor the queue's", _FAST_S)
        self._stage_s = histogram("stage", "One stage of the chain", _SLOW_S, "stage")
        self._tokens = counter("tokens", "Tokens as the model's server counts them", "kind")
        self._lines = counter("lines", "Lines by what became of them", "status")
        self._attempts = counter("lines_by_attempts", "Lines of the model that passed: at the first try, or repaired", "outcome")
        self._deployment_lines = counter(
            "deployment_lines", "Lines that a model server was asked for, and of them those it wrote", "deployment", "outcome"
        )
        self._rollouts = counter("rollout_changes", "Changes of rollouts that this gateway decided", "change")
        self._share = Gauge(
            "resume_rag_traffic_share",
            "Share of the traffic, in per cent",
            ["deployment"],
            registry=registry,
            multiprocess_mode="livemostrecent",
        )
        self._find_shares: Callable[[], Mapping[str, float]] = dict
        self._leaks = counter("leaks_blocked", "Lines refused because words came from an example or the post alone")
        self._coalesced = counter("coalesced", "Requests that shared another's run")
        running = gauge("runs_in_flight", "Runs of the chain under way")
        queued = gauge("runs_queued", "Runs that wait for a place")

        def show_places() -> None:
            running.set(queue.running)
            queued.set(queue.queued)

        queue.on_change = show_places
        self._build = gauge("build_info", "1 for each worker, labelled with its versions", "version")
        self._build.labels(__version__).set(1)
        registry.register(_GpuCollector())

    def observe_request(self, record: RequestRecord, route: str, duration_s: float) -> None:
        """One request that has been answered, or left."""
        self._requests.labels(route, str(record.status), record.code, record.deployment).inc()
        self._request_s.labels(route, record.deployment).observe(duration_s)
        if record.first_line_ms is not None:
            self._first_line_s.labels(route, record.deployment).observe(record.first_line_ms / 1000)
        for call_s in record.call_s:
            self._call_s.observe(call_s)
        for first_token_s in record.first_token_s:
            self._first_token_s.observe(first_token_s)
        if record.coalesced:
            self._coalesced.inc(record.coalesced)
        if not record.responses:
            return
        self._queue_s.observe(record.queue_ms / 1000)
        self._upstream_s.observe(record.upstream_ms / 1000)
        if record.responses == 1 and not record.coalesced:
            self._overhead_s.observe(max(0.0, duration_s - (record.upstream_ms + record.queue_ms) / 1000))
        for stage, ms in record.timings_ms.items():
            self._stage_s.labels(stage).observe(ms / 1000)
        for kind, count in record.tokens.items():
            if kind.endswith("_tokens"):
                self._tokens.labels(kind.removesuffix("_tokens")).inc(count)
        for status, count in record.lines.items():
            self._lines.labels(status).inc(count)
        for outcome, count in record.attempts.items():
            self._attempts.labels(outcome).inc(count)
        for (name, outcome), count in record.deployment_lines.items():
            self._deployment_lines.labels(name, outcome).inc(count)
        self._leaks.inc(record.leaks_blocked)
        self._set_shares()

    def show_shares(self, find_shares: Callable[[], Mapping[str, float]]) -> None:
        """Shows what this gives, a share in per cent for each deployment, from now on."""
        self._find_shares = find_shares
        self._set_shares()

    def observe_rollout(self, change: str) -> None:
        """A rollout has been changed by this process."""
        self._rollouts.labels(change).inc()
        self._set_shares()

    def _set_shares(self) -> None:
        for name, share in self._find_shares().items():
            self._share.labels(name).set(share)

    def render(self) -> bytes:
        """All metrics in Prometheus' text format; of all workers, where they share a folder."""
        self._set_shares()
        registry = CollectorRegistry()
        try:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        except ValueError:  # there is no such folder, so there is one worker
            return generate_latest(self._registry)
        registry.register(_GpuCollector())
        return generate_latest(registry)

    def close(self) -> None:
        """Takes this process out of the gauges that the others still serve."""
        try:
            MultiProcessCollector(CollectorRegistry())  # type: ignore[no-untyped-call]
        except ValueError:
            return
        mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]


class _GpuCollector(Collector):
    """What NVIDIA's library says of the GPUs when it is asked; nothing at all where there is none."""

    def collect(self) -> Iterator[Metric]:
        """One family for each figure."""
        try:
            import pynvml
        except ImportError:
            return
        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError:
            return
        try:
            yield from _read_gpus(pynvml)
        except pynvml.NVMLError:
            return
        finally:
            pynvml.nvmlShutdown()


def _read_gpus(nvml: Any) -> Iterator[Metric]:
    handles = {str(number): nvml.nvmlDeviceGetHandleByIndex(number) for number in range(nvml.nvmlDeviceGetCount())}
    figures: dict[str, tuple[str, Callable[[Any], float]]] = {
        "utilisation_ratio": ("Share of time in which the GPU worked", lambda gpu: nvml.nvmlDeviceGetUtilizationRates(gpu).gpu / 100),
        "memory_used_bytes": ("GPU memory in use", lambda gpu: nvml.nvmlDeviceGetMemoryInfo(gpu).used),
        "memory_total_bytes": ("GPU memory", lambda gpu: nvml.nvmlDeviceGetMemoryInfo(gpu).total),
    }
    for name, (text, read) in figures.items():
        family = GaugeMetricFamily(f"resume_rag_gpu_{name}", text, labels=["gpu"])
        for number, gpu in handles.items():
            family.add_metric([number], read(gpu))
        yield family
