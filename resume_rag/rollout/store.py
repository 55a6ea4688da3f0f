"""The folder in which a rollout lives: its state, its history, what every process has seen, and which versions passed the golden set.

Files and not a database, because all gateways share it: on one host a folder, on several a volume that all mount, where
SQLite's locks and WAL are not to be relied on. Each kind of file has a way of writing that needs little of a file system::

    state.json            replaced whole, by who holds the lock
    history.jsonl         a line appended for each change, by who holds the lock
    samples/PROCESS.json  replaced whole, by that process alone: no lock; the sum over all of them is what has been seen
    golden/NAME.json      replaced whole
    lock                  held by who decides (flock; NFS from version 4 on has it)

A file that cannot be read counts as absent. Holds no text of a resume, a post or a prompt.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from resume_rag.errors import RolloutFolderError
from resume_rag.rollout.deployments import Deployment
from resume_rag.rollout.state import RolloutState
from resume_rag.rollout.tallies import Tally, sum_tallies

Arm = Literal["canary", "stable"]

_Model = TypeVar("_Model", bound=BaseModel)
_LOCK_WAIT_S = 10.0


class ProcessSamples(BaseModel):
    """What one process has seen of a rollout: tallies by step and arm."""

    model_config = ConfigDict(frozen=True)

    rollout_id: str
    steps: dict[int, dict[Arm, Tally]]


class GoldenRecord(BaseModel):
    """How a version did on the golden set.

    Attributes:
        fingerprint: of the deployment.
        golden: digest of the set and of the prompt's version: a record of another set says nothing.
        at: when, in ISO 8601.
        figures: what was measured.
    """

    model_config = ConfigDict(frozen=True)

    deployment: str
    version: str
    fingerprint: str
    golden: str
    passed: bool
    at: str
    figures: dict[str, float | int | None] = {}


class RolloutStore:
    """The folder; made at the first write.

    Args:
        folder: shared by all workers and gateways that serve the same deployments.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = f"{os.uname().nodename}-{os.getpid()}-{secrets.token_hex(4)}"

    @contextmanager
    def locked(self, *, wait: bool) -> Iterator[bool]:
        """Alone among all processes; False where another one is and this one does not wait.

        Raises:
            RolloutFolderError: the folder cannot be used, or the lock was not free within ten seconds.
        """
        with self._speaking_our_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "lock")
            try:
                lock.acquire(timeout=_LOCK_WAIT_S if wait else 0)
            except Timeout:
                if wait:
                    raise RolloutFolderError(f"Another process holds the lock of {self.folder}.") from None
        try:
            yield lock.is_locked
        finally:
            lock.release()

    # --- the state ---

    def read_state(self) -> RolloutState:
        """The state; idle where there is none."""
        return self.find_state() or RolloutState()

    def find_state(self) -> RolloutState | None:
        """The state; None where there is none, or it cannot be read."""
        return _read(self.folder / "state.json", RolloutState)

    def find_stamp(self) -> tuple[int, int, int] | None:
        """Changes whenever the state does; None where there is none. One look at the file system."""
        try:
            found = (self.folder / "state.json").stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def write_state(self, state: RolloutState, event: str, by: str, now_s: float, **more: Any) -> None:
        """Replace the state and append to the history; call it while `locked`.

        Raises:
            RolloutFolderError: the folder cannot be written.
        """
        line = {
            "at": render_time(now_s),
            "event": event,
            "by": by,
            "deployment": state.canary,
            "version": state.version,
            "share": state.share,
            "reason": state.reason,
            "rollout": state.id,
            **more,
        }
        with self._speaking_our_errors():
            with (self.folder / "history.jsonl").open("a", encoding="utf-8") as history:
                history.write(json.dumps(line) + "\n")
            _replace(self.folder / "state.json", state)

    def read_history(self) -> list[dict[str, Any]]:
        """All changes, oldest first."""
        try:
            text = (self.folder / "history.jsonl").read_text(encoding="utf-8")
        except OSError:
            return []
        lines = []
        for line in text.splitlines():
            with contextlib.suppress(ValueError):  # a line that is being written
                lines.append(json.loads(line))
        return lines

    # --- what has been seen ---

    def write_samples(self, samples: ProcessSamples) -> None:
        """This process's own tallies.

        Raises:
            RolloutFolderError: the folder cannot be written.
        """
        with self._speaking_our_errors():
            (self.folder / "samples").mkdir(parents=True, exist_ok=True)
            _replace(self.folder / "samples" / f"{self._process}.json", samples)

    def sum_step(self, state: RolloutState) -> dict[Arm, Tally]:
        """What all processes together have seen of a running rollout's step."""
        seen = [samples.steps.get(state.step, {}) for samples in self._read_all_samples() if samples.rollout_id == state.id]
        arms: tuple[Arm, Arm] = ("canary", "stable")
        return {arm: sum_tallies([tallies[arm] for tallies in seen if arm in tallies]) for arm in arms}

    def clear_samples(self) -> None:
        """Forget what was seen of rollouts before."""
        for path in (self.folder / "samples").glob("*.json"):
            with contextlib.suppress(OSError):
                path.unlink()

    def _read_all_samples(self) -> list[ProcessSamples]:
        found = [_read(path, ProcessSamples) for path in sorted((self.folder / "samples").glob("*.json"))]
        return [samples for samples in found if samples is not None]

    # --- the golden set ---

    def write_golden(self, record: GoldenRecord) -> None:
        """Keep how a version did; an earlier record of it is replaced.

        Raises:
            RolloutFolderError: the folder cannot be written.
        """
        with self._speaking_our_errors():
            (self.folder / "golden").mkdir(parents=True, exist_ok=True)
            _replace(self.folder / "golden" / f"{record.deployment}-{record.fingerprint}.json", record)

    def find_golden(self, deployment: Deployment) -> GoldenRecord | None:
        """How this version of a deployment did."""
        return _read(self.folder / "golden" / f"{deployment.name}-{deployment.fingerprint}.json", GoldenRecord)

    @contextmanager
    def _speaking_our_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RolloutFolderError(f"The folder of rollouts {self.folder} cannot be used ({error.strerror}).") from None


def render_time(at_s: float) -> str:
    """Seconds since the epoch in ISO 8601.

    >>> render_time(0)
    '1970-01-01T00:00:00+00:00'
    """
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="seconds")


def _read(path: Path, model: type[_Model]) -> _Model | None:
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _replace(path: Path, value: BaseModel) -> None:
    own = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with own.open("w", encoding="utf-8") as file:
            file.write(value.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        own.replace(path)
    finally:
        own.unlink(missing_ok=True)
