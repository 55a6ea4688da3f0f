"""Places, rates, deadlines, drain and shared runs: over a scripted chain."""

import asyncio
from typing import Any

import pytest
import structlog
from limits import RateLimitItemPerMinute

from resume_rag.errors import DeadlineExceededError, LLMTimeoutError, OverloadedError
from resume_rag.schema import TailorRequest
from resume_rag.service.admission import RateLimitedError, RateLimiter, RunQueue
from resume_rag.service.coalescing import Coalescer
from resume_rag.service.draining import Drain, ShuttingDownError
from resume_rag.service.runs import Runs
from tests.service_app import REQUEST, RESPONSE, ScriptedChain, Service, make_service, make_settings, parse_events, wrap

WANTED = TailorRequest.model_validate(REQUEST)
EVENTS = {"Accept": "text/event-stream"}


def make_runs(chain: ScriptedChain, *, max_running: int = 2, max_queued: int = 2, deadline_s: float = 60, coalesce: bool = False) -> Runs:
    drain = Drain(0, 60, structlog.get_logger())
    return Runs(
        chain, RunQueue(max_running, max_queued), drain, deadline_s=deadline_s, coalescer=Coalescer(lambda: "1") if coalesce else None
    )


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def until_running(service: Service) -> None:
    await asyncio.wait_for(service.chain.started.wait(), 10)


# --- the queue ---


async def test_places_are_handed_out_in_order_and_the_rest_is_refused() -> None:
    queue, order, leave = RunQueue(1, 2), [], asyncio.Event()

    async def run(name: str) -> None:
        async with queue.place():
            order.append(name)
            await leave.wait()

    tasks = [asyncio.create_task(run(name)) for name in "abc"]
    await settle()
    assert (order, queue.running, queue.queued) == (["a"], 1, 2)
    with pytest.raises(OverloadedError) as caught:
        await run("d")
    assert caught.value.retry_after_s >= 1
    tasks[1].cancel()
    await settle()
    assert queue.queued == 1
    leave.set()
    await asyncio.gather(tasks[0], tasks[2])
    assert (order, queue.running, queue.queued) == (["a", "c"], 0, 0)


async def test_the_time_to_come_back_grows_with_the_queue() -> None:
    async def run(queue: RunQueue) -> None:
        async with queue.place():
            await asyncio.sleep(3600)

    waits = []
    for queued in (0, 30):
        queue = RunQueue(1, queued)
        tasks = [asyncio.create_task(run(queue)) for _ in range(queued + 1)]
        await settle()
        with pytest.raises(OverloadedError) as caught:
            queue.check_room()
        waits.append(caught.value.retry_after_s)
        for task in tasks:
            task.cancel()
    assert waits[0] < waits[1]


@pytest.mark.parametrize("path", ["/generate_resume", "/resume/invoke", "/resume/stream"])
async def test_a_full_server_answers_503_with_retry_after_before_reading(path: str) -> None:
    service = make_service(hangs=True, settings=make_settings(max_running=1, max_queued=0))
    first = asyncio.create_task(service.post("/generate_resume", REQUEST))
    await until_running(service)
    async with service.client() as client:
        answer = await client.post(path, content=b"not read")
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (503, "overloaded", True)
    assert int(answer.headers["retry-after"]) >= 1
    first.cancel()


async def test_who_waits_is_served_when_a_place_is_free() -> None:
    service = make_service(hangs=True, settings=make_settings(max_running=1, max_queued=1))
    first = asyncio.create_task(service.post("/generate_resume", REQUEST))
    await until_running(service)
    second = asyncio.create_task(service.post("/generate_resume", REQUEST))
    await asyncio.sleep(0.05)
    assert len(service.chain.calls) == 1
    service.chain.hangs = False
    first.cancel()
    assert (await asyncio.wait_for(second, 10)).status_code == 200
    assert service.lines()[-1]["queue_ms"] > 0


# --- rates ---


def test_rates_are_counted_for_each_client(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = RateLimiter("2/minute")
    assert isinstance(limiter._rate, RateLimitItemPerMinute)
    limiter.admit("a")
    limiter.admit("a")
    limiter.admit("b")
    with pytest.raises(RateLimitedError) as caught:
        limiter.admit("a")
    assert 1 <= caught.value.retry_after_s <= 60


async def test_too_many_requests_are_429_with_retry_after_and_probes_are_free() -> None:
    service = make_service(settings=make_settings(rate_limit="1/minute"))
    assert (await service.post("/generate_resume", REQUEST)).status_code == 200
    answer = await service.post("/generate_resume", REQUEST)
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (429, "rate_limited", True)
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert [(await service.get("/healthz")).status_code for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("rate", ["0/minute", "5", "5/fortnight", "-1/second"])
def test_a_rate_that_is_none_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match="rate_limit"):
        make_settings(rate_limit=rate)


# --- deadlines ---


@pytest.mark.parametrize("path", ["/generate_resume", "/resume/invoke"])
async def test_the_deadline_of_the_header_ends_the_work(path: str) -> None:
    service = make_service(hangs=True)
    answer = await service.post(path, wrap(path, REQUEST), headers={"X-Deadline-S": "0.05"})
    assert (answer.status_code, answer.json()["code"]) == (504, "deadline_exceeded")
    assert service.chain.cancelled == 1


async def test_the_deadline_ends_a_stream_with_a_typed_event() -> None:
    service = make_service(hangs=True)
    answer = await service.post("/generate_resume", REQUEST, headers={"X-Deadline-S": "0.05", **EVENTS})
    assert [name for name, _ in parse_events(answer.text)] == ["retrieved", "error"]
    assert parse_events(answer.text)[-1][1]["code"] == "deadline_exceeded"
    assert service.chain.cancelled == 1


async def test_the_time_in_the_queue_counts() -> None:
    service = make_service(hangs=True, settings=make_settings(max_running=1))
    first = asyncio.create_task(service.post("/generate_resume", REQUEST))
    await until_running(service)
    answer = await service.post("/generate_resume", REQUEST, headers={"X-Deadline-S": "0.05"})
    assert (answer.status_code, len(service.chain.calls)) == (504, 1)
    first.cancel()


async def test_the_chain_is_told_the_time_left_and_a_client_cannot_have_more_than_the_server_gives() -> None:
    service = make_service(settings=make_settings(deadline_s=50))
    for offered in ({}, {"X-Deadline-S": "20"}, {"X-Deadline-S": "9999"}):
        await service.post("/generate_resume", REQUEST, headers=offered)
    told = [config["metadata"]["deadline_s"] for config in service.chain.configs]
    assert told[0] == pytest.approx(49, abs=0.9)
    assert told[1] == pytest.approx(19, abs=0.9)
    assert told[2] == pytest.approx(49, abs=0.9)


@pytest.mark.parametrize("offered", ["", "soon", "0", "-1", "nan", "inf"])
async def test_a_deadline_that_is_no_time_is_a_400(offered: str) -> None:
    answer = await make_service().post("/generate_resume", REQUEST, headers={"X-Deadline-S": offered})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_deadline")


async def test_a_run_outside_of_any_request_has_the_servers_deadline() -> None:
    with pytest.raises(DeadlineExceededError):
        await make_runs(ScriptedChain(hangs=True), deadline_s=0.02).ainvoke(WANTED)


# --- drain ---


async def test_what_runs_when_the_time_is_over_ends_with_an_error_of_ours() -> None:
    chain = ScriptedChain(hangs=True)
    drain = Drain(0, 0.05, structlog.get_logger())
    runs = Runs(chain, RunQueue(2, 2), drain, deadline_s=60)
    running = asyncio.create_task(runs.ainvoke(WANTED))
    await asyncio.wait_for(chain.started.wait(), 10)

    class Server:
        should_exit = False

    server = Server()
    draining = asyncio.create_task(drain.run(server))  # type: ignore[arg-type]
    with pytest.raises(ShuttingDownError):
        await asyncio.wait_for(running, 10)
    assert (server.should_exit, drain.draining, chain.cancelled) == (True, True, 1)
    with pytest.raises(ShuttingDownError):
        await runs.ainvoke(WANTED)
    draining.cancel()


# --- shared runs ---


class Gated(ScriptedChain):
    """Gives its first snapshot, and the second when told."""

    def __init__(self, **script: Any) -> None:
        super().__init__(**script)
        self.go = asyncio.Event()
        self.first_out = asyncio.Event()

    async def astream(self, input: Any, config: Any = None, **_: Any) -> Any:
        self.calls.append(input)
        try:
            yield self.snapshots[0]
            self.first_out.set()
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error:
            raise self.error
        yield self.snapshots[1]


async def collect(runs: Runs) -> list[Any]:
    return [snapshot async for snapshot in runs.astream(WANTED)]


async def test_identical_requests_share_a_run_and_late_ones_get_all_of_it() -> None:
    chain = Gated()
    runs = make_runs(chain, coalesce=True, max_running=1, max_queued=0)
    early = asyncio.create_task(collect(runs))
    await asyncio.wait_for(chain.first_out.wait(), 10)
    late, whole = asyncio.create_task(collect(runs)), asyncio.create_task(runs.ainvoke(WANTED))
    await settle()
    chain.go.set()
    assert await early == await late == list(chain.snapshots)
    assert await whole == RESPONSE
    assert len(chain.calls) == 1
    await collect(runs)
    assert len(chain.calls) == 2  # nothing is kept


async def test_the_work_ends_when_the_last_who_waits_leaves() -> None:
    chain = Gated()
    runs = make_runs(chain, coalesce=True)
    waiters = [asyncio.create_task(collect(runs)) for _ in range(3)]
    await asyncio.wait_for(chain.first_out.wait(), 10)
    await settle()
    for waiter in waiters[:2]:
        waiter.cancel()
    await settle()
    assert chain.cancelled == 0
    waiters[2].cancel()
    await asyncio.wait(waiters)
    assert (chain.cancelled, len(chain.calls)) == (1, 1)


async def test_a_failure_reaches_all_who_wait_and_nobody_later() -> None:
    chain = Gated(error=LLMTimeoutError("The model did not answer."))
    runs = make_runs(chain, coalesce=True)
    waiters = [asyncio.create_task(collect(runs)) for _ in range(2)]
    await asyncio.wait_for(chain.first_out.wait(), 10)
    chain.go.set()
    outcomes = await asyncio.gather(*waiters, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [LLMTimeoutError] * 2
    chain.error = None
    assert len(await collect(runs)) == 2


async def test_other_requests_tenants_and_versions_do_not_share() -> None:
    chain = Gated()

    def run() -> Any:
        return chain.astream(WANTED)

    coalescer = Coalescer(lambda: "1")
    other = WANTED.model_copy(update={"seed": 7})
    shares = [coalescer.join(*asked, run).is_leader for asked in (("a", WANTED), ("a", WANTED), ("b", WANTED), ("a", other))]
    assert shares == [True, False, True, True]
    assert Coalescer(lambda: "2").join("a", WANTED, run).is_leader


async def test_sharing_is_off_unless_asked_for_and_is_counted() -> None:
    for coalesce, calls in ((False, 2), (True, 1)):
        gated = Gated()
        service = make_service(settings=make_settings(coalesce=coalesce), chain=gated)
        asked = [asyncio.create_task(service.post("/generate_resume", REQUEST, headers=EVENTS)) for _ in range(2)]
        await asyncio.wait_for(gated.first_out.wait(), 10)
        await asyncio.sleep(0.05)
        gated.go.set()
        answers = await asyncio.gather(*asked)
        assert [parse_events(answer.text)[-1][0] for answer in answers] == ["done", "done"]
        assert len(gated.calls) == calls
        tokens = [line["prompt_tokens"] for line in service.lines() if "prompt_tokens" in line]
        assert len(tokens) == calls  # spent once, counted once
        assert sum(line.get("coalesced", 0) for line in service.lines()) == 2 - calls


async def test_a_client_with_a_deadline_of_its_own_has_a_run_of_its_own() -> None:
    gated = Gated()
    service = make_service(settings=make_settings(coalesce=True), chain=gated)
    asked = [asyncio.create_task(service.post("/generate_resume", REQUEST, headers={"X-Deadline-S": "30"})) for _ in range(2)]
    await asyncio.wait_for(gated.first_out.wait(), 10)
    gated.go.set()
    assert [answer.status_code for answer in await asyncio.gather(*asked)] == [200, 200]
    assert len(gated.calls) == 2
