"""With `--keep-going`, posts that have errors do not keep the others from being published."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from afterword.build.builder import build
from afterword.build.report import Report, Request
from afterword.cli.main import run
from afterword.core.diagnostics import Exit
from tests.conftest import environ_on

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

SOUND = """
-- posts/2026-01-01-sound.md --
---
title: Sound
tags: [python]
---
See [the other](2026-01-02-other.md) and [that one](/posts/other/).
"""

BAD_FRONT_MATTER = "---\ntitle: a: b\n---\nText.\n"
BAD_TEXT = "---\ntitle: Deep\n---\n" + "> " * 120 + "deep\n"
BAD_DATE = "---\ntitle: Undated\n---\nText.\n"


def keep_going(made: Blog, *, strict: bool = False, verify: bool = False) -> Report:
    request = Request(source=made.root, keep_going=True, strict=strict, verify=verify)
    return build(request, environ=environ_on())


def kinds(report: Report) -> list[tuple[str, str, str]]:
    return [(found.place.path, found.severity, found.id) for found in report.diagnostics if found.place is not None]


@pytest.mark.parametrize(
    ("text", "id"), [(BAD_FRONT_MATTER, "yaml-syntax"), (BAD_TEXT, "nesting-limit"), ("", "empty-file")]
)
def test_the_rest_is_published_and_links_become_warnings(blog: BlogMaker, text: str, id: str) -> None:
    made = blog(SOUND).write("posts/2026-01-02-other.md", text)
    report = keep_going(made)
    assert report.published
    assert report.exit_code is Exit.CONTENT
    assert report.left_out == ("posts/2026-01-02-other.md",)
    assert kinds(report) == [
        ("posts/2026-01-01-sound.md", "warning", "link-to-draft"),
        ("posts/2026-01-01-sound.md", "warning", "broken-link"),
        ("posts/2026-01-02-other.md", "error", id),
    ]
    assert "the other" in made.page("/posts/sound/")
    assert not (made.root / "site/posts/other").exists()


def test_an_undated_post_is_left_out(blog: BlogMaker) -> None:
    report = keep_going(blog(SOUND).write("posts/notes.md", BAD_DATE))
    assert report.left_out == ("posts/notes.md",)


def test_one_of_two_posts_with_one_url_is_left_out(blog: BlogMaker) -> None:
    made = blog(SOUND).write("posts/2026-01-03-sound.md", "---\ntitle: Again\n---\nText.\n")
    report = keep_going(made)
    assert report.left_out == ("posts/2026-01-03-sound.md",)
    assert "Sound" in made.page("/posts/sound/")


def test_a_post_that_comes_to_have_an_error_leaves_the_site_and_comes_back(blog: BlogMaker) -> None:
    made = blog(SOUND).write("posts/2026-01-02-other.md", "---\ntitle: Other\n---\nText.\n")
    whole = keep_going(made)
    assert (whole.exit_code, whole.left_out) == (Exit.DONE, ())
    before = made.tree()
    made.write("posts/2026-01-02-other.md", BAD_FRONT_MATTER)
    assert "posts/other/index.html" in keep_going(made).removed
    made.write("posts/2026-01-02-other.md", "---\ntitle: Other\n---\nText.\n")
    assert keep_going(made).exit_code is Exit.DONE
    assert made.tree() == before


def test_the_same_build_again_says_the_same(blog: BlogMaker) -> None:
    made = blog(SOUND).write("posts/2026-01-02-other.md", BAD_TEXT)
    first, second = keep_going(made), keep_going(made)
    assert second.is_repeated
    assert (second.exit_code, second.left_out, second.diagnostics) == (
        first.exit_code,
        first.left_out,
        first.diagnostics,
    )


def test_an_incremental_build_is_that_of_a_clean_one(blog: BlogMaker) -> None:
    made = blog(SOUND).write("posts/2026-01-02-other.md", BAD_TEXT)
    keep_going(made)
    made.edit("posts/2026-01-01-sound.md", "Sound", "Sounder")
    report = keep_going(made, verify=True)
    assert "nondeterministic-output" not in [found.id for found in report.diagnostics]


def test_an_error_elsewhere_stops_the_build(blog: BlogMaker) -> None:
    made = blog(SOUND).write("posts/2026-01-02-other.md", BAD_TEXT).write("templates/post.html", "{% if %}")
    report = keep_going(made)
    assert not report.published
    assert {"nesting-limit", "template-syntax"} <= {found.id for found in report.diagnostics}


def test_under_strict_a_warning_does_not_stop_it_but_decides_the_exit_code(blog: BlogMaker) -> None:
    made = blog(SOUND)
    report = keep_going(made, strict=True)
    assert report.published
    assert report.exit_code is Exit.CONTENT


def test_without_it_nothing_is_published(blog: BlogMaker) -> None:
    made = blog(SOUND).write("posts/2026-01-02-other.md", BAD_TEXT)
    report = made.build()
    assert (report.published, report.left_out) == (False, ())


@pytest.mark.parametrize("options", [["--keep-going"], []])
def test_the_command_and_the_setting_say_what_is_left_out(
    blog: BlogMaker, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    made = blog(SOUND).write("posts/2026-01-02-other.md", BAD_TEXT)
    made.write("afterword.toml", "" if options else "keep_going = true\n")
    assert run(["build", "-s", os.fspath(made.root), *options]) == 1
    out = capsys.readouterr().out
    assert "left out because of errors: 1 source: `posts/2026-01-02-other.md`" in out
    run(["build", "-s", os.fspath(made.root), "--format", "json", *options])
    assert json.loads(capsys.readouterr().out)["left_out"] == ["posts/2026-01-02-other.md"]
