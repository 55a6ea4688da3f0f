"""API keys: who sends a request. Only digests are stored; a key is compared with all of them in constant time.

A key is long and random (not a password), so its plain SHA-256 tells nothing of it. The file is read again when it changes:
add a line and a key works, remove it and it does not. Knows nothing of headers or routes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from pathlib import Path

from resume_rag.errors import ResumeRagError

_LINE = re.compile(r"(?P<name>[\w.@-]{1,64}):(?P<digest>[0-9a-fA-F]{64})")
_LOOK_EVERY_S = 1.0


class ApiKeysError(ResumeRagError):
    """The file of API keys cannot be used."""

    code = "api_keys_unreadable"
    default_hint = "Give a file with lines of NAME:SHA256 (`printf %s KEY | sha256sum`), readable by the server."


class ApiKeys:
    """The keys of a file.

    Args:
        path: lines of ``name:digest``; empty ones and those that begin with ``#`` count for nothing.

    Raises:
        ApiKeysError: the file cannot be read, holds no key, or a line is neither.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._looked_s = time.monotonic()
        self._stamp = self._read_stamp()
        self._names: tuple[tuple[bytes, str], ...] = _read_keys(path)

    def find_tenant(self, key: str) -> str | None:
        """A digest of the name of this key's owner; None for no key of ours."""
        self._refresh()
        offered = hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
        found: str | None = None
        for digest, name in self._names:
            # All are compared, so that the time says nothing of which one it was.
            if hmac.compare_digest(digest, offered):
                found = name
        return None if found is None else hashlib.sha256(f"tenant {found}".encode()).hexdigest()[:12]

    def _refresh(self) -> None:
        now_s = time.monotonic()
        if now_s - self._looked_s < _LOOK_EVERY_S:
            return
        self._looked_s = now_s
        stamp = self._read_stamp()
        if stamp != self._stamp:
            # A file that is gone or half written lets nobody in: that is the safe side.
            self._names = ()
            self._names = _read_keys(self._path)
            self._stamp = stamp

    def _read_stamp(self) -> tuple[int, int, int]:
        try:
            stat = self._path.stat()
        except OSError as error:
            raise _unreadable(error) from error
        return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _read_keys(path: Path) -> tuple[tuple[bytes, str], ...]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(error) from error
    keys = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ApiKeysError(f"Line {number} of the file of API keys is not NAME:SHA256.")
        keys.append((bytes.fromhex(match["digest"]), match["name"]))
    if not keys:
        raise ApiKeysError("The file of API keys holds no key.")
    return tuple(keys)


def _unreadable(error: Exception) -> ApiKeysError:
    return ApiKeysError(f"The file of API keys cannot be read ({type(error).__name__}).")
