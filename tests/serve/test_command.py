"""The command `afterword serve`: its options and its output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.cli.console import Console
from afterword.cli.main import run
from afterword.cli.serve_command import ServeConsole
from afterword.core.diagnostics import Place, error, warning
from afterword.server import app as running
from afterword.server.preview import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.build.report import Request
    from afterword.server.app import ServeOptions
    from afterword.server.preview import Preview
    from tests.conftest import Blog, BlogMaker

ODD = warning("odd", "this is odd", Place("posts/2026-01-01-x.md", 1, 3, 5))
BAD = error("bad", "this is bad", Place("posts/2026-01-01-x.md", 1))


@pytest.fixture
def noted(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> Blog:
    """A blog of one post, in the current folder."""
    made = blog("-- posts/2026-01-01-x.md --\n# First\n")
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[ServeOptions, Request]]:
    """Records the options of a server that is not started."""
    found: list[tuple[ServeOptions, Request]] = []

    def begin(options: ServeOptions, preview: Preview, console: object) -> None:
        found.append((options, preview._request))

    monkeypatch.setattr(running, "run", begin)
    return found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", {"host": "127.0.0.1", "port": 4000, "watch": True, "poll": None, "open": False, "navigate": False}),
        ("--watch", {"watch": True}),
        ("--no-watch", {"watch": False}),
        ("-p 4001", {"port": 4001}),
        ("-P 4001", {"port": 4001}),
        ("--port=0", {"port": 0}),
        ("-H 0.0.0.0", {"host": "0.0.0.0"}),
        ("--host ::1", {"host": "::1"}),
        ("--bind localhost", {"host": "localhost"}),
        ("", {"allowed_hosts": ()}),
        ("--allowed-host mybox.local --allowed-host .example.dev", {"allowed_hosts": ("mybox.local", ".example.dev")}),
        ("-o -N", {"open": True, "navigate": True}),
        ("--poll", {"poll": 1.0}),
        ("--poll --port 4001", {"poll": 1.0, "port": 4001}),
        ("--poll=200", {"poll": 0.2}),
    ],
)
@pytest.mark.usefixtures("noted")
def test_options_say_how_to_serve(
    asked: list[tuple[ServeOptions, Request]], typed: str, expected: dict[str, object]
) -> None:
    assert run(["serve", *typed.split()]) == 0
    [(options, _)] = asked
    assert {name: getattr(options, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", {"drafts": True, "future": True, "base_url": None}),
        ("-D -F", {"drafts": True, "future": True}),
        ("--no-drafts", {"drafts": False, "future": True}),
        ("--no-future", {"drafts": True, "future": False}),
        ("-b /notes/", {"base_url": "/notes/"}),
    ],
)
@pytest.mark.usefixtures("noted")
def test_options_say_what_to_serve(
    asked: list[tuple[ServeOptions, Request]], typed: str, expected: dict[str, object]
) -> None:
    assert run(["s", *typed.split()]) == 0
    [(_, request)] = asked
    assert {name: getattr(request, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("server", "did you mean `serve`?"), ("serve --open-url", "did you mean `--open`?")],
)
@pytest.mark.usefixtures("noted")
def test_the_words_of_others_are_known(capsys: pytest.CaptureFixture[str], typed: str, hint: str) -> None:
    assert run(typed.split()) == 2
    assert hint in capsys.readouterr().err


def test_where_there_is_no_blog_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--source", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "error[no-posts]" in captured.err


def console_of(noted: Blog, *, verbose: bool = False, quiet: bool = False) -> ServeConsole:
    return ServeConsole(Console(noted.root, "text", {}, verbose=verbose, quiet=quiet))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome((), ("/index.html", "/x.html"), (), 1.23), "2 files changed, in 1.2 s"),
        (Outcome(("posts/x.md",), ("/x.html",), (), 0.042), "posts/x.md: 1 file changed, in 0.04 s"),
        (Outcome(("posts/x.md",), (), (), 0.042), "posts/x.md: nothing changed, in 0.04 s"),
        (
            Outcome(tuple("abcde"), (), (BAD,), 0.042),
            "a, b, c and 2 more: build failed in 0.04 s; showing the last good version",
        ),
        (Outcome((), (), (BAD,), 0.042, has_site=False), "build failed in 0.04 s; no site to show yet"),
    ],
)
def test_each_build_is_a_line(noted: Blog, capsys: pytest.CaptureFixture[str], outcome: Outcome, said: str) -> None:
    console_of(noted).show_outcome(outcome)
    assert capsys.readouterr().out == f"{said}\n"


def test_what_stays_is_said_once_until_it_has_gone(noted: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    speaker = console_of(noted)
    told = []
    for diagnostics in ((ODD,), (ODD, BAD), (ODD,), (), (ODD,)):
        speaker.show_outcome(Outcome((), (), diagnostics, 0.0))
        said = capsys.readouterr().err
        told.append([name for name in ("odd", "bad") if f"[{name}]" in said])
    assert told == [["odd"], ["bad"], [], [], ["odd"]]


def test_with_more_words_each_file_is_named_and_with_fewer_only_what_is_wrong(
    noted: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = Outcome((), ("/index.html",), (ODD,), 0.0)
    console_of(noted, verbose=True).show_outcome(outcome)
    assert "changed /index.html\n" in capsys.readouterr().out
    speaker = console_of(noted, quiet=True)
    speaker.show_url("http://127.0.0.1:4000/", "")
    speaker.show_outcome(outcome)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "[odd]" in captured.err


@pytest.mark.parametrize(
    ("keys", "said"), [("", "(press Ctrl-C to stop)"), ("roq", "(r: rebuild, o: open in browser, q: quit)")]
)
def test_the_address_comes_with_how_to_end(
    noted: Blog, capsys: pytest.CaptureFixture[str], keys: str, said: str
) -> None:
    console_of(noted).show_url("http://127.0.0.1:4000/", keys)
    assert capsys.readouterr().out == f"serving http://127.0.0.1:4000/ {said}\n"


def test_the_page_is_told_with_place_and_line_and_without_colours(noted: Blog) -> None:
    assert console_of(noted).describe([ODD]) == (
        "warning[odd]: this is odd\n  posts/2026-01-01-x.md:1:3\n  1 | # First\n    |   ^^^^^\n"
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("*", "any web page could then read the site"),
        ("*.example.dev", "write `.example.dev` for all names of that domain"),
        ("http://mybox.local:4000/", "write `mybox.local`"),
        ("mybox:4000", "write `mybox`"),
        ("", "without a port"),
    ],
)
@pytest.mark.usefixtures("noted", "asked")
def test_an_allowed_host_is_a_name(name: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--allowed-host", name]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"invalid host name `{name}`" in said
    assert hint in said
