"""How far a command is, on stderr: a bar on a terminal, a line now and then in a log.

Is handed to whatever takes long as a function of (label, done, total). Counts bytes where the label speaks of a
download. Knows nothing of what is being done.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

_LOG_EVERY_S = 10.0
_MIN_BYTES_TOTAL = 1_000_000


class ProgressView:
    """Shows progress while it is entered; ``quiet``: nothing at all."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self._console = console
        self._quiet = quiet
        self._tasks: dict[str, TaskID] = {}
        self._logged: dict[str, tuple[float, bool]] = {}
        self._bars: Progress | None = None
        if console.is_terminal and not console.is_dumb_terminal and not quiet:
            self._bars = Progress(
                SpinnerColumn(finished_text=" "),
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                TextColumn("{task.fields[amount]}"),
                TimeElapsedColumn(),
                console=console,
                transient=True,
            )

    def __enter__(self) -> Self:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bars:
            self._bars.stop()

    def report(self, label: str, done: int, total: int) -> None:
        """Take note of progress; ``total`` 0: how much there is to do is not known."""
        if self._quiet:
            return
        amount = _amount(label, done, total)
        if self._bars is None:
            self._log(label, amount, is_done=bool(total) and done >= total)
            return
        if label not in self._tasks:
            self._finish_unbounded()
            self._tasks[label] = self._bars.add_task(label, total=total or None, amount=amount)
        self._bars.update(self._tasks[label], completed=done, total=total or None, amount=amount)

    def _finish_unbounded(self) -> None:
        if self._bars:
            for task in self._bars.tasks:
                if task.total is None:
                    self._bars.update(task.id, visible=False)

    def _log(self, label: str, amount: str, *, is_done: bool) -> None:
        last_s, was_done = self._logged.get(label, (-_LOG_EVERY_S, False))
        now_s = time.monotonic()
        if was_done or (not is_done and label in self._logged and now_s - last_s < _LOG_EVERY_S):
            return
        self._logged[label] = (now_s, is_done)
        self._console.print(f"{label} {amount}".rstrip(), soft_wrap=True)


def _amount(label: str, done: int, total: int) -> str:
    if not total:
        return f"{done}" if done else ""
    if "download" in label.lower() or total >= _MIN_BYTES_TOTAL:
        return f"{decimal(done)} of {decimal(total)}"
    return f"{done} of {total}"
