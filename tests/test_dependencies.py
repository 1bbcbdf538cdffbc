"""Which pages are stale, and why: the decision, and the words for its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.build.report import Reason
from afterword.build.stale_pages import (
    NEW,
    OUTPUT,
    PLAN,
    TEMPLATES,
    Dependency,
    Identity,
    StaleDependencies,
    Trace,
    dependency_id,
    describe,
    describe_columns,
    describe_query,
    find_stale,
    subject_id,
    subject_of,
)
from afterword.site.page import Page

if TYPE_CHECKING:
    from afterword.site.queries.recording import Query

PAGE = Page("home", "/", "index.html", "index.html")
IDENTITY = Identity("plan", "templates")
TITLES = Dependency(("rows", ("posts",), 0, 3), ("title",), "digest")
ABOUT_A_POST = Dependency(("rows", ("post", "posts/x.md"), 0, None), ("title",), "digest")


def name(dependency: Dependency) -> str:
    return dependency_id(dependency.query, dependency.columns)


TRACE = Trace("plan", "templates", (name(TITLES), name(ABOUT_A_POST)), "output", NEW)
CERTAIN = StaleDependencies({}, frozenset({name(TITLES), name(ABOUT_A_POST)}), None)


def judge(
    trace: Trace | None = TRACE, *, stale_dependencies: StaleDependencies = CERTAIN, is_intact: bool = True
) -> Reason | None:
    """Why the page is stale, if it is."""
    traces = {PAGE.output: trace} if trace is not None else {}
    stale = find_stale(
        [PAGE],
        {PAGE.output: IDENTITY},
        traces,
        stale_dependencies,
        {PAGE.output} if is_intact else set(),
    )
    return stale[0][1] if stale else None


def test_page_with_unchanged_dependencies_is_up_to_date() -> None:
    assert judge() is None


def test_a_page_without_a_trace_is_new() -> None:
    assert judge(None) == NEW


def test_a_page_that_is_planned_otherwise_is_stale() -> None:
    assert judge(Trace("other", "templates", (), "output", NEW)) == PLAN


def test_a_page_with_other_templates_is_stale() -> None:
    assert judge(Trace("plan", "other", (), "output", NEW)) == TEMPLATES


def test_a_page_whose_file_is_not_as_it_was_written_is_stale() -> None:
    assert judge(is_intact=False) == OUTPUT


def test_a_page_with_an_answer_that_changed_is_stale_and_says_which() -> None:
    stale_dependencies = StaleDependencies({name(TITLES): TITLES}, frozenset({name(ABOUT_A_POST)}), None)
    assert judge(stale_dependencies=stale_dependencies) == Reason("answer", "the site's posts [:3] changed (title)")


def test_missing_dependency_makes_a_page_stale() -> None:
    assert judge(stale_dependencies=StaleDependencies({}, frozenset({name(TITLES)}), None)) == NEW


def test_dependency_of_an_unchecked_subject_is_unchanged() -> None:
    assert judge(stale_dependencies=StaleDependencies({}, frozenset({name(TITLES)}), frozenset({""}))) is None


def test_missing_dependency_of_a_checked_subject_is_stale() -> None:
    looked_at = frozenset({"", subject_id("posts/x.md")})
    assert judge(stale_dependencies=StaleDependencies({}, frozenset({name(TITLES)}), looked_at)) == NEW


def test_the_first_reason_counts() -> None:
    stale_dependencies = StaleDependencies({name(TITLES): TITLES}, frozenset(), None)
    assert (
        judge(
            Trace("other", "other", TRACE.dependencies, "output", NEW),
            stale_dependencies=stale_dependencies,
            is_intact=False,
        )
        == PLAN
    )


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        (("rows", ("post", "posts/x.md"), 0, None), "posts/x.md"),
        (("rows", ("next", "posts/x.md"), 0, None), "posts/x.md"),
        (("any", ("related", "posts/x.md"), 0, None), "posts/x.md"),
        (("rows", ("term", "tag", "c"), 0, 5), "tag:c"),
        (("term", "category", "talks"), "category:talks"),
        (("rows", ("posts",), 0, None), ""),
        (("rows", ("series", "S"), 0, None), ""),
        (("terms", "tags"), ""),
        (("config", "title"), ""),
    ],
)
def test_dependencies_are_stored_by_subject(query: Query, subject: str) -> None:
    assert subject_of(query) == subject
    assert dependency_id(query, ()).partition("-")[0] == subject_id(subject)


def test_facts_with_other_questions_or_columns_have_other_names() -> None:
    dependencies = [
        (("rows", ("posts",), 0, 3), ("title",)),
        (("rows", ("posts",), 0, 3), ()),
        (("rows", ("posts",), 0, None), ("title",)),
        (("length", ("posts",), 0, 3), ()),
        (("rows", ("pages",), 0, 3), ("title",)),
        (("config", "title"), ()),
    ]
    assert len({dependency_id(*dependency) for dependency in dependencies}) == len(dependencies)


@pytest.mark.parametrize(
    ("query", "columns", "words"),
    [
        (("rows", ("post", "posts/x.md"), 0, None), ("title",), "`posts/x.md` changed (title)"),
        (("rows", ("previous", "posts/x.md"), 0, None), (), "the previous posts of `posts/x.md` changed"),
        (("rows", ("posts",), 5, 10), ("date", "url"), "the site's posts [5:10] changed (date, url)"),
        (("rows", ("term", "tag", "c"), 0, None), (), "the posts of the tag `c` changed"),
        (("rows", ("year", "2026"), 0, None), (), "the posts of 2026 changed"),
        (("rows", ("series", "S"), 0, None), (), "the posts of the series `S` changed"),
        (("length", ("posts",), 0, None), (), "the number of the site's posts changed"),
        (("any", ("tags",), 0, None), (), "whether there are tags changed"),
        (("config", "feed.limit"), (), "the setting `feed.limit` changed"),
        (("asset", "style.css"), (), "`static/style.css` changed"),
        (("terms", "tags"), ("count",), "the site's tags changed (count)"),
        (("term", "tag", "c"), ("name",), "the tag `c` changed (name)"),
        (("years",), (), "the years that have posts changed"),
        (("updated",), (), "the time of the last update changed"),
        (("sitemap",), (), "the sitemap changed"),
    ],
)
def test_changed_dependency_is_described_in_words(query: Query, columns: tuple[str, ...], words: str) -> None:
    assert describe(Dependency(query, columns, "digest")) == words
    assert describe_query(query) + " changed" + describe_columns(columns) == words
