"""The short form of `make chaos`: 200 requests, every fault, and what each request ends in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.runnables import RunnableLambda

from resume_rag.benchmark.chaos import measure_held, run_chaos
from resume_rag.errors import DeadlineExceededError
from tests.fake_vllm import FAULTS
from tests.run_chaos import FAULTS as MIXED
from tests.run_chaos import check_response, run


def test_every_fault_of_the_fake_server_is_in_the_mix() -> None:
    assert set(MIXED) == set(FAULTS)
    assert 0.3 < sum(MIXED.values()) < 0.6


def test_200_requests_end_in_valid_responses_or_typed_errors_and_leave_nothing_behind() -> None:
    report, held, seen = run(requests=200, rounds=2)
    assert sum(report.outcomes.values()) == 200
    assert report.defects == 0, report
    assert report.outcomes["response"] > 150
    assert report.details["line rewritten"] > 100  # honest answers get through
    assert any(name.startswith("line fallback, ") for name in report.details)  # and faults are met
    assert seen["in_flight"] == 0
    first, last = held[1], held[-1]
    assert last.tasks <= first.tasks
    assert last.sockets is None or first.sockets is None or last.sockets <= first.sockets


async def test_the_report_tells_errors_defects_and_lateness_apart() -> None:
    async def act(request: str) -> str:
        if request == "late":
            await asyncio.sleep(0.3)
        if request == "typed":
            raise DeadlineExceededError("over")
        if request == "defect":
            raise KeyError(request)
        return request

    def check(request: Any, response: Any) -> list[str]:
        assert response != "invalid"
        return [f"said {response}"]

    requests = ["fine", "late", "typed", "defect", "invalid", "fine"]
    report = await run_chaos(RunnableLambda(act), requests, check=check, at_once=2, deadline_s=0.1, grace_s=0.05)
    assert report.outcomes == {"response": 3, "deadline_exceeded": 1, "DEFECT KeyError": 1, "DEFECT AssertionError": 1}
    assert report.details == {"said fine": 2, "said late": 1}
    assert (report.defects, report.late) == (2, 1)
    assert "6 requests" in str(report)


def test_a_response_that_says_more_than_the_candidate_is_no_valid_one() -> None:
    with pytest.raises(AssertionError):
        check_response({}, {"not": "a response"})


def test_what_a_process_holds_counts_its_sockets() -> None:
    import socket

    before = measure_held()
    with socket.socket():
        during = measure_held()
    assert before.threads >= 1
    if before.sockets is not None and during.sockets is not None:
        assert during.sockets == before.sockets + 1
