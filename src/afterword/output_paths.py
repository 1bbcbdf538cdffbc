"""The rule for paths of files in a site.

It is one rule for every path, whatever asks for it. Planning checks it where the place of the request is known.
`publish` checks it again before it writes a file.

A path is relative, with `/`. It must lie in the site, and must be a name on every file system and safe to copy there.
Sources: `git_layout` for Git; for Windows, Microsoft's "Naming Files, Paths, and Namespaces"; for 255 bytes, `NAME_MAX`
of Linux.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from afterword.git_layout import HFS_IGNORED, is_dotgit
from afterword.reserved import PUBLISHED_DOT_NAMES, RESERVED

MAX_SEGMENTS = 100
"""How many names a path can have, that of the file included."""

MAX_NAME_BYTES = 255
"""How long each of them can be, in bytes of UTF-8."""

_DEVICE = r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9¹²³])"
_DEVICE_NAME = re.compile(rf"({_DEVICE})( *(?:[.:].*)?)", re.IGNORECASE | re.ASCII | re.DOTALL)
_NAME = rf"(?!(?i:{_DEVICE})(?:[./]|$))[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?"
_ORDINARY = re.compile(rf"(?:{_NAME}/)*{_NAME}", re.ASCII)
"""Matches the paths that most sites consist of. They are valid if they are short, which saves most of the time."""

_SUSPECT = re.compile(rf"(?:^|[/\\])(?:\.|git~|{_DEVICE})|[. ](?:$|[/\\])|[{HFS_IGNORED}]", re.IGNORECASE | re.ASCII)
"""Finds everything that `_check_name` could object to, and little else."""


_HOST_FILES = frozenset(
    (
        *("_headers", "_redirects", "_routes.json", "_worker.js", "cname", "_config.yml"),
        *("netlify.toml", "vercel.json", "now.json", "serve.json", "staticwebapp.config.json", "routes.json"),
        *("robots.txt", "ads.txt", "app-ads.txt", "sellers.json", "security.txt"),
        *("crossdomain.xml", "clientaccesspolicy.xml", "apple-app-site-association"),
        *("sw.js", "service-worker.js", "serviceworker.js", "service_worker.js"),
    )
)
"""Names, folded, that hosts, crawlers and browsers look for at the root of a site.

Sources: the documentation of Cloudflare Pages, Netlify, GitHub Pages, Vercel and Azure Static Web Apps; RFC 9309 for
`robots.txt`; IAB Tech Lab for `ads.txt`, `app-ads.txt` and `sellers.json`; the usual names of service workers.
"""

_SERVER_FILES = frozenset({".htaccess", ".htpasswd", ".user.ini", "web.config"})
"""Names, folded, that servers look for in every folder: Apache, PHP and IIS."""


class InvalidPath(NamedTuple):
    """Why a path is invalid, as a clause, and what to do about it, as an imperative."""

    reason: str
    hint: str


def check_output_path(path: str) -> InvalidPath | None:
    """Returns why a file with this path cannot be published; None if it can."""
    if len(path) <= MAX_NAME_BYTES and path.count("/") < MAX_SEGMENTS and _ORDINARY.fullmatch(path):
        return None
    if (invalid := check_location(path)) is not None:
        return invalid
    if _SUSPECT.search(path) is None:
        return None
    return next(filter(None, map(_check_name, path.split("/"))), None)


def is_host_file(path: str) -> bool:
    """Whether a file at this path changes how a site is served, or what crawlers and browsers do with it."""
    folded = path.casefold()
    is_root_file = folded in _HOST_FILES or folded.startswith("_worker.js/")  # Cloudflare takes a folder as well
    return is_root_file or folded.rpartition("/")[2] in _SERVER_FILES


def check_location(path: str) -> InvalidPath | None:
    """Returns why a path does not name a file in the site; None if it does.

    This is the part of the rule that earlier versions had too, so every file that they wrote passes it.
    """
    names = path.split("/")
    if len(names) > MAX_SEGMENTS:
        return InvalidPath(f"it has {len(names):,} segments, and {MAX_SEGMENTS} is the maximum", "use fewer folders")
    try:
        longest = max(map(len, path.encode().split(b"/")))
    except UnicodeEncodeError:
        return InvalidPath("its name is not text", "rename it, in UTF-8")
    if not path.isprintable() and any(ord(character) < 32 or 127 <= ord(character) < 160 for character in path):
        return InvalidPath("it has control characters in its name", "remove them")
    if "" in names or "." in names or ".." in names:
        return InvalidPath("it has an empty or a dot segment", "remove it")
    if longest > MAX_NAME_BYTES:
        return InvalidPath(f"it has a name of {longest:,} bytes, and {MAX_NAME_BYTES} is the maximum", "shorten it")
    if RESERVED in path.casefold() and any(name.casefold().startswith(RESERVED) for name in names):
        return InvalidPath(f"names that begin with `{RESERVED}` are reserved for Afterword", "use another name")
    return None


def adjust_name(name: str) -> str:
    """Returns a valid form of a generated name: without dots in front, and with a hyphen after a device of Windows.

    Names that are valid stay as they are, and so do names that are invalid for other reasons.
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
        hint = "remove the dot; only `.well-known` and `.nojekyll` may begin with one"
        return InvalidPath(f"`{shown}` begins with a dot", hint)
    if any(part.endswith((".", " ")) for part in parts):
        return InvalidPath(f"`{shown}` ends in a dot or a space", "remove it")
    if any(_DEVICE_NAME.fullmatch(part) for part in parts):
        return InvalidPath(f"`{shown}` is a reserved name on Windows", "use another name")
    return None
