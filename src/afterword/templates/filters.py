"""Filters and functions of templates, besides Jinja's: dates, URLs, text, assets and the security policy."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from jinja2 import pass_context
from markupsafe import Markup, escape

from afterword.core import dates
from afterword.core.diagnostics import did_you_mean
from afterword.core.patterns import lazy_pattern
from afterword.core.text import clip
from afterword.talks.timestamps import format_words
from afterword.templates.feed_html import write_feed_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jinja2.runtime import Context

    from afterword.core.urls import Address
    from afterword.site.queries.recording import Recorder
    from afterword.site.site_snapshot import Asset
    from afterword.templates.csp import Policies

_FORMULA = lazy_pattern(" *[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_SCRIPT_END = lazy_pattern(r"</script", re.IGNORECASE)
_CODE_SPAN = lazy_pattern(r"`([^`]+)`")
_TEX_SPECIAL = lazy_pattern(r"[\\{}$&#_%~^]")
_TEX_NAMES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",  # BibTeX counts the brace of `\{`, too
    "}": r"\textbraceright{}",
}
_DIVIDED_NAME = lazy_pattern(r",|(?:^|\s)and(?:\s|$)|^others$", re.IGNORECASE)
"""Matches in a name that BibTeX takes for several: it splits at `and`, and at commas into parts of a name."""

_ICS_SPECIAL = lazy_pattern(r"[\\;,]")
_ICS_LINE = 75
"""Maximum length of an iCalendar line, in bytes, without its end."""


class BadArgument(ValueError):  # noqa: N818 - the renderer makes a diagnostic of it
    """Invalid argument of a filter or function; the message is shown to the author of the template."""


def make_filters(address: Address) -> Mapping[str, Callable[..., object]]:
    """Returns the filters by name, for a site at this address."""

    def absolute(url: str) -> str:
        """Adds the host to a URL with base path. Other URLs are not changed."""
        return address.absolute(url)

    def absolute_html(html: str, page_url: str = "") -> Markup:
        """Makes all URLs in HTML full URLs, for feeds. `page_url` is the URL of the page, for links such as `#part`.

        Formulas become their source. Links to headings, line numbers and the boxes around tables are left out.
        """
        page = address.absolute(page_url)
        return Markup(write_feed_html(html, address.origin, page))  # noqa: S704 - it was HTML before

    def markdown(html: str, page_url: str) -> str:
        """Converts HTML to Markdown with full URLs; `page_url` is the URL of its page.

        What the page hides is left out. Formulas become their source.
        """
        from afterword.templates.html_to_markdown import write_markdown  # with `html.parser`, for few sites

        return write_markdown(write_feed_html(html, address.origin, address.absolute(page_url)))

    return {
        "absolute": absolute,
        "absolute_html": absolute_html,
        "bibtex": write_bibtex,
        "clip": clip_text,
        "code_spans": mark_code,
        "csv": write_csv,
        "date": format_date,
        "duration": format_duration,
        "ics": write_ics,
        "markdown": markdown,
        "rfc3339": rfc3339,
        "shorten": shorten,
    }


@pass_context
def format_date(
    context: Context, value: date | None, pattern: str | None = None, months: Mapping[str, str] | None = None
) -> str:
    """Formats a date in `strftime` notation. Default: the setting `date_format`. None gives empty text.

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
    """Returns the month names that a template passes; raises `BadArgument` if they are invalid."""
    is_texts = isinstance(months, dict) and all(isinstance(name, str) for pair in months.items() for name in pair)
    if not is_texts or len(months) != len(dates.MONTHS):
        raise BadArgument("`date` needs twelve months, each with a short name")
    return months


def rfc3339(value: datetime | None) -> str:
    """Formats a date with time and offset: `2026-02-01T00:00:00+00:00`. None gives empty text."""
    if value is None:
        return ""
    if not isinstance(value, datetime):
        raise BadArgument(f"`rfc3339` needs a date with a time, found {_kind(value)}")
    return dates.rfc3339(value)


def format_duration(seconds: int) -> str:
    """Formats seconds as `42 min`, `1 h 56 min`, or `33 h` from ten hours on."""
    return format_words(seconds)


def mark_code(text: str) -> Markup:
    """Converts a title to HTML, with code for text in backticks."""
    return Markup(_CODE_SPAN.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def write_csv(values: Iterable[object]) -> Markup:
    """Writes values as a line of a CSV file (RFC 4180); None is empty. Formulas of spreadsheets get an apostrophe in
    front.

    A text counts as a formula if it starts, after spaces, with `=`, `+`, `-`, `@`, a tab or a line end (OWASP, CSV
    injection). Spreadsheets of many countries split a line at `;`, so a text with one is quoted.
    """
    return Markup(",".join(map(_csv_field, values)))  # noqa: S704 - text, not HTML


def _csv_field(value: object) -> str:
    text = "" if value is None else str(value)
    if _FORMULA.match(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",;\t\r\n]', text) else text


def write_bibtex(value: object, *, is_name: bool = False) -> str:
    """Escapes the text of a BibTeX field. With `is_name=true`, a name that BibTeX would divide is put in braces."""
    text = _TEX_SPECIAL.sub(lambda found: _TEX_NAMES.get(found[0], f"\\{found[0]}"), str(value))
    return f"{{{text}}}" if is_name and _DIVIDED_NAME.search(text) is not None else text


def write_ics(name: str, value: object, *, is_text: bool = True) -> str:
    """Writes a property of a calendar (RFC 5545), folded if it is long. Times are converted to UTC. For a URL,
    pass `is_text=false`, so that the value is not escaped.
    """
    if isinstance(value, datetime):
        written = value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    else:
        written = _ICS_SPECIAL.sub(r"\\\g<0>", str(value)) if is_text else str(value)
        written = "\\n".join(written.splitlines())
    return _fold(f"{name}:{written}")


def _fold(line: str) -> str:
    """Folds a line to pieces of at most 75 bytes and ends it with a carriage return.

    Each piece after the first starts with a space.
    """
    pieces, size = [""], 0
    for character in line:
        length = len(character.encode())
        if size + length > _ICS_LINE:
            pieces.append(" ")
            size = 1
        pieces[-1] += character
        size += length
    return "\r\n".join(pieces) + "\r"


def clip_text(text: str, characters: int = 160) -> str:
    """Cuts text after the last word that fits into a number of characters, with an ellipsis."""
    return clip(text, characters)


def shorten(text: str, words: int = 30) -> str:
    """Cuts text after a number of words, with an ellipsis."""
    parts = text.split()
    return text if len(parts) <= words else " ".join(parts[:words]).rstrip(",;:.–—") + "…"


def make_functions(recorder: Recorder, policies: Policies) -> Mapping[str, Callable[..., object]]:
    """Returns the functions of templates for one render with these `policies`."""
    address = recorder.site_snapshot.site.address

    def asset(name: str) -> str:
        """Returns the URL of a file in `static/` with a digest in its name. Comments and indentation are removed from
        style sheets and scripts of the default theme."""
        return address.rooted(_find_asset(recorder, name).url)

    def url(path: str) -> str:
        """Adds the base path to a path of the site such as `/about/`. Full URLs are not changed."""
        return address.rooted(path)

    def inline(name: str) -> Markup:
        """Returns the text of a small file in `static/`. Pass the name to `csp` as well."""
        text = _text_of(recorder, name)
        if name.endswith(".js") and _SCRIPT_END.search(text) is not None:
            raise BadArgument(f"cannot inline `{name}`: it contains `</script`; write `<\\/script`")
        return Markup(text)  # noqa: S704 - a file of the theme

    def csp(*inlined: str) -> str:
        """Returns the content security policy of the page. The arguments are the names of inlined scripts."""
        recorder.record("config", "theme.csp_hosts")
        return policies.placeholder(_text_of(recorder, name) for name in inlined)

    return {"asset": asset, "url": url, "inline": inline, "csp": csp}


def _find_asset(recorder: Recorder, name: str) -> Asset:
    recorder.record("asset", name)
    assets = recorder.site_snapshot.assets
    if (found := assets.get(name)) is not None:
        return found
    hint = did_you_mean(name, assets)
    raise BadArgument(f"file not found: `static/{name}`" + (f"; {hint}" if hint else ""))


def _text_of(recorder: Recorder, name: str) -> str:
    text = _find_asset(recorder, name).text
    if text is None:
        raise BadArgument(f"cannot inline `{name}`: it is too large or not text")
    return text


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__
