"""Media types by file extension. The table is fixed, so it is the same on every machine."""

from __future__ import annotations

import posixpath

_TEXTS = {
    ".html": "text/html",
    ".htm": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".jsonld": "application/ld+json",
    ".geojson": "application/geo+json",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
    ".xsl": "application/xslt+xml",
    ".xhtml": "application/xhtml+xml",
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".vtt": "text/vtt",
    ".ics": "text/calendar",
    ".opml": "application/xml",
    ".bib": "text/plain",
}

_BYTES = {
    ".png": "image/png",
    ".apng": "image/apng",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".ico": "image/vnd.microsoft.icon",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".zip": "application/zip",
    ".gz": "application/gzip",
    ".wasm": "application/wasm",
}

UNKNOWN = "application/octet-stream"
"""The type of a file with an unknown extension."""

HTML = "text/html; charset=utf-8"
"""The type of a page."""


def media_type(path: str) -> str:
    """Returns the Content-Type of a file with this name. Text is UTF-8, like everything that Afterword writes."""
    extension = posixpath.splitext(path)[1].lower()
    if (text := _TEXTS.get(extension)) is not None:
        return f"{text}; charset=utf-8"
    return _BYTES.get(extension, UNKNOWN)


def is_text(type: str) -> bool:
    """Returns whether this is a type of text, which is compressed and does not support ranges."""
    return type.endswith("; charset=utf-8")
