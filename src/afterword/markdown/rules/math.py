r"""Parser rules for formulas: `$$…$$`, `\(…\)`, `\[…\]`, LaTeX's environments, and `$…$` with `math: true`.

The text between these marks is one token, and not Markdown. `\(` and `\[` are escaped brackets in
CommonMark too, so where mathematics is off they begin a formula only if what follows looks like one. Single dollar
signs follow Pandoc's rules ("Math" in its manual): no space inside, no digit behind; but a formula with a command or a
script may have spaces.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

MOST_INLINE = 1_000
"""Characters of the longest formula in brackets within a line of text."""

MOST_LINES = 100
"""Lines of the longest formula that is a block."""

_LOOKS_LIKE_MATH = lazy_pattern(r"\\[A-Za-z]{2}|[\^=]|_\{|(?<![^\W_])[^\W\d_]_[^\W_](?![^\W_])")
_SPACED_MATH = lazy_pattern(r"(?=.*(?:\\[A-Za-z]{2}|[\w)}]\^|_\{))[^\n$]{1,300}")
_CLOSING = {r"\(": r"\)", r"\[": r"\]", r"\\(": r"\\)", r"\\[": r"\\]"}
_ENVIRONMENT = lazy_pattern(
    r"\\begin\{((?:equation|align|alignat|gather|multline|eqnarray|flalign|displaymath|math)\*?)\}"
)
_SPACE = " \t\n"


def add_math_rules(parser: MarkdownIt, *, dollars: bool) -> None:
    """Adds formulas to a parser; `dollars` says that mathematics is on, so that `$…$` is a formula too."""
    options: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
    parser.inline.ruler.before("escape", "math", partial(_read_brackets, dollars))
    parser.inline.ruler.before("escape", "dollars", partial(_read_dollars, dollars))
    parser.block.ruler.before("fence", "math", partial(_read_block, dollars), options)


def _push(state: StateInline, source: str, formula: str, end: int, *, display: bool) -> None:
    token = state.push("math_inline", "", 0)
    token.content = source
    token.meta = {"formula": formula, "display": display, "at": (state.pos, end)}


def _read_dollars(is_on: bool, state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if source[start] != "$":
        return False
    if source.startswith("$$", start):
        return _read_double(state, silent)
    return is_on and _read_single(state, silent)


def _read_double(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    end = source.find("$$", start + 2, state.posMax)
    formula = source[start + 2 : end]
    if end < 0 or not formula.strip():
        return False
    if not silent:
        _push(state, source[start : end + 2], formula, end + 2, display=False)
    state.pos = end + 2
    return True


def _read_single(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    end = start + 1
    while (end := source.find("$", end, state.posMax)) > 0 and source[end - 1] == "\\":
        end += 1
    formula = source[start + 1 : end]
    behind = source[end + 1 : end + 2]
    if end < 0 or not formula or behind.isdigit():
        return False
    if (formula[0] in _SPACE or formula[-1] in _SPACE) and _SPACED_MATH.fullmatch(formula) is None:
        return False
    if not silent:
        _push(state, source[start : end + 1], formula, end + 1, display=False)
    state.pos = end + 1
    return True


def _read_brackets(is_on: bool, state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if source[start] != "\\":
        return False
    opening = source[start : start + (3 if source.startswith("\\\\", start) else 2)]
    closing = _CLOSING.get(opening)
    if closing is None:
        return False
    begin = start + len(opening)
    end = source.find(closing, begin, min(state.posMax, begin + MOST_INLINE))
    formula = source[begin:end]
    if end < 0 or not formula.strip() or not (is_on or _LOOKS_LIKE_MATH.search(formula)):
        return False
    end += len(closing)
    if opening.endswith("[") and source.startswith(("(", "["), end):
        return False  # brackets of a link's text that a converter escaped
    if not silent:
        shown = f"\\{opening[-1]}{formula}\\{closing[-1]}"  # as CommonMark reads the backslashes around it
        _push(state, shown, formula, end, display=opening.endswith("["))
    state.pos = end
    return True


def _read_block(is_on: bool, state: StateBlock, start: int, end: int, silent: bool) -> bool:
    begin = state.bMarks[start] + state.tShift[start]
    if state.src[begin : begin + 1] not in ("$", "\\") or state.is_code_block(start):
        return False
    line = state.src[begin : state.eMarks[start]].rstrip()
    marks = _find_marks(line)
    if marks is None:
        return False
    opening, closing, kept = marks
    last = _find_end(state, start, end, opening, closing)
    if last < 0:
        return False
    lines = state.getLines(start, last + 1, state.sCount[start], False).strip()
    formula = lines if kept else lines[len(opening) : -len(closing)]
    if not formula.strip() or not (is_on or opening == "$$" or kept or _LOOKS_LIKE_MATH.search(formula)):
        return False
    if silent:
        return True
    token = state.push("math_block", "", 0)
    token.map = [start, last + 1]
    token.content = lines
    token.meta = {"formula": formula}
    state.line = last + 1
    return True


def _find_marks(line: str) -> tuple[str, str, bool] | None:
    """Returns the marks around the formula that a line begins, and whether they are part of it."""
    if line.startswith("$$"):
        return "$$", "$$", False
    if (environment := _ENVIRONMENT.match(line)) is not None:
        return environment[0], f"\\end{{{environment[1]}}}", True
    opening = next((mark for mark in ("\\\\[", "\\[") if line.startswith(mark)), None)
    return (opening, _CLOSING[opening], False) if opening is not None else None


def _find_end(state: StateBlock, start: int, end: int, opening: str, closing: str) -> int:
    """Returns the line that ends with a formula's closing mark, -1 if the formula is no block of its own.

    Blank lines are part of a formula whose marks stand on lines of their own.
    """
    lines = range(start, min(end, start + MOST_LINES))
    if state.src.find(closing, state.bMarks[start], state.eMarks[lines[-1]]) < 0:
        return -1
    is_alone = False
    for number in lines:
        if state.sCount[number] < state.blkIndent and not state.isEmpty(number):
            return -1
        line = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()
        if number == start:
            line = line[len(opening) :]
            is_alone = not line.strip()
        if not line and number > start and not is_alone:
            return -1
        if (at := line.find(closing)) >= 0:
            return number if at + len(closing) == len(line) else -1
    return -1
