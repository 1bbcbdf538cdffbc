"""Translates shortcodes of Hugo, and tags and includes of Liquid, to Markdown, by one table; reports unknown ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.importers.code import find_fence, replace_outside_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TAG = re.compile(
    r"\{\{[<%]-?\s*(?P<escaped>/\*)?\s*(?P<close>/)?\s*(?P<name>[\w./-]+)(?P<given>[^{}]*?)\s*(?P<self>/)?\s*"
    r"(?:\*/)?-?[>%]\}\}"
)
_LIQUID_TAG = re.compile(r"\{%-?\s*(?P<name>\w+)(?P<given>[^%\n]*?)\s*-?%\}")
_HIGHLIGHT = re.compile(
    r"\{\{[<%]\s*highlight\s+\"?(?P<lang>[\w+#.-]+)\"?(?P<given>[^}]*?)\s*[>%]\}\}\n?(?P<code>.*?)\n?[ \t]*"
    r"\{\{[<%]\s*/\s*highlight\s*[>%]\}\}",
    re.DOTALL,
)
_OPTION = re.compile(r"""(?:([\w-]+)\s*=\s*)?(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|`([^`]*)`|([^\s"'`=]+))""")


def translate_shortcodes(
    text: str, find_page: Callable[[str], str | None], report: Callable[[int, str, str], None]
) -> str:
    """Returns the text with known shortcodes as Markdown.

    `find_page` gives the link to a page that `ref` names. `report` is called with the offset, the message and the hint
    of each shortcode that is kept.
    """
    if "{{<" not in text and "{{%" not in text:
        return text

    def write(match: re.Match[str]) -> str:
        if match["escaped"]:
            return match[0].replace("/*", "", 1).replace("*/", "", 1)
        given = read_options(match["given"])
        name = match["name"]
        if name in ("ref", "relref"):
            target = next(iter(given.values()), "")
            link = find_page(target)
            if link is None:
                report(match.start(), f"page of `{name}` not found: `{target}`", "correct the link")
            return match[0] if link is None else link
        written = write_known(name, given) if not match["close"] else None
        if written is None:
            if not match["close"]:
                hint = "replace it with the HTML or Markdown that it produces"
                report(match.start(), f"shortcode is not supported: `{name}`", hint)
            return match[0]
        return written

    spans = [found.span() for found in _HIGHLIGHT.finditer(text)]
    outside = replace_outside_code(_TAG, lambda match: match[0] if _is_in(match, spans) else write(match), text)
    return replace_outside_code(_HIGHLIGHT, _write_code, outside)


def translate_tags(text: str, report: Callable[[int, str, str], None]) -> str:
    """Returns the text with known Liquid tags of Pelican's plugins as Markdown; the others are reported and kept."""

    def write(match: re.Match[str]) -> str:
        written = write_known(match["name"], read_options(match["given"]))
        if written is None and not match["name"].startswith("end"):
            hint = "replace it with the HTML or Markdown that it produces"
            report(match.start(), f"Liquid tag is not supported: `{match['name']}`", hint)
        return match[0] if written is None else written

    return replace_outside_code(_LIQUID_TAG, write, text) if "{%" in text else text


def _is_in(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    return any(start <= match.start() < end for start, end in spans)


def read_options(written: str) -> Mapping[str, str]:
    """Returns the options of a shortcode by name; those without a name by their number, from 0."""
    options: dict[str, str] = {}
    for name, double, single, raw, plain in _OPTION.findall(written):
        options[name or str(len(options))] = double.replace('\\"', '"') or single or raw or plain
    return options


def _write_code(match: re.Match[str]) -> str:
    ticks = find_fence(match["code"])
    numbers = " linenos" if re.search(r"linenos=(?!false)", match["given"]) else ""
    return f"{ticks}{match['lang']}{numbers}\n{match['code']}\n{ticks}"


def _write_figure(given: Mapping[str, str]) -> str | None:
    unnamed = (value for name, value in given.items() if name.isdecimal() and re.search("[/.]", value))
    source = next((given[name] for name in _SOURCES if given.get(name)), None) or next(unnamed, None)
    if not source:
        return None
    caption = re.sub(r"\s+", " ", given.get("caption") or given.get("title") or "").replace('"', '\\"')
    title = f' "{caption}"' if caption else ""
    image = f"![{given.get('alt') or caption}]({source}{title})"
    return f"[{image}]({given['link']})" if given.get("link") else image


def _first(given: Mapping[str, str], *names: str) -> str | None:
    return next((given[name] for name in (*names, "0") if given.get(name)), None)


def _write_url(pattern: str, *names: str) -> Callable[[Mapping[str, str]], str | None]:
    def write(given: Mapping[str, str]) -> str | None:
        name = _first(given, *names)
        if name is None or not re.fullmatch(r"[\w-]+|\S+://\S+", name):
            return None  # a file, which is no video of the host
        return f"<{name}>" if "://" in name else f"<{pattern.format(name)}>"

    return write


def _write_gist(given: Mapping[str, str]) -> str | None:
    parts = [given[at] for at in ("0", "1") if at in given]
    return f"<https://gist.github.com/{'/'.join(parts)}>" if parts else None


_SOURCES = ("src", "url", "path", "image", "image_path", "file")
"""Options of figures that name the image."""

_write_youtube = _write_url("https://www.youtube.com/watch?v={}", "id", "url", "video", "video_id", "src")

_WRITERS: Mapping[str, Callable[[Mapping[str, str]], str | None]] = {
    **dict.fromkeys(("figure", "img", "image", "picture", "photo"), _write_figure),
    **dict.fromkeys(("youtube", "youtubeplayer", "video"), _write_youtube),
    "vimeo": _write_url("https://vimeo.com/{}", "id", "url", "video", "video_id", "src"),
    "gist": _write_gist,
    "comment": lambda _: "",
}
"""Writers of shortcodes by name: each returns Markdown, or None for options that it does not know."""


def write_known(name: str, given: Mapping[str, str]) -> str | None:
    """Returns the Markdown of a shortcode, a tag or an include of a known kind; None for others."""
    write = _WRITERS.get(re.sub("[-_]", "", name.lower()))
    return write(given) if write is not None else None
