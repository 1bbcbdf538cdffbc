"""Posts and terms as templates see them: rows that note which of their columns are read, and lazy lists of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.query.columns import COLUMNS
from afterword.query.mentions import find_mentions
from afterword.query.questions import select, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.post import Post
    from afterword.query.questions import Recorder, Selection
    from afterword.site import Term

RELATIONS: Mapping[str, str] = {
    "newer": "The next newer post, or none.",
    "older": "The next older post, or none.",
    "related": "Posts that it names as related, and those that share its rarest tags.",
    "series_posts": "All posts of its series, oldest first.",
    "see_also": "Posts that it names as related; of the speakers and the event of its talk; of its rarest tags.",
    "mentioned_in": "Who links to it: `title`, `url`, `lang`, and `sentence`, the first that does.",
}
"""What of a post leads to other posts."""


def refuse_text(view: object) -> str:
    """What stands in for the text of a view, which has none: its address in memory would differ in each build."""
    raise TypeError(f"this is a {type(view).__name__}, not text; show one of its values, or loop over it")


class Row:
    """One post, as a template sees it: columns, relations, and any further key of its front matter."""

    __slots__ = ("_post", "_recorder", "_touched")
    __str__ = refuse_text

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
            case "related" | "see_also":
                return Posts(self._recorder, (name, post.path))
            case "mentioned_in":
                self._recorder.ask("mentions", post.path)
                return find_mentions(self._recorder.edition, post.path)
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
    __str__ = refuse_text

    def __init__(self, recorder: Recorder, selection: Selection, start: int = 0, stop: int | None = None) -> None:
        self._recorder = recorder
        self._selection = selection
        self._start = start
        self._stop = stop

    def _answer(self) -> tuple[Post, ...]:
        return select(self._recorder.edition.site, self._selection)[self._start : self._stop]

    def __iter__(self) -> Iterator[Row]:
        touched = self._recorder.ask("rows", self._selection, self._start, self._stop)
        return (Row(self._recorder, touched, post) for post in self._answer())

    def __len__(self) -> int:
        self._recorder.ask("length", self._selection, self._start, self._stop)
        return len(self._answer())

    def __bool__(self) -> bool:
        self._recorder.ask("any", self._selection, self._start, self._stop)
        return bool(self._answer())

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


class TermRow:
    """A category, a tag, a speaker or an event, as a template sees it."""

    __slots__ = ("_recorder", "_term", "_touched")
    __str__ = refuse_text

    VOCABULARY: Mapping[str, str] = {
        "kind": "`category`, `tag`, `speaker` or `event`.",
        "name": "The name, as posts write it.",
        "slug": "The name in the URL.",
        "url": "The URL of its page, with the base path.",
        "feed_url": "The URL of its feed, with the base path.",
        "count": "How many posts it has.",
        "posts": "Its posts, newest first.",
        "talks": "Of a speaker or an event: the posts in the order of their talks, the last one first.",
        "link": "A page of a speaker's or an event's own, outside the site, or an empty text.",
    }

    def __init__(self, recorder: Recorder, touched: set[str], term: Term) -> None:
        self._recorder = recorder
        self._touched = touched
        self._term = term

    def __getattr__(self, name: str) -> object:
        term = self._term
        if name == "posts":
            return Posts(self._recorder, ("term", term.kind, term.slug))
        if name == "talks":
            return Posts(self._recorder, ("talks", term.kind, term.slug))
        self._touched.add(name)
        match name:
            case "kind" | "name" | "slug" | "link":
                return getattr(term, name)
            case "url" | "feed_url":
                return self._recorder.edition.site.address.rooted(getattr(term, name))
            case "count":
                return len(term.posts)
            case _:
                raise AttributeError(name)


class Terms:
    """The categories, tags, speakers or events, by name: a lazy list."""

    __slots__ = ("_name", "_recorder")
    __str__ = refuse_text

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder = recorder
        self._name = name

    def _answer(self) -> tuple[Term, ...]:
        return terms_of(self._recorder.edition.site, self._name)

    def __iter__(self) -> Iterator[TermRow]:
        touched = self._recorder.ask("terms", self._name)
        return (TermRow(self._recorder, touched, term) for term in self._answer())

    def __len__(self) -> int:
        self._recorder.ask("length", (self._name,), 0, None)
        return len(self._answer())

    def __bool__(self) -> bool:
        self._recorder.ask("any", (self._name,), 0, None)
        return bool(self._answer())
