"""Loads templates and assets: the blog's own over those of the default theme, file by file.

Style sheets and scripts of the default theme lose comments and indentation (`strip_assets`).
"""

from __future__ import annotations

from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.config.schema import Config
from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.core.files import DEFAULT, Unreadable, locate, read, report_unreadable
from afterword.core.fingerprints import digest_bytes
from afterword.core.merge_conflicts import find_conflicts, report_conflict
from afterword.core.text import decode
from afterword.core.urls import url_of_file
from afterword.markdown.context import ENGLISH, NAMES, Words
from afterword.site.tracking import Asset
from afterword.templates.checks import check_templates
from afterword.templates.dependencies import find_parts
from afterword.templates.environment import Template, make_environment
from afterword.templates.strip_assets import strip_script, strip_style
from afterword.templates.theme_copies import check_copy
from afterword.templates.theme_settings import NAME as STYLE
from afterword.templates.theme_settings import write_style

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from afterword.content.scanning import Sources
    from afterword.core.urls import Address

_PLAIN = Config()
_WORDS = "partials/i18n.html"
_TEMPLATE_LIMIT = 2_000_000
_INLINE_LIMIT = 65_536
_DIGEST_IN_NAME = 10
_STRIP: Mapping[str, Callable[[str], str]] = {".css": strip_style, ".js": strip_script}
"""Functions that minify files of the default theme before they are published, by suffix."""


class Theme(Struct, frozen=True):
    """Templates and assets of a blog, with the source file of each asset.

    `own` are the names of the blog's own static files, which are also published under the names that they have.
    `stripped` are the bytes of the assets that are not published as their files are, by name.
    """

    templates: Mapping[str, Template]
    assets: Mapping[str, Asset]
    sources: Mapping[str, str]
    own: tuple[str, ...]
    stripped: Mapping[str, bytes] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def load_theme(
    root: Path,
    sources: Sources,
    default: Sources,
    digest_of: Callable[[str], str | None],
    settings: Config = _PLAIN,
) -> Theme:
    """The blog's templates and static files over the default theme's, whose own also have names with `theme:`.

    `digest_of` gives the digest of a static file by its source; one without is left out. `settings` are made into a
    style sheet.
    """
    links = {**default.links, **sources.links}
    templates: dict[str, Template] = {}
    problems: list[Diagnostic] = []
    for source in (*default.templates, *sources.templates):
        try:
            decoded = decode(source, read(locate(root, source, links), _TEMPLATE_LIMIT))
        except Unreadable as problem:
            problems.append(report_unreadable(problem, "this template", Place(source)))
            continue
        problems += decoded.diagnostics
        problems += (report_conflict(source, conflict) for conflict in islice(find_conflicts(decoded.text), 1))
        name = _name(source)
        templates[name] = Template(source, decoded.text)
        if source.startswith(DEFAULT):
            templates[DEFAULT + name] = templates[name]
        elif (original := templates.get(DEFAULT + name)) is not None:
            copied = check_copy(name, source, decoded.text, original.text)
            problems += [copied] if copied is not None else []
    static = {_name(source): source for source in (*default.static, *sources.static)}
    digests = {name: digest for name, source in static.items() if (digest := digest_of(source)) is not None}
    shorter = {name: source for source in default.static if _suffix(name := _name(source)) in _STRIP}
    stripped: dict[str, bytes] = {}
    assets: dict[str, Asset] = {}
    for name, digest in digests.items():
        text = _text_of(name, locate(root, static[name], links))
        # A copy that differs in no byte from the theme's file is the theme's file.
        if text is not None and name in shorter and digest == digest_of(shorter[name]):
            stripped[name] = _STRIP[_suffix(name)](text).encode()
            digest, text = digest_bytes(stripped[name]), stripped[name].decode()
        assets[name] = make_asset(name, digest, text)
    own = tuple(_name(source) for source in sources.static if _name(source) in assets)
    if style := write_style(settings):
        stripped[STYLE] = style.encode()
        assets[STYLE] = make_asset(STYLE, digest_bytes(stripped[STYLE]), style)
        static[STYLE] = f"{DEFAULT}static/{STYLE}"
    problems += check_templates(templates, [name for name in map(_name, sources.templates) if name in templates])
    return Theme(templates, assets, static, own, stripped, tuple(problems))


_FILES = "feeds/"
"""What the names of templates begin with that make one file each, at the path of the same name."""

FEED_FORMATS: Mapping[str, str] = {
    "rss": "feeds/rss.xml",
    "opml": "feeds/feeds.opml",
    "ics": "feeds/talks.ics",
    "bibtex": "feeds/talks.bib",
}
"""The templates of the default theme that the setting `feed.formats` turns on."""


def list_files(theme: Theme, formats: Collection[str]) -> tuple[str, ...]:
    """The templates that make one file each: the blog's own in `feeds/`, and those of these `formats`.

    A part of another template makes no file, nor does one whose name begins with `_`.
    """
    chosen = {FEED_FORMATS[name] for name in formats}
    found = [
        name
        for name, template in theme.templates.items()
        if name.startswith(_FILES) and not name.endswith(".html") and "/_" not in name
        if name in chosen or not template.path.startswith(DEFAULT)
    ]
    parts = find_parts(theme.templates) if found else set()
    return tuple(sorted(name for name in found if name not in parts))


def can_split_archive(theme: Theme) -> bool:
    """Whether the templates can divide an archive by years; a blog's own archive needs an `archive-part.html` too."""
    own = {name for name, template in theme.templates.items() if not template.path.startswith(DEFAULT)}
    return "archive-part.html" in own or "archive.html" not in own


class TextWords(Struct, frozen=True):
    """The theme's strings for Markdown, and their diagnostics."""

    words: Words
    diagnostics: tuple[Diagnostic, ...] = ()


def read_words(theme: Theme, address: Address) -> TextWords:
    """The words for Markdown that the theme's own have as `in_text`; what they lack is English, with a warning."""
    try:
        module = make_environment(theme.templates, address).get_template(_WORDS).make_module()
    except Exception:  # templates can raise anything; the page that uses the template reports it
        return TextWords(ENGLISH)
    given = getattr(module, "in_text", None)
    known = {name: word for name, word in given.items() if isinstance(word, str)} if isinstance(given, dict) else {}
    lacking = [name for name in NAMES if name not in known]
    if not lacking:
        return TextWords(Words.of(known))
    message = f"missing strings in `in_text`: {', '.join(f'`{name}`' for name in lacking)}"
    place = Place(theme.templates[_WORDS].path)
    hint = "copy them from the theme's `partials/i18n.html`; English is used until then"
    return TextWords(Words.of(known), (warning("missing-translation", message, place, hint=hint),))


def _name(source: str) -> str:
    return source.removeprefix(DEFAULT).partition("/")[2]


def make_asset(name: str, digest: str, text: str | None) -> Asset:
    """The asset whose content has this digest; its URL has the beginning of the digest before the suffix."""
    stem, dot, suffix = name.rpartition(".")
    short = digest[:_DIGEST_IN_NAME]
    output = f"{stem}.{short}.{suffix}" if dot and "/" not in suffix else f"{name}.{short}"
    return Asset(digest, url_of_file(output), output, text)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix


def _text_of(name: str, path: Path) -> str | None:
    """The text of a script or style sheet that is short enough to stand in a page."""
    if not name.endswith((".js", ".css", ".svg")):
        return None
    try:
        return read(path, _INLINE_LIMIT).decode()
    except (Unreadable, UnicodeDecodeError):
        return None
