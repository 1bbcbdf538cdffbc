"""Social cards: which pages have one, what it says, and when it is drawn again."""

from __future__ import annotations

import re
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from afterword.build.media import social_cards

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

needs_pillow = pytest.mark.skipif(find_spec("PIL") is None, reason="Pillow is an extra")

NOTES = """
-- afterword.toml --
title = "Notes"
base_url = "https://x.example/n/"
[theme]
cards = true
-- posts/2026-01-01-simple.md --
---
title: Simple `made` easy
talk:
  speakers: [Rich Hickey]
  event: Strange Loop 2011
  length: 1:01:26
takeaways: [Simple is one fold., Easy is near.]
---
Text.
-- posts/2026-01-02-plain.md --
# Plain
"""


def card_of(made: Blog, url: str) -> str:
    """The path of the picture that a page is shared with; empty for none."""
    found = re.search(r'<meta property="og:image" content="https://x.example/n/([^"]+)">', made.page(url))
    return found[1] if found else ""


def cards(made: Blog) -> set[str]:
    return {path for path in made.tree() if path.startswith("cards/")}


@needs_pillow
def test_each_page_is_shared_with_a_card(blog: BlogMaker) -> None:
    from PIL import Image

    made = blog(NOTES)
    assert made.build(strict=True).diagnostics == ()
    page = made.page("/posts/simple/")
    card = made.tree()[card_of(made, "/posts/simple/")]
    assert Image.open(BytesIO(card)).size == (1200, 630)
    assert '<meta property="og:image:width" content="1200">' in page
    assert '<meta property="og:image:height" content="630">' in page
    alt = "Simple made easy. Rich Hickey · Strange Loop 2011 · 1:01:26"
    assert f'<meta property="og:image:alt" content="{alt}">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    assert card_of(made, "/") == card_of(made, "/archive/") != card_of(made, "/posts/plain/")
    assert len(cards(made)) == 3


@needs_pillow
def test_a_card_is_drawn_again_only_when_it_shows_something_else(blog: BlogMaker) -> None:
    made = blog(NOTES)
    made.build()
    before = cards(made)
    assert made.build().written == ()
    made.edit("posts/2026-01-01-simple.md", "Text.", "Another text.")
    assert not cards(made) - before
    made.build()
    assert cards(made) == before
    made.edit("posts/2026-01-01-simple.md", "Easy is near.", "Easy is at hand.")
    report = made.build()
    assert len(cards(made) - before) == len(before - cards(made)) == 1
    assert {path for path in report.written if path.startswith("cards/")} == cards(made) - before
    made.edit("afterword.toml", "cards = true", 'cards = true\naccent = "#005f73"')
    made.build()
    assert not cards(made) & before
    (made.root / "site" / card_of(made, "/")).unlink()
    assert made.build().written == (card_of(made, "/"),)


@needs_pillow
def test_the_number_of_workers_changes_no_byte(blog: BlogMaker) -> None:
    made = blog(NOTES)
    made.build(jobs=1)
    one = made.tree()
    made.build(jobs=3, cache=False, destination=made.root / "other")
    assert made.tree("other") == one


@needs_pillow
def test_an_image_of_its_own_comes_before_the_card(blog: BlogMaker) -> None:
    made = blog(NOTES).write("static/a.svg", "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>")
    made.edit("posts/2026-01-02-plain.md", "# Plain", "---\nimage: /a.svg\n---\n# Plain")
    made.build()
    assert card_of(made, "/posts/plain/") == "a.svg"
    assert len(cards(made)) == 2


@needs_pillow
@pytest.mark.parametrize(("title", "lost"), [("日本語", "日"), ("مرحبا بكم", "م"), ("a שלום", "ש")])
def test_a_title_that_cannot_be_drawn_has_no_card(blog: BlogMaker, title: str, lost: str) -> None:
    made = blog(NOTES)
    made.edit("posts/2026-01-02-plain.md", "# Plain", f"# {title}")
    report = made.build(strict=True)
    assert report.published
    assert [(found.id, found.message) for found in report.diagnostics] == [
        ("no-card", f"no social card: the font cannot draw `{lost}`")
    ]
    assert card_of(made, "/posts/plain/") == card_of(made, "/")


@needs_pillow
@pytest.mark.parametrize("title", ["Łódź, Ünïcode", "Привет", "Launch 🎉", "a" * 200, "→ “quoted” — 1×2 ≈ 3"])
def test_other_titles_are_drawn(blog: BlogMaker, title: str) -> None:
    made = blog(NOTES)
    made.edit("posts/2026-01-02-plain.md", "# Plain", f"# {title}")
    assert made.build(strict=True).diagnostics == ()
    assert card_of(made, "/posts/plain/").startswith("cards/")


@needs_pillow
def test_a_font_of_the_blog_is_used(blog: BlogMaker) -> None:
    from afterword.images.fonts import find_font

    made = blog(NOTES)
    made.build()
    before = cards(made)
    with open(find_font().path, "rb") as file:  # noqa: PTH123
        made.write("static/own.ttf", file.read())
    made.write("static/broken.ttf", "no font")
    made.edit("afterword.toml", "cards = true", 'cards = true\nfonts = [{ family = "Own", file = "own.ttf" }]')
    assert made.build().diagnostics == ()
    assert not cards(made) & before
    made.edit("afterword.toml", "own.ttf", "broken.ttf")
    [found] = made.build(strict=True).diagnostics
    assert (found.id, str(found.place)) == ("card-without-font", "static/broken.ttf")
    assert cards(made) == before


def test_without_pillow_a_note_says_what_to_install(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(social_cards, "is_pillow_installed", lambda: False)
    made = blog(NOTES)
    report = made.build(strict=True)
    assert report.published
    assert [(found.id, found.hint) for found in report.diagnostics] == [
        ("cards-not-installed", "run `pip install 'afterword[cards]'`")
    ]
    assert cards(made) == set()


def test_there_are_no_cards_by_default_nor_without_the_address_of_the_site(blog: BlogMaker) -> None:
    made = blog(NOTES)
    made.edit("afterword.toml", "cards = true", "cards = false")
    made.build()
    assert cards(made) == set()
    made.write("afterword.toml", "[theme]\ncards = true\n")
    assert made.build().diagnostics == ()
    assert cards(made) == set()
