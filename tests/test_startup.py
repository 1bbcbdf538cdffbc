"""What a run imports: nothing that it does not need, which is most of the time that a short run takes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import BlogMaker

HEAVY = {
    *("jinja2", "markdown_it", "pygments", "rich", "tomllib", "watchdog", "yaml", "multiprocessing", "asyncio"),
    "difflib",
}

RUN = """
import json, sys
from afterword.core import fingerprints as stamps
from afterword.cli import run
stamps.SETTLING = -60_000_000_000  # files that were just written are old enough to be believed
code = run(sys.argv[1:])
names = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps([code, names]), file=sys.stderr)
"""


def imported(folder: Path, *arguments: str) -> set[str]:
    """The packages that are imported when a run is over."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    code, names = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    return set(names)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["build", "--help"], ["clean", "--help"]])
def test_asking_what_there_is_imports_little(tmp_path: Path, arguments: list[str]) -> None:
    assert imported(tmp_path, *arguments) & HEAVY == set()


def test_a_build_with_nothing_to_do_imports_little(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\n[Bold](https://a.example) **text**.\n")
    imported(made.root, "build")
    imported(made.root, "build")  # now that the site stands, its files are known by their stamps
    assert imported(made.root, "build") & HEAVY == set()


def test_only_a_blog_that_ignores_diagnostics_reads_what_they_are(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nText.\n")
    assert "tomllib" not in imported(made.root, "build")
    made.edit("posts/2026-01-01-a.md", "# A", "---\nignore: [broken-link]\n---\n# A")
    assert "tomllib" in imported(made.root, "build")


def test_code_that_stands_as_it_was_is_not_highlighted_again(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nText.\n\n```python\nx = 'y'\n```\n")
    assert "pygments" in imported(made.root, "build")
    made.edit("posts/2026-01-01-a.md", "Text.", "More.\n\n    other\n")
    assert "pygments" not in imported(made.root, "build")
    assert '<span class="s1">' in made.page("/posts/a/")
    made.edit("posts/2026-01-01-a.md", "'y'", "'z'")
    assert "pygments" in imported(made.root, "build")


def test_unchanged_front_matter_is_not_parsed_again(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: First\ntags: [a]\nrating: 3\n---\n\nText.\n")
    assert "yaml" in imported(made.root, "build")
    made.edit("posts/2026-01-01-a.md", "Text.", "More.")
    assert "yaml" not in imported(made.root, "build")
    assert "More." in made.page("/posts/a/")
    made.edit("posts/2026-01-01-a.md", "title: First", "title: Second")
    assert "yaml" in imported(made.root, "build")
    assert "<h1>Second</h1>" in made.page("/posts/a/")


def test_front_matter_with_a_finding_is_parsed_again(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: First\ntag: a, b\n---\n\nText.\n")
    imported(made.root, "build")
    made.edit("posts/2026-01-01-a.md", "Text.", "More.")
    assert "yaml" in imported(made.root, "build")


def test_front_matter_is_parsed_again_in_another_time_zone(blog: BlogMaker) -> None:
    made = blog(
        "-- posts/2026-01-01-a.md --\n---\ndate: 2026-01-01 23:00\n---\n# A\n\nText.\n"
        "-- afterword.toml --\ntimezone = 'UTC'\n"
    )
    imported(made.root, "build")
    made.edit("afterword.toml", "UTC", "America/New_York")
    assert "yaml" in imported(made.root, "build")
    assert "T23:00:00-05:00" in made.page("/posts/a/")
    made.edit("posts/2026-01-01-a.md", "Text.", "More.")
    assert "yaml" not in imported(made.root, "build")
    assert "T23:00:00-05:00" in made.page("/posts/a/")


def test_an_edit_imports_nothing_for_what_the_blog_does_not_have(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nText.\n-- afterword.toml --\ntitle = 'Notes'\n")
    imported(made.root, "build")
    made.edit("posts/2026-01-01-a.md", "Text.", "More.")
    assert imported(made.root, "build") & {"calendar", "difflib", "pygments", "statistics", "tomllib"} == set()


def test_a_blog_of_few_posts_starts_no_processes(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nText.\n")
    assert "concurrent" not in imported(made.root, "build")


SCRIPT = """
import atexit, sys
from afterword.cli import main
atexit.register(print, "closed", file=sys.stderr)
sys.exit(main())
"""


def test_the_end_of_a_run_calls_exit_handlers(blog: BlogMaker, tmp_path: Path) -> None:
    script = tmp_path / "afterword"
    script.write_text(SCRIPT)
    root = str(blog("-- posts/2026-01-01-a.md --\n# A\n\n[Gone](/gone/)\n").root)
    for arguments, code in ((["list", "-s", root], 0), (["build", "-s", root, "--strict"], 1)):
        done = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == code
        assert done.stderr.endswith("closed\n")
        assert "posts/2026-01-01-a.md" in done.stdout + done.stderr


def test_a_profiler_gets_its_results(blog: BlogMaker, tmp_path: Path) -> None:
    root = blog("-- posts/2026-01-01-a.md --\n# A\n").root
    command = (sys.executable, "-m", "cProfile", "-o", tmp_path / "found", "-m", "afterword", "list", "-s", root)
    subprocess.run(command, capture_output=True, check=True)
    assert (tmp_path / "found").stat().st_size > 0
