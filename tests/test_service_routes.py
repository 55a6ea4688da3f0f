"""Batches, checks, forms with files, and what ``/metrics`` says; over a scripted chain."""

import asyncio
import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from resume_rag.errors import LLMTimeoutError
from resume_rag.schema import Finding, TailorRequest, TailorResponse
from resume_rag.service.examples import BATCH_EXAMPLE
from tests.service_app import PLANTED, REQUEST, RESPONSE, ScriptedChain, Service, make_service, make_settings

PDF = b"%PDF-1.7 \x00\xff not read here"


def parse_lines(text: str) -> list[dict[str, Any]]:
    return sorted((json.loads(line) for line in text.splitlines()), key=lambda line: line["index"])


# --- batch ---


async def test_a_batch_has_a_line_for_each_input_with_a_response_or_an_error() -> None:
    service = make_service(fails_on="refuse")
    inputs = [REQUEST, {"job_description": PLANTED}, {**REQUEST, "job_description": "refuse"}, REQUEST]
    answer = await service.post("/generate_resume/batch", {"inputs": inputs})
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = parse_lines(answer.text)
    assert [line["index"] for line in lines] == [0, 1, 2, 3]
    assert [TailorResponse.model_validate(lines[index]["response"]) for index in (0, 3)] == [RESPONSE] * 2
    assert (lines[1]["error"]["code"], lines[1]["error"]["status"], lines[1]["error"]["errors"][0]["path"]) == (
        "invalid_request",
        422,
        "resume",
    )
    assert (lines[2]["error"]["code"], lines[2]["error"]["detail"]) == ("invalid_input", "refused")
    assert all(set(line) in ({"index", "response"}, {"index", "error"}) for line in lines)
    assert PLANTED not in answer.text
    assert service.lines()[-1]["responses"] == 2


async def test_lines_come_as_they_are_done() -> None:
    class Backwards(ScriptedChain):
        turns = [asyncio.Event() for _ in range(3)]

        async def ainvoke(self, input: Any, config: Any = None, **_: Any) -> TailorResponse:
            if input.seed < 2:
                await self.turns[input.seed + 1].wait()
            self.turns[input.seed].set()
            return RESPONSE

    service = make_service(chain=Backwards())
    answer = await service.post("/generate_resume/batch", {"inputs": [{**REQUEST, "seed": number} for number in range(3)]})
    assert [json.loads(line)["index"] for line in answer.text.splitlines()] == [2, 1, 0]


async def test_batches_are_capped_and_not_empty() -> None:
    service = make_service(settings=make_settings(max_batch=2))
    answer = await service.post("/generate_resume/batch", {"inputs": [REQUEST] * 3})
    assert (answer.status_code, answer.json()["code"]) == (413, "input_too_large")
    assert (await service.post("/generate_resume/batch", {"inputs": []})).status_code == 422
    assert service.chain.calls == []


async def test_an_unforeseen_error_of_one_input_tells_nothing_and_spares_the_others() -> None:
    service = make_service(error=KeyError(PLANTED))
    answer = await service.post("/generate_resume/batch", {"inputs": [REQUEST, REQUEST]})
    assert [line["error"]["code"] for line in parse_lines(answer.text)] == ["internal_error"] * 2
    assert service.lines()[-1]["exception"]["type"] == "KeyError"
    assert PLANTED not in answer.text + service.log.getvalue()


async def test_a_batch_cannot_take_all_places_at_once() -> None:
    at_once: list[int] = []

    class Counting(ScriptedChain):
        running = 0

        async def ainvoke(self, input: Any, config: Any = None, **_: Any) -> TailorResponse:
            self.running += 1
            at_once.append(self.running)
            await asyncio.sleep(0.005)
            self.running -= 1
            return RESPONSE

    service = make_service(chain=Counting(), settings=make_settings(max_batch=16, max_running=2, max_queued=2))
    answer = await service.post("/generate_resume/batch", {"inputs": [REQUEST] * 16})
    assert all("response" in line for line in parse_lines(answer.text))
    assert max(at_once) == 2


# --- check ---

SOURCE = {"work": [{"name": "Quay Ltd", "position": "Fishmonger", "highlights": ["Sold fish to 12 hotels."]}]}


def tailored(**changes: Any) -> dict[str, Any]:
    return {"work": [{**SOURCE["work"][0], **changes}]}


async def test_check_finds_what_the_source_does_not_say() -> None:
    service = make_service()
    same = (await service.post("/check", {"source": SOURCE, "tailored": SOURCE})).json()
    assert (same["ok"], same["findings"]) == (True, [])
    raised = (await service.post("/check", {"source": SOURCE, "tailored": tailored(position="Head Fishmonger")})).json()
    assert raised["ok"] is False
    [finding] = [Finding.model_validate(one) for one in raised["findings"]]
    assert (finding.path, finding.code) == ("work[0].position", "title_changed")
    assert service.chain.calls == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"source": SOURCE}, 422),
        ({"source": [], "tailored": {}}, 422),
        ({"source": {"work": 1}, "tailored": {}}, 400),
        ({"source": SOURCE, "tailored": SOURCE, f"{PLANTED} x": 1}, 422),
        ({"source": {"basics": {"summary": "a" * 200_000}}, "tailored": {}}, 413),
    ],
)
async def test_what_cannot_be_checked_is_a_problem(body: Any, status: int) -> None:
    service = make_service()
    answer = await service.post("/check", body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert PLANTED not in answer.text + service.log.getvalue()


# --- forms ---


@pytest.mark.parametrize("name", ["resume.pdf", "resume.docx", "lebenslauf.txt"])
async def test_a_resume_comes_as_a_file_of_a_form(name: str) -> None:
    service = make_service()
    async with service.client() as client:
        answer = await client.post(
            "/generate_resume",
            data={"job_description": "Lead a team", "top_k": "2", "sections": "work, projects", "language": "en"},
            files={"resume": (name, PDF, "application/octet-stream")},
        )
    assert answer.status_code == 200, answer.text
    [request] = service.chain.calls
    expected = {"name": name, "content_base64": base64.b64encode(PDF).decode()}
    assert request == TailorRequest.model_validate(
        {"job_description": "Lead a team", "top_k": 2, "sections": ["work", "projects"], "language": "en", "resume": expected}
    )


async def test_a_form_may_hold_text_and_a_post_as_a_file() -> None:
    service = make_service()
    async with service.client() as client:
        await client.post(
            "/generate_resume", data={"resume": "My resume"}, files={"job_description": ("post.txt", "Führe ein Team".encode())}
        )
    assert (service.chain.calls[0].job_description, service.chain.calls[0].resume) == ("Führe ein Team", "My resume")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ([("resume", "x")], 422),
        ([("job_description", "x"), ("resume", "y"), ("colour", "red")], 422),
        ([("job_description", "x"), ("resume", "y"), ("top_k", "many")], 422),
        ([("job_description", "x"), ("resume", "y"), ("job_description", "z")], 400),
        ([(f"field{number}", "x") for number in range(50)], 400),
        ([("resume", "y"), ("job_description", b"\xff\xfe")], 400),
    ],
    ids=["missing", "unknown", "no-number", "twice", "many", "no-text"],
)
async def test_forms_that_do_not_fit_are_problems(fields: list[tuple[str, str | bytes]], status: int) -> None:
    service = make_service()
    parts = [(name, ("a.txt" if isinstance(value, bytes) else None, value)) for name, value in fields]
    async with service.client() as client:
        answer = await client.post("/generate_resume", files=parts)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert service.chain.calls == []


@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\nContent-Disposition: form-data\r\n\r\n", b"\x00" * 100])
@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary="])
async def test_broken_forms_are_problems(body: bytes, content_type: str) -> None:
    async with make_service().client() as client:
        answer = await client.post("/generate_resume", content=body, headers={"Content-Type": content_type})
    assert 400 <= answer.status_code < 500, answer.text


# --- metrics ---


async def read_metrics(service: Service) -> dict[str, float]:
    families = text_string_to_metric_families((await service.get("/metrics")).text)
    return {
        f"{sample.name}{json.dumps(sample.labels, sort_keys=True) if sample.labels else ''}": sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


async def test_metrics_count_what_came_out() -> None:
    service = make_service()
    await service.post("/generate_resume", REQUEST)
    await service.post("/generate_resume", REQUEST, headers={"Accept": "text/event-stream"})
    await service.post("/resume/invoke", {"input": {"resume": PLANTED}})
    service.chain.error = LLMTimeoutError("Slow.")
    await service.post("/generate_resume", REQUEST)
    seen = await read_metrics(service)
    assert seen['resume_rag_requests_total{"code": "ok", "deployment": "default", "route": "/generate_resume", "status": "200"}'] == 2
    assert seen['resume_rag_requests_total{"code": "llm_timeout", "deployment": "", "route": "/generate_resume", "status": "504"}'] == 1
    assert seen['resume_rag_requests_total{"code": "invalid_request", "deployment": "", "route": "/resume/invoke", "status": "422"}'] == 1
    assert seen['resume_rag_request_seconds_count{"deployment": "default", "route": "/generate_resume"}'] == 2
    assert seen['resume_rag_deployment_lines_total{"deployment": "default", "outcome": "wrote"}'] == 2
    assert seen['resume_rag_tokens_total{"kind": "prompt"}'] == 2 * 812
    assert seen['resume_rag_tokens_total{"kind": "cached"}'] == 2 * 640
    assert seen['resume_rag_tokens_total{"kind": "completion"}'] == 2 * 31
    assert seen['resume_rag_lines_total{"status": "rewritten"}'] == 2
    assert seen['resume_rag_lines_by_attempts_total{"outcome": "first_try"}'] == 2
    assert seen['resume_rag_stage_seconds_count{"stage": "intake"}'] == 2
    assert seen["resume_rag_overhead_seconds_count"] == 2
    assert seen['resume_rag_first_line_seconds_count{"deployment": "default", "route": "/generate_resume"}'] == 1
    assert seen["resume_rag_runs_in_flight"] == 0
    assert PLANTED not in (await service.get("/metrics")).text


async def test_metrics_count_repairs_and_leaks() -> None:
    line = RESPONSE.lines[0]
    leak = Finding(path=line.path, code="leak_job", message="Words come from the job post.")
    mended = RESPONSE.model_copy(update={"lines": (line.model_copy(update={"reasons": (leak, leak), "attempts": 2}),)})
    service = make_service(snapshots=(mended,))
    await service.post("/generate_resume", REQUEST)
    seen = await read_metrics(service)
    assert seen['resume_rag_lines_by_attempts_total{"outcome": "repaired"}'] == 1
    assert seen["resume_rag_leaks_blocked_total"] == 1
    assert service.lines()[0]["leaks_blocked"] == 1


async def test_labels_are_never_a_clients_text() -> None:
    service = make_service()
    for path in (f"/{PLANTED}", f"/resume/playground/{PLANTED}", f"/generate_resume?{PLANTED}"):
        await service.get(path)
    text = (await service.get("/metrics")).text
    assert PLANTED not in text
    assert set(re.findall(r'route="([^"]*)"', text)) <= {"unmatched", "/generate_resume", "/resume/playground/{file_path:path}"}


_WORKER = """
import sys
from resume_rag.service.admission import RunQueue
from resume_rag.service.metrics import Metrics
from resume_rag.service.records import RequestRecord
queue = RunQueue(4, 4)
metrics = Metrics(queue)
record = RequestRecord("a", status=200)
for _ in range(int(sys.argv[1])):
    metrics.observe_request(record, "/generate_resume", 0.2)
queue._count(running=int(sys.argv[1]))
if len(sys.argv) > 2:
    metrics.close()
sys.stdout.write(metrics.render().decode())
"""


def test_workers_that_share_a_folder_answer_for_all(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent.parent)}

    def run(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", _WORKER, *arguments], env=environment, check=True, capture_output=True, text=True
        ).stdout

    run("2", "closes")
    seen = run("3")
    assert re.search(r"resume_rag_requests_total\{.*status=\"200\".*\} 5\.0", seen), seen
    assert re.search(r"resume_rag_request_seconds_count\{.*\} 5\.0", seen)
    assert re.search(r"resume_rag_runs_in_flight 3\.0", seen)  # who has ended runs nothing


async def test_openapi_describes_bodies_forms_and_lines() -> None:
    document = (await make_service().get("/openapi.json")).json()
    content = document["paths"]["/generate_resume"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "multipart/form-data"}
    batch = document["paths"]["/generate_resume/batch"]["post"]
    assert batch["requestBody"]["content"]["application/json"]["examples"]["two"]["value"] == BATCH_EXAMPLE
    assert "application/x-ndjson" in batch["responses"]["200"]["content"]
    references = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(document)))
    assert references <= set(document["components"]["schemas"])
    assert "x-definitions" not in json.dumps(document)
