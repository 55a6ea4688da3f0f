"""`python -m resume_rag.evaluation.leaks`: what a model gets past the whole chain from the examples and the job post.

The index holds one marked example for each packaged candidate's trade; every post is marked too (see `canaries`). The hostile model
stands where the language model stands and is asked, re-asked and checked like any other; then the embedded model does. Counted for
each number of shown examples k: answers it wrote, answers with a canary, prompts that showed it one, lines delivered with one, and
lines delivered that hold a run of foreign words. Takes the chain's builder as an argument; knows none of the stages.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable
from rich.console import Console
from rich.table import Table

import resume_rag
from resume_rag.embedding import OnnxEmbeddings
from resume_rag.errors import ResumeRagError
from resume_rag.evaluation.asking import Recorder, cut_first_ask, open_embedded, read_text
from resume_rag.evaluation.canaries import Canary, HostileModel, Marked, build_example_resume, build_marked, build_post, find_canaries
from resume_rag.evaluation.injection.traces import find_runs
from resume_rag.index import build_example, build_index, read_packaged_examples
from resume_rag.paths import find_leaves
from resume_rag.schema import Resume
from resume_rag.settings import Settings

TABLE_WIDTH = 120
SHOWN = (0, 1, 3, 5)
RUN_WORDS = 5
"""A run of as many words that stands in an example or the post and nowhere in the resume is foreign."""

BuildChain = Callable[..., Any]


class Candidate(NamedTuple):
    """Somebody with a resume, and a marked post for their trade."""

    resume: Resume
    post: str
    marked_post: Marked


class LeakCount(NamedTuple):
    """What came of one number of shown examples."""

    k: int
    written: int
    attempted: int
    shown: int
    phrases_shown: int
    examples_used: int
    lines: int
    delivered: int
    foreign_runs: int
    leaked: tuple[str, ...]


def build_world(seed: int) -> tuple[list[Candidate], dict[str, Marked], dict[str, str]]:
    """Candidates with marked posts; marked examples by id, and the occupation of each."""
    rng = random.Random(seed)  # noqa: S311  (a script, not a secret)
    candidates, examples, occupations = [], {}, {}
    for document in read_packaged_examples():
        owner = f"example-{document.id}"
        examples[owner] = build_marked(owner, document.occupation, rng)
        occupations[owner] = document.occupation
        post = build_marked(f"post-{document.id}", document.occupation, rng)
        candidates.append(Candidate(document.resume, build_post(post, document.occupation), post))
    return candidates, examples, occupations


def measure_leaks(
    build_chain: BuildChain,
    index_dir: Path,
    *,
    k: int,
    lines: int,
    seed: int = 0,
    candidates: int | None = None,
    llm: Runnable[Any, AIMessage] | None = None,
    limit_s: float | None = None,
) -> LeakCount:
    """Run a model through the chain until it has written so many lines.

    Args:
        build_chain: `resume_rag.build_chain`, or what stands in for it.
        index_dir: folder for the index of marked examples; built where it is not there.
        k: examples shown.
        lines: fewest answers of the model.
        seed: of its choices.
        candidates: only the first so many of them, and of the examples.
        llm: the model; the hostile one where not given, which is asked five times for a line and not twice.
        limit_s: seconds after which it ends with fewer answers; None: with all.
    """
    start = time.monotonic()
    people, examples, occupations = build_world(seed=1)
    people, examples = people[:candidates], dict(islice(examples.items(), candidates))
    built = build_index(
        index_dir,
        OnnxEmbeddings(),
        [build_example(owner, build_example_resume(marked, occupations[owner])) for owner, marked in examples.items()],
    )
    built.close()
    attempts, at_once = (5, 1) if llm is None else (2, 4)
    settings = Settings(index_dir=index_dir, top_k=k, min_score=0, max_attempts=attempts, max_rewrites=100, max_in_flight=at_once)
    total = LeakCount(k, 0, 0, 0, 0, 0, 0, 0, 0, ())
    hostile = HostileModel()
    asked = Recorder(llm or hostile)
    with build_chain(settings, llm=asked) as chain:
        for turn in count():
            for number, person in enumerate(people):
                # One of them is chosen for each answer: half of the answers draw on the post.
                drawn = (*examples.values(), *[person.marked_post] * len(examples))
                hostile.turn_to(drawn, seed=seed + 1000 * turn + number)
                asked.forget()
                response = chain.invoke({"job_description": person.post, "resume": person.resume})
                total = _add(total, person, asked, response, drawn)
                if total.written >= lines or (limit_s is not None and time.monotonic() - start > limit_s):
                    return total
    raise AssertionError


def _add(total: LeakCount, person: Candidate, asked: Recorder, response: Any, marked: Sequence[Marked]) -> LeakCount:
    canaries = tuple({canary: None for one in marked for canary in one.canaries})
    # What an example holds in common with the candidate is the candidate's own.
    own = "\n".join(text for _, text in find_leaves(person.resume.model_dump()))
    canaries = tuple(canary for canary in canaries if not find_canaries(own, [canary]))
    texts = [text for _, text in find_leaves(response.resume.model_dump())]
    leaked = [(text, found) for text in texts if (found := find_canaries(text, canaries))]
    runs = set().union(*(_runs(line) for one in marked for line in one.lines)) - set().union(*(_runs(text) for text in own.split("\n")))
    shown = [{canary.kind for canary in find_canaries(cut_first_ask(prompt), canaries)} for prompt in asked.prompts]
    return LeakCount(
        k=total.k,
        written=total.written + len(asked.answers),
        attempted=total.attempted + sum(1 for answer in asked.answers if find_canaries(read_text(answer), canaries)),
        shown=total.shown + sum(1 for kinds in shown if kinds - {"phrase"}),
        phrases_shown=total.phrases_shown + sum(1 for kinds in shown if "phrase" in kinds),
        examples_used=total.examples_used + len(response.examples.used),
        lines=total.lines + len(texts),
        delivered=total.delivered + len(leaked),
        foreign_runs=total.foreign_runs + sum(1 for text in texts if _runs(text) & runs),
        leaked=(*total.leaked, *(f"[{_kinds(found)}] {text}" for text, found in leaked)),
    )


def _kinds(found: Sequence[Canary]) -> str:
    return ", ".join(f"{canary.kind} of {canary.owner}" for canary in found)


def _runs(text: str) -> set[tuple[str, ...]]:
    return find_runs(text, RUN_WORDS)


def _build_table(model: str, counts: Sequence[LeakCount]) -> Table:
    table = Table(title=f"What gets through, with {model}", title_justify="left")
    heads = (
        "k",
        "answers",
        "with a canary",
        "prompts showing a name or figure",
        "showing a phrase",
        "examples used",
        "lines delivered",
        "with a canary",
        "with a foreign run",
    )
    for head in heads:
        table.add_column(head, justify="right")
    for each in counts:
        attempted = f"{each.attempted} ({100 * each.attempted / each.written:.1f} %)"
        delivered = f"{each.delivered} ({100 * each.delivered / each.lines:.2f} %)"
        row = (
            each.k,
            each.written,
            attempted,
            each.shown,
            each.phrases_shown,
            each.examples_used,
            each.lines,
            delivered,
            each.foreign_runs,
        )
        table.add_row(*map(str, row))
    return table


def main(
    lines: Annotated[int, typer.Option(min=1, help="Fewest answers of the hostile model, over all k")] = 10_000,
    embedded: Annotated[int, typer.Option(min=0, help="Fewest answers of the embedded model for each k; 0: none")] = 60,
    minutes: Annotated[float, typer.Option(help="Longest time for each k with the embedded model")] = 5,
    model: Annotated[str, typer.Option(help="The embedded model")] = "qwen2.5-coder-0.5b",
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON")] = False,
) -> None:
    """What a hostile model and the embedded one get through from the examples and the post, for k = 0, 1, 3, 5."""
    console = Console(width=TABLE_WIDTH, soft_wrap=True, emoji=False, markup=False)
    tables: dict[str, list[LeakCount]] = {}
    try:
        with tempfile.TemporaryDirectory(prefix="resume-rag-leaks-") as folder:
            share = -(-lines // len(SHOWN))
            measure = partial(measure_leaks, resume_rag.build_chain, Path(folder))
            tables["a hostile model"] = [measure(k=k, lines=share, seed=k) for k in SHOWN]
            if embedded:
                with open_embedded(model) as llm:
                    tables[model] = [measure(k=k, lines=embedded, llm=llm, limit_s=60 * minutes) for k in SHOWN]
    except ResumeRagError as error:
        Console(stderr=True, markup=False).print(f"{error.message} {error.hint}")
        raise typer.Exit(1) from None
    if as_json:
        figures = {name: [each._asdict() for each in counts] for name, counts in tables.items()}
        console.out(json.dumps(figures, indent=1), highlight=False)
    for name, counts in tables.items() if not as_json else ():
        console.print(_build_table(name, counts))
        for leaked in (text for each in counts for text in each.leaked):
            console.print(f"  leaked: {leaked}", highlight=False)
    if any(each.delivered for counts in tables.values() for each in counts):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
