"""Code blocks: fenced with a language and options, or indented.

The options are those that blogs already write: Jekyll's `linenos`, `mark_lines="1 3"`, MkDocs' `hl_lines`, `linenums`,
`title`, and `{1,3-5}` behind the language. Relies on `highlight` for colours. Refuses to let an info string into the
page: only a language's letters reach a class, and only a title is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

from markdown_it.common.utils import unescapeAll

from afterword.diagnostics import nearest, warning
from afterword.highlight import PLAIN, highlight
from afterword.markdown.attributes import written_attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markdown_it.token import Token

    from afterword.markdown.writer import Writer

_OPTIONS = {
    "title": "title",
    "filename": "title",
    "name": "title",
    "caption": "title",
    "linenos": "numbers",
    "linenums": "numbers",
    "line_numbers": "numbers",
    "linenumbers": "numbers",
    "numberlines": "numbers",
    "showlinenumbers": "numbers",
    "linenostart": "start",
    "startfrom": "start",
    "start": "start",
    "hl": "marked",
    "hl_lines": "marked",
    "highlight": "marked",
    "mark_lines": "marked",
    "emphasize-lines": "marked",
}
"""What the options of code blocks mean, by their names in lower case."""

_LANGUAGE = re.compile(r"[\w+#.-]{1,50}(?=[\s{]|$)")
_WORD = re.compile(r"""\{([^{}]*)\}|([\w.-]+)(?:=("[^"]*"|'[^']*'|\{[^{}]*\}|[^\s{}"']*))?|\S""")
_RANGE = re.compile(r"(\d{1,7})(?:-(\d{1,7}))?$")
_SEPARATORS = re.compile(r"[\s,]+")
_OFF = frozenset({"false", "no", "off", "0"})
_MOST_LINES = 20_000
"""The most lines that get numbers or marks: each costs more than the line itself."""


@dataclass(slots=True)
class Info:
    """An info string, read. `marked` are ranges of lines, from 1, both ends included; `numbers` is None if not said."""

    language: str = ""
    title: str = ""
    numbers: bool | None = None
    start: int = 1
    marked: list[tuple[int, int]] = field(default_factory=list)
    unclear: list[tuple[str, str, str]] = field(default_factory=list)


def parse_info(written: str) -> Info:
    """Read an info string; `unclear` gets what was probably meant for an option: what, its problem, a hint."""
    info = Info()
    text = unescapeAll(written).strip()
    match = _LANGUAGE.match(text)
    if match is not None and text[match.end() : match.end() + 1] != "=":
        info.language = match[0]
        text = text[match.end() :]
    for found in _WORD.finditer(text):
        braces, name, value = found[1], found[2], found[3]
        if braces is not None:
            _read_braces(info, braces)
        elif name is not None:
            _read_option(info, name, _unquote(value))
    return info


def _read_braces(info: Info, inside: str) -> None:
    """Braces hold lines to mark, `{1,3-5}`, or options as Pandoc has them: `{.python .numberLines title="…"}`."""
    if inside[:1].isdigit():
        _mark(info, inside)
        return
    for found in _WORD.finditer(inside):
        if found[2] is None:
            continue
        name = found[2].lstrip(".")
        if found[2].startswith(".") and found[3] is None and name.lower() not in _OPTIONS:
            info.language = info.language or name
        else:
            _read_option(info, name, _unquote(found[3]))


def _unquote(value: str | None) -> str | None:
    return value[1:-1] if value and value[0] in "\"'{" else value


def _read_option(info: Info, name: str, value: str | None) -> None:
    match _OPTIONS.get(name.lower()):
        case "title" if value is not None:
            info.title = value
        case "numbers":
            _number(info, value)
        case "start" if value is not None and value.isdecimal() and len(value) < 8:
            info.start = int(value)
            info.numbers = True
        case "marked" if value is not None:
            _mark(info, value)
        case None:
            if (near := nearest(name, _OPTIONS)) is not None:
                info.unclear.append((name, "is no option of a code block", f"did you mean `{near}`?"))
        case "start":
            info.unclear.append((name, "needs a number", f"write `{name}=10`"))
        case _:
            info.unclear.append((name, "needs a value", f'write `{name}="…"`'))


def _number(info: Info, value: str | None) -> None:
    info.numbers = value is None or value.lower() not in _OFF
    if value is not None and value.isdecimal() and 0 < len(value) < 8 and info.numbers:
        info.start = int(value)


def _mark(info: Info, lines: str) -> None:
    for part in _SEPARATORS.split(lines.strip()):
        if (match := _RANGE.match(part)) is not None:
            first = int(match[1])
            info.marked.append((first, int(match[2]) if match[2] else first))
        elif part:
            info.unclear.append((part, "is no line", "lines are written as `1 3-5`"))


def write_code_block(writer: Writer, token: Token) -> None:
    """Write a code block."""
    info = parse_info(token.info) if token.info else Info()
    given = dict(token.meta.get("written", {}))
    classes = given.pop("class", "").split()
    for name in [*classes]:  # kramdown's way to give an indented block its language
        if name.startswith("language-") and not info.language:
            info.language = name.removeprefix("language-")
            classes.remove(name)
    _report_unclear(writer, info)
    lines = _write_lines(writer, info, _highlight(writer, token, info))
    rest = written_attributes(writer, given) if given else ""
    language = f' class="language-{escape(info.language)}"' if info.language else ""
    caption = f"<figcaption>{escape(info.title)}</figcaption>" if info.title else ""
    writer.code_blocks += 1
    writer.write_heavy(
        f'<figure class="{escape(" ".join(("code", *classes)))}"{rest}>{caption}'
        f'<pre tabindex="0" role="region" aria-label="{escape(_label(writer, info))}"><code{language}>'
    )
    writer.write_heavy(lines)
    writer.html.append("</code></pre></figure>\n")
    writer.text.append("\n")


def _label(writer: Writer, info: Info) -> str:
    """What a screen reader calls the block: no two of a page the same."""
    language = f" ({info.language})" if info.language.lower() not in PLAIN else ""
    return f"Code {writer.code_blocks}{language}{': ' if info.title else ''}{info.title}"


def _highlight(writer: Writer, token: Token, info: Info) -> str:
    options = writer.options
    found = highlight(token.content, info.language, max_block=options.max_block, max_line=options.max_line)
    if found.problem is not None:
        place = (
            writer.find(info.language) if found.problem.id == "unknown-language" else writer.source.place(writer.line)
        )
        writer.report(replace(found.problem, place=place))
    return found.html


def _report_unclear(writer: Writer, info: Info) -> None:
    for written, problem, hint in info.unclear:
        writer.report(warning("code-option", f"`{written}` {problem}", writer.find(written), hint=hint))


def _write_lines(writer: Writer, info: Info, html: str) -> str:
    """The code with its lines numbered and marked, as far as that is wanted."""
    numbers = writer.options.line_numbers if info.numbers is None else info.numbers
    if not numbers and not info.marked:
        return html
    lines = html.removesuffix("\n").split("\n")
    if len(lines) > _MOST_LINES:
        message = f"this code has {len(lines):,} lines, so they are not numbered: the most is {_MOST_LINES:,}"
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
    """The lines to mark; those that the block does not have are a warning."""
    marked: set[int] = set()
    for first, last in ranges:
        if not 1 <= first <= last <= count:
            written = str(first) if first == last else f"{first}-{last}"
            message = f"this code has no line {written}: it has {count}"
            writer.report(warning("missing-code-line", message, writer.find(written)))
        marked.update(range(max(1, first), min(last, count) + 1))
    return frozenset(marked)
