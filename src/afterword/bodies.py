"""Bodies: the Markdown of every source, rendered; in this process or in several.

Relies on `markdown.render` being pure. A job is a text and where it is published; what all jobs share is sent once.
Refuses to look beyond the link index: a body knows the site by the answers to its links, which are noted with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from afterword import markdown
from afterword.body import Body, Prints, take_prints
from afterword.links import RecordedLinks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.diagnostics import Place
    from afterword.gaps import Gaps
    from afterword.links import Answers, LinkIndex
    from afterword.post import Post
    from afterword.reading import Text


class BodyJob(Struct, frozen=True):
    """One text to render: its source, the line of the file on which it begins, its URL; its own excerpt, if any, with
    where that is from; the talk that it is about, if any; the image that stands for it, if any, as written, with its
    place; where comments were left out of it; and code that was highlighted before, by what decides it."""

    path: str
    text: str
    first_line: int
    url: str
    excerpt: str | None = None
    origin: markdown.Origin | None = None
    about: markdown.About | None = None
    image: tuple[str, Place] | None = None
    gaps: Gaps = ()
    known: Mapping[str, str] = field(default_factory=dict)


class Desk(Struct, frozen=True):
    """What all bodies of a build share; `lead_ids` is the setting of that name."""

    options: markdown.Options
    index: LinkIndex
    lead_ids: bool = True

    def about(self, post: Post) -> markdown.About | None:
        """The talk that a post is about, as its text refers to it."""
        return find_talk(post, lead_ids=self.lead_ids)


def find_talk(post: Post, *, lead_ids: bool) -> markdown.About | None:
    """The talk that a post is about, as its text refers to it; a page says `lead_ids: false` to have none."""
    if post.talk is None:
        return None
    has_ids = lead_ids and post.says("lead_ids") is not False
    return markdown.describe_talk(post.talk, post.path, post.places, lead_ids=has_ids)


class Written(Struct, frozen=True):
    """A body, the prints of its parts, and what it asked of the site."""

    body: Body
    prints: Prints
    answers: Answers


def make_job(post: Post, source: Text, about: markdown.About | None) -> BodyJob:
    """The job of rendering the text of a post."""
    origin = markdown.Origin(post.places.get("excerpt", post.place), post.excerpt_places)
    text, first_line, gaps = source.text, source.first_line, source.gaps
    return BodyJob(post.path, text, first_line, post.url, post.excerpt, origin, about, post.named_image, gaps)


def start_writer(desk: Desk) -> Callable[[BodyJob], Written]:
    """The function that renders the bodies of a build, for one process."""

    def write(job: BodyJob) -> Written:
        links = RecordedLinks(desk.index.seen_from(job.path, job.url))
        body = _render(job, desk.options, links)
        if job.excerpt is not None:
            own = replace(job, text=job.excerpt, first_line=1, image=None, gaps=())
            whole = replace(desk.options, excerpt_separator="\0")
            body = _with_excerpt(body, _render(own, whole, links, job.origin))
        return Written(body, take_prints(body), links.answers())

    return write


def _render(
    job: BodyJob, options: markdown.Options, links: markdown.Links, origin: markdown.Origin | None = None
) -> Body:
    return markdown.render(
        job.text,
        path=job.path,
        first_line=job.first_line,
        url=job.url,
        options=options,
        links=links,
        about=job.about,
        image=job.image,
        origin=origin,
        gaps=job.gaps,
        known=job.known,
    )


def _with_excerpt(body: Body, own: Body) -> Body:
    """A body with an excerpt of its own, and all that this refers to and has wrong with it."""
    return replace(
        body,
        excerpt=own.excerpt,
        summary=own.summary,
        references=(*body.references, *own.references),
        attachments=(*body.attachments, *own.attachments),
        excerpt_remote=own.excerpt_remote,
        diagnostics=(*body.diagnostics, *own.diagnostics),
    )
