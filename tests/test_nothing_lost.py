"""Nothing that a person wrote is lost: every word is on the page, or a finding names its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from afterword.markdown.context import MarkdownOptions
from afterword.markdown.render import SPARE_SIZE
from tests.writing import write

if TYPE_CHECKING:
    from afterword.markdown.body import Body
    from tests.conftest import BlogMaker

_WORD = re.compile(r"w\d+w")
OPTIONS = MarkdownOptions(nesting=60)


def lost_words(text: str, options: MarkdownOptions = OPTIONS) -> list[str]:
    """The words like `w12w` that are neither on the page nor on a line that a finding names."""
    body = write(text, options)
    shown = set(_WORD.findall(_visible(body)))
    named = {diagnostic.place.line for diagnostic in body.diagnostics if diagnostic.place is not None}
    lines = enumerate(text.split("\n"), 5)
    return [word for number, line in lines for word in _WORD.findall(line) if word not in shown and number not in named]


def _visible(body: Body) -> str:
    """The text of a page, with its attributes: alternative texts and titles are shown by some means too."""
    root = html5lib.parseFragment(body.html, namespaceHTMLElements=False)
    return " ".join(
        ["".join(root.itertext()), *(value for element in root.iter() for value in element.attrib.values())]
    )


NESTINGS = {
    "quotes": lambda depth: "> " * depth,
    "bare quotes": lambda depth: ">" * depth,
    "lists": lambda depth: "- " * depth,
    "numbers": lambda depth: "1. " * depth,
    "quotes and lists": lambda depth: "> - " * (depth // 2),
    "lists and quotes": lambda depth: "* >" * (depth // 2),
}


@pytest.mark.parametrize("kind", NESTINGS)
@pytest.mark.parametrize("depth", [*range(1, 66, 4), 100, 150, 200, 300])
def test_no_depth_loses_a_word(kind: str, depth: int) -> None:
    text = f"w1w\n\n{NESTINGS[kind](depth)}w2w\n\nw3w"

    assert lost_words(text) == []
    assert lost_words(text, replace(OPTIONS, nesting=200)) == []


def test_lists_of_growing_depth_lose_no_word() -> None:
    text = "\n".join(f"{'  ' * depth}- w{depth}w" for depth in range(300))

    assert lost_words(text) == []


def test_what_is_too_deep_is_an_error_at_its_line() -> None:
    body = write(f"a\n\n{'> ' * 80}w1w", OPTIONS)

    assert [(found.id, found.is_error, found.place and found.place.line) for found in body.diagnostics] == [
        ("nesting-limit", True, 7)
    ]
    assert "w1w" in body.html


@pytest.mark.parametrize("depth", [50, 150, 400])
@pytest.mark.parametrize(
    ("opening", "closing"),
    [("[", "](/a)"), ("![", "](slide.png)"), ("*w1w ", "*"), ("**", "** w1w"), ("<b>", "</b>"), ("~~", "~~")],
)
def test_no_depth_within_a_line_loses_a_word(opening: str, closing: str, depth: int) -> None:
    assert lost_words(f"w0w {opening * depth}w2w{closing * depth} w3w") == []


NOTE = "\n[^"
PIECES = [
    *("# ", "## ", "> ", "- ", "* ", "1. ", "- [ ] ", "  ", "    ", "\n", "\n\n", "\n\n", "---\n", "```\n", "``` py\n"),
    *("| ", " | ", "\n|---|---|\n", "*", "**", "_", "`", "~~", "[", "](/a)", "](slide.png)", "![", "[^x]", NOTE),
    *("[a]: /b\n", "[a]", "<b>", "</b>", "<div>\n", "</div>\n", "<!-- ", " -->", "{: .x}", "{#y}", "{", "}", "&amp;"),
    *(": ", "\n: ", "\\", "\\\n", "> [!NOTE]\n", "https://x.example/", "www.x.example", "@x.example", "\t", " ", " "),
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.booleans())
def test_no_document_loses_a_word(pieces: list[str], smart: bool) -> None:
    notes = [f"n{number}" for number, piece in enumerate(pieces) if piece == NOTE]
    written = (f"{piece}n{number}]: " if piece == NOTE else piece for number, piece in enumerate(pieces))
    references = "".join(f"[^{note}]" for note in notes)  # what is not referred to is said, but only at its first line
    text = f"{references}\n\n" + "".join(f"{piece}w{number}w" for number, piece in enumerate(written))

    assert lost_words(text, replace(OPTIONS, html=False, smart=smart)) == []


SIZE = 65_536
REPEATED = [
    *("[", "![", "*a_ ", "**x ", "_", "*", "`a``b```", "<", "<a ", "<a b=", '<a b="', "<!--", "<?", "<![CDATA[", "]"),
    "\\",
    *("[a](", "[](", "[^a", "[^a] ", "{", "a{: .x", "{% a", "a | ", "|-", "> ", "- ", "~~a ", "&a", "https://"),
    *("https://a.b/(", "www.", "a@", "a@b.", ":", "[a][", "![a](b ", "***a** b* ", "<div a=", "!", '"', "\t", "w"),
    *("[a]: b\n", "[^b]: a\n", "|a|\n|-|\n", "# a\n", "---\n", "```\n", "~~~\n\n", "- a\n\n", "1. a\n", "a\n: b\n"),
    *("{: .a}\n", "<div>\n", "</div>\n", "a\n=\n", "> [!NOTE]\n", "- [ ] a\n", "    a\n\n", "> a\nb\n", "# a {#b}\n"),
]
AMPLIFIED = {
    "links": f"[a]: /{'b' * (SIZE // 2)}\n\n" + "[a] " * (SIZE // 8),
    "images": f"[a]: {'b' * (SIZE // 2)}.png\n\n" + "![a] " * (SIZE // 10),
    "footnotes": "[^a]: b\n\n" + "[^a]" * (SIZE // 4),
    "cells": f"|{'a|' * 200}\n|{'-|' * 200}\n" + "|a\n" * (SIZE // 4),
    "numbers": "``` py linenos\n" + "\n" * SIZE + "```",
    "deeper and deeper": "\n".join(f"{'  ' * depth}- a" for depth in range(200)),
    "longer and longer": " ".join("`" * length for length in range(1, 300)),
    "links in links": "[" * (SIZE // 6) + "a" + "](b)" * (SIZE // 6),
    "images in images": "![" * (SIZE // 6) + "a" + "](b)" * (SIZE // 6),
    "emphasis in emphasis": "*a " * (SIZE // 6) + "b" + " a*" * (SIZE // 6),
    "quotes and lists": "> - " * (SIZE // 4),
}


@pytest.mark.parametrize("text", [pytest.param(piece * (SIZE // len(piece)), id=repr(piece)) for piece in REPEATED])
def test_no_repetition_takes_for_ever_or_grows_without_limit(text: str) -> None:
    """What takes time with the square of the length would take hours at these sizes."""
    body = write(text)

    assert len(body.html) <= SPARE_SIZE + MarkdownOptions().growth * len(text)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in AMPLIFIED.items()])
def test_no_amplification_grows_without_limit(text: str) -> None:
    body = write(text)

    assert len(body.html) <= SPARE_SIZE + MarkdownOptions().growth * len(text)
    assert body.html or body.diagnostics


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("名前は a-*-b の形(*は番号)です。", "名前は a-*-b の形(*は番号)です。"),
        ("a-*-b（*は番号）です。", "a-*-b（*は番号）です。"),
        ("番号(a*)と*です。", "番号(a*)と*です。"),
        ("これは**「x」**です。", "これは<strong>「x」</strong>です。"),
        ("これは*（x）*です。", "これは<em>（x）</em>です。"),
    ],
)
def test_an_asterisk_beside_a_bracket_in_japanese_stays(blog: BlogMaker, text: str, html: str) -> None:
    made = blog("-- afterword.toml --\nlanguage = 'ja'\n").write("posts/2026-01-01-a.md", f"# A\n\n{text}\n")
    assert made.build().exit_code == 0
    assert f"<p>{html}</p>" in (made.root / "site/posts/a/index.html").read_text()
