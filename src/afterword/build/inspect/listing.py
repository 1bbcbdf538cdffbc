"""Lists posts, drafts, future posts, all skipped posts, tags or talks, for `afterword list`."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.builder import open_store
from afterword.build.gather.blog import gather
from afterword.build.gather.input_files import BuildContext
from afterword.build.workers.pool import WorkerPool
from afterword.cache.codec import CacheCorrupted
from afterword.cache.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from afterword.build.gather.blog import Blog
    from afterword.build.report import Request
    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic

Kind: TypeAlias = Literal["posts", "drafts", "future", "unpublished", "tags", "talks"]
"""Kinds of lists; `unpublished` are all skipped posts: drafts, future and expired posts, and copies."""


class Listed(Struct, frozen=True, omit_defaults=True):
    """A row of a list: a source, or a tag with its number of posts. Unset fields have their default.

    `date` is the day of a post, or the known part of the date of a talk, in ISO form.
    """

    name: str
    path: str = ""
    url: str = ""
    date: str = ""
    reason: str = ""
    speakers: tuple[str, ...] = ()
    event: str = ""
    posts: int = 0


class Listing(Struct, frozen=True):
    """A list, and the errors of sources that may be missing from it."""

    rows: tuple[Listed, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def list_blog(kind: Kind, request: Request, environ: Mapping[str, str]) -> Listing:
    """Returns the list of a kind; raises `Failure` if there is no blog. Writes nothing."""
    with closing(open_store(request)) as store:
        try:
            blog = gather(BuildContext(request, environ, store, WorkerPool(request.jobs)))
        except CacheCorrupted:
            blog = gather(BuildContext(request, environ, Store(None, ""), WorkerPool(request.jobs)))
    errors = tuple(found for found in blog.inputs.library.diagnostics if found.is_error)
    return Listing(tuple(_ROWS[kind](blog)), errors)


def _list_posts(blog: Blog) -> Iterator[Listed]:
    """Yields the published posts, newest first, then the pages by URL."""
    yield from (_of_post(post, blog) for post in (*blog.site.posts, *blog.site.pages, *blog.site.unlisted))


def _of_post(post: Post, blog: Blog) -> Listed:
    url = blog.site.address.rooted(post.url)
    return Listed(post.title, post.path, url, post.day.isoformat() if post.day is not None else "")


def _list_skipped(blog: Blog) -> Iterator[Listed]:
    for skipped in blog.inputs.library.skipped:
        post = blog.inputs.library.readings[skipped.path].post
        day = post.day if post is not None and "date" in post.places else None
        shown = skipped.day or day
        yield Listed(
            post.title if post is not None else skipped.path,
            skipped.path,
            date=shown.isoformat() if shown is not None else "",
            reason=str(skipped),
        )


def _list_reason(blog: Blog, reason: str) -> Iterable[Listed]:
    paths = {skipped.path for skipped in blog.inputs.library.skipped if skipped.reason == reason}
    return [row for row in _list_skipped(blog) if row.path in paths]


def _list_tags(blog: Blog) -> Iterable[Listed]:
    """Returns the tags, most frequent first."""
    terms = sorted(blog.site.lists["tags"], key=lambda term: (-len(term.posts), term.name.casefold()))
    return [Listed(term.name, url=blog.site.address.rooted(term.url), posts=len(term.posts)) for term in terms]


def _list_talks(blog: Blog) -> Iterator[Listed]:
    """Returns the talks, latest first."""
    for post in blog.site.talks:
        if (talk := post.talk) is None:
            continue
        yield replace(
            _of_post(post, blog),
            name=talk.title or post.title,
            date=talk.date.iso if talk.date is not None else "",
            speakers=tuple(speaker.name for speaker in talk.speakers),
            event=talk.event.name if talk.event is not None else "",
        )


_ROWS: Mapping[Kind, Callable[[Blog], Iterable[Listed]]] = {
    "posts": _list_posts,
    "drafts": lambda blog: _list_reason(blog, "draft"),
    "future": lambda blog: _list_reason(blog, "future"),
    "unpublished": _list_skipped,
    "tags": _list_tags,
    "talks": _list_talks,
}
