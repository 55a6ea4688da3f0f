"""A watchdog over a stream of tokens: says when the model has fallen into a loop. Keeps a bounded tail, no more."""

from __future__ import annotations

from typing import Final, Literal

LoopKind = Literal["whitespace_loop", "repetition_loop"]

_MAX_BLANKS: Final = 96
_TAIL_CHARS: Final = 2048
_CHECK_EVERY_CHARS: Final = 64
_PROBE_CHARS: Final = 24
_MIN_REPEATS: Final = 4
_MIN_REPEATED_CHARS: Final = 240  # less than this may be a line of dashes, or a list of like entries


class LoopWatch:
    """Feed it each piece of a stream; the first answer that is not None is the reason to stop.

    A whitespace loop is 96 blanks in a row. A repetition loop is a piece of up to 512 characters that came at least four
    times in a row and fills at least 240 characters.

    >>> watch = LoopWatch()
    >>> watch.feed('{"text": ')
    >>> watch.feed(" " * 100)
    'whitespace_loop'
    """

    def __init__(self) -> None:
        self._blanks = 0
        self._tail = ""
        self._unchecked = 0

    def feed(self, delta: str) -> LoopKind | None:
        """Takes the next piece of the stream; a few microseconds, however long the answer is."""
        solid = delta.rstrip()
        self._blanks = len(delta) - len(solid) + (0 if solid else self._blanks)
        if self._blanks >= _MAX_BLANKS:
            return "whitespace_loop"
        self._tail += delta
        self._unchecked += len(delta)
        if self._unchecked < _CHECK_EVERY_CHARS:
            return None
        self._unchecked = 0
        self._tail = self._tail[-_TAIL_CHARS:]
        return "repetition_loop" if _repeats(self._tail) else None


def _repeats(tail: str) -> bool:
    """Whether a text ends in the same piece over and over.

    >>> _repeats("Led teams. " * 30), _repeats("Led teams. " * 3)
    (True, False)
    """
    probe = tail[-_PROBE_CHARS:]
    before = tail.rfind(probe, 0, len(tail) - 1)
    if before < 0 or len(probe) < _PROBE_CHARS:
        return False
    period = len(tail) - _PROBE_CHARS - before
    needed = max(_MIN_REPEATS * period, _MIN_REPEATED_CHARS)
    if needed > len(tail):
        return False
    end = tail[-needed:]
    return end[period:] == end[:-period]
