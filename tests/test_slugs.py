"""Slugs are Jekyll's where Jekyll has them, and total where it has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core.slugs import MAX_BYTES, slugify, term_slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("LLM Basics", "llm-basics"),
        ("  The _config.yml file ", "the-config-yml-file"),
        ("C++", "c"),
        ("éclair à la carte", "éclair-à-la-carte"),
        ("cafe\u0301", "café"),
        ("हिन्दी", "हिन्दी"),
        ("…", ""),
    ],
)
def test_the_default_mode_keeps_letters_marks_and_digits(text: str, slug: str) -> None:
    assert slugify(text) == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("The _config.yml file", "the-_config.yml-file"),
        ("Let's go!", "let's-go!"),
        ("a/b", "a-b"),
    ],
)
def test_the_pretty_mode_keeps_more(text: str, slug: str) -> None:
    assert slugify(text, "pretty") == slug


def test_case_is_kept_where_it_is_asked_for() -> None:
    assert slugify("MCP Intro", "pretty", keep_case=True) == "MCP-Intro"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("python", "python"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("C", "c"),
        ("..", "u2e-u2e"),
        ("🎤", "u1f3a4"),
        ("con", "con-"),
        ("a/b", "a-b"),
        ("İpek Şahin", "ipek-şahin"),
        ("I\u0307pek", "ipek"),
        ("ısı", "ısı"),
    ],
)
def test_terms_get_a_segment_of_their_own(name: str, slug: str) -> None:
    assert term_slug(name) == slug


@given(st.text(min_size=1, max_size=300).filter(str.strip))
def test_every_term_has_a_safe_segment(name: str) -> None:
    slug = term_slug(name)
    assert slug not in ("", ".", "..")
    assert len(slug.encode(errors="surrogatepass")) <= MAX_BYTES
    assert not set(slug) & set('/\\:*?"<>|\0\n')
