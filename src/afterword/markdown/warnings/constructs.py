"""The table of constructs of other tools that CommonMark and GitHub do not have.

They are rendered, or shown as text with a warning (`unsupported`). The warnings of `foreign_markup`, the page of the
manual and the tests are made from both tables. A construct that is rendered has a rule of its own in `rules`.
"""

from __future__ import annotations

from msgspec import Struct


class Construct(Struct, frozen=True):
    """A construct: an example in Markdown, the tools that have it, and its result.

    `becomes` says what it is rendered as, or, if it has a `pattern`, what to write instead. A `pattern` finds it in the
    text of a block; in it, `^` and `$` match at lines. `signs` are a quick test: a text with none of them has no match.
    `hides` says that the tool does not show the text, so that it is an error to publish it. A closing tag counts only
    below an `opening` tag.
    """

    name: str
    example: str
    tools: str
    becomes: str
    signs: tuple[str, ...] = ()
    pattern: str = ""
    hides: bool = False
    opening: str = ""


HIDING = r"(?:hidden|hide|private|draft|secret|unpublished|invisible|content-hidden)"
"""Names of containers, shortcodes and tags whose text is not for readers."""

HOW_TO_HIDE = "delete the text that should not be published, or put it between `%%` and `%%`"


RENDERED = (
    Construct(
        "alert with a title",
        "> [!NOTE] Own title\n> Text.",
        "Obsidian, GitHub without the title",
        "An alert with this title, of one of the [kinds](#kinds-of-alerts) below.",
    ),
    Construct(
        "folded alert",
        "> [!quote]- Title\n> Text.",
        "Obsidian",
        "A collapsible alert; with `+`, it is open at first.",
    ),
    Construct("admonition", '!!! tip "Title"\n    Text.', "MkDocs", "An alert."),
    Construct(
        "folded admonition",
        '??? note "Title"\n    Text.',
        "MkDocs",
        "A collapsible alert; with `???+`, it is open at first.",
    ),
    Construct(
        "container",
        ":::warning Title\nText.\n:::",
        "Docusaurus, VitePress, Pandoc, Quarto",
        "An alert, also as `::: {.callout-note}` or `:::note[Title]`. `details` is collapsible.",
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
        "A player, also for audio files such as `.mp3`. A URL on a video host is a link that opens its player.",
    ),
    Construct("mark", "==marked==", "Obsidian, MkDocs, Pandoc", "Marked text, `<mark>`."),
    Construct(
        "abbreviation",
        "*[HTML]: HyperText Markup Language\n\nHTML.",
        "kramdown, MkDocs, PHP Markdown Extra",
        "The explanation is added to each occurrence of the word, as `<abbr>`.",
    ),
    Construct("Markdown in HTML", '<div markdown="1">\n*Text.*\n</div>', "kramdown, MkDocs", "HTML with Markdown."),
    Construct(
        "heading outside contents", "## Title {:.no_toc}", "kramdown", "A heading that is not in the table of contents."
    ),
    Construct("emoji", ":tada:", "GitHub, MkDocs", "The emoji. With `markdown.emoji = false`, the name."),
    Construct("task in progress", "- [/] Task", "Obsidian", "A task that is not done."),
    Construct(
        "formula", r"$$x_i$$, \(x_i\)", "kramdown, Pandoc, Obsidian", "With `math: true`, a formula. Otherwise text."
    ),
    Construct(
        "code in tags",
        "{% highlight python %}\nx = 1\n{% endhighlight %}",
        "Jekyll, Octopress, Hexo, Hugo",
        "A code block. So are `{% codeblock %}`, `{% raw %}` and `{{< highlight go >}}` on their own lines.",
    ),
    Construct("comment", "%%Comment%%", "Obsidian", "Not published; see [Comments](comments.md)."),
)
"""The constructs that are rendered."""
