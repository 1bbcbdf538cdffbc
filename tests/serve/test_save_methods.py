"""However an editor or version control system saves: the server serves what a clean build makes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.serve.save_methods import SAVE_METHODS, TOOLS
from tests.serve.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.serve.save_methods import SaveMethod

POST = "posts/2026-01-01-x.md"


def post(word: str) -> str:
    return f"---\ntitle: A talk\n---\nWhat it says is {word}.\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A blog of a few posts, which is served."""
    root = tmp_path_factory.mktemp("saving") / "blog"
    (root / "posts").mkdir(parents=True)
    (root / POST).write_text(post("nothing"))
    for number in range(5):
        (root / f"posts/2026-01-1{number}-other-{number}.md").write_text(f"# Other {number}\n\nText.\n")
    (root / "pages").mkdir()
    (root / "pages/about.md").write_text("# About\n\nA blog.\n")
    (root / "static").mkdir()
    (root / "static/kept.txt").write_text("kept")
    running = Served(root)
    yield running
    running.end()


@pytest.mark.parametrize("way", SAVE_METHODS, ids=lambda way: way.__name__)
def test_what_is_saved_is_served(served: Served, way: SaveMethod, tmp_path: Path) -> None:
    if way in TOOLS and not shutil.which(TOOLS[way]):
        pytest.skip(f"there is no {TOOLS[way]}")
    clean_up(served.root)
    word = f"said-{way.__name__.replace('_', '-')}".encode()
    way(served.root / POST, post(word.decode()))
    served.wait_for_page("/posts/x/", word)
    served.check_same(tmp_path / "clean")


def clean_up(root: Path) -> None:
    """Removes what other ways of saving have left: a link, an editor's files."""
    if (root / POST).is_symlink():
        (root / "posts/.new").write_text((root / POST).read_text())
        (root / "posts/.new").replace(root / POST)
    for left in (root / "posts").iterdir():
        if left.suffix != ".md" or left.name.startswith("."):
            left.unlink()


def make_unreadable(root: Path) -> None:
    (root / POST).rename(root / "kept.md")
    (root / POST).symlink_to("nowhere")


def make_readable(root: Path) -> None:
    (root / "kept.md").replace(root / POST)


@pytest.mark.parametrize(
    ("break_it", "mend_it"),
    [
        (make_unreadable, make_readable),
        (lambda root: (root / "posts").rename(root / "away"), lambda root: (root / "away").rename(root / "posts")),
        (lambda root: (root / POST).write_bytes(b"\xff\xfe"), lambda root: (root / POST).write_text(post("whole"))),
        (lambda root: swap_for_folder(root / POST), lambda root: swap_back(root / POST)),
    ],
    ids=["a link to nowhere", "no folder", "no text", "a folder"],
)
def test_what_is_broken_for_a_while_is_served_when_it_is_whole(
    served: Served, break_it: Callable[[Path], object], mend_it: Callable[[Path], object], tmp_path: Path
) -> None:
    before = served.builds
    break_it(served.root)
    served.wait_for(lambda: served.builds > before)
    assert b"About" in served.get("/about/")
    mend_it(served.root)
    served.wait_for_page("/posts/x/", b"A talk")
    served.check_same(tmp_path / "clean")


def swap_for_folder(file: Path) -> None:
    file.rename(file.parents[1] / "kept.md")
    file.mkdir()


def swap_back(file: Path) -> None:
    file.rmdir()
    (file.parents[1] / "kept.md").rename(file)


MISSING = b"Page not found"
NEW = "posts/2026-03-01-new.md"

Step = tuple["Callable[[Path], object]", str, bytes]
"""A change of the blog, a page of it, and what that then shows."""

STEPS: dict[str, list[Step]] = {
    "a post": [
        (lambda root: write_new(root / NEW, "# The new one"), "/posts/new/", b"The new one"),
        (lambda root: (root / NEW).rename(root / NEW.replace("new", "old")), "/posts/old/", b"The new one"),
        (lambda root: (root / NEW.replace("new", "old")).unlink(), "/posts/old/", MISSING),
    ],
    "only the case of a name": [
        (lambda root: write_new(root / "static/Chart.txt", "chart"), "/Chart.txt", b"chart"),
        (lambda root: (root / "static/Chart.txt").rename(root / "static/chart.txt"), "/Chart.txt", MISSING),
        (lambda root: (root / "static/chart.txt").unlink(), "/chart.txt", MISSING),
    ],
    "a folder of files": [
        (lambda root: (root / "static").rename(root / "away"), "/kept.txt", MISSING),
        (lambda root: (root / "away").rename(root / "static"), "/kept.txt", b"kept"),
    ],
    "a template": [
        (lambda root: write_new(root / "templates/404.html", "gone astray"), "/nowhere/", b"gone astray"),
        (lambda root: shutil.rmtree(root / "templates"), "/nowhere/", MISSING),
    ],
    "settings": [
        (lambda root: write_new(root / "afterword.toml", 'title = "Margins"'), "/about/", b"Margins"),
        (lambda root: (root / "afterword.toml").unlink(), "/about/", b"A blog"),
    ],
}


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_files_come_and_go(served: Served, steps: list[Step], tmp_path: Path) -> None:
    for change, path, shown in steps:
        before = served.builds
        change(served.root)
        served.wait_for(lambda before=before: served.builds > before)  # type: ignore[misc]
        served.wait_for_page(path, shown)
        served.check_same(tmp_path / "clean")


def write_new(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: os.utime(root / POST),
        lambda root: (root / POST).chmod(0o600),
        lambda root: (root / POST).write_text((root / POST).read_text()),
        lambda root: (root / "posts/.x.md.swp").write_text("swap"),
        lambda root: (root / "posts/.#x.md").symlink_to("somebody@somewhere.1234"),
        lambda root: (root / "notes.txt").write_text("beside the blog"),
        lambda root: (root / POST).read_text(),
    ],
    ids=["touched", "made private", "saved as it is", "a swap file", "a lock", "a file that is no source", "read"],
)
def test_what_changes_nothing_changes_nothing(served: Served, change: Callable[[Path], object]) -> None:
    before = served.settle()
    page = served.get("/posts/x/")
    change(served.root)
    assert served.settle() <= before + 2  # a program that empties a file first can be seen twice
    assert served.get("/posts/x/") == page


def test_another_branch_is_checked_out(served: Served, tmp_path: Path) -> None:
    if not shutil.which("git"):
        pytest.skip("there is no git")

    def git(*arguments: str) -> None:
        environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        who = ("-c", "user.name=A", "-c", "user.email=a@b.example")
        command = ["git", *who, "-C", str(served.root), *arguments]
        subprocess.run(command, check=True, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    git("init", "-b", "main")
    (served.root / ".gitignore").write_text(".afterword/\n")
    git("add", ".")
    git("commit", "-m", "few")
    git("checkout", "-b", "many")
    for number in range(300):
        served.write(f"posts/2025-{number % 12 + 1:02}-{number % 28 + 1:02}-branch-{number}.md", f"# Branch {number}\n")
    served.write(POST, post("on-another-branch"))
    served.write("static/new.txt", "new")
    (served.root / "posts/2026-01-11-other-1.md").unlink()
    git("add", ".")
    git("commit", "-m", "many")
    for branch, shown in (("main", MISSING), ("many", b"Branch 299"), ("main", b"Page not found")):
        git("checkout", branch)
        served.wait_for_page("/posts/branch-299/", shown)
        served.check_same(tmp_path / "clean")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_without_a_word(tmp_path: Path, number: int, code: int) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / POST).write_text(post("nothing"))
    served = Served(tmp_path)
    before = served.said
    assert served.end(number) == code
    assert served.said.strip() == before.strip()
