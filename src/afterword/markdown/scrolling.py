"""Tables and code that are wider than a narrow screen scroll sideways, and can then be scrolled by keyboard.

Whether something scrolls is known only on the screen that shows it, and a page must be usable without scripts. So what
can be wider than a screen of 256 CSS pixels, as a wider one has at a zoom of 400 % (WCAG 2.2, 1.4.10), gets a tab stop,
a role and a name; what always fits has none. A script of the theme may take them away where nothing scrolls.
"""

from __future__ import annotations

import re
from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FITTING_CELLS = 22
"""Characters of small text, and of the space between columns, that fit side by side."""

_FITTING_CODE = 18
"""Characters of code that fit in a line."""

_COLUMN_GAP = 3
_TAB = 8
_SPACES = re.compile(r"[ \t\n\r\f]+")
"""White space at which a browser may break a line."""


def scroll_attributes(name: str) -> str:
    """The attributes of an element that can be scrolled by keyboard, with a space before them."""
    return f' tabindex="0" role="group" aria-label="{escape(name)}"'


def is_wide_table(rows: Iterable[Sequence[str]]) -> bool:
    """Whether a table, given as the texts of its cells, can be wider than a narrow screen.

    A column is at least as wide as its longest word.
    """
    words = [max(map(_longest_word, column)) for column in zip_longest(*rows, fillvalue="")]
    columns = [width for width in words if width]
    return sum(columns) + _COLUMN_GAP * (len(columns) - 1) > _FITTING_CELLS


def is_wide_code(code: str, prefix: int = 0) -> bool:
    """Whether code has a line that can be wider than a narrow screen; each has a prefix of this length."""
    return any(prefix + _width(line.expandtabs(_TAB)) > _FITTING_CODE for line in code.split("\n"))


def _longest_word(text: str) -> int:
    return max(map(_width, _SPACES.split(text)))


def _width(text: str) -> int:
    """The width of a text in letters of the Latin alphabet; those of other scripts may be twice as wide."""
    return len(text) if text.isascii() else sum(1 if character < "\u1100" else 2 for character in text)
