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
from typing import TYPE_CHECKING

from tests.bench.measure import Failed
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
        starts: dict[_Host, tuple[float, float]] = {}
        for entrant in entrants:
            if entrant.installation.server:
                say(f"{count:,} posts, served: {entrant.tool.title}")
                host = _Host(entrant, Path(blogs, entrant.tool.name), _find_port())
                with _leaving_out(entrant, count, skipped):
                    starts[host] = _start_twice(host, posts, running)
        saves: dict[_Host, list[float]] = {host: [] for host in starts}
        for number in range(1, edits + 1):
            say(f"{count:,} posts, served: save {number} of {edits}")
            for host in saves:
                if host.entrant.tool.title not in skipped:
                    with _leaving_out(host.entrant, count, skipped):
                        saves[host].append(_save(host, posts, number))
    done = [host for host in starts if host.entrant.tool.title not in skipped]
    return [Service(count, host.entrant.tool.name, *starts[host], tuple(saves[host])) for host in done], skipped


@contextmanager
def _leaving_out(entrant: Entrant, count: int, skipped: dict[str, str]) -> Iterator[None]:
    """Note a tool that fails in the block as one to be left out."""
    try:
        yield
    except Failed as reason:
        skipped[entrant.tool.title] = f"its server with {count:,} posts: {reason}"


def _start_twice(host: _Host, posts: Sequence[Post], running: ExitStack) -> tuple[float, float]:
    """Lay a blog out and start its server, end it, and start it again for good; the seconds to the first pages."""
    host.entrant.tool.lay_out(host.blog, posts, host.entrant.installation.links)
    time.sleep(_REST)
    with ExitStack() as once:
        first = _start(host, posts[0], once)
        time.sleep(_REST)
    return first, _start(host, posts[0], running)


def _start(host: _Host, post: Post, running: ExitStack) -> float:
    """Start a server, which then runs as long as the stack; the seconds until a post's page is served."""
    begun = time.perf_counter()
    running.enter_context(host.serve())
    host.wait_for(post, f"/tags/{post.tags[0]}/")
    return time.perf_counter() - begun


def _save(host: _Host, posts: Sequence[Post], number: int) -> float:
    """Save a post from the middle of the blog with one sentence more; the seconds until its page has it."""
    edited, sentence = edit_body(posts[(len(posts) // 3 + number) % len(posts)], number)
    begun = time.perf_counter()
    host.entrant.tool.write(host.blog, edited)
    host.wait_for(edited, sentence)
    seconds = time.perf_counter() - begun
    time.sleep(_QUIET)
    return seconds


def _find_port() -> int:
    """A port that nobody uses, and which no program that asks for any will soon be given again."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class _Host:
    """A tool, the blog that it serves, and the port."""

    entrant: Entrant
    blog: Path
    port: int

    @contextmanager
    def serve(self) -> Iterator[None]:
        """Serve while the block runs."""
        command = [part.format(port=self.port) for part in self.entrant.installation.server]
        with subprocess.Popen(command, cwd=self.blog, stdin=_NOTHING, stdout=_NOTHING, stderr=_NOTHING) as process:
            try:
                yield
            finally:
                process.terminate()

    def wait_for(self, post: Post, text: str) -> None:
        """Ask for a post's page until a text is in it; raises `Failed`."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            with suppress(OSError, http.client.HTTPException):
                if text in self._ask(f"/posts/{post.slug}/"):
                    return
            time.sleep(_PAUSE)
        raise Failed(f"it does not serve `{text}`")

    def _ask(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode(errors="replace")
        finally:
            connection.close()
