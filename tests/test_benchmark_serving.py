"""The counts of the serving benchmark are those of the server; the proxy sees who lets go."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import httpx
import pytest
from pydantic import AnyHttpUrl

from resume_rag import Settings, build_chain
from resume_rag.benchmark.serving import measure_serving
from tests.benchmarks.mixed_requests import build_demo_requests, build_mixed_requests
from tests.benchmarks.prefix import ORDERS, reorder
from tests.fake_vllm import FakeVLLM, shortened_reply
from tests.watched_proxy import WatchedProxy


def test_the_sums_are_those_of_the_server(tmp_path: Path) -> None:
    with FakeVLLM(reply=shortened_reply) as server:
        settings = Settings(llm_base_url=AnyHttpUrl(server.base_url), index_dir=tmp_path, max_attempts=1)
        with build_chain(settings) as chain:
            found = measure_serving(chain, build_demo_requests()[2:], at_once=2)
        assert (found.requests, found.calls) == (1, len(server.requests))
    assert 0 < found.cached_tokens < found.prompt_tokens
    assert sum(found.outcomes.values()) == found.calls
    assert 0 < found.usable_share <= 1
    assert found.tokens_per_s > 0


def test_mixed_requests_mix() -> None:
    requests = build_mixed_requests(50)
    assert requests == build_mixed_requests(50)
    assert len({request.job_description for request in requests}) > 20
    assert len({str(request.resume) for request in requests}) == 27


@pytest.mark.parametrize("order", ORDERS)
def test_another_order_holds_the_same_words(order: str, tmp_path: Path) -> None:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    style = HumanMessage("How good lines of other people sound (style):\n- Zoned plots\n- Answered calls")
    messages = [SystemMessage("Rules."), HumanMessage("pair"), AIMessage("answer"), style, AIMessage("Noted."), HumanMessage("line")]
    said = "\n".join(str(message.content) for message in reorder(messages, order)).split()
    assert set(said) >= set("Rules. pair answer line Zoned plots Answered calls".split())
    assert str(reorder(messages, order)[-1].content) == "line"


def test_the_proxy_sees_which_side_lets_go() -> None:
    with FakeVLLM(script=lambda request: "stall") as server, WatchedProxy(server.base_url) as proxy:
        assert httpx.get(f"{proxy.base_url}/models").json()["data"][0]["id"] == "fake-model"
        assert proxy.in_flight() == []
        body = b'{"messages": [], "stream": true}'
        client = socket.create_connection(("127.0.0.1", int(proxy.base_url.rsplit(":", 1)[1].split("/")[0])))
        client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        while not proxy.in_flight():
            time.sleep(0.01)
        (passing,) = proxy.in_flight()
        assert passing.closed_s is None
        client.close()
        assert passing.done.wait(10)
        assert passing.closed_s is not None
        assert server.wait_for_disconnects(1) == [0]
