"""Converts TOML tables to frozen structs, and reports every error at its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, time
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

from msgspec import NODEFAULT

from afterword.config.schema import is_table, list_keys
from afterword.core.diagnostics import Diagnostic, did_you_mean, error
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from msgspec import Struct

    from afterword.config.schema import SettingKey
    from afterword.core.toml import TomlDocument

T = TypeVar("T", bound="Struct")

_KINDS = {str: "text", int: "a whole number", bool: "`true` or `false`"}
_FLAGS = {**dict.fromkeys(("yes", "true", "on", "1"), "true"), **dict.fromkeys(("no", "false", "off", "0"), "false")}
_FORBIDDEN = lazy_pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""Characters that XML and HTML do not allow."""


class _InvalidValue(ValueError):  # noqa: N818 - becomes a diagnostic at its key
    """An invalid value of a setting; the message says why."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class TableReader:
    """Converts the table `names` of a document to a `root` struct, and collects errors and their keys.

    `foreign` maps names of other programs to keys of `root`.
    """

    def __init__(
        self, document: TomlDocument, root: type[Struct], names: tuple[str, ...], foreign: Mapping[str, str]
    ) -> None:
        self.problems: list[Diagnostic] = []
        self.keys: list[tuple[str, ...]] = []
        self._document = document
        self._root = root
        self._names = names
        self._foreign = foreign

    def read(self, kind: type[T], table: Mapping[str, Any], *inside: str) -> T:
        """Converts a table to a struct; invalid values are replaced by defaults."""
        known = list_keys(kind)
        aliases = {alias: name for name, field in known.items() for alias in field.setting.aliases}
        values: dict[str, object] = {}
        for written, value in table.items():
            key = aliases.get(written, written)
            if key != written and key in table:
                message = f"duplicate setting: `{written}` and `{key}` have the same meaning"
                self.report("invalid-setting", message, *inside, written, hint=f"remove `{written}`")
            elif key not in known:
                hint = self._find_hint(key, value, known, inside)
                self.report("unknown-setting", f"unknown setting `{_dotted(*inside, key)}`", *inside, key, hint=hint)
            elif is_table(known[key].type) and isinstance(value, dict):
                values[key] = self.read(known[key].type, value, *inside, written)
            elif (other := known[key].setting.table) and isinstance(value, dict):
                values[other] = self.read(known[other].type, value, *inside, written)
            elif get_origin(known[key].type) is Mapping and isinstance(value, dict):
                values[key] = self._read_texts(value, *inside, written)
            elif isinstance(value, list) and (item := _item_of(known[key].type)) is not None:
                values[key] = tuple(self._read_items(item, value, *inside, written))
            else:
                try:
                    values[key] = _read_value(known[key].type, value, known[key].setting.least)
                except _InvalidValue as problem:
                    name = _dotted(*inside, written)
                    self.report("invalid-setting", f"`{name}` {problem}", *inside, written, hint=problem.hint)
        return kind(**values)

    def report(self, id: str, message: str, *inside: str, hint: str = "") -> None:
        """Adds an error at a key of the table."""
        self.keys.append(inside)
        self.problems.append(error(id, message, self._document.place(*self._names, *inside), hint=hint))

    def _read_texts(self, table: Mapping[str, object], *inside: str) -> dict[str, object]:
        """Reads a table with free keys and text values; skips invalid ones."""
        read: dict[str, object] = {}
        for key, value in table.items():
            try:
                read[key] = _read_value(str, value, None)
            except _InvalidValue as problem:
                name = _dotted(*inside, key)
                self.report("invalid-setting", f"`{name}` {problem}", *inside, key, hint=problem.hint)
        return read

    def _read_items(self, kind: type[Struct], items: list[object], *inside: str) -> Iterator[object]:
        """Yields the tables of a list; skips invalid ones."""
        known = list_keys(kind)
        name = _dotted(*inside)
        for index, item in enumerate(items):
            at = (*inside, str(index))
            before = len(self.problems)
            if not isinstance(item, dict):
                self.report("invalid-setting", f"`{name}` {_form_of(known)}", *at)
                continue
            for key in (key for key in item if key not in known):
                hint = did_you_mean(key, known) or _list_names(known)
                self.report("unknown-setting", f"unknown key `{key}` in `{name}`", *at, key, hint=hint)
            for key, field in known.items():
                if field.default is NODEFAULT and key not in item:
                    hint = f'add `{key} = "…"`'
                    self.report(
                        "invalid-setting", f"missing key `{key}` in entry {index + 1} of `{name}`", *at, hint=hint
                    )
            for key in (key for key in item if key in known):
                try:
                    _read_value(known[key].type, item[key], None)
                except _InvalidValue as problem:
                    self.report("invalid-setting", f"`{key}` {problem}", *at, key, hint=problem.hint)
            if len(self.problems) == before:
                yield kind(**{key: _read_value(known[key].type, value, None) for key, value in item.items()})

    def _find_hint(self, key: str, value: object, known: Mapping[str, object], inside: tuple[str, ...]) -> str:
        intended = self._foreign.get(key.lower().replace("-", "_"), "") if not inside else ""
        if hint := f"did you mean `{intended}`?" if intended else did_you_mean(key, known):
            return hint
        places = [place for place in _find_key(self._root, key) if place != (*inside, key)]
        if places and len(places[0]) == 1:
            return f"move `{key}` above the first table `[…]`"
        if places:
            return f"did you mean `{'.'.join(places[0])}`?"
        if isinstance(value, dict) and not inside:
            return f"remove the header `[{key}]`: settings in this file have no table around them"
        return _list_names(known)


def _dotted(*names: str) -> str:
    return ".".join(names)


def _list_names(known: Iterable[str]) -> str:
    return f"use one of {', '.join(f'`{name}`' for name in known)}"


def _find_key(kind: type[Struct], key: str, *inside: str) -> Iterator[tuple[str, ...]]:
    """Yields the dotted names of the fields with this name, outermost first."""
    known = list_keys(kind)
    if key in known:
        yield (*inside, key)
    written = {field.setting.table: name for name, field in known.items() if field.setting.table}
    for name, inner in known.items():
        if is_table(inner.type):
            yield from _find_key(inner.type, key, *inside, written.get(name, name))


def _item_of(kind: Any) -> type[Struct] | None:
    """Returns the struct of the tables in a list, or None for other types."""
    item = get_args(kind)[0] if get_origin(kind) is tuple else None
    return item if is_table(item) else None


def _read_value(kind: Any, value: object, least: int | None) -> object:
    """Returns a value if it has the type `kind`; raises `_InvalidValue` otherwise."""
    if is_table(kind):
        names = ", ".join(list_keys(kind))
        raise _InvalidValue(f"must be a table, found {_type_name(value)}", f"use the settings {names}")
    if get_origin(kind) is Mapping:
        raise _InvalidValue(f"must be a table of text values, found {_type_name(value)}")
    if get_origin(kind) is tuple:
        return _read_list(kind, value)
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        if value in choices:
            return value
        *others, last = (f"`{choice}`" for choice in choices)
        form = f"must be {', '.join(others)} or {last}" if others else f"must be {last}"
        raise _InvalidValue(f"{form}, found {_show(value)}", did_you_mean(str(value), choices))
    if type(value) is not kind:
        raise _InvalidValue(f"must be {_KINDS[kind]}, found {_type_name(value)}", _hint_at_value(kind, value))
    if least is not None and isinstance(value, int) and value < least:
        raise _InvalidValue(f"must be at least {least}, found {value}")
    if isinstance(value, str) and (forbidden := _FORBIDDEN.search(value)) is not None:
        raise _InvalidValue(f"contains the control character U+{ord(forbidden[0]):04X}")
    return value


def _read_list(kind: Any, value: object) -> tuple[object, ...]:
    if not isinstance(value, list):
        item = _item_of(kind)
        form = _form_of(list_keys(item)) if item else "must be a list"
        hint = f"write `{json.dumps([value], ensure_ascii=False)}`" if item is None and isinstance(value, str) else ""
        if item is not None and isinstance(value, dict):
            hint = "write the header in double brackets: `[[…]]`"
        raise _InvalidValue(f"{form}, found {_type_name(value)}", hint)
    try:
        return tuple(_read_value(get_args(kind)[0], item, None) for item in value)
    except _InvalidValue as problem:
        said = f"entries {problem}" if str(problem).startswith("must") else f"has an entry that {problem}"
        raise _InvalidValue(said, problem.hint) from None


def _hint_at_value(kind: Any, value: object) -> str:
    """Returns a hint for a value of the wrong type; empty if the right value is not obvious."""
    written = ""
    if kind is bool:
        written = _FLAGS.get(str(value).strip().lower(), "")
    elif kind is int and isinstance(value, str) and re.fullmatch(r"\s*\d{1,9}\s*", value, re.ASCII):
        written = value.strip()
    elif kind is str and isinstance(value, (int, float, date, time)) and not isinstance(value, bool):
        written = f'"{value}"'
    return f"write `{written}`" if written else ""


def _form_of(known: Mapping[str, SettingKey]) -> str:
    form = ", ".join(f"{name} = " + ("[…]" if field.default == () else '"…"') for name, field in known.items())
    return f"must be a list of tables `{{ {form} }}`"


def _type_name(value: object) -> str:
    """Names the type of a TOML value."""
    match value:
        case bool():
            return "`true` or `false`"
        case str():
            return "text"
        case int():
            return "a number"
        case float():
            return "a number with a fraction"
        case dict():
            return "a table"
        case list():
            return "a list"
        case date():
            return "a date"
        case time():
            return "a time"
        case _:
            return "something else"


def _show(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if isinstance(value, (str, int, float)) else _type_name(value)
