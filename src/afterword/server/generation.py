"""An immutable snapshot of the site that the server shows: URLs, files, and what changed.

`Generation` is the snapshot after one build; each request is answered from one generation. A `File` is a path with the
stamp that it had; `routing` checks the stamp when it opens the file.
"""

from __future__ import annotations

import os
import posixpath
import re
from contextlib import suppress
from mimetypes import MimeTypes
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.core.files import Unreadable, digest_file
from afterword.output.manifest import read_entries
from afterword.output.outputs import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.build.static_files import Copy


LIVE_FOLDER = "/__afterword"
"""Path, below the base path, of the live script and its event stream. No site has such a folder by chance."""

LIVE_SCRIPT = "live.js"
"""Name of the script that is added to pages."""


class File(Struct, frozen=True):
    """A file of a generation. If its stamp has changed, its content belongs to another generation."""

    path: str
    size: int
    mtime_ns: int
    inode: int


class Resource(Struct, frozen=True):
    """The content at one path, its media type, and a tag that changes with the content."""

    content: bytes | File
    type: str
    tag: str


class LiveReload(Struct, frozen=True):
    """The live script, and the secret of this run that is part of its URL."""

    token: str
    script: Resource

    @property
    def folder(self) -> str:
        """Path of the script's folder, without base path, with a slash at the end."""
        return f"{LIVE_FOLDER}/{self.token}/"


class Generation(Struct, frozen=True):
    """One state of the site.

    Attributes:
        base_path: decoded path before all paths of the site (empty, or `/notes`).
        resources: files by decoded path with a leading slash (`/posts/x/index.html`).
        changed: for each path, the number of the generation in which it last changed or disappeared.
        problems: the errors of the last build, as text; empty if it succeeded.
        live: live reload; None to send pages as they were built.
        focus: URL of the page to show, for pages that show the generation `focus_since` or a later one.
        fallback: files to serve until the first build succeeds, from an earlier run or rendered on demand.
    """

    number: int = 0
    base_path: str = ""
    resources: Mapping[str, Resource] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    problems: str = ""
    live: LiveReload | None = None
    focus: str = ""
    focus_since: int = 0
    fallback: Mapping[str, Resource] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether no build has succeeded yet."""
        return not self.resources

    @property
    def is_fallback(self) -> bool:
        """Whether the fallback is served."""
        return bool(self.fallback) and self.resources is self.fallback

    def or_fallback(self) -> Generation:
        """Returns this generation, with the fallback as resources if no build has succeeded yet."""
        return replace(self, resources=self.fallback) if self.is_empty else self

    def with_site(
        self, resources: Mapping[str, Resource], base_path: str, focus: str = "", focus_since: int | None = None
    ) -> Generation:
        """Returns the generation after a build that succeeded; with the same number if no content has changed.

        `focus_since` defaults to the number of this generation.
        """
        changed = _changed_paths(self.fallback if self.is_empty else self.resources, resources)
        is_as_shown = not changed and not self.problems and (base_path, focus) == (self.base_path, "")
        if is_as_shown and not self.is_empty:
            # The content is the same, but stamps may differ.
            return self if resources == self.resources else replace(self, resources=resources)
        return replace(
            self._next(changed, resources),
            base_path=base_path,
            problems="",
            focus=focus,
            focus_since=self.number if focus_since is None else focus_since,
            fallback={},
        )

    def with_pages(self, pages: Mapping[str, Resource]) -> Generation:
        """Returns the next generation, in which single files of the new site are shown before the build ends."""
        changed = {path for path, resource in pages.items() if not self._has(path, resource)}
        return self._next(changed, {**self.resources, **pages}) if changed else self

    def with_problems(self, problems: str, resources: Mapping[str, Resource] | None = None) -> Generation:
        """Returns the generation after a failed build: the last good site, and the errors.

        `resources` is the site on disk if the build had begun to change it.
        """
        left = self.resources if resources is None else resources
        changed = _changed_paths(self.resources, left)
        if not changed and problems == self.problems:
            return self if left == self.resources else replace(self, resources=left)
        return replace(self._next(changed, left), problems=problems)

    def _next(self, changed: Iterable[str], resources: Mapping[str, Resource]) -> Generation:
        number = self.number + 1
        since = {**self.changed, **dict.fromkeys(changed, number)}
        return replace(self, number=number, resources=resources, changed=since, focus="")

    def changed_since(self, number: int) -> tuple[str, ...]:
        """Returns the sorted paths that have changed since the generation with this number."""
        return tuple(sorted(path for path, changed in self.changed.items() if changed > number))

    def _has(self, path: str, resource: Resource) -> bool:
        known = self.resources.get(path)
        return known is not None and known.tag == resource.tag


def _changed_paths(before: Mapping[str, Resource], after: Mapping[str, Resource]) -> set[str]:
    """Returns the paths with changed, new or missing content."""
    tags = {path: resource.tag for path, resource in before.items()}
    return {path for path, resource in after.items() if tags.pop(path, None) != resource.tag} | tags.keys()


def load_resources(site: Path) -> Mapping[str, Resource]:
    """Returns the files that the manifest of a site lists; none if there is no site."""
    resources: dict[str, Resource] = {}
    for entry in sorted(read_entries(site)):
        with suppress(OSError):
            file = _stat_file(site / entry.path)
            if file.size == entry.size:
                resources[f"/{entry.path}"] = Resource(file, media_type(entry.path), entry.digest)
    return resources


def update_resources(
    before: Mapping[str, Resource], site: Path, written: Iterable[str], removed: Iterable[str]
) -> Mapping[str, Resource]:
    """Returns the files of a site after a build that wrote and removed these paths."""
    resources = {**before, **_load_resources({f"/{path}": site / path for path in written})}
    for path in removed:
        resources.pop(f"/{path}", None)
    return resources


def refresh_resources(before: Mapping[str, Resource]) -> Mapping[str, Resource]:
    """Returns the files of a site after a failed build, which may have replaced some of them."""
    kept = {path: resource for path, resource in before.items() if _is_unchanged(resource)}
    lost = {path: resource.content for path, resource in before.items() if path not in kept}
    return kept | _load_resources({path: Path(file.path) for path, file in lost.items() if isinstance(file, File)})


def resource_of_copy(copy: Copy) -> Resource | None:
    """Returns a static file as a resource; None if it cannot be read."""
    if isinstance(copy.content, bytes):
        return Resource(copy.content, media_type(copy.output), copy.digest)
    return _load_resource(copy.output, copy.content)


def resource_of_bytes(path: str, content: bytes) -> Resource:
    """Returns a page or a generated file as a resource that is not on disk."""
    return Resource(content, media_type(path), digest_of(content))


def _is_unchanged(resource: Resource) -> bool:
    if not isinstance(resource.content, File):
        return True
    try:
        return _stat_file(Path(resource.content.path)) == resource.content
    except OSError:
        return False


def _load_resource(path: str, file: Path) -> Resource | None:
    with suppress(Unreadable, OSError):
        return Resource(_stat_file(file), media_type(path), digest_file(file))
    return None


def _load_resources(files: Mapping[str, Path]) -> dict[str, Resource]:
    """Returns the files that can be read, by path."""
    found = ((path, _load_resource(path, file)) for path, file in files.items())
    return {path: resource for path, resource in found if resource is not None}


def _stat_file(path: Path) -> File:
    found = path.stat(follow_symlinks=False)
    return File(os.fspath(path), found.st_size, found.st_mtime_ns, found.st_ino)


_TYPES = {
    **MimeTypes().types_map[True],
    **dict.fromkeys((".js", ".mjs"), "text/javascript"),
    **dict.fromkeys((".xml", ".opml"), "application/xml"),
    ".map": "application/json",
    ".jsonld": "application/ld+json",
    ".geojson": "application/geo+json",
    ".xsl": "application/xslt+xml",
    ".xhtml": "application/xhtml+xml",
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
    ".md": "text/markdown",
    ".ics": "text/calendar",
    ".vtt": "text/vtt",
    ".bib": "text/plain",
    ".apng": "image/apng",
    ".webp": "image/webp",
    ".avif": "image/avif",
    **dict.fromkeys((".mp4", ".m4v"), "video/mp4"),
    ".ogv": "video/ogg",
    ".m4a": "audio/mp4",
    **dict.fromkeys((".ogg", ".oga", ".opus"), "audio/ogg"),
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    **{f".{name}": f"font/{name}" for name in ("woff", "woff2", "ttf", "otf")},
    ".epub": "application/epub+zip",
    ".gz": "application/gzip",
}
"""Types of Python, and those that some versions of Python do not have or name differently."""

_TEXT = re.compile(r"text/.*|application/(?:json|xml)|.*\+(?:json|xml)")

UNKNOWN = "application/octet-stream"
"""The type of a file with an unknown extension."""

HTML = "text/html; charset=utf-8"
"""The type of a page."""


def media_type(path: str) -> str:
    """Returns the Content-Type of a file with this name. Text is UTF-8, like everything that Afterword writes."""
    found = _TYPES.get(posixpath.splitext(path)[1].lower(), UNKNOWN)
    return f"{found}; charset=utf-8" if _TEXT.fullmatch(found) else found


def is_text(type: str) -> bool:
    """Returns whether this is a type of text, which is compressed and does not support ranges."""
    return type.endswith("; charset=utf-8")
