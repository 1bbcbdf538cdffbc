"""Finds copies of posts that file managers and sync programs leave beside the original.

A source is a copy if its name or the name of one of its folders is one that such a program gives to a copy, the
original is beside it, and both have the same date and the same title or nearly the same text, or the same bytes. A name
that only programs give to the other version of a conflict is enough, whatever title and date that version has.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from afterword.core.files import TEXT_EXTENSIONS
from afterword.core.patterns import lazy_pattern
from afterword.core.slugs import split_name, titleize

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from afterword.content.parse_source import Reading
    from afterword.content.post import Post

_COPY = (
    r"(?:(?:sicherungs|backup[- ]?)?(?:copy|kopie|kopia|kopi|kopio|kopya|kopija|kópia|koopia|copie|copia|cópia|còpia)"
    r"|másolat|afrit|salinan|bản sao|копия|копія|копие|копија|αντίγραφο|نسخة|עותק|प्रतिलिपि|สำเนา"
    r"|副本|複本|拷贝|拷貝|複製|复制|コピー|복사본|사본)"
)
_CONFLICT = r"(?:conflict|konflikt|conflit|conflitto|conflito|конфликт|конфлікт|冲突|衝突|競合|충돌)"
_BACKUP = r"(?:backup|bak|old|orig(?:inal)?|saved?|base|local|remote|tmp|mine|theirs|rej)"
_OF = r"(?:of|von|van|de|di|do|da|af|av|pliku|souboru|kohteesta|của|файла)"
_QUOTED = r"[\"'“”„«「]?(.+?)[\"'“”»」]?"


class _NamePattern(Struct, frozen=True):
    """A pattern of names of copies; its only group is the name of the original.

    `is_marked` says that a writer is unlikely to choose such a name. Other names can be those of posts in several
    parts, or of subjects.
    """

    pattern: str
    programs: str
    is_marked: bool = True


_PATTERNS = (
    _NamePattern(rf"(.+) [-–—] {_COPY}(?: ?\(\d+\))?", "Windows"),
    _NamePattern(rf"{_QUOTED}(?: | ?[の的의] ?){_COPY}(?: ?\(?\d+\)?)?", "Finder, VS Code, Google Drive"),
    _NamePattern(rf"(.+?) ?[(\[][^()\[\]]{{0,20}}?{_COPY}(?: \d+)?[)\]]", "GNOME, Xfce"),
    _NamePattern(rf"{_COPY}(?: ?\(\d+\))? {_OF} {_QUOTED}", "Google Drive, older Windows"),
    _NamePattern(rf"backup {_OF} (.+)", "Word"),
    _NamePattern(rf"(.+?) ?[(\[].*{_CONFLICT}.*[)\]]", "Dropbox, Nextcloud, Obsidian Sync, Seafile, Unison"),
    _NamePattern(r"(.+) [(\[](?:auto-?saved?|recovered)[)\]]", "LibreOffice, Word"),
    _NamePattern(r"(.+)\.sync-conflict-\d{8}-\d{6}(?:-[a-z0-9]+)?", "Syncthing"),
    _NamePattern(rf"(.+)[-_.]{_CONFLICT}-\d{{8}}(?:-?\d{{4,6}})?", "ownCloud"),
    _NamePattern(rf"(.+?)_[^_]+_[a-z]{{3}}-\d\d-\d{{6}}-\d{{4}}_(?:case)?{_CONFLICT}", "Synology Drive"),
    _NamePattern(rf"(.+)\.{_CONFLICT}\d*", "Resilio Sync, rclone"),
    _NamePattern(r"(.+)-(?:desktop|laptop)-[a-z0-9]{6,8}(?:-\d+)?", "OneDrive"),
    _NamePattern(r"(.+)[_.](?:backup|base|local|remote)[_.]\d+", "git mergetool"),
    _NamePattern(r"(.+)\.(?:orig|bak|backup|rej|mine|theirs|r\d+)(?:\.?\d+)?", "Mercurial, Subversion, patch, editors"),
    _NamePattern(r"(.+) \d{1,3}", "iCloud", is_marked=False),
    _NamePattern(r"(.+?) ?\(\d{1,3}\)", "browsers, OneDrive", is_marked=False),
    _NamePattern(r"(.+)~(?:\d{1,3}|)", "older Windows, Emacs", is_marked=False),
    _NamePattern(r"(.+)\.(?:md|markdown)", "browsers and editors that add an extension", is_marked=False),
    _NamePattern(rf"(.+?)[-_.]{_COPY}(?:[-_ ]?\(?\d+\)?)?", "scripts", is_marked=False),
    _NamePattern(
        rf"{_COPY}(?: ?\(\d+\))? {_QUOTED}", "Google Drive in languages without a preposition", is_marked=False
    ),
    _NamePattern(rf"(.+?)[-_. ]{_CONFLICT}(?:ed|o)?(?: .+)?", "people and scripts", is_marked=False),
    _NamePattern(rf"(.+) [(\[]{_BACKUP}[)\]]", "people", is_marked=False),
    _NamePattern(rf"(.+)[-_. ]{_BACKUP}", "people, editors", is_marked=False),
)
"""All patterns, marked ones first."""

_MARKED, _AMBIGUOUS = (
    lazy_pattern("|".join(form.pattern for form in _PATTERNS if form.is_marked is is_marked), re.IGNORECASE)
    for is_marked in (True, False)
)

_CONFLICT_NAME = lazy_pattern(
    rf"[(\[_.][^/]*{_CONFLICT}[^/]*(?:\d{{4}}|copy|copie|kopie)|case {_CONFLICT}\)|[-.]{_CONFLICT}-\d{{8}}"
    rf"|\.{_CONFLICT}(?:\d*|ed)(?:\.|\Z)|-(?:desktop|laptop)-[a-z0-9]{{6,8}}(?:-\d+)?\."
)
"""Matches paths, case-folded, that only programs give to a version that they could not merge."""

_COMPUTER = (
    r"(?:macbook|imac|mac(?:-?(?:mini|studio|pro))?|mbp|pc|laptop|desktop|notebook|thinkpad|surface|computer"
    r"|workstation)"
)
_BEFORE_COMPUTER = lazy_pattern(rf"-(?=(?:[\w-]*-)?{_COMPUTER}(?:-[\w-]*)?\Z)", re.IGNORECASE)
"""OneDrive appends the name of the computer, which has dashes of its own: `x-Anns-MacBook-Pro`."""

_OWN_COMPUTER = lazy_pattern(
    rf"-(?-i:[A-Z])\w*s-{_COMPUTER}(?:-[\w-]*)?\.\w+\Z|-(?-i:i?Mac)[\w-]*-(?:von|van|de|di|do|da)-\w+\.\w+\Z",
    re.IGNORECASE,
)
"""Matches paths that end with the name of a computer with that of its owner, as macOS gives it."""

_MAY_MATCH = lazy_pattern(rf"[ ~([._の的의]|{_COPY}|{_CONFLICT}|-{_BACKUP}$|-{_COMPUTER}")
"""Matches case-folded names that may match a pattern of copies. It is three times as fast as with `re.IGNORECASE`."""

_LEAST_WORDS = 20
"""Texts with fewer words can be alike by chance."""

_LIKENESS = 0.9
"""The part of all words that two texts share that are nearly the same."""


Originals: TypeAlias = tuple[tuple[str, bool], ...]
"""Sources whose copy another can be by its name, each with whether the name is clearly that of a copy."""


class SuspectNames(Struct, frozen=True):
    """What the names of sources say: the possible originals of copies, and the sources with the name of a conflict."""

    originals: dict[str, Originals] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()


def find_suspect_names(paths: Collection[str]) -> SuspectNames:
    """Finds the sources at these paths that may be copies or conflicting versions of others."""
    found = ((path, tuple(_list_originals(path, paths))) for path in paths)
    originals = {path: originals for path, originals in found if originals}
    return SuspectNames(originals, tuple(filter(_is_conflict_name, paths)))


class Copies(Struct, frozen=True):
    """The copies of a blog, each with its original.

    Those in `doubtful` are published: they have the title or nearly the text of their original, but another date, or a
    text that is too short to tell.
    """

    certain: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, str] = field(default_factory=dict)


def find_copies(readings: Mapping[str, Reading], suspects: SuspectNames, read_text: Callable[[str], str]) -> Copies:
    """Finds the sources that are copies.

    `readings` are of all sources, by path, and `suspects` what `find_suspect_names` returned. `read_text` returns the
    text of a source.
    """
    copies = Copies()
    for path, possible in suspects.originals.items():
        reading = readings[path]
        for original, is_marked in possible:
            other = readings[original]
            is_certain = is_other_version(path) and not _is_conflict_name(original)
            has_both = bool(reading.digest) and other.post is not None
            if (is_certain and has_both) or _is_copy(reading, other, is_marked=is_marked):
                copies.certain[path] = original
                break
            if is_marked and _has_title_of(reading.post, other.post):
                copies.doubtful[path] = original
            if reading.post is None or other.post is None or reading.is_broken or reading.post.draft:
                continue
            are_alike = _are_alike(read_text(path), read_text(original))
            if are_alike and _have_same_date(reading.post, other.post, is_marked=is_marked):
                copies.certain[path] = original
                break
            if are_alike is not False and not other.post.draft:
                copies.doubtful[path] = original
    return copies


def _are_alike(text: str, other: str) -> bool | None:
    """Returns whether two texts are nearly the same, by the words that they share; None if they are too short."""
    words, others = Counter(text.split()), Counter(other.split())
    least, count = min(words.total(), others.total()), words.total() + others.total()
    if least >= _LEAST_WORDS:
        return 2 * (words & others).total() >= _LIKENESS * count
    return None if least >= _LEAST_WORDS // 4 and words == others else False


def _has_title_of(copy: Post | None, original: Post | None) -> bool:
    if copy is None or original is None or not ("title" in copy.places and "title" in original.places):
        return False
    return copy.title == original.title and not (copy.draft or original.draft)


def _is_conflict_name(path: str) -> bool:
    """Returns whether only a program names a source so: the other version of a conflict."""
    return _CONFLICT_NAME.search(path.casefold()) is not None


def _list_originals(path: str, known: Collection[str]) -> Iterator[tuple[str, bool]]:
    """Yields the sources whose copy a path can be, by its own name or that of a folder.

    Each comes with whether the name is clearly that of a copy.
    """
    *folders, name = path.split("/")
    stem, _ = posixpath.splitext(name)
    for shorter, is_marked in _shorten(stem).items():
        yield from _find_known((*folders, shorter), known, is_marked=is_marked)
    for index, folder in enumerate(folders[1:], start=1):
        is_own = stem == "index" and index == len(folders) - 1
        for shorter, is_marked in _shorten(folder).items():
            if (original := "/".join((*folders[:index], shorter, *folders[index + 1 :], name))) in known:
                yield original, is_marked
            if is_own:
                yield from _find_known((*folders[:index], shorter), known, is_marked=is_marked)


def find_conflict_copies(paths: Collection[str]) -> dict[str, str]:
    """Returns the files of any format that only programs name so, beside their original; each with that."""
    known = frozenset(paths)
    found: dict[str, str] = {}
    for path in filter(is_other_version, paths):
        folder, slash, name = path.rpartition("/")
        stem, extension = posixpath.splitext(name)
        names = (*(shorter + extension for shorter in _shorten(stem)), *_shorten(name))
        original = next((other for shorter in names if (other := folder + slash + shorter) in known), None)
        if original is not None:
            found[path] = original
    return found


def is_other_version(path: str) -> bool:
    """Returns whether a name is that of another version of a file, by itself or if the file is beside it."""
    return _is_conflict_name(path) or _OWN_COMPUTER.search(path) is not None


def _find_known(parts: tuple[str, ...], known: Collection[str], *, is_marked: bool) -> Iterator[tuple[str, bool]]:
    """Yields the sources for a path without extension: a file, or the index of a folder."""
    stem = "/".join(parts)
    for form in ("", "/index"):
        for extension in TEXT_EXTENSIONS:
            if (original := f"{stem}{form}{extension}") in known:
                yield original, is_marked


def _shorten(name: str) -> dict[str, bool]:
    """Returns the names whose copy a name can be, each with whether it is clearly that of a copy."""
    found: dict[str, bool] = {}
    waiting = [(name, True)] if _MAY_MATCH.search(name.casefold()) else []
    if waiting:
        found.update((name[: dash.start()], False) for dash in _BEFORE_COMPUTER.finditer(name) if dash.start())
    while waiting:
        longer, is_marked = waiting.pop()
        for names, may_be_marked in ((_MARKED, is_marked), (_AMBIGUOUS, False)):
            match = names.fullmatch(longer)
            for shorter in filter(None, match.groups() if match is not None else ()):
                if shorter not in found:
                    found[shorter] = may_be_marked
                    waiting.append((shorter, may_be_marked))
    return found


def _is_copy(reading: Reading, original: Reading, *, is_marked: bool) -> bool:
    if original.post is None or not reading.digest:
        return False
    if reading.digest == original.digest:
        return True
    if (
        reading.post is None
        or reading.is_broken
        or not _have_same_date(reading.post, original.post, is_marked=is_marked)
    ):
        return False
    are_written = ["title" in post.places for post in (reading.post, original.post)]
    are_named = is_marked and are_written[0] is are_written[1] and _is_titled_by_name(reading.post)
    if are_named and original.post.title in _list_names(original.post):
        return True
    return reading.post.title == original.post.title


def _have_same_date(copy: Post, original: Post, *, is_marked: bool) -> bool:
    """Returns whether two posts have the same date; an undated draft matches any date.

    The time of day counts only if the name is not clearly that of a copy.
    """
    is_undated = original.draft and "date" not in original.places and split_name(original.path)[0] is None
    if is_undated or copy.date == original.date:
        return True
    return (
        is_marked and copy.date is not None and original.date is not None and copy.date.date() == original.date.date()
    )


def _list_names(post: Post) -> tuple[str, str]:
    """Returns the titles that the name of a source gives."""
    name = split_name(post.path)[1]
    return name, titleize(name)


def _is_titled_by_name(post: Post) -> bool:
    """Returns whether a title is that of the file; a written one is only if it has signs of a name, as imports have."""
    is_chosen = "title" in post.places and not set(post.title) & set(".([_")
    return not is_chosen and post.title in _list_names(post)
