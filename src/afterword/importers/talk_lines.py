"""Reads the header lines of notes on a talk: a title with the recording or the speaker, `**Speaker: X**` and others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.talks.block_values import split_names
from afterword.talks.inference import write_talk_block
from afterword.talks.model import Speaker, Talk, make_event
from afterword.talks.partial_dates import parse_partial_date
from afterword.talks.recordings import find_recording_problem, parse_recording

if TYPE_CHECKING:
    from afterword.talks.partial_dates import PartialDate
    from afterword.talks.recordings import Recording

_TITLE = re.compile(r"\A\s*# +\[(?P<title>[^\]\n]+)\]\((?P<url>[^)\s]+)\)[ \t]*\n")
_QUOTED = re.compile(r"\A\s*# +[\"“](?P<title>[^\"“”\n]+)[\"”],? +by +(?P<speakers>[^\n`*\[<]{2,120}?)[ \t#]*(?:\n|\Z)")
"""A title such as `# "Boundaries" by Gary Bernhardt`."""

_LINE = re.compile(
    r"^\*\*(?P<key>Speakers?|Presenters?|By|Conference|Event|Meetup|Date):?\s*(?P<value>.+?)\*\*[ \t\\]*\n",
    re.IGNORECASE | re.MULTILINE,
)
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<url>[^)\s]*)\)")
_TIME = re.compile(r"\[Time:? (?P<time>(?:\d+:)?\d?\d:\d\d)\]")
_HEAD = 1_500
"""Characters at the beginning of a text in which header lines are looked for."""


class TalkLines(Struct, frozen=True):
    """A title, the `talk:` block of front matter, and the text without the lines that they were made of."""

    title: str
    block: str
    text: str


def read_talk_lines(text: str) -> TalkLines | None:
    """Parses the header lines of a note; None if its title neither links to a recording nor names the speaker."""
    speakers: list[str] = []
    recording: Recording | None = None
    if (match := _TITLE.match(text)) is not None:
        recording = parse_recording(match["url"])
        if recording is None or not recording.is_hosted or find_recording_problem(recording) is not None:
            return None
    elif (match := _QUOTED.match(text)) is not None:
        speakers += split_names(match["speakers"])
        if not all(name[0].isupper() for name in speakers):
            return None
    else:
        return None
    title, rest = match["title"].strip(), text[match.end() :]
    event, given = "", None
    used: list[tuple[int, int]] = []
    for line in _LINE.finditer(rest[:_HEAD]):
        key, value = line["key"].lower(), _LINK.sub(lambda link: link["text"], line["value"]).strip()
        if key.startswith(("speaker", "presenter", "by")):
            speakers += split_names(value)
        elif key in ("conference", "event", "meetup"):
            name, _, day = value.rpartition(" - ")
            parsed = parse_partial_date(day.strip()) if name else None
            event, given = (name, parsed) if parsed is not None else (value, given)
        elif key == "date":
            given = parse_partial_date(value) or given
        else:
            continue
        used.append(line.span())
    for start, end in reversed(used):
        rest = rest[:start] + rest[end:]
    talk = _make_talk(title, recording, speakers, event, given)
    return TalkLines(title, write_talk_block(talk), _TIME.sub(lambda time: f"[{time['time']}]", rest).lstrip("\n"))


def _make_talk(
    title: str, recording: Recording | None, speakers: list[str], event: str, given: PartialDate | None
) -> Talk:
    return Talk(
        title=title,
        speakers=tuple(map(Speaker, dict.fromkeys(speakers))),
        event=make_event(event) if event else None,
        date=given,
        video=recording,
        start=recording.start if recording is not None else 0,
    )
