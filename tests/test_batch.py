"""Batch jobs: rows in, results out, taken up again after a stop, a crash or a change; the same on Ray where it is installed."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import Runnable
from typer.testing import CliRunner

from resume_rag.batch import OutputFile, Row, arun_rows, read_rows, run_on_ray
from resume_rag.chain import build_chain
from resume_rag.cli import app
from resume_rag.errors import InputError, LLMUnavailableError
from tests.benchmarks.parts import make_request
from tests.fake_vllm import Answer, FakeVLLM
from tests.service_app import PLANTED, RESPONSE, ScriptedChain, make_settings

needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray (extra batch) is not installed")


def write_lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def read_lines(path: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, path.read_text().splitlines())}


def make_rows(count: int, **more: Any) -> list[Row]:
    return [Row(str(n), f"k{n}", {**make_request(2), **more}) for n in range(count)]


class TestRows:
    def test_the_jobs_resume_is_that_of_rows_without_one(self, tmp_path: Path) -> None:
        path = write_lines(tmp_path / "p.jsonl", {"id": 7, "job_description": "a"}, "", {"job_description": "b", "resume": "own"})
        first, second = read_rows(path, "shared")
        assert (first.id, first.request) == ("7", {"resume": "shared", "job_description": "a"})
        assert second.id == second.key
        assert second.request["resume"] == "own"

    def test_a_change_of_the_request_is_another_key(self, tmp_path: Path) -> None:
        def key(resume: str, **row: Any) -> str:
            return next(read_rows(write_lines(tmp_path / "p.jsonl", {"id": "1", **row}), resume)).key

        keys = [
            key("a", job_description="x"),
            key("b", job_description="x"),
            key("a", job_description="y"),
            key("a", job_description="x", top_k=0),
        ]
        assert len(set(keys)) == 4
        assert key("a", job_description="x") == keys[0]

    @pytest.mark.parametrize("bad", [f"{PLANTED}", f'["{PLANTED}"]', f'{{"job_description": "{PLANTED}'])
    def test_a_line_that_is_no_object_is_named_and_not_shown(self, tmp_path: Path, bad: str) -> None:
        with pytest.raises(InputError, match=r"Line 2 of p\.jsonl") as caught:
            list(read_rows(write_lines(tmp_path / "p.jsonl", {"id": "1"}, bad)))
        assert PLANTED not in caught.value.message + caught.value.hint

    def test_an_id_comes_once(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="Lines 1 and 2"):
            list(read_rows(write_lines(tmp_path / "p.jsonl", {"id": "1"}, {"id": 1})))


class TestOutput:
    def test_a_response_is_done_and_an_error_is_not(self, tmp_path: Path) -> None:
        done, failed = make_rows(2)
        with OutputFile(tmp_path / "o.jsonl") as file:
            file.write(done.id, done.key, response={"a": 1})
            file.write(failed.id, failed.key, error={"code": "llm_unavailable"})
        with OutputFile(tmp_path / "o.jsonl") as file:
            assert file.is_done(done)
            assert not file.is_done(failed)
            assert not file.is_done(done._replace(key="changed"))
            file.write(failed.id, failed.key, response={"b": 2})
        assert {name: row.get("response") for name, row in read_lines(tmp_path / "o.jsonl").items()} == {"0": {"a": 1}, "1": {"b": 2}}
        assert len((tmp_path / "o.jsonl").read_text().splitlines()) == 2
        assert list(tmp_path.iterdir()) == [tmp_path / "o.jsonl"]

    def test_a_crash_costs_the_line_that_was_being_written(self, tmp_path: Path) -> None:
        path = tmp_path / "o.jsonl"
        whole = json.dumps({"id": "0", "key": "k0", "response": {}})
        path.write_text(f'{whole}\n{{"id": "1", "key": "k1", "respo')
        first, second = make_rows(2)
        with OutputFile(path) as file:
            assert file.is_done(first)
            assert not file.is_done(second)
            file.write("1", "k1", response={})
        assert read_lines(path).keys() == {"0", "1"}

    def test_results_are_in_the_file_before_it_is_closed(self, tmp_path: Path) -> None:
        with OutputFile(tmp_path / "o.jsonl") as file:
            file.write("0", "k0", response={})
            assert read_lines(tmp_path / "o.jsonl").keys() == {"0"}


class TestRunning:
    async def test_no_more_than_so_many_at_once_and_rows_are_taken_as_places_free(self) -> None:
        running, most, taken = 0, 0, 0

        class Counting(ScriptedChain):
            async def ainvoke(self, input: Any, config: Any = None, **_: Any) -> Any:
                nonlocal running, most
                running, most = running + 1, max(most, running + 1)
                await asyncio.sleep(0)
                running -= 1
                return RESPONSE

        def rows() -> Any:
            nonlocal taken
            for row in make_rows(20):
                taken += 1
                yield row

        results = arun_rows(Counting(), rows(), at_once=3)
        await anext(results)
        assert taken <= 6
        assert len([result async for result in results]) == 19
        assert most == 3

    async def test_a_fault_is_its_rows_result_and_shows_no_text(self) -> None:
        rows = [
            *make_rows(1),
            Row("bad", "k", {"job_description": PLANTED, "resume": 3}),
            *make_rows(1, job_description=f"refuse {PLANTED}"),
        ]
        chains: list[Runnable[Any, Any]] = [
            ScriptedChain(fails_on="refuse"), ScriptedChain(error=ValueError(PLANTED)), ScriptedChain(error=LLMUnavailableError("gone")),
        ]  # fmt: skip
        found = [[result async for result in arun_rows(chain, rows, at_once=2)] for chain in chains]
        codes = [[(result.error or {}).get("code") for result in sorted(results, key=lambda result: result.id)] for results in found]
        assert codes == [
            [None, "invalid_input", "internal_error"],
            ["internal_error"] * 3,
            ["llm_unavailable", "llm_unavailable", "internal_error"],
        ]
        assert PLANTED not in str([result.error for results in found for result in results])

    async def test_leaving_cancels_what_runs(self) -> None:
        chain = ScriptedChain(hangs=True)
        results = arun_rows(chain, make_rows(4), at_once=4)
        waiting = asyncio.ensure_future(anext(results))
        await chain.started.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert chain.cancelled == 4


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("RESUME_RAG_INDEX_DIR", str(Path("indexes").absolute()))
    monkeypatch.chdir(tmp_path)
    resume = {"basics": {"name": "Mara Quist"}, "work": make_request(2)["resume"]["work"]}
    (tmp_path / "resume.json").write_text(json.dumps(resume))
    posts = [{"id": f"p{n}", "job_description": f"{make_request(1)['job_description']} {n}"} for n in range(4)]
    write_lines(tmp_path / "posts.jsonl", *posts, {"id": "short", "job_description": "x"})

    def run(*options: str, url: str) -> Any:
        words = ["batch", "posts.jsonl", "--resume", "resume.json", "-o", "out.jsonl", "--llm-url", url, "-q", *options]
        return CliRunner().invoke(app, words)

    return run


class TestCommand:
    def test_is_resumed_and_does_nothing_twice(self, command: Callable[..., Any], tmp_path: Path) -> None:
        with FakeVLLM() as fake:
            first = command(url=fake.base_url)
            calls = len(fake.requests)
            again = command(url=fake.base_url)
            assert len(fake.requests) == calls + 1  # the one with which the server is warmed
        found = read_lines(tmp_path / "out.jsonl")
        assert (first.exit_code, again.exit_code) == (1, 1)
        assert "5 rows: 0 were done, 4 done now, 1 with an error" in first.output
        assert "5 rows: 4 were done, 0 done now, 1 with an error" in again.output
        assert {name for name, row in found.items() if "response" in row} == {"p0", "p1", "p2", "p3"}
        assert found["short"]["error"]["code"] == "invalid_input"
        assert found["p0"]["response"]["resume"]["basics"]["name"] == "Mara Quist"

    def test_a_server_that_is_not_there_ends_it_before_the_first_row(self, command: Callable[..., Any], tmp_path: Path) -> None:
        assert command(url="http://127.0.0.1:9/v1").exit_code == 3
        assert (tmp_path / "out.jsonl").read_text() == ""

    def test_rows_that_the_server_failed_are_done_by_the_next_run(self, command: Callable[..., Any], tmp_path: Path) -> None:
        with FakeVLLM(
            script=lambda asked: Answer(status=500) if asked.schema and asked.body["max_completion_tokens"] > 1 else None
        ) as fake:
            assert command(url=fake.base_url).exit_code == 1
        assert {row["error"]["code"] for name, row in read_lines(tmp_path / "out.jsonl").items() if name != "short"} == {"llm_unavailable"}
        with FakeVLLM() as fake:
            command(url=fake.base_url)
        assert {name for name, row in read_lines(tmp_path / "out.jsonl").items() if "response" in row} == {"p0", "p1", "p2", "p3"}

    def test_with_nothing_left_to_do_it_needs_no_cluster(self, command: Callable[..., Any], tmp_path: Path) -> None:
        posts = (tmp_path / "posts.jsonl").read_text().splitlines()
        (tmp_path / "posts.jsonl").write_text("\n".join(line for line in posts if '"short"' not in line) + "\n")
        with FakeVLLM() as fake:
            assert command(url=fake.base_url).exit_code == 0
        done = command("--ray-workers", "2", url="http://127.0.0.1:9/v1")
        assert done.exit_code == 0, done.output

    @pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is installed")
    def test_without_ray_it_says_what_to_install(self, command: Callable[..., Any]) -> None:
        done = command("--ray-workers", "2", url="http://127.0.0.1:9/v1")
        assert done.exit_code == 2
        assert "resume-rag[batch]" in done.output


@needs_ray
def test_on_ray_the_results_are_the_same() -> None:
    with FakeVLLM() as fake:
        settings = make_settings(llm_base_url=fake.base_url, llm_name="m")
        rows = [*make_rows(6), Row("bad", "k", {"job_description": "x", "resume": "y"})]
        found = {result.id: result for result in run_on_ray(partial(build_chain, settings), rows, workers=2, at_once=2)}
    assert found.keys() == {row.id for row in rows}
    assert (found["bad"].error or {})["code"] == "invalid_input"
    assert all(result.response for name, result in found.items() if name != "bad")
