"""How a streamed answer ends: by the server's word, in a loop, or at a deadline."""

from __future__ import annotations

import time
from collections.abc import Iterator

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.ai import UsageMetadata

from resume_rag.parsing import LoopWatch


class Ending:
    """How a stream ends: by the server's word, or in a loop; and the tokens it took, which come last and once."""

    def __init__(self) -> None:
        self._ended = False
        self._loop: str | None = None
        self._watch = LoopWatch()
        self._usage: UsageMetadata | None = None

    def take_usage(self, piece: AIMessage) -> AIMessage:
        """The piece without its token counts, which are kept for the end.

        vLLM with ``--enable-force-include-usage`` repeats the count so far in every piece, and pieces are added up.
        """
        self._usage = piece.usage_metadata or self._usage
        return piece.model_copy(update={"usage_metadata": None}) if piece.usage_metadata else piece

    def reached(self, piece: AIMessage) -> bool:
        """Whether nothing more is to be read, as the model is in a loop."""
        self._ended = self._ended or bool(piece.response_metadata.get("finish_reason"))
        self._loop = None if self._ended else self._watch.feed(str(piece.text))
        return self._loop is not None

    def close(self) -> Iterator[AIMessage]:
        """A last piece with the token counts, and the name of the loop if it was one."""
        if self._loop is None and not self._ended:
            raise EOFError("the stream stopped without a reason")
        if self._loop is not None or self._usage is not None:
            ended_by = {} if self._loop is None else {"finish_reason": self._loop}
            yield AIMessageChunk(content="", response_metadata=ended_by, usage_metadata=self._usage)


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
