"""Content security policies: this site, the scripts that stand in the page, and what the page loads from elsewhere.

What a page loads is known by what its template read: the whole text of a post, its excerpt, its image, or the player of
its talk. So a policy is written when the page has been; until then a mark stands in its place. Relies on the record of
what was asked. Refuses to allow a host for what the page does not show.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias, cast
from urllib.parse import urlsplit

from markupsafe import escape

from afterword.digest import digest
from afterword.query import Picture, Posts, TalkView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from afterword.query import Recorder, Row

Loads: TypeAlias = "tuple[tuple[str, str], ...]"
"""What is loaded from other sites, as (directive, origin): `("img-src", "https://example.com")`."""


class Policies:
    """The policies that one render has asked for. `name` tells its marks from what its page may say."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._asked: dict[str, tuple[str, ...]] = {}

    def ask(self, scripts: Iterable[str]) -> str:
        """The mark of a policy that allows these scripts, which stand in the page."""
        allowed = tuple(scripts)
        mark = f"policy-{digest(self._name, *allowed)}"
        self._asked[mark] = allowed
        return mark

    def write_into(self, text: str, loads: Callable[[], Iterable[tuple[str, str]]]) -> str:
        """A page with policies in place of marks; `loads` tells what it loads from other sites, where it has any."""
        for mark, scripts in self._asked.items():
            text = text.replace(mark, str(escape(write_policy(loads(), scripts))))
        return text


def write_policy(remote: Iterable[tuple[str, str]], scripts: Iterable[str]) -> str:
    """A policy that allows this site, these inline scripts by their hashes, and what the page loads from elsewhere.

    `remote` are pairs of (directive, origin). Hashes are as in CSP Level 3: base64 of the SHA-256 of the exact text.
    """
    hashes = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts]
    policy: dict[str, list[str]] = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *hashes],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
    }
    for directive, origin in sorted(set(remote)):
        policy.setdefault(directive, []).append(origin)
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


def list_loads(recorder: Recorder, own: str) -> Iterator[tuple[str, str]]:
    """What a page loads from other sites, by what its render has read of posts; `own` is the one that it is of."""
    for question, columns in tuple(recorder.asked.items()):
        match question:
            case ("rows", tuple(selection), int(start), int() | None as stop):
                for row in Posts(recorder, selection, start, stop):
                    yield from _loads_of(row, frozenset(columns), has_player=selection == ("post", own))


def _loads_of(post: Row, columns: frozenset[str], *, has_player: bool) -> Iterator[tuple[str, str]]:
    """What a post loads of which these columns are shown; the player of its talk is on its own page alone."""
    if "content" in columns:
        yield from cast("Loads", post.remote)
    if "excerpt" in columns:
        yield from cast("Loads", post.excerpt_remote)
    if "image" in columns and (picture := cast("Picture | None", post.image)) is not None:
        yield from _loads_of_image(picture.url)
    if has_player and "talk" in columns and (talk := cast("TalkView | None", post.talk)) is not None:
        yield from talk.remote


def _loads_of_image(url: str) -> Iterator[tuple[str, str]]:
    parts = urlsplit(url)
    if parts.netloc:
        yield "img-src", f"{parts.scheme or 'https'}://{parts.netloc}".lower()
