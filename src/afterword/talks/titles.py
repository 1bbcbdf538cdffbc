"""Titles of chapters, cleaned of the markup and the links around them.

Relies on nothing. Refuses to lose a link: it is given beside the title.
"""

from __future__ import annotations

import re

_ROLE_LINK = re.compile(r"`([^`<>]+)<([^<>\s]+)>`_{1,2}")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
_ANGLE_URL = re.compile(r"\s*<(https?://[^<>\s]+)>")
_URL = r"https?://[^\s()\[\]<>]+"
_LAST_URL = re.compile(rf"(?:(?:^|\s)({_URL})|\(\s*({_URL})\s*\)|\[\s*({_URL})\s*\])$")
_NO_CONTENT = re.compile(r"\(\s*[,;]?\s*\)|\[\s*\]")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])(.{1,300}?)(?<=[^\s*])\1(?![\w*])")
_TIME = re.compile(r"[\d:]+")
_LEADING = re.compile(r"^(?:[\s\-–—:|,;>~=»→•·)\]}]|\.(?=\s))+")
_MOST_LINKS = 10
"""Number of links at the end of a title that are cut off."""

_DANGLING = ":,;–—([{"
_SEPARATORS = f"{_DANGLING}-|«"
_APART = f"{_SEPARATORS}>~="


def unfold_links(text: str) -> str:
    """The text with reStructuredText's and Markdown's links as `text <URL>`; a time that is a link is the time."""

    def write(match: re.Match[str]) -> str:
        name = " ".join(match[1].split())
        return name if _TIME.fullmatch(name.strip("()[]")) else f"{name} <{match[2]}>"

    return _MARKDOWN_LINK.sub(write, _ROLE_LINK.sub(write, text))


def trim_separators(text: str) -> str:
    """A text without what sets it apart from a time or a link behind it: `Title -`, `Title >`, `Title (`.

    What closes a title, as in `List<T>`, is not set apart from it and stays.
    """
    return _trim_end(text, _SEPARATORS, _APART)


def tidy_title(text: str) -> tuple[str, str]:
    """A title without markup, separators and links at its ends; and the first URL that it linked to, or an empty text.

    A title that is nothing but a URL stays one, and one that ends with a sign (`a >`, `C--`) keeps it.
    """
    linked: list[str] = _ANGLE_URL.findall(text)
    bare: list[str] = []
    title = _trim(_ANGLE_URL.sub("", text))
    if linked:
        title = trim_separators(title)
    for _ in range(_MOST_LINKS):
        match = _LAST_URL.search(title)
        if match is None or not (before := trim_separators(_trim(title[: match.start()]))):
            break
        bare.insert(0, match[match.lastindex or 0])
        title = before
    title = _trim(_NO_CONTENT.sub("", _EMPHASIS.sub(r"\2", title)))
    return title, next(iter(linked + bare), "")


def _trim(text: str) -> str:
    return _trim_end(_LEADING.sub("", " ".join(text.split())), _DANGLING, f"{_DANGLING}-")


def _trim_end(text: str, attached: str, apart: str) -> str:
    """The text without its last words that are made of the characters `apart`, and without `attached` ones behind."""
    words = text.split()
    while words and not words[-1].strip(apart):
        words.pop()
    return " ".join(words).rstrip(f" {attached}")
