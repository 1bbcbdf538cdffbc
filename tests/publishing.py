"""Helpers for tests of `output`: sites as plain mappings, and child processes that end at the n-th file operation."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from afterword.output.outputs import Output, Rank
from afterword.output.publish import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

    from afterword.output.outputs import PublishResult

Tree: TypeAlias = "Mapping[str, bytes]"
"""A site: the bytes of each file by its path."""

_CHANGES = frozenset(
    {
        "os.rename",
        "os.remove",
        "os.mkdir",
        "os.rmdir",
        "os.chmod",
        "os.truncate",
        "os.link",
        "os.symlink",
        "shutil.rmtree",
    }
)
_RANKS = {".css": Rank.ASSET, ".png": Rank.ASSET, ".xml": Rank.FEED}


def outputs_of(site: Tree) -> list[Output]:
    """Returns the outputs of a build that makes a site."""
    return [Output(path, _RANKS.get(Path(path).suffix, Rank.PAGE), content) for path, content in site.items()]


def put(site: Tree, folder: Path, *, overwrite: bool = False) -> PublishResult:
    """Publishes a site from the blog in the folder `blog` beside it."""
    return publish(outputs_of(site), folder, root=folder.parent / "blog", overwrite=overwrite)


def tree(folder: Path) -> dict[str, bytes]:
    """Returns every file below a folder by path, without Afterword's own records."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".afterword" not in path.relative_to(folder).as_posix()
    }


def folders(folder: Path) -> set[str]:
    """Returns every folder below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_dir()}


def leftovers(folder: Path) -> list[str]:
    """Returns Afterword's records in and beside an output, without the manifest."""
    found = [*folder.glob(".afterword*"), *folder.parent.glob(".*afterword*")]
    return sorted(path.name for path in found if path.name != ".afterword-manifest")


def make_busy(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Makes folders with these names be in use, like mount points."""
    rmdir = os.rmdir

    def refuse(path: str, *, dir_fd: int | None = None) -> None:
        if path in names:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), path)
        rmdir(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "rmdir", refuse)


def run_until(change: int, act: Callable[[], object], at_change: Callable[[], None], *, lasting: bool = False) -> bool:
    """Runs `act` in a child process that calls `at_change` before the n-th change of the file system, counted from 1.

    With `lasting`, also before all later ones. Returns whether `act` ended before that.
    """
    child = os.fork()
    if child == 0:
        os._exit(_act(change, act, at_change, lasting))
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, KILLED), f"the child ended with {code}"
    return code == 0


KILLED = 99
"""The exit code of a child that was stopped at a change."""


def die() -> None:
    """Ends the process like a kill: no handler and no `finally` runs."""
    os._exit(KILLED)


def _act(change: int, act: Callable[[], object], at_change: Callable[[], None], lasting: bool) -> int:
    seen = 0
    reached = False

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen, reached
        if event in _CHANGES or (event == "open" and _is_for_writing(arguments)):
            seen += 1
            if seen == change or (lasting and seen > change):
                reached = True
                at_change()

    sys.addaudithook(count)
    try:
        act()
    except BaseException as problem:
        os.write(2, f"{type(problem).__name__}: {problem}\n".encode())
        return 1  # and not an exception: the child must not go on with the parent's tests
    return KILLED if reached else 0


def _is_for_writing(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
