"""Writes images, with their size if the file is known, and figures with captions."""

from __future__ import annotations

from html import escape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from afterword.core.diagnostics import warning
from afterword.core.files import LFS_HINT
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.images.resize import list_variants
from afterword.markdown.body import Attachment, LeadImage, Variants
from afterword.markdown.link_targets import Kind, classify, encode, is_image_data, note_load
from afterword.markdown.plain_text import plain_text
from afterword.markdown.rules.attributes import written_attributes
from afterword.markdown.warnings.liquid import warn_of_target
from afterword.markdown.writers.links import (
    Resolved,
    place_finder,
    report_held_file,
    report_missing_file,
    resolve_file,
    resolve_link,
    with_protocol,
)
from afterword.markdown.writers.timestamps import make_timestamp, note_timestamp, split_beginning
from afterword.talks.recordings import embed_url, has_valid_id, media_type, parse_recording, url_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it.token import Token

    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.markdown.context import FileTarget
    from afterword.markdown.writers.links import Where
    from afterword.markdown.writers.writer import Writer
    from afterword.talks.recordings import Recording
    from afterword.talks.timestamps import TimeRange

_LEFT_OUT = "replaced with its alt text"
_PIXELS = lazy_pattern(r"\s*([0-9]{1,6}(?:\.[0-9]*)?)(?:px)?\s*")
"""A length that browsers take for pixels."""


def write_image(writer: Writer, token: Token, *, captioned: bool = False, description: str | None = None) -> None:
    """Writes an image; one that cannot be shown leaves its alternative text, or the `description` in its place."""
    target = str(token.attrs.get("src", ""))
    writer.weigh(len(target))
    alternative = plain_text(token.children or ()) if description is None else description
    if medium := media_type(target):
        _write_medium(writer, token, medium, alternative)
        return
    recording = parse_recording(target) if "://" in target else None
    if recording is not None and recording.is_hosted and has_valid_id(recording):
        _write_player(writer, token, recording, alternative)
        return
    resolved = _resolve_image(writer, target, place_finder(writer, token, target))
    if resolved is None:
        writer.write_text(alternative)
        return
    report_flaw(writer, resolved.file, target, place_finder(writer, token, target))
    written = token.meta.get("written", {})
    size = complete_size(resolved.file, written.get("width"), written.get("height"))
    loading = {"loading": "lazy"} if writer.images else {}  # the first image of a text is likely in view
    given = {**size, **loading, **written}
    if "title" in token.attrs and not captioned:
        given["title"] = str(token.attrs["title"])
    writer.images += 1
    rest = written_attributes(writer, given)
    alt = f' alt="{escape(alternative)}"'
    variants = _attach_variants(writer, resolved, place_finder(writer, token, target))
    if not variants:
        writer.write_heavy(f'<img src="{escape(resolved.url)}"{alt}{rest} decoding="async">')
        return
    pixels = _PIXELS.fullmatch(str(written.get("width", "")))
    sizes = f"{pixels[1]}px" if pixels is not None else variants.sizes
    plain = f' srcset="{escape(variants.plain)}" sizes="{sizes}"' if variants.plain else ""
    writer.write_heavy(
        f'<picture><source type="image/{variants.format}" srcset="{escape(variants.modern)}" sizes="{sizes}">'
        f'<img src="{escape(resolved.url)}"{plain}{alt}{rest} decoding="async"></picture>'
    )


_SIZES = "(min-width: 46rem) 42rem, 100vw"
"""How wide images are shown: as the column of text of the default theme."""


def _attach_variants(writer: Writer, resolved: Resolved, where: Where) -> Variants | None:
    """Returns the files in other widths that are to be made of an image; None if it is published only as it is."""
    file = resolved.file
    if file is None or file.original is None:
        return None
    original = file.original
    suffix = PurePosixPath(original.source).suffix.lower()
    candidates: dict[str, list[str]] = {original.format: [], "jpg": []}
    for width, form in list_variants(suffix, file.width, original.format):
        url = f"/images/{original.digest[:16]}-{width}.{form}"
        writer.attachments.append(Attachment(original.source, url, where(), width, form))
        candidates[form].append(f"{writer.options.base_path}{url} {width}w")
    modern, plain = candidates[original.format], candidates["jpg"]
    if not modern:
        return None
    whole = [*plain, f"{resolved.url} {file.width}w"] if plain else []
    return Variants(original.format, ", ".join(modern), ", ".join(whole), _SIZES)


def _write_medium(writer: Writer, token: Token, medium: str, alternative: str) -> None:
    """Writes the player of a sound or video, with a link to it for browsers that cannot play it."""
    target = str(token.attrs.get("src", ""))
    where = place_finder(writer, token, target)
    if classify(target)[0] in (Kind.SCHEME, Kind.HOST):
        url = encode(target.strip())
        resolved = Resolved(url) if note_load(writer, "media-src", url, where, _LEFT_OUT) else None
    else:
        resolved = _resolve_image(writer, target, where)
    if resolved is None:
        writer.write_text(alternative)
        return
    given = {"title": str(token.attrs["title"])} if "title" in token.attrs else {}
    rest = written_attributes(writer, {**given, **token.meta.get("written", {})})
    said = escape(alternative or target)
    url = escape(resolved.url)
    writer.write_heavy(f'<{medium} controls preload="metadata" src="{url}" aria-label="{said}"{rest}><a href="{url}">')
    writer.write_text(alternative or target)
    writer.write(f"</a></{medium}>")


def _write_player(writer: Writer, token: Token, recording: Recording, alternative: str) -> None:
    """Writes a link to a recording on a video host, in whose place `embeds.js` opens the host's player."""
    text = alternative or recording.url
    children = writer.blocks[writer.index].children or ()
    before = children[: writer.position]
    if sum(child.nesting for child in before if child.type in ("link_open", "link_close")) > 0:
        writer.write_text(text)  # a link holds no other
        return
    player = embed_url(recording, recording.start)
    note_load(writer, "frame-src", player, place_finder(writer, token, str(token.attrs.get("src", ""))))
    rel = {"rel": writer.options.external_rel} if writer.options.external_rel else {}
    rest = written_attributes(writer, {**rel, **token.meta.get("written", {}), "data-player": player})
    writer.write_heavy(f'<a class="play" href="{escape(url_at(recording, recording.start))}"{rest}>')
    writer.write_text(text)
    writer.write("</a>")


FLAWS = {
    "lfs": (
        "image is a Git LFS pointer: `{}`",
        LFS_HINT,
    ),
    "empty": ("empty image file: `{}`", "save the image again"),
    "no-svg": (
        "invalid SVG image: `{}` has no `<svg>` element",
        "save it as SVG, or correct its extension",
    ),
    "no-image": ("not an image but HTML or XML: `{}`", "save the image itself"),
    "cut-off": ("truncated image file: `{}`", "copy the file again"),
}
"""Messages, with a place for the name, and hints for damaged image files."""


def report_flaw(writer: Writer, file: FileTarget | None, target: str, where: Where) -> None:
    """Warns of an image whose file browsers cannot show."""
    if file is None or file.flaw not in FLAWS:
        return
    message, hint = FLAWS[file.flaw]
    message = message.format(shown(target))
    writer.report_lazily("damaged-image", lambda: warning("damaged-image", message, where(), hint=hint))


def find_lead_image(writer: Writer, target: str, place: Place) -> LeadImage | None:
    """Returns the image that front matter names, by a path as in text or in the blog."""

    def where() -> Place:
        return place

    resolved = None
    if classify(target)[0] is Kind.BESIDE:
        if any(report_held_file(writer, target, where, from_root=from_root) for from_root in (False, True)):
            return None
        resolved = resolve_file(writer, target, where) or resolve_file(writer, target, where, from_root=True)
    resolved = resolved or _resolve_image(writer, target, where)
    if resolved is None:
        return None
    file = resolved.file
    report_flaw(writer, file, target, where)
    if file is None:
        return LeadImage(resolved.url)
    return LeadImage(resolved.url, file.width, file.height, _attach_variants(writer, resolved, where))


def is_figure(writer: Writer, token: Token) -> bool:
    """Returns whether an image alone in a paragraph is a figure: it has a title or a timestamp."""
    return "title" in token.attrs or (writer.talk_context is not None and _split_description(token)[0] is not None)


def _split_description(token: Token) -> tuple[TimeRange | None, str]:
    return split_beginning(plain_text(token.children or ()))


def write_figure(writer: Writer, token: Token, given: Mapping[str, str]) -> None:
    """Writes an image that is a paragraph by itself, with its title as caption, and the paragraph's attributes.

    On notes on a talk, a description that begins with a time gives the figure its moment, and goes on as the caption
    where there is no title.
    """
    span, rest = _split_description(token) if writer.talk_context is not None else (None, None)
    title = str(token.attrs.get("title", "")) or rest or ""
    writer.write(f"<figure{written_attributes(writer, given)}>")
    write_image(writer, token, captioned=True, description=rest if span is not None else None)
    writer.write("<figcaption>")
    if span is not None:
        begin, end = token.meta["at"]
        note_timestamp(writer, span, writer.place_of(begin, end - begin))
        writer.write(f"{make_timestamp(writer, span)}{' ' if title else ''}")
    writer.write_text(title)
    writer.write("</figcaption></figure>\n")
    writer.text.append("\n")


def complete_size(file: FileTarget | None, width: str | None, height: str | None) -> dict[str, str]:
    """Returns the `width` and `height` of an image whose file is known, if at most one of them is written.

    The missing one keeps the aspect ratio of the file. Returns an empty result if both are written, or if the written
    one is not a number of pixels.
    """
    if file is None or not file.width or not file.height or (width is not None and height is not None):
        return {}
    if width is None and height is None:
        return {"width": str(file.width), "height": str(file.height)}
    given = _PIXELS.fullmatch(width if width is not None else height or "")
    pixels = float(given[1]) if given is not None else 0
    if pixels <= 0:
        return {}
    if width is not None:
        return {"width": width, "height": str(max(1, round(pixels * file.height / file.width)))}
    return {"width": str(max(1, round(pixels * file.width / file.height))), "height": height or ""}


def _resolve_image(writer: Writer, target: str, where: Where) -> Resolved | None:
    if warn_of_target(writer, target, where):
        return None
    kind, scheme = classify(target)
    match kind:
        case Kind.SCHEME if scheme == "data" and is_image_data(target):
            note_load(writer, "img-src", target, where)
            return Resolved(target)
        case Kind.SCHEME if scheme in ("http", "https"):
            return _remote(writer, encode(target.strip()), where)
        case Kind.SCHEME:
            writer.report(_refused(scheme, where))
            return None
        case Kind.HOST:
            return _remote(writer, with_protocol(writer, target, where), where)
        case Kind.ROOT:
            return resolve_link(writer, target, where)
        case Kind.SELF:
            return Resolved(encode(target))
    return _beside(writer, target, where)


def _refused(scheme: str, where: Where) -> Diagnostic:
    return warning(
        "unsafe-link",
        f"URL scheme `{scheme}:` is not allowed for images",
        where(),
        label=_LEFT_OUT,
        hint="use `https:`, or `data:` with PNG, GIF, JPEG or WebP",
    )


def _remote(writer: Writer, url: str, where: Where) -> Resolved | None:
    return Resolved(url) if note_load(writer, "img-src", url, where, _LEFT_OUT) else None


def _beside(writer: Writer, target: str, where: Where) -> Resolved | None:
    if report_held_file(writer, target, where):
        return None
    found = resolve_file(writer, target, where)
    if found is None:
        report_missing_file(writer, target, where, _LEFT_OUT)
    return found
