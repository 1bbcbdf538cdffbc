"""What a text is about: the talk whose moments it speaks of.

Plain data that is sent with a text to be rendered. Relies on front matter for places. Refuses what a text does not
depend on, such as who spoke.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.diagnostics import Place
from afterword.talks.keys import spellings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.talks.recordings import Recording
    from afterword.talks.talk import Talk


_ANYWHERE = ("media", "peertube")


class About(Struct, frozen=True):
    """A talk as its notes refer to it.

    `files` are the paths, as written, that front matter names beside the post or in `static/`, each with its place.
    `lead_ids` says that list items which begin in bold get ids. `doubtful` says that front matter has mistakes, so that
    the talk may be another. `place` is where a recording is named that pages load from a host of any name; None for all
    others.
    """

    talk: Talk
    files: Mapping[str, Place]
    lead_ids: bool = True
    doubtful: bool = False
    place: Place | None = None

    @property
    def recording(self) -> Recording | None:
        return self.talk.video


def describe_talk(talk: Talk, path: str, places: Mapping[str, Place], *, lead_ids: bool) -> About:
    """What a text knows of its talk; `path` is the post's, `places` are those of front matter's values."""

    def place_of(*keys: str) -> Place:
        known = (places[key] for key in (*(f"talk.{key}" for key in keys), "talk") if key in places)
        return next(known, Place(path, 1))

    also = {recording.url: place_of(f"also[{index}]", "also") for index, recording in enumerate(talk.also)}
    video = {talk.video.url: place_of(*spellings_of("video"))} if talk.video is not None else {}
    named = {talk.slides: place_of("slides"), talk.transcript: place_of("transcript"), **also, **video}
    files = {url: place for url, place in named.items() if url and not _is_full(url)}
    is_elsewhere = talk.video is not None and talk.video.host in _ANYWHERE and _is_full(talk.video.url)
    return About(talk, files, lead_ids, place=next(iter(video.values())) if is_elsewhere else None)


def _is_full(url: str) -> bool:
    return "://" in url or url.startswith("//")
