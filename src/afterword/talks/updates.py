"""Updates of a post: sections such as `Update 2026-05-01`, and entries of `updates:` in front matter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, error, warning
from afterword.core.structs import Serializable
from afterword.core.text import shown
from afterword.outline.plain_text import read_words, tell_lost
from afterword.talks.dates import MONTHS, PartialDate, parse_given
from afterword.talks.timestamps import split_stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from afterword.core.structs import Value
    from afterword.outline.blocks import Title

_NAMED = re.compile(
    r"(?:updates?|updated|edit(?:ed)?|corrections?|corrected|errat(?:a|um)|addend(?:a|um)|postscript|p\.? ?s\.?)"
    r"(?:$|(?:\s*[:,(]|\s+[–—-]\s).*|\s+(?P<when>.*))",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"what(?:['’]s| has| have| is)? (?:changed(?: in the meantime| meanwhile)?|"
    r"(?:since )?(?:changed|new|different|happened) since\b.*)",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\bsince\b.*", re.IGNORECASE)
_MONTH = "|".join(sorted({*MONTHS, *(month[:3] for month in MONTHS), "Sept"}, key=len, reverse=True))
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:\d{{4}}-\d\d(?:-\d\d)?|(?:{_DAY} )?(?:{_MONTH})\.?,? (?:{_DAY},? )?\d{{4}})\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Update(Serializable, frozen=True):
    """An update: its date as far as it is known, and what it says (a heading, or the note of front matter)."""

    given: PartialDate | None
    text: str


class ReadUpdates(Struct, frozen=True):
    """The updates of front matter, or of a text, and their diagnostics."""

    updates: tuple[Update, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def find_update(heading: str) -> Update | None:
    """The update that a section of this heading is, or None; a date after "since" is not the update's."""
    text = " ".join(heading.split())
    named = _NAMED.fullmatch(text)
    is_named = named is not None and (named["when"] is None or _DATE.search(named["when"]) is not None)
    if not is_named and _CHANGED.fullmatch(text.rstrip(" ?!:.…")) is None:
        return None
    return Update(parse_given(_find_date(text)), text)


def _find_date(heading: str) -> str:
    """The first date in an update's heading, as written, maybe one that cannot be; empty for none."""
    match = _DATE.search(_SINCE.sub("", heading))
    return match[0] if match is not None else ""


def read_sections(
    headings: Iterable[Title], place_of: Callable[[int, int, int], Place], day: date | None = None
) -> ReadUpdates:
    """The updates that a post's headings announce; `day` is the post's own day.

    `place_of` gives the place of a line and column of its text, which count from 0, and of a length.
    """
    updates: list[Update] = []
    problems: list[Diagnostic] = []
    for heading in headings:
        text = split_stamp(heading.text)[0]
        update = find_update(text)
        if update is None:
            continue
        updates.append(update)
        written = _find_date(text)
        place = place_of(heading.line, heading.column + heading.text.find(written), len(written))
        if update.given is not None:
            problems += _check_order(update.given, day, place)
        elif _YEAR.search(written) is not None:
            problems.append(_refuse_date(written, place))
    return ReadUpdates(tuple(updates), tuple(problems))


def _check_order(given: PartialDate, day: date | None, place: Place) -> tuple[Diagnostic, ...]:
    """A warning where an update is older than what it updates."""
    if day is None or given.latest >= day:
        return ()
    message = f"the update ({given.iso}) is before the post's date ({day})"
    return (warning("update-before-date", message, place, hint="correct one of the dates"),)


def read_updates(
    value: Value, path: str, places: Mapping[str, Place] | None = None, day: date | None = None
) -> ReadUpdates:
    """The updates of a post's `updates:`, a list of `{date, note}`; `day` is the post's own day."""
    if value is None:
        return ReadUpdates(())
    entries = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    known = places or {}
    updates: list[Update] = []
    problems: list[Diagnostic] = []
    for index, entry in enumerate(entries):
        keys = (f"updates[{index}].date", f"updates[{index}]", "updates")
        place = next((known[key] for key in keys if key in known), Place(path, 1))
        update = _read_entry(entry)
        if update is None:
            problems.append(_refuse_date(_date_of(entry), place))
            continue
        words = read_words(update.text)
        updates.append(Update(update.given, words.text))
        problems += tell_lost(words, "note", known.get(f"updates[{index}].note", place))
        if update.given is not None:
            problems += _check_order(update.given, day, place)
    return ReadUpdates(tuple(updates), tuple(problems))


def _read_entry(entry: Value) -> Update | None:
    given = parse_given(_date_of(entry))
    note = entry.get("note") if isinstance(entry, Mapping) else None
    return Update(given, " ".join(note.split()) if isinstance(note, str) else "") if given else None


def _date_of(entry: Value) -> str:
    """The date of an entry as written; empty where there is none, and for what is no text."""
    written = entry.get("date") if isinstance(entry, Mapping) else entry
    return written.strip() if isinstance(written, str) else ""


def _refuse_date(written: str, place: Place) -> Diagnostic:
    """The error of an update with a date that cannot be read, or with none."""
    if not written:
        hint = "write `- {date: 2026-05-01, note: what changed}`"
        return error("invalid-date", "missing date of the update", place, hint=hint)
    hint = "use `2026-05-01` or `May 2026`"
    return error("invalid-date", f"invalid date `{shown(written)}`", place, hint=hint)


def last_update(updates: Iterable[Update]) -> date | None:
    """The day of the latest update whose day is known: it drives `dateModified` and a feed's `<updated>`."""
    days = [update.given.exact for update in updates if update.given]
    return max((day for day in days if day is not None), default=None)
