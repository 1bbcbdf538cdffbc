"""Loads templates and assets: the blog's files replace those of the default theme, and can be marked copies of them.

Style sheets and scripts of the default theme lose comments and needless white space (`strip_assets`).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.core.diagnostics import Diagnostic, Place
from afterword.core.files import DEFAULT, Unreadable, locate, read, report_unreadable
from afterword.core.fingerprints import digest, digest_bytes
from afterword.core.merge_conflicts import find_conflicts, report_conflict
from afterword.core.structs import Serializable
from afterword.core.text import decode
from afterword.core.urls import url_of_file
from afterword.site.site_snapshot import Asset
from afterword.templates.checks import Template, check_templates, digest_templates, find_referenced
from afterword.templates.settings_style import STYLE, write_style
from afterword.templates.theme_copies import check_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from afterword.config.schema import Config
    from afterword.content.scanning import Sources


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
    originals = {_template_name(source): digest_of(source) for source in default.static if source.endswith(_STRIPPED)}
    digests = {name: content for name, source in static.items() if (content := digest_of(source)) is not None}
    assets, stripped, strippings = dict[str, Asset](), dict[str, bytes](), dict[str, str]()
    for name, content in digests.items():
        # A copy that differs in no byte from the theme's file is the theme's file.
        is_stripped = content == originals.get(name)
        if not is_stripped or (text := known.stripped.get(content)) is None:
            text = _text_of(name, locate(root, static[name], links), is_stripped=is_stripped)
        if is_stripped and text is not None:
            strippings[content] = text
            stripped[name] = text.encode()
        assets[name] = make_asset(name, digest_bytes(stripped[name]) if name in stripped else content, text)
    own = tuple(name for name in map(_template_name, sources.static) if name in assets)
    if style := write_style(settings):
        stripped[STYLE] = style.encode()
        assets[STYLE] = make_asset(STYLE, digest_bytes(stripped[STYLE]), style)
        static[STYLE] = f"{DEFAULT}static/{STYLE}"
    own_templates = [name for name in map(_template_name, sources.templates) if name in templates]
    checked, warnings = _check_templates(templates, own_templates, known)
    results = ThemeResults(strippings, checked, warnings)
    return Theme(templates, assets, static, own, stripped, (*problems, *warnings), results)


def _check_templates(
    templates: Mapping[str, Template], own: Collection[str], known: ThemeResults
) -> tuple[str, tuple[Diagnostic, ...]]:
    """Returns the digest of all templates and their warnings; the known ones if no template has changed."""
    checked = digest(digest_templates(templates), *own)
    return checked, known.warnings if checked == known.checked else tuple(check_templates(templates, own))


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


def _text_of(name: str, path: Path, *, is_stripped: bool) -> str | None:
    """Returns the text of a script, style sheet or SVG that is small enough to inline."""
    if not name.endswith((".js", ".css", ".svg")):
        return None
    try:
        text = read(path, _INLINE_LIMIT).decode()
    except (Unreadable, UnicodeDecodeError):
        return None
    return _strip(name, text) if is_stripped else text
