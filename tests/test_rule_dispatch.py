"""A parser that looks at a character before it calls a rule reads every text as one that calls all rules."""

from __future__ import annotations

import json
import os
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from afterword.markdown.environment import Environment
from afterword.markdown.fast import blocks as fast_blocks
from afterword.markdown.fast import inlines as fast_inlines
from afterword.markdown.fast.dispatch import BLOCKS, INLINES, look_before_calling
from afterword.markdown.fast.nested_lists import read_nested_list
from afterword.markdown.fast.tokens import make_token
from afterword.markdown.parser import ParserOptions, make_parser
from tests.conftest import DATA
from tests.writing import FIXTURES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

    from afterword.markdown.environment import LinkDefinition

LINES = (
    *("- ", "* ", "+ [x] ", "1. ", "23) ", "> ", "> [!NOTE]\n", "# ", "####### ", "    ", "\t", "  ", ": ", "~ "),
    *("---", "===", "***", "_ _ _", "```", "~~~ a", "| a | b |\n|---|:-:|\n| c |", "-|-", ":-", "{#a .b}", "{:toc}"),
    *("[a]: /b 'c'", "[^a]: ", "[1:02]: ", "<div>", "<!--", "-->", "</p>"),
)
SIGNS = (
    *("*", "**", "_", "~~", "`", "``", "\\", "\\*", "[", "]", "](/a)", "![", "[a]", "[^a]", "[1:02]", "[]()", "{.a}"),
    *("<b>", "<https://a.example>", "https://a.example/b?c=(d).", "http", "://", "www.a.example", "w", "ww.", "a@b.de"),
    *("&amp;", "&#35;", "&", "!", ":", "@", "  ", "\"'", "--", "...", "(c)", "a", "Ab c", "é", "—", "中", "\ufffd"),
)
WRITTEN_LINES = (
    *("# a", "## b **c**", "### x #", "# a | b", "- a", "- b", "* c", "+ d", "1. e", "2. f", "10) g", "2020. b"),
    *("-", "- [ ] t", "- [x] u", "- [a](b) c", "  - n", "    code", "> q", "> [!NOTE]", ">", "```", "```py"),
    *("   ```", "````", "| a | b |", "|---|---|", "|:--|--:|", "| 1 | 2 |", "|x|", "||", "|\\||a|", "a", "b c"),
    *("Word **x** y.", "(p)", '"q"', "“q”", "term", ": def", "~ def", "---", "===", "[a]: /u", "[^1]: note"),
    *("[^1]", "[a](b)", "[a](b): c", "<div>", "<!-- x -->", "{.c}", "{:toc}", "* TOC", "[TOC]", "", "", "", ""),
    *("   ", "\t", "é", "12", "3 a", "1.5 c", "![i](j)", "\\# a", "&amp; b", "a  ", "a\\", "[0:10] x", "[0:10]: y"),
    *("*e* f", "***m***", "_n_", "* * x", "x | y", "-|-", "\u00a0b", "**a:** b", "a\n2. b\n: c", "www.a.b c"),
    *("*[HTML]: x", "HTML is", "!!! note", "??? tip", "::: warning", ":::", "$$", "\\[", "\\]", "> [!tip]- T"),
    *("\u2028c", "# \u00a0d\u00a0", "- a\t", ">\tq", "1.\tz"),
)
WRITTEN_PIECES = (
    *("a", "b c", " ", "**", "*", "`", "[", "](", "](https://a.b/c)", ")", "!", ".", ",", ":", "://", "x@y.z"),
    *("www.", "_", "~~", "&amp;", "&", "<b>", "<", ">", "{.c}", "\\", "(", "é", '"', "'", "-", "1", "**x**", "*y*"),
    *("`k`", "—", "[z](https://q.r)", "https://u.v", "\n", "“", "[1h2m](x)", "[0:10]", "[^1]", "[a](/b#c)"),
    *("snake_case", "**b c**:", "**(d)**", "*e.*", " * ", "= $ ^", "|", "#", "\u00a0", "日本", "**日本**", "__u__"),
    *("mailto:x", '[a b](c "t")', "w", "[a](<b>)", "[a](b)(c)", "*x*é", "(**y**)", '"*z*"', "3*4*5", "\t", "a\n b"),
    *("a  \nb", "<3", "& b", "!!", "![", "*a. b.*", "**a?** ", "![a b](/c.png)", "![](d.png)", "[a](b&c=d)"),
    *("==", "==a==", "x=y", "$", "$x$", "$$", "\\(", "\\)", ":tada:", "a:", "[[a]]", "![[b]]", "**a: b:**", "$5"),
    *("[a](b&amp;c)", "**www.a.b**", "![a][b]", "\n\n[a]: /r\n[b c]: /s 't'\n[é]: /u\n[0:10]: /v\n[e1]: /w\n\n", "[a]"),
    *(
        "[b c]",
        "[B  c][]",
        "[x][a]",
        "[x][e\u0301]",
        "[0:10]",
        "[1h2m]",
        "[e1]",
        "[nothing]",
        '[a](b "t")',
        "[a][nothing]",
    ),
    *('![a](b "it\'s -- \\"")', '![a](b "c d")', '[a](b "")', "[1][a]", "[a]:"),
)
"""Lines and pieces of lines that are simple, or nearly: next to each other they must be read as the rules read them."""

ITEMS = ("- a", "- b c", "- **d**", "- [x](y)", "- [ ] e", "1. f", "1. g | h", "2. i", "1) j", "* k", "+ [X] l", "- 12")
ENDS = ("", "\n", "\n\nA b\n", "\n\n\n# c\n", "\n\n- d\n", "\nlazy\n", "\n\n  e\n", "\n\n    f\n", "\n   \n\nG")

TEXTS = st.lists(st.sampled_from(("\n", "\n", "\n\n", *LINES, *SIGNS)), max_size=40).map("".join)
COUNTS = ("images", "quote", "quoted_lines")
PARSERS = [
    pytest.param(html, smart, id=f"html {html}, smart {smart}") for html in (True, False) for smart in (True, False)
]


def make_both(html: bool, smart: bool) -> tuple[MarkdownIt, MarkdownIt]:
    looking = make_parser(ParserOptions(html, smart, nesting=6))
    look_before_calling(looking)
    return make_parser(ParserOptions(html, smart, nesting=6)), looking


def read(parser: MarkdownIt, text: str, *, talk: bool) -> object:
    """All that a parser makes of a text, but for what its rules count to keep their limits."""
    environment = Environment(talk=talk)
    tokens = [token.as_dict() for token in parser.parse(text, environment)]
    ours = {name: value for name, value in vars(environment).items() if name not in COUNTS}
    return tokens, dict(environment), ours


@pytest.mark.parametrize(("html", "smart"), PARSERS)
def test_random_texts_are_read_the_same(html: bool, smart: bool) -> None:
    calling, looking = make_both(html, smart)

    @given(TEXTS, st.booleans())
    def compare(text: str, talk: bool) -> None:
        assert read(looking, text, talk=talk) == read(calling, text, talk=talk)

    compare()


def test_the_fixtures_are_read_the_same() -> None:
    calling, looking = make_both(html=True, smart=True)
    fixtures = [path.read_text() for path in sorted(FIXTURES.rglob("*.md"))]

    assert fixtures
    for text in fixtures:
        assert read(looking, text, talk=True) == read(calling, text, talk=True)


def write_texts(count: int, seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    for _ in range(count):
        lines = (chance.choice(WRITTEN_LINES) for _ in range(chance.randint(1, 9)))
        yield "\n".join(lines) + chance.choice(["", "\n", "\n\n"])
        yield "".join(chance.choice(WRITTEN_PIECES) for _ in range(chance.randint(2, 9)))


@pytest.mark.parametrize(("html", "smart"), PARSERS)
def test_lines_and_pieces_at_random_are_read_the_same(html: bool, smart: bool) -> None:
    calling, looking = make_both(html, smart)

    for number, text in enumerate(write_texts(int(os.environ.get("AFTERWORD_TEXTS", "500")), seed=len(PARSERS))):
        talk = number % 3 == 0
        assert read(looking, text, talk=talk) == read(calling, text, talk=talk), text


def write_lists(count: int, seed: int) -> Iterator[str]:
    """Yields lists in lists, most of them regular."""
    chance = random.Random(seed)
    for _ in range(count):
        indents = [0]
        for _ in range(chance.randint(1, 7)):
            last = indents[-1]
            indents.append(chance.choice((0, last, last, last + 2, last + 2, last + 3, max(0, last - 2), 1, 4)))
        yield "\n".join(" " * indent + chance.choice(ITEMS) for indent in indents) + chance.choice(ENDS)


def test_lists_in_lists_are_read_the_same() -> None:
    calling, looking = make_both(html=True, smart=False)

    for text in write_lists(int(os.environ.get("AFTERWORD_TEXTS", "500")), seed=1):
        assert read(looking, text, talk=False) == read(calling, text, talk=False), text


def test_lists_in_lists_need_no_rules() -> None:
    lines = ["- a", "  - [x] b", "    3. c", "  - d", "1. e"]

    assert read_nested_list(lines[:2], 0, 2, max_nesting=108) is not None
    assert read_nested_list(lines[:3], 0, 3, max_nesting=108) is None  # a 3 does not end the paragraph above it
    assert read_nested_list([*lines[:2], lines[3]], 0, 3, max_nesting=13) is not None
    assert read_nested_list([*lines[:2], lines[3]], 0, 3, max_nesting=12) is None
    assert read_nested_list([*lines[:2], lines[4]], 0, 3, max_nesting=108) is None


def test_texts_as_they_are_mostly_written_need_no_rules() -> None:
    read_text = fast_inlines.make_reader(dict(INLINES))

    assert read_text is not None
    assert (
        read_text('**Cost:** 3 < 4 & `x_y` *or* [a b](https://a.example/b#c "d"), ![a](b.png)\nand so on', {})
        is not None
    )
    references: dict[str, LinkDefinition] = {"A": {"label": "A", "href": "/b", "title": "", "map": [0, 1]}}
    assert read_text("the [notes][a], [A] and [a][]", references) is not None
    assert read_text("the [notes][b]", references) is None
    assert read_text("a ~~b~~", {}) is None


def test_a_rule_that_is_not_known_is_called() -> None:
    """A plug-in's rule is not passed over: texts with its characters are not simple."""
    known = dict(INLINES)

    read_text = fast_inlines.make_reader({**known, "insert": "+"})
    assert read_text is not None
    assert read_text("**a** + b", {}) is None
    assert read_text("**a** b", {}) is not None
    assert fast_inlines.make_reader({**known, "anywhere": None}) is None
    assert fast_inlines.make_reader({**known, "stars": "*"}) is None
    assert fast_blocks.make_reader({**BLOCKS, "anywhere": None}) is None
    assert fast_blocks.make_reader({**BLOCKS, "include": "!"}) is None
    assert fast_blocks.make_reader({**BLOCKS, "include": "%"}) is not None


def test_a_rule_of_a_plugin_is_called() -> None:
    def read_sign(state: StateInline, silent: bool) -> bool:
        if not state.src.startswith("++", state.pos):
            return False
        if not silent:
            state.push("sign", "br", 0)
        state.pos += 2
        return True

    parser = make_parser(ParserOptions(html=True, smart=False, nesting=6))
    parser.inline.ruler.push("sign", read_sign)
    look_before_calling(parser)

    [_, inline, _] = parser.parse("**a** and ++", Environment())
    assert inline.children is not None
    assert inline.children[-1].type == "sign"


def test_tokens_have_all_fields() -> None:
    """A field that a newer markdown-it-py adds must be set too."""
    token = make_token("text", "", 0, 0, "a")

    assert token == Token("text", "", 0, content="a")
    assert all(hasattr(token, name) for name in Token.__slots__)


def test_the_examples_of_commonmark_are_read_the_same() -> None:
    examples = DATA / "commonmark" / "spec.json"
    calling, looking = make_both(html=True, smart=False)

    for example in json.loads(examples.read_text()):
        text = example["markdown"]
        assert read(looking, text, talk=False) == read(calling, text, talk=False)


def test_the_rules_that_are_named_are_rules_of_the_parser() -> None:
    parser = make_parser(ParserOptions(html=True, smart=True, nesting=6))

    assert BLOCKS.keys() <= set(parser.block.ruler.get_active_rules())
    assert INLINES.keys() <= set(parser.inline.ruler.get_active_rules())
