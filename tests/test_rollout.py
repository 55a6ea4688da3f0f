"""Deployments, the sticky split, the gates, the state machine, and several processes over one folder."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from resume_rag.errors import DeploymentsFileError, RolloutFolderError, RolloutRefusedError
from resume_rag.rollout import (
    Deployment,
    Deployments,
    GoldenRecord,
    Policy,
    RolloutState,
    RolloutStore,
    Router,
    Sample,
    abort,
    check_gates,
    decide,
    promote,
    read_deployments,
    start,
)
from resume_rag.rollout.gates import compute_difference, compute_wilson
from resume_rag.rollout.split import find_place, select_weighted
from resume_rag.rollout.store import ProcessSamples
from resume_rag.rollout.tallies import Tally, sum_samples, sum_tallies

GOLDEN = "golden-1"
FILE = """
deployments:
  - {name: awq, url: "http://127.0.0.1:8001/v1", model: llama, precision: awq, version: "1", role: primary}
  - {name: awq-2, url: "http://127.0.0.1:8002/v1", model: llama, precision: awq, version: "2", role: canary, api_key_env: AWQ_KEY}
  - {name: fp16, url: "http://127.0.0.1:8003/v1", model: llama, precision: fp16, role: fallback}
rollout:
  steps: [10, 50, 100]
  min_step_s: 0
  min_requests: 20
"""


def deployments_of(tmp_path: Path, text: str = FILE, name: str = "deployments.yaml") -> Deployments:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_deployments(path)


def good(lines: int = 8) -> Sample:
    return Sample(lines=lines, first_token_ms=(100.0,) * lines)


def samples_of(requests: int, *, fault: str = "", rate: float = 0.0, first_ms: float = 100.0, seed: int = 0) -> Tally:
    draw = random.Random(seed)
    made = []
    for _ in range(requests):
        faulty = sum(draw.random() < rate for _ in range(8))
        times = tuple(first_ms * draw.lognormvariate(0, 0.2) for _ in range(8))
        made.append(Sample(lines=8, first_token_ms=times, **({fault: faulty} if fault else {})))
    return sum_samples(made)


# --- the file ------------------------------------------------------------------------------------------------------


def test_yaml_and_toml_say_the_same(tmp_path: Path) -> None:
    toml = """
[rollout]
steps = [10, 50, 100]
min_step_s = 0
min_requests = 20
[[deployments]]
name = "awq"
url = "http://127.0.0.1:8001/v1"
model = "llama"
precision = "awq"
version = "1"
[[deployments]]
name = "awq-2"
url = "http://127.0.0.1:8002/v1"
model = "llama"
precision = "awq"
version = "2"
role = "canary"
api_key_env = "AWQ_KEY"
[[deployments]]
name = "fp16"
url = "http://127.0.0.1:8003/v1"
model = "llama"
precision = "fp16"
role = "fallback"
"""
    assert deployments_of(tmp_path) == deployments_of(tmp_path, toml, "deployments.toml")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("deployments: []", "deployments"),
        ("- a", "no table"),
        ("deployments: [{name: a", "not YAML"),
        ("deployments: [{name: a, url: 'http://x/v1', role: canary}]", "role primary"),
        ("deployments: [{name: a, url: 'http://x/v1'}, {name: a, url: 'http://y/v1'}]", "one name"),
        ("deployments: [{name: 'A b', url: 'http://x/v1'}]", "deployments[0].name"),
        ("deployments: [{name: a, url: 'http://SECRET:SECRET@x/v1'}]", "user or password"),
        ("deployments: [{name: a, url: 'http://x/v1', api_key: SECRET}]", "deployments[0].api_key"),
        ("deployments: [{name: a, url: 'http://x/v1', weight: 0}]", "deployments[0].weight"),
        ("deployments: [{name: a, url: 'http://x/v1'}]\nrollout: {steps: [50, 5, 100]}", "steps must grow"),
        ("deployments: [{name: a, url: 'http://x/v1'}]\nrollout: {steps: [5, 50]}", "steps must grow"),
        ("deployments: [{name: a, url: 'http://x/v1'}]\nrollout: {gates: {errors: 2}}", "rollout.gates.errors"),
    ],
)
def test_a_file_that_does_not_fit_is_named_without_what_it_holds(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(DeploymentsFileError) as caught:
        deployments_of(tmp_path, text)
    assert named in caught.value.message
    assert "SECRET" not in caught.value.message


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DeploymentsFileError, match="cannot be read"):
        read_deployments(tmp_path / "none.yaml")


def test_the_fingerprint_is_of_the_version_and_not_of_the_address() -> None:
    one = Deployment(name="a", url="http://x/v1", version="1")
    assert one.fingerprint == one.model_copy(update={"url": "http://y/v1", "role": "canary", "weight": 3}).fingerprint
    assert one.fingerprint != one.model_copy(update={"version": "2"}).fingerprint
    assert one.fingerprint != one.model_copy(update={"precision": "awq"}).fingerprint


# --- the split -----------------------------------------------------------------------------------------------------


def test_places_are_spread_evenly_and_other_versions_begin_with_other_people() -> None:
    keys = [f"candidate {number}" for number in range(20_000)]
    for share in (1, 5, 25, 50):
        chosen = {key for key in keys if find_place(key, "v2") < share}
        assert len(chosen) / len(keys) == pytest.approx(share / 100, abs=0.01)
    first, second = ({key for key in keys if find_place(key, version) < 5} for version in ("v2", "v3"))
    assert len(first & second) < 0.2 * len(first)


def test_weights_hold_and_a_deployment_that_goes_moves_only_its_own() -> None:
    choices = [("a", 1.0), ("b", 3.0), ("c", 4.0)]
    chosen = {f"k{number}": select_weighted(f"k{number}", choices) for number in range(20_000)}
    for name, weight in choices:
        assert sum(found == name for found in chosen.values()) / len(chosen) == pytest.approx(weight / 8, abs=0.015)
    moved = {key for key in chosen if select_weighted(key, choices[:2]) != chosen[key]}
    assert moved == {key for key, found in chosen.items() if found == "c"}


# --- gates ---------------------------------------------------------------------------------------------------------


def test_intervals_are_those_of_the_papers() -> None:
    # Newcombe (1998), table II, method 10: cases (a), (b), (f) and (h).
    for first, second, low, high in (
        ((56 / 70, 70), (48 / 80, 80), 0.0524, 0.3339),
        ((9 / 10, 10), (3 / 10, 10), 0.1705, 0.8090),
        ((0.0, 10), (0.0, 20), -0.1611, 0.2775),
        ((1.0, 10), (0.0, 10), 0.6075, 1.0),
    ):
        assert compute_difference(first, second, 1.959964) == pytest.approx((low, high), abs=2e-4)
    assert compute_wilson(15 / 148, 148, 1.959964) == pytest.approx((0.0624, 0.1605), abs=1e-4)


def test_equal_versions_pass_and_few_samples_decide_nothing() -> None:
    policy = Policy(min_requests=20)
    report = check_gates(samples_of(120, fault="first_try", rate=0.1, seed=1), samples_of(400, fault="first_try", rate=0.1, seed=2), policy)
    assert report.verdict == "pass"
    assert check_gates(samples_of(19), samples_of(400), policy).verdict == "wait"
    assert check_gates(samples_of(400), samples_of(19), policy).verdict == "wait"
    assert check_gates(Tally(), Tally(), policy).verdict == "wait"


@pytest.mark.parametrize("fault", ["first_try", "fallback_lines", "errors"])
def test_a_version_that_is_worse_fails_by_that_gate(fault: str) -> None:
    bad = samples_of(40, fault=fault, rate=0.4, seed=1)
    report = check_gates(bad, samples_of(100, fault=fault, rate=0.05, seed=2), Policy())
    assert report.verdict == "fail"
    assert report.failed == (fault,)


def test_a_slow_version_fails_and_one_that_is_a_little_slower_does_not() -> None:
    stable = samples_of(100, seed=1)
    assert check_gates(samples_of(40, first_ms=250, seed=2), stable, Policy()).failed == ("first_token_p95",)
    assert check_gates(samples_of(100, first_ms=110, seed=2), stable, Policy()).verdict == "pass"


def test_a_dead_version_fails_though_it_never_began_to_answer() -> None:
    dead = sum_samples([Sample(lines=8, first_try=8, fallback_lines=8, errors=8)] * 30)
    assert set(check_gates(dead, samples_of(100), Policy()).failed) == {"first_try", "fallback_lines", "errors"}


def test_lines_that_fail_together_count_for_less() -> None:
    together = sum_samples([Sample(lines=8, errors=8 if number % 10 == 0 else 0) for number in range(100)])
    alone = samples_of(100, fault="errors", rate=0.1)
    assert together.effective_lines("errors") == pytest.approx(100, rel=0.15)
    assert alone.effective_lines("errors") > 500


def test_tallies_add_up_in_any_order_and_quantiles_are_right_to_a_tenth() -> None:
    draw = random.Random(3)
    times = [draw.lognormvariate(5, 0.7) for _ in range(4000)]
    parts = [sum_samples([Sample(lines=1, first_token_ms=tuple(times[at : at + 400]))]) for at in range(0, 4000, 400)]
    whole = sum_tallies(parts)
    assert whole == sum_tallies(parts[::-1])
    assert whole == Tally.model_validate_json(whole.model_dump_json())
    exact = sorted(times)[int(0.95 * len(times))]
    assert whole.first_token_ms(0.95) == pytest.approx(exact, rel=0.11)


# --- the state machine, over the folder ------------------------------------------------------------------------------


class House:
    """A folder with a canary that has passed the golden set."""

    def __init__(self, tmp_path: Path) -> None:
        self.deployments = deployments_of(tmp_path)
        self.store = RolloutStore(tmp_path / "rollout")
        self.now_s = 1_000_000.0
        self.pass_golden()

    def pass_golden(self, *, passed: bool = True, golden: str = GOLDEN) -> None:
        canary = self.deployments.deployments[1]
        record = GoldenRecord(
            deployment=canary.name, version=canary.version, fingerprint=canary.fingerprint, golden=golden, passed=passed, at="now"
        )
        self.store.write_golden(record)

    def start(self, name: str = "awq-2") -> RolloutState:
        return start(self.store, self.deployments, name, GOLDEN, self.now_s).state

    def see(self, canary: Tally, stable: Tally) -> None:
        state = self.store.read_state()
        self.store.write_samples(ProcessSamples(rollout_id=state.id, steps={state.step: {"canary": canary, "stable": stable}}))

    def decide(self) -> str | None:
        change = decide(self.store, self.deployments, self.now_s)
        return change.event if change else None


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_good_version_goes_step_by_step_to_all_of_the_traffic(house: House) -> None:
    assert house.start().share == 10
    assert house.decide() is None
    for event, share in (("step", 50.0), ("step", 100.0)):
        house.see(samples_of(100, seed=1), samples_of(200, seed=2))
        assert house.decide() == event
        assert house.store.read_state().share == share
    house.see(samples_of(100, seed=3), Tally())  # at 100 % the stable version is compared as it was at 50 %
    assert house.decide() == "promoted"
    assert house.store.read_state().promoted == ("awq-2", house.deployments.deployments[1].fingerprint)
    history = house.store.read_history()
    assert [line["event"] for line in history] == ["started", "step", "step", "promoted"]
    assert [line["by"] for line in history] == ["operator", "automatic", "automatic", "automatic"]
    assert history[1]["gates"]["verdict"] == "pass"
    with pytest.raises(RolloutRefusedError, match="promoted already"):
        house.start()


def test_a_bad_version_is_rolled_back_and_the_history_says_why(house: House) -> None:
    house.start()
    house.see(samples_of(30, fault="fallback_lines", rate=0.5, seed=1), samples_of(100, seed=2))
    assert house.decide() == "rolled_back"
    state = house.store.read_state()
    assert (state.phase, state.share) == ("rolled_back", 0)
    assert "fallback_lines" in state.reason
    assert house.decide() is None
    house.start()  # mended, and begun again


def test_a_step_lasts_its_shortest_time_and_not_more_than_its_longest(house: House) -> None:
    policy = house.deployments.rollout.model_copy(update={"min_step_s": 60.0, "max_step_s": 600.0})
    house.deployments = house.deployments.model_copy(update={"rollout": policy})
    house.start()
    house.see(samples_of(100, seed=1), samples_of(100, seed=2))
    house.now_s += 59
    assert house.decide() is None
    house.now_s += 1
    assert house.decide() == "step"
    house.now_s += 601
    assert house.decide() == "rolled_back"
    assert "undecided" in house.store.read_state().reason


@pytest.mark.parametrize("why", ["no record", "failed", "another set", "another version"])
def test_a_version_that_has_not_passed_the_golden_set_takes_no_traffic(house: House, tmp_path: Path, why: str) -> None:
    if why == "no record":
        house.store = RolloutStore(tmp_path / "other")
    elif why == "failed":
        house.pass_golden(passed=False)
    elif why == "another set":
        house.pass_golden(golden="golden-0")
    else:
        house.deployments = deployments_of(tmp_path, FILE.replace('version: "2"', 'version: "3"'))
    with pytest.raises(RolloutRefusedError) as caught:
        house.start()
    assert "eval --golden --deployment awq-2" in caught.value.hint
    assert house.store.read_state().phase == "idle"


def test_what_may_not_be_done_is_refused(house: House) -> None:
    for refused in (
        lambda: house.start("awq"),
        lambda: house.start("none"),
        lambda: promote(house.store, 0),
        lambda: abort(house.store, 0, ""),
    ):
        with pytest.raises(RolloutRefusedError):
            refused()
    house.start()
    with pytest.raises(RolloutRefusedError, match="10 %"):
        house.start()


def test_a_person_may_promote_and_abort_even_what_was_promoted(house: House) -> None:
    house.start()
    assert promote(house.store, house.now_s).state.share == 50
    assert abort(house.store, house.now_s, "a person").state.phase == "aborted"
    house.start()
    assert promote(house.store, house.now_s, whole=True).event == "promoted"
    assert abort(house.store, house.now_s, "a person").state.promoted is None
    assert [line["by"] for line in house.store.read_history()] == ["operator"] * 6


def test_a_gateway_whose_file_lacks_the_canary_decides_nothing(house: House, tmp_path: Path) -> None:
    house.start()
    house.see(samples_of(30, fault="errors", rate=0.9), samples_of(100))
    other = deployments_of(tmp_path, FILE.replace('version: "2"', 'version: "3"'))
    assert decide(house.store, other, house.now_s) is None
    assert Router(other, house.store).shares() == {"awq": 100, "awq-2": 0, "fp16": 0}
    assert house.decide() == "rolled_back"


# --- several processes ---------------------------------------------------------------------------------------------


def test_the_samples_of_all_processes_count_and_the_state_outlives_them(house: House, tmp_path: Path) -> None:
    house.start()
    state = house.store.read_state()
    script = (
        "import sys; from pathlib import Path; from resume_rag.rollout import RolloutStore, Router, Sample, read_deployments\n"
        "router = Router(read_deployments(Path(sys.argv[1])), RolloutStore(Path(sys.argv[2])))\n"
        "for number in range(400):\n"
        "    found = router.assign(tenant='', candidate=f'{sys.argv[3]} {number}')\n"
        "    router.note(found, Sample(lines=8, first_token_ms=(100.0,) * 8))\n"
        "router.close()\n"
    )
    arguments = [sys.executable, "-c", script, str(tmp_path / "deployments.yaml"), str(house.store.folder)]
    running = [subprocess.Popen([*arguments, name]) for name in ("one", "two")]
    assert [process.wait(60) for process in running] == [0, 0]
    seen = house.store.sum_step(state)
    assert seen["canary"].requests + seen["stable"].requests == 800
    assert 40 < seen["canary"].requests < 120
    assert house.decide() == "step"
    # A process that comes later finds where the rollout stands.
    later = Router(house.deployments, RolloutStore(house.store.folder))
    assert later.shares() == {"awq": 50, "awq-2": 50, "fp16": 0}


def test_of_many_who_decide_at_once_one_does(house: House) -> None:
    house.start()
    house.see(samples_of(100, seed=1), samples_of(200, seed=2))
    stores = [RolloutStore(house.store.folder) for _ in range(8)]
    barrier = threading.Barrier(len(stores))
    changes: list[Any] = []

    def run(store: RolloutStore) -> None:
        barrier.wait()
        changes.append(decide(store, house.deployments, house.now_s))

    threads = [threading.Thread(target=run, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([change for change in changes if change]) == 1
    assert house.store.read_state().generation == 2
    assert [line["event"] for line in house.store.read_history()] == ["started", "step"]


def test_the_lock_is_waited_for_by_a_person_and_not_by_a_gateway(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resume_rag.rollout.store._LOCK_WAIT_S", 0.2)
    house.start()
    house.see(samples_of(30, fault="errors", rate=0.9), samples_of(100))
    with RolloutStore(house.store.folder).locked(wait=True) as held:
        assert held
        assert house.decide() is None
        with pytest.raises(RolloutFolderError, match="holds the lock"):
            promote(house.store, house.now_s)
    assert house.decide() == "rolled_back"


def test_what_was_known_goes_on_while_the_state_cannot_be_read(house: House) -> None:
    house.start()
    promote(house.store, house.now_s, whole=True)
    router = Router(house.deployments, house.store)
    assert router.shares()["awq-2"] == 100
    for damage in (lambda path: path.write_text("{half"), lambda path: path.unlink()):
        damage(house.store.folder / "state.json")
        router._look_at_s = 0.0
        assert router.shares()["awq-2"] == 100


def test_a_damaged_state_leaves_the_primaries_and_a_folder_that_cannot_be_made_is_said_so(house: House, tmp_path: Path) -> None:
    house.start()
    (house.store.folder / "state.json").write_text("{half", encoding="utf-8")
    assert Router(house.deployments, house.store).shares()["awq"] == 100
    (tmp_path / "file").write_text("")
    with pytest.raises(RolloutFolderError):
        promote(RolloutStore(tmp_path / "file" / "rollout"), 0)


# --- the router ----------------------------------------------------------------------------------------------------


def test_a_candidate_stays_with_a_version_and_everyone_has_a_fallback(house: House) -> None:
    house.start()
    router = Router(house.deployments, house.store)
    first = {key: router.assign(tenant="t", candidate=key).route for key in map(str, range(500))}
    assert set(first.values()) == {("awq", "fp16"), ("awq-2", "fp16")}
    assert first == {key: Router(house.deployments, house.store).assign(tenant="u", candidate=key).route for key in first}
    promote(house.store, house.now_s)
    grown = {key: Router(house.deployments, house.store).assign(tenant="t", candidate=key).route[0] for key in first}
    kept = [key for key, route in first.items() if route[0] == "awq-2"]
    assert kept
    assert all(grown[key] == "awq-2" for key in kept)
    assert 0.4 < sum(name == "awq-2" for name in grown.values()) / 500 < 0.6


def test_a_tenant_stays_with_a_version_where_the_policy_says_so(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.deployments = deployments_of(tmp_path, FILE + "  sticky_by: tenant\n")
    house.pass_golden()
    house.start()
    router = Router(house.deployments, house.store)
    for tenant in ("one", "two", "three", "four"):
        assert len({router.assign(tenant=tenant, candidate=str(number)).route for number in range(50)}) == 1
    assert len({router.assign(tenant="", candidate=str(number)).route for number in range(200)}) == 2


def test_without_a_fallback_the_stable_version_stands_in_for_the_canary(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.deployments = deployments_of(tmp_path, FILE.replace("role: fallback", "role: primary"))
    house.start()
    router = Router(house.deployments, house.store)
    routes = {router.assign(tenant="", candidate=str(number)).route for number in range(500)}
    assert routes == {("awq", "fp16"), ("fp16", "awq"), ("awq-2", "awq"), ("awq-2", "fp16")}


def test_a_promoted_version_is_the_stable_one_until_the_file_says_otherwise(house: House, tmp_path: Path) -> None:
    house.start()
    promote(house.store, house.now_s, whole=True)
    assert Router(house.deployments, house.store).assign(tenant="", candidate="a").route == ("awq-2", "fp16")
    edited = deployments_of(tmp_path, FILE.replace("role: canary", "role: primary"))
    assert Router(edited, house.store).shares() == {"awq": 50, "awq-2": 50, "fp16": 0}
    changed = deployments_of(tmp_path, FILE.replace('version: "2"', 'version: "3"'))
    assert Router(changed, house.store).shares()["awq"] == 100


def test_a_router_sees_a_change_and_counts_by_the_step_at_which_it_was_assigned(house: House) -> None:
    house.start()
    router = Router(house.deployments, house.store)
    before = router.versions()
    early = router.assign(tenant="", candidate="a")
    promote(house.store, house.now_s)
    router._look_at_s = 0.0
    late = router.assign(tenant="", candidate="a")
    assert (early.step, late.step) == (0, 1)
    assert router.versions() != before
    router.note(early, good())
    router.note(late, good(lines=3))
    router.write()
    assert sum(tally.lines for tally in house.store.sum_step(house.store.read_state()).values()) == 3


def test_a_router_decides_by_itself_and_tells(house: House) -> None:
    policy = house.deployments.rollout.model_copy(update={"check_every_s": 0.1})
    router = Router(house.deployments.model_copy(update={"rollout": policy}), house.store)
    told = threading.Event()
    changes: list[Any] = []
    router.on_change = lambda change: (changes.append(change), told.set())
    house.start()
    router.start()
    try:
        for number in range(600):
            found = router.assign(tenant="", candidate=str(number))
            router.note(found, Sample(lines=8, errors=8, first_try=8, fallback_lines=8) if found.arm == "canary" else good())
        assert told.wait(30)
    finally:
        router.close()
    assert changes[0].event == "rolled_back"
    assert json.loads((house.store.folder / "state.json").read_text())["phase"] == "rolled_back"


def test_without_a_rollout_nothing_is_written(house: House) -> None:
    router = Router(house.deployments, house.store)
    router.note(router.assign(tenant="", candidate="a"), good())
    router.close()
    assert not (house.store.folder / "samples").exists()


# --- simulated rollouts ---------------------------------------------------------------------------------------------


def test_simulated_versions_end_as_they_should() -> None:
    from resume_rag.evaluation.rollouts import STABLE, WORLDS, run_rollout

    dead, slow = WORLDS[-1], STABLE._replace(name="slow", first_ms=600)
    for seed in range(5):
        assert run_rollout(STABLE, Policy(), random.Random(seed)).phase == "promoted"
        for world in (dead, slow, STABLE._replace(name="bad", first_try=0.5)):
            ending = run_rollout(world, Policy(), random.Random(seed))
            assert ending.phase == "rolled_back"
            assert ending.canary_requests <= 100
