"""The table of a site that was built: an answer for each file that its manifest names, and for nothing else.

Relies on `publish` for the manifest, whose digests serve as tags: no file is opened. A file that is not there with the
size that the manifest names has been changed by somebody else, and has no answer.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from afterword.files import Unreadable, read
from afterword.publish.records import MANIFEST, parse
from afterword.serve.answers import Answer, File
from afterword.serve.media import media_type

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from afterword.publish.records import Entry

_MOST_MANIFEST_BYTES = 1 << 28


def read_table(site: Path) -> Mapping[str, Answer]:
    """The answers of a site, by path with a slash in front; none where there is no site."""
    try:
        entries, _ = parse(read(site / MANIFEST, _MOST_MANIFEST_BYTES))
    except Unreadable:
        return {}
    answers = ((entry, _answer(site, entry)) for entry in sorted(entries))
    return {f"/{entry.path}": answer for entry, answer in answers if answer is not None}


def _answer(site: Path, entry: Entry) -> Answer | None:
    path = site / entry.path
    try:
        found = path.stat(follow_symlinks=False)
    except OSError:
        return None
    if found.st_size != entry.size:
        return None
    file = File(os.fspath(path), found.st_size, found.st_mtime_ns, found.st_ino)
    return Answer(file, media_type(entry.path), entry.digest)
