"""The table of constructs of other tools that CommonMark and GitHub do not have.

They are rendered, or shown as text with a warning. The warnings of `foreign_markup`, the page of the manual and the
tests are made from the table. A construct that is rendered has a rule of its own in `rules`.
"""

from __future__ import annotations

import re

from msgspec import Struct

from afterword.core.patterns import lazy_pattern


class Construct(Struct, frozen=True):
    """A construct: an example in Markdown, the tools that have it, and its result.

    `becomes` says what it is rendered as, or, if it has a `pattern`, what to write instead. A `pattern` finds it in the
    text of a block, where `^` and `$` match at lines. `signs` are a quick test: a text with none of them has no match.
    `hides` says that the tool does not show the text, so that it is an error to publish it.
    """

    name: str
    example: str
    tools: str
    becomes: str
    signs: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    hides: bool = False


HIDING = r"(?:hidden|hide|private|draft|secret|unpublished|invisible|content-hidden)"
"""Names of containers, shortcodes and tags whose text is not for readers."""

HOW_TO_HIDE = "delete the text that is not to be published, or put it between `%%` and `%%`"


RENDERED = (
    Construct(
        "alert with a title",
        "> [!NOTE] Own title\n> Text.",
        "Obsidian, GitHub without the title",
        "An alert with this title. Kinds are those of GitHub, Obsidian and MkDocs.",
    ),
    Construct("folded alert", "> [!quote]- Title\n> Text.", "Obsidian", "An alert that folds; with `+` it is open."),
    Construct("admonition", '!!! tip "Title"\n    Text.', "MkDocs", "An alert."),
    Construct(
        "folded admonition", '??? note "Title"\n    Text.', "MkDocs", "An alert that folds; with `???+` it is open."
    ),
    Construct(
        "container",
        ":::warning Title\nText.\n:::",
        "Docusaurus, VitePress, Pandoc, Quarto",
        "An alert. `::: {.callout-note}` and `:::note[Title]` too; `details` folds.",
    ),
    Construct("wikilink", "[[example|text]]", "Obsidian", "A link to the source or file of that name, slug or title."),
    Construct("link from the content folder", "[text](@/example.md)", "Zola", "A link to the source with that path."),
    Construct(
        "embed",
        "![[picture.svg|300]]",
        "Obsidian",
        "The image, 300 pixels wide. Audio and video get a player, other files a link.",
    ),
    Construct(
        "sound and video",
        "![A talk](talk.mp4)",
        "Obsidian, MkDocs, Pandoc",
        "A player, for audio files such as `.mp3` too. A URL on a video host is a link that opens its player.",
    ),
    Construct("mark", "==marked==", "Obsidian, MkDocs, Pandoc", "Marked text, `<mark>`."),
    Construct(
        "abbreviation",
        "*[HTML]: HyperText Markup Language\n\nHTML.",
        "kramdown, MkDocs, PHP Markdown Extra",
        "The explanation is added to each occurrence of the word, as `<abbr>`.",
    ),
    Construct("Markdown in HTML", '<div markdown="1">\n*Text.*\n</div>', "kramdown, MkDocs", "HTML with Markdown."),
    Construct("heading outside contents", "## Title {:.no_toc}", "kramdown", "A heading that is not in the contents."),
    Construct("emoji", ":tada:", "GitHub, MkDocs", "The emoji. With `markdown.emoji = false`, the name."),
    Construct("task in progress", "- [/] Task", "Obsidian", "A task that is not done."),
    Construct(
        "formula", r"$$x_i$$, \(x_i\)", "kramdown, Pandoc, Obsidian", "With `math: true`, a formula. Otherwise text."
    ),
    Construct(
        "code in tags",
        "{% highlight python %}\nx = 1\n{% endhighlight %}",
        "Jekyll, Octopress, Hexo, Hugo",
        "A code block. `{% codeblock %}`, `{% raw %}` and `{{< highlight go >}}` too, on their own lines.",
    ),
    Construct("comment", "%%Comment%%", "Obsidian", "Nothing; see [Comments](writing.md#comments)."),
)
"""The constructs that are rendered."""

_TABLE = r"""
alert of another kind | Obsidian | [!
> [!custom] Title\n> Text.
\A\[![A-Za-z][\w-]{0,40}\][+-]?(?:[ \t].*)?$
-> use a known kind, such as `[!note]`

!hidden shortcode | Hugo | {{< {{%
{{< hidden >}}\nText.\n{{< /hidden >}}
\{\{[<%][ \t]*<HIDING>\b[^{}\n]{0,500}[>%]\}\}

!hidden tag | Hexo | {%
{% hidden %}\nText.\n{% endhidden %}
(?<!\{)\{%-?[ \t]*<HIDING>\b[^%\n]{0,500}%\}

!hidden container | Pandoc, Quarto | :::
::: hidden\nText.\n:::
^:{3,}[ \t]*<HIDING_CLASS>.*

shortcode | Hugo | {{< {{%
{{< figure src="a.svg" >}}
\{\{[<%](?![ \t]*/?[ \t]*<HIDING>\b|[ \t]*/[ \t]*comment\b)[^{}\n]{0,500}[>%]\}\}
-> replace it with the HTML or Markdown that it produces

Zola's shortcode | Zola | {{
{{ youtube(id="x") }}
\{\{ ?\w+\([^{}\n]{0,500}\) ?\}\}
-> replace it with the HTML or Markdown that it produces

`{::nomarkdown}` | kramdown | {:: {:/
{::nomarkdown}
\{::/?(?:nomarkdown|options)\b[^{}\n]{0,500}\}|\{:/(?:nomarkdown)?\}
-> remove it: HTML needs no mark

admonition without text | MkDocs | !!!\s ???
!!! note\nText.
^(?:!!!|\?\?\?\+?)[ \t]+(?:<KINDS>)\b.*
-> indent the text of an admonition by four spaces

other containers | Pandoc, VitePress, Docusaurus | :::
::: columns\nText.\n:::
^:{3,}[ \t]*(?!<HIDING_CLASS>)(?:\{[^{}\n]{1,200}\}|[A-Za-z][\w-]*).*
-> write `<div class="…" markdown="1">` and `</div>`, or use a kind of alert, such as `note`

block id | Obsidian | \s^ \n^
Text. ^block-id
(?:(?<=\s)|^)\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{3,60}$
-> write `{#block-id}` on the line above, and link to `#block-id`

end of a block | kramdown | ^
Text.\n^\nMore.
^\^$
-> leave a blank line between the blocks

table without a header | kramdown | |\n
| a | b |\n| c | d |
^(?![ \t|:-]*$)\|[^\n]*\|[ \t]*\n\|(?![ \t|:-]*$)[^\n]*\|[ \t]*$
-> add a header and a delimiter row above the rows: `| a | b |` and `| --- | --- |`

grid table | Pandoc, reStructuredText | +- +=
+---+---+\n| a | b |\n+---+---+
^\+(?:[-=:]{2,}\+)+$
-> write a table with bars, `| a | b |`, and a delimiter row, `| --- | --- |`

inline footnote | Pandoc, Obsidian | ^[
Text.^[A note.]
\^\[[^\]\n]{1,300}\]
-> write `[^1]`, and `[^1]: …` on a line of its own

citation | Pandoc, Quarto | [@ [-@
[@smith2020, p. 3]
\[-?@[\w][\w:.#$%&+?<>~/-]*[^\]\n]{0,200}\](?!\()
-> use a link to the source, or a footnote

superscript | Pandoc, Obsidian | ^
x^2^
(?<=\w)\^[\w+-]{1,20}\^(?!\w)
-> write `<sup>2</sup>`

subscript | Pandoc | ~
H~2~O
(?<=\w)~\w{1,10}~(?!~)
-> write `<sub>2</sub>`

span with attributes | Pandoc, Quarto | ]{
[text]{.small}
\[[^\[\]\n]{1,200}\]\{(?:[.#][\w-]|\w{1,20}=)[^{}\n]{0,200}\}
-> write `<span class="small">text</span>`

tab | MkDocs | ===\s
=== "Tab"
^={3}[!+]?[ \t]+"[^"\n]{1,200}"
-> use a heading for each tab

snippet | MkDocs | 8<
--8<-- "file.md"
^-{1,2}8<-{1,2}(?:[ \t]+"[^"\n]*")?|^;--8<--.*
-> replace it with the text of the file

icon | MkDocs | :
:material-account:
(?<![\w:]):(?:material|fontawesome|octicons|simple|fa|mdi)-[a-z0-9-]{1,80}:(?!\w)
-> use a word or an emoji

keys | MkDocs | ++
++ctrl+c++
(?<![\w+{])\+\+[a-z0-9-]+(?:\+[a-z0-9-]+){0,5}\+\+(?![\w+])
-> write `<kbd>Ctrl</kbd>+<kbd>C</kbd>`

critic markup | MkDocs, CriticMarkup | {++ {-- {~~
{++added++}
\{(?:\+\+[^{}\n]{1,300}\+\+|--[^{}\n]{1,300}--|~~[^{}\n]{1,300}~~)\}
-> use `<ins>` and `<del>`, or the final text

inline field | Obsidian (Dataview) | ::\s
[due:: 2026-02-01]
\[[\w -]{1,60}:: [^\]\n]{1,200}\]
-> move it to the front matter, or write it as text

other tasks | Obsidian | [-]\s [>]\s [<]\s [?]\s [!]\s [*]\s
- [>] Task
\A\[[-<>?!*]\](?=[ \t]+\S)
-> write `[ ]` or `[x]`

import of MDX | MDX, Docusaurus | import\s
import Tabs from "@theme/Tabs";
^import[ \t]+[\w{*][^\n]{0,200}[ \t]from[ \t]+["'][^"'\n]+["'];?$
-> remove it, and write HTML instead of components

!condition of MDX | MDX | {false {null {undefined {//
{false && (
\{(?:false|null|undefined) (?:&&|\?) ?[(<\"'`A-Za-z]?|\{//(?=.*(?:\n\}|\Z))

comment in a line | MyST, LaTeX | %
% A comment
(?:\A|(?<=[^\d\s]\n))%[ \t]*(?!(?:is|was|are|starts?|begins?|marks?|stands?|means?|signs?|of|in|and|or|as|at|to
  |for)\b)[^\W\d_][^%\n]*$
-> put it between `%%` and `%%`; if it is text, write `\%`

comment or directive | reStructuredText | ..\s ..\n
.. A comment
\A\.\.(?:[ \t]+\S.*|\n.*)
-> put a comment between `%%` and `%%`, and write the rest in Markdown

comment of a line | AsciiDoc | //\s :: [comment]\n
// A comment
\A//[ \t]+\S.*|^(?:ifn?def|ifeval)::.*|\A\[comment\]$
-> put it between `%%` and `%%`; if it is text, put it in backticks

!comment in LaTeX | LaTeX | \comment{ \iffalse \begin{comment}
\comment{Text}
\\comment\{|^\\iffalse\b.*\\fi\b|^\\begin\{comment\}.*\\end\{comment\}

raw attribute | Pandoc | {=
`text`{=latex}
\{=\w{1,30}\}
-> delete the text if it is not for readers, or else the attribute

!comment without two hyphens | HTML | <! <\s!
<!— A comment —>
<(?:[ \t]!-{1,2}|!(?:[—–‒]|-(?!-)))[^<>\n]{0,300}(?:>|$)
-> write `<!--` and `-->`

!link as a comment | GitHub | [//]: [comment]: [#]: [_]:
[//]: # (A (comment)
^\[(?://|comment|\#|_)\]:[ \t]*(?:\#|<>).*
-> leave a blank line above it, and put parentheses around the comment; or write `<!-- … -->`

!protected text | WordPress | [/
[private]Text.[/private]
\[/(?:<HIDING>|members?[_-]?only|restrict|paywall)\]

keyword | Org mode | #+ COMMENT\s :noexport: :LOGBOOK: :PROPERTIES:
#+STARTUP: overview
^#\+(?:\w{2,40}:|(?i:begin|end)_\w).*|\ACOMMENT[ \t]+\S.*|(?<=\s):(?:\w+:)*noexport:(?:\w+:)*$|^:(?:LOGBOOK
  |PROPERTIES):$
-> put it between `%%` and `%%`; if it is text, put it in backticks

tag of a draft | Obsidian, Logseq | #draft #private #wip #unpublished #noexport /draft /private
#talk #draft
(?:^(?:[A-Za-z]{1,20}:[ \t]*)?|\A)(?:#[\w/-]{1,60}[ \t,]+){0,20}#(?:[\w-]{1,40}/)?(?:draft|private|wip|unpublished
  |noexport)(?:/[\w/-]{1,40})?(?:(?:[ \t,]+#[\w/-]{1,60}){0,20}[ \t]*$|(?<=\A#draft)(?=[ \t]))
-> to hide the post, write `draft: true` in the front matter; otherwise remove the tag

code of a template | Templater, EJS | <%
<% tp.date.now() %>
<%[^%\n]{1,300}%>
-> replace it with the text that it produces
"""
"""The constructs that are shown as text: a name, with `!` if it hides text, tools and signs; an example; a pattern, on
one line and those below it that are indented; and what to write instead, by default `HOW_TO_HIDE`.

In signs and examples, `\\n` is a line end, `\\s` a space. Names in angle brackets stand for the patterns in `_PARTS`.
"""

_PARTS = {
    "<HIDING_CLASS>": r"(?:\{[^{}\n]{0,200}?\.)?(?:<HIDING>|comment)(?![\w-])",
    "<HIDING>": HIDING,
    "<KINDS>": "note|tip|info|warning|danger|important|caution|success|question|failure|bug|example|quote|abstract",
}


def _read(record: str) -> Construct:
    """Reads a record of the table."""
    head, example, *lines = record.split("\n")
    name, tools, signs = head.split(" | ")
    instead = next((line.removeprefix("-> ") for line in lines if line.startswith("-> ")), HOW_TO_HIDE)
    pattern = "".join(line.removeprefix("  ") for line in lines if not line.startswith("-> "))
    for part, written in _PARTS.items():
        pattern = pattern.replace(part, written)
    return Construct(
        name.removeprefix("!"),
        example.replace(r"\n", "\n"),
        tools,
        instead,
        tuple(sign.replace(r"\n", "\n").replace(r"\s", " ") for sign in signs.split()),
        lazy_pattern(pattern, re.MULTILINE),
        hides=name.startswith("!"),
    )


AS_TEXT = tuple(map(_read, _TABLE.strip().split("\n\n")))
"""The constructs that are shown as text, with a warning or, if they hide text, an error."""
