"""What a body may ask of the site, and the plain answers it gets.

The site implements `Links`; tests do with a few dictionaries. Relies on nothing. Refuses answers that are more than
text and numbers, so that they can be compared, digested and sent to another process.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct


class PageTarget(Struct, frozen=True):
    """The page made of a source file.

    `url` is root-absolute, percent-encoded and without the base path. `held` is empty, or says why the page is not in
    this build: "a draft", "held back until 2027-01-01".
    """

    url: str
    held: str = ""


class FileTarget(Struct, frozen=True):
    """A file that is published as it is: its URL as in `PageTarget`, and its size in pixels if it is an image.

    A width and height of 0 mean that the size is not known. `held` is empty, or says why the file is not published:
    "a file of `drafts/x.md`, which is a draft".
    """

    url: str
    width: int = 0
    height: int = 0
    held: str = ""


class Links(Protocol):
    """The questions that a body asks about the rest of the site. Paths are relative to the site, with `/`."""

    def page(self, path: str) -> PageTarget | None:
        """The page made of the Markdown source `posts/2026-01-01-x.md`, if there is such a source."""

    def file(self, path: str) -> FileTarget | None:
        """The file beside posts and pages, with the URL of its copy beside the page that asks."""

    def asset(self, url: str) -> FileTarget | None:
        """The file of `static/` that a root-absolute URL, percent-decoded and without base path, leads to."""

    def near(self, path: str) -> str | None:
        """The source that `path` was probably meant to be, relative to the folder of the body that asks, for hints."""
