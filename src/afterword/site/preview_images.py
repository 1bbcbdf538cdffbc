"""The preview image of a post or the site: its own image, or a social card.

The name of a card's file is a digest of what the card shows, so its URL is known before it is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.fingerprints import digest
from afterword.images.cards import HEIGHT, WIDTH, Card, CardText
from afterword.images.fonts import has_lost_text
from afterword.site.site_snapshot import Picture
from afterword.site.talk_objects import view_talk
from afterword.talks.timestamps import format_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.content.post import Post
    from afterword.site.model import Site
    from afterword.site.site_snapshot import CardStyle, SiteSnapshot

FOLDER = "cards"
"""Folder of the social cards in the site."""


def find_image(site_snapshot: SiteSnapshot, post: Post) -> Picture | None:
    """Returns the image in front matter, with its size there or else that of the file."""
    given = post.image
    found = site_snapshot.bodies[post.path].image if given is not None else None
    if given is None or found is None:
        return None
    width, height = (given.width, given.height) if given.width or given.height else (found.width, found.height)
    return Picture(found.url, site_snapshot.site.address.absolute(found.url), given.alt, width, height, found.variants)


def image_key(site_snapshot: SiteSnapshot, post: Post) -> object:
    """Returns a cheap value that is equal only if the image of a post is equal."""
    if post.image is None:
        return None
    return post.image, site_snapshot.site.address, site_snapshot.digests[post.path].image


def find_card(site_snapshot: SiteSnapshot, post: Post) -> Picture | None:
    """Returns the social card of a post without an image; None if its title cannot be drawn."""
    output = find_card_output(site_snapshot, post)
    return _show_card(site_snapshot.site, output, _write_text(site_snapshot, post, ())) if output else None


def find_site_card(site: Site, style: CardStyle | None) -> Picture | None:
    """Returns the social card of the home page and of lists; None for a site without cards."""
    output = find_site_card_output(site, style)
    return _show_card(site, output, _write_site_text(site)) if output else None


def find_card_output(site_snapshot: SiteSnapshot, post: Post) -> str:
    """Returns the output of a post's card, or empty if it has none. Does not load the body."""
    style, digests = site_snapshot.cards, site_snapshot.digests.get(post.path)
    if style is None or digests is None or post.image is not None or post.redirect_to:
        return ""
    text = _write_text(site_snapshot, post, ())
    return _name_output(text, style, *(post.takeaways or (digests.takeaways,)))


def find_site_card_output(site: Site, style: CardStyle | None) -> str:
    """Returns the output of the site's card, or empty if it has none."""
    return _name_output(_write_site_text(site), style) if style is not None else ""


def make_card(site_snapshot: SiteSnapshot, style: CardStyle, post: Post | None) -> Card:
    """Returns the card to draw for a post, or for the site. Loads the body of the post."""
    if post is None:
        return Card(_write_site_text(site_snapshot.site), style.accent, style.font)
    takeaways = tuple(post.takeaways or site_snapshot.bodies[post.path].takeaways)
    return Card(_write_text(site_snapshot, post, takeaways), style.accent, style.font)


def list_card_texts(site: Site) -> Iterator[tuple[Post | None, str]]:
    """Yields the titles on the cards of the site (None) and of all posts."""
    yield None, _write_site_text(site).title
    for post in site.by_path.values():
        yield post, post.title.replace("`", "")


def _name_output(text: CardText, style: CardStyle, *takeaways: str) -> str:
    if has_lost_text(text.title, style.lacking):
        return ""
    return f"{FOLDER}/{digest(repr(text), style.accent, style.font.digest, *takeaways)[:16]}.png"


def _write_text(site_snapshot: SiteSnapshot, post: Post, takeaways: tuple[str, ...]) -> CardText:
    talk = view_talk(site_snapshot, post)
    title, site = post.title.replace("`", ""), site_snapshot.site.config.title
    if talk is None:
        return CardText(title, ", ".join(post.authors), takeaways, site)
    speakers = ", ".join(speaker.name for speaker in talk.speakers)
    length = talk.length_text if talk.length_exact else f"≈ {format_words(talk.length)}" if talk.length else ""
    facts = (speakers, talk.event.name if talk.event is not None else "", length)
    return CardText(title, " · ".join(filter(None, facts)), takeaways, site)


def _write_site_text(site: Site) -> CardText:
    return CardText(site.config.title, site.config.description or site.config.theme.tagline)


def _show_card(site: Site, output: str, text: CardText) -> Picture:
    address = site.address
    url = address.rooted(f"/{output}")
    alt = ". ".join(filter(None, (text.title.rstrip("."), text.line)))
    return Picture(url, address.absolute(url), alt, WIDTH, HEIGHT)
