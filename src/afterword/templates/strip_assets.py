"""Removes comments, indentation, and spaces beside punctuation from the theme's own style sheets and scripts.

The patterns know the CSS and JavaScript of the theme, not all that browsers accept: a template literal has no other
inside, and a regular expression follows an operator, a bracket or `return`. A test compares the tokens of each file.
"""

from __future__ import annotations

import re

from afterword.core.patterns import lazy_pattern

_STRING = r"""(?s:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_BLOCK_COMMENT = r"(?s:/\*.*?\*/)"

_STYLE = lazy_pattern(rf"{_STRING}|url\([^)]*\)|(?P<gap>(?:\s|{_BLOCK_COMMENT})+)")
_SCRIPT = lazy_pattern(
    rf"""(?P<gap>(?:\s|//[^\n]*|{_BLOCK_COMMENT})+)
    |{_STRING}
    |`(?:[^`\\]|\\.)*`
    |(?:(?<=[=(,:\[!&|?{{}};]\ )|(?<=[=(,:\[!&|?{{}};\n])|(?<=return\ ))
     /(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*""",
    re.VERBOSE,
)
_NEEDLESS = lazy_pattern(r"(?<=[=,?:&|>*;()[\]{}]) | (?=[=,?:&|>*;()[\]{}])|(?<=[;,({])\n")
"""White space that separates no tokens of a script. Spaces beside `+`, `-`, `/`, `<` and `!` may: `a + +b`."""


def strip_style(text: str) -> str:
    """Returns a style sheet without comments and indentation."""
    return _STYLE.sub(_shorten_in_style, text).lstrip()


def _shorten_in_style(match: re.Match[str]) -> str:
    gap, text = match["gap"], match.string
    if gap is None:
        return match[0]
    if text[match.start() - 1 : match.start()] in "{};:," or text[match.end() : match.end() + 1] == "{":
        return ""
    return _shorten(gap) if re.search(r"\s", re.sub(_BLOCK_COMMENT, "", gap)) else "/**/"


def _shorten(gap: str) -> str:
    return "\n" if "\n" in gap else " "


def strip_script(text: str) -> str:
    """Returns a script without comments and indentation."""
    pieces: list[str] = []
    code, position = "", 0
    for token in _SCRIPT.finditer(text):
        code += text[position : token.start()]
        position = token.end()
        if token["gap"] is not None:
            code += _shorten(token["gap"])
        else:
            pieces += (_NEEDLESS.sub("", code), token[0])
            code = ""
    return "".join((*pieces, _NEEDLESS.sub("", code + text[position:]))).lstrip()
