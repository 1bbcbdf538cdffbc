"""Dates in file names: `2026-02-01-a-title.md` is a post of this day with the slug `a-title`, as in Jekyll."""

from __future__ import annotations

import posixpath
import re
from datetime import date

_DATED_NAME = re.compile(r"(\d{4}|\d{2})-(\d{1,2})-(\d{1,2})-(.*)")
_SPACED_NAME = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: +(?:- +)?|_+)(\S.*)")
"""A date and a name as Obsidian and other tools have them: `2026-01-05 My talk`, `2026-01-05_my-talk`."""


def split_name(path: str) -> tuple[date | None, str]:
    """The date in a source's file name, if it begins with a real one, and the slug that is the rest of it.

    A file called `index` is named by its folder. As in Jekyll, the year may have two digits.
    """
    folder, filename = posixpath.split(path)
    name = posixpath.splitext(filename)[0]
    if name == "index" and "/" in folder:
        name = posixpath.basename(folder)
    match = _DATED_NAME.fullmatch(name) or _SPACED_NAME.fullmatch(name)
    if match is None:
        return None, name
    year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
    try:
        day = date(year, int(match[2]), int(match[3]))
    except ValueError:
        return None, name
    return day, match[4].rstrip(".")
