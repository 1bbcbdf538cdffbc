"""Generates the page about markup of other tools from `markdown.extensions.constructs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.docsgen.tables import write_table
from afterword.markdown.extensions.constructs import AS_TEXT, RENDERED
from afterword.markdown.rules.alerts import STYLES

if TYPE_CHECKING:
    from afterword.markdown.extensions.constructs import Construct

_INTRODUCTION = """# What Markdown from elsewhere becomes

Notes that were written for another tool can have markup that CommonMark and GitHub do not know. Afterword renders the
most common of it. The rest is shown as it is written, with the warning `foreign-markup`: once for each construct in a
file, at its first place. Code, code blocks and raw HTML are never touched. To keep a construct as text without a
warning, put it in backticks.

## What is rendered

"""

_KINDS = """The kinds of alerts, each with the style that it has:

"""

_WIKILINKS = """A wiki link finds a source or a file by its name or path, with or without its suffix; else by its slug,
the name without the date; else by its title. Letter case does not matter. If several are found, the one beside the
post is taken, or else the one with the shortest path, and a warning names the others. What is not found stays as it is
written, with a warning. `[[name#Heading]]` leads to a heading.

## What is shown as text

"""


def document_markdown_from_elsewhere() -> str:
    """Returns the page, in Markdown."""
    styles = {style: [kind for kind, own in STYLES.items() if own == style] for style in dict.fromkeys(STYLES.values())}
    kinds = ((f"`{style}`", ", ".join(f"`{kind}`" for kind in found)) for style, found in styles.items())
    page = (
        _INTRODUCTION
        + write_table(("markup", "known from", "what it becomes"), map(_write_row, RENDERED))
        + _KINDS
        + write_table(("style", "kinds"), kinds)
        + _WIKILINKS
        + write_table(("markup", "known from", "what to do instead"), map(_write_row, AS_TEXT))
    )
    return page.rstrip("\n") + "\n"


def _write_row(construct: Construct) -> tuple[str, str, str]:
    lines = (f"`` {line} ``" if "`" in line else f"`{line}`" for line in construct.example.split("\n") if line.strip())
    said = construct.becomes
    return "<br>".join(lines), construct.tools, said[:1].upper() + said[1:] + ("" if said.endswith(".") else ".")
