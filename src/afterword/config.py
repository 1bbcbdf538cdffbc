"""The settings of a blog, read: TOML into a `Config`, every mistake at its key.

They are in `afterword.toml`, or in `[tool.afterword]` of `pyproject.toml` where the blog is a Python project. Relies on
the table in `settings` for names, types and bounds. Refuses unknown keys and values that nothing could be done with: a
typing error in a short file is a mistake, not a wish.
"""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from afterword.diagnostics import Diagnostic, Exit, Failure, Place, did_you_mean, error
from afterword.faults import find_faults
from afterword.files import CONTENT_FOLDERS, Unreadable, read
from afterword.settings import Config
from afterword.text import decode
from afterword.toml import Document, read_toml
from afterword.urls import BadUrl, normalize_base_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from dataclasses import Field
    from pathlib import Path

T = TypeVar("T")

OWN_FILE = "afterword.toml"
PROJECT_FILE = "pyproject.toml"

_LIMIT = 1_000_000
_KINDS = {str: "text", int: "a whole number", bool: "`true` or `false`"}


def load(source: Path) -> tuple[Config, tuple[Place, ...]]:
    """The settings of the blog in the folder `source`, and the place of each URL in `menu`; no table builds a blog.

    Raises `Failure` with everything that is wrong in the file.
    """
    document, table = _find_table(source)
    if document is None:
        return Config(), ()
    reader = _Reader(document)
    config = reader.read(Config, document_table(document, table), table)
    reader.check(config, table)
    if reader.problems:
        raise Failure(Exit.USAGE, *reader.problems)
    urls = [item.url for item in config.menu]
    return replace(config, base_url=normalize_base_url(config.base_url)), document.places_in(
        urls, "url", *table, "menu"
    )


def open_blog(source: Path, base_url: str | None = None) -> tuple[Config, tuple[Place, ...]]:
    """As `load`, for a blog that is to be built, with another base URL if one is given.

    Raises `Failure` as `load` does, and where the folder `source` has no blog in it.
    """
    if not source.is_dir():
        raise Failure(Exit.USAGE, error("no-source", f"there is no folder `{source}`"))
    settings, places = load(source)
    if base_url is not None:
        settings = with_base_url(settings, base_url)
    if not any((source / folder).is_dir() for folder in CONTENT_FOLDERS):
        hint = "make a folder `posts` with a Markdown file in it, or name the blog's folder with `--source`"
        raise Failure(Exit.USAGE, error("no-posts", f"there is no blog in `{source}`", hint=hint))
    return settings, places


def with_base_url(settings: Config, base_url: str) -> Config:
    """The settings with another base URL; a bare path sets only the path. Raises `Failure` for one that is none."""
    try:
        wanted = normalize_base_url(base_url)
    except BadUrl as problem:
        raise Failure(
            Exit.USAGE, error("bad-base-url", f"the base URL `{base_url}` cannot be used: {problem}")
        ) from None
    host = urlsplit(settings.base_url)
    if wanted.startswith("/") and host.netloc:
        wanted = f"{host.scheme}://{host.netloc}{wanted}"
    return replace(settings, base_url=wanted)


def _find_table(source: Path) -> tuple[Document | None, tuple[str, ...]]:
    """The document that holds the settings, and the name of the table that they are in."""
    own, project = _read_file(source, OWN_FILE), _read_file(source, PROJECT_FILE)
    has_table = project is not None and "afterword" in project.values.get("tool", {})
    if own is None:
        return (project, ("tool", "afterword")) if has_table else (None, ())
    if has_table and project is not None:
        raise Failure(
            Exit.USAGE,
            error(
                "two-configs",
                f"the settings are in two places: `{OWN_FILE}` and `[tool.afterword]` of `{PROJECT_FILE}`",
                project.place("tool", "afterword"),
                hint="keep one of them",
            ),
        )
    return own, ()


def _read_file(source: Path, name: str) -> Document | None:
    if not (source / name).exists() and not (source / name).is_symlink():
        return None
    try:
        data = read(source / name, _LIMIT)
    except Unreadable as problem:
        raise Failure(Exit.USAGE, error("unreadable", f"this file {problem}", Place(name))) from None
    decoded = decode(name, data)
    if decoded.diagnostics:
        raise Failure(Exit.USAGE, *decoded.diagnostics)
    found = read_toml(name, decoded.text)
    if isinstance(found, Diagnostic):
        raise Failure(Exit.USAGE, found)
    return found


def document_table(document: Document, names: tuple[str, ...]) -> Mapping[str, Any]:
    """The values of a table of a document."""
    table: Any = document.values
    for name in names:
        table = table[name]
    return cast("Mapping[str, Any]", table) if isinstance(table, dict) else {}


class _BadValue(ValueError):  # noqa: N818 - becomes a diagnostic at its key
    """A value that a setting cannot have: the message says why."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class _Reader:
    """Reads tables into dataclasses, and collects what is wrong on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Diagnostic] = []

    def read(self, kind: type[T], table: Mapping[str, Any], names: tuple[str, ...]) -> T:
        """A table as a dataclass; what cannot be read has its default."""
        hints = get_type_hints(kind)
        known = {field.name: field for field in fields(cast("Any", kind))}
        values: dict[str, object] = {}
        for key, value in table.items():
            if key not in known:
                hint = did_you_mean(key, known) or f"the settings here are {', '.join(known)}"
                self.report("unknown-setting", f"there is no setting `{key}`", *names, key, hint=hint)
            elif is_dataclass(hints[key]) and isinstance(value, dict):
                values[key] = self.read(cast("type[object]", hints[key]), value, (*names, key))
            else:
                try:
                    values[key] = _read_value(hints[key], value, known[key].metadata.get("least"))
                except _BadValue as problem:
                    self.report("bad-setting", f"`{key}` {problem}", *names, key, hint=problem.hint)
        return kind(**values)

    def check(self, config: Config, names: tuple[str, ...]) -> None:
        """Look for values that are of the right type and still make no sense."""
        for key, message, hint in find_faults(config):
            self.report("bad-setting", message, *names, *key.split("."), hint=hint)

    def report(self, id: str, message: str, *names: str, hint: str = "") -> None:
        self.problems.append(error(id, message, self.document.place(*names), hint=hint))


def _read_value(kind: Any, value: object, least: int | None) -> object:
    """A value of a type; raises `_BadValue` for one of another."""
    if is_dataclass(kind):
        raise _BadValue(f"must be a table, not {_name(value)}")
    if get_origin(kind) is tuple:
        return _read_list(get_args(kind)[0], value)
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        if value in choices:
            return value
        hint = did_you_mean(str(value), choices) or f"it may be {' or '.join(f'`{choice}`' for choice in choices)}"
        raise _BadValue(f"cannot be {_show(value)}", hint)
    if type(value) is not kind:
        raise _BadValue(f"must be {_KINDS[kind]}, not {_name(value)}")
    if least is not None and isinstance(value, int) and value < least:
        raise _BadValue(f"must be at least {least}")
    return value


def _read_list(kind: Any, value: object) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise _BadValue(f"must be a list, not {_name(value)}")
    if not is_dataclass(kind):
        return tuple(_read_value(kind, item, None) for item in value)
    return tuple(_read_item(kind, item) for item in value)


def _read_item(kind: Any, item: object) -> object:
    """A table of a list of tables: every field that has no default must be there, and no other key."""
    known = {field.name: field for field in fields(kind)}
    needed = {name for name, field in known.items() if field.default is MISSING}
    if not isinstance(item, dict) or not needed <= item.keys() <= known.keys():
        raise _BadValue(_form_of(known))
    hints = get_type_hints(kind)
    try:
        return kind(**{key: _read_value(hints[key], value, None) for key, value in item.items()})
    except _BadValue:
        raise _BadValue(_form_of(known)) from None


def _form_of(known: Mapping[str, Field[object]]) -> str:
    form = ", ".join(f"{name} = " + ("[…]" if field.default == () else '"…"') for name, field in known.items())
    return f"must be a list of tables `{{ {form} }}`"


def _name(value: object) -> str:
    names = {
        dict: "a table",
        list: "a list",
        str: "text",
        bool: "`true` or `false`",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), "a date")


def _show(value: object) -> str:
    return f"`{value}`" if isinstance(value, (str, int, float)) else _name(value)
