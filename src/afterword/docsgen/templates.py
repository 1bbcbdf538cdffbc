"""Generates the page about template variables, filters and functions."""

from __future__ import annotations

import inspect
from datetime import date
from typing import TYPE_CHECKING, get_type_hints

from afterword.config.schema import Config
from afterword.core import web_origins as origins
from afterword.core.urls import Address
from afterword.docsgen.reference import write_table
from afterword.site import model as site
from afterword.site.queries.columns import COLUMNS
from afterword.site.queries.recording import Recorder
from afterword.site.site_snapshot import SiteSnapshot
from afterword.site.talk_objects import ChapterView, EventView, ScoreView, SpeakerView, TalkView, UpdateView, VideoView
from afterword.site.template_objects import RELATIONS, MonthRow, PartRow, SiteView, TaxonomyRow, TermRow, YearRow
from afterword.templates.csp import Policies
from afterword.templates.filters import make_filters, make_functions
from afterword.templates.renderer import PageView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from msgspec import Struct

_INTRODUCTION = """# Templates

Templates are [Jinja](https://jinja.palletsprojects.com/en/stable/templates/) templates with autoescaping. An
undefined variable is an error at its line. This page lists all variables, functions and filters. See
[Theme](theme.md) for customizing the theme.

Every template has `site`, `page`, `config` (the [settings](settings.md)) and the functions below. Templates of posts
and standalone pages also have `post`.

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
    """The functions that templates are given, for a site without posts: for their names and docstrings."""
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
