"""Explains a page or a source for `afterword why`: its source, its last render, or why it is not in the site.

Reads the blog and the cache, and changes neither.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from afterword.build.builder import open_store
from afterword.build.gather.blog import gather
from afterword.build.gather.input_files import BuildContext
from afterword.build.load_content import COPY_HINT
from afterword.build.media.image_files import describe_image
from afterword.build.search_index import describe_file
from afterword.build.stale_pages import describe_columns, describe_query
from afterword.build.workers.pool import WorkerPool
from afterword.cache.codec import CacheCorrupted
from afterword.cache.store import Store
from afterword.config.unrecognized_files import OTHER_EXTENSIONS
from afterword.core.diagnostics import Exit, Failure, did_you_mean, error
from afterword.core.files import CONTENT_FOLDERS, DEFAULT, TEXT_EXTENSIONS, find_exclusion, is_backup, is_backup_beside
from afterword.core.patterns import lazy_pattern
from afterword.site.queries.recording import Query
from afterword.templates.checks import find_closures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from afterword.build.gather.blog import Blog
    from afterword.build.report import Request
    from afterword.core.diagnostics import Diagnostic
    from afterword.site.page import Page
    from afterword.templates.checks import Template

_SERVED = lazy_pattern(
    r"https?://(?:localhost|[\w.-]+\.localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::\d+)?(?=[/?#]|\Z)"
)
"""Matches the address at which `afterword serve` shows the site."""

_FOLDERS = ("static", "templates")
"""Folders whose name can be left out: `style.css` is published with a digest in its name."""

_SHOWN = 10
"""Maximum number of pages that are listed."""

_HINTS = {
    "draft": "include it with `--drafts`",
    "future": "include it with `--future`",
    "expired": "include it with `--expired`",
    "copy": COPY_HINT,
}


def explain_target(target: str, request: Request, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Explains a path or a URL, as lines. Raises `Failure` for an unknown one."""

    def exists(path: str) -> bool:
        return (request.source / path).exists()

    path, pool = _relative(target, request.source), WorkerPool(request.jobs)
    store = open_store(request)
    try:
        return explain(path, gather(BuildContext(request, environ, store, pool)), exists)
    except CacheCorrupted:
        return explain(path, gather(BuildContext(request, environ, Store(None, ""), pool)), exists)
    finally:
        store.close()


def _relative(target: str, source: Path) -> str:
    """Returns a path relative to the blog's folder; URLs and paths outside are unchanged."""
    if "://" in target:
        return target
    root = Path(os.path.abspath(source))  # noqa: PTH100 - symbolic links stay as they are written
    path = Path(os.path.abspath(target))  # noqa: PTH100
    return path.relative_to(root).as_posix() if path.is_relative_to(root) and path != root else target


def explain(target: str, blog: Blog, exists: Callable[[str], bool]) -> tuple[str, ...]:
    """Explains a path in the blog's folder, an output, or a URL, as lines.

    `exists` returns whether the blog's folder has a path. Raises `Failure` for an unknown target.
    """
    page = _find_page(target, blog)
    if page is not None:
        return tuple(_explain_page(page, blog))
    for tell in (_explain_source, _explain_template, _explain_static, _explain_attachment, _explain_generated):
        if lines := tuple(tell(target, blog)):
            return lines
    if (source := _find_source(target, blog)) is not None:
        return (*_explain_source(source, blog), *_explain_static(source, blog), *_explain_attachment(source, blog))
    bare = target.lstrip("/")
    for path in (DEFAULT + target, *(f"{start}{folder}/{bare}" for folder in _FOLDERS for start in ("", DEFAULT))):
        if lines := (*_explain_template(path, blog), *_explain_static(path, blog)):
            return lines
    if exists(target) and (reason := _find_omission(target, blog)):
        return (f"`{target}` is not in the site: {reason}",)
    raise Failure(Exit.USAGE, _unknown(target, blog))


def _find_page(target: str, blog: Blog) -> Page | None:
    """Returns the page of a URL or output path, or None."""
    if (url := _path_of_url(target, blog)) is not None:
        by_url = {_without_end(unquote(page.url)): page for page in blog.pages}
        return by_url.get(_without_end(url))
    outputs = {page.output: page for page in blog.pages}
    return outputs.get(target) or outputs.get(target.removeprefix(f"{blog.inputs.settings.destination}/"))


def _find_source(target: str, blog: Blog) -> str | None:
    """Returns the source of what a URL or the path of a published file names: a post that is held back, or a file."""
    url = _path_of_url(target, blog)
    skipped = (
        (skipped.path, blog.inputs.library.readings[skipped.path].post) for skipped in blog.inputs.library.skipped
    )
    for path, post in skipped if url is not None else ():
        if post is not None and _without_end(unquote(post.url)) == _without_end(url or ""):
            return path
    output = (url or target).removeprefix("/").removeprefix(f"{blog.inputs.settings.destination}/")
    theme = blog.inputs.theme
    outputs = {**{name: name for name in theme.own}, **{asset.output: name for name, asset in theme.assets.items()}}
    if output in outputs:
        return theme.sources.get(outputs[output])
    bodies = blog.build_cache.bodies.values()
    found = (attachment for record in bodies for attachment in record.decode_attachments())
    return next((one.source for one in found if unquote(one.url).removeprefix("/") == output), None)


def _path_of_url(target: str, blog: Blog) -> str | None:
    """Returns the path of a URL in the site, percent-decoded; None for other sites."""
    address = blog.site.address
    if "://" in target:
        if not target.startswith(address.origin) and _SERVED.match(target) is None:
            return None
    elif not target.startswith("/"):
        return None
    path = unquote(urlsplit(target).path) or "/"
    inside = path.removeprefix(address.base_path)
    return inside if inside.startswith("/") else path


def _without_end(url: str) -> str:
    return url.removesuffix("index.html").removesuffix(".html").rstrip("/")


def _explain_page(page: Page, blog: Blog) -> Iterator[str]:
    yield f"`{page.output}` is the page {blog.site.address.rooted(page.url)}"
    if page.kind == "redirect":
        source = f"`{page.post}`" if page.post else f"an alias of `{page.place.path}`"
        yield f"  from: {source}, redirects to {blog.site.address.rooted(page.target)}"
    else:
        yield f"  from: {f'`{page.post}`' if page.post else 'the posts of the blog'}"
    post = blog.site.by_path.get(page.post)
    if post is not None and post.unlisted:
        yield f"  unlisted: `{post.visibility.unlisted}`"
    yield f"  template: {_name_templates(page.template, blog.inputs.theme.templates)}"
    trace = blog.build_cache.traces.get(page.output)
    if trace is None:
        yield "  not rendered yet, or not in the cache"
        return
    yield f"  last rendered because {trace.reason.text}"
    dependencies = blog.build_cache.dependencies_of(None)
    queries = sorted(
        f"{describe_query(dependencies[name].query)}{describe_columns(dependencies[name].columns)}"
        for name in trace.dependencies
        if name in dependencies
    )
    if queries:
        yield "  depends on:"
        yield from (f"    {query}" for query in queries)


def _name_templates(name: str, templates: Mapping[str, Template]) -> str:
    if name not in templates:
        return f"`{name}` (not found)"
    others = sorted(templates[other].path for other in find_closures(templates)[name] - {name} if other in templates)
    also = f", with {', '.join(f'`{path}`' for path in others)}" if others else ""
    return f"`{templates[name].path}`{also}"


def _explain_source(path: str, blog: Blog) -> Iterator[str]:
    """Explains a source: its pages, or why it is not in the site."""
    reading = blog.inputs.library.readings.get(path)
    if reading is None:
        return
    skipped = next((skipped for skipped in blog.inputs.library.skipped if skipped.path == path), None)
    if path in blog.inputs.library.broken:
        yield f"`{path}` is not in the site: it has errors"
        links = [
            found for found in blog.inputs.sources.diagnostics if found.place is not None and found.place.path == path
        ]
        errors = (found for found in (*reading.diagnostics, *links) if found.is_error)
        yield from (f"  {found.place}: {found.message}" for found in errors)
    elif skipped is not None:
        yield f"`{path}` is not in the site: {skipped}"
        if skipped.because:
            yield f"  {skipped.place or skipped.path}: because of `{skipped.because}`"
        yield f"  {_HINTS[skipped.reason]}"
    else:
        for page in blog.pages:
            if page.post == path or (page.kind == "redirect" and page.place.path == path):
                yield from _explain_page(page, blog)


def _explain_template(path: str, blog: Blog) -> Iterator[str]:
    """Explains a template: the pages that use it."""
    name = next((name for name, template in blog.inputs.theme.templates.items() if template.path == path), None)
    if name is None:
        return
    closures = find_closures(blog.inputs.theme.templates)
    made = [page.output for page in blog.pages if name in closures.get(page.template, ())]
    yield f"`{path}` is a template of: {_list(made)}"


def _explain_static(path: str, blog: Blog) -> Iterator[str]:
    """Explains a static file: its outputs."""
    theme = blog.inputs.theme
    name = next((name for name, source in theme.sources.items() if source == path), None)
    if name is None:
        replaced = path.removeprefix(f"{DEFAULT}static/")
        if path.startswith(DEFAULT) and replaced in theme.sources:
            yield f"`{path}` is not in the site: replaced by `{theme.sources[replaced]}`"
        return
    if name in theme.own:
        yield f"`{path}` is copied to `{name}`"
    dependencies = blog.build_cache.dependencies_of([""])
    asked = Query("asset", (name,))
    names = {dependency_name for dependency_name, dependency in dependencies.items() if dependency.query == asked}
    users = [output for output, trace in blog.build_cache.traces.items() if not names.isdisjoint(trace.dependencies)]
    if users and name in theme.assets:
        form = ", without its comments and indentation" if name in theme.stripped else ""
        output = theme.assets[name].output
        yield f"`{path}` is published as `{output}`{form}, used by: {_list(users)}"


def _explain_attachment(path: str, blog: Blog) -> Iterator[str]:
    """Explains a file beside posts: the posts that link to it."""
    if path not in blog.inputs.sources.attachments:
        return
    found = {
        attachment.url: source
        for source, record in blog.build_cache.bodies.items()
        for attachment in record.decode_attachments()
        if attachment.source == path
    }
    for url, source in sorted(found.items()):
        yield f"`{path}` is copied to {blog.site.address.rooted(url)}: `{source}` links to it"
    if not found:
        yield f"`{path}` is not in the site: no published post links to it"
        if Path(path).suffix.lower() in (".txt", ".rst", ".html", *OTHER_EXTENSIONS):
            yield f"  posts and pages end in {' or '.join(f'`{suffix}`' for suffix in TEXT_EXTENSIONS)}"


def _explain_generated(target: str, blog: Blog) -> Iterator[str]:
    """Explains a file of the search index or a generated image, by path or URL."""
    path = (_path_of_url(target, blog) or target).removeprefix("/").removeprefix(f"{blog.inputs.settings.destination}/")
    yield from describe_file(path, blog.build_cache) or describe_image(path, blog.build_cache)


def _find_omission(path: str, blog: Blog) -> str:
    """Returns why an existing file is ignored, or empty text."""
    parts = path.split("/")
    parents = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    for parent in parents:
        if (pattern := find_exclusion(parent, blog.inputs.settings.exclude)) is not None:
            return f"excluded by the setting `exclude`: `{pattern}`"
    if any(part.startswith(".") for part in parts):
        return "names that start with a dot are skipped"
    sources = blog.inputs.sources
    known = (*sources.texts, *sources.attachments, *sources.static, *sources.templates)
    names = {name.removeprefix(f"{'/'.join(parts[:-1])}/") for name in known}
    if any(map(is_backup, parts)) or is_backup_beside(parts[-1], names):
        return "editor backup, or file of the operating system"
    for found in sources.diagnostics:
        if found.place is not None and found.place.path in parents:
            return found.message
    if parts[0] not in (*CONTENT_FOLDERS, "static", "templates"):
        folders = f"posts and pages are in {', '.join(f'`{folder}`' for folder in CONTENT_FOLDERS)}"
        is_page = len(parts) == 1 and path.endswith(TEXT_EXTENSIONS)
        return f"{folders}; move it to `pages/{path}`" if is_page else folders
    return "not a regular file"


def _list(outputs: Iterable[str]) -> str:
    ordered = sorted(outputs)
    more = f" and {len(ordered) - _SHOWN} others" if len(ordered) > _SHOWN else ""
    return ", ".join(f"`{output}`" for output in ordered[:_SHOWN]) + more if ordered else "none"


def _unknown(target: str, blog: Blog) -> Diagnostic:
    known = [
        *blog.inputs.library.readings,
        *(page.output for page in blog.pages),
        *(blog.site.address.rooted(page.url) for page in blog.pages),
        *blog.inputs.sources.static,
        *blog.inputs.sources.templates,
        *blog.inputs.sources.attachments,
    ]
    message = f"no page, source or output file matches `{target}`"
    return error("unknown-target", message, hint=did_you_mean(target, known))
