"""The columns of a post: every value that templates can read, with its documentation.

A column that needs the body also has a cheap key that changes with its value, so that the body need not be loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape
from msgspec import Struct

from afterword.core.text import clip
from afterword.core.urls import url_of_file
from afterword.site.preview_images import find_card, find_image, image_key
from afterword.site.sitemap import find_markdown
from afterword.site.talk_objects import (
    ChapterView,
    view_chapters,
    view_score,
    view_talk,
    view_transcript,
    view_transcript_url,
    view_updates,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from afterword.content.post import Post
    from afterword.markdown.body import Heading
    from afterword.site.model import Site
    from afterword.site.site_snapshot import SiteSnapshot

WORDS_PER_MINUTE = 220
"""Reading speed for reading times: about that of adults with English prose."""


class TermLink(Struct, frozen=True):
    """The name of a term in a post, with its URL; `url` is empty if it has no page."""

    kind: str
    name: str
    url: str


class TocEntry(Struct, frozen=True):
    """An entry of a table of contents, with its children and the talk chapter that starts there.

    `html` is the text as HTML, with formulas as MathML.
    """

    id: str
    text: str
    html: Markup
    children: tuple[TocEntry, ...]
    chapter: ChapterView | None = None


class Column(Struct, frozen=True):
    """A value of a post for templates: its documentation and its getter.

    `key` returns a cheap value that is equal only if the column is equal; without it, the column itself is compared.
    """

    sentence: str
    read: Callable[[SiteSnapshot, Post], object]
    key: Callable[[SiteSnapshot, Post], object] | None = None


class TermsColumn(Struct, frozen=True):
    """Reads the terms of a post in one taxonomy."""

    plural: str

    def __call__(self, site_snapshot: SiteSnapshot, post: Post) -> tuple[TermLink, ...]:
        site = site_snapshot.site
        row = next(row for row in site.taxonomies if row.plural == self.plural)
        found = (site.find_term(row.name, name) for name in row.names_of(post, site.config))
        terms = {term.slug: term for term in found if term is not None}  # spellings of one term have one slug
        return tuple(TermLink(term.kind, term.name, site.address.rooted(term.url)) for term in terms.values())


def _author_pages(site_snapshot: SiteSnapshot, post: Post) -> tuple[TermLink, ...]:
    site = site_snapshot.site
    names = _authors(site_snapshot, post)
    return tuple(TermLink("author", name, site.url_of_term("author", name)) for name in names)


def _toc(site_snapshot: SiteSnapshot, post: Post) -> tuple[TocEntry, ...]:
    settings = site_snapshot.site.config.toc
    headings = [heading for heading in site_snapshot.bodies[post.path].headings if heading.level <= settings.depth]
    top = [heading for heading in headings if heading.level == 1]
    if top and top[0] is headings[0] and (len(top) == 1 or top[0].text.casefold() == post.title.casefold()):
        del headings[0]  # a title of the whole text, not of a section
    wanted = len(headings) >= settings.min_headings if post.toc is None else post.toc
    chapters = view_chapters(site_snapshot, post)
    if not wanted:
        return tuple(TocEntry(chapter.id, chapter.title, escape(chapter.title), (), chapter) for chapter in chapters)
    return _nest(headings, {chapter.id: chapter for chapter in chapters})


def _toc_key(site_snapshot: SiteSnapshot, post: Post) -> object:
    return site_snapshot.digests[post.path].headings, post.title, post.toc, post.talk, site_snapshot.site.config.toc


def _nest(headings: Sequence[Heading], chapters: Mapping[str, ChapterView]) -> tuple[TocEntry, ...]:
    """Builds a tree of headings: a heading's children are the following ones of deeper levels."""
    entries: list[TocEntry] = []
    position = 0
    while position < len(headings):
        head = headings[position]
        end = position + 1
        while end < len(headings) and headings[end].level > head.level:
            end += 1
        below = _nest(headings[position + 1 : end], chapters)
        html = Markup(head.html or escape(head.text))  # noqa: S704 `head.html` is escaped when it is written
        entries.append(TocEntry(head.id, head.text, html, below, chapters.get(head.id)))
        position = end
    return tuple(entries)


SHORT, LONG = 160, 300
"""Maximum length of a description from the text, in characters: for search engines, and for feeds."""


def _description(site_snapshot: SiteSnapshot, post: Post) -> str:
    body = site_snapshot.bodies[post.path]
    return post.description or clip(" · ".join(post.takeaways or body.takeaways) or body.summary, SHORT)


def _description_key(site_snapshot: SiteSnapshot, post: Post) -> object:
    digests = site_snapshot.digests[post.path]
    return (post.description,) if post.description else (post.takeaways, digests.takeaways, digests.summary)


def _summary(site_snapshot: SiteSnapshot, post: Post) -> str:
    takeaways = post.takeaways or site_snapshot.bodies[post.path].takeaways
    said = (post.description, *takeaways) if post.description else takeaways
    return " · ".join(said) or clip(site_snapshot.bodies[post.path].summary, LONG)


def _summary_key(site_snapshot: SiteSnapshot, post: Post) -> object:
    digests = site_snapshot.digests[post.path]
    return post.description, post.takeaways, digests.takeaways, digests.summary


def _authors(site_snapshot: SiteSnapshot, post: Post) -> tuple[str, ...]:
    return post.authors or ((site_snapshot.site.config.author,) if site_snapshot.site.config.author else ())


def _markdown_url(site_snapshot: SiteSnapshot, post: Post) -> str:
    output = find_markdown(post, site_snapshot.site)
    return site_snapshot.site.address.rooted(url_of_file(output)) if output else ""


def _feed_id(site_snapshot: SiteSnapshot, post: Post) -> str:
    site = site_snapshot.site
    return site.feed_ids.posts.get(post.path) or site.address.absolute(site.address.rooted(post.id))


def _is_future(site_snapshot: SiteSnapshot, post: Post) -> bool:
    return post.is_future(site_snapshot.site.today)


def _is_expired(site_snapshot: SiteSnapshot, post: Post) -> bool:
    return post.is_expired(site_snapshot.site.today)


def _is_noindex(site_snapshot: SiteSnapshot, post: Post) -> bool:
    is_hidden = post.draft or _is_future(site_snapshot, post) or _is_expired(site_snapshot, post)
    return is_hidden or post.unlisted or post.visibility.noindex


def _robots_meta(site_snapshot: SiteSnapshot, post: Post) -> str:
    """Returns the directives of the post's `robots` key, with `noindex` added if needed."""
    robots = post.visibility.robots
    implied = ("noindex",) if _is_noindex(site_snapshot, post) and not post.visibility.noindex else ()
    return ", ".join((*implied, *robots))


def _field_of_body(sentence: str, name: str) -> Column:
    """Returns the column of a field of the body, whose digests have a field of the same name."""
    return Column(
        sentence,
        lambda site_snapshot, post: getattr(site_snapshot.bodies[post.path], name),
        lambda site_snapshot, post: getattr(site_snapshot.digests[post.path], name),
    )


COLUMNS: Mapping[str, Column] = {
    "title": Column("Title, as text.", lambda _, post: post.title),
    "title_link": Column("URL that the title links to on the post's page, or empty text.", lambda _, p: p.title_link),
    "url": Column("URL with the base path.", lambda site_snapshot, post: site_snapshot.site.address.rooted(post.url)),
    "absolute_url": Column(
        "Full URL.",
        lambda site_snapshot, post: site_snapshot.site.address.absolute(site_snapshot.site.address.rooted(post.url)),
    ),
    "markdown_url": Column("URL of its Markdown version, with the base path, or empty text.", _markdown_url),
    "source_path": Column("Path of the source: `posts/2026-01-31-name.md`.", lambda _, post: post.path),
    "id": Column("Jekyll's id: the URL without extension.", lambda _, post: post.id),
    "feed_id": Column("Id in feeds as a full URL: the recorded one, or that of `id`.", _feed_id),
    "slug": Column("Slug.", lambda _, post: post.slug),
    "layout": Column("Layout: the name of its template.", lambda _, post: post.layout),
    "date": Column("Date of publication, with time and offset; none for some pages.", lambda _, p: p.date),
    "date_only": Column("Whether the date has no time of day.", lambda _, post: post.date_only),
    "year": Column("Year of the date.", lambda _, post: post.date.year if post.date else 0),
    "updated": Column("Date of the last update; none if there is none.", lambda _, post: post.updated),
    "last_updated": Column("Day of the last dated update, or none.", lambda _, post: post.last_updated),
    "draft": Column("Whether it is a draft.", lambda _, post: post.draft),
    "future": Column("Whether its date is in the future.", _is_future),
    "expired": Column("Whether its `expiryDate` has passed.", _is_expired),
    "unlisted": Column("Whether it is unlisted.", lambda _, post: post.unlisted),
    "categories": Column("Categories, each with `name`, `url` and `kind`.", TermsColumn("categories")),
    "tags": Column("Tags, each with `name`, `url` and `kind`.", TermsColumn("tags")),
    "authors": Column("Names of the authors.", _authors),
    "author_pages": Column(
        "Authors, each with `name`, `url` and `kind`; `url` is empty if the blog has one author.", _author_pages
    ),
    "description": Column(
        "Description: `description` in front matter, or takeaways, or the excerpt as text.",
        _description,
        _description_key,
    ),
    "summary": Column("Description for feeds and search engines, with takeaways.", _summary, _summary_key),
    "own_description": Column("`description` in front matter, or empty text.", lambda _, post: post.description),
    "content": Column(
        "Content, as HTML.",
        lambda site_snapshot, post: Markup(site_snapshot.html[post.path]),  # noqa: S704 - Markdown's output
        lambda site_snapshot, post: site_snapshot.digests[post.path].html,
    ),
    "excerpt": Column(
        "Excerpt, as HTML.",
        lambda site_snapshot, post: Markup(site_snapshot.bodies[post.path].excerpt),  # noqa: S704 - Markdown's output
        lambda site_snapshot, post: site_snapshot.digests[post.path].excerpt,
    ),
    "excerpt_text": _field_of_body("Excerpt, as one line of text.", "summary"),
    "toc": Column(
        (
            "Table of contents: entries with `id`, `text`, `html`, `children` and `chapter` (or none). Without a "
            "table of contents, the chapters; empty if there are none."
        ),
        _toc,
        _toc_key,
    ),
    "words": _field_of_body("Number of words.", "words"),
    "reading_time": Column(
        "Reading time in minutes, at least 1.",
        lambda site_snapshot, post: max(1, round(site_snapshot.bodies[post.path].words / WORDS_PER_MINUTE)),
        lambda site_snapshot, post: max(1, round(site_snapshot.digests[post.path].words / WORDS_PER_MINUTE)),
    ),
    "image": Column(
        "Image with `url`, `absolute_url`, `alt`, `width`, `height` (0 if unknown) and `variants`, or none.",
        find_image,
        image_key,
    ),
    "social_card": Column(
        (
            "Social card of a post without `image`, with the same values; or none. See "
            "[social cards](customizing.md#social-cards)."
        ),
        find_card,
        find_card,
    ),
    "series": Column("Name of its series, or empty text.", lambda _, post: post.series),
    "pinned": Column("Whether it is pinned.", lambda _, post: post.pinned),
    "lang": Column("Language, if it differs from the blog's.", lambda _, post: post.lang),
    "math": Column("Whether `math` is set.", lambda _, post: post.math),
    "talk": Column("Talk, or none.", view_talk),
    "chapters": Column(
        "Chapters of the talk, each with `title`, `id`, `time`, `seconds` and `url`.",
        view_chapters,
        lambda site_snapshot, post: (site_snapshot.digests[post.path].headings, post.talk),
    ),
    "speaker_names": Column(
        "Names of the speakers, for lists that show nothing else of the talk.",
        lambda _, post: tuple(speaker.name for speaker in post.talk.speakers) if post.talk is not None else (),
    ),
    "talk_score": Column(
        (
            "Timeline of the talk: `length`, and the seconds of `chapters` and other `moments`; none if the "
            "length is unknown."
        ),
        view_score,
        lambda site_snapshot, post: (
            site_snapshot.digests[post.path].headings,
            site_snapshot.digests[post.path].timestamps,
            post.talk,
        ),
    ),
    "transcript_url": Column(
        "URL of the page with the transcript of the talk, or empty text.",
        view_transcript_url,
        lambda site_snapshot, post: post.transcript_output and bool(site_snapshot.digests[post.path].transcript),
    ),
    "transcript_lines": Column(
        "Lines of the transcript of the talk, each with `text`, `time`, `seconds`, `iso` and `url`.",
        view_transcript,
        lambda site_snapshot, post: (site_snapshot.digests[post.path].transcript, post.talk),
    ),
    "updates": Column(
        "Updates, newest first: sections and notes, each with `text`, `id` and `date`.",
        view_updates,
        lambda site_snapshot, post: (site_snapshot.digests[post.path].headings, post.talk is None, post.updates),
    ),
    "takeaways": Column(
        "Takeaways.",
        lambda site_snapshot, post: post.takeaways or site_snapshot.bodies[post.path].takeaways,
        lambda site_snapshot, post: (post.takeaways, site_snapshot.digests[post.path].takeaways),
    ),
    "redirect_to": Column(
        "Target of the redirect, or empty text.",
        lambda site_snapshot, post: site_snapshot.site.address.rooted(post.redirect_to),
    ),
    "noindex": Column(
        (
            "Whether search engines are asked not to index it: drafts, future, expired and unlisted posts, "
            "`noindex: true`, `robots: noindex`."
        ),
        _is_noindex,
    ),
    "robots_meta": Column(
        'Content of `<meta name="robots">`, such as `noindex, nofollow`; usually empty.', _robots_meta
    ),
    "remote": _field_of_body("Origins that its content loads from, as (directive, origin).", "remote"),
    "excerpt_remote": _field_of_body("Origins that its excerpt loads from, as (directive, origin).", "excerpt_remote"),
}
"""Values of `post` in templates, by name."""

BODY_COLUMNS = frozenset(name for name, column in COLUMNS.items() if column.key is not None)
"""Names of the columns that depend on the body."""


def find_column(site: Site, name: str) -> Column | None:
    """Returns the column of a taxonomy from the settings, or None for any other name."""
    row = site.find_taxonomy(name)
    return Column(row.sentence, TermsColumn(name)) if row is not None and row.is_own else None
