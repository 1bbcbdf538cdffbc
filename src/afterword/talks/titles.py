"""Titles of chapters, cleaned of the markup and the links around them.

Relies on nothing. Refuses to lose a link: it is given beside the title.
"""

from __future__ import annotations

import re

_ROLE_LINK = re.compile(r"`([^`<>]+?)\s*<([^<>\s]+)>`_{1,2}")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
_ANGLE_URL = re.compile(r"\s*<(https?://[^<>\s]+)>")
_URL = r"https?://[^\s()\[\]<>]+"
_LAST_URL = re.compile(rf"(?:(?:^|\s)({_URL})|\(\s*({_URL})\s*\)|\[\s*({_URL})\s*\])$")
_NO_CONTENT = re.compile(r"\(\s*[,;]?\s*\)|\[\s*\]")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?![\w*])")
_TIME = re.compile(r"[\d:]+")
_LEADING = re.compile(r"^(?:[\s\-–—:|,;>~=»→•·)\]}]|\.(?=\s))+")
_TRAILING = " -–—:|,;>~=«([{"


def unfold_links(text: str) -> str:
    """The text with reStructuredText's and Markdown's links as `text <URL>`; a time that is a link is the time."""

    def write(match: re.Match[str]) -> str:
        name = " ".join(match[1].split())
        return name if _TIME.fullmatch(name.strip("()[]")) else f"{name} <{match[2]}>"

    return _MARKDOWN_LINK.sub(write, _ROLE_LINK.sub(write, text))


def tidy_title(text: str) -> tuple[str, str]:
    """A title without markup, separators and links at its ends; and the first URL that it linked to, or an empty text.

    A title that is nothing but a URL stays one.
    """
    linked: list[str] = _ANGLE_URL.findall(text)
    bare: list[str] = []
    title = _trim(_ANGLE_URL.sub("", text))
    while (match := _LAST_URL.search(title)) is not None and _trim(title[: match.start()]):
        bare.insert(0, match[match.lastindex or 0])
        title = _trim(title[: match.start()])
    title = _trim(_NO_CONTENT.sub("", _EMPHASIS.sub(r"\2", title)))
    return title, next(iter(linked + bare), "")


def _trim(text: str) -> str:
    return _LEADING.sub("", " ".join(text.split())).rstrip(_TRAILING)
