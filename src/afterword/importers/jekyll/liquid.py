"""Translates Liquid in Jekyll posts to Markdown, and reports Liquid whose output is not known before Jekyll runs.

Conditions, loops and values are evaluated over front matter, the settings and `_data`. In code, tags except `raw` are
kept, and outputs without a value.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import warning
from afterword.core.files import TEXT_EXTENSIONS
from afterword.core.text import shown
from afterword.importers.code import escape_in_text, replace_outside_code
from afterword.importers.jekyll.filters import BASE, RAW, TARGET, URL, Unknown
from afterword.importers.jekyll.liquid_renderer import LiquidRenderer
from afterword.importers.jekyll.liquid_tree import parse_liquid
from afterword.importers.model import place_at
from afterword.markdown.link_targets import CANDIDATE_LISTS, URL_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from afterword.core.diagnostics import Diagnostic
    from afterword.importers.jekyll.filters import Unsupported
    from afterword.importers.jekyll.liquid_renderer import LiquidContext
    from afterword.importers.jekyll.liquid_tree import Node
    from afterword.importers.model import NoteFile

_RAW = re.compile(f"(?<={RAW})")
_ROOTS = re.compile(rf"[{URL}{BASE}]*{TARGET}|[{URL}{BASE}]+(?P<slash>/*)")


def _names(attributes: Iterable[tuple[str, str]]) -> str:
    return "|".join(sorted({attribute for _, attribute in attributes}))


_LINK = (
    rf"(?:\]\(\s*<?|^ {{0,3}}\[[^\]\n]+\]:\s*<?|(?<![\w-])(?:{_names(URL_ATTRIBUTES)})\s*=\s*[\"']?"
    rf"|(?<![\w-])(?:{_names(CANDIDATE_LISTS)})\s*=\s*[\"'](?:[^\"'<>]*,\s*)?)"
)
_LINK_START = re.compile(f"{_LINK}$", re.IGNORECASE | re.MULTILINE)
UNKNOWN_OF_SITE: Mapping[str, object] = dict.fromkeys(
    (
        *("posts", "pages", "documents", "html_pages", "html_files", "static_files", "collections", "related_posts"),
        *("tags", "categories", "time"),
    ),
    Unknown.VALUE,
)
"""What `site` has while Jekyll builds the site, whatever the settings of these names are."""

UNKNOWN_OF_PAGE: Mapping[str, object] = dict.fromkeys(
    ("content", "excerpt", "output", "next", "previous", "id", "relative_path", "collection", "dir"), Unknown.VALUE
)
_GLOBALS: Mapping[str, object] = {
    **dict.fromkeys(("paginator", "content", "layout", "theme"), Unknown.VALUE),
    "jekyll": {"environment": "production", "version": Unknown.VALUE},
}
"""What Jekyll knows only while it builds the site."""


class Translated(Struct, frozen=True):
    """A translated text, and diagnostics for Liquid that is not supported."""

    text: str
    findings: tuple[Diagnostic, ...] = ()


def has_liquid(text: str) -> bool:
    return "{%" in text or "{{" in text


def translate(
    path: str,
    note: NoteFile,
    new_path: str,
    context: LiquidContext,
    page: Mapping[str, object] | None = None,
    read_include: Callable[[str], str | None] = lambda _: None,
    lists: Mapping[str, object] | None = None,
    *,
    is_text: bool = True,
) -> Translated:
    """Translates the Liquid of a note; `new_path` is its path in the new blog, `page` its front matter.

    `lists` are those of texts that `site` has, or functions that return them.

    `read_include` returns the text of an include by its path, or None.
    A file that `is_text` has code, and links, in which the address of the site is left out.
    """
    if not has_liquid(note.text):
        return Translated(note.text)
    findings: list[Diagnostic] = []

    def report(node: Node, problem: Unsupported) -> None:
        inside = f", because of `{shown(problem.culprit)}`" if problem.culprit != node.tag else ""
        message = problem.reason or f"Liquid is not supported: `{shown(node.tag)}`{inside}"
        hint = "correct the link" if problem.reason else "replace it with the HTML or Markdown that it produces"
        place = place_at(path, note, node.start)
        findings.append(warning("unsupported-liquid", message, place, label="kept unchanged", hint=hint))

    values = _make_values(context.site, {"path": path, **(note.values if page is None else page)}, lists or {})
    renderer = LiquidRenderer(
        context, posixpath.dirname(new_path), posixpath.dirname(path), values, read_include, report
    )
    text = renderer.render(parse_liquid(note.text, has_code=is_text))
    is_markdown = is_text and path.endswith(TEXT_EXTENSIONS)
    text = (escape_in_text(_RAW, text) if is_markdown else text).replace(RAW, "")
    text = _place_roots(text, str(values[URL]), str(values[BASE]), is_text=is_text)
    return Translated(text, tuple(findings))


def _make_values(
    site: Mapping[str, object], page: Mapping[str, object], lists: Mapping[str, object]
) -> dict[str, object]:
    """Returns the variables at the start of a text; signs stand for the address of the site, whose parts they name."""
    url, base = (str(site.get(name) or "").rstrip("/") for name in ("url", "baseurl"))
    roots = {name: sign for name, sign in (("url", URL), ("baseurl", BASE)) if site.get(name) is not None}
    return {
        **_GLOBALS,
        "page": {**UNKNOWN_OF_PAGE, **page},
        "site": {**UNKNOWN_OF_SITE, "github": Unknown.VALUE, **site, **lists, **roots},
        URL: url,
        BASE: base,
    }


def remove_base(text: str, base: str) -> str:
    """Returns a text whose links from the root do not have the base path of the site, which the build adds."""
    if not base or f"{base}/" not in text:
        return text
    pattern = re.compile(f"(?P<start>{_LINK}){re.escape(base)}(?=/)", re.IGNORECASE | re.MULTILINE)
    return replace_outside_code(pattern, lambda match: match["start"], text)


def _place_roots(text: str, url: str, base: str, *, is_text: bool) -> str:
    """Writes the address of the site: a slash at the start of a link, which the build completes, else as it is."""

    def fill(match: re.Match[str]) -> str:
        if match[0].endswith(TARGET):
            return ""
        if is_text and _LINK_START.search(text, max(match.start() - 500, 0), match.start()):
            return "/"
        return match[0].replace(URL, url).replace(BASE, base)

    return _ROOTS.sub(fill, text)
