"""Finds rows of a time and a title in pasted text: lists, tables of Markdown and reStructuredText, paragraphs.

Titles lose markup, and separators at their ends. A link in a title is returned separately.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.patterns import lazy_pattern
from afterword.talks.timestamps import CLOCK, DASH, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ROLE_LINK = lazy_pattern(r"`([^`<>]+)<([^<>\s]+)>`_{1,2}")
_MARKDOWN_LINK = lazy_pattern(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
_ANGLE_URL = lazy_pattern(r"\s*<(https?://[^<>\s]+)>")
_URL = r"https?://[^\s()\[\]<>]+"
_LAST_URL = lazy_pattern(rf"(?:(?:^|\s)({_URL})|\(\s*({_URL})\s*\)|\[\s*({_URL})\s*\])$")
_NO_CONTENT = lazy_pattern(r"\(\s*[,;]?\s*\)|\[\s*\]")
_EMPHASIS = lazy_pattern(r"(?<![\w*])(\*{1,3})(?=[^\s*])(.{1,300}?)(?<=[^\s*])\1(?![\w*])")
_TIME = lazy_pattern(r"[\d:]+")
_LEADING = lazy_pattern(r"^(?:[\s\-–—:|,;>~=»→•·)\]}]|\.(?=\s))+")
_MAX_LINKS = 10
"""Number of links at the end of a title that are removed."""

_DANGLING = ":,;–—([{"
_SEPARATORS = f"{_DANGLING}-|«"
_STANDALONE_SEPARATORS = f"{_SEPARATORS}>~="


def unfold_links(text: str) -> str:
    """Writes links of reStructuredText and Markdown as `text <URL>`. A time that is a link becomes the time alone."""

    def write(match: re.Match[str]) -> str:
        name = " ".join(match[1].split())
        return name if _TIME.fullmatch(name.strip("()[]")) else f"{name} <{match[2]}>"

    return _MARKDOWN_LINK.sub(write, _ROLE_LINK.sub(write, text))


def trim_separators(text: str) -> str:
    """Removes separators at the end: `Title -`, `Title >`, `Title (`.

    Characters that belong to the title, as in `List<T>`, stay.
    """
    return _trim_end(text, _SEPARATORS, _STANDALONE_SEPARATORS)


def tidy_title(text: str) -> tuple[str, str]:
    """Returns a title without markup, separators, and links at its ends; and its first URL, or an empty string.

    A title that is only a URL stays. A title that ends with a sign (`a >`, `C--`) keeps it.
    """
    linked: list[str] = _ANGLE_URL.findall(text)
    bare: list[str] = []
    title = _trim(_ANGLE_URL.sub("", text))
    if linked:
        title = trim_separators(title)
    for _ in range(_MAX_LINKS):
        match = _LAST_URL.search(title)
        if match is None or not (before := trim_separators(_trim(title[: match.start()]))):
            break
        bare.insert(0, match[match.lastindex or 0])
        title = before
    title = _trim(_NO_CONTENT.sub("", _EMPHASIS.sub(r"\2", title)))
    return title, next(iter(linked + bare), "")


def _trim(text: str) -> str:
    return _trim_end(_LEADING.sub("", " ".join(text.split())), _DANGLING, f"{_DANGLING}-")


def _trim_end(text: str, attached: str, apart: str) -> str:
    """Removes last words that have only `apart` characters, then `attached` characters at the end."""
    words = text.split()
    while words and not words[-1].strip(apart):
        words.pop()
    return " ".join(words).rstrip(f" {attached}")


_CLOCK_MARK = r"\s*(?:[ap]\.?m\b|o['’]?clock\b|hrs?\b|uhr\b|(?-i:h|UTC|GMT|CES?T|E[SD]T|P[SD]T)\b)"
_TIME_OF_ROWS = rf"(?<![\d:.,/])({CLOCK})(?!\d|[:.,/]\d|{_CLOCK_MARK})"
_SPAN = rf"{_TIME_OF_ROWS}(?:\s*(?:[{DASH}→]|->|to|until)\s*{_TIME_OF_ROWS})?"
_CLOSED = r"[\s)\]}_>`]*(?:\*{1,3}(?=\s|$))?"
_TIME_FIRST = lazy_pattern(rf"\W*(?:\d{{1,3}}[.)]\s+\W*)?(?<!\w){_SPAN}{_CLOSED}(.*)", re.IGNORECASE)
_TIME_ANYWHERE = lazy_pattern(rf"(?<!\w){_SPAN}", re.IGNORECASE)
_CLOCK_FIRST = lazy_pattern(rf"\W*{CLOCK}{_CLOCK_MARK}", re.IGNORECASE)
_ANY_CLOCK = lazy_pattern(rf"(?<!\d){CLOCK}{_CLOCK_MARK}", re.IGNORECASE)

_BULLET = lazy_pattern(r"\s*(?:[-*+•·●◦‣▪▶►–—]|\d{1,3}[.)])\s+")
_ORDINAL = lazy_pattern(r"\W*(\d{1,3})\s*[-.):–—]\s*(?=\S)")
_NO_WORDS = lazy_pattern(r"[\W_]*")
_LIST_TITLE = lazy_pattern(
    r".*\b(?:chapters?|time ?stamps?|timeline|contents?|schedule|speakers?|outline|agenda|toc|index|topics?|talks?)\W*",
    re.IGNORECASE,
)
_IN_SENTENCE = lazy_pattern(r"\b(?:at|from|to|until|till|by|around|about|after|before|and|see)\s*$", re.IGNORECASE)

_MIN_ROWS_IN_PARAGRAPH = 3
_MAX_GROUP_LENGTH = 80


class ChapterRow(Struct, frozen=True):
    """A time and the text next to it."""

    seconds: int
    end: int | None
    text: str
    group: str = ""


def read_lines(text: str) -> list[ChapterRow]:
    """Returns the rows of a text's lines. Most lines decide whether times come first or last."""
    lines = text.split("\n")
    first = [_match_time_first(line) for line in lines]
    last = [_match_time_last(line) for line in lines]
    if sum(row is not None for row in first) >= sum(row is not None for row in last):
        return _collect_rows(lines, first)
    return _without_ordinals(_collect_rows(lines, last))


def read_lines_time_first(text: str) -> list[ChapterRow]:
    lines = text.split("\n")
    return _collect_rows(lines, [_match_time_first(line) for line in lines])


def _match_time_first(line: str) -> ChapterRow | None:
    match = _TIME_FIRST.fullmatch(line)
    return _make_row(match[1], match[2], match[3]) if match and not _CLOCK_FIRST.match(match[3]) else None


def _match_time_last(line: str) -> ChapterRow | None:
    match = next(iter(deque(_TIME_ANYWHERE.finditer(line), maxlen=1)), None)
    if match is None or not _NO_WORDS.fullmatch(line[match.end() :]) or _NO_WORDS.fullmatch(line[: match.start()]):
        return None
    text = _BULLET.sub("", line[: match.start()], count=1)
    return _make_row(match[1], match[2], trim_separators(text)) if not _ANY_CLOCK.search(line) else None


def _make_row(start: str, end: str | None, text: str) -> ChapterRow:
    begin, finish = parse_timestamp(start) or 0, parse_timestamp(end or "")
    return ChapterRow(begin, finish if finish is not None and finish > begin else None, text)


def _collect_rows(lines: Sequence[str], matches: Sequence[ChapterRow | None]) -> list[ChapterRow]:
    """Returns the rows, with their wrapped lines and the titles of their groups."""
    view = _Lines(lines, matches)
    rows: list[ChapterRow] = []
    more: list[list[str]] = []
    group = view.opening_group()
    for index, row in enumerate(matches):
        if row is None:
            if rows and view.continues(index):
                more[-1].append(lines[index].strip())
            elif rows and view.is_group(index):
                group = _tidy_group(lines[index])
            elif rows and not lines[index] and not view.separates_rows(index):
                group = ""
        else:
            rows.append(replace(row, group=group))
            more.append([])
    wrapped = (replace(row, text=" ".join((row.text, *rest))) for row, rest in zip(rows, more, strict=True))
    return [row for row in wrapped if tidy_title(row.text)[0]]


class _Lines:
    """The lines of a text, each with its row, or None.

    Attributes:
        above: for each line, the nearest line before it that is a row or empty.
        below: for each line, the nearest one from it on.
        before, ahead: for each line, the nearest lines on both sides that are not empty.

    They are -1, or the number of lines, if there is none.
    """

    def __init__(self, lines: Sequence[str], matches: Sequence[ChapterRow | None]) -> None:
        self.lines = lines
        self.matches = matches
        self._has_titles: dict[int, bool] = {}
        count = len(lines)
        ends = [matches[index] is not None or not lines[index] for index in range(count)]
        self.above = _nearest_before(ends)
        self.before = _nearest_before([bool(line) for line in lines])
        self.ahead = _nearest_after([bool(line) for line in lines])
        self.below = [index if ends[index] else after for index, after in enumerate(_nearest_after(ends))]

    def continues(self, index: int) -> bool:
        """Returns whether a line continues the row above it: it is indented deeper, or the rest of a paragraph."""
        lines, above, end = self.lines, self.above[index], self.below[index]
        row = self.matches[above] if above >= 0 else None
        if row is None or not lines[index]:
            return False
        alone = above + 1 == index == end - 1
        if not self._has_title(above, row):
            return above + 1 == index
        if _indent(lines[index]) > _indent(lines[above]):
            return alone or not _BULLET.match(lines[index])
        begins = above == 0 or not lines[above - 1]
        return begins and not _BULLET.match(lines[index]) and (end == len(lines) or not lines[end])

    def _has_title(self, index: int, row: ChapterRow) -> bool:
        if index not in self._has_titles:
            self._has_titles[index] = bool(tidy_title(row.text)[0])
        return self._has_titles[index]

    def is_group(self, index: int) -> bool:
        """Returns whether a line is a title of the rows below it: short, alone, and not a link, a sentence or a list
        item."""
        lines, ahead = self.lines, self.ahead[index]
        line = lines[index].strip()
        if not line or ahead == len(lines) or self.matches[ahead] is None:
            return False
        if _BULLET.match(line) or "://" in line or line.startswith("(") or line.endswith((".", "!", "?", ";", ",")):
            return False
        before = "" if not index or _LIST_TITLE.fullmatch(lines[index - 1]) else lines[index - 1]
        alone = not before or self.matches[index - 1] is not None or self.continues(index - 1)
        return alone and len(line) <= _MAX_GROUP_LENGTH and not (before and ahead > index + 1)

    def opening_group(self) -> str:
        """Returns the group above the first row. There is one only if later rows have groups, too."""
        first = next((index for index, row in enumerate(self.matches) if row is not None), 0)
        if not first or not self.is_group(first - 1) or _LIST_TITLE.fullmatch(self.lines[first - 1]):
            return ""
        later = range(first, len(self.lines))
        has_more = any(self.is_group(index) for index in later if self.matches[index] is None)
        return _tidy_group(self.lines[first - 1]) if has_more else ""

    def separates_rows(self, index: int) -> bool:
        """Returns whether an empty line is one of those around all rows of a list, so that it ends no group."""
        before = self.before[index]
        if before < 0 or self.matches[before] is None:
            return True
        return before == 0 or not self.lines[before - 1]


def _nearest_before(marked: Sequence[bool]) -> list[int]:
    """Returns for each index the nearest marked one before it, or -1."""
    nearest, found = -1, []
    for index, is_marked in enumerate(marked):
        found.append(nearest)
        nearest = index if is_marked else nearest
    return found


def _nearest_after(marked: Sequence[bool]) -> list[int]:
    """Returns for each index the nearest marked one after it, or the number of items."""
    count = len(marked)
    return [count - 1 - index for index in _nearest_before(marked[::-1])][::-1]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _tidy_group(line: str) -> str:
    return tidy_title(trim_separators(line.strip().strip("#=*_")))[0]


def read_running(paragraph: str) -> list[ChapterRow]:
    """Returns the rows of a paragraph of running text: the text after each time, or before it if times come last."""
    text = " ".join(paragraph.split())
    matches = list(_TIME_ANYWHERE.finditer(text))
    if len(matches) < _MIN_ROWS_IN_PARAGRAPH or _ANY_CLOCK.search(text):
        return []
    starts = [match.start() for match in matches]
    ends = [match.end() for match in matches]
    lead = text[: starts[0]].rstrip(" -([*")
    if not lead or lead.endswith(":"):
        after = [text[begin:end] for begin, end in zip(ends, [*starts[1:], None], strict=True)]
        return _with_titles(_make_rows(matches, after))
    before = [text[begin:end] for begin, end in zip([0, *ends], starts, strict=False)]
    if not _NO_WORDS.fullmatch(text[ends[-1] :]) or any(_IN_SENTENCE.search(part) for part in before):
        return []
    return _without_ordinals(_with_titles(_make_rows(matches, before)))


def _make_rows(matches: Iterable[re.Match[str]], texts: Iterable[str]) -> Iterator[ChapterRow]:
    return (_make_row(match[1], match[2], trim_separators(text)) for match, text in zip(matches, texts, strict=False))


def _with_titles(rows: Iterable[ChapterRow]) -> list[ChapterRow]:
    return [row for row in rows if tidy_title(row.text)[0]]


def _without_ordinals(rows: list[ChapterRow]) -> list[ChapterRow]:
    """Removes the numbers `01 -`, `02 -` … before the texts if all rows are numbered in order."""
    ordinals = [_ORDINAL.match(row.text) for row in rows]
    numbers = [int(match[1]) for match in ordinals if match]
    if not rows or numbers != list(range(numbers[0] if numbers else 0, (numbers[0] if numbers else 0) + len(rows))):
        return rows
    return [replace(row, text=row.text[match.end() :]) for row, match in zip(rows, ordinals, strict=True) if match]


_GRID_BORDER = lazy_pattern(r"\+(?:[-=]+\+)+")
_SIMPLE_BORDER = lazy_pattern(r"=+(?: +=+)+")
_PIPE_BORDER = lazy_pattern(r"\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?")
_LIST_TABLE = lazy_pattern(r"\.\. list-table::.*")
_LIST_CELL = lazy_pattern(r"\s*(\*?)\s+- ?(.*)")


def unfold_tables(text: str) -> str:
    """Writes each row of a table as one line. Other lines stay as they are."""
    lines = text.split("\n")
    unfolded: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index].strip()
        if _GRID_BORDER.fullmatch(line):
            end = _block_end(lines, index)
            unfolded += _unfold_grid(lines[index:end])
        elif _SIMPLE_BORDER.fullmatch(line):
            end = _block_end(lines, index)
            unfolded += _unfold_simple(lines[index:end])
        elif _LIST_TABLE.fullmatch(line):
            end = index + 1
            while end < len(lines) and (not lines[end].strip() or lines[end][0].isspace()):
                end += 1
            unfolded += _unfold_list_table(lines[index:end])
        else:
            end = index + 1
            unfolded += _unfold_pipes(lines[index])
        index = end
    return "\n".join(unfolded)


def _block_end(lines: Sequence[str], start: int) -> int:
    return next((index for index in range(start, len(lines)) if not lines[index].strip()), len(lines))


def _join(cells: Iterable[str]) -> str:
    """Joins cells in one line. A space separates the first one, which has the time."""
    first, *rest = (" ".join(cell.split()) for cell in cells)
    return f"{first} " + " - ".join(cell for cell in rest if cell)


def _unfold_grid(lines: Sequence[str]) -> Iterator[str]:
    rows: list[list[str]] = []
    for line in lines:
        if _GRID_BORDER.fullmatch(line.strip()):
            if rows:
                yield _join(_grid_cells(rows))
            rows = []
        else:
            rows.append(line.strip()[1:-1].split("|"))


def _grid_cells(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for column in range(len(rows[0])):
        parts = [row[column].strip() if column < len(row) else "" for row in rows]
        detail = next((index for index, part in enumerate(parts) if index and part.startswith("- ")), len(parts))
        yield " ".join(parts[:detail])


def _unfold_simple(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if _SIMPLE_BORDER.fullmatch(line.strip()):
            continue
        cells = re.split(r"\s{2,}", line.strip())
        yield f"    {_join(cells)}" if line[:1].isspace() else _join(cells)


def _unfold_list_table(lines: Sequence[str]) -> Iterator[str]:
    cells: list[str] = []
    for line in lines:
        match = _LIST_CELL.fullmatch(line)
        if match is None:
            continue
        if match[1] and cells:
            yield _join(cells)
            cells = []
        cells.append(match[2])
    if cells:
        yield _join(cells)
    yield ""


def _unfold_pipes(line: str) -> Iterator[str]:
    stripped = line.strip()
    if not (stripped.startswith("|") and stripped.endswith("|") and len(stripped) > 1):
        yield line
    elif not _PIPE_BORDER.fullmatch(stripped):
        yield _join(stripped[1:-1].split("|"))
