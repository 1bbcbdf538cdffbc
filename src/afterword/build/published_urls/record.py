"""Records the URLs that a blog publishes in `afterword.lock`, for `afterword build` and `afterword urls`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.gather.blog import gather
from afterword.build.gather.input_files import BuildContext
from afterword.build.published_urls.lost_urls import list_urls
from afterword.build.workers.pool import WorkerPool
from afterword.cache.store import Store
from afterword.core.diagnostics import Diagnostic, Exit, Failure, Place, error, note, sort_diagnostics
from afterword.core.files import URL_LOCK, describe
from afterword.output.safe_tree import replace_file
from afterword.site.published_urls import PublishedUrl, extend_lock, format_lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.build.gather.blog import Blog
    from afterword.build.report import Request


class UrlRecord(Struct, frozen=True):
    """The recorded URLs of a blog compared with its site: their number, and the new and lost ones."""

    recorded: int
    new: tuple[PublishedUrl, ...]
    lost: tuple[PublishedUrl, ...]
    diagnostics: tuple[Diagnostic, ...]


def record_urls(blog: Blog) -> tuple[Diagnostic, ...]:
    """Adds the new URLs of a published blog to its record, if it has one; returns a note if that fails.

    URLs of drafts, future and expired posts are not recorded, nor are ids with a base URL from the command line. While
    a URL is lost, nothing is recorded: the change may be a mistake.
    """
    request = blog.request
    if not (request.record_urls and blog.inputs.lock.exists) or request.drafts or request.future or request.expired:
        return ()
    if any(found.id == "lost-url" for found in blog.diagnostics):
        return ()
    urls = extend_lock(blog.inputs.lock, _list(blog, with_ids=request.base_url is None))
    if urls == tuple(sorted(blog.inputs.lock.urls.values())):
        return ()
    try:
        _write(request, urls)
    except OSError as problem:
        hint = "commit the file that a build on another machine writes"
        return (note("unwritable", f"new URLs are not recorded: {describe(problem)}", Place(URL_LOCK), hint=hint),)
    return ()


def read_urls(request: Request, environ: Mapping[str, str], *, accept: bool) -> UrlRecord:
    """Compares the record of a blog with its site, and with `accept`, replaces it. Raises `Failure`.

    Nothing is replaced while sources have errors: their URLs would be lost.
    """
    blog = gather(BuildContext(request, environ, Store(None, ""), WorkerPool(request.jobs)))
    found = sort_diagnostics(blog.ignored.leave_out(blog.diagnostics))
    urls = sorted(_list(blog, with_ids=True))
    current = {one.url for one in urls}
    new = tuple(one for one in urls if one.url not in blog.inputs.lock.urls)
    lost = tuple(one for one in sorted(blog.inputs.lock.urls.values()) if one.url not in current)
    if not accept:
        shown = (one for one in found if one.is_error or one.id == "lost-url")
        return UrlRecord(len(blog.inputs.lock.urls), new, lost, tuple(shown))
    errors = [one for one in found if one.is_error and one.id != "invalid-lock"]
    if errors:
        raise Failure(Exit.CONTENT, *errors)
    _replace(request, urls)
    return UrlRecord(len(urls), new, lost, _report_missing_ids(blog))


def _list(blog: Blog, *, with_ids: bool) -> Iterable[PublishedUrl]:
    site = blog.site
    with_ids = with_ids and site.address.published
    return list_urls(blog.pages, site.by_path, site.feed_ids, site.address, with_ids=with_ids)


def _replace(request: Request, urls: Iterable[PublishedUrl]) -> None:
    try:
        _write(request, urls)
    except OSError as problem:
        message = f"cannot write `{URL_LOCK}`: {describe(problem)}"
        raise Failure(Exit.ENVIRONMENT, error("unwritable", message)) from problem


def _write(request: Request, urls: Iterable[PublishedUrl]) -> None:
    named = (replace(one, source=request.own_paths.get(one.source, one.source)) for one in urls)
    replace_file(request.source / URL_LOCK, format_lock(named).encode())


def _report_missing_ids(blog: Blog) -> tuple[Diagnostic, ...]:
    if blog.site.address.published:
        return ()
    hint = "set `base_url` to the URL of the published blog, and run `afterword urls --accept` again"
    return (note("no-feed-ids", "feed ids are not recorded without a base URL", Place(URL_LOCK), hint=hint),)
