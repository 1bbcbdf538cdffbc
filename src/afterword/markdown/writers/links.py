"""Resolves links: from the target in the source to the URL in the page, with a diagnostic for each dead one.

A link that is broken, or whose scheme is not allowed, is written as its text.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import nearest, warning
from afterword.core.files import TEXT_EXTENSIONS
from afterword.core.text import shown
from afterword.core.urls import compose, url_of_file
from afterword.core.web_origins import find_origin
from afterword.markdown.body import Attachment, Reference
from afterword.markdown.link_targets import (
    Kind,
    LocalTarget,
    classify,
    encode,
    hint_at_host,
    hint_at_slip,
    join,
    source_path,
    split,
)
from afterword.markdown.plain_text import Paragraph
from afterword.markdown.rules.attributes import written_attributes
from afterword.markdown.warnings.liquid import warn_of_target
from afterword.markdown.writers.timestamps import (
    close_timestamp,
    find_invalid_timestamp,
    find_timestamp,
    is_empty_link,
    note_timestamp,
    open_timestamp,
    report_invalid_timestamp,
    report_without_talk,
    text_of_link,
)
from afterword.talks.timestamps import format_time_range

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token

    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.markdown.context import FileTarget
    from afterword.markdown.writers.writer import Writer
    from afterword.talks.timestamps import TimeRange

Where: TypeAlias = "Callable[[], Place]"
"""Finds the place of a target."""

_UNLINKED = "shown without the link"
_OPTIONS = {"a draft": "--drafts", "a future post": "--future", "an expired post": "--expired"}
"""The option that includes an unpublished post, by the words that say what it is."""

_STATIC = "static/"
_PATHS = "use a path relative to this file, or `/…` for a file in `static/`"
_PAGE_EXTENSIONS = (".html", ".htm", ".xml", ".json", ".txt")


class Resolved(Struct, frozen=True):
    """A resolved link target: the URL with its base path, percent-encoded, and the file if it is one of the blog.

    `elsewhere` is the URL for use on other pages, if it differs from `url`. `external` targets lead to other sites.
    """

    url: str
    elsewhere: str = ""
    external: bool = False
    file: FileTarget | None = None


def open_link(writer: Writer, token: Token) -> None:
    """Begins a link; one that cannot be made becomes a plain `span`, so that its text stays."""
    target = str(token.attrs.get("href", ""))
    writer.weigh(len(target))
    span = find_timestamp(writer, token, target)
    if span is not None and _open_timestamp(writer, token, span):
        return
    slip = find_invalid_timestamp(writer, target) if span is None else None
    if slip is not None:
        report_invalid_timestamp(writer, slip, place_finder(writer, token, target)())
        if target.startswith("#"):
            _open_unlinked(writer)
            return
    bare = token.info == "auto" and token.markup != "autolink"
    before = len(writer.references)
    resolved = resolve_link(writer, target, place_finder(writer, token, target), bare=bare)
    note_sentence(writer, before)
    if resolved is None:
        _open_unlinked(writer)
        return
    given = dict(token.meta.get("written", {}))
    rel = given.pop("rel", writer.options.external_rel) if resolved.external else given.pop("rel", "")
    rest = f' title="{escape(str(token.attrs["title"]))}"' if "title" in token.attrs else ""
    if rel:
        rest += f' rel="{escape(rel)}"'
    if given:
        rest += written_attributes(writer, given)
    excerpt = f'<a href="{escape(resolved.elsewhere)}"{rest}>' if resolved.elsewhere else None
    writer.write_heavy(f'<a href="{escape(resolved.url)}"{rest}>', excerpt=excerpt)
    writer.closers.append("</a>")


def note_sentence(writer: Writer, before: int) -> None:
    """Records the sentence of the current link if there are more references than `before`: it leads to another page."""
    if len(writer.references) <= before or writer.references[-1].url == unquote(writer.url):
        return
    children = writer.blocks[writer.index].children or ()
    if writer.paragraph is None or writer.paragraph.children is not children:
        writer.paragraph = Paragraph(children, talk=writer.talk_context is not None)
    sentence = writer.paragraph.find_sentence(writer.position)
    writer.references[-1] = replace(writer.references[-1], sentence=sentence)


def _open_unlinked(writer: Writer) -> None:
    """Begins the text of a broken link."""
    writer.write('<span class="unlinked">')
    writer.closers.append("</span>")


def _open_timestamp(writer: Writer, token: Token, span: TimeRange) -> bool:
    """Begins a timestamp with a text of its own, a link to the recording; returns False on a page without a talk.

    Where it has no text, the time is its text.
    """
    begin, end = token.meta.get("at", (0, 0))
    place = writer.place_of(begin, end - begin)
    if writer.talk_context is None:
        report_without_talk(writer, f"[{text_of_link(writer)}]()", place)
        return False
    note_timestamp(writer, span, place)
    is_empty = is_empty_link(writer, token)
    more = "" if is_empty or token.attrs.get("href") == "" else "label"
    if not more:
        writer.timestamp_indexes.append(len(writer.text))
    writer.write_heavy(open_timestamp(writer, span, more))
    if is_empty:
        writer.write_text(format_time_range(span))
    writer.closers.append(close_timestamp(writer))
    return True


def place_finder(writer: Writer, token: Token, target: str) -> Where:
    """Returns how to find where a token's target is written: it takes a while, and most links never need it."""

    def find() -> Place:
        from afterword.markdown.link_targets import place_of_target

        return place_of_target(writer, token, target)

    return find


def close_link(writer: Writer, _token: Token) -> None:
    writer.write(writer.closers.pop() if writer.closers else "")


def resolve_link(
    writer: Writer, target: str, where: Where, *, bare: bool = False, label: str = _UNLINKED
) -> Resolved | None:
    """Returns the resolved target of a link; None, with a diagnostic, if it is broken or not allowed.

    A `bare` URL was recognized in text; with another scheme, it stays text. `label` says what the page shows instead of
    a broken link.
    """
    if warn_of_target(writer, target, where):
        return None
    kind, scheme = classify(target)
    match kind:
        case Kind.SCHEME:
            if scheme not in writer.options.schemes:
                if not bare:
                    _refuse_scheme(writer, scheme, where, label)
                return None
            url = encode(target.strip())
            is_web = scheme in ("http", "https")
            if is_web and (hint := hint_at_slip(target)):
                writer.report(warning("broken-link", f"invalid URL `{shown(target)}`", where(), hint=hint))
            is_ours = is_web and find_origin(url) == writer.options.origin
            if is_ours:
                _refer_in_full(writer, url, target, where)
            return Resolved(url, external=is_web and not is_ours)
        case Kind.HOST:
            return Resolved(with_protocol(writer, target, where), external=True)
        case Kind.SELF:
            return _to_this_page(writer, target, where)
        case Kind.ROOT:
            return _from_root(writer, target, where)
    return _beside(writer, target, where, label)


def _refuse_scheme(writer: Writer, scheme: str, where: Where, label: str) -> None:
    """Reports that a scheme is not allowed."""
    near = nearest(scheme, writer.options.schemes)
    hint = f"did you mean `{near}:`?" if near else f"to allow it, add `{scheme}` to `markdown.schemes`"
    if scheme == "file" or len(scheme) == 1:  # a drive of Windows
        hint = "copy the file into the blog, and write its path from this file"
    message = f"URL scheme `{scheme}:` is not allowed"
    writer.report(warning("unsafe-link", message, where(), label=label, hint=hint))


def with_protocol(writer: Writer, target: str, where: Where) -> str:
    """Returns a target that begins with `//` and a host, made a full URL."""
    url = "https://" + target[2:]
    hint = f"write `{url}`"
    writer.report(warning("protocol-relative-link", f"protocol-relative link `{target}`", where(), hint=hint))
    return encode(url)


def refer(writer: Writer, url: str, fragment: str, target: str, where: Where) -> None:
    """Records a link into this site, to be checked later; `url` is percent-encoded and without base path."""
    writer.references.append(Reference(unquote(url), unquote(fragment), target, where()))


def _refer_in_full(writer: Writer, url: str, target: str, where: Where) -> None:
    """Records a full URL of the blog's own host, if it leads into this site."""
    parts = urlsplit(url)
    base = writer.options.base_path
    if parts.path.startswith(f"{base}/"):
        path, fragment = unquote(parts.path.removeprefix(base)), unquote(parts.fragment)
        writer.references.append(Reference(path, fragment, target, where(), full=True))


def attach(writer: Writer, source: str, file: FileTarget, where: Where) -> None:
    """Records a file beside the source, to be copied beside the page."""
    writer.attachments.append(Attachment(file.path or source, file.url, where()))


def _to_this_page(writer: Writer, target: str, where: Where) -> Resolved:
    parts = split(target)
    refer(writer, writer.url, parts.fragment, target, where)
    here = _tail(parts)
    return Resolved(here, elsewhere=writer.options.base_path + writer.url + here)


def _from_root(writer: Writer, target: str, where: Where) -> Resolved | None:
    target = "/" + target[1:]  # browsers take `\\` for `/`
    parts = split(target)
    if parts.path.endswith(TEXT_EXTENSIONS):
        return _to_source(writer, target, where)
    path = parts.path if _names_a_file(parts.path) else compose(parts.path)
    url = encode(path)
    file = writer.links.asset(unquote(path))
    if file is not None and file.path:
        url = file.url
    refer(writer, url, parts.fragment, target, where)
    return Resolved(writer.options.base_path + url + _tail(parts), file=file)


def _beside(writer: Writer, target: str, where: Where, label: str) -> Resolved | None:
    parts = split(target)
    if parts.path.endswith(TEXT_EXTENSIONS):
        return _to_source(writer, target, where, label)
    if report_held_file(writer, target, where):
        return None
    if (found := resolve_file(writer, target, where)) is not None:
        return found
    if _names_a_file(parts.path):
        report_missing_file(writer, target, where, label)
        return None
    url = join(writer.url, encode(compose(parts.path)))
    refer(writer, url, parts.fragment, target, where)
    return Resolved(writer.options.base_path + url + _tail(parts))


def report_held_file(writer: Writer, target: str, where: Where, *, from_root: bool = False) -> bool:
    """Returns whether a relative target is a file of a source that is not in this build, with a warning."""
    source = source_path("" if from_root else writer.source.path, split(target).path)
    file = writer.links.file(source)
    if file is None or not file.held:
        return False
    message = f"file is not published: `{source}` is {file.held}"
    hint = "move the file next to this source, or publish its post"
    writer.report(warning("draft-file", message, where(), label="not published", hint=hint))
    return True


def resolve_file(writer: Writer, target: str, where: Where, *, from_root: bool = False) -> Resolved | None:
    """Returns the file of a relative target, beside the source or in `static/`, or None.

    A path into `static/` is read as an editor's preview reads it, from the source's folder, and else as a browser
    would, from the page's URL. `from_root` is for a path from the blog's folder.
    """
    parts = split(target)
    source = source_path("" if from_root else writer.source.path, parts.path)
    if (file := writer.links.file(source)) is not None and not file.held:
        attach(writer, source, file, where)
        return Resolved(writer.options.base_path + encode(file.url) + _tail(parts), file=file)
    urls = [join("/" if from_root else writer.url, encode(parts.path))]
    if source.startswith(_STATIC):
        urls.insert(0, url_of_file(source.removeprefix(_STATIC)))
    for url in urls:
        if (file := writer.links.asset(unquote(url))) is not None:
            url = file.url if file.path else url
            refer(writer, url, parts.fragment, target, where)
            return Resolved(writer.options.base_path + url + _tail(parts), file=file)
    return None


def _tail(parts: LocalTarget) -> str:
    return encode(parts.query + (f"#{parts.fragment}" if parts.fragment else ""))


def _names_a_file(path: str) -> bool:
    """Returns whether a path without a source must be a file: it has an extension that pages do not have."""
    name = path.rpartition("/")[2]
    return "." in name.strip(".") and not name.lower().endswith(_PAGE_EXTENSIONS)


def report_missing_file(writer: Writer, target: str, where: Where, label: str) -> None:
    """Reports that there is no file where a relative target leads to."""
    source = source_path(writer.source.path, split(target).path)

    def make() -> Diagnostic:
        near = writer.links.near(source)
        hint = f"did you mean `{near}`?" if near else hint_at_slip(target) or hint_at_host(target) or _PATHS
        return warning("broken-link", f"file not found: `{source}`", where(), label=label, hint=hint)

    writer.report_lazily("broken-link", make)


def _explain_missing_page(writer: Writer, source: str, where: Where, label: str) -> Diagnostic:
    near = writer.links.near(source)
    hint = f"did you mean `{near}`?" if near else ""
    return warning("broken-link", f"page not found: `{source}`", where(), label=label, hint=hint)


def _to_source(writer: Writer, target: str, where: Where, label: str = _UNLINKED) -> Resolved | None:
    """Returns a link to the page of another source. In Zola, `@/` begins a path from the content folder."""
    parts = split(target)
    source = source_path(writer.source.path, parts.path)
    if parts.path.startswith("@/"):
        source = unquote(parts.path.removeprefix("@/"))
        found = writer.links.named(source)
        source = found[0] if len(found) == 1 else source
    page = writer.links.page(source)
    if page is None:
        writer.report_lazily("broken-link", lambda: _explain_missing_page(writer, source, where, label))
        return None
    if page.held:
        message = f"link to an unpublished post: `{source}` is {page.held}"
        option = _OPTIONS.get(page.held.partition(",")[0], "")
        hint = f"publish the post, or build with `{option}`" if option else ""
        writer.report(warning("link-to-draft", message, where(), label=label, hint=hint))
        return None
    refer(writer, page.url, parts.fragment, target, where)
    return Resolved(writer.options.base_path + encode(page.url) + _tail(parts))
