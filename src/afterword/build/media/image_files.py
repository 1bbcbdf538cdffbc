"""Plans and generates the image files of a site: icons, social cards, and resized photographs without metadata.

The digests of the files are cached: an unchanged file is not drawn again.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.report import Reason
from afterword.cache.codec import to_json
from afterword.core.diagnostics import Diagnostic, note
from afterword.core.files import DEFAULT
from afterword.core.fingerprints import digest
from afterword.images.fonts import is_pillow_installed
from afterword.images.resize import EXTENSIONS, Clean, Variant, choose_format
from afterword.markdown.context import Original
from afterword.output.outputs import Output, Rank, StagedContent, UnchangedContent, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from afterword.build.cache import BuildCache
    from afterword.build.static_files import Copy, StaticFile
    from afterword.build.workers.pool import WorkerPool
    from afterword.cache.store import MetaName
    from afterword.config.schema import Config
    from afterword.core.fingerprints import Known
    from afterword.output.staging import StagingFolder


_NAME: MetaName = "images"
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
    """The image files of a site; `digests` are those of the cached files, by output."""

    def __init__(self, files: Iterable[ImageFile], build_cache: BuildCache) -> None:
        self._files = {file.output: file for file in files}
        self._build_cache = build_cache
        known = build_cache.read_meta(_NAME, dict[str, tuple[str, str, str]]) or {}
        self.digests = {
            output: known[output][1]
            for output, file in self._files.items()
            if output in known and known[output][0] == file.key
        }

    def make_outputs(
        self, existing: Mapping[str, Known], stage: StagingFolder | None, pool: WorkerPool
    ) -> tuple[list[Output], Mapping[str, Reason]]:
        """Generates the files that the site does not have unchanged in `existing`, and caches their digests.

        Returns all files, and the reasons of those that were generated, by output.
        """
        stale = {
            output: file
            for output, file in self._files.items()
            if output not in existing or existing[output].digest != self.digests.get(output)
        }
        kept = (output for output in self._files if output not in stale)
        outputs = [Output(output, Rank.ASSET, UnchangedContent(self.digests[output])) for output in kept]
        jobs = [_Job(output, file.make()) for output, file in stale.items()]
        with closing(pool.run("draw", _start_drawing, jobs, stage, weight=_WEIGHT)) as drawn:
            for job, content in zip(jobs, drawn, strict=True):
                self.digests[job.output] = digest_of(content)
                outputs.append(Output(job.output, Rank.ASSET, content))
        rows = {output: [file.key, self.digests[output], file.origin] for output, file in sorted(self._files.items())}
        if rows or self._build_cache.meta.get(_NAME):
            self._build_cache.put_meta(_NAME, to_json(rows))
        return outputs, {output: Reason("images", f"made from {file.origin}") for output, file in stale.items()}


def _start_drawing(stage: StagingFolder | None) -> Callable[[_Job], bytes | StagedContent]:
    def draw(job: _Job) -> bytes | StagedContent:
        content = job.drawing.draw()
        return stage.write(job.output, content) if stage is not None else content

    return draw


def describe_image(output: str, build_cache: BuildCache) -> tuple[str, ...]:
    """Describes an image file of the last build, as lines; empty for any other file."""
    known = build_cache.read_meta(_NAME, dict[str, tuple[str, str, str]]) or {}
    return (
        (f"`{output}` is an image that Afterword makes", f"  made from: {known[output][2]}") if output in known else ()
    )


_RESIZED_NAME: MetaName = "image-format"
"""Name of the cached format, which depends on how Pillow was built. Upgrading Pillow discards the cache."""


class Resizing(Struct, frozen=True):
    """The format of resized images, or empty, and diagnostics."""

    format: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


def plan_resizing(config: Config, build_cache: BuildCache) -> Resizing:
    """Returns how images are resized."""
    if config.images == "original":
        return Resizing()
    if not is_pillow_installed():
        hint = "run `pip install 'afterword[images]'`"
        return Resizing(diagnostics=(note("images-not-installed", "resized images need Pillow", hint=hint),))
    form = build_cache.meta.get(_RESIZED_NAME) or choose_format()
    build_cache.put_meta(_RESIZED_NAME, form)
    return Resizing(form)


def list_originals(items: Mapping[str, StaticFile], form: str) -> Iterator[Original]:
    """Yields the images among the files of a blog that can be resized; `form` is the format."""
    for source, item in items.items() if form else ():
        if _is_photograph(source) and item.width and not item.flaw and not source.startswith(DEFAULT):
            yield Original(source, item.digest, form)


def _is_photograph(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in EXTENSIONS


def split_copies(copies: Iterable[Copy], form: str) -> tuple[list[Copy], list[ImageFile]]:
    """Splits files into those to copy unchanged, and images that are resized or lose their metadata.

    `form` is the format of resized images; empty if all files are copied.
    """
    plain: list[Copy] = []
    made: list[ImageFile] = []
    for copy in copies:
        drawing = _find_drawing(copy) if form else None
        if drawing is None:
            plain.append(copy)
        else:
            key = digest(repr(replace(drawing, path="")))
            made.append(ImageFile(copy.output, key, f"`{copy.source}`", Constant(drawing)))
    return plain, made


def _find_drawing(copy: Copy) -> Variant | Clean | None:
    path = str(copy.content) if not isinstance(copy.content, bytes) else ""
    if copy.width:
        return Variant(path, copy.digest, copy.width, copy.format)
    return Clean(path, copy.digest) if path and _is_photograph(copy.output) else None
