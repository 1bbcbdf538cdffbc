"""The keys of a `talk:` block: ours, those of other tools, and what is probably meant by words that are neither.

Relies on the tables below. Refuses to read a word that is no key: it is said what it may mean.
"""

from __future__ import annotations

from afterword.diagnostics import did_you_mean

KEYS = (
    *("title", "speakers", "event", "date", "video", "length"),
    *("published", "slides", "transcript", "also", "start", "kind"),
)
"""The keys of the block."""

IMPORTED = {
    "speaker": "speakers",
    "presenter": "speakers",
    "presenters": "speakers",
    "conference": "event",
    "recorded": "date",
    "given": "date",
    "uploaded": "published",
    "duration": "length",
    "media": "video",
    "media_link": "video",
    "video_url": "video",
    "youtube": "video",
}
"""Spellings of other tools, and the keys that they mean."""

MEANT = {
    **dict.fromkeys(("url", "link", "recording", "watch"), "video"),
    **dict.fromkeys(("author", "authors", "by", "guest", "guests"), "speakers"),
    **dict.fromkeys(("venue", "meetup", "place", "where", "location"), "event"),
    **dict.fromkeys(("when", "year"), "date"),
    **dict.fromkeys(("runtime", "minutes"), "length"),
    **dict.fromkeys(("subtitles", "captions"), "transcript"),
    "name": "title",
    "deck": "slides",
    "type": "kind",
    "mirrors": "also",
}
"""Words that are no keys, and the keys that they were probably meant to be."""

OUTSIDE = frozenset({"takeaways", "updates", "related", "tags", "lead_ids"})
"""Keys of the post, which have no meaning in the block."""


def spellings_of(key: str) -> tuple[str, ...]:
    """A key of the block, and what other tools call it."""
    return key, *(spelling for spelling, name in IMPORTED.items() if name == key)


def hint_at_key(key: str) -> str:
    """What to do about a key that a talk does not have."""
    if key in OUTSIDE:
        return f"`{key}` stands beside `talk`, not in it"
    if key == "chapters":
        return "chapters are headings of the text that end with a time: `## Tool use [27:43]`"
    if (meant := MEANT.get(key.lower())) is not None:
        return f"did you mean `{meant}`?"
    return did_you_mean(key, (*KEYS, *IMPORTED)) or f"a talk has {', '.join(f'`{known}`' for known in KEYS)}"
