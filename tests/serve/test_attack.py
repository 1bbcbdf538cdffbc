"""Hostile requests to a real `afterword serve`."""

from __future__ import annotations

import socket
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.conftest import fill
from tests.serve.hostile import hostile_requests
from tests.serve.served import SECONDS, Served

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "nobody-may-read-this"
FILES = {
    "canary.txt": CANARY,
    "blog/canary.txt": CANARY,
    "blog/afterword.toml": f'# {CANARY}\nbase_url = "https://me.example/notes/"\n',
    "blog/.git/config": CANARY,
    "blog/posts/.x.md.swp": CANARY,
    "blog/posts/2026-01-01-x.md": f"---\ntitle: A talk\nextra:\n  secret: {CANARY}\n---\nText.\n",
    "blog/static/.hidden": CANARY,
    "blog/static/style.txt": "for everybody",
}
"""The files of a blog, and one beside it; what must not be read from outside has the canary in it."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("attack")
    fill(folder, FILES)
    running = Served(folder / "blog")
    (folder / "blog/.afterword/serve/site/planted.txt").symlink_to(folder / "canary.txt")
    yield running
    running.end()


def send(served: Served, data: bytes) -> bytes:
    """Sends bytes, and returns the whole response."""
    address = urlsplit(served.url)
    with socket.create_connection((address.hostname or "", address.port or 0), SECONDS) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read()


def test_a_thousand_requests_get_nothing_from_outside_the_site(served: Served) -> None:
    port = urlsplit(served.url).port or 0
    before = served.said
    for data in hostile_requests(port, 1_000):
        response = send(served, data)
        assert CANARY.encode() not in response, data
        assert b"root:" not in response, data
        assert str(served.root).encode() not in response, data
        if response:
            status = int(response.split(b" ", 2)[1])
            assert 200 <= status < 500 or status == 505, data
            location = next(
                (line for line in response.split(b"\r\n") if line.startswith(b"Location:")), b"Location: /notes/"
            )
            assert location.startswith(b"Location: /notes/"), data
    assert b"for everybody" in served.get("/notes/style.txt")
    assert served.said == before


@pytest.mark.parametrize(
    "target", ["/notes/planted.txt", "/notes/.afterword-manifest", "/notes/.hidden", "/planted.txt"]
)
def test_what_lies_in_the_folder_and_is_not_of_the_site_is_not_there(served: Served, target: str) -> None:
    assert CANARY.encode() not in served.get(target)
    assert b"digest" not in served.get(target)


HOSTS = {
    "localhost:{port}": True,
    "127.0.0.1:{port}": True,
    "[::1]:{port}": True,
    "LocalHost:{port}": True,
    "localhost": True,
    "localhost:1": True,
    "evil.example": False,
    "evil.example:{port}": False,
    "localhost.evil.example:{port}": False,
    "0.0.0.0:{port}": False,
}
"""What a request may name as its host, and whether it is this server."""

ORIGINS = {
    "": True,
    "http://{host}": True,
    "https://{host}": False,
    "http://evil.example": False,
    "http://localhost:2": False,
    "null": False,
}
"""Where a request may come from, and whether it is this site itself; a link has no origin."""


@pytest.mark.parametrize(("host", "origin"), list(product(HOSTS, ORIGINS)))
def test_only_this_site_is_answered_under_its_own_name(served: Served, host: str, origin: str) -> None:
    name = host.format(port=urlsplit(served.url).port)
    lines = ["GET /notes/style.txt HTTP/1.1", f"Host: {name}", "Connection: close"]
    lines += [f"Origin: {origin.format(host=name)}"] if origin else []
    response = send(served, ("\r\n".join(lines) + "\r\n\r\n").encode())
    status = int(response.split(b" ", 2)[1])
    assert status == (421 if not HOSTS[host] else 200 if ORIGINS[origin] else 403)
    assert (b"for everybody" in response) is (status == 200)
    assert b"access-control" not in response.lower()
