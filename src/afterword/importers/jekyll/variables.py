"""The values that Liquid can name: those of `_data`, as in `site.data.authors.ada.name`, of a page, and of lists."""

from __future__ import annotations

import csv
import json
import posixpath
import re
from datetime import date, datetime, time
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import yaml

from afterword.core.dates import BadDate, parse_loose_date
from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.core.files import TEXT_EXTENSIONS, Unreadable
from afterword.core.urls import STYLES, BadUrl, PermalinkFields, expand_permalink
from afterword.front_matter.key_lookup import holds_back
from afterword.importers.jekyll.filters import Unknown, make_list, render_markdown
from afterword.importers.model import read_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from afterword.cache.memoize import Memo
    from afterword.importers.jekyll.config import Collection
    from afterword.importers.jekyll.files import SourceFile
    from afterword.importers.model import NoteFile

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, in C where it is there: data files can have megabytes."""


def _read_yaml(text: str) -> object:
    return yaml.load(text, _LOADER)  # noqa: S506 - a safe loader


def _read_table(separator: str) -> Callable[[str], object]:
    return lambda text: list(csv.DictReader(text.splitlines(), delimiter=separator))


_READERS: Mapping[str, Callable[[str], object]] = {
    ".yml": _read_yaml,
    ".yaml": _read_yaml,
    ".json": json.loads,
    ".csv": _read_table(","),
    ".tsv": _read_table("\t"),
}


def read_data(root: Path, memo: Memo, findings: list[Diagnostic]) -> dict[str, object]:
    """Returns the files of `_data` by name without suffix, and those of folders in maps.

    An invalid file has an unknown value, and a finding. Files that have not changed are not parsed again; if none has,
    the result is the same object as last time.
    """
    files = {file.relative_to(root).as_posix(): _read_file(file) for file in _walk(root / "_data")}
    parsed = {path: memo.recall(path, (data,), partial(_parse, path, data)) for path, data in files.items()}
    findings += (one for one in parsed.values() if isinstance(one, Diagnostic))
    return memo.recall("data", tuple(files.items()), lambda: _nest(parsed))


def _walk(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.is_dir() and not file.is_symlink():
            yield from _walk(file)
        elif file.suffix in _READERS:
            yield file


def _read_file(file: Path) -> bytes | str:
    """Returns the content of a file, or why it has none."""
    try:
        return read_source(file)
    except Unreadable as problem:
        return str(problem)


def _parse(path: str, data: bytes | str) -> object:
    problem: object = data
    if isinstance(data, bytes):
        try:
            return _READERS[posixpath.splitext(path)[1]](data.decode("utf-8-sig"))
        except (ValueError, yaml.YAMLError, csv.Error) as found:
            problem = found
    return warning("not-imported", f"not imported: invalid data: {str(problem).splitlines()[0]}", Place(path))


def _nest(parsed: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for path, value in parsed.items():
        _, *folders, name = path.split("/")
        here = found
        for folder in map(_clean, folders):
            inner = here.setdefault(folder, {})
            here = inner if isinstance(inner, dict) else {}
        here[_clean(posixpath.splitext(name)[0])] = Unknown.REPORTED if isinstance(value, Diagnostic) else value
    return found


def _clean(name: str) -> str:
    """Returns the name of a data file with only letters, digits and hyphens (`DataReader#sanitize_filename`)."""
    return re.sub(r"\s+", "_", re.sub(r"[^\w\s-]+", "", name).strip())


def describe_page(
    file: SourceFile,
    found: NoteFile,
    defaults: Mapping[str, object],
    keys: Mapping[str, object],
    zone: ZoneInfo,
    separator: str,
) -> dict[str, object]:
    """Returns what Liquid knows of a text: its front matter, `defaults`, and what follows from its name.

    `keys` are the front matter that the text gets, with its categories and the pattern of its permalink. `separator`
    stands behind excerpts.
    """
    try:
        given = _read_yaml(found.matter or "")
    except (ValueError, yaml.YAMLError):
        given = None
    values = {**defaults, **(given if isinstance(given, dict) else found.values)}
    stem = posixpath.splitext(posixpath.basename(file.path))[0]
    name = re.fullmatch(r"(\d{2,4}-\d\d?-\d\d?)-(.*)", stem)
    slug = str(values.get("slug") or (name[2] if name is not None else stem))
    moment = _find_moment(values.get("date") or (name[1] if name is not None else None), zone)
    described: dict[str, object] = {"name": posixpath.basename(file.path), "path": file.path}
    described["content"] = partial(_render, file, found.text)
    described["excerpt"] = partial(_render, file, found.text.lstrip().partition(separator)[0] if separator else "")
    if file.kind in ("post", "draft"):
        described |= {"title": " ".join(word.capitalize() for word in slug.split("-")), "slug": slug}
        described["draft"] = file.kind == "draft"
        values["date"] = moment or Unknown.VALUE
    tags = split_names(values.get("tag"), whole=True) or split_names(values.get("tags"))
    categories = split_names(keys.get("categories", values.get("categories")))
    categories = [*dict.fromkeys((*categories, *split_names(values.get("category"), whole=True)))]
    values |= {"tags": tags, "categories": categories} if file.kind in ("post", "draft") else {}
    permalink = str(values.get("permalink") or keys.get("permalink") or "")
    described["url"] = _find_url(file, permalink, moment, slug, categories)
    return described | {name: value for name, value in values.items() if value is not None}


def _find_url(file: SourceFile, permalink: str, moment: datetime | None, slug: str, categories: list[str]) -> object:
    """Returns the URL of a text; unknown if its permalink needs what the text does not have."""
    folder, _, inside = file.new.partition("/")
    path = posixpath.splitext(inside)[0]
    pattern = permalink or (f"/{file.path}" if file.kind == "file" else f"/{path}/".removesuffix("index/"))
    try:
        return expand_permalink(
            STYLES.get(pattern, pattern), PermalinkFields(moment, slug, path, tuple(categories), folder)
        )
    except BadUrl:
        return Unknown.VALUE


def split_names(value: object, *, whole: bool = False) -> list[str]:
    """Returns the names in a value. Like Jekyll, splits a text at spaces, unless its key is in the singular."""
    if isinstance(value, list):
        return [str(item) for item in value if item is not None]
    return [] if value is None or value == "" else [str(value)] if whole else str(value).split()


def _render(file: SourceFile, text: str) -> object:
    """Returns the HTML of a text or of its beginning; unknown if it has Liquid."""
    if "{%" in text or "{{" in text:
        return Unknown.VALUE
    return render_markdown(text) if file.path.endswith(TEXT_EXTENSIONS) else text


def _find_moment(value: object, zone: ZoneInfo) -> datetime | None:
    """Returns a date of front matter or of a name as Jekyll reads it: in UTC, if it has a time and no offset."""
    try:
        if isinstance(value, str):
            value, is_day = parse_loose_date(value, ZoneInfo("UTC"))
            value = value.date() if is_day else value
    except BadDate:
        return None
    if isinstance(value, datetime):
        return (value if value.tzinfo is not None else value.replace(tzinfo=ZoneInfo("UTC"))).astimezone(zone)
    return datetime.combine(value, time(), zone) if isinstance(value, date) else None


def make_lists(
    described: Iterable[tuple[SourceFile, dict[str, object]]], collections: Iterable[Collection], last_day: date
) -> dict[str, object]:
    """Returns the lists of texts that `site` has: posts to a day, tags, categories, pages and collections."""
    texts = [(file, page) for file, page in described if not is_held_back(page)]
    posts = [page for file, page in texts if file.kind == "post" and _is_past(page, last_day)]
    posts.sort(key=lambda page: (page["date"], page["path"]))
    for older, newer in pairwise(posts):
        older["next"], newer["previous"] = newer, older
    for end, name in zip((posts[-1:], posts[:1]), ("next", "previous"), strict=True):
        for post in end:
            post[name] = None
    pages = [page for file, page in texts if file.kind in ("page", "file")]
    html = [page for page in pages if str(page["url"]).endswith((".html", "/"))]
    found: dict[str, object] = {"posts": posts[::-1], "pages": pages, "html_pages": html}
    for plural in ("tags", "categories"):
        groups: dict[str, list[object]] = {}
        for post in posts:
            for name in dict.fromkeys(map(str, make_list(post[plural]))):
                groups.setdefault(name, []).insert(0, post)
        found[plural] = groups
    for one in collections:
        documents = [page for file, page in texts if file.collection == one]
        is_known = one.is_published and not one.is_sorted and not any("date" in page for page in documents)
        found.setdefault(one.name, documents if is_known else Unknown.VALUE)
    return found


def _is_past(page: Mapping[str, object], last_day: date) -> bool:
    return isinstance(moment := page["date"], datetime) and moment.date() <= last_day


LISTS = ("posts", "pages", "html_pages", "tags", "categories")
"""The names of the lists that every site has."""


def is_held_back(page: Mapping[str, object]) -> bool:
    """Returns whether the front matter of a text hides it."""
    return any(name not in SHOWN and holds_back(name, str(value).lower()) for name, value in page.items())


SHOWN = ("archived", "hidden")
"""Keys that hide a text in other programs, and in Jekyll at most leave it out of the home page."""


_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d?-\d\d?)(?:[Tt]|[ \t]+)(?P<time>\d\d?:\d\d(?P<seconds>:\d\d)?)(?:\.\d*)?[ \t]*"
    r"(?P<zone>Z|UTC|GMT|[-+]\d\d?(?::?\d\d)?)?"
)


def convert_date(written: object, zone: ZoneInfo, permalink: str) -> str | None:
    """Returns a date in the time zone of the blog, if its day is another one there: Jekyll's URLs have that day."""
    match = _TIME.fullmatch(str(written or "").strip())
    if match is None or not (match["zone"] or match["seconds"]):
        return None
    offset = re.sub(r"^([-+])(\d)(?=:|$)", r"\g<1>0\2", match["zone"] or "Z")
    offset = "+0000" if offset in ("Z", "UTC", "GMT") else offset.replace(":", "").ljust(5, "0")
    pattern = "%Y-%m-%d %H:%M:%S%z" if match["seconds"] else "%Y-%m-%d %H:%M%z"
    try:
        moment = datetime.strptime(f"{match['day']} {match['time']}{offset}", pattern)  # noqa: DTZ007 - it has %z
    except ValueError:
        return None
    local = moment.astimezone(zone)
    has_time = any(name in permalink for name in (":hour", ":minute", ":second"))
    is_same = local.date() == moment.date() and not has_time
    return None if is_same and (match["zone"] or zone.key == "UTC") else f"{local:%Y-%m-%d %H:%M:%S %z}"
