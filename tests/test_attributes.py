"""Attributes in braces: what is one, and whose it is."""

from __future__ import annotations

import pytest

from afterword.markdown.rules.attributes import parse_attributes
from tests.writing import write


@pytest.mark.parametrize(
    ("written", "attributes"),
    [
        ("{.a}", {"class": "a"}),
        ("{: .a .b}", {"class": "a b"}),
        ('{.a class="b c"}', {"class": "a b c"}),
        ("{#a #b}", {"id": "b"}),
        ('{: width=50% title="a = b" data-x=1 }', {"width": "50%", "title": "a = b", "data-x": "1"}),
        ("{LANG=de}", {"lang": "de"}),
        ("{: #हिन्दी .e\u0301}", {"id": "हिन्दी", "class": "e\u0301"}),
        ("{: title='a \"b\"' .c}", {"title": 'a "b"', "class": "c"}),
    ],
)
def test_attributes_are_read(written: str, attributes: dict[str, str]) -> None:
    assert parse_attributes(written) == attributes


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a*{.b}", '<p><em class="b">a</em></p>\n'),
        ("*a* {.b}", "<p><em>a</em> {.b}</p>\n"),
        ("`a` {.b}", "<p><code>a</code> {.b}</p>\n"),
        ("`a`{.b}{#c}", '<p><code class="b" id="c">a</code></p>\n'),
        ("`a`{b}", "<p><code>a</code>{b}</p>\n"),
        ("`a`{{b}}", "<p><code>a</code>{{b}}</p>\n"),
        ("a\n{.b}\nc", '<p>a</p>\n<p class="b">c</p>\n'),
        ("> a\n{: .b}", '<blockquote class="b">\n<p>a</p>\n</blockquote>\n'),
        ("> a\n> {: .b}", '<blockquote>\n<p class="b">a</p>\n</blockquote>\n'),
        ("1. a\n{: .b}", '<ol class="b">\n<li>a</li>\n</ol>\n'),
        ("3. a\n{: reversed=reversed}", '<ol start="3" reversed="reversed">\n<li>a</li>\n</ol>\n'),
        ("---\n{: .b}", '<hr class="b">\n'),
        ("{.b}\n{#c}\na", '<p class="b" id="c">a</p>\n'),
        ("{.b}\n<i>a</i>", '<p class="b"><i>a</i></p>\n'),
        ("{.b}\n<div></div>", "<p>{.b}</p>\n<div></div>\n"),
    ],
)
def test_attributes_belong_to_what_is_beside_them(text: str, html: str) -> None:
    assert write(text).html == html
