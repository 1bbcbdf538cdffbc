"""Finds published files that are probably not for readers: private keys, passwords, databases, drafts in `static/`.

A private key is found by its content, since a certificate can have the same name, and is an error. A name alone is a
warning or a note: a database may be what a post offers.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Diagnostic, Place, error, note, warning
from afterword.core.files import TEXT_EXTENSIONS, Unreadable, read_start
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = lazy_pattern(
    r"""(?P<passwords>
        (?:\w+[._-])?env(?:\.(?:local|dev|development|prod|production|test|staging))? | \w*\.env
        | (?:client_?)?secrets?\.(?:json|ya?ml|toml|txt|env|ini)
        | (?:aws_?)?credentials(?:\.(?:json|csv|ini|ya?ml|txt))? | service-?account.*\.json
        | \w*htpasswd | _?netrc | pgpass | passwords?\.(?:txt|csv|json|xlsx?|ods|ya?ml)
    ) | (?P<keys> .+\.(?:p12|pfx|jks|keystore|kdbx?|ovpn) )
    | (?P<database> .+\.(?:sqlite3?|db|db3|mdb) )""",
    re.VERBOSE,
)
"""Names of files, in lower case; the group is what such files hold."""

_MAY_BE_KEY = lazy_pattern(
    r"[^.]*|.*\.(?:pem|key|priv|private|ppk|p8|asc|gpg|pgp|rsa|dsa|ecdsa|ed25519|crt|cer)(?:\.(?:bak|old|orig))?"
)
_KEY = lazy_pattern(
    r"^[ \t]*(?:-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d)", re.MULTILINE
)
_MATTER = lazy_pattern(r"\A(?P<fence>---|\+\+\+)[ \t]*\n(?P<keys>[\s\S]*?)^(?P=fence)", re.MULTILINE)
_FAR = 65_536
"""Maximum number of bytes of a file that are searched."""


def find_private_content(path: Path, source: str) -> str:
    """Returns what a file holds that is not for readers: `key`, `draft`, or a group of `_NAMES`; or empty text."""
    name = posixpath.basename(source).lower()
    is_text = name.endswith(TEXT_EXTENSIONS)
    if is_text or _MAY_BE_KEY.fullmatch(name) is not None:
        try:
            start = read_start(path, _FAR).decode(errors="replace").replace("\r\n", "\n")
        except Unreadable:
            return ""
        if not is_text and _KEY.search(start) is not None:
            return "key"
        if is_text and _is_draft(start):
            return "draft"
    named = _NAMES.fullmatch(name)
    return named.lastgroup or "" if named is not None else ""


def _is_draft(text: str) -> bool:
    """Returns whether the front matter of a text in `static/`, which is published as it is, holds it back."""
    from afterword.front_matter.key_lookup import holds_back  # only where such texts are

    matter = _MATTER.match(text)
    rows = matter["keys"].split("\n") if matter is not None else ()
    pairs = (re.split(r"[ \t]*[:=][ \t]*", row, maxsplit=1) for row in rows if row[:1].isalpha())
    return any(len(pair) == 2 and holds_back(pair[0], pair[1].strip("\"' \t")) for pair in pairs)


def report_private(source: str, content: str) -> Diagnostic | None:
    """Returns the diagnostic for a published file with such content; None for any other."""
    name = shown(posixpath.basename(source))
    hint = "remove it, or add it to `exclude`; if it is for readers, rename it, or ignore this message"
    message = f"`{name}` is published: such files contain {{}}"
    match content:
        case "key":
            hint = "remove the file, and replace a key that was published before; an example can be a code block"
            return error("private-file", f"private key `{name}` would be published", Place(source), hint=hint)
        case "draft":
            hint = "move it to `drafts/`, or remove the key that holds it back"
            message = "front matter does not hide a file in `static/`"
            return warning("private-file", message, Place(source, 1), hint=hint)
        case "passwords":
            return warning("private-file", message.format("passwords"), Place(source), hint=hint)
        case "keys":
            return warning("private-file", message.format("keys or passwords"), Place(source), hint=hint)
        case "database":
            return note("private-file", message.format("a database"), Place(source), hint=hint)
    return None
