"""Finds copies of posts and pages that programs leave beside the original: file managers and programs that sync files.

A source is a copy if its name is one that such a program gives to a copy, the original is in the same folder, and both
have the same title and the same date, or the same bytes.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from afterword.post import split_name
from afterword.titles import titleize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from afterword.post import Post
    from afterword.reading import Reading

_COPY = r"(?:copy|kopie|kopia|copie|copia|cópia|копия|副本|コピー|복사본)"
_CONFLICT = r"(?:conflict|konflikt|conflit|conflitto|conflito)"

_MARKED = re.compile(
    "|".join(
        (
            rf"(.+) [-–—] {_COPY}(?: \(\d+\))?",  # Windows
            rf"(.+?)(?: |の){_COPY}(?: \d+)?",  # Finder, VS Code
            rf"(.+) \((?:another |\d+(?:st|nd|rd|th) )?{_COPY}(?: \d+)?\)",  # GNOME, Xfce
            rf"{_COPY}(?: \(\d+\))? (?:of|von|van|de|di) (.+)",  # Google Drive, older Windows
            rf"(.+?) \(.*{_CONFLICT}.*\)",  # Dropbox, Nextcloud, Obsidian Sync, Seafile, Unison
            r"(.+)\.sync-conflict-\d{8}-\d{6}(?:-[a-z0-9]+)?",  # Syncthing
            rf"(.+)_{_CONFLICT}-\d{{8}}-\d{{6}}",  # ownCloud
            rf"(.+?)_[^_]+_[a-z]{{3}}-\d\d-\d{{6}}-\d{{4}}_(?:case)?{_CONFLICT}",  # Synology Drive
            rf"(.+)\.{_CONFLICT}\d*",  # Resilio Sync, rclone
            r"(.+)_(?:backup|base|local|remote)_\d+",  # git mergetool
        )
    ),
    re.IGNORECASE,
)
"""Names of copies that a writer hardly gives to a post of its own."""

_NUMBERED = re.compile(r"(.+) \d{1,3}|(.+?) ?\(\d{1,3}\)|(.+)~\d{1,3}|(.+)[-_]copy(?:[-_ ]?\d+)?", re.IGNORECASE)
"""Names of copies that may as well be those of posts in several parts: iCloud, OneDrive, browsers."""

_WORTH_A_LOOK = re.compile(r"[ ~(._]|copy", re.IGNORECASE)


def find_copies(readings: Mapping[str, Reading]) -> dict[str, str]:
    """The sources that are copies, each with its original; `readings` are those of all sources, by path."""
    copies: dict[str, str] = {}
    for path, reading in readings.items():
        for original, is_marked in _find_originals(path, readings):
            if _is_copy(reading, readings[original], is_marked=is_marked):
                copies[path] = original
                break
    return copies


def _find_originals(path: str, known: Collection[str]) -> Iterator[tuple[str, bool]]:
    """The sources of which a path can be a copy by its name, and whether its name can hardly mean anything else."""
    folder, name = posixpath.split(path)
    stem, suffix = posixpath.splitext(name)
    found = {stem: True} if _WORTH_A_LOOK.search(stem) else {}
    waiting = list(found)
    while waiting:
        stem = waiting.pop()
        for names, is_marked in ((_MARKED, found[stem]), (_NUMBERED, False)):
            for shorter in _shorten(stem, names):
                if shorter not in found:
                    found[shorter] = is_marked
                    waiting.append(shorter)
    originals = ((posixpath.join(folder, stem + suffix), is_marked) for stem, is_marked in found.items())
    return ((original, is_marked) for original, is_marked in originals if original in known and original != path)


def _shorten(stem: str, names: re.Pattern[str]) -> Iterator[str]:
    match = names.fullmatch(stem)
    if match is not None:
        yield from (group for group in match.groups() if group)


def _is_copy(reading: Reading, original: Reading, *, is_marked: bool) -> bool:
    if original.post is None or not reading.digest:
        return False
    if reading.digest == original.digest:
        return True
    if reading.post is None or reading.is_broken or not _have_same_date(reading.post, original.post):
        return False
    is_named = is_marked and _is_titled_by_name(reading.post) and _is_titled_by_name(original.post)
    return is_named or reading.post.title == original.post.title


def _have_same_date(copy: Post, original: Post) -> bool:
    """Whether two posts have the same date; a draft that has none yet differs from no date."""
    is_undated = original.draft and "date" not in original.places and split_name(original.path)[0] is None
    return is_undated or copy.date == original.date


def _is_titled_by_name(post: Post) -> bool:
    return post.title == titleize(split_name(post.path)[1])
