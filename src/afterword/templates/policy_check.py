"""Warns if the content security policy blocks something in a blog's templates.

Only literal text is checked: other hosts and inline code. Computed URLs are not checked.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from afterword.core.diagnostics import Place, warning
from afterword.core.files import DEFAULT
from afterword.core.origins import find_origin
from afterword.core.patterns import lazy_pattern
from afterword.templates.dependencies import find_closures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from afterword.config.schema import AllowedHosts, ThemeSettings
    from afterword.core.diagnostics import Diagnostic
    from afterword.templates.environment import Template

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


class _Blocked(NamedTuple):
    """An element that the policy may block: its offset, its name, and the setting and host that allow it."""

    start: int
    what: str
    kind: str = ""
    origin: str = ""


def check_policy(
    templates: Mapping[str, Template], used: Iterable[str], settings: ThemeSettings
) -> Iterator[Diagnostic]:
    """Yields a warning for each element that the policy blocks; `used` are the templates of pages."""
    own = {name: template for name, template in templates.items() if _is_own(template)}
    if settings.csp != "strict" or not own:
        return
    closures = find_closures(templates)
    checked = {
        name
        for page in set(used)
        if any("csp(" in templates[other].text for other in closures.get(page, ()) if other in templates)
        for name in closures[page]
    }
    for name in sorted(own.keys() & checked):
        yield from _check(own[name], settings.csp_hosts)


def _is_own(template: Template) -> bool:
    return template.path.endswith(".html") and not template.path.startswith(DEFAULT)


def _check(template: Template, hosts: AllowedHosts) -> Iterator[Diagnostic]:
    text = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), template.text)
    for found in _find(text):
        if found.kind and _is_allowed(found.origin, getattr(hosts, found.kind)):
            continue
        line = text.count("\n", 0, found.start) + 1
        column = found.start - text.rfind("\n", 0, found.start)
        message = f"{found.what} is blocked by the content security policy"
        hint = "move it to a file in `static/`, or set `theme.csp` to `off`"
        if found.kind:
            hint = f'add `{found.kind} = ["{found.origin}"]` to `[theme.csp]` in the settings'
        yield warning("blocked-by-csp", message, Place(template.path, line, column), hint=hint)


def _is_allowed(origin: str, hosts: tuple[str, ...]) -> bool:
    return any(fnmatchcase(origin, host) for host in hosts)


def _find(text: str) -> Iterator[_Blocked]:
    for tag in _TAG.finditer(text):
        name, start = tag["name"].lower(), tag.start()
        attributes = {
            match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(tag["attributes"])
        }
        yield from _find_inline(text, name, attributes, tag)
        for attribute in attributes:
            if attribute == "style" or re.fullmatch(r"on[a-z]{2,}", attribute):
                yield _Blocked(start, f"`{attribute}`")
        if kind := _kind_of(name, attributes):
            url = attributes.get({"link": "href", "form": "action"}.get(name, "src"), "")
            if _REMOTE.match(url) and (origin := find_origin(url)) is not None:
                yield _Blocked(start, f"`{origin}`", kind, origin)


def _find_inline(text: str, name: str, attributes: Mapping[str, str], tag: re.Match[str]) -> Iterator[_Blocked]:
    """Yields an inline script or style, except one that `inline` writes."""
    if name not in ("script", "style") or "src" in attributes or _DATA.fullmatch(attributes.get("type", "")):
        return
    end = text.lower().find(f"</{name}", tag.end())
    content = text[tag.end() : end if end >= 0 else len(text)]
    if content.strip() and not (name == "script" and _INLINE_CALL.fullmatch(content)):
        yield _Blocked(tag.start(), f"`<{name}>`")


def _kind_of(name: str, attributes: Mapping[str, str]) -> str:
    """Returns the setting of `[theme.csp]` that allows an element to load, or empty."""
    if name == "link":
        relations = attributes.get("rel", "").lower().split()
        return "style" if "stylesheet" in relations else "img" if "icon" in relations else ""
    return _KINDS.get(name, "")
