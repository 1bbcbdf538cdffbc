"""A blog served by a real `afterword serve` in its own process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request as WebRequest
from urllib.request import urlopen

from afterword.build.report import Request
from tests.conftest import build_without_cache, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECONDS = 30
"""How long to wait for something that has to come; it comes in a fraction of that, even on a busy machine."""

LAST_CHANGE = "pages/last-change.md"
"""A page that a test saves after all other changes."""

MOST_BUILDS = 30
"""More builds than a change can need, however slowly its parts come."""

AS_BUILT = {"Sec-Fetch-Dest": "empty"}
"""What a script says when it asks for a page, which is then sent without the live script."""

NO_HEADERS: Mapping[str, str] = MappingProxyType({})

_RUN = """
import signal
from afterword.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # what is started in the background ignores Ctrl-C
main()
"""


class Served:
    """The blog in a folder, its server, and the output of the server."""

    def __init__(self, root: Path, *options: str, before: str = "") -> None:
        """Serves the blog in `root` and waits for the first build. The process runs the Python code `before` first."""
        self.root = root
        self.lines: list[str] = []
        self._last_changes = 0
        self._said = threading.Condition()
        environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-c", before + _RUN, "serve", "--source", str(root), "--port", "0", *options]
        self.process = subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.wait_for(lambda: self.builds)
        found = re.search(r"serving (\S+)", self.said)
        assert found, self.said
        self.url = found[1]

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._said:
                self.lines.append(line)
                self._said.notify_all()

    @property
    def said(self) -> str:
        """The output so far."""
        return "".join(self.lines)

    @property
    def builds(self) -> int:
        """The number of finished builds."""
        return sum(bool(re.search(r"(, in [\d.]+ s|build failed in .+)$", line)) for line in self.lines)

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Waits until a condition holds. It is checked after each line of output."""
        with self._said:
            assert self._said.wait_for(lambda: bool(condition()), SECONDS), self.said

    def settle(self) -> int:
        """Waits until all changes so far are built: events come in order, and so does that of one more page.

        Returns the number of builds so far, without those for such pages.
        """
        begun = self.builds
        self._last_changes += 1
        (self.root / "last-change").write_text(f"# Last change\n\nNumber {self._last_changes}.\n")
        (self.root / "last-change").replace(self.root / LAST_CHANGE)
        self.wait_for_page(f"{urlsplit(self.url).path}last-change/", b"Number %d." % self._last_changes)
        assert self.builds < begun + MOST_BUILDS, f"it builds again and again: {self.lines[-5:]}"
        return self.builds - self._last_changes

    # The blog

    def write(self, path: str, text: str) -> None:
        """Saves a file of the blog."""
        fill(self.root, {path: text})

    def replace(self, path: str, old: str, new: str) -> None:
        """Saves a file with a text replaced."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def edit(self, path: str, old: str, new: str) -> None:
        """Replaces text in a file, and waits for the build."""
        before = self.builds
        self.replace(path, old, new)
        self.wait_for(lambda: self.builds > before)

    # The site

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server."""
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.url))

    def get(self, path: str) -> bytes:
        """Returns the response at a path as it was built, also with an error status."""
        return self._ask(path, AS_BUILT)

    def _ask(self, path: str, headers: Mapping[str, str] = NO_HEADERS) -> bytes:
        try:
            with urlopen(WebRequest(f"{self.origin}{path}", headers=dict(headers)), timeout=SECONDS) as response:
                content: bytes = response.read()
        except HTTPError as problem:
            return problem.read()
        return content

    def problems(self) -> str:
        """Returns the errors that a page shows if it is loaded now."""
        found = re.search(r'src="([^"]+)live\.js"', self._ask(urlsplit(self.url).path).decode())
        assert found, "the page is not live"
        with urlopen(f"{self.origin}{found[1]}events?generation=0&page=/", timeout=SECONDS) as stream:
            data = next(line for line in stream if line.startswith(b"data: "))
        problems: str = json.loads(data.removeprefix(b"data: "))["problems"]
        return problems

    def wait_for_page(self, path: str, content: bytes) -> None:
        """Waits until the page at a path contains a text. It is requested after each build."""
        self.wait_for(lambda: content in self.get(path))

    def check_same(self, folder: Path) -> None:
        """Waits until the server has built all changes, and serves what a clean build, made in `folder`, has."""
        found: list[str] = []

        def is_same() -> bool:
            found[:] = self.differences(folder)
            return not found

        self.settle()
        with self._said:
            assert self._said.wait_for(is_same, SECONDS), found

    def differences(self, folder: Path) -> list[str]:
        """Returns the files that differ from those of a clean build in `folder`."""
        clean = Request(self.root, folder, base_url=self.url, drafts=True, future=True, overwrite=True)
        report = build_without_cache(clean, os.environ)
        if not report.published:
            return [str(found) for found in report.diagnostics if found.is_error]
        site = self.root / ".afterword/serve/site"
        expected, stands = list_files(folder), list_files(site)
        base = urlsplit(self.url).path
        different = [path for path in expected if self.get(f"{base}{path}") != (folder / path).read_bytes()]
        return [*different, *sorted(stands - expected)]

    def end(self, number: int = 15) -> int:
        """Sends the server a signal. Returns its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(SECONDS)
        self._listener.join(SECONDS)
        return code


def list_files(folder: Path) -> set[str]:
    """Returns the files of a site, without Afterword's records, which a running build may delete."""
    found = set()
    for parent, names, files in os.walk(folder):
        names[:] = [name for name in names if not name.startswith(".afterword")]
        within = Path(parent).relative_to(folder)
        found |= {(within / name).as_posix() for name in files if not name.startswith(".afterword")}
    return found
