"""The content security policy of a page, and a check of templates for what it blocks.

It allows this site, inline scripts by hash, and the hosts that the page loads from. Since it depends on what the
template reads, a placeholder is written first and replaced after rendering.
"""

from __future__ import annotations

import re
from base64 import b64encode
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import TYPE_CHECKING, cast, get_args

from markupsafe import escape
from msgspec import Struct

from afterword.config.schema import AllowedHosts
from afterword.core.diagnostics import Place, warning
from afterword.core.files import DEFAULT
from afterword.core.fingerprints import digest
from afterword.core.patterns import lazy_pattern
from afterword.core.web_origins import Directive, find_origin, is_host_source, is_origin, is_style_hash
from afterword.site.template_objects import Posts
from afterword.templates.checks import find_closures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from afterword.config.schema import ThemeSettings
    from afterword.core.diagnostics import Diagnostic
    from afterword.core.web_origins import Load
    from afterword.site.queries.recording import Recorder
    from afterword.site.site_snapshot import Picture
    from afterword.site.talk_objects import TalkView
    from afterword.site.template_objects import PostRow
    from afterword.templates.checks import Template


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
            if not is_host_source(host, name):
                raise ValueError(f"invalid content security policy source: {name} {host!r}")
            allowed = policy.setdefault("form-action" if name == "form" else f"{name}-src", [])
            allowed += [host] if host not in allowed else []
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


_LOADING = frozenset({"content", "excerpt", "image", "talk"})
"""The columns that `_loads_of` asks for."""


def list_loads(recorder: Recorder, own: str) -> Iterator[Load]:
    """Yields the origins that a page loads from, by the columns it read; `own` is the page's post."""
    for query, columns in tuple(recorder.queries.items()):
        if query.kind == "rows" and not _LOADING.isdisjoint(columns):
            for row in Posts(recorder, query.key, query.start, query.stop):
                yield from _loads_of(row, frozenset(columns), has_player=query.key == ("post", own))


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


_COMMENT = lazy_pattern(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
_TAG = lazy_pattern(
    r"""<(?P<name>script|style|link|iframe|img|video|audio|source|form|[a-z][a-z0-9-]*)\b
    (?P<attributes>(?:\{\{.*?\}\}|\{%.*?%\}|"[^"]*"|'[^']*'|[^"'<>{]|\{(?![{%]))*)>""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = lazy_pattern(r"""(?<![\w-])([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=]+))""")
_INLINE_CALL = lazy_pattern(r"\s*(?:\{\{-?\s*inline\([^{}]*\)\s*-?\}\}\s*|\{%.*?%\}\s*)*", re.DOTALL)
_REMOTE = lazy_pattern(r"(?:https?:)?//", re.IGNORECASE)
_DATA = lazy_pattern(
    r"application/(?:ld\+)?json|text/(?:plain|template|html)|speculationrules|importmap", re.IGNORECASE
)
_KINDS = {"script": "script", "iframe": "frame", "img": "img", "video": "media", "audio": "media", "form": "form"}


class _Blocked(Struct, frozen=True):
    """What the policy may block: its offset and length, its name, and the setting and host that allow it."""

    start: int
    length: int
    what: str
    kind: str = ""
    origin: str = ""


def check_policy(
    templates: Mapping[str, Template], used: Iterable[str], settings: ThemeSettings
) -> Iterator[Diagnostic]:
    """Yields a warning for each element that the policy blocks; `used` are the templates of pages."""
    if settings.csp != "strict":
        return
    own = {name: template for name, template in templates.items() if _is_own(template)}
    blocked = {name: found for name, one in own.items() if (found := tuple(_check(one, settings.csp_hosts)))}
    if not blocked:  # which templates a page uses takes longer to find
        return
    closures = find_closures(templates)
    checked = {
        name
        for page in set(used)
        if any("csp(" in templates[other].text for other in closures.get(page, ()) if other in templates)
        for name in closures[page]
    }
    for name in sorted(blocked.keys() & checked):
        yield from blocked[name]


def _is_own(template: Template) -> bool:
    return template.path.endswith(".html") and not template.path.startswith(DEFAULT)


def _check(template: Template, hosts: AllowedHosts) -> Iterator[Diagnostic]:
    text = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), template.text)
    for found in _find(text):
        if found.kind and any(fnmatchcase(found.origin, host) for host in getattr(hosts, found.kind)):
            continue
        line = text.count("\n", 0, found.start) + 1
        column = found.start - text.rfind("\n", 0, found.start)
        message = f"{found.what} is blocked by the content security policy"
        hint = "move it to a file in `static/`, or set `theme.csp` to `off`"
        if found.kind:
            hint = f'add `{found.kind} = ["{found.origin}"]` to `[theme.csp]` in the settings'
        yield warning("blocked-by-csp", message, Place(template.path, line, column, found.length), hint=hint)


def _find(text: str) -> Iterator[_Blocked]:
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        found = {match[1].lower(): match for match in _ATTRIBUTE.finditer(text, *tag.span("attributes"))}
        attributes = {attribute: match[match.lastindex or 1] for attribute, match in found.items()}
        yield from _find_inline(text, name, attributes, tag)
        for attribute, match in found.items():
            if attribute == "style" or re.fullmatch(r"on[a-z]{2,}", attribute):
                yield _Blocked(match.start(), len(attribute), f"`{attribute}`")
        if kind := _kind_of(name, attributes):
            address = {"link": "href", "form": "action"}.get(name, "src")
            url = attributes.get(address, "")
            if _REMOTE.match(url) and (origin := find_origin(url)) is not None:
                match = found[address]
                yield _Blocked(match.start(match.lastindex or 1), len(url), f"`{origin}`", kind, origin)


def _find_inline(text: str, name: str, attributes: Mapping[str, str], tag: re.Match[str]) -> Iterator[_Blocked]:
    """Yields an inline script or style, except one that `inline` writes."""
    if name not in ("script", "style") or "src" in attributes or _DATA.fullmatch(attributes.get("type", "")):
        return
    end = text.lower().find(f"</{name}", tag.end())
    content = text[tag.end() : end if end >= 0 else len(text)]
    if content.strip() and not (name == "script" and _INLINE_CALL.fullmatch(content)):
        yield _Blocked(tag.start(), 1 + len(name), f"`<{name}>`")


def _kind_of(name: str, attributes: Mapping[str, str]) -> str:
    """Returns the setting of `[theme.csp]` that allows an element to load, or empty."""
    if name == "link":
        relations = attributes.get("rel", "").lower().split()
        return "style" if "stylesheet" in relations else "img" if "icon" in relations else ""
    return _KINDS.get(name, "")
