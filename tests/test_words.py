"""The words that Markdown puts on a page are the theme's: a blog in another language translates them in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment

from afterword.files import theme_folder
from afterword.markdown.words import ENGLISH, Words

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

WORDS = "templates/partials/words.html"
TEXT = """---
title: Ein Vortrag
---
> [!NOTE]
> Merke[^one].

- [x] gesehen

[^one]: Dies.
"""


def theme_words() -> str:
    return (theme_folder() / WORDS).read_text()


def put(blog: BlogMaker, words: str) -> Blog:
    return blog().write(WORDS, words).write("posts/2026-01-02-vortrag.md", TEXT)


def test_the_themes_words_are_the_english_ones() -> None:
    module = Environment(autoescape=True).from_string(theme_words()).make_module()
    assert Words.of(module.in_text) == ENGLISH  # type: ignore[attr-defined]
    assert set(module.in_text) == set(Words.__slots__)  # type: ignore[attr-defined]


def test_a_translation_reaches_the_text(blog: BlogMaker) -> None:
    words = theme_words()
    for english, german in [
        ('"Note"', '"Hinweis"'),
        ('"Footnote {number}"', '"Fußnote {number}"'),
        ('"Back to the text"', '"Zurück <hinauf>"'),
        ('"Done"', '"Erledigt"'),
    ]:
        words = words.replace(english, german)
    made = put(blog, words)
    assert made.build(strict=True).published
    page = made.page("/posts/vortrag/")
    assert "<p>Hinweis</p>" in page
    assert 'aria-label="Fußnote 1"' in page
    assert 'aria-label="Zurück &lt;hinauf&gt;"' in page
    assert 'aria-label="Erledigt"' in page


def test_a_text_is_written_anew_when_its_words_change(blog: BlogMaker) -> None:
    made = put(blog, theme_words())
    made.build()
    made.edit(WORDS, '"Note"', '"Hinweis"').build()
    assert "<p>Hinweis</p>" in made.page("/posts/vortrag/")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{% set in_text = {'note': 'Hinweis'} %}", ["missing-words"]),
        ("{% set in_text = {'note': 3} %}", ["missing-words"]),
        ("{% set in_text = 3 %}", ["missing-words"]),
        ("", ["missing-words"]),
        ("{{ page.x }}", []),
        ("{%", []),
    ],
)
def test_what_the_words_lack_is_english(blog: BlogMaker, words: str, said: list[str]) -> None:
    """Templates that do not use the words are not in the way of what is wrong with these."""
    made = put(blog, words).write("templates/post.html", "{{ post.content }}")
    for name in ("home", "archive", "term", "terms", "404"):
        made.write(f"templates/{name}.html", "")
    report = made.build()
    assert report.published
    assert [found.id for found in report.diagnostics] == said
    page = made.page("/posts/vortrag/")
    assert ("<p>Hinweis</p>" in page) is ("Hinweis" in words)
    assert 'aria-label="Footnotes"' in page
