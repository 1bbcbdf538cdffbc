"""The forms of start times in URLs of video hosts whose recordings are not embedded.

Each form comes from the host's own function to share a link at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from afterword.talks.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMS: Mapping[str, str] = {
    "archive.org": "?start={seconds}",
    "b23.tv": "?t={seconds}",
    "bilibili.com": "?t={seconds}",
    "dailymotion.com": "?start={seconds}",
    "drive.google.com": "?t={seconds}",
    "loom.com": "?t={seconds}",
    "media.ccc.de": "#t={seconds}",
    "nicovideo.jp": "?from={seconds}",
    "odysee.com": "?t={seconds}",
    "open.spotify.com": "?t={seconds}",
    "overcast.fm": "/{clock}",
    "pca.st": "?t={seconds}",
    "podcasts.apple.com": "?t={seconds}",
    "rumble.com": "?start={seconds}",
    "soundcloud.com": "#t={clock}",
    "streamable.com": "?t={seconds}",
    "ted.com": "?t={seconds}",
    "twitch.tv": "?t={units}",
    "vk.com": "?t={units}",
}
"""What is added to a URL of a host: `{seconds}`, `{clock}` (`1:02:03`) or `{units}` (`1h2m3s`)."""


def find_start_form(url: str) -> str:
    """Returns the form of a start time for a URL; empty if its host has none that is known."""
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    domains = host.split(".")
    names = (".".join(domains[start:]) for start in range(len(domains) - 1))
    return next((form for name in names if (form := _FORMS.get(name))), "")


def add_start(url: str, seconds: int) -> str:
    """Returns a URL that starts at a second, or as it is if its host has no known form for that."""
    form = find_start_form(url)
    minutes, rest = divmod(seconds, 60)
    units = f"{minutes // 60}h{minutes % 60}m{rest}s"
    added = form.format(seconds=seconds, clock=format_timestamp(seconds), units=units)
    if added.startswith("?") and "?" in url:
        added = "&" + added[1:]
    base, mark, fragment = url.partition("#")
    if added.startswith("#"):
        return base + added
    return f"{base}{added}{mark}{fragment}"
