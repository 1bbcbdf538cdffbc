"""The table of taxonomies: ways of grouping posts into terms with pages and feeds.

A blog has the rows of `TAXONOMIES` and those of its setting `taxonomies`.
"""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, error
from afterword.core.names import tidy_name
from afterword.core.patterns import lazy_pattern
from afterword.core.urls import url_of_file
from afterword.front_matter.fields import FURTHER, KEYS, SHARED, TAKEN
from afterword.talks.block import aliases_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from afterword.config.schema import Config
    from afterword.content.post import Post
    from afterword.core.diagnostics import Place
    from afterword.core.structs import Value

Order: TypeAlias = Literal["term", "talks", "oldest"]
"""Order of posts on a term's page: newest first, by talk date, or oldest first."""


class FrontMatterNames(Struct, frozen=True):
    """Reads the terms of a post from a front matter key or from Zola's `taxonomies` table.

    The value is a name or a list of names.
    """

    key: str

    def __call__(self, post: Post, _: Config) -> tuple[str, ...]:
        value = post.extra.get(self.key)
        table = post.extra.get("taxonomies") if value is None else None
        if isinstance(table, dict):
            value = table.get(self.key)
        return tuple(dict.fromkeys(_read_names(value)))


class PlaceOfKey(Struct, frozen=True):
    """Returns fixed keys of `Post.places` for the place of a term."""

    keys: tuple[str, ...]

    def __call__(self, _: Post, __: str) -> tuple[str, ...]:
        return self.keys


class Taxonomy(Struct, frozen=True, kw_only=True):
    """A way of grouping posts. All its pages follow from this row.

    Attributes:
        name: kind of its terms (`tag`).
        plural: folder of its pages, and its name in templates (`/tags/`, `site.tags`).
        template, list_template: templates of a term's page and of the list of terms.
        names_of: returns the terms of a post.
        keys_of: returns the keys of `Post.places` that can have the place of a term.
        condition: when the list of terms is empty, for its documentation.
        order: order of posts on a term's page, which is `paginated` or has all posts.
        min_terms: with fewer terms, the taxonomy is empty.
        one_spelling: names with the same slug are one term; otherwise one of them gets another slug.
        checks_names: similar names get a warning.
        always_listed: the list of terms exists even without terms.
        is_own: the taxonomy is from the blog's settings.
        has_pages: returns whether the settings enable its pages.
        link_of: finds a term's page on another site.
    """

    name: str
    plural: str
    names_of: Callable[[Post, Config], tuple[str, ...]]
    keys_of: Callable[[Post, str], Iterable[str]]
    template: str = "term.html"
    list_template: str = "terms.html"
    order: Order = "term"
    paginated: bool = True
    min_terms: int = 1
    condition: str = ""
    one_spelling: bool = False
    checks_names: bool = False
    always_listed: bool = False
    is_own: bool = False
    has_pages: Callable[[Config], bool] | None = None
    link_of: Callable[[str, tuple[Post, ...], Config], str] | None = None

    @property
    def title(self) -> str:
        """Title of the list of terms."""
        words = re.sub("[-_]+", " ", self.plural)
        return words[:1].upper() + words[1:]

    @property
    def kind(self) -> str:
        """`page.kind` of a term's page."""
        return "term" if self.is_own else self.name

    @property
    def list_kind(self) -> str:
        """`page.kind` of the list of terms."""
        if self.is_own:
            return "terms"
        return self.plural if self.plural != self.name else f"all-{self.plural}"

    @property
    def sentence(self) -> str:
        """Documentation of the list of terms."""
        if self.is_own:
            return f"Terms of the taxonomy `{self.plural}`, by name."
        return f"{self.title} by name{self.condition}."

    @property
    def url(self) -> str:
        """URL of the list of terms."""
        return url_of_file(f"{self.plural}/")

    def is_published(self, config: Config) -> bool:
        """Returns whether its terms have pages."""
        return self.has_pages is None or self.has_pages(config)


def list_taxonomies(config: Config) -> tuple[Taxonomy, ...]:
    """Lists all taxonomies of a blog, without invalid and duplicate ones in the settings."""
    known = {row.plural for row in TAXONOMIES}
    own = (
        Taxonomy(
            name=name,
            plural=plural,
            names_of=FrontMatterNames(plural),
            keys_of=PlaceOfKey((plural,)),
            one_spelling=True,
            is_own=True,
        )
        for name, plural in config.taxonomies.items()
        if plural not in known and find_taxonomy_problem(name, plural, config.taxonomies) is None
    )
    return (*TAXONOMIES, *own)


def check_taxonomies(config: Config, places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    """Yields an error for each invalid taxonomy in the settings; `places` are those of the settings, by name."""
    for name, plural in config.taxonomies.items():
        if problem := find_taxonomy_problem(name, plural, config.taxonomies):
            message, hint = problem
            yield error("invalid-setting", message, places.get(name), hint=hint)


def find_taxonomy_problem(name: str, plural: str, all_names: Mapping[str, str]) -> tuple[str, str] | None:
    """Returns a message and a hint for an invalid taxonomy in the settings, None for a valid one.

    A row of `TAXONOMIES` is valid: settings that were moved from Hugo name `tag = "tags"`.
    """
    example = 'write `topic = "topics"`: the singular, and the front matter key'
    for word in (name, plural):
        if not _WORD.fullmatch(word):
            return f"invalid taxonomy name `{word}`", example
    if any((row.name, row.plural) == (name, plural) for row in TAXONOMIES):
        return None
    taken = {row.plural.casefold() for row in TAXONOMIES} | RESERVED
    if plural.casefold() in taken:
        return f"reserved taxonomy name `{plural}`", "use another name"
    if plural in KEYS or plural in FURTHER or plural in SHARED or plural in TAKEN:
        return f"front matter key `{plural}` has another meaning", "use another key"
    if name in {row.name for row in TAXONOMIES}:
        return f"duplicate taxonomy `{name}`: it is built in", "use another name"
    first = next(other for other, key in all_names.items() if key.casefold() == plural.casefold())
    return (f"duplicate taxonomy `{plural}`: `{first}` and `{name}`", "remove one of them") if first != name else None


_WORD = lazy_pattern(r"[^\W_][\w-]*")

RESERVED = frozenset(
    {
        *("archive", "author", "events", "feeds", "front", "generator", "icons", "page", "pages", "posts", "published"),
        *("recently_updated", "search", "sitemap", "social_card", "talk_seconds", "talks", "taxonomies", "updated"),
        *("url", "years"),
    }
)
"""Names that the setting `taxonomies` cannot use: folders of the site, and fields of `site` in templates."""


def _read_names(value: Value) -> Iterator[str]:
    """Yields the names in a front matter value: text and numbers, alone or in a list."""
    match value:
        case bool() | None:
            return
        case str() | int() | float():
            if text := str(value).strip():
                yield text
        case list() | tuple():
            for item in value:
                if not isinstance(item, (list, tuple)):
                    yield from _read_names(item)


def _categories_of(post: Post, _: Config) -> tuple[str, ...]:
    return post.categories


def _tags_of(post: Post, _: Config) -> tuple[str, ...]:
    return post.tags


def _authors_of(post: Post, config: Config) -> tuple[str, ...]:
    return post.authors or ((config.author,) if config.author else ())


def _series_of(post: Post, _: Config) -> tuple[str, ...]:
    return (post.series,) if post.series else ()


def _speakers_of(post: Post, _: Config) -> tuple[str, ...]:
    return tuple(speaker.name for speaker in post.talk.speakers) if post.talk is not None else ()


def _events_of(post: Post, _: Config) -> tuple[str, ...]:
    return (post.talk.event.series,) if post.talk is not None and post.talk.event is not None else ()


def _keys_of_category(post: Post, name: str) -> tuple[str, ...]:
    return (f"categories[{post.categories.index(name)}]", "categories")


def _keys_of_tag(post: Post, name: str) -> tuple[str, ...]:
    return (f"tags[{post.tags.index(name)}]", "tags")


def _keys_of_speaker(post: Post, name: str) -> tuple[str, ...]:
    """Returns the keys that can have the place of a speaker: a list item, or the whole list."""
    keys = [f"talk.{key}" for key in aliases_of("speakers")]
    speakers = post.talk.speakers if post.talk is not None else ()
    items = [speaker.item for speaker in speakers if speaker.name == name]
    return (*(f"{key}[{item}]" for key in keys for item in items), *keys, "talk")


def _link_of_speaker(name: str, posts: tuple[Post, ...], _: Config) -> str:
    speakers = (speaker for post in posts if post.talk is not None for speaker in post.talk.speakers)
    return next((speaker.url for speaker in speakers if speaker.name == name and speaker.url), "")


def _link_of_event(name: str, posts: tuple[Post, ...], config: Config) -> str:
    """Returns the link of an event from the settings, or from a talk that names no edition."""
    known = next((event.url for event in config.talks.events if tidy_name(event.name) == name), "")
    events = (post.talk.event for post in posts if post.talk is not None)
    return known or next((event.url for event in events if event is not None and event.url and not event.edition), "")


TAXONOMIES: tuple[Taxonomy, ...] = (
    Taxonomy(
        name="category",
        plural="categories",
        names_of=_categories_of,
        keys_of=_keys_of_category,
        one_spelling=True,
        always_listed=True,
    ),
    Taxonomy(
        name="tag",
        plural="tags",
        names_of=_tags_of,
        keys_of=_keys_of_tag,
        one_spelling=True,
        always_listed=True,
    ),
    Taxonomy(
        name="speaker",
        plural="speakers",
        names_of=_speakers_of,
        keys_of=_keys_of_speaker,
        template="speaker.html",
        list_template="speakers.html",
        order="talks",
        paginated=False,
        checks_names=True,
        has_pages=attrgetter("talks.speaker_pages"),
        link_of=_link_of_speaker,
    ),
    Taxonomy(
        name="event",
        plural="events",
        names_of=_events_of,
        keys_of=PlaceOfKey((*(f"talk.{key}" for key in aliases_of("event")), "talk")),
        template="event.html",
        list_template="events.html",
        order="talks",
        paginated=False,
        checks_names=True,
        has_pages=attrgetter("talks.event_pages"),
        link_of=_link_of_event,
    ),
    Taxonomy(
        name="author",
        plural="authors",
        names_of=_authors_of,
        keys_of=PlaceOfKey(("authors", "author")),
        min_terms=2,
        condition="; empty if the blog has one author",
    ),
    Taxonomy(
        name="series",
        plural="series",
        names_of=_series_of,
        keys_of=PlaceOfKey(("series",)),
        order="oldest",
    ),
)
"""Built-in taxonomies, in the order of their pages."""
