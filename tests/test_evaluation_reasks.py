"""What a re-ask brings is judged as the chain judges it."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable

from resume_rag.evaluation.reasks import ask_alone, ask_together, measure, read_refused
from resume_rag.grounding import check_line

REFUSED = read_refused(Path("tests/truth_cases"))[:7]


class Copies(Runnable[Any, AIMessage]):
    """Gives every source line back, in the form that is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> AIMessage:
        self.asked.append(str(input[-1].content))
        sources = dict(re.findall(r"^Source line \[([^\]]*)\]: (.+)$", "\n".join(str(m.content) for m in input[9:]), re.MULTILINE))
        ids = [key for key in kwargs["json_schema"]["required"] if key in sources]
        return AIMessage(json.dumps({key: sources[key] for key in ids} or {"text": sources["w0h0"], "sources": ["w0h0"]}))


def test_refused_lines_are_refused_and_copies_are_copies() -> None:
    assert len(REFUSED) == 7
    assert all(check_line(one.line, path="p", facts=[one.fact]) for one in REFUSED)
    for quoting in (True, False):
        llm = Copies()
        assert measure("", REFUSED, partial(ask_alone, llm, REFUSED, quoting=quoting))[1:4] == (0, 7, 0)
        assert len(llm.asked) == 7
    llm = Copies()
    assert measure("", REFUSED, partial(ask_together, llm, REFUSED))[1:4] == (0, 7, 0)
    assert [asked.count("Source line [") for asked in llm.asked] == [5, 2]
    assert measure("", REFUSED, lambda: [one.line for one in REFUSED])[1:4] == (0, 0, 7)


def test_only_one_way_shows_the_models_own_words() -> None:
    one = next(one for one in REFUSED if any(found.span for found in one.findings))
    span = next(found.span for found in one.findings if found.span)
    for quoting in (True, False):
        llm = Copies()
        ask_alone(llm, [one], quoting=quoting)
        assert (f'"{one.line[span.start : span.end]}"' in llm.asked[0]) is quoting
