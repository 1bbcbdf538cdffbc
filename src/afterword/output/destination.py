"""Checks that a folder is a safe place for a site: no system folder, no source folder, no other blog's site.

Sources: Filesystem Hierarchy Standard 3.0, `hier(7)` of FreeBSD, and macOS. Folders in which administrators put sites
(`/srv`, `/var/www`, `/opt/site` and the like) are allowed.
"""

from __future__ import annotations

import os
import pwd
import stat
import unicodedata
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.files import CONTENT_FOLDERS, RESERVED
from afterword.core.output_paths import MAX_SEGMENTS, is_dotgit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class Reach(IntEnum):
    """What is closed to sites: the folder itself, also the folders directly in it, or everything below it."""

    ITSELF = 1
    CHILDREN = 2
    EVERYTHING = 10_000


_EVERYTHING = """
/bin /boot /etc /lib /lib32 /lib64 /libx32 /proc /sbin /sys
/usr/bin /usr/include /usr/lib /usr/lib32 /usr/lib64 /usr/libexec /usr/libx32 /usr/sbin
/lost+found /run/initramfs /run/lock /run/systemd /run/udev
/var/backups /var/crash /var/db /var/lib/apt /var/lib/dpkg /var/lib/rpm /var/lib/systemd /var/log /var/mail /var/spool
/System/Library /nix/store /private/etc /private/var/db /private/var/log /private/var/spool
"""
_CHILDREN = "/Applications /Library /System /dev"
_ITSELF = """
/home /opt /root /run /run/user /snap /tmp
/usr /usr/games /usr/home /usr/local /usr/share /usr/src
/usr/local/bin /usr/local/etc /usr/local/games /usr/local/include /usr/local/lib /usr/local/libexec /usr/local/man
/usr/local/opt /usr/local/sbin /usr/local/share /usr/local/src /usr/local/var
/var /var/adm /var/cache /var/empty /var/games /var/lib /var/local /var/lock /var/opt /var/root /var/run /var/tmp
/Network /System/Volumes/Data /Users /Volumes /cores /nix /opt/homebrew
/private /private/tmp /private/var /private/var/folders /private/var/root /private/var/run /private/var/tmp
"""

FOLDERS: Mapping[str, Reach] = {
    **dict.fromkeys(_EVERYTHING.split(), Reach.EVERYTHING),
    **dict.fromkeys(_CHILDREN.split(), Reach.CHILDREN),
    **dict.fromkeys(_ITSELF.split(), Reach.ITSELF),
}
"""The folders of the system, by path."""


_SECRET = frozenset(
    (".ssh", ".gnupg", ".aws", ".azure", ".gcloud", ".kube", ".docker", ".password-store", ".pki", ".keychain")
)
"""Names of folders for keys, folded, wherever they are."""

_HOMES = ("/home", "/Users")

_IN_HOME = {
    **dict.fromkeys((".config", ".mozilla", ".thunderbird", "Library/Keychains"), Reach.EVERYTHING),
    **dict.fromkeys(("Library/LaunchAgents", ".local/bin", ".local/share/applications"), Reach.EVERYTHING),
    **dict.fromkeys((".cache", ".local", ".local/lib", ".local/share", ".local/state", "Library"), Reach.ITSELF),
}
"""Folders below the home folder of a user, by path."""


def find_private_folder(folder: str, blog: str, homes: Iterable[str]) -> str | None:
    """Returns the folder for keys or settings that closes `folder` to sites; None if none does. All are real paths.

    `homes` are home folders; folders in `/home` and `/Users` are home folders too. A blog that is in such a folder
    itself can have its site in its own folder.
    """
    known = {*homes}
    way = _list_way(folder)
    for path in way:
        name = os.path.basename(path)  # noqa: PTH119
        if name.casefold() in _SECRET and not (_contains(path, blog) and _contains(blog, folder)):
            return path
    for home in way:
        if home not in known and os.path.dirname(home) not in _HOMES:  # noqa: PTH120
            continue
        for name, reach in _IN_HOME.items():
            path = os.path.join(home, name)  # noqa: PTH118
            distance = folder.count("/") - path.count("/")
            is_closed = _contains(path, folder) and distance < reach
            if is_closed and not (distance and _contains(blog, folder) and _contains(path, blog)):
                return path
    return None


def find_system_folder(folder: str, blog: str) -> str | None:
    """Returns the system folder that closes `folder` to sites; None if none does. Both are real paths.

    A blog that is in a system folder itself can have its site in its own folder.
    """
    by_identity = {_identify(path): reach for path, reach in FOLDERS.items()}
    for distance, path in enumerate(_list_way(folder)):
        reach = FOLDERS.get(path) or by_identity.get(_identify(path) or ())
        is_closed = reach is not None and distance < reach
        if is_closed and not (distance and _contains(blog, folder) and _contains(path, blog)):
            return path
    return None


def _list_way(folder: str) -> list[str]:
    """A folder and all that contain it, the innermost first."""
    way = [folder]
    while (parent := os.path.dirname(way[-1])) != way[-1]:  # noqa: PTH120 - text throughout
        way.append(parent)
    return way


def _contains(folder: str, other: str) -> bool:
    """Whether a folder is another one, or contains it."""
    return other == folder or other.startswith(os.path.join(folder, ""))  # noqa: PTH118


def _identify(path: str) -> tuple[int, ...] | None:
    """The device and the inode of a folder, which are the same under each of its names."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return status.st_dev, status.st_ino


SOURCE_FOLDERS = (*CONTENT_FOLDERS, "templates", "static")

PRIVATE = ((RESERVED, "serve", "site"), (RESERVED, "verify", "site"))
"""Where in the blog's folder sites are written that are only looked at or compared: the places among our records."""

_Identity: TypeAlias = tuple[int, int]
_LONGEST_SHOWN = 200
_HINT = "use a separate folder, such as `site`"


def check_destination(destination: Path | str, source: Path) -> None:
    """Raise `Failure` for an output that is, contains or lies in what must not be overwritten, or is no folder."""
    text = str(destination)
    _check_text(text, source)
    try:
        real = os.path.realpath(text)
        chain = list(_identities(real))
    except NotADirectoryError as problem:
        way = next((parent for parent in Path(text).parents if parent.exists()), text)
        hint = f"move `{way}`, or use another output folder"
        raise _refused(text, f"cannot be used: `{way}` is not a folder", hint=hint) from problem
    except (OSError, ValueError) as problem:
        reason = (getattr(problem, "strerror", None) or str(problem)).lower()
        raise _refused(text, f"cannot be used: {reason}") from problem
    if real.count("/") > MAX_SEGMENTS:
        raise _refused(text, f"is more than {MAX_SEGMENTS} folders deep", hint="use a shorter path")
    here = chain[0][1]
    if here is not None and not stat.S_ISDIR(os.stat(real).st_mode):  # noqa: PTH116 - text throughout
        raise _refused(text, "is not a folder")
    if here is not None:
        _check_itself(text, here, source)
    _check_way(text, chain, source)
    blog = os.path.realpath(source)
    private = find_private_folder(real, blog, map(os.path.realpath, _homes()))
    if private is not None:
        where = "is" if private == real else f"is in `{private}`,"
        raise _refused(text, f"{where} a folder for keys or settings of programs")
    system = find_system_folder(real, blog)
    if system is not None:
        raise _refused(text, "is a system folder" if system == real else f"is inside `{system}`, a system folder")


def _check_text(text: str, source: Path) -> None:
    """Refuse what was probably meant otherwise."""
    if text in ("", "."):  # an empty path becomes "." on its way here
        raise _refused(text, "is empty or the current folder")
    if "\0" in text:
        raise _refused(text, "contains a NUL character")
    path = Path(text)
    parts = path.relative_to(source).parts if path.is_relative_to(source) else path.parts
    if "~" in parts or (parts and parts[0].startswith("~")):
        raise _refused(text, "starts with `~`, which the shell did not expand", hint="write the full path")


def _check_itself(text: str, here: _Identity, source: Path) -> None:
    """Refuse folders that contain what must not be overwritten."""
    guarded = [("the blog folder, or contains it", os.path.realpath(source))]
    guarded += [("your home folder, or contains it", os.path.realpath(home)) for home in _homes()]
    for words, folder in guarded:
        if any(here == identity for _, identity in _identities(folder)):
            raise _refused(text, f"is {words}")


def _check_way(text: str, chain: list[tuple[str, _Identity | None]], source: Path) -> None:
    """Refuse folders that lie in what must not be overwritten."""
    blog = _identify_destination(os.path.realpath(source))
    sources = {_identify_destination(os.path.join(source, name)): name for name in SOURCE_FOLDERS}  # noqa: PTH118
    names = [unicodedata.normalize("NFC", name).casefold() for name, _ in chain]
    if any(is_dotgit(name) for name in names):
        raise _refused(text, "is inside the `.git` folder of a repository")
    identities = [identity for _, identity in chain]
    depth = identities.index(blog) if blog in identities else 1
    is_private = blog in identities and tuple(reversed(names[:depth])) in PRIVATE
    if any(name.startswith(RESERVED) for name in names[:depth]) and not is_private:
        raise _refused(text, f"has a name that starts with `{RESERVED}`, which is reserved")
    inside = names[depth - 1] if blog in identities else ""
    found = next((sources[identity] for identity in identities if identity and identity in sources), inside)
    if found in SOURCE_FOLDERS:
        raise _refused(text, f"is inside the source folder `{found}`")


def _identities(path: str) -> Iterator[tuple[str, _Identity | None]]:
    """The names and identities of a folder and of all that contain it, the innermost first; None where nothing is."""
    while True:
        parent, name = os.path.split(path)
        yield name, _identify_destination(path)
        if parent == path:
            return
        path = parent


def _identify_destination(path: str) -> _Identity | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - text throughout
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _homes() -> Iterator[str]:
    """The home folder by the environment, and by the system's list of users."""
    yield os.path.expanduser("~")  # noqa: PTH111 - text throughout
    try:
        yield pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:  # a container's user may have no name
        return


def _refused(text: str, reason: str, hint: str = _HINT) -> Failure:
    shown = text.encode(errors="backslashreplace").decode().replace("\0", "\\0")
    shown = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
    return Failure(Exit.USAGE, error("invalid-destination", f"output folder `{shown}` {reason}", hint=hint))
