"""The forms of start times in URLs of hosts whose recordings are not embedded.

A host has an entry only if the form was found in its own source, in software that reads or writes its URLs, or in
links that were shared from it. Timestamps of all other hosts are text, and the note `unlinked-timestamps` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from afterword.talks.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMS: Mapping[str, str] = {
    "b23.tv": "?t={seconds}",  # as bilibili.com
    "bilibili.com": "?t={seconds}",  # issue 2459 of InfinityLoop1308/PipePipe
    "dailymotion.com": "?start={seconds}",  # MediaEmbed of s9e/TextFormatter
    "media.ccc.de": "#t={seconds}",  # activate-timelens.js of voc/voctoweb, which runs the site
    "nicovideo.jp": "?from={seconds}",  # issue 2459 of InfinityLoop1308/PipePipe
    "odysee.com": "?t={seconds}",  # claimPreviewTile of OdyseeTeam/odysee-frontend, which runs the site
    "open.spotify.com": "?t={seconds}",  # parameter of its embedded player; its apps share links with a time
    "overcast.fm": "/{clock}",  # links that were shared from it
    "pca.st": "?t={seconds}",  # links that were shared from it
    "rumble.com": "?start={seconds}",  # issue 412 of rNeomy/auto-tab-discard
    "soundcloud.com": "#t={clock}",  # links that were shared from it
    "twitch.tv": "?t={units}",  # twitch.py of yt-dlp, MediaEmbed of s9e/TextFormatter
}
"""What is added to a URL of a host, and where the form was found: `{seconds}`, `{clock}` (`1:02:03`) or `{units}`
(`1h2m3s`)."""


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
