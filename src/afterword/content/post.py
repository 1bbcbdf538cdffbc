"""Posts and standalone pages: title, date, URL, terms and talk of a document.

`make` turns a `Document` into a `Post` by Jekyll's rules for file names. A post without a date is an error.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.content.permalinks import Alias, identify, locate, read_aliases, read_target
from afterword.core.diagnostics import Diagnostic, Place, Places, error, warning
from afterword.core.files import is_draft_path
from afterword.core.patterns import lazy_pattern
from afterword.core.slugs import split_name, titleize
from afterword.core.structs import Serializable, Value
from afterword.core.text import shown
from afterword.core.typography import smartener
from afterword.core.urls import PLAIN_SUFFIXES, PermalinkFields
from afterword.front_matter.parser import STAND_IN, Image
from afterword.front_matter.visibility import Visibility
from afterword.markdown.context import TextSyntax
from afterword.talks.model import Talk
from afterword.talks.resolve import TalkOptions, find_position, resolve_talk
from afterword.talks.updates import Update, find_section_updates, last_update, parse_updates

if TYPE_CHECKING:
    from afterword.content.outline import Title
    from afterword.front_matter.parser import Document
    from afterword.talks.updates import NoteReader

_ANSWERS = {"yes": True, "true": True, "no": False, "false": False}

Kind: TypeAlias = Literal["post", "page"]

Day: TypeAlias = date
"""A date without a time of day; inside `Post`, `date` is the name of a field."""

_DATE_IN_PATH = lazy_pattern(r"(?:^|/)(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?![^-/_])")


class Post(Serializable, frozen=True):
    """A post, or a standalone page (`kind` "page"): everything about it but its text.

    `url` is root-absolute, percent-encoded, without base path; `output` is its file in the site. `id` is Jekyll's: the
    URL without suffix, as feeds name the entry. `date` is aware; pages may have none. `day` is the day of `date`, in
    the blog's time zone. `updated` is when it was last changed, by its front matter or by its dated updates, whichever
    is later; `last_updated` is the day of the last dated update after `day`. `updates` are those of its front matter.
    `has_chapters` says that headings of its text are stamped with moments of its talk's recording. `related`
    are slugs or paths, as written. `ignored` are ids of diagnostics that are not reported in its file. `redirect_to`
    is where its page leads instead of showing it: root-absolute or a full URL; empty for a page that is shown.
    """

    path: str
    kind: Kind
    title: str
    slug: str
    url: str
    output: str
    id: str
    layout: str
    date: datetime | None
    date_only: bool
    updated: datetime | None
    last_updated: Day | None
    day: Day | None
    draft: bool
    visibility: Visibility
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    description: str
    excerpt: str | None
    image: Image | None
    aliases: tuple[Alias, ...]
    redirect_to: str
    series: str
    pinned: bool
    toc: bool | None
    lang: str
    math: bool
    talk: Talk | None
    takeaways: tuple[str, ...]
    updates: tuple[Update, ...]
    related: tuple[str, ...]
    ignored: tuple[str, ...]
    has_chapters: bool
    extra: Mapping[str, Value]
    places: Places

    def says(self, key: str) -> bool | None:
        """Returns the value of a flag among the further keys; None if it is not a flag."""
        value = self.extra.get(key)
        return _ANSWERS.get(value.lower()) if isinstance(value, str) else value if isinstance(value, bool) else None

    @property
    def place(self) -> Place:
        """Place of the start of the post."""
        return Place(self.path, 1)

    @property
    def url_place(self) -> Place:
        """The place of the key that its URL comes from; the beginning of the file if there is none."""
        return self.places.get("permalink") or self.places.get("slug", self.place)

    @property
    def chapters_output(self) -> str:
        """The file beside the page that has the chapters of its talk; empty where there are none."""
        if not self.has_chapters:
            return ""
        folder, _, name = self.output.rpartition("/")
        own = "chapters.json" if name == "index.html" else f"{name.rpartition('.')[0]}.chapters.json"
        return posixpath.join(folder, own)

    @property
    def named_image(self) -> tuple[str, Place] | None:
        """The image that stands for it, as written, and where."""
        if self.image is None:
            return None
        place = self.places.get("image.path") or self.places.get("image", self.place)
        return self.image.path, place

    @property
    def excerpt_places(self) -> tuple[tuple[int, Place], ...]:
        """Where the pieces of its own excerpt are written, by where in it they begin; none where that is not known."""
        names = (name for name in self.places if name.startswith("excerpt["))
        return tuple(sorted((int(name[8:-1]), self.places[name]) for name in names))

    @property
    def unlisted(self) -> bool:
        """Whether it is left out of all lists."""
        return bool(self.visibility.unlisted)

    @property
    def first_day(self) -> Day | None:
        """The day on which it appears: that of its date or of `publishDate`, whichever is later."""
        return max((day for day in (self.day, self.visibility.appears) if day is not None), default=None)

    def is_future(self, today: Day) -> bool:
        """Whether it appears after this day."""
        return self.first_day is not None and self.first_day > today

    def is_expired(self, today: Day) -> bool:
        """Whether it is gone on this day."""
        return self.visibility.expires is not None and self.visibility.expires <= today

    @property
    def changed(self) -> datetime | None:
        """When it last changed, as far as it says so."""
        return self.updated or self.date


class PostOptions(Struct, frozen=True):
    """Settings that decide how documents become posts.

    Titles and sentences of front matter get typographic punctuation if `syntax.smart`, as texts do.
    """

    permalink: str
    zone: tzinfo
    today: date
    talk_options: TalkOptions = field(default_factory=TalkOptions)
    syntax: TextSyntax = TextSyntax()


_TitleAndText: TypeAlias = "tuple[str, str, tuple[Diagnostic, ...]]"


class ParsedPost(Struct, frozen=True):
    """A document's post, or None where it cannot be one; its text, without a heading that became the title."""

    post: Post | None
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()


def make(document: Document, rules: PostOptions) -> ParsedPost:
    """The post that a document is."""
    from afterword.content.outline import read_outline  # with the parser, which most builds need for few posts

    name_date, name_slug = split_name(document.path)
    kind = _kind(document)
    matter = document.matter
    syntax = rules.syntax.for_post(math=matter.math, language=matter.lang)
    outline = read_outline(document.text, syntax, has_title=matter.title is not None)
    title, text, remarks = _read_title(document, outline.title, name_slug)
    moment, date_only = _moment(document, name_date, rules)
    is_dated = moment is not None and moment != STAND_IN
    draft = bool(document.matter.visibility.draft) or is_draft_path(document.path)
    if moment is None and draft and kind == "post":
        moment, date_only = datetime.combine(rules.today, time(), rules.zone), True
    if moment is None and kind == "post":
        return ParsedPost(None, text, (*remarks, _missing_date(document)))
    fields = PermalinkFields(
        date=moment,
        slug=document.matter.slug or name_slug,
        path=posixpath.splitext(document.path.partition("/")[2])[0],
        categories=document.matter.categories,
        collection=document.path.partition("/")[0],
    )
    location = locate(document, kind, fields, rules.permalink)
    if not location.output:
        return ParsedPost(None, text, (*remarks, *location.diagnostics))
    url, output = location.url, location.output
    if not output.endswith(PLAIN_SUFFIXES) and any(found.id == "missing-title" for found in remarks):
        title, remarks = "", tuple(found for found in remarks if found.id != "missing-title")  # a file needs none
    aliases, problems = read_aliases(document)
    target, mistakes = read_target(document, url)
    day = moment.astimezone(rules.zone).date() if moment else None
    subject = resolve_talk(document, title, outline.paragraph, day, rules.talk_options)
    typeset = smartener(syntax.language, smart=syntax.smart)
    order = (*_check_order(document, moment, rules), *(_check_names(document) if not draft else ()))
    takeaways, losses = _read_takeaways(document, syntax)
    updates = parse_updates(
        matter.updates,
        document.path,
        matter.places,
        day if is_dated else None,
        read_note=_note_reader(syntax),
    )
    sections = find_section_updates(outline.headings, _place_finder(document), day if is_dated else None)
    last_updated = _last_visit(day, (*updates.updates, *sections.updates))
    post = Post(
        path=document.path,
        kind=kind,
        title=typeset(title),
        slug=fields.slug,
        url=url,
        output=output,
        id=identify(url, fields.slug),
        layout=matter.layout or kind,
        date=_as_plain_data(moment),
        date_only=date_only,
        updated=_as_plain_data(_last_change(matter.updated, last_updated, rules)),
        last_updated=last_updated,
        day=day,
        draft=draft,
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
        talk=_typeset_talk(subject.talk, typeset),
        takeaways=tuple(map(typeset, takeaways)),
        updates=tuple(replace(update, text=typeset(update.text)) for update in updates.updates),
        related=matter.related,
        ignored=matter.ignored,
        has_chapters=_has_recording(subject.talk) and any(heading.has_stamp for heading in outline.headings),
        extra=matter.extra,
        places=Places.of(document.path, matter.places),
    )
    found = (
        *location.diagnostics,
        *problems,
        *mistakes,
        *subject.diagnostics,
        *losses,
        *updates.diagnostics,
        *sections.diagnostics,
    )
    return ParsedPost(post, text, (*remarks, *order, *location.diagnostics, *found))


def _typeset_talk(talk: Talk | None, typeset: Callable[[str], str]) -> Talk | None:
    """The talk with its title as it is shown."""
    return replace(talk, title=typeset(talk.title)) if talk is not None else None


def _read_title(document: Document, heading: Title | None, name_slug: str) -> _TitleAndText:
    """Returns the title of a document; its text, without the heading that is the title; and diagnostics.

    `name_slug` is the slug of its file's name.
    """
    if document.matter.title is not None:
        return document.matter.title, document.text, ()
    if heading is not None:
        start, end = heading.lines
        lines = document.text.split("\n")
        lines[start:end] = [""] * (end - start)
        place = document.place(*find_position(document.text, heading.written, start))
        return heading.plain.text, "\n".join(lines), heading.plain.report_lost("title", place)
    title = titleize(document.matter.slug or name_slug) or document.path
    remark = warning(
        "missing-title",
        "missing title",
        Place(document.path, 1, 1),
        label=f"the file name gives “{title}”",
        hint="add `title: …` to the front matter, or start the text with a `# Heading`",
    )
    return title, document.text, (remark,)


def _place_finder(document: Document) -> Callable[[str, int], Place]:
    """Returns the function that finds the place of what is written in the text at a line or below."""
    return lambda written, line: document.place(*find_position(document.text, written, line))


def _read_takeaways(document: Document, syntax: TextSyntax) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """The takeaways of front matter without their markup, as those of a text are, and what is lost of them."""
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


def _last_visit(day: Day | None, updates: tuple[Update, ...]) -> Day | None:
    """The day of the last dated update, of front matter or text, where that is after the post's own day."""
    last = last_update(updates)
    return last if last is not None and (day is None or last > day) else None


def _last_change(updated: datetime | None, last_updated: Day | None, rules: PostOptions) -> datetime | None:
    """The later of what front matter says and of the last dated update."""
    if last_updated is None:
        return updated
    visit = datetime.combine(last_updated, time(), rules.zone)
    return max(updated, visit) if updated is not None else visit


def _kind(document: Document) -> Kind:
    layout = document.matter.layout
    if layout == "page":
        return "page"
    return "page" if document.path.startswith("pages/") and layout != "post" else "post"


def _moment(document: Document, name_date: date | None, rules: PostOptions) -> tuple[datetime | None, bool]:
    if document.matter.date is not None:
        return document.matter.date, document.matter.date_only
    if name_date is not None:
        return datetime.combine(name_date, time(), rules.zone), True
    if document.matter.published is not None:
        return document.matter.published
    path_date = _read_path(document)
    return (datetime.combine(path_date, time(), rules.zone), True) if path_date is not None else (None, False)


def _read_path(document: Document) -> date | None:
    """The date in the URL that front matter asks for: in Zola's `path` (`2024/01/05/x`), or in `permalink`."""
    if _kind(document) == "page":
        return None
    for path in (document.matter.extra.get("path"), document.matter.permalink):
        match = _DATE_IN_PATH.search(path) if isinstance(path, str) else None
        try:
            if match is not None:
                return date(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:
            continue
    return None


def _check_order(document: Document, moment: datetime | None, rules: PostOptions) -> tuple[Diagnostic, ...]:
    """A warning where a post was changed before it was published; of times without a time of day, the days count."""
    updated = document.matter.updated
    if moment is None or updated is None or updated >= moment or STAND_IN in (moment, updated):
        return ()
    day, other = (time.astimezone(rules.zone).date() for time in (moment, updated))
    if day == other:
        return ()
    message = f"`updated` ({other}) is before `date` ({day})"
    place = document.matter.places.get("updated", Place(document.path, 1))
    return (warning("updated-before-date", message, place, hint="correct one of the dates"),)


def _check_names(document: Document) -> tuple[Diagnostic, ...]:
    """Returns a warning for a name that begins with `_`, except `_index`, which names a section in Hugo and Zola."""
    names = document.path.split("/")[1:]
    name = next((name for name in names if name.startswith("_") and posixpath.splitext(name)[0] != "_index"), None)
    if name is None:
        return ()
    message = f"`{shown(name)}` does not hide the text, as a name that begins with `_` does in Jekyll and Astro"
    hint = "move it to `drafts/` if it is not to be published; otherwise rename it"
    return (warning("unclear-visibility", message, Place(document.path), hint=hint),)


def _as_plain_data(moment: datetime | None) -> datetime | None:
    """The same wall clock and offset, without the rules of a time zone: what can be written down and read again.

    The offset is one of whole minutes, as RFC 3339 has them: those that some zones had, the last until 1972, are
    rounded.
    """
    offset = moment.utcoffset() if moment is not None else None
    if moment is None or offset is None:
        return moment
    return moment.replace(tzinfo=timezone(timedelta(minutes=round(offset / timedelta(minutes=1)))))


def _missing_date(document: Document) -> Diagnostic:
    return error(
        "missing-date",
        "missing date",
        Place(document.path, 1, 1),
        label="neither in front matter nor in the file name",
        hint="add `date: 2026-02-01` to the front matter, or rename the file to `2026-02-01-slug.md`; "
        "for a standalone page, add `layout: page`",
    )
