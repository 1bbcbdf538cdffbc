"""Bytes become text: UTF-8 only, one kind of line end, no characters that a page cannot hold."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from afterword.core.text import FORBIDDEN, MAX_REPORTS, decode, shown


def findings(data: bytes) -> list[tuple[str, str, str]]:
    return [(found.id, str(found.place), found.message) for found in decode("a.md", data).diagnostics]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_the_byte_order_mark_make_no_difference(mark: bytes, end: str) -> None:
    decoded = decode("a.md", mark + end.join(["---", "title: é 🎤", "---", ""]).encode())
    assert decoded.text == "---\ntitle: é 🎤\n---\n"
    assert decoded.diagnostics == ()


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (b"caf\xe9", "a.md:1:4", "invalid UTF-8 at byte 3"),
        (b"\xef\xbb\xbfcaf\xe9", "a.md:1:4", "invalid UTF-8 at byte 6"),
        ("é\r\nü".encode() + b"\xc3\x28", "a.md:2:2", "invalid UTF-8 at byte 6"),
        (b"x\xed\xa0\x80", "a.md:1:2", "invalid UTF-8 at byte 1"),
        (b"\xc0\xae", "a.md:1:1", "invalid UTF-8 at byte 0"),
    ],
)
def test_other_encodings_are_refused_at_their_first_byte(data: bytes, place: str, message: str) -> None:
    assert findings(data) == [("not-utf8", place, message)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_utf16_is_called_by_its_name(encoding: str) -> None:
    (found,) = decode("a.md", "---\ntitle: A talk\n---\n".encode(encoding)).diagnostics
    assert (found.id, found.hint) == ("not-utf8", "save the file as UTF-8; it may be UTF-16")


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\0", "U+0000 (NULL)"),
        ("\x1b", "U+001B (ESCAPE)"),
        ("\x0c", "U+000C (FORM FEED)"),
        ("\x7f", "U+007F"),
        ("\x85", "U+0085"),
        ("\ufffe", "U+FFFE"),
        ("\uffff", "U+FFFF"),
    ],
)
def test_control_characters_are_replaced_with_a_warning(character: str, name: str) -> None:
    found = findings(f"one\nzwei: é{character}x".encode())
    assert found == [("control-character", "a.md:2:8", f"control character {name}")]


def test_tabs_and_unusual_spaces_are_text() -> None:
    text = "a\tb\u00a0c\u200bd\u2028e\ufefff"
    assert decode("a.md", text.encode()).text == text
    assert findings(text.encode()) == []


def test_very_many_control_characters_are_counted() -> None:
    found = findings(b"text\n" + b"\x01" * 1000)
    assert len(found) == MAX_REPORTS + 1
    assert found[-1][1:] == ("a.md:2:11", "990 more control characters from here on")


def test_what_cannot_stand_there_leaves_its_column() -> None:
    assert decode("a.md", b"a\x1bb\xe9c").text == "a\ufffdb\ufffdc"


@given(st.binary(max_size=300))
@example("\uf000\u00a0".encode())
def test_any_bytes_become_text_or_are_refused(data: bytes) -> None:
    decoded = decode("a.md", data)
    assert not FORBIDDEN.search(decoded.text)
    assert "\r" not in decoded.text
    assert decoded.diagnostics or decoded.text == data.decode().lstrip("\ufeff").replace("\r\n", "\n").replace(
        "\r", "\n"
    )


def test_what_messages_repeat_is_short_and_does_nothing() -> None:
    assert shown("a\n  b\x1b]0;") == "a b\\u001b]0;"
    assert shown("x" * 61) == "x" * 60 + "…"
