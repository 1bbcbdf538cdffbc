"""Text for a terminal: what it would act on is written out, and how many cells the rest takes is known.

Relies on Rich for the widths of characters, where there are any but ASCII. Refuses to let a source or a file name move
the cursor, colour what follows, or turn around the direction of writing (https://trojansource.codes).
"""

from __future__ import annotations

import re

TAB = "    "
"""What a tab is shown as, wherever it stands."""

_ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters, line ends among them
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # direction of writing, and what cannot be seen
    "\u2028\u2029\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"  # line ends of other kinds, and what is no character
)


def make_visible(text: str) -> str:
    """The text in one line, with `\\u001b` and the like for every character that a terminal would not just show."""
    if text.isascii() and text.isprintable():
        return text
    return _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", text.replace("\t", TAB))


def count_cells(text: str) -> int:
    """How many columns of a terminal a visible text takes: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # only lines with other characters than ASCII pay for it: 10 ms

    return cell_len(text)
