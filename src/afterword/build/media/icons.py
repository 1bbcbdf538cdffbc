"""Plans the icons of a site: those in `static/`, or icons generated from its logo or title."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.media.image_files import Constant, Drawing, ImageFile, Text
from afterword.core.diagnostics import Diagnostic, note
from afterword.core.fingerprints import digest
from afterword.images.fonts import ACCENT, find_font, is_pillow_installed
from afterword.images.icons import Icon, ManifestIcon, write_manifest, write_svg_icon
from afterword.site.site_snapshot import IconLink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from afterword.build.static_files import StaticFile
    from afterword.config.schema import Config
    from afterword.core.urls import Address

_TYPES = {
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
}
"""Media types of icons by suffix, in the order of links: browsers take the last one that they support."""

SVG, ICO, TOUCH, MANIFEST = "favicon.svg", "favicon.ico", "apple-touch-icon.png", "site.webmanifest"
_LARGE = {"icon-192.png": 192, "icon-512.png": 512}
"""Icons of the web manifest, with their sizes in pixels."""

INSTALL = "run `pip install 'afterword[cards]'`"


class Icons(Struct, frozen=True):
    """Icon links for the head of pages, files to generate, and diagnostics."""

    links: tuple[IconLink, ...] = ()
    files: tuple[ImageFile, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def plan_icons(
    config: Config, address: Address, own: Collection[str], claimed: Collection[str], logo: StaticFile | None
) -> Icons:
    """Plans the icons of a site.

    `own` are the blog's static files, and `claimed` the outputs of its pages: none of these is replaced. `logo` is the
    file of the logo.
    """
    taken = {name.lower() for name in (*own, *claimed)}
    favicons = _find_favicons(own)
    if config.theme.icons == "off":
        return Icons(favicons)
    wants_all = config.theme.icons == "all"
    draws = wants_all and is_pillow_installed()
    links = list(favicons)
    texts: dict[str, str] = {}
    if not favicons:
        links.append(_link_icon(config, texts, address))
    drawn = _plan_drawn(config, logo) if draws else {}
    if draws and not favicons and ICO not in taken:
        links.insert(0, IconLink("icon", _TYPES[".ico"], "48x48", address.rooted(f"/{ICO}")))
    elif favicons:
        drawn.pop(ICO, None)
    if draws or TOUCH in own:
        links.append(IconLink("apple-touch-icon", "image/png", "", address.rooted(f"/{TOUCH}")))
    texts[MANIFEST] = write_manifest(
        config.title, config.language, address.rooted("/"), list(_list_manifest_icons(links, drawn, address))
    )
    links.append(IconLink("manifest", "application/manifest+json", "", address.rooted(f"/{MANIFEST}")))
    files: tuple[tuple[str, str, Drawing], ...] = (
        *((name, digest(text), Text(text)) for name, text in texts.items()),
        *((name, _key_of(icon), icon) for name, icon in drawn.items()),
    )
    missing = note("cards-not-installed", "icons in PNG and ICO need Pillow", hint=INSTALL)
    return Icons(
        tuple(links),
        tuple(
            ImageFile(name, key, "the title and `[theme]`", Constant(drawing))
            for name, key, drawing in files
            if name.lower() not in taken
        ),
        (missing,) if wants_all and not draws else (),
    )


def _key_of(icon: Icon) -> str:
    """Returns the cache key of an icon, which does not depend on the blog's folder."""
    return digest(repr(replace(icon, logo="", font=replace(icon.font, path=""))))


def _find_favicons(own: Collection[str]) -> tuple[IconLink, ...]:
    """Returns links to the favicons in `static/`."""
    names = (f"favicon{suffix}" for suffix in _TYPES)
    return tuple(
        IconLink("icon", _TYPES[PurePosixPath(name).suffix], "any" if name == SVG else "", asset=name)
        for name in names
        if name in own
    )


def _link_icon(config: Config, texts: dict[str, str], address: Address) -> IconLink:
    """Returns a link to the logo, or to an icon with the first letter of the title, which is added to `texts`."""
    logo = config.theme.logo
    if logo and (kind := _TYPES.get(PurePosixPath(logo).suffix.lower())):
        return IconLink("icon", kind, asset=logo)
    letter = find_letter(config.title)
    if not letter:
        return IconLink("icon", _TYPES[".svg"], "any", asset=SVG)
    texts[SVG] = write_svg_icon(letter, config.theme.accent, config.theme.accent_dark)
    return IconLink("icon", _TYPES[".svg"], "any", address.rooted(f"/{SVG}"))


def find_letter(title: str) -> str:
    """Returns the first letter or digit of a title, as a capital; empty if there is none."""
    return next((character.upper()[:1] for character in title if character.isalnum()), "")


def _plan_drawn(config: Config, logo: StaticFile | None) -> dict[str, Icon]:
    """Returns the icons that Pillow draws, by output."""
    is_raster = logo is not None and logo.width > 0 and not logo.flaw and not config.theme.logo.lower().endswith(".svg")
    named = (str(logo.path), logo.digest) if logo is not None and is_raster else ("", "")
    letter, accent, font = find_letter(config.title), config.theme.accent or ACCENT, find_font()
    return {
        ICO: Icon(letter, accent, font, 48, "ICO", *named),
        TOUCH: Icon(letter, accent, font, 180, "PNG", *named),
        **{name: Icon(letter, accent, font, size, "PNG", *named) for name, size in _LARGE.items()},
    }


def _list_manifest_icons(links: list[IconLink], drawn: Collection[str], address: Address) -> Iterator[ManifestIcon]:
    for link in links:
        if link.rel == "icon" and link.url and link.type == _TYPES[".svg"]:
            yield ManifestIcon(link.url, link.type, "any")
    for name, size in _LARGE.items():
        if name in drawn:
            yield ManifestIcon(address.rooted(f"/{name}"), "image/png", f"{size}x{size}")
