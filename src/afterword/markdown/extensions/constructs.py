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


def _text(
    name: str, example: str, tools: str, instead: str, signs: tuple[str, ...], pattern: str, *, hides: bool = False
) -> Construct:
    """A construct that is shown as text, with a warning or an error."""
    return Construct(name, example, tools, instead, signs, lazy_pattern(pattern, re.MULTILINE), hides)


HIDING = r"(?:hidden|hide|private|draft|secret|unpublished|invisible|content-hidden)"
"""Names of containers, shortcodes and tags whose text is not for readers."""

_HIDING_CLASS = rf"(?:\{{[^{{}}\n]{{0,200}}?\.)?(?:{HIDING}|comment)(?![\w-])"

HOW_TO_HIDE = "delete the text that is not to be published, or put it between `%%` and `%%`"


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

AS_TEXT = (
    _text(
        "alert of another kind",
        "> [!custom] Title\n> Text.",
        "Obsidian",
        "use a known kind, such as `[!note]`",
        ("[!",),
        r"\A\[![A-Za-z][\w-]{0,40}\][+-]?(?:[ \t].*)?$",
    ),
    _text(
        "hidden shortcode",
        "{{< hidden >}}\nText.\n{{< /hidden >}}",
        "Hugo",
        HOW_TO_HIDE,
        ("{{<", "{{%"),
        rf"\{{\{{[<%][ \t]*{HIDING}\b[^{{}}\n]{{0,500}}[>%]\}}\}}",
        hides=True,
    ),
    _text(
        "hidden tag",
        "{% hidden %}\nText.\n{% endhidden %}",
        "Hexo",
        HOW_TO_HIDE,
        ("{%",),
        rf"(?<!\{{)\{{%-?[ \t]*{HIDING}\b[^%\n]{{0,500}}%\}}",
        hides=True,
    ),
    _text(
        "hidden container",
        "::: hidden\nText.\n:::",
        "Pandoc, Quarto",
        HOW_TO_HIDE,
        (":::",),
        rf"^:{{3,}}[ \t]*{_HIDING_CLASS}.*",
        hides=True,
    ),
    _text(
        "shortcode",
        '{{< figure src="a.svg" >}}',
        "Hugo",
        "replace it with the HTML or Markdown that it produces",
        ("{{<", "{{%"),
        rf"\{{\{{[<%](?![ \t]*/?[ \t]*{HIDING}\b)[^{{}}\n]{{0,500}}[>%]\}}\}}",
    ),
    _text(
        "Zola's shortcode",
        '{{ youtube(id="x") }}',
        "Zola",
        "replace it with the HTML or Markdown that it produces",
        ("{{",),
        r"\{\{ ?\w+\([^{}\n]{0,500}\) ?\}\}",
    ),
    _text(
        "`{::nomarkdown}`",
        "{::nomarkdown}",
        "kramdown",
        "remove it: HTML needs no mark",
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
        'write `<div class="…" markdown="1">` and `</div>`, or use a kind of alert, such as `note`',
        (":::",),
        rf"^:{{3,}}[ \t]*(?!{_HIDING_CLASS})(?:\{{[^{{}}\n]{{1,200}}\}}|[A-Za-z][\w-]*).*",
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
        "add a header and a delimiter row above the rows: `| a | b |` and `| --- | --- |`",
        ("|\n",),
        r"^(?![ \t|:-]*$)\|[^\n]*\|[ \t]*\n\|(?![ \t|:-]*$)[^\n]*\|[ \t]*$",
    ),
    _text(
        "grid table",
        "+---+---+\n| a | b |\n+---+---+",
        "Pandoc, reStructuredText",
        "write a table with bars, `| a | b |`, and a delimiter row, `| --- | --- |`",
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
        "use a link to the source, or a footnote",
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
        r"\[[^\[\]\n]{1,200}\]\{(?:[.#][\w-]|\w{1,20}=)[^{}\n]{0,200}\}",
    ),
    _text(
        "tab",
        '=== "Tab"',
        "MkDocs",
        "use a heading for each tab",
        ("=== ",),
        r'^={3}[!+]?[ \t]+"[^"\n]{1,200}"',
    ),
    _text(
        "snippet",
        '--8<-- "file.md"',
        "MkDocs",
        "replace it with the text of the file",
        ("8<",),
        r'^-{1,2}8<-{1,2}(?:[ \t]+"[^"\n]*")?|^;--8<--.*',
    ),
    _text(
        "icon",
        ":material-account:",
        "MkDocs",
        "use a word or an emoji",
        (":",),
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
        "use `<ins>` and `<del>`, or the final text",
        ("{++", "{--", "{~~"),
        r"\{(?:\+\+[^{}\n]{1,300}\+\+|--[^{}\n]{1,300}--|~~[^{}\n]{1,300}~~)\}",
    ),
    _text(
        "inline field",
        "[due:: 2026-02-01]",
        "Obsidian (Dataview)",
        "move it to the front matter, or write it as text",
        (":: ",),
        r"\[[\w -]{1,60}:: [^\]\n]{1,200}\]",
    ),
    _text(
        "other tasks",
        "- [>] Task",
        "Obsidian",
        "write `[ ]` or `[x]`",
        ("[-] ", "[>] ", "[<] ", "[?] ", "[!] ", "[*] "),
        r"\A\[[-<>?!*]\](?=[ \t]+\S)",
    ),
    _text(
        "import of MDX",
        'import Tabs from "@theme/Tabs";',
        "MDX, Docusaurus",
        "remove it, and write HTML instead of components",
        ("import ",),
        r"""^import[ \t]+[\w{*][^\n]{0,200}[ \t]from[ \t]+["'][^"'\n]+["'];?$""",
    ),
    _text(
        "condition of MDX",
        "{false && (",
        "MDX",
        HOW_TO_HIDE,
        ("{false", "{null", "{undefined", "{//"),
        r"\{(?:false|null|undefined) (?:&&|\?) ?[(<\"'`A-Za-z]?|\{//(?=.*(?:\n\}|\Z))",
        hides=True,
    ),
    _text(
        "comment in a line",
        "% A comment",
        "MyST, LaTeX",
        "put it between `%%` and `%%`; if it is text, write `\\%`",
        ("%",),
        r"(?:\A|(?<=[^\d\s]\n))%[ \t]*(?!(?:is|was|are|starts?|begins?|marks?|stands?|means?|signs?|of|in|and|or|as|at"
        r"|to|for)\b)[^\W\d_][^%\n]*$",
    ),
    _text(
        "comment or directive",
        ".. A comment",
        "reStructuredText",
        "put a comment between `%%` and `%%`, and write the rest in Markdown",
        (".. ", "..\n"),
        r"\A\.\.(?:[ \t]+\S.*|\n.*)",
    ),
    _text(
        "comment of a line",
        "// A comment",
        "AsciiDoc",
        "put it between `%%` and `%%`; if it is text, put it in backticks",
        ("// ", "::", "[comment]\n"),
        r"\A//[ \t]+\S.*|^(?:ifn?def|ifeval)::.*|\A\[comment\]$",
    ),
    _text(
        "comment in LaTeX",
        "\\comment{Text}",
        "LaTeX",
        HOW_TO_HIDE,
        ("\\comment{", "\\iffalse", "\\begin{comment}"),
        r"\\comment\{|^\\iffalse\b.*\\fi\b|^\\begin\{comment\}.*\\end\{comment\}",
        hides=True,
    ),
    _text(
        "raw attribute",
        "`text`{=latex}",
        "Pandoc",
        "delete the text if it is not for readers, or else the attribute",
        ("{=",),
        r"\{=\w{1,30}\}",
    ),
    _text(
        "comment without two hyphens",
        "<!— A comment —>",
        "HTML",
        "write `<!--` and `-->`",
        ("<!", "< !"),
        r"<(?:[ \t]!-{1,2}|!(?:[—–‒]|-(?!-)))[^<>\n]{0,300}(?:>|$)",
        hides=True,
    ),
    _text(
        "link as a comment",
        "[//]: # (A (comment)",
        "GitHub",
        "leave a blank line above it, and put parentheses around the comment; or write `<!-- … -->`",
        ("[//]:", "[comment]:", "[#]:", "[_]:"),
        r"^\[(?://|comment|\#|_)\]:[ \t]*(?:\#|<>).*",
        hides=True,
    ),
    _text(
        "protected text",
        "[private]Text.[/private]",
        "WordPress",
        HOW_TO_HIDE,
        ("[/",),
        rf"\[/(?:{HIDING}|members?[_-]?only|restrict|paywall)\]",
        hides=True,
    ),
    _text(
        "keyword",
        "#+STARTUP: overview",
        "Org mode",
        "put it between `%%` and `%%`; if it is text, put it in backticks",
        ("#+", "COMMENT ", ":noexport:", ":LOGBOOK:", ":PROPERTIES:"),
        r"^#\+(?:\w{2,40}:|(?i:begin|end)_\w).*|\ACOMMENT[ \t]+\S.*|(?<=\s):(?:\w+:)*noexport:(?:\w+:)*$"
        r"|^:(?:LOGBOOK|PROPERTIES):$",
    ),
    _text(
        "tag of a draft",
        "#talk #draft",
        "Obsidian, Logseq",
        "to hide the post, write `draft: true` in the front matter; otherwise remove the tag",
        ("#draft", "#private", "#wip", "#unpublished", "#noexport", "/draft", "/private"),
        r"(?:^(?:[A-Za-z]{1,20}:[ \t]*)?|\A)(?:#[\w/-]{1,60}[ \t,]+){0,20}#(?:[\w-]{1,40}/)?(?:draft|private|wip"
        r"|unpublished|noexport)(?:/[\w/-]{1,40})?(?:(?:[ \t,]+#[\w/-]{1,60}){0,20}[ \t]*$|(?<=\A#draft)(?=[ \t]))",
    ),
    _text(
        "code of a template",
        "<% tp.date.now() %>",
        "Templater, EJS",
        "replace it with the text that it produces",
        ("<%",),
        r"<%[^%\n]{1,300}%>",
    ),
)
"""The constructs that are shown as text, with a warning."""
