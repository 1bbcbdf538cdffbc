"""Smart punctuation in single lines: titles and sentences of front matter and settings.

`smarten` applies the same rules as for Markdown text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

_REPLACED = lazy_pattern(r"""['"]|--|\.\.\.""")
_CODE = lazy_pattern(r"(`[^`]+`)")


def smarten(line: str, language: str = "en") -> str:
    """Returns a line with typographic punctuation; text in backticks is code and is unchanged."""
    if _REPLACED.search(line) is None:
        return line
    from markdown_it.token import Token  # few lines have any

    from afterword.core.smart_quotes import find_quotes, replace_dashes, replace_quotes

    pieces = enumerate(_CODE.split(line))
    tokens = [Token("code_inline" if at % 2 else "text", "", 0, content=piece) for at, piece in pieces]
    replace_dashes(tokens)
    replace_quotes(tokens, find_quotes(language))
    return "".join(token.content for token in tokens)


def smartener(language: str, *, smart: bool) -> Callable[[str], str]:
    """Returns the function that applies smart punctuation, or does nothing if it is off."""
    return (lambda line: smarten(line, language)) if smart else str
