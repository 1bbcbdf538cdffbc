"""Checks the sources of a blog: titles, tags, dates, alt texts, orphan pages, large images and unused files."""

from __future__ import annotations

import posixpath
import re
from datetime import timedelta
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Place, note, warning
from afterword.core.text import shown
from afterword.markdown.parser import TooManyElements, parse
from afterword.markdown.source_map import SourceMap
from afterword.talks.recordings import media_type, parse_recording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from markdown_it.token import Token

    from afterword.content.parse_source import SourceText
    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic
    from afterword.markdown.context import MarkdownOptions
    from afterword.site.model import Site
    from afterword.site.terms import Term


_FAR = timedelta(days=366)
_MIN_RATIO = 0.86
_SHORTEST = 5
"""Minimum length of compared tags: short ones, such as `css` and `cssr`, are similar by chance."""

_MOST_TAGS = 1_500
"""Maximum number of tags for which all pairs are compared."""


def find_duplicate_titles(posts: Iterable[Post]) -> Iterator[Diagnostic]:
    """Yields a note for each title that several posts have."""
    by_title: dict[str, list[Post]] = {}
    for post in posts:
        by_title.setdefault(" ".join(post.title.casefold().split()), []).append(post)
    for group in by_title.values():
        if len(group) > 1:
            first, *others = sorted(group, key=lambda post: post.path)
            yield note(
                "duplicate-title",
                f"duplicate title `{shown(first.title)}`: {len(group)} posts",
                _place_of_title(others[0]),
                related=tuple((_place_of_title(post), "same title") for post in (first, *others[1:])),
            )


def _place_of_title(post: Post) -> Place:
    return post.places.get("title", post.place)


def find_far_dates(posts: Iterable[Post], today: date) -> Iterator[Diagnostic]:
    """Yields a warning for each post that is dated more than a year ahead."""
    for post in posts:
        if post.day is not None and post.day - today > _FAR:
            message = f"date {post.day} is more than a year ahead"
            place = post.places.get("date", post.place)
            yield warning("far-future", message, place, hint="correct the date if it is a mistake")


def find_similar_tags(site: Site) -> Iterator[Diagnostic]:
    """Yields a note for each pair of tags, or categories, with similar names; the rarer one may be a typo."""
    for terms in (site.lists["tags"], site.lists["categories"]):
        names = [term for term in terms if len(term.name) >= _SHORTEST]
        for one, other in combinations(names, 2) if len(names) <= _MOST_TAGS else ():
            if _are_similar(one.name, other.name):
                rare, common = sorted((one, other), key=lambda term: (len(term.posts), term.name))
                message = f"similar {rare.folder}: `{shown(rare.name)}` and `{shown(common.name)}`"
                related = ((_place_of(common), f"`{shown(common.name)}`"),)
                hint = "use one spelling if they are the same"
                yield note("similar-tags", message, _place_of(rare), hint=hint, related=related)


def _are_similar(one: str, other: str) -> bool:
    """Returns whether two names differ by a plural or one or two letters, and not in numbers."""
    one, other = one.casefold(), other.casefold()
    if re.findall(r"\d+", one) != re.findall(r"\d+", other) or abs(len(one) - len(other)) > 2:
        return False
    if one.removesuffix("s") == other.removesuffix("s"):
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _MIN_RATIO
        and matcher.quick_ratio() >= _MIN_RATIO
        and matcher.ratio() >= _MIN_RATIO
    )


def _place_of(term: Term) -> Place:
    post = term.posts[0]
    names, key = (post.tags, "tags") if term.kind == "tag" else (post.categories, "categories")
    at = names.index(term.name) if term.name in names else 0
    return post.places.get(f"{key}[{at}]") or post.places.get(key, post.place)


def find_orphans(pages: Sequence[Post], linked: Mapping[str, frozenset[str]]) -> Iterator[Diagnostic]:
    """Yields a note for each standalone page without links to it; `linked` are the targets of each page."""
    for page in pages:
        others = (targets for url, targets in linked.items() if url != page.url)
        is_apart = page.output == "404.html" or page.redirect_to or page.visibility.noindex
        if not is_apart and not any(page.url in targets for targets in others):
            hint = "link to it, or set `unlisted: true`"
            yield note("orphan-page", f"no page links to `{page.url}`", page.place, hint=hint)


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


_IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"\balt(?:\s*=|\s|/?>)", re.IGNORECASE)
_LINK = re.compile(r"""\b(?:href|src|poster)\s*=\s*["']?(https?://[^\s"'<>]+)""", re.IGNORECASE)
_WEB = ("http://", "https://")


class ExternalLink(Struct, frozen=True):
    """A full URL and its place."""

    url: str
    place: Place


def check_text(path: str, source: SourceText, options: MarkdownOptions) -> tuple[list[ExternalLink], list[Diagnostic]]:
    """Returns the external links of a text, and a warning for each image that has no description."""
    links: list[ExternalLink] = []
    undescribed: list[tuple[Place, str]] = []
    for place, part in _walk(path, source, options):
        if isinstance(part, str):
            links += [ExternalLink(match[1], place) for match in _LINK.finditer(part)]
            if any(_ALT.search(image) is None for image in _IMG.findall(part)):
                undescribed.append((place, 'write `alt="What it shows"`, or `alt=""` for a decoration'))
            continue
        target = str(part.attrs.get("href") or part.attrs.get("src") or "")
        if target.startswith(_WEB):
            links.append(ExternalLink(target, place))
        if part.type == "image" and not (part.content or "").strip() and not _is_recording(target):
            undescribed.append((place, "write `![What it shows](…)`"))
    found = [warning("image-without-alt", "image without alt text", place, hint=hint) for place, hint in undescribed]
    return links, found


def _walk(path: str, source: SourceText, options: MarkdownOptions) -> Iterator[tuple[Place, Token | str]]:
    """Yields links and images, and raw HTML as text, each with its place."""
    try:
        tokens = parse(source.text, options).tokens
    except TooManyElements:
        return  # an error of the build
    where = SourceMap(source.text, path, source.first_line, gaps=source.gaps)
    for index, block in enumerate(tokens):
        if block.type == "html_block" and block.map is not None:
            for row, line in enumerate(block.content.split("\n"), block.map[0]):
                yield where.place(row), line
        for child in block.children or ():
            if child.attrs or child.type == "html_inline":
                start, end = child.meta.get("at", (0, 0))
                place = where.place_in_block(tokens, index, start, end - start)
                yield place, child.content if child.type == "html_inline" else child


def _is_recording(target: str) -> bool:
    """Returns whether an image is shown as a player, which needs no description."""
    recording = parse_recording(target) if "://" in target else None
    return bool(media_type(target)) or (recording is not None and recording.is_hosted)
