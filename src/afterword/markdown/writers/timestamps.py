"""Writes timestamps: `[12:34]` links to that second of the talk's recording.

On a page without a talk a timestamp stays text, with a warning.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from afterword.core.diagnostics import warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.markdown.rules.timestamps import TIME
from afterword.talks.recordings import has_start_times, is_same_recording, media_type, url_at
from afterword.talks.timestamps import (
    CLOCK,
    DASH,
    TimeRange,
    find_invalid_url_time,
    find_url_time,
    format_iso,
    format_time_range,
    is_reversed_range,
    parse_time_range,
    parse_timestamp,
)

if TYPE_CHECKING:
    from markdown_it.token import Token

    from afterword.core.diagnostics import Place
    from afterword.markdown.writers.writer import Writer

_BEGINNING = lazy_pattern(rf"\[?({TIME})\]?(?:\s*[{DASH}:])?(?:\s+|$)")
_EMPTY = lazy_pattern(r"\[\s*\]")
_TIMESTAMP_END = ("</time>", "</time></a>")
_SPACE_AT_END = lazy_pattern(r"[ \n](?=\(?\Z)")
_WORD = lazy_pattern(r"\w")
_FRAGMENT = lazy_pattern(r"#t=", re.IGNORECASE)


def write_timestamp(writer: Writer, token: Token) -> None:
    """Writes a timestamp; on a page without a talk it stays as it is written, with a warning."""
    begin, end = token.meta["at"]
    place = writer.place_of(begin, end - begin)
    if writer.talk_context is None:
        writer.write_text(token.content)
        report_without_talk(writer, token.content, place)
        return
    span: TimeRange = token.meta["span"]
    note_timestamp(writer, span, place)
    _bind_to_text(writer)
    writer.write_heavy(make_timestamp(writer, span))
    writer.timestamp_indexes.append(len(writer.text))
    writer.text.append(format_time_range(span))


def _bind_to_text(writer: Writer) -> None:
    """Makes the space before a timestamp one at which no line breaks: a line that begins with a time reads as a list.

    Between two timestamps that no word parts it stays, so that a row of many can be broken.
    """
    pieces = writer.html
    last = len(pieces) - 1
    start = next((index for index in range(last, -1, -1) if "<" in pieces[index]), -1)
    is_between = start >= 0 and pieces[start].endswith(_TIMESTAMP_END)
    if start < last and not (is_between and not any(map(_WORD.search, pieces[start + 1 :]))):
        pieces[last] = _SPACE_AT_END.sub("&nbsp;", pieces[last])


def write_backward_range(writer: Writer, token: Token) -> None:
    """Writes a range that ends before it begins as it is written, with a warning."""
    begin, end = token.meta["at"]
    writer.write_text(token.content)
    _report_backward(writer, token.content, writer.place_of(begin, end - begin))


def _report_backward(writer: Writer, written: str, place: Place) -> None:
    if writer.talk_context is None:
        report_without_talk(writer, written, place)
        return
    first, last = re.findall(CLOCK, written)
    is_moment = parse_timestamp(first) == parse_timestamp(last)
    message = f"time range `{written}` ends {'where' if is_moment else 'before'} it starts"
    hint = f"write `[{first}]`" if is_moment else f"write `[{last}–{first}]`"
    writer.report(warning("invalid-timestamp", message, place, hint=hint))


def write_invalid_timestamp(writer: Writer, token: Token) -> None:
    """Writes an invalid timestamp as text, with a warning."""
    begin, end = token.meta["at"]
    written = token.content
    writer.write_text(written)
    times: list[str] = token.meta["times"]
    correct = "–".join(map(_in_two_digits, times))
    if parse_time_range(correct) is not None:
        reason = "use whole seconds" if "." in written or "," in written else "use two digits after each `:`"
        hint = f"write `[{correct}]`, or `\\{written}` for plain text"
    else:
        limited = "minutes and seconds" if any(time.count(":") > 1 for time in times) else "seconds"
        reason = f"{limited} must be 0 to 59"
        hint = f"correct it, or write `\\{written}` for plain text"
    place = writer.place_of(begin, end - begin)
    writer.report(warning("invalid-timestamp", f"invalid timestamp `{written}`: {reason}", place, hint=hint))


def _in_two_digits(time: str) -> str:
    """Returns a time without fractions of a second, with two digits after each colon."""
    first, *rest = time.replace(",", ".").partition(".")[0].split(":")
    return ":".join((first, *(part.zfill(2) for part in rest)))


def report_without_talk(writer: Writer, written: str, place: Place) -> None:
    """Reports a timestamp without a recording."""
    text = f"\\[{written.strip('[]():')}]"
    hint = f"add `talk: https://…` to the front matter, or write `{text}` for plain text"
    writer.report(
        warning("timestamp-without-video", f"timestamp `{written}` in a post without a talk", place, hint=hint)
    )


def note_timestamp(writer: Writer, span: TimeRange, place: Place) -> None:
    """Records a timestamp, to be checked against the talk's length."""
    writer.timestamps.append((span.start if span.end is None else span.end, place))


def make_timestamp(writer: Writer, span: TimeRange) -> str:
    """Returns the HTML of a timestamp."""
    return f"{open_timestamp(writer, span)}{format_time_range(span)}{close_timestamp(writer)}"


def open_timestamp(writer: Writer, span: TimeRange, more: str = "") -> str:
    """Returns the start tag of a timestamp: a link that plays the recording, or only a time if there is none."""
    classes = f"ts {more}" if more else "ts"
    datetime = format_iso(span.start)
    writer.linked_seconds.add(span.start)
    if not _is_linked(writer):
        return f'<time class="{classes}" datetime="{datetime}">'
    url = escape(timestamp_url(writer, span))
    return f'<a class="{classes}" href="{url}" data-t="{span.start}"><time datetime="{datetime}">'


def close_timestamp(writer: Writer) -> str:
    """Returns the end tag of a timestamp."""
    return "</time></a>" if _is_linked(writer) else "</time>"


def _is_linked(writer: Writer) -> bool:
    """Returns whether timestamps are links: there is a recording, and URLs can lead to its moments."""
    return writer.recording is not None and has_start_times(writer.recording)


def timestamp_url(writer: Writer, span: TimeRange) -> str:
    """Returns the URL that plays the recording from a moment; empty if there is none."""
    return url_at(writer.recording, span.start) if writer.recording is not None and _is_linked(writer) else ""


def find_timestamp(writer: Writer, token: Token, target: str) -> TimeRange | None:
    """Returns the moment that a link means: `#t=12:34`, this page's recording with a time, or `[02:01]()`."""
    if not target:
        text = text_of_link(writer)
        if is_reversed_range(text):
            begin, end = token.meta.get("at", (0, 0))
            _report_backward(writer, text, writer.place_of(begin, end - begin))
        return parse_time_range(text)
    seconds = find_url_time(target) if _leads_to_recording(writer, target) else None
    return TimeRange(seconds) if seconds is not None else None


def find_invalid_timestamp(writer: Writer, target: str) -> str | None:
    """Returns the invalid time in a link to the recording of the page, such as `t=1:75`, or None."""
    return find_invalid_url_time(target) if _leads_to_recording(writer, target) else None


def report_invalid_timestamp(writer: Writer, written: str, place: Place) -> None:
    """Reports an invalid time in the target of a link."""
    hint = "use `t=12:34`, `t=754` or `t=12m34s`; seconds must be 0 to 59"
    writer.report(warning("invalid-timestamp", f"invalid timestamp `{shown(written)}`", place, hint=hint))


def _leads_to_recording(writer: Writer, target: str) -> bool:
    """Returns whether a target is `#t=…`, or leads to the recording of this page's talk."""
    if writer.talk_context is None:
        return False
    if _FRAGMENT.match(target):
        return True
    if writer.talk_context.recording is None:
        return False
    if media_type(target):
        return is_same_recording(writer.talk_context.recording, target.partition("#")[0])
    return "://" in target and is_same_recording(writer.talk_context.recording, target)


def text_of_link(writer: Writer) -> str:
    """Returns the text of the link at hand, if it holds nothing else; empty for any other."""
    children = writer.blocks[writer.index].children or []
    inside = children[writer.position + 1 : writer.position + 3]
    is_plain = [child.type for child in inside] == ["text", "link_close"]
    return inside[0].content if is_plain else ""


def is_empty_link(writer: Writer, token: Token) -> bool:
    """Returns whether a link is written without a text, as in `[](#t=12:34)`, so that a reader would not see it."""
    return "at" in token.meta and _EMPTY.match(writer.blocks[writer.index].content, token.meta["at"][0]) is not None


def split_beginning(text: str) -> tuple[TimeRange | None, str]:
    """Returns the time at the beginning of a picture's description, and the rest of it."""
    match = _BEGINNING.match(text)
    span = parse_time_range(match[1]) if match is not None else None
    return (span, text[match.end() :]) if match is not None and span is not None else (None, text)
