"""I/O errors, deleted folders and bugs: the server keeps running, reports them, and builds again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.conftest import fill
from tests.serve.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

POST = "posts/2026-01-01-x.md"
FILES = {
    POST: "# A talk\n\nThe word is nothing.\n",
    "posts/2026-01-02-y.md": "# Another\n\nText.\n",
    "pages/about.md": "# About\n",
    "static/x.txt": "x",
}

FAULT = """
import errno, os, sys

def fail(event, arguments):
    if event not in ("open", "os.rename", "os.mkdir", "os.remove", "os.scandir") or not os.path.lexists(FAULT):
        return
    if event == "open" and not (arguments[2] or 0) & os.O_CREAT:
        return
    wanted, name = os.readlink(FAULT).split(" ")
    if event == wanted:
        number = getattr(errno, name, None)
        raise OSError(number, os.strerror(number)) if number else getattr(__builtins__, name)("planted")

sys.addaudithook(fail)
"""
"""Makes each call of a kind fail: what the link at `FAULT` says, such as `os.rename ENOSPC`. Opening is for writing."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A served blog, with a place beside it for a fault."""
    folder = tmp_path_factory.mktemp("faults")
    running = Served(fill(folder / "blog", FILES), before=f"FAULT = {str(folder / 'fault')!r}{FAULT}")
    yield running
    running.end()


def save(served: Served, word: str) -> None:
    """Saves the post with another word in it, and waits until it is shown and no build has failed since."""
    write(served, word)
    served.wait_for_page("/posts/x/", word.encode())
    served.wait_for(lambda: served.problems() == "")


def write(served: Served, word: str) -> None:
    served.write(POST, FILES[POST].replace("nothing", word))


@pytest.mark.parametrize(
    ("call", "name", "said"),
    [
        ("open", "ENOSPC", "no space left on device"),
        ("open", "EACCES", "permission denied"),
        ("open", "EMFILE", "too many open files"),
        ("open", "MemoryError", "out of memory"),
        ("os.mkdir", "ENOSPC", "no space left on device"),
        ("os.mkdir", "EROFS", "read-only file system"),
        ("os.rename", "ENOSPC", "no space left on device"),
        ("os.rename", "EIO", "input/output error"),
        ("os.rename", "RuntimeError", "bug in Afterword (RuntimeError)"),
        ("os.remove", "EACCES", "permission denied"),
        ("os.scandir", "EIO", "input/output error"),
    ],
)
def test_a_build_that_fails_leaves_the_last_good_site(served: Served, call: str, name: str, said: str) -> None:
    fault = served.root.parent / "fault"
    pages = ("/", "/posts/x/", "/posts/y/", "/about/")
    before = {path: served.get(path) for path in pages}
    begun = len(served.lines)
    fault.symlink_to(f"{call} {name}")
    write(served, f"lost-to-{name}")
    served.wait_for(lambda: said in "".join(served.lines[begun:]) and said in served.problems())
    fault.unlink()
    assert "Traceback" not in served.said
    assert [path for path in pages if f"lost-to-{name}".encode() not in served.get(path) != before[path]] == []

    save(served, f"found-after-{name}")
    served.check_same(served.root.parent / "clean")


def test_the_traceback_of_a_bug_is_kept(served: Served) -> None:
    fault = served.root.parent / "fault"
    fault.symlink_to("os.rename ZeroDivisionError")
    write(served, "crashed")
    served.wait_for(lambda: "ZeroDivisionError" in served.said and "ZeroDivisionError" in served.problems())
    fault.unlink()
    files = served.root.glob(".afterword/crash-*.txt")
    crashes = [path.name for path in files if "ZeroDivisionError: planted" in path.read_text()]
    assert any(name in served.problems() for name in crashes)
    assert any(name in served.said for name in crashes)
    save(served, "mended")


@pytest.mark.parametrize(
    "lose",
    [
        lambda root: shutil.rmtree(root / ".afterword"),
        lambda root: shutil.rmtree(root / ".afterword/serve/site"),
        lambda root: (root / ".afterword/serve/cache.db").write_bytes(b"damaged" * 999),
        lambda root: (root / ".afterword/serve/site/posts/x/index.html").unlink(),
    ],
    ids=["all that is kept", "the site", "the cache", "a page"],
)
def test_what_another_program_has_removed_is_made_again(served: Served, lose: Callable[[Path], object]) -> None:
    lose(served.root)
    save(served, "back")
    save(served, "and-back")
    served.check_same(served.root.parent / "clean")


def test_the_blog_goes_away_and_comes_back(served: Served) -> None:
    away = served.root.with_name("away")
    served.root.rename(away)
    served.wait_for(lambda: "folder not found" in served.said)
    away.rename(served.root)
    served.wait_for(lambda: b"A talk" in served.get("/posts/x/"))
    save(served, "home-again")
    served.check_same(served.root.parent / "clean")
