"""However an editor saves, and whatever a version control system does: what is served is what a clean build makes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.serve.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Way = Callable[[Path, str], None]

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
    running = Served(root)
    yield running
    running.end()


def in_place(file: Path, text: str) -> None:
    file.write_text(text)


def truncate_then_write(file: Path, text: str) -> None:
    with file.open("r+") as opened:
        opened.truncate()
        os.fsync(opened.fileno())
        for half in (text[:20], text[20:]):
            opened.write(half)
            opened.flush()
            os.fsync(opened.fileno())


def rename_over(file: Path, text: str) -> None:
    new = file.with_name(f".{file.name}.tmp")
    new.write_text(text)
    new.replace(file)


def rename_over_from_elsewhere(file: Path, text: str) -> None:
    new = file.parents[2] / "elsewhere"
    new.write_text(text)
    new.replace(file)


def rename_over_a_plain_name(file: Path, text: str) -> None:
    new = file.with_name("sedVXn4aT")
    new.write_text(text)
    new.replace(file)


def like_vim(file: Path, text: str) -> None:
    probe, backup = file.with_name("4913"), file.with_name(f"{file.name}~")
    probe.touch()
    probe.unlink()
    file.rename(backup)
    file.write_text(text)
    backup.unlink()


def like_vim_with_backups_copied(file: Path, text: str) -> None:
    swap, backup = file.with_name(f".{file.name}.swp"), file.with_name(f"{file.name}~")
    swap.write_text("swap")
    shutil.copy2(file, backup)
    file.write_text(text)
    backup.unlink()
    swap.unlink()


def like_emacs(file: Path, text: str) -> None:
    lock, auto = file.with_name(f".#{file.name}"), file.with_name(f"#{file.name}#")
    lock.symlink_to("somebody@somewhere.1234")
    auto.write_text(text)
    shutil.copy2(file, file.with_name(f"{file.name}~"))
    file.write_text(text)
    auto.unlink()
    lock.unlink()


def like_jetbrains(file: Path, text: str) -> None:
    new, old = file.with_name(f"{file.name}___jb_tmp___"), file.with_name(f"{file.name}___jb_old___")
    new.write_text(text)
    file.rename(old)
    new.rename(file)
    old.unlink()


def delete_and_make_anew(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text)


def twice(file: Path, text: str) -> None:
    file.write_text(text[:-10])
    file.write_text(text)


def in_small_pieces(file: Path, text: str) -> None:
    with file.open("wb", buffering=0) as opened:
        for byte in text.encode():
            opened.write(bytes([byte]))


def by_opening_it_again_and_again(file: Path, text: str) -> None:
    file.write_text("")
    for character in text:
        with file.open("a") as opened:
            opened.write(character)


def with_its_old_time(file: Path, text: str) -> None:
    before = file.stat()
    file.write_text(text)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def with_a_hard_link(file: Path, text: str) -> None:
    new = file.with_name(".new")
    new.write_text(text)
    file.unlink()
    os.link(new, file)
    new.unlink()


def with_a_link_to_it(file: Path, text: str) -> None:
    real = file.with_name(".real.md")
    real.write_text(text)
    file.unlink()
    file.symlink_to(real.name)


def by_copying_the_folder(file: Path, text: str) -> None:
    folder, new = file.parent, file.parents[1] / "posts-new"
    shutil.copytree(folder, new, symlinks=True)
    (new / file.name).unlink()
    (new / file.name).write_text(text)
    shutil.rmtree(folder)
    new.rename(folder)


def with_sed(file: Path, text: str) -> None:
    subprocess.run(["sed", "-i", f"$c{text.splitlines()[-1]}", file], check=True)


def with_vim(file: Path, text: str) -> None:
    command = ["vim", "-N", "-u", "NONE", "-i", "NONE", "-es", "-c", f"$s/.*/{text.splitlines()[-1]}/", "-c", "wq", file]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


WAYS: list[Way] = [
    in_place,
    truncate_then_write,
    rename_over,
    rename_over_from_elsewhere,
    rename_over_a_plain_name,
    like_vim,
    like_vim_with_backups_copied,
    like_emacs,
    like_jetbrains,
    delete_and_make_anew,
    twice,
    in_small_pieces,
    by_opening_it_again_and_again,
    with_its_old_time,
    with_a_hard_link,
    with_a_link_to_it,
    by_copying_the_folder,
    with_sed,
    with_vim,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_is_saved_is_served(served: Served, way: Way, tmp_path: Path) -> None:
    tool = {with_sed: "sed", with_vim: "vim"}.get(way, "")
    if tool and not shutil.which(tool):
        pytest.skip(f"there is no {tool}")
    word = f"said-{way.__name__.replace('_', '-')}".encode()
    way(served.root / POST, post(word.decode()))
    served.wait_for(lambda: word in served.get("/posts/x/"))
    served.settle()
    assert served.differences(tmp_path / "clean") == []


@pytest.mark.parametrize(
    "change",
    [
        lambda root: os.utime(root / POST),
        lambda root: (root / POST).chmod(0o600),
        lambda root: (root / "posts/.x.md.swp").write_text("swap"),
        lambda root: (root / "notes.txt").write_text("beside the blog"),
        lambda root: (root / POST).read_text(),
    ],
    ids=["touched", "made private", "a swap file", "a file that is no source", "read"],
)
def test_what_changes_nothing_changes_nothing(served: Served, change: Callable[[Path], object]) -> None:
    page = served.get("/posts/x/")
    before = served.settle()
    change(served.root)
    assert served.settle() <= before + 1
    assert served.get("/posts/x/") == page


def test_another_branch_is_checked_out(served: Served, tmp_path: Path) -> None:
    for number in range(300):
        served.write(f"posts/2025-{number % 12 + 1:02}-{number % 28 + 1:02}-branch-{number}.md", f"# Branch {number}\n")
    (served.root / "posts/2026-01-10-other-0.md").unlink()
    served.write("static/new.txt", "new")
    served.wait_for(lambda: b"Branch 299" in served.get("/posts/branch-299/"))
    served.settle()
    assert served.differences(tmp_path / "clean") == []
    for file in served.root.glob("posts/2025-*-branch-*.md"):
        file.unlink()
    served.wait_for(lambda: b"Branch 299" not in served.get("/posts/branch-299/"))
    served.settle()
    assert served.differences(tmp_path / "clean") == []


def test_the_posts_go_away_and_come_back(served: Served, tmp_path: Path) -> None:
    posts, away = served.root / "posts", served.root / "away"
    before = served.settle()
    posts.rename(away)
    served.wait_for(lambda: served.builds > before)
    assert b"About" in served.get("/about/")
    away.rename(posts)
    served.wait_for(lambda: b"A talk" in served.get("/posts/x/"))
    served.write(POST, post("that-it-is-back"))
    served.wait_for(lambda: b"that-it-is-back" in served.get("/posts/x/"))
    served.settle()
    assert served.differences(tmp_path / "clean") == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_without_a_word(tmp_path: Path, number: int, code: int) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / POST).write_text(post("nothing"))
    served = Served(tmp_path)
    before = served.said
    assert served.end(number) == code
    assert served.said == before
