"""The README's tables are what the code says, and its Python example runs."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from resume_rag.cli import app

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.parametrize("name", ["settings", "errors"])
def test_the_table_is_printed_from_the_code(name: str) -> None:
    table = CliRunner().invoke(app, [name, "--markdown"]).stdout.strip()
    assert table.count("\n") > 5
    block = re.compile(rf"(<!-- {name} -->\n)(.*?)(\n<!-- /{name} -->)", re.DOTALL)
    text = README.read_text(encoding="utf-8")
    if os.environ.get("RESUME_RAG_UPDATE_README"):
        text = block.sub(lambda found: found.group(1) + table + found.group(3), text)
        README.write_text(text, encoding="utf-8")
    found = block.search(text)
    assert found is not None
    assert found.group(2) == table, "run `make readme`"


def test_every_make_target_and_shell_command_in_the_readme_exists() -> None:
    text = README.read_text(encoding="utf-8")
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"`?make ([a-z][a-z-]*)", text))
    assert {"demo", "test"} <= targets
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets), targets
    for command in set(re.findall(r"resume-rag ([a-z]+(?: (?:build|search|info|get|path)\b)?)", text)):
        result = CliRunner().invoke(app, [*command.split(), "--help"])
        assert result.exit_code == 0, command
