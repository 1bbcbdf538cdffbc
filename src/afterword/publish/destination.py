"""Which folders a site may be written to: refusals that come before anything is touched.

Folders are compared by what they are (device and inode) as well as by name, so that neither a symbolic link nor another
spelling on a file system that ignores case gets around a refusal. Refused are folders of the system (`system_folders`),
and those that hold what a person wrote: the blog, its sources, what contains it, the home folder, repositories.
"""

from __future__ import annotations

import os
import pwd
import stat
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from afterword.diagnostics import Exit, Failure, error
from afterword.files import CONTENT_FOLDERS
from afterword.git_layout import is_dotgit
from afterword.output_paths import MAX_SEGMENTS
from afterword.publish.system_folders import find_private_folder, find_system_folder
from afterword.reserved import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE_FOLDERS = (*CONTENT_FOLDERS, "templates", "static")

PRIVATE = ((RESERVED, "serve", "site"), (RESERVED, "verify", "site"))
"""Where in the blog's folder sites are written that are only looked at or compared: the places among our records."""

_Identity: TypeAlias = tuple[int, int]
_LONGEST_SHOWN = 200
_HINT = "choose a folder of its own for the site, such as `site`"


def check_destination(destination: Path | str, source: Path) -> None:
    """Raise `Failure` for an output that is, contains or lies in what must not be overwritten, or is no folder."""
    text = str(destination)
    _check_text(text, source)
    try:
        real = os.path.realpath(text)
        chain = list(_identities(real))
    except NotADirectoryError as problem:
        way = next((parent for parent in Path(text).parents if parent.exists()), text)
        hint = f"move `{way}` away, or choose another folder for the site"
        raise _refused(text, f"cannot be used: `{way}` is not a folder", hint=hint) from problem
    except (OSError, ValueError) as problem:
        reason = (getattr(problem, "strerror", None) or str(problem)).lower()
        raise _refused(text, f"cannot be used: {reason}") from problem
    if real.count("/") > MAX_SEGMENTS:
        raise _refused(text, f"is more than {MAX_SEGMENTS} folders deep", hint="choose a shorter path")
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
        raise _refused(text, "is a folder of the system" if system == real else f"is in `{system}`, a system folder")


def _check_text(text: str, source: Path) -> None:
    """Refuse what was probably meant otherwise."""
    if text in ("", "."):  # an empty path becomes "." on its way here
        raise _refused(text, "is empty, or the current folder")
    if "\0" in text:
        raise _refused(text, "has a NUL character in its name")
    path = Path(text)
    parts = path.relative_to(source).parts if path.is_relative_to(source) else path.parts
    if "~" in parts or (parts and parts[0].startswith("~")):
        raise _refused(text, "begins with a `~` that no shell has replaced", hint="write the path of the folder out")


def _check_itself(text: str, here: _Identity, source: Path) -> None:
    """Refuse folders that contain what must not be overwritten."""
    guarded = [("the blog itself, or contains it", os.path.realpath(source))]
    guarded += [("your home folder, or contains it", os.path.realpath(home)) for home in _homes()]
    for words, folder in guarded:
        if any(here == identity for _, identity in _identities(folder)):
            raise _refused(text, f"is {words}")


def _check_way(text: str, chain: list[tuple[str, _Identity | None]], source: Path) -> None:
    """Refuse folders that lie in what must not be overwritten."""
    blog = _identify(os.path.realpath(source))
    sources = {_identify(os.path.join(source, name)): name for name in SOURCE_FOLDERS}  # noqa: PTH118
    names = [unicodedata.normalize("NFC", name).casefold() for name, _ in chain]
    if any(is_dotgit(name) for name in names):
        raise _refused(text, "is in a git repository's `.git`")
    identities = [identity for _, identity in chain]
    depth = identities.index(blog) if blog in identities else 1
    is_private = blog in identities and tuple(reversed(names[:depth])) in PRIVATE
    if any(name.startswith(RESERVED) for name in names[:depth]) and not is_private:
        raise _refused(text, f"has a name that begins with `{RESERVED}`, which is kept for Afterword's own records")
    inside = names[depth - 1] if blog in identities else ""
    found = next((sources[identity] for identity in identities if identity and identity in sources), inside)
    if found in SOURCE_FOLDERS:
        raise _refused(text, f"is in the blog's `{found}`")


def _identities(path: str) -> Iterator[tuple[str, _Identity | None]]:
    """The names and identities of a folder and of all that contain it, the innermost first; None where nothing is."""
    while True:
        parent, name = os.path.split(path)
        yield name, _identify(path)
        if parent == path:
            return
        path = parent


def _identify(path: str) -> _Identity | None:
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
    return Failure(Exit.USAGE, error("bad-destination", f"the output `{shown}` {reason}", hint=hint))
