"""Language tags: what has their shape, what is said where it has not, and where tags may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.core.languages import hint_at_tag, is_language_tag

if TYPE_CHECKING:
    from tests.conftest import BlogMaker


@pytest.mark.parametrize(
    "tag",
    [
        *("de", "fil", "zh-yue", "zh-Hant-TW", "sr-Latn", "pt-BR", "es-419", "de-1996", "sl-rozaj-biske", "EN-gb"),
        *("ar-u-nu-latn", "en-a-bbb-x-a-ccc", "x-pirate"),
    ],
)
def test_tags_of_rfc_5646_are_tags(tag: str) -> None:
    assert is_language_tag(tag)


@pytest.mark.parametrize(
    "text", ["", "e", "english", "lang", "en_US", "en-", "-en", "en--US", "en US", "ën", "en-u", "12"]
)
def test_what_has_another_shape_is_none(text: str) -> None:
    assert not is_language_tag(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("english", "did you mean `en`?"),
        ("Deutsch", "did you mean `de`?"),
        ("Français", "did you mean `fr`?"),
        ("pt_BR", "did you mean `pt-BR`?"),
        ("de_DE.UTF-8", "did you mean `de-DE`?"),
        ("klingonese", "use a tag such as `en`, `de` or `pt-BR`"),
    ],
)
def test_the_hint_is_the_tag_where_it_can_be_seen(text: str, hint: str) -> None:
    assert hint_at_tag(text) == hint


def test_a_language_in_words_is_a_warning_in_front_matter(blog: BlogMaker) -> None:
    report = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\nlang: english\n---\nText.\n").build()
    (found,) = report.diagnostics
    assert (str(found.place), found.id, found.hint) == (
        "posts/2026-01-01-a.md:3:7",
        "invalid-language",
        "did you mean `en`?",
    )


def test_a_language_in_words_is_left_out_of_attributes(blog: BlogMaker) -> None:
    made = blog("""
-- posts/2026-01-01-a.md --
---
title: A
---
À la vie.
{: lang="french"}

Ça va.
{: lang="fr"}

[Là](https://a.example/){hreflang=french}
""")
    assert [(str(found.place), found.id, found.hint) for found in made.build().diagnostics] == [
        ("posts/2026-01-01-a.md:5:10", "invalid-language", "did you mean `fr`?"),
        ("posts/2026-01-01-a.md:10:35", "invalid-language", "did you mean `fr`?"),
    ]
    page = made.page("/posts/a/")
    assert "<p>À la vie.</p>" in page
    assert '<p lang="fr">Ça va.</p>' in page
    assert "french" not in page
