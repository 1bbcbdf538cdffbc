"""The constructs of other tools that are shown as text, with a warning or, if they hide text, an error."""

from __future__ import annotations

from afterword.markdown.warnings.constructs import HIDING, HOW_TO_HIDE, Construct

_HIDING_CLASS = r"(?:\{[^{}\n]{0,200}?\.)?(?:" + HIDING + r"|comment)(?![\w-])"
"""The first class of a container, as a word or in braces, by whose name its text is not for readers."""

_OPTIONS = r"(?:[^{}]|\{(?!\{)|\}(?!\})){0,1000}?"
"""The options of a shortcode or tag, over any number of lines."""

_PROTECTING = (
    r"(?:[\w-]{0,30}(?:hid(?:e|den)|private|draft|secret|unpublished|invisible|restrict|protect|member|paywall|premium"
    r"|password|passster|logged|visib(?:le|ility))[\w-]{0,30}|paid|comment|s2If|(?:um|rcp|wlm|mepr|MM|pmpro)[_-][\w-]{1,30})"
)
"""The tags of plug-ins between which text is not for readers."""

_NEVER = r"(?:false|null|undefined|0|!true|!1)"

_CUT_OFF = r"[\s/]*[\w./-]+(?:[ \t]+\w+=|[ \t]*\n)" + _OPTIONS + r"\Z"
"""The name and options of a shortcode that does not end in its block: `>` on its next line begins a quote."""

_KINDS = "note|tip|info|warning|danger|important|caution|success|question|failure|bug|example|quote|abstract"

_ICONS = ("material", "fontawesome", "octicons", "simple", "fa", "mdi")
"""The collections of icons that MkDocs has."""

AS_TEXT = (
    Construct(
        name="alert of another kind",
        example="> [!custom] Title\n> Text.",
        tools="Obsidian",
        becomes="use a known kind, such as `[!note]`",
        signs=("[!",),
        pattern=r"\A\[![A-Za-z][\w-]{0,40}\][+-]?(?:[ \t].*)?$",
    ),
    Construct(
        name="hidden shortcode",
        example="{{< hidden >}}\nText.\n{{< /hidden >}}",
        tools="Hugo",
        becomes=HOW_TO_HIDE,
        signs=("{{<", "{{%"),
        pattern=r"\{\{[<%][\s/]*" + HIDING + r"\b(?:" + _OPTIONS + r"[>%]\}\})?",
        hides=True,
    ),
    Construct(
        name="hidden tag",
        example="{% hidden %}\nText.\n{% endhidden %}",
        tools="Hexo",
        becomes=HOW_TO_HIDE,
        signs=("{%",),
        pattern=r"(?<!\{)\{%-?\s*(?:end)?" + HIDING + r"\b(?:" + _OPTIONS + r"%\})?",
        hides=True,
    ),
    Construct(
        name="hidden container",
        example="::: hidden\nText.\n:::",
        tools="Pandoc, Quarto",
        becomes=HOW_TO_HIDE,
        signs=(":::", "{:"),
        pattern=(
            r"\A:{3,}[ \t]*" + _HIDING_CLASS + r".*|^:{3,}[ \t]*" + _HIDING_CLASS + r"(?:[^{}\n]*\})?[ \t:]*$"
            r"|^\{:[ \t]*" + HIDING + r"[ \t]*\}$"
        ),
        hides=True,
    ),
    Construct(
        name="shortcode",
        example='{{< figure src="a.svg" >}}',
        tools="Hugo",
        becomes="replace it with the HTML or Markdown that it produces",
        signs=("{{<", "{{%"),
        pattern=r"\{\{[<%](?![\s/]*" + HIDING + r"\b|\s*/\s*comment\b)(?:" + _OPTIONS + r"[>%]\}\}|" + _CUT_OFF + ")",
    ),
    Construct(
        name="Zola's shortcode",
        example='{{ youtube(id="x") }}',
        tools="Zola",
        becomes="replace it with the HTML or Markdown that it produces",
        signs=("{{",),
        pattern=r"\{\{\s*\w+\(" + _OPTIONS + r"\)\s*\}\}",
    ),
    Construct(
        name="`{::nomarkdown}`",
        example="{::nomarkdown}",
        tools="kramdown",
        becomes="remove it: HTML needs no mark",
        signs=("{::", "{:/"),
        pattern=r"\{::/?(?:nomarkdown|options)\b[^{}]{0,500}\}|\{:/(?:nomarkdown)?\}",
    ),
    Construct(
        name="admonition without text",
        example="!!! note\nText.",
        tools="MkDocs",
        becomes="indent the text of an admonition by four spaces",
        signs=("!!! ", "???"),
        pattern=r"^(?:!!!|\?\?\?\+?)[ \t]+(?:" + _KINDS + r")\b.*",
    ),
    Construct(
        name="other containers",
        example="::: columns\nText.\n:::",
        tools="Pandoc, VitePress, Docusaurus",
        becomes='write `<div class="…" markdown="1">` and `</div>`, or use a kind of alert, such as `note`',
        signs=(":::",),
        pattern=r"^:{3,}[ \t]*(?!" + _HIDING_CLASS + r")(?:\{[^{}\n]{1,200}\}|[A-Za-z][\w-]*).*",
    ),
    Construct(
        name="block id",
        example="Text. ^block-id",
        tools="Obsidian",
        becomes="write `{#block-id}` on the line above, and link to `#block-id`",
        signs=(" ^", "\n^"),
        pattern=r"(?:(?<=\s)|^)\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{3,60}$",
    ),
    Construct(
        name="end of a block",
        example="Text.\n^\nMore.",
        tools="kramdown",
        becomes="leave a blank line between the blocks",
        signs=("^",),
        pattern=r"^\^$",
    ),
    Construct(
        name="table without a header",
        example="| a | b |\n| c | d |",
        tools="kramdown",
        becomes="add a header and a delimiter row above the rows: `| a | b |` and `| --- | --- |`",
        signs=("|\n",),
        pattern=r"^(?![ \t|:=–—-]*$)\|[^\n]*\|[ \t]*\n\|(?![ \t|:=–—-]*$)[^\n]*\|[ \t]*$",
    ),
    Construct(
        name="grid table",
        example="+---+---+\n| a | b |\n+---+---+",
        tools="Pandoc, reStructuredText",
        becomes="write a table with bars, `| a | b |`, and a delimiter row, `| --- | --- |`",
        signs=("+-", "+="),
        pattern=r"^\+(?:[-=:]{2,}\+)+$",
    ),
    Construct(
        name="inline footnote",
        example="Text.^[A note.]",
        tools="Pandoc, Obsidian",
        becomes="write `[^1]`, and `[^1]: …` on a line of its own",
        signs=("^[",),
        pattern=r"\^\[[^\]\n]{1,300}\]",
    ),
    Construct(
        name="citation",
        example="[@smith2020, p. 3]",
        tools="Pandoc, Quarto",
        becomes="use a link to the source, or a footnote",
        signs=("[@", "[-@"),
        pattern=r"\[-?@[\w][\w:.#$%&+?<>~/-]*[^\]\n]{0,200}\](?![(\[:])",
    ),
    Construct(
        name="superscript",
        example="x^2^",
        tools="Pandoc, Obsidian",
        becomes="write `<sup>2</sup>`",
        signs=("^",),
        pattern=r"(?<=\w)\^[\w+-]{1,20}\^(?!\w)",
    ),
    Construct(
        name="subscript",
        example="H~2~O",
        tools="Pandoc",
        becomes="write `<sub>2</sub>`",
        signs=("~",),
        pattern=r"(?<=\w)~\w{1,10}~(?!~)",
    ),
    Construct(
        name="span with attributes",
        example="[text]{.small}",
        tools="Pandoc, Quarto",
        becomes='write `<span class="small">text</span>`',
        signs=("]{",),
        pattern=r"\[[^\[\]\n]{1,200}\]\{(?:[.#][\w-]|\w{1,20}=)[^{}\n]{0,200}\}",
    ),
    Construct(
        name="tab",
        example='=== "Tab"',
        tools="MkDocs",
        becomes="use a heading for each tab",
        signs=("=== ",),
        pattern=r'^={3}[!+]?[ \t]+"[^"\n]{1,200}"',
    ),
    Construct(
        name="snippet",
        example='--8<-- "file.md"',
        tools="MkDocs",
        becomes="replace it with the text of the file",
        signs=("8<",),
        pattern=r'^-{1,2}8<-{1,2}(?:[ \t]+"[^"\n]*")?|^;--8<--.*',
    ),
    Construct(
        name="icon",
        example=":material-account:",
        tools="MkDocs",
        becomes="use a word or an emoji",
        signs=tuple(f":{collection}-" for collection in _ICONS),
        pattern=rf"(?<![\w:]):(?:{'|'.join(_ICONS)})-[a-z0-9-]{{1,80}}:(?!\w)",
    ),
    Construct(
        name="inserted text",
        example="++added++",
        tools="Markdown Extra, MkDocs",
        becomes="write `<ins>text</ins>`, or for a key `<kbd>Enter</kbd>`",
        signs=("++",),
        pattern=r"(?<![\w+{])\+\+[a-z0-9-]+\+\+(?![\w+])",
    ),
    Construct(
        name="keys",
        example="++ctrl+c++",
        tools="MkDocs",
        becomes="write `<kbd>Ctrl</kbd>+<kbd>C</kbd>`",
        signs=("++",),
        pattern=r"(?<![\w+{])\+\+[a-z0-9-]+(?:\+[a-z0-9-]+){1,5}\+\+(?![\w+])",
    ),
    Construct(
        name="critic markup",
        example="{++added++}",
        tools="MkDocs, CriticMarkup",
        becomes="use `<ins>` and `<del>`, or the final text",
        signs=("{++", "{--", "{~~"),
        pattern=r"\{(?:\+\+[^{}]{1,1000}\+\+|--[^{}]{1,1000}--|~~[^{}]{1,1000}~~)\}",
    ),
    Construct(
        name="critic markup over blocks",
        example="{--\n\nDeleted.\n\n--}",
        tools="CriticMarkup",
        becomes="delete the text that should not be published, and the marks",
        signs=("++}", "--}", "~~}"),
        pattern=r"\A[^{}]{0,1000}?(?:\+\+|--|~~)\}",
        opening=r"\{(?:\+\+|--|~~)",
    ),
    Construct(
        name="inline field",
        example="[due:: 2026-02-01]",
        tools="Obsidian (Dataview)",
        becomes="move it to the front matter, or write it as text",
        signs=(":: ",),
        pattern=r"\[[\w -]{1,60}:: [^\]\n]{1,200}\]|\((?![A-Z])[\w -]{1,60}:: [^)\n]{1,200}\)",
    ),
    Construct(
        name="other tasks",
        example="- [>] Task",
        tools="Obsidian",
        becomes="write `[ ]` or `[x]`",
        signs=("[-] ", "[>] ", "[<] ", "[?] ", "[!] ", "[*] "),
        pattern=r"\A\[[-<>?!*]\](?=[ \t]+\S)",
    ),
    Construct(
        name="import of MDX",
        example='import Tabs from "@theme/Tabs";',
        tools="MDX, Docusaurus",
        becomes="remove it, and write HTML instead of components",
        signs=("import ",),
        pattern=r"""^import[ \t]+[\w{*][^\n]{0,200}[ \t]from[ \t]+["'][^"'\n]+["'];?$""",
    ),
    Construct(
        name="condition of MDX",
        example="{false && (",
        tools="MDX",
        becomes=HOW_TO_HIDE,
        signs=("{",),
        pattern=rf"""\A\s*(?:<[^>]*>\s*)*\{{[ \t]*{_NEVER} ?(?:&&|\?) ?[(<\"'`A-Za-z]?|\{{//(?=.*(?:\n\}}|\Z))""",
        hides=True,
    ),
    Construct(
        name="condition of MDX on a variable",
        example="{isDraft && (",
        tools="MDX",
        becomes="remove the condition, and also the text if it is not for readers: it is always shown",
        signs=("{",),
        pattern=rf"""\A\s*\{{[ \t]*(?!{_NEVER}\b)[!\w.$()'\" =]{{1,80}}(?:&&|\?)[ \t]*(?:[(<]|[ ]{{3}}|\Z)""",
    ),
    Construct(
        name="condition of a template",
        example="{{#if @member.paid}}\nText.\n{{/if}}",
        tools="Ghost, Hugo",
        becomes="remove the condition, and also the text if it is not for readers: it is always shown",
        signs=("{{",),
        pattern=r"^\{\{-?[ \t]*#?(?:if|unless)\b[^{}\n]{1,200}\}\}",
    ),
    Construct(
        name="comment in a line",
        example="% A comment",
        tools="MyST, LaTeX",
        becomes=r"put it between `%%` and `%%`; if it is text, write `\%`",
        signs=("%",),
        pattern=(
            r"(?:\A|(?<=[^\d\s]\n))%[ \t]*(?!(?:is|was|are|starts?|begins?|marks?|stands?|means?|signs?|of"
            r"|in|and|or|as|at|to|for)\b)[^\W\d_][^%\n]*$"
        ),
    ),
    Construct(
        name="comment or directive",
        example=".. A comment",
        tools="reStructuredText",
        becomes="put a comment between `%%` and `%%`, and write the rest in Markdown",
        signs=(".. ", "..\n"),
        pattern=r"\A\.\.(?:[ \t]+\S.*|\n.*)",
    ),
    Construct(
        name="comment of a line",
        example="// A comment",
        tools="AsciiDoc",
        becomes="put it between `%%` and `%%`; if it is text, put it in backticks",
        signs=("// ", "::", "[comment]\n", "/*", "???\n"),
        pattern=r"\A//[ \t]+\S.*|^(?:ifn?def|ifeval)::.*|\A\[comment\]$|\A/\*(?:\s|$)|\A\?{3}\n",
    ),
    Construct(
        name="condition of TeX",
        example=r"Text \iffalse hidden \fi text.",
        tools="TeX",
        becomes="delete the text that should not be published; if it is text, put it in backticks",
        signs=(r"\fi",),
        pattern=r"(?<=[^\n])\\if(?:false|0)\b(?:[^\n\\]|\\(?!if)){0,500}?\\fi\b",
    ),
    Construct(
        name="comment in LaTeX",
        example=r"\comment{Text}",
        tools="LaTeX",
        becomes=HOW_TO_HIDE,
        signs=("\\",),
        pattern=r"\\(?:comment|hide|ignore)\{|^\\if(?:false|0)\b.*|^\\begin\{(?:comment\*?|ignore|" + HIDING + r")\}.*",
        hides=True,
    ),
    Construct(
        name="raw attribute",
        example="`text`{=latex}",
        tools="Pandoc, Org mode",
        becomes="delete the text if it is not for readers, or else the attribute",
        signs=("{=", "@@"),
        pattern=r"\{=\w{1,30}\}|@@(?:latex|beamer|ascii|odt|texinfo|man):",
    ),
    Construct(
        name="comment without two hyphens",
        example="<!— A comment —>",
        tools="HTML",
        becomes="write `<!--` and `-->`",
        signs=("<!", "< !"),
        pattern=(
            r"<(?:[ \t]!-{1,2}|!(?:[—–‒]|-(?!-)|[ \t]+--))[^<>\n]{0,300}(?:>|$)"
            r"|<!--(?:[^-<]|-(?!-!?>)|<(?!!--)){0,2000}--!>"
        ),
        hides=True,
    ),
    Construct(
        name="link as a comment",
        example="[//]: # (A (comment)",
        tools="GitHub",
        becomes="leave a blank line above it, and put parentheses around the comment; or write `<!-- … -->`",
        signs=("]:",),
        pattern=r"^\[(?:(?://|comment|\#|_)\]:[ \t]*(?:\#|<>)|[^\[\]\n]{1,50}\]:[ \t]*(?:\#|<>)[ \t]+[(\"']).*",
        hides=True,
    ),
    Construct(
        name="protected text",
        example="[private]Text.[/private]",
        tools="WordPress",
        becomes=HOW_TO_HIDE,
        signs=("[/",),
        pattern=r"\[/" + _PROTECTING + r"\]",
        opening=r"\[" + _PROTECTING + r"(?:[\s=][^\]\n]{0,500})?\](?!\()",
        hides=True,
    ),
    Construct(
        name="keyword",
        example="#+STARTUP: overview",
        tools="Org mode",
        becomes="put it between `%%` and `%%`; if it is text, put it in backticks",
        signs=("#+", "COMMENT ", ":noexport:", ":LOGBOOK:", ":PROPERTIES:", ":END:"),
        pattern=(
            r"^#\+(?:\w{2,40}:|(?i:begin|end)_\w).*|\ACOMMENT[ \t]+\S.*|(?<=\s):(?:\w+:)*noexport:(?:\w+:)*$"
            r"|^:(?:LOGBOOK|PROPERTIES|END):$"
        ),
    ),
    Construct(
        name="tag of a draft",
        example="#talk #draft",
        tools="Obsidian, Logseq",
        becomes="to hide the post, write `draft: true` in the front matter; otherwise remove the tag",
        signs=("#draft", "#private", "#wip", "#unpublished", "#noexport", "/draft", "/private"),
        pattern=(
            r"(?:^(?:[A-Za-z]{1,20}:[ \t]*)?|\A)(?:#[\w/-]{1,60}[ \t,]+){0,20}#(?:[\w-]{1,40}/)?(?:draft"
            r"|private|wip|unpublished|noexport)(?:/[\w/-]{1,40})?(?:#?(?:[ \t,]+#[\w/-]{1,60}){0,20}[ \t]*$"
            r"|(?<=\A#draft)(?=[ \t]))"
        ),
    ),
    Construct(
        name="code of a template",
        example="<% tp.date.now() %>",
        tools="Templater, EJS",
        becomes="replace it with the text that it produces",
        signs=("<%",),
        pattern=r"<%[^%]{1,1000}%>|<%[*_=-]\s[^%]*\Z",
    ),
)
