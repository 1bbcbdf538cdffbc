"""The request and the report of a build: plain data between the command line and the builder.

Imports little, so that a build without changes starts fast.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from afterword.core.diagnostics import ENVIRONMENT_IDS, Diagnostic, Exit, Failure, Place, Severity, error
from afterword.core.files import STATE
from afterword.core.structs import Serializable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class ContentFilter(Struct, frozen=True):
    """Options to include drafts, future posts and expired posts."""

    drafts: bool = False
    future: bool = False
    expired: bool = False


class Request(Struct, frozen=True):
    """Options of a build.

    Attributes:
        jobs: number of processes; 0 to choose it.
        cache: whether to use the cache, in the folder `state` (default: `.afterword` in the blog).
        verify: whether to compare the site with a clean build.
        cluster: address of a Dask scheduler, `host:port`, whose workers are used instead of processes.
        keep_going: whether to leave out sources with errors and publish the rest; the setting has the same effect.
        record_urls: whether to add new URLs to `afterword.lock`, if the blog has that file.
        own_paths: the paths that the writer knows, by path, of sources that were imported from another folder.
    """

    source: Path
    destination: Path | None = None
    base_url: str | None = None
    drafts: bool = False
    future: bool = False
    expired: bool = False
    strict: bool = False
    jobs: int = 0
    overwrite: bool = False
    cache: bool = True
    state: Path | None = None
    verify: bool = False
    cluster: str = ""
    keep_going: bool = False
    record_urls: bool = False
    own_paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def include(self) -> ContentFilter:
        """The posts that are built although they are not published yet, or no longer."""
        return ContentFilter(self.drafts, self.future, self.expired)

    @property
    def cache_path(self) -> Path | None:
        """The file of the cache; None with `--no-cache`."""
        return (self.state or self.source / STATE) / "cache.db" if self.cache else None


class SkippedPost(Serializable, frozen=True):
    """A source that is not in this build: a draft, a future post, an expired post, or a copy.

    `day` is the first day with a future post or without an expired one. `because` is the front matter entry that
    decides it, as written (`status: draft`), and `place` its place; both are empty if the file's name or folder
    decides. `original` is the source of a copy.
    """

    path: str
    reason: Literal["draft", "future", "expired", "copy"]
    day: date | None = None
    because: str = ""
    place: Place | None = None
    original: str = ""

    def __str__(self) -> str:
        """Formats the reason as a noun phrase, to follow "it is"."""
        if self.original:
            return f"a copy of `{self.original}`"
        if self.day is None:
            return "a draft"
        return f"{'a future post, due' if self.reason == 'future' else 'an expired post, since'} {self.day.isoformat()}"


class Reason(Serializable, frozen=True):
    """Why a page is rendered: `kind` for programs, `text` for people."""

    kind: str
    text: str


class Report(Struct, frozen=True):
    """Result of a build.

    Attributes:
        rendered: reasons of the rendered pages, by output.
        generated: reasons of changed files that are not pages, by output: search index, icons, images.
        urls: URLs of posts and pages with the base path, by source; empty if no source has changed.
        placeholder_origin: origin of full URLs if the settings have none, or empty.
        left_out: sources with errors without which the site was published.
        is_repeated: whether nothing was done, and this is the report of the last build.
    """

    exit_code: Exit
    pages: int
    skipped: tuple[SkippedPost, ...]
    diagnostics: tuple[Diagnostic, ...]
    destination: Path
    rendered: Mapping[str, Reason]
    published: bool = False
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    urls: Mapping[str, str] = field(default_factory=dict)
    placeholder_origin: str = ""
    is_repeated: bool = False
    left_out: tuple[str, ...] = ()
    generated: Mapping[str, Reason] = field(default_factory=dict)


def exit_code_for(diagnostics: Iterable[Diagnostic], *, strict: bool) -> Exit:
    """Returns the exit code of a build with these diagnostics; warnings count if `strict`."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    found = {diagnostic.id for diagnostic in diagnostics if diagnostic.severity in failing}
    if found & ENVIRONMENT_IDS:
        return Exit.ENVIRONMENT
    return Exit.CONTENT if found else Exit.DONE


def read_today(environ: Mapping[str, str], timezone: str) -> date:
    """Returns the day of the build in the blog's time zone, from SOURCE_DATE_EPOCH or the clock.

    Raises `Failure` if SOURCE_DATE_EPOCH is not a number of seconds.
    """
    zone = find_zone(timezone)
    epoch = environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(zone).date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).astimezone(zone).date()
    except (ValueError, OverflowError, OSError):
        message = f"invalid SOURCE_DATE_EPOCH `{epoch}`: expected a number of seconds since 1970"
        raise Failure(Exit.USAGE, error("invalid-environment", message)) from None


def find_zone(timezone: str) -> tzinfo:
    """Returns the time zone with this name."""
    if timezone == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # a tenth of the imports of a build without changes

    return ZoneInfo(timezone)
