"""Checks a build before anything is written: output paths, sources with errors, and `related`.

Output paths must be valid and distinct. Sources with errors are rendered for their diagnostics only, so that one build
reports all errors; checks that need a URL, a talk or a recording are left out if front matter does not give one.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.keep_going import REASON
from afterword.build.load_content import skip_reason
from afterword.build.markdown_jobs import BodyJob, make_job, start_body_renderer
from afterword.cache.codec import to_json
from afterword.core.diagnostics import Diagnostic, Place, did_you_mean, error, warning
from afterword.core.files import DEFAULT, ROOT_FILES, TEXT_EXTENSIONS, Unreadable, is_draft_path, read_start
from afterword.core.fingerprints import digest
from afterword.core.output_paths import (
    HEAD_SIZE,
    RepositoryLayout,
    check_output_path,
    find_repository_layouts,
    fold_output,
    is_head,
    is_host_file,
    parent_folders,
)
from afterword.core.slugs import split_name
from afterword.core.text import shown
from afterword.markdown.context import TalkContext
from afterword.markdown.render import MarkdownText
from afterword.site.dead_links import check_references
from afterword.site.model import names_of
from afterword.talks.model import Talk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from afterword.build.cache import BuildCache
    from afterword.build.gather.blog import Blog
    from afterword.build.load_content import Library
    from afterword.build.markdown_jobs import MarkdownContext
    from afterword.build.report import ContentFilter
    from afterword.build.static_files import Copy
    from afterword.content.parse_source import Reading, SourceText
    from afterword.content.post import Post
    from afterword.markdown.body import Reference
    from afterword.site.dead_links import Targets
    from afterword.site.page import Page


_STATIC = ("static/", f"{DEFAULT}static/")
"""Prefixes of sources that are published under the same path."""


class PlannedOutput(Struct, frozen=True):
    """An output, what produces it (a noun phrase for messages), and the place that requests it.

    `source` is the file that the output is a copy of, or empty for a page. `place` is None if no source requests it.
    """

    path: str
    producer: str
    place: Place | None
    source: str = ""


def check_outputs(pages: tuple[Page, ...], copies: Sequence[Copy], build_cache: BuildCache) -> tuple[Diagnostic, ...]:
    """Returns an error for each output that is invalid, configures the host, conflicts or makes a Git repository.

    Outputs without errors are not checked again while they are the same.
    """
    copied = tuple((copy.output, copy.source) for copy in copies)
    names = build_cache.memo.memoize(_digest_outputs, pages, copied)
    if build_cache.meta.get("outputs") == names:
        return ()
    outputs = (
        *(PlannedOutput(page.output, _producer(page), page.place if page.place.path else None) for page in pages),
        *(PlannedOutput(copy.output, f"`{copy.source}`", copy.place, copy.source) for copy in copies),
    )
    layouts = tuple(find_repository_layouts([output.path for output in outputs]))
    found = (
        *_find_invalid(outputs),
        *_find_host_files(outputs),
        *find_duplicate_outputs(outputs),
        *_find_repositories(layouts, {copy.output: copy for copy in copies}),
    )
    if not (found or layouts):  # whether a layout is a repository depends on the content of its `HEAD`
        build_cache.put_meta("outputs", names)
    return found


def _digest_outputs(pages: tuple[Page, ...], copied: tuple[tuple[str, str], ...]) -> str:
    """Returns a digest of everything that decides whether outputs have errors."""
    return digest(to_json([[(page.output, bool(page.place.path)) for page in pages], copied]))


def _producer(page: Page) -> str:
    """Returns the source of a page, for messages about conflicts."""
    if page.kind == "redirect" and not page.post:
        return f"an alias of `{page.place.path}`"
    return f"`{page.place.path}`" if page.place.path else f"Afterword's own {page.kind} page"


def _find_invalid(outputs: Iterable[PlannedOutput]) -> Iterator[Diagnostic]:
    for output in outputs:
        invalid = check_output_path(output.path)
        if invalid is None:
            continue
        place = Place(output.source) if output.source else output.place
        hint = "rename the file, or add it to `exclude`" if output.source else invalid.hint
        message = f"invalid output path `{shown(output.path)}`: {invalid.reason}"
        yield error("invalid-output-path", message, place, hint=hint)


def _find_host_files(outputs: Iterable[PlannedOutput]) -> Iterator[Diagnostic]:
    """Yields an error for each page, and each file beside a post, that would configure the host.

    Such files are allowed only in `static/`. Pages without a place are Afterword's own, such as `robots.txt`.
    """
    found = {(output.source, output.path): output for output in outputs if _is_for_hosts(output)}
    for (source, path), output in sorted(found.items()):
        place = Place(source) if source else output.place
        is_meant = source.startswith(_STATIC) or source in ROOT_FILES
        if place is None or is_meant or check_output_path(path) is not None:
            continue
        what, label = ("file", "belongs to a post") if source else ("page", "")
        hint = "rename it, or move it to `static/` to apply it to the whole site"
        if not source:
            hint = "change the permalink, or put the file in `static/`"
        message = f"{what} would be published as `{shown(path)}`, which web servers or browsers read as settings"
        yield error("server-config-file", message, place, label=label, hint=hint)


def _is_for_hosts(output: PlannedOutput) -> bool:
    """Returns whether an output configures a host or browser, also as a URL without `.html`."""
    if is_host_file(output.path):
        return True
    url = output.path.removesuffix(".html")
    return not output.source and (url.startswith("_") or "." in url) and is_host_file(url)


def find_duplicate_outputs(outputs: Iterable[PlannedOutput]) -> Iterator[Diagnostic]:
    """Yields an error for each output whose path is taken, or is needed as a folder.

    Paths are compared as on the least capable file system: without letter case and in one Unicode form.
    """
    ordered = sorted(outputs, key=lambda output: (output.place is None, output.place or Place(""), output.path))
    same: dict[str, list[PlannedOutput]] = {}
    for output in ordered:
        same.setdefault(fold_output(output.path), []).append(output)
    for others in same.values():
        yield from (_collision(output, others[0], others) for output in others[1:])
    for output in ordered:
        obstacle = next((same[folder] for folder in parent_folders(fold_output(output.path)) if folder in same), None)
        if obstacle is not None:
            yield _collision(output, obstacle[0])


_LISTED = 5
"""Number of files with the same output path that a message lists."""


def _collision(output: PlannedOutput, other: PlannedOutput, same: Sequence[PlannedOutput] = ()) -> Diagnostic:
    """Returns the error for an output whose path `other` has, or needs; `same` are all with this path."""
    if output.path != other.path:
        message = f"conflict between `{other.path}` ({other.producer}) and `{output.path}` ({output.producer})"
    elif len(same) == 2:
        message = f"two files have the same output path `{output.path}`: {other.producer} and {output.producer}"
    else:
        listed = ", ".join(one.producer for one in same[:_LISTED])
        rest = f" and {len(same) - _LISTED:,} more" if len(same) > _LISTED else ""
        message = f"{len(same):,} files have the same output path `{output.path}`: {listed}{rest}"
    return error(
        "duplicate-output",
        message,
        output.place or other.place,
        related=((other.place, "the other file"),) if output.place and other.place else (),
        hint="change the slug, `permalink` or name of one of them",
    )


def _find_repositories(layouts: Iterable[RepositoryLayout], copies: Mapping[str, Copy]) -> Iterator[Diagnostic]:
    for layout in layouts:
        copy = copies.get(layout.head)
        if copy is not None and _is_head(copy):
            yield _repository(layout, copies)


def _is_head(copy: Copy) -> bool:
    if isinstance(copy.content, bytes):
        return is_head(copy.content[:HEAD_SIZE])
    try:
        return is_head(read_start(copy.content, HEAD_SIZE))
    except Unreadable:
        return True  # it cannot be published either


def _repository(layout: RepositoryLayout, copies: Mapping[str, Copy]) -> Diagnostic:
    others = tuple((Place(copies[path].source), "and this") for path in layout.others if path in copies)
    return error(
        "git-repository",
        layout.describe(),
        Place(copies[layout.head].source),
        label="makes the folder a repository",
        hint="rename `HEAD`, or publish the repository as an archive",
        related=others,
    )


def check_broken(
    blog: Blog, markdown_context: MarkdownContext, targets: Targets, anchors: Mapping[str, tuple[str, ...]]
) -> Iterator[Diagnostic]:
    """Yields the diagnostics of the texts of broken sources; `anchors` are those of all other bodies."""
    library = blog.inputs.library
    write = start_body_renderer(markdown_context)
    for path in sorted(library.broken - library.left_out):
        reading = library.readings[path]
        if not _is_included(path, reading, blog.request.include, blog.site.today):
            continue
        job = _make_job(path, reading.post, library.read_text(path), markdown_context)
        body = write(job).body
        yield from body.diagnostics
        certain = [link for link in body.references if link.url != unquote(job.source.url) and _is_certain(link)]
        yield from check_references(certain, targets, anchors)


def _is_certain(link: Reference) -> bool:
    """Returns whether a link has the same target wherever its page is: root-absolute, or to a source."""
    return link.target.startswith("/") or link.target.partition("#")[0].endswith(TEXT_EXTENSIONS)


def _is_included(path: str, reading: Reading, include: ContentFilter, today: date) -> bool:
    if reading.post is not None:
        return skip_reason(reading.post, today, include) is None
    return bool(reading.digest) and (include.drafts or not is_draft_path(path))


def _make_job(path: str, post: Post | None, text: SourceText, markdown_context: MarkdownContext) -> BodyJob:
    talk_context = markdown_context.talk_context_of(post) if post is not None else None
    talk_context = replace(talk_context or TalkContext(Talk(), {}), doubtful=True)
    if post is None:
        return BodyJob(MarkdownText(text.text, path, text.first_line, "/", talk_context, gaps=text.gaps))
    return make_job(post, text, talk_context)


def check_related(blog: Blog) -> Iterator[Diagnostic]:
    """Yields the diagnostics for the key `related` of all posts and pages."""
    site = blog.site
    unknown = [
        (name, post.places.get(f"related[{at}]", post.place))
        for post in site.by_path.values()
        for at, name in enumerate(post.related)
        if name not in site.names
    ]
    absent = _names_of_missing(blog.inputs.library) if unknown else {}
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
