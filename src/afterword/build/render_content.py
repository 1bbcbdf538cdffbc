"""Renders the Markdown bodies that the cache does not have.

A body depends on its source, its URL, its talk, the Markdown options and its link lookups. Links are checked when all
bodies are rendered.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.content_cache import (
    EMPTY,
    Findings,
    Lookup,
    decode_anchors,
    decode_digests,
    decode_findings,
    encode_body,
    record_body,
)
from afterword.build.markdown_jobs import BodyJob, MarkdownContext, make_job, start_body_renderer, talk_context_of
from afterword.cache.codec import to_json
from afterword.core.files import Unreadable, read
from afterword.core.fingerprints import digest
from afterword.core.text import decode
from afterword.site.dead_links import Targets, check_references
from afterword.site.links import are_links_unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from afterword.build.cache import BuildCache
    from afterword.build.content_cache import BodyRecord, BodyTexts
    from afterword.build.content_cache import CachedBodies as KeptBodies
    from afterword.build.load_content import Library
    from afterword.build.static_files import StaticFile
    from afterword.build.workers.pool import WorkerPool
    from afterword.content.parse_source import Reading
    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic
    from afterword.markdown.body import Attachment, ContentDigests, Reference
    from afterword.site.links import LinkIndex

MAX_IN_MEMORY = 2500
"""Number of bodies whose texts are kept in memory; others are read from the cache."""


MAX_WITH_CODE = 1000
"""Maximum number of stale bodies whose highlighted code is read from the cache.

It is most of the work after an edit, but all of it is in memory until the bodies are written.
"""


_MAX_TRANSCRIPT = 5_000_000
"""Maximum size of a transcript, in bytes: that of a day has 1 MB."""


class Bodies(Struct, frozen=True):
    """All bodies of a build by source: records, findings and texts; `fresh` are those rendered now."""

    records: Mapping[str, BodyRecord]
    findings: Mapping[str, Findings]
    texts: KeptBodies
    fresh: frozenset[str]

    @property
    def digests(self) -> Mapping[str, ContentDigests]:
        """Digests of the parts of each body."""
        return Lookup(self.records, partial(decode_digests, self.records))

    def attachments(self) -> Iterator[Attachment]:
        """Yields the links of all bodies to files beside posts."""
        return (attachment for found in self.findings.values() for attachment in found.attachments)

    @property
    def anchors(self) -> Mapping[str, tuple[str, ...]]:
        """Anchors of each body."""
        return Lookup(self.records, partial(decode_anchors, self.records))

    def references(self) -> Iterator[tuple[str, tuple[Reference, ...]]]:
        """Yields the internal links of each body, by source."""
        return ((path, found.references) for path, found in self.findings.items() if found.references)

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Yields the diagnostics of all bodies."""
        return (diagnostic for found in self.findings.values() for diagnostic in found.diagnostics)


class RenderTask(Struct, frozen=True):
    """A body to render, and the digest of everything that it depends on, except its links."""

    job: BodyJob
    key: str


def start_body_encoder(markdown_context: MarkdownContext) -> Callable[[RenderTask], tuple[BodyRecord, BodyTexts]]:
    """Returns the function that renders bodies and encodes them for the cache, for one process."""
    write = start_body_renderer(markdown_context)

    def record(task: RenderTask) -> tuple[BodyRecord, BodyTexts]:
        written = write(task.job)
        return record_body(task.key, written), encode_body(written.body, searched=markdown_context.searched)

    return record


def render_bodies(
    posts: Collection[Post],
    library: Library,
    markdown_context: MarkdownContext,
    build_cache: BuildCache,
    pool: WorkerPool,
    transcripts: Mapping[str, StaticFile],
) -> Bodies:
    """Returns the bodies of these posts and pages; adds new ones to the cache."""
    records, tasks = _find_stale(posts, library, markdown_context, build_cache, transcripts)
    if len(tasks) <= MAX_WITH_CODE:
        tasks = [_with_known_code(task, build_cache) for task in tasks]
    # Bodies outside this build are not checked, so they may be out of date in the next one.
    build_cache.delete_bodies(build_cache.bodies.keys() - {post.path for post in posts})
    texts: dict[str, BodyTexts] = {}
    kept = set(records)
    written = pool.run("write", start_body_encoder, tasks, markdown_context, remote_shared=lambda: markdown_context)
    for task, (record, text) in zip(tasks, written, strict=True):
        path = task.job.source.path
        records[path], texts[path] = record, text
        build_cache.put_body(path, record, text)
        if len(texts) == MAX_IN_MEMORY and build_cache.flush_bodies():
            kept.update(texts)
            texts.clear()
    findings = build_cache.memo.memoize_each(decode_findings, records)
    return Bodies(
        records, findings, build_cache.body_texts(texts, kept), frozenset(task.job.source.path for task in tasks)
    )


def _find_stale(
    posts: Collection[Post],
    library: Library,
    markdown_context: MarkdownContext,
    build_cache: BuildCache,
    transcripts: Mapping[str, StaticFile],
) -> tuple[dict[str, BodyRecord], list[RenderTask]]:
    """Returns the cached bodies that are up to date, by path, and the others to render."""
    memo = build_cache.memo
    index = memo.memoize(_digest_index, markdown_context.index)
    same_index = build_cache.meta.get("links") == index
    build_cache.put_meta("links", index)
    readings = {post.path: library.readings[post.path] for post in posts}
    options_digest = digest(repr(markdown_context.options), repr(markdown_context.searched))
    keys = memo.memoize_each(_find_key, readings, options_digest, markdown_context.list_item_ids)
    records: dict[str, BodyRecord] = {}
    tasks: list[RenderTask] = []
    for post in posts:
        path = post.path
        key, record, transcript = keys[path], build_cache.bodies.get(path), transcripts.get(path)
        if transcript is not None:
            key = digest(key, transcript.digest)
        is_current = record is not None and (
            same_index
            or are_links_unchanged(record.decode_answers(), markdown_context.index.links_from(path, post.url))
        )
        if record is None or record.key != key or not is_current:
            source = library.read_text(path)
            said = _read_transcript(transcript) if transcript is not None else ""
            tasks.append(RenderTask(make_job(post, source, markdown_context.talk_context_of(post), said), key))
        else:
            records[path] = record
    return records, tasks


def _read_transcript(file: StaticFile) -> str:
    """Returns the text of a transcript; empty if it cannot be read."""
    try:
        return decode(str(file.path), read(file.path, _MAX_TRANSCRIPT)).text
    except Unreadable:
        return ""


def _digest_index(index: LinkIndex) -> str:
    return digest(repr(index))


def _find_key(reading: Reading, options: str, list_item_ids: bool) -> str:
    """Returns the digest of everything that a body depends on, except its links.

    `options` is the digest of the Markdown options.
    """
    post = reading.post
    assert post is not None, "a source that is published has a post"  # noqa: S101
    talk_context = talk_context_of(post, list_item_ids=list_item_ids)
    return digest(f"{reading.digest} {options} {post.url}", repr(talk_context) if talk_context is not None else "")


def _with_known_code(task: RenderTask, build_cache: BuildCache) -> RenderTask:
    """Returns the task with the highlighted code of the cached body."""
    job = task.job
    known = build_cache.code_before(job.source.path)
    return replace(task, job=replace(job, source=replace(job.source, known=known))) if known else task


def check_links(bodies: Bodies, targets: Targets, build_cache: BuildCache) -> tuple[Diagnostic, ...]:
    """Returns the diagnostics of links between pages, and caches new results.

    A valid link stays valid while no link target is removed. An invalid link is checked in every build.
    """
    written = build_cache.memo.memoize(_encode_targets, targets)
    check_all = _has_lost_targets(bodies, targets, written, build_cache)
    found: list[Diagnostic] = []
    for path, record in bodies.records.items():
        if not (check_all or path in bodies.fresh or record.problems != EMPTY):
            continue
        problems = check_references(bodies.findings[path].references, targets, bodies.anchors)
        checked = replace(record, problems=to_json(problems))
        if checked != record:
            build_cache.put_body(path, checked)
        found += problems
    build_cache.put_meta("targets", written)
    return tuple(found)


def _has_lost_targets(bodies: Bodies, targets: Targets, written: str, build_cache: BuildCache) -> bool:
    """Returns whether a valid link may be broken or have another target now."""
    if build_cache.meta.get("targets") != written:
        before = build_cache.read_meta("targets", tuple[dict[str, str], frozenset[str]])
        if before is None:
            return True
        pages, outputs = before
        if any(targets.pages.get(url) != source for url, source in pages.items()) or outputs - targets.outputs:
            return True
    known = build_cache.bodies
    return any(path not in known or known[path].anchors != bodies.records[path].anchors for path in bodies.fresh)


def _encode_targets(targets: Targets) -> str:
    return to_json([dict(sorted(targets.pages.items())), sorted(targets.outputs)])
