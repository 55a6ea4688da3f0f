"""`python -m resume_rag.evaluation.reasks`: what a re-ask of refused lines brings, one by one or together, with and without quoting.

The refused lines are real ones, from the truth cases: what an embedded model made of a fact, with the gate off. Each is refused by the gate
of today, then asked for again in three ways. A line counts as *used* where the second answer passes every check of the chain, as a *copy*
where it gains nothing over the candidate's line, else as refused.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.runnables import Runnable
from rich.console import Console
from rich.table import Table

from resume_rag.drafting.departure import MAX_EMBEDDED_DEPARTURE
from resume_rag.drafting.losses import find_losses, gains_nothing
from resume_rag.errors import ResumeRagError
from resume_rag.evaluation.asking import open_embedded, read_text
from resume_rag.grounding import check_line
from resume_rag.prompt import build_wire_schema, render_line_messages, render_problem, render_retry_messages
from resume_rag.schema import Fact, Finding, Slot
from resume_rag.text import squeeze

TOGETHER = 5
"""Lines asked for in one call, about what one resume has to ask again for."""

_TOKENS = 160
_AGAIN = "A first try could not be used:\n{}\nWrite the line again, closer to the source line."


class Refused(NamedTuple):
    """A fact, and a line that the gate refuses."""

    fact: Fact
    line: str
    findings: tuple[Finding, ...]


class Way(NamedTuple):
    """What one way of asking again brought."""

    name: str
    used: int
    copies: int
    refused: int
    seconds: float


def read_refused(cases: Path) -> list[Refused]:
    """The lines of embedded models in the truth cases that the gate refuses, without those that are held out.

    Args:
        cases: the folder of truth cases.
    """
    found = []
    entries = [entry for file in sorted(cases.glob("real_*.json")) for entry in json.loads(file.read_text(encoding="utf-8"))]
    for entry in entries:
        fact = Fact(id="w0h0", path="work[0].highlights[0]", text=entry["fact"], section="work", role="work[0]", locked=False)
        if findings := check_line(entry["line"], path=fact.path, facts=[fact]):
            found.append(Refused(fact, entry["line"], findings))
    return found


def ask_alone(llm: Runnable[Any, AIMessage], refused: Sequence[Refused], *, quoting: bool) -> list[str]:
    """A call for each line, four at once, as the chain asks.

    Args:
        llm: the model.
        refused: the lines.
        quoting: show the refused answer and quote its words, as the chain does; else only the code's reasons.
    """

    def ask(one: Refused) -> str:
        first = _first_messages(one.fact)
        if quoting:
            problems = list(dict.fromkeys(render_problem(found, one.line) for found in one.findings))
            messages = render_retry_messages(first, json.dumps({"text": one.line, "sources": [one.fact.id]}), problems)
        else:
            messages = [*first[:-1], HumanMessage(f"{first[-1].content}\n{_AGAIN.format(_reasons(one))}")]
        answer = llm.invoke(messages, json_schema=build_wire_schema([one.fact.id]), max_tokens=_TOKENS)
        return read_text(str(answer.content))

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(ask, refused))


def ask_together(llm: Runnable[Any, AIMessage], refused: Sequence[Refused]) -> list[str]:
    """A call for some lines at a time, with the code's reasons."""
    written: list[str] = []
    for start in range(0, len(refused), TOGETHER):
        chosen = refused[start : start + TOGETHER]
        ids = [f"w{number}h0" for number in range(len(chosen))]
        parts = [
            f"Source line [{line_id}]: {squeeze(one.fact.text)}\n{_AGAIN.format(_reasons(one))}"
            for line_id, one in zip(ids, chosen, strict=True)
        ]
        schema = {
            "type": "object",
            "properties": {line_id: {"type": "string"} for line_id in ids},
            "required": ids,
            "additionalProperties": False,
        }
        order = "Write each of these lines again. Answer with one JSON object: the line's id, then the line."
        messages = [*_first_messages(chosen[0].fact)[:-1], HumanMessage("\n\n".join([order, *parts]))]
        answer = llm.invoke(messages, json_schema=schema, max_tokens=_TOKENS * len(ids))
        try:
            lines = json.loads(str(answer.content))
        except ValueError:
            lines = {}
        written += [str(lines.get(line_id, "")) for line_id in ids]
    return written


def measure(name: str, refused: Sequence[Refused], ask: Callable[[], list[str]]) -> Way:
    """Ask in one way, and judge what comes as the chain would."""
    start = time.perf_counter()
    verdicts = [_judge(one, squeeze(text)) for one, text in zip(refused, ask(), strict=True)]
    used, copies, again = (verdicts.count(verdict) for verdict in ("used", "copy", "refused"))
    return Way(name, used, copies, again, time.perf_counter() - start)


def _judge(one: Refused, text: str) -> str:
    if gains_nothing(text, one.fact.text):
        return "copy"
    if not text or check_line(text, path=one.fact.path, facts=[one.fact]):
        return "refused"
    return "refused" if any(find_losses(_build_slot(one.fact), text, (), max_departure=MAX_EMBEDDED_DEPARTURE)) else "used"


def _build_slot(fact: Fact) -> Slot:
    return Slot(path=fact.path, original=fact.text, fact_ids=(fact.id,))


def _first_messages(fact: Fact) -> list[BaseMessage]:
    return render_line_messages(_build_slot(fact), fact, [], ())


def _reasons(one: Refused) -> str:
    return "\n".join(f"- {reason}" for reason in dict.fromkeys(render_problem(_unquoted(found), one.line) for found in one.findings))


def _unquoted(found: Finding) -> Finding:
    return found.model_copy(update={"span": None})


def _measure_all(llm: Runnable[Any, AIMessage], refused: Sequence[Refused]) -> Iterator[Way]:
    yield measure("one by one, refused answer shown, words quoted", refused, lambda: ask_alone(llm, refused, quoting=True))
    yield measure("one by one, the code's reasons only", refused, lambda: ask_alone(llm, refused, quoting=False))
    yield measure(f"{TOGETHER} together, the code's reasons only", refused, lambda: ask_together(llm, refused))


def main(
    cases: Annotated[Path, typer.Option(help="Folder of the truth cases")] = Path("tests/truth_cases"),
    lines: Annotated[int, typer.Option(min=1, help="Most refused lines")] = 60,
    model: Annotated[str, typer.Option(help="The embedded model")] = "qwen2.5-coder-1.5b",
) -> None:
    """What a re-ask of refused lines brings, one by one or together."""
    console = Console(width=110, soft_wrap=True, emoji=False, markup=False)
    refused = read_refused(cases)
    refused = random.Random(0).sample(refused, min(lines, len(refused)))  # noqa: S311  (a script, not a secret)
    table = Table("asked again", title=f"{len(refused)} refused lines, {model}", title_justify="left")
    for head in ("used", "copies", "refused again", "s in all"):
        table.add_column(head, justify="right")
    try:
        with open_embedded(model) as llm:
            for way in _measure_all(llm, refused):
                table.add_row(way.name, str(way.used), str(way.copies), str(way.refused), f"{way.seconds:.0f}")
    except ResumeRagError as error:
        Console(stderr=True, markup=False).print(f"{error.message} {error.hint}")
        raise typer.Exit(1) from None
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
