"""Generates the tables about templates, settings, front matter, diagnostics and markup of other tools."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT

from afterword.config.schema import Config, is_table, list_keys
from afterword.core import web_origins as origins
from afterword.core.diagnostic_registry import load_entries, name_severities
from afterword.core.urls import Address
from afterword.front_matter.header_lines import HEADERS
from afterword.markdown.rules.alerts import STYLES
from afterword.markdown.warnings.constructs import RENDERED
from afterword.markdown.warnings.unsupported import AS_TEXT
from afterword.site import model as site
from afterword.site.queries.columns import COLUMNS
from afterword.site.queries.recording import Recorder
from afterword.site.site_snapshot import SiteSnapshot
from afterword.site.talk_objects import ChapterView, EventView, ScoreView, SpeakerView, TalkView, UpdateView, VideoView
from afterword.site.template_objects import RELATIONS, MonthRow, PartRow, SiteView, TaxonomyRow, TermRow, YearRow
from afterword.templates.csp import Policies
from afterword.templates.filters import make_filters, make_functions
from afterword.templates.page_object import PageView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from msgspec import Struct

    from afterword.config.schema import SettingKey
    from afterword.front_matter.fields import FrontMatterKey
    from afterword.markdown.warnings.constructs import Construct


_BAR = "\\|"
"""A bar in a cell, in code as well (GitHub Flavored Markdown, "Tables")."""


def write_table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Returns a table with these heads and rows, and an empty line after it."""
    lines = [_write_row(heads), _write_row(tuple("---" for _ in heads)), *(_write_row(row) for row in rows)]
    return "\n".join(lines) + "\n\n"


def _write_row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', _BAR) for cell in cells)} |"


def list_front_matter(heading: str, keys: Mapping[str, FrontMatterKey]) -> str:
    """Returns a table of front matter keys; `heading` is that of their sentences."""
    return write_table(
        ("key", "value", heading), ((f"`{name}`", key.takes, key.sentence) for name, key in keys.items())
    )


def list_headers() -> str:
    """Returns a table of the header lines that have another name than their key."""
    renamed = ((f"`{name.capitalize()}`", f"`{to.key}`") for name, to in HEADERS.items() if to.key != name)
    return write_table(("header", "key"), renamed)


def list_diagnostics() -> str:
    """Returns an entry for each diagnostic."""
    return "".join(
        f"### `{name}`\n\n{name_severities(entry).capitalize()}. **{entry.title}**\n\n"
        f"{entry.cause}\n\n{entry.remedy}\n\n"
        for name, entry in load_entries().items()
    )


_NAMES = {str: "text", int: "whole number", bool: "`true` or `false`"}


def list_settings() -> str:
    """Returns a table for each table of settings."""
    return "".join(_document_tables(Config, ""))


def _document_tables(kind: type[Struct], inside: str) -> Iterator[str]:
    """Yields the table for a struct of settings, and below it those for the tables in it."""
    plain: list[tuple[str, ...]] = []
    tables: list[str] = []
    keys = list_keys(kind)
    written = {key.setting.table: name for name, key in keys.items() if key.setting.table}
    for name, key in keys.items():
        sentence, least = key.setting.sentence, key.setting.least
        if is_table(key.type):
            tables += [f"## `[{inside}{written.get(name, name)}]`\n\n{sentence}\n\n"]
            tables += _document_tables(key.type, f"{inside}{name}.")
        else:
            kind_name = _name_type(key.type) + (f", at least {least}" if least is not None else "")
            plain.append((f"`{name}`", kind_name, f"`{_write_default(key)}`", sentence))
    yield write_table(("setting", "type", "default", "meaning"), plain)
    yield from tables


def _name_type(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " or ".join(f"`{json.dumps(choice)}`" for choice in get_args(kind))
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if is_table(item):
            return f"list of tables `{{ {', '.join(list_keys(item))} }}`"
        return "list of text values" if item is str else f"list of {_name_type(item)}"
    if get_origin(kind) is Mapping:
        return "table of text values"
    return _NAMES[kind]


def _write_default(key: SettingKey) -> str:
    """Returns a default as TOML: for what settings hold, that is as JSON has it."""
    assert key.default is not NODEFAULT, "every setting has a default"  # noqa: S101
    return json.dumps(key.default, ensure_ascii=False)


def list_constructs() -> str:
    """Returns a table of the markup of other tools that is rendered."""
    return write_table(("markup", "tools", "result"), map(_write_construct, RENDERED))


def list_unsupported() -> str:
    """Returns a table of the markup of other tools that is shown as text."""
    return write_table(("markup", "tools", "what to do instead"), map(_write_construct, AS_TEXT))


def list_alerts() -> str:
    """Returns a table of the kinds of alerts, by style."""
    styles = {style: [kind for kind, own in STYLES.items() if own == style] for style in dict.fromkeys(STYLES.values())}
    kinds = ((f"`{style}`", ", ".join(f"`{kind}`" for kind in found)) for style, found in styles.items())
    return write_table(("style", "kinds"), kinds)


def _write_construct(construct: Construct) -> tuple[str, str, str]:
    lines = (f"`` {line} ``" if "`" in line else f"`{line}`" for line in construct.example.split("\n") if line.strip())
    said = construct.becomes
    return "<br>".join(lines), construct.tools, said[:1].upper() + said[1:] + ("" if said.endswith(".") else ".")


def list_variables() -> Mapping[str, Callable[[], str]]:
    """Returns the sections with the names that templates have."""
    names: Mapping[str, Mapping[str, str]] = {
        "site": SiteView.VOCABULARY,
        "page": PageView.VOCABULARY,
        "post": {**{name: column.sentence for name, column in COLUMNS.items()}, **RELATIONS},
        "talk": describe_fields(TalkView),
        "speaker": describe_fields(SpeakerView),
        "event": describe_fields(EventView),
        "recording": describe_fields(VideoView),
        "chapter": describe_fields(ChapterView),
        "timeline": describe_fields(ScoreView),
        "update": describe_fields(UpdateView),
        "term": TermRow.VOCABULARY,
        "taxonomy": TaxonomyRow.VOCABULARY,
        "part of a series": PartRow.VOCABULARY,
        "year": YearRow.VOCABULARY,
        "month": MonthRow.VOCABULARY,
        "functions": dict(_describe_calls(_make_functions())),
        "filters": dict(_describe_calls(make_filters(Address.of("")), skip=1)),
    }
    return {title: partial(_list_names, found) for title, found in names.items()}


def _list_names(names: Mapping[str, str]) -> str:
    return write_table(("name", "meaning"), ((f"`{name}`", said) for name, said in names.items()))


def describe_fields(view: type[Struct]) -> Mapping[str, str]:
    """Returns the sentence of each field of a view, from its annotation."""
    hints = get_type_hints(view, localns=vars(origins), include_extras=True)
    return {name: " ".join(hints[name].__metadata__) for name in view.__struct_fields__}


def _make_functions() -> Mapping[str, Callable[..., object]]:
    """Returns the functions that templates are given, for a site without posts: for their names and docstrings."""
    empty = site.make_site((), Config(), date(2026, 1, 1))
    return make_functions(Recorder(SiteSnapshot(empty, {}, {}, ())), Policies())


def _describe_calls(functions: Mapping[str, Callable[..., object]], *, skip: int = 0) -> Iterable[tuple[str, str]]:
    """Each function as it is called, without its first `skip` arguments, and the first paragraph of its docstring."""
    for name, function in sorted(functions.items()):
        said = inspect.getdoc(function) or ""
        given = [one for name, one in inspect.signature(function).parameters.items() if name != "context"]
        shown = [_show_parameter(parameter) for parameter in given[skip:]]
        call = f"({', '.join(shown)})" if shown or not skip else ""
        yield f"{name}{call}", said.partition("\n\n")[0]


def _show_parameter(parameter: inspect.Parameter) -> str:
    star = "*" if parameter.kind is inspect.Parameter.VAR_POSITIONAL else ""
    has_default = parameter.default is not inspect.Parameter.empty and parameter.default is not None
    default = f"={parameter.default!r}" if has_default else ""
    return f"{star}{parameter.name}{default}"
