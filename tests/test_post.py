"""What a post is called, when it is from and where it is published follow Jekyll's rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from afterword.content.make_post import ParsedPost, make_post
from afterword.content.post import Post, PostOptions
from afterword.core.diagnostics import Place
from afterword.core.slugs import split_name
from afterword.front_matter.model import FrontMatter
from afterword.front_matter.parser import Document

RULES = PostOptions("/posts/:title/", UTC, date(2026, 3, 1))


def made(path: str, text: str = "Text.\n", *, rules: PostOptions = RULES, **matter: object) -> ParsedPost:
    matter.setdefault("title", "A talk")
    return make_post(Document(path, FrontMatter(**matter), text, 5), rules)  # type: ignore[arg-type]


def post(path: str, text: str = "Text.\n", *, rules: PostOptions = RULES, **matter: object) -> Post:
    result = made(path, text, rules=rules, **matter).post
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("posts/2026-02-01-intro.md", (date(2026, 2, 1), "intro")),
        ("posts/deep/2026-2-1-intro.md", (date(2026, 2, 1), "intro")),
        ("posts/26-02-01-intro.md", (date(2026, 2, 1), "intro")),
        ("posts/2026-02-01-intro...md", (date(2026, 2, 1), "intro")),
        ("posts/2026-02-30-intro.md", (None, "2026-02-30-intro")),
        ("posts/intro.md", (None, "intro")),
        ("posts/2026-02-01-intro/index.md", (date(2026, 2, 1), "intro")),
        ("posts/intro/2026-02-01-index.md", (date(2026, 2, 1), "intro")),
        ("posts/2026-01-01-intro/2026-02-01-index.md", (date(2026, 2, 1), "intro")),
        ("posts/2026-02-01-index.md", (date(2026, 2, 1), "index")),
        ("pages/index.md", (None, "index")),
    ],
)
def test_file_names_give_date_and_slug(path: str, expected: tuple[date | None, str]) -> None:
    assert split_name(path) == expected


def test_the_date_in_front_matter_wins_over_the_name() -> None:
    moment = datetime(2025, 5, 5, 10, 0, tzinfo=UTC)
    assert post("posts/2026-02-01-intro.md", date=moment).date == moment


def test_a_post_without_any_date_is_an_error() -> None:
    result = made("posts/intro.md")
    assert result.post is None
    assert [diagnostic.id for diagnostic in result.diagnostics] == ["missing-date"]


@pytest.mark.parametrize(
    ("name", "label", "new_name"),
    [
        ("20260105-x.md", "the file name has a date in another form", "2026-01-05-x.md"),
        ("2026.01.05-x.md", "the file name has a date in another form", "2026-01-05-x.md"),
        ("2026-01-05x.md", "the file name has a date in another form", "2026-01-05-x.md"),
        ("2026_01_05.markdown", "the file name has a date in another form", "2026-01-05.markdown"),
        ("2026-02-30-x.md", "`2026-02-30` in the file name is not a valid date", "2026-02-01-slug.md"),
        ("2026010512.md", "neither in front matter nor in the file name", "2026-02-01-slug.md"),
        ("intro.md", "neither in front matter nor in the file name", "2026-02-01-slug.md"),
    ],
)
def test_a_missing_date_says_what_the_file_name_has(name: str, label: str, new_name: str) -> None:
    (found,) = made(f"posts/{name}").diagnostics
    assert (found.id, found.label) == ("missing-date", label)
    assert f"rename the file to `{new_name}`" in found.hint


@pytest.mark.parametrize("path", ["2024/01/05/x", "/2024/1/5/x/", "blog/2024-01-05-x", "2024/01/05"])
def test_the_date_may_be_in_the_path_of_front_matter(path: str) -> None:
    """Zola has posts of which nothing else says when they are from."""
    found = post("posts/intro.md", extra={"path": path})
    assert (found.day, found.date_only) == (date(2024, 1, 5), True)
    assert post("posts/intro.md", permalink=f"/{path}/").day == date(2024, 1, 5)
    assert post("posts/2026-02-01-intro.md", extra={"path": path}).day == date(2026, 2, 1)


@pytest.mark.parametrize("path", ["2024/13/05/x", "2024/01/055", "12024/01/05", "2024/01-05", "2024/01", "x", True])
def test_a_path_without_a_date_gives_none(path: object) -> None:
    assert [found.id for found in made("posts/intro.md", extra={"path": path}).diagnostics] == ["missing-date"]
    assert post("posts/intro.md", layout="page", extra={"path": "2024/01/05/x"}).date is None


def test_a_draft_needs_no_date() -> None:
    assert post("drafts/intro.md").day == RULES.today


def test_a_page_needs_no_date() -> None:
    page = post("posts/about.md", layout="page")
    assert (page.kind, page.url, page.date) == ("page", "/about/", None)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("pages/about.md", "/about/"),
        ("pages/a/b.md", "/a/b/"),
        ("pages/index.md", "/"),
        ("pages/talks/index.md", "/talks/"),
        ("pages/Über uns.md", "/%C3%9Cber-uns/"),
    ],
)
def test_pages_are_where_their_files_are(path: str, url: str) -> None:
    assert post(path).url == url


def test_a_missing_title_is_the_first_heading() -> None:
    result = made("posts/2026-02-01-x.md", "# The *real* title #\n\nText.\n", title=None)
    assert result.post is not None
    assert result.post.title == "The real title"
    assert result.text == "\n\nText.\n", "the heading is gone, and the lines keep their numbers"


def test_a_missing_title_is_made_of_the_name_with_a_warning() -> None:
    result = made("posts/2026-02-01-intro-to-llms.md", title=None)
    assert result.post is not None
    assert result.post.title == "Intro To Llms"
    assert [diagnostic.id for diagnostic in result.diagnostics] == ["missing-title"]


@pytest.mark.parametrize(
    ("permalink", "url", "name"),
    [
        ("/posts/:title/", "/posts/intro/", "/posts/intro"),
        ("date", "/llm/2026/02/01/intro.html", "/llm/2026/02/01/intro"),
        ("/blog/:title", "/blog/intro", "/blog/intro"),
    ],
)
def test_feed_entries_are_named_as_in_jekyll(permalink: str, url: str, name: str) -> None:
    rules = PostOptions(permalink, UTC, RULES.today)
    result = post("posts/2026-02-01-intro.md", rules=rules, categories=("llm",))
    assert (result.url, result.id) == (url, name)


def test_style_names_are_for_the_settings_only() -> None:
    assert post("posts/2026-02-01-intro.md", permalink="/pretty").url == "/pretty"


def test_a_permalink_that_no_file_can_stand_for_is_an_error_at_its_place() -> None:
    place = Place("posts/2026-02-01-x.md", 4, 12)
    result = made("posts/2026-02-01-x.md", permalink="/../x/", places={"permalink": place})
    assert result.post is None
    assert [(diagnostic.id, diagnostic.place) for diagnostic in result.diagnostics] == [("invalid-permalink", place)]


def test_an_unknown_placeholder_names_the_nearest() -> None:
    result = made("posts/2026-02-01-x.md", permalink="/:titel/")
    assert result.diagnostics[0].hint == "did you mean `:title`?"


@pytest.mark.parametrize(
    ("alias", "output"),
    [("/old/", "old/index.html"), ("/old", "old.html"), ("/old.html", "old.html"), ("older/x/", "older/x/index.html")],
)
def test_aliases_are_former_urls(alias: str, output: str) -> None:
    assert [found.output for found in post("posts/2026-02-01-x.md", aliases=(alias,)).aliases] == [output]


def test_an_alias_outside_the_site_is_an_error() -> None:
    result = made("posts/2026-02-01-x.md", aliases=("/../x/",))
    assert [diagnostic.id for diagnostic in result.diagnostics] == ["invalid-alias"]


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(19 * 60 + 32, 20), (-(25 * 60 + 21), -25), (-(44 * 60 + 30), -44), (90 * 60, 90)],
    ids=["Amsterdam", "Dublin", "Monrovia", "of today"],
)
def test_an_offset_is_of_whole_minutes(seconds: int, minutes: int) -> None:
    """What is remembered can hold no other."""
    zone = timezone(timedelta(seconds=seconds))
    result = post("posts/1930-01-01-x.md", date=datetime(1930, 1, 1, 12, tzinfo=zone))
    assert result.date == datetime(1930, 1, 1, 12, tzinfo=timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Rock &amp; Roll", "Rock & Roll"),
        ("Caf&eacute; &#233;&#xE9;", "Café éé"),
        ("AT&T; R&D", "AT&T; R&D"),
        ("What `&amp;` means", "What `&amp;` means"),
        ("Why &nbsp; and &lt;b&gt;", "Why &nbsp; and &lt;b&gt;"),
    ],
)
def test_entities_of_a_title_in_front_matter_are_characters(written: str, shown: str) -> None:
    assert post("posts/2026-02-01-a.md", title=written).title == shown


@pytest.mark.parametrize("text", ["", "\n \n", "<!-- a -->\n\n<!-- b\nc -->\n"])
def test_a_post_of_front_matter_and_comments_has_a_note(text: str) -> None:
    assert [(found.id, found.severity) for found in made("posts/2026-02-01-a.md", text).diagnostics] == [
        ("empty-post", "note")
    ]


def test_text_between_comments_is_text() -> None:
    assert made("posts/2026-02-01-a.md", "<!-- a -->\nText.\n<!-- b -->\n").diagnostics == ()


@pytest.mark.parametrize("layout", ["page", "gallery"])
def test_a_page_of_another_layout_may_be_without_text(layout: str) -> None:
    assert made("posts/2026-02-01-a.md", "", layout=layout).diagnostics == ()


def test_a_draft_may_be_without_text() -> None:
    assert made("drafts/a.md", "").diagnostics == ()
