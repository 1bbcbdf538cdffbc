"""Templates see the site through queries, and every query is recorded with the columns that were read."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING, cast

import pytest

from afterword.config.schema import Config, TocSettings
from afterword.content.make_post import make_post
from afterword.content.post import PostOptions
from afterword.front_matter.fields import FURTHER, KEYS, TAKEN
from afterword.front_matter.model import FrontMatter, Image
from afterword.front_matter.parser import Document
from afterword.markdown.body import Body, Heading, LeadImage, content_meta
from afterword.site.model import make_site
from afterword.site.queries.answer_digests import AnswerDigests
from afterword.site.queries.columns import COLUMNS
from afterword.site.queries.recording import Query, RecordedQuery, Recorder
from afterword.site.site_snapshot import SiteSnapshot
from afterword.site.template_objects import RELATIONS, ConfigView, PostRow, Posts, SiteView, TermList, names_of

if TYPE_CHECKING:
    from afterword.site.site_snapshot import Picture

TODAY = date(2026, 3, 1)


def site_snapshot(config: Config | None = None, *, posts: int = 5, **matter: object) -> SiteSnapshot:
    made = [
        make_post(
            Document(
                f"posts/2026-01-0{day}-p{day}.md",
                FrontMatter(title=f"Post {day}", tags=("llm",), **matter),  # type: ignore[arg-type]
                "",
                1,
            ),
            PostOptions("/posts/:title/", UTC, TODAY),
        ).post
        for day in range(1, posts + 1)
    ]
    site = make_site([post for post in made if post], config or Config(base_url="https://example.com/n/"), TODAY)
    shown = content_meta(
        Body("<p>Hello</p>", summary="Hello", words=440, headings=HEADINGS, image=LeadImage("/n/a.png", 40, 30))
    )
    html = {post.path: "<p>Hello</p>" for post in site.posts}
    return SiteSnapshot(site, {post.path: shown for post in site.posts}, {}, (), html=html)


HEADINGS = (
    Heading(1, "top", "Top"),
    Heading(2, "a", "A"),
    Heading(3, "a1", "A1"),
    Heading(4, "deep", "Deep"),
    Heading(3, "a2", "A2"),
    Heading(2, "b", "B"),
)


def rows(posts: object) -> list[PostRow]:
    assert isinstance(posts, Posts)
    return list(posts)


def test_only_the_columns_that_are_read_are_recorded() -> None:
    recorder = Recorder(site_snapshot())
    view = SiteView(recorder)
    titles = [row.title for row in rows(cast("Posts", view.posts)[:2])]
    assert titles == ["Post 5", "Post 4"]
    assert recorder.recorded() == (RecordedQuery(Query("rows", ("posts",), 0, 2), ("title",)),)


def test_slicing_asks_nothing() -> None:
    recorder = Recorder(site_snapshot())
    posts = cast("Posts", SiteView(recorder).posts)
    tail = cast("Posts", cast("Posts", posts[1:])[1:3])
    assert recorder.recorded() == ()
    assert [row.title for row in tail] == ["Post 3", "Post 2"]


@pytest.mark.parametrize(
    "key", [slice(1, 3), slice(None, 2), slice(3, None), slice(-2, None), slice(None, -1), slice(4, 99), slice(9, 12)]
)
def test_slices_are_those_of_a_list(key: slice) -> None:
    posts = Posts(Recorder(site_snapshot()), ("posts",))
    everything = [row.title for row in posts]
    assert [row.title for row in rows(posts[key])] == everything[key]
    assert [row.title for row in rows(cast("Posts", posts[1:4])[key])] == everything[1:4][key]


def test_counting_is_a_question_of_its_own() -> None:
    recorder = Recorder(site_snapshot())
    assert len(cast("Posts", SiteView(recorder).posts)) == 5
    assert recorder.recorded() == (RecordedQuery(Query("length", ("posts",)), ()),)


def test_neighbours_are_asked_for_one_by_one() -> None:
    recorder = Recorder(site_snapshot())
    post = rows(Posts(recorder, ("post", "posts/2026-01-03-p3.md")))[0]
    assert cast("PostRow", post.next).title == "Post 4"
    assert cast("PostRow", post.previous).title == "Post 2"
    newest = rows(Posts(recorder, ("post", "posts/2026-01-05-p5.md")))[0]
    assert newest.next is None
    assert RecordedQuery(Query("rows", ("next", "posts/2026-01-03-p3.md")), ("title",)) in recorder.recorded()


def test_a_key_that_is_not_there_is_recorded_too() -> None:
    recorder = Recorder(site_snapshot(extra={"venue": "Berlin"}))
    row = rows(Posts(recorder, ("posts",)))[0]
    assert row.venue == "Berlin"
    with pytest.raises(AttributeError):
        _ = row.subtitle
    assert recorder.recorded() == (RecordedQuery(Query("rows", ("posts",)), ("subtitle", "venue")),)


def test_urls_carry_the_base_path() -> None:
    row = rows(Posts(Recorder(site_snapshot()), ("posts",)))[0]
    assert (row.url, row.absolute_url) == ("/n/posts/p5/", "https://example.com/n/posts/p5/")


def test_the_table_of_contents_is_a_tree() -> None:
    row = rows(Posts(Recorder(site_snapshot()), ("posts",)))[0]
    toc = cast("tuple[object, ...]", row.toc)
    assert repr(toc).count("TocEntry") == 4
    assert [entry.id for entry in toc] == ["a", "b"]  # type: ignore[attr-defined]
    assert [entry.text for entry in toc[0].children] == ["A1", "A2"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("toc", "least", "expected"), [(None, 5, False), (None, 4, True), (True, 99, True), (False, 1, False)]
)
def test_a_table_of_contents_needs_enough_headings(toc: bool | None, least: int, expected: bool) -> None:
    config = Config(toc=TocSettings(min_headings=least))
    row = rows(Posts(Recorder(site_snapshot(config, toc=toc)), ("posts",)))[0]
    assert bool(row.toc) is expected


def test_the_description_is_the_front_matters_or_the_summary() -> None:
    assert rows(Posts(Recorder(site_snapshot()), ("posts",)))[0].description == "Hello"
    assert rows(Posts(Recorder(site_snapshot(description="Mine")), ("posts",)))[0].description == "Mine"


@pytest.mark.parametrize(
    ("given", "size"), [(Image("a.png"), (40, 30)), (Image("a.png", width=8, height=6), (8, 6))], ids=["file", "given"]
)
def test_the_image_is_the_one_that_was_found(given: Image, size: tuple[int, int]) -> None:
    image = cast("Picture", rows(Posts(Recorder(site_snapshot(image=given)), ("posts",)))[0].image)
    assert (image.url, image.absolute_url) == ("/n/a.png", "https://example.com/n/a.png")
    assert (image.width, image.height) == size


def test_a_post_that_names_no_image_has_none() -> None:
    assert rows(Posts(Recorder(site_snapshot()), ("posts",)))[0].image is None


def test_keys_that_would_be_hidden_are_known() -> None:
    assert {*COLUMNS, *RELATIONS} - {*KEYS, *FURTHER} == TAKEN


def test_terms_lead_to_their_posts() -> None:
    recorder = Recorder(site_snapshot())
    (term,) = cast("TermList", SiteView(recorder).tags)
    assert (term.name, term.count, term.url) == ("llm", 5, "/n/tags/llm/")
    assert [row.title for row in rows(cast("Posts", term.posts)[:1])] == ["Post 5"]


def test_an_empty_list_of_terms_has_another_answer_than_one_with_terms() -> None:
    """Of an empty list no column is read: that there is nothing in it is all that a page knows."""
    query = Query("terms", ("tags",))
    assert AnswerDigests(site_snapshot(posts=0)).digest_of(query, ()) != AnswerDigests(site_snapshot()).digest_of(
        query, ()
    )


def test_each_setting_is_a_question_of_its_own() -> None:
    recorder = Recorder(site_snapshot())
    config = ConfigView(recorder, recorder.site_snapshot.site.config)
    assert config.title == "Notes on talks"
    assert cast("ConfigView", config.markdown).html is True
    assert [recorded.query for recorded in recorder.recorded()] == [
        Query("config", ("markdown.html",)),
        Query("config", ("title",)),
    ]


def test_every_name_of_the_vocabulary_can_be_read() -> None:
    recorder = Recorder(site_snapshot())
    row = rows(Posts(recorder, ("posts",)))[0]
    for name in names_of(row):
        getattr(row, name)
    view = SiteView(recorder)
    for name in names_of(view):
        getattr(view, name)
    (term,) = cast("TermList", view.tags)
    for name in names_of(term):
        getattr(term, name)


def test_every_column_is_documented() -> None:
    assert all(column.sentence.endswith(".") for column in COLUMNS.values())
