"""Resolves links between the pages of a site.

`LinkIndex` answers while Markdown is rendered. `check_references` checks local links and anchors when all bodies are
known. Links to other sites are not checked.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from afterword.core.diagnostics import Collector, Diagnostic, warning
from afterword.core.similarity import NameIndex
from afterword.core.urls import folder_of, is_rooted, url_of_file
from afterword.markdown.body import Reference
from afterword.markdown.context import FileTarget, Original, PageTarget

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from afterword.config.schema import MenuItem
    from afterword.content.post import Post
    from afterword.core.diagnostics import Place
    from afterword.site.page import Page

Answers: TypeAlias = "tuple[tuple[str, str, str], ...]"
"""Queries of a body about the site: (kind, subject, `repr` of the answer), sorted."""


_STATIC = "static/"
_DATE = re.compile(r"^\d{4}-\d\d-\d\d[-_ ]")


def _fold(name: str) -> str:
    """A name as links of wikis are compared: in NFC, without letter case."""
    return unicodedata.normalize("NFC", name).casefold()


def _ends_of(path: str) -> list[str]:
    """What a path may be called: itself, and without the folders that it begins with."""
    parts = path.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))]


class LinkIndex(Struct, frozen=True, dict=True):
    """Index of everything that bodies can link to: plain data, the same for all bodies.

    `pages` finds where a source is published; `held` says of sources that are not in this build why; `broken` sources
    have errors of their own. `attachments` are the files beside posts and `static` those of `static/`, by path there,
    each with width and height (0 if unknown). `held_files` says of files beside posts that are not in this build why.
    `titles` are those of the sources that are published. `flawed` says why pictures cannot be shown, by their sources.
    `originals` are the images that are published in several widths.
    """

    pages: Mapping[str, str]
    held: Mapping[str, str]
    broken: frozenset[str]
    attachments: Mapping[str, tuple[int, int]]
    static: Mapping[str, tuple[int, int]]
    held_files: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    flawed: Mapping[str, str] = field(default_factory=dict)
    originals: Mapping[str, Original] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> tuple[Mapping[str, tuple[str, ...]], ...]:
        """All sources and files by what a wiki's link can call them, in lower case: by path and name, slug, title."""
        files: dict[str, set[str]] = {}
        slugs: dict[str, set[str]] = {}
        titles: dict[str, set[str]] = {}
        for path in (*self.pages, *self.held, *self.broken):
            stem = posixpath.splitext(path)[0].removesuffix("/index")
            for name in _ends_of(path) + _ends_of(stem):
                files.setdefault(_fold(name), set()).add(path)
            slug = posixpath.basename(stem)
            slugs.setdefault(_fold(_DATE.sub("", slug)), set()).add(path)
        for path in (*self.attachments, *(f"{_STATIC}{name}" for name in self.static)):
            for name in _ends_of(path):
                files.setdefault(_fold(name), set()).add(path)
        for path, title in self.titles.items():
            titles.setdefault(_fold(title), set()).add(path)
        return tuple({name: tuple(sorted(paths)) for name, paths in by.items()} for by in (files, slugs, titles))

    @cached_property
    def names(self) -> NameIndex:
        """The paths of all sources and files that a link can lead to."""
        static = (f"static/{name}" for name in self.static)
        return NameIndex((*self.pages, *self.held, *self.attachments, *static))

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """The paths of sources and files that are not ASCII alone, by their form with composed characters (NFC)."""
        known = (*self.pages, *self.held, *self.broken, *self.attachments, *self.static)
        return {unicodedata.normalize("NFC", path): path for path in known if not path.isascii()}

    def spell(self, path: str) -> str:
        """A path as the source or file of that name has it: an accent may be part of a letter, or a character."""
        return path if path.isascii() else self.spellings.get(unicodedata.normalize("NFC", path), path)

    def seen_from(self, path: str, url: str) -> LinksFrom:
        """The answers for the body of the source `path`, which is published at `url`."""
        return LinksFrom(self, posixpath.dirname(path), folder_of(url))


class RecordedLinks(Struct):
    """The answers for one body, with a record of what it asked: its text follows from its source and from these."""

    links: LinksFrom
    asked: dict[tuple[str, str], str] = field(default_factory=dict)

    def page(self, path: str) -> PageTarget | None:
        answer = self.links.page(path)
        self.asked["page", path] = repr(answer)
        return answer

    def file(self, path: str) -> FileTarget | None:
        answer = self.links.file(path)
        self.asked["file", path] = repr(answer)
        return answer

    def asset(self, url: str) -> FileTarget | None:
        answer = self.links.asset(url)
        self.asked["asset", url] = repr(answer)
        return answer

    def named(self, name: str) -> tuple[str, ...]:
        answer = self.links.named(name)
        self.asked["named", name] = repr(answer)
        return answer

    def near(self, path: str) -> str | None:
        answer = self.links.near(path)
        self.asked["near", path] = repr(answer)
        return answer

    def answers(self) -> Answers:
        """Returns the recorded queries with their answers."""
        return tuple((kind, subject, answer) for (kind, subject), answer in sorted(self.asked.items()))


def are_links_unchanged(answers: Answers, links: LinksFrom) -> bool:
    """Whether the same questions have the same answers now."""
    return all(repr(getattr(links, kind)(subject)) == answer for kind, subject, answer in answers)


class LinksFrom(Struct, frozen=True):
    """The link index as one body sees it (`markdown.Links`): files beside it are copied beside its page."""

    index: LinkIndex
    source_folder: str
    page_folder: str

    def page(self, path: str) -> PageTarget | None:
        """The page of a source; one with errors is said to be the home page, so that its links are not in doubt too."""
        path = self.index.spell(path)
        if (url := self.index.pages.get(path)) is not None:
            return PageTarget(url, "")
        if path in self.index.broken:
            return PageTarget("/", "")
        held = self.index.held.get(path)
        return PageTarget("", held) if held else None

    def file(self, path: str) -> FileTarget | None:
        """A file beside posts and pages, with its URL beside this page."""
        asked, path = path, self.index.spell(path)
        size = self.index.attachments.get(path)
        if size is None:
            return None
        if path in self.index.held_files:
            return FileTarget("", held=self.index.held_files[path])
        name = posixpath.relpath(path, self.source_folder)
        while name.startswith("../"):
            name = name.removeprefix("../")
        return FileTarget(
            self.page_folder + url_of_file(name)[1:],
            *size,
            path="" if path == asked else path,
            flaw=self.index.flawed.get(path, ""),
            original=self.index.originals.get(path),
        )

    def asset(self, url: str) -> FileTarget | None:
        """A file of `static/`, by its root-absolute URL."""
        asked = unquote(url).removeprefix("/")
        name = self.index.spell(asked)
        size = self.index.static.get(name)
        if size is None:
            return None
        source = f"{_STATIC}{name}"
        return FileTarget(
            url if name == asked else url_of_file(name),
            *size,
            path="" if name == asked else name,
            flaw=self.index.flawed.get(source, ""),
            original=self.index.originals.get(source),
        )

    def named(self, name: str) -> tuple[str, ...]:
        """The sources and files that a wiki's link can mean, by the first of path, slug and title that finds any."""
        folded = _fold(name)
        beside = posixpath.normpath(posixpath.join(self.source_folder, name))
        by_path = self.index.by_name[0].get(_fold(beside)) if name.startswith(("./", "../")) else None
        return by_path or next((found for by in self.index.by_name if (found := by.get(folded))), ())

    def near(self, path: str) -> str | None:
        """The source or file that a path was probably meant to be, relative to this body's folder."""
        found = self.index.names.nearest(path)
        return posixpath.relpath(found, self.source_folder) if found else None


class Targets(Struct, frozen=True, dict=True):
    """Everything in the site that a link can lead to: pages by URL (percent-decoded), each with its source; outputs."""

    pages: Mapping[str, str]
    outputs: frozenset[str]

    @cached_property
    def names(self) -> NameIndex:
        """The URLs of all pages."""
        return NameIndex(self.pages)

    @classmethod
    def of(cls, pages: Collection[Page], files: Iterable[str]) -> Targets:
        """The targets of a site with these pages; `files` are the outputs that are copied."""
        return cls(
            {unquote(page.url): page.post for page in pages}, frozenset({page.output for page in pages}.union(files))
        )


def refer_to_menu(menu: Iterable[MenuItem], places: Iterable[Place]) -> Iterator[Reference]:
    """The links of the site's navigation that lead into the site; `places` are those of their URLs."""
    return (_refer(item.url, place) for item, place in zip(menu, places, strict=True) if is_rooted(item.url))


def refer_to_targets(posts: Iterable[Post]) -> tuple[Reference, ...]:
    """Yields the internal redirect targets of posts and pages."""
    return tuple(
        _refer(post.redirect_to, post.places.get("redirect_to", post.place))
        for post in posts
        if is_rooted(post.redirect_to)
    )


def _refer(url: str, place: Place) -> Reference:
    parts = urlsplit(url)
    return Reference(unquote(parts.path), unquote(parts.fragment), url, place)


def check_references(
    references: Iterable[Reference], targets: Targets, anchors: Mapping[str, tuple[str, ...]]
) -> tuple[Diagnostic, ...]:
    """A warning for each reference of a body that leads to no page, file or anchor of the site.

    `anchors` are those of all bodies, by source. A link to `/x` where only `/x/` exists is good: hosts redirect it.
    Full URLs are not looked at: other sites may share the host.
    """
    problems = Collector()
    known = _KnownAnchors(anchors)
    for reference in references:
        if not reference.full:
            _check_reference(reference, targets, known, problems)
    return problems.result()


class _KnownAnchors:
    """The anchors of pages, by source; those of each are looked up once."""

    def __init__(self, anchors: Mapping[str, tuple[str, ...]]) -> None:
        self._anchors = anchors
        self._known: dict[str, frozenset[str] | None] = {}
        self._names: dict[str, NameIndex] = {}

    def may_have(self, source: str, anchor: str) -> bool:
        """Whether a page has an anchor; True if its anchors are not known."""
        if source not in self._known:
            found = self._anchors.get(source)
            self._known[source] = frozenset(found) if found is not None else None
        known = self._known[source]
        return known is None or anchor in known

    def nearest(self, source: str, anchor: str) -> str | None:
        """The anchor of a page that an unknown one was probably meant to be."""
        if source not in self._names:
            self._names[source] = NameIndex(self._anchors[source])
        return self._names[source].nearest(anchor)


def _check_reference(reference: Reference, targets: Targets, anchors: _KnownAnchors, problems: Collector) -> None:
    url = next((url for url in _spellings(reference.url) if url in targets.pages), None)
    path, fragment = reference.place.path, reference.fragment
    if url is None:
        if reference.url.removeprefix("/") not in targets.outputs:
            problems.add_lazily("broken-link", path, partial(_explain_broken, reference, targets))
        return
    source = targets.pages[url]
    if fragment and fragment != "top" and not anchors.may_have(source, fragment):
        problems.add_lazily("broken-anchor", path, partial(_explain_missing_anchor, reference, source, anchors))


def _explain_broken(reference: Reference, targets: Targets) -> Diagnostic:
    hint = _did_you_mean(targets.names.nearest(reference.url))
    return warning("broken-link", f"page not found: `{reference.url}`", reference.place, hint=hint)


def _explain_missing_anchor(reference: Reference, source: str, anchors: _KnownAnchors) -> Diagnostic:
    where = "this page" if source == reference.place.path else source
    message = f"anchor not found: `#{reference.fragment}` in {where}"
    hint = _did_you_mean(anchors.nearest(source, reference.fragment))
    return warning("broken-anchor", message, reference.place, hint=hint)


def _did_you_mean(near: str | None) -> str:
    return f"did you mean `{near}`?" if near else ""


def _spellings(url: str) -> tuple[str, ...]:
    """The URLs of pages that a host answers this one with, its own first."""
    return url, f"{url}/", f"{url.removesuffix('index.html')}", f"{url}.html", url.removesuffix(".html")
