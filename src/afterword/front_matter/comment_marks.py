"""Finds the comments in one paragraph, cell, heading or value: Obsidian's, kramdown's and Liquid's.

A backslash escapes what follows. Code, HTML comments, URLs and `{% raw %}` have no comments, and tags have them only in
attributes that are shown.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct

MARK = "%%"
MAY_HAVE = re.compile(r"%%|\{::comment|\{%-?\s*comment")
"""What every text has that has a comment."""

Form: TypeAlias = Literal["text", "html", "definition"]
"""How a text is read: as Markdown, as a block of HTML, or as the definition of a link."""

_TAG = (
    r"</?[A-Za-z][A-Za-z0-9-]*"
    r"""(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*"""
    r"\s*/?>"
)
_SPECIAL = rf"""\\[\s\S]
    | (?P<html><!--)
    | <(?P<code>code|kbd|samp|pre|script|style|textarea)\b
    | (?P<tag>{_TAG})
    | (?<![A-Za-z])[A-Za-z][A-Za-z0-9+.-]{{1,30}}://[^\s<>]*
    | \]\((?:<[^<>\n]*>|[^\s()]*)
    | (?P<raw>\{{%-?\s*raw\s*-?%\}})
    | (?P<liquid>\{{%-?\s*comment(?:\s[^\n]{{0,500}}?)?-?%\}})
    | \{{%%\}}
    | \{{::comment(?:[ \t][^}}\n]{{0,500}}?)?(?:(?P<empty>/\}})|(?P<kramdown>\}}))
    | (?P<percent>%%)"""
_SPECIALS: dict[Form, re.Pattern[str]] = {
    "text": re.compile(rf"(?P<ticks>`+) | {_SPECIAL}", re.VERBOSE),
    "html": re.compile(_SPECIAL, re.VERBOSE),
    "definition": re.compile(rf"\]:\s*(?:<[^<>\n]*>|\S+) | {_SPECIAL}", re.VERBOSE),
}
"""What begins a comment, or is passed over as a whole."""

_SHOWN = re.compile(
    r"""\s(?:alt|title|label|placeholder|summary|aria-label)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE
)
"""The attributes of HTML that readers see or hear."""

_TICKS = re.compile("`+")
_LIQUID = re.compile(r"\{%-?\s*(end)?comment(?:\s[^\n]{0,500}?)?-?%\}")
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}")
_RAW_END = re.compile(r"\{%-?\s*endraw\s*-?%\}")
_KRAMDOWN_END = re.compile(r"\{:/(?:comment)?\}")
_KRAMDOWN_END_LINE = re.compile(r"^[ \t>]*\{:/(?:comment)?\}[ \t]*$", re.MULTILINE)
_CODE = re.compile(r"(?<!`)(`+)(?!`)[^`\n]*(?<!`)\1(?!`)")


class Opening(NamedTuple):
    """The beginning of a comment, or of `{% raw %}`, whose end is not in the text: what it is, from where to where."""

    kind: Literal["liquid", "kramdown", "raw"]
    start: int
    end: int


class Marks(Struct):
    """The comments of a text, each from where to where; `doubtful` are those of them that begin behind a number.

    `lone` are `%%` without a second, and `numbers` the first of two that stand behind numbers: both are text.
    `opening` is what does not end in the text; nothing behind it is looked at.
    """

    comments: list[tuple[int, int]]
    doubtful: list[int]
    lone: list[int]
    numbers: list[int]
    opening: Opening | None = None


def find_marks(text: str, form: Form = "text", *, raw_may_end: bool = False) -> Marks:
    """Returns the comments of one paragraph, or of another text that Markdown reads as a whole.

    `raw_may_end` says that a `{% raw %}` of this text may end behind it; otherwise one without an end is text.
    """
    reader = _Reader(text, form, raw_may_end)
    reader.read()
    return reader.marks


def match_liquid(text: str) -> dict[int, int]:
    """Returns where each Liquid comment of a text ends, by where it begins."""
    ends: dict[int, int] = {}
    open_tags: list[int] = []
    for tag in _LIQUID.finditer(text):
        if not tag[1]:
            open_tags.append(tag.start())
        elif open_tags:
            ends[open_tags.pop()] = tag.end()
    return ends


def find_ends_of_kramdown(text: str, *, on_own_lines: bool = False) -> list[int]:
    """Returns where the endings of kramdown comments end in a text: all, or those on lines of their own."""
    ending = _KRAMDOWN_END_LINE if on_own_lines else _KRAMDOWN_END
    return [closing.end() for closing in ending.finditer(text)]


def find_ends_of_raw(text: str) -> list[int]:
    """Returns where the `{% endraw %}` of a text end."""
    return [closing.end() for closing in _RAW_END.finditer(text)]


def find_open_raw(line: str) -> int:
    """Returns where the text begins of a `{% raw %}` that does not end on its line; -1 if there is none."""
    if "raw" not in line:
        return -1
    openings = list(_RAW.finditer(_CODE.sub(lambda code: " " * len(code[0]), line)))
    return openings[-1].end() if openings and _RAW_END.search(line, openings[-1].end()) is None else -1


class _Reader:
    """Reads a text from its beginning on. `_nowhere` are endings of which there are no more."""

    def __init__(self, text: str, form: Form, raw_may_end: bool) -> None:
        self.marks = Marks([], [], [], [])
        self._text = text
        self._form: Form = form
        self._raw_may_end = raw_may_end
        self._nowhere: set[str] = set()

    def read(self) -> None:
        """Finds all comments."""
        position, search = 0, _SPECIALS[self._form].search
        while self.marks.opening is None and (special := search(self._text, position)) is not None:
            position = self._read_special(special)

    def _read_special(self, special: re.Match[str]) -> int:
        start, end = special.span()
        match special.lastgroup:
            case "ticks":
                return self._end_of_code(special[0], end)
            case "html":
                closing = self._find("-->", end)
                return len(self._text) if closing < 0 and self._form == "html" else max(closing, end)
            case "code":
                return max(self._find(f"</{special['code']}", end), end)
            case "tag":
                self._read_attributes(start, end)
            case "empty":
                self.marks.comments.append((start, end))
            case "percent":
                return self._read_percent(start)
            case "raw":
                return self._read_raw(start, end)
            case "liquid":
                return self._close("liquid", start, end, self._find_end_of_liquid(end))
            case "kramdown":
                closed = _KRAMDOWN_END.search(self._text, end)
                return self._close("kramdown", start, end, closed.end() if closed is not None else -1)
        return end

    def _read_attributes(self, start: int, end: int) -> None:
        for shown in _SHOWN.finditer(self._text, start, end):
            at = shown.start(shown.lastindex or 0)
            inner = find_marks(shown[shown.lastindex or 0], "html")
            self.marks.comments += ((at + begin, at + behind) for begin, behind in inner.comments)

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
        closing = _RAW_END.search(self._text, end) if "endraw" not in self._nowhere else None
        if closing is not None:
            return closing.end()
        self._nowhere.add("endraw")
        if self._raw_may_end:
            self.marks.opening = Opening("raw", start, end)
        return end

    def _find_end_of_liquid(self, start: int) -> int:
        depth = 1
        for tag in _LIQUID.finditer(self._text, start):
            depth += -1 if tag[1] else 1
            if not depth:
                return tag.end()
        return -1

    def _close(self, kind: Literal["liquid", "kramdown"], start: int, end: int, closing: int) -> int:
        if closing < 0:
            self.marks.opening = Opening(kind, start, end)
        else:
            self.marks.comments.append((start, closing))
        return closing

    def _end_of_code(self, ticks: str, start: int) -> int:
        """Where inline code ends; where it begins, if it does not."""
        if ticks in self._nowhere:
            return start
        runs = (run.end() for run in _TICKS.finditer(self._text, start) if run[0] == ticks)
        closing = next(runs, -1)
        if closing < 0:
            self._nowhere.add(ticks)
        return max(closing, start)

    def _find(self, written: str, start: int) -> int:
        """The end of the next place at which something is written; -1 if there is none."""
        found = self._text.find(written, start) if written not in self._nowhere else -1
        if found < 0:
            self._nowhere.add(written)
            return -1
        return found + len(written)

    def _follows_digit(self, position: int) -> bool:
        return position > 0 and self._text[position - 1].isdigit()
