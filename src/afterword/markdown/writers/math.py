r"""Writes formulas: as MathML if `math` is on and `afterword[math]` is installed, otherwise as text.

math-core converts LaTeX to MathML Core. The LaTeX is part of the MathML, as its annotation: feeds take it from there.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import warning
from afterword.core.patterns import lazy_pattern
from afterword.core.web_origins import UNSAFE_HASHES, hash_style
from afterword.markdown.rules.footnotes import PARAGRAPH_END

if TYPE_CHECKING:
    from markdown_it.token import Token

    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.markdown.writers.writer import Writer

_MATH = lazy_pattern(
    r"(<div class=\"scroll\">)?<math( display=\"block\")?>.*?"
    r"<annotation encoding=\"application/x-tex\">(.*?)</annotation></semantics></math>(?(1)</div>)",
    re.DOTALL,
)
_PROBLEM = lazy_pattern(r"(\d+): (.*)", re.DOTALL)
_COMMAND = lazy_pattern(r"\\(?:[A-Za-z]+|.)?")
_STYLE = lazy_pattern(r' style="([^"]*)"')


class Formula(Struct, frozen=True):
    """A formula as MathML, or empty with the problem and its offset."""

    mathml: str
    problem: str = ""
    offset: int = 0


def is_installed() -> bool:
    """Returns whether formulas can be converted."""
    return _find_converter() is not None


@lru_cache(maxsize=1)
def _find_converter():  # type: ignore[no-untyped-def]
    try:
        from math_core import LatexToMathML
    except ImportError:
        return None
    return LatexToMathML(annotation=True, fancy_error=False)


@lru_cache(maxsize=1024)
def convert(formula: str, *, display: bool) -> Formula:
    """Converts LaTeX to MathML; `display` says that the formula is on a line of its own."""
    from math_core import LatexError

    try:
        return Formula(_find_converter().convert_with_local_state(formula, displaystyle=display))
    except LatexError as problem:
        found = _PROBLEM.fullmatch(str(problem))
        return Formula("", found[2], int(found[1])) if found is not None else Formula("", str(problem))


def restore_source(html: str) -> str:
    """HTML with the LaTeX of formulas in place of their MathML, for readers that do not show it."""

    def write(found: re.Match[str]) -> str:
        mark = "$$" if found[2] else "$"
        return f"<p>{mark}{found[3]}{mark}</p>" if found[1] else f"{mark}{found[3]}{mark}"

    return _MATH.sub(write, html) if "<math" in html else html


def write_formula(writer: Writer, token: Token) -> None:
    """Writes a formula within a text."""
    mathml = _convert(writer, token, display=token.meta["display"]) if writer.options.math else ""
    if not mathml:
        writer.write_text(token.content)
        return
    token.meta["mathml"] = mathml
    writer.write_heavy(mathml)
    writer.text.append(token.content)


def write_formula_block(writer: Writer, token: Token) -> None:
    """Writes a formula that is a block of its own."""
    mathml = _convert(writer, token, display=True) if writer.options.math else ""
    if mathml:
        writer.write_heavy(f'<div class="scroll">{mathml}</div>\n')
        writer.text.append(token.content)
    else:
        writer.html.append("<p>")
        writer.write_text(token.content)
        writer.html.append(PARAGRAPH_END)
    writer.text.append("\n")


def _convert(writer: Writer, token: Token, *, display: bool) -> str:
    """Returns the MathML of a formula; empty, with a warning, if there is none."""
    if not is_installed():
        writer.report_lazily("math-not-installed", lambda: _explain_missing(writer, token))
        return ""
    formula: str = token.meta["formula"]
    found = convert(formula.strip(), display=display)
    if found.problem:
        writer.report_lazily("invalid-formula", lambda: _explain(writer, token, found))
        return ""
    if "\\_{" in formula:
        writer.report_lazily("near-markdown", lambda: _explain_escape(writer, token))
    for style in dict.fromkeys(_STYLE.findall(found.mathml)):
        writer.remote |= {("style-src-attr", UNSAFE_HASHES), ("style-src-attr", hash_style(unescape(style)))}
    return found.mathml


def _place(writer: Writer, token: Token, offset: int, length: int) -> Place:
    """Returns the place of an offset in a formula as it is written, its marks included."""
    if token.type == "math_block":
        return writer.source.place_in_text(token.map[0] if token.map else 0, token.content, offset, length)
    begin, end = token.meta["at"]
    return writer.place_of(begin + offset, min(length, end - begin))


def _explain(writer: Writer, token: Token, found: Formula) -> Diagnostic:
    written, formula = token.content, token.meta["formula"].strip()
    length = max(1, len(m[0])) if (m := _COMMAND.match(formula, found.offset)) is not None else 1
    place = _place(writer, token, written.find(formula) + found.offset, length)
    message = f"invalid formula: {found.problem[:1].lower()}{found.problem[1:].rstrip('.')}"
    return warning("invalid-formula", message, place, label="formula is shown as text")


def _explain_escape(writer: Writer, token: Token) -> Diagnostic:
    """Returns the warning about a subscript that is escaped, as for a parser that does not know formulas."""
    place = _place(writer, token, token.content.find("\\_{"), 2)
    return warning("near-markdown", "not a subscript: `\\_` in a formula", place, hint="write `_`")


def _explain_missing(writer: Writer, token: Token) -> Diagnostic:
    message, hint = "missing package `math-core`: formulas need it", "run `pip install 'afterword[math]'`"
    place = _place(writer, token, 0, len(token.content.partition("\n")[0]))
    return warning("math-not-installed", message, place, label="formulas are shown as text", hint=hint)
