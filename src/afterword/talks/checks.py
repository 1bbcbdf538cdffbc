"""Checks talks against the date and timestamps of their notes, and against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.diagnostics import Diagnostic, warning
from afterword.core.names import find_near_duplicates
from afterword.talks.dates import format_given
from afterword.talks.lengths import format_length
from afterword.talks.timestamps import format_moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from afterword.core.diagnostics import Place
    from afterword.talks.model import Talk


def check_date(talk: Talk, noted: date, place: Place) -> tuple[Diagnostic, ...]:
    """Whether the talk can have been given when the notes on it were published."""
    if talk.given is None or talk.given.earliest <= noted:
        return ()
    message = f"the talk's date ({format_given(talk.given)}) is after the post's date ({noted})"
    hint = "correct one of the dates"
    return (warning("talk-after-notes", message, place, hint=hint),)


def check_recording(talk: Talk, moments: Iterable[tuple[int, Place]]) -> tuple[Diagnostic, ...]:
    """Whether there is a recording that moments can lead to; said once, at the first of them."""
    first = min((place for _, place in moments), key=lambda place: (place.line, place.column), default=None)
    if talk.video is not None or first is None:
        return ()
    message = "timestamp in a post about a talk without a video"
    hint = "add `video: https://…` to `talk`, or write `\\[12:34]` for plain text"
    return (warning("timestamp-without-video", message, first, hint=hint),)


def check_moments(talk: Talk, moments: Iterable[tuple[int, Place]]) -> tuple[Diagnostic, ...]:
    """Whether the moments that a text names are within the recording.

    No more than a warning: lengths are often known only about so, and a moment too late does no harm.
    """
    if talk.length is None:
        return ()
    length = talk.length
    return tuple(
        warning(
            "timestamp-out-of-range",
            f"timestamp {format_moment(seconds)} is after the end of the talk ({format_length(length)})",
            place,
            hint="correct the timestamp or `length`",
        )
        for seconds, place in moments
        if seconds > length.longest
    )


def check_chapters(chapters: Sequence[tuple[int, Place]]) -> tuple[Diagnostic, ...]:
    """Whether the chapters of a text begin one after the other; of those that begin together, the first counts."""
    found = []
    seen: dict[int, Place] = {}
    for seconds, place in chapters:
        if seconds in seen:
            message = say_doubled(seconds)
            hint = "correct one of the times, or remove this chapter"
            related = ((seen[seconds], "the listed chapter"),)
            found.append(warning("chapter-order", message, place, hint=hint, related=related))
            continue
        before, earlier = next(reversed(seen.items()), (seconds, place))
        if seconds < before:
            message = f"chapter at {format_moment(seconds)} comes after the chapter at {format_moment(before)}"
            related = ((earlier, "the chapter before it"),)
            hint = "correct the time, or move the heading"
            found.append(warning("chapter-order", message, place, hint=hint, related=related))
        seen[seconds] = place
    return tuple(found)


def say_doubled(seconds: int) -> str:
    """Why a chapter does not count that begins where one before it does."""
    return f"duplicate chapter time {format_moment(seconds)}: this chapter is not listed"


def check_names(what: str, names: Mapping[str, Place]) -> tuple[Diagnostic, ...]:
    """Whether two names of a `what` ("speaker", "event") differ in case, marks, punctuation or spaces alone.

    `names` gives each name's first place, in the order of appearance.
    """
    found = []
    for first, *others in find_near_duplicates(names):
        for other in others:
            message = f"similar {what} names: `{other}` and `{first}`"
            hint = "use one spelling, or add an alias to `talks.{what}s`"
            found.append(
                warning("near-duplicate", message, names[other], hint=hint, related=((names[first], f"`{first}`"),))
            )
    return tuple(found)
