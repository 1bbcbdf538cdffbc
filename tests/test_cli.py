"""The `afterword` command: what is asked, what is answered, and how it ends."""

from __future__ import annotations

import atexit
import errno
import json
import os
import pty
import signal
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Protocol

import pytest

from afterword import __version__
from afterword.build import builder
from afterword.cli.main import main, run
from afterword.cli.terminal import choose_format, find_base_url, show_progress, wants_colour, wants_progress
from afterword.core.diagnostic_registry import load_entries
from tests.conftest import TODAY, Blog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from afterword.build.report import Report
    from tests.conftest import BlogMaker

POST = "-- posts/2026-01-01-first.md --\n# First\n\nHello.\n"
BAD = "-- posts/bad.md --\n---\ntitle: Bad\ndate: 2026-13-01\n---\nText.\n"
SLIP = "-- posts/2026-01-03-slip.md --\n---\ntitle: Slip\ntilte: Slip\n---\nText.\n"


@dataclass(frozen=True)
class Ran:
    """A run that is over: its exit code and what it said."""

    code: int
    out: str
    err: str


class Command(Protocol):
    """Runs `afterword` with these arguments, and environment variables by name."""

    def __call__(self, *arguments: str, **environ: str) -> Ran: ...


@pytest.fixture
def afterword(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)

    def command(*arguments: str, **environ: str) -> Ran:
        with monkeypatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            code = run(arguments)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return command


@pytest.fixture
def here(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> Blog:
    """A blog of one post, in the current folder."""
    made = blog(POST)
    monkeypatch.chdir(made.root)
    return made


def test_build_makes_the_site_and_says_so(here: Blog, afterword: Command) -> None:
    ran = afterword("build")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("built `site`: ")
    assert "Hello." in here.page("/posts/first/")


@pytest.mark.usefixtures("here")
def test_b_is_build(afterword: Command) -> None:
    assert afterword("b").out.startswith("built `site`: ")


def test_mistakes_go_to_standard_error_with_their_lines(here: Blog, afterword: Command) -> None:
    here.add(BAD)
    ran = afterword("build")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "error[invalid-date]: invalid date `2026-13-01`: there is no month 13\n"
        "  posts/bad.md:3:7\n"
        "  3 | date: 2026-13-01\n"
        "    |       ^^^^^^^^^^\n"
        "  hint: use `2026-02-01`, `2026-02-01 10:00` or `2026-02-01 10:00:00 +02:00`\n"
        "\n"
        "build failed: 1 error; nothing was published\n"
    )
    assert not (here.root / "site").exists()


def test_paths_are_told_as_seen_from_the_current_folder(
    blog: BlogMaker, afterword: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = blog(BAD)
    monkeypatch.chdir(made.root.parent)
    assert "\n  blog/posts/bad.md:3:7\n" in afterword("build", "-s", "blog").err


def test_source_and_destination_are_where_they_are_said_to_be(
    here: Blog, afterword: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = afterword("build", "--source", "blog", "--destination", str(tmp_path / "out"))
    assert ran.out.startswith("built `out`: ")
    assert (tmp_path / "out/index.html").exists()
    assert not (here.root / "site").exists()


def test_a_warning_fails_a_strict_build(here: Blog, afterword: Command) -> None:
    here.add(SLIP)
    assert afterword("build").code == 0
    ran = afterword("build", "--strict")
    assert ran.code == 1
    assert "warning[unknown-key]" in ran.err
    assert "build failed: 1 warning" in ran.err


def test_a_strict_build_says_that_its_site_is_published_if_it_fails_for_a_warning_while_publishing(
    here: Blog, afterword: Command
) -> None:
    here.add("-- posts/2026-01-02-second.md --\n# Second\n")
    assert afterword("build").code == 0
    here.write("site/posts/second/index.html", "by hand").remove("posts/2026-01-02-second.md")
    ran = afterword("build", "--strict", "--format", "text")
    assert ran.code == 1
    assert "warning[modified-output]" in ran.err
    assert "the site is published, but a warning while publishing fails the build (`--strict`)" in ran.out


def test_what_is_held_back_is_said_and_can_be_asked_for(here: Blog, afterword: Command) -> None:
    here.add("-- drafts/idea.md --\n# Idea\n-- posts/2026-03-02-soon.md --\n# Soon\n")
    ran = afterword("build")
    assert "1 draft" in ran.out
    assert "due 2026-03-02" in ran.out
    assert "skipped" not in afterword("build", "-D", "-F").out
    assert "Soon" in here.page("/posts/soon/")


def test_a_blog_without_a_host_is_built_and_told_what_that_means_for_feeds(here: Blog, afterword: Command) -> None:
    ran = afterword("build", "--strict")
    assert (ran.code, ran.err) == (0, "")
    told = "feeds and sitemap use `http://localhost:4000`; set `base_url` or `--base-url` before you publish"
    assert ran.out.splitlines()[1:] == [told]
    assert "http://localhost:4000/posts/first/" in here.page("/feed.xml")
    assert told in afterword("build").out, "also where nothing has changed"
    assert told in afterword("build", "--base-url", "/notes/").out, "a path alone is no host"
    assert afterword("build", "-q").out == ""
    assert json.loads(afterword("build", "--format", "json").out)["placeholder_origin"] == "http://localhost:4000"


def test_a_blog_with_a_host_is_told_nothing_of_it(here: Blog, afterword: Command) -> None:
    here.write("afterword.toml", 'base_url = "https://me.example/"\n')
    assert "base_url" not in afterword("build").out
    assert json.loads(afterword("build", "--format", "json").out)["placeholder_origin"] is None
    assert "localhost" not in here.page("/feed.xml")


@pytest.mark.parametrize(
    ("arguments", "environ", "path"),
    [
        ([], {}, "/config/"),
        ([], {"BASE_PATH": "/path"}, "/path/"),
        ([], {"BASE_PATH": "path"}, "/path/"),
        ([], {"BASE_PATH": ""}, "/config/"),
        ([], {"SITE_URL": "https://a.example/site", "BASE_PATH": "/path"}, "/site/"),
        (["-b", "/flag"], {"SITE_URL": "https://a.example/site"}, "/flag/"),
        (["--baseurl", "/flag"], {}, "/flag/"),
        (["--baseURL=/flag"], {}, "/flag/"),
    ],
)
def test_the_base_url_is_that_of_the_option_then_the_environment_then_the_settings(
    here: Blog, afterword: Command, arguments: list[str], environ: dict[str, str], path: str
) -> None:
    here.write("afterword.toml", 'base_url = "/config/"\n')
    assert afterword("build", *arguments, **environ).code == 0
    assert f'href="{path}posts/first/"' in here.page("/")


def test_a_bad_base_url_is_told_with_where_it_comes_from(here: Blog, afterword: Command) -> None:
    ran = afterword("build", SITE_URL="ftp://a.example/")
    assert ran.code == 2
    assert "error[invalid-base-url]" in ran.err
    assert "hint: correct the environment variable `SITE_URL`; write `https://me.github.io/notes/` or" in ran.err


@pytest.mark.parametrize("written", ["unused-file", "warning[unused-file]", " unused-file "])
def test_a_diagnostic_is_explained(afterword: Command, written: str) -> None:
    assert afterword("explain", written) == Ran(
        0,
        "unused-file (warning)\n\nA file is not used.\n\n"
        "The file is next to posts, but no post links to it, so it is not published. "
        "Only Markdown is read as a post.\n\n"
        "What to do: Link to it, or move it to `static/`. Convert a text to Markdown, for example with pandoc.\n",
        "",
    )


def test_all_diagnostics_are_listed(afterword: Command) -> None:
    ran = afterword("explain")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == sorted(load_entries())


@pytest.mark.parametrize(
    ("unknown", "hint"),
    [
        ("unused-flie", "did you mean `unused-file` or `unused-key`?"),
        ("error[brokenlink]", "did you mean `broken-link` or `broken-symlink`?"),
        ("dead-link", "did you mean `unchecked-link`, `unsafe-link` or `broken-link`?"),
        ("xyz", "use an id from a message, such as `broken-link`"),
        ("", "use an id from a message, such as `broken-link`"),
    ],
)
def test_an_unknown_diagnostic_has_a_hint(afterword: Command, unknown: str, hint: str) -> None:
    ran = afterword("explain", unknown)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error[usage]: unknown diagnostic `")
    assert f"hint: {hint}\n" in ran.err


@pytest.mark.parametrize("command", ["build", "serve", "why"])
def test_a_bad_base_url_gets_the_hint_that_the_setting_gets(here: Blog, afterword: Command, command: str) -> None:
    ran = afterword(command, *(["/"] if command == "why" else []), "--base-url", "x.example")
    assert ran.code == 2
    said = "invalid base URL `x.example`: it must start with `https://` and a host, or with `/`"
    assert said in ran.err
    assert "hint: write `https://x.example/`" in ran.err
    here.write("afterword.toml", 'base_url = "x.example"')
    of_the_setting = afterword("build").err
    assert said in of_the_setting
    assert "hint: write `https://x.example/`" in of_the_setting


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["biuld"], ["unknown command `biuld`", "did you mean `build`?"]),
        (["generate"], ["unknown command `generate`", "did you mean `build`?"]),
        (["xyzzy"], ["unknown command `xyzzy`", "the commands are `build`, `check`"]),
        (["build", "--buildDrafts"], ["unknown option `--buildDrafts`", "did you mean `--drafts`?"]),
        (["build", "--output-dir", "x"], ["unknown option `--output-dir`", "did you mean `--destination`?"]),
        (["build", "--destinatoin=x"], ["unknown option `--destinatoin`", "did you mean `--destination`?"]),
        (["--drafts"], ["unknown option `--drafts`", "write options after the command"]),
        (["build", "x"], ["unexpected argument `x`", "pass the blog folder with `--source`"]),
        (["build", "x (1)"], ["unexpected argument `x (1)`"]),
        (["build", "--destination"], ["missing value for `--destination`"]),
        (["build", "--strict=yes"], ["`--strict` takes no value"]),
        (["why"], ["missing argument", "see `afterword why --help`"]),
        (["build", "-s", "afterword.toml"], ["folder not found: `afterword.toml`"]),
        (
            ["build", "-s", "posts/2026-01-01-first.md"],
            ["must be a folder, found a file", "pass the folder that contains"],
        ),
        (["build", "-j", "many"], ["`--jobs` must be a whole number, at least 0"]),
        (["build", "-j", "-1"], ["`--jobs` must be a whole number, at least 0"]),
        (["serve", "--port", "70000"], ["`--port` must be a whole number, from 0 to 65535"]),
        (["check", "--time-limit", "soon"], ["`--time-limit` must be a number, at least 1"]),
        (["explain", "a", "b"], ["unexpected argument `b`", "see `afterword explain --help`"]),
        (["build", "-s", "nowhere"], ["folder not found: `nowhere`"]),
        (["clean", "-s", "nowhere"], ["folder not found: `nowhere`"]),
        (["build", "-s", "posts"], ["no blog found in `posts`: missing folder `posts`"]),
        (["build", "-d", "."], ["error["]),
    ],
)
def test_what_cannot_be_asked_is_told(here: Blog, afterword: Command, arguments: list[str], said: list[str]) -> None:
    ran = afterword(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert all(part in ran.err for part in said), ran.err
    assert not (here.root / "site").exists()


@pytest.mark.usefixtures("here")
def test_json_is_one_document_on_standard_output(afterword: Command) -> None:
    ran = afterword("build", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)
    assert (document["exit_code"], document["published"], document["diagnostics"]) == (0, True, [])
    assert "index.html" in document["written"]


def test_json_says_what_is_wrong_whatever_it_is(here: Blog, afterword: Command) -> None:
    here.write("afterword.toml", "paginate = 0\n")
    ran = afterword("build", "--format", "json")
    assert (ran.code, ran.err) == (2, "")
    (found,) = json.loads(ran.out)["diagnostics"]
    assert (found["id"], found["place"]["line"]) == ("invalid-setting", 1)


@pytest.mark.parametrize("kind", ["posts", "talks"])
def test_json_says_why_there_is_no_list(here: Blog, afterword: Command, kind: str) -> None:
    ran = afterword("list", kind, "--format", "json", "-s", "gone")
    document = json.loads(ran.out)
    assert (ran.code, ran.err, document["exit_code"]) == (2, "", 2)
    assert [found["id"] for found in document["diagnostics"]] == ["no-source"]
    here.write("afterword.toml", "paginate = 0\n")
    document = json.loads(afterword("list", kind, "--format", "json").out)
    assert [found["id"] for found in document["diagnostics"]] == ["invalid-setting"]
    assert afterword("list", kind, "-s", "gone").err.startswith("error[no-source]")


def test_github_gets_annotations_with_paths_in_the_repository(here: Blog, afterword: Command) -> None:
    here.add(BAD)
    ran = afterword("build", GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(here.root.parent))
    commands = [line for line in ran.err.splitlines() if line.startswith("::error ")]
    assert len(commands) == 1
    assert "file=blog/posts/bad.md,line=3,col=7," in commands[0]
    assert ran.code == 1


def test_github_gets_a_page_that_sums_up_the_job(here: Blog, afterword: Command, tmp_path: Path) -> None:
    page = tmp_path / "summary.md"
    page.write_text("# Before\n")
    github = {"GITHUB_STEP_SUMMARY": str(page), "GITHUB_WORKSPACE": str(here.root.parent)}
    afterword("build", "--format", "github", **github)
    before, heading, *lines = page.read_text().splitlines()
    assert (before, heading, lines[:2]) == ("# Before", "### Afterword: no problems", ["", "```text"])
    assert lines[2].startswith("built `site`: ")
    assert "set `base_url`" in lines[3]
    assert lines[4:] == ["```"]
    page.unlink()
    here.add(BAD).add(SLIP)
    afterword("build", GITHUB_ACTIONS="true", **github)
    told = page.read_text()
    assert told.startswith(
        "### Afterword: 1 error, 1 warning\n\n```text\nbuild failed: 1 error, 1 warning; nothing was published\n"
    )
    assert "\n  blog/posts/bad.md:3:7\n  3 | date: 2026-13-01\n" in told
    assert told.endswith("\n```\n")
    page.unlink()
    here.write("afterword.toml", "paginate = 0\n")
    afterword("build", GITHUB_ACTIONS="true", **github)
    assert page.read_text().startswith(
        "### Afterword: 2 errors\n\n```text\nnothing was changed\n\nerror[invalid-setting]: "
    )


def test_a_page_that_cannot_be_written_is_not_worth_a_build(here: Blog, afterword: Command) -> None:
    assert afterword("build", "--format", "github", GITHUB_STEP_SUMMARY=str(here.root)).code == 0


@pytest.mark.usefixtures("here")
def test_elsewhere_there_is_no_page_of_a_job(afterword: Command, tmp_path: Path) -> None:
    afterword("build", GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert not (tmp_path / "summary.md").exists()


def test_what_a_blog_says_is_no_command_for_github(here: Blog, afterword: Command) -> None:
    here.write("posts/2026-01-02-x.md", "---\ntitle: x\n---\n[::set-output name=a::b](gone.md)\n")
    lines = afterword("build", "--format", "github").err.splitlines()
    stop = next(number for number, line in enumerate(lines) if line.startswith("::stop-commands::"))
    start = lines.index(f"::{lines[stop].removeprefix('::stop-commands::')}::")
    shown = [number for number, line in enumerate(lines) if "set-output" in line]
    assert shown
    assert all(stop < number < start for number in shown)


@pytest.mark.parametrize(
    "arguments", [("build", "--verbose"), ("build", "--explain"), ("why", "posts/2026-01-02-x.md")]
)
def test_no_name_of_a_file_is_a_command_for_github(here: Blog, afterword: Command, arguments: tuple[str, ...]) -> None:
    here.write("posts/2026-01-02-x.md", "---\ntitle: x\npermalink: /%23%23%5Berror%5Dx/\n---\nText.\n")
    lines = afterword(*arguments, GITHUB_ACTIONS="true").out.splitlines()
    assert any("##[error]x" in line for line in lines)
    assert lines[0].startswith("::stop-commands::")
    assert lines[-1] == f"::{lines[0].removeprefix('::stop-commands::')}::"


def test_quiet_says_only_what_is_wrong(here: Blog, afterword: Command) -> None:
    assert afterword("build", "-q") == Ran(0, "", "")
    here.add(SLIP)
    ran = afterword("build", "-q")
    assert (ran.code, ran.out) == (0, "")
    assert "warning[unknown-key]" in ran.err


@pytest.mark.usefixtures("here")
def test_verbose_says_what_was_done(afterword: Command) -> None:
    ran = afterword("build", "-v")
    assert "wrote index.html\n" in ran.out
    assert any(line.startswith("posts/first/index.html: ") for line in ran.out.splitlines())


def test_colours_can_be_had_and_refused(here: Blog, afterword: Command) -> None:
    here.add(BAD)
    assert "\x1b[" not in afterword("build").err
    assert "\x1b[" in afterword("build", FORCE_COLOR="1").err
    assert "\x1b[" not in afterword("build", FORCE_COLOR="1", NO_COLOR="1").err


def test_a_build_without_a_cache_keeps_none(here: Blog, afterword: Command) -> None:
    ran = afterword("build", "--no-cache")
    assert (ran.code, ran.err) == (0, "")
    assert (here.root / "site/index.html").exists()
    assert not (here.root / ".afterword").exists()


def test_clean_removes_the_site_and_nothing_else(here: Blog, afterword: Command) -> None:
    assert afterword("build").code == 0
    ran = afterword("clean")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("deleted ")
    assert not (here.root / "site").exists()
    assert (here.root / "posts/2026-01-01-first.md").exists()


def test_json_says_what_clean_removed(here: Blog, afterword: Command) -> None:
    assert afterword("build").code == 0
    here.write("site/posts/first/index.html", "by hand")
    for removed in (True, False):
        ran = afterword("clean", "--format", "json")
        assert (ran.code, ran.err) == (0, "")
        document = json.loads(ran.out)
        assert ("index.html" in document["removed"]) is removed
        assert "posts/first/index.html" not in document["removed"]
        assert (document["destination"], document["published"]) == ("site", False)
        assert ("modified-output" in [found["id"] for found in document["diagnostics"]]) is removed


def test_json_says_why_nothing_was_cleaned(here: Blog, afterword: Command) -> None:
    ran = afterword("clean", "--format", "json", "-d", str(here.root))
    document = json.loads(ran.out)
    assert (ran.code, ran.err, document["exit_code"], document["removed"]) == (2, "", 2, [])
    assert document["diagnostics"]


def test_clean_leaves_what_is_not_ours(here: Blog, afterword: Command) -> None:
    assert afterword("build").code == 0
    here.write("site/own.txt", "mine")
    ran = afterword("clean")
    assert ran.code == 0
    assert "own.txt" in ran.err
    assert list(here.tree()) == ["own.txt"]


def fail_with(monkeypatch: pytest.MonkeyPatch, problem: BaseException) -> None:
    """Let every build end with an exception."""

    def build(*_: object, **__: object) -> Report:
        raise problem

    monkeypatch.setattr(builder, "build", build)


def test_a_bug_is_one_finding_and_its_traceback_a_file(
    here: Blog, afterword: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, ZeroDivisionError("1/0"))
    ran = afterword("build")
    assert (ran.code, ran.out) == (4, "")
    (kept,) = (here.root / ".afterword").glob("crash-*.txt")
    assert ran.err.strip() == (
        f"error[bug]: bug in Afterword (ZeroDivisionError); please report it with `.afterword/{kept.name}`"
    )
    assert "ZeroDivisionError: 1/0" in kept.read_text()
    assert __version__ in kept.read_text()


@pytest.mark.parametrize(("arguments", "environ"), [(["--trace"], {}), ([], {"AFTERWORD_TRACE": "1"})])
@pytest.mark.usefixtures("here")
def test_the_traceback_of_a_bug_can_be_asked_for(
    afterword: Command, monkeypatch: pytest.MonkeyPatch, arguments: list[str], environ: dict[str, str]
) -> None:
    fail_with(monkeypatch, ZeroDivisionError("1/0"))
    assert "Traceback" in afterword("build", *arguments, **environ).err


def test_a_traceback_that_cannot_be_kept_is_shown(
    here: Blog, afterword: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.write(".afterword", "no folder")
    fail_with(monkeypatch, ZeroDivisionError("1/0"))
    ran = afterword("build")
    assert ran.code == 4
    assert "Traceback" in ran.err


@pytest.mark.usefixtures("here")
def test_a_full_disk_is_the_machines_matter(afterword: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, OSError(errno.ENOSPC, "No space left on device", "site/index.html"))
    assert afterword("build") == Ran(3, "", "error[io-error]: `site/index.html`: no space left on device\n\n")


@pytest.fixture
def _signals() -> Iterator[None]:
    """The signal handlers as they were before."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.usefixtures("here", "_signals")
def test_a_signal_ends_a_build_without_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int, code: int
) -> None:
    def build(*_: object, **__: object) -> Report:
        signal.raise_signal(number)
        raise AssertionError("the signal ends the build")

    monkeypatch.setattr(builder, "build", build)
    monkeypatch.setattr(sys, "argv", ["afterword", "build"])
    monkeypatch.setattr(os, "_exit", sys.exit)  # the process to be ended at once is that of the tests
    monkeypatch.setattr(atexit, "_run_exitfuncs", lambda: None)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    captured = capsys.readouterr()
    assert (captured.out, captured.err.strip()) == ("", "")


def test_a_closed_reader_is_no_failure(here: Blog) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "afterword", "build"]
    done = subprocess.run(command, cwd=here.root, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")
    assert (here.root / "site/index.html").exists()


def test_a_terminal_without_unicode_shows_every_message(here: Blog) -> None:
    here.add("-- posts/x.md --\n---\ntitle: 日本語\ndate: 2026-13-01\n---\n[日本語](#日)\n")
    environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "afterword", "build"]
    done = subprocess.run(command, cwd=here.root, env=environ, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"error[invalid-date]" in done.stderr
    assert done.stderr.isascii()


def test_ctrl_c_while_a_bar_begins_leaves_the_cursor_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def start(_: object) -> None:
        signal.raise_signal(signal.SIGINT)
        calls.append("hide the cursor")

    monkeypatch.setattr("afterword.cli.terminal.BAR_DELAY", -1)
    monkeypatch.setattr("rich.progress.Progress.start", start)
    monkeypatch.setattr("rich.progress.Progress.stop", lambda _: calls.append("show the cursor"))
    with pytest.raises(KeyboardInterrupt), show_progress(wanted=True) as progress:
        progress("read", 1, 2)
    assert calls == ["hide the cursor", "show the cursor"]


@pytest.mark.parametrize("environ", [{}, {"CI": "true"}])
def test_a_long_build_shows_how_far_it_is_on_a_terminal(here: Blog, environ: dict[str, str]) -> None:
    """On a terminal, and not in CI; every build is long here."""
    script = "import afterword.cli.terminal as bar; bar.BAR_DELAY = -1; from afterword.cli import main; main()"
    ours, theirs = pty.openpty()
    plain = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        [sys.executable, "-c", script, "build"],
        cwd=here.root,
        env={**plain, "TERM": "xterm", **environ},
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=False,
    )
    os.write(theirs, b"\nend")
    os.close(theirs)
    shown = os.read(ours, 1 << 20)
    os.close(ours)
    assert done.returncode == 0
    assert done.stdout.startswith(b"built `site`: ")
    assert (b"Pages" in shown) is not bool(environ)


@pytest.mark.usefixtures("here")
def test_version_and_help_are_answers(afterword: Command) -> None:
    assert afterword("--version") == Ran(0, f"afterword {__version__}\n", "")
    for arguments in ([], ["--help"], ["-h"]):
        ran = afterword(*arguments)
        assert (ran.code, ran.err) == (0, "")
        assert "build" in ran.out


@pytest.mark.parametrize(
    ("environ", "is_terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_when_there_are_colours(environ: dict[str, str], is_terminal: bool, wanted: bool) -> None:
    assert wants_colour(environ, is_terminal=is_terminal) is wanted


@pytest.mark.parametrize(
    ("environ", "is_terminal", "wanted"),
    [({}, True, True), ({}, False, False), ({"CI": "true"}, True, False), ({"TERM": "dumb"}, True, False)],
)
def test_when_there_is_a_progress_bar(environ: dict[str, str], is_terminal: bool, wanted: bool) -> None:
    assert wants_progress(environ, is_terminal=is_terminal) is wanted


def test_the_format_asked_for_goes_before_the_environment() -> None:
    assert choose_format(None, {}) == "text"
    assert choose_format(None, {"GITHUB_ACTIONS": "true"}) == "github"
    assert choose_format("text", {"GITHUB_ACTIONS": "true"}) == "text"


def test_where_a_base_url_comes_from() -> None:
    assert find_base_url(None, {}) == (None, "")
    assert find_base_url("/a", {"SITE_URL": "/b"}) == ("/a", "--base-url")
    assert find_base_url(None, {"SITE_URL": " ", "BASE_PATH": "/c"}) == ("/c/", "BASE_PATH")


CHAPTERS = "0:00 Intro\n0:20 Inference\n4:17 Training\n"


def test_new_begins_a_post_and_says_where(here: Blog, afterword: Command) -> None:
    ran = afterword("new", "A title")
    assert (ran.code, ran.out, ran.err) == (0, "posts/2026-03-01-a-title.md\n", "")
    assert "title: A title\n" in (here.root / "posts/2026-03-01-a-title.md").read_text()


@pytest.mark.usefixtures("here")
def test_new_replaces_no_file(afterword: Command) -> None:
    afterword("new", "A title")
    ran = afterword("new", "A title")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error[file-exists]: file already exists: `posts/2026-03-01-a-title.md`\n")


@pytest.mark.usefixtures("here")
def test_new_wants_a_title(afterword: Command) -> None:
    ran = afterword("new")
    assert (ran.code, ran.err.partition("\n")[0]) == (2, "error[usage]: missing argument `TITLE`")


@pytest.mark.parametrize("from_file", [True, False])
def test_new_talk_takes_chapters_from_a_file_or_from_standard_input(
    here: Blog, afterword: Command, monkeypatch: pytest.MonkeyPatch, from_file: bool
) -> None:
    here.write("chapters.txt", CHAPTERS)
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(CHAPTERS.encode())))
    source = "chapters.txt" if from_file else "-"
    url = "https://youtu.be/zjkBMFhNj_g"
    ran = afterword(
        "new", "talk", url, "--title", "Intro", "--speaker", "Ada", "--speaker", "Bob", "--chapters", source
    )
    assert (ran.code, ran.out, ran.err) == (0, "posts/2026-03-01-intro.md\n", "")
    text = (here.root / "posts/2026-03-01-intro.md").read_text()
    assert "  speakers: [Ada, Bob]\n" in text
    assert text.endswith("\n\n## Intro [0:00]\n\n## Inference [0:20]\n\n## Training [4:17]\n")


@pytest.mark.usefixtures("here")
def test_new_talk_reads_no_file_that_is_not_there(afterword: Command) -> None:
    ran = afterword("new", "talk", "https://youtu.be/zjkBMFhNj_g", "--chapters", "nothing.txt")
    assert ran.code == 2
    assert ran.err.startswith("error[unreadable]: `nothing.txt` does not exist")


def test_talk_suggest_prints_a_block_and_changes_nothing(here: Blog, afterword: Command) -> None:
    text = "# Post\n\nAda's [Engines](https://youtu.be/zjkBMFhNj_g) (2023, 1hr).\n"
    here.write("posts/2026-01-02-engines.md", text)
    ran = afterword("talk", "suggest", "posts/2026-01-02-engines.md")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "talk:\n  title: Engines\n  date: 2023\n  video: https://www.youtube.com/watch?v=zjkBMFhNj_g\n"
        "  length: about 1 h\n"
    )
    assert (here.root / "posts/2026-01-02-engines.md").read_text() == text


def test_talk_suggest_says_that_there_is_a_block_already(here: Blog, afterword: Command) -> None:
    text = "Ada's [Engines](https://youtu.be/zjkBMFhNj_g) (2023, 1hr).\n"
    here.write("posts/2026-01-02-engines.md", f"---\ntitle: X\ntalk:\n  event: Y\n---\n{text}")
    ran = afterword("talk", "suggest", "posts/2026-01-02-engines.md")
    assert ran.code == 0
    assert ran.err.startswith("note[has-talk]: the post already has a `talk`\n  posts/2026-01-02-engines.md:3:1\n")
    assert ran.out.startswith("talk:\n  title: Engines\n")
    here.write("posts/2026-01-02-engines.md", "---\ntitle: X\ntalk: {title: T}\n---\nText.\n")
    ran = afterword("talk", "suggest", "posts/2026-01-02-engines.md")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error[no-talk]: no link to a recording")
    assert "suggestion" not in ran.err


def test_an_interrupt_while_modules_are_loaded_shows_no_traceback() -> None:
    code = (
        "import sys\n"
        "from afterword.cli import main, terminal\n"
        "def stop(): raise KeyboardInterrupt\n"
        "terminal.prepare_streams = stop\n"
        "sys.argv[1:] = ['build']\n"
        "main()\n"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stdout, finished.stderr) == (130, "", "")
