"""Smart punctuation in single lines: the titles and the sentences of front matter and of settings.

`smarten` gives a line the quotation marks, dashes and ellipses that the same words have in a text, by the same rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

_REPLACED = lazy_pattern(r"""['"]|--|\.\.\.""")
_CODE = lazy_pattern(r"(`[^`]+`)")


def smarten(line: str, language: str = "en") -> str:
    """Returns a line with typographic punctuation; what stands between backticks is code, and stays as it is."""
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
    """The function that typesets a line, by the settings of a blog."""
    return (lambda line: smarten(line, language)) if smart else str
