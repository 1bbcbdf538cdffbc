"""Checks files: images over one megabyte, unused templates and static files."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Place, note, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from afterword.core.diagnostics import Diagnostic

LARGE = 1_000_000
"""Minimum size of a large image, in bytes."""

_IMAGES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
_NAME = re.compile(r"[^\s\"'()<>=,;?#/\\`|]+\.\w{1,8}\b")
_WELL_KNOWN = re.compile(
    r"(?:favicon\.\w+|apple-touch-icon.*|robots\.txt|humans\.txt|ads\.txt|security\.txt|cname|_redirects|_headers"
    r"|\.nojekyll|manifest\.\w+|site\.webmanifest|browserconfig\.xml|google[0-9a-f]+\.html|bingsiteauth\.xml|keybase\.txt)",
    re.IGNORECASE,
)
"""Files that hosts, browsers and search engines request by name."""


def find_large_images(sizes: Iterable[tuple[str, int]]) -> Iterator[Diagnostic]:
    """Yields a warning for each image over one megabyte; `sizes` are those of files, in bytes, by source."""
    for source, size in sizes:
        if size > LARGE and source.lower().endswith(_IMAGES):
            message = f"large image: {size / 1_000_000:.1f} MB"
            yield warning("large-image", message, Place(source), hint="resize it, or save it as WebP or AVIF")


_APART = ("new/", "partials/")
"""Folders of templates that are not for pages: those of `afterword new`, and partials, which a build checks."""


def find_unused_templates(
    own: Mapping[str, str], used: Iterable[str], closures: Mapping[str, set[str]]
) -> Iterator[Diagnostic]:
    """Yields a note for each template of the blog that no page uses.

    `own` are the blog's templates, their sources by name; `used` are the templates of pages.
    """
    reached = {name for template in used for name in closures.get(template, {template})}
    for name, source in sorted(own.items()):
        if name not in reached and not name.startswith(_APART):
            yield note("unused-layout", f"unused template `{name}`", Place(source), hint="remove it")


def find_names(text: str) -> set[str]:
    """Returns the names of files that a text may refer to, without their folders."""
    return set(_NAME.findall(text))


def find_unused_assets(own: Mapping[str, tuple[str, str]], names: set[str]) -> Iterator[Diagnostic]:
    """Yields a note for each static file of the blog that no page, style sheet or script names.

    `own` has the source and the hashed output of each; `names` are the file names in the site's texts.
    """
    for name, (source, hashed) in sorted(own.items()):
        base = posixpath.basename(name)
        known = {base, base.replace(" ", "%20"), posixpath.basename(hashed)}
        is_well_known = name.startswith(".well-known/") or _WELL_KNOWN.fullmatch(base) is not None
        if not is_well_known and known.isdisjoint(names):
            hint = "remove it, or link to it"
            yield note("unused-asset", f"unused file `{source}`", Place(source), hint=hint)
