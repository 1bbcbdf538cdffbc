"""Talks as templates see them: URLs with the base path, formatted numbers and dates. Unknown values are empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from msgspec import Struct

from afterword.core.origins import find_origin
from afterword.core.urls import folder_of, url_of_file
from afterword.talks.dates import months_apart
from afterword.talks.inference import title_of_talk
from afterword.talks.lengths import format_iso, format_length
from afterword.talks.recordings import embed_origin, embed_url, media_type, url_at
from afterword.talks.timestamps import format_timestamp
from afterword.talks.updates import find_update

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.content.post import Post
    from afterword.core.origins import Load
    from afterword.markdown.body import Heading
    from afterword.site.model import Site
    from afterword.site.tracking import SiteSnapshot
    from afterword.talks.model import Event, Speaker
    from afterword.talks.recordings import Recording
    from afterword.talks.updates import Update

_SITES = {"youtube": "YouTube", "vimeo": "Vimeo"}


class SpeakerView(Struct, frozen=True):
    """A speaker."""

    VOCABULARY: ClassVar[Mapping[str, str]] = {
        "name": "Name.",
        "url": "URL of the speaker's page, or empty text.",
        "link": "URL of the speaker's own site, or empty text.",
        "role": "Role, such as `host`; usually empty.",
    }

    name: str
    url: str
    link: str
    role: str


class EventView(Struct, frozen=True):
    """An event."""

    VOCABULARY: ClassVar[Mapping[str, str]] = {
        "name": "Event with its edition: `PyCon US 2015`.",
        "series": "Event without the edition: `PyCon US`.",
        "edition": "Edition: `2015`.",
        "edition_id": "Id of the edition on the event's page, or empty text.",
        "url": "URL of the event's page at this edition, or empty text.",
        "link": "Site of the event, or empty text.",
    }

    name: str
    series: str
    edition: str
    edition_id: str
    url: str
    link: str


class VideoView(Struct, frozen=True):
    """A recording."""

    VOCABULARY: ClassVar[Mapping[str, str]] = {
        "host": "Kind of host: `youtube`, `vimeo`, `peertube`, `media` (a file) or `other`.",
        "site": "Name of the host: `YouTube`.",
        "url": "URL.",
        "embed_url": "URL of the player, or empty text.",
        "origin": "Origin of the player, or empty text.",
        "media": "`audio` or `video` for files, else empty text.",
    }

    host: str
    site: str
    url: str
    embed_url: str
    origin: str
    media: Literal["", "audio", "video"]


class TalkView(Struct, frozen=True):
    """A talk, as its post describes it or as inferred from the text."""

    VOCABULARY: ClassVar[Mapping[str, str]] = {
        "title": "Title.",
        "kind": "Kind: `talk`, `keynote`, `interview`, or other words.",
        "lang": "Language, if `talk.lang` names one; else empty text.",
        "medium": "`video`, `audio` or `text`: whether it is watched, heard or read.",
        "speakers": "Speakers.",
        "event": "Event, or none.",
        "date": "Date of the talk: `2023`, `2023-11` or `2023-11-22`; or empty text.",
        "year": "Year, or 0.",
        "length": "Length in seconds, or 0.",
        "length_text": "Length as text: `1 h 5 min`.",
        "length_iso": "Length in ISO 8601: `PT1H5M`.",
        "length_exact": "Whether the length is exact to the second.",
        "longest": "Maximum length in seconds: a rounded length may be shorter than the recording; or 0.",
        "published": "Day on which the recording was published, or empty text.",
        "video": "Recording, or none.",
        "watch_url": "URL of the recording at the start of the talk, or empty text.",
        "start": "Start of the talk in the recording, in seconds.",
        "slides": "URL of the slides, or empty text.",
        "transcript": "URL of the transcript, or empty text.",
        "also": "Other recordings.",
        "chapters_url": "URL of `chapters.json`, or empty text.",
        "age": "Months of the talk and the post, as `2023-11`, if they differ; else empty.",
        "inferred": "Whether the talk is detected from the text: front matter has no `talk`.",
        "remote": "Origins that the player loads from, as (directive, origin).",
    }

    title: str
    kind: str
    lang: str
    medium: Literal["audio", "text", "video"]
    speakers: tuple[SpeakerView, ...]
    event: EventView | None
    date: str
    year: int
    length: int
    length_text: str
    length_iso: str
    length_exact: bool
    longest: int
    published: str
    video: VideoView | None
    watch_url: str
    start: int
    slides: str
    transcript: str
    also: tuple[VideoView, ...]
    chapters_url: str
    age: tuple[str, ...]
    inferred: bool
    remote: tuple[Load, ...]


class ChapterView(Struct, frozen=True):
    """A chapter of a talk."""

    VOCABULARY: ClassVar[Mapping[str, str]] = {
        "seconds": "Start in seconds.",
        "time": "Start: `12:34`.",
        "iso": "Start in ISO 8601: `PT12M34S`.",
        "end": "End in seconds, or 0 if unknown.",
        "title": "Title.",
        "id": "Id of the heading.",
        "url": "URL that plays the chapter.",
    }

    seconds: int
    time: str
    iso: str
    end: int
    title: str
    id: str
    url: str


class TranscriptLineView(Struct, frozen=True):
    """A line of a transcript; without a time, all but the text are empty."""

    text: str
    seconds: int = 0
    time: str = ""
    iso: str = ""
    url: str = ""


class ScoreView(Struct, frozen=True):
    """The timeline of a talk, in seconds: sorted, without duplicates, and none beyond the end."""

    VOCABULARY: ClassVar[Mapping[str, str]] = {
        "length": "Length.",
        "chapters": "Starts of chapters.",
        "moments": "Other timestamps.",
    }

    length: int
    chapters: tuple[int, ...]
    moments: tuple[int, ...]


class UpdateView(Struct, frozen=True):
    """An update."""

    VOCABULARY: ClassVar[Mapping[str, str]] = {
        "date": "Date: `2026-05`.",
        "text": "Note, or empty text.",
        "id": "Id of the section, or empty text.",
    }

    date: str
    text: str
    id: str


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
        speakers=tuple(_view_speaker(site, speaker) for speaker in talk.speakers),
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


def _view_speaker(site: Site, speaker: Speaker) -> SpeakerView:
    return SpeakerView(speaker.name, site.url_of_term("speaker", speaker.name), speaker.url, speaker.role)


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
        if heading.moment is not None:
            firsts.setdefault(heading.moment, heading)
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
    marks = [moment for moment in body.moments if moment <= talk.length.longest]
    length = max(talk.length.seconds, *marks) if marks else talk.length.seconds
    chapters = {heading.moment for heading in body.headings}
    return ScoreView(
        length,
        tuple(mark for mark in marks if mark in chapters),
        tuple(mark for mark in marks if mark not in chapters),
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
    return tuple(
        UpdateView(
            update.date.iso if update.date else "",
            update.text,
            anchor,
        )
        for update, anchor in found
    )


def _date_of_update(found: tuple[Update, str]) -> tuple[int, ...]:
    """Returns the sort key of an update: the known parts of year, month and day."""
    given = found[0].date
    return (given.year, given.month, given.day) if given is not None else ()
