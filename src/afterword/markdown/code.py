"""Code blocks: fenced with a language and options, or indented.

Relies on `infos` for what is written behind the fence, and on `highlight` for colours. Refuses to let an info string
into the page: only a language's letters reach a class, and only a title is shown.
"""

from __future__ import annotations

from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.body import Code
from afterword.diagnostics import warning
from afterword.digest import digest
from afterword.highlight import PLAIN, escape_code, highlight, hint_at_language
from afterword.markdown.attributes import written_attributes
from afterword.markdown.infos import Info, parse_info
from afterword.markdown.scrolling import is_wide_code, scroll_attributes
from afterword.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markdown_it.token import Token

    from afterword.diagnostics import Diagnostic, Place
    from afterword.markdown.writer import Writer

_MOST_LINES = 20_000
"""The most lines that get numbers or marks: each costs more than the line itself."""


def write_code_block(writer: Writer, token: Token) -> None:
    """Write a code block."""
    info = parse_info(token.info) if token.info else Info()
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
    caption = f"<figcaption>{escape(info.title)}</figcaption>" if info.title else ""
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
    """What code that a narrow screen cannot show as a whole needs to be scrolled."""
    are_numbered = writer.options.line_numbers if info.numbers is None else info.numbers
    prefix = len(str(info.start + token.content.count("\n"))) + 2 if are_numbered else 0
    return scroll_attributes(_name(writer, info)) if is_wide_code(token.content, prefix) else ""


def _name(writer: Writer, info: Info) -> str:
    """What a screen reader calls the block: no two of a page the same."""
    language = f" ({info.language})" if info.language.lower() not in PLAIN else ""
    name = writer.options.words.code.replace("{number}", str(writer.code_blocks))
    return f"{name}{language}{': ' if info.title else ''}{info.title}"


def list_code(writer: Writer) -> tuple[Code, ...]:
    """Where in the whole of the HTML there is highlighted code."""
    if not writer.code:
        return ()
    ends = tuple(accumulate(map(len, writer.html)))
    return tuple(Code(made_from, ends[at] - len(writer.html[at]), ends[at]) for made_from, at in writer.code)


def _highlight(writer: Writer, token: Token, info: Info) -> tuple[str, str]:
    """The code as HTML, and the digest of what decides it; empty where it is no work, or there is something to say."""
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
    """A problem of the highlighter, with its place and a hint."""
    if problem.id != "unknown-language":
        return replace(problem, place=writer.source.place(writer.line))
    place = _place_in_info(writer, token, info.offset, info.language)
    return replace(problem, place=place, hint=hint_at_language(info.language))


def _report_unclear(writer: Writer, token: Token, info: Info) -> None:
    for offset, written, problem, hint in info.unclear:
        place = _place_in_info(writer, token, offset, written)
        writer.report(warning("code-option", f"`{shown(written)}` {problem}", place, hint=hint))


def _place_in_info(writer: Writer, token: Token, offset: int, written: str) -> Place:
    """The place of a part of the info string; a language that attributes give is looked for around the block."""
    if not token.info or token.map is None:
        return writer.find(written)
    return writer.source.place_in_text(token.map[0], token.info, offset, len(written))


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
