r"""Restores formulas that are escaped for a Markdown parser that does not know them: `$x\_i$` is `$x_i$`.

Such a parser removes the backslash before the script of the page, such as MathJax, reads the formula. Afterword does
not change formulas.
"""

from __future__ import annotations

import re

from afterword.importers.code import replace_outside_code

_BRACKETS = re.compile(r"\\\\(?P<open>[(\[])(?P<formula>(?:(?!\n\n).){0,2000}?)\\\\(?P<close>[)\]])", re.DOTALL)
_BLOCK = re.compile(r"(?<![\\$])\$\$(?!\$)(?P<formula>(?:(?!\n\n|\$\$).)+)\$\$(?!\$)", re.DOTALL)
_INLINE = re.compile(r"(?<![\\$])\$(?!\$)(?P<formula>(?:(?!\n\n)(?:[^$\\]|\\.))+)\$(?![$\d])", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\_*`{}\[\]()#+.!|<>~^-])")
_TEXT = r"\\(?:mathrm|mathtt|mbox|operatorname|text\w*)\{[^{}]*\}"
_PLAIN_ESCAPE = re.compile(rf"(?P<kept>{_TEXT})|\\(?P<sign>[_*]|\\[{{}},;!])|\\\\(?P<line_break>\\\\)")
_SIGNS = re.compile(r"[\\^_=+<>{}]|\A\s*\w\s*\Z")


def restore_brackets(text: str) -> str:
    r"""Returns a text whose formulas in `\\(…\\)` and `\\[…\\]` have no escapes."""

    def write(match: re.Match[str]) -> str:
        formula = _ESCAPE.sub(r"\1", match["formula"])
        return f"\\\\{match['open']}{formula}\\\\{match['close']}"

    return replace_outside_code(_BRACKETS, write, text) if "\\\\" in text else text


def restore_blocks(text: str) -> str:
    """Returns a text whose formulas in `$$…$$` have no escapes."""

    def write(match: re.Match[str]) -> str:
        return f"$${_restore(match['formula'])}$$"

    return replace_outside_code(_BLOCK, write, text) if "$$" in text else text


def restore_inlines(text: str) -> str:
    """Returns a text whose formulas in `$…$` have no escapes, and no space inside the dollar signs."""

    def write(match: re.Match[str]) -> str:
        formula = match["formula"]
        return f"${_restore(formula).strip()}$" if _SIGNS.search(formula) is not None else match[0]

    return replace_outside_code(_INLINE, write, text) if "$" in text else text


def _restore(formula: str) -> str:
    return _PLAIN_ESCAPE.sub(lambda match: match[match.lastgroup or 0], formula)
