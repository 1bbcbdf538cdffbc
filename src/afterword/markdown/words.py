"""The words that Markdown itself puts on a page: titles of alerts, and what screen readers say of links and regions.

Plain data, taken from the theme's words by whoever knows them. Relies on nothing. Refuses words that it does not use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class Words(Struct, frozen=True):
    """The words, in English; `{number}` and `{title}` stand for what they are about."""

    note: str = "Note"
    tip: str = "Tip"
    important: str = "Important"
    warning: str = "Warning"
    caution: str = "Caution"
    footnotes: str = "Footnotes"
    footnote: str = "Footnote {number}"
    back: str = "Back to the text"
    back_again: str = "Back to reference {number}"
    link_to: str = "Link to “{title}”"
    code: str = "Code {number}"
    table: str = "Table"
    done: str = "Done"
    to_do: str = "To do"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Words:
        """These words, and the English ones for those that are not given."""
        return cls(**{name: given[name] for name in NAMES if name in given})


NAMES = Words.__struct_fields__
"""The names of the words."""


ENGLISH = Words()
