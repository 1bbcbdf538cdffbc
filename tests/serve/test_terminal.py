"""`afterword serve` in a terminal: its keys, and that it restores the terminal in all cases."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest

from afterword.build.workers.pool import MIN_JOBS_WITHOUT_FORK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

termios = pytest.importorskip("termios")

SECONDS = 30
INTERRUPT = b"\x03"
PROC = Path("/proc")

_RUN = """
import fcntl, os, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from afterword.cli import main
main()
"""
"""The command, as the leader of a session whose terminal is its standard input, as a shell would have it."""

ENDLESS = "{% for one in range(90000) %}{% for two in range(90000) %}{% endfor %}{% endfor %}"
"""A template that takes days."""


LAST = "the last of the screen"


class Process(NamedTuple):
    """A process, its state (`S`: sleeping), and its CPU time."""

    number: int
    state: str
    ticks: int


class Terminal:
    """A terminal in which the blog in a folder is served, and its screen."""

    def __init__(self, root: Path, *options: str, environ: dict[str, str] | None = None) -> None:
        self.root = root
        self._keyboard, self._screen = pty.openpty()
        self.modes = termios.tcgetattr(self._screen)
        command = [sys.executable, "-c", _RUN, "serve", "--source", str(root), "--port", "0", *options]
        kept = {name: value for name, value in os.environ.items() if name not in ("CI", "TERM")}
        self.process = subprocess.Popen(
            command,
            env={**kept, "TERM": "xterm", **(environ or {})},
            stdin=self._screen,
            stdout=self._screen,
            stderr=self._screen,
            start_new_session=True,
        )
        self.seen = ""
        self.url = self.wait_for(r"serving (http\S+)")[1]

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Waits until something that matches is on the screen, after the last match."""
        until = time.monotonic() + SECONDS
        while (found := re.search(pattern, self.seen)) is None:
            assert select.select([self._keyboard], [], [], max(0, until - time.monotonic()))[0], self.seen
            self._read()
        self.seen = self.seen[found.end() :]
        return found

    def press(self, keys: bytes) -> None:
        os.write(self._keyboard, keys)

    def wait_for_others_at_work(self) -> None:
        """Waits until the server waits for worker processes: the fork server and several workers have used CPU time."""
        until = time.monotonic() + SECONDS
        while not self._has_others_at_work():
            assert time.monotonic() < until, self.seen
            select.select([self._keyboard], [], [], 0.02)

    def wait_for_work(self, much: int = 50) -> None:
        """Waits until the server itself has used this much CPU time, in hundredths of a second, from now on."""
        until = time.monotonic() + SECONDS
        begun = self._find_first().ticks
        while self._find_first().ticks < begun + much:
            assert time.monotonic() < until, self.seen
            select.select([self._keyboard], [], [], 0.02)

    def _find_first(self) -> Process:
        return next(process for process in self.processes() if process.number == self.process.pid)

    def _has_others_at_work(self) -> bool:
        found = {process.number: process for process in self.processes()}
        first = found.pop(self.process.pid)
        return first.state == "S" and sum(process.ticks > 2 for process in found.values()) > 2

    def processes(self) -> Iterator[Process]:
        """Returns the processes of the terminal's session that are alive."""
        for path in PROC.glob("[0-9]*"):
            try:
                # `stat` of proc(5): after the name, which is in parentheses, come state, parent, group and session,
                # and further on the time of the processor that was used.
                fields = (path / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid and fields[0] != "Z":
                yield Process(int(path.name), fields[0], int(fields[11]))

    def wait_until_all_ended(self) -> None:
        """Waits until all processes of the server have ended. The resource tracker ends last."""
        until = time.monotonic() + SECONDS
        while left := list(self.processes()):
            assert time.monotonic() < until, left
            select.select([self._keyboard], [], [], 0.02)

    def end(self) -> int:
        """Waits for the end. Returns the exit code."""
        code = self.process.wait(SECONDS)
        # The kernel passes on what a process wrote after it has ended, too; what is written now comes behind all of it.
        os.write(self._screen, LAST.encode())
        until = time.monotonic() + SECONDS
        while LAST not in self.seen:
            assert select.select([self._keyboard], [], [], max(0, until - time.monotonic()))[0], self.seen
            self._read()
        self.seen = self.seen.partition(LAST)[0]
        return code

    def echoes(self) -> bool:
        """Whether pressed keys are shown."""
        return bool(termios.tcgetattr(self._screen)[3] & termios.ECHO)

    def is_clean(self) -> bool:
        """Whether the terminal has its original modes, and a visible cursor."""
        shown, hidden = self.seen.rfind("\x1b[?25h"), self.seen.rfind("\x1b[?25l")
        return termios.tcgetattr(self._screen) == self.modes and hidden <= shown

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(SECONDS)
        os.close(self._keyboard)
        os.close(self._screen)

    def _read(self) -> None:
        self.seen += os.read(self._keyboard, 65_536).decode(errors="replace")


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Opens terminals that serve a blog with this number of posts. `template` may replace the post template."""
    with ExitStack() as stack:

        def open_one(*, posts: int = 1, template: str = "", environ: dict[str, str] | None = None) -> Terminal:
            (tmp_path / "posts").mkdir()
            for number in range(posts):
                (tmp_path / f"posts/2026-01-01-talk-{number}.md").write_text(f"# Talk {number}\n\nText.\n")
            if template:
                write_template(tmp_path, template)
            terminal = Terminal(tmp_path, environ=environ)
            stack.callback(terminal.close)
            return terminal

        yield open_one


def write_template(root: Path, template: str) -> None:
    (root / "templates").mkdir(exist_ok=True)
    (root / "templates/post.html").write_text(template)


def test_keys_build_again_and_open_the_site(open_terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\nprintf %s "$1" > {opened}.new && mv {opened}.new {opened}\necho the browser is here\n'
    )
    browser.chmod(0o755)
    terminal = open_terminal(environ={"BROWSER": f"{browser} %s"})
    terminal.wait_for(r"files changed, in")
    terminal.press(b"r")
    terminal.wait_for(r"nothing changed, in")
    terminal.press(b"o")
    terminal.wait_for(r"the browser is here")
    assert opened.read_text() == terminal.url
    terminal.press(b"xr")
    terminal.wait_for(r"nothing changed, in")
    terminal.press(b"q")
    assert terminal.end() == 0
    assert terminal.is_clean()
    terminal.wait_until_all_ended()


def test_a_browser_that_stays_keeps_no_key_waiting(open_terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\necho the browser is here\nexec sleep 600\n")
    browser.chmod(0o755)
    terminal = open_terminal(environ={"BROWSER": f"{browser} %s"})
    terminal.wait_for(r"files changed, in")
    terminal.press(b"o")
    terminal.wait_for(r"the browser is here")
    terminal.press(b"r")
    terminal.wait_for(r"nothing changed, in")
    terminal.press(b"q")
    assert terminal.end() == 0
    assert terminal.is_clean()
    for left in terminal.processes():  # it is of another program
        os.kill(left.number, signal.SIGKILL)


ENDS = pytest.mark.parametrize(("key", "code"), [(b"q", 0), (INTERRUPT, 130)], ids=["q", "Ctrl-C"])


@ENDS
def test_the_end_is_clean_while_nothing_happens(open_terminal: Callable[..., Terminal], key: bytes, code: int) -> None:
    terminal = open_terminal()
    terminal.wait_for(r"files changed, in .*\n")
    assert not terminal.echoes()
    terminal.press(key)
    assert terminal.end() == code
    assert terminal.is_clean()
    assert terminal.seen.strip("^C\r\n") == ""
    terminal.wait_until_all_ended()


@ENDS
def test_the_end_is_clean_with_pages_that_listen(open_terminal: Callable[..., Terminal], key: bytes, code: int) -> None:
    terminal = open_terminal()
    terminal.wait_for(r"files changed, in .*\n")
    with ExitStack() as stack:
        streams = [stack.enter_context(listen(terminal.url)) for _ in range(8)]
        terminal.press(key)
        assert terminal.end() == code
        assert [stream.recv(1) for stream in streams] == [b""] * 8
    assert terminal.is_clean()
    assert terminal.seen.strip("^C\r\n") == ""
    terminal.wait_until_all_ended()


@pytest.mark.skipif(not PROC.is_dir(), reason="there is no /proc to see processes in")
@pytest.mark.parametrize("posts", [1, MIN_JOBS_WITHOUT_FORK], ids=["in one process", "in several"])
@pytest.mark.parametrize("is_first", [True, False], ids=["the first build", "a later build"])
@ENDS
def test_the_end_is_clean_in_the_middle_of_a_build(
    open_terminal: Callable[..., Terminal], is_first: bool, posts: int, key: bytes, code: int
) -> None:
    terminal = open_terminal(posts=posts, template=ENDLESS if is_first else "")
    if is_first:
        resource = get(terminal.url)
        assert b" data-early></script>" in resource or resource.startswith(b"HTTP/1.1 503"), "the build is not done"
    else:
        terminal.wait_for(r"files changed, in")
        write_template(terminal.root, ENDLESS)
    if posts > 1 and (os.cpu_count() or 1) > 1:
        terminal.wait_for_others_at_work()
    else:
        terminal.wait_for_work()
    terminal.press(key)
    assert terminal.end() == code
    assert terminal.is_clean()
    assert "Traceback" not in terminal.seen
    terminal.wait_until_all_ended()


@ENDS
def test_pressing_again_and_again_is_one_end(open_terminal: Callable[..., Terminal], key: bytes, code: int) -> None:
    terminal = open_terminal()
    terminal.wait_for(r"files changed, in")
    terminal.press(key * 5)
    assert terminal.end() == code
    assert terminal.is_clean()
    assert "Traceback" not in terminal.seen


def connect(url: str) -> socket.socket:
    address = urlsplit(url)
    return socket.create_connection((address.hostname or "", address.port or 0), SECONDS)


def get(url: str) -> bytes:
    """Returns the response to a request for a page."""
    with connect(url) as connection:
        connection.sendall(f"GET / HTTP/1.0\r\nHost: {urlsplit(url).netloc}\r\n\r\n".encode())
        return connection.makefile("rb").read()


def listen(url: str) -> socket.socket:
    """Returns an event stream after its first event."""
    found = re.search(rb'src="([^"]+)live\.js"', get(url))
    assert found, "the page is not live"
    connection = connect(url)
    head = f"GET {found[1].decode()}events?generation=0&page=/ HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n\r\n"
    connection.sendall(head.encode())
    said = b""
    while b"data: " not in said or not said.endswith(b"\n\n"):
        said += connection.recv(65_536)
    return connection
