"""Creates posts and pages from documents: title, date, URL, talk and updates.

File names follow Jekyll's rules. A post without a date is an error.
"""

from __future__ import annotations

import posixpath
import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.content.draft_signs import find_draft_sign
from afterword.content.permalinks import Location, entry_id, locate, read_aliases, read_target
from afterword.content.post import Kind, Post, PostOptions
from afterword.core.diagnostics import Diagnostic, Place, Places, error, note, warning
from afterword.core.files import is_draft_path
from afterword.core.patterns import lazy_pattern
from afterword.core.slugs import split_name, titleize
from afterword.core.text import shown
from afterword.core.urls import PLAIN_EXTENSIONS, PermalinkFields, is_web
from afterword.front_matter.model import INVALID_DATE
from afterword.talks.recordings import is_same_recording
from afterword.talks.resolve import find_position, resolve_talk
from afterword.talks.updates import Update, find_section_updates, last_update, parse_updates

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.content.outline import TextOutline, Title
    from afterword.front_matter.parser import Document
    from afterword.markdown.context import TextSyntax
    from afterword.talks.model import Talk
    from afterword.talks.updates import NoteReader


_DATE_IN_PATH = lazy_pattern(r"(?:^|/)(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?![^-/_])")


def _publication_date(
    document: Document, name_date: date | None, zone: tzinfo, *, is_page: bool
) -> tuple[datetime | None, bool]:
    """Returns the date of a document, and whether it has no time of day; `name_date` is that of the file name."""
    if document.matter.date is not None:
        return document.matter.date, document.matter.date_only
    if name_date is not None:
        return datetime.combine(name_date, time(), zone), True
    if document.matter.published is not None:
        return document.matter.published
    path_date = _read_path(document, is_page=is_page)
    return (datetime.combine(path_date, time(), zone), True) if path_date is not None else (None, False)


def _read_path(document: Document, *, is_page: bool) -> date | None:
    """Returns the date in Zola's `path` (`2024/01/05/x`) or in `permalink`, or None."""
    if is_page:
        return None
    for path in (document.matter.extra.get("path"), document.matter.permalink):
        match = _DATE_IN_PATH.search(path) if isinstance(path, str) else None
        try:
            if match is not None:
                return date(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:
            continue
    return None


def _last_update_day(day: date | None, updates: tuple[Update, ...]) -> date | None:
    """Returns the day of the last dated update, if it is after the post's own day."""
    last = last_update(updates)
    return last if last is not None and (day is None or last > day) else None


def _last_change(updated: datetime | None, last_updated: date | None, zone: tzinfo) -> datetime | None:
    """Returns the later of `updated` and the last dated update."""
    if last_updated is None:
        return updated
    visit = datetime.combine(last_updated, time(), zone)
    return max(updated, visit) if updated is not None else visit


def _with_fixed_offset(moment: datetime | None) -> datetime | None:
    """Replaces the time zone by a fixed offset, so that the datetime can be serialized.

    The offset is rounded to minutes, as in RFC 3339: some zones had seconds, the last until 1972.
    """
    offset = moment.utcoffset() if moment is not None else None
    if moment is None or offset is None:
        return moment
    return moment.replace(tzinfo=timezone(timedelta(minutes=round(offset / timedelta(minutes=1)))))


_DATE_IN_NAME = lazy_pattern(r"((?:19|20)\d\d)[-._ ]?(\d\d)[-._ ]?(\d\d)(?!\d)[-._ ]*(.*)")
"""The beginning of a file name with a date in another form, such as `20260201-slug`."""


def _missing_date(document: Document) -> Diagnostic:
    """Returns the error for a post without a date."""
    label = "neither in front matter nor in the file name"
    day, name = "2026-02-01", "2026-02-01-slug.md"
    stem, extension = posixpath.splitext(posixpath.basename(document.path))
    if (match := _DATE_IN_NAME.fullmatch(stem)) is not None:
        written = "-".join(match.groups()[:3])
        if split_name(written)[0] is not None:
            label = "the file name has a date in another form"
            day, name = written, f"{written}-{match[4]}".rstrip("-") + extension
        else:
            label = f"`{written}` in the file name is not a valid date"
    return error(
        "missing-date",
        "missing date",
        Place(document.path, 1, 1),
        label=label,
        hint=f"add `date: {day}` to the front matter, or rename the file to `{shown(name)}`; "
        "for a standalone page, add `layout: page`",
    )


_CODE_OR_ENTITY = lazy_pattern(r"(`[^`]+`|&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,30});)")


class _Title(Struct, frozen=True):
    """The title of a document, its text without the title, the diagnostics, and the URL that the title links to."""

    title: str
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()
    link: str = ""


class ParsedPost(Struct, frozen=True):
    """Result of parsing a document: its post, or None if it is invalid, and its text without the title."""

    post: Post | None
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()


def make_post(document: Document, options: PostOptions) -> ParsedPost:
    """Creates a post from a document."""
    from afterword.content.outline import read_outline  # with the parser, which most builds need for few posts

    matter = document.matter
    name_date, name_slug = split_name(document.path)
    syntax = options.syntax.for_post(math=matter.math, language=matter.lang)
    outline = read_outline(document.text, syntax, has_title=matter.title is not None)
    title = _read_title(document, outline.title, name_slug)
    kind = _kind_of(document)
    published = _read_publication(document, kind, name_date, options)
    if published is None:
        return ParsedPost(None, title.text, (*title.diagnostics, _missing_date(document)))
    slug = matter.slug or name_slug
    location = _locate(document, kind, slug, published.moment, options)
    if not location.output:
        return ParsedPost(None, title.text, (*title.diagnostics, *location.diagnostics))
    title = _drop_generated_title(title, location.output)
    subject = resolve_talk(document, title.title, outline.paragraph, published.day, options.talk_options, title.link)
    aliases, alias_findings = read_aliases(document)
    target, target_findings = read_target(document, location.url)
    takeaways, takeaway_findings = _read_takeaways(document, syntax)
    revisions = _read_revisions(document, outline, published, syntax)
    typeset = options.typeset(matter.lang)
    subtitle = matter.extra.get("subtitle")
    post = Post(
        path=document.path,
        kind=kind,
        title=typeset(title.title),
        title_link="" if _is_link_to_recording(title.link, subject.talk) else title.link,
        slug=slug,
        url=location.url,
        output=location.output,
        id=entry_id(location.url, slug),
        layout=matter.layout or kind,
        date=_with_fixed_offset(published.moment),
        date_only=published.date_only,
        updated=_with_fixed_offset(_last_change(matter.updated, revisions.last_day, options.zone)),
        last_updated=revisions.last_day,
        day=published.day,
        draft=published.draft,
        visibility=matter.visibility,
        categories=matter.categories,
        tags=matter.tags,
        authors=matter.authors,
        description=typeset(matter.description),
        excerpt=matter.excerpt,
        image=matter.image,
        aliases=aliases,
        redirect_to=target,
        series=typeset(matter.series),
        pinned=matter.pinned,
        toc=matter.toc,
        lang=matter.lang,
        math=matter.math,
        talk=_typeset_talk(subject.talk, matter.lang, options),
        takeaways=tuple(map(typeset, takeaways)),
        updates=tuple(replace(update, text=typeset(update.text)) for update in revisions.updates),
        related=matter.related,
        ignored=matter.ignored,
        has_chapters=_has_recording(subject.talk) and any(heading.has_timestamp for heading in outline.headings),
        extra=matter.extra if not isinstance(subtitle, str) else {**matter.extra, "subtitle": typeset(subtitle)},
        places=Places.of(document.path, matter.places),
    )
    diagnostics = (
        *title.diagnostics,
        *_check_order(document, published.moment, options),
        *_check_text(document, post),
        *(find_draft_sign(document, outline.title) if not published.draft else ()),
        *location.diagnostics,
        *alias_findings,
        *target_findings,
        *subject.diagnostics,
        *takeaway_findings,
        *revisions.diagnostics,
    )
    return ParsedPost(post, title.text, diagnostics)


class _Publication(Struct, frozen=True):
    """When a post is published, and whether it is a draft; `day` is in the time zone of the blog.

    `is_dated` says that the post has a valid date of its own, which updates must not precede.
    """

    moment: datetime | None
    date_only: bool
    day: date | None
    draft: bool
    is_dated: bool


def _read_publication(
    document: Document, kind: Kind, name_date: date | None, options: PostOptions
) -> _Publication | None:
    """Returns when a post is published: a draft without a date today; None if a post has no date."""
    moment, date_only = _publication_date(document, name_date, options.zone, is_page=kind == "page")
    is_dated = moment is not None and moment != INVALID_DATE
    draft = bool(document.matter.visibility.draft) or is_draft_path(document.path)
    if moment is None and kind == "post":
        if not draft:
            return None
        moment, date_only = datetime.combine(options.today, time(), options.zone), True
    day = moment.astimezone(options.zone).date() if moment else None
    return _Publication(moment, date_only, day, draft, is_dated)


def _locate(document: Document, kind: Kind, slug: str, moment: datetime | None, options: PostOptions) -> Location:
    """Returns the URL and the output of a post."""
    collection, _, inside = document.path.partition("/")
    fields = PermalinkFields(
        date=moment,
        slug=slug,
        path=posixpath.splitext(inside)[0],
        categories=document.matter.categories,
        collection=collection,
    )
    return locate(document, kind, fields, options.permalink)


def _drop_generated_title(title: _Title, output: str) -> _Title:
    """Removes a title derived from the file name, and its warning, if the output is a file without a title: `.txt`."""
    if output.endswith(PLAIN_EXTENSIONS) or all(found.id != "missing-title" for found in title.diagnostics):
        return title
    return replace(title, title="", diagnostics=tuple(f for f in title.diagnostics if f.id != "missing-title"))


class _Revisions(Struct, frozen=True):
    """Dated updates of a post, the day of the last one, and diagnostics."""

    updates: tuple[Update, ...]
    last_day: date | None
    diagnostics: tuple[Diagnostic, ...]


def _read_revisions(
    document: Document, outline: TextOutline, published: _Publication, syntax: TextSyntax
) -> _Revisions:
    """Returns the updates in front matter, and the last day of these and of the updates in headings."""
    matter = document.matter
    day = published.day if published.is_dated else None
    listed = parse_updates(matter.updates, document.path, matter.places, day, read_note=_note_reader(syntax))
    sections = find_section_updates(outline.headings, _place_finder(document), day)
    last_day = _last_update_day(published.day, (*listed.updates, *sections.updates))
    return _Revisions(listed.updates, last_day, (*listed.diagnostics, *sections.diagnostics))


def _is_link_to_recording(link: str, talk: Talk | None) -> bool:
    """Returns whether the URL in the title is that of the recording, which the page links to anyway."""
    return bool(link) and talk is not None and talk.video is not None and is_same_recording(talk.video, link)


def _typeset_talk(talk: Talk | None, language: str, options: PostOptions) -> Talk | None:
    """Applies smart punctuation to the title of a talk; `language` is that of the post."""
    return replace(talk, title=options.typeset(talk.lang or language)(talk.title)) if talk is not None else None


def _read_title(document: Document, heading: Title | None, name_slug: str) -> _Title:
    """Returns the title of a document: that of front matter, else the heading that the text begins with.

    `name_slug` is the slug of its file's name, the title of a document that has none.
    """
    if document.matter.title is not None:
        return _Title(_decode_entities(document.matter.title), document.text)
    if heading is not None:
        start, end = heading.lines
        lines = document.text.split("\n")
        lines[start:end] = [""] * (end - start)
        place = document.place(*find_position(document.text, heading.written, start))
        if is_web(heading.plain.target):
            return _Title(heading.plain.text, "\n".join(lines), (), heading.plain.target)
        return _Title(heading.plain.text, "\n".join(lines), heading.plain.report_lost("title", place))
    title = titleize(document.matter.slug or name_slug) or document.path
    remark = warning(
        "missing-title",
        "missing title",
        Place(document.path, 1, 1),
        label=f"the file name gives “{title}”",
        hint="add `title: …` to the front matter, or start the text with a `# Heading`",
    )
    return _Title(title, document.text, (remark,))


def _decode_entities(text: str) -> str:
    """Returns a text of front matter with the characters of entities outside code, as a heading shows them.

    Those of markup and spaces (`&lt;`, `&nbsp;`) stay: who writes them in a title means the entity.
    """
    if "&" not in text or ";" not in text:
        return text
    pieces = _CODE_OR_ENTITY.split(text)
    return "".join(piece if at % 2 == 0 else _decode(piece) for at, piece in enumerate(pieces))


def _decode(piece: str) -> str:
    from html import unescape  # with a large table, which few titles need

    character = unescape(piece) if piece[0] == "&" else piece
    return piece if character in "<>" or not character.isprintable() or character.isspace() else character


def _place_finder(document: Document) -> Callable[[str, int], Place]:
    """Returns the function that finds the place of what is written in the text at a line or below."""
    return lambda written, line: document.place(*find_position(document.text, written, line))


def _read_takeaways(document: Document, syntax: TextSyntax) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Returns the takeaways of front matter as plain text, and diagnostics for lost markup."""
    from afterword.content.outline import read_line

    places = document.matter.places
    read = [(read_line(line, syntax), places[f"takeaways[{at}]"]) for at, line in enumerate(document.matter.takeaways)]
    lost = (finding for plain, place in read for finding in plain.report_lost("takeaway", place))
    return tuple(dict.fromkeys(plain.text for plain, _ in read if plain.text)), tuple(lost)


def _note_reader(syntax: TextSyntax) -> NoteReader:
    """Returns the function that reads the note of an update: its plain text, and what is lost of it."""

    from afterword.content.outline import read_line

    def read_note(note: str, place: Place) -> tuple[str, tuple[Diagnostic, ...]]:
        plain = read_line(note, syntax)
        return plain.text, plain.report_lost("note", place)

    return read_note


def _has_recording(talk: Talk | None) -> bool:
    return talk is not None and talk.video is not None


def _kind_of(document: Document) -> Kind:
    layout = document.matter.layout
    if layout == "page":
        return "page"
    return "page" if document.path.startswith("pages/") and layout != "post" else "post"


def _check_order(document: Document, moment: datetime | None, options: PostOptions) -> tuple[Diagnostic, ...]:
    """Returns a warning if `updated` is before `date`, by day."""
    updated = document.matter.updated
    if moment is None or updated is None or updated >= moment or INVALID_DATE in (moment, updated):
        return ()
    day, other = (time.astimezone(options.zone).date() for time in (moment, updated))
    if day == other:
        return ()
    message = f"`updated` ({other}) is before `date` ({day})"
    place = document.matter.places.get("updated", Place(document.path, 1))
    return (warning("updated-before-date", message, place, hint="correct one of the dates"),)


_NO_TEXT = lazy_pattern(r"(?:\s++|<!--(?>.*?-->))*+", re.DOTALL)
"""White space and comments of HTML. Other comments are removed before."""


def _check_text(document: Document, post: Post) -> tuple[Diagnostic, ...]:
    """Returns a note for a post that is only front matter and comments, unless its page shows a talk or the like."""
    if _NO_TEXT.fullmatch(document.text) is None:
        return ()
    has_errors = any(diagnostic.is_error for diagnostic in document.diagnostics)
    if has_errors or post.draft or post.layout != "post" or "redirect_to" in document.matter.places:
        return ()
    if post.talk is not None or post.image or post.takeaways or post.updates:
        return ()
    hint = "write the text, or set `draft: true` until it is written"
    return (note("empty-post", "post without text", post.place, hint=hint),)
