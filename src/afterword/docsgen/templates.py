"""Generates the pages about templates, settings, diagnostics and markup of other tools, from their tables."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT

from afterword.config.schema import Config, is_table, list_keys
from afterword.core import web_origins as origins
from afterword.core.diagnostic_registry import load_entries, name_severities
from afterword.core.urls import Address
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
    from afterword.core.diagnostic_registry import Entry
    from afterword.markdown.warnings.constructs import Construct


_BAR = "\\|"
"""A bar in a cell, in code as well (GitHub Flavored Markdown, "Tables")."""


def write_table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Returns a table with these heads and rows, and an empty line after it."""
    lines = [_write_row(heads), _write_row(tuple("---" for _ in heads)), *(_write_row(row) for row in rows)]
    return "\n".join(lines) + "\n\n"


def _write_row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', _BAR) for cell in cells)} |"


_SETTINGS = """# Settings

All settings are optional. Write them in TOML, in `afterword.toml` next to `posts/` or in the table `[tool.afterword]`
of `pyproject.toml`, but not in both.

```toml
title = "Notes on talks"
base_url = "https://me.github.io/notes/"
menu = [{ title = "Archive", url = "/archive/" }, { title = "About", url = "/about/" }]

[markdown]
smart_punctuation = false
```

In `pyproject.toml`, add `tool.afterword` to the names of tables: `[tool.afterword.markdown]`.

Unknown settings and invalid values are errors. In templates, settings are in `config`: `config.title`,
`config.markdown.smart_punctuation`.

"""

_NAMES = {str: "text", int: "whole number", bool: "`true` or `false`"}


def document_settings() -> str:
    return (_SETTINGS + "".join(_document_tables(Config, ""))).rstrip("\n") + "\n"


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


_MARKUP = """# Markup of Obsidian, MkDocs, kramdown and Pandoc

Notes written for another tool can contain markup that CommonMark and GitHub do not have. Afterword renders the most
common constructs. The others are shown as text, with the warning `foreign-markup` at the first place in each file.
Code, code blocks and raw HTML are never changed. To show a construct as text without a warning, put it in backticks.

## Supported markup

"""

_KINDS = """### Kinds of alerts

Each kind has one of five styles:

"""

_WIKILINKS = """### Wiki links

A wiki link finds a source or a file by its name or path, with or without extension, then by its slug (the name without
the date), then by its title. Letter case is ignored. If several files match, the link points to the file next to the
post, or else to the file with the shortest path, and the build prints a warning. A link without a match is shown as
text, with a warning. `[[name#Heading]]` links to a heading.

## Unsupported markup

"""


def document_markdown_from_elsewhere() -> str:
    styles = {style: [kind for kind, own in STYLES.items() if own == style] for style in dict.fromkeys(STYLES.values())}
    kinds = ((f"`{style}`", ", ".join(f"`{kind}`" for kind in found)) for style, found in styles.items())
    page = (
        _MARKUP
        + write_table(("markup", "tools", "result"), map(_write_construct, RENDERED))
        + _KINDS
        + write_table(("style", "kinds"), kinds)
        + _WIKILINKS
        + write_table(("markup", "tools", "what to do instead"), map(_write_construct, AS_TEXT))
    )
    return page.rstrip("\n") + "\n"


def _write_construct(construct: Construct) -> tuple[str, str, str]:
    lines = (f"`` {line} ``" if "`" in line else f"`{line}`" for line in construct.example.split("\n") if line.strip())
    said = construct.becomes
    return "<br>".join(lines), construct.tools, said[:1].upper() + said[1:] + ("" if said.endswith(".") else ".")


_DIAGNOSTICS = """# Diagnostics

Each error, warning and note has an id, which its message shows in brackets:

```
warning[unused-file]: unused file: no post links to it, so it is not published
  posts/diagram.svg
  hint: link to it, or move it to `static/`
```

`afterword explain unused-file` prints the entry of this page.

- An **error** stops the build: the page would be wrong, lose text, break a URL or publish what should stay hidden.
- A **warning** is probably a mistake. With `--strict`, it fails the build.
- A **note** is information.

## Ignoring warnings

To ignore warnings and notes in one file, list their ids in its front matter:

```yaml
ignore: [unused-footnote, broken-link]
```

To ignore them in the whole blog, list them in the [settings](settings.md):

```toml
[diagnostics]
ignore = ["unused-file"]
```

Ignored warnings do not fail a build with `--strict`. Errors cannot be ignored.

## All diagnostics

"""


def document_diagnostics() -> str:
    sections = (_document_entry(name, entry) for name, entry in load_entries().items())
    return (_DIAGNOSTICS + "".join(sections)).rstrip("\n") + "\n"


def _document_entry(name: str, entry: Entry) -> str:
    severities = name_severities(entry).capitalize()
    return f"### `{name}`\n\n{severities}. **{entry.title}**\n\n{entry.cause}\n\n{entry.remedy}\n\n"


_INTRODUCTION = """# Templates

Templates are [Jinja](https://jinja.palletsprojects.com/en/stable/templates/) templates with autoescaping. This page
lists all variables, functions and filters. To change the theme, start with [Customizing the theme](customizing.md).

This template is the layout of a page with the five newest posts. Save it as `templates/newest.html`, and set
`layout: newest` in the front matter of the page:

```html
{% extends "base.html" %}
{% block main %}
<h1>{{ post.title }}</h1>
<ul>
{% for item in site.posts[:5] %}
<li><a href="{{ item.url }}">{{ item.title }}</a>, {{ item.date | date("%Y-%m-%d") }}</li>
{% endfor %}
</ul>
{{ post.content }}
{% endblock %}
```

Every template has `site`, `page`, `config` (the [settings](settings.md)) and the functions below. Templates of posts
and standalone pages also have `post`. An undefined variable is an error at its line.

"""

_AFTER_POST = """Other keys of front matter are available by name: `venue: Berlin` is `post.venue`. To test
whether a post has a key, use `{% if post.venue is defined %}`.

"""

_TALKS = (
    ("Talks", "`post.talk`, if it is not none.", TalkView),
    ("Speakers", "Items of `post.talk.speakers`.", SpeakerView),
    ("Events", "`post.talk.event`, if it is not none.", EventView),
    ("Recordings", "`post.talk.video`, if it is not none, and items of `post.talk.also`.", VideoView),
    ("Chapters", "Items of `post.chapters`.", ChapterView),
    ("Timelines", "`post.talk_score`, if it is not none.", ScoreView),
    ("Updates", "Items of `post.updates`.", UpdateView),
)


def document_templates() -> str:
    columns = {name: column.sentence for name, column in COLUMNS.items()}
    parts = [
        _INTRODUCTION,
        _section("`site`", "The whole site.", SiteView.VOCABULARY),
        _section("`page`", "The page that is being rendered.", PageView.VOCABULARY),
        _section("`post`", "A post or a standalone page.", {**columns, **RELATIONS}),
        _AFTER_POST,
        *(_section(title, sentence, describe_fields(view)) for title, sentence, view in _TALKS),
        _section("Terms", "Items of `site.tags` and the like, and `page.term`.", TermRow.VOCABULARY),
        _section("Taxonomies", "Items of `site.taxonomies`, and `page.taxonomy`.", TaxonomyRow.VOCABULARY),
        _section("Parts of a series", "`post.series_part`, or none.", PartRow.VOCABULARY),
        _section("Years", "Items of `site.years`.", YearRow.VOCABULARY),
        _section("Months", "Items of `months` of a year.", MonthRow.VOCABULARY),
        _section("Functions", "", dict(_describe_calls(_make_functions()))),
        _section(
            "Filters",
            "In addition to [Jinja's filters](https://jinja.palletsprojects.com/en/stable/templates/#builtin-filters). "
            "`random` and `attr` are not available: builds must be reproducible.",
            dict(_describe_calls(make_filters(Address.of("")), skip=1)),
        ),
    ]
    return "".join(parts).rstrip("\n") + "\n"


def describe_fields(view: type[Struct]) -> Mapping[str, str]:
    """Returns the sentence of each field of a view, from its annotation."""
    hints = get_type_hints(view, localns=vars(origins), include_extras=True)
    return {name: " ".join(hints[name].__metadata__) for name in view.__struct_fields__}


def _section(title: str, sentence: str, names: Mapping[str, str]) -> str:
    rows = ((f"`{name}`", said) for name, said in names.items())
    return f"## {title}\n\n" + (f"{sentence}\n\n" if sentence else "") + write_table(("name", "meaning"), rows)


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
