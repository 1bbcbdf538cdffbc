"""What importers share: walking, reporting, private links, links between new files, keys that keep URLs."""

from __future__ import annotations

import os
import posixpath
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from afterword.content.other_formats import suggest_conversion
from afterword.content.permalinks import find_alias_output
from afterword.content.symlinks import find_private, follow_link
from afterword.core.dates import guess_dates, is_date
from afterword.core.diagnostics import Exit, Failure, Place, error, note, warning
from afterword.core.files import DRAFT_FOLDER, TEXT_EXTENSIONS, describe
from afterword.core.slugs import slugify
from afterword.core.text import decode, shown
from afterword.core.urls import Address, BadUrl, normalize_base_url, url_of_file
from afterword.front_matter.key_lookup import holds_back
from afterword.front_matter.parser import read_matter
from afterword.front_matter.split import split
from afterword.importers.model import STYLED, Imported, place_at, place_of_key, read_note, read_source, write_list_page
from afterword.site.published_urls import PublishedUrl

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from afterword.core.diagnostics import Diagnostic
    from afterword.importers.model import NoteFile

_LIMITS = frozenset({"publishdate", "expirydate"})
"""Keys of days between which a post is published."""


class SourceFolder:
    """A folder of another generator, and the result of its import so far.

    `content` is the folder with the texts. Paths are relative to it.
    """

    content = "."
    shows_html = False
    """Whether pages have the HTML of texts, with its styles and scripts."""

    def __init__(self, root: Path, today: date = date.max) -> None:
        self.root = root
        self.today = today
        self.result = Imported()
        self._unreadable: set[str] = set()

    def locate(self, path: str) -> str:
        """Returns the path from the root of a file in the content folder."""
        return posixpath.normpath(f"{self.content}/{path}")

    def walk(self) -> Iterator[str]:
        """Yields the files of the content folder that are imported."""
        start = "" if self.content == "." else f"{self.content}/"
        yield from (path.removeprefix(start) for path in self._walk(self.content))

    def _walk(self, start: str) -> Iterator[str]:
        try:
            for folder, folders, names in os.walk(self.root / start):
                here = Path(folder).relative_to(self.root).as_posix()
                inside = "" if here == "." else f"{here}/"
                folders[:] = sorted(name for name in folders if self.is_wanted(f"{inside}{name}"))
                yield from (path for name in sorted(names) if self.is_published(path := f"{inside}{name}"))
        except OSError as problem:
            raise Failure(Exit.ENVIRONMENT, error("unreadable", f"`{self.root}`: {describe(problem)}")) from problem

    def is_wanted(self, folder: str) -> bool:
        """Returns whether the files of a folder, by path from the root, are imported: of one that is not hidden."""
        return not posixpath.basename(folder).startswith(".")

    def is_published(self, path: str) -> bool:
        """Returns whether a file, by path from the root, is imported; reports links to private ones."""
        name = posixpath.basename(path)
        if name.startswith(".") or name.endswith("~"):
            return False
        if (reason := explain_private_link(self.root, path)) is not None:
            self.report_at(path, reason, "copy the file if it should be published")
        return reason is None

    def read(self, path: str) -> bytes:
        return read_source(self.root / self.locate(path))

    def read_note(self, path: str) -> NoteFile:
        """Returns a text with its front matter; reports errors in this once."""
        found = read_note(self.locate(path), self.read(path))
        if found.matter and not found.values and path not in self._unreadable:
            self._unreadable.add(path)
            parts = split(self.locate(path), decode(path, self.read(path)).text, len(self.read(path)) + 1)
            read_matter(parts, self.locate(path), self._report_matter)
        return found

    def _report_matter(self, found: Diagnostic) -> None:
        """Reports an error in front matter as a finding: the text is copied, and the new blog cannot be built."""
        if found.is_error:
            message = f"not imported: front matter, {found.message}"
            self.result.findings.append(warning("not-imported", message, found.place, hint=found.hint))

    def copy(self, path: str, new: str) -> None:
        """Takes over a file that is published as it is."""
        self._copy(self.locate(path), new)

    def copy_folder(self, folder: str, new: str) -> None:
        """Takes over the files of a folder, by path from the root, that are published as they are."""
        for path in self._walk(folder) if (self.root / folder).is_dir() else ():
            self._copy(path, f"{new}{path.removeprefix(folder)}")

    def _copy(self, path: str, new: str) -> None:
        self.result.copies[new] = self.root / path
        self.result.count("file")

    def add(self, path: str, new: str, changed: NoteFile, kind: str) -> None:
        """Takes over a text, byte for byte if it needs no change."""
        full = self.locate(path)
        if self.shows_html and STYLED.search(changed.text) is not None:
            self.result.settings["theme.csp"] = "off"
        if changed == self.read_note(path):
            self.result.copies[new] = self.root / full
        else:
            self.result.texts[new] = changed.write()
        self.result.sources[new] = full
        self.result.count(kind)

    def add_feed(self, url: str, *, is_rss: bool) -> None:
        """Adds a feed of the newest posts at a URL where the blog has one, unless it is a file."""
        path = url.strip("/")
        if "." not in posixpath.basename(path):
            self.report_loss(path, f"feed `/{path}` is not kept: its name has no suffix", "link readers to `/feed.xml`")
        elif f"static/{path}" not in self.result.copies and path != "feed.xml":
            folder = posixpath.dirname(path)
            title = f"Feed of /{folder}/" if folder else "Feed"
            page = write_list_page(f"/{path}", "feeds/rss" if is_rss else "feed", title)
            self.result.texts[f"pages/{path}.md"] = page

    def report_format(self, path: str, *, is_content: bool = True) -> bool:
        """Reports a text in a format that is not read; returns False for another file."""
        if not (hint := suggest_conversion(self.locate(path), is_content=is_content)):
            return False
        self.report(path, "the text is not Markdown", hint)
        return True

    def report(self, path: str, what: str, hint: str = "") -> None:
        self.report_at(self.locate(path), what, hint)

    def report_at(self, path: str, what: str, hint: str) -> None:
        """Reports what is not imported of a file, by path from the root."""
        self.result.findings.append(warning("not-imported", f"not imported: {what}", Place(path), hint=hint))

    def keep_url(self, path: str, url: str) -> str:
        """Returns the URL of a text; a similar one, with a warning, if it cannot be a file of the site."""
        if not (reason := explain_invalid_url(url)):
            return url
        similar = re.sub(r"[. ]+(?=/|$)", "", url)
        if explain_invalid_url(similar):
            similar = f"/{'/'.join(slugify(part, 'pretty') for part in url.strip('/').split('/'))}/"
        self.report(path, f"URL `{shown(url)}`: {reason}", f"links to it need a redirect to `{shown(similar)}`")
        return similar

    def keep_id(
        self, new: str, url: str, values: Mapping[str, object], moment: datetime | None, *, is_tag: bool
    ) -> None:
        """Keeps the id in feeds of a post that is published: its full URL, or a tag URI of its host, day and path."""
        try:
            address = Address.of(normalize_base_url(str(self.result.settings.get("base_url") or "")))
        except BadUrl:
            return
        day = moment.date().isoformat() if moment is not None else "~"
        first = max(day, str(values.get("publishdate") or "")[:10])
        last = str(values.get("expirydate") or "~")[:10]
        others = ((name, str(value).lower()) for name, value in values.items() if name not in _LIMITS)
        is_hidden = any(holds_back(name, value) for name, value in others)
        if is_hidden or not address.published or not first <= self.today.isoformat() < last:
            return
        encoded = url_of_file(unquote(url.lstrip("/")))
        full = address.absolute(address.rooted(encoded))
        id_ = f"tag:{urlsplit(full).hostname},{day}:{urlsplit(full).path}" if is_tag else full
        self.result.published.append(PublishedUrl(str(values.get("permalink") or encoded), id_, new))

    def report_text(self, path: str, found: NoteFile, offset: int, message: str, hint: str) -> None:
        """Reports markup at an offset of a text, which is kept unchanged."""
        place = place_at(self.locate(path), found, offset)
        self.result.findings.append(warning("unsupported-markup", message, place, label="kept unchanged", hint=hint))

    def report_loss(self, path: str, message: str, hint: str, line: int = 0) -> None:
        """Adds a note about what has no equivalent in Afterword; the path is from the root."""
        self.result.findings.append(note("no-equivalent", message, Place(path, line), hint=hint))

    def guess_date(self, path: str, commits: Mapping[str, str]) -> str:
        """Returns the day of a text without a date, with a note: that of its first commit, or of its file."""
        path = self.locate(path)
        day, source = commits.get(path), "first commit"
        if day is None:
            changed = (self.root / path).stat().st_mtime
            day, source = datetime.fromtimestamp(changed, UTC).date().isoformat(), "file"
        self._report_guess(Place(path), f"missing date: set to that of the {source}", day)
        return day

    def mend_date(self, path: str, found: NoteFile, name: str, written: str) -> str:
        """Returns a date in a format of Afterword, with a note if it had another; empty if it has no meaning.

        One that can mean several days, such as `3/4/2026`, gets the first, with a warning.
        """
        meant = [written] if is_date(written) else guess_dates(written)
        if len(meant) != 1:
            self.report_date(path, found, name, written, meant)
        elif meant[0] != written:
            place = place_of_key(self.locate(path), found, name)
            self._report_guess(place, f"date `{shown(written)}` is read as {meant[0]}")
        return meant[0] if meant else ""

    def report_date(self, path: str, found: NoteFile, name: str, written: str, meant: Sequence[str] = ()) -> None:
        """Adds a warning for a date with no meaning or several; the first one is used."""
        first, *others = meant or [""]
        label = f"read as {first}" if first else ""
        message = f"{'ambiguous' if first else 'invalid'} date `{name}: {shown(written)}`"
        hint = f"or is it {' or '.join(others)}? Correct the date" if first else "write it as `2026-01-31`"
        place = place_of_key(self.locate(path), found, name)
        self.result.findings.append(warning("invalid-date", message, place, label=label, hint=hint))

    def _report_guess(self, place: Place, message: str, label: str = "") -> None:
        hint = "correct `date` if it is wrong"
        self.result.findings.append(note("guessed-date", message, place, label=label, hint=hint))

    def report_setting(self, file: str, name: str, line: int) -> None:
        message = f"setting `{name}` is not imported"
        place = Place(file, line, 1 if line else 0, len(name) if line else 0)
        self.result.findings.append(note("no-equivalent", message, place, hint="see `docs/settings.md`"))

    def list_urls(self, texts: Iterable[str]) -> set[str]:
        """Returns the URLs that the blog has: these of texts, those of files, and of lists that Afterword creates."""
        files = {new.removeprefix("static") for new in self.result.copies if new.startswith("static/")}
        return {*texts, *files, "/", "/tags/", "/categories/", "/series/", "/archive/"}

    def set_menu(self, entries: Iterable[tuple[str, str]], urls: Collection[str], file: str, line: int) -> None:
        """Sets the menu to the entries, title and URL, that lead to a page of the blog or elsewhere; reports others."""
        menu: list[dict[str, str]] = []
        for title, written in entries:
            url = written
            if "://" not in url:
                url = f"/{url.strip('/')}{'' if '.' in url else '/'}".replace("//", "/")
            if title and written and ("://" in url or url in urls):
                menu.append({"title": title, "url": url})
            else:
                message = f"entry of the menu is not imported: `{shown(title or url)}`"
                self.report_loss(file, message, "add it to `menu` if the blog has such a page", line)
        if menu:
            self.result.settings["menu"] = menu

    def report_folders(self, hints: Mapping[str, str]) -> None:
        """Adds a note for each folder of these names that has content."""
        for folder, hint in hints.items():
            if (self.root / folder).is_dir() and any((self.root / folder).iterdir()):
                self.report_loss(folder, f"folder `{folder}` is not imported", hint)


def find_meant_date(written: str) -> str:
    """Returns a date in a format of Afterword; unchanged if it has no meaning."""
    return written if is_date(written) else next(iter(guess_dates(written)), written)


def find_our_url(pattern: str, new_path: str, slug: str, moment: datetime | None) -> str:
    """Returns the URL of a new text without `permalink`; `pattern` is the setting, `slug` the key of front matter."""
    stem = posixpath.splitext(new_path.partition("/")[2])[0]
    if posixpath.basename(stem) == "index":
        stem = posixpath.dirname(stem)
    if new_path.startswith("pages/"):
        return f"/{stem}/"
    values = {"title": slug or re.sub(r"^\d{4}-\d{1,2}-\d{1,2}-", "", posixpath.basename(stem))}
    if moment is not None:
        values |= {"year": f"{moment:%Y}", "month": f"{moment:%m}", "day": f"{moment:%d}"}
    return re.sub(r":(\w+)", lambda match: values.get(match[1], match[0]), pattern)


def explain_invalid_url(url: str) -> str:
    """Returns why a URL cannot be a file of the site; empty if it can be."""
    try:
        find_alias_output(f"/{url.lstrip('/')}")
    except BadUrl as problem:
        return str(problem)
    return ""


def find_link(target: str, new_path: str) -> str:
    """Returns the link from a new text to another new file."""
    if target.startswith("static/"):
        return url_of_file(target.removeprefix("static/"))
    return quote(posixpath.relpath(target, posixpath.dirname(new_path) or "."), safe="/~!$&'*+,;=:@")


def explain_private_link(root: Path, path: str) -> str | None:
    """Returns why a file is not imported: it is a link to something in `root` that is not published; else None.

    A link is judged by every place that it leads through, as a build does. A text behind a link with another suffix
    would be published as a file, whatever its front matter says, so it is private, too.
    """
    if not (root / path).is_symlink():
        return None
    real_root = os.path.realpath(root)
    try:
        places = follow_link(real_root, path)
    except OSError:
        return "symbolic link to a missing file"
    inside = [os.path.relpath(place, real_root) for place in places if place.startswith(f"{real_root}/")]
    if (found := find_private(inside, (), lambda folder: _list_names(root / folder))) is not None:
        place, private = found
        return f"symbolic link to {private.what}: `{place}`"
    for place in inside:
        if DRAFT_FOLDER in place.split("/") and DRAFT_FOLDER not in path.split("/"):
            return f"symbolic link to a draft: `{place}`"
        if place.endswith(TEXT_EXTENSIONS) and not path.endswith(TEXT_EXTENSIONS):
            return f"symbolic link to a text: `{place}`"
    return None


def _list_names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(file.name for file in folder.iterdir())
    except OSError:
        return frozenset()
