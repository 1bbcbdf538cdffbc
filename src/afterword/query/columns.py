"""The columns of a post: every value of it that templates can read, with the sentence that documents it.

Each is a function of an edition and a post. Columns made of a body also say by which digest their values are known to
be the same, so that a body need not be read to find that out. Relies on `Body` and `Prints`. Refuses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from afterword.query.talks import ChapterView, view_chapters, view_score, view_talk, view_updates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from afterword.body import Heading
    from afterword.post import Post
    from afterword.query.questions import Edition

WORDS_PER_MINUTE = 220
"""The pace behind reading times: adults read English prose at about this rate."""


class TermLink(Struct, frozen=True):
    """A term as a post names it."""

    kind: str
    name: str
    url: str


class Picture(Struct, frozen=True):
    """The image that stands for a post, with its URLs; 0 where a size is not known."""

    url: str
    absolute_url: str
    alt: str
    width: int
    height: int


class TocEntry(Struct, frozen=True):
    """A line of a table of contents, with those below it, and the chapter of a talk that begins there, or None."""

    id: str
    text: str
    children: tuple[TocEntry, ...]
    chapter: ChapterView | None = None


class Column(Struct, frozen=True):
    """One value that templates can read of a post: the sentence that documents it, and where it comes from.

    `key` gives what is cheap to know and equal only for equal values; the value itself where it is None.
    """

    sentence: str
    read: Callable[[Edition, Post], object]
    key: Callable[[Edition, Post], object] | None = None


def _terms_of(edition: Edition, kind: str, names: tuple[str, ...]) -> tuple[TermLink, ...]:
    site = edition.site
    terms = (site.terms.get((kind, site.slugs.get((kind, name), ""))) for name in names)
    return tuple(TermLink(kind, term.name, site.address.rooted(term.url)) for term in terms if term is not None)


def _picture(edition: Edition, post: Post) -> Picture | None:
    """The image that a post names, with the size that it gives, or else that of the file."""
    given = post.image
    found = edition.bodies[post.path].image if given is not None else None
    if given is None or found is None:
        return None
    width, height = (given.width, given.height) if given.width or given.height else (found.width, found.height)
    return Picture(found.url, edition.site.address.absolute(found.url), given.alt, width, height)


def _picture_key(edition: Edition, post: Post) -> object:
    return (post.image, edition.site.address, edition.prints[post.path].image) if post.image is not None else None


def _toc(edition: Edition, post: Post) -> tuple[TocEntry, ...]:
    settings = edition.site.config.toc
    headings = [heading for heading in edition.bodies[post.path].headings if 2 <= heading.level <= settings.depth]
    wanted = len(headings) >= settings.min_headings if post.toc is None else post.toc
    chapters = view_chapters(edition, post)
    if not wanted:
        return tuple(TocEntry(chapter.id, chapter.title, (), chapter) for chapter in chapters)
    return _nest(headings, {chapter.id: chapter for chapter in chapters})


def _toc_key(edition: Edition, post: Post) -> object:
    return edition.prints[post.path].headings, post.toc, post.talk, edition.site.config.toc


def _nest(headings: Sequence[Heading], chapters: Mapping[str, ChapterView]) -> tuple[TocEntry, ...]:
    """The headings as a tree: those that follow one with a lower level number lie below it."""
    entries: list[TocEntry] = []
    position = 0
    while position < len(headings):
        head = headings[position]
        end = position + 1
        while end < len(headings) and headings[end].level > head.level:
            end += 1
        below = _nest(headings[position + 1 : end], chapters)
        entries.append(TocEntry(head.id, head.text, below, chapters.get(head.id)))
        position = end
    return tuple(entries)


def _description(edition: Edition, post: Post) -> str:
    body = edition.bodies[post.path]
    return post.description or " · ".join(post.takeaways or body.takeaways) or body.summary


def _description_key(edition: Edition, post: Post) -> object:
    prints = edition.prints[post.path]
    return (post.description,) if post.description else (post.takeaways, prints.takeaways, prints.summary)


def _summary(edition: Edition, post: Post) -> str:
    takeaways = post.takeaways or edition.bodies[post.path].takeaways
    said = (post.description, *takeaways) if post.description else takeaways
    return " · ".join(said) or edition.bodies[post.path].summary


def _summary_key(edition: Edition, post: Post) -> object:
    prints = edition.prints[post.path]
    return post.description, post.takeaways, prints.takeaways, prints.summary


def _authors(edition: Edition, post: Post) -> tuple[str, ...]:
    return post.authors or ((edition.site.config.author,) if edition.site.config.author else ())


def _is_future(edition: Edition, post: Post) -> bool:
    return post.is_future(edition.site.today)


def _is_expired(edition: Edition, post: Post) -> bool:
    return post.is_expired(edition.site.today)


def _is_noindex(edition: Edition, post: Post) -> bool:
    is_held = post.draft or _is_future(edition, post) or _is_expired(edition, post)
    return is_held or post.unlisted or post.visibility.noindex


def _robots_meta(edition: Edition, post: Post) -> str:
    """The directives that the post asks for, with `noindex` if it has to be."""
    robots = post.visibility.robots
    implied = ("noindex",) if _is_noindex(edition, post) and not post.visibility.noindex else ()
    return ", ".join((*implied, *robots))


COLUMNS: Mapping[str, Column] = {
    "title": Column("The title, as text.", lambda _, post: post.title),
    "url": Column("The URL, with the base path.", lambda edition, post: edition.site.address.rooted(post.url)),
    "absolute_url": Column(
        "The full URL.",
        lambda edition, post: edition.site.address.absolute(edition.site.address.rooted(post.url)),
    ),
    "id": Column("The name of the post in feeds: its URL without suffix, as Jekyll has it.", lambda _, post: post.id),
    "slug": Column("The slug.", lambda _, post: post.slug),
    "layout": Column("The layout, which names the template.", lambda _, post: post.layout),
    "date": Column("When it was published, as a date with time and offset; pages may have none.", lambda _, p: p.date),
    "date_only": Column("Whether the date came without a time of day.", lambda _, post: post.date_only),
    "year": Column("The year of the date.", lambda _, post: post.date.year if post.date else 0),
    "updated": Column("When it was last changed, if its front matter says so.", lambda _, post: post.updated),
    "revisited": Column("The day of its last dated update, or none.", lambda _, post: post.revisited),
    "draft": Column("Whether it is a draft, shown with `--drafts`.", lambda _, post: post.draft),
    "future": Column("Whether its date has yet to come, shown with `--future`.", _is_future),
    "expired": Column("Whether its `expiryDate` has come, shown with `--expired`.", _is_expired),
    "unlisted": Column("Whether it is left out of all lists.", lambda _, post: post.unlisted),
    "categories": Column(
        "Its categories, each with `name`, `url` and `kind`.",
        lambda edition, post: _terms_of(edition, "category", post.categories),
    ),
    "tags": Column(
        "Its tags, each with `name`, `url` and `kind`.", lambda edition, post: _terms_of(edition, "tag", post.tags)
    ),
    "authors": Column("Who wrote it: names; the blog's author where it does not say.", _authors),
    "description": Column(
        "One line about it: `description` in the front matter, or else its takeaways, or else the excerpt as text.",
        _description,
        _description_key,
    ),
    "summary": Column(
        "The same for feeds and for search engines, with the takeaways behind a description as well.",
        _summary,
        _summary_key,
    ),
    "own_description": Column("`description` in the front matter, or an empty text.", lambda _, post: post.description),
    "content": Column(
        "The whole text, as HTML.",
        lambda edition, post: Markup(edition.html[post.path]),  # noqa: S704 - Markdown's output
        lambda edition, post: edition.prints[post.path].html,
    ),
    "excerpt": Column(
        "Its beginning, as HTML.",
        lambda edition, post: Markup(edition.bodies[post.path].excerpt),  # noqa: S704 - Markdown's output
        lambda edition, post: edition.prints[post.path].excerpt,
    ),
    "excerpt_text": Column(
        "The same as text, on one line.",
        lambda edition, post: edition.bodies[post.path].summary,
        lambda edition, post: edition.prints[post.path].summary,
    ),
    "toc": Column(
        "The table of contents: entries with `id`, `text`, `children` and `chapter`, the one of a talk that begins "
        "there, or none. Where there is no table, the chapters alone; empty for none.",
        _toc,
        _toc_key,
    ),
    "words": Column(
        "How many words it has.",
        lambda edition, post: edition.bodies[post.path].words,
        lambda edition, post: edition.prints[post.path].words,
    ),
    "reading_time": Column(
        "Minutes that it takes to read, at least 1.",
        lambda edition, post: max(1, round(edition.bodies[post.path].words / WORDS_PER_MINUTE)),
        lambda edition, post: max(1, round(edition.prints[post.path].words / WORDS_PER_MINUTE)),
    ),
    "image": Column(
        "Its image, with `url`, `absolute_url`, `alt`, `width` and `height` (0 if unknown); or none.",
        _picture,
        _picture_key,
    ),
    "series": Column("The name of the series that it belongs to, or an empty text.", lambda _, post: post.series),
    "pinned": Column("Whether it comes first on the home page.", lambda _, post: post.pinned),
    "lang": Column("Its language, where it is not the blog's.", lambda _, post: post.lang),
    "math": Column("Whether it says that it has formulas.", lambda _, post: post.math),
    "talk": Column("The talk that it is about, or none.", view_talk),
    "chapters": Column(
        "The headings that are stamped with moments of its talk, each with `title`, `id`, `time`, `seconds` and `url`.",
        view_chapters,
        lambda edition, post: (edition.prints[post.path].headings, post.talk),
    ),
    "speaker_names": Column(
        "The names of those who spoke in its talk: for lists that show nothing else of it.",
        lambda _, post: tuple(speaker.name for speaker in post.talk.speakers) if post.talk is not None else (),
    ),
    "talk_score": Column(
        "Its talk as a line of time: `length`, and the seconds of `chapters` and of the other `moments` that the text "
        "leads to; none where the length is not known.",
        view_score,
        lambda edition, post: (edition.prints[post.path].headings, edition.prints[post.path].moments, post.talk),
    ),
    "updates": Column(
        "What was added later, the newest first: sections and notes, each with `text`, `id` and `date`.",
        view_updates,
        lambda edition, post: (edition.prints[post.path].headings, post.talk is None, post.updates),
    ),
    "takeaways": Column(
        "What to keep of it: `takeaways` in the front matter, or else what its section of that name has.",
        lambda edition, post: post.takeaways or edition.bodies[post.path].takeaways,
        lambda edition, post: (post.takeaways, edition.prints[post.path].takeaways),
    ),
    "redirect_to": Column(
        "Where its page leads instead of showing it, or an empty text.",
        lambda edition, post: edition.site.address.rooted(post.redirect_to),
    ),
    "noindex": Column(
        "Whether search engines are asked to leave it out: drafts, posts of the future, expired and unlisted ones, and "
        "by `noindex: true` or `robots: noindex`.",
        _is_noindex,
    ),
    "robots_meta": Column(
        'The content of `<meta name="robots">`: `noindex`, `noindex, nofollow`; mostly empty.', _robots_meta
    ),
    "remote": Column(
        "What its text loads from other sites, as (directive, origin).",
        lambda edition, post: edition.bodies[post.path].remote,
        lambda edition, post: edition.prints[post.path].remote,
    ),
    "excerpt_remote": Column(
        "What its excerpt loads from other sites, as (directive, origin).",
        lambda edition, post: edition.bodies[post.path].excerpt_remote,
        lambda edition, post: edition.prints[post.path].excerpt_remote,
    ),
}
"""Every value of a post that templates can read, by name."""

BODY_COLUMNS = frozenset(name for name, column in COLUMNS.items() if column.key is not None)
"""The columns that are made of a body, at least in part."""
