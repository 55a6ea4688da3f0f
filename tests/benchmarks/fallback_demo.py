"""A primary that lies, then dies, and the embedded model that stands in: ``make fallback-demo``.

The stand-in is real (the small embedded model); the primary is the fake server, to be bad on demand. Exits 1 if a line of the
primary's lies was delivered, or if nobody stood in.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from resume_rag import Settings, TailorResponse, build_chain
from tests.benchmarks.canary_demo import LIE, PACE
from tests.fake_vllm import FakeVLLM, Received
from tests.test_chain import request_of

LINES = 4


def lie(request: Received) -> dict[str, Any]:
    """What the candidate never did."""
    return {"text": LIE, "sources": request.allowed_ids[:1]}


def main() -> None:
    """Three requests: lies, the first errors, and a primary that is known to be down."""
    faults = []
    with tempfile.TemporaryDirectory() as folder, FakeVLLM(reply=lie, script=lambda _: PACE) as primary:
        path = Path(folder) / "deployments.yaml"
        entries = [
            {"name": "awq", "url": primary.base_url, "precision": "awq", "role": "primary"},
            {"name": "stand-in", "url": "embedded", "model": "qwen2.5-coder-0.5b", "role": "fallback"},
        ]
        path.write_text(json.dumps({"deployments": entries}))
        settings = Settings(deployments_file=path, rollout_dir=Path(folder), max_rewrites=LINES, llm_timeout_s=300, deadline_s=900)
        with build_chain(settings) as chain:
            chain.start()
            for story, script in (("lies", None), ("answers 500", "server_error"), ("is known to be down", "server_error")):
                if script:
                    primary.script = lambda _, fault=script: fault
                asked, began_s = primary.received, time.monotonic()
                response = chain.invoke(request_of("electrician"))
                print(f"\nthe primary {story}: {time.monotonic() - began_s:.1f} s, it was asked {primary.received - asked} times")
                faults += show(response)
    print("\nfallback-demo: as it should be" if not faults else f"\nfallback-demo: {faults}")
    sys.exit(bool(faults))


def show(response: TailorResponse) -> list[str]:
    """Prints the lines; what is wrong with them."""
    assert response.usage is not None
    print(f"  lines asked of each: {response.usage.lines_by_deployment}")
    for line in response.lines:
        if line.attempts or line.error_code:
            reasons = ", ".join(dict.fromkeys(found.code for found in line.reasons))
            print(f"  {line.deployment or 'nobody':<9} {line.status:<9} {line.text[:80]}" + (f"  [{reasons}] {line.error_code or ''}"))
    faults = ["a lie was delivered"] if LIE in response.resume.model_dump_json() else []
    return faults + ([] if any(line.deployment == "stand-in" for line in response.lines) else ["nobody stood in"])


if __name__ == "__main__":
    main()
