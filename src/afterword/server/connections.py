"""Limits open connections: if there are too many, the one that was silent for longest is closed.

Browsers open connections ahead of need. The head of a request must arrive within a time and a size limit.
"""

from __future__ import annotations

import contextlib
import io
import socket
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CONNECTIONS = 512
"""Below the 1,024 descriptors that a process usually has, with room for the files it reads."""

HEAD_SECONDS = 10.0
"""How long the head of a request may take, from its first byte on."""

IDLE_SECONDS = 30.0
"""How long a connection may wait for its next request."""

SEND_SECONDS = 30.0
"""How long one piece of a response may take to be accepted by the client."""

MOST_HEAD_BYTES = 65_536
"""The largest head of a request."""


class HeadTooLarge(Exception):  # noqa: N818 - becomes a response
    """The head of a request is larger than it may be."""


class Connections:
    """The open connections, and since when each has been waiting for a request; None while it is answered."""

    def __init__(self, most: int = MOST_CONNECTIONS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting_since: dict[socket.socket, float | None] = {}

    def admit(self, connection: socket.socket) -> bool:
        """Count a new connection in; at the limit one that waits is ended for it, or else it is not admitted."""
        with self._lock:
            if len(self._waiting_since) >= self._most and not self._end_oldest():
                return False
            self._waiting_since[connection] = self._clock()
            return True

    def mark(self, connection: socket.socket, *, busy: bool) -> None:
        """Say that a connection is being answered, or waits for its next request."""
        with self._lock:
            if connection in self._waiting_since:
                self._waiting_since[connection] = None if busy else self._clock()

    def forget(self, connection: socket.socket) -> None:
        """Count a connection out."""
        with self._lock:
            self._waiting_since.pop(connection, None)

    def _end_oldest(self) -> bool:
        waiting = {connection: since for connection, since in self._waiting_since.items() if since is not None}
        if not waiting:
            return False
        oldest = min(waiting, key=waiting.__getitem__)
        del self._waiting_since[oldest]
        with contextlib.suppress(OSError):  # it may have ended by itself
            oldest.shutdown(socket.SHUT_RDWR)
        return True


class HeadReader(io.RawIOBase):
    """What a connection sends, as a raw stream that gives up when one request's head takes too long or is too large.

    Raises `TimeoutError` and `HeadTooLarge`; `begin` starts a new request.
    """

    def __init__(self, connection: socket.socket, most: int = MOST_HEAD_BYTES) -> None:
        super().__init__()
        self._connection = connection
        self._most = most
        self.begin()

    def begin(self) -> None:
        """Give the next request its time and its size."""
        self._deadline = time.monotonic() + IDLE_SECONDS
        self._left = self._most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what `BufferedReader` passes
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        if self._left <= 0:
            raise HeadTooLarge
        self._connection.settimeout(remaining)
        try:
            count = self._connection.recv_into(buffer)
        finally:
            self._connection.settimeout(SEND_SECONDS)
        if self._left == self._most:
            self._deadline = time.monotonic() + HEAD_SECONDS
        self._left -= count
        return count
