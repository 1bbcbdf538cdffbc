"""What the benchmark asks of a generator: how it is installed, how a blog is laid out for it, how it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tests.bench.posts import Post

ROOT = Path(__file__).parents[3]
THEMES = ROOT / "tests/bench/themes"
OUTPUT = "site"
"""The folder, below the blog's, that every tool is set up to write to."""


class Unavailable(Exception):  # noqa: N818 - the tool is left out, with the reason
    """A tool that cannot be installed here; the message says why."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An installed tool: its version, the command that builds the blog it is run in, folders to link into the blog.

    `server` is the command that serves this blog and watches it, with `{port}` where the port belongs; empty where that
    is not measured.
    """

    version: str
    command: tuple[str, ...]
    links: tuple[Path, ...] = ()
    server: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """A generator.

    `theme` is the folder of `themes/` that a blog begins as. `place` and `text` say where a post lies in the blog and
    how it reads. `copies` are folders that are copied into the blog, by their names there. `remembered` are the paths
    that a cold build must not find, besides the output. `install` gets a folder to install into and may raise
    `Unavailable`. `note` says what a reader of the figures must know. Larger blogs than `largest`, in posts, are not
    measured: they would take hours.
    """

    name: str
    title: str
    theme: str
    place: Callable[[Post], str]
    text: Callable[[Post], str]
    install: Callable[[Path], Installation]
    copies: Mapping[str, Path] = field(default_factory=dict)
    remembered: tuple[str, ...] = ()
    note: str = ""
    largest: int = 20_000

    def lay_out(self, blog: Path, posts: Iterable[Post], links: Sequence[Path] = ()) -> None:
        """Make the blog: the theme, the copies, the posts, the links."""
        shutil.copytree(THEMES / self.theme, blog)
        for name, folder in self.copies.items():
            shutil.copytree(folder, blog / name)
        for link in links:
            (blog / link.name).symlink_to(link)
        for post in posts:
            self.write(blog, post)

    def write(self, blog: Path, post: Post) -> None:
        """Write one post, again or over its former text."""
        path = blog / self.place(post)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.text(post), encoding="utf-8")

    def set_aside(self, blog: Path, folder: Path) -> None:
        """Move the output and all that the tool remembers of former builds into a new folder.

        Deleting them would slow down the next build: ext4 passes over inodes that were deleted in the last seconds when
        it creates files (`recently_deleted` in its `ialloc.c`). A blog in a new clone has no such files.
        """
        folder.mkdir()
        for name in (OUTPUT, *self.remembered):
            if (blog / name).exists():
                (blog / name).rename(folder / name)


def install_from_pypi(folder: Path, *requirements: str) -> Path:
    """A virtual environment with these requirements, made where it is not there yet; gives its Python."""
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        venv.create(folder, clear=True, with_pip=True)
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements)
        ready.touch()
    return python


def run(*command: str | Path, folder: Path | None = None) -> str:
    """The output of a command of an installation; `Unavailable` where it fails."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ)
    except OSError as problem:
        raise Unavailable(f"`{command[0]}` cannot be run: {problem.strerror}") from problem
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise Unavailable(f"`{Path(command[0]).name}` failed: {said[-1]}")
    return done.stdout.strip()
