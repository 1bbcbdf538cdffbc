"""The trial of the servers that watch: how long it takes until a save is served, and until there is a page at all.

Each tool serves the same blog, and all servers run at once, for an idle one costs nothing. A start is measured from the
command to the first answer with a post's page: the first start builds the site, the second finds it built. Then the
tools take turns: a sentence is written into a post from the middle of the blog, and its page is asked for over HTTP,
again and again, until the sentence is in it.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Self

from tests.bench.measure import Failed, clean_environ
from tests.bench.posts import write_posts
from tests.bench.trials import edit_body

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.posts import Post
    from tests.bench.trials import Entrant, Say

EDITS = 20

_PAUSE = 0.002
"""Seconds between two requests for a page."""

_REST = 3.0
"""Seconds in which files become old enough for every tool to believe that they are not being written."""

_QUIET = 0.5
"""Seconds after an edit is served, for whatever a server still has to do."""

_NOTHING = subprocess.DEVNULL

_PATIENCE = 900.0
"""Seconds after which a page that has not come will not."""


@dataclass(frozen=True, slots=True)
class Service:
    """How a tool served a blog of so many posts, in seconds: until the first page after the first start and after the
    second, and from each save until it was served."""

    posts: int
    tool: str
    first: float
    again: float
    saves: tuple[float, ...]

    @property
    def save(self) -> float:
        """The median of the saves."""
        return median(self.saves)


def run_serving(
    entrants: Sequence[Entrant], count: int, edits: int, folder: Path, say: Say
) -> tuple[list[Service], dict[str, str]]:
    """Measure the servers of all entrants that have one, with blogs of `count` posts in a folder below `folder`.

    Gives what was found, and why a tool is not in it, by title.
    """
    posts = list(write_posts(count))
    skipped: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="blogs-", dir=folder) as blogs, ExitStack() as running:
        found: list[_Attempt] = []
        for entrant in entrants:
            if entrant.installation.server:
                say(f"{count:,} posts, served: {entrant.tool.title}")
                with _leaving_out(entrant, count, skipped):
                    found.append(_start_twice(entrant, Path(blogs, entrant.tool.name), posts, running))
        for number in range(1, edits + 1):
            say(f"{count:,} posts, served: save {number} of {edits}")
            for attempt in found:
                if attempt.entrant.tool.title not in skipped:
                    with _leaving_out(attempt.entrant, count, skipped):
                        attempt.saves.append(_save(attempt.server, posts, number))
    done = [attempt for attempt in found if attempt.entrant.tool.title not in skipped]
    services = [Service(count, one.entrant.tool.name, one.first, one.again, tuple(one.saves)) for one in done]
    return services, skipped


@contextmanager
def _leaving_out(entrant: Entrant, count: int, skipped: dict[str, str]) -> Iterator[None]:
    """Note a tool that fails in the block as one to be left out."""
    try:
        yield
    except Failed as reason:
        skipped[entrant.tool.title] = f"its server with {count:,} posts: {reason}"


class _Server:
    """A tool's server, which runs and watches a blog until the block ends."""

    def __init__(self, entrant: Entrant, blog: Path, port: int) -> None:
        self.entrant = entrant
        self.blog = blog
        self._port = port
        command = [part.replace("{port}", str(port)) for part in entrant.installation.server]
        self._process = subprocess.Popen(
            command, cwd=blog, env=clean_environ(), stdin=_NOTHING, stdout=_NOTHING, stderr=_NOTHING
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def wait_for(self, post: Post, text: str) -> None:
        """Ask for a post's page until a text is in it; raises `Failed`."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                if text in self._ask(f"/posts/{post.slug}/"):
                    return
            time.sleep(_PAUSE)
        raise Failed(f"it does not serve `{text}`")

    def _ask(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode(errors="replace")
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A server that runs, the seconds of its two starts, and those of its saves so far."""

    server: _Server
    first: float
    again: float
    saves: list[float]

    @property
    def entrant(self) -> Entrant:
        return self.server.entrant


def _start_twice(entrant: Entrant, blog: Path, posts: Sequence[Post], running: ExitStack) -> _Attempt:
    """Lay a blog out and start its server, end it, and start it again, to run as long as the stack."""
    entrant.tool.lay_out(blog, posts, entrant.installation.links)
    port = _find_port()
    time.sleep(_REST)
    with ExitStack() as once:
        server, first = _start(entrant, blog, port, posts[0], once)
        _save(server, posts, -1)  # a server may show a page before it has built them all, but a save only after that
    server, again = _start(entrant, blog, port, posts[0], running)
    time.sleep(_REST)
    return _Attempt(server, first, again, [])


def _start(entrant: Entrant, blog: Path, port: int, post: Post, running: ExitStack) -> tuple[_Server, float]:
    """Start a server; it, and the seconds until a post's page is served."""
    begun = time.perf_counter()
    server = running.enter_context(_Server(entrant, blog, port))
    server.wait_for(post, f"/tags/{post.tags[0]}/")
    return server, time.perf_counter() - begun


def _save(server: _Server, posts: Sequence[Post], number: int) -> float:
    """Save a post from the middle of the blog with one sentence more; the seconds until its page has it."""
    edited, sentence = edit_body(posts[(len(posts) // 3 + number) % len(posts)], number)
    begun = time.perf_counter()
    server.entrant.tool.write(server.blog, edited)
    server.wait_for(edited, sentence)
    seconds = time.perf_counter() - begun
    time.sleep(_QUIET)
    return seconds


def _find_port() -> int:
    """An unused port that the system will not soon give to another program."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
