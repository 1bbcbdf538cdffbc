"""Checks that the output folder is safe to write to, and that Git takes none of its folders for a repository."""

from __future__ import annotations

import os
import pwd
import stat
from contextlib import suppress
from enum import IntEnum
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.files import CONTENT_FOLDERS, RESERVED
from afterword.core.output_paths import (
    HEAD_SIZE,
    MAX_SEGMENTS,
    find_repository_layouts,
    fold_output,
    is_dotgit,
    is_head,
    parent_folders,
)
from afterword.output.outputs import UnchangedContent, read_chunks
from afterword.output.safe_tree import NotAFolder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from afterword.core.diagnostics import Diagnostic
    from afterword.output.diff import Comparison
    from afterword.output.outputs import Output
    from afterword.output.safe_tree import Tree


_Identity: TypeAlias = tuple[int, int]
"""Device and inode, which are the same under each name of a folder."""


class Protection(IntEnum):
    """Which folders cannot be an output: the folder itself, also the folders directly in it, or everything below it."""

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

SYSTEM_FOLDERS: Mapping[str, Protection] = {
    **dict.fromkeys(_EVERYTHING.split(), Protection.EVERYTHING),
    **dict.fromkeys(_CHILDREN.split(), Protection.CHILDREN),
    **dict.fromkeys(_ITSELF.split(), Protection.ITSELF),
}
"""System folders by path."""


_KEY_FOLDERS = frozenset(
    (".ssh", ".gnupg", ".aws", ".azure", ".gcloud", ".kube", ".docker", ".password-store", ".pki", ".keychain")
)
"""Names of folders for keys, casefolded, in any folder."""

_HOMES = ("/home", "/Users")

_IN_HOME = {
    **dict.fromkeys((".config", ".mozilla", ".thunderbird", "Library/Keychains"), Protection.EVERYTHING),
    **dict.fromkeys(("Library/LaunchAgents", ".local/bin", ".local/share/applications"), Protection.EVERYTHING),
    **dict.fromkeys((".cache", ".local", ".local/lib", ".local/share", ".local/state", "Library"), Protection.ITSELF),
}
"""Folders below a user's home folder."""


def find_private_folder(folder: str, blog: str, homes: Iterable[str]) -> str | None:
    """Returns the folder for keys or settings that protects `folder`, or None. All are real paths.

    `homes` are home folders, in addition to all folders in `/home` and `/Users`. A blog inside such a folder can have
    its output in its own folder.
    """
    known = {*homes}
    parents = _list_parents(folder)
    for path in parents:
        name = os.path.basename(path)  # noqa: PTH119
        if name.casefold() in _KEY_FOLDERS and not (_contains(path, blog) and _contains(blog, folder)):
            return path
    for home in parents:
        if home not in known and os.path.dirname(home) not in _HOMES:  # noqa: PTH120
            continue
        for name, protection in _IN_HOME.items():
            path = os.path.join(home, name)  # noqa: PTH118
            distance = folder.count("/") - path.count("/")
            is_closed = _contains(path, folder) and distance < protection
            if is_closed and not (distance and _contains(blog, folder) and _contains(path, blog)):
                return path
    return None


def find_system_folder(folder: str, blog: str) -> str | None:
    """Returns the system folder that protects `folder`, or None. Both are real paths.

    A blog inside a system folder can have its output in its own folder.
    """
    by_identity = _identify_system_folders()
    for distance, path in enumerate(_list_parents(folder)):
        protection = SYSTEM_FOLDERS.get(path) or by_identity.get(_identify_if_possible(path))
        is_closed = protection is not None and distance < protection
        if is_closed and not (distance and _contains(blog, folder) and _contains(path, blog)):
            return path
    return None


@cache
def _identify_system_folders() -> Mapping[_Identity | None, Protection]:
    """Returns the system folders of this machine by identity: a bind mount gives a folder other paths."""
    found = {_identify_if_possible(path): protection for path, protection in SYSTEM_FOLDERS.items()}
    found.pop(None, None)
    return found


def _list_parents(folder: str) -> list[str]:
    parents = [folder]
    while (parent := os.path.dirname(parents[-1])) != parents[-1]:  # noqa: PTH120 - text throughout
        parents.append(parent)
    return parents


def _contains(folder: str, other: str) -> bool:
    """Returns whether a folder is another one, or contains it."""
    return other == folder or other.startswith(os.path.join(folder, ""))  # noqa: PTH118


def _identify(path: str) -> _Identity | None:
    """Returns the identity of a folder, or None if it does not exist. Raises `OSError`."""
    try:
        status = os.stat(path)  # noqa: PTH116 - text throughout
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _identify_if_possible(path: str) -> _Identity | None:
    with suppress(OSError):
        return _identify(path)
    return None


SOURCE_FOLDERS = (*CONTENT_FOLDERS, "templates", "static")
"""The source folders of a blog."""

PREVIEW_FOLDERS = ((RESERVED, "check", "site"), (RESERVED, "serve", "site"), (RESERVED, "verify", "site"))
"""Outputs inside our own folder in the blog: those of `check`, `serve` and `build --verify`."""

_MAX_SHOWN = 200
_HINT = "use a separate folder, such as `site`"


def check_destination(destination: Path | str, source: Path) -> None:
    """Raises `Failure` if an output is, contains or is inside a protected folder, or is not a folder."""
    text = str(destination)
    _check_text(text, source)
    try:
        real = os.path.realpath(text)
        chain = list(_identities(real))
    except NotADirectoryError as problem:
        parents = next((parent for parent in Path(text).parents if parent.exists()), text)
        hint = f"move `{parents}`, or use another output folder"
        raise _error(text, f"cannot be used: `{parents}` is not a folder", hint=hint) from problem
    except (OSError, ValueError) as problem:
        reason = (getattr(problem, "strerror", None) or str(problem)).lower()
        raise _error(text, f"cannot be used: {reason}") from problem
    if real.count("/") > MAX_SEGMENTS:
        raise _error(text, f"is more than {MAX_SEGMENTS} folders deep", hint="use a shorter path")
    here = chain[0][1]
    if here is not None and not stat.S_ISDIR(os.stat(real).st_mode):  # noqa: PTH116 - text throughout
        raise _error(text, "is not a folder")
    if here is not None:
        _check_contained(text, here, source)
    _check_containing(text, chain, source)
    blog = os.path.realpath(source)
    private = find_private_folder(real, blog, map(os.path.realpath, _homes()))
    if private is not None:
        where = "is" if private == real else f"is in `{private}`,"
        raise _error(text, f"{where} a folder for keys or settings of programs")
    system = find_system_folder(real, blog)
    if system is not None:
        raise _error(text, "is a system folder" if system == real else f"is inside `{system}`, a system folder")


def _check_text(text: str, source: Path) -> None:
    """Rejects paths that were probably not meant."""
    if text in ("", "."):  # `Path("")` is "."
        raise _error(text, "is empty or the current folder")
    if "\0" in text:
        raise _error(text, "contains a NUL character")
    path = Path(text)
    parts = path.relative_to(source).parts if path.is_relative_to(source) else path.parts
    if "~" in parts or (parts and parts[0].startswith("~")):
        raise _error(text, "starts with `~`, which the shell did not expand", hint="write the full path")


def _check_contained(text: str, here: _Identity, source: Path) -> None:
    """Rejects folders that contain the blog or a home folder."""
    guarded = [("the blog folder, or contains it", os.path.realpath(source))]
    guarded += [("your home folder, or contains it", os.path.realpath(home)) for home in _homes()]
    for words, folder in guarded:
        if any(here == identity for _, identity in _identities(folder)):
            raise _error(text, f"is {words}")


def _check_containing(text: str, chain: list[tuple[str, _Identity | None]], source: Path) -> None:
    """Rejects folders inside a source folder, `.git` or Afterword's own folders."""
    blog = _identify(os.path.realpath(source))
    sources = {_identify(os.path.join(source, name)): name for name in SOURCE_FOLDERS}  # noqa: PTH118
    names = [fold_output(name) for name, _ in chain]
    if any(is_dotgit(name) for name in names):
        raise _error(text, "is inside the `.git` folder of a repository")
    identities = [identity for _, identity in chain]
    depth = identities.index(blog) if blog in identities else 1
    is_private = blog in identities and tuple(reversed(names[:depth])) in PREVIEW_FOLDERS
    if any(name.startswith(RESERVED) for name in names[:depth]) and not is_private:
        raise _error(text, f"has a name that starts with `{RESERVED}`, which is reserved")
    inside = names[depth - 1] if blog in identities else ""
    found = next((sources[identity] for identity in identities if identity and identity in sources), inside)
    if found in SOURCE_FOLDERS:
        raise _error(text, f"is inside the source folder `{found}`")


def _identities(path: str) -> Iterator[tuple[str, _Identity | None]]:
    """Yields name and identity of a folder and its parents, the innermost first. The identity is None if it does not
    exist."""
    while True:
        parent, name = os.path.split(path)
        yield name, _identify(path)
        if parent == path:
            return
        path = parent


def _homes() -> Iterator[str]:
    """Yields the home folder of the environment and that of the user database."""
    yield os.path.expanduser("~")  # noqa: PTH111 - text throughout
    try:
        yield pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:  # a container's user may have no name
        return


def _error(text: str, reason: str, hint: str = _HINT) -> Failure:
    shown = text.encode(errors="backslashreplace").decode().replace("\0", "\\0")
    shown = shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]}…"
    return Failure(Exit.USAGE, error("invalid-destination", f"output folder `{shown}` {reason}", hint=hint))


def check_new_site(outputs: Sequence[Output]) -> None:
    """Raises `Failure` if Git would take a folder of a new site for a repository."""
    _raise(Exit.CONTENT, _find_in_outputs({output.path: output for output in outputs}, None))


def check_repositories(outputs: Sequence[Output], tree: Tree, found: Comparison) -> None:
    """Raises `Failure` if Git would take a folder that is written to for a repository.

    `found` has the outputs to write and the files to delete.
    """
    if not found.changed:
        return
    by_path = {output.path: output for output in outputs}
    _raise(Exit.CONTENT, _find_in_outputs(by_path, tree))
    _raise(Exit.USAGE, _FutureFolders(by_path, tree, found).find())


def _raise(exit_code: Exit, problems: Iterator[Diagnostic]) -> None:
    if found := tuple(problems):
        raise Failure(exit_code, *found)


def _find_in_outputs(outputs: Mapping[str, Output], tree: Tree | None) -> Iterator[Diagnostic]:
    for layout in find_repository_layouts(outputs):
        if is_head(_read_start(outputs[layout.head], tree)):
            yield error("git-repository", layout.describe())


def _read_start(output: Output, tree: Tree | None) -> bytes:
    if isinstance(output.content, UnchangedContent):
        return (tree.read(output.path, HEAD_SIZE) if tree is not None else None) or b""
    return next(iter(read_chunks(output.content)), b"")[:HEAD_SIZE]


class _FutureFolders:
    """The folders of an output after the update: the outputs, and the files that stay."""

    def __init__(self, outputs: Mapping[str, Output], tree: Tree, found: Comparison) -> None:
        self.outputs = outputs
        self.tree = tree
        self.found = found

    @cached_property
    def folders(self) -> frozenset[str]:
        return frozenset(folder for path in self.outputs for folder in parent_folders(path))

    def find(self) -> Iterator[Diagnostic]:
        written = {"", *(folder for output in self.found.changed for folder in parent_folders(output.path))}
        for folder in sorted(written):
            prefix = f"{folder}/" if folder else ""
            if self._is_repository(prefix):
                shown = self.tree.show(folder) if folder else self.tree.shown
                message = f"`{shown}` is a Git repository, or would become one"
                hint = "use another output folder, or move its files"
                yield error("git-repository", message, hint=hint)

    def _is_repository(self, prefix: str) -> bool:
        """Returns whether Git takes a folder for a repository (`is_git_directory` in Git's `setup.c`)."""
        if not self._has_head(f"{prefix}HEAD"):
            return False
        return self._has(f"{prefix}commondir") or (self._has(f"{prefix}objects") and self._has(f"{prefix}refs"))

    def _has_head(self, path: str) -> bool:
        if (output := self.outputs.get(path)) is not None:
            return is_head(_read_start(output, self.tree))
        if not self._stays(path):
            return False
        status = self.tree.status(path)
        if status is not None and stat.S_ISLNK(status.st_mode):
            return True  # Git accepts a link to `refs/…`
        return is_head(self.tree.read(path, HEAD_SIZE) or b"")

    def _has(self, path: str) -> bool:
        return path in self.outputs or path in self.folders or self._stays(path)

    def _stays(self, path: str) -> bool:
        """Returns whether there is something at a path that will not be deleted."""
        with suppress(NotAFolder):
            status = self.tree.status(path)
            if status is None or path in self.found.obsolete:
                return False
            inside = self.tree.files(path) if stat.S_ISDIR(status.st_mode) else iter(())
            first = next(inside, None)
            return first not in self.found.obsolete or any(inner not in self.found.obsolete for inner in inside)
        return False
