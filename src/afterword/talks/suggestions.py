"""Guesses the speaker and the event of a talk from the first paragraph of its notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.names import tidy_name
from afterword.talks.inference import find_mention
from afterword.talks.lengths import format_length
from afterword.talks.model import Speaker, Talk, make_event
from afterword.talks.timestamps import format_moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.talks.inference import RecordingMention
    from afterword.talks.model import Event

_NEAR = 300
"""How many characters around the link may name speaker and event."""

_CAPITALIZED = r"[^\W\d_a-z][\w'’/+&-]*(?:\.[\w]+)*"
_NAME = rf"{_CAPITALIZED}\.?(?: {_CAPITALIZED}\.?){{1,3}}"
_NAMES = rf"{_NAME}(?:(?:, {_NAME})*,? (?:and|&) {_NAME})?"
_TALK = r"(?:talk|keynote|lecture|interview|presentation)"
_OWNER = re.compile(rf"({_NAMES})['’]s?(?: (?:19|20)\d\d)?(?: {_TALK})?[,:]?\s*[*_\"“]*$")
_BY = re.compile(rf"[*_\"”]*(?: \([^()]*\))?,?(?: an?(?: \w+)? {_TALK})? by ({_NAMES})")
_BY_BEFORE = re.compile(rf"\bby ({_NAMES})")
_EVENT = rf"{_CAPITALIZED}(?:(?: (?:of|on|for|the|in))? (?:{_CAPITALIZED}|(?:19|20)\d\d))*"
_AT = re.compile(rf"\bat (?:the )?({_EVENT})")
_PLAIN_URL = re.compile(r"https?://\S*[^\s:]")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What a terminal or an editor would act on; a `\\u202e` says the same in YAML."""
_PLAIN = re.compile(r"(?!(?:yes|no|on|off|true|false|null|y|n)$)[^\W\d_](?:[\w .+/'’-]*[\w.)])?", re.IGNORECASE)


class Suggestion(Struct, frozen=True):
    """A talk with guesses in it, and the keys of the block that are guesses."""

    talk: Talk
    guesses: tuple[str, ...]


def suggest(paragraph: str, text: str = "") -> Suggestion | None:
    """The talk that a paragraph links to, marked as notes or not, with guesses of who spoke and where; or None.

    `text` is the one around it, which may define its references.
    """
    mention = find_mention(paragraph, text)
    if mention is None:
        return None
    speakers, event = tuple(_guess_speakers(mention)), _guess_event(mention)
    talk = replace(mention.talk, speakers=speakers, event=event)
    guesses = {"speakers": bool(speakers), "event": event is not None}
    return Suggestion(talk, tuple(key for key, is_guess in guesses.items() if is_guess))


def write_block(talk: Talk, guesses: tuple[str, ...] = ()) -> str:
    """The `talk:` block of front matter, as YAML with a line end; the keys in `guesses` say that they are guesses."""
    lines = {
        "title": quote(talk.title),
        "speakers": f"[{', '.join(quote(speaker.name) for speaker in talk.speakers)}]" if talk.speakers else "",
        "event": quote(talk.event.name) if talk.event else "",
        "date": talk.given.iso if talk.given else "",
        "video": quote_url(talk.video.url) if talk.video else "",
        "length": quote(format_length(talk.length)) if talk.length else "",
        "start": quote(format_moment(talk.start)) if talk.start else "",
    }
    remarks = dict.fromkeys(guesses, "  # guess, please check")
    return "talk:\n" + "".join(f"  {key}: {value}{remarks.get(key, '')}\n" for key, value in lines.items() if value)


def _guess_speakers(mention: RecordingMention) -> Iterator[Speaker]:
    """Whose talk it is said to be: `Ada Lovelace's [talk]`, `[talk] by Ada and Bob King`, `By Ada King: [talk]`."""
    before = mention.before[-_NEAR:]
    match = _OWNER.search(before) or _BY.match(mention.behind) or _BY_BEFORE.search(before)
    for name in re.split(r",? (?:and|&) |, ", match[1]) if match else ():
        yield Speaker(tidy_name(name.rstrip(".,")))


def _guess_event(mention: RecordingMention) -> Event | None:
    """What the parenthesis names besides date and length, or what follows `at` in the words around the link."""
    named = next((part for part in mention.rest if part[0].isupper()), "")
    match = _AT.search(mention.behind[:_NEAR]) or _AT.search(mention.before[-_NEAR:])
    name = named or (match[1].rstrip(".,") if match else "")
    return make_event(name) if name else None


def quote(text: str) -> str:
    """A YAML scalar: plain where nothing could take it for anything else, otherwise in double quotes."""
    if not text or _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'


def quote_url(url: str) -> str:
    """A URL, or the path of a file, as a YAML scalar; a full URL needs no quotes."""
    return url if _PLAIN_URL.fullmatch(url) and _UNSEEN.search(url) is None else quote(url)
