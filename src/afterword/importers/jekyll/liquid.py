"""Translates Liquid in Jekyll posts to Markdown, and reports unsupported Liquid.

Supported: `raw`, `comment`, `highlight`, `post_url`, `link`, `gist`, `youtube`, `assign` and `capture` of known
values, `include` of figures, videos and files without logic, and values of `site` and `page` with the filters of
`expressions`. Liquid in code is kept, except `raw`.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.core.diagnostics import warning
from afterword.core.text import shown
from afterword.importers.code import find_code
from afterword.importers.jekyll.expressions import UnknownValue, evaluate, parse_options, resolve_roots
from afterword.importers.model import place_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.core.diagnostics import Diagnostic
    from afterword.importers.model import NoteFile


def _block(name: str, head: str = "") -> str:
    return rf"\{{%-?\s*{name}\b{head}-?%\}}(?P<{name}>.*?)\{{%-?\s*end{name}\s*-?%\}}"


_RAW = re.compile(_block("raw", r"\s*"), re.DOTALL)
_HIDDEN = re.compile(
    rf"{_block('comment', '[^%]*?')}|{_block('highlight', '(?P<options>[^%]*?)')}|\{{%-?\s*#.*?%\}}", re.DOTALL
)
_CAPTURE = _block("capture", r"\s+(?P<variable>\w+)\s*")
_PREFIX = r"(?:\{\{-?\s*site\.(?:url|baseurl)\s*-?\}\}\s*)*"
_ROOTS = r"(?P<roots>(?:\{\{-?\s*site\.(?:url|baseurl)\s*-?\}\})+)(?P<slash>/?)"
_TOKEN = re.compile(
    rf"{_RAW.pattern}|{_HIDDEN.pattern}|{_CAPTURE}"
    rf"|{_PREFIX}\{{%-?\s*(?P<target>post_url|link)\s+(?P<path>.+?)\s*-?%\}}|{_ROOTS}"
    r"|\{%-?\s*(?P<tag>\w+)(?P<args>(?:\{\{.*?\}\}|[^%]|%(?!\}))*?)-?%\}|\{\{-?(?P<value>[^{}]*?)-?\}\}",
    re.DOTALL,
)
_CONDITION = re.compile(
    r"\{%-?\s*(?P<kind>if|unless)\s+include\.(?P<name>\w+)\s*-?%\}(?P<then>(?:(?!\{%-?\s*(?:if|unless)\b).)*?)"
    r"(?:\{%-?\s*else\s*-?%\}(?P<other>(?:(?!\{%-?\s*(?:if|unless)\b).)*?))?\{%-?\s*end(?P=kind)\s*-?%\}",
    re.DOTALL,
)
_INCLUDES = frozenset({"include", "include_cached", "include_relative"})
_PICTURES = frozenset({"figure", "image", "img", "picture", "photo"})
_VIDEOS = frozenset({"youtube", "youtubeplayer", "video", "vimeo"})
_DEEPEST = 5
"""Maximum depth of includes in includes."""


class LiquidContext(Struct, frozen=True):
    """What Liquid can refer to: new paths of posts by name without suffix and of all files by old path, the settings of
    the site, and a function that returns the text of an include by its path, or None."""

    posts: Mapping[str, str]
    files: Mapping[str, str]
    site: Mapping[str, object] = field(default_factory=dict)
    read_include: Callable[[str], str | None] = lambda _: None


class Translated(Struct, frozen=True):
    """A translated text, and diagnostics for Liquid that is not supported."""

    text: str
    findings: tuple[Diagnostic, ...] = ()


class _Unsupported(Exception):  # noqa: N818 - kept where it is
    """Liquid that has no translation; the message says why, if there is more to say."""


def translate(
    path: str, note: NoteFile, new_path: str, context: LiquidContext, page: Mapping[str, object] | None = None
) -> Translated:
    """Translates the Liquid of a note; `new_path` is its path in the new blog, `page` its front matter."""
    if "{%" not in note.text and "{{" not in note.text:
        return Translated(note.text)
    findings: list[Diagnostic] = []
    text = note.text

    def report(match: re.Match[str], reason: str) -> None:
        message = reason or f"Liquid is not supported: `{shown(match[0])}`"
        hint = "correct the link" if reason else "replace it with the HTML or Markdown that it produces"
        place = place_at(path, note, match.start())
        findings.append(warning("unsupported-liquid", message, place, label="kept unchanged", hint=hint))

    values: dict[str, object] = {"page": note.values if page is None else page, "site": context.site}
    renderer = _Renderer(context, posixpath.dirname(new_path), posixpath.dirname(path), values)
    return Translated(renderer.render(text, report), tuple(findings))


class _Renderer:
    """The Liquid of one text, from its start to its end. `values` are the variables so far."""

    def __init__(
        self, context: LiquidContext, folder: str, old_folder: str, values: dict[str, object], depth: int = 0
    ) -> None:
        self._context = context
        self._folder = folder
        self._old_folder = old_folder
        self._values = values
        self._depth = depth

    def render(self, text: str, report: Callable[[re.Match[str], str], None]) -> str:
        """Returns the text with its Liquid translated; what is not supported is reported and kept."""
        code = _find_code(text)

        def replace(match: re.Match[str]) -> str:
            if match["raw"] is not None:
                return match["raw"]
            if any(start <= match.start() < end for start, end in code):
                return match[0]
            try:
                return self._translate(match)
            except _Unsupported as problem:
                report(match, str(problem))
            except UnknownValue:
                report(match, "")
            return match[0]

        parts: list[str] = []
        end, strips = 0, False
        for match in _TOKEN.finditer(text):
            before, result = text[end : match.start()], replace(match)
            is_tag = result != match[0] and match["highlight"] is None
            before = before.lstrip() if strips else before
            parts += [before.rstrip() if is_tag and match[0].startswith(("{%-", "{{-")) else before, result]
            end, strips = match.end(), is_tag and match[0].endswith(("-%}", "-}}"))
        return "".join([*parts, text[end:].lstrip() if strips else text[end:]])

    def _translate(self, match: re.Match[str]) -> str:
        if match["comment"] is not None or match[0].lstrip("{%- \t").startswith("#"):
            return ""
        if match["highlight"] is not None:
            return _write_fence(match)
        if match["capture"] is not None:
            self._values[match["variable"]] = self._expand(match["capture"]).strip()
            return ""
        if match["roots"] is not None:
            return "" if match.string.startswith("{{", match.end()) else "/"
        if match["target"] is not None:
            return self._find_target(match["target"], self._expand(match["path"]).strip("\"'"))
        if match["value"] is not None:
            return resolve_roots(str(evaluate(match["value"], self._values)))
        return self._run_tag(match["tag"], match["args"].strip())

    def _expand(self, text: str) -> str:
        """Returns a text in which all Liquid is supported; raises `_Unsupported` for others."""

        def fail(_: re.Match[str], reason: str) -> None:
            raise _Unsupported(reason)

        return self.render(text, fail)

    def _run_tag(self, name: str, args: str) -> str:
        if name == "assign":
            variable, _, expression = args.partition("=")
            self._values[variable.strip()] = evaluate(expression, self._values)
            return ""
        if name in _INCLUDES:
            return self._include(name, args)
        if name in ("youtube", "vimeo") and args:
            return _write_video(args.strip("\"'").split()[0].strip("\"'"), name == "vimeo")
        if name == "gist" and args:
            return f"<https://gist.github.com/{args.split()[0]}>"
        raise _Unsupported

    def _find_target(self, kind: str, name: str) -> str:
        if kind == "link":
            target = self._context.files.get(name.lstrip("/"))
        else:
            name = name.lstrip("/")
            stem = name if name in self._context.posts else posixpath.splitext(name)[0]
            target = self._context.posts.get(stem) or self._context.posts.get(posixpath.basename(stem))
        if target is None:
            raise _Unsupported(f"{'file' if kind == 'link' else 'post'} `{shown(name)}` not found")
        if target.startswith("static/"):
            return target.removeprefix("static")
        return posixpath.relpath(target, self._folder or ".")

    def _include(self, tag: str, args: str) -> str:
        name, _, options = self._expand_args(args).partition(" ")
        values = parse_options(options, self._values)
        if written := _write_known_include(name, values):
            return written
        path = posixpath.join(self._old_folder, name) if tag == "include_relative" else f"_includes/{name}"
        text = self._context.read_include(posixpath.normpath(path)) if self._depth < _DEEPEST else None
        if text is None:
            raise _Unsupported

        def choose(condition: re.Match[str]) -> str:
            is_true = bool(values.get(condition["name"])) == (condition["kind"] == "if")
            return condition["then"] if is_true else condition["other"] or ""

        while (chosen := _CONDITION.sub(choose, text)) != text:
            text = chosen
        variables = self._values | {"include": values}
        inner = _Renderer(self._context, self._folder, self._old_folder, variables, self._depth + 1)
        return inner._expand(text)

    def _expand_args(self, args: str) -> str:
        return self._expand(args) if "{{" in args else args


def _find_code(text: str) -> list[tuple[int, int]]:
    """The spans of code in a text; the contents of `raw`, `highlight` and `comment` do not count."""
    for pattern in (_RAW, _HIDDEN):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return find_code(text)


def _write_fence(match: re.Match[str]) -> str:
    """A fenced block for `highlight`, on lines of its own, indented as the tag is."""
    language, _, options = match["options"].strip().partition(" ")
    code = _RAW.sub(lambda raw: raw["raw"], match["highlight"]).strip("\n").rstrip()
    ticks = "`" * max(3, max((len(run) for run in re.findall(r"`+", code)), default=0) + 1)
    before = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    indent, start = ("", "\n\n") if before.strip() else (before, "")
    end = "" if match.string[match.end() : match.end() + 1] in ("", "\n") else "\n"
    numbers = " linenos" if "linenos" in options else ""
    return f"{start}{ticks}{language}{numbers}\n{code}\n{indent}{ticks}{end}"


def _write_known_include(name: str, values: Mapping[str, object]) -> str:
    """The Markdown of an include of a known kind; empty for others."""
    kind = posixpath.splitext(posixpath.basename(name))[0].lower().replace("-", "").replace("_", "")
    options = {key: str(value) for key, value in values.items() if value}
    if kind in _PICTURES:
        sources = ("src", "url", "path", "image", "image_path", "file")
        source = next((options[name] for name in sources if name in options), "")
        caption = options.get("caption") or options.get("title") or ""
        titled = f' "{caption}"'.replace("\n", " ") if caption else ""
        return f"![{options.get('alt') or caption}]({resolve_roots(source)}{titled})" if source else ""
    if kind in _VIDEOS:
        found = next((options[key] for key in ("id", "url", "video", "video_id", "src") if key in options), "")
        return _write_video(found, kind == "vimeo") if found else ""
    return ""


def _write_video(name: str, vimeo: bool) -> str:
    if "://" in name:
        return f"<{name}>"
    return f"<https://vimeo.com/{name}>" if vimeo else f"<https://www.youtube.com/watch?v={name}>"
