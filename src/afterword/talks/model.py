"""A talk: title, speakers, event, date, recording, length, chapters."""

from __future__ import annotations

from afterword.core.names import split_edition
from afterword.core.slugs import term_slug
from afterword.core.structs import Serializable
from afterword.talks.dates import PartialDate
from afterword.talks.lengths import Length
from afterword.talks.recordings import Recording

KINDS = ("talk", "keynote", "lecture", "interview", "podcast", "panel", "paper")
"""What a talk may be."""


class Speaker(Serializable, frozen=True):
    """Who gave a talk: a tidied name, a URL of their own and what they were there; the latter two may be empty.

    `item` is the index in the list of the block where they are named first: two spellings there may mean one.
    """

    name: str
    url: str = ""
    role: str = ""
    item: int = 0

    @property
    def slug(self) -> str:
        """The segment of the speaker's URL, with letters of every script; never empty."""
        return term_slug(self.name)


class Event(Serializable, frozen=True):
    """Where a talk was given: the name of the series, and which edition of it, which may be empty."""

    series: str
    edition: str = ""
    url: str = ""

    @property
    def name(self) -> str:
        """`PyCon US 2015`."""
        return f"{self.series} {self.edition}" if self.edition else self.series

    @property
    def slug(self) -> str:
        """The segment of the series' URL; never empty."""
        return term_slug(self.series)

    @property
    def edition_slug(self) -> str:
        """The id of the edition on the page of the series; empty without an edition."""
        return term_slug(self.edition) if self.edition else ""


class Talk(Serializable, frozen=True):
    """A talk, as far as it is known; what is not known is None, empty or 0.

    `video` is its recording, made public at `published`, and `also` are other ones. `start` is the second at which the
    talk itself begins. `transcript` is a URL, or the path of a file beside the post. `inferred` says that no front
    matter gave it.
    """

    title: str = ""
    speakers: tuple[Speaker, ...] = ()
    event: Event | None = None
    given: PartialDate | None = None
    video: Recording | None = None
    length: Length | None = None
    published: PartialDate | None = None
    slides: str = ""
    transcript: str = ""
    also: tuple[Recording, ...] = ()
    start: int = 0
    kind: str = "talk"
    inferred: bool = False


def make_event(name: str, url: str = "", latest: int = 0) -> Event:
    """The event of a name, with the year in it as the edition: `PyCon US 2015` is `PyCon US`, `2015`.

    The edition is of no year after `latest`, if that is not 0.
    """
    series, edition = split_edition(name, latest)
    return Event(series, edition, url)
