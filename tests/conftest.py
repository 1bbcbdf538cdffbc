"""What all tests share: a blog made of one text, built through the same `build` that every command calls."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

import pytest
from hypothesis import settings

from afterword.build.builder import build
from afterword.build.pipeline import run_pipeline
from afterword.build.report import Request
from afterword.build.workers.pool import no_progress
from afterword.cache.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.build.report import Report

signal.signal(signal.SIGINT, signal.default_int_handler)
# A shell that starts the tests in the background lets them ignore SIGINT, and so would every process that they start.

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("desk", deadline=None)  # how long an example takes says more of the machine than of the code
settings.load_profile("ci" if os.environ.get("CI") else "desk")
# What is merged is what was tried: the same examples on each run of CI, and new ones on every desk.

for _name in (
    *("BASE_PATH", "SITE_URL", "CLICOLOR_FORCE", "FORCE_COLOR", "NO_COLOR"),
    *("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"),
):
    os.environ.pop(_name, None)
# What commands do and say must not depend on the shell or the CI job that the tests run in.

if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="afterword-tests-")
    atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)
CACHE_HOME = os.environ["XDG_CACHE_HOME"]
# The compiled templates of all tests, apart from those of the user: compiling the default theme takes half a second.

DATA = Path(__file__).parent / "data"
"""Material of others and the example post; its README gives sources and licences."""

TODAY = "1772323200"
"""2026-03-01 as SOURCE_DATE_EPOCH: the day on which test blogs are built."""


def environ_on(day: str = TODAY) -> dict[str, str]:
    """The environment of a build on a day."""
    return {"SOURCE_DATE_EPOCH": day, "XDG_CACHE_HOME": CACHE_HOME}


def build_without_cache(request: Request, environ: Mapping[str, str]) -> Report:
    """Builds as with `--no-cache`, but does not compile the templates again."""
    return run_pipeline(request, environ, progress=no_progress, store=Store(None, ""))


def fill(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files by their paths in a folder, which is made; returns the folder."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


_FILE = re.compile(r"^-- (\S+) --\n", re.MULTILINE)


@dataclass(frozen=True)
class Blog:
    """A blog in a folder of its own."""

    root: Path

    def add(self, files: str) -> Blog:
        """Write files from one text: each begins with a line `-- path --`."""
        parts = _FILE.split(files.lstrip("\n"))
        for path, text in zip(parts[1::2], parts[2::2], strict=True):
            self.write(path, text)
        return self

    def write(self, path: str, content: str | bytes) -> Blog:
        """Write one file."""
        fill(self.root, {path: content})
        return self

    def edit(self, path: str, old: str, new: str) -> Blog:
        """Replace a text in a file; it must be there."""
        file = self.root / path
        text = file.read_text()
        assert old in text, f"{old!r} is not in {path}"
        file.write_text(text.replace(old, new))
        return self

    def remove(self, path: str) -> Blog:
        """Delete a file."""
        (self.root / path).unlink()
        return self

    def build(
        self,
        *,
        drafts: bool = False,
        future: bool = False,
        expired: bool = False,
        strict: bool = False,
        jobs: int = 1,
        base_url: str | None = None,
        destination: Path | None = None,
        overwrite: bool = False,
        cache: bool = True,
        cluster: str = "",
        today: str = TODAY,
    ) -> Report:
        """Build the blog, as the command line would, on 2026-03-01 or on another day."""
        request = Request(
            source=self.root,
            destination=destination,
            base_url=base_url,
            drafts=drafts,
            future=future,
            expired=expired,
            strict=strict,
            jobs=jobs,
            overwrite=overwrite,
            cache=cache,
            cluster=cluster,
        )
        return build(request, environ=environ_on(today))

    def build_clean(self, today: str = TODAY) -> Mapping[str, bytes]:
        """The site that a build without the blog's cache makes, in a folder beside the one of the other builds."""
        folder = self.root / "clean"
        build_without_cache(Request(self.root, folder, jobs=1), environ_on(today))
        return self.tree(folder.name)

    def page(self, url: str) -> str:
        """The built page at a root-absolute URL."""
        path = unquote(url.removeprefix("/"))
        return (self.root / "site" / (f"{path}index.html" if path.endswith("/") or not path else path)).read_text()

    def tree(self, folder: str = "site") -> Mapping[str, bytes]:
        """Every file below a folder of the blog, by its path there; Afterword's own records are left out."""
        base = self.root / folder
        return {
            path.relative_to(base).as_posix(): path.read_bytes()
            for path in sorted(base.rglob("*"))
            if path.is_file() and not path.name.startswith(".afterword")
        }


class BlogMaker(Protocol):
    """Makes a blog of one text."""

    def __call__(self, files: str = "") -> Blog: ...


@pytest.fixture
def blog(tmp_path: Path) -> BlogMaker:
    """A maker of blogs: `blog('''-- posts/2026-01-01-x.md --…''')`."""

    def make(files: str = "") -> Blog:
        root = tmp_path / "blog"
        root.mkdir()
        return Blog(root).add(files)

    return make


@pytest.fixture(scope="session")
def example_post() -> str:
    """The example post, as it is."""
    return (DATA / "posts" / "2026-02-01-karpathy-intro-to-llms.md").read_text()
