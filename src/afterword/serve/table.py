"""The table of a site that was built: an answer for each file that its manifest names, and for nothing else.

Relies on `publish` for the manifest, whose digests serve as tags: no file is opened but those that a later build has
written. Refuses an answer for a file that is not there with the size that the manifest names: somebody else has changed
it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.files import Unreadable, digest_file, read
from afterword.publish import digest_of
from afterword.publish.records import Entry, parse
from afterword.reserved import MANIFEST
from afterword.serve.answers import Answer, File
from afterword.serve.media import media_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from afterword.inventory import Copy

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


def _look_at(site: Path, paths: Iterable[str]) -> Iterator[Entry]:
    for path in paths:
        with suppress(Unreadable, OSError):
            yield Entry(path, digest_file(site / path), (site / path).stat().st_size)


def _answer_all(site: Path, entries: Iterable[Entry]) -> Iterator[tuple[str, Answer]]:
    for entry in entries:
        answer = _answer(site, entry)
        if answer is not None:
            yield f"/{entry.path}", answer


def _answer(site: Path, entry: Entry) -> Answer | None:
    try:
        file = _file_of(site / entry.path)
    except OSError:
        return None
    return Answer(file, media_type(entry.path), entry.digest) if file.size == entry.size else None


def _file_of(path: Path) -> File:
    found = path.stat(follow_symlinks=False)
    return File(os.fspath(path), found.st_size, found.st_mtime_ns, found.st_ino)
