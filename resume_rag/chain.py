"""The order of the stages, and the one place that knows all parts.

request -> intake -> facts -> targets -> examples -> draft (ask, read, check, re-ask) -> response. `build_chain` gives a LangChain
`Runnable` with ``invoke``, ``ainvoke``, ``batch``, ``stream`` and ``astream``; a stream yields growing snapshots of the response,
one for each line that has passed its check. Parts that are slow to open (embeddings, index, model server) are opened
at first use and shared by all requests.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar, cast

from langchain_core.callbacks import AsyncCallbackManagerForChainRun, CallbackManager, CallbackManagerForChainRun
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import (
    get_callback_manager_for_config,
    merge_configs,
    patch_config,
    run_in_executor,
    set_config_context,
)
from pydantic import ValidationError

import resume_rag
from resume_rag.assembly import arrange_highlights, assemble_response, assemble_resume
from resume_rag.backends import Backends, build_deployments
from resume_rag.drafting import MAX_EMBEDDED_DEPARTURE, Limits, LLMRunnable, Outcome, arun_lines, run_lines, select_slots, sum_usage
from resume_rag.embedding import OnnxEmbeddings
from resume_rag.errors import DeadlineExceededError, IndexNotFoundError, InputError, InputTooLargeError, ResumeRagError
from resume_rag.facts import find_document_facts
from resume_rag.grounding import CODES, check_line
from resume_rag.index import ExampleIndex, build_index, open_index, redact_shown
from resume_rag.intake import LabelQuestion, read_resume
from resume_rag.matching import estimate_coverage, find_targets, match_targets
from resume_rag.model_files import Progress
from resume_rag.parsing import LineParser, parse_json
from resume_rag.paths import find_leaves
from resume_rag.prompt import PROMPT_VERSION, build_label_schema, build_wire_schema, render_label_messages
from resume_rag.retrieval import ExampleSelector
from resume_rag.rollout import Assignment, RolloutStore, Router, Sample
from resume_rag.schema import (
    Candidate,
    Context,
    Finding,
    Slot,
    TailorRequest,
    TailorResponse,
    Targets,
    Versions,
)
from resume_rag.settings import Settings
from resume_rag.text import find_words, squeeze

MIN_JOB_WORDS = 5
MIN_JOB_CHARS = 20
LABEL_TIMEOUT_S = 20.0

T = TypeVar("T")
# The same lines of the same examples are shown again and again, and this took as long as all the rest before the first call.
_redact_shown = lru_cache(maxsize=1024)(redact_shown)
_log = logging.getLogger("resume_rag.chain")


class _Clock:
    """Milliseconds by stage of one request."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._lock = threading.Lock()
        self.timings_ms: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            took_ms = 1000 * (time.perf_counter() - start)
            with self._lock:  # lines are read and checked in threads
                self.timings_ms[name] = self.timings_ms.get(name, 0.0) + took_ms

    def timing(self, name: str, step: Callable[..., T]) -> Callable[..., T]:
        """The step, its time counted to a stage."""

        def timed(*args: Any) -> T:
            with self.stage(name):
                return step(*args)

        return timed

    def read(self) -> dict[str, float]:
        total = 1000 * (time.perf_counter() - self._start)
        return {name: round(value, 1) for name, value in {**self.timings_ms, "total": total}.items()}


class _Run(NamedTuple):
    """One request, ready to be drafted."""

    context: Context
    slots: tuple[Slot, ...]
    clock: _Clock
    index_version: str
    assignment: Assignment


class TailorChain(Runnable[TailorRequest | dict[str, Any], TailorResponse]):
    """The whole way from a request to a response.

    Use `build_chain`. Close it (or use it as a context manager) to let go of the embedded model's server.
    """

    name = "resume_rag"

    def __init__(
        self, settings: Settings, *, llm: LLMRunnable | None = None, on_progress: Progress | None = None, deployment: str | None = None
    ) -> None:
        self.settings = settings
        self._on_progress = on_progress
        self._embeddings = OnnxEmbeddings()
        self._opening_index = threading.RLock()
        self._index: ExampleIndex | None = None
        self._selector: ExampleSelector | None = None
        deployments = build_deployments(settings, deployment)
        self._backends = Backends(settings, deployments, llm=llm, on_progress=on_progress)
        # One deployment alone takes no part in a rollout: nothing it does there may count.
        has_rollouts = settings.deployments_file is not None and deployment is None
        self.router = Router(deployments, RolloutStore(settings.rollout_dir) if has_rollouts else None)
        self._stages: tuple[tuple[str, Callable[[Any], Any]], ...] = (
            ("read_request", self._read_request),
            ("intake", self._read_candidate),
            ("match", self._match),
            ("retrieve", self._retrieve),
        )

    @property
    def InputType(self) -> type[TailorRequest]:  # noqa: N802
        """The request; a dict of the same shape is accepted as well."""
        return TailorRequest

    @property
    def OutputType(self) -> type[TailorResponse]:  # noqa: N802
        """The response."""
        return TailorResponse

    # --- LangChain's ways in ---

    def invoke(self, input: TailorRequest | dict[str, Any], config: RunnableConfig | None = None, **kwargs: Any) -> TailorResponse:
        """The finished response.

        Raises:
            ResumeRagError: see `resume_rag.errors`.
        """
        return self._call_with_config(self._invoke, input, config, **kwargs)

    async def ainvoke(self, input: TailorRequest | dict[str, Any], config: RunnableConfig | None = None, **kwargs: Any) -> TailorResponse:
        """`invoke` on the event loop; cancelling it cancels the calls in flight."""
        return await self._acall_with_config(self._ainvoke, input, config, **kwargs)

    def stream(
        self, input: TailorRequest | dict[str, Any], config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[TailorResponse]:
        """Growing snapshots: the first as soon as the examples are there, then one a finished line; the last is whole."""
        yield from self._transform_stream_with_config(iter([input]), self._transform, config, **kwargs)

    async def astream(
        self, input: TailorRequest | dict[str, Any], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[TailorResponse]:
        """`stream` on the event loop."""

        async def inputs() -> AsyncIterator[TailorRequest | dict[str, Any]]:
            yield input

        async for snapshot in self._atransform_stream_with_config(inputs(), self._atransform, config, **kwargs):
            yield snapshot

    def _invoke(
        self, input: TailorRequest | dict[str, Any], run_manager: CallbackManagerForChainRun, config: RunnableConfig
    ) -> TailorResponse:
        for snapshot in self._snapshots(input, _child_config(config, run_manager), last_only=True):
            response = snapshot
        return response

    async def _ainvoke(
        self, input: TailorRequest | dict[str, Any], run_manager: AsyncCallbackManagerForChainRun, config: RunnableConfig
    ) -> TailorResponse:
        async for snapshot in self._asnapshots(input, _child_config(config, run_manager), last_only=True):
            response = snapshot
        return response

    def _transform(
        self, inputs: Iterator[TailorRequest | dict[str, Any]], run_manager: CallbackManagerForChainRun, config: RunnableConfig
    ) -> Iterator[TailorResponse]:
        for value in inputs:
            yield from self._snapshots(value, _child_config(config, run_manager), last_only=False)

    async def _atransform(
        self, inputs: AsyncIterator[TailorRequest | dict[str, Any]], run_manager: AsyncCallbackManagerForChainRun, config: RunnableConfig
    ) -> AsyncIterator[TailorResponse]:
        async for value in inputs:
            async for snapshot in self._asnapshots(value, _child_config(config, run_manager), last_only=False):
                yield snapshot

    # --- the order ---

    def _snapshots(self, value: Any, config: RunnableConfig, *, last_only: bool) -> Iterator[TailorResponse]:
        run = self._prepare(value, config, _Clock())
        progress = _Assembly(run)
        if not last_only:
            yield progress.snapshot(self._versions(run))
        if run.slots:
            with run.clock.stage("draft"), self._noting(run) as finished:
                llm, *others = self._open_route(run.assignment)
                keywords = self._line_keywords(run, config)
                for outcome in run_lines(run.slots, run.context, llm, others=others, on_outcome=finished.append, **keywords):
                    progress.add(outcome)
                    if not last_only:
                        yield progress.snapshot(self._versions(run))
        yield progress.finish(self._versions(run))

    async def _asnapshots(self, value: Any, config: RunnableConfig, *, last_only: bool) -> AsyncIterator[TailorResponse]:
        # Its time runs from here, and not from when a thread is free for it.
        run = await run_in_executor(config, self._prepare, value, config, _Clock())
        progress = _Assembly(run)
        if not last_only:
            yield progress.snapshot(self._versions(run))
        if run.slots:
            with run.clock.stage("draft"), self._noting(run) as finished:
                llm, *others = await run_in_executor(config, self._open_route, run.assignment)
                keywords = self._line_keywords(run, config)
                lines = arun_lines(run.slots, run.context, llm, others=others, on_outcome=finished.append, **keywords)
                try:
                    async for outcome in lines:
                        progress.add(outcome)
                        if not last_only:
                            yield progress.snapshot(self._versions(run))
                finally:
                    await cast(Any, lines).aclose()
        yield progress.finish(self._versions(run))

    def _prepare(self, value: Any, config: RunnableConfig, clock: _Clock) -> _Run:
        if clock.read()["total"] / 1000 > self.settings.deadline_s:
            raise DeadlineExceededError("The time for the whole request was used up before its work began.")

        manager = get_callback_manager_for_config(config)
        for name, step in self._stages:
            with clock.stage(name), _child_run(config, manager, name, value) as run:
                value = run(step, value)
        context: Context = value
        kept = frozenset(f"{role}.highlights[{number}]" for role, order in arrange_highlights(context).items() for number in order)
        slots = select_slots(context, max_rewrites=self.settings.max_rewrites, kept=kept)
        # A caller that knows whose request it is, such as the service, says so in the metadata.
        tenant = str(config.get("metadata", {}).get("tenant", ""))
        assignment = self.router.assign(tenant=tenant, candidate=_identify(context.targets.candidate))
        return _Run(context, slots, clock, self._index.manifest.source_digest[:12] if self._index else "", assignment)

    def _read_request(self, value: Any) -> TailorRequest:
        request = read_request(value)
        job = request.job_description
        if len(job) > self.settings.max_job_chars:
            raise InputTooLargeError(
                f"The job post has {len(job):,} characters; at most {self.settings.max_job_chars:,} are read.",
                hint="Give the post alone, without the page around it, or raise RESUME_RAG_MAX_JOB_CHARS.",
            )
        if sum(1 for _ in find_words(job)) < MIN_JOB_WORDS and len(job.strip()) < MIN_JOB_CHARS:
            raise InputError("The job post is too short to tell what it asks for.", hint="Give the text of the whole job post.")
        return request

    def _read_candidate(self, request: TailorRequest) -> Candidate:
        document = read_resume(
            request.resume,
            max_chars=self.settings.max_resume_chars,
            max_file_bytes=self.settings.max_file_bytes,
            label=self._label_lines,
        )
        return Candidate(request=request, document=document, facts=find_document_facts(document))

    def _match(self, candidate: Candidate) -> Targets:
        targets = find_targets(candidate.request.job_description)
        asked = self._embeddings.embed_texts([squeeze(target.text) for target in targets])
        held = self._embeddings.embed_texts([squeeze(fact.text) for fact in candidate.facts])
        matched = match_targets(
            targets,
            candidate.facts,
            (asked @ held.T).tolist(),
            today=datetime.now(UTC).date(),
            resume=candidate.document.resume,
        )
        return Targets(
            candidate=candidate,
            supported=tuple(target for target in matched if not target.is_gap),
            gaps=tuple(target for target in matched if target.is_gap),
        )

    def _retrieve(self, targets: Targets) -> Context:
        request = targets.candidate.request
        top_k = self.settings.top_k if request.top_k is None else request.top_k
        if top_k == 0:
            return Context(targets=targets)
        examples, abstained = self._open_selector().select(
            job_text=request.job_description,
            resume_text=targets.candidate.document.source.text,
            top_k=top_k,
            min_score=self.settings.min_score,
        )
        shown = tuple(each.model_copy(update={"lines": _redact_shown(each.lines, each.text)}) for each in examples)
        return Context(targets=targets, examples=shown, abstained=abstained)

    # --- what a line needs ---

    def _line_keywords(self, run: _Run, config: RunnableConfig) -> dict[str, Any]:
        settings = self.settings
        request = run.context.targets.candidate.request
        embedded = self._backends.find_server(run.assignment.route[0])
        elapsed_s = run.clock.read()["total"] / 1000
        # A caller with less time than the settings give, such as the service, says so in the metadata.
        deadline_s = min(settings.deadline_s, float(config.get("metadata", {}).get("deadline_s", settings.deadline_s)))
        return {
            "check": run.clock.timing("ground", _line_check(run.context)),
            "parse": run.clock.timing("parse", _parse_line),
            "limits": Limits(
                max_attempts=settings.max_attempts,
                max_output_tokens=settings.max_output_tokens,
                max_prompt_tokens=settings.max_prompt_tokens,
                max_rewrites=settings.max_rewrites,
                max_in_flight=min(settings.max_in_flight, settings.embedded_slots) if embedded is not None else settings.max_in_flight,
                llm_timeout_s=settings.llm_timeout_s,
                max_departures=tuple(self._max_departure(name) for name in run.assignment.route),
            ),
            "deadline_s": max(0.0, deadline_s - elapsed_s),
            "config": merge_configs(config, {"metadata": {"request_digest": _digest(run.context.targets.candidate)}}),
            "share_cache": embedded.spread_cache if embedded is not None else None,
            "temperature": settings.temperature,
            "seed": settings.seed if request.seed is None else request.seed,
        }

    def _max_departure(self, deployment: str) -> float:
        if self.settings.max_departure is not None:
            return self.settings.max_departure
        return MAX_EMBEDDED_DEPARTURE if self._backends.is_embedded(deployment) else 1.0

    def _label_lines(self, questions: Sequence[LabelQuestion]) -> list[str | None]:
        """Ask the model to choose one of the given labels for each piece of a heading line; it writes nothing."""
        labels: list[str | None] = []
        try:
            # Whose heading it is is not known yet. One model is enough: without it there is a default.
            first, *others = self.router.assign(tenant="", candidate="").route
            llm = self._backends.open_guarded(first) if others else self._backends.open(first)
            for question in questions:
                answer = llm.invoke(
                    render_label_messages(question.text, question.labels),
                    json_schema=build_label_schema(question.labels),
                    max_tokens=24,
                    timeout=LABEL_TIMEOUT_S,
                )
                reason = answer.response_metadata.get("finish_reason")
                label = dict(parse_json(str(answer.content), finish_reason=reason).value).get("label")
                labels.append(label if label in question.labels else None)
        except (ResumeRagError, ValueError, TypeError):
            # A label is a courtesy of the model; intake has a default for each.
            _log.info("labels_unavailable", extra={"questions": len(questions)})
        return labels + [None] * (len(questions) - len(labels))

    def _versions(self, run: _Run) -> Versions:
        return Versions(
            library=resume_rag.__version__,
            deployment=run.assignment.route[0] if run.slots else "",
            model=self._backends.find_model_name(run.assignment.route[0]) if run.slots else "",
            prompt=PROMPT_VERSION,
            index=run.index_version,
        )

    # --- parts that are opened once ---

    def _open_selector(self) -> ExampleSelector:
        with self._opening_index:
            index = self._open_index()
            if self._selector is None:
                self._selector = ExampleSelector(index, self._embeddings)
            return self._selector

    def _open_index(self) -> ExampleIndex:
        with self._opening_index:
            if self._index is None:
                url = str(self.settings.index_url) if self.settings.index_url else None
                try:
                    self._index = open_index(self.settings.index_dir, self._embeddings, index_url=url)
                except IndexNotFoundError:
                    self._index = build_index(
                        self.settings.index_dir, self._embeddings, index_url=url, progress=self._report("index of example resumes")
                    )
            return self._index

    def _open_route(self, assignment: Assignment) -> list[LLMRunnable]:
        *before, last = assignment.route
        return [*(self._backends.open_guarded(name) for name in before), self._backends.open(last)]

    @contextmanager
    def _noting(self, run: _Run) -> Iterator[list[Outcome]]:
        """What became of the lines that are put into the list, for a rollout; also where the request fails."""
        finished: list[Outcome] = []
        try:
            yield finished
        except ResumeRagError as error:
            error.deployment = run.assignment.route[0]
            raise
        finally:
            firsts = [outcome.tries[0] for outcome in tuple(finished)]
            sample = Sample(
                lines=len(firsts),
                first_try=sum(first.status == "fallback" or first.attempts > 1 for first in firsts),
                fallback_lines=sum(first.status == "fallback" for first in firsts),
                errors=sum(first.error is not None for first in firsts),
                first_token_ms=tuple(first_ms for first in firsts for first_ms in first.first_token_ms),
            )
            self.router.note(run.assignment, sample)

    def _report(self, label: str) -> Callable[[int, int], None] | None:
        report = self._on_progress
        return None if report is None else lambda done, total: report(label, done, total)

    # --- life ---

    def start(self) -> None:
        """Open everything now rather than at the first request: embeddings, index, model server.

        Raises:
            RetrievalError, LLMError: a part cannot be opened.
        """
        # The embedded server is a process of its own: it starts, and is asked once, while the index is opened here.
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="resume-rag-start") as pool:
            starting_llm = pool.submit(self._backends.start, build_wire_schema(["w0h0"]))
            self._embeddings.embed_texts(["ready"])
            self._open_index()
            starting_llm.result()
        self.router.start()

    async def astart(self) -> None:
        """`start` without blocking the event loop, for a server that runs for long and ends with `aclose`."""
        self._backends.long_lived = True
        await asyncio.to_thread(self.start)

    async def acheck(self) -> dict[str, str]:
        """The state of each part: ``ok``, ``not_opened``, or the code of the error it gives."""
        return {"index": "ok" if self._index else "not_opened", "llm": await self._backends.acheck()}

    def close(self) -> None:
        """Let go of the index and of the embedded model's server; it stops when nobody holds it any more."""
        self.router.close()
        self._backends.close()
        with self._opening_index:
            if self._index is not None:
                self._index.close()
            self._index, self._selector = None, None

    async def aclose(self) -> None:
        """`close` without blocking the event loop."""
        await self._backends.aclose()
        await asyncio.to_thread(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _Assembly:
    """Finished lines of one request, and the response they make."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._outcomes: list[Outcome] = []
        resume = run.context.targets.candidate.document.resume
        self._before = [text for _, text in find_leaves(resume.model_dump(exclude={"meta"}))]

    def add(self, outcome: Outcome) -> None:
        if outcome.line.status != "fallback":
            writer = self._run.assignment.route[len(outcome.tries) - 1]
            outcome = outcome._replace(line=outcome.line.model_copy(update={"deployment": writer}))
        self._outcomes.append(outcome)

    def snapshot(self, versions: Versions) -> TailorResponse:
        return self._assemble(versions, complete=False)

    def finish(self, versions: Versions) -> TailorResponse:
        return self._assemble(versions, complete=True)

    def _assemble(self, versions: Versions, *, complete: bool) -> TailorResponse:
        context = self._run.context
        lines = [outcome.line for outcome in self._outcomes]
        targets = sorted((*context.targets.supported, *context.targets.gaps), key=lambda target: target.span.start)
        with self._run.clock.stage("assemble"):
            assembled = assemble_resume(context, lines)
            after = [text for _, text in find_leaves(assembled[0].model_dump(exclude={"meta"}))]
            coverage = estimate_coverage(targets, self._before, after)
        usage = sum_usage([outcome.usage for outcome in self._outcomes])
        asked = Counter(name for outcome in self._outcomes for name, _ in zip(self._run.assignment.route, outcome.tries, strict=False))
        usage = usage.model_copy(update={"lines_by_deployment": dict(asked), "timings_ms": self._run.clock.read()})
        return assemble_response(context, lines, coverage=coverage, usage=usage, versions=versions, complete=complete, assembled=assembled)


def build_chain(
    settings: Settings | None = None,
    *,
    llm: LLMRunnable | None = None,
    on_progress: Progress | None = None,
    deployment: str | None = None,
) -> TailorChain:
    """The chain for these settings. Nothing is opened or downloaded before the first request (or `TailorChain.start`).

    Args:
        settings: read from the environment where not given.
        llm: a Runnable from messages to an `AIMessage` that takes ``json_schema``, ``max_tokens``, ``timeout``, ``temperature``
            and ``seed`` as keywords; the settings' server, or the embedded model, where not given.
        on_progress: called with a label, what is done and the total, while a model is fetched or an index is built.
        deployment: the name of one deployment of the settings' file, which alone is asked then, outside of any rollout.

    Raises:
        DeploymentsFileError: the settings name a file of deployments that does not fit, or has no such deployment.
    """
    return TailorChain(settings or Settings(), llm=llm, on_progress=on_progress, deployment=deployment)


def read_request(value: TailorRequest | Mapping[str, Any] | Any) -> TailorRequest:
    """A request from a dict.

    Raises:
        InputError: names each field and what is wrong with it, never what it holds.
    """
    if isinstance(value, TailorRequest):
        return value
    if not isinstance(value, Mapping):
        raise InputError("The request is not an object.", hint="Send an object with `job_description` and `resume`.")
    try:
        return TailorRequest.model_validate(dict(value))
    except ValidationError as error:
        known = set(TailorRequest.model_fields)
        problems = []
        for found in error.errors(include_url=False, include_context=False, include_input=False):
            # A key of the user's that is none of ours could hold anything: it is not repeated.
            where = ".".join(str(step) for step in found["loc"][:1] if step in known) or "a field"
            problems.append(f"{where}: {found['msg'].lower()}")
        raise InputError(
            "The request does not fit: " + "; ".join(dict.fromkeys(problems)) + ".",
            hint="Fields: " + ", ".join(TailorRequest.model_fields) + ".",
        ) from None


def _identify(candidate: Candidate) -> str:
    """The same for every request of a candidate, with whatever resume, as far as that can be told: a digest."""
    basics = candidate.document.resume.basics
    who = (basics.email or basics.name) if basics is not None else None
    return hashlib.sha256((who or candidate.document.source.text).strip().lower().encode()).hexdigest()


def _parse_line(answer: AIMessage, slot: Slot) -> tuple[str, tuple[str, ...]]:
    parser = LineParser(allowed_ids=slot.fact_ids, max_chars=max(240, 2 * len(slot.original)))
    written = parser.parse_result([ChatGeneration(message=answer)])
    return written.text, written.sources


def _line_check(context: Context) -> Callable[[Slot, str, tuple[str, ...]], tuple[Finding, ...]]:
    candidate = context.targets.candidate
    facts = {fact.id: fact for fact in candidate.facts}

    def check(slot: Slot, text: str, fact_ids: tuple[str, ...]) -> tuple[Finding, ...]:
        cited = [facts[fact_id] for fact_id in fact_ids if fact_id in facts]
        roles = {fact.role for fact in cited if fact.role}
        around = [fact for fact in candidate.facts if fact.locked and fact.role in roles]
        found = check_line(
            text, path=slot.path, facts=cited, context=around, job=candidate.request.job_description, examples=context.examples
        )
        return tuple(each.model_copy(update={"message": _say(each)}) for each in found)

    return check


def _say(found: Finding) -> str:
    """A finding in the code's words, and which example a leak is from.

    Its own message quotes the line: a refused one, which the response would then deliver all the same.
    """
    said = CODES[found.code]
    return f"{said.rstrip('.')} ({found.example_id})." if found.example_id else said


@contextmanager
def _child_run(config: RunnableConfig, manager: CallbackManager, name: str, value: Any) -> Iterator[Callable[..., Any]]:
    """One stage as a run of LangChain's own, under the caller's: what a `RunnableLambda` would do, at a tenth of its cost.

    Yields what calls a step so that the runs it starts are children of this one.
    """
    run = manager.on_chain_start(None, value, name=name)
    try:
        with set_config_context(patch_config(config, callbacks=run.get_child())) as context:
            yield context.run
    except BaseException as error:
        run.on_chain_error(error)
        raise
    run.on_chain_end(None)


def _digest(candidate: Candidate) -> str:
    """Tells requests apart for whoever spreads their calls over several servers; none of their text can be read from it."""
    return hashlib.sha256(f"{candidate.request.job_description}\0{candidate.document.source.text}".encode()).hexdigest()[:32]


def _child_config(config: RunnableConfig, run_manager: CallbackManagerForChainRun | AsyncCallbackManagerForChainRun) -> RunnableConfig:
    """The caller's config with this run as the parent of all it starts."""
    return patch_config(config, callbacks=run_manager.get_child())
