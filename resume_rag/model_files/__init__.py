"""The file of the embedded model: found on disk, or fetched and verified.

Sources, in this order: a path; the cache; the publisher's hub; a mirror (`resume_rag.model_files.mirror`). Whatever the
source, a file with another digest than the publisher's is refused. An interrupted download goes on where it stopped.

Knows nothing of what runs the model, and shows no progress itself.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from resume_rag.errors import LLMUnavailableError
from resume_rag.model_files.catalog import (
    MirrorPart,
    ModelFile,
    Progress,
    SourceFailed,
    known_models,
    partial_file,
    parts_dir_of,
    sha256_of,
)
from resume_rag.model_files.hub import fetch_from_hub
from resume_rag.model_files.mirror import fetch_from_mirror

__all__ = ["HUB_URL", "MirrorPart", "ModelFile", "Progress", "find_model", "get_model", "known_models"]

HUB_URL = "https://huggingface.co"
_HUB_NAME = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)/(?P<file>[\w./-]+\.gguf)")
_HINT_OTHER_WAYS = (
    "Check the network and pip's index settings and run `resume-rag model get` again (it goes on where it stopped), "
    "or set RESUME_RAG_EMBEDDED_MODEL to the path of a GGUF file, or RESUME_RAG_LLM_BASE_URL to a running server."
)


def find_model(name_or_path: str, cache_dir: Path) -> Path | None:
    """The file of a model if it is on this machine and is what it should be.

    The first look at a cached file reads all of it (its sha256); later looks compare its size and times with a stamp.

    Args:
        name_or_path: a short name (`known_models`), the path of a GGUF file, or a hub name ``owner/repo/file.gguf``.
        cache_dir: the folder of the settings; model files lie in its ``models``.
    """
    path = Path(name_or_path).expanduser()
    if name_or_path.strip() and path.is_file():
        return path.resolve()
    model = _model_of(name_or_path)
    return _find_cached(model, cache_dir) if model else None


def get_model(
    name_or_path: str,
    cache_dir: Path,
    *,
    progress: Progress | None = None,
    hub_url: str = HUB_URL,
    models: dict[str, ModelFile] | None = None,
) -> Path:
    """The file of a model: found, or downloaded into the cache and verified.

    Args:
        name_or_path: see `find_model`.
        cache_dir: see `find_model`; made where it does not exist.
        progress: called a few times a second while bytes are moving.
        hub_url: the publisher's hub.
        models: names to know instead of `known_models`.

    Raises:
        LLMUnavailableError: unknown name, no such file, no source answers, the disk is full, or the digest is wrong.
    """
    known = known_models() if models is None else models
    path = Path(name_or_path).expanduser()
    if name_or_path.strip() and path.is_file():
        return _checked_gguf(path.resolve())
    model = _model_of(name_or_path, known)
    if model is None:
        raise _unknown(name_or_path, known)
    report = progress or (lambda label, done, total: None)
    folder = cache_dir / "models"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # One process downloads; the others wait here and then find the file.
        with FileLock(folder / f"{model.file_name}.lock"):
            return _find_cached(model, cache_dir) or _download(model, folder, report, hub_url)
    except OSError as error:
        raise _disk_error(error, model) from error


def _model_of(name: str, known: dict[str, ModelFile] | None = None) -> ModelFile | None:
    models = known_models() if known is None else known
    if found := models.get(name.strip().lower()):
        return found
    if (match := _HUB_NAME.fullmatch(name.strip())) and ".." not in name:
        file_name = match["file"]
        return ModelFile(name, f"{match['repo'].replace('/', '--')}--{file_name.replace('/', '--')}", 0, "", match["repo"])
    return None


def _unknown(name: str, known: dict[str, ModelFile]) -> LLMUnavailableError:
    hint = f"Known names: {', '.join(sorted(known))}. Also: the path of a GGUF file, or a hub name like owner/repo/file.gguf."
    looks_like_path = "/" in name or "\\" in name or name.lower().endswith(".gguf")
    return LLMUnavailableError(f"There is no model file {name!r}." if looks_like_path else f"There is no model named {name!r}.", hint=hint)


def _checked_gguf(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            if file.read(4) == b"GGUF":
                return path
    except OSError as error:
        raise LLMUnavailableError(f"The model file {path} cannot be read.", hint="Check the permissions of the file.") from error
    raise LLMUnavailableError(f"{path} is not a GGUF model file.", hint="Set RESUME_RAG_EMBEDDED_MODEL to a GGUF file or a known name.")


def _find_cached(model: ModelFile, cache_dir: Path) -> Path | None:
    path = cache_dir / "models" / model.file_name
    try:
        stat = path.stat()
    except OSError:
        return None
    stamp = f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ino}"
    with contextlib.suppress(OSError, ValueError):
        noted_stamp, noted_sha256 = _stamp_file(path).read_text("ascii").splitlines()
        if noted_stamp == stamp and model.sha256 in ("", noted_sha256):
            return path.resolve()
    if not model.sha256 or stat.st_size != model.size_bytes or sha256_of(path) != model.sha256:
        return None
    _write_stamp(path, model.sha256)
    return path.resolve()


def _stamp_file(path: Path) -> Path:
    return path.with_name(path.name + ".verified")


def _write_stamp(path: Path, sha256: str) -> None:
    stat = path.stat()
    # A cache that cannot be written to still serves; the file is then read in full each time.
    with contextlib.suppress(OSError):
        _stamp_file(path).write_text(f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ino}\n{sha256}\n", "ascii")


def _download(model: ModelFile, folder: Path, report: Progress, hub_url: str) -> Path:
    target = folder / model.file_name
    target.unlink(missing_ok=True)  # it was looked at before: absent, or not what it should be
    _stamp_file(target).unlink(missing_ok=True)
    reasons = []
    sources: dict[str, Callable[[], tuple[Path, str]]] = {"the publisher's hub": lambda: fetch_from_hub(model, folder, report, hub_url)}
    if model.mirror:
        sources["the mirror"] = lambda: fetch_from_mirror(model, folder, report)
    for source, fetch in sources.items():
        try:
            part, sha256 = fetch()
        except SourceFailed as failure:
            reasons.append(f"{source}: {failure}")
            continue
        os.replace(part, target)
        _write_stamp(target, sha256)
        shutil.rmtree(parts_dir_of(folder, model), ignore_errors=True)
        partial_file(folder, model).unlink(missing_ok=True)
        return target.resolve()
    raise LLMUnavailableError(f"The model {model.name} could not be downloaded ({'; '.join(reasons)}).", hint=_HINT_OTHER_WAYS)


def _disk_error(error: OSError, model: ModelFile) -> LLMUnavailableError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        need_mb = (model.size_bytes + sum(part.size_bytes for part in model.mirror)) // 1_000_000
        return LLMUnavailableError(
            f"The disk is full: the model {model.name} does not fit.",
            hint=f"Free {need_mb} MB, or set RESUME_RAG_CACHE_DIR to a folder on another disk.",
        )
    return LLMUnavailableError(
        f"The folder of the model files cannot be used ({error.strerror or type(error).__name__}).",
        hint="Check the permissions of RESUME_RAG_CACHE_DIR.",
    )
