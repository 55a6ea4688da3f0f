"""Prints the tables: damage, truncation, outside corpora, time. ``python -m resume_rag.evaluation.parsing [--corpora FOLDER]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from resume_rag.evaluation.parsing.corpora import AMBIGUOUS, EXPECTED_CHANGES, judge_json_repair, judge_json_test_suite
from resume_rag.evaluation.parsing.damage import OTHERS, judge_damage
from resume_rag.evaluation.parsing.timing import SIZE_CHARS, time_damage, time_langchain, time_streaming
from resume_rag.evaluation.parsing.truncation import count_taken_for_whole, valid_answers


def _say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _table(rows: Iterable[Sequence[object]], first: int = 40, rest: int = 14) -> None:
    for row in rows:
        _say("".join(f"{cell!s:<{rest if column else first}}" for column, cell in enumerate(row)))


def _damage() -> None:
    table = judge_damage()
    _say(f"Damage ({len(table)} kinds): read or refused where that is right; REFUSED or WRONG where not")
    right = [f"{sum(row[column] in ('read', 'refused') for row in table)}/{len(table)}" for column in range(1, 2 + len(OTHERS))]
    _table([["", "ours", *OTHERS], *table, ["right", *right]])
    wrong = [sum(row[column] == "WRONG" for row in table) for column in range(1, 2 + len(OTHERS))]
    _table([["of these, a wrong value without a word", *wrong]])


def _truncation() -> None:
    count, taken = count_taken_for_whole(valid_answers(200))
    _say(f"\nTruncation: {count:,} proper beginnings of 200 valid answers, cut at every byte; taken for the whole answer:")
    _table([["", *taken], ["", *(f"{number:,}" for number in taken.values())]])


def _corpora(folder: Path) -> None:
    counts, differences = judge_json_repair(folder)
    exact = counts["exact"]
    complete = exact + len(EXPECTED_CHANGES) + len(AMBIGUOUS)
    _say(f"\njson_repair's own cases ({sum(counts.values())})")
    _table([(kind, number) for kind, number in counts.most_common()], first=52)
    _say(f"exact, of all whose text is complete: {exact}/{complete} ({100 * exact / complete:.1f} %)")
    faithful = exact + len(AMBIGUOUS)
    _say(f"exact, of those whose expected value changes nothing: {exact}/{faithful} ({100 * exact / faithful:.1f} %)")
    for line in differences:
        _say(f"  {line}")
    _say("\nJSONTestSuite (y: must be read, n: invalid, i: left open)")
    suite, refused = judge_json_test_suite(folder)
    _table(sorted(suite.items()))
    for line in refused:
        _say(f"  {line}")


def _time(runs: int) -> None:
    _say(f"\nTime: about {SIZE_CHARS // 1024} KB by kind of damage, CPU ms, {runs} runs")
    rows = time_damage(runs=runs)
    _table([["", "median", "p95", "size x 2", "json_repair"]])
    _table([[row.kind, f"{row.median_ms:.1f}", f"{row.p95_ms:.1f}", f"{row.doubled:.2f}", f"{row.json_repair_ms:.1f}"] for row in rows])
    _table(
        [["worst", f"{max(r.median_ms for r in rows):.1f}", f"{max(r.p95_ms for r in rows):.1f}", f"{max(r.doubled for r in rows):.2f}"]]
    )
    theirs, ours = time_langchain()
    _say(f"one quote near the start of 7.5 KB: LangChain's parser {theirs:.0f} ms, ours {ours:.2f} ms")
    _say("\nStreaming: CPU microseconds a token (client and all, no network)")
    _table([["tokens", "watchdog", "whole answer", "LangChain's stream"]], rest=16)
    _table([[one.tokens, f"{one.watch_us:.1f}", f"{one.watched_us:.1f}", f"{one.langchain_us:.1f}"] for one in time_streaming()], rest=16)


def main() -> None:
    """Reads the arguments and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--corpora", type=Path, help="folder that holds json_repair/ and JSONTestSuite/")
    arguments.add_argument("--runs", type=int, default=40, help="runs of each timing")
    told = arguments.parse_args()
    _damage()
    _truncation()
    if told.corpora is not None and told.corpora.is_dir():
        _corpora(told.corpora)
    else:
        _say("\nNo outside corpora: give --corpora FOLDER.")
    _time(told.runs)


if __name__ == "__main__":
    main()
