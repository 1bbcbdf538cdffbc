"""Front matter in TOML and JSON: what it says is what YAML says, each key and value at its place."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from afterword.config.schema import LimitSettings
from afterword.core.diagnostics import Exit
from afterword.core.nodes import List, Map, Node, TextNode
from afterword.core.text import FORBIDDEN
from afterword.core.toml import read_toml
from afterword.front_matter.json_nodes import read_json
from afterword.front_matter.parser import Document, parse
from afterword.front_matter.types import as_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.core.diagnostics import Diagnostic
    from tests.conftest import BlogMaker

YAML = """\
---
title: "Notes: a talk"
date: 2026-02-01 10:00:00+02:00
tags: [python, testing]
draft: true
image: {path: /a.png, width: 20}
venue: Berlin
rating: 4.5
talk:
  title: Boundaries
  speakers: [Gary Bernhardt]
---
Text.
"""

TOML = """\
+++
title = "Notes: a talk"
date = 2026-02-01 10:00:00+02:00
tags = [
  "python", # a comment
  'testing',
]
draft = true
image.path = "/a.png"
image.width = 20
venue = \"""
Berlin\"""
rating = 4.5

[talk]
title = "Boundaries"
speakers = ["Gary Bernhardt"]
+++
Text.
"""

JSON = """\
{
\t"title": "Notes: a talk",
\t"date": "2026-02-01T10:00:00+02:00",
\t"tags": ["python", "testing"],
\t"draft": true,
\t"image": {"path": "\\/a.png", "width": 20},
\t"venue": "Berlin",
\t"rating": 4.5,
\t"talk": {
\t\t"title": "Boundaries",
\t\t"speakers": ["Gary Bernhardt"]
\t}
}
Text.
"""


def read(source: str) -> Document:
    return parse("a.md", source.encode(), zone=ZoneInfo("Europe/Berlin"), limits=LimitSettings())


def findings(source: str) -> list[tuple[str, str]]:
    return [(str(found.place).removeprefix("a.md:"), found.id) for found in read(source).diagnostics]


@pytest.mark.parametrize("source", [TOML, JSON])
def test_toml_and_json_say_what_yaml_says(source: str) -> None:
    expected, document = read(YAML), read(source)
    assert document.diagnostics == ()
    assert document.text == expected.text
    assert source.split("\n")[document.first_line - 1] == "Text."
    assert replace(document.matter, places={}) == replace(expected.matter, places={})
    assert {*document.matter.places} == {*expected.matter.places}


def test_places_are_those_of_the_values() -> None:
    places = read(TOML).matter.places
    assert {name: str(place) for name, place in places.items() if name in ("title", "tags[1]", "image.width")} == {
        "title": "a.md:2:9",
        "tags[1]": "a.md:6:3",
        "image.width": "a.md:10:15",
    }
    assert str(places["talk.speakers[0]"]) == "a.md:17:13"
    assert str(read(JSON).matter.places["talk.speakers[0]"]) == "a.md:11:16"


@pytest.mark.parametrize(
    ("source", "text", "first_line"),
    [
        ("+++\n+++\nText\n", "Text\n", 3),
        ("+++ \t\ntitle = 'A'\n+++  \nText\n", "Text\n", 4),
        ("+++\ntitle = 'A'\n+++", "", 4),
        ("\ufeff+++\r\ntitle = 'A'\r\n+++\r\nText\r\n", "Text\n", 4),
        ("+++\ntitle = 'A'\n---\n+++\nText\n", "Text\n", 5),
        ('{"title": "A"}\nText\n', "Text\n", 2),
        ('{"title": "A"}', "", 2),
        ('{ "title": "}",\n"tags": []}  \n\nText\n', "\nText\n", 3),
        ('\ufeff{\r\n"title": "A"\r\n}\r\nText\r\n', "Text\n", 4),
    ],
)
def test_the_text_begins_behind_the_front_matter(source: str, text: str, first_line: int) -> None:
    document = read(source)
    assert (document.text, document.first_line) == (text, first_line)


@pytest.mark.parametrize(
    ("line", "date", "date_only"),
    [
        ("date = 2026-02-01", datetime(2026, 2, 1, tzinfo=ZoneInfo("Europe/Berlin")), True),
        ("date = 2026-02-01T10:00:00Z", datetime(2026, 2, 1, 10, tzinfo=UTC), False),
        ("date = 2026-02-01 10:00:00", datetime(2026, 2, 1, 10, tzinfo=ZoneInfo("Europe/Berlin")), False),
        ('date = "2026-02-01"', datetime(2026, 2, 1, tzinfo=ZoneInfo("Europe/Berlin")), True),
    ],
)
def test_dates_of_toml(line: str, date: datetime, date_only: bool) -> None:
    matter = read(f"+++\n{line}\n+++\n").matter
    assert (matter.date, matter.date_only) == (date, date_only)


def test_scalars_of_toml_are_those_of_yaml() -> None:
    lines = "a = 1_000\nb = 0x1F\nc = 0b101\nd = 1.50\ne = +7\nf = inf\ng = true\nh = 'true'\ni = 10:30:00\nj = []\n"
    extra = read(f"+++\n{lines}+++\n").matter.extra
    assert [*extra.values()] == [1000, 31, 5, 1.5, 7, "inf", True, "true", "10:30:00", ()]


def test_a_title_in_toml_is_what_was_written() -> None:
    for written in ("1.10", "2024", "2024-01-01", "true"):
        assert read(f"+++\ntitle = {written}\n+++\n").matter.title == written


def test_a_post_of_zola() -> None:
    source = """\
+++
title = "A"
path = "2025/a"
[taxonomies]
tags = ["python"]
categories = ["talks"]
projects = ["x"]
[extra]
toc = true
+++
"""
    document = read(source)
    assert document.diagnostics == ()
    assert (document.matter.tags, document.matter.categories) == (("python",), ("talks",))
    assert document.matter.permalink == "/2025/a/"
    assert document.matter.extra["extra"] == {"toc": True}
    assert document.matter.toc is None
    assert str(document.matter.places["tags[0]"]) == "a.md:5:9"


def test_tags_are_not_taken_twice() -> None:
    source = "+++\ntags = ['a']\n[taxonomies]\ntags = ['b']\n+++\n"
    assert read(source).matter.tags == ("a",)
    assert findings(source) == [("4:1", "ignored-key")]


@pytest.mark.parametrize(
    ("source", "permalink"),
    [
        ('{"title": "A", "url": "/old/a/"}', "/old/a/"),
        ('{"title": "A", "url": "old/a.html"}', "/old/a.html"),
        ("+++\nurl = '/old/a/'\npermalink = '/a/'\n+++\n", "/a/"),
        ("+++\npath = '/old/a/'\n+++\n", "/old/a/"),
        ("+++\nurl = 'https://example.org/a/'\n+++\n", None),
    ],
)
def test_the_url_of_hugo_and_zola_is_the_permalink(source: str, permalink: str | None) -> None:
    assert read(source).matter.permalink == permalink


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("+++\ntitle = 'A'\nText.\n", ("1:1", "unclosed-front-matter")),
        ("+++\ntitle = A\n+++\n", ("2:9", "toml-syntax")),
        ("+++\n\ntitle: A\n+++\n", ("3:6", "toml-syntax")),
        ("+++\ntitle = 'A\ndraft = true\n+++\n", ("2:9", "toml-syntax")),
        ('+++\ntitle = """A\n+++\n', ("2:9", "toml-syntax")),
        ("+++\ntitle = 'A'\ntitle = 'B'\n+++\n", ("3:1", "toml-syntax")),
        (f"+++\nx = {'1' * 5000}\n+++\n", ("2", "toml-syntax")),
        ("+++\nx = " + "[" * 2000 + "\n+++\n", ("2", "toml-syntax")),
        ("+++\nx = " + "[" * 9 + "]" * 9 + "\n+++\n", ("2:12", "front-matter-depth")),
        ("+++\n" + "a." * 9 + "a = 1\n+++\n", ("2:15", "front-matter-depth")),
        ("+++\n" + "a." * 20_000 + "a = 1\n+++\n", ("2:1", "front-matter-depth")),
        ("+++\n" + "".join(f"k{number} = 1\n" for number in range(201)) + "+++\n", ("202:1", "front-matter-keys")),
        ("+++\ntitle = 'A'\ndraft = 'maybe'\n+++\n", ("3:9", "invalid-type")),
        ("+++\ndate = 10:00:00\n+++\n", ("2:8", "invalid-date")),
        ('+++\ntitle = "A\\u0007"\n+++\n', ("2:9", "control-character")),
        ("+++\ndarft = true\n+++\n", ("2:1", "misspelled-visibility")),
        ("+++\n" + f"title = '{'A' * 70_000}'\n" + "+++\n", ("1:1", "front-matter-size")),
        ('{"title": "A",}\n', ("1:14", "json-syntax")),
        ('{\n"title": "A"\n"draft": true}\n', ("3:1", "json-syntax")),
        ('{"title": "A", draft: true}\n', ("1:16", "json-syntax")),
        ('{"title": "A", // a comment\n"draft": true}\n', ("1:16", "json-syntax")),
        ('{"title": "A\n"}\n', ("1:13", "json-syntax")),
        ('{"title": "A", "draft": True}\n', ("1:25", "json-syntax")),
        ('{"title": "NaN", "x": NaN}\n', ("1:23", "json-syntax")),
        ('{"title": "A"\n\nText.\n', ("3:1", "json-syntax")),
        ('{"title": ' + "[" * 2000 + "\n", ("1", "json-syntax")),
        ('{"title": "A", "x": ' + "[" * 8 + "]" * 8 + "}\n", ("1:28", "front-matter-depth")),
        ('{"title": "A",\n"title": "B"}\n', ("2:1", "duplicate-key")),
        ('{"title": "A", "x": "\\ud83d"}\n', ("1:21", "control-character")),
        ('{"title": "A", "draft": "maybe"}\n', ("1:25", "invalid-type")),
        ('{"title": "A"} Text.\n', ("1:15", "invalid-front-matter")),
    ],
)
def test_what_is_wrong_is_told_at_its_place(source: str, found: tuple[str, str]) -> None:
    assert findings(source) == [found]


def test_a_draft_in_toml_or_json_is_held_back(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n").write("posts/2026-01-02-b.md", TOML)
    made.write("posts/2026-01-03-c.md", '{"title": "C", "draft": true}\nText.\n')
    report = made.build(strict=True)
    assert report.exit_code is Exit.DONE
    assert {skipped.path for skipped in report.skipped} == {"posts/2026-01-02-b.md", "posts/2026-01-03-c.md"}


CHARACTERS = "a1é🎤 \t\n\"'\\/#,.:=[]{}-\x7f\u2028"
"""Letters, and what means something to one of the formats."""

DATA = st.recursive(
    st.booleans() | st.integers(-(10**15), 10**15) | st.floats(0.001, 1000) | st.text(CHARACTERS, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(CHARACTERS, max_size=4), inner, max_size=3),
    max_leaves=8,
)


def scalars(node: Node) -> Iterator[TextNode]:
    match node:
        case TextNode():
            yield node
        case List():
            yield from (text for item in node.items for text in scalars(item))
        case Map():
            yield from (text for value in node.entries.values() for text in scalars(value))


def write_toml(value: object) -> str:
    """A value as TOML writes it, with white space and comments where there may be some."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list():
            return "[ # comment\n" + ",\n\t".join(map(write_toml, value)) + " ]"
        case dict():
            return "{ " + ", ".join(f"{write_toml(key)} ={write_toml(inner)}" for key, inner in value.items()) + "}"
        case _:
            return str(value)


def as_plain(value: object) -> object:
    """Data as nodes give it: lists are tuples, and characters that no page can hold are replaced."""
    match value:
        case str():
            return FORBIDDEN.sub("\ufffd", value)
        case list():
            return tuple(map(as_plain, value))
        case dict():
            return {as_plain(key): as_plain(inner) for key, inner in value.items()}
        case _:
            return value


@settings(deadline=None)  # the first example imports a parser
@given(st.dictionaries(st.sampled_from(["title", "b", "é", "a b"]), DATA, max_size=4))
def test_json_means_what_the_json_module_says(data: dict[str, object]) -> None:
    for text in (json.dumps(data), json.dumps(data, indent="\t", ensure_ascii=False)):
        found: list[Diagnostic] = []
        read = read_json(text, "a.md", 1, found.append)
        check(read, found, text, as_plain(json.loads(text)))


@settings(deadline=None)  # the first example imports a parser
@given(st.dictionaries(st.sampled_from(["title", "b", "é", "a b"]), DATA, max_size=4))
def test_toml_means_what_tomllib_says(data: dict[str, object]) -> None:
    text = "".join(f"  {json.dumps(key)}= {write_toml(value)} # x\n" for key, value in data.items())
    found: list[Diagnostic] = []
    read = read_toml(text, "a.md", 1, found.append)
    check(read, found, text, as_plain(tomllib.loads(text)))


def check(read: Map | None, found: list[Diagnostic], text: str, expected: object) -> None:
    """The nodes have the expected values, and each scalar stands where it says; unless the data is too deep."""
    if read is None:
        assert {one.id for one in found} & {"front-matter-depth", "front-matter-keys"}
        return
    if not any(one.id == "invalid-key" for one in found):
        assert as_data(read) == expected
    lines = text.split("\n")
    for scalar in scalars(read):
        written = lines[scalar.place.line - 1][scalar.place.column - 1 :][: scalar.place.length]
        assert written == scalar.value if scalar.plain else written[0] == written[-1] == '"'
