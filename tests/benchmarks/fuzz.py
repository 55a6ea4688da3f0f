"""Generated requests against the service's own OpenAPI document: ``make fuzz``. Exits 1 where schemathesis finds a fault.

A fault is a 5xx, an undocumented status or content type, or an answer that does not fit its schema.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from tests.benchmarks.parts import ROOT, run_fake, run_service

_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance"


def main() -> None:
    """Starts the servers and hands over to schemathesis."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--schemathesis", default=str(ROOT / ".bench" / "bin" / "schemathesis"))
    parser.add_argument("--examples", default="60", help="generated requests for each operation, besides the systematic ones")
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    with run_fake() as fake, run_service(fake) as service:
        command = [options.schemathesis, "run", f"{service.url}/openapi.json", "--checks", _CHECKS, "--max-examples", options.examples]
        command += [
            "--phases",
            "examples,coverage,fuzzing",
            "--seed",
            options.seed,
            "--continue-on-failure",
            "--suppress-health-check",
            "all",
        ]
        # Generated deadlines are mostly shorter than any work, and 504 is the right answer to them.
        command += ["--header", "X-Deadline-S: 60"]
        done = subprocess.run([*command, "--no-color", "--generation-database", "none"], cwd=service.log.parent)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
