"""The site puts posts in order, and finds their terms, series and relatives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from afterword.config.schema import Config
from afterword.content.make_post import make_post
from afterword.content.post import Post, PostOptions
from afterword.core.diagnostics import Place
from afterword.front_matter.model import FrontMatter
from afterword.front_matter.parser import Document
from afterword.site.model import Site, make_site
from afterword.site.queries.selections import select
from afterword.site.related import find_related

TODAY = date(2026, 3, 1)


def post(name: str, day: int = 1, **matter: object) -> Post:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    document = Document(f"posts/{name}.md", FrontMatter(title=name, date=moment, **matter), "", 1)  # type: ignore[arg-type]
    made = make_post(document, PostOptions("/posts/:title/", UTC, TODAY)).post
    assert made is not None
    return made


def site(*posts: Post) -> Site:
    return make_site(posts, Config(), TODAY)


def names(posts: tuple[Post, ...]) -> list[str]:
    return [post.title for post in posts]


def test_posts_are_newest_first_and_ties_are_broken_by_path() -> None:
    assert names(site(post("a", 1), post("c", 2), post("b", 2)).posts) == ["c", "b", "a"]


def test_terms_are_by_name_with_their_posts() -> None:
    whole = site(post("a", 1, tags=("llm", "Zig")), post("b", 2, tags=("llm",)))
    assert [(term.name, names(term.posts)) for term in whole.lists["tags"]] == [("llm", ["b", "a"]), ("Zig", ["a"])]


def tagged(name: str, day: int, tag: str) -> Post:
    """A post with one tag, at its place."""
    return post(name, day, tags=(tag,), places={"tags[0]": Place(f"posts/{name}.md", 4, 8)})


@pytest.mark.parametrize("other", ["P2P", "p2P"])
def test_spellings_of_a_tag_have_one_page_and_one_warning_with_all_places(other: str) -> None:
    rare = (tagged("a", 1, other), tagged("d", 4, other))
    common = (tagged("b", 2, "p2p"), tagged("c", 3, "p2p"), tagged("e", 5, "p2p"))
    whole = site(*rare, *common)
    (problem,) = whole.diagnostics
    assert (problem.id, problem.severity) == ("term-slug-conflict", "warning")
    assert problem.hint == "use one spelling: `p2p`"
    places = [problem.place, *(place for place, _ in problem.related)]
    assert [place.path for place in places if place] == ["posts/a.md", "posts/d.md", "posts/e.md"]
    (term,) = whole.lists["tags"]
    assert (term.name, term.slug) == ("p2p", "p2p")
    assert names(term.posts) == ["e", "d", "c", "b", "a"]


def test_a_hyphen_for_a_space_is_another_spelling_and_a_sign_is_another_tag() -> None:
    whole = site(tagged("a", 1, "ML Models"), tagged("b", 2, "ml-models"), tagged("c", 3, "C"), tagged("d", 4, "C++"))
    assert [found.id for found in whole.diagnostics] == ["term-slug-conflict"]
    assert [term.slug for term in whole.lists["tags"]] == ["c", "c-plus-plus", "ml-models"]


def test_a_post_with_two_spellings_of_a_tag_is_listed_once() -> None:
    whole = site(post("a", tags=("LLM", "llm")), post("b", 2, tags=("llm",)))
    assert [names(term.posts) for term in whole.lists["tags"]] == [["b", "a"]]
    assert names(find_related(whole, whole.by_path["posts/b.md"])) == ["a"]


def test_a_tag_and_a_category_may_share_a_name() -> None:
    assert site(post("a", tags=("llm",), categories=("llm",))).diagnostics == ()


def test_related_posts_share_the_rarest_tags() -> None:
    everything = [post(f"common-{day}", day, tags=("notes",)) for day in range(5, 15)]
    rare = post("rare", 1, tags=("notes", "mcp"))
    one = post("one", 20, tags=("notes", "mcp"))
    found = find_related(site(*everything, rare, one), one)
    assert names(found) == ["rare", "common-14", "common-13"]


def test_a_post_without_tags_has_no_relatives() -> None:
    assert find_related(site(post("a"), post("b")), post("a")) == ()


def test_a_series_is_oldest_first() -> None:
    whole = site(post("two", 2, series="GPT"), post("one", 1, series="GPT"), post("other", 3))
    (term,) = whole.lists["series"]
    assert (term.name, names(select(whole, ("oldest", "series", term.slug)))) == ("GPT", ["one", "two"])


def test_the_site_changed_when_a_post_last_did() -> None:
    later = datetime(2026, 2, 20, tzinfo=UTC)
    assert site(post("a", 1, updated=later), post("b", 2)).updated == later
    assert site().updated is None


def test_posts_that_one_names_come_before_those_of_its_tags() -> None:
    tagged = [post(f"tagged-{day}", day, tags=("mcp",)) for day in range(5, 8)]
    far = [post("2026-01-02-far"), post("2026-01-03-farther")]
    one = post("one", 20, tags=("mcp",), related=("far", "2026-01-03-farther", "tagged-6", "nowhere", "one"))
    assert names(find_related(site(*tagged, *far, one), one)) == ["2026-01-02-far", "2026-01-03-farther", "tagged-6"]
    alone = post("one", 20, related=("/posts/far/",))
    assert names(find_related(site(*tagged, *far, alone), alone)) == ["2026-01-02-far"]
