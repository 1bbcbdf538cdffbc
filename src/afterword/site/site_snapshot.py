"""The data of templates: an immutable snapshot of the site with its bodies, assets and images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from afterword.images.fonts import FontFile
    from afterword.markdown.body import ContentDigests, ContentMeta, Variants
    from afterword.site.model import Site
    from afterword.site.related import Mention


class Asset(Struct, frozen=True):
    """A file of `static/`: digest, URL with the digest in its name, and text if it is short."""

    digest: str
    url: str
    output: str
    text: str | None


class SitemapEntry(Struct, frozen=True):
    """A page of the sitemap: full URL, and date of the last change if known."""

    url: str
    updated: datetime | None


class Picture(Struct, frozen=True):
    """The preview image of a post, with its URLs; unknown sizes are 0."""

    url: str
    absolute_url: str
    alt: str
    width: int
    height: int
    variants: Variants | None = None


class IconLink(Struct, frozen=True):
    """A link to an icon of the site, or to its web manifest: `rel`, `type` and `sizes` as in HTML, and the file.

    `asset` is the name of a file in `static/`; `url` is that of any other file, with the base path.
    """

    rel: str
    type: str
    sizes: str = ""
    url: str = ""
    asset: str = ""


class CardStyle(Struct, frozen=True):
    """How social cards look: the accent colour in CSS, and the font; `lacking` are characters of titles that it lacks.

    The digest of the font stands for the characters: `lacking` changes with the titles.
    """

    accent: str
    font: FontFile
    lacking: str


class SiteSnapshot(Struct, frozen=True):
    """Everything that templates can read: an immutable snapshot of the site.

    Attributes:
        bodies, html, digests: metadata, HTML and digests of each body, by source path.
        mentions: mentions of each post, by its path.
        sitemap_digest: digest of the sitemap, or empty.
        search: extent of the search: `full`, `titles`, or empty.
        icons: links to icons and to the web manifest.
        social_card: card of the site itself, or None.
        cards: how social cards look; None for a site without.
    """

    site: Site
    bodies: Mapping[str, ContentMeta]
    assets: Mapping[str, Asset]
    sitemap: tuple[SitemapEntry, ...]
    digests: Mapping[str, ContentDigests] = field(default_factory=dict)
    mentions: Mapping[str, tuple[Mention, ...]] = field(default_factory=dict)
    html: Mapping[str, str] = field(default_factory=dict)
    sitemap_digest: str = ""
    search: str = ""
    icons: tuple[IconLink, ...] = ()
    social_card: Picture | None = None
    cards: CardStyle | None = None
