"""Prepares the bytes of a response: opens the file, inserts the live script, compresses.

Raises `FileReplaced` if a build has replaced the file since the snapshot was taken.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

from afterword.core.files import Unreadable, open_regular
from afterword.server.snapshot import File

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.server.routing import Headers, Response

_CHUNK = 1 << 18
_GZIP_LEVEL = 6


class FileReplaced(Exception):  # noqa: N818 - an outcome: the caller asks again
    """The file on disk is no longer that of the generation."""


class PreparedResponse(Struct, frozen=True):
    """All headers of a response, and its content: bytes, or an open file from which `length` bytes are sent."""

    headers: Headers
    content: bytes | BinaryIO
    length: int

    def chunks(self) -> Iterator[bytes]:
        """Yields the content in pieces, and closes the file."""
        if isinstance(self.content, bytes):
            yield self.content
            return
        left = self.length
        with self.content as file:
            while left and (chunk := file.read(min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk

    def close(self) -> None:
        """Closes the file if the content is not sent."""
        if not isinstance(self.content, bytes):
            self.content.close()


def prepare_response(response: Response) -> PreparedResponse:
    """Prepares the content of a response. Raises `FileReplaced`."""
    if isinstance(response.content, File) and not (response.script or response.gzip):
        return _prepare_file(response, response.content)
    content = response.content if isinstance(response.content, bytes) else _read(response.content)
    if response.byte_range:
        content = content[slice(*response.byte_range)]
    if response.script:
        content = insert_script(content, response.script.encode())
    headers = response.headers
    if response.gzip:
        content = gzip.compress(content, _GZIP_LEVEL, mtime=0)
        headers = (*headers, ("Content-Encoding", "gzip"))
    return PreparedResponse(headers, content, len(content))


def insert_script(html: bytes, script: bytes) -> bytes:
    """Inserts an element before the last `</body>`, or at the end of the page."""
    at = html.lower().rfind(b"</body>")
    at = len(html) if at < 0 else at
    return html[:at] + script + html[at:]


def _prepare_file(response: Response, file: File) -> PreparedResponse:
    opened = _open(file)
    start, stop = response.byte_range or (0, file.size)
    opened.seek(start)
    return PreparedResponse(response.headers, opened, stop - start)


def _read(file: File) -> bytes:
    with _open(file) as opened:
        content = opened.read(file.size + 1)
    if len(content) != file.size:
        raise FileReplaced
    return content


def _open(file: File) -> BinaryIO:
    try:
        opened = open_regular(Path(file.path))
    except Unreadable as problem:
        raise FileReplaced from problem
    found = os.fstat(opened.fileno())
    if (found.st_size, found.st_mtime_ns, found.st_ino) != (file.size, file.mtime_ns, file.inode):
        opened.close()
        raise FileReplaced
    return opened
