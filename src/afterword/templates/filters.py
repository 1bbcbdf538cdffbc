"""Filters and functions of templates beside Jinja's: dates, URLs, texts, assets and the security policy."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from jinja2 import pass_context
from markupsafe import Markup, escape

from afterword.core import dates
from afterword.core.diagnostics import did_you_mean
from afterword.core.text import clip
from afterword.talks.lengths import format_words
from afterword.templates.feed_html import write_feed_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jinja2.runtime import Context

    from afterword.core.urls import Address
    from afterword.site.tracking import Asset, Recorder
    from afterword.templates.csp import Policies

_FORMULA = re.compile(" *[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_CODE_SPAN = re.compile(r"`([^`]+)`")


class BadArgument(ValueError):  # noqa: N818 - the renderer makes a diagnostic of it
    """A filter or function that was given what it cannot use; the message is for the template's writer."""


def make_filters(address: Address) -> Mapping[str, Callable[..., object]]:
    """The filters by name, for a site at this address."""

    def absolute(url: str) -> str:
        """The full URL of one that has its base path; other URLs as they are."""
        return address.absolute(url)

    def absolute_html(html: str, page_url: str = "") -> Markup:
        """HTML for feeds: links and images have full URLs, `#part` becomes a part of `page_url`. Formulas are as they
        are written; links to headings, numbers of lines and the boxes around tables are left out."""
        page = address.absolute(page_url)
        return Markup(write_feed_html(html, address.origin, page))  # noqa: S704 - it was HTML before

    return {
        "absolute": absolute,
        "absolute_html": absolute_html,
        "clip": clip_text,
        "code_spans": mark_code,
        "csv": write_csv,
        "date": format_date,
        "duration": format_duration,
        "rfc3339": rfc3339,
        "shorten": shorten,
    }


@pass_context
def format_date(
    context: Context, value: date | None, pattern: str | None = None, months: Mapping[str, str] | None = None
) -> str:
    """A date in `strftime` notation, by default in that of the setting `date_format`; nothing for none.

    `months` has the twelve names of months, each with its short one; English ones where it is not given.
    """
    if value is None:
        return ""
    if not isinstance(value, date):
        raise BadArgument(f"`date` needs a date, found {_kind(value)}")
    chosen = pattern if pattern is not None else str(context["config"].date_format)
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return dates.format_date(moment, chosen, _check_months(months) if months is not None else dates.MONTHS)


def _check_months(months: Mapping[str, str]) -> Mapping[str, str]:
    """The names of months that a template gives; raises `BadArgument` where they are none."""
    is_texts = isinstance(months, dict) and all(isinstance(name, str) for pair in months.items() for name in pair)
    if not is_texts or len(months) != len(dates.MONTHS):
        raise BadArgument("`date` needs twelve months, each with a short name")
    return months


def rfc3339(value: datetime | None) -> str:
    """A date with time and offset as feeds and machines read it: `2026-02-01T00:00:00+00:00`; nothing for none."""
    if value is None:
        return ""
    if not isinstance(value, datetime):
        raise BadArgument(f"`rfc3339` needs a date with a time, found {_kind(value)}")
    return dates.rfc3339(value)


def format_duration(seconds: int) -> str:
    """Seconds in units, to the minute: `42 min`, `1 h 56 min`, and from ten hours on `33 h`."""
    return format_words(seconds)


def mark_code(text: str) -> Markup:
    """A title as HTML: what stands between backticks is code."""
    return Markup(_CODE_SPAN.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def write_csv(values: Iterable[object]) -> Markup:
    """Values as a line of a CSV file (RFC 4180); None is an empty one. A text that a spreadsheet would take for a
    formula gets an apostrophe in front.

    That is one that begins, behind spaces, with `=`, `+`, `-`, `@`, a tab or a line end (OWASP, CSV injection).
    """
    return Markup(",".join(map(_csv_field, values)))  # noqa: S704 - text, not HTML


def _csv_field(value: object) -> str:
    text = "" if value is None else str(value)
    if _FORMULA.match(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",\r\n]', text) else text


def clip_text(text: str, characters: int = 160) -> str:
    """The words of a text that fit in so many characters, with an ellipsis where there are more."""
    return clip(text, characters)


def shorten(text: str, words: int = 30) -> str:
    """The first so many words of a text, with an ellipsis where there are more."""
    parts = text.split()
    return text if len(parts) <= words else " ".join(parts[:words]).rstrip(",;:.–—") + "…"


def make_functions(recorder: Recorder, policies: Policies) -> Mapping[str, Callable[..., object]]:
    """The functions that templates are given, for one render, which will have these `policies`."""
    site_snapshot = recorder.site_snapshot
    address = site_snapshot.site.address

    def asset(name: str) -> str:
        """The URL of a file of `static/`, with its digest in its name, so that browsers may keep it for good.
        Style sheets and scripts of the default theme lose comments and indentation; the blog's own files are published
        as they are."""
        return address.rooted(find(name).url)

    def url(path: str) -> str:
        """The URL of a path of the site (`/about/`) with the base path; full URLs as they are."""
        return address.rooted(path)

    def inline(name: str) -> Markup:
        """The text of a small file of `static/`, to stand in the page itself; name it to `csp` as well."""
        text = text_of(name)
        if name.endswith(".js") and _SCRIPT_END.search(text) is not None:
            raise BadArgument(f"cannot inline `{name}`: it contains `</script`; write `<\\/script`")
        return Markup(text)  # noqa: S704 - a file of the theme

    def csp(*inlined: str) -> str:
        """The page's content security policy: this site, what the page loads from others, the inlined scripts."""
        recorder.ask("config", "theme.csp_hosts")
        return policies.ask(text_of(name) for name in inlined)

    def text_of(name: str) -> str:
        text = find(name).text
        if text is None:
            raise BadArgument(f"cannot inline `{name}`: it is too large or not text")
        return text

    def find(name: str) -> Asset:
        recorder.ask("asset", name)
        found = site_snapshot.assets.get(name)
        if found is None:
            hint = did_you_mean(name, site_snapshot.assets)
            raise BadArgument(f"file not found: `static/{name}`" + (f"; {hint}" if hint else ""))
        return found

    return {"asset": asset, "url": url, "inline": inline, "csp": csp}


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__
