"""The Jinja environment: autoescape, strict undefined names, and only reproducible filters.

Names that start with `_`, `random`, `lipsum` and the clock are not available.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    nodes,
)
from jinja2.runtime import Undefined as AnyUndefined
from jinja2.sandbox import SandboxedEscapeFormatter, SandboxedFormatter
from jinja2.utils import missing
from markupsafe import Markup

from afterword.config.schema import Config
from afterword.core.diagnostics import nearest
from afterword.site.queries.columns import COLUMNS
from afterword.site.template_objects import SiteView, names_of, prefix_of
from afterword.templates import filters
from afterword.templates.compiled_templates import FORMATS, CompiledTemplates, TemplateCode, TemplateContext, make_show
from afterword.templates.render_limits import LimitTransformer, Meter, check_size, make_range, multiply, raise_to_power

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

    from jinja2.compiler import CodeGenerator
    from jinja2.runtime import Context

    from afterword.core.urls import Address
    from afterword.templates.checks import Template

REMOVED_FILTERS = {
    "attr": ("it would read attributes that are not recorded", "write `.name` or `[name]`"),
    "pprint": ("it prints Python's notation", "write `|tojson`"),
    "random": ("builds must be reproducible", "remove it"),
}
"""Filters of Jinja that templates do not have, each with the reason and a hint."""

GLOBALS = ("site", "page", "post", "config", "asset", "url", "inline", "csp")
"""Names in templates, besides Jinja's `range`, `dict`, `cycler`, `joiner` and `namespace`."""


class Undefined(StrictUndefined):
    """An undefined name: using it raises an error that suggests a similar name."""

    @property
    def _undefined_message(self) -> str:
        # Not StrictUndefined's own text: it names Python's types, and a template's writer knows none of them.
        name = str(self._undefined_name)
        if self._undefined_hint:
            return self._undefined_hint
        if self._undefined_obj is None:
            return f"undefined: `{name}` of nothing; test for it first, as in `{{% if post.talk %}}`"
        if self._undefined_obj is missing and name in GLOBALS:
            return f"undefined: `{name}`; it is defined only on posts and standalone pages"
        is_name = self._undefined_obj is missing
        prefix, known = ("", GLOBALS) if is_name else (prefix_of(self._undefined_obj), names_of(self._undefined_obj))
        near = nearest(name, known)
        meant = next((f"{view}.{name}" for view, names in _NAMES.items() if name in names), near and f"{prefix}{near}")
        hint = f"; did you mean `{meant}`?" if meant and (prefix or is_name) else ""
        return f"undefined: `{prefix}{name}`{hint}"


_NAMES = {"config": Config.__struct_fields__, "post": COLUMNS, "site": SiteView.VOCABULARY}
"""Names by the object that has them, for suggestions. The title and the URL of a blog are in `config`."""


class _Loader(BaseLoader):
    """Hands Jinja the templates that were read before."""

    def __init__(self, templates: Mapping[str, Template]) -> None:
        self.templates = templates

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        source = self.templates.get(template)
        if source is None:
            raise TemplateNotFound(template)
        return source.text, source.path, lambda: True

    def list_templates(self) -> list[str]:
        return sorted(self.templates)


def check_printable(value: object) -> object:
    """Returns the value to print; raises `TemplateRuntimeError` for a function."""
    if callable(value) and not isinstance(value, AnyUndefined):
        raise TemplateRuntimeError("a function cannot be printed; call it: `(…)`")
    return value


class MeteredEnvironment(Environment):
    """Jinja's environment with access rules for all templates and limits for each render."""

    multiply = staticmethod(multiply)
    raise_to_power = staticmethod(raise_to_power)
    check_size = staticmethod(check_size)
    code_generator_class: type[CodeGenerator] = TemplateCode
    context_class: type[Context] = TemplateContext
    read = Environment.getattr
    show = staticmethod(make_show(check_printable))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Returns an attribute; raises `TemplateRuntimeError` if its name starts with `_`."""
        if attribute.startswith("_"):
            _check_hidden(attribute)
        if attribute in FORMATS and isinstance(obj, str):
            return _make_format(obj, self, whole=attribute == "format")
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Returns an item, or an attribute with a computed name (`page[name]`, `map(attribute=name)`)."""
        if isinstance(argument, str):
            _check_hidden(argument)
        return super().getitem(obj, argument)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Returns the globals of a template: Jinja wraps them for each one, and copies the wrapper for each context."""
        return super().make_globals(d) if d else self.globals

    def start_meter(self) -> None:
        """Resets the counters for the next page."""
        self.count_iteration = Meter().count_iteration

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.Import, nodes.FromImport, nodes.Getattr, nodes.Getitem)):
            if isinstance(node, nodes.Import | nodes.FromImport):
                # Without its context a module is run once and remembered: later pages would not be seen to use it.
                node.with_context = True
            elif (hidden := _hidden_name(node)) is not None:
                raise TemplateSyntaxError(f"{_HIDDEN}: `{hidden}`", node.lineno, name, filename)
        LimitTransformer(self).visit(tree)
        return tree


_PLAIN_TEXT = ("bib", "csv", "ics", "md", "ris", "tex", "toml", "tsv", "txt", "vcf", "yaml", "yml")
"""Extensions of templates whose values are not escaped, because the format has no `&amp;`."""


@lru_cache(maxsize=1_000)
def _should_escape(name: str | None) -> bool:
    """Returns whether values are escaped in a template: not in plain-text formats."""
    return name is None or name.rpartition(".")[2] not in _PLAIN_TEXT or name.startswith("partials/")


_HIDDEN = "names that start with `_` are not available in templates"


def _check_hidden(name: str) -> None:
    if name.startswith("_"):
        raise TemplateRuntimeError(f"{_HIDDEN}: `{name}`")


def _make_format(text: str, environment: MeteredEnvironment, *, whole: bool) -> Callable[..., str]:
    """Returns `text.format` or `text.format_map` with the attribute rules of templates."""
    formatter = (
        SandboxedEscapeFormatter(environment, escape=text.escape)
        if isinstance(text, Markup)
        else SandboxedFormatter(environment)
    )

    def fill(*values: object, **named: object) -> str:
        given = (values, named) if whole else ((), cast("Mapping[str, object]", values[0]))
        return type(text)(formatter.vformat(text, *given))

    return fill


def _hidden_name(node: nodes.Node) -> str | None:
    match node:
        case nodes.Getattr(attr=name) if name.startswith("_"):
            return name
        case nodes.Getitem(arg=nodes.Const(value=str(name))) if name.startswith("_"):
            return name
        case _:
            return None


def make_environment(templates: Mapping[str, Template], address: Address, compiled: str) -> MeteredEnvironment:
    """Returns an environment with these templates, by name; used for all pages of a process.

    `compiled` is the folder of compiled templates (`compiled_templates.prepare_folder`), or empty.
    The last one is cached for the next build of this process: compiling templates takes longer than rendering a page.
    """
    return _make_environment(tuple(sorted(templates.items())), address, compiled)


@lru_cache(maxsize=1)
def _make_environment(named: tuple[tuple[str, Template], ...], address: Address, compiled: str) -> MeteredEnvironment:
    templates = dict(named)
    environment = MeteredEnvironment(
        loader=_Loader(templates),
        autoescape=_should_escape,
        undefined=Undefined,
        finalize=check_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=CompiledTemplates(compiled) if compiled else None,
    )
    for name in REMOVED_FILTERS:
        environment.filters.pop(name)
    environment.globals.pop("lipsum")
    environment.globals["range"] = make_range
    environment.filters.update(filters.make_filters(address))
    return environment
