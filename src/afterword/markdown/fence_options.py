"""Parses the info string of a fenced code block: language, title, marked lines, line numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.common.utils import unescapeAll
from msgspec import Struct, field

from afterword.core.diagnostics import nearest
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPTIONS = {
    **dict.fromkeys(("title", "filename", "name", "caption", "file"), "title"),
    **dict.fromkeys(("linenos", "linenums", "line_numbers", "line-numbers", "linenumbers"), "numbers"),
    **dict.fromkeys(("numberlines", "showlinenumbers", "no-line-numbers", "nolinenumbers"), "numbers"),
    **dict.fromkeys(("linenostart", "lineno-start", "startlinenumber", "startfrom", "start"), "start"),
    **dict.fromkeys(("hl", "hl_lines", "highlight", "highlight_lines"), "marked"),
    **dict.fromkeys(("mark", "mark_lines", "emphasize-lines"), "marked"),
}
"""What the options of code blocks mean, by their names in lower case."""

_FOREIGN = frozenset(
    {
        *("theme", "style", "hl_style", "hl_inline", "noclasses", "guesssyntax", "tabwidth", "wrap", "frame"),
        *("collapse", "maxheight", "anchorlinenos", "lineanchors", "lineseparator", "copy", "nocopy", "no-copy"),
        *("live", "noinline", "editable", "exec", "ignore", "no_run", "noplayground", "should_panic", "compile_fail"),
        "twoslash",
    }
)
"""Options of other tools, in lower case, that say how a block is coloured, laid out or run, and not what it shows.

They are those of Hugo, Docusaurus, Expressive Code, Zola, mdBook and rustdoc, MkDocs.
"""

RAW = lazy_pattern(r"[ \t]*\{%-?[ \t]*raw[ \t]*-?%\}[ \t]*$")
"""A tag of Liquid at the end of an info string, as in Eleventy: the code is not a template, which it never is here."""

_END_RAW = lazy_pattern(r"(?:^|(?<=\n))[ \t]*\{%-?[ \t]*endraw[ \t]*-?%\}[ \t]*\n?\Z")

MOST_UNCLEAR = 10
"""So many parts that are not understood are named one by one."""

_NAME = lazy_pattern(r"[\w+#.-]{1,50}")
_LANGUAGE = lazy_pattern(r"(?:[\w+#.-]|\\[!-/:-@\[-`{-~]|&#?\w{1,32};){1,50}(?=[\s{,:]|$)")
_TITLE = lazy_pattern(r":([^\s{},=]+)(?=[\s{,]|$)")
_END = r"(?=[\s,{}]|$)"
_QUOTED = r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'"""
_VALUE = rf"""{_QUOTED}|\[[^\[\]]*\]|\{{[^{{}}]*\}}|(?:[^\s{{}}"'\[\],]|,(?=\d))*"""
_PART = lazy_pattern(
    rf"""\{{(?P<braces>(?:[^{{}}]|\{{[^{{}}]*\}})*)\}}
    | (?P<sign>[#.])(?P<called>[\w:+.-]+){_END}
    | \[(?P<label>[^\[\]\d][^\[\]]*)\]{_END}
    | (?P<name>[\w.-]+)(?:=(?P<value>{_VALUE}))?{_END}
    | (?P<unclosed>[\w.-]+=(?P<quote>["'])(?:\\.|(?!(?P=quote)).)*)$
    | (?P<other>[^\s{{}},;]+|\{{[^{{}}]*$|[{{}}])""",
    re.VERBOSE,
)
_RANGE = lazy_pattern(r"(\d{1,7})(?:-(\d{1,7}))?$")
_SEPARATORS = lazy_pattern(r"""[\s,"']+""")
_OFF = frozenset({"false", "no", "off", "0"})


class Unclear(Struct, frozen=True):
    """A part that is not understood: where in the info string it is, as written; its problem; a hint."""

    offset: int
    written: str
    problem: str
    hint: str


class Info(Struct):
    """An info string, read.

    `marked` are ranges of lines, from 1, both ends included; `numbers` is None if not said. `id` and `classes` are
    Pandoc's. `offset` is where the language is written.
    """

    language: str = ""
    title: str = ""
    numbers: bool | None = None
    start: int = 1
    marked: list[tuple[int, int]] = field(default_factory=list)
    id: str = ""
    classes: list[str] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    offset: int = 0

    def miss(self, offset: int, written: str, problem: str, hint: str) -> None:
        """Records a part that is not understood."""
        self.unclear.append(Unclear(offset, written, problem, hint))


def strip_raw(info: str, code: str) -> str:
    """Returns code without the `{% endraw %}` on its last line, if its info string has the `{% raw %}`."""
    return _END_RAW.sub("", code) if RAW.search(info) is not None else code


def parse_info(written: str) -> Info:
    """Reads an info string."""
    info = Info()
    written = RAW.sub("", written)
    begin = len(written) - len(written.lstrip())
    match = _LANGUAGE.match(written, begin)
    if match is not None and _NAME.fullmatch(language := unescapeAll(match[0])):
        info.language, info.offset = language, begin
        begin = match.end()
    title = _TITLE.match(written, begin)
    if title is not None and title[1].lower() not in _OPTIONS:
        info.title = unescapeAll(title[1])
        begin = title.end()
    elif info.language and written.startswith(":", begin):
        begin += 1
    for part in _parts(info, written, begin, 0):
        if (braces := part["braces"]) is not None:
            _read_braces(info, braces, part.start("braces"))
        else:
            _read_part(info, part, 0)
    return info


def _parts(info: Info, text: str, start: int, begin: int) -> Iterator[re.Match[str]]:
    """Yields the parts of a text at offset `begin` of the info string; the rest after many unclear ones is one."""
    for part in _PART.finditer(text, start):
        if len(info.unclear) == MOST_UNCLEAR:
            at = part.start()
            info.miss(begin + at, text[at:].rstrip(), "is ignored", "use fewer options")
        if len(info.unclear) > MOST_UNCLEAR:
            return
        yield part


def _read_braces(info: Info, inside: str, begin: int) -> None:
    """Braces hold lines to mark, `{1,3-5}`, or a language and options as Pandoc and R Markdown have them."""
    if inside[:1].isdigit():
        _mark(info, inside, begin)
        return
    for number, part in enumerate(_parts(info, inside, 0, begin)):
        name = part["called"] if part["sign"] == "." else part["name"] if number == 0 else None
        is_language = name is not None and part["value"] is None and name.lower() not in _OPTIONS
        if name is not None and is_language and not info.language:
            info.language, info.offset = name, begin + part.end() - len(name)
        else:
            _read_part(info, part, begin)


def _read_part(info: Info, part: re.Match[str], begin: int) -> None:
    written, at = part[0], begin + part.start()
    if part["name"] is not None:
        _read_option(info, part["name"], part["value"], at, written)
    elif part["sign"] == "#" and info.id:
        info.miss(at, written, "is a second id", "remove one of the two")
    elif part["sign"] == "#":
        info.id = part["called"]
    elif part["sign"] == "." and part["called"].lower() in _OPTIONS:
        _read_option(info, part["called"], None, at + 1, written)
    elif part["sign"] == ".":
        info.classes.append(part["called"])
    elif part["label"] is not None:
        _read_option(info, "title", part["label"], at, written)
    elif part["unclosed"] is not None:
        info.miss(at, written.rstrip(), "is unclosed", f"add a closing `{part['quote']}`")
    else:
        _report_unknown(info, written, written, at)


def _read_option(info: Info, name: str, value: str | None, at: int, written: str) -> None:
    inside = at + len(name) + 1
    if value and value[0] in "'\"{[":
        value, inside = value[1:-1], inside + 1
    text = unescapeAll(value) if value is not None else None
    match _OPTIONS.get(name.lower()):
        case "title" if text is not None and info.title:
            info.miss(at, written, "is a second title", "remove one of the two")
        case "title" if text is not None:
            info.title = text
        case "numbers":
            _number(info, "no" if name.lower().startswith("no") else text)
        case "start" if text is not None and text.isdecimal() and len(text) < 8:
            info.start = int(text)
            info.numbers = True
        case "marked" if text is not None:
            _mark(info, text, inside)
        case None:
            _report_unknown(info, name, written, at)
        case "start":
            info.miss(at, name, "needs a number", f"write `{name}=10`")
        case _:
            info.miss(at, name, "needs a value", f'write `{name}="…"`')


def _report_unknown(info: Info, name: str, written: str, at: int) -> None:
    """Records an invalid option by its name; a part with a dot or slash is probably a title."""
    if name.lower() in _FOREIGN:
        return
    if (near := nearest(name, _OPTIONS)) is not None:
        info.miss(at, name, "unknown", f"did you mean `{near}`?")
    else:
        is_file = ("." in written or "/" in written) and not {'"', "="} & set(written)
        info.miss(at, written, "unknown", f'write `title="{written}"`' if is_file else "")


def _number(info: Info, value: str | None) -> None:
    info.numbers = value is None or value.lower() not in _OFF
    if value is not None and value.isdecimal() and 0 < len(value) < 8 and info.numbers:
        info.start = int(value)


def _mark(info: Info, lines: str, begin: int) -> None:
    for part in _SEPARATORS.split(lines):
        if (match := _RANGE.match(part)) is not None:
            first = int(match[1])
            info.marked.append((first, int(match[2]) if match[2] else first))
        elif part:
            at = begin + lines.find(part)
            info.miss(at, part, "is not a line number", "write lines as `1 3-5`")
