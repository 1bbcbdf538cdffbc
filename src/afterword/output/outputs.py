"""The output files of a build: path, content and order of writing; and the result of publishing them."""

from __future__ import annotations

from collections import Counter
from enum import IntEnum
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.files import Unreadable, open_regular
from afterword.core.fingerprints import start_digest
from afterword.core.output_paths import check_output_path, parent_folders

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from afterword.core.diagnostics import Diagnostic
    from afterword.core.fingerprints import Known

_CHUNK = 1 << 20


class Rank(IntEnum):
    """Order of writing: a file comes before the files that refer to it."""

    ASSET = 0
    PAGE = 1
    LIST = 2
    FEED = 3


class UnchangedContent(Struct, frozen=True):
    """The digest of a file that `find_up_to_date` found in the site, so that it was not rendered."""

    digest: str


class StagedContent(Struct, frozen=True):
    """A file in the staging folder of a new site, and its path there."""

    file: Known
    path: str


class Output(Struct, frozen=True):
    """A file of the site: path with `/`, order, and content. A path as content is a file to copy."""

    path: str
    rank: Rank
    content: bytes | Path | UnchangedContent | StagedContent


class PublishResult(Struct, frozen=True):
    """Result of publishing.

    Attributes:
        written, removed: sorted paths.
        known: stamps and digests of up-to-date files that can be trusted; pass them to the next `find_up_to_date` and
            `publish`.
        fresh: the same for files written too recently for their stamps to be trusted; the manifest is among them.
    """

    written: tuple[str, ...]
    removed: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    known: Mapping[str, Known]
    fresh: Mapping[str, Known]


def sort_outputs(outputs: Iterable[Output]) -> tuple[Output, ...]:
    """Returns the outputs in the order of writing. Raises `Failure` for invalid and duplicate paths."""
    ordered = tuple(sorted(outputs, key=attrgetter("rank", "path")))
    problems = [
        error("invalid-output-path", f"invalid output path `{output.path!a}`: {invalid.reason}", hint=invalid.hint)
        for output in ordered
        if (invalid := check_output_path(output.path)) is not None
    ]
    times = Counter(output.path for output in ordered)
    if len(times) < len(ordered):
        twice = sorted(path for path, count in times.items() if count > 1)
        problems += [error("invalid-output-path", f"duplicate output path `{path}`") for path in twice]
    if not times.keys().isdisjoint(_list_folders(times)):
        problems += _find_files_as_folders(times)
    if problems:
        raise Failure(Exit.CONTENT, *problems)
    return ordered


def _list_folders(paths: Iterable[str]) -> set[str]:
    """Returns all folders that the paths are in."""
    folders: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def _find_files_as_folders(paths: Collection[str]) -> Iterator[Diagnostic]:
    """Yields an error for each path that is a folder of another one."""
    innermost = {path.rpartition("/")[0]: path for path in sorted(paths, reverse=True) if "/" in path}
    for inner, path in sorted(innermost.items()):
        for folder in (inner, *parent_folders(inner)):
            if folder in paths:
                yield error("invalid-output-path", f"`{folder}` cannot be both a file and the folder of `{path}`")


def digest_of(content: bytes | Path | UnchangedContent | StagedContent) -> str:
    """Returns the BLAKE2b digest of a content, as `b2sum -l 128` prints it.

    Raises `Failure` if a source file cannot be read.
    """
    if isinstance(content, UnchangedContent):
        return content.digest
    if isinstance(content, StagedContent):
        return content.file.digest
    state = start_digest()
    for chunk in read_chunks(content):
        state.update(chunk)
    return state.hexdigest()


def read_chunks(content: bytes | Path | UnchangedContent | StagedContent) -> Iterator[bytes]:
    """Yields the bytes of a content; from a file, in chunks of at most 1 MB. `UnchangedContent` has no bytes."""
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, UnchangedContent):
        raise TypeError("the content of a kept output is not loaded")
    else:
        yield from _read(Path(content.path) if isinstance(content, StagedContent) else content)


def _read(path: Path) -> Iterator[bytes]:
    try:
        with open_regular(path) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (Unreadable, OSError) as problem:
        reason = f"cannot be read: {(problem.strerror or '').lower()}" if isinstance(problem, OSError) else problem
        raise Failure(Exit.ENVIRONMENT, error("unreadable", f"`{path}` {reason}")) from problem
