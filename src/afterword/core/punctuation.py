"""Quotation marks by language, and the rules by which dashes and ellipses are replaced.

Dashes are read as markdown-it-py reads them; of its other replacements (`(c)`, `+-`, `!!!!`) there is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.token import Token

ENGLISH = ("“", "”", "‘", "’")
_GERMAN = ("„", "“", "‚", "‘")
_POLISH = ("„", "”", "‚", "’")
_NORDIC = ("”", "”", "’", "’")
_FRENCH = ("«\u202f", "\u202f»", "“", "”")
_ANGLES = ("«", "»", "“", "”")

QUOTES = {
    **dict.fromkeys(("de", "cs", "sk", "sl", "bg", "lt", "is", "et"), _GERMAN),
    **dict.fromkeys(("pl", "ro", "hu", "hr"), _POLISH),
    **dict.fromkeys(("sv", "fi"), _NORDIC),
    "fr": _FRENCH,
    **dict.fromkeys(("es", "it", "pt", "el", "no", "nb", "nn", "ca"), _ANGLES),
    **dict.fromkeys(("ru", "uk", "be"), ("«", "»", "„", "“")),
    "da": ("»", "«", "›", "‹"),
    "ja": ("「", "」", "『", "』"),
    "de-ch": ("«", "»", "‹", "›"),
    "pt-br": ENGLISH,
}
"""Quotation marks of languages: the double ones, then the single ones, each the opening one first (CLDR 46)."""

_ELLIPSIS = re.compile(r"(?<![./\\])\.\.\.(?![./\\])")
_EM_DASH = re.compile(r"(?<!-)---(?!-)")
_EN_DASH = re.compile(r"(?<!\S)--(?!\S)|(?<=[^-\s])--(?=[^-\s])")


def find_quotes(language: str) -> Sequence[str]:
    """The quotation marks of a language, a BCP 47 tag; those of English if they are not known."""
    tag = language.lower()
    return QUOTES.get(tag) or QUOTES.get(tag.partition("-")[0], ENGLISH)


def replace_dashes(tokens: Iterable[Token]) -> None:
    """Replaces dashes and ellipses in the texts of inline tokens, but not in bare URLs."""
    in_address = False
    for token in tokens:
        if token.type == "text" and not in_address:
            text = token.content
            if "--" in text:
                text = _EN_DASH.sub("–", _EM_DASH.sub("—", text))
            token.content = _ELLIPSIS.sub("…", text)
        elif token.type in ("link_open", "link_close") and token.info == "auto":
            in_address = token.nesting > 0
