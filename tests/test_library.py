"""What is remembered of sources: a build takes them for what they say now, however they have changed."""

from __future__ import annotations

import gc
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from afterword.build import pipeline
from afterword.build.builder import build
from afterword.build.render_pages import render_pages
from afterword.build.report import Request
from afterword.content.parse_source import SourceText
from tests.conftest import environ_on

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

POST = "---\ntitle: A\n{matter}\n---\nText.\n"
TEMPLATE = "-- templates/post.html --\n{{ post.venue }} {{ post.date.isoformat() }}"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("venue: 1", "venue: true", "True"),
        ("venue: 1", "venue: 1.0", "1.0"),
        ("venue: {a: 1, b: 2}", "venue: {b: 2, a: 1}", "{&#39;b&#39;: 2, &#39;a&#39;: 1}"),
        ("venue: x\ndate: 2026-01-01 10:00 +0200", "venue: x\ndate: 2026-01-01 08:00 +0000", "T08:00:00+00:00"),
    ],
)
def test_values_that_are_equal_are_not_alike(blog: BlogMaker, before: str, after: str, shown: str) -> None:
    made = blog(f"-- posts/2026-01-01-a.md --\n{POST.format(matter=before)}{TEMPLATE}")
    made.build()
    assert shown not in made.page("/posts/a/")
    made.write("posts/2026-01-01-a.md", POST.format(matter=after)).build()
    assert shown in made.page("/posts/a/")


def test_readings_with_other_options_are_deleted(blog: BlogMaker) -> None:
    post = POST.format(matter="tags: [x]")
    made = blog(f"-- posts/2026-01-01-a.md --\n{post}-- posts/2026-01-01-b.md --\n{post}")
    made.build()
    made.remove("posts/2026-01-01-a.md").write("afterword.toml", 'permalink = "date"\n').build()
    made.write("posts/2026-01-01-a.md", post).build()
    assert "<h1" in made.page("/2026/01/01/a.html")


def test_undated_draft_is_read_in_every_build(blog: BlogMaker) -> None:
    made = blog("-- drafts/a.md --\n---\ntitle: First\ndate: 2026-01-01\n---\nText.\n")
    first = (made.root / "drafts/a.md").read_text()
    made.build(drafts=True)
    made.write("drafts/a.md", "---\ntitle: Second\n---\nText.\n").build(drafts=True)
    assert "Second" in made.page("/archive/")
    made.write("drafts/a.md", first).build(drafts=True)
    assert "Second" not in made.page("/archive/")


def test_no_text_is_held_any_longer_once_all_bodies_are_written(
    blog: BlogMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 10,000 posts the texts are 70 MB, and the processes that print pages do not need them."""
    text = "A text that is let go."
    made = blog(f"-- posts/2026-01-01-a.md --\n{POST.format(matter='')}{text}\n")
    held: list[list[SourceText]] = []

    def look(*given: Any) -> Any:
        objects = chain.from_iterable(map(gc.get_referents, gc.get_objects()))
        held.append([item for item in objects if isinstance(item, SourceText) and text in item.text])
        return render_pages(*given)

    monkeypatch.setattr(pipeline, "render_pages", look)
    build(Request(made.root, jobs=1), environ=environ_on())
    assert held == [[]]


def test_a_page_shows_the_new_title_of_a_post_that_it_names_from_afar(blog: BlogMaker) -> None:
    """Neither a neighbour nor a tag leads from one to the other."""
    posts = "".join(
        f"-- posts/2026-01-0{day}-p{day}.md --\n---\ntitle: Post {day}\n---\nText.\n" for day in range(1, 6)
    )
    made = blog(f"{posts}-- posts/2026-01-09-names.md --\n---\ntitle: Names\nrelated: [p1]\n---\nText.\n")
    made.build()
    assert "Post 1" in made.page("/posts/names/")
    made.write("posts/2026-01-01-p1.md", "---\ntitle: Renamed\n---\nText.\n").build()
    assert "Renamed" in made.page("/posts/names/")
