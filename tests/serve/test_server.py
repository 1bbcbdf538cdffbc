"""A real server, tested with raw sockets."""

from __future__ import annotations

import json
import logging
import socket
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Exit, Failure
from afterword.server import server as serving
from afterword.server.generation import File, Generation, Resource
from afterword.server.server import Connections, Server, open_server
from afterword.server.state import CurrentSite
from tests.serve.conftest import SITE, TOKEN, generation, live, resources
from tests.serve.hostile import hostile_requests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from typing import Protocol

    class ListenerMaker(Protocol):
        """Opens a stream with a query and headers."""

        def __call__(self, query: str, *headers: str, token: str = TOKEN) -> Listener: ...


CANARY = b"nobody may read this"
SECONDS = 10


@pytest.fixture
def current() -> CurrentSite:
    return CurrentSite(generation(live=live()))


@pytest.fixture
def server(current: CurrentSite) -> Iterator[Server]:
    with running(current) as made:
        yield made


@contextmanager
def running(current: CurrentSite, connections: Connections | None = None) -> Iterator[Server]:
    made = Server(current, "127.0.0.1", 0, connections=connections)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), SECONDS)


def send(server: Server, data: bytes) -> bytes:
    """Sends bytes, and returns the whole response."""
    with connect(server) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read()


def request(server: Server, target: str, *headers: str, method: str = "GET") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: localhost:{server.port}", "Connection: close", *headers]
    return send(server, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))


def status_of(response: bytes) -> int:
    version, status, _ = response.split(b" ", 2)
    assert version == b"HTTP/1.1"
    return int(status)


def head_of(response: bytes) -> dict[str, str]:
    head, _, _ = response.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def body_of(response: bytes) -> bytes:
    return response.partition(b"\r\n\r\n")[2]


def test_a_page_comes_whole_with_what_protects_it(server: Server) -> None:
    response = request(server, "/notes/", "Sec-Fetch-Dest: empty")
    head = head_of(response)
    assert status_of(response) == 200
    assert body_of(response) == SITE["/index.html"]
    assert head["content-length"] == str(len(SITE["/index.html"]))
    assert head["x-content-type-options"] == "nosniff"
    assert head["cross-origin-resource-policy"] == "same-origin"
    assert head["cache-control"] == "no-cache"
    assert head["afterword-generation"] == "1"
    assert not any(name.startswith("access-control") for name in head)


@pytest.mark.parametrize("target", ["/notes/", "/notes/clip.mp4", "/notes/nothing", "/notes/posts/x", "/notes/%"])
def test_head_is_get_without_the_content(server: Server, target: str) -> None:
    asked, told = (request(server, target, "Accept-Encoding: gzip", method=method) for method in ("GET", "HEAD"))
    assert body_of(told) == b""
    assert {**head_of(told), "date": ""} == {**head_of(asked), "date": ""}
    assert status_of(told) == status_of(asked)


def test_a_connection_serves_many_requests(server: Server) -> None:
    one = f"GET /notes/clip.mp4 HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode()
    assert send(server, one * 20).count(b"\r\n\r\n0123456789") == 20


def test_what_is_known_is_not_sent_again(server: Server) -> None:
    etag = head_of(request(server, "/notes/"))["etag"]
    response = request(server, "/notes/", f"If-None-Match: {etag}")
    assert status_of(response) == 304
    assert body_of(response) == b""
    assert "content-length" not in head_of(response)


def test_other_methods_and_their_bodies_are_refused(server: Server) -> None:
    body = b"x" * 100_000
    head = f"POST /notes/ HTTP/1.1\r\nHost: localhost:{server.port}\r\nContent-Length: {len(body)}\r\n\r\n"
    response = send(server, head.encode() + body + b"GET /notes/ HTTP/1.1\r\n\r\n")
    assert status_of(response) == 405
    assert head_of(response)["allow"] == "GET, HEAD"
    assert response.count(b"HTTP/1.1 ") == 1


def test_no_body_is_requested(server: Server) -> None:
    response = request(server, "/notes/", "Expect: 100-continue", "Content-Length: 1000000000", method="PUT")
    assert status_of(response) == 405


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Host: evil.example", 421),
        ("Host: localhost", 200),
        ("Host: localhost:8080", 200),
        ("Host: mybox.local:8080", 421),
        ("", 400),
        ("Host: localhost:{port}\r\nHost: evil.example", 400),
        ("Host: localhost:{port}\r\nHost: localhost:{port}", 400),
        ("Host: localhost:{port}\r\nOrigin: http://evil.example", 403),
        ("Host: localhost:{port}\r\nSec-Fetch-Site: cross-site", 403),
        ("Host: 127.0.0.1:{port}", 200),
        ("Host: localhost:{port}\r\nX-Forwarded-Host: evil.example", 200),
    ],
)
def test_who_asks_is_checked(server: Server, headers: str, status: int) -> None:
    lines = [line for line in ("GET /notes/ HTTP/1.1", headers.format(port=server.port), "Connection: close") if line]
    response = send(server, ("\r\n".join(lines) + "\r\n\r\n").encode())
    assert status_of(response) == status
    assert (SITE["/index.html"][:20] in response) is (status == 200)


def test_no_request_gets_anything_that_is_not_in_the_table(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "canary.txt").write_bytes(CANARY)
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.WARNING)
    for data in hostile_requests(server.port, 1_000):
        response = send(server, data)
        assert CANARY not in response, data
        assert b"root:" not in response, data
        assert str(tmp_path).encode() not in response, data
        if response:
            assert 200 <= status_of(response) < 500 or status_of(response) == 505, data
            assert head_of(response).get("location", "/notes/").startswith("/notes/"), data
    assert status_of(request(server, "/notes/")) == 200
    assert caplog.records == []


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * 20_000 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * 200 + b"\r\n", 431),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 x y z\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
    ],
    ids=["line", "header", "headers", "many", "tls", "0.9", "word", "2.0"],
)
def test_what_is_too_much_or_no_request_is_refused(server: Server, data: bytes, status: int) -> None:
    response = send(server, data)
    assert status_of(response) == status
    assert head_of(response)["connection"] == "close"


def test_two_hundred_slow_clients_do_not_block_others(server: Server, current: CurrentSite) -> None:
    files = {**SITE, "/large.png": bytes(20_000_000)}
    current.show(current.generation.with_site(resources(files), "/notes"))
    host = f"Host: localhost:{server.port}\r\n"
    targets = ("/notes/large.png", f"/notes/__afterword/{TOKEN}/events?generation=1")
    opened = [f"GET {target} HTTP/1.1\r\n{host}\r\n" for target in targets]
    begun = [f"GET /notes/ HTTP/1.1\r\n{host}X: {'x' * 40}"[:length] for length in (0, 1, 15, 40, 70)]
    with ExitStack() as stack:
        for number in range(200):
            connection = stack.enter_context(connect(server))
            says = [*opened, *begun][number % 7]  # and listens to nothing
            connection.sendall(says.encode())
        assert body_of(request(server, "/notes/", "Sec-Fetch-Dest: empty")) == SITE["/index.html"]
    assert body_of(request(server, "/notes/", "Sec-Fetch-Dest: empty")) == SITE["/index.html"]


def test_when_there_are_too_many_the_longest_silent_one_makes_room(current: CurrentSite) -> None:
    with running(current, Connections(limit=3)) as server, ExitStack() as stack:
        silent = [stack.enter_context(connect(server)) for _ in range(3)]
        for connection in silent[1:]:
            connection.sendall(b"GET")
        assert status_of(request(server, "/notes/")) == 200
        assert silent[0].recv(1) == b""


def test_a_connection_is_idle_from_its_beginning() -> None:
    """Not from the start of its thread, which may come late on a busy machine."""
    times = iter(range(10))
    connections = Connections(limit=2, clock=lambda: float(next(times)))
    (first, other), (second, third) = socket.socketpair(), socket.socketpair()
    with first, other, second, third:
        for connection in (first, second):
            connections.admit(connection)
        for connection in (second, first):
            connections.set_idle(connection)
        assert connections.admit(third)
        other.settimeout(10)
        assert other.recv(1) == b"", "the first one is closed"


def test_clients_that_go_away_are_not_worth_a_word(
    server: Server, current: CurrentSite, caplog: pytest.LogCaptureFixture
) -> None:
    files = {**SITE, "/large.png": b"x" * 5_000_000}
    current.show(current.generation.with_site(resources(files), "/notes"))
    for _ in range(50):
        with connect(server) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.sendall(f"GET /notes/large.png HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode())
            connection.recv(1_000)
    assert status_of(request(server, "/notes/")) == 200
    assert caplog.records == []


class WatchedSite(CurrentSite):
    """A site that knows which requests wait, and whether for another generation than the current one."""

    def __init__(self, first: Generation) -> None:
        super().__init__(first)
        self.is_asked = threading.Event()
        self.is_outdated = threading.Event()

    def wait_for_change(self, generation: Generation, timeout: float) -> None:
        self.is_outdated.set()
        super().wait_for_change(generation, timeout)

    def wait_until_current(self, timeout: float, names: Collection[str] = ()) -> Generation:
        self.is_asked.set()
        return super().wait_until_current(timeout, names)


@pytest.mark.parametrize(
    "before", [generation(live=live()), Generation(live=live())], ids=["a later build", "the first build"]
)
def test_a_request_during_a_build_gets_what_the_build_made(before: Generation) -> None:
    current = WatchedSite(before)
    current.begin_update()
    responses: list[bytes] = []
    with running(current) as server:
        asking = threading.Thread(target=lambda: responses.append(request(server, "/notes/style.css")))
        asking.start()
        assert current.is_asked.wait(SECONDS)
        current.show(before.with_site(resources({**SITE, "/style.css": b"new"}), "/notes"))
        asking.join(SECONDS)
    assert body_of(responses[0]) == b"new"
    assert head_of(responses[0])["afterword-generation"] == str(before.number + 1)


def test_a_build_that_takes_too_long_is_not_waited_for(
    server: Server, current: CurrentSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "BUILD_TIMEOUT", 0.01)
    current.begin_update()
    assert body_of(request(server, "/notes/style.css")) == SITE["/style.css"]


def on_disk(path: Path, content: bytes, type: str = "image/png") -> Resource:
    path.write_bytes(content)
    found = path.stat()
    return Resource(File(str(path), found.st_size, found.st_mtime_ns, found.st_ino), type, str(found.st_mtime_ns))


def test_a_file_is_sent_from_disk(server: Server, current: CurrentSite, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4_000
    table = {
        "/x.png": on_disk(tmp_path / "x.png", content),
        "/x.css": on_disk(tmp_path / "x.css", b"css", "text/css; charset=utf-8"),
    }
    current.show(current.generation.with_site(table, ""))
    assert body_of(request(server, "/x.png")) == content
    assert body_of(request(server, "/x.css")) == b"css"
    ranged = request(server, "/x.png", "Range: bytes=300000-")
    assert status_of(ranged) == 206
    assert body_of(ranged) == content[300_000:]


def test_a_request_whose_file_was_replaced_waits_for_what_the_build_shows(tmp_path: Path) -> None:
    first = on_disk(tmp_path / "x.png", b"old")
    current = WatchedSite(Generation().with_site({"/x.png": first}, ""))
    (tmp_path / "x.png").unlink()
    second = on_disk(tmp_path / "x.png", b"newer")
    responses: list[bytes] = []
    with running(current) as server:
        asking = threading.Thread(target=lambda: responses.append(request(server, "/x.png")))
        asking.start()
        assert current.is_outdated.wait(SECONDS)
        current.show(current.generation.with_site({"/x.png": second}, ""))
        asking.join(SECONDS)
    assert body_of(responses[0]) == b"newer"


def test_a_file_of_another_build_is_never_sent(
    server: Server, current: CurrentSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "REPLACED_TIMEOUT", 0.01)
    first = on_disk(tmp_path / "x.png", b"old")
    current.show(current.generation.with_site({"/x.png": first}, ""))
    (tmp_path / "new").write_bytes(b"new")
    (tmp_path / "new").rename(tmp_path / "x.png")
    assert status_of(request(server, "/x.png")) == 503
    found = (tmp_path / "x.png").stat()
    second = Resource(File(str(tmp_path / "x.png"), 3, found.st_mtime_ns, found.st_ino), "image/png", "second")
    current.show(current.generation.with_site({"/x.png": second}, ""))
    assert body_of(request(server, "/x.png")) == b"new"


@pytest.mark.parametrize("readers", [4])
def test_every_response_is_of_one_generation(server: Server, current: CurrentSite, readers: int) -> None:
    done = threading.Event()
    wrong: list[bytes] = []

    def read() -> None:
        while not done.is_set():
            response = request(server, "/notes/style.css")
            if body_of(response) != f"generation {head_of(response)['afterword-generation']}".encode():
                wrong.append(response)

    def show(number: int) -> None:
        current.show(current.generation.with_site(resources({"/style.css": f"generation {number}".encode()}), "/notes"))

    show(2)
    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for number in range(3, 60):
        current.begin_update()
        show(number)
    done.set()
    for thread in threads:
        thread.join(SECONDS)
    assert wrong == []


class Listener:
    """An open page, as seen by the server."""

    def __init__(self, server: Server, query: str, *headers: str, token: str = TOKEN) -> None:
        self.connection = connect(server)
        lines = [f"GET /notes/__afterword/{token}/events?{query} HTTP/1.1", f"Host: localhost:{server.port}", *headers]
        self.connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.file = self.connection.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = dict(self._line_pairs())

    def _line_pairs(self) -> Iterator[tuple[str, str]]:
        while line := self.file.readline().decode().strip():
            name, _, value = line.partition(": ")
            yield name.lower(), value

    def news(self) -> dict[str, object]:
        """Returns the next event; blocks until there is one."""
        for line in self.file:
            if line.startswith(b"data: "):
                news: dict[str, object] = json.loads(line.removeprefix(b"data: "))
                return news
        raise EOFError

    def close(self) -> None:
        self.file.close()
        self.connection.close()


@pytest.fixture
def listeners(server: Server) -> Iterator[ListenerMaker]:
    made: list[Listener] = []

    def listen(query: str, *headers: str, token: str = TOKEN) -> Listener:
        made.append(Listener(server, query, *headers, token=token))
        return made[-1]

    yield listen
    for listener in made:
        listener.close()


def changed(current: CurrentSite, **files: bytes) -> None:
    """Shows the site with some files changed: `about`, `style` or `problems`."""
    names = {"about": "/about.html", "style": "/style.css", "x": "/posts/x/index.html"}
    content = {**SITE, **{names[name]: data for name, data in files.items()}}
    current.show(current.generation.with_site(resources(content), "/notes"))


def test_an_open_page_is_told_what_changes_for_it(listeners: ListenerMaker, current: CurrentSite) -> None:
    about = listeners("generation=1&page=/notes/about")
    other = listeners("generation=1&page=/notes/posts/x/")
    for listener in (about, other):
        first = listener.news()
        assert (first["generation"], first["page"], first["assets"]) == (1, False, [])
    changed(current, about=b"new", style=b"new")
    assert about.headers["content-type"] == "text/event-stream; charset=utf-8"
    news = [about.news(), other.news()]
    assert [one["page"] for one in news] == [True, False]
    assert [one["assets"] for one in news] == [["/notes/style.css"], ["/notes/style.css"]]
    assert {one["generation"] for one in news} == {2}


@pytest.mark.parametrize(
    ("since", "header"),
    [(1, ""), (0, "Last-Event-ID: 1")],
    ids=["a page that was hidden", "a stream that was cut off"],
)
def test_a_page_that_slept_catches_up_at_once(
    listeners: ListenerMaker, current: CurrentSite, since: int, header: str
) -> None:
    changed(current, about=b"one")
    changed(current, about=b"one", style=b"two")
    changed(current, about=b"one", style=b"three")
    news = listeners(f"generation={since}&page=/notes/about", *filter(None, [header])).news()
    assert (news["generation"], news["page"], news["assets"]) == (4, True, ["/notes/style.css"])


def test_problems_are_told_also_to_pages_that_come_later_and_go_when_mended(
    listeners: ListenerMaker, current: CurrentSite
) -> None:
    early = listeners("generation=1&page=/notes/")
    assert early.news()["problems"] == ""
    current.show(current.generation.with_problems("posts/a.md:1:1"))
    assert early.news()["problems"] == "posts/a.md:1:1"
    assert listeners("generation=2&page=/notes/").news()["problems"] == "posts/a.md:1:1"
    changed(current)
    mended = early.news()
    assert (mended["problems"], mended["page"]) == ("", False)


@pytest.mark.parametrize("page", ["/notes/about", "/notes/about.html", "/notes/%61bout"])
def test_a_page_is_the_same_under_each_of_its_names(listeners: ListenerMaker, current: CurrentSite, page: str) -> None:
    listener = listeners(f"generation=1&page={page.replace('%', '%25')}")
    listener.news()
    changed(current, about=b"new")
    assert listener.news()["page"] is True


@pytest.mark.parametrize("query", ["", "generation=x", "generation=-1&page=/notes/", "generation=" + "9" * 5000])
def test_a_stream_survives_nonsense(listeners: ListenerMaker, query: str) -> None:
    assert listeners(query).news()["generation"] == 1


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        ([], "0" * 32, 404),
        (["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"], TOKEN, 403),
        (["Origin: http://evil.example"], TOKEN, 403),
        (["Sec-Fetch-Site: same-site"], TOKEN, 403),
        (["Sec-Fetch-Site: same-origin"], TOKEN, 200),
    ],
)
def test_a_stream_is_for_pages_of_this_run(
    listeners: ListenerMaker, headers: list[str], token: str, status: int
) -> None:
    assert listeners("generation=1", *headers, token=token).status == status


def test_many_open_pages_do_not_block_others(server: Server, current: CurrentSite, listeners: ListenerMaker) -> None:
    pages = [listeners("generation=1&page=/notes/about") for _ in range(100)]
    for page in pages:
        page.news()
    assert status_of(request(server, "/notes/")) == 200
    changed(current, about=b"new")
    assert all(page.news()["page"] for page in pages)


def test_streams_end_with_the_server(current: CurrentSite) -> None:
    with running(current) as server:
        listener = Listener(server, "generation=1")
        listener.news()
    with pytest.raises(EOFError):
        listener.news()
    listener.close()


def test_the_next_free_port_is_taken(current: CurrentSite) -> None:
    with Server(current, "127.0.0.1", 0) as first, open_server(current, "127.0.0.1", first.port) as second:
        assert first.port < second.port <= first.port + 9
        assert second.origin == f"http://127.0.0.1:{second.port}"


def test_where_no_port_is_free_the_failure_says_so(current: CurrentSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "PORTS_TRIED", 1)
    with Server(current, "127.0.0.1", 0) as first, pytest.raises(Failure) as caught:
        open_server(current, "127.0.0.1", first.port)
    assert caught.value.exit_code is Exit.ENVIRONMENT
    assert caught.value.diagnostics[0].id == "port-in-use"


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.1"])
def test_a_host_that_is_not_this_machine_is_a_failure(current: CurrentSite, host: str) -> None:
    with pytest.raises(Failure) as caught:
        open_server(current, host, 0)
    assert caught.value.diagnostics[0].id == "cannot-listen"
