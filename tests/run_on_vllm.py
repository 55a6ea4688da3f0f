"""The live tests and the doctor against a real vLLM on this machine's processor: ``make test-vllm``.

Starts the server that ``deploy/vllm_cpu`` set up, runs the list that the embedded model passes as well, and lets the doctor look at
it. Ends with pytest's own lines, so that whoever counts tests finds them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.benchmarks.vllm_cpu import FOLDER, ROOT, WRITING, run_vllm

TESTS = ("tests/test_llm.py", "tests/test_chain.py", "tests/test_live_gateway.py", "tests/test_vllm_profiles.py")


def main() -> int:
    told = argparse.ArgumentParser(description="The live tests against a real vLLM.")
    told.add_argument("--model", default=WRITING)
    told.add_argument("--leaving", type=int, default=0, help="measure so many times for each route how soon a client's leaving arrives")
    told.add_argument("pytest", nargs="*", help="further arguments of pytest, after --")
    asked = told.parse_args()
    with run_vllm(asked.model) as server:
        environment = os.environ | {
            "RESUME_RAG_LIVE_URL": server.base_url,
            "RESUME_RAG_VLLM_PYTHON": str(FOLDER / "venv" / "bin" / "python"),
        }
        doctor = [sys.executable, "-m", "resume_rag.cli", "doctor", "--llm-url", server.base_url]
        found = subprocess.run(doctor, env=environment, cwd=ROOT, check=False).returncode
        if asked.leaving:
            leaving = [sys.executable, "-m", "tests.benchmarks.leaving", "--times", str(asked.leaving)]
            subprocess.run(leaving, env=environment, cwd=ROOT, check=True)
        tests = [sys.executable, "-m", "pytest", "-p", "no:xdist", "-m", "live", *(asked.pytest or TESTS)]
        return subprocess.run(tests, env=environment, cwd=ROOT, check=False).returncode or found


if __name__ == "__main__":
    sys.exit(main())
