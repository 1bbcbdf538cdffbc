"""Plans the social cards of a site, and reports posts without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.build.media.icons import INSTALL
from afterword.build.media.image_files import ImageFile
from afterword.cache.codec import to_json
from afterword.core.diagnostics import Diagnostic, Place, note
from afterword.images.fonts import ACCENT, FontFile, find_font, find_lacking, has_lost_text, is_pillow_installed
from afterword.site.preview_images import (
    find_card_output,
    find_site_card_output,
    list_card_texts,
    make_card,
)
from afterword.site.site_snapshot import CardStyle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.build.cache import BuildCache
    from afterword.build.gather.blog import Blog
    from afterword.cache.store import MetaName
    from afterword.content.post import Post
    from afterword.images.cards import Card
    from afterword.site.site_snapshot import SiteSnapshot

_NAME: MetaName = "card-characters"
"""Name of the cached characters of titles: the digest of the font, those that it has, and those that it lacks."""


class Cards(Struct, frozen=True):
    """The style of cards, None for a site without cards; and diagnostics."""

    style: CardStyle | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def plan_cards(blog: Blog) -> Cards:
    """Returns the style of a site's cards. They need a `base_url`: pages refer to them by full URLs."""
    theme = blog.inputs.settings.theme
    if not theme.cards or not blog.site.address.published:
        return Cards()
    if not is_pillow_installed():
        return Cards(diagnostics=(note("cards-not-installed", "social cards need Pillow", hint=INSTALL),))
    font, problems = _choose_font(blog)
    texts = tuple(list_card_texts(blog.site))
    lacking = _find_lacking(font, {character for _, text in texts for character in text}, blog.build_cache)
    lost = (post for post, text in texts if post is not None and has_lost_text(text, lacking))
    return Cards(
        CardStyle(theme.accent or ACCENT, font, lacking),
        (*problems, *(_report_lost(post, font, lacking) for post in lost if post.image is None)),
    )


def _choose_font(blog: Blog) -> tuple[FontFile, tuple[Diagnostic, ...]]:
    """Returns the first text font in `theme.fonts` that can be opened, or Afterword's."""
    problems = []
    for font in blog.inputs.settings.theme.fonts:
        source = blog.inputs.theme.sources.get(font.file, "")
        item = blog.inputs.static_files.items.get(source)
        if font.use != "text" or item is None:
            continue
        own = FontFile(str(item.path), item.digest)
        try:
            find_lacking(own, "a")
        except OSError:
            message = f"font `{font.file}` cannot be used for social cards"
            hint = "use a TrueType, OpenType or WOFF file"
            problems.append(note("card-without-font", message, Place(source), hint=hint))
        else:
            return own, tuple(problems)
    return find_font(), tuple(problems)


def _find_lacking(font: FontFile, characters: set[str], build_cache: BuildCache) -> str:
    """Returns the characters that a font lacks. Only new ones are checked, since that imports Pillow."""
    known, has, lacks = build_cache.read_meta(_NAME, tuple[str, str, str]) or ("", "", "")
    if known != font.digest:
        has = lacks = ""
    unknown = characters - set(has) - set(lacks)
    found = find_lacking(font, unknown) if unknown else ""
    lacks = "".join(sorted({*lacks, *found}))
    has = "".join(sorted({*has, *unknown} - set(lacks)))
    build_cache.put_meta(_NAME, to_json([font.digest, has, lacks]))
    return "".join(sorted(characters.intersection(lacks)))


def _report_lost(post: Post, font: FontFile, lacking: str) -> Diagnostic:
    lost = next(character for character in post.title if character in lacking)
    message = f"no social card: the font cannot draw `{lost}`"
    hint = "add a font with these characters to `theme.fonts`, or set `image`" if font.path else INSTALL
    return note("no-card", message, post.places.get("title", post.place), hint=hint)


class _PostCard(Struct, frozen=True):
    """A function that returns the card of a post, or of the site."""

    site_snapshot: SiteSnapshot
    style: CardStyle
    post: Post | None

    def __call__(self) -> Card:
        return make_card(self.site_snapshot, self.style, self.post)


def list_card_files(site_snapshot: SiteSnapshot) -> Iterator[ImageFile]:
    """Yields the files of all cards, without duplicates."""
    style = site_snapshot.cards
    if style is None:
        return
    seen = {""}
    posts = ((find_card_output(site_snapshot, post), post) for post in site_snapshot.site.by_path.values())
    for output, post in ((find_site_card_output(site_snapshot.site, style), None), *posts):
        if output not in seen:
            seen.add(output)
            origin = f"`{post.path}`" if post is not None else "the title of the blog"
            yield ImageFile(output, output, origin, _PostCard(site_snapshot, style, post))
