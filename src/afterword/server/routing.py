"""Maps a request to a response: files of the site, redirects, and the status pages of the server; prepares its bytes.

The bytes are prepared when the response is sent. `prepare_response` raises `FileReplaced` if a build has replaced the
file since the snapshot was taken.
"""

from __future__ import annotations

import gzip
import os
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.files import Unreadable, open_regular
from afterword.core.fingerprints import digest
from afterword.server.generation import HTML, LIVE_SCRIPT, File, is_text
from afterword.server.request import InvalidTarget, accepts_gzip, allows_range, matches_etag, parse_range, parse_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.server.generation import Generation, LiveReload, Resource
    from afterword.server.request import ByteRange


def status_page(title: str, text: str, link: str = "", *, detail: str = "") -> bytes:
    """Returns an HTML page with a heading, a sentence, an optional link, and optional plain text."""
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(text)}</p>" if text else ""]
    if link:
        parts.append(f'<p><a href="{escape(link)}">{escape(link)}</a></p>')
    if detail:
        parts.append(f"<pre>{escape(detail)}</pre>")
    body = "\n".join(part for part in parts if part)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
</head>
<body>
{body}
</body>
</html>
""".encode()


Headers = tuple[tuple[str, str], ...]

ALLOWED_METHODS = ("GET", "HEAD")
"""The methods of a static site."""

COMMON_HEADERS: Headers = (
    ("Cache-Control", "no-cache"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""Headers of every response.

There are no CORS headers, because no other site needs access. There is no Referrer-Policy: pages must behave as on the
published site, and video players do not play without a referrer.
"""

_SAFE_IN_LOCATION = "/~!$&'()*+,;=:@-._"


class Response(Struct, frozen=True):
    """A response whose content has not been loaded yet.

    Attributes:
        byte_range: the part of the content to send; None for all of it.
        script: element to insert into the page, or empty.
        gzip: whether to compress the content.
    """

    status: HTTPStatus
    headers: Headers = ()
    content: bytes | File = b""
    byte_range: ByteRange | None = None
    script: str = ""
    gzip: bool = False


def route(generation: Generation, method: str, target: str, headers: Mapping[str, str]) -> Response:
    """Returns the response to a request. The names of `headers` are in lower case."""
    if method not in ALLOWED_METHODS:
        return error_response(HTTPStatus.METHOD_NOT_ALLOWED, "only GET and HEAD", ("Allow", ", ".join(ALLOWED_METHODS)))
    try:
        path = parse_target(target).path
    except InvalidTarget as problem:
        return error_response(HTTPStatus.BAD_REQUEST, str(problem))
    base = generation.base_path
    if path == "/" and base:
        return _redirect(HTTPStatus.FOUND, f"{base}/")
    if path == base and base:
        return _redirect(HTTPStatus.MOVED_PERMANENTLY, f"{base}/")
    if not path.startswith(f"{base}/"):
        return _outside_response(generation, headers)
    return _route_in_site(generation, method, path.removeprefix(base), headers)


def error_response(status: HTTPStatus, reason: str, *headers: tuple[str, str]) -> Response:
    """Returns a response in plain text."""
    return Response(status, (("Content-Type", "text/plain; charset=utf-8"), *headers), f"{reason}\n".encode())


def find_file(generation: Generation, path: str) -> str | None:
    """Returns the key in `generation.resources` of the file for a path without base path, or None."""
    return next((name for name in candidate_files(path) if name in generation.resources), None)


def candidate_files(path: str) -> tuple[str, ...]:
    """Returns the files that a path can stand for; the first one that exists is used."""
    return (f"{path}index.html",) if path.endswith("/") else (path, f"{path}.html")


def files_for_url(generation: Generation, path: str) -> tuple[str, ...]:
    """Returns all files that decide the response for a path with base path, in any generation."""
    own = path.removeprefix(generation.base_path)
    return (*candidate_files(own), f"{own}/index.html")


def _route_in_site(generation: Generation, method: str, path: str, headers: Mapping[str, str]) -> Response:
    live = generation.live
    if live and path == f"{live.folder}{LIVE_SCRIPT}":
        return _respond_with(generation, method, live.script, headers)
    if (name := find_file(generation, path)) is not None:
        return _respond_with(generation, method, generation.resources[name], headers)
    if not path.endswith("/") and f"{path}/index.html" in generation.resources:
        return _redirect(HTTPStatus.MOVED_PERMANENTLY, f"{generation.base_path}{path}/")
    if generation.is_empty:
        return _not_built_response(generation, headers)
    missing = generation.resources.get("/404.html")
    if missing is None:
        return _html_response(generation, HTTPStatus.NOT_FOUND, status_page("Page not found", ""), headers)
    return _html_response(generation, HTTPStatus.NOT_FOUND, missing.content, headers, missing.tag)


def _respond_with(generation: Generation, method: str, resource: Resource, headers: Mapping[str, str]) -> Response:
    response = _full_response(generation, resource, headers)
    etag = dict(response.headers)["ETag"]
    if matches_etag(headers.get("if-none-match"), etag.removeprefix("W/").strip('"')):
        kept = tuple((name, value) for name, value in response.headers if name in ("ETag", "Vary"))
        return Response(HTTPStatus.NOT_MODIFIED, kept)
    if method != "GET" or is_text(resource.type) or not allows_range(headers.get("if-range"), etag):
        return response
    return _range_response(response, headers.get("range"))


def _full_response(generation: Generation, resource: Resource, headers: Mapping[str, str]) -> Response:
    """Returns the whole resource. Text has a weak entity tag, because it is sent with and without compression."""
    if not is_text(resource.type):
        fields = (("Content-Type", resource.type), ("ETag", f'"{resource.tag}"'), ("Accept-Ranges", "bytes"))
        return Response(HTTPStatus.OK, fields, resource.content)
    if resource.type == HTML:
        return _html_response(generation, HTTPStatus.OK, resource.content, headers, resource.tag)
    fields = (("Content-Type", resource.type), ("ETag", f'W/"{resource.tag}"'), ("Vary", "Accept-Encoding"))
    return Response(HTTPStatus.OK, fields, resource.content, gzip=accepts_gzip(headers.get("accept-encoding")))


def _html_response(
    generation: Generation, status: HTTPStatus, content: bytes | File, headers: Mapping[str, str], tag: str = ""
) -> Response:
    """Returns a page. It gets the live script if it is loaded as a document, not by a script or in a frame.

    The entity tag of a live page contains the run and the generation: its script tells from which generation on it
    needs events, which must match the page.
    """
    live = generation.live if headers.get("sec-fetch-dest", "document") == "document" else None
    fields: Headers = (("Content-Type", HTML), ("Vary", "Accept-Encoding, Sec-Fetch-Dest"))
    if tag and status is HTTPStatus.OK:
        state = f"-{digest(live.token)[:8]}-{generation.number}" if live else ""
        fields += (("ETag", f'W/"{tag}{state}"'),)
    if tag:
        fields += (("Afterword-Page", tag),)
    script = _script_element(generation, live, tag) if live else ""
    return Response(status, fields, content, script=script, gzip=accepts_gzip(headers.get("accept-encoding")))


def _script_element(generation: Generation, live: LiveReload, tag: str) -> str:
    """Returns the script element with the generation of the page, its tag, and whether it is a fallback."""
    fallback = " data-early" if generation.is_fallback else ""
    source = escape(quote(f"{generation.base_path}{live.folder}{LIVE_SCRIPT}", safe=_SAFE_IN_LOCATION))
    return f'<script src="{source}" defer data-generation="{generation.number}" data-page="{tag}"{fallback}></script>'


def _range_response(response: Response, header: str | None) -> Response:
    size = len(response.content) if isinstance(response.content, bytes) else response.content.size
    match parse_range(header, size):
        case "whole":
            return response
        case "unsatisfiable":
            return error_response(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "no such range", ("Content-Range", f"bytes */{size}")
            )
        case (start, stop):
            fields = (*response.headers, ("Content-Range", f"bytes {start}-{stop - 1}/{size}"))
            return replace(response, status=HTTPStatus.PARTIAL_CONTENT, headers=fields, byte_range=(start, stop))


def _redirect(status: HTTPStatus, path: str) -> Response:
    return replace(error_response(status, "moved"), headers=(("Location", quote(path, safe=_SAFE_IN_LOCATION)),))


def _outside_response(generation: Generation, headers: Mapping[str, str]) -> Response:
    text = "The blog is published under another path:"
    page = status_page("Not found", text, quote(f"{generation.base_path}/", safe=_SAFE_IN_LOCATION))
    return _html_response(replace(generation, live=None), HTTPStatus.NOT_FOUND, page, headers)


def _not_built_response(generation: Generation, headers: Mapping[str, str]) -> Response:
    """Returns the page to show until the first build is done. It reloads itself, by the live script or a Refresh
    header."""
    reason = "The first build has errors:" if generation.problems else "The first build is running."
    page = status_page("No site yet", reason, detail=generation.problems)
    response = _html_response(generation, HTTPStatus.SERVICE_UNAVAILABLE, page, headers)
    again = () if generation.live else (("Refresh", "1"),)
    return replace(response, headers=(*response.headers, ("Retry-After", "1"), *again))


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
