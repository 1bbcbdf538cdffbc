"""Maps a request to a response: files of the site, redirects, events, and built-in status pages."""

from __future__ import annotations

from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.fingerprints import digest
from afterword.server.media_types import HTML, is_text
from afterword.server.request import BadTarget, accepts_gzip, allows_range, find_span, names_tag, parse_target
from afterword.server.snapshot import LIVE_SCRIPT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.server.request import Span
    from afterword.server.snapshot import Answer, File, Generation, Live


def notice(title: str, text: str, link: str = "", *, detail: str = "") -> bytes:
    """A page of one heading, one sentence, at most one link and at most one block of plain text."""
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

METHODS = ("GET", "HEAD")
"""The methods that a site of files has."""

ALWAYS: Headers = (
    ("Cache-Control", "no-cache"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""On every response. There is no header of CORS: no other site has any business here. And no Referrer-Policy: pages
must behave as where they will be published, and players of embedded video refuse to play without a referrer."""

_SAFE_IN_LOCATION = "/~!$&'()*+,;=:@-._"


class Response(Struct, frozen=True):
    """A response in the making.

    `content` is sent from `span` (or whole), with the live script of `script` put into it where that is not empty, and
    then compressed where `gzip` says so.
    """

    status: HTTPStatus
    headers: Headers = ()
    content: bytes | File = b""
    span: Span | None = None
    script: str = ""
    gzip: bool = False


def route(generation: Generation, method: str, target: str, headers: Mapping[str, str]) -> Response:
    """The response to a request; the names of `headers` are in lower case."""
    if method not in METHODS:
        return refuse(HTTPStatus.METHOD_NOT_ALLOWED, "only GET and HEAD", ("Allow", ", ".join(METHODS)))
    try:
        path = parse_target(target).path
    except BadTarget as problem:
        return refuse(HTTPStatus.BAD_REQUEST, str(problem))
    base = generation.base_path
    if path == "/" and base:
        return _redirect(HTTPStatus.FOUND, f"{base}/")
    if path == base and base:
        return _redirect(HTTPStatus.MOVED_PERMANENTLY, f"{base}/")
    if not path.startswith(f"{base}/"):
        return _outside(generation, headers)
    return _in_site(generation, method, path.removeprefix(base), headers)


def refuse(status: HTTPStatus, reason: str, *headers: tuple[str, str]) -> Response:
    """A response in plain text, for a request that gets none of the site."""
    return Response(status, (("Content-Type", "text/plain; charset=utf-8"), *headers), f"{reason}\n".encode())


def find_file(generation: Generation, path: str) -> str | None:
    """The file of the site that answers a path without its base path, as a key of `answers`; None where none does."""
    return next((name for name in names_of(path) if name in generation.answers), None)


def names_of(path: str) -> tuple[str, ...]:
    """The files that can stand for a path: the first of them that exists does."""
    return (f"{path}index.html",) if path.endswith("/") else (path, f"{path}.html")


def names_near(generation: Generation, path: str) -> tuple[str, ...]:
    """The files that decide what a path with its base path is answered with, in this generation or in another."""
    own = path.removeprefix(generation.base_path)
    return (*names_of(own), f"{own}/index.html")


def _in_site(generation: Generation, method: str, path: str, headers: Mapping[str, str]) -> Response:
    live = generation.live
    if live and path == f"{live.folder}{LIVE_SCRIPT}":
        return _found(generation, method, live.script, headers)
    if (name := find_file(generation, path)) is not None:
        return _found(generation, method, generation.answers[name], headers)
    if not path.endswith("/") and f"{path}/index.html" in generation.answers:
        return _redirect(HTTPStatus.MOVED_PERMANENTLY, f"{generation.base_path}{path}/")
    if generation.is_empty:
        return _not_built(generation, headers)
    missing = generation.answers.get("/404.html")
    if missing is None:
        return _page(generation, HTTPStatus.NOT_FOUND, notice("Page not found", ""), headers)
    return _page(generation, HTTPStatus.NOT_FOUND, missing.content, headers, missing.tag)


def _found(generation: Generation, method: str, answer: Answer, headers: Mapping[str, str]) -> Response:
    response = _whole(generation, answer, headers)
    etag = dict(response.headers)["ETag"]
    if names_tag(headers.get("if-none-match"), etag.removeprefix("W/").strip('"')):
        kept = tuple((name, value) for name, value in response.headers if name in ("ETag", "Vary"))
        return Response(HTTPStatus.NOT_MODIFIED, kept)
    if method != "GET" or is_text(answer.type) or not allows_range(headers.get("if-range"), etag):
        return response
    return _ranged(response, headers.get("range"))


def _whole(generation: Generation, answer: Answer, headers: Mapping[str, str]) -> Response:
    """The content as it is asked for. Text has a weak tag: it is sent in several forms, which mean the same."""
    if not is_text(answer.type):
        fields = (("Content-Type", answer.type), ("ETag", f'"{answer.tag}"'), ("Accept-Ranges", "bytes"))
        return Response(HTTPStatus.OK, fields, answer.content)
    if answer.type == HTML:
        return _page(generation, HTTPStatus.OK, answer.content, headers, answer.tag)
    fields = (("Content-Type", answer.type), ("ETag", f'W/"{answer.tag}"'), ("Vary", "Accept-Encoding"))
    return Response(HTTPStatus.OK, fields, answer.content, gzip=accepts_gzip(headers.get("accept-encoding")))


def _page(
    generation: Generation, status: HTTPStatus, content: bytes | File, headers: Mapping[str, str], tag: str = ""
) -> Response:
    """A page, live where it is a document of its own: what a script fetches or a frame shows is sent as it was built.

    The tag of a live page is of this generation of this run: its script tells from where on it needs news, which must
    not be older than what a browser loads with it.
    """
    live = generation.live if headers.get("sec-fetch-dest", "document") == "document" else None
    fields: Headers = (("Content-Type", HTML), ("Vary", "Accept-Encoding, Sec-Fetch-Dest"))
    if tag and status is HTTPStatus.OK:
        state = f"-{digest(live.token)[:8]}-{generation.number}" if live else ""
        fields += (("ETag", f'W/"{tag}{state}"'),)
    if tag:
        fields += (("Afterword-Page", tag),)
    script = _script(generation, live, tag) if live else ""
    return Response(status, fields, content, script=script, gzip=accepts_gzip(headers.get("accept-encoding")))


def _script(generation: Generation, live: Live, tag: str) -> str:
    """The element that makes a page live; it tells the script which page of which generation this is, or that it is
    one of an earlier run."""
    early = " data-early" if generation.is_early else ""
    source = escape(quote(f"{generation.base_path}{live.folder}{LIVE_SCRIPT}", safe=_SAFE_IN_LOCATION))
    return f'<script src="{source}" defer data-generation="{generation.number}" data-page="{tag}"{early}></script>'


def _ranged(response: Response, header: str | None) -> Response:
    size = len(response.content) if isinstance(response.content, bytes) else response.content.size
    match find_span(header, size):
        case "whole":
            return response
        case "unsatisfiable":
            return refuse(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "no such range", ("Content-Range", f"bytes */{size}")
            )
        case (start, stop):
            fields = (*response.headers, ("Content-Range", f"bytes {start}-{stop - 1}/{size}"))
            return replace(response, status=HTTPStatus.PARTIAL_CONTENT, headers=fields, span=(start, stop))


def _redirect(status: HTTPStatus, path: str) -> Response:
    return replace(refuse(status, "it is elsewhere"), headers=(("Location", quote(path, safe=_SAFE_IN_LOCATION)),))


def _outside(generation: Generation, headers: Mapping[str, str]) -> Response:
    text = "The blog is published under another path:"
    page = notice("Not found", text, quote(f"{generation.base_path}/", safe=_SAFE_IN_LOCATION))
    return _page(replace(generation, live=None), HTTPStatus.NOT_FOUND, page, headers)


def _not_built(generation: Generation, headers: Mapping[str, str]) -> Response:
    """The page until the first build is done: it looks again by itself, by its script or else by its header."""
    reason = "The first build has errors:" if generation.problems else "The first build is running."
    page = notice("No site yet", reason, detail=generation.problems)
    response = _page(generation, HTTPStatus.SERVICE_UNAVAILABLE, page, headers)
    again = () if generation.live else (("Refresh", "1"),)
    return replace(response, headers=(*response.headers, ("Retry-After", "1"), *again))
