"""`python -m resume_rag.evaluation.fairness`: the same candidates under other names, and whether anything but the name differs.

Each candidate is run under their own name and under others (by gender and origin), as a JSON Resume and as plain text, with a scripted
model, and with the embedded one. Compared: facts, targets and gaps, examples, the order of lines, the lines, and the prompts. The name
itself, and what is made from it (mail, profiles), is left out of the comparison; so are places in the text, which move with its length.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig
from rich.console import Console
from rich.table import Table

import resume_rag
from resume_rag.errors import ResumeRagError
from resume_rag.evaluation.asking import Recorder, open_embedded
from resume_rag.evaluation.namesakes import FORMS, NAMES, Person, build_people, build_unnamer, swap_name
from resume_rag.facts import find_document_facts
from resume_rag.intake import read_resume
from resume_rag.schema import Resume, TailorResponse
from resume_rag.settings import Settings

TABLE_WIDTH = 130
ASPECTS = ("facts", "targets", "examples", "order", "prompts", "lines")
_IDENTITY = re.compile(r"^basics\.(?:name|email|url|image|profiles|phone)")

BuildChain = Callable[..., Any]


class Swaps(NamedTuple):
    """Of so many swapped names, those under which each aspect differed; ``lines`` is how many lines were compared in all."""

    form: str
    swaps: int
    lines_compared: int
    rewritten: int
    differing: dict[str, int]
    noted: tuple[str, ...] = ()


class Scripted(Runnable[Any, AIMessage]):
    """A model that cuts filler from a line: the same for the same prompt, and sensitive to every letter of it."""

    name = "scripted"

    def invoke(self, input: Sequence[BaseMessage], config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        """The source line without words that its length chooses."""
        prompt = "\n".join(str(message.content) for message in input)
        source = re.findall(r"^Source line \[[^\]]*\]: (.+)$", prompt, re.MULTILINE)[-1]
        text = re.sub(r"\b(?:the|a|an) ", "", source, count=len(prompt) % 3 + 1)
        return AIMessage(json.dumps({"text": text, "sources": kwargs["json_schema"]["properties"]["sources"]["items"]["enum"][:1]}))


def read_aspects(resume: Resume | str, response: TailorResponse, prompts: Sequence[str], unname: Callable[[str], str]) -> dict[str, Any]:
    """What is compared, by aspect, with the person's own name taken out of it."""
    document = read_resume(resume)
    facts = [(fact.id, fact.path, unname(fact.text)) for fact in find_document_facts(document) if not _IDENTITY.match(fact.path)]
    lines = [line for line in response.lines if not _IDENTITY.match(line.path)]
    return {
        "facts": (facts, [unname(line.text) for line in document.unplaced]),
        "targets": (
            [gap.text for gap in response.gaps],
            response.coverage,
            sorted({text for line in lines for text in line.serves}),
        ),
        "examples": response.examples,
        "order": [(line.path, [source.path for source in line.sources]) for line in lines],
        "prompts": sorted(map(unname, prompts)),
        "lines": [(line.path, unname(line.text), line.status, [found.code for found in line.reasons]) for line in lines],
    }


def measure_swaps(
    build_chain: BuildChain,
    llm: Runnable[Any, AIMessage],
    people: Sequence[Person],
    *,
    names: int,
    form: str,
    max_rewrites: int,
    index_dir: Path,
    limit_s: float | None = None,
) -> Swaps:
    """Run each candidate under their own name and under others.

    Args:
        build_chain: `resume_rag.build_chain`, or what stands in for it.
        llm: the model; asked for one line at a time, as its sums may depend on what else it computes with them.
        people: the candidates.
        names: how many other names for each; which ones goes round.
        form: a key of `FORMS`.
        max_rewrites: lines of each that the model may write.
        index_dir: of the example index; built where there is none.
        limit_s: seconds after which no further candidate is begun; None: all.
    """
    start, swapped = time.monotonic(), 0
    recorder = Recorder(llm)
    settings = Settings(index_dir=index_dir, top_k=3, max_rewrites=max_rewrites, max_in_flight=1)
    differing, noted, compared, rewritten = dict.fromkeys(ASPECTS, 0), [], 0, 0
    with build_chain(settings, llm=recorder) as chain:
        for number, person in enumerate(people):
            if limit_s is not None and time.monotonic() - start > limit_s:
                break
            swapped += names
            own = person.resume["basics"]["name"]
            others = [NAMES[(number + step) % len(NAMES)] for step in range(names)]
            base: dict[str, Any] | None = None
            for name in (own, *others):
                recorder.forget()
                resume = FORMS[form](swap_name(person.resume, name))
                response = chain.invoke({"job_description": person.post, "resume": resume})
                seen = read_aspects(resume, response, recorder.prompts, build_unnamer(name))
                if base is None:
                    base = seen
                    continue
                compared += len(seen["lines"])
                rewritten += sum(1 for line in seen["lines"] if line[2] == "rewritten")
                for aspect in ASPECTS:
                    if base[aspect] != seen[aspect]:
                        differing[aspect] += 1
                        noted.append(f"{person.id} as {name}: {aspect}")
    return Swaps(form, swapped, compared, rewritten, differing, tuple(noted))


def build_table(rows: Sequence[tuple[str, Swaps]]) -> Table:
    """A row for each model and form."""
    table = Table("model", "form", title="Swapped names under which something differed", title_justify="left")
    for head in ("swaps", "parts compared", "of them rewritten", *ASPECTS):
        table.add_column(head, justify="right")
    for model, swaps in rows:
        counts = (swaps.swaps, swaps.lines_compared, swaps.rewritten, *(swaps.differing[aspect] for aspect in ASPECTS))
        table.add_row(model, swaps.form, *map(str, counts))
    return table


def _measure_all(
    model: str, people: Sequence[Person], names: int, lines: int, limit_s: float, scripted: bool, folder: Path
) -> Iterator[tuple[str, Swaps]]:
    measure = partial(measure_swaps, resume_rag.build_chain, people=people, index_dir=folder)
    for form in FORMS if scripted else ():
        yield "scripted", measure(Scripted(), names=len(NAMES), form=form, max_rewrites=24)
    if names:
        with open_embedded(model) as llm:
            yield model, measure(llm, names=names, form="JSON", max_rewrites=lines, limit_s=limit_s)


def main(
    candidates: Annotated[int, typer.Option(min=1, max=35, help="Packaged examples taken as candidates")] = 30,
    names: Annotated[int, typer.Option(min=0, max=len(NAMES), help="Other names for each, with the embedded model; 0: without it")] = 1,
    lines: Annotated[int, typer.Option(min=1, help="Lines of each that the embedded model writes")] = 3,
    minutes: Annotated[float, typer.Option(help="So long candidates are begun with the embedded model")] = 15,
    model: Annotated[str, typer.Option(help="The embedded model")] = "qwen2.5-coder-0.5b",
    scripted: Annotated[bool, typer.Option(help="All other names, in all forms, with the scripted model")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON")] = False,
) -> None:
    """The same candidates under other names: what differs besides the name."""
    console = Console(width=TABLE_WIDTH, soft_wrap=True, emoji=False, markup=False)
    try:
        with tempfile.TemporaryDirectory(prefix="resume-rag-fairness-") as folder:
            rows = list(_measure_all(model, build_people(candidates), names, lines, 60 * minutes, scripted, Path(folder)))
    except ResumeRagError as error:
        Console(stderr=True, markup=False).print(f"{error.message} {error.hint}")
        raise typer.Exit(1) from None
    if as_json:
        console.out(json.dumps([{"model": name, **swaps._asdict()} for name, swaps in rows], indent=1), highlight=False)
    else:
        console.print(build_table(rows))
        for model_name, swaps in rows:
            for noted in swaps.noted:
                console.print(f"  {model_name}, {swaps.form}: {noted}", highlight=False)
    if any(swaps.noted for _, swaps in rows):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
