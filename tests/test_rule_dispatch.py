"""A parser that looks at a character before it calls a rule reads every text as one that calls all rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.markdown.parser import BLOCKS, INLINES, look_before_calling, make_parser
from tests.conftest import DATA
from tests.writing import FIXTURES

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

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
TEXTS = st.lists(st.sampled_from(("\n", "\n", "\n\n", *LINES, *SIGNS)), max_size=40).map("".join)
PARSERS = [
    pytest.param(html, smart, id=f"html {html}, smart {smart}") for html in (True, False) for smart in (True, False)
]


def make_both(html: bool, smart: bool) -> tuple[MarkdownIt, MarkdownIt]:
    looking = make_parser(html=html, smart=smart, nesting=6)
    look_before_calling(looking)
    return make_parser(html=html, smart=smart, nesting=6), looking


def read(parser: MarkdownIt, text: str, *, talk: bool) -> object:
    """All that a parser makes of a text."""
    environment: dict[str, object] = {"talk": talk}
    return [token.as_dict() for token in parser.parse(text, environment)], environment


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


def test_the_examples_of_commonmark_are_read_the_same() -> None:
    examples = DATA / "commonmark" / "spec.json"
    calling, looking = make_both(html=True, smart=False)

    for example in json.loads(examples.read_text()):
        text = example["markdown"]
        assert read(looking, text, talk=False) == read(calling, text, talk=False)


def test_the_rules_that_are_named_are_rules_of_the_parser() -> None:
    parser = make_parser(html=True, smart=True, nesting=6)

    assert BLOCKS.keys() <= set(parser.block.ruler.get_active_rules())
    assert INLINES.keys() <= set(parser.inline.ruler.get_active_rules())
