"""Finds dead links between the pages of a site, when all bodies are rendered, and suggests likely targets.

Links to other sites are not checked. Links to files of the blog are checked where they are resolved
(`markdown.writers.links`, `markdown.writers.wikilinks`).
"""

from __future__ import annotations

import posixpath
import unicodedata
from functools import cached_property, partial
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from afterword.core.diagnostics import Collector, Diagnostic, nearest, warning
from afterword.core.files import TEXT_EXTENSIONS
from afterword.core.patterns import lazy_pattern
from afterword.core.similarity import NameIndex
from afterword.core.urls import is_rooted
from afterword.markdown.body import Reference
from afterword.markdown.link_targets import hint_at_host, source_path, split

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from afterword.config.schema import MenuItem
    from afterword.content.post import Post
    from afterword.core.diagnostics import Place
    from afterword.site.page import Page


class Targets(Struct, frozen=True, dict=True):
    """Link targets of a site: pages by URL (percent-decoded) with their sources, and outputs."""

    pages: Mapping[str, str]
    outputs: frozenset[str]

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """URLs of pages that have a source, by its path."""
        return {source: url for url, source in self.pages.items() if source}

    @cached_property
    def suggestions(self) -> LinkSuggestions:
        """The URLs of all pages, also by their sources, and of all files."""
        files = ((f"/{output}", f"/{output}") for output in self.outputs if not output.endswith(".html"))
        return LinkSuggestions((*((url, url) for url in self.pages), *self.sources.items(), *sorted(files)))

    @classmethod
    def of(cls, pages: Collection[Page], files: Iterable[str]) -> Targets:
        """Returns the targets of a site with these pages; `files` are the copied outputs."""
        return cls(
            {unquote(page.url): page.post for page in pages}, frozenset({page.output for page in pages}.union(files))
        )


def menu_references(menu: Iterable[MenuItem], places: Iterable[Place]) -> Iterator[Reference]:
    """Yields the internal links of the menu; `places` are those of their URLs."""
    return (_make_reference(item.url, place) for item, place in zip(menu, places, strict=True) if is_rooted(item.url))


def redirect_references(posts: Iterable[Post]) -> tuple[Reference, ...]:
    """Returns the internal redirect targets of posts and pages."""
    return tuple(
        _make_reference(post.redirect_to, post.places.get("redirect_to", post.place))
        for post in posts
        if is_rooted(post.redirect_to)
    )


def _make_reference(url: str, place: Place) -> Reference:
    parts = urlsplit(url)
    return Reference(unquote(parts.path), unquote(parts.fragment), url, place)


def check_references(
    references: Iterable[Reference], targets: Targets, anchors: Mapping[str, tuple[str, ...]]
) -> tuple[Diagnostic, ...]:
    """Returns a warning for each internal link without a page, file or anchor.

    `anchors` are those of all bodies, by source. A link to `/x` is valid if `/x/` exists: hosts redirect it. Full URLs
    are not checked, because other sites may share the host.
    """
    problems = Collector()
    known = _KnownAnchors(anchors)
    for reference in references:
        if not reference.full:
            _check_reference(reference, targets, known, problems)
    return problems.result()


class _KnownAnchors:
    """Anchors of pages, by source; each page is looked up once."""

    def __init__(self, anchors: Mapping[str, tuple[str, ...]]) -> None:
        self._anchors = anchors
        self._known: dict[str, frozenset[str] | None] = {}
        self._names: dict[str, NameIndex] = {}

    def may_have(self, source: str, anchor: str) -> bool:
        """Returns whether a page has an anchor; True if its anchors are unknown."""
        if source not in self._known:
            found = self._anchors.get(source)
            self._known[source] = frozenset(found) if found is not None else None
        known = self._known[source]
        return known is None or anchor in known

    def nearest(self, source: str, anchor: str) -> str | None:
        if source not in self._names:
            self._names[source] = NameIndex(self._anchors[source])
        return self._names[source].nearest(anchor)


def _check_reference(reference: Reference, targets: Targets, anchors: _KnownAnchors, problems: Collector) -> None:
    url = next((url for url in _served_urls(reference.url) if url in targets.pages), None)
    path, fragment = reference.place.path, reference.fragment
    if url is None:
        if reference.url.removeprefix("/") not in targets.outputs:
            problems.add_lazily("broken-link", path, partial(_explain_broken, reference, targets))
        return
    source = targets.pages[url]
    if fragment and fragment != "top" and not anchors.may_have(source, fragment):
        problems.add_lazily("broken-anchor", path, partial(_explain_missing_anchor, reference, source, anchors))


def _explain_broken(reference: Reference, targets: Targets) -> Diagnostic:
    rest = "/" + reference.url[1:].partition("/")[2]
    if rest != "/" and (rest in targets.pages or rest[1:] in targets.outputs):
        prefix = "`static/`" if reference.url.startswith("/static/") else "the base path"
        hint = f"did you mean `{rest}`? write URLs without {prefix}"
    else:
        hint = hint_at_host(reference.target) or _did_you_mean(_suggest(reference, targets))
    return warning(
        "broken-link", f"{name_missing(reference.url)} not found: `{reference.url}`", reference.place, hint=hint
    )


def name_missing(url: str) -> str:
    """Returns what a dead URL stands for: `file` if it ends with an extension other than that of a page."""
    extension = posixpath.splitext(urlsplit(url).path)[1][1:]
    return "file" if extension and not extension.isdigit() and extension not in ("html", "htm", "md") else "page"


def _suggest(reference: Reference, targets: Targets) -> str | None:
    """Returns what a dead link probably means: a path to a source for a relative target, else a URL."""
    here = reference.place.path
    is_relative = not is_rooted(reference.target)
    if is_relative and source_path(here, f"{(path := split(reference.target).path)}.md") in targets.sources:
        return f"{path}.md"
    found = targets.suggestions.find(reference.url, targets.sources.get(here, ""))
    source = targets.pages.get(found or "")
    return posixpath.relpath(source, posixpath.dirname(here)) if is_relative and source else found


def _explain_missing_anchor(reference: Reference, source: str, anchors: _KnownAnchors) -> Diagnostic:
    where = "this page" if source == reference.place.path else source
    message = f"anchor not found: `#{reference.fragment}` in {where}"
    hint = _did_you_mean(anchors.nearest(source, reference.fragment))
    return warning("broken-anchor", message, reference.place, hint=hint)


def _did_you_mean(near: str | None) -> str:
    return f"did you mean `{near}`?" if near else ""


def _served_urls(url: str) -> tuple[str, ...]:
    """Returns the page URLs that a host may serve for this one, its own first."""
    return url, f"{url}/", f"{url.removesuffix('index.html')}", f"{url}.html", url.removesuffix(".html")


DATE = lazy_pattern(r"^\d{4}-\d\d-\d\d[-_ ]")
"""The date at the beginning of a file name."""

_SPACES = lazy_pattern(r"[\s_-]+")
_FILE_EXTENSION = lazy_pattern(r"\.[a-z][a-z0-9]{1,4}$")
_PAGE_EXTENSIONS = (*TEXT_EXTENSIONS, ".html", ".htm")


class LinkSuggestions:
    """Index of paths or URLs by base name, without its date and extension.

    `known` are pairs of a path or URL and the name to suggest for it. Only pages are suggested for pages, and only
    files for files.
    """

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        self._pages: dict[str, list[str]] = {}
        self._files: dict[str, list[str]] = {}
        for path, name in known:
            of_kind, base = self._find(path)
            if base and name not in (names := of_kind.setdefault(base, [])):
                names.append(name)

    def find(self, path: str, besides: str) -> str | None:
        """Returns the name that a path or URL probably means, or None; never `besides`, where the link is."""
        of_kind, base = self._find(path)
        names = [name for name in of_kind.get(base, ()) if name != besides]
        if not names and (similar := self._indexes[of_kind is self._pages].nearest(base)):
            names = [name for name in of_kind[similar] if name != besides]
        return (nearest(path, names) or names[0]) if len(names) > 1 else next(iter(names), None)

    @cached_property
    def _indexes(self) -> tuple[NameIndex, NameIndex]:
        return NameIndex(self._files), NameIndex(self._pages)

    def _find(self, path: str) -> tuple[dict[str, list[str]], str]:
        """Returns the names of the same kind as a path, and its base name."""
        folder, name = posixpath.split(path.rstrip("/"))
        stem, extension = posixpath.splitext(name)
        is_page = extension.lower() in _PAGE_EXTENSIONS
        if is_page and stem == "index" and folder.strip("/"):
            stem = posixpath.basename(folder)
        elif not is_page and _FILE_EXTENSION.search(extension.lower()) is None:
            is_page, stem = True, name
        base = unicodedata.normalize("NFC", _SPACES.sub("-", DATE.sub("", stem)).casefold())
        return (self._pages if is_page else self._files), base
