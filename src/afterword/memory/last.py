"""The last build as a whole: while no file of the blog or of its site has been touched, its report still stands.

This is the outermost cut-off, and all that a build without changes needs. It is noted only where every stamp was
settled, with everything else that a report follows from: what was asked, the day, and where the site is. Relies on
`Sweep` for the sources and on the file system for the site. Refuses where anything is in doubt: the build is then done.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.digest import digest
from afterword.memory.shapes import DAY, DIAGNOSTICS, TEXTS, UNREADABLE, Shape, from_text, many, to_text
from afterword.report import Held

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from afterword.diagnostics import Diagnostic
    from afterword.memory.store import Store
    from afterword.report import Request

NAME = "last"
"""The name under which it is stored."""


@dataclass(frozen=True, slots=True)
class LastBuild:
    """A build that published its site, and what its report follows from.

    `asked` is the digest of the request; `today` the day in `timezone`, as text. `sources` and `site` are digests of
    stamps, `outputs` the site's files. The rest is the report's.
    """

    asked: str
    timezone: str
    today: str
    exclude: tuple[str, ...]
    sources: str
    site: str
    outputs: tuple[str, ...]
    destination: str
    pages: int
    held: tuple[Held, ...]
    diagnostics: tuple[Diagnostic, ...]
    stand_in: str


LAST = Shape(LastBuild, exclude=TEXTS, outputs=TEXTS, held=many(Shape(Held, until=DAY)), diagnostics=DIAGNOSTICS)


def read_last(store: Store, request: Request) -> LastBuild | None:
    """The last build, if it was asked for the same."""
    text = store.read("meta", NAME)
    if text is None:
        return None
    try:
        last = LAST.read(from_text(text))
    except UNREADABLE:
        return None
    return last if last.asked == digest_request(request) else None


def write_last(last: LastBuild) -> str:
    """The last build as the store keeps it."""
    return to_text(LAST.write(last))


def digest_request(request: Request) -> str:
    """The digest of what a report depends on of a request: not of how the work is done."""
    asked = (request.destination, request.base_url, request.drafts, request.future, request.strict)
    return digest(repr(asked))


def digest_site(destination: Path, outputs: Iterable[str], records: Iterable[str]) -> str:
    """The digest of the stamps of a site's files and of Afterword's `records` in it; empty where a file is missing."""
    folder = f"{destination}/"
    parts: list[str] = []
    try:
        for path in (*records, *outputs):
            found = os.stat(folder + path, follow_symlinks=False)  # noqa: PTH116 - thousands of texts
            parts.append(f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino} {found.st_mode}")
    except (OSError, ValueError):
        return ""
    return digest("\n".join(parts))
