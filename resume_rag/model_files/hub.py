"""A model file from the publisher's hub, over HTTPS, going on where an earlier try stopped.

Knows nothing of the cache's layout beyond the folder it writes to.
"""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from resume_rag.model_files.catalog import ModelFile, Progress, SourceFailed, need_space, partial_file, sha256_of

_TRIES = 4


def fetch_from_hub(model: ModelFile, folder: Path, report: Progress, hub_url: str) -> tuple[Path, str]:
    """Downloads, or goes on downloading; returns the verified file and its sha256.

    Raises:
        SourceFailed: nothing there, no connection, or another file than the one wanted.
    """
    partial = partial_file(folder, model)
    file_name = model.file_name if model.mirror or model.sha256 else model.name.split("/", 2)[2]
    url = f"{hub_url}/{model.hub_repo}/resolve/main/{file_name}"
    timeout = httpx.Timeout(30.0, connect=5.0)
    with httpx.Client(follow_redirects=True, timeout=timeout, headers={"Accept-Encoding": "identity"}) as client:
        for tries_left in reversed(range(_TRIES)):
            have_bytes = partial.stat().st_size if partial.exists() else 0
            try:
                sha256 = _fetch_rest(client, url, model, partial, report)
                break
            except httpx.ConnectError as error:
                raise SourceFailed("no connection") from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                moved = partial.exists() and partial.stat().st_size > have_bytes
                if not (moved and tries_left):
                    raise SourceFailed(type(error).__name__) from error
    if sha256_of(partial) != sha256:
        partial.unlink()
        raise SourceFailed("the file has another digest and was refused")
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
            raise SourceFailed(f"HTTP {answer.status_code}")
        if not re.fullmatch("[0-9a-f]{64}", sha256):
            raise SourceFailed("it tells no digest")
        start = start if answer.status_code == 206 else 0
        total = start + int(answer.headers.get("content-length", 0))
        if model.size_bytes and total != model.size_bytes:
            raise SourceFailed("the file has another size and was refused")
        need_space(partial.parent, total - start)
        with partial.open("ab" if start else "wb") as file:
            for chunk in answer.iter_bytes():
                file.write(chunk)
                report("from the publisher's hub", file.tell(), total)
    return sha256
