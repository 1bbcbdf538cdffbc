"""Every command in the manual works, in the order in which its page has them, in one scratch folder for each page."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from afterword.cli.main import run
from tests.conftest import TODAY, fill
from tests.test_import import JEKYLL, VAULT
from tests.test_import_hugo import HUGO
from tests.test_import_pelican import PELICAN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[1]
PAGES = [
    *("README.md", "CONTRIBUTING.md", "src/afterword/cli/blogs/starter_files/README.md"),
    *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")),
]
_BLOCK = re.compile(r"^```(console|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SHELL = re.compile(r"[|<>&;~]")

CANNOT_RUN: Mapping[str, str] = {
    **dict.fromkeys(
        ("pipx install .", "uv tool install .", "python3 -m venv .venv && .venv/bin/pip install ."),
        "needs a package index; the release workflow installs the wheel",
    ),
    "source .venv/bin/activate": "needs the environment of the command above it",
    **dict.fromkeys(
        ("pip install 'afterword[cards]'", "pip install 'afterword[dask]'", "pip install 'pagefind[bin]'"),
        "needs a package index",
    ),
    "python -m pagefind --site site --glob 'posts/**/*.html' --root-selector main": "needs Pagefind",
    "uv pip compile --universal --generate-hashes --no-emit-package afterword requirements.txt -o dependencies.txt": (
        "needs a package index"
    ),
    "git push -u origin main": "needs an account",
    "rsync -a --delete --exclude '.afterword*' site/ example.org:/srv/notes/": "needs a server",
    "podman build --build-arg BASE_URL=https://example.org/ -t notes .": "needs Podman",
    "podman run -p 8080:8080 notes": "needs Podman, and runs until it is stopped",
    "dask scheduler --port 8786": "runs until it is stopped; see test_dask_cluster.py",
    "dask worker tcp://scheduler.example:8786 --nworkers=-1 --nthreads=1": "runs until it is stopped",
    "afterword build --executor dask://scheduler.example:8786": "needs a cluster; see test_dask_cluster.py",
    "afterword new talk URL": "`URL` stands for an address",
    **dict.fromkeys(("make site", "make serve", "make test", "make test-browser"), "see test_readme.py"),
    "AFTERWORD_BLESS=1 .venv/bin/python -m pytest tests/test_golden.py tests/test_rebuild.py tests/test_errors.py": (
        "changes the repository"
    ),
    "git diff tests": "needs the repository",
}
"""Commands that no test runs, and why."""

BLOG: Mapping[str, str] = {
    "posts/2026-02-01-example-1.md": (
        "---\ntitle: Intro to Large Language Models\ntags: [llm]\n---\n"
        "Notes on the [talk](https://www.youtube.com/watch?v=zjkBMFhNj_g).\n"
    ),
    "drafts/actors.md": "# Actors\n\nText.\n",
    "description.txt": "0:00 Intro\n0:20 LLM Inference\n4:17 LLM Training\n",
}
_MOVED = (
    ("my-jekyll-blog", JEKYLL, ("liquid",)),
    ("my-hugo-blog", HUGO, ("bundle",)),
    ("my-pelican-blog", PELICAN, ("links", "2024-03", "my x")),
    ("vault", {**VAULT, "Small ideas.md": "# Small ideas\n\nText.\n"}, ("Big", "photo")),
    ("notes-on-talks", {"b.md": "# [Boundaries](https://youtu.be/yTkzNHF6rMs)\n\nText.\n"}, ()),
)
"""The folders of `moving.md`, without the files that have faults on purpose."""


def fill_scratch_folder(page: str, folder: Path) -> None:
    if page == "docs/moving.md":
        for name, files, faulty in _MOVED:
            sound = {path: text for path, text in files.items() if not any(part in path for part in faulty)}
            fill(folder / name, sound)
    elif page not in ("README.md", "docs/getting-started.md"):
        fill(folder, BLOG)


def find_commands(page: str) -> Iterator[str]:
    """Yields the commands of a page, without comments; a here-document belongs to its command."""
    for kind, block in _BLOCK.findall((ROOT / page).read_text()):
        end = ""
        command: list[str] = []
        for line in block.splitlines():
            if end:
                command.append(line)
                end = "" if line == end else end
            elif kind == "sh" or line.startswith("$ "):
                command = [re.sub(r"\s+# .*", "", line.removeprefix("$ "))]
                here = re.search(r"<<'(\w+)'$", line)
                end = here[1] if here is not None else ""
            if command and not end:
                yield "\n".join(command)
                command = []


def execute(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs a command, in this process if it is one of Afterword; of a preview, the options are checked."""
    if command.startswith("afterword ") and not _SHELL.search(command):
        _, *words = shlex.split(command)
        assert run([*words, "--help"] if words[0] == "serve" else words) == 0, command
        return
    done = subprocess.run(["sh", "-euc", f"{command}\npwd"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.chdir(done.stdout.splitlines()[-1])


WITH_COMMANDS = [page for page in PAGES if not set(find_commands(page)) <= CANNOT_RUN.keys()]


@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_the_commands_of_a_page_work(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tools := tmp_path / "bin").mkdir()
    (tools / "afterword").symlink_to(Path(sys.executable).parent / "afterword")
    environ = {"HOME": str(tmp_path), "SOURCE_DATE_EPOCH": TODAY}
    environ |= {f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    (scratch := tmp_path / "scratch").mkdir()
    monkeypatch.chdir(scratch)
    fill_scratch_folder(page, scratch)
    for command in find_commands(page):
        if command not in CANNOT_RUN:
            execute(command, monkeypatch)
            write_texts(scratch)
    for name, text in RESULTS.get(page, {}).items():
        assert text in (tmp_path / name).read_text()


def write_texts(folder: Path) -> None:
    """Writes a text into the posts that have none, as a writer does after `afterword new`."""
    for file in folder.rglob("posts/*.md"):
        if (source := file.read_text()).endswith("\n---\n\n") or source.endswith("\n---\n"):
            file.write_text(f"{source}Text.\n")


RESULTS: Mapping[str, Mapping[str, str]] = {
    "README.md": {"notes/site/posts/a-talk/index.html": "The main argument"},
    "docs/getting-started.md": {
        "scratch/notes/site/posts/what-i-learned/index.html": "What I learned",
    },
    "docs/writing.md": {"scratch/posts/2026-03-01-a-post-from-the-template.md": "In one sentence:"},
    "docs/moving.md": {"scratch/talks/posts/b.md": "talk:"},
    "docs/editors.md": {
        ".zfunc/_afterword": "_AFTERWORD_COMPLETE",
        "scratch/.vscode/settings.schema.json": '"$schema"',
    },
}
"""What the commands of a page write."""


def test_the_commands_that_cannot_run_are_in_the_manual() -> None:
    assert CANNOT_RUN.keys() - {command for page in PAGES for command in find_commands(page)} == set()


def find_recipes() -> Iterator[tuple[str, list[str], str]]:
    """Yields the host, the commands and the folder of the site of each recipe in `publishing.md`."""
    page = (ROOT / "docs/publishing.md").read_text()
    blocks = dict(re.findall(r"^```(toml|yaml|dockerfile)\n((?:\[build\]|pages:|FROM).*?)^```", page, re.M | re.S))
    netlify = tomllib.loads(blocks["toml"])["build"]
    yield "Netlify", netlify["command"].split(" && "), netlify["publish"]
    settings = dict(re.findall(r"^\| (Build [\w ]+) \| `(.+)` \|", page, re.M))
    yield "Cloudflare", settings["Build command"].split(" && "), settings["Build output directory"]
    gitlab = yaml.safe_load(blocks["yaml"])["pages"]
    yield "GitLab", gitlab["script"], gitlab["artifacts"]["paths"][0]
    steps = re.findall(r"^RUN (.+)", blocks["dockerfile"].partition("\nFROM ")[0], re.M)
    copied = re.findall(r"^COPY --from=build /blog/(\S+) ", blocks["dockerfile"], re.M)
    yield "container", steps, copied[0]


@pytest.mark.parametrize(("host", "commands", "folder"), list(find_recipes()))
def test_the_recipes_publish_a_site(
    host: str, commands: list[str], folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("URL", "SITE_URL", "CI_PAGES_URL", "BASE_URL"):
        monkeypatch.setenv(name, "https://me.example/notes")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    run(["init", str(blog := tmp_path / "notes")])
    monkeypatch.chdir(blog)
    installs = [command for command in commands if command.startswith("pip install")]
    assert [re.sub(r".* -\S+ ", "", command) for command in installs] == ["dependencies.txt", "requirements.txt"], host
    for command in commands[len(installs) :]:
        execute(os.path.expandvars(command), monkeypatch)
    assert "https://me.example/notes/posts/" in (blog / folder / "feed.xml").read_text()
