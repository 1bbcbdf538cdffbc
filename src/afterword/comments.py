"""Comments that writers of other tools hide: Obsidian's `%%…%%`, kramdown's `{::comment}` and Liquid's `{% comment %}`.

They are left out of a text before anything else reads it. Code, HTML comments and the insides of tags, URLs and
`{% raw %}` stay as they are, and so does what is escaped with a backslash. The rules are those of the tools:

- Obsidian: in a paragraph, from one `%%` to the next. At the beginning of a line without a second `%%`, up to the next
  line that has one, whatever stands between.
- kramdown: from `{::comment}` to `{:/comment}` or `{:/}`; on a line of its own, to such a line.
- Liquid: from `{% comment %}` to its `{% endcomment %}`, with dashes or without; comments may be nested.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from afterword.containers import Containers, width_of
from afterword.diagnostics import Diagnostic, Place, error, note, warning
from afterword.gaps import Gap, Gaps

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK = "%%"
_MAY_HAVE = re.compile(r"%%|\{::comment|\{%-?\s*comment")
_TAG = (
    r"</?[A-Za-z][A-Za-z0-9-]*"
    r"""(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*"""
    r"\s*/?>"
)
_SPECIAL = re.compile(
    rf"""\\[\s\S]
    | (?P<ticks>`+)
    | (?P<html><!--)
    | <(?P<code>code|kbd|samp|pre|script|style|textarea)\b
    | {_TAG}
    | (?<![A-Za-z])[A-Za-z][A-Za-z0-9+.-]{{1,30}}://[^\s<>]*
    | \]\((?:<[^<>\n]*>|[^\s()]*)
    | (?P<raw>\{{%-?\s*raw\s*-?%\}})
    | (?P<liquid>\{{%-?\s*comment(?:\s[^\n]{{0,500}}?)?-?%\}})
    | \{{%[^\n]{{0,500}}?%\}}
    | \{{\{{[^\n]{{0,500}}?\}}\}}
    | \{{::comment(?:[ \t][^}}\n]{{0,500}}?)?(?:(?P<empty>/\}})|(?P<kramdown>\}}))
    | (?P<percent>%%)""",
    re.VERBOSE,
)
"""What begins a comment in a paragraph, or is passed over as a whole."""

_TICKS = re.compile("`+")
_ALONE = re.compile(r"%%(?!.*%%)")
_LIQUID = re.compile(r"\{%-?\s*(end)?comment(?:\s[^\n]{0,500}?)?-?%\}")
_RAW_END = re.compile(r"\{%-?\s*endraw\s*-?%\}")
_KRAMDOWN_END = re.compile(r"\{:/(?:comment)?\}")
_KRAMDOWN_END_LINE = re.compile(r"^[ \t>]*\{:/(?:comment)?\}[ \t]*$", re.MULTILINE)
_PREFIX = re.compile(r"[ \t>]*")
_SPACE_TO_END = re.compile(r"[ \t]*(?=\n|\Z)")
_BLOCK = re.compile(
    r"#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]|[:~][ \t]|\[\^[^\s\[\]]+\]:"
    r"|`{3}|~{3}|(?:[-=]+|[*_]{3,})[ \t]*$|%%(?!.*%%)|$",
    re.MULTILINE,
)
_LIST_ITEM = re.compile(r"\n[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]")

_ESCAPE_HINT = "write `\\%%` for two percent signs that are text, or put them in backticks"


class Uncommented(Struct, frozen=True):
    """A text without its comments, where those were, and what there is to say about them."""

    text: str
    gaps: Gaps = ()
    diagnostics: tuple[Diagnostic, ...] = ()


class _Span(NamedTuple):
    """A comment: from `start` up to `end`. One that `is_block` ends the paragraph above it."""

    start: int
    end: int
    is_block: bool = False


def remove_comments(path: str, text: str, first_line: int) -> Uncommented:
    """Returns a text without its comments; it begins on `first_line` of the file at `path`.

    A comment that does not end is an error, and hides the rest of the text. A note says what was left out.
    """
    if _MAY_HAVE.search(text) is None:
        return Uncommented(text)
    finder = _Finder(path, text, first_line)
    finder.find()
    if not finder.spans:
        return Uncommented(text, (), tuple(finder.diagnostics))
    cut = _Cut(text, finder.starts)
    for span in finder.spans:
        cut.leave_out(span)
    return Uncommented(*cut.end(), (*finder.diagnostics, *finder.note_spans()))


class _Finder:
    """Finds the comments of a text, from its beginning on: what stands in a comment is not looked at.

    `starts` are the offsets of its lines. `_lone` are the offsets of `%%` that are text.
    """

    def __init__(self, path: str, text: str, first_line: int) -> None:
        self.spans: list[_Span] = []
        self.diagnostics: list[Diagnostic] = []
        self.starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))[:-1]
        self._path = path
        self._text = text
        self._first_line = first_line
        self._containers = Containers()
        self._lone: list[int] = []
        self._nowhere: set[str] = set()
        self._has_unclosed = False

    def find(self) -> None:
        """Finds all comments."""
        position = 0
        while position < len(self._text):
            position = self._read_line(position)
        if len(self._lone) > 1 and not self._follows_digit(self._lone[0]):
            self._warn_of_lone(self._lone[0], self._lone[1])

    def note_spans(self) -> tuple[Diagnostic, ...]:
        """A note that says how many comments are left out, at the first; an error has been told of an unclosed one."""
        count, first = len(self.spans) - self._has_unclosed, self.spans[0].start
        if not count:
            return ()
        message = (
            f"{count:,} comments are left out, the first of them here" if count > 1 else "this comment is left out"
        )
        length = min(self.spans[0].end, self._end_of_line(first)) - first
        return (note("hidden-comment", message, self._place(first, length)),)

    def _read_line(self, start: int) -> int:
        """Read the line that begins at an offset, and the paragraph that it may begin; returns where to go on."""
        end = self._end_of_line(start)
        column = self._containers.enter(self._text[start:end])
        if column is None:
            return end + 1
        if _ALONE.match(self._text, start + column, end) is not None:
            return self._read_block(start + column)
        return self._read_paragraph(start + column)

    def _read_block(self, start: int) -> int:
        """Read a `%%` at the beginning of a line that has no other."""
        text, line_end = self._text, self._end_of_line(start)
        closing = text.find(_MARK, line_end)
        has_text = bool(text[start + 2 : line_end].strip())
        if closing < 0 and has_text and self._containers.continues:
            self._warn_of_lone(start)
            return self._read_paragraph(start + 2)
        if closing < 0:
            return self._refuse(start, 2, f"end it with `%%`; {_ESCAPE_HINT}")
        end = closing + 2
        if has_text and self._has_text_around(closing):
            self._warn_of_doubt(start)
        self._add_block(start, end)
        return self._go_on(end) or self._read_paragraph(end)

    def _read_paragraph(self, start: int) -> int:
        """Read what is left of a paragraph from an offset on."""
        text, position = self._text, start
        limit = self._end_of_paragraph(position)
        while (special := _SPECIAL.search(text, position, limit)) is not None:
            position = self._read_special(special, limit)
            if position > limit:
                if self._is_first(special.start()) and (behind := self._go_on(position)):
                    return behind
                limit = self._end_of_paragraph(position)
        return limit + 1

    def _go_on(self, position: int) -> int:
        """The next line, which begins another paragraph, if nothing stands behind a position in its line; or else 0."""
        if not self._is_last(position):
            return 0
        self._containers.end_paragraph()
        return self._end_of_line(position) + 1

    def _add_block(self, start: int, end: int) -> None:
        """Note a comment on lines of its own: it parts paragraphs, but not the items of a list."""
        is_item = self._containers.in_list and _LIST_ITEM.match(self._text, self._end_of_line(end)) is not None
        self.spans.append(_Span(start, end, is_block=not is_item))

    def _read_special(self, special: re.Match[str], limit: int) -> int:
        """Read what was found in a paragraph that ends at `limit`; returns where to go on."""
        start, end = special.span()
        match special.lastgroup:
            case "ticks":
                return self._end_of_code(special[0], end, limit)
            case "html":
                return self._find("-->", end)
            case "code":
                return self._find(f"</{special['code']}", end)
            case "raw":
                closing = _RAW_END.search(self._text, end)
                return closing.end() if closing is not None else end
            case "liquid":
                return self._read_liquid(start, end)
            case "empty":
                self.spans.append(_Span(start, end))
            case "kramdown":
                return self._read_kramdown(start, end)
            case "percent":
                return self._read_percent(start, limit)
        return end

    def _read_percent(self, start: int, limit: int) -> int:
        closing = self._text.find(_MARK, start + 2, limit)
        if closing < 0:
            self._lone.append(start)
            return start + 2
        if self._follows_digit(start) and self._follows_digit(closing):
            self._note_percentages(start)
            return closing + 2
        if self._follows_digit(start):
            self._warn_of_doubt(start)
        self.spans.append(_Span(start, closing + 2))
        return closing + 2

    def _read_liquid(self, start: int, end: int) -> int:
        depth = 1
        for tag in _LIQUID.finditer(self._text, end):
            depth += -1 if tag[1] else 1
            if not depth:
                self._add(start, tag.end())
                return tag.end()
        return self._refuse(start, end - start, "end it with `{% endcomment %}`, or put it in backticks if it is text")

    def _read_kramdown(self, start: int, end: int) -> int:
        is_alone = self._is_first(start) and self._is_last(end)
        closing = _KRAMDOWN_END_LINE.search(self._text, end) if is_alone else None
        closing = closing or _KRAMDOWN_END.search(self._text, end)
        if closing is None:
            return self._refuse(start, end - start, "end it with `{:/comment}`, or put it in backticks if it is text")
        self._add(start, closing.end())
        return closing.end()

    def _add(self, start: int, end: int) -> None:
        """Note a comment, which may be on lines of its own."""
        if self._is_first(start) and self._is_last(end):
            self._add_block(start, end)
        else:
            self.spans.append(_Span(start, end))

    def _refuse(self, start: int, length: int, hint: str) -> int:
        """Report a comment that does not end; it hides the rest of the text."""
        message = "this comment does not end"
        self.diagnostics.append(error("unclosed-comment", message, self._place(start, length), hint=hint))
        self.spans.append(_Span(start, len(self._text)))
        self._has_unclosed = True
        return len(self._text)

    def _warn_of_doubt(self, start: int) -> None:
        message = "the text between this `%%` and the next is left out, as Obsidian leaves it out"
        self.diagnostics.append(warning("doubtful-comment", message, self._place(start, 2), hint=_ESCAPE_HINT))

    def _note_percentages(self, start: int) -> None:
        message = "the text between this `%%` and the next is shown: both stand behind a number"
        hint = "begin the comment on a line of its own if it is one"
        self.diagnostics.append(note("doubtful-comment", message, self._place(start, 2), hint=hint))

    def _warn_of_lone(self, start: int, other: int = -1) -> None:
        message = "the text behind this `%%` is shown: no other `%%` ends it"
        related: tuple[tuple[Place, str], ...] = ()
        if other >= 0:
            message = "the text between this `%%` and the next is shown: a comment ends in its paragraph"
            related = ((self._place(other, 2), "the next"),)
        hint = f"begin the comment on a line of its own; {_ESCAPE_HINT}"
        self.diagnostics.append(warning("doubtful-comment", message, self._place(start, 2), hint=hint, related=related))

    def _end_of_code(self, ticks: str, start: int, limit: int) -> int:
        """Where inline code ends; where it begins, if it does not."""
        runs = (run for run in _TICKS.finditer(self._text, start, limit) if len(run[0]) == len(ticks))
        closing = next(runs, None)
        return closing.end() if closing is not None else start

    def _find(self, written: str, start: int) -> int:
        """The end of the next place at which something is written; `start` if there is none."""
        if written in self._nowhere:
            return start
        found = self._text.find(written, start)
        if found < 0:
            self._nowhere.add(written)
        return found + len(written) if found >= 0 else start

    def _end_of_line(self, position: int) -> int:
        end = self._text.find("\n", position)
        return end if end >= 0 else len(self._text)

    def _end_of_paragraph(self, position: int) -> int:
        """The end of the last line that may belong to the paragraph around a position."""
        text, containers, end = self._text, self._containers, self._end_of_line(position)
        while containers.in_paragraph and end < len(text):
            prefix = _PREFIX.match(text, end + 1)
            begin = prefix.end() if prefix is not None else end + 1
            marks = text[end + 1 : begin]
            if marks.count(">") > containers.quotes:
                break
            may_begin_block = width_of(marks) < containers.indent + 4 or begin == len(text)
            if (may_begin_block or text[begin] == "\n") and _BLOCK.match(text, begin) is not None:
                break
            end = self._end_of_line(begin)
        return end

    def _follows_digit(self, position: int) -> bool:
        return position > 0 and self._text[position - 1].isdigit()

    def _is_first(self, position: int) -> bool:
        """Whether nothing but the marks of quotes stands before a position in its line."""
        prefix = _PREFIX.match(self._text, self.starts[self._line_of(position)])
        return prefix is not None and prefix.end() >= position

    def _is_last(self, position: int) -> bool:
        """Whether nothing stands behind a position in its line."""
        return _SPACE_TO_END.match(self._text, position) is not None

    def _has_text_around(self, position: int) -> bool:
        """Whether there is text on both sides of a `%%` in its line."""
        return not self._is_first(position) and not self._is_last(position + 2)

    def _line_of(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _place(self, offset: int, length: int) -> Place:
        line = self._line_of(offset)
        return Place(self._path, self._first_line + line, offset - self.starts[line] + 1, length)


class _Cut:
    """A text in the making, without its comments: whole lines, the pieces of the line at hand, and the gaps so far.

    `_is_blank` says that the line at hand has nothing but white space and the marks of quotes.
    """

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        self._text = text
        self._starts = starts
        self._done = 0
        self._lines: list[str] = []
        self._pieces: list[str] = []
        self._column = 0
        self._is_blank = True
        self._gaps: list[Gap] = []

    def leave_out(self, span: _Span) -> None:
        """Leaves out a comment, and the white space and the line that it would leave behind."""
        self._add(self._text[self._done : span.start])
        end = _skip_space(self._text, span.end) if self._is_blank else span.end
        rest = _skip_space(self._text, end)
        if rest == len(self._text) or self._text[rest] == "\n":
            end = self._end_line(span, end, rest)
        elif self._pieces and self._pieces[-1].endswith(" ") and rest > end:
            end += 1
        self._done = end
        line = bisect_right(self._starts, end) - 1
        self._gaps.append(Gap(len(self._lines), self._column, line, end - self._starts[line]))

    def _end_line(self, span: _Span, end: int, rest: int) -> int:
        """Tidy the line at hand, which goes on at `end` with nothing but white space up to `rest`."""
        if self._is_blank and not span.is_block:
            self._begin_line()
            return min(rest + 1, len(self._text))
        self._strip_line()
        breaks_line = rest - end >= 2 and not self._is_blank
        return end if breaks_line else rest

    def end(self) -> tuple[str, Gaps]:
        """Returns the text and its gaps."""
        self._add(self._text[self._done :])
        return "\n".join((*self._lines, "".join(self._pieces))), tuple(self._gaps)

    def _add(self, text: str) -> None:
        *whole, last = text.split("\n")
        if whole:
            self._lines += ("".join((*self._pieces, whole[0])), *whole[1:])
            self._begin_line()
        if last:
            self._pieces.append(last)
        self._column += len(last)
        self._is_blank = self._is_blank and not last.strip(" \t>")

    def _begin_line(self) -> None:
        """Drop what there is of the line at hand."""
        self._pieces = []
        self._column = 0
        self._is_blank = True

    def _strip_line(self) -> None:
        """Drop the white space at the end of the line at hand: two spaces would break the line."""
        while self._pieces:
            last = self._pieces.pop()
            kept = last.rstrip(" \t")
            self._column -= len(last) - len(kept)
            if kept:
                self._pieces.append(kept)
                break


def _skip_space(text: str, position: int) -> int:
    while text.startswith((" ", "\t"), position):
        position += 1
    return position
