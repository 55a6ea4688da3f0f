"""The whole way, over real files, the real index and a server; faults come from a scripted server."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler

from resume_rag import Settings, TailorRequest, TailorResponse, build_chain
from resume_rag.chain import TailorChain, read_request
from resume_rag.drafting import LOSS_CODES
from resume_rag.errors import DeadlineExceededError, InputError, InputTooLargeError, LLMUnavailableError
from resume_rag.grounding import CODES
from resume_rag.intake import check_placements, read_resume
from resume_rag.paths import find_leaves
from resume_rag.schema import Resume, ResumeFile
from tests.fake_vllm import FakeVLLM, Received

DEMO = files("resume_rag").joinpath("data", "demo")


def file_of(name: str) -> ResumeFile:
    return ResumeFile(name=name, content_base64=base64.b64encode(DEMO.joinpath(name).read_bytes()).decode())


def request_of(who: str, **more: Any) -> TailorRequest:
    name = {"engineer": "engineer_resume.pdf", "nurse": "nurse_resume.docx", "electrician": "electrician_resume.txt"}[who]
    return TailorRequest(job_description=DEMO.joinpath(f"{who}_post.txt").read_text(encoding="utf-8"), resume=file_of(name), **more)


def source_line(request: Received) -> str:
    asks = [line for line in request.last_human.splitlines() if line.startswith("Source line [")]
    if not asks:
        asks = [line for message in request.messages for line in str(message["content"]).splitlines() if line.startswith("Source line [")]
    return asks[-1].split("]: ", 1)[1] if asks else "Ready"


def shortened(request: Received) -> dict[str, Any]:
    """An honest rewrite: filler at the beginning is cut."""
    text = source_line(request)
    for filler in ("Was responsible for ", "Responsible for ", "Worked on "):
        text = text.removeprefix(filler)
    return {"text": text[:1].upper() + text[1:].rstrip("."), "sources": request.allowed_ids[:1]}


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@pytest.fixture
def server() -> Iterator[FakeVLLM]:
    with FakeVLLM(reply=shortened) as running:
        yield running


@pytest.fixture
def chain(server: FakeVLLM, index_dir: Path) -> Iterator[TailorChain]:
    with build_chain(settings_of(server, index_dir)) as built:
        yield built


def settings_of(server: FakeVLLM, index_dir: Path, **more: Any) -> Settings:
    return Settings(llm_base_url=server.base_url, index_dir=index_dir, llm_timeout_s=10, **more)


def locked(resume: Resume) -> dict[str, str]:
    return {
        path: text
        for path, text in find_leaves(resume.model_dump())
        if not any(part in path for part in (".highlights[", ".summary", ".description"))
    }


@pytest.mark.parametrize("who", ["engineer", "nurse", "electrician"])
def test_a_real_resume_is_tailored_and_every_leaf_has_its_source(chain: TailorChain, who: str) -> None:
    request = request_of(who)
    response = chain.invoke(request)
    document = read_resume(request.resume)
    assert locked(response.resume) == locked(document.resume)
    assert {line.path for line in response.lines} == {path for path, _ in find_leaves(response.resume.model_dump())}
    text = document.source.text
    for line in response.lines:
        assert line.sources
        for source in line.sources:
            assert source.span is not None
            assert text[source.span.start : source.span.end].split()[0] in source.text or source.text[:4].isdigit()
    assert check_placements(document) == ()
    assert any(line.status == "rewritten" for line in response.lines)
    assert response.gaps
    assert response.coverage is not None
    assert 0 <= response.coverage.before <= response.coverage.after <= response.coverage.ceiling <= 1
    assert response.examples is not None
    assert response.examples.used
    assert response.usage is not None
    assert {"intake", "match", "retrieve", "draft", "total"} <= set(response.usage.timings_ms)
    assert response.versions is not None
    assert response.versions.index


def test_a_model_that_copies_the_post_and_the_examples_gets_nothing_through(server: FakeVLLM, chain: TailorChain) -> None:
    lies = iter(
        [
            "Led a team of six engineers and wrote performance reviews",
            "Operated workloads on Kubernetes in production for two years",
            "Took a service through a PCI DSS assessment",
            "Cut p99 latency by 92% for 4,000,000 users with Apache Flink",
        ]
        * 20
    )
    server.reply = lambda request: {"text": next(lies), "sources": request.allowed_ids[:1]}
    request = request_of("engineer")
    response = chain.invoke(request)
    said = {text for _, text in find_leaves(read_resume(request.resume).resume.model_dump())}
    assert {text for _, text in find_leaves(response.resume.model_dump())} <= said
    fallen = [line for line in response.lines if line.status == "fallback"]
    assert len(fallen) >= 8
    assert all(line.reasons for line in fallen)
    # Nor does the rest of the response repeat it: reasons are the code's words, and the post's own are the gaps.
    rest = response.model_dump_json(exclude={"gaps"})
    assert "Flink" not in rest
    assert "4,000,000" not in rest
    assert {re.sub(r" \(\S+\)", "", found.message) for line in fallen for found in line.reasons} <= {*CODES.values(), *LOSS_CODES.values()}


def test_the_post_never_enters_a_prompt_whole_and_the_candidates_name_never(server: FakeVLLM, chain: TailorChain) -> None:
    chain.invoke(request_of("engineer"))
    prompts = json.dumps([request.body["messages"] for request in server.requests])
    assert "Larkfield" not in prompts
    assert "Herrera" not in prompts
    assert "tomas.lind@example.com" not in prompts
    assert "PCI DSS" not in prompts


def test_a_stream_grows_line_by_line_and_ends_whole(chain: TailorChain) -> None:
    snapshots = list(chain.stream(request_of("nurse")))
    counts = [len(snapshot.lines) for snapshot in snapshots]
    assert counts == sorted(counts)
    assert len(snapshots) > 5
    assert snapshots[-1].resume == chain.invoke(request_of("nurse")).resume


async def test_the_async_ways_say_the_same(chain: TailorChain) -> None:
    request = request_of("nurse")
    whole = await chain.ainvoke(request)
    last = [snapshot async for snapshot in chain.astream(request)][-1]
    assert whole.resume == last.resume == (await asyncio.to_thread(chain.invoke, request)).resume
    assert [response.resume for response in chain.batch([request, request.model_dump(mode="json")])] == [whole.resume] * 2


def test_the_same_request_gives_the_same_lines(chain: TailorChain) -> None:
    first, second = chain.invoke(request_of("electrician")), chain.invoke(request_of("electrician"))
    assert first.lines == second.lines
    assert first.examples == second.examples
    assert first.gaps == second.gaps


def test_stages_are_told_to_langchain_callbacks(chain: TailorChain) -> None:
    class Names(BaseCallbackHandler):
        def __init__(self) -> None:
            self.seen: list[str] = []

        def on_chain_start(self, serialized: Any, inputs: Any, **kwargs: Any) -> None:
            self.seen.append(str(kwargs.get("name")))

    names = Names()
    chain.invoke(request_of("nurse"), config={"callbacks": [names]})
    assert [name for name in names.seen if name in ("read_request", "intake", "match", "retrieve")] == [
        "read_request",
        "intake",
        "match",
        "retrieve",
    ]


def test_a_server_that_is_not_there_is_said_so(index_dir: Path) -> None:
    settings = Settings(llm_base_url="http://127.0.0.1:9/v1", llm_name="x", index_dir=index_dir)
    with build_chain(settings) as chain, pytest.raises(LLMUnavailableError) as caught:
        chain.invoke(request_of("nurse"))
    assert "RESUME_RAG_LLM_BASE_URL" in caught.value.hint


@pytest.mark.parametrize("fault", ["truncation", "refusal", "prose_around"])
def test_answers_that_are_no_use_leave_the_resume_whole(index_dir: Path, fault: str) -> None:
    from tests.fake_vllm import FAULTS

    names = [name for name in FAULTS if fault.split("_")[0][:5] in name]
    assert names, sorted(FAULTS)
    with FakeVLLM(script={names[0]: 1.0}, reply=shortened) as server, build_chain(settings_of(server, index_dir)) as chain:
        response = chain.invoke(request_of("nurse"))
    assert isinstance(response, TailorResponse)
    assert len(response.resume.work) == 3


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({}, "job_description"),
        ({"job_description": "x"}, "resume"),
        ({"job_description": "x", "resume": "y", "tpyo": "SECRET"}, "Fields"),
        ({"job_description": ["SECRET"], "resume": "y"}, "job_description"),
        ({"job_description": "x", "resume": "y", "top_k": 99}, "top_k"),
        ("SECRET", "object"),
    ],
)
def test_a_request_that_does_not_fit_is_named_without_what_it_holds(value: Any, named: str) -> None:
    with pytest.raises(InputError) as caught:
        read_request(value)
    assert named in f"{caught.value.message} {caught.value.hint}"
    assert "SECRET" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(("post", "kind"), [("Nurse", InputError), ("", InputError), ("word " * 40_000, InputTooLargeError)])
def test_a_post_that_is_too_short_or_too_long(chain: TailorChain, post: str, kind: type[InputError]) -> None:
    with pytest.raises(kind) as caught:
        chain.invoke({"job_description": post, "resume": "x"})
    assert caught.value.hint


def test_without_examples_none_are_shown(server: FakeVLLM, chain: TailorChain) -> None:
    response = chain.invoke(request_of("nurse", top_k=0))
    assert response.examples is not None
    assert response.examples.used == ()
    assert "How good lines of other people sound" not in json.dumps(server.requests[0].body["messages"])


@pytest.mark.live
def test_a_real_model_writes_and_its_lines_are_checked(index_dir: Path) -> None:
    url = os.environ.get("RESUME_RAG_LIVE_URL")
    where = {"embedded_model": "qwen2.5-coder-0.5b"} if url is None else {"llm_base_url": url}
    with build_chain(Settings(**where, index_dir=index_dir, max_rewrites=3)) as chain:  # type: ignore[arg-type]
        response = chain.invoke(request_of("electrician"))
    assert response.usage is not None
    assert response.usage.calls >= 3
    assert response.usage.completion_tokens
    assert response.versions is not None
    assert response.versions.model
    drafted = [line for line in response.lines if line.path.endswith("]") and ".highlights[" in line.path]
    assert len(drafted) == 9


def test_starting_has_the_server_compile_a_schema_before_it_is_in_use(server: FakeVLLM, chain: TailorChain) -> None:
    chain.start()
    (warming,) = server.requests
    assert warming.allowed_ids == ["w0h0"]
    assert warming.body["max_completion_tokens"] == 1


async def test_a_server_that_takes_no_schema_is_asked_in_words(index_dir: Path) -> None:
    def refuse(request: Received) -> str | None:
        return "schema_refused" if request.schema else None

    with FakeVLLM(script=refuse, reply=shortened) as server, build_chain(settings_of(server, index_dir)) as chain:
        await chain.astart()
        response = await chain.ainvoke(request_of("nurse"))
        with_schema = [request.number for request in server.requests if request.schema]
    assert "rewritten" in {line.status for line in response.lines}
    assert with_schema == [0]  # the warming call alone: the refusal is remembered


@pytest.mark.parametrize("fault", ["whitespace_loop", "repetition_loop"])
async def test_a_model_in_a_loop_is_hung_up_on_and_the_line_stays(fault: str, index_dir: Path) -> None:
    with FakeVLLM(script=lambda request: fault, token_s=0.001) as server:
        with build_chain(settings_of(server, index_dir, max_output_tokens=4096, max_rewrites=2)) as chain:
            response = await chain.ainvoke(request_of("electrician"))
        assert sorted(server.wait_for_disconnects(4)) == [0, 1, 2, 3]
    written = [line for line in response.lines if line.status != "verbatim"]
    assert [(line.status, line.error_code) for line in written] == [("fallback", "output_unparsable")] * 2


async def test_the_time_of_a_request_runs_while_it_waits_for_a_thread(server: FakeVLLM, index_dir: Path) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.4)
    with build_chain(settings_of(server, index_dir, deadline_s=0.2)) as chain, pytest.raises(DeadlineExceededError):
        await chain.ainvoke(request_of("nurse"))
    assert server.requests == []


async def test_not_ready_when_the_server_no_longer_has_the_model(server: FakeVLLM, index_dir: Path) -> None:
    with build_chain(settings_of(server, index_dir, llm_name="fake-model")) as chain:
        await chain.astart()
        assert (await chain.acheck())["llm"] == "ok"
    with build_chain(settings_of(server, index_dir, llm_name="another")) as chain:
        await chain.astart()  # the fake answers whatever name is asked for
        assert (await chain.acheck())["llm"] == "llm_request"


def test_a_true_line_of_another_place_is_refused_in_this_one(server: FakeVLLM, chain: TailorChain) -> None:
    request = request_of("nurse")
    own = [text for role in read_resume(request.resume).resume.work for text in role.highlights]

    def another(asked: Received) -> dict[str, Any]:
        place = own.index(source_line(asked)) if source_line(asked) in own else 0
        return {"text": own[(place + 5) % len(own)], "sources": asked.allowed_ids[:1]}

    server.reply = another
    response = chain.invoke(request)
    lines = [line for line in response.lines if ".highlights[" in line.path]
    assert {line.status for line in lines} == {"fallback"}
    assert all(line.reasons and line.text == line.sources[0].text for line in lines)
    assert sorted(line.text for line in lines) == sorted(own)


def test_a_leak_is_named_with_the_example_it_is_from(server: FakeVLLM, chain: TailorChain) -> None:
    response = chain.invoke(request_of("engineer"))
    assert response.examples is not None
    lender = response.examples.used[0].id
    resume = json.loads(DEMO.parent.joinpath("examples", f"{lender}.json").read_text(encoding="utf-8"))
    server.reply = lambda asked: {"text": resume["work"][0]["highlights"][0], "sources": asked.allowed_ids[:1]}
    leaks = [found for line in chain.invoke(request_of("engineer")).lines for found in line.reasons if found.code == "leak_example"]
    assert leaks
    assert {found.message for found in leaks} <= {
        f"Words come from an example resume and not from the source ({used.id})." for used in response.examples.used
    }
