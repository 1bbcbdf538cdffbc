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
    from afterword.front_matter.model import ParsedMatter


class SourceText(Struct, frozen=True):
    """The text of a post, the line of the file where it starts, and the gaps of removed comments."""

    text: str
    first_line: int
    gaps: Gaps = ()


class Reading(Struct, frozen=True):
    """A parsed source file. It depends only on the bytes of the file and the parsing options.

    `digest` is that of the bytes. `post` is None if the file is invalid.
    """

    digest: str
    post: Post | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_broken(self) -> bool:
        return self.post is None or any(diagnostic.is_error for diagnostic in self.diagnostics)


class ParsedSource(Struct, frozen=True):
    """A reading with the text of the file, or None if it is unreadable, and front matter that can be reused."""

    reading: Reading
    text: SourceText | None
    matter: ParsedMatter | None = None


class SourceReader(Struct, frozen=True):
    """Options for reading the sources of a blog.

    `links` has the targets of symbolic links, by source (`scanning.Sources`).
    """

    root: Path
    options: PostOptions
    limits: LimitSettings
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, path: str, known: str = "", matter: ParsedMatter | None = None) -> ParsedSource | None:
        """Parses a source; returns None if its bytes have the digest `known`.

        `matter` is the front matter that these options gave before. An unreadable file gives a reading with an error.
        """
        try:
            data = read(locate(self.root, path, self.links), self.limits.post_size)
        except Unreadable as problem:
            return ParsedSource(Reading("", None, (report_unreadable(problem, "this file", Place(path)),)), None)
        content = digest_bytes(data)
        return self._parse(path, data, content, matter) if content != known else None

    def read_text(self, path: str, digest: str) -> SourceText:
        """Reads the text of a source again. Raises `Failure` if its bytes do not have this digest any more."""
        try:
            data = read(locate(self.root, path, self.links), self.limits.post_size)
        except Unreadable:
            data = b""
        if digest_bytes(data) != digest:
            message = f"source file changed during the build: `{path}`"
            raise Failure(Exit.ENVIRONMENT, error("source-changed", message, Place(path), hint="build again"))
        return self._parse(path, data, digest).text or SourceText("", 1)

    def _parse(self, path: str, data: bytes, content: str, matter: ParsedMatter | None = None) -> ParsedSource:
        whole = parse(path, data, zone=self.options.zone, limits=self.limits, known=matter)
        document = uncomment(whole, self.options.syntax)
        parsed = make_post(document, self.options)
        text = SourceText(parsed.text, document.first_line, document.gaps)
        found = Collector()
        found.extend((*document.diagnostics, *parsed.diagnostics))
        return ParsedSource(Reading(content, parsed.post, found.result()), text, whole.parsed)


class SourceTexts:
    """The texts of sources: kept from reading them, or read again from their files."""

    def __init__(self, reader: SourceReader, kept: Mapping[str, SourceText]) -> None:
        self._reader = reader
        self._kept = kept

    def read(self, path: str, digest: str) -> SourceText:
        """Returns the text of a source. Raises `Failure` if it was not kept and its bytes have another digest now."""
        return self._kept.get(path) or self._reader.read_text(path, digest)

    def copy(self) -> SourceTexts:
        """Returns a copy that keeps the texts."""
        return SourceTexts(self._reader, self._kept)

    def forget(self) -> None:
        """Frees the kept texts: of 10,000 posts, these are 70 MB."""
        self._kept = {}
