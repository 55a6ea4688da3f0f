"""Keys, headers, origins, and what is off when it is off."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

from resume_rag.service import build_app
from resume_rag.service.keys import ApiKeys, ApiKeysError
from tests.service_app import REQUEST, ScriptedChain, Service, make_service, make_settings

ROUTES = ["/generate_resume", "/generate_resume/batch", "/check", "/resume/invoke", "/resume/batch", "/resume/stream"]


def line_of(name: str, key: str) -> str:
    return f"{name}:{hashlib.sha256(key.encode()).hexdigest()}\n"


def replace_file(path: Path, content: str | None) -> None:
    path.unlink()
    if content is not None:
        path.write_text(content)


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    path.write_text(f"# staff\n\n{line_of('ann', 'key-of-ann')}{line_of('bob', 'key-of-bob')}")
    return path


@pytest.fixture
def service(keys_file: Path) -> Service:
    return make_service(settings=make_settings(api_keys_file=keys_file))


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic a2V5LW9mLWFubg=="}, {"X-API-Key": ""}, {"X-API-Key": "key-of-an"}],
)
async def test_without_a_key_nothing_is_read_or_done(service: Service, path: str, headers: dict[str, str]) -> None:
    async with service.client() as client:
        answer = await client.post(path, content=b"not read", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert service.chain.calls == []


@pytest.mark.parametrize("path", ["/metrics", "/docs", "/openapi.json", "/", "/resume/playground/", "/resume/input_schema", "/nowhere"])
async def test_pages_and_metrics_want_a_key_too(service: Service, path: str) -> None:
    assert (await service.get(path)).status_code == 401


async def test_probes_have_no_key(service: Service) -> None:
    assert [(await service.get(path)).status_code for path in ("/healthz", "/readyz")] == [200, 200]


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer key-of-ann"}, {"authorization": "bearer key-of-ann"}, {"X-API-Key": "key-of-ann"}]
)
async def test_a_key_lets_in_and_the_log_has_a_digest_of_its_owner(service: Service, headers: dict[str, str]) -> None:
    assert (await service.post("/generate_resume", REQUEST, headers=headers)).status_code == 200
    await service.post("/generate_resume", REQUEST, headers={"X-API-Key": "key-of-bob"})
    tenants = [line["tenant"] for line in service.lines()]
    assert len(set(tenants)) == 2
    assert all(len(tenant) == 12 for tenant in tenants)
    assert not any(text in service.log.getvalue() for text in ("ann", "bob", "key-of"))


async def test_keys_come_and_go_with_their_lines(keys_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resume_rag.service.keys._LOOK_EVERY_S", 0)
    service = make_service(settings=make_settings(api_keys_file=keys_file))

    async def status(key: str) -> int:
        return (await service.post("/generate_resume", REQUEST, headers={"X-API-Key": key})).status_code

    assert [await status("key-of-ann"), await status("key-of-eve")] == [200, 401]
    replace_file(keys_file, line_of("eve", "key-of-eve"))
    assert [await status("key-of-ann"), await status("key-of-eve")] == [401, 200]
    replace_file(keys_file, "half a li")
    assert await status("key-of-eve") == 401
    replace_file(keys_file, None)
    assert await status("key-of-eve") == 401
    await asyncio.to_thread(keys_file.write_text, line_of("eve", "key-of-eve"))
    assert await status("key-of-eve") == 200


@pytest.mark.parametrize("content", ["", "# none\n", "ann:abc\n", "ann\n", f"a b:{'0' * 64}\n"])
def test_a_file_without_keys_starts_no_server(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys"
    path.write_text(content)
    with pytest.raises(ApiKeysError):
        build_app(ScriptedChain(), make_settings(api_keys_file=path))
    with pytest.raises(ApiKeysError):
        ApiKeys(tmp_path / "missing")


async def test_each_key_has_its_own_rate(keys_file: Path) -> None:
    service = make_service(settings=make_settings(api_keys_file=keys_file, rate_limit="1/hour"))
    statuses = [
        (await service.post("/generate_resume", REQUEST, headers={"X-API-Key": key})).status_code
        for key in ("key-of-ann", "key-of-ann", "key-of-bob")
    ]
    assert statuses == [200, 429, 200]


# --- headers, origins ---


@pytest.mark.parametrize("path", ["/", "/healthz", "/docs", "/resume/playground/", "/nowhere", "/metrics"])
async def test_every_answer_has_the_security_headers(path: str) -> None:
    headers = (await make_service().get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    is_page = headers["content-type"].startswith("text/html")
    assert ("default-src 'self'" if is_page else "default-src 'none'") in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    # The playground compiles its form's schema: without this its page stays empty.
    assert ("'unsafe-eval'" in headers["content-security-policy"]) == (path == "/resume/playground/")


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_answers_with_a_resume_are_stored_nowhere(accept: str) -> None:
    answer = await make_service().post("/generate_resume", REQUEST, headers={"Accept": accept})
    assert answer.headers["cache-control"] in ("no-store", "no-cache")


@pytest.mark.parametrize("path", ["/generate_resume", "/resume/invoke", "/check"])
async def test_other_origins_are_told_nothing(path: str) -> None:
    service = make_service()
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    async with service.client() as client:
        answers = [await client.options(path, headers=asked), await client.post(path, json={}, headers=asked)]
    assert not any(name.startswith("access-control") for answer in answers for name in answer.headers)


@pytest.mark.parametrize(
    "path", ["/resume/playground/../../etc/passwd", "/resume/playground/%2e%2e/%2e%2e/pyproject.toml", "/resume/playground//etc/passwd"]
)
async def test_paths_lead_nowhere(path: str) -> None:
    async with make_service().client() as client:
        answer = await client.get(path)
    assert "root:" not in answer.text
    assert "[project]" not in answer.text


async def test_a_resume_is_never_an_address_or_a_path(tmp_path: Path) -> None:
    """Nothing in a request is opened or fetched: the chain gets the text as it came."""
    service = make_service()
    for resume in ("http://127.0.0.1:1/resume.pdf", "file:///etc/passwd", "/etc/passwd"):
        await service.post("/generate_resume", {**REQUEST, "resume": resume})
        assert service.chain.calls[-1].resume == resume


async def test_without_the_playground_only_work_and_probes_are_left() -> None:
    service = make_service(settings=make_settings(playground=False))
    statuses: dict[str, Any] = {
        path: (await service.get(path)).status_code for path in ("/docs", "/openapi.json", "/resume/playground/", "/metrics")
    }
    assert statuses == {"/docs": 404, "/openapi.json": 404, "/resume/playground/": 404, "/metrics": 200}
