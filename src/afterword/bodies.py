"""Bodies: the Markdown of every source, rendered; in this process or in several.

Relies on `markdown.render` being pure. A job is a text and where it is published; what all jobs share is sent once.
Refuses to look beyond the link index: a body knows the site by the answers to its links, which are noted with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword import markdown
from afterword.body import Body, Prints, take_prints
from afterword.links import RecordedLinks

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.links import Answers, LinkIndex
    from afterword.post import Post


@dataclass(frozen=True, slots=True)
class BodyJob:
    """One text to render: its source, the line of the file on which it begins, its URL; its own excerpt, if any, with
    the line on which that is given; and the talk that it is about, if any."""

    path: str
    text: str
    first_line: int
    url: str
    excerpt: str | None = None
    excerpt_line: int = 1
    about: markdown.About | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What all bodies of a build share; `lead_ids` is the setting of that name."""

    options: markdown.Options
    index: LinkIndex
    lead_ids: bool = True

    def about(self, post: Post) -> markdown.About | None:
        """The talk that a post is about, as its text refers to it; a page says `lead_ids: false` to have none."""
        if post.talk is None:
            return None
        files = markdown.find_files(post.talk, post.path, post.places)
        return markdown.About(post.talk, files, self.lead_ids and post.extra.get("lead_ids") is not False)


@dataclass(frozen=True, slots=True)
class Written:
    """A body, the prints of its parts, and what it asked of the site."""

    body: Body
    prints: Prints
    answers: Answers


def start_writer(desk: Desk) -> Callable[[BodyJob], Written]:
    """The function that renders the bodies of a build, for one process."""

    def write(job: BodyJob) -> Written:
        links = RecordedLinks(desk.index.seen_from(job.path, job.url))
        body = _render(job.text, job.first_line, job, desk.options, links)
        if job.excerpt is not None:
            whole = replace(desk.options, excerpt_separator="\0")
            body = _with_excerpt(body, _render(job.excerpt, job.excerpt_line, job, whole, links))
        return Written(body, take_prints(body), links.answers())

    return write


def _render(text: str, line: int, job: BodyJob, options: markdown.Options, links: markdown.Links) -> Body:
    return markdown.render(
        text, path=job.path, first_line=line, url=job.url, options=options, links=links, about=job.about
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
