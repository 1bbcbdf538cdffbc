"""The HTTP server: sockets and threads around `routing`, with one thread for each connection.

Request bodies are not accepted. A status is sent only when its content is ready.
"""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import socket
import socketserver
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, cast

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.files import describe
from afterword.server.generation import LIVE_FOLDER
from afterword.server.request import HostPolicy, InvalidTarget, check_request, parse_target
from afterword.server.routing import (
    ALLOWED_METHODS,
    COMMON_HEADERS,
    FileReplaced,
    Response,
    error_response,
    files_for_url,
    prepare_response,
    route,
)
from afterword.server.sse import parse_subscription, stream_events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from afterword.core.diagnostics import Diagnostic
    from afterword.server.generation import Generation
    from afterword.server.sse import Subscription
    from afterword.server.state import CurrentSite


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


BUILD_TIMEOUT = 10.0
"""Seconds that a request waits for the current build."""

FIRST_BUILD_TIMEOUT = 0.5
"""Seconds that a request waits for the first build. It may take minutes, so a fallback or a status page is sent."""

REPLACED_TIMEOUT = 2.0
"""Seconds that a request waits for the next generation if its file was replaced."""

PORTS_TRIED = 10
"""Number of ports to try, from the requested one."""

_LOOPBACK_OF = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what they are called here
_MAX_LINE_BYTES = 8_192
_MAX_DRAINED_BYTES = 1 << 18
_DRAIN_SECONDS = 0.5
_ATTEMPTS = 3


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Serves the current site at one address. With port 0 the system chooses one; see `port`."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        current: CurrentSite,
        host: str,
        port: int,
        *,
        allowed_hosts: Iterable[str] = (),
        connections: Connections | None = None,
    ) -> None:
        self.current = current
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Handler)
        self.host = host
        self.port: int = self.server_address[1]
        self.host_policy = HostPolicy.of(host, socket.gethostname(), allowed_hosts)
        self.connections = connections or Connections()

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server for a browser on this machine."""
        host = _LOOPBACK_OF.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def is_public(self) -> bool:
        """Whether other machines can reach the server."""
        return self.host not in ("127.0.0.1", "::1", "localhost")

    def start(self) -> None:
        """Serves in a daemon thread."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        """Stops serving and ends all event streams."""
        self.current.close()
        self.shutdown()
        self.server_close()

    def verify_request(self, request: object, client_address: object) -> bool:  # noqa: ARG002
        return self.connections.admit(cast("socket.socket", request))

    def shutdown_request(self, request: object) -> None:
        self.connections.remove(cast("socket.socket", request))
        super().shutdown_request(cast("socket.socket", request))

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            logging.getLogger(__name__).exception("internal error while handling a request")


def open_server(current: CurrentSite, host: str, port: int, allowed_hosts: Iterable[str] = ()) -> Server:
    """Returns a server at the first free port from `port` on. Raises `Failure` if none is free."""
    last = min(port + PORTS_TRIED, 65_536) - 1 if port else 0
    for candidate in range(port, last + 1):
        try:
            return Server(current, host, candidate, allowed_hosts=allowed_hosts)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise Failure(Exit.ENVIRONMENT, _cannot_listen(host, candidate, problem)) from problem
    message = f"ports {port} to {last} are in use"
    raise Failure(Exit.ENVIRONMENT, error("port-in-use", message, hint="pass another port with `--port`"))


def _cannot_listen(host: str, port: int, problem: OSError) -> Diagnostic:
    reason = describe(problem)
    hint = (
        "ports below 1024 need special permission; pass another port with `--port`"
        if problem.errno == errno.EACCES
        else ""
    )
    return error("cannot-listen", f"cannot listen on `{host}`, port {port}: {reason}", hint=hint)


class Handler(BaseHTTPRequestHandler):
    """A connection. The base class reads heads and writes status lines."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"
    disable_nagle_algorithm = True
    timeout = SEND_SECONDS
    wbufsize = -1
    server: Server

    def setup(self) -> None:
        super().setup()
        self._head_reader = HeadReader(self.connection)
        self.rfile = io.BufferedReader(self._head_reader)

    def handle_one_request(self) -> None:
        """Reads one request and responds."""
        self.close_connection = True
        self.requestline, self.command, self.request_version = "", "", self.default_request_version
        self.server.connections.set_idle(self.connection)
        self._head_reader.start_request()
        try:
            self.raw_requestline = self.rfile.readline(_MAX_LINE_BYTES + 1)
            if len(self.raw_requestline) > _MAX_LINE_BYTES:
                self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            elif self.raw_requestline and self.parse_request():
                self.server.connections.set_busy(self.connection)
                self._respond()
        except HeadTooLarge:
            self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def handle_expect_100(self) -> bool:
        """Does not ask for the body: the response comes at once."""
        return True

    def version_string(self) -> str:
        return "Afterword"

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Sends an error for a request that could not be parsed, without quoting it."""
        self.close_connection = True
        status = HTTPStatus(code)
        self._send(error_response(status, status.phrase.lower()))
        self._drain()

    def _respond(self) -> None:
        """Responds to the request whose head has been read. A body is not read, and ends the connection."""
        headers = {name.lower(): ", ".join(self.headers.get_all(name, [])) for name in self.headers}
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        if has_body or self.request_version == "HTTP/1.0":
            self.close_connection = True
        target = self.requestline.split()[1]
        if (rejection := self._reject(target, headers)) is not None:
            self._send(rejection)
        elif (subscription := self._find_subscription(target, headers)) is not None:
            self._send_stream(subscription)
        else:
            self._send_current(target, headers)
        if has_body:
            self._drain()

    def _reject(self, target: str, headers: Mapping[str, str]) -> Response | None:
        """Returns the response to a request that is not allowed, or None."""
        generation = self.server.current.generation
        if self.command not in ALLOWED_METHODS:
            return route(generation, self.command, target, headers)
        try:
            parsed = parse_target(target)
        except InvalidTarget as problem:
            return error_response(HTTPStatus.BAD_REQUEST, str(problem))
        hosts = self.headers.get_all("Host", [])
        is_page = not self._is_live_path(parsed.path)
        rejected = check_request(self.server.host_policy, hosts, headers, authority=parsed.authority, page=is_page)
        return error_response(rejected.status, rejected.reason) if rejected else None

    def _find_subscription(self, target: str, headers: Mapping[str, str]) -> Subscription | None:
        is_get = self.command == "GET"
        return parse_subscription(self.server.current.generation, target, headers) if is_get else None

    def _send_current(self, target: str, headers: Mapping[str, str]) -> None:
        """Responds from the current generation. Tries again if a build has replaced the file in the meantime."""
        current = self.server.current
        path = parse_target(target).path
        for _ in range(_ATTEMPTS):
            generation = current.generation if self._is_live_path(path) else self._wait_for_build(path)
            response = route(generation.or_fallback(), self.command, target, headers)
            with contextlib.suppress(FileReplaced):
                self._send(response, generation.number)
                return
            current.wait_for_change(generation, REPLACED_TIMEOUT)  # the build will soon show the new file
        again = (("Retry-After", "1"), ("Refresh", "1"))
        self._send(error_response(HTTPStatus.SERVICE_UNAVAILABLE, "the site is being built", *again))

    def _wait_for_build(self, path: str) -> Generation:
        """Returns the generation to respond from, after a build that may be about to change this path."""
        current = self.server.current
        timeout = FIRST_BUILD_TIMEOUT if current.generation.is_empty else BUILD_TIMEOUT
        return current.wait_until_current(timeout, files_for_url(current.generation, path))

    def _is_live_path(self, path: str) -> bool:
        """Returns whether a path is in the folder of the live script, which is the same in all generations."""
        return path.startswith(f"{self.server.current.generation.base_path}{LIVE_FOLDER}/")

    def _send(self, response: Response, generation: int | None = None) -> None:
        """Sends a response. Raises `FileReplaced` before the first byte."""
        prepared = prepare_response(response)
        headers = [*COMMON_HEADERS, *prepared.headers]
        if generation is not None:
            headers.append(("Afterword-Generation", str(generation)))
        if response.status is not HTTPStatus.NOT_MODIFIED:
            headers.append(("Content-Length", str(prepared.length)))
        self._send_head(response.status, headers)
        if self.command == "HEAD" or response.status is HTTPStatus.NOT_MODIFIED:
            prepared.close()
        else:
            for chunk in prepared.chunks():
                self.wfile.write(chunk)
        self.wfile.flush()

    def _send_head(self, status: HTTPStatus, headers: Iterable[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _send_stream(self, subscription: Subscription) -> None:
        self.close_connection = True
        self._send_head(HTTPStatus.OK, [*COMMON_HEADERS, ("Content-Type", "text/event-stream; charset=utf-8")])
        for chunk in stream_events(self.server.current, subscription):
            self.wfile.write(chunk)
            self.wfile.flush()

    def _drain(self) -> None:
        """Reads the rest of the request: closing a connection with unread data can discard the response (RST)."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_DRAIN_SECONDS)
            left = _MAX_DRAINED_BYTES
            while left > 0 and (data := self.connection.recv(65_536)):
                left -= len(data)
