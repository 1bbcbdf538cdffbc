"""Sources, read: every Markdown file of the blog, as a post with its text, or with what keeps it out of this build.

Relies on `frontmatter` and `post` for what a file means, and on `Recall` for files that were read before. Refuses to
drop a file without a word: each is published, held back with its reason, or broken with its diagnostics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from afterword.diagnostics import Diagnostic, Exit, Failure, Place, error
from afterword.digest import digest
from afterword.files import Unreadable, read
from afterword.frontmatter import parse
from afterword.post import Post, Rules, make
from afterword.report import Held

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from afterword.settings import LimitSettings


@dataclass(frozen=True, slots=True)
class Text:
    """A post's text, and the line of its file on which it begins."""

    text: str
    first_line: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source file means: a pure function of its bytes, whose digest it carries, and of the rules.

    `post` is None where the file cannot be one. `text` is None where the reading is a remembered one.
    """

    digest: str
    post: Post | None
    text: Text | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_broken(self) -> bool:
        return self.post is None or any(diagnostic.is_error for diagnostic in self.diagnostics)


class Recall(Protocol):
    """What is remembered of readings."""

    def unchanged(self, path: str) -> Reading | None:
        """The reading of a file that is known not to have changed."""

    def reading(self, path: str, digest: str) -> Reading | None:
        """The reading of a file with these bytes."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How the sources of a blog are read: where they are, by which rules, and within which limits."""

    root: Path
    rules: Rules
    limits: LimitSettings
    recall: Recall

    def read(self, path: str) -> Reading:
        """The reading of one source; a file that cannot be read is one with an error."""
        known = self.recall.unchanged(path)
        if known is not None:
            return known
        try:
            data = read(self.root / path, self.limits.post_size)
        except Unreadable as problem:
            return Reading("", None, None, (error("unreadable", f"this file {problem}", Place(path)),))
        content = digest(data)
        return self.recall.reading(path, content) or self._interpret(path, data, content)

    def read_text(self, path: str, reading: Reading) -> Text:
        """The text of a reading, from the file again where it is not at hand.

        Raises `Failure` where the file is no longer the one that was read.
        """
        if reading.text is not None:
            return reading.text
        try:
            data = read(self.root / path, self.limits.post_size)
        except Unreadable:
            data = b""
        if digest(data) != reading.digest:
            message = f"`{path}` changed while the site was built"
            raise Failure(Exit.ENVIRONMENT, error("changed-meanwhile", message, Place(path), hint="build again"))
        text = self._interpret(path, data, reading.digest).text
        return text or Text("", 1)

    def _interpret(self, path: str, data: bytes, content: str) -> Reading:
        document = parse(path, data, zone=self.rules.zone, limits=self.limits)
        made = make(document, self.rules)
        text = Text(made.text, document.first_line)
        return Reading(content, made.post, text, (*document.diagnostics, *made.diagnostics))


@dataclass(frozen=True, slots=True)
class Library:
    """All sources of a blog: the readings by path; the posts that are published; what is held back, what is broken."""

    readings: Mapping[str, Reading]
    posts: tuple[Post, ...]
    held: tuple[Held, ...]
    broken: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posts a build shows besides those that are published by now."""

    drafts: bool = False
    future: bool = False


def read_library(reader: Reader, paths: Iterable[str], wanted: Wanted) -> Library:
    """Read the sources at these paths, relative to the blog's folder."""
    readings: dict[str, Reading] = {}
    posts: list[Post] = []
    held: list[Held] = []
    broken: set[str] = set()
    diagnostics: list[Diagnostic] = []
    for path in paths:
        reading = readings[path] = reader.read(path)
        diagnostics += reading.diagnostics
        if reading.post is None or (reading.diagnostics and reading.is_broken):
            broken.add(path)
        elif (reason := find_hold(reading.post, reader.rules.today, wanted)) is not None:
            held.append(reason)
        else:
            posts.append(reading.post)
    return Library(readings, tuple(posts), tuple(held), frozenset(broken), tuple(diagnostics))


def find_hold(post: Post, today: date, wanted: Wanted) -> Held | None:
    """Why a post is not shown in this build; None for one that is."""
    if post.draft and not wanted.drafts:
        return Held(post.path, "draft")
    if post.day is not None and post.day > today and not wanted.future and not post.draft:
        return Held(post.path, "future", post.day)
    return None
