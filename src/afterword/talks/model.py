"""The model of a talk: title, speakers, event, date, recording, length."""

from typing import Literal

from afterword.core.names import split_edition
from afterword.core.slugs import term_slug
from afterword.core.structs import Serializable
from afterword.talks.partial_dates import PartialDate
from afterword.talks.recordings import Recording, is_sound
from afterword.talks.timestamps import Length

KINDS = ("talk", "keynote", "lecture", "interview", "podcast", "panel", "paper")
"""Values of the front matter key `talk.kind` that the theme has words for; any other is shown as it is written."""

_READ = frozenset({"article", "book", "chapter", "essay", "paper", "post", "preprint", "thesis"})
_HEARD = frozenset({"episode", "podcast", "radio"})


class Speaker(Serializable, frozen=True):
    """A speaker: normalised name, URL and role. URL and role may be empty.

    `item` is the index in the list of the block where the name first appears. Two names in one item may be one person.
    """

    name: str
    url: str = ""
    role: str = ""
    item: int = 0

    @property
    def slug(self) -> str:
        """The URL segment of the speaker, with letters of all scripts; never empty."""
        return term_slug(self.name)


class Event(Serializable, frozen=True):
    """An event: the name of the series, and its edition, which may be empty."""

    series: str
    edition: str = ""
    url: str = ""

    @property
    def name(self) -> str:
        """Full name, as `PyCon US 2015`."""
        return f"{self.series} {self.edition}" if self.edition else self.series

    @property
    def slug(self) -> str:
        return term_slug(self.series)

    @property
    def edition_slug(self) -> str:
        """The id of the edition on the page of the series; empty without an edition."""
        return term_slug(self.edition) if self.edition else ""


class Talk(Serializable, frozen=True):
    """A talk. Unknown values are None, empty or 0.

    Attributes:
        date: when the talk was given.
        video: the main recording, published on `published`.
        also: other recordings.
        start: second of the recording at which the talk begins.
        transcript: a URL, or the path of a file next to the post.
        lang: language of the talk, a BCP 47 tag; empty for that of the post.
        inferred: whether the talk comes from the first paragraph, not from front matter.
    """

    title: str = ""
    speakers: tuple[Speaker, ...] = ()
    event: Event | None = None
    date: PartialDate | None = None
    video: Recording | None = None
    length: Length | None = None
    published: PartialDate | None = None
    slides: str = ""
    transcript: str = ""
    also: tuple[Recording, ...] = ()
    start: int = 0
    kind: str = "talk"
    lang: str = ""
    inferred: bool = False

    @property
    def medium(self) -> Literal["audio", "text", "video"]:
        """Whether it is heard, read or watched, by its kind and by its recording."""
        words = set(self.kind.lower().split())
        if words & _READ:
            return "text"
        is_heard = self.video is not None and is_sound(self.video)
        return "audio" if is_heard or words & _HEARD else "video"


def make_event(name: str, url: str = "", latest: int = 0) -> Event:
    """Returns the event with this name. A year in the name becomes the edition: `PyCon US 2015` is `PyCon US`, `2015`.

    A year after `latest`, if that is not 0, is not an edition.
    """
    series, edition = split_edition(name, latest)
    return Event(series, edition, url)
