"""Parses a Markdown source into a post and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.content.make_post import make_post
from afterword.core.diagnostics import Collector, Diagnostic, Exit, Failure, Place, error
from afterword.core.files import Unreadable, locate, read, report_unreadable
from afterword.core.fingerprints import digest_bytes
from afterword.front_matter.parser import parse
from afterword.markdown.comments.removal import uncomment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from afterword.config.schema import LimitSettings
    from afterword.content.post import Post, PostOptions
    from afterword.core.text import Gaps


class SourceText(Struct, frozen=True):
    """The text of a post, the line of the file where it starts, and the gaps of removed comments."""

    text: str
    first_line: int
    gaps: Gaps = ()


class Reading(Struct, frozen=True):
    """A parsed source file. It depends only on the bytes of the file and the parsing options.

    `digest` is that of the bytes. `post` is None if the file is invalid. `text` is None if the reading is from the
    cache.
    """

    digest: str
    post: Post | None
    text: SourceText | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_broken(self) -> bool:
        return self.post is None or any(diagnostic.is_error for diagnostic in self.diagnostics)


class SourceReader(Struct, frozen=True):
    """Options for reading the sources of a blog.

    `links` has the targets of symbolic links, by source (`scanning.Sources`).
    """

    root: Path
    rules: PostOptions
    limits: LimitSettings
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, path: str, known: str = "") -> Reading | None:
        """Parses a source; returns None if its bytes have the digest `known`.

        An unreadable file gives a reading with an error.
        """
        try:
            data = read(locate(self.root, path, self.links), self.limits.post_size)
        except Unreadable as problem:
            return Reading("", None, None, (report_unreadable(problem, "this file", Place(path)),))
        content = digest_bytes(data)
        return self._parse(path, data, content) if content != known else None

    def read_text(self, path: str, reading: Reading) -> SourceText:
        """Returns the text of a reading, from the file if the reading is from the cache.

        Raises `Failure` if the file has changed since it was read.
        """
        if reading.text is not None:
            return reading.text
        try:
            data = read(locate(self.root, path, self.links), self.limits.post_size)
        except Unreadable:
            data = b""
        if digest_bytes(data) != reading.digest:
            message = f"source file changed during the build: `{path}`"
            raise Failure(Exit.ENVIRONMENT, error("source-changed", message, Place(path), hint="build again"))
        text = self._parse(path, data, reading.digest).text
        return text or SourceText("", 1)

    def _parse(self, path: str, data: bytes, content: str) -> Reading:
        document = uncomment(parse(path, data, zone=self.rules.zone, limits=self.limits), self.rules.syntax)
        parsed = make_post(document, self.rules)
        text = SourceText(parsed.text, document.first_line, document.gaps)
        found = Collector()
        found.extend((*document.diagnostics, *parsed.diagnostics))
        return Reading(content, parsed.post, text, found.result())
