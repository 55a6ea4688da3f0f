"""`python -m resume_rag.evaluation.truth`: how many lies the gate catches and how many honest lines it lets pass.

The same cases go through the gate (with citations, as the chain uses it), through all that the chain asks of a line of the embedded
model (the gate, what is lost, the distance from the source), through `check_resume` (no citations), and through two baselines. Tables
by set, class and trade; then what was missed and what was wrongly refused. Lines of the held-out half are listed only on demand:
whoever reads them while writing rules has spent them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from resume_rag.embedding import OnnxEmbeddings
from resume_rag.errors import ResumeRagError
from resume_rag.evaluation.cases import Case, read_cases
from resume_rag.evaluation.judges import (
    find_best_threshold,
    measure_similarity,
    refuses_as_chain,
    refuses_by_gate,
    refuses_unknown_words,
    refuses_without_citations,
)

GATE, CHAIN, NO_CITATIONS, WORDS, EMBEDDING = "gate", "chain", "uncited", "words", "embedding"
_JUDGES = (GATE, CHAIN, NO_CITATIONS, WORDS, EMBEDDING)
TABLE_WIDTH = 132
LOCKED_KINDS = (
    "number_changed", "number_added", "number_moved", "number_word", "unit", "bound", "from_to", "date", "employer", "title", "degree",
    "certificate", "language",
)  # fmt: skip
"""Classes of which none may pass."""
MEANING_KINDS = ("number_object", "direction", "from_to", "voice")
"""Classes in which every number of the source is kept and says something else."""


class Verdict(NamedTuple):
    """A case and who refused it."""

    case: Case
    refused: dict[str, bool]


class Rate(NamedTuple):
    """Some of a number."""

    hits: int
    total: int

    @property
    def share(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.hits / self.total if self.total else None

    def __str__(self) -> str:
        return f"{100 * self.hits / self.total:.1f} %" if self.total else "-"


def judge_cases(cases: Sequence[Case]) -> tuple[list[Verdict], float]:
    """Every case through every judge, and the threshold of the embedding baseline (chosen on the cases that are not held out)."""
    scores = measure_similarity(cases, OnnxEmbeddings())
    seen = [number for number, case in enumerate(cases) if not case.is_held_out]
    threshold = find_best_threshold([scores[number] for number in seen], [cases[number].is_lie for number in seen])
    verdicts = []
    for number, case in enumerate(cases):
        refused = {
            GATE: refuses_by_gate(case),
            CHAIN: refuses_as_chain(case),
            NO_CITATIONS: refuses_without_citations(case),
            WORDS: refuses_unknown_words(case),
            EMBEDDING: scores[number] < threshold,
        }
        verdicts.append(Verdict(case, refused))
    return verdicts, threshold


def rate_caught(verdicts: Iterable[Verdict], judge: str = GATE) -> Rate:
    """Lies refused, of all lies."""
    lies = [verdict.refused[judge] for verdict in verdicts if verdict.case.is_lie]
    return Rate(sum(lies), len(lies))


def rate_passed(verdicts: Iterable[Verdict], judge: str = GATE) -> Rate:
    """Honest lines not refused, of all honest lines."""
    honest = [not verdict.refused[judge] for verdict in verdicts if not verdict.case.is_lie]
    return Rate(sum(honest), len(honest))


_SETS: tuple[tuple[str, Callable[[Case], bool]], ...] = (
    ("planted lines", lambda case: case.form == "line"),
    ("whole documents", lambda case: case.form == "document"),
    ("written by models", lambda case: case.form == "real"),
    ("honest, free", lambda case: not case.is_lie and case.style == "free"),
    ("honest, close", lambda case: not case.is_lie and case.style == "close"),
    ("numbers, dates, titles, credentials", lambda case: case.kind in LOCKED_KINDS),
    ("number kept, meaning changed", lambda case: case.kind in MEANING_KINDS),
    ("all", lambda case: True),
)


def summarise(verdicts: Sequence[Verdict], threshold: float) -> dict[str, Any]:
    """All figures as plain JSON types."""

    def figures(chosen: Sequence[Verdict]) -> dict[str, Any]:
        counts: dict[str, Any] = {"lies": rate_caught(chosen).total, "honest": rate_passed(chosen).total}
        for judge in _JUDGES:
            counts[judge] = {"caught": rate_caught(chosen, judge).share, "passed": rate_passed(chosen, judge).share}
        return counts

    def by(name: Callable[[Case], str]) -> dict[str, Any]:
        return {
            key: {half: figures([v for v in _half(verdicts, half) if name(v.case) == key]) for half in _HALVES}
            for key in sorted({name(verdict.case) for verdict in verdicts})
        }

    return {
        "embedding_threshold": threshold,
        "sets": {
            label: {half: figures([v for v in _half(verdicts, half) if belongs(v.case)]) for half in _HALVES} for label, belongs in _SETS
        },
        "classes": by(lambda case: case.kind),
        "trades": by(lambda case: case.trade),
    }


_HALVES = ("dev", "held out")


def _half(verdicts: Iterable[Verdict], half: str) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.case.is_held_out == (half == "held out")]


def _set_table(verdicts: Sequence[Verdict]) -> Table:
    table = _table("Lies caught / honest lines passed", "set", "half", "lies", "honest", *_JUDGES)
    for label, belongs in _SETS:
        for half in _HALVES:
            chosen = [verdict for verdict in _half(verdicts, half) if belongs(verdict.case)]
            shares = [f"{rate_caught(chosen, judge)} / {rate_passed(chosen, judge)}" for judge in _JUDGES]
            table.add_row(label, half, str(rate_caught(chosen).total), str(rate_passed(chosen).total), *shares)
    return table


def _class_table(verdicts: Sequence[Verdict]) -> Table:
    table = _table("Lies caught, by class", "class", "dev", GATE, NO_CITATIONS, "held out", GATE, NO_CITATIONS, WORDS, EMBEDDING)
    for kind in sorted({verdict.case.kind for verdict in verdicts if verdict.case.is_lie}):
        dev, held = ([v for v in _half(verdicts, half) if v.case.kind == kind] for half in _HALVES)
        cells = [len(dev), rate_caught(dev), rate_caught(dev, NO_CITATIONS), len(held), rate_caught(held), rate_caught(held, NO_CITATIONS)]
        table.add_row(kind, *map(str, cells), str(rate_caught([*dev, *held], WORDS)), str(rate_caught([*dev, *held], EMBEDDING)))
    return table


def _trade_table(verdicts: Sequence[Verdict]) -> Table:
    table = _table("By trade (planted and documents)", "trade", "half", "lies", "caught", "honest", "passed")
    for trade in sorted({verdict.case.trade for verdict in verdicts if verdict.case.form != "real"}):
        for half in _HALVES:
            chosen = [v for v in _half(verdicts, half) if v.case.trade == trade and v.case.form != "real"]
            caught, passed = rate_caught(chosen), rate_passed(chosen)
            if chosen:
                table.add_row(trade, half, str(caught.total), str(caught), str(passed.total), str(passed))
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(first, title=title, title_justify="left")
    for name in others:
        table.add_column(name, justify="right")
    return table


def _list_faults(console: Console, verdicts: Sequence[Verdict], heading: str, judge: str = GATE) -> None:
    missed = [verdict.case for verdict in verdicts if verdict.case.is_lie and not verdict.refused[judge]]
    wrongly = [verdict.case for verdict in verdicts if not verdict.case.is_lie and verdict.refused[judge]]
    for title, cases in (("missed", missed), ("wrongly refused", wrongly)):
        console.print(f"\n{heading}, {title} by the {judge}: {len(cases)}")
        for case in cases:
            console.print(f"  {case.file} {case.trade} [{case.kind}] {' | '.join(case.texts)}", markup=False, highlight=False)


def main(
    cases: Annotated[Path, typer.Option(help="Folder of the truth cases")] = Path("tests/truth_cases"),
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON")] = False,
    show_held_out: Annotated[bool, typer.Option(help="List the held-out lines too; spends them for whoever writes rules")] = False,
) -> None:
    """Lies caught and honest lines passed, by set, class and trade, with two baselines."""
    console = Console(width=TABLE_WIDTH, soft_wrap=True, emoji=False)
    try:
        verdicts, threshold = judge_cases(read_cases(cases))
    except ResumeRagError as error:
        Console(stderr=True).print(f"{error.message} {error.hint}", markup=False)
        raise typer.Exit(1) from None
    if as_json:
        console.out(json.dumps(summarise(verdicts, threshold), indent=1), highlight=False)
        return
    for table in (_set_table(verdicts), _class_table(verdicts), _trade_table(verdicts)):
        console.print(table)
    console.print(f"Embedding baseline: refused below a cosine of {threshold:.3f}, the best on dev.")
    _list_faults(console, _half(verdicts, "dev"), "Dev")
    console.print("\nThe tables of leaks, injection and name swaps: make eval-leaks, eval-injection, eval-fairness; all: eval-all.")
    if show_held_out:
        _list_faults(console, _half(verdicts, "held out"), "Held out")


if __name__ == "__main__":
    typer.run(main)
