"""Constructs of Markdown, front matter and talks, each of which a hostile or generated text may repeat without end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

TALK = "talk:\n  title: A talk\n  video: https://youtu.be/zjkBMFhNj_g\n  length: 59:48\n"
"""A recording, so that time stamps are links, and a length, so that late ones are warned of."""


@dataclass(frozen=True)
class Construct:
    """A piece of text to repeat; `#` in it stands for the number of the repetition, `##` for the sign itself.

    Each repetition is closed by `closing`, from the last to the first. `before` and `after` stand around all of them.
    `place` says where these stand: in the `body` of a post, in its
    front `matter`, or in a description of a video that is `pasted`.
    """

    unit: str
    before: str = ""
    after: str = ""
    closing: str = ""
    place: Literal["body", "matter", "pasted"] = "body"

    def repeat(self, size: int, between: str = "") -> str:
        """The text of about so many characters; `between` stands between two repetitions."""
        pieces: list[str] = []
        length = 0
        while length < size:
            pieces.append(self.unit.replace("##", "\0").replace("#", str(len(pieces))).replace("\0", "#"))
            length += len(pieces[-1]) + len(between) + len(self.closing)
        return self.before + between.join(pieces) + self.closing * len(pieces) + self.after


@dataclass(frozen=True)
class Shape:
    """A construct repeated on one line, on many lines or in many paragraphs, on a page with or without a talk.

    Where there is a talk, quotation marks are smart.
    """

    construct: Construct
    between: str = ""
    has_talk: bool = False

    def __str__(self) -> str:
        """How it is called in reports of tests."""
        construct = self.construct
        around = [ascii(text[:40]) for text in (construct.before, construct.unit, construct.closing, construct.after)]
        how = {"": "on one line", "\n": "on many lines", "\n\n": "in many paragraphs"}[self.between]
        return f"{construct.place}: {' '.join(around)} {how}{', with a talk' if self.has_talk else ''}"

    def write(self, size: int) -> str:
        """A source, or what is pasted, in which the repetitions take about so many characters."""
        text = self.construct.repeat(size, self.between)
        if self.construct.place == "pasted":
            return text
        matter = "" if text.startswith("title:") else "title: A\n"
        matter += f"{text}\n" if self.construct.place == "matter" else ""
        body = text if self.construct.place == "body" else "A."
        return f"---\n{matter}{TALK if self.has_talk else ''}---\n{body}\n"


def _in(
    place: Literal["body", "matter", "pasted"], *units: str, before: str = "", after: str = "", closing: str = ""
) -> list[Construct]:
    return [Construct(unit, before, after, closing, place) for unit in units]


_body = partial(_in, "body")
_matter = partial(_in, "matter")
_pasted = partial(_in, "pasted")


_SIGNS = (
    *("!", '"', "##", "$", "%", "&", "'", "(", ")", "*", "+", ",", "-", ".", "/", ":", ";", "<", "=", ">"),
    *("?", "@", "[", "\\", "]", "^", "_", "`", "{", "|", "}", "~"),
)

BODY = (
    *_body(*_SIGNS),
    *_body(*(f"{sign} " for sign in _SIGNS)),
    *_body(*(f"{sign}a " for sign in _SIGNS)),
    *_body(*(f"a{sign}" for sign in _SIGNS)),
    *_body("a", "a ", " ", "\t", "  a", "ä", "漢", "😀", "\u200b", "a\u0301"),
    *_body("**a", "**a** ", "*a*", "*a **b ", "*_", "_a_ ", "__a__ ", "***a", "a**b", "**a*", "~~a", "~~a~~ ", "~~~a"),
    *_body("`a`", "`a` ", "``a", "` `` ``` ", "`a``b```"),
    *_body("[a", "[a]", "[a] ", "[a][", "[a][b]", "[](", "](", "[a](", "[a](b", "[a](b)", "[a](b) ", "[a](<", "[a](/b"),
    *_body("[a](##a) ", "[a](##a#) ", "[x](/x#) ", "[x](x#.md) ", "[x](x.md) ", "[x](/x) ", "[x](javascript:a) "),
    *_body(
        '[x](/x "a', "[x](/x (a", "[x](/x 'a", '[x](/x "a") ', "[a](\\", "[[a](b)", "[a](b)](c)", "[a](((((", "![[["
    ),
    *_body(
        "![", "![a", "![a]", "![a](", "![a](b", "![a](b.png) ", "![a](b#.png) ", "![](", "![a][b]", "![a](<", "![![a]("
    ),
    *_body("[^1]", "[^1] ", "[^#] ", "[^a", "[^a]: ", "[^", "[^[^", "[^1]: a\n", "[^#]: a\n\n", "[^#] [^#]: a\n\n"),
    *_body(
        "[a]: b\n", "[a]: /b\n\n", "[a#]: /b\n", "[a]: <", "[a]: /b 'c", '[a]: /b "c\n', "[a#] ", "[a]:\n", "[^1]:\n"
    ),
    *_body("[a\n", '[a]: b "c"\n', "[a#]: javascript:a\n\n[a#]\n\n", "[a#]: x#.md\n\n[a#]\n\n"),
    *_body("[a] ", before="[a]: /gone\n\n"),
    *_body("[a] ", before="[a]: gone.md\n\n"),
    *_body("[^1] ", after="\n\n[^1]: a\n"),
    *_body(
        "<",
        "<a",
        "<a ",
        "<a>",
        "<a> ",
        "<a b",
        "<a b=",
        '<a b="',
        "<a b='",
        "<a b=c>",
        "<a href='#'>a</a> ",
        "</a",
        "</a>",
    ),
    *_body(
        "<!--",
        "<!-- ",
        "<!-- a -->",
        "<!---",
        "<!",
        "<!a",
        "<!a>",
        "<![CDATA[",
        "a <![CDATA[",
        "<![CDATA[a]]>",
        "a <!--",
    ),
    *_body(
        "<?",
        "<?a?>",
        "a <?",
        "<script>",
        "a <script>",
        "<style>",
        "a <style>",
        "<script",
        "<div>",
        "<div>\n\n",
        "</div>",
    ),
    *_body(
        "<img src=b#.png> ", "<img src=b.png>", "<img src='/x#'> ", '<img srcset="a.png 1x, b.png 2x"> ', "<b>a</b> "
    ),
    *_body(
        "<p id=a#>a</p>\n\n",
        "<p id=a>",
        "a <b id=a> ",
        "a <b style='a'> ",
        "<a/",
        "<a/ ",
        "<a =",
        "<a b ",
        "a <a b='c' ",
    ),
    *_body(
        "<textarea>",
        "a <title>",
        "<iframe src=x> ",
        "<https://a.b> ",
        "<https://a.b",
        "<a@b.c> ",
        "<a@b",
        "<a:",
        "<a:b> ",
    ),
    *_body("<a b", before="a <a "),
    *_body(' b="c"', before="a <a "),
    *_body(" b", before="a <a ", after=">"),
    *_body("a,", before='<img srcset="', after='">'),
    *_body("&amp;", "&amp; ", "&", "&a", "&##", "&##1;", "&##x", "&nosuch;", "&ampamp;", "&amp", "&a;"),
    *_body("\\\\", "\\*", "\\a", "\\\n", "a  \n", "a\\\n", "\n", "\n\n", " \n", "a\n", "a\n\n"),
    *_body(
        "{",
        "}",
        "{}",
        "{{",
        "{%",
        "{{ a }}",
        "{% a %}",
        "{% a %} ",
        "{{ site.a }} ",
        "{% ",
        "{%- ",
        "{%%}",
        "{% raw %}",
    ),
    *_body(
        "{: .x}",
        "{: .x} ",
        "{: .x}\n",
        "{: .x}\n\n",
        "{.x}",
        "{##x#}\n\na\n\n",
        "a{: .x} ",
        "`a`{.x} ",
        "*a*{.x}",
        "*a*{.x",
    ),
    *_body(
        "[a](/b){.x} ",
        "{.x .y",
        "{.a .a .a}",
        "{:.a .a",
        "{a=b",
        '{a="b',
        "{a=b}\n",
        '{a="b"}\na\n\n',
        "*a*{z=b} ",
        "{:toc}\n",
    ),
    *_body("[a](/b){##a} ", "![a](b.png){lang=xx-xx-xx} ", "- a\n{:toc}\n\n", "## a {##a#}\n", "## a {.x}\n", "{:toc "),
    *_body("* TOC\n{:toc}\n\n", "[TOC]\n\n", "[TOC]", "[[toc]] ", "[[a]] ", "==a== ", "==", "++a++ ", "^a^ ", "H~2~O "),
    *_body("|", "|a", "|a|", "|a|\n", "|-", "|-|", "|-|\n", "| a | b |\n", "|\\|", "|`a|` ", "---|---\n", "a|b\n"),
    *_body("|a", before="|a|\n|-|\n"),
    *_body("|a|\n", before="|a|\n|-|\n"),
    *_body("|a|b|c|\n", before="|a|\n|-|\n"),
    *_body("|a|b|c|d|e|f|g|h|\n", before="|a|\n|-|\n"),
    *_body("| [x](##a) ", before="|a|\n|-|\n"),
    *_body("| [x](##a) |\n", before="|a|\n|-|\n"),
    *_body("| [x](##a) [12:34] ", before="|a" * 20 + "\n" + "|-" * 20 + "\n"),
    *_body("|\\||a|\n", before="|a|\n|-|\n"),
    *_body("a|b\n-|-\nc|d\n\n", "|a|\n|-|\n|b|\n\n", "|a|\n|-|\n", "|a|\n|-|\n|[x](##a)|\n\n"),
    *_body(
        "> ",
        ">",
        "> a",
        "> a\n",
        "> a\n\n",
        ">> a\n",
        "> > ",
        "> - ",
        "> [!NOTE]\n",
        "> [!NOTE]\n> a\n\n",
        "> a\n> — B [12:34]\n\n",
    ),
    *_body(
        "- ",
        "-",
        "- a",
        "- a\n",
        "- a\n\n",
        "- - ",
        "- - a\n",
        "* a\n- a\n",
        "  - a\n",
        "- a\n  - b\n",
        "-\n",
        "-\n\n",
        "- a\n\n  b\n",
    ),
    *_body("1. ", "1. a\n", "1) a\n", "#. a\n", "1. 1. ", "1.\n", "123456789. a\n", "1. a\n\n", "1. a\n   - b\n"),
    *_body("- [ ] ", "- [x] a\n", "- [ ] a\n\n", "- [ ]\n", "[ ] ", "[x] "),
    *_body(
        "- **a** b\n",
        "- **a#** b\n",
        "- **a**\n\n",
        "- [12:34] **a** b\n",
        "- **a",
        "- **[12:34]** a\n",
        "- **a**: *b* **c**\n",
    ),
    *_body("[0:01] ", before="- ", after=" **a** b\n"),
    *_body(
        "## ",
        "## a\n",
        "## a#\n",
        "## a\n\n",
        "## a [12:34]\n",
        "###### a\n",
        "## a [x](##b)\n",
        "####### a\n",
        "##\n",
        "## a ##\n",
    ),
    *_body(
        "## [12:34] a#\n",
        "## *a* `b` [c](/d)\n",
        "## Update 2020-01-01\n",
        "## What's changed since 2020\n",
        "## Update\n\na\n\n",
    ),
    *_body(
        "a\n===\n", "a\n---\n", "a\n=\n\n", "===\n", "---\n", "***\n", "- - -\n", "= ", "_ _ _\n", "a [x](##b)\n===\n"
    ),
    *_body(
        "    a\n",
        "    a\n\n",
        "\ta\n",
        "```\n",
        "```\na\n```\n",
        "```a\n```\n",
        "~~~\n",
        "```python\na\n```\n",
        "```` a\n",
        "``` a=b c=d\n```\n",
    ),
    *_body(
        "```x#\na\n```\n",
        '``` python {1,2} title="a"\na\n```\n',
        "```python {9}\na\n```\n",
        "```\na\n````\n",
        "a ```\n",
    ),
    *_body("a=b ", before="```python ", after="\na\n```\n"),
    *_body("1,", before="```python {", after="}\na\n```\n"),
    *_body("9-9 ", before='```python hl_lines="', after='"\na\n```\n'),
    *_body("def a(): pass\n", before="```python\n", after="```\n"),
    *_body("a = '", before="```python\n", after="\n```\n"),
    *_body("a", before="```python linenos\n", after="\n```\n"),
    *_body(
        "a\n: b\n",
        "a\n: b\n\n",
        ": a\n",
        "a\n\n: b\n\n",
        "a\nb\nc\n: d\n\n",
        "a\n~ b\n",
        ": a ",
        "a\n: b\n: c\n",
        "a\n",
    ),
    *_body("a\nb\nc\nd\ne\nf\ng\nh\n"),
    *_body(
        "http://",
        "https://a.b",
        "https://a.b ",
        "http://a.b/(",
        "https://a.b/) ",
        "www.",
        "www.a.b ",
        "a@b.c ",
        "a@b.c",
        "@",
    ),
    *_body(
        "a.",
        "a.a",
        "https://a.b/&amp;",
        "://",
        "http:",
        "a.b.c.d.e@",
        "ww",
        "www",
        "https://a_b.c ",
        "mailto:a@b.c ",
        "a@b@",
    ),
    *_body("https://blog.example/x# ", "https://blog.example/x#", ":smile: ", ":smile", "::", ":a"),
    *_body(
        "[12:34]",
        "[12:34] ",
        "[0:1",
        "[12:34",
        "12:34 – ",
        "12:34",
        "[12:34]( ",
        "[12:34](",
        "[12:34]() ",
        "[12:34][",
        "[2:60] ",
    ),
    *_body(
        "[12:34–12:30] ",
        "[12:34–12:50] ",
        "[99:59:59] ",
        "[90:00] ",
        "(12:34) ",
        "[12:34]: a\n",
        "[12:34]: a\n\n",
        "[12:34]\n",
    ),
    *_body(
        "[a](##t=12:34) ",
        "[](##t=12:34) ",
        "[a](##t=1:99) ",
        "[a](https://youtu.be/zjkBMFhNj_g?t=10) ",
        "![12:34 a](b.png)\n\n",
    ),
    *_body(
        "[12:34](/b) ",
        "\\[12:34] ",
        "[12:34]{.x} ",
        "a[12:34]",
        "at [12:34] ",
        "[12:34], ",
        "[12:34] and ",
        "([12:34]) ",
    ),
    *_body(
        "“a” ",
        "'a' ",
        '"a" ',
        "'",
        '"',
        "a'b ",
        "--",
        "---a",
        "...",
        "(c) ",
        "(tm)",
        "+-",
        "a -- b ",
        '"a',
        "'a",
        "\"'",
    ),
    *_body('*"a* ', '"*a*" ', '"[a](/b)" ', '"`a`"'),
    *_body("A sentence. ", "A sentence [x](/gone). ", "— A. B. [12:34]\n", "> a — B C\n> [12:34]\n\n", "a — "),
    *_body("— a ", before="> a ", after=" [12:34]\n"),
    *_body("[x](##b) ", before="> a ", after=" — B [12:34]\n"),
    *_body(
        "$a$ ",
        "$$",
        "$$a$$ ",
        "\\(a\\) ",
        "\\[",
        ":::\n",
        ":::a\n",
        "[a]{.b} ",
        "%% a %% ",
        "%%",
        "%%\n",
        "{::comment}",
        "{:/}",
    ),
    *_body(
        "%%\na\n%%\n",
        "{::comment}a{:/comment} ",
        "{::comment}\na\n{:/comment}\n",
        "{% comment %}",
        "{% comment %}a{% endcomment %} ",
    ),
    *_body("{% raw %}%%", "{% raw %}\n%%\n", "a\n%%b\n", "a %%\n%% b\n", "> %%\nx\n", "> ## a\nx\n", "| %%a%% | ` |\n"),
    *_body("a {::comment}b\n\nc{:/}\n\n", "- a {::comment}b\n\n  c{:/}\n\n", '<a title="%%b%%">', '[a]: b "%%c%%"\n'),
    *_body("{:/comment}", "{% endcomment %}", "%%a", "{:: ", "\\%%", "{::nomarkdown}", "`%%` "),
    *_body(
        "{% if false %}", "{% if false %}{% if a %}", "{% if a %}", "{{ if false }}", "{{#if false}}", "{{! ", "////\n"
    ),
    *_body("#+BEGIN_COMMENT\n", "\\begin{comment}\n", "\\iffalse\n", "{{< hidden", "{% hidden", "::: {", "##draft "),
    *_body(
        "% a\n",
        ".. a\n",
        "// a\n",
        "<!- ",
        "a <!-- b ",
        "a <!-- b\n\nc --> ",
        "[//]: ## (",
        "a {.hidden} ",
        "> <<<<<<< a\n",
        "**draft:** true\n",
    ),
    *_body("[a", before="[", after="]" * 50),
    *_body("[", after="]"),
    *_body("]", before="["),
    *_body("(", before="[a]("),
    *_body("*", before="a", after="a"),
    *_body("`", before="a", after="a`"),
    *_body("a`", before="`"),
    *_body(" ", before="a", after="\nb"),
    *_body("\t", before="a", after="b"),
    *_body("[x](##b) ", before="## "),
    *_body("a ", before="## ", after="{.x}"),
    *_body(" {.x}", before="## a"),
    *_body("{.x}", before="*a*"),
    *_body("*a* ", before="", after="{.x}"),
    *_body("<!--more-->\n", "<!--more-->", "<!-- more -->\n\n"),
    *_body("![", closing="](b)", after="\n"),
    *_body("![", before="[a]: b\n\n", after="a", closing="]"),
    *_body("[", closing="](b)"),
    *_body("[", closing="]"),
    *_body("[", before="[a]: b\n\n", closing="]"),
    *_body("[![a](b)", closing="](c)"),
    *_body("*a ", closing=" a*"),
    *_body("**a ", closing=" a**"),
    *_body("_a ", closing=" a_"),
    *_body("~~a ", closing=" a~~"),
    *_body('"a ', closing=' a"'),
    *_body("(", before="[a](", closing=")"),
    *_body("<b>", closing="</b>"),
    *_body("<div>\n", closing="</div>\n"),
    *_body("b\n", before="> > > > > a\n"),
    *_body("b\n", before="- - - - - a\n"),
    *_body("  b\n", before="- a\n"),
    *_body("    b\n", before="[^1]: a\n"),
    *_body("b\n", before="a\n: "),
    *_body(" ", before="# a", after="b"),
    *_body(" ", before="## a", after="{"),
    *_body(" ", before="> a —", after="B [12:34]"),
    *_body(" ", before="x <a b", after="c>"),
    *_body("c", before='[a](b "', after='")'),
    *_body("c\n", before='[a]: b "', after='"\n\n[a]'),
    *_body('[a]: b "c\n\n'),
    *_body('[a]: b\n"c\n'),
    *_body("[^a#] ", "[^b#]: x\n\n"),
    *_body("{.x}", before="`a`"),
    *_body("{data-#=a}", before="`a`"),
    *_body("{:.x}\n", before="- a\n" * 20),
    *_body("{:toc}\n", before="- a\n" * 20),
    *_body("[[a##] ", "[[a", "![[a.png|", "==a ", "==a== ", "*[A#]: x\n", ":tada:", "- [/] a\n", "'n' ", "**「x」**"),
    *_body("$$", "$$a ", "$$a$$ ", "\\(", "\\(a=", "\\(a=b\\) ", "\\[", "$a ", "\\begin{align}\n"),
    *_body("!!! note\n    ", "??? note\n    a\n\n", ":::note\n", ":::note\n:::\n", "> [!tip] a\n> ", "> [!tip]- "),
    *_body('<div markdown="1">\n', '<div markdown="1">a</div>\n', "{% highlight python %}\n", "{% raw %}", "{{< a >}}"),
    *_body("a^b^ ", "^[", "[@a", "| a |\n", "| a | b |\n| --- |\n", "++a++", "<%", "{++a", "+-+\n"),
    *_body("![a](b c", "[a](b c.md) ", "[a] (b.md) ", "(a)[b.md] ", "** a** ", "{.a\n", "[A#]: Yes\n", "```\na\n~~~\n"),
)
"""Constructs of Markdown, for the body of a post."""


MATTER = (
    *_matter(
        "a",
        " ",
        "a ",
        "é",
        "\\\\n",
        "'",
        "&",
        "*a* ",
        "[a](b) ",
        "`",
        "[",
        "<",
        "![",
        ": ",
        "##",
        before="title: ",
        after="\n",
    ),
    *_matter("%%a", "%%a%% ", "{% comment %}", "{::comment}a{:/}", before="description: 'x ", after="'\n"),
    *_matter("a", "\\n", "*a* ", "[a](", "[12:34] ", '\\"', before='description: "', after='"\n'),
    *_matter("*a* ", "[x](##a) ", "[x](x.md) ", "[", "[a](", "<a ", before='excerpt: "', after='"\n'),
    *_matter("  a\n", "  a\n\n", "  [x](##a)\n", "  [x](x.md) \n", before="excerpt: >\n"),
    *_matter("  a\n", "  [x](##a)\n", before="excerpt: |\n"),
    *_matter("a#, ", "a, ", "[", "{", "'a#', ", before="tags: [", after="]\n"),
    *_matter("a ", "a, ", "a# ", before="tags: ", after="\n"),
    *_matter("- a#\n", "- a\n", "- [a]\n", "- \n", "- {a: b}\n", "- a: b\n", before="tags:\n"),
    *_matter("- a#\n", "- {name: a#}\n", "- {x: a}\n", before="authors:\n"),
    *_matter("- /a#/\n", "- a b\n", "- /../a\n", before="aliases:\n"),
    *_matter("- posts/a#.md\n", "- a#\n", before="related:\n"),
    *_matter("- a#\n", "- '*a* [b](c)'\n", "- '**'\n", before="takeaways:\n"),
    *_matter("[a](b) ", before="takeaways:\n- '", after="'\n"),
    *_matter(
        "- {date: 2026-05-01, note: a}\n",
        "- {date: a, note: a}\n",
        "- a\n",
        "- {date: 2020-01-01, note: '*a*'}\n",
        before="updates:\n",
    ),
    *_matter("  - a#\n", "  - {name: a#, url: b}\n", "  - {nam: a}\n", before="talk:\n  title: A\n  speakers:\n"),
    *_matter("A and ", "A, ", "a", "& ", before="talk:\n  title: A\n  speakers: ", after="\n"),
    *_matter(
        "  - https://a.b/#\n", "  - a\n", "  - https://youtu.be/zjkBMFhNj_g\n", before="talk:\n  title: A\n  also:\n"
    ),
    *_matter("  - 12:34 a\n", "  - {start: 1, title: a}\n", before="talk:\n  title: A\n  chapters:\n"),
    *_matter("a ", "2015 ", "-", "(", "'15 ", "a-", before="talk:\n  title: A\n  event: ", after="\n"),
    *_matter("1", "1 ", "a", "1:", "1h", "about ", before="talk:\n  title: A\n  length: ", after="\n"),
    *_matter("2", "2-", "a ", "1/", "1. ", before="talk:\n  title: A\n  date: ", after="\n"),
    *_matter("a", "/", "?t=1&", "%", "&t=", "##t=", before="talk: https://youtu.be/", after="\n"),
    *_matter("a", "/", "a/", "?v=", "[", ":", before="talk:\n  title: A\n  video: https://a.b/", after="\n"),
    *_matter("a#: b\n", "a: b\n", "titel: b\n", "a#b: [\n", "- a\n", "a\n", "? a\n", "##\n", "a#:\n", "'a#': b\n"),
    *_matter("  a#: b\n", before="talk:\n"),
    *_matter("  a#: b\n", before="x:\n"),
    *_matter("a#: b, ", "{a: ", before="x: {", after="}\n"),
    *_matter("&a ", "!a ", "*a\n", "- *a\n", "- &a b\n", "- !a b\n", before="x:\n"),
    *_matter("a", "/", ":title/", ":", "%", "../", "*", before="permalink: /", after="/\n"),
    *_matter("a", " ", "-", "ä", before="slug: ", after="\n"),
    *_matter("a", "../", "%", "##", before="image: ", after=".png\n"),
    *_matter("a-", "a", before="lang: ", after="\n"),
    *_matter("1", "2026-", " ", "1:", before="date: ", after="\n"),
    *_matter("x", before="redirect_to: /", after="\n"),
    *_matter("\u2028", before="title: a", after="\n"),
    *_matter("\\\\x07", before='title: "', after='"\n'),
    *_matter("\u2028\n", "\x07\n", "\x07", before="##"),
)
"""Constructs of front matter."""


PASTED = (
    *_pasted(
        "12:34 a\n",
        "12:34 ",
        "0:# a\n",
        "a 12:34\n",
        "a 12:34 ",
        "- 12:34 a\n",
        "| 12:34 | a |\n",
        "+-",
        "+--+\n",
        "= =",
        "\n",
    ),
    *_pasted(
        "12:34 – 12:50 a\n",
        "9:00 am a\n",
        "Part\n12:34 a\n",
        "a\n\n",
        "http://a.b ",
        "[a](b) ",
        "`a <b>`_ ",
        "12",
        ":",
        "12:",
        "0:00 a\n",
    ),
    *_pasted(
        "(http://a.b) ",
        "*a* ",
        "* ",
        "Corrections: 12:34 ",
        ".. a\n",
        ".. list-table::\n",
        "* - a\n",
        "- ",
        " ",
        "(",
        "[",
        "*a",
        "a \n",
    ),
    *_pasted("0:01 a\n0:02 b\nc\n", "\n0:01 a\nb\n", "0:01\n", "b\n", "Title\n\n", before="0:00 a\n0:10 b\n0:20 c\n"),
    *_pasted("WEBVTT\n", "00:01.000 --> 00:02.000\na\n\n", "<c>a", "<", "{\\", "00:01.000 ", before="WEBVTT\n\n"),
    *_pasted('{"startTime": 1, "title": "a"},', "[", "{", before="["),
    *_pasted("\t", "\u00a0", "\u200b", "：", "“", "—", "chapters ", "to ", "at "),
)
"""Constructs of a video's description, for `afterword new talk`."""


def list_shapes() -> list[Shape]:
    """All shapes of all constructs."""
    shapes: list[Shape] = []
    for construct in dict.fromkeys((*BODY, *MATTER, *PASTED)):
        betweens: tuple[str, ...] = ("", "\n", "\n\n") if construct.place == "body" else ("", "\n")
        if construct.unit.endswith("\n") or (construct.place == "matter" and construct.before):
            betweens = ("",)
        talks = (False, True) if construct.place == "body" else (False,)
        shapes += [Shape(construct, between, has_talk) for between in betweens for has_talk in talks]
    return shapes
