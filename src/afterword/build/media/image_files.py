"""Generates the image files of a site, and caches their digests: an unchanged file is not drawn again."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from afterword.build.report import Reason
from afterword.cache.codec import to_json
from afterword.output.outputs import Output, Rank, StagedContent, UnchangedContent, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from afterword.build.cache import BuildCache
    from afterword.build.workers.pool import WorkerPool
    from afterword.core.fingerprints import Known
    from afterword.output.staging import StagingFolder

_NAME = "images"
"""Name of the cached digests."""

_WEIGHT = 8
"""Number of other jobs that take as long as one of these: drawing takes some 30 ms."""


class Drawing(Protocol):
    """Plain data that a worker process converts to a file."""

    def draw(self) -> bytes:
        """Returns the content of the file."""


class Text(Struct, frozen=True):
    """A text file: an SVG image, or a web manifest."""

    text: str

    def draw(self) -> bytes:
        """Returns the text in UTF-8."""
        return self.text.encode()


class Constant(Struct, frozen=True):
    """A function that returns a known drawing."""

    drawing: Drawing

    def __call__(self) -> Drawing:
        return self.drawing


class ImageFile(Struct, frozen=True):
    """A file to generate: its output, its cache key, its origin in words, and a function that returns its drawing."""

    output: str
    key: str
    origin: str
    make: Callable[[], Drawing]


class _Job(Struct, frozen=True):
    output: str
    drawing: Drawing


class ImageFiles:
    """The image files of a site.

    `digests` are those of the cached files, by output; `reasons` say why files are generated in this build.
    """

    def __init__(self, files: Iterable[ImageFile], build_cache: BuildCache) -> None:
        self._files = {file.output: file for file in files}
        self._build_cache = build_cache
        known = build_cache.memoize(_NAME, dict[str, tuple[str, str, str]]) or {}
        self.digests = {
            output: known[output][1]
            for output, file in self._files.items()
            if output in known and known[output][0] == file.key
        }
        self.reasons: Mapping[str, Reason] = {}

    def make_outputs(
        self, existing: Mapping[str, Known], stage: StagingFolder | None, pool: WorkerPool
    ) -> Iterator[Output]:
        """Yields all files; those that `standing`, the files of the site, has unchanged are not generated.

        Digests are stored in the cache at the end.
        """
        stale = [
            file
            for output, file in self._files.items()
            if output not in existing or existing[output].digest != self.digests.get(output)
        ]
        self.reasons = {file.output: Reason("images", f"made from {file.origin}") for file in stale}
        stale_outputs = {file.output for file in stale}
        yield from (
            Output(output, Rank.ASSET, UnchangedContent(self.digests[output]))
            for output in self._files
            if output not in stale_outputs
        )
        jobs = [_Job(file.output, file.make()) for file in stale]
        with closing(pool.run("draw", _start_drawing, jobs, stage, weight=_WEIGHT)) as drawn:
            for job, content in zip(jobs, drawn, strict=True):
                self.digests[job.output] = digest_of(content)
                yield Output(job.output, Rank.ASSET, content)
        rows = {output: [file.key, self.digests[output], file.origin] for output, file in sorted(self._files.items())}
        if rows or self._build_cache.meta.get(_NAME):
            self._build_cache.put_meta(_NAME, to_json(rows))


def _start_drawing(stage: StagingFolder | None) -> Callable[[_Job], bytes | StagedContent]:
    def draw(job: _Job) -> bytes | StagedContent:
        content = job.drawing.draw()
        return stage.write(job.output, content) if stage is not None else content

    return draw


def describe_image(output: str, build_cache: BuildCache) -> tuple[str, ...]:
    """Describes an image file of the last build, as lines; empty for any other file."""
    known = build_cache.memoize(_NAME, dict[str, tuple[str, str, str]]) or {}
    return (
        (f"`{output}` is an image that Afterword makes", f"  made from: {known[output][2]}") if output in known else ()
    )
