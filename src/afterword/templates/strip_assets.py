"""Removes comments, indentation, and spaces beside punctuation from style sheets and scripts.

`strip_style` and `strip_script` keep all tokens: line ends stay where a script may need them, and strings, template
literals, regular expressions, `url(…)` and licence comments (`/*!`) are unchanged. A text that cannot be split into
tokens is returned unchanged.
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING = r"""(?s:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_BLOCK_COMMENT = r"(?s:/\*.*?\*/)"
_PLAIN_COMMENT = lazy_pattern(r"(?s:/\*(?!!).*?\*/)")
_LICENCE = "/*!"
_SPACE = " \t\n\r\f"

_ESCAPE = r"\\(?:[0-9a-f]{1,6}\s?|.)"

_STYLE = lazy_pattern(
    rf"""(?=["'u\\\s/])(?:{_STRING}
    |(?<![\w-])url\((?!\s*["'])(?:[^)\\]|\\.)*\)
    |(?P<escaped>{_ESCAPE}(?:[\w-]|{_ESCAPE})*\()
    |\\.
    |(?P<gap>(?:[ \t\n\r\f]|{_BLOCK_COMMENT})+)
    |(?P<unclear>["']|/\*|(?<![\w-])url\((?!\s*["'])))""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
"""Tokens that are kept in a style sheet; gaps of white space and comments (CSS Syntax 3, 4.3.1); unclosed tokens.

A function whose name has escapes may be `url(`.
"""

_LINE_ENDS = r"\n\r\u2028\u2029"
_LINE_COMMENT = rf"//[^{_LINE_ENDS}]*"
_IN_GAP = lazy_pattern(rf"{_BLOCK_COMMENT}|\s+|{_LINE_COMMENT}")
_LINE_END = lazy_pattern(f"[{_LINE_ENDS}]")

_SCRIPT = lazy_pattern(
    rf"""(?P<gap>(?:\s|{_LINE_COMMENT}|{_BLOCK_COMMENT})+)
    |(?P<string>{_STRING})
    |(?P<code>[^\s"'`/()\{{\}}]+(?:[ ][^\s"'`/()\{{\}}]+)*|[()\{{\}}/])""",
    re.VERBOSE,
)
_LAST_TOKEN = lazy_pattern(r"(?:\.\s*)?(?:[\w$#]|\\u)+$|\+\+$|--$|\S$")
"""The last token of a piece of code; a property name includes its dot."""

_NEEDLESS = lazy_pattern(r"(?<=[=,?:&|>*;()[\]{}]) | (?=[=,?:&|>*;()[\]{}])|(?<=[;,({])\n")
"""White space that separates no tokens of a script. Spaces beside `+`, `-`, `/`, `<` and `!` may: `a + +b`."""

_REGEX = lazy_pattern(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_TEMPLATE_PIECE = lazy_pattern(r"(?s:[^`\\$]|\\.|\$(?!\{))*(`|\$\{)")

_BEFORE_OPERANDS = frozenset(
    ("await", "case", "delete", "do", "else", "extends", "in", "instanceof", "new", "of", "return", "throw", "typeof")
) | {"void", "yield"}
"""JavaScript keywords before an operand, so that a following slash starts a regular expression."""

_HEADS = frozenset(("if", "while", "for", "with"))
"""JavaScript keywords whose parentheses are followed by a statement."""


class _Ambiguous(Exception):  # noqa: N818 - an outcome, not a fault
    """A text that cannot be split into tokens with certainty."""


def strip_style(text: str) -> str:
    """Returns a style sheet without comments and indentation."""
    try:
        return _STYLE.sub(_shorten_in_style, text).lstrip(_SPACE)
    except _Ambiguous:
        return text


def _shorten_in_style(match: re.Match[str]) -> str:
    if match["unclear"] is not None or match["escaped"] is not None:
        raise _Ambiguous
    gap = match["gap"]
    if gap is None:
        return match[0]
    (start, end), text = match.span(), match.string
    is_after_mark = text[start - 1 : start] in "{};:," and text[start - 2 : start - 1] != "\\"
    if _LICENCE not in gap and (is_after_mark or text[end : end + 1] == "{"):
        return ""
    if gap.isspace() and _LINE_END.search(gap) is None:
        return gap
    # A comment keeps two tokens apart, but neither it nor a line end in it is the white space that combines selectors.
    return _shorten(_PLAIN_COMMENT.sub("", gap), alone="/**/")


def strip_script(text: str) -> str:
    """Returns a script without comments and indentation."""
    try:
        runs = groupby(_strip_pieces(text), key=itemgetter(0))
        joined = ((is_kept, "".join(piece for _, piece in run)) for is_kept, run in runs)
        return "".join(run if is_kept else _NEEDLESS.sub("", run) for is_kept, run in joined).lstrip(_SPACE)
    except _Ambiguous:
        return text


def _shorten(gap: str, *, alone: str) -> str:
    """Returns what remains of white space and comments: licences, and one line end or space.

    `alone` replaces a comment that is all that separates two tokens.
    """
    if _LICENCE not in gap:
        return _shorten_blank(gap) or alone
    runs = groupby(_IN_GAP.findall(gap), key=lambda piece: piece.startswith(_LICENCE))
    return "".join("".join(run) if is_licence else _shorten_blank("".join(run)) for is_licence, run in runs)


def _shorten_blank(gap: str) -> str:
    if _LINE_END.search(gap) is not None:
        return "\n"
    return " " if any(map(str.isspace, _IN_GAP.findall(gap))) else ""


def _strip_pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yields pieces without comments; true with those whose spaces are kept."""
    for kind, piece in _read_script(text):
        if kind == "gap":
            yield _LICENCE in piece, _shorten(piece, alone=" ")
        else:
            yield kind != "code", piece


def _read_script(text: str) -> Iterator[tuple[str, str]]:
    """Splits a script into pieces with kinds: `gap`, `string`, `template`, `regex` or `code`.

    A slash in `code` is a division. A parenthesis or brace is a separate piece.
    """
    position = 0
    context = _Context()
    while position < len(text):
        if text[position] == "`":
            end = _end_of_template(text, position)
            kind = "template"
        else:
            kind, end = _read_piece(text, position, context)
        piece = text[position:end]
        yield kind, piece
        context.advance(kind, piece)
        position = end


def _read_piece(text: str, position: int, context: _Context) -> tuple[str, int]:
    match = _SCRIPT.match(text, position)
    if match is None or match.lastgroup is None:
        raise _Ambiguous
    if match[0] == "/":
        if text.startswith("/*", position):
            raise _Ambiguous  # a comment that does not end
        if context.needs_operand():
            regex = _REGEX.match(text, position)
            if regex is None:
                raise _Ambiguous
            return "regex", regex.end()
    return match.lastgroup, match.end()


def _end_of_template(text: str, start: int) -> int:
    """Returns the end of a template literal, with its `${…}` parts."""
    position = start + 1
    while (piece := _TEMPLATE_PIECE.match(text, position)) is not None:
        position = piece.end()
        if piece[1] == "`":
            return position
        position = _end_of_substitution(text, position)
    raise _Ambiguous


def _end_of_substitution(text: str, start: int) -> int:
    depth = 0
    position = start
    for _, piece in _read_script(text[start:]):
        position += len(piece)
        depth += (piece == "{") - (piece == "}")
        if depth < 0:
            return position
    raise _Ambiguous


class _Context:
    """The state before a piece of a script, which decides whether a slash is a division."""

    def __init__(self) -> None:
        self._is_literal = False
        self._piece = ""
        self._opened_by: list[str] = []
        self._closes_head = False

    def advance(self, kind: str, piece: str) -> None:
        if kind == "gap":
            return
        self._is_literal = kind != "code"
        if piece == "(":
            self._opened_by.append(self._find_last_token())
        elif piece == ")":
            self._closes_head = bool(self._opened_by) and self._opened_by.pop() in _HEADS
        self._piece = "" if self._is_literal else piece

    def _find_last_token(self) -> str:
        match = _LAST_TOKEN.search(self._piece)
        return match[0] if match is not None else ""

    def needs_operand(self) -> bool:
        """Returns whether an operand follows; raises `_Ambiguous` after a brace, which may end a block or an object."""
        last = self._find_last_token()
        if last == "}":
            raise _Ambiguous
        if self._is_literal or last in ("]", "++", "--"):
            return False
        if last == ")":
            return self._closes_head
        is_word = last[-1:].isalnum() or last[-1:] in ("_", "$")
        return not is_word or last in _BEFORE_OPERANDS
