"""Parses one Markdown source into a post with its text, or into the errors in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.content.post import Post, PostOptions, make
from afterword.core.diagnostics import Collector, Diagnostic, Exit, Failure, Place, error
from afterword.core.files import Unreadable, locate, read, report_unreadable
from afterword.core.fingerprints import digest_bytes
from afterword.front_matter.parser import parse
from afterword.markdown.comments.removal import uncomment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from afterword.config.schema import LimitSettings
    from afterword.core.text import Gaps


class SourceText(Struct, frozen=True):
    """A post's text, the line of its file on which it begins, and where comments were left out of it."""

    text: str
    first_line: int
    gaps: Gaps = ()


class Reading(Struct, frozen=True):
    """What a source file means: a pure function of its bytes, whose digest it carries, and of the rules.

    `post` is None where the file cannot be one. `text` is None where the reading is a remembered one.
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

    `links` are the places that symbolic links lead through, by source (`scanning.Sources`).
    """

    root: Path
    rules: PostOptions
    limits: LimitSettings
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, path: str, known: str = "") -> Reading | None:
        """The reading of one source, or None if its bytes have the digest `known`.

        A file that cannot be read is one with an error.
        """
        try:
            data = read(locate(self.root, path, self.links), self.limits.post_size)
        except Unreadable as problem:
            return Reading("", None, None, (report_unreadable(problem, "this file", Place(path)),))
        content = digest_bytes(data)
        return self._interpret(path, data, content) if content != known else None

    def read_text(self, path: str, reading: Reading) -> SourceText:
        """The text of a reading, from the file again where it is not at hand.

        Raises `Failure` where the file is no longer the one that was read.
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
        text = self._interpret(path, data, reading.digest).text
        return text or SourceText("", 1)

    def _interpret(self, path: str, data: bytes, content: str) -> Reading:
        document = uncomment(parse(path, data, zone=self.rules.zone, limits=self.limits), self.rules.syntax)
        made = make(document, self.rules)
        text = SourceText(made.text, document.first_line, document.gaps)
        found = Collector()
        found.extend((*document.diagnostics, *made.diagnostics))
        return Reading(content, made.post, text, found.result())
