"""Checks output paths: names that Windows reserves, hidden files, lengths, and Git repositories.

A site must not contain a Git repository, because its `config` can name commands that run on `git status`. Paths are
relative, with `/`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.files import PUBLISHED_DOT_NAMES, RESERVED
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

HEAD_SIZE = 255
"""Bytes of `HEAD` that Git reads (`validate_headref` in Git's `setup.c`)."""

HFS_IGNORED = "\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff"
"""Characters that HFS+ ignores in names, as regular expression ranges (`next_hfs_char` in Git's `utf8.c`)."""

_NTFS_DOTGIT = lazy_pattern(r"(?:\.git|git~1)[. ]*(?::.*)?", re.IGNORECASE | re.ASCII | re.DOTALL)
_HFS_IGNORED = lazy_pattern(f"[{HFS_IGNORED}]")


def is_dotgit(name: str) -> bool:
    """Returns whether a segment of a path is `.git` on some file system.

    The rule is that of Git's `verify_path` with `core.protectNTFS` and `core.protectHFS`: `is_ntfs_dotgit` in `path.c`
    and `is_hfs_dotgit` in `utf8.c`.
    """
    if name.isascii() and "git" not in name.lower():  # so that most builds compile no pattern
        return False
    return any(
        _NTFS_DOTGIT.fullmatch(part) is not None or _HFS_IGNORED.sub("", part).lower() == ".git"
        for part in name.split("\\")
    )


class RepositoryLayout(Struct, frozen=True):
    """A folder with the files of a Git repository: `head` is its `HEAD`, `others` complete it.

    The folder is a repository if `is_head` is true for the bytes of `head`. Empty for the site's own folder.
    """

    folder: str
    head: str
    others: tuple[str, ...]

    def describe(self) -> str:
        """Returns an error message."""
        folder = f"the folder `{self.folder}` of the site" if self.folder else "the folder of the site"
        files = ", ".join(f"`{path}`" for path in (self.head, *self.others[:-1]))
        return f"{folder} would be a Git repository: it has {files} and `{self.others[-1]}`"


def find_repository_layouts(paths: Collection[str]) -> Iterator[RepositoryLayout]:
    """Yields each folder that has `HEAD` and either `commondir` or both `objects/` and `refs/`.

    Git's `is_git_directory` requires these. Names are compared without letter case.
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
            yield RepositoryLayout(folder, head, (common,))
        elif objects is not None and refs is not None:
            yield RepositoryLayout(folder, head, (objects, refs))


def is_head(data: bytes) -> bool:
    """Returns whether Git accepts a file that starts with these `HEAD_SIZE` bytes as a `HEAD`."""
    return re.match(rb"ref:\s*refs/|[0-9A-Fa-f]{40}", data[:HEAD_SIZE]) is not None


def fold_name(path: str) -> str:
    """Returns a key that is equal for all spellings of a path on file systems that ignore case or some characters."""
    if path.isascii():
        return path.lower()
    return _HFS_IGNORED.sub("", unicodedata.normalize("NFC", path)).casefold()


def fold_output(path: str) -> str:
    """Returns a key that is equal for names that some file system treats as one: in one Unicode form, without case."""
    return path.casefold() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def parent_folders(path: str) -> Iterator[str]:
    """Yields the parent folders of a path, innermost first, without the root."""
    while path := path.rpartition("/")[0]:
        yield path


def _is_named_head(path: str) -> bool:
    name = path[path.rfind("/") + 1 :]
    return (len(name) == 4 or not name.isascii()) and fold_name(name) == "head"


MAX_SEGMENTS = 100
"""Maximum number of names in a path, including the file."""

MAX_NAME_BYTES = 255
"""Maximum length of each name, in bytes of UTF-8."""

_DEVICE = r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9¹²³])"
_DEVICE_NAME = lazy_pattern(rf"({_DEVICE})( *(?:[.:].*)?)", re.IGNORECASE | re.ASCII | re.DOTALL)
_NAME = rf"(?!(?i:{_DEVICE})(?:[./]|$))[A-Za-z0-9_-]++(?:\.++[A-Za-z0-9_-]++)*+"
_ORDINARY = lazy_pattern(rf"{_NAME}(?:/{_NAME})*+", re.ASCII)
"""Matches most paths; if such a path is short, it is valid. This saves most of the time."""

_SUSPECT = lazy_pattern(rf"(?:^|[/\\])(?:\.|git~|{_DEVICE})|[. ](?:$|[/\\])|[{HFS_IGNORED}]", re.IGNORECASE | re.ASCII)
"""Matches everything that `_check_name` rejects, and little else."""


_HOST_FILES = frozenset(
    (
        *("_headers", "_redirects", "_routes.json", "_worker.js", "cname", "_config.yml"),
        *("netlify.toml", "vercel.json", "now.json", "serve.json", "staticwebapp.config.json", "routes.json"),
        *("robots.txt", "ads.txt", "app-ads.txt", "sellers.json", "security.txt"),
        *("crossdomain.xml", "clientaccesspolicy.xml", "apple-app-site-association"),
        *("sw.js", "service-worker.js", "serviceworker.js", "service_worker.js"),
    )
)
"""Folded names that hosts, crawlers and browsers look for at the root of a site.

Sources: the documentation of Cloudflare Pages, Netlify, GitHub Pages, Vercel and Azure Static Web Apps; RFC 9309 for
`robots.txt`; IAB Tech Lab for `ads.txt`, `app-ads.txt` and `sellers.json`; the usual names of service workers.
"""

_SERVER_FILES = frozenset({".htaccess", ".htpasswd", ".user.ini", "web.config"})
"""Folded names that servers look for in every folder: Apache, PHP and IIS."""


class InvalidPath(Struct, frozen=True):
    """Why a path is invalid, as a clause, and how to fix it, as an imperative."""

    reason: str
    hint: str


def _is_ordinary(path: str) -> bool:
    return len(path) <= MAX_NAME_BYTES and path.count("/") < MAX_SEGMENTS and _ORDINARY.fullmatch(path) is not None


def check_output_path(path: str) -> InvalidPath | None:
    """Returns why a file with this path cannot be published, or None."""
    if _is_ordinary(path):
        return None
    if (invalid := check_location(path)) is not None:
        return invalid
    if _SUSPECT.search(path) is None:
        return None
    return next(filter(None, map(_check_name, path.split("/"))), None)


def is_host_file(path: str) -> bool:
    """Returns whether a file at this path configures the host, crawlers or browsers."""
    folded = path.casefold()
    is_root_file = folded in _HOST_FILES or folded.startswith("_worker.js/")  # Cloudflare takes a folder as well
    return is_root_file or folded.rpartition("/")[2] in _SERVER_FILES


def check_location(path: str) -> InvalidPath | None:
    """Returns why a path is not inside the site, or None.

    Earlier versions checked only this, so all files that they wrote pass it.
    """
    if _is_ordinary(path):
        return None
    names = path.split("/")
    if len(names) > MAX_SEGMENTS:
        return InvalidPath(f"{len(names):,} segments, the maximum is {MAX_SEGMENTS}", "use fewer folders")
    try:
        longest = max(map(len, path.encode().split(b"/")))
    except UnicodeEncodeError:
        return InvalidPath("the name is not UTF-8", "rename the file")
    if not path.isprintable() and any(ord(character) < 32 or 127 <= ord(character) < 160 for character in path):
        return InvalidPath("control characters in the name", "remove them")
    if "" in names or "." in names or ".." in names:
        return InvalidPath("empty or dot segment", "remove it")
    if longest > MAX_NAME_BYTES:
        return InvalidPath(f"a name has {longest:,} bytes, the maximum is {MAX_NAME_BYTES}", "shorten it")
    if RESERVED in path.casefold() and any(name.casefold().startswith(RESERVED) for name in names):
        return InvalidPath(f"names that start with `{RESERVED}` are reserved", "use another name")
    return None


def adjust_name(name: str) -> str:
    """Returns a valid form of a generated name: no leading dots, a hyphen after a Windows device name.

    Valid names, and names that are invalid for other reasons, are unchanged.
    """
    if name in PUBLISHED_DOT_NAMES:
        return name
    name = name.lstrip(".") or name
    device = _DEVICE_NAME.fullmatch(name)
    return f"{device[1]}-{device[2]}" if device is not None else name


def _check_name(name: str) -> InvalidPath | None:
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name)
    if is_dotgit(name):
        return InvalidPath(f"`{shown}` is reserved for Git", "use another name")
    parts = name.split("\\")
    if name not in PUBLISHED_DOT_NAMES and any(part.startswith(".") for part in parts):
        hint = "remove the dot; only `.well-known` and `.nojekyll` may start with one"
        return InvalidPath(f"`{shown}` starts with a dot", hint)
    if any(part.endswith((".", " ")) for part in parts):
        return InvalidPath(f"`{shown}` ends in a dot or a space", "remove it")
    if any(_DEVICE_NAME.fullmatch(part) for part in parts):
        return InvalidPath(f"`{shown}` is a reserved name on Windows", "use another name")
    return None
