"""Talks as templates see them: URLs with the base path, formatted numbers and dates. Unknown values are empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Struct

from afterword.core.urls import folder_of, url_of_file
from afterword.core.web_origins import find_origin
from afterword.talks.inference import title_of_talk
from afterword.talks.partial_dates import months_apart
from afterword.talks.recordings import embed_origin, embed_url, media_type, url_at
from afterword.talks.timestamps import format_iso, format_length, format_timestamp
from afterword.talks.updates import find_update

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.content.post import Post
    from afterword.core.web_origins import Load
    from afterword.markdown.body import Heading
    from afterword.site.model import Site
    from afterword.site.site_snapshot import SiteSnapshot
    from afterword.talks.model import Event
    from afterword.talks.recordings import Recording
    from afterword.talks.updates import Update

_SITES = {"youtube": "YouTube", "vimeo": "Vimeo"}


class SpeakerView(Struct, frozen=True):
    """A speaker."""

    name: Annotated[str, "Name."]
    url: Annotated[str, "URL of the speaker's page, or empty text."]
    link: Annotated[str, "URL of the speaker's own site, or empty text."]
    role: Annotated[str, "Role, such as `host`; usually empty."]


class EventView(Struct, frozen=True):
    """An event."""

    name: Annotated[str, "Event with its edition: `PyCon US 2015`."]
    series: Annotated[str, "Event without the edition: `PyCon US`."]
    edition: Annotated[str, "Edition: `2015`."]
    edition_id: Annotated[str, "Id of the edition on the event's page, or empty text."]
    url: Annotated[str, "URL of the event's page at this edition, or empty text."]
    link: Annotated[str, "Site of the event, or empty text."]


class VideoView(Struct, frozen=True):
    """A recording."""

    host: Annotated[str, "Kind of host: `youtube`, `vimeo`, `peertube`, `media` (a file) or `other`."]
    site: Annotated[str, "Name of the host: `YouTube`."]
    url: Annotated[str, "URL."]
    embed_url: Annotated[str, "URL of the player, or empty text."]
    origin: Annotated[str, "Origin of the player, or empty text."]
    media: Annotated[Literal["", "audio", "video"], "`audio` or `video` for files, else empty text."]


class TalkView(Struct, frozen=True):
    """A talk, as its post describes it or as inferred from the text."""

    title: Annotated[str, "Title."]
    kind: Annotated[str, "Kind: `talk`, `keynote`, `interview`, or other words."]
    lang: Annotated[str, "Language, if `talk.lang` names one; else empty text."]
    medium: Annotated[
        Literal["audio", "text", "video"], "`video`, `audio` or `text`: whether it is watched, heard or read."
    ]
    speakers: Annotated[tuple[SpeakerView, ...], "Speakers."]
    event: Annotated[EventView | None, "Event, or none."]
    date: Annotated[str, "Date of the talk: `2023`, `2023-11` or `2023-11-22`; or empty text."]
    year: Annotated[int, "Year, or 0."]
    length: Annotated[int, "Length in seconds, or 0."]
    length_text: Annotated[str, "Length as text: `1 h 5 min`."]
    length_iso: Annotated[str, "Length in ISO 8601: `PT1H5M`."]
    length_exact: Annotated[bool, "Whether the length is exact to the second."]
    longest: Annotated[int, "Maximum length in seconds, as a rounded length can be shorter than the recording; or 0."]
    published: Annotated[str, "Day on which the recording was published, or empty text."]
    video: Annotated[VideoView | None, "Recording, or none."]
    watch_url: Annotated[str, "URL of the recording at the start of the talk, or empty text."]
    start: Annotated[int, "Start of the talk in the recording, in seconds."]
    slides: Annotated[str, "URL of the slides, or empty text."]
    transcript: Annotated[str, "URL of the transcript, or empty text."]
    also: Annotated[tuple[VideoView, ...], "Other recordings."]
    chapters_url: Annotated[str, "URL of `chapters.json`, or empty text."]
    age: Annotated[tuple[str, ...], "Months of the talk and the post, as `2023-11`, if they differ; else empty."]
    inferred: Annotated[bool, "Whether the talk is detected from the text: front matter has no `talk`."]
    remote: Annotated[tuple[Load, ...], "Origins that the player loads from, as (directive, origin)."]


class ChapterView(Struct, frozen=True):
    """A chapter of a talk."""

    seconds: Annotated[int, "Start in seconds."]
    time: Annotated[str, "Start: `12:34`."]
    iso: Annotated[str, "Start in ISO 8601: `PT12M34S`."]
    end: Annotated[int, "End in seconds, or 0 if unknown."]
    title: Annotated[str, "Title."]
    id: Annotated[str, "Id of the heading."]
    url: Annotated[str, "URL that plays the chapter."]


class TranscriptLineView(Struct, frozen=True):
    """A line of a transcript; without a time, all but the text are empty."""

    text: str
    seconds: int = 0
    time: str = ""
    iso: str = ""
    url: str = ""


class ScoreView(Struct, frozen=True):
    """The timeline of a talk, in seconds: sorted, without duplicates, and none beyond the end."""

    length: Annotated[int, "Length."]
    chapters: Annotated[tuple[int, ...], "Starts of chapters."]
    moments: Annotated[tuple[int, ...], "Other timestamps."]


class UpdateView(Struct, frozen=True):
    """An update."""

    date: Annotated[str, "Date: `2026-05`."]
    text: Annotated[str, "Note, or empty text."]
    id: Annotated[str, "Id of the section, or empty text."]


def view_talk(site_snapshot: SiteSnapshot, post: Post) -> TalkView | None:
    """Returns the talk of a post, or None."""
    talk, site = post.talk, site_snapshot.site
    if talk is None:
        return None
    length, given, video = talk.length, talk.date, talk.video
    published = talk.published if talk.published is not None and talk.published.exact is not None else None
    start = talk.start or (video.start if video is not None else 0)
    return TalkView(
        title=talk.title or title_of_talk(post.title),
        kind=talk.kind,
        lang=talk.lang,
        medium=talk.medium,
        speakers=tuple(
            SpeakerView(one.name, site.url_of_term("speaker", one.name), one.url, one.role) for one in talk.speakers
        ),
        event=_view_event(site, talk.event) if talk.event is not None else None,
        date=given.iso if given is not None else "",
        year=given.year if given is not None else 0,
        length=length.seconds if length is not None else 0,
        length_text=format_length(length) if length is not None else "",
        length_iso=format_iso(length.seconds) if length is not None else "",
        length_exact=length is not None and not length.rounded,
        longest=length.longest if length is not None else 0,
        published=published.iso if published is not None else "",
        video=_view_video(site, post, video) if video is not None else None,
        watch_url=resolve_url(site, post, url_at(video, start)) if video is not None else "",
        start=start,
        slides=resolve_url(site, post, talk.slides),
        transcript=resolve_url(site, post, talk.transcript),
        also=tuple(_view_video(site, post, recording) for recording in talk.also),
        chapters_url=_chapters_url(site, post),
        age=months_apart(given, post.day) if given is not None and post.day is not None else (),
        inferred=talk.inferred,
        remote=tuple(_remote(site, video)) if video is not None else (),
    )


def _chapters_url(site: Site, post: Post) -> str:
    is_made = post.chapters_output and site.config.talks.chapter_files
    return site.address.rooted(url_of_file(post.chapters_output)) if is_made else ""


def _view_event(site: Site, event: Event) -> EventView:
    url = site.url_of_term("event", event.series)
    edition_id = f"page:edition-{event.edition_slug}" if event.edition else ""
    place = f"#{edition_id}" if url and edition_id else ""
    return EventView(event.name, event.series, event.edition, edition_id, f"{url}{place}", event.url)


def _view_video(site: Site, post: Post, recording: Recording) -> VideoView:
    url = resolve_url(site, post, recording.url)
    name = _SITES.get(recording.host) or _host_of(url) or "this site"
    media = media_type(recording.url) if recording.host == "media" else ""
    return VideoView(recording.host, name, url, embed_url(recording), embed_origin(recording), media)


def _host_of(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2].removeprefix("www.")


def _remote(site: Site, video: Recording) -> Iterator[Load]:
    if (player := find_origin(embed_url(video))) is not None:
        yield "frame-src", player
    elif video.host == "media" and (file := find_origin(video.url)) not in (None, find_origin(site.address.origin)):
        yield "media-src", file


def resolve_url(site: Site, post: Post, written: str) -> str:
    """Resolves a URL, root-absolute path or path beside the post from front matter."""
    if not written or "://" in written:
        return written
    if written.startswith("/"):
        return site.address.rooted(written)
    path, mark, rest = written.partition("#")
    return site.address.rooted(folder_of(post.url) + url_of_file(path).removeprefix("/")) + mark + rest


def view_chapters(site_snapshot: SiteSnapshot, post: Post) -> tuple[ChapterView, ...]:
    """Returns the headings with timestamps, in text order; the first heading of each timestamp."""
    talk = post.talk
    if talk is None or talk.video is None:
        return ()
    firsts: dict[int, Heading] = {}
    for heading in site_snapshot.bodies[post.path].headings:
        if heading.start is not None:
            firsts.setdefault(heading.start, heading)
    starts = list(firsts)
    last = talk.length.seconds if talk.length is not None and not talk.length.rounded else 0
    ends = [*starts[1:], last][: len(starts)]
    return tuple(
        ChapterView(
            start,
            format_timestamp(start),
            format_iso(start),
            heading.end or (end if end > start else 0),
            heading.text,
            heading.id,
            resolve_url(site_snapshot.site, post, url_at(talk.video, start)),
        )
        for heading, start, end in zip(firsts.values(), starts, ends, strict=True)
    )


def view_transcript(site_snapshot: SiteSnapshot, post: Post) -> tuple[TranscriptLineView, ...]:
    """Returns the lines of the transcript, linked to the recording."""
    talk = post.talk
    video = talk.video if talk is not None else None
    return tuple(
        TranscriptLineView(line.text)
        if line.seconds is None
        else TranscriptLineView(
            line.text,
            line.seconds,
            format_timestamp(line.seconds),
            format_iso(line.seconds),
            resolve_url(site_snapshot.site, post, url_at(video, line.seconds)) if video is not None else "",
        )
        for line in site_snapshot.bodies[post.path].transcript
    )


def view_transcript_url(site_snapshot: SiteSnapshot, post: Post) -> str:
    """Returns the URL of the page with the transcript; empty if there is none."""
    if not post.transcript_output or not site_snapshot.bodies[post.path].transcript:
        return ""
    return site_snapshot.site.address.rooted(url_of_file(post.transcript_output).removesuffix("index.html"))


def view_score(site_snapshot: SiteSnapshot, post: Post) -> ScoreView | None:
    """Returns the timeline of a post's talk, or None if its length is unknown.

    A rounded length may be shorter than the last timestamp: then the timeline ends there.
    """
    talk = post.talk
    if talk is None or talk.length is None or not talk.length.seconds:
        return None
    body = site_snapshot.bodies[post.path]
    marks = [moment for moment in body.timestamps if moment <= talk.length.longest]
    length = max(talk.length.seconds, *marks) if marks else talk.length.seconds
    chapters = {heading.start for heading in body.headings}
    return ScoreView(
        length, tuple(mark for mark in marks if mark in chapters), tuple(mark for mark in marks if mark not in chapters)
    )


def view_updates(site_snapshot: SiteSnapshot, post: Post) -> tuple[UpdateView, ...]:
    """Returns the update sections of a text and the updates with notes in front matter, newest first.

    Undated updates come last; updates of one date keep their order.
    """
    if post.talk is None and not post.updates:
        return ()
    sections = (
        (update, heading.id)
        for heading in site_snapshot.bodies[post.path].headings
        if (update := find_update(heading.text)) is not None
    )
    noted = ((update, "") for update in post.updates if update.text)
    found = sorted((*sections, *noted), key=_date_of_update, reverse=True)
    return tuple(UpdateView(update.date.iso if update.date else "", update.text, anchor) for update, anchor in found)


def _date_of_update(found: tuple[Update, str]) -> tuple[int, ...]:
    given = found[0].date
    return (given.year, given.month, given.day) if given is not None else ()
