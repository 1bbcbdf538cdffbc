"""Parser rule for Obsidian's tasks in progress, `- [/]`, which are shown as open. The parser knows `[ ]` and `[x]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

_SIGN = "[/] "


def add_task_rule(parser: MarkdownIt) -> None:
    """Adds such tasks to a parser."""
    parser.core.ruler.after("block", "begun_task", _mark)


def _mark(state: StateCore) -> None:
    if _SIGN not in state.src:
        return
    tokens = state.tokens
    for index, token in enumerate(tokens[2:], 2):
        if token.type == "inline" and token.content.startswith(_SIGN) and tokens[index - 2].type == "list_item_open":
            tokens[index - 2].meta["checked"] = False
            token.content = token.content.removeprefix(_SIGN)
