"""Recordings: recognises the host of a URL, and makes URLs to watch it, to start at a second, and to embed it.

Knows YouTube, Vimeo, PeerTube and media files, from the URL alone. Any other URL is a plain link.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

from msgspec import Struct

from afterword.core.patterns import lazy_pattern
from afterword.core.structs import Serializable
from afterword.core.text import FORBIDDEN
from afterword.core.web_origins import InvalidOrigin, UnsupportedHost, find_origin, read_origin
from afterword.talks.timestamps import find_url_time, format_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult


Host: TypeAlias = Literal["youtube", "vimeo", "peertube", "media", "other"]

AUDIO = frozenset({"aac", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav"})
VIDEO = frozenset({"m4v", "mov", "mp4", "mpg", "ogv", "webm"})

_SOUND_HOSTS = frozenset(
    {
        *("mixcloud.com", "open.spotify.com", "overcast.fm", "pca.st", "pocketcasts.com", "podcasts.apple.com"),
        "soundcloud.com",
    }
)
_YOUTUBE_HOSTS = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"})
_YOUTUBE_PATH = lazy_pattern(r"/(?:embed|shorts|live|v|e)/([^/]+)/?")
_YOUTUBE_ID_LENGTH = 11
_YOUTUBE_ID = lazy_pattern(rf"[A-Za-z0-9_-]{{{_YOUTUBE_ID_LENGTH}}}")
_NOT_IDS = frozenset({"videoseries", "live_stream"})
_VIMEO_HOSTS = frozenset({"vimeo.com", "player.vimeo.com"})
_VIMEO_PATH = lazy_pattern(
    r"/(?:(?:channels|ondemand)/[^/]+/|groups/[^/]+/videos/|(?:album|showcase)/\d+/video/|(?:manage/)?videos?/)?"
    r"(\d+)(?:/([0-9a-f]+))?/?",
    re.ASCII,
)
_LIST = lazy_pattern(r"/(?:playlist|embed/videoseries|(?:showcase|album)/\d+)\b")
_EVENT = lazy_pattern(r"/event/\d+\b")
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PEERTUBE_PATH = lazy_pattern(rf"/(?:w|videos/watch|videos/embed)/({_UUID}|[1-9A-HJ-NP-Za-km-z]{{22}})/?")
_WEB = lazy_pattern("https?://", re.IGNORECASE)
_SECOND_QUERY = lazy_pattern(r"\?(?=(?:t|start|si|v|list|feature|ab_channel)=)")
"""The `?` of a second query, before the parameters that hosts add to the URLs of recordings."""
_SCHEMELESS = lazy_pattern(
    r"(?:www\.|m\.|player\.)?(?:youtube\.com|youtu\.be|youtube-nocookie\.com|vimeo\.com)/", re.IGNORECASE
)


class RecordingProblem(Struct, frozen=True):
    """What is wrong with the URL of a recording: a message and a hint."""

    message: str
    hint: str


class Recording(Serializable, frozen=True):
    """A recording of a talk.

    Attributes:
        url: canonical URL to watch it, without a start time.
        id: the host's id of the video; empty for `media` and `other`.
        origin: scheme and host of a PeerTube instance.
        key: hash of an unlisted Vimeo video.
        start: start time of the URL as written, in seconds.
    """

    host: Host
    url: str
    id: str = ""
    origin: str = ""
    key: str = ""
    start: int = 0

    @property
    def is_hosted(self) -> bool:
        return self.host in ("youtube", "vimeo", "peertube")

    @property
    def identity(self) -> tuple[str, str]:
        """Equal for all URLs of the same recording."""
        return (self.host, self.id or self.url)


@lru_cache(maxsize=64)  # the links of one paragraph are looked at twice
def parse_recording(url: str) -> Recording | None:
    """Returns the recording at a URL or path of a media file; None for anything else.

    A YouTube URL is recognised even if its id is invalid: see `has_valid_id`.
    """
    written = tidy_url(url)
    if _SCHEMELESS.match(written):
        written = f"https://{written}"
    try:
        parts = urlsplit(written)
        host = (parts.hostname or "").removeprefix("www.")
        if parts.scheme or parts.netloc:
            read_origin(written)
    except UnsupportedHost:
        pass  # browsers can load it, if no policy forbids it
    except ValueError:
        return None
    if (
        not written
        or re.search(r"[\s<>\"]", written)
        or FORBIDDEN.search(written)
        or parts.scheme not in ("http", "https", "")
    ):
        return None
    start = find_url_time(written) or 0
    found = _youtube(parts, host, start) or _vimeo(parts, host, start) or _peertube(parts, host, start)
    if found is not None:
        return found
    if media_type(written):
        return Recording("media", _without_time(parts), start=start)
    return Recording("other", _without_time(parts), start=start) if host else None


def tidy_url(text: str) -> str:
    """Returns a URL as it was meant: without the angle brackets of an autolink, and with one `?`.

    A second `?` begins another parameter, as in `watch?v=zjkBMFhNj_g?t=285`: copies of shared URLs have it.
    """
    url = text.strip()
    if url.startswith("<") and url.endswith(">"):
        url = url[1:-1].strip()
    path, question, query = url.partition("?")
    query, hash_sign, fragment = query.partition("#")
    return f"{path}{question}{_SECOND_QUERY.sub('&', query)}{hash_sign}{fragment}"


def youtube_recording(id: str) -> Recording:
    return Recording("youtube", f"https://www.youtube.com/watch?v={quote(id.strip(), safe='')}", id.strip())


def has_valid_id(recording: Recording) -> bool:
    """Returns whether the id is valid for the host: YouTube ids have 11 letters, digits, `-` and `_`."""
    return recording.host != "youtube" or _YOUTUBE_ID.fullmatch(recording.id) is not None


def find_recording_problem(recording: Recording) -> RecordingProblem | None:
    """Returns the problem of a URL on a video host that is not the URL of a video; None for all others.

    Lists of videos are reported by `find_playlist_problem`.
    """
    if not has_valid_id(recording):
        return RecordingProblem(_explain_youtube_id(recording.id), "copy the URL again")
    path, site, hint = _describe_page(recording)
    if not site or _LIST.match(path) or _EVENT.match(path):
        return None
    return RecordingProblem(f"`{recording.url}` is not a video on {site}", hint)


def _explain_youtube_id(id: str) -> str:
    if len(id) != _YOUTUBE_ID_LENGTH:
        return f"invalid YouTube id `{id}`: expected {_YOUTUBE_ID_LENGTH} characters, found {len(id)}"
    return f"invalid YouTube id `{id}`: only letters, digits, `-` and `_` are allowed"


def find_playlist_problem(recording: Recording) -> RecordingProblem | None:
    """Returns the problem of a URL of a list of videos, such as a playlist on YouTube; None for all others."""
    path, site, hint = _describe_page(recording)
    if not site or not _LIST.match(path):
        return None
    kind = "playlist" if site == "YouTube" else "list of videos"
    return RecordingProblem(f"`{recording.url}` is a {site} {kind}, not a video", hint)


def _describe_page(recording: Recording) -> tuple[str, str, str]:
    """Returns the path, the site and a hint for a page on a video host that is not a video; else empty texts."""
    parts = urlsplit(recording.url)
    site, example = _video_site((parts.hostname or "").removeprefix("www."))
    if recording.host != "other" or not site:
        return "", "", ""
    return parts.path, site, f"use the URL of the video, such as `{example}`"


def youtube_id_hint(text: str) -> str:
    """Returns a hint for a text that may be a YouTube id; empty if it has only lowercase letters."""
    may_be_one = _YOUTUBE_ID.fullmatch(text) is not None and re.search(r"[^a-z]", text) is not None
    return f"write `https://youtu.be/{text}`" if may_be_one else ""


def url_hint(text: str) -> str:
    """Returns a hint for a URL with an invalid host or port; empty for all other texts."""
    try:
        if _WEB.match(text):
            read_origin(text)
    except UnsupportedHost:
        return ""
    except InvalidOrigin as problem:
        return f"correct the URL: {problem}"
    return ""


def recording_hint(text: str) -> str:
    """Returns what to write for a text that is neither a URL nor a file of sound or video."""
    return youtube_id_hint(text) or url_hint(text) or "use the full URL, or the path of a file such as `talk.mp4`"


def _video_site(host: str) -> tuple[str, str]:
    """Returns the name of a video host and an example URL, or empty strings."""
    if host in _YOUTUBE_HOSTS or host == "youtu.be":
        return "YouTube", "https://youtu.be/zjkBMFhNj_g"
    return ("Vimeo", "https://vimeo.com/36579366") if host in _VIMEO_HOSTS else ("", "")


def is_same_recording(recording: Recording, url: str) -> bool:
    """Returns whether a URL leads to this recording, in any form and at any start time."""
    other = parse_recording(url)
    return other is not None and other.identity == recording.identity


def media_type(url: str) -> Literal["", "audio", "video"]:
    """Returns the kind of media file by its extension; empty for all others."""
    extension = posixpath.splitext(re.split(r"[?#]", url, maxsplit=1)[0])[1].lower().removeprefix(".")
    return "audio" if extension in AUDIO else "video" if extension in VIDEO else ""


def is_sound(recording: Recording) -> bool:
    """Returns whether a recording is sound alone: an audio file, or on a host of podcasts or music."""
    host = (urlsplit(recording.url).hostname or "").removeprefix("www.")
    return media_type(recording.url) == "audio" or host in _SOUND_HOSTS


def url_at(recording: Recording, seconds: int) -> str:
    """Returns the URL that starts at this second; the plain URL on a host that has no known form for that."""
    if seconds <= 0:
        return recording.url
    match recording.host:
        case "other":
            return add_start(recording.url, seconds)
        case "youtube":
            return f"{recording.url}&t={seconds}s"
        case "vimeo":
            return f"{recording.url}#t={seconds}s"
        case "peertube":
            return f"{recording.url}?start={seconds}"
        case "media":
            return f"{recording.url}#t={seconds}"


def has_start_times(recording: Recording) -> bool:
    """Returns whether a URL can lead to a moment of this recording."""
    return recording.host != "other" or bool(find_start_form(recording.url))


def embed_url(recording: Recording, seconds: int = 0, *, origin: str = "") -> str:
    """Returns the URL of the host's player, which starts playing at this second; empty if it cannot be embedded.

    `origin` is the scheme and host of the embedding page, which YouTube needs for messages between page and player.
    """
    match recording.host:
        case "youtube":
            own = f"&origin={quote(origin, safe='')}" if origin else ""
            query = f"autoplay=1&enablejsapi=1&start={seconds}&playsinline=1&rel=0{own}"
            return f"https://www.youtube-nocookie.com/embed/{quote(recording.id, safe='')}?{query}"
        case "vimeo":
            key = f"h={recording.key}&" if recording.key else ""
            return f"https://player.vimeo.com/video/{recording.id}?{key}dnt=1&autoplay=1#t={seconds}s"
        case "peertube":
            return f"{recording.origin}/videos/embed/{recording.id}?start={seconds}&autoplay=1"
        case _:
            return ""


def embed_origin(recording: Recording) -> str:
    """Returns scheme and host of the player, for `frame-src` and for messages; empty if nothing is embedded."""
    return find_origin(embed_url(recording)) or ""


def _youtube(parts: SplitResult, host: str, start: int) -> Recording | None:
    name = _youtube_name(parts, host)
    if not name or name in _NOT_IDS:
        return None
    return Recording("youtube", f"https://www.youtube.com/watch?v={quote(name, safe='')}", name, start=start)


def _youtube_name(parts: SplitResult, host: str) -> str:
    """Returns the part of a YouTube URL that should be its id, or an empty string."""
    if host == "youtu.be":
        return parts.path.strip("/").partition("/")[0]
    if host not in _YOUTUBE_HOSTS:
        return ""
    if parts.path.rstrip("/") == "/watch":
        return next(iter(parse_qs(parts.query).get("v", ())), "")
    match = _YOUTUBE_PATH.fullmatch(parts.path)
    return match[1] if match else ""


def _vimeo(parts: SplitResult, host: str, start: int) -> Recording | None:
    match = _VIMEO_PATH.fullmatch(parts.path) if host in _VIMEO_HOSTS else None
    if match is None:
        return None
    key = match[2] or next(iter(parse_qs(parts.query).get("h", ())), "")
    key = key if re.fullmatch("[0-9a-f]*", key) else ""
    url = f"https://vimeo.com/{match[1]}" + (f"/{key}" if key else "")
    return Recording("vimeo", url, match[1], key=key, start=start)


def _peertube(parts: SplitResult, host: str, start: int) -> Recording | None:
    match = _PEERTUBE_PATH.fullmatch(parts.path) if host else None
    if match is None:
        return None
    origin = f"{parts.scheme or 'https'}://{parts.netloc.rpartition('@')[2]}"
    return Recording("peertube", f"{origin}/w/{match[1]}", match[1], origin, start=start)


def _without_time(parts: SplitResult) -> str:
    """Returns the URL without a fragment that is a time."""
    is_time = find_url_time(f"#{parts.fragment}") is not None
    return urlunsplit(parts._replace(fragment="")) if is_time else urlunsplit(parts)


_FORMS: Mapping[str, str] = {
    "b23.tv": "?t={seconds}",  # as bilibili.com
    "bilibili.com": "?t={seconds}",  # issue 2459 of InfinityLoop1308/PipePipe
    "dailymotion.com": "?start={seconds}",  # MediaEmbed of s9e/TextFormatter
    "media.ccc.de": "#t={seconds}",  # activate-timelens.js of voc/voctoweb, which runs the site
    "nicovideo.jp": "?from={seconds}",  # issue 2459 of InfinityLoop1308/PipePipe
    "odysee.com": "?t={seconds}",  # claimPreviewTile of OdyseeTeam/odysee-frontend, which runs the site
    "open.spotify.com": "?t={seconds}",  # parameter of its embedded player; its apps share links with a time
    "overcast.fm": "/{clock}",  # links that were shared from it
    "pca.st": "?t={seconds}",  # links that were shared from it
    "rumble.com": "?start={seconds}",  # issue 412 of rNeomy/auto-tab-discard
    "soundcloud.com": "#t={clock}",  # links that were shared from it
    "twitch.tv": "?t={units}",  # twitch.py of yt-dlp, MediaEmbed of s9e/TextFormatter
}
"""What is added to a URL of a host, and where the form was found: `{seconds}`, `{clock}` (`1:02:03`) or `{units}`
(`1h2m3s`)."""


def find_start_form(url: str) -> str:
    """Returns the form of a start time for a URL; empty if its host has none that is known."""
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    domains = host.split(".")
    names = (".".join(domains[start:]) for start in range(len(domains) - 1))
    return next((form for name in names if (form := _FORMS.get(name))), "")


def add_start(url: str, seconds: int) -> str:
    """Returns a URL that starts at a second, or as it is if its host has no known form for that."""
    form = find_start_form(url)
    minutes, rest = divmod(seconds, 60)
    units = f"{minutes // 60}h{minutes % 60}m{rest}s"
    added = form.format(seconds=seconds, clock=format_timestamp(seconds), units=units)
    if added.startswith("?") and "?" in url:
        added = "&" + added[1:]
    base, mark, fragment = url.partition("#")
    if added.startswith("#"):
        return base + added
    return f"{base}{added}{mark}{fragment}"
