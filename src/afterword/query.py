"""The only door from templates to the site: questions, rows, and a record of what was asked.

A template sees views (`site`, `page`, `post`, `config`). Each answer comes through a `Recorder`, which notes the question
and the columns that were read; so a render leaves behind exactly what its result depends on. `Posts` is lazy: slicing
makes a longer question, only iterating asks it. Relies on `Site` and `Body` being plain and unchanging. Refuses any
attribute that is not part of the vocabulary (`COLUMNS` and the views' properties), and names that begin with `_` never
get here: `environment` refuses the template.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, TypeAlias

from markupsafe import Markup

from afterword import __version__
from afterword.site import related

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from afterword.body import Body, Heading
    from afterword.post import Post
    from afterword.settings import Config
    from afterword.site import Site, Term

Selection: TypeAlias = tuple[str, ...]
"""Which posts, in which order: `("posts",)`, `("term", "tag", "python")`, `("related", "posts/x.md")` …"""

Question: TypeAlias = tuple[object, ...]
"""What a template asked: a selection with its slice, or a kind and a name, such as `("config", "title")`."""

Facts: TypeAlias = tuple[tuple[Question, tuple[str, ...]], ...]
"""All questions of one render, sorted, each with the columns of the answer that were read, sorted."""

WORDS_PER_MINUTE = 220
"""The pace behind reading times: adults read English prose at about this rate."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of `static/`: its digest, its URL with the digest in its name, and its text where that is short."""

    digest: str
    url: str
    output: str
    text: str | None


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """A page that search engines are told of: its absolute URL, and when it last changed, if that is known."""

    url: str
    updated: datetime | None


@dataclass(frozen=True, slots=True)
class Edition:
    """One consistent state of everything that templates can ask about."""

    site: Site
    bodies: Mapping[str, Body]
    assets: Mapping[str, Asset]
    sitemap: tuple[SitemapEntry, ...]


class Recorder:
    """What one render has asked so far."""

    __slots__ = ("asked", "edition")

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.asked: dict[Question, set[str]] = {}

    def ask(self, *question: object) -> set[str]:
        """Note a question; the columns that are read of its answer are to be added to the set."""
        return self.asked.setdefault(question, set())

    def facts(self) -> Facts:
        """The questions asked, in an order that does not depend on when they were."""
        return tuple(sorted(((question, tuple(sorted(columns))) for question, columns in self.asked.items()), key=repr))


def select(site: Site, selection: Selection) -> tuple[Post, ...]:
    """The posts that a selection means, in its order."""
    match selection:
        case ("posts",):
            return site.posts
        case ("pages",):
            return site.pages
        case ("term", kind, slug):
            return site.terms[kind, slug].posts
        case ("year", year):
            return site.years.get(int(year), ())
        case ("series", name):
            return site.series.get(name, ())
        case ("post", path):
            return (site.by_path[path],)
        case ("related", path):
            return related(site, site.by_path[path])
        case ("newer" | "older" as direction, path):
            return _neighbour(site, path, -1 if direction == "newer" else 1)
        case _:
            raise ValueError(f"no such selection: {selection!r}")


def _neighbour(site: Site, path: str, step: int) -> tuple[Post, ...]:
    index = site.position.get(path, -1)
    other = index + step
    return (site.posts[other],) if index >= 0 and 0 <= other < len(site.posts) else ()


# --- posts and their columns


@dataclass(frozen=True, slots=True)
class TermLink:
    """A term as a post names it."""

    kind: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The image that stands for a post, with its URLs; 0 where a size is not known."""

    url: str
    absolute_url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TocEntry:
    """A line of a table of contents, with those below it."""

    id: str
    text: str
    children: tuple[TocEntry, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One value that templates can read of a post: the sentence that documents it, and where it comes from."""

    sentence: str
    read: Callable[[Edition, Post], object]


def _terms_of(edition: Edition, kind: str, names: tuple[str, ...]) -> tuple[TermLink, ...]:
    site = edition.site
    terms = (site.terms.get((kind, site.slugs.get((kind, name), ""))) for name in names)
    return tuple(TermLink(kind, term.name, site.address.rooted(term.url)) for term in terms if term is not None)


def _picture(edition: Edition, post: Post) -> Picture | None:
    if post.image is None:
        return None
    address = edition.site.address
    path = post.image.path
    plain = path if "://" in path or path.startswith("/") else f"/{path}"
    url = address.rooted(plain)
    return Picture(url, address.absolute(url), post.image.alt, post.image.width, post.image.height)


def _toc(edition: Edition, post: Post) -> tuple[TocEntry, ...]:
    settings = edition.site.config.toc
    headings = [heading for heading in edition.bodies[post.path].headings if 2 <= heading.level <= settings.depth]
    wanted = len(headings) >= settings.min_headings if post.toc is None else post.toc
    return _nested(headings) if wanted else ()


def _nested(headings: list[Heading]) -> tuple[TocEntry, ...]:
    """The headings as a tree: those that follow one with a lower level number lie below it."""
    entries: list[TocEntry] = []
    position = 0
    while position < len(headings):
        head = headings[position]
        end = position + 1
        while end < len(headings) and headings[end].level > head.level:
            end += 1
        entries.append(TocEntry(head.id, head.text, _nested(headings[position + 1 : end])))
        position = end
    return tuple(entries)


def _authors(edition: Edition, post: Post) -> tuple[str, ...]:
    return post.authors or ((edition.site.config.author,) if edition.site.config.author else ())


def _is_future(edition: Edition, post: Post) -> bool:
    return post.day is not None and post.day > edition.site.today


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
    "draft": Column("Whether it is a draft, shown with `--drafts`.", lambda _, post: post.draft),
    "future": Column("Whether its date has yet to come, shown with `--future`.", _is_future),
    "categories": Column(
        "Its categories, each with `name`, `url` and `kind`.",
        lambda edition, post: _terms_of(edition, "category", post.categories),
    ),
    "tags": Column(
        "Its tags, each with `name`, `url` and `kind`.", lambda edition, post: _terms_of(edition, "tag", post.tags)
    ),
    "authors": Column("Who wrote it: names; the blog's author where it does not say.", _authors),
    "description": Column(
        "One line about it: `description` in the front matter, or else the excerpt as text.",
        lambda edition, post: post.description or edition.bodies[post.path].summary,
    ),
    "content": Column("The whole text, as HTML.", lambda edition, post: Markup(edition.bodies[post.path].html)),  # noqa: S704 - Markdown's output
    "excerpt": Column("Its beginning, as HTML.", lambda edition, post: Markup(edition.bodies[post.path].excerpt)),  # noqa: S704
    "toc": Column("The table of contents: entries with `id`, `text` and `children`; empty for none.", _toc),
    "words": Column("How many words it has.", lambda edition, post: edition.bodies[post.path].words),
    "reading_time": Column(
        "Minutes that it takes to read, at least 1.",
        lambda edition, post: max(1, round(edition.bodies[post.path].words / WORDS_PER_MINUTE)),
    ),
    "image": Column(
        "Its image, with `url`, `absolute_url`, `alt`, `width` and `height` (0 if unknown); or none.", _picture
    ),
    "series": Column("The name of the series that it belongs to, or an empty text.", lambda _, post: post.series),
    "pinned": Column("Whether it is marked to stay on top.", lambda _, post: post.pinned),
    "lang": Column("Its language, where it is not the blog's.", lambda _, post: post.lang),
    "math": Column("Whether it says that it has formulas.", lambda _, post: post.math),
    "talk": Column("The `talk` of its front matter, as written.", lambda _, post: post.talk),
    "noindex": Column(
        "Whether search engines are asked to leave it out: drafts, and `noindex: true`.",
        lambda _, post: post.draft or post.extra.get("noindex") is True,
    ),
    "remote": Column(
        "What it loads from other sites, as (directive, origin).",
        lambda edition, post: edition.bodies[post.path].remote,
    ),
}
"""Every value of a post that templates can read, by name."""

RELATIONS: Mapping[str, str] = {
    "newer": "The next newer post, or none.",
    "older": "The next older post, or none.",
    "related": "Posts that share its rarest tags.",
    "series_posts": "All posts of its series, oldest first.",
}
"""What of a post leads to other posts."""


class Row:
    """One post, as a template sees it: columns, relations, and any further key of its front matter."""

    __slots__ = ("_post", "_recorder", "_touched")

    def __init__(self, recorder: Recorder, touched: set[str], post: Post) -> None:
        self._recorder = recorder
        self._touched = touched
        self._post = post

    def __getattr__(self, name: str) -> object:
        if (column := COLUMNS.get(name)) is not None:
            self._touched.add(name)
            return column.read(self._recorder.edition, self._post)
        if name in RELATIONS:
            return self._related(name)
        self._touched.add(name)
        try:
            return self._post.extra[name]
        except KeyError:
            raise AttributeError(name) from None

    def _related(self, name: str) -> object:
        post = self._post
        match name:
            case "series_posts":
                self._touched.add("series")
                return Posts(self._recorder, ("series", post.series))
            case "related":
                return Posts(self._recorder, ("related", post.path))
            case _:
                return next(iter(Posts(self._recorder, (name, post.path))), None)

    def __eq__(self, other: object) -> bool:
        """Rows are equal when they are the same post, so that a template can find "this one" in a list."""
        if not isinstance(other, Row):
            return NotImplemented
        self._touched.add("url")
        return self._post.path == other._post.path

    __hash__ = None  # type: ignore[assignment]  # rows are for reading, not for keys


class Posts:
    """A lazy list of posts: slicing it makes a new question, iterating, indexing and counting ask it."""

    __slots__ = ("_recorder", "_selection", "_start", "_stop")

    def __init__(self, recorder: Recorder, selection: Selection, start: int = 0, stop: int | None = None) -> None:
        self._recorder = recorder
        self._selection = selection
        self._start = start
        self._stop = stop

    def _answer(self) -> tuple[Post, ...]:
        return select(self._recorder.edition.site, self._selection)[self._start : self._stop]

    def __iter__(self) -> Iterator[Row]:
        touched = self._recorder.ask(self._selection, self._start, self._stop)
        return (Row(self._recorder, touched, post) for post in self._answer())

    def __len__(self) -> int:
        self._recorder.ask("length", self._selection, self._start, self._stop)
        return len(self._answer())

    def __getitem__(self, key: int | slice) -> Posts | Row:
        if not isinstance(key, slice):
            return list(self)[key]
        if key.step not in (None, 1):
            raise ValueError("posts are sliced without a step; use `|reverse`")
        if (key.start or 0) < 0 or (key.stop is not None and key.stop < 0):
            key = slice(*key.indices(len(self)))
        start = self._start + (key.start or 0)
        stop = self._stop if key.stop is None else self._start + key.stop
        if self._stop is not None and stop is not None:
            stop = min(stop, self._stop)
        return Posts(self._recorder, self._selection, start, stop)


# --- views


class TermRow:
    """A category or tag, as a template sees it."""

    __slots__ = ("_recorder", "_term", "_touched")

    VOCABULARY: Mapping[str, str] = {
        "kind": "`category` or `tag`.",
        "name": "The name, as posts write it.",
        "slug": "The name in the URL.",
        "url": "The URL of its page, with the base path.",
        "feed_url": "The URL of its feed, with the base path.",
        "count": "How many posts it has.",
        "posts": "Its posts, newest first.",
    }

    def __init__(self, recorder: Recorder, touched: set[str], term: Term) -> None:
        self._recorder = recorder
        self._touched = touched
        self._term = term

    def __getattr__(self, name: str) -> object:
        term = self._term
        if name == "posts":
            return Posts(self._recorder, ("term", term.kind, term.slug))
        self._touched.add(name)
        match name:
            case "kind" | "name" | "slug":
                return getattr(term, name)
            case "url" | "feed_url":
                return self._recorder.edition.site.address.rooted(getattr(term, name))
            case "count":
                return len(term.posts)
            case _:
                raise AttributeError(name)


class YearRow:
    """A year of the archive."""

    __slots__ = ("posts", "year")

    VOCABULARY: Mapping[str, str] = {"year": "The year.", "posts": "Its posts, newest first."}

    def __init__(self, recorder: Recorder, year: int) -> None:
        self.year = year
        self.posts = Posts(recorder, ("year", str(year)))


class SiteView:
    """The whole site, as a template sees it."""

    __slots__ = ("_recorder",)

    VOCABULARY: Mapping[str, str] = {
        "posts": "All posts, newest first; slices are cheap: `site.posts[:5]`.",
        "pages": "The standalone pages.",
        "categories": "The categories, by name.",
        "tags": "The tags, by name.",
        "years": "The years that have posts, newest first, each with `year` and `posts`.",
        "url": "The full URL of the home page.",
        "published": "Whether `base_url` names a host, so that full URLs are true.",
        "updated": "When any post last changed, by what front matter says; none for a blog without posts.",
        "sitemap": "The pages for search engines, each with `url` and `updated`.",
        "author": "The blog's author, or else its title.",
        "generator": "What made the site, with its version.",
    }

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __getattr__(self, name: str) -> object:
        recorder = self._recorder
        site = recorder.edition.site
        match name:
            case "posts" | "pages":
                return Posts(recorder, (name,))
            case "categories" | "tags":
                touched = recorder.ask(name)
                return [TermRow(recorder, touched, term) for term in getattr(site, name)]
            case "years":
                recorder.ask(name)
                return [YearRow(recorder, year) for year in site.years]
            case "url":
                return site.address.absolute(site.address.rooted("/"))
            case "published":
                return site.address.published
            case "updated":
                recorder.ask(name)
                return site.updated
            case "sitemap":
                recorder.ask(name)
                return recorder.edition.sitemap
            case "author":
                recorder.ask("config", "author")
                recorder.ask("config", "title")
                return site.config.author or site.config.title
            case "generator":
                return f"Afterword {__version__}"
            case _:
                raise AttributeError(name)


class ConfigView:
    """The settings, or one table of them; each value that is read is a question of its own."""

    __slots__ = ("_prefix", "_recorder", "_settings")

    def __init__(self, recorder: Recorder, settings: Config | object, prefix: str = "") -> None:
        self._recorder = recorder
        self._settings = settings
        self._prefix = prefix

    def __getattr__(self, name: str) -> object:
        value = getattr(self._settings, name)
        if is_dataclass(value):
            return ConfigView(self._recorder, value, f"{self._prefix}{name}.")
        self._recorder.ask("config", f"{self._prefix}{name}")
        return value


def names_of(view: object) -> tuple[str, ...]:
    """The names that a template could have meant of a view, for "did you mean"; empty for anything else."""
    if isinstance(view, Row):
        return (*COLUMNS, *RELATIONS, *view._post.extra)
    if isinstance(view, ConfigView):
        settings = view._settings
        return tuple(field.name for field in fields(settings)) if is_dataclass(settings) else ()
    vocabulary = getattr(type(view), "VOCABULARY", None)
    if vocabulary is not None:
        return tuple(vocabulary)
    return tuple(field.name for field in fields(view)) if is_dataclass(view) else ()
