"""Loads the settings of a blog from `afterword.toml`, or from `[tool.afterword]` in `pyproject.toml`.

Unknown keys and invalid values are errors at their place.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec resolves the types of fields
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.config.schema import Config, list_static_files
from afterword.config.unrecognized_files import hint_at_posts
from afterword.core.diagnostics import Diagnostic, Exit, Failure, Place, error, nearest
from afterword.core.files import CONFIG_FILES, CONTENT_FOLDERS, Unreadable, digest_file, read, report_unreadable
from afterword.core.fingerprints import digest
from afterword.core.structs import Serializable
from afterword.core.text import decode
from afterword.core.typography import smartener
from afterword.core.urls import BadUrl, compose, is_rooted, normalize_base_url

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.config.reader import TableReader
    from afterword.core.toml import TomlDocument

OWN_FILE, PROJECT_FILE = CONFIG_FILES

_LIMIT = 1_000_000

_FOREIGN = {
    "baseurl": "base_url",
    "site_url": "base_url",
    "siteurl": "base_url",
    "url": "base_url",
    "name": "title",
    "site_name": "title",
    "sitename": "title",
    "subtitle": "description",
    "tagline": "description",
    "lang": "language",
    "locale": "language",
    "languagecode": "language",
    "default_language": "language",
    "default_lang": "language",
    "tz": "timezone",
    "output": "destination",
    "output_dir": "destination",
    "output_path": "destination",
    "publishdir": "destination",
    "site_dir": "destination",
    "pagination": "paginate",
    "per_page": "paginate",
    "nav": "menu",
    "navigation": "menu",
    "ignore": "exclude",
    "ignorefiles": "exclude",
    "ignore_files": "exclude",
    "ignored_content": "exclude",
    "exclude_docs": "exclude",
}
"""Settings of Jekyll, Hugo, Zola, Pelican and MkDocs, with our names for them."""

READING = ("excerpt_separator", "exclude", "language", "limits", "markdown", "permalink", "talks", "timezone")
"""The settings on which the content and the errors of a source depend (`build.gather`)."""


class SettingPlaces(Struct, frozen=True):
    """Places of settings that are checked later.

    `menu` has the place of each URL; `files` those of settings that name files in `static/` and of colours, by full
    name; `taxonomies` those of taxonomies, by name. `file` is the settings file, or empty.
    """

    file: str = ""
    menu: tuple[Place, ...] = ()
    destination: Place | None = None
    ignore: Place | None = None
    files: Mapping[str, Place] = field(default_factory=dict)
    taxonomies: Mapping[str, Place] = field(default_factory=dict)


class LoadedSettings(Serializable, frozen=True):
    """Valid settings with the places of some, and the digest of the files that they were loaded from."""

    digest: str
    settings: Config
    places: SettingPlaces


def digest_settings(source: Path) -> str:
    """Returns the digest of the settings files of a blog; empty if it has none, or if one cannot be read."""
    files = {name: source / name for name in CONFIG_FILES if (source / name).exists()}
    try:
        return digest(*(f"{name} {digest_file(path)}" for name, path in files.items())) if files else ""
    except Unreadable:
        return ""


class InvalidSettings(Failure):
    """The settings have errors.

    `readable` are those for reading posts; `doubtful` is the first of them that may have an error, or empty.
    """

    def __init__(self, readable: Config, doubtful: str, *problems: Diagnostic) -> None:
        super().__init__(Exit.USAGE, *problems)
        self.readable = readable
        self.doubtful = doubtful


def load(source: Path) -> tuple[Config, SettingPlaces]:
    """Loads the settings of the blog in the folder `source`, and the places of some.

    A blog needs no settings. Raises `InvalidSettings` with all errors of the file, and `Failure` if there is no such
    folder, or if the file cannot be read.
    """
    _require_folder(source)
    document, names = _find_table(source)
    if document is None:
        return Config(), SettingPlaces()
    table = document.table(*names)
    if not isinstance(table, dict):
        raise Failure(
            Exit.USAGE, error("invalid-setting", f"`{'.'.join(names)}` must be a table", document.place(*names))
        )
    from afterword.config.reader import TableReader
    from afterword.config.validation import find_setting_problems  # only if the settings changed

    reader = TableReader(document, Config, names, _FOREIGN)
    config = reader.read(Config, table)
    for problem in find_setting_problems(config):
        reader.report(problem.id, problem.message, *problem.key.split("."), hint=problem.hint)
    if reader.problems:
        raise _report_invalid(config, reader)
    menu = document.places_in("url", *names, "menu")
    destination = document.place(*names, "destination") if "destination" in table else None
    ignore = document.place(*names, "diagnostics", "ignore") if config.diagnostics.ignore else None
    colours = {f"theme.{name}": (getattr(config.theme, name),) for name in ("accent", "accent_dark")}
    files = {
        name: document.place(*names, *name.split("."))
        for name, named in {**list_static_files(config), **colours}.items()
        if any(named)
    }
    taxonomies = {name: document.place(*names, "taxonomies", name) for name in config.taxonomies}
    return _complete(config), SettingPlaces(document.path, menu, destination, ignore, files, taxonomies)


def _report_invalid(config: Config, reader: TableReader) -> InvalidSettings:
    doubtful = ""
    for keys, problem in zip(reader.keys, reader.problems, strict=True):
        unknown = keys[-1] if problem.id == "unknown-setting" else ""
        if keys[0] in READING or nearest(_FOREIGN.get(unknown.lower(), unknown), READING):
            doubtful = doubtful or ".".join(keys)
    readable = replace(Config(), **{name: getattr(config, name) for name in READING})
    return InvalidSettings(readable, doubtful, *reader.problems)


def _complete(config: Config) -> Config:
    """Returns the settings with a normalized base URL and author, and smart punctuation in title and description."""
    profile = config.author_profile
    typeset = smartener(config.language, smart=config.markdown.smart_punctuation)
    return replace(
        config,
        title=typeset(config.title),
        description=typeset(config.description),
        menu=tuple(
            replace(item, title=typeset(item.title), url=compose(item.url) if is_rooted(item.url) else item.url)
            for item in config.menu
        ),
        theme=replace(config.theme, tagline=typeset(config.theme.tagline)),
        base_url=normalize_base_url(config.base_url),
        author=config.author or profile.name,
        author_links=(*profile.links, *config.author_links),
    )


def open_blog(
    source: Path, base_url: str | None = None, known: LoadedSettings | None = None
) -> tuple[Config, SettingPlaces]:
    """Loads the settings of a blog to build, optionally with another base URL; not if they are `known`.

    Raises `Failure` as `load` does, and if the folder has no posts.
    """
    settings, places = (known.settings, known.places) if known is not None else load(source)
    if base_url is not None:
        settings = with_base_url(settings, base_url)
    if not any((source / folder).is_dir() for folder in CONTENT_FOLDERS):
        raise Failure(
            Exit.USAGE,
            error("no-posts", f"no blog found in `{source}`: missing folder `posts`", hint=hint_at_posts(source)),
        )
    return settings, places


def _require_folder(source: Path) -> None:
    """Raises `Failure` if the blog's folder does not exist or is a file."""
    if source.is_dir():
        return
    if source.exists():
        hint = "pass the folder that contains `posts`"
        raise Failure(Exit.USAGE, error("no-source", f"`{source}` must be a folder, found a file", hint=hint))
    raise Failure(Exit.USAGE, error("no-source", f"folder not found: `{source}`"))


def with_base_url(settings: Config, base_url: str) -> Config:
    """Returns the settings with another base URL; a bare path replaces only the path.

    Raises `Failure` if it is invalid.
    """
    try:
        normalized = normalize_base_url(base_url)
    except BadUrl as problem:
        from afterword.config.validation import hint_at_base_url

        message = f"invalid base URL `{base_url}`: {problem}"
        raise Failure(Exit.USAGE, error("invalid-base-url", message, hint=hint_at_base_url(base_url))) from None
    host = urlsplit(settings.base_url)
    if normalized.startswith("/") and host.netloc:
        normalized = f"{host.scheme}://{host.netloc}{normalized}"
    return replace(settings, base_url=normalized)


def _find_table(source: Path) -> tuple[TomlDocument | None, tuple[str, ...]]:
    """Returns the document with the settings, and the dotted name of their table."""
    own, project = _read_file(source, OWN_FILE), _read_file(source, PROJECT_FILE)
    has_table = project is not None and project.table("tool", "afterword") is not None
    if project is not None and not has_table:
        _check_misnamed(project)
    if own is None:
        return (project, ("tool", "afterword")) if has_table else (None, ())
    if has_table and project is not None:
        raise Failure(
            Exit.USAGE,
            error(
                "duplicate-config",
                f"settings in both `{OWN_FILE}` and `{PROJECT_FILE}`",
                project.place("tool", "afterword"),
                hint="remove one of them",
            ),
        )
    return own, ()


def _check_misnamed(project: TomlDocument) -> None:
    """Raises `Failure` if `pyproject.toml` has our settings in a misnamed table."""
    tools = project.table("tool")
    misnamed: list[tuple[str, ...]] = [("afterword",)] if "afterword" in project.values else []
    if isinstance(tools, dict):
        misnamed += [("tool", name) for name in tools if nearest(name, ["afterword"]) is not None]
    for names in misnamed[:1]:
        message = f"table `[{'.'.join(names)}]` is ignored"
        raise Failure(
            Exit.USAGE, error("misnamed-table", message, project.place(*names), hint="rename it to `[tool.afterword]`")
        )


def _read_file(source: Path, name: str) -> TomlDocument | None:
    if not (source / name).exists() and not (source / name).is_symlink():
        return None
    try:
        data = read(source / name, _LIMIT, follow=True)
    except Unreadable as problem:
        exit_code = Exit.ENVIRONMENT if problem.is_denied else Exit.USAGE
        raise Failure(exit_code, report_unreadable(problem, "this file", Place(name))) from None
    decoded = decode(name, data)
    if decoded.diagnostics:
        raise Failure(Exit.USAGE, *map(_as_error, decoded.diagnostics))
    from afterword.core.toml import read_document  # with the above, only if the settings changed

    found = read_document(name, decoded.text)
    if isinstance(found, Diagnostic):
        raise Failure(Exit.USAGE, found)
    return found


def _as_error(found: Diagnostic) -> Diagnostic:
    """Returns the error for a character that is only a warning in a post: TOML has no control characters."""
    if found.is_error:
        return found
    return error("toml-syntax", f"invalid TOML: {found.message}", found.place, hint=found.hint)
