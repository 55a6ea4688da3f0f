"""The service over several deployments: whose request it is, what is shared, what is logged and counted of a rollout."""

from __future__ import annotations

import hashlib
from pathlib import Path

from resume_rag.errors import LLMTimeoutError
from resume_rag.rollout import Change, Deployment, Deployments, GoldenRecord, RolloutState, RolloutStore, Router, promote, start
from tests.service_app import REQUEST, make_service, make_settings

FILE = Deployments(
    deployments=(Deployment(name="awq", url="http://127.0.0.1:9/v1"), Deployment(name="next", url="http://127.0.0.1:9/v1", role="canary"))
)


def begin(folder: Path) -> tuple[RolloutStore, Router]:
    store, canary = RolloutStore(folder), FILE.deployments[1]
    store.write_golden(GoldenRecord(deployment="next", version="1", fingerprint=canary.fingerprint, golden="g", passed=True, at="now"))
    start(store, FILE, "next", "g", 0.0)
    return store, Router(FILE, store)


async def test_the_chain_is_told_whose_request_it_is(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"bob:{hashlib.sha256(b'k').hexdigest()}\n")
    service = make_service(settings=make_settings(api_keys_file=keys))
    await service.post("/generate_resume", REQUEST, headers={"X-API-Key": "k"})
    tenant = service.chain.configs[0]["metadata"]["tenant"]
    assert tenant
    assert "bob" not in tenant
    assert service.lines()[0]["tenant"] == tenant


def test_a_step_of_a_rollout_parts_what_may_be_shared(tmp_path: Path) -> None:
    from resume_rag.service.app import _build_versions

    store, router = begin(tmp_path)
    versions = _build_versions(make_settings(), router)
    before = versions()
    assert before == versions()
    promote(store, 1.0)
    router._look_at_s = 0.0
    assert versions() != before
    assert _build_versions(make_settings(), None)() != before


async def test_a_change_is_logged_and_counted_and_shares_are_shown(tmp_path: Path) -> None:
    store, router = begin(tmp_path)
    service = make_service(hooks={"router": router})
    text = (await service.get("/metrics")).text
    assert 'resume_rag_traffic_share{deployment="awq"} 99.0' in text
    change = promote(store, 1.0)
    router._look_at_s = 0.0
    router.on_change(change)
    router.on_change(Change("rolled_back", RolloutState(canary="next", version="1", reason="worse")))
    line, rolled_back = [line for line in service.lines() if line["event"] == "rollout"]
    assert (line["change"], line["deployment"], line["share"], line["level"]) == ("step", "next", 5.0, "info")
    assert (rolled_back["reason"], rolled_back["level"]) == ("worse", "warning")
    text = (await service.get("/metrics")).text
    assert 'resume_rag_traffic_share{deployment="next"} 5.0' in text
    assert 'resume_rag_rollout_changes_total{change="step"} 1.0' in text


async def test_a_request_that_failed_names_the_deployment_it_was_for() -> None:
    error = LLMTimeoutError("Slow.")
    error.deployment = "awq"
    service = make_service(error=error)
    await service.post("/generate_resume", REQUEST)
    assert service.lines()[0]["deployment"] == "awq"
    assert 'deployment="awq"' in (await service.get("/metrics")).text
