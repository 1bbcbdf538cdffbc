"""Loads every source of a blog: published posts, skipped posts, and sources with errors.

An unchanged post is the same Python object as in the last build, so later steps can be memoized by identity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.content_cache import (
    decode_matter,
    decode_reading,
    encode_matter,
    encode_reading,
    is_same_serialized,
)
from afterword.build.report import ContentFilter, SkippedPost
from afterword.cache.codec import to_json
from afterword.content.copies import SuspectNames, find_copies, find_suspect_names, is_other_version
from afterword.content.parse_source import SourceTexts
from afterword.core.diagnostics import Place, note, warning
from afterword.core.fingerprints import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import date

    from afterword.build.cache import BuildCache
    from afterword.build.workers.pool import WorkerPool
    from afterword.content.parse_source import Reading, SourceReader, SourceText
    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic


class ChangedSource(Struct, frozen=True):
    """A source that may have changed: its path, the digest of its cached reading, and its cached front matter.

    Both are empty if there is none.
    """

    path: str
    known: str = ""
    matter: str = ""


class SourceResult(Struct, frozen=True):
    """The serialized reading of a source, which is cheap to send, its text, and its serialized front matter.

    All are empty if the cached reading is valid.
    """

    row: str = ""
    text: SourceText | None = None
    matter: str = ""


def start_reader(reader: SourceReader) -> Callable[[ChangedSource], SourceResult]:
    """Returns the function that reads sources, for one process."""

    def read(source: ChangedSource) -> SourceResult:
        found = reader.read(source.path, source.known, decode_matter(source.matter))
        if found is None:
            return SourceResult()
        return SourceResult(encode_reading(found.reading), found.text, encode_matter(found.matter))

    return read


class Library(Struct, frozen=True):
    """All sources of a blog: readings and texts by path, published posts, skipped posts, and broken sources.

    `left_out` are the broken sources without which the rest is published.
    """

    readings: Mapping[str, Reading]
    texts: SourceTexts
    posts: tuple[Post, ...]
    skipped: tuple[SkippedPost, ...]
    broken: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]
    left_out: frozenset[str] = frozenset()

    def without_copies(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Returns the texts that are not copies of others."""
        copies = {skipped.path for skipped in self.skipped if skipped.reason == "copy"}
        return tuple(path for path in texts if path not in copies)

    def read_text(self, path: str) -> SourceText:
        """Returns the text of a source. Raises `Failure` if the file has changed since it was read."""
        return self.texts.read(path, self.readings[path].digest)


COPY_HINT = "delete one of the two, or change the title of the copy"


def read_library(
    reader: SourceReader, paths: Iterable[str], include: ContentFilter, build_cache: BuildCache, pool: WorkerPool
) -> Library:
    """Loads the sources at these paths, relative to the blog's folder; adds new ones to the cache."""
    readings, texts = _read(reader, paths, build_cache, pool)
    posts: list[Post] = []
    skipped: list[SkippedPost] = []
    broken: set[str] = set()
    diagnostics: list[Diagnostic] = []
    today = reader.options.today
    suspects = _find_suspect_names(readings, build_cache)
    conflicts = frozenset(suspects.conflicts)
    copies = find_copies(readings, suspects, lambda path: texts.read(path, readings[path].digest).text)
    for path, reading in readings.items():
        if (original := copies.certain.get(path)) is not None:
            skipped.append(_skip_copy(path, original, reading, today, include))
            diagnostics += _report_copy(skipped[-1], reading, readings[original])
            continue
        diagnostics += reading.diagnostics
        if (doubtful := copies.doubtful.get(path)) is not None:
            diagnostics.append(_report_doubtful(path, reading, doubtful, readings[doubtful]))
        elif path in conflicts and reading.post is not None and not reading.post.draft:
            message = "the file has the name of a conflicting version: it is published"
            diagnostics.append(warning("duplicate-post", message, Place(path, 1), hint="delete the file, or rename it"))
        if (post := reading.post) is None or (reading.diagnostics and reading.is_broken):
            broken.add(path)
        elif (reason := skip_reason(post, today, include)) is not None:
            skipped.append(reason)
        else:
            posts.append(post)
            diagnostics += _check_schedule(post, today)
    return Library(readings, texts, tuple(posts), tuple(skipped), frozenset(broken), tuple(diagnostics))


def _find_suspect_names(paths: Collection[str], build_cache: BuildCache) -> SuspectNames:
    """Returns what the names of the sources say; as cached if there are the same sources as in the last build."""
    names = digest("\0".join(paths))
    known = build_cache.read_meta("suspect names", tuple[str, SuspectNames])
    if known is not None and known[0] == names:
        return known[1]
    found = find_suspect_names(paths)
    build_cache.put_meta("suspect names", to_json((names, found)))
    return found


def _skip_copy(path: str, original: str, reading: Reading, today: date, include: ContentFilter) -> SkippedPost:
    """Returns why a copy is skipped: the reason of its own post, if any, so that copies of drafts get no warning."""
    reason = skip_reason(reading.post, today, include) if reading.post is not None else None
    return reason or SkippedPost(path, "copy", original=original)


def _report_copy(skipped: SkippedPost, reading: Reading, original: Reading) -> Iterator[Diagnostic]:
    """Yields a warning for a copy that would be published, and its diagnostics unless the original has the same."""
    if not reading.is_broken:
        yield from reading.diagnostics
    if skipped.reason == "copy":
        copy = reading.post
        is_same = copy is None or original.post is None or copy.title == original.post.title
        is_version = not is_same and is_other_version(skipped.path)
        what = "conflicting version" if is_version else "duplicate"
        with_what = ", with the same title and date" if is_same else "" if is_version else ", with nearly the same text"
        message = f"{what} of `{skipped.original}`{with_what}: not published"
        related = ((_place_title(skipped.original, original), "the original"),)
        hint = COPY_HINT if is_same else "delete one of the two, or rename this one"
        yield warning("duplicate-post", message, _place_title(skipped.path, reading), hint=hint, related=related)


def _report_doubtful(path: str, reading: Reading, original: str, other: Reading) -> Diagnostic:
    """Returns the warning for a post that may be a copy, but is published."""
    is_titled = reading.post is not None and other.post is not None and reading.post.title == other.post.title
    what = "its title" if is_titled else "its text"
    message = f"`{path}` has the name of a copy of `{original}` and {what}: it is published"
    return warning("duplicate-post", message, _place_title(path, reading), hint="delete it, or rename it")


def _check_schedule(post: Post, today: date) -> Iterator[Diagnostic]:
    """Yields a note for a published post that waits for its date by `status: scheduled`, a warning without a date."""
    if not (entry := post.visibility.scheduled):
        return
    place = post.places.get(entry.partition(":")[0].partition(".")[0], post.place)
    message, hint = f"`{entry}` does not hide the post", "to hide the post, write `draft: true`"
    if post.date is None:
        yield warning("unclear-visibility", f"{message}: it has no date", place, hint=f"{hint}, or its day in `date`")
    elif not post.is_future(today):
        yield note("unclear-visibility", f"{message}: its date is not in the future", place, hint=hint)


def _place_title(path: str, reading: Reading) -> Place:
    post = reading.post
    return post.places.get("title", post.place) if post is not None else Place(path, 1)


def _read(
    reader: SourceReader, paths: Iterable[str], build_cache: BuildCache, pool: WorkerPool
) -> tuple[Mapping[str, Reading], SourceTexts]:
    """Returns the readings by path, cached ones and new ones; and the texts."""
    readings = build_cache.unchanged(paths)
    unknown = [path for path, reading in readings.items() if reading is None]
    cached = build_cache.readings
    jobs = [
        ChangedSource(path, cached[path].digest, build_cache.matter_before(path))
        if path in cached
        else ChangedSource(path)
        for path in unknown
    ]
    texts: dict[str, SourceText] = {}
    for source, found in zip(jobs, pool.run("read", start_reader, jobs, reader), strict=True):
        known = build_cache.readings.get(source.path)
        reading = _keep_post(decode_reading(found.row), known) if found.row else build_cache.readings[source.path]
        if found.row:
            build_cache.put_matter(source.path, found.matter)
        if found.text is not None:
            texts[source.path] = found.text
        readings[source.path] = reading
        _cache_reading(source.path, reading, found.row, reader.options.today, build_cache)
    build_cache.delete_sources(cached.keys() - readings.keys())
    return cast("Mapping[str, Reading]", readings), SourceTexts(reader, texts)


def _keep_post(reading: Reading, known: Reading | None) -> Reading:
    """Reuses the cached post object if it is the same."""
    old = known.post if known is not None else None
    if old is None or reading.post is None or not is_same_serialized(old, reading.post):
        return reading
    return replace(reading, post=old)


def _cache_reading(path: str, reading: Reading, row: str, today: date, build_cache: BuildCache) -> None:
    """Adds a source that was read to the cache; `row` is empty if the cached reading is valid.

    A draft without a date has today's, so it does not depend on its bytes alone: it is stored without a digest and read
    in every build.
    """
    if not reading.digest:
        return
    build_cache.put_file(path, reading.digest)
    if not row:
        return
    if reading.post is not None and reading.post.draft and reading.post.day == today:
        reading = replace(reading, digest="")
        row = encode_reading(reading)
    build_cache.put_reading(path, reading, row)


def skip_reason(post: Post, today: date, include: ContentFilter) -> SkippedPost | None:
    """Returns why a post is skipped in this build, or None."""
    visibility = post.visibility
    if post.draft:
        return _make_skipped(post, "draft", None, visibility.draft) if not include.drafts else None
    if post.is_expired(today) and not include.expired:
        return _make_skipped(post, "expired", visibility.expires, visibility.expires_by)
    if post.is_future(today) and not include.future:
        day = post.first_day
        by_date = f"date: {day}" if "date" in post.places else ""
        return _make_skipped(post, "future", day, visibility.appears_by if day == visibility.appears else by_date)
    return None


def _make_skipped(
    post: Post, reason: Literal["draft", "future", "expired"], day: date | None, because: str
) -> SkippedPost:
    key = because.partition(":")[0]
    return SkippedPost(post.path, reason, day, because, post.places.get(key) or post.places.get(key.partition(".")[0]))
