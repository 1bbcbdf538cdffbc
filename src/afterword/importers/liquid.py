"""Translates Liquid in Jekyll posts to Markdown, and reports unsupported Liquid.

Supported: `raw`, `highlight`, `post_url`, `link`, `comment`, `gist`, `youtube`, `include` of figures and
videos, `site.url`, `site.baseurl`, `site.title`, `page.title`, `relative_url` and `absolute_url`.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import warning
from afterword.core.text import shown
from afterword.importers.code import replace_outside_code
from afterword.importers.model import place_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.diagnostics import Diagnostic
    from afterword.importers.model import NoteFile

_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_HIGHLIGHT = re.compile(
    r"\{%-?\s*highlight\s+(?P<lang>[\w+#.-]+)(?P<options>[^%]*?)-?%\}\n?"
    r"(?P<code>.*?)\n?[ \t]*\{%-?\s*endhighlight\s*-?%\}",
    re.DOTALL,
)
_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}(.*?)\{%-?\s*endcomment\s*-?%\}", re.DOTALL)
_PREFIX = r"(?:\{\{-?\s*site\.(?:url|baseurl)\s*-?\}\}\s*)*"
_POST_URL = re.compile(_PREFIX + r"\{%-?\s*post_url\s+(?P<name>\S+?)\s*-?%\}")
_LINK = re.compile(_PREFIX + r"\{%-?\s*link\s+(?P<path>\S+?)\s*-?%\}")
_FILTERED = re.compile(r"""\{\{-?\s*(["'])(?P<path>.*?)\1\s*\|\s*(?:relative_url|absolute_url)\s*-?\}\}""")
_SITE = re.compile(r"(?P<names>(?:\{\{-?\s*site\.(?:url|baseurl)\s*-?\}\})+)(?P<next>/?)")
_VALUE = re.compile(r"\{\{-?\s*(?P<name>site\.title|page\.title)\s*-?\}\}")
_VIDEO = re.compile(r"\{%-?\s*(?:youtube|vimeo)\s+[\"']?(?P<id>[\w-]+|https?://[^\s\"'%]+)[\"']?[^%]*%\}")
_GIST = re.compile(r"\{%-?\s*gist\s+(?P<id>[\w/.-]+)[^%]*%\}")
_INCLUDE = re.compile(r"\{%-?\s*include\s+(?P<name>[\w./-]+)(?P<options>[^%]*?)-?%\}")
_OPTION = re.compile(r"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_OTHER = re.compile(r"\{%-?\s*\w[^%\n]*%\}|\{\{[^{}\n]*\}\}")

_PICTURES = frozenset({"figure", "image", "img", "picture", "photo"})
_VIDEOS = frozenset({"youtube", "youtubeplayer", "video", "vimeo"})


class LiquidContext(Struct, frozen=True):
    """The targets of Liquid links: new paths of posts by name without suffix, and of all files by old path."""

    posts: Mapping[str, str]
    files: Mapping[str, str]
    title: str = ""


class Translated(Struct, frozen=True):
    """A translated text, and diagnostics for Liquid that is not supported."""

    text: str
    findings: tuple[Diagnostic, ...] = ()


def translate(path: str, note: NoteFile, new_path: str, context: LiquidContext) -> Translated:
    """Translates the Liquid of a note; `new_path` is its path in the new blog."""
    if "{%" not in note.text and "{{" not in note.text:
        return Translated(note.text)
    return _Translation(path, note, new_path, context).run()


class _Translation:
    """The translation of one text. Results are replaced with markers, and not parsed as Liquid again."""

    def __init__(self, path: str, note: NoteFile, new_path: str, context: LiquidContext) -> None:
        self._path = path
        self._note = note
        self._folder = posixpath.dirname(new_path)
        self._context = context
        self._done: list[str] = []
        self._findings: list[Diagnostic] = []

    def run(self) -> Translated:
        self._report_others()
        text = _RAW.sub(lambda match: self._keep(match[1]), self._note.text)
        for found, replacement in (
            (_COMMENT, lambda _match: ""),
            (_HIGHLIGHT, self._fence),
            (_POST_URL, self._post_url),
            (_LINK, self._link),
            (_FILTERED, lambda match: self._keep(f"/{match['path'].lstrip('/')}")),
            (_VALUE, self._value),
            (_SITE, lambda _match: self._keep("/")),
            (_VIDEO, self._video),
            (_GIST, lambda match: self._keep(f"<https://gist.github.com/{match['id']}>")),
            (_INCLUDE, self._include),
        ):
            text = replace_outside_code(found, replacement, text)
        return Translated(self._restore(text), tuple(self._findings))

    def _report_others(self) -> None:
        """Reports what is not translated, at its place."""
        known = (_COMMENT, _HIGHLIGHT, _POST_URL, _LINK, _FILTERED, _VALUE, _SITE, _VIDEO, _GIST)
        spans = [match.span() for found in known for match in found.finditer(self._note.text)]
        spans += [match.span() for match in _RAW.finditer(self._note.text)]
        spans += [match.span() for match in _INCLUDE.finditer(self._note.text) if self._write_include(match)]

        def report(match: re.Match[str]) -> str:
            if not any(start <= match.start() < end for start, end in spans):
                place = place_at(self._path, self._note, match.start())
                message = f"Liquid is not supported: `{shown(match[0])}`"
                hint = "replace it with the HTML or Markdown that it produces"
                self._findings.append(warning("unsupported-liquid", message, place, label="kept unchanged", hint=hint))
            return match[0]

        replace_outside_code(_OTHER, report, self._note.text)

    def _keep(self, text: str) -> str:
        self._done.append(text)
        return f"\0{len(self._done) - 1}\0"

    def _restore(self, text: str) -> str:
        while "\0" in text:
            text = re.sub(r"\0(\d+)\0", lambda match: self._done[int(match[1])], text)
        return text

    def _fence(self, match: re.Match[str]) -> str:
        code = self._restore(match["code"]).strip("\n")
        ticks = "`" * max(3, max((len(run) for run in re.findall(r"`+", code)), default=0) + 1)
        numbers = " linenos" if "linenos" in match["options"] else ""
        return self._keep(f"{ticks}{match['lang']}{numbers}\n{code}\n{ticks}")

    def _post_url(self, match: re.Match[str]) -> str:
        name = posixpath.splitext(match["name"])[0].lstrip("/")
        target = self._context.posts.get(name) or self._context.posts.get(posixpath.basename(name))
        return self._keep(self._relative(target)) if target is not None else self._miss(match, f"post `{name}`")

    def _link(self, match: re.Match[str]) -> str:
        target = self._context.files.get(match["path"].lstrip("/"))
        return (
            self._keep(self._relative(target)) if target is not None else self._miss(match, f"file `{match['path']}`")
        )

    def _relative(self, target: str) -> str:
        if target.startswith("static/"):
            return target.removeprefix("static")
        return posixpath.relpath(target, self._folder or ".")

    def _miss(self, match: re.Match[str], what: str) -> str:
        line = self._note.text.find(match[0])
        place = place_at(self._path, self._note, max(line, 0))
        self._findings.append(warning("unsupported-liquid", f"{what} not found", place, hint="correct the link"))
        return match[0]

    def _value(self, match: re.Match[str]) -> str:
        if match["name"] == "site.title":
            return self._keep(self._context.title) if self._context.title else match[0]
        title = self._note.values.get("title")
        return self._keep(str(title)) if title else match[0]

    def _video(self, match: re.Match[str]) -> str:
        return self._keep(_write_video(match["id"], "vimeo" in match[0]))

    def _include(self, match: re.Match[str]) -> str:
        written = self._write_include(match)
        return self._keep(written) if written else match[0]

    def _write_include(self, match: re.Match[str]) -> str:
        """The Markdown of an include of a known kind; empty for others."""
        kind = posixpath.splitext(posixpath.basename(match["name"]))[0].lower().replace("-", "").replace("_", "")
        options = {name: double or single for name, double, single in _OPTION.findall(match["options"])}
        if kind in _PICTURES:
            source = next(
                (options[name] for name in ("src", "url", "path", "image", "image_path", "file") if name in options), ""
            )
            caption = options.get("caption") or options.get("title") or ""
            if not source or "{{" in source:
                return ""
            titled = f' "{caption}"'.replace("\n", " ") if caption else ""
            return f"![{options.get('alt') or caption}]({source}{titled})"
        if kind in _VIDEOS:
            name = next((options[key] for key in ("id", "url", "video", "video_id", "src") if key in options), "")
            return _write_video(name, kind == "vimeo") if name else ""
        return ""


def _write_video(name: str, vimeo: bool) -> str:
    if "://" in name:
        return f"<{name}>"
    return f"<https://vimeo.com/{name}>" if vimeo else f"<https://www.youtube.com/watch?v={name}>"
