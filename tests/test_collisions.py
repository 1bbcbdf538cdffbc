"""Two sources that would write one file are an error that names both."""

from __future__ import annotations

import pytest

from afterword.build.check_outputs import PlannedOutput, find_duplicate_outputs
from afterword.core.diagnostics import Place


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
