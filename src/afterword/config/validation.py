"""Validates setting values beyond their types, with a hint for each error."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct

from afterword.config.schema import AllowedHosts
from afterword.core.dates import BadPattern, format_date
from afterword.core.diagnostics import did_you_mean
from afterword.core.languages import hint_at_tag, is_language_tag
from afterword.core.names import fold_name, split_edition
from afterword.core.patterns import lazy_pattern
from afterword.core.urls import (
    PLACEHOLDERS,
    STYLES,
    BadUrl,
    PermalinkFields,
    expand_permalink,
    hint_at_web,
    is_rooted,
    is_web,
    normalize_base_url,
    output_path,
)
from afterword.core.web_origins import find_origin, is_host_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.config.schema import AuthorLink, Config, Font, Naming, ThemeSettings


_MAIL = lazy_pattern(r"mailto:[^\s@/]+@[^\s@/]+")
_SCHEME = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*")
_HOST_NAME = lazy_pattern(r"\.?[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?")
_LIST_PATH = lazy_pattern(r"/?(?:[\w-]+/)*[\w-]*:num/?", re.ASCII)
_MOMENT = datetime(2026, 2, 1, 12, tzinfo=UTC)
_FIELDS = PermalinkFields(_MOMENT, "slug", "2026-02-01-slug", ("category",), "posts")


def find_setting_problems(config: Config) -> Iterator[SettingProblem]:
    """Yields the invalid settings."""
    if not config.title.strip():
        yield SettingProblem("title", "`title` is empty", "add a title, or remove the line to use the default")
    yield from _find_url_problem(config.base_url)
    if not is_language_tag(config.language):
        yield SettingProblem("language", f"invalid language `{config.language}`", hint_at_tag(config.language))
    yield from _find_zone_problem(config.timezone)
    yield from _find_date_problem(config.date_format)
    yield from _find_permalink_problem(config.permalink)
    yield from _find_list_path_problem(config.paginate_path)
    if not config.destination.strip():
        yield SettingProblem("destination", "`destination` is empty", "set a folder, such as `site`")
    for index, item in enumerate(config.menu):
        yield from _find_menu_problem(index, item.title, item.url)
    yield from _find_author_link_problems("author_links", config.author_links)
    yield from _find_author_link_problems("author.links", config.author_profile.links)
    yield from _find_naming_problems("speaker", config.talks.speakers)
    yield from _find_naming_problems("event", config.talks.events)
    for scheme in config.markdown.schemes:
        if not _SCHEME.fullmatch(scheme):
            name = scheme.partition(":")[0]
            hint = f"write `{name}`" if _SCHEME.fullmatch(name) else ""
            yield SettingProblem("markdown.schemes", f"invalid URL scheme `{scheme}`", hint)
    yield from _find_theme_problems(config.theme)
    for host in config.serve.allowed_hosts:
        if problem := find_host_problem(host):
            yield SettingProblem("serve.allowed_hosts", f"invalid host name `{host}`", problem)


def find_host_problem(name: str) -> str:
    """Returns how to write a name of `serve.allowed_hosts`, or empty text if it is valid."""
    if _HOST_NAME.fullmatch(name.lower()):
        return ""
    if "*" in name:
        rest = name.lstrip("*")
        domain = f"write `{rest}` for all names of that domain; " if _HOST_NAME.fullmatch(rest.lower()) else ""
        return f"{domain}`*` is not supported: any web page could then read the site, drafts included"
    bare = re.sub(r"^[a-z]+://|[:/].*$", "", name.lower())
    return f"write `{bare}`" if _HOST_NAME.fullmatch(bare) else "use a name such as `mybox.local`, without a port"


def _find_url_problem(url: str) -> Iterator[SettingProblem]:
    try:
        normalize_base_url(url)
    except BadUrl as problem:
        yield SettingProblem("base_url", f"invalid base URL `{url}`: {problem}", hint_at_base_url(url))


def hint_at_base_url(url: str) -> str:
    """Returns a hint for an invalid base URL."""
    if _is_host(url):
        return f"write `https://{url.rstrip('/')}/`"
    return "write `https://me.github.io/notes/` or `/notes/`"


def _is_host(url: str) -> bool:
    """Returns whether a base URL lacks only its scheme."""
    try:
        normalize_base_url(f"https://{url}/")
    except BadUrl:
        return False
    return "." in url and "://" not in url and not url.startswith((".", "/"))


def _find_zone_problem(name: str) -> Iterator[SettingProblem]:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        known, city = sorted(available_timezones()), name.replace(" ", "_").casefold()
        meant = next((zone for zone in known if zone.rpartition("/")[2].casefold() == city), "")
        hint = f"did you mean `{meant}`?" if meant else did_you_mean(name, known)
        hint = hint or "use an IANA name such as `Europe/Berlin`, or `UTC`"
        message = f"unknown time zone `{name}`" if name else "`timezone` is empty"
        if not known:
            message, hint = "this system has no time zones", "install `tzdata` with the system's package manager or pip"
        yield SettingProblem("timezone", message, hint)


def _find_date_problem(pattern: str) -> Iterator[SettingProblem]:
    try:
        format_date(_MOMENT, pattern)
    except BadPattern as problem:
        message, _, hint = str(problem).partition("; ")
        yield SettingProblem("date_format", message, hint)
        return
    if "%" not in pattern:
        message = (
            f"`date_format` has no directive: every date would be `{pattern}`" if pattern else "`date_format` is empty"
        )
        yield SettingProblem("date_format", message, "use directives, such as `%-d %B %Y` or `%Y-%m-%d`")


def _find_permalink_problem(permalink: str) -> Iterator[SettingProblem]:
    if not permalink:
        yield SettingProblem("permalink", "`permalink` is empty", "use a pattern such as `/posts/:title/`")
        return
    pattern = STYLES.get(permalink, permalink)
    try:
        output_path(expand_permalink(pattern, _FIELDS))
    except BadUrl as problem:
        unknown = re.search(r"`:(\w+)`", str(problem))
        hint = did_you_mean(f":{unknown[1]}", [f":{name}" for name in PLACEHOLDERS]) if unknown else problem.hint
        yield SettingProblem("permalink", f"invalid permalink `{permalink}`: {problem}", hint)
        return
    if "/" not in pattern:
        yield SettingProblem("permalink", f"unknown permalink style `{permalink}`", did_you_mean(permalink, STYLES))
    elif ":" not in pattern:
        message = "`permalink` has no placeholder: all posts would share one URL"
        yield SettingProblem("permalink", message, "use a pattern such as `/posts/:title/`")


def _find_list_path_problem(path: str) -> Iterator[SettingProblem]:
    if _LIST_PATH.fullmatch(path) is None:
        message = f"invalid path of list pages `{path}`"
        yield SettingProblem("paginate_path", message, "write a path that ends in `:num`, such as `/page/:num/`")


def _find_menu_problem(index: int, title: str, url: str) -> Iterator[SettingProblem]:
    if not title.strip():
        yield SettingProblem(f"menu.{index}.title", f"empty title in entry {index + 1} of `menu`")
    if not url.strip():
        yield SettingProblem(f"menu.{index}.url", f"empty URL in entry {index + 1} of `menu`")
    elif not (is_rooted(url) or url.startswith(("#", "//")) or ":" in url.partition("/")[0]):
        message = f"invalid URL `{url}` in `menu`: it must start with `/` or a scheme"
        yield SettingProblem(f"menu.{index}.url", message, f"write `/{url}`, or a full URL")


def _find_author_link_problems(key: str, links: tuple[AuthorLink, ...]) -> Iterator[SettingProblem]:
    for index, link in enumerate(links):
        if not link.name.strip():
            yield SettingProblem(f"{key}.{index}.name", f"empty name in entry {index + 1} of `{key}`")
        if not is_web(link.url) and not _MAIL.fullmatch(link.url):
            hint = f"write `mailto:{link.url}`" if _MAIL.fullmatch(f"mailto:{link.url}") else hint_at_web(link.url)
            yield SettingProblem(f"{key}.{index}.url", f"invalid URL `{link.url}`", hint)


def _find_naming_problems(what: str, known: tuple[Naming, ...]) -> Iterator[SettingProblem]:
    """Yields invalid links, names that two entries share, and names that no talk can have."""
    owners: dict[str, tuple[int, str]] = {}
    for index, one in enumerate(known):
        key = f"talks.{what}s.{index}"
        if not one.name.strip():
            yield SettingProblem(f"{key}.name", f"empty name in entry {index + 1} of `{what}s`", "add a name")
            continue
        if one.url and not is_web(one.url):
            yield SettingProblem(f"{key}.url", f"invalid URL `{one.url}`", hint_at_web(one.url), "invalid-url")
        for field, spelling in (("name", one.name), *(("aliases", alias) for alias in one.aliases)):
            owner, name = owners.setdefault(fold_name(spelling), (index, one.name))
            series, edition = split_edition(spelling) if what == "event" else (spelling, "")
            if not spelling.strip():
                yield SettingProblem(f"{key}.{field}", f"empty alias of `{one.name}`", "delete it")
            elif edition:
                hint = f"write `{series}` for all years"
                yield SettingProblem(f"{key}.{field}", f"`{spelling}` is an edition of an event, not an event", hint)
            elif owner != index:
                yield _report_shared_name(f"{key}.{field}", what, spelling, (name, one.name))


def _report_shared_name(key: str, what: str, spelling: str, owners: tuple[str, str]) -> SettingProblem:
    """Returns the problem of a spelling that two entries have."""
    first, second = owners
    if first == second:
        return SettingProblem(key, f"duplicate {what} `{first}`", "merge the two entries")
    return SettingProblem(
        key, f"duplicate {what} name `{spelling}`: used for `{first}` and `{second}`", "remove it from one of them"
    )


class SettingProblem(Struct, frozen=True):
    """An invalid setting: its full name (`feed.limit`), the message, the hint and the id of the diagnostic."""

    key: str
    message: str
    hint: str = ""
    id: str = "invalid-setting"


_COLOUR = lazy_pattern(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|(?P<name>[a-z]+)"
    r"|(?P<function>[a-z-]+)\((?:(?!/\*)[^;{}\"'<>\\()])*\)",
    re.IGNORECASE,
)
_COLOUR_NAMES = """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
    cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
    darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
    darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue
    firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
    hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
    lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
    lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue
    mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred
    midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid
    palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple
    rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue
    slateblue slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white
    whitesmoke yellow yellowgreen
"""
"""The named colours of CSS (https://www.w3.org/TR/css-color-4/#named-colors)."""

_COLOUR_FUNCTIONS = "rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark"
"""Its functions. Others, such as `url()`, are no colours."""

_LENGTH = lazy_pattern(r"\d+(?:\.\d+)?(?:rem|em|ch|px|vw|%)|none")
_FAMILY = lazy_pattern(r"[\w .-]+")
_WEIGHT = lazy_pattern(r"(?:normal|bold|\d{1,4}(?: \d{1,4})?)")
_PATH = lazy_pattern(r"[^\s\"'\\()<>?#:]+")
_USES = ("text", "ui", "code")
_STYLES = ("normal", "italic", "oblique")


def _find_theme_problems(theme: ThemeSettings) -> Iterator[SettingProblem]:
    """Yields the invalid values of `[theme]`."""
    for name in ("accent", "accent_dark"):
        value = getattr(theme, name)
        if value and (hint := _hint_at_colour(value)):
            yield SettingProblem(f"theme.{name}", f"invalid colour `{value}`", hint)
    if theme.width and not _LENGTH.fullmatch(theme.width):
        hint = f"write `{theme.width}px`" if theme.width.isdecimal() else "use a CSS length, such as `72rem`"
        yield SettingProblem("theme.width", f"invalid length `{theme.width}`", hint)
    if theme.edit_url and not is_web(theme.edit_url):
        yield SettingProblem("theme.edit_url", f"invalid URL `{theme.edit_url}`", "use a full URL with `:path`")
    elif theme.edit_url and ":path" not in theme.edit_url:
        hint = f"write `{theme.edit_url.rstrip('/')}/:path`"
        yield SettingProblem("theme.edit_url", "`edit_url` has no `:path`: it would be the same for all posts", hint)
    for index, font in enumerate(theme.fonts):
        yield from _find_font_problems(f"theme.fonts.{index}", font)
    for name in AllowedHosts.__struct_fields__:
        for host in getattr(theme.csp_hosts, name):
            if not is_host_source(host, name):
                yield SettingProblem(f"theme.csp.{name}", f"invalid host `{host}`", _hint_at_host(host))


def _hint_at_colour(value: str) -> str:
    """Returns a hint for an invalid CSS colour; empty if it is valid."""
    found = _COLOUR.fullmatch(value)
    if found is None:
        return f"write `#{value}`" if _COLOUR.fullmatch(f"#{value}") else "use a CSS colour, such as `#8a2c0d`"
    for written, names in ((found["name"], _COLOUR_NAMES), (found["function"], _COLOUR_FUNCTIONS)):
        if written is not None and written.lower() not in names.split():
            return did_you_mean(written.lower(), names.split()) or "use a CSS colour, such as `#8a2c0d`"
    return ""


def _find_font_problems(key: str, font: Font) -> Iterator[SettingProblem]:
    if not _FAMILY.fullmatch(font.family):
        yield SettingProblem(f"{key}.family", f"invalid font name `{font.family}`")
    if not _PATH.fullmatch(font.file):
        yield SettingProblem(f"{key}.file", f"invalid path `{font.file}`")
    if font.use not in _USES:
        yield SettingProblem(f"{key}.use", f"invalid `use`: `{font.use}`", _hint_at_choice(font.use, _USES))
    if font.style not in _STYLES:
        yield SettingProblem(f"{key}.style", f"invalid `style`: `{font.style}`", _hint_at_choice(font.style, _STYLES))
    if not _WEIGHT.fullmatch(font.weight):
        yield SettingProblem(f"{key}.weight", f"invalid weight `{font.weight}`", "use `400` or `100 900`")


def _hint_at_choice(value: str, choices: tuple[str, ...]) -> str:
    return did_you_mean(value, choices) or f"use {' or '.join(f'`{choice}`' for choice in choices)}"


def _hint_at_host(host: str) -> str:
    if host in ("'unsafe-inline'", "'unsafe-eval'", "*"):
        return 'list hosts, or set `theme.csp = "off"`'
    origin = find_origin(host if "://" in host else f"https://{host}")
    return f"write `{origin}`" if origin is not None else "use `https://` and the host"
