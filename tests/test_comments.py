"""Comments of other tools: nothing of them is published, and nothing else is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.cli.suggest_block import suggest_block
from afterword.core.diagnostics import Exit, Severity
from afterword.core.text import find_uncut
from afterword.markdown.comments.removal import note_hidden, remove_comments
from afterword.markdown.context import MarkdownOptions
from afterword.markdown.parser import parse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Blog, BlogMaker

COMMENTS = [
    "%%SECRET%%",
    "%% SECRET %%",
    "%%\nSECRET\n%%",
    "%% SECRET\n\n# SECRET\n\nSECRET %%",
    "%%\n```\nSECRET\n%%",
    "%%\n- SECRET\n\n    SECRET\n%%",
    "%%SECRET%%%%SECRET%%",
    "{::comment}SECRET{:/comment}",
    "{::comment}SECRET{:/}",
    "{::comment}\nSECRET\n\n## SECRET\n{:/comment}",
    "{::comment}\nSECRET {:/} SECRET\n{:/comment}",
    '{::comment title="SECRET" /}',
    "{% comment %}SECRET{% endcomment %}",
    "{%- comment -%}SECRET{%- endcomment -%}",
    "{%comment%}SECRET{%endcomment%}",
    "{% # SECRET %}",
    "{%- # SECRET\n# SECRET 100% -%}",
    "{%#SECRET%}",
    "{% comment SECRET %}SECRET{% endcomment %}",
    "{% comment %}\nSECRET\n\n```\nSECRET\n{% endcomment %}",
    "{% comment %}{% comment %}SECRET{% endcomment %}SECRET{% endcomment %}",
    "{%\n  # SECRET\n\n  # SECRET\n%}",
    "{{< comment >}}SECRET{{< /comment >}}",
    "{{<comment>}}\nSECRET\n\n# SECRET\n\n```\nSECRET\n{{</comment>}}",
    "{{% comment %}}SECRET{{% /comment %}}",
    '{{< comment author="SECRET" >}}\n- SECRET\n\n{{< comment >}}SECRET{{< /comment >}}\n\nSECRET\n{{< /comment >}}',
    '{{< comment "SECRET" />}}',
    "{/* SECRET */}",
    "{/*\nSECRET\n\n## SECRET\n*/}",
    "{# SECRET #}",
    "{#\nSECRET\n\nSECRET\n#}",
    "{#- SECRET -#}",
    "{{!-- SECRET {{x}} --}}",
    "{{/* SECRET */}}",
    "{{- /* SECRET */ -}}",
    "{{! SECRET }}",
    "<#-- SECRET -->",
    "<#--\nSECRET\n\nSECRET\n-->",
    "@* SECRET *@",
    "{* SECRET *}",
    "{*\nSECRET\n\n- SECRET\n*}",
    "{>> SECRET <<}",
    "{% if false %}SECRET{% endif %}",
    "{%- if false -%}\n\nSECRET\n\n{% if x %}SECRET{% else %}SECRET{% endif %}\n\n{%- endif -%}",
    "{% unless true %}\n# SECRET\n{% endunless %}",
    "{{ if false }}SECRET {{ with x }}SECRET{{ end }} SECRET{{ end }}",
    "{{#if false}}SECRET{{/if}}",
    "#+BEGIN_COMMENT\nSECRET\n\n- SECRET\n#+END_COMMENT",
    "#+begin_comment\nSECRET\n#+end_comment",
    "\\begin{comment}\nSECRET\n\n## SECRET\n\\end{comment}",
    "\\iffalse\nSECRET\n\\fi",
    "\\if0\nSECRET\n\n## SECRET\n\\fi",
    "\\begin{comment*}\nSECRET\n\\end{comment*}",
    "<%# SECRET %>",
    "<%#\n\n# SECRET <!-- SECRET -->\n\n- SECRET\n-%>",
    "<%-- SECRET --%>",
    "<%doc>\nSECRET\n\nSECRET\n</%doc>",
    "{#SECRET#}",
    "{#SECRET\n\nSECRET\n#}",
    "{{# SECRET #}}",
    "{{#\nSECRET\n\nSECRET\n#}}",
    "{ /* SECRET */ }",
    "@@comment:SECRET@@",
    "@@comment: SECRET words @@",
    "[comment]\n--\nSECRET\n\nSECRET\n--",
    "[comment]\n====\nSECRET\n====",
    "```{r, include=FALSE}\nkey <- 'SECRET'\n```",
    "```{r setup, fig.width=3, echo = F}\nkey <- 'SECRET'\n```",
    "```{python}\n#| label: fig\n#| echo: false\nkey = 'SECRET'\n```",
    "~~~{ojs}\n//| include: no\nkey = 'SECRET'\n~~~",
    "```{sql}\n--| echo: false\nselect 'SECRET'\n```",
    "```{comment}\nSECRET\n```",
]
"""One comment each, alone in a text."""

TALK = """\
---
title: "Notes: Boundaries"
tags: [notes]
---

"""


def post(text: str) -> str:
    """A blog of one post with this text, which begins on line 5 of its file."""
    return f"-- posts/2026-01-01-x.md --\n---\ntitle: A talk\n---\n\n{text}\n"


def uncomment(text: str) -> str:
    return remove_comments("posts/x.md", text, 1).text


def ids(text: str) -> list[tuple[str, str]]:
    """The diagnostics of a text: severities and ids."""
    removed = remove_comments("posts/x.md", text, 1)
    return [(found.severity.value, found.id) for found in (*removed.diagnostics, *note_hidden(removed.hidden))]


def published(made: Blog) -> str:
    """All files of a site as one text."""
    return "\n".join(content.decode(errors="replace") for content in made.tree().values())


@pytest.mark.parametrize("comment", COMMENTS)
def test_nothing_of_a_comment_is_published(blog: BlogMaker, comment: str) -> None:
    made = blog(post(f"Before.\n\n## Part\n\n{comment}\n\n## More\n\nBehind."))

    report = made.build(strict=True)

    assert report.exit_code is Exit.DONE
    assert [(found.id, found.severity) for found in report.diagnostics] == [("removed-comment", Severity.NOTE)]
    assert "SECRET" not in published(made)
    page = made.page("/posts/x/")
    assert all(part in page for part in ("Before.", "Part", "More", "Behind."))
    assert "%" not in page[page.index("Before.") : page.index("Behind.")]


@pytest.mark.parametrize(
    "text",
    [
        "{% # SECRET",
        "{% # SECRET\n\nSeen {% raw %}x{% endraw %}.",
        "Seen {%- # SECRET\nSECRET -%} more.",
        "{%\n# SECRET\nSECRET\n%}",
        "{{< comment >}}\nSECRET",
        "A {{% comment %}} SECRET",
        "{{< comment >}}SECRET{{% /comment",
        "{/* SECRET\n\nSECRET",
        "A {{!-- SECRET",
        "{% if false %}\nSECRET",
        "#+BEGIN_COMMENT\nSECRET\n\nSECRET",
    ],
)
def test_a_comment_that_does_not_end_is_an_error_and_nothing_is_published(blog: BlogMaker, text: str) -> None:
    made = blog(post(f"Before.\n\n{text}"))

    report = made.build()

    assert [found.id for found in report.diagnostics if found.is_error] == ["unclosed-comment"]
    assert not (made.root / "site").exists()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A {% # SECRET %} b {% raw %}c{% endraw %}.", "A b {% raw %}c{% endraw %}."),
        ("A {{% comment %}}SECRET{{% /comment %}} b {{< comment SECRET />}} c.", "A b c."),
        ("A {{< comment >}}SECRET{{< /comment >}} b {{< comment >}}SECRET{{< /comment >}} c.", "A b c."),
        ("A {/* SECRET */} b */} c.", "A b */} c."),
        ("A {# b.\n\nC {# d #} e.", "A {# b.\n\nC e."),
        ("A {# b.\n\n```\n{# d #}\n```", "A {# b.\n\n```\n{# d #}\n```"),
        ("## Head {#id}\n\nA {#id} b.", "## Head {#id}\n\nA {#id} b."),
        ("A `{/* b */}` c.", "A `{/* b */}` c."),
        ("A \\{/* b */} c.", "A \\{/* b */} c."),
        ("A {{</* comment */>}} b.", "A {{</* comment */>}} b."),
        ("A {% if false %}SECRET{% else %}b{% endif %} c.", "A b{% endif %} c."),
        ("A {% if x %}b{% endif %} c.", "A {% if x %}b{% endif %} c."),
        ("A\n\n////\n\nb", "A\n\n////\n\nb"),
        ("A //// b\n\nc //// d", "A //// b\n\nc //// d"),
        ("```\n////\na\n////\n```", "```\n////\na\n////\n```"),
        ("Use \\begin{comment} and \\end{comment}.", "Use \\begin{comment} and \\end{comment}."),
        ("\\begin{comment} begins one.\n\nA", "\\begin{comment} begins one.\n\nA"),
        ("\\iffalse begins one.\n\nA", "\\iffalse begins one.\n\nA"),
        ("A <%# SECRET %> b <%= c %>.", "A b <%= c %>."),
        ("Less than <% five, <%# of them.", "Less than <% five, <%# of them."),
        ("The set {#A, #B} and {#a} b #}.", "The set {#A, #B} and {#a} b #}."),
        ("Mail a@@b and c@@d, @@comment: e.", "Mail a@@b and c@@d, @@comment: e."),
        ("[comment]\n\na\n--\n", "[comment]\n\na\n--\n"),
        ("```r\n#| echo: false\nx\n```", "```r\n#| echo: false\nx\n```"),
        ("```{python}\n#| echo: true\nx\n```", "```{python}\n#| echo: true\nx\n```"),
        ("````markdown\n```{r echo=FALSE}\nx\n```\n````", "````markdown\n```{r echo=FALSE}\nx\n```\n````"),
        ("- a\n\n  ```{r echo=FALSE}\n  SECRET\n  ```\n- b", "- a\n\n\n- b"),
        ("    #+BEGIN_COMMENT\n    a\n    #+END_COMMENT", "    #+BEGIN_COMMENT\n    a\n    #+END_COMMENT"),
    ],
)
def test_nothing_beside_a_comment_is_lost(text: str, left: str) -> None:
    assert uncomment(text) == left


@pytest.mark.parametrize("comment", [comment for comment in COMMENTS if "\n" not in comment])
def test_a_comment_within_a_line_is_left_out_of_all_that_is_made_of_it(blog: BlogMaker, comment: str) -> None:
    made = blog(
        post(f"The first {comment} words.\n\n## A {comment} heading\n\n- one {comment} item\n\n> {comment} a quote")
    )

    report = made.build(strict=True)

    assert [found.id for found in report.diagnostics] == ["removed-comment"]
    assert "SECRET" not in published(made)
    page = made.page("/posts/x/")
    assert '<meta name="description" content="The first words.">' in page
    assert '<h2 id="a-heading">A heading</h2>' in page
    assert "<li>one item</li>" in page
    assert "<p>a quote</p>" in page
    assert "The first words." in made.page("/feed.xml")
    assert "The first words." in made.page("/feed.json")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("////\nSECRET\n\n```\nSECRET\n////", 7),
        ("One.\n\n////\n\nSECRET\n\n////\n\nTwo.", 9),
        ("> //////\n> SECRET\n> //////", 7),
    ],
)
def test_a_pair_of_slashes_is_an_error(blog: BlogMaker, text: str, line: int) -> None:
    report = blog(post(f"Before.\n\n{text}\n\nBehind.")).build()

    (found,) = report.diagnostics
    assert (found.id, found.is_error, found.place and found.place.line) == ("foreign-markup", True, line)
    assert "`<!-- … -->`" in found.hint
    assert "`***`" in found.hint
    assert not report.published


def test_contents_have_no_heading_of_a_comment(blog: BlogMaker) -> None:
    made = blog(post("## One\n\n## Two %%SECRET%%\n\n%%\n## SECRET\n%%\n\n## Three\n\n## Four"))
    made.build()

    page = made.page("/posts/x/")
    assert page.count('<a href="#') == 4
    assert '<a href="#two">Two</a>' in page


def test_the_outline_of_a_talk_has_nothing_of_a_comment(blog: BlogMaker) -> None:
    made = blog(
        f"-- posts/2026-01-01-x.md --\n{TALK}"
        "%% [SECRET](https://youtu.be/aaaaaaaaaaa) (1999, 10 min) %%\n\n"
        "[Boundaries](https://youtu.be/zjkBMFhNj_g) %%SECRET%% (2012, 45 min), at [12:34].\n\n"
        "## In short\n\n- **First** point\n%% - **SECRET** %%\n- **Second** point\n\n"
        "{::comment}\n## Update 2026-05-01 SECRET\n\n## SECRET [20:00]\n{:/comment}\n\n"
        "## Update 2026-03-01 %%SECRET%%\n\n## Values %%SECRET%% [13:00]\n\nText.\n"
    )

    report = made.build(strict=True)

    assert [found.id for found in report.diagnostics] == ["removed-comment"]
    assert "SECRET" not in published(made)
    page = made.page("/posts/x/")
    assert "zjkBMFhNj_g" in page
    assert "2012" in page
    assert '<li id="point-first"><strong>First</strong> point</li>\n<li id="point-second">' in page
    assert "2026-03-01" in page
    assert "2026-05-01" not in page
    assert '{"startTime": 780, "title": "Values"' in made.page("/posts/x/chapters.json")


def test_a_title_is_that_of_the_first_heading_outside_comments(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-x.md --\n%% # SECRET %%\n\n# A talk %%SECRET%%\n\nText.\n")
    made.build()

    assert "<h1>A talk</h1>" in made.page("/posts/x/")
    assert "SECRET" not in published(made)


@pytest.mark.parametrize(
    "text",
    [
        "Use `%%a%%` here.",
        "Use ``a ` %%b%%`` here.",
        "Use `%%a\nb%%` here.",
        "```\n%%a%%\n%%\nb\n%%\n```",
        "~~~ r\n5 %% 2\n\n7 %% 2\n~~~",
        "````\n```\n%%a%%\n```\n````",
        "Text.\n\n    %%a%%\n\n    b",
        "- item\n\n      %%a%%",
        "- ```\n  %%a%%\n  ```",
        "> ```\n> %%a%%\n> ```",
        "1. item\n\n   ```\n   {% comment %}a{% endcomment %}\n   ```",
        "`{% comment %}` and `{% endcomment %}`",
        "`{::comment}a{:/comment}`",
        "<pre>\n%%a%%\n</pre>",
        "A <code>%%a%%</code> there.",
        "<!-- %%a%% {% comment %} -->",
        "<!--\n%%\n{::comment}\n-->",
        "{% raw %}{% comment %}a{% endcomment %}{% endraw %}",
        "\\%%a\\%%",
        "\\{::comment}a\\{:/comment}",
        "100%% of them.",
        "From 50%% to 60%%.",
        "The operator %% is one of R.",
        "[a](https://a.example/x%%20y) and [b](https://a.example/x%%20y)",
        "https://a.example/x%%20y and https://a.example/x%%20y",
        '<a title="50%% off">a</a> and <a title="60%% off">b</a>',
        "{%%} and {%%}",
        "{:/comment} and {% endcomment %}",
        "{::nomarkdown}a{:/}",
        "One %% sign.",
    ],
)
def test_what_is_no_comment_stays(text: str) -> None:
    assert uncomment(text) == text
    assert "error" not in dict(ids(text))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a %%b%% c", "a c"),
        ("a%%b%%c", "ac"),
        ("a %%b%%\nc", "a\nc"),
        ("a  %%b%%\nc", "a\nc"),
        ("a %%b%%  \nc", "a  \nc"),
        ("a\n%%b%%\nc", "a\nc"),
        ("a %%b\nc%% d", "a d"),
        ("%%a%% b", "b"),
        ("%%a%%     b", "b"),
        ("%%a%% %%b%%\nc", "c"),
        ("a\n%%\nb\n%%\nc", "a\n\nc"),
        ("%%\na\n%% b", "b"),
        ("- a\n%% b %%\n- c", "- a\n- c"),
        ("- a\n%%\nb\n%%\n- c", "- a\n- c"),
        ("> a\n> %%b%%\n> c", "> a\n> c"),
        ("> a\n> %%\n> b\n> %%\n> c", "> a\n>\n> c"),
        ("a\n{% comment %}b{% endcomment %}\nc", "a\n\nc"),
        ("| a %%b%% | c |\n| --- | --- |", "| a | c |\n| --- | --- |"),
        ("`a` %%b%% `c`", "`a` `c`"),
        ("a ` b %%c%% d", "a ` b d"),
        ("- a ` b\n- %%c%% ` d", "- a ` b\n- ` d"),
        ("```\na\n```\n%%b%%\nc", "```\na\n```\nc"),
        ("> ```\n> a\n\n%%b%% c", "> ```\n> a\n\nc"),
        ("- ```\n  a\n\n%%b%% c", "- ```\n  a\n\nc"),
        ("[^a]: b\n\n    c %%d%% e", "[^a]: b\n\n    c e"),
        ("a\n: b\n\n  c %%d%% e", "a\n: b\n\n  c e"),
        ("- a\n\n    b %%c%% d", "- a\n\n    b d"),
        ("<!-- a --> %%b%% c", "<!-- a --> c"),
        ("a <b %%c%% d> e", "a <b d> e"),
        ("%%`a%% b `c`", "b `c`"),
    ],
)
def test_a_comment_leaves_the_text_around_it_as_it_is(text: str, kept: str) -> None:
    assert uncomment(text) == kept


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("Text.\n\n%%\nSECRET", 7, "end it with `%%`"),
        ("Text.\n\n%% SECRET\n\nSECRET", 7, "end it with `%%`"),
        ("Text.\n\n- %%\n  SECRET", 7, "end it with `%%`"),
        ("Text {::comment} SECRET", 5, "end it with `{:/comment}`"),
        ("Text.\n\n{::comment}\nSECRET\n", 7, "end it with `{:/comment}`"),
        ("Text {% comment %} SECRET", 5, "end it with `{% endcomment %}`"),
        ("{% comment %}\n{% comment %}\nSECRET\n{% endcomment %}", 5, "end it with `{% endcomment %}`"),
        ("%%a%%\n\n%%\nb\n%%\n\n%%\nSECRET", 11, "end it with `%%`"),
    ],
)
def test_a_comment_without_an_end_is_an_error_at_its_beginning(
    blog: BlogMaker, text: str, line: int, hint: str
) -> None:
    report = blog(post(text)).build()

    (found,) = [found for found in report.diagnostics if found.is_error]
    assert found.id == "unclosed-comment"
    assert found.place is not None
    assert found.place.line == line
    assert found.hint.startswith(hint)
    assert not report.published


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a %%b%% c", [("note", "removed-comment")]),
        ("a 5%%b%% c", [("warning", "ambiguous-comment"), ("note", "removed-comment")]),
        (
            "It grew by 20 %% a year, or 5%% as C has it.",
            [("warning", "ambiguous-comment"), ("note", "removed-comment")],
        ),
        *(
            (text, [("warning", "ambiguous-comment"), ("note", "removed-comment")])
            for text in (
                "write %%f where you would type %f; the loop variable %%i is the same",
                "%%A and %%B are loop variables",
                "use LIKE '%%foo%%' there",
                "a pattern “%%foo%%” there",
                "Erlang uses %% for comments at the start and %%% for files",
                "MATLAB has %%% and %% for cells",
                "in systemd %% is one and %i the instance %%",
            )
        ),
        ("A {# b.\n\nC #} d.", [("warning", "ambiguous-comment"), ("note", "removed-comment")]),
        ("%% a\nb %% c\n", [("warning", "ambiguous-comment"), ("note", "removed-comment")]),
        ("%% a\nb %%\n", [("note", "removed-comment")]),
        ("5%% a 6%% b", [("note", "possible-comment")]),
        ("Text %% SECRET to the end", [("note", "possible-comment")]),
        ("5 %% of all", []),
        ("a %% b\n\nc %% d", [("warning", "ambiguous-comment")]),
        ("In R\n%% is an operator.", [("warning", "ambiguous-comment")]),
        ("5%% a\n\n6%% b", []),
        ("{*a*} and {* b, <#-- and x@* y", []),
        *(
            (text, [("warning", "ambiguous-comment"), ("note", "removed-comment")])
            for text in (
                "set %%PATH%% first",
                "%%JAVA_HOME%% is a variable",
                r"run %%PROGRAMFILES(X86)%%\x.exe",
                "a caf%%C3%%A9 and so on",
                "the percent sign %%20%% of a URL",
                "what is between %% and %% is a comment",
                "`a` %%…%% in Obsidian",
            )
        ),
        ("a %%TODO%% b", [("note", "removed-comment")]),
        ("a %%check this%% b", [("note", "removed-comment")]),
        *(
            (text, [("warning", "ambiguous-comment")])
            for text in (
                "Text.\n\n%% begins a comment in LaTeX.\n\nText.",
                "%% is the operator of R.\nText.",
                "%%-style comments are those of Obsidian.",
                "%%timeit runs a cell of Jupyter several times.",
                "%% starts a cell in MATLAB.\n\nText.\n\n%% ends nothing there.",
            )
        ),
        ("%% is this right?\n\nSECRET %%", [("note", "removed-comment")]),
        ("%% is this right?\n\nSECRET\n%%", [("note", "removed-comment")]),
    ],
)
def test_what_may_be_a_comment_is_told(text: str, said: list[tuple[str, str]]) -> None:
    assert ids(text) == said


def test_one_note_tells_of_all_comments_of_a_file(blog: BlogMaker) -> None:
    made = blog(post("a %%b%% c\n\n{::comment}d{:/}\n\n{% comment %}e{% endcomment %}"))

    (found,) = made.build().diagnostics
    assert found.message == "3 comments are not published, the first is here"
    assert str(found.place) == "posts/2026-01-01-x.md:5:3"


def test_findings_behind_comments_have_their_places(blog: BlogMaker) -> None:
    made = blog(
        post(
            "%%a\n\nb%% See [x](gone1.md) %%c%% and [y](gone2.md).\n\n"
            "{::comment}\nd\n{:/comment}\n\n| [z](gone3.md) %%e%% | [z](gone4.md) |\n| --- | --- |\n\n"
            "%%f%%\nText %%g\nh%% [z](gone5.md)\n"
        )
    )

    places = [str(found.place) for found in made.build().diagnostics if found.id == "broken-link"]
    assert [place.removeprefix("posts/2026-01-01-x.md:") for place in places] == [
        "7:13",
        "7:37",
        "13:7",
        "13:29",
        "18:9",
    ]


def test_findings_of_a_title_and_an_update_behind_comments_have_their_places(blog: BlogMaker) -> None:
    made = blog(
        "-- posts/2026-01-01-x.md --\n%%a\n\nb%%\n\n# A [talk](b) %%c%%\n\n%%\nd\n%%\n\n## Update %%e%% 2026-02-30\n"
    )

    found = {found.id: str(found.place) for found in made.build().diagnostics}
    assert found["markup-in-title"] == "posts/2026-01-01-x.md:5:3"
    assert found["invalid-date"] == "posts/2026-01-01-x.md:11:17"


def test_a_suggestion_takes_nothing_from_a_comment(tmp_path: Path) -> None:
    file = tmp_path / "x.md"
    file.write_text(
        "%% [SECRET](https://youtu.be/aaaaaaaaaaa) %%\n\n[Boundaries](https://youtu.be/zjkBMFhNj_g) %%SECRET%% (2012)\n"
    )

    block = suggest_block(file)[0]
    assert "zjkBMFhNj_g" in block
    assert "SECRET" not in block


@pytest.mark.parametrize(
    "text",
    [
        "| a ` | X |\n|---|---|\n| b ` | c |",
        "| a | b |\n|---|---|\n| ` | X ` |",
        "| a | b |\n|---|---|\n| ` | c |\n| X | ` |",
        "a ` b\n<div>\nX ` c\n</div>",
        "a ` b\n<!-- x -->\nX ` c",
        "a ` b\n{: .c}\nX ` c",
        "a ` b\n\n```\n`\n```\nX ` c",
        "- a ` b\n- c\n\n  X ` c",
        "t\n:   def\n\n    X",
        "t\n:   d `\n\n    X ` c",
        "a[^1]\n\n[^1]: b `\n\n    X ` c",
        "{{ X }}",
        "{% x X %}",
        "a {{ b X c }} d",
        '<span title="a X b">c</span>',
        '[a]\n\n[a]: https://a.example "b X c"',
        "a {::comment} SECRET\n\nSECRET {:/} ` b\n\nX ` c",
        "> a\n> %%\n> SECRET\n\n- SECRET %%\n\nX",
    ],
)
@pytest.mark.parametrize("comment", ["%%SECRET%%", "{::comment}SECRET{:/}", "{% comment %}SECRET{% endcomment %}"])
def test_a_stray_backtick_of_another_block_publishes_nothing(blog: BlogMaker, text: str, comment: str) -> None:
    made = blog(post(text.replace("X", comment)))
    report = made.build()

    assert "SECRET" not in published(made)
    assert report.exit_code is Exit.DONE


@pytest.mark.parametrize(
    "text",
    [
        "# a\n    %%KEEP%%",
        "## a\n\n    {% comment %}KEEP{% endcomment %}",
        "<pre>{% comment %}KEEP{% endcomment %}</pre>",
        "a <code>{% comment %}KEEP{% endcomment %}</code> b",
        "a <code>KEEP {{< /comment >}} {% endcomment %}</code> `{{< /comment >}}`",
        "| a | b |\n|---|---|\n| `%%KEEP%%` | c |",
        "t\n:   d\n\n        %%KEEP%%",
        "```\n%%time\nKEEP\n%%time\n```",
        "{% highlight python %}\n%%KEEP%%\n{% endhighlight %}",
        "$$\na %% KEEP\n%%\nb %% c\n$$",
    ],
)
def test_code_is_kept_without_a_word(blog: BlogMaker, text: str) -> None:
    made = blog(post(f"Before.\n\n{text}"))
    report = made.build(strict=True)

    assert report.exit_code is Exit.DONE
    assert report.diagnostics == ()
    assert "KEEP" in made.page("/posts/x/")


@pytest.mark.parametrize("comment", ["%%SECRET%%", "{::comment}SECRET{:/}", "{% comment %}SECRET{% endcomment %}"])
@pytest.mark.parametrize(
    "source",
    [
        '---\ntitle: "A X talk"\ndescription: "b X c"\nsubtitle: "b X"\nauthor: "Ann X Lee"\n---\nText.\n',
        '---\ntitle: A\ntags: [notes, "a X", "X"]\ntakeaways: ["a X b"]\nimage: {path: /a.png, alt: "a X"}\n---\n',
        '---\ntitle: A\ntalk:\n  title: "T X"\n  speakers: ["Ann X Lee"]\n  event: "Conf X"\n---\nText.\n',
        '---\ntitle: A\nexcerpt: "a X b"\nupdates: [{date: 2026-02-01, note: "n X"}]\n---\nText X.\n',
        "---\ntitle: A\nexcerpt: |\n  a `\n\n  X ` b\n---\nText.\n",
        '+++\ntitle = "A X"\ndescription = "b X"\ntags = ["a X"]\n+++\nText.\n',
        '{"title": "A X", "description": "b X", "tags": ["a X"]}\nText.\n',
        "Title: A X\nDate: 2026-01-01\nSummary: b X\n\nText.\n",
    ],
)
def test_front_matter_is_read_without_comments(blog: BlogMaker, source: str, comment: str) -> None:
    text = source.replace("X", comment)
    made = blog(f"-- posts/2026-01-01-x.md --\n{text}-- static/a.png --\nx\n")
    report = made.build()

    assert report.exit_code is Exit.DONE
    assert "SECRET" not in published(made)
    notes = [found for found in report.diagnostics if found.id == "removed-comment"]
    assert len(notes) == 1
    count = text.count("SECRET")
    assert notes[0].message.startswith(f"{count} comments are" if count > 1 else "comment is")


def test_front_matter_that_has_no_comments_stays(blog: BlogMaker) -> None:
    made = blog(
        "-- posts/2026-01-01-x.md --\n---\ntitle: 100%% sure and 50%% right\ndescription: Use `%%a%%` or %% there\n"
        "canonical: https://a.example/?q=1%%25&r=2%%25\nexcerpt_separator: <!-- cut -->\n---\nText.\n"
    )
    report = made.build()

    assert not [found for found in report.diagnostics if found.id == "removed-comment"]
    assert "100%% sure and 50%% right" in made.page("/posts/x/")
    assert "Use `%%a%%` or %% there" in made.page("/posts/x/")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("A <!-- SECRET --> talk", "A talk"),
        ("<!-- SECRET -->A<!-- SECRET -->", "A"),
        ("What `<!-- x -->` means", "What `&lt;!-- x --&gt;` means"),
        ("```A<!-- SECRET -->``", "```A``"),
        ("An empty <!-- --> comment", "An empty &lt;!-- --&gt; comment"),
        ("An arrow --> and <!-- a start", "An arrow --&gt; and &lt;!-- a start"),
    ],
)
def test_html_comments_in_front_matter_are_left_out(blog: BlogMaker, title: str, shown: str) -> None:
    made = blog(f'-- posts/2026-01-01-x.md --\n---\ntitle: "{title}"\ntags: ["b", "<!-- SECRET -->"]\n---\nText.\n')
    report = made.build()

    (found,) = report.diagnostics
    assert found.place is not None
    assert (found.id, found.place.line) == ("removed-comment", 2 if "SECRET" in title else 3)
    assert f"<h1>{shown}</h1>" in made.page("/posts/x/").replace("<code>", "`").replace("</code>", "`")
    assert "SECRET" not in published(made)


def test_a_comment_without_an_end_in_front_matter_is_an_error(blog: BlogMaker) -> None:
    report = blog('-- posts/2026-01-01-x.md --\n---\ntitle: "A {% comment %} SECRET"\n---\nText.\n').build()

    (found,) = [found for found in report.diagnostics if found.is_error]
    assert (found.id, str(found.place)) == ("unclosed-comment", "posts/2026-01-01-x.md:2:8")


@pytest.mark.parametrize(
    "text",
    [
        "<p title=%%SECRET%%>x</p>",
        "a <span title=%%SECRET%% alt={::comment}SECRET{:/}>x</span>",
        "<p title=%% SECRET %%>x</p>",
        '<div data-note="%%SECRET%%">x</div>',
        'a <code title="%%SECRET%%">b</code>',
        '<span title="{% comment %}SECRET">SECRET{% endcomment %} a</span>',
        '<a href="%%SECRET%%">x</a>',
        "[a](%%SECRET%%)",
        "[a]: %%SECRET%%\n\n[a]",
        'A paragraph.\n{: title="%%SECRET%%"}',
        "a <code>b</CODE> %%SECRET%% </code>",
        "HTML\n\n*[HTML]: Hyper %%SECRET%% Text",
        '!!! note "T %%SECRET%%"\n    a',
        "> [!note] T {::comment}SECRET{:/}\n> a",
        '<div markdown="1" title="%%SECRET%%">\na {% comment %}SECRET{% endcomment %}\n</div>',
        "$$ a %%SECRET%% $$",
        "$$\na {% comment %}SECRET{% endcomment %}\n$$",
    ],
)
def test_markup_publishes_no_comment(blog: BlogMaker, text: str) -> None:
    made = blog(post(f"Before.\n\n{text}\n\nBehind."))
    report = made.build()

    assert "SECRET" not in published(made)
    assert "removed-comment" in [found.id for found in report.diagnostics]
    assert "Behind." in made.page("/posts/x/")


@pytest.mark.parametrize(
    "text",
    [
        "<!-- %%SECRET%% --> a",
        "<code>%%SECRET%%</code> a",
        "<pre>\n{% comment %}SECRET{% endcomment %}\n\n{::comment}SECRET{:/}\n</pre>",
        "<div>\n`\n\n%%SECRET%% `\n</div>",
        "a ` b\n<!--more-->\n%%SECRET%% ` c",
    ],
)
def test_without_html_a_comment_in_a_tag_is_one_in_text(blog: BlogMaker, text: str) -> None:
    made = blog(
        f'-- afterword.toml --\ntitle = "A"\nexcerpt_separator = "<!--more-->"\n[markdown]\nhtml = false\n{post(text)}'
    )
    report = made.build()

    assert "SECRET" not in published(made)
    assert "removed-comment" in [found.id for found in report.diagnostics]


@pytest.mark.parametrize(
    "text", ["a ` b\n<div>\n%%KEEP%% ` c", "`a\n<!-- x\n%%KEEP%%` --> c", "`<pre>` and `%%KEEP%%`"]
)
def test_without_html_code_is_that_of_the_page(blog: BlogMaker, text: str) -> None:
    made = blog(f'-- afterword.toml --\ntitle = "A"\n[markdown]\nhtml = false\n{post(text)}')

    assert "removed-comment" not in [found.id for found in made.build().diagnostics]
    assert "KEEP" in made.page("/posts/x/")


def test_turning_html_off_finds_comments_again(blog: BlogMaker) -> None:
    made = blog(f'-- afterword.toml --\ntitle = "A"\n{post("<code>%%SECRET%%</code> a")}')
    made.build()
    assert "SECRET" in made.page("/posts/x/")

    made.write("afterword.toml", 'title = "A"\n[markdown]\nhtml = false\n').build()
    assert "SECRET" not in published(made)


def test_a_stamp_before_a_comment_is_no_link_definition(blog: BlogMaker) -> None:
    made = blog(
        "-- posts/2026-01-01-x.md --\n---\ntitle: A\ntalk: {title: B, video: https://youtu.be/zjkBMFhNj_g}\n---\n"
        "[12:34]: %%SECRET%% a\n"
    )
    made.build()

    assert "SECRET" not in published(made)


def test_a_third_mark_in_a_table_row_is_told(blog: BlogMaker) -> None:
    made = blog(post("| a | b | c |\n|---|---|---|\n| %% SECRET | SECRET %% | x %% y |"))
    report = made.build()

    assert "SECRET" not in published(made)
    found = next(found for found in report.diagnostics if found.id == "ambiguous-comment")
    assert found.message == "ambiguous `%%`: no closing `%%` in this table row, so the text after it is published"
    assert str(found.place).endswith(":7:29")


@pytest.mark.parametrize(
    "part",
    [
        "- a {::comment}SECRET\n\n  SECRET{:/} b\n\n",
        "- a {::comment}SECRET\n- SECRET{:/} b\n",
        "- a {::comment}SECRET\n\nSECRET{:/} b\n\n",
        "> a {::comment}SECRET\n\nSECRET{:/} b\n\n",
        "a\n: b {::comment}SECRET\n\n  SECRET{:/} c\n\n",
    ],
)
def test_many_comments_from_one_paragraph_to_another_are_found(part: str) -> None:
    removed = remove_comments("posts/x.md", part * 1000, 1)

    assert removed.diagnostics == ()
    assert "SECRET" not in removed.text
    assert removed.text.count(" b") == 1000


def test_comments_that_hide_how_the_rest_is_read_are_limited() -> None:
    removed = remove_comments("posts/x.md", "a {::comment}\n\n    {:/}\n\n" * 2000, 1)

    assert [found.id for found in removed.diagnostics] == ["too-many-comments"]
    assert removed.diagnostics[0].is_error


def test_a_quote_ends_at_a_heading_however_many_follow() -> None:
    parsed = parse("> # a\nx\n" * 2000, MarkdownOptions())

    assert sum(token.type == "blockquote_open" for token in parsed.tokens) == 2000


def test_quotes_that_would_take_quadratic_time_are_too_many_elements(blog: BlogMaker) -> None:
    report = blog(post("> ```\nx\n" * 1000)).build()

    assert [found.id for found in report.diagnostics if found.is_error] == ["too-many-elements"]


PIECES = st.sampled_from(
    (
        *("%%", "%%", "a", "b ", " ", "\n", "\n\n", "`", "```\n", "> ", "- ", "    ", "\\", "{::comment}", "{:/}"),
        *("{:/comment}", "{% comment %}", "{% endcomment %}", "<!--", "-->", "|", "5", "# ", "<b>", "[a](b)"),
    )
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_every_character_that_is_kept_is_found_in_its_place(text: str) -> None:
    removed = remove_comments("posts/x.md", text, 1)
    uncut = text.split("\n")

    for number, line in enumerate(removed.text.split("\n")):
        for column, character in enumerate(line):
            line_there, column_there = find_uncut(removed.gaps, number, column)
            assert uncut[line_there][column_there] == character


@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_text_without_signs_of_comments_is_the_same(text: str) -> None:
    plain = text.replace("%", "").replace("{", "")
    assert remove_comments("posts/x.md", plain, 1).text is plain


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ("Hello %%SECRET%% there", True),
        ("Hello {% comment %}SECRET{% endcomment %} there", True),
        ("Hello <!-- SECRET --> there", True),
        ("From 50%% to 60%% of them", False),
        ("It is 100 % {clear}, he said", False),
    ],
)
@pytest.mark.parametrize("name", ["t.vtt", "t.txt"])
def test_a_comment_in_a_transcript_is_told_where_it_is_named(
    blog: BlogMaker, said: str, is_told: bool, name: str
) -> None:
    talk = f"talk:\n  title: T\n  video: https://youtu.be/zjkBMFhNj_g\n  transcript: {name}\n"
    made = blog().write("posts/a/index.md", f"---\ntitle: A\ndate: 2026-01-01\n{talk}---\nText.\n")
    made.write(f"posts/a/{name}", f"WEBVTT\n\n00:01.000 --> 00:02.000\n{said}\n")
    found = [(one.id, str(one.place)) for one in made.build().diagnostics]
    assert found == ([("ambiguous-comment", "posts/a/index.md:7:15")] if is_told else [])


@pytest.mark.parametrize(
    ("matter", "chunk", "is_shown"),
    [
        ("execute:\n  echo: false\n", "```{python}\nkey = 'SECRET'\n```", False),
        ("execute: {include: false}\n", "```{r fig.width=3}\nkey <- 'SECRET'\n```", False),
        ("", "```{r}\nknitr::opts_chunk$set(fig.width = 3, echo = FALSE)\n```\n\n```{r}\n'SECRET'\n```", False),
        ("execute:\n  echo: false\n", "```{python}\n#| echo: true\nkey = 'SECRET'\n```", True),
        ("execute:\n  echo: true\n", "```{python}\nkey = 'SECRET'\n```", True),
        ("execute:\n  echo: false\n", "```python\nkey = 'SECRET'\n```", True),
    ],
)
def test_code_of_chunks_is_hidden_as_a_whole(blog: BlogMaker, matter: str, chunk: str, is_shown: bool) -> None:
    made = blog(f"-- posts/2026-01-01-x.md --\n---\ntitle: A\n{matter}---\n\nText.\n\n{chunk}\n\nMore.\n")
    assert [found.id for found in made.build().diagnostics] == ([] if is_shown else ["removed-comment"])
    assert ("SECRET" in published(made)) is is_shown
    assert "More." in made.page("/posts/x/")
