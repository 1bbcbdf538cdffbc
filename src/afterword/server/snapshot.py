"""An immutable snapshot of the site as the server answers it: URLs, files, redirects, and what changed.

`Generation` is the snapshot of one build. A request is answered from one generation as a whole. A `File` names a file
with its stamp; the module that opens it checks the stamp.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.core.files import MANIFEST, Unreadable, digest_file, read
from afterword.output.manifest import ManifestEntry, parse
from afterword.output.outputs import digest_of
from afterword.server.media_types import media_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from afterword.build.static_files import Copy

LIVE_FOLDER = "/__afterword"
"""Where, below the base path, the server's own script and stream are; no site has such a folder by chance."""

LIVE_SCRIPT = "live.js"
"""The name of the script that pages are given."""


class File(Struct, frozen=True):
    """A file as it was when its generation was made: content of another stamp is of another generation."""

    path: str
    size: int
    mtime_ns: int
    inode: int


class Answer(Struct, frozen=True):
    """The content at one path, its media type, and a tag that is another one whenever the content is."""

    content: bytes | File
    type: str
    tag: str


class Live(Struct, frozen=True):
    """What makes pages live: the script, and the secret of this run, without which nothing of it exists."""

    token: str
    script: Answer

    @property
    def folder(self) -> str:
        """The path of the script's folder, without the base path, with a slash at its end."""
        return f"{LIVE_FOLDER}/{self.token}/"


class Generation(Struct, frozen=True):
    """One state of the site.

    `answers` are by the path of the file in the site, decoded and with a slash in front (`/posts/x/index.html`);
    `base_path` comes before them in URLs (`` or `/notes`). `changed` says of each path in which generation it last
    became another one, or went. `problems` is what keeps the site from being newer, as text. Without `live`, pages are
    sent as they were built. `focus` is the URL of the page to show now, to who shows the generation `focus_since` or a
    later one. `early` are answers for as long as there are none: those of an earlier run, or such as are made one by
    one.
    """

    number: int = 0
    base_path: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    problems: str = ""
    live: Live | None = None
    focus: str = ""
    focus_since: int = 0
    early: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether no build has succeeded yet."""
        return not self.answers

    @property
    def is_early(self) -> bool:
        """Whether the answers are those that there are before the first build is done."""
        return bool(self.early) and self.answers is self.early

    def or_early(self) -> Generation:
        """This generation; while no build has succeeded, with the early answers."""
        return replace(self, answers=self.early) if self.is_empty else self

    def with_site(
        self, answers: Mapping[str, Answer], base_path: str, focus: str = "", focus_since: int | None = None
    ) -> Generation:
        """The next generation, after a build that succeeded; one of this number where no content changed.

        Unless `focus_since` says otherwise, `focus` is for who shows this generation.
        """
        changed = _differences(self.early if self.is_empty else self.answers, answers)
        is_as_shown = not changed and not self.problems and (base_path, focus) == (self.base_path, "")
        if is_as_shown and not self.is_empty:
            return self if answers == self.answers else replace(self, answers=answers)  # the same, in other files
        number = self.number + 1
        since = {**self.changed, **dict.fromkeys(changed, number)}
        return replace(
            self,
            number=number,
            base_path=base_path,
            answers=answers,
            changed=since,
            problems="",
            focus=focus,
            focus_since=self.number if focus_since is None else focus_since,
            early={},
        )

    def with_pages(self, pages: Mapping[str, Answer]) -> Generation:
        """The next generation, while a build is at work: some files are those of the new site already."""
        changed = {path for path, answer in pages.items() if not self._has(path, answer)}
        if not changed:
            return self
        number = self.number + 1
        since = {**self.changed, **dict.fromkeys(changed, number)}
        return replace(self, number=number, answers={**self.answers, **pages}, changed=since, focus="")

    def with_problems(self, problems: str, answers: Mapping[str, Answer] | None = None) -> Generation:
        """The next generation after a failed build: the last good site, and the errors.

        `answers` is the present site if the build had begun to change it.
        """
        left = self.answers if answers is None else answers
        changed = _differences(self.answers, left)
        if not changed and problems == self.problems:
            return self if left == self.answers else replace(self, answers=left)
        number = self.number + 1
        since = {**self.changed, **dict.fromkeys(changed, number)}
        return replace(self, number=number, answers=left, changed=since, problems=problems, focus="")

    def changes_since(self, number: int) -> tuple[str, ...]:
        """The paths that have changed since the generation of this number, sorted."""
        return tuple(sorted(path for path, changed in self.changed.items() if changed > number))

    def _has(self, path: str, answer: Answer) -> bool:
        known = self.answers.get(path)
        return known is not None and known.tag == answer.tag


def _differences(before: Mapping[str, Answer], after: Mapping[str, Answer]) -> set[str]:
    """The paths whose content is not the same: changed, new and gone."""
    tags = {path: answer.tag for path, answer in before.items()}
    return {path for path, answer in after.items() if tags.pop(path, None) != answer.tag} | tags.keys()


_MOST_MANIFEST_BYTES = 1 << 28


def read_table(site: Path) -> Mapping[str, Answer]:
    """The answers of a site, by path with a slash in front; none where there is no site."""
    try:
        entries = parse(read(site / MANIFEST, _MOST_MANIFEST_BYTES)).entries
    except Unreadable:
        return {}
    return dict(_answer_all(site, sorted(entries)))


def renew_table(
    before: Mapping[str, Answer], site: Path, written: Iterable[str], removed: Iterable[str]
) -> Mapping[str, Answer]:
    """The table of a site after a build that wrote and removed these files of it, and no others."""
    answers = {**before, **dict(_answer_all(site, _look_at(site, written)))}
    for path in removed:
        answers.pop(f"/{path}", None)
    return answers


def look_again(before: Mapping[str, Answer]) -> Mapping[str, Answer]:
    """The table of a site after a build that failed, which may have put some whole files of its own in place."""
    kept = {path: answer for path, answer in before.items() if _stands(answer)}
    lost = {path: answer.content for path, answer in before.items() if path not in kept}
    found = ((path, _find(path, Path(file.path))) for path, file in lost.items() if isinstance(file, File))
    return {**kept, **{path: answer for path, answer in found if answer is not None}}


def answer_copy(copy: Copy) -> Answer | None:
    """The answer that a copied file is, if what it is copied from can be read."""
    if isinstance(copy.content, bytes):
        return Answer(copy.content, media_type(copy.output), copy.digest)
    return _find(copy.output, copy.content)


def answer_text(path: str, text: str) -> Answer:
    """The answer that a text is at the path of a file that does not stand yet."""
    content = text.encode()
    return Answer(content, media_type(path), digest_of(content))


def _stands(answer: Answer) -> bool:
    if not isinstance(answer.content, File):
        return True
    try:
        return _file_of(Path(answer.content.path)) == answer.content
    except OSError:
        return False


def _find(path: str, file: Path) -> Answer | None:
    """The answer that a file of the site is now, if it is one."""
    with suppress(Unreadable, OSError):
        return Answer(_file_of(file), media_type(path), digest_file(file))
    return None


def _look_at(site: Path, paths: Iterable[str]) -> Iterator[ManifestEntry]:
    for path in paths:
        with suppress(Unreadable, OSError):
            yield ManifestEntry(path, digest_file(site / path), (site / path).stat().st_size)


def _answer_all(site: Path, entries: Iterable[ManifestEntry]) -> Iterator[tuple[str, Answer]]:
    for entry in entries:
        answer = _answer(site, entry)
        if answer is not None:
            yield f"/{entry.path}", answer


def _answer(site: Path, entry: ManifestEntry) -> Answer | None:
    try:
        file = _file_of(site / entry.path)
    except OSError:
        return None
    return Answer(file, media_type(entry.path), entry.digest) if file.size == entry.size else None


def _file_of(path: Path) -> File:
    found = path.stat(follow_symlinks=False)
    return File(os.fspath(path), found.st_size, found.st_mtime_ns, found.st_ino)
