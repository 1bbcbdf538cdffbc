"""Code with its words in classes: Pygments' lexers, and a writer of our own for their tokens.

The classes are Pygments' short ones, so any of its style sheets fits; names, operators, punctuation and what is an
error to a lexer stay plain. Relies on Pygments, imported when the first block with a language is met. Refuses to change
a character: what a lexer gets wrong, or would take too long for, is shown plain and said.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.diagnostics import warning
from afterword.similarity import NameIndex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pygments.lexer import Lexer
    from pygments.token import _TokenType

    from afterword.diagnostics import Diagnostic

PLAIN = frozenset({"", "text", "txt", "plain", "plaintext", "none", "ascii", "output"})
"""The languages of text that is no code."""

_OTHER_NAMES = {
    "conf": "ini",
    "ipython": "pycon",
    "jsonc": "json5",
    "kt": "kotlin",
    "patch": "diff",
    "shell-session": "console",
    "svelte": "html",
    "terminal": "console",
    "viml": "vim",
}
"""Languages by names that GitHub or Rouge know and Pygments does not."""

_LEXER_OPTIONS: Mapping[str, Mapping[str, bool]] = {"php": {"startinline": True}}
_UNSTYLED = frozenset({"", "w", "n", "o", "p", "err", "esc"})


class Highlighted(Struct, frozen=True):
    """Code as HTML, in which no element crosses the end of a line; and what there is to say, without a place."""

    html: str
    problem: Diagnostic | None = None


@lru_cache(maxsize=128)  # while a post is being written, most of its blocks are what they were at the last save
def highlight(code: str, language: str, *, max_block: int, max_line: int) -> Highlighted:
    """Highlight code with `\\n` line ends; at most `max_block` bytes, and lines of at most `max_line` characters."""
    name = language.lower()
    if name in PLAIN:
        return Highlighted(escape_code(code))
    problem = _oversize(code, max_block, max_line)
    if problem is not None:
        return Highlighted(escape_code(code), problem)
    lexer = _find_lexer(_OTHER_NAMES.get(name, name))
    if lexer is None:
        return Highlighted(escape_code(code), warning("unknown-language", f"there is no highlighter for `{language}`"))
    html = _write(lexer, code)
    if html is None:
        message = f"the highlighter for `{language}` cannot read this code, so it is shown plain"
        return Highlighted(escape_code(code), warning("highlighter-failed", message))
    return Highlighted(html)


def escape_code(code: str) -> str:
    """Code as HTML between tags."""
    return code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _oversize(code: str, max_block: int, max_line: int) -> Diagnostic | None:
    size = len(code) if code.isascii() else len(code.encode())
    if size > max_block:
        message = f"this code has {size:,} bytes, so it is not highlighted: the most is {max_block:,}"
        return warning("code-too-large", message, hint="show less of it, or raise `code.max_block`")
    if len(code) > max_line and (longest := max(map(len, code.split("\n")))) > max_line:
        message = f"this code has a line of {longest:,} characters, so it is not highlighted: the most is {max_line:,}"
        return warning("code-too-large", message, hint="break the line, or raise `code.max_line`")
    return None


def hint_at_language(language: str) -> str:
    """What to write in place of a language that is not known."""
    near = _name_index().nearest(language)
    return f"did you mean `{near}`?" if near else "write `text` for what is in no language"


@lru_cache(maxsize=1)
def _aliases() -> frozenset[str]:
    """The names of all lexers: Pygments looks for plugins again for each name that it does not know."""
    from pygments.lexers import get_all_lexers

    return frozenset(alias for _, aliases, _, _ in get_all_lexers() for alias in aliases)


@lru_cache(maxsize=1)
def _name_index() -> NameIndex:
    return NameIndex(sorted({*PLAIN - {""}, *_OTHER_NAMES, *_aliases()}))


@lru_cache(maxsize=64)
def _find_lexer(name: str) -> Lexer | None:
    """One lexer for all blocks of a language: it keeps nothing of what it has read."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if name not in _aliases():
        return None
    try:
        return get_lexer_by_name(name, **_LEXER_OPTIONS.get(name, {}))
    except ClassNotFound:
        return None


def _write(lexer: Lexer, code: str) -> str | None:
    """The code's tokens as HTML; None where the lexer fails or its tokens are not the code.

    The raw tokens are taken: `get_tokens` would change line ends, tabs and blank lines first.
    """
    pieces: list[str] = []
    read: list[str] = []
    current = ""
    pending: list[str] = []
    try:
        for _, kind, text in lexer.get_tokens_unprocessed(code):
            read.append(text)
            name = _class_of(kind)
            if name != current and not text.isspace():
                _close(pieces, current, pending)
                current = name
            pending.append(text)
    except Exception:  # lexers are many, and a fault in one is no reason to lose a page
        return None
    _close(pieces, current, pending)
    return "".join(pieces) if "".join(read) == code else None


def _close(pieces: list[str], name: str, pending: list[str]) -> None:
    """Write what is pending, in spans of one class that end with each line; space around it stays outside."""
    text = escape_code("".join(pending))
    pending.clear()
    if not name:
        pieces.append(text)
        return
    for number, line in enumerate(text.split("\n")):
        if number:
            pieces.append("\n")
        words = line.strip()
        if not words:
            pieces.append(line)
            continue
        start = line.index(words)
        pieces.append(f'{line[:start]}<span class="{name}">{words}</span>{line[start + len(words) :]}')


@lru_cache(maxsize=1024)
def _class_of(kind: _TokenType) -> str:
    """The short class of a kind of token: its own, or that of the nearest kind above it that has one."""
    from pygments.token import STANDARD_TYPES

    above: _TokenType | None = kind
    while above is not None and above not in STANDARD_TYPES:
        above = above.parent
    name = STANDARD_TYPES[above] if above is not None else ""
    return "" if name in _UNSTYLED else name
