"""Folders of the operating system, and those for keys and settings of programs, which are no place for a site.

Folders in which administrators put sites are not among them: `/srv`, `/var/www`, `/opt/site`, `/usr/share/nginx/html`,
`/usr/local/www`, `/Library/WebServer/Documents` and the like. Sources: the Filesystem Hierarchy Standard 3.0, `hier(7)`
of FreeBSD, and macOS. A name of another system is no place for a site either, so there is one list for all.
"""

from __future__ import annotations

import os
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
