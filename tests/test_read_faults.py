"""An error of the machine while a blog is read ends a build with exit code 3, and leaves the site as it was."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest

from afterword.cli.main import run
from afterword.core import files
from tests.conftest import TODAY, Blog

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import BlogMaker

FILES = """
-- afterword.toml --
title = "Notes"
-- posts/2026-01-01-a.md --
# A

![Figure](figure.svg)
-- posts/figure.svg --
<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>
-- pages/about.md --
# About

Text.
-- static/look.css --
a { color: red }
-- templates/partials/extra.html --
<p>
"""

SOURCES = [
    "afterword.toml",
    "posts/2026-01-01-a.md",
    "posts/figure.svg",
    "static/look.css",
    "templates/partials/extra.html",
]
FOLDERS = ["posts", "pages", "static", "templates/partials"]
MACHINE = [errno.ESTALE, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ETIMEDOUT]


@pytest.fixture
def here(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> Blog:
    """A blog in the current folder."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    made = blog(FILES)
    monkeypatch.chdir(made.root)
    return made


class Faults:
    """Makes calls of the system fail for a path, as long as a test runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def opening(self, path: str, number: int) -> None:
        self._replace(os, "open", path, number)

    def listing(self, path: str, number: int) -> None:
        self._replace(os, "scandir", path, number)

    def looking_at(self, path: str, number: int) -> None:
        self._replace(os, "lstat", path, number)

    def reading(self, path: str, number: int) -> None:
        real = files.open_regular

        class Broken:
            def __init__(self, file: Any) -> None:
                self._file = file

            def __enter__(self) -> Broken:
                return self

            def __exit__(self, *_: object) -> None:
                self._file.close()

            def read(self, _size: int = -1) -> bytes:
                raise OSError(number, os.strerror(number))

        def open_broken(asked: Any, **options: bool) -> Any:
            file = real(asked, **options)
            return Broken(file) if str(asked).endswith(path) else file

        self._patch.setattr(files, "open_regular", open_broken)

    def _replace(self, module: Any, name: str, path: str, number: int) -> None:
        real: Callable[..., Any] = getattr(module, name)

        def call(asked: Any, *arguments: Any, **options: Any) -> Any:
            if not isinstance(asked, int) and os.fsdecode(asked).endswith(path):
                raise OSError(number, os.strerror(number), os.fsdecode(asked))
            return real(asked, *arguments, **options)

        self._patch.setattr(module, name, call)


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    return Faults(monkeypatch)


def build(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run `afterword build`, with all files read again; the exit code, and what it said is wrong."""
    code = run(["build", "--no-cache", "--jobs", "1"])
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "number"), [*((path, errno.EIO) for path in SOURCES), *((SOURCES[1], number) for number in MACHINE)]
)
@pytest.mark.usefixtures("here")
def test_a_file_that_the_machine_cannot_open(
    faults: Faults, capsys: pytest.CaptureFixture[str], path: str, number: int
) -> None:
    faults.opening(path, number)
    assert build(capsys) == (3, f"error[io-error]: `{path}`: {os.strerror(number).lower()}\n\n")


@pytest.mark.parametrize("path", SOURCES)
def test_a_file_that_the_machine_cannot_read(
    here: Blog, faults: Faults, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    assert here.build().published
    before = here.tree()
    faults.reading(path, errno.EIO)
    assert build(capsys) == (3, f"error[io-error]: `{path}`: {os.strerror(errno.EIO).lower()}\n\n")
    assert here.tree() == before


@pytest.mark.parametrize(
    ("folder", "number"),
    [*((folder, errno.EIO) for folder in FOLDERS), *((FOLDERS[0], number) for number in MACHINE)],
)
@pytest.mark.usefixtures("here")
def test_a_folder_that_the_machine_cannot_list(
    faults: Faults, capsys: pytest.CaptureFixture[str], folder: str, number: int
) -> None:
    faults.listing(folder, number)
    code, said = build(capsys)
    assert code == 3
    assert f"error[io-error]: this folder cannot be read: {os.strerror(number).lower()}\n  {folder}\n" in said


@pytest.mark.usefixtures("here")
def test_a_folder_of_the_default_theme_that_cannot_be_listed(
    faults: Faults, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(files.theme_folder() / "templates")
    faults.listing(folder, errno.EMFILE)
    code, said = build(capsys)
    assert code == 3
    assert "error[io-error]: this folder cannot be read: too many open files\n  theme:templates\n" in said


def test_a_file_that_cannot_be_looked_at_is_not_left_out(
    here: Blog, faults: Faults, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its page would be removed from the site without a word."""
    (here.root / "posts/b.md").symlink_to("../notes.md")
    here.write("notes.md", "---\ntitle: B\ndate: 2026-01-02\n---\nText.\n")
    faults.looking_at("notes.md", errno.EIO)
    code, said = build(capsys)
    assert code == 3
    assert said.startswith("error[io-error]: the target of this symbolic link cannot be read: input/output error\n")


@pytest.mark.usefixtures("here")
def test_files_that_this_user_may_not_read_are_told_together(
    faults: Faults, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in SOURCES[1:]:
        faults.opening(path, errno.EACCES)
    faults.listing("pages", errno.EPERM)

    code, said = build(capsys)

    assert code == 3
    assert said.count("error[permission-denied]: ") == len(SOURCES)
    assert "error[permission-denied]: this file cannot be opened: permission denied\n  static/look.css\n" in said
    assert "error[permission-denied]: this folder cannot be read: operation not permitted\n  pages\n" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["talk", "suggest", "posts/2026-01-01-a.md"],
        ["new", "talk", "https://youtu.be/zjkBMFhNj_g", "--chapters", "posts/2026-01-01-a.md"],
        ["why", "posts/2026-01-01-a.md"],
    ],
)
@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES])
@pytest.mark.usefixtures("here")
def test_other_commands_end_alike(
    faults: Faults, capsys: pytest.CaptureFixture[str], arguments: list[str], number: int
) -> None:
    scanning_too = {"why": 0 if number == errno.EACCES else 3}  # `why` explains what is wrong with a source
    faults.opening("posts/2026-01-01-a.md", number)
    assert run(arguments) == scanning_too.get(arguments[0], 3)
    assert os.strerror(number).lower() in "".join(capsys.readouterr())


@pytest.mark.usefixtures("here")
def test_a_file_that_is_gone_is_a_matter_of_the_blog(faults: Faults, capsys: pytest.CaptureFixture[str]) -> None:
    """It was there when the folder was listed."""
    faults.opening("static/look.css", errno.ENOENT)
    code, said = build(capsys)
    assert code == 1
    assert said.startswith("error[unreadable]: this file does not exist\n")
