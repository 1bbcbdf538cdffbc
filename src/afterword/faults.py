"""Settings that are of the right type and still make no sense: each with its key, a message and a hint.

Relies on `urls` and `dates` for what can be used. Refuses to guess what was meant.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from afterword.dates import BadPattern, format_date
from afterword.diagnostics import did_you_mean
from afterword.urls import (
    PLACEHOLDERS,
    STYLES,
    BadUrl,
    PermalinkFields,
    expand_permalink,
    normalize_base_url,
    output_path,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.settings import Config

Fault: TypeAlias = tuple[str, str, str]
"""The key of a setting (`feed.limit`), what is wrong with its value, and a hint."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def find_faults(config: Config) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the values of settings: the key, a message and a hint."""
    try:
        normalize_base_url(config.base_url)
    except BadUrl as problem:
        yield (
            "base_url",
            f"`{config.base_url}` is no base URL: {problem}",
            "write `https://me.github.io/notes/` or `/notes/`",
        )
    try:
        ZoneInfo(config.timezone)
    except (ValueError, OSError, LookupError):
        yield (
            "timezone",
            f"there is no time zone `{config.timezone}`",
            "use an IANA name like `Europe/Berlin`, or `UTC`",
        )
    try:
        format_date(_MOMENT, config.date_format)
    except BadPattern as problem:
        yield "date_format", str(problem), ""
    if not _LANGUAGE.fullmatch(config.language):
        yield "language", f"`{config.language}` is not a language tag", "use one like `en`, `de` or `pt-BR`"
    if not config.destination.strip():
        yield "destination", "the destination is empty", "name a folder, such as `site`"
    yield from _find_permalink_fault(config.permalink)


_MOMENT = datetime(2026, 2, 1, 12, tzinfo=UTC)
_FIELDS = PermalinkFields(_MOMENT, "slug", "2026-02-01-slug", ("category",), "posts")


def _find_permalink_fault(permalink: str) -> Iterator[tuple[str, str, str]]:
    try:
        output_path(expand_permalink(STYLES.get(permalink, permalink), _FIELDS))
    except BadUrl as problem:
        unknown = re.search(r"`:(\w+)`", str(problem))
        hint = did_you_mean(unknown[1], PLACEHOLDERS) if unknown else ""
        yield "permalink", f"`{permalink}` is no permalink: {problem}", hint
        return
    if "/" not in permalink and permalink not in STYLES:
        yield "permalink", f"there is no permalink style `{permalink}`", did_you_mean(permalink, STYLES)
