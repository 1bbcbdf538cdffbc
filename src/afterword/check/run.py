"""Checks a blog: builds it in a separate folder, and runs checks that are too slow for a build.

`check_blog` returns the diagnostics of the build and of the checks, without duplicates.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.builder import build
from afterword.build.report import Report, exit_code_for
from afterword.check.external import Limits, check_external
from afterword.check.site_files import find_feed_problems, find_json_feed_problems, is_served, read_page
from afterword.check.sources import (
    ExternalLink,
    check_text,
    find_duplicate_titles,
    find_far_dates,
    find_large_images,
    find_names,
    find_orphans,
    find_similar_tags,
    find_unused_assets,
    find_unused_templates,
)
from afterword.core.diagnostics import Diagnostic, Exit, Place, sort_diagnostics, warning
from afterword.core.files import STATE, Unreadable, read
from afterword.markdown.context import MarkdownOptions
from afterword.output.manifest import read_entries
from afterword.site.dead_links import name_missing
from afterword.templates.checks import find_closures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from afterword.build.gather.blog import Blog
    from afterword.build.report import Request
    from afterword.build.workers.pool import Progress
    from afterword.check.site_files import ParsedPage
    from afterword.content.post import Post
    from afterword.site.page import Page
    from afterword.templates.renderer import RenderContext

FOLDER = f"{STATE}/check"
"""The folder of the checked site, inside the blog."""

_LARGEST = 1 << 26
_TEXTS = (".html", ".css", ".js", ".xml", ".json", ".svg", ".webmanifest", ".txt")
_QUOTED = re.compile(r"`([^`]+)`")
_INTERNAL_LINKS = frozenset({"broken-link", "link-to-draft", "draft-file"})


class CheckResult(Struct, frozen=True):
    """Result of a check: all diagnostics, the number of pages, and that of external links if they were checked."""

    exit_code: Exit
    pages: int
    links: int | None
    diagnostics: tuple[Diagnostic, ...]


class _Observer:
    """Keeps the blog of the build."""

    def __init__(self) -> None:
        self.blog: Blog | None = None

    def on_plan(self, blog: Blog) -> None:
        self.blog = blog

    def on_ready_to_render(self, blog: Blog, render_context: RenderContext) -> None:
        """Does nothing: no page is rendered early."""


def check_blog(
    request: Request, environ: Mapping[str, str], progress: Progress, external: Limits | None = None
) -> CheckResult:
    """Builds and checks the blog in `request.source`; with limits, also links to other sites. Raises `Failure`."""
    folder = request.source / FOLDER
    here = replace(request, destination=folder / "site", state=folder, keep_going=True, overwrite=True)
    observer = _Observer()
    report = build(here, environ=environ, progress=progress, observer=observer, may_repeat=False)
    blog = observer.blog
    if blog is None or not report.published:
        return CheckResult(report.exit_code, report.pages, None, report.diagnostics)
    site = request.destination or request.source / blog.inputs.settings.destination
    checker = _Checker(blog, report, site)
    found = [*checker.diagnostics()]
    links = checker.external_links() if external is not None else ()
    if external is not None:
        found += check_external(links, folder / "external.json", external)
    diagnostics = sort_diagnostics([*report.diagnostics, *blog.ignored.leave_out(found)])
    number = len({link.url for link in links}) if external is not None else None
    return CheckResult(exit_code_for(diagnostics, strict=True), report.pages, number, diagnostics)


class _Checker:
    """Checks a blog and the site that was built from it."""

    def __init__(self, blog: Blog, report: Report, site: Path) -> None:
        self._blog = blog
        self._site = site
        self._own = frozenset(entry.path for entry in read_entries(site))
        self._report = report
        self._base = blog.site.address.base_path
        files = (path for path in report.destination.rglob("*") if path.is_file())
        self._outputs = frozenset(path.relative_to(report.destination).as_posix() for path in files)
        self._names: set[str] = set()
        self._pages = list(self._read_pages())
        self._reported = frozenset(_list_reported(report))
        options = MarkdownOptions.of(blog.inputs.settings, self._base, blog.ui_strings)
        read_text = blog.inputs.library.read_text
        self._texts = {post.path: check_text(post.path, read_text(post.path), options) for post in blog.site.everything}

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Yields all diagnostics except those of the build."""
        inputs, site = self._blog.inputs, self._blog.site
        for _, found in self._texts.values():
            yield from found
        yield from self._check_html()
        yield from self._check_links()
        yield from self._check_feeds()
        yield from find_duplicate_titles(site.everything)
        yield from find_similar_tags(site)
        yield from find_far_dates([post for one in inputs.library.readings.values() if (post := one.post)], site.today)
        linked = {page.url: frozenset(map(self._strip_base, parsed.targets)) for page, parsed in self._pages}
        yield from find_orphans(site.pages, linked)
        sources = (*inputs.sources.static, *inputs.sources.attachments)
        yield from find_large_images((source, self._size_of(source)) for source in sources)
        yield from self._find_unused()

    def _find_unused(self) -> Iterator[Diagnostic]:
        """Yields a note for each unused template and asset of the blog; those of the theme are not the blog's."""
        inputs, theme = self._blog.inputs, self._blog.inputs.theme
        default = inputs.snapshot.default
        themes = {source.partition("/")[2] for source in (*default.templates, *default.static)}
        named = {source.partition("/")[2]: source for source in inputs.sources.templates}
        templates = {name: source for name, source in named.items() if name not in themes}
        used = {page.template for page in self._blog.pages}
        yield from find_unused_templates(templates, used, find_closures(theme.templates))
        own = {name: (theme.sources[name], theme.assets[name].output) for name in theme.own if name not in themes}
        yield from find_unused_assets(own, self._names)

    def external_links(self) -> tuple[ExternalLink, ...]:
        """Returns the links to other sites in all texts, and those of talks."""
        links = [link for found, _ in self._texts.values() for link in found]
        links += [link for post in self._blog.site.everything for link in _links_of_talk(post)]
        origin = self._blog.site.address.origin
        return tuple(link for link in links if not link.url.startswith(f"{origin}/"))

    def _size_of(self, source: str) -> int:
        item = self._blog.inputs.static_files.items.get(source)
        return item.path.stat().st_size if item is not None else 0

    def _read_output(self, output: str) -> str:
        try:
            return read(self._report.destination / output, _LARGEST).decode("utf-8", "replace")
        except Unreadable:
            return ""

    def _read_pages(self) -> Iterator[tuple[Page, ParsedPage]]:
        """Yields all HTML pages; collects file names from all texts."""
        by_output = {page.output: page for page in self._blog.pages}
        for output in sorted(self._outputs):
            if not output.endswith(_TEXTS):
                continue
            text = self._read_output(output)
            self._names |= find_names(text)
            page = by_output.get(output)
            if page is not None and output.endswith(".html"):
                yield page, read_page(f"{self._base}{page.url}", text)

    def _strip_base(self, url: str) -> str:
        return url.removeprefix(self._base) if self._base and url.startswith(f"{self._base}/") else url

    def _check_html(self) -> Iterator[Diagnostic]:
        """Yields errors in the HTML of pages, once for each source or template."""
        known = {one.message for one in self._report.diagnostics if one.id == "invalid-html"}
        problems: Counter[tuple[Place, str]] = Counter()
        for page, parsed in self._pages:
            found = [(written, message) for written, message in parsed.problems if message not in known]
            ids = (name for name in parsed.duplicate_ids if name not in self._reported)
            found += [(f'id="{name}"', f"duplicate id `{name}`") for name in ids]
            problems.update((self._find(page, written), message) for written, message in found)
        for (place, message), number in problems.items():
            yield warning("invalid-html", message, place, label=_count_pages(number))

    def _check_links(self) -> Iterator[Diagnostic]:
        """Yields a warning for each broken link that the build has not found, such as those of templates."""
        dead: dict[str, list[Page]] = {}
        for page, parsed in self._pages:
            for target in parsed.targets:
                path = self._strip_base(target)
                if path not in self._reported and not is_served(path, self._outputs) and not self._is_added(path):
                    dead.setdefault(target, []).append(page)
        for target, pages in dead.items():
            place = self._find(pages[0], self._strip_base(target))
            yield warning(
                "broken-link", f"{name_missing(target)} not found: `{target}`", place, label=_count_pages(len(pages))
            )

    def _is_added(self, path: str) -> bool:
        """Returns whether another program added a file to the blog's own site, such as the index of Pagefind."""
        name = unquote(urlsplit(path).path).lstrip("/")
        return name not in self._own and ".." not in name.split("/") and (self._site / name).is_file()

    def _place_of_page(self, page: Page) -> Place:
        if page.place.path:
            return page.place
        return Place(self._blog.inputs.theme.templates[page.template].path)

    def _find(self, page: Page, written: str) -> Place:
        """Returns the likely place of a text of a page: in its source, or else in its template."""
        return self._find_in_source(page, written) or self._find_in_templates(page, written)

    def _find_in_source(self, page: Page, written: str) -> Place | None:
        if not page.post:
            return None
        text = self._blog.inputs.library.read_text(page.post)
        return _find_text(page.post, text.text, written, text.first_line)

    def _find_in_templates(self, page: Page, written: str) -> Place:
        """Returns the place of a text in a template of the page, or else of the template itself."""
        templates = self._blog.inputs.theme.templates
        closure = find_closures(templates).get(page.template, set())
        ours = {source.partition("/")[2] for source in self._blog.inputs.sources.templates}
        own = sorted(closure & ours & templates.keys())
        places = (_find_text(templates[name].path, templates[name].text, written) for name in own)
        return next(filter(None, places), None) or self._place_of_page(page)

    def _check_feeds(self) -> Iterator[Diagnostic]:
        for page in self._blog.pages:
            if page.output.endswith(".xml"):
                problems = find_feed_problems(self._read_output(page.output))
            elif page.output.endswith(".json"):
                problems = find_json_feed_problems(self._read_output(page.output))
            else:
                continue
            place = Place(self._blog.inputs.theme.templates[page.template].path)
            yield from (
                warning("invalid-feed", f"invalid `{page.output}`: {problem}", place)
                for problem in dict.fromkeys(problems)
            )


def _list_reported(report: Report) -> Iterator[str]:
    """Yields the URLs and ids in diagnostics of the build, which are not reported again."""
    for found in report.diagnostics:
        if found.id in _INTERNAL_LINKS or found.id == "duplicate-id":
            yield from _QUOTED.findall(found.message)


def _count_pages(number: int) -> str:
    return f"on {number:,} pages" if number > 1 else ""


def _find_text(path: str, text: str, written: str, first_line: int = 1) -> Place | None:
    """Returns the first place of what is written in a line of a text; `first_line` is where the text begins."""
    for row, line in enumerate(text.split("\n"), first_line):
        if (column := line.find(written)) >= 0:
            return Place(path, row, column + 1, len(written))
    return None


def _links_of_talk(post: Post) -> Iterator[ExternalLink]:
    talk = post.talk
    if talk is None:
        return
    videos = [video for video in (talk.video, *talk.also) if video is not None]
    named = [("video", video.url) for video in videos]
    named += [("slides", talk.slides), ("transcript", talk.transcript)]
    for key, url in named:
        if url.startswith(("http://", "https://")):
            place = post.places.get(f"talk.{key}") or post.places.get("talk") or post.place
            yield ExternalLink(url, place)
