"""Plain arguments of `build` are read without Click, and mean the same."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from afterword import __version__
from afterword.cli.build_command import _FLAGS, _PATHS, _TEXTS, read_plain
from afterword.cli.commands import afterword
from afterword.cli.main import run

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

PLAIN = (*_FLAGS, *_PATHS, *_TEXTS)
VALUES = ("a", "a/b c", "https://a.example/b/", "/", ".", "ü", "build", "=", "")
OTHERS = (
    "--",
    "-",
    "--help",
    "-h",
    "-qv",
    "-sa",
    "--source=a",
    "--sourc",
    "--jobs",
    "-j",
    "2",
    "--format",
    "json",
    "--x",
)


def read_with_click(arguments: list[str]) -> dict[str, Any]:
    with afterword.make_context("afterword", list(arguments)) as context:
        name, command, rest = afterword.resolve_command(context, [*context._protected_args, *context.args])
        assert command is not None
        assert (name, command) == (arguments[0], afterword.commands["build"])
        with command.make_context("build", rest, parent=context) as inner:
            return inner.params


def list_arguments() -> list[list[str]]:
    chance = random.Random(17)
    pieces = [*PLAIN, *PLAIN, *VALUES, *VALUES, *OTHERS]
    short = [
        list(some) for size in (0, 1, 2) for some in itertools.product([*PLAIN, *VALUES[:2], *OTHERS], repeat=size)
    ]
    return [*short, *([chance.choice(pieces) for _ in range(chance.randint(3, 7))] for _ in range(5_000))]


@pytest.mark.parametrize("name", ["build", "b"])
def test_plain_arguments_mean_what_click_reads(name: str) -> None:
    plain, defaults = 0, read_with_click([name])
    for arguments in list_arguments():
        read = read_plain([name, *arguments], {})
        if read is not None:
            plain += 1
            assert {**defaults, **read} == read_with_click([name, *arguments]), arguments
    assert plain > 300


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--strict"],
        ["-s", "blog", "-d", "public", "--base-url", "https://a.example", "-q"],
        ["--drafts", "--future", "--expired", "--explain", "--keep-going", "--no-cache", "-v"],
    ],
)
def test_usual_arguments_are_plain(arguments: list[str]) -> None:
    read = read_plain(["build", *arguments], {})
    assert read is not None
    assert {**read_with_click(["build"]), **read} == read_with_click(["build", *arguments])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["clean"],
        ["--help"],
        ["build", "--help"],
        ["build", "folder"],
        ["build", "-s"],
        ["build", "-s", "-q"],
        ["build", "-s", ""],
        ["build", "--strict", "--jobs", "2"],
        ["build", "--source=a"],
        ["build", "--baseurl", "https://a.example"],
    ],
)
def test_other_arguments_are_left_to_click(arguments: list[str]) -> None:
    assert read_plain(arguments, {}) is None


@pytest.mark.parametrize("variable", ["AFTERWORD_TRACE", "_AFTERWORD_COMPLETE"])
def test_arguments_from_the_environment_are_left_to_click(variable: str) -> None:
    assert read_plain(["build"], {variable: "1"}) is None


def test_names_of_arguments_are_those_of_click() -> None:
    options = {name: parameter for parameter in afterword.commands["build"].params for name in parameter.opts}
    for names, kind in ((_FLAGS, "boolean"), (_PATHS, "path"), (_TEXTS, "text")):
        for option, name in names.items():
            assert (options[option].name, options[option].type.name) == (name, kind)


def test_a_build_says_the_same_either_way(
    blog: BlogMaker, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\n[Broken](missing.md).\n")
    monkeypatch.chdir(made.root)
    run(["build", "-j1", "-q"])
    capfd.readouterr()
    said = []
    for arguments in (["build", "-v"], ["build", "-v", "--jobs", "1"], ["build", "-vj1"]):
        code = run(arguments)
        out, err = capfd.readouterr()
        said.append((code, out.partition(" in ")[0], err))
    assert said[0] == said[1] == said[2]


def test_the_version_is_written_before_anything_is_loaded(tmp_path: Path) -> None:
    script = "import sys; from afterword.cli import main; sys.argv[1:] = ['--version']\n"
    script += "try: main()\nexcept SystemExit as end: print(end.code, {'click', 'msgspec'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == f"afterword {__version__}\n0 set()\n"


def test_the_version_that_cannot_be_written_is_reported_as_ever(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "afterword", "--version"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, "cannot write to standard output" in done.stderr) == (3, True)
