"""The example in docs/rollout.md is a file that is read, and says the defaults."""

from __future__ import annotations

import re
from pathlib import Path

from resume_rag.rollout import Policy, read_deployments

PAGE = Path(__file__).parent.parent / "docs" / "rollout.md"


def test_the_example_is_read_and_its_policy_is_the_default(tmp_path: Path) -> None:
    found = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    (tmp_path / "deployments.yaml").write_text(found[1], encoding="utf-8")
    deployments = read_deployments(tmp_path / "deployments.yaml")
    assert [one.role for one in deployments.deployments] == ["primary", "canary", "fallback"]
    assert deployments.rollout == Policy()
