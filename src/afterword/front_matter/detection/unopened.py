"""Front matter that does not open: lines that are meant as front matter, and would be published as text.

Looks at the first lines of a source without front matter, as `key_lines` tells them apart. A *block* is a run of key
lines with what belongs to them: list items, further lines of a value, comments. A block is *closed* if a fence follows
it. It is *sure* if it has a key that holds the text back, or a `title` and another known key.

It is an error, and the source is not published, if

1. a fence is the first line, and directly below it is a block with a known key (below a bare fence, a block with any
   key); if comments and stray characters are above the fence, the block must be closed or sure; if blank lines are
   between, it must hold back, or be both;
2. a fence is below other text, within the first ten lines, and directly below it is a block with a known key that is
   closed, or with a key that holds back; if the fence underlines the text above it, the block must be sure;
3. a comment, or a code block with which the file begins, contains such a fence, or begins with a block that holds back;
4. the file begins with a block of two lines or more and a known key, and a fence closes it; or with a block that holds
   back; or with one that is sure and below a mark such as `***` or `{`, or written as TOML, JSON or a list of YAML;
5. a block below other text has a key that holds back, and a title or a fence below it;
6. the first lines are those of Nikola (`.. title:`), Org (`#+TITLE:`), reStructuredText (`:title:`) or Pandoc (`%`),
   or a property of Logseq holds back (`draft:: true`);
7. each of the first lines has the same mark before it (`# ---`, `> ---`), and what is behind it is front matter; or a
   quotation below other text begins with a fence and keys that hold back;
8. the first lines, or those below a fence, are keys behind marks (`# draft: true`, `1. draft: true`), one in lower case
   holds back, and a fence closes them; or the file begins with a list or object of JSON in which a key holds back;
9. it begins with fields of Kirby, a table of keys or an export of MDX, one of which holds back (`foreign_headers`); or
   with a fence with a label, such as `---lua`, that another fence closes.

It is a warning, and the source is published, if the file begins with a block that has a title and another known key, or
two keys that Pelican's posts have. Everything else is text: a rule above prose, `Note: …`, a code block further down
that shows front matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from afterword.core.diagnostics import Place, error, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import describe, shown
from afterword.front_matter.detection.foreign_headers import find_header
from afterword.front_matter.detection.key_lines import (
    find_end,
    find_odd,
    is_blank,
    read_block,
    read_comment,
    read_lines,
)
from afterword.front_matter.detection.marked_lines import has_json_keys, is_quoted_block, read_marked_keys
from afterword.front_matter.header_lines import LISTS, find_block, find_signs
from afterword.front_matter.key_lookup import holds_back, is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.core.diagnostics import Diagnostic
    from afterword.front_matter.detection.key_lines import SourceLine

_TEXT_LINES = 10
"""Among so many lines of text, a fence is looked for."""

_MOST_INDENT = 3
"""A fence below text that is indented further is code."""

_FAR = 4096
_UNFENCED = lazy_pattern(
    r"(?:title|layout|date|tags|categories|permalink|draft|published|author)[ \t]*:[ \t](?:.*\n)+?---[ \t]*(?:\n|\Z)"
)
"""A key in lower case on the first line, and a fence further down."""

_LABELLED = lazy_pattern(r"---[a-z]+")
_MARKED = lazy_pattern(r"(?:[>#/*;|%]{1,3}|--)[ \t]+(?=(?:-{3}|\+{3})[ \t]*\Z)")
_PANDOC = lazy_pattern(
    r"%[ \t]+\S.*\n%(?:[ \t].*)?(?:\n|\Z)"  # a title, and authors or a second part of it
    r"|%[ \t]+[A-ZÀ-ÖØ-Þ].*\n[ \t]*(?:\n|\Z)"  # a title alone
    r"|%[ \t]+(?i:title|author|date|draft)[ \t]*:"
)

_TITLE = lazy_pattern(r"\s*#[ \t]+\S.*\n(?:[ \t]*\n)?")
_PROPERTY = lazy_pattern(r"(?P<name>[A-Za-z][\w ()?/-]{0,40}):[ \t]+(?P<value>.+)")
_REWRITE = "write YAML between two `---` lines"


class _Finding(NamedTuple):
    """Front matter that does not open: the line to point at, and what to say."""

    line: SourceLine
    hint: str = ""
    message: str = "front matter must start on line 1"


def find_unopened(path: str, source: str, first: int = 1) -> tuple[Diagnostic, ...]:
    """An error for front matter that does not open, a warning for what may be such, or nothing.

    `source` is the text of the file at `path` from the line `first` on, above which it has no keys.
    """
    if (header := find_header(source)) is not None:
        number, column = source.count("\n", 0, header.offset), header.offset - source.rfind("\n", 0, header.offset)
        message = f"front matter in the format of {header.format} is not supported"
        return (
            error("invalid-front-matter", message, Place(path, first + number, column, header.length), hint=_REWRITE),
        )
    found = _Search(source, first).find()
    if found is None:
        return tuple(_find_possible(path, source, first))
    line = found.line
    place = Place(path, line.number, line.column, len(line.visible))
    message, begin = found.message, _begin(line)
    if line.kind == "fence" and (line.number, line.column) == (1, 1) and line.visible not in ("---", "+++"):
        message = f"`{shown(line.visible)}` does not open front matter"
        begin = f"write `{'+++' if line.sign.startswith('+') else '---'}` alone on the line"
    hint = _hint_at_odd(source, line, first) or found.hint or begin
    return (error("invalid-front-matter", message, place, hint=hint),)


class _Search:
    """Looks through the first lines of a source, or of a comment in it, the first of which has the number `first`."""

    def __init__(self, source: str, first: int, *, in_comment: bool = False) -> None:
        self._source = source
        self._in_comment = in_comment
        self._lines = read_lines(source, first)
        self._above = 0  # lines of text above the one that is looked at
        self._is_first = True  # whether only blank lines are above it

    def find(self) -> _Finding | None:
        """The first front matter that does not open."""
        at = 0
        while at < len(self._lines) and self._above < _TEXT_LINES:
            line = self._lines[at]
            comment = read_comment(self._source, self._lines, at) if not self._in_comment else None
            if comment is not None:
                end = comment.end
                found = self._look_into_comment(line, comment.inner)
            else:
                found, end = self._look_at(at), find_end(self._lines, at)
                self._above += not (line.kind == "blank" or line.is_stray)
            if found is not None:
                return found
            self._is_first = self._is_first and line.kind == "blank"
            at = end
        return None

    def _look_at(self, at: int) -> _Finding | None:
        line = self._lines[at]
        if (found := self._look_behind_marks(line)) is not None:
            return found
        if self._above:
            match line.kind:
                case "fence":
                    return self._look_below_text(at)
                case "key" | "mark":
                    return self._look_at_keys_below_text(at)
            return None
        match line.kind:
            case "fence":
                return self._look_below(at)
            case "key":
                return self._look_at_keys(at)
            case "mark":
                return self._look_at_mark(at)
            case "code":
                return self._look_into_code(at)
        return _Finding(line, _REWRITE) if _PANDOC.match(self._source, line.offset) is not None else None

    def _look_below(self, at: int) -> _Finding | None:
        """Rule 1: at a fence with no text above it."""
        fence, block = self._lines[at], read_block(self._lines, at + 1, self._lines[at].sign)
        if not block.is_direct:
            is_meant = block.holds_back or (block.is_closed and block.is_sure)
        elif not self._is_first or fence.indent > _MOST_INDENT:
            is_meant = block.has_known and (block.is_closed or block.is_sure)
        else:
            has_any = fence.is_bare and bool(block.lines) and bool(block.lines[0].keys) and not block.lines[0].indent
            is_meant = has_any or block.has_known or self._is_labelled(at)
        return _Finding(fence, _hint_at_label(fence)) if is_meant else None

    def _is_labelled(self, at: int) -> bool:
        """Whether the fence is one such as `---lua`, and another is below it."""
        is_labelled = _LABELLED.fullmatch(self._lines[at].visible) is not None
        return is_labelled and any(line.visible == "---" for line in self._lines[at + 1 :])

    def _look_below_text(self, at: int) -> _Finding | None:
        """Rule 2: at a fence with text above it."""
        fence, block = self._lines[at], read_block(self._lines, at + 1, self._lines[at].sign)
        if fence.indent > _MOST_INDENT:
            return None
        if not block.is_direct:
            is_meant = block.holds_back and block.has_title
        elif fence.is_bare and self._is_paragraph(at - 1):
            is_meant = block.is_sure and (block.is_closed or block.holds_back)
        else:
            is_tight = block.is_closed and block.is_tight and block.has_known
            is_meant = is_tight or block.holds_back or (block.is_closed and block.is_sure)
        hint = _hint_at_label(fence) or f"{_begin(fence)}; for a horizontal rule, use `***`"
        return _Finding(fence, hint) if is_meant else None

    def _look_into_comment(self, line: SourceLine, inner: str) -> _Finding | None:
        """Rule 3: at a comment."""
        found = _Search(inner, line.number, in_comment=True).find()
        keys = [key for source_line in read_lines(inner) for key in source_line.keys]
        holds_back = any(key.holds_back for key in keys)
        if found is None or (found.line.kind != "fence" and not holds_back and found.hint != _REWRITE):
            return None
        if self._above and found.line.kind != "fence" and not any(key.name.lower() == "title" for key in keys):
            return None
        is_below = found.line.kind == "fence" and found.line.number > line.number
        hint = f"move it out of the comment; {found.hint or _begin(found.line)}"
        return _Finding(found.line if is_below else line, hint)

    def _look_into_code(self, at: int) -> _Finding | None:
        """Rule 3: at a code block with which the file begins."""
        lines = [line for line in self._lines[at + 1 : find_end(self._lines, at)] if line.kind != "blank"]
        has_fence = bool(lines) and lines[0].kind == "fence"
        block = read_block(lines, 1, lines[0].sign) if has_fence else read_block(lines, 0)
        if block.holds_back or (has_fence and block.has_known and (block.is_closed or block.is_sure)):
            return _Finding(self._lines[at], f"move it out of the code block; {_begin(lines[0])}")
        return None

    def _look_behind_marks(self, line: SourceLine) -> _Finding | None:
        """Rules 7 and 8: at the first line, or at a fence."""
        if is_quoted_block(self._source, line) or (self._is_first and has_json_keys(self._source, line.offset)):
            return _Finding(line)
        may_begin = line.kind == "fence" or (self._is_first and line.kind == "text")
        marked = read_marked_keys(self._source, line.offset) if may_begin and line.indent <= _MOST_INDENT else None
        if marked is not None and marked.holds_back and marked.is_closed:
            return _Finding(line, "remove the marks before the keys, and start with `---` on line 1")
        match = _MARKED.match(line.visible) if self._is_first else None
        if match is None:
            return None
        rows = self._source[line.offset :][:_FAR].split("\n")
        inner = "\n".join(row.lstrip().removeprefix(match[0].rstrip()).lstrip(" ") for row in rows)
        block = read_block(read_lines(inner), 1)
        return _Finding(line) if block.is_closed and block.is_sure else None

    def _look_at_mark(self, at: int) -> _Finding | None:
        """Rule 4: at a mark with no text above it."""
        line, block = self._lines[at], read_block(self._lines, at + 1, self._lines[at].sign)
        is_json = line.visible == "{" and block.has_known and block.lines[0].style == "JSON"
        return _Finding(line) if is_json or block.is_sure else None

    def _look_at_keys(self, at: int) -> _Finding | None:
        """Rules 4 and 6: at a key line with no text above it."""
        line, block = self._lines[at], read_block(self._lines, at)
        if line.style in ("Nikola", "Org"):
            return _Finding(line, _REWRITE) if block.has_known else None
        if line.hides_in_logseq:
            return _Finding(line, _REWRITE)
        if line.style == "field":
            return _Finding(line, _REWRITE) if block.is_sure or block.has_title else None
        if line.visible.startswith("{"):
            is_json = block.has_known and line.visible.lstrip("{ ")[:1] == '"'
            return _Finding(line) if is_json or block.is_sure else None
        is_closed = block.is_closed and block.is_tight and block.has_known and len(block.lines) > 1
        is_other = block.is_sure and line.style in ("TOML", "JSON")
        is_yaml = block.has_title and any(key.name in LISTS and key.value.startswith("[") for key in block.keys)
        is_begun = _UNFENCED.match(self._source[line.offset :][:_FAR]) is not None
        if is_closed or is_other or is_yaml or is_begun or block.holds_back:
            fence = "+++" if line.style == "TOML" else "---"
            hint = f"add a `{fence}` line before it" if block.is_closed else f"put it between two `{fence}` lines"
            return _Finding(line, hint, f"front matter has no opening `{fence}` line")
        return None

    def _look_at_keys_below_text(self, at: int) -> _Finding | None:
        """Rules 5 and 6: at a key line or a mark with text above it."""
        line = self._lines[at]
        if line.indent > _MOST_INDENT:
            return None
        if line.hides_in_logseq:
            return _Finding(line, _REWRITE)
        block = read_block(self._lines, at + 1 if line.kind == "mark" else at)
        if line.style in ("Nikola", "Org", "field"):
            is_meant = block.has_title or block.holds_back
            return _Finding(line, _REWRITE) if is_meant else None
        is_heading = block.is_closed and block.is_tight and line.kind == "key"
        return _Finding(line) if block.holds_back and (block.has_title or is_heading) else None

    def _is_paragraph(self, at: int) -> bool:
        """Whether the line is one that dashes below it make a heading."""
        line = self._lines[at]
        return line.kind in ("text", "key") and not line.is_stray and not line.visible.startswith(("#", "<", ">", "- "))


def _begin(line: SourceLine) -> str:
    """How front matter of the format begins that a line seems to be of."""
    opener = "{" if line.visible.startswith("{") else "+++" if line.sign.startswith("+") else "---"
    return f"remove everything before `{opener}`"


def _hint_at_label(fence: SourceLine) -> str:
    """What to do about the label of a fence; empty for a fence without one."""
    label = fence.visible.removeprefix(fence.sign).strip()
    if fence.visible.startswith(fence.sign) and label.startswith(("#", "//", "/*", "<!--", "!", "&", "%")):
        return f"delete `{shown(label)}`: `{fence.sign}` must be alone on its line"
    if fence.visible.startswith(fence.sign) and label.isalpha():
        return f"delete `{label}`: use `---` for YAML, `+++` for TOML, and no fence for JSON"
    return ""


def _hint_at_odd(source: str, line: SourceLine, first: int) -> str:
    """What to do about an invisible character, or an unusual space, on the line or above it where else nothing is."""
    rows = source.split("\n", line.number - first + 1)
    for number, row in enumerate(rows[: line.number - first + 1], first):
        odd = find_odd(row)
        if odd and (number == line.number or is_blank(row)):
            return f"delete the character {describe(odd)} on line {number}"
    return ""


def _find_possible(path: str, source: str, first: int) -> Iterator[Diagnostic]:
    """A warning for header lines that may be front matter."""
    block = find_block(source)
    known = {line.key for line in block.lines if is_known(line.key)}
    if len(known) > 1 and ("title" in known or find_signs(block) > 0):
        message = "possible front matter is published as text"
        hint = "put it between two `---` lines; if it is text, add a heading above it"
        line = block.lines[0]
        yield warning("possible-front-matter", message, Place(path, first, line.start + 1, len(line.name)), hint=hint)
    elif (title := _TITLE.match(source)) is not None:
        yield from _find_properties(path, source[title.end() :], first + title[0].count("\n"))


def _find_properties(path: str, text: str, first: int) -> Iterator[Diagnostic]:
    """A warning for lines below the title, as Notion exports the properties of a page, one of which holds it back."""
    lines = [_PROPERTY.fullmatch(row) for row in text[:_FAR].partition("\n\n")[0].rstrip("\n").split("\n")]
    for number, line in enumerate(lines, first):
        if line is None:
            return
        if len(lines) > 1 and all(lines) and holds_back(line["name"], line["value"]):
            message = f"`{shown(line[0])}` does not hide the post"
            hint = "to hide the post, put `draft: true` between two `---` lines above the title"
            yield warning("possible-front-matter", message, Place(path, number, 1, len(line["name"])), hint=hint)
            return
