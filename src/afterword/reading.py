"""Sources, read: every Markdown file of the blog, as a post with its text, or with what keeps it out of this build.

Relies on `frontmatter` and `post` for what a file means. Refuses to drop a file without a word: each is published, held
back with its reason, or broken with its diagnostics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from afterword.diagnostics import Diagnostic, Place, error
from afterword.files import Unreadable, read
from afterword.frontmatter import parse
from afterword.post import Made, Post, Rules, make

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from afterword.settings import LimitSettings

Reason: TypeAlias = Literal["draft", "future"]


@dataclass(frozen=True, slots=True)
class Held:
    """A source that is not in this build: because it is a draft, or until its date has come."""

    path: str
    reason: Reason
    until: date | None = None

    def __str__(self) -> str:
        """The reason, to follow "it is"."""
        return "a draft" if self.until is None else f"held back until {self.until.isoformat()}"


@dataclass(frozen=True, slots=True)
class Text:
    """A post's text, and the line of its file on which it begins."""

    text: str
    first_line: int


@dataclass(frozen=True, slots=True)
class Library:
    """All sources of a blog: what is published, with its text by path; what is held back; what is broken."""

    posts: tuple[Post, ...]
    texts: dict[str, Text]
    held: tuple[Held, ...]
    broken: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posts a build shows besides those that are published by now."""

    drafts: bool = False
    future: bool = False


def read_library(root: Path, paths: Iterable[str], rules: Rules, wanted: Wanted, limits: LimitSettings) -> Library:
    """Read the sources at these paths, relative to the blog's folder `root`."""
    posts: list[Post] = []
    texts: dict[str, Text] = {}
    held: list[Held] = []
    broken: set[str] = set()
    diagnostics: list[Diagnostic] = []
    for path in paths:
        made, first_line = _read(root, path, rules, limits)
        diagnostics += made.diagnostics
        if made.post is None or any(diagnostic.is_error for diagnostic in made.diagnostics):
            broken.add(path)
        elif (reason := _hold(made.post, rules.today, wanted)) is not None:
            held.append(reason)
        else:
            posts.append(made.post)
            texts[path] = Text(made.text, first_line)
    return Library(tuple(posts), texts, tuple(held), frozenset(broken), tuple(diagnostics))


def _read(root: Path, path: str, rules: Rules, limits: LimitSettings) -> tuple[Made, int]:
    try:
        data = read(root / path, limits.post_size)
    except Unreadable as problem:
        return Made(None, "", (error("unreadable", f"this file {problem}", Place(path)),)), 1
    document = parse(path, data, zone=rules.zone, limits=limits)
    made = make(document, rules)
    return Made(made.post, made.text, (*document.diagnostics, *made.diagnostics)), document.first_line


def _hold(post: Post, today: date, wanted: Wanted) -> Held | None:
    if post.draft and not wanted.drafts:
        return Held(post.path, "draft")
    if post.day is not None and post.day > today and not wanted.future and not post.draft:
        return Held(post.path, "future", post.day)
    return None
