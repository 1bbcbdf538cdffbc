"""Reads the keys of front matter into a `FrontMatter`: their types, their places, and their diagnostics.

An invalid value is replaced by a placeholder, so that later steps do not report it as missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from afterword.core.diagnostics import Place, error, nearest, warning
from afterword.core.files import is_draft_path
from afterword.core.languages import hint_at_tag, is_language_tag
from afterword.core.nodes import List, Map, Node, TextNode, places_inside
from afterword.core.patterns import lazy_pattern
from afterword.core.slugs import split_name
from afterword.core.text import shown
from afterword.front_matter import types as schema
from afterword.front_matter.fields import FURTHER, KEYS
from afterword.front_matter.key_lookup import check_key
from afterword.front_matter.model import INVALID_DATE, FrontMatter, Image
from afterword.front_matter.visibility import is_answer, is_date, read_visibility
from afterword.front_matter.yaml_nodes import find_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    from afterword.core.nodes import Report
    from afterword.core.structs import Value
    from afterword.front_matter.model import Visibility
    from afterword.front_matter.types import Names

T = TypeVar("T")

_OUTLET = lazy_pattern(
    r"(?:(?:in|on|at|by) )?(?!(?:Not?|Nope|Never|Soon|Later|Drafts?|Maybe|Pending|Planned|Unpublished|Tomorrow|Someday"
    r"|Tb[adc]|TB[ADC]|To[Dd]o|TODO|WIP|Wip|N/A|None|Null|On|Off|Y|N|Hidden|Private|Scheduled|Work|Yet|To|Nein|Non"
    r"|January|February|March|April|May|June|July|August|September|October|November|December|Next|After|When)\b)"
    r"[A-ZÀ-ÖØ-Þ][^\d\n]*"
)
"""The name of a paper, site or publisher, with or without a preposition."""


class KeyReader:
    """The keys of one front matter, while they are read; `places` fills with where each value stands."""

    def __init__(self, entries: Map, written: str, first_line: int, report: Report) -> None:
        self._written = written
        self._first_line = first_line
        self._map = entries
        self._entries = entries.entries
        self._keys = entries.keys
        self._report = report
        self._places: dict[str, Place] = {}

    def read(self, zone: tzinfo) -> FrontMatter:
        """Returns all keys, typed."""
        date, date_only = self._date(zone)
        updated = self._updated("updated", zone) or self._updated("last_modified_at", zone)
        visibility, published = self._visibility(zone)
        return FrontMatter(
            title=self._title(),
            date=date,
            date_only=date_only,
            published=published,
            updated=updated,
            slug=self._read("slug", schema.as_line),
            permalink=self._read("permalink", schema.as_line),
            categories=self._categories(),
            tags=self._tags(),
            authors=self._authors(),
            description=" ".join(
                (
                    self._read("description", schema.as_text)
                    or self._read("summary", schema.as_text, "description")
                    or ""
                ).split()
            ),
            excerpt=self._excerpt(),
            image=self._image(),
            layout=self._layout(),
            visibility=visibility,
            aliases=self._gather("aliases", [*self._names("aliases"), *self._names("redirect_from")]),
            redirect_to=self._redirect_to(),
            series=self._series(),
            pinned=self._optional_flag("pinned") or False,
            toc=self._optional_flag("toc"),
            lang=self._language(),
            math=self._optional_flag("math") or False,
            talk=self._whole("talk"),
            takeaways=self._gather("takeaways", self._names("takeaways")),
            updates=self._whole("updates"),
            related=self._gather("related", [one for one in self._names("related") if not is_answer(one[0])]),
            ignored=self._ignored(),
            extra=self._extra(),
            places=self._places,
        )

    def _take(self, key: str, name: str = "") -> Node | None:
        """Returns the value of a key, if it is there; its place is noted under `name`, by default the key's own."""
        node = self._entries.get(key)
        if node is not None:
            self._places[name or key] = node.place
        return node

    def _title(self) -> str | None:
        node = self._take("title")
        if node is None:
            return "" if "title" in self._keys else None
        if isinstance(node, TextNode) and node.is_null:
            hint = "add a value, or remove the line to use the first heading"
            self._report(error("empty-value", "`title` is empty", self._places["title"], hint=hint))
        return schema.as_line(node, "title", self._report) or ""

    def _date(self, zone: tzinfo) -> tuple[datetime | None, bool]:
        """Returns the date; one that is invalid is not missed if the name of the file has a date."""
        node = self._take("date")
        if node is None or (isinstance(node, TextNode) and node.is_null):
            return None, False
        day = split_name(self._map.place.path)[0]
        if day is None:
            return schema.as_moment(node, "date", zone, self._report) or (INVALID_DATE, True)
        instead = f"ignored: the file name says {day}"
        return schema.as_moment(node, "date", zone, self._report, instead=instead, day=day) or (None, False)

    def _updated(self, key: str, zone: tzinfo) -> datetime | None:
        """Returns the date of the last change; one that is invalid is ignored, because the page is right without it."""
        node = self._take(key, "updated")
        if node is None or (isinstance(node, TextNode) and node.is_null):
            return None
        moment = schema.as_moment(node, key, zone, self._report, instead="ignored")
        return moment[0] if moment is not None else None

    def _excerpt(self) -> str | None:
        """Returns the excerpt and the places of its pieces by offset; the place of the key, if there are none."""
        text = self._read("excerpt", schema.as_text)
        if text:
            pieces = find_pieces(text, self._places["excerpt"], self._written, self._first_line)
            self._places.update({f"excerpt[{start}]": place for start, place in pieces.items()})
            if not pieces:
                self._places["excerpt"] = self._keys["excerpt"]
        return text

    def _read(self, key: str, convert: Callable[[Node, str, Report], T | None], name: str = "") -> T | None:
        node = self._take(key, name)
        return convert(node, key, self._report) if node is not None else None

    def _series(self) -> str:
        """Returns the series; the first of a list, as Hugo has it."""
        node = self._take("series")
        if not isinstance(node, List):
            return (schema.as_line(node, "series", self._report) if node is not None else None) or ""
        names = schema.as_names(node, "series", self._report)
        if len(names) > 1:
            message = f"a post is in one series: `{shown(names[1][0])}` is ignored"
            self._report(
                warning("ignored-value", message, names[1][1], label="ignored", hint="use tags for the others")
            )
        return names[0][0] if names else ""

    def _visibility(self, zone: tzinfo) -> tuple[Visibility, tuple[datetime, bool] | None]:
        """Returns where and when it is shown, and the date of a key such as `publishDate`.

        What other generators' keys leave open does not matter in a draft: it is hidden either way.
        """
        published = self._take("published")
        is_dated = published is not None and is_date(published, zone)
        unpublished = self._entry_if("published", says=False) if not is_dated and not self._has_outlet() else ""
        draft = self._entry_if("draft", says=True) or unpublished
        read = read_visibility(self._map, zone, draft=draft, unlisted=self._entry_if("unlisted", says=True))
        if read.visibility.draft or is_draft_path(self._map.place.path):
            return read.visibility, read.published
        for finding in read.diagnostics:
            self._report(finding)
        unread = any(finding.id == "invalid-date" for finding in read.diagnostics)
        return read.visibility, read.published or ((INVALID_DATE, True) if unread else None)

    def _has_outlet(self) -> bool:
        """Returns whether `published` names where a text appeared, and warns of it."""
        node = self._entries.get("published")
        if not isinstance(node, TextNode) or _OUTLET.fullmatch(node.value) is None:
            return False
        if nearest(node.value.lower(), schema.FLAGS) is not None:
            return False
        hint = "to hide the post, write `draft: true`; otherwise rename the key"
        message = f"`published: {shown(node.value)}` does not hide the post"
        self._report(warning("unclear-visibility", message, self._keys["published"], hint=hint))
        return True

    def _entry_if(self, key: str, *, says: bool) -> str:
        """Returns a flag with its value, as written, if it says this; else an empty text."""
        node = self._entries.get(key)
        return (
            f"{key}: {shown(node.value)}"
            if self._read(key, schema.as_flag) is says and isinstance(node, TextNode)
            else ""
        )

    def _optional_flag(self, key: str) -> bool | None:
        node = self._take(key)
        if node is None or (isinstance(node, TextNode) and node.is_null):
            return None
        return schema.as_flag(node, key, self._report)

    def _layout(self) -> str | None:
        node = self._take("layout")
        if node is None:
            return None
        if isinstance(node, TextNode) and node.is_null:
            return "none"
        return schema.as_line(node, "layout", self._report)

    def _categories(self) -> tuple[str, ...]:
        """As in Jekyll, `category` is one more, and is not split; as in Hexo, either may have paths."""
        own = self._names("categories", split=True, paths=True)
        return self._gather("categories", [*own, *self._names("category", paths=True)])

    def _tags(self) -> tuple[str, ...]:
        """As in Jekyll, `tag` is not split, and where it is given, `tags` does not count."""
        own = self._names("tag")
        if own and self._take("tags") is not None:
            message = "`tags` is ignored because `tag` is set"
            self._report(warning("ignored-key", message, self._keys["tags"], hint="remove one of the two"))
        return self._gather("tags", own or self._names("tags", split=True))

    def _redirect_to(self) -> str:
        """As in jekyll-redirect-from, it may be a list; but a page leads to one place."""
        urls = [url for url, _ in self._names("redirect_to")]
        if len(urls) > 1:
            message = "`redirect_to` must be one URL, found several"
            self._report(error("invalid-redirect", message, self._places["redirect_to"]))
        return urls[0] if urls else ""

    def _authors(self) -> tuple[str, ...]:
        people: Names = []
        for key in ("authors", "author"):
            if (node := self._take(key)) is not None:
                people += schema.as_people(node, key, self._report)
        return self._gather("authors", people)

    def _names(self, key: str, *, split: bool = False, paths: bool = False) -> Names:
        node = self._take(key)
        return schema.as_names(node, key, self._report, split=split, paths=paths) if node is not None else []

    def _gather(self, name: str, named: Names) -> tuple[str, ...]:
        """Returns the names, each once, with the places of all of them noted."""
        first = dict(reversed(named))
        names = tuple(dict.fromkeys(text for text, _ in named))
        for at, text in enumerate(names):
            self._places[f"{name}[{at}]"] = first[text]
        return names

    def _image(self) -> Image | None:
        node = self._take("image")
        if not isinstance(node, Map):
            path = schema.as_line(node, "image", self._report) if node is not None else None
            return Image(path) if path else None
        inner = {key: node.entries[key] for key in ("path", "alt", "width", "height") if key in node.entries}
        self._places.update({f"image.{key}": value.place for key, value in inner.items()})
        if "path" not in inner:
            hint = "write `image: {path: …, alt: …}`"
            self._report(
                warning("image-without-path", "missing key `path` in `image`", self._places["image"], hint=hint)
            )
            return None
        path = schema.as_line(inner["path"], "image.path", self._report)
        alt = schema.as_text(inner["alt"], "image.alt", self._report) if "alt" in inner else ""
        width, height = (
            schema.as_size(inner[key], f"image.{key}", self._report) if key in inner else 0
            for key in ("width", "height")
        )
        return Image(path, alt or "", width, height) if path else None

    def _language(self) -> str:
        tag = self._read("lang", schema.as_line)
        if tag is None or is_language_tag(tag):
            return tag or ""
        message = f"invalid language `{shown(tag)}`"
        self._report(warning("invalid-language", message, self._places["lang"], hint=hint_at_tag(tag)))
        return ""

    def _whole(self, key: str) -> Value:
        """Returns a value whose inside is read later, by those who know it; all places in it are noted."""
        node = self._take(key)
        if node is None:
            return None
        self._places.update(places_inside(node, key))
        return schema.as_written(node)

    def _ignored(self) -> tuple[str, ...]:
        """Returns the diagnostics that `ignore` names; none if it says yes or no, as in other generators."""
        node = self._entries.get("ignore")
        items = node.items if isinstance(node, List) else (node,)
        texts = [item for item in items if isinstance(item, TextNode) and not item.is_null and not item.unread]
        named = [(text, item.place) for item in texts if (text := item.value.strip()) and not is_answer(text)]
        return self._gather("ignore", named)

    def _extra(self) -> Mapping[str, Value]:
        extra: dict[str, Value] = {}
        for key in self._entries:
            if key in KEYS:
                continue
            node = self._take(key)
            has_text = isinstance(node, TextNode) and bool(node.value.strip()) and not is_answer(node.value)
            if (finding := check_key(key, self._keys[key], has_text=has_text, keys=self._entries)) is not None:
                self._report(finding)
            if key in FURTHER and node is not None:
                schema.check_answer(node, key, self._report)
            extra[key] = schema.as_data(node) if node is not None else None
        return extra
