"""Two hundred broken posts in one blog: each is told once, at its line, in one run, and nothing is published."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Exit

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

POSTS = 200


@dataclass(frozen=True)
class Kind:
    """A way to break a post: its bytes, and what is said of it on which line."""

    id: str
    line: int
    content: bytes


def whole(id: str, line: int, text: str) -> Kind:
    """A post of which all is given."""
    return Kind(id, line, text.encode())


def key(id: str, lines: str, line: int = 3) -> Kind:
    """A post with one or more further keys, the first of which is on line 3."""
    return whole(id, line, f"---\ntitle: A talk\n{lines}\n---\nText.\n")


def title(id: str, written: str) -> Kind:
    """A post with this title, on line 2."""
    return whole(id, 2, f"---\ntitle: {written}\ntags: [python]\n---\nText.\n")


def body(id: str, text: str, line: int = 6) -> Kind:
    """A sound post with this text, two lines below the first."""
    return whole(id, line, f"---\ntitle: A talk\n---\nText.\n\n{text}\n")


KINDS = (
    title("yaml-syntax", "Boundaries: a talk"),
    title("yaml-syntax", "@beazley"),
    title("yaml-syntax", "`yield`"),
    title("yaml-syntax", "%d"),
    title("yaml-syntax", "[Draft] A talk"),
    title("yaml-syntax", "{A talk"),
    title("yaml-syntax", "**A talk**"),
    title("yaml-syntax", "> 5 reasons"),
    title("yaml-syntax", '"A talk'),
    title("yaml-syntax", "'it's a talk'"),
    title("yaml-syntax", '"C:\\Users"'),
    title("yaml-syntax", "- A talk"),
    title("unsupported-yaml", "*args"),
    title("unsupported-yaml", "&str or String"),
    title("unsupported-yaml", "!!str 2024"),
    title("empty-value", "''"),
    title("empty-value", "null"),
    title("invalid-type", "[A talk]"),
    title("invalid-type", "{a: talk}"),
    title("invalid-value", "|\n  A\n  talk"),
    key("yaml-syntax", "author\nlayout: post"),
    key("yaml-syntax", "layout: post\n  lang: en", line=4),
    key("yaml-syntax", "talk:\n  length: 1\n date: 2", line=5),
    key("yaml-syntax", "tags:\n\t- python", line=4),
    key("duplicate-key", "title: Another talk"),
    key("duplicate-key", "talk:\n  date: 2023\n  date: 2024", line=5),
    key("unsupported-yaml", "<<: {layout: post}"),
    key("invalid-key", "[a]: b"),
    key("front-matter-depth", "a: [[[[[[[[b]]]]]]]]"),
    key("front-matter-keys", "\n".join(f"key{number}: x" for number in range(200)), line=202),
    key("invalid-date", "date: 2026-02-30"),
    key("invalid-date", "date: 2026-13-01"),
    key("invalid-date", "date: 2026-02-01 25:00"),
    key("invalid-date", "date: 2026-02-01 10:00 +25:00"),
    key("invalid-date", "date: yesterday"),
    key("invalid-type", "date: [2026-02-01]"),
    key("invalid-type", "tags: [python, [testing]]"),
    key("invalid-type", "categories:\n- a\n- {b: c}", line=5),
    key("empty-value", "tags: ['']"),
    key("invalid-type", "tags: {a: b}"),
    key("invalid-type", "draft: ture"),
    key("invalid-type", "published: 0"),
    key("invalid-type", "draft:"),
    key("misspelled-visibility", "darft: true"),
    key("missing-key", "author: {url: x}"),
    key("invalid-value", "image: {path: https://example.org/a.png, width: wide}"),
    key("invalid-permalink", "permalink: /:titel/"),
    key("invalid-permalink", "permalink: /../talk/"),
    key("invalid-permalink", "permalink: '/a*b/'"),
    key("invalid-alias", "redirect_from: [/../old/]"),
    key("invalid-type", "layout: [post]"),
    whole("empty-file", 1, ""),
    whole("unclosed-front-matter", 1, "---\ntitle: A talk\n\nText.\n"),
    whole("invalid-front-matter", 1, "----\ntitle: A talk\n---\n"),
    whole("invalid-front-matter", 2, "\n---\ntitle: A talk\n---\n"),
    whole("invalid-front-matter", 1, "title: A talk\ntags: [a]\n---\n"),
    whole("invalid-front-matter", 1, "---toml\ntitle = 'A talk'\n---\n"),
    whole("toml-syntax", 2, "+++\ntitle = A talk\n+++\n"),
    whole("json-syntax", 1, '{"title": "A talk",\n}\n'),
    whole("invalid-front-matter", 2, "---\n- A talk\n---\n"),
    whole("invalid-front-matter", 2, "---\nA talk\n---\n"),
    whole("unsupported-yaml", 2, "---\n%YAML 1.2\n---\n"),
    whole("front-matter-size", 1, "---\ntitle: " + "a" * 70_000 + "\n---\n"),
    Kind("not-utf8", 2, b"---\ntitle: Caf\xe9\n---\n"),
    Kind("not-utf8", 4, b"---\ntitle: A talk\n---\nOne \xc3\x28.\n"),
    Kind("not-utf8", 1, "---\ntitle: A talk\n---\n".encode("utf-16")),
    Kind("unreadable", 0, b"---\ntitle: A talk\n---\n" + b"a" * 2_000_000),
)


def _path_of(number: int, kind: Kind) -> str:
    """The file of a broken post; its name has a date unless the date in front matter is what is wrong."""
    return f"posts/post{number}.md" if b"\ndate:" in kind.content else f"posts/2026-01-01-post{number}.md"


@pytest.fixture
def broken(blog: BlogMaker) -> Blog:
    """A blog with a sound post that is published, to which two hundred broken posts are added."""
    made = blog("-- posts/2025-01-01-sound.md --\n---\ntitle: A sound talk\n---\nText.\n")
    assert made.build().exit_code is Exit.DONE
    for number, kind in enumerate(islice(cycle(KINDS), POSTS)):
        made.write(_path_of(number, kind), kind.content)
    return made


def test_every_kind_is_another_one() -> None:
    assert len({kind.content for kind in KINDS}) == len(KINDS) >= 40


def test_each_of_many_broken_posts_is_told_once_at_its_line(broken: Blog) -> None:
    before = broken.tree()
    report = broken.build()
    expected = [(_path_of(number, kind), kind.line, kind.id) for number, kind in enumerate(islice(cycle(KINDS), POSTS))]
    told = [(found.place.path, found.place.line, found.id) for found in report.diagnostics if found.place is not None]
    assert Counter(told) == Counter(expected)
    assert len(report.diagnostics) == POSTS
    assert all(found.is_error for found in report.diagnostics)
    assert report.exit_code is Exit.CONTENT
    assert not report.published
    assert broken.tree() == before


def test_the_number_of_processes_changes_no_word(broken: Blog) -> None:
    assert broken.build(jobs=2).diagnostics == broken.build(jobs=1).diagnostics
