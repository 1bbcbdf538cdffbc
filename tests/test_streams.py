"""Standard streams that are closed, full or without a reader: a command does its work and ends as documented."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.conftest import TODAY, Blog

if TYPE_CHECKING:
    from pathlib import Path

BUILD = "build --no-cache"
POST = "# A\n\nAda's [Engines](https://youtu.be/zjkBMFhNj_g).\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blog whose site is built, so that most builds have nothing to do."""
    made = Blog(tmp_path_factory.mktemp("blog")).write("posts/2026-01-01-a.md", POST)
    made.write("broken/posts/a.md", "---\ntitle: A\ndate: 2026-13-01\n---\nText.\n")
    assert made.build().published
    return made.root


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the shell, in which `afterword` is ours."""
    line = f'afterword() {{ "{sys.executable}" -m afterword "$@"; }}; {command}'
    environ = {**os.environ, "SOURCE_DATE_EPOCH": TODAY}
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=60
    )


def assert_no_bug(folder: Path, ran: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in ran.stderr
    assert "bug" not in ran.stderr
    assert list(folder.glob(".afterword/crash-*")) == []


COMMANDS = {
    "build": 0,
    "build --format json": 0,
    "build --source broken": 1,
    "why posts/2026-01-01-a.md": 0,
    "talk suggest posts/2026-01-01-a.md": 0,
    "--version": 0,
    "build --help": 0,
    "biuld": 2,
}


@pytest.mark.parametrize(
    ("command", "streams"),
    [*((command, "<&- >&- 2>&-") for command in COMMANDS), *product(("build", "biuld", "--version"), (">&-", "2>&-"))],
)
def test_closed_streams_change_no_exit_code(built: Path, command: str, streams: str) -> None:
    ran = shell(built, f"afterword {command} {streams}")
    assert ran.returncode == COMMANDS[command]
    assert_no_bug(built, ran)


@pytest.mark.parametrize("command", ["new A-title", "clean", BUILD])
def test_work_is_done_with_all_streams_closed(built: Path, command: str) -> None:
    """A file of the site must not get the number of a closed stream."""
    assert shell(built, f"afterword {command} <&- >&- 2>&-").returncode == 0
    match command:
        case "clean":
            assert not (built / "site/index.html").exists()
        case "new A-title":
            file = built / "posts/2026-03-01-a-title.md"
            file.write_text(f"{file.read_text()}Text.\n")
        case _:
            assert (built / "site/index.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("command", "stream"),
    [("build", "stdout"), ("--help", "stdout"), ("build --format json", "stdout"), ("biuld", "stderr")],
)
def test_a_reader_that_is_gone_changes_no_exit_code(built: Path, command: str, stream: str) -> None:
    read, write = os.pipe()
    os.close(read)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: write}
    line = [sys.executable, "-m", "afterword", *command.split()]
    ran = subprocess.run(line, cwd=built, text=True, check=False, **pipes)  # type: ignore[call-overload]
    os.close(write)
    assert ran.returncode == (2 if command == "biuld" else 0)
    assert not ran.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no /dev/full")  # noqa: PTH110
@pytest.mark.parametrize("command", ["build", "why posts/2026-01-01-a.md", "--help"])
def test_a_result_that_cannot_be_written_is_the_machines_matter(built: Path, command: str) -> None:
    ran = shell(built, f"afterword {command} >/dev/full")
    assert (ran.returncode, ran.stderr) == (
        3,
        "error[stdout-error]: cannot write to standard output: no space left on device\n\n",
    )
    assert shell(built, f"afterword {command} >/dev/full 2>/dev/full").returncode == 3


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no /dev/full")  # noqa: PTH110
@pytest.mark.parametrize("command", ["build --source broken", "biuld"])
def test_messages_that_cannot_be_written_change_no_exit_code(built: Path, command: str) -> None:
    assert shell(built, f"afterword {command} 2>/dev/full").returncode == COMMANDS[command]


def test_a_pipe_that_is_full_is_waited_for(built: Path) -> None:
    """The pipe does not block, as some programs that start others have it."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    filled = 0
    while True:
        try:
            filled += os.write(write, b"x" * 4096)
        except BlockingIOError:
            break
    command = [sys.executable, "-m", "afterword", "--help"]
    with subprocess.Popen(command, cwd=built, stdout=write, stderr=subprocess.PIPE) as process:
        os.close(write)
        said = b""
        while chunk := os.read(read, 65_536):
            said += chunk
    os.close(read)
    assert process.returncode == 0
    assert said[filled:].startswith(b"Usage: afterword")
