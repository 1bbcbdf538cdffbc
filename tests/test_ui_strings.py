"""The words that Markdown puts on a page are the theme's: a blog in another language translates them in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment

from afterword.core.files import theme_folder
from afterword.markdown.context import ENGLISH, UiStrings

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

WORDS = "templates/partials/i18n.html"
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
    assert UiStrings.of(module.in_text) == ENGLISH  # type: ignore[attr-defined]
    assert set(module.in_text) == set(UiStrings.__struct_fields__)  # type: ignore[attr-defined]


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


def test_a_text_is_written_again_when_its_words_change(blog: BlogMaker) -> None:
    made = put(blog, theme_words())
    made.build()
    made.edit(WORDS, '"Note"', '"Hinweis"').build()
    assert "<p>Hinweis</p>" in made.page("/posts/vortrag/")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{% set in_text = {'note': 'Hinweis'} %}", ["missing-translation"]),
        ("{% set in_text = {'note': 3} %}", ["missing-translation"]),
        ("{% set in_text = 3 %}", ["missing-translation"]),
        ("", ["missing-translation"]),
        ("{{ page.x }}", []),
        ("{%", []),
    ],
)
def test_what_the_words_lack_is_english(blog: BlogMaker, words: str, said: list[str]) -> None:
    """Templates that do not use the words are not in the way of what is wrong with these."""
    made = put(blog, words).write("templates/post.html", "{{ post.content }}")
    for name in ("index", "archive", "term", "terms", "search", "404"):
        made.write(f"templates/{name}.html", "")
    report = made.build()
    assert report.published
    assert [found.id for found in report.diagnostics] == said
    page = made.page("/posts/vortrag/")
    assert ("<p>Hinweis</p>" in page) is ("Hinweis" in words)
    assert 'aria-label="Footnotes"' in page


@pytest.mark.parametrize(
    ("language", "written", "marks"),
    [
        ("ar", "", ' lang="en" dir="ltr"'),
        ("de", "", ' lang="en" dir="ltr"'),
        ("ar", "ar", ""),
        ("de-AT", "de", ""),
        ("de", "he", ' lang="he" dir="rtl"'),
        ("en-GB", "", ""),
        ("EN", "", ""),
    ],
)
def test_words_in_another_language_than_the_blog_are_marked(
    blog: BlogMaker, language: str, written: str, marks: str
) -> None:
    made = blog(f'-- afterword.toml --\nlanguage = "{language}"\n-- posts/2026-01-01-a.md --\n# A\n\nText.\n')
    if written:
        made.write(WORDS, theme_words().replace('language = "en"', f'language = "{written}"'))
    made.build()
    for page, phrase in [("/", "1 post"), ("/posts/a/", "1 min read"), ("/archive/", "1 post")]:
        assert (f"<span{marks}>{phrase}</span>" if marks else f">{phrase}<") in made.page(page)


def test_a_translation_need_not_name_its_language(blog: BlogMaker) -> None:
    words = theme_words().replace('{% set language = "en" %}', "")
    made = blog('-- afterword.toml --\nlanguage = "ar"\n-- posts/2026-01-01-a.md --\n# A\n\nText.\n')
    assert made.write(WORDS, words).build().published
    assert 'lang="en"' not in made.page("/")


def test_dates_are_in_the_words_of_the_theme(blog: BlogMaker) -> None:
    words = theme_words()
    for english, german in [
        ('"March": "Mar"', '"März": "Mrz"'),
        ('"October": "Oct"', '"Oktober": "Okt"'),
        ('[day, month, year]|select|join(" ")', '[day ~ "." if day else "", month, year]|select|join(" ")'),
    ]:
        assert english in words
        words = words.replace(english, german)
    talk = "talk: {title: T, date: 2024-10-02}\nupdates: [{date: 2026-03, note: Mehr}]"
    made = blog().write(WORDS, words).write("posts/2026-03-01-a.md", f"---\ntitle: T\n{talk}\n---\nText.\n")
    assert made.build(strict=True).published
    page = made.page("/posts/a/")
    assert '<time datetime="2024-10-02">2. Oktober 2024</time>' in page
    assert '<time datetime="2026-03">März 2026</time>' in page
    assert '<time datetime="2026-03-01">1 Mrz 2026</time>' in page
    assert '<time datetime="2026-03-01">1 Mrz</time>' in made.page("/archive/")


@pytest.mark.parametrize("months", ["['January']", "{'January': 'Jan'}", "{'January': 1}", "3"])
def test_months_that_are_none_are_told(blog: BlogMaker, months: str) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\n---\nText.\n")
    made.write("templates/post.html", f"{{{{ post.date|date('%B', {months}) }}}}")
    (found,) = made.build().diagnostics
    assert "twelve months" in found.message
