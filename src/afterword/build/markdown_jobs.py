"""Renders Markdown bodies as jobs of a worker pool.

A job is a text and its URL. Data that all jobs share is sent to each worker once. A body records the links that it
looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.core.merge_conflicts import find_conflicts, report_conflict
from afterword.markdown.body import Body, ContentDigests, content_digests
from afterword.markdown.context import Links, MarkdownOptions, TalkContext, make_talk_context
from afterword.markdown.render import render
from afterword.markdown.source_map import Origin
from afterword.site.links import RecordedLinks
from afterword.talks.transcripts import parse_transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from afterword.content.parse_source import SourceText
    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.core.text import Gaps
    from afterword.site.links import LinkAnswers, LinkIndex


class BodyJob(Struct, frozen=True):
    """A text to render.

    Attributes:
        path: its source; the text starts on the line `first_line`.
        excerpt: its own excerpt, if any, and `origin` where that is written.
        about: its talk, if any.
        image: its image as written, with the place.
        gaps: where comments were removed.
        known: highlighted code blocks from the cache, by key.
        math: whether front matter enables formulas; `lang` is the language there.
        transcript: the text of the talk's transcript; `transcript_place` is where front matter names it.
    """

    path: str
    text: str
    first_line: int
    url: str
    excerpt: str | None = None
    origin: Origin | None = None
    talk_context: TalkContext | None = None
    image: tuple[str, Place] | None = None
    gaps: Gaps = ()
    known: Mapping[str, str] = field(default_factory=dict)
    math: bool = False
    lang: str = ""
    transcript: str = ""
    transcript_place: Place | None = None


class MarkdownContext(Struct, frozen=True):
    """Data shared by all bodies of a build.

    `list_item_ids` is the setting; `searched` says that the search index needs the words of bodies.
    """

    options: MarkdownOptions
    index: LinkIndex
    list_item_ids: bool = True
    searched: bool = False

    def talk_context_of(self, post: Post) -> TalkContext | None:
        """Returns the talk of a post, as its text refers to it."""
        return talk_context_of(post, list_item_ids=self.list_item_ids)


def talk_context_of(post: Post, *, list_item_ids: bool) -> TalkContext | None:
    """Returns the talk of a post, as its text refers to it; `list_item_ids: false` disables ids."""
    if post.talk is None:
        return None
    has_ids = list_item_ids and post.flag("list_item_ids") is not False
    return make_talk_context(post.talk, post.path, post.places, list_item_ids=has_ids)


class RenderedBody(Struct, frozen=True):
    """A body, the digests of its parts, and its link lookups."""

    body: Body
    digests: ContentDigests
    answers: LinkAnswers


def make_job(post: Post, source: SourceText, talk_context: TalkContext | None, transcript: str = "") -> BodyJob:
    """Returns the job that renders the text of a post."""
    origin = Origin(post.places.get("excerpt", post.place), post.excerpt_places)
    text, first_line, gaps = source.text, source.first_line, source.gaps
    image, math = post.named_image, post.math
    return BodyJob(
        post.path,
        text,
        first_line,
        post.url,
        post.excerpt,
        origin,
        talk_context,
        image,
        gaps,
        math=math,
        lang=post.lang,
        transcript=transcript,
        transcript_place=post.places.get("talk.transcript", post.place) if transcript else None,
    )


def start_body_renderer(markdown_context: MarkdownContext) -> Callable[[BodyJob], RenderedBody]:
    """Returns the function that renders bodies, for one process."""

    def write(job: BodyJob) -> RenderedBody:
        links = RecordedLinks(markdown_context.index.links_from(job.path, job.url))
        options = markdown_context.options.for_post(math=job.math, language=job.lang)
        body = _render(job, options, links)
        if job.excerpt is not None:
            own = replace(job, text=job.excerpt, first_line=1, image=None, gaps=())
            whole = replace(options, excerpt_separator="\0")
            body = _with_excerpt(body, _render(own, whole, links, job.origin))
        if job.transcript:
            lines = parse_transcript(job.transcript)
            text = "\n".join((body.text, *(line.text for line in lines)))
            found = (*body.diagnostics, *_check_transcript(job))
            body = replace(body, transcript=lines, text=text, diagnostics=found)
        return RenderedBody(body, content_digests(body), links.answers())

    return write


def _check_transcript(job: BodyJob) -> Iterator[Diagnostic]:
    """Yields an error for the first merge conflict in a transcript, where front matter names the file."""
    for conflict in find_conflicts(job.transcript):
        found = report_conflict(job.path, conflict)
        message = f"{found.message} in the transcript, on line {conflict.start + 1}"
        yield replace(found, message=message, label="", place=job.transcript_place)
        return


def _render(job: BodyJob, options: MarkdownOptions, links: Links, origin: Origin | None = None) -> Body:
    return render(
        job.text,
        path=job.path,
        first_line=job.first_line,
        url=job.url,
        options=options,
        links=links,
        talk_context=job.talk_context,
        image=job.image,
        origin=origin,
        gaps=job.gaps,
        known=job.known,
    )


def _with_excerpt(body: Body, own: Body) -> Body:
    """Adds a separate excerpt to a body, with its links and diagnostics."""
    return replace(
        body,
        excerpt=own.excerpt,
        summary=own.summary,
        references=(*body.references, *own.references),
        attachments=(*body.attachments, *own.attachments),
        excerpt_remote=own.excerpt_remote,
        diagnostics=(*body.diagnostics, *own.diagnostics),
    )
