"""A talk read from the first paragraph of the notes on it, for posts without a `talk:` block.

Takes what the paragraph plainly says: the link to the recording, and the date and the length in the parenthesis behind
it, as in `[Growing a Language](https://youtu.be/_ahvzDzKdB0) (1998, 54 min)`. Relies on Markdown's inline links as
they are written. Refuses to infer who spoke and where: see `suggestions`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.talks.given import Given, parse_given
from afterword.talks.lengths import Length, parse_length
from afterword.talks.recordings import has_valid_id, recognise
from afterword.talks.talk import Talk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MARKS = ("notes", "talk-notes")
"""The tags that mark notes on a talk, unless the settings name others."""

LONGEST_LOOK = 2_000
"""How many characters of a paragraph are looked at: a link that comes later is not what the notes are about."""

_LABEL = r"(?:\\.|\[[^\[\]]*\]|[^\[\]\\])+"
_TARGET = r"(?:<([^<>\s]+)>|([^\s()<>]+(?:\([^\s()]*\)[^\s()]*)*))"
_LINK = re.compile(rf"(?<![!\\])\[({_LABEL})\]\(\s*{_TARGET}[^()]*\)")
_CODE_WITH_LINK = re.compile(r"(`+)[^`]*\]\([^`]*\1")
_PARENTHESIS = re.compile(r"[\s*_]*\(([^()]*)\)")
_DATE_COMMA = re.compile(r"\b([A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?),(\s+\d{4})\b", re.ASCII)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"(?<![\w*_])([*_]{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*_])")


@dataclass(frozen=True, slots=True)
class Mention:
    """A paragraph's first link to a recording: the talk that it plainly speaks of, and the words around.

    `before` and `behind` are the paragraph's text on either side of the link, with single spaces; `rest` are the parts
    of the parenthesis behind it that are neither date nor length.
    """

    talk: Talk
    before: str
    behind: str
    rest: tuple[str, ...]


def infer(title: str, tags: Iterable[str], paragraph: str, marks: Sequence[str] = MARKS) -> Talk | None:
    """The talk that a post is about, if it is marked as notes and its first paragraph links to a known video host.

    `paragraph` is Markdown as written. A post is marked by a title that begins with `Notes:` or by one of the tags in
    `marks`.
    """
    wanted = {mark.casefold() for mark in marks}
    is_marked = title.strip().casefold().startswith("notes:") or any(tag.casefold() in wanted for tag in tags)
    found = find_mention(paragraph) if is_marked else None
    return replace(found.talk, inferred=True) if found else None


def complete(talk: Talk, inferred: Talk | None) -> Talk:
    """The talk of a block with what the first paragraph says of the same recording and the block does not."""
    if inferred is None or talk.video is None or inferred.video is None:
        return talk
    if talk.video.identity != inferred.video.identity:
        return talk
    return replace(
        talk,
        title=talk.title or inferred.title,
        given=talk.given or inferred.given,
        length=talk.length or inferred.length,
    )


def find_mention(paragraph: str) -> Mention | None:
    """The first link of a paragraph that leads to a recording on a known video host, or None.

    Links in code, images and reference links are none.
    """
    text = _CODE_WITH_LINK.sub(lambda match: " " * len(match[0]), paragraph[:LONGEST_LOOK])
    for match in _LINK.finditer(text):
        recording = recognise(match[2] or match[3])
        if recording is None or not recording.is_hosted or not has_valid_id(recording):
            continue
        before, behind = text[: match.start()], text[match.end() :]
        given, length, rest = _read_parenthesis(behind)
        talk = Talk(title=_plain(match[1]), given=given, video=recording, length=length, start=recording.start)
        return Mention(talk, re.sub(r"\s+", " ", before), re.sub(r"\s+", " ", behind), rest)
    return None


def _read_parenthesis(behind: str) -> tuple[Given | None, Length | None, tuple[str, ...]]:
    """The date and the length in a parenthesis right behind the link, and its other parts: `(Nov 2023, 1hr)`."""
    match = _PARENTHESIS.match(behind)
    if match is None:
        return None, None, ()
    given: Given | None = None
    length: Length | None = None
    rest: list[str] = []
    for part in re.split(r"\s*[,;·]\s*", _DATE_COMMA.sub(r"\1\2", match[1])):
        if given is None and (date := parse_given(part)):
            given = date
        elif length is None and not part.isdigit() and (duration := parse_length(part)):
            length = duration
        elif part:
            rest.append(" ".join(part.split()))
    return given, length, tuple(rest)


def _plain(markdown: str) -> str:
    """The words of a link's text: no emphasis, no code marks, no escapes."""
    text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", markdown.replace("`", "")))
    return " ".join(unicodedata.normalize("NFC", _ESCAPE.sub(r"\1", text)).split())
