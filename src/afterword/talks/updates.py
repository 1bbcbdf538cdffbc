"""Updates of a post: sections such as `Update 2026-05-01`, and entries of `updates:` in front matter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from afterword.core.dates import MONTHS
from afterword.core.diagnostics import Diagnostic, Place, error, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.structs import Serializable
from afterword.core.text import shown
from afterword.talks.partial_dates import PartialDate, parse_partial_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from afterword.core.structs import Value

_UPDATE = lazy_pattern(
    r"(?:updates?|updated|edit(?:ed)?|corrections?|corrected|errat(?:a|um)|addend(?:a|um)|postscript|p\.? ?s\.?)"
    r"(?:$|(?:\s*[:,(]|\s+[–—-]\s).*|\s+(?P<when>.*))",
    re.IGNORECASE,
)
_CHANGED = lazy_pattern(
    r"what(?:['’]s| has| have| is)? (?:changed(?: in the meantime| meanwhile)?|"
    r"(?:since )?(?:changed|new|different|happened) since\b.*)",
    re.IGNORECASE,
)
_SINCE = lazy_pattern(r"\bsince\b.*", re.IGNORECASE)
_MONTH = "|".join(sorted({*MONTHS, *(month[:3] for month in MONTHS), "Sept"}, key=len, reverse=True))
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = lazy_pattern(
    rf"\b(?:\d{{4}}-\d\d(?:-\d\d)?|(?:{_DAY} )?(?:{_MONTH})\.?,? (?:{_DAY},? )?\d{{4}})\b", re.IGNORECASE
)
_YEAR = lazy_pattern(r"\b(?:19|20)\d\d\b")


class Update(Serializable, frozen=True):
    """An update: its date, if known, and its heading or its note in front matter."""

    date: PartialDate | None
    text: str


class SectionHeading(Struct, frozen=True):
    """A heading: its plain text without its timestamp, if it has one, and its line, from 0."""

    text: str
    line: int
    has_timestamp: bool = False


class ParsedUpdates(Struct, frozen=True):
    """The updates of front matter or of a text, with their diagnostics."""

    updates: tuple[Update, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def find_update(heading: str) -> Update | None:
    """Returns the update that a section with this heading is, or None. A date after "since" is not the update's."""
    text = " ".join(heading.split())
    named = _UPDATE.fullmatch(text)
    is_named = named is not None and (named["when"] is None or _DATE.search(named["when"]) is not None)
    if not is_named and _CHANGED.fullmatch(text.rstrip(" ?!:.…")) is None:
        return None
    return Update(parse_partial_date(_find_date(text)), text)


def _find_date(heading: str) -> str:
    """Returns the first date in the heading of an update, as written and maybe invalid; empty for none."""
    match = _DATE.search(_SINCE.sub("", heading))
    return match[0] if match is not None else ""


def find_section_updates(
    headings: Iterable[SectionHeading], place_of: Callable[[str, int], Place], post_date: date | None
) -> ParsedUpdates:
    """Returns the updates among the headings of a post.

    `place_of` returns the place of what is written in the text at a line, counted from 0, or below.
    """
    updates: list[Update] = []
    problems: list[Diagnostic] = []
    for heading in headings:
        update = find_update(heading.text)
        if update is None:
            continue
        updates.append(update)
        written = _find_date(heading.text)
        if update.date is not None:
            problems += _check_order(update.date, post_date, place_of(written, heading.line))
        elif _YEAR.search(written) is not None:
            problems.append(_invalid_date(written, place_of(written, heading.line)))
    return ParsedUpdates(tuple(updates), tuple(problems))


def _check_order(update_date: PartialDate, post_date: date | None, place: Place) -> tuple[Diagnostic, ...]:
    if post_date is None or update_date.latest >= post_date:
        return ()
    message = f"the update ({update_date.iso}) is before the post's date ({post_date})"
    return (warning("update-before-date", message, place, hint="correct one of the dates"),)


NoteReader: TypeAlias = "Callable[[str, Place], tuple[str, tuple[Diagnostic, ...]]]"
"""Returns the plain text of a note at a place, with its diagnostics."""


def parse_updates(
    value: Value,
    path: str,
    places: Mapping[str, Place] | None = None,
    post_date: date | None = None,
    *,
    read_note: NoteReader = lambda note, _: (note, ()),
) -> ParsedUpdates:
    """Parses the front matter key `updates`, a list of `{date, note}`."""
    if value is None:
        return ParsedUpdates(())
    entries = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    known = places or {}
    updates: list[Update] = []
    problems: list[Diagnostic] = []
    for index, entry in enumerate(entries):
        keys = (f"updates[{index}].date", f"updates[{index}]", "updates")
        place = next((known[key] for key in keys if key in known), Place(path, 1))
        update = _read_entry(entry)
        if update is None:
            problems.append(_invalid_date(_date_of(entry), place))
            continue
        text, lost = read_note(update.text, known.get(f"updates[{index}].note", place))
        updates.append(Update(update.date, text))
        problems += lost
        if update.date is not None:
            problems += _check_order(update.date, post_date, place)
    return ParsedUpdates(tuple(updates), tuple(problems))


def _read_entry(entry: Value) -> Update | None:
    update_date = parse_partial_date(_date_of(entry))
    note = entry.get("note") if isinstance(entry, Mapping) else None
    return Update(update_date, " ".join(note.split()) if isinstance(note, str) else "") if update_date else None


def _date_of(entry: Value) -> str:
    """Returns the date of an entry as written; empty if it is missing or not text."""
    written = entry.get("date") if isinstance(entry, Mapping) else entry
    return written.strip() if isinstance(written, str) else ""


def _invalid_date(written: str, place: Place) -> Diagnostic:
    if not written:
        hint = "write `- {date: 2026-05-01, note: what changed}`"
        return error("invalid-date", "missing date of the update", place, hint=hint)
    hint = "use `2026-05-01` or `May 2026`"
    return error("invalid-date", f"invalid date `{shown(written)}`", place, hint=hint)


def last_update(updates: Iterable[Update]) -> date | None:
    """Returns the latest day of an update: it becomes `dateModified`, and `<updated>` in the feed."""
    days = [update.date.exact for update in updates if update.date]
    return max((day for day in days if day is not None), default=None)
