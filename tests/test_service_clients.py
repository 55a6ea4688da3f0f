"""Clients of each kind on a real server: LangServe's `RemoteRunnable`, and the habits of OpenAI's SDK."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from langserve import RemoteRunnable

from resume_rag.errors import LLMTimeoutError, OverloadedError
from resume_rag.schema import TailorResponse
from tests.service_app import REQUEST, RESPONSE, Service, make_service, make_settings, serve

KEY = "a-long-random-key"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    keys = tmp_path / "keys"
    keys.write_text(f"acme:{hashlib.sha256(KEY.encode()).hexdigest()}\n")
    return make_service(settings=make_settings(api_keys_file=keys))


@pytest.fixture
def url(service: Service) -> Iterator[str]:
    with serve(service.app) as running:
        yield running


@pytest.fixture
def remote(url: str) -> RemoteRunnable:
    return RemoteRunnable(f"{url}/resume/", headers={"Authorization": f"Bearer {KEY}"})


def open_client(url: str, key: str = KEY) -> openai.OpenAI:
    return openai.OpenAI(base_url=url, api_key=key, max_retries=0)


async def test_remote_runnable_awaits(remote: RemoteRunnable) -> None:
    assert TailorResponse.model_validate(await remote.ainvoke(REQUEST)) == RESPONSE
    assert [TailorResponse.model_validate(one) for one in await remote.abatch([REQUEST, REQUEST])] == [RESPONSE, RESPONSE]
    snapshots = [TailorResponse.model_validate(one) async for one in remote.astream(REQUEST)]
    assert snapshots[-1] == RESPONSE
    kinds = [event["event"] async for event in remote.astream_events(REQUEST, version="v2")]
    assert (kinds[0], kinds[-1]) == ("on_chain_start", "on_chain_end")


def test_remote_runnable_in_a_chain(remote: RemoteRunnable) -> None:
    chain = remote | (lambda response: TailorResponse.model_validate(response).lines[0].text)
    assert chain.invoke(REQUEST) == RESPONSE.lines[0].text


def test_remote_runnable_without_a_key(url: str) -> None:
    with pytest.raises(httpx.HTTPStatusError) as refused:
        RemoteRunnable(f"{url}/resume/").invoke(REQUEST)
    assert refused.value.response.status_code == 401


def test_openai_client_is_let_in_and_told_the_request_id(url: str, service: Service) -> None:
    with open_client(url) as client:
        raw = client.with_options(default_headers={"X-Request-ID": "mine-1"}).post("/generate_resume", body=REQUEST, cast_to=httpx.Response)
        assert TailorResponse.model_validate(raw.json()) == RESPONSE
    assert raw.headers["x-request-id"] == "mine-1"
    assert service.lines()[-1]["request_id"] == "mine-1"


def test_openai_client_raises_its_own_errors(url: str, service: Service) -> None:
    with open_client(url, "another") as client, pytest.raises(openai.AuthenticationError):
        client.post("/generate_resume", body=REQUEST, cast_to=dict[str, object])
    with open_client(url) as client:
        with pytest.raises(openai.UnprocessableEntityError) as unfit:
            client.post("/generate_resume", body={}, cast_to=dict[str, object])
        assert unfit.value.code == "invalid_request"
        assert unfit.value.request_id
        service.chain.error = LLMTimeoutError("late")
        with pytest.raises(openai.InternalServerError) as late:
            client.post("/generate_resume", body=REQUEST, cast_to=dict[str, object])
        assert (late.value.status_code, late.value.code) == (504, "llm_timeout")


def test_openai_client_comes_back_when_it_is_told(url: str, service: Service) -> None:
    service.chain.error = OverloadedError("full", retry_after_s=0.1)
    with openai.OpenAI(base_url=url, api_key=KEY, max_retries=1) as client, pytest.raises(openai.InternalServerError) as full:
        client.post("/generate_resume", body=REQUEST, cast_to=dict[str, object])
    assert full.value.response.headers["retry-after"] == "1"
    assert len(service.chain.calls) == 2
