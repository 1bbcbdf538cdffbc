"""Writes code blocks: highlighted by Pygments, with line numbers, marked lines and a frame that scrolls."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import note, warning
from afterword.core.fingerprints import digest
from afterword.core.patterns import lazy_pattern
from afterword.core.similarity import NameIndex
from afterword.core.text import shown
from afterword.markdown.body import Code
from afterword.markdown.fence_options import Info, parse_info, strip_raw
from afterword.markdown.rules.attributes import written_attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markdown_it.token import Token
    from pygments.token import _TokenType

    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.markdown.fast.lexers import AdaptiveLexer
    from afterword.markdown.writers.writer import Writer

PLAIN = frozenset({"", "text", "txt", "plain", "plaintext", "none", "ascii", "output"})
"""The languages of text that is no code."""

_DIAGRAMS = frozenset({"d2", "ditaa", "goat", "markmap", "mermaid", "plantuml", "puml", "vega-lite", "wavedrom"})
"""The languages of diagrams that GitHub, GitLab, Hugo or Obsidian draw."""

_OTHER_NAMES = {
    "cmd": "bat",
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
    """Code as HTML, in which no element crosses the end of a line; and diagnostics without a place."""

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
    if lexer is None and name in _DIAGRAMS:
        return Highlighted(escape_code(code), note("unsupported-diagram", f"`{language}` diagram is shown as code"))
    if lexer is None:
        return Highlighted(escape_code(code), warning("unknown-language", f"unknown code language `{language}`"))
    html = _write(lexer, code)
    if html is None:
        message = f"highlighter for `{language}` failed: shown without highlighting"
        return Highlighted(escape_code(code), warning("highlighter-failed", message))
    return Highlighted(html)


def escape_code(code: str) -> str:
    """Code as HTML between tags."""
    return code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _oversize(code: str, max_block: int, max_line: int) -> Diagnostic | None:
    size = len(code) if code.isascii() else len(code.encode())
    if size > max_block:
        message = f"code block of {size:,} bytes is not highlighted: the limit is {max_block:,}"
        return warning("code-too-large", message, hint="shorten the code, or raise `code.max_block`")
    if len(code) > max_line and (longest := max(map(len, code.split("\n")))) > max_line:
        message = f"code line of {longest:,} characters is not highlighted: the limit is {max_line:,}"
        return warning("code-too-large", message, hint="break the line, or raise `code.max_line`")
    return None


def hint_at_language(language: str) -> str:
    """Returns a hint for an unknown language."""
    near = _name_index().nearest(language)
    return f"did you mean `{near}`?" if near else "use `text` for no language"


@lru_cache(maxsize=2)
def _aliases(*, plugins: bool) -> frozenset[str]:
    """Returns the names of all lexers: Pygments looks for plugins again for each name that it does not know.

    Looking for them takes 20 ms, for the metadata of all installed packages.
    """
    from pygments.lexers import get_all_lexers

    return frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins) for alias in aliases)


@lru_cache(maxsize=1)
def _name_index() -> NameIndex:
    return NameIndex(sorted({*PLAIN - {""}, *_OTHER_NAMES, *_aliases(plugins=True)}))


@lru_cache(maxsize=64)
def _find_lexer(name: str) -> AdaptiveLexer | None:
    """Returns the lexer for all blocks of a language; None for an unknown language."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    from afterword.markdown.fast.lexers import AdaptiveLexer

    if name not in _aliases(plugins=False) and name not in _aliases(plugins=True):
        return None
    try:
        return AdaptiveLexer(get_lexer_by_name(name, **_LEXER_OPTIONS.get(name, {})))
    except ClassNotFound:
        return None


def _write(lexer: AdaptiveLexer, code: str) -> str | None:
    """Returns the code's tokens as HTML; None if the lexer fails, or if its tokens are not the code."""
    pieces: list[str] = []
    read: list[str] = []
    current = ""
    pending: list[str] = []
    try:
        for _, kind, text in lexer.read_tokens(code):
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
    """Writes what is pending, in spans of one class that end with each line; space around it stays outside."""
    text = escape_code("".join(pending))
    pending.clear()
    if not name:
        pieces.append(text)
        return
    if "\n" not in text and text == text.strip():
        pieces.append(f'<span class="{name}">{text}</span>')
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
    """Returns the short class of a kind of token: its own, or that of the nearest kind above it that has one."""
    from pygments.token import STANDARD_TYPES

    above: _TokenType | None = kind
    while above is not None and above not in STANDARD_TYPES:
        above = above.parent
    name = STANDARD_TYPES[above] if above is not None else ""
    return "" if name in _UNSTYLED else name


_FITTING_CELLS = 22
"""Characters of small text, and of the space between columns, that fit side by side."""

_FITTING_CODE = 18
"""Characters of code that fit in a line."""

_COLUMN_GAP = 3
_TAB = 8
_SPACES = lazy_pattern(r"[ \t\n\r\f]+")
"""White space at which a browser may break a line."""


def scroll_attributes(name: str) -> str:
    """Returns the attributes of an element that can be scrolled by keyboard, with a space before them."""
    return f' tabindex="0" role="group" aria-label="{escape(name)}"'


def is_wide_table(rows: Iterable[Sequence[str]]) -> bool:
    """Returns whether a table, given as the texts of its cells, can be wider than a narrow screen.

    A column is at least as wide as its longest word.
    """
    words = (max(map(_longest_word, column)) for column in zip_longest(*rows, fillvalue=""))
    widths = accumulate(width + _COLUMN_GAP for width in words if width)
    return any(width - _COLUMN_GAP > _FITTING_CELLS for width in widths)  # most tables are wide before the last column


def is_wide_code(code: str, prefix: int) -> bool:
    """Returns whether code has a line that can be wider than a narrow screen; each has a prefix of this length."""
    return any(prefix + _width(line.expandtabs(_TAB)) > _FITTING_CODE for line in code.split("\n"))


def _longest_word(text: str) -> int:
    return max(map(_width, _SPACES.split(text)))


def _width(text: str) -> int:
    """Returns the width of a text in letters of the Latin alphabet; those of other scripts may be twice as wide."""
    return len(text) if text.isascii() else sum(1 if character < "\u1100" else 2 for character in text)


_MOST_LINES = 20_000
"""The most lines that get numbers or marks: each costs more than the line itself."""


def write_code_block(writer: Writer, token: Token) -> None:
    """Writes a code block."""
    info = parse_info(token.info) if token.info else Info()
    token.content = strip_raw(token.info, token.content)
    given = dict(token.meta.get("written", {}))
    classes = [*info.classes, *given.pop("class", "").split()]
    if info.id:
        given.setdefault("id", info.id)
    for name in tuple(classes):  # kramdown's way to give an indented block its language
        if name.startswith("language-") and not info.language:
            info.language = name.removeprefix("language-")
            classes.remove(name)
    _report_unclear(writer, token, info)
    html, made_from = _highlight(writer, token, info)
    lines = _write_lines(writer, info, html)
    rest = written_attributes(writer, given) if given else ""
    language = f' class="language-{escape(info.language)}"' if info.language else ""
    label = f' data-language="{escape(info.language)}"' if info.language.lower() not in PLAIN else ""
    title = writer.options.typeset(info.title) if " " in info.title else info.title  # without, it is a file's name
    caption = f"<figcaption>{escape(title)}</figcaption>" if title else ""
    writer.code_blocks += 1
    writer.write_heavy(
        f'<figure class="{escape(" ".join(("code", *classes)))}"{label}{rest}>{caption}'
        f"<pre{_scroll(writer, token, info)}><code{language}>"
    )
    if made_from and lines == html:
        writer.code.append((made_from, len(writer.html)))
    writer.write_heavy(lines)
    writer.html.append("</code></pre></figure>\n")
    writer.text.append("\n")


def _scroll(writer: Writer, token: Token, info: Info) -> str:
    """Returns what code that a narrow screen cannot show as a whole needs to be scrolled."""
    are_numbered = writer.options.line_numbers if info.numbers is None else info.numbers
    prefix = len(str(info.start + token.content.count("\n"))) + 2 if are_numbered else 0
    return scroll_attributes(_name(writer, info)) if is_wide_code(token.content, prefix) else ""


def _name(writer: Writer, info: Info) -> str:
    """Returns what a screen reader calls the block: no two of a page the same."""
    language = f" ({info.language})" if info.language.lower() not in PLAIN else ""
    name = writer.options.ui_strings.code.replace("{number}", str(writer.code_blocks))
    return f"{name}{language}{': ' if info.title else ''}{info.title}"


def list_code(writer: Writer) -> tuple[Code, ...]:
    """Returns where in the whole of the HTML there is highlighted code."""
    if not writer.code:
        return ()
    ends = tuple(accumulate(map(len, writer.html)))
    return tuple(Code(made_from, ends[at] - len(writer.html[at]), ends[at]) for made_from, at in writer.code)


def _highlight(writer: Writer, token: Token, info: Info) -> tuple[str, str]:
    """Returns the HTML and the cache key; the key is empty if the code is plain or has diagnostics."""
    options = writer.options
    if info.language.lower() in PLAIN:
        return escape_code(token.content), ""
    made_from = digest(token.content, info.language, f"{options.max_block} {options.max_line}")
    if made_from in writer.known:
        return writer.known[made_from], made_from
    found = highlight(token.content, info.language, max_block=options.max_block, max_line=options.max_line)
    if (problem := found.problem) is not None:
        writer.report_lazily(problem.id, lambda: _locate(writer, token, info, problem))
        return found.html, ""
    return found.html, made_from


def _locate(writer: Writer, token: Token, info: Info, problem: Diagnostic) -> Diagnostic:
    """Returns a problem of the highlighter, with its place and a hint."""
    if problem.id not in ("unknown-language", "unsupported-diagram"):
        return replace(problem, place=writer.source.place(writer.line))
    place = _place_in_info(writer, token, info.offset, info.language)
    is_diagram = problem.id == "unsupported-diagram"
    hint = "add an image of the diagram" if is_diagram else hint_at_language(info.language)
    return replace(problem, place=place, hint=hint)


def _report_unclear(writer: Writer, token: Token, info: Info) -> None:
    for part in info.unclear:
        place = _place_in_info(writer, token, part.offset, part.written)
        option = f"code block option `{shown(part.written)}`"
        message = f"unknown {option}" if part.problem == "unknown" else f"{option} {part.problem}"
        writer.report(warning("unknown-code-option", message, place, hint=part.hint))


def _place_in_info(writer: Writer, token: Token, offset: int, written: str) -> Place:
    """Returns the place of a part of the info string; a language from attributes is searched around the block."""
    if not token.info or token.map is None:
        return writer.find(written)
    return writer.source.place_in_text(token.map[0], token.info, offset, len(written))


def _write_lines(writer: Writer, info: Info, html: str) -> str:
    """Returns the code with its lines numbered and marked, as far as that is wanted."""
    numbers = writer.options.line_numbers if info.numbers is None else info.numbers
    if not numbers and not info.marked:
        return html
    lines = html.removesuffix("\n").split("\n")
    if len(lines) > _MOST_LINES:
        message = f"code block of {len(lines):,} lines is not numbered: the limit is {_MOST_LINES:,}"
        writer.report(warning("code-too-large", message, writer.source.place(writer.line)))
        return html
    marked = _marked_lines(writer, info.marked, len(lines))
    width = len(str(info.start + len(lines) - 1))
    written: Mapping[int, str] = {}
    if numbers:
        written = {
            number: f'<span class="linenos">{info.start + number - 1:>{width}}  </span>'
            for number in range(1, len(lines) + 1)
        }
    return "".join(_with_marks(lines, written, marked))


def _with_marks(lines: Sequence[str], numbers: Mapping[int, str], marked: frozenset[int]) -> Iterable[str]:
    for number, line in enumerate(lines, 1):
        content = f"{numbers.get(number, '')}{line}\n"
        yield f'<span class="hll">{content}</span>' if number in marked else content


def _marked_lines(writer: Writer, ranges: Iterable[tuple[int, int]], count: int) -> frozenset[int]:
    """Returns the lines to mark; those that the block does not have are a warning."""
    marked: set[int] = set()
    for first, last in ranges:
        if not 1 <= first <= last <= count:
            written = str(first) if first == last else f"{first}-{last}"
            has = "1 line" if count == 1 else f"{count:,} lines"
            message = f"line {written} is out of range: the code block has {has}"
            hint = "correct the line number"
            writer.report(warning("invalid-code-line", message, writer.find(written), hint=hint))
        marked.update(range(max(1, first), min(last, count) + 1))
    return frozenset(marked)
