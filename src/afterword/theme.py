"""Templates and assets: the blog's own, over those of the default theme, file by file.

Relies on `files` for every read. Refuses templates that are not UTF-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.diagnostics import Diagnostic, Place, error
from afterword.digest import SIZE
from afterword.environment import Template
from afterword.files import Unreadable, open_regular, read, scan_theme, theme_folder
from afterword.query import Asset
from afterword.urls import url_of_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.files import Sources

_TEMPLATE_LIMIT = 2_000_000
_INLINE_LIMIT = 65_536
_CHUNK = 1 << 20
_DIGEST_IN_NAME = 10


@dataclass(frozen=True, slots=True)
class Theme:
    """What a blog looks like: its templates by name, its assets by name, and the file that each asset is.

    `own` are the names of the blog's own static files, which are also published under the names that they have.
    """

    templates: Mapping[str, Template]
    assets: Mapping[str, Asset]
    files: Mapping[str, Path]
    own: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def load_theme(root: Path, sources: Sources) -> Theme:
    """The blog's templates and static files over the default theme's; all are read, none is kept open."""
    default = theme_folder()
    templates: dict[str, Template] = {}
    files: dict[str, Path] = {}
    problems: list[Diagnostic] = []
    for folder, found, prefix in ((default, scan_theme(default), "theme:"), (root, sources, "")):
        for path in found.templates:
            name = path.removeprefix("templates/")
            try:
                text = read(folder / path, _TEMPLATE_LIMIT).decode()
            except (Unreadable, UnicodeDecodeError) as problem:
                reason = str(problem) if isinstance(problem, Unreadable) else "is not UTF-8"
                problems.append(error("unreadable", f"this template {reason}", Place(prefix + path)))
                continue
            templates[name] = Template(prefix + path, text)
        files.update({path.removeprefix("static/"): folder / path for path in found.static})
    assets, unreadable = _load_assets(files)
    own = tuple(path.removeprefix("static/") for path in sources.static)
    return Theme(templates, assets, files, own, (*problems, *unreadable))


def _load_assets(files: Mapping[str, Path]) -> tuple[Mapping[str, Asset], Iterable[Diagnostic]]:
    assets: dict[str, Asset] = {}
    problems: list[Diagnostic] = []
    for name, path in files.items():
        try:
            assets[name] = load_asset(name, path)
        except Unreadable as problem:
            problems.append(error("unreadable", f"this file {problem}", Place(f"static/{name}")))
    return assets, problems


def load_asset(name: str, path: Path) -> Asset:
    """The asset that a file is; its URL has the beginning of its digest before the suffix."""
    digest = _digest_file(path)
    stem, dot, suffix = name.rpartition(".")
    output = f"{stem}.{digest[:_DIGEST_IN_NAME]}.{suffix}" if dot and "/" not in suffix else f"{name}.{digest[:10]}"
    return Asset(digest, url_of_file(output), output, _text_of(path))


def _digest_file(path: Path) -> str:
    state = blake2b(digest_size=SIZE)
    with open_regular(path) as file:
        while chunk := file.read(_CHUNK):
            state.update(chunk)
    return state.hexdigest()


def _text_of(path: Path) -> str | None:
    """The text of a script or style sheet that is short enough to stand in a page."""
    if path.suffix not in (".js", ".css", ".svg"):
        return None
    try:
        return read(path, _INLINE_LIMIT).decode()
    except (Unreadable, UnicodeDecodeError):
        return None
