"""Bare addresses: what is one, and where it ends (GitHub Flavored Markdown, "Autolinks")."""

from __future__ import annotations

import re

import pytest

from tests.writing import say, write


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://a.example", ["https://a.example"]),
        ("HTTP://a.example/B", ["HTTP://a.example/B"]),
        ("http://localhost:4000/a", ["http://localhost:4000/a"]),
        ("(https://a.example/b_(c))", ["https://a.example/b_(c)"]),
        ("https://a.example/b?", ["https://a.example/b"]),
        ("https://a.example/?b=c&amp;", ["https://a.example/?b=c"]),
        ("*https://a.example*", ["https://a.example"]),
        ("https://a.example<br>", ["https://a.example"]),
        ("https://bücher.example/ü", ["https://xn--bcher-kva.example/%C3%BC"]),
        ("www.a.example.", ["http://www.a.example"]),
        ("awww.a.example", []),
        ("www.", []),
        ("xhttps://a.example", []),
        ("https://", []),
        ("ftp://a.example", []),
        ("a.b+c@d-e.example", ["mailto:a.b+c@d-e.example"]),
        ("a@b", []),
        ("\\ab@c.example", []),
        ("@a.example", []),
        ("`https://a.example`", []),
        ("\\https://a.example", []),
    ],
)
def test_bare_addresses(text: str, links: list[str]) -> None:
    assert re.findall(r'href="([^"]*)"', write(text).html) == links


def test_text_around_addresses_stays() -> None:
    body = write("see https://a.example, me@a.example; www.a.example!")

    assert re.sub(r"<[^>]*>", "", body.html) == "see https://a.example, me@a.example; www.a.example!\n"
    assert list(map(say, body.diagnostics)) == []
