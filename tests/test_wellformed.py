"""Files that programs parse: what no parser would read is an error of its template, and is not published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Exit

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

POST = "-- posts/2026-01-01-a.md --\n# A & B\n\nOne<br>\ntwo.\n"


@pytest.mark.parametrize(
    ("name", "template", "said", "spot", "label"),
    [
        (
            "feed.xml",
            "<feed>\n<title>{{ page.posts[0].title|safe }}</title>\n</feed>",
            "invalid XML in the output of `feed.xml`: not well-formed (invalid token)",
            "feed.xml:2:11",
            "near `<title>A & B</title>`",
        ),
        (
            "sitemap.xml",
            '\n<?xml version="1.0"?>\n<urlset/>\n',
            "invalid XML in the output of `sitemap.xml`: XML or text declaration not at start of entity",
            "sitemap.xml:2:1",
            'near `<?xml version="1.0"?>`',
        ),
        (
            "feed.xml",
            "<feed>{{ page.posts[0].content }}</feed>",
            "invalid XML in the output of `feed.xml`: mismatched tag",
            "feed.xml:2:7",
            "near `two.</p>`",
        ),
        (
            "feed.xml",
            "",
            "invalid XML in the output of `feed.xml`: no element found",
            "feed.xml:1:1",
            "at its end",
        ),
        (
            "feed.json",
            '[{% for post in page.posts %}{"title": {{ post.title }} }{% endfor %}]',
            "invalid JSON in the output of `feed.json`: expecting value",
            "feed.json:1:12",
            'near `[{"title": A &amp; B }]`',
        ),
        (
            "feed.json",
            '{"of":\n "NaN", "is": NaN}',
            "invalid JSON in the output of `feed.json`: invalid number",
            "feed.json:2:15",
            'near `"NaN", "is": NaN}`',
        ),
    ],
)
def test_a_template_that_makes_what_cannot_be_parsed_is_an_error_at_the_spot(
    blog: BlogMaker, name: str, template: str, said: str, spot: str, label: str
) -> None:
    made = blog(POST).write(f"templates/{name}", template)
    report = made.build()
    assert (report.exit_code, report.published) == (Exit.CONTENT, False)
    (found,) = report.diagnostics
    assert (found.id, str(found.place), found.message) == ("malformed-output", f"templates/{name}", said)
    (place, where), *_ = found.related
    assert (str(place), where) == (spot, label)


def test_a_template_of_many_files_is_one_mistake(blog: BlogMaker) -> None:
    made = blog(POST).add("-- posts/2026-01-02-b.md --\n---\ntitle: B\ntags: [x, y]\n---\nText.\n")
    (found,) = made.write("templates/feed.xml", "<feed>").build().diagnostics
    assert [label for _, label in found.related] == ["near `<feed>`, and 2 other pages"]


def test_a_post_under_a_name_that_promises_data_must_be_data(blog: BlogMaker) -> None:
    made = blog("-- pages/data.md --\n---\ntitle: Data\npermalink: /data.json\n---\nNone.\n")
    (found,) = made.build().diagnostics
    assert (found.id, str(found.place)) == ("malformed-output", "theme:templates/page.html")
    assert [str(place) for place, _ in found.related] == ["data.json:1:1", "pages/data.md:1"]


def test_json_that_is_nested_without_end_is_told(blog: BlogMaker) -> None:
    made = blog(POST).write("templates/feed.json", "{% for _ in range(50000) %}[{% endfor %}")
    (found,) = made.build().diagnostics
    assert found.message == "invalid JSON in the output of `feed.json`: nested too deeply"
