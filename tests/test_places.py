"""A message points to what is wrong, and its hint is what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.cli.main import run
from afterword.core.diagnostics import Failure
from afterword.reporting.text import TextStyle, open_line_reader, write_text

if TYPE_CHECKING:
    from afterword.core.diagnostics import Diagnostic
    from tests.conftest import Blog, BlogMaker

INDENT = "indent the keys of the talk with two spaces, such as `video`"
MINUTES = "for minutes, write `45 min`; a number without a unit is in seconds"
POST = "posts/2026-01-01-a.md"


def underlined(made: Blog, found: Diagnostic) -> str:
    """The text that a message underlines, after its file and line."""
    assert found.place is not None
    place = found.place
    lines = (made.root / place.path).read_text().split("\n")
    marked = lines[place.line - 1][place.column - 1 :][: place.length] if place.column else ""
    return f"{place.path}:{place.line}: {marked}"


@pytest.mark.parametrize(
    ("matter", "expected"),
    [
        ("talk: {title: T, vidoe: x}", ("unknown-key", "vidoe", "did you mean `video`?")),
        ("talk:\n  title: T\n  runtime: 1h", ("unknown-key", "runtime", "did you mean `length`?")),
        ("talk:\n  title: T\n  date: 2026\n  when: 2026", ("unknown-key", "when", "did you mean `date`?")),
        ("talk:\n  title: T\n  event: {name: PyCon, editon: 2}", ("unknown-key", "editon", "did you mean `edition`?")),
        ("talk:\n  title: T\n  speaker: A\n  speakers: A", ("duplicate-key", "speakers", "remove one of them")),
        ("talk:\nvideo: https://youtu.be/zjkBMFhNj_g", ("empty-value", "talk", INDENT)),
        ("talk: {title: T, length: 45}", ("short-talk", "45", MINUTES)),
        ("tag: a, b", ("unsplit-names", "a, b", "write `tags: [a, b]`; for one name, put it in quotes")),
        ("category: x,y", ("unsplit-names", "x,y", "write `categories: [x,y]`; for one name, put it in quotes")),
        (
            "media: https://ex_ample.org/x.mp4",
            (
                "blocked-by-csp",
                "https://ex_ample.org/x.mp4",
                'copy the file into the blog, or set `theme.csp = "off"`',
            ),
        ),
    ],
)
def test_a_message_about_front_matter(blog: BlogMaker, matter: str, expected: tuple[str, str, str]) -> None:
    made = blog(f"-- {POST} --\n---\ntitle: A\n{matter}\n---\nText.\n")
    found = made.build().diagnostics[0]
    assert (found.id, underlined(made, found).split(": ", 1)[1], found.hint) == expected


@pytest.mark.parametrize("matter", ["tags: a, b", 'tag: "a, b"', "tag: ab", "tags: [a, b]", 'category: "Food, drink"'])
def test_names_that_are_clear_need_no_message(blog: BlogMaker, matter: str) -> None:
    made = blog(f"-- {POST} --\n---\ntitle: A\n{matter}\n---\nText.\n")
    assert made.build(strict=True).diagnostics == ()


def test_a_message_about_a_template_points_to_what_the_policy_blocks(blog: BlogMaker) -> None:
    made = blog(f"-- {POST} --\n# A\n\nText.\n")
    made.write(
        "templates/post.html",
        '{% extends "base.html" %}\n{% block main %}\n'
        '<p class="a" style="top: 0" onclick="f()">x</p><img alt="" src="https://example.org/a.png">\n'
        "<script>\nf()\n</script>\n{% endblock %}\n",
    )
    assert [underlined(made, found) for found in made.build().diagnostics] == [
        "templates/post.html:3: style",
        "templates/post.html:3: onclick",
        "templates/post.html:3: https://example.org/a.png",
        "templates/post.html:4: <script",
    ]


def test_files_with_one_output_are_one_message_with_the_list(blog: BlogMaker) -> None:
    made = blog("".join(f"-- posts/2026-01-0{n}-{n}.md --\n---\nslug: same\n---\n# {n}\n" for n in range(1, 9)))
    found = made.build().diagnostics
    assert [one.id for one in found] == ["duplicate-output"] * 7
    text = write_text(found, open_line_reader(made.root), TextStyle(brief=True))
    assert text.count("error[") == 1
    assert "8 files have the same output path `posts/same/index.html`: `posts/2026-01-01-1.md`, " in text
    assert "`posts/2026-01-05-5.md` and 3 more\n" in text
    assert "also at: posts/2026-01-03-3.md:2:7, " in text


def test_files_with_one_output_are_all_left_out_but_one(blog: BlogMaker) -> None:
    made = blog("-- afterword.toml --\nkeep_going = true\n")
    for number in range(1, 5):
        made.write(f"posts/2026-01-0{number}-{number}.md", f"---\nslug: same\n---\n# Post {number}\n")
    assert made.build().left_out == ("posts/2026-01-02-2.md", "posts/2026-01-03-3.md", "posts/2026-01-04-4.md")
    assert "Post 1" in (made.root / "site/posts/same/index.html").read_text()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("background: url(/a.png)", "url(https://example.org/a.png)"),
        ("background: url('p.svg')", "url(&amp;#x27;https://example.org/notes/posts/a/p.svg&amp;#x27;)"),
        ("background: URL( ../p.svg )", "URL( https://example.org/notes/posts/p.svg )"),
        ("filter: url(#blur)", "filter: url(#blur)"),
        ("background: url(data:image/png;base64,AA==)", "url(data:image/png;base64,AA==)"),
        ("top: 0", "top: 0"),
    ],
)
def test_a_url_in_a_style_attribute_is_full_in_feeds(blog: BlogMaker, written: str, expected: str) -> None:
    made = blog('-- afterword.toml --\nbase_url = "https://example.org/notes/"\ntheme.csp = "off"\n')
    made.write(POST, f'# A\n\n<div style="{written}">Text.</div>\n')
    assert made.build(strict=True).diagnostics == ()
    assert expected in (made.root / "site/feed.xml").read_text()


@pytest.mark.parametrize(
    ("line", "mark", "message", "hint"),
    [
        ('title = "A', '"', "unclosed string", 'write `title = "A"`'),
        ("title = 'It's'", "s", "unexpected text after the value", 'write `title = "It\'s"`'),
        ('title = "A "quoted" word"', "q", "unexpected text after the value", "write `title = 'A \"quoted\" word'`"),
        ('title = "x" y', "y", "unexpected text after the value", "remove it, or start a new line for each key"),
        ("title = My blog # or", "M", "invalid value", 'write `title = "My blog"`'),
        ("title = “My blog”", "“", "invalid value", 'write `title = "My blog"`'),
        ("keep_going = True", "T", "invalid value", "write `keep_going = true`"),
        ("keep_going = no", "n", "invalid value", "write `keep_going = false`"),
        ("title: My blog", ":", "missing `=`", 'write `title = "My blog"`'),
        ('title = "C:\\path"', "\\p", "backslash in double quotes", "write `title = 'C:\\path'`"),
        ('author = "x"\nauthor = "y"', "author", "duplicate key `author`", "remove one of the two lines"),
        ("[theme]\n[theme]", "[theme]", "duplicate table `[theme]`", "merge the two tables"),
        ("[theme", "", "unclosed table header", "write `[theme]`"),
        ('exclude = ["a" "b"]', '"', "unclosed list", "add a `]`, or a comma between the items"),
    ],
)
def test_a_message_about_settings(blog: BlogMaker, line: str, mark: str, message: str, hint: str) -> None:
    made = blog(f"-- {POST} --\n# A\n").write("afterword.toml", f"{line}\n")
    with pytest.raises(Failure) as failure:
        made.build()
    [found] = failure.value.diagnostics
    assert (found.message, found.hint) == (f"invalid TOML: {message}", hint)
    assert underlined(made, found) == f"afterword.toml:{line.count(chr(10)) + 1}: {mark}"


@pytest.mark.parametrize(
    ("template", "mark", "message", "hint"),
    [
        ("{% if a %}{% endif %}\n{% if b %}\n", "{% if", "unclosed `{% if %}`", "add `{% endif %}`"),
        ("{% for p in site.posts %}", "{% for", "unclosed `{% for %}`", "add `{% endfor %}`"),
        ("<p>{{ post.title|upcase }}", "upcase", "unknown filter `upcase`", "write `upper`"),
        ("<p>{% unless x %}", "unless", "unknown tag `unless`", "write `if not`"),
        ("<p>{{ site.title }}", "site.title", "undefined: `site.title`", "did you mean `config.title`?"),
        ("<p>{{ page.date }}", "page.date", "undefined: `page.date`", "did you mean `post.date`?"),
        ("<p>{{ content }}", "content", "undefined: `content`", "did you mean `post.content`?"),
        ("<p>{{ post.titel }}", "post.titel", "undefined: `post.titel`", "did you mean `post.title`?"),
        (
            "<p>{{ post.talk.title }}",
            "title",
            "undefined: `title` of nothing",
            "test for it first, as in `{% if post.talk %}`",
        ),
        (
            '{% include "partials/tok.html" %}',
            "partials/tok.html",
            "template not found: `partials/tok.html`",
            "did you",
        ),
        ("{{ post.date | date: '%Y' }}", ":", "unexpected `:`", "write the arguments"),
        ("{% if post.title = 'x' %}{% endif %}", "=", "unexpected `=`", "compare with"),
    ],
)
def test_a_message_about_a_template(blog: BlogMaker, template: str, mark: str, message: str, hint: str) -> None:
    made = blog(f"-- {POST} --\n# A\n\nText.\n").write("templates/post.html", template)
    [found] = made.build().diagnostics
    assert found.message == message
    assert found.hint.startswith(hint)
    assert underlined(made, found).partition(": ")[2].strip('"') == mark


def test_a_key_at_the_wrong_column_is_underlined_there(blog: BlogMaker) -> None:
    made = blog(f"-- {POST} --\n---\ntitle: A\n   tags: x\n---\nText.\n")
    [found] = made.build().diagnostics
    assert (found.message, str(found.place)) == ("invalid YAML: wrong indentation", f"{POST}:3:4")


@pytest.mark.parametrize(
    ("text", "mark", "hint"),
    [
        ("[](https://example.org)", "[](https://example.org)", "write `[text](https://example.org)`"),
        ("See [ ](https://example.org/a.html) here.", "[ ](https://example.org/a.html)", "write `[text]("),
        ("[later]() and more", "[later]()", "write `[later](…)`"),
        ("![alt]( )", "![alt]( )", "write `![alt](…)`"),
        ("<<toc>>", "<<toc>>", "remove it"),
        ("[a](http:/example.org)", "http:/example.org", "write `http://example.org`"),
        ("[a](https:example.org/x)", "https:example.org/x", "write `https://example.org/x`"),
        ("[a](https://http://example.org)", "https://http://example.org", "write `https://example.org`"),
        ("[a](https//example.org)", "https//example.org", "write `https://example.org`"),
        ("[a](htp://example.org)", "htp://example.org", "did you mean `http:`?"),
        ("[a](mail:a@b.org)", "mail:a@b.org", "did you mean `mailto:`?"),
        ("[a](C:/x.pdf)", "C:/x.pdf", "copy the file into the blog"),
        ("[a](file:///x.pdf)", "file:///x.pdf", "copy the file into the blog"),
        ("![a](img\\x.png)", "img\\x.png", "write `img/x.png`"),
        ("| a | b |\n|–|–|\n| 1 | 2 |", "|–|–|", "write `| --- | --- |`"),
        ("| a | b |\n|===|===|", "|===|===|", "write `| --- | --- |`"),
        ("1. a\n2. b\n4. c\n5. d", "4.", "write `3.`, or begin a new list with `4)`"),
        ("> - x\n>\n>   7) a\n>   9) b", "9)", "write `8)`, or begin a new list with `9.`"),
        ("0. a\n1. b\n   1. c\n   3. d\n2. e", "3.", "write `2.`, or begin a new list with `3)`"),
        ("1. a\n* b\n* c\n1. d", "1.", "indent the bullet list above it to the text of its item"),
        ("> 1) a\n> - b\n> 1) c", "1)", "indent the bullet list above it to the text of its item"),
        ("3. a\n2. b\n1. c", "2.", "write the list in HTML, with `<ol reversed>`"),
        ("| a | b |\n\n|---|---|\n| 1 | 2 |", "|---|---|", "remove the empty line"),
        ("#idea for later", "#idea for later", "write `# idea for later`; if it is text, write `\\#`"),
        ("[^1]: Unused.", "[^1]", "refer to it with `[^1]`"),
        ("{% note %}", "{% note %}", "replace it with the text that it produces"),
    ],
)
def test_a_message_about_text(blog: BlogMaker, text: str, mark: str, hint: str) -> None:
    made = blog(f"-- {POST} --\n# A\n\nText.\n\n{text}\n")
    [found] = made.build().diagnostics
    assert underlined(made, found).split(": ", 1)[1] == mark
    assert found.hint.startswith(hint)


@pytest.mark.parametrize(
    "text",
    [
        "`[]()` and `[a]()`",
        "\\[a]()",
        "[](){#here}",
        "[![a](/a.svg)](/)",
        "#idea",
        "https://https.example.org/",
        "1. a\n1. b\n\n2. c\n1. d\n3. e",
        "0. a\n0. b\n0. c\n\ntext\n\n3. d\n3. e\n\n```\n1. f\n4. g\n```",
        "1. a\n   * b\n2. c\n* d\n3. e\n\ntext\n\n1. a\n\n## H\n\n* b\n1. c",
        "1. a\n2. b\n\n<!-- -->\n\n4. c\n5. d\n",
    ],
)
def test_text_that_is_right_needs_no_message(blog: BlogMaker, text: str) -> None:
    made = blog(f"-- {POST} --\n# A\n\nText.\n\n{text}\n").write("static/a.svg", "<svg xmlns='x'/>")
    assert made.build(strict=True).diagnostics == ()


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("2026-01-05 0920", "write `2026-01-05 09:20`"),
        ("2026-01-05 at 9.20", "write `2026-01-05 09:20`"),
        ("2026-01-05 (Monday)", "write `2026-01-05`"),
        ("2026-01-05 10:00 GMT+2", "use `2026-02-01`, "),
        ("2026-02-30", "use `2026-02-01`, "),
    ],
)
def test_a_date_with_more_behind_it(blog: BlogMaker, written: str, hint: str) -> None:
    [found] = blog(f"-- posts/a.md --\n---\ndate: {written}\n---\n# A\n").build().diagnostics
    expected = "guessed-date" if hint.startswith("write") else "invalid-date"
    assert (found.id, found.hint.startswith(hint)) == (expected, True)


def test_files_that_belong_elsewhere(blog: BlogMaker) -> None:
    made = blog(f"-- {POST} --\n# A\n-- post/2026-01-02-b.md --\n# B\n-- 2026-01-03-c.md --\n# C\n")
    made.write("draft/2026-01-04-d.md", "# D\n").write("2026-report.md", "# Report\n")
    assert [(found.place and found.place.path, found.hint) for found in made.build().diagnostics] == [
        ("2026-01-03-c.md", "move it to `posts/`, or add `2026-01-03-c.md` to `exclude`"),
        ("post", "rename it to `posts`, or add it to `exclude`"),
    ]


def test_a_web_page_that_is_saved_as_an_image(blog: BlogMaker) -> None:
    made = blog(f"-- {POST} --\n# A\n\n![alt](x.png)\n").write("posts/x.png", "<!DOCTYPE html>\n<p>Not found.</p>\n")
    [found] = made.build().diagnostics
    assert (found.id, found.message) == ("damaged-image", "not an image but HTML or XML: `x.png`")


def test_an_answer_is_no_related_post(blog: BlogMaker) -> None:
    assert blog(f"-- {POST} --\n---\nrelated: true\n---\n# A\n\nText.\n").build(strict=True).diagnostics == ()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serve", "8000"], "write `--port 8000`"),
        (["list", "post"], "did you mean `posts`?"),
        (["import", "hugoo", "x"], "did you mean `hugo`?"),
        (["import", "wordpress", "x"], "use one of `jekyll`, `hugo`, `pelican`, `obsidian`, `markdown`"),
        (["build", "--format", "jsn"], "did you mean `json`?"),
    ],
)
def test_a_mistake_on_the_command_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert f"hint: {said}\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("setting", "hint"),
    [
        ('timezone = "Berlin"', "did you mean `Europe/Berlin`?"),
        ('timezone = "new york"', "did you mean `America/New_York`?"),
        ('permalink = "/:yaer/"', "did you mean `:year`?"),
    ],
)
def test_a_setting_that_is_nearly_right(blog: BlogMaker, setting: str, hint: str) -> None:
    with pytest.raises(Failure) as failure:
        blog(f"-- {POST} --\n# A\n").write("afterword.toml", f"{setting}\n").build()
    assert hint in [found.hint for found in failure.value.diagnostics]


def test_html_that_stays_has_no_label_about_it(blog: BlogMaker) -> None:
    made = blog(f'-- {POST} --\n# A\n\n<img src="x.png" alt="x">\n\n[a](y.pdf)\n')
    assert [found.label for found in made.build().diagnostics] == ["", "shown without the link"]
