"""Finds copies of posts and pages that programs leave beside the original: file managers and programs that sync files.

A source is a copy if its name, or that of a folder that it is in, is one that such a program gives to a copy, the
original is beside it, and both have the same title and the same date, or the same bytes.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from afterword.files import TEXT_SUFFIXES
from afterword.post import split_name
from afterword.titles import titleize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from afterword.post import Post
    from afterword.reading import Reading

_COPY = (
    r"(?:copy|kopie|kopia|kopi|kopio|kopya|copie|copia|cópia|còpia|másolat|копия|копія|αντίγραφο"
    r"|副本|複本|拷贝|拷貝|複製|复制|コピー|복사본|사본)"
)
_CONFLICT = r"(?:conflict|konflikt|conflit|conflitto|conflito|конфликт|конфлікт|冲突|衝突|競合|충돌)"
_BACKUP = r"(?:backup|bak|old|orig(?:inal)?|saved?|base|local|remote|tmp)"

_MARKED = re.compile(
    "|".join(
        (
            rf"(.+) [-–—] {_COPY}(?: ?\(\d+\))?",  # Windows
            rf"(.+?)(?: | ?の){_COPY}(?: \d+)?",  # Finder, VS Code
            rf"(.+) [(\[](?:another |\d+(?:st|nd|rd|th) )?{_COPY}(?: \d+)?[)\]]",  # GNOME, Xfce
            rf"{_COPY}(?: \(\d+\))? (?:of|von|van|de|di) (.+)",  # Google Drive, older Windows
            rf"(.+?) [(\[].*{_CONFLICT}.*[)\]]",  # Dropbox, Nextcloud, Obsidian Sync, Seafile, Unison
            r"(.+) [(\[](?:auto-?saved?|recovered)[)\]]",  # LibreOffice, Word
            r"(.+)\.sync-conflict-\d{8}-\d{6}(?:-[a-z0-9]+)?",  # Syncthing
            rf"(.+)[-_.]{_CONFLICT}-\d{{8}}(?:-?\d{{4,6}})?",  # ownCloud
            rf"(.+?)_[^_]+_[a-z]{{3}}-\d\d-\d{{6}}-\d{{4}}_(?:case)?{_CONFLICT}",  # Synology Drive
            rf"(.+)\.{_CONFLICT}\d*",  # Resilio Sync, rclone
            r"(.+)[_.](?:backup|base|local|remote)[_.]\d+",  # git mergetool
            r"(.+)\.(?:orig|bak|backup)(?:\.?\d+)?",  # Mercurial, patch, editors
        )
    ),
    re.IGNORECASE,
)
"""Names of copies that a writer hardly gives to a post of its own."""

_AMBIGUOUS = re.compile(
    "|".join(
        (
            r"(.+) \d{1,3}",  # iCloud
            r"(.+?) ?\(\d{1,3}\)",  # browsers, OneDrive
            r"(.+)~\d{1,3}",
            r"(.+)[-_]copy(?:[-_ ]?\d+)?",
            rf"(.+) [(\[]{_BACKUP}[)\]]",
            rf"(.+)[-_. ]{_BACKUP}",
        )
    ),
    re.IGNORECASE,
)
"""Names of copies that may as well be those of posts of their own, such as posts in several parts."""

_WORTH_A_LOOK = re.compile(rf"[ ~([._の]|copy|{_CONFLICT}|{_BACKUP}", re.IGNORECASE)


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
    """Yields the sources of which a path can be a copy by its name, or by that of a folder that it is in.

    With each goes whether that name can hardly mean anything else.
    """
    *folders, name = path.split("/")
    stem, _ = posixpath.splitext(name)
    for shorter, is_marked in _shorten(stem).items():
        for suffix in TEXT_SUFFIXES:
            if (original := "/".join((*folders, shorter + suffix))) in known:
                yield original, is_marked
    for index, folder in enumerate(folders[1:], start=1):
        for shorter, is_marked in _shorten(folder).items():
            if (original := "/".join((*folders[:index], shorter, *folders[index + 1 :], name))) in known:
                yield original, is_marked


def _shorten(name: str) -> dict[str, bool]:
    """The names that a name can be that of a copy of, each with whether all marks on it are those of copies."""
    found: dict[str, bool] = {}
    waiting = [(name, True)] if _WORTH_A_LOOK.search(name) else []
    while waiting:
        longer, is_marked = waiting.pop()
        for names, may_be_marked in ((_MARKED, is_marked), (_AMBIGUOUS, False)):
            match = names.fullmatch(longer)
            for shorter in filter(None, match.groups() if match is not None else ()):
                if shorter not in found:
                    found[shorter] = may_be_marked
                    waiting.append((shorter, may_be_marked))
    return found


def _is_copy(reading: Reading, original: Reading, *, is_marked: bool) -> bool:
    if original.post is None or not reading.digest:
        return False
    if reading.digest == original.digest:
        return True
    if (
        reading.post is None
        or reading.is_broken
        or not _have_same_date(reading.post, original.post, is_marked=is_marked)
    ):
        return False
    is_named = is_marked and _is_titled_by_name(reading.post) and _is_titled_by_name(original.post)
    return is_named or reading.post.title == original.post.title


def _have_same_date(copy: Post, original: Post, *, is_marked: bool) -> bool:
    """Whether two posts have the same date; a draft that has none yet differs from no date.

    The time of day tells posts apart only if the name of the copy is not clearly that of one.
    """
    is_undated = original.draft and "date" not in original.places and split_name(original.path)[0] is None
    if is_undated or copy.date == original.date:
        return True
    return (
        is_marked and copy.date is not None and original.date is not None and copy.date.date() == original.date.date()
    )


def _is_titled_by_name(post: Post) -> bool:
    return post.title == titleize(split_name(post.path)[1])
