"""Changed answers are found: all queries that templates can ask are asked before and after random edits.

The lists, relations and values of the site come from their tables, so that a new row is tested without an entry here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from afterword.build.site_delta import Delta, compare
from afterword.build.stale_pages import has_changed, make_dependency, subject_of
from afterword.config.schema import Config
from afterword.content.make_post import make_post
from afterword.content.post import PostOptions
from afterword.front_matter.model import FrontMatter, Visibility
from afterword.front_matter.parser import Document
from afterword.markdown.body import ContentDigests
from afterword.site import related
from afterword.site.model import make_site
from afterword.site.plan import plan_pages
from afterword.site.queries.answer_digests import SITE_VALUES, AnswerDigests
from afterword.site.queries.columns import BODY_COLUMNS, COLUMNS
from afterword.site.queries.recording import Query, RecordedQuery
from afterword.site.queries.selections import POST_LISTS, RELATIONS, PostList, Relation
from afterword.site.site_snapshot import SiteSnapshot
from afterword.site.sitemap import list_sitemap
from afterword.site.taxonomies import list_taxonomies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.content.post import Post
    from afterword.site.model import Site

TODAY = date(2026, 3, 1)
NAMES = ("a", "b", "c", "d", "e", "f")
CONFIG = Config(author="Ada", taxonomies={"topic": "topics"})
KINDS = tuple(row.name for row in list_taxonomies(CONFIG))
TAGS = ("llm", "LLM", "zig", "C++")
SERIES = ("", "S", "T")
COLUMN_SETS = [
    (),
    ("title",),
    ("url",),
    ("content",),
    ("excerpt", "title"),
    ("tags",),
    ("date",),
    ("toc",),
    ("talk",),
    ("venue",),
    ("unlisted", "robots_meta"),
    ("author_pages",),
    ("topics",),
]


@dataclass(frozen=True)
class Draft:
    """What is decided at random of a post or page."""

    day: int
    title: str
    kind: str
    tags: tuple[str, ...]
    category: str
    series: str
    pinned: bool
    slug: str
    text: int
    venue: str
    speaker: str
    event: str
    named: str
    revisited: int = 0
    unlisted: bool = False
    author: str = ""
    topics: tuple[str, ...] = ()


DRAFTS = st.builds(
    Draft,
    day=st.integers(1, 4),
    title=st.sampled_from(("One", "Two")),
    kind=st.sampled_from(("post", "post", "post", "page")),
    tags=st.lists(st.sampled_from(TAGS), unique=True, max_size=2).map(tuple),
    category=st.sampled_from(("", "talks")),
    series=st.sampled_from(SERIES),
    pinned=st.booleans(),
    slug=st.sampled_from(("", "x-")),
    text=st.integers(0, 1),
    venue=st.sampled_from(("", "Berlin")),
    speaker=st.sampled_from(("", "", "Ada Lovelace", "Grace Hopper")),
    event=st.sampled_from(("", "PyCon 2025", "PyCon 2026")),
    named=st.sampled_from(("", "", *NAMES)),
    revisited=st.sampled_from((0, 0, 1, 2)),
    unlisted=st.sampled_from((False, False, True)),
    author=st.sampled_from(("", "Ada", "Grace", "grace")),
    topics=st.lists(st.sampled_from(("Types", "Tools")), unique=True).map(tuple),
)
STATES = st.dictionaries(st.sampled_from(NAMES), DRAFTS, max_size=len(NAMES))


@st.composite
def edits(draw: st.DrawFn) -> tuple[Mapping[str, Draft], Mapping[str, Draft]]:
    """A state of a blog, and one that a few edits make of it."""
    before = draw(STATES)
    after = dict(before)
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=2)):
        if name not in before or draw(st.booleans()):
            after[name] = draw(DRAFTS)
        elif draw(st.booleans()):
            del after[name]
        else:
            part = draw(st.sampled_from(sorted(Draft.__dataclass_fields__)))
            after[name] = replace(before[name], **{part: getattr(draw(DRAFTS), part)})
    return before, after


def write(name: str, draft: Draft) -> Post:
    """The post that was decided on."""
    is_post = draft.kind == "post"
    matter = FrontMatter(
        title=draft.title,
        slug=f"{draft.slug}{name}",
        date=datetime(2026, 1, draft.day, tzinfo=UTC) if is_post else None,
        tags=draft.tags,
        categories=(draft.category,) if draft.category else (),
        series=draft.series,
        pinned=draft.pinned,
        visibility=Visibility(unlisted="unlisted: true" if draft.unlisted else ""),
        talk={"speaker": draft.speaker, "event": draft.event} if draft.speaker and draft.event else None,
        related=(draft.named,) if draft.named else (),
        updates=[{"date": f"2026-02-0{draft.revisited}"}] if draft.revisited else None,
        authors=(draft.author,) if draft.author else (),
        extra={**({"venue": draft.venue} if draft.venue else {}), "topics": draft.topics},
    )
    post = make_post(
        Document(f"{draft.kind}s/{name}.md", matter, "", 1), PostOptions("/posts/:title/", UTC, TODAY)
    ).post
    assert post is not None
    return post


def take_digests(draft: Draft) -> ContentDigests:
    """The digests of the text that was decided on: all its parts are others in another text."""
    words = {"words": 200 * draft.text}
    return ContentDigests(**{name: words.get(name, str(draft.text)) for name in ContentDigests.__struct_fields__})  # type: ignore[arg-type]


def state(drafts: Mapping[str, Draft]) -> SiteSnapshot:
    """A site with these posts; what stands in them is told by their digests alone."""
    posts = {name: write(name, draft) for name, draft in drafts.items()}
    site = make_site(posts.values(), CONFIG, TODAY)
    digests = {post.path: take_digests(drafts[name]) for name, post in posts.items()}
    return SiteSnapshot(site, {}, {}, list_sitemap(plan_pages(site), site), digests)


def list_queries(*sites: Site) -> Iterator[tuple[Query, tuple[str, ...]]]:
    """Everything that a template could ask of these sites, each with some columns."""
    paths = sorted({path for site in sites for path in site.by_path})
    terms = sorted({term for site in sites for term in site.terms})
    selections: list[tuple[str, ...]] = [*((name,) for name in POST_LISTS), ("year", "2026")]
    selections += [("series", name) for name in SERIES[1:]]
    selections += [("month", "2026", "1")]
    selections += [(order, kind, slug) for order in ("term", "talks", "oldest") for kind, slug in terms]
    selections += [(relation, path) for relation in RELATIONS for path in paths]
    for selection in selections:
        yield from ((Query("rows", selection), columns) for columns in COLUMN_SETS)
        yield from ((Query(kind, selection), ()) for kind in ("length", "any"))
        yield from ((Query("rows", selection, start, stop), ("title",)) for start, stop in ((0, 1), (1, 3)))
    for name in (row.plural for row in list_taxonomies(CONFIG)):
        yield Query("length", ("terms", name)), ()
        yield Query("any", ("terms", name)), ()
        yield from ((Query("terms", (name,)), columns) for columns in ((), ("name", "url"), ("count",)))
        yield Query("terms", (name,), 1, 2), ("name",)
    yield from ((Query("part", (path,)), ()) for path in paths)
    yield Query("months", ("2026",)), ()
    for kind, slug in terms:
        yield from ((Query("term", (kind, slug)), columns) for columns in ((), ("name", "slug"), ("count",)))
    yield from ((Query(kind), ()) for kind in ("years", *SITE_VALUES, "sitemap"))


def differ(before: SiteSnapshot, after: SiteSnapshot) -> Delta:
    old = {post.path: post for post in before.site.by_path.values()}
    digests = [
        {path: repr(found) for path, found in site_snapshot.digests.items()} for site_snapshot in (before, after)
    ]
    return compare(after.site, old, *digests, whole=False)


@pytest.mark.parametrize("most_parts", [10, 2])
@given(states=edits())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changed_answers_are_found(
    states: tuple[Mapping[str, Draft], Mapping[str, Draft]], most_parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(related, "MAX_LISTED_PARTS", most_parts)
    before, after = (state(drafts) for drafts in states)
    assume(not any(found.is_error for found in (*before.site.diagnostics, *after.site.diagnostics)))
    check_all_queries(before, after)


def check_all_queries(before: SiteSnapshot, after: SiteSnapshot) -> None:
    """Asserts that an edit changes exactly the dependencies that are found, and that their subjects are read."""
    delta = differ(before, after)
    subjects = delta.subjects()
    old, new = AnswerDigests(before), AnswerDigests(after)
    for query, columns in list_queries(before.site):
        is_another = old.digest_of(query, columns) != new.digest_of(query, columns)
        dependency = make_dependency(RecordedQuery(query, columns), old)
        assert has_changed(dependency, new, delta) == is_another, (query, columns)
        if is_another:
            subject = subject_of(query)
            known = subject == "" or subject in before.site.by_path or subject.partition(":")[0] in KINDS
            assert known
            assert subjects is None or subject in subjects, (query, columns)


FIRST = Draft(
    1, "One", "post", ("llm",), "", "", pinned=False, slug="", text=0, venue="", speaker="", event="", named=""
)
BLOG = {"a": FIRST, "b": replace(FIRST, day=2, tags=("zig",)), "c": replace(FIRST, day=3, tags=())}


def test_a_list_needs_no_entry_in_a_second_place(monkeypatch: pytest.MonkeyPatch) -> None:
    titled = PostList("", "", lambda site: tuple(post for post in site.posts if post.title == "Two"))
    monkeypatch.setitem(POST_LISTS, "titled", titled)
    before, after = state(BLOG), state({**BLOG, "a": replace(FIRST, title="Two")})
    query = Query("length", ("titled",))
    assert AnswerDigests(before).digest_of(query, ()) != AnswerDigests(after).digest_of(query, ())
    check_all_queries(before, after)


def have_title_of(site: Site, post: Post) -> tuple[Post, ...]:
    return tuple(other for other in site.posts if other.title == post.title)


def test_a_relation_needs_no_entry_in_a_second_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RELATIONS, "same_title", Relation("", have_title_of))
    posts = {**BLOG, **{name: replace(FIRST, day=4, tags=()) for name in "def"}}
    check_all_queries(state(posts), state({**posts, "a": replace(FIRST, title="Two")}))


def test_an_overlooked_post_of_a_relation_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RELATIONS, "same_title", Relation("", have_title_of, lambda *_: ()))
    posts = {**BLOG, **{name: replace(FIRST, day=4, tags=()) for name in "def"}}
    before, after = state(posts), state({**posts, "a": replace(FIRST, title="Two")})
    with pytest.raises(AssertionError, match="same_title"):
        check_all_queries(before, after)


@pytest.mark.parametrize(
    ("change", "subjects"),
    [
        ({"text": 1}, {"", "posts/a.md", "posts/b.md", "tag:llm"}),
        ({"title": "Two"}, {"", "posts/a.md", "posts/b.md", "tag:llm"}),
        ({"tags": ("llm", "zig")}, {"", "posts/a.md", "posts/b.md", "tag:llm", "tag:zig"}),
    ],
    ids=["text", "title", "tags"],
)
def test_dependencies_of_unrelated_posts_are_not_read(change: dict[str, object], subjects: set[str]) -> None:
    edited = {**BLOG, "a": replace(FIRST, **change)}  # type: ignore[arg-type]
    found = differ(state(BLOG), state(edited)).subjects()
    assert found is not None
    assert {subject for subject in found if not subject.startswith("author:")} == subjects


def test_a_text_is_compared_only_where_it_is_shown() -> None:
    before, after = state(BLOG), state({**BLOG, "a": replace(FIRST, text=1)})
    delta = differ(before, after)
    assert delta.may_concern(after.site.posts, ("content",))
    assert not delta.may_concern(after.site.posts, ("title", "url"))
    assert not delta.may_concern((after.site.by_path["posts/b.md"],), ("content",))


def test_where_nothing_changed_there_is_little_to_look_at() -> None:
    delta = differ(state(BLOG), state(BLOG))
    assert not delta.may_concern(state(BLOG).site.posts, tuple(COLUMNS))
    assert delta.subjects() == {""}


def test_where_everything_may_have_changed_all_is_looked_at() -> None:
    site_snapshot = state(BLOG)
    delta = compare(site_snapshot.site, {}, {}, {}, whole=True)
    assert delta.subjects() is None
    assert delta.may_concern((), ())


def test_columns_of_bodies_are_those_that_have_a_print() -> None:
    assert {name for name in COLUMNS if COLUMNS[name].key} == BODY_COLUMNS
    assert {"content", "excerpt", "toc", "description", "words"} <= BODY_COLUMNS
