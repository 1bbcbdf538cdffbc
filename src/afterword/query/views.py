"""The site and its settings, as templates see them; each name that is read is a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword import __version__
from afterword.query.columns import COLUMNS
from afterword.query.rows import RELATIONS, Posts, Row, Terms, refuse_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.query.questions import Recorder
    from afterword.settings import Config


class YearRow:
    """A year of the archive."""

    __slots__ = ("posts", "year")
    __str__ = refuse_text

    VOCABULARY: Mapping[str, str] = {"year": "The year.", "posts": "Its posts, newest first."}

    def __init__(self, recorder: Recorder, year: int) -> None:
        self.year = year
        self.posts = Posts(recorder, ("year", str(year)))


class SiteView:
    """The whole site, as a template sees it."""

    __slots__ = ("_recorder",)
    __str__ = refuse_text

    VOCABULARY: Mapping[str, str] = {
        "posts": "All posts, newest first; slices are cheap: `site.posts[:5]`.",
        "revisited": "The posts that were taken up again, by their dated updates, the last update first.",
        "pages": "The standalone pages.",
        "categories": "The categories, by name.",
        "tags": "The tags, by name.",
        "talks": "The posts that are notes on talks, the talk that was given last first.",
        "talk_seconds": "How long all talks take together, in seconds, as far as their lengths are known.",
        "speakers": "The speakers of talks, by name.",
        "events": "The events of talks, by name.",
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
            case "posts" | "revisited" | "pages" | "talks":
                return Posts(recorder, (name,))
            case "categories" | "tags" | "speakers" | "events":
                return Terms(recorder, name)
            case "years":
                recorder.ask(name)
                return [YearRow(recorder, year) for year in site.years]
            case "url":
                return site.address.absolute(site.address.rooted("/"))
            case "published":
                return site.address.published
            case "updated" | "talk_seconds":
                recorder.ask(name)
                return getattr(site, name)
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
    __str__ = refuse_text

    def __init__(self, recorder: Recorder, settings: Config | object, prefix: str = "") -> None:
        self._recorder = recorder
        self._settings = settings
        self._prefix = prefix

    def __getattr__(self, name: str) -> object:
        value = getattr(self._settings, name)
        if isinstance(value, Struct):
            return ConfigView(self._recorder, value, f"{self._prefix}{name}.")
        self._recorder.ask("config", f"{self._prefix}{name}")
        return value


def names_of(view: object) -> tuple[str, ...]:
    """The names that a template could have meant of a view, for "did you mean"; empty for anything else."""
    if isinstance(view, Row):
        return (*COLUMNS, *RELATIONS, *view._post.extra)
    if isinstance(view, ConfigView):
        settings = view._settings
        return settings.__struct_fields__ if isinstance(settings, Struct) else ()
    vocabulary = getattr(type(view), "VOCABULARY", None)
    if vocabulary is not None:
        return tuple(vocabulary)
    return view.__struct_fields__ if isinstance(view, Struct) else ()
