"""Who spoke and where: the `speakers` and the `event` of a `talk:` block, as names or with URLs and more.

Relies on `written` for places. Refuses speakers and events without a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from afterword import names
from afterword.diagnostics import did_you_mean
from afterword.talks.talk import Event, Speaker, make_event
from afterword.talks.written import Entry, Findings, check_web_url, kind_of, list_items, read_text, text_of
from afterword.text import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.values import Value

_LINKS = dict.fromkeys(("link", "website", "homepage", "site"), "url")
_OF_SPEAKERS = {"name": "name", "url": "url", "role": "role", "title": "role", **_LINKS}
_OF_EVENTS = {
    "name": "name",
    "series": "series",
    "edition": "edition",
    "url": "url",
    "title": "name",
    "year": "edition",
    **_LINKS,
}
"""What may stand in the blocks of a speaker and of an event, and words that are no keys with those that they mean."""

_BETWEEN_NAMES = re.compile(r"\s*(?:,(?!\s*(?:[JS]r|I{2,3}|IV|Ph\.?D|M\.?D)\b)|;|&|\band\b)\s*")


def read_speakers(written: Mapping[str, Entry], findings: Findings, people: names.Names) -> tuple[Speaker, ...]:
    """The speakers of a block, each once, under the names that `people` prefers and with the links known of them."""
    entry = written.get("speakers")
    if entry is None:
        return ()
    speakers: dict[str, Speaker] = {}
    for item, (key, value) in enumerate(list_items(entry)):
        for speaker in _read_speaker(key, value, findings):
            name = people.choose(speaker.name)
            url = speaker.url or people.urls.get(name, "")
            speakers.setdefault(name, Speaker(name, url, speaker.role, item))
    return tuple(speakers.values())


def _read_speaker(key: str, value: Value, findings: Findings) -> Sequence[Speaker]:
    """The speakers of one value: a text (`Ada and Bob` where it is no list), or `{name, url, role}`."""
    if isinstance(value, Mapping):
        fields = _read_fields("a speaker", key, value, _OF_SPEAKERS, findings)
        if tidy := names.tidy_name(fields.get("name", "")):
            url = check_web_url(fields.get("url", ""), findings, f"{key}.url", key)
            return [Speaker(tidy, url, fields.get("role", ""))]
    elif (text := text_of(value)) is not None:
        found = [Speaker(name) for name in ([names.tidy_name(text)] if "[" in key else split_names(text)) if name]
        if found or "[" not in key:
            return found
    findings.refuse(
        "bad-speaker", "this speaker has no name", key, hint="write a name, or `{name: …, url: …, role: …}`"
    )
    return []


def split_names(text: str) -> Sequence[str]:
    """The names of a text, tidied: `Ada and Bob` are two people, as are `Ada, Bob`; `Guy L. Steele, Jr.` is one."""
    return [tidy for part in _BETWEEN_NAMES.split(text) if (tidy := names.tidy_name(part))]


def read_event(written: Mapping[str, Entry], findings: Findings, latest: int = 0) -> Event | None:
    """The event of a block, or None where it names none; its edition is of no year after `latest`, if that is not 0."""
    entry = written.get("event")
    if entry is not None and isinstance(entry.value, Mapping):
        fields = _read_fields("an event", entry.key, entry.value, _OF_EVENTS, findings)
        series = names.tidy_name(fields.get("series", "") or fields.get("name", ""))
        if not series:
            findings.refuse("bad-event", "this event has no name", entry.key, hint="write `event: PyCon US 2015`")
            return None
        url = check_web_url(fields.get("url", ""), findings, f"{entry.key}.url", entry.key)
        is_whole = fields.get("edition") or fields.get("series")
        return Event(series, fields.get("edition", ""), url) if is_whole else make_event(series, url, latest)
    name = read_text(written, "event", findings, hint="a talk has one event: `event: PyCon US 2015`")
    return make_event(name, latest=latest) if name else None


def _read_fields(
    what: str, key: str, block: Mapping[str, Value], known: Mapping[str, str], findings: Findings
) -> Mapping[str, str]:
    """The texts of the block at `key`, each on one line; what else is in it is reported, and left out."""
    keys = [name for name, meant in known.items() if name == meant]
    listed = f"its keys are {', '.join(f'`{name}`' for name in keys)}"
    fields: dict[str, str] = {}
    for name, value in block.items():
        place = (f"{key}.{name}", key)
        text = text_of(value) if value is not None else ""
        if name not in keys:
            meant = known.get(name.lower())
            hint = f"did you mean `{meant}`?" if meant else did_you_mean(name, keys) or listed
            findings.warn("unknown-talk-key", f"{what} has no `{shown(name)}`", *place, hint=hint)
        elif text is None:
            message = f"the `{name}` of {what} is {kind_of(value)}, not a text"
            findings.refuse("bad-talk", message, *place, hint=f"write one: `{name}: …`")
        else:
            fields[name] = " ".join(text.split())
    return fields
