"""Translates Hugo's shortcodes, and tags and includes of Liquid, to Markdown.

Each origin has a table of its own, because the same name has other options there. A writer takes the options that it
uses out of those given. If any option is left, the shortcode is kept and reported, so that nothing is lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from afterword.importers.code import find_code, find_fence
from afterword.importers.go_templates import render_template
from afterword.importers.jekyll.kramdown import squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Writer: TypeAlias = Callable[[dict[str, str]], str | None]
    """Returns Markdown, and removes the options that it uses; returns None for options without an equivalent."""

_SHORTCODE = re.compile(
    r"\{\{[<%]-?\s*(?P<escaped>/\*)?\s*(?P<close>/)?\s*(?P<name>[\w./-]+)(?P<given>[^{}]*?)\s*(?P<self>/)?\s*"
    r"(?:\*/)?-?[>%]\}\}"
)
_LIQUID_TAG = re.compile(r"\{%-?\s*(?P<close>end)?(?P<name>\w+)(?P<given>[^%\n]*?)\s*-?%\}")
_OPTION = re.compile(r"""(?:([\w-]+)\s*=\s*)?(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|`([^`]*)`|([^\s"'`=]+))""")
_LOOKS = (
    "style",
    "noclasses",
    "anchorlinenos",
    "lineanchors",
    "linenosinline",
    "tabwidth",
    "guesssyntax",
    "nobackground",
)
"""Options of `highlight` for the look of code, which the theme decides."""

_CODE_OPTION = re.compile(r"(\w+)\s*=\s*(\[[^\]]*\]|[^,\[]*)")
_MARKUP = re.compile(r"\]\(|[*`<]")
_KEPT = frozenset({"comment", "raw", "highlight", "codeblock"})
"""Pairs of Liquid that Afterword itself removes, or shows as code: what is in them is not translated."""

_HIGHLIGHTS = re.compile(
    r"\.Inner\b.*\{\{-?\s*highlight\b|\bhighlight\b[^}]*\.Inner\b|\.Inner\b[^}]*\|\s*highlight\b", re.DOTALL
)
"""The template of a shortcode for code."""

_LANGUAGE = re.compile(r'\bhighlight\s+(?:\([^()]*\)|[^\s"}()]+)\s+"([\w+#-]+)"')
"""The language in such a template."""

_HINT = "replace it with the HTML or Markdown that it produces"


def translate_shortcodes(
    text: str,
    find_page: Callable[[str], str | None],
    report: Callable[[int, str, str], None],
    own: Mapping[str, str] | None = None,
) -> str:
    """Returns the text with Hugo's shortcodes as Markdown, and with the output of those of the blog.

    `own` has the templates of these. One that writes only options and the text between its tags is evaluated. One that
    highlights that text becomes a code block, if it has no option but the language.
    `find_page` gives the link to a page that `ref` names. `report` is called with the offset, the message and the hint
    of each shortcode that is kept.
    """
    own = own or {}

    def write(tag: re.Match[str], inner: str | None) -> str | None:
        name, given = tag["name"], read_options(tag["given"])
        if name in ("ref", "relref") and name not in own and given.keys() in ({"0"}, {"path"}):
            (target,) = given.values()
            link = find_page(target)
            if link is None:
                report(tag.start(), f"page of `{name}` not found: `{target}`", "correct the link")
            return tag[0] if link is None else link
        if name in own:
            text = translate_shortcodes(inner or "", find_page, lambda _, *told: report(tag.start(), *told), own)
            written = _write_own(tag, own[name], given, inner, text)
        elif name == "highlight" and inner is not None:
            written = _write_code(tag, given, inner)
        else:
            written = write_known(HUGO, name, given, inner)
        if written is None:
            report(tag.start(), f"shortcode is not supported: `{name}`", _HINT)
        return written

    return _translate(_SHORTCODE, write, text, frozenset({"comment"})) if "{{<" in text or "{{%" in text else text


def _write_own(
    tag: re.Match[str], template: str, given: Mapping[str, str], inner: str | None, translated: str
) -> str | None:
    """Returns the output of a template of the blog, or a code block for one that highlights the text."""
    is_raw = tag[0].startswith("{{<") and translated == (inner or "")
    written = render_template(template, given, translated if is_raw else f"\n\n{translated.strip()}\n\n")
    if written is not None:
        return squeeze(written) if is_raw and written.startswith("<") else written
    fixed = _LANGUAGE.search(template)
    if inner is None or len(given) > (fixed is None) or _HIGHLIGHTS.search(template) is None:
        return None
    return _write_code(tag, {"0": fixed[1] if fixed is not None else "".join(given.values()) or "text"}, inner)


def translate_tags(text: str, report: Callable[[int, str, str], None]) -> str:
    """Returns the text with Liquid tags of Pelican's plugins as Markdown; the others are kept and reported."""

    def write(tag: re.Match[str], inner: str | None) -> str | None:
        written = write_known(PELICAN, tag["name"], read_options(tag["given"]), inner)
        if written is None:
            report(tag.start(), f"Liquid tag is not supported: `{tag['name']}`", _HINT)
        return written

    return _translate(_LIQUID_TAG, write, text, _KEPT) if "{%" in text else text


def _translate(
    pattern: re.Pattern[str],
    write: Callable[[re.Match[str], str | None], str | None],
    text: str,
    kept: frozenset[str],
) -> str:
    """Returns the text with each tag outside code, and its end if it has one, as `write` returns it.

    `write` gets the text between the tags of a pair, else None. A tag for which it returns None is kept, and what is
    in its pair is translated. A pair whose name is in `kept` is kept as a whole.
    """
    code = find_code(text)
    tags = list(pattern.finditer(text))
    parts: list[str] = []
    copied = read = 0
    for tag, closing in zip(tags, _find_closings(tags), strict=True):
        start, end = tag.span()
        if start < read or tag["close"] or any(first <= start < last for first, last in code):
            continue
        groups = tag.groupdict()
        if groups.get("escaped"):
            plain = tag[0].replace("/*", "", 1).replace("*/", "", 1)
            written: str | None = f"`{plain}`" if tag["name"] in kept else plain
        elif tag["name"] in kept:
            read = closing.end() if closing is not None else end
            continue
        else:
            closing = None if groups.get("self") else closing
            written = write(tag, text[end : closing.start()] if closing is not None else None)
            end = closing.end() if closing is not None else end
        if written is not None:
            parts += [text[copied:start], written]
            copied = read = end
    return "".join((*parts, text[copied:]))


def _find_closings(tags: list[re.Match[str]]) -> list[re.Match[str] | None]:
    """Returns the end of each tag: the next tag of its name, if that is an end."""
    following: dict[str, re.Match[str]] = {}
    found: list[re.Match[str] | None] = []
    for tag in reversed(tags):
        after = following.get(tag["name"])
        found.append(after if after is not None and after["close"] else None)
        if not tag.groupdict().get("escaped"):
            following[tag["name"]] = tag
    return found[::-1]


def read_options(written: str) -> Mapping[str, str]:
    """Returns the options of a shortcode by name; those without a name by their number, from 0."""
    options: dict[str, str] = {}
    for name, double, single, raw, plain in _OPTION.findall(written):
        options[name or str(len(options))] = double.replace('\\"', '"') or single or raw or plain
    return options


def write_known(
    table: Mapping[str, Writer], name: str, given: Mapping[str, str], inner: str | None = None
) -> str | None:
    """Returns the Markdown of a shortcode, a tag or an include; None if it is unknown, or if anything would be lost."""
    write = table.get(re.sub("[-_]", "", name.lower()))
    if write is None or (inner or "").strip():
        return None
    rest = {option: value for option, value in given.items() if value}
    written = write(rest)
    return None if rest else written


def _write_code(tag: re.Match[str], given: Mapping[str, str], inner: str) -> str | None:
    """Returns a fenced block for `highlight`; None within a line, and for an option that fences do not have."""
    options = {**given}
    language, listed = options.pop("0", ""), options.pop("1", "")
    given_options = ((name.lower(), value) for name, value in _CODE_OPTION.findall(listed))
    options |= {name: value for name, value in given_options if name not in _LOOKS}
    numbers, start, marked = (options.pop(name, "").strip() for name in ("linenos", "linenostart", "hl_lines"))
    indent = tag.string[tag.string.rfind("\n", 0, tag.start()) + 1 : tag.start()]
    if options or not language or indent.strip() or (listed and not _CODE_OPTION.match(listed)):
        return None
    code = re.sub(r"\n?[ \t]*\Z", "", inner.removeprefix("\n"))
    info = [language]
    info += ["linenos"] if numbers not in ("", "false") else []
    info += [f"linenostart={start}"] if start else []
    info += [f'hl_lines="{" ".join(re.findall(r"[0-9-]+", marked))}"'] if marked else []
    fence = find_fence(code)
    return f"{fence}{' '.join(info)}\n{code}\n{indent}{fence}"


def _take(given: dict[str, str], *names: str) -> str:
    """Removes the first of these options that is given; returns its value, empty if none is."""
    return next((given.pop(name) for name in names if name in given), "")


def _escape(text: str) -> str:
    return re.sub(r"([][\\])", r"\\\1", text)


def _write_image(given: dict[str, str]) -> str | None:
    source = _take(given, "src", "url", "path", "image", "image_path", "file") or _take(given, "0")
    caption = " ".join(": ".join(filter(None, (_take(given, "title"), _take(given, "caption")))).split())
    alt = " ".join((_take(given, "alt") or caption).split())
    link = _take(given, "link")
    sizes = [f'{name}="{given.pop(name)}"' for name in ("width", "height", "class", "loading") if name in given]
    if not re.search("[/.]", source) or _MARKUP.search(caption) or any(size.count('"') > 2 for size in sizes):
        return None
    source = f"<{source}>" if re.search(r"[\s()]", source) else source
    title = caption.replace("\\", "\\\\").replace('"', '\\"')
    image = f"![{_escape(alt)}]({source}" + (f' "{title}")' if title else ")")
    image += f"{{{' '.join(sizes)}}}" if sizes else ""
    return f"[{image}]({link})" if link else image


def _write_image_tag(given: dict[str, str]) -> str | None:
    """Returns the image of `{% img [class] src [width [height]] [title [alt]] %}`."""
    parts = [given.pop(at) for at in sorted((at for at in given if at.isdecimal()), key=int)]
    options = {} if not parts or re.search("[/.]", parts[0]) else {"class": parts.pop(0)}
    options["src"] = parts.pop(0) if parts else ""
    for name in ("width", "height"):
        if parts and parts[0].isdecimal():
            options[name] = parts.pop(0)
    options |= dict(zip(("title", "alt"), parts, strict=False))
    return _write_image(options) if len(parts) < 3 else None


def _embed(pattern: str) -> Writer:
    """Returns the writer of a video; its `pattern` makes a URL of the id. Afterword gives the player its own size."""

    def write(given: dict[str, str]) -> str | None:
        name = _take(given, "id", "url", "video", "video_id", "src") or _take(given, "0")
        start, title = _take(given, "start"), _take(given, "title")
        for size in ("width", "height", "1", "2"):
            if given.get(size, "").isdecimal():
                del given[size]
        if not re.fullmatch(r"[\w-]+|[^\s()]+://[^\s()]+", name) or not re.fullmatch(r"\d*", start):
            return None  # a file, which is no video of the host
        url = name if "://" in name else pattern.format(name)
        if start:
            url += f"#t={start}s" if "vimeo" in url else f"{'&' if '?' in url else '?'}t={start}s"
        return f"![{_escape(title)}]({url})"

    return write


def _write_provided(given: dict[str, str]) -> str | None:
    """Returns the video of an include that names its host."""
    write = {"youtube": _YOUTUBE, "vimeo": _VIMEO}.get(_take(given, "provider").lower() or "youtube")
    return write(given) if write is not None else None


def _write_gist(given: dict[str, str]) -> str | None:
    """Returns the link to a gist: its id, with the user before it or not, and one of its files."""
    name, file = _take(given, "0"), _take(given, "file") or _take(given, "1")
    anchor = f"#file-{re.sub(r'[^a-z0-9_]+', '-', file.lower())}" if file else ""
    return f"<https://gist.github.com/{name}{anchor}>" if re.fullmatch(r"[\w/-]+", name) else None


def _write_gist_of_user(given: dict[str, str]) -> str | None:
    """Returns the link to a gist whose user and id are two options, as in Hugo."""
    user, name, file = (_take(given, at) for at in ("0", "1", "2"))
    if file:
        given["file"] = file
    given["0"] = f"{user}/{name}"
    return _write_gist(given) if user and name else None


def _write_tweet(given: dict[str, str]) -> str | None:
    """Returns the link to a post on X: its user and its id; without the user, its id."""
    number = _take(given, "id") or _take(given, "1" if "1" in given else "0")
    user = _take(given, "user") or _take(given, "0") or "i"
    return f"<https://x.com/{user}/status/{number}>" if number.isdecimal() and re.fullmatch(r"\w+", user) else None


def _write_instagram(given: dict[str, str]) -> str | None:
    name = _take(given, "0", "id")
    return f"<https://www.instagram.com/p/{name}/>" if re.fullmatch(r"[\w-]+", name) else None


_YOUTUBE = _embed("https://www.youtube.com/watch?v={}")
_VIMEO = _embed("https://vimeo.com/{}")
_VIDEOS: Mapping[str, Writer] = {"youtube": _YOUTUBE, "vimeo": _VIMEO}
_IMAGES: Mapping[str, Writer] = dict.fromkeys(("figure", "img", "image", "picture", "photo"), _write_image)

HUGO: Mapping[str, Writer] = {
    **_VIDEOS,
    **_IMAGES,
    **dict.fromkeys(("tweet", "twitter", "x"), _write_tweet),
    "youtubeplayer": _YOUTUBE,
    "gist": _write_gist_of_user,
    "instagram": _write_instagram,
}
PELICAN: Mapping[str, Writer] = {**_VIDEOS, "img": _write_image_tag, "gist": _write_gist}
JEKYLL_TAGS: Mapping[str, Writer] = {**_VIDEOS, "gist": _write_gist}
JEKYLL_INCLUDES: Mapping[str, Writer] = {**_VIDEOS, **_IMAGES, "youtubeplayer": _YOUTUBE, "video": _write_provided}
"""Writers by the name of a shortcode, tag or include, in lower case without hyphens and underscores."""
