"""How a streamed answer ends: by the server's word, in a loop, or at a deadline."""

from __future__ import annotations

import time
from collections.abc import Iterator

from langchain_core.messages import AIMessage, AIMessageChunk

from resume_rag.parsing import LoopWatch


class Ending:
    """How a stream ends: by the server's word, or in a loop."""

    def __init__(self) -> None:
        self._ended = False
        self._loop: str | None = None
        self._watch = LoopWatch()

    def reached(self, piece: AIMessage) -> bool:
        """Whether nothing more is to be read, as the model is in a loop."""
        self._ended = self._ended or bool(piece.response_metadata.get("finish_reason"))
        self._loop = None if self._ended else self._watch.feed(str(piece.text))
        return self._loop is not None

    def close(self) -> Iterator[AIMessage]:
        """A last piece that names the loop, if it was one."""
        if self._loop is not None:
            yield AIMessageChunk(content="", response_metadata={"finish_reason": self._loop})
        elif not self._ended:
            raise EOFError("the stream stopped without a reason")


class Deadline:
    """A moment by which an answer must be whole."""

    def __init__(self, timeout_s: float) -> None:
        self._end = time.monotonic() + timeout_s

    def left_s(self) -> float:
        """Seconds from now; below zero where it has passed."""
        return self._end - time.monotonic()

    def check(self) -> None:
        """Raises TimeoutError where it has passed."""
        if self.left_s() <= 0:
            raise TimeoutError
