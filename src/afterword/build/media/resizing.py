"""Plans the resized images of a site, and its photographs without metadata."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.media.image_files import Constant, ImageFile
from afterword.core.diagnostics import Diagnostic, note
from afterword.core.files import DEFAULT
from afterword.core.fingerprints import digest
from afterword.images.drawing import is_pillow_installed
from afterword.images.resize import EXTENSIONS, Clean, Variant, choose_format
from afterword.markdown.context import Original

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from afterword.build.cache import BuildCache
    from afterword.build.static_files import Copy, StaticFile
    from afterword.config.schema import Config

_NAME = "image-format"
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
    form = build_cache.meta.get(_NAME) or choose_format()
    build_cache.put_meta(_NAME, form)
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
