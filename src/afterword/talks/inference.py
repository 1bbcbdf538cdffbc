"""Infers a talk from the first paragraph of a post without a `talk:` block.

Reads the link to the recording, and date and length in the parenthesis beside it, as in `[Growing a
Language](https://youtu.be/_ahvzDzKdB0) (1998, 54 min)`. Speaker and event are not inferred.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.outline.blocks import find_first_paragraph
from afterword.outline.links import find_links
from afterword.talks.dates import PartialDate, parse_given
from afterword.talks.lengths import Length, parse_length
from afterword.talks.model import Talk
from afterword.talks.recordings import Recording, has_valid_id, recognise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from afterword.outline.links import Hyperlink

MARKS = ("notes", "talk-notes")
"""The tags that mark notes on a talk, unless the settings name others."""

LONGEST_LOOK = 2_000
"""How many characters of a first paragraph are looked at: a link that comes later is not what notes are about."""

_PARENTHESIS = re.compile(
    r"[\s*_\"'”’»]*(?:(?:,|[–—]|-{1,3})\s*)?(?:(?<=\s)(?:by|at|from) [^():;!?]{1,80})?\(([^()]*)\)"
)
_NEXT_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)")
_SEPARATOR = re.compile(r"\s*(?:[;·]|(?<!\d),|,(?!\d)|(?<=\d{4}),)\s*")
"""What stands between the parts of a parenthesis; a comma between digits may be that of `1,5 h`, save behind a year."""
_BETWEEN = re.compile(r"\s*[–—]\s*|\s+(?:-{1,3}|[/|])\s+")
_ATTRIBUTES = re.compile(r"\{:?[^{}]*\}")
_DATE_COMMA = re.compile(r"\b([A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?),(\s+\d{4})\b", re.ASCII)
_POINTERS = frozenset(
    {
        *("a", "at", "here", "his", "her", "it", "my", "on", "see", "the", "their", "this", "view", "watch"),
        *("keynote", "lecture", "link", "original", "recording", "source", "talk", "video", "vimeo", "youtube"),
    }
)
"""A link of nothing but such words points at a recording and does not name it."""

_MARK = re.compile(r"notes:\s*", re.IGNORECASE)


class RecordingMention(Struct, frozen=True):
    """A paragraph's first link to a recording: the talk that it plainly speaks of, and the words around.

    `before` and `behind` are the words of the paragraph on either side of the link; `rest` are the parts of the
    parenthesis that are neither date nor length.
    """

    talk: Talk
    before: str
    behind: str
    rest: tuple[str, ...]


class InvalidVideoLink(Struct, frozen=True):
    """A link to a recording that its host cannot have: what it was taken for, and its target as written."""

    recording: Recording
    target: str


def is_marked(title: str, tags: Iterable[str], marks: Sequence[str] = MARKS) -> bool:
    """Whether a post is marked as notes: by a title that begins with `Notes:`, or by one of the tags in `marks`."""
    wanted = {mark.casefold() for mark in marks}
    return _MARK.match(title.strip()) is not None or any(tag.casefold() in wanted for tag in tags)


def title_of_talk(title: str) -> str:
    """What a talk is called that only the title of the notes on it names: `Notes: Boundaries` are on `Boundaries`."""
    return _MARK.sub("", title.strip(), count=1) or title


def infer(text: str) -> Talk | None:
    """The talk that notes are about, if their first paragraph links to a known video host; `text` is Markdown."""
    found = find_mention(find_first_paragraph(text)[:LONGEST_LOOK], text)
    return replace(found.talk, inferred=True) if found else None


def complete(talk: Talk, inferred: Talk | None) -> Talk:
    """The talk of a block with what the first paragraph says of the same recording and the block does not.

    A block that names no recording is about the one that the paragraph links to.
    """
    if inferred is None or inferred.video is None:
        return talk
    if talk.video is not None and talk.video.identity != inferred.video.identity:
        return talk
    return replace(
        talk,
        title=talk.title or inferred.title,
        given=talk.given or inferred.given,
        video=talk.video or inferred.video,
        length=talk.length or inferred.length,
    )


def find_mention(paragraph: str, text: str = "") -> RecordingMention | None:
    """The first link of a paragraph that leads to a recording on a known video host, or None.

    `text` is the one around it, which may define its references. Links in code and images are none.
    """
    for recording, link in _find_hosted(paragraph, text):
        if has_valid_id(recording):
            return _read_mention(recording, link)
    return None


def find_slip(paragraph: str, text: str = "") -> InvalidVideoLink | None:
    """The first link of a paragraph to a recording that its host cannot have, or None."""
    hosted = _find_hosted(paragraph, text)
    return next((InvalidVideoLink(found, link.target) for found, link in hosted if not has_valid_id(found)), None)


def _find_hosted(paragraph: str, text: str) -> Iterator[tuple[Recording, Hyperlink]]:
    for link in find_links(paragraph, text):
        recording = recognise(link.target)
        if recording is not None and recording.is_hosted:
            yield recording, link


def _read_mention(recording: Recording, link: Hyperlink) -> RecordingMention:
    before, behind = link.before, _ATTRIBUTES.sub("", link.behind, count=1) if link.behind[:1] == "{" else link.behind
    given, length, rest = _read_details(before, behind)
    names_it = not _POINTERS.issuperset(re.findall(r"\w+", link.words.casefold()))
    title = " ".join(unicodedata.normalize("NFC", link.words).split()) if names_it else ""
    talk = Talk(title=title, given=given, video=recording, length=length, start=recording.start)
    return RecordingMention(talk, before, behind, rest)


def _read_details(before: str, behind: str) -> tuple[PartialDate | None, Length | None, tuple[str, ...]]:
    """The date and the length in the parenthesis behind the link, or around it, and its other parts.

    Between the two may stand a comma or a dash, by whom the talk is, and where it was given. One of them may stand in a
    second parenthesis right behind the first.
    """
    more = ""
    if before.rstrip().endswith("(") and ")" in behind:
        inside = behind.partition(")")[0]
    elif (match := _PARENTHESIS.match(behind)) is not None:
        inside = match[1]
        following = _NEXT_PARENTHESIS.match(behind, match.end())
        more = following[1].strip() if following is not None else ""
    else:
        return None, None, ()
    given: PartialDate | None = None
    length: Length | None = None
    rest: list[str] = []
    for part in _split_details(_DATE_COMMA.sub(r"\1\2", inside.strip())):
        if given is None and (date := parse_given(part)):
            given = date
        elif length is None and (duration := _read_length(part)):
            length = duration
        elif part:
            rest.append(" ".join(part.split()))
    return given or parse_given(more), length or _read_length(more), tuple(rest)


def _split_details(text: str) -> Iterator[str]:
    """The parts of a parenthesis; a dash or a slash parts only a date and a length, as in `Nov 2023 – 1 hr`."""
    for part in _SEPARATOR.split(text):
        ends = _BETWEEN.split(part)
        if _read_length(part):
            yield part
        elif len(ends) == 2 and any(parse_given(one) and _read_length(other) for one, other in (ends, ends[::-1])):
            yield from ends
        else:
            yield from re.split(r"\s*,\s*", part)


def _read_length(text: str) -> Length | None:
    """The length that a part spells; a number alone is none."""
    return None if text.isdigit() else parse_length(text)
