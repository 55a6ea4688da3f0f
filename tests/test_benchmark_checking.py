"""The benchmark of checks: it times real checks and real embeddings, and its resumes are no copies."""

from __future__ import annotations

import re

import typer
from typer.testing import CliRunner

from resume_rag.benchmark.checking import build_pages, cut_small_words, main
from resume_rag.index import read_packaged_examples


def test_it_prints_times_and_ratios_of_all_packaged_examples() -> None:
    app = typer.Typer()
    app.command()(main)
    result = CliRunner().invoke(app, ["--rounds", "1"])
    assert result.exit_code == 0, result.output
    rows = re.findall(
        r"^(check, first time|check, again|embed one page) +(\d+) +([\d.]+) +([\d.]+) +([\d.]+)$", result.output, re.MULTILINE
    )
    assert [row[0] for row in rows] == ["check, first time", "check, again", "embed one page"]
    assert all(int(row[1]) == len(read_packaged_examples()) - 1 and float(row[2]) > 0 for row in rows)


def test_the_lines_that_it_checks_are_no_copies_and_pages_are_full() -> None:
    resumes = [example.resume.model_dump(mode="json", exclude_none=True) for example in read_packaged_examples()]
    changed = [a != b for resume in resumes for a, b in zip(_lines(resume), _lines(cut_small_words(resume)), strict=True)]
    assert sum(changed) > 0.5 * len(changed)
    assert all(len(page.split()) > 100 for page in build_pages(resumes))


def _lines(resume: dict[str, list[dict[str, list[str]]]]) -> list[str]:
    return [line for role in resume["work"] for line in role.get("highlights", ())]
