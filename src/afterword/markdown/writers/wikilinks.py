"""Resolves and writes wiki links and embeds: `[[name]]` links to the source or file with that name, slug or title.

They become Markdown links and images, whose targets are checked and published in the same way. A link without a target
is shown as text, with a warning.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import quote

from markdown_it.token import Token

from afterword.core.diagnostics import warning
from afterword.core.files import TEXT_EXTENSIONS
from afterword.core.patterns import lazy_pattern
from afterword.markdown.writers.headings import heading_id
from afterword.markdown.writers.images import write_image
from afterword.markdown.writers.links import close_link, open_link
from afterword.talks.recordings import media_type

if TYPE_CHECKING:
    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.markdown.writers.writer import Writer

IMAGES = (".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
"""Extensions of the files that an embed shows as images."""
_STATIC = "static/"
_SIZE = lazy_pattern(r"(\d{1,5})(?:x(\d{1,5}))?")


def write_wikilink(writer: Writer, token: Token) -> None:
    """Writes a wiki link or an embed."""
    name, _, heading = str(token.meta["target"]).partition("#")
    path = _find(writer, token, name.strip()) if name.strip() else ""
    if path is None:
        writer.write_text(str(token.meta["source"]))
        return
    fragment = _find_fragment(writer, token, heading) if heading else ""
    target = f"{_target_of(writer, path)}{fragment}"
    if not token.meta["embed"]:
        _write_link(writer, token, target)
    elif path.lower().endswith(IMAGES) or media_type(path):
        _write_image(writer, token, target)
    else:
        if path.endswith(TEXT_EXTENSIONS) or not path:
            writer.report_lazily("not-embedded", lambda: _explain_not_embedded(writer, token))
        _write_link(writer, token, target)


def _find(writer: Writer, token: Token, name: str) -> str | None:
    """Returns the path of the source or file that a name means; None, with a warning, for none."""
    found = writer.links.named(name)
    if not found:
        writer.report_lazily("broken-link", lambda: _explain_missing(writer, token, name))
        return None
    folder = posixpath.dirname(writer.source.path)
    beside = [path for path in found if posixpath.dirname(path) == folder]
    chosen = min(beside or found, key=lambda path: (path.count("/"), path))
    if len(beside or found) > 1:
        writer.report_lazily("ambiguous-link", lambda: _explain_ambiguous(writer, token, found, chosen))
    return chosen


def _target_of(writer: Writer, path: str) -> str:
    """Returns the target of Markdown that leads to a source or file; empty for this page."""
    if not path or path == writer.source.path:
        return ""
    if path.startswith(_STATIC):
        return f"/{quote(path.removeprefix(_STATIC))}"
    return quote(posixpath.relpath(path, posixpath.dirname(writer.source.path)))


def _find_fragment(writer: Writer, token: Token, heading: str) -> str:
    """Returns the fragment of a link to a heading; empty, with a warning, for a block of Obsidian, which has no id."""
    last = heading.rpartition("#")[2].strip()
    if last.startswith("^"):
        writer.report_lazily("broken-anchor", lambda: _explain_block(writer, token, last))
        return ""
    return f"#{quote(heading_id(last))}"


def _write_link(writer: Writer, token: Token, target: str) -> None:
    opening = Token("link_open", "a", 1, attrs={"href": target or "#top"}, meta={"at": token.meta["at"]})
    open_link(writer, opening)
    writer.write_text(writer.options.typeset(token.content))
    close_link(writer, opening)


def _write_image(writer: Writer, token: Token, target: str) -> None:
    """Writes an image, whose label is its width, its width and height, or its description."""
    *said, last = str(token.meta["label"]).split("|")
    size = _SIZE.fullmatch(last.strip())
    said = said if size is not None else [*said, last]
    name = posixpath.splitext(posixpath.basename(str(token.meta["target"])))[0]
    image = Token("image", "img", 0, attrs={"src": target}, meta={"at": token.meta["at"]})
    image.children = [Token("text", "", 0, content=writer.options.typeset("|".join(said).strip()) or name)]
    if size is not None:
        image.meta["written"] = {"width": size[1]} | ({"height": size[2]} if size[2] else {})
    write_image(writer, image)


def _place(writer: Writer, token: Token) -> Place:
    begin, end = token.meta["at"]
    return writer.place_of(begin, end - begin)


def _explain_missing(writer: Writer, token: Token, name: str) -> Diagnostic:
    near = writer.links.near(posixpath.join(posixpath.dirname(writer.source.path), name))
    hint = f"did you mean `{near.removeprefix('/')}`?" if near else "if it is text, put it in backticks"
    message = f"page or file not found: `{name}`"
    return warning("broken-link", message, _place(writer, token), label="shown as text", hint=hint)


def _explain_ambiguous(writer: Writer, token: Token, found: tuple[str, ...], chosen: str) -> Diagnostic:
    others = ", ".join(f"`{path}`" for path in found if path != chosen)
    message = f"ambiguous link `{token.meta['target']}`: `{chosen}`, {others}"
    hint = "write the path: `[[folder/name]]`"
    return warning("ambiguous-link", message, _place(writer, token), label=f"links to `{chosen}`", hint=hint)


def _explain_not_embedded(writer: Writer, token: Token) -> Diagnostic:
    message = f"embedding a page is not supported: `{token.meta['target']}`"
    return warning("not-embedded", message, _place(writer, token), label="shown as a link", hint="remove the `!`")


def _explain_block(writer: Writer, token: Token, block: str) -> Diagnostic:
    hint, label = "link to a heading: `[[name#Heading]]`", "links to the page"
    message = f"links to Obsidian blocks are not supported: `{block}`"
    return warning("broken-anchor", message, _place(writer, token), label=label, hint=hint)
