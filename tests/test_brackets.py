"""Links and images: what CommonMark says, and what markdown-it-py's own rules read, in less time."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from afterword.core.smart_quotes import use_linear_smartquotes
from afterword.markdown.environment import Environment
from afterword.markdown.rules.brackets import LONGEST_LABEL, MOST_IMAGES, add_bracket_rules
from tests.writing import write

THEIRS = MarkdownIt("commonmark")
OURS = MarkdownIt("commonmark")
add_bracket_rules(OURS)

DEFINITIONS = "\n\n[a]: /a 'A'\n[b c]: <b c>\n"
PIECES = st.sampled_from(
    (
        *("[", "[", "]", "]", "(", ")", "](", "](/x)", '](/x "y")', "](<x y>)", "![", "[a]", "[b  C]", "[a][", "[]"),
        *("`", "``", "*", "**", "_", "<", ">", "<i>", "<https://a.example>", "\\", "\\]", "&amp;", " ", "a", "b", "'"),
        *('"', "\n", "((", "))", "\\("),
    )
)


def is_left_open(text: str) -> bool:
    """Whether a parenthesis behind a label has no destination: their rules then leave out that the label may refer."""
    return "](" in text


@given(st.lists(PIECES, max_size=25).map("".join))
def test_links_are_what_they_are_in_markdown_it(text: str) -> None:
    assert OURS.render(text, Environment()) == THEIRS.render(text)
    if not is_left_open(text):
        assert OURS.render(text + DEFINITIONS, Environment()) == THEIRS.render(text + DEFINITIONS)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[a](b [c]", '<a href="/a" title="A">a</a>(b [c]'),
        ("[a](x y[b c]", '<a href="/a" title="A">a</a>(x y<a href="b%20c">b c</a>'),
        ("[a](", '<a href="/a" title="A">a</a>('),
        ("[[a]](/b)", '[<a href="/a" title="A">a</a>](/b)'),
        ("![[a](/b)](/c)", '<img src="/c" alt="a" />'),
        ("[![a](/b)](/c)", '<a href="/c"><img src="/b" alt="a" /></a>'),
        ("[x](/y\\", "[x](/y\\"),
        ("[x](" + "(" * 33 + ")" * 33 + ")", "[x](" + "(" * 33 + ")" * 33 + ")"),
    ],
)
def test_links(text: str, html: str) -> None:
    assert OURS.render(text + DEFINITIONS, Environment()) == f"<p>{html}</p>\n"


def test_a_label_is_as_long_as_commonmark_lets_it_be() -> None:
    label = "a" * LONGEST_LABEL
    definitions = f"\n\n[{label}]: /b\n[{label}a]: /c\n"

    assert 'href="/b"' in OURS.render(f"[{label}]{definitions}", Environment())
    assert "href" not in OURS.render(f"[{label}a]{definitions}", Environment())


@pytest.mark.parametrize("depth", [MOST_IMAGES, MOST_IMAGES + 2, 2_000])
def test_images_in_images_do_not_exhaust_the_stack(depth: int) -> None:
    html = OURS.render("![" * depth + "a" + "](b)" * depth, Environment())
    assert html.startswith('<p><img src="b" alt="')
    assert html.count("<img") == 1


QUOTES = st.sampled_from(
    ('"', "'", " ", "a", "9", "*", "**", "`x`", "[a](b)", "\n", "(", ".", "-", "&quot;", "<i>", "é")
)

QUOTATION_IN_WORD = re.compile(r'[aéx]"(?=[a9éx])')


@given(st.lists(QUOTES, max_size=25).map("".join))
def test_smart_quotes_are_what_they_are_in_markdown_it(text: str) -> None:
    assume("'99" not in text)  # a year without its century begins with an apostrophe: `tests/test_typography.py`
    assume(not QUOTATION_IN_WORD.search(re.sub(r"[*`\[]|\]\(b\)", "", text)))  # it ends in ours: `two "if"s`
    theirs, ours = (
        MarkdownIt("commonmark", {"typographer": True}).enable(["replacements", "smartquotes"]) for _ in range(2)
    )
    use_linear_smartquotes(ours)
    ours_alike, theirs_alike = (html.replace("’", "'") for html in (ours.render(text), theirs.render(text)))
    # beside apostrophes at the beginning of words, and single double marks, which ours are curved
    assert re.fullmatch(re.escape(theirs_alike).replace(r"\&quot;", "(?:&quot;|“|”)"), ours_alike)


def test_too_many_lines_in_nested_quotes_are_an_error_at_their_line() -> None:
    body = write("Text.\n\n" + "> " * 90 + "a\n" + "b\n" * 3_000)

    (found,) = body.diagnostics
    assert (found.id, found.is_error) == ("too-many-elements", True)
    assert found.place is not None
    assert found.place.line == 7
    assert not body.html
