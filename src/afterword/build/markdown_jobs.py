"""Renders Markdown bodies as jobs of a worker pool.

A job is a text and its URL. Data that all jobs share is sent to each worker once. A body records the links that it
looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import warning
from afterword.core.merge_conflicts import find_conflicts, report_conflict
from afterword.front_matter.comment_syntax import MAY_HAVE
from afterword.front_matter.comments import find_marks
from afterword.markdown.body import Body, ContentDigests, content_digests
from afterword.markdown.context import MarkdownOptions, TalkContext, make_talk_context
from afterword.markdown.render import MarkdownText, render
from afterword.markdown.source_map import Origin
from afterword.site.links import RecordedLinks
from afterword.talks.transcripts import parse_transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from afterword.content.parse_source import SourceText
    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.site.links import LinkAnswers, LinkIndex


class BodyJob(Struct, frozen=True):
    """A text to render, with the other parts of its post that belong to the body.

    Attributes:
        excerpt: its own excerpt, if any, and `excerpt_origin` where that is written.
        math: whether front matter enables formulas; `lang` is the language there.
        transcript: the text of the talk's transcript; `transcript_place` is where front matter names it.
    """

    source: MarkdownText
    excerpt: str | None = None
    excerpt_origin: Origin | None = None
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
    return BodyJob(
        MarkdownText(
            source.text, post.path, source.first_line, post.url, talk_context, image=post.named_image, gaps=source.gaps
        ),
        post.excerpt,
        Origin(post.places.get("excerpt", post.place), post.excerpt_places),
        math=post.math,
        lang=post.lang,
        transcript=transcript,
        transcript_place=post.places.get("talk.transcript", post.place) if transcript else None,
    )


def start_body_renderer(markdown_context: MarkdownContext) -> Callable[[BodyJob], RenderedBody]:
    """Returns the function that renders bodies, for one process."""

    def write(job: BodyJob) -> RenderedBody:
        source = job.source
        links = RecordedLinks(markdown_context.index.links_from(source.path, source.url))
        options = markdown_context.options.for_post(math=job.math, language=job.lang)
        body = render(source, options, links)
        if job.excerpt is not None:
            own = replace(source, text=job.excerpt, first_line=1, image=None, origin=job.excerpt_origin, gaps=())
            body = _with_excerpt(body, render(own, replace(options, excerpt_separator="\0"), links))
        if job.transcript:
            lines = parse_transcript(job.transcript)
            text = "\n".join((body.text, *(line.text for line in lines)))
            found = (*body.diagnostics, *_check_transcript(job))
            body = replace(body, transcript=lines, text=text, diagnostics=found)
        return RenderedBody(body, content_digests(body), links.answers())

    return write


def _check_transcript(job: BodyJob) -> Iterator[Diagnostic]:
    """Yields an error for the first merge conflict in a transcript, and a warning for the first comment.

    Both are where front matter names the file.
    """
    for conflict in find_conflicts(job.transcript):
        found = report_conflict(job.source.path, conflict)
        message = f"{found.message} in the transcript, on line {conflict.start + 1}"
        yield replace(found, message=message, label="", place=job.transcript_place)
        return
    if "<!--" not in job.transcript and MAY_HAVE.search(job.transcript) is None:
        return
    starts = (start for start, _ in find_marks(job.transcript).comments)
    first = min((start for start in (next(starts, -1), job.transcript.find("<!--")) if start >= 0), default=-1)
    if first >= 0:
        line = job.transcript.count("\n", 0, first) + 1
        message = f"comment on line {line} of the transcript is published"
        yield warning("ambiguous-comment", message, job.transcript_place, hint="delete text that is not for readers")


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
