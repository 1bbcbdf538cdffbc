r"""Restores formulas that are escaped for a Markdown parser that does not know them: `$x\_i$` is `$x_i$`.

Such a parser removes the backslash before the script of the page, such as MathJax, reads the formula. Afterword does
not change formulas.
"""

from __future__ import annotations

import re

from afterword.importers.code import replace_outside_code

_BRACKETS = re.compile(r"\\\\(?P<open>[(\[])(?P<formula>(?:(?!\n\n).)*?)\\\\(?P<close>[)\]])", re.DOTALL)
_BLOCK = re.compile(r"(?<![\\$])\$\$(?!\$)(?P<formula>(?:(?!\n\n|\$\$).)+)\$\$(?!\$)", re.DOTALL)
_INLINE = re.compile(r"(?<![\\$])\$(?!\$)(?P<formula>(?:(?!\n\n)(?:[^$\\]|\\.))+)\$(?![$\d])", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\_*`{}\[\]()#+.!|<>~^-])")
_TEXT = r"\\(?:mathrm|mathtt|mbox|operatorname|text\w*)\{[^{}]*\}"
_PLAIN_ESCAPE = re.compile(rf"(?P<kept>{_TEXT})|\\(?P<sign>[_*])|\\\\(?P<command>\\\\|[{{}},;!])")
_SIGNS = re.compile(r"[\\^_=+<>{}]|\A\s*\w\s*\Z")


def keeps_formulas(config: object) -> bool:
    """Returns whether Hugo's settings let its parser know formulas, by the extension `passthrough`."""
    value = config
    for name in ("markup", "goldmark", "extensions", "passthrough", "enable"):
        found = {str(key).lower(): item for key, item in value.items()} if isinstance(value, dict) else {}
        value = found.get(name)
    return value is True


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
    return _PLAIN_ESCAPE.sub(_unescape, formula)


def _unescape(match: re.Match[str]) -> str:
    if match["sign"] or match["kept"]:
        return match["sign"] or match["kept"]
    return "\\\\" if match["command"] == "\\\\" else f"\\{match['command']}"
