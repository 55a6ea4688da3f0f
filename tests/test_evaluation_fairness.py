"""The name-swap run, small; and a difference is seen where there is one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable

import resume_rag.chain
from resume_rag.evaluation.fairness import Scripted, measure_swaps
from resume_rag.evaluation.namesakes import FORMS, NAMES, build_people, swap_name
from resume_rag.intake import read_resume


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@pytest.mark.parametrize("form", FORMS)
def test_another_name_changes_nothing_else(index_dir: Path, form: str) -> None:
    swaps = measure_swaps(
        resume_rag.chain.build_chain, Scripted(), build_people(2), names=3, form=form, max_rewrites=24, index_dir=index_dir
    )
    assert swaps.swaps == 6
    assert swaps.rewritten > 0
    assert swaps.noted == ()


class Partial(Runnable[Any, AIMessage]):
    """Rewrites only for who it likes: it is told the name by a leak that this test makes."""

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> AIMessage:
        source = re.findall(r"^Source line \[[^\]]*\]: (.+)$", str(input[-1].content), re.MULTILINE)[-1]
        ids = kwargs["json_schema"]["properties"]["sources"]["items"]["enum"][:1]
        liked = "Lakisha" in str(input[-1].content)
        return AIMessage(json.dumps({"text": source.replace(" the ", " ", 1) if liked else source, "sources": ids}))


def test_a_name_that_decides_is_seen(index_dir: Path) -> None:
    people = build_people(1)
    for role in people[0].resume["work"]:
        role["highlights"] = [f"{people[0].resume['basics']['name'].split()[0]} ran the shop and the stock for years" for _ in range(2)]
    swaps = measure_swaps(
        resume_rag.chain.build_chain, Partial(), people, names=len(NAMES), form="JSON", max_rewrites=24, index_dir=index_dir
    )
    assert swaps.differing["lines"] > 0
    assert swaps.differing["prompts"] == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_read_from_text_and_put_everywhere(name: str) -> None:
    person = build_people(1)[0]
    swapped = swap_name(person.resume, name)
    assert person.resume["basics"]["name"].split()[0] not in json.dumps(swapped, ensure_ascii=False)
    basics = read_resume(FORMS["text"](swapped)).resume.basics
    assert basics is not None
    assert basics.name == name
