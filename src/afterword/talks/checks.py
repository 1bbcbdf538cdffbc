"""Checks talks against the date and timestamps of their notes, and against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from afterword.core.diagnostics import Diagnostic, note, warning
from afterword.core.names import find_near_duplicates
from afterword.talks.lengths import format_length
from afterword.talks.partial_dates import format_partial_date
from afterword.talks.recordings import has_start_times
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
    message = f"the talk's date ({format_partial_date(talk.date)}) is after the post's date ({post_date.isoformat()})"
    hint = "correct one of the dates"
    return (warning("talk-after-notes", message, place, hint=hint),)


def check_recording(talk: Talk, moments: Iterable[tuple[int, Place]]) -> tuple[Diagnostic, ...]:
    """Warns, at the first timestamp, if there is no recording for timestamps, or none that they can link to."""
    first = min((place for _, place in moments), key=lambda place: (place.line, place.column), default=None)
    if first is None:
        return ()
    if talk.video is not None and not has_start_times(talk.video):
        host = urlsplit(talk.video.url).hostname or talk.video.url
        message = f"timestamps are not linked: start times are not supported for `{host}`"
        is_playlist = "playlist" in urlsplit(talk.video.url).path
        hint = f"give {'the URL of the video' if is_playlist else 'the recording on another host'} as `video`"
        return (note("unlinked-timestamps", message, first, hint=hint),)
    if talk.video is not None:
        return ()
    message = "timestamp in a post about a talk without a video"
    hint = "add `video: https://…` to `talk`, or write `\\[12:34]` for plain text"
    return (warning("timestamp-without-video", message, first, hint=hint),)


def check_timestamps(talk: Talk, moments: Iterable[tuple[int, Place]]) -> tuple[Diagnostic, ...]:
    """Warns of timestamps after the end of the recording.

    This is not an error: lengths are often approximate, and such a link does no harm.
    """
    if talk.length is None:
        return ()
    length = talk.length
    return tuple(
        warning(
            "timestamp-out-of-range",
            f"timestamp {format_timestamp(seconds)} is after the end of the talk ({format_length(length)})",
            place,
            hint="correct the timestamp or `length`",
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
            hint = "correct one of the times, or remove this chapter"
            related = ((seen[seconds], "the listed chapter"),)
            found.append(warning("chapter-order", message, place, hint=hint, related=related))
            continue
        before, earlier = next(reversed(seen.items()), (seconds, place))
        if seconds < before:
            message = f"chapter at {format_timestamp(seconds)} comes after the chapter at {format_timestamp(before)}"
            related = ((earlier, "the chapter before it"),)
            hint = "correct the time, or move the heading"
            found.append(warning("chapter-order", message, place, hint=hint, related=related))
        seen[seconds] = place
    return tuple(found)


def duplicate_chapter_message(seconds: int) -> str:
    """Why a chapter does not count that begins where one before it does."""
    return f"duplicate chapter time {format_timestamp(seconds)}: this chapter is not listed"


def check_similar_names(what: str, names: Mapping[str, Place]) -> tuple[Diagnostic, ...]:
    """Warns of names of a `what` ("speaker", "event") that differ only in case, accents, punctuation or spaces.

    `names` maps each name to its first place, in order of appearance.
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
