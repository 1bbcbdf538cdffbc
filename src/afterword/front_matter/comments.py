"""Finds comments of other tools in one text, and removes them from values of front matter.

A text is what Markdown reads as a whole: a paragraph, a cell, a heading, a block of HTML, or a value. A backslash
escapes the next character. Code, HTML comments, URLs and `{% raw %}` contain no comments.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import error
from afterword.core.patterns import lazy_pattern
from afterword.front_matter.nodes import List, Map, Node, TextNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.core.diagnostics import Place
    from afterword.front_matter.nodes import Report


class CommentSyntax(Struct, frozen=True):
    """The comments of a tool: patterns of the opening and of the closing, and the closing as a writer writes it.

    `nested` matches further openings that need a closing of their own. A `whole` closing includes all that stands
    behind the opening. `is_block` says that the opening stands at the beginning of a line, and `or_text` that an
    opening without a closing is text; otherwise it is an error.
    """

    tools: str
    opening: str
    closing: str
    written: str
    nested: str = ""
    whole: bool = False
    is_block: bool = False
    or_text: bool = False


def _tag(name: str, more: str = r"(?:\s[^\n]{0,500}?)?") -> str:
    """The pattern of a tag of Liquid, which also stands in `{{% … %}}` of Hugo."""
    return rf"(?<!\{{)\{{%-?\s*{name}{more}-?%\}}"


_HUGO = r"(?:\s(?:(?!\}\})[^\n]){0,500}?)?(?<!/)[>%]\}\}"
_NEVER = r"\s+(?:[Ff]alse|nil|null|None)\s*"
_GO = r"\{\{-?\s*"

SYNTAXES: Mapping[str, CommentSyntax] = {
    "kramdown": CommentSyntax(
        "kramdown", r"\{::comment(?:[ \t][^}\n]{0,500}?)?(?<!/)\}", r"\{:/(?:comment)?\}", "{:/comment}"
    ),
    "liquid": CommentSyntax("Jekyll", _tag("comment"), _tag("endcomment"), "{% endcomment %}", _tag("comment")),
    "inline": CommentSyntax(
        "Liquid",
        r"\{%-?\s*\#",
        r"(?:(?!%\}|\{%)[^\n])*(?:\n\s*\#(?:(?!%\}|\{%)[^\n])*)*(?:\n\s*)?-?%\}",
        "%}",
        whole=True,
    ),
    "hugo": CommentSyntax(
        "Hugo",
        rf"\{{\{{[<%]\s*comment{_HUGO}",
        rf"\{{\{{[<%]\s*/\s*comment{_HUGO}",
        "{{< /comment >}}",
        rf"\{{\{{[<%]\s*comment{_HUGO}",
    ),
    "go": CommentSyntax("Hugo", r"\{\{/\*", r"\*/\}\}", "*/}}"),
    "handlebars": CommentSyntax("Handlebars", r"\{\{!--", r"--\}\}", "--}}"),
    "mdx": CommentSyntax("MDX", r"\{/\*", r"\*/\}", "*/}"),
    "critic": CommentSyntax("CriticMarkup", r"\{>>", r"<<\}", "<<}"),
    "jinja": CommentSyntax("Nunjucks", r"\{\#(?=[\s-])", r"\#\}", "#}", or_text=True),
    "if": CommentSyntax(
        "Jekyll", _tag("if", _NEVER), _tag(r"(?:endif|els(?:e|if|eif))\b"), "{% endif %}", _tag(r"if\b")
    ),
    "unless": CommentSyntax(
        "Jekyll", _tag("unless", r"\s+true\s*"), _tag("(?:endunless|else)"), "{% endunless %}", _tag(r"unless\b")
    ),
    "go_if": CommentSyntax(
        "Hugo",
        _GO + r"if\s+false\s*-?\}\}",
        _GO + r"(?:end|else)\b[^}\n]{0,500}\}\}",
        "{{ end }}",
        _GO + r"(?:if|with|range|block|define)\b[^}\n]{0,500}\}\}",
    ),
    "handlebars_if": CommentSyntax(
        "Handlebars", r"\{\{\#if\s+false\s*\}\}", r"\{\{(?:/if|else)[^}\n]{0,500}\}\}", "{{/if}}", r"\{\{\#if\b"
    ),
    "asciidoc": CommentSyntax(
        "AsciiDoc", r"/{4,6}[ \t]*$", r"^[ \t>]*/{4,6}[ \t]*$", "////", is_block=True, or_text=True
    ),
    "org": CommentSyntax(
        "Org mode",
        r"\#[ ]?\+(?i:begin_comment)\b.*$",
        r"^[ \t>]*\#[ ]?\+(?i:end_comment)[ \t]*$",
        "#+END_COMMENT",
        is_block=True,
    ),
    "latex": CommentSyntax(
        "LaTeX", r"\\begin\{comment\}", r"\\end\{comment\}", r"\end{comment}", is_block=True, or_text=True
    ),
    "tex": CommentSyntax("TeX", r"\\iffalse\b", r"\\fi\b", r"\fi", is_block=True, or_text=True),
}
"""The comments of other tools, all of which are left out; those between `%%` have rules of their own.

A condition that is never true is one too: it ends at its `else`.
"""

MARK = "%%"
MAY_HAVE = lazy_pattern(
    r"%%|\{(?:::comment|%-?\s*(?:comment|#|if\s|unless\s)|\{(?:[<%]\s*comment|/\*|!--|-?\s*\#?if\s+false)|/\*|#[\s-]|>>)"
    r"|////|# ?\+(?:BEGIN|begin)_|\\(?:begin\{comment|iffalse)",
    re.IGNORECASE,
)
"""Matches in every text that has a comment."""

SIGNS = (MARK, "{", "////", "#+", "# +", "\\")
"""One of these is in every text in which `MAY_HAVE` matches: to look for them is faster."""

Form: TypeAlias = Literal["text", "markdown", "html", "definition"]
"""How a text is read: as Markdown without HTML, as Markdown with HTML, as a block of HTML, as a link definition."""


def name_closing(kind: str) -> str:
    """Returns what ends a comment of a kind, as a writer writes it."""
    return SYNTAXES[kind].written if kind in SYNTAXES else MARK


def _openings(**only: bool) -> str:
    rows = ((kind, row) for kind, row in SYNTAXES.items() if row.is_block <= only["blocks"])
    return "|".join(f"(?P<{kind}>{row.opening})" for kind, row in rows)


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
OPENING = lazy_pattern(_openings(blocks=True), re.VERBOSE | re.MULTILINE)
"""Matches the opening of a comment that may contain blocks; the group is its kind."""

_ANYWHERE = (
    r"""\\[\s\S]
    | (?<![A-Za-z])[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s<>]*
    | \]\((?!%%)(?:<[^<>\n]*>|[^\s()]*)
    | (?P<raw>\{%-?\s*raw\s*-?%\})
    | (?P<empty>\{::comment(?:[ \t][^}\n]{0,500}?)?/\}|\{\{[<%]\s*comment(?:\s(?:(?!\}\})[^\n]){0,500}?)?/[>%]\}\})
    | """
    + _openings(blocks=False)
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
_KRAMDOWN_END = lazy_pattern(SYNTAXES["kramdown"].closing)
_KRAMDOWN_END_LINE = lazy_pattern(rf"^[ \t>]*{SYNTAXES['kramdown'].closing}[ \t]*$", re.MULTILINE)
_CODE = lazy_pattern(r"(?<!`)(`+)(?!`)[^`\n]*(?<!`)\1(?!`)")


class Opening(Struct, frozen=True):
    """The opening of a comment, or of `{% raw %}`, that the text does not close: its kind, start and end."""

    kind: str
    start: int
    end: int


class Marks(Struct):
    """The comments of a text, as ranges of offsets.

    `doubtful` are the starts of comments that follow a number. `lone` are `%%` that no other `%%` closes, `numbers` the
    first of two `%%` that both follow numbers; both stay text. `opening` is not closed in the text, and nothing after
    it is read.
    """

    comments: list[tuple[int, int]]
    doubtful: list[int]
    lone: list[int]
    numbers: list[int]
    opening: Opening | None = None


def find_marks(text: str, form: Form = "text", *, raw_may_end: bool = False) -> Marks:
    """Returns the comments of a text.

    `raw_may_end` says that `{% endraw %}` may follow in another text. Otherwise a `{% raw %}` that is not closed in
    this text is plain text.
    """
    reader = _Reader(text, form, raw_may_end)
    reader.read()
    return reader.marks


def find_ends(text: str) -> dict[int, int]:
    """Returns the end of each comment of a text, by its start; those of kramdown and between `%%` are not included."""
    ends: dict[int, int] = {}
    for kind in {opening.lastgroup or "" for opening in OPENING.finditer(text)} - {"kramdown"}:
        ends |= _find_ends_of(SYNTAXES[kind], text)
    return ends


def _find_ends_of(syntax: CommentSyntax, text: str) -> dict[int, int]:
    flags = re.VERBOSE | re.MULTILINE
    closing = re.compile(syntax.closing, flags)
    ends: dict[int, int] = {}
    if syntax.nested:
        open_tags: list[int] = []
        for tag in re.finditer(f"(?P<closing>{syntax.closing})|{syntax.nested}", text, flags):
            if not tag["closing"]:
                open_tags.append(tag.start())
            elif open_tags:
                ends.setdefault(open_tags[-1], tag.end())
                if "els" not in tag[0]:
                    open_tags.pop()
        return ends
    closings = [] if syntax.whole else [(mark.start(), mark.end()) for mark in closing.finditer(text)]
    for opening in re.finditer(syntax.opening, text, flags):
        if syntax.whole and (end := closing.match(text, opening.end())) is not None:
            ends[opening.start()] = end.end()
        elif (at := bisect_left(closings, (opening.end(),))) < len(closings):
            ends[opening.start()] = closings[at][1]
    return ends


def find_ends_of_kramdown(text: str, *, on_own_lines: bool = False) -> list[int]:
    """Returns the ends of all closing marks of kramdown comments, or only of those on lines of their own."""
    ending = _KRAMDOWN_END_LINE if on_own_lines else _KRAMDOWN_END
    return [closing.end() for closing in ending.finditer(text)]


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

    def __init__(self, text: str, form: Form, raw_may_end: bool) -> None:
        self.marks = Marks([], [], [], [])
        self._text = text
        self._form: Form = form
        self._raw_may_end = raw_may_end
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
            case "kramdown":
                closed = _KRAMDOWN_END.search(self._text, end)
                return self._close("kramdown", start, end, closed.end() if closed is not None else -1)
            case str() as kind:
                closing = self._ends.get(start, -1)
                return self._close(kind, start, end, closing) if closing >= 0 or not SYNTAXES[kind].or_text else end
        return end

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
        if is_behind_number:
            self.marks.doubtful.append(start)
        self.marks.comments.append((start, closing + 2))
        return closing + 2

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


_TAG_AT = lazy_pattern(_TAG)
_CODE_ENDS = {
    name: lazy_pattern(f"</{name}", re.IGNORECASE)
    for name in ("code", "kbd", "samp", "pre", "script", "style", "textarea")
}


# Front matter

_NOT_SHOWN = frozenset(
    {
        *("aliases", "also", "date", "excerpt", "expirydate", "file", "href", "lang", "last_modified_at", "layout"),
        *("length", "link", "path", "permalink", "publishdate", "redirect_from", "redirect_to", "related", "slides"),
        *("slug", "src", "transcript", "updated", "uri", "url", "video"),
    }
)
"""Keys, in lower case, whose values are URLs, file names, dates or codes; and the excerpt, which is Markdown."""

_LOCATION = lazy_pattern(r"(?:\.{0,2}/|[#?]|[A-Za-z][A-Za-z0-9+.-]*:)\S*\Z")
"""Matches a value that is a path or URL as a whole."""


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
            return _hide_in_text(node, report, hidden) if is_shown and MAY_HAVE.search(node.value) else node


def _hide_in_text(node: TextNode, report: Report, hidden: list[Place]) -> TextNode | None:
    marks = find_marks(node.value)
    ends = list(marks.comments)
    hidden += (node.place for _ in marks.comments)
    if marks.opening is not None:
        hint = f"end it with `{name_closing(marks.opening.kind)}`, or put it in backticks if it is text"
        report(error("unclosed-comment", "unclosed comment", node.place, hint=hint))
        ends.append((marks.opening.start, len(node.value)))
    if not ends:
        return node
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


# Comments around front matter

_SIMPLE = (("<!--", "-->"), ("/*", "*/"), (MARK, MARK))


def find_comment(text: str, start: int) -> tuple[int, int] | None:
    """Returns where the content of the comment begins and ends that begins at an offset; None if none does there.

    Comments of HTML and of C are among them. A comment that is not closed ends with the text.
    """
    for opener, closer in _SIMPLE:
        if text.startswith(opener, start):
            end = text.find(closer, start + len(opener))
            return start + len(opener), end if end >= 0 else len(text)
    opening = OPENING.match(text, start)
    if opening is None or opening.lastgroup is None:
        return None
    closing = re.compile(SYNTAXES[opening.lastgroup].closing, re.VERBOSE | re.MULTILINE).search(text, opening.end())
    return opening.end(), closing.start() if closing is not None else len(text)
