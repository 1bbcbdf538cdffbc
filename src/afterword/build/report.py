"""The request and the report of a build: plain data between the command line and the builder.

Imports little, so that a build without changes starts fast.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from afterword.core.diagnostics import ENVIRONMENT_IDS, Diagnostic, Exit, Failure, Place, Severity, error
from afterword.core.structs import Serializable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Request(Struct, frozen=True):
    """What a command asks of a build. `jobs` is how many processes to use, 0 for as many as are worth it; `cluster` the
    address of a Dask scheduler, `host:port`, whose workers are used instead.
    With `keep_going`, or the setting of that name, sources with errors are left out and the rest is published.

    With `record_urls`, new URLs are added to `afterword.lock`, if the blog has that file.

    `state` is the folder for what is remembered, by default `.afterword` in the blog; without `cache` nothing is. With
    `verify`, the site is compared with that of a clean build.
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


class SkippedPost(Serializable, frozen=True):
    """A source that is not in this build: a draft, one whose date has not come, one that has expired, or a copy.

    `day` is the first day with a future post, or the first day without an expired one. `because` is the entry of front
    matter that decides it, as written (`status: draft`), and `place` is where it stands; both are empty if the file's
    name or folder decides. `original` is the source that a copy is of.
    """

    path: str
    reason: Literal["draft", "future", "expired", "copy"]
    day: date | None = None
    because: str = ""
    place: Place | None = None
    original: str = ""

    def __str__(self) -> str:
        """The reason, to follow "it is"."""
        if self.original:
            return f"a copy of `{self.original}`"
        if self.day is None:
            return "a draft"
        return f"{'a future post, due' if self.reason == 'future' else 'an expired post, since'} {self.day.isoformat()}"


class Reason(Struct, frozen=True):
    """Why a page is rendered: `kind` for programs, `text` for people."""

    kind: str
    text: str


class Report(Struct, frozen=True):
    """The result of a build: number of pages, changed files, posts held back, diagnostics.

    `rendered` are the outputs of the pages that were rendered, with the reasons, and `indexed` those of the files of
    the search index that changed; `urls` those of posts and pages by source, with the base path, where any source had
    changed. `stand_in` is the origin of full URLs where no setting names one; empty where one does. `left_out` are the
    sources with errors without which it was published. A report that is `is_repeated` is that of the last build:
    nothing was done.
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
    stand_in: str = ""
    is_repeated: bool = False
    left_out: tuple[str, ...] = ()
    indexed: Mapping[str, Reason] = field(default_factory=dict)


def exit_code_for(diagnostics: Iterable[Diagnostic], *, strict: bool) -> Exit:
    """The exit code of a build with these diagnostics: errors always count, warnings if the build is strict."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    found = {diagnostic.id for diagnostic in diagnostics if diagnostic.severity in failing}
    if found & ENVIRONMENT_IDS:
        return Exit.ENVIRONMENT
    return Exit.CONTENT if found else Exit.DONE


def read_today(environ: Mapping[str, str], timezone: str) -> date:
    """The day of the build in the blog's time zone: that of SOURCE_DATE_EPOCH where it is set, or else the clock's.

    Raises `Failure` for a SOURCE_DATE_EPOCH that is no number of seconds.
    """
    zone = ZoneInfo(timezone)
    epoch = environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(zone).date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).astimezone(zone).date()
    except (ValueError, OverflowError, OSError):
        message = f"invalid SOURCE_DATE_EPOCH `{epoch}`: expected a number of seconds since 1970"
        raise Failure(Exit.USAGE, error("invalid-environment", message)) from None
