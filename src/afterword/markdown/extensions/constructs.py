r"""The table of constructs of other tools that CommonMark and GitHub do not have.

They are rendered, or shown as text with a warning. The warnings of `foreign_markup`, the page of the manual and the
tests are made from the table. A construct that is rendered has a rule of its own in `rules`.
"""

from __future__ import annotations

import re

from msgspec import Struct


class Construct(Struct, frozen=True):
    """A construct: an example in Markdown, the tools that have it, and what becomes of it.

    `becomes` says what it is rendered as, or, if it has a `pattern`, what to write instead. A `pattern` finds it where
    it would be shown as text: in the text of a block, `^` and `$` at its lines. A text without any of the `signs` has
    none.
    """

    name: str
    example: str
    tools: str
    becomes: str
    signs: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None


def _text(name: str, example: str, tools: str, instead: str, signs: tuple[str, ...], pattern: str) -> Construct:
    """A construct that is shown as text, with a warning."""
    return Construct(name, example, tools, instead, signs, re.compile(pattern, re.MULTILINE))


_KINDS = "note|tip|info|warning|danger|important|caution|success|question|failure|bug|example|quote|abstract"

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
        "folded admonition", '??? note "Title"\n    Text.', "MkDocs", "The same that folds; with `???+` it is open."
    ),
    Construct(
        "container",
        ":::warning Title\nText.\n:::",
        "Docusaurus, VitePress, Pandoc, Quarto",
        "An alert. `::: {.callout-note}` and `:::note[Title]` too; `details` folds.",
    ),
    Construct("wikilink", "[[example|text]]", "Obsidian", "A link to what has that file name, slug or title."),
    Construct(
        "embed",
        "![[picture.svg|300]]",
        "Obsidian",
        "The image, 300 pixels wide; a player of sound or video; else a link.",
    ),
    Construct(
        "sound and video",
        "![A talk](talk.mp4)",
        "Obsidian, MkDocs, Pandoc",
        "A player. `.mp3` and other sound too.",
    ),
    Construct("mark", "==marked==", "Obsidian, MkDocs, Pandoc", "Marked text, `<mark>`."),
    Construct(
        "abbreviation",
        "*[HTML]: HyperText Markup Language\n\nHTML.",
        "kramdown, MkDocs, PHP Markdown Extra",
        "The word with its explanation, `<abbr>`, wherever the text has it.",
    ),
    Construct("Markdown in HTML", '<div markdown="1">\n*Text.*\n</div>', "kramdown, MkDocs", "HTML with Markdown."),
    Construct("heading outside contents", "## Title {:.no_toc}", "kramdown", "The table of contents leaves it out."),
    Construct("emoji", ":tada:", "GitHub, MkDocs", "The emoji; `markdown.emoji = false` shows the name."),
    Construct("task that is begun", "- [/] Task", "Obsidian", "A task that is not done."),
    Construct("formula", r"$$x_i$$, \(x_i\)", "kramdown, Pandoc, Obsidian", "A formula with `math: true`, else text."),
    Construct(
        "code in tags",
        "{% highlight python %}\nx = 1\n{% endhighlight %}",
        "Jekyll, Octopress, Hexo",
        "A block of code. `{% codeblock %}` and `{% raw %}` on lines of their own too.",
    ),
    Construct("comment", "%%Comment%%", "Obsidian", "Nothing; see [Comments](writing.md#comments)."),
)
"""The constructs that are rendered."""

AS_TEXT = (
    _text(
        "alert of another kind",
        "> [!custom] Title\n> Text.",
        "Obsidian",
        "write a kind that is known, such as `[!note]`",
        ("[!",),
        r"\A\[![A-Za-z][\w-]{0,40}\][+-]?(?:[ \t].*)?$",
    ),
    _text(
        "shortcode",
        '{{< figure src="a.svg" >}}',
        "Hugo",
        "write the HTML or Markdown that the shortcode stands for",
        ("{{<", "{{%"),
        r"\{\{[<%][^{}\n]{0,500}[>%]\}\}",
    ),
    _text(
        "Zola's shortcode",
        '{{ youtube(id="x") }}',
        "Zola",
        "write the HTML or Markdown that the shortcode stands for",
        ("{{",),
        r"\{\{ ?\w+\([^{}\n]{0,500}\) ?\}\}",
    ),
    _text(
        "`{::nomarkdown}`",
        "{::nomarkdown}",
        "kramdown",
        "leave it out: HTML needs no mark",
        ("{::", "{:/"),
        r"\{::/?(?:nomarkdown|options)\b[^{}\n]{0,500}\}|\{:/(?:nomarkdown)?\}",
    ),
    _text(
        "admonition without text",
        "!!! note\nText.",
        "MkDocs",
        "indent the text of an admonition by four spaces",
        ("!!! ", "???"),
        rf"^(?:!!!|\?\?\?\+?)[ \t]+(?:{_KINDS})\b.*",
    ),
    _text(
        "other containers",
        "::: columns\nText.\n:::",
        "Pandoc, VitePress, Docusaurus",
        'write `<div class="…" markdown="1">` and `</div>`; an alert is one of the kinds `note`, `tip`, `warning` …',
        (":::",),
        r"^:{3,}[ \t]*(?:\{[^{}\n]{1,200}\}|[A-Za-z][\w-]*).*",
    ),
    _text(
        "block id",
        "Text. ^block-id",
        "Obsidian",
        "write `{#block-id}` on the line above, and link to `#block-id`",
        (" ^", "\n^"),
        r"(?:(?<=\s)|^)\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{3,60}$",
    ),
    _text(
        "end of a block",
        "Text.\n^\nMore.",
        "kramdown",
        "leave a blank line between the blocks",
        ("^",),
        r"^\^$",
    ),
    _text(
        "table without a header",
        "| a | b |\n| c | d |",
        "kramdown",
        "write a header and a line of dashes above the rows: `| a | b |` and `| --- | --- |`",
        ("|\n",),
        r"^(?![ \t|:-]*$)\|[^\n]*\|[ \t]*\n\|(?![ \t|:-]*$)[^\n]*\|[ \t]*$",
    ),
    _text(
        "grid table",
        "+---+---+\n| a | b |\n+---+---+",
        "Pandoc, reStructuredText",
        "write a table with bars, `| a | b |`, and a line of dashes below its header",
        ("+-", "+="),
        r"^\+(?:[-=:]{2,}\+)+$",
    ),
    _text(
        "inline footnote",
        "Text.^[A note.]",
        "Pandoc, Obsidian",
        "write `[^1]`, and `[^1]: …` on a line of its own",
        ("^[",),
        r"\^\[[^\]\n]{1,300}\]",
    ),
    _text(
        "citation",
        "[@smith2020, p. 3]",
        "Pandoc, Quarto",
        "write a link to the source, or a footnote",
        ("[@", "[-@"),
        r"\[-?@[\w][\w:.#$%&+?<>~/-]*[^\]\n]{0,200}\](?!\()",
    ),
    _text(
        "superscript",
        "x^2^",
        "Pandoc, Obsidian",
        "write `<sup>2</sup>`",
        ("^",),
        r"(?<=\w)\^[\w+-]{1,20}\^(?!\w)",
    ),
    _text(
        "subscript",
        "H~2~O",
        "Pandoc",
        "write `<sub>2</sub>`",
        ("~",),
        r"(?<=\w)~\w{1,10}~(?!~)",
    ),
    _text(
        "span with attributes",
        "[text]{.small}",
        "Pandoc, Quarto",
        'write `<span class="small">text</span>`',
        ("]{",),
        r"\[[^\[\]\n]{1,200}\]\{[.#][\w-][^{}\n]{0,200}\}",
    ),
    _text(
        "tab",
        '=== "Tab"',
        "MkDocs",
        "write a heading for each tab",
        ("=== ",),
        r'^={3}[!+]?[ \t]+"[^"\n]{1,200}"',
    ),
    _text(
        "snippet",
        '--8<-- "file.md"',
        "MkDocs",
        "write the text itself",
        ("8<",),
        r'^-{1,2}8<-{1,2}(?:[ \t]+"[^"\n]*")?|^;--8<--.*',
    ),
    _text(
        "icon",
        ":material-account:",
        "MkDocs",
        "write the word, or an emoji",
        (":material-", ":fontawesome-", ":octicons-", ":simple-", ":fa-", ":mdi-"),
        r"(?<![\w:]):(?:material|fontawesome|octicons|simple|fa|mdi)-[a-z0-9-]{1,80}:(?!\w)",
    ),
    _text(
        "keys",
        "++ctrl+c++",
        "MkDocs",
        "write `<kbd>Ctrl</kbd>+<kbd>C</kbd>`",
        ("++",),
        r"(?<![\w+{])\+\+[a-z0-9-]+(?:\+[a-z0-9-]+){0,5}\+\+(?![\w+])",
    ),
    _text(
        "critic markup",
        "{++added++}",
        "MkDocs, CriticMarkup",
        "write `<ins>`, `<del>`, or the text as it should be",
        ("{++", "{--", "{~~", "{>>"),
        r"\{(?:\+\+[^{}\n]{1,300}\+\+|--[^{}\n]{1,300}--|~~[^{}\n]{1,300}~~|>>[^{}\n]{1,300}<<)\}",
    ),
    _text(
        "inline field",
        "[due:: 2026-02-01]",
        "Obsidian (Dataview)",
        "write it in front matter, or as text",
        (":: ",),
        r"\[[\w -]{1,60}:: [^\]\n]{1,200}\]",
    ),
    _text(
        "other tasks",
        "- [>] Task",
        "Obsidian",
        "write `[ ]` or `[x]`",
        ("[-] ", "[>] ", "[<] ", "[?] ", "[!] ", "[*] "),
        r"\A\[[-<>?!*]\][ \t]+\S",
    ),
    _text(
        "import of MDX",
        'import Tabs from "@theme/Tabs";',
        "MDX, Docusaurus",
        "leave it out, and write HTML in place of components",
        ("import ",),
        r"""^import[ \t]+[\w{*][^\n]{0,200}[ \t]from[ \t]+["'][^"'\n]+["'];?$""",
    ),
    _text(
        "code of a template",
        "<% tp.date.now() %>",
        "Templater, EJS",
        "write what it stands for",
        ("<%",),
        r"<%[^%\n]{1,300}%>",
    ),
)
"""The constructs that are shown as text, with a warning."""
