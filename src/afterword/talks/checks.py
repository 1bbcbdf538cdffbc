"""Checks talks against the date and timestamps of their notes, and against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.diagnostics import Diagnostic, warning
from afterword.core.names import find_near_duplicates
from afterword.talks.dates import format_partial_date
from afterword.talks.lengths import format_length
from afterword.talks.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from afterword.core.diagnostics import Place
    from afterword.talks.model import Talk


def check_date(talk: Talk, post_date: date, place: Place) -> tuple[Diagnostic, ...]:
    """Warns if the talk was given after its notes were published."""
    if talk.date is None or talk.date.earliest <= post_date:
        return ()
    preposition = "on" if talk.date.day else "in"
    message = f"this talk was given {preposition} {format_partial_date(talk.date)}, after the notes on it"
    hint = "correct the talk's date, or that of the notes"
    return (warning("talk-after-notes", message, place, hint=hint),)


def check_recording(talk: Talk, moments: Iterable[tuple[int, Place]]) -> tuple[Diagnostic, ...]:
    """Warns, at the first timestamp, if there is no recording for timestamps."""
    first = min((place for _, place in moments), key=lambda place: (place.line, place.column), default=None)
    if talk.video is not None or first is None:
        return ()
    message = "this talk has no recording, so the moments of these notes lead nowhere"
    hint = "give the talk its `video`, or write `\\[12:34]` for what is no moment"
    return (warning("no-recording", message, first, hint=hint),)


def check_timestamps(talk: Talk, moments: Iterable[tuple[int, Place]]) -> tuple[Diagnostic, ...]:
    """Warns of timestamps after the end of the recording.

    This is not an error: lengths are often approximate, and such a link does no harm.
    """
    if talk.length is None:
        return ()
    length = talk.length
    return tuple(
        warning(
            "time-beyond-length",
            f"{format_timestamp(seconds)} is beyond the talk's length, {format_length(length)}",
            place,
            hint="correct the time, or the talk's `length`",
        )
        for seconds, place in moments
        if seconds > length.longest
    )


def check_chapters(chapters: Sequence[tuple[int, Place]]) -> tuple[Diagnostic, ...]:
    """Warns of chapters in the wrong order. Of several chapters at the same time, the first counts."""
    found = []
    seen: dict[int, Place] = {}
    for seconds, place in chapters:
        if seconds in seen:
            message = duplicate_chapter_message(seconds)
            hint = "correct one of the times, or leave this one out"
            related = ((seen[seconds], "the chapter that is listed"),)
            found.append(warning("chapter-order", message, place, hint=hint, related=related))
            continue
        before, earlier = next(reversed(seen.items()), (seconds, place))
        if seconds < before:
            message = f"the chapter at {format_timestamp(seconds)} comes after the one at {format_timestamp(before)}"
            related = ((earlier, "the chapter before it"),)
            found.append(warning("chapter-order", message, place, related=related))
        seen[seconds] = place
    return tuple(found)


def duplicate_chapter_message(seconds: int) -> str:
    """Returns the message for a chapter that begins at the same time as one before it."""
    return f"a chapter before it begins at {format_timestamp(seconds)}, too, so this one is not listed as a chapter"


def check_similar_names(what: str, names: Mapping[str, Place]) -> tuple[Diagnostic, ...]:
    """Warns of names of a `what` ("speaker", "event") that differ only in case, accents, punctuation or spaces.

    `names` maps each name to its first place, in order of appearance.
    """
    found = []
    for first, *others in find_near_duplicates(names):
        for other in others:
            message = f"the {what}s `{other}` and `{first}` differ only in case, accents, punctuation or spaces"
            hint = "spell both alike, or name one as an alias of the other in the settings"
            found.append(
                warning("near-duplicate", message, names[other], hint=hint, related=((names[first], f"`{first}`"),))
            )
    return tuple(found)
