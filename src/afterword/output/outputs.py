"""The output files of a build: path, content and order of writing. Checks the paths once more."""

from __future__ import annotations

from collections import Counter
from enum import IntEnum
from hashlib import blake2b
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.files import Unreadable, open_regular
from afterword.core.fingerprints import SIZE
from afterword.core.output_paths import check_output_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from afterword.core.fingerprints import Known

_CHUNK = 1 << 20


class Rank(IntEnum):
    """When a file is put in place: what is pointed to comes before what points to it."""

    ASSET = 0
    PAGE = 1
    LIST = 2
    FEED = 3


class Kept(Struct, frozen=True):
    """Content that is not at hand because `survey` found it in the site: the digest that its bytes have."""

    digest: str


class Ready(Struct, frozen=True):
    """Content that waits in the stage of a site that does not stand yet: what was written, and where."""

    file: Known
    path: Path


class Output(Struct, frozen=True):
    """One file of the site: its path there, with `/`; its turn; and its bytes, or where they are."""

    path: str
    rank: Rank
    content: bytes | Path | Kept | Ready


def in_turn(outputs: Iterable[Output]) -> tuple[Output, ...]:
    """The outputs in the order in which they are put in place; raises `Failure` for paths that cannot be written."""
    ordered = tuple(sorted(outputs, key=lambda output: (output.rank, output.path)))
    problems = [
        error("invalid-output-path", f"invalid output path `{output.path!a}`: {invalid.reason}", hint=invalid.hint)
        for output in ordered
        if (invalid := check_output_path(output.path)) is not None
    ]
    times = Counter(output.path for output in ordered)
    if len(times) < len(ordered):
        twice = sorted(path for path, count in times.items() if count > 1)
        problems += [error("invalid-output-path", f"duplicate output path `{path}`") for path in twice]
    innermost = {path.rpartition("/")[0]: path for path in sorted(times, reverse=True) if "/" in path}
    problems += [
        error("invalid-output-path", f"`{folder}` cannot be both a file and the folder of `{path}`")
        for inner, path in sorted(innermost.items())
        for folder in (inner, *folders_of(inner))
        if folder in times
    ]
    if problems:
        raise Failure(Exit.CONTENT, *problems)
    return ordered


def folders_of(path: str) -> Iterator[str]:
    """The folders on the way to a file, the innermost first, without the site itself."""
    while path := path.rpartition("/")[0]:
        yield path


def digest_of(content: bytes | Path | Kept | Ready) -> str:
    """The digest of a content: BLAKE2b of its bytes alone, which `b2sum -l 128` shows too.

    Raises `Failure` for a source file that cannot be read.
    """
    if isinstance(content, Kept):
        return content.digest
    if isinstance(content, Ready):
        return content.file.digest
    state = blake2b(digest_size=SIZE)
    for chunk in chunks_of(content):
        state.update(chunk)
    return state.hexdigest()


def chunks_of(content: bytes | Path | Kept | Ready) -> Iterator[bytes]:
    """The bytes of a content in pieces of at most 1 MB where they come from a file; `Kept` has none to give."""
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, Kept):
        raise TypeError("the content of a kept output is not loaded")
    else:
        yield from _read(content.path if isinstance(content, Ready) else content)


def _read(path: Path) -> Iterator[bytes]:
    try:
        with open_regular(path) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (Unreadable, OSError) as problem:
        reason = f"cannot be read: {(problem.strerror or '').lower()}" if isinstance(problem, OSError) else problem
        raise Failure(Exit.ENVIRONMENT, error("unreadable", f"`{path}` {reason}")) from problem
