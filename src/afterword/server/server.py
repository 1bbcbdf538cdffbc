"""The HTTP server: sockets and threads around `routing`, one thread for each connection.

Request bodies are not accepted. Content is ready before its status is sent.
"""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import re
import socket
import socketserver
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs

from afterword.core.diagnostics import Exit, Failure, error
from afterword.server.connections import SEND_SECONDS, Connections, HeadReader, HeadTooLarge
from afterword.server.hosts import HostPolicy, check
from afterword.server.request import BadTarget, parse_target
from afterword.server.responses import Replaced, deliver
from afterword.server.routing import ALWAYS, METHODS, Response, names_near, refuse, route
from afterword.server.snapshot import LIVE_FOLDER
from afterword.server.sse import news_since

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.core.diagnostics import Diagnostic
    from afterword.server.snapshot import Generation
    from afterword.server.state import CurrentSite

BUILD_SECONDS = 10.0
"""How long a request waits for a build that is under way."""

FIRST_SECONDS = 0.5
"""How long a request waits for the first build: it may take minutes, and the site of an earlier run, or a page that
says so, is there."""

REPLACED_SECONDS = 2.0
"""How long a request whose file is another one by now waits for the generation that has it."""

PING_SECONDS = 15.0
"""How often a stream says that it is still there."""

PORTS_TRIED = 10
"""How many ports are tried, from the one that was asked for on."""

_EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what they are called here
_MOST_LINE_BYTES = 8_192
_MOST_DRAINED_BYTES = 1 << 18
_DRAIN_SECONDS = 0.5
_RETRY_MILLISECONDS = 500
_ATTEMPTS = 3
_NUMBER = re.compile("[0-9]{1,9}")

STREAM = "events"
"""The name of the stream of news, in the folder of the live script."""


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Answers from a stage, at one address. `port` 0 lets the system choose; see `port` for what it chose."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        stage: CurrentSite,
        host: str,
        port: int,
        *,
        allowed_hosts: Iterable[str] = (),
        connections: Connections | None = None,
    ) -> None:
        self.stage = stage
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Handler)
        self.host = host
        self.port: int = self.server_address[1]
        self.host_policy = HostPolicy.of(host, socket.gethostname(), allowed_hosts)
        self.connections = connections or Connections()

    @property
    def origin(self) -> str:
        """The scheme, host and port by which this machine's own browser reaches the server."""
        host = _EVERYWHERE.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def is_public(self) -> bool:
        """Whether other machines can reach it."""
        return self.host not in ("127.0.0.1", "::1", "localhost")

    def start(self) -> None:
        """Serve in a thread of its own, which ends with the process at the latest."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        """End serving, and every stream."""
        self.stage.close()
        self.shutdown()
        self.server_close()

    def verify_request(self, request: object, client_address: object) -> bool:  # noqa: ARG002
        return self.connections.admit(cast("socket.socket", request))

    def shutdown_request(self, request: object) -> None:
        self.connections.forget(cast("socket.socket", request))
        super().shutdown_request(cast("socket.socket", request))

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            logging.getLogger(__name__).exception("internal error while handling a request")


def open_server(stage: CurrentSite, host: str, port: int, allowed_hosts: Iterable[str] = ()) -> Server:
    """Returns a server at the first free port from `port` on; raises `Failure` if none is free."""
    last = min(port + PORTS_TRIED, 65_536) - 1 if port else 0
    for candidate in range(port, last + 1):
        try:
            return Server(stage, host, candidate, allowed_hosts=allowed_hosts)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise Failure(Exit.ENVIRONMENT, _cannot_listen(host, candidate, problem)) from problem
    message = f"ports {port} to {last} are in use"
    raise Failure(Exit.ENVIRONMENT, error("port-in-use", message, hint="pass another port with `--port`"))


def _cannot_listen(host: str, port: int, problem: OSError) -> Diagnostic:
    reason = (problem.strerror or str(problem)).lower()
    hint = (
        "ports below 1024 need special permission; pass another with `--port`" if problem.errno == errno.EACCES else ""
    )
    return error("cannot-listen", f"cannot listen at `{host}`, port {port}: {reason}", hint=hint)


class Handler(BaseHTTPRequestHandler):
    """One connection. The base class reads heads and writes status lines; everything else is decided elsewhere."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"
    disable_nagle_algorithm = True
    timeout = SEND_SECONDS
    wbufsize = -1
    server: Server

    def setup(self) -> None:
        super().setup()
        self._head = HeadReader(self.connection)
        self.rfile = io.BufferedReader(self._head)

    def handle_one_request(self) -> None:
        """Read one request and answer it."""
        self.close_connection = True
        self.requestline, self.command, self.request_version = "", "", self.default_request_version
        self.server.connections.mark(self.connection, busy=False)
        self._head.begin()
        try:
            self.raw_requestline = self.rfile.readline(_MOST_LINE_BYTES + 1)
            if len(self.raw_requestline) > _MOST_LINE_BYTES:
                self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            elif self.raw_requestline and self.parse_request():
                self.server.connections.mark(self.connection, busy=True)
                self._answer()
        except HeadTooLarge:
            self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def handle_expect_100(self) -> bool:
        """Bodies are not asked for: the answer comes at once."""
        return True

    def version_string(self) -> str:
        return "Afterword"

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not worth a line in the terminal."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer a request that the base class or this one could not read, without repeating any of it."""
        self.close_connection = True
        status = HTTPStatus(code)
        self._send(refuse(status, status.phrase.lower()))
        self._drain()

    def _answer(self) -> None:
        """Answer the request whose head has been read. A body is left where it is, and ends the connection."""
        headers = {name.lower(): ", ".join(self.headers.get_all(name, [])) for name in self.headers}
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        if has_body or self.request_version == "HTTP/1.0":
            self.close_connection = True
        target = self.requestline.split()[1]
        if (refusal := self._refuse(target, headers)) is not None:
            self._send(refusal)
        elif (stream := self._stream_for(target, headers)) is not None:
            self._send_stream(*stream)
        else:
            self._send_current(target, headers)
        if has_body:
            self._drain()

    def _refuse(self, target: str, headers: Mapping[str, str]) -> Response | None:
        """The response to a request that gets none of the site."""
        generation = self.server.stage.generation
        if self.command not in METHODS:
            return route(generation, self.command, target, headers)
        try:
            parsed = parse_target(target)
        except BadTarget as problem:
            return refuse(HTTPStatus.BAD_REQUEST, str(problem))
        hosts = self.headers.get_all("Host", [])
        is_page = not self._is_live(parsed.path)
        refusal = check(self.server.host_policy, hosts, headers, authority=parsed.authority, page=is_page)
        return refuse(refusal.status, refusal.reason) if refusal else None

    def _send_current(self, target: str, headers: Mapping[str, str]) -> None:
        """Answer from the current generation, once it is settled; again if a build was faster than the answer.

        The script that makes pages live is the same in all of them.
        """
        stage = self.server.stage
        path = parse_target(target).path
        for _ in range(_ATTEMPTS):
            generation = stage.generation if self._is_live(path) else self._settle(path)
            response = route(generation.or_early(), self.command, target, headers)
            with contextlib.suppress(Replaced):
                self._send(response, generation.number)
                return
            stage.other_than(generation, REPLACED_SECONDS)  # a build that has replaced a file is about to show it
        again = (("Retry-After", "1"), ("Refresh", "1"))
        busy = refuse(HTTPStatus.SERVICE_UNAVAILABLE, "the site is being built", *again)
        self._send(busy)

    def _settle(self, path: str) -> Generation:
        """The generation from which to answer a path: not one that a build is about to change there."""
        stage = self.server.stage
        seconds = FIRST_SECONDS if stage.generation.is_empty else BUILD_SECONDS
        return stage.settled(seconds, names_near(stage.generation, path))

    def _is_live(self, path: str) -> bool:
        """Whether a path is in the folder of the live script."""
        return path.startswith(f"{self.server.stage.generation.base_path}{LIVE_FOLDER}/")

    def _send(self, response: Response, generation: int | None = None) -> None:
        """Send a response; raises `Replaced` before the first byte."""
        delivery = deliver(response)
        headers = [*ALWAYS, *delivery.headers]
        if generation is not None:
            headers.append(("Afterword-Generation", str(generation)))
        if response.status is not HTTPStatus.NOT_MODIFIED:
            headers.append(("Content-Length", str(delivery.length)))
        self._send_head(response.status, headers)
        if self.command == "HEAD" or response.status is HTTPStatus.NOT_MODIFIED:
            delivery.close()
        else:
            for chunk in delivery.chunks():
                self.wfile.write(chunk)
        self.wfile.flush()

    def _send_head(self, status: HTTPStatus, headers: Iterable[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _stream_for(self, target: str, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """From which generation on, and for which path, a request wants the news; None for any other request."""
        generation = self.server.stage.generation
        parsed = parse_target(target)
        live = generation.live
        if not live or self.command != "GET" or parsed.path != f"{generation.base_path}{live.folder}{STREAM}":
            return None
        asked = parse_qs(parsed.query)
        since = headers.get("last-event-id") or asked.get("generation", [""])[0]
        try:
            page = parse_target(asked.get("page", ["/"])[0]).path
        except BadTarget:
            return None
        return (min(int(since), generation.number) if _NUMBER.fullmatch(since) else 0), page

    def _send_stream(self, since: int, path: str) -> None:
        """Send the news for one page, as they come, until it goes away."""
        stage = self.server.stage
        self.close_connection = True
        self._send_head(HTTPStatus.OK, [*ALWAYS, ("Content-Type", "text/event-stream; charset=utf-8")])
        self.wfile.write(f"retry: {_RETRY_MILLISECONDS}\n\n".encode())
        generation: Generation | None = stage.generation
        while not stage.is_closed:
            if generation is None:
                self.wfile.write(b":\n\n")
            else:
                self.wfile.write(news_since(generation, since, path).as_event())
                since = generation.number
            self.wfile.flush()
            generation = stage.newer_than(since, PING_SECONDS, names_near(stage.generation, path))

    def _drain(self) -> None:
        """Read a little of what was sent and not asked for: closing at once would take the answer back with it."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_DRAIN_SECONDS)
            left = _MOST_DRAINED_BYTES
            while left > 0 and (data := self.connection.recv(65_536)):
                left -= len(data)
