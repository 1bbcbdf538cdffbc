"""The dates of a post: when it was published and last changed, and the error if it has none."""

from __future__ import annotations

import posixpath
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Diagnostic, Place, error
from afterword.core.patterns import lazy_pattern
from afterword.core.slugs import split_name
from afterword.core.text import shown
from afterword.talks.updates import Update, last_update

if TYPE_CHECKING:
    from afterword.front_matter.parser import Document

_DATE_IN_PATH = lazy_pattern(r"(?:^|/)(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?![^-/_])")


def publication_date(
    document: Document, name_date: date | None, zone: tzinfo, *, is_page: bool
) -> tuple[datetime | None, bool]:
    """Returns the date of a document, and whether it has no time of day; `name_date` is that of the file name."""
    if document.matter.date is not None:
        return document.matter.date, document.matter.date_only
    if name_date is not None:
        return datetime.combine(name_date, time(), zone), True
    if document.matter.published is not None:
        return document.matter.published
    path_date = _read_path(document, is_page=is_page)
    return (datetime.combine(path_date, time(), zone), True) if path_date is not None else (None, False)


def _read_path(document: Document, *, is_page: bool) -> date | None:
    """Returns the date in Zola's `path` (`2024/01/05/x`) or in `permalink`, or None."""
    if is_page:
        return None
    for path in (document.matter.extra.get("path"), document.matter.permalink):
        match = _DATE_IN_PATH.search(path) if isinstance(path, str) else None
        try:
            if match is not None:
                return date(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:
            continue
    return None


def last_update_day(day: date | None, updates: tuple[Update, ...]) -> date | None:
    """Returns the day of the last dated update, if it is after the post's own day."""
    last = last_update(updates)
    return last if last is not None and (day is None or last > day) else None


def last_change(updated: datetime | None, last_updated: date | None, zone: tzinfo) -> datetime | None:
    """Returns the later of `updated` and the last dated update."""
    if last_updated is None:
        return updated
    visit = datetime.combine(last_updated, time(), zone)
    return max(updated, visit) if updated is not None else visit


def with_fixed_offset(moment: datetime | None) -> datetime | None:
    """Replaces the time zone by a fixed offset, so that the datetime can be serialized.

    The offset is rounded to minutes, as in RFC 3339: some zones had seconds, the last until 1972.
    """
    offset = moment.utcoffset() if moment is not None else None
    if moment is None or offset is None:
        return moment
    return moment.replace(tzinfo=timezone(timedelta(minutes=round(offset / timedelta(minutes=1)))))


_DATE_IN_NAME = lazy_pattern(r"((?:19|20)\d\d)[-._ ]?(\d\d)[-._ ]?(\d\d)(?!\d)[-._ ]*(.*)")
"""The beginning of a file name with a date in another form, such as `20260201-slug`."""


def missing_date(document: Document) -> Diagnostic:
    """Returns the error for a post without a date."""
    label = "neither in front matter nor in the file name"
    day, name = "2026-02-01", "2026-02-01-slug.md"
    stem, extension = posixpath.splitext(posixpath.basename(document.path))
    if (match := _DATE_IN_NAME.fullmatch(stem)) is not None:
        written = "-".join(match.groups()[:3])
        if split_name(written)[0] is not None:
            label = "the file name has a date in another form"
            day, name = written, f"{written}-{match[4]}".rstrip("-") + extension
        else:
            label = f"`{written}` in the file name is not a valid date"
    return error(
        "missing-date",
        "missing date",
        Place(document.path, 1, 1),
        label=label,
        hint=f"add `date: {day}` to the front matter, or rename the file to `{shown(name)}`; "
        "for a standalone page, add `layout: page`",
    )
