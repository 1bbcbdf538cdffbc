"""Typed values: what each type takes, and what it says to everything else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from afterword.front_matter import types as schema
from afterword.front_matter.yaml_nodes import read_yaml

if TYPE_CHECKING:
    from afterword.core.diagnostics import Diagnostic
    from afterword.core.nodes import Node
    from afterword.core.structs import Value


def node(value: str) -> Node:
    """The node of a value, as `key: value` in the first line of a file."""
    found: list[Diagnostic] = []
    entries = read_yaml(f"key: {value}", "a.md", 1, found.append)
    assert entries is not None
    assert found == []
    return entries.entries["key"]


def refuse(found: Diagnostic) -> None:
    """For values about which there is nothing to say."""
    pytest.fail(found.message)


def said(found: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(diagnostic.id, str(diagnostic.place), diagnostic.message) for diagnostic in found]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2024", "2024"),
        ("no", "no"),
        ("12:34", "12:34"),
        ("1e3", "1e3"),
        ("2024-01-01", "2024-01-01"),
        ("0123", "0123"),
        ("'it''s'", "it's"),
        ('" a "', "a"),
        ("one\n  two", "one two"),
        ("~", None),
        ("null", None),
        ("'null'", "null"),
        ("", None),
    ],
)
def test_texts_are_as_written(written: str, text: str | None) -> None:
    found: list[Diagnostic] = []
    assert schema.as_line(node(written), "key", found.append) == text
    assert found == []


@pytest.mark.parametrize(
    ("written", "finding"),
    [
        ("[a]", ("invalid-type", "a.md:1:6", "`key` must be text, found a list")),
        ("{a: b}", ("invalid-type", "a.md:1:6", "`key` must be text, found a map")),
        ("''", ("empty-value", "a.md:1:6", "`key` is empty")),
        ("|\n  one\n  two", ("invalid-value", "a.md:1:6", "`key` must be a single line")),
    ],
)
def test_a_line_is_one_line_of_text(written: str, finding: tuple[str, str, str]) -> None:
    found: list[Diagnostic] = []
    assert schema.as_line(node(written), "key", found.append) is None
    assert said(found) == [finding]


@pytest.mark.parametrize("written", ["true", "True", "YES", "yes", "'true'"])
def test_words_for_yes(written: str) -> None:
    assert schema.as_flag(node(written), "key", refuse) is True


@pytest.mark.parametrize("written", ["false", "FALSE", "no", "No", "'false'"])
def test_words_for_no(written: str) -> None:
    assert schema.as_flag(node(written), "key", refuse) is False


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("maybe", "`maybe`"),
        ("0", "`0`"),
        ("on", "`on`"),
        ("", "an empty value"),
        ("[true]", "a list"),
        ("tru", "`tru`"),
    ],
)
def test_every_other_word_is_refused(written: str, what: str) -> None:
    found: list[Diagnostic] = []
    assert schema.as_flag(node(written), "draft", found.append) is None
    assert [(diagnostic.id, diagnostic.message) for diagnostic in found] == [
        ("invalid-type", f"`draft` must be `true` or `false`, found {what}")
    ]


@pytest.mark.parametrize(("written", "size"), [("1280", 1280), ("'720'", 720), ("", 0)])
def test_sizes(written: str, size: int) -> None:
    assert schema.as_size(node(written), "width", refuse) == size


@pytest.mark.parametrize("written", ["-1", "0", "1.5", "1280px", "[1]", "9999999999"])
def test_what_is_no_size(written: str) -> None:
    found: list[Diagnostic] = []
    assert schema.as_size(node(written), "width", found.append) == 0
    assert [diagnostic.id for diagnostic in found] == ["invalid-value"]


def test_moments() -> None:
    moment = schema.as_moment(node("2026-02-01 10:00 +0200"), "date", UTC, refuse)
    assert moment == (datetime(2026, 2, 1, 8, tzinfo=UTC), False)
    assert schema.as_moment(node(""), "date", UTC, refuse) is None


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("[a, b c, 1, true, null, 12:34]", ["a", "b c", "1", "true", "12:34"]),
        ("\n- a\n- ' b '", ["a", "b"]),
        ("one tag", ["one tag"]),
        ("[…]", ["…"]),
        ("[]", []),
        ("", []),
    ],
)
def test_names(written: str, names: list[str]) -> None:
    assert [name for name, _ in schema.as_names(node(written), "tag", refuse)] == names


@pytest.mark.parametrize(
    ("written", "names"),
    [("a b", ["a", "b"]), ("a, b c,", ["a", "b c"]), ("python", ["python"]), ("''", [])],
)
def test_one_text_can_be_several_names(written: str, names: list[str]) -> None:
    assert [name for name, _ in schema.as_names(node(written), "tags", refuse, split=True)] == names


def test_names_inside_names_are_refused_at_their_place() -> None:
    found: list[Diagnostic] = []
    names = schema.as_names(node("[a, [b], {c: d}, ' ']"), "tags", found.append)
    assert [name for name, _ in names] == ["a"]
    assert said(found) == [
        ("invalid-type", "a.md:1:10", "`tags[1]` must be text, found a list"),
        ("invalid-type", "a.md:1:15", "`tags[2]` must be text, found a map"),
        ("empty-value", "a.md:1:23", "`tags[3]` is empty"),
    ]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ada", ["Ada"]),
        ("{name: Ada, url: x}", ["Ada"]),
        ("[Ada, {name: Grace}]", ["Ada", "Grace"]),
        ("", []),
    ],
)
def test_people(written: str, names: list[str]) -> None:
    assert [name for name, _ in schema.as_people(node(written), "authors", refuse)] == names


def test_people_have_names() -> None:
    found: list[Diagnostic] = []
    assert schema.as_people(node("[{url: x}, {name: [y]}]"), "authors", found.append) == []
    assert [diagnostic.message for diagnostic in found] == [
        "missing key `name` in `authors[0]`",
        "`authors[1].name` must be text, found a list",
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("null", None),
        ("~", None),
        ("", None),
        ("True", True),
        ("false", False),
        ("7", 7),
        ("-12", -12),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("yes", "yes"),
        ("off", "off"),
        ("12:34", "12:34"),
        ("0123", "0123"),
        ("2026-02-01", "2026-02-01"),
        ("1_000", "1_000"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000),
        ("'7'", "7"),
        ("٣", "٣"),
        ("[1, {a: no}]", (1, {"a": "no"})),
    ],
)
def test_plain_data_has_the_types_of_yamls_core_schema(written: str, value: Value) -> None:
    read = schema.as_data(node(written))
    assert read == value
    assert type(read) is type(value)


def test_data_as_written() -> None:
    written = "{length: 59:48, date: 2011-09, speakers: [Ada, ~], live: true}"
    assert schema.as_written(node(written)) == {
        "length": "59:48",
        "date": "2011-09",
        "speakers": ("Ada", None),
        "live": "true",
    }
