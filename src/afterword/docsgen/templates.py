"""Generates the page about template variables, filters and functions."""

from __future__ import annotations

import inspect
from datetime import date
from typing import TYPE_CHECKING

from afterword.config.schema import Config
from afterword.core.urls import Address
from afterword.docsgen.tables import write_table
from afterword.site import model as site
from afterword.site.columns import COLUMNS
from afterword.site.talk_views import ChapterView, EventView, ScoreView, SpeakerView, TalkView, UpdateView, VideoView
from afterword.site.tracking import Recorder, SiteSnapshot
from afterword.site.views import RELATIONS, SiteView, TermRow, YearRow
from afterword.templates.csp import Policies
from afterword.templates.filters import make_filters, make_functions
from afterword.templates.renderer import PageView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_INTRODUCTION = """# Templates

Templates are [Jinja](https://jinja.palletsprojects.com/en/stable/templates/), autoescaped and strict: a name that is
not there is an error, with its line. How to change the theme is told in [theme.md](theme.md); this page lists what a
template can use.

Every template has `site`, `page` and `config` (the [settings](settings.md)), and the functions below. The templates of
posts and of standalone pages also have `post`.

"""

_AFTER_POST = """Every other key of the front matter is there under its own name: `venue: Berlin` is `post.venue`.
Where not all posts have it, ask first: `{% if post.venue is defined %}`.

"""

_TALKS = (
    ("Talks", "What `post.talk` holds, where that is not none.", TalkView),
    ("Speakers", "What each of `post.talk.speakers` holds.", SpeakerView),
    ("Events", "What `post.talk.event` holds, where that is not none.", EventView),
    ("Recordings", "What `post.talk.video`, where that is not none, and each of `post.talk.also` hold.", VideoView),
    ("Chapters", "What each of `post.chapters` holds.", ChapterView),
    ("Scores", "What `post.talk_score` holds, where that is not none.", ScoreView),
    ("Updates", "What each of `post.updates` holds.", UpdateView),
)


def document_templates() -> str:
    """The page, in Markdown."""
    columns = {name: column.sentence for name, column in COLUMNS.items()}
    parts = [
        _INTRODUCTION,
        _section("`site`", "The whole site.", SiteView.VOCABULARY),
        _section("`page`", "The page that is being rendered.", PageView.VOCABULARY),
        _section("`post`", "A post or a standalone page.", {**columns, **RELATIONS}),
        _AFTER_POST,
        *(_section(title, sentence, view.VOCABULARY) for title, sentence, view in _TALKS),
        _section(
            "Categories and tags", "What `site.categories`, `site.tags` and `page.term` hold.", TermRow.VOCABULARY
        ),
        _section("Years", "What `site.years` holds.", YearRow.VOCABULARY),
        _section("Functions", "", dict(_describe_calls(_make_functions()))),
        _section(
            "Filters",
            "Besides [Jinja's own](https://jinja.palletsprojects.com/en/stable/templates/#builtin-filters), of which "
            "`random` and `attr` are left out: a page follows from what it is seen to ask, and from nothing else.",
            dict(_describe_calls(make_filters(Address.of("")), skip=1)),
        ),
    ]
    return "".join(parts).rstrip("\n") + "\n"


def _section(title: str, sentence: str, names: Mapping[str, str]) -> str:
    rows = ((f"`{name}`", said) for name, said in names.items())
    return f"## {title}\n\n" + (f"{sentence}\n\n" if sentence else "") + write_table(("name", "what it is"), rows)


def _make_functions() -> Mapping[str, Callable[..., object]]:
    """The functions that templates are given, for a site without posts: for their names and docstrings."""
    empty = site.make((), Config(), date(2026, 1, 1))
    return make_functions(Recorder(SiteSnapshot(empty, {}, {}, ())), Policies())


def _describe_calls(functions: Mapping[str, Callable[..., object]], *, skip: int = 0) -> Iterable[tuple[str, str]]:
    """Each function as it is called, without its first `skip` arguments, and the first paragraph of its docstring."""
    for name, function in sorted(functions.items()):
        said = inspect.getdoc(function) or ""
        shown = [_show_parameter(parameter) for parameter in _parameters(function)[skip:]]
        call = f"({', '.join(shown)})" if shown or not skip else ""
        yield f"{name}{call}", said.partition("\n\n")[0]


def _parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    """The parameters that a template gives."""
    return [parameter for name, parameter in inspect.signature(function).parameters.items() if name != "context"]


def _show_parameter(parameter: inspect.Parameter) -> str:
    star = "*" if parameter.kind is inspect.Parameter.VAR_POSITIONAL else ""
    has_default = parameter.default is not inspect.Parameter.empty and parameter.default is not None
    default = f"={parameter.default!r}" if has_default else ""
    return f"{star}{parameter.name}{default}"
