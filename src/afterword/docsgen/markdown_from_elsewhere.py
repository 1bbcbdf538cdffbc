"""Generates the page about markup of other tools from `markdown.extensions.constructs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.docsgen.tables import write_table
from afterword.markdown.extensions.constructs import AS_TEXT, RENDERED
from afterword.markdown.rules.alerts import STYLES

if TYPE_CHECKING:
    from afterword.markdown.extensions.constructs import Construct

_INTRODUCTION = """# Markup of Obsidian, MkDocs, kramdown and Pandoc

Notes written for another tool can contain markup that CommonMark and GitHub do not have. Afterword renders the most
common constructs. The others are shown as text, with the warning `foreign-markup` at the first place in each file.
Code, code blocks and raw HTML are never changed. To show a construct as text without a warning, put it in backticks.

## Supported markup

"""

_KINDS = """### Kinds of alerts

Each kind has one of five styles:

"""

_WIKILINKS = """### Wiki links

A wiki link finds a source or a file by its name or path, with or without extension, then by its slug (the name without
the date), then by its title. Letter case is ignored. If several files match, the link points to the file next to the
post, or else to the file with the shortest path, and the build prints a warning. A link without a match is shown as
text, with a warning. `[[name#Heading]]` links to a heading.

## Unsupported markup

"""


def document_markdown_from_elsewhere() -> str:
    """Returns the page, in Markdown."""
    styles = {style: [kind for kind, own in STYLES.items() if own == style] for style in dict.fromkeys(STYLES.values())}
    kinds = ((f"`{style}`", ", ".join(f"`{kind}`" for kind in found)) for style, found in styles.items())
    page = (
        _INTRODUCTION
        + write_table(("markup", "tools", "result"), map(_write_row, RENDERED))
        + _KINDS
        + write_table(("style", "kinds"), kinds)
        + _WIKILINKS
        + write_table(("markup", "tools", "what to do instead"), map(_write_row, AS_TEXT))
    )
    return page.rstrip("\n") + "\n"


def _write_row(construct: Construct) -> tuple[str, str, str]:
    lines = (f"`` {line} ``" if "`" in line else f"`{line}`" for line in construct.example.split("\n") if line.strip())
    said = construct.becomes
    return "<br>".join(lines), construct.tools, said[:1].upper() + said[1:] + ("" if said.endswith(".") else ".")
