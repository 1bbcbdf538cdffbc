"""Suggests a `talk:` block: guesses speaker and event from the first paragraph, and writes the block as YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.names import tidy_name
from afterword.core.patterns import lazy_pattern
from afterword.talks.inference import find_recording_mention
from afterword.talks.lengths import format_length
from afterword.talks.model import Speaker, Talk, make_event
from afterword.talks.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.talks.inference import ParagraphLinks, RecordingMention
    from afterword.talks.model import Event

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
