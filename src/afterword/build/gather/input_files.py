"""Reads the files of a blog: its settings, sources, static files and theme."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.cache import BuildCache
from afterword.build.keep_going import LeftOut, leave_out
from afterword.build.load_content import read_library
from afterword.build.report import find_zone, read_today
from afterword.build.static_files import read_static_files
from afterword.cache.codec import DECODE_ERRORS, from_json, to_json
from afterword.config import loader as config
from afterword.config.unrecognized_files import (
    check_domain,
    intended_name,
    report_empty,
    report_extensions,
    report_unrecognized,
)
from afterword.content.file_snapshot import FileSnapshot, take_snapshot
from afterword.content.folder_data import report_folder_data
from afterword.content.parse_source import SourceReader
from afterword.content.post import PostOptions
from afterword.content.symlinks import Private, name_inside, report_private
from afterword.core.diagnostics import Exit, Failure, Place, note
from afterword.core.files import URL_LOCK, Unreadable, locate, read, report_unreadable
from afterword.core.fingerprints import digest
from afterword.core.names import make_names
from afterword.core.text import decode
from afterword.markdown.context import TextSyntax
from afterword.output.destination import check_destination
from afterword.site.page_assets import find_owner, group_by_folder
from afterword.site.published_urls import NO_LOCK, UrlLock, parse_lock
from afterword.site.taxonomies import check_taxonomies
from afterword.talks.resolve import TalkOptions
from afterword.templates.settings_style import find_missing_files
from afterword.templates.theme import NO_RESULTS, ThemeResults, load_theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from afterword.build.load_content import Library
    from afterword.build.report import Request
    from afterword.build.static_files import StaticFiles
    from afterword.build.workers.pool import WorkerPool
    from afterword.cache.store import MetaName, Store
    from afterword.config.schema import Config, Naming
    from afterword.content.scanning import Sources
    from afterword.core.diagnostics import Diagnostic
    from afterword.core.names import Names
    from afterword.templates.theme import Theme


class BuildContext(Struct, frozen=True):
    """What every step of a build uses: the request, the environment variables, the cache and the worker pool.

    `snapshot` is a current snapshot of the blog's files, if there is one.
    """

    request: Request
    environ: Mapping[str, str]
    store: Store
    pool: WorkerPool
    snapshot: FileSnapshot | None = None


class InputFiles(Struct, frozen=True):
    """The files of a blog, as read with its settings.

    `sources` and `library` are without links to files that the build does not publish.
    """

    settings: Config
    places: config.SettingPlaces
    destination: Path
    snapshot: FileSnapshot
    sources: Sources
    reader: SourceReader
    library: Library
    static_files: StaticFiles
    theme: Theme
    lock: UrlLock
    build_cache: BuildCache

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Yields the diagnostics of all files."""
        settings, snapshot, sources = self.settings, self.snapshot, self.sources
        for found in (sources, snapshot.default, self.static_files, self.theme, self.library, self.lock):
            yield from found.diagnostics
        yield from report_unrecognized(
            snapshot.unrecognized, has_settings=bool(self.places.file), published=sources.static
        )
        yield from report_empty(self.library.readings)
        yield from report_extensions(sources.attachments)
        published = [post.path for post in self.library.posts]
        files = (*sources.attachments, *sources.hidden_data)
        yield from report_folder_data(self.reader.root, files, self.library.readings, published)
        yield from check_domain(self.reader.root, sources.static, settings.base_url)


def read_input_files(context: BuildContext, left_out: LeftOut) -> InputFiles:
    """Reads all files of a blog; raises `Failure` if there is none, or if its settings are invalid."""
    request = context.request
    try:
        loaded = _load_settings(context)
        settings, places = config.open_blog(request.source, request.base_url, loaded)
    except config.InvalidSettings as failure:
        raise _add_errors_of_sources(failure, context, left_out) from None
    destination = request.destination or request.source / settings.destination
    _check_destination(destination, request, places)
    read_sources = _read_sources(context, left_out, settings)
    snapshot, build_cache = read_sources.snapshot, read_sources.build_cache
    if loaded.digest:
        with suppress(OverflowError):  # a number with more than 64 bits
            build_cache.put_meta(_LOADED, to_json(loaded))
    outputs = _find_outputs(request, settings)
    sources, library = _drop_private_links(snapshot.sources, read_sources.library, outputs, drafts=request.drafts)
    copied = (*snapshot.default.static, *sources.static, *sources.attachments, *sources.hidden_data)
    paths = {source: locate(request.source, source, snapshot.links) for source in copied}
    static_files = read_static_files(paths, build_cache)
    known = build_cache.read_meta("theme", ThemeResults) or NO_RESULTS
    theme = load_theme(request.source, sources, snapshot.default, static_files.digest_of, settings, known)
    build_cache.put_meta("theme", to_json(theme.results))
    _check_settings(settings, places, theme, library)
    return InputFiles(
        settings=settings,
        places=places,
        destination=destination,
        snapshot=snapshot,
        sources=sources,
        reader=read_sources.reader,
        library=library,
        static_files=static_files,
        theme=theme,
        lock=build_cache.memo.keep("lock", _read_lock(request)),
        build_cache=build_cache,
    )


_LOADED: MetaName = "loaded settings"
"""Name of a value in the cache."""


def _load_settings(context: BuildContext) -> config.LoadedSettings:
    """Loads the settings; cached ones if the bytes of their files are unchanged, because the check takes 5 ms."""
    source = context.request.source
    digest_now = config.digest_settings(source)
    text = context.store.read("meta", _LOADED) if digest_now else None
    if text is not None:
        with suppress(*DECODE_ERRORS):
            known = from_json(text, config.LoadedSettings)
            if known.digest == digest_now:
                return known
    settings, places = config.load(source)
    return config.LoadedSettings(digest_now, settings, places)


class _ReadSources(Struct, frozen=True):
    """The sources of a blog, as read with its settings."""

    snapshot: FileSnapshot
    build_cache: BuildCache
    reader: SourceReader
    library: Library


def _read_sources(context: BuildContext, left_out: LeftOut, settings: Config) -> _ReadSources:
    """Reads the sources of a blog, of whose settings only those in `config.loader.READING` are used."""
    request, snapshot = context.request, context.snapshot
    options = _make_post_options(settings, read_today(context.environ, settings.timezone))
    if snapshot is None or snapshot.exclude != settings.exclude:
        snapshot = take_snapshot(request.source, settings.exclude)
    lasting = replace(options, today=date.min)  # each reading that depends on the day knows it (`load_content`)
    options_digest = digest(repr(lasting), repr(settings.limits))
    build_cache = BuildCache(context.store, snapshot.stamps, snapshot.taken, options_digest)
    reader = SourceReader(request.source, options, settings.limits, snapshot.links)
    library = read_library(reader, snapshot.sources.texts, request.include, build_cache, context.pool)
    return _ReadSources(snapshot, build_cache, reader, leave_out(library, left_out))


def _add_errors_of_sources(failure: config.InvalidSettings, context: BuildContext, left_out: LeftOut) -> Failure:
    """Returns the errors of the settings and of all sources, unless the settings may change how these are read."""
    if failure.doubtful:
        message = f"posts were not checked, because `{failure.doubtful}` may change how they are read"
        return Failure(failure.exit_code, note("posts-not-checked", message), *failure.diagnostics)
    return Failure(
        failure.exit_code, *failure.diagnostics, *_errors(_read_sources(context, left_out, failure.readable).library)
    )


def _errors(library: Library) -> Iterator[Diagnostic]:
    return (found for found in library.diagnostics if found.is_error)


_MAX_LOCK_BYTES = 1 << 26
"""Maximum size of the record of URLs in bytes: some 500,000 lines."""


def _read_lock(request: Request) -> UrlLock:
    """Returns the record of published URLs of a blog; `NO_LOCK` if there is none."""
    root = request.source
    if not (root / URL_LOCK).exists():
        return NO_LOCK
    try:
        decoded = decode(URL_LOCK, read(root / URL_LOCK, _MAX_LOCK_BYTES, follow=True))
    except Unreadable as problem:
        return UrlLock(exists=True, diagnostics=(report_unreadable(problem, "this file", Place(URL_LOCK)),))
    lock = parse_lock(decoded.text).rename({own: path for path, own in request.own_paths.items()})
    return replace(lock, diagnostics=(*decoded.diagnostics, *lock.diagnostics))


def _find_outputs(request: Request, settings: Config) -> tuple[str, ...]:
    """Returns the output folders inside the blog, relative to it: the current one, and that of the settings."""
    folders = (request.destination, request.source / settings.destination)
    found = (name_inside(request.source, folder) for folder in folders if folder is not None)
    return tuple(name for name in found if name is not None)


def _check_destination(destination: Path, request: Request, places: config.SettingPlaces) -> None:
    """Checks the output folder; an error about the setting is placed there."""
    try:
        check_destination(destination, request.source)
    except Failure as failure:
        if request.destination is not None:
            raise
        found = (replace(diagnostic, place=places.destination) for diagnostic in failure.diagnostics)
        raise Failure(failure.exit_code, *found) from None


def _check_settings(settings: Config, places: config.SettingPlaces, theme: Theme, library: Library) -> None:
    """Checks the settings that depend on other files; raises `Failure` with all errors, also those of sources."""
    found = (
        *check_taxonomies(settings, places.taxonomies),
        *find_missing_files(settings, theme.assets, places.files),
    )
    if found:
        raise Failure(Exit.USAGE, *found, *_errors(library))


def _make_post_options(settings: Config, today: date) -> PostOptions:
    """Returns the options for parsing sources."""
    talks = settings.talks
    zone = find_zone(settings.timezone)
    talk_options = TalkOptions(talks.tags, _names(talks.speakers), _names(talks.events))
    return PostOptions(settings.permalink, zone, today, talk_options, TextSyntax.from_config(settings))


def _names(known: Iterable[Naming]) -> Names:
    named = tuple(known)
    return make_names({one.name: one.aliases for one in named}, {one.name: one.url for one in named if one.url})


_DRAFTS = "drafts"


def _drop_private_links(
    sources: Sources, library: Library, outputs: Iterable[str], *, drafts: bool
) -> tuple[Sources, Library]:
    """Removes symbolic links to files that this build does not publish; the sources get an error for each.

    `content.symlinks` checks all that the path alone says. Drafts, future posts and a built site depend on front matter
    and on the options of the build.

    `outputs` are the folders of sites, relative to the blog's folder; `drafts` says that the build publishes drafts.
    """
    found = _PrivateLinks(sources, library, tuple(outputs), drafts=drafts).errors() if sources.links else {}
    if not found:
        return sources, library
    remaining = replace(
        sources,
        attachments=tuple(path for path in sources.attachments if path not in found),
        static=tuple(path for path in sources.static if path not in found),
        templates=tuple(path for path in sources.templates if path not in found),
        diagnostics=(*sources.diagnostics, *found.values()),
    )
    posts = tuple(post for post in library.posts if post.path not in found)
    broken = library.broken.union(found.keys() & library.readings.keys())
    return remaining, replace(library, posts=posts, broken=broken)


class _PrivateLinks:
    """Checks all links of a blog against the unpublished files."""

    def __init__(self, sources: Sources, library: Library, outputs: tuple[str, ...], *, drafts: bool) -> None:
        self.links = sources.links
        self.outputs = outputs
        self.skipped: Mapping[str, str] = {skipped.path: str(skipped) for skipped in library.skipped}
        self.attachments = frozenset(sources.attachments)
        self.texts = group_by_folder(library.without_copies(sources.texts))
        self.draft_folders = () if drafts else (_DRAFTS, *self.links.get(_DRAFTS, ())[-1:])
        ends = {self.links[path][-1]: reason for path, reason in self.skipped.items() if path in self.links}
        self.readings = library.readings
        self.ends = {place: reason for place, reason in ends.items() if place not in library.readings}

    def errors(self) -> dict[str, Diagnostic]:
        """Returns the errors, by the path of the link."""
        return {path: error for path in self.links if (error := self._find_error(path)) is not None}

    def _find_error(self, path: str) -> Diagnostic | None:
        if "/" not in path or path in self.skipped or self._find_reason_of_owner(path):
            return None
        found = ((place, self._find_reason(place, path)) for place in self.links[path])
        private = next(((place, why) for place, why in found if why is not None), None)
        return report_private(path, self.links[path], *private) if private is not None else None

    def _find_reason(self, place: str, path: str) -> Private | None:
        if any(f"{place}/".startswith(f"{folder}/") for folder in self.outputs):
            return Private("a file of a built site", "link to its source, or remove the link")
        if path.startswith(f"{_DRAFTS}/"):
            return None
        hint = "remove the link, or publish its target"
        if self._is_draft(place):
            return Private("a draft", hint)
        if reason := self.skipped.get(place) or self.ends.get(place):
            return Private(f"a source that is {reason}", hint)
        reading = self.readings.get(place) if path not in self.readings else None
        if reading is not None and any(found.id == "removed-comment" for found in reading.diagnostics):
            return Private("a source with comments", "copy the file without its comments, or remove the link")
        if reason := self._find_reason_of_owner(place):
            return Private(f"a file that belongs to a source that is {reason}", hint)
        return None

    def _is_draft(self, place: str) -> bool:
        """Returns whether a place is in the folder of drafts, or one with a similar name."""
        first = place.partition("/")[0]
        return any(
            f"{place}/".startswith(f"{folder}/") or intended_name(first) == folder for folder in self.draft_folders
        )

    def _find_reason_of_owner(self, path: str) -> str:
        """Returns why the source that a file belongs to is not published; empty if it is."""
        owner = find_owner(path, self.texts) if path in self.attachments else None
        return self.skipped.get(owner, "") if owner is not None else ""
