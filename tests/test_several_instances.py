"""Behind a router: which calls belong together, and what of the router's own answers never gets out.

The answers are those that vllm-router 0.1.17 gave with one or all of its workers killed; `make router-demo` runs the real one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from resume_rag.chain import build_chain
from resume_rag.errors import LLMUnavailableError
from resume_rag.llm import AFFINITY_HEADER, build_llm
from resume_rag.prompt import find_prefix_key, render_line_messages, render_retry_messages
from resume_rag.schema import Example, Fact, Slot
from tests.benchmarks.parts import make_request
from tests.fake_vllm import Answer, FakeVLLM
from tests.service_app import make_service, make_settings

WORKER_URL = "http://10.20.30.40:8001/v1/chat/completions"
CUT_OFF = (500, f"Request failed: error sending request for url ({WORKER_URL})")
NONE_LEFT = (503, "No available workers (all circuits open or unhealthy)")
NONE_LEFT_OF_MODELS = (503, "No workers are currently available")


def answer_as_router(status: int, text: str) -> Answer:
    return Answer(status=status, raw_body=text.encode(), content_type="text/plain; charset=utf-8")


def make_llm(url: str) -> Any:
    return build_llm(base_url=url, name="m", api_key=None, timeout_s=20, temperature=0, seed=0, max_output_tokens=64)


class TestAffinity:
    FACTS = tuple(
        Fact(id=f"w0h{n}", path=f"work[0].highlights[{n}]", text=text, section="work", role="work[0]", locked=False)
        for n, text in enumerate(("Packed 9 parcels", "Swept the yard"))
    )

    def render(self, number: int, *examples: str) -> Any:
        fact = self.FACTS[number]
        slot = Slot(path=fact.path, original=fact.text, fact_ids=(fact.id,))
        return render_line_messages(slot, fact, [], [Example(id=line, score=0.5, lines=(line,), text="") for line in examples])

    def test_the_lines_of_a_request_and_their_re_asks_belong_together(self) -> None:
        first, second = self.render(0, "Cut waste"), self.render(1, "Cut waste")
        again = render_retry_messages(first, "{}", ["It is empty."])
        assert find_prefix_key(first) == find_prefix_key(second) == find_prefix_key(again) is not None

    def test_other_examples_are_another_beginning(self) -> None:
        assert find_prefix_key(self.render(0, "Cut waste")) != find_prefix_key(self.render(0, "Led a team"))

    def test_what_every_request_shares_binds_to_no_instance(self) -> None:
        first = self.render(0)
        assert find_prefix_key(first) is None
        assert find_prefix_key(render_retry_messages(first, "{}", ["It is empty."])) is None

    async def test_the_key_is_sent_and_holds_no_text(self) -> None:
        with FakeVLLM() as fake:
            llm = make_llm(fake.base_url)
            llm.invoke(self.render(0, "Cut waste"))
            await llm.ainvoke(self.render(1, "Cut waste"), extra_headers={"X-Other": "kept"})
            llm.invoke(self.render(0))
            llm.invoke(self.render(0, "Cut waste"), extra_headers={AFFINITY_HEADER: "mine"})
        keys = [received.headers.get(AFFINITY_HEADER.lower()) for received in fake.requests]
        assert keys[0] == keys[1]
        assert re.fullmatch("[0-9a-f]{32}", str(keys[0]))
        assert keys[2:] == [None, "mine"]
        assert fake.requests[1].headers["x-other"] == "kept"

    @pytest.mark.parametrize("top_k", [0, 3])
    async def test_a_request_has_one_key_and_another_has_another(self, top_k: int) -> None:
        keys: list[set[str | None]] = []
        with FakeVLLM() as fake, build_chain(make_settings(llm_base_url=fake.base_url, llm_name="m", min_score=0)) as chain:
            for name in ("Mara Quist", "Ana Brandt", "Mara Quist"):
                fake.requests.clear()
                request = make_request(6)
                request["resume"]["basics"]["name"] = name
                response = await chain.ainvoke({**request, "top_k": top_k})
                assert len(response.examples.used if response.examples else ()) == top_k
                assert len(fake.requests) >= 6
                keys.append({received.headers.get(AFFINITY_HEADER.lower()) for received in fake.requests})
        assert [len(found) for found in keys] == [1, 1, 1]
        assert keys[0] == keys[2] != keys[1]
        assert None not in keys[0]


class TestAnswersOfTheRouter:
    @pytest.mark.parametrize("answer", [CUT_OFF, NONE_LEFT, NONE_LEFT_OF_MODELS])
    @pytest.mark.parametrize("way", ["invoke", "stream"])
    def test_is_a_server_that_is_not_there(self, answer: tuple[int, str], way: str) -> None:
        ask: dict[str, Callable[[Any], Any]] = {"invoke": lambda llm: llm.invoke("hi"), "stream": lambda llm: list(llm.stream("hi"))}
        with FakeVLLM(script=lambda _: answer_as_router(*answer)) as fake, pytest.raises(LLMUnavailableError) as caught:
            ask[way](make_llm(fake.base_url))
        assert [received.number for received in fake.requests] == [0]
        assert caught.value.retryable
        assert "10.20.30.40" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__!r}"

    @pytest.mark.parametrize("answer", [CUT_OFF, NONE_LEFT])
    async def test_no_worker_left_is_503_to_retry_and_names_no_worker(self, answer: tuple[int, str], caplog: Any) -> None:
        with FakeVLLM(script=lambda _: answer_as_router(*answer)) as fake:
            settings = make_settings(llm_base_url=fake.base_url, llm_name="m", log_level="debug")
            with build_chain(settings) as chain:
                service = make_service(settings=settings, chain=chain)  # type: ignore[arg-type]
                whole = await service.post("/generate_resume", make_request(3))
                events = await service.post("/generate_resume", make_request(3), headers={"Accept": "text/event-stream"})
                batch = await service.post("/resume/batch", {"inputs": [make_request(2)]})
        problem = whole.json()
        assert whole.status_code == 503
        assert (problem["code"], problem["retryable"]) == ("llm_unavailable", True)
        assert "event: error" in events.text
        assert "llm_unavailable" in events.text
        for shown in (whole.text, events.text, batch.text, service.log.getvalue(), caplog.text):
            assert "10.20.30.40" not in shown

    async def test_a_line_whose_worker_died_is_asked_again(self) -> None:
        died = [False]

        def script(received: Any) -> Answer | None:
            if died[0] or not received.allowed_ids:
                return None
            died[0] = True
            return Answer(reset_at=20)

        with FakeVLLM(script=script) as fake:
            settings = make_settings(llm_base_url=fake.base_url, llm_name="m")
            with build_chain(settings) as chain:
                service = make_service(settings=settings, chain=chain)  # type: ignore[arg-type]
                answer = await service.post("/generate_resume", make_request(3))
        assert answer.status_code == 200
        assert died[0]
        assert "llm_unavailable" not in json.dumps(answer.json()["lines"])
