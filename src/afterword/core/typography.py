"""Smart punctuation in single lines: the titles and the sentences of front matter and of settings.

`smarten` gives a line the quotation marks, dashes and ellipses that the same words have in a text, by the same rules
of markdown-it-py.
"""

from __future__ import annotations

import re

_REPLACED = re.compile(r"""['"]|--|\.\.|\+-|,,|\?{4}|!{4}|\((?:c|r|tm)\)""", re.IGNORECASE)
_CODE = re.compile(r"(`[^`]+`)")
_QUOTES = "\u201c\u201d\u2018\u2019"


def smarten(line: str) -> str:
    """Returns a line with typographic punctuation; what stands between backticks is code, and stays as it is."""
    if _REPLACED.search(line) is None:
        return line
    from markdown_it.rules_core.replacements import replace_rare, replace_scoped  # few lines have any
    from markdown_it.token import Token

    from afterword.core.smart_quotes import replace_quotes

    pieces = enumerate(_CODE.split(line))
    tokens = [Token("code_inline" if at % 2 else "text", "", 0, content=piece) for at, piece in pieces]
    replace_scoped(tokens)
    replace_rare(tokens)
    replace_quotes(tokens, _QUOTES)
    return "".join(token.content for token in tokens)
