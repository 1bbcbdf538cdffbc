"""Two sources that would write one file are an error that names both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.build.checks import PlannedOutput, find_duplicate_outputs
from afterword.core.diagnostics import Place

if TYPE_CHECKING:
    from tests.conftest import BlogMaker


def claim(output: str, source: str) -> PlannedOutput:
    return PlannedOutput(output, f"`{source}`", Place(source, 1))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("posts/x/index.html", "posts/x/index.html"),
        ("Talks/index.html", "talks/index.html"),
        ("caf\u00e9.html", "cafe\u0301.html"),
        ("STRASSE.html", "straße.html"),
        ("about", "about/index.html"),
        ("About", "about/deep/index.html"),
    ],
)
def test_a_collision_names_both_sources(one: str, two: str) -> None:
    (problem,) = find_duplicate_outputs([claim(one, "posts/a.md"), claim(two, "posts/b.md")])
    assert problem.id == "duplicate-output"
    assert "posts/a.md" in problem.message
    assert "posts/b.md" in problem.message
    assert problem.is_error


def test_neighbours_do_not_collide() -> None:
    claims = [claim("a/index.html", "1"), claim("a/b/index.html", "2"), claim("a.html", "3"), claim("ab", "4")]
    assert list(find_duplicate_outputs(claims)) == []


def test_the_blame_goes_to_a_source_not_to_afterword() -> None:
    own = PlannedOutput("feed.xml", "Afterword's own feed page", None)
    (problem,) = find_duplicate_outputs([own, claim("feed.xml", "static/feed.xml")])
    assert problem.place == Place("static/feed.xml", 1)


def test_outputs_that_were_valid_are_checked_again_when_there_are_others(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nText.\n")
    assert made.build().exit_code == 0
    made.write("posts/2026-01-02-b.md", "---\npermalink: /2026/01/01/a/\n---\n# B\n\nText.\n")
    made.edit("posts/2026-01-01-a.md", "# A", "---\npermalink: /2026/01/01/a/\n---\n# A")
    assert [found.id for found in made.build().diagnostics if found.is_error] == ["duplicate-output"]
    made.edit("posts/2026-01-02-b.md", "01/01", "01/02")
    assert made.build().exit_code == 0


def test_a_file_that_becomes_the_head_of_a_repository_is_noticed(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nText.\n")
    made.write("static/copy/HEAD", "no head\n").write("static/copy/commondir", "..\n")
    assert made.build().exit_code == 0
    made.write("static/copy/HEAD", "ref: refs/heads/main\n")
    assert [found.id for found in made.build().diagnostics if found.is_error] == ["git-repository"]
