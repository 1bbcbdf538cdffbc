"""Resolves links between the pages of a site.

`LinkIndex` resolves links while Markdown is rendered. `check_references` checks local links and anchors when all bodies
are rendered. Links to other sites are not checked.
"""

from __future__ import annotations

import posixpath
import unicodedata
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from afterword.core.diagnostics import Collector, Diagnostic, nearest, warning
from afterword.core.files import TEXT_EXTENSIONS
from afterword.core.patterns import lazy_pattern
from afterword.core.similarity import NameIndex
from afterword.core.urls import folder_of, is_rooted, url_of_file
from afterword.markdown.body import Reference
from afterword.markdown.context import FileTarget, Original, PageTarget
from afterword.markdown.link_targets import hint_at_host, source_path, split

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from afterword.config.schema import MenuItem
    from afterword.content.post import Post
    from afterword.core.diagnostics import Place
    from afterword.site.page import Page


Answer = TypeVar("Answer")

LinkAnswers: TypeAlias = "tuple[tuple[str, str, str], ...]"
"""Recorded link lookups of a body: (kind, subject, `repr` of the result), sorted."""


_STATIC = "static/"


def _normalize(name: str) -> str:
    """Normalizes a wikilink name for comparison: NFC, without letter case."""
    return unicodedata.normalize("NFC", name).casefold()


def _path_suffixes(path: str) -> list[str]:
    """Returns a path and all of its suffixes: `a/b.md` and `b.md`."""
    parts = path.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))]


class LinkIndex(Struct, frozen=True, dict=True):
    """Index of all link targets: plain data, shared by all bodies.

    Attributes:
        pages: URLs of published sources, by path.
        skipped: reasons of sources that are not in this build, by path.
        broken: sources with errors of their own.
        attachments: sizes (width, height; 0 if unknown) of files beside posts, by path.
        static: sizes of the files of `static/`, by path in that folder.
        skipped_files: reasons of files beside posts that are not in this build.
        titles: titles of published sources, by path.
        flawed: why images cannot be shown, by path.
        originals: images that are published in several widths, by path.
    """

    pages: Mapping[str, str]
    skipped: Mapping[str, str]
    broken: frozenset[str]
    attachments: Mapping[str, tuple[int, int]]
    static: Mapping[str, tuple[int, int]]
    skipped_files: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    flawed: Mapping[str, str] = field(default_factory=dict)
    originals: Mapping[str, Original] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> tuple[Mapping[str, tuple[str, ...]], ...]:
        """Paths of sources and files by folded name: by path or file name, by slug, by title."""
        files: dict[str, set[str]] = {}
        slugs: dict[str, set[str]] = {}
        titles: dict[str, set[str]] = {}
        for path in (*self.pages, *self.skipped, *self.broken):
            stem = posixpath.splitext(path)[0].removesuffix("/index")
            for name in _path_suffixes(path) + _path_suffixes(stem):
                files.setdefault(_normalize(name), set()).add(path)
            slug = posixpath.basename(stem)
            slugs.setdefault(_normalize(DATE.sub("", slug)), set()).add(path)
        for path in (*self.attachments, *(f"{_STATIC}{name}" for name in self.static)):
            for name in _path_suffixes(path):
                files.setdefault(_normalize(name), set()).add(path)
        for path, title in self.titles.items():
            titles.setdefault(_normalize(title), set()).add(path)
        return tuple({name: tuple(sorted(paths)) for name, paths in by.items()} for by in (files, slugs, titles))

    @cached_property
    def suggestions(self) -> LinkSuggestions:
        """All sources and files that a link can point to."""
        static = (f"{_STATIC}{name}" for name in self.static)
        return LinkSuggestions((path, path) for path in (*self.pages, *self.skipped, *self.attachments, *static))

    @cached_property
    def paths_by_nfc(self) -> Mapping[str, str]:
        """Non-ASCII paths of sources and files, by their NFC form."""
        known = (*self.pages, *self.skipped, *self.broken, *self.attachments, *self.static)
        return {unicodedata.normalize("NFC", path): path for path in known if not path.isascii()}

    def stored_path(self, path: str) -> str:
        """Returns a path in the Unicode form that the file of that name has on disk."""
        return path if path.isascii() else self.paths_by_nfc.get(unicodedata.normalize("NFC", path), path)

    def links_from(self, path: str, url: str) -> LinksFrom:
        """Returns the links of the body of the source `path`, published at `url`."""
        return LinksFrom(self, path, folder_of(url))


class RecordedLinks(Struct):
    """Resolves the links of one body and records each lookup as a dependency of the body."""

    links: LinksFrom
    requested: dict[tuple[str, str], str] = field(default_factory=dict)

    def page(self, path: str) -> PageTarget | None:
        return self._record("page", path, self.links.page(path))

    def file(self, path: str) -> FileTarget | None:
        return self._record("file", path, self.links.file(path))

    def asset(self, url: str) -> FileTarget | None:
        return self._record("asset", url, self.links.asset(url))

    def named(self, name: str) -> tuple[str, ...]:
        return self._record("named", name, self.links.named(name))

    def near(self, path: str) -> str | None:
        return self._record("near", path, self.links.near(path))

    def _record(self, kind: str, subject: str, answer: Answer) -> Answer:
        self.requested[kind, subject] = repr(answer)
        return answer

    def answers(self) -> LinkAnswers:
        """Returns the recorded lookups with their results."""
        return tuple((kind, subject, answer) for (kind, subject), answer in sorted(self.requested.items()))


def are_links_unchanged(answers: LinkAnswers, links: LinksFrom) -> bool:
    """Returns whether all recorded lookups have the same results now."""
    return all(repr(getattr(links, kind)(subject)) == answer for kind, subject, answer in answers)


class LinksFrom(Struct, frozen=True):
    """Resolves the links of one body (`markdown.Links`); files beside it are copied beside its page."""

    index: LinkIndex
    source: str
    page_folder: str

    @property
    def source_folder(self) -> str:
        return posixpath.dirname(self.source)

    def page(self, path: str) -> PageTarget | None:
        """Returns the page of a source, or None if there is no such source.

        A source with errors resolves to the home page, so that links to it get no second error.
        """
        path = self.index.stored_path(path)
        if (url := self.index.pages.get(path)) is not None:
            return PageTarget(url, "")
        if path in self.index.broken:
            return PageTarget("/", "")
        skipped = self.index.skipped.get(path)
        return PageTarget("", skipped) if skipped else None

    def file(self, path: str) -> FileTarget | None:
        """Returns a file beside posts and pages, with its URL beside this page."""
        requested, path = path, self.index.stored_path(path)
        size = self.index.attachments.get(path)
        if size is None:
            return None
        if path in self.index.skipped_files:
            return FileTarget("", held=self.index.skipped_files[path])
        name = posixpath.relpath(path, self.source_folder)
        while name.startswith("../"):
            name = name.removeprefix("../")
        return FileTarget(
            self.page_folder + url_of_file(name)[1:],
            *size,
            path="" if path == requested else path,
            flaw=self.index.flawed.get(path, ""),
            original=self.index.originals.get(path),
        )

    def asset(self, url: str) -> FileTarget | None:
        """Returns a file of `static/` by its root-absolute URL."""
        requested = unquote(url).removeprefix("/")
        name = self.index.stored_path(requested)
        size = self.index.static.get(name)
        if size is None:
            return None
        source = f"{_STATIC}{name}"
        return FileTarget(
            url if name == requested else url_of_file(name),
            *size,
            path="" if name == requested else name,
            flaw=self.index.flawed.get(source, ""),
            original=self.index.originals.get(source),
        )

    def named(self, name: str) -> tuple[str, ...]:
        """Returns the sources and files that a wikilink can mean: by path, else by slug, else by title."""
        folded = _normalize(name)
        beside = posixpath.normpath(posixpath.join(self.source_folder, name))
        by_path = self.index.by_name[0].get(_normalize(beside)) if name.startswith(("./", "../")) else None
        return by_path or next((found for by in self.index.by_name if (found := by.get(folded))), ())

    def near(self, path: str) -> str | None:
        """Returns what to write for a path without a source or file: a path from this body's folder, or `/…`."""
        path = self.index.stored_path(f"{path}.md")
        if path in self.index.pages:
            return self._written(path)
        found = self.index.suggestions.find(path.removesuffix(".md"), self.source)
        return self._written(found) if found else None

    def _written(self, path: str) -> str:
        if path.startswith(_STATIC):
            return path.removeprefix(_STATIC.rstrip("/"))
        return posixpath.relpath(path, self.source_folder)


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
        prefix = f"`{_STATIC}`" if reference.url.startswith(f"/{_STATIC}") else "the base path"
        hint = f"did you mean `{rest}`? write URLs without {prefix}"
    else:
        hint = hint_at_host(reference.target) or _did_you_mean(_suggest(reference, targets))
    return warning("broken-link", f"page not found: `{reference.url}`", reference.place, hint=hint)


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
