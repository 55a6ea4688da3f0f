"""`python -m resume_rag.evaluation.injection`: the tables, with a model that obeys and with the embedded one."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TimeElapsedColumn
from rich.table import Table

import resume_rag
from resume_rag.errors import ResumeRagError
from resume_rag.evaluation.asking import open_embedded
from resume_rag.evaluation.injection.attacks import find_injected_files, read_corpus_attacks, read_own_attacks
from resume_rag.evaluation.injection.cases import build_people
from resume_rag.evaluation.injection.trial import Count, Obedient, Trial

TABLE_WIDTH = 150

_HEADS = {
    "attacks": "attacks", "answers": "answers", "obeying": "of them obeying", "shown": "prompts showing it", "lines": "parts delivered",
    "locked_changed": "locked part changed", "foreign": "foreign line", "obeyed": "line given up", "untraced": "source not found",
    "hidden_missed": "hidden unreported", "reordered": "order moved", "reworded": "other wording",
}  # fmt: skip


def build_table(name: str, counts: Sequence[Count]) -> Table:
    """A row for each place."""
    table = Table("place", title=f"Attacks, with {name}", title_justify="left")
    for head in _HEADS.values():
        table.add_column(head, justify="right")
    for count in counts:
        table.add_row(count.place, *(str(getattr(count, field)) for field in _HEADS))
    return table


def has_faults(counts: Sequence[Count]) -> bool:
    """Whether anything changed that must not."""
    return any(c.locked_changed or c.foreign or c.obeyed or c.untraced or c.hidden_missed for c in counts)


def keep_counts(path: Path, key: str, trial: Trial) -> None:
    """Write what a trial has counted so far; the old file stays until the new one is whole."""
    part = path.with_name(f"{path.name}.part")
    counts = [count._asdict() for count in trial.counts.values()]
    part.write_text(json.dumps({"key": key, "tried": trial.tried, "refused_files": trial.refused_files, "counts": counts}, indent=1))
    part.replace(path)


def read_counts(path: Path, key: str, trial: Trial) -> None:
    """Let a trial go on from the counts of an earlier one.

    Args:
        path: as written by `keep_counts`; a file that does not exist changes nothing.
        key: what must be the same in both runs: the model, the order, the number of attacks.
        trial: takes the counts.

    Raises:
        typer.BadParameter: the file is of a run of another kind, or none of these files.
    """
    if not path.exists():
        return
    try:
        kept = json.loads(path.read_text())
        if kept["key"] != key:
            raise typer.BadParameter(f"{path} keeps counts of another run ({kept['key']}; this one is {key}). Name another file.")
        trial.counts = {each["place"]: Count(**{**each, "faults": tuple(each["faults"])}) for each in kept["counts"]}
        trial.tried, trial.refused_files = int(kept["tried"]), int(kept["refused_files"])
    except (ValueError, KeyError, TypeError):
        raise typer.BadParameter(f"{path} is no file of counts of this program. Name another file.") from None


def main(
    corpora: Annotated[
        Path | None, typer.Option(envvar="RESUME_RAG_CORPORA", help="Folder of outside corpora; own attacks alone without")
    ] = None,
    minutes: Annotated[float, typer.Option(min=0, help="So long attacks are tried with the embedded model; 0: none")] = 10,
    seed: Annotated[int, typer.Option(help="Of the order of the attacks for the embedded model")] = 0,
    model: Annotated[str, typer.Option(help="The embedded model")] = "qwen2.5-coder-0.5b",
    keep: Annotated[
        Path | None, typer.Option(help="Keep the embedded model's counts in this file; a later run with it goes on from there")
    ] = None,
    hostile: Annotated[bool, typer.Option(help="Try all attacks with the obedient model")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON")] = False,
) -> None:
    """What texts that give orders change, with a model that obeys them all and with the embedded one."""
    console = Console(width=TABLE_WIDTH, soft_wrap=True, emoji=False, markup=False)
    trials: dict[str, Trial] = {}
    try:
        attacks = [*read_own_attacks(), *(read_corpus_attacks(corpora) if corpora else ())]
        files = find_injected_files(corpora) if corpora else []
        people = build_people()
        with tempfile.TemporaryDirectory(prefix="resume-rag-injection-") as folder, ExitStack() as models:
            if hostile:
                trials["a model that obeys"] = Trial(resume_rag.build_chain, Obedient(), remember=False)
                trials["a model that obeys"].run(people, attacks, Path(folder, "hostile"), files)
            if minutes:
                # In no order of kind, so that those that there is time for are a sample of all.
                mixed = random.Random(seed).sample(attacks, len(attacks))  # noqa: S311  (a script, not a secret)
                trial = trials[model] = Trial(resume_rag.build_chain, models.enter_context(open_embedded(model)), remember=True)
                key = f"{model}, seed {seed}, {len(mixed)} attacks"
                if keep:
                    read_counts(keep, key, trial)
                bar = models.enter_context(Progress(*Progress.get_default_columns(), TimeElapsedColumn(), console=Console(stderr=True)))
                task = bar.add_task(f"Attacks on {model}", total=len(mixed), completed=trial.tried)

                def after_each(trial: Trial) -> None:
                    bar.update(task, completed=trial.tried)
                    if keep:
                        keep_counts(keep, key, trial)

                # Each candidate's clean lines are asked for first, which takes its time: two will do.
                trial.run(people[:2], mixed, Path(folder, "model"), files, limit_s=60 * minutes, after_each=after_each)
    except ResumeRagError as error:
        Console(stderr=True, markup=False).print(f"{error.message} {error.hint}")
        raise typer.Exit(1) from None
    counts = {name: list(trial.counts.values()) for name, trial in trials.items()}
    if as_json:
        console.out(json.dumps({name: [count._asdict() for count in each] for name, each in counts.items()}, indent=1), highlight=False)
    for name, each in counts.items() if not as_json else ():
        console.print(build_table(name, each))
        if trials[name].refused_files:
            console.print(f"  {trials[name].refused_files} files refused: no entry in them to tailor.", highlight=False)
        for fault in (fault for count in each for fault in count.faults):
            console.print(f"  {fault}", highlight=False)
    if any(has_faults(each) for each in counts.values()):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
