"""Parser rule for wiki links: `[[name]]`, `[[name#heading|text]]`, and the embeds `![[image.png|300]]`.

A name is one that a file, a slug or a title can be: `[[1]]`, `a[[0]]` and `[[ -f x ]]` stay text, as do two brackets
that are a link of Markdown or a mark for a table of contents. `writers.wikilinks` resolves the name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.common.utils import normalizeReference

from afterword.core.patterns import lazy_pattern
from afterword.markdown.environment import environment_of
from afterword.talks.timestamps import parse_time_range

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_LINK = lazy_pattern(r"(!?)\[\[([^\[\]|\n]{0,300})(?:\|([^\[\]\n]{0,300}))?\]\](?![(\[])")
_NO_NAME = lazy_pattern(r"\s|\d+$|[\^:]|_?toc_?$", re.IGNORECASE)


def add_wikilink_rules(parser: MarkdownIt) -> None:
    """Adds wiki links to a parser."""
    parser.inline.ruler.before("link", "wikilink", _read)


def _read(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if not source.startswith(("[[", "![["), start) or state.linkLevel > 0:
        return False
    found = _LINK.match(source, start, state.posMax)
    if found is None:
        return False
    embed, target, label = found.groups()
    target = target.rstrip("\\")  # in a table, the bar behind a name is escaped
    if (
        not target.strip()
        or target != target.rstrip()
        or _NO_NAME.match(target)
        or parse_time_range(target) is not None
    ):
        return False
    if source[start - 1 : start].isalnum() or normalizeReference(target) in environment_of(state).references:
        return False
    if not silent:
        token = state.push("wikilink", "", 0)
        token.content = label.strip() if label and label.strip() else _say(target)
        token.meta = {"target": target, "label": (label or "").strip(), "embed": bool(embed)}
        token.meta |= {"source": found[0], "at": found.span()}
    state.pos = found.end()
    return True


def _say(target: str) -> str:
    """Returns the text of a link without one: its name and its heading, as Obsidian shows them."""
    return " > ".join(filter(None, (part.strip() for part in target.split("#"))))
