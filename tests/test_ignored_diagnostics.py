"""Warnings and notes that a blog ignores are not reported, whether a build does all the work or none; errors are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import MAX_LISTED

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

BLOG = """
-- posts/2026-01-01-a.md --
---
title: A
{ignore}
---
See [that](/nowhere/) and[^1].

[^2]: Never referred to.
-- posts/2026-01-02-b.md --
---
title: B
---
See [that](/nowhere/).
"""

IN_A = ["undefined-footnote a", "unused-footnote a", "broken-link a"]
ALL = [*IN_A, "broken-link b"]


def make_blog(blog: BlogMaker, ignore: str = "other: 1") -> Blog:
    """The blog with a line of front matter in its first post."""
    return blog(BLOG.format(ignore=ignore))


def list_found(made: Blog) -> list[str]:
    """The ids that a build reports, each with the slug of the post."""
    return [f"{found.id} {Path(found.place.path).stem[11:]}" for found in made.build().diagnostics if found.place]


def test_without_ignore_all_are_reported(blog: BlogMaker) -> None:
    assert sorted(list_found(make_blog(blog))) == sorted(ALL)


@pytest.mark.parametrize(
    ("ignore", "left"),
    [
        ("ignore: [broken-link]", ["broken-link b", "undefined-footnote a", "unused-footnote a"]),
        ("ignore: broken-link", ["broken-link b", "undefined-footnote a", "unused-footnote a"]),
        ("ignore:\n- broken-link\n- unused-footnote", ["broken-link b", "undefined-footnote a"]),
        ("ignore: [unused-footnote, undefined-footnote, broken-link, unused-file]", ["broken-link b"]),
        ("ignore: false", sorted(ALL)),
        ("ignore: no", sorted(ALL)),
        ("ignore:", sorted(ALL)),
        ("ignore: []", sorted(ALL)),
        ("ignore: {a: b}", sorted(ALL)),
        ("ignore: [[a], {b: c}, null]", sorted(ALL)),
    ],
)
def test_front_matter_ignores_in_its_own_file(blog: BlogMaker, ignore: str, left: list[str]) -> None:
    made = make_blog(blog, ignore)
    assert sorted(list_found(made)) == left
    assert sorted(list_found(made)) == left, "a build that repeats the last report"
    made.edit("posts/2026-01-02-b.md", "See", "Look at")
    assert sorted(list_found(made)) == left, "a build that repeats what is remembered of the file"


def test_settings_ignore_in_the_whole_blog(blog: BlogMaker) -> None:
    made = make_blog(blog)
    made.write("posts/hall.txt", "Beside posts.")
    made.write("afterword.toml", '[diagnostics]\nignore = ["broken-link", "unused-file"]\n')
    assert sorted(list_found(made)) == ["undefined-footnote a", "unused-footnote a"]
    made.write("afterword.toml", "")
    assert len(list_found(made)) == len(ALL) + 1


def test_a_change_of_ignore_counts_at_once(blog: BlogMaker) -> None:
    made = make_blog(blog, "ignore: [broken-link, unused-footnote]")
    assert sorted(list_found(made)) == ["broken-link b", "undefined-footnote a"]
    made.edit("posts/2026-01-01-a.md", "ignore: [broken-link, unused-footnote]", "ignore: [undefined-footnote]")
    assert sorted(list_found(made)) == ["broken-link a", "broken-link b", "unused-footnote a"]
    made.edit("posts/2026-01-01-a.md", "ignore: [undefined-footnote]", "other: 1")
    assert sorted(list_found(made)) == sorted(ALL)


def test_ignored_warnings_do_not_fail_a_strict_build(blog: BlogMaker) -> None:
    made = make_blog(blog, "ignore: [broken-link, unused-footnote, undefined-footnote]")
    assert not made.build(strict=True).published
    made.edit("posts/2026-01-02-b.md", "title: B", "title: B\nignore: [broken-link]")
    report = made.build(strict=True)
    assert (report.published, report.diagnostics) == (True, ())
    assert made.build(strict=True).diagnostics == ()


def test_errors_cannot_be_ignored(blog: BlogMaker) -> None:
    made = blog(
        "-- posts/2026-01-01-a.md --\n---\nignore: [broken-link, invalid-type]\ndraft: maybe\n---\n# A\n\n[x](no.md)\n"
    )
    report = made.build()
    assert [found.id for found in report.diagnostics if found.is_error] == ["invalid-type"]


@pytest.mark.parametrize(
    ("ignored", "said"),
    [
        (
            "brokn-link",
            "unknown-diagnostic: unknown diagnostic `brokn-link` (did you mean `broken-link`?)",
        ),
        (
            "xyz",
            "unknown-diagnostic: unknown diagnostic `xyz` (use an id from a message, such as `broken-link`)",
        ),
        ("invalid-redirect", "ignored-error: errors cannot be ignored: `invalid-redirect` (remove `invalid-redirect`)"),
        (
            "duplicate-output",
            "ignored-error: errors cannot be ignored: `duplicate-output` (remove `duplicate-output`)",
        ),
    ],
)
def test_ids_that_cannot_be_ignored_are_warnings(blog: BlogMaker, ignored: str, said: str) -> None:
    made = blog(f"-- posts/2026-01-01-a.md --\n---\nignore: [unused-file, {ignored}]\n---\n# A\n")
    [found] = made.build().diagnostics
    assert (f"{found.id}: {found.message} ({found.hint})", str(found.severity)) == (said, "warning")
    assert str(found.place) == "posts/2026-01-01-a.md:2:23"

    made.write("posts/2026-01-01-a.md", "# A\n")
    made.write("pyproject.toml", f'[tool.afterword.diagnostics]\nignore = ["unused-file", "{ignored}"]\n')
    [found] = made.build().diagnostics
    assert f"{found.id}: {found.message} ({found.hint})" == said
    assert str(found.place).startswith("pyproject.toml:2:")


@pytest.mark.parametrize("value", ["true", "yes", "[true]"])
def test_a_value_by_which_other_generators_hide_a_post_is_still_an_error(blog: BlogMaker, value: str) -> None:
    made = blog(f"-- posts/2026-01-01-a.md --\n---\nignore: {value}\n---\n# A\n")
    assert [found.id for found in made.build().diagnostics] == ["unsupported-visibility"]


@pytest.mark.parametrize("value", ["[unused-file]", "false"])
def test_templates_read_the_key_as_any_other(blog: BlogMaker, value: str) -> None:
    made = blog(
        f"-- posts/2026-01-01-a.md --\n---\nignore: {value}\n---\n# A\n"
        "-- templates/post.html --\n{% if post.ignore is defined %}It is there.{% endif %}\n"
    )
    made.build()
    assert made.page("/posts/a/").strip() == "It is there."


def test_the_count_of_further_diagnostics_is_ignored_with_them(blog: BlogMaker) -> None:
    links = "\n\n".join(f"[x](/nowhere/{number}/)" for number in range(MAX_LISTED + 5))
    made = blog(f"-- posts/2026-01-01-a.md --\n---\nignore: [broken-link]\n---\n# A\n\n{links}\n")
    assert made.build().diagnostics == ()


@pytest.mark.parametrize("text", ["+++\nignore = ['unused-footnote']\n+++\n", '{"ignore": ["unused-footnote"]}\n'])
def test_all_formats_of_front_matter_can_ignore(blog: BlogMaker, text: str) -> None:
    made = blog(f"-- posts/2026-01-01-a.md --\n{text}# A\n\nText.\n\n[^2]: Never referred to.\n")
    assert made.build().diagnostics == ()
