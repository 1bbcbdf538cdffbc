"""Parser rule for the names of emoji between colons, as GitHub has them: `:tada:`.

`emoji.json` has the names of gemoji 4.1 (MIT licence, GitHub), as markdown-it-emoji 3.1 lists them. Other words between
colons are text.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_NAME = lazy_pattern(r":([a-z0-9](?=:(?!\w))|[a-z0-9_+-]{2,60}(?=:(?![\d_]))):(?!:)")
_DATA = Path(__file__).parents[1] / "emoji.json"


@cache
def load_names() -> Mapping[str, str]:
    """Returns all emoji by name."""
    names: dict[str, str] = json.loads(_DATA.read_text(encoding="utf-8"))
    return names


def add_emoji_rule(parser: MarkdownIt) -> None:
    """Adds the names of emoji to a parser."""
    parser.inline.ruler.before("link", "emoji", _read)


def _read(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if source[start] != ":":
        return False
    before = source[start - 1] if start else " "
    found = None if before.isalnum() or before in "_:" else _NAME.match(source, start, state.posMax)
    character = load_names().get(found[1]) if found is not None else None
    if found is None or character is None:
        return False
    if not silent:
        state.append_pending(character)
    state.pos = found.end()
    return True
