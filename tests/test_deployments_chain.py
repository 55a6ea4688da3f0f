"""The chain over several deployments: who writes a line when the first does not deliver, and what a rollout learns of it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resume_rag import Settings, TailorResponse, build_chain
from resume_rag.chain import TailorChain
from resume_rag.drafting import MAX_EMBEDDED_DEPARTURE
from resume_rag.errors import DeploymentsFileError, LLMError, LLMUnavailableError
from resume_rag.llm.guarded import MAX_FAILURES
from resume_rag.rollout import Deployments, GoldenRecord, RolloutStore, read_deployments, start
from tests.fake_vllm import MODEL, FakeVLLM, Received, shortened_reply
from tests.test_chain import request_of

DEAD = "http://127.0.0.1:9/v1"


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@pytest.fixture
def settings_of(tmp_path: Path, index_dir: Path) -> Any:
    def make(urls: dict[str, str], *, key_env: str | None = None, **more: Any) -> Settings:
        entries = []
        for role, url in urls.items():
            entry = {"name": role, "url": url, "precision": "awq" if role != "fallback" else "fp16", "role": role, "api_key_env": key_env}
            entries.append(entry | ({} if url == "embedded" else {"model": MODEL}))
        path = tmp_path / "deployments.yaml"
        policy = {"steps": [50, 100], "min_requests": 1, "min_step_s": 0}
        path.write_text(json.dumps({"deployments": entries, "rollout": policy}))
        wanted = {"index_dir": index_dir, "rollout_dir": tmp_path / "rollout", "llm_timeout_s": 10, "max_rewrites": 6} | more
        return Settings(_env_file=None, deployments_file=path, **wanted)

    return make


@contextlib.contextmanager
def two(first: Any, **more: Any) -> Iterator[tuple[FakeVLLM, FakeVLLM]]:
    with FakeVLLM(script=first, reply=shortened_reply, **more) as primary, FakeVLLM(reply=shortened_reply) as fallback:
        yield primary, fallback


def always(fault: str) -> Any:
    return lambda received: fault


async def ask(chain: TailorChain, *, is_async: bool) -> TailorResponse:
    request = request_of("nurse", top_k=0)
    return await chain.ainvoke(request) if is_async else chain.invoke(request)


def written(response: TailorResponse) -> list[Any]:
    return [line for line in response.lines if line.attempts or line.error_code]


@pytest.mark.parametrize("is_async", [True, False])
@pytest.mark.parametrize("fault", ["drifted_key", "refusal", "schema_echo", "repetition_loop", "server_error", "reset", "rate_limited"])
async def test_a_line_that_the_first_does_not_deliver_is_written_by_the_fallback(settings_of: Any, fault: str, is_async: bool) -> None:
    with two(always(fault)) as (primary, fallback):
        with build_chain(settings_of({"primary": primary.base_url, "fallback": fallback.base_url})) as chain:
            response = await ask(chain, is_async=is_async)
        assert primary.received
    lines = written(response)
    assert len(lines) == 6
    assert {line.deployment for line in lines if line.status != "fallback"} == {"fallback"}
    assert any(line.status == "rewritten" for line in lines)
    assert response.versions is not None
    assert response.versions.deployment == "primary"
    assert response.usage is not None
    assert response.usage.lines_by_deployment == {"primary": 6, "fallback": 6}


async def test_a_line_that_says_what_its_source_does_not_goes_to_the_fallback_and_keeps_the_reasons(settings_of: Any) -> None:
    def lie(received: Received) -> dict[str, Any]:
        return {"text": "Led 900 surgeons across 12 hospitals in Peru", "sources": received.allowed_ids[:1]}

    with two(()) as (primary, fallback):
        primary.reply = lie
        with build_chain(settings_of({"primary": primary.base_url, "fallback": fallback.base_url})) as chain:
            response = await ask(chain, is_async=True)
    rewritten = [line for line in written(response) if line.status == "rewritten"]
    assert rewritten
    assert all(line.deployment == "fallback" and line.reasons and line.attempts == 3 for line in rewritten)
    assert "Peru" not in response.model_dump_json(exclude={"lines"})


@pytest.mark.parametrize("is_async", [True, False])
async def test_a_server_that_hangs_leaves_the_fallback_half_of_the_time(settings_of: Any, is_async: bool) -> None:
    with two(()) as (primary, fallback):
        urls = {"primary": primary.base_url, "fallback": fallback.base_url}
        with build_chain(settings_of(urls, llm_timeout_s=60)) as chain:
            await ask(chain, is_async=is_async)  # everything is open by now
            primary.script = always("stall")
            request, config = request_of("nurse", top_k=0), {"metadata": {"deadline_s": 8}}
            response = await chain.ainvoke(request, config) if is_async else chain.invoke(request, config)
    assert {line.deployment for line in written(response)} == {"fallback"}


async def test_a_dead_server_is_not_asked_for_every_line(settings_of: Any) -> None:
    with two(always("server_error")) as (primary, fallback):
        with build_chain(settings_of({"primary": primary.base_url, "fallback": fallback.base_url}, max_in_flight=1)) as chain:
            first = await ask(chain, is_async=True)
            asked = primary.received
            second = await ask(chain, is_async=True)
        assert asked <= MAX_FAILURES + 2
        assert primary.received == asked
    for response in (first, second):
        assert {line.deployment for line in written(response)} == {"fallback"}
        assert response.versions is not None
        assert response.versions.deployment == "primary"


async def test_where_nobody_delivers_the_candidates_words_stay(settings_of: Any) -> None:
    with two(always("refusal")) as (primary, fallback):
        fallback.script = always("empty")
        with build_chain(settings_of({"primary": primary.base_url, "fallback": fallback.base_url})) as chain:
            response = await ask(chain, is_async=True)
    lines = written(response)
    assert {(line.status, line.deployment, line.error_code) for line in lines} == {("fallback", "", "output_unparsable")}
    assert {line.attempts for line in lines} == {4}


async def test_where_all_are_down_the_request_fails_and_names_the_deployment(settings_of: Any) -> None:
    with build_chain(settings_of({"primary": DEAD, "fallback": DEAD})) as chain, pytest.raises(LLMUnavailableError) as caught:
        await ask(chain, is_async=True)
    assert caught.value.deployment == "primary"


async def test_one_deployment_alone_has_no_stand_in(settings_of: Any) -> None:
    with two(always("refusal")) as (primary, fallback):
        settings = settings_of({"primary": primary.base_url, "fallback": fallback.base_url})
        with build_chain(settings, deployment="fallback") as chain:
            response = await ask(chain, is_async=True)
        assert primary.received == 0
        with pytest.raises(DeploymentsFileError, match="no deployment"):
            build_chain(settings, deployment="other")
    assert {line.deployment for line in written(response)} == {"fallback"}


async def test_without_a_file_there_is_one_deployment(index_dir: Path) -> None:
    with FakeVLLM(reply=shortened_reply) as server:
        settings = Settings(_env_file=None, llm_base_url=server.base_url, index_dir=index_dir, max_rewrites=2)
        with build_chain(settings) as chain:
            response = await ask(chain, is_async=True)
            assert await chain.acheck() == {"index": "not_opened", "llm": "ok"}
    assert response.versions is not None
    assert (response.versions.deployment, response.versions.model) == ("default", "fake-model")
    assert {line.deployment for line in written(response)} == {"default"}


async def test_the_chain_starts_and_is_ready_while_one_can_serve(settings_of: Any) -> None:
    with FakeVLLM() as alive:
        with build_chain(settings_of({"primary": DEAD, "canary": DEAD, "fallback": alive.base_url})) as chain:
            await chain.astart()
            assert await chain.acheck() == {"index": "ok", "llm": "ok"}
        assert [request.allowed_ids for request in alive.requests] == [["w0h0"]]  # its schema is warmed
        with build_chain(settings_of({"primary": DEAD, "canary": alive.base_url, "fallback": DEAD})) as chain:
            with pytest.raises(LLMError):
                await chain.astart()
            assert (await chain.acheck())["llm"] == "llm_unavailable"


async def test_an_embedded_model_that_cannot_be_had_is_stood_in_for(settings_of: Any, tmp_path: Path) -> None:
    with FakeVLLM(reply=shortened_reply) as server:
        settings = settings_of({"primary": "embedded", "fallback": server.base_url}, embedded_model=str(tmp_path / "none.gguf"))
        with build_chain(settings) as chain:
            response = await ask(chain, is_async=True)
    assert {line.deployment for line in written(response)} == {"fallback"}


async def test_a_key_comes_from_the_variable_that_the_file_names(settings_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeVLLM(reply=shortened_reply) as server:
        settings = settings_of({"primary": server.base_url}, key_env="PLANTED_KEY")
        with build_chain(settings) as chain, pytest.raises(DeploymentsFileError, match="PLANTED_KEY"):
            await ask(chain, is_async=True)
        monkeypatch.setenv("PLANTED_KEY", "s3cret")
        with build_chain(settings) as chain:
            await ask(chain, is_async=True)
        assert {request.headers["authorization"] for request in server.requests} == {"Bearer s3cret"}


def begin_rollout(settings: Settings) -> tuple[RolloutStore, Deployments]:
    deployments = read_deployments(Path(str(settings.deployments_file)))
    store, canary = RolloutStore(settings.rollout_dir), deployments.of_role("canary")[0]
    store.write_golden(GoldenRecord(deployment=canary.name, version="1", fingerprint=canary.fingerprint, golden="g", passed=True, at="now"))
    start(store, deployments, canary.name, "g", 0.0)
    return store, deployments


async def test_a_rollout_learns_what_its_canary_did_and_the_stable_version_stands_in(settings_of: Any) -> None:
    with two(()) as (primary, canary):
        canary.script = always("truncated_silently")
        settings = settings_of({"primary": primary.base_url, "canary": canary.base_url})
        store, _ = begin_rollout(settings)
        chosen = []
        with build_chain(settings) as chain:
            for number in range(10):
                request = request_of("nurse", top_k=0).model_dump()
                request["resume"] = {
                    "basics": {"name": f"Candidate {number}"},
                    "work": [
                        {"name": "Northfield", "position": "Nurse", "highlights": ["Was responsible for the care of 12 patients a shift"]}
                    ],
                }
                response = await chain.ainvoke(request)
                assert response.versions is not None
                chosen.append(response.versions.deployment)
                assert {line.deployment for line in written(response)} == {"primary"}
        seen = store.sum_step(store.read_state())
    assert set(chosen) == {"primary", "canary"}
    assert (seen["canary"].requests, seen["stable"].requests) == (chosen.count("canary"), chosen.count("primary"))
    assert seen["canary"].share("fallback_lines") == 1
    assert seen["stable"].share("fallback_lines") == 0
    assert seen["stable"].calls == seen["stable"].lines


async def test_requests_that_fail_count_as_well(settings_of: Any) -> None:
    settings = settings_of({"primary": DEAD, "canary": DEAD})
    store, _ = begin_rollout(settings)
    with build_chain(settings) as chain:
        with pytest.raises(LLMUnavailableError):
            await ask(chain, is_async=True)
        with pytest.raises(LLMUnavailableError):
            await ask(chain, is_async=False)
    seen = store.sum_step(store.read_state())
    assert sum(tally.requests for tally in seen.values()) == 2
    assert sum(tally.faults["errors"] for tally in seen.values()) == 12


async def test_the_embedded_model_is_held_closer_to_the_candidates_wording(settings_of: Any) -> None:
    urls = {"primary": DEAD, "fallback": "embedded"}
    with build_chain(settings_of(urls)) as chain:
        assert [chain._max_departure(name) for name in urls] == [1.0, MAX_EMBEDDED_DEPARTURE]
    with build_chain(settings_of(urls, max_departure=0.5)) as chain:
        assert [chain._max_departure(name) for name in urls] == [0.5, 0.5]


@pytest.mark.live
async def test_the_embedded_model_stands_in_for_a_server_that_fails(settings_of: Any) -> None:
    urls = {"primary": DEAD, "fallback": "embedded"}
    settings = settings_of(urls, embedded_model="qwen2.5-coder-0.5b", max_rewrites=2, llm_timeout_s=120)
    with build_chain(settings) as chain:
        response = await chain.ainvoke(request_of("electrician"))
    assert response.usage is not None
    assert response.usage.lines_by_deployment == {"primary": 2, "fallback": 2}
    assert response.usage.completion_tokens
    assert all(line.deployment in ("fallback", "") for line in written(response))
