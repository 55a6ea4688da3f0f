"""The ask, read, check, re-ask loop and its two drivers, against scripted answers that cause faults on demand."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig

from resume_rag.drafting import MAX_RETRIES, Limits, Outcome, arun_lines, run_lines, select_slots
from resume_rag.errors import LLMRequestError, LLMTimeoutError, LLMUnavailableError, OutputParseError, OutputTruncatedError, OverloadedError
from resume_rag.facts import find_facts
from resume_rag.schema import (
    Candidate,
    Context,
    Document,
    Finding,
    Resume,
    Slot,
    Source,
    SourceForm,
    Span,
    TailorRequest,
    Target,
    Targets,
    Work,
)

LIMITS = Limits(
    max_attempts=2,
    max_output_tokens=100,
    max_prompt_tokens=3000,
    max_rewrites=10,
    max_in_flight=3,
    llm_timeout_s=5,
    max_departures=(1.0,) * 3,
)
LINES = tuple(f"Worked on the packing of parcel number {number} in hall {number}" for number in range(6))
Reply = Callable[[list[BaseMessage], dict[str, Any]], AIMessage]


class ScriptedLLM(Runnable[Any, AIMessage]):
    """Answers by a function; counts how many calls run at once."""

    def __init__(self, reply: Reply, delay_s: float = 0.0) -> None:
        self.reply = reply
        self.delay_s = delay_s
        self.calls: list[dict[str, Any]] = []
        self.running = 0
        self.most = 0
        self.lock = threading.Lock()

    def _begin(self, messages: list[BaseMessage], keywords: dict[str, Any]) -> None:
        with self.lock:
            self.calls.append({"messages": messages, **keywords})
            self.running += 1
            self.most = max(self.most, self.running)

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        self._begin(input, kwargs)
        try:
            time.sleep(self.delay_s)
            return self.reply(input, kwargs)
        finally:
            with self.lock:
                self.running -= 1

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        self._begin(input, kwargs)
        try:
            await asyncio.sleep(self.delay_s)
            return self.reply(input, kwargs)
        finally:
            self.running -= 1


def context_of(lines: tuple[str, ...] = LINES, **request: Any) -> Context:
    resume = Resume(work=(Work(name="Acme", position="Packer", highlights=lines),))
    facts = find_facts(resume)
    candidate = Candidate(
        request=TailorRequest(job_description="Pack parcels", resume=resume, **request),
        document=Document(source=Source(form=SourceForm.JSON_RESUME, text=""), resume=resume),
        facts=facts,
    )
    target = Target(id="t0", text="parcels", span=Span(start=5, end=12), fact_ids=("w0h3",))
    return Context(targets=Targets(candidate=candidate, supported=(target,)))


def parse(answer: AIMessage, slot: Slot) -> tuple[str, tuple[str, ...]]:
    if answer.response_metadata.get("finish_reason") == "length":
        raise OutputTruncatedError("cut off")
    try:
        return json.loads(str(answer.content))["text"], slot.fact_ids
    except ValueError:
        raise OutputParseError("The answer is not JSON.") from None


def check(slot: Slot, text: str, fact_ids: tuple[str, ...]) -> tuple[Finding, ...]:
    return (Finding(path=slot.path, code="number_added", message="999 is new"),) if "999" in text else ()


def run(
    context: Context,
    llm: ScriptedLLM,
    *,
    way: str,
    deadline_s: float = 20.0,
    limits: Limits = LIMITS,
    parse: Callable[..., Any] = parse,
    **more: Any,
) -> list[Outcome]:
    kept = frozenset(fact.path for fact in context.targets.candidate.facts)
    slots = select_slots(context, max_rewrites=limits.max_rewrites, kept=kept)
    if way == "sync":
        return list(run_lines(slots, context, llm, check, parse, limits, deadline_s=deadline_s, config={}, **more))

    async def collect() -> list[Outcome]:
        lines = arun_lines(slots, context, llm, check, parse, limits, deadline_s=deadline_s, config={}, **more)
        return [found async for found in lines]

    return asyncio.run(collect())


both = pytest.mark.parametrize("way", ["sync", "async"])


def source_of(messages: list[BaseMessage]) -> str:
    asks = [str(message.content) for message in messages if "Source line [" in str(message.content)]
    return asks[-1].split("]: ", 1)[1].split("\n")[0]


def honest(messages: list[BaseMessage], _: dict[str, Any]) -> AIMessage:
    return AIMessage(json.dumps({"text": source_of(messages).replace("Worked on the packing of", "Packed"), "sources": []}))


@both
def test_each_line_is_asked_alone_and_finished(way: str) -> None:
    llm = ScriptedLLM(honest, delay_s=0.02)
    outcomes = run(context_of(), llm, way=way)
    assert {found.line.text for found in outcomes} == {line.replace("Worked on the packing of", "Packed") for line in LINES}
    assert {found.line.status for found in outcomes} == {"rewritten"}
    assert len(llm.calls) == len(LINES)
    assert 1 < llm.most <= LIMITS.max_in_flight


@both
def test_the_line_that_serves_a_target_is_asked_first_and_told_so(way: str) -> None:
    llm = ScriptedLLM(honest)
    run(context_of(), llm, way=way, limits=LIMITS._replace(max_in_flight=1))
    assert source_of(llm.calls[0]["messages"]) == LINES[3]
    assert "The job looks for: parcel" in str(llm.calls[0]["messages"][-1].content)
    assert "The job looks for" not in str(llm.calls[1]["messages"][-1].content)


@both
def test_a_refused_line_is_asked_again_with_the_reason_and_then_accepted(way: str) -> None:
    def reply(messages: list[BaseMessage], keywords: dict[str, Any]) -> AIMessage:
        if len(messages) == first_length:
            return AIMessage('{"text": "Packed 999 parcels", "sources": []}')
        assert "999" in str(messages[-2].content)
        assert "a number" in str(messages[-1].content)
        return honest(messages, keywords)

    context = context_of(LINES[:1])
    probe = ScriptedLLM(honest)
    run(context, probe, way=way)
    first_length = len(probe.calls[0]["messages"])
    (outcome,) = run(context, ScriptedLLM(reply), way=way)
    assert outcome.line.status == "rewritten"
    assert outcome.line.attempts == 2
    assert outcome.usage.calls == 2


@both
def test_a_line_refused_twice_falls_back_to_the_original_with_its_reasons(way: str) -> None:
    (outcome,) = run(context_of(LINES[:1]), ScriptedLLM(lambda *_: AIMessage('{"text": "Packed 999", "sources": []}')), way=way)
    assert (outcome.line.status, outcome.line.text) == ("fallback", LINES[0])
    assert [reason.code for reason in outcome.line.reasons] == ["number_added"]


@both
def test_a_cut_off_answer_is_never_used_and_asked_again_with_more_room(way: str) -> None:
    def reply(messages: list[BaseMessage], keywords: dict[str, Any]) -> AIMessage:
        if keywords["max_tokens"] == 100:
            return AIMessage('{"text": "Packed par', response_metadata={"finish_reason": "length"})
        return honest(messages, keywords)

    llm = ScriptedLLM(reply)
    (outcome,) = run(context_of(LINES[:1]), llm, way=way)
    assert outcome.line.status == "rewritten"
    assert [call["max_tokens"] for call in llm.calls] == [100, 200]
    assert llm.calls[0]["messages"] == llm.calls[1]["messages"]


@both
def test_no_json_twice_falls_back_with_the_error_code(way: str) -> None:
    (outcome,) = run(context_of(LINES[:1]), ScriptedLLM(lambda *_: AIMessage("Sure!")), way=way)
    assert (outcome.line.status, outcome.line.error_code) == ("fallback", "output_unparsable")


@both
def test_a_copy_is_verbatim_not_rewritten(way: str) -> None:
    (outcome,) = run(context_of(LINES[:1]), ScriptedLLM(lambda m, _: AIMessage(json.dumps({"text": source_of(m).upper()}))), way=way)
    assert (outcome.line.status, outcome.line.text) == ("verbatim", LINES[0])


@both
def test_a_server_that_fails_every_line_fails_the_request(way: str) -> None:
    def reply(*_: Any) -> AIMessage:
        raise LLMUnavailableError("down")

    with pytest.raises(LLMUnavailableError):
        run(context_of(), ScriptedLLM(reply), way=way)


@both
def test_a_server_that_fails_some_lines_fails_only_those(way: str) -> None:
    def reply(messages: list[BaseMessage], keywords: dict[str, Any]) -> AIMessage:
        if "hall 3" in source_of(messages) or "hall 0" in source_of(messages):
            raise LLMUnavailableError("down")
        return honest(messages, keywords)

    outcomes = run(context_of(), ScriptedLLM(reply), way=way)
    failed = {found.line.slot.original for found in outcomes if found.line.error_code == "llm_unavailable"}
    assert failed == {LINES[0], LINES[3]}
    assert len(outcomes) == len(LINES)


@both
def test_lines_not_done_by_the_deadline_keep_their_words(way: str) -> None:
    llm = ScriptedLLM(honest, delay_s=0.2)
    outcomes = run(context_of(), llm, way=way, deadline_s=0.3, limits=LIMITS._replace(max_in_flight=1))
    late = [found for found in outcomes if found.line.error_code == "deadline_exceeded"]
    assert len(outcomes) == len(LINES)
    assert 1 <= len(late) < len(LINES)
    assert all(found.line.text == found.line.slot.original for found in late)


def test_a_call_that_outlasts_its_timeout_keeps_nobody_waiting() -> None:
    release = threading.Event()

    def reply(messages: list[BaseMessage], keywords: dict[str, Any]) -> AIMessage:
        if "hall 0" in source_of(messages):
            release.wait(60)
        return honest(messages, keywords)

    outcomes = run(context_of(), ScriptedLLM(reply), way="sync", deadline_s=1.0)
    assert not release.is_set()
    release.set()
    assert [found.line.slot.original for found in outcomes if found.line.error_code == "deadline_exceeded"] == [LINES[0]]
    assert len(outcomes) == len(LINES)


@both
@pytest.mark.parametrize("failure", [OverloadedError("busy", retry_after_s=0.01), LLMUnavailableError("broke off")])
def test_the_same_request_is_sent_again_after_a_pause_and_nothing_of_the_error_is_in_it(way: str, failure: Exception) -> None:
    def reply(messages: list[BaseMessage], keywords: dict[str, Any]) -> AIMessage:
        if len(llm.calls) <= 2:
            raise failure
        return honest(messages, keywords)

    llm = ScriptedLLM(reply)
    (outcome,) = run(context_of(LINES[:1]), llm, way=way)
    assert (outcome.line.status, outcome.line.attempts, outcome.usage.calls) == ("rewritten", 1, 1)
    assert len(llm.calls) == 3
    assert [call["messages"] for call in llm.calls] == [llm.calls[0]["messages"]] * 3
    assert [call["max_tokens"] for call in llm.calls] == [100] * 3


@both
def test_retries_have_an_end(way: str) -> None:
    def reply(*_: Any) -> AIMessage:
        raise OverloadedError("busy", retry_after_s=0.01)

    llm = ScriptedLLM(reply)
    with pytest.raises(OverloadedError):
        run(context_of(LINES[:1]), llm, way=way)
    assert len(llm.calls) == 1 + MAX_RETRIES


@both
@pytest.mark.parametrize(
    "failure",
    [OverloadedError("busy", retry_after_s=3600), LLMTimeoutError("slow"), LLMRequestError("no such model")],
    ids=lambda e: e.code,
)
def test_a_long_pause_a_timeout_or_a_refusal_is_not_tried_again(way: str, failure: Exception) -> None:
    def reply(*_: Any) -> AIMessage:
        raise failure

    llm = ScriptedLLM(reply)
    with pytest.raises(type(failure)):
        run(context_of(LINES[:1]), llm, way=way)
    assert len(llm.calls) == 1


@both
def test_a_retry_waits_no_longer_than_the_deadline(way: str) -> None:
    def reply(*_: Any) -> AIMessage:
        raise OverloadedError("busy", retry_after_s=4.0)

    llm = ScriptedLLM(reply)
    (outcome,) = run(context_of(LINES[:1]), llm, way=way, deadline_s=0.3)
    assert outcome.line.error_code == "deadline_exceeded"
    assert len(llm.calls) == 1


@both
def test_what_was_wrong_with_an_answer_is_told_with_its_paths(way: str) -> None:
    llm = ScriptedLLM(lambda m, k: AIMessage("{}") if len(llm.calls) == 1 else honest(m, k))

    def parse_or_refuse(answer: AIMessage, slot: Slot) -> tuple[str, tuple[str, ...]]:
        if answer.content == "{}":
            raise OutputParseError("It does not fit.", cause="schema", errors=("$.text: is missing",))
        return parse(answer, slot)

    (outcome,) = run(context_of(LINES[:1]), llm, way=way, parse=parse_or_refuse)
    assert outcome.line.status == "rewritten"
    assert "- $.text: is missing\n" in str(llm.calls[1]["messages"][-1].content)


async def test_closing_the_iterator_cancels_the_calls_in_flight() -> None:
    llm = ScriptedLLM(honest, delay_s=30)
    context = context_of()
    slots = select_slots(context, max_rewrites=3, kept=frozenset(fact.path for fact in context.targets.candidate.facts))
    lines = arun_lines(slots, context, llm, check, parse, LIMITS, deadline_s=60, config={})
    waiting = asyncio.create_task(anext(aiter(lines)))
    while llm.running < 3:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert llm.running == 0


@both
def test_the_other_lines_wait_until_the_first_answer_has_been_shared(way: str) -> None:
    llm = ScriptedLLM(honest, delay_s=0.05)
    calls_when_shared: list[int] = []
    outcomes = run(context_of(), llm, way=way, share_cache=lambda: calls_when_shared.append(len(llm.calls)))
    assert calls_when_shared == [1]
    assert len(outcomes) == len(LINES)
    assert llm.most > 1


@both
def test_a_first_call_that_fails_keeps_no_line_waiting(way: str) -> None:
    shared: list[int] = []

    def reply(messages: list[BaseMessage], keywords: dict[str, Any]) -> AIMessage:
        if len(llm.calls) == 1:
            raise LLMTimeoutError("gone")
        return honest(messages, keywords)

    llm = ScriptedLLM(reply)
    outcomes = run(context_of(), llm, way=way, share_cache=lambda: shared.append(1))
    assert sorted(outcome.line.status for outcome in outcomes) == ["fallback"] + ["rewritten"] * (len(LINES) - 1)


@both
@pytest.mark.parametrize(
    ("line", "answer", "code"),
    [
        ("Packed 1,200 parcels a day with two others", "Packed parcels a day with two others", "figure_lost"),
        ("Packed 1,200 parcels a day with two others", "Packed 1,200 parcels a day", "figure_lost"),
        ("Packed 1,200 parcels a day with two others", "Packed 1200 a day with 2 others", "asked_word_lost"),
        ("Packed parcels, then drove the van and kept its log book for the foreman", "Packed parcels", "content_lost"),
        ("Packed parcels for Java and Spring Boot developers of the shop", "Packed parcels for Java developers of the shop", "name_lost"),
        (
            "Packed parcels. Drove the van for others. I kept its log book",
            "Packed parcels, drove the van for others, kept its log book",
            None,
        ),
        ("Packed 1,200 parcels a day with two others", "With 2 others, packed 1200 parcels a day", None),
        ("Packed 1,200 parcels a day with two others", "Packed 1,200 parcels a day with two others. -1.00", "mark_added"),
        ("Packed 1,200 parcels a day with two others", "%d: Packed 1,200 parcels a day with two others", "mark_added"),
        ("Packed 1,200 parcels a day with two others", "Packed 1,200 parcels a day with two others ' OR '1'='1", "mark_added"),
        ("Packed 31 percent of the parcels with one colleague", "Packed 31% of parcels with 1 colleague", None),
    ],
)
def test_a_true_line_that_loses_what_counts_is_refused(way: str, line: str, answer: str, code: str | None) -> None:
    llm = ScriptedLLM(lambda *_: AIMessage(json.dumps({"text": answer, "sources": []})))
    outcomes = run(context_of((*LINES[:3], line)), llm, way=way)
    (written,) = [outcome.line for outcome in outcomes if outcome.line.slot.path == "work[0].highlights[3]"]
    assert [found.code for found in written.reasons] == ([code] if code else [])
    assert written.text == (line if code else answer)


@both
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("Found 27 interactions in 2020 that the prescriber changed", None),
        ("Found 27 interactions with the prescriber, changed in 2020", "too_far"),
        ("In 2020 the prescriber changed what was found: 27 interactions", "too_far"),
    ],
)
def test_a_line_far_from_the_candidates_wording_is_not_used(way: str, answer: str, code: str | None) -> None:
    own = "I found 27 interactions in 2020 that the prescriber then changed"
    llm = ScriptedLLM(lambda *_: AIMessage(json.dumps({"text": answer, "sources": []})))
    (outcome,) = run(context_of((own,)), llm, way=way, limits=LIMITS._replace(max_departures=(0.2,)))
    assert [found.code for found in outcome.line.reasons] == ([code] if code else [])
    assert outcome.line.text == (own if code else answer)
    if code:
        assert "keep its words and their order" in str(llm.calls[-1]["messages"][-1].content)
    (anyway,) = run(context_of((own,)), llm, way=way)
    assert anyway.line.text == answer


@both
def test_each_model_has_its_own_limit_on_how_far_a_line_may_go(way: str) -> None:
    own, answer = "I found 27 interactions that the prescriber then changed", "The prescriber changed what was found: 27 interactions"
    first, second = (ScriptedLLM(lambda *_: AIMessage(json.dumps({"text": answer, "sources": []}))) for _ in range(2))
    for limits, asked in (((0.2, 1.0), [2, 1]), ((1.0, 0.2), [1, 0])):
        first.calls.clear()
        second.calls.clear()
        (outcome,) = run(context_of((own,)), first, way=way, limits=LIMITS._replace(max_departures=limits), others=(second,))
        assert outcome.line.text == answer
        assert [len(first.calls), len(second.calls)] == asked


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("Helped with scaling of the teams in 3 countries, from 3 to 28", "verbatim"),
        ("Helped with the scaling of the team in 3 countries, from 3 to 28", "verbatim"),
        ("Helped scale the team in 3 countries, from 3 to 28", "rewritten"),
        ("From 3 to 28, in 3 countries, helped with scaling of the team", "rewritten"),
    ],
)
def test_a_line_that_changes_little_words_and_is_no_shorter_is_not_called_rewritten(answer: str, status: str) -> None:
    own = "Helped with scaling of the team in 3 countries, from 3 to 28"
    outcomes = run(context_of((own,)), ScriptedLLM(lambda *_: AIMessage(json.dumps({"text": answer, "sources": []}))), way="sync")
    assert [(outcome.line.status, outcome.line.text) for outcome in outcomes] == [(status, own if status == "verbatim" else answer)]


@pytest.mark.parametrize(("stop", "answered"), [(".", ""), ("", "."), (".", "."), ("", "")])
def test_a_rewritten_line_ends_as_the_candidates_own_does(stop: str, answered: str) -> None:
    llm = ScriptedLLM(lambda messages, _: AIMessage(json.dumps({"text": "Packed parcel number 4 in hall 4" + answered, "sources": []})))
    outcomes = run(context_of(("Worked on the packing of parcel number 4 in hall 4" + stop,)), llm, way="sync")
    assert [outcome.line.text for outcome in outcomes] == ["Packed parcel number 4 in hall 4" + stop]


def test_no_call_is_made_for_a_reader_who_has_left() -> None:
    llm = ScriptedLLM(honest, delay_s=0.1)
    context = context_of()
    slots = select_slots(context, max_rewrites=6, kept=frozenset(fact.path for fact in context.targets.candidate.facts))
    one_at_a_time = LIMITS._replace(max_in_flight=1)
    lines = run_lines(slots, context, llm, check, parse, one_at_a_time, deadline_s=20, config={})
    next(lines)
    lines.close()  # type: ignore[attr-defined]
    time.sleep(0.5)
    assert len(llm.calls) <= 3


def test_only_allowed_sections_and_lines_of_some_length_are_chosen() -> None:
    context = context_of(("Too short", *LINES))
    kept = frozenset(fact.path for fact in context.targets.candidate.facts)
    assert len(select_slots(context, max_rewrites=99, kept=kept)) == len(LINES)
    assert len(select_slots(context, max_rewrites=2, kept=kept)) == 2
    assert select_slots(context_of(sections=("basics",)), max_rewrites=99, kept=kept) == ()
    assert len(select_slots(context, max_rewrites=99, kept=frozenset({"work[0].highlights[1]"}))) == 1


SUMMARY = "I packed 1,200 parcels a day in two halls. I then trained the new packers of the hall."


@both
@pytest.mark.parametrize(
    ("answer", "delivered", "status"),
    [
        # One sentence fails: the candidate's own stands in its place.
        (
            "Packed 1,200 parcels a day in two halls. Trained 999 new packers.",
            "Packed 1,200 parcels a day in two halls. I then trained the new packers of the hall.",
            "rewritten",
        ),
        # A sentence that rests on nothing of the candidate's is dropped.
        (
            "Packed 1,200 parcels a day in two halls. Trained the new packers of the hall. 999 miracles.",
            "Packed 1,200 parcels a day in two halls. Trained the new packers of the hall.",
            "rewritten",
        ),
        ("Packed 999 parcels a day. Trained 999 new packers.", SUMMARY, "fallback"),
        # What is left would lose a number of the candidate's.
        ("999 miracles. Trained the new packers of the hall.", SUMMARY, "fallback"),
    ],
)
def test_of_a_paragraph_only_the_failing_sentences_give_way(way: str, answer: str, delivered: str, status: str) -> None:
    llm = ScriptedLLM(lambda *_: AIMessage(json.dumps({"text": answer, "sources": []})))
    (outcome,) = run(context_of((SUMMARY,)), llm, way=way)
    assert (outcome.line.text, outcome.line.status) == (delivered, status)
    assert [reason.code for reason in outcome.line.reasons] == ["number_added"]
    assert len(llm.calls) == LIMITS.max_attempts


def test_reasons_name_no_place_in_a_text_that_is_not_delivered() -> None:
    def find_twice(slot: Slot, text: str, fact_ids: tuple[str, ...]) -> tuple[Finding, ...]:
        return tuple(Finding(path=slot.path, code="number_added", message="A number.", span=Span(start=at, end=at + 3)) for at in (0, 4))

    llm = ScriptedLLM(lambda *_: AIMessage('{"text": "999 888", "sources": []}'))
    slots = select_slots(context_of(LINES[:1]), max_rewrites=1, kept=frozenset({"work[0].highlights[0]"}))
    (outcome,) = run_lines(slots, context_of(LINES[:1]), llm, find_twice, parse, LIMITS, deadline_s=9, config={})
    assert outcome.line.reasons == (Finding(path="work[0].highlights[0]", code="number_added", message="A number."),)
