"""Finds comments of other tools in one text, and removes them from values of front matter.

A text is what Markdown reads as a whole: a paragraph, a cell, a heading, a block of HTML, or a value. A backslash
escapes the next character. Code, HTML comments, URLs and `{% raw %}` contain no comments. In values of front matter,
which are shown as text, HTML comments are left out too.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import error
from afterword.core.nodes import List, Map, Node, TextNode
from afterword.core.patterns import lazy_pattern
from afterword.front_matter.comment_syntax import MARK, MAY_HAVE, SYNTAXES, find_ends, list_openings, name_closing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from afterword.core.diagnostics import Place
    from afterword.core.nodes import Report

Form: TypeAlias = Literal["text", "markdown", "html", "definition"]
"""How a text is read: as Markdown without HTML, as Markdown with HTML, as a block of HTML, as a link definition."""


_TAG = (
    r"</?[A-Za-z][A-Za-z0-9-]*"
    r"""(?:\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*"""
    r"\s*/?>"
)
_CODE_SPAN = r"(?P<ticks>`+) |"
_DEFINITION = r"\]:\s*(?!%%)(?:<[^<>\n]*>|\S+) |"
_HTML = rf"""(?P<html><!--(?:-?>)?)
    | (?=<(?P<code>(?i:code|kbd|samp|pre|script|style|textarea))\b)
    | (?P<tag>{_TAG}) |"""


_ANYWHERE = (
    r"""\\[\s\S]
    | (?<![A-Za-z])[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s<>]*
    | \]\((?!%%)(?:<[^<>\n]*>|[^\s()]*)
    | (?P<raw>\{%-?\s*raw\s*-?%\})
    | (?P<empty>\{::comment(?:[ \t][^}\n]{0,500}?)?/\}|\{\{[<%]\s*comment(?:\s(?:(?!\}\})[^\n]){0,500}?)?/[>%]\}\})
    | """
    + list_openings(blocks=False)
    + r"""
    | \{%%\}
    | (?P<percent>%%)"""
)

_SPECIALS: Mapping[Form, re.Pattern[str]] = {
    "text": lazy_pattern(_CODE_SPAN + _ANYWHERE, re.VERBOSE),
    "markdown": lazy_pattern(_CODE_SPAN + _HTML + _ANYWHERE, re.VERBOSE),
    "html": lazy_pattern(_HTML + _ANYWHERE, re.VERBOSE),
    "definition": lazy_pattern(_DEFINITION + _ANYWHERE, re.VERBOSE),
}
"""Patterns of the start of a comment, and of spans that are skipped."""

_ATTRIBUTE = lazy_pattern(r"""\s([A-Za-z_:][A-Za-z0-9_.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
_URL_ATTRIBUTE = lazy_pattern(
    r"action|background|cite|data|formaction|href|on[a-z]+|ping|poster|src|srcset|style", re.IGNORECASE
)
"""Matches attributes whose values are URLs, scripts or styles, in which `%%` is no mark."""

_TICKS = lazy_pattern("`+")
_HTML_END = lazy_pattern(r"--!?>")
_RAW = lazy_pattern(r"\{%-?\s*raw\s*-?%\}")
_RAW_END = lazy_pattern(r"\{%-?\s*endraw\s*-?%\}")
_CODE = lazy_pattern(r"(?<!`)(`+)(?!`)[^`\n]*(?<!`)\1(?!`)")


class Opening(Struct, frozen=True):
    """The opening of a comment, or of `{% raw %}`, that the text does not close: its kind, start and end."""

    kind: str
    start: int
    end: int


class Marks(Struct):
    """The comments of a text, as ranges of offsets.

    `doubtful` are the starts of comments that may be text. `lone` are `%%` that no other `%%` closes, `numbers` the
    first of two `%%` that both follow numbers; both stay text. `opening` is not closed in the text, and nothing after
    it is read.
    """

    comments: list[tuple[int, int]]
    doubtful: list[int]
    lone: list[int]
    numbers: list[int]
    opening: Opening | None = None


def find_marks(
    text: str, form: Form = "text", *, raw_may_end: bool = False, ends_later: Callable[[int], bool] | None = None
) -> Marks:
    """Returns the comments of a text.

    `raw_may_end` says that `{% endraw %}` may follow in another text. Otherwise a `{% raw %}` that is not closed in
    this text is plain text. `ends_later` says of the start of a comment that may be text whether it ends in another.
    """
    reader = _Reader(text, form, raw_may_end, ends_later)
    reader.read()
    return reader.marks


def find_ends_of_raw(text: str) -> list[int]:
    """Returns the ends of all `{% endraw %}` of a text."""
    return [closing.end() for closing in _RAW_END.finditer(text)]


def find_open_raw(line: str) -> int:
    """Returns the end of the last `{% raw %}` of a line if the line does not close it, otherwise -1."""
    if "raw" not in line:
        return -1
    openings = list(_RAW.finditer(_CODE.sub(lambda code: " " * len(code[0]), line)))
    return openings[-1].end() if openings and _RAW_END.search(line, openings[-1].end()) is None else -1


class _Reader:
    """Reads a text from left to right. `_absent` are closing marks that no longer follow, so each is sought once."""

    def __init__(
        self, text: str, form: Form, raw_may_end: bool, ends_later: Callable[[int], bool] | None = None
    ) -> None:
        self.marks = Marks([], [], [], [])
        self._text = text
        self._form: Form = form
        self._raw_may_end = raw_may_end
        self._ends_later = ends_later
        self._absent: set[str] = set()

    def read(self) -> None:
        """Finds all comments."""
        position, search = 0, _SPECIALS[self._form].search
        while self.marks.opening is None and (special := search(self._text, position)) is not None:
            position = self._read_special(special)

    def _read_special(self, special: re.Match[str]) -> int:
        """Reads one match and returns the offset at which to go on."""
        start, end = special.span()
        match special.lastgroup:
            case "ticks":
                return self._end_of_code(special[0], end)
            case "html":
                return self._end_of_html_comment(special[0], end)
            case "code":
                return self._end_of_code_element(special["code"].lower(), start)
            case "tag":
                self._read_attributes(start, end)
            case "empty":
                self.marks.comments.append((start, end))
            case "percent":
                return self._read_percent(start)
            case "raw":
                return self._read_raw(start, end)
            case str() as kind:
                return self._read_comment(kind, start, end)
        return end

    def _read_comment(self, kind: str, start: int, end: int) -> int:
        syntax = SYNTAXES[kind]
        may_end = not syntax.or_text or syntax.written in self._text  # to look for that is faster
        closing = self._ends.get(start, -1) if may_end else -1
        ends_later = syntax.in_doubt and self._ends_later is not None and self._ends_later(start)
        is_text = syntax.or_text or _is_in_formula(self._text, start, end)
        return self._close(kind, start, end, closing) if closing >= 0 or ends_later or not is_text else end

    def _read_attributes(self, start: int, end: int) -> None:
        """Finds the comments in the attributes of a tag; in a URL, `%%` counts only at its beginning."""
        for attribute in _ATTRIBUTE.finditer(self._text, start, end):
            group = attribute.lastindex or 0
            at, value = attribute.start(group), attribute[group]
            if MAY_HAVE.search(value) is None:
                continue
            inner = find_marks(value, "html")
            is_url = _URL_ATTRIBUTE.fullmatch(attribute[1]) is not None
            self.marks.comments += (
                (at + first, at + last)
                for first, last in inner.comments
                if not (is_url and first and value.startswith(MARK, first))
            )
            if (opening := inner.opening) is not None and opening.kind != "kramdown":
                start = at + opening.start
                self._close(opening.kind, start, at + opening.end, self._ends.get(start, -1))
                return

    def _end_of_html_comment(self, opening: str, end: int) -> int:
        """Returns the end of an HTML comment; browsers end it at `--!>` too, and right after `<!-->`."""
        if opening.endswith(">"):
            return end
        closing = self._find(_HTML_END, end)
        return len(self._text) if closing < 0 and self._form == "html" else max(closing, end)

    def _end_of_code_element(self, name: str, start: int) -> int:
        """Reads the attributes of an element that shows code, or has none to show, and returns its end."""
        tag = _TAG_AT.match(self._text, start)
        if tag is None:
            return start + 1 + len(name)
        self._read_attributes(start, tag.end())
        return max(self._find(_CODE_ENDS[name], tag.end()), tag.end())

    def _read_percent(self, start: int) -> int:
        closing = self._text.find(MARK, start + 2)
        if closing < 0:
            self.marks.lone.append(start)
            return start + 2
        is_behind_number = self._follows_digit(start)
        if is_behind_number and self._follows_digit(closing):
            self.marks.numbers.append(start)
            return closing + 2
        if is_behind_number or self._may_be_text(start, closing):
            self.marks.doubtful.append(start)
        self.marks.comments.append((start, closing + 2))
        return closing + 2

    def _may_be_text(self, start: int, closing: int) -> bool:
        """Returns whether two `%%` may be escaped percent signs, operators or the marks of another language."""
        text = self._text
        before, content, behind = text[:start], text[start + 2 : closing], text[closing + 2 : closing + 3]
        is_quoted = before[-1:] != "" and before[-1] in _QUOTES and behind != "" and behind in _QUOTES
        opens_again = content[-1:].isspace() and behind.isalnum() and content[:1] != "\n"
        is_within = before.rpartition("\n")[2].strip(" \t>*+-") != ""
        is_tripled = _is_tripled(text, start) or _is_tripled(text, closing)
        is_amount = _AMOUNT.search(before) is not None and content[-1:].isdigit()
        is_name = _NAME.fullmatch(content) is not None or (before[-1:].isalnum() and behind.isalnum())
        is_format = is_within and _FORMAT.search(content) is not None
        return is_quoted or opens_again or is_tripled or is_amount or is_name or is_format

    def _read_raw(self, start: int, end: int) -> int:
        closing = self._find(_RAW_END, end)
        if closing < 0 and self._raw_may_end:
            self.marks.opening = Opening("raw", start, end)
        return max(closing, end)

    @cached_property
    def _ends(self) -> dict[int, int]:
        return find_ends(self._text)

    def _close(self, kind: str, start: int, end: int, closing: int) -> int:
        if closing < 0:
            self.marks.opening = Opening(kind, start, end)
        else:
            self.marks.comments.append((start, closing))
        return closing

    def _end_of_code(self, ticks: str, start: int) -> int:
        """Returns the end of inline code that `ticks` opens, or `start` if the text does not close it."""
        if ticks in self._absent:
            return start
        runs = (run.end() for run in _TICKS.finditer(self._text, start) if run[0] == ticks)
        closing = next(runs, -1)
        if closing < 0:
            self._absent.add(ticks)
        return max(closing, start)

    def _find(self, mark: re.Pattern[str], start: int) -> int:
        """Returns the end of the next match, or -1."""
        found = mark.search(self._text, start) if mark.pattern not in self._absent else None
        if found is None:
            self._absent.add(mark.pattern)
            return -1
        return found.end()

    def _follows_digit(self, position: int) -> bool:
        return position > 0 and self._text[position - 1].isdigit()


_LONG_FORMULA = 2000


def _is_in_formula(text: str, start: int, end: int) -> bool:
    """Returns whether a part of a paragraph is between the marks of a formula, which is text if `math` is off."""
    before, behind = text[max(0, start - _LONG_FORMULA) : start], text[end : end + _LONG_FORMULA]
    if before.count("$$") % 2 and "$$" in behind:
        return True
    before, behind = before.rpartition("\n")[2], behind.partition("\n")[0]
    is_opened = before.rfind("\\(") > before.rfind("\\)") and "\\)" in behind
    return is_opened or (before.count("$") % 2 == 1 and "$" in behind)


def _is_tripled(text: str, position: int) -> bool:
    """Returns whether exactly three `%` stand at an offset."""
    return text.startswith("%%%", position) and text[position + 3 : position + 4] != "%"


_QUOTES = "\"'“”‘’„«»`"
_NAME = lazy_pattern(
    r"(?!(?:COMMENT|DRAFT|FIXME|HACK|HIDDEN|NOTE|PRIVATE|SECRET|TBD|TODO|WIP|XXX)S?\Z)(?:[A-Z][A-Z0-9_]+(?:\([^()\s]*\))?|\d[0-9A-Fa-f]"
    r"|[A-Za-z]\w*_\w+|[a-z]+[A-Z]\w*)|\s*(?:and|or|to|und|oder|bis|et|ou|y|o|\.{3}|…)\s*"
)
"""A variable, an escaped byte of a URL, or what stands between two marks in a sentence on them."""

_AMOUNT = lazy_pattern(r"\d[ \xa0]\Z")
_FORMAT = lazy_pattern(r"(?<![%\w])%[A-Za-z](?![A-Za-z])")
_TAG_AT = lazy_pattern(_TAG)
_CODE_ENDS = {
    name: lazy_pattern(f"</{name}", re.IGNORECASE)
    for name in ("code", "kbd", "samp", "pre", "script", "style", "textarea")
}


_NOT_SHOWN = frozenset(
    {
        *("aliases", "also", "date", "excerpt", "excerpt_separator", "expirydate", "file", "href", "lang"),
        *("last_modified_at", "layout", "length", "link", "path", "permalink", "publishdate", "redirect_from"),
        *("redirect_to", "related", "slides", "slug", "src", "transcript", "updated", "uri", "url", "video"),
    }
)
"""Keys, in lower case, whose values are URLs, file names, dates, codes or marks; and the excerpt, which is Markdown."""

_LOCATION = lazy_pattern(r"(?:\.{0,2}/|[#?]|[A-Za-z][A-Za-z0-9+.-]*:)\S*\Z")
"""Matches a value that is a path or URL as a whole."""


_HTML_COMMENT = lazy_pattern(r"(?<!`)(`+)(?!`)[^`]*\1(?!`)|(?P<comment><!--\s*(?!-->)\S[\s\S]*?-->)")


def hide_comments(entries: Map, report: Report, hidden: list[Place]) -> Map:
    """Returns front matter without the comments in its values, and adds their places to `hidden`.

    A key whose value is only a comment is left out.
    """
    kept = {key: _hide_in(key, node, report, hidden) for key, node in entries.entries.items()}
    left = {key: node for key, node in kept.items() if node is not None}
    keys = {key: place for key, place in entries.keys.items() if key in left or key not in kept}
    return replace(entries, entries=left, keys=keys)


def _hide_in(key: str, node: Node, report: Report, hidden: list[Place]) -> Node | None:
    """Returns the value of a key without comments, or None if nothing else is in it."""
    match node:
        case Map():
            return hide_comments(node, report, hidden)
        case List():
            items = (_hide_in(key, item, report, hidden) for item in node.items)
            return replace(node, items=tuple(item for item in items if item is not None))
        case TextNode():
            is_shown = key.lower() not in _NOT_SHOWN and _LOCATION.match(node.value) is None
            return _hide_in_text(node, report, hidden) if is_shown and may_have_comments(node.value) else node


def may_have_comments(value: str) -> bool:
    """Returns whether a value of front matter, or all of it, may have comments."""
    return "-->" in value or MAY_HAVE.search(value) is not None


def _hide_in_text(node: TextNode, report: Report, hidden: list[Place]) -> TextNode | None:
    value = node.value
    end = max(value.rfind("-->") + 3, value.rfind("`") + 1)  # to look for one that is not closed takes quadratic time
    in_html = _HTML_COMMENT.finditer(value, 0, end) if "-->" in value else ()
    spans = [comment.span() for comment in in_html if comment["comment"]]
    if spans:
        hidden += (node.place for _ in spans)
        node = replace(node, value=_join(_list_rest(value, spans)).strip())
    marks = find_marks(node.value)
    ends = list(marks.comments)
    hidden += (node.place for _ in marks.comments)
    if marks.opening is not None:
        hint = f"end it with `{name_closing(marks.opening.kind)}`, or put it in backticks if it is text"
        report(error("unclosed-comment", "unclosed comment", node.place, hint=hint))
        ends.append((marks.opening.start, len(node.value)))
    if not ends:
        return node if node.value or not spans else None
    value = _join(_list_rest(node.value, ends)).strip()
    return replace(node, value=value) if value else None


def _list_rest(text: str, ranges: list[tuple[int, int]]) -> Iterator[str]:
    """Yields the pieces of a text before, between and after ranges of it."""
    position = 0
    for start, end in ranges:
        yield text[position:start]
        position = end
    yield text[position:]


def _join(pieces: Iterator[str]) -> str:
    """Joins the pieces around comments, without the white space that comments leave behind."""
    text = next(pieces)
    for piece in pieces:
        text += piece.lstrip(" \t") if not text or text[-1:].isspace() else piece
    return text
