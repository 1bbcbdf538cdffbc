"""Checks sources that have errors, so that one build reports all of them.

Their text is rendered for its diagnostics only and is not cached. Checks that need a URL, a talk or a recording are
left out if front matter does not give one. Also checks the posts that `related` names.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec.structs import replace

from afterword.build.gather.skipped_posts import skip_reason
from afterword.build.keep_going import REASON
from afterword.build.markdown_jobs import BodyJob, make_job, start_body_renderer
from afterword.core.diagnostics import did_you_mean, warning
from afterword.core.files import TEXT_EXTENSIONS, is_draft_path
from afterword.core.slugs import split_name
from afterword.core.text import shown
from afterword.markdown.context import About
from afterword.site.dead_links import check_references
from afterword.site.model import names_of
from afterword.talks.model import Talk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.build.gather.skipped_posts import ContentFilter
    from afterword.build.load_content import Library
    from afterword.build.markdown_jobs import MarkdownContext
    from afterword.content.parse_source import Reading, SourceReader
    from afterword.core.diagnostics import Diagnostic
    from afterword.markdown.body import Reference
    from afterword.site.dead_links import Targets
    from afterword.site.model import Site


def check_broken(
    library: Library,
    reader: SourceReader,
    include: ContentFilter,
    markdown_context: MarkdownContext,
    targets: Targets,
    anchors: Mapping[str, tuple[str, ...]],
) -> Iterator[Diagnostic]:
    """Yields the diagnostics of the texts of broken sources; `anchors` are those of all other bodies."""
    write = start_body_renderer(markdown_context)
    for path in sorted(library.broken - library.left_out):
        reading = library.readings[path]
        if not _is_included(path, reading, reader, include):
            continue
        job = _make_job(path, reading, reader, markdown_context)
        body = write(job).body
        yield from body.diagnostics
        certain = [link for link in body.references if link.url != unquote(job.url) and _is_certain(link)]
        yield from check_references(certain, targets, anchors)


def _is_certain(link: Reference) -> bool:
    """Returns whether a link has the same target wherever its page is: root-absolute, or to a source."""
    return link.target.startswith("/") or link.target.partition("#")[0].endswith(TEXT_EXTENSIONS)


def _is_included(path: str, reading: Reading, reader: SourceReader, include: ContentFilter) -> bool:
    if reading.post is not None:
        return skip_reason(reading.post, reader.rules.today, include) is None
    return bool(reading.digest) and (include.drafts or not is_draft_path(path))


def _make_job(path: str, reading: Reading, reader: SourceReader, markdown_context: MarkdownContext) -> BodyJob:
    text = reader.read_text(path, reading)
    about = markdown_context.about(reading.post) if reading.post is not None else None
    about = replace(about or About(Talk(), {}), doubtful=True)
    if reading.post is None:
        return BodyJob(path, text.text, text.first_line, "/", about=about, gaps=text.gaps)
    return make_job(reading.post, text, about)


def check_related(site: Site, library: Library) -> Iterator[Diagnostic]:
    """Yields the diagnostics for the key `related` of all posts and pages."""
    unknown = [
        (name, post.places.get(f"related[{at}]", post.place))
        for post in site.by_path.values()
        for at, name in enumerate(post.related)
        if name not in site.names
    ]
    absent = _names_of_missing(library) if unknown else {}
    unlisted = {name for post in site.unlisted for name in names_of(post)}
    for name, place in unknown:
        reason = absent.get(name)
        if name in unlisted:
            message = f"related post is unlisted: `{shown(name)}`"
            yield warning("unlisted-page", message, place, label="ignored", hint="link to it in the text")
        elif reason:
            yield warning(
                "link-to-draft",
                f"related post is {reason}: `{shown(name)}`",
                place,
                label="ignored",
            )
        elif reason is None:
            near = did_you_mean(name, [post.slug for post in site.posts]) or did_you_mean(name, site.names)
            hint = near or "use the slug, file or URL of a post"
            yield warning("broken-link", f"related post not found: `{shown(name)}`", place, hint=hint)


def _names_of_missing(library: Library) -> dict[str, str]:
    """Returns the names of posts that are not in this build, with the reason; empty for broken sources."""
    reasons = {skipped.path: str(skipped) for skipped in library.skipped} | dict.fromkeys(library.broken, "")
    reasons |= dict.fromkeys(library.left_out, REASON)
    names: dict[str, str] = {}
    for path, reason in reasons.items():
        post = library.readings[path].post
        file = posixpath.basename(path)
        known = names_of(post) if post is not None else (path, file, posixpath.splitext(file)[0], split_name(path)[1])
        names.update(dict.fromkeys(known, reason))
    return names
