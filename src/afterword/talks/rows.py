"""Rows of a chapter list in plain text: a time, and the text that stands beside it.

A row has its time first or last. Rows stand on lines of their own, where long ones are wrapped and titles of groups
come between, or follow each other in one paragraph. Relies on `moments` and `titles`. Refuses clock times (`9:00 am`);
which rows are chapters is for `descriptions` to say.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.talks.moments import CLOCK, DASH, parse_moment
from afterword.talks.titles import tidy_title, trim_separators

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_CLOCK_MARK = r"\s*(?:[ap]\.?m\b|o['’]?clock\b|hrs?\b|uhr\b|(?-i:h|UTC|GMT|CES?T|E[SD]T|P[SD]T)\b)"
_TIME = rf"(?<![\d:.,/])({CLOCK})(?!\d|[:.,/]\d|{_CLOCK_MARK})"
_SPAN = rf"{_TIME}(?:\s*(?:[{DASH}→]|->|to|until)\s*{_TIME})?"
_CLOSED = r"[\s)\]}_>`]*(?:\*{1,3}(?=\s|$))?"
_TIME_FIRST = re.compile(rf"\W*(?:\d{{1,3}}[.)]\s+\W*)?(?<!\w){_SPAN}{_CLOSED}(.*)", re.IGNORECASE)
_TIME_ANYWHERE = re.compile(rf"(?<!\w){_SPAN}", re.IGNORECASE)
_CLOCK_FIRST = re.compile(rf"\W*{CLOCK}{_CLOCK_MARK}", re.IGNORECASE)
_ANY_CLOCK = re.compile(rf"(?<!\d){CLOCK}{_CLOCK_MARK}", re.IGNORECASE)

_BULLET = re.compile(r"\s*(?:[-*+•·●◦‣▪▶►–—]|\d{1,3}[.)])\s+")
_ORDINAL = re.compile(r"\W*(\d{1,3})\s*[-.):–—]\s*(?=\S)")
_RULE = re.compile(r"[\W_]*")
_LIST_TITLE = re.compile(
    r".*\b(?:chapters?|time ?stamps?|timeline|contents?|schedule|speakers?|outline|agenda|toc|index|topics?|talks?)\W*",
    re.IGNORECASE,
)
_IN_SENTENCE = re.compile(r"\b(?:at|from|to|until|till|by|around|about|after|before|and|see)\s*$", re.IGNORECASE)

_FEWEST_IN_PARAGRAPH = 3
_LONGEST_GROUP = 80


class Row(Struct, frozen=True):
    """A time and the text beside it, on a line of its own or in a paragraph."""

    seconds: int
    end: int | None
    text: str
    group: str = ""


def read_lines(text: str) -> list[Row]:
    """The rows of a text's lines; whether times come first or last is as most lines have it."""
    lines = text.split("\n")
    first = [_match_first(line) for line in lines]
    last = [_match_last(line) for line in lines]
    if sum(row is not None for row in first) >= sum(row is not None for row in last):
        return _collect(lines, first)
    return _without_ordinals(_collect(lines, last))


def read_lines_time_first(text: str) -> list[Row]:
    """The rows of a text's lines that begin with a time."""
    lines = text.split("\n")
    return _collect(lines, [_match_first(line) for line in lines])


def _match_first(line: str) -> Row | None:
    match = _TIME_FIRST.fullmatch(line)
    return _make_row(match[1], match[2], match[3]) if match and not _CLOCK_FIRST.match(match[3]) else None


def _match_last(line: str) -> Row | None:
    match = next(iter(deque(_TIME_ANYWHERE.finditer(line), maxlen=1)), None)
    if match is None or not _RULE.fullmatch(line[match.end() :]) or _RULE.fullmatch(line[: match.start()]):
        return None
    text = _BULLET.sub("", line[: match.start()], count=1)
    return _make_row(match[1], match[2], trim_separators(text)) if not _ANY_CLOCK.search(line) else None


def _make_row(start: str, end: str | None, text: str) -> Row:
    begin, finish = parse_moment(start) or 0, parse_moment(end or "")
    return Row(begin, finish if finish is not None and finish > begin else None, text)


def _collect(lines: Sequence[str], matches: Sequence[Row | None]) -> list[Row]:
    """The rows with the lines that belong to them: wrapped titles, and titles of groups above."""
    rows: list[Row] = []
    group = _opening_group(lines, matches)
    for index, row in enumerate(matches):
        if row is None:
            if rows and _continues(lines, matches, index):
                rows[-1] = replace(rows[-1], text=f"{rows[-1].text} {lines[index].strip()}")
            elif rows and _is_group(lines, matches, index):
                group = _tidy_group(lines[index])
            elif rows and not lines[index] and not _stands_apart(lines, matches, index):
                group = ""
        else:
            rows.append(replace(row, group=group))
    return [row for row in rows if tidy_title(row.text)[0]]


def _continues(lines: Sequence[str], matches: Sequence[Row | None], index: int) -> bool:
    """Whether a line is more of the row above it: indented deeper, or the rest of a paragraph that the row begins."""
    above = next((back for back in range(index - 1, -1, -1) if matches[back] is not None or not lines[back]), None)
    row = matches[above] if above is not None else None
    if above is None or row is None or not lines[index]:
        return False
    end = next((ahead for ahead in range(index, len(lines)) if matches[ahead] or not lines[ahead]), len(lines))
    alone = above + 1 == index == end - 1
    if not tidy_title(row.text)[0]:
        return above + 1 == index
    if _indent(lines[index]) > _indent(lines[above]):
        return alone or not _BULLET.match(lines[index])
    begins = above == 0 or not lines[above - 1]
    return begins and not _BULLET.match(lines[index]) and (end == len(lines) or not lines[end])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_group(lines: Sequence[str], matches: Sequence[Row | None], index: int) -> bool:
    """Whether a line is a title above rows: short, alone, no link, no remark, no bullet."""
    line = lines[index].strip()
    ahead = next((later for later in range(index + 1, len(lines)) if lines[later]), len(lines))
    if not line or ahead == len(lines) or matches[ahead] is None:
        return False
    if _BULLET.match(line) or "://" in line or line.startswith("(") or line.endswith((".", "!", "?", ";", ",")):
        return False
    before = "" if not index or _LIST_TITLE.fullmatch(lines[index - 1]) else lines[index - 1]
    alone = not before or matches[index - 1] is not None or _continues(lines, matches, index - 1)
    return alone and len(line) <= _LONGEST_GROUP and not (before and ahead > index + 1)


def _opening_group(lines: Sequence[str], matches: Sequence[Row | None]) -> str:
    """The group above the first row, which there is only where later rows have groups, too."""
    first = next((index for index, row in enumerate(matches) if row is not None), 0)
    if not first or not _is_group(lines, matches, first - 1) or _LIST_TITLE.fullmatch(lines[first - 1]):
        return ""
    has_more = any(_is_group(lines, matches, index) for index in range(first, len(lines)) if matches[index] is None)
    return _tidy_group(lines[first - 1]) if has_more else ""


def _stands_apart(lines: Sequence[str], matches: Sequence[Row | None], index: int) -> bool:
    """Whether an empty line is one of those around all rows of a list, so that it ends no group."""
    before = next((back for back in range(index - 1, -1, -1) if lines[back]), None)
    if before is None or matches[before] is None:
        return True
    return before == 0 or not lines[before - 1]


def _tidy_group(line: str) -> str:
    return tidy_title(trim_separators(line.strip().strip("#=*_")))[0]


def read_running(paragraph: str) -> list[Row]:
    """The rows of a paragraph that runs on, each with the text behind its time, or before it where times come last."""
    text = " ".join(paragraph.split())
    matches = list(_TIME_ANYWHERE.finditer(text))
    if len(matches) < _FEWEST_IN_PARAGRAPH or _ANY_CLOCK.search(text):
        return []
    starts = [match.start() for match in matches]
    ends = [match.end() for match in matches]
    lead = text[: starts[0]].rstrip(" -([*")
    if not lead or lead.endswith(":"):
        behind = [text[begin:end] for begin, end in zip(ends, [*starts[1:], None], strict=True)]
        return _titled(_make_rows(matches, behind))
    before = [text[begin:end] for begin, end in zip([0, *ends], starts, strict=False)]
    if not _RULE.fullmatch(text[ends[-1] :]) or any(_IN_SENTENCE.search(part) for part in before):
        return []
    return _without_ordinals(_titled(_make_rows(matches, before)))


def _make_rows(matches: Iterable[re.Match[str]], texts: Iterable[str]) -> Iterator[Row]:
    return (_make_row(match[1], match[2], trim_separators(text)) for match, text in zip(matches, texts, strict=False))


def _titled(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if tidy_title(row.text)[0]]


def _without_ordinals(rows: list[Row]) -> list[Row]:
    """The rows without the numbers `01 -`, `02 -` … before their texts, if all are numbered in a row."""
    ordinals = [_ORDINAL.match(row.text) for row in rows]
    numbers = [int(match[1]) for match in ordinals if match]
    if not rows or numbers != list(range(numbers[0] if numbers else 0, (numbers[0] if numbers else 0) + len(rows))):
        return rows
    return [replace(row, text=row.text[match.end() :]) for row, match in zip(rows, ordinals, strict=True) if match]
