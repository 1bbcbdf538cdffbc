"""Names and folders that Git takes for a repository.

A site must not contain one. Somebody who types `git status` in it would run the commands that the repository's `config`
names, such as `core.fsmonitor`.

Paths are relative, with `/`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

HEAD_SIZE = 255
"""How many bytes of `HEAD` Git looks at (`validate_headref` in Git's `setup.c`)."""

HFS_IGNORED = "\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff"
"""The characters that HFS+ ignores in names, as ranges of a regular expression (`next_hfs_char` in Git's `utf8.c`)."""

_NTFS_DOTGIT = re.compile(r"(?:\.git|git~1)[. ]*(?::.*)?", re.IGNORECASE | re.ASCII | re.DOTALL)
_HFS_IGNORED = re.compile(f"[{HFS_IGNORED}]")
_HEAD = re.compile(rb"ref:\s*refs/|[0-9A-Fa-f]{40}")


def is_dotgit(name: str) -> bool:
    """Returns whether a segment of a path is `.git` on some file system.

    The rule is that of Git's `verify_path` with `core.protectNTFS` and `core.protectHFS`: `is_ntfs_dotgit` in `path.c`
    and `is_hfs_dotgit` in `utf8.c`.
    """
    return any(
        _NTFS_DOTGIT.fullmatch(part) is not None or _HFS_IGNORED.sub("", part).lower() == ".git"
        for part in name.split("\\")
    )


class Layout(NamedTuple):
    """A folder with the files of a Git repository: `head` is its `HEAD`, `others` are files that complete it.

    The folder is a repository if `is_head` is true for the bytes of `head`. The site's own folder is an empty text.
    """

    folder: str
    head: str
    others: tuple[str, ...]

    def describe(self) -> str:
        """Returns an error message."""
        folder = f"the folder `{self.folder}` of the site" if self.folder else "the folder of the site"
        files = ", ".join(f"`{path}`" for path in (self.head, *self.others[:-1]))
        return f"{folder} would be a Git repository: it has {files} and `{self.others[-1]}`"


def find_layouts(paths: Collection[str]) -> Iterator[Layout]:
    """Yields each folder that has `HEAD` and either `commondir` or both `objects/` and `refs/`.

    These are what Git's `is_git_directory` looks for. Names are compared as a file system that ignores letter case
    does.
    """
    heads = sorted(path for path in paths if _is_named_head(path))
    if not heads:
        return
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    for path in sorted(paths):
        folded = fold_name(path)
        files.setdefault(folded, path)
        while folded := folded.rpartition("/")[0]:
            folders.setdefault(folded, path)
    for head in heads:
        folder = head.rpartition("/")[0]
        prefix = f"{fold_name(folder)}/" if folder else ""
        common = files.get(f"{prefix}commondir")
        objects, refs = folders.get(f"{prefix}objects"), folders.get(f"{prefix}refs")
        if common is not None:
            yield Layout(folder, head, (common,))
        elif objects is not None and refs is not None:
            yield Layout(folder, head, (objects, refs))


def is_head(data: bytes) -> bool:
    """Returns whether the first `HEAD_SIZE` bytes of a file make it a `HEAD` that Git accepts."""
    return _HEAD.match(data[:HEAD_SIZE]) is not None


def fold_name(path: str) -> str:
    """Returns what all spellings of a path have in common on file systems that ignore case, or some characters."""
    if path.isascii():
        return path.lower()
    return _HFS_IGNORED.sub("", unicodedata.normalize("NFC", path)).casefold()


def _is_named_head(path: str) -> bool:
    name = path[path.rfind("/") + 1 :]
    return (len(name) == 4 or not name.isascii()) and fold_name(name) == "head"
