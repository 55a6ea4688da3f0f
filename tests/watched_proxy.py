"""A TCP proxy that notes when each side lets go: shows from outside whether a gateway closes the connection to its model server."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


@dataclass
class Passing:
    """One connection through the proxy; moments on the monotonic clock.

    Attributes:
        asked: a chat completion went up this connection.
        answered: its answer came down to the end.
        closed_s: when the client's side (the gateway) closed it; None while it is open or where the server closed first.
    """

    asked: bool = False
    answered: bool = False
    closed_s: float | None = None
    done: threading.Event = field(default_factory=threading.Event)


class WatchedProxy:
    """A context manager in front of one server."""

    def __init__(self, base_url: str) -> None:
        self._parts = urlsplit(base_url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}{self._parts.path}"
        self.passings: list[Passing] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listener.close()

    def in_flight(self) -> list[Passing]:
        """Connections on which an answer is being waited for."""
        return [one for one in self.passings if one.asked and not one.answered and not one.done.is_set()]

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection((self._parts.hostname, self._parts.port or 80))
                passing = Passing()
                self.passings.append(passing)
                for pump in (self._pump_up, self._pump_down):
                    threading.Thread(target=pump, args=(near, far, passing), daemon=True).start()

    def _pump_up(self, near: socket.socket, far: socket.socket, passing: Passing) -> None:
        with contextlib.suppress(OSError):
            while part := near.recv(65536):
                if b"/chat/completions HTTP/1.1" in part:
                    passing.asked, passing.answered = True, False
                far.sendall(part)
        if not passing.done.is_set():
            passing.closed_s = time.monotonic()
        self._end(near, far, passing)

    def _pump_down(self, near: socket.socket, far: socket.socket, passing: Passing) -> None:
        with contextlib.suppress(OSError):
            while part := far.recv(65536):
                passing.answered = passing.answered or b"[DONE]" in part
                near.sendall(part)
        self._end(near, far, passing)

    def _end(self, near: socket.socket, far: socket.socket, passing: Passing) -> None:
        passing.done.set()
        for side in (near, far):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()
