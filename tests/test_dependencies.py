"""Which pages are stale, and why: the decision, and the words for its reasons."""

from __future__ import annotations

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
from afterword.site.queries.recording import Query

PAGE = Page("home", "/", "index.html", "index.html")
IDENTITY = Identity("plan", "templates")
TITLES = Dependency(Query("rows", ("posts",), 0, 3), ("title",), "digest")
ABOUT_A_POST = Dependency(Query("rows", ("post", "posts/x.md")), ("title",), "digest")


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
        (Query("rows", ("post", "posts/x.md")), "posts/x.md"),
        (Query("rows", ("next", "posts/x.md")), "posts/x.md"),
        (Query("any", ("related", "posts/x.md")), "posts/x.md"),
        (Query("rows", ("term", "tag", "c"), 0, 5), "tag:c"),
        (Query("term", ("category", "talks")), "category:talks"),
        (Query("rows", ("posts",)), ""),
        (Query("rows", ("series", "S")), ""),
        (Query("terms", ("tags",)), ""),
        (Query("config", ("title",)), ""),
    ],
)
def test_dependencies_are_stored_by_subject(query: Query, subject: str) -> None:
    assert subject_of(query) == subject
    assert dependency_id(query, ()).partition("-")[0] == subject_id(subject)


def test_facts_with_other_questions_or_columns_have_other_names() -> None:
    dependencies = [
        (Query("rows", ("posts",), 0, 3), ("title",)),
        (Query("rows", ("posts",), 0, 3), ()),
        (Query("rows", ("posts",)), ("title",)),
        (Query("length", ("posts",), 0, 3), ()),
        (Query("rows", ("pages",), 0, 3), ("title",)),
        (Query("config", ("title",)), ()),
    ]
    assert len({dependency_id(*dependency) for dependency in dependencies}) == len(dependencies)


@pytest.mark.parametrize(
    ("query", "columns", "words"),
    [
        (Query("rows", ("post", "posts/x.md")), ("title",), "`posts/x.md` changed (title)"),
        (Query("rows", ("previous", "posts/x.md")), (), "the previous posts of `posts/x.md` changed"),
        (Query("rows", ("posts",), 5, 10), ("date", "url"), "the site's posts [5:10] changed (date, url)"),
        (Query("rows", ("term", "tag", "c")), (), "the posts of the tag `c` changed"),
        (Query("rows", ("year", "2026")), (), "the posts of 2026 changed"),
        (Query("rows", ("series", "S")), (), "the posts of the series `S` changed"),
        (Query("length", ("posts",)), (), "the number of the site's posts changed"),
        (Query("any", ("tags",)), (), "whether there are tags changed"),
        (Query("config", ("feed.limit",)), (), "the setting `feed.limit` changed"),
        (Query("asset", ("style.css",)), (), "`static/style.css` changed"),
        (Query("terms", ("tags",)), ("count",), "the site's tags changed (count)"),
        (Query("term", ("tag", "c")), ("name",), "the tag `c` changed (name)"),
        (Query("years"), (), "the years that have posts changed"),
        (Query("updated"), (), "the time of the last update changed"),
        (Query("sitemap"), (), "the sitemap changed"),
    ],
)
def test_changed_dependency_is_described_in_words(query: Query, columns: tuple[str, ...], words: str) -> None:
    assert describe(Dependency(query, columns, "digest")) == words
    assert describe_query(query) + " changed" + describe_columns(columns) == words
