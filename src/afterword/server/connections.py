"""Limits open connections: if there are too many, the one that has been idle for longest is closed.

Browsers open connections ahead of need. The head of a request is limited in time and size.
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

MAX_CONNECTIONS = 512
"""Below the usual limit of 1,024 file descriptors per process, with room for the files that are sent."""

HEAD_SECONDS = 10.0
"""Timeout for the head of a request, from its first byte."""

IDLE_SECONDS = 30.0
"""Timeout for the next request on an open connection."""

SEND_SECONDS = 30.0
"""Timeout for the client to accept a piece of the response."""

MAX_HEAD_BYTES = 65_536
"""Size limit for the head of a request."""


class HeadTooLarge(Exception):  # noqa: N818 - becomes a response
    """The head of a request is too large."""


class Connections:
    """The open connections, each with the time since when it is idle, or None while it is busy."""

    def __init__(self, limit: int = MAX_CONNECTIONS, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._idle_since: dict[socket.socket, float | None] = {}

    def admit(self, connection: socket.socket) -> bool:
        """Adds a connection. At the limit, closes an idle one for it; returns False if all are busy."""
        with self._lock:
            if len(self._idle_since) >= self._limit and not self._close_oldest():
                return False
            self._idle_since[connection] = self._clock()
            return True

    def set_busy(self, connection: socket.socket) -> None:
        """Marks a connection as busy with a request, so that it is not closed."""
        with self._lock:
            if connection in self._idle_since:
                self._idle_since[connection] = None

    def set_idle(self, connection: socket.socket) -> None:
        """Marks a connection as waiting for its next request. One that is idle already keeps its time."""
        with self._lock:
            if connection in self._idle_since and self._idle_since[connection] is None:
                self._idle_since[connection] = self._clock()

    def remove(self, connection: socket.socket) -> None:
        """Removes a closed connection."""
        with self._lock:
            self._idle_since.pop(connection, None)

    def _close_oldest(self) -> bool:
        idle = {connection: since for connection, since in self._idle_since.items() if since is not None}
        if not idle:
            return False
        oldest = min(idle, key=idle.__getitem__)
        del self._idle_since[oldest]
        with contextlib.suppress(OSError):  # it may be closed already
            oldest.shutdown(socket.SHUT_RDWR)
        return True


class HeadReader(io.RawIOBase):
    """A raw stream of a connection with limits on the head of each request.

    `start_request` resets the limits. Reading raises `TimeoutError` or `HeadTooLarge`.
    """

    def __init__(self, connection: socket.socket, limit: int = MAX_HEAD_BYTES) -> None:
        super().__init__()
        self._connection = connection
        self._limit = limit
        self.start_request()

    def start_request(self) -> None:
        """Resets the time and size limits for the next request."""
        self._deadline = time.monotonic() + IDLE_SECONDS
        self._bytes_left = self._limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # `BufferedReader` passes a memoryview
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        if self._bytes_left <= 0:
            raise HeadTooLarge
        self._connection.settimeout(remaining)
        try:
            count = self._connection.recv_into(buffer)
        finally:
            self._connection.settimeout(SEND_SECONDS)
        if self._bytes_left == self._limit:
            self._deadline = time.monotonic() + HEAD_SECONDS
        self._bytes_left -= count
        return count
