"""The worked examples of the code map, applied to a copy of the package: each builds a blog that shows what it adds."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = dict(
    re.findall(
        r"^### (Add .+?)\n.*?^```diff\n(.*?)^```$",
        (ROOT / "src/afterword/README.md").read_text(),
        re.MULTILINE | re.DOTALL,
    )
)
"""The diffs by their headings."""

POST = f"---\ntitle: {'A long title ' * 9}\nmood: calm\n---\nFive words are in here.\n"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and the theme in which every example is applied, beside a blog."""
    copied = tmp_path_factory.mktemp("copy")
    for name in ("src/afterword", "templates", "static"):
        shutil.copytree(ROOT / name, copied / name, ignore=shutil.ignore_patterns("__pycache__"))
    for diff in EXAMPLES.values():
        apply(diff, copied)
    return copied


def apply(diff: str, folder: Path) -> None:
    """Applies a diff. `+++ path` starts a file and `@@` another place in it; each place must be found exactly once."""
    for path, changes in re.findall(r"^\+\+\+ (\S+)\n(.*?)(?=^\+\+\+ |\Z)", diff, re.MULTILINE | re.DOTALL):
        file = folder / path
        for change in changes.split("@@\n"):
            lines = change.splitlines(keepends=True)
            old = "".join(line[1:] for line in lines if not line.startswith("+"))
            new = "".join(line[1:] for line in lines if not line.startswith("-"))
            text = file.read_text() if old else ""
            assert text.count(old) == 1 or not old, f"{path}: {old}"
            file.write_text(text.replace(old, new, 1) if old else new)


def run(copied: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the copy."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env={"PYTHONPATH": str(copied / "src"), "PATH": ""},
        cwd=copied,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_kind_of_addition_has_an_example() -> None:
    assert list(EXAMPLES) == [
        *("Add a filter", "Add a setting", "Add a diagnostic", "Add a page kind", "Add a taxonomy"),
        "Add a value for templates",
    ]


@pytest.mark.parametrize(("example", "files"), [("Add a taxonomy", 1), ("Add a value for templates", 2)])
def test_what_follows_from_a_table_needs_few_files(example: str, files: int) -> None:
    assert EXAMPLES[example].count("+++ ") == files


def test_the_examples_work(copy: Path) -> None:
    blog = copy / "blog"
    (blog / "posts").mkdir(parents=True)
    (blog / "templates").mkdir()
    (blog / "posts/2026-01-01-a.md").write_text(POST)
    (blog / "afterword.toml").write_text('[theme]\nfooter = "Written by hand"\n')
    (blog / "templates/page.html").write_text("{{ post.title|initials }}")
    (blog / "pages").mkdir()
    (blog / "templates/initials.html").write_text("{{ site.posts[0].initial }}")
    (blog / "pages/initials.md").write_text("---\ntitle: Initials\nlayout: initials\n---\n")
    (blog / "pages/ada.md").write_text("# Ada Lovelace\n")

    built = run(copy, "afterword", "build", "-s", "blog")
    assert (built.returncode, built.stderr.splitlines()[0]) == (
        0,
        "warning[long-title]: title is longer than 100 characters",
    )
    assert (blog / "site/ada/index.html").read_text() == "AL"
    assert "<p>1 posts, 5 words</p>" in (blog / "site/statistics/index.html").read_text()
    assert "<h1>calm</h1>" in (blog / "site/moods/calm/index.html").read_text()
    assert "Written by hand" in (blog / "site/moods/index.html").read_text()
    assert (blog / "site/initials/index.html").read_text() == "A"
    assert "<p>Written by hand</p>" in (blog / "site/statistics/index.html").read_text()


def test_the_examples_are_documented(copy: Path) -> None:
    shutil.copytree(ROOT / "docs", copy / "docs")
    assert run(copy, "afterword.docsgen", "docs").stderr == ""
    pages = {page: (copy / "docs" / page).read_text() for page in ("templates.md", "settings.md", "diagnostics.md")}
    assert "| `initials` | Returns the initials of a name" in pages["templates.md"]
    assert "| `footer` | text |" in pages["settings.md"]
    assert "### `long-title`" in pages["diagnostics.md"]
