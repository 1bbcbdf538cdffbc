"""Markup of other tools: each row of the table is rendered, or shown as text with one warning at its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from mdit_py_plugins.container import container_plugin

from afterword.core.diagnostics import Exit
from afterword.markdown import parser as markdown_parser
from afterword.markdown.context import MarkdownOptions
from afterword.markdown.warnings.constructs import RENDERED
from afterword.markdown.warnings.unsupported import AS_TEXT
from tests.writing import ids, say, write

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from afterword.markdown.parser import ParserOptions
    from afterword.markdown.warnings.constructs import Construct
    from tests.conftest import BlogMaker

HTML = {
    "alert with a title": '<div class="alert alert-note" role="note">\n<p>Own title</p>\n<p>Text.</p>\n</div>',
    "folded alert": '<details class="alert alert-note">\n<summary>Title</summary>\n<p>Text.</p>\n</details>',
    "admonition": '<div class="alert alert-tip" role="note">\n<p>Title</p>\n<p>Text.</p>\n</div>',
    "folded admonition": '<details class="alert alert-note">\n<summary>Title</summary>\n<p>Text.</p>\n</details>',
    "container": '<div class="alert alert-warning" role="note">\n<p>Title</p>\n<p>Text.</p>\n</div>',
    "mark": "<p><mark>marked</mark></p>",
    "abbreviation": '<p><abbr title="HyperText Markup Language">HTML</abbr>.</p>',
    "Markdown in HTML": "<div>\n<p><em>Text.</em></p>\n</div>",
    "emoji": "<p>🎉</p>",
    "task in progress": '<ul>\n<li><input type="checkbox" disabled aria-label="To do"> Task</li>\n</ul>',
    "code in tags": (
        '<figure class="code" data-language="python"><pre><code class="language-python">x = '
        '<span class="mi">1</span>\n</code></pre></figure>'
    ),
    "formula": r"<p>$$x_i$$, \(x_i\)</p>",
}
"""What the examples of constructs become."""

ELSEWHERE = {
    "wikilink",
    "link from the content folder",
    "embed",
    "sound and video",
    "heading outside contents",
    "comment",
}
"""Those whose examples need a blog around them; other tests have them."""


def name(construct: Construct) -> str:
    return construct.name


def test_every_rendered_construct_has_a_test() -> None:
    assert HTML.keys() | ELSEWHERE == {construct.name for construct in RENDERED}


@pytest.mark.parametrize(
    "construct", [construct for construct in RENDERED if construct.name not in ELSEWHERE], ids=name
)
def test_a_construct_is_rendered(construct: Construct) -> None:
    body = write(construct.example)

    assert body.html.rstrip("\n") == HTML[construct.name]
    assert body.diagnostics == ()


@pytest.mark.parametrize("construct", AS_TEXT, ids=name)
def test_a_construct_that_is_text_is_a_warning_once_in_a_file(construct: Construct) -> None:
    body = write(f"Before.\n\n{construct.example}\n\nBetween.\n\n{construct.example}\n")

    assert ids(body) == ["foreign-markup"]
    (found,) = body.diagnostics
    assert found.place is not None
    assert found.place.line == 7 + {"end of a block": 1, "critic markup over blocks": 4}.get(construct.name, 0)
    assert found.place.column
    assert found.hint == construct.becomes


@pytest.mark.parametrize("text", ["By [@ada][1].\n\n[1]: https://x.example", "By [@ada](https://x.example)."])
def test_a_link_to_an_account_is_no_citation(text: str) -> None:
    assert "foreign-markup" not in ids(write(text))


def test_markup_that_hides_text_elsewhere_is_an_error() -> None:
    for construct in AS_TEXT:
        (found,) = write(construct.example).diagnostics
        assert found.is_error is construct.hides, construct.name


@pytest.mark.parametrize(
    "text",
    [
        "{{% private %}}\nText.\n{{% /private %}}",
        '{{< secret reason="x" >}}Text.{{< /secret >}}',
        "{% private %}Text.{% endprivate %}",
        "::: {.content-hidden when-format=html}\nText.\n:::",
        ":::: {.wide .hidden}\nText.\n::::",
        "::: draft\nText.\n:::",
        "{null && <p>Text.</p>}",
        '{false ? "Text." : null}',
        "{// Text.\n}",
        "<private>Text.</private>",
        "Text.\n\n<noinclude>\nText.\n</noinclude>",
        "Text.\n\n<!--members-only-->\n\nText.",
        "<!– Text. –>",
        "< !-- Text. -->",
        "Text.\n[//]: # (Text.)",
        "[members_only]\nText.\n[/members_only]",
        "\\iffalse Text. \\fi",
        "\\iffalse\nText.\n\\fi",
        '{{< hidden\n  class="x" >}}\nText.\n{{< /hidden >}}',
        '{{%\n  private reason="{x}"\n%}}\nText.',
        "{{< hidden\n\n  by=me >}}\nText.",
        "Text.\n\n{{< /secret >}}",
        "{% hidden\n  x %}\nText.",
        "Text.\n\n{% endprivate %}",
        "<div>\n{{< hidden >}}\nText.\n{{< /hidden >}}\n</div>",
        "<div>\n[private]Text.[/private]\n</div>",
        "[private role=member]\n\nText.\n\n[/private]",
        "See [/draft] and [private]Text.[/private].",
        "Text.\n::: hidden\nText.\n:::",
        "{0 && <p>Text.</p>}",
        "<div>\n{!true && <p>Text.</p>}\n</div>",
        "{: hidden}\nText.",
        '<p v-if="false">Text.</p>',
        '<div x-show="0">\n\nText.\n\n</div>',
        'A <b v-show="!true">word</b>.',
        "Text.\n\n<!--kg-gated-block:begin nonMember:false -->\nText.\n<!--kg-gated-block:end-->",
        "<!--kg-card-begin: email-->\nText.\n<!--kg-card-end: email-->",
        "Text.\n\n<!-- wp:jetpack/paywall -->\n\nText.",
        "<includeonly>Text.</includeonly>",
        "[member]Text.[/member]",
        "[um_loggedin]\n\nText.\n\n[/um_loggedin]",
        "[s2If is_user()]Text.[/s2If]",
        "[hidepost=5]Text.[/hidepost]",
        "\\hide{Text}",
        "\\if0 Text. \\fi",
        "[TODO]: # (Text (more) text",
    ],
)
def test_forms_of_markup_that_hides_text(text: str) -> None:
    found = write(text).diagnostics
    assert [(one.id, one.is_error) for one in found] == [("foreign-markup", True)]


@pytest.mark.parametrize(
    "text",
    [
        "% SECRET note to myself",
        "Text.\n% SECRET note\nMore.",
        "..\n   SECRET note",
        "#+FILETAGS: :noexport:",
        "#notes/draft #talk",
        "Tags: #talk, #draft",
        "#draft Text.",
        "%SECRET note",
        "// SECRET note",
        "ifdef::draft[]\nSECRET\nendif::[]",
        "* COMMENT SECRET",
        "## Part :noexport:",
        "A `SECRET`{=latex} word.",
        "@@latex:SECRET@@",
        "{isDraft && <p>SECRET</p>}",
        "{import.meta.env.DEV && (\n\nSECRET\n\n)}",
        "{{#if @member}}\nSECRET\n{{/if}}",
        "{{ if .Params.draft }}\n\nSECRET\n\n{{ end }}",
        "{--\n\nSECRET\n\n--}",
        "A {--SECRET\nSECRET--} word.",
        "<%*\nlet x = 'SECRET'\n\ntR += x\n%>",
        "/* SECRET\n\nSECRET */",
        "A \\iffalse SECRET \\fi word.",
        "A (secret:: SECRET) word.",
        ":NOTES:\nSECRET\n:END:",
        "#status/draft# #talk",
        '<p v-if="isDraft">SECRET</p>',
        '<meta name="robots" content="noindex">',
    ],
)
def test_comments_of_one_line_are_told(text: str) -> None:
    assert ids(write(text)) == ["foreign-markup"]


@pytest.mark.parametrize("name", ["hidden", "d-none", "note private"])
def test_a_class_that_hides_in_the_page_only_is_told(name: str) -> None:
    classes = " ".join(f".{one}" for one in name.split())
    for text in (
        f'<p class="a {name}">Text.</p>',
        f"Text.\n{{: {classes}}}",
        f"{{{classes}}}\nText.",
        f"## Head {{{classes}}}",
        f"*Text*{{{classes}}}",
    ):
        assert ids(write(text)) == ["hidden-class"]


@pytest.mark.parametrize(
    "text",
    [
        "% is how a comment of LaTeX begins.",
        "About fifty\n% of them, and 50\n% more.",
        "\\% SECRET",
        "Fix #12 and #draft-rules",
        "A #draft of the paper.",
        "... and so on",
        "%PATH% and %TEMP% are variables",
        "<!-- a --> and a < b, !c",
        "[/private/](/about/) is a folder",
        "A footnote[^1] // and more.\n\n[^1]: Text.",
        "## Hidden {#hidden}",
        "Text.\n{: .visually-hidden}",
        "The route [/private](https://example.org/a_(b)) is closed.",
        '[/private](https://example.org/a "t t")',
        "See [/private] and [/draft].",
        "403 for [/hidden] and [/members].",
        "[private](/a) and [/private](/b_(c))",
        "[/secret] above\n\n[secret] below",
        "In React, {false && <b>x</b>} renders nothing.",
        "It is {null && 'x'}, or {undefined ? 1 : 2}.",
        "Quarto hides what follows\n::: private and ends at three colons.",
        "The [member] and the [club] list.\n\nSee [/member].".replace("[member]", "(member)"),
        "A glob /*.js, src/**/*.md and /* in a sentence */.",
        "Use {--all, --none} and {a ? b : c}.",
        "The end of {x} --} is odd.",
        "<!--kg-card-begin: html-->\nText.\n<!--kg-card-end: html-->",
        "<!-- wp:paragraph -->\n<p>Text.</p>\n<!-- /wp:paragraph -->",
        "<!--more-->",
        "Mail a@@latex and b@@c.",
        'Vue has `v-if="false"`, and \\fi ends a condition.',
        "```{{#if x}}```",
    ],
)
def test_text_is_no_comment_of_one_line(text: str) -> None:
    assert ids(write(text)) == []


@pytest.mark.parametrize(
    "shortcode", ['{{<video src="/a.mp4">}}', '{{<img src="a.png" />}}', "{{</notice>}}", "Text {{<b>}} in a line."]
)
def test_a_shortcode_without_spaces_is_no_tag(shortcode: str) -> None:
    body = write(shortcode)
    assert ids(body) == ["foreign-markup"]
    assert "{{&lt;" in body.html
    assert re.search(r"</?(?:video|img|notice|b)\b", body.html) is None


@pytest.mark.parametrize("text", ["{<b>x</b>}", "{{<b>x</b>}}", "{{<b>}"])
def test_a_tag_in_braces_is_a_tag(text: str) -> None:
    assert "<b>" in write(text).html


@pytest.mark.parametrize("shortcode", ['{{% img src="/a.png" %}}', "{{%toc%}}", "Text {{% note %}} in a line."])
def test_a_shortcode_of_hugo_is_no_liquid(shortcode: str) -> None:
    assert ids(write(shortcode)) == ["foreign-markup"]


@pytest.mark.parametrize("construct", [*AS_TEXT, *RENDERED], ids=name)
@pytest.mark.parametrize("form", ["```\n{}\n```", "<pre>\n{}\n</pre>", "`{}`", "<!-- {} -->"])
def test_code_and_html_are_not_touched(construct: Construct, form: str) -> None:
    example = construct.example.replace("\n\n", "\n")
    example = example.replace("\n", " ") if form == "`{}`" else example
    body = write(form.format(example))

    assert "foreign-markup" not in ids(body)
    assert body.html
    assert not any(sign in body.html for sign in ("<mark>", "alert", "<abbr", "🎉", "<a ", "<img", "checkbox"))


@pytest.mark.parametrize(
    "text",
    [
        "x==y and z==w, a == b",
        "arr[[0]] and [[ -f x ]] and [[1]]",
        "[[1]](https://a.example) and [[x]][y]\n\n[y]: /about/",
        "!!! Wow, this is prose",
        "10:30:45 and a:b:c and std::vector",
        "2 ^ 3 and x ^2 and ^_^",
        "| not a table |",
        "a ~ b and ~~c~~",
        "[a]{} and {b}",
        "C++ and c++11",
        "https://a.example/x^2^ and <https://a.example/{::options}>",
        "\\[1\\] and \\(see below\\) and \\[12:34]",
        "It costs $5, and $6 elsewhere",
        "Important: the import from Rome",
        r"\{{< x >}} and \:::",
    ],
)
def test_text_that_only_looks_like_markup_stays(text: str) -> None:
    body = write(text)

    assert body.diagnostics == ()
    assert not any(tag in body.html for tag in ("<mark>", "<sup>", "math", "alert"))


def test_a_plugin_renders_its_own_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    make = markdown_parser.make_parser

    def make_with_plugin(options: ParserOptions) -> MarkdownIt:
        made = make(options)
        container_plugin(made, "columns")
        made.inline.ruler.push("smile", lambda state, silent: False)
        return made

    monkeypatch.setattr(markdown_parser, "make_parser", make_with_plugin)
    options = MarkdownOptions(nesting=99)  # a parser of its own
    assert write("::: columns\n*Text.*\n:::", options).html == (
        '<div class="columns">\n<p><em>Text.</em></p>\n</div>\n'
    )
    body = write("::: columns\n*One.*\n\nTwo.\n:::", options)
    assert body.excerpt == '<div class="columns">\n<p><em>One.</em></p></div>'
    assert body.summary == "One."


WIKI = """
-- posts/2026-01-10-x.md --
---
title: A
---

[[Second post]], [[y]], [[2026-01-11-y|text]], [[y#Part one]], [[#Here]], [[picture.svg]] and ![[picture.svg|30]].

## Here
-- posts/2026-01-11-y.md --
---
title: Second post
---

## Part one
-- posts/picture.svg --
<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"/>
"""


def test_links_of_wikis_find_names_slugs_and_titles(blog: BlogMaker) -> None:
    made = blog(WIKI)
    report = made.build(strict=True)
    page = made.page("/posts/x/")

    assert report.diagnostics == ()
    for link in (
        '<a href="/posts/y/">Second post</a>',
        '<a href="/posts/y/">y</a>',
        '<a href="/posts/y/">text</a>',
        '<a href="/posts/y/#part-one">y &gt; Part one</a>',
        '<a href="#here">Here</a>',
        '<a href="/posts/x/picture.svg">picture.svg</a>',
        '<img src="/posts/x/picture.svg" alt="picture" width="30" height="20"',
    ):
        assert link in page
    assert "Second post" in made.page("/posts/y/")
    assert "/posts/x/" in made.page("/posts/y/")  # it is mentioned there


def test_links_of_wikis_follow_what_they_name(blog: BlogMaker) -> None:
    made = blog(WIKI)
    made.build()
    made.write("posts/2026-01-11-y.md", "---\ntitle: Another\n---\n\n## Part one\n")
    report = made.build()

    assert [say_at(found) for found in report.diagnostics] == ["broken-link 5 page or file not found: `Second post`"]
    assert "[[Second post]]" in made.page("/posts/x/")
    made.remove("posts/2026-01-11-y.md")
    assert [found.id for found in made.build().diagnostics] == ["broken-link"] * 4
    made.write("posts/2026-01-12-z.md", "---\ntitle: Second post\n---\n\nText.\n")
    made.build()
    assert '<a href="/posts/z/">Second post</a>' in made.page("/posts/x/")


def say_at(found: object) -> str:
    place = found.place  # type: ignore[attr-defined]
    return f"{found.id} {place.line} {found.message}"  # type: ignore[attr-defined]


def test_what_a_link_of_a_wiki_does_not_find_stays_as_it_is_written() -> None:
    body = write("[[nope]] and ![[nope.png]], [[twice]], ![[other]], [[other#^block]], [[draft]]")

    assert body.html == (
        '<p>[[nope]] and ![[nope.png]], <a href="/about/">twice</a>, <a href="/posts/other/">other</a>, '
        '<a href="/posts/other/">other &gt; ^block</a>, <span class="unlinked">draft</span></p>\n'
    )
    assert [say(found) for found in body.diagnostics] == [
        ("warning[broken-link] 5:1+8 page or file not found: `nope` (if it is text, put it in backticks)"),
        ("warning[broken-link] 5:14+13 page or file not found: `nope.png` (if it is text, put it in backticks)"),
        (
            "warning[ambiguous-link] 5:29+9 ambiguous link `twice`: `pages/about.md`, "
            "`static/img/logo.png` (write the path: `[[folder/name]]`)"
        ),
        ("warning[not-embedded] 5:40+10 embedding a page is not supported: `other` (remove the `!`)"),
        (
            "warning[broken-anchor] 5:52+16 links to Obsidian blocks are not supported: `^block` "
            "(link to a heading: `[[name#Heading]]`)"
        ),
        (
            "warning[link-to-draft] 5:70+9 link to an unpublished post: `posts/2026-01-03-draft.md` is a draft "
            "(publish the post, or build with `--drafts`)"
        ),
    ]


def test_a_heading_can_be_left_out_of_the_contents() -> None:
    body = write("## A {:.no_toc}\n\n## B\n{:.no_toc}\n\n## C {.unlisted}\n\n## D")

    assert [heading.id for heading in body.headings] == ["d"]
    assert body.anchors == ("a", "b", "c", "d")


def test_names_of_emoji_can_have_letters_behind_them_but_no_digits() -> None:
    assert write("Ten :+1:s, 12 :100:5, :x:y.").html == "<p>Ten 👍s, 12 :100:5, :x:y.</p>\n"


def test_emoji_can_be_left_as_names() -> None:
    assert write(":tada:", MarkdownOptions(emoji=False)).html == "<p>:tada:</p>\n"


def test_a_blog_of_obsidian_builds(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-10-x.md --\n---\ntitle: A\n---\n\n> [!faq]- Why?\n> ==Because==.\n>\n> - [/] Go on\n")
    assert made.build(strict=True).exit_code is Exit.DONE


@pytest.mark.parametrize("text", ["![A talk](talk.mp4)", "![[talk.mp4|A talk]]"])
def test_sound_and_video_have_a_player(blog: BlogMaker, text: str) -> None:
    made = blog(f"-- posts/2026-01-10-x.md --\n---\ntitle: A\n---\n\n{text} ![b](https://a.example/b.mp3)\n")
    made.write("posts/talk.mp4", b"\0")
    made.build(strict=True)
    page = made.page("/posts/x/")
    assert (
        '<video controls preload="metadata" src="/posts/x/talk.mp4" aria-label="A talk">'
        '<a href="/posts/x/talk.mp4">A talk</a></video>'
    ) in page
    assert '<audio controls preload="metadata" src="https://a.example/b.mp3" aria-label="b">' in page
    assert "media-src &#39;self&#39; https://a.example" in page
    assert "posts/x/talk.mp4" in made.tree()


def test_the_place_of_a_task_is_its_mark() -> None:
    (found,) = write("- [-] dropped\n- [ ] open\n").diagnostics
    assert found.message == "unsupported markup of Obsidian: `[-]`"
    assert found.place is not None
    assert (found.place.column, found.place.length) == (3, 3)


BLOCKS = {"tab", "snippet", "other tasks", "import of MDX"}
"""Constructs that are blocks, and so are text in a table or a heading."""


def put(example: str) -> dict[str, str]:
    """An example in the places where a text may have it; one of a line in tables and headings too."""
    lines = example.split("\n")
    placed = {
        "paragraph": f"Before.\n\n{example}\n\nAfter.",
        "list": "- " + "\n  ".join(lines) + "\n- next",
        "quotation": "\n".join(f"> {line}" for line in lines),
    }
    if len(lines) == 1:
        placed["table"] = f"| a | b |\n| - | - |\n| {example.replace('|', '&#124;')} | x |"
        placed["heading"] = f"## {example}"
    return placed


@pytest.mark.parametrize("construct", AS_TEXT, ids=name)
def test_a_construct_that_is_text_is_told_wherever_it_stands(construct: Construct) -> None:
    for place, text in put(construct.example).items():
        if place in ("table", "heading") and construct.name in BLOCKS:
            continue
        assert "foreign-markup" in {found.id for found in write(text).diagnostics}, place


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("{{< highlight go >}}", "{{< /highlight >}}"),
        ('{{% highlight go "linenos=table,hl_lines=2" %}}', "{{% /highlight %}}"),
        ('{{<highlight "go">}}', "{{</highlight>}}"),
    ],
)
def test_code_between_shortcodes_of_hugo_is_code(opening: str, closing: str) -> None:
    body = write(f"Text.\n\n{opening}\n# x := 1\n\n<?php a\n{closing}\n")
    assert body.diagnostics == ()
    assert 'data-language="go"' in body.html
    assert "<h1" not in body.html
    assert "<?php" not in body.html


def test_a_shortcode_of_hugo_without_an_end_is_text() -> None:
    body = write("{{< highlight go >}}\nx := 1\n")
    assert [found.id for found in body.diagnostics] == ["foreign-markup"]
    assert "x := 1" in body.html


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("<?php\necho 1;\n?>", ["1:1"]),
        ("One <?= $title ?> here.", ["1:5"]),
        ("<![CDATA[ hidden ]]>", ["1:1"]),
        ('<?xml version="1.0"?>\n<svg></svg>', []),
        ("<!DOCTYPE html>", []),
        ("`<?php echo 1; ?>`", []),
    ],
)
def test_text_that_browsers_take_for_a_comment_is_told(text: str, places: list[str]) -> None:
    found = [found for found in write(text).diagnostics if found.id == "hidden-html"]
    assert [f"{one.place.line - 4}:{one.place.column}" for one in found if one.place] == places


def test_links_of_zola_begin_at_the_folder_of_the_content(blog: BlogMaker) -> None:
    made = blog(
        "-- posts/talks/2026-01-01-a.md --\n# A\n\n## Part\n"
        "-- posts/2026-01-02-b.md --\n# B\n\n"
        "[1](@/talks/2026-01-01-a.md#part) [2](@/posts/2026-01-02-b.md) [3]\n\n[3]: @/2026-01-01-a.md\n"
    )
    assert made.build(strict=True).diagnostics == ()
    assert re.findall('href="([^"]*)">[123]</a>', made.page("/posts/b/")) == [
        "/posts/a/#part",
        "/posts/b/",
        "/posts/a/",
    ]
    (found,) = made.edit("posts/2026-01-02-b.md", "@/talks/", "@/papers/").build().diagnostics
    assert found.message == "page not found: `papers/2026-01-01-a.md`"


@pytest.mark.parametrize(
    "text",
    [
        '{{< figure\n  src="a.svg"\n>}}',
        '{{< figure src="a.svg"\n>}}',
        '{{%\n  figure\n  src="a.svg" %}}',
        '{{ youtube(\n  id="x"\n) }}',
        '{% include figure.html\n  src="a.svg" %}',
    ],
)
def test_shortcodes_and_tags_over_lines_are_found(text: str) -> None:
    (found,) = write(text).diagnostics

    assert found.id in ("foreign-markup", "unsupported-liquid")
    assert not found.is_error
    assert (found.place and found.place.line) == 5
    assert "\n" not in found.message


@pytest.mark.parametrize(
    "text",
    [
        "A {{< is a sign of Hugo.",
        "In prose {{< figure and {{% more.",
        "`{{< hidden`\nand `{{< /hidden >}}`.",
        "<!--\n{{< hidden >}}\n-->",
        "Text <!-- {{< hidden >}} --> text.",
        "<pre>\n{{< hidden >}}\n</pre>",
        "Text <code>{% x\ny %}</code>.",
    ],
)
def test_text_code_and_comments_are_no_shortcodes(text: str) -> None:
    assert write(text).diagnostics == ()


def test_the_hint_for_one_word_between_pluses_is_inserted_text() -> None:
    word, keys = (write(text).diagnostics[0].hint for text in ("++ins++", "++ctrl+c++"))

    assert "<ins>" in word
    assert "<kbd>Ctrl</kbd>" in keys


@pytest.mark.parametrize(
    "text",
    [
        '<div style="display:none">Text.</div>',
        "Text <span style='visibility: hidden'>text</span>.",
        '<p style="color: red; DISPLAY : none !important">Text.</p>',
        "Text <span style=visibility:collapse>text</span>.",
        '<div style="display:none" markdown="1">\n*Text.*\n</div>',
    ],
)
@pytest.mark.parametrize("strict_csp", [True, False])
def test_a_style_does_not_hide_text(text: str, strict_csp: bool) -> None:
    (found,) = write(text, MarkdownOptions(strict_csp=strict_csp)).diagnostics

    assert found.id == "hidden-class"
    assert ("on the page" in found.message) is strict_csp
    assert "the attribute `hidden`" in (found.hint or "")


def test_a_style_that_hides_no_text_is_only_blocked() -> None:
    for text in (
        '<div hidden style="display:none">Text.</div>',
        '<img src="slide.png" alt="" style="display:none">',
        '<p style="display:inline">Text.</p>',
        '<p style="backface-visibility:hidden">Text.</p>',
    ):
        assert [found.id for found in write(text).diagnostics if found.severity != "note"] == ["blocked-by-csp"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"Sia $A\in Z^i-Z^{i-1}$ vero.", False),
        ("The cost of $n~2~$ steps.", False),
        ("It costs $5 for x^2^ and $6.", True),
    ],
)
def test_a_formula_has_no_markup_of_other_tools(text: str, found: bool) -> None:
    assert ("foreign-markup" in ids(write(text))) == found


def test_line_breaks_within_paragraphs_are_shown_if_the_settings_say_so() -> None:
    options = MarkdownOptions(line_breaks=True)
    text = "One\n*two*<br>\nand\n\n- three\n  four\n"
    assert write(text, options).html == "<p>One<br>\n<em>two</em><br>\nand</p>\n<ul>\n<li>three<br>\nfour</li>\n</ul>\n"
    assert write(text).html.count("<br>") == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See\n\n<img style=\"height: auto;\" src='/x.jpg')>", True),
        ('An <a href="/x/"title="y">link</a>.', True),
        ('A <span class="a" class=">b</span> word.', True),
        ('A `<img src="x" )>` tag, \\<img src="x" )>, and <span class="a">one</span>.', False),
        ("If a <b and c='d' or e> f.", False),
    ],
)
def test_a_tag_that_is_shown_as_text_is_a_warning(text: str, found: bool) -> None:
    assert ("invalid tag" in " ".join(one.message for one in write(text).diagnostics)) == found
