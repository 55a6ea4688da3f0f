"""One model in 8 and in 16 bits, each on a real vLLM: the golden set side by side, then the 8-bit one dies: ``make eval-precisions``.

What AWQ and FP16 are on the card, W8A8 and BF16 are here: processors have kernels for them. The quantised server is the primary, the
other stands in. Exits 1 if the golden set could not be run, or if the request that met the death lost a line.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from resume_rag import Settings, TailorResponse, build_chain
from resume_rag.cli.evaluate import RECORDED_LINES
from resume_rag.cli.exits import FINDINGS
from tests.benchmarks.vllm_cpu import FOLDER, ROOT, WRITING, RunningVllm, run_vllm
from tests.test_chain import request_of

DEPLOY = ROOT / "deploy" / "vllm_cpu"
LINES = 8
LOST = {"llm_unavailable", "llm_timeout", "llm_request", "overloaded", "deadline_exceeded"}


def prepare(model: str) -> str:
    """Makes what is not there yet; the 8-bit model's name."""
    subprocess.run([DEPLOY / "setup.sh", FOLDER, model], check=True)
    quantised = f"{model}-int8"
    if not (FOLDER / "models" / quantised / "config.json").exists():
        python = FOLDER / "venv" / "bin" / "python"
        subprocess.run([python, DEPLOY / "quantise_int8.py", FOLDER / "models" / model, FOLDER / "models" / quantised], check=True)
    return quantised


def write_deployments(path: Path, quantised: RunningVllm, exact: RunningVllm) -> None:
    """The file of both servers."""
    entries = [
        {"name": "int8", "url": quantised.base_url, "model": quantised.model, "precision": "int8", "role": "primary"},
        {"name": "bf16", "url": exact.base_url, "model": exact.model, "precision": "bf16", "role": "fallback"},
    ]
    path.write_text(json.dumps({"deployments": entries}))


def run_golden(path: Path, rollout_dir: Path, lines: int) -> int:
    """`resume-rag eval --golden`, as a user calls it; its exit code."""
    told = {
        "RESUME_RAG_DEPLOYMENTS_FILE": str(path),
        "RESUME_RAG_ROLLOUT_DIR": str(rollout_dir),
        "RESUME_RAG_LLM_TIMEOUT_S": "300",
        "RESUME_RAG_DEADLINE_S": "3000",
    }
    command = [sys.executable, "-m", "resume_rag.cli", "eval", "--golden", "--max-lines", str(lines)]
    return subprocess.run(command, env=os.environ | told, cwd=ROOT, check=False).returncode


def kill_under_a_request(path: Path, rollout_dir: Path, quantised: RunningVllm) -> TailorResponse:
    """A request whose primary is killed when its engine has begun to write."""
    settings = Settings(deployments_file=path, rollout_dir=rollout_dir, max_rewrites=LINES, llm_timeout_s=300, deadline_s=900)
    written = quantised.read_metric("vllm:generation_tokens_total")
    ended = threading.Event()

    def kill() -> None:
        while not ended.wait(0.1):
            if quantised.read_metric("vllm:generation_tokens_total") > written:
                os.killpg(quantised.pid, signal.SIGKILL)
                return

    with build_chain(settings) as chain:
        chain.start()
        killer = threading.Thread(target=kill)
        killer.start()
        try:
            return chain.invoke(request_of("electrician"))
        finally:
            ended.set()
            killer.join()


def show(response: TailorResponse) -> list[str]:
    """Prints who wrote what; what is wrong with it."""
    assert response.usage is not None
    print(f"\nthe 8-bit server is killed under a request; lines asked of each: {response.usage.lines_by_deployment}")
    for line in response.lines:
        if line.attempts or line.error_code:
            print(f"  {line.deployment or 'nobody':<7}{line.status:<10}{line.text[:90]}")
    # An answer that is refused is the model's fault; a line without an answer would be the fallback's.
    faults = [f"{line.path}: {line.error_code}" for line in response.lines if line.error_code in LOST]
    return faults + ([] if response.usage.lines_by_deployment.get("bf16") else ["nobody stood in"])


def main() -> None:
    told = argparse.ArgumentParser(description="A model in 8 bits beside itself in 16, on a real vLLM.")
    told.add_argument("--model", default=WRITING)
    told.add_argument("--lines", type=int, default=RECORDED_LINES, help="lines of each case of the golden set")
    asked = told.parse_args()
    model = asked.model
    quantised = prepare(model)
    with tempfile.TemporaryDirectory() as folder, run_vllm(quantised) as small, run_vllm(model) as large:
        path, rollout_dir = Path(folder) / "deployments.yaml", Path(folder) / "rollout"
        write_deployments(path, small, large)
        # A model that small need not pass: whether each did is in the table.
        if (code := run_golden(path, rollout_dir, asked.lines)) not in (0, FINDINGS):
            sys.exit(code)
        faults = show(kill_under_a_request(path, rollout_dir, small))
    print("\neval-precisions: done" if not faults else f"\neval-precisions: {faults}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
