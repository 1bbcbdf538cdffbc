"""Creates posts and pages from documents: title, date, URL, talk and updates.

File names follow Jekyll's rules. A post without a date is an error.
"""

from __future__ import annotations

import posixpath
import re
from datetime import date, datetime, time, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING, TypeVar

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
    from afterword.content.outline import TextOutline, Title
    from afterword.front_matter.parser import Document
    from afterword.talks.model import Talk

T = TypeVar("T")


class ParsedPost(Struct, frozen=True):
    """Result of parsing a document: its post, or None if it is invalid, and its text without the title."""

    post: Post | None
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()


def make_post(document: Document, options: PostOptions) -> ParsedPost:
    """Creates a post from a document."""
    return _PostMaker(document, options).make()


class _Title(Struct, frozen=True):
    """The title of a document, its text without the title, the diagnostics, and the URL that the title links to."""

    title: str
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()
    link: str = ""


class _Publication(Struct, frozen=True):
    """When a post is published, and whether it is a draft; `day` is in the time zone of the blog.

    `is_dated` says that the post has a valid date of its own, which updates must not precede.
    """

    moment: datetime | None
    date_only: bool
    day: date | None
    draft: bool
    is_dated: bool


class _PostMaker:
    """Creates the post of one document, and collects its diagnostics."""

    def __init__(self, document: Document, options: PostOptions) -> None:
        self._document = document
        self._matter = document.matter
        self._options = options
        self._kind = _kind_of(document)
        self._syntax = options.syntax.for_post(math=document.matter.math, language=document.matter.lang)
        self._typeset = options.typeset(document.matter.lang)
        self._found: list[Diagnostic] = []

    def make(self) -> ParsedPost:
        from afterword.content.outline import read_outline  # with the parser, which most builds need for few posts

        name_date, name_slug = split_name(self._document.path)
        outline = read_outline(self._document.text, self._syntax, has_title=self._matter.title is not None)
        title = _read_title(self._document, outline.title, name_slug)
        published = self._read_publication(name_date)
        if published is None:
            return ParsedPost(None, title.text, (*title.diagnostics, _missing_date(self._document)))
        slug = self._matter.slug or name_slug
        location = self._locate(slug, published.moment)
        if not location.output:
            return ParsedPost(None, title.text, (*title.diagnostics, *location.diagnostics))
        title = _drop_generated_title(title, location.output)
        post = self._make(title, slug, location, published, outline)
        diagnostics = (
            *title.diagnostics,
            *self._check_order(published.moment),
            *_check_text(self._document, post),
            *(find_draft_sign(self._document, outline.title) if not published.draft else ()),
            *location.diagnostics,
            *self._found,
        )
        return ParsedPost(post, title.text, diagnostics)

    def _make(
        self, title: _Title, slug: str, location: Location, published: _Publication, outline: TextOutline
    ) -> Post:
        matter, path, typeset = self._matter, self._document.path, self._typeset
        aliases = self._note(read_aliases(self._document))
        target = self._note(read_target(self._document, location.url))
        talk = self._resolve_talk(title, outline, published)
        takeaways = self._read_takeaways()
        updates, last_day = self._read_updates(outline, published)
        has_recording = talk is not None and talk.video is not None
        subtitle = matter.extra.get("subtitle")
        return Post(
            path=path,
            kind=self._kind,
            title=typeset(title.title),
            title_link="" if _is_link_to_recording(title.link, talk) else title.link,
            slug=slug,
            url=location.url,
            output=location.output,
            id=entry_id(location.url, slug),
            layout=matter.layout or self._kind,
            date=_with_fixed_offset(published.moment),
            date_only=published.date_only,
            updated=_with_fixed_offset(self._last_change(last_day)),
            last_updated=last_day,
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
            talk=talk,
            takeaways=takeaways,
            updates=updates,
            related=matter.related,
            ignored=matter.ignored,
            has_chapters=has_recording and any(heading.has_timestamp for heading in outline.headings),
            extra=matter.extra if not isinstance(subtitle, str) else {**matter.extra, "subtitle": typeset(subtitle)},
            places=Places.of(path, matter.places),
        )

    def _note(self, read: tuple[T, tuple[Diagnostic, ...]]) -> T:
        """Returns a value without its diagnostics, which are kept."""
        self._found += read[1]
        return read[0]

    def _read_publication(self, name_date: date | None) -> _Publication | None:
        """Returns when a post is published: a draft without a date today; None if a post has no date."""
        zone = self._options.zone
        moment, date_only = self._read_date(name_date)
        is_dated = moment is not None and moment != INVALID_DATE
        draft = bool(self._matter.visibility.draft) or is_draft_path(self._document.path)
        if moment is None and self._kind == "post":
            if not draft:
                return None
            moment, date_only = datetime.combine(self._options.today, time(), zone), True
        day = moment.astimezone(zone).date() if moment else None
        return _Publication(moment, date_only, day, draft, is_dated)

    def _read_date(self, name_date: date | None) -> tuple[datetime | None, bool]:
        """Returns the date, and whether it has no time of day; `name_date` is that of the file name."""
        matter = self._matter
        if matter.date is not None:
            return matter.date, matter.date_only
        if name_date is None and matter.published is not None:
            return matter.published
        day = name_date or (_read_path(self._document) if self._kind == "post" else None)
        return (datetime.combine(day, time(), self._options.zone), True) if day is not None else (None, False)

    def _locate(self, slug: str, moment: datetime | None) -> Location:
        """Returns the URL and the output."""
        collection, _, inside = self._document.path.partition("/")
        fields = PermalinkFields(
            date=moment,
            slug=slug,
            path=posixpath.splitext(inside)[0],
            categories=self._matter.categories,
            collection=collection,
        )
        return locate(self._document, self._kind, fields, self._options.permalink)

    def _resolve_talk(self, title: _Title, outline: TextOutline, published: _Publication) -> Talk | None:
        """Returns the talk, with smart punctuation in its title."""
        options = self._options
        found = resolve_talk(
            self._document, title.title, outline.paragraph, published.day, options.talk_options, title.link
        )
        talk = self._note((found.talk, found.diagnostics))
        return replace(talk, title=options.typeset(talk.lang or self._matter.lang)(talk.title)) if talk else None

    def _read_takeaways(self) -> tuple[str, ...]:
        """Returns the takeaways of front matter as plain text."""
        read = [
            self._read_line("takeaway", line, self._matter.places[f"takeaways[{at}]"])
            for at, line in enumerate(self._matter.takeaways)
        ]
        return tuple(self._typeset(text) for text in dict.fromkeys(map(self._note, read)) if text)

    def _read_line(self, name: str, line: str, place: Place) -> tuple[str, tuple[Diagnostic, ...]]:
        """Returns the plain text of a line of Markdown, and what is lost of it."""
        from afterword.content.outline import read_line

        plain = read_line(line, self._syntax)
        return plain.text, plain.report_lost(name, place)

    def _read_updates(self, outline: TextOutline, published: _Publication) -> tuple[tuple[Update, ...], date | None]:
        """Returns the updates in front matter, and the last day of these and of the updates in headings.

        A day before that of the post does not count.
        """
        matter, document = self._matter, self._document
        day = published.day if published.is_dated else None
        listed = parse_updates(
            matter.updates, document.path, matter.places, day, read_note=partial(self._read_line, "note")
        )
        sections = find_section_updates(
            outline.headings, lambda written, line: document.place(*find_position(document.text, written, line)), day
        )
        self._found += (*listed.diagnostics, *sections.diagnostics)
        last = last_update((*listed.updates, *sections.updates))
        is_later = last is not None and (published.day is None or last > published.day)
        updates = tuple(replace(update, text=self._typeset(update.text)) for update in listed.updates)
        return updates, last if is_later else None

    def _last_change(self, last_updated: date | None) -> datetime | None:
        """Returns the later of `updated` and the last dated update."""
        updated = self._matter.updated
        if last_updated is None:
            return updated
        visit = datetime.combine(last_updated, time(), self._options.zone)
        return max(updated, visit) if updated is not None else visit

    def _check_order(self, moment: datetime | None) -> tuple[Diagnostic, ...]:
        """Returns a warning if `updated` is before `date`, by day."""
        updated = self._matter.updated
        if moment is None or updated is None or updated >= moment or INVALID_DATE in (moment, updated):
            return ()
        day, other = (time.astimezone(self._options.zone).date() for time in (moment, updated))
        if day == other:
            return ()
        message = f"`updated` ({other}) is before `date` ({day})"
        place = self._matter.places.get("updated", Place(self._document.path, 1))
        return (warning("updated-before-date", message, place, hint="correct one of the dates"),)


def _kind_of(document: Document) -> Kind:
    layout = document.matter.layout
    if layout == "page":
        return "page"
    return "page" if document.path.startswith("pages/") and layout != "post" else "post"


_DATE_IN_PATH = lazy_pattern(r"(?:^|/)(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?![^-/_])")


def _read_path(document: Document) -> date | None:
    """Returns the date in Zola's `path` (`2024/01/05/x`) or in `permalink`, or None."""
    for path in (document.matter.extra.get("path"), document.matter.permalink):
        match = _DATE_IN_PATH.search(path) if isinstance(path, str) else None
        try:
            if match is not None:
                return date(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:
            continue
    return None


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


def _drop_generated_title(title: _Title, output: str) -> _Title:
    """Removes a title derived from the file name, and its warning, if the output is a file without a title: `.txt`."""
    if output.endswith(PLAIN_EXTENSIONS) or all(found.id != "missing-title" for found in title.diagnostics):
        return title
    return replace(title, title="", diagnostics=tuple(f for f in title.diagnostics if f.id != "missing-title"))


def _is_link_to_recording(link: str, talk: Talk | None) -> bool:
    """Returns whether the URL in the title is that of the recording, which the page links to anyway."""
    return bool(link) and talk is not None and talk.video is not None and is_same_recording(talk.video, link)


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
