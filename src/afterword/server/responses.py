"""Turns a response into bytes: reads the file, adds the reload script, compresses.

Raises `Replaced` if a build has replaced the file since the snapshot was taken.
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


class Replaced(Exception):  # noqa: N818 - an outcome: the caller asks again
    """The file on disk is no longer that of the generation."""


class Delivery(Struct, frozen=True):
    """The last headers of a response, and its content: bytes, or so many bytes of a file that is open at them."""

    headers: Headers
    content: bytes | BinaryIO
    length: int

    def chunks(self) -> Iterator[bytes]:
        """The content, piece by piece; a file is closed after the last."""
        if isinstance(self.content, bytes):
            yield self.content
            return
        left = self.length
        with self.content as file:
            while left and (chunk := file.read(min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk

    def close(self) -> None:
        """Let go of the file where the content is not sent."""
        if not isinstance(self.content, bytes):
            self.content.close()


def deliver(response: Response) -> Delivery:
    """Make a response's content ready; raises `Replaced`."""
    if isinstance(response.content, File) and not (response.script or response.gzip):
        return _deliver_file(response, response.content)
    content = response.content if isinstance(response.content, bytes) else _read(response.content)
    if response.span:
        content = content[slice(*response.span)]
    if response.script:
        content = insert_script(content, response.script.encode())
    headers = response.headers
    if response.gzip:
        content = gzip.compress(content, _GZIP_LEVEL, mtime=0)
        headers = (*headers, ("Content-Encoding", "gzip"))
    return Delivery(headers, content, len(content))


def insert_script(html: bytes, script: bytes) -> bytes:
    """A page with an element before its last `</body>`, or at its end where it has none."""
    at = html.lower().rfind(b"</body>")
    at = len(html) if at < 0 else at
    return html[:at] + script + html[at:]


def _deliver_file(response: Response, file: File) -> Delivery:
    opened = _open(file)
    start, stop = response.span or (0, file.size)
    opened.seek(start)
    return Delivery(response.headers, opened, stop - start)


def _read(file: File) -> bytes:
    with _open(file) as opened:
        content = opened.read(file.size + 1)
    if len(content) != file.size:
        raise Replaced
    return content


def _open(file: File) -> BinaryIO:
    try:
        opened = open_regular(Path(file.path))
    except Unreadable as problem:
        raise Replaced from problem
    found = os.fstat(opened.fileno())
    if (found.st_size, found.st_mtime_ns, found.st_ino) != (file.size, file.mtime_ns, file.inode):
        opened.close()
        raise Replaced
    return opened
