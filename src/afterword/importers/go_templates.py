"""Evaluates the templates of Hugo's shortcodes that only write their options and the text between their tags.

See https://gohugo.io/templates/shortcode/.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from afterword.importers.jekyll.filters import Unsupported, render_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ACTION = re.compile(
    r"\{\{(?P<trim>-\s)?(?P<code>(?:/\*(?:(?!\*/).)*\*/|\"[^\"]*\"|`[^`]*`|(?!/\*|\{\{)[^}\"`])*?)"
    r"(?P<ends>\s-)?\}\}",
    re.DOTALL,
)
_TOKEN = re.compile(
    r'\s*(?:"(?P<text>(?:[^"\\]|\\.)*)"|`(?P<raw>[^`]*)`|(?P<number>\d+)|(?P<name>[$.\w]+)|(?P<sign>.))'
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ASSIGNMENT = re.compile(r"(\$\w+)\s*:?=\s*(.*)", re.DOTALL)
_BLOCK = re.compile(r"(if|with|else|end)\b\s*(.*)", re.DOTALL)


class _Html(str):
    """Text that is written without escapes."""

    __slots__ = ()


def render_template(template: str, options: Mapping[str, str], inner: str) -> str | None:
    """Returns the output of a template for a shortcode; None if it needs more than the options and the text."""
    try:
        return _Run(_split(_COMMENT.sub("", template)), options, inner).write().strip()
    except (Unsupported, AttributeError, LookupError, TypeError, ValueError):
        return None


def _split(template: str) -> Iterator[tuple[str, str]]:
    """Yields texts and actions: the text, and the code of the action behind it."""
    end, trims = 0, False
    for match in _ACTION.finditer(template):
        text = template[end : match.start()]
        text = text.lstrip() if trims else text
        yield text.rstrip() if match["trim"] else text, match["code"].strip()
        end, trims = match.end(), bool(match["ends"])
    yield template[end:].lstrip() if trims else template[end:], ""


class _Run:
    """One evaluation, from the first action to the last."""

    def __init__(self, parts: Iterator[tuple[str, str]], options: Mapping[str, str], inner: str) -> None:
        self._parts = parts
        self._options = options
        self._values: dict[str, object] = {"$": None, ".": None, ".Inner": _Html(inner), ".Params": options}
        self._values[".IsNamedParams"] = any(not name.isdecimal() for name in options)

    def write(self) -> str:
        text, stop, _ = self._write_until_end()
        if stop:
            raise Unsupported
        return text

    def _write_until_end(self, *, is_read: bool = True) -> tuple[str, str, str]:
        """Returns the output up to an `else` or `end`, the name of that, and what follows `else`."""
        written: list[str] = []
        for text, code in self._parts:
            written.append(text)
            block = _BLOCK.fullmatch(code)
            if block is None:
                written.append(self._run(code) if is_read else "")
            elif block[1] in ("else", "end"):
                return "".join(written) if is_read else "", block[1], block[2]
            else:
                written.append(self._choose(block[1], block[2], is_read=is_read))
        return "".join(written), "", ""

    def _choose(self, kind: str, condition: str, *, is_read: bool) -> str:
        """Returns the output of the branch of a block whose condition is true."""
        chosen, stop, outer = "", "else", self._values["."]
        while stop == "else":
            value = self._evaluate(condition) if is_read and condition else is_read
            if kind == "with" and condition:
                self._values["."] = value
            text, stop, rest = self._write_until_end(is_read=is_read and bool(value))
            self._values["."] = outer
            if is_read and value:
                chosen, is_read = text, False
            kind, _, condition = rest.partition(" ") if rest else ("else", "", "")
        if not stop:
            raise Unsupported
        return chosen

    def _run(self, code: str) -> str:
        if not code or code.startswith("/*"):
            return ""
        if (assignment := _ASSIGNMENT.fullmatch(code)) is not None:
            self._values[assignment[1]] = self._evaluate(assignment[2])
            return ""
        value = self._evaluate(code)
        return str(value) if isinstance(value, _Html) else escape(str("" if value is None else value))

    def _evaluate(self, code: str) -> object:
        tokens = [*_TOKEN.finditer(code.strip())][::-1]
        value = self._read_pipeline(tokens)
        if tokens:
            raise Unsupported
        return value

    def _read_pipeline(self, tokens: list[re.Match[str]]) -> object:
        """Returns the value of commands with `|` between: each gets the value of the last one as its last argument."""
        value: list[object] = []
        while True:
            function: Callable[..., object] | None = None
            arguments: list[object] = []
            while tokens and tokens[-1]["sign"] not in ("|", ")"):
                token = tokens.pop()
                name = token["name"] or ""
                if not arguments and function is None and (found := self._find_function(name)) is not None:
                    function = found
                else:
                    arguments.append(self._read_value(token, tokens))
            if function is None and (len(arguments) != 1 or value):
                raise Unsupported
            value = [function(*arguments, *value) if function is not None else arguments[0]]
            if not tokens or tokens[-1]["sign"] == ")":
                return value[0]
            tokens.pop()

    def _find_function(self, name: str) -> Callable[..., object] | None:
        if name in (".Get", "$.Get"):
            return lambda key: self._options.get(str(key), "")
        return _FUNCTIONS.get(name)

    def _read_value(self, token: re.Match[str], tokens: list[re.Match[str]]) -> object:
        if token["sign"] == "(":
            value = self._read_pipeline(tokens)
            tokens.pop()
            return value
        if token["number"] is not None:
            return int(token["number"])
        if token["name"] is None:
            return token["raw"] if token["raw"] is not None else token["text"].replace('\\"', '"')
        name = token["name"].removeprefix("$") if token["name"].startswith("$.") else token["name"]
        if name in ("true", "false"):
            return name == "true"
        if name.startswith(".Params."):
            return self._options.get(name.removeprefix(".Params."), "")
        if name == "." and self._values["."] is None:
            raise Unsupported
        return self._values[name]


def _markdownify(text: object) -> _Html:
    html = render_markdown(str(text)).strip()
    is_line = html.count("<p>") == 1 and html.startswith("<p>") and html.endswith("</p>")
    return _Html(html[3:-4] if is_line else html)


def _print(form: object, *values: object) -> str:
    return re.sub(r"%[a-z]", "{}", str(form).replace("{", "{{").replace("}", "}}")).format(*values)


_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "default": lambda other, value="": value or other,
    "not": lambda value: not value,
    "and": lambda *values: next((value for value in values if not value), values[-1]),
    "or": lambda *values: next((value for value in values if value), values[-1]),
    "eq": lambda value, *others: any(str(value) == str(other) for other in others),
    "ne": lambda value, other: str(value) != str(other),
    "len": len,
    "index": lambda values, key: values.get(str(key), ""),
    "isset": lambda values, key: str(key) in values,
    "printf": _print,
    "markdownify": _markdownify,
    "plainify": lambda value: re.sub(r"<.*?>", "", str(value)),
    "trim": lambda value, signs: _Html(value).strip(str(signs).encode().decode("unicode_escape")),
    "upper": lambda value: str(value).upper(),
    "lower": lambda value: str(value).lower(),
    **dict.fromkeys(("safeHTML", "safeHTMLAttr", "safeURL", "safeCSS", "safeJS"), _Html),
}
"""Functions of Hugo: https://gohugo.io/functions/."""
