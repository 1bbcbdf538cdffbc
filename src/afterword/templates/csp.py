"""The content security policy of a page.

It allows this site, inline scripts by hash, and the hosts that the page loads from. Since it depends on what the
template reads, a placeholder is written first and replaced after rendering.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, cast, get_args

from markupsafe import escape

from afterword.config.schema import AllowedHosts
from afterword.core.fingerprints import digest
from afterword.core.origins import Directive, find_origin, is_host_source, is_origin, is_style_hash
from afterword.core.patterns import lazy_pattern
from afterword.site.views import Posts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from afterword.core.origins import Load
    from afterword.site.talk_views import TalkView
    from afterword.site.tracking import Picture, Recorder
    from afterword.site.views import PostRow

_NO_HOSTS = AllowedHosts()
_DIRECTIVES = frozenset(get_args(Directive))
_PLACEHOLDER = lazy_pattern("\0policy-([^\0]*)\0")


class Policies:
    """The policies of one render.

    A placeholder starts and ends with U+0000, which sources, settings and file names cannot contain.
    """

    def __init__(self, hosts: AllowedHosts = _NO_HOSTS) -> None:
        self._scripts: dict[str, tuple[str, ...]] = {}
        self._hosts = hosts

    def placeholder(self, scripts: Iterable[str]) -> str:
        """Returns a placeholder for a policy that allows these inline scripts."""
        allowed = tuple(scripts)
        name = digest(*allowed)
        self._scripts[name] = allowed
        return f"\0policy-{name}\0"

    def fill(self, text: str, loads: Callable[[], Iterable[Load]]) -> str:
        """Replaces placeholders by policies; `loads` returns the origins that the page loads from."""
        if not self._scripts:
            return text
        loaded = tuple(loads())
        policies = {
            name: str(escape(write_policy(loaded, scripts, self._hosts))) for name, scripts in self._scripts.items()
        }
        return _PLACEHOLDER.sub(lambda mark: policies.get(mark[1], mark[0]), text)


def write_policy(remote: Iterable[Load], scripts: Iterable[str], hosts: AllowedHosts = _NO_HOSTS) -> str:
    """Returns a policy that allows this site, inline scripts, the loads of the page, and `hosts` of the settings.

    Hashes follow CSP Level 3: base64 of the SHA-256 of the exact text. Raises `ValueError` for an unknown directive or
    invalid origin.
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
        is_allowed = is_style_hash if directive == "style-src-attr" else is_origin
        if directive not in _DIRECTIVES or not is_allowed(origin):
            raise ValueError(f"invalid content security policy source: {directive!r} {origin!r}")
        policy.setdefault(directive, []).append(origin)
    for name in AllowedHosts.__struct_fields__:
        for host in getattr(hosts, name):
            if not is_host_source(host):
                raise ValueError(f"invalid content security policy source: {name} {host!r}")
            allowed = policy.setdefault("form-action" if name == "form" else f"{name}-src", [])
            allowed += [host] if host not in allowed else []
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


def list_loads(recorder: Recorder, own: str) -> Iterator[Load]:
    """Yields the origins that a page loads from, by the columns it read; `own` is the page's post."""
    for query, columns in tuple(recorder.queries.items()):
        match query:
            case ("rows", tuple(selection), int(start), int() | None as stop):
                for row in Posts(recorder, selection, start, stop):
                    yield from _loads_of(row, frozenset(columns), has_player=selection == ("post", own))


def _loads_of(post: PostRow, columns: frozenset[str], *, has_player: bool) -> Iterator[Load]:
    """Yields the origins that these columns of a post load from; the player only on its own page."""
    if "content" in columns:
        yield from cast("tuple[Load, ...]", post.remote)
    if "excerpt" in columns:
        yield from cast("tuple[Load, ...]", post.excerpt_remote)
    if "image" in columns and (picture := cast("Picture | None", post.image)) is not None:
        yield from _loads_of_image(picture.url)
    if has_player and "talk" in columns and (talk := cast("TalkView | None", post.talk)) is not None:
        yield from talk.remote


def _loads_of_image(url: str) -> Iterator[Load]:
    if (origin := find_origin(url)) is not None:
        yield "img-src", origin
