"""Warns of lines that are nearly headings, list items, tasks, references or timestamps in headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.common.utils import normalizeReference

from afterword.core.diagnostics import did_you_mean, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.markdown.warnings.foreign_markup import hide_code
from afterword.talks.timestamps import CLOCK, DASH, parse_time_range

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it.token import Token

    from afterword.markdown.writers.writer import Writer

_SIGN = lazy_pattern(r"\n[ \t>]*(?:#{1,6}[^\W_]|[-+*](?:[^\s*+-]|[ \t]+\[[ xX]?\])|\d{1,3}[.)][^\s\d])")
"""The start of a line that may be a near miss: few texts have one, and it is found fast."""

_HEADING = lazy_pattern(r"(?m)^(?P<mark>#{1,6})(?P<text>[^\W_][^\n]*)")
_DIRECTIVE = lazy_pattern(r"(?:define|elif|else|endif|if|ifdef|ifndef|include|pragma|undef)\b")
_TAG = lazy_pattern(r"#\w")

_START = r"(?:[^\W\d_](?![\s,=])|[\[`]|\*\*\S)"
"""Pattern of the start of an item: no number, and no option of a command such as `-v`."""
_BULLETS = lazy_pattern(rf"(?m)^(?P<mark>[-+]|\*(?![^\n]*\*))(?P<text>{_START}[^\n]*)\n(?P=mark){_START}")
_BARE_TASK = lazy_pattern(r"(?m)^(?P<mark>[-+*])(?P<text>\[[ xX]\][ \t][^\n]*)")
_NUMBER_START = r"(?![xX]\b)(?:[^\W\d_](?:[^\W\d_]|[ ,'’])|[\[`*])"
_NUMBERS = lazy_pattern(
    rf"(?m)^(?P<mark>(?P<number>\d{{1,3}})(?P<sign>[.)]))(?P<text>{_NUMBER_START}[^\n]*)"
    rf"\n(?P<next>\d{{1,3}})(?P=sign){_NUMBER_START}"
)
_TASK = lazy_pattern(r"\A(?P<mark>\[[ xX]\])(?P<text>[^\s(\[:][^\n]*)")
_EMPTY_TASK = lazy_pattern(r"\A(?P<mark>\[\])[ \t]+(?P<text>[^\n]+)")

_REFERENCE = lazy_pattern(r"(?<![\w\]\[\\])\[(?!\^)([^\[\]\n]{0,200}[^\s\[\]])\]\[(?!\^)([^\[\]\n]{1,100})\](?![\[(:])")
_WORD = lazy_pattern(r"[^\W\d_][\w-]+")

_TIME = rf"{CLOCK}(?:\s*[{DASH}]\s*{CLOCK})?"
_TIME_FIRST = lazy_pattern(rf"\(?(?P<time>{_TIME})\)?(?:\s*[{DASH}:|)]\s+|\s+)(?![ap]\.?m\b)(?P<text>[^{DASH}\s].*)")
_TIME_LAST = lazy_pattern(rf"(?P<text>.*\S)\s*(?:\(|\s[{DASH}|]\s+)(?P<time>{_TIME})\)?\s*")


def warn_of_near_lines(writer: Writer, text: str, blocks: Sequence[Token]) -> None:
    """Warns of near misses in the blocks of a text, if it has their signs."""
    checks: list[Callable[[Writer, Sequence[Token], int], None]] = []
    if _SIGN.search(f"\n{text}") is not None:
        checks.append(_check_lines)
    if "][" in text:
        checks.append(_check_references)
    if writer.talk_context is not None:
        checks.append(_check_heading_time)
    for number, token in enumerate(blocks if checks else ()):
        if token.type == "inline":
            for check in checks:
                check(writer, blocks, number)


def _check_lines(writer: Writer, blocks: Sequence[Token], number: int) -> None:
    content = blocks[number].content
    if blocks[number - 1].type != "paragraph_open":
        return
    found = list(_find_lines(writer, blocks, number))
    visible = hide_code(content) if found else ""
    for message, match, correct in found:
        start = match.start("mark")
        if visible[start] == content[start] or match.re.pattern == _TASK.pattern:
            place = writer.source.place_in_block(blocks, number, start, len(match["mark"] + match["text"]))
            is_heading = match["mark"] == "#"
            hint = f"write `{shown(correct)}`" + ("; if it is text, write `\\#`" if is_heading else "")
            writer.report(warning("near-markdown", message, place, hint=hint))


def _find_lines(writer: Writer, blocks: Sequence[Token], number: int) -> Iterator[tuple[str, re.Match[str], str]]:
    """Yields each near miss of a paragraph: its message, its match, and the correct form."""
    content = blocks[number].content
    if blocks[number].level == 1 and "#" in content:
        for match in _HEADING.finditer(content):
            if _is_heading(match, content):
                yield f"not a heading: no space after `{match['mark']}`", match, f"{match['mark']} {match['text']}"
    for match in _BULLETS.finditer(content):
        yield f"not a list: no space after `{match['mark']}`", match, f"{match['mark']} {match['text']}"
    for match in _NUMBERS.finditer(content):
        if int(match["next"]) in (int(match["number"]), int(match["number"]) + 1):
            yield f"not a list: no space after `{match['mark']}`", match, f"{match['mark']} {match['text']}"
            break
    for match in _BARE_TASK.finditer(content):
        yield f"not a task: no space after `{match['mark']}`", match, f"{match['mark']} {match['text']}"
    yield from _find_tasks(writer, blocks, number)


def _find_tasks(writer: Writer, blocks: Sequence[Token], number: int) -> Iterator[tuple[str, re.Match[str], str]]:
    content, item = blocks[number].content, blocks[number - 2]
    if item.type == "list_item_open":
        sign = item.info + item.markup
        if (task := _TASK.match(content)) is not None and task["mark"][1:-1].upper() not in writer.definitions:
            yield "not a task: no space after `]`", task, f"{sign} {task['mark']} {task['text']}"
        if (task := _EMPTY_TASK.match(content)) is not None:
            yield "not a task: no space in `[]`", task, f"{sign} [ ] {task['text']}"


def _is_heading(match: re.Match[str], content: str) -> bool:
    """Returns whether a line is meant as a heading, and not as a tag such as `#python` or a line of C."""
    mark, text = match["mark"], match["text"]
    if len(mark) > 1:
        return True
    if not text[0].isalpha() or _TAG.search(text) is not None or _DIRECTIVE.match(text) is not None:
        return False
    return text[0].isupper() or (content == match[0] and " " in text.strip() and text[-1] not in ".,:;!?)")


def _check_references(writer: Writer, blocks: Sequence[Token], number: int) -> None:
    """Warns of a reference without a definition, if the text has others or the label is a word."""
    content = blocks[number].content
    found = list(_REFERENCE.finditer(content)) if "][" in content else []
    visible = hide_code(content) if found else ""
    for match in found:
        text, label = match.groups()
        is_likely = (len(text + label) > 2 and bool(writer.definitions)) or _WORD.fullmatch(label) is not None
        is_defined = normalizeReference(label) in writer.definitions
        if not is_likely or is_defined or parse_time_range(label) is not None or visible[match.start()] != "[":
            continue
        hint = did_you_mean(normalizeReference(label), writer.definitions).lower()
        hint = hint or f"add a line `[{shown(label)}]: https://…`, or write `[{shown(text)}](https://…)`"
        place = writer.source.place_in_block(blocks, number, match.start(), len(match[0]))
        message = f"not a link: no definition of `[{shown(label)}]`"
        writer.report(warning("near-markdown", message, place, hint=hint))


def _check_heading_time(writer: Writer, blocks: Sequence[Token], number: int) -> None:
    """Warns of a time without brackets at the start or the end of a heading of notes on a talk."""
    if blocks[number - 1].type != "heading_open" or ":" not in blocks[number].content:
        return
    content = blocks[number].content
    first = _TIME_FIRST.fullmatch(content)
    match = first or _TIME_LAST.fullmatch(content)
    if match is None or parse_time_range(match["time"]) is None or "[" in match["text"]:
        return
    marks = "#" * int(blocks[number - 1].tag[1:])
    correct = f"[{match['time']}] {match['text']}" if first else f"{match['text']} [{match['time']}]"
    place = writer.source.place_in_block(blocks, number, match.start("time"), len(match["time"]))
    message = f"not a timestamp: `{match['time']}` without brackets in a heading"
    writer.report(warning("near-markdown", message, place, hint=f"write `{marks} {shown(correct)}`"))
