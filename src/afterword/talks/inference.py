"""Infers a talk from the first paragraph of a post without a `talk:` block, and suggests a block.

Reads the link to the recording, and date and length in the parenthesis next to it, as in `[Growing a
Language](https://youtu.be/_ahvzDzKdB0) (1998, 54 min)`. Speaker and event are not
inferred, but only suggested.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.names import tidy_name
from afterword.core.patterns import lazy_pattern
from afterword.talks.model import Speaker, Talk, make_event
from afterword.talks.partial_dates import PartialDate, parse_partial_date
from afterword.talks.recordings import Recording, has_valid_id, parse_recording
from afterword.talks.timestamps import Length, format_length, format_timestamp, parse_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from afterword.talks.model import Event


MARKS = ("notes", "talk-notes")
"""The default of the setting `talks.tags`: tags of notes on a talk."""

_PARENTHESIS = lazy_pattern(
    r"[\s*_\"'”’»]*(?:(?:,|[–—]|-{1,3})\s*)?(?:(?<=\s)(?:by|at|from) [^():;!?]{1,80})?\(([^()]*)\)"
)
_NEXT_PARENTHESIS = lazy_pattern(r"\s*\(([^()]*)\)")
_SEPARATOR = lazy_pattern(r"\s*(?:[;·]|(?<!\d),|,(?!\d)|(?<=\d{4}),)\s*")
"""Between the parts of a parenthesis. A comma between digits may be a decimal comma (`1,5 h`), unless it follows a
year."""
_DASH_OR_SLASH = lazy_pattern(r"\s*[–—]\s*|\s+(?:-{1,3}|[/|])\s+")
_ATTRIBUTES = lazy_pattern(r"\{:?[^{}]*\}")
_DATE_COMMA = lazy_pattern(r"\b([A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?),(\s+\d{4})\b", re.ASCII)
_GENERIC_WORDS = frozenset(
    {
        *("a", "at", "here", "his", "her", "it", "my", "on", "see", "the", "their", "this", "view", "watch"),
        *("keynote", "lecture", "link", "original", "recording", "source", "talk", "video", "vimeo", "youtube"),
    }
)
"""If a link has only such words, they are not the title of the talk."""

_NOTES_PREFIX = lazy_pattern(r"notes:\s*", re.IGNORECASE)


class Hyperlink(Struct, frozen=True):
    """A link or a frame: its target as written, its text, and the text before and after it.

    A frame has no text, nor has a link that is a bare URL.
    """

    target: str
    words: str
    before: str
    behind: str


class ParagraphLinks(Struct, frozen=True):
    """A paragraph: the line on which it begins, from 0, and its links in their order. Code and images have none."""

    line: int = 0
    links: tuple[Hyperlink, ...] = ()


class RecordingMention(Struct, frozen=True):
    """A link to a recording in a paragraph, with the talk that it describes.

    `before` and `after` are the text around the link. `other_details` are the parts of the parenthesis that are neither
    date nor length.
    """

    talk: Talk
    before: str
    after: str
    other_details: tuple[str, ...]


def is_talk_notes(title: str, tags: Iterable[str], marks: Sequence[str] = MARKS) -> bool:
    """Returns whether a post is marked as notes: its title begins with `Notes:`, or it has one of the tags in
    `marks`."""
    wanted = {mark.casefold() for mark in marks}
    return _NOTES_PREFIX.match(title.strip()) is not None or any(tag.casefold() in wanted for tag in tags)


def title_of_talk(title: str) -> str:
    """Returns the title of the talk from the title of its notes: `Notes: Boundaries` gives `Boundaries`."""
    return _NOTES_PREFIX.sub("", title.strip(), count=1) or title


def infer_talk(paragraph: ParagraphLinks) -> Talk | None:
    """Returns the talk whose recording the first paragraph links to, or None."""
    found = find_recording_mention(paragraph)
    return replace(found.talk, inferred=True) if found else None


def complete_talk(talk: Talk, inferred: Talk | None) -> Talk:
    """Adds to the talk of a block what the first paragraph says about the same recording.

    If the block has no recording, the link in the paragraph is its recording.
    """
    if inferred is None or inferred.video is None:
        return talk
    if talk.video is not None and talk.video.identity != inferred.video.identity:
        return talk
    return replace(
        talk,
        title=talk.title or inferred.title,
        date=talk.date or inferred.date,
        video=talk.video or inferred.video,
        length=talk.length or inferred.length,
    )


def find_recording_mention(paragraph: ParagraphLinks) -> RecordingMention | None:
    """Returns the first link of a paragraph to a recording on a known video host, or None."""
    hosted = _find_video_links(paragraph)
    return next((_read_mention(found, link) for found, link in hosted if has_valid_id(found)), None)


def find_invalid_video_link(paragraph: ParagraphLinks) -> tuple[Recording, str] | None:
    """Returns the first link of a paragraph to a video host with an invalid video id, with its target as written."""
    hosted = _find_video_links(paragraph)
    return next(((found, link.target) for found, link in hosted if not has_valid_id(found)), None)


def _find_video_links(paragraph: ParagraphLinks) -> Iterator[tuple[Recording, Hyperlink]]:
    for link in paragraph.links:
        recording = parse_recording(link.target)
        if recording is not None and recording.is_hosted:
            yield recording, link


def _read_mention(recording: Recording, link: Hyperlink) -> RecordingMention:
    before, after = link.before, _ATTRIBUTES.sub("", link.behind, count=1) if link.behind[:1] == "{" else link.behind
    talk_date, length, other_details = _read_details(before, after)
    names_it = not _GENERIC_WORDS.issuperset(re.findall(r"\w+", link.words.casefold()))
    names_it = names_it and parse_recording(link.words) is None  # a URL is no title
    title = " ".join(unicodedata.normalize("NFC", link.words).split()) if names_it else ""
    talk = Talk(title=title, date=talk_date, video=recording, length=length, start=recording.start)
    return RecordingMention(talk, before, after, other_details)


def _read_details(before: str, after: str) -> tuple[PartialDate | None, Length | None, tuple[str, ...]]:
    """Returns date, length and other parts of the parenthesis after the link or around it.

    A comma, a dash, a speaker or an event may come between link and parenthesis. Date or length may be in a second
    parenthesis directly after the first.
    """
    more = ""
    if before.rstrip().endswith("(") and ")" in after:
        inside = after.partition(")")[0]
    elif (match := _PARENTHESIS.match(after)) is not None:
        inside = match[1]
        following = _NEXT_PARENTHESIS.match(after, match.end())
        more = following[1].strip() if following is not None else ""
    else:
        return None, None, ()
    talk_date: PartialDate | None = None
    length: Length | None = None
    other_details: list[str] = []
    for part in _split_details(_DATE_COMMA.sub(r"\1\2", inside.strip())):
        if talk_date is None and (date := parse_partial_date(part)):
            talk_date = date
        elif length is None and (duration := _read_length(part)):
            length = duration
        elif part:
            other_details.append(" ".join(part.split()))
    return talk_date or parse_partial_date(more), length or _read_length(more), tuple(other_details)


def _split_details(text: str) -> Iterator[str]:
    """Splits a parenthesis. A dash or slash separates only a date and a length, as in `Nov 2023 – 1 hr`."""
    for part in _SEPARATOR.split(text):
        ends = _DASH_OR_SLASH.split(part)
        if _read_length(part):
            yield part
        elif len(ends) == 2 and any(
            parse_partial_date(one) and _read_length(other) for one, other in (ends, ends[::-1])
        ):
            yield from ends
        else:
            yield from re.split(r"\s*,\s*", part)


def _read_length(text: str) -> Length | None:
    """Returns the length; None for a number without unit."""
    return None if text.isdigit() else parse_length(text)


_CONTEXT = 300
"""Number of characters before and after the link that are searched for speaker and event."""

_CAPITALIZED = r"[^\W\d_a-z][\w'’/+&-]*(?:\.[\w]+)*"
_NAME = rf"{_CAPITALIZED}\.?(?: {_CAPITALIZED}\.?){{1,3}}"
_NAMES = rf"{_NAME}(?:(?:, {_NAME})*,? (?:and|&) {_NAME})?"
_TALK = r"(?:talk|keynote|lecture|interview|presentation)"
_OWNER = lazy_pattern(rf"({_NAMES})['’]s?(?: (?:19|20)\d\d)?(?: {_TALK})?[,:]?\s*[*_\"“]*$")
_BY = lazy_pattern(rf"[*_\"”]*(?: \([^()]*\))?,?(?: an?(?: \w+)? {_TALK})? by ({_NAMES})")
_BY_BEFORE = lazy_pattern(rf"\bby ({_NAMES})")
_EVENT = rf"{_CAPITALIZED}(?:(?: (?:of|on|for|the|in))? (?:{_CAPITALIZED}|(?:19|20)\d\d))*"
_AT = lazy_pattern(rf"\bat (?:the )?({_EVENT})")
_PLAIN_URL = lazy_pattern(r"https?://\S*[^\s:]")
_CONTROL = lazy_pattern("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Characters that a terminal or an editor would interpret. In YAML, `\\u202e` stands for such a character."""
_PLAIN = lazy_pattern(r"(?!(?:yes|no|on|off|true|false|null|y|n)$)[^\W\d_](?:[\w .+/'’-]*[\w.)])?", re.IGNORECASE)


class Suggestion(Struct, frozen=True):
    """A talk, and the keys of its block that are guesses."""

    talk: Talk
    guesses: tuple[str, ...]


def suggest_talk(paragraph: ParagraphLinks) -> Suggestion | None:
    """Returns the talk that a paragraph links to, with guesses for speakers and event, or None."""
    mention = find_recording_mention(paragraph)
    if mention is None:
        return None
    speakers, event = tuple(_guess_speakers(mention)), _guess_event(mention)
    talk = replace(mention.talk, speakers=speakers, event=event)
    guesses = {"speakers": bool(speakers), "event": event is not None}
    return Suggestion(talk, tuple(key for key, is_guess in guesses.items() if is_guess))


def write_talk_block(talk: Talk, guesses: tuple[str, ...] = ()) -> str:
    """Returns the `talk:` block as YAML, with a line end. The keys in `guesses` get a comment."""
    lines = {
        "title": quote(talk.title),
        "speakers": f"[{', '.join(quote(speaker.name) for speaker in talk.speakers)}]" if talk.speakers else "",
        "event": quote(talk.event.name) if talk.event else "",
        "date": talk.date.iso if talk.date else "",
        "video": quote_url(talk.video.url) if talk.video else "",
        "length": quote(format_length(talk.length)) if talk.length else "",
        "start": quote(format_timestamp(talk.start)) if talk.start else "",
    }
    remarks = dict.fromkeys(guesses, "  # guess, please check")
    return "talk:\n" + "".join(f"  {key}: {value}{remarks.get(key, '')}\n" for key, value in lines.items() if value)


def _guess_speakers(mention: RecordingMention) -> Iterator[Speaker]:
    """Guesses from `Ada Lovelace's [talk]`, `[talk] by Ada and Bob King` and `By Ada King: [talk]`."""
    before = mention.before[-_CONTEXT:]
    match = _OWNER.search(before) or _BY.match(mention.after) or _BY_BEFORE.search(before)
    for name in re.split(r",? (?:and|&) |, ", match[1]) if match else ():
        yield Speaker(tidy_name(name.rstrip(".,")))


def _guess_event(mention: RecordingMention) -> Event | None:
    """Guesses from the parenthesis, or from the words after `at` near the link."""
    named = next((part for part in mention.other_details if part[0].isupper()), "")
    match = _AT.search(mention.after[:_CONTEXT]) or _AT.search(mention.before[-_CONTEXT:])
    name = named or (match[1].rstrip(".,") if match else "")
    return make_event(name) if name else None


def quote(text: str) -> str:
    """Returns a YAML scalar: plain if that is unambiguous, else in double quotes."""
    if not text or _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'


def quote_url(url: str) -> str:
    """Returns a URL or a path as a YAML scalar. A full URL needs no quotes."""
    return url if _PLAIN_URL.fullmatch(url) and _CONTROL.search(url) is None else quote(url)
