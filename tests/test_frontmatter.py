"""Front matter: Jekyll's keys, typed, with all mistakes of a file in one go and each at its place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.config.schema import LimitSettings
from afterword.core.diagnostics import Place
from afterword.front_matter.model import FrontMatter, Image
from afterword.front_matter.parser import Document, parse

if TYPE_CHECKING:
    from afterword.core.structs import Value

LIMITS = LimitSettings()


def read(source: str | bytes, limits: LimitSettings = LIMITS) -> Document:
    data = source if isinstance(source, bytes) else source.encode()
    return parse("a.md", data, zone=ZoneInfo("Europe/Berlin"), limits=limits)


def matter(keys: str) -> FrontMatter:
    """Front matter without any finding."""
    document = read(f"---\n{keys}\n---\n")
    assert document.diagnostics == ()
    return document.matter


def findings(keys: str) -> list[tuple[str, str]]:
    document = read(f"---\n{keys}\n---\n")
    return [(str(found.place).removeprefix("a.md:"), found.id) for found in document.diagnostics]


@pytest.mark.parametrize(
    ("source", "text", "first_line"),
    [
        ("---\ntitle: A\n---\nText\n", "Text\n", 4),
        ("--- \t\ntitle: A\n...  \nText\n", "Text\n", 4),
        ("---\ntitle: A\n---\n---\nText\n", "---\nText\n", 4),
        ("---\ntitle: A\n---", "", 4),
        ("\ufeff---\r\ntitle: A\r\n---\r\nText\r\n", "Text\n", 4),
        ("---\n---\nText\n", "Text\n", 3),
        ("---\n# only a comment\n---\nText\n", "Text\n", 4),
        ("Text\n\n---\n", "Text\n\n---\n", 1),
        ("----\n\nText\n", "----\n\nText\n", 1),
    ],
)
def test_the_text_begins_after_the_front_matter(source: str, text: str, first_line: int) -> None:
    document = read(source)
    assert (document.text, document.first_line, document.diagnostics) == (text, first_line, ())


def test_a_file_without_front_matter_says_nothing() -> None:
    assert read("Text\n").matter == FrontMatter()


def test_a_jekyll_post() -> None:
    found = matter(
        """\
layout: post
title:  "Notes: a talk"
date:   2026-02-01 10:00:00 +0200
categories: [llm-basics]
tags: [karpathy, llm]
last_modified_at: 2026-03-01
redirect_from: /old/
author: Ada
summary: A line.
image: /img/a.png"""
    )
    assert (found.layout, found.title, found.description) == ("post", "Notes: a talk", "A line.")
    assert (found.date, found.date_only) == (datetime(2026, 2, 1, 8, tzinfo=UTC), False)
    assert found.updated == datetime(2026, 3, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert (found.categories, found.tags, found.authors) == (("llm-basics",), ("karpathy", "llm"), ("Ada",))
    assert (found.aliases, found.image) == (("/old/",), Image("/img/a.png"))


@pytest.mark.parametrize("title", ["2024", "no", "12:34", "1e3", "2024-01-01", "true", "C# & more", "a:b", "é 🎤"])
def test_a_title_is_the_text_that_was_written(title: str) -> None:
    assert matter(f"title: {title}").title == title


@pytest.mark.parametrize(
    ("keys", "tags", "categories"),
    [
        ("tags: [a, b, a]", ("a", "b"), ()),
        ("tag: a b", ("a b",), ()),
        ("tag: [a]", ("a",), ()),
        ("tag:\ntags: [b]", ("b",), ()),
        ("tags:", (), ()),
        ("categories: [a]\ncategory: b c", (), ("a", "b c")),
        ("categories:\n- [Sports, Baseball]\n- Play", (), ("Sports", "Baseball", "Play")),
        ("categories: [[Sports, Baseball], [Sports, 'Ice hockey']]", (), ("Sports", "Baseball", "Ice hockey")),
        ("category: [[a], b]", (), ("a", "b")),
        ("category: b", (), ("b",)),
    ],
)
def test_terms_are_jekylls(keys: str, tags: tuple[str, ...], categories: tuple[str, ...]) -> None:
    found = matter(keys)
    assert (found.tags, found.categories) == (tags, categories)


def test_one_tag_hides_many() -> None:
    document = read("---\ntag: a\ntags: [b]\n---\n")
    assert document.matter.tags == ("a",)
    assert [(found.id, str(found.place)) for found in document.diagnostics] == [("ignored-key", "a.md:3:1")]


@pytest.mark.parametrize(
    ("keys", "draft"),
    [
        ("draft: true", True),
        ("draft: No", False),
        ("published: false", True),
        ("published: yes", False),
        ("draft: false\npublished: false", True),
        ("title: A", False),
    ],
)
def test_drafts(keys: str, draft: bool) -> None:
    assert bool(matter(keys).visibility.draft) is draft


@pytest.mark.parametrize(
    "keys", ["draft: ture", "draft:", "draft: [true]", "darft: true", "Draft: true", "Published: no"]
)
def test_a_slip_does_not_publish_a_draft(keys: str) -> None:
    assert any(found.is_error for found in read(f"---\n{keys}\n---\n").diagnostics)


@pytest.mark.parametrize(
    ("keys", "layout"), [("layout: talk", "talk"), ("layout: null", "none"), ("layout:", "none"), ("title: A", None)]
)
def test_no_layout_is_a_layout(keys: str, layout: str | None) -> None:
    assert matter(keys).layout == layout


def test_an_image_with_all_that_is_known_of_it() -> None:
    found = matter("image: {path: a.png, alt: A hall, width: 1280, height: 720, credit: x}")
    assert found.image == Image("a.png", "A hall", 1280, 720)
    assert found.places["image.alt"] == Place("a.md", 2, 27, 6)


@pytest.mark.parametrize(
    ("written", "series", "ids"),
    [
        ("[Go talks]", "Go talks", []),
        ("[Go talks, More]", "Go talks", ["ignored-value"]),
        ("[]", "", []),
        ("[[a]]", "", ["invalid-type"]),
        ("{a: b}", "", ["invalid-type"]),
    ],
)
def test_a_list_of_one_series_is_a_series(written: str, series: str, ids: list[str]) -> None:
    document = read(f"---\nseries: {written}\n---\n")
    assert document.matter.series == series
    assert [found.id for found in document.diagnostics] == ids


def test_the_other_keys() -> None:
    found = matter(
        "slug: my-slug\npermalink: /x/\nexcerpt: |\n  One *two*.\n\n  Three.\nseries: Karpathy\npinned: yes\n"
        "toc: false\nlang: no\nmath: true\nauthors: [Ada, {name: Grace}]\ndescription: >\n  One\n  line.\n"
    )
    assert (found.slug, found.permalink, found.excerpt) == ("my-slug", "/x/", "One *two*.\n\nThree.")
    assert (found.series, found.pinned, found.toc, found.lang, found.math) == ("Karpathy", True, False, "no", True)
    assert (found.authors, found.description) == (("Ada", "Grace"), "One line.")


def test_keys_without_a_value_are_absent() -> None:
    keys = "date slug permalink tags category author description excerpt image aliases series pinned toc lang math talk"
    found = matter("\n".join(f"{key}:" for key in keys.split()))
    assert {name: getattr(found, name) for name in FrontMatter.__struct_fields__ if name != "places"} == {
        name: getattr(FrontMatter(), name) for name in FrontMatter.__struct_fields__ if name != "places"
    }


def test_a_talk_is_kept_as_written() -> None:
    found = matter("talk:\n  length: 59:48\n  date: 2011-09\n  speakers: [Ada, no]\n  slides: ~")
    assert found.talk == {"length": "59:48", "date": "2011-09", "speakers": ("Ada", "no"), "slides": None}
    assert found.places["talk.length"] == Place("a.md", 3, 11, 5)
    assert found.places["talk.speakers[1]"] == Place("a.md", 5, 19, 2)


@pytest.mark.parametrize(
    ("written", "value"), [("1", 1), ("true", True), ("yes", "yes"), ("12:34", "12:34"), ("[a, ~]", ("a", None))]
)
def test_further_keys_are_plain_data(written: str, value: Value) -> None:
    assert matter(f"venue: {written}").extra == {"venue": value}


@pytest.mark.parametrize(
    "key",
    [
        *("comments", "publisher", "sitemap", "noindex", "subtitle", "header", "thumbnail", "sidebar", "published"),
        *("author_profile", "toc_label", "share", "related", "classes", "mathjax", "images", "cover", "featured"),
        *("redirect_to", "excerpt_separator", "image_alt", "tagline", "keywords", "takeaways", "updates", "venue", "x"),
        "servings",
        *(
            "created",
            "Created",
            "created_at",
            "createdOn",
            "date_created",
            "Publisher",
            "rated",
            "stage",
            "live",
            "servings",
        ),
    ],
)
def test_keys_that_other_themes_have_are_no_mistakes(key: str) -> None:
    assert findings(f"title: A\n{key}: true") == []


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("tilte", "title"),
        ("Title", "title"),
        ("catgories", "categories"),
        ("permalnk", "permalink"),
        ("CATGORIES", "categories"),
    ],
)
def test_a_key_that_is_nearly_one_of_ours_is_a_warning(key: str, hint: str) -> None:
    found = read(f"---\n{key}: x\n---\n").diagnostics
    assert [(one.id, one.is_error, one.hint) for one in found] == [("unknown-key", False, f"did you mean `{hint}`?")]


def test_all_mistakes_of_a_file_come_in_one_go() -> None:
    document = read(
        """\
---
title: A
date: 2026-02-30
tags: [a, [b]]
title: B
lang: en_US
---
Text
"""
    )
    assert sorted((str(found.place), found.id) for found in document.diagnostics) == [
        ("a.md:3:7", "invalid-date"),
        ("a.md:4:11", "invalid-type"),
        ("a.md:5:1", "duplicate-key"),
        ("a.md:6:7", "invalid-language"),
    ]
    assert (document.matter.title, document.matter.tags, document.text) == ("A", ("a",), "Text\n")


def test_what_cannot_be_read_is_not_missing_as_well() -> None:
    assert read("---\ntitle: []\ndate: x\n---\n").matter.title == ""
    assert read("---\ntitle: []\ndate: x\n---\n").matter.date is not None
    assert read("---\ntitle: a: b\n---\n").matter.date is not None


def test_places_count_characters_in_the_file() -> None:
    found = matter('title: "é🎤"\ntags:\n  - ä\n  - "ö"\nredirect_from: [/a/]\nlast_modified_at: 2026-01-01')
    assert found.places["title"] == Place("a.md", 2, 8, 4)
    assert found.places["tags[1]"] == Place("a.md", 5, 5, 3)
    assert found.places["aliases[0]"] == Place("a.md", 6, 17, 3)
    assert found.places["updated"] == Place("a.md", 7, 19, 10)


@pytest.mark.parametrize(
    ("keys", "finding"),
    [
        ("a: &x [*x]", [("2:4", "unsupported-yaml"), ("2:8", "unsupported-yaml")]),
        ("a: {b: {c: !!str d}}", [("2:12", "unsupported-yaml")]),
        ("a: {<<: {b: c}}", [("2:5", "unsupported-yaml")]),
        ("a:\n  b: 1\n  'b': 2", [("4:3", "duplicate-key")]),
        ("a: [[[[[[[b]]]]]]]", []),
        ("a: [[[[[[[[b]]]]]]]]", [("2:11", "front-matter-depth")]),
        ("? [a]\n: b", [("2:3", "invalid-key")]),
        ("'': b", [("2:1", "invalid-key")]),
        ("--- a: b", [("2:1", "unsupported-yaml")]),
        ('a: "\\x07"', [("2:4", "control-character")]),
        ("a: b\u2028c", [("2:5", "control-character")]),
    ],
)
def test_what_yaml_can_do_and_front_matter_cannot(keys: str, finding: list[tuple[str, str]]) -> None:
    assert findings(keys) == finding


def test_half_a_character_gets_in_by_no_escape() -> None:
    document = read('---\ntitle: A talk\nvenue: "\\ud800"\n---\n')
    assert [found.is_error for found in document.diagnostics] == [True]
    assert "\ud800" not in str(document.matter.extra.get("venue"))


def test_the_number_of_keys_is_limited() -> None:
    keys = "\n".join(f"key{number}: x" for number in range(200))
    assert findings(keys) == []
    assert findings(f"{keys}\nlast: x") == [("202:1", "front-matter-keys")]


def test_the_size_is_limited() -> None:
    document = read("---\ntitle: a long title\n---\nText\n", LimitSettings(front_matter_size=10))
    (found,) = document.diagnostics
    assert (found.id, found.message) == ("front-matter-size", "front matter has 20 bytes, the limit is 10")
    assert (document.text, document.first_line) == ("Text\n", 4)


def test_very_many_mistakes_are_counted() -> None:
    found = read("---\ntags: [" + "[], " * 100 + "]\ntilte: x\n---\n").diagnostics
    assert len(found) == 21
    assert found[-1].message == "81 more errors or warnings"
    assert all(one.is_error for one in found[:-1])


@pytest.mark.parametrize(
    ("keys", "first"),
    [
        ("a: " + "[" * 30_000, "yaml-syntax"),
        ("a: " + "{" * 30_000, "yaml-syntax"),
        ("- " * 30_000, "front-matter-depth"),
        ("? " * 30_000, "front-matter-depth"),
        ("a: &a b\n" + "\n".join(f"k{number}: [*a, *a, *a]" for number in range(150)), "unsupported-yaml"),
        ("a: " + "!x " * 20_000, "unsupported-yaml"),
        ("a: b\n " + "- " * 30_000 + ": x", "yaml-syntax"),
        ("a" + " " * 60_000 + "b", "invalid-front-matter"),
        ('a: "' + "\\" * 60_000, "yaml-syntax"),
        ("a: " + "9" * 60_000, None),
        ("date: " + " " * 60_000 + "x", "invalid-date"),
        ("lang: " + "a-" * 30_000, "invalid-language"),
    ],
    ids=lambda value: (value or "fine")[:12],
)
def test_front_matter_made_to_be_slow_is_not(keys: str, first: str | None) -> None:
    """What takes time with the square of the length would take minutes at these sizes."""
    found = read(f"---\n{keys}\n---\n").diagnostics
    assert next((one.id for one in found), None) == first


@given(st.binary(max_size=400))
def test_any_bytes_can_be_read(data: bytes) -> None:
    assert read(data).first_line >= 1


_PIECES = st.sampled_from(
    [
        *("title", "date", "tags", "draft", "image", "talk", "- ", ": ", ":", "\n", "\n  ", "\t", " ", "[", "]", "{"),
        "}",
        *("&a", "*a", "!x", "<<", "?", "|", ">", "'", '"', "\\", "#", "%", "@", "`", "---", "...", ",", "~", "null"),
        *("2026-02-01", "12:34", "é", "🎤", "\u2028", "\x07", "\ufeff", "yes", "0x1F", ".inf"),
    ]
)


@settings(max_examples=300)
@given(st.lists(_PIECES, max_size=40))
def test_whatever_looks_like_yaml_is_read_or_refused_at_a_line_of_the_file(pieces: list[str]) -> None:
    source = "---\n" + "".join(pieces) + "\n---\nText\n"
    for found in read(source).diagnostics:
        assert found.place is not None
        assert 1 <= found.place.line <= source.count("\n") + 1
        assert "\n" not in found.message


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True).map(lambda key: f"x{key}"), st.text(max_size=30)))
def test_texts_in_double_quotes_come_back_as_they_are(values: dict[str, str]) -> None:
    import json

    written = "\n".join(f"{key}: {json.dumps(value)}" for key, value in values.items())
    document = read(f"---\n{written}\n---\n")
    if not document.diagnostics:
        assert document.matter.extra == values


@given(st.text("ab \"'\\é", max_size=40).map(str.strip), st.sampled_from([None, "'", '"', "|", ">"]))
def test_the_places_of_an_excerpt_are_where_its_letters_are(value: str, style: str | None) -> None:
    written = yaml.safe_dump({"title": "x", "excerpt": value}, default_style=style, allow_unicode=True, width=12)
    pieces = sorted(
        (int(name[8:-1]), place)
        for name, place in read(f"---\n{written}---\n").matter.places.items()
        if "excerpt[" in name
    )
    lines = f"---\n{written}".split("\n")
    for at, letter in enumerate(value):
        start, place = max((piece for piece in pieces if piece[0] <= at), default=(0, None))
        if letter in "abé":
            assert place is not None
            assert lines[place.line - 1][place.column - 1 + at - start] == letter
