"""Removes the comments of other tools from a text.

They are removed before anything else reads the text. The Markdown parser finds paragraphs and code (`structure`), and
`front_matter.comments` finds the comments in a paragraph, by the table `comment_syntax`. Between `%%`, as in Obsidian,
a comment goes to the next `%%` of its paragraph; at the beginning of a line without a second `%%`, up to the next line
that has one, whatever stands between.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, error, note, warning
from afterword.core.nodes import MatterSource
from afterword.core.patterns import lazy_pattern
from afterword.core.text import Gap, Gaps, find_uncut
from afterword.front_matter.comment_syntax import CHUNK, HIDES_CHUNKS, MAY_HAVE, ORNAMENT, SIGNS, name_closing
from afterword.markdown.context import TextSyntax

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from afterword.front_matter.parser import Document
    from afterword.markdown.comments.structure import Look, Span

SPARE_CHARACTERS = 200_000
"""Number of characters that are parsed to find comments, at most, in addition to twice the length of the text."""

_LONE = lazy_pattern(r"[^\d\s] %%[ \w]")
"""A `%%` within a line that may begin a comment, with the two characters before it."""

_ESCAPE_HINT = "for plain text, write `\\%%` or put it in backticks"

DEFAULT = TextSyntax()
"""The syntax of a blog that sets none."""


class Uncommented(Struct, frozen=True):
    """A text without its comments, the places of the comments, and their diagnostics.

    `hidden` are the places of the comments, without one that does not end.
    """

    text: str
    gaps: Gaps = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    hidden: tuple[Place, ...] = ()


def uncomment(document: Document, syntax: TextSyntax = DEFAULT) -> Document:
    """Returns a document without the comments of its text and of its excerpt; a note tells of all that are hidden."""
    matter, found, hidden = document.matter, list(document.diagnostics), list(document.hidden)
    if matter.excerpt and MAY_HAVE.search(matter.excerpt) is not None:
        excerpt = remove_comments(document.path, matter.excerpt, 1, replace(syntax, excerpt_separator=""))
        place = matter.places["excerpt"]
        found += (replace(finding, place=place, related=()) for finding in excerpt.diagnostics)
        hidden += (place for _ in excerpt.hidden)
        places = {name: at for name, at in matter.places.items() if not name.startswith("excerpt[")}
        if excerpt.text != matter.excerpt:
            matter = replace(matter, excerpt=excerpt.text, places=places)
    run = matter.extra.get("execute")
    hides_chunks = isinstance(run, Mapping) and False in (run.get("echo"), run.get("include"))
    syntax = replace(syntax, hides_chunks=True) if hides_chunks else syntax
    body = remove_comments(document.path, document.text, document.first_line, syntax)
    hidden += body.hidden
    if not hidden and not body.diagnostics and matter is document.matter:
        return document
    found += (*body.diagnostics, *note_hidden(hidden))
    return replace(document, matter=matter, text=body.text, gaps=body.gaps, diagnostics=tuple(found), hidden=())


def note_hidden(hidden: Sequence[Place]) -> tuple[Diagnostic, ...]:
    """Returns a note that says how many comments of a file are left out, at the first; none if there are none."""
    if not hidden:
        return ()
    count = len(hidden)
    message = f"{count:,} comments are not published, the first is here" if count > 1 else "comment is not published"
    return (note("removed-comment", message, hidden[0]),)


def remove_comments(path: str, text: str, first_line: int, syntax: TextSyntax = DEFAULT) -> Uncommented:
    """Returns a text without its comments; it begins on `first_line` of the file at `path`.

    A comment that does not end is an error, and hides the rest of the text.
    """
    if "opts_chunk$set" in text and HIDES_CHUNKS.search(text) is not None:
        syntax = replace(syntax, hides_chunks=True)
    if not any(sign in text for sign in SIGNS) or not _may_have(text, syntax):
        return Uncommented(text)
    remover = _Remover(path, text, first_line, syntax)
    remover.remove()
    return remover.result()


def _may_have(text: str, syntax: TextSyntax) -> bool:
    return MAY_HAVE.search(text) is not None or (syntax.hides_chunks and CHUNK.search(text) is not None)


class _Remover:
    """Removes the comments of a text.

    What is left out may have hidden how the rest is to be read, such as the beginning of a block of code. So what is
    left is looked at again until no comment is found in it.
    """

    def __init__(self, path: str, text: str, first_line: int, syntax: TextSyntax) -> None:
        self._path = path
        self._syntax = syntax
        self._text = text
        self._first_line = first_line
        self._source = MatterSource.of(path, text, first_line)
        self._starts = self._source.starts
        self._spans: list[Span] = []
        self._kept = Uncommented(text)
        self._diagnostics: list[Diagnostic] = []
        self._unclosed = -1

    def remove(self) -> None:
        """Removes all comments."""
        from afterword.markdown.comments.structure import look_for_comments  # few blogs have comments
        from afterword.markdown.parser import TooManyElements

        spare = SPARE_CHARACTERS + 2 * len(self._text)
        while _may_have(self._kept.text, self._syntax):
            spare -= len(self._kept.text)
            try:
                look = look_for_comments(self._kept.text, self._syntax)
            except TooManyElements as reached:
                self._report_too_large(reached.line)
                return
            self._report_doubts(look)
            if look.unclosed is not None:
                self._report_unclosed(look, *look.unclosed)
            if not look.spans:
                self._report_lone(look)
                return
            if spare < 0:
                self._report_too_many(look.spans[0].start, look)
                return
            self._leave_out(look)
            if self._unclosed >= 0:
                return

    def result(self) -> Uncommented:
        """Returns the remaining text, and the comments that were found."""
        told = {self._unclosed}
        for span in self._spans:
            if self._text.startswith(ORNAMENT, span.start):
                told.add(span.start)
                place = replace(self._place_original(span), length=len(ORNAMENT))
                message = f"ambiguous `{ORNAMENT}`: a comment in AsciiDoc up to the next `{ORNAMENT}`, or a rule"
                hint = "to hide the text between them, use `<!-- … -->`; for a rule, write `***`"
                self._diagnostics.append(error("foreign-markup", message, place, hint=hint))
        hidden = tuple(self._place_original(span) for span in self._spans if span.start not in told)
        return replace(self._kept, diagnostics=tuple(self._diagnostics), hidden=hidden)

    def _leave_out(self, look: Look) -> None:
        found = [
            replace(span, start=self._original(look, span.start), end=self._original(look, span.end))
            for span in look.spans
        ]
        self._spans = merge_spans([*self._spans, *found])
        self._kept = Uncommented(*_cut_out(self._text, self._starts, self._spans))

    def _report_unclosed(self, look: Look, kind: str, start: int, length: int) -> None:
        escape = f"; {_ESCAPE_HINT}" if kind == "percent" else ", or put it in backticks if it is text"
        hint = f"end it with `{name_closing(kind)}`{escape}"
        self._diagnostics.append(
            error("unclosed-comment", "unclosed comment", self._place(look, start, length), hint=hint)
        )
        self._unclosed = self._original(look, start)

    def _report_too_many(self, start: int, look: Look) -> None:
        message = "too many comments that start within a line and end in another paragraph"
        hint = "start each comment on its own line"
        self._diagnostics.append(error("too-many-comments", message, self._place(look, start, 2), hint=hint))

    def _report_too_large(self, line: int) -> None:
        line, _ = find_uncut(self._kept.gaps, line, 0)
        message, hint = "too many elements to find the comments", "split the post, table, list or quote"
        self._diagnostics.append(
            error("too-many-elements", message, Place(self._path, self._first_line + line), hint=hint)
        )

    def _warn(self, look: Look, start: int, what: str, hint: str = "", other: int = -1) -> None:
        """Warns of a mark that may be that of a comment or not; `other` is the offset of the one that ends it."""
        mark = look.text[start : start + 2]
        related = ((self._place(look, other, 2), "the next"),) if other >= 0 else ()
        place, message = self._place(look, start, 2), f"ambiguous `{mark}`: {what}"
        hint = hint or _ESCAPE_HINT.replace("%%", mark)
        self._diagnostics.append(warning("ambiguous-comment", message, place, hint=hint, related=related))

    def _report_doubts(self, look: Look) -> None:
        ends = {span.start: span.end for span in look.spans}
        for start in look.doubtful:
            closing = ends[start] - 2 if start in ends else -1
            end = look.text[closing : closing + 2] if closing >= 0 else "%%"
            self._warn(look, start, f"the text up to the next `{end}` is not published", other=closing)
        for start in look.unpaired:
            self._warn(look, start, "no closing `%%` in this table row, so the text after it is published")

    def _report_lone(self, look: Look) -> None:
        """Reports the `%%` that stay; of those that are in numbers and of others without a second, only the first."""
        hint = "for a comment, start it on its own line"
        message = "ambiguous `%%` after a number: the text up to the next `%%` is published"
        for start in look.numbers[:1]:
            self._diagnostics.append(note("possible-comment", message, self._place(look, start, 2), hint=hint))
        hint += f"; {_ESCAPE_HINT}"
        if len(look.lone) > 1 and not look.text[: look.lone[0]][-1:].isdigit():
            what = "the next one is in another paragraph, so the text between them is published"
            self._warn(look, look.lone[0], what, hint, look.lone[1])
        elif look.first_in_line >= 0:
            self._warn(look, look.first_in_line, "no closing `%%`, so the text after it is published", hint)
        elif look.lone and _LONE.match(look.text, max(0, look.lone[0] - 2)) is not None:
            message = "ambiguous `%%`: no closing `%%`, so the text after it is published"
            self._diagnostics.append(note("possible-comment", message, self._place(look, look.lone[0], 2), hint=hint))

    def _original(self, look: Look, offset: int) -> int:
        """Returns the offset in the text as it was of an offset in what is left of it."""
        line = bisect_right(look.starts, offset) - 1
        line, column = find_uncut(self._kept.gaps, line, offset - look.starts[line])
        return self._starts[line] + column

    def _place(self, look: Look, offset: int, length: int) -> Place:
        original = self._original(look, offset)
        return replace(self._source.place(original), length=length)

    def _place_original(self, span: Span) -> Place:
        """Returns the place of a comment, with its length on its first line."""
        line_end = self._text.find("\n", span.start)
        return self._source.place(span.start, min(span.end, line_end if line_end >= 0 else span.end))


def merge_spans(spans: list[Span]) -> list[Span]:
    """Returns spans in order, with overlapping ones merged."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = replace(last, end=max(last.end, span.end), is_block=last.is_block or span.is_block)
        else:
            merged.append(span)
    return merged


def _cut_out(text: str, starts: Sequence[int], spans: Iterable[Span]) -> tuple[str, Gaps]:
    """Returns a text without these comments, and its gaps; `starts` are the offsets of its lines.

    The white space and the line that a comment would leave behind are left out, too.
    """
    lines: list[str] = []
    gaps: list[Gap] = []
    line, is_blank, done = "", True, 0  # the line at hand; whether it has nothing but white space and marks of quotes
    for span in spans:
        *whole, last = text[done : span.start].split("\n")
        if whole:
            lines += (line + whole[0], *whole[1:])
            line, is_blank = "", True
        line += last
        is_blank = is_blank and not last.strip(" \t>")
        done = _skip_space(text, span.end) if is_blank else span.end
        rest = _skip_space(text, done)
        if rest < len(text) and text[rest] != "\n":
            done += line.endswith(" ") and rest > done
        elif is_blank and not span.is_block:
            line, done = "", min(rest + 1, len(text))
        else:
            line = line.rstrip(" \t")  # two spaces would break the line
            done = done if rest - done >= 2 and not is_blank else rest
        row = bisect_right(starts, done) - 1
        gaps.append(Gap(len(lines), len(line), row, done - starts[row]))
    return "\n".join((*lines, line + text[done:])), tuple(gaps)


def _skip_space(text: str, position: int) -> int:
    while text.startswith((" ", "\t"), position):
        position += 1
    return position
