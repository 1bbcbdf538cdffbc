"""`afterword init` makes a blog that builds; every command finds the blog that the current folder is in."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
import wave
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from afterword.cli.main import run
from afterword.config.find_blog import find_blog
from tests.conftest import TODAY, fill

ROOT = Path(__file__).parents[1]
FILES = {
    "afterword.toml",
    "posts/2026-03-01-a-first-talk/index.md",
    "posts/2026-03-01-a-first-talk/recording.wav",
    "README.md",
    "requirements.txt",
    "dependencies.txt",
    ".gitignore",
    ".github/workflows/publish.yml",
}


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, on 2026-03-01."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    return tmp_path


def list_files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_new_blog_builds_without_a_warning(empty: Path) -> None:
    assert run(["init", "notes"]) == 0
    assert list_files(empty / "notes") == FILES
    assert run(["build", "-s", "notes", "--strict"]) == 0
    page = (empty / "notes/site/posts/a-first-talk/index.html").read_text()
    assert "recording.wav" in page
    assert (empty / "notes/site/posts/a-first-talk/recording.wav").exists()


def test_its_note_needs_no_network(empty: Path) -> None:
    run(["init", "."])
    folder = empty / "posts/2026-03-01-a-first-talk"
    assert "://" not in (folder / "index.md").read_text()
    with wave.open(str(folder / "recording.wav")) as recording:
        assert recording.getnframes() / recording.getframerate() == 15


@pytest.mark.parametrize("title", ["Notes", 'A "quoted" title: C:\\x', "Émile's ☕ notes"])
def test_title_and_address_are_settings(empty: Path, title: str) -> None:
    assert run(["init", "x", "--title", title, "--base-url", "https://me.example/notes"]) == 0
    settings = tomllib.loads((empty / "x/afterword.toml").read_text())
    assert settings == {"title": title, "base_url": "https://me.example/notes/"}


@pytest.mark.parametrize("url", ["me.example", "ftp://me.example/", "https://"])
def test_an_invalid_address_creates_nothing(empty: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "x", "--base-url", url]) == 2
    assert "invalid-base-url" in capsys.readouterr().err
    assert list_files(empty) == set()


def test_a_folder_with_files_is_left_alone(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty / "thesis.doc").write_text("years of work")
    assert run(["init", "."]) == 2
    assert "`thesis.doc`" in capsys.readouterr().err
    assert list_files(empty) == {"thesis.doc"}


def test_with_force_existing_files_stay_as_they_are(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty / "README.md").write_text("mine")
    assert run(["init", ".", "--force"]) == 0
    assert (empty / "README.md").read_text() == "mine"
    assert list_files(empty) == FILES
    assert "kept existing file `README.md`" in capsys.readouterr().err


@pytest.mark.parametrize("hidden", [".git/HEAD", ".venv/bin/python", ".gitignore"])
def test_hidden_names_are_no_files_of_ones_own(empty: Path, hidden: str) -> None:
    fill(empty, {hidden: "x"})
    assert run(["init", "."]) == 0
    assert (empty / hidden).read_text() == "x"


def test_the_commands_that_it_names_work(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["init", "my notes"])
    steps = capsys.readouterr().out.partition("next:\n")[2].split("\n")
    steps = [step.strip() for step in steps if step.strip()]
    assert len(steps) == 3
    serve = next(step for step in steps if step.endswith("serve --open"))
    runnable = [step for step in steps if step != serve]
    tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    script = "\n".join([*runnable, serve.replace("--open", "--help")])
    done = subprocess.run(["sh", "-euc", script], env={**os.environ, "PATH": tools}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (empty / "my notes/posts/2026-03-01-my-first-post.md").exists()


def test_its_workflow_uses_the_actions_of_this_repository(empty: Path) -> None:
    run(["init", "."])
    written = (empty / ".github/workflows/publish.yml").read_text()
    used = (ROOT / ".github/workflows/pages.yml").read_text()
    assert set(re.findall(r"uses: (.+)", written)) == set(re.findall(r"uses: (.+)", used))
    jobs = yaml.safe_load(written)["jobs"]
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert "write" not in str(jobs["build"]["permissions"])


def install_from(monkeypatch: pytest.MonkeyPatch, origin: dict[str, object] | None) -> None:
    """Makes Afterword be installed from a URL (PEP 610), or from a package index."""
    text = json.dumps(origin) if origin is not None else None
    installed = SimpleNamespace(read_text=lambda name: text, version=metadata.version("afterword"))
    monkeypatch.setattr(metadata, "distribution", lambda name: installed)


COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("origin", "line", "is_told"),
    [
        (None, "afterword==", False),
        ({"url": "file:///home/me/afterword", "dir_info": {}}, "afterword==", True),
        (
            {"url": "https://git.example/a.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            f"afterword @ git+https://git.example/a.git@{COMMIT}",
            False,
        ),
        (
            {"url": "https://example.org/a.whl", "archive_info": {"hashes": {"sha256": "ab"}}},
            "afterword @ https://example.org/a.whl#sha256=ab",
            False,
        ),
    ],
)
def test_its_requirements_name_where_afterword_came_from(
    empty: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    origin: dict[str, object] | None,
    line: str,
    is_told: bool,
) -> None:
    install_from(monkeypatch, origin)
    run(["init", "."])
    assert (empty / "requirements.txt").read_text().startswith(line)
    assert ("local-install" in capsys.readouterr().err) == is_told


def test_a_folder_with_posts_gets_no_example(empty: Path) -> None:
    (empty / "posts").mkdir()
    (empty / "posts/2024-01-02-a.md").write_text("---\ntitle: A\n---\nText.\n")
    assert run(["init", ".", "--force"]) == 0
    assert [path.name for path in (empty / "posts").iterdir()] == ["2024-01-02-a.md"]
    assert (empty / "dependencies.txt").exists()
    assert run(["build"]) == 0


def test_its_requirements_are_pinned(empty: Path) -> None:
    run(["init", "."])
    assert re.fullmatch(r"afterword==[\w.+-]+\n", (empty / "requirements.txt").read_text())


@pytest.mark.parametrize(
    ("files", "start", "found"),
    [
        (["afterword.toml"], "posts/deep/er", "../../.."),
        (["posts/a.md"], "posts", ".."),
        (["posts/a.md"], "templates/partials", "../.."),
        (["pyproject.toml"], "src/x", "../.."),
        (["posts/a.md"], "notes", "."),
        (["afterword.toml", "repo/.git/HEAD"], "repo/docs", "."),
        (["afterword.toml", "inner/afterword.toml"], "inner/posts", ".."),
    ],
)
def test_the_blog_is_found_from_a_folder_in_it(empty: Path, files: list[str], start: str, found: str) -> None:
    fill(empty, {name: "[tool.afterword]\n" if name == "pyproject.toml" else "" for name in files})
    (empty / start).mkdir(parents=True, exist_ok=True)
    assert find_blog(empty / start) in (Path(found), empty / start if found == "." else Path(found))


def test_every_command_finds_it(
    empty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["init", "."])
    monkeypatch.chdir(empty / "posts")
    capsys.readouterr()
    for command in (["build"], ["list"], ["why", "/"], ["new", "From below"], ["clean"]):
        assert run(command) == 0, command
    assert (empty / "posts/2026-03-01-from-below.md").exists()
    assert not (empty / "site/index.html").exists()


def test_a_draft_has_no_date_and_becomes_a_post_by_moving_it(empty: Path) -> None:
    run(["init", "."])
    assert run(["new", "An idea", "--draft", "--tags", "a, b", "--tags", "c"]) == 0
    text = (empty / "drafts/an-idea.md").read_text()
    assert "date" not in text
    assert "tags: [a, b, c]" in text
    assert run(["build", "--strict"]) == 0
    assert run(["build", "--drafts", "--strict"]) == 0


def test_a_date_is_that_of_the_file_too(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["init", "."])
    assert run(["new", "Later", "--date", "2026-05-01"]) == 0
    assert "date: 2026-05-01" in (empty / "posts/2026-05-01-later.md").read_text()
    assert run(["new", "Never", "--date", "2026-02-30"]) == 2
    assert "February 2026 has 28 days" in capsys.readouterr().err


def test_notes_on_a_talk_take_tags_and_can_be_drafts(empty: Path) -> None:
    run(["init", "."])
    url = "https://youtu.be/zjkBMFhNj_g"
    assert run(["new", "talk", url, "--title", "T", "--draft", "--tags", "llm"]) == 0
    assert "tags: [llm]" in (empty / "drafts/t.md").read_text()


TEMPLATE = "---\ntitle: {{ title | yaml }}\ndate: {{ date }}\ntags: {{ tags | yaml }}\nmood: good\n---\n# {{ slug }}\n"


@pytest.mark.parametrize("title", ["Plain", 'A "quote": C:\\x', "{{ title }}"])
def test_the_blogs_own_template_is_used(empty: Path, title: str) -> None:
    run(["init", "."])
    (empty / "templates/new").mkdir(parents=True)
    (empty / "templates/new/post.md").write_text(TEMPLATE)
    assert run(["new", title, "--tags", "x"]) == 0
    (file,) = (empty / "posts").glob("*.md")
    front = yaml.safe_load(file.read_text().split("---")[1])
    assert (front["title"], front["tags"], front["mood"]) == (title, ["x"], "good")
    assert run(["build", "--strict"]) == 0


@pytest.mark.parametrize(("template", "id"), [("{{ titel }}", "template-error"), ("\n{% if %}", "template-syntax")])
def test_a_mistake_in_the_template_creates_nothing(
    empty: Path, template: str, id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["init", "."])
    (empty / "templates/new").mkdir(parents=True)
    (empty / "templates/new/post.md").write_text(template)
    assert run(["new", "A post"]) == 1
    assert f"error[{id}]" in capsys.readouterr().err
    assert list((empty / "posts").glob("*.md")) == []


def test_the_new_file_is_opened_in_the_editor(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(["init", "."])
    script = empty / "editor"
    script.write_text(f'#!/bin/sh\nprintf opened >> "$1"\n# {shlex.quote("x")}\n')
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))
    assert run(["new", "A post", "--open"]) == 0
    assert (empty / "posts/2026-03-01-a-post.md").read_text().endswith("opened")


def test_lists_name_what_there_is(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["init", "."])
    run(["new", "Later", "--date", "2026-05-01", "--tags", "notes"])
    run(["new", "An idea", "--draft"])
    capsys.readouterr()
    told = {}
    for kind in ("posts", "drafts", "future", "unpublished", "tags", "talks"):
        assert run(["list", kind, "--format", "json"]) == 0
        told[kind] = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in told["posts"]] == ["Notes: A first talk"]
    assert [row["path"] for row in told["drafts"]] == ["drafts/an-idea.md"]
    assert [(row["name"], row["date"]) for row in told["future"]] == [("Later", "2026-05-01")]
    assert {row["reason"] for row in told["unpublished"]} == {"a draft", "a future post, due 2026-05-01"}
    assert told["tags"] == [{"name": "notes", "url": "/tags/notes/", "posts": 1}]
    assert told["talks"][0]["speakers"] == ["Ada Example"]
    assert run(["list"]) == 0
    path = "posts/2026-03-01-a-first-talk/index.md"
    assert capsys.readouterr().out == f"2026-03-01  Notes: A first talk ({path})\n"


def test_a_list_leaves_out_a_post_with_errors_and_says_so(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["init", "."])
    (empty / "posts/undated.md").write_text("Text.\n")
    assert run(["list", "posts"]) == 0
    assert "missing-date" in capsys.readouterr().err


def test_on_a_terminal_title_and_url_are_asked_for_until_they_are_valid(
    empty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(["My notes", "me.example", "https://me.example/"])
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt: next(answers))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert run(["init", "x"]) == 0
    settings = tomllib.loads((empty / "x/afterword.toml").read_text())
    assert settings == {"title": "My notes", "base_url": "https://me.example/"}
    assert "invalid base URL `me.example`" in "".join(capsys.readouterr())
