"""Loads every source of a blog: published posts, posts that are held back, and sources with errors.

A post that is unchanged is the same Python object as in the last build, so later steps can be skipped by identity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.content_cache import is_same_serialized, read_reading, write_reading
from afterword.build.report import SkippedPost
from afterword.content.copies import find_copies
from afterword.core.diagnostics import Place, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from afterword.build.cache import BuildCache
    from afterword.build.workers.pool import WorkerPool
    from afterword.content.parse_source import Reading, SourceReader, SourceText
    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic


class ChangedSource(NamedTuple):
    """A source that may have changed: its path, and the digest of the bytes whose reading is remembered, if any."""

    path: str
    known: str


class Found(NamedTuple):
    """The reading of a source as the memory keeps it, which is cheap to send; empty for the one that is remembered."""

    row: str
    text: SourceText | None


def start_reader(reader: SourceReader) -> Callable[[ChangedSource], Found]:
    """The function that reads the sources of a blog, for one process."""

    def read(source: ChangedSource) -> Found:
        reading = reader.read(source.path, source.known)
        return Found(write_reading(reading), reading.text) if reading is not None else Found("", None)

    return read


class Library(Struct, frozen=True):
    """All sources of a blog: the readings by path; the posts that are published; what is held back, what is broken.

    `left_out` are the broken sources without which the rest is published.
    """

    readings: Mapping[str, Reading]
    posts: tuple[Post, ...]
    skipped: tuple[SkippedPost, ...]
    broken: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]
    left_out: frozenset[str] = frozenset()

    def without_copies(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The texts that are not copies of others."""
        copies = {skipped.path for skipped in self.skipped if skipped.reason == "copy"}
        return tuple(path for path in texts if path not in copies)

    def without_texts(self) -> Library:
        """The same, without the texts that bodies are made of; who needs one after all reads the file again."""
        read = {path: replace(one, text=None) for path, one in self.readings.items() if one.text is not None}
        return replace(self, readings={**self.readings, **read}) if read else self


COPY_HINT = "delete one of the two, or change the title of the copy"


class ContentFilter(Struct, frozen=True):
    """Options to include drafts, future posts and expired posts."""

    drafts: bool = False
    future: bool = False
    expired: bool = False


def read_library(
    reader: SourceReader, paths: Iterable[str], wanted: ContentFilter, build_cache: BuildCache, pool: WorkerPool
) -> Library:
    """Read the sources at these paths, relative to the blog's folder; news are handed to the memory."""
    readings = _read(reader, paths, build_cache, pool)
    posts: list[Post] = []
    skipped: list[SkippedPost] = []
    broken: set[str] = set()
    diagnostics: list[Diagnostic] = []
    today = reader.rules.today
    copies = find_copies(readings)
    for path, reading in readings.items():
        if path in copies:
            skipped.append(_hold_copy(path, copies[path], reading, today, wanted))
            diagnostics += _report_copy(skipped[-1], reading, readings[copies[path]])
            continue
        diagnostics += reading.diagnostics
        if (post := reading.post) is None or (reading.diagnostics and reading.is_broken):
            broken.add(path)
        elif (reason := find_hold(post, today, wanted)) is not None:
            skipped.append(reason)
        else:
            posts.append(post)
    return Library(readings, tuple(posts), tuple(skipped), frozenset(broken), tuple(diagnostics))


def _hold_copy(path: str, original: str, reading: Reading, today: date, wanted: ContentFilter) -> SkippedPost:
    """Why a copy is not shown: for its own reasons if it has some, so that copies of drafts need no attention."""
    reason = find_hold(reading.post, today, wanted) if reading.post is not None else None
    return reason or SkippedPost(path, "copy", original=original)


def _report_copy(skipped: SkippedPost, reading: Reading, original: Reading) -> Iterator[Diagnostic]:
    """A warning for a copy that would be published; findings about the same bytes come with the original."""
    if not reading.is_broken:
        yield from reading.diagnostics
    if skipped.reason == "copy":
        message = f"duplicate of `{skipped.original}`, with the same title and date: not published"
        related = ((_place_title(skipped.original, original), "the original"),)
        yield warning("duplicate-post", message, _place_title(skipped.path, reading), hint=COPY_HINT, related=related)


def _place_title(path: str, reading: Reading) -> Place:
    post = reading.post
    return post.places.get("title", post.place) if post is not None else Place(path, 1)


def find_hold(post: Post, today: date, wanted: ContentFilter) -> SkippedPost | None:
    """Returns why a post is not shown in this build; None if it is shown."""
    visibility = post.visibility
    if post.draft:
        return _hold(post, "draft", None, visibility.draft) if not wanted.drafts else None
    if post.is_expired(today) and not wanted.expired:
        return _hold(post, "expired", visibility.expires, visibility.expires_by)
    if post.is_future(today) and not wanted.future:
        day = post.first_day
        by_date = f"date: {day}" if "date" in post.places else ""
        return _hold(post, "future", day, visibility.appears_by if day == visibility.appears else by_date)
    return None


def _hold(post: Post, reason: Literal["draft", "future", "expired"], day: date | None, because: str) -> SkippedPost:
    key = because.partition(":")[0]
    return SkippedPost(post.path, reason, day, because, post.places.get(key) or post.places.get(key.partition(".")[0]))


def _read(
    reader: SourceReader, paths: Iterable[str], build_cache: BuildCache, pool: WorkerPool
) -> Mapping[str, Reading]:
    """The readings by path: those that are remembered, and those that are made now."""
    readings = build_cache.unchanged(paths)
    unknown = [path for path, reading in readings.items() if reading is None]
    jobs = [
        ChangedSource(path, build_cache.readings[path].digest if path in build_cache.readings else "")
        for path in unknown
    ]
    for source, found in zip(jobs, pool.run("read", start_reader, jobs, reader), strict=True):
        known = build_cache.readings.get(source.path)
        reading = (
            _keep_post(read_reading(found.row, found.text), known) if found.row else build_cache.readings[source.path]
        )
        readings[source.path] = reading
        _remember(source.path, reading, found.row, reader.rules.today, build_cache)
    build_cache.delete("posts", build_cache.readings.keys() - readings.keys())
    return cast("Mapping[str, Reading]", readings)


def _keep_post(reading: Reading, known: Reading | None) -> Reading:
    """The same reading, with the very post of the one that is remembered, where that says the same."""
    old = known.post if known is not None else None
    if old is None or reading.post is None or not is_same_serialized(old, reading.post):
        return reading
    return replace(reading, post=old)


def _remember(path: str, reading: Reading, row: str, today: date, build_cache: BuildCache) -> None:
    """Hand the memory a source that was read, and its `row`, which is empty for the one that is remembered.

    A draft without a date has today's: it follows from more than its bytes, so it is remembered without their digest,
    which has it read each time.
    """
    if not reading.digest:
        return
    build_cache.put_file(path, reading.digest)
    if not row:
        return
    if reading.post is not None and reading.post.draft and reading.post.day == today:
        reading = replace(reading, digest="")
        row = write_reading(reading)
    build_cache.put_reading(path, reading, row)
