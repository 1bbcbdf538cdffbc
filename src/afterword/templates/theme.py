"""Loads templates and assets: the blog's files replace those of the default theme, and can be marked copies of them.

Style sheets and scripts of the default theme lose comments and needless white space (`strip_assets`).
"""

from __future__ import annotations

import posixpath
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.config.schema import Config, list_static_files
from afterword.core.diagnostics import Diagnostic, Place, did_you_mean, error, note, warning
from afterword.core.files import DEFAULT, Unreadable, locate, read, report_unreadable
from afterword.core.fingerprints import digest, digest_bytes
from afterword.core.merge_conflicts import find_conflicts, report_conflict
from afterword.core.patterns import lazy_pattern
from afterword.core.structs import Serializable
from afterword.core.text import decode
from afterword.core.urls import url_of_file
from afterword.markdown.context import ENGLISH, NAMES, UiStrings
from afterword.site.site_snapshot import Asset
from afterword.templates.checks import Template, check_templates, digest_templates, find_referenced
from afterword.templates.environment import make_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from afterword.config.schema import Font, ThemeSettings
    from afterword.content.scanning import Sources
    from afterword.core.urls import Address


STYLE = "theme-settings.css"
"""Name of the style sheet, for `asset`."""

_PROPERTIES = {"text": "--serif", "ui": "--sans", "code": "--mono"}
_FALLBACKS = {"text": "Georgia, serif", "ui": "system-ui, sans-serif", "code": "ui-monospace, monospace"}
_TAGLINE = """.tagline {
  display: block;
  margin-block-start: -0.6rem;
  color: var(--muted);
  font: var(--ui);
  letter-spacing: normal;
}
"""
_AUTHOR = """.author {
  display: flex;
  gap: 1rem;
  align-items: center;
  max-inline-size: var(--measure);
  margin-block: 0.75rem;
  color: var(--muted);
  font: var(--ui);
}
.author img {
  flex: none;
  border-radius: 50%;
  object-fit: cover;
}
"""
_FORMATS = {".woff2": "woff2", ".woff": "woff", ".ttf": "truetype", ".otf": "opentype"}


def write_style(config: Config) -> str:
    """Returns the style sheet, or empty text if no setting needs one. The values are validated already."""
    settings, profile = config.theme, config.author_profile
    author = _AUTHOR if profile.bio or profile.picture else ""
    faces = "".join(map(_write_face, settings.fonts))
    properties = "".join(f"  {name}: {value};\n" for name, value in _list_properties(settings))
    root = f":root {{\n{properties}}}\n" if properties else ""
    return faces + root + (_TAGLINE if settings.tagline else "") + author


def find_missing_files(settings: Config, assets: Collection[str], places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    """Yields an error for each file in the settings that is missing from `static/`.

    `places` are those of the settings.
    """
    for setting, files in list_static_files(settings).items():
        for file in files:
            if file and file not in assets:
                bare = file.removeprefix("/").removeprefix("static/")
                hint = f"write `{bare}`" if bare in assets else did_you_mean(file, assets)
                message = f"file not found: `static/{file}`, set in `{setting}`"
                yield error("invalid-setting", message, places.get(setting), hint=hint)


_BACKGROUNDS = {"accent": "#fdfcf9", "accent_dark": "#15171a"}
"""The setting of an accent colour, and the background of its colour scheme."""


def find_faint_colours(theme: ThemeSettings, places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    """Yields a note for each accent colour that is hard to read; only colours such as `#8a2c0d` are checked."""
    for name, background in _BACKGROUNDS.items():
        colour = getattr(theme, name)
        lights = sorted(map(_luminance, (colour, background))) if len(colour) in (4, 7) and colour[0] == "#" else ()
        if lights and (contrast := (lights[1] + 0.05) / (lights[0] + 0.05)) < 4.5:
            message = f"low contrast of `{colour}` with the background: {contrast:.1f} to 1"
            hint = "use a colour with a contrast of at least 4.5 to 1"
            yield note("low-contrast", message, places.get(f"theme.{name}"), hint=hint)


def _luminance(colour: str) -> float:
    """Returns the relative luminance of a colour from 0 to 1 (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = (int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _list_properties(settings: ThemeSettings) -> Iterator[tuple[str, str]]:
    if settings.accent or settings.accent_dark:
        light = settings.accent or "#8a2c0d"
        dark = settings.accent_dark or f"color-mix(in srgb, {settings.accent} 50%, white)"
        yield "--accent", f"light-dark({light}, {dark})"
    if settings.width:
        yield "--page", settings.width
    for use, name in _PROPERTIES.items():
        families = dict.fromkeys(f'"{font.family}"' for font in settings.fonts if font.use == use)
        if families:
            yield name, ", ".join((*families, _FALLBACKS[use]))


def _write_face(font: Font) -> str:
    form = _FORMATS.get(posixpath.splitext(font.file)[1].lower(), "woff2")
    return (
        f'@font-face {{\n  font-family: "{font.family}";\n  src: url("{font.file}") format("{form}");\n'
        f"  font-style: {font.style};\n  font-weight: {font.weight};\n  font-display: swap;\n}}\n"
    )


_UI_STRINGS = "partials/i18n.html"
_TEMPLATE_LIMIT = 2_000_000
_INLINE_LIMIT = 65_536
_DIGEST_IN_NAME = 10
_STRIPPED = (".css", ".js")
"""Extensions of the files of the default theme that are stripped."""


class ThemeResults(Serializable, frozen=True):
    """Results of `load_theme` for the next build: they take longer than rendering the pages that an edit changes.

    Attributes:
        stripped: stripped texts by the digest of their file.
        checked: digest of the templates that were checked.
        warnings: the warnings of `check_templates` for them.
    """

    stripped: dict[str, str]
    checked: str
    warnings: tuple[Diagnostic, ...]


NO_RESULTS = ThemeResults({}, "", ())


class Theme(Struct, frozen=True):
    """Templates and assets of a blog, with the source file of each asset.

    `own` are the names of the blog's static files, which are also published without a digest. `stripped` are the
    contents of assets that differ from their files, by name.
    """

    templates: Mapping[str, Template]
    assets: Mapping[str, Asset]
    sources: Mapping[str, str]
    own: tuple[str, ...]
    stripped: Mapping[str, bytes] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    results: ThemeResults = NO_RESULTS


def load_theme(
    root: Path,
    sources: Sources,
    default: Sources,
    digest_of: Callable[[str], str | None],
    settings: Config,
    known: ThemeResults,
) -> Theme:
    """Loads the templates and static files of the blog and the default theme.

    The blog's files replace those of the theme; the theme's templates are also available as `theme:name`. `digest_of`
    returns the digest of a static file by its source, None to leave it out. `settings` become a style sheet. `known`
    are the results of the last build.
    """
    links = {**default.links, **sources.links}
    templates, problems = _read_templates(root, (*default.templates, *sources.templates), links)
    static = {_template_name(source): source for source in (*default.static, *sources.static)}
    digests = {name: content for name, source in static.items() if (content := digest_of(source)) is not None}
    strippable = {name: source for source in default.static if (name := _template_name(source)).endswith(_STRIPPED)}
    stripped: dict[str, bytes] = {}
    strippings: dict[str, str] = {}
    assets: dict[str, Asset] = {}
    for name, content in digests.items():
        # A copy that differs in no byte from the theme's file is the theme's file.
        is_stripped = name in strippable and content == digest_of(strippable[name])
        text = known.stripped.get(content) if is_stripped else None
        if text is None:
            text = _text_of(name, locate(root, static[name], links))
            text = _strip(name, text) if is_stripped and text is not None else text
        if is_stripped and text is not None:
            strippings[content] = text
            stripped[name] = text.encode()
        assets[name] = make_asset(name, digest_bytes(stripped[name]) if name in stripped else content, text)
    own = tuple(_template_name(source) for source in sources.static if _template_name(source) in assets)
    if style := write_style(settings):
        stripped[STYLE] = style.encode()
        assets[STYLE] = make_asset(STYLE, digest_bytes(stripped[STYLE]), style)
        static[STYLE] = f"{DEFAULT}static/{STYLE}"
    own_templates = [name for name in map(_template_name, sources.templates) if name in templates]
    checked = digest(digest_templates(templates), *own_templates)
    warnings = known.warnings
    if checked != known.checked:
        warnings = tuple(check_templates(templates, own_templates))
    results = ThemeResults(strippings, checked, warnings)
    return Theme(templates, assets, static, own, stripped, (*problems, *warnings), results)


def _read_templates(
    root: Path, sources: Iterable[str], links: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, Template], list[Diagnostic]]:
    """Returns the templates by name, those of the default theme also as `theme:name`, and diagnostics."""
    templates: dict[str, Template] = {}
    problems: list[Diagnostic] = []
    for source in sources:
        try:
            decoded = decode(source, read(locate(root, source, links), _TEMPLATE_LIMIT))
        except Unreadable as problem:
            problems.append(report_unreadable(problem, "this template", Place(source)))
            continue
        problems += decoded.diagnostics
        problems += (report_conflict(source, conflict) for conflict in islice(find_conflicts(decoded.text), 1))
        name = _template_name(source)
        templates[name] = Template(source, decoded.text)
        if source.startswith(DEFAULT):
            templates[DEFAULT + name] = templates[name]
        elif (original := templates.get(DEFAULT + name)) is not None:
            copied = check_copy(name, source, decoded.text, original.text)
            problems += [copied] if copied is not None else []
    return templates, problems


_FEEDS = "feeds/"
"""Folder of the templates that each produce one file, at the same path."""

FEED_FORMATS: Mapping[str, str] = {
    "rss": "feeds/rss.xml",
    "opml": "feeds/feeds.opml",
    "ics": "feeds/talks.ics",
    "bibtex": "feeds/talks.bib",
}
"""Templates of the default theme that the setting `feed.formats` enables."""


def list_file_templates(theme: Theme, formats: Collection[str]) -> tuple[str, ...]:
    """Lists the templates that each produce one file: the blog's in `feeds/`, and those of `formats`.

    Templates that others use, and names that start with `_`, produce no file.
    """
    chosen = {FEED_FORMATS[name] for name in formats}
    found = [
        name
        for name, template in theme.templates.items()
        if name.startswith(_FEEDS) and not name.endswith(".html") and "/_" not in name
        if name in chosen or not template.path.startswith(DEFAULT)
    ]
    parts = find_referenced(theme.templates) if found else set()
    return tuple(sorted(name for name in found if name not in parts))


def can_split_archive(theme: Theme) -> bool:
    """Returns whether the templates can divide an archive by years.

    If the blog has its own `archive.html`, it needs an `archive-part.html` too.
    """
    own = {name for name, template in theme.templates.items() if not template.path.startswith(DEFAULT)}
    return "archive-part.html" in own or "archive.html" not in own


class ThemeStrings(Struct, frozen=True):
    """The theme's strings for rendered Markdown, and diagnostics."""

    ui_strings: UiStrings
    diagnostics: tuple[Diagnostic, ...] = ()


def read_ui_strings(theme: Theme, address: Address, compiled: str) -> ThemeStrings:
    """Reads the strings for Markdown from `in_text` of the theme; missing ones are English, with a warning."""
    try:
        module = make_environment(theme.templates, address, compiled).get_template(_UI_STRINGS).make_module()
    except Exception:  # templates can raise anything; the page that uses the template reports it
        return ThemeStrings(ENGLISH)
    given = getattr(module, "in_text", None)
    known = {name: word for name, word in given.items() if isinstance(word, str)} if isinstance(given, dict) else {}
    lacking = [name for name in NAMES if name not in known]
    if not lacking:
        return ThemeStrings(UiStrings.of(known))
    message = f"missing strings in `in_text`: {', '.join(f'`{name}`' for name in lacking)}"
    place = Place(theme.templates[_UI_STRINGS].path)
    hint = "copy them from the theme's `partials/i18n.html`; English is used until then"
    return ThemeStrings(UiStrings.of(known), (warning("missing-translation", message, place, hint=hint),))


def _template_name(source: str) -> str:
    path = source.removeprefix(DEFAULT)
    return path.partition("/")[2] or path  # of `ROOT_FILES`, the path is the name


def make_asset(name: str, content: str, text: str | None) -> Asset:
    """Returns an asset; its URL has the start of the digest `content` before the extension."""
    stem, dot, extension = name.rpartition(".")
    short = content[:_DIGEST_IN_NAME]
    output = f"{stem}.{short}.{extension}" if dot and "/" not in extension else f"{name}.{short}"
    return Asset(content, url_of_file(output), output, text)


@lru_cache(maxsize=100)  # more than the theme has, for all clean builds of one process
def _strip(name: str, text: str) -> str:
    from afterword.templates.strip_assets import strip_script, strip_style  # only if a file changed

    return strip_style(text) if name.endswith(".css") else strip_script(text)


def _text_of(name: str, path: Path) -> str | None:
    """Returns the text of a script, style sheet or SVG that is small enough to inline."""
    if not name.endswith((".js", ".css", ".svg")):
        return None
    try:
        return read(path, _INLINE_LIMIT).decode()
    except (Unreadable, UnicodeDecodeError):
        return None


_DIGITS = 12
_MARKS = {".html": ("{#", "#}"), ".xml": ("{#", "#}"), ".json": ("{#", "#}"), ".txt": ("{#", "#}")}
_STATIC_MARKS = {".css": ("/*", "*/"), ".js": ("/*", "*/")}
_MARK = lazy_pattern(r"(?:\{#|/\*) Copied from the theme: (\S+), ([0-9a-f]+)\. [^\n]*(?:#\}|\*/)\n")


def mark_copy(name: str, text: str, *, is_template: bool) -> str:
    """Returns a copy of a theme file, with a first line that names the original and its digest."""
    extension = f".{name.rpartition('.')[2]}"
    marks = (_MARKS if is_template else _STATIC_MARKS).get(extension)
    if marks is None:
        return text
    begin, end = marks
    return f"{begin} Copied from the theme: {name}, {_digest(text)}. `afterword theme diff` compares. {end}\n{text}"


def remove_mark(text: str) -> str:
    """Returns the text of a copy without its first line that names the original."""
    found = _MARK.match(text)
    return text[found.end() :] if found is not None else text


def check_copy(name: str, source: str, text: str, original: str) -> Diagnostic | None:
    """Returns a note if a file is a copy of another version of the theme file `original`."""
    found = _MARK.match(text)
    if found is None or found[1] != name or found[2] == _digest(original):
        return None
    message = f"outdated copy: the theme's `{name}` has changed since"
    hint = f"run `afterword theme diff {name}`"
    return note("outdated-copy", message, Place(source, 1), hint=hint)


def _digest(text: str) -> str:
    return digest_bytes(text.encode())[:_DIGITS]
