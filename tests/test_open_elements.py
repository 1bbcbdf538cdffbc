"""HTML of a text that breaks the page around it: elements that are not closed, and end tags that close nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.build.report import Request
from afterword.build.workers.pool import no_progress
from afterword.check.run import check_blog
from tests.conftest import environ_on
from tests.writing import write

if TYPE_CHECKING:
    from tests.conftest import BlogMaker


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("Text <b>unclosed bold", "`<b>` is not closed", 5, 6),
        ("<table><tr><td>cell", "`<table>` is not closed", 5, 1),
        ("<div>\n\n*Text.*", "`<div>` is not closed", 5, 1),
        ("Text <b><i>text</b>.", "`<i>` is not closed", 5, 9),
        ("Text.\n\n- Item <em>text", "`<em>` is not closed", 7, 8),
        ("Text.[^1]\n\n[^1]: A <span>note.", "`<span>` is not closed", 7, 9),
        ("| a |\n| --- |\n| <b>x |", "`<b>` is not closed", 7, 3),
        ("A List<String> of text.", "`<string>` is not closed", 5, 7),
        ("Text.\n\n</div>\n\nText.", "`</div>` closes nothing", 7, 1),
        ("Text</section>.", "`</section>` closes nothing", 5, 5),
    ],
)
def test_an_element_that_is_open_is_a_warning_at_its_tag(text: str, message: str, line: int, column: int) -> None:
    (found,) = write(text).diagnostics

    assert (found.id, found.is_error, found.message) == ("invalid-html", False, message)
    assert found.place is not None
    assert (found.place.line, found.place.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "<div>\n\n*Text*<br>\n\n</div>",
        "<ul><li>a<li>b</ul>\n<table><tr><td>x</table>\n<p>y",
        '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>',
        '<div markdown="1">\n*Text.* <b>x</b>\n</div>',
        "- <div>\n\n  *Text.*\n\n  </div>",
        "<DIV>Text.</div>",
        "`<b>` and \\<b> and <https://example.com/>",
        "<textarea>\n\n<b>\n\n</textarea>",
        "<!-- <div> -->",
        '<div ="x" class="y">Text.</div>',
        '<p><a href="https://example.com/" ="_blank" title="x">Text</a> <b = c>text</b></p>',
    ],
)
def test_closed_html_and_text_have_no_warning(text: str) -> None:
    assert write(text).diagnostics == ()


def test_an_unclosed_script_is_one_error() -> None:
    assert [one.id for one in write("<title>\n\nText.").diagnostics] == ["unclosed-html"]
    assert [one.id for one in write('<div class="x>\n\nText.').diagnostics] == ["unclosed-html"]


def test_check_reports_an_open_element_once(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-x.md --\n# X\n\nText.\n\nText <b>open.\n")
    checked = check_blog(Request(source=made.root), environ_on(), no_progress)

    places = [one.place for one in checked.diagnostics if one.id == "invalid-html"]
    assert [(place.path, place.line, place.column) for place in places if place] == [("posts/2026-01-01-x.md", 5, 6)]
