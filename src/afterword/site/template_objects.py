"""Template objects for posts and terms, which record the columns that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from afterword import __version__
from afterword.site.queries.answer_digests import SITE_VALUES
from afterword.site.queries.columns import COLUMNS, find_column
from afterword.site.queries.selections import POST_LISTS, terms_of
from afterword.site.related import find_backlinks, find_part
from afterword.site.taxonomies import TAXONOMIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.config.schema import Config
    from afterword.content.post import Post
    from afterword.site.queries.recording import Recorder
    from afterword.site.queries.selections import Selection
    from afterword.site.related import SeriesPart
    from afterword.site.taxonomies import Taxonomy
    from afterword.site.terms import Term

RELATIONS: Mapping[str, str] = {
    "next": "The next newer post, or none.",
    "previous": "The next older post, or none.",
    "related": "Related posts: those in `related`, then posts with the same rare tags.",
    "series_posts": "Posts of its series, oldest first.",
    "series_part": "Place of the post in its series, or none.",
    "see_also": "Related posts: those in `related`, then posts with the same speakers, event or rare tags.",
    "backlinks": "Posts that link to it: `title`, `url`, `lang`, and `sentence`, the sentence of the first link.",
}
"""Relations between posts."""


def raise_not_printable(view: object) -> str:
    """Raises `TypeError`: printing a view would show its memory address, which differs between builds."""
    raise TypeError(f"a {type(view).__name__} cannot be printed")


class PostRow:
    """A post in a template: columns, relations, and other front matter keys."""

    __slots__ = ("_columns", "_post", "_recorder")
    __str__ = raise_not_printable

    def __init__(self, recorder: Recorder, columns: set[str], post: Post) -> None:
        self._recorder = recorder
        self._columns = columns
        self._post = post

    def __getattr__(self, name: str) -> object:
        column = find_column(self._recorder.site_snapshot.site, name)
        if column is not None:
            self._columns.add(name)
            return column.read(self._recorder.site_snapshot, self._post)
        if name in RELATIONS:
            return self._related(name)
        self._columns.add(name)
        try:
            return self._post.extra[name]
        except KeyError:
            raise AttributeError(name) from None

    def _related(self, name: str) -> object:
        post = self._post
        match name:
            case "series_posts":
                self._columns.add("series")
                return Posts(self._recorder, ("series", post.series))
            case "series_part":
                self._recorder.record("part", post.path)
                part = find_part(self._recorder.site_snapshot.site, post.path)
                return PartRow(self._recorder, post.path, part) if part is not None else None
            case "related" | "see_also":
                return Posts(self._recorder, (name, post.path))
            case "backlinks":
                self._recorder.record("mentions", post.path)
                site_snapshot = self._recorder.site_snapshot
                return find_backlinks(site_snapshot.site, site_snapshot.mentions.get(post.path, ()))
            case _:
                return next(iter(Posts(self._recorder, (name, post.path))), None)

    def __eq__(self, other: object) -> bool:
        """Compares posts by path, so that a template can find the current post in a list."""
        if not isinstance(other, PostRow):
            return NotImplemented
        self._columns.add("url")
        return self._post.path == other._post.path

    __hash__ = None  # type: ignore[assignment]  # rows are for reading, not for keys


def _make_column(name: str) -> property:
    """Returns the property that reads a column: Python finds it sooner than what `__getattr__` would find."""
    read = COLUMNS[name].read

    def read_column(row: PostRow) -> object:
        row._columns.add(name)
        return read(row._recorder.site_snapshot, row._post)

    return property(read_column)


for _name in COLUMNS:
    setattr(PostRow, _name, _make_column(_name))


class LazyList:
    """A slice of a list of posts or terms, which records a query when it is counted; `_key` says which list it is."""

    __slots__ = ("_key", "_recorder", "_start", "_stop")
    __str__ = raise_not_printable

    def __init__(self, recorder: Recorder, key: Selection, start: int = 0, stop: int | None = None) -> None:
        self._recorder = recorder
        self._key = key
        self._start = start
        self._stop = stop

    def _answer(self) -> tuple[Post, ...] | tuple[Term, ...]:
        raise NotImplementedError

    def __len__(self) -> int:
        self._recorder.record_slice("length", self._key, self._start, self._stop)
        return len(self._answer())

    def __bool__(self) -> bool:
        self._recorder.record_slice("any", self._key, self._start, self._stop)
        return bool(self._answer())


class Posts(LazyList):
    """A lazy list of posts. Slicing returns a narrower list; iterating, indexing and counting record a query."""

    __slots__ = ()

    def _answer(self) -> tuple[Post, ...]:
        return self._recorder.select(self._key)[self._start : self._stop]

    def __iter__(self) -> Iterator[PostRow]:
        columns = self._recorder.record_slice("rows", self._key, self._start, self._stop)
        return (PostRow(self._recorder, columns, post) for post in self._answer())

    def __getitem__(self, key: int | slice) -> Posts | PostRow:
        if not isinstance(key, slice):
            return list(self)[key]
        if key.step not in (None, 1):
            raise ValueError("slices of posts have no step; use `|reverse`")
        if (key.start or 0) < 0 or (key.stop is not None and key.stop < 0):
            key = slice(*key.indices(len(self)))
        start = self._start + (key.start or 0)
        stop = self._stop if key.stop is None else self._start + key.stop
        if self._stop is not None and stop is not None:
            stop = min(stop, self._stop)
        return Posts(self._recorder, self._key, start, stop)


class PartRow:
    """The part of a post in its series."""

    __slots__ = ("_path", "_recorder", "feed_url", "number", "total", "url")
    __str__ = raise_not_printable

    VOCABULARY: Mapping[str, str] = {
        "number": "Number of the post in its series, from 1 for the oldest.",
        "total": "Number of parts of the series.",
        "url": "URL of the page of the series, with the base path.",
        "feed_url": "URL of the feed of the series, with the base path.",
        "shown": "Parts to list, as pairs of a number and a post. If there are more than ten: the first, the last, "
        "the post itself and its neighbours.",
    }

    def __init__(self, recorder: Recorder, path: str, part: SeriesPart) -> None:
        self._recorder = recorder
        self._path = path
        self.number = part.number
        self.total = part.total
        self.url = part.url
        self.feed_url = part.feed_url

    @property
    def shown(self) -> list[tuple[int, PostRow]]:
        """Parts to list on the post's page, each with its number."""
        numbers = self._recorder.site_snapshot.site.parts
        return [(numbers[row._post.path], row) for row in Posts(self._recorder, ("parts", self._path))]


class TermRow:
    """A category, tag, speaker or other term."""

    __slots__ = ("_columns", "_recorder", "_term")
    __str__ = raise_not_printable

    VOCABULARY: Mapping[str, str] = {
        "kind": "Taxonomy: `category`, `tag`, `speaker`, `event`, `author`, `series` or a custom one.",
        "name": "Name.",
        "slug": "Slug.",
        "url": "URL of its page, with the base path.",
        "feed_url": "URL of its feed, with the base path.",
        "count": "Number of posts.",
        "posts": "Posts, newest first.",
        "talks": "For speakers and events: posts, latest talk first.",
        "link": "For speakers and events: URL of their own site, or empty text.",
    }

    def __init__(self, recorder: Recorder, columns: set[str], term: Term) -> None:
        self._recorder = recorder
        self._columns = columns
        self._term = term

    def __getattr__(self, name: str) -> object:
        term = self._term
        if name == "posts":
            return Posts(self._recorder, ("term", term.kind, term.slug))
        if name == "talks":
            return Posts(self._recorder, ("talks", term.kind, term.slug))
        self._columns.add(name)
        match name:
            case "kind" | "name" | "slug" | "link":
                return getattr(term, name)
            case "url" | "feed_url":
                return self._recorder.site_snapshot.site.address.rooted(getattr(term, name))
            case "count":
                return len(term.posts)
            case _:
                raise AttributeError(name)


class TermList(LazyList):
    """A lazy list of the terms of a taxonomy, by name. Its key is `("terms", plural)`."""

    __slots__ = ()

    def _answer(self) -> tuple[Term, ...]:
        return terms_of(self._recorder.site_snapshot.site, self._key[1], self._start, self._stop)

    def __iter__(self) -> Iterator[TermRow]:
        columns = self._recorder.record_slice("terms", self._key[1:], self._start, self._stop)
        return (TermRow(self._recorder, columns, term) for term in self._answer())


class TaxonomyRow:
    """A taxonomy. Everything except its terms follows from the settings."""

    __slots__ = ("_recorder", "_row")
    __str__ = raise_not_printable

    VOCABULARY: Mapping[str, str] = {
        "name": "Name of one term: `tag`.",
        "plural": "Name of the taxonomy: `tags`.",
        "title": "Title: `Tags`.",
        "url": "URL of the page of all terms, with the base path.",
        "own": "Whether it is a custom taxonomy, from the setting `taxonomies`.",
        "published": "Whether its terms have pages and feeds.",
        "terms": "Terms by name.",
    }

    def __init__(self, recorder: Recorder, row: Taxonomy) -> None:
        self._recorder = recorder
        self._row = row

    def __getattr__(self, name: str) -> object:
        match name:
            case "name" | "plural" | "title":
                return getattr(self._row, name)
            case "own":
                return self._row.is_own
            case "published":
                settings = ConfigView(self._recorder, self._recorder.site_snapshot.site.config)
                return self._row.is_published(cast("Config", settings))  # which notes what is asked of it
            case "url":
                return self._recorder.site_snapshot.site.address.rooted(self._row.url)
            case "terms":
                return TermList(self._recorder, ("terms", self._row.plural))
            case _:
                raise AttributeError(name)


class MonthRow:
    """A month of the archive."""

    __slots__ = ("month", "posts", "url")
    __str__ = raise_not_printable

    VOCABULARY: Mapping[str, str] = {
        "month": "Month, from 1 to 12.",
        "posts": "Posts, newest first.",
        "url": "URL of its page, with the base path; empty if it has no page.",
    }

    def __init__(self, recorder: Recorder, year: int, month: int, url: str) -> None:
        self.month = month
        self.posts = Posts(recorder, ("month", str(year), str(month)))
        self.url = url


class YearRow:
    """A year of the archive."""

    __slots__ = ("_recorder", "posts", "year")
    __str__ = raise_not_printable

    VOCABULARY: Mapping[str, str] = {
        "year": "Year.",
        "posts": "Posts, newest first.",
        "months": "Months with posts, newest first, each with `month`, `posts` and `url`.",
        "url": "URL of its page, with the base path; empty if the archive is on one page.",
    }

    def __init__(self, recorder: Recorder, year: int) -> None:
        self._recorder = recorder
        self.year = year
        self.posts = Posts(recorder, ("year", str(year)))

    @property
    def url(self) -> str:
        """URL of its page, or empty."""
        return self._find_url()

    @property
    def months(self) -> list[MonthRow]:
        """Months with posts, newest first."""
        self._recorder.record("months", str(self.year))
        months = self._recorder.site_snapshot.site.list_months(self.year)
        return [MonthRow(self._recorder, self.year, month, self._find_url(month)) for month in months]

    def _find_url(self, month: int = 0) -> str:
        self._recorder.record("archive", str(self.year), str(month))
        site = self._recorder.site_snapshot.site
        return site.address.rooted(site.archive_url(self.year, month))


class SiteView:
    """The `site` object of templates."""

    __slots__ = ("_recorder",)
    __str__ = raise_not_printable

    VOCABULARY: Mapping[str, str] = {
        **{name: posts.sentence for name, posts in POST_LISTS.items()},
        **{row.plural: row.sentence for row in TAXONOMIES},
        **{name: value.sentence for name, value in SITE_VALUES.items()},
        "taxonomies": "All taxonomies, including custom taxonomies.",
        "years": "Years with posts, newest first, each with `year`, `posts`, `months` and `url`.",
        "url": "Full URL of the home page.",
        "published": "Whether `base_url` has a host, so that full URLs are valid.",
        "search": "What the search finds: `full`, `titles`, or empty text without search.",
        "icons": "Links to icons and to the web manifest: `rel`, `type`, `sizes`, and `url` or `asset`.",
        "social_card": "Social card of the home page and of lists, or none.",
        "sitemap": "Pages for the sitemap, each with `url` and `updated`.",
        "author": "Author of the blog, or its title.",
        "generator": "`Afterword` and its version.",
    }

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __getattr__(self, name: str) -> object:
        recorder = self._recorder
        site = recorder.site_snapshot.site
        if name in POST_LISTS or name in site.lists:
            return Posts(recorder, (name,)) if name in POST_LISTS else TermList(recorder, ("terms", name))
        if name in SITE_VALUES:
            recorder.record(name)
            return SITE_VALUES[name].read(site)
        match name:
            case "taxonomies":
                recorder.record("config", "taxonomies")
                return [TaxonomyRow(recorder, row) for row in site.taxonomies]
            case "years":
                recorder.record(name)
                return [YearRow(recorder, year) for year in site.years]
            case "url":
                return site.address.absolute(site.address.rooted("/"))
            case "published":
                return site.address.published
            case "sitemap" | "search" | "icons" | "social_card":
                recorder.record(name)
                return getattr(recorder.site_snapshot, name)
            case "author":
                return ConfigView(recorder, site.config).author or ConfigView(recorder, site.config).title
            case "generator":
                return f"Afterword {__version__}"
            case _:
                raise AttributeError(name)


class ConfigView:
    """The settings, or one table of them; each value that is read is a separate query."""

    __slots__ = ("_prefix", "_recorder", "_settings")
    __str__ = raise_not_printable

    def __init__(self, recorder: Recorder, settings: Config | object, prefix: str = "") -> None:
        self._recorder = recorder
        self._settings = settings
        self._prefix = prefix

    def __getattr__(self, name: str) -> object:
        value = getattr(self._settings, name)
        if isinstance(value, Struct):
            return ConfigView(self._recorder, value, f"{self._prefix}{name}.")
        self._recorder.record("config", f"{self._prefix}{name}")
        return value


def prefix_of(view: object) -> str:
    """Returns the prefix of a view's names in a template, such as `site.`; empty for anything else."""
    match view:
        case SiteView():
            return "site."
        case ConfigView():
            return f"config.{view._prefix}"
        case PostRow():
            return "post."
        case _:
            return getattr(type(view), "PREFIX", "")


def names_of(view: object) -> tuple[str, ...]:
    """Returns the valid names of a view, for suggestions; empty for anything else."""
    if isinstance(view, PostRow):
        own = (row.plural for row in view._recorder.site_snapshot.site.taxonomies if row.is_own)
        return (*COLUMNS, *RELATIONS, *own, *view._post.extra)
    if isinstance(view, SiteView):
        return (*SiteView.VOCABULARY, *view._recorder.site_snapshot.site.lists)
    if isinstance(view, ConfigView):
        settings = view._settings
        return settings.__struct_fields__ if isinstance(settings, Struct) else ()
    vocabulary = getattr(type(view), "VOCABULARY", None)
    if vocabulary is not None:
        return tuple(vocabulary)
    return view.__struct_fields__ if isinstance(view, Struct) else ()
